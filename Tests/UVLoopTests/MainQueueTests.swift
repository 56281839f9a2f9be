import Glibc
import TestSupport
import Testing

@testable import UVLoop

@Suite struct MainQueueTests {
    /// What a child process has written, and what it has cost.
    private struct Outcome {
        var text = ""
        var status: Int32 = -1
        var processorMilliseconds = 0
    }

    /// The timer example lies beside this test's own binary and has an async closure at its top level.
    private func runExample() throws -> Outcome {
        let own = try String(decoding: readLink("/proc/self/exe"), as: UTF8.self)
        let path = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0 else { throw UVError(code: -errno) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
        var child: pid_t = 0
        let name = strdup("example-timer")
        let failed = posix_spawn(&child, path + "/example-timer", &actions, nil, [name, nil], environ)
        free(name)
        close(pipes[1])
        guard failed == 0 else { throw UVError(code: -failed) }
        return wait(for: child, readingFrom: pipes[0])
    }

    private func wait(for child: pid_t, readingFrom descriptor: Int32) -> Outcome {
        var outcome = Outcome()
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
        close(descriptor)
        var usage = rusage()
        wait4(child, &outcome.status, 0, &usage)
        outcome.text = String(decoding: bytes, as: UTF8.self)
        let (user, system) = (usage.ru_utime, usage.ru_stime)
        outcome.processorMilliseconds = (user.tv_sec + system.tv_sec) * 1000 + (user.tv_usec + system.tv_usec) / 1000
        return outcome
    }

    private func readLink(_ path: String) throws -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0 else { throw UVError(code: -errno) }
        return buffer[..<count].map { UInt8(bitPattern: $0) }
    }

    @Test func `an async closure at the top level of main.swift runs, and the loop sleeps meanwhile`() throws {
        let outcome = try runExample()
        let lines = Set(outcome.text.split(separator: "\n").map(String.init))
        #expect(outcome.status == 0)
        #expect(lines.contains("the sum is 5000050000"))
        #expect(lines.isSuperset(of: ["3", "2", "1", "alice was idle for too long", "carol was idle for too long"]))
        #expect(!lines.contains("bob was idle for too long"))
        #expect(outcome.processorMilliseconds < 500, "the program takes 600 ms and has almost nothing to do")
    }
}
