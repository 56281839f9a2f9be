// Offline: what is said without a connection waits, is dropped, or is tried again, as the options want it.
"use strict";

let keys = 0;
/** A name under which the server keeps notes, used by nobody else: the server outlives the pages. */
const newKey = () => `${location.port}-${realNow()}-${keys++}`;

scenario("what is said before the connection waits and keeps its order", async (io, url, t) => {
    const socket = io({ autoConnect: false });
    const answers = [];
    for (const each of [1, 2, 3]) socket.emit("echo", each, (answer) => answers.push(answer));
    t.equal(socket.sendBuffer.length, 3, "the number that waits");
    socket.connect();
    t.equal(await t.ask(socket, "echo", 4), 4);
    t.equal([answers, socket.sendBuffer.length], [[1, 2, 3], 0]);
});

scenario("volatile does not wait", async (io, url, t) => {
    const socket = io({ autoConnect: false });
    const answers = [];
    socket.volatile.emit("echo", "dropped", (answer) => answers.push(answer));
    t.equal(socket.sendBuffer.length, 0);
    socket.emit("echo", "kept", (answer) => answers.push(answer));
    socket.connect();
    await t.ask(socket, "echo", 1);
    t.equal(answers, ["kept"]);
});

scenario("what is said while the connection is lost arrives once it is back", "each-transport", async (io, url, t) => {
    const key = newKey();
    const socket = await t.ready(io({ transports: t.transports, ...t.quick }));
    await t.net.refuse();
    await t.until(() => !socket.connected, "the loss");
    for (let each = 0; each < 50; each++) socket.emit("note", key, each);
    t.equal(socket.sendBuffer.length, 50, "the number that waits");
    await t.net.accept();
    await t.connected(socket);
    t.equal(await t.ask(socket, "notes", key), Array.from({ length: 50 }, (_, each) => each));
});

scenario("a listener for disconnect may speak, and is heard later", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const answer = new Promise((resolve) => socket.once("disconnect", () => socket.emit("echo", "later", resolve)));
    await t.net.cut();
    t.equal(await t.within(answer, "the answer"), "later");
});

scenario("what waits is sent before listeners for connect are called", async (io, url, t) => {
    const key = newKey();
    const socket = io({ autoConnect: false });
    socket.on("connect", () => socket.emit("note", key, "connect"));
    socket.emit("note", key, "waiting");
    socket.connect();
    await t.connected(socket);
    t.equal(await t.ask(socket, "notes", key), ["waiting", "connect"]);
});

scenario("what waits and is overdue is never sent", async (io, url, t) => {
    const key = newKey();
    const socket = io({ autoConnect: false });
    const overdue = t.within(socket.timeout(30).emitWithAck("note", key, "overdue").catch((error) => error), "it");
    socket.emit("note", key, "patient");
    t.equal(await overdue, new Error("operation has timed out"));
    t.equal(socket.sendBuffer.length, 1, "the number that waits");
    socket.connect();
    t.equal(await t.ask(socket, "notes", key), ["patient"]);
});

scenario("an answer to what waits is not failed by a lost connection", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const answer = new Promise((resolve) => {
        socket.once("disconnect", () => socket.timeout(10_000).emit("echo", "kept", (...all) => resolve(all)));
    });
    await t.net.refuse();
    const { io: manager } = socket;
    await t.next(manager, "reconnect_error");
    await t.net.accept();
    t.equal(await t.within(answer, "the answer"), [null, "kept"]);
});

scenario("events before the connection of a namespace wait for it", async (io, url, t) => {
    const root = await t.connected(io("/"));
    const other = io("/dyn-1");
    t.equal([other.connected, other.io === root.io], [false, true]);
    t.equal(await t.ask(other, "echo", 1), 1);
});

scenario("events that come before the connection of a namespace wait too", async (io, url, t) => {
    const socket = io({ transports: ["websocket"] });
    const heard = t.record(socket, "early", "connect");
    await t.next(socket.io, "open");
    socket.io.engine.emit("data", '2["early",1]');
    await t.connected(socket);
    t.equal(heard, [["early", 1], ["connect"]]);
});

