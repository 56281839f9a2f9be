"""`conformance client` and `conformance engine-client`: what the official clients' own suites expect of their servers."""

import json
import time

import pytest
import requests
import socketio
from conftest import Client, scenario
from servers import DEADLINE
from raw_engine import Wire, receive

BYTES = b"asdfasdf"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from scenario(tmp_path_factory.mktemp("logs"), "client")


@pytest.fixture
def transports():
    """One is enough: the transports are the business of test_scenario.py."""
    return ["polling", "websocket"]


@pytest.fixture(scope="module")
def engine_server(tmp_path_factory):
    yield from scenario(tmp_path_factory.mktemp("logs"), "engine-client")


@pytest.fixture
def engine(engine_server):
    return Wire(engine_server, "/engine.io/")


def without_offset(arguments):
    """What was sent; the server has recovery on, so each event ends with its offset."""
    assert isinstance(arguments[-1], str)
    return arguments[:-1]


@pytest.mark.parametrize("sent, event, arguments, times", [
    (("hi",), "hi", (), 1),
    (("false",), "false", (False,), 1),
    (("doge",), "doge", (BYTES,), 1),
    (("getbin",), "takebin", (BYTES,), 1),
    (("buffa", b"x"), "buffack", (), 1),
    (("jsonbuff", {"hello": "lol", "message": b"x", "goodbye": "gotcha"}), "jsonbuff-ack", (), 1),
    (("blob", b"blob"), "back", (b"blob",), 1),
    (("jsonblob", {"hello": "lol", "message": b"x", "goodbye": "gotcha"}), "jsonblob-ack", (), 1),
    (("getUtf8",), "takeUtf8", None, 5),
], ids=lambda value: value[0] if isinstance(value, tuple) and value and isinstance(value[0], str) else "")
def test_an_event_is_answered_by_another(client, sent, event, arguments, times):
    one = client(listen=[event])
    one.emit(sent[0], sent[1:] or None)
    came = [without_offset(one.next(event)) for _ in range(times)]
    assert arguments is None or came == [arguments]
    if event == "takeUtf8":
        assert came == [("てすと",), ("Я Б Г Д Ж Й",), ("Ä ä Ü ü ß",), ("utf8 — string",), ("utf8 — string",)]


def test_bytes_in_their_order(client):
    one = client(listen=["abuff2-ack", "blob3-ack"])
    one.emit("abuff1", b"1")
    one.emit("abuff2", b"2")
    assert without_offset(one.next("abuff2-ack")) == ()
    one.emit("blob1", b"1")
    one.emit("blob2", "second")
    one.emit("blob3", b"3")
    assert without_offset(one.next("blob3-ack")) == ()


def test_acknowledgements(client):
    one = client(listen=["got it", "takeDate", "takeDateObj"])
    assert one.asks("echo", {"a": 1}) == {"a": 1}
    assert one.asks("getId") == one.get_sid()
    one.on("ack", lambda *_: (5, {"test": True}))
    one.emit("ack")
    assert without_offset(one.next("got it")) == ()
    assert is_date(one.asks("getAckDate", {"test": True}))
    one.emit("getDate")
    assert is_date(without_offset(one.next("takeDate"))[0])
    one.emit("getDateObj")
    assert is_date(without_offset(one.next("takeDateObj"))[0]["date"])


def is_date(text):
    return bool(time.strptime(text, "%Y-%m-%dT%H:%M:%S.000Z"))


def test_the_handshake_as_javascript_shows_it(client):
    one = client("/?key%26=a%20b", auth={"token": "x"})
    handshake = one.asks("getHandshake")
    assert {"headers", "time", "issued", "address", "xdomain", "secure", "url", "query", "auth"} <= set(handshake)
    assert handshake["query"]["key&"] == "a b" and handshake["auth"] == {"token": "x"}
    assert handshake["headers"]["host"].startswith("127.0.0.1")
    abc = client(namespaces=["/abc"], listen=["handshake"], auth={"token": "abc"})
    assert without_offset(abc.next("handshake", "/abc"))[0]["auth"] == {"token": "abc"}


@pytest.mark.parametrize("namespace", ["/timeout_socket", "/valid", "/asd", "/foo"])
def test_the_namespaces_are_there(client, namespace):
    one = client(namespaces=[namespace])
    if namespace == "/foo":
        assert one.asks("getId", namespace="/foo") == one.get_sid("/foo")


@pytest.mark.parametrize("url, namespace, reason", [
    ("/?fail=true", "/", "Auth failed (main namespace)"), ("", "/no", "Auth failed (custom namespace)"),
    ("", "/nowhere", "Invalid namespace"),
])
def test_refusals(server, url, namespace, reason):
    one = Client(reconnection=False).listen("connect_error", namespace=namespace)
    with pytest.raises(socketio.exceptions.ConnectionError):
        one.connect(server.url + url, namespaces=[namespace], wait_timeout=DEADLINE)
    assert one.next("connect_error", namespace) == ({"message": reason},)
    one.shutdown()


def test_its_options(server):
    began = time.monotonic()
    opening = Wire(server, "/socket.io/").get("EIO=4&transport=polling", headers={"Origin": "http://a.example"})
    assert time.monotonic() - began >= 0.01  # each handshake waits so long
    assert json.loads(opening.text[1:])["pingInterval"] == 2000
    assert opening.headers["Access-Control-Allow-Origin"] == "*"
    socket = Wire(server, "/socket.io/").session()
    socket.send("40")
    assert set(json.loads(receive(socket)[2:])) == {"sid", "pid"}


def test_the_engine_says_hi_and_echoes(engine):
    socket = engine.session()
    assert receive(socket) == "4hi"
    socket.send("4hello")
    assert receive(socket) == "4hello"
    socket.send_binary(b"\x01\x02")
    assert receive(socket) == b"\x01\x02"
    socket.send("4give binary")
    assert receive(socket) == bytes(range(5))
    socket.send("4give utf8")
    assert receive(socket) == "4пойду спать всем спокойной ночи"


def test_the_engine_tells_the_headers_of_the_last_post(engine):
    sid = engine.polling()
    assert engine.poll(sid) == ["4hi"]
    assert engine.post(sid, "4sendHeaders", headers={"X-Test": "yes"}).text == "ok"
    assert json.loads(engine.poll(sid)[0][1:])["x-test"] == "yes"


def test_the_engine_refuses_gives_cookies_and_has_its_limits(engine):
    assert engine.get("EIO=4&transport=polling&deny=1").status_code == 403
    opening = engine.get("EIO=4&transport=polling")
    facts = json.loads(opening.text[1:])
    assert (facts["pingInterval"], facts["maxPayload"]) == (500, 100)
    cookies = opening.raw.headers.getlist("set-cookie")
    assert [cookie[:4] for cookie in cookies] == ["1=1;", "2=2;", "3=3;", "4=4;"]
    sid = f"EIO=4&transport=polling&sid={facts['sid']}"
    assert "set-cookie" not in engine.get(sid).headers
    assert engine.post(sid, "4" + "x" * 100).status_code == 413
    assert requests.get(engine.http, timeout=DEADLINE).status_code == 400
