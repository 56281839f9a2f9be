// DateFuzz: dates of header fields. A date that is read is written and read as the same second, and so is every number
// of seconds that four digits of a year can hold.

internal import Wire

func checkDate(_ input: FuzzInput) throws(Finding) {
    let text = String(decoding: input.bytes, as: UTF8.self)
    if let seconds = HTTPDate.seconds(text) {
        try expect(seconds >= 0, "\(text) is before 1970: \(seconds)")
        try expectEqual(HTTPDate.seconds(HTTPDate.text(seconds)), seconds, "\(text) written anew")
    }
    // The years 1970 to 9999.
    let number = Int(truncatingIfNeeded: input.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    let seconds = Int(number.magnitude % 253_402_300_800)
    try expectEqual(HTTPDate.seconds(HTTPDate.text(seconds)), seconds, "\(seconds) as \(HTTPDate.text(seconds))")
    _ = HTTPDate.text(number)
}
