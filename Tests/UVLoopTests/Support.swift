// What the loop's tests share: a handler made of closures, and ways to be a badly behaved peer.

import Foundation
import UVLoop

extension [UInt8] {
    /// A copy of a span's bytes.
    init(_ span: RawSpan) {
        self = span.withUnsafeBytes { Array($0) }
    }
}

/// A handler that records what it is told and calls closures.
final class Recorder: StreamHandler {
    var received: [UInt8] = []
    var events: [String] = []
    var onReceive: () -> Void = {}
    var onEnd: () -> Void = {}
    var onConnected: () -> Void = {}
    var onDrained: () -> Void = {}
    var onClosed: (UVError?) -> Void = { _ in }

    var text: String { String(decoding: received, as: UTF8.self) }

    override func connected() {
        events.append("connected")
        onConnected()
    }

    override func receive(_ bytes: inout MutableRawSpan) {
        received += [UInt8](bytes.bytes)
        onReceive()
    }

    override func receiveEnd() {
        events.append("end")
        onEnd()
    }

    override func drained() {
        events.append("drained")
        onDrained()
    }

    override func closed(_ error: UVError?) {
        events.append("closed \(error?.name ?? "")")
        onClosed(error)
        // The closures mostly hold this recorder and its stream: cut the circles, so that real leaks stand out.
        (onReceive, onEnd, onConnected, onDrained, onClosed) = ({}, {}, {}, {}, { _ in })
    }
}

/// Sends back what it receives and closes when the peer has ended.
final class Echo: StreamHandler {
    unowned let stream: TCPStream

    init(_ stream: TCPStream) {
        self.stream = stream
    }

    override func receive(_ bytes: inout MutableRawSpan) {
        stream.write(bytes.bytes)
    }

    override func receiveEnd() {
        stream.close()
    }
}

extension TCPListener {
    /// A listener on a free port of 127.0.0.1 that echoes.
    static func echo(on loop: EventLoop) throws(UVError) -> TCPListener {
        try TCPListener(on: loop, host: "127.0.0.1", port: 0) { stream in
            stream.setHandler(Echo(stream))
            stream.start()
        }
    }
}

/// A thread that a test can wait for.
final class TestThread: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Void) {
        Thread.detachNewThread { [done] in
            body()
            done.signal()
        }
    }

    func join() {
        done.wait()
    }
}

extension ByteStream {
    /// Writes arrays as one gathered write.
    func write(gathering parts: [[UInt8]]) {
        let all = parts.reduce(into: [UInt8]()) { $0 += $1 }
        all.withUnsafeBytes { bytes in
            var slices: [UnsafeRawBufferPointer] = []
            var begin = 0
            for part in parts {
                slices.append(UnsafeRawBufferPointer(rebasing: bytes[begin..<begin + part.count]))
                begin += part.count
            }
            slices.withUnsafeBufferPointer { write($0) }
        }
    }
}

/// Two ends of one connection over 127.0.0.1, both reading.
struct Pair {
    let client: TCPStream
    let server: TCPStream
}

/// Connects a client and a server and calls `body` when both are there; the listener is closed then.
func withPair(
    on loop: EventLoop,
    client: Recorder = Recorder(),
    server: Recorder = Recorder(),
    _ body: @escaping (Pair) -> Void
) throws {
    var streams: (client: TCPStream?, server: TCPStream?)
    var listener: TCPListener?
    let meet = {
        guard let one = streams.client, let other = streams.server else { return }
        listener?.close()
        listener = nil
        client.events = []
        body(Pair(client: one, server: other))
    }
    let address = try {
        let new = try TCPListener(on: loop, host: "127.0.0.1", port: 0) { stream in
            stream.setHandler(server)
            stream.start()
            streams.server = stream
            meet()
        }
        listener = new
        return new.localAddress
    }()
    guard let address else { throw UVError.addressNotAvailable }
    let stream = TCPStream.connect(on: loop, to: address, handler: client)
    client.onConnected = {
        stream.start()
        streams.client = stream
        meet()
    }
}
