// Faults: everything that should not have happened, counted by its kind.

/// How often what went wrong.
struct Faults: Codable, Equatable {
    /// Connections that were not made: refused, cut, or not in the namespace in time.
    var failed = 0
    /// Connections that ended though nobody here has ended them.
    var lost = 0
    /// Operations without an answer at the end.
    var unanswered = 0
    /// Messages that did not come.
    var missing = 0
    /// Messages that came after later ones of the same sender.
    var misordered = 0
    /// Messages that came again.
    var repeated = 0
    /// Messages of a room that came to somebody outside of it.
    var astray = 0
    /// Answers that are not what was sent.
    var wrong = 0
    /// Packets that make no sense.
    var malformed = 0

    /// All of them.
    var total: Int {
        failed + lost + unanswered + missing + misordered + repeated + astray + wrong + malformed
    }

    /// Name and number of each kind.
    var kinds: [(name: String, count: Int)] {
        [
            ("failed", failed), ("lost", lost), ("unanswered", unanswered), ("missing", missing),
            ("misordered", misordered), ("repeated", repeated), ("astray", astray), ("wrong", wrong),
            ("malformed", malformed),
        ]
    }
}
