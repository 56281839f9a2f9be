// Handle: the life of a libuv handle. Its memory is malloc'd, because libuv keeps the address until the close callback
// has run, and counted, so that tests can prove that nothing leaks. Streams, listeners and signals hand the handle a
// reference to their object (given back in the close callback); timers do not, because they end with their owner.

internal import CUV
internal import Glibc

extension UnsafeMutablePointer {
    /// The same handle as libuv's base type: every handle struct begins with its fields.
    var asHandle: UnsafeMutablePointer<uv_handle_t> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_handle_t.self)
    }
}

/// The object behind a handle's `data`, as far as `EventLoop.closeAll()` is concerned.
protocol Closable: AnyObject {
    func close()
}

extension TCPStream: Closable {}
extension TCPListener: Closable {}
extension SignalWatcher: Closable {}
extension Timer: Closable {
    /// A timer's handle ends with its owner: here it is enough that it does not fire any more.
    func close() {
        stop()
    }
}

extension EventLoop {
    /// Memory for one handle, counted as live until `freeHandle`.
    func makeHandle<T>(_ type: T.Type) -> UnsafeMutablePointer<T> {
        guard let memory = calloc(1, MemoryLayout<T>.size) else { fatalError("out of memory") }
        handleCount &+= 1
        return memory.bindMemory(to: T.self, capacity: 1)
    }

    /// Frees a handle in its close callback, or one that libuv refused to initialise.
    func freeHandle<T>(_ handle: UnsafeMutablePointer<T>) {
        handleCount &-= 1
        free(handle)
    }

    /// Closes everything that is still open and waits until all of it has told its owners.
    ///
    /// For programs and tests that end before their connections do: an open handle keeps its object and the loop alive.
    /// Not for use inside a callback. Work that has begun on a thread of the pool is waited for, waiting work given up;
    /// tasks that nothing resumes stay suspended, and those that ask for one turn after another are given up at
    /// `maxClosingTurns`.
    public func closeAll() {
        precondition(!isRunning, "closeAll is for a loop that has stopped")
        work.cancelAll()
        uv_walk(
            uv,
            { handle, _ in
                guard uv_is_closing(handle) == 0, let data = handle!.pointee.data else { return }
                (Unmanaged<AnyObject>.fromOpaque(data).takeUnretainedValue() as? any Closable)?.close()
            },
            nil
        )
        endTurn()
        var idleTurns = 0
        while true {
            if uv.pointee.closing_handles == nil, uv.pointee.active_reqs.count == 0 {
                guard isIdling, idleTurns < Self.maxClosingTurns else { return }
                idleTurns += 1
            }
            uv_run(uv, UV_RUN_ONCE)
            endTurn()
        }
    }

    /// The most turns that `closeAll` grants to work which is left when no handle and no request is: whoever looks
    /// again in each turn whether something has come would look for ever.
    private static let maxClosingTurns = 10_000
}
