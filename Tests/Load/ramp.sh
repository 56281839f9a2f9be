#!/usr/bin/env bash
# How many connections it holds: they are begun at a fixed rate and then rest. Tells how long it takes to be let in, also
# for those who come last, and what a connection costs the server: (memory with all - memory at the start) / connections.
# usage: Tests/Load/ramp.sh [CONNECTIONS [PER_SECOND]]     default 10000 and 1000; at most 28000, and see `ulimit -n`
source "$(dirname "$0")/common.sh"
"$chatload" connect "$URL" -c "${1:-10000}" --ramp "${2:-1000}" --hold 5 "${watch[@]}"
