"""The curves: what each measures, and how it is drawn and told. One call of `measure` is one round."""

import contextlib
import os
import time
from dataclasses import dataclass, field
from typing import Callable

from .pictures import short, size
from .servers import Server, Trouble, faults_of, generate
from .wire import Burst, Connection


@dataclass
class Ground:
    """What a round stands on: the servers' command lines, the generator, and how long and how much."""

    commands: dict
    generator: str
    results: object
    seconds: float
    warm: float
    most: int
    server_cpus: str = "0"
    load_cpus: str = "1"

    def start(self, name, extra="", cpus=None):
        return Server(self.commands[name] + extra, cpus or self.server_cpus)

    def load(self, server, arguments, point, cpus=None):
        """One run of the generator; what was missing or wrong is noted for the point."""
        timed = "" if arguments.startswith("idle") else f" -t {self.seconds} --warm {self.warm}"
        found = generate(self.generator, server, arguments + timed, cpus or self.load_cpus)
        wrong = faults_of(found)
        if wrong:
            self.results.blame(*point, wrong)
        return found

    def sizes(self, *wanted):
        """The numbers of connections that descriptors allow; the last one that they do not is cut to what they do."""
        return sorted({min(number, self.most) for number in wanted})


@dataclass
class Chart:
    """One picture of a curve."""

    file: str
    title: str
    metric: str
    label: str
    series: tuple
    log: bool = False


@dataclass
class Curve:
    """One section of the document: how to measure it, its pictures and its table."""

    name: str
    measure: Callable
    across: str
    charts: tuple
    columns: tuple
    grows: tuple = ()
    across_text: Callable = field(default=short)


def connections(ground):
    """A broadcast to everybody, one on its way at a time, beside the floor."""
    for count in ground.sizes(10, 100, 1_000, 5_000, 10_000, 20_000):
        for name in ("floor", "ours"):
            with ground.start(name) as server:
                found = ground.load(server, f"fanout -c {count} -w 1 -k 200", ("connections", name, count))
            yield name, count, {"cpu": found["srv_cpu_us_op"], "p99": found["p99_us"] / 1000}


ROOMS_EACH = 10_000  # as many as the server lets one socket be in
TIMES = 100_000


def cost_of_rooms(server, asker, prefix, count, times=TIMES):
    """Nanoseconds of joining and leaving a room, over rooms named with `prefix` and a number below `count`."""
    times = max(times, 20 * count)  # so that making the names costs next to nothing
    before = server.processor_seconds()
    asker.ask("join and leave", prefix, count, times)
    return (server.processor_seconds() - before) * 1e9 / times


