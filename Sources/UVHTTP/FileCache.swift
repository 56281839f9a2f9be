// FileCache: small files that are asked for again and again, kept in memory within bounds, and the one road from a
// path to a file: everything that touches the disk happens on a thread of the pool, once for all who wait for it.

internal import UVLoop
internal import Wire

/// A file as an answer needs it; a class, because five fields would be retained one by one for each answer.
final class ServedFile {
    /// Where its bytes are.
    enum Content: Sendable {
        case memory([UInt8])
        case disk(File)
    }

    let status: FileStatus
    let content: Content
    /// Weak, from size and time: the same for two changes within a millisecond that keep the size.
    let etag: String
    let lastModified: String
    let type: String
    /// The fields of a whole answer, for the options of the last one: nearly every file is served with the same.
    private var encoded: (maxAge: Int, immutable: Bool, acceptsRanges: Bool, fields: EncodedFields)?

    init(_ path: String, _ status: FileStatus, _ content: Content) {
        self.status = status
        self.content = content
        let milliseconds = status.modified &* 1000 &+ status.modifiedNanoseconds / 1_000_000
        etag = "W/\"\(String(status.size, radix: 16))-\(String(milliseconds, radix: 16))\""
        lastModified = HTTPDate.text(status.modified)
        type = MediaType.forFile(path)
    }

    /// The fields of an answer with the whole file.
    func encodedFields(_ options: FileOptions) -> EncodedFields {
        if let encoded, encoded.maxAge == options.maxAge, encoded.immutable == options.immutable,
            encoded.acceptsRanges == options.acceptsRanges
        {
            return encoded.fields
        }
        var fields = [("Cache-Control", options.cacheControl), ("Last-Modified", lastModified), ("ETag", etag)]
        if options.acceptsRanges { fields.append(("Accept-Ranges", "bytes")) }
        fields.append(("Content-Type", type))
        let made = EncodedFields(fields)
        encoded = (options.maxAge, options.immutable, options.acceptsRanges, made)
        return made
    }

    var size: Int {
        switch content {
        case .memory(let bytes): bytes.count
        case .disk: status.size
        }
    }
}

/// Files of one server.
///
/// Bound to the server's loop.
final class FileCache {
    /// What a path turned out to be.
    enum Found {
        case file(ServedFile)
        case directory
        case missing
        case failed(UVError)
    }

    /// What the pool's thread brings back.
    private enum Loaded: Sendable {
        case unchanged
        case content(FileStatus, ServedFile.Content)
        case directory
        case failed(UVError)
    }

    private final class Entry {
        let file: ServedFile
        var checked: UInt64
        var used: UInt64

        init(_ file: ServedFile, _ now: UInt64) {
            self.file = file
            checked = now
            used = now
        }
    }

    /// The largest file that is kept in memory; larger ones are read piece by piece.
    static let maxFileBytes = 262_144
    /// The most bytes of files that are kept.
    static let maxBytes = 16_777_216
    /// The most files that are kept.
    static let maxEntries = 1_024
    /// How long a kept file is served before the disk is asked whether it has changed, in milliseconds.
    static let trust: UInt64 = 1_000

    private var entries: [String: Entry] = [:]
    private var bytes = 0
    private var waiting: [String: [(Found) -> Void]] = [:]
    /// How often the disk was asked.
    private(set) var lookups = 0

    /// How many files are kept.
    var count: Int { entries.count }

    /// Finds out what is at a path and calls `done`, at once when memory knows.
    func find(_ path: String, on loop: EventLoop, _ done: @escaping (Found) -> Void) {
        if let file = fresh(path, loop.now) { return done(.file(file)) }
        // Whoever asks while the disk is being asked hears the same answer.
        if waiting[path] != nil {
            waiting[path]?.append(done)
            return
        }
        waiting[path] = [done]
        lookups += 1
        let known = entries[path]?.file.status
        loop.offLoop {
            FileCache.load(path, known)
        } done: { [self] result in
            let loaded: Loaded
            switch result {
            case .success(let value): loaded = value
            case .failure(let error): loaded = .failed(error)
            }
            let found = settle(path, loaded, loop.now)
            for waiter in waiting.removeValue(forKey: path) ?? [] { waiter(found) }
        }
    }

    /// The file at a path, if it is kept and was looked at lately.
    func fresh(_ path: String, _ now: UInt64) -> ServedFile? {
        guard let entry = entries[path], now &- entry.checked < FileCache.trust else { return nil }
        entry.used = now
        return entry.file
    }

    /// On a thread of the pool.
    private static func load(_ path: String, _ known: FileStatus?) -> Loaded {
        do throws(UVError) {
            if let known, try FileStatus(of: path) == known { return .unchanged }
            let file = try File(opening: path)
            if file.status.isDirectory { return .directory }
            guard file.status.isRegular else { return .failed(.noSuchFile) }
            guard file.status.size <= maxFileBytes else { return .content(file.status, .disk(file)) }
            return .content(file.status, .memory(try file.read(at: 0, count: file.status.size)))
        } catch {
            return .failed(error)
        }
    }

    private func settle(_ path: String, _ loaded: Loaded, _ now: UInt64) -> Found {
        switch loaded {
        case .unchanged:
            guard let entry = entries[path] else { return .missing }
            entry.checked = now
            entry.used = now
            return .file(entry.file)
        case .content(let status, let content):
            forget(path)
            let file = ServedFile(path, status, content)
            keep(path, file, now)
            return .file(file)
        case .directory:
            forget(path)
            return .directory
        case .failed(let error):
            forget(path)
            return error.meansNoSuchFile ? .missing : .failed(error)
        }
    }

    private func keep(_ path: String, _ file: ServedFile, _ now: UInt64) {
        // A file that shrank while it was read has not the size that its tag says: serve it, but do not keep it.
        guard case .memory(let content) = file.content, content.count == file.status.size else { return }
        entries[path] = Entry(file, now)
        bytes += content.count
        while bytes > FileCache.maxBytes || entries.count > FileCache.maxEntries { forgetOldest() }
    }

    private func forget(_ path: String) {
        guard let entry = entries.removeValue(forKey: path) else { return }
        bytes -= entry.file.size
    }

    /// Complexity: O(entries); only when the cache is full.
    private func forgetOldest() {
        guard let oldest = entries.min(by: { $0.value.used < $1.value.used }) else { return }
        forget(oldest.key)
    }
}
