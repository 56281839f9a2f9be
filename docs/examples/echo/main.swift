// An echo server on UVLoop alone: every byte that arrives is sent back. Try it with `nc localhost 7000`.

import UVLoop

// One connection. The stream keeps its handler until the connection is closed, so this refers back without owning.
final class Echo: StreamHandler {
    private unowned let stream: TCPStream

    init(_ stream: TCPStream) {
        self.stream = stream
    }

    override func receive(_ bytes: inout MutableRawSpan) {
        stream.write(bytes.bytes)
        // A client that sends without reading would have us hold its bytes: let it wait until it has read.
        if stream.queuedBytes > 256 * 1024 { stream.pauseReading() }
    }

    override func drained() {
        stream.resumeReading()
    }

    override func receiveEnd() {
        stream.close()
    }

    override func closed(_ error: UVError?) {
        print("closed", error?.description ?? "")
    }
}

let loop = try EventLoop()

let listener = try TCPListener(on: loop, host: "::", port: 7000) { stream in
    print("connected", stream.remoteAddress?.description ?? "")
    stream.setHandler(Echo(stream))
    stream.start()
}
print("echo listens on port", listener.port)

try SignalWatcher(on: loop, signal: 15) {  // SIGTERM
    listener.close()
    loop.stop()
}

try loop.run()
