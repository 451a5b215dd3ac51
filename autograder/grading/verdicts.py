"""What came of a submission, check by check?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_lib.cells import grade_id, is_check, is_experiment, is_setup, is_solution, owner
from course_lib.checks.blame import NOT_DEFINED
from course_lib.outcomes import OUT_OF_TIME, Outcome, error_text, outcome
from course_lib.runner import Limits

LEFT_OUT = "Not run when graded.\n"


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


def graded(notebook: NotebookNode, seconds: float, limits: Limits, tier: str = "") -> Graded:
    """What came of a notebook that was run, but for its experiments, within `limits`."""
    for cell in filter(is_experiment, notebook.cells):
        cell.outputs = [new_output("stream", name="stdout", text=LEFT_OUT)]
    trouble = problem(notebook, seconds, limits)
    return Graded(notebook, tuple(verdicts_of(notebook)), seconds, trouble, tier)


def verdicts_of(notebook: NotebookNode) -> Iterator[Verdict]:
    """What each check of an executed notebook came to."""
    for cell in filter(is_check, notebook.cells):
        came = outcome(cell)
        broken = _why_undefined(notebook, came) if NOT_DEFINED in came.reason else ""
        reason = f"Your cell does not run: {broken}" if broken else came.reason
        yield Verdict(came.check, came.earned, came.points, reason, came.seconds)


def _why_undefined(notebook: NotebookNode, came: Outcome) -> str:
    """How the cell failed that was to define what a check asks for, wherever it stands."""
    name = came.reason.partition(NOT_DEFINED)[0].split()[-1]
    defines = re.compile(rf"^\s*((async\s+)?def|class)\s+{re.escape(name)}\b", re.MULTILINE)
    broken = ""
    for cell in notebook.cells:
        if cell.cell_type != "code" or is_check(cell):
            continue
        own = is_solution(cell) and owner(came.check, [grade_id(cell)])
        if own or defines.search(cell.source):
            broken = _error(cell) or broken
    return broken


def _error(cell: NotebookNode) -> str:
    """How a cell failed, in a sentence; "" where it did not."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return error_text(errors[-1]) if errors else ""


def problem(notebook: NotebookNode, seconds: float, limits: Limits) -> str:
    """What befell the submission as a whole."""
    for cell in notebook.cells:
        if is_setup(cell) and (error := _error(cell)):
            return f"The lesson's set-up cell failed: {error}"
    late = (
        output.output_type == "error" and output.ename == OUT_OF_TIME
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    if seconds >= limits.total_seconds and any(late):
        return f"The notebook ran for {limits.total_seconds:g} s; what came later was not run."
    return ""
