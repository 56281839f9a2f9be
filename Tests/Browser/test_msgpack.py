"""The browser client with MessagePack, as it is served, against a server that speaks it."""

import pytest

LOAD = """
const load = () => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: "/socket.io/socket.io.msgpack.min.js", onload: resolve, onerror: reject });
    document.head.append(script);
});
await load();
"""


@pytest.fixture
def tab(shared, page):
    tab = page("ours")
    # The page is the server's answer that there is none, and that answer allows no scripts.
    tab.cdp("Page.setBypassCSP", enabled=True)
    return tab.open(shared("scenario-msgpack").url + "/nothing")


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]], ids="-".join)
def test_values_come_back_as_they_were(tab, transports):
    assert tab.play(LOAD + """
        const socket = io({ transports: arguments[0] });
        const values = [0, -1, 127, 128, 65536, 2 ** 32, -(2 ** 33), 1.5, true, null, "", "ä".repeat(40), [[]],
            { a: { b: [] } }];
        const back = await Promise.all(values.map((each) => socket.emitWithAck("echo", each)));
        const [bytes, inside] = await new Promise((resolve) => socket.emit("echo",
            new Uint8Array([1, 2, 3]), { deep: [new Uint8Array([4]).buffer] }, (...all) => resolve(all)));
        const list = (buffer) => [...new Uint8Array(buffer)];
        const result = [JSON.stringify(back) === JSON.stringify(values), list(bytes), list(inside.deep[0])];
        socket.close();
        return result;
    """, transports) == [True, [1, 2, 3], [4]]


def test_namespaces_refusals_and_questions_are_packets_too(tab):
    assert tab.play(LOAD + """
        const once = (socket, event) => new Promise((resolve) => socket.once(event, resolve));
        const refused = io("/admin", { auth: { token: "wrong" } });
        const { message } = await once(refused, "connect_error");
        const socket = io("/admin", { auth: { token: "secret" }, forceNew: true });
        socket.on("question", (number, answer) => answer(number + 1));
        const answers = [await socket.emitWithAck("ask"), (await socket.emitWithAck("whoami")).auth];
        const gone = once(socket, "disconnect");
        socket.emit("kick-ns");
        return [message, answers, await gone];
    """) == ["not authorized", [[21], {"token": "secret"}], "io server disconnect"]


def test_what_is_no_packet_ends_the_connection(tab):
    assert tab.play(LOAD + """
        const reasons = [], bytes = (...all) => new Uint8Array(all).buffer;
        for (const nonsense of ["2[]", bytes(), bytes(0xC1), bytes(0x80)]) {
            const socket = io({ forceNew: true, transports: ["websocket"], reconnection: false });
            await new Promise((resolve) => socket.on("connect", resolve));
            const gone = new Promise((resolve) => socket.on("disconnect", resolve));
            socket.io.engine.emit("data", nonsense);
            reasons.push(await gone);
        }
        return reasons;
    """) == ["parse error"] * 4
