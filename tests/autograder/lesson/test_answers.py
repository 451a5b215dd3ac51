"""What do a lesson's answers define?"""

import math

import numpy as np
import pytest

from autograder.lesson.answers import answers_of
from autograder.lesson.lessons import Lesson
from course_lib.errors import CourseError


def test_answers_are_there_to_be_called(tiny: Lesson) -> None:
    """Do the answers work, by the lesson's number too, without its checks and experiments?"""
    there = answers_of(tiny.root, "01")
    x = np.array([3.0, 4.0])
    assert there["sum_of_squares"](x) == pytest.approx(np.linalg.norm(x) ** 2)
    assert there["largest"](2.0, -3.0) == max(2.0, -3.0)
    with pytest.raises(ValueError, match="nan"):
        there["largest"](math.nan, 1.0)
    assert not {"expected", "rng", "curve"} & set(there)


def test_each_time_anew(tiny: Lesson) -> None:
    """Do two calls share no names, and is an unknown lesson told?"""
    assert (
        answers_of(tiny.root, "01_tiny")["largest"]
        is not answers_of(tiny.root, "01_tiny")["largest"]
    )
    with pytest.raises(CourseError, match="no lesson called 02"):
        answers_of(tiny.root, "02")
