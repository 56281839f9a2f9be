// Manager+Reconnecting: when a manager tries again to connect.

internal import UVLoop

extension Manager {
    /// Waits, and then tries again, unless that was given up or done often enough.
    func reconnect() {
        guard !isReconnecting, mayReconnect else { return }
        if let most = options.reconnectionAttempts, backoff.attempts >= most {
            backoff.reset()
            return tell(.reconnectFailed)
        }
        isReconnecting = true
        let timer = Timer(on: loop) { self.tryAgain() }  // Held by this manager, which so lives until it fires.
        self.timer = timer
        timer.start(after: backoff.next())
    }

    private func tryAgain() {
        timer = nil
        guard mayReconnect, state == .idle else { return }
        tell(.reconnectAttempt, backoff.attempts)
        guard mayReconnect, state == .idle else { return }
        attempt()
    }
}
