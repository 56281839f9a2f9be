// CookieJar: the cookies that one server has set for one client (RFC 6265, as far as that needs). All requests of such a
// client go to one path of one host, so Domain, Path and Secure are not looked at: load balancers need no more.

/// The cookies of one server.
package struct CookieJar {
    private struct Cookie {
        let name: String
        var value: String
        /// In seconds since 1970; nil for the life of the jar.
        var expiry: Int?
    }

    /// The most cookies that are kept; of more the oldest goes.
    package static let maxCookies = 32
    /// The longest name and value together; longer ones are not kept.
    package static let maxBytes = 4_096

    private var cookies: [Cookie] = []

    /// No cookies.
    package init() {}

    /// Takes the value of one Set-Cookie field; `now` is in seconds since 1970.
    package mutating func take(_ field: String, now: Int) {
        let parts = field.split(separator: ";", omittingEmptySubsequences: false)
        guard let pair = parts.first, let mark = pair.firstIndex(of: "=") else { return }
        let name = Self.trimmed(pair[..<mark])
        let value = Self.trimmed(pair[pair.index(after: mark)...])
        guard !name.isEmpty, name.utf8.count + value.utf8.count <= Self.maxBytes else { return }
        cookies.removeAll { $0.name == name }
        let expiry = Self.expiry(parts.dropFirst(), now)
        if let expiry, expiry <= now { return }
        cookies.append(Cookie(name: name, value: value, expiry: expiry))
        if cookies.count > Self.maxCookies { cookies.removeFirst() }
    }

    /// The value of the Cookie field; nil when there is none to send.
    package mutating func field(now: Int) -> String? {
        cookies.removeAll { cookie in cookie.expiry.map { $0 <= now } ?? false }
        return cookies.isEmpty ? nil : cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

    /// Max-Age counts before Expires (RFC 6265 section 5.3).
    private static func expiry(_ attributes: ArraySlice<Substring>, _ now: Int) -> Int? {
        var expires: Int?
        for attribute in attributes {
            let parts = attribute.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = trimmed(parts[1])
            switch trimmed(parts[0]).lowercased() {
            case "max-age":
                guard let seconds = Int(value) else { continue }
                let (sum, overflows) = now.addingReportingOverflow(seconds)
                return seconds <= 0 ? now : overflows ? nil : sum
            case "expires": expires = HTTPDate.seconds(value) ?? expires
            default: break
            }
        }
        return expires
    }

    private static func trimmed(_ text: Substring) -> String {
        let head = text.drop { $0 == " " || $0 == "\t" }
        let end = head.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { String(head[...$0]) } ?? ""
    }
}
