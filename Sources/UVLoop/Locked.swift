// Locked: a value behind a mutex of the C library, for the few things of this module that several threads share.
// Not Synchronization.Mutex: the thread sanitizer does not see into it and takes what it guards for unguarded
// (docs/decisions/007).

internal import Glibc

/// A value that one thread at a time may touch.
package final class Locked<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @exclusivity(unchecked) private var value: Value

    /// Begins with this value.
    package init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Calls `body` while no other thread touches the value; it must not call back into the same lock.
    @inline(__always)
    package func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }
}
