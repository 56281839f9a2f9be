// Marker: what makes a message of ours known again at its receivers, in whatever form the server passes it on:
// `~run.sender.number~` somewhere in its text, in characters that no encoding changes.

import Wire

/// The mark in a message.
struct Marker: Equatable {
    /// Which of the senders.
    var sender: Int
    /// Which of the sender's messages, from 0.
    var number: UInt32

    /// The longest mark, without what comes before the sender's number.
    private static let longestTail = 20

    /// Appends the mark; `run` are characters that tell this run from others on the same server.
    func write(run: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "~"))
        bytes.append(contentsOf: run)
        bytes.append(UInt8(ascii: "."))
        Self.append(UInt32(truncatingIfNeeded: sender), to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(number, to: &bytes)
        bytes.append(UInt8(ascii: "~"))
    }

    /// The first mark of this run in the text; nil if there is none.
    init?(in text: RawSpan, run: [UInt8]) {
        let found = text.withUnsafeBytes { bytes -> Marker? in
            var place = 0
            while place < bytes.count {
                guard bytes[place] == UInt8(ascii: "~") else {
                    place += 1
                    continue
                }
                if let marker = Self.read(bytes, after: place + 1, run) { return marker }
                place += 1
            }
            return nil
        }
        guard let found else { return nil }
        self = found
    }

    /// A mark of these numbers.
    init(sender: Int, number: UInt32) {
        self.sender = sender
        self.number = number
    }

    private static func read(_ bytes: UnsafeRawBufferPointer, after start: Int, _ run: [UInt8]) -> Marker? {
        var place = start + run.count
        guard place < bytes.count, bytes[start..<place].elementsEqual(run) else { return nil }
        guard let sender = number(bytes, &place, from: UInt8(ascii: ".")) else { return nil }
        guard let number = number(bytes, &place, from: UInt8(ascii: ".")) else { return nil }
        guard place < bytes.count, bytes[place] == UInt8(ascii: "~") else { return nil }
        return Marker(sender: Int(sender), number: number)
    }

    /// The number behind the separator.
    private static func number(_ bytes: UnsafeRawBufferPointer, _ place: inout Int, from separator: UInt8) -> UInt32? {
        guard place < bytes.count, bytes[place] == separator else { return nil }
        place += 1
        let start = place
        var value: UInt64 = 0
        while place < bytes.count, let digit = ASCII.digit(bytes[place]), place - start < longestTail {
            value = value &* 10 &+ UInt64(digit)
            guard value <= UInt64(UInt32.max) else { return nil }
            place += 1
        }
        return place > start ? UInt32(value) : nil
    }

    private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        if value >= 10 { append(value / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") &+ UInt8(value % 10))
    }
}
