"""What tools/bench-curves computes and draws: medians, growth, axes, tables, markers. It measures nothing here."""

import sys
import xml.etree.ElementTree as tree
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from curves.documents import account, figure, growth, replaced, table  # noqa: E402  (the path above is needed first)
from curves.pictures import axis_at, axis_of, draw, nice_step, size, spaced  # noqa: E402
from curves.results import Results  # noqa: E402
from curves.scenarios import CURVES  # noqa: E402
from curves.servers import faults_of  # noqa: E402

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


@pytest.fixture
def results():
    made = Results()
    for x, ours, floor in [(1000, 8, 4), (10, 3, 2), (10, 5, 2), (10, 4, 2)]:
        made.add("c", "ours", x, {"cpu": ours})
        made.add("c", "floor", x, {"cpu": floor})
    return made


def test_a_point_is_the_median_of_its_rounds_and_points_are_in_order(results):
    points = results.series("c", "cpu")["ours"]
    assert [(point["x"], point["median"]) for point in points] == [(10, 4), (1000, 8)]
    assert points[0]["rounds"] == [3, 5, 4]


def test_results_survive_their_file(results):
    results.blame("c", "ours", 10, {"missing": 3})
    again = Results.read(results.text())
    assert again.rounds == results.rounds and again.faults == results.faults
    again.forget("c")
    assert again.rounds == {} and again.faults == []


def test_a_table_has_ratios_and_dashes(results):
    results.add("c", "ours", 20_000, {"cpu": 9})
    columns = (("ours", "cpu", "ours", None), ("floor", "cpu", "floor", None), ("ratio", "cpu", "ours", "floor"))
    assert table(results, "c", "n", columns).splitlines() == [
        "| n | ours | floor | ratio |", "|---:|---:|---:|---:|",
        "| 10 | 4.00 | 2.00 | x2.00 |", "| 1,000 | 8.00 | 4.00 | x2.00 |", "| 20,000 | 9.00 | – | – |",
    ]


def test_growth_is_the_last_point_by_the_first(results):
    assert results.growth("c", "cpu", "ours") == 2
    assert growth(results, "c", "cpu", ("ours", "floor", "nobody")) == \
        "Growth: ours x2.00 from 10 to 1,000; floor x2.00 from 10 to 1,000."
    assert results.growth("c", "cpu", "nobody") is None


def test_only_what_is_between_markers_is_replaced():
    text = "a\n<!-- measured: x -->\nold\n<!-- end -->\nb\n<!-- measured: y -->\n<!-- end -->\n"
    once = replaced(text, "x", "new")
    assert once == "a\n<!-- measured: x -->\n\nnew\n\n<!-- end -->\nb\n<!-- measured: y -->\n<!-- end -->\n"
    assert replaced(once, "x", "new") == once
    with pytest.raises(ValueError):
        replaced(text, "z", "new")


@pytest.mark.parametrize("span, step", [(1, 0.2), (7, 2), (10, 2), (23, 5), (30, 10), (0.04, 0.01), (1e6, 2e5)])
def test_steps_are_round(span, step):
    assert nice_step(span) == pytest.approx(step)


def test_a_linear_axis_begins_at_zero_and_holds_everything():
    axis = axis_of("y", [3, 9.4])
    assert axis.low == 0 and axis.high >= 9.4 and axis.ticks[-1] == axis.high
    assert axis.share(0) == 0 and axis.share(axis.high) == 1


def test_a_logarithmic_axis_covers_decades():
    axis = axis_of("y", [0.3, 4_000], log=True)
    assert (axis.low, axis.high) == (pytest.approx(0.1), 10_000)
    assert axis.share(pytest.approx(0.1).expected) == pytest.approx(0) and axis.share(10_000) == pytest.approx(1)
    assert axis.ticks[0] == pytest.approx(0.1) and axis.ticks[-1] == 10_000
    assert axis_of("y", [10, 10], log=True).high > axis_of("y", [10, 10], log=True).low


def test_names_stand_apart():
    assert spaced([100, 101, 50]) == [100, 115, 50]


def test_sizes_and_figures_are_as_people_write_them():
    assert [size(n) for n in (16, 1024, 65_536, 999_900)] == ["16 B", "1 KiB", "64 KiB", "1 MB"]
    assert [figure(n) for n in (None, 0.0123, 0.5, 7.123, 12.34, 2299.4)] == ["–", "0.012", "0.50", "7.12", "12.3", "2,299"]


def test_a_picture_is_well_formed_and_names_its_lines_and_units(results):
    lines = results.series("c", "cpu")
    every = [value for points in lines.values() for point in points for value in point["rounds"]]
    text = draw("Cost & more", axis_at("connections", [10, 1000]), axis_of("µs", every), lines)
    root = tree.fromstring(text)
    words = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {"Cost & more", "ours", "floor", "µs", "connections (logarithmic)", "10", "1,000"} <= words
    assert text.count('class="mark"') == 4
    assert "prefers-color-scheme:dark" in text


def test_every_fault_of_the_generator_counts():
    good = {"conns": 5, "opened": 5, "errors": 0, "missing": 0, "misordered": 0}
    assert faults_of(good) == {}
    assert faults_of({**good, "opened": 4, "missing": 2}) == {"missing": 2, "not opened": 1}


def test_the_account_tells_of_faults(results):
    results.about = {"date": "2026-01-02", "commit": "abc", "minutes": 3.0, "rounds": 3, "seconds": 1.5, "processors": 2,
                     "processor": "P", "memory": 8.0, "kernel": "6"}
    assert "Nothing was missing" in account(results)
    results.blame("c", "ours", 10, {"missing": 3})
    assert "1 points had faults" in account(results)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_document_shows_every_curve(curve):
    text = DOCUMENT.read_text()
    assert f"<!-- measured: {curve.name} -->" in text
    for chart in curve.charts:
        assert f"](benchmarks/{chart.file}.svg)" in text
        assert (DOCUMENT.parent / "benchmarks" / f"{chart.file}.svg").exists()
