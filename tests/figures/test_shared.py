"""What many lessons draw: do curves and pictures show what came in?"""

import numpy as np
from matplotlib.colors import to_rgb

from course_lib import figures
from course_lib.figures.shared import regions
from course_lib.figures.style import COLOURS, new_figure


def test_loss_curves_have_a_name_each_and_the_level_of_guessing():
    """Can a reader tell the runs, and is chance drawn where it is?"""
    figure = figures.loss_curves({"a": [2.0, 1.0], "b": [2.0, np.nan]}, chance=2.3)
    axis = figure.axes[0]
    legend = axis.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b", "guessing"]
    assert list(axis.lines[2].get_ydata()) == [2.3, 2.3]


def test_pictures_use_the_whole_range():
    """Is each image stretched for itself, and a flat one left without a division by 0?"""
    images = np.stack([np.full((1, 2, 2), 7.0), np.arange(4.0).reshape(1, 2, 2) - 9])
    pictures = figures.as_pictures(images)
    assert pictures[1].min() == 0
    assert pictures[1].max() == 1
    assert np.isfinite(pictures).all()


def test_curves_are_drawn_as_given():
    """Does each line hold its numbers, differ in colour and in form, and stand on these axes?"""
    lines = {"a": ([1, 10], [0.5, 0.25]), "b": ([1, 100], [1.0, 2.0])}
    (axis,) = figures.curves(lines, "steps", "loss", log="x", ylim=(0, 3)).axes
    for drawn, (x, y) in zip(axis.lines, lines.values(), strict=True):
        np.testing.assert_array_equal(drawn.get_xydata(), np.transpose([x, y]))
    one, two = axis.lines
    assert one.get_color() != two.get_color()
    assert one.get_linestyle() != two.get_linestyle()
    assert (axis.get_xscale(), axis.get_yscale(), axis.get_ylim()) == ("log", "linear", (0, 3))
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("steps", "loss")


def test_regions_lie_where_they_are():
    """Is the first row drawn lowest, from -reach to reach, in the colours of the classes?"""
    _, (axis,) = new_figure(3, 3)
    regions(axis, np.array([[0, 1], [2, 2]]), 4.0, 3)
    (image,) = axis.images
    assert image.origin == "lower"
    assert [float(edge) for edge in image.get_extent()] == [-4, 4, -4, 4]
    shades = [image.cmap(image.norm(label))[:3] for label in range(3)]
    assert shades == [to_rgb(colour) for colour in COLOURS[:3]]
    assert np.asarray(image.get_array())[0, 1] == 1
