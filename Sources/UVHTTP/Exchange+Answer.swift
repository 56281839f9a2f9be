// Exchange, the answer: status, fields, a body at once or in pieces. The head is written straight into the
// connection's outbox when the answer begins; until then everything may still be changed.

internal import UVLoop
internal import Wire

/// How the end of an answer's body is marked.
enum AnswerFraming: Equatable {
    /// There is no body, or it is not sent (HEAD).
    case none
    /// So many bytes, of which these are missing.
    case length(Int)
    /// As chunks.
    case chunked
    /// By the end of the connection, for clients of HTTP/1.0.
    case untilClose
}

extension Exchange {
    /// How much of a streamed answer may wait before `write` asks its caller to wait for `onDrained`.
    static let streamWindow = 65_536

    // MARK: - Fields

    /// Sets a field of the answer, in place of what was set before under this name.
    ///
    /// What frames the answer (Content-Length, Transfer-Encoding, and Connection but for "close") is the server's own
    /// and ignored here. A field that cannot be sent, because its name is no token or its value has a line end, is
    /// left out and logged: it must not add fields of its own to the answer.
    public func setHeader(_ name: String, _ value: String) {
        removeHeader(name)
        addHeader(name, value)
    }

    /// Adds a field to the answer, beside others of the same name.
    ///
    /// What is ignored and refused is as for `setHeader`.
    public func addHeader(_ name: String, _ value: String) {
        guard !isAnswered else { return }
        guard HeadEncoder.isSafe(name: name, value: value) else {
            loop.log(.error, "a field of an answer cannot be sent as it is and was left out")
            return
        }
        switch name.utf8.count {
        case 10 where Self.isSame(name, "connection"):
            if Self.isSame(value, "close") { connection?.machine.giveUpKeepAlive() }
        case 14 where Self.isSame(name, "content-length"): break
        case 17 where Self.isSame(name, "transfer-encoding"): break
        default: fields.append((name, value))
        }
    }

    /// Removes every field of this name from the answer.
    public func removeHeader(_ name: String) {
        if fields.isEmpty { return }
        fields.removeAll { Self.isSame($0.name, name) }
    }

    /// The value that was set for a field of the answer.
    public func header(_ name: String) -> String? {
        fields.first { Self.isSame($0.name, name) }?.value
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        // The length differs for nearly every pair; and bytes in place cost a tenth of the view of a string.
        guard left.utf8.count == right.utf8.count else { return false }
        var (left, right) = (left, right)
        return left.withUTF8 { left in right.withUTF8 { ASCII.equalIgnoringCase(left, $0) } }
    }

    /// Whether a field of the answer was set.
    package var hasHeaders: Bool { !fields.isEmpty }

    /// Adds a field that the server has made itself, so that there is nothing to check, unless the program has set it.
    func addDefault(_ name: String, _ value: String) {
        if fields.isEmpty || header(name) == nil { fields.append((name, value)) }
    }

    // MARK: - A whole answer

    /// Answers with these bytes and completes the exchange; does nothing once an answer has begun.
    ///
    /// A HEAD request gets the head that these bytes would have had.
    public func send(_ bytes: [UInt8]) {
        guard !isAnswered, let connection else { return }
        begin(length: bytes.count, on: connection)
        if framing != .none, !bytes.isEmpty { connection.append(body: bytes) }
        connection.finish(self)
    }

    /// Answers with these bytes and fields that are encoded already; what was set before counts no more.
    package func send(_ bytes: [UInt8], _ encoded: EncodedFields) {
        guard !isAnswered, let connection else { return }
        fields = encoded.fields
        begin(length: bytes.count, on: connection, encoded.bytes)
        if framing != .none, !bytes.isEmpty { connection.append(body: bytes) }
        connection.finish(self)
    }

    /// Answers with this text and completes the exchange.
    ///
    /// Its type is "text/plain; charset=utf-8" unless one was set.
    public func send(_ text: String) {
        guard !isAnswered, let connection else { return }
        if header("Content-Type") == nil { fields.append(("Content-Type", "text/plain; charset=utf-8")) }
        var text = text
        text.withUTF8 { bytes in
            begin(length: bytes.count, on: connection)
            if framing != .none { connection.append { $0.append(UnsafeRawBufferPointer(bytes)) } }
        }
        connection.finish(self)
    }

    /// The handler has failed: log it, and answer 500 unless an answer has begun, which is then cut off.
    ///
    /// The client learns nothing about the error.
    package func fail(_ error: any Error) {
        loop.log(.error, "\(method) \(target): \(error)")
        guard let connection else { return }
        if isAnswered { return connection.stream.close() }
        fields = []
        status = 500
        send("Internal Server Error")
    }

