"""Servers under test, what they use of the machine, and one run of the load generator against them."""

import json
import os
import pathlib
import shlex
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Trouble(Exception):
    """Something that makes the whole run worthless."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server that is up, pinned to some processors, and ended by its process."""

    def __init__(self, command, cpus):
        self.port = free_port()
        words = shlex.split(command.format(port=self.port))
        self.process = subprocess.Popen(["taskset", "-c", cpus, *words], stdout=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            if self.process.poll() is not None or time.monotonic() > end:
                raise Trouble(f"does not listen: {shlex.join(words)}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)  # the pace of asking
        self.folder = pathlib.Path(f"/proc/{self.process.pid}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def processor_seconds(self):
        """What all of its threads have used so far: to the nanosecond where the kernel tells, else in ticks."""
        try:
            tasks = (self.folder / "task").glob("*/schedstat")
            return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
        except (OSError, ValueError, IndexError):
            fields = (self.folder / "stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """Its resident memory in bytes."""
        text = (self.folder / "smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Rss:")) * 1024

    def descriptors(self):
        return len(os.listdir(self.folder / "fd"))

    def wait_for_descriptors(self, most, seconds=20):
        """Waits until it has let go of its connections, and whether it has."""
        end = time.monotonic() + seconds
        while self.descriptors() > most:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)  # the pace of asking
        return True


def generate(generator, server, arguments, cpus, server_cpu=None):
    """Runs the load generator once; returns what it found."""
    command = ["taskset", "-c", cpus, generator, *shlex.split(arguments), "--port", str(server.port),
               "--pid", str(server.process.pid)]
    if server_cpu is not None:
        command += ["--cpu", server_cpu]
    result = subprocess.run(command, capture_output=True, text=True, timeout=180)
    lines = result.stdout.strip().splitlines()
    if not lines:
        raise Trouble(f"no result of {shlex.join(command)}: {result.stderr.strip()[:300]}")
    return json.loads(lines[-1])


def faults_of(found):
    """What went wrong in one run of the generator; empty when nothing did."""
    wrong = {name: found.get(name, 0) for name in ("errors", "missing", "misordered")}
    wrong["not opened"] = found["conns"] - found["opened"]
    return {name: count for name, count in wrong.items() if count}
