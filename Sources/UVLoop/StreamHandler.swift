// Flushable and StreamHandler: the two faces with which the storeys above meet the loop.
// They are classes and not protocols because the loop must call them once per read and once per turn without a
// retain: a class reference fits an `Unmanaged` slot, an existential in a `var` does not (docs/decisions/001).

/// Something that gathers output during a turn and writes it once, at the end.
///
/// Bound to the loop on which it was marked. Mark it with `EventLoop.flushLater(_:)`.
open class Flushable {
    /// The next object on the loop's list of marked ones; the list owns one reference to each.
    var nextMarked: Unmanaged<Flushable>?
    var isMarked = false

    /// Creates an object that is marked on no loop.
    public init() {}

    /// Called once at the end of the turn in which this object was marked.
    open func flush() {}

    /// Has the processor fetch what `flush()` will need.
    ///
    /// Called twice before `flush()`, with other objects' flushes in between: only ever read what was fetched before.
    open func approach(_ step: Approach) {}
}

/// How near the flush of an object is.
public enum Approach: Sendable {
    /// The object itself is in the cache: what it points to can be fetched.
    case far
    /// That is in the cache, too: the rest can be fetched.
    case near
}

@available(*, unavailable)
extension Flushable: Sendable {}

/// What a byte stream tells its owner.
///
/// Override what you need; each method is called on the stream's loop.
open class StreamHandler: Flushable {
    /// The connection that was begun with `connect` stands.
    open func connected() {}

    /// Bytes have arrived.
    ///
    /// They lie in the loop's shared buffer: valid only during the call, and may be changed in place.
    open func receive(_ bytes: inout MutableRawSpan) {}

    /// The peer has finished writing.
    ///
    /// The stream can still be written to.
    open func receiveEnd() {}

    /// Everything that `write` had to queue is with the kernel now.
    open func drained() {}

    /// The stream is closed, with the error that ended it, if any.
    ///
    /// The last call, and made exactly once.
    open func closed(_ error: UVError?) {}
}
