"""What goes into nbgrader's gradebook, and what comes out of it?"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    InvalidEntry,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import Column, MetaData, String, Table
from sqlalchemy.exc import SQLAlchemyError
from tornado.log import app_log

from autograder.classroom.folder import Classroom
from course_lib.cells import owner
from course_lib.errors import CourseError

# Beside nbgrader's own tables: which result the marks of a submitted notebook were taken from.
ENTERED = Table(
    "course_entered",
    MetaData(),
    Column("notebook", String(32), primary_key=True),  # nbgrader's id of the submitted notebook
    Column("result", String(32), nullable=False),  # `Results.id` of the executed notebook
)


@dataclass(frozen=True)
class Marks:
    """One student's standing in one lesson; manual scores and late penalties are in."""

    student: str
    score: float
    possible: float
    checks: Mapping[str, float]  # points by check id; empty where nothing was graded


@contextmanager
def opened(classroom: Classroom) -> Iterator[Gradebook]:
    """The gradebook of a class.

    raises: CourseError where the database cannot be reached, is locked or is too old
    """
    app_log.disabled = True  # nbgrader logs the whole traceback of what is told here in a sentence
    try:
        with alembic_on_path():
            book = Gradebook(classroom.db, classroom.coursedir.course_id)
        with book:
            yield book
    except (SQLAlchemyError, InvalidEntry) as error:
        raise CourseError(
            f"The gradebook of {classroom.folder} failed: {str(error).splitlines()[0]}. "
            "Close what else uses it and run the command again; what was graded stays graded."
        ) from error
    finally:
        app_log.disabled = False


@contextmanager
def alembic_on_path() -> Iterator[None]:
    """nbgrader asks the command `alembic` for the version of a new gradebook's tables.

    It lies beside this Python, which need not be on the path where no environment is activated.
    """
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), before))
    try:
        yield
    finally:
        os.environ["PATH"] = before


def require(book: Gradebook, lesson: str) -> None:
    """Raise CourseError unless the gradebook knows the lesson."""
    try:
        book.find_notebook(lesson, lesson)
    except MissingEntry as error:
        raise CourseError(
            f"The gradebook does not know {lesson}. Run `course release {lesson}` first."
        ) from error


def record(
    book: Gradebook,
    lesson: str,
    student: str,
    handed_in: datetime | None,
    points: Mapping[str, float],
    comments: Mapping[str, str],
    result: str = "",
) -> None:
    """Save one submission's automatic scores (by check) and comments (by exercise), all or none.

    What people entered (manual scores, comments, extra credit) stays; as nbgrader does, a check
    that bears a manual score is marked for another look. `result`, where given, is what `entered`
    (which must have been called before) gives back.
    """
    with one_transaction(book):
        book.update_or_create_student(student)
        with book.db.no_autoflush:  # nbgrader builds the rows of a new one before it adds them
            book.update_or_create_submission(lesson, student, timestamp=handed_in)
        notebook = book.find_submission_notebook(lesson, lesson, student)
        for grade, name in _named(book, Grade, notebook):
            grade.auto_score = points.get(name)
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        _comment(book, notebook, comments)
        if result:
            book.db.execute(ENTERED.delete().where(ENTERED.c.notebook == notebook.id))
            book.db.execute(ENTERED.insert().values(notebook=notebook.id, result=result))
        book.db.commit()


def set_comments(book: Gradebook, lesson: str, student: str, comments: Mapping[str, str]) -> None:
    """Save other automatic comments (by exercise); scores and what people wrote stay."""
    _comment(book, book.find_submission_notebook(lesson, lesson, student), comments)
    book.db.commit()


def _comment(book: Gradebook, notebook: SubmittedNotebook, comments: Mapping[str, str]) -> None:
    for comment, name in _named(book, Comment, notebook):
        comment.auto_comment = comments.get(name) or None


@contextmanager
def one_transaction(book: Gradebook) -> Iterator[None]:
    """nbgrader commits after each of its steps; in here that waits for the end of the block."""
    book.db.remove()
    try:
        with book.engine.begin() as connection:
            book.db(bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False)
            yield
    finally:
        book.db.remove()


def entered(book: Gradebook, lesson: str) -> dict[str, str]:
    """By student, the `result` that was last recorded for a lesson."""
    ENTERED.create(book.engine, checkfirst=True)
    rows = (
        book.db.query(Student.id, ENTERED.c.result)
        .select_from(SubmittedNotebook)
        .join(ENTERED, ENTERED.c.notebook == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Student, Student.id == SubmittedAssignment.student_id)
        .filter(Assignment.name == lesson)
    )
    return {str(student): str(result) for student, result in rows}


def times(book: Gradebook, lesson: str) -> dict[str, datetime | None]:
    """By student, when they handed in, as the gradebook knows it."""
    rows = (
        book.db.query(Student.id, SubmittedAssignment.timestamp)
        .select_from(SubmittedAssignment)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Student, Student.id == SubmittedAssignment.student_id)
        .filter(Assignment.name == lesson)
    )
    return {str(student): when for student, when in rows}


def set_time(book: Gradebook, lesson: str, student: str, handed_in: datetime | None) -> None:
    """Save when a student handed in."""
    book.find_submission(lesson, student).timestamp = handed_in
    book.db.commit()


def students(book: Gradebook) -> set[str]:
    """Everybody whom the gradebook knows."""
    return {student for (student,) in book.db.query(Student.id)}


def marks(book: Gradebook, lesson: str) -> list[Marks]:
    """How every student of the class stands in a lesson, by student."""
    require(book, lesson)
    possible = float(book.find_assignment(lesson).max_score)
    rows = (
        book.db.query(
            Student.id, GradeCell.name, Grade.score, SubmittedNotebook.late_submission_penalty
        )
        .select_from(Grade)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Student, Student.id == SubmittedAssignment.student_id)
        .filter(Assignment.name == lesson)
    )
    checks: dict[str, dict[str, float]] = {student: {} for student in students(book)}
    penalties: dict[str, float] = {}
    for student, check, score, penalty in rows:
        checks[student][check] = float(score)
        penalties[student] = float(penalty or 0)
    return [
        Marks(student, max(0.0, sum(by.values()) - penalties.get(student, 0.0)), possible, by)
        for student, by in sorted(checks.items())
    ]


def _named(
    book: Gradebook, kind: type[Grade] | type[Comment], notebook: SubmittedNotebook
) -> list[tuple[Grade | Comment, str]]:
    query = book.db.query(kind, BaseCell.name).join(BaseCell, BaseCell.id == kind.cell_id)
    return [(row, name) for row, name in query.filter(kind.notebook_id == notebook.id)]


def lessons(book: Gradebook) -> list[str]:
    """Every lesson that was released to the class, in teaching order; no other assignment."""
    return sorted(
        str(one.name)
        for one in book.assignments
        if [notebook.name for notebook in one.notebooks] == [one.name]
    )


def exercises(book: Gradebook, lesson: str) -> dict[str, list[str]]:
    """The checks of each exercise of a lesson, by their names: a check's begins with its own."""
    notebook = book.find_notebook(lesson, lesson)
    names = sorted(str(cell.name) for cell in notebook.solution_cells)
    checks: dict[str, list[str]] = {name: [] for name in names}
    for check in sorted(str(cell.name) for cell in notebook.grade_cells):
        checks.setdefault(owner(check, names) or check, []).append(check)
    return checks
