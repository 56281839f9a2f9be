"""How our browser client bears itself where it differs from the official one, or where a fault would be silent."""

import pytest


@pytest.fixture
def tab(shared, page):
    return page("ours").open_blank(shared("reference-scenario").url + "/nothing")


@pytest.mark.parametrize("transports, bytes", [(["websocket"], 1_000_001), (["polling"], 749_998)])
def test_a_message_too_big_for_the_server_is_refused_here(tab, transports, bytes):
    result = tab.play("""
        const socket = io({ transports: arguments[0] });
        await next(socket, "connect");
        const errors = [], lost = [];
        socket.io.on("error", (error) => errors.push(error.message));
        socket.on("disconnect", (reason) => lost.push(reason));
        const text = "ä".repeat(500_000);
        const promised = await socket.emitWithAck("echo", text).catch((error) => error);
        const timed = await new Promise((resolve) =>
            socket.timeout(5000).emit("echo", new Uint8Array(arguments[1]), resolve));
        socket.emit("echo", text, () => errors.push("was answered"));
        // The message fits beside its type, its name and its id.
        const fits = await socket.emitWithAck("echo", "ä".repeat(499_980));
        const bytes = await socket.emitWithAck("echo", new Uint8Array(arguments[1] - 1));
        socket.off("disconnect").close();
        return { promised: [promised.type, promised.message], timed: timed.message, errors, lost, fits: fits.length,
            bytes: bytes.byteLength };
    """, transports, bytes)
    text = "message too big (1000014 > 1000000 bytes)"
    # On polling the bytes are in base64, behind a sign.
    binary = "message too big (1000001 > 1000000 bytes)"
    assert result == {
        "promised": ["MessageTooBig", text], "timed": binary, "errors": [text, binary, text],
        "lost": [], "fits": 499_980, "bytes": bytes - 1,
    }


def test_a_message_too_big_is_not_tried_again_and_holds_up_nobody(tab):
    assert tab.play("""
        const socket = io({ retries: 3, ackTimeout: 5000, transports: ["websocket"] });
        const errors = [];
        socket.io.on("error", (error) => errors.push(error.type));
        const heard = (...args) => new Promise((resolve) => socket.emit("echo", ...args, (...all) => resolve(all)));
        const [refused, echoed] = await Promise.all([heard("x".repeat(1_000_000)), heard("small")]);
        socket.close();
        return { refused: refused.map((each) => each.type), echoed, errors };
    """) == {"refused": ["MessageTooBig"], "echoed": [None, "small"], "errors": ["MessageTooBig"]}


def test_auth_too_big_is_an_error_of_its_own_namespace_only(tab):
    assert tab.play("""
        const manager = new io.Manager(location.origin, { transports: ["websocket"] });
        const big = manager.socket("/dyn-1", { auth: { token: "x".repeat(1_000_000) } });
        const small = manager.socket("/");
        const refused = [];
        small.on("connect_error", (error) => refused.push(error.message));
        const [[error]] = await Promise.all([next(big, "connect_error"), next(small, "connect")]);
        big.close();
        small.close();
        return [error.type, refused];
    """) == ["MessageTooBig", []]


def test_everything_emitted_after_a_missed_deadline_waits_for_the_next_connection(tab):
    assert tab.play("""
        const socket = io({ transports: ["websocket"], ...quick });
        await next(socket, "connect");
        socket.io.engine._pingTimeoutTime = Date.now() - 1;
        const answers = [1, 2, 3].map((each) => socket.emitWithAck("echo", each));
        const waiting = socket.sendBuffer.length;
        const result = [waiting, await Promise.all(answers)];
        socket.close();
        return result;
    """) == [3, [1, 2, 3]]


@pytest.mark.parametrize("event", ["focus", "online", "visibilitychange"])
def test_a_page_that_wakes_looks_at_the_deadline_at_once(tab, event):
    assert tab.play("""
        const socket = io({ transports: ["websocket"], ...quick });
        await next(socket, "connect");
        window.dispatchEvent(new Event(arguments[0]));
        await socket.emitWithAck("echo", "still there");
        const lost = next(socket, "disconnect"), back = next(socket, "connect");
        socket.io.engine._pingTimeoutTime = Date.now() - 1;
        window.dispatchEvent(new Event(arguments[0]));
        const [reason] = await lost;
        await back;
        socket.close();
        return reason;
    """, event) == "ping timeout"


def test_the_network_is_lost_for_other_hosts_and_not_for_this_machine(tab):
    assert tab.play("""
        const far = io({ transports: ["websocket"], ...quick });
        const near = io(`http://localhost:${location.port}`, { transports: ["websocket"], ...quick });
        await Promise.all([next(far, "connect"), next(near, "connect")]);
        const lost = next(far, "disconnect");
        window.dispatchEvent(new Event("offline"));
        const [reason, description] = await lost;
        const result = [reason, description.description, await near.emitWithAck("echo", "near")];
        far.close();
        near.close();
        return result;
    """) == ["transport close", "network connection lost", "near"]


