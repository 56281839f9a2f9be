// JSONNumber: numbers between their text and Swift's types, both ways. Text that comes in here has passed the scanner;
// text that goes out is what JavaScript's JSON.stringify would have written.

/// Conversions of numbers.
enum JSONNumber {
    /// How many significant digits a `Double` always keeps; with more the text says something that it cannot.
    private static let exactDigits = 17

    /// The text, digits perhaps after a minus, as an integer; nil if it does not fit.
    static func integer<T: FixedWidthInteger>(_ text: UnsafeRawBufferPointer) -> T? {
        let isNegative = text.first == UInt8(ascii: "-")
        var value: T = 0
        for index in (isNegative ? 1 : 0)..<text.count {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            guard let digit = ASCII.digit(text[index]).flatMap(T.init(exactly:)), !overflow else { return nil }
            let (sum, carry) =
                isNegative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
            guard !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The number as an integer; nil if it has a fraction or does not fit.
    ///
    /// `T(exactly:)` says the same, but calls the C library's `trunc` for it, which nothing else here needs.
    static func integer<T: FixedWidthInteger>(exactly value: Double) -> T? {
        if value >= -0x1p63, value < 0x1p63 {
            let integer = Int64(value)
            return Double(integer) == value ? T(exactly: integer) : nil
        }
        return value >= 0x1p63 && value < 0x1p64 ? T(exactly: UInt64(value)) : nil
    }

    /// The text as the nearest `Double`, infinite if it is too large for one.
    static func double(_ text: UnsafeRawBufferPointer) -> Double {
        exact(Decimal(text)) ?? Double(String(decoding: text, as: UTF8.self)) ?? .nan
    }

    /// The text as the case of `JSON` that holds it as it was written.
    static func value(_ text: UnsafeRawBufferPointer) -> JSON {
        let decimal = Decimal(text)
        if decimal.isInteger, let value: Int64 = integer(text), !(value == 0 && decimal.isNegative) {
            return .int(value)
        }
        let value = exact(decimal) ?? Double(String(decoding: text, as: UTF8.self)) ?? .infinity
        let isKept = value.isFinite && decimal.digits <= exactDigits && !(value == 0 && decimal.digits > 0)
        return isKept ? .double(value) : .number(String(decoding: text, as: UTF8.self))
    }

    /// The parts of a number's text.
    struct Decimal {
        var isNegative = false
        var isInteger = true
        /// The significant digits as a number; wrapped around, and of no use, if there are more than 19.
        var significand: UInt64 = 0
        /// How many digits there are from the first to the last that is not zero.
        var digits = 0
        /// What to scale the significand by; clamped far beyond what any `Double` reaches.
        var exponent = 0
    }

    /// The value if one product makes it: of two numbers that `Double` holds exactly it is rounded once, hence rightly.
    private static func exact(_ decimal: Decimal) -> Double? {
        guard decimal.digits <= 19, decimal.significand <= 1 << 53 else { return nil }
        guard decimal.exponent >= -22, decimal.exponent <= 22 else { return decimal.significand == 0 ? 0 : nil }
        let magnitude = Double(decimal.significand)
        let scale = powersOfTen[abs(decimal.exponent)]
        let value = decimal.exponent < 0 ? magnitude / scale : magnitude * scale
        return decimal.isNegative ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}

extension JSONNumber.Decimal {
    /// Takes a number's text apart.
    init(_ text: UnsafeRawBufferPointer) {
        var pending = 0  // zeros that count only if another digit follows
        var index = 0
        while index < text.count {
            let byte = text[index]
            index &+= 1
            if let digit = ASCII.digit(byte) {
                take(digit, &pending)
                if !isInteger { exponent &-= 1 }
            } else if byte == UInt8(ascii: "-") {
                isNegative = true
            } else if byte == UInt8(ascii: ".") {
                isInteger = false
            } else {
                isInteger = false
                exponent &+= Self.exponent(text, from: index)
                break
            }
        }
        exponent &+= pending
    }

    private mutating func take(_ digit: UInt8, _ pending: inout Int) {
        guard digit != 0 else {
            if digits > 0 { pending &+= 1 }
            return
        }
        let shift = digits > 0 ? pending &+ 1 : 1
        for _ in 0..<min(shift, 20) { significand = significand &* 10 }
        significand = significand &+ UInt64(digit)
        digits &+= shift
        pending = 0
    }

    private static func exponent(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var value = 0
        for index in start..<text.count {
            guard let digit = ASCII.digit(text[index]) else { continue }
            value = min(value &* 10 &+ Int(digit), 1_000_000_000)
        }
        return text[start] == UInt8(ascii: "-") ? -value : value
    }
}

// MARK: - Out

extension JSONNumber {
    /// Appends an integer in decimal.
    static func append(_ value: some BinaryInteger, to bytes: inout [UInt8]) {
        guard let small = Int64(exactly: value) else {
            bytes.append(contentsOf: String(value).utf8)
            return
        }
        if small < 0 { bytes.append(UInt8(ascii: "-")) }
        append(digitsOf: small.magnitude, to: &bytes)
    }

    private static func append(digitsOf value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var start = 20
        repeat {
            start &-= 1
            digits[start] = ASCII.zero &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        digits.span.withUnsafeBufferPointer { bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[start...])) }
    }

    /// Appends a number as JavaScript prints it (ECMA-262, Number::toString); what is not finite becomes null.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        guard value.isFinite else { return bytes.append(contentsOf: "null".utf8) }
        if let integer: Int64 = integer(exactly: value), integer.magnitude <= 1 << 53 {
            return append(integer, to: &bytes)
        }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let (digits, point) = shortest(value.magnitude)
        layOut(digits, point: point, to: &bytes)
    }

    /// The fewest digits that read back as `value`, and where the point stands after the first of them.
    ///
    /// Swift prints those very digits; only where it puts the point, and when it uses an exponent, differs.
    private static func shortest(_ value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        let text = Array(value.description.utf8)
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                break
            }
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte) }
        }
        let leading = digits.prefix { $0 == ASCII.zero }.count
        let position = (point ?? digits.count) + exponent - leading
        digits.removeFirst(leading)
        while digits.last == ASCII.zero { digits.removeLast() }
        return (digits, position)
    }

    /// Writes digits with the point after the first `point` of them.
    private static func layOut(_ digits: [UInt8], point: Int, to bytes: inout [UInt8]) {
        switch point {
        case digits.count...max(21, digits.count) where point <= 21:
            bytes.append(contentsOf: digits)
            bytes.append(contentsOf: repeatElement(ASCII.zero, count: point - digits.count))
        case 1...21:
            bytes.append(contentsOf: digits[..<point])
            bytes.append(UInt8(ascii: "."))
            bytes.append(contentsOf: digits[point...])
        case -5...0:
            bytes.append(contentsOf: "0.".utf8)
            bytes.append(contentsOf: repeatElement(ASCII.zero, count: -point))
            bytes.append(contentsOf: digits)
        default:
            bytes.append(digits[0])
            if digits.count > 1 {
                bytes.append(UInt8(ascii: "."))
                bytes.append(contentsOf: digits[1...])
            }
            bytes.append(contentsOf: point > 0 ? "e+".utf8 : "e-".utf8)
            append((point - 1).magnitude, to: &bytes)
        }
    }
}
