"""What does a late submission lose? It follows from the gradebook's times and the class's rule."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from nbgrader.api import (
    Assignment,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import bindparam, update

from autograder.classroom.folder import Classroom
from autograder.classroom.times import in_utc, zone_of
from course_lib.errors import CourseError

DAY = 86_400.0


@dataclass(frozen=True)
class Rule:
    """`c.Course.late` in the class's nbgrader_config.py. A day that has begun is a day late."""

    percent_a_day: float = 0.0  # of the lesson's points
    most_percent: float = 100.0
    grace_minutes: float = 0.0  # so late is in time
    free_days: int = 0  # days of the term that cost nothing; the earliest lessons use them


@dataclass(frozen=True)
class Late:
    """A submission after its due date."""

    notebook: str  # nbgrader's id of the submitted notebook
    student: str
    due: datetime
    seconds: float


def rule_of(classroom: Classroom) -> Rule | None:
    """The class's own rule; None where it has none, and nbgrader's plugin decides.

    raises: CourseError where it is not understood
    """
    written = classroom.config.Course.get("late") if "Course" in classroom.config else None
    if not written:
        return None
    known = {field.name for field in fields(Rule)}
    example = 'c.Course.late = {"percent_a_day": 10, "most_percent": 50, "grace_minutes": 15}'
    if not isinstance(written, Mapping) or not known.issuperset(written):
        raise CourseError(
            f"The class's nbgrader_config.py has late = {written!r}. It may hold "
            f"{', '.join(sorted(known))}; write for instance {example}."
        )
    for name, value in written.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise CourseError(f"late: {name} is {value!r}, and must be a number, 0 or more.")
    return Rule(**written)


def days_late(seconds: float, rule: Rule) -> int:
    """Whole days, of which the last has only begun; 0 within the grace period."""
    return math.ceil(seconds / DAY) if seconds > 60 * rule.grace_minutes else 0


def share_lost(days: int, rule: Rule) -> float:
    """The share of a lesson's points that so many days cost, 0 to 1."""
    return min(days * rule.percent_a_day, rule.most_percent, 100.0) / 100


def assign(book: Gradebook, classroom: Classroom) -> int:
    """Bring the penalties of all submissions up to date; returns how many changed."""
    late, before = _late(book)
    points = _points(book, [one.notebook for one in late])
    rule = rule_of(classroom)
    found = _by_rule(rule, late, points) if rule else _by_plugin(classroom, late, points)
    wanted = {
        notebook: min(max(penalty, 0.0), points[notebook][0]) or None for notebook, penalty in found
    }
    changed = [
        {"key": notebook, "penalty": wanted.get(notebook)}
        for notebook, penalty in before.items()
        if (penalty or None) != wanted.get(notebook)
    ]
    if changed:
        table = SubmittedNotebook.__table__
        statement = update(table).where(table.c.id == bindparam("key"))
        statement = statement.values(late_submission_penalty=bindparam("penalty"))
        book.db.connection().execute(statement, changed)
        book.db.commit()
        book.db.expire_all()
    return len(changed)


def _late(book: Gradebook) -> tuple[list[Late], dict[str, float | None]]:
    """The late submissions, those that were due first in front, and everybody's penalties."""
    rows = (
        book.db.query(
            SubmittedNotebook.id,
            SubmittedNotebook.late_submission_penalty,
            Student.id,
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            Assignment.duedate,
        )
        .select_from(SubmittedNotebook)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Student, Student.id == SubmittedAssignment.student_id)
    )
    late, penalties = [], {}
    for notebook, penalty, student, handed_in, extension, due in rows:
        penalties[notebook] = penalty
        if handed_in is not None and due is not None:
            seconds = (handed_in - due - (extension or timedelta())).total_seconds()
            if seconds > 0:
                late.append(Late(notebook, student, due, seconds))
    return sorted(late, key=lambda one: (one.due, one.student, one.notebook)), penalties


def _points(book: Gradebook, notebooks: list[str]) -> dict[str, tuple[float, float]]:
    """Earned and possible points of submitted notebooks."""
    found: dict[str, tuple[float, float]] = {}
    for start in range(0, len(notebooks), 500):  # databases limit how many values one asks for
        rows = book.db.query(
            SubmittedNotebook.id, SubmittedNotebook.score, SubmittedNotebook.max_score
        ).filter(SubmittedNotebook.id.in_(notebooks[start : start + 500]))
        found |= {notebook: (float(score), float(most)) for notebook, score, most in rows}
    return found


def _by_rule(
    rule: Rule, late: list[Late], points: Mapping[str, tuple[float, float]]
) -> Iterator[tuple[str, float]]:
    free: dict[str, int] = {}
    for one in late:
        days = days_late(one.seconds, rule)
        left = free.get(one.student, rule.free_days)
        free[one.student] = max(0, left - days)
        yield one.notebook, share_lost(max(0, days - left), rule) * points[one.notebook][1]


def _by_plugin(
    classroom: Classroom, late: list[Late], points: Mapping[str, tuple[float, float]]
) -> Iterator[tuple[str, float]]:
    """By nbgrader's `LateSubmissionPlugin`, or what the class has in its place."""
    if not late:
        return
    from nbgrader.preprocessors import AssignLatePenalties  # and with it nbconvert

    step = AssignLatePenalties(config=classroom.config)
    step.init_plugin()
    for one in late:
        score = points[one.notebook][0]
        penalty = step.plugin_inst.late_submission_penalty(one.student, score, one.seconds)
        if penalty is not None:
            yield one.notebook, float(penalty)


def moment(text: str, classroom: Classroom) -> datetime:
    """A time such as "2027-03-01 23:59", in UTC and without a zone, as the gradebook keeps it.

    A time without a zone is in the class's (`c.Exchange.timezone`), which is UTC unless set.
    raises: CourseError where it is no time
    """
    zone = zone_of(classroom)
    try:
        return in_utc(datetime.fromisoformat(text.strip()), zone)
    except (ValueError, OverflowError) as error:
        raise CourseError(
            f"{text!r} is no time. Write it like 2027-03-01 23:59, or 2027-03-01T23:59+02:00."
        ) from error


def set_due(book: Gradebook, lesson: str, when: datetime | None) -> None:
    """A lesson's due date for everybody; None: there is none."""
    book.find_assignment(lesson).duedate = when
    book.db.commit()


def extend(book: Gradebook, lesson: str, student: str, when: datetime | None) -> None:
    """One student's own due date; None: as everybody's. It follows when everybody's is moved.

    raises: CourseError where the lesson has no due date or nobody knows the student
    """
    due = book.find_assignment(lesson).duedate
    if due is None:
        raise CourseError(f"{lesson} has no due date. Set one first: course due {lesson} WHEN.")
    try:
        book.find_student(student)
    except MissingEntry as error:
        raise CourseError(f"The gradebook knows nobody called {student}.") from error
    submission = book.update_or_create_submission(lesson, student)
    submission.extension = when - due if when else None
    book.db.commit()


def due_dates(book: Gradebook, lesson: str) -> tuple[datetime | None, dict[str, datetime]]:
    """A lesson's due date, and those of the students who have another."""
    due = book.find_assignment(lesson).duedate
    if due is None:
        return None, {}
    rows = (
        book.db.query(Student.id, SubmittedAssignment.extension)
        .select_from(SubmittedAssignment)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Student, Student.id == SubmittedAssignment.student_id)
        .filter(Assignment.name == lesson, SubmittedAssignment.extension.isnot(None))
    )
    return due, {student: due + extension for student, extension in sorted(rows)}
