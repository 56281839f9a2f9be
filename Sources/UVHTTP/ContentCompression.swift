// ContentCompression: bodies of HTTP in the content codings gzip and deflate, both ways. Answers that are streamed are
// sent as they are.

package import Wire

extension Exchange {
    /// Answers with these bytes, compressed when there are at least `threshold` of them and the client takes it.
    ///
    /// Nil for `threshold` means never.
    package func send(_ bytes: [UInt8], compressingFrom threshold: Int?) {
        guard let threshold, bytes.count >= threshold, let coding = acceptedCoding,
            let compressed = compress(bytes, as: coding)
        else { return send(bytes) }
        setHeader("Content-Encoding", coding.rawValue)
        send(compressed)
    }

    /// The coding that the client likes best; nil when it wants the bytes as they are.
    package var acceptedCoding: ContentCoding? {
        ContentCoding.preferred(by: headers.first("Accept-Encoding"))
    }

    /// The bytes in a coding; nil when that is no smaller, or when the client has gone.
    private func compress(_ bytes: [UInt8], as coding: ContentCoding) -> [UInt8]? {
        connection?.server.zlib.compress(bytes, as: coding)
    }

    /// The same for bytes that are kept in the coding and sent often: smaller, and slower to make.
    package func compressBest(_ bytes: [UInt8], as coding: ContentCoding) -> [UInt8]? {
        connection?.server.zlib.compressBest(bytes, as: coding)
    }
}

extension ContentCoding {
    /// The coding of a body by its Content-Encoding; nil for none.
    ///
    /// More than one, or another than ours, is the error that Express answers it with.
    static func ofBody(_ fields: Fields) throws(StatusError) -> ContentCoding? {
        let values = fields.all("content-encoding").filter { !ASCII.equalIgnoringCase($0.utf8, "identity".utf8) }
        guard let value = values.first else { return nil }
        guard values.count == 1, let coding = ContentCoding(rawValue: value.lowercased()) else {
            throw StatusError(415)
        }
        return coding
    }
}

extension HTTPServer {
    /// What a body is behind its coding; 413 when that is more than `limit` bytes, 400 when it is damaged.
    func inflate(_ body: [UInt8], _ coding: ContentCoding?, limit: Int) throws(StatusError) -> [UInt8] {
        guard coding != nil, !body.isEmpty else { return body }
        do throws(InflateError) {
            return try zlib.inflate(body, limit: limit)
        } catch {
            throw StatusError(error == .tooLarge ? 413 : 400)
        }
    }
}
