"""The figures of lesson 07: do they draw what they say?"""

import numpy as np
import pytest

from course_lib import figures


def dropout(h, param):
    if param["mode"] == "test":
        return h, None
    mask = (param["rng"].random(h.shape) < param["p"]) / param["p"]
    return h * mask, None


def lines(axis):
    """x of each vertical line."""
    return [float(line.get_xdata()[0]) for line in axis.lines]


def test_running_means_end_at_the_mean():
    """Is the last point of the line the mean of all draws?"""
    draws = np.random.default_rng(0).normal(6, 1, size=500)
    axis = figures.dropout.running_means({"some": draws}, 6.0, {"some": 1.0}).axes[0]
    assert axis.lines[0].get_ydata()[-1] == pytest.approx(draws.mean())


def test_without_the_division_the_mean_falls_to_p_times_the_test_output():
    """Does the histogram show why one divides by p?"""
    for scaling, factor in (("divided by p", 1.0), ("as it is", 0.5)):
        state = figures.dropout.MaskState(scaling=scaling)
        mean, test = lines(figures.dropout.mask_graph(state, dropout).axes[1])
        assert mean == pytest.approx(factor * test, abs=0.4)


def test_in_test_mode_nothing_is_dropped():
    """Has every unit its number, and do mean and test output agree?"""
    left, right = figures.dropout.mask_graph(figures.dropout.MaskState(mode="test"), dropout).axes
    assert "\N{MULTIPLICATION SIGN}" not in [text.get_text() for text in left.texts]
    mean, test = lines(right)
    assert mean == pytest.approx(test)


def test_dropped_units_are_crossed_and_send_nothing_on():
    """With p near 0, is every unit that could be dropped crossed, and no line left to an output?"""

    def drop_all(h, param):
        return (h if param["mode"] == "test" else 0 * h), None

    left = figures.dropout.mask_graph(figures.dropout.MaskState(), drop_all).axes[0]
    crosses = [text for text in left.texts if text.get_text() == "\N{MULTIPLICATION SIGN}"]
    assert len(crosses) == 6
    assert not left.lines


def test_mask_outputs_mark_mean_and_plain_output():
    """Do the two lines of each panel stand where they are said to stand?"""
    panels = {"one": (np.array([0.0, 1.0, 2.0]), 1.0, 1.5), "two": (np.ones(3), 1.0, 1.0)}
    axes = figures.dropout.mask_outputs(panels).axes
    assert lines(axes[0]) == [1.0, 1.5]
    assert axes[1].get_xlabel() == "output, two"


def test_comparison_lists_methods_from_the_top():
    """Is every run drawn, every method named, and the first on top?"""
    figure = figures.dropout.comparison(
        {"nothing": [30.0, 31.0], "dropout": [33.0], "L1": [29.0]}, 30.5
    )
    axis = figure.axes[0]
    assert [tick.get_text() for tick in axis.get_yticklabels()] == ["nothing", "dropout", "L1"]
    low, high = axis.get_ylim()
    assert low > high
    ticks = axis.lines[0]
    assert ticks.get_xdata().tolist() == [30.0, 31.0]
