// EngineServer, files: a few files in memory below the server's path, so that Socket.IO can serve its browser client
// where browsers look for it. Not a file server: names are known beforehand, and nothing is read from a disk.

internal import UVHTTP
internal import Wire

/// A file in memory.
struct ServedFile {
    let bytes: [UInt8]
    let contentType: String
    /// Without the quotes.
    let etag: String
    /// The bytes as clients have asked for them, made once; nil where a coding makes them no smaller.
    var coded: [ContentCoding: [UInt8]?] = [:]
}

extension EngineServer {
    /// Serves `bytes` as `name` below the server's path; `etag` is a version, without quotes.
    package func addFile(_ name: String, bytes: [UInt8], contentType: String, etag: String) {
        files["\(options.basePath)/\(name)"] = ServedFile(bytes: bytes, contentType: contentType, etag: etag)
    }

    /// Answers a request for one of the files; false when it is for something else.
    func serveFile(_ exchange: Exchange) -> Bool {
        guard !files.isEmpty, exchange.head.method == .get || exchange.head.method == .head, !exchange.isUpgrade,
            let file = files[exchange.head.path]
        else { return false }
        let etag = "\"\(file.etag)\""
        if let known = exchange.headers.first("If-None-Match"), known == etag || known == "W/" + etag {
            exchange.status = 304
            exchange.send([])
            return true
        }
        exchange.setHeader("Cache-Control", "public, max-age=0")
        exchange.setHeader("Content-Type", file.contentType)
        exchange.setHeader("ETag", etag)
        exchange.addHeader("Vary", "Accept-Encoding")
        exchange.send(content(of: file, for: exchange))
        return true
    }

    /// The file's bytes in the coding that the client likes best, which is set as the answer's.
    private func content(of file: ServedFile, for exchange: Exchange) -> [UInt8] {
        guard let threshold = options.httpCompression?.threshold, file.bytes.count >= threshold,
            let coding = exchange.acceptedCoding
        else { return file.bytes }
        let known = file.coded[coding]
        let coded = known ?? exchange.compress(file.bytes, as: coding)
        if known == nil { files[exchange.head.path]?.coded[coding] = .some(coded) }
        guard let coded else { return file.bytes }
        exchange.setHeader("Content-Encoding", coding.rawValue)
        return coded
    }
}
