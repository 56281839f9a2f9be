// MessagePackWriter: values as MessagePack, each in the shortest form that there is, as JavaScript's notepack writes them.

/// Appends MessagePack to an array of bytes.
package struct MessagePackWriter {
    /// What was written, after whatever was there before.
    package var bytes: [UInt8]

    /// A writer that appends to `bytes`.
    package init(appendingTo bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    /// Appends a value.
    ///
    /// It recurses as deep as the value is nested; a value that was read is no deeper than the limit of its reader.
    package mutating func write(_ value: JSON) {
        switch value {
        case .null: bytes.append(0xC0)
        case .bool(let value): bytes.append(value ? 0xC3 : 0xC2)
        case .int(let value): int(value)
        case .double(let value): double(value)
        case .number(let digits): number(digits)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray(elements.count)
            for element in elements { write(element) }
        case .object(let members):
            beginMap(members.count)
            for (name, value) in members {
                string(name)
                write(value)
            }
        case .binary(let value): binary(value)
        }
    }

    /// Begins an array; the elements follow.
    package mutating func beginArray(_ count: Int) {
        if count < 16 { return bytes.append(0x90 | UInt8(truncatingIfNeeded: count)) }
        begin(count, byte: nil, 0xDC, 0xDD)
    }

    /// Begins a map; names and values follow by turns.
    package mutating func beginMap(_ count: Int) {
        if count < 16 { return bytes.append(0x80 | UInt8(truncatingIfNeeded: count)) }
        begin(count, byte: nil, 0xDE, 0xDF)
    }
}

// MARK: - Scalars

extension MessagePackWriter {
    /// Appends a string.
    package mutating func string(_ value: String) {
        let utf8 = value.utf8
        if utf8.count < 32 {
            bytes.append(0xA0 | UInt8(truncatingIfNeeded: utf8.count))
        } else {
            begin(utf8.count, byte: 0xD9, 0xDA, 0xDB)
        }
        bytes.append(contentsOf: utf8)
    }

    /// Appends bytes.
    package mutating func binary(_ value: [UInt8]) {
        begin(value.count, byte: 0xC4, 0xC5, 0xC6)
        bytes.append(contentsOf: value)
    }

    /// Appends an integer.
    package mutating func int(_ value: Int64) {
        guard value < 0 else { return int(UInt64(value)) }
        let pattern = UInt64(bitPattern: value)
        switch value {
        case -32..<0: bytes.append(UInt8(truncatingIfNeeded: pattern))
        case Int64(Int8.min)..<0: number(0xD0, pattern, width: 1)
        case Int64(Int16.min)..<0: number(0xD1, pattern, width: 2)
        case Int64(Int32.min)..<0: number(0xD2, pattern, width: 4)
        default: number(0xD3, pattern, width: 8)
        }
    }

    /// Appends an integer that is not negative.
    package mutating func int(_ value: UInt64) {
        switch value {
        case 0...0x7F: bytes.append(UInt8(truncatingIfNeeded: value))
        case 0...0xFF: number(0xCC, value, width: 1)
        case 0...0xFFFF: number(0xCD, value, width: 2)
        case 0...0xFFFF_FFFF: number(0xCE, value, width: 4)
        default: number(0xCF, value, width: 8)
        }
    }

    /// Appends a number; one without fraction as an integer, since JavaScript makes no difference.
    package mutating func double(_ value: Double) {
        let isNegativeZero = value == 0 && value.sign == .minus
        if !isNegativeZero, let integer: Int64 = JSONNumber.integer(exactly: value) { return int(integer) }
        if let integer: UInt64 = JSONNumber.integer(exactly: value), !isNegativeZero { return int(integer) }
        number(0xCB, value.bitPattern, width: 8)
    }

    /// Appends a number that is text: exactly if 64 bits hold it, or else the nearest `Double`.
    private mutating func number(_ digits: String) {
        if let value = Int64(digits) { return int(value) }
        if let value = UInt64(digits) { return int(value) }
        guard let value = Double(digits) else { return bytes.append(0xC0) }
        number(0xCB, value.bitPattern, width: 8)
    }

    private mutating func number(_ form: UInt8, _ value: UInt64, width: Int) {
        bytes.append(form)
        for index in (0..<width).reversed() { bytes.append(UInt8(truncatingIfNeeded: value &>> UInt64(index &* 8))) }
    }

    /// Appends a length, in the shortest of the forms that the type has; no message reaches the end of the last one.
    private mutating func begin(_ count: Int, byte short: UInt8?, _ middle: UInt8, _ long: UInt8) {
        let length = UInt64(truncatingIfNeeded: count)
        if let short, length <= 0xFF { return number(short, length, width: 1) }
        if length <= 0xFFFF { return number(middle, length, width: 2) }
        number(long, length, width: 4)
    }
}
