// PacketEncoder: Socket.IO packets appended to whatever the writer holds already, so that the layers below can keep room
// for their own headers in front and nothing is copied twice.

package import Wire

/// Writes the packets of one namespace.
///
/// Each packet takes a writer of its own: its attachments are numbered from the writer's first, and follow the text as
/// messages of their own. When encoding fails the writer is as it was before.
package struct PacketEncoder: Sendable {
    /// The namespace and its comma; empty for "/".
    let prefix: [UInt8]

    /// An encoder for this namespace.
    package init(namespace: String = "/") {
        prefix = namespace == "/" ? [] : Array((namespace + ",").utf8)
    }

    /// Appends an event; with an id it asks for an acknowledgement.
    ///
    /// `offset` goes behind the arguments: the mark by which a client that comes back says what it has seen.
    package func event<each T: Encodable>(
        _ name: String,
        _ arguments: repeat each T,
        id: UInt64? = nil,
        offset: String? = nil,
        into writer: inout JSONWriter
    ) throws(JSONEncodingError) {
        let start = begin(.event, id, &writer)
        writer.string(name)
        do throws(JSONEncodingError) {
            repeat try Self.append(each arguments, &writer)
        } catch {
            abandon(start, &writer)
            throw error
        }
        finish(start, offset, &writer)
    }

    /// Appends an event whose arguments are values already.
    package func event(
        _ name: String,
        arguments: [JSON],
        id: UInt64? = nil,
        offset: String? = nil,
        into writer: inout JSONWriter
    ) {
        let start = begin(.event, id, &writer)
        writer.string(name)
        for argument in arguments {
            writer.raw(UInt8(ascii: ","))
            writer.write(argument)
        }
        finish(start, offset, &writer)
    }

    /// Appends the answer to the event with this id.
    package func acknowledgement<each T: Encodable>(
        _ arguments: repeat each T,
        id: UInt64,
        into writer: inout JSONWriter
    ) throws(JSONEncodingError) {
        let start = begin(.acknowledgement, id, &writer)
        let first = writer.bytes.count
        do throws(JSONEncodingError) {
            repeat try Self.append(each arguments, &writer, first: first)
        } catch {
            abandon(start, &writer)
            throw error
        }
        finish(start, nil, &writer)
    }

    /// Appends the answer to the event with this id; its arguments are values already.
    package func acknowledgement(arguments: [JSON], id: UInt64, into writer: inout JSONWriter) {
        let start = begin(.acknowledgement, id, &writer)
        for (index, argument) in arguments.enumerated() {
            if index > 0 { writer.raw(UInt8(ascii: ",")) }
            writer.write(argument)
        }
        finish(start, nil, &writer)
    }

    /// Appends an answer whose arguments are spliced from text, as `PacketView.withRawArguments` shows it.
    package func acknowledgement(
        raw arguments: RawSpan,
        attachments: [[UInt8]] = [],
        id: UInt64,
        into writer: inout JSONWriter
    ) {
        let start = begin(.acknowledgement, id, &writer)
        writer.raw(arguments)
        writer.attachments.append(contentsOf: attachments)
        finish(start, nil, &writer)
    }

    /// Appends the request to enter the namespace, or the permission to, which holds the socket's id.
    package func connect(_ payload: JSONObject? = nil, into writer: inout JSONWriter) {
        header(.connect, nil, &writer)
        if let payload { writer.write(payload) }
    }

    /// Appends the refusal to enter the namespace.
    package func connectError(_ payload: JSON, into writer: inout JSONWriter) {
        header(.connectError, nil, &writer)
        writer.write(payload)
    }

    /// Appends the farewell to the namespace.
    package func disconnect(into writer: inout JSONWriter) {
        header(.disconnect, nil, &writer)
    }
}

// MARK: - The parts of a packet

extension PacketEncoder {
    /// Where a packet began in the writer.
    private struct Start {
        let bytes: Int
        let attachments: Int
    }

    private func header(_ type: PacketType, _ id: UInt64?, _ writer: inout JSONWriter) {
        writer.raw(ASCII.zero &+ type.rawValue)
        writer.raw(prefix.span.bytes)
        if let id { writer.int(id) }
    }

    private func begin(_ type: PacketType, _ id: UInt64?, _ writer: inout JSONWriter) -> Start {
        let start = Start(bytes: writer.bytes.count, attachments: writer.attachments.count)
        header(type, id, &writer)
        writer.raw(UInt8(ascii: "["))
        return start
    }

    /// Appends one argument, after a comma unless the text still ends at `first`.
    private static func append<T: Encodable>(
        _ argument: T,
        _ writer: inout JSONWriter,
        first: Int = -1
    ) throws(JSONEncodingError) {
        if writer.bytes.count != first { writer.raw(UInt8(ascii: ",")) }
        try writer.encode(argument)
    }

    /// Ends the payload, and makes the header that of a packet with attachments if there turned out to be some.
    private func finish(_ start: Start, _ offset: String?, _ writer: inout JSONWriter) {
        if let offset {
            writer.raw(UInt8(ascii: ","))
            writer.string(offset)
        }
        writer.raw(UInt8(ascii: "]"))
        let count = writer.attachments.count - start.attachments
        guard count > 0 else { return }
        writer.bytes[start.bytes] &+= PacketType.binaryEvent.rawValue &- PacketType.event.rawValue
        writer.bytes.insert(contentsOf: "\(count)-".utf8, at: start.bytes + 1)
    }

    private func abandon(_ start: Start, _ writer: inout JSONWriter) {
        writer.bytes.removeLast(writer.bytes.count - start.bytes)
        writer.attachments.removeLast(writer.attachments.count - start.attachments)
    }
}
