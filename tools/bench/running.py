"""Programs under measurement: one server at a time, on a port of its own, ended by its process; and the load generator.

Not here: what is measured (goals.py, calls.py, road.py, loops.py) and what comes of it (figures.py)."""

import json
import os
import pathlib
import select
import shlex
import signal
import socket
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS, END_SECONDS, RUN_SECONDS = 60, 20, 180


class Failure(Exception):
    """A program that is missing, does not start, or says nothing."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(cpus, command):
    return ["taskset", "-c", cpus, *command] if cpus else command


def only_child(pid):
    """The process that a wrapper (strace) runs; by the time the server has said that it listens there is only this one."""
    return int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


class Server:
    """A server that listens, as a context. `pid` is the server's own, also when something stands before it.

    `command` is a line with {port}; the server says a line on its standard output when it listens. After the end,
    `said` holds what came on the standard error."""

    def __init__(self, command, cpus=None, before=(), environment=None):
        self.port = free_port()
        self.command = [part.format(port=self.port) for part in shlex.split(command)]
        self.said = ""
        self.error = tempfile.TemporaryFile()
        self.process = subprocess.Popen(pinned(cpus, [*before, *self.command]), stdout=subprocess.PIPE,
                                        stderr=self.error, env={**os.environ, **(environment or {})})
        self.pid = self.process.pid
        try:
            self.wait_until_it_listens()
            if "strace" in before:
                self.pid = only_child(self.process.pid)
        except BaseException:
            self.end()
            raise

    def wait_until_it_listens(self):
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        if not ready or not self.process.stdout.readline():
            self.end()
            raise Failure(f"does not listen: {shlex.join(self.command)}\n{self.said[-500:]}")

    def end(self):
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            os.kill(self.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        if not self.error.closed:
            self.error.seek(0)
            self.said = self.error.read().decode(errors="replace")
            self.error.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def processor_seconds(self):
        """What all threads of the server have used, by the scheduler's clock and not in ticks."""
        threads = pathlib.Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def generate(generator, server, arguments, cpus):
    """One run of the load generator against the server: what it found, with `faults` summed."""
    mode, *rest = shlex.split(arguments)
    command = [generator, mode, "--port", str(server.port), "--pid", str(server.pid), *rest]
    result = subprocess.run(pinned(cpus, command), capture_output=True, text=True, timeout=RUN_SECONDS)
    lines = result.stdout.strip().splitlines()
    if not lines:
        raise Failure(f"nothing from the load generator ({arguments}): {result.stderr.strip()[-500:]}")
    found = json.loads(lines[-1])
    found["faults"] = found["errors"] + found["missing"] + found["misordered"] + found["conns"] - found["opened"]
    return found
