// Reconnection: when a lost connection is made again, how often it is tried, and what the manager tells of it.
"use strict";

const managerEvents = ["open", "error", "close", "reconnect", "reconnect_attempt", "reconnect_error", "reconnect_failed"];

/** The names of the manager's events from now on, with the number of the attempt where there is one. */
function watchManager(manager) {
    const heard = [];
    for (const name of managerEvents) {
        manager.on(name, (detail) => heard.push(typeof detail === "number" ? `${name} ${detail}` : name));
    }
    return heard;
}

/** Keeps how long each timer is meant to take. With `hasten` all of them take no time. */
function watchTimers(hasten) {
    const delays = [];
    const { setTimeout: native } = window;
    window.setTimeout = (fn, ms, ...args) => {
        delays.push(ms);
        return native(fn, hasten ? 1 : ms, ...args);
    };
    return delays;
}

/** Decides what is random, by turns. */
function decideChance(...numbers) {
    let turn = 0;
    Math.random = () => numbers[turn++ % numbers.length];
}

scenario("a lost connection is made again", "each-transport", async (io, url, t) => {
    const socket = await t.ready(io({ transports: t.transports, ...t.quick }));
    const heard = watchManager(socket.io);
    const { id } = socket;
    const gone = t.next(socket, "disconnect");
    socket.emit("kick");
    t.check(["transport close", "transport error"].includes((await gone)[0]), "the transport is gone");
    t.equal([socket.connected, socket.active, socket.id], [false, true, undefined]);
    await t.connected(socket);
    t.equal(heard, ["close", "reconnect_attempt 1", "open", "reconnect 1"]);
    t.check(socket.id !== id, "another id");
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("attempts are counted until one succeeds", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const errors = t.record(socket, "connect_error");
    const heard = watchManager(socket.io);
    await t.net.refuse();
    await t.until(() => heard.includes("reconnect_attempt 3"), "three attempts");
    await t.net.accept();
    await t.connected(socket);
    const failed = heard.filter((name) => name === "reconnect_error").length;
    t.check(failed >= 2 && errors.length === failed, `${failed} failures, ${errors.length} told to the socket`);
    t.check(errors.every(([error]) => error instanceof Error && error.type === "TransportError"), "they are errors");
    t.equal(heard.at(-1), `reconnect ${failed + 1}`);
    t.equal(heard.slice(0, 4), ["close", "reconnect_attempt 1", "error", "reconnect_error"]);
});

scenario("the first attempt is repeated as well", async (io, url, t) => {
    await t.net.refuse();
    const socket = io(t.quick);
    const heard = watchManager(socket.io);
    await t.next(socket, "connect_error");
    t.equal([socket.active, socket.connected], [true, false]);
    await t.until(() => heard.includes("reconnect_attempt 2"), "two attempts");
    await t.net.accept();
    t.equal(await t.ask(socket, "echo", 1), 1);
    t.check(/^reconnect \d+$/.test(heard.at(-1)), `reconnect at the end of ${heard}`);
});

scenario("after reconnectionAttempts it is given up", async (io, url, t) => {
    const socket = await t.ready(io({ reconnectionAttempts: 3, ...t.quick }));
    const heard = watchManager(socket.io);
    await t.net.refuse();
    await t.next(socket.io, "reconnect_failed");
    const attempt = (number) => [`reconnect_attempt ${number}`, "error", "reconnect_error"];
    t.equal(heard.filter((name) => name !== "reconnect_failed"), ["close", ...[1, 2, 3].flatMap(attempt)]);
    t.equal([socket.active, socket.connected], [true, false]);
    await t.net.accept();
    t.equal(await t.ask(socket.connect(), "echo", 1), 1);
});

scenario("with reconnection: false nothing is tried again", async (io, url, t) => {
    const socket = await t.ready(io({ reconnection: false }));
    const heard = watchManager(socket.io);
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    t.equal([heard, socket.active], [["close"], true]);
    t.equal(await t.ask(socket.connect(), "echo", 1), 1);
});

scenario("reconnection can be switched off and on", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const heard = watchManager(socket.io);
    socket.io.reconnection(false);
    let gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    await t.ready(socket.connect());
    t.equal(heard, ["close", "open"]);
    socket.io.reconnection(true);
    gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    await t.connected(socket);
    t.equal(heard.slice(2), ["close", "reconnect_attempt 1", "open", "reconnect 1"]);
});

scenario("a farewell is not followed by a reconnection", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const heard = watchManager(socket.io);
    socket.disconnect();
    const other = await t.connected(io("/dyn-1", { forceNew: true }));
    await t.ask(other, "echo", 1);
    t.equal(heard, ["close"]);
});

scenario("a farewell ends the attempts", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const heard = watchManager(socket.io);
    await t.net.refuse();
    await t.until(() => heard.includes("reconnect_attempt 2"), "two attempts");
    socket.disconnect();
    const count = heard.filter((name) => name.startsWith("reconnect_attempt")).length;
    await t.net.accept();
    await t.connected(io("/dyn-1", { forceNew: true }));
    t.equal(heard.filter((name) => name.startsWith("reconnect_attempt")).length, count, "the number of attempts");
    t.equal([socket.active, socket.connected], [false, false]);
    t.equal(await t.ask(socket.connect(), "echo", 1), 1);
});

