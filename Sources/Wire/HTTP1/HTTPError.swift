// HTTPError: everything that can be wrong with an HTTP message, and the status that answers it.

/// What is wrong with an HTTP message, or with its delivery.
public enum HTTPError: Error, Equatable, Hashable, Sendable {
    /// The request line or status line does not follow the grammar.
    case badStartLine
    /// The method is unknown or not in capitals.
    case badMethod
    /// The request target is empty, has a forbidden byte, or is in a form that its method does not take.
    case badTarget
    /// The version is neither HTTP/1.0 nor HTTP/1.1.
    case badVersion
    /// A field line has no colon, an empty name, a blank before the colon, a fold, or a forbidden byte.
    case badField
    /// The head is longer than `maxHeadBytes`.
    case headTooLarge
    /// The head has more fields than `maxFields`.
    case tooManyFields
    /// An HTTP/1.1 request has no Host field.
    case missingHost
    /// Host is given twice or is no host.
    case badHost
    /// Content-Length is no number, is given twice, or stands beside Transfer-Encoding.
    case badContentLength
    /// Transfer-Encoding does not end in one "chunked", or is used in HTTP/1.0.
    case badTransferEncoding
    /// Transfer-Encoding names a coding that is not implemented.
    case unknownTransferCoding
    /// The Expect field asks for something else than 100-continue.
    case expectationFailed
    /// A chunk's size line or its end does not follow the grammar.
    case badChunk
    /// The chunk extensions or the trailer fields are longer than their limit.
    case trailerTooLarge
    /// The body is longer than its limit.
    case bodyTooLarge
    /// The peer ended the connection, or it failed, before the message was complete.
    case aborted
    /// The message did not arrive in time.
    case timedOut
    /// A field that was to be sent has a line end, a NUL, or a name that is no token.
    case unsafeField

    /// The status that answers it.
    ///
    /// After each of them the connection has to be closed, because where the next request begins is not known.
    public var status: Int {
        switch self {
        case .headTooLarge, .tooManyFields, .trailerTooLarge: 431
        case .unknownTransferCoding: 501
        case .expectationFailed: 417
        case .bodyTooLarge: 413
        case .timedOut: 408
        case .unsafeField: 500
        default: 400
        }
    }
}
