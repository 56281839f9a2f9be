"""What `conformance scenario` does, on python-socketio: `reference_scenario.py --port N`.

Both browser clients are tried against it to tell a fault of a client from one of a server. Recovery is missing, since
this server has none, and `kick-clean` and `kick` are the same to a polling client.
"""

import argparse
import asyncio
import re

import socketio
from aiohttp import web

ANY = "*"


class Scenario:
    """The events that every namespace has. The handlers' first arguments are the namespace and the socket's id."""

    def __init__(self, server):
        self.server = server
        self.auth = {}
        for name in ("connect", "echo", "bin", "kick", "later", "ask", "join", "leave", "say", "whoami", "multi"):
            server.on(name, getattr(self, name), namespace=ANY)
        server.on("kick-clean", self.kick, namespace=ANY)
        server.on("kick-ns", self.kick_namespace, namespace=ANY)
        server.on("say-all", self.say_all, namespace=ANY)

    async def connect(self, namespace, sid, environ, auth=None):
        auth = auth or {}
        if namespace == "/" and auth.get("deny"):
            raise socketio.exceptions.ConnectionRefusedError("denied", {"code": 42})
        if namespace == "/admin" and auth.get("token") != "secret":
            raise socketio.exceptions.ConnectionRefusedError("not authorized")
        if namespace not in ("/", "/admin") and not re.fullmatch(r"/dyn-\d+", namespace):
            raise socketio.exceptions.ConnectionRefusedError("Invalid namespace")
        self.auth[sid] = auth

    async def echo(self, namespace, sid, *arguments):
        return arguments

    async def bin(self, namespace, sid, data):
        await self.server.emit("bin", data, to=sid, namespace=namespace)

    async def kick(self, namespace, sid):
        await self.server.eio.disconnect(self.server.manager.eio_sid_from_sid(sid, namespace))

    async def kick_namespace(self, namespace, sid):
        await self.server.disconnect(sid, namespace=namespace)

    async def later(self, namespace, sid, milliseconds):
        await asyncio.sleep(milliseconds / 1000)
        await self.server.emit("late", f"x{milliseconds}", room=sid, namespace=namespace)

    async def ask(self, namespace, sid):
        try:
            answer = await self.server.call("question", 20, to=sid, namespace=namespace, timeout=2)
        except socketio.exceptions.TimeoutError:
            return "timeout"
        return list(answer) if isinstance(answer, tuple) else [answer]

    async def join(self, namespace, sid, room):
        await self.server.enter_room(sid, room, namespace=namespace)
        return self.rooms(namespace, sid)

    async def leave(self, namespace, sid, room):
        await self.server.leave_room(sid, room, namespace=namespace)
        return self.rooms(namespace, sid)

    def rooms(self, namespace, sid):
        return [room for room in self.server.rooms(sid, namespace=namespace) if room != sid]

    async def say(self, namespace, sid, room, text):
        await self.server.emit("said", (room, text), room=room, skip_sid=sid, namespace=namespace)

    async def say_all(self, namespace, sid, text):
        await self.server.emit("said", ("*", text), namespace=namespace)

    async def whoami(self, namespace, sid):
        request = self.server.get_environ(sid, namespace)["aiohttp.request"]
        transport = self.server.transport(sid, namespace=namespace)
        return {"id": sid, "auth": self.auth[sid], "q": request.query.get("token"), "transport": transport}

    async def multi(self, namespace, sid):
        return 1, "two", b"\x03"


@web.middleware
async def whole_body(request, handler):
    """python-engineio takes the first piece of a body for the whole: gives it all of it in one piece."""
    if request.method == "POST":
        request.content.unread_data(await request.read())
    return await handler(request)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    server = socketio.AsyncServer(
        async_mode="aiohttp", cors_allowed_origins="*", namespaces=ANY, ping_interval=1, ping_timeout=5
    )
    Scenario(server)
    app = web.Application(middlewares=[whole_body])
    server.attach(app)
    web.run_app(app, host="127.0.0.1", port=parser.parse_args().port, print=None)


if __name__ == "__main__":
    main()
