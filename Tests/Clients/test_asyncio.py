"""python-socketio's asyncio client against the scenario server, by polling, by WebSocket, and with an upgrade between."""

import asyncio

import socketio
from servers import DEADLINE


def play(server, transports, script):
    """Runs `script(client)` with a connected client."""

    async def run():
        one = socketio.AsyncClient(reconnection=False)
        await one.connect(server.url, transports=transports, wait_timeout=DEADLINE)
        try:
            await asyncio.wait_for(script(one), DEADLINE)
        finally:
            await asyncio.wait_for(one.disconnect(), DEADLINE)

    asyncio.run(run())


def test_acknowledgements_both_ways(server, transports):
    async def script(one):
        one.on("question", lambda number: (number, "b", b"\x01"))
        assert await one.call("echo", ("text", b"\x00\xff", {"a": [1]})) == ("text", b"\x00\xff", {"a": [1]})
        assert await one.call("ask") == [20, "b", b"\x01"]
        assert await one.call("multi") == (1, "two", b"\x03")

    play(server, transports, script)


def test_rooms_and_events(server, transports):
    async def script(one):
        said = asyncio.Queue()
        one.on("said", lambda *arguments: said.put_nowait(arguments))
        assert await one.call("join", "red") == ["red"]
        answers = await asyncio.gather(*(one.call("echo", number) for number in range(10)))
        assert answers == list(range(10))
        await one.emit("say-all", "to all")
        assert await said.get() == ("*", "to all")
        assert await one.call("leave", "red") == []

    play(server, transports, script)


def test_a_question_to_all_names_who_is_mute(own_server):
    async def run():
        clients = [socketio.AsyncClient(reconnection=False) for _ in range(3)]
        never = asyncio.Event()

        async def mute(_):
            await never.wait()

        for number, one in enumerate(clients):
            one.on("question", mute if number == 2 else lambda _, number=number: number)
            await one.connect(own_server.url, wait_timeout=DEADLINE)
        answers, missing = await clients[0].call("ask-all", 500, timeout=DEADLINE)
        never.set()
        for one in clients:
            await one.disconnect()
        return sorted(answers), missing

    assert asyncio.run(run()) == ([0, 1], 1)
