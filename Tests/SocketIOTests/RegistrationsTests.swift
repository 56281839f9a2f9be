import Testing

@testable import SocketIO

@Suite struct RegistrationsTests {
    private let names = EventNames()

    private func handler(_ name: String) -> Handler {
        ValuesHandler(names.name(name), { () in })
    }

    /// A handler that a second socket has registered, too.
    private func shared(_ name: String) -> Handler {
        let first = handler(name).shared()
        let second = handler(name).shared()
        #expect(first === second && first.isShared)
        return first
    }

    @Test func `the same handlers in the same order are one list, for as long as somebody has it`() throws {
        let (one, two) = (shared("one"), shared("two"))
        weak var weakly: HandlerList?
        do {
            let list = try #require(HandlerList.alone(one).continued(by: two))
            let reverse = try #require(HandlerList.alone(two).continued(by: one))
            weakly = list
            #expect(list.handlers.elementsEqual([one, two], by: { $0 === $1 }))
            #expect(reverse.handlers.elementsEqual([two, one], by: { $0 === $1 }))
            #expect(HandlerList.alone(one).continued(by: two) === list)
            #expect(HandlerList.alone(two).continued(by: one) === reverse)
        }
        #expect(weakly == nil && one.listOfItself == nil && two.listOfItself == nil)
    }

    @Test func `a list that many go on from in different ways is not shared by more of them`() {
        let first = shared("first")
        let others = (0..<40).map { shared("\($0)") }
        let kept = HandlerList.alone(first)
        let continued = others.map { kept.continued(by: $0) }
        #expect(continued.prefix(16).allSatisfy { $0 != nil } && continued.dropFirst(16).allSatisfy { $0 == nil })
        #expect(kept.continued(by: others[3]) === continued[3])
    }

    @Test func `what one socket does to its list is nothing to the others`() {
        let (one, two, own) = (shared("one"), shared("two"), handler("own"))
        var lists = [Registrations](repeating: Registrations(), count: 4)
        for index in lists.indices {
            lists[index].add(one, first: false)
            lists[index].add(two, first: false)
        }
        lists[0].add(own, first: true)
        lists[1].replace(one, by: own)
        #expect(lists[2].remove { $0 === two }.elementsEqual([two], by: { $0 === $1 }))
        let found = lists.map { $0.all(.event).map(\.event) }
        #expect(found == [["own", "one", "two"], ["own", "two"], ["one"], ["one", "two"]])
        #expect(lists[3].remove { _ in true }.count == 2 && lists[3].all(.event).isEmpty)
    }

    @Test func `any sequence of changes does the same to a list as to an array`() {
        var random = SystemRandomNumberGenerator()
        let handlers = (0..<40).map { $0 % 5 == 0 ? handler("\($0)") : shared("\($0)") }
        for _ in 0..<50 {
            var lists = [Registrations](repeating: Registrations(), count: 3)
            var models = [[Handler]](repeating: [], count: 3)
            for step in 0..<60 {
                let (index, handler) = (step % 3, handlers[step / 3 + Int.random(in: 0...1, using: &random)])
                switch Int.random(in: 0..<12, using: &random) {
                case 0:
                    lists[index].add(handler, first: true)
                    models[index].insert(handler, at: 0)
                case 1:
                    let removed = lists[index].remove { $0 === handler }
                    #expect(removed.count == models[index].filter { $0 === handler }.count)
                    models[index].removeAll { $0 === handler }
                default:
                    lists[index].add(handler, first: false)
                    models[index].append(handler)
                }
                #expect(lists[index].all(.event).elementsEqual(models[index], by: { $0 === $1 }))
                #expect(lists[index].contains(handler) == models[index].contains { $0 === handler })
            }
        }
    }

    @Test func `a list that is too long to be shared goes on alone`() {
        let handlers = (0..<100).map { shared("\($0)") }
        var lists = [Registrations](repeating: Registrations(), count: 2)
        for handler in handlers {
            for index in lists.indices { lists[index].add(handler, first: false) }
        }
        for list in lists { #expect(list.all(.event).elementsEqual(handlers, by: { $0 === $1 })) }
    }
}
