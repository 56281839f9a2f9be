"""Bad input for a Socket.IO server: what a hostile or broken client may send, and what has to come back.

The tables (http_cases, opening_cases, frame_cases, engine_cases, socket_cases) are data; peer.py speaks on raw
sockets, steps.py knows what each kind of step means. Expectations are those of the JavaScript server unless a case
says why not.
"""
