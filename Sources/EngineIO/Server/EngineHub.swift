// EngineHub: where the engines of several loops find each other. A session's id begins with the number of its engine, so
// nobody needs to remember where a session lives; only ids that a program makes itself are kept in a table.

internal import UVLoop

/// Where the Engine.IO servers of several loops find each other's sessions.
///
/// Any thread may use it: make one, and give it to the options of each loop's server.
public final class EngineHub: Sendable {
    /// How many requests may be on their way to one loop; for one more the client gets 503 and is told to come back.
    public let maxWaiting: Int

    private struct State {
        var numbers: Set<Int> = []
        /// Where sessions live whose ids do not say so.
        var homes: [SessionID: Int] = [:]
    }

    private static let group = "engines"
    private let engines: LoopDirectory<EngineServer>
    private let state = Locked(State())

    /// A hub that no server has joined yet.
    public init(maxWaiting: Int = 1_024) {
        self.maxWaiting = maxWaiting
        engines = LoopDirectory(maxWaiting: maxWaiting)
    }

    /// The lowest number that nobody has.
    ///
    /// Beyond `SessionID.loops` there is none that an id could name: those engines are not found by the others.
    fileprivate func takeNumber() -> Int {
        state.withLock { state in
            var number = 0
            while state.numbers.contains(number) { number += 1 }
            state.numbers.insert(number)
            return number
        }
    }

    fileprivate func add(_ engine: EngineServer, _ number: Int) {
        engines.add(engine, named: String(number), in: Self.group, on: engine.loop)
    }

    fileprivate func remove(_ number: Int) {
        engines.remove(String(number), from: Self.group)
        state.withLock { state in
            state.numbers.remove(number)
            state.homes = state.homes.filter { $0.value != number }
        }
    }

    fileprivate func home(of key: SessionID) -> Int? {
        state.withLock { $0.homes[key] }
    }

    fileprivate func note(_ key: SessionID, _ number: Int) {
        state.withLock { $0.homes[key] = number }
    }

    fileprivate func forget(_ key: SessionID, _ number: Int) {
        state.withLock { state in
            if state.homes[key] == number { state.homes[key] = nil }
        }
    }

    /// What would become of a request for the engine of that number.
    func prospect(_ number: Int) -> LoopDirectory<EngineServer>.Delivery {
        engines.prospect(of: String(number), in: Self.group)
    }

    /// Has `work` done with the engine of that number, on its loop.
    func submit(to number: Int, _ work: @escaping @Sendable (EngineServer) -> Void) {
        engines.submit(to: String(number), in: Self.group, work)
    }
}

/// One engine's place in a hub; bound to the engine's loop.
final class EngineMembership {
    let hub: EngineHub
    /// What the ids of this engine's sessions begin with.
    let number: Int
    private let idsAreMade: Bool
    private var isThere = true

    init(_ hub: EngineHub, idsAreMade: Bool) {
        self.hub = hub
        self.idsAreMade = idsAreMade
        number = hub.takeNumber()
    }

    /// Lets the other engines find this one.
    func enter(_ engine: EngineServer) {
        if number < SessionID.loops { hub.add(engine, number) }
    }

    /// Gives the place up; no request is handed to this engine any more.
    func leave() {
        guard isThere else { return }
        isThere = false
        hub.remove(number)
    }

    /// The number of the engine that this session would live on; nil when there is no telling.
    func home(of key: SessionID) -> Int? {
        idsAreMade ? hub.home(of: key) : key.loop
    }

    /// Whether a session of that id, which a program has made, lives on another loop.
    func isElsewhere(_ key: SessionID) -> Bool {
        guard idsAreMade, let home = hub.home(of: key) else { return false }
        return home != number
    }

    /// A session begins here.
    func note(_ key: SessionID) {
        if idsAreMade { hub.note(key, number) }
    }

    /// A session of this engine has ended.
    func forget(_ key: SessionID) {
        if idsAreMade { hub.forget(key, number) }
    }
}
