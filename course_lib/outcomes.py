"""What each check of a notebook came to, read from the outputs that the notebook holds."""

import re
from dataclasses import dataclass
from typing import Literal

from nbformat import NotebookNode

from course_lib.cells import grade_id, is_check, points
from course_lib.checks import box
from course_lib.printable import shown

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
    reason: why it did not pass, without title and numbers; empty where it did
    seconds: how long it ran; 0 where that is not recorded
    share: of its points, what it gave
    """

    check: str
    points: float
    fate: Fate
    message: str
    reason: str
    seconds: float
    share: float = 0.0

    @property
    def earned(self) -> float:
        """The points that it gave."""
        return round(self.points * self.share, 2)

    @property
    def passed(self) -> bool:
        return self.fate == "right"


def outcomes_of(notebook: NotebookNode) -> list[Outcome]:
    """The outcome of every check cell, in the notebook's order.

    Works on what `course_lib.execute` and the grader return, and on a notebook that a student
    saved: there is one reading of a verdict.
    """
    return [outcome(cell) for cell in notebook.cells if is_check(cell)]


def outcome(cell: NotebookNode) -> Outcome:
    """What one check cell came to: right is what ended without an error and with a box that says
    so. Warnings and whatever else is printed do not matter."""
    check, worth = grade_id(cell), points(cell)
    if cell.get("execution_count") is None and not cell.outputs:
        return Outcome(check, worth, "not run", "Not run.", "Not run.", 0.0)
    seconds = float(cell.metadata.get("course", {}).get("seconds", 0))
    errors = [output for output in cell.outputs if output.output_type == "error"]
    last = str(errors[-1].ename) if errors else ""
    judgement = box.last(cell.outputs)
    if judgement is not None and judgement.passed and not errors:
        return Outcome(check, worth, "right", judgement.text, "", seconds, 1.0)
    fate = "not yet" if last == "NotYet" else _STOPPED.get(last, "error")
    share = 0.0
    if fate in _STOPPED.values() or judgement is None or judgement.passed:
        message = reason = error_text(errors[-1]) if errors else NO_VERDICT
    else:
        message, reason = judgement.text, judgement.reasons or NO_VERDICT
        # A box alone is no verdict: the check raises with it, and nothing after it may.
        share = judgement.share if [one.ename for one in errors] == ["NotYet"] else 0.0
    return Outcome(check, worth, fate, shown(message), shown(reason[:LONGEST]), seconds, share)


NO_VERDICT = "The check ended without a verdict."
LONGEST = 1000
_PLACE = re.compile(r"\s*\([^()]*, line (\d+)\)$")


def error_text(error: NotebookNode) -> str:
    """How a cell failed, in a sentence."""
    text = _PLACE.sub(r" (line \1)", " ".join(str(error.evalue).split()))
    expected = error.ename in _STOPPED or error.ename == "NotYet"
    sentence = shown(text if expected else f"{error.ename}: {text}")
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
