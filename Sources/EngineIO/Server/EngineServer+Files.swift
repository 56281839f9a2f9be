// EngineServer, files: a few files in memory below the server's path, so that Socket.IO can serve its browser client
// where browsers look for it. Not a file server: names are known beforehand, and nothing is read from a disk.

internal import UVHTTP
internal import Wire

/// A file in memory, and what it was compressed to.
struct ServedFile {
    /// The file's own name.
    let name: String
    /// Where its bytes come from; nil when this program does not have them.
    let read: () -> [UInt8]?
    /// The file once somebody has asked for it: most servers of a program are never asked.
    var file: MemoryFile?
    /// The bytes as clients have asked for them, made once; nil where a coding makes them no smaller.
    var coded: [ContentCoding: [UInt8]?] = [:]
}

extension EngineServer {
    /// Serves what `read` gives as `name` below the server's path; it is read at the first request.
    ///
    /// Where it gives nil the answer is 404: the name is a file's, and must not be taken for a request of the protocol.
    package func addFile(_ name: String, read: @escaping () -> [UInt8]?) {
        files["\(options.basePath)/\(name)"] = ServedFile(name: name, read: read)
    }

    /// Answers a request for one of the files; false when it is for something else.
    func serveFile(_ exchange: Exchange) -> Bool {
        // The path of all requests of the protocol is none of the names, and needs no search.
        guard !files.isEmpty, !exchange.head.pathIs(pathPrefix), !exchange.isUpgrade,
            exchange.head.method == .get || exchange.head.method == .head, files[exchange.head.path] != nil
        else { return false }
        guard let file = file(at: exchange.head.path) else {
            exchange.status = 404
            exchange.setHeader("Content-Type", "text/plain; charset=utf-8")
            exchange.send("this server was built without this file")
            return true
        }
        exchange.addHeader("Vary", "Accept-Encoding")
        exchange.send(file) { content(of: file, for: exchange) }
        return true
    }

    /// The file of that address, read when it has not been asked for before.
    private func file(at path: String) -> MemoryFile? {
        if let file = files[path]?.file { return file }
        guard let name = files[path]?.name, let bytes = files[path]?.read() else { return nil }
        let file = MemoryFile(name, bytes)
        files[path]?.file = file
        return file
    }

    /// The file's bytes in the coding that the client likes best, which is set as the answer's.
    private func content(of file: MemoryFile, for exchange: Exchange) -> [UInt8] {
        let bytes = file.bytes
        guard let threshold = options.httpCompression?.threshold, bytes.count >= threshold,
            let coding = exchange.acceptedCoding
        else { return bytes }
        let known = files[exchange.head.path]?.coded[coding]
        let coded = known ?? exchange.compressBest(bytes, as: coding)
        if known == nil { files[exchange.head.path]?.coded[coding] = .some(coded) }
        guard let coded else { return bytes }
        exchange.setHeader("Content-Encoding", coding.rawValue)
        return coded
    }
}
