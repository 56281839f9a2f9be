// FileStream: a file that is too large for memory, on its way to one client: a piece is read on a thread of the pool,
// written, and the next one read when the last has left. So a slow client costs one piece, whatever the file's size.

internal import UVLoop
internal import Wire

/// Sends a range of a file.
final class FileStream {
    /// How much is read at once.
    static let pieceBytes = 131_072

    private let file: File
    private let exchange: Exchange
    private var rest: Range<Int>

    init(_ file: File, _ range: Range<Int>, to exchange: Exchange) {
        self.file = file
        self.exchange = exchange
        rest = range
    }

    /// Begins the answer, and goes on until it is complete or the client gone.
    func start() {
        exchange.beginStream(length: rest.count)
        guard exchange.head.method != .head else { return exchange.end() }
        exchange.onDrained = { [self] in readNext() }
        readNext()
    }

    private func readNext() {
        guard exchange.isOpen else { return }
        guard !rest.isEmpty else { return exchange.end() }
        let (file, position, count) = (file, rest.lowerBound, min(rest.count, FileStream.pieceBytes))
        exchange.loop.offLoop { () throws(UVError) in
            try file.read(at: position, count: count)
        } done: { [self] piece in
            write(piece)
        }
    }

    private func write(_ piece: Result<[UInt8], UVError>) {
        guard exchange.isOpen else { return }
        switch piece {
        case .success(let bytes) where !bytes.isEmpty:
            rest = rest.lowerBound + bytes.count..<rest.upperBound
            if exchange.write(bytes) { readNext() }
        case .success:
            // The file has shrunk since its length was announced; `end` closes the connection over it.
            exchange.end()
        case .failure(let error):
            exchange.loop.log(.error, "\(exchange.target): \(error)")
            exchange.end()
        }
    }
}

extension EventLoop {
    /// Does what blocks on a thread of the pool and calls `done` on the loop in every case, also when it was given up.
    func offLoop<T: Sendable>(
        _ work: @escaping @Sendable () throws(UVError) -> T,
        done: @escaping (Result<T, UVError>) -> Void
    ) {
        spawn { [self] in
            let result: Result<T, UVError>
            do throws(UVError) {
                result = try await self.work.run { () -> Result<T, UVError> in
                    do throws(UVError) { return .success(try work()) } catch { return .failure(error) }
                }
            } catch {
                result = .failure(error)
            }
            done(result)
        }
    }
}
