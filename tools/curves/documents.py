"""The generated parts of docs/benchmarks.md: tables and the account of the run, between markers."""

import re

from .pictures import short


def replaced(text, name, body):
    """`text` with `body` between the markers of `name`; an error when they are not there."""
    pattern = re.compile(rf"(<!-- measured: {re.escape(name)} -->\n).*?(<!-- end -->)", re.S)
    if not pattern.search(text):
        raise ValueError(f"no markers of {name}")
    return pattern.sub(lambda found: found.group(1) + "\n" + body.strip() + "\n\n" + found.group(2), text)


def figure(value):
    """A number with the digits that mean something; a dash for none."""
    if value is None:
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def table(results, curve, rows_name, columns, row_text=short):
    """Rows by x, and a column for each of `columns`: title, metric, series, and a series to divide by or None."""
    places = sorted({point["x"] for _, metric, series, _ in columns
                     for point in results.series(curve, metric).get(series, [])})
    lines = [f"| {rows_name} | " + " | ".join(title for title, *_ in columns) + " |", "|---:" * (len(columns) + 1) + "|"]
    for x in places:
        cells = [cell(results, curve, x, *column[1:]) for column in columns]
        lines.append(f"| {row_text(x)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cell(results, curve, x, metric, series, base):
    value = results.median(curve, metric, series, x)
    if base is None:
        return figure(value)
    below = results.median(curve, metric, base, x)
    return "–" if value is None or not below else f"x{value / below:.2f}"


def growth(results, curve, metric, names, row_text=short):
    """One sentence: how many times the last point of each series is its first one."""
    parts = []
    for series in names:
        points, times = results.series(curve, metric).get(series, []), results.growth(curve, metric, series)
        if times is not None:
            parts.append(f"{series} x{times:.2f} from {row_text(points[0]['x'])} to {row_text(points[-1]['x'])}")
    return "Growth: " + "; ".join(parts) + "." if parts else ""


def account(results):
    """What was measured, on what, and whether everything arrived."""
    about = results.about
    faults = len(results.faults)
    verdict = "Nothing was missing, out of order or wrong at any point." if not faults else \
        f"**{faults} points had faults; see the file of points.**"
    return (f"Taken {about['date']} at commit {about['commit']}, in {about['minutes']:.1f} minutes: {about['rounds']} rounds, "
            f"{about['seconds']:g} s each, on {about['processors']} processors ({about['processor']}), "
            f"{about['memory']:.0f} GiB of memory, Linux {about['kernel']}. {verdict}")
