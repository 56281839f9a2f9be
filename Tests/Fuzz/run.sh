#!/bin/sh
# Fuzzes the grammars one after the other: Tests/Fuzz/run.sh [libFuzzer options such as -jobs=2]
# FUZZ= names the one that is wanted, SECONDS_EACH= says how long each may take.
# Only the pure parts are compiled, so that the sanitizers see all of them: Wire and the Protocol folders.
set -eu
cd "$(dirname "$0")/../.."
work=.build/fuzz
mkdir -p "$work"
features=$(sed -n 's/.*enableUpcomingFeature("\([A-Za-z]*\)").*/-enable-upcoming-feature \1/p' Package.swift)

module() {  # name, sources: compiles them to a module and one object file
    name=$1
    shift
    # shellcheck disable=SC2086
    swiftc -O -wmo -sanitize=fuzzer,address -parse-as-library -package-name fuzz -swift-version 6 $features \
        -module-name "$name" -emit-module -emit-module-path "$work/$name.swiftmodule" -I "$work" \
        -c "$@" -o "$work/$name.o"
}

# shellcheck disable=SC2046
{
    module Wire $(find Sources/Wire -name '*.swift')
    # TokenBucket reads no bytes, and asks for the options of the server.
    module EngineIO $(find Sources/EngineIO/Protocol -name '*.swift' ! -name TokenBucket.swift)
    module SocketIO Sources/SocketIO/Protocol/*.swift
    module FuzzTargets Tests/Fuzz/*.swift
    module Driver Tests/Fuzz/Driver/*.swift
}
swiftc -sanitize=fuzzer,address "$work"/*.o -o "$work/fuzz" -lm

grammars=${FUZZ:-$(sed -n 's/.*FuzzTarget(name: "\([A-Za-z0-9]*\)".*/\1/p' Tests/Fuzz/FuzzTarget.swift)}
for grammar in $grammars; do
    mkdir -p "$work/corpus/$grammar"
    python3 Tests/Fuzz/seeds.py "$grammar" "$work/corpus/$grammar"
    python3 Tests/Fuzz/corpus.py unpack "$grammar" "$work/corpus/$grammar"
    echo "== $grammar"
    FUZZ=$grammar SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 "$work/fuzz" "$work/corpus/$grammar" -max_len=2048 \
        -artifact_prefix="$work/$grammar-" -max_total_time="${SECONDS_EACH:-60}" -print_final_stats=1 -verbosity=0 "$@"
done
