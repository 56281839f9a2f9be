// SocketID: the public ids of sockets.

/// Makes the ids of sockets.
enum SocketID {
    // 90 random bits. Fifteen characters are the most that a String holds without memory of its own, and every
    // connected socket holds its id twice.
    private static let length = 15

    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    /// A new id.
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        var bits = (random.next() as UInt64, random.next() as UInt64)
        return String(unsafeUninitializedCapacity: length) { buffer in
            for index in 0..<length {
                buffer[index] = alphabet.utf8Start[Int(bits.0 & 63)]
                // Each word gives ten characters; after these the other one takes its place.
                bits = index == 9 ? (bits.1, 0) : (bits.0 >> 6, bits.1)
            }
            return length
        }
    }
}
