"""A lesson that changes once a class has begun it."""

import re
from collections.abc import Callable

import pytest

from autograder.classroom import gradebook
from autograder.classroom.changes import Changes
from autograder.classroom.folder import Classroom
from autograder.classroom.release import changed, release_lesson
from autograder.lesson.lessons import Lesson
from tests.autograder.changes import replaced

LESSON = "01_tiny"
FULL = {"tiny-squares-check": 40.0, "tiny-largest-check": 40.0, "tiny-largest-nan-check": 20.0}
MORE = '''
# %% answer="tiny-more"
def more(x: float) -> float:
    """x, and one.

    x: float
    returns: float
    """
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION


# %% check="tiny-more" points=20
with checks.verdict("one more"):
    checks.equal(more(2.0), 3.0)
    ### BEGIN HIDDEN TESTS
    checks.equal(more(-1.0), 0.0)
    ### END HIDDEN TESTS
'''


def edit(lesson: Lesson, change: Callable[[str], str]) -> None:
    text = lesson.source.read_text()
    lesson.source.write_text(change(text))
    assert lesson.source.read_text() != text


def without_nan(text: str) -> str:
    """The lesson with another question in place of that on nan."""
    end = text.index("# %% tags=")
    return text[: text.index('# %% check="tiny-largest-nan"')] + MORE + "\n" + text[end:]


@pytest.fixture
def begun(classroom: Classroom, tiny_copy: Lesson) -> Classroom:
    """Ada and Bo are graded; a person has looked at Ada's."""
    release_lesson(classroom, tiny_copy)
    with gradebook.opened(classroom) as book:
        gradebook.entered(book, LESSON)
        gradebook.record(book, LESSON, "ada", None, FULL, {}, "one")
        gradebook.record(book, LESSON, "bo", None, FULL, {}, "two")
        book.find_grade("tiny-squares-check", LESSON, LESSON, "ada").manual_score = 11
        book.find_comment("tiny-squares", LESSON, LESSON, "ada").manual_comment = "Nice."
        book.find_grade("tiny-largest-nan-check", LESSON, LESSON, "ada").manual_score = 7
        book.db.commit()
    return classroom


def scores(classroom: Classroom) -> dict[str, dict[str, float]]:
    with gradebook.opened(classroom) as book:
        return {one.student: dict(one.checks) for one in gradebook.marks(book, LESSON)}


def test_what_changes_is_told(begun: Classroom, tiny_copy: Lesson) -> None:
    """Is every change told before the release, with what it costs, and none where there is none?"""
    assert not changed(begun, tiny_copy)
    edit(tiny_copy, without_nan)
    edit(tiny_copy, replaced("points=40", "points=35"))
    edit(tiny_copy, replaced("rng.normal(size=300)", "rng.normal(size=301)"))
    found = changed(begun, tiny_copy)
    assert found == Changes(
        2,
        {"tiny-more-check": 20},
        {"tiny-largest-nan-check": 20},
        1,
        {"tiny-squares-check": (40, 35)},
        ("tiny-squares-check",),
    )
    assert found.sentences == [
        "new: tiny-more-check (20 points)",
        "gone: tiny-largest-nan-check (20 points)",
        "other points: tiny-squares-check, 40 before, 35 now",
        "another check: tiny-squares-check",
        "gone with it: 1 scores and comments that people entered",
    ]


def test_a_lesson_that_nobody_has(classroom: Classroom, tiny_copy: Lesson) -> None:
    """Has a lesson that was never released no changes?"""
    tiny_copy.source.parent.rename(tiny_copy.root / "solutions" / "02_other")
    other = Lesson("02_other", tiny_copy.root)
    (other.source.parent / "01_tiny.py").rename(other.source)
    assert not changed(classroom, other)


def test_what_people_entered_stays(begun: Classroom, tiny_copy: Lesson) -> None:
    """Is a question exchanged in a class that is graded, and every other score left as it was?"""
    edit(tiny_copy, without_nan)
    release_lesson(begun, tiny_copy)
    rest = {name: worth for name, worth in FULL.items() if "nan" not in name} | {
        "tiny-more-check": 0
    }
    assert scores(begun) == {"ada": rest | {"tiny-squares-check": 11}, "bo": rest}
    with gradebook.opened(begun) as book:
        assert book.find_comment("tiny-squares", LESSON, LESSON, "ada").comment == "Nice."
        assert book.find_assignment(LESSON).max_score == 100
        gradebook.record(
            book, LESSON, "bo", None, rest | {"tiny-more-check": 20}, {"tiny-more": "Good."}
        )
        assert book.find_comment("tiny-more", LESSON, LESSON, "bo").comment == "Good."
    assert scores(begun)["bo"]["tiny-more-check"] == 20
    assert not changed(begun, tiny_copy)


def test_other_points(begun: Classroom, tiny_copy: Lesson) -> None:
    """Do new points hold for a class that is graded, also none?"""
    edit(tiny_copy, replaced("points=40", "points=60"))
    edit(tiny_copy, replaced("points=20", "points=0"))
    release_lesson(begun, tiny_copy)
    with gradebook.opened(begun) as book:
        assert book.find_assignment(LESSON).max_score == 100
        assert book.find_graded_cell("tiny-largest-nan-check", LESSON, LESSON).max_score == 0


def test_a_question_that_comes_back(begun: Classroom, tiny_copy: Lesson) -> None:
    """Can a question be taken out and put back, with empty scores?"""
    before = tiny_copy.source.read_text()
    edit(tiny_copy, without_nan)
    release_lesson(begun, tiny_copy)
    tiny_copy.source.write_text(before)
    release_lesson(begun, tiny_copy)
    assert {name: by["tiny-largest-nan-check"] for name, by in scores(begun).items()} == {
        "ada": 0,
        "bo": 0,
    }


def test_a_release_that_fails(begun: Classroom, tiny_copy: Lesson) -> None:
    """Does a text that cannot be released leave the class and its gradebook as they were?"""
    before, source = scores(begun), begun.source(LESSON).read_bytes()
    edit(tiny_copy, lambda text: re.sub(r" *### END SOLUTION\n", "", without_nan(text), count=1))
    with pytest.raises(Exception, match="no release can be made"):
        release_lesson(begun, tiny_copy)
    assert (scores(begun), begun.source(LESSON).read_bytes()) == (before, source)
