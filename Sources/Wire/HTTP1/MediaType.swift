// MediaType: the Content-Type of a file by its name, and the two questions that bodies ask of a Content-Type field.
// The list is what web pages are made of, not the whole registry.

/// Media types.
package enum MediaType {
    /// The type of a file by the extension of its name; "application/octet-stream" when nobody knows.
    package static func forFile(_ name: String) -> String {
        guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return unknown }
        return byExtension[name[name.index(after: dot)...].lowercased()] ?? unknown
    }

    /// The full type for a short name such as "json", "html" or ".png"; a name with a slash is a type already.
    package static func named(_ name: String) -> String {
        name.contains("/") ? name : forFile("." + (name.hasPrefix(".") ? String(name.dropFirst()) : name))
    }

    /// "type/subtype" of a Content-Type value, in lower case, without its parameters.
    package static func essence(_ value: String) -> String {
        let essence = value.utf8.prefix { $0 != ASCII.semicolon }
        return String(decoding: Fields.trimmed(ArraySlice(essence)).map(ASCII.lowercased), as: UTF8.self)
    }

    /// The charset parameter of a Content-Type value, in lower case.
    package static func charset(_ value: String) -> String? {
        for parameter in value.utf8.split(separator: ASCII.semicolon).dropFirst() {
            let parts = parameter.split(separator: ASCII.equals, maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = Fields.trimmed(ArraySlice(parts[0])).map(ASCII.lowercased)
            guard name.elementsEqual("charset".utf8) else { continue }
            let text = Fields.trimmed(ArraySlice(parts[1])).filter { $0 != ASCII.quote }
            return String(decoding: text.map(ASCII.lowercased), as: UTF8.self)
        }
        return nil
    }

    private static let unknown = "application/octet-stream"

    private static let byExtension: [String: String] = [
        "html": "text/html; charset=utf-8", "htm": "text/html; charset=utf-8",
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
        "json": "application/json; charset=utf-8", "map": "application/json; charset=utf-8",
        "webmanifest": "application/manifest+json; charset=utf-8",
        "txt": "text/plain; charset=utf-8", "text": "text/plain; charset=utf-8", "log": "text/plain; charset=utf-8",
        "md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8",
        "xml": "text/xml; charset=utf-8", "ics": "text/calendar; charset=utf-8", "vtt": "text/vtt; charset=utf-8",
        "rss": "application/rss+xml", "atom": "application/atom+xml",
        "xhtml": "application/xhtml+xml",
        "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
        "webp": "image/webp", "avif": "image/avif", "bmp": "image/bmp", "ico": "image/vnd.microsoft.icon",
        "tif": "image/tiff", "tiff": "image/tiff",
        "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
        "mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg",
        "m4a": "audio/mp4", "aac": "audio/aac", "flac": "audio/flac", "weba": "audio/webm",
        "mp4": "video/mp4", "m4v": "video/x-m4v", "webm": "video/webm", "ogv": "video/ogg", "mov": "video/quicktime",
        "pdf": "application/pdf", "wasm": "application/wasm",
        "zip": "application/zip", "gz": "application/gzip", "tar": "application/x-tar",
        "7z": "application/x-7z-compressed",
        "rtf": "application/rtf", "epub": "application/epub+zip",
        "bin": "application/octet-stream",
    ]
}
