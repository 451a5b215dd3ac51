"""Augmentations against SciPy, NumPy and what they are by definition."""

import itertools

import numpy as np
import pytest
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


@pytest.mark.parametrize(
    ("fill", "mode"), [("replicate", "edge"), ("constant", "constant"), ("circular", "wrap")]
)
def test_shifts_against_numpy(fill, mode):
    """Is each shift a window of the padded image, from up and left to down and right?"""
    images = RNG.random((2, 3, 3, 4))
    wide = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)), mode=mode)
    moves = itertools.product(range(-2, 3), range(-2, 3))
    due = [wide[:, :, 2 - down : 5 - down, 2 - right : 6 - right] for down, right in moves]
    np.testing.assert_array_equal(oracle.augment.shifts(images, 2, fill), np.stack(due))


def test_jittered_alike_finds_the_factors():
    """Does it find brightness and saturation, also where some values are not known?"""
    images, bright, full = RNG.random((5, 3, 2, 4)), RNG.random(5) + 0.5, RNG.random(5) + 0.5
    grey = images.mean(axis=1, keepdims=True)
    a, s = (factor[:, None, None, None] for factor in (bright, full))
    out = a * (grey + s * (images - grey))
    known = np.where(out < np.quantile(out, 0.8), out, np.nan)
    for found in (out, known):
        for mine, due in zip(oracle.augment.jittered_alike(images, found), (bright, full, out)):
            np.testing.assert_allclose(mine, due)


def test_mixed_colours_mix_channels():
    """Is each new channel the mixture that its row of the matrix says, plus 3?"""
    mix, images = RNG.normal(size=(3, 3)), RNG.random((2, 3, 4, 5))
    due = np.einsum("cd,ndhw->nchw", mix, images) + 3
    np.testing.assert_allclose(oracle.augment.mixed_colours(mix, images), due)


def test_colour_variances_are_those_of_the_covariance():
    """Are they the eigenvalues of the covariance, largest first, also where some are 0?"""
    for images in (RNG.random((4, 3, 5, 6)), np.repeat(RNG.random((2, 1, 3, 3)), 3, axis=1)):
        due = np.linalg.eigvalsh(oracle.augment.colour_covariance(images))[::-1]
        np.testing.assert_allclose(oracle.augment.colour_variances(images), due, atol=1e-12)


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


@pytest.mark.parametrize(("height", "width", "size"), [(3, 4, 3), (2, 2, 5), (4, 3, 1)])
def test_holes_are_squares_round_each_pixel(height, width, size):
    """Is a pixel hidden exactly where it is at most half a side away in both directions?"""
    found = oracle.augment.holes(height, width, size)
    for number, (row, column) in enumerate(np.ndindex(height, width)):
        rows, columns = np.mgrid[:height, :width]
        due = np.maximum(abs(rows - row), abs(columns - column)) <= size // 2
        np.testing.assert_array_equal(found[number], due)


def test_matches_finds_the_candidate_or_none():
    """Is the right candidate named, and -1 where there is none or the shape is wrong?"""
    candidates = RNG.random((3, 4, 2))
    found = np.stack([candidates[2, 0], candidates[0, 1], RNG.random(2) + 2, candidates[1, 3]])
    assert oracle.augment.matches(found, candidates).tolist() == [2, 0, -1, 1]
    assert oracle.augment.matches(found[:, :1], candidates).tolist() == [-1] * 4


def test_colour_covariance_against_numpy():
    """Is it NumPy's covariance of pixels as points?"""
    images = RNG.random((4, 3, 5, 6))
    pixels = images.transpose(0, 2, 3, 1).reshape(-1, 3)
    np.testing.assert_allclose(
        oracle.augment.colour_covariance(images), np.cov(pixels.T, bias=True)
    )
