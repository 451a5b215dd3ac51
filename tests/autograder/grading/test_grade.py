"""Who is graded, and what the gradebook and the folders hold afterwards."""

import dataclasses
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

import pytest
from nbformat import NotebookNode, from_dict
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom, class_in
from autograder.grading.grade import Summary, grade_lesson
from autograder.grading.results import read_results
from autograder.grading.verdicts import Graded, Verdict
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.lessons import Lesson
from autograder.soundness.rehearse import rehearse_notebook
from course_lib.cells import grade_id, is_check
from course_lib.errors import CourseError
from course_lib.notebooks import as_text
from course_lib.runner import Limits
from tests.autograder.grading.tiny import NoParents

LESSON = "01_tiny"
SQUARES = "def sum_of_squares(x):\n    return float((x**2).sum())"
LARGEST = "largest = max"
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
pytestmark = BOTH


@dataclasses.dataclass(frozen=True)
class NoKernel:
    """A room that rehearses the checks in this process: fast, and the scores are real."""

    limits: Limits
    seed: str

    def run(self, notebook: NotebookNode) -> Graded:
        said = rehearse_notebook(notebook)
        verdicts = [
            Verdict(name, points * said[name].share, points, said[name].reasons, 0.5)
            for name, points in (
                (grade_id(cell), float(cell.metadata.nbgrader.points))
                for cell in notebook.cells
                if is_check(cell)
            )
        ]
        return Graded(from_dict(notebook), tuple(verdicts), 1.5, "")


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "slow" not in request.keywords:

        def spread(work, tasks, workers) -> Iterator[tuple[object, Graded | None]]:
            yield from ((task, work(task)) for task in tasks)

        monkeypatch.setattr("autograder.grading.grade.side_by_side", spread)
        monkeypatch.setattr("autograder.grading.grade.Parents", NoParents)
        monkeypatch.setattr(
            "autograder.grading.mark.room_for",
            lambda terms, seed, files: NoKernel(terms.limits, seed),
        )


def hand_in(classroom: Classroom, student: str, lesson: Lesson, **answers: str) -> None:
    source = source_notebook(lesson)
    notebook = release_notebook(source, lesson.source)
    for cell in notebook.cells:
        cell.source = answers.get(grade_id(cell).removeprefix("tiny-"), cell.source)
    put(classroom, student, as_text(notebook).encode())


def put(classroom: Classroom, student: str, raw: bytes) -> None:
    path = classroom.submitted(student, LESSON)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def scores(classroom: Classroom) -> dict[str, float]:
    with gradebook.opened(classroom) as book:
        return {marks.student: marks.score for marks in gradebook.marks(book, LESSON)}


def comment(classroom: Classroom, student: str, exercise: str) -> str | None:
    with gradebook.opened(classroom) as book:
        return book.find_comment(exercise, LESSON, LESSON, student).comment


def test_a_class_keeps_the_table_of_mistakes(classroom, tiny):
    """Does a release bring the table, and does another sentence in it grade nobody again?"""
    table = classroom.known(LESSON)
    assert "This is the sum, not the sum of squares." in table.read_text()
    hand_in(classroom, "ada", tiny, squares=SQUARES, largest=LARGEST)
    assert grade_lesson(classroom, LESSON).graded == 1
    table.write_text(table.read_text().replace("This is the sum", "That is the sum"))
    assert grade_lesson(classroom, LESSON).graded == 0
    table.unlink()
    assert grade_lesson(classroom, LESSON, force=True).graded == 1


