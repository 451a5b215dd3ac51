"""What runs in the warm parent? A process that imports once and forks a room on request.

It is started with a bare environment, enters the image that rooms see, and only then imports what
rooms will need; it never sees a test. It keeps to one thread, so that a fork copies all of it.
"""

import importlib
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from autograder.rooms.locks import cgroups, linux, sandbox
from autograder.rooms.parents.forks import MESSAGE, Entry, Forks
from course_lib.errors import CourseError


def main(descriptor: int, door: int) -> NoReturn:
    """Serve the process at the other end of a SOCK_SEQPACKET socket until it closes, and those who
    knock at `door`, a listening one; -1 for none."""
    control = socket.socket(fileno=descriptor)
    try:
        wishes = json.loads(control.recv(MESSAGE))
        locked, wrapped = bool(wishes["locked"]), bool(wishes["wrapped"])
        groups, root = None, False
        if locked and not wrapped:
            groups = cgroups.find()
            root = sandbox.detach()
            _be_first(control)
        name, _, function = str(wishes["entry"]).partition(":")
        module = importlib.import_module(name)
        entry: Entry = getattr(module, function)
        locks = _lock(wishes, root, groups) if locked else None
        _import_all(wishes["preload"])
        if hasattr(module, "prepare"):
            module.prepare()
        _refuse_threads(wishes["preload"])
    except CourseError as error:
        forbidden = isinstance(error, sandbox.Forbidden)
        control.send(json.dumps({"refused": str(error), "forbidden": forbidden}).encode())
        os._exit(2)
    control.send(json.dumps({"tier": locks.tier if locks else "none"}).encode())
    listener = socket.socket(fileno=door) if door >= 0 else None
    Forks(control, listener, entry, locks, once=bool(wishes["once"])).serve()


def idle(room: socket.socket) -> NoReturn:
    """An entry that waits until the other side closes."""
    room.recv(1)
    os._exit(0)


def _be_first(control: socket.socket) -> None:
    """Go on as the first process of the new pid namespace, with which all rooms end."""
    child = os.fork()
    if child:
        control.close()
        _, status = os.waitpid(child, 0)
        os._exit(abs(os.waitstatus_to_exitcode(status)))
    linux.die_with_parent(signal.SIGKILL)


def _lock(wishes: dict[str, Any], root: bool, groups: cgroups.Groups | None) -> sandbox.Locks:
    """Go where rooms will be, and make ready what locks them."""
    readable = [Path(path) for path in wishes["readable"]]
    devices = wishes["devices"]
    if devices is not None:
        devices = tuple(map(Path, devices))
    if wishes["wrapped"]:
        locks = sandbox.prepare_wrapped(readable, devices)
    else:
        shared = Path(wishes["shared"]) if wishes["shared"] else None
        netlink = bool(wishes["netlink"])
        locks = sandbox.prepare(root, readable, shared, devices, groups, netlink=netlink)
    sys.path[:] = [path for path in dict.fromkeys(sys.path) if os.path.exists(path)]
    return locks


def _import_all(names: list[str]) -> None:
    for name in names:
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            raise CourseError(f"A student's room cannot import {name}: {error}.") from error
        if name == "matplotlib.pyplot":
            with suppress(ImportError):  # Matplotlib before 3.9
                registry = importlib.import_module("matplotlib.backends.registry")
                # Reads the entry points of all packages: once, and not in each room.
                registry.backend_registry.list_all()
        if name == "torch":
            module.set_num_threads(1)  # a region of several threads here would hang every fork
            importlib.import_module("torch._dynamo")  # the first optimiser would import it


def _refuse_threads(names: list[str]) -> None:
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        raise CourseError(
            f"Importing {', '.join(names)} started {threads - 1} threads, which a fork would lose."
        )
