"""Fixtures of the browser suite: one Chromium for all, a server for each test that asks for one, pages that close."""

import re

import pytest

from browser import ChatPage, Page, start_chromium
from servers import ROOT, Server


@pytest.fixture(scope="session")
def chromium():
    driver = start_chromium()
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def artifacts():
    folder = ROOT / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def start(tmp_path):
    """Starts a server of a kind, and ends it with the test."""
    running = []

    def start(kind):
        running.append(Server(kind, tmp_path / f"{kind}-{len(running)}.log"))
        return running[-1].start()

    yield start
    for server in running:
        server.end()


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A server of a kind that many tests use and none stops."""
    running = {}

    def get(kind):
        if kind not in running:
            running[kind] = Server(kind, tmp_path_factory.mktemp("logs") / f"{kind}.log").start()
        return running[kind]

    yield get
    for server in running.values():
        server.end()


def opener(chromium, kind):
    pages = []
    chromium.get_log("browser")  # what an earlier test's page complained of is not this one's

    def open_page(*arguments, **options):
        pages.append(kind(chromium, *arguments, **options))
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


@pytest.fixture
def page(chromium):
    """Opens windows for any page."""
    yield from opener(chromium, Page)


@pytest.fixture
def chat_page(chromium):
    """Opens windows for the chat page."""
    yield from opener(chromium, ChatPage)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Leaves a picture of every window of a test that failed."""
    report = yield
    driver = item.funcargs.get("chromium")
    if report.when == "call" and report.failed and driver:
        folder = ROOT / "artifacts" / "failed"
        folder.mkdir(parents=True, exist_ok=True)
        for number, handle in enumerate(driver.window_handles[1:]):
            driver.switch_to.window(handle)
            driver.save_screenshot(str(folder / f"{re.sub(r'[^a-zA-Z0-9-]+', '_', item.name)}-{number}.png"))
    return report
