// Namespaces and who may join them: several sockets on one connection, each with its own say and its own end.
"use strict";

scenario("auth is told to the server", "each-transport", async (io, url, t) => {
    const socket = io("/admin", { auth: { token: "secret", more: [1] }, transports: t.transports });
    t.equal((await t.ask(socket, "whoami")).auth, { token: "secret", more: [1] });
});

scenario("auth as a function is asked at each connection", async (io, url, t) => {
    let turn = 0;
    const socket = io({ auth: (tell) => tell({ turn: ++turn }), ...t.quick });
    t.equal((await t.ask(socket, "whoami")).auth, { turn: 1 });
    await t.ready(socket.disconnect().connect());
    t.equal((await t.ask(socket, "whoami")).auth, { turn: 2 });
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    t.equal((await t.ask(socket, "whoami")).auth, { turn: 3 });
});

scenario("auth as a function may take its time", async (io, url, t) => {
    let tell;
    const socket = io({ auth: (given) => { tell = given; } });
    await t.until(() => tell, "to be asked");
    t.equal(socket.connected, false);
    tell({ late: true });
    t.equal((await t.ask(socket, "whoami")).auth, { late: true });
});

scenario("auth may be changed between connections", async (io, url, t) => {
    const socket = io({ auth: { turn: 1 }, ...t.quick });
    await t.connected(socket);
    socket.auth.turn = 2;
    await t.ready(socket.disconnect().connect());
    t.equal((await t.ask(socket, "whoami")).auth, { turn: 2 });
    socket.auth = { another: true };
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    t.equal((await t.ask(socket, "whoami")).auth, { another: true });
});

scenario("a refusal says why, and is final", async (io, url, t) => {
    for (const [nsp, auth, message, data] of [
        ["/", { deny: true }, "denied", { code: 42 }],
        ["/admin", { token: "wrong" }, "not authorized", undefined],
        ["/nowhere", {}, "Invalid namespace", undefined],
    ]) {
        const socket = io(nsp, { auth, forceNew: true, ...t.quick });
        const attempts = t.record(socket.io, "reconnect_attempt");
        const [error] = await t.next(socket, "connect_error");
        t.check(error instanceof Error, `an Error for ${nsp}`);
        t.equal([error.message, error.data], [message, data]);
        t.equal([socket.active, socket.connected, socket.id, attempts], [false, false, undefined, []]);
    }
});

scenario("who was refused may ask again", async (io, url, t) => {
    const socket = io("/admin", { auth: { token: "wrong" } });
    await t.next(socket, "connect_error");
    socket.auth.token = "secret";
    t.equal(await t.ask(socket.connect(), "echo", 1), 1);
});

scenario("who is refused may ask again at once, in the listener", async (io, url, t) => {
    const socket = io("/admin", { auth: { token: "wrong" } });
    socket.on("connect_error", () => {
        socket.auth.token = "secret";
        socket.connect();
    });
    t.equal(await t.ask(socket, "echo", 1), 1);
});

scenario("a refusal is for one namespace only", async (io, url, t) => {
    const root = await t.connected(io("/"));
    const admin = io("/admin", { auth: { token: "wrong" } });
    await t.next(admin, "connect_error");
    t.check(admin.io === root.io, "one connection for both");
    t.equal([await t.ask(root, "echo", 1), root.connected], [1, true]);
});

scenario("namespaces do not hear each other", "each-transport", async (io, url, t) => {
    const opts = { transports: t.transports };
    const first = io("/dyn-1", opts), second = io("/dyn-2", opts);
    await Promise.all([first, second].map((each) => t.connected(each)));
    const heard = [t.record(first, "said"), t.record(second, "said")];
    await t.ask(first, "say-all", "in the first");
    await t.ask(second, "say-all", "in the second");
    await t.until(() => heard.every((each) => each.length), "both");
    t.equal(heard, [[["*", "in the first"]], [["*", "in the second"]]]);
});

scenario("a namespace may end alone", async (io, url, t) => {
    const root = await t.connected(io("/")), other = await t.connected(io("/dyn-1"));
    const gone = t.record(root, "disconnect");
    other.disconnect();
    await t.until(async () => !await t.ask(root, "present", "nobody"), "an answer");
    t.equal([root.connected, other.connected, gone], [true, false, []]);
    t.equal(await t.ask(other.connect(), "echo", 1), 1);
    t.check(other.io === root.io, "still one connection");
});

scenario("the server may end one namespace", async (io, url, t) => {
    const root = await t.connected(io("/")), other = await t.connected(io("/dyn-1", t.quick));
    const gone = t.next(other, "disconnect");
    other.emit("kick-ns");
    t.equal((await gone)[0], "io server disconnect");
    t.equal([other.active, other.connected, other.id, root.connected], [false, false, undefined, true]);
    t.equal(await t.ask(other.connect(), "echo", 1), 1);
});

scenario("the connection ends with its last socket", async (io, url, t) => {
    const root = await t.connected(io("/")), other = await t.connected(io("/dyn-1"));
    const closed = t.record(root.io, "close");
    const { engine } = root.io;
    root.close();
    t.equal([closed.length, engine.readyState], [0, "open"]);
    other.close();
    await t.until(() => engine.readyState === "closed", "the end of the connection");
    t.equal(closed[0][0], "forced close");
});

scenario("after a reconnection all namespaces are back", async (io, url, t) => {
    const sockets = ["/", "/dyn-1", "/dyn-2"].map((nsp) => io(nsp, t.quick));
    await Promise.all(sockets.map((each) => t.ready(each)));
    const ids = sockets.map(({ id }) => id);
    const gone = Promise.all(sockets.map((each) => t.next(each, "disconnect")));
    await t.net.cut();
    await gone;
    await Promise.all(sockets.map((each) => t.connected(each)));
    t.check(sockets.every(({ id }, at) => id && id !== ids[at]), "all ids are new");
    for (const each of sockets) t.equal(await t.ask(each, "echo", each.nsp), each.nsp);
});

scenario("namespaces that come into being when they are asked for", async (io, url, t) => {
    const first = io("/dyn-101"), again = io("/dyn-101", { forceNew: true });
    await Promise.all([first, again].map((each) => t.connected(each)));
    const heard = t.next(again, "said");
    first.emit("say-all", "hello");
    t.equal(await heard, ["*", "hello"]);
    const wrong = io("/dyn-x");
    t.equal((await t.next(wrong, "connect_error"))[0].message, "Invalid namespace");
});

scenario("rooms, as a client sees them", async (io, url, t) => {
    const [one, two, three] = [1, 2, 3].map(() => io({ forceNew: true }));
    await Promise.all([one, two, three].map((each) => t.connected(each)));
    t.equal(await t.ask(one, "join", "red"), ["red"]);
    await t.ask(two, "join", "red");
    const heard = [one, two, three].map((each) => t.record(each, "said"));
    await t.ask(one, "say", "red", "to the others in it");
    await t.ask(three, "say", "red", "from outside");
    await t.until(() => heard[1].length === 2, "both");
    t.equal(heard.map((each) => each.map(([, text]) => text)),
        [["from outside"], ["to the others in it", "from outside"], []]);
    t.equal(await t.ask(one, "leave", "red"), []);
});
