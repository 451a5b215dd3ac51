"""Which parent opens a room? A warm one for all; one for each where a fork cannot make the room.

That is where only bubblewrap may make namespaces, since nobody can mount in what it made, and
where a lesson wants a GPU, since CUDA must not have begun before a fork.
"""

import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from weakref import WeakSet

from autograder.rooms.locks import bubblewrap
from autograder.rooms.locks.sandbox import FIRST_USER, USERS, Confinement, Forbidden
from autograder.rooms.parents.opened import Room
from autograder.rooms.parents.warm import PRELOAD, TORCH, BorrowedParent, WarmParent, course_data
from course_lib.errors import CourseError

_STUDENT = "autograder.rooms.inside.student:serve"
_IDLE = "autograder.rooms.parents.process:idle"
_CHOICE_OF_GPU = "CUDA_VISIBLE_DEVICES"  # as a cluster gives them to its jobs


class ParentForEach:
    """Starts a parent, which imports `preload`, for each room, and ends it with the room.

    A room also ends with the thread that opened it, where bubblewrap holds it.

    gpu: whether its rooms see the machine's GPUs; PyTorch is then not imported before the fork
    wrapped: whether bubblewrap makes the namespaces; None where it does only if it has to
    preload, readable, environment, entry: as for WarmParent
    tier: what holds its rooms, in words
    raises: CourseError where no room can be locked
    """

    def __init__(
        self,
        *,
        gpu: bool = False,
        wrapped: bool | None = None,
        preload: Sequence[str] = PRELOAD,
        readable: Sequence[Path] | None = None,
        environment: Mapping[str, str] | None = None,
        entry: str = _STUDENT,
    ) -> None:
        self.gpu, self.entry = gpu, entry
        self.readable = course_data() if readable is None else list(readable)
        self.environment = dict(environment or {})
        if gpu and (chosen := os.environ.get(_CHOICE_OF_GPU)):
            self.environment[_CHOICE_OF_GPU] = chosen
        self.preload = [name for name in preload if not (gpu and name.split(".")[0] == "torch")]
        self._rooms: WeakSet[Room] = WeakSet()
        self._users = itertools.cycle(range(FIRST_USER, FIRST_USER + USERS))
        self.tier, self.wrapped = self._try(wrapped)

    def open(
        self, confinement: Confinement | None = None, files: Mapping[str, bytes] | None = None
    ) -> Room:
        """A new room, as WarmParent.open makes it."""
        confinement = confinement or Confinement(gpu=self.gpu)
        parent = self._start(confinement, self.preload, self.entry, self.wrapped)
        try:
            room = parent.open(confinement, files)
        except BaseException:
            parent.close()
            raise
        self._rooms.add(room)
        return room

    def close(self) -> None:
        """End every room that is left."""
        for room in list(self._rooms):
            room.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _try(self, wrapped: bool | None) -> tuple[str, bool]:
        """The tier of an empty room, and whether bubblewrap held it. raises: CourseError"""
        confinement = Confinement(gpu=self.gpu)
        try:
            with self._start(confinement, (), _IDLE, bool(wrapped)) as parent:
                parent.open(confinement).close()
                return parent.tier, bool(wrapped)
        except Forbidden as refused:
            if wrapped is not None or not bubblewrap.program():
                raise
            try:
                return self._try(True)
            except CourseError as error:
                raise Forbidden(f"{refused} {error}") from error

    def _start(
        self, confinement: Confinement, preload: Sequence[str], entry: str, wrapped: bool
    ) -> WarmParent:
        devices = gpus() if self.gpu else None
        wrapping = None
        if wrapped:
            wrapping = bubblewrap.wrap(
                confinement, confinement.hidden_packages, self.readable, devices or ()
            )
        try:
            return WarmParent(
                preload=preload,
                readable=self.readable,
                environment=self.environment,
                entry=entry,
                devices=devices,
                once=True,
                wrapping=wrapping,
                user=next(self._users) if wrapped and os.geteuid() == 0 else None,
            )
        finally:
            if wrapping:
                wrapping.close()


