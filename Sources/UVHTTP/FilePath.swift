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
        var text = text
        let names = text.withUTF8 { Names($0) }
        guard !names.haveNUL else { throw StatusError(400) }
        guard !names.goUp else { throw StatusError(403) }
        switch dotfiles {
        case .allow: break
        case .ignore: if names.haveDotfile { throw StatusError(404) }
        case .deny: if names.haveDotfile { throw StatusError(403) }
        }
        meansDirectory = text.utf8.last == UInt8(ascii: "/")
        path = root.map { FilePath.join($0, text) } ?? text
    }

    /// What is wrong with the names of a path; one pass over its bytes, for it is made for every request.
    private struct Names {
        var haveNUL = false
        var goUp = false
        var haveDotfile = false

        init(_ path: UnsafeBufferPointer<UInt8>) {
            var start = 0
            for (index, byte) in path.enumerated() {
                if byte == 0 { haveNUL = true }
                // A backslash separates on other systems: a way up is refused in that spelling too.
                guard byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") else { continue }
                look(at: path[start..<index])
                start = index + 1
            }
            look(at: path[start...])
        }

        private mutating func look(at name: Slice<UnsafeBufferPointer<UInt8>>) {
            guard name.count > 1, name.first == UInt8(ascii: ".") else { return }
            haveDotfile = true
            if name.count == 2, name.last == UInt8(ascii: ".") { goUp = true }
        }
    }

    /// The index file in this directory.
    func index(_ name: String) -> String { FilePath.join(path, name) }

    private static func join(_ folder: String, _ name: String) -> String {
        let slash = UInt8(ascii: "/")
        var path = folder
        path.reserveCapacity(folder.utf8.count + name.utf8.count + 1)
        if path.utf8.last == slash { path.unicodeScalars.removeLast() }
        if name.utf8.first != slash { path += "/" }
        path += name
        return path
    }
}
