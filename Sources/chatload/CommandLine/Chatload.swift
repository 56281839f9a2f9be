// Chatload: the command line of the load generator: one sub-command for each scenario, and one that puts reports side by
// side. What a scenario does not heed it does not take.

import ArgumentParser

/// `chatload`: measures a Socket.IO server.
@main
struct Chatload: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chatload",
        abstract: "Measures a Socket.IO 4 server: latency, throughput, order, and what it uses.",
        discussion: """
            Each scenario is a sub-command, for example

              chatload echo http://localhost:3000 --connections 1000 --rate 20000 --duration 30

            The server needs the few handlers that docs/benchmarking.md shows. The exit status is 0 when everything was
            well, 1 when something was missing, wrong, or beyond a threshold, 64 when the command line makes no sense.
            """,
        version: "0.1.0",
        subcommands: [
            Connect.self, EchoCommand.self, Polling.self, Broadcast.self, Rooms.self, Slow.self, ChurnCommand.self,
            Soak.self, Compare.self,
        ]
    )
}
