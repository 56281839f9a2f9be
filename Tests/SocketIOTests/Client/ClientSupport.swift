// What the tests of the client share: managers on the loop of the scene, and a record of what happens to a socket.

import SocketIO
import UVLoop

extension Scene {
    /// A manager of connections to the scene's server, which comes back fast.
    func manager(_ change: (inout ManagerOptions) -> Void = { _ in }) -> Manager {
        var options = ManagerOptions()
        options.reconnectionDelay = 5
        options.reconnectionDelayMax = 20
        change(&options)
        return Manager(on: loop, url: "http://127.0.0.1:\(port)", options: options)
    }

    /// Goes on when the socket is connected.
    func connected(_ socket: ClientSocket) async {
        await until { socket.isConnected }
    }

    /// The server's end of a client's socket.
    func other(_ socket: ClientSocket) -> Socket? {
        socket.id.flatMap { io.of(socket.namespace).socket($0) }
    }

    /// Cuts the connection of a client's socket as if the network had failed.
    func cut(_ socket: ClientSocket) async {
        let id = socket.id ?? ""
        other(socket)?.conn.close()
        await until { !socket.isConnected && io.of(socket.namespace).socket(id) == nil }
    }
}

/// What has happened to one socket, in words.
final class Diary {
    private(set) var lines: [String] = []

    init(_ socket: ClientSocket) {
        socket.on(.connect) { [unowned socket] in
            self.lines.append(socket.recovered ? "recovered" : "connect")
        }
        socket.on(.connectError) { [self] error in lines.append("connect_error \(error)") }
        socket.on(.disconnect) { [self] reason, _ in lines.append("disconnect \(reason)") }
    }

    func write(_ line: String) { lines.append(line) }
}
