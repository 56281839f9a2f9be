// socket.io.js: the browser's side of Socket.IO (protocol 5 over Engine.IO 4), as one plain script that defines `io`.
// It takes the place of socket.io-client 4.8 and speaks to any server of these protocols; it has no dependency and is
// served as it is written. From the wire upward: Emitter, transports, Engine (one connection), the packet parser,
// Socket (one namespace), Manager (one server, kept connected), io(). It is not a server and knows no application.
(() => {
"use strict";

// As they were when the script was loaded: pages may replace the global ones. The timers are for `useNativeTimers`.
const nativeTimers = { setTimeout: setTimeout.bind(globalThis), clearTimeout: clearTimeout.bind(globalThis) };
const soon = queueMicrotask.bind(globalThis);

/** Listeners by event name. Lists are replaced, never changed, so that a listener may add and remove others. */
class Emitter {
    #lists = Object.create(null);

    /** Calls `fn` on every `event`. */
    on(event, fn) {
        this.#lists[event] = [...this.listeners(event), fn];
        return this;
    }

    /** Calls `fn` on the next `event` only. */
    once(event, fn) {
        const first = (...args) => {
            this.off(event, first);
            fn.apply(this, args);
        };
        first.fn = fn;
        return this.on(event, first);
    }

    /** Removes one listener, all listeners of an event, or all listeners. */
    off(event, fn) {
        if (event === undefined) this.#lists = Object.create(null);
        else this.#lists[event] = fn && without(this.listeners(event), fn);
        return this;
    }

    /** Calls the listeners of `event` here and now; `Socket` keeps this meaning as `emitReserved`. */
    emit(event, ...args) {
        for (const fn of this.listeners(event)) fn.apply(this, args);
        return this;
    }

    listeners(event) {
        return this.#lists[event] ?? [];
    }

    hasListeners(event) {
        return this.listeners(event).length > 0;
    }
}
Emitter.prototype.emitReserved = Emitter.prototype.emit;
Emitter.prototype.addEventListener = Emitter.prototype.on;
for (const alias of ["removeListener", "removeEventListener", "removeAllListeners"]) {
    Emitter.prototype[alias] = Emitter.prototype.off;
}

/** The list without the first `fn` in it, which `once` may have wrapped. */
function without(list, fn) {
    const at = list.findIndex((each) => each === fn || each.fn === fn);
    return list.filter((_, index) => index !== at);
}

/** An error that says more than its message. */
const fault = (message, details) => Object.assign(new Error(message), details);

/** Subscribes, and returns the function that undoes it. */
function subscribe(emitter, event, fn) {
    emitter.on(event, fn);
    return () => emitter.off(event, fn);
}

// MARK: Engine.IO packets

const engineTypes = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const tooBig = "MessageTooBig";
const separator = String.fromCharCode(30);

const isBinary = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value) || value instanceof Blob;

/** The packet as text, or the binary value itself: a message of bytes is its own frame. */
function encodePacket({ type, data }) {
    return isBinary(data) ? data : engineTypes.indexOf(type) + (data ?? "");
}

/** The packet in what a transport received; a wrong one has the type "error". */
function decodePacket(data, binaryType) {
    const binary = (bytes) => ({ type: "message", data: binaryType === "blob" ? new Blob([bytes]) : bytes });
    if (typeof data !== "string") return binary(data);
    if (data[0] === "b") return binary(Uint8Array.from(atob(data.slice(1)), (each) => each.charCodeAt(0)).buffer);
    const type = engineTypes[data[0]];
    if (!type) return { type: "error", data: "parser error" };
    return data.length > 1 ? { type, data: data.slice(1) } : { type };
}

/** Text for a transport that carries no bytes: "b" and the base64 form. */
async function base64Packet(data) {
    const bytes = new Uint8Array(await new Blob([data]).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return "b" + btoa(text);
}

/** How many bytes a packet takes: text stands behind its type, bytes stand alone, or in base64 behind a "b". */
function packetLength(data = "", inBase64) {
    if (typeof data === "string") return new TextEncoder().encode(data).length + 1;
    const length = data.byteLength ?? data.size;
    return inBase64 ? Math.ceil(length / 3) * 4 + 1 : length;
}

// MARK: Transports

/** What all transports do. A transport of your own extends it with `name`, `doOpen`, `doClose` and `write`. */
class Transport extends Emitter {
    writable = false;

    constructor(opts) {
        super();
        this.opts = opts;
        this.query = opts.query;
        this.socket = opts.socket;
    }

    open() {
        this.readyState = "opening";
        this.doOpen();
        return this;
    }

    close() {
        if (this.readyState === "opening" || this.readyState === "open") {
            this.doClose();
            this.onClose();
        }
        return this;
    }

    send(packets) {
        if (this.readyState === "open") this.write(packets);
    }

    /** Calls back when nothing is under way any more; only a transport that can be upgraded needs it. */
    pause(done) {
        done();
    }

    onOpen() {
        this.readyState = "open";
        this.writable = true;
        this.emit("open");
    }

    onData(data) {
        this.onPacket(decodePacket(data, this.socket?.binaryType));
    }

    onPacket(packet) {
        if (packet.type === "close") this.onClose({ description: "transport closed by the server" });
        else this.emit("packet", packet);
    }

    onDrain() {
        this.writable = true;
        this.emit("drain");
    }

    onClose(details) {
        this.readyState = "closed";
        this.emit("close", details);
    }

    onError(reason, description, context) {
        this.readyState = "closed";
        this.emit("error", fault(reason, { type: "TransportError", description, context }));
    }

    /** The address for this transport, `scheme` being "http" or "ws"; `stamp` makes it one that no cache has seen. */
    uri(scheme, stamp) {
        const { secure, hostname, port, path, timestampParam } = this.opts;
        const query = new URLSearchParams(this.query);
        if (stamp) query.set(timestampParam, Date.now().toString(36) + Math.random().toString(36).slice(2, 7));
        return `${scheme}${secure ? "s" : ""}://${hostname}${port && ":" + port}${path}?${query}`;
    }
}

/** HTTP long polling: one GET waits for packets, a POST carries packets to the server. */
class Polling extends Transport {
    name = "polling";
    #get;
    #polling = false;
    #paused;

    doOpen() {
        this.#poll();
    }

    /** The server answers the open GET when it reads the close packet; the GET is given up in case it does not. */
    doClose() {
        const told = this.readyState === "open" ? this.#request("POST", "1").catch(() => {}) : Promise.resolve();
        told.then(() => this.#get.abort());
    }

    pause(done) {
        this.readyState = "pausing";
        this.#paused = done;
        this.#settle();
    }

    #settle() {
        if (this.#polling || !this.writable || this.readyState !== "pausing") return;
        this.readyState = "paused";
        this.#paused();
    }

    /** Takes up work again after an upgrade that failed half-way. */
    resume() {
        if (this.readyState !== "pausing" && this.readyState !== "paused") return;
        this.readyState = "open";
        if (!this.#polling) this.#poll();
    }

    async write(packets) {
        this.writable = false;
        try {
            const encoded = packets.map(encodePacket).map((each) => (isBinary(each) ? base64Packet(each) : each));
            await this.#request("POST", (await Promise.all(encoded)).join(separator));
        } catch (error) {
            return this.#fail("xhr post error", error);
        }
        this.onDrain();
        this.#settle();
    }

    async #poll() {
        this.#polling = true;
        this.emit("poll");
        let payload;
        try {
            payload = await this.#request("GET");
        } catch (error) {
            return this.#fail("xhr poll error", error);
        }
        this.onData(payload);
    }

    onData(payload) {
        for (const text of payload.split(separator)) {
            if (this.readyState === "closed") return;
            const packet = decodePacket(text, this.socket?.binaryType);
            if (this.readyState === "opening" && packet.type === "open") this.onOpen();
            this.onPacket(packet);
        }
        this.#polling = false;
        this.emit("pollComplete");
        this.#settle();
        if (this.readyState === "open") this.#poll();
    }

    /** The text of the answer; throws what `connect_error` shows as description and context. */
    async #request(method, body) {
        const { extraHeaders, withCredentials, requestTimeout, timestampRequests } = this.opts;
        const headers = { ...(body && { "Content-Type": "text/plain;charset=UTF-8" }), ...extraHeaders };
        const aborter = new AbortController();
        if (!body) this.#get = aborter;
        if (requestTimeout) setTimeout(() => aborter.abort(), requestTimeout);
        const response = await fetch(this.uri("http", timestampRequests !== false), {
            method, headers, body,
            credentials: withCredentials ? "include" : "same-origin",
            cache: "no-store",
            signal: aborter.signal,
        });
        const text = await response.text();
        if (response.ok) return text;
        throw { description: response.status, context: Object.assign(response, { responseText: text }) };
    }

    #fail(reason, { description = 0, context } = {}) {
        if (this.readyState !== "closed") this.onError(reason, description, context);
    }
}

/** One WebSocket. */
class WebSocketTransport extends Transport {
    name = "websocket";

    doOpen() {
        const { protocols, timestampRequests } = this.opts;
        try {
            this.ws = new WebSocket(this.uri("ws", timestampRequests), protocols ?? []);
        } catch (error) {
            return this.onError("websocket error", error);
        }
        this.ws.binaryType = "arraybuffer";
        this.ws.onopen = () => this.onOpen();
        this.ws.onmessage = ({ data }) => this.onData(data);
        this.ws.onclose = (context) => this.onClose({ description: "websocket connection closed", context });
        this.ws.onerror = (event) => this.onError("websocket error", event);
    }

    doClose() {
        this.ws?.close();
    }

    async write(packets) {
        this.writable = false;
        for (const packet of packets) {
            let data = encodePacket(packet);
            if (this.opts.forceBase64 && isBinary(data)) data = await base64Packet(data);
            if (this.readyState !== "open") return;
            this.ws.send(data);
        }
        // Later, so that what is emitted meanwhile goes out together and `volatile` knows a busy transport.
        soon(() => this.onDrain());
    }
}

const transports = { polling: Polling, websocket: WebSocketTransport };

// MARK: Engine

/** One Engine.IO connection: handshake, heartbeat, upgrade, messages in order. It ends once and is not used again. */
class Engine extends Emitter {
    static protocol = 4;
    static priorWebsocketSuccess = false;
    id = null;
    binaryType = "arraybuffer";
    readyState = "closed";
    writeBuffer = [];
    upgrading = false;
    _pingTimeoutTime = Infinity;
    #inFlight = 0;
    #timer;
    #watching = new AbortController();

    constructor(uri, opts = {}) {
        super();
        const defaults = { path: "/engine.io", addTrailingSlash: true, upgrade: true, timestampParam: "t" };
        this.opts = { ...defaults, ...opts, ...addressOf(uri) };
        this.opts.path = this.opts.path.replace(/\/$/, "") + (this.opts.addTrailingSlash ? "/" : "");
        this.opts.query = queryOf(this.opts.query);
        // A transport may be a class of the caller's.
        this._classes = { ...transports };
        this.transports = (opts.transports ?? Object.keys(transports)).map((each) => {
            if (typeof each === "string") return each;
            const name = each.prototype.name ?? new each({}).name;
            this._classes[name] = each;
            return name;
        }).filter((name) => this._classes[name]);
        this.timers = timersFor(opts);
        this.#watchPage();
        this.#open();
    }

    /** Ends the connection when the page goes offline or away or has slept, before the heartbeat's timer would tell. */
    #watchPage() {
        const { signal } = this.#watching;
        const watch = (event, fn) => globalThis.addEventListener?.(event, fn, { signal });
        if (this.opts.hostname !== "localhost") {
            watch("offline", () => this._onClose("transport close", { description: "network connection lost" }));
        }
        for (const event of ["visibilitychange", "focus", "online"]) watch(event, () => this._hasPingExpired());
        if (this.opts.closeOnBeforeunload) watch("beforeunload", () => this.transport?.off().close());
    }

    #open() {
        const remembered = this.opts.rememberUpgrade && Engine.priorWebsocketSuccess;
        const name = remembered && this.transports.includes("websocket") ? "websocket" : this.transports[0];
        this.readyState = "opening";
        if (!name) return void this.timers.setTimeout(() => this.#onError(new Error("No transports available")), 0);
        this.#setTransport(this.#createTransport(name)).open();
    }

    #createTransport(name) {
        const query = { ...this.opts.query, EIO: 4, transport: name, ...(this.id && { sid: this.id }) };
        if (this.opts.forceBase64 && !this.id) query.b64 = 1;
        return new this._classes[name]({ ...this.opts, ...this.opts.transportOptions?.[name], query, socket: this });
    }

    #setTransport(transport) {
        this.transport?.off();
        this.transport = transport;
        return transport
            .on("drain", () => this.#onDrain())
            .on("packet", (packet) => this.#onPacket(packet))
            .on("error", (error) => this.#onError(error))
            .on("close", (details) => this._onClose("transport close", details));
    }

    #onPacket(packet) {
        if (this.readyState === "closed") return;
        this.emit("packet", packet);
        this.emit("heartbeat");
        switch (packet.type) {
            case "open": return this.#onHandshake(packet.data);
            case "ping":
                this.#sendPacket("pong");
                this.emit("ping").emit("pong");
                return this.#expectPing();
            case "error": return this.#onError(fault("server error", { code: packet.data }));
            case "message": this.emit("data", packet.data).emit("message", packet.data);
        }
    }

    #onHandshake(text) {
        let handshake;
        try {
            handshake = JSON.parse(text);
        } catch {
            return this.#onError(new Error("server error"));
        }
        this.emit("handshake", handshake);
        this.id = this.transport.query.sid = handshake.sid;
        this._maxPayload = handshake.maxPayload;
        this._patience = handshake.pingInterval + handshake.pingTimeout;
        this.readyState = "open";
        Engine.priorWebsocketSuccess = this.transport.name === "websocket";
        this.emit("open");
        this.flush();
        if (this.readyState !== "open") return;
        this.#expectPing();
        if (!this.opts.upgrade) return;
        for (const name of handshake.upgrades ?? []) if (this.transports.includes(name)) this.#probe(name);
    }

    /** Starts the time again within which the server has to ping. */
    #expectPing() {
        this.timers.clearTimeout(this.#timer);
        this._pingTimeoutTime = Date.now() + this._patience;
        this.#timer = this.timers.setTimeout(() => this._onClose("ping timeout"), this._patience);
    }

    /** Whether the deadline has passed although its timer has not fired yet: browsers delay timers of hidden pages. */
    _hasPingExpired() {
        const expired = Date.now() > this._pingTimeoutTime;
        if (expired) {
            this._pingTimeoutTime = 0;
            soon(() => this._onClose("ping timeout"));
        }
        return expired;
    }

    /** Tries a better transport beside the one in use and moves to it once it has answered. */
    #probe(name) {
        const candidate = this.#createTransport(name);
        const undo = subscribe(this, "close", () => fail("socket closed"));
        const fail = (reason) => {
            undo();
            candidate.off().close();
            if (this.upgrading && this.readyState === "open") this.#resume();
            this.emit("upgradeError", fault("probe error: " + reason, { transport: name }));
        };
        const move = () => {
            if (candidate.readyState !== "open") return;
            undo();
            candidate.off();
            this.#setTransport(candidate).send([{ type: "upgrade" }]);
            this.upgrading = false;
            this.emit("upgrade", candidate);
            this.flush();
        };
        candidate
            .once("open", () => candidate.send([{ type: "ping", data: "probe" }]))
            .once("packet", ({ type, data }) => {
                if (type !== "pong" || data !== "probe") return fail("no pong");
                this.upgrading = true;
                this.emit("upgrading", candidate);
                Engine.priorWebsocketSuccess = name === "websocket";
                this.transport.pause(move);
            })
            .once("error", fail)
            .once("close", () => fail("transport closed"))
            .open();
    }

    /** The new transport broke after the old one had been paused: the old one goes on. */
    #resume() {
        this.upgrading = false;
        this.transport.resume?.();
        this.flush();
    }

    #onDrain() {
        this.writeBuffer.splice(0, this.#inFlight);
        this.#inFlight = 0;
        if (this.writeBuffer.length) this.flush();
        else this.emit("drain");
    }

    flush() {
        if (this.readyState === "closed" || this.upgrading) return;
        if (!this.transport.writable || !this.writeBuffer.length) return;
        const packets = this.#writable();
        this.#inFlight = packets.length;
        this.transport.send(packets);
        this.emit("flush");
    }

    /** As many packets as the server accepts in one request; always one, for the server to refuse. */
    #writable() {
        if (this.transport.name !== "polling") return [...this.writeBuffer];
        let size = 0;
        const end = this.writeBuffer.findIndex(({ data }, index) => {
            size += packetLength(data, true) + (index > 0);  // with a separator
            return index > 0 && size > this._maxPayload;
        });
        return this.writeBuffer.slice(0, end < 0 ? undefined : end);
    }

    /** Why none of these messages may be sent: the server would end the connection over one that is too long. */
    _refusal(messages) {
        const inBase64 = this.opts.forceBase64 || this.transport.name === "polling";
        const size = Math.max(...messages.map((each) => packetLength(each, inBase64)));
        if (!(size > this._maxPayload)) return;
        return fault(`message too big (${size} > ${this._maxPayload} bytes)`, { type: tooBig });
    }

    /** Sends one message, text or bytes. */
    send(data, options, fn) {
        this.#sendPacket("message", data, options, fn);
        return this;
    }

    #sendPacket(type, data, options = {}, fn) {
        if (this.readyState === "closing" || this.readyState === "closed") return;
        const packet = { type, data, options };
        this.emit("packetCreate", packet);
        this.writeBuffer.push(packet);
        if (fn) this.once("flush", fn);
        this.flush();
    }

    /** Ends the connection once everything is sent and an upgrade under way is decided. */
    close() {
        if (this.readyState !== "opening" && this.readyState !== "open") return this;
        this.readyState = "closing";
        const close = () => this._onClose("forced close");
        const settled = () => (this.upgrading ? this.once("upgrade", close).once("upgradeError", close) : close());
        if (this.writeBuffer.length) this.once("drain", settled);
        else settled();
        return this;
    }

    #onError(error) {
        Engine.priorWebsocketSuccess = false;
        if (this.opts.tryAllTransports && this.transports.length > 1 && this.readyState === "opening") {
            this.transports.shift();
            return this.#open();
        }
        this.emit("error", error);
        this._onClose("transport error", error);
    }

    _onClose(reason, description) {
        if (this.readyState === "closed") return;
        this.timers.clearTimeout(this.#timer);
        this.transport?.off().close();
        this.#watching.abort();
        this.readyState = "closed";
        this.id = null;
        this.emit("close", reason, description);
        this.writeBuffer = [];
    }
}
Engine.prototype.write = Engine.prototype.send;

