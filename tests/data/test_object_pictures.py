"""Are pictures of several objects what lesson 13 says of them?"""

import hashlib

import numpy as np
import pytest
from scipy import ndimage

from course_lib.data import draw_object_pictures
from course_lib.data.object_pictures import LEAST_SEEN, MOST

PICTURES = draw_object_pictures(150, 4)
# Of 20 pictures from seed 1; another value means that the same seed gives other pictures.
SHA256 = "daca25b038ae6285d8a0b125562ab34ebcb907f377d926ac693b616121216caa"


def test_shapes_and_types():
    """Are images, boxes, labels, masks and occlusion as the class says, one entry an object?"""
    assert (PICTURES.images.shape, PICTURES.images.dtype) == ((150, 3, 64, 64), np.uint8)
    assert len(PICTURES) == 150
    for parts in zip(PICTURES.boxes, PICTURES.labels, PICTURES.masks, PICTURES.occlusion):
        boxes, labels, masks, hidden = parts
        count = len(labels)
        assert boxes.shape == (count, 4)
        assert boxes.dtype == labels.dtype == np.int64
        assert (masks.shape, masks.dtype) == ((count, 64, 64), np.bool_)
        assert hidden.shape == (count,)


def test_one_to_four_objects():
    """Has each picture one to four objects, and are all of these numbers frequent?"""
    counts = np.bincount([len(labels) for labels in PICTURES.labels], minlength=MOST + 1)
    assert counts[0] == 0
    assert len(counts) == MOST + 1
    assert counts[1:].min() > 15


def test_boxes_are_the_smallest_round_their_masks():
    """Does SciPy find the same boxes?"""
    for boxes, masks in zip(PICTURES.boxes, PICTURES.masks):
        for box, mask in zip(boxes, masks):
            rows, columns = ndimage.find_objects(mask.astype(int))[0]
            assert box.tolist() == [columns.start, rows.start, columns.stop, rows.stop]


def test_no_pixel_belongs_to_two_objects():
    """Does the nearer object take the pixel?"""
    assert all(masks.sum(axis=0).max() == 1 for masks in PICTURES.masks)


def test_enough_of_each_object_is_seen():
    """Is an object left out of which fewer pixels are seen?"""
    assert min(masks.sum(axis=(1, 2)).min() for masks in PICTURES.masks) >= LEAST_SEEN


def test_occlusion_is_the_hidden_share():
    """Is nothing hidden of the nearest object, something of some others, and never all?"""
    assert all(hidden[-1] == 0 for hidden in PICTURES.occlusion)
    every = np.concatenate(PICTURES.occlusion)
    assert 0.02 < (every > 0.1).mean() < 0.5
    assert every.max() < 1


def test_an_object_is_painted_where_its_mask_is():
    """Do pixels differ from their neighbours outside along the rim of a mask more than inside?"""
    steps = np.abs(np.diff(PICTURES.images.astype(int), axis=3)).sum(axis=1)
    every = np.stack([masks.any(axis=0) for masks in PICTURES.masks])
    rim = every[:, :, 1:] != every[:, :, :-1]
    assert steps[rim].mean() > 2 * steps[~rim & ~every[:, :, 1:]].mean()


def test_a_seed_gives_the_same_bytes_everywhere():
    """Are the pictures of a seed those that they were when they were first drawn?"""
    pictures = draw_object_pictures(20, 1)
    content = pictures.images.tobytes() + np.concatenate(pictures.boxes).astype("<i8").tobytes()
    assert hashlib.sha256(content).hexdigest() == SHA256


def test_pictures_do_not_depend_on_how_many_are_painted_at_a_time(monkeypatch):
    """Are pictures the same where fewer are painted at a time?"""
    whole = draw_object_pictures(10, 6)
    monkeypatch.setattr("course_lib.data.object_pictures._CHUNK", 3)
    again = draw_object_pictures(10, 6)
    np.testing.assert_array_equal(again.images, whole.images)
    assert [b.tolist() for b in again.boxes] == [b.tolist() for b in whole.boxes]


@pytest.mark.parametrize("seed", [1, 2])
def test_other_seeds_give_other_pictures(seed):
    """Does the seed decide?"""
    assert not np.array_equal(draw_object_pictures(3, seed).images, PICTURES.images[:3])


def test_no_pictures():
    """Is none drawn where none is asked for?"""
    assert len(draw_object_pictures(0, 1)) == 0
