// ClientAlarm: one deadline of a client, as a closure.

internal import UVLoop

/// Calls a closure when its time has passed; letting go of it cancels it.
final class ClientAlarm: Deadline {
    private let fire: () -> Void

    /// `fire` must not hold the alarm's owner.
    init(_ fire: @escaping () -> Void) {
        self.fire = fire
        super.init()
    }

    override func expired() {
        fire()
    }
}
