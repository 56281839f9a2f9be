"""What was measured: every round of every point, their medians, and how fast a curve grows."""

import json
import statistics


class Results:
    """Rounds by curve, metric, series and x; and the faults, of which there must be none."""

    def __init__(self, about=None, rounds=None, faults=None):
        self.about = about or {}
        self.rounds = rounds or {}
        self.faults = faults or []

    def add(self, curve, series, x, values):
        """Takes one round of one point: a value for each metric."""
        for metric, value in values.items():
            points = self.rounds.setdefault(curve, {}).setdefault(metric, {}).setdefault(series, [])
            point = next((point for point in points if point["x"] == x), None)
            if point is None:
                point = {"x": x, "rounds": []}
                points.append(point)
                points.sort(key=lambda point: point["x"])
            point["rounds"].append(round(value, 4))
            point["median"] = round(statistics.median(point["rounds"]), 4)

    def blame(self, curve, series, x, wrong):
        """Notes what went wrong at a point."""
        self.faults.append({"curve": curve, "series": series, "x": x, **wrong})

    def forget(self, curve):
        """Drops a curve that is measured anew."""
        self.rounds.pop(curve, None)
        self.faults = [fault for fault in self.faults if fault.get("curve") != curve]

    def series(self, curve, metric):
        """The points by name of the series; empty when nothing was measured."""
        return self.rounds.get(curve, {}).get(metric, {})

    def median(self, curve, metric, series, x):
        """The median at a point; None where there is none."""
        points = self.series(curve, metric).get(series, [])
        return next((point["median"] for point in points if point["x"] == x), None)

    def growth(self, curve, metric, series):
        """How many times the last point is the first one; None with fewer than two points."""
        points = self.series(curve, metric).get(series, [])
        if len(points) < 2 or not points[0]["median"]:
            return None
        return points[-1]["median"] / points[0]["median"]

    def text(self):
        """The file of all points."""
        return json.dumps({"about": self.about, "faults": self.faults, "curves": self.rounds}, indent=1) + "\n"

    @classmethod
    def read(cls, text):
        """What `text()` wrote."""
        found = json.loads(text)
        return cls(found["about"], found["curves"], found["faults"])
