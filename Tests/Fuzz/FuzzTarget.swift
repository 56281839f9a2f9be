// FuzzTarget: what the fuzzed grammars have in common: an entry in one table, the form of an input, and the reads that a
// connection may make of it. The same functions serve libFuzzer (Driver/, run.sh) and the replay of the corpus in
// Tests/FuzzTests. An invariant that does not hold is thrown, so that each of the two can report it in its own way.

/// An invariant that does not hold.
package struct Finding: Error, CustomStringConvertible {
    /// What was expected, and what came instead.
    package let description: String
}

/// Throws a finding unless `isTrue`.
func expect(_ isTrue: Bool, _ description: @autoclosure () -> String) throws(Finding) {
    guard isTrue else { throw Finding(description: description()) }
}

/// Throws a finding unless both are equal.
func expectEqual<T: Equatable>(_ found: T, _ wanted: T, _ what: @autoclosure () -> String) throws(Finding) {
    guard found == wanted else { throw Finding(description: "\(what()): \(found) instead of \(wanted)") }
}

/// One input: a byte of options, a byte that says into how large pieces the rest is cut, and the rest.
package struct FuzzInput {
    /// Each bit is a switch of the grammar's own.
    let options: UInt8
    /// What the grammar reads.
    let bytes: [UInt8]
    private let pieceSize: Int

    /// Nil when there is nothing to read.
    package init?(_ raw: [UInt8]) {
        guard raw.count > 2 else { return nil }
        options = raw[0]
        pieceSize = Int(raw[1]) + 1
        bytes = Array(raw[2...])
    }

    /// The bit number `bit` of the options.
    func has(_ bit: UInt8) -> Bool { options >> bit & 1 == 1 }

    /// The bytes in pieces.
    var pieces: [[UInt8]] { Self.cut(bytes, by: pieceSize) }

    /// Checks that `transcript` makes the same of the bytes in one read, in pieces and one by one; the transcript.
    func sameHoweverCut<T: Equatable>(_ transcript: ([[UInt8]]) -> T) throws(Finding) -> T {
        let whole = transcript([bytes])
        try expectEqual(transcript(pieces), whole, "in pieces of \(pieceSize)")
        try expectEqual(transcript(Self.cut(bytes, by: 1)), whole, "byte by byte")
        return whole
    }

    static func cut(_ bytes: [UInt8], by size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }
}

/// One grammar and its invariants.
package struct FuzzTarget: Sendable {
    /// The name, which is also that of its corpus.
    package let name: String
    /// Holds one input against the invariants.
    package let check: @Sendable (FuzzInput) throws(Finding) -> Void

    /// Every grammar.
    package static let all = [
        FuzzTarget(name: "Request", check: checkRequests),
        FuzzTarget(name: "Response", check: checkResponses),
        FuzzTarget(name: "Body", check: checkBody),
        FuzzTarget(name: "WebSocket", check: checkWebSocket),
        FuzzTarget(name: "JSON", check: checkJSON),
        FuzzTarget(name: "Form", check: checkForm),
        FuzzTarget(name: "Base64", check: checkBase64),
        FuzzTarget(name: "UTF8", check: checkUTF8),
        FuzzTarget(name: "Date", check: checkDate),
        FuzzTarget(name: "Range", check: checkRange),
        FuzzTarget(name: "Conditional", check: checkConditional),
        FuzzTarget(name: "Offer", check: checkOffer),
        FuzzTarget(name: "Accept", check: checkAccept),
        FuzzTarget(name: "Upgrade", check: checkUpgrade),
        FuzzTarget(name: "URL", check: checkURL),
        FuzzTarget(name: "OpenPacket", check: checkOpenPacket),
        FuzzTarget(name: "EnginePacket", check: checkEnginePacket),
        FuzzTarget(name: "EnginePayload", check: checkEnginePayload),
        FuzzTarget(name: "EnginePayload3", check: checkEnginePayload3),
        FuzzTarget(name: "JSONP", check: checkJSONP),
        FuzzTarget(name: "SocketPacket", check: checkSocketPackets),
        FuzzTarget(name: "MessagePack", check: checkMessagePack),
    ]
}
