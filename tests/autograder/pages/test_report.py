"""The page about a class."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from autograder.classroom import gradebook
from autograder.classroom.gradebook import Marks
from autograder.grading.results import Results
from autograder.grading.verdicts import Verdict
from autograder.pages.report import summarise, write_report
from course_lib.errors import CourseError
from course_lib.notebooks import as_text

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
LESSON = "01_tiny"
POSSIBLE = {"tiny-squares-check": 40.0, "tiny-largest-check": 40.0, "tiny-largest-nan-check": 20.0}
OWNERS = {check: "-".join(check.split("-")[:2]) for check in POSSIBLE}


def graded(student: str, *wrong: str, said: str = "", problem: str = "", seconds: float = 1.0):
    """A student who got every check right but `wrong`, each of which said `said`."""
    verdicts = tuple(
        Verdict(
            check, 0.0 if check in wrong else points, points, said if check in wrong else "", 0.1
        )
        for check, points in POSSIBLE.items()
    )
    checks = {verdict.check: verdict.earned for verdict in verdicts}
    marks = Marks(student, sum(checks.values()), 100.0, checks)
    return marks, Results("", seconds, problem, OWNERS, verdicts)


CLASS = [
    graded("ada", seconds=2.0),
    graded("bo", "tiny-squares-check", said="This is the sum."),
    graded("cy", "tiny-squares-check", said="This is the sum.", seconds=9.0),
    graded("di", "tiny-largest-check", "tiny-largest-nan-check", said="Not written yet."),
    graded("eve", *POSSIBLE, said="<b>No</b> notebook.", problem="<b>No</b> notebook."),
]


def summary(people):
    marks = [marks for marks, _ in people]
    return summarise(LESSON, marks, {m.student: r for m, r in people}, ("This is the sum.",))


def test_scores():
    """Do the figures count every student once, full marks in the last bin?"""
    made = summary(CLASS)
    assert (made.students, made.possible, made.median) == (5, 100, 60)
    assert made.bins == (1, 0, 0, 0, 1, 0, 2, 0, 0, 1)


def test_exercises():
    """Is the share of the points right, and the number of those who have them all?"""
    squares, largest = summary(CLASS).exercises
    assert (squares.id, squares.share, squares.full) == ("tiny-squares", 2 / 5, 2)
    assert (largest.id, largest.share, largest.full) == ("tiny-largest", 3 / 5, 3)


def test_mistakes():
    """Are mistakes counted once a submission, named where foreseen, and problems kept apart?"""
    squares, largest = summary(CLASS).exercises
    assert squares.mistakes == (("This is the sum.", 2, True),)
    assert largest.mistakes == (("Not written yet.", 1, False),)
    assert summary(CLASS).problems == (("eve", "<b>No</b> notebook."),)


def test_manual_scores_count():
    """Does the histogram follow the gradebook, where a person changed a score?"""
    marks, result = CLASS[-1]
    assert summary([(replace(marks, score=95.0), result)]).bins[-1] == 1


def test_order_does_not_matter():
    """Is the page the same whatever the order in which submissions come?"""
    assert summary(CLASS) == summary(CLASS[::-1])


def write_class(classroom, people):
    with gradebook.opened(classroom) as book:
        for marks, result in people:
            gradebook.record(book, LESSON, marks.student, None, marks.checks, {})
            noted = {
                "fingerprint": "",
                "seconds": result.seconds,
                "problem": result.problem,
                "exercises": result.exercises,
                "verdicts": [vars(verdict) for verdict in result.verdicts],
            }
            path = classroom.autograded(marks.student, LESSON)
            path.parent.mkdir(parents=True)
            path.write_text(as_text(v4.new_notebook(metadata={"course": noted})))


@BOTH
def test_page(classroom):
    """Is the page whole by itself, labelled, escaped, and the same each time?"""
    write_class(classroom, CLASS)
    path = write_report(classroom, LESSON, ["This is the sum."])
    text = path.read_text()
    page = BeautifulSoup(text, "html.parser")
    assert "Students by score" in page.svg.title.text
    assert page.svg["role"] == "img"
    assert not re.findall(r"https?://(?!www\.w3\.org)", text)
    assert page.find("script") is None
    assert page.find("b") is None
    assert "<b>No</b> notebook." in page.text
    assert len(page.svg.find_all("rect")) == 10
    assert len([cell for cell in page.find_all("td", "named") if cell.text]) == 1
    write_report(classroom, LESSON, ["This is the sum."])
    assert path.read_text() == text


@BOTH
def test_nothing_graded(classroom):
    """Is an instructor who has not graded yet told to?"""
    with pytest.raises(CourseError, match="course grade"):
        write_report(classroom, LESSON)
