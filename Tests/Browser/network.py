"""The network between a page and a server, which a scenario can cut, hold, mute and close, and a hand on the server.

A TCP proxy on two ports (so two origins) in front of one server, in a thread of its own. The page gives its commands by
POST to a third port, `controls`: `cut`, `hold`, `mute`, `release`, `refuse`, `accept`, `stop`, `start`, `requests`.
"""

import asyncio
import re
import threading

from aiohttp import web

HOST = "127.0.0.1"
HEAD = re.compile(rb"(GET|POST|OPTIONS) (/\S*) HTTP/1\.1\r\n((?:[^\r\n]+\r\n)*)\r\n")
ANSWER = re.compile(rb"HTTP/1\.1 (\d\d\d) ")
LONGEST_HEAD = 16_384
OPEN = {"Access-Control-Allow-Origin": "*"}


def head_of(match):
    """The request as a scenario sees it: names of header fields are in small letters."""
    fields = (line.split(":", 1) for line in match[3].decode("latin-1").splitlines())
    return {
        "method": match[1].decode(), "target": match[2].decode("latin-1"),
        "headers": {name.lower(): value.strip() for name, value in fields},
    }


class Link:
    """One connection of the page, and the one to the server that belongs to it."""

    def __init__(self, network, page):
        self.network = network
        self.writers = [page]
        self.heads = b""
        self.unanswered = 0
        self.is_web_socket = False

    @property
    def is_waited_at(self):
        """Whether the page would notice the end of this connection; browsers take another one for the next request."""
        return self.is_web_socket or self.unanswered > 0

    def abort(self):
        for writer in self.writers:
            writer.transport.abort()

    async def run(self, reader, page):
        try:
            server_reader, server = await asyncio.open_connection(HOST, self.network.server.port)
        except OSError:
            return self.abort()
        self.writers.append(server)
        up = self.pump(reader, server, self.network.up, self.note)
        down = self.pump(server_reader, page, self.network.down, self.note_answer)
        await asyncio.gather(up, down)

    async def pump(self, reader, writer, gate, note):
        try:
            while data := await reader.read(65_536):
                await gate.wait()
                writer.write(data)
                await writer.drain()
                note(data)
            await gate.wait()
            writer.close()
        except OSError:
            self.abort()

    def note(self, data):
        self.heads += data
        end = 0
        for match in HEAD.finditer(self.heads):
            self.network.requests.append(head_of(match))
            self.unanswered += 1
            end = match.end()
        self.heads = self.heads[end:][-LONGEST_HEAD:]
        self.network.news.set()

    def note_answer(self, data):
        for match in ANSWER.finditer(data):
            self.unanswered -= 1
            self.is_web_socket = self.is_web_socket or match[1] == b"101"


class Network:
    """A proxy before `server`; `url` and `other_url` lead to it and are two origins."""

    def __init__(self, server):
        self.server = server
        self.links = set()
        self.requests = []
        self.listeners = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.wait(self.open())

    def wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=30)

    async def open(self):
        self.up, self.down, self.news = asyncio.Event(), asyncio.Event(), asyncio.Event()
        await self.release()
        self.ports = [0, 0]
        await self.accept()
        self.url, self.other_url = (f"http://{HOST}:{port}" for port in self.ports)
        app = web.Application()
        app.router.add_post("/{command}", self.obey)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, HOST, 0)
        await site.start()
        self.controls = f"http://{HOST}:{self.runner.addresses[0][1]}"

    async def obey(self, request):
        command = request.match_info["command"]
        answer = self.requests if command == "requests" else await getattr(self, command)()
        return web.json_response(answer, headers=OPEN)

    async def connect(self, reader, writer):
        link = Link(self, writer)
        self.links.add(link)
        try:
            await link.run(reader, writer)
        finally:
            self.links.discard(link)

    async def cut(self):
        """Ends every connection, without a word, once the page would notice it: not between two polls."""
        async with asyncio.timeout(5):
            while not any(link.is_waited_at for link in self.links):
                self.news.clear()
                await self.news.wait()
        self.sever()

    def sever(self):
        """Ends every connection, without a word."""
        for link in list(self.links):
            link.abort()

    async def hold(self):
        """Lets nothing through either way, and loses nothing."""
        self.up.clear()
        self.down.clear()

    async def mute(self):
        """Lets nothing through that the server says."""
        self.down.clear()

    async def release(self):
        self.up.set()
        self.down.set()

    async def refuse(self):
        """Ends every connection and listens no more."""
        self.sever()
        for listener in self.listeners:
            listener.close()
        self.listeners = []

    async def accept(self):
        if self.listeners:
            return
        self.listeners = [await asyncio.start_server(self.connect, HOST, port) for port in self.ports]
        self.ports = [listener.sockets[0].getsockname()[1] for listener in self.listeners]

    async def stop(self):
        await self.loop.run_in_executor(None, self.server.stop)

    async def start(self):
        if not self.server.process:
            await self.loop.run_in_executor(None, self.server.start)

    async def reset(self):
        """As if nothing had happened, for the next scenario."""
        self.sever()
        await self.release()
        await self.accept()
        await self.start()
        self.requests.clear()

    async def close(self):
        await self.refuse()
        await self.runner.cleanup()

    def end(self):
        self.wait(self.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
