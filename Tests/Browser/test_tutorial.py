"""The getting-started chat in Chromium: what one window says, every window shows."""

import pytest


@pytest.mark.parametrize("server, client", [
    ("tutorial", "ours"),
    ("tutorial", "official"),
    ("reference-tutorial", "ours"),
])
def test_what_one_says_everybody_reads(start, page, server, client):
    url = start(server).url
    windows = [page(client).open(url) for _ in range(2)]
    for each in windows:
        each.transport("websocket")
    for number, each in enumerate(windows):
        each.type("#input", f"hello from {number}")
        for reader in windows:
            reader.shows("#messages li", f"hello from {number}")
    assert [each.texts("#messages li") for each in windows] == [["hello from 0", "hello from 1"]] * 2
    assert windows[0].errors() == []
