import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from course_lib import data
from course_lib.data.renderer import boxes_of
from course_lib.data.scenes import CLASSES, COLOUR_NAMES

SCENES = data.draw_scenes(150, 8)
PLAIN = {
    "angle": 0,
    "stretch": 1,
    "bend": 0,
    "light": 1,
    "shadow": 0,
    "clutter": 0,
    "occlusion": 0,
    "noise": 0,
    "x": 16,
    "y": 16,
    "size": 11,
    "pattern": 0,
}


def plain(**conditions):
    """Every class once, in the middle and from the front, without anything that disturbs."""
    labels = np.arange(len(CLASSES))
    scenes = data.draw_scenes(len(CLASSES), 1)
    return replace(scenes, labels=labels, **{**PLAIN, **conditions})


def test_shapes_and_types():
    """Are images, masks, boxes and captions what a lesson expects?"""
    rendered = data.render(SCENES)
    assert (rendered.images.shape, rendered.images.dtype) == ((150, 3, 32, 32), np.uint8)
    assert (rendered.masks.shape, rendered.masks.dtype) == ((150, 32, 32), np.bool_)
    assert (rendered.boxes.shape, rendered.boxes.dtype) == ((150, 4), np.int64)
    assert len(rendered.captions) == 150


def test_no_scenes_give_no_pictures():
    """Is an empty set of scenes rendered as an empty set of pictures?"""
    rendered = data.render(data.draw_scenes(0, 1))
    assert rendered.images.shape == (0, 3, 32, 32)
    assert rendered.boxes.shape == (0, 4)
    assert rendered.captions == ()


def test_a_picture_depends_on_its_scene_alone():
    """Is a scene rendered alone, in another order or across chunks the same to the byte?"""
    whole, rows = data.render(SCENES), np.array([149, 3, 70, 3])
    some = data.render(SCENES.take(rows))
    np.testing.assert_array_equal(some.images, whole.images[rows])
    np.testing.assert_array_equal(some.masks, whole.masks[rows])


def test_boxes_are_those_of_scipy():
    """Is each box the smallest around its mask, as scipy.ndimage finds it?"""
    rendered = data.render(SCENES)
    for mask, box in zip(rendered.masks, rendered.boxes):
        rows, columns = ndimage.find_objects(mask.astype(int))[0]
        assert box.tolist() == [columns.start, rows.start, columns.stop, rows.stop]


def test_an_empty_mask_has_an_empty_box():
    """Does an object that cannot be seen have the box 0, 0, 0, 0?"""
    assert boxes_of(np.zeros((1, 32, 32), bool)).tolist() == [[0, 0, 0, 0]]
    elsewhere = data.render(plain(x=-40))
    assert elsewhere.boxes.tolist() == [[0, 0, 0, 0]] * len(CLASSES)


def test_the_mask_is_where_the_colour_is():
    """Inside the mask, is the picture of the object's colour, and outside not?"""
    red, white = COLOUR_NAMES.index("red"), COLOUR_NAMES.index("white")
    rendered = data.render(plain(colour=red, backdrop=white))
    red_above_blue = rendered.images[:, 0].astype(int) - rendered.images[:, 2] > 100
    edge = ndimage.binary_dilation(rendered.masks, np.ones((1, 3, 3))) & ~ndimage.binary_erosion(
        rendered.masks, np.ones((1, 3, 3))
    )
    assert red_above_blue[rendered.masks & ~edge].mean() > 0.95


@pytest.mark.parametrize("condition", ["light", "shadow", "clutter", "noise", "colour", "backdrop"])
def test_appearance_leaves_the_mask(condition):
    """Do light, clutter, noise and colour change the picture and leave mask and box alone?"""
    value = {"clutter": 8, "light": 0.4, "shadow": 0.9, "noise": 0.2, "colour": 3, "backdrop": 4}
    before = data.render(plain(colour=0, backdrop=1))
    after = data.render(plain(**{"colour": 0, "backdrop": 1, condition: value[condition]}))
    np.testing.assert_array_equal(before.masks, after.masks)
    assert (before.images != after.images).any(axis=(1, 2, 3)).all()


@pytest.mark.parametrize(
    ("condition", "value"), [("x", 20), ("y", 12), ("size", 8), ("stretch", 0.6), ("bend", 0.6)]
)
def test_geometry_moves_the_mask(condition, value):
    """Do position, size, viewpoint and deformation change the mask of every class?"""
    before, after = data.render(plain()), data.render(plain(**{condition: value}))
    assert (before.masks != after.masks).any(axis=(1, 2)).all()


def test_position_shifts_by_whole_pixels():
    """Does a centre three pixels to the right and two down shift the mask by as much?"""
    before, after = data.render(plain(size=8)), data.render(plain(size=8, x=19, y=18))
    np.testing.assert_array_equal(np.roll(before.masks, (2, 3), axis=(1, 2)), after.masks)


def test_a_quarter_turn_is_that_of_numpy():
    """Does a rotation by 90 degrees turn the mask clockwise, as numpy.rot90 does?"""
    before, after = data.render(plain()), data.render(plain(angle=90))
    np.testing.assert_array_equal(np.rot90(before.masks, -1, axes=(1, 2)), after.masks)


def test_stretch_is_width_over_height():
    """Is a circle seen with stretch 1.5 half again as wide as high?"""
    box = data.render(plain(stretch=1.5, size=10)).boxes[CLASSES.index("circle")]
    assert (box[2] - box[0]) / (box[3] - box[1]) == pytest.approx(1.5, abs=0.15)


def test_occlusion_hides_about_its_share():
    """With half of its width behind a beam, is about half of a circle hidden?"""
    circle = CLASSES.index("circle")
    whole = data.render(plain()).masks[circle].sum()
    assert data.render(plain(occlusion=0.5)).masks[circle].sum() / whole == pytest.approx(
        0.5, abs=0.1
    )


def test_light_scales_brightness():
    """Is a scene in half the light half as bright?"""
    bright, dark = data.render(plain()).images, data.render(plain(light=0.5)).images
    np.testing.assert_allclose(dark, np.minimum(bright, 255) / 2, atol=1.01, rtol=0.02)


def test_noise_has_no_direction():
    """Does the grain of the sensor leave the mean brightness where it was?"""
    gray = {"backdrop": COLOUR_NAMES.index("gray"), "colour": COLOUR_NAMES.index("teal")}
    clean, noisy = data.render(plain(**gray)).images, data.render(plain(noise=0.1, **gray)).images
    difference = noisy.astype(float) - clean
    assert abs(difference.mean()) < 0.5
    # The sum of two uniform numbers on +-h has the standard deviation h * sqrt(2/3).
    assert difference.std() == pytest.approx(0.1 * 255 / 2 * np.sqrt(2 / 3), rel=0.1)


def test_more_clutter_only_adds():
    """Does one mark more leave the marks that were there where they are?"""
    steps = [data.render(plain(clutter=n)).images for n in range(5)]
    changed = [np.any(a != b, axis=1) for a, b in itertools.pairwise(steps)]
    assert all(step.mean() < 0.15 for step in changed)
    assert all(step.any() for step in changed)
