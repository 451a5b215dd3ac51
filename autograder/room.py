"""Where is a submission run? In a cold kernel of its own, in a folder of its own.

Not a safe place: what a student wrote runs with the rights of the grader, beside the hidden tests.
"""

import os
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.exercises import grade_id, is_check, is_experiment, is_setup, is_solution
from course_lib.checks import box
from course_lib.errors import CourseError
from course_lib.execute import Limits, execute
from course_lib.files import write
from course_lib.outcomes import DIED, OUT_OF_TIME, TOO_LONG

# Rooms run side by side: more threads would wait for each other, and sums come out in one order.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
STOPPED = (DIED, OUT_OF_TIME, TOO_LONG)
LEFT_OUT = "Not run when graded.\n"
PLACE = re.compile(r"\s*\([^()]*, line (\d+)\)$")


@dataclass(frozen=True)
class Verdict:
    """What one check cell came to. `message` is empty where it passed.

    earned: of `possible` points; all where it passed, a part where the check says so
    """

    check: str
    earned: float
    possible: float
    message: str
    seconds: float


@dataclass(frozen=True)
class Graded:
    """One submission after its run.

    problem: empty, or a sentence about the whole of it
    tier: what kept the student's code from the machine; empty where nothing did
    """

    notebook: NotebookNode
    verdicts: tuple[Verdict, ...]
    seconds: float
    problem: str
    tier: str = ""


@dataclass(frozen=True)
class ColdRoom:
    """A fresh kernel for each submission.

    seed: what the checks draw their random numbers from, beside their titles
    files: what lies beside the notebook, by name
    held: labels of images that students predict, as `autograder.unlabelled` reads them
    """

    limits: Limits
    seed: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    held: str = ""

    def run(self, notebook: NotebookNode) -> Graded:
        """Run an assembled notebook, all but its experiments, and read the verdicts off it.

        A check passes where it ended without an error and its box says so. Warnings and whatever
        else is printed do not matter.
        """
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="room-", ignore_cleanup_errors=True) as folder:
            for name, content in self.files.items():
                with suppress(CourseError):  # a name that this disk cannot have
                    write(Path(folder) / name, content)
            told = {"COURSE_SEED": self.seed, "COURSE_UNLABELLED": self.held}
            done = execute(
                notebook,
                self.limits,
                cwd=Path(folder),
                environment={**os.environ, **ONE_THREAD, **told},
            )
        for cell in done.cells:
            if is_experiment(cell):
                cell.outputs = [new_output("stream", name="stdout", text=LEFT_OUT)]
        seconds = time.monotonic() - begun
        trouble = problem(done, seconds, self.limits)
        return Graded(done, tuple(verdicts(done)), seconds, trouble)


def verdicts(notebook: NotebookNode) -> Iterator[Verdict]:
    broken = ""  # why the cell that the next checks grade did not run to its end
    for cell in notebook.cells:
        if is_check(cell):
            message, share = _message(cell), _share(cell)
            if broken and any(output.get("ename") == "NameError" for output in cell.outputs):
                message = f"Your cell does not run: {broken}"
            possible = float(cell.metadata.nbgrader.points)
            earned = round(possible * share, 2)
            seconds = float(cell.metadata.get("course", {}).get("seconds", 0))
            yield Verdict(grade_id(cell), earned, possible, message, seconds)
        elif is_solution(cell):
            broken = _error(cell)


def _message(check: NotebookNode) -> str:
    """Why a check did not pass; "" where it did."""
    if _share(check) == 1:
        return ""
    said = box.last(check.outputs)
    stopped = any(output.get("ename") in STOPPED for output in check.outputs)
    reason = "" if stopped else str(said.get("reason", ""))
    return (reason or _error(check) or "The check ended without a verdict.")[:1000]


def _share(check: NotebookNode) -> float:
    """Of its points, what a check earned: nothing where it was stopped or broke."""
    errors = [output.ename for output in check.outputs if output.output_type == "error"]
    share = box.share_of(box.last(check.outputs))
    return share if errors == ([] if share == 1 else ["NotYet"]) else 0.0


def _error(cell: NotebookNode) -> str:
    """How a cell failed, in a sentence; "" where it did not."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return ""
    text = PLACE.sub(r" (line \1)", " ".join(str(errors[-1].evalue).split()))
    sentence = text if errors[-1].ename in STOPPED else f"{errors[-1].ename}: {text}"
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def problem(notebook: NotebookNode, seconds: float, limits: Limits) -> str:
    """What befell the submission as a whole."""
    for cell in notebook.cells:
        if is_setup(cell) and (error := _error(cell)):
            return f"The lesson's set-up cell failed: {error}"
    if seconds >= limits.total_seconds:
        return f"The notebook ran for {limits.total_seconds:g} s; what came later was not run."
    return ""
