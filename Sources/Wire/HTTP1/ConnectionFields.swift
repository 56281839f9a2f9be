// ConnectionFields: one sweep over the fields of a message for the few that decide about its body and its
// connection. Strictness is the point: see RequestHead.swift.

/// What the fields of a message say about its framing and its connection.
struct ConnectionFields {
    private(set) var hasHost = false
    private(set) var closes = false
    private(set) var hasKeepAlive = false
    private(set) var hasUpgrade = false
    private(set) var upgrade: String?
    private(set) var expectsContinue = false
    private(set) var length: Int?
    private(set) var codings: [TransferCoding] = []

    /// The codings of RFC 9112 7 as far as they have to be told apart.
    enum TransferCoding {
        case chunked
        case identity
        case unknown
    }

    init(_ fields: Fields) throws(HTTPError) {
        for entry in fields.entries {
            // The length of the name rules out nearly every field before a byte is compared.
            switch entry.name.count {
            case 4 where fields.isNamed(entry, "host"): try readHost(fields.bytes[entry.value])
            case 6 where fields.isNamed(entry, "expect"): try readExpect(fields.bytes[entry.value])
            case 7 where fields.isNamed(entry, "upgrade"): readUpgrade(fields.bytes[entry.value])
            case 10 where fields.isNamed(entry, "connection"): readConnection(fields.bytes[entry.value])
            case 14 where fields.isNamed(entry, "content-length"): try readLength(fields.bytes[entry.value])
            case 17 where fields.isNamed(entry, "transfer-encoding"): try readCodings(fields.bytes[entry.value])
            default: break
            }
        }
    }

    /// The length of a request's body.
    func requestFraming(minorVersion: Int) throws(HTTPError) -> BodyFraming {
        guard codings.isEmpty else {
            try checkChunked(minorVersion: minorVersion)
            return .chunked
        }
        guard let length, length > 0 else { return .none }
        return .length(length)
    }

    /// The length of an answer's body, as far as its fields say.
    func responseFraming(minorVersion: Int) throws(HTTPError) -> BodyFraming {
        guard codings.isEmpty else {
            try checkChunked(minorVersion: minorVersion)
            return .chunked
        }
        return length.map(BodyFraming.length) ?? .untilClose
    }

    /// Whether the connection may be used again.
    func keepsAlive(minorVersion: Int) -> Bool {
        !closes && (minorVersion > 0 || hasKeepAlive)
    }

    /// Refuses everything but a lone "chunked".
    func checkChunked(minorVersion: Int) throws(HTTPError) {
        guard length == nil else { throw .badContentLength }
        guard minorVersion > 0 else { throw .badTransferEncoding }
        guard !codings.contains(.unknown) else { throw .unknownTransferCoding }
        guard codings == [.chunked] else { throw .badTransferEncoding }
    }

    private mutating func readHost(_ value: ArraySlice<UInt8>) throws(HTTPError) {
        // Two Host fields are two opinions about where the request goes: RFC 9112 3.2 demands 400.
        guard !hasHost, ConnectionFields.isHost(value) else { throw .badHost }
        hasHost = true
    }

    private mutating func readExpect(_ value: ArraySlice<UInt8>) throws(HTTPError) {
        guard ASCII.equalIgnoringCase(value, "100-continue".utf8) else { throw .expectationFailed }
        expectsContinue = true
    }

    private mutating func readUpgrade(_ value: ArraySlice<UInt8>) {
        guard upgrade == nil else { return }
        upgrade = String(decoding: value.map(ASCII.lowercased), as: UTF8.self)
    }

    private mutating func readConnection(_ value: ArraySlice<UInt8>) {
        for element in Fields.elements(of: value) {
            switch element.count {
            case 5 where ASCII.equalIgnoringCase(element, "close".utf8): closes = true
            case 7 where ASCII.equalIgnoringCase(element, "upgrade".utf8): hasUpgrade = true
            case 10 where ASCII.equalIgnoringCase(element, "keep-alive".utf8): hasKeepAlive = true
            default: break
            }
        }
    }

    private mutating func readLength(_ value: ArraySlice<UInt8>) throws(HTTPError) {
        // Twice is refused even when both agree: the next hop may take the other one for its own reasons.
        guard length == nil, let number = decimal(value) else { throw .badContentLength }
        length = number
    }

    private mutating func readCodings(_ value: ArraySlice<UInt8>) throws(HTTPError) {
        let elements = Fields.elements(of: value)
        guard !elements.isEmpty else { throw .badTransferEncoding }
        for element in elements {
            if ASCII.equalIgnoringCase(element, "chunked".utf8) {
                codings.append(.chunked)
            } else if ASCII.equalIgnoringCase(element, "identity".utf8) {
                codings.append(.identity)
            } else {
                codings.append(.unknown)
            }
        }
    }

    /// Whether every byte may stand in "host:port", with an IPv6 address in brackets.
    static func isHost(_ value: ArraySlice<UInt8>) -> Bool {
        // RFC 3986 3.2.2: unreserved, sub-delims, percent; brackets and colons of IPv6. No "@": nobody's name
        // belongs into a Host field. "," is a sub-delim that only ever separates two joined Host fields.
        // That is: letters, digits and -._~!$&'()*+;=%:[] as two words of bits.
        let low: UInt64 = 0x2FFF_6FF2_0000_0000
        let high: UInt64 = 0x47FF_FFFE_AFFF_FFFE
        for byte in value {
            guard byte < 0x80 else { return false }
            let word = byte < 0x40 ? low : high
            guard (word &>> UInt64(byte & 0x3F)) & 1 == 1 else { return false }
        }
        return true
    }
}
