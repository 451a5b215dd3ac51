"""What an accuracy is worth, and what is no prediction."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import checks
from course_lib.checks import CURVES, Curve, NotYet, box

CURVE = Curve(((0.5, 0.0), (0.7, 0.4), (0.9, 1.0)))


@pytest.mark.parametrize("curve", CURVES.values(), ids=list(CURVES))
def test_published_curves_are_curves(curve):
    """Do both rise all the way from nothing, far above guessing, to everything?"""
    rights, shares = zip(*curve.points)
    assert (shares[0], shares[-1]) == (0, 1)
    assert list(rights) == sorted(set(rights))
    assert list(shares) == sorted(set(shares))
    assert 0.2 < rights[0] < rights[-1] < 1


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_right_is_never_worth_less(one, two):
    """Does the share grow with the accuracy, between 0 and 1, in whole percents?"""
    low, high = sorted((one, two))
    assert 0 <= CURVE.share(low) <= CURVE.share(high) <= 1
    assert round(100 * CURVE.share(one), 9) == round(100 * CURVE.share(one))


def test_between_corners_it_is_straight():
    """Is half the way worth half the difference, and beyond the ends nothing and all?"""
    found = [CURVE.share(right) for right in (0.1, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)]
    assert found == pytest.approx([0, 0, 0.2, 0.4, 0.7, 1, 1])


@given(st.integers(500, 900))
def test_rounded_down(thousandths):
    """Is the share what whole percents leave of the exact one, also where a float falls short?"""
    right = Fraction(thousandths, 1000)
    low, high = Fraction(5, 10), Fraction(7, 10)
    exact = 2 * (right - low) if right <= high else Fraction(4, 10) + 3 * (right - high)
    assert CURVE.share(thousandths / 1000) == int(100 * exact) / 100


def test_part_of_the_points():
    """Does a verdict carry the share, and say accuracy, worth and next corner?"""
    shown = []
    with (
        pytest.raises(NotYet) as caught,
        box.shown_to(shown.append),
        checks.verdict("predictions"),
    ):
        checks.graded(0.8, CURVE)
    assert shown[0].share == pytest.approx(0.7)
    assert str(caught.value) == (
        "In part: predictions. Fewer than 90 % of the images are right. Right are 80.00 %, "
        "which earns 70 % of the points; 90 % would earn 100 %."
    )
    again = box.last([{"data": box.bundle(shown[0])}])
    assert again is not None
    assert again.share == pytest.approx(0.7)


def test_nothing_below_the_curve():
    """Is what earns nothing an ordinary failure, told what would earn something?"""
    shown = []
    with (
        pytest.raises(NotYet, match=r"^Not yet: .*70 % would earn 40 %"),
        box.shown_to(shown.append),
        checks.verdict("predictions"),
    ):
        checks.graded(0.3, CURVE)
    assert shown[0].share == 0


def test_all_of_the_points():
    """Does the end of the curve pass?"""
    checks.graded(0.9, CURVE)
    checks.graded(1.0, CURVE)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "not a NoneType"),
        (np.array([0, 1]), r"yours \(2,\), expected \(3,\)"),
        (np.array([], dtype=int), r"yours \(0,\), expected \(3,\)"),
    ],
)
def test_no_predictions(found, said):
    """Does a check tell what is no class number, and how many there have to be?"""
    with pytest.raises(NotYet, match=said):
        checks.class_numbers(found, 3, 10)
