// socket.io.d.ts: the types of the browser client, for the global `io` of the script and for the ES module alike.
// `Socket<ServerToClient, ClientToServer>` checks names and arguments of events, as with socket.io-client 4.

/** What events a side sends: a method for each, with the event's arguments. */
export interface EventsMap {
    [event: string]: any;
}

/** Any event with any arguments. */
export interface DefaultEventsMap {
    [event: string]: (...args: any[]) => void;
}

type Names<Map> = keyof Map & (string | symbol);
type Handler<Map, Event extends keyof Map> = Map[Event] extends (...args: any[]) => any ? Map[Event] : never;
type Arguments<Map, Event extends keyof Map> = Parameters<Handler<Map, Event>>;
// A list without a fixed length is that of events without declared types.
type IsOpen<List extends any[]> = number extends List["length"] ? true : false;
type Last<List extends any[]> = IsOpen<List> extends true ? any : List extends [...any[], infer Tail] ? Tail : never;
type ButLast<List extends any[]> = IsOpen<List> extends true ? any[] : List extends [...infer Head, any] ? Head : never;
type Answers<Answer> = Answer extends (...args: infer List) => any ? List : never;
/** The arguments with an error before the answers of the acknowledgement, as `timeout` has it. */
type WithError<List extends any[]> = List extends [...infer Head, infer Answer]
    ? Answer extends (...args: infer Values) => infer Result
        ? [...Head, (error: Error | null, ...args: Values) => Result]
        : List
    : List;
type ErrorFirst<Map> = { [Event in keyof Map]: (...args: WithError<Arguments<Map, Event>>) => void };

/** Listeners by event name; `Listened` are the events that may be listened to. */
export class Emitter<Listened extends EventsMap = DefaultEventsMap, Reserved extends EventsMap = {}> {
    on<Event extends NamesOf<Listened, Reserved>>(event: Event, fn: ListenerOf<Listened, Reserved, Event>): this;
    once<Event extends NamesOf<Listened, Reserved>>(event: Event, fn: ListenerOf<Listened, Reserved, Event>): this;
    off<Event extends NamesOf<Listened, Reserved>>(event?: Event, fn?: ListenerOf<Listened, Reserved, Event>): this;
    /** Calls the listeners here and now; only `Socket` has another meaning for it. */
    emit(event: string, ...args: any[]): this;
    addEventListener: this["on"];
    removeListener: this["off"];
    removeEventListener: this["off"];
    removeAllListeners: this["off"];
    listeners<Event extends NamesOf<Listened, Reserved>>(event: Event): ListenerOf<Listened, Reserved, Event>[];
    hasListeners(event: NamesOf<Listened, Reserved>): boolean;
}

type NamesOf<Listened, Reserved> = Names<Reserved> | Names<Listened>;
type ListenerOf<Listened, Reserved, Event> = Event extends keyof Reserved
    ? Handler<Reserved, Event>
    : Event extends keyof Listened
    ? Handler<Listened, Event>
    : never;

/** Why a connection ended. */
export type DisconnectReason =
    | "io server disconnect"
    | "io client disconnect"
    | "ping timeout"
    | "transport close"
    | "transport error"
    | "parse error"
    | "forced close";

/** What is known of an end: an error, or what the transport saw. */
export type DisconnectDescription = Error | { description: string; context?: unknown };

/** An error of a connection attempt, of the server's refusal (`data`), or of a transport (`type`, `context`). */
export interface ConnectError extends Error {
    data?: any;
    type?: "TransportError" | "MessageTooBig";
    /** The HTTP status of a polling request that failed, or the event of a WebSocket. */
    description?: number | Event;
    context?: unknown;
}

export interface SocketOptions {
    /** What is sent with each request to join; a function is called every time. */
    auth?: { [key: string]: any } | ((send: (data: object) => void) => void);
    /** How often an event is sent again that is not acknowledged within `ackTimeout`. */
    retries?: number;
    /** The time limit in milliseconds for every acknowledgement. */
    ackTimeout?: number;
}

export interface TransportOptions {
    path?: string;
    query?: { [key: string]: any } | string;
    addTrailingSlash?: boolean;
    timestampParam?: string;
    timestampRequests?: boolean;
    withCredentials?: boolean;
    /** Fields of polling requests; a browser's WebSocket takes none. */
    extraHeaders?: { [name: string]: string };
    forceBase64?: boolean;
    /** Subprotocols of the WebSocket. */
    protocols?: string | string[];
    /** Milliseconds that a polling request may take; 0 for ever. */
    requestTimeout?: number;
}

