"""Runs a notebook cell by cell in a fresh kernel, and survives what students write."""

import asyncio
import copy
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_lib.cells import is_check, is_experiment
from course_lib.kernel import Kernel, write_error
from course_lib.outcomes import DIED, ENDED, OUT_OF_TIME, TOO_LONG


@dataclass(frozen=True)
class Limits:
    """What a notebook may use. Time in seconds of wall time, output in bytes per cell."""

    cell_seconds: float = 30
    total_seconds: float = 300
    output_bytes: int = 1_000_000


def execute(
    notebook: NotebookNode,
    limits: Limits | None = None,
    *,
    cwd: Path,
    skip: Callable[[NotebookNode], bool] = is_experiment,
    environment: Mapping[str, str] | None = None,
    on_cell: Callable[[int, int], None] | None = None,
) -> NotebookNode:
    """Run every code cell that `skip` does not hold back, whatever the others do.

    A cell that raises, runs too long or kills its kernel costs only itself: it gets an error
    output in a sentence, which `course_lib.outcomes` reads. After a killed kernel the earlier
    cells run again in a new one, but for checks and for the cells that were stopped.

    cwd: the folder that the notebook sees as its own
    environment: the kernel's environment variables; this process's where None
    on_cell: called after each cell with how many are done and how many there are
    returns: a copy with fresh outputs; `metadata.course.seconds` says how long each cell ran
    raises: CourseError where no kernel starts
    """
    result = copy.deepcopy(notebook)
    for cell in result.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("course", None)
    run = _Run(result, limits or Limits(), cwd, skip, environment)
    asyncio.run(run.all_cells(on_cell or (lambda done, total: None)))
    return result


class _Run:
    """One notebook on its way through one kernel after another."""

    def __init__(
        self,
        notebook: NotebookNode,
        limits: Limits,
        cwd: Path,
        skip: Callable[[NotebookNode], bool],
        environment: Mapping[str, str] | None,
    ) -> None:
        self.notebook, self.limits, self.cwd = notebook, limits, cwd
        self.environment = dict(os.environ if environment is None else environment)
        self.cells = [
            index
            for index, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and cell.source.strip() and not skip(cell)
        ]
        self.culprits: set[int] = set()
        self.kernel: Kernel | None = None
        self.deadline = time.monotonic() + limits.total_seconds

    async def all_cells(self, on_cell: Callable[[int, int], None]) -> None:
        try:
            for done, index in enumerate(self.cells):
                cell = self.notebook.cells[index]
                if self.kernel is None:
                    await self._start(before=index)
                begun = time.monotonic()
                problem = await self._run(cell, index)
                cell.metadata["course"] = {"seconds": round(time.monotonic() - begun, 3)}
                if problem:
                    self.culprits.add(index)
                    write_error(cell, *problem)
                on_cell(done + 1, len(self.cells))
        finally:
            await self._stop()

    async def _run(self, cell: NotebookNode, index: int) -> tuple[str, str] | None:
        """Run one cell. returns: why it was stopped, as name and sentence; None where it was not"""
        left = self.deadline - time.monotonic()
        total = f"{self.limits.total_seconds:g} s"
        if left <= 0 or self.kernel is None:
            return OUT_OF_TIME, f"Not run: the notebook had used its {total}."
        limit = min(left, self.limits.cell_seconds)
        fate = await self.kernel.run(cell, index, limit)
        if not self.kernel.usable:
            await self._stop()
        if fate == DIED:
            return DIED, ENDED
        if fate == TOO_LONG and limit < self.limits.cell_seconds:
            return OUT_OF_TIME, f"The notebook had used its {total}; this cell was stopped."
        if fate == TOO_LONG:
            return TOO_LONG, f"This cell ran for more than {limit:g} s and was stopped."
        return None

    async def _start(self, before: int) -> None:
        """A fresh kernel in the state that the cells before this one had built."""
        while time.monotonic() < self.deadline:
            self.kernel = Kernel(self.notebook, self.limits.output_bytes)
            await self.kernel.start(self.cwd, self.environment)
            if await self._replay(before):
                return
            await self._stop()

    async def _replay(self, before: int) -> bool:
        assert self.kernel is not None
        for index in self.cells:
            original = self.notebook.cells[index]
            if index >= before:
                break
            if index in self.culprits or is_check(original):
                continue
            left = min(self.limits.cell_seconds, self.deadline - time.monotonic())
            if left <= 0:
                return False
            fate = await self.kernel.run(copy.deepcopy(original), index, left)
            self.notebook.cells[index] = original  # nbclient put the copy there
            if fate:
                self.culprits.add(index)
            if not self.kernel.usable:
                return False
        return True

    async def _stop(self) -> None:
        if self.kernel is not None:
            kernel, self.kernel = self.kernel, None
            await kernel.stop()
