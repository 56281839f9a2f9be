"""The scenarios of scenarios/*.js: each in Chromium with our client and with the official one, against our server; and
our client once more against another server. One window for each of the three, with a new document for each scenario.
"""

import json
import re
from pathlib import Path

import pytest

import official_client
from browser import OURS
from network import Network
from servers import DEADLINE, ROOT, Server

FOLDER = Path(__file__).with_name("scenarios")
TOPICS = sorted(set(FOLDER.glob("*.js")) - {FOLDER / "harness.js", FOLDER / "improvements.js"})
DECLARATION = re.compile(r'^scenario\("([^"\n]+)"((?:, "[a-z-]+")*), async', re.MULTILINE)
IMPROVEMENT = re.compile(r'^    "([a-z-]+)": "(.+)",$', re.MULTILINE)
GUIDE = ROOT / "docs" / "guides" / "browser-client.md"

TRANSPORTS = {"upgrade": ["polling", "websocket"], "polling": ["polling"], "websocket": ["websocket"]}
CLIENTS = {
    "ours": ("browser", lambda: OURS.read_text()),
    "official": ("browser", official_client.source),
    "ours-reference": ("reference-browser", lambda: OURS.read_text()),
}
# What the other server cannot do.
OURS_ONLY = {"recovery", "allow-request", "path-below", "disconnect-all"}


def declared():
    """Every scenario: its topic, its name, and the transports it runs with, if it does not choose them itself."""
    for file in TOPICS:
        text = file.read_text()
        found = DECLARATION.findall(text)
        assert len(found) == len(re.findall(r"^scenario\(", text, re.MULTILINE)), f"{file} declares in another form"
        for name, tags in found:
            tags = set(re.findall(r'"([a-z-]+)"', tags))
            for transport in TRANSPORTS if "each-transport" in tags else [None]:
                yield file.stem, name, transport, tags


def cases():
    for client in CLIENTS:
        for topic, name, transport, tags in declared():
            if client == "ours-reference" and tags & OURS_ONLY:
                continue
            label = f"{topic}: {name}" + (f" ({transport})" if transport else "")
            yield pytest.param(client, name, transport, id=f"{client}] [{label}")


class Stage:
    """A window, a server and the network between them."""

    def __init__(self, driver, client, log):
        kind, source = CLIENTS[client]
        self.client = client
        self.server = Server(kind, log).start()
        self.network = Network(self.server)
        self.driver = driver
        driver.switch_to.new_window("window")
        self.window = driver.current_window_handle
        # The page is the server's answer that there is none, and that answer allows no connections.
        driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
        driver.execute_cdp_cmd("Network.enable", {})
        scripts = [FOLDER / "harness.js", FOLDER / "improvements.js", *TOPICS]
        for script in [f"window.clientSource = {json.dumps(source())};", "\n".join(each.read_text() for each in scripts)]:
            driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def play(self, name, transport):
        self.driver.switch_to.window(self.window)
        self.driver.get("about:blank")
        self.network.wait(self.network.reset())
        self.driver.get(self.network.url + "/nothing")
        plan = {
            "client": self.client, "transports": TRANSPORTS.get(transport), "other": self.network.other_url,
            "controls": self.network.controls, "patience": (DEADLINE - 5) * 1000,
        }
        script = "runScenario(arguments[0], arguments[1]).then(arguments[2])"
        return self.driver.execute_async_script(script, name, plan)

    def close(self):
        self.driver.switch_to.window(self.window)
        self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])
        self.network.end()
        self.server.end()


@pytest.fixture(scope="module")
def stage(chromium, tmp_path_factory):
    stages = {}

    def get(client):
        if client not in stages:
            stages[client] = Stage(chromium, client, tmp_path_factory.mktemp("logs") / f"{client}.log")
        return stages[client]

    yield get
    for each in stages.values():
        each.close()


def improvements():
    """Where our client differs on purpose: the words of the guide, by the scenarios' name for it."""
    return dict(IMPROVEMENT.findall((FOLDER / "improvements.js").read_text()))


@pytest.mark.parametrize("client, name, transport", cases())
def test_scenario(stage, client, name, transport):
    result = stage(client).play(name, transport)
    assert "failed" not in result, result["failed"]


@pytest.mark.parametrize("name", improvements())
def test_every_improvement_is_shown_and_told(name):
    scenarios = "".join(file.read_text() for file in TOPICS)
    assert f't.improvement("{name}"' in scenarios
    assert f"\n| {improvements()[name]} |" in GUIDE.read_text()


def test_there_are_enough_scenarios():
    assert len({name for _, name, _, _ in declared()}) >= 80
