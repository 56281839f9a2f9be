// HTTPDate: dates of header fields, from and to seconds since 1970. Only the fixed-length form is written; the two
// obsolete forms that RFC 9110 5.6.7 still wants to be understood are read too.
//
//     Sun, 06 Nov 1994 08:49:37 GMT       the form to use
//     Sunday, 06-Nov-94 08:49:37 GMT      RFC 850
//     Sun Nov  6 08:49:37 1994            asctime

/// Dates of header fields.
package enum HTTPDate {
    /// The year 9999 ends one second after this one; nothing later has four digits.
    private static let last = 253_402_300_799
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The text for a number of seconds since 1970, held within the years 1970 to 9999.
    package static func text(_ seconds: Int) -> String {
        let seconds = Swift.min(Swift.max(seconds, 0), last)
        let dayNumber = seconds / 86_400
        let (year, month, day) = civil(dayNumber)
        let second = seconds % 86_400
        // 1970 began on a Thursday.
        let weekday = days[(dayNumber + 4) % 7]
        let time = "\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
        return "\(weekday), \(two(day)) \(months[month - 1]) \(year) \(time) GMT"
    }

    /// The seconds since 1970 of a date in one of the three forms; nil for anything else.
    package static func seconds(_ text: String) -> Int? {
        var reader = ByteReader(text.utf8)
        let weekday = reader.take(while: ASCII.isLetter)
        guard weekday.count >= 3 else { return nil }
        if reader.skip(", ") {
            return weekday.count == 3 ? fixed(&reader) : obsolete(&reader)
        }
        return reader.skip(" ") ? asctime(&reader) : nil
    }

    private static func fixed(_ reader: inout ByteReader) -> Int? {
        guard let day = reader.number(digits: 2), reader.skip(" "), let month = month(&reader), reader.skip(" "),
            let year = reader.number(digits: 4), reader.skip(" "), let time = time(&reader), reader.skip(" GMT"),
            reader.isAtEnd
        else { return nil }
        return seconds(year, month, day, time)
    }

    private static func obsolete(_ reader: inout ByteReader) -> Int? {
        guard let day = reader.number(digits: 2), reader.skip("-"), let month = month(&reader), reader.skip("-"),
            let year = reader.number(digits: 2), reader.skip(" "), let time = time(&reader), reader.skip(" GMT"),
            reader.isAtEnd
        else { return nil }
        // RFC 9110 asks for a window of fifty years around today. A fixed pivot needs no clock.
        return seconds(year < 70 ? 2000 + year : 1900 + year, month, day, time)
    }

    private static func asctime(_ reader: inout ByteReader) -> Int? {
        guard let month = month(&reader), reader.skip(" ") else { return nil }
        let isPadded = reader.skip(" ")
        guard let day = reader.number(digits: isPadded ? 1 : 2), reader.skip(" "), let time = time(&reader),
            reader.skip(" "), let year = reader.number(digits: 4), reader.isAtEnd
        else { return nil }
        return seconds(year, month, day, time)
    }

    private static func month(_ reader: inout ByteReader) -> Int? {
        let name = reader.take(while: ASCII.isLetter)
        return months.firstIndex { $0.utf8.elementsEqual(name) }.map { $0 + 1 }
    }

    private static func time(_ reader: inout ByteReader) -> Int? {
        guard let hour = reader.number(digits: 2), reader.skip(":"), let minute = reader.number(digits: 2),
            reader.skip(":"), let second = reader.number(digits: 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ time: Int) -> Int? {
        guard year >= 1970, (1...31).contains(day) else { return nil }
        let number = dayNumber(year, month, day)
        // A day that its month does not have comes back as one of the next month.
        guard civil(number) == (year, month, day) else { return nil }
        return number * 86_400 + time
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    // MARK: The calendar
    // Years are counted from March here, so that the leap day is the last day of a year; an era has 400 of them and
    // 146,097 days. 719,468 is the number of days from 1 March of the year 0 to 1 January 1970.

    private static func civil(_ dayNumber: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = dayNumber + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let fromMarch = month <= 2 ? year - 1 : year
        let era = fromMarch / 400
        let yearOfEra = fromMarch % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
