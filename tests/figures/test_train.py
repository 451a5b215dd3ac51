"""The figures of lesson 04: do they draw what they say?"""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from course_lib import figures, oracle
from course_lib.figures.train import SURFACES


def descend(w, dw, config=None):
    return w - config["learning_rate"] * dw, config


def affine_pair():
    def back(dout, cache):
        return oracle.gradients(oracle.layers.affine, dout, *cache)

    return lambda x, w, b: (oracle.layers.affine(x, w, b), (x, w, b)), back


def tanh_pair():
    return (
        lambda x: (np.tanh(x), x),
        lambda dout, x: oracle.train.activation_backward("tanh", dout, x),
    )


@pytest.mark.parametrize("name", SURFACES)
def test_slopes_are_those_of_the_surface(name):
    """Does the race use the gradient of the surface it draws, and is `least` its minimum?"""
    surface = SURFACES[name]
    for point in np.random.default_rng(0).uniform(-2, 2, size=(20, 2)):
        numeric = approx_fprime(point, lambda p: float(surface.value(p)), 1e-7)
        np.testing.assert_allclose(surface.slope(point), numeric, atol=1e-5)
    grid = np.stack(np.meshgrid(np.linspace(-3, 3, 601), np.linspace(-3, 3, 601)), axis=-1)
    assert surface.value(grid).min() == pytest.approx(surface.least, abs=1e-3)


def test_race_draws_the_paths_that_the_rules_take():
    """Is each line the rule's own path, from the start, with the rate of the slider?"""
    state = figures.train.RaceState(surface="ravine", log10_rate=-1.0, steps=5)
    line = figures.train.optimiser_race(state, {"SGD": descend}).axes[0].lines[0]
    surface, w = SURFACES["ravine"], np.array(SURFACES["ravine"].start)
    path = [w]
    for _ in range(5):
        w = w - 0.1 * surface.slope(w)
        path.append(w)
    np.testing.assert_allclose(line.get_xydata(), path)


def test_a_rule_that_runs_away_is_drawn_all_the_same():
    """Does a rate that is far too large leave a picture, without a warning?"""
    state = figures.train.RaceState(surface="bent valley", log10_rate=3.0, steps=30)
    with np.errstate(all="raise"):
        figures.train.optimiser_race(state, {"SGD": descend})


def test_signals_shows_every_layer_with_its_gradient():
    """Are there outputs and gradients of each layer, and do small weights shrink them?"""

    def first_and_last(scale):
        state = figures.train.SignalState(scale=scale, depth=4, activation="tanh")
        axes = figures.train.signals(state, affine_pair(), {"tanh": tanh_pair()}, width=20).axes
        assert len(axes) == 8
        return [float(axes[i].get_title()) for i in (0, 3, 4, 7)]

    first, last, first_back, last_back = first_and_last(0.3)
    assert last < first / 5
    assert first_back < last_back / 5


def test_activation_curves_show_value_and_slope():
    """Are both lines what the function returns?"""
    figure = figures.train.activation_curves(
        {"square": lambda x: (x**2, 2 * x), "one": lambda x: (x, x)}
    )
    value, slope = figure.axes[0].lines[:2]
    x = value.get_xdata().ravel()
    np.testing.assert_allclose(value.get_ydata().ravel(), x**2)
    np.testing.assert_allclose(slope.get_ydata().ravel(), 2 * x)


def test_layer_histograms_tell_the_deviation():
    """Is the number above a histogram the standard deviation of what it shows?"""
    out = np.random.default_rng(0).normal(size=500)
    figure = figures.train.layer_histograms({"net": [out, 10 * out]})
    assert figure.axes[1].get_title() == f"2: {10 * out.std():.2g}"


def test_clouds_schedules_and_accuracies_are_drawn_as_given():
    """Do the small plots hold the numbers that came in?"""
    points = np.array([[1.0, 2.0], [3.0, 4.0]])
    cloud = figures.train.point_clouds({"as it is": points, "twice": 2 * points})
    np.testing.assert_allclose(cloud.axes[1].lines[2].get_xydata(), 2 * points)
    rates = figures.train.rate_schedules({"fall": lambda t: 1 / (1 + t)}, 4)
    np.testing.assert_allclose(rates.axes[0].lines[0].get_ydata(), [1, 1 / 2, 1 / 3, 1 / 4])
    curve = figures.train.accuracy_curves({"training": [0.1, 0.5]})
    np.testing.assert_allclose(curve.axes[0].lines[0].get_ydata(), [10, 50])
