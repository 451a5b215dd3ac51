"""Is the kernel in a room a kernel like any other, and had the parent imported all of it?"""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from autograder.rooms.parents.warm import ENVIRONMENT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="rooms need Linux")
# As the warm parent does: import everything, and only then become the kernel.
START = """
import importlib, pathlib, socket, sys
from autograder.rooms.inside import kernel
from autograder.rooms.parents.warm import PRELOAD
for name in (*PRELOAD, *kernel.PRELOAD):
    importlib.import_module(name)
sys.imported_before = set(sys.modules)
kernel.TEMPORARY = pathlib.Path(sys.argv[2])
kernel.serve(socket.socket(fileno=int(sys.argv[1])))
"""
PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
LATE = """
import sys
late = set(sys.modules) - sys.imported_before
print(*(m for m in late if m.split(".")[0] in ("ipykernel", "IPython", "zmq", "tornado")))
"""


def test_a_kernel_on_the_sockets_that_it_is_told(tmp_path: Path) -> None:
    """Does it say when its sockets are bound, draw into the notebook, and import little late?"""
    file, told = write_connection_file(
        str(tmp_path / "told.json"), transport="ipc", ip=str(tmp_path / "k")
    )
    mine, its = socket.socketpair()
    command = [sys.executable, "-c", START, str(its.fileno()), str(tmp_path)]
    process = subprocess.Popen(
        command,
        pass_fds=[its.fileno()],
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    its.close()
    client = BlockingKernelClient()
    outputs: list[dict[str, object]] = []
    try:
        mine.sendall(Path(file).read_bytes().replace(b"\n", b" ") + b"\n")
        mine.settimeout(30)
        assert mine.recv(1) == b"1"
        assert all((tmp_path / f"k-{told[name]}").is_socket() for name in told if "_port" in name)
        client.load_connection_file(file)
        client.start_channels()
        for cell in (PLOT, LATE):
            reply = client.execute_interactive(cell, timeout=30, output_hook=outputs.append)
            assert reply["content"]["status"] == "ok"
    finally:
        process.kill()
        process.wait()
        client.stop_channels()
        mine.close()
    contents = [one["content"] for one in outputs if one["msg_type"] in ("display_data", "stream")]
    picture, printed = contents
    assert "image/png" in picture["data"]
    assert len(printed["text"].split()) < 5, printed["text"]  # it differs by release
