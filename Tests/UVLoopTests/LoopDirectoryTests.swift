import TestSupport
import Testing

@testable import UVLoop

@Suite struct LoopDirectoryTests {
    private final class Desk {
        var heard: [Int] = []
    }

    @Test func `somebody is told by name, everybody but one by group, and nobody who is gone`() throws {
        try onLoop { loop in
            let directory = LoopDirectory<Desk>()
            let (ann, bob) = (Desk(), Desk())
            directory.add(ann, named: "ann", in: "desks", on: loop)
            directory.add(bob, named: "bob", in: "desks", on: loop)
            do {
                directory.add(Desk(), named: "gone", in: "desks", on: loop)
            }
            #expect(Set(directory.names(in: "desks")) == ["ann", "bob", "gone"])
            directory.submit(to: "ann", in: "desks") { $0.heard.append(1) }
            directory.submit(in: "desks", except: "ann") { $0.heard.append(2) }
            #expect(directory.submit(to: "cleo", in: "desks") { $0.heard.append(3) } == .unknown)
            directory.remove("bob", from: "desks")
            #expect(directory.submit(to: "bob", in: "desks") { $0.heard.append(4) } == .unknown)
            #expect(ann.heard.isEmpty && bob.heard.isEmpty)
            loop.mailbox.open(on: loop)
            #expect(ann.heard == [1] && bob.heard == [2])
        }
    }

    @Test func `what waits for somebody is bounded, and what is refused is counted`() throws {
        try onLoop { loop in
            let directory = LoopDirectory<Desk>(maxWaiting: 10)
            let desk = Desk()
            directory.add(desk, named: "desk", in: "", on: loop)
            #expect(directory.submit(to: "desk", in: "", weight: 6) { $0.heard.append(1) } == .submitted)
            #expect(directory.prospect(of: "desk", in: "", weight: 4) == .submitted)
            #expect(directory.submit(to: "desk", in: "", weight: 5) { $0.heard.append(2) } == .full)
            directory.submit(in: "", except: "", weight: 5) { $0.heard.append(3) }
            #expect(directory.refused == 2)
            loop.mailbox.open(on: loop)
            #expect(desk.heard == [1])
            // Something larger than the bound is taken when nothing else waits: or it would never be.
            #expect(directory.submit(to: "desk", in: "", weight: 100) { $0.heard.append(4) } == .submitted)
            loop.mailbox.open(on: loop)
            #expect(desk.heard == [1, 4])
        }
    }
}
