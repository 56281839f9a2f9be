"""The official client in Chromium against the scenario server: what a cut connection costs, and questions to many.

The events of everyday are in test_client.py, which asks them of this client, too.
"""

from pathlib import Path

import pytest

from proxy import Proxy

TRANSPORTS = {"upgrade": ["polling", "websocket"], "polling": ["polling"], "websocket": ["websocket"]}
each_transport = pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)

# What a page keeps of one socket: the lines that were said to it, in their order, without the offset behind them.
WATCH = """
window.watch = (socket) => {
    window.socket = socket;
    window.heard = [];
    window.lost = [];
    socket.on("said", (room, text) => heard.push(text));
    socket.on("disconnect", (reason) => lost.push(reason));
};
"""


@pytest.fixture
def server(shared):
    return shared("scenario-recovery")


@pytest.fixture
def proxy(server):
    running = Proxy(server.port)
    yield running
    running.close()


@pytest.fixture
def tab(page):
    def open_tab(url):
        tab = page("official")
        tab.before_load(WATCH)
        return tab.open_blank(url + "/nothing")

    return open_tab


def join(tab, transports):
    """A socket in the room "red" with something to remember, on its last transport."""
    tab.play("""
        watch(io({ transports: arguments[0], ...quick }));
        await until(() => socket.connected && socket.io.engine.transport.name === arguments[0].at(-1));
        await socket.emitWithAck("join", "red");
        await socket.emitWithAck("remember", { name: "ann" });
        window.before = socket.id;
    """, transports)


def back(tab, heard):
    """What the socket is when it has come back and heard everything."""
    tab.wait(f"lost.length > 0 && socket.connected && heard.length >= {heard}")
    return tab.play("""
        const recalled = await socket.emitWithAck("recall");
        return { recovered: socket.recovered, same: socket.id === before, heard, lost,
                 data: recalled.data, rooms: recalled.rooms.filter((room) => room !== socket.id),
                 server: recalled.recovered };
    """)


def say(tab, *texts):
    tab.play("for (const text of arguments[0]) await socket.emitWithAck('say', 'red', text);", list(texts))


@each_transport
def test_a_cut_connection_is_recovered(server, proxy, tab, transports):
    """Cut by the network, away while others speak: id, rooms, data, and what was missed, in order and once."""
    ann, bob = tab(proxy.url), tab(server.url)
    join(ann, transports)
    join(bob, ["websocket"])
    say(bob, "before")
    ann.wait("heard.length === 1")
    proxy.cut()
    ann.wait("lost.length === 1")
    missed = [f"missed {number}" for number in range(20)]
    say(bob, *missed)
    proxy.release()
    ann.wait("socket.connected")
    say(bob, "after")
    assert back(ann, 22) == {
        "recovered": True, "same": True, "heard": ["before", *missed, "after"], "lost": ann.run("return lost"),
        "data": {"name": "ann"}, "rooms": ["red"], "server": True,
    }
    assert ann.run("return lost")[0] in ("transport close", "transport error")


@each_transport
def test_a_connection_cut_before_any_event_is_recovered(server, proxy, tab, transports):
    ann, bob = tab(proxy.url), tab(server.url)
    join(ann, transports)
    join(bob, ["websocket"])
    proxy.cut()
    ann.wait("lost.length === 1")
    say(bob, "one", "two")
    proxy.release()
    came = back(ann, 2)
    assert (came["recovered"], came["same"], came["heard"], came["rooms"]) == (True, True, ["one", "two"], ["red"])


@each_transport
def test_a_transport_that_the_page_closes_is_recovered(server, tab, transports):
    ann, bob = tab(server.url), tab(server.url)
    join(ann, transports)
    join(bob, ["websocket"])
    say(bob, "before")
    ann.wait("heard.length === 1")
    ann.run("socket.io.engine.close()")
    say(bob, "meanwhile")
    came = back(ann, 2)
    assert (came["recovered"], came["same"], came["heard"]) == (True, True, ["before", "meanwhile"])
    assert came["data"] == {"name": "ann"} and came["lost"] == ["forced close"]


def test_a_recovery_is_told_once_more_cuts_are_recovered_again(server, proxy, tab):
    ann, bob = tab(proxy.url), tab(server.url)
    join(ann, ["websocket"])
    join(bob, ["websocket"])
    for turn in range(3):
        proxy.cut()
        ann.wait(f"lost.length === {turn + 1}")
        say(bob, f"turn {turn}")
        proxy.release()
        ann.wait(f"socket.connected && heard.length === {turn + 1}")
    came = back(ann, 3)
    assert came["heard"] == ["turn 0", "turn 1", "turn 2"] and came["recovered"] and came["same"]


