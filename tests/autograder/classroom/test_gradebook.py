"""What goes into nbgrader's gradebook."""

from datetime import datetime

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom

LESSON = "01_tiny"
FULL = {"tiny-squares-check": 40.0, "tiny-largest-check": 40.0, "tiny-largest-nan-check": 20.0}


def record(book: Gradebook, classroom: Classroom, points: dict[str, float]) -> None:
    gradebook.record(book, classroom, LESSON, "ada", None, points, {})


def asked_to_look(book: Gradebook) -> bool:
    """Does nbgrader, by its own rule, ask a person to look at Ada's submission?"""
    return bool(book.find_submission(LESSON, "ada").needs_manual_grade)


def test_a_manual_score_is_looked_at_again(classroom: Classroom) -> None:
    """Is a person asked to look again at a score of theirs, and at no other?"""
    with gradebook.opened(classroom) as book:
        record(book, classroom, FULL)
        assert not asked_to_look(book)
        book.find_grade("tiny-largest-check", LESSON, LESSON, "ada").manual_score = 33
        book.db.commit()
        record(book, classroom, FULL)
        asked = {
            name: book.find_grade(name, LESSON, LESSON, "ada").needs_manual_grade for name in FULL
        }
        assert asked == {name: name == "tiny-largest-check" for name in FULL}
        assert asked_to_look(book)


def test_a_check_without_points_is_looked_at(classroom: Classroom) -> None:
    """Is a person asked to look at a submission of which a check was not graded?"""
    with gradebook.opened(classroom) as book:
        record(book, classroom, {name: FULL[name] for name in list(FULL)[:2]})
        assert asked_to_look(book)


@pytest.mark.parametrize(
    ("asked", "due"), [(None, 100), (30.0, 70), (100.0, 0), (1000.0, 0), (-5.0, 100)]
)
def test_a_rule_for_lateness(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, asked: float | None, due: float
) -> None:
    """Does a class's rule take no more than what was earned, and never give?"""
    monkeypatch.setattr(LateSubmissionPlugin, "late_submission_penalty", lambda *_: asked)
    with gradebook.opened(classroom) as book:
        book.update_or_create_assignment(LESSON, duedate="2027-03-01 00:00:00 UTC")
        late = datetime(2027, 3, 2)
        gradebook.record(book, classroom, LESSON, "ada", late, FULL, {})
        assert [one.score for one in gradebook.marks(book, LESSON)] == [due]
        penalty = book.find_submission(LESSON, "ada").late_submission_penalty
        assert (penalty or 0) == 100 - due


def test_a_score_is_never_below_nothing(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is it 0 where a person takes off points of a submission that lateness had cost all?"""
    monkeypatch.setattr(LateSubmissionPlugin, "late_submission_penalty", lambda *_: 100.0)
    with gradebook.opened(classroom) as book:
        book.update_or_create_assignment(LESSON, duedate="2027-03-01 00:00:00 UTC")
        gradebook.record(book, classroom, LESSON, "ada", datetime(2027, 3, 2), FULL, {})
        book.find_grade("tiny-largest-check", LESSON, LESSON, "ada").manual_score = 5
        book.db.commit()
        assert [one.score for one in gradebook.marks(book, LESSON)] == [0]


def test_exercises_whose_names_begin_alike(classroom: Classroom) -> None:
    """Does a check belong to the exercise with the longest name that its own begins with?"""
    with gradebook.opened(classroom) as book:
        book.add_solution_cell("tiny-squares-of", LESSON, LESSON)
        book.add_grade_cell("tiny-squares-of-check", LESSON, LESSON, max_score=1, cell_type="code")
        checks = gradebook.exercises(book, LESSON)
    assert checks["tiny-squares-of"] == ["tiny-squares-of-check"]
    assert checks["tiny-squares"] == ["tiny-squares-check"]
