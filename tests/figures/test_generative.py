"""The figures of lesson 14: do they draw what they say?"""

import numpy as np

from course_lib import figures

RNG = np.random.default_rng(0)


def decode(z):
    """Pictures whose left half is the first number and whose right half is the second one."""
    halves = np.repeat(np.asarray(z), 2, axis=1)  # (N, 4)
    return np.repeat(halves[:, None, None], 4, axis=2)


def test_bars_carry_their_numbers():
    """Is there a bar for each value, as long as it says, from the top down?"""
    (axis,) = figures.generative.bars({"gzip": 3.1, "a net": 1.9}, "bits").axes
    assert [bar.get_width() for bar in axis.patches] == [3.1, 1.9]
    assert [text.get_text() for text in axis.texts] == ["3.10", "1.90"]
    assert axis.get_ylim()[0] > axis.get_ylim()[1]
    assert axis.get_xlabel() == "bits"


def test_planes_show_points_and_centres():
    """Does each moment have its own points, its title and all centres?"""
    frames = {f"step {n}": RNG.normal(size=(5, 2)) for n in range(8)}
    centres = RNG.normal(size=(3, 2))
    figure = figures.generative.planes(frames, centres, 2.0)
    drawn = [axis for axis in figure.axes if axis.lines]
    assert [axis.get_title() for axis in drawn] == list(frames)
    for axis, points in zip(drawn, frames.values(), strict=True):
        np.testing.assert_array_equal(axis.lines[0].get_xydata(), points)
        np.testing.assert_array_equal(axis.lines[1].get_xydata(), centres)
        assert axis.get_xlim() == axis.get_ylim() == (-2.0, 2.0)
    (axis,) = figures.generative.planes({"one": centres}, None, 2.0).axes
    assert len(axis.lines) == 1


def test_latent_grid_has_the_plane_the_right_way_up():
    """Is the first number that across, growing to the right, and the second one growing upwards?"""
    (axis,) = figures.generative.latent_grid(decode, 2.0, 3).axes
    page = axis.images[0].get_array()
    assert page.shape == (15, 15)
    assert page[0].tolist() == [-2, -2, 2, 2, 0.6, 0, 0, 2, 2, 0.6, 2, 2, 2, 2, 0.6]
    assert page[-2].tolist() == [-2, -2, -2, -2, 0.6, 0, 0, -2, -2, 0.6, 2, 2, -2, -2, 0.6]


def test_latent_plane_decodes_at_the_cross():
    """Does the cross stand where the state says, and the picture come from there?"""
    codes, labels = RNG.normal(size=(40, 2)), np.arange(40) % 10
    state = figures.generative.Place(across=0.25, up=0.75)
    plane, picture = figures.generative.latent_plane(state, decode, codes, labels).axes
    assert plane.lines[-1].get_xydata().tolist() == [[0.25, 0.75]]
    np.testing.assert_array_equal(plane.lines[3].get_xydata(), codes[labels == 3])
    looks = {(line.get_color(), line.get_marker()) for line in plane.lines[:10]}
    assert len(looks) == 10
    assert picture.images[0].get_array()[0].tolist() == [0.25, 0.25, 0.75, 0.75]
