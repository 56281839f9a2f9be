// EngineServer, files: a few files in memory below the server's path, so that Socket.IO can serve its browser client
// where browsers look for it. Not a file server: names are known beforehand, and nothing is read from a disk.

internal import UVHTTP
internal import Wire

/// A file in memory, and what it was compressed to.
struct ServedFile {
    let file: MemoryFile
    /// The bytes as clients have asked for them, made once; nil where a coding makes them no smaller.
    var coded: [ContentCoding: [UInt8]?] = [:]
}

extension EngineServer {
    /// Serves `bytes` as `name` below the server's path; `etag` is a version, without quotes.
    package func addFile(_ name: String, bytes: [UInt8], contentType: String, etag: String) {
        let file = MemoryFile(bytes, contentType: contentType, etag: "\"\(etag)\"")
        files["\(options.basePath)/\(name)"] = ServedFile(file: file)
    }

    /// Answers a request for one of the files; false when it is for something else.
    func serveFile(_ exchange: Exchange) -> Bool {
        guard !files.isEmpty, exchange.head.method == .get || exchange.head.method == .head, !exchange.isUpgrade,
            let file = files[exchange.head.path]
        else { return false }
        exchange.addHeader("Vary", "Accept-Encoding")
        exchange.send(file.file) { content(of: file, for: exchange) }
        return true
    }

    /// The file's bytes in the coding that the client likes best, which is set as the answer's.
    private func content(of file: ServedFile, for exchange: Exchange) -> [UInt8] {
        let bytes = file.file.bytes
        guard let threshold = options.httpCompression?.threshold, bytes.count >= threshold,
            let coding = exchange.acceptedCoding
        else { return bytes }
        let known = file.coded[coding]
        let coded = known ?? exchange.compress(bytes, as: coding)
        if known == nil { files[exchange.head.path]?.coded[coding] = .some(coded) }
        guard let coded else { return bytes }
        exchange.setHeader("Content-Encoding", coding.rawValue)
        return coded
    }
}
