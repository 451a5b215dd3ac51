"""What goes into nbgrader's gradebook."""

from datetime import datetime

from nbgrader.api import Gradebook

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom

LESSON = "01_tiny"
FULL = {"tiny-squares-check": 40.0, "tiny-largest-check": 40.0, "tiny-largest-nan-check": 20.0}


def record(book: Gradebook, points: dict[str, float]) -> None:
    gradebook.record(book, LESSON, "ada", None, points, {})


def asked_to_look(book: Gradebook) -> bool:
    """Does nbgrader, by its own rule, ask a person to look at Ada's submission?"""
    return bool(book.find_submission(LESSON, "ada").needs_manual_grade)


def test_a_manual_score_is_looked_at_again(classroom: Classroom) -> None:
    """Is a person asked to look again at a score of theirs, and at no other?"""
    with gradebook.opened(classroom) as book:
        record(book, FULL)
        assert not asked_to_look(book)
        book.find_grade("tiny-largest-check", LESSON, LESSON, "ada").manual_score = 33
        book.db.commit()
        record(book, FULL)
        asked = {
            name: book.find_grade(name, LESSON, LESSON, "ada").needs_manual_grade for name in FULL
        }
        assert asked == {name: name == "tiny-largest-check" for name in FULL}
        assert asked_to_look(book)


def test_a_check_without_points_is_looked_at(classroom: Classroom) -> None:
    """Is a person asked to look at a submission of which a check was not graded?"""
    with gradebook.opened(classroom) as book:
        record(book, {name: FULL[name] for name in list(FULL)[:2]})
        assert asked_to_look(book)


def test_exercises_whose_names_begin_alike(classroom: Classroom) -> None:
    """Does a check belong to the exercise with the longest name that its own begins with?"""
    with gradebook.opened(classroom) as book:
        book.add_solution_cell("tiny-squares-of", LESSON, LESSON)
        book.add_grade_cell("tiny-squares-of-check", LESSON, LESSON, max_score=1, cell_type="code")
        checks = gradebook.exercises(book, LESSON)
    assert checks["tiny-squares-of"] == ["tiny-squares-of-check"]
    assert checks["tiny-squares"] == ["tiny-squares-check"]


def test_times(classroom: Classroom) -> None:
    """Does the gradebook know when each student handed in, also after a change?"""
    when = datetime(2027, 3, 2)
    with gradebook.opened(classroom) as book:
        gradebook.record(book, LESSON, "ada", when, FULL, {})
        gradebook.record(book, LESSON, "bo", None, FULL, {})
        assert gradebook.times(book, LESSON) == {"ada": when, "bo": None}
        gradebook.set_time(book, LESSON, "bo", when)
    with gradebook.opened(classroom) as book:
        assert gradebook.times(book, LESSON) == {"ada": when, "bo": when}
