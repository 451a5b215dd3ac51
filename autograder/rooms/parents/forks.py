"""How are rooms opened and ended? By a loop in the warm parent, which forks one on request."""

import gc
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
from typing import NoReturn

from autograder.rooms.locks import linux, sandbox
from autograder.rooms.parents import afresh, watch
from autograder.rooms.parents.pack import unpack
from course_lib.errors import CourseError

MESSAGE = 1 << 16  # bytes of the longest request or reply
LOWEST = 19  # of priorities: whoever grades, and whoever works on the machine, comes first
AHEAD = 5.0  # seconds of processor time, for an honest answer that starts a few processes
LONG = 5.0  # seconds of processor time after which a room leaves the processors to younger ones
Entry = Callable[[socket.socket], NoReturn]


@dataclass
class _Room:
    """A room that is open.

    number: of the room, counted from 1
    control: descriptor of the connection over which it was asked for, with which it ends
    report: where to say how it ended
    most: bytes of memory that its processes may take together
    cores: processors that it may keep busy
    opened: when, by time.monotonic
    folder: what an unlocked room has in place of a disk of its own
    why: the parent ended it, if it did
    yields: whether it comes after all others, since it has worked for long
    """

    process: int
    number: int
    control: int
    report: int
    most: int
    cores: int
    opened: float
    folder: str
    why: str = ""
    yields: bool = False

    @property
    def sentence(self) -> str:
        return f"The room used more than {self.most >> 20} MB of memory."

    @property
    def may_work(self) -> float:
        """Seconds of processor time that it may have used by now."""
        return self.cores * (time.monotonic() - self.opened) + AHEAD


class Forks:
    """The loop: requests from connections, ends of rooms from their process descriptors."""

    def __init__(
        self,
        first: socket.socket,
        listener: socket.socket | None,
        entry: Entry,
        locks: sandbox.Locks | None,
        *,
        once: bool,
    ) -> None:
        self.first, self.listener = first, listener
        self.controls = {first.fileno(): first}
        self.entry, self.locks, self.once = entry, locks, once
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
        self.poll = select.poll()
        for waiting in (self.first, self.listener):
            if waiting is not None:
                self.poll.register(waiting, select.POLLIN)
        looked = time.monotonic()
        while True:
            watching = bool(self.locks and self.rooms)
            for descriptor, _ in self.poll.poll(1e3 * watch.EVERY if watching else None):
                if descriptor in self.rooms:
                    self._bury(descriptor)
                elif descriptor in self.controls:
                    self._hear(self.controls[descriptor])
                elif self.listener and descriptor == self.listener.fileno():
                    control, _ = self.listener.accept()
                    self.controls[control.fileno()] = control
                    self.poll.register(control, select.POLLIN)
            if watching and time.monotonic() - looked >= watch.EVERY:
                self._look()
                looked = time.monotonic()

    def _hear(self, control: socket.socket) -> None:
        """Open a room, or let go of somebody who has gone."""
        try:
            message, handed, _, _ = socket.recv_fds(control, MESSAGE, 3)
        except ConnectionError:
            message = b""
        if message:
            try:
                descriptor = self._open(json.loads(message), control.fileno(), *handed)
                self.poll.register(descriptor, select.POLLIN)
                answer, process = {}, [descriptor]
            except OSError as error:
                answer, process = {"refused": f"A student's room could not be opened: {error}."}, []
            with suppress(ConnectionError):  # its end is heard of next
                socket.send_fds(control, [json.dumps(answer).encode()], process)
        elif control is self.first:
            self._leave()
        else:
            for descriptor, room in self.rooms.items():
                if room.control == control.fileno():
                    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            self.poll.unregister(control)
            del self.controls[control.fileno()]
            control.close()

    def _look(self) -> None:
        """End the rooms whose processes take more together than they may, unless control groups
        hold them; those that work for long come after the others."""
        processes = {room.process for room in self.rooms.values()}
        used = {} if self.groups else watch.used(processes, self.spared)
        worked = watch.worked(processes)
        for descriptor, room in self.rooms.items():
            seconds, _ = worked[room.process]
            if seconds > LONG and not room.yields:
                room.yields = True
                watch.let_others_first(room.process)
            if self.groups:
                continue
            if used.get(room.process, 0) > room.most:
                room.why = room.sentence
            elif seconds > room.may_work:
                room.why = f"The room kept more than {room.cores} processor at work."
            else:
                continue
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)

    def _open(
        self, wishes: dict[str, object], control: int, room: int, report: int, *files: int
    ) -> int:
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
        cores, now = confinement.threads, time.monotonic()
        self.rooms[descriptor] = _Room(
            child, self.opened, control, report, most, cores, now, folder
        )
        return descriptor

    def _bury(self, descriptor: int) -> None:
        self.poll.unregister(descriptor)
        room = self.rooms.pop(descriptor)
        _, status = os.waitpid(room.process, 0)
        if self.groups:
            room.why = room.sentence if self.groups.exhausted(room.number) else room.why
            self.groups.remove(room.number)
        report = {"ended": os.waitstatus_to_exitcode(status), "why": room.why}
        with suppress(OSError):  # nobody may be left to read it
            os.write(room.report, json.dumps(report).encode())
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
            os.setpriority(os.PRIO_PROCESS, 0, LOWEST)
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
