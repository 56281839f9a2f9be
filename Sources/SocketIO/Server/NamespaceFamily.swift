// NamespaceFamily: namespaces that come into being when the first client asks for them, and what is said to all of them.

internal import Wire

/// The namespaces that clients have called into being by names of one kind.
///
/// Bound to the loop of its server, which keeps it.
public final class NamespaceFamily {
    let matches: (String, JSON) -> Bool
    /// Set for a family that a pattern of names defines; `Server.of(_:)` then sets up by it, too.
    let matchesName: ((String) -> Bool)?
    private let setUp: (Namespace) -> Void

    /// The namespaces that are alive, by how many have come before; a list would be looked through by each that ends.
    private var children: [ObjectIdentifier: (order: Int, namespace: Namespace)] = [:]
    private var adopted = 0

    /// The namespaces of the family that are alive, in the order in which they came.
    ///
    /// Complexity: O(n log n); it makes an array.
    public var namespaces: [Namespace] {
        children.values.sorted { $0.order < $1.order }.map(\.namespace)
    }

    init(matches: @escaping (String, JSON) -> Bool, setUp: @escaping (Namespace) -> Void) {
        self.matches = matches
        matchesName = nil
        self.setUp = setUp
    }

    init(matchesName: @escaping (String) -> Bool, setUp: @escaping (Namespace) -> Void) {
        matches = { name, _ in matchesName(name) }
        self.matchesName = matchesName
        self.setUp = setUp
    }

    /// Sends an event to every socket of every namespace of the family.
    public func emit<each T: Encodable>(_ event: String, _ values: repeat each T) {
        for namespace in namespaces { namespace.emit(event, repeat each values) }
    }

    /// Sends a declared event to every socket of every namespace of the family.
    public func emit<each T: Encodable>(_ event: Event<repeat each T>, _ values: repeat each T) {
        emit(event.name, repeat each values)
    }

    func adopt(_ namespace: Namespace) {
        children[ObjectIdentifier(namespace)] = (adopted, namespace)
        adopted += 1
        setUp(namespace)
    }

    func dismiss(_ namespace: Namespace) {
        children[ObjectIdentifier(namespace)] = nil
    }
}

@available(*, unavailable)
extension NamespaceFamily: Sendable {}
