// Figures: numbers as people read them. In pure Swift, because Foundation would be half of the program.

/// A number with so many digits behind the point, rounded.
func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value.isFinite ? "\(value)" : "-" }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    let whole = scaled / Int(scale)
    guard digits > 0 else { return sign + String(whole) }
    let fraction = String(scaled % Int(scale))
    return sign + "\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// A number without digits that say nothing: 500, 0.25, 12.5.
func shortest(_ value: Double) -> String {
    var text = fixed(value, abs(value) < 10 ? 3 : abs(value) < 100 ? 1 : 0)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
}

/// A number with three digits that matter.
func threeDigits(_ value: Double) -> String {
    fixed(value, abs(value) < 10 ? 2 : abs(value) < 100 ? 1 : 0)
}

/// Milliseconds in the unit that suits them.
func time(_ milliseconds: Double) -> String {
    if milliseconds < 1 { return "\(fixed(milliseconds * 1000, 0)) us" }
    return milliseconds < 10_000 ? "\(threeDigits(milliseconds)) ms" : "\(threeDigits(milliseconds / 1000)) s"
}

/// A whole number with its thousands apart.
func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
}

/// Bytes in the unit that suits them.
func size(_ bytes: Int) -> String {
    let value = Double(bytes)
    if abs(value) < 10_240 { return "\(grouped(bytes)) B" }
    return abs(value) < 1_048_576 ? "\(threeDigits(value / 1024)) KiB" : "\(threeDigits(value / 1_048_576)) MiB"
}
