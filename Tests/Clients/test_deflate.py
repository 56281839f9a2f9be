"""Compression of WebSocket messages, with a client that is not ours: `conformance echo` and the `websockets` package."""

import itertools
import random
import sys
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Browser"))

from servers import DEADLINE, Server  # noqa: E402  (the path above is needed first)

BITS = (None, 9, 12, 15)
MESSAGES = [
    "hello", "hello", "", b"", "x" * 100_000, "äöü€😀" * 3_000, random.Random(7).randbytes(70_000), "hello" * 3,
    bytes(range(256)) * 300,
]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    running = Server("echo", tmp_path_factory.mktemp("logs") / "echo.log").start()
    yield running.url.replace("http", "ws") + "/any"
    running.end()


def dial(url, *, max_size=None, **offer):
    return connect(url, compression=None, max_size=max_size, extensions=[ClientPerMessageDeflateFactory(**offer)])


@pytest.mark.parametrize("server_bits, client_bits", itertools.product(BITS, (*BITS, True)))
def test_messages_come_back_whatever_is_agreed_on(url, server_bits, client_bits):
    for server_alone, client_alone in itertools.product((False, True), repeat=2):
        offer = dict(
            server_no_context_takeover=server_alone, client_no_context_takeover=client_alone,
            server_max_window_bits=server_bits, client_max_window_bits=client_bits,
        )
        with dial(url, **offer) as socket:
            agreed = socket.response.headers["Sec-WebSocket-Extensions"]
            assert ("server_no_context_takeover" in agreed) == server_alone
            for message in MESSAGES:
                socket.send(message)
                assert socket.recv(timeout=DEADLINE) == message, agreed
            socket.send(["ab" * 1_000, "cd" * 1_000, "ef"])  # in fragments
            assert socket.recv(timeout=DEADLINE) == "ab" * 1_000 + "cd" * 1_000 + "ef", agreed


def test_a_bomb_is_refused(url):
    with dial(url) as socket:
        socket.send(bytes(18 << 20))  # some kilobytes on the wire, more than the server takes when inflated
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=DEADLINE)
        assert closed.value.rcvd.code == 1009


def test_bad_offers_are_refused(url):
    for offer in ("permessage-deflate; server_max_window_bits=7", "permessage-deflate; what", "permessage-deflate;;"):
        with pytest.raises(InvalidStatus) as refused:
            connect(url, compression=None, additional_headers={"Sec-WebSocket-Extensions": offer})
        assert refused.value.response.status_code == 400


def test_a_client_without_compression_is_served(url):
    with connect(url, compression=None) as socket:
        assert "Sec-WebSocket-Extensions" not in socket.response.headers
        socket.send("x" * 10_000)
        assert socket.recv(timeout=DEADLINE) == "x" * 10_000
