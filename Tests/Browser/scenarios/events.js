// Events and acknowledgements: what is said arrives as it was, in its order, and is answered once.
"use strict";

const values = [0, -1.5, 1e21, true, false, null, "", "grüße 🎉 \u0000\u2028\"\\", [1, [2, []]], { deep: { er: [{}] } }];

scenario("values of every kind come back as they were", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    for (const value of values) t.equal(await t.ask(socket, "echo", value), value);
    t.equal(await t.ask(socket, "echo", undefined), null, "undefined, which JSON does not know");
    t.equal(await t.ask(socket, "echo", new Date(0)), "1970-01-01T00:00:00.000Z", "a date");
    t.equal(await t.ask(socket, "echo", { a: undefined, b: NaN }), { b: null }, "an object with what JSON lacks");
});

scenario("an event has as many arguments as were given", async (io, url, t) => {
    const socket = io();
    const back = t.next(socket, "message");
    socket.emit("message", 1, "two", { three: 3 });
    t.equal(await back, [1, "two", { three: 3 }]);
    const none = t.next(socket, "message");
    socket.emit("message");
    t.equal(await none, []);
});

scenario("send is an event called message", async (io, url, t) => {
    const socket = io();
    const back = t.next(socket, "message");
    t.check(socket.send("hello", 2) === socket, "send returns the socket");
    t.equal(await back, ["hello", 2]);
});

scenario("a function at the end is called with the answers", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const answers = await t.within(new Promise((resolve) => {
        socket.emit("echo", 1, "two", (...all) => resolve(all));
    }), "the answers");
    t.equal(answers, [1, "two"]);
});

scenario("emitWithAck promises the first answer", async (io, url, t) => {
    const socket = io();
    t.equal(await t.ask(socket, "echo", "first", "second"), "first");
    t.equal(await t.ask(socket, "note", "nothing", null), 1, "an answer from another event");
});

scenario("every answer reaches its question", async (io, url, t) => {
    const socket = io();
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    t.equal(await Promise.all(numbers.map((number) => t.ask(socket, "echo", number))), numbers);
});

scenario("the server asks and the client answers", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    socket.on("question", (number, answer) => answer(number + 1, { and: "more" }));
    const answers = await t.within(new Promise((resolve) => socket.emit("ask", (...all) => resolve(all))), "it");
    t.equal(answers.flat(), [21, { and: "more" }]);
});

scenario("only the first answer to a question counts", async (io, url, t) => {
    const socket = await t.upgraded(io());
    const sent = t.record(socket.io.engine, "packetCreate");
    socket.on("question", (number, answer) => {
        answer("first");
        answer("second");
    });
    t.check([].concat(await t.ask(socket, "ask"))[0] === "first", "the first answer counts");
    const answers = sent.map(([{ data }]) => data).filter((data) => /^3/.test(data));
    t.equal([answers.length, /^3\d+\["first"\]$/.test(answers[0])], [1, true], `how often, and what, of ${answers}`);
});

scenario("with a timeout the answer comes after an error", async (io, url, t) => {
    const socket = io();
    const result = await t.within(new Promise((resolve) => {
        socket.timeout(5_000).emit("echo", 1, 2, (...all) => resolve(all));
    }), "the answer");
    t.equal(result, [null, 1, 2]);
    t.equal(await t.within(socket.timeout(5_000).emitWithAck("echo", "promised"), "the promise"), "promised");
});

scenario("without an answer in time there is an error", async (io, url, t) => {
    const socket = await t.connected(io());
    const result = await t.within(new Promise((resolve) => {
        socket.timeout(40).emit("nobody listens", (...all) => resolve(all));
    }), "the error");
    t.equal(result, [new Error("operation has timed out")]);
    const error = await t.within(socket.timeout(40).emitWithAck("nobody listens").catch((error) => error), "it");
    t.equal(error, new Error("operation has timed out"));
    t.check(error instanceof Error, "a real error");
});

