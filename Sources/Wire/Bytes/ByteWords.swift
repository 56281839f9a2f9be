// ByteWords: looking through bytes eight at a step, by arithmetic on the word that they make. A byte that is looked for
// leaves its high bit set. A borrow or a carry only reaches bytes above one that is marked already, so that the lowest
// mark is always true, and whether there is one at all; the others need not be.

/// Eight bytes as a little-endian number, and what can be asked of all of them at once.
struct ByteWord {
    let value: UInt64

    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The eight bytes at `offset`, which the caller has compared with the end.
    @inline(__always)
    init(_ bytes: UnsafeRawPointer, at offset: Int) {
        value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Marks bytes that are `byte`.
    @inline(__always)
    func equal(to byte: UInt8) -> UInt64 {
        let differences = value ^ (Self.ones &* UInt64(byte))
        return (differences &- Self.ones) & ~differences & Self.highs
    }

    /// Marks bytes that are no visible ASCII: blanks, control characters, and whatever is beyond 0x7E.
    @inline(__always)
    var invisible: UInt64 {
        ((value &- Self.ones &* 0x21) | (value &+ Self.ones) | value) & Self.highs
    }

    /// The place of the lowest mark.
    @inline(__always)
    static func place(of marks: UInt64) -> Int { marks.trailingZeroBitCount >> 3 }
}

extension UnsafeRawBufferPointer {
    /// Where `byte` stands first from `start` on; the end if it does not.
    ///
    /// Complexity: O(n), eight bytes a step.
    package func place(of byte: UInt8, from start: Int = 0) -> Int {
        guard let base = baseAddress else { return count }
        var index = start
        while count &- index >= 8 {
            let marks = ByteWord(base, at: index).equal(to: byte)
            if marks != 0 { return index &+ ByteWord.place(of: marks) }
            index &+= 8
        }
        while index < count, base.load(fromByteOffset: index, as: UInt8.self) != byte { index &+= 1 }
        return index
    }

    /// Whether `text`, which is not empty, stands somewhere in the bytes.
    package func has(_ text: StaticString) -> Bool {
        var start = place(of: text.utf8Start[0])
        while count &- start >= text.utf8CodeUnitCount {
            if text.withUTF8Buffer({ self[start...].starts(with: $0) }) { return true }
            start = place(of: text.utf8Start[0], from: start &+ 1)
        }
        return false
    }
}
