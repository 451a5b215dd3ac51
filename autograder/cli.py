"""The instructor's commands of `course`: from a lesson's text to scores, feedback and reports.

Everything heavy is imported inside the command that needs it, so that `course --help` is quick.
"""

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from course_lib.errors import CourseError
from course_lib.printable import shown

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.classroom.folder import Classroom
    from autograder.demo import Demo
    from autograder.grading.grade import Entry, Summary
    from autograder.lesson.lessons import Lesson

PANEL = "Instructors"

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
Workers = Annotated[
    int | None,
    typer.Option(min=1, help="Processes side by side.", show_default="one for each CPU"),
]
Root = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="The course's repository.", show_default="this one"),
]
CLASS = Path("class")


def add_to(app: typer.Typer) -> None:
    """Add the instructor's commands to `course`."""
    for command in (
        build,
        rehearse,
        mutate,
        release,
        collect,
        grade,
        feedback,
        report,
        export,
        demo,
    ):
        app.command(rich_help_panel=PANEL)(command)


def build(
    lessons: Named = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 where a notebook is stale.")
    ] = False,
    root: Root = None,
) -> None:
    """Make the students' notebooks from the lessons' texts, which must keep the house rules."""
    from autograder.lesson.build import is_current, write_release
    from autograder.soundness import known
    from autograder.soundness.lint import problems_of, warnings

    chosen = _lessons(root, lessons)
    if breaches := [breach for lesson in chosen for breach in problems_of(lesson)]:
        raise CourseError("\n".join(breaches))
    stale = False
    for lesson in chosen:
        if check:
            current = is_current(lesson) and known.is_current(lesson)
            stale = stale or not current
            _say(f"{lesson.name}: {'up to date' if current else 'stale, run `course build`'}")
        else:
            written = [write_release(lesson), known.build(lesson)]
            _say(f"{lesson.name}: {'written' if any(written) else 'up to date'}")
            for warning in warnings(lesson):
                _say(f"  Look at this: {warning}")
    raise typer.Exit(1 if stale else 0)


def rehearse(
    lessons: Named = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many sets of random numbers.")] = 21,
    root: Root = None,
) -> None:
    """Try answers, stubs and named mistakes on a lesson's checks, and say what is unfair or deaf.

    Exit code 1 where something is.
    """
    from autograder.soundness.faults import SEEDS, faults_of
    from autograder.soundness.lint import problems_of

    count = 0
    for lesson in _lessons(root, lessons):
        for sentence in [*problems_of(lesson), *faults_of(lesson, SEEDS[:seeds])]:
            _say(sentence)
            count += 1
        _say(f"{lesson.name}: rehearsed")
    raise typer.Exit(1 if count else 0)


def mutate(
    lessons: Named = None,
    exercise: Annotated[
        str, typer.Option(metavar="ID", help="Only this exercise, or those that begin so.")
    ] = "",
    root: Root = None,
) -> None:
    """Change each answer automatically, one place at a time, and list what no check notices.

    Exit code 1 where a change survives that the lesson's equivalents.toml does not list.
    """
    from tqdm import tqdm

    from autograder.soundness.mutate import mutate_lesson

    holes = 0
    for lesson in _lessons(root, lessons):
        with tqdm(desc=lesson.name, unit=" changes", leave=False) as bar:
            came = mutate_lesson(
                lesson, only=lambda one: one.startswith(exercise), on_mutant=bar.update
            )
        for one in came.unlisted:
            _say(f"{one.exercise}: {one.mutant.title}")
        for line in came.stale:
            _say(f"no longer there, take it out of {lesson.equivalents.name}: {line}")
        listed = len(came.survivors) - len(came.unlisted)
        _say(
            f"{lesson.name}: {came.tried} changes, {len(came.survivors)} survive, "
            f"{listed} of them listed as equivalent; {came.stopped} took too long"
        )
        holes += len(came.unlisted) + len(came.stale)
    raise typer.Exit(1 if holes else 0)


def release(
    lessons: Named = None, course: Course = CLASS, db: Database = "", root: Root = None
) -> None:
    """Release lessons to a class, and pack the zip that its students get.

    The class's folder is made where there is none: an ordinary nbgrader course.
    """
    from autograder.classroom.folder import chosen
    from autograder.classroom.release import bundle, open_course, release_lesson
    from autograder.lesson.lessons import lesson as find
    from autograder.lesson.lessons import repository

    open_course(course, db)
    classroom = _class(course, db)
    for lesson in _lessons(root, lessons):
        _say(f"{lesson.name}: {release_lesson(classroom, lesson)}")
    home = repository(root)
    all_lessons = [find(home, name) for name in chosen(classroom, [])]
    _say(f"For students: {bundle(classroom, home, all_lessons)}")


