// Connecting: addresses, managers and which sockets share them.
"use strict";

scenario("io() connects to the page's own server", async (io, url, t) => {
    const socket = io();
    t.equal([socket.connected, socket.disconnected, socket.active, socket.id], [false, true, true, undefined]);
    await t.connected(socket);
    t.equal([socket.connected, socket.disconnected, socket.active, socket.nsp], [true, false, true, "/"]);
    t.check(/^[\w-]{10,}$/.test(socket.id), `an id, not ${socket.id}`);
    t.equal(await t.ask(socket, "echo", "here"), "here");
});

scenario("io(url) connects to that server", async (io, url, t) => {
    const socket = await t.connected(io(t.other));
    t.equal(socket.io.uri.replace(/\/$/, ""), t.other, "the manager's address");
    t.equal((await t.requests()).at(-1).headers.host, new URL(t.other).host, "the host that was asked");
});

scenario("addresses may lack a scheme, or have that of WebSockets", async (io, url, t) => {
    const { host } = location;
    for (const address of [host, `//${host}`, `http://${host}`, `ws://${host}`]) {
        const socket = io(address, { forceNew: true });
        t.equal(await t.within(socket.emitWithAck("echo", address), `the answer from ${address}`), address);
        t.equal(socket.nsp, "/", `the namespace of ${address}`);
        socket.close();
    }
});

scenario("a path is a namespace of the page's server", async (io, url, t) => {
    const socket = await t.connected(io("/dyn-1"));
    t.equal(socket.nsp, "/dyn-1");
    t.equal((await t.requests()).at(-1).headers.host, location.host);
});

scenario("an address may hold namespace, query and fragment", async (io, url, t) => {
    const socket = io(`${url}/dyn-2?colour=blue#part`);
    t.equal(socket.nsp, "/dyn-2");
    t.equal((await t.ask(socket, "handshake")).query.colour, "blue");
});

scenario("what io offers", async (io, url, t) => {
    t.check(io.io === io && io.connect === io, "io.io and io.connect are io");
    const socket = io();
    t.check(socket instanceof io.Socket, "a socket is an io.Socket");
    t.check(socket.io instanceof io.Manager, "its manager is an io.Manager");
});

scenario("namespaces of one server share a manager and a connection", async (io, url, t) => {
    const first = io(url), second = io(`${url}/dyn-1`), third = io(`${url}/dyn-2?not=told`);
    await Promise.all([first, second, third].map((each) => t.upgraded(each)));
    t.check(first.io === second.io && second.io === third.io, "one manager for three sockets");
    t.equal(new Set([first.id, second.id, third.id]).size, 3, "the number of ids");
    t.equal((await t.requests()).filter(({ query }) => !query.sid).length, 1, "the number of handshakes");
    t.equal((await t.ask(third, "handshake")).query.not, undefined, "the later query");
});

scenario("the same namespace twice takes two managers", async (io, url, t) => {
    const first = io("/dyn-1"), second = io("/dyn-1");
    await Promise.all([first, second].map((each) => t.connected(each)));
    t.check(first.io !== second.io && first.id !== second.id, "two connections");
});

scenario("forceNew and multiplex: false take a manager of their own", async (io, url, t) => {
    const shared = io("/"), forced = io("/dyn-1", { forceNew: true }), alone = io("/dyn-2", { multiplex: false });
    t.equal(new Set([shared.io, forced.io, alone.io]).size, 3, "the number of managers");
    t.check(io("/dyn-3").io === shared.io, "those that come later share the first");
    await Promise.all([shared, forced, alone].map((each) => t.connected(each)));
});

scenario("other ports, hosts and paths are other servers", async (io, url, t) => {
    const managers = [io(url), io(t.other), io(url, { path: "/quick" })].map((each) => each.io);
    t.equal(new Set(managers).size, 3, "the number of managers");
});