/** The whole address: what is missing in it is the page's. */
function absolute(uri) {
    uri ??= "/";
    if (/^(https?|wss?):\/\//.test(uri)) return uri;
    const { protocol, host } = globalThis.location ?? { protocol: "https:" };
    return protocol + (uri.startsWith("//") ? "" : uri.startsWith("/") ? "//" + host : "//") + uri;
}

function addressOf(uri) {
    const { protocol, hostname, port, search } = new URL(absolute(uri));
    return { hostname, port, secure: /^(https|wss):/.test(protocol), ...(search && { query: search }) };
}

const queryOf = (query = {}) => (typeof query === "string" ? Object.fromEntries(new URLSearchParams(query)) : query);

const timersFor = ({ useNativeTimers }) => (useNativeTimers ? nativeTimers : globalThis);

// MARK: Socket.IO packets

const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4, BINARY_EVENT: 5, BINARY_ACK: 6 };
const reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
const isObject = (value) => Object.prototype.toString.call(value) === "[object Object]";

/** Packets to one text and its attachments. */
class Encoder {
    encode({ type, nsp, id, data }) {
        const attachments = [];
        const mayAttach = type === PacketType.EVENT || type === PacketType.ACK;
        // `this[key]` is the value before its toJSON, which some binary values have.
        const json = data === undefined ? "" : JSON.stringify(data, function (key, value) {
            if (!mayAttach || !isBinary(this[key])) return value;
            return { _placeholder: true, num: attachments.push(this[key]) - 1 };
        });
        const kind = attachments.length ? type + 3 + `${attachments.length}-` : type;
        return [`${kind}${nsp === "/" ? "" : nsp + ","}${id ?? ""}${json}`, ...attachments];
    }
}

