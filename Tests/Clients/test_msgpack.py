"""python-socketio's client with its MessagePack serializer: the same tests of the scenario, on a server that speaks it."""

import functools

import pytest
import socketio
from conftest import scenario
from servers import DEADLINE
from test_scenario import (  # noqa: F401  (pytest runs them here with the fixtures below)
    test_a_client_leaves,
    test_a_namespace_lets_in_who_has_the_secret,
    test_a_namespace_may_be_named_by_a_pattern,
    test_an_acknowledgement_returns_what_was_sent,
    test_an_answer_that_never_comes_is_a_timeout_for_the_server,
    test_bytes_go_both_ways,
    test_bytes_keep_their_place_among_other_values,
    test_namespaces_share_a_connection_and_nothing_else,
    test_rooms_reach_their_members_only,
    test_the_handshake_carries_query_and_auth,
    test_the_room_of_a_socket_reaches_it_later,
    test_the_server_asks_and_gets_the_answer,
    test_the_server_closes_the_transport,
    test_the_server_sends_a_client_away,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    yield from scenario(tmp_path_factory.mktemp("logs"), "scenario-msgpack")


@pytest.fixture
def client(client):
    return functools.partial(client, serializer="msgpack")


@pytest.mark.parametrize("number", [0, 127, 128, 65536, 2**32, 2**53, 2**63, 2**64 - 1, -1, -129, -(2**63), 1.5])
def test_numbers_come_back_exactly(client, number):
    assert client().asks("echo", number) == number


def test_a_refusal_says_why(server, transports):
    one = socketio.Client(reconnection=False, serializer="msgpack")
    reasons = []
    one.on("connect_error", reasons.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        one.connect(server.url, auth={"deny": True}, transports=transports, wait_timeout=DEADLINE)
    one.shutdown()
    assert reasons == [{"message": "denied", "data": {"code": 42}}]
