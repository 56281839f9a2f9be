import Testing

@testable import UVHTTP

@Suite struct HTTPOptionsTests {
    @Test func `every default bounds something`() {
        let options = HTTPOptions()
        #expect(options.maxHeadBytes > 0 && options.maxFields > 0 && options.maxBodyBytes > 0)
        #expect(options.headTimeout > 0 && options.bodyTimeout > 0 && options.idleTimeout > 0)
    }
}
