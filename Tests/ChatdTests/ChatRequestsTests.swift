import SocketIO
import Testing

@testable import chatd

@Suite struct ChatRequestsTests {
    @Test(arguments: [
        ("{\"text\": \"hi\"}", MessageRequest(text: "hi")),
        ("{\"text\": \"hi\", \"key\": \"k\", \"more\": 1}", MessageRequest(text: "hi", key: "k")),
        ("{\"text\": \"hi\", \"key\": 5}", nil), ("{\"text\": 5}", nil), ("{}", nil), ("\"hi\"", nil), ("null", nil),
    ])
    func `a message has a text and perhaps a key, both strings`(json: String, wanted: MessageRequest?) throws {
        #expect(request(try JSON(parsing: json)) == wanted)
    }

    @Test(arguments: [
        ("{\"name\": \"Ann\"}", JoinRequest(name: "Ann")),
        ("{\"name\": \"Ann\", \"log\": \"x\", \"since\": 7}", JoinRequest(name: "Ann", log: "x", since: 7)),
        ("{\"name\": \"Ann\", \"log\": 5}", nil), ("{\"name\": \"Ann\", \"since\": \"7\"}", nil), ("{}", nil),
    ])
    func `who joins has a name and perhaps a place in a log`(json: String, wanted: JoinRequest?) throws {
        #expect(request(try JSON(parsing: json)) == wanted)
    }

    @Test func `no payload at all is no request`() {
        #expect(request(nil, as: JoinRequest.self) == nil)
    }
}
