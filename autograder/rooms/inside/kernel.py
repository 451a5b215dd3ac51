"""What runs inside a room that is a Jupyter kernel? IPython's kernel, on sockets in one folder."""

import json
import os
import socket
from typing import NoReturn

from autograder.rooms.locks.mounts import TEMPORARY

# What the kernel would import as it starts or with its first cells.
PRELOAD = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.iostream",
    "ipykernel.displayhook",
    "ipykernel.debugger",
    "ipykernel.comm",
    "IPython.core.completer",
    "IPython.core.magics",
    "IPython.core.magics.auto",
    "IPython.extensions.storemagic",
    "zmq.backend.cython",
    "tornado.platform.asyncio",
    "PIL.PngImagePlugin",
)


def serve(room: socket.socket) -> NoReturn:
    """Be the kernel whose connection the first line describes; say when its sockets are bound."""
    with room.makefile("r") as file:
        connection = json.loads(file.readline())
    from ipykernel.kernelapp import IPKernelApp

    written = TEMPORARY / "kernel.json"
    written.write_text(json.dumps(connection))
    application = IPKernelApp.instance()
    application.initialize(["-f", str(written), "--HistoryManager.enabled=False"])
    _draw_inline()
    room.send(b"1")
    room.close()
    application.start()
    os._exit(0)


def _draw_inline() -> None:
    """Tell Matplotlib of the shell, which was not there when the parent imported it."""
    import matplotlib.pyplot as plt
    from matplotlib_inline import backend_inline

    backend_inline._enable_matplotlib_integration()  # type: ignore[no-untyped-call]
    plt._REPL_DISPLAYHOOK = plt._ReplDisplayHook.NONE
    plt.install_repl_displayhook()
