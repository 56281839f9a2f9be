"""Measures our server: the goals beside the C floor, system calls, the road of a message, one loop and two.

usage: python3 tools/bench [goals] [calls] [road] [loops] [--rounds 3] [--seconds 3] [--only echo1,fan1]

Without a part, all of them. What it finds is printed and written to artifacts/bench as bench.json and bench.md. The exit
status is 1 when anything was missing, misordered or failed, or exceeds Tests/Benchmarks/Thresholds; a goal that is missed
is told and is no failure, because time depends on the machine. docs/benchmarking.md says how to read it."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import resource
import shlex
import sys

import calls
import goals
import loops
import road
from running import ROOT, Failure

PARTS = {"goals": goals, "calls": calls, "road": road, "loops": loops}


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=" ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="how long each run is measured")
    parser.add_argument("--warm", type=float, default=1.5, help="how long each run is not measured before")
    parser.add_argument("--only", type=lambda text: text.split(","), help="goals: " + ",".join(goals.GOALS))
    parser.add_argument("--update", action="store_true", help="road: write the numbers down as thresholds, for review")
    parser.add_argument("--server", default=str(ROOT / ".build/release/conformance"))
    parser.add_argument("--tools", type=pathlib.Path, default="/tmp/sio-bench", help="where floor and sioload are")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "artifacts/bench")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.parts if name not in PARTS] + \
        [name for name in options.only or [] if name not in goals.GOALS]
    if unknown or options.rounds < 1 or options.seconds <= 0:
        parser.error(f"no such part or goal: {' '.join(unknown)}" if unknown else "bad number")
    options.generator = str(options.tools / "sioload")
    options.commands = {
        "floor": f"{shlex.quote(str(options.tools / 'floor'))} {{port}}",
        "ours": f"{shlex.quote(options.server)} bench --port {{port}}",
    }
    return options


def more_descriptors():
    """Thousands of connections need as many descriptors, on both sides."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def write(options, found):
    taken = {"taken": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
             "machine": f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}"}
    data = {name: {key: value for key, value in part.items() if key != "text"} for name, part in found.items()}
    (options.out / "bench.json").write_text(json.dumps({**taken, **data}, indent=1) + "\n")
    texts = [f"## {part['title']}\n\n{part['text']}\n" for part in found.values()]
    (options.out / "bench.md").write_text("\n".join([f"{taken['taken']}, {taken['machine']}\n", *texts]))


def verdict(found):
    """The exit status, and the reasons for it."""
    faults = sum(part["faults"] for part in found.values())
    reasons = [f"{faults} operations were missing, misordered or failed"] if faults else []
    return reasons + [reason for part in found.values() for reason in part["exceeded"]]


def say(text):
    print(text, flush=True)


def main(arguments):
    options = options_of(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    more_descriptors()
    found = {}
    for name in options.parts or PARTS:
        say(f"== {name}")
        found[name] = PARTS[name].run(options, say)
        say(f"\n{found[name]['text']}\n")
    write(options, found)
    reasons = verdict(found)
    say("\n".join(reasons) or "no faults: nothing missing, misordered or failed, nothing above its threshold")
    return 1 if reasons else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"bench: {failure}")
