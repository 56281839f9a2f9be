"""WebSocket frames: each fault has its close code (1002 protocol, 1007 text, 1009 size)."""

import struct

from .peer import frame, text
from .steps import run_frames, run_pings, run_unread_pings, run_vanish

MAX_PAYLOAD = 1_000_000
LETTERS = "κόσμε".encode()


def case(name, send, expected, why=""):
    return dict(name=f"frames/{name}", run=run_frames, send=send, expect=expected, why=why)


def close(code, reason=b""):
    return frame(0x88, struct.pack("!H", code) + reason)


def declared(bits, length):
    """A header that announces `length` bytes, and none of them."""
    return struct.pack("!BBQ", bits, 0xFF, length) + b"mask"


def non_minimal():
    payload = b'42["echo","long way"]'
    key = b"\0\0\0\0"
    return struct.pack("!BBQ", 0x81, 0xFF, len(payload)) + key + payload


PROTOCOL = [
    case("unmasked", frame(0x81, b"42", mask=False), 1002),
    case("rsv1", frame(0xC1, b"42"), 1002),
    case("rsv2", frame(0xA1, b"42"), 1002),
    case("rsv3", frame(0x91, b"42"), 1002),
    case("opcode-3", frame(0x83, b"42"), 1002),
    case("opcode-11", frame(0x8B), 1002),
    case("fragmented-ping", frame(0x09, b"ping"), 1002),
    case("long-ping", frame(0x89, b"p" * 126), 1002),
    case("long-close", frame(0x88, b"\x03\xe8" + b"r" * 124), 1002),
    case("continuation-first", frame(0x80, b"42"), 1002),
    case("text-in-a-message", frame(0x01, b"4") + frame(0x81, b"2"), 1002),
    case("rsv1-on-continuation", frame(0x01, b"4") + frame(0xC0, b"2"), 1002),
    case("rsv1-on-ping", frame(0xC9), 1002),
    case("close-1-byte", frame(0x88, b"\x03"), 1002),
    case("close-999", close(999), 1002),
    case("close-1005", close(1005), 1002),
    case("close-1015", close(1015), 1002),
]

SIZES = [
    case("length-high-bit", declared(0x82, 1 << 63), 1009),
    case("length-2-to-40", declared(0x82, 1 << 40), 1009),
    case("length-max-plus-1", declared(0x81, MAX_PAYLOAD + 1), 1009),
    case("fragments-over-max", b"".join(
        frame(0x02 if n == 0 else 0x00, bytes(200_000)) for n in range(6)), 1009),
    case("fragment-declares-too-much", frame(0x02, bytes(10)) + declared(0x00, MAX_PAYLOAD - 9), 1009),
    case("fragments-endless", frame(0x01) + frame(0x00) * 140_000, 1008,
         why="the reference keeps count of nothing here; empty fragments cost time and no bytes"),
]

TEXT = [
    case("utf8-surrogate", frame(0x81, LETTERS + b"\xed\xa0\x80edited"), 1007),
    case("utf8-overlong", frame(0x81, b"\xc0\xaf"), 1007),
    case("utf8-cut", frame(0x81, b"42\xe2\x82"), 1007),
    case("utf8-too-high", frame(0x81, b"\xf4\x90\x80\x80"), 1007),
    case("utf8-in-a-later-fragment", frame(0x01, b"42") + frame(0x00, b"[") + frame(0x80, b"\xff"), 1007),
    case("utf8-before-the-message-ends", frame(0x01, b"42\xff"), 1007,
         why="the reference notices at the end of the message, which may never come"),
    case("close-reason-not-utf8", close(1000, b"\xed\xa0\x80"), 1007),
]

FINE = [
    case("close-1000", close(1000), 1000),
    case("close-empty", frame(0x88), None),
    case("close-then-data", close(1000) + text('42["echo"]') + frame(0xFF), 1000),
    case("non-minimal-length", non_minimal(), "open"),
    case("empty-fragments-1000", frame(0x01, b"42[") + frame(0x00) * 1000 + frame(0x80, b'"echo"]'), "open"),
    case("unsolicited-pong", frame(0x8A, b"nobody asked"), "open"),
    case("ping-in-a-message", frame(0x01, b"42[") + frame(0x89, b"now") + frame(0x80, b'"echo"]'), "open"),
]

PINGS = [
    dict(name="frames/pings-5000", run=run_pings, count=5000),
    dict(name="frames/pings-unread", run=run_unread_pings, limit=64 << 20,
         why="the reference takes them all and keeps the pongs in memory"),
]

VANISHED = [
    dict(name=f"frames/vanish-{name}", run=run_vanish, send=send)
    for name, send in {
        "in-a-header": frame(0x81, b"p" * 200)[:3],
        "in-a-payload": frame(0x81, b"p" * 500_000)[:250_000],
        "in-a-message": frame(0x01, b"42["),
        "before-an-attachment": text('451-["echo",{"_placeholder":true,"num":0}]'),
        "after-a-burst": text('421["echo"]') * 5000,
        "in-the-close": frame(0x88, b"\x03\xe8")[:4],
    }.items()
]

CASES = PROTOCOL + SIZES + TEXT + FINE + PINGS + VANISHED
