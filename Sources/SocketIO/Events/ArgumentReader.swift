// ArgumentReader: the arguments of one packet, taken one after the other as the types that a handler wants.
// It borrows the packet: it lives during the call that handles it and is never stored.

internal import Wire

/// Why a packet's arguments do not fit a handler; distinct from every error that a program can throw.
struct Undecodable: Error {
    let message: String
}

/// Takes the arguments of one packet from left to right.
struct ArgumentReader {
    private let json: JSONView
    private let id: UInt64?
    /// Unretained: the socket is the one whose method is handling the packet.
    private unowned(unsafe) let target: any EventTarget
    private var elements: JSONElements
    private var position = 0

    init(_ packet: borrowing PacketView, _ target: any EventTarget) {
        json = packet.json
        id = packet.id
        self.target = target
        elements = packet.arguments
    }

    /// The next argument as a `T`.
    ///
    /// `Ack` and `Arguments` are taken from the packet itself. A missing argument is nil if `T` is optional.
    mutating func next<T: Decodable>(_ type: T.Type) throws(Undecodable) -> T {
        // Text is what most handlers take; asking for it by name spares the general way, which costs as much again.
        if T.self == String.self, let token = elements.next() {
            position += 1
            if let text = json.string(at: token) { return unsafeBitCast(text, to: T.self) }
            return try decode(T.self, at: token)
        }
        if T.self == Ack.self || T.self == Ack?.self { return try acknowledgement(T.self) }
        if T.self == Arguments.self { return unsafeBitCast(try rest(), to: T.self) }
        position += 1
        guard let token = elements.next() else { return try missing(T.self) }
        return try decode(T.self, at: token)
    }

    private func decode<T: Decodable>(_ type: T.Type, at token: Int) throws(Undecodable) -> T {
        do {
            return try json.decode(T.self, at: token)
        } catch {
            throw Undecodable(message: "argument \(position): \(error)")
        }
    }

    private func acknowledgement<T>(_ type: T.Type) throws(Undecodable) -> T {
        let ack = id.map { Ack(target, $0) }
        // Casting to a T that is known already by name costs more than making the object.
        if T.self == Ack?.self { return unsafeBitCast(ack, to: T.self) }
        guard let ack else { throw Undecodable(message: "no acknowledgement was asked for") }
        return unsafeBitCast(ack, to: T.self)
    }

    private func missing<T>(_ type: T.Type) throws(Undecodable) -> T {
        guard let optional = T.self as? any OptionalType.Type, let none = optional.nothing as? T else {
            throw Undecodable(message: "argument \(position) is missing")
        }
        return none
    }

    private mutating func rest() throws(Undecodable) -> Arguments {
        // What has fewer tokens than values may have depth needs no check that it is not too deep to become values.
        if !json.hasAttachments, json.count <= JSONLimits.valueDepth, let first = elements.next() {
            elements = json.elements(of: 0, until: 0)
            return json.withRawBytes(from: first) { Arguments(text: $0) }
        }
        var values: [JSON] = []
        while let token = elements.next() {
            do {
                values.append(try json.value(at: token))
            } catch {
                throw Undecodable(message: "argument \(position + values.count + 1): \(error)")
            }
        }
        return Arguments(values)
    }
}

/// What lets the reader make a nil of a type that it knows only as `T`.
private protocol OptionalType {
    static var nothing: Any { get }
}

extension Optional: OptionalType {
    fileprivate static var nothing: Any { Wrapped?.none as Any }
}
