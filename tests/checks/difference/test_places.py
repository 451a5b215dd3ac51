"""Where is an array wrong, and what stands there?"""

import numpy as np

from course_lib.checks.difference.places import where_wrong

DUE = np.random.default_rng(0).normal(size=(4, 5))
IMAGES = np.random.default_rng(1).normal(size=(2, 3, 5, 6))


def say(yours, due=DUE):
    return where_wrong(yours != due, yours, due)


def with_values(place, value):
    yours = DUE.copy()
    yours[place] = value
    return yours


def test_the_place_and_what_stands_there():
    """Is it told what all wrong entries have in common: 0, a sign, a factor, a gap?"""
    start = "Row 3 (of 0 to 3) is wrong, the rest is right"
    assert say(with_values(3, 0)) == f"{start}: yours are all 0 there."
    assert say(with_values(3, -DUE[3])) == f"{start}: they have the opposite sign."
    assert say(with_values(3, 2 * DUE[3])) == f"{start}: they are 2 times what is expected."
    assert say(with_values(3, DUE[3] + 0.5)) == f"{start}: they are 0.5 too large."
    assert say(with_values(3, DUE[2])) == f"{start}."
    assert where_wrong(DUE != 0, DUE, 0 * DUE) == ""
    assert say(DUE, with_values((slice(None), 1), 0)).endswith(": 0 is expected there.")
    assert say(with_values((1, 2), 0)) == "Only the entry at [1, 2] is wrong: 0 stands there."


def test_strewn_entries_are_told_where_they_have_something_in_common():
    """Is a mask that is missing, or hides too much, told where no row or column is whole?"""
    strewn = np.array([[1, 0, 1, 1, 0], [0, 1, 0, 1, 1], [1, 1, 0, 0, 1], [0, 1, 1, 0, 0]], bool)
    masked = DUE * strewn
    assert say(masked) == "Some entries are wrong, the rest is right: yours are all 0 there."
    assert say(DUE, masked) == "Some entries are wrong, the rest is right: 0 is expected there."
    assert where_wrong(strewn, DUE[::-1], DUE) == ""


def test_one_entry_of_each_row():
    """Is it told that every row is right but for one entry, and that it is the diagonal?"""
    rows = np.arange(4)
    classes = with_values((rows, [1, 0, 4, 1]), DUE[rows, [1, 0, 4, 1]] - 1)
    assert say(classes).startswith("In each row one entry is wrong, the rest is right: they are 1")
    square = DUE[:, :4].copy()
    wrong = square + np.eye(4)
    assert say(wrong, square).startswith("The diagonal is wrong, the rest is right: they are 1")


def test_the_border_of_images():
    """Is a wrong frame told as the first and last entries along the axes of the pixels?"""
    yours = IMAGES * 2
    yours[..., 1:-1, 1:-1] = IMAGES[..., 1:-1, 1:-1]
    yours[0, 0, 0, 0] = 7
    assert say(yours, IMAGES) == (
        "Only the first and the last entries along axes 2 and 3 are wrong, the rest is right."
    )
