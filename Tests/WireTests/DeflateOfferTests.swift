import Testing

@testable import Wire

@Suite struct DeflateOfferTests {
    /// The answer to an offer, "none" when it is declined, "bad" when it is an error.
    private func answer(_ fields: [String], wishes: DeflateParameters = DeflateParameters()) -> String {
        do throws(DeflateOfferError) {
            let agreement = try DeflateOffer.agree(on: fields, wishes: wishes)
            guard let field = agreement?.field else { return "none" }
            return String(field.dropFirst("permessage-deflate".count).drop { $0 == ";" || $0 == " " })
        } catch {
            return "bad"
        }
    }

    @Test(arguments: [
        ("permessage-deflate", ""),
        ("permessage-deflate; client_max_window_bits", ""),
        ("permessage-deflate; client_max_window_bits=10", "client_max_window_bits=10"),
        ("permessage-deflate; server_max_window_bits=9", "server_max_window_bits=9"),
        ("permessage-deflate; server_max_window_bits=\"8\"", "server_max_window_bits=8"),
        ("permessage-deflate;server_no_context_takeover", "server_no_context_takeover"),
        (" permessage-deflate ;\tclient_no_context_takeover ", "client_no_context_takeover"),
        (
            "permessage-deflate; client_max_window_bits=9; server_max_window_bits=15; client_no_context_takeover; "
                + "server_no_context_takeover",
            "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=15; client_max_window_bits=9"
        ),
        ("x-webkit-deflate-frame, permessage-deflate", ""),
        (
            "foo; bar=\"1\", permessage-deflate; server_max_window_bits=10, permessage-deflate",
            "server_max_window_bits=10"
        ),
        ("x-webkit-deflate-frame", "none"), ("permessage-bzip2; level=9", "none"),
        ("Permessage-Deflate", "none"),  // Names of extensions are compared as they are written.
    ])
    func `an offer is answered by what both can do`(offer: String, answer: String) {
        #expect(self.answer([offer]) == answer)
    }

    @Test(arguments: [
        "permessage-deflate; level=9",
        "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16", "permessage-deflate; server_max_window_bits=08",
        "permessage-deflate; server_max_window_bits=+9",
        "permessage-deflate; server_max_window_bits=99999999999999999999",
        "permessage-deflate; client_max_window_bits=7", "permessage-deflate; client_max_window_bits=x",
        "permessage-deflate; client_max_window_bits=", "permessage-deflate; client_max_window_bits=\"10",
        "permessage-deflate;", "permessage-deflate; =1", "permessage-deflate permessage-deflate", ",", "",
        "permessage-deflate, permessage-deflate; level=9",  // The first would do, and still the client is in error.
    ])
    func `bad parameters and bad syntax are errors`(offer: String) {
        #expect(answer([offer]) == "bad")
    }

