"""Chromium as a person uses it: pages are windows, what they show is read back, and nothing is waited for blindly."""

import json

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import official_client
from servers import DEADLINE, ROOT, until

OURS = ROOT / "static" / "socket.io.js"

# Words for the scripts of the client tests.
HELPERS = """
const next = (emitter, event) => new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
const until = async (condition) => { while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5)); };
const quick = { reconnectionDelay: 20, reconnectionDelayMax: 50 };
"""

# A network that lets no WebSocket through: the attempt fails a moment later, as it does behind such a proxy.
NO_WEBSOCKET = """
window.WebSocket = class {
    constructor() {
        window.websocketAttempts = (window.websocketAttempts ?? 0) + 1;
        setTimeout(() => { this.onerror?.(new Event("error")); this.onclose?.(new CloseEvent("close")); }, 0);
    }
    close() {}
};
"""


def start_chromium():
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        # Two windows are used at once; the one behind must not be slowed down.
        "--disable-background-timer-throttling",
        "--disable-renderer-backgrounding",
        "--disable-backgrounding-occluded-windows",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_script_timeout(DEADLINE)
    return driver


class Page:
    """One window. `client` is "ours", which the server serves, or "official", which takes its place."""

    def __init__(self, driver, client="ours", websocket=True):
        self.driver = driver
        driver.switch_to.new_window("window")
        self.handle = driver.current_window_handle
        self.cdp("Network.enable")
        self.client = client
        # First of all, because the official client looks for WebSocket when it is loaded.
        if not websocket:
            self.before_load(NO_WEBSOCKET)
        if client == "official":
            self.cdp("Network.setBlockedURLs", urls=["*/socket.io/socket.io.js"])
            self.before_load(official_client.source())

    def cdp(self, command, **parameters):
        self.show()
        return self.driver.execute_cdp_cmd(command, parameters)

    def before_load(self, script):
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open_blank(self, url):
        """A page without content on this server, with the client in it."""
        # The page is the server's answer that there is none, and that answer allows no connections.
        self.cdp("Page.setBypassCSP", enabled=True)
        if self.client == "ours":
            self.before_load(OURS.read_text())
        self.before_load(HELPERS)
        return self.open(url)

    def show(self):
        if self.driver.current_window_handle != self.handle:
            self.driver.switch_to.window(self.handle)

    def open(self, url):
        self.show()
        self.driver.get(url)
        return self

    def back(self):
        self.show()
        self.driver.back()

    def close(self):
        self.show()
        self.driver.close()
        self.driver.switch_to.window(self.driver.window_handles[0])

    def run(self, script, *arguments):
        """The value of a JavaScript function body."""
        self.show()
        return self.driver.execute_script(script, *arguments)

    def wait(self, expression):
        """The first true value of a JavaScript expression."""
        return until(lambda: self.run(f"return {expression}"), expression)

    def play(self, script, *arguments):
        """What the body of an async JavaScript function returns; a rejection is the test's failure."""
        self.show()
        wrapped = """
            const done = arguments[arguments.length - 1];
            (async function () { %s }).apply(null, arguments)
                .then((value) => done({ value }), (error) => done({ failed: `${error}` }));
        """
        result = self.driver.execute_async_script(wrapped % script, *arguments)
        assert "failed" not in result, result["failed"]
        return result.get("value")

    def type(self, selector, text, enter=True):
        self.show()
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys(text, *([Keys.ENTER] if enter else []))

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector)

    def shows(self, selector, text):
        """Waits until one element of this kind holds exactly this text."""
        elements = f"[...document.querySelectorAll({json.dumps(selector)})]"
        self.wait(f"{elements}.some((each) => each.textContent === {json.dumps(text)})")

    def transport(self, name):
        """Waits until the page's socket is connected by this transport."""
        self.wait(f"socket.connected && socket.io.engine.transport.name === {json.dumps(name)}")

    def requests(self, part):
        """The addresses loaded by the page that hold this text, in their order."""
        names = self.run("return performance.getEntriesByType('resource').map((each) => each.name)")
        return [name for name in names if part in name]

    def errors(self):
        """What the page's console complained of, beyond resources that a test took away."""
        self.show()
        entries = self.driver.get_log("browser")
        return [entry["message"] for entry in entries if entry["source"] not in ("network", "deprecation")]


class ChatPage(Page):
    """The chat page, with the words of a person who uses it."""

    def enter(self, url, name):
        self.open(url)
        self.wait("document.querySelector('#welcome').open")
        self.call_oneself(name)
        self.joined()
        return self

    def call_oneself(self, name):
        self.run("document.querySelector('#name').value = ''")
        self.type("#name", name)

    def joined(self):
        self.wait("document.querySelector('#state').dataset.state === 'online'")

    def say(self, text):
        self.type("#text", text)

    def reads(self, text):
        self.shows(".message .text", text)
