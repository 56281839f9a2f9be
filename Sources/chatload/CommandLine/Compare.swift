// Compare: several reports side by side.

import ArgumentParser

/// The sub-command `chatload compare`.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Puts reports that were written with --json side by side."
    )

    @Argument(help: "The files, at most six.")
    var files: [String]

    @Option(help: "Write a page with pictures to this file.")
    var html: String?

    func validate() throws {
        guard (1...6).contains(files.count) else { throw ValidationError("compare takes one to six files.") }
    }

    func run() throws {
        let reports = try files.map { try Report(file: $0) }
        print(Comparison(reports).text)
        if let html { try save(html, Array(Page(reports).html.utf8)) }
    }
}
