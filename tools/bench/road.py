"""The road of a message, counted: allocations and instructions of our server for one more message in steady state.

Each scenario runs in lock step (lockstep.py) on two fresh servers, for a few turns and for many: what they differ by,
divided by the operations they differ by, is free of the start and of the handshakes. Counts, unlike times, do not care what
else the machine does. Allocations are counted before malloc, instructions by callgrind: in the program and its
libraries, not in the kernel."""

import pathlib
import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import partial
from typing import Callable

import figures
import lockstep
import thresholds
from running import ROOT, Failure, Server

# A handshake's allocations differ by a few in a thousand (the random parts of identifiers), instructions by some more.
SLACK = {"instructions": 0.02, "allocations": 0.005}


@dataclass
class Step:
    run: Callable
    few: int
    many: int


ROAD = {
    "echo D=1": Step(partial(lockstep.echo, depth=1), 200, 2200),
    "echo D=16": Step(partial(lockstep.echo, depth=16), 100, 600),
    "fan-out W=1": Step(partial(lockstep.broadcast, window=1, receivers=50), 50, 250),
    "fan-out W=16": Step(partial(lockstep.broadcast, window=16, receivers=50), 20, 70),
    "handshake": Step(lockstep.handshakes, 50, 250),
    "long-polling cycle": Step(lockstep.polling, 100, 600),
}


def last_number(pattern, text):
    found = re.findall(pattern, text)
    if not found:
        raise Failure(f"no count from the server: {text[-300:]}")
    return int(found[-1])


class Counter:
    """A way to count what a server does until it ends: what stands before it, and where the number is."""

    def __init__(self, pattern, before=(), environment=None):
        self.pattern, self.before = pattern, before
        # Without it every run has hash tables of another order, and other counts.
        self.environment = {"SWIFT_DETERMINISTIC_HASHING": "1", **(environment or {})}

    def count(self, command, run, turns):
        """The number, and the operations it stands for."""
        with Server(command, before=self.before, environment=self.environment) as server:
            operations = run(server.port, turns)
        return last_number(self.pattern, server.said), operations

    def each(self, command, step):
        few, some = self.count(command, step.run, step.few)
        many, more = self.count(command, step.run, step.many)
        return (many - few) / (more - some)


def counters(folder):
    library = pathlib.Path(folder) / "allocations.so"
    source = ROOT / "Tests/Benchmarks/allocations.c"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    return {
        "allocations": Counter(r"allocations (\d+)", environment={"LD_PRELOAD": str(library)}),
        "instructions": Counter(r"Collected : (\d+)",
                                before=("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")),
    }


def measure(command, say):
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        kinds = counters(folder)
        for name, step in ROAD.items():
            allocations = round(kinds["allocations"].each(command, step), 3)
            found[name] = {"allocations": allocations, "instructions": round(kinds["instructions"].each(command, step))}
            say(f"{name}: {found[name]['allocations']:g} allocations, {found[name]['instructions']:,} instructions")
    return found


def row(name, numbers, known):
    was = known.get(name)
    return [name, f"{numbers['allocations']:g}", f"{was['allocations']:g}" if was else "-",
            f"{numbers['instructions']:,}", f"{was['instructions']:,}" if was else "-"]


def run(options, say):
    found, known = measure(options.commands["ours"], say), thresholds.load("road")
    if options.update:
        thresholds.save("road", found)
        known = found
    text = figures.table(["for one message more", "allocations", "threshold", "instructions", "threshold"],
                         [row(name, numbers, known) for name, numbers in found.items()])
    less = thresholds.shrunk(found, known, SLACK)
    if less:
        text += "\n\nLess than written down (--update writes it): " + "; ".join(less) + "."
    return {"title": "The road of a message", "rows": found, "text": text, "faults": 0,
            "exceeded": thresholds.exceeding(found, known, SLACK)}
