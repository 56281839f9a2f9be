"""Ten thousand clients of each kind come and go: none of their objects stays, and no memory. The server is
`conformance teardown`, over real connections; `pytest -s` shows the figures."""

import time

import pytest
from servers import SANITIZED, Server, until
from wire import POLLING, WEBSOCKET, Peer, get_json

# Five times so many; after the first time the server must have taken all the memory that it will ever need.
CYCLES = 2_000
CROWD = 200
# Half of the smallest block that malloc has: if of every cycle a single block stayed, it would be twice as much, each of
# the times. A table that has to grow once more does so one time.
KEPT_BYTES_PER_CYCLE = 16
# Pages that malloc cut up differently; 8,000 cycles that keep 256 bytes each would be more.
KEPT_RESIDENT_BYTES = 2 << 20
NAME = '40{"name":"ann"}'


def websockets(port, count):
    """A crowd that has opened WebSockets but joined nothing."""
    peers = [Peer(port).upgrade() for _ in range(count)]
    for peer in peers:
        peer.sid()
    return peers


def joined(port, count):
    """A crowd in the main namespace."""
    peers = websockets(port, count)
    for peer in peers:
        peer.send(NAME)
    for peer in peers:
        peer.sees(b'40{"sid"')
    return peers


def polling(port, count):
    """A crowd of polling clients in the main namespace, and the targets of their requests."""
    peers = [Peer(port).ask("GET", POLLING) for _ in range(count)]
    targets = [f"{POLLING}&sid={peer.sid()}" for peer in peers]
    for peer, target in zip(peers, targets):
        peer.ask("POST", target, NAME.encode())
    for peer, target in zip(peers, targets):
        peer.sees(b"ok")
        peer.ask("GET", target)
    for peer in peers:
        peer.sees(b'40{"sid"')
    return list(zip(peers, targets))


def clean(port, count):
    crowd = joined(port, count * 3 // 4)
    for peer in crowd:
        peer.send('421["x","hello"]')
    for peer in crowd:
        peer.sees(b'431["hello",3]')
        peer.send("41")
        peer.send("", opcode=8)
    for peer in crowd:
        peer.sees_end()
        peer.drop()
    pollers = polling(port, count - len(crowd))
    for peer, target in pollers:
        peer.ask("POST", target, b"41\x1e1")
    for peer, _ in pollers:
        peer.sees(b"ok")
        peer.drop()


def cut(port, count):
    crowd = joined(port, count * 3 // 4)
    for peer in crowd:
        peer.send('421["x","hello"]')
        peer.drop()
    for peer, target in polling(port, count - len(crowd)):
        # A reset might overtake the request, and then there is no open request to be cut.
        peer.ask("GET", target)
        peer.drop(farewell=True)


def half_upgraded(port, count):
    pollers = polling(port, count)
    sockets = [Peer(port).upgrade(target.replace("polling", "websocket")) for _, target in pollers]
    for peer in sockets:
        peer.send("2probe")
    for peer in sockets:
        peer.sees(b"3probe")
    for peer in sockets[::2]:
        peer.drop()
    for peer, _ in pollers:
        peer.drop()
    return sockets[1::2]  # silent until the server has lost its patience


def timed_out(port, count):
    silent = joined(port, count // 2) + websockets(port, count // 4)
    for peer, _ in polling(port, count - len(silent)):
        peer.drop()  # between two polls: nothing is cut
    return silent


def refused(port, count):
    fourth = count // 4
    for target, status in (
        (f"{POLLING}&sid=unknown", b" 400 "), (f"{POLLING}&deny=1", b" 403 "), (f"{WEBSOCKET}&sid=unknown", b" 400 ")
    ):
        crowd = [Peer(port) for _ in range(fourth)]
        for peer in crowd:
            peer.upgrade(target) if "websocket" in target else peer.ask("GET", target)
        for peer in crowd:
            peer.sees(status)
            peer.drop()
    crowd = websockets(port, count - 3 * fourth)
    for peer in crowd:
        peer.send("40")
    for peer in crowd:
        peer.sees(b'44{"message":"who are you?"}')
        peer.drop()


def flood(port):
    """As many sockets at once as there can ever be, so that every table has grown to its size."""
    peers = [Peer(port).upgrade() for _ in range(2 * CYCLES)]
    for peer in peers:
        peer.send(NAME)
    for peer in peers:
        peer.drop(farewell=True)


def play(kind, port):
    """Lets the clients come and go, and waits for the ends of those that only wait."""
    silent = []
    for _ in range(CYCLES // CROWD):
        silent += kind(port, CROWD) or []
    for peer in silent:
        peer.sees_end()
        peer.drop()


def settle(server, asking, handles=None):
    """Waits until nothing of the clients is there; the counts of then, and the bytes of the resident pages."""
    counts = {}

    def is_empty():
        counts.update(get_json(asking, "/__counts"))
        gone = not any(counts[kind] for kind in ("sessions", "sockets", "alive", "rooms"))
        return gone and counts["connections"] == 1 and counts["handles"] == (handles or counts["handles"])

    until(is_empty, f"the server to be empty; it has {counts}")
    with open(f"/proc/{server.process.pid}/statm") as file:
        return counts, int(file.read().split()[1]) * 4096


@pytest.mark.parametrize(
    "kind, server_kind, opened",
    [
        (clean, "teardown", 1), (cut, "teardown", 1), (half_upgraded, "teardown-impatient", 1),
        (timed_out, "teardown-impatient", 1), (refused, "teardown", 0.25),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_nothing_stays_of_ten_thousand_clients(tmp_path, kind, server_kind, opened):
    server = Server(server_kind, tmp_path / "teardown.log").start()
    try:
        asking = Peer(server.port)
        begin, (empty, _) = time.monotonic(), settle(server, asking)
        flood(server.port)
        before, _ = settle(server, asking, empty["handles"])
        stages = []
        for _ in range(5):
            play(kind, server.port)
            stages.append(settle(server, asking, empty["handles"]))
        print(f"\n{kind.__name__}, {time.monotonic() - begin:.0f} s, bytes in use and resident after each", CYCLES)
        print([(counts["bytes"], pages) for counts, pages in stages])
        assert stages[-1][0]["opened"] - before["opened"] == 5 * CYCLES * opened
        steps = sorted(later["bytes"] - earlier["bytes"] for (earlier, _), (later, _) in zip(stages, stages[1:]))
        assert SANITIZED or steps[1] <= KEPT_BYTES_PER_CYCLE * CYCLES
        assert SANITIZED or stages[-1][1] - stages[0][1] <= KEPT_RESIDENT_BYTES
    finally:
        server.end()
