// ChatService: the chat itself, as docs/chat-events.md describes it. It knows sockets and values, no HTTP and no files.

import Logging
import SocketIO

/// One chat room for everybody on the server.
///
/// Bound to the server's loop.
final class ChatService {
    /// Whoever has joined is in this room.
    private static let joined = "joined"

    private let io: Server
    private let log: Logger
    private let now: () -> Int
    private var presence = Presence()
    private var messages: MessageLog
    /// What is known of each socket that has joined, besides its name.
    private var habits: [String: Habits] = [:]

    /// When somebody last said that they type, and how much they may still send.
    private struct Habits {
        var typingSince: Int?
        var allowance = Allowance(burst: ChatLimits.messagesAtOnce, interval: ChatLimits.messageEvery)
    }

    /// A chat on this server; `now` is the wall clock in milliseconds since 1970, `logName` names its numbering.
    init(io: Server, log: Logger, logName: String, now: @escaping () -> Int) {
        self.io = io
        self.log = log
        self.now = now
        messages = MessageLog(name: logName, capacity: ChatLimits.messagesKept)
    }

    /// Begins to serve.
    func start() {
        io.on(.connection) { [unowned self] socket in serve(socket) }
    }

    private func serve(_ socket: Socket) {
        log.debug("connected", metadata: ["socket": "\(socket.id)", "address": "\(socket.handshake.address)"])
        socket.on("join") { [unowned self] (payload: JSON?) in join(socket, request(payload)) }
        socket.on("chat message") { [unowned self] (payload: JSON?) in say(socket, request(payload)) }
        socket.on("typing") { [unowned self] (on: Bool) in typing(socket, on) }
        socket.on(.disconnect) { [unowned self] reason in leave(socket, reason) }
    }

    // MARK: - What the page sends

    private func join(_ socket: Socket, _ request: JoinRequest?) -> JSON {
        guard let request else { return refusal("bad request") }
        guard let name = keptName(request.name) else { return refusal("bad name") }
        let before = presence[socket.id]
        presence.admit(socket.id, name: name)
        if before == nil {
            habits[socket.id] = Habits()
            socket.join(Self.joined)
        }
        announce(socket, name: name, before: before)
        return welcome(socket, name: name, request)
    }

    private func say(_ socket: Socket, _ request: MessageRequest?) -> JSON {
        guard let person = presence[socket.id] else { return refusal("not joined") }
        guard let request else { return refusal("bad request") }
        guard let text = keptText(request.text) else { return refusal("bad text") }
        if let key = request.key {
            guard isKey(key) else { return refusal("bad request") }
            if let known = messages.message(key: key) { return known.receipt }
        }
        if let wait = habits[socket.id]?.allowance.take(now: now()) {
            return ["error": "slow down", "retry": .int(Int64(wait))]
        }
        habits[socket.id]?.typingSince = nil
        let message = messages.append(from: person, text: text, time: now(), key: request.key)
        socket.to(Self.joined).emit("chat message", message.json)
        return message.receipt
    }

    private func typing(_ socket: Socket, _ on: Bool) {
        guard let person = presence[socket.id], let habits = habits[socket.id] else { return }
        let time = now()
        let was = habits.typingSince.map { time - $0 < ChatLimits.typingLasts } ?? false
        self.habits[socket.id]?.typingSince = on ? time : nil
        guard on != was else { return }
        socket.to(Self.joined).emit("typing", with(person, ["on": .bool(on)]))
    }

    private func leave(_ socket: Socket, _ reason: DisconnectReason) {
        log.debug("disconnected", metadata: ["socket": "\(socket.id)", "reason": "\(reason.rawValue)"])
        habits[socket.id] = nil
        guard let person = presence.remove(socket.id) else { return }
        io.to(Self.joined).emit("left", with(person, ["time": time, "count": count]))
    }

    // MARK: - What the page is told

    private func announce(_ socket: Socket, name: String, before: Person?) {
        guard let person = presence[socket.id] else { return }
        if let before {
            guard before.name != name else { return }
            socket.to(Self.joined).emit("renamed", with(person, ["was": .string(before.name), "time": time]))
        } else {
            socket.to(Self.joined).emit("joined", with(person, ["time": time, "count": count]))
        }
    }

    private func welcome(_ socket: Socket, name: String, _ request: JoinRequest) -> JSON {
        let since = request.log == messages.name ? request.since ?? 0 : 0
        let missed = messages.latest(since: since, atMost: ChatLimits.messagesSent)
        return [
            "id": .string(socket.id), "name": .string(name), "people": presence.list(atMost: ChatLimits.peopleListed),
            "count": count, "log": .string(messages.name), "messages": .array(missed.messages.map(\.json)),
            "more": .bool(missed.more),
        ]
    }

    private var time: JSON { .int(Int64(now())) }
    private var count: JSON { .int(Int64(presence.count)) }

    private func refusal(_ error: String) -> JSON { ["error": .string(error)] }

    private func with(_ person: Person, _ more: JSONObject) -> JSON {
        var object: JSONObject = ["id": .string(person.id), "name": .string(person.name)]
        for (key, value) in more { object[key] = value }
        return .object(object)
    }
}
