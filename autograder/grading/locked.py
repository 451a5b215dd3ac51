"""Where is a submission run? The student's code in a locked room, the checks in another."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output

from autograder.grading.verdicts import LEFT_OUT, Graded, problem, verdicts
from autograder.lesson.policy import Policy, lesson_policy, policy
from autograder.rooms.examiner.checks import Examiner
from autograder.rooms.examiner.link import GRACE, Link, Stopped
from autograder.rooms.examiner.outputs import clean
from autograder.rooms.examiner.proxies import handle
from autograder.rooms.locks.restrain import within
from autograder.rooms.locks.sandbox import Confinement
from autograder.rooms.parents.opened import Room
from course_lib.cells import grade_id, is_check, is_experiment, is_setup
from course_lib.execute import Limits
from course_lib.kernel import write_error
from course_lib.outcomes import OUT_OF_TIME, TOO_LONG


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
    held: labels of images that students predict; no room knows them
    known: the lesson's table of mistakes, by which a failed check names one
    """

    limits: Limits
    seed: str
    rooms: Rooms
    files: Mapping[str, bytes] = field(default_factory=dict)
    held: str = ""
    known: str = ""

    def run(self, notebook: NotebookNode) -> Graded:
        """Run an assembled notebook, all but its experiments, and examine it.

        A cell or call that kills, hangs or exhausts its room costs only itself: the cells before it
        run again in a new room.
        """
        begun = time.monotonic()
        done = from_dict(notebook)  # a copy
        _Run(self, done).all_cells()
        seconds = time.monotonic() - begun
        trouble = problem(done, seconds, self.limits)
        return Graded(done, tuple(verdicts(done)), seconds, trouble, self.rooms.tier)


class _TooLong(BaseException):  # no check may take it for an error of the student's function
    """The time of a check is up."""


@dataclass
class _Run:
    """One notebook on its way through one student's room after another."""

    room: LockedRoom
    notebook: NotebookNode
    link: Link | None = None
    opened: Room | None = None
    confinement: Confinement = field(default_factory=Confinement)  # of the room that is open
    written: list[str] = field(default_factory=list)
    culprits: set[int] = field(default_factory=set)
    limit: float = 0.0  # seconds, of the cell that runs

    def __post_init__(self) -> None:
        self.examiner = Examiner(self.room.seed, self.room.held, self.room.known)
        self.policy = lesson_policy(self.notebook)
        self.deadline = time.monotonic() + self.room.limits.total_seconds
        for cell in self.notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
                cell.metadata.pop("course", None)
                if is_experiment(cell):
                    cell.outputs = [new_output("stream", name="stdout", text=LEFT_OUT)]
        self.cells = [
            (index, cell)
            for index, cell in enumerate(self.notebook.cells)
            if cell.cell_type == "code" and cell.source.strip() and not is_experiment(cell)
        ]

    def all_cells(self) -> None:
        try:
            for count, (index, cell) in enumerate(self.cells, 1):
                begun = time.monotonic()
                try:
                    self._cell(index, cell, count)
                except Stopped as stopped:
                    self.culprits.add(index)
                    self._show(cell)
                    write_error(cell, *self._why(stopped))
                cell.metadata["course"] = {"seconds": round(time.monotonic() - begun, 3)}
                cell.execution_count = count
        finally:
            self._close()

    def _cell(self, index: int, cell: NotebookNode, count: int) -> None:
        if is_setup(cell):
            self.examiner.set_up(grade_id(cell), cell.source)
        rule = policy(cell, self.policy) if is_check(cell) else self.policy
        link = self._linked(index, confinement(rule))
        if is_check(cell):
            self.examiner.import_for(grade_id(cell), cell.source)
        self._give_time(link)
        if is_check(cell):
            said = self._examined(cell, link)
            self._show(cell)
            cell.outputs += said
        else:
            self.written.append(cell.source)
            try:
                link.ask("cell", cell.source, count)
            except (Exception, SystemExit) as error:  # the room said so: no cell ends in this way
                self._show(cell)
                write_error(cell, type(error).__name__, str(error)[:1000])
            else:
                self._show(cell)

    def _examined(self, cell: NotebookNode, link: Link) -> list[NotebookNode]:
        """What a check says. Calls have their own limit; this one is for a check that goes on by
        itself over what they returned."""
        given = grade_id(cell), cell.source, link, self.written
        try:
            with within(self.limit + GRACE + 1, _TooLong):
                examined = self.examiner.check(*given)
        except _TooLong:
            link.end()
            raise Stopped(TOO_LONG, "") from None
        if self.room.known and examined.is_unexplained:
            # What goes wrong on the way to better words changes neither points nor words.
            with suppress(Stopped, _TooLong):
                self._give_time(link)
                with within(self.limit + GRACE + 1, _TooLong):
                    examined = self.examiner.explain(examined, *given)
        return examined.outputs()

    def _linked(self, before: int, confinement: Confinement) -> Link:
        """The room, or a new one in the state that the cells before this one had built: where the
        last one ended, or was held to something else."""
        while self.link is None or not self.link.alive or self.confinement != confinement:
            self._close()
            if time.monotonic() >= self.deadline:
                raise Stopped(OUT_OF_TIME, "")
            self.confinement = confinement
            self.opened = self.room.rooms.open(confinement, self.room.files)
            self.link = Link(self.opened, handle)
            self._replay(self.link, before)
        return self.link

    def _replay(self, link: Link, before: int) -> None:
        link.deadline = time.monotonic() + self.room.limits.cell_seconds
        hidden = list(self.confinement.hidden_packages)
        link.ask("begin", hidden, self.room.limits.output_bytes)
        for count, (index, cell) in enumerate(self.cells, 1):
            if index >= before:
                return
            if index in self.culprits or is_check(cell):
                continue
            self._give_time(link)
            try:
                link.ask("cell", cell.source, count)
            except Stopped:
                self.culprits.add(index)
                if not link.alive:
                    return
            except (Exception, SystemExit):
                pass  # as in _cell
            link.outputs.clear()

    def _give_time(self, link: Link) -> None:
        """Let the next cell have what it may have."""
        now = time.monotonic()
        if now >= self.deadline:
            raise Stopped(OUT_OF_TIME, "")
        self.limit = min(self.deadline - now, self.room.limits.cell_seconds)
        link.deadline = now + self.limit

    def _why(self, stopped: Stopped) -> tuple[str, str]:
        """The name and the sentence of the error that a stopped cell ends with."""
        total = f"{self.room.limits.total_seconds:g} s"
        if stopped.fate == OUT_OF_TIME:
            return OUT_OF_TIME, f"Not run: the notebook had used its {total}."
        if stopped.fate == TOO_LONG and self.limit < self.room.limits.cell_seconds:
            return OUT_OF_TIME, f"The notebook had used its {total}; this cell was stopped."
        if stopped.fate == TOO_LONG:
            return TOO_LONG, f"This cell ran for more than {self.limit:g} s and was stopped."
        return stopped.fate, stopped.sentence

    def _show(self, cell: NotebookNode) -> None:
        if self.link is not None:
            cell.outputs = clean(self.link.outputs, self.room.limits.output_bytes)
            self.link.outputs.clear()

    def _close(self) -> None:
        if self.opened is not None:
            self.opened.kill()
            self.opened.close()
        self.opened = self.link = None
