"""What does an instructor see of answers that are alike? Each pair side by side."""

from pathlib import Path

import nbformat
from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.classroom.folder import Classroom, released
from autograder.grading.similar import FEWEST, Pair, similar_pairs
from autograder.lesson.build import release_notebook
from course_lib.errors import TooEarlyError
from course_lib.files import write

MOST = 40  # pairs on the page


def write_similar(classroom: Classroom, lesson: str) -> tuple[Path, list[Pair]]:
    """Compare the graded submissions of a lesson and write the page; where it lies, and the pairs.

    raises: CourseError where too few are graded to say what a class shares
    """
    people = sorted(classroom.graded(lesson))
    if len(people) < FEWEST:
        raise TooEarlyError(
            f"{len(people)} submissions of {lesson} are graded: below {FEWEST} nobody can "
            "tell what a class shares."
        )
    given = release_notebook(released(classroom, lesson), classroom.source(lesson))
    submissions = {
        student: nbformat.read(classroom.autograded(student, lesson), as_version=4)
        for student in people
    }
    pairs = similar_pairs(submissions, given)
    environment = Environment(
        loader=PackageLoader("autograder.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("similar.html.j2")
    path = classroom.report(lesson).with_name(f"{lesson}-similar.html")
    write(path, template.render(lesson=lesson, pairs=pairs, students=len(people), most=MOST))
    return path, pairs
