"""Which values are class numbers, and what is said of the others?"""

import numpy as np
import pytest

from course_lib.class_numbers import refused


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "not a NoneType"),
        ([1, 2, 3], "not a list"),
        (np.ma.masked_all(3, dtype=int), "not a MaskedArray"),
        (np.zeros((3, 10)), "argmax"),
        (np.zeros(3), "integers"),
        (np.array([0.0, np.nan, 1.0]), "1 of 3 predictions are nan"),
        (np.array([True, False, True]), "integers, these are bool"),
        (np.array(["1", "2", "3"]), "integers"),
        (np.array([object()] * 3), "integers"),
        (np.array([0, -1, 3]), "the first is -1 for image 1"),
        (np.array([0, 1, 10]), "the first is 10 for image 2"),
        (np.array([0, 1, 2**64 - 1], dtype=np.uint64), "Classes are numbered 0 to 9"),
    ],
)
def test_no_class_numbers(found, said):
    """Is each kind of wrong value told in words?"""
    assert said in refused(found, 10)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, np.uint64, ">i4"])
def test_any_integers_are_class_numbers(dtype):
    """Does the width of the integers not matter, nor how many there are?"""
    assert refused(np.array([0, 9, 5], dtype=dtype), 10) == ""
    assert refused(np.array([], dtype=dtype), 10) == ""
