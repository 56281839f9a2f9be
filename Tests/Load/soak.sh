#!/usr/bin/env bash
# Whether it stays as it is: round trips, broadcasts, and people who come and go, for as long as you like. It fails when
# anything is missing, out of order or wrong, or when the server's memory has grown by more than 16 MiB. Give it a night.
# usage: Tests/Load/soak.sh [MINUTES]     default 10; URL= and SERVER_PID= name another server than ours
source "$(dirname "$0")/common.sh"
mkdir -p artifacts
growth=(${server_pid:+--fail-growth 16})
"$chatload" soak "$URL" -c 200 --duration $((${1:-10} * 60)) --warmup 5 --echo-rate 500 --broadcast-rate 5 --churn-rate 10 \
    --stay 2000 --html artifacts/soak.html --json artifacts/soak.json "${watch[@]}" "${growth[@]}"
