"""Engine.IO: handshakes, polling and upgrades."""

from .peer import ENGINE, frame, request, text
from .steps import run_abort, run_engine, run_http, run_overlap, run_polling, run_second_upgrade, run_upgrade

MAX_PAYLOAD = 1_000_000
OK = {"status": 200, "body": "ok"}
FAULTS = {
    0: "Transport unknown", 1: "Session ID unknown", 2: "Bad handshake method", 3: "Bad request",
    5: "Unsupported protocol version",
}


def refused(name, code, target, method="GET"):
    fault = {"status": 400, "json": {"code": code, "message": FAULTS[code]}}
    expected = {"status": 400} if method == "HEAD" else fault
    return dict(name=f"engine/{name}", run=run_http, send=request(method, target), expect=expected)


def posted(name, body, then, *fields, answer=OK, why=""):
    """One POST on a fresh session."""
    body = body.encode() if isinstance(body, str) else body
    return dict(name=f"engine/post-{name}", run=run_polling, steps=[("POST", body, fields, answer)], then=then, why=why)


def sent(name, send, expected, why=""):
    """Frames on a fresh WebSocket session."""
    return dict(name=f"engine/websocket-{name}", run=run_engine, send=send, expect=expected, why=why)


HANDSHAKES = [
    refused("eio-missing", 5, "/socket.io/?transport=polling"),
    refused("eio-letters", 5, "/socket.io/?EIO=abc&transport=polling"),
    refused("eio-3", 5, "/socket.io/?EIO=3&transport=polling"),
    refused("eio-5", 5, "/socket.io/?EIO=5&transport=polling"),
    refused("transport-missing", 0, "/socket.io/?EIO=4"),
    refused("transport-unknown", 0, ENGINE + "carrier-pigeon"),
    refused("transport-proto", 0, ENGINE + "__proto__"),
    refused("transport-constructor", 0, ENGINE + "constructor"),
    refused("transport-webtransport", 0, ENGINE + "webtransport"),
    refused("transport-websocket-without-upgrade", 3, ENGINE + "websocket"),
    refused("sid-unknown", 1, ENGINE + "polling&sid=nobody"),
    refused("sid-proto", 1, ENGINE + "polling&sid=__proto__"),
    refused("sid-constructor", 1, ENGINE + "polling&sid=constructor"),
    refused("sid-nul", 1, ENGINE + "polling&sid=%00"),
    refused("sid-10k", 1, ENGINE + "polling&sid=" + "x" * 10_000),
    refused("handshake-post", 2, ENGINE + "polling", "POST"),
    refused("handshake-put", 2, ENGINE + "polling", "PUT"),
    refused("handshake-delete", 2, ENGINE + "polling", "DELETE"),
    refused("handshake-trace", 2, ENGINE + "polling", "TRACE"),
    refused("handshake-head", 2, ENGINE + "polling", "HEAD"),
]

METHODS = [
    dict(name=f"engine/{method.lower()}-with-sid", run=run_polling, then="alive",
         steps=[(method, b"", (), {"status": 500, "body": ""})])
    for method in ("PUT", "DELETE", "OPTIONS")
]

POSTS = [
    posted("empty", "", "gone", "Content-Length: 0"),
    posted("unknown-type", "9", "gone"),
    posted("letter", "abc", "gone"),
    posted("separators", "\x1e\x1e\x1e", "gone"),
    posted("client-ping", "2", "gone"),
    posted("close", "1", "gone"),
    posted("form", "d=4hello", "gone", "Content-Type: application/x-www-form-urlencoded"),
    posted("open", "0", "alive"),
    posted("pong", "3", "alive"),
    posted("upgrade", "5", "alive"),
    posted("noop", "6", "alive"),
    posted("noops-100000", "\x1e".join(["6"] * 100_000), "alive"),
    posted("bad-base64", "b!!!!", "gone"),
    posted("bad-utf8", b"4\xff\xfe", "gone"),
    posted("octet-stream", "6", "gone", "Content-Type: application/octet-stream", answer={"status": 400}),
    posted("exactly-max", "\x1e".join(["6"] * (MAX_PAYLOAD // 2)) + "\x1e", "gone",
           why="the body is taken; its last packet is empty, and no packet"),
    posted("max-plus-1", b"6" * (MAX_PAYLOAD + 1), "alive", answer={"status": 413}),
    posted("chunked-max-plus-1", b"f4241\r\n" + b"6" * (MAX_PAYLOAD + 1) + b"\r\n0\r\n\r\n", "alive",
           "Transfer-Encoding: chunked", answer={"status": 413}),
]

CONCURRENCY = [
    dict(name="engine/two-polls", run=run_overlap, method="GET", first={"status": 200, "body": "1"}),
    dict(name="engine/two-posts", run=run_overlap, method="POST", fields=("Content-Length: 10",), begun=b"6",
         body=b"6", first=(None, 400)),
    dict(name="engine/poll-aborted", run=run_abort, method="GET"),
    dict(name="engine/post-aborted", run=run_abort, method="POST", fields=("Content-Length: 10",), begun=b"6"),
]

UPGRADES = [
    dict(name="engine/upgrade-message-first", run=run_upgrade, send=text("4hello"), expect="refused"),
    dict(name="engine/upgrade-bare-ping", run=run_upgrade, send=text("2"), expect="refused"),
    dict(name="engine/upgrade-wrong-probe", run=run_upgrade, send=text("2wrong"), expect="refused"),
    dict(name="engine/upgrade-garbage", run=run_upgrade, send=text("garbage"), expect="refused"),
    dict(name="engine/upgrade-binary", run=run_upgrade, send=frame(0x82, b"\4"), expect="refused"),
    dict(name="engine/upgrade-without-probe", run=run_upgrade, send=text("5"), expect="accepted"),
    dict(name="engine/second-websocket-while-probing", run=run_second_upgrade, send=["2probe"], poll=True,
         rest=["5", "40"]),
    dict(name="engine/second-websocket-after-upgrade", run=run_second_upgrade, send=["2probe", "5"], rest=["40"]),
]

WEBSOCKET = [
    sent("empty-text", text(""), "closed"),
    sent("unknown-type", text("9"), "closed"),
    sent("letters", text("abc"), "closed"),
    sent("client-ping", text("2"), "closed"),
    sent("empty-binary", frame(0x82), "closed"),
    sent("ignored-types", text("0") + text("3") + text("5") + text("6"), "open"),
]

CASES = HANDSHAKES + METHODS + POSTS + CONCURRENCY + UPGRADES + WEBSOCKET
