#!/usr/bin/env python3
"""The golden cases of Tests/Vectors as inputs of the fuzzers. usage: seeds.py GRAMMAR FOLDER

A grammar without vectors gets the few lines written here."""
import hashlib, pathlib, re, sys

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "Vectors"
PLAIN = {
    "Response": ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nX: y\r\n\r\n",
                 "HTTP/1.0 200\r\n\r\nuntil the end",
                 "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
    "Body": ["2;a=b\r\nok\r\n0\r\nX: y\r\n\r\nrest", "A\r\n0123456789\r\n0\r\n\r\n",
             "FFFFFFFFFFFFFFF\r\nx", "8000000000000000\r\nx"],
    "Form": ["a=1&b=2&a=3", "a[b][c]=1&a[b][]=2", "a[]=1&a[3]=2&a=x", "%41+%zz=%e2%82%ac&=&&x", "a[b=c]=d&[]=1&a]b[=2"],
    "Base64": ["", "AQIDBA==", "-_8", "+/8="],
    "UTF8": ["plain", "é€😀", "\uFFFD\U0010FFFF"],
    "Date": ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
             "Tue, 29 Feb 2000 23:59:60 GMT"],
    "Range": ["bytes=0-9", "bytes=-5", "bytes=3-", "bytes=0-1, 2-3 ,8-", "bytes=9-3"],
    "Conditional": ["\"a\"", "W/\"a\", \"b\"", "*", "Sun, 06 Nov 1994 08:49:37 GMT"],
    "MessagePack": ["\x84\xA4type\x02\xA4data\x92\xA1a\xC4\x02\1\2\xA3nsp\xA1/\xA2id\x0C",
                    "\x83\xA4type\x02\xA4data\x93\xA1a\xC4\0\x82\xAC_placeholder\xC3\xA3num\0\xA3nsp\xA6/admin",
                    "\x82\xA4type\0\xA3nsp\xA1/", "\xDC\0\x03\xCB@\x09\x21\xFBTD\x2D\x18\xD6\xFF\0\0\0\0\x5F\0\0\0\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"],
    "Offer": ["permessage-deflate; client_max_window_bits", "permessage-deflate; server_max_window_bits=\"10\", x-other; a=b",
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits=9"],
    "Accept": ["gzip, deflate, br;q=0.5", "identity; q=1, *;q=0", "DEFLATE;Q=0.8,gzip;q=0.80", "text/HTML; charset=\"UTF-8\"",
               "multipart/form-data; boundary=x; Charset = latin1 ", "name.tar.gz"],
    "URL": ["http://localhost:3000/a?b=c#d", "wss://[::1]:443", "ws+unix://%2Frun%2Fchat.sock/path?x", "HTTPS://a.b-c_d:"],
    "OpenPacket": ['{"sid":"a","upgrades":["websocket","x"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}',
                   '{"pingTimeout":0,"pingInterval":86400000,"sid":"\\u00e9"}'],
    "Upgrade": ["dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA=="],
    "JSONP": ["4hello\n\\n\\\\n", "4\"\u2028\u2029\0", "d=4a%0A+b&d=x"],
    "EnginePayload3": ["6:4hello1:2", "10:b4AQIDBA==", "\0\6\xFF4hello"],
}


def escaped(text):
    """The notation of the vectors of HTTP: see HTTP1Vectors.swift."""
    def one(match):
        kind = match.group(1)
        if kind[0] == "{":
            body, count = kind[1:-1].rsplit("*", 1)
            return escaped(body).decode("latin-1") * int(count)
        return {"r": "\r", "n": "\n", "t": "\t", "0": "\0"}.get(kind) or (chr(int(kind[1:], 16)) if kind[0] == "x" else kind)
    return re.sub(r"\\(\{[^}]*\}|x[0-9A-Fa-f]{2}|.)", one, text).encode("latin-1", "replace")


def marked(text):
    """The notation of the vectors of JSON and Socket.IO: ⟦"x" 3⟧ repeats, ⟦7F⟧ is a byte."""
    out = b""
    for piece in re.split(r"(⟦.*?⟧)", text):
        inside = piece[1:-1]
        if not piece.startswith("⟦"):
            out += piece.encode()
        elif inside.startswith('"'):
            body, count = inside[1:].rsplit('"', 1)
            out += body.replace('\\"', '"').encode() * int(count)
        else:
            out += bytes.fromhex(inside)
    return out


def frame(notation, masked):
    data = b""
    for index, part in enumerate(notation.split('"')):
        for word in [part] if index % 2 else part.split():
            byte, _, count = (word, "", "") if index % 2 else word.partition("*")
            data += byte.encode() if index % 2 else bytes.fromhex(byte) * int(count or 1)
    bits, payload, key = data[:1], data[1:], b"\x01\x02\x03\x04"
    size = len(payload)
    head = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big") if size < 65536 else b"\x7f" + size.to_bytes(8, "big")
    if not masked:
        return bits + head + payload
    mixed = bytes(b ^ key[i % 4] for i, b in enumerate(payload))
    return bits + bytes([head[0] | 0x80]) + head[1:] + key + mixed


def sections(area, *names):
    for path in sorted((VECTORS / area).glob("*.md")):
        if path.stem != "README" and (not names or path.stem in names):
            yield from path.read_text().split("\n## ")[1:]


def indented(section, mark):
    return [line[4 + len(mark):].lstrip(" ") for line in section.split("\n") if line.startswith("    " + mark)]


def seeds(grammar):
    if grammar == "Request":
        for section in sections("http"):
            block = re.search(r"```bytes\n(.*?)```", section, re.S)
            if block:
                yield b"@@" + escaped(block.group(1).replace("\n", ""))
    elif grammar == "WebSocket":
        for section in sections("websocket"):
            for options, masked in ((b"@", True), (b"A", False)):
                yield options + b"@" + b"".join(frame(line, masked) for line in indented(section, "> "))
    elif grammar == "JSON":
        for path in sorted((VECTORS / "json").glob("*.md")):
            for match in re.finditer(r"^    \w+: (.*) => ", path.read_text(), re.M):
                yield b"@@" + marked(match.group(1))
    elif grammar in ("EnginePacket", "EnginePayload"):
        for section in sections("engineio"):
            for line in indented(section, "text ") + indented(section, "payload "):
                yield b"@@" + escaped(line.replace("␞", "\\x1E").encode().decode("latin-1"))
    elif grammar == "SocketPacket":
        for section in sections("socketio"):
            lines = [line for line in section.split("\n") if line[:5] in ("    >", "    +")]
            messages = [marked(l[6:]) if l[4] == ">" else b"b" + bytes.fromhex(l[6:]) for l in lines]
            yield b"@@" + b"\x1e".join(messages)
    for text in PLAIN.get(grammar, []):
        yield b"@@" + text.encode("latin-1" if grammar in ("EnginePayload3", "MessagePack") else "utf-8")


def main():
    grammar, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for data in seeds(grammar):
        if len(data) <= 2048:
            (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


main()
