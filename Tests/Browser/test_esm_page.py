"""The example page with the ES module, served by chatd, in Chromium."""

import pytest


@pytest.fixture
def server(start):
    return start("esm-page")


def test_two_pages_with_the_module_talk(server, page):
    ann, bob = (page("ours").open(f"{server.url}/?name={name}") for name in ("Ann", "Bob"))
    for each in (ann, bob):
        each.shows("#state", "2 here")
    ann.type("#text", "from a module")
    for each in (ann, bob):
        each.shows("#messages li:not([class=waiting])", "Annfrom a module")
    assert ann.run("return typeof window.io") == "undefined"
    assert [part.rsplit("/", 1)[1] for part in ann.requests("/socket.io/socket.io")] == ["socket.io.esm.min.js"]
    assert ann.errors() + bob.errors() == []


def test_the_page_comes_back_after_a_restart(server, page):
    tab = page("ours").open(server.url)
    tab.shows("#state", "1 here")
    server.stop()
    tab.wait("document.querySelector('#state').textContent !== '1 here'")
    server.start()
    tab.shows("#state", "1 here")


def test_the_minified_script_is_the_same_client(server, page):
    tab = page("ours").open(server.url)
    assert tab.play("""
        const load = (name) => new Promise((resolve, reject) => {
            const script = document.createElement("script");
            const onload = () => resolve(Object.keys(io));
            Object.assign(script, { src: "/socket.io/" + name, onload, onerror: reject });
            document.head.append(script);
        });
        const module = await import("/socket.io/socket.io.esm.min.js");
        const readable = await load("socket.io.js"), minified = await load("socket.io.min.js");
        const socket = io();
        await new Promise((resolve) => socket.on("connect", resolve));
        const { count } = await socket.emitWithAck("join", { name: "Min" });
        socket.close();
        return { same: `${readable}` === `${minified}`, module: Object.keys(module).sort(), count,
            one: module.default === module.io && module.connect === module.io, protocol: module.protocol };
    """) == {
        "same": True, "one": True, "protocol": 5, "count": 2,
        "module": ["Fetch", "Manager", "Socket", "WebSocket", "XHR", "connect", "default", "io", "protocol"],
    }
