// BuildBrowserClient: has tools/browser-client minify the browser client whenever it or the script has changed. The script
// does the work; this only tells the build system of it. See docs/decisions/006-minified-in-the-build.md.

import Foundation
import PackagePlugin

@main
struct BuildBrowserClient: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let script = context.package.directoryURL.appending(path: "tools/browser-client")
        let folder = context.package.directoryURL.appending(path: "static")
        let sources = ["socket.io.js", "socket.io-msgpack.js"].map { folder.appending(path: $0) }
        let output = context.pluginWorkDirectoryURL.appending(path: "BuiltFiles.swift")
        let minifier = Self.minifier
        return [
            .buildCommand(
                displayName: "Minifying the browser client",
                executable: script,
                arguments: [folder.path, output.path] + (minifier.map { [$0.path] } ?? []),
                // The minifier is an input so that the files are made once it has been installed.
                inputFiles: [script] + sources + (minifier.map { [$0] } ?? []),
                outputFiles: [output]
            )
        ]
    }

    /// The program that minifies; nil on a machine without it, whose builds have the readable file only.
    static var minifier: URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/bin"]
        return folders.map { URL(fileURLWithPath: $0).appending(path: "esbuild") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
