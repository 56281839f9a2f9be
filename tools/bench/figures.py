"""Arithmetic and writing: medians with their spread, ratios taken round by round, and tables that are also Markdown."""

import statistics


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratios(ours, floor):
    """Round by round, because a machine that is slow for a while is slow for both."""
    return [mine / its for mine, its in zip(ours, floor, strict=True) if its > 0]


def number(value):
    """Three digits that matter, and thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def spread_text(found):
    return f"{number(found['median'])} ({number(found['min'])}..{number(found['max'])})"


def table(head, rows):
    """A Markdown table whose columns stand under each other on a terminal too; numbers to the right."""
    lines = [head, *rows]
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(head))]

    def text(line):
        first, *rest = (cell.ljust(width) if not index else cell.rjust(width)
                        for index, (cell, width) in enumerate(zip(line, widths)))
        return "| " + " | ".join([first, *rest]) + " |"

    rule = "|" + "|".join("-" * (width + 2) if not index else "-" * (width + 1) + ":"
                          for index, width in enumerate(widths)) + "|"
    return "\n".join([text(head), rule, *map(text, rows)])
