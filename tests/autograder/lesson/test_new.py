"""Does a new lesson build as it is?"""

import pytest

from autograder.lesson.build import students_text
from autograder.lesson.lessons import Lesson
from autograder.lesson.new import new_lesson
from autograder.soundness.faults import faults_of
from autograder.soundness.lint import problems_of, unfinished
from course_lib.errors import CourseError


def test_sound_as_it_is(tiny_copy: Lesson) -> None:
    """Does the skeleton keep every rule but the counts, and are its checks fair and awake?"""
    lesson = new_lesson(tiny_copy.root, "16_my_lesson")
    assert problems_of(lesson) == []
    assert list(faults_of(lesson, ["1"])) == []
    (tiny_copy.root / "pyproject.toml").write_text("")  # this course's own counts
    assert any("exercises: between 6 and 14" in one for one in unfinished(lesson))
    assert "# 16 my lesson" in students_text(lesson)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("16", "two digits, an underline"),
        ("my_lesson", "two digits, an underline"),
        ("16_My_Lesson", "small letters"),
        ("../16_x", "names no lesson"),
        ("16_x/../y", "names no lesson"),
        ("01_other", "There is a lesson 01_tiny"),
    ],
)
def test_other_names(tiny_copy: Lesson, name: str, sentence: str) -> None:
    """Is a name that cannot be one refused, with an example, and nothing written?"""
    before = sorted(tiny_copy.root.rglob("*"))
    with pytest.raises(CourseError, match=sentence):
        new_lesson(tiny_copy.root, name)
    assert sorted(tiny_copy.root.rglob("*")) == before
