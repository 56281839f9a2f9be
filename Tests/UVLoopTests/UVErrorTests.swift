import Testing

@testable import UVLoop

@Suite struct UVErrorTests {
    @Test func `an error knows its name`() {
        #expect(UVError(code: -98).name == "EADDRINUSE")
        #expect(UVError(code: -98).description.hasPrefix("EADDRINUSE: "))
        #expect(UVError(code: -98) == .addressInUse)
    }

    @Test func `an error that nobody knows has a name as well`() {
        #expect(UVError(code: -7_777).name == "Unknown system error -7777")
    }

    @Test func `catch can name one error among others`() {
        #expect(verdict { throw UVError.addressInUse } == "taken")
        #expect(verdict { throw UVError.connectionReset } == "other")
        #expect(verdict { throw CancellationError() } == "other")
    }

    @Test(
        arguments: [
            (UVError.addressNotAvailable, "EADDRNOTAVAIL"), (.alreadyRunning, "EALREADY"), (.brokenPipe, "EPIPE"),
            (.canceled, "ECANCELED"), (.connectionAborted, "ECONNABORTED"), (.connectionRefused, "ECONNREFUSED"),
            (.connectionReset, "ECONNRESET"), (.endOfFile, "EOF"), (.hostUnreachable, "EHOSTUNREACH"),
            (.invalidArgument, "EINVAL"), (.nameTooLong, "ENAMETOOLONG"), (.networkUnreachable, "ENETUNREACH"),
            (.noBufferSpace, "ENOBUFS"), (.noSuchFile, "ENOENT"), (.notConnected, "ENOTCONN"),
            (.permissionDenied, "EACCES"), (.temporaryFailure, "EAI_AGAIN"), (.timedOut, "ETIMEDOUT"),
            (.tooManyOpenFiles, "EMFILE"), (.unknownHost, "EAI_NONAME"),
        ]
    )
    func `each constant is the error that it claims to be`(error: UVError, name: String) {
        #expect(error.name == name)
    }

    @Test func `a block that throws nothing else may leave the type away`() {
        do {
            let loop = try EventLoop()
            defer { loop.closeAll() }
            try TCPListener(on: loop, host: "192.0.2.1", port: 0) { $0.close() }
            Issue.record("that address is not ours")
        } catch .addressInUse, .permissionDenied {
            Issue.record("another error was expected")
        } catch .addressNotAvailable {
        } catch {
            Issue.record(error)
        }
    }

    private func verdict(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch UVError.addressInUse {
            return "taken"
        } catch {
            return "other"
        }
    }
}
