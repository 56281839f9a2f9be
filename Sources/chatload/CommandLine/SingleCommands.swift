// SingleCommands: the scenarios in which connections do not meet: connect, echo, polling, churn.

import ArgumentParser

/// The sub-command `chatload connect`.
struct Connect: ScenarioCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract:
            "Makes connections at a fixed rate and holds them: how long it takes to be let in, and what they cost."
    )

    @OptionGroup var target: TargetOptions
    @OptionGroup var crowd: CrowdOptions
    @Option(help: "How long to hold the connections, in seconds.")
    var hold = 1.0
    @Option(help: "How long a connection may take to be let in, in seconds.")
    var timeout = 20.0
    @OptionGroup var output: OutputOptions

    func plan() throws -> LoadPlan {
        guard (0...604_800).contains(hold) else { throw ValidationError("--hold takes seconds, at most a week.") }
        guard timeout > 0, timeout <= 3_600 else { throw ValidationError("--timeout takes seconds, at most an hour.") }
        let target = try target.target()
        return LoadPlan(
            scenario: "connect",
            label: "",
            target: target,
            connections: crowd.connections,
            ramp: crowd.ramp,
            warmup: 0,
            duration: .seconds(hold),
            timeout: .seconds(timeout),
            loads: [],
            settings: [.init(name: "transport", value: target.transport)] + crowd.settings
        )
    }
}

/// What the answers are held against.
struct EchoOptions: ParsableArguments {
    @Option(help: "The event that the server acknowledges with what it was given.")
    var event = "echo"

    @Flag(help: "Take any answer; without it, the answer has to be what was sent.")
    var anyAnswer = false

    func plan(_ payload: PayloadOptions, _ pace: Pace) -> EchoPlan {
        EchoPlan(event: event, form: payload.form, payload: payload.payload, pace: pace, checksAnswer: !anyAnswer)
    }
}

/// The sub-command `chatload echo`.
struct EchoCommand: ScenarioCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo",
        abstract: "Round trips: events that the server acknowledges with what it was given."
    )

    @OptionGroup var target: TargetOptions
    @OptionGroup var crowd: CrowdOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var echo: EchoOptions
    @OptionGroup var payload: PayloadOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func plan() throws -> LoadPlan {
        var plan = plan(try target.target(), crowd: crowd, time: time)
        plan.loads = [.echo(echo.plan(payload, pace.pace))]
        plan.settings += pace.settings + payload.settings
        return plan
    }
}

/// The sub-command `chatload polling`.
struct Polling: ScenarioCommand {
    static let configuration = CommandConfiguration(
        commandName: "polling",
        abstract: "Round trips by HTTP long-polling: a POST for the event and a GET for the answer."
    )

    @OptionGroup var target: TargetOptions
    @OptionGroup var crowd: CrowdOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var echo: EchoOptions
    @OptionGroup var payload: PayloadOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func plan() throws -> LoadPlan {
        var plan = plan(try target.target(transport: .polling), crowd: crowd, time: time)
        plan.loads = [.echo(echo.plan(payload, pace.pace))]
        plan.settings += pace.settings + payload.settings
        return plan
    }
}

/// The sub-command `chatload churn`.
struct ChurnCommand: ScenarioCommand {
    static let configuration = CommandConfiguration(
        commandName: "churn",
        abstract: "Connections that come, stay for a while and leave; --rate is how many come in a second."
    )

    @OptionGroup var target: TargetOptions
    @OptionGroup var pace: PaceOptions
    @Option(help: "How long each connection stays, in milliseconds.")
    var stay = 100.0
    @OptionGroup var time: TimeOptions
    @OptionGroup var output: OutputOptions

    func plan() throws -> LoadPlan {
        guard (0...3_600_000).contains(stay) else {
            throw ValidationError("--stay takes milliseconds, at most an hour.")
        }
        if case .inFlight(let count) = pace.pace, count > Crowd.mostConnecting {
            throw ValidationError("--inflight takes at most \(Crowd.mostConnecting) here.")
        }
        var plan = plan(try target.target(), crowd: nil, time: time)
        plan.loads = [.churn(ChurnPlan(pace: pace.pace, stay: .milliseconds(stay)))]
        plan.settings += pace.settings + [.init(name: "stay", value: "\(shortest(stay)) ms")]
        return plan
    }
}
