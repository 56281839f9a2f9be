// Bytes: every kind that a browser has goes out, and comes back as an ArrayBuffer.
"use strict";

const bytesOf = (...bytes) => new Uint8Array(bytes).buffer;

scenario("an ArrayBuffer comes back", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    t.equal(await t.ask(socket, "echo", bytesOf(0, 1, 254, 255)), bytesOf(0, 1, 254, 255));
    t.equal(await t.ask(socket, "echo", bytesOf()), bytesOf(), "an empty one");
});

scenario("views of every kind are sent as their own bytes", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const { buffer } = new Uint8Array([9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6]);
    const kinds = [Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Float32Array, Float64Array, BigInt64Array];
    for (const Kind of kinds) {
        t.equal(await t.ask(socket, "echo", new Kind(buffer, 8, 1)), buffer.slice(8, 8 + Kind.BYTES_PER_ELEMENT));
    }
    t.equal(await t.ask(socket, "echo", new DataView(buffer, 1, 3)), bytesOf(1, 2, 3), "a DataView");
});

scenario("a Blob and a File are sent as their bytes", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const text = (buffer) => new TextDecoder().decode(buffer);
    t.equal(text(await t.ask(socket, "echo", new Blob(["of a ", "blob"]))), "of a blob");
    t.equal(text(await t.ask(socket, "echo", new File(["of a file"], "name.txt"))), "of a file");
});

scenario("bytes deep inside other values", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const value = (first, second) => ({ list: [1, first, { deep: second }], text: "and text", none: null });
    const back = await t.ask(socket, "echo", value(new Uint8Array([1, 2]), new Blob(["\u0003"])));
    t.equal(back, value(bytesOf(1, 2), bytesOf(3)));
});

scenario("the server sends bytes by itself, and in answers", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const heard = t.next(socket, "bin");
    socket.emit("bin", { bytes: bytesOf(5, 6) });
    t.equal(await heard, [{ bytes: bytesOf(5, 6) }]);
    const answers = await t.within(new Promise((resolve) => socket.emit("multi", (...all) => resolve(all))), "it");
    t.equal(answers, [1, "two", bytesOf(3)]);
});

scenario("the client answers with bytes", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    socket.on("question", (number, answer) => answer(bytesOf(number)));
    t.equal([].concat(await t.ask(socket, "ask"))[0], bytesOf(20));
});

scenario("bytes and text keep their order", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const heard = t.record(socket, "message");
    for (let each = 0; each < 30; each += 3) {
        socket.send(each);
        socket.send(bytesOf(each + 1));
        socket.send([bytesOf(each), bytesOf(each + 2)]);
    }
    await t.until(() => heard.length === 30, "thirty events");
    const number = ([value]) => typeof value === "number" ? value : new Uint8Array(value.at?.(-1) ?? value)[0];
    t.equal(heard.map(number), Array.from({ length: 30 }, (_, each) => each));
});

scenario("many bytes", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports });
    const sent = new Uint8Array(400_000).map((_, at) => at * 7);
    const back = new Uint8Array(await t.ask(socket, "echo", sent));
    t.check(back.length === sent.length && back.every((byte, at) => byte === sent[at]), "the same bytes");
});

scenario("bytes in a namespace", async (io, url, t) => {
    const socket = io("/dyn-1");
    t.equal(await t.ask(socket, "echo", bytesOf(1)), bytesOf(1));
});

scenario("bytes that were said offline arrive", "each-transport", async (io, url, t) => {
    const socket = io({ autoConnect: false, transports: t.transports });
    const answer = new Promise((resolve) => socket.emit("echo", { bytes: bytesOf(1, 2) }, resolve));
    socket.connect();
    t.equal(await t.within(answer, "the answer"), { bytes: bytesOf(1, 2) });
});

scenario("binaryType blob gives Blobs", "each-transport", async (io, url, t) => {
    const socket = io({ transports: t.transports, autoConnect: false });
    socket.connect();
    socket.io.engine.binaryType = "blob";
    const back = await t.ask(socket, "echo", bytesOf(65, 66));
    t.check(back instanceof Blob, `a Blob, not ${show(back)}`);
    t.equal(await back.text(), "AB");
});
