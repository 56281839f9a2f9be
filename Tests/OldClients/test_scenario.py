"""python-socketio 4, a client of Socket.IO 2, against a scenario server that allows such clients."""

import threading

import pytest
import requests
import socketio

from servers import DEADLINE, until

# No empty bytes: this client reads an empty message of bytes as None.
NESTED = {"a": [1, {"b": b"\x00\x01\xff"}, "text"], "c": b"\x00", "d": None, "e": 1.5, "f": "\U0001f44b é"}
ALL_BYTES = bytes(range(256)) * 1024


def test_it_is_the_old_client():
    assert socketio.__version__.startswith("4.")


def test_it_is_in_and_knows_its_id(client):
    one = client("/?token=a%20b")
    answer = one.asks("whoami")
    assert answer == {"id": one.sid, "auth": {}, "q": "a b", "transport": one.transport()}


def test_an_acknowledgement_returns_what_was_sent(client):
    one = client()
    assert one.asks("echo", "text") == "text"
    assert one.asks("echo", 1, "two", [3, None, True], {"four": 4.5}) == (1, "two", [3, None, True], {"four": 4.5})
    assert one.asks("echo") in (None, (), [])
    assert one.asks("multi") == (1, "two", b"\x03")


@pytest.mark.parametrize("data", [b"\x00", ALL_BYTES], ids=["one", "256kB"])
def test_bytes_go_both_ways(client, data):
    one = client(listen=["bin"])
    assert one.asks("echo", data) == data
    one.emit("bin", data)
    assert one.next("bin") == (data,)


def test_bytes_keep_their_place_among_other_values(client):
    assert client().asks("echo", NESTED) == NESTED


def test_texts_are_counted_in_characters(client):
    """The lengths in a polling payload of this version are those of JavaScript's strings, not of bytes."""
    one = client()
    texts = ["é", "€", "日本語", "ünï" * 500]
    assert [one.asks("echo", text) for text in texts] == texts


def test_the_server_asks_and_gets_the_answer(client):
    one = client()
    one.on("question", lambda number: number + 1)
    assert one.asks("ask") == [21]
    one.on("question", lambda number: (number, "b", b"\x01"))
    assert one.asks("ask") == [20, "b", b"\x01"]


def test_rooms_reach_their_members_only(client):
    ann, bob, cleo = (client(listen=["said"]) for _ in range(3))
    assert ann.asks("join", "red") == ["red"]
    assert bob.asks("join", "red") == ["red"]
    ann.asks("say", "red", "to bob")
    assert bob.next("said") == ("red", "to bob")
    ann.asks("say-all", "to all")
    for each in (ann, bob, cleo):
        assert each.next("said") == ("*", "to all")
        assert each.seen["/", "said"].empty()


def test_namespaces_share_a_connection_and_nothing_else(client):
    one = client(namespaces=["/dyn-7"], listen=["said"])
    one.asks("join", "red")
    assert one.asks("join", "blue", namespace="/dyn-7") == ["blue"]
    assert one.asks("whoami", namespace="/dyn-7")["id"] == f"/dyn-7#{one.sid}"
    one.asks("say-all", "here", namespace="/dyn-7")
    assert one.next("said", namespace="/dyn-7") == ("*", "here")
    assert one.seen["/", "said"].empty()
    one.emit("kick-ns", namespace="/dyn-7")
    assert one.next("disconnect", namespace="/dyn-7") == ()
    assert one.asks("echo", "still here") == "still here"


def test_the_query_of_a_namespace_is_what_it_is_let_in_by(client):
    one = client(namespaces=["/admin?token=secret"], joined=False)
    one.next("connect")
    one.next("connect", namespace="/admin")
    assert one.asks("whoami", namespace="/admin")["auth"] == {"token": "secret"}


@pytest.mark.parametrize("namespace, reason", [
    ("/admin?token=wrong", "not authorized"),
    ("/admin", "not authorized"),
    ("/nowhere", {"message": "Invalid namespace"}),
], ids=["wrong", "no-query", "unknown"])
def test_a_refusal_says_why(client, namespace, reason):
    one = client(namespaces=[namespace], joined=False)
    assert one.next("connect_error", namespace=namespace.partition("?")[0]) == (reason,)
    assert one.asks("echo", "in the main one") == "in the main one"


@pytest.mark.parametrize("event", ["kick-ns", "kick-clean", "kick"])
def test_the_server_sends_a_client_away(client, event):
    one = client()
    one.emit(event)
    assert one.next("disconnect") == ()


def sockets(server):
    return requests.get(f"{server.url}/__counts", timeout=DEADLINE).json()["sockets"]


def test_a_client_leaves(own_server, client):
    one = client(at=own_server)
    assert sockets(own_server) == 1
    # Not waited for: by polling this client ends only when its open request is answered.
    threading.Thread(target=one.disconnect, daemon=True).start()
    until(lambda: sockets(own_server) == 0, "the server to see it go")


def test_many_acknowledgements_come_in_order(client):
    one = client()
    answers = []
    done = threading.Event()
    for number in range(300):
        one.emit("echo", number, callback=lambda value: (answers.append(value), value == 299 and done.set()))
    assert done.wait(DEADLINE)
    assert answers == list(range(300))


def test_still_older_clients_are_refused(server):
    answer = requests.get(f"{server.url}/socket.io/?EIO=2&transport=polling", timeout=DEADLINE)
    assert (answer.status_code, answer.json()["code"]) == (400, 5)
