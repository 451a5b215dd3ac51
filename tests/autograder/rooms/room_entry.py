"""What runs in the rooms of these tests: Python, sent as text, answered as text."""

import contextlib
import json
import os
import socket
import traceback
from typing import NoReturn


def serve(room: socket.socket) -> NoReturn:
    """Run each line of JSON that comes, and answer with the value of `answer` or the error."""
    with contextlib.suppress(OSError), room.makefile("rw") as file:
        for line in file:
            names: dict[str, object] = {"room": room}
            try:
                exec(json.loads(line), names)
                said = str(names.get("answer"))
            except BaseException as error:
                said = f"{type(error).__name__}: {error}"
                if os.environ.get("ROOM_TRACEBACKS"):
                    said += traceback.format_exc()
            file.write(json.dumps(said) + "\n")
            file.flush()
    os._exit(0)


def ask(room: socket.socket, source: str) -> str:
    """Run `source` in a room; what it left in `answer`, or the error. raises: EOFError"""
    room.settimeout(60)
    room.sendall(json.dumps(source).encode() + b"\n")
    said = b""
    while not said.endswith(b"\n"):
        piece = room.recv(1 << 16)
        if not piece:
            raise EOFError("The room closed.")
        said += piece
    return str(json.loads(said))
