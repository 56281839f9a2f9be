// EngineClient+Reading: a client that does not read, for load generators that try servers with slow readers. Programs
// that want to hold a server back should ask it for less.

extension EngineClient {
    /// Stops reading from the WebSocket in use; does nothing while polling.
    ///
    /// It does not hear pings then, and ends when the server would have been silent too long.
    package func pauseReading() {
        socket?.pauseReading()
    }

    /// Reads again.
    package func resumeReading() {
        socket?.resumeReading()
    }
}
