// OptionGroups: the options that several scenarios share, and what they mean as values.

import ArgumentParser
import EngineIO
import Wire

/// Where the server is.
struct TargetOptions: ParsableArguments {
    @Argument(help: "The server, such as http://localhost:3000.")
    var url: String

    @Option(help: "websocket, polling, or upgrade (polling first, as browsers do).")
    var transport: TransportChoice?

    @Option(help: "The namespace.")
    var namespace = "/"

    @Option(help: "The path at which the server answers.")
    var path = "/socket.io/"

    @Option(help: "What the server's middleware wants to see as auth, a JSON object.")
    var auth: String?

    @Flag(help: "Take a server that is on another machine. Ask its owner first.")
    var allowRemote = false

    /// Where to connect to; the default transport is the scenario's.
    func target(transport standard: TransportChoice = .websocket) throws -> Target {
        let place = try ServerURL(url)
        guard place.isLocal || allowRemote else {
            throw ValidationError("\(place.host) is not this machine; --allow-remote says that its owner agrees.")
        }
        guard namespace.hasPrefix("/"), !namespace.contains(",") else {
            throw ValidationError("--namespace begins with a slash and has no comma.")
        }
        guard path.hasPrefix("/") else { throw ValidationError("--path begins with a slash.") }
        let choice = transport ?? standard
        return Target(
            host: place.host,
            port: place.port,
            path: path,
            namespace: namespace,
            auth: try authObject(),
            transports: choice.transports,
            transport: choice.rawValue
        )
    }

    private func authObject() throws -> JSONObject? {
        guard let auth else { return nil }
        guard let object = (try? JSON(parsing: auth))?.object else {
            throw ValidationError("--auth takes a JSON object.")
        }
        return object
    }
}

/// The transports to choose from.
enum TransportChoice: String, ExpressibleByArgument, CaseIterable {
    case websocket, polling, upgrade

    /// What the client is given.
    var transports: [TransportName] {
        switch self {
        case .websocket: [.websocket]
        case .polling: [.polling]
        case .upgrade: [.polling, .websocket]
        }
    }
}

/// How many connections stand.
struct CrowdOptions: ParsableArguments {
    /// The system has 28,232 ports for connections from one address to another; some are needed elsewhere.
    static let most = 28_000

    @Option(name: [.customShort("c"), .long], help: "How many connections, at most 28,000.")
    var connections = 100

    @Option(help: "How many connections are begun in a second.")
    var ramp = 500.0

    func validate() throws {
        guard (1...Self.most).contains(connections) else {
            throw ValidationError("--connections takes a number from 1 to \(Self.most).")
        }
        guard ramp > 0, ramp <= 1_000_000 else { throw ValidationError("--ramp takes a number above 0.") }
    }

    var settings: [Report.Setting] {
        [.init(name: "connections", value: "\(connections)"), .init(name: "ramp", value: "\(shortest(ramp))/s")]
    }
}

/// How fast operations follow each other.
struct PaceOptions: ParsableArguments {
    @Option(help: "So many operations a second in all, due by the clock whatever the server does.")
    var rate: Double?

    @Option(help: "Instead of a rate: so many operations under way for each sender (1).")
    var inflight: Int?

    func validate() throws {
        guard rate == nil || inflight == nil else { throw ValidationError("--rate and --inflight exclude each other.") }
        if let rate, rate <= 0 || rate > 10_000_000 { throw ValidationError("--rate takes a number above 0.") }
        if let inflight, !(1...10_000).contains(inflight) {
            throw ValidationError("--inflight takes a number from 1 to 10,000.")
        }
    }

    var pace: Pace { rate.map(Pace.rate) ?? .inFlight(inflight ?? 1) }

    var settings: [Report.Setting] {
        [
            rate.map { .init(name: "rate", value: "\(shortest($0))/s") }
                ?? .init(name: "in flight", value: "\(inflight ?? 1)")
        ]
    }
}

/// What is sent.
struct PayloadOptions: ParsableArguments {
    @Option(help: "How long the text of a message is, in bytes.")
    var payload = 64

    @Option(
        help: "The argument of the event, as JSON in which %s stands for the text and %n for the connection's number."
    )
    var message = "\"%s\""

    func validate() throws {
        guard (0...10_000_000).contains(payload) else {
            throw ValidationError("--payload takes a number from 0 to 10,000,000.")
        }
        guard MessageForm(message, needsText: true) != nil else {
            throw ValidationError("--message takes JSON with %s inside of a string.")
        }
    }

    var form: MessageForm { MessageForm(message, needsText: true) ?? .plain }

    var settings: [Report.Setting] { [.init(name: "payload", value: "\(payload) B")] }
}

/// How long it all takes.
struct TimeOptions: ParsableArguments {
    @Option(help: "How long to measure, in seconds.")
    var duration = 10.0

    @Option(help: "How long to run before that, in seconds.")
    var warmup = 1.0

    @Option(help: "How long a connection may take to stand, and the last answers after the end, in seconds.")
    var timeout = 20.0

    func validate() throws {
        guard duration > 0, duration <= 604_800 else {
            throw ValidationError("--duration takes seconds, more than 0 and at most a week.")
        }
        guard (0...3_600).contains(warmup) else { throw ValidationError("--warmup takes seconds, at most an hour.") }
        guard timeout > 0, timeout <= 3_600 else { throw ValidationError("--timeout takes seconds, at most an hour.") }
    }

    var settings: [Report.Setting] {
        [
            .init(name: "duration", value: "\(shortest(duration)) s"),
            .init(name: "warm-up", value: "\(shortest(warmup)) s"),
        ]
    }
}

/// A first event that the server wants of each connection.
struct JoinOptions: ParsableArguments {
    @Option(help: "An event that each connection sends first and the server acknowledges, such as join.")
    var joinEvent: String?

    @Option(help: "What goes with it, as JSON; %n stands for the connection's number.")
    var joinData = "\"%n\""

    func validate() throws {
        guard MessageForm(joinData, needsText: false) != nil else { throw ValidationError("--join-data takes JSON.") }
    }

    var join: LoadPlan.Join? {
        guard let joinEvent, let form = MessageForm(joinData, needsText: false) else { return nil }
        return LoadPlan.Join(event: joinEvent, data: .form(form))
    }
}
