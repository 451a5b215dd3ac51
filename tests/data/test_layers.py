"""Do the layers of a picture come out alike on every size of canvas?"""

import numpy as np
import pytest

from course_lib import data
from course_lib.data import layers

SCENES = data.draw_scenes(6, 3)


@pytest.mark.parametrize("side", [32, 64])
def test_layers_have_the_side_that_is_asked_for(side):
    """Are backdrop, cover and colours of this many pixels?"""
    chance = layers.Chance(SCENES, side)
    u, v = layers.object_coordinates(SCENES, side)
    assert layers.backdrop(SCENES, chance).shape == (6, 3, side, side)
    assert layers.object_cover(SCENES, u, v).shape == (6, side, side)
    assert layers.object_colours(SCENES, chance, u, v).shape == (6, 3, side, side)


def test_an_object_covers_the_same_pixels_on_a_larger_canvas():
    """Does the size of an object count in pixels, not in shares of the picture?"""
    small, large = (
        layers.object_cover(SCENES, *layers.object_coordinates(SCENES, side)) for side in (32, 64)
    )
    np.testing.assert_array_equal(small, large[:, :32, :32])


def test_a_picture_is_the_sum_of_its_layers():
    """Is what `render` gives made of these layers alone, without beam where nothing is hidden?"""
    plain = SCENES.replace(occlusion=0, clutter=0)
    chance = layers.Chance(plain, 32)
    canvas = layers.backdrop(plain, chance)
    layers.strew_marks(canvas, chance, plain.clutter)
    u, v = layers.object_coordinates(plain, 32)
    cover = layers.object_cover(plain, u, v)
    canvas += cover[:, None] * (layers.object_colours(plain, chance, u, v) - canvas)
    layers.strew_marks(canvas, chance, plain.clutter)
    layers.paint(canvas, layers.beam_cover(plain, chance), chance.colours(1)[0])
    layers.illuminate(canvas, plain, chance)
    np.testing.assert_array_equal(layers.levels(canvas), data.render(plain).images)


def test_levels_round_and_cut_off():
    """Is 0.5 rounded to the nearest byte, and what is too dark or too bright cut off?"""
    canvas = np.array([-1, 0, 0.5, 1, 3], np.float32)
    assert layers.levels(canvas).tolist() == [0, 0, 128, 255, 255]