/** The way back: emits "decoded" with each packet that is complete; `add` throws on what no server may send. */
class Decoder extends Emitter {
    #pending;

    add(data) {
        if (typeof data === "string") return this.#addText(data);
        if (!this.#pending || !isBinary(data)) throw new Error("bytes that belong to no packet");
        this.#pending.attachments.push(data);
        this.#finish();
    }

    destroy() {
        this.#pending = undefined;
    }

    #addText(text) {
        if (this.#pending) throw new Error("a packet before the bytes of the last one");
        const form = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),?)?(\d+)?([^]*)$/;
        const [, kind, count, nsp = "/", id, json] = form.exec(text) ?? [];
        if (!kind) throw new Error("unknown packet type " + text[0]);
        const packet = { type: +kind, nsp, data: json ? JSON.parse(json) : undefined };
        if (id) packet.id = +id;
        if (!isValid(packet)) throw new Error("invalid payload");
        if (packet.type < PacketType.BINARY_EVENT) return void this.emit("decoded", packet);
        if (!count) throw new Error("illegal attachments");
        this.#pending = { packet, count, attachments: [] };
        this.#finish();
    }

    #finish() {
        const { packet, count, attachments } = this.#pending;
        if (attachments.length < count) return;
        this.#pending = undefined;
        packet.data = reconstruct(packet.data, attachments);
        this.emit("decoded", packet);
    }
}

