// WebSocketFuzz: any bytes in any two reads make a receiver see the same as in one read, and never make it trap.
// UTF-8 is judged as the standard library judges it, and what is Base64 comes back as the same text.

/// The entry point that libFuzzer calls for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard input.count >= 2 else { return 0 }
    let bytes = Array(input[2...])
    checkFrames(bytes, options: input[0], cut: Int(input[1]) % (bytes.count + 1))
    checkText(bytes)
    return 0
}

private func checkFrames(_ bytes: [UInt8], options: UInt8, cut: Int) {
    let whole = seen([bytes], options)
    let parts = seen([Array(bytes[..<cut]), Array(bytes[cut...])], options)
    precondition(whole == parts, "cut at \(cut): \(whole) became \(parts)")
}

/// What a receiver makes of `reads`: kinds, payloads, codes and faults in order, as bytes.
private func seen(_ reads: [[UInt8]], _ options: UInt8) -> [[UInt8]] {
    var assembler = MessageAssembler(
        role: options & 1 == 0 ? .server : .client,
        maxMessageBytes: options & 2 == 0 ? 1000 : 10,
        maxFragments: options & 4 == 0 ? 100 : 2,
        allowsCompression: options & 8 != 0
    )
    var result: [[UInt8]] = []
    for var read in reads {
        var offset = 0
        do throws(WebSocketError) {
            while true {
                var span = read.mutableSpan
                var bytes = span.mutableBytes
                guard let event = try assembler.next(&bytes, at: &offset) else { break }
                result.append(note(event, read))
            }
            precondition(offset == read.count, "nil before the end of the read")
        } catch {
            return result + [Array("\(error)".utf8)]
        }
    }
    return result
}

private func note(_ event: WebSocketEvent, _ read: [UInt8]) -> [UInt8] {
    func bytes(_ payload: WebSocketPayload) -> [UInt8] {
        switch payload {
        case .range(let range): Array(read[range])
        case .bytes(let bytes): bytes
        }
    }
    switch event {
    case .text(let payload): return [1] + bytes(payload)
    case .binary(let payload): return [2] + bytes(payload)
    case .ping(let payload): return [9] + bytes(payload)
    case .pong(let payload): return [10] + bytes(payload)
    case .close(let code, let reason): return [8] + Array("\(code?.rawValue ?? 0)".utf8) + Array(reason.utf8)
    }
}

private func checkText(_ bytes: [UInt8]) {
    let isValid = String(validating: bytes, as: UTF8.self) != nil
    precondition(UTF8Validator.isValid(bytes.span.bytes) == isValid, "UTF-8 misjudged")
    for alphabet in [Base64.Alphabet.standard, .url] {
        if let decoded = Base64.decode(bytes.span.bytes, alphabet) {
            precondition(Array(Base64.encode(decoded.span.bytes, alphabet).utf8) == bytes, "Base64 is not canonical")
        }
        precondition(Base64.decode(Array(Base64.encode(bytes.span.bytes, alphabet).utf8).span.bytes, alphabet) == bytes)
    }
}
