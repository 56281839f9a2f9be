// DetachedSocket: a connected socket on its way from one loop to another. The connection itself notices nothing: the
// kernel keeps what has arrived, and what arrives meanwhile.

internal import CUV
internal import Glibc
internal import Synchronization

/// A connected socket that no loop has at the moment.
///
/// It may travel to any thread. Whoever drops it closes the connection.
public final class DetachedSocket: Sendable {
    private let descriptor: Atomic<Int32>
    private let isUnix: Bool

    fileprivate init(_ descriptor: Int32, isUnix: Bool) {
        self.descriptor = Atomic(descriptor)
        self.isUnix = isUnix
    }

    deinit {
        let left = descriptor.load(ordering: .acquiring)
        if left >= 0 { close(left) }
    }

    /// Makes it a stream of this loop, once; call it on the loop.
    public func adopt(on loop: EventLoop) throws(UVError) -> TCPStream {
        let taken = descriptor.exchange(-1, ordering: .acquiringAndReleasing)
        guard taken >= 0 else { throw .notConnected }
        do throws(UVError) {
            return try TCPStream.adopt(taken, unix: isUnix, on: loop)
        } catch {
            close(taken)
            throw error
        }
    }
}

extension TCPStream {
    /// Closes the stream but not the connection, which another loop may then adopt.
    ///
    /// Everything that was written must be with the kernel: otherwise it throws `UVError.busy`. The handler hears
    /// `closed(nil)` as ever.
    public func detach() throws(UVError) -> DetachedSocket {
        guard let descriptor else { throw .notConnected }
        guard queuedBytes == 0, !state.contains(.shut) else { throw .busy }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw UVError(code: -errno) }
        close()
        return DetachedSocket(copy, isUnix: state.contains(.unix))
    }
}
