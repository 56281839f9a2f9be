"""What the columns of the tables mean: each runner takes the address and a case, and raises Wrong if it went wrong."""

import json
import socket
import struct
import time

from .peer import CLOSED, DEADLINE, ENGINE, Peer, WebSocket, frame, parse_frame, request, text


class Wrong(Exception):
    """The server did something else than what the case expects."""


def expect(condition, message):
    if not condition:
        raise Wrong(message)


def matches(answer, expected):
    """Whether an answer is what a table says: None (closed without one), a status, a set of them, or a dictionary."""
    if isinstance(expected, (set, tuple)):
        return any(matches(answer, each) for each in expected)
    if expected is None or answer is None:
        return answer is expected
    if isinstance(expected, int):
        return answer.status == expected
    return (
        answer.status == expected.get("status", answer.status)
        and ("body" not in expected or answer.body.decode("latin-1") == expected["body"])
        and ("json" not in expected or answer.json == expected["json"])
        and all(answer.fields.get(name, "").startswith(value) for name, value in expected.get("fields", {}).items())
    )


# HTTP and the opening handshake


def run_http(address, case):
    """Case(request bytes, expected answer, closes=whether the connection must end after it)."""
    data, expected = case["send"], case["expect"]
    with Peer(address) as peer:
        answer = peer.answer(data, head_only=data.startswith(b"HEAD"))
        expect(matches(answer, expected), f"expected {expected}, got {answer}")
        if case.get("closes"):
            peer.until_end()
            expect(not peer.received.startswith(b"HTTP"), f"a second answer: {peer.received[:60]!r}")


def run_crowd(address, case):
    """Many connections that send a little and are gone, properly or by a reset; a good one is served meanwhile."""
    peers = [Peer(address) for _ in range(case["count"])]
    for peer in peers:
        peer.send(case["send"])
    with Peer(address) as good:
        answer = good.answer(request("GET", "/nowhere"))
        expect(matches(answer, 404), f"expected 404 for a good client, got {answer}")
    for peer in peers:
        if case.get("reset"):
            peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.__exit__()


def run_refused_websocket(address, case):
    """A WebSocket that is accepted and closed at once by an empty close frame."""
    with WebSocket(address, case["target"]) as peer:
        message = peer.next_message()
        expect(message == (CLOSED, None), f"expected an empty close frame, got {message!r}")


# Frames


def run_frames(address, case):
    """Sends frames on a connected WebSocket: expects a close code, None for an empty close frame, or "open"."""
    with WebSocket(address) as peer:
        peer.connect()
        peer.send(case["send"])
        if case["expect"] == "open":
            return expect(peer.echoes(), "expected the connection to live")
        message = peer.next_message()
        while not isinstance(message, tuple):
            message = peer.next_message()
        expect(message == (CLOSED, case["expect"]), f"expected close {case['expect']}, got {message!r}")
        peer.send(frame(0x88))
        peer.until_end()


def run_vanish(address, case):
    """A connected peer that is gone in the middle of something; the counts at the end tell what is left of it."""
    with WebSocket(address) as peer:
        peer.connect()
        peer.send(case["send"])


def run_pings(address, case):
    """Many pings, read or not: answered in order, or taken only until there is no more room."""
    with WebSocket(address) as peer:
        peer.connect()
        pings = b"".join(frame(0x89, b"%d" % number) for number in range(case["count"]))
        last = b"%d" % (case["count"] - 1)
        peer.exchange(pings, lambda: peer.received.endswith(bytes([0x8A, len(last)]) + last))
        pongs, rest = [], peer.received
        while found := parse_frame(rest):
            pongs.append(int(found[1]))
            rest = rest[found[2]:]
        expect(pongs == sorted(set(pongs)), "pongs out of order")
        expect(len(pongs) >= case.get("pongs", case["count"]), f"{len(pongs)} pongs for {case['count']} pings")
        peer.received = rest
        expect(peer.echoes(), "expected the connection to live")


def run_unread_pings(address, case):
    """Pings from a peer that reads nothing: the server must stop taking them, or close."""
    with WebSocket(address) as peer:
        peer.connect()
        block, taken, since = frame(0x89, b"p" * 125) * 1000, 0, time.monotonic()
        while taken < case["limit"] and time.monotonic() - since < 1.0:
            try:
                taken += peer.socket.send(block[taken % len(block):])
                since = time.monotonic()
            except BlockingIOError:
                time.sleep(0.01)
            except (BrokenPipeError, ConnectionResetError):
                return
        expect(taken < case["limit"], f"{taken} bytes of pings were taken from a peer that does not read")


# Engine.IO on polling


class Polling:
    """A session on long-polling; each request has a connection of its own."""

    def __init__(self, address):
        self.address = address
        answer = self.ask("GET", ENGINE + "polling")
        self.sid = json.loads(answer.body[1:])["sid"]
        self.target = f"{ENGINE}polling&sid={self.sid}"

    def ask(self, method, target, *fields, body=b""):
        with Peer(self.address) as peer:
            return peer.answer(request(method, target, "Connection: close", *fields, body=body))

    def post(self, body, *fields):
        return self.ask("POST", self.target, *fields, body=body.encode() if isinstance(body, str) else body)

    def poll(self):
        return self.ask("GET", self.target)

    def is_gone(self, deadline=DEADLINE):
        """Whether polls are refused, at once or as soon as the server has noticed."""
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            answer = self.post("6")
            if matches(answer, {"status": 400, "json": {"code": 1, "message": "Session ID unknown"}}):
                return True
            time.sleep(0.02)
        return False

    def is_alive(self):
        """Whether the session can still be joined and used."""
        if not matches(self.post("40"), 200):
            return False
        seen = ""
        while "40{" not in seen:
            answer = self.poll()
            if answer is None or answer.status != 200:
                return False
            seen += answer.body.decode()
        self.post('42987["echo","still there"]')
        return '43987["still there"]' in self.poll().body.decode()

    def leave(self):
        self.post("1")


