"""A Socket.IO connection just large enough to ask a server something, and to send it bursts whose answers are known.

It reads and writes whole frames, masks with zeros, answers no ping, and so must not live longer than a ping's interval."""

import json
import socket
import struct

from .servers import Trouble


def frame(text, masked):
    """One text frame; `masked` as a client's are, with a mask of zeros."""
    data = text.encode()
    bit = 0x80 if masked else 0
    if len(data) < 126:
        head = struct.pack(">BB", 0x81, bit | len(data))
    elif len(data) < 65_536:
        head = struct.pack(">BBH", 0x81, bit | 126, len(data))
    else:
        head = struct.pack(">BBQ", 0x81, bit | 127, len(data))
    return head + (b"\0\0\0\0" if masked else b"") + data


def prefix(namespace):
    """How packets of a namespace begin, behind their type."""
    return "" if namespace == "/" else namespace + ","


class Burst:
    """Echo events, to each namespace in its turn, as the bytes to send and the bytes that must come back."""

    def __init__(self, namespaces, count, payload="x" * 64):
        turns = [(number, prefix(namespaces[number % len(namespaces)])) for number in range(count)]
        self.count = count
        self.question = b"".join(frame(f'42{name}{number}["echo","{payload}"]', True) for number, name in turns)
        self.answer = b"".join(frame(f'43{name}{number}["{payload}"]', False) for number, name in turns)


class Connection:
    """One WebSocket that has joined "/"."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101") or not self.text().startswith("0{"):
            raise Trouble("no WebSocket")
        self.join(["/"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def more(self):
        got = self.socket.recv(1 << 18)
        if not got:
            raise Trouble("the server has closed the connection")
        self.rest += got

    def need(self, count):
        while len(self.rest) < count:
            self.more()

    def text(self):
        """The next text message."""
        self.need(2)
        length, head = self.rest[1], 2
        if length == 126:
            self.need(4)
            length, head = int.from_bytes(self.rest[2:4], "big"), 4
        self.need(head + length)
        found, self.rest = self.rest[head:head + length].decode(), self.rest[head + length:]
        return found

    def join(self, namespaces):
        """Joins namespaces, all in one write."""
        self.socket.sendall(b"".join(frame(f"40{prefix(name)}", True) for name in namespaces))
        for name in namespaces:
            if not self.text().startswith(f"40{prefix(name)}{{"):
                raise Trouble(f"not let into {name}")

    def ask(self, event, *values):
        """Emits an event and returns the first value of its acknowledgement."""
        self.socket.sendall(frame("427" + json.dumps([event, *values]), True))
        answer = self.text()
        if not answer.startswith("437["):
            raise Trouble(f"no answer to {event}: {answer[:100]}")
        return json.loads(answer[3:])[0]

    def exchange(self, burst):
        """Sends a burst and takes its answers; whether they are the right ones, in the right order."""
        self.socket.sendall(burst.question)
        self.need(len(burst.answer))
        found, self.rest = self.rest[:len(burst.answer)], self.rest[len(burst.answer):]
        return found == burst.answer
