"""What no exercise asks for: statistics, cutout, jitter, sizes."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.speed.augment import cutout, jitter, normalise, resized, statistics
from tests.speed.small import TRAIN


def test_normalised() -> None:
    """Has each channel mean 0 and standard deviation 1 afterwards, with NumPy's statistics?"""
    images = torch.from_numpy(TRAIN.images)
    mean, std = statistics(images)
    scaled = TRAIN.images / 255
    np.testing.assert_allclose(mean, scaled.mean((0, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(std, scaled.std((0, 2, 3)), rtol=1e-4)
    ours = normalise(images, mean, std).numpy()
    theirs = (scaled - scaled.mean((0, 2, 3), keepdims=True)) / scaled.std((0, 2, 3), keepdims=True)
    np.testing.assert_allclose(ours, theirs, atol=1e-3)


@given(st.integers(1, 9), st.integers(0, 5), st.integers(0, 5), st.integers(0, 1000))
def test_cutout(size: int, taller: int, wider: int, seed: int) -> None:
    """Is exactly one square of that size set to zero in each image, in all channels alike?"""
    images = torch.ones(20, 2, size + taller, size + wider)
    result = cutout(images, size, torch.Generator().manual_seed(seed))
    assert bool((images == 1).all())
    for image in result:
        assert torch.equal(image[0], image[1])
        rows, columns = torch.nonzero(image[0] == 0, as_tuple=True)
        assert len(rows) == size**2
        assert rows.max() - rows.min() == columns.max() - columns.min() == size - 1


def test_cutout_reaches_everywhere() -> None:
    """Are all places for the square equally likely?"""
    result = cutout(torch.ones(8000, 1, 5, 4), 2, torch.Generator().manual_seed(0))
    rows, columns = (result[:, 0] == 0).any(2).int().argmax(1), (result[:, 0] == 0).any(1).int()
    places = torch.bincount(3 * rows + columns.argmax(1), minlength=12)
    assert places.min() > 560
    assert places.max() < 780


def test_jitter() -> None:
    """Does each image get one contrast and one brightness of its own, within the bounds?"""
    images = torch.linspace(-1, 1, 12).reshape(1, 3, 2, 2).repeat(500, 1, 1, 1)
    result = jitter(images, 0.2, torch.Generator().manual_seed(0)).flatten(1)
    contrast = (result[:, -1] - result[:, 0]) / 2
    brightness = result.mean(1)
    rebuilt = images.flatten(1) * contrast[:, None] + brightness[:, None]
    torch.testing.assert_close(result, rebuilt, atol=1e-5, rtol=0)
    for drawn, middle in ((contrast, 1.0), (brightness, 0.0)):
        assert 0.19 < (drawn - middle).abs().max() <= 0.2001
        assert abs(drawn.mean() - middle) < 0.02


def test_resized() -> None:
    """Do size and mean come out right, on images that are no square?"""
    images = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    small = resized(images, 16)
    assert small.shape == (2, 3, 16, 16)
    torch.testing.assert_close(small.mean((2, 3)), images.mean((2, 3)), atol=0.01, rtol=0)
