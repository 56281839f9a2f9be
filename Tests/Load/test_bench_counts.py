"""tools/bench where it counts: strace and counters as they are read, thresholds, one loop against two, and the lock step."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "Browser"))
sys.path.insert(0, str(TESTS.parent / "tools" / "bench"))

import calls  # noqa: E402  (the paths above are needed first)
import lockstep  # noqa: E402
import loops  # noqa: E402
import road  # noqa: E402
import thresholds  # noqa: E402
from running import Failure, Server  # noqa: E402
from servers import binary  # noqa: E402

STRACE = """% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 51.30    0.412345           9     40100           write
 40.10    0.322222           8     40200       100 read
  8.00    0.064321          16      4000           epoll_pwait
  0.60    0.004821          12       401           madvise
------ ----------- ----------- --------- --------- ----------------
100.00    0.803709           9     84701       100 total
"""


def test_strace_is_read_with_errors_and_without():
    assert calls.read_strace(STRACE) == {"write": 40100, "read": 40200, "epoll_pwait": 4000, "madvise": 401}
    with pytest.raises(Failure):
        calls.read_strace("strace: exec: No such file or directory")


def test_calls_of_an_operation_are_what_the_longer_run_had_more():
    short = {"write": 100, "read": 200, "openat": 50}
    found, others = calls.kinds_of(calls.difference(calls.read_strace(STRACE), short), 40_000)
    assert found == {"reads": 1.0, "writes": 1.0, "polls": 0.1, "others": pytest.approx(0.008775)}
    assert others["madvise"] == pytest.approx(0.010025)


def test_a_number_above_its_threshold_is_a_reason_and_one_at_it_is_none():
    known = {"echo": {"allocations": 4, "instructions": 1000}}
    slack = {"instructions": 0.02}
    assert thresholds.exceeding({"echo": {"allocations": 4, "instructions": 1020}}, known, slack) == []
    assert len(thresholds.exceeding({"echo": {"allocations": 4.01, "instructions": 1021}}, known, slack)) == 2


def test_a_number_without_a_threshold_is_a_reason():
    assert thresholds.exceeding({"new": {"allocations": 0}}, {}, {}) == ["new: allocations has no threshold (found 0)"]


def test_what_has_become_less_is_told_and_is_no_reason():
    known, found = {"echo": {"allocations": 4}}, {"echo": {"allocations": 3}}
    assert thresholds.exceeding(found, known, {}) == []
    assert thresholds.shrunk(found, known, {}) == ["echo: 3 allocations, was 4"]


def test_thresholds_come_back_as_they_were_saved(tmp_path):
    assert thresholds.load("road", tmp_path) == {}
    thresholds.save("road", {"echo": {"allocations": 4}}, tmp_path)
    assert thresholds.load("road", tmp_path) == {"echo": {"allocations": 4}}


@pytest.mark.parametrize("name, scenarios", [("road", road.ROAD), ("calls", calls.LOADS)])
def test_every_scenario_has_its_thresholds(name, scenarios):
    assert set(json.loads((thresholds.FOLDER / f"{name}.json").read_text())) == set(scenarios)


def test_the_last_count_is_taken():
    assert road.last_number(r"allocations (\d+)", "allocations 3\nnoise\nallocations 14\n") == 14
    with pytest.raises(Failure):
        road.last_number(r"allocations (\d+)", "killed")


def test_two_loops_are_held_against_one_round_by_round():
    def run(rate, cost):
        return {"ops_s": rate, "srv_cpu_us_op": cost, "p99_us": 1, "srv_cpu_pct": 90, "gen_cpu_pct": 80, "faults": 1}

    found = loops.summary({1: [run(100, 2), run(50, 4)], 2: [run(150, 3), run(80, 4)]})
    assert found["gain"] == {"median": pytest.approx(1.55), "min": 1.5, "max": 1.6}
    assert found["cost"]["max"] == 1.5 and found["faults"] == 4


@pytest.fixture(scope="module")
def server():
    with Server(f"{binary('CONFORMANCE', 'conformance')} bench --port {{port}}") as running:
        yield running


def test_each_step_of_the_road_does_what_it_says(server):
    assert lockstep.echo(server.port, turns=3, depth=2) == 6
    assert lockstep.broadcast(server.port, turns=3, window=2, receivers=4) == 24
    assert lockstep.handshakes(server.port, turns=5) == 5
    assert lockstep.polling(server.port, turns=3) == 3


def test_a_wrong_byte_is_a_failure(server):
    client = lockstep.Socket(server.port)
    client.connection.send(lockstep.masked('421["echo","right"]'))
    with pytest.raises(Failure, match="instead of"):
        client.expect(lockstep.plain('431["wrong"]'))
    client.close()


def test_heartbeats_between_answers_are_answered_and_left_out():
    class Scripted:
        sent, data = b"", lockstep.plain("a") + lockstep.PING + lockstep.plain("b")

        def send(self, data):
            self.sent += data

        def take(self, count):
            taken, self.data = self.data[:count], self.data[count:]
            return taken

    client = lockstep.Socket.__new__(lockstep.Socket)
    client.connection = Scripted()
    client.expect(lockstep.plain("a") + lockstep.plain("b"))
    assert client.connection.sent == lockstep.masked("3")


def test_a_server_that_does_not_start_is_a_failure():
    with pytest.raises(Failure, match="unknown argument"):
        Server(f"{binary('CONFORMANCE', 'conformance')} bench --nonsense --port {{port}}")


def test_the_processor_time_of_a_server_grows(server):
    before = server.processor_seconds()
    lockstep.echo(server.port, turns=50, depth=1)
    assert server.processor_seconds() > before


def test_a_part_that_does_not_exist_is_refused():
    result = subprocess.run([sys.executable, str(TESTS.parent / "tools" / "bench"), "nonsense"], capture_output=True, text=True)
    assert result.returncode == 2 and "no such part" in result.stderr
