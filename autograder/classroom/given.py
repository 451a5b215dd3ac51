"""What did students of a class receive of a lesson?

The release that nbgrader made lies in the class's folder. It is taken as it is where a note says
that it belongs to the instructor's notebook beside it, and made again otherwise: that takes a
second, most of it to import nbgrader's steps.
"""

import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.classroom.folder import Classroom
from autograder.lesson.build import release_notebook
from course_lib.files import write


def given_out(classroom: Classroom, lesson: str, source: NotebookNode) -> NotebookNode:
    """The student's notebook of a released lesson, of which `source` is the instructor's."""
    try:
        if _note(classroom, lesson).read_text(encoding="ascii") == _digest(classroom, lesson):
            return nbformat.read(released_to(classroom, lesson), as_version=4)
    except (OSError, ValueError):
        pass
    return release_notebook(source, classroom.source(lesson))


def note(classroom: Classroom, lesson: str) -> None:
    """Say that the release was made of the instructor's notebook, as both lie there now."""
    write(_note(classroom, lesson), _digest(classroom, lesson))


def released_to(classroom: Classroom, lesson: str) -> Path:
    """The notebook that students of this class receive; need not exist."""
    folder = classroom.coursedir.format_path(classroom.coursedir.release_directory, ".", lesson)
    return Path(folder) / f"{lesson}.ipynb"


def _note(classroom: Classroom, lesson: str) -> Path:
    return classroom.folder / ".released" / lesson


def _digest(classroom: Classroom, lesson: str) -> str:
    files = classroom.source(lesson), released_to(classroom, lesson)
    return " ".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