def collect(
    lesson: Annotated[str, typer.Argument(help="Such as 01_knn, or 01.")],
    source: Annotated[
        Path, typer.Argument(metavar="FROM", help="A folder, or a zip from Moodle, Canvas, ...")
    ],
    pattern: Annotated[
        str | None,
        typer.Option(
            help="A regular expression with the groups student_id and file_id.",
            show_default="one that knows the common systems",
        ),
    ] = None,
    course: Course = CLASS,
) -> None:
    """Put what students handed in where the grader looks for it."""
    from autograder.classroom.collect import PATTERN, collect_lesson
    from autograder.classroom.folder import chosen

    classroom = _class(course)
    (name,) = chosen(classroom, [lesson])
    collected = collect_lesson(classroom, name, source, pattern or PATTERN)
    for file, reason in sorted(collected.left_out.items()):
        _say(f"left out: {file}. {reason}")
    _say(f"{name}: {len(collected.students)} submissions collected")


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

    from autograder.classroom.folder import chosen
    from autograder.grading.grade import grade_lesson
    from course_lib.runner import Limits

    classroom = _class(course, db)
    left_out = False
    for name in chosen(classroom, lessons or []):
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
            _say(f"not graded: {student}. {reason}")
        for student, problem in summary.problems.items():
            _say(f"{student}: {problem}")
        _say(f"{name}: {summary.graded + summary.entered} graded, {summary.kept} unchanged")
    raise typer.Exit(1 if left_out else 0)


def feedback(lessons: Named = None, course: Course = CLASS, db: Database = "") -> None:
    """Write a page for each student: their work, the verdicts, the points. No hidden test."""
    from autograder.classroom.folder import chosen
    from autograder.pages.feedback import write_pages

    classroom = _class(course, db)
    failed = []
    for name in chosen(classroom, lessons or []):
        try:
            written = write_pages(classroom, name, progress=True)
        except CourseError as error:
            failed.append(str(error))
            continue
        folder = classroom.folder / classroom.coursedir.feedback_directory
        _say(f"{name}: {len(written)} pages in {folder}")
    if failed:
        raise CourseError("\n".join(failed))


def report(
    lessons: Named = None, course: Course = CLASS, db: Database = "", root: Root = None
) -> None:
    """Write a page on each lesson: scores, exercises, and what the class got wrong."""
    from autograder.classroom.folder import chosen
    from autograder.pages.report import write_report

    classroom = _class(course, db)
    for name in chosen(classroom, lessons or []):
        _say(f"{name}: {write_report(classroom, name, _foreseen(root, name))}")


def export(
    lessons: Named = None,
    to: Annotated[Path, typer.Option(metavar="FILE", help="Where to write.")] = Path("scores.csv"),
    excel: Annotated[
        bool, typer.Option("--excel", help="Begin with the mark by which Excel knows UTF-8.")
    ] = False,
    course: Course = CLASS,
    db: Database = "",
) -> None:
    """Write the scores as a CSV table, one row for each student."""
    from autograder.classroom.folder import chosen
    from autograder.pages.export import export_scores

    classroom = _class(course, db)
    _say(f"{export_scores(classroom, to, chosen(classroom, lessons or []), excel=excel)}")


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

    chosen = _lessons(root, lessons)
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
        _console().print(table)
        pages = made.classroom.feedback("*", lesson)
        _say(f"A page for each student: {_from_here(pages)}")
        _say(f"How the class did: {_from_here(made.classroom.report(lesson))}")
        _say("")
    _say(f"The scores as a table: {_from_here(made.table)}")
    jupyter = os.path.relpath(Path(sys.executable).parent / "jupyter", made.classroom.folder)
    _say(f"The class in formgrader: cd {_from_here(made.classroom.folder)} && {jupyter} lab")
    _say("The lessons as students see them, in JupyterLab: make lab")


def _from_here(path: Path) -> str:
    return os.path.relpath(path)


def _lessons(root: Path | None, names: list[str] | None) -> "list[Lesson]":
    from autograder.lesson.lessons import all_lessons, lesson, repository

    home = repository(root)
    return [lesson(home, name) for name in names] if names else all_lessons(home)


def _class(folder: Path, db: str = "") -> "Classroom":
    from autograder.classroom.folder import class_in
    from autograder.classroom.guarded import guard

    if sentence := guard(folder):
        typer.echo(shown(sentence), err=True)  # beside what a program reads
    return class_in(folder, db)


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


def _say(line: str) -> None:
    _console().print(shown(line), markup=False, soft_wrap=True)


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)
