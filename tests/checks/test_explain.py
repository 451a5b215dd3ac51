"""Which known mistake explains the wrong values that a check found?"""

import numpy as np

from course_lib import checks
from course_lib.checks import box, table
from course_lib.checks.sketch import measured
from course_lib.checks.table import Check, Known, Table

A = np.random.default_rng(0).normal(size=(3, 4))


def sketch(value):
    return measured(value).sketch


ROOT = Known("The root is missing.", {"0": sketch(A**2), "1": sketch(A[0] ** 2)})
SUM = Known("This is the sum.", {"0": sketch(A + 1)})
TWIN = Known("The axis is wrong.", {"0": sketch(A**2)})


def told(known, *values, due=A, seed=""):
    """What the check says of these values, one comparison each."""
    shown = []
    checks_of = Table("x", {"title": Check("x-check", "x", 6, (), known)})
    with table.given(checks_of), box.shown_to(shown.append):
        try:
            with checks.verdict("title"):
                for value, expected in zip(values, (A, A[0])):
                    checks.equal(value, expected)
        except checks.NotYet:
            pass
    return shown[0].text


def test_a_known_value_is_named():
    """Does the sentence of the mistake come in place of a general one, with the numbers?"""
    said = told([ROOT, SUM], A**2, A[0] ** 2)
    assert said.startswith("Not yet: title. The root is missing. First difference at [0, 0]")
    assert said.count("The root is missing.") == 1


def test_an_unknown_value_keeps_the_general_words():
    """Is nobody accused by a value that no mistake gives, or by a single entry that coincides?"""
    other = A + 5
    other[0, 0] = A[0, 0] ** 2
    for value in (A * 3, other):
        assert "root" not in told([ROOT], value)
    assert "root" not in told([ROOT], (A**2, 1.0))


def test_a_mistake_that_explains_everything_comes_first():
    """Does the mistake that fails where the answer fails win over one that fails in one place?"""
    assert "Or:" not in told([TWIN, ROOT], A**2, A[0] ** 2)
    assert "The root is missing." in told([TWIN, ROOT], A**2, A[0] ** 2)
    assert "The axis is wrong. First" in told([TWIN, ROOT], A**2, A[0])


def test_two_mistakes_of_one_value_are_both_told():
    """Is neither sentence said alone where either may be true?"""
    twin = Known("The axis is wrong.", ROOT.sketches)
    assert "The root is missing. Or: The axis is wrong." in told([ROOT, twin], A**2, A[0] ** 2)


def test_other_random_numbers_fit_no_table(monkeypatch):
    """Does a grader's seed turn the look-up off?"""
    monkeypatch.setenv("COURSE_SEED", "7")
    assert "root" not in told([ROOT], A**2)


def test_points_come_from_the_table():
    """Does the box know what the check is worth?"""
    assert told([], A, A[0]).startswith("Right: title, 6 points.")
