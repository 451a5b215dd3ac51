"""What runs in the warm parent? A process that imports once and forks a room on request.

It is started with a bare environment, enters the image that rooms see, and only then imports what
rooms will need; it never sees a test. It keeps to one thread, so that a fork copies all of it.
"""

import gc
import importlib
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import types
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from autograder.rooms import linux, sandbox, watch
from autograder.rooms.belongings import unpack
from course_lib.errors import CourseError

MESSAGE = 1 << 16  # bytes of the longest request or reply
Entry = Callable[[socket.socket], NoReturn]


def main(descriptor: int) -> NoReturn:
    """Serve the process at the other end of a SOCK_SEQPACKET socket until it closes."""
    control = socket.socket(fileno=descriptor)
    try:
        wishes = json.loads(control.recv(MESSAGE))
        locked = bool(wishes["locked"])
        root = locked and sandbox.detach()
        if locked:
            _be_first(control)
        module, _, name = str(wishes["entry"]).partition(":")
        entry: Entry = getattr(importlib.import_module(module), name)
        locks = None
        if locked:
            shared = Path(wishes["shared"]) if wishes["shared"] else None
            readable = [Path(path) for path in wishes["readable"]]
            locks = sandbox.prepare(root, readable, shared, bool(wishes["netlink"]))
            sys.path[:] = [path for path in dict.fromkeys(sys.path) if os.path.exists(path)]
        _import_all(wishes["preload"])
    except CourseError as error:
        control.send(json.dumps({"refused": str(error)}).encode())
        os._exit(2)
    control.send(json.dumps({"tier": locks.tier if locks else "none"}).encode())
    _Parent(control, entry, locks).serve()


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


def _import_all(names: list[str]) -> None:
    for name in names:
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            raise CourseError(f"A student's room cannot import {name}: {error}.") from error
        if name == "torch":
            module.set_num_threads(1)  # a region of several threads here would hang every fork
            importlib.import_module("torch._dynamo")  # the first optimiser would import it
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        raise CourseError(
            f"Importing {', '.join(names)} started {threads - 1} threads, which a fork would lose."
        )


@dataclass
class _Room:
    """A room that is open.

    report: where to say how it ended
    most: bytes of memory that its processes may take together
    folder: what an unlocked room has in place of a disk of its own
    why: the parent ended it, if it did
    """

    process: int
    report: int
    most: int
    folder: str
    why: str = ""


