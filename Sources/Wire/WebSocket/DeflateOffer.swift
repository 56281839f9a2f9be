// DeflateOffer: the negotiation of permessage-deflate (RFC 7692 section 7.1). The server's side reads what a client offers
// and says what both will do; the client's side offers and reads that. Compressing is somebody else's business, and so is
// every other extension.

/// What permessage-deflate is agreed to be on one connection, or what a server would like it to be.
package struct DeflateParameters: Equatable, Sendable {
    /// The server compresses each message by itself.
    package var serverNoContextTakeover = false
    /// The client compresses each message by itself.
    package var clientNoContextTakeover = false
    /// The base-2 logarithm of the window in which the server looks for repetitions: 8 to 15.
    package var serverMaxWindowBits = 15
    /// The same for the client's window.
    package var clientMaxWindowBits = 15

    /// Context takeover and the largest window both ways.
    package init() {}
}

/// An offer that is malformed, or whose parameters RFC 7692 does not know, to be answered by 400; or such an answer.
package struct DeflateOfferError: Error, Equatable {
    /// The body to answer with, that of the Node server.
    package var message: String { "Invalid or unacceptable Sec-WebSocket-Extensions header" }
}

/// What was agreed, and the words that say so.
package struct DeflateAgreement: Equatable, Sendable {
    /// What both ends will do.
    package let parameters: DeflateParameters
    /// The value of the answer's Sec-WebSocket-Extensions.
    package let field: String
}

/// One offer of a Sec-WebSocket-Extensions field.
package struct DeflateOffer: Equatable, Sendable {
    /// A number of window bits in an offer.
    private enum Bits: Equatable {
        /// The parameter is not there.
        case absent
        /// It is there without a value: the client leaves the number to the server.
        case any
        case exactly(Int)
    }

    private static let name = "permessage-deflate"
    private static let windowBits = 8...15

    private var serverNoContextTakeover = false
    private var clientNoContextTakeover = false
    private var serverMaxWindowBits = Bits.absent
    private var clientMaxWindowBits = Bits.absent

    /// The first offer in `fields` that can be met as the server wishes; nil when there is none.
    ///
    /// `fields` are all values of Sec-WebSocket-Extensions, in order. A wish for a smaller window of the client makes
    /// offers that do not allow to ask for it unacceptable; the other wishes can always be met.
    package static func agree(
        on fields: [String],
        wishes: DeflateParameters
    ) throws(DeflateOfferError) -> DeflateAgreement? {
        var agreement: DeflateAgreement?
        for field in fields {
            var reader = ByteReader(field.utf8)
            repeat {
                let offer = try reader.extensionOffer()
                guard offer.name == name else { continue }
                let parsed = try DeflateOffer(offer.parameters)  // a bad offer is an error even when it is not needed
                agreement = agreement ?? parsed.answer(wishes)
            } while reader.skip(ASCII.comma)
            guard reader.isAtEnd else { throw DeflateOfferError() }
        }
        return agreement
    }

    private init(_ parameters: [(name: String, value: String?)]) throws(DeflateOfferError) {
        var seen: Set<String> = []
        for (name, value) in parameters {
            guard seen.insert(name).inserted else { throw DeflateOfferError() }
            switch (name, value) {
            case ("server_no_context_takeover", nil): serverNoContextTakeover = true
            case ("client_no_context_takeover", nil): clientNoContextTakeover = true
            case ("server_max_window_bits", let value?): serverMaxWindowBits = .exactly(try Self.bits(value))
            case ("client_max_window_bits", nil): clientMaxWindowBits = .any
            case ("client_max_window_bits", let value?): clientMaxWindowBits = .exactly(try Self.bits(value))
            default: throw DeflateOfferError()
            }
        }
    }

    /// A number without leading zeros.
    private static func bits(_ text: String) throws(DeflateOfferError) -> Int {
        guard let bits = Int(text), windowBits.contains(bits), "\(bits)" == text else { throw DeflateOfferError() }
        return bits
    }

    /// What comes of this offer and the server's wishes; nil when they cannot both be met.
    private func answer(_ wishes: DeflateParameters) -> DeflateAgreement? {
        var agreed = wishes
        var field = Self.name
        if serverNoContextTakeover || wishes.serverNoContextTakeover {
            agreed.serverNoContextTakeover = true
            field += "; server_no_context_takeover"
        }
        if clientNoContextTakeover || wishes.clientNoContextTakeover {
            agreed.clientNoContextTakeover = true
            field += "; client_no_context_takeover"
        }
        if case .exactly(let bits) = serverMaxWindowBits {
            agreed.serverMaxWindowBits = min(bits, wishes.serverMaxWindowBits)
        }
        if serverMaxWindowBits != .absent || agreed.serverMaxWindowBits < 15 {
            field += "; server_max_window_bits=\(agreed.serverMaxWindowBits)"
        }
        switch clientMaxWindowBits {
        case .absent:
            guard wishes.clientMaxWindowBits == 15 else { return nil }
        case .any:
            if wishes.clientMaxWindowBits < 15 { field += "; client_max_window_bits=\(wishes.clientMaxWindowBits)" }
        case .exactly(let bits):
            agreed.clientMaxWindowBits = min(bits, wishes.clientMaxWindowBits)
            field += "; client_max_window_bits=\(agreed.clientMaxWindowBits)"
        }
        return DeflateAgreement(parameters: agreed, field: field)
    }
}

