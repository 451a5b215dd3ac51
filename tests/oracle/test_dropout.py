"""The oracle of lesson 07 against SciPy, NumPy and finite differences."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import binom, entropy

from course_lib import oracle

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("p", [0.3, 0.5, 1.0])
def test_mean_over_masks_by_the_binomial_distribution(p):
    """Is the mean of the number of kept units squared that of a binomial variable?"""
    k = 6

    def squares(h):
        return (h * p).sum(axis=1, keepdims=True) ** 2

    kept = np.arange(k + 1)
    due = (binom.pmf(kept, k, p) * kept**2).sum()
    assert oracle.dropout.mean_over_masks(squares, np.ones(k), p)[0] == pytest.approx(due)


def test_average_probabilities_against_scipy():
    """Are mean and entropy SciPy's, also where a probability is 0?"""
    scores = 3 * RNG.normal(size=(4, 5, 3))
    scores[:, 0] = [1000.0, 0.0, -1000.0]
    mean, unsure = oracle.dropout.average_probabilities(scores)
    due = softmax(scores, axis=2).mean(axis=0)
    np.testing.assert_allclose(mean, due, atol=1e-14)
    np.testing.assert_allclose(unsure, entropy(due, axis=1), atol=1e-14)


def test_max_norm_shortens_long_columns_only():
    """Is every column parallel to the old one, and as long as the bound allows?"""
    w = RNG.normal(size=(5, 4)) * np.array([5.0, 0.1, 0.0, 1.0])
    lengths = np.sqrt((w**2).sum(axis=0))
    mine = oracle.dropout.max_norm(w, 1.5)
    np.testing.assert_allclose(np.sqrt((mine**2).sum(axis=0)), np.minimum(lengths, 1.5))
    np.testing.assert_allclose(mine * lengths, w * np.minimum(lengths, 1.5))


def test_proximal_step_minimises_what_it_should():
    """Does it find the smallest value of (v - moved)^2 / 2 + rate strength |v| on a fine grid?"""
    grid = np.linspace(-3, 3, 60_001)
    for w in (-2.0, -0.2, 0.0, 0.29, 0.5):
        best = grid[np.argmin((grid - (w - 0.5 * 0.4)) ** 2 / 2 + 0.5 * 0.6 * np.abs(grid))]
        found = oracle.dropout.proximal_step(np.array([w]), np.array([0.4]), 0.5, 0.6)[0]
        assert found == pytest.approx(best, abs=2e-4)


def test_factored_affine_is_affine_with_other_weights():
    """Is it the affine layer of the weights times their factors, and that of w without any?"""
    x, w, b = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 5)), RNG.normal(size=5)
    factor = RNG.normal(size=(3, 5))
    np.testing.assert_allclose(
        oracle.dropout.factored_affine(x, w, b, factor),
        oracle.layers.affine(x, w * factor, b),
    )


@pytest.mark.parametrize("gate", [0.0, 1.0, 1.25])
def test_tanh_block_and_its_gradient(gate):
    """Is it x + gate tanh(x), with slope 1 + gate (1 - tanh^2)?"""
    x, dout = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
    np.testing.assert_allclose(oracle.dropout.tanh_block(x, gate), x + gate * np.tanh(x))
    slope = oracle.gradients(oracle.dropout.tanh_block, dout, x, gate)[0]
    np.testing.assert_allclose(slope, dout * (1 + gate * (1 - np.tanh(x) ** 2)))


def test_neighbours_kept_tells_masks_from_stripes():
    """Is it p squared for independent entries, and p along the stripes of a striped mask?"""
    mask = RNG.random((400, 300)) < 0.7
    assert oracle.dropout.neighbours_kept(mask) == pytest.approx([0.49, 0.49], abs=0.01)
    stripes = np.repeat(RNG.random((400, 1)) < 0.7, 3, axis=1)
    along = oracle.dropout.neighbours_kept(stripes)[1]
    assert along == pytest.approx(stripes.mean())
