// ServerURL: the server's address on the command line, and whether it is this machine.

import ArgumentParser

/// A server's host and port.
struct ServerURL: Equatable {
    let host: String
    let port: Int

    /// Reads `http://host:port`; says what is wrong with it.
    init(_ text: String) throws {
        guard let scheme = ["http://", "ws://"].first(where: { text.hasPrefix($0) }) else {
            throw ValidationError("The server is given as http://host:port; chatload speaks no TLS.")
        }
        var rest = text.dropFirst(scheme.count)
        if rest.hasSuffix("/") { rest.removeLast() }
        guard !rest.isEmpty, !rest.contains(where: { "/?#@ ".contains($0) }) else {
            throw ValidationError("The server is given as http://host:port; see --path and --namespace for more.")
        }
        let (host, port) = Self.split(rest)
        guard let number = port.isEmpty ? 80 : Int(port), (1...65_535).contains(number), !host.isEmpty else {
            throw ValidationError("\"\(text)\" has no port that could be one.")
        }
        self.host = String(host)
        self.port = number
    }

    /// An address of version 6 stands in brackets.
    private static func split(_ text: Substring) -> (host: Substring, port: Substring) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            return (text[text.index(after: text.startIndex)..<end], rest.hasPrefix(":") ? rest.dropFirst() : "")
        }
        guard let colon = text.lastIndex(of: ":") else { return (text, "") }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    /// Whether it is this machine by its name alone: no name service is asked, which might say so of anything.
    var isLocal: Bool {
        guard host != "localhost", host != "::1" else { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
