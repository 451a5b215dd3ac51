"""The tiny lesson, handed in with right answers but for those that a test gives."""

from pathlib import Path
from typing import Self

from nbformat import NotebookNode

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.lessons import Lesson
from autograder.submission.assemble import assemble_notebook
from autograder.submission.frame import frame_of
from autograder.submission.submitted import read
from course_lib.cells import grade_id
from course_lib.notebooks import as_text

TINY = Lesson("01_tiny", Path(__file__).parents[2] / "lessons" / "tiny")
RIGHT = {
    "tiny-squares": "def sum_of_squares(x):\n    return float((x**2).sum())",
    "tiny-largest": (
        "def largest(a, b):\n"
        "    if np.isnan(a) or np.isnan(b):\n"
        "        raise ValueError('nan has no order')\n"
        "    return max(a, b)"
    ),
}


class NoParents:
    """In place of `Parents`, where a test runs submissions in no room."""

    def __init__(self, soon: object = None) -> None:
        pass

    def lend(self, confinement: object) -> None:
        """Nothing is lent."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def answered(**answers: str) -> NotebookNode:
    """The notebook to run, with these answers to `squares` and `largest`."""
    given = RIGHT | {f"tiny-{name}": answer for name, answer in answers.items()}
    source = source_notebook(TINY)
    released = release_notebook(source, TINY.source)
    lesson = frame_of(source, release_notebook(source, TINY.source))
    for cell in released.cells:
        cell.source = given.get(grade_id(cell), cell.source)
    return assemble_notebook(lesson, read(as_text(released).encode()))
