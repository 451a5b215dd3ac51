"""What each check of a notebook came to, read from the outputs that the notebook holds."""

from dataclasses import dataclass
from typing import Literal

from nbformat import NotebookNode

from course_lib.checks import box

# The names of the errors that a cell ends with that had to be stopped.
TOO_LONG = "TooLong"
DIED = "KernelDied"
OUT_OF_TIME = "OutOfTime"

# What a cell is told that ended the process it ran in, whether a kernel or a room of the grader.
ENDED = "Python died while this cell ran."

Fate = Literal["right", "not yet", "error", "too long", "died", "out of time", "not run"]

_STOPPED: dict[str, Fate] = {TOO_LONG: "too long", DIED: "died", OUT_OF_TIME: "out of time"}


@dataclass(frozen=True)
class Outcome:
    """What one check cell came to.

    check: its grade_id
    points: what it is worth; `earned` is what it gave
    fate: in a word or two; "not run" where the cell was skipped, cleared or never executed
    message: "Right: ...", "Not yet: ..." or what else there is to say; never empty
    seconds: how long it ran; 0 where that is not recorded
    """

    check: str
    points: float
    fate: Fate
    message: str
    seconds: float
    share: float = 0.0  # of its points, where a check that did not pass gives a part

    @property
    def earned(self) -> float:
        """The points that it gave."""
        return self.points if self.passed else round(self.points * self.share, 2)

    @property
    def passed(self) -> bool:
        return self.fate == "right"


def is_check(cell: NotebookNode) -> bool:
    """Is this one of the cells that earn points?"""
    return bool(cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade"))


def is_experiment(cell: NotebookNode) -> bool:
    """Is this a cell that trains, times or plots, and that nothing graded needs?"""
    return "experiment" in cell.metadata.get("tags", [])


def outcomes(notebook: NotebookNode) -> list[Outcome]:
    """The outcome of every check cell, in the notebook's order.

    Works on what `course_lib.execute` returns and on a notebook that a student saved.
    """
    return [_outcome(cell) for cell in notebook.cells if is_check(cell)]


def _outcome(cell: NotebookNode) -> Outcome:
    meta = cell.metadata.nbgrader
    check, points = str(meta.get("grade_id", "")), float(meta.get("points", 0))
    if cell.get("execution_count") is None and not cell.outputs:
        return Outcome(check, points, "not run", "Not run.", 0.0)
    seconds = float(cell.metadata.get("course", {}).get("seconds", 0))
    errors = [output for output in cell.outputs if output.output_type == "error"]
    shown = box.last(cell.outputs)
    # sys.exit() in a student's function ends a cell in JupyterLab with a box but without an error.
    right = not errors and (not shown or shown.get("passed") is True)
    fate = "right" if right else _fate(errors[-1].ename if errors else "")
    share = box.share_of(shown) if fate == "not yet" else 0.0
    if fate in _STOPPED.values():
        message = str(errors[-1].evalue)
    elif shown.get("passed") is right:
        what, reason, evidence = (str(shown.get(key, "")) for key in ("what", "reason", "evidence"))
        message = box.text(what, right, reason, evidence, share)
    else:
        message = _error_text(errors[-1]) if errors else "Right." if right else "Not yet."
    return Outcome(check, points, fate, message, seconds, share)


def _fate(error: str) -> Fate:
    return "not yet" if error == "NotYet" else _STOPPED.get(error, "error")


def _error_text(error: NotebookNode) -> str:
    return str(error.evalue if error.ename == "NotYet" else f"{error.ename}: {error.evalue}")
