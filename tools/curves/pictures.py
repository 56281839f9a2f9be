"""Line charts as SVG, by hand: axes with units, logarithmic where asked, readable on light and on dark pages."""

import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 40, 50

STYLE = """
text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:15px;font-weight:600}.mute{fill:#57606a}
.page{fill:#fff}.grid{stroke:#d0d7de}.axis{stroke:#57606a}
.s0{--c:#0969da}.s1{--c:#bc4c00}.s2{--c:#1a7f37}.s3{--c:#8250df}
.line{fill:none;stroke:var(--c);stroke-width:2}.mark{fill:var(--c)}.spread{stroke:var(--c);opacity:.5}.name{fill:var(--c)}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.mute{fill:#9198a1}.page{fill:#0d1117}.grid{stroke:#30363d}
.axis{stroke:#9198a1}.s0{--c:#4493f8}.s1{--c:#f0883e}.s2{--c:#3fb950}.s3{--c:#ab7df8}}
"""


@dataclass(frozen=True)
class Axis:
    """One direction of a chart: its values, where its ticks stand, and what it is called."""

    label: str
    low: float
    high: float
    ticks: tuple
    log: bool = False

    def share(self, value):
        """Where a value stands, from 0 to 1."""
        if self.log:
            return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (value - self.low) / (self.high - self.low)


def nice_step(span, about=5):
    """A step of 1, 2 or 5 times a power of ten that divides `span` into about so many."""
    rough = span / about
    power = 10 ** math.floor(math.log10(rough))
    return next(power * step for step in (1, 2, 5, 10) if power * step >= rough * 0.999)


def axis_of(label, values, log=False):
    """An axis for values: from zero to above the largest, or over the decades that hold them all."""
    low, high = min(values), max(values)
    if not log:
        step = nice_step(high or 1)
        count = math.ceil(high * 1.02 / step) or 1
        return Axis(label, 0, count * step, tuple(step * number for number in range(count + 1)))
    low, high = 10 ** math.floor(math.log10(low)), 10 ** math.ceil(math.log10(high))
    if low == high:
        high *= 10
    decades = range(round(math.log10(low)), round(math.log10(high)) + 1)
    steps = (1, 2, 5) if len(decades) < 4 else (1,)
    ticks = tuple(step * 10.0 ** decade for decade in decades for step in steps if step * 10.0 ** decade <= high * 1.001)
    return Axis(label, low, high, ticks, log=True)


def axis_at(label, places, log=True):
    """An axis whose ticks are the places that were measured."""
    places = tuple(sorted(places))
    low, high = places[0], places[-1]
    if low == high:
        high = low * 2 if low else 1
    return Axis(label, low, high, places, log=log)


def short(number):
    """A number as people write it on an axis."""
    if number >= 1000 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.4g}"


def size(count):
    """A number of bytes as people write it."""
    for unit, factor in (("MB", 1_000_000), ("KiB", 1024)):
        if count >= factor * 0.99:
            return f"{count / factor:.3g} {unit}"
    return f"{count:.0f} B"


MARKS = (
    lambda x, y: f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/>',
    lambda x, y: f'<rect class="mark" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>',
    lambda x, y: f'<path class="mark" d="M{x:.1f} {y - 5:.1f}l5 5-5 5-5-5z"/>',
    lambda x, y: f'<path class="mark" d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>',
)


def spaced(places, least=15):
    """The same places, moved apart as little as needed for names to stand beside each other."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved, last = list(places), -math.inf
    for index in order:
        moved[index] = last = max(places[index], last + least)
    return moved


def draw(title, across, up, lines, across_text=short):
    """The chart of `lines`: names with points of x, median and rounds."""
    def x_of(value):
        return LEFT + across.share(value) * (WIDTH - LEFT - RIGHT)

    def y_of(value):
        return HEIGHT - BOTTOM - up.share(value) * (HEIGHT - TOP - BOTTOM)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
           f"<title>{escape(title)}</title><style>{STYLE}</style>",
           f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>',
           f'<text class="title" x="{LEFT}" y="22">{escape(title)}</text>']
    out += grid(across, up, x_of, y_of, across_text)
    ends = spaced([y_of(points[-1]["median"]) for points in lines.values()])
    for number, (name, points) in enumerate(lines.items()):
        out.append(f'<g class="s{number % 4}">')
        places = [(x_of(point["x"]), y_of(point["median"])) for point in points]
        for (x, _), point in zip(places, points):
            out.append(f'<path class="spread" d="M{x:.1f} {y_of(min(point["rounds"])):.1f}V{y_of(max(point["rounds"])):.1f}"/>')
        out.append('<path class="line" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) + '"/>')
        out += [MARKS[number % 4](x, y) for x, y in places]
        out.append(f'<text class="name" x="{places[-1][0] + 10:.1f}" y="{ends[number] + 4:.1f}">{escape(name)}</text></g>')
    return "\n".join(out) + "\n</svg>\n"


def grid(across, up, x_of, y_of, across_text):
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for tick in up.ticks:
        y = y_of(tick)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text class="mute" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{short(tick)}</text>'
    yield f'<path class="axis" d="M{LEFT} {bottom}H{right}"/>'
    for tick in across.ticks:
        x = x_of(tick)
        yield f'<path class="axis" d="M{x:.1f} {bottom}v5"/>'
        yield f'<text class="mute" x="{x:.1f}" y="{bottom + 19}" text-anchor="middle">{across_text(tick)}</text>'
    scale = " (logarithmic)" if across.log else ""
    yield f'<text class="mute" x="{(LEFT + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across.label)}{scale}</text>'
    scale = " (logarithmic)" if up.log else ""
    middle = (TOP + bottom) / 2
    yield (f'<text class="mute" x="14" y="{middle}" text-anchor="middle" '
           f'transform="rotate(-90 14 {middle})">{escape(up.label)}{scale}</text>')
