import numpy as np
import pytest

from course_lib.data import Images, digits
from course_lib.errors import CourseError


@pytest.fixture
def images():
    pixels = np.arange(5 * 3 * 2 * 4, dtype=np.uint8).reshape(5, 3, 2, 4)
    return Images(pixels, np.arange(5), ("a",) * 5, "train", "made here", "shapes")


def test_take_gives_the_first(images):
    """Does take give the first n images with their labels, and keep all else?"""
    some = images.take(2)
    np.testing.assert_array_equal(some.images, images.images[:2])
    assert some.labels.tolist() == [0, 1]
    assert (len(some), len(images), some.source) == (2, 5, "made here")
    assert len(images.take(0)) == 0


@pytest.mark.parametrize("n", [-1, 6])
def test_take_of_too_many_is_told(images, n):
    """Does asking for more than there is say how many there are?"""
    with pytest.raises(CourseError, match=r"has 5 images"):
        images.take(n)


def test_flat_gives_rows(images):
    """Is a row an image with channel, row and column in order, unscaled, and a copy?"""
    rows = images.flat()
    assert (rows.shape, rows.dtype) == ((5, 24), np.float64)
    np.testing.assert_array_equal(rows, images.images.reshape(5, 24))
    assert images.flat(np.float32).dtype == np.float32
    images.flat(np.uint8)[:] = 7
    assert images.images[0, 0, 0, 0] == 0
    assert images.take(0).flat().shape == (0, 24)


def test_another_split_is_told():
    """Does a split that is not there name those that are?"""
    with pytest.raises(CourseError, match=r"no split 'val'\. Choose 'train' or 'test'"):
        digits("val")


@pytest.mark.parametrize("dtype", [np.float64, np.int8, "nonsense"])
def test_another_dtype_is_told(dtype):
    """Does a dtype that is not offered name those that are?"""
    with pytest.raises(CourseError, match=r"np\.uint8 or np\.float32"):
        digits(dtype=dtype)
