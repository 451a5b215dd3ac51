"""Which mistakes has a class found words for, beside those that its lesson names?"""

import pytest

from autograder.classroom import named
from autograder.classroom.folder import Classroom, known
from course_lib.checks.table import Known, read
from course_lib.errors import CourseError

LESSON, TITLE = "01_tiny", "the sum of squares"
SKETCH = ("abcd1234", 1.5, -2.0)


def test_they_join_the_lessons_own(classroom: Classroom) -> None:
    """Are they in the table beside the lesson's mistakes, each at its check?"""
    before = read(known(classroom, LESSON)).checks
    assert named.table(classroom, LESSON) == known(classroom, LESSON)
    named.add(classroom, LESSON, TITLE, "Zoë's sentence.", {"1": SKETCH})
    named.add(classroom, LESSON, TITLE, "Another.", {"2": SKETCH, "3": SKETCH})
    after = read(named.table(classroom, LESSON)).checks
    assert list(after[TITLE].known) == [
        *before[TITLE].known,
        Known("Zoë's sentence.", {"1": SKETCH}),
        Known("Another.", {"2": SKETCH, "3": SKETCH}),
    ]
    assert {title: one for title, one in after.items() if title != TITLE} == {
        title: one for title, one in before.items() if title != TITLE
    }
    assert named.sentences(classroom, LESSON) == ["Zoë's sentence.", "Another."]


def test_a_check_that_is_gone(classroom: Classroom) -> None:
    """Does a sentence for a check that a later version lacks stop nothing?"""
    named.add(classroom, LESSON, "a check of old", "A sentence.", {"1": SKETCH})
    assert read(named.table(classroom, LESSON)) == read(known(classroom, LESSON))


@pytest.mark.parametrize("text", ["no json", "7", "[7]", '[{"title": "x"}]'])
def test_a_damaged_file(classroom: Classroom, text: str) -> None:
    """Is it told, with what to do, and not lost?"""
    path = named.path(classroom, LESSON)
    path.write_text(text)
    with pytest.raises(CourseError, match=r"01_tiny-class\.json cannot be read"):
        named.table(classroom, LESSON)
    assert path.read_text() == text
