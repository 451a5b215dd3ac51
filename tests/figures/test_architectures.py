"""The figures of lesson 08: do they draw what they say?"""

from dataclasses import replace

import numpy as np

from course_lib import figures, oracle
from course_lib.figures import architectures


def texts(axis):
    return [text.get_text() for text in axis.texts]


def test_depth_and_error() -> None:
    """Is there a bar for each year, with its error and layers, and "no net" where there is none?"""
    entries = [(2011, "a", 0, 25.8), (2012, "b", 8, 16.4)]
    above, below = architectures.depth_and_error(entries).axes
    assert [bar.get_height() for bar in above.patches] == [25.8, 16.4]
    assert texts(below) == ["no net", "8"]


def test_memory_and_parameters() -> None:
    """Is the first layer at the top, left in megabytes of activations, right of parameters?"""
    left, right = architectures.memory_and_parameters(["a", "b"], [250_000, 1], [0, 500_000]).axes
    assert left.patches[0].get_width() == 1.0
    assert right.patches[1].get_width() == 2.0
    assert left.patches[0].get_y() > left.patches[1].get_y()
    assert left.get_xlim()[0] > left.get_xlim()[1]


def test_training_by_depth() -> None:
    """Is every run a mark, and does the line join the means?"""
    (axis,) = architectures.training_by_depth({"plain": {8: [50, 60], 20: [40, 40]}}).axes
    mean, first, second = axis.lines
    assert mean.get_ydata().tolist() == [55, 40]
    assert list(first.get_ydata()) == [50, 60]
    assert list(second.get_xdata()) == [20, 20]


def test_cost_and_accuracy() -> None:
    """Does each net stand at its products and accuracy, with an area that grows with it?"""
    nets = {"small": (1000, 2_000_000, 50.0), "large": (9000, 8_000_000, 70.0)}
    (axis,) = architectures.cost_and_accuracy(nets).axes
    small, large = axis.collections
    assert small.get_offsets().tolist() == [[2.0, 50.0]]
    assert large.get_sizes()[0] > small.get_sizes()[0]


def test_spoken_for() -> None:
    """Is there a picture and a map for each image, and is a map of zeros drawn, too?"""
    images, maps = np.zeros((2, 3, 8, 8)), np.stack([np.zeros((2, 2)), np.eye(2)])
    figure = architectures.spoken_for(images, maps, ["a", "b"])
    assert [axis.get_title() for axis in figure.axes] == ["a", "b", "", ""]
    assert len(figure.axes[3].images) == 2


def test_the_builder_counts_with_the_readers_function() -> None:
    """Does the table show what `describe` gives, and the sums?"""
    state = architectures.BuilderState(side=16)
    layers = architectures.built(state)
    rows = oracle.architectures.described(layers, (3, 16, 16))
    figure = architectures.builder(state, oracle.architectures.described)
    cells = {
        place: cell.get_text().get_text()
        for place, cell in figure.axes[0].tables[0].get_celld().items()
    }
    assert cells[1, 1] == "16 x 16 x 16"
    assert cells[len(rows) + 1, 2] == f"{sum(row['parameters'] for row in rows):,}"


def test_depthwise_layers_have_a_filter_a_channel() -> None:
    """Behind 32 channels, has a depthwise layer 32 groups and filters?"""
    *_, depthwise, _, _, _ = architectures.built(architectures.BuilderState())
    assert (depthwise["groups"], depthwise["filters"]) == (32, 32)


def test_a_net_that_cannot_be_built_says_why() -> None:
    """Is an error of the reader's function shown in the figure, and not raised?"""

    def describe(layers, shape):
        raise ValueError("a window does not fit")

    figure = architectures.builder(architectures.BuilderState(), describe)
    assert texts(figure.axes[0]) == ["describe raised ValueError: a window does not fit"]


def test_what_units_see() -> None:
    """Do the fields agree with those that autograd counts, and end with the whole image?"""
    state = replace(architectures.BuilderState(), layer_7="conv 3x3", layer_8="nothing")
    layers = architectures.built(state)
    due = [oracle.conv.receptive_field(layers[: i + 1]) for i in range(len(layers))]
    assert architectures.fields_seen(layers, 64) == due
    assert architectures.fields_seen([{"kind": "global"}], 32) == [32]


def test_all_that_is_offered_can_be_built() -> None:
    """Can each layer stand first in a net that PyTorch builds?"""
    for name in architectures.OFFERED:
        state = replace(architectures.BuilderState(), layer_1=name)
        assert figures.architectures.builder(state, oracle.architectures.described).axes
