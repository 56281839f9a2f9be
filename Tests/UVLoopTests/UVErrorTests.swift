import Testing

@testable import UVLoop

@Suite struct UVErrorTests {
    @Test func `an error knows its name`() {
        #expect(UVError(code: -98).name == "EADDRINUSE")
        #expect(UVError(code: -98).description.hasPrefix("EADDRINUSE: "))
    }
}
