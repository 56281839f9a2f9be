"""A herd of 2,000 clients: ours stays spread, the official one comes in waves (docs/guides/reconnection.md)."""

from herd import CLIENTS, figures, play_both


def test_a_herd_stays_spread(chromium):
    chromium.switch_to.new_window("window")
    try:
        herds = play_both(chromium)
    finally:
        chromium.close()
        chromium.switch_to.window(chromium.window_handles[0])
    ours, official = figures(herds["ours"]), figures(herds["official"])
    assert [ours["clients"], ours["back"], official["clients"], official["back"]] == [CLIENTS] * 4
    assert ours["most in a step"] < 1.5 * ours["mean in a step"]
    assert ours["fewest in a step"] > 0.5 * ours["mean in a step"]
    assert official["most in a step"] > 1.7 * official["mean in a step"]
    assert official["fewest in a step"] < 0.3 * official["mean in a step"]
