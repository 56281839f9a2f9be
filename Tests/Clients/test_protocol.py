"""`conformance protocol`, request by request: what the protocol suites of Engine.IO 4 and Socket.IO 5 look at."""

import json
import threading

import pytest
import requests
import websocket
from conftest import scenario
from raw_engine import Wire, ends, receive


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from scenario(tmp_path_factory.mktemp("logs"), "protocol")


@pytest.fixture
def engine(server):
    return Wire(server, "/engine.io/")


@pytest.fixture
def io(server):
    return Wire(server, "/socket.io/")


def later(call):
    """Runs a request that waits; `result()` is its answer."""
    box = []
    thread = threading.Thread(target=lambda: box.append(call()), daemon=True)
    thread.start()

    def result():
        thread.join()
        return box[0]

    return result


@pytest.mark.parametrize("transport, upgrades", [("polling", ["websocket"]), ("websocket", [])])
def test_the_open_packet(engine, transport, upgrades):
    if transport == "polling":
        text = engine.get("EIO=4&transport=polling").text
    else:
        text = engine.socket().recv()
    opening = json.loads(text[1:])
    assert text[0] == "0" and isinstance(opening.pop("sid"), str)
    assert opening == {"upgrades": upgrades, "pingInterval": 300, "pingTimeout": 200, "maxPayload": 1_000_000}


@pytest.mark.parametrize("query", [
    "transport=polling", "EIO=abc&transport=polling", "EIO=4", "EIO=4&transport=abc", "EIO=4&transport=polling&sid=abc",
])
def test_a_request_that_makes_no_sense(engine, query):
    assert engine.get(query).status_code == 400


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_handshake_is_a_get(engine, method):
    answer = requests.request(method, engine.http + "?EIO=4&transport=polling", timeout=20)
    assert answer.status_code == 400


@pytest.mark.parametrize("query", ["EIO=abc&transport=websocket", "transport=websocket", "EIO=4&transport=abc", "EIO=4"])
def test_a_websocket_that_makes_no_sense(engine, query):
    with pytest.raises((websocket.WebSocketBadStatusException, ConnectionError)):
        engine.socket(query)


def test_the_packets_of_one_post_come_back_in_one_poll(engine):
    sid = engine.polling()
    answer = engine.post(sid, "4test1\x1e4test2\x1e4test3")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert engine.poll(sid) == ["4test1", "4test2", "4test3"]
    assert engine.post(sid, "4hello\x1ebAQIDBA==").text == "ok"
    assert engine.poll(sid) == ["4hello", "bAQIDBA=="]


def test_a_post_that_is_no_packet_ends_the_session(engine):
    sid = engine.polling()
    try:
        assert engine.post(sid, "abc").status_code in (200, 400)
    except requests.ConnectionError:
        pass
    assert engine.get(sid).status_code == 400


def test_two_polls_at_once_end_the_session(engine):
    answers = [(200, "2")]
    while (200, "2") in answers:  # a ping has come between the two
        sid = engine.polling()
        pending = later(lambda: engine.get(sid))
        first = engine.get(sid)
        answers = sorted([(first.status_code, first.text), (pending().status_code, pending().text)])
    assert answers[0] == (200, "1") and answers[1][0] in (400, 500)
    assert engine.get(sid).status_code == 400


def test_a_close_packet_ends_the_session(engine):
    """Whichever of the two the server sees first: the poll is ended by a noop, or finds nobody."""
    sid = engine.polling()
    pending = later(lambda: engine.get(sid))
    assert engine.post(sid, "1").text == "ok"
    answer = pending()
    assert (answer.status_code, answer.text) == (200, "6") or answer.status_code == 400
    assert engine.get(sid).status_code == 400


@pytest.mark.parametrize("packet", ["1", "abc"])
def test_a_websocket_ends(engine, packet):
    socket = engine.session()
    socket.send(packet)
    assert ends(socket)


def test_a_ping_that_nobody_answers_ends_the_session(engine):
    sid = engine.polling()
    assert engine.get(sid).text == "2"
    assert engine.get(sid).text == "1" or engine.get(sid).status_code == 400
    assert engine.get(sid).status_code == 400
    socket = engine.session()
    assert socket.recv() == "2"
    assert ends(socket)


