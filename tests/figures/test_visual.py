"""The figures of lesson 12: do they draw what they say?"""

import numpy as np

from course_lib import figures

RNG = np.random.default_rng(0)


def test_heat_maps_stand_beside_their_image():
    """Is each map in the row of its image and the column of its title, clear of outliers?"""
    images, maps = RNG.random(size=(2, 3, 8, 8)), {"a": RNG.random(size=(2, 4, 4))}
    maps["b"] = np.zeros((2, 10, 20))
    maps["b"][1, 0, :3], maps["b"][1, 5, 5] = 1.0, 100.0
    figure = figures.visual.heat_maps(images, maps)
    shown = [axis.images[0] for axis in figure.axes]
    np.testing.assert_array_equal(shown[4].get_array(), maps["a"][1])
    np.testing.assert_array_equal(shown[5].get_array(), maps["b"][1])
    assert shown[5].get_clim()[1] == 1.0  # what 1 % of the pixels exceed
    assert [axis.get_title() for axis in figure.axes] == ["", "a", "b", "", "", ""]


def test_scatter_tells_ten_classes_apart():
    """Has every class points of its own look, in each plane?"""
    labels = np.arange(40) % 10
    places = {"one": RNG.normal(size=(40, 2)), "two": RNG.normal(size=(40, 2))}
    figure = figures.visual.scatter(places, labels, [f"class {n}" for n in range(10)])
    for axis, points in zip(figure.axes, places.values()):
        looks = {(line.get_color(), line.get_marker()) for line in axis.lines}
        assert len(axis.lines) == len(looks) == 10
        np.testing.assert_array_equal(axis.lines[3].get_xydata(), points[labels == 3])


def test_trained_and_random_marks():
    """Is there a dot for the trained net, a cross for each other, and a line for an even map?"""
    results = {"saliency": (0.3, [0.2, 0.25]), "occlusion": (0.4, [0.1, 0.15])}
    (axis,) = figures.visual.trained_and_random(results, 0.17, "share").axes
    found = {line.get_label(): line.get_xdata() for line in axis.lines}
    assert list(found["random weights"]) == [0.2, 0.25]
    assert list(found["trained"]) == [0.3]
    assert found["an even map"][0] == 0.17
    assert [label.get_text() for label in axis.get_yticklabels()] == list(results)


def test_unit_page_shows_all_patches_and_three_pictures():
    """Are the patches, both pictures and the map drawn?"""
    patches, image = RNG.random(size=(5, 3, 4, 4)), RNG.random(size=(3, 8, 8))
    figure = figures.visual.unit_page(patches, image, image / 2, RNG.normal(size=(8, 8)), "unit 3")
    shown = [axis for axis in figure.axes if axis.images]
    assert len(shown) == 8
    titles = [axis.get_title() for axis in shown if axis.get_title()]
    assert titles == ["image by ascent", "most active in", "fall if covered"]