export interface EngineOptions extends TransportOptions {
    /** Names of transports in their order, or classes that extend `Transport`. */
    transports?: ("polling" | "websocket" | "webtransport" | (new (opts: any) => Transport))[];
    transportOptions?: { [transport: string]: TransportOptions };
    upgrade?: boolean;
    rememberUpgrade?: boolean;
    tryAllTransports?: boolean;
    closeOnBeforeunload?: boolean;
    useNativeTimers?: boolean;
}

export interface ManagerOptions extends EngineOptions {
    reconnection?: boolean;
    reconnectionAttempts?: number;
    reconnectionDelay?: number;
    /** The limit of the delay, before chance makes it shorter or longer by `randomizationFactor`. */
    reconnectionDelayMax?: number;
    randomizationFactor?: number;
    /** Milliseconds that a connection attempt may take; false for ever. */
    timeout?: number | false;
    autoConnect?: boolean;
    parser?: { Encoder: new () => any; Decoder: new () => any };
}

export interface Options extends ManagerOptions, SocketOptions {
    /** A connection of its own, instead of one that is shared. */
    forceNew?: boolean;
    multiplex?: boolean;
}

interface TransportEvents {
    open: () => void;
    packet: (packet: EnginePacket) => void;
    drain: () => void;
    poll: () => void;
    pollComplete: () => void;
    error: (error: ConnectError) => void;
    close: (details?: DisconnectDescription) => void;
}

/** What all transports do; one of your own has `name`, `doOpen`, `doClose` and `write`. */
export abstract class Transport extends Emitter<{}, TransportEvents> {
    constructor(opts: any);
    abstract readonly name: string;
    readonly query: { [key: string]: any };
    readonly readyState: "opening" | "open" | "pausing" | "paused" | "closed";
    writable: boolean;
    protected abstract doOpen(): void;
    protected abstract doClose(): void;
    protected abstract write(packets: EnginePacket[]): void;
    protected uri(scheme: "http" | "ws", stamp?: boolean): string;
    protected onOpen(): void;
    protected onData(data: string | ArrayBuffer): void;
    protected onDrain(): void;
    protected onClose(details?: DisconnectDescription): void;
    protected onError(reason: string, description?: any, context?: any): void;
}

declare class PollingTransport extends Transport {
    readonly name: string;
    protected doOpen(): void;
    protected doClose(): void;
    protected write(packets: EnginePacket[]): void;
}
declare class WebSocketTransport extends Transport {
    readonly name: string;
    protected doOpen(): void;
    protected doClose(): void;
    protected write(packets: EnginePacket[]): void;
}

export interface EnginePacket {
    type: "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop" | "error";
    data?: any;
    options?: { compress?: boolean };
}

export interface Handshake {
    sid: string;
    upgrades: string[];
    pingInterval: number;
    pingTimeout: number;
    maxPayload?: number;
}

interface EngineEvents {
    open: () => void;
    handshake: (handshake: Handshake) => void;
    packet: (packet: EnginePacket) => void;
    packetCreate: (packet: EnginePacket) => void;
    data: (data: string | ArrayBuffer | Blob) => void;
    message: (data: string | ArrayBuffer | Blob) => void;
    drain: () => void;
    flush: () => void;
    heartbeat: () => void;
    ping: () => void;
    pong: () => void;
    error: (error: ConnectError) => void;
    upgrading: (transport: Transport) => void;
    upgrade: (transport: Transport) => void;
    upgradeError: (error: Error & { transport: string }) => void;
    close: (reason: string, description?: DisconnectDescription) => void;
}

/** One Engine.IO connection; `socket.io.engine`. */
export class Engine extends Emitter<{}, EngineEvents> {
    static readonly protocol: 4;
    constructor(uri?: string, opts?: EngineOptions);
    readonly id: string | null;
    readonly readyState: "opening" | "open" | "closing" | "closed";
    readonly transport: Transport;
    readonly transports: string[];
    readonly upgrading: boolean;
    readonly writeBuffer: EnginePacket[];
    readonly opts: EngineOptions;
    /** In what form messages of bytes are delivered. */
    binaryType: "arraybuffer" | "blob";
    send(data: string | ArrayBuffer | ArrayBufferView | Blob, options?: { compress?: boolean }, fn?: () => void): this;
    write: this["send"];
    close(): this;
}

/** A packet of the protocol, as `parser` and the manager's `packet` event have it. */
export interface Packet {
    type: 0 | 1 | 2 | 3 | 4 | 5 | 6;
    nsp: string;
    data?: any;
    id?: number;
}

interface ManagerEvents {
    open: () => void;
    error: (error: ConnectError) => void;
    ping: () => void;
    packet: (packet: Packet) => void;
    close: (reason: DisconnectReason, description?: DisconnectDescription) => void;
    reconnect: (attempt: number) => void;
    reconnect_attempt: (attempt: number) => void;
    reconnect_error: (error: ConnectError) => void;
    reconnect_failed: () => void;
}