def test_whoever_leaves_is_not_recovered(server, tab):
    ann = tab(server.url)
    join(ann, ["websocket"])
    ann.run("socket.disconnect().connect()")
    came = back(ann, 0)
    assert (came["recovered"], came["same"], came["data"], came["rooms"]) == (False, False, None, [])


def test_a_question_to_all_with_one_who_is_mute(start, tab):
    """The answers that came in time are told, and that one is missing, when the time is over."""
    server = start("scenario-recovery")
    asker, voter, mute = (tab(server.url) for _ in range(3))
    for each, number in ((asker, 1), (voter, 2)):
        each.play("""
            watch(io());
            socket.on("question", (...all) => all.at(-1)(arguments[0]));
            await next(socket, "connect");
        """, number)
    mute.play("watch(io()); socket.on('question', () => {}); await next(socket, 'connect');")
    answers, missing = asker.play("""
        return new Promise((done) => socket.emit("ask-all", 500, (...all) => done(all)));
    """)
    assert sorted(answers) == [1, 2] and missing == 1
    mute.play("socket.off('question').on('question', (...all) => all.at(-1)(3));")
    answers, missing = asker.play("""
        return new Promise((done) => socket.emit("ask-all", 10000, (...all) => done(all)));
    """)
    assert sorted(answers) == [1, 2, 3] and missing == 0


@each_transport
def test_a_dynamic_namespace_is_recovered_too(server, proxy, tab, transports):
    ann = tab(proxy.url)
    ann.play("""
        watch(io("/dyn-7", { transports: arguments[0], ...quick }));
        await next(socket, "connect");
        await socket.emitWithAck("join", "red");
        await socket.emitWithAck("remember", { name: "ann" });
        window.before = socket.id;
    """, transports)
    refused = ann.play("return (await next(io('/dyn-x'), 'connect_error'))[0].message;")
    proxy.cut()
    ann.wait("lost.length === 1")
    proxy.release()
    came = back(ann, 0)
    assert refused == "Invalid namespace"
    assert (came["recovered"], came["same"], came["rooms"], came["data"]) == (True, True, ["red"], {"name": "ann"})


@each_transport
def test_bytes_that_were_missed_come_whole(server, proxy, tab, transports):
    ann, bob = tab(proxy.url), tab(server.url)
    join(ann, transports)
    join(bob, ["websocket"])
    ann.run("window.bytes = []; socket.on('bytes', (data) => bytes.push([...new Uint8Array(data)]))")
    proxy.cut()
    ann.wait("lost.length === 1")
    bob.play("await socket.emitWithAck('say-bytes', 'red', new Uint8Array([0, 1, 255]));")
    proxy.release()
    ann.wait("socket.connected && bytes.length === 1")
    assert ann.run("return [bytes, socket.recovered]") == [[[0, 1, 255]], True]


@each_transport
def test_messagepack(shared, tab, transports):
    """With a parser of ours in the form of socket.io-msgpack-parser, which no Python package brings."""
    page = tab(shared("scenario-msgpack").url)
    parser = Path(__file__).with_name("msgpack_parser.js").read_text()
    result = page.play(parser + """
        const socket = io({ parser: msgpackParser, transports: arguments[0], auth: { user: "ann" } });
        const large = new Uint8Array(70_000).map((_, at) => at * 7);
        const sent = { text: "é\\u{1f44b}".repeat(100), list: [1, -5, 1.5, 70000, 2 ** 40, null, true], large };
        const back = await socket.emitWithAck("echo", sent);
        socket.on("question", (number, answer) => answer(number + 1, new Uint8Array([1])));
        const [number, bytes] = await socket.emitWithAck("ask");
        const who = await socket.emitWithAck("whoami");
        const dynamic = io("/dyn-1", { parser: msgpackParser });
        const joined = await dynamic.emitWithAck("join", "red");
        const refused = await next(io("/", { forceNew: true, parser: msgpackParser, auth: { deny: 1 } }), "connect_error");
        const gone = next(socket, "disconnect");
        socket.emit("kick-ns");
        const [reason] = await gone;
        socket.close();
        dynamic.close();
        return {
            text: back.text === sent.text, list: back.list,
            large: new Uint8Array(back.large).every((byte, at) => byte === large[at]) && back.large.byteLength,
            asked: [number, [...new Uint8Array(bytes)]], auth: who.auth, joined, reason,
            refused: [refused[0].message, refused[0].data],
        };
    """, transports)
    assert result == {
        "text": True, "list": [1, -5, 1.5, 70000, 2**40, None, True], "large": 70_000, "asked": [21, [1]],
        "auth": {"user": "ann"}, "joined": ["red"], "reason": "io server disconnect",
        "refused": ["denied", {"code": 42}],
    }
