"""Which hints does an exercise have? Steps that a reader opens one by one.

An author writes them into one cell, `# %% [markdown] hint="conv-pad"`, a paragraph each. The
notebook shows them folded, each inside the one before; `course_lib.hints` keeps them for the box
of a failed check.
"""

import json
import re
from collections.abc import Mapping

from nbformat import NotebookNode

from autograder.lesson.lessons import Lesson
from course_lib.errors import CourseError
from course_lib.files import write

MOST = 3


def fold(cell: NotebookNode) -> str:
    """Turn a cell of hints into folds, and give the id of their exercise; "" for other cells.

    raises: CourseError where the cell is no markdown, or has none or too many of them
    """
    exercise = str(cell.metadata.pop("hint", ""))
    if exercise:
        folded = ""
        steps = _steps(cell, exercise)
        for number, step in reversed(list(enumerate(steps, start=1))):
            inner = f"\n\n{folded}" if folded else ""
            title = f"Hint {number} of {len(steps)}" if len(steps) > 1 else "Hint"
            folded = f"<details><summary>{title}</summary>\n\n{step}{inner}\n\n</details>"
        cell.source = folded
    return exercise


def hints_of(lesson: Lesson) -> dict[str, list[str]]:
    """The steps of each exercise that has some, by its id, in the order of the lesson."""
    import jupytext

    notebook = jupytext.reads(lesson.source.read_text(encoding="utf-8"), fmt="py:percent")
    return {
        str(cell.metadata["hint"]): _steps(cell, str(cell.metadata["hint"]))
        for cell in notebook.cells
        if "hint" in cell.metadata
    }


def is_current(lesson: Lesson) -> bool:
    """Does the committed file hold what the lesson says?"""
    path = lesson.hints
    return path.is_file() and path.read_text(encoding="utf-8") == _as_text(hints_of(lesson))


def build(lesson: Lesson) -> bool:
    """Write a lesson's hints where they changed; tell whether they did."""
    if is_current(lesson):
        return False
    write(lesson.hints, _as_text(hints_of(lesson)))
    return True


def _steps(cell: NotebookNode, exercise: str) -> list[str]:
    if cell.cell_type != "markdown":
        raise CourseError(f"The hints of {exercise} are a [markdown] cell.")
    steps = [step.strip() for step in re.split(r"\n\s*\n", cell.source) if step.strip()]
    if not 1 <= len(steps) <= MOST:
        raise CourseError(
            f"An exercise has one to {MOST} hints, a paragraph each; {exercise} has {len(steps)}."
        )
    return steps


def _as_text(hints: Mapping[str, list[str]]) -> str:
    return json.dumps(hints, ensure_ascii=False, indent=1) + "\n"
