"""Pictures of the chat page in artifacts/, for a person to look at: phone and desk, by day and by night."""

import pytest

SIZES = {"phone": (390, 844, 2, True), "desk": (1280, 800, 1, False)}

TALK = [
    ("Bob", "Morning! Is anybody here already?"),
    ("Ann", "Just arrived. The coffee machine is still broken."),
    ("Bob", "Oh no."),
    ("Bob", "The one on the second floor works, I had one there on Friday. It takes a while, though: press the left "
            "button twice and wait until the light turns green."),
    ("Ann", "You saved my day ☕"),
    ("Bob", "https://example.org/a/very/long/address/that/has/no/blank/in/it/and/must/be/cut/somewhere?with=a&query"),
]


@pytest.fixture
def talk(start, chat_page):
    """A conversation of two on the reference server, seen by Ann while Bob writes."""
    url = start("reference-chat").url
    pages = {name: chat_page().enter(url, name) for name in ("Ann", "Bob")}
    for name, text in TALK:
        pages[name].say(text)
        for each in pages.values():
            each.reads(text)
    ann, bob = pages["Ann"], pages["Bob"]
    ann.run("document.hasFocus = () => false")
    bob.say("Lunch at twelve?")
    bob.type("#text", "or is that too early", enter=False)
    ann.wait("document.querySelector('#typing').textContent")
    return ann


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_picture(talk, artifacts, size, theme):
    width, height, scale, mobile = SIZES[size]
    talk.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=mobile)
    talk.cdp("Emulation.setEmulatedMedia", features=[
        {"name": "prefers-color-scheme", "value": theme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ])
    talk.run("log.scrollTop = log.scrollHeight")
    picture = artifacts / f"chat-{size}-{theme}.png"
    talk.show()
    assert talk.driver.save_screenshot(str(picture))
    assert picture.stat().st_size > 10_000
    assert talk.run("return document.documentElement.scrollWidth") <= width


def test_picture_of_the_people(talk, artifacts):
    talk.cdp("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=2, mobile=True)
    talk.run("document.querySelector('#people-toggle').click()")
    assert talk.driver.save_screenshot(str(artifacts / "chat-people.png"))


def test_picture_of_the_welcome(start, chat_page, artifacts):
    page = chat_page().open(start("reference-chat").url)
    page.cdp("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=2, mobile=True)
    page.wait("document.querySelector('#welcome').open")
    assert page.driver.save_screenshot(str(artifacts / "chat-welcome.png"))
