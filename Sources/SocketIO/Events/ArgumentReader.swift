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
        let ack = id.map { Ack(OpenQuestion($0, target)) }
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

    /// The arguments that are left.
    mutating func rest() throws(Undecodable) -> Arguments {
        if json.isPlain, let first = elements.next() {
            elements = json.elements(of: 0, until: 0)
            return Arguments(text: json.rawText(from: first), reusing: [])
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

extension JSONView {
    /// Whether the text says everything, and needs no check that it is not too deep to become values: it has fewer tokens
    /// than values may have depth.
    var isPlain: Bool { !hasAttachments && count <= JSONLimits.valueDepth }
}

/// What lets the reader make a nil of a type that it knows only as `T`.
private protocol OptionalType {
    static var nothing: Any { get }
}

extension Optional: OptionalType {
    fileprivate static var nothing: Any { Wrapped?.none as Any }
}
