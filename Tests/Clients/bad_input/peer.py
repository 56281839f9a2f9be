"""Raw sockets: HTTP answers and WebSocket frames with nothing in between that would refuse to send nonsense."""

import json
import os
import selectors
import socket
import struct
import time

DEADLINE = 8.0


class Timeout(Exception):
    """What was awaited did not come."""


class Peer:
    """One TCP connection; everything waits until a deadline and then raises Timeout."""

    def __init__(self, address):
        self.socket = socket.create_connection(address, timeout=DEADLINE)
        self.socket.setblocking(False)
        self.received = b""
        self.ended = False
        self.selector = selectors.DefaultSelector()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.selector.close()
        self.socket.close()

    def exchange(self, data, enough, deadline=DEADLINE):
        """Sends `data` and receives at the same time until `enough()` or the end; returns what could not be sent."""
        rest = memoryview(data)
        end = time.monotonic() + deadline
        while True:
            if enough() or self.ended:
                return bytes(rest)
            left = end - time.monotonic()
            if left <= 0:
                raise Timeout(f"after {len(self.received)} bytes: {self.received[:80]!r}")
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if rest else 0)
            self.selector.register(self.socket, events)
            ready = self.selector.select(left)
            self.selector.unregister(self.socket)
            for _, mask in ready:
                if mask & selectors.EVENT_WRITE:
                    rest = self._send(rest)
                if mask & selectors.EVENT_READ:
                    self._receive()

    def _send(self, rest):
        try:
            return rest[self.socket.send(rest[:1 << 20]):]
        except BlockingIOError:
            return rest
        except (BrokenPipeError, ConnectionResetError):
            return rest[len(rest):]  # The server has had enough; its answer may still be readable.

    def _receive(self):
        try:
            piece = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except ConnectionResetError:
            piece = b""
        self.received += piece
        self.ended = self.ended or not piece

    def send(self, data):
        """Sends all of `data`, reading meanwhile so that no side waits for the other for ever."""
        rest = memoryview(data)
        end = time.monotonic() + DEADLINE
        while rest and not self.ended and time.monotonic() < end:
            before = len(rest)
            rest = self._send(rest)
            self._receive()
            if len(rest) == before:
                time.sleep(0.001)
        return len(data) - len(rest)

    def until_end(self):
        """Receives until the server has finished."""
        self.exchange(b"", lambda: False)

    # HTTP

    def answer(self, data=b"", head_only=False):
        """Sends a request; the first final answer, or None when the server closed without one."""
        parsed = []

        def enough():
            parsed[:] = [parse_answer(self.received, head_only)]
            return parsed[0] is not None

        self.exchange(data, enough)
        answer = parsed[0] or parse_answer(self.received, head_only, ended=True)
        if answer:
            self.received = self.received[answer.size:]
        return answer


class Answer:
    """An HTTP answer."""

    def __init__(self, status, fields, body, size):
        self.status, self.fields, self.body, self.size = status, fields, body, size

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def __repr__(self):
        return f"{self.status} {self.body[:80]!r}"


def parse_answer(data, head_only=False, ended=False):
    """The first answer in `data` that is no 100, or None while it is incomplete."""
    start = 0
    while True:
        end = data.find(b"\r\n\r\n", start)
        if end < 0:
            return None
        lines = data[start:end].decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        body = end + 4
        if status != 100:
            break
        start = body
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    length = 0 if head_only or status in (101, 204, 304) else int(fields.get("content-length", len(data) - body))
    if len(data) < body + length and not ended:
        return None
    return Answer(status, fields, data[body:body + length], body + length)


def request(method, target, *fields, body=b"", version="1.1", host="Host: localhost"):
    """The bytes of a request; fields are whole lines."""
    lines = [f"{method} {target} HTTP/{version}"] + ([host] if host else []) + list(fields)
    if body and not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in fields):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


# WebSocket

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
VERSION = "Sec-WebSocket-Version: 13"
UPGRADE = ("Connection: Upgrade", "Upgrade: websocket")
ENGINE = "/socket.io/?EIO=4&transport="
CLOSED = object()


def frame(bits, payload=b"", mask=True, length=None):
    """One frame with any first byte; `length` overrides what the header says about the payload."""
    size = len(payload) if length is None else length
    bit = 0x80 if mask else 0
    if size < 126:
        head = struct.pack("!BB", bits, bit | size)
    elif size < 65536:
        head = struct.pack("!BBH", bits, bit | 126, size)
    else:
        head = struct.pack("!BBQ", bits, bit | 127, size)
    if not mask:
        return head + payload
    key = os.urandom(4)
    pattern = int.from_bytes((key * (len(payload) // 4 + 1))[:len(payload)], "big")
    masked = (int.from_bytes(payload, "big") ^ pattern).to_bytes(len(payload), "big") if payload else b""
    return head + key + masked


def text(message):
    """A text frame."""
    return frame(0x81, message.encode() if isinstance(message, str) else message)


class WebSocket(Peer):
    """A WebSocket that says what it is told to."""

    def __init__(self, address, target=ENGINE + "websocket"):
        super().__init__(address)
        answer = self.answer(request("GET", target, *UPGRADE, KEY, VERSION))
        if answer is None or answer.status != 101:
            raise Timeout(f"no WebSocket but {answer}")

    def next_frame(self):
        """(first byte, payload) of the next frame, or None when the connection has ended."""
        found = []

        def enough():
            found[:] = [parse_frame(self.received)]
            return found[0] is not None

        self.exchange(b"", enough)
        if not found[0]:
            return None
        bits, payload, size = found[0]
        self.received = self.received[size:]
        return bits, payload

    def next_message(self):
        """The next text (str) or binary (bytes) message; CLOSED and the code when a close frame came."""
        while True:
            found = self.next_frame()
            if found is None:
                return CLOSED, "no close frame"
            bits, payload = found
            if bits == 0x88:
                return CLOSED, struct.unpack("!H", payload[:2])[0] if payload else None
            if bits == 0x81 and payload != b"2":
                return payload.decode()
            if bits == 0x82:
                return payload

    def open(self):
        """Reads the open packet; the session's id."""
        return json.loads(self.next_message()[1:])["sid"]

    def connect(self):
        """Opens the session and joins "/"."""
        self.open()
        self.send(text("40"))
        answer = self.next_message()
        if not (isinstance(answer, str) and answer.startswith("40{")):
            raise Timeout(f"not connected but {answer!r}")

    def echoes(self):
        """Whether an event is acknowledged, whatever else arrives before it."""
        self.send(text('42987["echo","still there"]'))
        while True:
            message = self.next_message()
            if message == '43987["still there"]':
                return True
            if isinstance(message, tuple):
                return False


def parse_frame(data):
    """(first byte, payload, size) of a whole unmasked frame, or None."""
    if len(data) < 2:
        return None
    size, start = data[1] & 0x7F, 2
    if size == 126:
        if len(data) < 4:
            return None
        size, start = struct.unpack("!H", data[2:4])[0], 4
    elif size == 127:
        if len(data) < 10:
            return None
        size, start = struct.unpack("!Q", data[2:10])[0], 10
    if len(data) < start + size:
        return None
    return data[0], data[start:start + size], start + size
