// Payload3: the polling payload of protocol 3, which old clients send and get.
//
//     text      6:4hello 10:b4AQIDBA==        the length in UTF-16 units; "b4" and base64 is a binary message
//     binary    00 06 ff "4hello"  01 05 ff 04 01 02 03 04        0 text, 1 binary; the length's digits, one to a byte
//
// Without the blanks. Both readers work on the whole body, as that of protocol 4 does.

internal import Wire

/// Reads the packets of one payload of protocol 3, in order.
package struct PayloadReader3 {
    private let isBinary: Bool
    private var offset = 0

    /// A reader at the beginning of a payload; `isBinary` by its content type.
    package init(isBinary: Bool) {
        self.isBinary = isBinary
    }

    /// More digits than any length that may come has.
    private static let maxDigits = 12

    /// The next packet of `payload`, which must be the same in every call; nil after the last one.
    package mutating func next(_ payload: RawSpan) throws(PacketError) -> PayloadPacket? {
        guard payload.byteCount > 0 else { throw .empty }
        while offset < payload.byteCount {
            let packet = isBinary ? try nextBinary(payload) : try nextText(payload)
            if let packet { return packet }
        }
        return nil
    }

    // MARK: Text

    /// Nil for a packet of length 0, which means nothing.
    private mutating func nextText(_ payload: RawSpan) throws(PacketError) -> PayloadPacket? {
        let units = try length(payload, zero: UInt8(ascii: "0"), end: UInt8(ascii: ":"))
        let start = offset
        var missing = units
        while missing > 0 {
            guard offset < payload.byteCount else { throw .invalidLength }
            missing &-= try passCharacter(payload)
        }
        guard missing == 0 else { throw .invalidLength }
        return start == offset ? nil : try Self.packet(payload, start..<offset)
    }

    /// Moves over one character of a payload known to be UTF-8; how many UTF-16 units it has.
    private mutating func passCharacter(_ payload: RawSpan) throws(PacketError) -> Int {
        let lead = payload.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        let size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard size <= payload.byteCount &- offset else { throw .invalidUTF8 }
        offset &+= size
        return size == 4 ? 2 : 1
    }

    /// A text packet, or a binary message as base64.
    private static func packet(_ payload: RawSpan, _ range: Range<Int>) throws(PacketError) -> PayloadPacket {
        let packet = payload.extracting(range)
        guard packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PayloadReader.binaryMark else {
            return .text(range)
        }
        return .binary(try base64(packet))
    }

    /// The message in "b4" and base64.
    package static func base64(_ packet: RawSpan) throws(PacketError) -> [UInt8] {
        guard packet.byteCount >= 2,
            packet.unsafeLoad(fromByteOffset: 1, as: UInt8.self) == PacketType.message.digit
        else { throw .unknownType }
        guard let bytes = Base64.decode(packet.extracting(2...)) else { throw .invalidBase64 }
        return bytes
    }

    // MARK: Binary

    private mutating func nextBinary(_ payload: RawSpan) throws(PacketError) -> PayloadPacket? {
        let mark = payload.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
        guard mark <= 1 else { throw .unknownType }
        offset &+= 1
        let size = try length(payload, zero: 0, end: 0xFF)
        guard size <= payload.byteCount &- offset else { throw .invalidLength }
        let range = offset..<offset &+ size
        offset = range.upperBound
        guard size > 0 else { return nil }
        let packet = payload.extracting(range)
        if mark == 0 {
            guard UTF8Validator.isValid(packet) else { throw .invalidUTF8 }
            return try Self.packet(payload, range)
        }
        guard packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PacketType.message.rawValue else {
            throw .unknownType
        }
        return .binary(packet.extracting(1...).withUnsafeBytes { Array($0) })
    }

    // MARK: Lengths

    /// A length, whose digits count from `zero` on and end with `end`.
    private mutating func length(_ payload: RawSpan, zero: UInt8, end: UInt8) throws(PacketError) -> Int {
        var length = 0
        var digits = 0
        while offset < payload.byteCount {
            let byte = payload.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            offset &+= 1
            if byte == end, digits > 0 { return length }
            guard byte &- zero < 10, digits < Self.maxDigits else { throw .invalidLength }
            length = length &* 10 &+ Int(byte &- zero)
            digits &+= 1
        }
        throw .invalidLength
    }
}

/// Writes a payload of protocol 3.
struct PayloadWriter3 {
    private let isBinary: Bool
    private(set) var bytes: [UInt8] = []

    init(isBinary: Bool) {
        self.isBinary = isBinary
    }

    /// Appends a packet in the polling form of protocol 4: text with its digit, or "b" and base64.
    mutating func append(_ packet: RawSpan) {
        let isMessage = packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PayloadReader.binaryMark
        switch (isBinary, isMessage) {
        case (false, false):
            append(length: Self.units(packet), zero: UInt8(ascii: "0"), end: UInt8(ascii: ":"))
            append(bytes: packet)
        case (false, true):
            append(length: packet.byteCount &+ 1, zero: UInt8(ascii: "0"), end: UInt8(ascii: ":"))
            bytes.append(PayloadReader.binaryMark)
            bytes.append(PacketType.message.digit)
            append(bytes: packet.extracting(1...))
        case (true, false):
            bytes.append(0)
            append(length: packet.byteCount, zero: 0, end: 0xFF)
            append(bytes: packet)
        case (true, true):
            let message = Base64.decode(packet.extracting(1...)) ?? []
            bytes.append(1)
            append(length: message.count &+ 1, zero: 0, end: 0xFF)
            bytes.append(PacketType.message.rawValue)
            bytes.append(contentsOf: message)
        }
    }

    private mutating func append(bytes packet: RawSpan) {
        packet.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    private mutating func append(length: Int, zero: UInt8, end: UInt8) {
        for digit in String(length).utf8 { bytes.append(digit &- UInt8(ascii: "0") &+ zero) }
        bytes.append(end)
    }

    /// The length of UTF-8 text as JavaScript counts it.
    private static func units(_ text: RawSpan) -> Int {
        text.withUnsafeBytes { bytes in
            bytes.reduce(0) { $0 &+ ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
        }
    }
}
