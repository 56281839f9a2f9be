// BrowserSuite: the servers of the scenarios of Tests/Browser/scenarios: the same namespaces and events under several
// paths, each with options of its own. Tests/Browser/reference_suite.py is the same on python-socketio.

import EngineIO
import SocketIO
import UVHTTP
import UVLoop

/// One server for each path that a scenario may connect to.
func serveBrowserSuite(_ command: Command, _ ground: Ground) throws {
    let notes = Notes()
    for (path, choose) in variants {
        var options = ServerOptions()
        options.path = path
        options.cors = CORSOptions(origin: .matching { _ in true }, credentials: true)
        choose(&options)
        let io = ground.makeServer(options)
        serveScenarios(io) { namespace, socket in
            Scenario(namespace, socket, ground.loop).register()
            SuiteEvents(namespace, socket, notes).register()
        }
    }
}

/// What is special under each path.
private let variants: [(String, @Sendable (inout ServerOptions) -> Void)] = [
    ("/socket.io", { _ in }),
    ("/quick", { options in (options.pingInterval, options.pingTimeout) = (150, 600) }),
    ("/small", { options in options.maxHttpBufferSize = 10_000 }),
    ("/recovery", { options in options.connectionStateRecovery = ConnectionStateRecovery() }),
    ("/polling", { options in options.allowUpgrades = false }),
    ("/closed", { options in options.allowRequest = { _, decide in decide(.deny(message: "closed today")) } }),
]

/// What the clients left with the server, by key: so that a scenario can ask what has arrived, and how often.
private final class Notes {
    private var values: [String: [JSON]] = [:]

    func add(_ value: JSON, to key: String) -> Int {
        values[key, default: []].append(value)
        return values[key, default: []].count
    }

    func all(_ key: String) -> JSON {
        .array(values[key, default: []])
    }
}

/// The events of one socket beyond those of `Scenario`.
private struct SuiteEvents {
    private unowned let namespace: Namespace
    private unowned let socket: Socket
    private let notes: Notes

    init(_ namespace: Namespace, _ socket: Socket, _ notes: Notes) {
        self.namespace = namespace
        self.socket = socket
        self.notes = notes
    }

    func register() {
        socket.on("message") { (arguments: Arguments) in socket.emit("message", all: arguments.values) }
        socket.on("handshake") { () -> JSON in socket.handshake.json }
        socket.on("present") { (id: String) in namespace.socket(id) != nil }
        socket.on("burst") { (count: Int) in
            for number in 0..<min(max(0, count), 1_000) { socket.emit("burst", number) }
        }
        registerNotes()
    }

    private func registerNotes() {
        socket.on("note") { (key: String, value: JSON, ack: Ack?) in
            let count = notes.add(value, to: key)
            ack?(count)
        }
        // Acknowledged only from the given time on: the earlier ones have arrived, and the client cannot know.
        socket.on("note-late") { (key: String, value: JSON, from: Int, ack: Ack?) in
            let count = notes.add(value, to: key)
            if count >= from { ack?(count) }
        }
        socket.on("notes") { (key: String) -> JSON in notes.all(key) }
    }
}
