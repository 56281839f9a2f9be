// Namespaces: the namespaces of one server, by name. It is what the engine's connections know of the server; the
// `Server` itself is only the face, so that the engine, which the server owns, does not own the server in turn.

internal import Wire

/// The namespaces of one server.
final class Namespaces {
    let core: Core
    let main: Namespace
    private var others: [String: Namespace] = [:]

    init(_ core: Core) {
        self.core = core
        main = Namespace("/", core)
    }

    var all: [Namespace] { [main] + others.values }

    func find(_ name: String) -> Namespace? {
        name == "/" ? main : others[name]
    }

    func make(_ name: String) -> Namespace {
        if let found = find(name) { return found }
        let made = Namespace(name, core)
        others[name] = made
        return made
    }
}
