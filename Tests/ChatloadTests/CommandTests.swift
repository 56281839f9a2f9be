import ArgumentParser
import Testing

@testable import chatload

@Suite struct CommandTests {
    private func refusal(_ line: String) -> String? {
        do {
            var command = try Chatload.parseAsRoot(line.split(separator: " ").map(String.init))
            _ = try (command as? any ScenarioCommand)?.plan()
            _ = withUnsafeMutablePointer(to: &command) { $0 }
            return nil
        } catch {
            return Chatload.exitCode(for: error) == .validationFailure ? Chatload.message(for: error) : "other"
        }
    }

    @Test(arguments: [
        "connect", "echo", "polling", "broadcast", "rooms -c 20", "slow -c 20", "churn", "soak", "echo --rate 100.5",
        "echo --inflight 16 --payload 0", "broadcast --senders 10 --to-others", "echo --transport upgrade",
    ])
    func `scenarios stand on defaults that make sense`(line: String) {
        #expect(refusal(line + " http://localhost:3000") == nil)
    }

    @Test(arguments: [
        "echo", "echo http://example.org", "echo http://localhost:3000 --rate 10 --inflight 2",
        "echo http://localhost:3000 --rate 0",
        "echo http://localhost:3000 -c 0", "echo http://localhost:3000 -c 28001",
        "echo http://localhost:3000 --message x",
        "echo http://localhost:3000 --namespace admin", "echo http://localhost:3000 --auth 5",
        "echo http://localhost:3000 --duration 0", "broadcast http://localhost:3000 -c 2 --senders 3",
        "broadcast http://localhost:3000 -c 1 --to-others", "rooms http://localhost:3000 -c 2 --rooms 3",
        "slow http://localhost:3000 -c 10 --slow 10", "slow http://localhost:3000 --transport polling",
        "churn http://localhost:3000 --inflight 1001", "connect http://localhost:3000 --rate 5",
        "echo http://localhost:3000 --fail-growth 5", "echo http://localhost:3000 --server-pid 99999999",
        "soak http://localhost:3000 --echo-rate 0", "compare", "walk http://localhost:3000",
    ])
    func `what makes no sense is refused with status 64`(line: String) {
        let refusal = refusal(line)
        #expect(refusal != nil && refusal != "other")
    }

    @Test func `another machine is taken only when it is said`() {
        #expect(refusal("echo http://example.org")?.contains("--allow-remote") == true)
        #expect(refusal("echo http://example.org --allow-remote") == nil)
    }

    @Test func `the options arrive in the plan`() throws {
        let line =
            "broadcast http://localhost:3000 -c 20 --ramp 5 --rate 40 --payload 100 --senders 2 --to-others --duration 3"
        let command = try Broadcast.parse(line.split(separator: " ").dropFirst().map(String.init))
        let plan = try command.plan()
        #expect(plan.connections == 20)
        #expect(plan.ramp == 5)
        #expect(plan.duration == 3_000_000_000)
        guard case .fanOut(let load)? = plan.loads.first else { return #expect(Bool(false), "no fan-out") }
        #expect(load.pace == .rate(40))
        #expect(load.senders == 2)
        #expect(load.toOthers)
        #expect(load.payload == 100)
        #expect(load.receiveEvent == "chat message")
    }
}