def test_everybody_has_a_score(classroom, tiny):
    """Do right, missing, broken and never collected submissions all get a score and a reason?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES, largest=LARGEST)
    put(classroom, "bo", b'{"cells": [')
    put(classroom, "cy", b"")
    classroom.submitted("di", LESSON).parent.mkdir(parents=True)
    classroom.submitted("eve", LESSON).mkdir(parents=True)
    with gradebook.opened(classroom) as book:
        book.add_student("finn")
    summary = grade_lesson(classroom, LESSON)
    assert scores(classroom) == {"ada": 80, "bo": 0, "cy": 0, "di": 0, "eve": 0, "finn": 0}
    assert list(summary.problems) == ["bo", "cy", "di", "eve", "finn"]
    assert "ends too early" in comment(classroom, "bo", "tiny-squares")
    assert comment(classroom, "finn", "tiny-squares") == "No notebook was handed in."
    assert comment(classroom, "ada", "tiny-squares") is None
    assert "nan" in comment(classroom, "ada", "tiny-largest")


def test_links_are_not_followed(classroom, tiny):
    """Does a link to somebody else's notebook earn nothing?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    link = classroom.submitted("mallory", LESSON)
    link.parent.mkdir(parents=True)
    link.symlink_to(classroom.submitted("ada", LESSON))
    grade_lesson(classroom, LESSON)
    assert scores(classroom) == {"ada": 40, "mallory": 0}


def test_second_names(classroom, tiny):
    """Does a second name of the instructor's notebook earn nothing, and one of a backup no less?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    os.link(classroom.submitted("ada", LESSON), classroom.folder / "backup.ipynb")
    link = classroom.submitted("mallory", LESSON)
    link.parent.mkdir(parents=True)
    os.link(classroom.source(LESSON), link)
    grade_lesson(classroom, LESSON)
    assert scores(classroom) == {"ada": 40, "mallory": 0}
    assert "is a link to another place" in comment(classroom, "mallory", "tiny-squares")


def test_formgrader_sees_the_scores(classroom, tiny):
    """Does nbgrader's own interface report what was graded, as if it had graded itself?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES, largest=LARGEST)
    hand_in(classroom, "bo", tiny)
    (classroom.submitted("ada", LESSON).parent / "timestamp.txt").write_text(
        "2027-03-01 09:00:00 UTC"
    )
    grade_lesson(classroom, LESSON)
    api = NbGraderAPI(CourseDirectory(config=classroom.config), config=Config())
    assignment = api.get_assignment(LESSON)
    assert (assignment["average_score"], assignment["max_score"]) == (40, 100)
    assert assignment["num_submissions"] == 2
    submission = api.get_submission(LESSON, "ada")
    assert (submission["score"], submission["autograded"]) == (80, True)
    assert submission["timestamp"] == datetime(2027, 3, 1, 9).isoformat()
    assert not submission["needs_manual_grade"]
    (notebook,) = api.get_student_notebook_submissions("bo", LESSON)
    assert (notebook["score"], notebook["failed_tests"]) == (0, True)


def test_second_run_grades_nothing(classroom, tiny):
    """Is what has not changed left alone, broken and missing submissions included?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    put(classroom, "bo", b"")
    classroom.submitted("di", LESSON).parent.mkdir(parents=True)
    assert grade_lesson(classroom, LESSON).graded == 3
    assert grade_lesson(classroom, LESSON) == Summary(LESSON, 0, 3, {})
    assert grade_lesson(classroom, LESSON, force=True).graded == 3


def test_what_changed_is_graded_again(classroom, tiny):
    """Do a new submission, new limits, a new source and a lost result each cause a new grade?"""
    hand_in(classroom, "ada", tiny)
    hand_in(classroom, "bo", tiny)
    grade_lesson(classroom, LESSON)
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    assert grade_lesson(classroom, LESSON).graded == 1
    assert scores(classroom) == {"ada": 40, "bo": 0}
    classroom.autograded("bo", LESSON).write_text("{")
    assert grade_lesson(classroom, LESSON).graded == 1
    assert grade_lesson(classroom, LESSON, limits=Limits(cell_seconds=7)).graded == 2
    source = classroom.source(LESSON)
    source.write_text(source.read_text().replace("A tiny lesson", "A very tiny lesson"))
    assert grade_lesson(classroom, LESSON, limits=Limits(cell_seconds=7)).graded == 2


def test_a_file_beside_the_notebook(classroom, tiny):
    """Does another name or content of a file beside the notebook cause a new grade?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    assert grade_lesson(classroom, LESSON).graded == 1
    beside = classroom.submitted("ada", LESSON).parent / "mine.py"
    beside.write_text("x = 1")
    assert grade_lesson(classroom, LESSON).graded == 1
    beside = beside.rename(beside.with_name("yours.py"))
    assert grade_lesson(classroom, LESSON).graded == 1
    beside.write_text("x = 2")
    assert grade_lesson(classroom, LESSON).graded == 1
    assert grade_lesson(classroom, LESSON).graded == 0


