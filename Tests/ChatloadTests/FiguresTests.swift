import Testing

@testable import chatload

@Suite struct FiguresTests {
    @Test(arguments: [
        (0.0, 0, "0"), (1.005, 1, "1.0"), (-0.04, 1, "0.0"), (-1.25, 1, "-1.3"), (12.345, 2, "12.35"),
        (0.0999, 2, "0.10"),
        (.infinity, 1, "-"),
    ])
    func `a number has as many digits as asked for`(value: Double, digits: Int, text: String) {
        #expect(fixed(value, digits) == text)
    }

    @Test(arguments: [(500.0, "500"), (0.25, "0.25"), (12.5, "12.5"), (3.0, "3"), (1_234_567, "1234567")])
    func `the shortest form has no digits that say nothing`(value: Double, text: String) {
        #expect(shortest(value) == text)
    }

    @Test(arguments: [
        (0.0, "0 us"), (0.0421, "42 us"), (1.234, "1.23 ms"), (56.78, "56.8 ms"), (999.4, "999 ms"), (12_340, "12.3 s"),
    ])
    func `times stand in the unit that suits them`(milliseconds: Double, text: String) {
        #expect(time(milliseconds) == text)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
    func `thousands stand apart`(value: Int, text: String) {
        #expect(grouped(value) == text)
    }

    @Test(arguments: [(512, "512 B"), (20_480, "20.0 KiB"), (14_680_064, "14.0 MiB")])
    func `sizes stand in the unit that suits them`(bytes: Int, text: String) {
        #expect(size(bytes) == text)
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00 UTC"), (951_782_400_000, "2000-02-29 00:00 UTC"),
        (1_798_761_540_000, "2026-12-31 23:59 UTC"),
    ])
    func `a moment is a date`(milliseconds: Int, text: String) {
        #expect(utcTime(milliseconds) == text)
    }
}
