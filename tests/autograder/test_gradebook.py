"""What goes into nbgrader's gradebook."""

from nbgrader.api import Gradebook

from autograder import gradebook
from autograder.classroom import Classroom

LESSON = "01_tiny"
FULL = {"tiny-squares-check": 40.0, "tiny-largest-check": 40.0, "tiny-largest-nan-check": 20.0}


def record(book: Gradebook, room: Classroom, points: dict[str, float]) -> None:
    gradebook.record(book, room, LESSON, "ada", None, points, {})


def asked_to_look(book: Gradebook) -> bool:
    """Does nbgrader, by its own rule, ask a person to look at Ada's submission?"""
    return bool(book.find_submission(LESSON, "ada").needs_manual_grade)


def test_a_manual_score_is_looked_at_again(room: Classroom) -> None:
    """Is a person asked to look again at a score of theirs, and at no other?"""
    with gradebook.opened(room) as book:
        record(book, room, FULL)
        assert not asked_to_look(book)
        book.find_grade("tiny-largest-check", LESSON, LESSON, "ada").manual_score = 33
        book.db.commit()
        record(book, room, FULL)
        asked = {
            name: book.find_grade(name, LESSON, LESSON, "ada").needs_manual_grade for name in FULL
        }
        assert asked == {name: name == "tiny-largest-check" for name in FULL}
        assert asked_to_look(book)


def test_a_check_without_points_is_looked_at(room: Classroom) -> None:
    """Is a person asked to look at a submission of which a check was not graded?"""
    with gradebook.opened(room) as book:
        record(book, room, {name: FULL[name] for name in list(FULL)[:2]})
        assert asked_to_look(book)
