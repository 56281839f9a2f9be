// UVError: libuv's negative status codes as a Swift error with the names that the manual uses.

internal import CUV

/// An error of the operating system, as libuv reports it.
public struct UVError: Error, Equatable, Hashable, Sendable, CustomStringConvertible {
    /// The negative status of libuv, such as -98 for EADDRINUSE on Linux.
    public let code: Int32

    /// Wraps a negative libuv status.
    public init(code: Int32) {
        self.code = code
    }

    /// The symbolic name, such as "EADDRINUSE".
    public var name: String {
        String(cString: uv_err_name(code))
    }

    /// The name and the explanation, such as "EADDRINUSE: address already in use".
    public var description: String {
        "\(name): \(String(cString: uv_strerror(code)))"
    }

    /// Lets a `catch` or a `case` name one error: `catch UVError.addressInUse`.
    public static func ~= (pattern: UVError, error: any Error) -> Bool {
        (error as? UVError) == pattern
    }
}

extension UVError {
    init(_ code: uv_errno_t) {
        self.init(code: code.rawValue)
    }

    /// Another socket has the address (EADDRINUSE).
    public static let addressInUse = UVError(UV_EADDRINUSE)
    /// This machine does not have the address (EADDRNOTAVAIL).
    public static let addressNotAvailable = UVError(UV_EADDRNOTAVAIL)
    /// The loop is running already (EALREADY).
    public static let alreadyRunning = UVError(UV_EALREADY)
    /// Something is still under way (EBUSY).
    public static let busy = UVError(UV_EBUSY)
    /// The permissions forbid it, such as a port below 1024 (EACCES).
    public static let permissionDenied = UVError(UV_EACCES)
    /// The work was given up before it began (ECANCELED).
    public static let canceled = UVError(UV_ECANCELED)
    /// The connection was aborted before it was accepted (ECONNABORTED).
    public static let connectionAborted = UVError(UV_ECONNABORTED)
    /// Nobody listens there (ECONNREFUSED).
    public static let connectionRefused = UVError(UV_ECONNREFUSED)
    /// The peer cut the connection (ECONNRESET).
    public static let connectionReset = UVError(UV_ECONNRESET)
    /// The peer no longer reads (EPIPE).
    public static let brokenPipe = UVError(UV_EPIPE)
    /// The stream is not connected (ENOTCONN).
    public static let notConnected = UVError(UV_ENOTCONN)
    /// No answer came in time (ETIMEDOUT).
    public static let timedOut = UVError(UV_ETIMEDOUT)
    /// An argument makes no sense, such as an address that is none (EINVAL).
    public static let invalidArgument = UVError(UV_EINVAL)
    /// A buffer has reached its limit (ENOBUFS).
    public static let noBufferSpace = UVError(UV_ENOBUFS)
    /// The process has no descriptors left (EMFILE).
    public static let tooManyOpenFiles = UVError(UV_EMFILE)
    /// No route leads there (EHOSTUNREACH).
    public static let hostUnreachable = UVError(UV_EHOSTUNREACH)
    /// No route leads to that network (ENETUNREACH).
    public static let networkUnreachable = UVError(UV_ENETUNREACH)
    /// There is no such file (ENOENT).
    public static let noSuchFile = UVError(UV_ENOENT)
    /// A name is too long, such as the path of a unix socket (ENAMETOOLONG).
    public static let nameTooLong = UVError(UV_ENAMETOOLONG)
    /// No such host is known (EAI_NONAME).
    public static let unknownHost = UVError(UV_EAI_NONAME)
    /// The name service has no answer at the moment (EAI_AGAIN).
    public static let temporaryFailure = UVError(UV_EAI_AGAIN)
    /// The input is over (EOF).
    public static let endOfFile = UVError(UV_EOF)
}
