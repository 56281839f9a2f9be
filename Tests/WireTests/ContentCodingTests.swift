import Testing
import Wire

@Suite struct ContentCodingTests {
    @Test(arguments: [
        ("gzip, deflate, br", "gzip"), ("deflate, gzip", "gzip"), ("deflate", "deflate"), ("GZIP", "gzip"),
        ("gzip;q=0.5, deflate;q=0.8", "deflate"), ("gzip;q=0, deflate", "deflate"), ("gzip;q=0", "-"), ("*", "gzip"),
        ("*;q=0.1, deflate", "deflate"), ("identity", "-"), ("identity, gzip;q=0.5", "-"),
        ("identity;q=0.5, gzip", "gzip"),
        ("br", "-"), ("", "-"), ("gzip; q=1.000", "gzip"), ("gzip;q=2", "-"), ("gzip;q=x", "-"), ("gzip;level=1", "-"),
        ("gzip;q=0.001", "gzip"), ("gzip;q=nan", "-"),
    ])
    func `the coding that a client likes best`(field: String, coding: String) {
        #expect(ContentCoding.preferred(by: field)?.rawValue ?? "-" == coding)
    }

    @Test func `no field means the bytes as they are`() {
        #expect(ContentCoding.preferred(by: nil) == nil)
    }
}