def test_asking_twice_to_connect_is_asking_once(tab):
    assert tab.play("""
        const socket = io({ autoConnect: false, transports: ["websocket"] });
        socket.connect().connect();
        const asked = [];
        socket.io.engine.on("packetCreate", ({ type, data }) => asked.push(type + data));
        await next(socket.io, "open");
        socket.connect();
        await next(socket, "connect");
        await socket.connect().emitWithAck("echo", 1);
        socket.close();
        return asked.filter((each) => each.startsWith("message0"));
    """) == ["message0"]


def test_a_connection_that_ends_before_the_handshake_is_an_error_at_once(tab):
    assert tab.play("""
        window.WebSocket = class { constructor() { setTimeout(() => this.onclose({})); } close() {} };
        const socket = io({ transports: ["websocket"], reconnection: false, forceNew: true });
        const [error] = await next(socket, "connect_error");
        return error.message;
    """) == "transport close"


def test_options_that_mean_their_defaults(tab):
    assert tab.play("""
        const manager = new io.Manager({ autoConnect: false, reconnectionDelay: 0, reconnectionDelayMax: 0,
            reconnectionAttempts: 0, randomizationFactor: 0, timeout: 0 });
        return ["reconnectionDelay", "reconnectionDelayMax", "randomizationFactor", "timeout", "reconnection"]
            .map((name) => manager[name]()).concat(manager.reconnectionAttempts() === Infinity);
    """) == [1000, 5000, 0, 0, True, True]


def test_options_that_are_named_and_not_given(tab):
    assert tab.play("""
        const none = undefined;
        const socket = io(null, { path: none, transports: none, transportOptions: none, query: none, auth: none,
            timeout: none, reconnection: none, parser: none, forceNew: true });
        const answer = await socket.emitWithAck("echo", 1);
        const { engine } = socket.io;
        socket.close();
        return [answer, engine.transports, engine.opts.path, socket.io.timeout(), socket.io.reconnection()];
    """) == [1, ["polling", "websocket"], "/socket.io/", 20000, True]


def test_reconnection_can_be_called_off(tab):
    assert tab.play("""
        const manager = new io.Manager("http://127.0.0.1:1", { transports: ["polling"], ...quick });
        const attempts = [];
        manager.on("reconnect_attempt", (number) => attempts.push(number));
        await next(manager, "reconnect_attempt");
        manager.reconnection(false);
        // Whoever connects by hand afterwards is not held back by the attempt that was called off.
        await next(manager, "error");
        await new Promise((resolve) => setTimeout(resolve, 100));
        const socket = manager.socket("/");
        socket.connect();
        await next(manager, "error");
        return attempts;
    """) == [1]


def test_unknown_transports_are_passed_over(tab):
    assert tab.play("""
        const socket = io({ transports: ["webtransport", "websocket"] });
        await next(socket, "connect");
        const { transport, transports } = socket.io.engine;
        socket.close();
        return [transport.name, transports];
    """) == ["websocket", ["websocket"]]


@pytest.mark.parametrize("uri, address", [
    ("ws://a", "http://a/socket.io/ ws://a/socket.io/"),
    ("wss://a:1/n?x=1", "https://a:1/socket.io/ wss://a:1/socket.io/"),
    ("http://a:80", "http://a/socket.io/ ws://a/socket.io/"),
    ("//a:8", "http://a:8/socket.io/ ws://a:8/socket.io/"),
    ("https://[::1]:9", "https://[::1]:9/socket.io/ wss://[::1]:9/socket.io/"),
    ("a:7", "http://a:7/socket.io/ ws://a:7/socket.io/"),
])
def test_addresses(tab, uri, address):
    assert tab.play("""
        const socket = io(arguments[0], { transports: ["polling"], reconnection: false, forceNew: true });
        const { transport } = socket.io.engine;
        const found = ["http", "ws"].map((scheme) => transport.uri(scheme).split("?")[0]);
        socket.close();
        return found.join(" ");
    """, uri) == address


def test_names_of_events_that_are_not_quite_texts(tab):
    assert tab.play("""
        const emitter = new io.Emitter(), heard = [];
        for (const name of ["7", "__proto__", "constructor"]) emitter.on(name, () => heard.push(name));
        emitter.emit(7).emit("__proto__").emit("constructor").emit("toString");
        emitter.off("7").emit(7);
        return heard;
    """) == ["7", "__proto__", "constructor"]
