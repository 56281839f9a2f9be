import Testing

@testable import Wire

struct ByteWordsTests {
    private func place(of byte: UInt8, in bytes: [UInt8], from start: Int = 0) -> Int {
        bytes.withUnsafeBytes { $0.place(of: byte, from: start) }
    }

    @Test func findsAByteAtEveryPlaceOfTextsOfEveryLength() {
        for count in 0..<40 {
            #expect(place(of: 0x23, in: [UInt8](repeating: 0x24, count: count)) == count)
            for position in 0..<count {
                var bytes = [UInt8](repeating: 0x24, count: count)
                bytes[position] = 0x23
                #expect(place(of: 0x23, in: bytes) == position)
                #expect(place(of: 0x23, in: bytes, from: position) == position)
                #expect(place(of: 0x23, in: bytes, from: position + 1) == count)
            }
        }
    }

    /// One below and one above, zero and the high half: what the borrow of a neighbour could be mistaken for.
    @Test(arguments: [0x00, 0x01, 0x1E, 0x7F, 0x80, 0xFF] as [UInt8])
    func findsTheFirstOfSeveral(_ byte: UInt8) {
        for other in 0...UInt8.max where other != byte {
            var bytes = [UInt8](repeating: other, count: 19)
            bytes[11] = byte
            bytes[12] = byte
            bytes[17] = byte
            #expect(place(of: byte, in: bytes) == 11)
        }
    }

    @Test func tellsVisibleCharactersFromTheRest() {
        for byte in 0...UInt8.max {
            let isVisible = (0x21...0x7E).contains(byte)
            for position in 0..<8 {
                for other in [UInt8(0x21), 0x41, 0x7E] {
                    var bytes = [UInt8](repeating: other, count: 8)
                    bytes[position] = byte
                    let marks = bytes.withUnsafeBytes { ByteWord($0.baseAddress!, at: 0).invisible }
                    #expect(isVisible ? marks == 0 : ByteWord.place(of: marks) == position)
                }
            }
        }
    }

    @Test func findsATextWhereverItStands() {
        func has(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { $0.has("MSIE") } }
        for count in 0..<20 {
            let before = String(repeating: "M", count: count)
            #expect(has(before + "MSIE"))
            #expect(has(before + "MSIE and more"))
            #expect(!has(before + "MSI"))
            #expect(!has(before + "MSI E"))
        }
    }
}
