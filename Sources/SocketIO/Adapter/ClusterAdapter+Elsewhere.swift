// ClusterAdapter, what is asked of the other servers.

internal import UVLoop
public import Wire

extension ClusterAdapter: Elsewhere {
    /// How many servers there are, this one included.
    public func countServers(_ done: @escaping (Int) -> Void) {
        bus.countOthers { [weak self] counted in done(1 + (counted ?? self?.others.count ?? 0)) }
    }

    /// Has the selected sockets of the others join rooms.
    public func join(_ selection: Selection, _ rooms: [String]) {
        bus.publish(message(.join(selection, rooms)))
    }

    /// Has the selected sockets of the others leave rooms.
    public func leave(_ selection: Selection, _ rooms: [String]) {
        bus.publish(message(.leave(selection, rooms)))
    }

    /// Disconnects the selected sockets of the others.
    public func disconnect(_ selection: Selection, close: Bool) {
        bus.publish(message(.disconnect(selection, close: close)))
    }

    /// Describes the selected sockets of the others.
    public func fetch(_ selection: Selection, _ done: @escaping ([SocketDescription], _ missing: [String]) -> Void) {
        var found: [SocketDescription] = []
        question(.fetch(selection), timeout: options.requestTimeout) { response in
            if case .sockets(let sockets) = response { found += sockets }
        } done: { missing in
            done(found, missing)
        }
    }

    /// Asks the selected sockets of the others.
    public func ask(
        _ packet: EncodedPacket,
        to selection: Selection,
        timeout: UInt64,
        answered: @escaping ([JSON]) -> Void,
        done: @escaping (_ asked: Int, _ missing: [String]) -> Void
    ) {
        var asked = 0
        let packet = ClusterPacket(packet, namespace: audience.namespace)
        question(.ask(packet, selection, timeout: timeout), timeout: timeout) { response in
            switch response {
            case .clientCount(let count): asked += max(0, count)
            case .answer(let values?): answered(values)
            case .answer, .sockets, .serverSide: break
            }
        } done: { missing in
            done(asked, missing)
        }
    }

    /// Tells the other servers an event.
    public func serverSideEmit(_ event: String, _ values: [JSON]) {
        bus.publish(message(.serverSideEmit(event, values)))
    }

    /// Asks the other servers.
    public func serverSideEmit(
        _ event: String,
        _ values: [JSON],
        _ done: @escaping ([JSON], _ missing: [String]) -> Void
    ) {
        var answers: [JSON] = []
        question(.serverSideEmit(event, values), timeout: options.requestTimeout) { response in
            if case .serverSide(let answer?) = response { answers.append(answer) }
        } done: { missing in
            done(answers, missing)
        }
    }

    /// Sends a request, and ends it when all have answered or the time is over.
    private func question(
        _ request: ClusterMessage.Request,
        timeout: UInt64,
        _ take: @escaping (ClusterMessage.Response) -> Void,
        done: @escaping ([String]) -> Void
    ) {
        bus.countOthers { [weak self] counted in
            guard let self, isOpen else { return done([]) }
            lastQuestion += 1
            let id = lastQuestion
            let question = ClusterQuestion(Set(others), quota: counted, take, done: done)
            question.onEnd = { [weak self] in self?.questions[id] = nil }
            questions[id] = question
            loop.timeouts.schedule(question, after: timeout)
            bus.request(message(.request(id, request)))
            question.endIfComplete()
        }
    }
}
