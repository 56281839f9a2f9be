// bench: runs one codec many times and prints nothing, so that whoever counts its instructions or allocations counts the
// codec. tools/microbench runs it under counters, twice with different numbers: the difference is the codec alone.

import Glibc

let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "--list" {
    print(codecs.map(\.name).joined(separator: "\n"))
    exit(0)
}
guard arguments.count == 2, let codec = codecs.first(where: { $0.name == arguments.first }),
    let times = arguments.last.flatMap({ Int($0) }), (0...100_000_000).contains(times)
else {
    print("usage: bench --list | bench CODEC TIMES")
    exit(64)
}
try codec.run(times)