scenario("a closed socket's namespace is not taken up again by io", async (io, url, t) => {
    const first = await t.connected(io("/dyn-1"));
    first.close();
    const second = await t.connected(io("/dyn-1"));
    t.check(first !== second && first.io !== second.io, "another socket of another manager");
});

scenario("a manager makes one socket for each namespace", async (io, url, t) => {
    const manager = new io.Manager(url);
    const root = manager.socket("/"), again = manager.socket("/"), other = manager.socket("/dyn-1");
    t.check(root === again && root !== other, "the same socket for the same name");
    await Promise.all([root, other].map((each) => t.connected(each)));
    t.check(root.io === manager && other.io === manager, "both sockets are the manager's");
});

scenario("a manager may be given host and port instead of an address", async (io, url, t) => {
    const manager = new io.Manager({ hostname: location.hostname, port: location.port, secure: false });
    t.equal(await t.ask(manager.socket("/"), "echo", 1), 1);
});

scenario("a manager opens when it is told to", async (io, url, t) => {
    const manager = new io.Manager(url, { autoConnect: false });
    t.equal((await t.requests()).length, 0, "the number of requests");
    const error = await t.within(new Promise((resolve) => t.equal(manager.open(resolve) === manager, true)), "open");
    t.equal(error, undefined);
    t.equal(await t.ask(manager.socket("/").connect(), "echo", 1), 1);
});

scenario("a manager that cannot open tells who opened it, and does not try again", async (io, url, t) => {
    await t.net.refuse();
    const manager = new io.Manager(url, { autoConnect: false, ...t.quick });
    const attempts = t.record(manager, "reconnect_attempt");
    const error = await t.within(new Promise((resolve) => manager.open(resolve)), "open");
    t.equal(error.message, "xhr poll error");
    await t.within(new Promise((resolve) => manager.open(resolve)), "the second attempt");
    t.equal(attempts.length, 0, "the number of attempts of its own");
});

scenario("with autoConnect: false nothing happens before connect()", async (io, url, t) => {
    const socket = io({ autoConnect: false });
    t.equal([socket.active, socket.connected, (await t.requests()).length], [false, false, 0]);
    t.check(socket.connect() === socket, "connect() returns the socket");
    t.equal(socket.active, true);
    await t.connected(socket);
    t.check(socket.open() === socket && socket.connect() === socket, "connecting once more does nothing");
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("a socket that was closed connects again when it is told to", async (io, url, t) => {
    const socket = await t.connected(io());
    const { id } = socket;
    t.check(socket.close() === socket, "close() returns the socket");
    t.equal([socket.connected, socket.active, socket.id], [false, false, undefined]);
    await t.connected(socket.connect());
    t.check(socket.id && socket.id !== id, "another id");
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("a socket that is closed before it is connected says nothing and never connects", async (io, url, t) => {
    const socket = io(), other = io("/dyn-1", { forceNew: true });
    const heard = t.record(socket, "connect", "disconnect", "connect_error");
    socket.disconnect();
    t.equal(socket.active, false);
    await t.connected(other);
    await t.ask(other, "echo", 1);
    t.equal(heard, []);
});

scenario("a manager's options are methods", async (io, url, t) => {
    const { io: manager } = io({ autoConnect: false });
    const names = ["reconnection", "reconnectionAttempts", "reconnectionDelay", "reconnectionDelayMax",
        "randomizationFactor", "timeout"];
    t.equal(names.map((name) => manager[name]()), [true, Infinity, 1000, 5000, 0.5, 20000], "the defaults");
    for (const name of names) t.check(manager[name](1) === manager, `${name}(1) returns the manager`);
    t.equal(names.map((name) => Number(manager[name]())), [1, 1, 1, 1, 1, 1], "what was set");
    const { io: other } = io({ autoConnect: false, forceNew: true, reconnectionDelay: 7, timeout: false });
    t.equal([other.reconnectionDelay(), other.timeout()], [7, false], "what was given");
});
