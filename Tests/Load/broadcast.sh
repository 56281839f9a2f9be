#!/usr/bin/env bash
# What a message to everybody costs when everybody is more and more: "delivery" is when one receiver has it, "last
# receiver" when all have it. The time for an operation should stay as it is from row to row; where it grows, something
# in the server grows faster than its work.
# usage: Tests/Load/broadcast.sh [RECEIVERS...]     default 10 100 1000; URL= and SERVER_PID= name another server than ours
source "$(dirname "$0")/common.sh"
if [ $# = 0 ]; then set -- 10 100 1000; fi
for count in "$@"; do
    "$chatload" broadcast "$URL" -c "$count" --senders 1 --inflight 1 --duration 10 --warmup 2 "${watch[@]}"
    echo
done
