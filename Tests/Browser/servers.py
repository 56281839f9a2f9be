"""Servers under test: each is a process of its own on 127.0.0.1 with a free port, and is ended by its process id."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEADLINE = float(os.environ.get("TEST_DEADLINE", "20"))
# A sanitizer's allocator keeps what was freed, to see who still uses it: how much memory a program takes tells nothing then.
SANITIZED = bool(os.environ.get("SANITIZE"))

# The scenario server on several loops, without sticky balancing.
LOOPS = {"scenario-loops": "2", "scenario-four-loops": "4"}


def binary(variable, name):
    """Where the program is: what the environment says, else the folder BUILD, else the debug build."""
    return os.environ.get(variable, str(ROOT / os.environ.get("BUILD", ".build/debug") / name))


def command(kind, port):
    """The command line of a server: one of those below, or "reference-" and "chatd", "tutorial", "scenario" or "browser"."""
    if kind == "chatd":
        return [binary("CHATD", "chatd"), "--host", "127.0.0.1", "--port", str(port)]
    if kind == "esm-page":
        return [*command("chatd", port), "--static", str(ROOT / "docs" / "examples" / "esm-page")]
    if kind == "tutorial":
        return [binary("TUTORIAL", "example-tutorial"), str(port)]
    if kind == "scenario":
        # With recovery every event carries its offset as one argument more; these suites compare whole lists.
        return [binary("CONFORMANCE", "conformance"), kind, "--no-recovery", "--port", str(port)]
    if kind in LOOPS:
        program = [binary("CONFORMANCE", "conformance"), "scenario", "--no-recovery"]
        return [*program, "--loops", LOOPS[kind], "--port", str(port)]
    if kind == "scenario-recovery":
        return [binary("CONFORMANCE", "conformance"), "scenario", "--port", str(port)]
    if kind == "scenario-eio3":
        return [binary("CONFORMANCE", "conformance"), "scenario", "--eio3", "--no-recovery", "--port", str(port)]
    if kind in ("echo", "teardown", "broadcast", "browser", "protocol", "client", "engine-client"):
        return [binary("CONFORMANCE", "conformance"), kind, "--port", str(port)]
    if kind == "teardown-impatient":
        return [binary("CONFORMANCE", "conformance"), "teardown", "--impatient", "--port", str(port)]
    if kind == "scenario-msgpack":
        return [binary("CONFORMANCE", "conformance"), "scenario", "--msgpack", "--no-recovery", "--port", str(port)]
    if kind in ("reference-scenario", "reference-browser"):
        script = {"reference-scenario": "reference_scenario.py", "reference-browser": "reference_suite.py"}[kind]
        return [sys.executable, str(Path(__file__).with_name(script)), "--port", str(port)]
    script = Path(__file__).with_name("reference_server.py")
    return [sys.executable, str(script), kind.removeprefix("reference-"), "--port", str(port)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what, deadline=DEADLINE):
    """The first true value of `condition()`; asked again and again until the deadline."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"waited {deadline} s in vain for {what}"
        time.sleep(0.02)  # the pace of asking, not a guess at how long it takes


class Server:
    """One running server. It can be stopped and started again on the same port; who started it ends it."""

    def __init__(self, kind, log):
        self.kind = kind
        self.log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        arguments = command(self.kind, self.port)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(arguments, stdout=log, stderr=log, cwd=ROOT)
        until(self.answers, f"{arguments[0]} to listen")
        return self

    def answers(self):
        assert self.process.poll() is None, f"{self.kind} ended at once: {Path(self.log).read_text()}"
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def stop(self):
        """Ends it without mercy, as a crash would. One that has crashed by itself is a failure."""
        process, self.process = self.process, None
        if process:
            ended = process.poll()
            process.kill()
            process.wait()
            assert ended is None, f"{self.kind} ended by itself with status {ended}: {Path(self.log).read_text()[-4000:]}"

    def end(self):
        """Ends it as a service manager would: one of ours closes what is open, and its status says that all was well."""
        if self.kind.startswith("reference-") or not self.process or self.process.poll() is not None:
            return self.stop()
        process, self.process = self.process, None
        process.terminate()
        try:
            status = process.wait(DEADLINE)
        finally:
            process.kill()
        # The tutorial's server does not listen to signals.
        assert status in (0, -signal.SIGTERM), f"{self.kind} ended with status {status}: {Path(self.log).read_text()[-4000:]}"
