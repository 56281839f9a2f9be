"""The browser client's API in Chromium, against the scenario server and another server; the official client beside it.

What the official client does too is asked of both; what only ours does, or shows, is in test_client_alone.py.
"""

import pytest

pytestmark = pytest.mark.parametrize("server, client", [
    ("scenario", "ours"),
    ("scenario", "official"),
    ("reference-scenario", "ours"),
])

TRANSPORTS = {"upgrade": ["polling", "websocket"], "polling": ["polling"], "websocket": ["websocket"]}
each_transport = pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)


@pytest.fixture
def tab(shared, page, server, client):
    return page(client).open_blank(shared(server).url + "/nothing")


@each_transport
def test_acknowledgements(tab, transports):
    assert tab.play("""
        const socket = io({ transports: arguments[0] });
        const called = (emit) => new Promise((resolve) => emit((...all) => resolve(all)));
        const echoed = await called((answer) => socket.emit("echo", 1, "two", { three: [3] }, answer));
        const promised = await socket.emitWithAck("echo", "promise");
        const timed = await called((answer) => socket.timeout(5000).emit("echo", 4, answer));
        socket.on("question", (number, answer) => answer(number + 1, "and more"));
        const asked = await socket.emitWithAck("ask");
        socket.close();
        return { echoed, promised, timed, asked };
    """, transports) == {
        "echoed": [1, "two", {"three": [3]}], "promised": "promise", "timed": [None, 4], "asked": [21, "and more"],
    }


@each_transport
def test_bytes(tab, transports):
    assert tab.play("""
        const socket = io({ transports: arguments[0] });
        const large = new Uint8Array(256 * 1024).map((_, at) => at * 7);
        const sent = {
            buffer: new Uint8Array([0, 1, 255]).buffer,
            view: large.subarray(5, 10),
            large,
            blob: new Blob(["blob"]),
            deep: [{ empty: new ArrayBuffer(0) }, "text"],
        };
        const back = await socket.emitWithAck("echo", sent);
        const arrived = next(socket, "bin");
        socket.emit("bin", new Uint8Array([9, 8]));
        const [bin] = await arrived;
        const list = (buffer) => [...new Uint8Array(buffer)];
        socket.close();
        return {
            kinds: [back.buffer, back.view, bin].map((each) => each instanceof ArrayBuffer),
            buffer: list(back.buffer), view: list(back.view), blob: new TextDecoder().decode(back.blob),
            large: list(back.large).every((byte, at) => byte === large[at]) && back.large.byteLength,
            empty: list(back.deep[0].empty), text: back.deep[1], bin: list(bin),
        };
    """, transports) == {
        "kinds": [True] * 3, "buffer": [0, 1, 255], "view": [35, 42, 49, 56, 63], "blob": "blob",
        "large": 256 * 1024, "empty": [], "text": "text", "bin": [9, 8],
    }


def test_order_is_kept_across_the_upgrade(tab):
    assert tab.play("""
        const socket = io();
        const answers = [];
        let sent = 0, lost;
        socket.on("disconnect", (reason) => { lost = new Error("lost the connection: " + reason); });
        const enough = (condition) => until(() => { if (lost) throw lost; return condition(); });
        let began;
        socket.io.once("open", () => { began = socket.io.engine.transport.name; });
        // Some of them leave before the upgrade, some during it, some after.
        const timer = setInterval(() => socket.emit("echo", sent++, (answer) => answers.push(answer)), 0);
        await enough(() => socket.io.engine.transport.name === "websocket" && answers.length > 20);
        clearInterval(timer);
        await enough(() => answers.length === sent);
        socket.off("disconnect").close();
        return { began, sorted: answers.every((answer, at) => answer === at) };
    """) == {"began": "polling", "sorted": True}


