"""The oracle of lesson 06 against SciPy, scikit-learn, finite differences and the papers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import generic_filter
from scipy.optimize import approx_fprime
from scipy.stats import zscore
from sklearn.preprocessing import StandardScaler

from course_lib import oracle

RNG = np.random.default_rng(0)


def weights(count):
    return 1 + RNG.random(count), RNG.normal(size=count)


def test_batchnorm_of_a_table_is_the_standard_scaler():
    """Without eps, are the columns those of scikit-learn, scaled and shifted?"""
    x, (gamma, beta) = 3 * RNG.normal(size=(7, 4)) + 2, weights(4)
    due = gamma * StandardScaler().fit_transform(x) + beta
    np.testing.assert_allclose(oracle.norm.batchnorm(x, gamma, beta, eps=0.0), due)
    one = oracle.norm.batchnorm(x[:1], gamma, beta)
    np.testing.assert_allclose(one, beta[None], atol=1e-12)


def test_eps_is_added_to_the_variance():
    """Is eps under the root, for the batch's variance and for the running one?"""
    x = np.array([[1.0], [1.0], [5.0], [5.0]])  # mean 3, variance 4
    one, zero = np.ones(1), np.zeros(1)
    due = np.array([[-1.0], [-1.0], [1.0], [1.0]]) * 2 / 3
    np.testing.assert_allclose(oracle.norm.batchnorm(x, one, zero, eps=5.0), due)
    tested = oracle.norm.batchnorm_test(x, one, zero, 3 * one, 4 * one, eps=5.0)
    np.testing.assert_allclose(tested, due)


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 4),
    c=st.integers(1, 4),
    h=st.integers(1, 3),
    w=st.integers(2, 4),
    groups=st.integers(1, 3),
)
def test_images_of_any_shape_against_scipy(n, c, h, w, groups):
    """Does each normalisation take its statistics over the axes that its paper names?"""
    rng = np.random.default_rng(n + 10 * c + 100 * h)
    x = rng.normal(size=(n, c * groups, h, w))
    channels = c * groups
    gamma, beta = 1 + rng.random(channels), rng.normal(size=channels)
    wide = gamma[:, None, None], beta[:, None, None]
    due = wide[0] * zscore(x, axis=(0, 2, 3)) + wide[1]
    np.testing.assert_allclose(oracle.norm.batchnorm(x, gamma, beta, eps=0.0), due, atol=1e-9)
    parts = zscore(x.reshape(n, groups, -1), axis=2).reshape(x.shape)
    mine = oracle.norm.groupnorm(x, wide[0][None], wide[1][None], groups, eps=0.0)
    np.testing.assert_allclose(mine, wide[0] * parts + wide[1], atol=1e-9)
    rows = x.reshape(n, -1)
    size = np.ones(rows.shape[1])
    mine = oracle.norm.layernorm(rows, 2 * size, 3 * size, eps=0.0)
    np.testing.assert_allclose(mine, 2 * zscore(rows, axis=1) + 3, atol=1e-9)


def test_running_statistics_by_the_recurrence():
    """Is momentum what is kept, and `excess` what is taken from N?"""
    batches = [RNG.normal(size=(5, 3)) for _ in range(4)]
    mean, var = np.full(3, 2.0), np.full(3, 7.0)
    for batch in batches:
        mean = 0.8 * mean + 0.2 * batch.mean(axis=0)
        var = 0.8 * var + 0.2 * batch.var(axis=0, ddof=1)
    mine = oracle.norm.running_statistics(batches, 0.8, 2.0, 7.0, excess=1)
    np.testing.assert_allclose(mine, (mean, var))
    young = oracle.norm.running_statistics(batches[:1])
    np.testing.assert_allclose(young, (0.1 * batches[0].mean(0), 0.1 * batches[0].var(0)))


@pytest.mark.parametrize(
    ("function", "shape", "form", "given_settings"),
    [
        (oracle.norm.batchnorm, (5, 3), (3,), {"eps": 0.3}),
        (oracle.norm.batchnorm, (2, 3, 2, 2), (3,), {}),
        (oracle.norm.layernorm, (4, 3), (3,), {"eps": 0.3}),
        (oracle.norm.groupnorm, (2, 4, 1, 3), (1, 4, 1, 1), {"groups": 2, "eps": 0.3}),
    ],
)
def test_gradients_are_finite_differences(function, shape, form, given_settings):
    """Do the gradients by x, gamma and beta agree with small steps?"""
    values = [RNG.normal(size=shape), 1 + RNG.random(form), RNG.normal(size=form)]
    dout = RNG.normal(size=shape)
    found = oracle.norm.gradients(function, dout, *values, **given_settings)
    for place, grad in enumerate(found):

        def along(flat, place=place):
            changed = list(values)
            changed[place] = flat.reshape(values[place].shape)
            return float((dout * function(*changed, **given_settings)).sum())

        slope = approx_fprime(values[place].ravel(), along, 1e-7)
        assert grad.shape == values[place].shape
        np.testing.assert_allclose(grad.ravel(), slope, atol=1e-5)


def test_response_norm_by_the_formula_of_the_paper():
    """Is the sum of squares that of the channels around, cut off at both ends?"""
    x = RNG.normal(size=(2, 6, 2, 3))
    due = np.empty_like(x)
    for c in range(6):
        near = x[:, max(c - 1, 0) : c + 2]
        due[:, c] = x[:, c] / (1.5 + 0.7 * (near**2).sum(axis=1)) ** 0.6
    np.testing.assert_allclose(oracle.norm.response_norm(x, 3, 0.7, 0.6, 1.5), due)


def test_contrast_norm_against_scipys_filter():
    """Are both means those of the pixels inside the picture, and is the floor a least value?"""
    x = RNG.normal(size=(1, 2, 5, 4))

    def average(picture):
        return generic_filter(picture, np.nanmean, size=3, mode="constant", cval=np.nan)

    for floor in (0.01, 0.9):
        mine = oracle.norm.contrast_norm(x, 3, floor)
        for channel in range(2):
            centred = x[0, channel] - average(x[0, channel])
            spread = np.sqrt(average(centred**2))
            np.testing.assert_allclose(mine[0, channel], centred / np.maximum(spread, floor))


def test_folded_layer_does_the_work_of_two():
    """Is the folded affine layer equal to affine and batchnorm, for any input?"""
    w, b, (gamma, beta) = RNG.normal(size=(3, 4)), RNG.normal(size=4), weights(4)
    mean, var = RNG.normal(size=4), RNG.random(4)
    x = RNG.normal(size=(6, 3))
    folded = oracle.norm.folded(w, b, gamma, beta, mean, var, 0.2)
    due = oracle.norm.batchnorm_test(oracle.layers.affine(x, w, b), gamma, beta, mean, var, 0.2)
    np.testing.assert_allclose(oracle.layers.affine(x, *folded), due)