    @Test func `no field is no offer, and several fields are one list`() {
        #expect(answer([]) == "none")
        #expect(
            answer(["foo", "permessage-deflate; server_max_window_bits=9", "permessage-deflate"])
                == "server_max_window_bits=9"
        )
    }

    @Test func `what the server wishes is asked for whether offered or not`() {
        var wishes = DeflateParameters()
        wishes.serverNoContextTakeover = true
        wishes.clientNoContextTakeover = true
        wishes.serverMaxWindowBits = 12
        let always = "server_no_context_takeover; client_no_context_takeover; server_max_window_bits="
        #expect(answer(["permessage-deflate"], wishes: wishes) == always + "12")
        #expect(answer(["permessage-deflate; server_max_window_bits=15"], wishes: wishes) == always + "12")
        #expect(answer(["permessage-deflate; server_max_window_bits=10"], wishes: wishes) == always + "10")
    }

    @Test func `a smaller window of the client needs a client that can be asked, so the next offer is tried`() {
        var wishes = DeflateParameters()
        wishes.clientMaxWindowBits = 11
        #expect(answer(["permessage-deflate"], wishes: wishes) == "none")
        #expect(answer(["permessage-deflate; client_max_window_bits"], wishes: wishes) == "client_max_window_bits=11")
        #expect(answer(["permessage-deflate; client_max_window_bits=9"], wishes: wishes) == "client_max_window_bits=9")
        let offers = "permessage-deflate; server_max_window_bits=9, permessage-deflate; client_max_window_bits"
        #expect(answer([offers], wishes: wishes) == "client_max_window_bits=11")
    }

    // MARK: The client's side

    /// Whether forgetting and the windows are the server's and the client's as agreed; "none" or "bad" otherwise.
    private func agreed(_ fields: [String], wishes: DeflateParameters?) -> String {
        do throws(DeflateOfferError) {
            guard let agreed = try DeflateOffer.agreed(in: fields, wishes: wishes) else { return "none" }
            let server = "\(agreed.serverMaxWindowBits)\(agreed.serverNoContextTakeover ? "-" : "")"
            return "\(server) \(agreed.clientMaxWindowBits)\(agreed.clientNoContextTakeover ? "-" : "")"
        } catch {
            return "bad"
        }
    }

    private func wishes(_ server: Int, _ serverForgets: Bool, _ client: Int, _ clientForgets: Bool) -> DeflateParameters
    {
        var wishes = DeflateParameters()
        (wishes.serverMaxWindowBits, wishes.serverNoContextTakeover) = (server, serverForgets)
        (wishes.clientMaxWindowBits, wishes.clientNoContextTakeover) = (client, clientForgets)
        return wishes
    }

    @Test func `what a client wishes is what our server reads and agrees to`() throws {
        for server in [8, 12, 15] {
            for client in [8, 12, 15] {
                for forgets in 0..<4 {
                    let wishes = wishes(server, forgets & 1 != 0, client, forgets & 2 != 0)
                    let field = DeflateOffer.field(wishes: wishes)
                    let answer = try #require(try DeflateOffer.agree(on: [field], wishes: DeflateParameters()))
                    #expect(answer.parameters == wishes, "\(field)")
                    #expect(try DeflateOffer.agreed(in: [answer.field], wishes: wishes) == wishes, "\(answer.field)")
                }
            }
        }
    }

    @Test(arguments: [
        ("permessage-deflate", "15 15"), ("permessage-deflate; client_no_context_takeover", "15 15-"),
        ("permessage-deflate; server_no_context_takeover", "15- 15"),
        ("permessage-deflate; server_max_window_bits=9; client_max_window_bits=10", "9 10"),
    ])
    func `a server may agree to less than was offered`(answer: String, agreed: String) {
        #expect(self.agreed([answer], wishes: DeflateParameters()) == agreed)
    }

    @Test func `no answer is no compression`() {
        #expect(agreed([], wishes: DeflateParameters()) == "none")
        #expect(agreed([], wishes: nil) == "none")
    }

    @Test(arguments: [
        "", "x", "permessage-deflate, permessage-deflate", "permessage-deflate; x",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=7", "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=16", "permessage-deflate; server_no_context_takeover=1",
    ])
    func `an answer to something that was not offered is an error`(answer: String) {
        #expect(agreed([answer], wishes: DeflateParameters()) == "bad")
    }

    @Test func `a server that ignores a wish, or was offered nothing, is in error`() {
        #expect(agreed(["permessage-deflate"], wishes: nil) == "bad")
        #expect(agreed(["permessage-deflate", "permessage-deflate"], wishes: DeflateParameters()) == "bad")
        #expect(agreed(["permessage-deflate"], wishes: wishes(15, true, 15, false)) == "bad")
        #expect(agreed(["permessage-deflate"], wishes: wishes(10, false, 15, false)) == "bad")
        #expect(
            agreed(["permessage-deflate; server_max_window_bits=11"], wishes: wishes(10, false, 15, false)) == "bad"
        )
        #expect(
            agreed(["permessage-deflate; server_max_window_bits=10"], wishes: wishes(10, false, 9, false)) == "10 9"
        )
    }
}
