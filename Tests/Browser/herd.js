// herd.js: many clients lose their server in one instant. The client's own code runs, in a time that this script turns and
// over WebSockets that go nowhere: they are refused at once while the server is away, and opened while it is there.
"use strict";

/** Timers by the millisecond in which they are due. */
class Clock {
    now = 0;
    #due = new Map();

    set(fn, ms = 0, ...args) {
        const at = this.now + Math.max(1, Math.ceil(ms));
        const timer = { at, fn: () => fn(...args) };
        if (!this.#due.has(at)) this.#due.set(at, new Set());
        this.#due.get(at).add(timer);
        return timer;
    }

    clear(timer) {
        this.#due.get(timer?.at)?.delete(timer);
    }

    async runUntil(end) {
        while (this.now < end) {
            this.now++;
            for (const timer of this.#due.get(this.now) ?? []) {
                timer.fn();
                // What the client leaves for the next microtask, and what that leaves.
                for (let turn = 0; turn < 4; turn++) await null;
            }
            this.#due.delete(this.now);
        }
    }
}

/** Numbers that look like chance and are the same in every run. */
function chance(seed) {
    return () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** When each attempt came and when each client was back, in ms after the loss; `outage` in ms. */
async function playHerd({ source, clients, outage }) {
    const clock = new Clock();
    const start = 1_000;
    const open = new Set(), attempts = [], back = [];
    let isUp = true;
    window.setTimeout = (...args) => clock.set(...args);
    window.clearTimeout = (timer) => clock.clear(timer);
    Date.now = () => clock.now;
    Math.random = chance(clients);
    window.WebSocket = class {
        constructor() {
            if (clock.now > start) attempts.push(clock.now - start);
            clock.set(() => (isUp ? this.#greet() : this.#end()));
        }
        #greet() {
            open.add(this);
            this.onopen?.();
            const handshake = { sid: "x", upgrades: [], pingInterval: 600_000, pingTimeout: 600_000, maxPayload: 1e6 };
            this.onmessage?.({ data: "0" + JSON.stringify(handshake) });
        }
        send(data) {
            if (data === "40") clock.set(() => this.onmessage?.({ data: '40{"sid":"y"}' }));
        }
        lose() {
            this.onclose?.({ code: 1006 });
        }
        #end() {
            this.onerror?.(new Event("error"));
            this.onclose?.({ code: 1006 });
        }
        close() {}
    };
    (0, eval)(source);
    const options = { transports: ["websocket"], forceNew: true };
    const sockets = Array.from({ length: clients }, () => window.io("http://127.0.0.1:1", options));
    await clock.runUntil(start);
    const before = sockets.filter((socket) => socket.connected).length;
    isUp = false;
    for (const socket of sockets) socket.once("disconnect", () => {
        socket.once("connect", () => back.push(clock.now - start));
    });
    for (const each of open) each.lose();
    await clock.runUntil(start + outage);
    isUp = true;
    await clock.runUntil(start + outage + 15_000);
    return { before, attempts, back };
}
