"""The commands between a class and its learning system: who is in it, the way in, the way out."""

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli_options import CLASS, Course, Database, Named, class_of, named_or_all, say
from course_lib.errors import CourseError


def collect(
    lesson: Annotated[str, typer.Argument(help="Such as 01_knn, or 01.")],
    source: Annotated[
        Path, typer.Argument(metavar="FROM", help="A folder, or a zip from Moodle, Canvas, ...")
    ],
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="Which system's names these are, such as moodle.",
            show_default="found by looking at all names",
        ),
    ] = "",
    pattern: Annotated[
        str,
        typer.Option(help="A regular expression with the groups student_id and file_id, instead."),
    ] = "",
    take: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE[=STUDENT]", help="Take this file, and for whom; may be repeated."
        ),
    ] = None,
    groups: Annotated[
        str,
        typer.Option(
            metavar="BEGINNING",
            help='One hands in for all of a group: of those whose names begin so, "*" for all.',
        ),
    ] = "",
    course: Course = CLASS,
    db: Database = "",
) -> None:
    """Put what students handed in where the grader looks for it."""
    from autograder.classroom.folder import chosen
    from autograder.intake.collect import Answers, collect_lesson
    from autograder.intake.download import LITTER

    classroom = class_of(course, db)
    (name,) = chosen(classroom, [lesson])
    if format_ and pattern:
        raise CourseError("Give --format or --pattern, not both.")
    answers = Answers(pattern, format_, dict(map(_answer, take or [])), groups)
    collected = collect_lesson(classroom, name, source, answers)
    say(collected.title)
    litter = [file for file, reason in collected.left_out.items() if reason == LITTER]
    for file, reason in sorted(collected.left_out.items()):
        if reason != LITTER:
            say(f"left out: {file}. {reason}")
    if litter:
        say(f"left out: {len(litter)} files such as {litter[0]}. {LITTER}")
    for remark in collected.remarks:
        say(remark)
    for person in collected.nothing:
        say(f"handed in nothing: {person}")
    say(f"{name}: {len(collected.students)} submissions collected")


def roster(
    folder: Annotated[Path, typer.Argument(metavar="CLASS", help="The folder of the class.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file from your system.")],
    lesson: Annotated[
        str, typer.Option(metavar="LESSON", help="Whose Moodle grading worksheet it is.")
    ] = "",
    take: Annotated[
        list[str] | None,
        typer.Option(metavar="LINE=STUDENT", help="Whom a line names; may be repeated."),
    ] = None,
    db: Database = "",
) -> None:
    """Enter the class's list: names, email addresses, numbers and sections.

    From Canvas, Moodle, Brightspace, Blackboard or Gradescope, or any table with such headings.
    What is collected is matched to it.
    """
    from autograder.classroom.folder import chosen
    from autograder.intake.roster import enrol

    classroom = class_of(folder, db)
    name = chosen(classroom, [lesson])[0] if lesson else ""
    enrolled = enrol(classroom, file, name, dict(map(_answer, take or [])))
    for line, question in enrolled.asked.items():
        say(f"not entered: line {line}. {question} Enter it with --take {line}=STUDENT")
    for remark in enrolled.remarks:
        say(remark)
    say(f"{enrolled.title}, {len(enrolled.students)} people, {len(enrolled.new)} of them new")


def export(
    lessons: Named = None,
    to: Annotated[Path, typer.Option(metavar="FILE", help="Where to write.")] = Path("scores.csv"),
    for_: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="SYSTEM",
            help="A file for canvas, moodle, brightspace, blackboard, gradescope or csv.",
            show_default="our own table, with every exercise",
        ),
    ] = "",
    into: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The system's own export, to be filled in.", exists=True),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="LESSON=HEADING", help="Which column of that file; may be repeated."),
    ] = None,
    excel: Annotated[
        bool, typer.Option("--excel", help="Begin with the mark by which Excel knows UTF-8.")
    ] = False,
    course: Course = CLASS,
    db: Database = "",
) -> None:
    """Write the scores as a CSV table, one row for each student."""
    from autograder.classroom.folder import chosen
    from autograder.pages.export import export_scores
    from autograder.pages.gradefile import export_for

    classroom = class_of(course, db)
    names = named_or_all(classroom, lessons)
    if not (for_ or into):
        say(f"{export_scores(classroom, to, names, excel=excel)}")
        return
    columns = {
        chosen(classroom, [lesson])[0]: heading
        for lesson, _, heading in (one.partition("=") for one in column or [])
    }
    wanted = names if lessons or not into else []
    written = export_for(classroom, for_ or "csv", to, wanted, into, columns)
    for remark in written.remarks:
        say(remark)
    for student in written.lacking:
        say(f"not in {into}: {student}")
    say(f"{written.path}: {written.scores} scores")


def _answer(text: str) -> tuple[str, str]:
    """What stands before the last = is the file or row, what stands after it the student."""
    what, mark, student = text.rpartition("=")
    return (what, student) if mark else (text, "")
