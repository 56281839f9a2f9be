"""System calls of one operation: strace counts them on ours and on the floor, over a short and a long run of the generator.

What the runs differ by, divided by the operations they differ by, leaves start-up and handshakes out. A server under
strace is slow and its generator never is: more messages wait in each read than in real life, so that reads and polls
are lower bounds. Writes are what matters: one for each message alone, one for sixteen that come together."""

import tempfile

import figures
import thresholds
from running import Failure, Server, generate

KINDS = {
    "reads": {"read", "readv", "recvfrom", "recvmsg"},
    "writes": {"write", "writev", "sendto", "sendmsg", "sendmmsg"},
    "polls": {"epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll"},
}
SHORT, LONG = 0.5, 2.0
LOADS = {
    "echo D=1": "echo -c 100 -d 1 -p 64",
    "echo D=16": "echo -c 100 -d 16 -p 64",
    "fan-out W=1": "fanout -c 200 -w 1",
    "fan-out W=16": "fanout -c 200 -w 16",
}


def read_strace(text):
    """The table of `strace -c`: calls, by name. Its columns are share, seconds, microseconds, calls, errors or nothing, name."""
    counts = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) in (5, 6) and words[3].isdigit() and words[-1] != "total":
            counts[words[-1]] = int(words[3])
    if not counts:
        raise Failure(f"strace counted nothing: {text[-300:]}")
    return counts


def difference(many, few):
    return {name: many.get(name, 0) - few.get(name, 0) for name in {*many, *few}}


def kinds_of(counts, operations):
    """By kind, for one operation; what is of no kind is `others`."""
    found = {kind: sum(counts.get(name, 0) for name in names) / operations for kind, names in KINDS.items()}
    known = set().union(*KINDS.values())
    others = {name: count / operations for name, count in counts.items() if name not in known}
    return {**found, "others": sum(others.values())}, others


def trace(command, load, seconds, options):
    """One run: the calls of the server's whole life, and what the generator found."""
    with tempfile.NamedTemporaryFile("r") as file:
        with Server(command, before=("strace", "-f", "-c", "-o", file.name)) as server:
            found = generate(options.generator, server, f"{load} -t {seconds} --warm 0", None)
        return read_strace(file.read()), found


def measure(command, load, options):
    few, short = trace(command, load, SHORT, options)
    many, long = trace(command, load, LONG, options)
    found, others = kinds_of(difference(many, few), max(long["ops"] - short["ops"], 1))
    return {"found": {kind: round(count, 3) for kind, count in found.items()}, "faults": short["faults"] + long["faults"],
            "others": {name: round(count, 3) for name, count in others.items() if count >= 0.005}}


def row(scenario, name, found, limits):
    def text(kind):
        number = f"{found[kind]:.2f}".replace("-0.00", "0.00")
        return f"{number} (<= {limits[kind]:g})" if kind in limits else number

    return [scenario, name, *map(text, [*KINDS, "others"])]


def run(options, say):
    known, rows, lines, faults = thresholds.load("calls"), {}, [], 0
    for scenario, load in LOADS.items():
        for name in ("floor", "ours"):
            measured = measure(options.commands[name], load, options)
            rows.setdefault(name, {})[scenario] = measured
            faults += measured["faults"]
            lines.append(row(scenario, name, measured["found"], known.get(scenario, {}) if name == "ours" else {}))
            say("  ".join(lines[-1]))
    ours = {scenario: measured["found"] for scenario, measured in rows["ours"].items()}
    return {"title": "System calls of one operation", "rows": rows, "faults": faults,
            "text": figures.table(["scenario", "server", *KINDS, "others"], lines),
            "exceeded": thresholds.exceeding(ours, known, {})}
