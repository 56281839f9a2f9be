// Room: the members of one room as a raw array, so that a broadcast is a walk over pointers.
// A room retains nobody: its members belong to the namespace, and each leaves all of its rooms before it is let go.

internal import UVLoop

/// The members of one room.
///
/// Bound to the loop of its server.
final class Room {
    let name: String

    /// True for the one room that holds every member of the audience and has no name of its own.
    let isEveryone: Bool

    @exclusivity(unchecked) private var base: UnsafeMutablePointer<Unmanaged<Member>>
    @exclusivity(unchecked) private(set) var count = 0
    private var capacity: Int

    init(name: String, isEveryone: Bool = false) {
        self.name = name
        self.isEveryone = isEveryone
        capacity = isEveryone ? 64 : 4
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    /// Appends a member and returns its position.
    ///
    /// The caller keeps the position and gives it back to `remove(at:)`. Complexity: O(1) amortised.
    func append(_ member: Member) -> Int {
        if count == capacity { grow() }
        (base + count).initialize(to: .passUnretained(member))
        count += 1
        return count - 1
    }

    /// Removes the member at this position; the last one takes its place and is told so.
    ///
    /// Complexity: O(1).
    func remove(at position: Int) {
        guard position >= 0, position < count else { return }
        count -= 1
        guard position < count else { return }
        base[position] = base[count]
        base[position]._withUnsafeGuaranteedRef { $0.moved(in: self, to: position) }
    }

    /// Calls `body` with each member, without retaining any.
    ///
    /// From the last to the first, so that a member that leaves during its own visit disturbs nobody else's.
    @inline(__always)
    func forEach(_ body: (Member) -> Void) {
        var position = count - 1
        while position >= 0 {
            if position < count {
                if position >= 3 * Self.lead { approach(position) }
                base[position]._withUnsafeGuaranteedRef { body($0) }
            }
            position -= 1
        }
    }

    /// A delivery takes about a hundred nanoseconds less than memory does, so each step is taken this much ahead.
    private static let lead = 4

    /// Has the processor fetch the members that come next: first these, then what they lead to, then the rest.
    ///
    /// Most connections are in no cache when a broadcast comes, and each would be waited for several times.
    @inline(__always)
    private func approach(_ position: Int) {
        Prefetch.memory(base[position &- 3 &* Self.lead].toOpaque(), lines: 2)
        base[position &- 2 &* Self.lead]._withUnsafeGuaranteedRef { $0.approach(.far) }
        base[position &- Self.lead]._withUnsafeGuaranteedRef { $0.approach(.near) }
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Unmanaged<Member>>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}

@available(*, unavailable)
extension Room: Sendable {}
