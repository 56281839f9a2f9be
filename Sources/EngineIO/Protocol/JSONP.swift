// JSONP: polling by script elements and forms, for browsers that knew no better. An answer is a call of a function of
// the page with the payload as a string; a POST is a form with the payload in the field "d".

internal import Wire

/// Polling by script elements.
package struct JSONP: Equatable {
    /// What the answer calls, as far as the page may choose it: digits, whatever it sent.
    let index: [UInt8]

    /// The `j` of a query.
    package init(_ index: String) {
        self.index = index.utf8.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// The payload as a script.
    package func script(_ payload: [UInt8]) -> [UInt8] {
        var script = Array("___eio[".utf8)
        script.reserveCapacity(payload.count &+ payload.count / 8 &+ 32)
        script += index
        script += "](\"".utf8
        var rest = payload[...]
        while let byte = rest.popFirst() {
            // U+2028 and U+2029 end a line of JavaScript, but not of JSON.
            if byte == 0xE2, rest.first == 0x80, let last = rest.dropFirst().first, last & 0xFE == 0xA8 {
                script += (last == 0xA8 ? "\\u2028" : "\\u2029").utf8
                rest = rest.dropFirst(2)
            } else {
                Self.append(byte, to: &script)
            }
        }
        script += "\");".utf8
        return script
    }

    private static func append(_ byte: UInt8, to script: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): script += [UInt8(ascii: "\\"), byte]
        case ..<0x20: script += String(Unicode.Scalar(byte)).jsonQuoted.utf8.dropFirst().dropLast()
        default: script.append(byte)
        }
    }

    /// A form has so many fields at most; more are not looked at.
    private static let maxFields = 1_000

    /// The payload in a form; nil when it has none.
    package static func payload(form: [UInt8]) -> [UInt8]? {
        let fields = form.split(separator: ASCII.ampersand, maxSplits: maxFields)
        guard let field = fields.first(where: { $0.starts(with: "d=".utf8) }) else { return nil }
        return unescape(Array(PercentCoding.decodeForm(field.dropFirst(2)).utf8))
    }

    /// A page writes line ends as "\\n", because forms change them, and what was "\\n" as "\\\\n".
    private static func unescape(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.starts(with: "\\n".utf8) {
                result += "\\n".utf8
                rest = rest.dropFirst(2)
            } else if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "n") {
                result.append(UInt8(ascii: "\n"))
                rest = rest.dropFirst()
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
