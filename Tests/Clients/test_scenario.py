"""python-socketio's client against the scenario server, by polling, by WebSocket, and with an upgrade between."""

import threading

import pytest
import socketio

from servers import DEADLINE, until

NESTED = {"a": [1, {"b": b"\x00\x01\xff"}, "text"], "c": b"", "d": None, "e": 1.5, "f": "\U0001f44b é"}


def test_an_acknowledgement_returns_what_was_sent(client):
    one = client()
    assert one.asks("echo", "text") == "text"
    assert one.asks("echo", 1, "two", [3, None, True], {"four": 4.5}) == (1, "two", [3, None, True], {"four": 4.5})
    assert one.asks("echo") in (None, (), [])
    assert one.asks("multi") == (1, "two", b"\x03")


ALL_BYTES = bytes(range(256)) * 1024


@pytest.mark.parametrize("data", [b"", b"\x00", ALL_BYTES], ids=["none", "one", "256kB"])
def test_bytes_go_both_ways(client, data):
    one = client(listen=["bin"])
    assert one.asks("echo", data) == data
    one.emit("bin", data)
    assert one.next("bin") == (data,)


def test_bytes_keep_their_place_among_other_values(client):
    assert client().asks("echo", NESTED) == NESTED


def test_the_server_asks_and_gets_the_answer(client):
    one = client()
    one.on("question", lambda number: number + 1)
    assert one.asks("ask") == [21]
    one.on("question", lambda number: (number, "b", b"\x01"))
    assert one.asks("ask") == [20, "b", b"\x01"]


def test_an_answer_that_never_comes_is_a_timeout_for_the_server(client):
    one = client()
    held = threading.Event()
    one.on("question", lambda number: held.wait(DEADLINE))
    assert one.asks("ask") == "timeout"
    held.set()


def test_the_handshake_carries_query_and_auth(client, transports):
    one = client("/?token=a%20b", auth={"user": "ann"})
    answer = one.asks("whoami")
    assert answer == {"id": one.get_sid(), "auth": {"user": "ann"}, "q": "a b", "transport": transports[-1]}


def test_rooms_reach_their_members_only(client):
    ann, bob, cleo = (client(listen=["said"]) for _ in range(3))
    assert ann.asks("join", "red") == ["red"]
    assert sorted(bob.asks("join", "red")) == ["red"]
    assert sorted(bob.asks("join", "blue")) == ["blue", "red"]
    ann.asks("say", "red", "to bob")
    assert bob.next("said") == ("red", "to bob")
    assert bob.asks("leave", "red") == ["blue"]
    ann.asks("say", "red", "to nobody")
    ann.asks("say-all", "to all")
    for each in (ann, bob, cleo):
        assert each.next("said") == ("*", "to all")
        assert each.seen["/", "said"].empty()


def test_namespaces_share_a_connection_and_nothing_else(client):
    one = client(auth={"token": "secret"}, namespaces=["/", "/admin"], listen=["said"])
    assert one.get_sid("/") != one.get_sid("/admin")
    one.asks("join", "red")
    assert one.asks("join", "blue", namespace="/admin") == ["blue"]
    one.asks("say-all", "here", namespace="/admin")
    assert one.next("said", namespace="/admin") == ("*", "here")
    assert one.seen["/", "said"].empty()
    one.emit("kick-ns", namespace="/admin")
    assert one.next("disconnect", namespace="/admin") == ("server disconnect",)
    assert one.asks("echo", "still here") == "still here"


def test_a_namespace_may_be_named_by_a_pattern(client):
    one = client(namespaces=["/dyn-7"])
    assert one.asks("join", "blue", namespace="/dyn-7") == ["blue"]


def test_a_namespace_lets_in_who_has_the_secret(client):
    one = client(auth={"token": "secret"}, namespaces=["/admin"])
    assert one.asks("whoami", namespace="/admin")["auth"] == {"token": "secret"}


@pytest.mark.parametrize("namespace, auth, reason", [
    ("/", {"deny": True}, {"message": "denied", "data": {"code": 42}}),
    ("/admin", {"token": "wrong"}, {"message": "not authorized"}),
    ("/admin", None, {"message": "not authorized"}),
    ("/nowhere", None, {"message": "Invalid namespace"}),
    ("/dyn-x", None, {"message": "Invalid namespace"}),
], ids=["denied", "wrong", "no-auth", "unknown", "not-a-number"])
def test_a_refusal_says_why(server, transports, namespace, auth, reason):
    one = socketio.Client(reconnection=False)
    reasons = []
    one.on("connect_error", reasons.append, namespace=namespace)
    with pytest.raises(socketio.exceptions.ConnectionError):
        one.connect(server.url, auth=auth, namespaces=[namespace], transports=transports, wait_timeout=DEADLINE)
    one.shutdown()
    assert reasons == [reason]


@pytest.mark.parametrize("event", ["kick-ns", "kick-clean"])
def test_the_server_sends_a_client_away(client, event):
    one = client()
    one.emit(event)
    assert one.next("disconnect") == ("server disconnect",)


def test_the_server_closes_the_transport(client, transports):
    one = client()
    one.emit("kick")
    expected = "server disconnect" if transports == ["polling"] else "transport error"
    assert one.next("disconnect") == (expected,)


def test_a_client_leaves(client):
    one = client(listen=["said"])
    two = client(listen=["said"])
    # Not waited for: by polling this client ends only when its open request is answered.
    threading.Thread(target=one.disconnect, daemon=True).start()
    assert one.next("disconnect") == ("client disconnect",)
    two.asks("say-all", "alone")
    assert two.next("said") == ("*", "alone")


def test_a_client_comes_back_when_the_server_does(client, own_server):
    one = client(at=own_server, reconnection=True, reconnection_delay=0.05, reconnection_delay_max=0.1)
    one.next("connect")
    first = one.get_sid()
    own_server.stop()
    assert one.next("disconnect") == ("transport error",)
    own_server.start()
    one.next("connect")
    assert one.get_sid() != first
    until(lambda: one.connected, "the connection")
    assert one.asks("echo", 1) == 1


def test_the_room_of_a_socket_reaches_it_later(client):
    one = client(listen=["late"])
    one.emit("later", 50)
    assert one.next("late") == ("x50",)


def test_three_hundred_acknowledgements_each_find_their_caller(client):
    one = client()
    answers = {}
    done = threading.Event()

    def answer(number, value):
        answers[number] = value
        if len(answers) == 300:
            done.set()

    # Sixteen at a time: this client refuses a polling answer with more packets.
    for start in range(0, 300, 16):
        numbers = range(start, min(start + 16, 300))
        for number in numbers:
            one.emit("echo", number, callback=lambda value, number=number: answer(number, value))
        until(lambda: len(answers) == numbers.stop, f"{numbers.stop} answers")
    assert done.is_set() and all(number == value for number, value in answers.items())


def test_twenty_clients_at_once(client):
    everybody = []
    threads = [threading.Thread(target=lambda: everybody.append(client(listen=["said"]))) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(DEADLINE)
    assert len(everybody) == 20 and len({one.get_sid() for one in everybody}) == 20
    everybody[0].asks("say-all", "hello, everybody")
    for one in everybody:
        assert one.next("said") == ("*", "hello, everybody")