scenario("a listener for an attempt may end it", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const heard = watchManager(socket.io);
    socket.io.on("reconnect_attempt", () => socket.disconnect());
    await t.net.cut();
    await t.until(() => heard.includes("reconnect_attempt 1"), "an attempt");
    await t.connected(io("/dyn-1", { forceNew: true }));
    t.equal(heard.filter((name) => name !== "close"), ["reconnect_attempt 1"]);
});

scenario("connect() during the attempts does not disturb them", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    await t.net.refuse();
    await t.next(socket.io, "reconnect_attempt");
    socket.connect().connect();
    await t.net.accept();
    await t.connected(socket);
    t.equal(await t.ask(socket, "echo", 1), 1);
    t.equal((await t.requests()).filter(({ query }) => !query.sid).length, 2, "the number of handshakes");
});

scenario("a server that is started again is found, and knows nobody", "each-transport", async (io, url, t) => {
    const socket = await t.ready(io({ transports: t.transports, ...t.quick }));
    const { id } = socket;
    const gone = t.next(socket, "disconnect");
    await t.net.stop();
    t.check(["transport close", "transport error"].includes((await gone)[0]), "the transport is gone");
    const answer = new Promise((resolve) => socket.emit("echo", "from before", resolve));
    await t.net.start();
    t.equal(await t.within(answer, "the answer"), "from before");
    t.check(socket.id && socket.id !== id, "another id");
});

scenario("two sockets of one manager come back by one connection", async (io, url, t) => {
    const sockets = [io("/", t.quick), io("/dyn-1", t.quick)];
    await Promise.all(sockets.map((each) => t.ready(each)));
    const heard = watchManager(sockets[0].io);
    const gone = Promise.all(sockets.map((each) => t.next(each, "disconnect")));
    await t.net.cut();
    await gone;
    await Promise.all(sockets.map((each) => t.connected(each)));
    t.equal(heard.filter((name) => name.startsWith("reconnect")), ["reconnect_attempt 1", "reconnect 1"]);
});

scenario("a listener for an attempt may change the query", async (io, url, t) => {
    const socket = await t.ready(io({ query: { turn: "first" }, ...t.quick }));
    socket.io.on("reconnect_attempt", (number) => { socket.io.opts.query.turn = `attempt ${number}`; });
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    t.equal((await t.ask(socket, "handshake")).query.turn, "attempt 1");
});

scenario("a listener for connect_error may change the transports", async (io, url, t) => {
    blockWebSockets();
    const socket = t.fresh()({ transports: ["websocket"], ...t.quick });
    socket.on("connect_error", () => { socket.io.opts.transports = ["polling", "websocket"]; });
    t.equal(await t.ask(socket, "echo", 1), 1);
    t.equal(socket.io.engine.transport.name, "polling");
});

scenario("a listener for disconnect may connect when the server has ended it", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    socket.on("disconnect", (reason) => reason === "io server disconnect" && socket.connect());
    const { id } = socket;
    socket.emit("kick-clean");
    await t.until(() => socket.connected && socket.id !== id, "another connection");
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("without chance the delays double up to their limit", async (io, url, t) => {
    await t.net.refuse();
    const delays = watchTimers(true);
    const socket = io({ reconnectionDelay: 10, reconnectionDelayMax: 100, randomizationFactor: 0, timeout: false,
        reconnectionAttempts: 6, transports: ["websocket"] });
    await t.next(socket.io, "reconnect_failed");
    t.equal(delays.filter((ms) => ms >= 10), [10, 20, 40, 80, 100, 100]);
});

scenario("chance spreads the delays, also at their limit", async (io, url, t) => {
    await t.net.refuse();
    // The official client takes the direction from a digit of the number and the distance from all of it.
    decideChance(0.95, 0.15);
    const delays = watchTimers(true);
    const socket = io({ reconnectionDelay: 100, reconnectionDelayMax: 1_000, reconnectionAttempts: 8, timeout: false,
        transports: ["websocket"], timestampRequests: false });
    await t.next(socket.io, "reconnect_failed");
    const last = delays.filter((ms) => ms >= 40).slice(-2).sort((a, b) => a - b);
    t.equal(last, t.improvement("jitter-after-cap", [1_000, 1_000], [650, 1_450]));
});

scenario("the delay starts anew after a success", async (io, url, t) => {
    const delays = watchTimers(false);
    const socket = await t.ready(io({ reconnectionDelay: 23, reconnectionDelayMax: 2_000, randomizationFactor: 0 }));
    const heard = watchManager(socket.io);
    for (const _ of [1, 2]) {
        await t.net.refuse();
        await t.until(() => heard.includes("reconnect_attempt 2"), "two attempts");
        await t.net.accept();
        await t.ready(socket);
        heard.length = 0;
    }
    t.equal(delays.filter((ms) => ms === 23 || ms === 46).slice(0, 4), [23, 46, 23, 46]);
});

scenario("closing the manager ends all its sockets", async (io, url, t) => {
    const socket = await t.ready(io(t.quick));
    const heard = watchManager(socket.io);
    const gone = t.next(socket, "disconnect");
    socket.io.disconnect();
    t.equal((await gone)[0], "forced close");
    t.equal(heard, ["close"]);
});
