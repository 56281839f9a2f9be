// FilePath: which file a path means, and whether it may be asked for. Pure; the disk has not been touched yet.

/// What happens to names that begin with a dot.
public enum Dotfiles: Sendable {
    /// As if they were not there: 404.
    case ignore
    /// Refused: 403.
    case deny
    /// Served like others.
    case allow
}

/// The path of a file, checked.
struct FilePath: Equatable {
    /// Where the file is, for the operating system.
    var path: String
    /// The path ended in a slash: what is meant is the index of a directory.
    var meansDirectory: Bool

    /// Checks a path, which is taken below `root` if there is one.
    ///
    /// Throws 400 for a NUL, 403 for a way up, 404 or 403 for a name with a dot.
    init(_ text: String, root: String?, dotfiles: Dotfiles) throws(StatusError) {
        guard !text.utf8.contains(0) else { throw StatusError(400) }
        // A backslash separates on other systems: a way up is refused in that spelling too.
        let pieces = text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
        guard !pieces.contains(where: { $0.elementsEqual("..".utf8) }) else { throw StatusError(403) }
        let hasDotfile = pieces.contains { $0.count > 1 && $0.first == UInt8(ascii: ".") }
        switch dotfiles {
        case .allow: break
        case .ignore: if hasDotfile { throw StatusError(404) }
        case .deny: if hasDotfile { throw StatusError(403) }
        }
        meansDirectory = text.hasSuffix("/")
        path = root.map { FilePath.join($0, text) } ?? text
    }

    /// The index file in this directory.
    func index(_ name: String) -> String { FilePath.join(path, name) }

    private static func join(_ folder: String, _ name: String) -> String {
        let head = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        return head + (name.hasPrefix("/") ? name : "/" + name)
    }
}
