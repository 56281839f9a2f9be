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
}
