"""The curve by which predictions are graded: is it drawn as it is counted?"""

import pytest

from course_lib import figures
from course_lib.checks import CURVES


@pytest.mark.parametrize("curve", CURVES.values(), ids=list(CURVES))
def test_the_drawn_curve_is_the_one_that_grades(curve):
    """Do the line's corners lie where the points are, and does it begin and end flat?"""
    axis = figures.grading.grading_curve(curve).axes[0]
    drawn = axis.lines[0].get_xydata().tolist()
    assert drawn[0] == [0, 0]
    assert drawn[-1] == [100, 100]
    for right, share in drawn[1:-1]:
        assert curve.share(right / 100) == pytest.approx(share / 100)


def test_an_accuracy_lies_on_the_curve():
    """Is a net's own accuracy shown at what it is worth?"""
    curve = CURVES["shapes"]
    axis = figures.grading.grading_curve(curve, 0.5).axes[0]
    (x, y) = axis.lines[-1].get_xydata()[0]
    assert (x, y) == (50, pytest.approx(100 * curve.share(0.5)))
