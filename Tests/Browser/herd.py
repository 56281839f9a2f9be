"""The herd: 2,000 clients lose their server for 30 s. When do they try to come back, ours and the official ones?

`python Tests/Browser/herd.py docs/images/herd.svg` draws the picture of docs/guides/reconnection.md. What runs is the
clients' own code in Chromium, in a time of its own, so the answer is there in seconds and is the same each time.
"""

import sys
from collections import Counter
from pathlib import Path

import official_client
from browser import OURS, start_chromium
from servers import ROOT

CLIENTS = 2_000
OUTAGE = 30_000
STEP = 100  # ms, what one column of the histogram counts
NAMES = {"official": "socket.io-client 4.8.1", "ours": "this client"}


def play(driver, source):
    """What one herd does, from the loss on: `attempts` and `back` are times in ms."""
    driver.get("about:blank")
    driver.execute_script((ROOT / "Tests/Browser/herd.js").read_text() + "window.playHerd = playHerd;")
    plan = {"source": source, "clients": CLIENTS, "outage": OUTAGE}
    driver.set_script_timeout(120)
    return driver.execute_async_script("playHerd(arguments[0]).then(arguments[1])", plan)


def play_both(driver):
    return {"official": play(driver, official_client.source()), "ours": play(driver, OURS.read_text())}


def histogram(times):
    """How many times lie in each step."""
    counts = Counter(int(each) // STEP for each in times)
    return [counts[step] for step in range(max(counts) + 1)]


def figures(herd):
    """What is told of a herd: of the time from 15 s on, in which a delay has reached its limit."""
    late = histogram(herd["attempts"])[15_000 // STEP:OUTAGE // STEP]
    return {
        "clients": herd["before"], "attempts": len(herd["attempts"]), "back": len(herd["back"]),
        "most in a step": max(late), "fewest in a step": min(late), "mean in a step": round(sum(late) / len(late), 1),
        "all back after": max(herd["back"]) - OUTAGE,
    }


def panel(name, herd, top, height, scale, most):
    """The histogram of one herd as SVG."""
    counts = histogram(herd["attempts"])
    base = top + height
    columns = "".join(
        f"M{60 + at * scale:.1f} {base}v{-count * height / most:.1f}h{scale:.2f}V{base}z"
        for at, count in enumerate(counts) if count
    )
    lines = [
        f'<path d="{columns}" fill="{"#c2410c" if name == "official" else "#0f766e"}"/>',
        f'<path d="M60 {base}h{450 * scale}" stroke="#555"/>',
        f'<text x="64" y="{top - 6}" font-weight="bold">{NAMES[name]}</text>',
    ]
    for value in (0, most // 2, most):
        lines.append(f'<text x="54" y="{base - value * height / most + 4}" text-anchor="end">{value}</text>')
    return lines


def picture(herds):
    """Both histograms, one above the other, on one scale."""
    scale, height, most = 2, 150, 240
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 990 430" font-family="sans-serif" font-size="12">',
        '<rect width="990" height="430" fill="#fff"/>',
        f'<rect x="{60 + OUTAGE / STEP * scale}" y="20" width="{150 * scale}" height="370" fill="#eef6ee"/>',
        f'<text x="{64 + OUTAGE / STEP * scale}" y="16">the server is back</text>',
    ]
    lines += panel("official", herds["official"], 30, height, scale, most)
    lines += panel("ours", herds["ours"], 220, height, scale, most)
    for second in range(0, 46, 5):
        lines.append(f'<text x="{60 + second * 1000 / STEP * scale}" y="388" text-anchor="middle">{second} s</text>')
    lines.append(
        f'<text x="60" y="415">Attempts of {CLIENTS:,} clients to connect, per {STEP} ms, after they lost their server.</text></svg>'
    )
    return "\n".join(lines) + "\n"


def main():
    driver = start_chromium()
    try:
        herds = play_both(driver)
    finally:
        driver.quit()
    for name, herd in herds.items():
        print(NAMES[name], figures(herd))
    Path(sys.argv[1]).write_text(picture(herds))


if __name__ == "__main__":
    main()
