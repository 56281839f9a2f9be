// TextFuzz: UTF-8 and Base64. UTF-8 is judged as the standard library judges it, in any pieces; Base64 has one spelling
// for each sequence of bytes, and what is decoded is spelt that way again.

internal import Wire

func checkUTF8(_ input: FuzzInput) throws(Finding) {
    let isValid = String(validating: input.bytes, as: UTF8.self) != nil
    try expectEqual(UTF8Validator.isValid(input.bytes.span.bytes), isValid, "whole")
    let verdict = try input.sameHoweverCut { reads in
        var validator = UTF8Validator()
        for read in reads where !validator.feed(read.span.bytes) { return false }
        return validator.isComplete
    }
    try expectEqual(verdict, isValid, "in pieces")
}

func checkBase64(_ input: FuzzInput) throws(Finding) {
    for alphabet in [Base64.Alphabet.standard, .url] {
        if let decoded = Base64.decode(input.bytes.span.bytes, alphabet) {
            let again = Array(Base64.encode(decoded.span.bytes, alphabet).utf8)
            try expectEqual(again, input.bytes, "a second spelling in \(alphabet)")
        }
        let text = Base64.encode(input.bytes.span.bytes, alphabet)
        let count = Base64.encodedCount(of: input.bytes.count, alphabet)
        try expectEqual(text.utf8.count, count, "the length in \(alphabet)")
        try expectEqual(Base64.decode(Array(text.utf8).span.bytes, alphabet), input.bytes, "back from \(alphabet)")
        var appended = input.bytes
        Base64.encode(input.bytes.span.bytes, alphabet, to: &appended)
        try expectEqual(appended, input.bytes + Array(text.utf8), "appended in \(alphabet)")
    }
}