def run_polling(address, case):
    """Steps on a fresh session, then "alive" or "gone". A step is (method, body, fields, expected answer)."""
    session = Polling(address)
    for method, body, fields, expected in case["steps"]:
        answer = session.ask(method, session.target, *fields, body=body)
        expect(matches(answer, expected), f"{method}: expected {expected}, got {answer}")
    check_end(session, case["then"])


def check_end(session, then):
    if then == "alive":
        expect(session.is_alive(), "expected the session to live")
        session.leave()
    else:
        expect(session.is_gone(), "expected the session to be gone")


def run_overlap(address, case):
    """Two requests of one session at once: the first is answered as told (or dropped), the second refused."""
    session = Polling(address)
    with Peer(address) as first, Peer(address) as second:
        first.send(request(case["method"], session.target, *case.get("fields", ()), body=case.get("begun", b"")))
        settle(session)
        answer = second.answer(request(case["method"], session.target, body=case.get("body", b"")))
        expect(matches(answer, 400), f"second: expected 400, got {answer}")
        answer = first.answer()
        expect(matches(answer, case["first"]), f"first: expected {case['first']}, got {answer}")
    check_end(session, "gone")


def settle(session):
    """Makes sure that the server has read what was sent before: it has answered something that came after."""
    session.ask("GET", "/nowhere")


def run_abort(address, case):
    """A poll or a POST whose connection goes away."""
    session = Polling(address)
    with Peer(address) as peer:
        peer.send(request(case["method"], session.target, *case.get("fields", ()), body=case.get("begun", b"")))
        settle(session)
    check_end(session, "gone")


# Engine.IO on WebSocket, and upgrades


def run_engine(address, case):
    """Frames on a WebSocket session that has joined nothing yet: "closed" by an empty close frame, or "open"."""
    with WebSocket(address) as peer:
        peer.open()
        peer.send(case["send"])
        if case["expect"] == "closed":
            message = peer.next_message()
            return expect(message == (CLOSED, None), f"expected an empty close frame, got {message!r}")
        peer.send(text("40"))
        message = peer.next_message()
        expect(isinstance(message, str) and message.startswith("40{"), f"expected a connection, got {message!r}")
        expect(peer.echoes(), "expected the session to live")


def run_upgrade(address, case):
    """A WebSocket for a polling session that begins with `send`: "refused", or "accepted" as the new transport."""
    session = Polling(address)
    with WebSocket(address, f"{ENGINE}websocket&sid={session.sid}") as peer:
        peer.send(case["send"])
        if case["expect"] == "refused":
            message = peer.next_message()
            expect(message == (CLOSED, None), f"expected an empty close frame, got {message!r}")
            return check_end(session, "alive")
        peer.send(text("40"))
        message = peer.next_message()
        expect(isinstance(message, str) and message.startswith("40{"), f"expected an upgrade, got {message!r}")
        expect(peer.echoes(), "expected the upgraded session to live")


def run_second_upgrade(address, case):
    """A second WebSocket for a session after the first one has sent `send`: accepted and closed; the first lives."""
    session = Polling(address)
    target = f"{ENGINE}websocket&sid={session.sid}"
    with WebSocket(address, target) as first:
        for message in case["send"]:
            first.send(text(message))
        if case["send"]:
            expect(first.next_message() == "3probe", "the probe was not answered")
        if case.get("poll"):
            expect(matches(session.poll(), {"status": 200, "body": "6"}), "no noop for the poll")
        with WebSocket(address, target) as second:
            message = second.next_message()
            expect(message == (CLOSED, None), f"expected an empty close frame, got {message!r}")
        for message in case.get("rest", ()):
            first.send(text(message))
        expect(first.next_message().startswith("40{"), "the first WebSocket was lost")
        expect(first.echoes(), "expected the upgraded session to live")


# Socket.IO


def run_socket(address, case):
    """Messages (str or bytes) after joining "/", or before: then the replies and "closed", "open", "either" of the
    two, or "replied" when the replies are all there is to see."""
    with WebSocket(address) as peer:
        if case.get("connected", True):
            peer.connect()
        else:
            peer.open()
        peer.send(b"".join(text(m) if isinstance(m, str) else frame(0x82, m) for m in case["send"]))
        for reply in case.get("replies", ()):
            message = peer.next_message()
            expect(message == reply, f"expected {reply[:80]!r}, got {message!r:.200}")
        then = case["then"]
        if then == "replied":
            return
        if then == "closed":
            message = peer.next_message()
            return expect(message == (CLOSED, None), f"expected an empty close frame, got {message!r:.200}")
        if then == "either":
            return peer.echoes()
        if not case.get("connected", True):
            peer.send(text("40"))
        expect(peer.echoes(), "expected the connection to live")


def run_socket_polling(address, case):
    """A packet that is no Socket.IO packet, on polling: the POST is taken, and the next poll says that it is over."""
    session = Polling(address)
    session.post("40")
    expect(matches(session.post("4" + case["send"]), {"status": 200, "body": "ok"}), "the POST was not taken")
    packets = []
    while packets[-1:] != ["1"]:
        answer = session.poll()
        expect(matches(answer, 200), f"expected a close packet, got {answer} after {packets}")
        packets = answer.body.decode().split("\x1e")
    check_end(session, "gone")
