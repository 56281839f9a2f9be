"""The goals: our server beside the C floor, scenario by scenario, both pinned to one processor and the generator to the other.

A goal is a ratio to the floor in the same round, or an absolute number where the floor has nothing to compare. Servers take
turns, and each run has a fresh one; the one that goes first changes from round to round."""

from dataclasses import dataclass, field

import figures
import page
from running import Server, generate

SERVER_CPU, GENERATOR_CPU = "0", "1"
# What the floor took for an echo when the goals were set; how this machine compares today.
FLOOR_ECHO_THEN = 5.97


@dataclass
class Goal:
    """A row: `limit` is what we want to stay within, and `node` where the official server stood when the goals were set.

    Both are ratios to the floor, or, if `absolute`, numbers in `unit`."""

    title: str
    load: str
    limit: float
    node: float
    unit: str = "us"
    absolute: bool = False
    floor: bool = True
    timed: bool = True
    repeats: int = 1
    key: str = "srv_cpu_us_op"


# A handshake run lasts some tenths of a second, which the generator counts in hundredths: hence three of them.
GOALS = {
    "echo1": Goal("echo C=100 D=1", "echo -c 100 -d 1 -p 64", 1.25, 9.2),
    "echo16": Goal("echo C=100 D=16", "echo -c 100 -d 16 -p 64", 2.0, 33),
    "echo1k": Goal("echo C=1000 D=1", "echo -c 1000 -d 1 -p 64", 1.2, 5.3),
    "fan1": Goal("fan-out N=1000 W=1", "fanout -c 1000 -w 1", 1.1, 2.4),
    "fan16": Goal("fan-out N=1000 W=16", "fanout -c 1000 -w 16", 1.3, 17),
    "fansenders": Goal("fan-out 10 senders, gate all", "fanout -c 1000 -s 10 -w 4 --gate all", 1.15, 4.7),
    "fan5k": Goal("fan-out N=5000 W=1", "fanout -c 5000 -w 1 -k 200", 1.1, 3.0),
    "connect": Goal("handshakes", "connect -c 5000 -k 50", 2.0, 24, timed=False, repeats=3),
    "poll": Goal("long-polling cycle", "poll -c 50", 22, 175, absolute=True, floor=False),
    "idle": Goal("idle connection", "idle -c 10000 -k 200 -t 1", 1400, 15_075, unit="bytes", absolute=True, timed=False,
                 key="bytes_per_conn"),
    "page": Goal("static page", "", 1.2, 4.3),
}
START = Goal("memory at start", "", 8.0, 52.2, unit="MiB", absolute=True)


@dataclass
class Samples:
    """What the rounds of one scenario gave, by server."""

    values: dict = field(default_factory=lambda: {"ours": [], "floor": []})
    runs: list = field(default_factory=list)

    def add(self, name, goal, runs):
        operations = sum(run["ops"] for run in runs) or 1
        self.values[name].append(sum(run[goal.key] * run["ops"] for run in runs) / operations)
        self.runs += [{**run, "server": name} for run in runs]


def rounds_of(goal, commands, count):
    """Who is measured when: the servers alternate, and so does who begins."""
    names = [name for name in commands if name == "ours" or goal.floor]
    for index in range(count):
        yield from (names if index % 2 else reversed(names))


def run_once(goal, command, options):
    load = goal.load + (f" -t {options.seconds} --warm {options.warm} " if goal.timed else "")
    with Server(command, SERVER_CPU) as server:
        return generate(options.generator, server, load, GENERATOR_CPU)


def measure(key, goal, options):
    samples = Samples()
    commands = page.commands(options) if key == "page" else options.commands
    for name in rounds_of(goal, commands, options.rounds):
        if key == "page":
            runs = [page.run_once(commands[name], options, SERVER_CPU, GENERATOR_CPU)]
        else:
            runs = [run_once(goal, commands[name], options) for _ in range(goal.repeats)]
        samples.add(name, goal, runs)
    return samples


def row(key, goal, values, runs=()):
    """A row of the table, as data: the goal, what it was held against, and whether it is met."""
    ours, floor = values["ours"], values["floor"]
    judged = figures.spread(ours if goal.absolute else figures.ratios(ours, floor))
    mine = [run for run in runs if run["server"] == "ours"]
    timed = [run for run in mine if "p99_us" in run]
    return {
        "key": key, "scenario": goal.title, "limit": goal.limit, "absolute": goal.absolute, "unit": goal.unit,
        "judged": judged, "met": judged["median"] <= goal.limit,
        "ours": figures.spread(ours), "floor": figures.spread(floor) if floor else None,
        "rounds": values, "timesNode": goal.node / judged["median"] if judged["median"] > 0 else None,
        "opsPerSecond": figures.spread([run["ops_s"] for run in mine]) if mine else None,
        "p99": figures.spread([run["p99_us"] for run in timed]) if timed else None,
        "generatorPercent": figures.spread([run["gen_cpu_pct"] for run in timed]) if timed else None,
        "faults": sum(run["faults"] for run in runs),
    }


def start_row(runs):
    mine = [run["rss_before_kb"] / 1024 for run in runs if run["server"] == "ours"]
    floor = [run["rss_before_kb"] / 1024 for run in runs if run["server"] == "floor"]
    return row("start", START, {"ours": mine, "floor": floor})


def cells(found):
    goal = f"<= {found['limit']:g}" + (f" {found['unit']}" if found["absolute"] else "")
    per_second = found["opsPerSecond"]
    return [
        found["scenario"], goal, figures.spread_text(found["judged"]), "met" if found["met"] else "MISSED",
        f"{figures.number(found['ours']['median'])} {found['unit']}",
        f"{figures.number(found['floor']['median'])} {found['unit']}" if found["floor"] else "",
        figures.number(per_second["median"]) if per_second and found["key"] != "idle" else "",
        f"{figures.number(found['timesNode'])}x" if found["timesNode"] else "", str(found["faults"]),
    ]


HEAD = ["scenario", "goal", "median (min..max)", "", "ours", "floor", "ours, a second", "Node / ours", "faults"]


def remarks(rows, skipped, options):
    lines = [f"{options.rounds} rounds of {options.seconds:g} s after {options.warm:g} s; server on processor {SERVER_CPU}, "
             f"generator on {GENERATOR_CPU}. us: the server's processor time for one operation. Node / ours: by how far Node's "
             "official server stood from the same floor when the goals were set; it is not measured here."]
    echo = next((found for found in rows if found["key"] == "echo1"), None)
    if echo:
        now = echo["floor"]["median"]
        lines.append(f"The floor's echo takes {now:.2f} us here; it took {FLOOR_ECHO_THEN} where the goals in us were set.")
    return lines + [f"Left out: {GOALS[key].title}: {why}." for key, why in skipped.items()]


def run(options, say):
    rows, skipped, wanted = [], {}, options.only or list(GOALS)
    for key in wanted:
        why = page.missing(options) if key == "page" else None
        if why:
            skipped[key] = why
            continue
        samples = measure(key, GOALS[key], options)
        new = [row(key, GOALS[key], samples.values, samples.runs)]
        if key == "idle":
            new.append(start_row(samples.runs))
        rows += new
        for found in new:
            say("  ".join(filter(None, cells(found))))
    text = figures.table(HEAD, [cells(found) for found in rows]) + "\n\n" + "\n".join(remarks(rows, skipped, options))
    return {"title": "Goals", "rows": rows, "text": text, "faults": sum(found["faults"] for found in rows), "exceeded": []}
