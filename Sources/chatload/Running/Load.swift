// Load: what the run knows of the traffic that it carries out: something that has due times, gets packets, and counts
// what is under way. Echo, FanOut and Churn are the three.

import SocketIO

/// One kind of traffic.
///
/// Bound to the run's loop.
protocol Load: AnyObject {
    /// What it measures; the first is what it is about.
    var measures: [Measure] { get }
    /// When it wants its next tick; `.max` for never.
    var next: Nanoseconds { get }
    /// What was begun and has not come to its end.
    var outstanding: Int { get }

    /// All connections stand; operations that are due in the window are measured.
    func begin(at now: Nanoseconds, window: Range<Nanoseconds>)
    /// Time has passed.
    func tick(_ now: Nanoseconds)
    /// Nothing new is begun; what was due before and not begun is given up.
    func stop(at now: Nanoseconds)
    /// Everything that is under way is given up.
    func abandon(at now: Nanoseconds)
    /// An event has come.
    func received(_ packet: borrowing PacketView, on connection: Connection)
    /// The answer to what was asked has come.
    func answered(_ packet: borrowing PacketView, asked: Connection.Question, on connection: Connection)
    /// Whether the connection may be cut off without this being a fault.
    func excuses(_ connection: Connection) -> Bool
    /// A connection of the crowd has ended before its time.
    func lost(_ connection: Connection, at now: Nanoseconds)
}

extension Load {
    func received(_ packet: borrowing PacketView, on connection: Connection) {}
    func answered(_ packet: borrowing PacketView, asked: Connection.Question, on connection: Connection) {}
    func excuses(_ connection: Connection) -> Bool { false }
    func lost(_ connection: Connection, at now: Nanoseconds) {}
}

/// How many operations may be under way at a fixed rate; those behind wait, and their time counts from when they were due.
let mostOutstanding = 100_000
