// Server, what it counts: plain numbers that only ever grow, for whoever exports metrics.

extension Server {
    /// What has happened on one server since it began.
    public struct Counters: Equatable, Sendable {
        /// Sockets that were connected.
        public var connections = 0
        /// Connections that a middleware, or a missing namespace, refused.
        public var refusals = 0
        /// Events that came from clients.
        public var eventsReceived = 0
        /// Events for which there was no handler.
        public var eventsUnhandled = 0
        /// Events whose arguments did not fit a handler.
        public var eventsUndecodable = 0
        /// Events that a check of packets refused.
        public var eventsRefused = 0
        /// Rooms that sockets were to join beyond `maxRoomsPerSocket`.
        public var joinsRefused = 0
        /// Handlers and middlewares that threw where nobody could catch.
        public var handlerErrors = 0
        /// Packets that broke the protocol and ended their connection.
        public var protocolErrors = 0
        /// Events that were emitted, each broadcast counted once.
        public var eventsSent = 0
        /// Acknowledgements that clients sent for no question of ours.
        public var unknownAnswers = 0
        /// Questions that were not asked because their client owes `maxPendingAnswers` answers.
        public var questionsRefused = 0
        /// Questions that no client answered in time.
        public var answersLate = 0
        /// Sessions that clients got back after they had been cut off.
        public var recoveries = 0
        /// Sessions that clients wanted back and did not get; `on(.recoveryMissed)` says why.
        public var recoveryMisses = 0
    }
}
