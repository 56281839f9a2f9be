// EmbeddedPage: the chat page from inside the binary.

import CChatPage
import UVHTTP

/// Serves every file of the page under its name, and the page itself as "/".
func serveEmbeddedPage(on app: HTTPServer) {
    for file in embeddedFiles() {
        app.get("/\(file.name)") { exchange in exchange.send(file.contents) }
        if file.name == "index.html" {
            app.get("/") { exchange in exchange.send(file.contents) }
        }
    }
}

private func embeddedFiles() -> [(name: String, contents: MemoryFile)] {
    var count = 0
    let files = UnsafeBufferPointer(start: chat_page(&count), count: count)
    return files.map { file in
        let name = String(cString: file.name)
        return (name, MemoryFile(name, Array(UnsafeBufferPointer(start: file.bytes, count: file.size))))
    }
}
