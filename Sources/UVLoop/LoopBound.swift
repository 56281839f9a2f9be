// LoopBound: an object of a loop, in the hands of whoever is elsewhere. It cannot be touched there; what is to be done
// with it is submitted, and done on its loop. This is for facades and for the handlers of cancellation.

/// An object that belongs to one loop, in a box that any thread may hold.
///
/// The object lives as long as the box, or as long as the loop lets go of it, and is released on its loop.
public final class LoopBound<Object: AnyObject>: @unchecked Sendable {
    private let mailbox: Mailbox
    /// Touched on the loop only, once it is set.
    private var object: Object?

    /// Puts an object of this loop into a box; call it on the loop.
    public init(_ object: Object, on loop: EventLoop) {
        mailbox = loop.mailbox
        self.object = object
    }

    deinit {
        guard let object else { return }
        let last = Leaving(object: object)
        self.object = nil
        mailbox.submit { withExtendedLifetime(last) {} }
    }

    /// Has `work` run with the object on its loop, in the order of submission; from any thread.
    public func submit(_ work: @escaping @Sendable (Object) -> Void) {
        mailbox.submit { [self] in
            if let object { work(object) }
        }
    }
}

/// Carries an object to the loop on which it is released.
private struct Leaving<Object: AnyObject>: @unchecked Sendable {
    let object: Object
}
