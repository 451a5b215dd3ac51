import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from course_lib.data.outlines import OUTLINES

U, V = np.meshgrid(np.linspace(-1.3, 1.3, 131), np.linspace(-1.3, 1.3, 131))
CORNERS = {
    "arrow": [
        (0, -1), (0.8382, -0.02), (0.26, -0.02), (0.26, 0.95),
        (-0.26, 0.95), (-0.26, -0.02), (-0.8382, -0.02),
    ],
    "cross": [
        (-0.95, -0.28), (-0.28, -0.28), (-0.28, -0.95), (0.28, -0.95), (0.28, -0.28), (0.95, -0.28),
        (0.95, 0.28), (0.28, 0.28), (0.28, 0.95), (-0.28, 0.95), (-0.28, 0.28), (-0.95, 0.28),
    ],
    "hourglass": [
        (-0.8, -0.9), (0.8, -0.9), (0.08, 0), (0.8, 0.9), (-0.8, 0.9), (-0.08, 0),
    ],
    "square": [(-0.78, -0.78), (0.78, -0.78), (0.78, 0.78), (-0.78, 0.78)],
    "triangle": [(0, -1), (0.92376, 0.6), (-0.92376, 0.6)],
    # Five outer corners at radius r, five inner ones at the radius that makes the sides straight.
    "star": [
        (radius * np.sin(np.pi * i / 5), -radius * np.cos(np.pi * i / 5))
        for i in range(10)
        for radius in [0.36 / np.cos(2 * np.pi / 5) if i % 2 == 0 else 0.36 / np.cos(np.pi / 5)]
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CORNERS)
def test_polygons_hold_the_points_that_matplotlib_says(name):
    """Is the inside of each straight-sided outline that of a polygon with its corners?"""
    points = np.stack([U.ravel(), V.ravel()], axis=1)
    corners = np.array(CORNERS[name])
    expected = Polygon(corners).contains_points(points).reshape(U.shape)
    outside = OUTLINES[name](U.astype(np.float32), V.astype(np.float32))
    clear = np.abs(outside) > 1e-3  # a point on the outline may fall on either side
    np.testing.assert_array_equal((outside < 0)[clear], expected[clear])


@pytest.mark.parametrize(
    ("name", "area"),
    [
        ("circle", np.pi * 0.85**2),
        ("ring", np.pi * (0.94**2 - 0.46**2)),
        ("heart", 1.12**2 + np.pi * 0.56**2),
    ],
)
def test_round_outlines_have_the_area_of_their_formula(name, area):
    """Is the area of each round outline the one that geometry gives?"""
    cell = (2.6 / 130) ** 2
    assert (OUTLINES[name](U, V) < 0).sum() * cell == pytest.approx(area, rel=0.02)


def test_a_crescent_is_a_disc_without_a_disc():
    """Does the crescent hold its back, and neither its mouth nor what lies outside?"""
    points = np.array([[-0.8, 0], [0.2, 0], [0.45, 0], [0.2, 0.85], [-1, 0]], np.float32).T
    assert (OUTLINES["crescent"](*points) < 0).tolist() == [True, False, False, True, False]


@pytest.mark.parametrize("name", OUTLINES)
def test_outlines_keep_float32(name):
    """Do outlines leave float32 as it is, so that the bytes cannot depend on promotion?"""
    assert OUTLINES[name](U.astype(np.float32), V.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("name", OUTLINES)
def test_outlines_fit_into_the_unit_circle(name):
    """Does every shape fill a fair part of the circle around it, and stay near it?"""
    inside = OUTLINES[name](U, V) < 0
    assert np.hypot(U, V)[inside].max() < 1.25
    assert inside.sum() * (2.6 / 130) ** 2 > 0.8