scenario("retries send one event at a time, in order", "each-transport", async (io, url, t) => {
    const key = newKey();
    const socket = io({ retries: 3, ackTimeout: 5_000, transports: t.transports });
    const answers = [];
    for (const each of [1, 2, 3]) socket.emit("note", key, each, (...all) => answers.push(all));
    await t.until(() => answers.length === 3, "the answers");
    t.equal(answers, [[null, 1], [null, 2], [null, 3]]);
    t.equal(await t.within(socket.emitWithAck("notes", key), "the notes"), [1, 2, 3]);
});

scenario("retries send again what is not acknowledged in time", async (io, url, t) => {
    const key = newKey();
    const socket = await t.connected(io({ retries: 3, ackTimeout: 80 }));
    const answers = [];
    socket.emit("note-late", key, "again", 3, (...all) => answers.push(all));
    socket.emit("note", key, "after it", (...all) => answers.push(all));
    await t.until(() => answers.length === 2, "the answers");
    t.equal(answers, [[null, 3], [null, 4]]);
    t.equal(await t.within(socket.emitWithAck("notes", key), "it"), ["again", "again", "again", "after it"]);
});

scenario("retries come to an end, and the next event gets its turn", async (io, url, t) => {
    const key = newKey();
    const socket = await t.connected(io({ retries: 2, ackTimeout: 50 }));
    const answers = [];
    socket.emit("note-late", key, "in vain", 99, (...all) => answers.push(all));
    socket.emit("note", key, "next", (...all) => answers.push(all));
    await t.until(() => answers.length === 2, "the answers");
    t.equal(answers, [[new Error("operation has timed out")], [null, 4]]);
    t.equal(await t.within(socket.emitWithAck("notes", key), "it"), ["in vain", "in vain", "in vain", "next"]);
});

scenario("retries need no function for the answer", async (io, url, t) => {
    const key = newKey();
    const socket = await t.connected(io({ retries: 2, ackTimeout: 5_000 }));
    for (const each of [1, 2]) socket.emit("note", key, each);
    t.equal(await t.within(socket.emitWithAck("notes", key), "the notes"), [1, 2]);
});

scenario("volatile events pass the queue of retries by", async (io, url, t) => {
    const key = newKey();
    const socket = await t.upgraded(io({ retries: 5, ackTimeout: 10_000 }));
    socket.emit("note-late", key, "waits", 2);
    await t.until(() => socket.io.engine.transport.writable, "a free transport");
    socket.volatile.emit("note", key, "passes");
    const reader = await t.connected(io("/dyn-1"));
    await t.until(async () => (await t.ask(reader, "notes", key)).length === 2, "both notes");
});

scenario("retries survive a lost connection", "each-transport", async (io, url, t) => {
    const key = newKey();
    const socket = await t.ready(io({ retries: 5, ackTimeout: 3_000, transports: t.transports, ...t.quick }));
    const answers = [];
    await t.net.mute();
    for (const each of [1, 2, 3]) socket.emit("note", key, each, (error) => answers.push(error));
    await t.net.cut();
    await t.net.release();
    await t.until(() => answers.length === 3, "the answers");
    t.equal(answers, [null, null, null]);
    const notes = await t.within(socket.emitWithAck("notes", key), "the notes");
    t.equal([...new Set(notes)], [1, 2, 3], "what has arrived, in its order");
});

scenario("retries survive a restart of the server", async (io, url, t) => {
    const key = newKey();
    const socket = await t.ready(io({ retries: 100, ackTimeout: 5_000, ...t.quick }));
    const gone = t.next(socket, "disconnect");
    await t.net.stop();
    await gone;
    const answers = [];
    for (let each = 0; each < 20; each++) socket.emit("note", key, each, (...all) => answers.push(all));
    await t.net.start();
    await t.until(() => answers.length === 20, "the answers");
    t.equal(answers, Array.from(answers, (_, at) => [null, at + 1]));
    t.equal(await t.within(socket.emitWithAck("notes", key), "the notes"), Array.from(answers, (_, at) => at));
});
