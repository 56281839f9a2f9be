// StaticFiles: files as answers. `sendFile` for one of them, `.static` for a folder. Preconditions and ranges are
// decided in Wire, the disk is asked by FileCache, and large files are streamed by FileStream.

internal import UVLoop
internal import Wire

/// How files are served.
public struct FileOptions: Sendable {
    /// The folder that paths are taken from; the working directory of the process when nil.
    public var root: String?
    /// What happens to names that begin with a dot.
    public var dotfiles = Dotfiles.ignore
    /// How long a client may use its copy without asking, in seconds; at most a year.
    public var maxAge = 0
    /// Whether the client may take it that the file never changes while its copy is that young.
    public var immutable = false
    /// Whether parts may be asked for.
    public var acceptsRanges = true
    /// The file that stands for its folder; nil when none does.
    public var index: String? = "index.html"

    /// Express's defaults.
    public init() {}

    var cacheControl: String {
        let year = 31_536_000
        if maxAge <= 0, !immutable { return "public, max-age=0" }
        return "public, max-age=\(min(max(maxAge, 0), year))" + (immutable ? ", immutable" : "")
    }
}

extension Exchange {
    /// Answers with a file.
    ///
    /// The type follows from the name. Preconditions and ranges are honoured. A path that is not there, is a folder
    /// or has a name with a dot is answered by 404, a way up ("..") by 403. Files of up to 256 KiB are kept in memory,
    /// 16 MiB of them; a change of one is seen within a second.
    public func sendFile(_ path: String, root: String? = nil) {
        var options = FileOptions()
        options.root = root
        sendFile(path, options) { [self] error in answer(error) }
    }

    /// Answers with a file; `failed` is called in place of an answer when there is none.
    public func sendFile(_ path: String, _ options: FileOptions, failed: @escaping (StatusError) -> Void) {
        do throws(StatusError) {
            let file = try FilePath(path, root: options.root, dotfiles: options.dotfiles)
            send(file, options) { found in
                failed(StatusError(found == .failure ? 500 : 404))
            }
        } catch {
            failed(error)
        }
    }

    /// Why there is no file.
    enum NoFile {
        case missing, directory, failure
    }

    /// Answers with the file, or the index of the folder that is meant.
    func send(_ path: FilePath, _ options: FileOptions, none: @escaping (NoFile) -> Void) {
        guard let cache = connection?.server.files else { return }
        var target = path.path
        if path.meansDirectory {
            guard let index = options.index else { return none(.missing) }
            target = path.index(index)
        }
        guard isOpen, !isAnswered else { return }
        if let file = cache.fresh(target, loop.now) { return send(file, options) }
        cache.find(target, on: loop) { [self] found in
            guard isOpen, !isAnswered else { return }
            switch found {
            case .file(let file): send(file, options)
            case .directory: none(path.meansDirectory ? .missing : .directory)
            case .missing: none(.missing)
            case .failed(let error):
                loop.log(.error, "\(target): \(error)")
                none(.failure)
            }
        }
    }

    private func send(_ file: ServedFile, _ options: FileOptions) {
        // Most answers: nothing was set and the whole is wanted.
        if fields.isEmpty, status == 200, !headers.mayAskForLess, case .memory(let bytes) = file.content {
            return send(bytes, file.encodedFields(options))
        }
        addDefault("Cache-Control", options.cacheControl)
        addDefault("Last-Modified", file.lastModified)
        addDefault("ETag", file.etag)
        if options.acceptsRanges { addDefault("Accept-Ranges", "bytes") }
        let modified = file.status.modified
        switch Conditional.evaluate(headers, etag: header("ETag"), modified: modified) {
        case .failed: answer(StatusError(412))
        case .notModified:
            removeHeader("Content-Type")
            status = 304
            send([])
        case .proceed:
            let range =
                options.acceptsRanges
                ? ByteRange.evaluate(headers, length: file.size, etag: header("ETag"), modified: modified) : .whole
            send(file, range)
        }
    }

    private func send(_ file: ServedFile, _ range: ByteRange.Outcome) {
        switch range {
        case .unsatisfiable:
            setHeader("Content-Range", "bytes */\(file.size)")
            answer(StatusError(416))
        case .whole:
            addDefault("Content-Type", file.type)
            send(file.content, 0..<file.size)
        case .part(let part):
            addDefault("Content-Type", file.type)
            setHeader("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)")
            status = 206
            send(file.content, part)
        }
    }

    private func send(_ content: ServedFile.Content, _ range: Range<Int>) {
        switch content {
        case .memory(let bytes): send(range.count == bytes.count ? bytes : Array(bytes[range]))
        case .disk(let file): FileStream(file, range, to: self).start()
        }
    }
}

extension Middleware {
    /// Serves the files of a folder; what is not there goes to the next middleware or route.
    public static func `static`(_ folder: String) -> Middleware {
        `static`(folder, FileOptions())
    }

    /// Serves the files of a folder.
    ///
    /// A folder without a slash at its end is redirected to the same path with one, which is where links of its index
    /// are right. Other methods than GET and HEAD go to the next middleware or route.
    public static func `static`(_ folder: String, _ options: FileOptions) -> Middleware {
        var options = options
        options.root = folder
        let chosen = options
        return Middleware { exchange, next in
            guard exchange.head.method == .get || exchange.head.method == .head,
                let path = staticPath(exchange, chosen)
            else { return next() }
            exchange.send(path, chosen) { reason in
                switch reason {
                case .missing: next()
                case .directory: redirectToFolder(exchange)
                case .failure: next(StatusError(500))
                }
            }
        }
    }

    /// The file that is meant, or nil when nothing of that name is served.
    private static func staticPath(_ exchange: Exchange, _ options: FileOptions) -> FilePath? {
        guard let path = PercentCoding.decode(exchange.pathBelowMount) else { return nil }
        do throws(StatusError) {
            return try FilePath(path, root: options.root, dotfiles: options.dotfiles)
        } catch {
            // Whether a name is refused or not there is nobody's business.
            return nil
        }
    }

    private static func redirectToFolder(_ exchange: Exchange) {
        // More than one slash in front would be the name of another host.
        let path = "/" + exchange.head.path.drop { $0 == "/" } + "/"
        exchange.redirect(path + (exchange.queryString.map { "?" + $0 } ?? ""), status: 301)
    }
}
