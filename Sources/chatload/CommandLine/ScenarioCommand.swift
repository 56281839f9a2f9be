// ScenarioCommand: what the scenarios' commands have in common: each makes a plan, and all are carried out alike.

import ArgumentParser

/// A command that carries out a plan.
protocol ScenarioCommand: ParsableCommand {
    var target: TargetOptions { get }
    var output: OutputOptions { get }

    /// What to do; throws in words when the options contradict each other.
    func plan() throws -> LoadPlan
}

extension ScenarioCommand {
    /// Makes the plan, so that a command line without sense is told before anything is done.
    func validate() throws {
        _ = try plan()
    }

    /// Carries out the plan.
    func run() throws {
        var plan = try plan()
        plan.label = output.label ?? plan.target.address
        plan.serverProcess = output.serverPid
        throw ExitCode(try Performance(plan, output).perform())
    }

    /// A plan of this name, without loads yet.
    func plan(_ target: Target, crowd: CrowdOptions?, time: TimeOptions) -> LoadPlan {
        LoadPlan(
            scenario: Self.configuration.commandName ?? "",
            label: "",
            target: target,
            connections: crowd?.connections ?? 0,
            ramp: crowd?.ramp ?? 1,
            warmup: .seconds(time.warmup),
            duration: .seconds(time.duration),
            timeout: .seconds(time.timeout),
            loads: [],
            settings: [.init(name: "transport", value: target.transport)] + (crowd?.settings ?? []) + time.settings
        )
    }
}

/// Throws unless there are at least so many connections.
func want(_ least: Int, of crowd: CrowdOptions, for what: String) throws {
    guard crowd.connections >= least else {
        throw ValidationError("\(what) needs at least \(least) connections.")
    }
}
