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

/// The tests that mirror the sources of one target.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "socket-io-swift",
    products: [
        .library(name: "UVLoop", targets: ["UVLoop"]),
        .library(name: "UVHTTP", targets: ["UVHTTP"]),
        .library(name: "EngineIO", targets: ["EngineIO"]),
        .library(name: "SocketIO", targets: ["SocketIO"]),
    ],
    targets: [
        // MARK: C libraries of the system
        .systemLibrary(name: "CUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),

        // MARK: Files of static/ inside the binaries
        .target(name: "CClientFiles"),

        // MARK: The storeys, from the ground up
        library("Wire"),
        library("UVLoop", ["CUV"]),
        library("UVHTTP", ["Wire", "UVLoop"]),
        library("EngineIO", ["Wire", "UVLoop", "UVHTTP"]),
        library("SocketIO", ["Wire", "UVLoop", "EngineIO", "CClientFiles"]),

        // MARK: Examples of docs/embedding.md
        .executableTarget(
            name: "example-echo",
            dependencies: ["UVLoop"],
            path: "docs/examples/echo",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "example-timer",
            dependencies: ["UVLoop"],
            path: "docs/examples/timer",
            swiftSettings: settings
        ),

        // MARK: Tests
        .target(
            name: "TestSupport",
            dependencies: ["Wire", "UVLoop", "UVHTTP"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        tests("Wire", ["Wire", "TestSupport"]),
        tests("UVLoop", ["UVLoop", "TestSupport", "example-timer"]),
        tests("UVHTTP", ["UVHTTP", "Wire", "UVLoop", "TestSupport"]),
        tests("EngineIO", ["EngineIO", "UVHTTP", "Wire", "UVLoop", "TestSupport"]),
        tests("SocketIO", ["SocketIO", "EngineIO", "UVHTTP", "Wire", "UVLoop", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