@each_transport
def test_namespaces_share_one_connection(tab, transports):
    result = tab.play("""
        const opts = { transports: arguments[0], auth: { token: "secret" } };
        const root = io(opts), other = io("/admin", opts), own = io("/admin", { ...opts, forceNew: true });
        await Promise.all([root, other, own].map((each) => next(each, "connect")));
        const said = [];
        other.on("said", (...all) => said.push(all));
        root.on("said", () => said.push("root heard it"));
        const heard = next(other, "said");
        await own.emitWithAck("say-all", "hello");
        await heard;
        const gone = next(other, "disconnect");
        other.emit("kick-ns");
        const [reason] = await gone;
        const still = await root.emitWithAck("echo", "still");
        const state = { shared: root.io === other.io, own: own.io !== root.io, ids: new Set([root.id, own.id]).size };
        root.close();
        own.close();
        return { ...state, said, reason, still, active: other.active };
    """, transports)
    assert result == {
        "shared": True, "own": True, "ids": 2, "said": [["*", "hello"]], "reason": "io server disconnect",
        "still": "still", "active": False,
    }


def test_auth_and_query(tab):
    result = tab.play("""
        let turn = 0;
        const socket = io({ auth: (send) => send({ turn: ++turn }), query: { token: "a b&c" }, ...quick });
        const first = await socket.emitWithAck("whoami");
        const again = next(socket, "connect");
        socket.disconnect().connect();
        await again;
        const second = await socket.emitWithAck("whoami");
        const admin = io("/admin", { auth: { token: "secret" } });
        const third = await admin.emitWithAck("whoami");
        const same = second.id === socket.id && first.id !== second.id;
        socket.close();
        admin.close();
        return { first: first.auth, second: second.auth, q: first.q, third: third.auth, same };
    """)
    assert result == {
        "first": {"turn": 1}, "second": {"turn": 2}, "q": "a b&c", "third": {"token": "secret"}, "same": True,
    }


def test_refusals(tab):
    assert tab.play("""
        const refused = async (nsp, opts) => {
            const socket = io(nsp, { forceNew: true, ...opts });
            const [error] = await next(socket, "connect_error");
            return [error instanceof Error, error.message, error.data ?? null, socket.active, socket.connected];
        };
        return [
            await refused("/", { auth: { deny: true } }),
            await refused("/admin", { auth: { token: "wrong" } }),
            await refused("/nowhere"),
        ];
    """) == [
        [True, "denied", {"code": 42}, False, False],
        [True, "not authorized", None, False, False],
        [True, "Invalid namespace", None, False, False],
    ]


def test_what_is_said_offline_waits(tab):
    assert tab.play("""
        const socket = io({ autoConnect: false });
        const answers = [];
        for (const each of [1, 2, 3]) socket.emit("echo", each, (answer) => answers.push(answer));
        socket.volatile.emit("echo", "dropped", (answer) => answers.push(answer));
        const waiting = socket.sendBuffer.length;
        socket.connect();
        await until(() => answers.length === 3);
        await socket.emitWithAck("echo", 4);
        const state = [socket.connected, socket.disconnected, typeof socket.id];
        socket.close();
        return { waiting, answers, state, after: [socket.connected, socket.disconnected, typeof socket.id] };
    """) == {
        "waiting": 3, "answers": [1, 2, 3], "state": [True, False, "string"], "after": [False, True, "undefined"],
    }


def test_an_acknowledgement_that_cannot_come_is_an_error(tab):
    assert tab.play("""
        const socket = io({ transports: ["websocket"] });
        await next(socket, "connect");
        const late = await socket.timeout(50).emitWithAck("nobody listens").catch((error) => error.message);
        const cut = socket.emitWithAck("nobody listens").catch((error) => error.message);
        socket.disconnect();
        return [late, await cut];
    """) == ["operation has timed out", "socket has been disconnected"]


@pytest.mark.parametrize("transports", [["websocket"], ["polling"]], ids=["websocket", "polling"])
def test_a_closed_transport_is_opened_again(tab, transports, server):
    reason, events, answer = tab.play("""
        const socket = io({ transports: arguments[0], ...quick });
        await next(socket, "connect");
        const events = [];
        for (const event of ["close", "reconnect_attempt", "open", "reconnect"])
            socket.io.on(event, (detail) => events.push([event, event.startsWith("reconnect") ? detail : null]));
        const lost = next(socket, "disconnect"), back = next(socket, "connect");
        socket.emit("kick");
        const [reason] = await lost;
        await back;
        const answer = await socket.emitWithAck("echo", 1);
        socket.close();
        return [reason, events.slice(0, 4), answer];
    """, transports)
    # The other server may forget the session before it has answered the request that asked for the end.
    assert reason == "transport close" or (server, reason) == ("reference-scenario", "transport error")
    assert events == [["close", None], ["reconnect_attempt", 1], ["open", None], ["reconnect", 1]]
    assert answer == 1


