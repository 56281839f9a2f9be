// client-scenarios: what the Swift client must do with a server of the scenario kind, ours or python-socketio's.
// usage: client-scenarios URL polling|websocket|upgrade [--reference] [--only WORDS]
// Prints one line per scenario and ends with status 1 if one has failed.

import Glibc
import SocketIO

@main
struct Scenarios {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2, let way = Way(rawValue: arguments[1]) else {
            return print("usage: client-scenarios URL polling|websocket|upgrade [--reference]")
        }
        let place = Place(url: arguments[0], way: way, isReference: arguments.contains("--reference"))
        var failures = 0
        let only = arguments.firstIndex(of: "--only").flatMap { arguments.dropFirst($0 + 1).first }
        let scenarios = allScenarios.filter { name, _ in only.map { name.contains($0) } ?? true }
        for (name, body) in scenarios {
            do {
                try await limited { try await body(place) }
                print("ok", name)
            } catch {
                failures += 1
                print("FAILED", name, error)
            }
        }
        print("\(scenarios.count - failures) passed, \(failures) failed")
        if failures > 0 { exit(1) }
    }
}

/// The transports that a run may use.
enum Way: String, Sendable {
    case polling, websocket, upgrade

    var transports: [TransportName] {
        switch self {
        case .polling: [.polling]
        case .websocket: [.websocket]
        case .upgrade: [.polling, .websocket]
        }
    }
}

/// The server under test.
struct Place: Sendable {
    let url: String
    let way: Way
    let isReference: Bool

    var options: ManagerOptions {
        var options = ManagerOptions()
        options.transports = way.transports
        options.reconnectionDelay = 20
        options.reconnectionDelayMax = 100
        return options
    }

    func connect(
        _ path: String = "",
        auth: JSON? = nil,
        socket: ClientSocketOptions = ClientSocketOptions()
    ) async throws -> SocketIOClient {
        try await SocketIOClient.connect(url + path, auth: auth, options: options, socket: socket)
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

func expect(_ isTrue: Bool, _ what: String, line: Int = #line) throws {
    if !isTrue { throw Unexpected(description: "line \(line): \(what)") }
}

func expect<T: Equatable>(_ value: T, _ expected: T, line: Int = #line) throws {
    if value != expected { throw Unexpected(description: "line \(line): \(value) instead of \(expected)") }
}

/// The next element; the deadline of the scenario ends a wait in vain.
func next<T: Sendable>(_ stream: AsyncStream<T>) async throws -> T {
    for await element in stream { return element }
    throw Unexpected(description: "the sequence has ended")
}

/// Runs a scenario that must not take longer than 20 seconds.
func limited(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: .seconds(20))
            throw Unexpected(description: "it takes too long")
        }
        try await group.next()
        group.cancelAll()
    }
}
