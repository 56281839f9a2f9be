#!/usr/bin/env bash
# What it costs when WebSocket is not to be had: the same round trips by long-polling and by WebSocket, side by side.
# usage: Tests/Load/polling.sh [RATE]     default 2000 a second; URL= and SERVER_PID= name another server than ours
source "$(dirname "$0")/common.sh"
rate=${1:-2000}
folder=artifacts
mkdir -p "$folder"
"$chatload" polling "$URL" -c 50 --rate "$rate" --label polling --json "$folder/polling.json" "${watch[@]}"
echo
"$chatload" echo "$URL" -c 50 --rate "$rate" --label websocket --json "$folder/websocket.json" "${watch[@]}"
echo
"$chatload" compare "$folder/polling.json" "$folder/websocket.json" --html "$folder/polling.html"
echo "pictures: $folder/polling.html"
