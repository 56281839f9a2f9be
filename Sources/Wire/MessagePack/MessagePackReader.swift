// MessagePackReader: MessagePack as a value (https://github.com/msgpack/msgpack/blob/master/spec.md).
// It recurses no deeper than its limit, and reserves nothing for what is only announced: memory grows with what is there.

/// A cursor over bytes that are all there.
struct MessagePackReader {
    private let bytes: UnsafeRawBufferPointer
    private let limits: MessagePackLimits
    private var cursor = 0
    private var values = 0

    /// Reads all of `bytes` as one value.
    static func read(
        _ bytes: UnsafeRawBufferPointer,
        limits: MessagePackLimits
    ) throws(MessagePackError) -> JSON {
        var reader = MessagePackReader(bytes, limits)
        let value = try reader.value(depth: 0)
        guard reader.remaining == 0 else { throw .trailingBytes(at: reader.cursor) }
        return value
    }

    private init(_ bytes: UnsafeRawBufferPointer, _ limits: MessagePackLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private var remaining: Int { bytes.count &- cursor }

    private mutating func value(depth: Int) throws(MessagePackError) -> JSON {
        guard values < limits.maxValues else { throw .tooManyValues }
        values &+= 1
        let start = cursor
        let byte = UInt8(truncatingIfNeeded: try unsigned(1))
        switch byte {
        case 0x00...0x7F: return .int(Int64(byte))
        case 0x80...0x8F: return try map(Int(byte & 0x0F), depth, start)
        case 0x90...0x9F: return try array(Int(byte & 0x0F), depth, start)
        case 0xA0...0xBF: return .string(try text(Int(byte & 0x1F)))
        case 0xC0: return .null
        case 0xC2, 0xC3: return .bool(byte == 0xC3)
        case 0xC4...0xC6: return .binary(Array(try take(count(byte, from: 0xC4))))
        case 0xC7...0xC9: return try readExtension(count(byte, from: 0xC7), start)
        case 0xCA: return .double(Double(Float(bitPattern: UInt32(truncatingIfNeeded: try unsigned(4)))))
        case 0xCB: return .double(Double(bitPattern: try unsigned(8)))
        case 0xCC...0xCF: return Self.integer(try unsigned(1 &<< Int(byte &- 0xCC)))
        case 0xD0...0xD3: return .int(try signed(1 &<< Int(byte &- 0xD0)))
        case 0xD4...0xD8: return try readExtension(1 &<< Int(byte &- 0xD4), start)
        case 0xD9...0xDB: return .string(try text(count(byte, from: 0xD9)))
        case 0xDC, 0xDD: return try array(Int(truncatingIfNeeded: try unsigned(byte == 0xDC ? 2 : 4)), depth, start)
        case 0xDE, 0xDF: return try map(Int(truncatingIfNeeded: try unsigned(byte == 0xDE ? 2 : 4)), depth, start)
        case 0xE0...0xFF: return .int(Int64(Int8(bitPattern: byte)))
        default: throw .reservedByte(at: start)
        }
    }
}

// MARK: - Containers

extension MessagePackReader {
    private mutating func array(_ count: Int, _ depth: Int, _ start: Int) throws(MessagePackError) -> JSON {
        try enter(depth, start, atLeast: count)
        var elements: [JSON] = []
        for _ in 0..<count { elements.append(try value(depth: depth &+ 1)) }
        return .array(elements)
    }

    private mutating func map(_ count: Int, _ depth: Int, _ start: Int) throws(MessagePackError) -> JSON {
        try enter(depth, start, atLeast: count &* 2)
        var object = JSONObject()
        for _ in 0..<count {
            let key = try key(depth: depth &+ 1)
            object[key] = try value(depth: depth &+ 1)
        }
        return .object(object)
    }

    /// Every element takes a byte at least, so that what is announced beyond the end is refused at once.
    private func enter(_ depth: Int, _ start: Int, atLeast count: Int) throws(MessagePackError) {
        guard depth < limits.maxDepth else { throw .tooDeep(at: start) }
        guard count <= remaining else { throw .unexpectedEnd }
    }

    /// The name of a member; an integer becomes its digits, as in JavaScript.
    private mutating func key(depth: Int) throws(MessagePackError) -> String {
        let start = cursor
        switch try value(depth: depth) {
        case .string(let name): return name
        case .int(let number): return String(number)
        case .number(let digits): return digits
        default: throw .invalidKey(at: start)
        }
    }
}

// MARK: - Scalars

extension MessagePackReader {
    private mutating func take(_ count: Int) throws(MessagePackError) -> Slice<UnsafeRawBufferPointer> {
        guard count <= remaining else { throw .unexpectedEnd }
        defer { cursor &+= count }
        return bytes[cursor..<cursor &+ count]
    }

    /// A number of `width` bytes, the highest first.
    private mutating func unsigned(_ width: Int) throws(MessagePackError) -> UInt64 {
        var number: UInt64 = 0
        for byte in try take(width) { number = number &<< 8 | UInt64(byte) }
        return number
    }

    private mutating func signed(_ width: Int) throws(MessagePackError) -> Int64 {
        let unused = 64 &- width &* 8
        return Int64(bitPattern: try unsigned(width) &<< UInt64(unused)) &>> Int64(unused)
    }

    /// The length that follows a byte of which `first` is the form with the shortest length.
    private mutating func count(_ byte: UInt8, from first: UInt8) throws(MessagePackError) -> Int {
        Int(truncatingIfNeeded: try unsigned(1 &<< Int(byte &- first)))
    }

    private static func integer(_ number: UInt64) -> JSON {
        Int64(exactly: number).map(JSON.int) ?? .number(String(number))
    }

    private mutating func text(_ count: Int) throws(MessagePackError) -> String {
        let start = cursor
        guard let text = String(validating: try take(count), as: UTF8.self) else { throw .invalidUTF8(at: start) }
        return text
    }
}

// MARK: - Extensions

extension MessagePackReader {
    /// What JavaScript's notepack writes besides the standard, and the standard's own times.
    ///
    /// Undefined becomes null, and a point in time its milliseconds since 1970, as `Number(date)` is.
    private mutating func readExtension(_ count: Int, _ start: Int) throws(MessagePackError) -> JSON {
        let type = Int8(truncatingIfNeeded: try signed(1))
        guard count <= remaining else { throw .unexpectedEnd }
        switch (type, count) {
        case (0, 1): if try unsigned(1) == 0 { return .null }
        case (0, 8): return .int(try signed(8))
        case (-1, 4): return Self.milliseconds(Int64(truncatingIfNeeded: try unsigned(4)), 0)
        case (-1, 8):
            let both = try unsigned(8)
            return Self.milliseconds(Int64(truncatingIfNeeded: both & 0x3_FFFF_FFFF), both &>> 34)
        case (-1, 12):
            let nanoseconds = try unsigned(4)
            return Self.milliseconds(try signed(8), nanoseconds)
        default: break
        }
        throw .unknownExtension(type, at: start)
    }

    private static func milliseconds(_ seconds: Int64, _ nanoseconds: UInt64) -> JSON {
        let (product, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000)
        let (sum, carry) = product.addingReportingOverflow(Int64(truncatingIfNeeded: nanoseconds / 1_000_000))
        return isTooLarge || carry ? .double(Double(seconds) * 1_000) : .int(sum)
    }
}
