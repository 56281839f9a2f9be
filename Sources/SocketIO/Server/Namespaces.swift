// Namespaces: the namespaces of one server, by name. It is what the engine's connections know of the server; the
// `Server` itself is only the face, so that the engine, which the server owns, does not own the server in turn.

internal import Wire

/// The namespaces of one server.
final class Namespaces {
    let core: Core
    let main: Namespace
    private var others: [String: Namespace] = [:]
    private var families: [NamespaceFamily] = []

    init(_ core: Core) {
        self.core = core
        main = Namespace("/", core)
    }

    var all: [Namespace] { [main] + others.values }

    func find(_ name: String) -> Namespace? {
        name == "/" ? main : others[name]
    }

    /// The namespace that a client asks for, made now if a family takes the name.
    func find(_ name: String, auth: JSON) -> Namespace? {
        if let found = find(name) { return found }
        guard others.count < core.options.maxNamespaces else { return nil }
        guard let family = families.first(where: { $0.matches(name, auth) }) else { return nil }
        // The family's function may have made it.
        return find(name) ?? begin(name, family, isTransient: core.options.cleanupEmptyChildNamespaces)
    }

    func make(_ name: String) -> Namespace {
        if let found = find(name) {
            found.isTransient = false
            return found
        }
        return begin(name, families.first { $0.matchesName?(name) == true }, isTransient: false)
    }

    private func begin(_ name: String, _ family: NamespaceFamily?, isTransient: Bool) -> Namespace {
        let made = Namespace(name, core, isTransient: isTransient)
        others[name] = made
        made.audience.log?.onIdle = { [unowned self, unowned made] in abandon(made) }
        family?.adopt(made)
        core.tell(newcomer: made)
        return made
    }

    func add(_ family: NamespaceFamily) -> NamespaceFamily {
        families.append(family)
        return family
    }

    /// The server is closed: nothing of the program is called any more, and so nothing of it is held.
    func retire() {
        for namespace in all { namespace.retire() }
        families = []
        core.forgetHandlers()
    }

    /// The last socket has left: a namespace that a client has called into being goes.
    func abandon(_ namespace: Namespace) {
        guard namespace.isTransient, namespace.visitors == 0, namespace.audience.log?.isAwaited != true else { return }
        guard others[namespace.name] === namespace else { return }
        others[namespace.name] = nil
        for family in families { family.dismiss(namespace) }
        namespace.retire()
    }
}
