// BrowserClient: the browser's client as it lies in static/, and minified. The texts are written by the build
// (tools/browser-client) as an extension of BrowserClient; this is the shape they have. How they are served is not here.

/// The files of the browser client.
package enum BrowserClient {
    /// One file, in the read-only data of the program.
    package struct File: Sendable {
        /// The name by which pages ask for it.
        package let name: String
        private let text: StaticString

        init(_ name: String, _ text: StaticString) {
            self.name = name
            self.text = text
        }

        /// The bytes of the file; O(n), because they are copied.
        package var bytes: [UInt8] {
            text.withUTF8Buffer { Array($0) }
        }
    }

    /// The file of that name; nil when there is none, or none in this build.
    package static func file(_ name: String) -> File? {
        built.first { $0.name == name }
    }
}
