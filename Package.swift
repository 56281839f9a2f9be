// swift-tools-version: 6.2
import PackageDescription

// One list for every target of ours: the language mode is 6, and these features are what the next one will have.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

/// A library target of this package: its may-import list (`Tests/ArchitectureTests`) is its dependency list.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A program that is built with the package but is no product of it: an example, or a server for tests.
func program(_ name: String, at path: String, _ uses: [Target.Dependency], exclude: [String] = []) -> Target {
    .executableTarget(name: name, dependencies: uses, path: path, exclude: exclude, swiftSettings: settings)
}

/// The tests that mirror the sources of one target.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "socket-io-swift",
    products: [
        .executable(name: "chatd", targets: ["chatd"]),
        .executable(name: "chatload", targets: ["chatload"]),
        .library(name: "UVLoop", targets: ["UVLoop"]),
        .library(name: "UVHTTP", targets: ["UVHTTP"]),
        .library(name: "EngineIO", targets: ["EngineIO"]),
        .library(name: "SocketIO", targets: ["SocketIO"]),
    ],
    dependencies: [
        // docs/decisions/003-libraries.md says why each is here.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // MARK: C libraries of the system
        .systemLibrary(name: "CUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CTimerFD"),

        // MARK: Files of static/ inside the binaries
        .target(name: "CChatPage"),

        // MARK: The browser's client, minified in the build
        .plugin(name: "BuildBrowserClient", capability: .buildTool()),
        .target(name: "BrowserClient", swiftSettings: settings, plugins: ["BuildBrowserClient"]),

        // MARK: The storeys, from the ground up
        library("Wire"),
        library("UVLoop", ["CUV"]),
        library("UVHTTP", ["Wire", "UVLoop", "CZlib"]),
        library("EngineIO", ["Wire", "UVLoop", "UVHTTP"]),
        library("SocketIO", ["Wire", "UVLoop", "EngineIO", "BrowserClient"]),

        // MARK: Programs
        .executableTarget(
            name: "chatd",
            dependencies: [
                "UVLoop", "UVHTTP", "SocketIO", "CChatPage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "chatload",
            dependencies: [
                "Wire", "UVLoop", "EngineIO", "SocketIO", "CTimerFD",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: settings
        ),
        program(
            "conformance",
            at: "Tests/Conformance",
            ["Wire", "UVLoop", "UVHTTP", "EngineIO", "SocketIO", "CMalloc"]
        ),

        program(
            "bench",
            at: "Tests/Benchmarks",
            ["Wire", "EngineIO", "SocketIO"],
            exclude: ["Thresholds", "allocations.c"]
        ),
        program("client-scenarios", at: "Tests/ClientScenarios", ["SocketIO"]),

        // MARK: Examples of docs
        program("example-echo", at: "docs/examples/echo", ["UVLoop"]),
        program("example-timer", at: "docs/examples/timer", ["UVLoop"]),
        program(
            "example-tutorial",
            at: "docs/examples/tutorial",
            ["UVLoop", "UVHTTP", "SocketIO"],
            exclude: ["static"]
        ),

        program("example-chat-bot", at: "docs/examples/chat-bot", ["SocketIO"]),
        program(
            "example-cli",
            at: "docs/examples/cli",
            ["SocketIO", .product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),

        // MARK: Tests
        .target(
            name: "TestSupport",
            dependencies: ["Wire", "UVLoop", "UVHTTP"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        // What malloc knows about itself.
        .systemLibrary(name: "CMalloc", path: "Tests/CMalloc"),
        // What the fuzzers check; Tests/Fuzz/run.sh compiles the same files with libFuzzer.
        .target(
            name: "FuzzTargets",
            dependencies: ["Wire", "EngineIO", "SocketIO"],
            path: "Tests/Fuzz",
            exclude: ["Corpus", "Driver", "corpus.py", "run.sh", "seeds.py"],
            swiftSettings: settings
        ),
        tests("Fuzz", ["FuzzTargets"]),
        tests("Wire", ["Wire", "TestSupport"]),
        tests("UVLoop", ["UVLoop", "TestSupport", "example-timer"]),
        tests("UVHTTP", ["UVHTTP", "Wire", "UVLoop", "TestSupport"]),
        tests("EngineIO", ["EngineIO", "UVHTTP", "Wire", "UVLoop", "TestSupport"]),
        tests("SocketIO", ["SocketIO", "EngineIO", "UVHTTP", "Wire", "UVLoop", "TestSupport"]),
        tests("Chatd", ["chatd", "SocketIO", "UVLoop", "TestSupport"]),
        tests("Chatload", ["chatload", "SocketIO", "UVHTTP", "UVLoop", "Wire", "TestSupport"]),
        .testTarget(name: "ArchitectureTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