scenario("an answer that comes too late is ignored", async (io, url, t) => {
    const socket = await t.upgraded(io());
    const calls = [];
    await t.net.mute();
    const late = new Promise((resolve) => socket.timeout(40).emit("echo", 1, (...all) => resolve(calls.push(all))));
    await t.within(late, "the error");
    await t.net.release();
    t.equal(await t.ask(socket, "echo", 2), 2);
    t.equal(calls, [[new Error("operation has timed out")]]);
});

scenario("a timeout is for one event only", async (io, url, t) => {
    const socket = await t.connected(io());
    socket.timeout(5_000).emit("echo", 1);
    const answer = await t.within(new Promise((resolve) => socket.emit("echo", 2, (...all) => resolve(all))), "it");
    t.equal(answer, [2]);
});

scenario("ackTimeout is for every event", async (io, url, t) => {
    const result = async (ackTimeout, ...args) => {
        const socket = await t.connected(io({ ackTimeout, forceNew: true }));
        return t.within(new Promise((resolve) => socket.emit(...args, (...all) => resolve(all))), "it");
    };
    t.equal(await result(60, "nobody listens"), [new Error("operation has timed out")]);
    t.equal(await result(5_000, "echo", 1), [null, 1]);
});

scenario("a lost connection fails the answers that have a timeout", async (io, url, t) => {
    const socket = await t.connected(io({ transports: ["websocket"], ...t.quick }));
    const heard = [];
    socket.timeout(60_000).emit("nobody listens", (error) => heard.push(["timeout", error]));
    socket.emitWithAck("nobody listens").catch((error) => heard.push(["promise", error]));
    socket.emit("nobody listens", (...all) => heard.push(["plain", all]));
    const gone = t.next(socket, "disconnect");
    await t.net.cut();
    await gone;
    await t.connected(socket);
    const lost = new Error("socket has been disconnected");
    t.equal(heard, [["timeout", lost], ["promise", lost]]);
});

scenario("a farewell fails the answers too", async (io, url, t) => {
    const socket = await t.connected(io());
    const answer = socket.timeout(60_000).emitWithAck("nobody listens").catch((error) => error);
    socket.disconnect();
    t.equal(await t.within(answer, "the error"), new Error("socket has been disconnected"));
});

scenario("emit returns the socket and refuses reserved names", async (io, url, t) => {
    const socket = io({ autoConnect: false });
    t.check(socket.emit("a") === socket && socket.volatile.emit("a") === socket, "emit returns the socket");
    t.check(socket.compress(false) === socket && socket.timeout(1) === socket, "flags return the socket");
    for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]) {
        let error;
        try {
            socket.emit(name);
        } catch (caught) {
            error = caught;
        }
        t.equal(error, new Error(`"${name}" is a reserved event name`));
    }
});

scenario("what the caller gave is not changed", async (io, url, t) => {
    const socket = io();
    const given = { bytes: new Uint8Array([1]), list: [1] };
    await t.ask(socket, "echo", given);
    t.equal(given, { bytes: new Uint8Array([1]), list: [1] });
});

scenario("the order is kept across the upgrade", async (io, url, t) => {
    const socket = io();
    const answers = [];
    const lost = t.record(socket, "disconnect");
    let sent = 0;
    // Some of them leave before the upgrade, some during it, some after.
    const timer = setInterval(() => socket.emit("echo", sent++, (answer) => answers.push(answer)));
    await t.upgraded(socket);
    await t.until(() => answers.length > 30, "thirty answers");
    clearInterval(timer);
    await t.until(() => answers.length === sent, "all answers");
    t.equal(answers, Array.from(answers, (_, at) => at));
    t.equal(lost, []);
});

scenario("many events from the server arrive in their order", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const heard = t.record(socket, "burst");
    socket.emit("burst", 300);
    await t.until(() => heard.length === 300, "300 events");
    t.equal(heard.flat(), Array.from({ length: 300 }, (_, at) => at));
});

scenario("a large text comes back", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const text = "ä€🎉".repeat(40_000);
    t.check(await t.ask(socket, "echo", text) === text, "the same text");
});

