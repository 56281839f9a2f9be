import Testing

@testable import EngineIO

@Suite struct AddressBookTests {
    private static var options: EngineOptions {
        var options = EngineOptions()
        options.maxConnectionsPerAddress = 2
        options.maxHandshakesPerSecond = 1
        return options
    }

    @Test func `an address has so many sessions, and gets the place of one that ends`() {
        var book = AddressBook(Self.options)
        for _ in 0..<2 {
            #expect(book.hasRoom("10.0.0.1"))
            book.begin("10.0.0.1")
        }
        #expect(!book.hasRoom("10.0.0.1"))
        #expect(book.hasRoom("10.0.0.2"))
        book.end("10.0.0.1", now: 0)
        #expect(book.hasRoom("10.0.0.1"))
    }

    @Test func `ten seconds of handshakes may come at once, then one a second`() {
        var book = AddressBook(Self.options)
        for _ in 0..<10 { expect(true, book.takeHandshake("::1", now: 5_000)) }
        expect(false, book.takeHandshake("::1", now: 5_999))
        expect(true, book.takeHandshake("::1", now: 6_000))
        expect(false, book.takeHandshake("::1", now: 6_000))
        expect(true, book.takeHandshake("::2", now: 6_000))
    }

    @Test func `a unix socket has no address, and no limit`() {
        var book = AddressBook(Self.options)
        for address in ["", "/run/proxy.sock"] {
            for _ in 0..<100 {
                expect(true, book.takeHandshake(address, now: 0))
                book.begin(address)
                #expect(book.hasRoom(address))
            }
            book.end(address, now: 0)
        }
        #expect(book.count == 0)
    }

    @Test func `addresses that have nothing are forgotten`() {
        var book = AddressBook(Self.options)
        for number in 0..<100_000 {
            let address = "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)"
            expect(true, book.takeHandshake(address, now: UInt64(number)))
        }
        #expect(book.count < 5_000)
        book.begin("a")
        book.end("a", now: 1_000_000)
        #expect(book.hasRoom("a"))
    }
}

/// `#expect` cannot call what changes its receiver.
private func expect(_ expected: Bool, _ taken: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(taken == expected, sourceLocation: sourceLocation)
}
