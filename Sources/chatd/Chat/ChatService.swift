// ChatService: what the pages of one loop ask for goes to the chat room from here, and its answers come back. The room is
// on the first loop. A joined socket enters the broadcast room when the answer comes: what the room says after an answer
// comes after it, through the same mailbox, so nobody misses a message or sees one twice.

import Logging
import SocketIO
import UVLoop

/// Where the services of the loops and the one chat room find each other; any thread may use it.
final class ChatDesk: Sendable {
    /// How many requests may wait for the room, and answers for a service.
    private static let maxWaiting = 10_000

    fileprivate let rooms = LoopDirectory<ChatRoom>(maxWaiting: maxWaiting)
    fileprivate let services = LoopDirectory<ChatService>()

    /// Makes this the room; call it on its loop, before any service begins.
    func open(_ room: ChatRoom, on loop: EventLoop) {
        rooms.add(room, named: "", in: "", on: loop)
    }
}

/// The chat as the sockets of one loop see it.
///
/// Bound to that loop.
final class ChatService {
    private let io: Server
    private let log: Logger
    private let desk: ChatDesk
    private let name: String
    /// The room, if it is on this loop.
    private let room: ChatRoom?
    /// What is to be done with the room's answers, by the number of the question.
    private var questions: [UInt64: (JSON) -> Void] = [:]
    private var lastQuestion: UInt64 = 0

    /// The service of loop `index`, for the sockets of this server; `room` is given on the loop that has it.
    init(io: Server, log: Logger, desk: ChatDesk, index: Int, room: ChatRoom?) {
        self.io = io
        self.log = log
        self.desk = desk
        self.room = room
        name = String(index)
    }

    /// Begins to serve.
    func start() {
        desk.services.add(self, named: name, in: "", on: io.engine.loop)
        io.on(.connection) { [unowned self] socket in serve(socket) }
    }

    private func serve(_ socket: Socket) {
        log.debug("connected", metadata: ["socket": "\(socket.id)", "address": "\(socket.handshake.address)"])
        let id = socket.id
        socket.on("join") { [unowned self] (payload: JSON?, ack: Ack?) in join(socket, request(payload), ack) }
        socket.on("chat message") { [unowned self] (payload: JSON?, ack: Ack?) in
            let message: MessageRequest? = request(payload)
            ask({ room in room.say(id, message) }, { answer in ack?(answer) })
        }
        socket.on("typing") { [unowned self] (on: Bool) in tell { room in room.typing(id, on) } }
        socket.on(.disconnect) { [unowned self] reason in
            log.debug("disconnected", metadata: ["socket": "\(id)", "reason": "\(reason.rawValue)"])
            tell { room in room.leave(id) }
        }
    }

    private func join(_ socket: Socket, _ request: JoinRequest?, _ ack: Ack?) {
        let id = socket.id
        ask({ room in room.join(id, request) }) { answer in
            if socket.isConnected, answer["error"] == nil { socket.join(ChatRoom.joined) }
            ack?(answer)
        }
    }

    // MARK: - To the room and back

    /// Has the room answer a question.
    private func ask(_ question: @escaping @Sendable (ChatRoom) -> JSON, _ answered: @escaping (JSON) -> Void) {
        // On the room's own loop at once: a broadcast there does not wait for the mailbox either.
        if let room { return answered(question(room)) }
        lastQuestion += 1
        let (number, name, desk) = (lastQuestion, name, desk)
        questions[number] = answered
        let delivery = desk.rooms.submit(to: "", in: "") { room in
            let answer = question(room)
            desk.services.submit(to: name, in: "") { service in service.questions.removeValue(forKey: number)?(answer) }
        }
        guard case .submitted = delivery else {
            questions[number] = nil
            return answered(ChatRoom.slowDown(1_000))
        }
    }

    /// Tells the room something.
    private func tell(_ news: @escaping @Sendable (ChatRoom) -> Void) {
        if let room { return news(room) }
        desk.rooms.submit(to: "", in: "", weight: 0) { room in news(room) }
    }
}
