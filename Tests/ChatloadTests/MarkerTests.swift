import Testing
import Wire

@testable import chatload

@Suite struct MarkerTests {
    private let run = Array("k3x".utf8)

    private func find(_ text: String) -> Marker? {
        Marker(in: Array(text.utf8).span.bytes, run: run)
    }

    @Test(arguments: [(0, UInt32(0)), (7, 42), (999, .max)])
    func `a mark is found again`(sender: Int, number: UInt32) {
        var bytes = Array("{\"text\":\"".utf8)
        Marker(sender: sender, number: number).write(run: run, to: &bytes)
        bytes += Array("xxxx\"}".utf8)
        #expect(Marker(in: bytes.span.bytes, run: run) == Marker(sender: sender, number: number))
    }

    @Test(arguments: [
        "", "~", "~k3x", "~k3x.1", "~k3x.1.2", "~k3x..2~", "~k3x.1.~", "~k3x.1.2x", "~k3y.1.2~", "~k3x.1.4294967296~",
        "~k3x.99999999999999999999999999.1~", "k3x.1.2~",
    ])
    func `what is not quite a mark is none`(text: String) {
        #expect(find(text) == nil)
    }

    @Test func `a false beginning does not hide the mark`() {
        #expect(find("~~k3x.~k3x.5.6~") == Marker(sender: 5, number: 6))
    }
}

@Suite struct MessageFormTests {
    private func text(_ event: EventText, _ middle: String) -> String {
        String(decoding: event.before + Array(middle.utf8) + event.after, as: UTF8.self)
    }

    @Test func `a plain form is the text alone`() {
        #expect(text(EventText("echo"), "abc") == "[\"echo\",\"abc\"]")
    }

    @Test func `a form puts the text and the connection's number where it says`() {
        let form = MessageForm("{\"from\":%n,\"text\":\"%s!\"}", needsText: true)
        #expect(
            form.map { text(EventText("say", form: $0, connection: 4), "hi") }
                == "[\"say\",{\"from\":4,\"text\":\"hi!\"}]"
        )
    }

    @Test func `arguments come before the text`() {
        #expect(text(EventText("room message", arguments: ["room-1"]), "x") == "[\"room message\",\"room-1\",\"x\"]")
    }

    @Test func `an event's name is JSON, whatever stands in it`() {
        #expect(text(EventText("a\"b"), "") == "[\"a\\\"b\",\"\"]")
    }

    @Test(arguments: ["", "%s", "{\"a\":", "\"x\"", "[\"%s\"", "1"])
    func `a form that is no JSON, or has no place for a text, is refused`(source: String) {
        #expect(MessageForm(source, needsText: true) == nil)
    }

    @Test func `a form that needs no text may have none`() {
        #expect(
            MessageForm("{\"name\":\"load-%n\"}", needsText: false)?.pieces(connection: 2).before
                == "{\"name\":\"load-2\"}"
        )
    }
}
