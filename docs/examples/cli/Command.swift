// A command-line client: it prints what the server sends, and sends what it reads, a line at a time.
// A line is the name of an event, and perhaps a value in JSON behind it: `move {"x": 1}`; a name with blanks is quoted.

import ArgumentParser
import SocketIO

@main
struct Command: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example-cli",
        abstract: "Talk to a Socket.IO server, one line per event."
    )

    @Argument(help: "The server, and the namespace as its path.")
    var url = "http://localhost:3000"

    @Option(help: "What to show to the server, in JSON.")
    var auth: String?

    @Option(help: "The transports, in the order in which they are tried.")
    var transport: [String] = ["polling", "websocket"]

    @Flag(help: "Wait for an acknowledgement of each event, and print it.")
    var ask = false

    func run() async throws {
        var options = ManagerOptions()
        options.transports = transport.compactMap { TransportName(rawValue: $0) }
        let shown = try auth.map { try JSON(parsing: $0) }
        let socket = try await SocketIOClient.connect(url, auth: shown, options: options)
        socket.onAny { event, values in print(JSON.array([.string(event)] + values).text) }
        socket.on(.disconnect) { reason in print("! \(reason)") }
        while let line = readLine() {
            guard let (event, value) = Self.parse(line) else { continue }
            do { try await send(event, value, on: socket) } catch { print("! \(error)") }
        }
        await socket.close()
    }

    private func send(_ event: String, _ value: JSON?, on socket: SocketIOClient) async throws {
        guard ask else {
            if let value { try await socket.emit(event, value) } else { try await socket.emit(event) }
            return
        }
        let answer: JSON?
        if let value {
            answer = try await socket.emit(event, value, timeout: .seconds(5))
        } else {
            answer = try await socket.emit(event, timeout: .seconds(5))
        }
        print("= \(answer?.text ?? "")")
    }

    /// The event and the value of a line; nil for an empty one, and a value that is no JSON is text.
    private static func parse(_ line: String) -> (String, JSON?)? {
        var event = line.prefix { $0 != " " }
        var rest = line.dropFirst(event.count)
        if line.hasPrefix("\""), let end = line.dropFirst().firstIndex(of: "\"") {
            event = line[line.index(after: line.startIndex)..<end]
            rest = line[line.index(after: end)...]
        }
        guard !event.isEmpty else { return nil }
        let text = String(rest.drop { $0 == " " })
        guard !text.isEmpty else { return (String(event), nil) }
        do { return (String(event), try JSON(parsing: text)) } catch { return (String(event), .string(text)) }
    }
}
