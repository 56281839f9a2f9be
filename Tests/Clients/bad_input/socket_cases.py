"""Socket.IO packets. "closed" is a close frame without code, as for every fault of this layer."""

import json

from .steps import run_socket, run_socket_polling

PLACEHOLDER = '{"_placeholder":true,"num":%s}'


def case(name, *send, then="closed", replies=(), connected=True, why=""):
    return dict(
        name=f"socket/{name}", run=run_socket, send=send, then=then, replies=replies, connected=connected, why=why,
    )


def binary(name, number, **options):
    """An event whose placeholder has this number, and one attachment."""
    return case(f"placeholder-{name}", f'451-["echo",{PLACEHOLDER % number}]', b"\1\2", **options)


def invalid_namespace(name):
    return f'44{name},{{"message":"Invalid namespace"}}'


PACKETS = [
    case("empty", "4"),
    case("unknown-type", "49"),
    case("letter", "4abc"),
    case("leading-blank", "4 2[]"),
    case("error-from-client", '44{"message":"no"}'),
    case("second-connect", "40"),
    case("event-before-connect", '42["echo",1]', connected=False),
    case("binary-before-connect", b"\1\2\3", connected=False),
    case("disconnect-before-connect", "41", connected=False),
    case("event-elsewhere", '42/elsewhere,["echo",1]'),
    case("disconnect-with-payload", "41{}"),
    case("burst-20000", *['42["echo"]'] * 19_999, '421["echo"]', then="open",
         replies=['42["echo"]'] * 19_999 + ["431[]"]),
]

NAMESPACES = [
    case("namespace-unknown", "40/nowhere", then="open", replies=[invalid_namespace("/nowhere")]),
    case("namespace-10k", "40/" + "n" * 10_000, then="open", replies=[invalid_namespace("/" + "n" * 10_000)]),
    case("namespaces-1000", *[f"40/n{n}," for n in range(1000)], then="open",
         replies=[invalid_namespace(f"/n{n}") for n in range(1000)]),
    case("namespace-proto", "40/__proto__", then="open", replies=[invalid_namespace("/__proto__")]),
    case("auth-array", "40[1,2]", connected=False),
    case("auth-string", '40"x"', connected=False),
    case("auth-null", "40null", connected=False),
    case("auth-cut", '40{"token":', connected=False),
]

PAYLOADS = [
    case("payload-object", '42{"echo":1}'),
    case("payload-string", '42"echo"'),
    case("payload-empty-array", "42[]"),
    case("name-null", "42[null]"),
    case("name-object", "42[{}]"),
    *[case(f"name-{name}", f'42["{name}",1]')
      for name in ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")],
    case("name-escaped-reserved", r'42["\u0063onnect"]'),
    case("name-number", "42[5,1]", then="open"),
    case("name-empty", '42["",1]', then="open"),
    case("name-error", '42["error",1]', then="open"),
    case("name-proto", '42["__proto__",1]', then="open"),
    case("payload-missing", "42", then="open"),
]

SYNTAX = [
    case("json-cut", '42["echo",'),
    case("json-trailing", '42["echo"]x'),
    case("json-nan", '42["echo",NaN]'),
    case("json-single-quotes", "42['echo']"),
    case("json-leading-zero", '42["echo",01]'),
    case("json-raw-control", '42["echo","\x01"]'),
    case("json-brackets-unclosed", "42" + "[" * 400_000),
    case("json-1e999", '421["echo",1e999]', then="open"),
    case("json-lone-surrogate", r'42["nobody","\ud800"]', then="open"),
    case("json-objects-50000", '42["nobody",' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "]", then="open"),
    case("json-arrays-100000", '421["echo",' + "[" * 100_000 + "]" * 100_000 + "]", then="either",
         why="echoing them ends the reference's process"),
    case("arguments-100000", "421" + json.dumps(["echo"] + [1] * 100_000, separators=(",", ":")), then="either",
         why="spreading them ends the reference's process"),
]

ACKS = [
    case("ack-400-digits", "42" + "1" * 400 + '["nobody"]', then="open"),
    case("ack-id-letters", '42abc["echo"]'),
    case("ack-id-negative", '42-1["echo"]'),
    case("ack-unknown", "43999[1]", then="open"),
    case("ack-without-id", "43[1]", then="open"),
    case("ack-without-payload", "431", then="open"),
    case("ack-payload-object", "431{}"),
    case("disconnect-then-event", '42["echo",1]', "41", '42["echo",2]', "40/nowhere", then="replied",
         replies=['42["echo",1]', invalid_namespace("/nowhere")]),
]

ATTACHMENTS = [
    case("attachments-no-dash", '451["echo"]'),
    case("attachments-negative", '45-1-["echo"]'),
    case("attachments-decimal", '451.5-["echo"]'),
    case("attachments-huge", '4599999999999999999999-["echo"]'),
    case("attachments-11", '4511-["echo"]'),
    case("attachments-0", '450-["echo"]', then="open", replies=['42["echo"]']),
    case("attachments-uncounted", '45-["echo"]', then="open", replies=['42["echo"]']),
    case("text-for-attachment", f'451-["echo",{PLACEHOLDER % 0}]', '42["echo"]'),
    case("binary-unannounced", b"\1\2\3"),
    case("binary-surplus", f'451-["nobody",{PLACEHOLDER % 0}]', b"\1", b"\2"),
    binary("out-of-range", 1),
    binary("negative", -1),
    binary("string", '"0"'),
    binary("huge", "1e300"),
    case("placeholder-without-number", '451-["echo",{"_placeholder":true}]', b"\1"),
    case("placeholder-as-name", f"451-[{PLACEHOLDER % 0}]", b"\1"),
    case("placeholder-twice", f'451-["nobody",{PLACEHOLDER % 0},{PLACEHOLDER % 0}]', b"\1", then="open"),
    case("placeholder-none", '451-["nobody",1]', b"\1", then="open"),
]

POLLING = [
    dict(name=f"socket/polling-{name}", run=run_socket_polling, send=send)
    for name, send in {
        "unknown-type": "9", "empty": "", "second-connect": "0", "event-elsewhere": '2/elsewhere,["echo"]',
        "payload-object": "2{}", "json-cut": '2["echo",',
    }.items()
]

CASES = PACKETS + NAMESPACES + PAYLOADS + SYNTAX + ACKS + ATTACHMENTS + POLLING
