// A chat bot: it joins chatd, answers "!help", and comes back whenever the connection was lost.
// usage: example-chat-bot [URL]

import SocketIO

struct Said: Codable, Sendable {
    var id: Int
    var name: String
    var text: String
}

@main
struct ChatBot {
    static func main() async throws {
        let chat = try SocketIOClient(CommandLine.arguments.dropFirst().first ?? "http://localhost:8080")
        chat.on(.connect) {
            let joined: JSON = try await chat.emit("join", ["name": "helper"] as JSON, timeout: .seconds(5))
            print("here as", joined["name"]?.string ?? "nobody")
        }
        chat.on(.disconnect) { reason in print("gone:", reason) }
        for await said in chat.events("chat message", as: Said.self) where said.text == "!help" {
            let text = "\(said.name): I know !help, and that is all."
            // The same key for each attempt: chatd delivers a message once, however often it is sent.
            let message: JSON = ["text": .string(text), "key": .string("help-\(said.id)")]
            let receipt: JSON = try await chat.emit("chat message", message, timeout: .seconds(5))
            print("answered:", receipt.text)
        }
    }
}
