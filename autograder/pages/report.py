"""How did the class do in a lesson, and what did it get wrong?"""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.classroom import gradebook, lateness
from autograder.classroom.alike import same_predictions
from autograder.classroom.folder import Classroom
from autograder.classroom.gradebook import Marks
from autograder.grading.results import Results, read_results
from course_lib.errors import CourseError
from course_lib.files import write

BINS = 10


@dataclass(frozen=True)
class Exercise:
    """How the class did in one exercise."""

    id: str
    share: float  # of the points that could be earned, 0 to 1
    full: int  # submissions with all of its points
    mistakes: tuple[tuple[str, int, bool], ...]  # sentence, submissions, named in mistakes.py


@dataclass(frozen=True)
class Report:
    """What the page shows."""

    lesson: str
    students: int
    possible: float
    median: float
    bins: tuple[int, ...]  # students by tenth of the score
    exercises: tuple[Exercise, ...]
    seconds: tuple[tuple[str, float], ...]  # by student, the longest first
    problems: tuple[tuple[str, str], ...]  # by student
    alike: tuple[tuple[str, ...], ...]  # students with equal files of predictions

    @property
    def median_seconds(self) -> float:
        return statistics.median(seconds for _, seconds in self.seconds)


def write_report(classroom: Classroom, lesson: str, named: Iterable[str] = ()) -> Path:
    """Write the page of a lesson; returns where it lies.

    named: the sentences of the lesson's mistakes.py
    raises: CourseError where nothing was graded yet
    """
    with gradebook.opened(classroom) as book:
        lateness.assign(book, classroom)
        marks = gradebook.marks(book, lesson)
    results = {
        one.student: read_results(classroom.autograded(one.student, lesson)) for one in marks
    }
    graded = {student: result for student, result in results.items() if result is not None}
    if not graded:
        raise CourseError(f"Nobody's {lesson} is graded. Run `course grade {lesson}` first.")
    same = same_predictions(classroom, lesson, graded)
    summary = summarise(lesson, marks, graded, tuple(named), same)
    environment = Environment(
        loader=PackageLoader("autograder.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2").render(report=summary)
    write(classroom.report(lesson), page)
    return classroom.report(lesson)


def summarise(
    lesson: str,
    marks: Iterable[Marks],
    graded: Mapping[str, Results],
    named: tuple[str, ...],
    same: tuple[tuple[str, ...], ...] = (),
) -> Report:
    """The figures of the page, from the gradebook's scores and the grader's notes."""
    marks = [one for one in marks if one.student in graded]
    scores = [one.score for one in marks]
    possible = marks[0].possible
    bins = Counter(min(int(BINS * score / possible), BINS - 1) for score in scores)
    seconds = [(student, result.seconds) for student, result in graded.items()]
    problems = [(student, result.problem) for student, result in graded.items() if result.problem]
    return Report(
        lesson,
        len(scores),
        possible,
        statistics.median(scores),
        tuple(bins[number] for number in range(BINS)),
        _exercises(marks, graded, named),
        tuple(sorted(seconds, key=lambda pair: (-pair[1], pair[0]))),
        tuple(sorted(problems)),
        same,
    )


def _exercises(
    marks: list[Marks], graded: Mapping[str, Results], named: tuple[str, ...]
) -> tuple[Exercise, ...]:
    any_result = next(iter(graded.values()))
    by_exercise: dict[str, dict[str, float]] = {}  # exercise -> check -> possible points
    for verdict in any_result.verdicts:
        exercise = any_result.exercises[verdict.check]
        by_exercise.setdefault(exercise, {})[verdict.check] = verdict.possible
    return tuple(
        _exercise(exercise, checks, marks, graded, named)
        for exercise, checks in by_exercise.items()
    )


def _exercise(
    name: str,
    checks: Mapping[str, float],
    marks: list[Marks],
    graded: Mapping[str, Results],
    named: tuple[str, ...],
) -> Exercise:
    possible = sum(checks.values())
    earned = [sum(one.checks.get(check, 0.0) for check in checks) for one in marks]
    counted = Counter(
        sentence
        for result in graded.values()
        for sentence in {
            _cause(verdict.message, named)
            for verdict in result.verdicts
            if verdict.check in checks and verdict.message not in ("", result.problem)
        }
    )
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return Exercise(
        name,
        sum(earned) / (possible * len(earned)) if possible else 1.0,
        sum(points >= possible for points in earned),
        tuple(
            (sentence, count, any(one in sentence for one in named)) for sentence, count in ranked
        ),
    )


def _cause(message: str, named: tuple[str, ...]) -> str:
    """What a verdict is counted under: the first named mistake that it tells, else all it says."""
    places = {message.find(sentence): sentence for sentence in named if sentence in message}
    return places[min(places)] if places else message
