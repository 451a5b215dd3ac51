"""The pictures of lesson 07: do they show what they are given?"""

import numpy as np

from course_lib import figures

PICTURES = np.random.default_rng(0).random((4, 3, 6, 6))


def shown(axis):
    return np.moveaxis(axis.images[0].get_array().data, -1, 0)


def test_copies_has_a_row_for_each_change():
    """Is each picture in its row, with the row's name at the left, whatever its size?"""
    axes = figures.augmentation.copies(
        {"as they are": PICTURES, "crops": PICTURES[:, :, 1:4, 1:4]}
    ).axes
    assert len(axes) == 8
    np.testing.assert_allclose(shown(axes[1]), PICTURES[1])
    np.testing.assert_allclose(shown(axes[6]), PICTURES[2, :, 1:4, 1:4])
    assert [axes[0].texts[0].get_text(), axes[4].texts[0].get_text()] == ["as they are", "crops"]


def test_gallery_begins_with_the_original():
    """Does the original come first, and the chain see the sliders and one copy for each place?"""
    seen = []

    def augment(images, state):
        seen.append((images.shape, state.flip))
        return images[..., ::-1]

    figure = figures.augmentation.gallery(
        figures.augmentation.GalleryState(flip=0.7), PICTURES[0], augment
    )
    axes = figure.axes
    np.testing.assert_allclose(shown(axes[0]), PICTURES[0])
    np.testing.assert_allclose(shown(axes[11]), PICTURES[0, :, :, ::-1])
    assert seen == [((11, 3, 6, 6), 0.7)]
    assert axes[0].get_title() == "original"
