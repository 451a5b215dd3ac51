"""From a lesson's text to its two notebooks: the instructor's source and the student's release."""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.lesson.headers import expand
from autograder.lesson.hints import fold
from autograder.lesson.lessons import Lesson
from autograder.lesson.pointers import linked, numbered
from autograder.lesson.terms import explain
from course_lib.cells import grade_id, is_experiment, is_setup
from course_lib.checks.session import EXPERIMENT
from course_lib.errors import CourseError
from course_lib.files import write
from course_lib.notebooks import KERNEL, as_text

# A set-up cell of more lines is folded in JupyterLab: it is to be run, and nobody has to read it.
READ_AT_ONCE = 12

# JupyterLab and nbclient go on past the error of such a cell: one exercise does not stop a run.
MAY_FAIL = "raises-exception"

# The first line of every check: it can tell a reader who has not run the first cell to do so.
IMPORT = "from course_lib import checks\n\n"


def source_notebook(lesson: Lesson) -> NotebookNode:
    """The lesson with its answers and hidden tests, as nbgrader's `source/` wants it.

    The same text gives the same bytes: cell ids are grade ids, or a hash of the cell's text.
    """
    return parse(lesson.source.read_text(encoding="utf-8"), lesson.source)


def parse(text: str, origin: Path) -> NotebookNode:
    """A percent script as a notebook; `origin` names it in errors."""
    lessons = numbered(origin.parent.parent)
    return nbformat.from_dict(_parsed(text, origin, tuple(lessons.items())))


@lru_cache(maxsize=32)  # a third of a second, and a lesson's checks ask for it a dozen times
def _parsed(
    text: str, origin: Path, lessons_by_number: tuple[tuple[str, str], ...]
) -> NotebookNode:
    import jupytext  # which a class's grading, where no text is read, does not wait for

    lessons = dict(lessons_by_number)
    notebook = jupytext.reads(text, fmt="py:percent")
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    taken: set[str] = set()
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's note on blank lines
        try:
            hinted = fold(cell)
            expand(cell)
        except CourseError as error:
            raise CourseError(f"{origin}: {error}") from None
        if cell.cell_type == "markdown":
            cell.source = linked(cell.source, origin.stem[:2], lessons)
        if cell.source.startswith("with checks.verdict("):
            cell.source = IMPORT + cell.source
        cell.id = f"{hinted}-hint"[:64] if hinted else _cell_id(cell, taken)
        taken.add(cell.id)
        if cell.cell_type == "code" and not is_setup(cell):
            tags = [*cell.metadata.get("tags", []), MAY_FAIL]
            cell.metadata["tags"] = list(dict.fromkeys(tags))  # a text of a notebook has it already
    explain(notebook.cells[1:], origin.stem[:2], lessons)
    for cell in notebook.cells:
        if is_setup(cell) and cell.source.count("\n") >= READ_AT_ONCE:
            cell.metadata["jupyter"] = nbformat.from_dict({"source_hidden": True})
    from nbgrader.preprocessors import CheckCellMetadata

    try:
        CheckCellMetadata().preprocess(notebook, {})
        nbformat.validate(notebook)
    except Exception as error:
        reason = error.__context__ or error  # nbgrader raises a general error over the telling one
        raise CourseError(f"{origin}: the notebook is not valid. {reason}") from error
    return notebook


def release_notebook(source: NotebookNode, origin: Path) -> NotebookNode:
    """The student's notebook: no answer, no hidden test, checks locked."""
    notebook = nbformat.from_dict(source)
    resources: dict[str, object] = {}
    try:
        for step in _release_steps():
            notebook, resources = step().preprocess(notebook, resources)
    except Exception as error:
        raise CourseError(f"{origin}: no release can be made from it. {error}") from error
    return notebook


def _release_steps() -> Iterator[type[Any]]:
    """What `nbgrader generate_assignment` does to a notebook, less its gradebook.

    Imported where a release is made: with nbgrader's steps comes all of nbconvert.
    """
    from nbgrader import preprocessors as of_nbgrader

    yield of_nbgrader.LockCells
    yield of_nbgrader.ClearSolutions
    yield of_nbgrader.ClearOutput
    yield of_nbgrader.CheckCellMetadata
    yield of_nbgrader.ClearHiddenTests
    yield of_nbgrader.ClearMarkScheme
    yield of_nbgrader.ComputeChecksums
    yield of_nbgrader.CheckCellMetadata


def students_text(lesson: Lesson) -> str:
    """The text of the student's notebook of a lesson."""
    return as_text(release_notebook(source_notebook(lesson), lesson.source))


def is_current(lesson: Lesson) -> bool:
    """Does the committed notebook hold what the source gives?"""
    return lesson.notebook.is_file() and lesson.notebook.read_text(
        encoding="utf-8"
    ) == students_text(lesson)


def write_release(lesson: Lesson) -> bool:
    """Write the student's notebook where it changed; tell whether it did."""
    if is_current(lesson):
        return False
    write(lesson.notebook, students_text(lesson))
    return True


def _cell_id(cell: NotebookNode, taken: set[str]) -> str:
    if name := grade_id(cell):
        return name[:64]
    stem = hashlib.sha256(cell.source.encode()).hexdigest()[:12]
    number = 0
    kind = EXPERIMENT if is_experiment(cell) else cell.cell_type
    while (name := f"{kind}-{stem}" + (f"-{number}" if number else "")) in taken:
        number += 1
    return name
