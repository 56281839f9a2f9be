// ImportTable: who may import whom, as docs/architecture.md draws it. A wall is moved here, in a reviewed line.

/// What one folder of sources may import, besides the standard library.
struct ImportRule {
    /// The folder, relative to the package.
    let folder: String
    let allowed: Set<String>
}

/// The table; a file is held against the rule with the longest folder that contains it.
let importTable: [ImportRule] = [
    ImportRule(folder: "Sources/Wire", allowed: []),
    ImportRule(folder: "Sources/UVLoop", allowed: ["CUV", "Glibc", "Synchronization"]),
    ImportRule(folder: "Sources/UVHTTP", allowed: ["Wire", "UVLoop", "CZlib"]),
    ImportRule(folder: "Sources/EngineIO", allowed: ["Wire", "UVLoop", "UVHTTP"]),
    ImportRule(folder: "Sources/EngineIO/Protocol", allowed: ["Wire"]),
    ImportRule(folder: "Sources/BrowserClient", allowed: []),
    ImportRule(folder: "Sources/SocketIO", allowed: ["Wire", "UVLoop", "EngineIO", "BrowserClient"]),
    ImportRule(folder: "Sources/SocketIO/Protocol", allowed: ["Wire"]),
    ImportRule(
        folder: "Sources/chatd",
        allowed: [
            "Wire", "UVLoop", "UVHTTP", "EngineIO", "SocketIO", "CChatPage", "ArgumentParser", "Logging", "Glibc",
        ]
    ),
    ImportRule(
        folder: "Sources/chatload",
        allowed: ["Wire", "UVLoop", "EngineIO", "SocketIO", "CTimerFD", "ArgumentParser", "Histogram", "Glibc"]
    ),
    ImportRule(folder: "docs/examples", allowed: ["UVLoop", "UVHTTP", "SocketIO"]),
    ImportRule(folder: "docs/examples/cli", allowed: ["SocketIO", "ArgumentParser"]),
]
