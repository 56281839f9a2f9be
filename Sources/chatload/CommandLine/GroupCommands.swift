// GroupCommands: the scenarios in which what one connection sends reaches others: broadcast, rooms, slow, soak.

import ArgumentParser

/// How broadcasts go.
struct FanOutOptions: ParsableArguments {
    @Option(help: "The event that is sent.")
    var event: String?

    @Option(help: "The event that the server sends for it; the same if not given.")
    var receiveEvent: String?

    @Option(help: "How many of the connections send.")
    var senders = 1

    @Flag(help: "The server does not send a message back to its sender.")
    var toOthers = false

    func plan(_ payload: PayloadOptions, _ pace: Pace, _ crowd: CrowdOptions, event standard: String) throws
        -> FanOutPlan
    {
        guard (1...min(1_000, crowd.connections)).contains(senders) else {
            throw ValidationError("--senders takes a number from 1 to 1,000, and no more than there are connections.")
        }
        if toOthers { try want(2, of: crowd, for: "--to-others") }
        let name = event ?? standard
        return FanOutPlan(
            event: name,
            receiveEvent: receiveEvent ?? name,
            form: payload.form,
            payload: payload.payload,
            pace: pace,
            senders: senders,
            toOthers: toOthers
        )
    }

    var settings: [Report.Setting] { [.init(name: "senders", value: "\(senders)")] }
}

/// The sub-command `chatload broadcast`.
struct Broadcast: ScenarioCommand {
    static let configuration = CommandConfiguration(
        commandName: "broadcast",
        abstract: "Messages that the server passes on to everybody; each receiver has to get all of them in order."
    )

    @OptionGroup var target: TargetOptions
    @OptionGroup var crowd: CrowdOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var fanOut: FanOutOptions
    @OptionGroup var payload: PayloadOptions
    @OptionGroup var join: JoinOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func plan() throws -> LoadPlan {
        var plan = plan(try target.target(), crowd: crowd, time: time)
        plan.join = join.join
        plan.loads = [.fanOut(try fanOut.plan(payload, pace.pace, crowd, event: "chat message"))]
        plan.settings += pace.settings + fanOut.settings + payload.settings
        return plan
    }
}

/// The sub-command `chatload rooms`.
struct Rooms: ScenarioCommand {
    static let configuration = CommandConfiguration(
        commandName: "rooms",
        abstract: "Messages that the server passes on to the members of a room, and to nobody else."
    )

    @OptionGroup var target: TargetOptions
    @OptionGroup var crowd: CrowdOptions
    @OptionGroup var pace: PaceOptions
    @Option(help: "How many rooms; each connection is in one.")
    var rooms = 10
    @Option(help: "The event with which a connection enters the room that goes with it; the server acknowledges it.")
    var joinEvent = "join"
    @OptionGroup var fanOut: FanOutOptions
    @OptionGroup var payload: PayloadOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func plan() throws -> LoadPlan {
        guard (1...crowd.connections).contains(rooms) else {
            throw ValidationError("--rooms takes a number from 1 to that of the connections.")
        }
        var plan = plan(try target.target(), crowd: crowd, time: time)
        plan.join = LoadPlan.Join(event: joinEvent, data: .room(count: rooms))
        var load = try fanOut.plan(payload, pace.pace, crowd, event: "room message")
        load.rooms = rooms
        plan.loads = [.fanOut(load)]
        plan.settings += [.init(name: "rooms", value: "\(rooms)")] + pace.settings + fanOut.settings + payload.settings
        return plan
    }
}

/// The sub-command `chatload slow`.
struct Slow: ScenarioCommand {
    static let configuration = CommandConfiguration(
        commandName: "slow",
        abstract: "Broadcasts while some connections do not read: whether the others are served as before.",
        discussion: """
            Only those that read are measured. The others read again when the time is over: they have to get everything
            in order, unless the server has cut them off; that is told, and is not a fault.
            """
    )

    @OptionGroup var target: TargetOptions
    @OptionGroup var crowd: CrowdOptions
    @OptionGroup var pace: PaceOptions
    @Option(help: "How many of the connections do not read.")
    var slow = 10
    @OptionGroup var fanOut: FanOutOptions
    @OptionGroup var payload: PayloadOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func plan() throws -> LoadPlan {
        guard slow >= 1, slow + fanOut.senders <= crowd.connections else {
            throw ValidationError(
                "--slow takes a number from 1; senders are never slow, so there must be more connections."
            )
        }
        let target = try target.target()
        guard target.transport == "websocket" else {
            throw ValidationError("slow readers are there on websocket only.")
        }
        var plan = plan(target, crowd: crowd, time: time)
        var load = try fanOut.plan(payload, pace.pace, crowd, event: "chat message")
        load.slow = slow
        plan.loads = [.fanOut(load)]
        plan.settings += [.init(name: "slow", value: "\(slow)")] + pace.settings + fanOut.settings + payload.settings
        return plan
    }
}

/// The sub-command `chatload soak`.
struct Soak: ScenarioCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Everything at once and for long: round trips, broadcasts, and connections that come and go.",
        discussion: "With --server-pid it tells how the server's memory goes; --fail-growth makes growth a failure."
    )

    @OptionGroup var target: TargetOptions
    @OptionGroup var crowd: CrowdOptions
    @Option(help: "Round trips a second, in all.")
    var echoRate = 100.0
    @Option(help: "Broadcasts a second, in all.")
    var broadcastRate = 1.0
    @Option(help: "Connections that come in a second, beside those that stand.")
    var churnRate = 5.0
    @Option(help: "How long each of those stays, in milliseconds.")
    var stay = 1_000.0
    @OptionGroup var payload: PayloadOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func plan() throws -> LoadPlan {
        let rates = [echoRate, broadcastRate, churnRate]
        guard rates.allSatisfy({ $0 > 0 && $0 <= 1_000_000 }) else {
            throw ValidationError("--echo-rate, --broadcast-rate and --churn-rate take numbers above 0.")
        }
        guard (0...3_600_000).contains(stay) else {
            throw ValidationError("--stay takes milliseconds, at most an hour.")
        }
        var plan = plan(try target.target(), crowd: crowd, time: time)
        let fanOut = try FanOutOptions.parse([]).plan(payload, .rate(broadcastRate), crowd, event: "chat message")
        plan.loads = [
            .echo(try EchoOptions.parse([]).plan(payload, .rate(echoRate))),
            .fanOut(fanOut),
            .churn(ChurnPlan(pace: .rate(churnRate), stay: .milliseconds(stay))),
        ]
        plan.settings += [
            .init(name: "echo", value: "\(shortest(echoRate))/s"),
            .init(name: "broadcast", value: "\(shortest(broadcastRate))/s"),
            .init(name: "churn", value: "\(shortest(churnRate))/s"),
        ]
        return plan
    }
}
