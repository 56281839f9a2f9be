"""chatload as its users run it: every scenario against our server and against python-socketio's, and its manners."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Browser"))

from servers import DEADLINE, ROOT, binary  # noqa: E402  (the path above is needed first)

HERE = Path(__file__).resolve().parent
SHORT = ["--duration", "0.5", "--warmup", "0.1"]
SERVERS = {
    "ours": [binary("CONFORMANCE", "conformance"), "bench", "--port", "0"],
    "python-socketio": [sys.executable, str(HERE / "servers" / "python_server.py")],
}
SCENARIOS = {
    "connect": ["connect", "-c", "20", "--hold", "0.1"],
    "connect by polling": ["connect", "-c", "10", "--hold", "0.1", "--transport", "polling"],
    "echo at a rate": ["echo", "-c", "5", "--rate", "100", *SHORT],
    "echo in a closed loop": ["echo", "-c", "5", "--inflight", "4", *SHORT],
    "echo after an upgrade": ["echo", "-c", "5", "--rate", "100", "--transport", "upgrade", *SHORT],
    "polling": ["polling", "-c", "5", "--rate", "50", *SHORT],
    "broadcast": ["broadcast", "-c", "10", "--senders", "2", "--rate", "20", *SHORT],
    "broadcast in a closed loop": ["broadcast", "-c", "10", "--senders", "2", "--inflight", "2", *SHORT],
    "broadcast by polling": ["broadcast", "-c", "5", "--rate", "20", "--transport", "polling", *SHORT],
    "rooms": ["rooms", "-c", "12", "--rooms", "3", "--senders", "3", "--rate", "30", *SHORT],
    "churn": ["churn", "--rate", "30", "--stay", "50", *SHORT],
    "slow": ["slow", "-c", "8", "--slow", "2", "--rate", "20", *SHORT],
    "soak": ["soak", "-c", "5", "--broadcast-rate", "10", "--churn-rate", "10", "--stay", "100", *SHORT],
}


@pytest.fixture(scope="session", params=SERVERS)
def server(request, tmp_path_factory):
    """A server of one kind; its process, with `url` and `kind`."""
    log = open(tmp_path_factory.mktemp("logs") / "server.log", "wb")
    process = subprocess.Popen(SERVERS[request.param], stdout=subprocess.PIPE, stderr=log, cwd=ROOT)
    line = process.stdout.readline().decode()
    assert line.startswith("listening on 127.0.0.1:"), line
    process.kind, process.url = request.param, "http://127.0.0.1:" + line.strip().rpartition(":")[2]
    yield process
    process.terminate()
    assert process.wait(DEADLINE) in (0, -signal.SIGTERM)


def chatload(*arguments, **options):
    command = [binary("CHATLOAD", "chatload"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=3 * DEADLINE, cwd=ROOT, **options)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_finds_a_good_server_good(server, scenario, tmp_path):
    found, page = tmp_path / "found.json", tmp_path / "found.html"
    name, *options = SCENARIOS[scenario]
    result = chatload(name, server.url, *options, "--json", found, "--html", page, "--server-pid", str(server.pid))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "faults: none" in result.stdout
    report = json.loads(found.read_text())
    assert sum(report["faults"].values()) == 0
    assert report["measures"][0]["count"] > 0
    assert report["server"]["memoryAtEnd"] > 1_000_000
    assert page.read_text().count("<svg") >= 3


def test_a_rate_is_kept(server, tmp_path):
    found = tmp_path / "found.json"
    result = chatload("echo", server.url, "-c", "4", "--rate", "100", "--duration", "2", "--warmup", "0", "--json", found)
    assert result.returncode == 0, result.stdout
    assert json.loads(found.read_text())["measures"][0]["count"] == 200


def test_a_threshold_is_a_failure(server):
    result = chatload("echo", server.url, "-c", "2", *SHORT, "--fail-p99", "0.000001")
    assert result.returncode == 1
    assert "FAILED: p99 is " in result.stdout


def test_ctrl_c_tells_what_there_is(server):
    command = [binary("CHATLOAD", "chatload"), "echo", server.url, "-c", "2", "--rate", "100", "--duration", "600", "--progress"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    while "measured" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, text
    assert "ended before its time" in text and "faults: none" in text


@pytest.mark.parametrize("arguments", [
    ["echo"], ["echo", "http://example.org"], ["echo", "http://127.0.0.1:1", "--rate", "1", "--inflight", "1"],
    ["connect", "http://127.0.0.1:1", "-c", "28001"], ["walk", "http://127.0.0.1:1"], ["compare"],
])
def test_a_command_line_without_sense_has_status_64(arguments):
    assert chatload(*arguments).returncode == 64


def test_nobody_there_is_a_failure():
    result = chatload("connect", "http://127.0.0.1:1", "-c", "2")
    assert result.returncode == 1
    assert "2 failed" in result.stdout


def test_reports_stand_side_by_side(server, tmp_path):
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for file in files:
        assert chatload("echo", server.url, "-c", "2", *SHORT, "--json", file, "--label", file.stem).returncode == 0
    page = tmp_path / "both.html"
    result = chatload("compare", *files, "--html", page)
    assert result.returncode == 0
    assert "p99" in result.stdout
    assert 'class="s1"' in page.read_text()


def test_a_file_that_cannot_be_written_is_named(server, tmp_path):
    result = chatload("connect", server.url, "-c", "1", "--hold", "0", "--json", tmp_path / "no" / "such.json")
    assert result.returncode not in (0, 64)
    assert "such.json: No such file or directory" in result.stderr


def test_the_report_tells_of_few_descriptors(server):
    limit = (lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_NOFILE, (40, 40)))
    result = chatload("connect", server.url, "-c", "5", "--hold", "0", preexec_fn=limit)
    assert "only 40 descriptors are allowed" in result.stderr
    assert result.returncode == 0, result.stdout + os.linesep + result.stderr