def test_what_was_computed_is_entered(classroom, tiny):
    """Does a run that finds results which the gradebook lacks enter them, and tell problems?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    put(classroom, "bo", b"")
    first = grade_lesson(classroom, LESSON)
    with gradebook.opened(classroom) as book:
        book.db.execute(gradebook.ENTERED.delete())
        book.db.commit()
    again = grade_lesson(classroom, LESSON)
    assert (again.graded, again.kept, again.entered) == (0, 0, 2)
    assert again.problems == first.problems != {}
    assert scores(classroom) == {"ada": 40, "bo": 0}


def test_manual_scores_stay(classroom, tiny):
    """Do a person's score, comment and extra credit survive a new grade?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    grade_lesson(classroom, LESSON)
    with gradebook.opened(classroom) as book:
        mark = book.find_grade("tiny-largest-check", LESSON, LESSON, "ada")
        mark.manual_score, mark.extra_credit = 33, 2
        book.find_comment("tiny-largest", LESSON, LESSON, "ada").manual_comment = "Good idea."
        book.db.commit()
    hand_in(classroom, "ada", tiny)
    grade_lesson(classroom, LESSON)
    assert scores(classroom) == {"ada": 35}
    assert comment(classroom, "ada", "tiny-largest") == "Good idea."
    assert comment(classroom, "ada", "tiny-squares") == "Not written yet."


def test_late_submissions(classroom, tiny):
    """Is the class's own rule for late submissions applied, and lifted when it no longer holds?"""
    classroom.config.LateSubmissionPlugin.penalty_method = "zero"
    with gradebook.opened(classroom) as book:
        book.update_or_create_assignment(LESSON, duedate="2027-03-01 00:00:00 UTC")
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    stamp = classroom.submitted("ada", LESSON).parent / "timestamp.txt"
    stamp.write_text("2027-03-02 00:00:00 UTC")
    grade_lesson(classroom, LESSON)
    assert scores(classroom) == {"ada": 0}
    stamp.write_text("2027-02-02 00:00:00 UTC")
    assert grade_lesson(classroom, LESSON).graded == 0
    assert scores(classroom) == {"ada": 40}


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "", "2027-99-01 00:00:00 UTC", "\x00", "9" * 400, "1 " * 1000),
        *("2027-01-01 00:00:00 Evil/../../etc/passwd", "9999-12-31 23:59:59 -9999"),
    ],
)
def test_a_time_that_is_none(classroom, tiny, text):
    """Is a file of the time that cannot be read told once, set aside, and the work graded?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    stamp = classroom.submitted("ada", LESSON).parent / "timestamp.txt"
    stamp.write_text(text)
    assert "counts as handed in on time" in grade_lesson(classroom, LESSON).problems["ada"]
    assert scores(classroom) == {"ada": 40}
    assert not stamp.exists()
    assert stamp.with_name("unreadable-timestamp.txt").read_text() == text
    again = grade_lesson(classroom, LESSON)
    assert (again.graded, again.problems) == (0, {})


def test_a_time_that_never_ends(classroom, tiny):
    """Is what lies in place of the time, and is no file, set aside unread?"""
    stamp = {}
    for student in ("pipe", "link", "folder"):
        hand_in(classroom, student, tiny, squares=SQUARES)
        stamp[student] = classroom.submitted(student, LESSON).parent / "timestamp.txt"
    os.mkfifo(stamp["pipe"])
    stamp["link"].symlink_to("/dev/zero")
    (stamp["folder"] / "full").mkdir(parents=True)
    (stamp["folder"].with_name("unreadable-timestamp.txt") / "full").mkdir(parents=True)
    assert set(grade_lesson(classroom, LESSON).problems) == set(stamp)
    assert scores(classroom) == dict.fromkeys(stamp, 40)


def test_results_are_noted(classroom, tiny):
    """Does the executed notebook say what was computed, as the gradebook does?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    grade_lesson(classroom, LESSON)
    noted = read_results(classroom.autograded("ada", LESSON))
    with gradebook.opened(classroom) as book:
        (marks,) = gradebook.marks(book, LESSON)
    assert {one.check: one.earned for one in noted.verdicts} == marks.checks
    assert noted.exercises["tiny-largest-nan-check"] == "tiny-largest"
    json.loads(classroom.autograded("ada", LESSON).read_text())


