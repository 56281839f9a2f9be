"""HTTP: requests that are no requests, and those that two servers in a row would understand differently."""

from .peer import request
from .steps import run_crowd, run_http

NOWHERE = "/nowhere"
BAD = {"status": 400}
# Whatever it says, the connection has to end: where the next request would begin is not known.
ANSWERED_OR_REFUSED = {400, 404, 413, 431}


def get(*fields, **options):
    return request("GET", NOWHERE, *fields, **options)


def post(*fields, body=b""):
    return request("POST", NOWHERE, *fields) + body


def case(name, send, expected=400, closes=True, why=""):
    return dict(name=f"http/{name}", run=run_http, send=send, expect=expected, closes=closes, why=why)


def chunked(name, body, expected=frozenset(ANSWERED_OR_REFUSED)):
    smuggled = get()
    return case(name, post("Transfer-Encoding: chunked", body=body) + smuggled, set(expected))


MALFORMED = [
    case("binary-garbage", bytes(range(256)) + b"\r\n\r\n"),
    case("tls-hello", bytes.fromhex("16030100c8010000c40303") + bytes(200)),
    case("http2-preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    case("version-9.9", get(version="9.9")),
    case("version-lowercase", b"GET / http/1.1\r\nHost: a\r\n\r\n"),
    case("unknown-method", request("FOO", NOWHERE)),
    case("lowercase-method", request("get", NOWHERE)),
    case("huge-method", request("G" * 70_000, NOWHERE)),
    case("host-missing", get(host=None)),
    case("host-twice", get("Host: other"), why="the reference takes it, which lets two hops disagree about the host"),
    case("no-colon", get("Nonsense")),
    case("empty-name", get(": value")),
    case("space-before-colon", get("Name : value")),
    case("folded", get("Name: value", " folded")),
    case("nul", get("Name: a\0b")),
    case("bare-cr", get("Name: a\rb")),
    case("control", get("Name: a\x01b")),
    case("bare-lf", b"GET /nowhere HTTP/1.1\nHost: localhost\n\n"),
    case("space-in-target", b"GET /no where HTTP/1.1\r\nHost: a\r\n\r\n"),
    case("raw-8-bit-target", b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"),
    case("header-100k", get("Name: " + "x" * 100_000), 431),
    case("fields-5000", get(*["a: b"] * 5000), 431),
    case("target-100k", request("GET", "/" + "x" * 100_000), 431),
    case("connect", request("CONNECT", "example.org:443", host="Host: example.org:443"), {400, 404, 405, 501},
         closes=False, why="the reference closes without an answer; any refusal will do"),
    case("expect-unknown", get("Expect: the-unexpected"), 417),
]

TOLERATED = [
    case("absolute-form", request("GET", "http://localhost/socket.io/?EIO=3&transport=polling"),
         {"status": 400, "json": {"code": 5, "message": "Unsupported protocol version"}}, closes=False,
         why="the reference answers 404; RFC 9112 wants it served"),
    case("bad-percent-in-query", request("GET", "/socket.io/?EIO=3&transport=polling&x=%zz"),
         {"status": 400, "json": {"code": 5, "message": "Unsupported protocol version"}}, closes=False),
    case("leading-crlf", b"\r\n" + get(), 404, closes=False),
    case("garbage-behind-a-request", get("Connection: close") + b"\x00\xff\r\n\r\n", 404),
]

LENGTHS = [
    case(f"content-length-{name}", post(*fields, body=b"hello"))
    for name, fields in {
        "negative": ["Content-Length: -5"],
        "plus": ["Content-Length: +5"],
        "hexadecimal": ["Content-Length: 0x5"],
        "letters": ["Content-Length: abc"],
        "empty": ["Content-Length:"],
        "23-digits": ["Content-Length: 10000000000000000000005"],
        "list": ["Content-Length: 5, 5"],
        "twice": ["Content-Length: 5", "Content-Length: 5"],
        "two": ["Content-Length: 5", "Content-Length: 6"],
        "with-chunked": ["Content-Length: 5", "Transfer-Encoding: chunked"],
    }.items()
]

CODINGS = [
    case("chunked-identity", post("Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n")),
    case("chunked-vertical-tab", post("Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n")),
    case("chunked-space-before-colon", post("Transfer-Encoding : chunked", body=b"0\r\n\r\n")),
    case("xchunked", post("Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), {400, 501},
         why="the reference answers the request; a body of unknown length is refused before"),
    case("chunked-http-1.0", b"POST /nowhere HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         why="the reference answers the request; RFC 9112 section 6.1 calls its framing faulty"),
]

CHUNKS = [
    chunked("chunk-size-letters", b"zz\r\nhello\r\n0\r\n\r\n"),
    chunked("chunk-size-overflow", b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
    chunked("chunk-size-prefix", b"0x5\r\nhello\r\n0\r\n\r\n"),
    chunked("chunk-size-sign", b"+5\r\nhello\r\n0\r\n\r\n"),
    chunked("chunk-bare-lf", b"5\nhello\n0\n\n"),
    chunked("chunk-without-end", b"5\r\nhello0\r\n\r\n"),
    chunked("chunk-extension-100k", b"5;" + b"x" * 100_000 + b"\r\nhello\r\n0\r\n\r\n"),
    chunked("chunk-trailer-100k", b"0\r\nname: " + b"x" * 100_000 + b"\r\n\r\n"),
]

CROWDS = [
    dict(name="http/idle-connections-200", run=run_crowd, count=200, send=b""),
    dict(name="http/heads-cut-200", run=run_crowd, count=200, send=b"GET /nowhere HTTP/1.1\r\nHost: loc"),
    dict(name="http/resets-200", run=run_crowd, count=200, send=get(), reset=True),
]

CASES = MALFORMED + TOLERATED + LENGTHS + CODINGS + CHUNKS + CROWDS
