"""The commands for one notebook at a time: graded here, or on a machine of somebody else's."""

import json
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli_options import CLASS, Course, Root, class_of, say
from course_lib.errors import CourseError

Unsafe = Annotated[
    bool,
    typer.Option("--unsafe-no-sandbox", help="Run students' code unprotected, as yourself."),
]


def grade_one(
    path: Annotated[
        Path, typer.Argument(metavar="NOTEBOOK", help="Or the folder that was handed in.")
    ],
    lesson: Annotated[str, typer.Option(metavar="LESSON", help="Such as 01_knn, or 01.")],
    course: Annotated[
        Path | None,
        typer.Option(
            "--course",
            metavar="FOLDER",
            help="The class whose release, secret and labels count.",
            show_default="the lesson as it stands in the course",
        ),
    ] = None,
    as_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="All of it, as JSON.")
    ] = None,
    gradescope: Annotated[
        Path | None, typer.Option(metavar="FILE", help="As Gradescope's results.json.")
    ] = None,
    github: Annotated[
        Path | None, typer.Option(metavar="FILE", help="For GitHub Classroom's reporter.")
    ] = None,
    visibility: Annotated[
        str,
        typer.Option(
            metavar="WHEN", help="visible, hidden, after_due_date or after_published, in the JSON."
        ),
    ] = "visible",
    cell_seconds: Annotated[float, typer.Option(min=1, help="Time limit for each cell.")] = 30,
    total_seconds: Annotated[float, typer.Option(min=1, help="For the whole notebook.")] = 300,
    unsafe: Unsafe = False,
    root: Root = None,
) -> bool:
    """Grade one notebook without a gradebook: each check, its points and why.

    What is wrong with the notebook is part of the result; the exit code is 0 where there is one.
    """
    from autograder.classroom.folder import chosen
    from autograder.grading import single
    from autograder.lesson.lessons import lesson as find
    from autograder.lesson.lessons import repository
    from autograder.pages import result_json
    from course_lib.files import write
    from course_lib.runner import Limits

    if visibility not in result_json.VISIBILITIES:
        raise CourseError(f"--visibility is one of {', '.join(result_json.VISIBILITIES)}.")
    limits = Limits(cell_seconds, total_seconds)
    if course:
        classroom = class_of(course)
        (name,) = chosen(classroom, [lesson])
        ground = single.ground_of_class(classroom, name, limits, sandbox=not unsafe)
    else:
        ground = single.ground_of_lesson(find(repository(root), lesson), limits, sandbox=not unsafe)
    result = single.grade_one(ground, path)
    if as_json:
        write(as_json, json.dumps(result_json.plain(result, visibility), indent=1) + "\n")
    if gradescope:
        content = result_json.for_gradescope(result, visibility)
        write(gradescope, json.dumps(content, indent=1) + "\n")
    if github:
        write(github, result_json.for_github(result))
    if result.graded.problem:
        say(result.graded.problem)
    rows = result_json.rows_of(result)
    for row in rows:
        say(f"{row.earned:g} of {row.possible:g}: {row.title}")
        if row.message and row.message != result.graded.problem:
            say(f"    {row.message}")
    earned, possible = sum(row.earned for row in rows), sum(row.possible for row in rows)
    say(f"{ground.lesson}: {earned:g} of {possible:g} points")
    return earned == possible  # `course check --hidden` asks


def pack(
    lesson: Annotated[str, typer.Argument(metavar="LESSON", help="Such as 01_knn, or 01.")],
    for_: Annotated[str, typer.Option("--for", metavar="SYSTEM", help="gradescope or github.")],
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write.", show_default="SYSTEM-LESSON.zip"),
    ] = None,
    course: Course = CLASS,
    unsafe: Unsafe = False,
    root: Root = None,
) -> None:
    """Pack what Gradescope or GitHub Classroom needs to grade a lesson by itself.

    The zip holds the class's secret, the hidden tests and the answers: for instructors alone.
    """
    from autograder.classroom.folder import chosen
    from autograder.classroom.hosted import pack as pack_for
    from autograder.lesson.lessons import repository

    classroom = class_of(course)
    (name,) = chosen(classroom, [lesson])
    target = to or Path(f"{for_}-{name}.zip")
    say(f"{pack_for(classroom, repository(root), name, for_, target, sandbox=not unsafe)}")
