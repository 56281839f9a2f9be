"""One loop against two: the same server with `--loops 1` and `--loops 2`, in turns, with the generator on the same machine.

Nothing is pinned to one processor, because the system has to place two loops and the generator on what there is: all of
them may use the first two processors. With only two, three threads share them, so that throughput cannot double; what
two loops cost (processor time of an operation) and what they gain is to be read together. Connections are spread over the
loops by the kernel, so that about half of all deliveries cross from one loop to the other."""

import figures
from running import Server, generate

PROCESSORS = "0,1"
LOADS = {
    "echo C=100 D=1": "echo -c 100 -d 1 -p 64",
    "echo C=100 D=16": "echo -c 100 -d 16 -p 64",
    "broadcast N=1000 W=1": "fanout -c 1000 -w 1",
    "broadcast N=1000 W=16": "fanout -c 1000 -w 16",
    "broadcast, 10 senders": "fanout -c 1000 -s 10 -w 4 --gate all",
}
COUNTS = (1, 2)


def order(rounds):
    for index in range(rounds):
        yield from (COUNTS if index % 2 == 0 else reversed(COUNTS))


def measure(load, options):
    runs = {count: [] for count in COUNTS}
    for count in order(options.rounds):
        with Server(f"{options.commands['ours']} --loops {count}", PROCESSORS) as server:
            command = f"{load} -t {options.seconds} --warm {options.warm}"
            runs[count].append(generate(options.generator, server, command, PROCESSORS))
    return runs


def summary(runs):
    """What two loops are against one: throughput and processor time of an operation, round by round."""
    found = {"faults": sum(run["faults"] for several in runs.values() for run in several)}
    for what, key in (("opsPerSecond", "ops_s"), ("microseconds", "srv_cpu_us_op"), ("p99", "p99_us"),
                      ("serverPercent", "srv_cpu_pct"), ("generatorPercent", "gen_cpu_pct")):
        found[what] = {count: figures.spread([run[key] for run in several]) for count, several in runs.items()}
    for what, key in (("gain", "ops_s"), ("cost", "srv_cpu_us_op")):
        found[what] = figures.spread(figures.ratios(*([run[key] for run in runs[count]] for count in (2, 1))))
    return found


HEAD = ["scenario", "a second: 1 loop", "2 loops", "2 / 1", "us: 1 loop", "2 loops", "2 / 1", "server %", "generator %",
        "faults"]


def row(scenario, found):
    def pair(what):
        return [figures.number(found[what][count]["median"]) for count in COUNTS]

    return [scenario, *pair("opsPerSecond"), figures.spread_text(found["gain"]),
            *pair("microseconds"), figures.spread_text(found["cost"]),
            "/".join(f"{found['serverPercent'][count]['median']:.0f}" for count in COUNTS),
            "/".join(f"{found['generatorPercent'][count]['median']:.0f}" for count in COUNTS), str(found["faults"])]


REMARK = (f"Server and generator may both use the processors {PROCESSORS} and nothing is pinned to one of them: two loops "
          "and the generator are three threads. An operation is a round trip, or a delivery, of which about half cross from "
          "one loop to the other. us: the server's processor time, all loops, for one operation. server %, generator %: of "
          "one processor, with 1 loop and with 2.")


def run(options, say):
    rows, lines = {}, []
    for scenario, load in LOADS.items():
        rows[scenario] = summary(measure(load, options))
        lines.append(row(scenario, rows[scenario]))
        say("  ".join(lines[-1]))
    return {"title": "One loop and two", "rows": rows, "text": figures.table(HEAD, lines) + "\n\n" + REMARK,
            "faults": sum(found["faults"] for found in rows.values()), "exceeded": []}
