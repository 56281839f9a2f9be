import Testing

@testable import Wire

@Suite struct CookieJarTests {
    @Test func `cookies are kept, replaced, and sent in their order`() {
        var jar = CookieJar()
        #expect(jar.field(now: 0) == nil)
        jar.take("io=abc; Path=/; HttpOnly; SameSite=Lax", now: 0)
        jar.take("lb = node1 ", now: 0)
        #expect(jar.field(now: 0) == "io=abc; lb=node1")
        jar.take("io=def", now: 0)
        #expect(jar.field(now: 0) == "lb=node1; io=def")
    }

    @Test func `a cookie ends as Max-Age says, or Expires when that says nothing`() {
        var jar = CookieJar()
        jar.take("a=1; Max-Age=10", now: 1_000)
        jar.take("b=2; Expires=Thu, 01 Jan 1970 00:17:00 GMT", now: 1_000)  // second 1,020
        jar.take("c=3; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=5", now: 1_000)
        jar.take("d=4; Expires=gibberish", now: 1_000)
        #expect(jar.field(now: 1_000) == "a=1; b=2; c=3; d=4")
        #expect(jar.field(now: 1_005) == "a=1; b=2; d=4")
        #expect(jar.field(now: 1_010) == "b=2; d=4")
        #expect(jar.field(now: 1_020) == "d=4")
    }

    @Test func `a cookie that is over takes the place of none`() {
        var jar = CookieJar()
        jar.take("a=1", now: 50)
        jar.take("a=2; Max-Age=0", now: 50)
        jar.take("b=2; Max-Age=-1", now: 50)
        jar.take("c=2; Expires=Thu, 01 Jan 1970 00:00:50 GMT", now: 50)
        #expect(jar.field(now: 50) == nil)
    }

    @Test func `what is no cookie, or too much, is not kept`() {
        var jar = CookieJar()
        for field in ["", "a", "=1", " = ", "a=" + String(repeating: "x", count: CookieJar.maxBytes)] {
            jar.take(field, now: 0)
        }
        #expect(jar.field(now: 0) == nil)
        for number in 0..<100 { jar.take("n\(number)=1; Max-Age=9999999999999999999", now: 0) }
        #expect(jar.field(now: 0)?.hasPrefix("n68=1; ") == true)
        #expect(jar.field(now: 0)?.split(separator: ";").count == CookieJar.maxCookies)
    }
}
