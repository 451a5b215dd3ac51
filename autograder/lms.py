"""The commands between a class and its learning system: who is in it, the way in, the way out."""

from pathlib import Path
from typing import Annotated

import typer

from autograder.options import CLASS, Course, Database, class_of, say
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
    course: Course = CLASS,
    db: Database = "",
) -> None:
    """Put what students handed in where the grader looks for it."""
    from autograder.classroom.collect import Answers, collect_lesson
    from autograder.classroom.folder import chosen

    classroom = class_of(course, db)
    (name,) = chosen(classroom, [lesson])
    if format_ and pattern:
        raise CourseError("Give --format or --pattern, not both.")
    answers = Answers(pattern, format_, dict(map(_answer, take or [])))
    collected = collect_lesson(classroom, name, source, answers)
    say(collected.title)
    for file, reason in sorted(collected.left_out.items()):
        say(f"left out: {file}. {reason}")
    for remark in collected.remarks:
        say(remark)
    for person in collected.nothing:
        say(f"handed in nothing: {person}")
    say(f"{name}: {len(collected.students)} submissions collected")


def _answer(text: str) -> tuple[str, str]:
    """What stands before the last = is the file or row, what stands after it the student."""
    what, mark, student = text.rpartition("=")
    return (what, student) if mark else (text, "")