    /// Answers with a status and no more, and closes the connection.
    func refuse(_ error: HTTPError) {
        refuse(status: error.status, body: "", contentType: "text/plain; charset=utf-8")
    }

    /// Answers and closes the connection, as a failed upgrade has to.
    package func refuse(status: Int, body: String, contentType: String) {
        guard !isAnswered else { return }
        connection?.machine.giveUpKeepAlive()
        self.status = status
        if !body.isEmpty { setHeader("Content-Type", contentType) }
        send(Array(body.utf8))
    }

    // MARK: - An answer in pieces

    /// Begins an answer whose body follows in pieces; `length` is its size when that is known.
    public func beginStream(length: Int? = nil) {
        guard !isAnswered, let connection else { return }
        begin(length: length, on: connection)
    }

    /// Adds a piece to the body; false asks the caller to wait for `onDrained` before the next one.
    ///
    /// Bytes beyond the announced length are dropped.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        guard progress == .streaming, let connection else { return false }
        switch framing {
        case .none: break
        case .untilClose: connection.append(body: bytes)
        case .length(let missing):
            let taken = bytes.count <= missing ? bytes : Array(bytes[..<missing])
            framing = .length(missing - taken.count)
            connection.append(body: taken)
        case .chunked where !bytes.isEmpty:
            connection.append { outbox in
                outbox.append(hexadecimal: bytes.count)
                outbox.append("\r\n")
            }
            connection.append(body: bytes)
            connection.append { $0.append("\r\n") }
        case .chunked: break
        }
        wantsDrained = connection.unsentBytes >= Self.streamWindow
        return !wantsDrained
    }

    /// Completes an answer in pieces.
    ///
    /// When less was written than announced the connection is closed, for nobody could tell where the answer ends.
    public func end() {
        guard progress == .streaming, let connection else { return }
        switch framing {
        case .chunked: connection.append { $0.append("0\r\n\r\n") }
        case .length(let missing) where missing > 0: connection.machine.giveUpKeepAlive()
        default: break
        }
        connection.finish(self)
    }

    /// What was written has left.
    func outputDrained() {
        guard wantsDrained else { return }
        wantsDrained = false
        onDrained?()
    }

    // MARK: - The head

    /// Writes the head of an answer with a body of `length` bytes, or of unknown length.
    private func begin(length: Int?, on connection: HTTPConnection, _ encoded: [UInt8] = []) {
        progress = .streaming
        let forbidsBody = Status(status).forbidsBody
        framing = answerFraming(length, forbidsBody, connection)
        if connection.bodyIsIncomplete, !connection.maySkipBody(of: self) { connection.machine.giveUpKeepAlive() }
        connection.append { outbox in
            StatusLine.append(status, to: &outbox)
            if encoded.isEmpty { appendFields(to: &outbox) } else { outbox.append(encoded) }
            if fields.isEmpty || !encoded.isEmpty || header("Date") == nil {
                connection.server.date.append(to: &outbox, now: loop.now)
            }
            appendConnection(to: &outbox, connection)
            if !forbidsBody { appendLength(length, to: &outbox) }
            outbox.append("\r\n")
        }
        if head.method == .head || forbidsBody { framing = .none }
    }

    /// Writes the fields that were set.
    func appendFields(to outbox: inout Outbox) {
        for field in fields {
            outbox.append(field.name)
            outbox.append(": ")
            outbox.append(field.value)
            outbox.append("\r\n")
        }
    }

    private func answerFraming(_ length: Int?, _ forbidsBody: Bool, _ connection: HTTPConnection) -> AnswerFraming {
        if forbidsBody { return .none }
        if let length { return .length(length) }
        if head.minorVersion > 0 { return .chunked }
        connection.machine.giveUpKeepAlive()
        return .untilClose
    }

    private func appendLength(_ length: Int?, to outbox: inout Outbox) {
        if let length {
            outbox.append("Content-Length: ")
            outbox.append(decimal: length)
            outbox.append("\r\n")
        } else if framing == .chunked {
            outbox.append("Transfer-Encoding: chunked\r\n")
        }
    }

    /// HTTP/1.1 keeps a connection unless told otherwise, HTTP/1.0 closes it unless told otherwise.
    private func appendConnection(to outbox: inout Outbox, _ connection: HTTPConnection) {
        if !connection.machine.keepsAlive {
            outbox.append("Connection: close\r\n")
        } else if head.minorVersion == 0 {
            outbox.append("Connection: keep-alive\r\n")
        }
    }
}
