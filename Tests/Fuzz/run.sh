#!/bin/sh
# Fuzzes one grammar: Tests/Fuzz/run.sh WebSocket [libFuzzer options such as -max_total_time=60]
# The sources are compiled together with the harness, so that the sanitizers see all of them.
set -eu
cd "$(dirname "$0")/../.."
name=$1
shift
work=.build/fuzz/$name
mkdir -p "$work/corpus"
swiftc -O -sanitize=fuzzer,address -parse-as-library -package-name fuzz -swift-version 6 -module-name "${name}Fuzz" \
    $(find Sources/Wire -name '*.swift') "Tests/Fuzz/${name}Fuzz.swift" -o "$work/fuzz" -lm
ASAN_OPTIONS=detect_leaks=0 exec "$work/fuzz" "$work/corpus" "$@"
