"""Runs a notebook in fresh kernels."""

import asyncio
import copy
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from nbformat import NotebookNode

from course_lib.cells import is_experiment
from course_lib.kernel import Kernel
from course_lib.outcomes import DIED, ENDED
from course_lib.runner import Limits, Stopped, run


def run_notebook(
    notebook: NotebookNode,
    limits: Limits | None = None,
    *,
    cwd: Path,
    skip: Callable[[NotebookNode], bool] = is_experiment,
    environment: Mapping[str, str] | None = None,
    on_cell: Callable[[int, int], None] | None = None,
) -> NotebookNode:
    """A copy of the notebook, run as `course_lib.runner` does, one kernel after another.

    cwd: the folder that the notebook sees as its own
    environment: the kernel's environment variables; this process's where None
    on_cell: called after each cell with how many are done and how many there are
    raises: CourseError where no kernel starts
    """
    result = copy.deepcopy(notebook)
    limits = limits or Limits()
    with asyncio.Runner() as runner:
        kernels = _Kernels(runner, limits.output_bytes, cwd, environment)
        run(result, kernels, limits, skip=skip, on_cell=on_cell)
    return result


class _Kernels:
    """A place for cells: one kernel at a time."""

    def __init__(
        self,
        runner: asyncio.Runner,
        output_bytes: int,
        cwd: Path,
        environment: Mapping[str, str] | None,
    ) -> None:
        self.runner, self.output_bytes, self.cwd = runner, output_bytes, cwd
        self.environment = dict(os.environ if environment is None else environment)
        self.kernel: Kernel | None = None
        self.begun = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.kernel is not None and self.kernel.usable

    def suits(self, cell: NotebookNode) -> bool:
        return True

    def open(self, cell: NotebookNode) -> None:
        self.close()
        self.kernel = Kernel(self.output_bytes)
        self.runner.run(self.kernel.start(self.cwd, self.environment))

    def run(self, cell: NotebookNode, count: int, seconds: Callable[[], float]) -> None:
        assert self.kernel is not None
        fate = self.runner.run(self.kernel.run(cell, seconds()))
        if not self.kernel.usable:
            self.close()
        if fate:
            raise Stopped(fate, ENDED if fate == DIED else "")

    def spent(self) -> float:
        return time.monotonic() - self.begun

    def close(self) -> None:
        if self.kernel is not None:
            kernel, self.kernel = self.kernel, None
            self.runner.run(kernel.stop())
