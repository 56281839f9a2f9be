"""Clients that are no more than a socket: they send what the test says and look for what must come, for suites that need
thousands of them. Everything blocks; a test works through a crowd step by step, so that the server has all of it at once."""

import json
import socket
import struct

DEADLINE = 30
POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"


class Peer:
    """One connection."""

    def __init__(self, port, receive_buffer=None):
        self.socket = socket.socket()
        self.socket.settimeout(DEADLINE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.bytes = b""

    def ask(self, method, target, body=b"", *fields):
        """Sends a request."""
        head = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *fields]
        if body:
            head.append(f"Content-Length: {len(body)}")
        self.socket.sendall("\r\n".join([*head, "", ""]).encode() + body)
        return self

    def upgrade(self, target=WEBSOCKET):
        """Asks for a WebSocket."""
        return self.ask(
            "GET", target, b"", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        )

    def send(self, text, opcode=1):
        """Sends a short message; with a mask of zeros the text stays readable in a dump."""
        payload = text.encode()
        assert len(payload) < 126
        self.socket.sendall(bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload)

    def sees(self, token):
        """Reads until `token` has come; what came with it, up to the token's end."""
        while token not in self.bytes:
            more = self.socket.recv(65536)
            assert more, f"ended before {token}: {self.bytes[-300:]}"
            self.bytes += more
        seen, token, self.bytes = self.bytes.partition(token)
        return seen + token

    def sees_end(self):
        """Reads until a closing frame, which stays without an answer, or until the end."""
        try:
            while b"\x88" not in self.bytes:
                more = self.socket.recv(65536)
                if not more:
                    return
                self.bytes += more
        except ConnectionResetError:
            pass

    def sid(self):
        """Reads an open packet; the id in it."""
        self.sees(b'0{"sid":"')
        return self.sees(b'"')[:-1].decode()

    def drop(self, farewell=False):
        """Closes the connection, with a reset unless a farewell is wanted: nothing waits in TIME_WAIT then."""
        if not farewell:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def get_json(peer, target):
    """What a GET answers, on a connection that is kept."""
    peer.ask("GET", target)
    head = peer.sees(b"\r\n\r\n").lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(peer.bytes) < length:
        peer.bytes += peer.socket.recv(65536)
    body, peer.bytes = peer.bytes[:length], peer.bytes[length:]
    return json.loads(body)
