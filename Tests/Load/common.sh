# What the load scripts share: the program, and a server of our own when none is named. Sourced, not run.
# CHATLOAD= names the program, URL= a server that runs already, SERVER_PID= its process; otherwise our own is started.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

build=${BUILD:-.build/release}
chatload=${CHATLOAD:-$build/chatload}
server_pid=${SERVER_PID:-}
if [ ! -x "$chatload" ]; then
    echo "there is no $chatload: run  make load  first" >&2
    exit 69
fi

# Starts `conformance bench` on a port that the system chooses, and ends it with the script.
start_server() {
    local log line=""
    log=$(mktemp)
    "$build/conformance" bench --port 0 >"$log" 2>&1 &
    server_pid=$!
    trap 'kill "$server_pid" 2>/dev/null || true; rm -f "'"$log"'"' EXIT
    for _ in $(seq 100); do
        line=$(grep -m 1 listening "$log" || true)
        if [ -n "$line" ]; then break; fi
        sleep 0.1
    done
    URL=http://127.0.0.1:${line##*:}
}

if [ -z "${URL:-}" ]; then start_server; fi
watch=(${server_pid:+--server-pid "$server_pid"})
