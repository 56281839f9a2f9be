// Namespace+Admission: from a CONNECT packet through the middlewares to a connected socket, or to a refusal.
// A middleware may suspend. Until the last one has agreed the socket is pending: it may join rooms, but no broadcast
// reaches it, and if its client goes meanwhile it is dropped without a word.

internal import UVLoop
internal import Wire

/// A check that every new socket of a namespace must pass.
enum Middleware {
    case sync((Socket) throws -> Void)
    case suspending(Suspending)

    typealias Suspending = nonisolated(nonsending) (Socket) async throws -> Void
}

extension Namespace {
    /// Adds a check that each connecting socket must pass; an error that it throws is what the client is told.
    ///
    /// Throw a `ConnectError` to choose message and data. Checks run in the order in which they were added.
    public func use(_ check: @escaping (Socket) throws -> Void) {
        middlewares.append(.sync(check))
    }

    /// Adds an asynchronous check that each connecting socket must pass.
    public func use(_ check: nonisolated(nonsending) @escaping (Socket) async throws -> Void) {
        middlewares.append(.suspending(check))
    }

    /// Begins the admission of a pending socket.
    func admit(_ socket: Socket) {
        if socket.recovered, core.options.connectionStateRecovery?.skipMiddlewares == true { return socket.open() }
        admit(socket, from: 0)
    }

    private func admit(_ socket: Socket, from first: Int) {
        var index = first
        while index < middlewares.count {
            switch middlewares[index] {
            case .sync(let check):
                do { try check(socket) } catch { return refuse(socket, error) }
            case .suspending(let check):
                return wait(for: check, socket, then: index + 1)
            }
            guard socket.isPending else { return }
            index += 1
        }
        socket.open()
    }

    private func wait(
        for check: @escaping Middleware.Suspending,
        _ socket: Socket,
        then next: Int
    ) {
        core.loop.spawn {
            do {
                try await check(socket)
            } catch {
                return self.refuse(socket, error)
            }
            guard socket.isPending else { return }
            self.admit(socket, from: next)
        }
    }

    private func refuse(_ socket: Socket, _ error: any Error) {
        guard socket.isPending else { return }
        socket.refuse(ConnectError(wrapping: error))
    }
}
