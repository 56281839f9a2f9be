// Options of the engine and the manager, as far as the wire or the page shows them.
"use strict";

const began = async (t, path) => (await t.requests(path))[0];

/** Keeps what is sent by WebSocket from now on, but for the bookkeeping of the engine. */
function watchFrames() {
    const frames = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
        frames.push(data);
        return send.call(this, data);
    };
    return frames;
}

/** Keeps the arguments of every WebSocket made from now on; the client has to be loaded afresh. */
function watchWebSockets() {
    const made = [];
    const Real = window.WebSocket;
    window.WebSocket = class extends Real {
        constructor(...args) {
            super(...args);
            made.push(args);
        }
    };
    return made;
}

/** A network that lets no WebSocket through: each fails a moment later. */
function blockWebSockets() {
    const blocked = [];
    window.WebSocket = class {
        constructor(address) {
            blocked.push(address);
            setTimeout(() => {
                this.onerror?.(new Event("error"));
                this.onclose?.(new CloseEvent("close"));
            });
        }
        close() {}
    };
    return blocked;
}

scenario("path is where the server is", async (io, url, t) => {
    const socket = await t.connected(io({ path: "/quick/" }));
    t.check((await began(t, "/quick")).target.startsWith("/quick/?"), "the path with one slash at its end");
    const other = await t.connected(io({ path: "/small" }));
    t.check((await began(t, "/small")).target.startsWith("/small/?"), "the path with a slash added");
    t.check(socket.io !== other.io, "two managers");
});

scenario("addTrailingSlash: false leaves the path as it is", "path-below", async (io, url, t) => {
    await t.connected(io({ path: "/socket.io/here", addTrailingSlash: false }));
    t.check((await began(t)).target.startsWith("/socket.io/here?"), "the path without a slash");
});

scenario("query goes with every request", async (io, url, t) => {
    const socket = await t.upgraded(io({ query: { colour: "light blue & green", number: 5 } }));
    const { query } = await t.ask(socket, "handshake");
    t.equal([query.colour, query.number, query.EIO], ["light blue & green", "5", "4"], "the query of the handshake");
    const requests = await t.requests();
    t.check(requests.every(({ query }) => query.colour === "light blue & green"), "it is in every request");
    t.check(requests.some(({ query }) => query.transport === "websocket"), "also in that of the WebSocket");
});

scenario("an address's query goes before the option", async (io, url, t) => {
    const socket = io(`${url}?from=address`, { query: { from: "option" } });
    t.equal((await t.ask(socket, "handshake")).query.from, "address");
});

