"""What do all commands for instructors and authors take, and how do they speak?"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_lib.errors import CourseError, TooEarlyError
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
        say_beside(sentence)
    return class_in(folder, db)


def chosen_lessons(root: Path | None, names: list[str] | None) -> "list[Lesson]":
    from autograder.lesson.lessons import all_lessons, lesson, repository

    home = repository(root)
    return [lesson(home, name) for name in names] if names else all_lessons(home)


def each(classroom: "Classroom", names: list[str] | None, work: Callable[[str], None]) -> None:
    """Do something for each lesson that is meant, and stop for none; all where none is named.

    Where all are meant, an instructor's own assignments, and lessons for which it is too early, are
    said and left out.
    raises: CourseError, once all others are done, for those where it failed
    """
    failed: list[CourseError] = []
    meant = named_or_all(classroom, names)
    for name in meant:
        try:
            work(name)
        except TooEarlyError as error:
            if names or len(meant) == 1:
                failed.append(error)
            else:
                say_beside(f"{name} is left out: {error}")
        except CourseError as error:
            failed.append(error)
    if failed:
        raise CourseError("\n".join(map(str, failed)))


def named_or_all(classroom: "Classroom", names: list[str] | None) -> list[str]:
    """The lessons of a class that are meant; an own assignment of its instructor is said."""
    from autograder.classroom.folder import chosen, own_assignments

    if not names:
        for name, how in own_assignments(classroom).items():
            say_beside(f"{name} is left out, as an assignment of your own: {how}")
    return chosen(classroom, names or [])


def say_beside(line: str) -> None:
    """Beside what a program reads."""
    typer.echo(shown(line), err=True)


def say(line: str) -> None:
    console().print(shown(line), markup=False, soft_wrap=True)


def console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)
