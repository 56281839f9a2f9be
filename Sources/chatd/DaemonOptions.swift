// DaemonOptions: what the command line said, as values.

import Logging

/// What chatd was asked to do.
struct DaemonOptions: Sendable {
    var host: String
    var port: Int
    /// How many loops; nil for one per processor.
    var loops: Int?
    var staticFolder: String?
    var logLevel: String

    /// The level with this name; nil when there is none.
    static func level(_ name: String) -> Logger.Level? {
        Logger.Level(rawValue: name)
    }
}
