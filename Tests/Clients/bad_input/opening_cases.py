"""The opening handshake of a WebSocket, refused or not as the JavaScript server does it."""

from .peer import ENGINE, KEY, UPGRADE, VERSION, request
from .steps import run_http, run_refused_websocket

TARGET = ENGINE + "websocket"
BAD_KEY = "Missing or invalid Sec-WebSocket-Key header"
BAD_VERSION = "Missing or invalid Sec-WebSocket-Version header"


def case(name, message, *fields, target=TARGET, method="GET", upgrade=UPGRADE, why=""):
    return dict(
        name=f"opening/{name}", run=run_http, send=request(method, target, *upgrade, *fields), closes=True, why=why,
        expect={"status": 400, "body": message, "fields": {"content-type": "text/html"}},
    )


def accepted(name, *fields, version="1.1"):
    send = request("GET", TARGET, *UPGRADE, KEY, VERSION, *fields, version=version)
    fields = {"sec-websocket-accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}
    return dict(name=f"opening/{name}", run=run_http, send=send, expect={"status": 101, "fields": fields})


CASES = [
    case("key-missing", BAD_KEY, VERSION),
    case("key-empty", BAD_KEY, "Sec-WebSocket-Key:", VERSION),
    case("key-short", BAD_KEY, "Sec-WebSocket-Key: c2hvcnQ=", VERSION),
    case("key-not-base64", BAD_KEY, "Sec-WebSocket-Key: ######################==", VERSION),
    case("key-twice", BAD_KEY, KEY, KEY, VERSION),
    case("version-missing", BAD_VERSION, KEY),
    case("version-12", BAD_VERSION, KEY, "Sec-WebSocket-Version: 12"),
    case("upgrade-h2c", "Invalid Upgrade header", KEY, VERSION, upgrade=("Connection: Upgrade", "Upgrade: h2c")),
    dict(
        name="opening/connection-missing", run=run_http,
        send=request("GET", TARGET, "Upgrade: websocket", KEY, VERSION),
        expect={"status": 400, "json": {"code": 3, "message": "Bad request"}},
    ),
    case("post", "Bad handshake method", KEY, VERSION, method="POST"),
    case("eio-missing", "Unsupported protocol version", KEY, VERSION, target="/socket.io/?transport=websocket",
         why="the reference switches protocols first and then sends an HTTP answer into the WebSocket"),
    case("eio-3", "Unsupported protocol version", KEY, VERSION, target="/socket.io/?EIO=3&transport=websocket",
         why="as above"),
    case("transport-unknown", "Transport unknown", KEY, VERSION, target=ENGINE + "carrier-pigeon"),
    case("transport-missing", "Transport unknown", KEY, VERSION, target="/socket.io/?EIO=4"),
    case("sid-unknown", "Session ID unknown", KEY, VERSION, target=TARGET + "&sid=nobody"),
    dict(name="opening/transport-polling", run=run_refused_websocket, target=ENGINE + "polling"),
    dict(
        name="opening/other-path", run=run_http, send=request("GET", "/nowhere", *UPGRADE, KEY, VERSION),
        expect={400, 404},
        why="the reference says nothing and closes after a second; an answer is kinder",
    ),
    accepted("extension-unknown", "Sec-WebSocket-Extensions: x-nonsense; a=b"),
    accepted("extension-bad-parameters", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99"),
    accepted("http-1.0", version="1.0"),
]
