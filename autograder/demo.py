"""What does it look like to grade a class? A made-up one, from release to report."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.classroom import alike, gradebook, withheld
from autograder.classroom.folder import CONFIG, Classroom
from autograder.classroom.release import open_course, release_lesson
from autograder.grading.grade import grade_lesson
from autograder.grading.results import Results, read_results
from autograder.lesson.lessons import Lesson
from autograder.pages.export import FILE, export_scores
from autograder.pages.feedback import write_pages
from autograder.pages.report import write_report
from autograder.personas import Persona, personas_of
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


def run_demo(
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
        release_lesson(classroom, lesson)
        people = personas_of(lesson)
        _hand_in(classroom, lesson, people)
        grade_lesson(classroom, lesson.name, workers=workers, limits=limits, progress=progress)
        write_pages(classroom, lesson.name, progress=progress)
        write_report(classroom, lesson.name, [mistake.sentence for mistake in load(lesson)])
        rows[lesson.name] = _rows(classroom, lesson, people)
    return Demo(classroom, export_scores(classroom, folder / FILE), rows)


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
            _wrong(read_results(classroom.autograded(one.student, lesson.name))),
        )
        for one in marks
        if one.student in stories
    ]


def _wrong(graded: Results | None) -> str:
    """The first thing that the grader told the student, and how much more there was."""
    if graded is None or graded.problem:
        return graded.problem if graded else ""
    sentences: dict[str, str] = {}  # one sentence an exercise
    for verdict in graded.verdicts:
        if verdict.message:
            sentences.setdefault(graded.exercises[verdict.check], verdict.message)
    if not sentences:
        return ""
    exercise, sentence = next(iter(sentences.items()))
    more = f" (and {len(sentences) - 1} more)" if len(sentences) > 1 else ""
    return f"{exercise}: {sentence}{more}"
