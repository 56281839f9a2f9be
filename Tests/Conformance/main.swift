// conformance: the servers that independent suites and load generators expect, one to a sub-command.
// It is a test program: not installed, and it listens on the loopback address only.

runConformance(Array(CommandLine.arguments.dropFirst()))
