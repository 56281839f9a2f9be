// LoopDirectory: objects of several loops that can be found by name from any thread, and told something there.
// The directory holds nobody: an object that is gone is not told anything, and nothing keeps a loop's object alive from
// another thread. How much may wait for one object is bounded, because a loop that is busy does not take anything.

internal import Synchronization

/// Objects of several loops, by name, in groups.
///
/// Any thread may use it. What an object is told runs on that object's own loop, in the order of submission.
public final class LoopDirectory<Object: AnyObject>: Sendable {
    private typealias Groups = [String: [String: LoopReference<Object>]]

    /// What becomes of work for somebody.
    public enum Delivery: Sendable {
        /// It will run when the loop gets to it, if the object is still there then.
        case submitted
        /// There is nobody of that name.
        case unknown
        /// Too much waits for the object already.
        case full
    }

    private let groups = Locked<Groups>([:])
    private let maxWaiting: Int
    private let refusals = Atomic<Int>(0)

    /// An empty directory; `maxWaiting` bounds the weight of the work that waits for one object.
    public init(maxWaiting: Int = .max) {
        self.maxWaiting = maxWaiting
    }

    /// How often work was refused because too much was waiting.
    public var refused: Int { refusals.load(ordering: .relaxed) }

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

    /// Has `work` run with each object of the group but one, each on its own loop; those that are full miss it.
    public func submit(
        in group: String,
        except name: String,
        weight: Int = 1,
        _ work: @escaping @Sendable (Object) -> Void
    ) {
        let members = groups.withLock { $0[group] ?? [:] }
        for (member, reference) in members where member != name { submit(to: reference, weight, work) }
    }

    /// Has `work` run with the object of that name on its loop, if it is there.
    @discardableResult
    public func submit(
        to name: String,
        in group: String,
        weight: Int = 1,
        _ work: @escaping @Sendable (Object) -> Void
    ) -> Delivery {
        guard let reference = groups.withLock({ $0[group]?[name] }) else { return .unknown }
        return submit(to: reference, weight, work)
    }

    /// Says beforehand what would become of work for the object of that name.
    public func prospect(of name: String, in group: String, weight: Int = 1) -> Delivery {
        guard let reference = groups.withLock({ $0[group]?[name] }) else { return .unknown }
        return reference.hasRoom(weight, maxWaiting) ? .submitted : refuse()
    }

    @discardableResult
    private func submit(
        to reference: LoopReference<Object>,
        _ weight: Int,
        _ work: @escaping @Sendable (Object) -> Void
    ) -> Delivery {
        guard reference.hasRoom(weight, maxWaiting) else { return refuse() }
        reference.submit(weight, work)
        return .submitted
    }

    private func refuse() -> Delivery {
        refusals.add(1, ordering: .relaxed)
        return .full
    }
}

/// A weak reference that may travel between threads, because it is only opened on its object's loop.
private struct LoopReference<Object: AnyObject>: @unchecked Sendable {
    /// Read and written by one thread; a weak reference in a box of its own may be let go of by any.
    private final class Box: @unchecked Sendable {
        weak var object: Object?
        let waiting = Atomic<Int>(0)

        init(_ object: Object) { self.object = object }
    }

    private let mailbox: Mailbox
    private let box: Box

    init(_ object: Object, on loop: EventLoop) {
        mailbox = loop.mailbox
        box = Box(object)
    }

    /// Whether so much more may wait; something of any weight may when nothing else does.
    ///
    /// Asked before the weight is added, so that several threads at once may go over the bound by one piece each.
    func hasRoom(_ weight: Int, _ bound: Int) -> Bool {
        let waiting = box.waiting.load(ordering: .relaxed)
        return waiting == 0 || waiting <= bound &- weight
    }

    func submit(_ weight: Int, _ work: @escaping @Sendable (Object) -> Void) {
        box.waiting.add(weight, ordering: .relaxed)
        mailbox.submit { [box] in
            box.waiting.subtract(weight, ordering: .relaxed)
            if let object = box.object { work(object) }
        }
    }
}