class _Parent:
    """The loop: requests from `control`, ends of rooms from their process descriptors."""

    def __init__(self, control: socket.socket, entry: Entry, locks: sandbox.Locks | None) -> None:
        self.control, self.entry, self.locks = control, entry, locks
        self.rooms: dict[int, _Room] = {}  # by process descriptor
        self.opened = 0
        self.preloaded = frozenset(sys.modules)
        self.processes = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def serve(self) -> NoReturn:
        gc.collect()
        gc.freeze()
        spared = watch.private(os.getpid()) if self.locks else 0
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        looked = time.monotonic()
        while True:
            watching = bool(self.locks and self.rooms)
            for descriptor, _ in poll.poll(1e3 * watch.EVERY if watching else None):
                if descriptor != self.control.fileno():
                    poll.unregister(descriptor)
                    self._bury(descriptor)
                    continue
                message, handed, _, _ = socket.recv_fds(self.control, MESSAGE, 3)
                if not message:
                    self._leave()
                try:
                    opened = self._open(json.loads(message), *handed)
                except OSError as error:
                    sentence = f"A student's room could not be opened: {error}."
                    self.control.send(json.dumps({"refused": sentence}).encode())
                else:
                    poll.register(opened, select.POLLIN)
            if watching and time.monotonic() - looked >= watch.EVERY:
                self._look(spared)
                looked = time.monotonic()

    def _look(self, spared: int) -> None:
        """End the rooms whose processes take more memory together than they may."""
        used = watch.used({room.process for room in self.rooms.values()}, spared)
        for descriptor, room in self.rooms.items():
            if used.get(room.process, 0) > room.most:
                room.why = f"The room used more than {room.most >> 20} MB of memory."
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)

    def _open(self, wishes: dict[str, object], room: int, report: int, *files: int) -> int:
        confinement = sandbox.Confinement(**wishes)  # type: ignore[arg-type]
        self.opened += 1
        folder = "" if self.locks else tempfile.mkdtemp(prefix="room-")
        if self.locks:
            linux.unshare(linux.NEWPID)  # before the only fork: each costs milliseconds
        try:
            child = os.fork()
        except OSError:
            for descriptor in (room, report, *files):
                os.close(descriptor)
            if self.locks:
                linux.set_namespace(self.processes, linux.NEWPID)
            raise
        if child == 0:
            try:
                self._become_room(confinement, socket.socket(fileno=room), report, files, folder)
            finally:
                os._exit(70)
        if self.locks:
            linux.set_namespace(self.processes, linux.NEWPID)
        descriptor = os.pidfd_open(child)
        for handed in (room, *files):
            os.close(handed)
        most = confinement.memory + confinement.disk
        self.rooms[descriptor] = _Room(child, report, most, folder)
        socket.send_fds(self.control, [b"{}"], [descriptor])
        return descriptor

    def _bury(self, descriptor: int) -> None:
        room = self.rooms.pop(descriptor)
        _, status = os.waitpid(room.process, 0)
        said = {"ended": os.waitstatus_to_exitcode(status), "why": room.why}
        with suppress(OSError):  # nobody may be left to read it
            os.write(room.report, json.dumps(said).encode())
        os.close(room.report)
        os.close(descriptor)
        if room.folder:
            shutil.rmtree(room.folder, ignore_errors=True)

    def _leave(self) -> NoReturn:
        for descriptor in self.rooms:
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        os._exit(0)

    def _become_room(
        self,
        confinement: sandbox.Confinement,
        room: socket.socket,
        report: int,
        files: tuple[int, ...],
        folder: str,
    ) -> None:
        """In the child: lock it, say so, and go where the room's work is done."""
        try:
            os.setsid()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _keep_only(room.fileno(), report, *files, *([self.locks.proc] if self.locks else []))
            self._refuse_loaded(confinement.hidden_packages)
            if self.locks:
                sandbox.enter(confinement, self.locks, self.opened)
            else:
                os.chdir(folder)
                os.environ.update(HOME=folder, TMPDIR=folder)
            for descriptor in files:
                unpack(descriptor, Path.cwd())
            _start_afresh(confinement)
        except (OSError, CourseError) as error:
            known = isinstance(error, CourseError)
            sentence = str(error) if known else f"A student's room could not be locked: {error}."
            os.write(report, json.dumps({"refused": sentence}).encode())
            os._exit(2)
        os.write(report, b"{}")
        os.close(report)
        self.entry(room)

    def _refuse_loaded(self, hidden: tuple[str, ...]) -> None:
        loaded = [name for name in hidden if name in self.preloaded]
        if loaded:
            raise CourseError(
                f"A room is to hide {', '.join(loaded)}, which its warm parent has imported. "
                "Open it from a parent that has not."
            )


def _keep_only(*descriptors: int) -> None:
    """Close every other descriptor; input and output become /dev/null."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    last = 2
    for descriptor in sorted(descriptors):
        os.closerange(last + 1, descriptor)
        last = descriptor
    os.closerange(last + 1, 1 << 20)


def _start_afresh(confinement: sandbox.Confinement) -> None:
    """Undo what a fork shares that a new process would not: generators, __main__, threads."""
    sys.modules["__main__"] = types.ModuleType("__main__")
    tempfile.tempdir = None  # where it was looked up is not where the room may write
    seed = confinement.seed
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(None if seed is None else seed % (1 << 32))
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(confinement.threads)
        if seed is None:
            torch.seed()
        else:
            torch.manual_seed(seed)
