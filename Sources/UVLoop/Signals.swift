// Signals: a signal of the process, told on the loop.

internal import CUV

/// Calls a closure on the loop each time when the process receives a signal; lives until `close()`.
///
/// A watcher does not keep `EventLoop.run()` from returning. Several may watch the same signal.
public final class SignalWatcher {
    private let loop: EventLoop
    private let handle: UnsafeMutablePointer<uv_signal_t>
    private let fire: () -> Void

    /// False from the moment of `close()`.
    public private(set) var isOpen = true

    /// Begins to watch, for example `SIGTERM`; throws for a signal that cannot be caught.
    @discardableResult
    public init(on loop: EventLoop, signal: Int32, _ fire: @escaping () -> Void) throws(UVError) {
        let handle = loop.makeHandle(uv_signal_t.self)
        self.loop = loop
        self.handle = handle
        self.fire = fire
        uv_signal_init(loop.uv, handle)
        try loop.check(
            uv_signal_start(
                handle,
                { handle, _ in
                    Unmanaged<SignalWatcher>.fromOpaque(handle!.pointee.data).takeUnretainedValue().fire()
                },
                signal
            ),
            orClose: handle
        )
        uv_unref(handle.asHandle)
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    /// Stops watching.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        uv_close(handle.asHandle) { handle in
            let watcher = Unmanaged<SignalWatcher>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            watcher.loop.freeHandle(watcher.handle)
        }
    }
}

@available(*, unavailable)
extension SignalWatcher: Sendable {}
