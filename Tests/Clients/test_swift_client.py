"""The Swift client's scenarios, on our server and on python-socketio's, by each transport; and its examples."""

import queue
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import socketio

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Browser"))

from servers import DEADLINE, Server, binary, until  # noqa: E402  (the path above is needed first)


@pytest.fixture(scope="module", params=["scenario", "reference-scenario"])
def place(request, tmp_path_factory):
    running = Server(request.param, tmp_path_factory.mktemp("logs") / "scenario.log").start()
    yield running
    running.end()


@pytest.mark.parametrize("way", ["polling", "websocket", "upgrade"])
def test_the_scenarios(place, way):
    reference = ["--reference"] if place.kind.startswith("reference") else []
    run = subprocess.run(
        [binary("SCENARIOS", "client-scenarios"), place.url, way, *reference],
        capture_output=True, text=True, timeout=180,
    )
    lines = run.stdout.splitlines()
    assert run.returncode == 0, "\n".join(line for line in lines if not line.startswith("ok")) + run.stderr
    assert lines[-1] == "30 passed, 0 failed"


@pytest.fixture
def chat(tmp_path):
    running = Server("chatd", tmp_path / "chatd.log").start()
    yield running
    running.end()


def test_the_bot_answers_and_comes_back(chat):
    bot = subprocess.Popen([binary("BOT", "example-chat-bot"), chat.url], stdout=subprocess.DEVNULL)
    try:
        for _ in range(2):
            heard = queue.Queue()
            ann = socketio.Client(reconnection=False)
            ann.on("chat message", heard.put)
            ann.connect(chat.url, wait_timeout=DEADLINE)
            until(lambda: ann.call("join", {"name": "Ann"}, timeout=DEADLINE)["count"] == 2, "the bot to join")
            ann.call("chat message", {"text": "!help"}, timeout=DEADLINE)
            assert heard.get(timeout=DEADLINE)["text"].startswith("Ann: I know !help")
            ann.disconnect()
            chat.stop()
            chat.start()
    finally:
        bot.send_signal(signal.SIGTERM)
        bot.wait(DEADLINE)


def test_the_command_line_client_asks_and_prints(place):
    run = subprocess.run(
        [binary("CLI", "example-cli"), place.url, "--ask"],
        input='echo {"a": [1, true]}\n"echo" text\n', capture_output=True, text=True, timeout=60,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[:2] == ['= {"a":[1,true]}', '= "text"']
