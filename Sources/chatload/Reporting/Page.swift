// Page: reports as one HTML page that needs nothing else: no script, no font, no picture from anywhere. With several
// reports it shows them side by side: a column in each table and a line in each picture.

/// The page of one report or several.
struct Page {
    private let reports: [Report]

    /// The page of these reports, of which there is at least one.
    init(_ reports: [Report]) {
        self.reports = reports
    }

    private var title: String {
        let scenarios = reports.map(\.scenario)
        return "chatload: " + (Set(scenarios).count == 1 ? scenarios[0] : "side by side")
    }

    /// The page.
    var html: String {
        let parts = [
            "<!doctype html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            "<title>\(escaped(title))</title>", "<style>", pageStyle, "</style>", "</head>", "<body>", "<main>",
            "<h1>\(escaped(title))</h1>", head, table, notes, pictures, "</main>", "</body>", "</html>",
        ]
        return parts.joined(separator: "\n") + "\n"
    }

    /// What was run, one line for each report; the colour is that of its lines.
    private var head: String {
        let items = reports.enumerated().map { place, report in
            let settings = report.settings.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
            let interrupted = report.interrupted ? " <strong>Ended before its time.</strong>" : ""
            return "<li><span class=\"key k\(place)\"></span><strong>\(escaped(report.label))</strong> "
                + "\(escaped(report.scenario)): \(escaped(settings)), \(utcTime(report.startedAt)).\(interrupted)</li>"
        }
        return "<ul class=\"runs\">\n\(items.joined(separator: "\n"))\n</ul>"
    }

    // MARK: - The table

    private var table: String {
        let names = reports.map { "<th scope=\"col\">\(escaped($0.label))</th>" }.joined()
        let rows = Comparison(reports).rows.map { row in
            switch row {
            case .heading(let text):
                "<tr class=\"part\"><th colspan=\"\(reports.count + 1)\">\(escaped(text))</th></tr>"
            case .figures(let name, let cells):
                "<tr><th scope=\"row\">\(escaped(name))</th>"
                    + cells.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
            }
        }
        return "<div class=\"wide\"><table>\n<thead><tr><th></th>\(names)</tr></thead>\n<tbody>\n"
            + rows.joined(separator: "\n") + "\n</tbody></table></div>"
    }

    private var notes: String {
        let items = reports.flatMap { report in
            report.notes.map { "<li>\(escaped(report.label)): \(escaped($0))</li>" }
        }
        return items.isEmpty ? "" : "<ul>\n\(items.joined(separator: "\n"))\n</ul>"
    }

    // MARK: - The pictures

    private var pictures: String {
        Pictures(reports).all.map { picture in
            "<figure><figcaption>\(escaped(picture.caption))</figcaption>\n\(picture.plot.svg)\n</figure>"
        }.joined(separator: "\n")
    }
}

/// A moment as people read it, in UTC.
func utcTime(_ milliseconds: Int) -> String {
    // The civil date from days, as in Howard Hinnant's "chrono-compatible low-level date algorithms".
    let seconds = milliseconds / 1000
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let day = days % 146_097
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
    let ofYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * ofYear + 2) / 153
    let date = [
        year + era * 400 + (month < 10 ? 0 : 1), month < 10 ? month + 3 : month - 9, ofYear - (153 * month + 2) / 5 + 1,
    ]
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return date.map(two).joined(separator: "-") + " " + two(seconds / 3600 % 24) + ":" + two(seconds / 60 % 60) + " UTC"
}

/// Readable in the light and in the dark; colours that those tell apart who see few.
private let pageStyle = """
    :root { color-scheme: light dark; --ink: #1b1f24; --faint: #66707c; --line: #d9dee4; --paper: #ffffff;
      --c0: #0b62c4; --c1: #c2410c; --c2: #15803d; --c3: #86198f; --c4: #a16207; --c5: #475569; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --faint: #9aa4b0; --line: #343b44; --paper: #14181d;
      --c0: #6cb2ff; --c1: #ff9d66; --c2: #5fd38a; --c3: #e59bf0; --c4: #e3b341; --c5: #a8b3c2; } }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 84rem; margin: 0 auto; padding: 1rem; display: grid; gap: 1rem 2rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
    h1, .runs, .wide, main > ul { grid-column: 1 / -1; margin: 0; }
    @media (min-width: 64rem) { .wide { grid-column: 1; grid-row: span 4; } }
    h1 { font-size: 1.5rem; } .runs { list-style: none; padding: 0; }
    .key { display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin-right: .5em; }
    .wide { overflow-x: auto; } table { border-collapse: collapse; min-width: 24rem; }
    th, td { padding: .2rem 1rem .2rem 0; text-align: right; font-variant-numeric: tabular-nums; }
    tr > :first-child { text-align: left; font-weight: normal; color: var(--faint); }
    .part > th { padding-top: .8rem; color: var(--ink) !important; font-weight: 600 !important; border-bottom: 1px solid var(--line); }
    figure { margin: 0; } figcaption { font-weight: 600; }
    svg { width: 100%; height: auto; display: block; } svg text { font-size: 12px; fill: var(--faint); }
    polyline { fill: none; stroke-width: 2; stroke-linejoin: round; } .grid { stroke: var(--line); stroke-width: 1; }
    .faint { stroke-width: 1.2; stroke-dasharray: 4 3; }
    .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); } .s2 { stroke: var(--c2); }
    .s3 { stroke: var(--c3); } .s4 { stroke: var(--c4); } .s5 { stroke: var(--c5); }
    .k0 { background: var(--c0); } .k1 { background: var(--c1); } .k2 { background: var(--c2); }
    .k3 { background: var(--c3); } .k4 { background: var(--c4); } .k5 { background: var(--c5); }
    """
