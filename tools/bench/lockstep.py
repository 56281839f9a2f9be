"""A client that counts: so many turns of exactly these messages, each answered to the last byte before the next begins.

It is no load generator. One run is like another to the instruction, so that the difference between a long and a short
one is the cost of what was added. A byte that differs from what must come is a Failure."""

import re
import socket

from running import Failure

SECONDS = 30
MASK = b"\x21\x43\x65\x87"
PING, PONG = b"\x81\x012", b"3"
PAYLOAD = "x" * 64


def masked(text):
    """A client's text frame; every one has the same mask, which costs the server what another would."""
    data = text.encode()
    assert len(data) < 65536
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return b"\x81" + length + MASK + bytes(byte ^ MASK[index % 4] for index, byte in enumerate(data))


def plain(text):
    """A server's text frame."""
    data = text.encode()
    assert len(data) < 126
    return bytes([0x81, len(data)]) + data


class Connection:
    """Bytes to and from the server, with a deadline."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port, self.rest = port, b""

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise Failure("the server has closed the connection")
        self.rest += data

    def take(self, count):
        while len(self.rest) < count:
            self.more()
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def head(self):
        """The head of an HTTP answer."""
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        return head.decode()


class Socket:
    """A WebSocket connection that is in the namespace "/"."""

    def __init__(self, port):
        self.connection = Connection(port)
        self.connection.send(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: bG9jay1zdGVwLWNvdW50cw==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        status = self.connection.head().split("\r\n")[0]
        if " 101 " not in status:
            raise Failure(f"no WebSocket: {status}")
        self.expect_kind("0{")
        self.connection.send(masked("40"))
        self.expect_kind("40{")

    def close(self):
        self.connection.close()

    def expect_kind(self, kind):
        text = self.frame()
        if not text.startswith(kind):
            raise Failure(f"{text[:80]!r} came instead of {kind}")

    def frame(self):
        _, length = self.connection.take(2)
        if length == 126:
            length = int.from_bytes(self.connection.take(2), "big")
        return self.connection.take(length).decode()

    def expect(self, data):
        """Exactly these bytes must come next; a heartbeat may come between them."""
        found = self.connection.take(len(data))
        while PING in found:
            self.connection.send(masked(PONG.decode()))
            found = found.replace(PING, b"", 1) + self.connection.take(len(PING))
        if found != data:
            raise Failure(f"{found[:80]!r} came instead of {data[:80]!r}")


class Crowd:
    """Connections that are closed together."""

    def __init__(self, port, count):
        self.sockets = []
        for _ in range(count):
            self.sockets.append(Socket(port))

    def __enter__(self):
        return self.sockets

    def __exit__(self, *_):
        for each in self.sockets:
            each.close()


def echo(port, turns, depth):
    """One connection; each turn is `depth` events in one segment, and their acknowledgements. Gives the round trips."""
    request = b"".join(masked(f'42{index}["echo","{PAYLOAD}"]') for index in range(depth))
    answer = b"".join(plain(f'43{index}["{PAYLOAD}"]') for index in range(depth))
    with Crowd(port, 1) as (client,):
        for _ in range(turns):
            client.connection.send(request)
            client.expect(answer)
    return turns * depth


def broadcast(port, turns, window, receivers):
    """Each turn is `window` messages to everybody, in one segment from one of them. Gives the deliveries."""
    message = f'42["chat message","{PAYLOAD}"]'
    request, answer = masked(message) * window, plain(message) * window
    with Crowd(port, receivers) as clients:
        for _ in range(turns):
            clients[0].connection.send(request)
            for client in clients:
                client.expect(answer)
    return turns * window * receivers


def handshakes(port, turns):
    """Connections that enter the namespace, one after the other, stay, and leave together."""
    with Crowd(port, turns) as clients:
        return len(clients)


class Polling:
    """A session by long-polling over one connection that stays."""

    def __init__(self, port):
        self.connection, self.query = Connection(port), "EIO=4&transport=polling"
        session = re.search(r'"sid":"([^"]+)"', self.get())
        if not session:
            raise Failure("no session")
        self.query += f"&sid={session[1]}"
        self.post("40")
        self.get()

    def close(self):
        self.connection.close()

    def request(self, method, body=""):
        head = f"{method} /socket.io/?{self.query} HTTP/1.1\r\nHost: 127.0.0.1:{self.connection.port}\r\n"
        if method == "POST":
            head += f"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
        self.connection.send(f"{head}\r\n{body}".encode())
        head = self.connection.head()
        length = re.search(r"(?i)\r\ncontent-length: *(\d+)", head)
        if " 200 " not in head.split("\r\n")[0] or not length:
            raise Failure(f"an answer that is none: {head[:80]!r}")
        return self.connection.take(int(length[1])).decode()

    def get(self):
        return self.request("GET")

    def post(self, body):
        self.request("POST", body)


def polling(port, turns):
    """One session; each turn is a POST with an event and a GET with its acknowledgement. Gives the turns."""
    session = Polling(port)
    try:
        for _ in range(turns):
            session.post(f'420["echo","{PAYLOAD}"]')
            answer = session.get()
            if answer != f'430["{PAYLOAD}"]':
                raise Failure(f"{answer[:80]!r} came by polling")
    finally:
        session.close()
    return turns
