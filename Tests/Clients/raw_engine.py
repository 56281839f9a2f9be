"""Engine.IO by hand: polls, posts and WebSockets whose every byte the test chooses and sees."""

import json

import requests
import websocket

from servers import DEADLINE


class Wire:
    """A server under one path."""

    def __init__(self, server, path):
        self.http = f"{server.url}{path}"
        self.ws = self.http.replace("http", "ws")

    def get(self, query, **options):
        return requests.get(f"{self.http}?{query}", timeout=DEADLINE, **options)

    def post(self, query, body, **options):
        return requests.post(f"{self.http}?{query}", data=body, timeout=DEADLINE, **options)

    def polling(self, more=""):
        """A session by polling: the query that names it."""
        opening = self.get(f"EIO=4&transport=polling{more}")
        assert opening.status_code == 200, opening.text
        return f"EIO=4&transport=polling&sid={json.loads(opening.text[1:])['sid']}"

    def poll(self, sid):
        """The packets of the next poll that brings more than a ping, which is answered."""
        while True:
            packets = self.get(sid).text.split("\x1e")
            if "2" not in packets:
                return packets
            self.post(sid, "3")
            packets.remove("2")
            if packets:
                return packets

    def socket(self, query="EIO=4&transport=websocket"):
        return websocket.create_connection(f"{self.ws}?{query}", timeout=DEADLINE)

    def session(self, more=""):
        """A session by WebSocket, its open packet read."""
        socket = self.socket(f"EIO=4&transport=websocket{more}")
        opening = socket.recv()
        assert opening[0] == "0"
        return socket

    def joined(self, namespace="/", auth=""):
        """A WebSocket that is in a namespace; the first event there is the server's greeting."""
        prefix = "" if namespace == "/" else namespace + ","
        socket = self.session()
        socket.send(f"40{prefix}{auth}")
        answer = receive(socket)
        assert answer.startswith(f"40{prefix}{{\"sid\":"), answer
        return socket


def receive(socket):
    """The next message that is no ping."""
    while True:
        message = socket.recv()
        if message != "2":
            return message
        socket.send("3")


def ends(socket):
    """Whether the server closes the connection before the deadline."""
    try:
        while True:
            if socket.recv() == "":
                return True
    except websocket.WebSocketTimeoutException:
        return False
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        return True