function isValid({ type, data }) {
    switch (type) {
        case PacketType.CONNECT: return data === undefined || isObject(data);
        case PacketType.DISCONNECT: return data === undefined;
        case PacketType.CONNECT_ERROR: return typeof data === "string" || isObject(data);
        case PacketType.ACK: case PacketType.BINARY_ACK: return Array.isArray(data);
        default: return Array.isArray(data) && (typeof data[0] === "number" ||
            (typeof data[0] === "string" && !reserved.includes(data[0])));
    }
}

/** The value with each placeholder replaced by its attachment. */
function reconstruct(value, attachments) {
    if (!value || typeof value !== "object") return value;
    if (value._placeholder === true) {
        if (!(value.num in attachments)) throw new Error("illegal attachments");
        return attachments[value.num];
    }
    for (const key of Object.keys(value)) value[key] = reconstruct(value[key], attachments);
    return value;
}

// MARK: Socket

/** One namespace of one server: events both ways, kept over reconnections. */
class Socket extends Emitter {
    connected = false;
    recovered = false;
    receiveBuffer = [];
    sendBuffer = [];
    _queue = [];
    flags = {};
    acks = {};
    #nextId = 0;
    #subscriptions;
    #pid;
    #offset;
    #any = { in: [], out: [] };

    constructor(io, nsp, opts = {}) {
        super();
        this.io = io;
        this.nsp = nsp;
        this.auth = opts.auth;
        this._opts = { ...opts };
        if (io._autoConnect) this.connect();
    }