// MARK: - The client's side

extension DeflateOffer {
    /// The value of a request's Sec-WebSocket-Extensions that asks for what the client wishes.
    package static func field(wishes: DeflateParameters) -> String {
        var field = name
        if wishes.serverNoContextTakeover { field += "; server_no_context_takeover" }
        if wishes.clientNoContextTakeover { field += "; client_no_context_takeover" }
        if wishes.serverMaxWindowBits < 15 { field += "; server_max_window_bits=\(wishes.serverMaxWindowBits)" }
        field += "; client_max_window_bits"
        return wishes.clientMaxWindowBits < 15 ? field + "=\(wishes.clientMaxWindowBits)" : field
    }

    /// What a server has agreed to; nil when it has not.
    ///
    /// `fields` are all values of the answer's Sec-WebSocket-Extensions; `wishes` are those that were offered, nil when
    /// nothing was. Anything else than an answer to that offer is an error.
    package static func agreed(
        in fields: [String],
        wishes: DeflateParameters?
    ) throws(DeflateOfferError) -> DeflateParameters? {
        guard let field = fields.first else { return nil }
        var reader = ByteReader(field.utf8)
        let answer = try reader.extensionOffer()
        guard let wishes, fields.count == 1, reader.isAtEnd, answer.name == name else { throw DeflateOfferError() }
        return try DeflateOffer(answer.parameters).agreed(wishes)
    }

    private func agreed(_ wishes: DeflateParameters) throws(DeflateOfferError) -> DeflateParameters {
        var agreed = wishes
        guard serverNoContextTakeover || !wishes.serverNoContextTakeover else { throw DeflateOfferError() }
        agreed.serverNoContextTakeover = serverNoContextTakeover
        agreed.clientNoContextTakeover = clientNoContextTakeover || wishes.clientNoContextTakeover
        agreed.serverMaxWindowBits = try Self.limit(serverMaxWindowBits, wishes.serverMaxWindowBits)
        // What the server says about our own window may only make it smaller.
        if case .exactly(let bits) = clientMaxWindowBits {
            agreed.clientMaxWindowBits = min(bits, wishes.clientMaxWindowBits)
        } else if clientMaxWindowBits == .any {
            throw DeflateOfferError()
        }
        return agreed
    }

    /// The server's window: what it says, which must be no larger than what was asked for.
    private static func limit(_ answer: Bits, _ wish: Int) throws(DeflateOfferError) -> Int {
        let bits = if case .exactly(let bits) = answer { bits } else { 15 }
        guard bits <= wish else { throw DeflateOfferError() }
        return bits
    }
}

extension ByteReader {
    /// An extension with its parameters (RFC 6455 section 9.1), blanks around it included.
    fileprivate mutating func extensionOffer() throws(DeflateOfferError) -> (
        name: String, parameters: [(name: String, value: String?)]
    ) {
        skipBlanks()
        let name = try extensionToken()
        var parameters: [(name: String, value: String?)] = []
        skipBlanks()
        while skip(ASCII.semicolon) {
            skipBlanks()
            let parameter = try extensionToken()
            skipBlanks()
            parameters.append((parameter, skip(ASCII.equals) ? try extensionValue() : nil))
            skipBlanks()
        }
        return (name, parameters)
    }

    private mutating func extensionToken() throws(DeflateOfferError) -> String {
        let token = take(while: ASCII.isToken)
        guard !token.isEmpty else { throw DeflateOfferError() }
        return String(decoding: token, as: UTF8.self)
    }

    /// A token, or one in quotes; what is between quotes must be a token too.
    private mutating func extensionValue() throws(DeflateOfferError) -> String {
        skipBlanks()
        guard skip(ASCII.quote) else { return try extensionToken() }
        let value = try extensionToken()
        guard skip(ASCII.quote) else { throw DeflateOfferError() }
        return value
    }
}
