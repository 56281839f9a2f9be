#!/usr/bin/env bash
# How long a round trip takes, at a third, two thirds and all of a rate: when p99 begins to climb long before the rate is
# reached, the server is near its end. What is sent late was sent late by chatload, which then is what you measure.
# usage: Tests/Load/echo.sh [RATE]     default 30000 a second; URL= and SERVER_PID= name another server than ours
source "$(dirname "$0")/common.sh"
rate=${1:-30000}
for part in 3 2 1; do
    "$chatload" echo "$URL" -c 100 --rate $((rate / part)) --duration 10 --warmup 2 "${watch[@]}"
    echo
done
