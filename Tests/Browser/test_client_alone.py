"""What only our browser client does, or can be seen in it alone: its timing, its limits, its bearing in odd moments."""

import gzip
import os
import signal

import pytest

from servers import ROOT


@pytest.fixture
def tab(shared, page):
    return page("ours").open_blank(shared("reference-scenario").url + "/nothing")


def test_the_delay_between_attempts_is_limited_first_and_then_left_to_chance(tab):
    # Nobody listens on port 1. The timers are watched; chance is decided by the test.
    delays = tab.play("""
        const original = window.setTimeout, delays = [];
        window.setTimeout = (fn, ms) => {
            delays.push(ms);
            return original(fn, 1);
        };
        let turn = 0;
        Math.random = () => (turn++ % 2 ? 1 : 0);
        const opts = { reconnectionDelay: 10, reconnectionDelayMax: 60, reconnectionAttempts: 6, timeout: false,
            timestampRequests: false, transports: ["polling"] };
        const manager = new io.Manager("http://127.0.0.1:1", opts);
        const failures = [];
        manager.on("reconnect_error", (error) => failures.push(error.message));
        await new Promise((resolve) => manager.on("reconnect_failed", resolve));
        window.setTimeout = original;
        return { delays, failures };
    """)
    assert delays == {"delays": [5, 30, 20, 90, 30, 90], "failures": ["xhr poll error"] * 6}


def test_a_silent_server_is_noticed(start, page):
    running = start("reference-scenario")
    tab = page("ours").open_blank(running.url + "/nothing")
    tab.run("window.socket = io(quick); socket.on('disconnect', (...all) => { window.lost = all; })")
    tab.transport("websocket")
    os.kill(running.process.pid, signal.SIGSTOP)
    try:
        # The server pings every second and the page waits five seconds more.
        tab.wait("window.lost")
        assert tab.run("return lost[0]") == "ping timeout"
    finally:
        os.kill(running.process.pid, signal.SIGCONT)
    tab.wait("socket.connected")


def test_a_timer_that_sleeps_does_not_lose_a_message(tab):
    assert tab.play("""
        const socket = io({ transports: ["websocket"], ...quick });
        await next(socket, "connect");
        // The page was frozen: the deadline has passed, and its timer has not fired.
        socket.io.engine._pingTimeoutTime = Date.now() - 1;
        const lost = next(socket, "disconnect");
        const answer = socket.emitWithAck("echo", "not lost");
        const buffered = socket.sendBuffer.length;
        const result = [buffered, (await lost)[0], await answer];
        socket.close();
        return result;
    """) == [1, "ping timeout", "not lost"]


def test_a_websocket_that_breaks_half_way_leaves_polling_at_work(page, shared):
    tab = page("ours")
    # The probe is answered, and the WebSocket dies while polling is being paused.
    tab.before_load("""
        const Real = window.WebSocket;
        window.WebSocket = class extends Real {
            set onmessage(fn) {
                super.onmessage = fn && ((event) => { fn(event); this.onclose({ code: 1006 }); super.close(); });
            }
        };
    """)
    tab.open_blank(shared("reference-scenario").url + "/nothing")
    assert tab.play("""
        const socket = io();
        const { engine } = socket.io;
        const [error] = await next(engine, "upgradeError");
        const answers = [];
        for (const each of [1, 2, 3]) answers.push(await socket.emitWithAck("echo", each));
        const result = [error.message, error.transport, engine.transport.name, socket.io.engine === engine, answers];
        socket.close();
        return result;
    """) == ["probe error: transport closed", "websocket", "polling", True, [1, 2, 3]]


def test_transports_that_fail_are_passed_over(tab):
    assert tab.play("""
        window.WebSocket = class { constructor() { setTimeout(() => this.onerror?.({})); } close() {} };
        const socket = io({ transports: ["websocket", "polling"], tryAllTransports: true });
        await next(socket, "connect");
        const first = socket.io.engine.transport.name;
        socket.close();
        const other = io({ transports: [], reconnection: false, forceNew: true });
        const [error] = await next(other, "connect_error");
        return [first, error.message];
    """) == ["polling", "No transports available"]


def test_a_transport_of_the_page(tab):
    assert tab.play("""
        class Counted extends io.WebSocket {
            write(packets) { Counted.packets = (Counted.packets ?? 0) + packets.length; return super.write(packets); }
        }
        const socket = io({ transports: [Counted] });
        const result = [await socket.emitWithAck("echo", 1), Counted.packets];
        socket.close();
        return result;
    """) == [1, 2]


def test_another_parser(tab):
    assert tab.play("""
        // The same packets, upside down.
        const flip = (text) => typeof text === "string" ? [...text].reverse().join("") : text;
        class Encoder { encode(packet) { return [flip("2" + JSON.stringify(packet))]; } }
        class Decoder extends io.Emitter {
            add(text) { this.emit("decoded", JSON.parse(flip(text).slice(1))); }
            destroy() {}
        }
        const manager = new io.Manager({ parser: { Encoder, Decoder }, autoConnect: false });
        const [text] = manager.encoder.encode({ type: 2, nsp: "/", data: ["a"] });
        const decoded = next(manager.decoder, "decoded");
        manager.decoder.add(text);
        return (await decoded)[0];
    """) == {"type": 2, "nsp": "/", "data": ["a"]}


def test_the_script_is_small():
    assert len(gzip.compress((ROOT / "static" / "socket.io.js").read_bytes(), 9)) <= 12_000
