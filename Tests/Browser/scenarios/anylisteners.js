// The listeners for any event, of those that come and of those that go.
"use strict";

const backFrom = async (t, socket, ...args) => {
    const back = t.next(socket, "message");
    socket.emit("message", ...args);
    return back;
};

scenario("onAny hears every event, before its own listeners", async (io, url, t) => {
    const socket = await t.connected(io());
    const heard = [];
    socket.on("message", (...args) => heard.push(["message", ...args]));
    t.check(socket.onAny((...args) => heard.push(["any", ...args])) === socket, "onAny returns the socket");
    await backFrom(t, socket, 1, 2);
    socket.io.engine.emit("data", '2["unheard of",3]');
    await t.until(() => heard.length === 3, "three calls");
    t.equal(heard, [["any", "message", 1, 2], ["message", 1, 2], ["any", "unheard of", 3]]);
});

scenario("prependAny comes first", async (io, url, t) => {
    const socket = await t.connected(io());
    const heard = [];
    socket.onAny(() => heard.push("second")).onAny(() => heard.push("third")).prependAny(() => heard.push("first"));
    await backFrom(t, socket);
    t.equal(heard, ["first", "second", "third"]);
});

scenario("offAny takes one away, or all", async (io, url, t) => {
    const socket = await t.connected(io());
    const heard = [];
    const one = () => heard.push("one"), two = () => heard.push("two");
    socket.onAny(one).onAny(two);
    t.equal(socket.listenersAny().length, 2);
    socket.offAny(one);
    await backFrom(t, socket);
    t.check(socket.listenersAny()[0] === two && socket.offAny() === socket, "the other is left");
    await backFrom(t, socket);
    t.equal([heard, socket.listenersAny()], [["two"], []]);
});

scenario("onAny does not hear what is not an event of the server", async (io, url, t) => {
    const socket = io();
    const heard = t.record(socket, "connect", "disconnect");
    const any = [];
    socket.onAny((...args) => any.push(args));
    await t.ask(socket, "echo", 1);
    socket.close();
    t.equal([heard.length, any], [2, []]);
});

scenario("onAny is given the function that answers", async (io, url, t) => {
    const socket = await t.connected(io());
    socket.onAny((event, number, answer) => answer(number * 2));
    t.equal([].concat(await t.ask(socket, "ask"))[0], 40);
});

scenario("onAnyOutgoing hears what is sent", async (io, url, t) => {
    const socket = await t.connected(io());
    const heard = [];
    t.check(socket.onAnyOutgoing((...args) => heard.push(args)) === socket, "onAnyOutgoing returns the socket");
    await t.ask(socket, "echo", 1, { two: 2 });
    socket.volatile.emit("note", "any", 3);
    t.equal(heard, [["echo", 1, { two: 2 }], ["note", "any", 3]]);
});

scenario("prependAnyOutgoing, offAnyOutgoing and listenersAnyOutgoing", async (io, url, t) => {
    const socket = await t.connected(io());
    const heard = [];
    const one = (event) => heard.push(`one ${event}`), two = (event) => heard.push(`two ${event}`);
    socket.onAnyOutgoing(two).prependAnyOutgoing(one);
    socket.emit("a");
    t.check(socket.listenersAnyOutgoing()[0] === one, "the first one first");
    socket.offAnyOutgoing(one);
    socket.emit("b");
    t.check(socket.offAnyOutgoing() === socket, "offAnyOutgoing returns the socket");
    socket.emit("c");
    t.equal([heard, socket.listenersAnyOutgoing()], [["one a", "two a", "two b"], []]);
});

scenario("onAnyOutgoing hears what waited when it is sent, and no answers", async (io, url, t) => {
    const socket = io({ autoConnect: false });
    const heard = [];
    socket.onAnyOutgoing((...args) => heard.push(args));
    socket.on("question", (number, answer) => answer(number));
    socket.emit("note", "any", "waits");
    t.equal(heard, []);
    socket.connect();
    await t.ask(socket, "ask");
    t.equal(heard, [["ask"], ["note", "any", "waits"]].reverse());
});
