"""The commands that put a student's work into a lesson's notebook as it is meant to be.

All three keep a copy of the file that was there.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_lib.errors import CourseError
from course_lib.printable import shown

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from course_lib.update import Update

Lesson = Annotated[str, typer.Argument(help="A lesson such as 01_knn, or a notebook file.")]
From = Annotated[
    str,
    typer.Argument(
        metavar="[FROM]", help="The lesson as it was given out: a notebook, a zip or a folder."
    ),
]


def update(
    lesson: Lesson,
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="The new version: a notebook, a zip or a folder.")
    ],
) -> None:
    """Take a lesson's new version and put your own work into it. A copy of the old one is kept."""
    from course_lib.notebooks import find, read
    from course_lib.update import newer

    path = find(lesson)
    done, old = _put(path, read(path), newer(Path(source), path.stem), "update")
    _say(f"{path.name} is the new version; yours as it was is {old.name}.")
    _say_work(done)
    if done.checks:
        _say(f"New or other checks: {', '.join(done.checks)}. Run them.")


def reset(lesson: Lesson, source: From = "") -> None:
    """Give a notebook its checks and marks back, as they were given out. Your answers stay."""
    from course_lib.given_out import as_given_out
    from course_lib.notebooks import find, read

    path = find(lesson)
    fresh = as_given_out(path, path.stem, Path(source) if source else None)
    done, old = _put(path, read(path), fresh, "reset")
    _say(f"{path.name} is as it was given out, with your work in it; the old one is {old.name}.")
    _say_work(done)
    if done.checks:
        _say(f"Checks that were missing or changed: {', '.join(done.checks)}. Run them.")


def rescue(
    notebook: Annotated[str, typer.Argument(metavar="FILE", help="A notebook that is damaged.")],
    source: From = "",
) -> None:
    """Put what can be read of a damaged notebook into a fresh one. The damaged one is kept."""
    from course_lib.given_out import as_given_out
    from course_lib.notebooks import find
    from course_lib.salvage import salvaged

    path = find(notebook)
    mine = salvaged(path.read_bytes())
    if not mine.cells:
        raise CourseError(
            f"Nothing can be read of {path}: there is no cell in it. It is as it was. Look into "
            "the folder .ipynb_checkpoints beside it for an older copy."
        )
    fresh = as_given_out(path, _lesson_of(path), Path(source) if source else None)
    done, old = _put(path, mine, fresh, "rescue")
    _say(f"{path.name} is readable again: {len(mine.cells)} cells of yours could be read.")
    _say_work(done)
    _say(f"The damaged file is {old.name}. Compare the last answers; then run all cells.")


def _lesson_of(path: Path) -> str:
    """The lesson whose notebook this is or was: 01_knn of 01_knn-2.ipynb."""
    from course_lib.notebooks import course_folder, lessons

    known = lessons(course_folder(path.parent))
    return max((name for name in known if path.stem.startswith(name)), key=len, default=path.stem)


def _put(
    path: Path, mine: "NotebookNode", fresh: "NotebookNode", command: str
) -> "tuple[Update, Path]":
    """Write the fresh notebook with the student's work in it; the copy of what was there."""
    import shutil

    from course_lib import files
    from course_lib.notebooks import as_text
    from course_lib.update import spare, updated

    done = updated(mine, fresh)
    old = spare(path, command)
    shutil.copyfile(path, old)
    files.write(path, as_text(done.notebook))
    return done, old


def _say_work(done: "Update") -> None:
    _say(f"Your answers came along: {', '.join(done.answers) or 'you had none yet'}.")
    if done.own:
        _say(f"Your own cells came along: {done.own}.")
    if done.gone:
        _say(f"No longer asked: {', '.join(done.gone)}.")


def _say(sentence: str) -> None:
    from rich.console import Console

    Console(highlight=False).print(shown(sentence), markup=False, soft_wrap=True)
