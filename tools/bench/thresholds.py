"""What is written down and reviewed in Tests/Benchmarks/Thresholds, and what exceeds it."""

import json

from running import ROOT

FOLDER = ROOT / "Tests/Benchmarks/Thresholds"


def load(name, folder=FOLDER):
    path = folder / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else {}


def save(name, values, folder=FOLDER):
    (folder / f"{name}.json").write_text(json.dumps(values, indent=2, sort_keys=True) + "\n")


def exceeding(found, known, slack):
    """Reasons, one for each number that is more than was written down; `slack` is a share, by the name of the number.

    What is not written down is a reason too: a new scenario without a threshold would never fail."""
    reasons = []
    for scenario, numbers in found.items():
        for what, value in numbers.items():
            limit = known.get(scenario, {}).get(what)
            if limit is None:
                reasons.append(f"{scenario}: {what} has no threshold (found {value:g})")
            elif value > limit * (1 + slack.get(what, 0)) + 1e-9:
                reasons.append(f"{scenario}: {value:g} {what}, threshold {limit:g}")
    return reasons


def shrunk(found, known, slack):
    """What has become less, so that somebody writes it down."""
    return [f"{scenario}: {value:g} {what}, was {known[scenario][what]:g}"
            for scenario, numbers in found.items() for what, value in numbers.items()
            if what in known.get(scenario, {}) and value < known[scenario][what] * (1 - slack.get(what, 0)) - 1e-9]