def test_the_reason_of_a_disconnection_by_ourselves(tab):
    assert tab.play("""
        const socket = io();
        await next(socket, "connect");
        const gone = next(socket, "disconnect");
        socket.disconnect();
        return [(await gone)[0], socket.active];
    """) == ["io client disconnect", False]


def test_a_packet_that_makes_no_sense_closes_the_connection(tab):
    assert tab.play("""
        const reasons = [];
        for (const nonsense of ["9", "2{}", "2[", '51-["a",{"_placeholder":true,"num":5}]']) {
            const socket = io({ forceNew: true, ...quick });
            await next(socket, "connect");
            const gone = next(socket, "disconnect"), back = next(socket, "connect");
            socket.io.engine.emit("data", nonsense);
            if (nonsense[0] === "5") socket.io.engine.emit("data", new ArrayBuffer(1));
            reasons.push((await gone)[0]);
            await back;
            socket.close();
        }
        return reasons;
    """) == ["parse error"] * 4


def test_listeners(tab):
    assert tab.play("""
        const socket = io();
        const heard = [];
        const note = (room, text) => heard.push("on " + text);
        socket.on("said", note).once("said", (room, text) => heard.push("once " + text));
        socket.onAny((event, text) => heard.push("any " + event));
        socket.prependAny((event) => heard.push("first " + event));
        socket.onAnyOutgoing((event, text) => heard.push("out " + event + " " + text));
        const said = async (text) => {
            const arrived = next(socket, "said");
            socket.emit("say-all", text, () => {});
            await arrived;
        };
        await said("a");
        await said("b");
        socket.off("said", note).offAny().offAnyOutgoing();
        await said("c");
        const reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]
            .filter((name) => { try { socket.emit(name); return false; } catch { return true; } });
        socket.close();
        const left = [socket.listeners("said").length, socket.hasListeners("said")];
        return { heard, reserved: reserved.length, left };
    """) == {
        "heard": [
            "out say-all a", "first said", "any said", "on a", "once a",
            "out say-all b", "first said", "any said", "on b",
        ],
        "reserved": 6, "left": [0, False],
    }


def test_retries_keep_the_order_until_each_is_acknowledged(tab):
    assert tab.play("""
        const socket = io({ retries: 2, ackTimeout: 2000, transports: ["websocket"], ...quick });
        const answers = [];
        for (const each of [1, 2, 3]) socket.emit("echo", each, (error, answer) => answers.push([error, answer]));
        socket.timeout(30).emit("nobody listens", (error) => answers.push(error.message));
        socket.emit("echo", 4, (error, answer) => answers.push([error, answer]));
        await until(() => answers.length === 5);
        socket.close();
        return answers;
    """) == [[None, 1], [None, 2], [None, 3], "operation has timed out", [None, 4]]


def test_many_large_messages_by_polling_respect_the_limit_of_the_server(tab):
    assert tab.play("""
        const socket = io({ transports: ["polling"] });
        const text = "ä".repeat(150_000);
        const bytes = new Uint8Array(200_000);
        await next(socket, "connect");
        const lengths = await Promise.all([text, bytes, text, bytes, text, text, bytes]
            .map((each) => socket.emitWithAck("echo", each).then((back) => back.length ?? back.byteLength)));
        socket.close();
        return lengths;
    """) == [150_000, 200_000, 150_000, 200_000, 150_000, 150_000, 200_000]


def test_a_listener_that_throws_harms_nobody(tab):
    assert tab.play("""
        const socket = io();
        socket.on("said", () => { throw new Error("a fault of the page"); });
        await next(socket, "connect");
        socket.emit("say-all", "text", () => {});
        const answer = await socket.emitWithAck("echo", 2);
        const connected = socket.connected;
        socket.close();
        return [answer, connected];
    """) == [2, True]
