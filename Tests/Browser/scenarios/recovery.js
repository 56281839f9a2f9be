// Connection state recovery: who comes back in time is who he was, and hears what he missed.
"use strict";

const recovery = { path: "/recovery", reconnectionDelay: 20, reconnectionDelayMax: 50 };
/** Its last argument is the offset, which this server adds for the client to remember. */
const withoutOffset = (events) => events.map((args) => args.slice(0, -1));

/** A socket that has heard an event, as it needs to have for it to know where it is. */
async function anchored(io, t, opts) {
    const socket = await t.ready(io({ ...recovery, ...opts }));
    const first = t.next(socket, "message");
    socket.send("first");
    await first;
    return socket;
}

/** Another socket of the same server, that speaks while the first one is away. */
const speaker = (io, t) => t.connected(io(t.other, { path: "/recovery", forceNew: true }));


scenario("a first connection is not a recovered one", "recovery", "each-transport", async (io, url, t) => {
    const socket = await t.connected(io({ ...recovery, transports: t.transports }));
    t.equal(socket.recovered, false);
});

scenario("who comes back is who he was", "recovery", "each-transport", async (io, url, t) => {
    const socket = await anchored(io, t, { transports: t.transports });
    const { id } = socket;
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    t.equal([socket.id, socket.recovered], [undefined, false], "while he is away");
    await t.connected(socket);
    t.equal([socket.id, socket.recovered], [id, true]);
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("who comes back hears what he missed, before connect", "recovery", async (io, url, t) => {
    const socket = await anchored(io, t, {});
    await t.ask(socket, "join", "red");
    const other = await speaker(io, t);
    const heard = t.record(socket, "said", "connect");
    const refused = t.next(socket, "disconnect");
    socket.io.reconnection(false);
    socket.io.engine.close();
    await refused;
    await t.ask(other, "say-all", "to all");
    await t.ask(other, "say", "red", "to the room");
    await t.ask(other, "say", "blue", "to another room");
    socket.io.reconnection(true);
    await t.connected(socket.connect());
    t.equal(socket.recovered, true);
    t.equal(withoutOffset(heard.slice(0, 2)).concat([heard[2]]),
        [["said", "*", "to all"], ["said", "red", "to the room"], ["connect"]]);
});

scenario("who comes back hears bytes that he missed", "recovery", async (io, url, t) => {
    const socket = await anchored(io, t, {});
    const other = await speaker(io, t);
    const heard = t.record(socket, "said");
    const gone = t.next(socket, "disconnect");
    socket.io.reconnection(false);
    socket.io.engine.close();
    await gone;
    await t.ask(other, "say-all", { bytes: new Uint8Array([1, 2]) });
    await t.connected(socket.connect());
    t.equal([socket.recovered, withoutOffset(heard)], [true, [["*", { bytes: new Uint8Array([1, 2]).buffer }]]]);
});

scenario("rooms are kept", "recovery", async (io, url, t) => {
    const socket = await anchored(io, t, {});
    await t.ask(socket, "join", "red");
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    await t.connected(socket);
    t.equal([socket.recovered, await t.ask(socket, "join", "blue")].flat().sort(), ["blue", "red", true]);
});

scenario("who said farewell is somebody new", "recovery", async (io, url, t) => {
    const socket = await anchored(io, t, {});
    const { id } = socket;
    socket.disconnect();
    await t.connected(socket.connect());
    t.equal([socket.recovered, socket.id === id], [false, false]);
});

scenario("a server that was started again knows nobody", "recovery", async (io, url, t) => {
    const socket = await anchored(io, t, {});
    const { id } = socket;
    const gone = t.next(socket, "disconnect");
    await t.net.stop();
    await gone;
    await t.net.start();
    await t.connected(socket);
    t.equal([socket.recovered, socket.id === id], [false, false]);
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("recovered is true only until the next connection that is new", "recovery", async (io, url, t) => {
    const socket = await anchored(io, t, {});
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    await t.connected(socket);
    t.equal(socket.recovered, true);
    socket.disconnect();
    await t.connected(socket.connect());
    t.equal(socket.recovered, false);
});
