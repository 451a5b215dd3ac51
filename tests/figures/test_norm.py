"""The figures of lesson 06: do they draw what they say?"""

import numpy as np
import pytest
import torch

from course_lib import figures

RNG = np.random.default_rng(0)


def batchnorm(x, gamma, beta, bn_param):
    """PyTorch's layer, which keeps its state where the course's functions do."""
    tensors = [torch.from_numpy(part) for part in (x, gamma, beta)]
    names = ("running_mean", "running_var")
    running = [torch.from_numpy(bn_param.get(name, np.zeros(x.shape[1]))) for name in names]
    training = bn_param["mode"] == "train"
    share = 1 - bn_param["momentum"]
    out = torch.nn.functional.batch_norm(
        tensors[0], *running, *tensors[1:], training=training, momentum=share
    )
    bn_param.update(zip(names, (one.numpy() for one in running), strict=True))
    return out.numpy(), ()


def titles(figure):
    return [axis.get_title() for axis in figure.axes]


def test_drift_draws_the_median_and_nine_tenths():
    """Are line and band quantiles over the images, at the steps that were recorded?"""
    values = RNG.normal(size=(4, 101))
    axis = figures.norm.drift({"layer 1": values}, every=5).axes[0]
    x, y = axis.lines[0].get_data()
    np.testing.assert_allclose(x, [0, 5, 10, 15])
    np.testing.assert_allclose(y, np.median(values, axis=1))
    corners = axis.collections[0].get_paths()[0].vertices[:, 1]
    assert corners.max() == pytest.approx(np.quantile(values, 0.95, axis=1).max())


def state_titles(**given):
    weights = [RNG.normal(size=(6, 5)), RNG.normal(size=(5, 5))]
    X = np.random.default_rng(1).normal(size=(300, 6))
    return titles(
        figures.norm.norm_histograms(figures.norm.NormState(**given), batchnorm, X, weights)
    )


def test_histograms_follow_gamma_and_beta():
    """Do the rows after the layer have the deviation and the mean of the sliders?"""
    found = state_titles(gamma=2.0, beta=-1.0)
    assert len(found) == 6
    assert found[2] == "mean -1.00, std 2.00"


def test_histograms_follow_batch_size_and_momentum():
    """Are batches of two all +-1, and is a young running variance too small?"""
    assert state_titles(batch_size=2)[2] == "mean 0.00, std 1.00"
    young = float(state_titles(momentum=0.99, batch_size=256)[4].split()[-1])
    grown = float(state_titles(momentum=0.5, batch_size=256)[4].split()[-1])
    assert young == pytest.approx(1 / np.sqrt(1 - 0.99**20), rel=0.1)
    assert grown == pytest.approx(1, rel=0.1)


def test_test_mode_leaves_the_running_values_alone():
    """Is the layer run in test mode on a copy of its state?"""
    seen = []

    def watch(x, gamma, beta, bn_param):
        seen.append((bn_param["mode"], id(bn_param)))
        return batchnorm(x, gamma, beta, bn_param)

    X, weights = RNG.normal(size=(50, 3)), [RNG.normal(size=(3, 3))]
    figures.norm.norm_histograms(figures.norm.NormState(), watch, X, weights, batches=2)
    assert [mode for mode, _ in seen] == ["train", "test"] * 2
    assert seen[0][1] != seen[1][1]


def test_sweep_draws_every_line_and_the_level():
    """Are settings and values those that came in, with a tick for each of a few settings?"""
    figure = figures.norm.sweep(
        {"a": ([2, 4, 8], [1, np.nan, 3]), "b": ([2, 8], [0, 1])}, "x", "y", 10
    )
    axis = figure.axes[0]
    np.testing.assert_allclose(axis.lines[0].get_ydata(), [1, np.nan, 3])
    assert list(axis.lines[2].get_ydata()) == [10, 10]
    assert [tick.get_text() for tick in axis.get_xticklabels()] == ["2", "4", "8"]
    assert axis.get_xscale() == "log"


def test_shared_statistics_asks_the_function():
    """Are exactly those entries marked that change the value at the star?"""
    norms = {
        "batch": lambda x: x - x.mean(axis=(0, 2, 3), keepdims=True),
        "layer": lambda x: x - x.mean(axis=(1, 2, 3), keepdims=True),
        "itself": lambda x: 2 * x,
    }
    marked = [
        np.asarray(axis.collections[0].get_array()).reshape(4, 6)
        for axis in figures.norm.shared_statistics(norms).axes
    ]
    batch, layer = np.zeros((4, 6)), np.zeros((4, 6))
    batch[:, 2], layer[2] = 1, 1
    np.testing.assert_array_equal(marked[0], batch)
    np.testing.assert_array_equal(marked[1], layer)
    np.testing.assert_array_equal(marked[2], batch * layer)


def test_channel_histograms_hold_all_pixels():
    """Is there one outline a colour in each panel, and does it span the channel's values?"""
    images = RNG.random((5, 3, 4, 4)) + np.arange(3.0)[:, None, None]
    figure = figures.norm.channel_histograms({"before": images, "after": images - 1})
    assert titles(figure) == ["before", "after"]
    outline = figure.axes[1].patches[2].get_xy()[:, 0]
    assert outline.min() == pytest.approx((images[:, 2] - 1).min())
    assert outline.max() == pytest.approx((images[:, 2] - 1).max())
