"""The instructor's commands of `course`: from a lesson's text to scores, feedback and reports.

Everything heavy is imported inside the command that needs it, so that `course --help` is quick.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli_authors import build, mutate, new, rehearse, site
from autograder.cli_feedback import feedback
from autograder.cli_lms import collect, export, roster
from autograder.cli_one import grade_one, pack
from autograder.cli_options import (
    CLASS,
    Course,
    Database,
    Named,
    Root,
    chosen_lessons,
    class_of,
    console,
    each,
    named_or_all,
    say,
)
from course_lib.errors import CourseError
from course_lib.printable import shown

if TYPE_CHECKING:
    from autograder.demo import Demo
    from autograder.grading.grade import Entry, Summary

Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes side by side.", show_default="one for each CPU"),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of authors and instructors to `course`."""
    panels: dict[str, tuple[Callable[..., object], ...]] = {
        "Authors": (new, build, rehearse, mutate, site),
        "Instructors": (
            release,
            roster,
            collect,
            grade,
            grade_one,
            due,
            feedback,
            report,
            similar,
            name,
            export,
            pack,
            demo,
        ),
    }
    for panel, commands in panels.items():
        for command in commands:
            app.command(rich_help_panel=panel)(command)


def release(
    lessons: Named = None,
    course: Course = CLASS,
    db: Database = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask where a lesson changes that was handed in.")
    ] = False,
    root: Root = None,
) -> None:
    """Release lessons to a class, and pack the zip that its students get.

    The class's folder is made where there is none: an ordinary nbgrader course.
    """
    from autograder.classroom.folder import chosen
    from autograder.classroom.release import bundle, changed, open_course, release_lesson
    from autograder.lesson.lessons import lesson as find
    from autograder.lesson.lessons import repository
    from autograder.soundness.lint import problems_of

    meant, home = chosen_lessons(root, lessons), repository(root)
    open_course(course, db)
    classroom = class_of(course, db)
    for lesson in meant:
        for breach in problems_of(lesson):
            say(f"  Look at this: {breach}")
        changes = changed(classroom, lesson)
        if changes and changes.submissions:
            say(f"{lesson.name} has {changes.submissions} submissions, and is not what they were:")
            for sentence in changes.sentences:
                say(f"  {sentence}")
            say("`course grade` grades all of them again; what people entered stays otherwise.")
            if not yes and not typer.confirm("Release it?"):
                raise CourseError(f"{lesson.name} is as it was.")
        say(f"{lesson.name}: {release_lesson(classroom, lesson)}")
    all_lessons = [find(home, name) for name in chosen(classroom, [])]
    say(f"For students: {bundle(classroom, home, all_lessons)}")


def grade(
    lessons: Named = None,
    course: Course = CLASS,
    db: Database = "",
    workers: Workers = None,
    scheduler: Annotated[
        str,
        typer.Option(metavar="URL", help="A Dask cluster to grade on, such as tcp://host:8786."),
    ] = "",
    cell_seconds: Annotated[float, typer.Option(min=1, help="Time limit for each cell.")] = 30,
    total_seconds: Annotated[float, typer.Option(min=1, help="For a whole notebook.")] = 300,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what has not changed.")
    ] = False,
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe-no-sandbox", help="Run students' code unprotected, as yourself."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="For machines: a JSON object a line.")
    ] = False,
) -> None:
    """Run every new or changed submission and enter its scores into the gradebook.

    Everybody in the class gets a score: who handed in nothing, or no notebook, gets 0 and a
    comment. Scores that people entered stay. Ctrl-C keeps what is done.
    """
    from autograder.grading.spread import get_ready, interrupt_all

    if not scheduler:
        get_ready("autograder.grading.mark", "torch")  # while this process imports the gradebook
    signal.signal(signal.SIGTERM, interrupt_all)  # as batch systems say Ctrl-C

    from autograder.grading.grade import grade_lesson
    from course_lib.runner import Limits

    classroom = class_of(course, db)
    left_out = False
    for name in named_or_all(classroom, lessons):
        try:
            summary = grade_lesson(
                classroom,
                name,
                workers=workers,
                scheduler=scheduler,
                limits=Limits(cell_seconds, total_seconds),
                sandbox=not unsafe,
                force=force,
                progress=not as_json,
                on_entry=_say_json if as_json else None,
            )
        except KeyboardInterrupt:
            typer.echo("Stopped. The same command does the rest.", err=True)
            raise typer.Exit(130) from None
        left_out = left_out or bool(summary.left_out)
        if as_json:
            _say_json(summary)
            continue
        for student, reason in summary.left_out.items():
            say(f"not graded: {student}. {reason}")
        for student, problem in summary.problems.items():
            say(f"{student}: {problem}")
        say(f"{name}: {summary.graded + summary.entered} graded, {summary.kept} unchanged")
    raise typer.Exit(1 if left_out else 0)


