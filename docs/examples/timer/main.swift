// Timers on UVLoop: one exact timer, many coarse deadlines, work from another thread, and a task on the loop.

import UVLoop

let loop = try EventLoop()

// Exact: counts down, five a second, and stops itself; then nothing is left alive and run() returns.
var left = 3
var ticker: Timer?
ticker = Timer(on: loop) {
    print(left)
    left -= 1
    if left == 0 { ticker = nil }
}
ticker?.start(after: 200, repeating: 200)

// Coarse: one object per connection, thousands of them cost one timer of libuv. Never early, at most 50 ms late.
final class Idle: Deadline {
    let name: String

    init(_ name: String) {
        self.name = name
    }

    override func expired() {
        print(name, "was idle for too long")
    }
}

let guests = ["alice", "bob", "carol"].map(Idle.init)
for guest in guests { loop.timeouts.schedule(guest, after: 300) }
guests[1].cancel()  // Bob has said something.

// A task on the loop: it may await, and every part of it runs on the loop's thread.
loop.spawn {
    do {
        let sum = try await loop.work.run { (1...100_000).reduce(0, &+) }  // on another thread
        print("the sum is", sum)
    } catch {
        print("gave up:", error)
    }
}

try loop.run()
