// harness.js: what the scenarios of this folder stand on. Each scenario is a function of (io, url, t): the client, freshly
// loaded, the address of the server, and the words below. It makes its own assertions, which hold for every client and
// every server; what our client does better is said with `t.improvement` and listed in improvements.js.
"use strict";

const scenarios = new Map();

/** Declares a scenario. Tags between name and function name what it needs, or "each-transport" to run it thrice. */
function scenario(name, ...rest) {
    if (scenarios.has(name)) throw new Error(`two scenarios are called "${name}"`);
    scenarios.set(name, rest.at(-1));
}

/** A value as text in which equal values are equal, and which a person can read. */
function show(value) {
    if (value instanceof Error) return `Error(${value.message})`;
    if (value instanceof ArrayBuffer) return `bytes(${new Uint8Array(value)})`;
    if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${new Uint8Array(value.buffer)})`;
    if (Array.isArray(value)) return `[${Array.from(value, show).join(", ")}]`;
    if (value === null || typeof value !== "object") return typeof value === "string" ? JSON.stringify(value) : String(value);
    return `{${Object.keys(value).sort().map((key) => `${key}: ${show(value[key])}`).join(", ")}}`;
}

/** The words of the scenarios. */
class Talk {
    /** Options of a client that comes back quickly. */
    quick = { reconnectionDelay: 20, reconnectionDelayMax: 50 };
    faults = [];

    constructor(plan) {
        Object.assign(this, plan);
        addEventListener("error", ({ error, message }) => this.faults.push(error ?? message));
        addEventListener("unhandledrejection", ({ reason }) => this.faults.push(reason));
    }

    /** The network and the server, by the commands of network.py: `await t.net.cut()`. */
    net = new Proxy({}, {
        get: (_, command) => async () => (await fetch(`${this.controls}/${command}`, { method: "POST" })).json(),
    });

    /** The client, loaded once more: after a change of what it finds in the window. */
    fresh() {
        delete window.io;
        (0, eval)(window.clientSource);
        return window.io;
    }

    equal(actual, expected, what = "it") {
        if (show(actual) !== show(expected)) throw new Error(`${what} should be ${show(expected)}, is ${show(actual)}`);
    }

    check(condition, what) {
        if (!condition) throw new Error(what);
    }

    /** What our client does otherwise on purpose: the expectation for the client that is tried. */
    improvement(id, official, ours) {
        if (!(id in improvements)) throw new Error(`"${id}" is no listed improvement`);
        if (show(official) === show(ours)) throw new Error(`"${id}" is no difference`);
        return this.client === "official" ? official : ours;
    }

    /** The promise's value, if it comes in time. */
    within(promise, what, patience = this.patience) {
        let timer;
        const late = new Promise((_, reject) => {
            timer = nativeTimeout(() => reject(new Error(`waited ${patience} ms in vain for ${what}`)), patience);
        });
        return Promise.race([promise, late]).finally(() => clearTimeout(timer));
    }

    /** The arguments of the next `event`. */
    next(emitter, event) {
        return this.within(new Promise((resolve) => emitter.once(event, (...args) => resolve(args))), `"${event}"`);
    }

    /** The first true value of `condition`, which may be asynchronous. */
    async until(condition, what = condition.toString()) {
        const end = realNow() + this.patience;
        for (;;) {
            const value = await condition();
            if (value) return value;
            if (realNow() > end) throw new Error(`waited ${this.patience} ms in vain for ${what}`);
            await new Promise((resolve) => nativeTimeout(resolve, 5));
        }
    }

    /** Every `event` from now on, in a list that grows; with several events, each with its name before it. */
    record(emitter, ...events) {
        const heard = [];
        for (const event of events) {
            emitter.on(event, (...args) => heard.push(events.length > 1 ? [event, ...args] : args));
        }
        return heard;
    }

    /** The next connection of this socket, or the one that it has. */
    async connected(socket) {
        if (!socket.connected) await this.next(socket, "connect");
        return socket;
    }

    /** The socket once it speaks by WebSocket. */
    async upgraded(socket) {
        await this.connected(socket);
        await this.until(() => socket.io.engine.transport.name === "websocket", "the upgrade");
        return socket;
    }

    /** The socket once it is connected and no upgrade is to be expected or under way. */
    ready(socket) {
        const names = socket.io.opts.transports?.map((each) => each.prototype?.name ?? each) ?? [];
        return names.join() === "polling" ? this.connected(socket) : this.upgraded(socket);
    }

    /** An answer, and not for ever. */
    ask(socket, ...args) {
        return this.within(socket.emitWithAck(...args), `the answer to "${args[0]}"`);
    }

    /** The requests for this path that have reached the network, with parsed queries. */
    async requests(path = "/socket.io") {
        const all = (await this.net.requests()).filter(({ target }) => target.startsWith(path));
        return all.map((each) => ({
            ...each, query: Object.fromEntries(new URL(each.target, location.href).searchParams),
        }));
    }
}

// Scenarios replace the window's own.
const nativeTimeout = setTimeout.bind(window);
const realNow = Date.now.bind(Date);

/** Runs one scenario and says how it went. */
async function runScenario(name, plan) {
    const t = new Talk(plan);
    try {
        await scenarios.get(name)(t.fresh(), location.origin, t);
        if (t.faults.length) throw t.faults[0];
        return {};
    } catch (error) {
        return { failed: `${error?.stack ?? error}` };
    }
}
