// Reasons: what a socket is told when its connection ends or does not come about.
"use strict";

scenario("io server disconnect", "disconnect-all", "each-transport", async (io, url, t) => {
    const socket = await t.ready(io({ transports: t.transports, ...t.quick }));
    const attempts = t.record(socket.io, "reconnect_attempt");
    const gone = t.next(socket, "disconnect");
    socket.emit("kick-clean");
    t.equal((await gone)[0], "io server disconnect");
    t.equal([socket.active, socket.connected, attempts], [false, false, []]);
});

scenario("io client disconnect", "each-transport", async (io, url, t) => {
    const socket = await t.ready(io({ transports: t.transports }));
    const heard = t.record(socket, "disconnect");
    socket.disconnect();
    t.equal([heard.map(([reason]) => reason), socket.active], [["io client disconnect"], false]);
    socket.disconnect();
    t.equal(heard.length, 1, "how often it was told");
});

scenario("transport close, with details", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    const [reason, details] = await gone;
    t.equal([reason, details.description], ["transport close", "websocket connection closed"]);
    t.check(details.context instanceof CloseEvent && details.context.code === 1006, "the event of the WebSocket");
});

scenario("transport error, with details", async (io, url, t) => {
    const socket = await t.ready(io({ transports: ["polling"], ...t.quick }));
    const gone = t.next(socket, "disconnect");
    await t.net.refuse();
    const [reason, error] = await gone;
    t.equal([reason, error.message, error.type], ["transport error", "xhr poll error", "TransportError"]);
});

scenario("ping timeout, without details", async (io, url, t) => {
    const socket = await t.ready(io({ path: "/quick", ...t.quick }));
    const gone = t.next(socket, "disconnect");
    await t.net.mute();
    t.equal(await gone, ["ping timeout", undefined]);
});

scenario("parse error", async (io, url, t) => {
    const binary = '51-["a",{"_placeholder":true,"num":5}]';
    for (const nonsense of ["9", "2{}", "2[", "0[]", '1"x"', '2["connect"]', "3{}", "5-[]", binary]) {
        const socket = io({ forceNew: true, transports: ["websocket"], ...t.quick });
        await t.connected(socket);
        const gone = t.next(socket, "disconnect");
        socket.io.engine.emit("data", nonsense);
        if (nonsense === binary) socket.io.engine.emit("data", new ArrayBuffer(1));
        const [reason, error] = await gone.catch((error) => { throw new Error(`${nonsense}: ${error.message}`); });
        t.equal([reason, error instanceof Error, socket.active], ["parse error", true, true], nonsense);
        t.equal(await t.ask(socket, "echo", 1), 1, "the echo of the next connection");
        socket.close();
    }
});

scenario("bytes that nobody announced are a parse error", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const gone = t.next(socket, "disconnect");
    socket.io.engine.emit("data", new ArrayBuffer(1));
    t.equal((await gone)[0], "parse error");
    await t.connected(socket);
});

scenario("text instead of bytes that were announced is a parse error", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const gone = t.next(socket, "disconnect");
    socket.io.engine.emit("data", '51-["a",{"_placeholder":true,"num":0}]');
    socket.io.engine.emit("data", '2["b"]');
    t.equal((await gone)[0], "parse error");
    await t.connected(socket);
});

scenario("a server that cannot be reached", "each-transport", async (io, url, t) => {
    await t.net.refuse();
    const socket = io({ transports: t.transports, ...t.quick });
    const [error] = await t.next(socket, "connect_error");
    const message = t.transports[0] === "websocket" ? "websocket error" : "xhr poll error";
    t.equal([error instanceof Error, error.message, error.type], [true, message, "TransportError"]);
    t.equal([socket.active, socket.connected], [true, false]);
});

scenario("a handshake that is refused says so", "allow-request", async (io, url, t) => {
    const socket = io({ path: "/closed", transports: ["polling"], ...t.quick });
    let text;
    socket.once("connect_error", ({ context }) => { text = context.responseText; });
    const [error] = await t.next(socket, "connect_error");
    t.equal([error.message, error.description, socket.active], ["xhr poll error", 403, true]);
    t.equal(JSON.parse(text), { code: 4, message: "closed today" });
});

scenario("something else than Socket.IO at that address", async (io, url, t) => {
    const socket = io({ path: "/nothing", transports: ["polling"], ...t.quick });
    const [error] = await t.next(socket, "connect_error");
    t.equal([error.message, error.description], ["xhr poll error", 404]);
});

scenario("a session that the server has forgotten", async (io, url, t) => {
    const socket = await t.ready(io({ transports: ["polling"], ...t.quick }));
    const gone = t.next(socket, "disconnect");
    socket.io.engine.transport.query.sid = "forgotten";
    socket.emit("echo", 1);
    t.equal((await gone)[0], "transport error");
    t.equal(await t.ask(socket, "echo", 2), 2);
});

scenario("a message beyond maxPayload", "each-transport", async (io, url, t) => {
    const socket = await t.ready(io({ path: "/small", transports: t.transports, ...t.quick }));
    const gone = t.record(socket, "disconnect");
    const error = await t.within(socket.emitWithAck("echo", "x".repeat(20_000)).catch((error) => error), "an error");
    t.equal(error.message.replace(/\d+/g, "N"),
        t.improvement("refused-here", "socket has been disconnected", "message too big (N > N bytes)"));
    t.equal(gone.length, t.improvement("refused-here", 1, 0), "the number of lost connections");
    t.equal(await t.ask(socket, "echo", 2), 2);
});

scenario("a server of an older protocol", async (io, url, t) => {
    const socket = io({ transports: ["websocket"], autoConnect: false });
    socket.connect();
    const failed = t.next(socket, "connect_error");
    await t.next(socket.io, "open");
    socket.io.engine.emit("data", "0");
    t.check((await failed)[0] instanceof Error, "an error");
    t.equal(socket.connected, false);
});
