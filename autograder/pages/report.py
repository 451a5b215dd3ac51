"""How did the class do in a lesson, and what did it get wrong?"""

import os
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from nbformat import NotebookNode

from autograder.classroom import gradebook, lateness
from autograder.classroom.alike import same_predictions
from autograder.classroom.folder import Classroom, released
from autograder.classroom.gradebook import Marks
from autograder.grading.results import Results, read_results
from autograder.grading.shared import Group, groups
from course_lib.cells import grade_id, is_solution
from course_lib.checks.judging import NOT_WRITTEN
from course_lib.errors import TooEarlyError
from course_lib.files import write

BINS = 10
FEWEST = 10  # submissions, below which a correlation says nothing
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Remark:
    """A sentence of an exercise's checks, and to whom they said it."""

    text: str
    students: tuple[str, ...]
    named: bool  # in the lesson's mistakes.py


@dataclass(frozen=True)
class Exercise:
    """How the class did in one exercise."""

    id: str
    title: str
    share: float  # of the points that could be earned, 0 to 1: how easy it was
    full: int  # submissions with all of its points
    omitted: int  # submissions with none, in which a check says that it is not written
    discrimination: float | None  # see `_discrimination`
    remarks: tuple[Remark, ...]  # the most frequent first


@dataclass(frozen=True)
class Report:
    """What the page shows."""

    lesson: str
    students: int
    possible: float
    median: float
    mean: float
    deviation: float  # of the scores, over N
    bins: tuple[int, ...]  # students by tenth of the score
    exercises: tuple[Exercise, ...]
    seconds: tuple[tuple[str, float], ...]  # by student, the longest first
    problems: tuple[tuple[str, str], ...]  # by student
    alike: tuple[tuple[str, ...], ...]  # students with equal files of predictions
    pages: Mapping[str, str]  # the way to a student's page from the report's
    shared: tuple[Group, ...] = ()  # wrong values that several have and no sentence names

    @property
    def again(self) -> list[tuple[Exercise, Remark]]:
        """The named mistakes that several made, over all exercises, the most frequent first."""
        found = [
            (exercise, one)
            for exercise in self.exercises
            for one in exercise.remarks
            if one.named and len(one.students) > 1
        ]
        return sorted(found, key=lambda pair: (-len(pair[1].students), pair[1].text))

    @property
    def median_seconds(self) -> float:
        return statistics.median(seconds for _, seconds in self.seconds)


def write_report(
    classroom: Classroom, lesson: str, named: Iterable[str] = (), *, anonymous: bool = False
) -> Path:
    """Write the page of a lesson; returns where it lies.

    named: the sentences of the lesson's mistakes.py
    anonymous: say how many, and never who
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
        raise TooEarlyError(f"Nobody's {lesson} is graded. Run `course grade {lesson}` first.")
    same = same_predictions(classroom, lesson, graded)
    titles = _titles(released(classroom, lesson))
    summary = summarise(lesson, marks, graded, tuple(named), same, titles)
    several = [one for one in groups(classroom, lesson) if len(one.students) > 1]
    summary = replace(summary, shared=tuple(several))
    if not anonymous:
        summary = replace(summary, pages=_pages(classroom, lesson, graded))
    environment = Environment(
        loader=PackageLoader("autograder.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2").render(report=summary, anonymous=anonymous)
    write(classroom.report(lesson), page)
    return classroom.report(lesson)


def summarise(
    lesson: str,
    marks: Iterable[Marks],
    graded: Mapping[str, Results],
    named: tuple[str, ...],
    same: tuple[tuple[str, ...], ...] = (),
    titles: Mapping[str, str] | None = None,
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
        statistics.mean(scores),
        statistics.pstdev(scores),
        tuple(bins[number] for number in range(BINS)),
        _exercises(marks, graded, named, titles or {}),
        tuple(sorted(seconds, key=lambda pair: (-pair[1], pair[0]))),
        tuple(sorted(problems)),
        same,
        {},
    )


def _exercises(
    marks: list[Marks],
    graded: Mapping[str, Results],
    named: tuple[str, ...],
    titles: Mapping[str, str],
) -> tuple[Exercise, ...]:
    any_result = next(iter(graded.values()))
    by_exercise: dict[str, dict[str, float]] = {}  # exercise -> check -> possible points
    for verdict in any_result.verdicts:
        exercise = any_result.exercises[verdict.check]
        by_exercise.setdefault(exercise, {})[verdict.check] = verdict.possible
    return tuple(
        _exercise(exercise, titles.get(exercise, ""), checks, marks, graded, named)
        for exercise, checks in by_exercise.items()
        if any(checks.values())  # one that is optional has no points to be counted
    )


def _exercise(
    name: str,
    title: str,
    checks: Mapping[str, float],
    marks: list[Marks],
    graded: Mapping[str, Results],
    named: tuple[str, ...],
) -> Exercise:
    possible = sum(checks.values())
    earned = [sum(one.checks.get(check, 0.0) for check in checks) for one in marks]
    rest = [sum(one.checks.values()) - own for one, own in zip(marks, earned)]
    by_text: dict[str, set[str]] = {}
    omitted = 0
    for student, result in graded.items():
        own = [verdict for verdict in result.verdicts if verdict.check in checks]
        for verdict in own:
            if verdict.message not in ("", result.problem):
                by_text.setdefault(_cause(verdict.message, named), set()).add(student)
        unwritten = any(NOT_WRITTEN in verdict.message for verdict in own)
        omitted += unwritten and not any(verdict.earned for verdict in own)
    remarks = [
        Remark(text, tuple(sorted(students)), any(one in text for one in named))
        for text, students in by_text.items()
    ]
    return Exercise(
        name,
        title or name,
        sum(earned) / (possible * len(earned)),
        sum(points >= possible for points in earned),
        omitted,
        _discrimination(earned, rest),
        tuple(sorted(remarks, key=lambda one: (-len(one.students), one.text))),
    )


def _discrimination(earned: list[float], rest: list[float]) -> float | None:
    """Do those who are good elsewhere do well here? The correlation of an exercise's points with
    the points of the rest, point-biserial where the exercise is right or wrong.

    None where either is the same for everybody, or fewer than ten were graded.
    """
    if len(earned) < FEWEST or min(earned) == max(earned) or min(rest) == max(rest):
        return None
    return statistics.correlation(earned, rest)


def _titles(notebook: NotebookNode) -> dict[str, str]:
    """The heading that each exercise stands under; where several share one, with their ids."""
    found: dict[str, str] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (lines := HEADING.findall(cell.source)):
            heading = lines[-1].strip()
        elif is_solution(cell):
            found[grade_id(cell)] = heading
    shared = Counter(found.values())
    return {
        name: f"{title} ({name})" if shared[title] > 1 or not title else title
        for name, title in found.items()
    }


def _pages(classroom: Classroom, lesson: str, students: Iterable[str]) -> dict[str, str]:
    """The feedback pages that are there, as the report's page finds them."""
    here = classroom.report(lesson).parent
    found = {student: classroom.feedback(student, lesson) for student in students}
    return {
        student: quote(os.path.relpath(page, here).replace(os.sep, "/"))
        for student, page in found.items()
        if page.is_file()
    }


def _cause(message: str, named: tuple[str, ...]) -> str:
    """What a verdict is counted under: the first named mistake that it tells, else all it says."""
    places = {message.find(sentence): sentence for sentence in named if sentence in message}
    return places[min(places)] if places else message