    get disconnected() {
        return !this.connected;
    }

    /** Whether it connects by itself as soon as the server can be reached. */
    get active() {
        return !!this.#subscriptions;
    }

    /** For the next `emit`: drop it rather than wait when it cannot be sent at once. */
    get volatile() {
        this.flags.volatile = true;
        return this;
    }

    /** For the next `emit`: whether a transport that can compress may do so. */
    compress(compress) {
        this.flags.compress = compress;
        return this;
    }

    /** For the next `emit`: the acknowledgement gets an error first, which is set after `ms` without an answer. */
    timeout(ms) {
        this.flags.timeout = ms;
        return this;
    }

    /** Joins the namespace, and connects if need be; who is active has asked for it already. */
    connect() {
        const { active } = this;
        this.#subscribe();
        if (!this.io._reconnecting) this.io.open();
        if (!active && this.io._readyState === "open") this.#onOpen();
        return this;
    }

    /** Leaves the namespace, and closes the connection if no other socket uses it. */
    disconnect() {
        if (this.connected) this.packet({ type: PacketType.DISCONNECT });
        this.#end();
        if (this.connected) this.#onClose("io client disconnect");
        return this;
    }

    send(...args) {
        return this.emit("message", ...args);
    }

    /** Sends an event; a function as the last argument is called with the server's acknowledgement. */
    emit(event, ...args) {
        if (reserved.includes(event)) throw new Error(`"${event}" is a reserved event name`);
        const { flags } = this;
        const data = [event, ...args];
        if (this._opts.retries && !flags.fromQueue && !flags.volatile) return this.#enqueue(data);
        this.flags = {};
        const packet = { type: PacketType.EVENT, data, options: { compress: flags.compress !== false } };
        if (typeof data.at(-1) === "function") {
            packet.id = this.#nextId++;
            this.#await(packet.id, data.pop(), flags.timeout ?? this._opts.ackTimeout);
        }
        const { engine } = this.io;
        if (flags.volatile && !engine?.transport?.writable) return this;
        if (this.connected && !engine?._hasPingExpired()) this.#sendNow(packet);
        else this.sendBuffer.push(packet);
        return this;
    }

