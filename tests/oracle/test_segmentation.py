"""Does the oracle of maps that grow agree with NumPy and with convolution's own gradient?"""

import numpy as np
import pytest

from course_lib import oracle
from course_lib.oracle import segmentation

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("small", range(1, 15))
def test_nearest_takes_the_floor(small: int) -> None:
    """Is row i of the result row floor(i H / H') for every size, in spite of PyTorch's floats?"""
    x = np.arange(small, dtype=float)[None, None, :, None]
    for size in range(small, 40):
        found = segmentation.nearest(x, (size, 1))[0, 0, :, 0]
        assert found.tolist() == [i * small // size for i in range(size)]


def test_bed_of_nails() -> None:
    """Is each number at the top left of its square, and all else 0?"""
    x = RNG.normal(size=(2, 3, 2, 4))
    found = segmentation.bed_of_nails(x, 3)
    np.testing.assert_array_equal(found[:, :, ::3, ::3], x)
    assert np.count_nonzero(found) == x.size


def test_unpooling_adds_up_and_undoes_pooling() -> None:
    """Do maxima return to their places, twice where two windows share one?"""
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    out, places = segmentation.pooled_places(x, 2, 1)
    np.testing.assert_array_equal(out, x[:, :, 1:, 1:])
    np.testing.assert_array_equal(segmentation.unpooled(out, places, (3, 3))[:, :, 1:, 1:], out)
    flat = np.zeros((1, 1, 2, 2), int)
    assert segmentation.unpooled(np.ones((1, 1, 2, 2)), flat, (3, 3))[0, 0, 0, 0] == 4


def test_transposed_is_the_gradient_of_a_convolution() -> None:
    """Is it what autograd gives for the input of a convolution?"""
    images, w = RNG.normal(size=(2, 3, 7, 6)), RNG.normal(size=(4, 3, 3, 3))
    param = {"stride": 2, "pad": 1}
    y = RNG.normal(size=oracle.conv.conv2d(images, w, np.zeros(4), param).shape)
    due = oracle.gradients(oracle.conv.conv2d, y, images, w, np.zeros(4), param)[0]
    for size, more in ((6, 1), (7, 0)):
        found = segmentation.transposed(y, w, np.zeros(3), {**param, "output_pad": more})
        assert found.shape[2] == y.shape[2] * 2 - 1 + more
        if size == 7:
            np.testing.assert_allclose(found[:, :, :, :5], due[:, :, :, :5], atol=1e-12)


def test_pixel_loss_leaves_pixels_out() -> None:
    """Is it the mean over those that count, and 0 where none does?"""
    scores, y = RNG.normal(size=(1, 2, 1, 3)), np.array([[[0, 9, 1]]])
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    due = -(logs[0, 0, 0, 0] + logs[0, 1, 0, 2]) / 2
    assert segmentation.pixel_loss(scores, y, 9) == pytest.approx(due)
    assert segmentation.pixel_loss(scores, y * 0 + 9, 9) == 0


def test_mean_iou_by_hand() -> None:
    """Is the example of the lesson right, and an absent class left out?"""
    y = np.repeat([0, 1], [90, 10])
    found = np.repeat([0, 1, 0, 1], [85, 5, 2, 8])
    assert segmentation.confusion(found, y, 3, 255).tolist() == [[85, 5, 0], [2, 8, 0], [0, 0, 0]]
    due = (85 / 92 + 8 / 15) / 2
    assert segmentation.mean_iou(found, y, 3, 255) == pytest.approx(due)
    assert np.isnan(segmentation.mean_iou(found, y * 0 + 255, 3, 255))
    assert segmentation.confusion(found, y * 0 + 255, 3, 255).sum() == 0
