"""What several of the instructor's commands share: options, and how a line is printed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_lib.printable import shown

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.classroom.folder import Classroom

Named = Annotated[
    list[str] | None,
    typer.Argument(metavar="LESSON", help="Such as 01_knn, or 01. All lessons by default."),
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
    """The class that a command is for."""
    from autograder.classroom.folder import class_in

    return class_in(folder, db)


def say(line: str) -> None:
    """Print a line, with what cannot be seen in it written out."""
    console().print(shown(line), markup=False, soft_wrap=True)


def console() -> "Console":
    """Where commands print."""
    from rich.console import Console

    return Console(highlight=False)
