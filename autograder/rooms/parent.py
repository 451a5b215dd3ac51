"""What runs in the warm parent? A process that imports once and forks a room on request.

It is started with a bare environment, enters the image that rooms see, and only then imports what
rooms will need; it never sees a test. It keeps to one thread, so that a fork copies all of it.
"""

import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from autograder.rooms import afresh, cgroups, linux, sandbox, watch
from autograder.rooms.belongings import unpack
from course_lib.errors import CourseError

MESSAGE = 1 << 16  # bytes of the longest request or reply
Entry = Callable[[socket.socket], NoReturn]


def main(descriptor: int) -> NoReturn:
    """Serve the process at the other end of a SOCK_SEQPACKET socket until it closes."""
    control = socket.socket(fileno=descriptor)
    try:
        wishes = json.loads(control.recv(MESSAGE))
        locked, wrapped = bool(wishes["locked"]), bool(wishes["wrapped"])
        groups, root = None, False
        if locked and not wrapped:
            groups = cgroups.find()
            root = sandbox.detach()
            _be_first(control)
        module, _, name = str(wishes["entry"]).partition(":")
        entry: Entry = getattr(importlib.import_module(module), name)
        locks = _lock(wishes, root, groups) if locked else None
        _import_all(wishes["preload"])
    except CourseError as error:
        forbidden = isinstance(error, sandbox.Forbidden)
        control.send(json.dumps({"refused": str(error), "forbidden": forbidden}).encode())
        os._exit(2)
    control.send(json.dumps({"tier": locks.tier if locks else "none"}).encode())
    _Parent(control, entry, locks, once=bool(wishes["once"])).serve()


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

    number: of the room, counted from 1
    report: where to say how it ended
    most: bytes of memory that its processes may take together
    folder: what an unlocked room has in place of a disk of its own
    why: the parent ended it, if it did
    """

    process: int
    number: int
    report: int
    most: int
    folder: str
    why: str = ""

    @property
    def sentence(self) -> str:
        return f"The room used more than {self.most >> 20} MB of memory."


class _Parent:
    """The loop: requests from `control`, ends of rooms from their process descriptors."""

    def __init__(
        self, control: socket.socket, entry: Entry, locks: sandbox.Locks | None, *, once: bool
    ) -> None:
        self.control, self.entry, self.locks, self.once = control, entry, locks, once
        self.groups = locks.groups if locks else None
        self.apart = locks is not None and not locks.wrapped  # rooms have their own processes
        self.rooms: dict[int, _Room] = {}  # by process descriptor
        self.opened = 0
        self.preloaded = frozenset(sys.modules)
        if self.apart:
            self.processes = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def serve(self) -> NoReturn:
        gc.collect()
        gc.freeze()
        self.spared = watch.private(os.getpid()) if self.locks else 0
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        looked = time.monotonic()
        while True:
            watching = bool(self.locks and not self.groups and self.rooms)
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
                self._look()
                looked = time.monotonic()

    def _look(self) -> None:
        """End the rooms whose processes take more memory together than they may."""
        used = watch.used({room.process for room in self.rooms.values()}, self.spared)
        for descriptor, room in self.rooms.items():
            if used.get(room.process, 0) > room.most:
                room.why = room.sentence
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)

    def _open(self, wishes: dict[str, object], room: int, report: int, *files: int) -> int:
        confinement = sandbox.Confinement(**wishes)  # type: ignore[arg-type]
        self.opened += 1
        folder = "" if self.locks else tempfile.mkdtemp(prefix="room-")
        try:
            if self.groups:
                self.groups.make(self.opened, confinement, self.spared)
            if self.apart:
                linux.unshare(linux.NEWPID)  # before the only fork: each costs milliseconds
            child = os.fork()
        except OSError:
            for descriptor in (room, report, *files):
                os.close(descriptor)
            if self.apart:
                linux.set_namespace(self.processes, linux.NEWPID)
            if self.groups:
                self.groups.remove(self.opened)
            raise
        if child == 0:
            try:
                self._become_room(confinement, socket.socket(fileno=room), report, files, folder)
            finally:
                os._exit(70)
        if self.apart:
            linux.set_namespace(self.processes, linux.NEWPID)
        descriptor = os.pidfd_open(child)
        for handed in (room, *files):
            os.close(handed)
        most = confinement.memory + confinement.disk
        self.rooms[descriptor] = _Room(child, self.opened, report, most, folder)
        socket.send_fds(self.control, [b"{}"], [descriptor])
        return descriptor

    def _bury(self, descriptor: int) -> None:
        room = self.rooms.pop(descriptor)
        _, status = os.waitpid(room.process, 0)
        if self.groups:
            room.why = room.sentence if self.groups.exhausted(room.number) else room.why
            self.groups.remove(room.number)
        said = {"ended": os.waitstatus_to_exitcode(status), "why": room.why}
        with suppress(OSError):  # nobody may be left to read it
            os.write(room.report, json.dumps(said).encode())
        os.close(room.report)
        os.close(descriptor)
        if room.folder:
            shutil.rmtree(room.folder, ignore_errors=True)
        if self.once:
            self._leave()

    def _leave(self) -> NoReturn:
        for descriptor, room in self.rooms.items():
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            if self.groups:
                os.waitpid(room.process, 0)
                self.groups.remove(room.number)
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
            if self.groups:
                self.groups.join(self.opened)
            os.setsid()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            afresh.keep_only(
                room.fileno(), report, *files, *([self.locks.proc] if self.locks else [])
            )
            self._refuse_loaded(confinement.hidden_packages)
            if self.locks:
                sandbox.enter(confinement, self.locks, self.opened)
            else:
                os.chdir(folder)
                os.environ.update(HOME=folder, TMPDIR=folder)
            for descriptor in files:
                unpack(descriptor, Path.cwd())
            afresh.begin(confinement.seed, confinement.threads)
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
