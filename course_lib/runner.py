"""Runs the cells of a notebook one after another, and survives what students write in them."""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.cells import is_check
from course_lib.checks import box
from course_lib.outcomes import OUT_OF_TIME, TOO_LONG

DISTANT = 10  # times what a cell or notebook may take, by the clock, where others use the machine
_SHORT = 1_000  # characters of an error that there is hardly room for


@dataclass(frozen=True)
class Limits:
    """What a notebook may use. Time in seconds, output in bytes.

    Time goes by the clock, but for what a locked room wants to compute while others use the
    machine: that counts only once its processors work on it, up to DISTANT times as much.

    output_bytes: of one cell
    total_bytes: of all cells together
    """

    cell_seconds: float = 30
    total_seconds: float = 300
    output_bytes: int = 1_000_000
    total_bytes: int = 10_000_000


class Stopped(BaseException):  # no check may take it for an error of the student's function
    """A cell was stopped, or its process died over it. `fate` as in course_lib.outcomes."""

    def __init__(self, fate: str, sentence: str = "") -> None:
        super().__init__(fate, sentence)
        self.fate = fate
        self.sentence = sentence


class Place(Protocol):
    """Where cells run: one process at a time, in the state that earlier cells built."""

    @property
    def alive(self) -> bool:
        """Is there a process that can run cells?"""

    def suits(self, cell: NotebookNode) -> bool:
        """Is the process one in which this cell may run?"""

    def open(self, cell: NotebookNode) -> None:
        """A new process, such as suits this cell, in place of the one that is there."""

    def run(self, cell: NotebookNode, count: int, seconds: Callable[[], float]) -> None:
        """Run one cell, and put what it shows into it.

        count: of the cells that run, from 1
        seconds: how long what comes next may take; asked before each step
        raises: Stopped
        """

    def spent(self) -> float:
        """Seconds that the notebook has used so far."""

    def close(self) -> None:
        """End the process, where there is one."""


def run(
    notebook: NotebookNode,
    place: Place,
    limits: Limits,
    *,
    skip: Callable[[NotebookNode], bool],
    on_cell: Callable[[int, int], None] | None = None,
) -> None:
    """Run every code cell that `skip` does not hold back, whatever the others do.

    A cell that raises, runs too long or kills its process costs only itself: it gets an error
    output in a sentence, which `course_lib.outcomes` reads. After a killed process the earlier
    cells run again in a new one, but for checks and for the cells that were stopped.

    notebook: gets fresh outputs; `metadata.course.seconds` says how long each cell ran
    on_cell: called after each cell with how many are done and how many there are
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("course", None)
    cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip() and not skip(cell)
    ]
    going = _Run(cells, place, limits)
    try:
        for count, cell in enumerate(cells, 1):
            going.one(cell, count)
            if on_cell:
                on_cell(count, len(cells))
    finally:
        place.close()


class _Run:
    """One notebook on its way through one process after another."""

    def __init__(self, cells: list[NotebookNode], place: Place, limits: Limits) -> None:
        self.cells, self.place, self.limits = cells, place, limits
        self.begun = time.monotonic()
        self.culprits: set[int] = set()
        self.given = 0.0  # seconds, to what runs
        self.left = limits.total_bytes  # of output

    def one(self, cell: NotebookNode, count: int) -> None:
        begun = time.monotonic()
        try:
            while not (self.place.alive and self.place.suits(cell)):
                self._seconds()
                self.place.open(cell)
                self._replay(count)
            self.place.run(cell, count, self._seconds)
        except Stopped as stopped:
            self.culprits.add(count)
            write_error(cell, *self._why(stopped))
        self._cut(cell)
        cell.metadata["course"] = {"seconds": round(time.monotonic() - begun, 3)}
        cell.execution_count = count

    def _cut(self, cell: NotebookNode) -> None:
        """Keep of a cell's outputs what the notebook may still show; verdicts are kept, and of an
        error what happened."""
        kept, cut = [], False
        for output in cell.outputs:
            verdict = is_check(cell) and box.MIME in output.get("data", {})
            size = len(json.dumps(output))
            if size > self.left and not verdict:
                cut = True
                if output.output_type != "error":
                    continue
                output.evalue, output.traceback = output.evalue[:_SHORT], []
            self.left = max(0, self.left - size)
            kept.append(output)
        if cut:
            text = f"The output was cut: this notebook showed more than {self.limits.total_bytes:,}"
            kept.append(new_output("stream", name="stderr", text=f"{text} bytes.\n"))
        cell.outputs = kept

    def _replay(self, before: int) -> None:
        """Build the state that the cells before this one had built."""
        for count, cell in enumerate(self.cells[: before - 1], 1):
            if count in self.culprits or is_check(cell):
                continue
            try:
                self.place.run(copy.deepcopy(cell), count, self._seconds)
            except Stopped:
                self.culprits.add(count)
                if not self.place.alive:
                    return

    def _seconds(self) -> float:
        """What the next step may take.

        raises: Stopped where nothing is left
        """
        passed, total = time.monotonic() - self.begun, self.limits.total_seconds
        left = total - passed
        if left <= 0:
            left = min(total - self.place.spent(), DISTANT * total - passed)
        if left <= 0:
            raise Stopped(OUT_OF_TIME)
        self.given = min(left, self.limits.cell_seconds)
        return self.given

    def _why(self, stopped: Stopped) -> tuple[str, str]:
        """The name and the sentence of the error that a stopped cell ends with."""
        total = f"{self.limits.total_seconds:g} s"
        if stopped.fate == OUT_OF_TIME:
            return OUT_OF_TIME, f"Not run: the notebook had used its {total}."
        if stopped.fate == TOO_LONG and self.given < self.limits.cell_seconds:
            return OUT_OF_TIME, f"The notebook had used its {total}; this cell was stopped."
        if stopped.fate == TOO_LONG:
            return TOO_LONG, f"This cell ran for more than {self.given:g} s and was stopped."
        return stopped.fate, stopped.sentence


def write_error(cell: NotebookNode, name: str, sentence: str) -> None:
    """Put the sentence where the error goes; the traceback of an interrupt says where it hung."""
    lines: list[str] = []
    kept = []
    for output in cell.outputs:
        if output.output_type == "error" and output.ename == "KeyboardInterrupt":
            lines = output.traceback[-10:]
        else:
            kept.append(output)
    error = new_output("error", ename=name, evalue=sentence, traceback=[*lines, sentence])
    cell.outputs = [*kept, error]
