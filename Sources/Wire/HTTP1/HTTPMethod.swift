// HTTPMethod: the method of a request. Only registered methods are accepted, and only in capitals.

/// The method of a request.
package enum HTTPMethod: Equatable, Hashable, Sendable {
    case get
    case head
    case post
    case put
    case delete
    case options
    case patch
    case connect
    case trace
    /// A registered method without a case of its own, such as "PROPFIND".
    case other(String)

    /// The longest name that is looked at.
    ///
    /// The longest of the registry is UPDATEREDIRECTREF with 17.
    static let maxNameBytes = 20

    /// The method as it stands in the request line.
    package var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .patch: "PATCH"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        case .other(let name): name
        }
    }

    /// The method of this name; nil when there is none.
    ///
    /// The two that nearly all requests have need no string.
    init?(_ name: ArraySlice<UInt8>) {
        if name.elementsEqual("GET".utf8) {
            self = .get
        } else if name.elementsEqual("POST".utf8) {
            self = .post
        } else {
            self.init(String(decoding: name, as: UTF8.self))
        }
    }

    /// The method of this name; nil when there is none.
    package init?(_ name: String) {
        switch name {
        case "GET": self = .get
        case "HEAD": self = .head
        case "POST": self = .post
        case "PUT": self = .put
        case "DELETE": self = .delete
        case "OPTIONS": self = .options
        case "PATCH": self = .patch
        case "CONNECT": self = .connect
        case "TRACE": self = .trace
        // What WebDAV, CalDAV, UPnP and QUERY have registered. Whatever is in nobody's list is more likely a scanner
        // or a desynchronised connection than a request.
        case "ACL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY",
            "MKCALENDAR", "MKCOL", "MOVE", "NOTIFY", "PROPFIND", "PROPPATCH", "PURGE", "QUERY", "REBIND", "REPORT",
            "SEARCH", "SOURCE", "SUBSCRIBE", "UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE", "UPDATE":
            self = .other(name)
        default: return nil
        }
    }
}
