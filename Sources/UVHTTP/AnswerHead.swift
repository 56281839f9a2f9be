// AnswerHead: the fixed parts of an answer's head: the status line and the Date field. The fields themselves
// are the exchange's.

internal import UVLoop
internal import Wire

/// The first line of an answer.
enum StatusLine {
    /// Appends the line for `code`; a code that cannot be sent becomes 500.
    static func append(_ code: Int, to outbox: inout Outbox) {
        if code == 200 { return outbox.append("HTTP/1.1 200 OK\r\n") }
        let status = Status(code)
        outbox.append("HTTP/1.1 ")
        outbox.append(decimal: status.code)
        outbox.append(UInt8(ascii: " "))
        outbox.append(status.reason)
        outbox.append("\r\n")
    }
}

/// Fields of an answer that is given often, both as text and as they are sent; Date is not among them.
package struct EncodedFields: Sendable {
    let fields: [(name: String, value: String)]
    let bytes: [UInt8]

    /// Encodes fields that the server has made itself, so that there is nothing to check.
    package init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
        bytes = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
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
