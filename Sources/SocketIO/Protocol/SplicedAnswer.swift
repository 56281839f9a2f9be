// SplicedAnswer: an acknowledgement that repeats arguments as they came. Its size is known before it is written, so that it
// can be written once, to the place from which it leaves.
//
//     3 /admin, 12 [ "hello",{"n":1} ]
//     │ │       │    └ the arguments
//     │ │       └ id
//     │ └ namespace; "/" is not written
//     └ type

internal import Wire

/// The parts of an acknowledgement around its arguments.
package struct SplicedAnswer {
    private let prefix: [UInt8]
    private let id: UInt64
    private let digits: Int

    /// The size of the whole text.
    package let byteCount: Int

    /// The answer to the event with this id, of an encoder's namespace.
    package init(_ encoder: PacketEncoder, id: UInt64, argumentBytes: Int) {
        prefix = encoder.prefix
        self.id = id
        digits = Self.digits(of: id)
        byteCount = 3 &+ prefix.count &+ digits &+ argumentBytes
    }

    private static func digits(of id: UInt64) -> Int {
        var (rest, count) = (id, 1)
        while rest >= 10 { (rest, count) = (rest / 10, count &+ 1) }
        return count
    }

    /// Writes the answer with these arguments to `start`, which has room for it.
    ///
    /// Complexity: O(n).
    package func write(_ arguments: RawSpan, to start: UnsafeMutableRawPointer) {
        precondition(byteCount == 3 &+ prefix.count &+ digits &+ arguments.byteCount)
        start.storeBytes(of: ASCII.zero &+ PacketType.acknowledgement.rawValue, as: UInt8.self)
        prefix.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: start + 1, count: $0.count).copyMemory(from: $0) }
        var place = 1 &+ prefix.count &+ digits
        start.storeBytes(of: ASCII.leftBracket, toByteOffset: place, as: UInt8.self)
        arguments.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(start: start + place + 1, count: $0.count).copyMemory(from: $0)
        }
        start.storeBytes(of: ASCII.rightBracket, toByteOffset: byteCount &- 1, as: UInt8.self)
        var rest = id
        for _ in 0..<digits {
            place &-= 1
            let digit = UInt8(truncatingIfNeeded: rest % 10)
            start.storeBytes(of: ASCII.zero &+ digit, toByteOffset: place, as: UInt8.self)
            rest /= 10
        }
    }
}