def gpus() -> list[Path]:
    """The device files of NVIDIA's drivers on this machine."""
    return sorted(path for path in Path("/dev").glob("nvidia*") if path.is_char_device())


def parent_for(
    confinement: Confinement,
    *,
    preload: Sequence[str] = PRELOAD,
    readable: Sequence[Path] | None = None,
    environment: Mapping[str, str] | None = None,
    entry: str = _STUDENT,
    begun: WarmParent | None = None,
) -> WarmParent | ParentForEach:
    """What opens rooms with this confinement on this machine; arguments as for WarmParent.

    begun: one that was started with these arguments and is not ready yet
    raises: CourseError where no room can be locked
    """
    if not confinement.gpu:
        try:
            started = begun or WarmParent(
                preload=preload,
                readable=readable,
                environment=environment,
                entry=entry,
                wait=False,
            )
            return started.ready()
        except Forbidden:
            if not bubblewrap.program():
                raise
    return ParentForEach(
        gpu=confinement.gpu,
        preload=preload,
        readable=readable,
        environment=environment,
        entry=entry,
    )


AnyParent = WarmParent | ParentForEach | BorrowedParent
Kind = tuple[bool, tuple[str, ...]]  # whether with a GPU, and what is imported beforehand


@dataclass(frozen=True)
class Lent:
    """A warm parent that other processes on this machine may use."""

    kind: Kind
    address: str
    tier: str


class Parents:
    """Opens every room of a process, each from a parent of its kind: started when it is first
    needed, and once more where it has died.

    lent: a parent to be used in place of one of its own, as long as it lives
    soon: `lend` will be asked for such rooms; their parent imports while this process goes on
    tier: what holds the rooms of the parent that was taken last, in words
    """

    def __init__(self, lent: Lent | None = None, soon: Confinement | None = None) -> None:
        self.tier = ""
        self._lent = lent
        self._known: dict[Kind, AnyParent] = {}
        self._begun: dict[Kind, WarmParent] = {}
        if soon and not soon.gpu:
            self._begun[_kind(soon)] = WarmParent(preload=_kind(soon)[1], wait=False)

    def open(self, confinement: Confinement, files: Mapping[str, bytes] | None = None) -> Room:
        """A new room, as WarmParent.open makes it.

        raises: CourseError where no room can be had, from a new parent either
        """
        kind = _kind(confinement)
        try:
            if kind not in self._known and self._lent and self._lent.kind == kind:
                self._take(kind, BorrowedParent(self._lent.address, self._lent.tier))
            if kind in self._known:
                return self._known[kind].open(confinement, files)
        except CourseError:
            if kind in self._known:
                self._known.pop(kind).close()
        return self._take(kind, parent_for(confinement, preload=kind[1])).open(confinement, files)

    def lend(self, confinement: Confinement) -> Lent | None:
        """Start the parent of such rooms and try it; None where each room has its own.

        raises: CourseError where no room can be locked on this machine
        """
        kind = _kind(confinement)
        parent = parent_for(confinement, preload=kind[1], begun=self._begun.pop(kind, None))
        self._take(kind, parent)
        if not isinstance(parent, WarmParent):
            return None
        parent.open(confinement).close()
        return Lent(kind, parent.address, parent.tier)

    def close(self) -> None:
        """End them."""
        for parents in (self._begun, self._known):
            while parents:
                parents.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _take(self, kind: Kind, parent: AnyParent) -> AnyParent:
        self._known[kind], self.tier = parent, parent.tier
        return parent


def _kind(confinement: Confinement) -> Kind:
    below = tuple(f"{hidden}." for hidden in confinement.hidden_packages)
    names = [name for name in (*PRELOAD, *TORCH) if not f"{name}.".startswith(below)]
    return confinement.gpu, tuple(names)
