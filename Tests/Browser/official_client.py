"""The official socket.io-client 4.8.1, taken at test time out of a Python package that carries it; never committed."""

import hashlib
import subprocess
import sys
import zipfile

from servers import ROOT

PACKAGE = "nicegui==3.18.0"
MEMBER = "nicegui/static/socket.io.min.js"
SHA256 = "b0e735814f8dcfecd6cdb8a7ce95a297a7e1e5f2727a29e6f5901801d52fa0c5"
KEPT = ROOT / ".cache" / "socket.io-client-4.8.1.min.js"


def source():
    """The script's text; downloaded once, checked every time."""
    if not KEPT.exists():
        folder = KEPT.parent / "nicegui"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), PACKAGE]
        subprocess.run(pip, check=True)
        with zipfile.ZipFile(next(folder.glob("nicegui-3.18.0-*.whl"))) as wheel:
            KEPT.write_bytes(wheel.read(MEMBER))
    script = KEPT.read_bytes()
    assert hashlib.sha256(script).hexdigest() == SHA256, f"{KEPT} is not the file that was checked"
    return script.decode()
