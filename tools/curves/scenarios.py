"""The curves: what each measures, and how it is drawn and told. One call of `measure` is one round."""

from dataclasses import dataclass, field
from typing import Callable

from .pictures import short
from .servers import Server, faults_of, generate


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


BOTH = ("ours", "floor")

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
)
