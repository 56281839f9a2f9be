"""A second server for the pages, on python-socketio: `reference_server.py {chat,tutorial} --port N`.

It implements docs/chat-events.md and the getting-started chat in the plainest way, and serves the same files as chatd.
The suite runs the browser client against it to show that the client knows no particular server. It is no product: it
keeps everything in memory and trusts its limits to be those of the document.
"""

import argparse
import time
import unicodedata
import uuid
from pathlib import Path

import socketio
from aiohttp import web

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "static" / "socket.io.js"


def clean(text, limit, allowed=""):
    """The text without blanks at its ends, or None when it is not acceptable."""
    if not isinstance(text, str):
        return None
    text = text.strip()
    control = any(unicodedata.category(c) == "Cc" and c not in allowed for c in text)
    return text if 0 < len(text) <= limit and not control else None


class Chat:
    """The people and messages of one chat."""

    def __init__(self, server):
        self.server = server
        self.people = {}
        self.writing = set()
        self.messages = []
        self.keys = {}  # the answer that each message was acknowledged with, by the sender's key
        self.log = uuid.uuid4().hex
        self.last_id = 0
        for event in ("join", "typing", "disconnect"):
            server.on(event, getattr(self, event))
        server.on("chat message", self.message)

    async def tell_others(self, sid, event, payload):
        await self.server.emit(event, payload, room="joined", skip_sid=sid)

    async def join(self, sid, request=None):
        if not isinstance(request, dict):
            return {"error": "bad request"}
        name = clean(request.get("name"), 32)
        if name is None:
            return {"error": "bad name"}
        was = self.people.get(sid)
        self.people[sid] = name
        await self.server.enter_room(sid, "joined")
        if was is None:
            await self.tell_others(sid, "joined", {"id": sid, "name": name, **self.now()})
        elif was != name:
            await self.tell_others(sid, "renamed", {"id": sid, "name": name, "was": was, "time": now()})
        return {"id": sid, "name": name, **self.history(request), **self.present()}

    def present(self):
        people = [{"id": sid, "name": name} for sid, name in self.people.items()]
        return {"people": people[:200], "count": len(people)}

    def history(self, request):
        since = request.get("since") if request.get("log") == self.log else None
        unseen = [each for each in self.messages if each["id"] > (since or 0)]
        return {"log": self.log, "messages": unseen[-50:], "more": len(unseen) > 50}

    async def message(self, sid, request=None):
        if sid not in self.people:
            return {"error": "not joined"}
        if not isinstance(request, dict):
            return {"error": "bad request"}
        text = clean(request.get("text"), 2000, allowed="\n\t")
        if text is None:
            return {"error": "bad text"}
        key = request.get("key")
        if not isinstance(key, str):
            key = None  # anything else cannot be looked up, or not be compared
        if key in self.keys:
            return self.keys[key]
        self.last_id += 1
        message = {"id": self.last_id, "from": sid, "name": self.people[sid], "text": text, "time": now()}
        self.messages.append(message)
        self.writing.discard(sid)
        await self.tell_others(sid, "chat message", message)
        answer = {"id": message["id"], "time": message["time"]}
        if key:
            self.keys[key] = answer
        return answer

    async def typing(self, sid, on=None):
        if sid not in self.people or not isinstance(on, bool) or on == (sid in self.writing):
            return
        self.writing ^= {sid}
        await self.tell_others(sid, "typing", {"id": sid, "name": self.people[sid], "on": on})

    async def disconnect(self, sid, reason=None):
        name = self.people.pop(sid, None)
        self.writing.discard(sid)
        if name is not None:
            await self.tell_others(sid, "left", {"id": sid, "name": name, **self.now()})

    def now(self):
        return {"time": now(), "count": len(self.people)}


def now():
    return int(time.time() * 1000)


def tutorial(server):
    """The getting-started chat: what one says everybody gets."""

    async def message(sid, text):
        await server.emit("chat message", text)

    server.on("chat message", message)


def application(kind):
    server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
    app = web.Application()
    app.router.add_get("/socket.io/socket.io.js", lambda request: web.FileResponse(CLIENT))
    folder = ROOT / "static" if kind == "chat" else ROOT / "docs/examples/tutorial/static"
    app.router.add_get("/", lambda request: web.FileResponse(folder / "index.html"))
    server.attach(app)
    app.router.add_static("/", folder)
    app["chat"] = Chat(server) if kind == "chat" else tutorial(server)
    return app


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["chat", "tutorial"])
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    web.run_app(application(arguments.kind), host="127.0.0.1", port=arguments.port, print=None)


if __name__ == "__main__":
    main()