scenario("polling first and then WebSocket", async (io, url, t) => {
    const socket = io();
    const names = [];
    socket.io.engine.on("open", () => names.push(socket.io.engine.transport.name));
    socket.io.engine.on("upgrade", ({ name }) => names.push(name));
    await t.upgraded(socket);
    t.equal(names, ["polling", "websocket"]);
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("polling alone stays polling", async (io, url, t) => {
    const socket = io({ transports: ["polling"] });
    for (const each of [1, 2, 3]) t.equal(await t.ask(socket, "echo", each), each);
    t.check((await t.requests()).every(({ query }) => query.transport === "polling"), "no other transport is tried");
});

scenario("WebSocket alone needs no polling", async (io, url, t) => {
    const socket = io({ transports: ["websocket"] });
    t.equal(await t.ask(socket, "echo", 1), 1);
    t.equal((await t.requests()).map(({ query }) => query.transport), ["websocket"]);
});

scenario("WebSocket first does not go back to polling", async (io, url, t) => {
    const socket = io({ transports: ["websocket", "polling"] });
    t.equal(await t.ask(socket, "echo", 1), 1);
    t.equal((await t.requests()).map(({ query }) => query.transport), ["websocket"]);
});

scenario("upgrade: false stays with the first transport", async (io, url, t) => {
    const socket = io({ upgrade: false });
    for (const each of [1, 2, 3]) t.equal(await t.ask(socket, "echo", each), each);
    t.check((await t.requests()).every(({ query }) => query.transport === "polling"), "no other transport is tried");
});

scenario("a server that offers no upgrade is left in peace", async (io, url, t) => {
    const socket = io({ path: "/polling" });
    for (const each of [1, 2, 3]) t.equal(await t.ask(socket, "echo", each), each);
    t.check((await t.requests("/polling")).every(({ query }) => query.transport === "polling"), "nothing else is tried");
});

scenario("no transport at all is an error", async (io, url, t) => {
    const socket = io({ transports: [], reconnection: false });
    const [error] = await t.next(socket, "connect_error");
    t.equal(error, t.improvement("errors-are-errors", "No transports available", new Error("No transports available")));
});

scenario("rememberUpgrade begins with WebSocket once one has worked", async (io, url, t) => {
    const names = [];
    for (const rememberUpgrade of [true, true, false]) {
        const socket = io({ forceNew: true, rememberUpgrade });
        socket.io.engine.on("open", () => names.push(socket.io.engine.transport.name));
        await t.upgraded(socket);
        socket.close();
    }
    t.equal(names, ["polling", "websocket", "polling"]);
});

scenario("a WebSocket that fails is an error", async (io, url, t) => {
    const blocked = blockWebSockets();
    const socket = t.fresh()({ transports: ["websocket", "polling"], ...t.quick });
    const [error] = await t.next(socket, "connect_error");
    t.equal([error.message, error.type, socket.active], ["websocket error", "TransportError", true]);
    await t.until(() => blocked.length > 1, "another attempt by the same transport");
});

scenario("tryAllTransports goes on to the next transport", async (io, url, t) => {
    const blocked = blockWebSockets();
    const socket = t.fresh()({ transports: ["websocket", "polling"], tryAllTransports: true });
    const errors = t.record(socket, "connect_error");
    await t.connected(socket);
    t.equal([socket.io.engine.transport.name, blocked.length, errors.length], ["polling", 1, 0]);
});

scenario("where WebSockets are blocked polling goes on", async (io, url, t) => {
    blockWebSockets();
    const socket = t.fresh()();
    const [error] = await t.next(socket.io.engine, "upgradeError");
    t.equal([error.message, error.transport], ["probe error: Error: websocket error", "websocket"]);
    t.equal(await t.ask(socket, "echo", 1), 1);
    t.equal(socket.io.engine.transport.name, "polling");
});

scenario("polling requests bear a mark that no other has, WebSockets do not", async (io, url, t) => {
    await t.upgraded(io());
    const requests = await t.requests();
    const marks = requests.filter(({ query }) => query.transport === "polling").map(({ query }) => query.t);
    t.check(marks.every(Boolean), "every polling request has one");
    t.equal(new Set(marks).size, marks.length, "the number of different ones");
    t.equal(requests.find(({ query }) => query.transport === "websocket").query.t, undefined, "that of the WebSocket");
});

scenario("timestampRequests and timestampParam choose that mark", async (io, url, t) => {
    await t.upgraded(io({ timestampRequests: true, timestampParam: "mark" }));
    t.check((await t.requests()).every(({ query }) => query.mark && !query.t), "every request has it");
    await t.upgraded(io({ timestampRequests: false, forceNew: true, query: { plain: 1 } }));
    t.check((await t.requests()).every(({ query }) => !query.plain || !query.t), "no request of the second has one");
});

scenario("extraHeaders go with polling requests", async (io, url, t) => {
    const socket = io({ extraHeaders: { "X-Who": "me" }, transports: ["polling"] });
    t.equal((await t.ask(socket, "handshake")).headers["x-who"], "me");
    t.check((await t.requests()).every(({ headers }) => headers["x-who"] === "me"), "with each of them");
});

scenario("extraHeaders reach another origin that allows them", async (io, url, t) => {
    const socket = io(t.other, { extraHeaders: { "X-Who": "me" }, transports: ["polling"] });
    t.equal((await t.ask(socket, "handshake")).headers["x-who"], "me");
});

scenario("transportOptions are for one transport", async (io, url, t) => {
    const transportOptions = { polling: { extraHeaders: { "X-Way": "polling" } } };
    const socket = await t.upgraded(io({ transportOptions }));
    t.equal((await t.ask(socket, "handshake")).headers["x-way"], "polling");
    const other = io({ transports: ["polling"], forceNew: true, transportOptions: { websocket: { extraHeaders: { "X-Way": "no" } } } });
    t.equal((await t.ask(other, "handshake")).headers["x-way"], undefined);
});

scenario("withCredentials sends cookies to another origin", async (io, url, t) => {
    document.cookie = "who=me";
    const cookie = async (options) => (await t.ask(io(t.other, { transports: ["polling"], ...options }), "handshake"))
        .headers.cookie;
    t.equal(await cookie({ forceNew: true }), undefined, "the cookie without the option");
    t.equal(await cookie({ forceNew: true, withCredentials: true }), "who=me", "the cookie with it");
    const own = io({ transports: ["polling"] });
    t.equal((await t.ask(own, "handshake")).headers.cookie, "who=me", "the cookie to the page's own server");
});

scenario("requestTimeout ends a polling request", async (io, url, t) => {
    await t.net.hold();
    const socket = io({ requestTimeout: 100, ...t.quick });
    t.equal((await t.next(socket, "connect_error"))[0].message, "xhr poll error");
    await t.net.release();
    await t.connected(socket);
});

scenario("timeout ends an attempt to connect", "each-transport", async (io, url, t) => {
    await t.net.hold();
    const socket = io({ timeout: 200, transports: t.transports, ...t.quick });
    const errors = t.record(socket.io, "error");
    t.equal((await t.next(socket, "connect_error"))[0].message, "timeout");
    t.equal(errors[0][0].message, "timeout", "the manager's error");
    socket.io.timeout(10_000);
    await t.net.release();
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("forceBase64 sends bytes as text", async (io, url, t) => {
    const frames = watchFrames();
    const socket = io({ forceBase64: true, transports: ["websocket"] });
    t.equal(await t.ask(socket, "echo", new Uint8Array([1, 2, 3])), new Uint8Array([1, 2, 3]).buffer);
    t.check(frames.includes("bAQID"), `bytes as text among ${show(frames)}`);
    t.equal((await began(t)).query.b64, "1");
});

scenario("protocols are offered to the server", async (io, url, t) => {
    const made = watchWebSockets();
    const socket = t.fresh()({ protocols: ["chat", "other"], transports: ["websocket"], reconnection: false });
    await t.until(() => made.length === 1, "a WebSocket");
    t.equal(made[0][1], ["chat", "other"]);
    socket.close();
});

scenario("useNativeTimers does not care what the page made of the timers", async (io, url, t) => {
    const calls = { own: 0 };
    const { setTimeout: native } = window;
    window.setTimeout = (...args) => {
        calls.own++;
        return native(...args);
    };
    const play = async (useNativeTimers) => {
        calls.own = 0;
        const socket = await t.connected(io({ useNativeTimers, forceNew: true, transports: ["websocket"], ...t.quick }));
        const back = t.next(socket.io, "reconnect");
        await t.net.cut();
        await back;
        socket.close();
        return calls.own > 0;
    };
    t.equal([await play(false), await play(true)], [true, false], "whether the page's timers were used");
});

scenario("a transport may be a class of the page", async (io, url, t) => {
    const model = await t.connected(io({ transports: ["websocket"], forceNew: true }));
    const calls = [];
    class Counted extends model.io.engine.transport.constructor {
        doOpen() {
            calls.push("open");
            super.doOpen();
        }
        write(packets) {
            calls.push("write");
            return super.write(packets);
        }
    }
    const socket = io({ transports: [Counted], forceNew: true });
    t.equal(await t.ask(socket, "echo", 1), 1);
    t.equal(calls, ["open", "write", "write"]);
    t.check(socket.io.engine.transport instanceof Counted, "the engine's transport is of that class");
});

scenario("a parser may be the page's", async (io, url, t) => {
    const { encoder, decoder } = io({ autoConnect: false }).io;
    const seen = [];
    class Encoder extends encoder.constructor {
        encode(packet) {
            seen.push(["out", packet.type, packet.nsp]);
            return super.encode(packet);
        }
    }
    class Decoder extends decoder.constructor {
        add(data) {
            seen.push(["in", typeof data]);
            return super.add(data);
        }
    }
    const socket = io({ parser: { Encoder, Decoder }, forceNew: true });
    t.equal(await t.ask(socket, "echo", 1), 1);
    t.equal(seen, [["out", 0, "/"], ["in", "string"], ["out", 2, "/"], ["in", "string"]]);
});

scenario("closeOnBeforeunload tells the server when the page goes", "each-transport", async (io, url, t) => {
    const witness = await t.connected(io("/dyn-1", { forceNew: true }));
    const left = async (closeOnBeforeunload) => {
        const socket = io("/dyn-1", { closeOnBeforeunload, forceNew: true, transports: t.transports });
        await t.connected(socket);
        if (t.transports.length > 1) await t.upgraded(socket);
        dispatchEvent(new Event("beforeunload"));
        if (!closeOnBeforeunload) return t.ask(socket, "echo", "still here");
        return t.until(async () => !await t.ask(witness, "present", socket.id), "the socket to go");
    };
    t.equal(await left(false), "still here");
    t.equal(await left(true), true);
});
