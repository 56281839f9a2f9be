// ChatRoom: the chat itself, as docs/chat-events.md describes it: who is there, what was said, and who is told. There is
// one for all loops, so everybody sees the same messages in the same order. It knows the ids of sockets and not the
// sockets, which may be on other loops: those are the ChatServices'.

import SocketIO

/// One chat room for everybody on the server.
///
/// Bound to the loop of the server through which it speaks.
final class ChatRoom {
    /// Whoever has joined is in this room.
    static let joined = "joined"

    private let io: Server
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
    init(io: Server, logName: String, now: @escaping () -> Int) {
        self.io = io
        self.now = now
        messages = MessageLog(name: logName, capacity: ChatLimits.messagesKept)
    }

    // MARK: - What the page sends

    /// Somebody comes, or takes another name.
    func join(_ id: String, _ request: JoinRequest?) -> JSON {
        guard let request else { return Self.refusal("bad request") }
        guard let name = keptName(request.name) else { return Self.refusal("bad name") }
        let before = presence[id]
        presence.admit(id, name: name)
        if before == nil { habits[id] = Habits() }
        announce(id, name: name, before: before)
        return welcome(id, name: name, request)
    }

    /// Somebody says something.
    func say(_ id: String, _ request: MessageRequest?) -> JSON {
        guard let person = presence[id] else { return Self.refusal("not joined") }
        guard let request else { return Self.refusal("bad request") }
        guard let text = keptText(request.text) else { return Self.refusal("bad text") }
        if let key = request.key {
            guard isKey(key) else { return Self.refusal("bad request") }
            if let known = messages.message(key: key) { return known.receipt }
        }
        if let wait = habits[id]?.allowance.take(now: now()) { return Self.slowDown(wait) }
        habits[id]?.typingSince = nil
        let message = messages.append(from: person, text: text, time: now(), key: request.key)
        others(id).emit("chat message", message.json)
        return message.receipt
    }

    /// Somebody begins to type, or stops.
    func typing(_ id: String, _ on: Bool) {
        guard let person = presence[id], let habits = habits[id] else { return }
        let time = now()
        let was = habits.typingSince.map { time - $0 < ChatLimits.typingLasts } ?? false
        self.habits[id]?.typingSince = on ? time : nil
        guard on != was else { return }
        others(id).emit("typing", with(person, ["on": .bool(on)]))
    }

    /// Somebody is gone.
    func leave(_ id: String) {
        habits[id] = nil
        guard let person = presence.remove(id) else { return }
        io.to(Self.joined).emit("left", with(person, ["time": time, "count": count]))
    }

    // MARK: - What the page is told

    private func others(_ id: String) -> BroadcastOperator {
        io.to(Self.joined).except(id)
    }

    private func announce(_ id: String, name: String, before: Person?) {
        guard let person = presence[id] else { return }
        if let before {
            guard before.name != name else { return }
            others(id).emit("renamed", with(person, ["was": .string(before.name), "time": time]))
        } else {
            others(id).emit("joined", with(person, ["time": time, "count": count]))
        }
    }

    private func welcome(_ id: String, name: String, _ request: JoinRequest) -> JSON {
        let since = request.log == messages.name ? request.since ?? 0 : 0
        let missed = messages.latest(since: since, atMost: ChatLimits.messagesSent)
        return [
            "id": .string(id), "name": .string(name), "people": presence.list(atMost: ChatLimits.peopleListed),
            "count": count, "log": .string(messages.name), "messages": .array(missed.messages.map(\.json)),
            "more": .bool(missed.more),
        ]
    }

    private var time: JSON { .int(Int64(now())) }
    private var count: JSON { .int(Int64(presence.count)) }

    private static func refusal(_ error: String) -> JSON { ["error": .string(error)] }

    /// What somebody is told who has to wait for so many milliseconds.
    static func slowDown(_ wait: Int) -> JSON { ["error": "slow down", "retry": .int(Int64(wait))] }

    private func with(_ person: Person, _ more: JSONObject) -> JSON {
        var object: JSONObject = ["id": .string(person.id), "name": .string(person.name)]
        for (key, value) in more { object[key] = value }
        return .object(object)
    }
}
