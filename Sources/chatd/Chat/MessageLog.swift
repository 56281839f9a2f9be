// MessageLog: the last messages, in memory. It answers two questions: what did a page miss, and was this message seen
// before. It is not storage: a restart begins a new numbering, under a new name.

import SocketIO

/// One message, as `docs/chat-events.md` writes it.
struct Message {
    let id: Int
    let from: String
    let name: String
    let text: String
    let time: Int
    /// What the page calls this message when it sends it again.
    let key: String?

    var json: JSON {
        [
            "id": .int(Int64(id)), "from": .string(from), "name": .string(name), "text": .string(text),
            "time": .int(Int64(time)),
        ]
    }

    /// What the sender is told.
    var receipt: JSON { ["id": .int(Int64(id)), "time": .int(Int64(time))] }
}

/// A bounded log of messages with one numbering.
struct MessageLog {
    /// Names this numbering.
    let name: String
    private let capacity: Int
    /// A ring once it is full: `oldest` is the place of the first message.
    private var messages: [Message] = []
    private var oldest = 0
    private var placeOfKey: [String: Int] = [:]
    private var nextID = 1

    /// A log that keeps the last `capacity` messages.
    init(name: String, capacity: Int) {
        self.name = name
        self.capacity = capacity
    }

    /// The message that was kept under this key.
    func message(key: String) -> Message? {
        placeOfKey[key].map { messages[$0] }
    }

    /// Numbers a message and keeps it in place of the oldest one.
    mutating func append(from person: Person, text: String, time: Int, key: String?) -> Message {
        let message = Message(id: nextID, from: person.id, name: person.name, text: text, time: time, key: key)
        nextID += 1
        let place = makePlace(for: message)
        if let key { placeOfKey[key] = place }
        return message
    }

    /// The latest messages above `since`, oldest first, and whether some above it were left out or are gone.
    func latest(since: Int, atMost limit: Int) -> (messages: [Message], more: Bool) {
        let missed = max(0, nextID - 1 - max(0, since))
        let count = min(missed, limit, messages.count)
        let first = oldest + messages.count - count
        let found = (0..<count).map { messages[(first + $0) % messages.count] }
        return (found, missed > count)
    }

    private mutating func makePlace(for message: Message) -> Int {
        guard messages.count == capacity else {
            messages.append(message)
            return messages.count - 1
        }
        let place = oldest
        if let key = messages[place].key { placeOfKey[key] = nil }
        messages[place] = message
        oldest = (oldest + 1) % capacity
        return place
    }
}
