// AnswerHead: the fixed parts of an answer's head, ready-made: status lines and the Date field. The fields themselves
// are the exchange's.

internal import UVLoop
internal import Wire

/// Status lines, built once.
enum StatusLine {
    private static let codes = 100..<600
    private static let lines: [[UInt8]] = codes.map { line($0) }

    private static func line(_ code: Int) -> [UInt8] {
        let status = Status(code)
        return Array("HTTP/1.1 \(status.code) \(status.reason)\r\n".utf8)
    }

    /// Appends the line for `code`; a code that cannot be sent becomes 500.
    static func append(_ code: Int, to outbox: inout Outbox) {
        outbox.append(codes.contains(code) ? lines[code - codes.lowerBound] : line(code))
    }
}

/// The Date field of every answer, made anew at most once per second.
struct DateField {
    private var line: [UInt8] = []
    private var second: UInt64 = .max

    /// Appends the field.
    mutating func append(to outbox: inout Outbox, now: UInt64) {
        let current = now / 1000
        if current != second {
            second = current
            line = Array("Date: \(HTTPDate.text(Int(EventLoop.wallClock / 1000)))\r\n".utf8)
        }
        outbox.append(line)
    }
}
