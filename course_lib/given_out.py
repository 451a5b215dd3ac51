"""Where is a lesson as it was given out, before the student wrote into it?"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_lib.cells import is_check, is_solution
from course_lib.errors import CourseError
from course_lib.update import is_unwritten, newer

# The notebooks once more, in what a teacher gives out.
ARCHIVE = "as-given-out.zip"
MOST = 200  # versions of a notebook that are looked at


def as_given_out(path: Path, lesson: str, source: Path | None = None) -> NotebookNode:
    """A lesson without a student's work in it.

    path: the student's notebook of it
    source: the notebook, a folder of the course, or its zip. Where it is None, the lesson is taken
        from the zip that a teacher's copy of the course has in its folder, else from the versions
        of the notebook that Git has: the newest in which nothing is written
    raises: CourseError where it is not found
    """
    if source is not None:
        return newer(source, lesson)
    for folder in path.resolve().parents:
        if (folder / ARCHIVE).is_file():
            return newer(folder / ARCHIVE, lesson)
    for version in _versions(path.resolve()):
        if _is_untouched(version):
            return version
    raise CourseError(
        f"{lesson} as it was given out is not here. Name it at the end of the command: the zip or "
        "the folder that your teacher gave out, or the notebook in it."
    )


def _is_untouched(notebook: NotebookNode) -> bool:
    answers = [cell for cell in notebook.cells if is_solution(cell)]
    checks = [cell for cell in notebook.cells if is_check(cell)]
    return bool(answers and checks) and all(is_unwritten(cell.source) for cell in answers)


def _versions(path: Path) -> Iterator[NotebookNode]:
    """The file in each commit that changed it, newest first; none where there is no Git."""
    for commit in _git(path, "log", f"-{MOST}", "--format=%H", "--", path.name).split():
        try:
            yield nbformat.reads(_git(path, "show", f"{commit}:./{path.name}"), as_version=4)
        except Exception:  # nbformat raises whatever a strange file leads it to
            continue


def _git(path: Path, *words: str) -> str:
    command = ["git", "-C", str(path.parent), *words]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        return ""
    return done.stdout
