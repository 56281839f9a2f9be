// Selection: whom a broadcast addresses, as a value.

/// Whom a broadcast addresses.
///
/// No room means everybody. The id of a socket is the name of a room, so one socket is addressed, or left out, by its id.
public struct Selection: Equatable, Sendable {
    /// The union of these rooms; everybody when there is none.
    public var rooms: [String]

    /// Nobody who is in one of these rooms.
    public var except: [String]

    /// Nobody on another server.
    public var isLocal = false

    /// Selects the union of `rooms` without those in `except`.
    public init(rooms: [String] = [], except: [String] = []) {
        self.rooms = rooms
        self.except = except
    }
}