def test_an_echo_on_websocket(engine):
    socket = engine.session()
    socket.send("4hello")
    assert receive(socket) == "4hello"
    socket.send_binary(b"\x01\x02\x03\x04")
    assert receive(socket) == b"\x01\x02\x03\x04"


def test_an_upgrade(engine):
    sid = engine.polling()
    socket = engine.socket(sid.replace("polling", "websocket"))
    socket.send("2probe")
    assert socket.recv() == "3probe"
    assert engine.get(sid).text == "6"
    socket.send("5")
    socket.send("4hello")
    assert receive(socket) == "4hello"
    assert engine.get(sid).status_code == 400
    with pytest.raises((websocket.WebSocketException, ConnectionError)):
        second = engine.socket(sid.replace("polling", "websocket"))
        second.send("2probe")
        if ends(second):
            raise ConnectionError
    socket.send("4still")
    assert receive(socket) == "4still"


@pytest.mark.parametrize("namespace", ["/", "/custom"])
@pytest.mark.parametrize("auth, told", [("", "{}"), ('{"token":"123"}', '{"token":"123"}')])
def test_a_connect_is_answered_with_an_id_alone(io, namespace, auth, told):
    prefix = "" if namespace == "/" else namespace + ","
    socket = io.session()
    socket.send(f"40{prefix}{auth}")
    answer = receive(socket)
    assert answer.startswith("40" + prefix)
    opening = json.loads(answer[2 + len(prefix):])
    assert list(opening) == ["sid"] and isinstance(opening["sid"], str)
    assert receive(socket) == f'42{prefix}["auth",{told}]'


@pytest.mark.parametrize("packet", ["40/random", "40/random,"])
def test_an_unknown_namespace(io, packet):
    socket = io.session()
    socket.send(packet)
    assert receive(socket) == '44/random,{"message":"Invalid namespace"}'


def test_a_namespace_without_a_comma(io):
    socket = io.session()
    socket.send("40/custom")
    assert receive(socket).startswith('40/custom,{"sid":')


@pytest.mark.parametrize("packet", ["4abc", "42{}", '42abc["message-with-ack",1]'])
def test_a_packet_that_is_none_ends_the_connection(io, packet):
    socket = io.joined()
    receive(socket)
    socket.send(packet)
    assert ends(socket)


def test_whoever_joins_nothing_is_sent_away(io):
    socket = io.session()
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        while message := socket.recv():
            assert message == "2"
            socket.send("3")
        raise ConnectionError


def test_leaving(io):
    socket = io.joined()
    assert receive(socket).startswith('42["auth"')
    socket.send("41")
    assert socket.recv() == "2"
    two = io.joined()
    receive(two)
    two.send("40/custom")
    receive(two), receive(two)
    two.send("41/custom")
    two.send('42["message","still here"]')
    assert receive(two) == '42["message-back","still here"]'


def test_events_and_acknowledgements(io):
    socket = io.joined()
    receive(socket)
    socket.send('42["message",1,"2",{"3":[true]}]')
    assert receive(socket) == '42["message-back",1,"2",{"3":[true]}]'
    socket.send('42456["message-with-ack",1,"2",{"3":[false]}]')
    assert receive(socket) == '43456[1,"2",{"3":[false]}]'


def test_bytes(io):
    socket = io.joined()
    receive(socket)
    marks = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'
    socket.send(f'452-["message",{marks}]')
    socket.send_binary(b"\x01\x02\x03")
    socket.send_binary(b"\x04\x05\x06")
    assert receive(socket) == f'452-["message-back",{marks}]'
    assert [receive(socket), receive(socket)] == [b"\x01\x02\x03", b"\x04\x05\x06"]
    socket.send(f'452-789["message-with-ack",{marks}]')
    socket.send_binary(b"\x01")
    socket.send_binary(b"\x04")
    assert receive(socket) == f"462-789[{marks}]"
    assert [receive(socket), receive(socket)] == [b"\x01", b"\x04"]


def test_pages_of_other_origins_may_come(engine):
    answer = engine.get("EIO=4&transport=polling", headers={"Origin": "http://elsewhere.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
