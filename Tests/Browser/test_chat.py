"""The chat page in Chromium, on chatd and on another server, with the client that is served and the official one."""

import pytest

pytestmark = pytest.mark.parametrize("server, client", [
    ("chatd", "ours"),
    ("chatd", "official"),
    ("reference-chat", "ours"),
])


def test_two_pages_talk(start, chat_page, server, client):
    url = start(server).url
    ann = chat_page(client).enter(url, "Ann")
    bob = chat_page(client).enter(url, "Bob")
    ann.shows("#people-list .who", "Bob")
    ann.say("hello, Bob")
    bob.reads("hello, Bob")
    bob.say("hello, Ann \U0001f44b")
    ann.reads("hello, Ann \U0001f44b")
    bob.wait("!document.querySelector('.pending')")
    assert bob.texts(".message .author") == ["Ann", "You"]
    assert ann.errors() == [] and bob.errors() == []


def test_the_connection_starts_with_polling_and_moves_to_websocket(start, chat_page, server, client):
    ann = chat_page(client).enter(start(server).url, "Ann")
    ann.transport("websocket")
    polls = ann.requests("transport=polling")
    assert polls and "sid=" not in polls[0]
    ann.say("still heard")
    ann.wait("document.querySelector('.message.own:not(.pending)')")


def test_without_websocket_the_page_stays_on_polling(start, chat_page, server, client):
    url = start(server).url
    ann = chat_page(client, websocket=False).enter(url, "Ann")
    bob = chat_page(client, websocket=False).enter(url, "Bob")
    for number in range(3):
        ann.say(f"number {number}")
        bob.reads(f"number {number}")
    assert ann.run("return window.websocketAttempts") == 1
    for each in (ann, bob):
        each.transport("polling")


def test_a_server_that_comes_back_is_found_again(start, chat_page, server, client):
    running = start(server)
    ann = chat_page(client).enter(running.url, "Ann")
    bob = chat_page(client).enter(running.url, "Bob")
    bob.transport("websocket")
    running.stop()
    for each in (ann, bob):
        each.wait("document.querySelector('#state').dataset.state !== 'online'")
    ann.say("written while nobody listens")
    running.start()
    for each in (ann, bob):
        each.joined()
    bob.reads("written while nobody listens")
    ann.wait("!document.querySelector('.pending')")
    assert ann.texts(".message.own .text") == ["written while nobody listens"]


def test_who_is_here_and_who_is_writing(start, chat_page, server, client):
    url = start(server).url
    ann = chat_page(client).enter(url, "Ann")
    bob = chat_page(client).enter(url, "Bob")
    bob.type("#text", "I am about to", enter=False)
    ann.shows("#typing", "Bob is writing…")
    bob.type("#text", " say it")
    ann.reads("I am about to say it")
    ann.shows("#typing", "")
    bob.run("document.querySelector('#rename').click()")
    bob.call_oneself("Robert")
    ann.shows("#people-list .who", "Robert")


def test_a_page_that_is_left_is_gone_and_may_come_back(start, chat_page, server, client):
    url = start(server).url
    ann = chat_page(client).enter(url, "Ann")
    bob = chat_page(client).enter(url, "Bob")
    bob.open("about:blank")
    ann.wait("document.querySelectorAll('#people-list li').length === 1")
    bob.back()
    bob.joined()
    ann.shows("#people-list .who", "Bob")


def test_what_was_missed_is_marked_and_shown(start, chat_page, server, client):
    url = start(server).url
    ann = chat_page(client).enter(url, "Ann")
    bob = chat_page(client).enter(url, "Bob")
    # Headless windows all believe that they have the focus.
    ann.run("document.hasFocus = () => false")
    bob.say("one")
    bob.say("two")
    ann.wait("document.title === '(2) Chat'")
    assert ann.texts(".divider") == ["New"]
    assert ann.texts(".divider + .message .text") == ["one"]
    ann.run("delete document.hasFocus; dispatchEvent(new Event('focus'))")
    ann.wait("document.title === 'Chat'")
    late = chat_page(client).enter(url, "Cleo")
    late.reads("one")
    late.reads("two")


def test_long_words_and_markup_do_no_harm(start, chat_page, server, client):
    url = start(server).url
    ann = chat_page(client).enter(url, "<b>Ann</b>")
    bob = chat_page(client).enter(url, "Bob")
    bob.cdp("Emulation.setDeviceMetricsOverride", width=360, height=640, deviceScaleFactor=1, mobile=True)
    ann.say("<img src=x onerror=alert(1)>" + "w" * 400)
    bob.reads("<img src=x onerror=alert(1)>" + "w" * 400)
    assert bob.run("return document.documentElement.scrollWidth") <= 360
    assert bob.run("return log.scrollWidth <= log.clientWidth")
    assert bob.run("return document.querySelectorAll('#log img, #log b').length") == 0
