"""What does it look like to grade a class? A made-up one, from release to report."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.classroom import alike, gradebook, withheld
from autograder.classroom.folder import CONFIG, Classroom
from autograder.classroom.release import open_course, release
from autograder.grading.grade import grade
from autograder.grading.results import Results, results
from autograder.lesson.lessons import Lesson
from autograder.pages.export import FILE, export
from autograder.pages.feedback import feedback
from autograder.pages.report import report
from autograder.personas import Persona, personas
from autograder.soundness.mistakes import load
from course_lib.data import write_predictions
from course_lib.errors import CourseError
from course_lib.files import write
from course_lib.runner import Limits

# Short, for one of the made-up students hands in a loop that never ends.
LIMITS = Limits(cell_seconds=10)


@dataclass(frozen=True)
class Row:
    """One student of the made-up class: what they handed in, and what became of it."""

    student: str
    story: str
    score: float
    possible: float
    wrong: str  # in words; empty where nothing was


@dataclass(frozen=True)
class Demo:
    """Where the pages of the made-up class lie, and how it did in each lesson."""

    classroom: Classroom
    table: Path
    rows: dict[str, list[Row]]


def demo(
    lessons: list[Lesson],
    folder: Path,
    *,
    workers: int | None = None,
    limits: Limits = LIMITS,
    progress: bool = False,
) -> Demo:
    """Make a class in `folder`, hand in everybody's work, grade it, write all pages.

    A class made there before is thrown away.
    raises: CourseError where the folder holds something else
    """
    if folder.exists():
        if any(folder.iterdir()) and not (folder / CONFIG).is_file():
            raise CourseError(f"{folder} holds other things than a class. Name a new folder.")
        shutil.rmtree(folder)
    classroom = open_course(folder)
    rows = {}
    for lesson in lessons:
        release(classroom, lesson)
        people = personas(lesson)
        _hand_in(classroom, lesson, people)
        grade(classroom, lesson.name, workers=workers, limits=limits, progress=progress)
        feedback(classroom, lesson.name, progress=progress)
        report(classroom, lesson.name, [mistake.sentence for mistake in load(lesson)])
        rows[lesson.name] = _rows(classroom, lesson, people)
    return Demo(classroom, export(classroom, folder / FILE), rows)


def _hand_in(classroom: Classroom, lesson: Lesson, people: list[Persona]) -> None:
    labels = withheld.labels(classroom, lesson.name)
    for person in people:
        path = classroom.submitted(person.name, lesson.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if person.notebook is not None:
            write(path, person.notebook)
            if labels is not None:
                _predict(labels, person.name, path.parent / alike.FILE)


def _predict(labels: NDArray[np.int64], name: str, path: Path) -> None:
    """What somebody's net would say: nobody trains here, so one label in ten is made wrong."""
    rng = np.random.default_rng(list(name.encode()))
    wrong = rng.random(len(labels)) < 0.1
    write_predictions(np.where(wrong, (labels + 1) % 10, labels), path)


def _rows(classroom: Classroom, lesson: Lesson, people: list[Persona]) -> list[Row]:
    stories = {person.name: person.story for person in people}
    with gradebook.opened(classroom) as book:
        marks = gradebook.marks(book, lesson.name)
    return [
        Row(
            one.student,
            stories[one.student],
            one.score,
            one.possible,
            _wrong(results(classroom.autograded(one.student, lesson.name))),
        )
        for one in marks
        if one.student in stories
    ]


def _wrong(graded: Results | None) -> str:
    """The first thing that the grader told the student, and how much more there was."""
    if graded is None or graded.problem:
        return graded.problem if graded else ""
    told: dict[str, str] = {}  # one sentence an exercise
    for verdict in graded.verdicts:
        if verdict.message:
            told.setdefault(graded.exercises[verdict.check], verdict.message)
    if not told:
        return ""
    exercise, sentence = next(iter(told.items()))
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return f"{exercise}: {sentence}{more}"
