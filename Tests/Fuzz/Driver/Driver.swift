// Driver: hands the inputs of libFuzzer to the grammar that the environment names, and ends the process at a finding.

internal import FuzzTargets
internal import Glibc

private let target: FuzzTarget = {
    let name = getenv("FUZZ").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        fatalError("FUZZ names none of \(FuzzTarget.all.map(\.name))")
    }
    return target
}()

/// The entry point that libFuzzer calls for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput([UInt8](UnsafeBufferPointer(start: start, count: count))) else { return 0 }
    do throws(Finding) {
        try target.check(input)
    } catch {
        fatalError("\(target.name): \(error)")
    }
    return 0
}
