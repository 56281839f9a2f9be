// MemoryFile: a file that lies in the program's memory, such as a page compiled into the binary. It is answered like a
// file on a disk, with an entity tag and its preconditions; files on disks are in StaticFiles.swift.

internal import Wire

/// A file in memory, and what HTTP says about it.
public struct MemoryFile: Sendable {
    /// The contents.
    public let bytes: [UInt8]
    /// The media type, with its charset.
    public let contentType: String
    /// The entity tag, quotes included: it changes when the contents do.
    public let etag: String

    /// A file whose type follows from the ending of `name`; O(n), because the tag is a digest of the contents.
    public init(_ name: String, _ bytes: [UInt8]) {
        self.bytes = bytes
        contentType = MediaType.forFile(name)
        etag = "\"" + Base64.encode(SHA1.digest(of: bytes.span.bytes).span.bytes, .url) + "\""
    }

    /// A file whose type and tag, quotes included, the program knows already.
    public init(_ bytes: [UInt8], contentType: String, etag: String) {
        self.bytes = bytes
        self.contentType = contentType
        self.etag = etag
    }
}

extension Exchange {
    /// Answers with a file in memory: 200, 304 when the client has it already, 412 when it wants another one.
    ///
    /// The client may keep it and asks each time whether it is still good.
    public func send(_ file: MemoryFile) {
        send(file) { file.bytes }
    }

    /// Answers with a file in memory whose bytes may go in a coding, which `content` sets; asked only if they are sent.
    package func send(_ file: MemoryFile, content: () -> [UInt8]) {
        setHeader("Cache-Control", "public, max-age=0")
        setHeader("ETag", file.etag)
        switch Conditional.evaluate(headers, etag: file.etag, modified: nil) {
        case .proceed:
            setHeader("Content-Type", file.contentType)
            send(content())
        case .notModified:
            status = 304
            send([])
        case .failed:
            status = 412
            send([])
        }
    }
}
