// Roster: the living connections of one server, so that it can count them and tell them to stop.
// It keeps nobody alive: a stream owns its handler, and a connection leaves when its stream has closed.

package import UVLoop

/// A stream handler that one server knows about, or that one client has opened.
///
/// The links live in the connection itself, so joining and leaving cost no allocation and no hashing.
package class ServedConnection: StreamHandler {
    let stream: any ByteStream
    let host: ConnectionHost
    fileprivate var previous: Unmanaged<ServedConnection>?
    fileprivate var following: Unmanaged<ServedConnection>?

    init(_ stream: any ByteStream, of host: ConnectionHost) {
        self.stream = stream
        self.host = host
        super.init()
    }

    package override func approach(_ step: Approach) {
        switch step {
        case .far: Prefetch.object(stream, lines: 2)
        case .near: stream.approach()
        }
    }

    /// The server is stopping: finish what runs, then close.
    func drain() {}

    /// The time for that is over: close now.
    func cutOff() {}
}

/// A doubly linked list through the connections themselves.
struct Roster: ~Copyable {
    private var first: Unmanaged<ServedConnection>?

    /// How many connections are on the list.
    private(set) var count = 0

    mutating func insert(_ connection: ServedConnection) {
        let entry = Unmanaged.passUnretained(connection)
        connection.following = first
        first?._withUnsafeGuaranteedRef { $0.previous = entry }
        first = entry
        count += 1
    }

    mutating func remove(_ connection: ServedConnection) {
        let (before, after) = (connection.previous, connection.following)
        before?._withUnsafeGuaranteedRef { $0.following = after }
        after?._withUnsafeGuaranteedRef { $0.previous = before }
        if before == nil { first = after }
        connection.previous = nil
        connection.following = nil
        count -= 1
    }

    /// A copy of the list that holds every connection, for a walk during which connections may leave.
    ///
    /// Complexity: O(n); only stopping a server asks for it.
    func snapshot() -> [ServedConnection] {
        var all: [ServedConnection] = []
        var entry = first
        while let current = entry {
            let connection = current.takeUnretainedValue()
            all.append(connection)
            entry = connection.following
        }
        return all
    }
}
