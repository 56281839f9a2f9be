"""tools/bench where it computes: medians and ratios, what it reads of other programs, and when it fails."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "bench"))

import figures  # noqa: E402  (the path above is needed first)
import goals  # noqa: E402
import page  # noqa: E402
from running import Failure  # noqa: E402

RUN = {"server": "ours", "ops": 10, "ops_s": 100, "faults": 0, "rss_before_kb": 4096, "p99_us": 7, "gen_cpu_pct": 50}


def test_ratios_are_taken_round_by_round():
    found = figures.spread(figures.ratios([2, 30, 4], [1, 10, 4]))
    assert found == {"median": 2, "min": 1, "max": 3}


def test_a_round_without_its_other_half_is_an_error():
    with pytest.raises(ValueError):
        figures.ratios([1, 2], [1])


def test_a_goal_is_met_up_to_its_limit_and_no_further():
    goal = goals.Goal("echo", "", 1.25, 9.2)
    assert goals.row("echo1", goal, {"ours": [1.0, 1.25, 9], "floor": [1, 1, 1]}, [RUN])["met"]
    assert not goals.row("echo1", goal, {"ours": [1.0, 1.26, 9], "floor": [1, 1, 1]}, [RUN])["met"]


def test_an_absolute_goal_needs_no_floor():
    found = goals.row("poll", goals.GOALS["poll"], {"ours": [23, 21, 20], "floor": []}, [RUN])
    assert found["met"] and found["floor"] is None and found["judged"]["max"] == 23


def test_how_far_node_is_follows_from_the_floor_or_from_its_own_number():
    ratio = goals.row("echo1", goals.Goal("echo", "", 1.25, 9.2), {"ours": [4], "floor": [2]}, [RUN])
    absolute = goals.row("idle", goals.GOALS["idle"], {"ours": [1507.5], "floor": [900]}, [RUN])
    assert ratio["timesNode"] == pytest.approx(4.6) and absolute["timesNode"] == pytest.approx(10)


def test_faults_of_all_runs_are_summed():
    runs = [{**RUN, "faults": 2}, {**RUN, "server": "floor", "faults": 1}, RUN]
    assert goals.row("echo1", goals.GOALS["echo1"], {"ours": [1], "floor": [1]}, runs)["faults"] == 3


def test_repeated_runs_are_weighed_by_their_operations():
    samples = goals.Samples()
    short, long = {**RUN, "ops": 1, "srv_cpu_us_op": 10}, {**RUN, "ops": 3, "srv_cpu_us_op": 2}
    samples.add("ours", goals.GOALS["connect"], [short, long])
    assert samples.values["ours"] == [4]


def test_servers_take_turns_and_so_does_the_first():
    order = list(goals.rounds_of(goals.GOALS["echo1"], {"floor": "", "ours": ""}, 2))
    assert order == ["ours", "floor", "floor", "ours"]
    assert list(goals.rounds_of(goals.GOALS["poll"], {"floor": "", "ours": ""}, 2)) == ["ours", "ours"]


WRK = """Running 3s test @ http://127.0.0.1:3000/
  1 threads and 100 connections
  271404 requests in 3.00s, 416.22MB read
{wrong}Requests/sec:  90468.00
Transfer/sec:    138.74MB
"""


def test_wrk_is_read():
    assert page.read_wrk(WRK.format(wrong="")) == {"ops": 271404, "faults": 0, "ops_s": 90468.0}


def test_what_wrk_complains_of_is_a_fault():
    wrong = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 100\n"
    assert page.read_wrk(WRK.format(wrong=wrong))["faults"] == 110
    with pytest.raises(Failure):
        page.read_wrk("unable to connect to 127.0.0.1:3000 Connection refused")


def test_a_table_is_markdown_whose_columns_stand_straight():
    text = figures.table(["name", "n"], [["echo", "1"], ["fan-out", "1,000"]])
    assert text.split("\n") == ["| name    |     n |", "|---------|------:|", "| echo    |     1 |", "| fan-out | 1,000 |"]
