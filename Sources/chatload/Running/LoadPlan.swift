// LoadPlan: what a command line asks for, as values. The commands make it, the run carries it out.

import EngineIO
import Wire

/// One run.
struct LoadPlan {
    var scenario: String
    var label: String
    var target: Target
    /// How many connections stand while the loads run.
    var connections: Int
    /// How many of them are begun in a second.
    var ramp: Double
    /// Operations that are due in this time after the ramp are not measured.
    var warmup: Nanoseconds
    /// How long operations are measured.
    var duration: Nanoseconds
    /// How long a connection may take to stand, and how long the last answers may take after the end.
    var timeout: Nanoseconds
    /// What each connection sends before it counts as standing.
    var join: Join? = nil
    var loads: [LoadKind]
    /// The process of the server, to tell what it uses.
    var serverProcess: Int? = nil
    var settings: [Report.Setting] = []

    /// The first event of a connection; the server has to acknowledge it.
    struct Join {
        var event: String
        /// With rooms, the room's name; with a form, what it says of each connection.
        var data: JoinData
    }

    /// What goes with a join.
    enum JoinData {
        case room(count: Int)
        case form(MessageForm)
    }
}

/// Where the server is, and how to enter it.
struct Target {
    var host: String
    var port: Int
    var path: String
    var namespace: String
    var auth: JSONObject?
    var transports: [TransportName]
    /// "websocket", "polling" or "upgrade", for people.
    var transport: String

    /// The address of the server, for people.
    var address: String {
        host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
}

/// How fast operations follow each other.
enum Pace: Equatable {
    /// So many a second in all, due by a schedule, whatever the answers do.
    case rate(Double)
    /// So many under way for each sender; the next begins when one ends.
    case inFlight(Int)
}

/// One kind of load.
enum LoadKind {
    case echo(EchoPlan)
    case fanOut(FanOutPlan)
    case churn(ChurnPlan)
}

/// Events that are acknowledged.
struct EchoPlan {
    var event: String
    var form: MessageForm
    var payload: Int
    var pace: Pace
    /// Whether the answer has to be what was sent.
    var checksAnswer: Bool
}

/// Events that the server passes on to many.
struct FanOutPlan {
    var event: String
    /// The event that the server sends for it.
    var receiveEvent: String
    var form: MessageForm
    var payload: Int
    var pace: Pace
    var senders: Int
    /// Nil for one group of all connections; otherwise each connection is in one of so many rooms.
    var rooms: Int? = nil
    /// The sender itself gets nothing.
    var toOthers: Bool
    /// How many connections stop reading while the load runs.
    var slow = 0
}

/// Connections that come and go.
struct ChurnPlan {
    var pace: Pace
    /// How long each stays.
    var stay: Nanoseconds
}

/// The rooms' names.
func roomName(_ number: Int) -> String {
    "room-\(number)"
}