def test_interrupted(classroom, tiny, monkeypatch):
    """Does Ctrl-C keep what is done, and the next run do only the rest?"""
    for student in "abc":
        hand_in(classroom, student, tiny, squares=SQUARES)

    def spread(work, tasks, workers):
        yield tasks[0], work(tasks[0])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograder.grading.grade.side_by_side", spread)
        with pytest.raises(KeyboardInterrupt):
            grade_lesson(classroom, LESSON)
    assert grade_lesson(classroom, LESSON).graded == 2
    assert scores(classroom) == {"a": 40, "b": 40, "c": 40}


def test_grader_that_dies(classroom, tiny, monkeypatch):
    """Does a submission that ends its grader get 0 and a sentence, and the others their points?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES)
    hand_in(classroom, "bo", tiny)

    def spread(work, tasks, workers):
        yield from ((task, None if task.student == "bo" else work(task)) for task in tasks)

    monkeypatch.setattr("autograder.grading.grade.side_by_side", spread)
    grade_lesson(classroom, LESSON)
    assert scores(classroom) == {"ada": 40, "bo": 0}
    assert "twice" in comment(classroom, "bo", "tiny-squares")


def test_grader_with_a_bug(classroom, tiny, monkeypatch):
    """Does an error of the grader itself on one submission leave the class graded?"""

    def run(self, notebook):
        raise ZeroDivisionError

    monkeypatch.setattr(NoKernel, "run", run)
    hand_in(classroom, "ada", tiny)
    assert "Ask your instructor" in grade_lesson(classroom, LESSON).problems["ada"]


def test_unreleased(classroom):
    """Is a lesson that the class does not have named, with what to do?"""
    with pytest.raises(CourseError, match="course release 02_other"):
        grade_lesson(classroom, "02_other")


def test_locked_gradebook(classroom, tiny, database):
    """Is a gradebook that cannot be written to told in one sentence?"""
    if database != "sqlite":
        pytest.skip("Only SQLite locks the whole database.")
    hand_in(classroom, "ada", tiny)
    impatient = class_in(classroom.folder, f"{classroom.db}?timeout=0.1")
    with closing(sqlite3.connect(classroom.folder / "gradebook.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CourseError, match=r"gradebook of .* failed.* locked"):
            grade_lesson(impatient, LESSON)


@pytest.mark.slow
def test_in_processes(classroom, tiny):
    """Do real rooms in real processes give the same scores, and the same ones again?"""
    hand_in(classroom, "ada", tiny, squares=SQUARES, largest=LARGEST)
    hand_in(classroom, "bo", tiny, squares="def sum_of_squares(x): return 7.0")
    put(classroom, "cy", b"")
    grade_lesson(classroom, LESSON, workers=2)
    first = scores(classroom), comment(classroom, "bo", "tiny-squares")
    assert first[0] == {"ada": 80, "bo": 0, "cy": 0}
    grade_lesson(classroom, LESSON, workers=1, force=True)
    assert (scores(classroom), comment(classroom, "bo", "tiny-squares")) == first
