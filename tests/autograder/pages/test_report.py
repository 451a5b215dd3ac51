"""The page about a class."""

import re
from dataclasses import replace

import numpy as np
import pytest
import scipy.stats
from bs4 import BeautifulSoup
from nbformat import v4

from autograder.classroom import gradebook
from autograder.classroom.gradebook import Marks
from autograder.grading.results import Results
from autograder.grading.verdicts import Verdict
from autograder.pages.report import Remark, summarise, write_report
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


def test_an_optional_exercise():
    """Is an exercise without points left out, since everybody has all of its points?"""
    people = []
    for marks, result in CLASS:
        verdicts = tuple(
            replace(one, earned=0.0, possible=0.0) if "squares" in one.check else one
            for one in result.verdicts
        )
        checks = {one.check: one.earned for one in verdicts}
        people.append((replace(marks, checks=checks), replace(result, verdicts=verdicts)))
    (largest,) = summary(people).exercises
    assert (largest.id, largest.share) == ("tiny-largest", 3 / 5)


def test_mistakes():
    """Are mistakes counted once a submission, named where foreseen, and problems kept apart?"""
    squares, largest = summary(CLASS).exercises
    assert squares.remarks == (Remark("This is the sum.", ("bo", "cy"), True),)
    assert largest.remarks == (Remark("Not written yet.", ("di",), False),)
    assert (squares.omitted, largest.omitted) == (0, 1)
    assert summary(CLASS).problems == (("eve", "<b>No</b> notebook."),)


def test_what_to_teach_again():
    """Are the named mistakes of several students listed over all exercises?"""
    assert [(exercise.id, one.text) for exercise, one in summary(CLASS).again] == [
        ("tiny-squares", "This is the sum.")
    ]
    assert summary(CLASS[:2]).again == []


def test_mean_and_deviation():
    """Are they those of the scores, as NumPy has them?"""
    made, scores = summary(CLASS), [marks.score for marks, _ in CLASS]
    assert (made.mean, made.deviation) == pytest.approx((np.mean(scores), np.std(scores)))


def test_discrimination():
    """Is it SciPy's point-biserial correlation with the rest, and nothing where nothing varies?"""
    people = [*CLASS, *(replace_student(CLASS[n % 4], f"more{n}") for n in range(12))]
    squares, largest = summary(people).exercises
    points = np.array([[one.checks[name] for name in POSSIBLE] for one, _ in people])
    rest = points[:, 1:].sum(axis=1)
    due = scipy.stats.pointbiserialr(points[:, 0] > 0, rest).statistic
    assert squares.discrimination == pytest.approx(due)
    assert largest.discrimination == pytest.approx(np.corrcoef(points[:, 0], rest)[0, 1])
    assert summary(CLASS).exercises[0].discrimination is None
    same = [replace_student(CLASS[0], f"same{n}") for n in range(12)]
    assert summary(same).exercises[0].discrimination is None


def replace_student(person, name):
    marks, result = person
    return replace(marks, student=name), result


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
            path.parent.mkdir(parents=True, exist_ok=True)
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


def test_who_and_where(classroom):
    """Is an exercise called by its heading, and does a name lead to the student's page?"""
    write_class(classroom, CLASS)
    page = classroom.feedback("bo", LESSON)
    page.parent.mkdir(parents=True)
    page.write_text("the page")
    path = write_report(classroom, LESSON, ["This is the sum."])
    made = BeautifulSoup(path.read_text(), "html.parser")
    assert "The sum of squares" in made.text
    links = {link.text: link["href"] for link in made.find_all("a")}
    assert (path.parent / links["bo"]).read_text() == "the page"
    assert "cy" not in links
    for people in (CLASS, CLASS[:2]):
        write_class(classroom, people)
        made = BeautifulSoup(write_report(classroom, LESSON).read_text(), "html.parser")
        for link in made.find_all("a", href=re.compile("^#")):
            assert made.find(id=link["href"][1:]), link


def test_anonymous(classroom):
    """Is nobody named, anywhere, where that is asked for?"""
    people = [replace_student(one, f"student-{n}") for n, one in enumerate(CLASS)]
    write_class(classroom, people)
    text = write_report(classroom, LESSON, ["This is the sum."], anonymous=True).read_text()
    assert "student-" not in text
    assert "This is the sum." in text


@BOTH
def test_nothing_graded(classroom):
    """Is an instructor who has not graded yet told to?"""
    with pytest.raises(CourseError, match="course grade"):
        write_report(classroom, LESSON)
