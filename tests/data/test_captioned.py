"""Are pictures with captions what lesson 11 says of them?"""

import numpy as np

from course_lib.data import draw_captioned
from course_lib.data.scenes import CLASSES

FREE = draw_captioned(200, 3, free=True)


def test_shapes_and_types() -> None:
    """Are images, captions and masks as the class says, one of each a picture?"""
    for drawn in (draw_captioned(5, 1), FREE):
        count = len(drawn)
        assert (drawn.images.shape, drawn.images.dtype) == ((count, 3, 32, 32), np.uint8)
        assert (drawn.masks.shape, drawn.masks.dtype) == ((count, 32, 32), np.bool_)
        assert len(drawn.captions) == count


def test_same_seed_same_pictures() -> None:
    """Does one seed give one result, and another another?"""
    again = draw_captioned(200, 3, free=True)
    assert again.captions == FREE.captions
    np.testing.assert_array_equal(again.images, FREE.images)
    assert draw_captioned(200, 4, free=True).captions != FREE.captions


def test_a_caption_names_its_object() -> None:
    """Has each caption one shape and a ground, and of free objects neither size nor hiding?"""
    for text in FREE.captions:
        words = text.split()
        assert sum(word in CLASSES for word in words) == 1
        assert words[-2] == "on"
        assert not {"small", "large", "hidden"} & set(words)
    assert any("hidden" in text for text in draw_captioned(60, 1).captions)


def test_free_objects_are_everywhere_and_small() -> None:
    """Is the object small, and its place as often on one side as on the other?"""
    share = FREE.masks.mean(axis=(1, 2))
    assert 0.01 < share.mean() < 0.12
    rows, columns = np.mgrid[:32, :32]
    for places in (rows, columns):
        centres = [places[mask].mean() for mask in FREE.masks if mask.any()]
        assert np.std(centres) > 4
        assert abs(np.mean(centres) - 15.5) < 1.5
