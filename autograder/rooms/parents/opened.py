"""What is a room to the process that opened it?"""

import json
import os
import select
import signal
import socket
from contextlib import suppress
from typing import Protocol, Self

from autograder.rooms.parents.forks import MESSAGE

END_SECONDS = 20  # for a room that was killed


class Parent(Protocol):
    """Whoever forked the room.

    locked: whether it locks its rooms in; once: whether it ends with the first
    """

    locked: bool
    once: bool

    def wait(self) -> None:
        """Wait until it has ended."""

    def close(self) -> None:
        """End it, or let go of it."""


class Room:
    """A process that runs what a student wrote.

    socket: connected to the entry that the warm parent was given
    pid: of its first process, as this process sees it
    """

    def __init__(
        self, connection: socket.socket, process: int, report: int, parent: "Parent"
    ) -> None:
        self.socket, self.pid = connection, _number(process)
        self._process, self._report, self._parent = process, report, parent
        self._ended = ""

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the room; code that holds the interpreter may not hear it."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """End every process of the room; returns when they are gone."""
        self._signal(signal.SIGKILL)
        if not self._parent.locked:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        readable(self._process, END_SECONDS)
        if self._parent.once:
            self._parent.wait()

    def ended(self, within: float = 0) -> str:
        """How the room came to its end, in words; "" where it is still open after these seconds."""
        if not self._ended and self._process >= 0 and readable(self._process, within):
            status = {}
            if readable(self._report, END_SECONDS):
                status = json.loads(os.read(self._report, MESSAGE) or b"{}")
            self._ended = status.get("why") or _told(status.get("ended"))
        return self._ended

    def close(self) -> None:
        """Kill what is left of the room and let go of it."""
        if self._process < 0:
            return
        self.kill()
        self.ended()
        self.socket.close()
        os.close(self._process)
        os.close(self._report)
        self._process = -1
        if self._parent.once:
            self._parent.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _signal(self, number: int) -> None:
        if self._process >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, number)


def readable(descriptor: int, seconds: float) -> bool:
    """Does something come, or end, within this time?"""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _number(process: int) -> int:
    with open(f"/proc/self/fdinfo/{process}") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pid:"))


def _told(code: object) -> str:
    if not isinstance(code, int):
        return "The room ended."
    if code >= 0:
        return f"The room ended itself with code {code}."
    with suppress(ValueError):
        return f"The room was ended by {signal.Signals(-code).name}."
    return f"The room was ended by signal {-code}."
