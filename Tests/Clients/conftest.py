"""Fixtures of the client suite: one scenario server for all tests, and python-socketio clients that are let go."""

import os
import queue
import sys
from pathlib import Path

import pytest
import socketio

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Browser"))

from servers import DEADLINE, Server, until  # noqa: E402  (the path above is needed first)

TRANSPORTS = {"upgrade": ["polling", "websocket"], "polling": ["polling"], "websocket": ["websocket"]}


# `conformance scenario`; SCENARIO=reference-scenario tries the suite itself on another server.
KIND = os.environ.get("SCENARIO", "scenario")


def scenario(folder, kind=KIND):
    running = Server(kind, folder / "scenario.log").start()
    yield running
    running.end()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    yield from scenario(tmp_path_factory.mktemp("logs"))


@pytest.fixture
def own_server(tmp_path):
    """A server for a test that stops it."""
    yield from scenario(tmp_path)


@pytest.fixture(params=TRANSPORTS)
def transports(request):
    return TRANSPORTS[request.param]


class Client(socketio.Client):
    """A client that keeps what happens in queues, by event name, so that tests can wait for it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.seen = {}

    def listen(self, *events, namespace="/"):
        for event in events:
            box = self.seen.setdefault((namespace, event), queue.Queue())
            self.on(event, lambda *arguments, box=box: box.put(arguments), namespace=namespace)
        return self

    def next(self, event, namespace="/", deadline=DEADLINE):
        """The arguments of the next such event."""
        return self.seen[namespace, event].get(timeout=deadline)

    def asks(self, event, *arguments, namespace="/"):
        """The acknowledgement of one event."""
        return self.call(event, arguments or None, namespace=namespace, timeout=DEADLINE)


@pytest.fixture
def client(server, transports):
    """Makes clients; `client()` connects one and waits until it stays on the transport that it will use."""
    made = []

    def connect(url="", auth=None, namespaces=("/",), listen=(), at=server, **options):
        one = Client(**{"reconnection": False, **options})
        made.append(one)
        for namespace in namespaces:
            one.listen("connect", "disconnect", "connect_error", *listen, namespace=namespace)
        one.connect(at.url + url, auth=auth, namespaces=list(namespaces), transports=transports, wait_timeout=DEADLINE)
        until(lambda: one.transport() == transports[-1], f"the transport {transports[-1]}")
        return one

    yield connect
    for one in made:
        # Not shutdown(), which by polling waits until the open request is answered.
        one.reconnection = False
        one.eio.disconnect(abort=True)
