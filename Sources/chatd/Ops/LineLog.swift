// LineLog: log lines for people and machines, one event a line, `key=value`, on standard error.
// https://brandur.org/logfmt describes the form.

import Glibc
import Logging
import UVLoop

/// A swift-log backend that writes `time level message key=value ...` lines with one `write` each.
struct LineLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = "\(timestamp()) \(event.level) \(quoted(event.message.description))"
        let all = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(quoted(value.description))"
        }
        writeLine(line)
    }

    /// One write call per line, so that lines of several threads do not mix.
    private func writeLine(_ line: String) {
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        // A log that cannot be written must not stop the chat, and there is nowhere to tell of it.
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// The value itself when it is one plain word, otherwise in quotes with the control characters escaped.
func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
    return isPlain ? value : value.debugDescription
}

/// The time of day in UTC with milliseconds, as RFC 3339 writes it.
private func timestamp() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let clock = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
    return date.map { padded($0, 2) }.joined(separator: "-") + "T"
        + clock.map { padded($0, 2) }.joined(separator: ":") + "." + padded(time.tv_nsec / 1_000_000, 3) + "Z"
}

extension LogLevel {
    /// The level under which swift-log knows it.
    var asLogged: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
