"""What `conformance browser` does, on python-socketio: `reference_suite.py --port N`.

Missing are recovery, refused handshakes, paths below the server's own and farewells to all namespaces at once, which this
server does not have.
"""

import argparse
import asyncio
from collections import defaultdict

import socketio
from aiohttp import web
from engineio.payload import Payload

from reference_scenario import ANY, Scenario, whole_body

# It takes 16 packets in one request by default, and the scenarios send more.
Payload.max_decode_packets = 1_000

VARIANTS = {
    "socket.io": {},
    "quick": {"ping_interval": 0.15, "ping_timeout": 0.6},
    "small": {"max_http_buffer_size": 10_000},
    "polling": {"allow_upgrades": False},
}


class Suite(Scenario):
    """The events of one server beyond those of `Scenario`; what clients noted is kept for all servers together."""

    notes = defaultdict(list)

    def __init__(self, server):
        super().__init__(server)
        for name in ("message", "handshake", "present", "burst", "note"):
            server.on(name, getattr(self, name), namespace=ANY)
        server.on("note-late", self.note_late, namespace=ANY)
        server.on("notes", self.all_notes, namespace=ANY)

    async def message(self, namespace, sid, *arguments):
        await self.server.emit("message", arguments, to=sid, namespace=namespace)

    async def handshake(self, namespace, sid):
        request = self.server.get_environ(sid, namespace)["aiohttp.request"]
        headers = {name.lower(): value for name, value in request.headers.items()}
        return {"headers": headers, "query": dict(request.query), "auth": self.auth[sid]}

    async def present(self, namespace, sid, other):
        return self.server.manager.is_connected(other, namespace)

    async def burst(self, namespace, sid, count):
        for number in range(count):
            await self.server.emit("burst", number, to=sid, namespace=namespace)

    async def note(self, namespace, sid, key, value):
        self.notes[key].append(value)
        return len(self.notes[key])

    async def note_late(self, namespace, sid, key, value, least):
        count = await self.note(namespace, sid, key, value)
        if count < least:
            await asyncio.Event().wait()  # this server answers whatever returns
        return count

    async def all_notes(self, namespace, sid, key):
        return self.notes[key]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    app = web.Application(middlewares=[whole_body])
    for path, options in VARIANTS.items():
        server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*", namespaces=ANY, **options)
        Suite(server)
        server.attach(app, socketio_path=path)
    web.run_app(app, host="127.0.0.1", port=parser.parse_args().port, print=None)


if __name__ == "__main__":
    main()
