#!/usr/bin/env python3
"""The handlers that chatload wants, on python-socketio: the server beside which ours is measured.

usage: python_server.py [--port N]     It listens on 127.0.0.1, and tells its port on the standard output."""

import argparse
import asyncio

import socketio
from aiohttp import web

io = socketio.AsyncServer(async_mode="aiohttp", always_connect=True)


@io.on("echo")
async def echo(sid, *data):
    return data if len(data) != 1 else data[0]


@io.on("chat message")
async def chat_message(sid, text):
    await io.emit("chat message", text)


@io.on("join")
async def join(sid, room):
    await io.enter_room(sid, room)
    return True


@io.on("room message")
async def room_message(sid, room, text):
    await io.emit("room message", text, room=room)


async def serve(port):
    app = web.Application()
    io.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=4096)
    await site.start()
    print(f"listening on 127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args().port))
