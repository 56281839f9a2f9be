// ProcessMeter: what a process uses, as /proc tells it: of the server, if its number is given, and of chatload itself.

import Glibc

/// What a process has used until now.
struct ProcessUse: Equatable {
    /// Seconds of processor time, the kernel's work for it included.
    var cpuSeconds: Double
    /// Bytes of memory that are in use.
    var memory: Int
}

/// Reads what a process uses.
struct ProcessMeter {
    private let folder: String

    /// The meter of a process; of this one without a number.
    init(process: Int? = nil) {
        folder = "/proc/" + (process.map(String.init) ?? "self")
    }

    /// What it has used; nil if there is no such process.
    func read() -> ProcessUse? {
        guard let times = readText(folder + "/stat"), let sizes = readText(folder + "/statm") else { return nil }
        return Self.parse(
            stat: times,
            statm: sizes,
            ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: sysconf(Int32(_SC_PAGESIZE))
        )
    }

    /// The two files' fields: the times are the 14th and 15th of `stat`, whose second is a name in parentheses that may
    /// hold anything; the second of `statm` is what is in memory.
    static func parse(stat: String, statm: String, ticksPerSecond: Double, pageSize: Int) -> ProcessUse? {
        guard let name = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        let sizes = statm.split(separator: " ")
        guard fields.count > 12, sizes.count > 1 else { return nil }
        guard let user = Double(fields[11]), let system = Double(fields[12]), let pages = Int(sizes[1]) else {
            return nil
        }
        return ProcessUse(cpuSeconds: (user + system) / ticksPerSecond, memory: pages * pageSize)
    }
}

/// The text of a small file; nil if it cannot be read.
func readText(_ path: String) -> String? {
    guard let bytes = readFile(path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
}

/// The bytes of a file; nil if it cannot be read.
func readFile(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&block, 1, block.count, file)
        guard count > 0 else { break }
        bytes += block[..<count]
    }
    return ferror(file) == 0 ? bytes : nil
}

/// Writes a file; false if it cannot be written.
func writeFile(_ path: String, _ bytes: [UInt8]) -> Bool {
    guard let file = fopen(path, "w") else { return false }
    let written = fwrite(bytes, 1, bytes.count, file)
    return fclose(file) == 0 && written == bytes.count
}
