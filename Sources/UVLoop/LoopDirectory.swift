// LoopDirectory: objects of several loops that can be found by name from any thread, and told something there.
// The directory holds nobody: an object that is gone is not told anything, and nothing keeps a loop's object alive from
// another thread.

internal import Synchronization

/// Objects of several loops, by name, in groups.
///
/// Any thread may use it. What an object is told runs on that object's own loop, in the order of submission.
public final class LoopDirectory<Object: AnyObject>: Sendable {
    private typealias Groups = [String: [String: LoopReference<Object>]]

    private let groups = Mutex<Groups>([:])

    /// An empty directory.
    public init() {}

    /// Adds an object of this loop; call it on the loop.
    public func add(_ object: Object, named name: String, in group: String, on loop: EventLoop) {
        let reference = LoopReference(object, on: loop)
        groups.withLock { $0[group, default: [:]][name] = reference }
    }

    /// Takes the object of that name out.
    public func remove(_ name: String, from group: String) {
        groups.withLock { groups in
            groups[group]?[name] = nil
            if groups[group]?.isEmpty == true { groups[group] = nil }
        }
    }

    /// The names in a group.
    public func names(in group: String) -> [String] {
        groups.withLock { Array(($0[group] ?? [:]).keys) }
    }

    /// Has `work` run with each object of the group but one, each on its own loop.
    public func submit(in group: String, except name: String, _ work: @escaping @Sendable (Object) -> Void) {
        let members = groups.withLock { $0[group] ?? [:] }
        for (member, reference) in members where member != name { reference.submit(work) }
    }

    /// Has `work` run with the object of that name on its loop, if it is there.
    public func submit(to name: String, in group: String, _ work: @escaping @Sendable (Object) -> Void) {
        groups.withLock { $0[group]?[name] }?.submit(work)
    }
}

/// A weak reference that may travel between threads, because it is only opened on its object's loop.
private struct LoopReference<Object: AnyObject>: @unchecked Sendable {
    /// Read and written by one thread; a weak reference in a box of its own may be let go of by any.
    private final class Box: @unchecked Sendable {
        weak var object: Object?

        init(_ object: Object) { self.object = object }
    }

    private let mailbox: Mailbox
    private let box: Box

    init(_ object: Object, on loop: EventLoop) {
        mailbox = loop.mailbox
        box = Box(object)
    }

    func submit(_ work: @escaping @Sendable (Object) -> Void) {
        mailbox.submit { [box] in
            if let object = box.object { work(object) }
        }
    }
}
