"""Where is a submission run? The student's code in a locked room, the checks in another."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output

from autograder.grading.verdicts import Graded, graded
from autograder.lesson.policy import Policy, lesson_policy, policy_of
from autograder.rooms.examiner.checks import Examiner
from autograder.rooms.examiner.link import GRACE, Link
from autograder.rooms.examiner.proxies import handle
from autograder.rooms.locks.restrain import within
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.opened import Room
from course_lib.cells import grade_id, is_check, is_experiment, is_setup
from course_lib.outcomes import TOO_LONG
from course_lib.runner import Limits, Stopped, run


class Rooms(Protocol):
    """Where rooms come from."""

    tier: str

    def open(self, confinement: Confinement, files: Mapping[str, bytes]) -> Room:
        """A new room with `student.serve` in it."""


def confinement(policy: Policy) -> Confinement:
    """What a room may have in which answers under this policy run."""
    return Confinement(hidden_packages=policy.hides, gpu=policy.gpu)


@dataclass(frozen=True)
class LockedRoom:
    """Two rooms for each submission.

    seed: what the checks draw their random numbers from, beside their titles; no room knows it
    rooms: where student's rooms come from
    files: what lies beside the notebook, by name
    labels: of images that students predict; no room knows them
    known: the lesson's table of mistakes, by which a failed check names one
    """

    limits: Limits
    seed: str
    rooms: Rooms
    files: Mapping[str, bytes] = field(default_factory=dict)
    labels: str = ""
    known: str = ""

    def run(self, notebook: NotebookNode) -> Graded:
        """Run an assembled notebook, all but its experiments, and examine it.

        A cell or call that kills, hangs or exhausts its room costs only itself: the cells before it
        run again in a new room.
        """
        begun = time.monotonic()
        done = from_dict(notebook)  # a copy
        run(done, _TwoRooms(self, done), self.limits, skip=is_experiment)
        return graded(done, time.monotonic() - begun, self.limits, self.rooms.tier)


class _TooLong(BaseException):  # no check may take it for an error of the student's function
    """This side took too long over what the room sent."""


class _TwoRooms:
    """A place for cells: the student's in one room after another, the checks in the examiner's."""

    def __init__(self, room: LockedRoom, notebook: NotebookNode) -> None:
        self.room, self.lesson = room, lesson_policy(notebook)
        self.unseen = iter(notebook.cells)  # by the examiner
        self.examiner = Examiner(room.seed, room.labels, room.known)
        self.opened: Room | None = None
        self.link: Link | None = None
        self.confinement = Confinement()  # of the room that is open
        self.written: dict[int, str] = {}  # the student's cells that ran, by number
        self.begun, self.spared = time.monotonic(), 0.0

    @property
    def alive(self) -> bool:
        return self.link is not None and self.link.alive

    def suits(self, cell: NotebookNode) -> bool:
        return self.confinement == self._confinement(cell)

    def open(self, cell: NotebookNode) -> None:
        self.close()
        self.confinement = self._confinement(cell)
        self.opened = self.room.rooms.open(self.confinement, self.room.files)
        self.link = Link(self.opened, handle, self.room.limits.output_bytes)
        self.link.give(self.room.limits.cell_seconds)
        hidden = list(self.confinement.hidden_packages)
        self.link.ask("begin", hidden, self.room.limits.output_bytes)

    def run(self, cell: NotebookNode, count: int, seconds: Callable[[], float]) -> None:
        assert self.link is not None
        link, own = self.link, not is_check(cell)
        try:
            ends = (
                self._own(cell, count, link, seconds) if own else self._check(cell, link, seconds)
            )
        finally:
            cell.outputs = link.outputs.take()
        cell.outputs += ends

    def spent(self) -> float:
        spared = self.spared + (self.link.spared if self.link else 0)
        return time.monotonic() - self.begun - spared

    def close(self) -> None:
        if self.opened is not None:
            self.spared += self.link.spared if self.link else 0
            self.opened.kill()
            self.opened.close()
        self.opened = self.link = None

    def _confinement(self, cell: NotebookNode) -> Confinement:
        return confinement(policy_of(cell, self.lesson) if is_check(cell) else self.lesson)

    def _own(
        self, cell: NotebookNode, count: int, link: Link, seconds: Callable[[], float]
    ) -> list[NotebookNode]:
        """Run a cell in the student's room, which shows by itself what comes of it."""
        self.written[count] = cell.source
        try:
            with _in_time(link, seconds()):
                link.ask("cell", cell.source, count)
        except (Exception, SystemExit) as error:  # the room said so: no cell ends in this way
            name, sentence = type(error).__name__, str(error)[:1000]
            return [new_output("error", ename=name, evalue=sentence, traceback=[sentence])]
        return []

    def _check(
        self, cell: NotebookNode, link: Link, seconds: Callable[[], float]
    ) -> list[NotebookNode]:
        """Run a check in the examiner's."""
        for earlier in self.unseen:
            if earlier is cell:
                break
            if is_setup(earlier):
                self.examiner.set_up(grade_id(earlier), earlier.source)
        self.examiner.import_for(grade_id(cell), cell.source)
        given = grade_id(cell), cell.source, link, list(self.written.values())
        with _in_time(link, seconds()):
            examined = self.examiner.check(*given)
        if self.room.known and examined.is_unexplained:
            # What goes wrong on the way to better words changes neither points nor words.
            with suppress(Stopped), _in_time(link, seconds()):
                examined = self.examiner.explain(examined, *given)
        return examined.outputs()


@contextmanager
def _in_time(link: Link, seconds: float) -> Iterator[None]:
    """Give the room so long to answer, and this side a little more to make sense of it.

    raises: Stopped
    """
    link.give(seconds)
    try:
        with within(seconds + GRACE + 1, _TooLong):
            yield
    except _TooLong:
        link.end()
        raise Stopped(TOO_LONG) from None
