#!/usr/bin/env python3
"""Sends bad input to a running server (`conformance plain`) and looks whether it answers as it should and lives on.

    python3 Tests/Clients/bad_input.py --port 3000 [--only NAME]

NAME is a case (frames/rsv1) or the beginning of several (frames/). One line for each case; the last line counts.
"""

import argparse
import json
import sys
import time

from bad_input import engine_cases, frame_cases, http_cases, opening_cases, socket_cases
from bad_input.peer import Peer, Timeout, WebSocket, request
from bad_input.steps import Polling, Wrong, expect

TABLES = (http_cases, opening_cases, frame_cases, engine_cases, socket_cases)
COUNTS_DEADLINE = 15.0


def counts(address):
    """The server's own count of its live objects, or None when it does not tell."""
    with Peer(address) as peer:
        answer = peer.answer(request("GET", "/__counts", "Connection: close"))
    return (answer.json or answer.body.decode()) if answer and answer.status == 200 else None


def check_good_clients(address):
    """Clients that do nothing wrong, on both transports."""
    with WebSocket(address) as peer:
        peer.connect()
        expect(peer.echoes(), "no echo on WebSocket")
    session = Polling(address)
    expect(session.is_alive(), "no echo on polling")
    session.leave()


def check_counts(address, before):
    """Whether the server has let go of everything, as soon as it has had the time to notice."""
    if before is None:
        return print("note server/counts: this server does not tell")
    end = time.monotonic() + COUNTS_DEADLINE
    now = counts(address)
    while now != before and time.monotonic() < end:
        time.sleep(0.1)
        now = counts(address)
    expect(now == before, f"live objects before {json.dumps(before)}, after {json.dumps(now)}")


def attempt(name, body, *arguments):
    """Runs one case and prints its line; whether it went well."""
    try:
        body(*arguments)
    except (Wrong, Timeout, OSError, ValueError, AttributeError, TypeError) as fault:
        print(f"FAIL {name}: {type(fault).__name__}: {str(fault)[:300]}", flush=True)
        return False
    print(f"ok   {name}", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--only", metavar="NAME", default="")
    options = parser.parse_args()
    address = (options.host, options.port)
    cases = [case for table in TABLES for case in table.CASES if case["name"].startswith(options.only)]
    if not cases:
        parser.error(f"no case is called {options.only}")
    before = counts(address)
    results = [attempt(case["name"], case["run"], address, case) for case in cases]
    results.append(attempt("server/good-clients", check_good_clients, address))
    results.append(attempt("server/counts", check_counts, address, before))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
