"""What do all commands for instructors and authors take, and how do they speak?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_lib.printable import shown

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.classroom.folder import Classroom
    from autograder.lesson.lessons import Lesson

Named = Annotated[
    list[str] | None,
    typer.Argument(metavar="LESSON", help="Such as 01_knn, or 01. All lessons by default."),
]
Root = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="The course's repository.", show_default="this one"),
]
Course = Annotated[
    Path,
    typer.Option("--course", metavar="FOLDER", help="The folder of the class."),
]
Database = Annotated[
    str,
    typer.Option(
        "--db", metavar="URL", help="A gradebook other than the one in nbgrader_config.py."
    ),
]
CLASS = Path("class")


def class_of(folder: Path, db: str = "") -> "Classroom":
    from autograder.classroom.folder import class_in
    from autograder.classroom.guarded import guard

    if sentence := guard(folder):
        typer.echo(shown(sentence), err=True)  # beside what a program reads
    return class_in(folder, db)


def chosen_lessons(root: Path | None, names: list[str] | None) -> "list[Lesson]":
    from autograder.lesson.lessons import all_lessons, lesson, repository

    home = repository(root)
    return [lesson(home, name) for name in names] if names else all_lessons(home)


def say(line: str) -> None:
    console().print(shown(line), markup=False, soft_wrap=True)


def console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)
