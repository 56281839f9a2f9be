import Testing

@testable import Wire

@Suite struct ASCIITests {
    @Test func `hexadecimal digits of both cases have their value and nothing else has one`() {
        let values = (0...255).compactMap { byte in ASCII.hexDigit(UInt8(byte)).map { (UInt8(byte), $0) } }
        #expect(values.count == 22)
        #expect(ASCII.hexDigit(UInt8(ascii: "f")) == 15)
        #expect(ASCII.hexDigit(UInt8(ascii: "F")) == 15)
        #expect(ASCII.hexDigit(UInt8(ascii: "g")) == nil)
    }

    @Test func `only ASCII capitals are lowered`() {
        let changed = (0...255).filter { ASCII.lowercased(UInt8($0)) != UInt8($0) }
        #expect(changed == Array(0x41...0x5A))
    }
}
