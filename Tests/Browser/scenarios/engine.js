// The engine below: its events, its heartbeat, its buffer, and how it bears a bad network.
"use strict";

scenario("the engine's events from the beginning to the upgrade", async (io, url, t) => {
    const socket = io();
    const { engine } = socket.io;
    const heard = t.record(engine, "open", "handshake", "upgrading", "upgrade", "close");
    t.equal(engine.readyState, "opening");
    await t.ready(socket);
    t.equal(heard.map(([name]) => name), ["handshake", "open", "upgrading", "upgrade"]);
    const handshake = heard[0][1];
    t.equal(Object.keys(handshake).sort(), ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"]);
    t.equal([handshake.sid === engine.id, handshake.upgrades, handshake.maxPayload], [true, ["websocket"], 1_000_000]);
    t.equal([heard[2][1].name, heard[3][1].name, engine.readyState], ["websocket", "websocket", "open"]);
    t.check(engine.transport === heard[3][1] && engine !== socket.id, "the transport is that of the upgrade");
});

scenario("packet, packetCreate, data, message, flush and drain", async (io, url, t) => {
    const socket = await t.ready(io());
    await t.until(() => socket.io.engine.writeBuffer.length === 0, "an empty buffer");
    const heard = t.record(socket.io.engine, "packetCreate", "flush", "drain", "packet", "data", "message");
    await t.ask(socket, "echo", "x");
    await t.until(() => heard.some(([name]) => name === "drain"), "the drain");
    // The server may have said something else meanwhile.
    const ours = heard.filter(([name, detail]) => name !== "packet" || detail.type === "message");
    const brief = ours.map(([name, detail]) => [name, detail?.type ?? detail]);
    const question = brief.filter(([name]) => ["packetCreate", "flush", "drain"].includes(name));
    t.equal(question, [["packetCreate", "message"], ["flush", undefined], ["drain", undefined]]);
    const answer = brief.filter(([name]) => ["packet", "data", "message"].includes(name));
    t.equal(answer.map(([name]) => name), ["packet", "data", "message"]);
    t.check(/^3\d+\["x"\]$/.test(answer[1][1]) && answer[1][1] === answer[2][1], `the answer, not ${answer}`);
    t.equal(heard.find(([name]) => name === "packetCreate")[1].type, "message");
});

scenario("the server's pings are answered and told", "each-transport", async (io, url, t) => {
    const socket = await t.ready(io({ path: "/quick", transports: t.transports }));
    const heard = t.record(socket.io.engine, "ping", "pong", "heartbeat");
    const told = t.record(socket.io, "ping");
    const gone = t.record(socket, "disconnect");
    await t.until(() => told.length >= 3, "three pings");
    const count = (wanted) => heard.filter(([name]) => name === wanted).length;
    t.check(count("ping") >= 3 && count("pong") >= 3 && count("heartbeat") >= 3, `of each three: ${show(heard)}`);
    t.equal(gone, []);
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("a server that is silent is given up", "each-transport", async (io, url, t) => {
    const socket = await t.ready(io({ path: "/quick", transports: t.transports, ...t.quick }));
    const gone = t.next(socket, "disconnect");
    await t.net.mute();
    t.equal((await gone)[0], "ping timeout");
    await t.net.release();
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("a page that goes offline knows it at once", "each-transport", async (io, url, t) => {
    const socket = await t.ready(io({ transports: t.transports, ...t.quick }));
    const gone = t.next(socket, "disconnect");
    dispatchEvent(new Event("offline"));
    const [reason, details] = await gone;
    t.equal([reason, details.description], ["transport close", "network connection lost"]);
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("after a long sleep nothing is said into a dead connection", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    Date.now = () => realNow() + 3_600_000;
    const gone = t.next(socket, "disconnect");
    const answer = t.ask(socket, "echo", "not lost");
    t.equal(socket.sendBuffer.length, 1, "the number that waits");
    t.equal((await gone)[0], "ping timeout");
    Date.now = realNow;
    t.equal(await answer, "not lost");
});

scenario("polling sends no more at once than the server takes", async (io, url, t) => {
    const socket = await t.connected(io({ path: "/small", transports: ["polling"] }));
    const lost = t.record(socket, "disconnect");
    const text = "ä".repeat(1_500), bytes = new Uint8Array(3_000);
    const answers = await Promise.all([text, bytes, text, text, bytes, bytes, text, text, text]
        .map((each) => t.ask(socket, "echo", each)));
    t.equal(answers.map((each) => each.length ?? each.byteLength), [1500, 3000, 1500, 1500, 3000, 3000, 1500, 1500, 1500]);
    t.equal(lost, []);
    const sizes = (await t.requests("/small")).map(({ headers }) => Number(headers["content-length"] ?? 0));
    t.check(Math.max(...sizes) <= 10_000 && Math.max(...sizes) > 5_000, `bodies of fair size: ${sizes}`);
});

scenario("what was said before the farewell arrives", "each-transport", async (io, url, t) => {
    const key = newKey();
    const socket = await t.ready(io({ transports: t.transports, forceNew: true }));
    for (const each of [1, 2, 3]) socket.emit("note", key, each);
    socket.disconnect();
    const reader = await t.connected(io("/dyn-1", { forceNew: true }));
    await t.until(async () => (await t.ask(reader, "notes", key)).length === 3, "the notes");
    t.equal(await t.ask(reader, "notes", key), [1, 2, 3]);
});

scenario("the server notices a farewell", "each-transport", async (io, url, t) => {
    const witness = await t.connected(io({ forceNew: true }));
    const socket = await t.ready(io({ transports: t.transports, forceNew: true }));
    const { id } = socket;
    t.equal(await t.ask(witness, "present", id), true);
    socket.disconnect();
    await t.until(async () => !await t.ask(witness, "present", id), "the socket to go");
});

scenario("a farewell during the upgrade waits for it", async (io, url, t) => {
    const witness = await t.connected(io({ forceNew: true }));
    const socket = io({ forceNew: true });
    const { engine } = socket.io;
    await t.next(engine, "upgrading");
    await t.until(() => socket.connected || engine.transport.name === "websocket", "the connection");
    const { id } = socket;
    const closed = t.next(engine, "close");
    socket.disconnect();
    t.equal((await closed)[0], "forced close");
    if (id) await t.until(async () => !await t.ask(witness, "present", id), "the socket to go");
});

scenario("engine.close() is a loss for the sockets above", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const gone = t.next(socket, "disconnect");
    socket.io.engine.close();
    t.equal((await gone)[0], "forced close");
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("an engine has an end with a reason", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const { engine } = socket.io;
    const closed = t.record(engine, "close");
    await t.net.cut();
    await t.until(() => closed.length, "the end");
    t.equal([closed[0][0], engine.readyState], ["transport close", "closed"]);
    await t.connected(socket);
    t.check(socket.io.engine !== engine, "the next connection is another engine");
});
