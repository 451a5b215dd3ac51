"""Augmentations against SciPy, NumPy and what they are by definition."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from course_lib import oracle

RNG = np.random.default_rng(0)


def test_flips_against_numpy():
    """Are they NumPy's, of columns, rows and channels?"""
    images = RNG.random((3, 2, 4, 5))
    due = [images, *(np.flip(images, axis) for axis in (3, 2, 1))]
    np.testing.assert_array_equal(oracle.augment.flips(images), np.stack(due))


@settings(max_examples=20, deadline=None)
@given(
    height=st.integers(2, 7),
    width=st.integers(2, 7),
    degrees=st.floats(-400, 400),
)
def test_rotation_against_scipy(height, width, degrees):
    """Is a turned picture SciPy's, whatever its sides and the angle?"""
    image = np.random.default_rng(height).random((2, height, width))
    due = ndimage.rotate(image, degrees, axes=(2, 1), reshape=False, order=1, mode="nearest")
    np.testing.assert_allclose(oracle.augment.rotated(image, degrees), due, atol=1e-9)


def test_rotation_is_anticlockwise():
    """Does a quarter turn agree with NumPy's, which is anticlockwise as it is seen?"""
    image = RNG.random((3, 4, 4))
    np.testing.assert_allclose(
        oracle.augment.rotated(image, 90), np.rot90(image, axes=(1, 2)), atol=1e-12
    )


def test_crops_are_all_windows_in_reading_order():
    """Does every window come, from the top left to the bottom right?"""
    images = RNG.random((2, 3, 4, 5))
    found = oracle.augment.crops(images, 3, 2)
    places = itertools.product(range(2), range(4))
    due = np.stack([images[:, :, row : row + 3, left : left + 2] for row, left in places])
    np.testing.assert_array_equal(found, due)


def test_matches_finds_the_candidate_or_none():
    """Is the right candidate named, and -1 where there is none or the shape is wrong?"""
    candidates = RNG.random((3, 4, 2))
    found = np.stack([candidates[2, 0], candidates[0, 1], RNG.random(2) + 2, candidates[1, 3]])
    assert oracle.augment.matches(found, candidates).tolist() == [2, 0, -1, 1]
    assert oracle.augment.matches(found[:, :1], candidates).tolist() == [-1] * 4
