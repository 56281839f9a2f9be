// FieldFuzz: the fields that offer something to choose from, the opening of a WebSocket, and URLs. What was agreed is an offer to
// which the same answer comes; lists may be cut into fields at their commas; a key that is taken is answered for.

internal import Wire

/// The field's value, with what no field may hold replaced.
private func value(_ input: FuzzInput) -> String {
    String(decoding: input.bytes.map { $0 < 0x20 || $0 > 0x7E ? 0x20 : $0 }, as: UTF8.self)
}

func checkOffer(_ input: FuzzInput) throws(Finding) {
    var wishes = DeflateParameters()
    wishes.serverNoContextTakeover = input.has(0)
    wishes.clientNoContextTakeover = input.has(1)
    if input.has(2) { wishes.serverMaxWindowBits = 10 }
    if input.has(3) { wishes.clientMaxWindowBits = 9 }
    let elements = value(input).split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let answer = agree(on: [value(input)], wishes)
    try expectEqual(agree(on: elements, wishes), answer, "cut at the commas")
    guard case .success(let agreement?) = answer else { return }
    let first = elements.lazy.compactMap { try? agree(on: [$0], wishes).get() }.first
    try expectEqual(first, agreement, "the first that can be met")
    try expectEqual(agree(on: [agreement.field], wishes), answer, "\(agreement.field) offered anew")
    let agreed = agreement.parameters
    try expect((8...wishes.serverMaxWindowBits).contains(agreed.serverMaxWindowBits), "\(agreement)")
    try expect((8...wishes.clientMaxWindowBits).contains(agreed.clientMaxWindowBits), "\(agreement)")
    try expect(agreed.serverNoContextTakeover || !wishes.serverNoContextTakeover, "\(agreement)")
    try expect(agreed.clientNoContextTakeover || !wishes.clientNoContextTakeover, "\(agreement)")
}

private func agree(
    on fields: [String],
    _ wishes: DeflateParameters
) -> Result<DeflateAgreement?, DeflateOfferError> {
    Result { () throws(DeflateOfferError) in try DeflateOffer.agree(on: fields, wishes: wishes) }
}

func checkAccept(_ input: FuzzInput) throws(Finding) {
    let text = value(input)
    let coding = ContentCoding.preferred(by: text)
    let reversed = text.split(separator: ",").reversed().joined(separator: ",")
    try expectEqual(ContentCoding.preferred(by: reversed), coding, "\(text) backwards")
    try expectEqual(ContentCoding.preferred(by: text.uppercased()), coding, "\(text) in capitals")
    // One that is liked as much as can be wins, unless the list is malformed and so says nothing.
    let best = ContentCoding.preferred(by: text + ",gzip")
    try expect(best == .gzip || best == nil && coding == nil, "\(text) and gzip")
    let essence = MediaType.essence(text)
    try expectEqual(MediaType.essence(essence + " ; " + text), essence, "the type of \(text)")
    try expect(essence.utf8.allSatisfy { ASCII.lowercased($0) == $0 }, "capitals in \(essence)")
    if let charset = MediaType.charset(text) {
        let again = MediaType.charset("\(essence); a=b;Charset=\"\(charset)\"; charset=x")
        try expectEqual(again, charset, "the characters of \(text)")
    }
    try expect(MediaType.named(text).contains("/") && MediaType.forFile(text).contains("/"), "\(text) has no type")
}

func checkUpgrade(_ input: FuzzInput) throws(Finding) {
    let key = String(decoding: input.bytes, as: UTF8.self)
    let fields = ["sec-websocket-key": [key], "sec-websocket-version": ["13"]]
    let accept = try? WebSocketUpgrade.check(isGet: true, upgrade: "websocket") { fields[$0] ?? [] }
    let isKey = Base64.decode(input.bytes.span.bytes)?.count == 16
    try expect(!isKey || accept != nil, "\(key) is refused")
    if let accept {
        try expectEqual(input.bytes.count, 24, "the length of \(key)")
        try expectEqual(Base64.decode(Array(accept.utf8).span.bytes)?.count, SHA1.digestBytes, "the hash in \(accept)")
        let error = refusal(accept, key: key)
        try expect(error == nil, "\(accept) does not answer \(key)")
        try expectEqual(refusal("x" + accept, key: key), .badAccept, "another answer to \(key)")
    }
    let digest = SHA1.digest(of: input.bytes.span.bytes)
    let pieces = try input.sameHoweverCut { reads in
        var hash = SHA1()
        for read in reads { hash.update(read.span.bytes) }
        return hash.finish()
    }
    try expectEqual(pieces, digest, "the hash of \(input.bytes)")
}

private func refusal(_ accept: String, key: String) -> WebSocketResponseError? {
    do throws(WebSocketResponseError) {
        try WebSocketUpgrade.check(status: 101, upgrade: "websocket", accept: accept, key: key)
        return nil
    } catch {
        return error
    }
}

/// A URL that is taken has parts that requests may be made of, and is the same URL when it is put together again.
func checkURL(_ input: FuzzInput) throws(Finding) {
    guard let url = try? WebURL(String(decoding: input.bytes, as: UTF8.self)) else { return }
    try expect(url.path.utf8.first == ASCII.slash && url.query != "", "\(url)")
    let isPrintable = (url.target + url.authority).utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    try expect(isPrintable && !url.target.contains("#"), "\(url) does not fit into a request line")
    var text = "\(url.scheme)://\(url.authority)\(url.target)"
    if let path = url.unixPath {
        try expect(path.hasPrefix("/") && !path.utf8.contains(0) && url.port == 0, "\(url)")
        text = "\(url.scheme)+unix://\(PercentCoding.encode(path))\(url.target)"
    } else {
        try expect(!url.host.isEmpty && (1...65_535).contains(url.port), "\(url)")
    }
    try expectEqual(try? WebURL(text), url, "\(text)")
}