def due(
    lesson: Annotated[str, typer.Argument(metavar="LESSON", help="Such as 01_knn, or 01.")],
    when: Annotated[
        str, typer.Argument(metavar="TIME", help='Such as "2027-03-01 23:59"; "never" for none.')
    ] = "",
    student: Annotated[
        str, typer.Option(metavar="STUDENT", help="Give this student a due date of their own.")
    ] = "",
    course: Course = CLASS,
    db: Database = "",
) -> None:
    """Set when a lesson is due, for all or for one student, or say when; scores follow at once."""
    from autograder.classroom import gradebook, lateness
    from autograder.classroom.folder import chosen

    classroom = class_of(course, db)
    (name,) = chosen(classroom, [lesson])
    moment = lateness.moment(when, classroom) if when not in ("", "never") else None
    with gradebook.opened(classroom) as book:
        gradebook.require(book, name)
        if when and student:
            lateness.extend(book, name, student, moment)
        elif when:
            lateness.set_due(book, name, moment)
        changed = lateness.assign(book, classroom)
        everybody, own = lateness.due_dates(book, name)
    say(f"{name} is due {everybody:%Y-%m-%d %H:%M} UTC" if everybody else f"{name} is never due")
    for one, date in own.items():
        say(f"  {one}: {date:%Y-%m-%d %H:%M} UTC")
    if changed:
        say(f"The scores of {changed} submissions changed.")


def report(
    lessons: Named = None,
    course: Course = CLASS,
    db: Database = "",
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Say how many, and never who.")
    ] = False,
    root: Root = None,
) -> None:
    """Write a page on each lesson: scores, exercises, and what the class got wrong."""
    from autograder.classroom.named import sentences
    from autograder.pages.report import write_report

    classroom = class_of(course, db)

    def write(name: str) -> None:
        named = _foreseen(root, name) + sentences(classroom, name)
        say(f"{name}: {write_report(classroom, name, named, anonymous=anonymous)}")

    each(classroom, lessons, write)


def name(
    lesson: Annotated[str, typer.Argument(metavar="LESSON", help="Such as 01_knn, or 01.")],
    group: Annotated[str, typer.Argument(help="As `course report` calls it.")],
    sentence: Annotated[str, typer.Argument(help="What these students are to read, in quotes.")],
    draft: Annotated[
        bool, typer.Option("--draft", help="Print the mistake for the lesson's mistakes.py, too.")
    ] = False,
    course: Course = CLASS,
    db: Database = "",
) -> None:
    """Say what a mistake is that several students share and no check names.

    They read it with the next `course feedback`, and so does whoever makes it later. Nobody's code
    is run for it, and no points change.
    """
    from autograder.classroom.folder import chosen
    from autograder.grading import shared

    classroom = class_of(course, db)
    (found,) = chosen(classroom, [lesson])
    named = shared.name(classroom, found, group, sentence)
    say(f"{named.id}: {len(named.students)} students will read it.")
    if draft:
        say(shared.as_mistake(named, sentence))


def similar(lessons: Named = None, course: Course = CLASS, db: Database = "") -> None:
    """List pairs of submissions that are alike beyond what the class shares, side by side."""
    from autograder.pages.similar_page import write_similar

    classroom = class_of(course, db)

    def write(name: str) -> None:
        path, pairs = write_similar(classroom, name)
        for pair in pairs:
            say(f"{name}: {' and '.join(pair.students)}, {100 * pair.share:.0f} % of what is rare")
        say(f"{name}: {len(pairs)} pairs, side by side in {path}")

    each(classroom, lessons, write)


def demo(
    lessons: Named = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where to make the class.", show_default="build/demo"),
    ] = None,
    workers: Workers = None,
    root: Root = None,
) -> None:
    """Make up a class with every kind of student, grade it, and show what comes out."""
    from autograder.demo import run_demo
    from autograder.lesson.lessons import repository

    chosen = chosen_lessons(root, lessons)
    folder = to or repository(root) / "build" / "demo"
    _show(run_demo(chosen, folder, workers=workers, progress=True))


def _show(made: "Demo") -> None:
    from rich.markup import escape
    from rich.table import Table

    for lesson, rows in made.rows.items():
        table = Table("Student", "Score", "Handed in", "What was wrong", title=lesson)
        table.columns[1].justify = "right"
        for row in rows:
            table.add_row(
                row.student,
                f"{row.score:g} / {row.possible:g}",
                row.story,
                escape(shown(row.wrong)) or "nothing",
            )
        console().print(table)
        pages = made.classroom.feedback("*", lesson)
        say(f"A page for each student: {_from_here(pages)}")
        say(f"How the class did: {_from_here(made.classroom.report(lesson))}")
        say("")
    say(f"The scores as a table: {_from_here(made.table)}")
    jupyter = os.path.relpath(Path(sys.executable).parent / "jupyter", made.classroom.folder)
    say(f"The class in formgrader: cd {_from_here(made.classroom.folder)} && {jupyter} lab")
    say("The lessons as students see them, in JupyterLab: make lab")


def _from_here(path: Path) -> str:
    return os.path.relpath(path)


def _foreseen(root: Path | None, name: str) -> list[str]:
    """The sentences of a lesson's mistakes.py; none outside the course's repository."""
    from autograder.lesson.lessons import lesson, repository
    from autograder.soundness.mistakes import load

    try:
        return [mistake.sentence for mistake in load(lesson(repository(root), name))]
    except CourseError:
        return []


def _say_json(what: "Entry | Summary") -> None:
    text = json.dumps({"kind": type(what).__name__.lower(), **asdict(what)})
    typer.echo(text.replace("\x7f", "\\u007f"))  # the one control character that JSON leaves
