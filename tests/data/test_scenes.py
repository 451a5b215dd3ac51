from dataclasses import fields, replace

import numpy as np
import pytest

from course_lib.data import Scenes, draw_scenes
from course_lib.data.scenes import CLASSES, COLOUR_NAMES
from course_lib.errors import CourseError


def same(one: Scenes, other: Scenes) -> bool:
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(Scenes))


def test_a_seed_decides_the_scenes():
    """Does one seed always give the same scenes, and another seed others?"""
    assert same(draw_scenes(50, 1), draw_scenes(50, 1))
    assert not same(draw_scenes(50, 1), draw_scenes(50, 2))


@pytest.mark.parametrize("count", [0, 1, 10, 200, 203])
def test_classes_are_balanced(count):
    """Does every class come equally often, up to one?"""
    counts = np.bincount(draw_scenes(count, 3).labels, minlength=len(CLASSES))
    assert counts.sum() == count
    assert counts.max() - counts.min() <= 1


def test_classes_are_shuffled():
    """Do the first hundred of many hold every class, in no order?"""
    labels = draw_scenes(2000, 3).labels
    assert np.bincount(labels[:100], minlength=10).min() > 0
    assert abs(np.corrcoef(labels[:-1], labels[1:])[0, 1]) < 0.1


def test_an_object_can_be_seen():
    """Does no object have the colour of its backdrop?"""
    scenes = draw_scenes(2000, 4)
    assert (scenes.colour != scenes.backdrop).all()


def test_habits_differ_between_classes():
    """Do the classes differ in their colours, which a linear classifier can use?"""
    scenes = draw_scenes(5000, 5)
    red = np.bincount(scenes.labels[scenes.colour == COLOUR_NAMES.index("red")], minlength=10)
    assert red[CLASSES.index("heart")] > 3 * red[CLASSES.index("square")] > 0


def test_one_number_stands_for_all():
    """Can a condition be set to one number, and does all else stay?"""
    scenes = draw_scenes(4, 6)
    dark = replace(scenes, light=0.5, clutter=0)
    assert dark.light.tolist() == [0.5] * 4
    assert (dark.light.dtype, dark.clutter.dtype) == (np.float32, np.int64)
    assert same(replace(dark, light=scenes.light, clutter=scenes.clutter), scenes)


def test_take_repeats():
    """Can one scene be taken many times, to vary one condition?"""
    scenes = draw_scenes(4, 6)
    repeated = scenes.take(np.array([2, 2, 2]))
    assert len(repeated) == 3
    assert repeated.seeds.tolist() == [scenes.seeds[2]] * 3


@pytest.mark.parametrize(
    ("condition", "value", "words"),
    [
        ("light", np.ones(3), r"light has shape \(3,\), but there are 4"),
        ("labels", 10, "labels must lie between 0 and 9"),
        ("labels", -1, "labels"),
        ("clutter", 13, "clutter must lie between 0 and 12"),
        ("size", 0, "size"),
        ("stretch", -1, "stretch"),
        ("occlusion", 1.5, "occlusion"),
        ("x", np.nan, "x must"),
    ],
)
def test_impossible_conditions_are_told(condition, value, words):
    """Does a condition of the wrong shape or out of range say so by its name?"""
    with pytest.raises(CourseError, match=words):
        replace(draw_scenes(4, 6), **{condition: value})
