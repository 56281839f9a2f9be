// PacketView: a packet that was decoded, looked at where its bytes lie. Nothing of it outlives the call that shows it;
// what a receiver wants to keep it takes as strings and values.

package import Wire

/// A decoded packet during the call that delivers it.
package struct PacketView: ~Copyable {
    /// The type; a packet with attachments has the type it would have without.
    package let type: PacketType
    /// The number with which an acknowledgement is asked for, or which it answers.
    package let id: UInt64?
    /// The payload; without tokens if there is none.
    package let json: JSONView
    private let bytes: UnsafeRawBufferPointer
    private let namespaceRange: Range<Int>

    init(_ header: PacketHeader, _ bytes: UnsafeRawBufferPointer, _ json: JSONView) {
        type = header.type.withoutAttachments
        id = header.id
        namespaceRange = header.namespace
        self.bytes = bytes
        self.json = json
    }

    /// Whether there is a payload.
    package var hasPayload: Bool { json.count > 0 }
}

// MARK: - The namespace

extension PacketView {
    /// Whether the packet is for "/".
    package var isForMainNamespace: Bool { namespaceRange.isEmpty }

    /// The name of the namespace.
    package var namespace: String {
        isForMainNamespace ? "/" : String(decoding: bytes[namespaceRange], as: UTF8.self)
    }

    /// Whether the packet is for the namespace of this name; makes no `String`.
    package func isFor(_ name: String) -> Bool {
        guard !isForMainNamespace else { return name == "/" }
        return name.utf8.count == namespaceRange.count && bytes[namespaceRange].elementsEqual(name.utf8)
    }
}

// MARK: - Event and arguments

extension PacketView {
    /// The token of the event's name; only an event with a payload has one.
    package var eventToken: Int { 1 }

    /// The event's name; a number as JavaScript prints it, and empty if there is no payload.
    package var event: String {
        guard type == .event, hasPayload else { return "" }
        if let name = json.string(at: eventToken) { return name }
        return json.double(at: eventToken).map { JSON.double($0).text } ?? ""
    }

    /// Whether the event has this name; makes no `String`.
    package func isEvent(_ name: String) -> Bool {
        guard type == .event, hasPayload else { return false }
        return json.string(at: eventToken, equals: name)
    }

    /// Calls `body` with the bytes of the event's name, free of escapes; allocates only if there were any.
    package func withEventBytes<R>(_ body: (RawSpan) -> R) -> R {
        json.withStringBytes(at: eventToken, body)
    }

    /// The token of the first argument, equal to `argumentsEnd` if there is none.
    ///
    /// `json.next(after:)` leads from one argument to the next.
    package var firstArgument: Int { min(type == .event ? 2 : 1, argumentsEnd) }

    /// The token after the last argument; also for a packet of another type or without payload, which has none.
    package var argumentsEnd: Int {
        guard hasPayload, json.kind(at: 0) == .array else { return 0 }
        return json.next(after: 0)
    }

    /// The arguments as tokens.
    package var arguments: JSONElements {
        let end = argumentsEnd
        return json.elements(of: min(type == .event ? 2 : 1, end), until: end)
    }

    /// Calls `body` with the arguments as they stand in the packet, without brackets: an answer that repeats them can
    /// be spliced from these bytes and `attachments`.
    package func withRawArguments<R>(_ body: (RawSpan) -> R) -> R {
        guard firstArgument < argumentsEnd else { return body(UnsafeRawBufferPointer(start: nil, count: 0).bytes) }
        return body(UnsafeRawBufferPointer(rebasing: bytes[json.rawRange(from: firstArgument)]).bytes)
    }

    /// The attachments, in the order in which they came.
    package var attachments: [[UInt8]] { json.attachedBytes }
}