scenario("once and off in all their forms", async (io, url, t) => {
    const socket = await t.upgraded(io());
    const heard = [];
    const first = (each) => heard.push(`first ${each}`), second = (each) => heard.push(`second ${each}`);
    const say = async (each) => {
        const back = t.next(socket, "message");
        socket.send(each);
        await back;
    };
    socket.on("message", first).on("message", second).once("message", (each) => heard.push(`once ${each}`));
    await say("a");
    socket.off("message", first);
    await say("b");
    t.check(socket.hasListeners("message"), "somebody listens");
    socket.off("message");
    t.equal([socket.hasListeners("message"), socket.listeners("message").length], [false, 0]);
    await say("c");
    const never = () => heard.push("never");
    socket.once("message", never);
    socket.off("message", never);
    socket.on("message", never).off();
    await say("d");
    t.equal(heard, ["first a", "second a", "once a", "second b"]);
});

scenario("the other names of on and off", async (io, url, t) => {
    const socket = await t.connected(io());
    const heard = [];
    const note = (each) => heard.push(each);
    socket.addEventListener("message", note);
    let back = t.next(socket, "message");
    socket.send(1);
    await back;
    socket.removeListener("message", note).addEventListener("message", note).removeEventListener("message", note)
        .on("message", note).removeAllListeners("message");
    back = t.next(socket, "message");
    socket.send(2);
    await back;
    t.equal(heard, [1]);
});

scenario("a listener may take itself and others away", async (io, url, t) => {
    const socket = await t.connected(io());
    const heard = [];
    const self = () => {
        heard.push("self");
        socket.off("message", self);
    };
    socket.on("message", self).on("message", () => heard.push("other"));
    for (const each of [1, 2]) {
        const back = t.next(socket, "message");
        socket.send(each);
        await back;
    }
    t.equal(heard, ["self", "other", "other"]);
});

scenario("an event may have a number for its name", async (io, url, t) => {
    const socket = await t.connected(io());
    const heard = t.record(socket, 7);
    socket.on("7", () => heard.push("text"));
    socket.io.engine.emit("data", '2[7,"seven"]');
    await t.until(() => heard.length === 2, "both listeners");
    t.equal(heard, [["seven"], "text"]);
});

scenario("volatile is sent when there is a connection that is free", async (io, url, t) => {
    const socket = await t.upgraded(io());
    await t.ask(socket, "echo", 1);
    await t.until(() => socket.io.engine.transport.writable, "a free transport");
    const answer = new Promise((resolve) => socket.volatile.emit("echo", "now", resolve));
    t.equal(await t.within(answer, "the answer"), "now");
});

scenario("volatile is dropped when the connection is busy", async (io, url, t) => {
    const socket = await t.connected(io({ transports: ["polling"] }));
    await t.ask(socket, "echo", 1);
    await t.until(() => socket.io.engine.transport.writable, "a free transport");
    const answers = [];
    socket.emit("echo", "kept", (each) => answers.push(each));
    socket.volatile.emit("echo", "dropped", (each) => answers.push(each));
    await t.ask(socket, "echo", "last");
    t.equal(answers, ["kept"]);
});

scenario("compress is a wish that the engine is told", async (io, url, t) => {
    const socket = await t.upgraded(io());
    const created = t.record(socket.io.engine, "packetCreate");
    socket.compress(false).emit("echo", 1);
    socket.compress(true).emit("echo", 2);
    socket.emit("echo", 3);
    t.equal(created.map(([{ options }]) => options.compress), [false, true, true]);
});

scenario("a listener that throws harms no other event", async (io, url, t) => {
    const socket = await t.connected(io());
    socket.once("message", () => { throw new Error("a fault of the page"); });
    socket.send("a");
    await t.until(() => t.faults.length === 1, "the fault to be reported");
    t.equal(t.faults.pop().message, "a fault of the page");
    t.equal([await t.ask(socket, "echo", 1), socket.connected], [1, true]);
});