/** The connection to one server, shared by its sockets and made again when it breaks. */
export class Manager<
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents
> extends Emitter<{}, ManagerEvents> {
    constructor(opts?: ManagerOptions);
    constructor(uri?: string, opts?: ManagerOptions);
    readonly engine: Engine;
    readonly opts: ManagerOptions;
    open(fn?: (error?: ConnectError) => void): this;
    connect(fn?: (error?: ConnectError) => void): this;
    socket(nsp: string, opts?: SocketOptions): Socket<ListenEvents, EmitEvents>;
    reconnection(): boolean;
    reconnection(value: boolean): this;
    reconnectionAttempts(): number;
    reconnectionAttempts(value: number): this;
    reconnectionDelay(): number;
    reconnectionDelay(value: number): this;
    reconnectionDelayMax(): number;
    reconnectionDelayMax(value: number): this;
    randomizationFactor(): number;
    randomizationFactor(value: number): this;
    timeout(): number | false;
    timeout(value: number | false): this;
}

interface SocketEvents {
    connect: () => void;
    connect_error: (error: ConnectError) => void;
    disconnect: (reason: DisconnectReason, description?: DisconnectDescription) => void;
}

type AnyListener = (event: string, ...args: any[]) => void;

/** One namespace of one server: events both ways, kept over reconnections. */
export class Socket<
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents
> extends Emitter<ListenEvents, SocketEvents> {
    readonly io: Manager<ListenEvents, EmitEvents>;
    readonly nsp: string;
    /** The id that the server knows the socket by; undefined while it is not connected. */
    readonly id: string | undefined;
    readonly connected: boolean;
    readonly disconnected: boolean;
    /** Whether it connects by itself as soon as the server can be reached. */
    readonly active: boolean;
    /** Whether the last connection goes on where the one before it broke. */
    readonly recovered: boolean;
    auth: SocketOptions["auth"];
    readonly sendBuffer: Packet[];
    readonly receiveBuffer: any[][];

    connect(): this;
    open(): this;
    disconnect(): this;
    close(): this;
    /** Sends an event; a function as the last argument is called with the server's acknowledgement. */
    emit<Event extends Names<EmitEvents>>(event: Event, ...args: Arguments<EmitEvents, Event>): this;
    /** Sends an event and promises its acknowledgement. */
    emitWithAck<Event extends Names<EmitEvents>>(
        event: Event,
        ...args: ButLast<Arguments<EmitEvents, Event>>
    ): Promise<FirstAnswer<Last<Arguments<EmitEvents, Event>>>>;
    send(...args: any[]): this;
    /** For the next `emit`: drop it rather than wait when it cannot be sent at once. */
    get volatile(): this;
    /** For the next `emit`: whether a transport that can compress may do so. */
    compress(compress: boolean): this;
    /** For the next `emit`: the acknowledgement gets an error first, which is set after `ms` without an answer. */
    timeout(ms: number): Socket<ListenEvents, ErrorFirst<EmitEvents>>;

    onAny(fn: AnyListener): this;
    prependAny(fn: AnyListener): this;
    offAny(fn?: AnyListener): this;
    listenersAny(): AnyListener[];
    onAnyOutgoing(fn: AnyListener): this;
    prependAnyOutgoing(fn: AnyListener): this;
    offAnyOutgoing(fn?: AnyListener): this;
    listenersAnyOutgoing(): AnyListener[];
}

/** What a promised acknowledgement is worth: its answer, behind the error if there is one before it. */
type FirstAnswer<Answer> = Answers<Answer> extends [infer First, ...infer Rest]
    ? Error | null extends First
        ? Rest extends [infer Second, ...any[]]
            ? Second
            : void
        : First
    : any;

/** A socket for the namespace in `uri`, on the connection that other sockets to the same server use. */
export interface IO {
    <ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>(
        opts?: Options
    ): Socket<ListenEvents, EmitEvents>;
    <ListenEvents extends EventsMap = DefaultEventsMap, EmitEvents extends EventsMap = ListenEvents>(
        uri?: string,
        opts?: Options
    ): Socket<ListenEvents, EmitEvents>;
    readonly io: IO;
    readonly connect: IO;
    readonly protocol: 5;
    readonly Manager: typeof Manager;
    readonly Socket: typeof Socket;
    readonly Engine: typeof Engine;
    readonly Emitter: typeof Emitter;
    readonly Transport: typeof Transport;
    readonly Polling: typeof PollingTransport;
    readonly WebSocket: typeof WebSocketTransport;
}

export const io: IO;
export const connect: IO;
export const protocol: 5;
export { PollingTransport as XHR, PollingTransport as Fetch, WebSocketTransport as WebSocket };
export default io;

declare global {
    const io: IO;
}
