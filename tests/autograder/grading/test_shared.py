"""Which wrong values does a class share that no sentence names?"""

from pathlib import Path

import nbformat
import pytest

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.classroom.release import open_course, release_lesson
from autograder.grading.grade import grade_lesson
from autograder.grading.results import read_results
from autograder.grading.shared import as_mistake, groups, name
from autograder.pages.feedback import write_pages
from autograder.pages.report import write_report
from course_lib.cells import grade_id
from course_lib.checks import box
from course_lib.errors import CourseError
from tests.autograder.grading.test_single import notebook

LESSON = "01_tiny"
FOURTH = "def sum_of_squares(x):\n    return float((x**{}).sum())"
SAME = "def sum_of_squares(values):\n    total = 0.0\n    for v in values:\n        total += v**4\n"
SAME += "    return float(total)"
ANSWERS = {
    "ada": FOURTH.format(4),
    "bob": SAME,
    "cy": FOURTH.format(6),
    "eve": "def sum_of_squares(x):\n    return float((x**2).sum())",
    "di": "def sum_of_squares(x):\n    return float(x.sum())",  # which mistakes.py names
}
SENTENCE = "Each number is raised to the fourth power: squares are due"


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.autograder.grading.tiny import TINY

    classroom = open_course(tmp_path_factory.mktemp("shared") / "class")
    release_lesson(classroom, TINY)
    for student, answer in ANSWERS.items():
        path = classroom.submitted(student, LESSON)
        path.parent.mkdir(parents=True)
        path.write_text(notebook(squares=answer), "utf-8")
    grade_lesson(classroom, LESSON, workers=1)
    return classroom.folder


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Classroom:
    import shutil

    shutil.copytree(graded_once, tmp_path / "class")
    return open_course(tmp_path / "class")


def messages(classroom: Classroom) -> dict[str, str]:
    found = {}
    for student in ANSWERS:
        results = read_results(classroom.autograded(student, LESSON))
        assert results is not None
        (one,) = [one for one in results.verdicts if one.check == "tiny-squares-check"]
        found[student] = one.message
    return found


def test_same_value_same_group(graded: Classroom) -> None:
    """Are those together who give one value by other code, and is nobody in a group whose answer
    is right or has a sentence?"""
    first, *others = groups(graded, LESSON)
    assert first.students == ("ada", "bob")
    assert [one.students for one in others] == [("cy",)]
    assert first.check == "tiny-squares-check"
    assert first.answer.startswith("def sum_of_squares")
    assert [one.id for one in groups(graded, LESSON)] == [first.id, others[0].id]


def test_named_without_a_run(graded: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do all of a group read the sentence, on page, in comment and box, with points as they were
    and nothing graded again?"""
    before = messages(graded)
    (first, _) = groups(graded, LESSON)
    with gradebook.opened(graded) as book:
        scores = {one.student: one.score for one in gradebook.marks(book, LESSON)}
    named = name(graded, LESSON, first.id, SENTENCE)
    assert named.students == ("ada", "bob")
    after = messages(graded)
    for student in ANSWERS:
        if student in named.students:
            assert f"{SENTENCE}." in after[student]
        else:
            assert after[student] == before[student]
    with gradebook.opened(graded) as book:
        assert {one.student: one.score for one in gradebook.marks(book, LESSON)} == scores
        comment = book.find_comment("tiny-squares", LESSON, LESSON, "bob")
        assert f"{SENTENCE}." in comment.auto_comment
    write_pages(graded, LESSON, workers=1)
    for student in ANSWERS:
        page = graded.feedback(student, LESSON).read_text("utf-8")
        assert (SENTENCE in page) is (student in named.students)
    for cell in nbformat.read(graded.autograded("ada", LESSON), as_version=4).cells:
        if grade_id(cell) == "tiny-squares-check":
            judgement = box.last(cell.outputs)
            assert judgement is not None
            assert SENTENCE in judgement.reasons
            assert not judgement.unnamed
    assert grade_lesson(graded, LESSON).graded == 0
    assert [one.students for one in groups(graded, LESSON)] == [("cy",)]


def test_a_new_submission_reads_it_too(graded: Classroom) -> None:
    """Does grading say it to whoever makes the mistake later, in the words of those before?"""
    (first, _) = groups(graded, LESSON)
    name(graded, LESSON, first.id, SENTENCE)
    told = messages(graded)["ada"]
    path = graded.submitted("ada", LESSON)
    path.write_text(path.read_text("utf-8").replace("x**4", "x ** 4"), "utf-8")
    assert grade_lesson(graded, LESSON, workers=1).graded == 1
    assert messages(graded)["ada"] == told


def test_what_cannot_be_named(graded: Classroom) -> None:
    """Is a group that is none, or no sentence, refused in words, with nothing changed?"""
    before = messages(graded)
    with pytest.raises(CourseError, match="has no group tiny-squares-zzzz"):
        name(graded, LESSON, "tiny-squares-zzzz", SENTENCE)
    with pytest.raises(CourseError, match="Give the sentence"):
        name(graded, LESSON, groups(graded, LESSON)[0].id, "  ")
    assert messages(graded) == before


def test_draft(graded: Classroom) -> None:
    """Is the draft a mistake as mistakes.py has them?"""
    import ast

    draft = as_mistake(groups(graded, LESSON)[0], 'A "quoted" sentence.')
    (definition,) = ast.parse(draft).body
    assert isinstance(definition, ast.FunctionDef)
    (decorator,) = definition.decorator_list
    assert isinstance(decorator, ast.Call)
    assert [ast.literal_eval(one) for one in decorator.args] == [
        "tiny-squares",
        'A "quoted" sentence.',
    ]


def test_in_the_report(graded: Classroom) -> None:
    """Does it list what two share, with an answer that is shown and not run, and nobody's name in
    the anonymous one?"""
    (first, other) = groups(graded, LESSON)
    page = write_report(graded, LESSON).read_text("utf-8")
    assert first.id in page
    assert other.id not in page
    assert "def sum_of_squares" in page
    anonymous = write_report(graded, LESSON, anonymous=True).read_text("utf-8")
    assert first.id in anonymous
    assert "bob" not in anonymous
