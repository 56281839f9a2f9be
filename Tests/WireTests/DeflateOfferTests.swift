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
}