def rooms(ground):
    """Joining and leaving while so many rooms exist, which others hold: rooms that exist, and rooms made and ended."""
    for count in (1, 10, 100, 1_000, 10_000, 100_000):
        with ground.start("ours") as server, contextlib.ExitStack() as stack:
            for holder in range(-(-count // ROOMS_EACH)):
                hold(stack, server, f"r{holder}-", min(count, ROOMS_EACH))
            asker = stack.enter_context(Connection(server.port))
            cost_of_rooms(server, asker, "r0-", 1, TIMES // 10)
            yield "a room that exists", count, {"join": spread(server, asker, count)}
            yield "a room made and ended", count, {"join": cost_of_rooms(server, asker, "new-", count)}


def hold(stack, server, prefix, count):
    """Has a connection of its own sit in so many rooms."""
    holder = stack.enter_context(Connection(server.port))
    if holder.ask("join rooms", prefix, count) != count:
        raise Trouble(f"not in {count} rooms")
    return holder


def spread(server, asker, count):
    """The mean cost over rooms of all holders."""
    holders = -(-count // ROOMS_EACH)
    each = [cost_of_rooms(server, asker, f"r{holder}-", min(count, ROOMS_EACH), TIMES // holders) for holder in range(holders)]
    return sum(each) / holders


def memberships(ground):
    """One room more for a socket that is in so many; and what each costs whoever joins so many and goes."""
    for count in (1, 10, 100, 1_000, ROOMS_EACH):
        with ground.start("ours") as server, contextlib.ExitStack() as stack:
            hold(stack, server, "r", 100)
            asker = hold(stack, server, "own", count - 1)
            yield "one room more", count, {"join": cost_of_rooms(server, asker, "r", 100)}
            if count >= 100:
                hold(stack, server, "all", count)
                visits = 5_000 // count + 1
                alone = cost_of_visits(server, 0, visits)
                yield "all of them, each", count, {"join": (cost_of_visits(server, count, visits) - alone) / count}


def cost_of_visits(server, count, visits):
    """Nanoseconds for a connection that comes, joins so many rooms and goes."""
    idle, before = server.descriptors(), server.processor_seconds()
    for _ in range(visits):
        with Connection(server.port) as visitor:
            visitor.ask("join rooms", "all", count)
    if not server.wait_for_descriptors(idle):
        raise Trouble("connections were not let go")
    return (server.processor_seconds() - before) * 1e9 / visits


def burst_cost(ground, server, asker, burst, point):
    """Microseconds of one message, sent in bursts, so that system calls are shared by many."""
    asker.exchange(burst)
    messages, before, end = 0, server.processor_seconds(), time.monotonic() + ground.seconds / 3
    while time.monotonic() < end:
        if not asker.exchange(burst):
            ground.results.blame(*point, {"wrong": 1})
            break
        messages += burst.count
    return (server.processor_seconds() - before) * 1e6 / max(1, messages)


def namespaces(ground):
    """A message's cost while so many namespaces exist, and for a connection that has joined so many and uses all."""
    for count in (1, 10, 100, 1_000, 10_000):
        with ground.start("ours") as server, contextlib.ExitStack() as stack:
            names = [f"/n{number}" for number in range(count)]
            for start in range(0, count, 99):
                stack.enter_context(Connection(server.port)).join(names[start:start + 99])
            asker = stack.enter_context(Connection(server.port))
            asker.join(names[:1])
            point = ("namespaces", "namespaces that exist", count)
            yield point[1], count, {"cpu": burst_cost(ground, server, asker, Burst(names[:1], 300), point)}
    for count in (1, 10, 100):
        with ground.start("ours") as server, Connection(server.port) as asker:
            names = ["/"] + [f"/n{number}" for number in range(1, count)]
            asker.join(names[1:])
            point = ("namespaces", "joined by the connection", count)
            yield point[1], count, {"cpu": burst_cost(ground, server, asker, Burst(names, 300), point)}


def memory(ground):
    """Resident memory with so many connections that rest, when all have gone, and when as many have come again."""
    for count in ground.sizes(1_000, 10_000, 20_000):
        for name in ("floor", "ours"):
            with ground.start(name) as server:
                idle, before, point = server.descriptors(), server.memory(), ("memory", name, count)
                found = ground.load(server, f"idle -c {count} -k 200 -t 0.1", point)
                if not server.wait_for_descriptors(idle):
                    ground.results.blame(*point, {"connections not let go": server.descriptors() - idle})
                left = server.memory() - before
                again = ground.load(server, f"idle -c {count} -k 200 -t 0.1", point)
            yield name, count, {
                "each": found["bytes_per_conn"], "full": found["rss_after_kb"] / 1024, "left": left / 2**20,
                "again": again["rss_after_kb"] / 1024,
            }


FLOOR_HOLDS = 131_072  # the floor reads a message into one buffer of 256 KiB


def messages(ground):
    """Messages of all sizes, echoed to ten connections and delivered to a hundred, beside the floor."""
    for bytes_ in (16, 128, 1_024, 8_192, 65_536, 131_072, 524_288, 999_900):
        for kind, arguments, least in (("echo", "echo -c 10 -d 1", 1), ("delivery", "fanout -c 100 -w 1", 32)):
            count = max(bytes_, least)
            for name in ("floor", "ours"):
                if name == "floor" and count > FLOOR_HOLDS:
                    continue
                with ground.start(name) as server:
                    found = ground.load(server, f"{arguments} -p {count}", ("messages", f"{kind}, {name}", count))
                cost = found["srv_cpu_us_op"]
                yield f"{kind}, {name}", count, {"cpu": cost, "byte": cost * 1000 / count}


def loops(ground):
    """One loop and two, with nobody pinned: the generator needs a processor as well."""
    everywhere = ",".join(str(cpu) for cpu in sorted(os.sched_getaffinity(0)))
    for count in ground.sizes(10, 100, 1_000, 5_000):
        for kind, arguments in (("echo", "echo -d 1"), ("fan-out", "fanout -w 1")):
            for number, name in ((1, "1 loop"), (2, "2 loops")):
                with ground.start("ours", f" --loops {number}", everywhere) as server:
                    point = ("loops", f"{kind}, {name}", count)
                    found = ground.load(server, f"{arguments} -c {count} -k 200", point, everywhere)
                yield point[1], count, {"cpu": found["srv_cpu_us_op"], "rate": found["ops_s"] / 1000}


BOTH = ("ours", "floor")
KINDS = ("echo, ours", "echo, floor", "delivery, ours", "delivery, floor")
LOOPS = ("echo, 1 loop", "echo, 2 loops", "fan-out, 1 loop", "fan-out, 2 loops")

CURVES = (
    Curve(
        "connections", connections, "connections",
        (
            Chart("connections-cpu", "Processor time of a delivery", "cpu", "µs per delivery", BOTH),
            Chart("connections-p99", "Until a broadcast has arrived, p99", "p99", "ms", BOTH, log=True),
        ),
        (
            ("ours, µs", "cpu", "ours", None), ("floor, µs", "cpu", "floor", None), ("ours / floor", "cpu", "ours", "floor"),
            ("ours, p99 ms", "p99", "ours", None), ("floor, p99 ms", "p99", "floor", None),
        ),
        (("cpu", BOTH),),
    ),
    Curve(
        "rooms", rooms, "rooms that exist",
        (Chart("rooms", "Joining and leaving a room", "join", "ns, both", ("a room that exists", "a room made and ended")),),
        (
            ("a room that exists, ns", "join", "a room that exists", None),
            ("a room made and ended, ns", "join", "a room made and ended", None),
        ),
        (("join", ("a room that exists", "a room made and ended")),),
    ),
    Curve(
        "memberships", memberships, "rooms of the socket",
        (Chart("memberships", "Joining and leaving a room, in many rooms", "join", "ns, both", ("one room more", "all of them, each")),),
        (
            ("one room more, ns", "join", "one room more", None),
            ("all of them, for each, ns", "join", "all of them, each", None),
        ),
        (("join", ("one room more", "all of them, each")),),
    ),
    Curve(
        "namespaces", namespaces, "namespaces",
        (Chart("namespaces", "Processor time of an echoed message", "cpu", "µs", ("namespaces that exist", "joined by the connection")),),
        (
            ("that exist, µs", "cpu", "namespaces that exist", None),
            ("joined by the connection, µs", "cpu", "joined by the connection", None),
        ),
        (("cpu", ("namespaces that exist", "joined by the connection")),),
    ),
    Curve(
        "memory", memory, "connections",
        (
            Chart("memory-each", "Memory of a connection that rests", "each", "bytes of resident memory", BOTH),
            Chart("memory-left", "Memory kept when all connections have gone", "left", "MiB", BOTH),
        ),
        (
            ("ours, bytes each", "each", "ours", None), ("floor, bytes each", "each", "floor", None),
            ("ours with all, MiB", "full", "ours", None), ("more than at the start when all have gone", "left", "ours", None),
            ("when as many have come again", "again", "ours", None), ("floor kept, MiB", "left", "floor", None),
        ),
        (("each", BOTH),),
    ),
    Curve(
        "messages", messages, "size of the text",
        (
            Chart("messages-cpu", "Processor time of a message", "cpu", "µs per message", KINDS, log=True),
            Chart("messages-byte", "Processor time of a byte", "byte", "ns per byte", KINDS, log=True),
        ),
        tuple((f"{name}, µs", "cpu", name, None) for name in KINDS)
        + tuple((f"{name}, ns a byte", "byte", name, None) for name in ("echo, ours", "delivery, ours")),
        (("cpu", KINDS),),
        size,
    ),
    Curve(
        "loops", loops, "connections",
        (
            Chart("loops-cpu", "Processor time of an operation, 1 loop and 2", "cpu", "µs per operation", LOOPS),
            Chart("loops-rate", "Operations a second, 1 loop and 2", "rate", "thousand a second", LOOPS),
        ),
        tuple((f"{name}, µs", "cpu", name, None) for name in LOOPS)
        + tuple((f"{name}, thousand a second", "rate", name, None) for name in LOOPS),
        (("cpu", LOOPS),),
    ),
)
