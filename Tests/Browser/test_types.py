"""What static/socket.io.d.ts declares is there: each member of each class, and each export of the module."""

import re

import pytest

from servers import ROOT

TYPES = (ROOT / "static" / "socket.io.d.ts").read_text()


def members(name):
    """The members that the class of that name declares."""
    whole = re.compile(rf"^export (?:abstract )?class {name}\b.*?\{{\n(.*?)^\}}", re.MULTILINE | re.DOTALL)
    body = whole.search(TYPES).group(1)
    found = re.findall(r"^    (?:(?:readonly|protected|abstract|get) )*(\w+)(?=[<(:?])", body, re.MULTILINE)
    return sorted(set(found) - {"constructor"})


@pytest.fixture
def tab(shared, page):
    return page("ours").open_blank(shared("reference-scenario").url + "/nothing")


@pytest.mark.parametrize("name", ["Emitter", "Transport", "Engine", "Manager", "Socket"])
def test_every_member_that_is_declared_exists(tab, name):
    declared = members(name)
    assert len(declared) > 8
    assert tab.play("""
        const socket = io();
        await next(socket, "connect");
        const { engine } = socket.io;
        const things = { Socket: socket, Manager: socket.io, Engine: engine, Transport: engine.transport };
        const thing = things[arguments[0]] ?? new io.Emitter();
        const missing = arguments[1].filter((member) => !(member in thing));
        socket.close();
        return missing;
    """, name, declared) == []
