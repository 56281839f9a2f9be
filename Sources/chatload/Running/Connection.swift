// Connection: one Socket.IO connection of the load: an Engine.IO session of our client with the packet codecs on it.
// SocketIO's own client gives each connection named handlers, buffers and reconnection, which a load generator must not
// have: a lost connection is to be counted and not mended.

import EngineIO
import SocketIO
import UVLoop
import Wire

/// Who has begun a connection, and is told what becomes of it.
protocol ConnectionOwner: AnyObject {
    /// The namespace has let it in.
    func entered(_ connection: Connection)
    /// It has ended; it will not be heard of again.
    func ended(_ connection: Connection, _ end: Connection.End)
}

/// One connection.
///
/// Bound to the run's loop. The owner keeps it, and has to outlive it.
final class Connection: EngineClientHandler {
    /// How far it is.
    enum State {
        case opening, entering, standing, leaving, over
    }

    /// How it has ended.
    enum End: Equatable {
        /// It never stood.
        case failed(String)
        /// It stood, and nobody here has ended it.
        case lost(String)
        /// It was ended here.
        case left
    }

    /// An event whose acknowledgement is due.
    struct Question {
        let id: UInt64
        let due: Nanoseconds
        /// Which load has asked, by its place.
        let load: UInt8
    }

    /// The run, which outlives its connections.
    private unowned let run: LoadRun
    private unowned let owner: any ConnectionOwner
    let number: Int
    /// When it should have been begun.
    let due: Nanoseconds
    private(set) var state = State.opening
    private var questions = Queue<Question>()
    private var client: EngineClient?
    private var decoder: PacketDecoder
    private var lastID: UInt64 = 0

    /// A connection that is not begun.
    init(_ run: LoadRun, owner: any ConnectionOwner, number: Int, due: Nanoseconds) {
        self.run = run
        self.owner = owner
        self.number = number
        self.due = due
        decoder = PacketDecoder(scratch: run.scratch)
    }

    /// Begins to connect.
    func open() {
        do throws(EngineClientError) {
            let client = try EngineClient(
                on: run.loop,
                url: run.plan.target.address,
                options: run.clientOptions,
                handler: self
            )
            self.client = client
            client.open()
        } catch {
            run.loop.nextTurn { [self] in giveUp("\(error)") }
        }
    }

    /// Whether it takes events.
    var isStanding: Bool { state == .standing }

    /// Says farewell and closes.
    func leave() {
        guard state != .leaving, state != .over else { return }
        if state == .standing { send(type: .disconnect) }
        state = .leaving
        client?.close()
    }

    // MARK: - Sending

    /// Sends an event.
    func emit(_ event: EventText, _ text: [UInt8]) {
        run.outgoing.begin(.event, id: nil)
        run.outgoing.append(event, text)
        flush()
    }

    /// Sends an event that asks for an acknowledgement.
    func ask(_ event: EventText, _ text: [UInt8], due: Nanoseconds, load: UInt8) {
        lastID += 1
        questions.append(Question(id: lastID, due: due, load: load))
        run.outgoing.begin(.event, id: lastID)
        run.outgoing.append(event, text)
        flush()
    }

    private func send(type: SocketIO.PacketType, _ payload: JSONObject? = nil) {
        run.outgoing.begin(type, id: nil)
        if let payload { run.outgoing.append(payload) }
        flush()
    }

    private func flush() {
        client?.send(text: run.outgoing.bytes.span.bytes)
    }

    // MARK: - What the client tells

    override func opened(_ handshake: EngineHandshake) {
        state = .entering
        send(type: .connect, run.plan.target.auth)
    }

    override func receive(text: RawSpan) {
        do throws(SocketIO.PacketError) {
            try decoder.receive(text: text) { packet in received(packet) }
        } catch {
            malformed(error)
        }
    }

    override func receive(binary: RawSpan) {
        do throws(SocketIO.PacketError) {
            try decoder.receive(binary: binary) { packet in received(packet) }
        } catch {
            malformed(error)
        }
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        finish(description ?? reason.rawValue)
    }

    override func failed(_ error: EngineClientError) {
        finish("\(error)")
    }

    // MARK: - What comes in

    private func received(_ packet: borrowing PacketView) {
        guard packet.isFor(run.plan.target.namespace) else { return }
        switch packet.type {
        case .connect: enter()
        case .connectError, .disconnect: refuse(packet)
        case .event: run.received(packet, on: self)
        case .acknowledgement: answered(packet)
        case .binaryEvent, .binaryAcknowledgement: break  // A view's type is that without attachments.
        }
    }

    private func enter() {
        guard state == .entering else { return }
        state = .standing
        owner.entered(self)
    }

    private func refuse(_ packet: borrowing PacketView) {
        let why = packet.hasPayload ? (try? packet.json.value(at: 0))?["message"]?.string : nil
        let wasStanding = state == .standing
        end(wasStanding ? .lost("disconnected by the server") : .failed(why ?? "refused"))
        client?.close()
    }

    private func answered(_ packet: borrowing PacketView) {
        guard let id = packet.id, let question = questions.take(where: { $0.id == id }) else {
            return run.malformed()
        }
        run.answered(packet, asked: question, on: self)
    }

    private func malformed(_ error: SocketIO.PacketError) {
        run.malformed()
        end(state == .standing ? .lost("\(error)") : .failed("\(error)"))
        client?.close()
    }

    // MARK: - The end

    private func finish(_ why: String) {
        client = nil
        switch state {
        case .opening, .entering: end(.failed(why))
        case .standing: end(.lost(why))
        case .leaving: end(.left)
        case .over: break
        }
    }

    /// Takes the questions of a load that have no answer.
    func takeQuestions(of load: UInt8) -> [Question] {
        questions.takeAll().filter { $0.load == load }
    }

    /// Stops reading, as a reader does that is slow.
    func pauseReading() {
        client?.pauseReading()
    }

    /// Reads again.
    func resumeReading() {
        client?.resumeReading()
    }

    /// Gives up before it stands.
    func giveUp(_ why: String) {
        end(.failed(why))
        client?.close()
    }

    private func end(_ end: End) {
        guard state != .over else { return }
        state = .over
        owner.ended(self, end)
    }
}
