// Dates: the time of day as text, for the suites that want to see one; by the C library, because nothing here may bring
// Foundation along.

import Glibc

/// Now, as JavaScript writes a date in JSON.
func dateNow() -> String {
    formatNow("%Y-%m-%dT%H:%M:%S.000Z")
}

/// Now, in UTC, in a format of strftime.
func formatNow(_ format: String) -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
        guard let base = buffer.baseAddress, strftime(base, buffer.count, format, &parts) > 0 else { return "" }
        return String(cString: base)
    }
}
