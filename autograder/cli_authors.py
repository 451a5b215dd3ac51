"""The author's commands of `course`: is a lesson sound, and what do students get of it?"""

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli_options import Named, Root, chosen_lessons, say
from course_lib.errors import CourseError


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as 16_my_lesson.")],
    root: Root = None,
) -> None:
    """Begin a lesson: a text with one exercise, two mistakes, and the notebook made of them."""
    from autograder.lesson import hints
    from autograder.lesson.build import write_release
    from autograder.lesson.lessons import repository
    from autograder.lesson.new import new_lesson
    from autograder.soundness import known

    lesson = new_lesson(repository(root), name)
    write_release(lesson)
    hints.build(lesson)
    known.build(lesson)
    number = name.partition("_")[0]
    say(f"Edit {lesson.source} and {lesson.mistakes.name} beside it; docs/authors.md tells how.")
    say(f"Then: course build {number}, course rehearse {number}, course lab {number}.")


def build(
    lessons: Named = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 where a notebook is stale.")
    ] = False,
    root: Root = None,
) -> None:
    """Make the students' notebooks from the lessons' texts, which must keep the house rules."""
    from autograder.lesson import hints
    from autograder.lesson.build import is_current, write_release
    from autograder.soundness import known
    from autograder.soundness.lint import problems_of, unfinished, warnings

    chosen = chosen_lessons(root, lessons)
    if breaches := [breach for lesson in chosen for breach in problems_of(lesson)]:
        raise CourseError("\n".join(breaches))
    stale = False
    for lesson in chosen:
        if check:
            current = all(one.is_current(lesson) for one in (hints, known)) and is_current(lesson)
            stale = stale or not current
            say(f"{lesson.name}: {'up to date' if current else 'stale, run `course build`'}")
        else:
            written = [write_release(lesson), hints.build(lesson), known.build(lesson)]
            say(f"{lesson.name}: {'written' if any(written) else 'up to date'}")
            for warning in [*unfinished(lesson), *warnings(lesson)]:
                say(f"  Look at this: {warning}")
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
    from autograder.soundness.lint import problems_of, unfinished

    count = 0
    for lesson in chosen_lessons(root, lessons):
        if not (breaches := problems_of(lesson)):  # else nothing can be tried
            breaches = [*unfinished(lesson), *faults_of(lesson, SEEDS[:seeds])]
        for sentence in breaches:
            say(sentence)
        count += len(breaches)
        say(f"{lesson.name}: rehearsed")
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
    for lesson in chosen_lessons(root, lessons):
        with tqdm(desc=lesson.name, unit=" changes", leave=False) as bar:
            came = mutate_lesson(
                lesson, only=lambda one: one.startswith(exercise), on_mutant=bar.update
            )
        for one in came.unlisted:
            say(f"{one.exercise}: {one.mutant.title}")
        for line in came.stale:
            say(f"no longer there, take it out of {lesson.equivalents.name}: {line}")
        listed = len(came.survivors) - len(came.unlisted)
        say(
            f"{lesson.name}: {came.tried} changes, {len(came.survivors)} survive, "
            f"{listed} of them listed as equivalent; {came.stopped} took too long"
        )
        holes += len(came.unlisted) + len(came.stale)
    raise typer.Exit(1 if holes else 0)


def site(
    lessons: Named = None,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where to make it.", show_default="build/site"),
    ] = None,
    root: Root = None,
) -> None:
    """Make the course's web site: every lesson run with its answers, the guides, the reference.

    It opens from its folder and from any host of files, without a network. A lesson is run again
    only where it, or course_lib, has changed.
    """
    from autograder.lesson.lessons import repository

    try:
        from autograder.site.whole import write_site
    except ModuleNotFoundError as error:
        raise CourseError(
            f"The site is made with {error.name}, which is not installed: "
            "pip install -e '.[instructor,site]'"
        ) from error
    home = repository(root)
    folder = (to or home / "build" / "site").resolve()
    page = write_site(home, chosen_lessons(root, lessons), folder, say)
    say(f"Open {page}, or put {page.parent} on any host of files.")
