"""The static page: wrk asks both servers for a file of 1,500 bytes over connections that stay."""

import re
import shutil
import subprocess

from running import Failure, Server, pinned

PAGE = ("<p>A page of fifteen hundred bytes, which is what many pages are.</p>\n" * 22)[:1500]


def file_of(options):
    path = options.out / "page.html"
    path.write_text(PAGE)
    return path


def commands(options):
    file = file_of(options)
    return {"floor": f"{options.commands['floor']} {file}", "ours": f"{options.commands['ours']} --page {file}"}


def missing(options):
    """Why this cannot be measured, or nothing."""
    if not shutil.which("wrk"):
        return "there is no wrk"
    try:
        with Server(commands(options)["ours"]):
            return None
    except Failure:
        return "this server has no --page"


def read_wrk(text):
    """What wrk says: how many requests, and what went wrong."""
    done = re.search(r"(\d+) requests in", text)
    if not done:
        raise Failure(f"wrk said no number: {text[-300:]}")
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    faults = sum(int(group) for found in (wrong, broken) if found for group in found.groups())
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    return {"ops": int(done[1]), "faults": faults, "ops_s": float(rate[1]) if rate else 0}


def ask(server, seconds, cpu):
    command = ["wrk", "-t1", "-c100", f"-d{max(1, round(seconds))}s", f"http://127.0.0.1:{server.port}/"]
    result = subprocess.run(pinned(cpu, command), capture_output=True, text=True, timeout=60 + seconds)
    return read_wrk(result.stdout + result.stderr)


def run_once(command, options, server_cpu, generator_cpu):
    with Server(command, server_cpu) as server:
        before_warm = ask(server, 1, generator_cpu)
        start = server.processor_seconds()
        found = ask(server, options.seconds, generator_cpu)
        used = server.processor_seconds() - start
    found["faults"] += before_warm["faults"]
    return {**found, "srv_cpu_us_op": used * 1e6 / max(found["ops"], 1)}