    /** Sends an event and promises its acknowledgement. */
    emitWithAck(event, ...args) {
        return new Promise((resolve, reject) => {
            const answer = (error, value) => (error ? reject(error) : resolve(value));
            answer.withError = true;
            this.emit(event, ...args, answer);
        });
    }

    /** Keeps `answer` for the acknowledgement `id`. With a time limit, or if it asks for it, it gets an error first. */
    #await(id, answer, limit) {
        const ack = { answer, withError: answer.withError || limit !== undefined };
        this.acks[id] = ack;
        if (limit === undefined) return;
        ack.timer = this.io.timers.setTimeout(() => {
            this.sendBuffer = this.sendBuffer.filter((packet) => packet.id !== id);
            this.#settle(id, new Error("operation has timed out"));
        }, limit);
    }

    /** Ends the waiting for an acknowledgement: with the answer, or with an error for whom it is told. */
    #settle(id, error, answers = []) {
        const ack = this.acks[id];
        if (!ack) return;
        delete this.acks[id];
        this.io.timers.clearTimeout(ack.timer);
        if (ack.withError) ack.answer.call(this, error, ...answers);
        else if (!error) ack.answer.apply(this, answers);
    }

    /** `retries`: events wait in a queue, one at a time is under way, and it is sent again until it is acknowledged. */
    #enqueue(args) {
        const ack = typeof args.at(-1) === "function" ? args.pop() : undefined;
        const entry = { tryCount: 0, pending: false, args, flags: { ...this.flags, fromQueue: true } };
        this.flags = {};
        args.push((error, ...answers) => {
            if (entry !== this._queue[0]) return;
            entry.pending = false;
            if (!error || error.type === tooBig || entry.tryCount > this._opts.retries) {
                this._queue.shift();
                ack?.(error, ...answers);
            }
            this.#drainQueue();
        });
        args.at(-1).withError = true;
        this._queue.push(entry);
        this.#drainQueue();
        return this;
    }

    #drainQueue(force) {
        const [entry] = this._queue;
        if (!this.connected || !entry || (entry.pending && !force)) return;
        entry.pending = true;
        entry.tryCount++;
        this.flags = { ...entry.flags };
        this.emit(...entry.args);
    }

    packet(packet) {
        return this.io._packet({ ...packet, nsp: this.nsp });
    }

    #sendNow(packet) {
        for (const fn of this.#any.out) fn.apply(this, packet.data);
        const error = this.packet(packet);
        if (error) this.#settle(packet.id, error);
    }

    #subscribe() {
        this.#subscriptions ??= [
            subscribe(this.io, "open", () => this.#onOpen()),
            subscribe(this.io, "packet", (packet) => packet.nsp === this.nsp && this.onpacket(packet)),
            subscribe(this.io, "error", (error) => {
                if (!this.connected && error.type !== tooBig) this.emitReserved("connect_error", error);
            }),
            subscribe(this.io, "close", (reason, description) => this.#onClose(reason, description)),
        ];
    }

    #end() {
        this.#subscriptions?.forEach((end) => end());
        this.#subscriptions = undefined;
        this.io._destroy(this);
    }

    /** Asks to join the namespace; `auth` is evaluated each time. */
    #onOpen() {
        const send = (auth) => {
            const data = this.#pid ? { pid: this.#pid, offset: this.#offset, ...auth } : auth;
            const error = this.packet({ type: PacketType.CONNECT, data });
            if (error) this.emitReserved("connect_error", error);
        };
        if (typeof this.auth === "function") this.auth(send);
        else send(this.auth);
    }

    #onClose(reason, description) {
        this.connected = false;
        delete this.id;
        this.emitReserved("disconnect", reason, description);
        for (const id in this.acks) {
            const waits = this.sendBuffer.some((packet) => packet.id === +id);
            if (!waits) this.#settle(id, new Error("socket has been disconnected"));
        }
    }

    onpacket({ type, id, data }) {
        switch (type) {
            case PacketType.CONNECT: return this.#onConnect(data ?? {});
            case PacketType.EVENT: case PacketType.BINARY_EVENT: return this.#onEvent(data, id);
            case PacketType.ACK: case PacketType.BINARY_ACK: return this.#settle(id, null, data);
            case PacketType.DISCONNECT:
                this.#end();
                return this.#onClose("io server disconnect");
            case PacketType.CONNECT_ERROR:
                this.#end();
                this.emitReserved("connect_error", fault(data.message ?? data, { data: data.data }));
        }
    }

    #onConnect({ sid, pid }) {
        if (!sid) return this.emitReserved("connect_error", new Error("the server speaks an older Socket.IO protocol"));
        this.id = sid;
        this.recovered = !!pid && pid === this.#pid;
        this.#pid = pid;
        this.connected = true;
        this.receiveBuffer.splice(0).forEach((args) => this.#deliver(args));
        this.sendBuffer.splice(0).forEach((packet) => this.#sendNow(packet));
        this.#drainQueue(true);
        this.emitReserved("connect");
    }

    #onEvent(args, id) {
        if (id !== undefined) args.push(this.#acknowledge(id));
        if (this.connected) this.#deliver(args);
        else this.receiveBuffer.push(args);
    }

    #deliver(args) {
        for (const fn of this.#any.in) fn.apply(this, args);
        super.emit(...args);
        // A server that can restore sessions adds the offset of the event as its last argument.
        if (this.#pid && typeof args.at(-1) === "string") this.#offset = args.at(-1);
    }

    #acknowledge(id) {
        let sent = false;
        return (...data) => {
            if (!sent) this.packet({ type: PacketType.ACK, id, data });
            sent = true;
        };
    }

    /** Observes every event that arrives; the other seven of its family are alike. */
    onAny(fn) { return this.#observe("in", [...this.#any.in, fn]); }
    prependAny(fn) { return this.#observe("in", [fn, ...this.#any.in]); }
    offAny(fn) { return this.#observe("in", fn ? without(this.#any.in, fn) : []); }
    listenersAny() { return this.#any.in; }
    onAnyOutgoing(fn) { return this.#observe("out", [...this.#any.out, fn]); }
    prependAnyOutgoing(fn) { return this.#observe("out", [fn, ...this.#any.out]); }
    offAnyOutgoing(fn) { return this.#observe("out", fn ? without(this.#any.out, fn) : []); }
    listenersAnyOutgoing() { return this.#any.out; }

    #observe(way, list) {
        this.#any[way] = list;
        return this;
    }
}
Object.assign(Socket.prototype, { open: Socket.prototype.connect, close: Socket.prototype.disconnect });

// MARK: Manager

const managerDefaults = {
    reconnection: true, reconnectionAttempts: Infinity, reconnectionDelay: 1000, reconnectionDelayMax: 5000,
    randomizationFactor: 0.5, timeout: 20000,
};

/** The connection to one server, shared by its sockets and made again when it breaks. */
class Manager extends Emitter {
    static parser = { Encoder, Decoder, isValid };
    nsps = {};
    _readyState = "closed";
    _reconnecting = false;
    #attempts = 0;
    #skipReconnect = false;
    #retry;
    #subscriptions = [];

    constructor(uri, opts) {
        super();
        if (uri && typeof uri === "object") [uri, opts] = [undefined, uri];
        this.uri = uri;
        this.opts = { ...opts, path: opts?.path || "/socket.io" };
        for (const [name, value] of Object.entries(managerDefaults)) {
            // A delay or number of attempts of 0 is none given, as it always was.
            const given = /^reconnection./.test(name) ? this.opts[name] || undefined : this.opts[name];
            this[name](given ?? value);
        }
        this.timers = timersFor(this.opts);
        const parser = this.opts.parser ?? Manager.parser;
        this.encoder = new parser.Encoder();
        this.decoder = new parser.Decoder();
        this._autoConnect = this.opts.autoConnect !== false;
        if (this._autoConnect) this.open();
    }

    /** The socket of a namespace, one per name. */
    socket(nsp, opts) {
        const socket = this.nsps[nsp];
        if (!socket) return (this.nsps[nsp] = new Socket(this, nsp, opts));
        if (this._autoConnect && !socket.active) socket.connect();
        return socket;
    }

    /** Connects; `fn` is called once with an error or nothing, and then failure is the caller's to handle. */
    open(fn) {
        if (this._readyState.startsWith("open")) return this;
        this._readyState = "opening";
        this.#skipReconnect = false;
        const engine = this.engine = new Engine(this.uri, this.opts);
        const fail = (error) => {
            this.#cleanUp();
            this._readyState = "closed";
            this.emit("error", error);
            if (fn) fn(error);
            else this.#reconnect();
        };
        this.#subscriptions = [
            subscribe(engine, "open", () => {
                this.#onOpen(engine);
                fn?.();
            }),
            subscribe(engine, "error", fail),
            subscribe(engine, "close", (reason) => fail(new Error(reason))),
        ];
        if (this._timeout === false) return this;
        const timer = this.timers.setTimeout(() => {
            this.#cleanUp();
            engine.close();
            fail(new Error("timeout"));
        }, this._timeout);
        this.#subscriptions.push(() => this.timers.clearTimeout(timer));
        return this;
    }

    #onOpen(engine) {
        this.#cleanUp();
        this._readyState = "open";
        this.#subscriptions = [
            subscribe(engine, "ping", () => this.emit("ping")),
            subscribe(engine, "data", (data) => this.#onData(data)),
            subscribe(engine, "error", (error) => this.emit("error", error)),
            subscribe(engine, "close", (reason, description) => this.#onClose(reason, description)),
            // A microtask later, so that a fault in a listener is not taken for one of the parser.
            subscribe(this.decoder, "decoded", (packet) => soon(() => this.emit("packet", packet))),
        ];
        this.emit("open");
    }

    #onData(data) {
        try {
            this.decoder.add(data);
        } catch (error) {
            this.#onClose("parse error", error);
        }
    }

    /** Sends all of a packet, or nothing of one that is too big for the server, and returns the error. */
    _packet(packet) {
        const parts = this.encoder.encode(packet);
        const error = this.engine._refusal(parts);
        if (error) this.emit("error", error);
        else for (const part of parts) this.engine.write(part, packet.options);
        return error;
    }

    /** Closes when the last socket has gone. */
    _destroy() {
        if (!Object.values(this.nsps).some((socket) => socket.active)) this._close();
    }

    _close() {
        this.#skipReconnect = true;
        this._reconnecting = false;
        this.timers.clearTimeout(this.#retry);
        this.#onClose("forced close");
    }

    #cleanUp() {
        this.#subscriptions.splice(0).forEach((end) => end());
        this.decoder.destroy();
    }

    #onClose(reason, description) {
        this.#cleanUp();
        this.engine?.close();
        this.#attempts = 0;
        this._readyState = "closed";
        this.emit("close", reason, description);
        this.#reconnect();
    }

    #reconnect() {
        if (this._reconnecting || this.#skipReconnect || !this._reconnection) return;
        if (this.#attempts >= this._reconnectionAttempts) {
            this.#attempts = 0;
            return void this.emit("reconnect_failed");
        }
        this._reconnecting = true;
        this.#retry = this.timers.setTimeout(() => this.#attempt(), this.#delay());
    }

    /**
     * How long to wait before the next attempt. First the limit and then chance: the other way round all the clients
     * of a server that was away for long come back in the same instant.
     */
    #delay() {
        const delay = Math.min(this._reconnectionDelay * 2 ** this.#attempts++, this._reconnectionDelayMax);
        return Math.round(delay * (1 + this._randomizationFactor * (2 * Math.random() - 1)));
    }

    #attempt() {
        // Somebody opened it in the meantime, or does not want it any more.
        if (this._readyState !== "closed" || !this._reconnection) return void (this._reconnecting = false);
        this.emit("reconnect_attempt", this.#attempts);
        // A listener may have closed the manager.
        if (this.#skipReconnect) return;
        this.open((error) => {
            this._reconnecting = false;
            if (error) {
                this.#reconnect();
                this.emit("reconnect_error", error);
            } else {
                this.emit("reconnect", this.#attempts);
                this.#attempts = 0;
            }
        });
    }
}
Object.assign(Manager.prototype, { connect: Manager.prototype.open, disconnect: Manager.prototype._close });
// Each can be read and set by a method of its name.
for (const name in managerDefaults) {
    Manager.prototype[name] = function (...value) {
        if (!value.length) return this["_" + name];
        this["_" + name] = value[0];
        return this;
    };
}

// MARK: io

const protocol = 5;
const managers = {};

/** A socket for the namespace in `uri`, on the connection that other sockets to the same server use. */
function io(uri, opts) {
    if (uri && typeof uri === "object") [uri, opts] = [undefined, uri];
    opts = { ...opts };
    const source = absolute(uri);
    // Not URL's own path, which is percent-encoded: a namespace is any text.
    const nsp = /^\w+:\/\/[^/?#]*([^?#]*)/.exec(source)[1] || "/";
    const id = new URL(source).origin + (opts.path || "/socket.io");
    const taken = nsp in (managers[id]?.nsps ?? {});
    const own = opts.forceNew || opts["force new connection"] || opts.multiplex === false || taken;
    const manager = own ? new Manager(source, opts) : (managers[id] ??= new Manager(source, opts));
    return manager.socket(nsp, opts);
}
Object.assign(io, {
    io, connect: io, protocol, Manager, Socket, Engine, Emitter, Transport, Polling, WebSocket: WebSocketTransport,
});
globalThis.io = io;
})();
