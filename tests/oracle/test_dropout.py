"""The oracle of lesson 07 against SciPy, NumPy and finite differences, and its small net."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
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


def test_flips_against_numpy():
    """Are they NumPy's, of columns, rows and channels?"""
    images = RNG.random((3, 2, 4, 5))
    due = [images, *(np.flip(images, axis) for axis in (3, 2, 1))]
    np.testing.assert_array_equal(oracle.augment.flips(images), np.stack(due))


@pytest.mark.parametrize(
    ("fill", "mode"), [("replicate", "edge"), ("constant", "constant"), ("circular", "wrap")]
)
def test_shifts_against_numpy(fill, mode):
    """Is each shift a window of the padded image, from up and left to down and right?"""
    images = RNG.random((2, 3, 3, 4))
    wide = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)), mode=mode)
    moves = itertools.product(range(-2, 3), range(-2, 3))
    due = [wide[:, :, 2 - down : 5 - down, 2 - right : 6 - right] for down, right in moves]
    np.testing.assert_array_equal(oracle.augment.shifts(images, 2, fill), np.stack(due))


def test_jittered_alike_finds_the_factors():
    """Does it find brightness and saturation, also where some values are not known?"""
    images, bright, full = RNG.random((5, 3, 2, 4)), RNG.random(5) + 0.5, RNG.random(5) + 0.5
    grey = images.mean(axis=1, keepdims=True)
    a, s = (factor[:, None, None, None] for factor in (bright, full))
    out = a * (grey + s * (images - grey))
    known = np.where(out < np.quantile(out, 0.8), out, np.nan)
    for found in (out, known):
        for mine, due in zip(oracle.augment.jittered_alike(images, found), (bright, full, out)):
            np.testing.assert_allclose(mine, due)


def test_mixed_colours_mix_channels():
    """Is each new channel the mixture that its row of the matrix says, plus 3?"""
    mix, images = RNG.normal(size=(3, 3)), RNG.random((2, 3, 4, 5))
    due = np.einsum("cd,ndhw->nchw", mix, images) + 3
    np.testing.assert_allclose(oracle.augment.mixed_colours(mix, images), due)


def test_colour_variances_are_those_of_the_covariance():
    """Are they the eigenvalues of the covariance, largest first, also where some are 0?"""
    for images in (RNG.random((4, 3, 5, 6)), np.repeat(RNG.random((2, 1, 3, 3)), 3, axis=1)):
        due = np.linalg.eigvalsh(oracle.augment.colour_covariance(images))[::-1]
        np.testing.assert_allclose(oracle.augment.colour_variances(images), due, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(
    height=st.integers(2, 7),
    width=st.integers(2, 7),
    degrees=st.floats(-400, 400),
)
def test_rotation_against_scipy(height, width, degrees):
    """Is a turned picture SciPy's, whatever its sides and the angle?"""
    image = np.random.default_rng(height).random((2, height, width))
    due = ndimage.rotate(image, degrees, axes=(2, 1), reshape=False, order=1, mode="nearest")
    np.testing.assert_allclose(oracle.augment.rotated(image, degrees), due, atol=1e-9)


def test_rotation_is_anticlockwise():
    """Does a quarter turn agree with NumPy's, which is anticlockwise as it is seen?"""
    image = RNG.random((3, 4, 4))
    np.testing.assert_allclose(
        oracle.augment.rotated(image, 90), np.rot90(image, axes=(1, 2)), atol=1e-12
    )


def test_crops_are_all_windows_in_reading_order():
    """Does every window come, from the top left to the bottom right?"""
    images = RNG.random((2, 3, 4, 5))
    found = oracle.augment.crops(images, 3, 2)
    places = itertools.product(range(2), range(4))
    due = np.stack([images[:, :, row : row + 3, left : left + 2] for row, left in places])
    np.testing.assert_array_equal(found, due)


@pytest.mark.parametrize(("height", "width", "size"), [(3, 4, 3), (2, 2, 5), (4, 3, 1)])
def test_holes_are_squares_round_each_pixel(height, width, size):
    """Is a pixel hidden exactly where it is at most half a side away in both directions?"""
    found = oracle.augment.holes(height, width, size)
    for number, (row, column) in enumerate(np.ndindex(height, width)):
        rows, columns = np.mgrid[:height, :width]
        due = np.maximum(abs(rows - row), abs(columns - column)) <= size // 2
        np.testing.assert_array_equal(found[number], due)


def test_matches_finds_the_candidate_or_none():
    """Is the right candidate named, and -1 where there is none or the shape is wrong?"""
    candidates = RNG.random((3, 4, 2))
    found = np.stack([candidates[2, 0], candidates[0, 1], RNG.random(2) + 2, candidates[1, 3]])
    assert oracle.augment.matches(found, candidates).tolist() == [2, 0, -1, 1]
    assert oracle.augment.matches(found[:, :1], candidates).tolist() == [-1] * 4


def test_colour_covariance_against_numpy():
    """Is it NumPy's covariance of pixels as points?"""
    images = RNG.random((4, 3, 5, 6))
    pixels = images.transpose(0, 2, 3, 1).reshape(-1, 3)
    np.testing.assert_allclose(
        oracle.augment.colour_covariance(images), np.cov(pixels.T, bias=True)
    )


def test_neighbours_kept_tells_masks_from_stripes():
    """Is it p squared for independent entries, and p along the stripes of a striped mask?"""
    mask = RNG.random((400, 300)) < 0.7
    assert oracle.dropout.neighbours_kept(mask) == pytest.approx([0.49, 0.49], abs=0.01)
    stripes = np.repeat(RNG.random((400, 1)) < 0.7, 3, axis=1)
    along = oracle.dropout.neighbours_kept(stripes)[1]
    assert along == pytest.approx(stripes.mean())


DIMS = [12, 9, 9, 3]


def small_set():
    rng = np.random.default_rng(1)
    y = rng.integers(3, size=60)
    return (rng.random((60, 3, 2, 2)) / 2 + y[:, None, None, None] / 6).astype(np.float32), y


def plain_affine(x, w, b, mode):
    return x @ w + b, (x, w)


def plain_affine_back(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def around(x, branch, mode):
    out, cache = branch[0](x)
    return x + out, (branch[1], cache)


def around_back(dout, cache):
    return dout + cache[0](dout, cache[1])


def test_small_net_learns_what_can_be_learnt():
    """Does it separate three groups that lie apart, and always in the same way?"""
    X, y = small_set()
    nets = [oracle.nets.SmallNet(DIMS) for _ in range(2)]
    for net in nets:
        net.fit(X, y, 60, batch=20)
    assert nets[0].accuracy(X, y) > 0.9
    np.testing.assert_array_equal(nets[0].scores(X), nets[1].scores(X))


def test_lent_layers_train_like_its_own():
    """Do a dense layer and an identity by plain functions give the same net, step by step?"""
    X, y = small_set()
    own, lent = (
        oracle.nets.SmallNet(DIMS),
        oracle.nets.SmallNet(
            DIMS,
            dense=(plain_affine, plain_affine_back),
            hidden=(lambda h, mode: (h, None), lambda dout, cache: dout),
        ),
    )
    for net in (own, lent):
        net.fit(X, y, 3, batch=20, weight_decay=0.1)
    np.testing.assert_allclose(own.scores(X), lent.scores(X), atol=1e-5)


def test_gradient_through_a_lent_residual_block():
    """Is the first step, with a residual block of plain functions, minus the slope of the loss?"""
    X, y = small_set()
    net = oracle.nets.SmallNet(DIMS, residual=(around, around_back))
    before = [weight.detach().numpy().copy() for weight in net.weights]

    def loss(first):
        x = ((X - X.mean(axis=(0, 2, 3), keepdims=True)) / 0.25).reshape(60, -1)
        h = np.maximum(x @ first, 0)
        h = h + np.maximum(h @ before[1], 0)
        return float(oracle.layers.softmax_layer(h @ before[2], y))

    net.fit(X, y, 1, rate=1.0, batch=60)
    step = net.weights[0].detach().numpy() - before[0]
    for place in ((0, 0), (5, 3), (11, 8)):
        nudge = np.zeros_like(before[0], dtype=np.float64)
        nudge[place] = 1e-5
        slope = (loss(before[0] + nudge) - loss(before[0] - nudge)) / 2e-5
        assert step[place] == pytest.approx(-slope, abs=2e-5)


def test_modes_changes_and_watchers_of_the_small_net():
    """Is the mode told to lent layers, each minibatch changed, each epoch watched?"""
    X, y = small_set()
    modes, sizes = [], []

    def note(h, mode):
        modes.append(mode)
        return h, None

    net = oracle.nets.SmallNet(DIMS, hidden=(note, lambda dout, cache: dout), batchnorm=True)

    def change(images):
        sizes.append(len(images))
        return images

    seen = net.fit(X, y, 2, batch=25, change=change, watch=lambda: net.accuracy(X, y))
    assert sizes == [25, 25, 10] * 2
    assert len(seen) == 2
    assert set(modes[:6]) == {"train"}
    assert modes[6:8] == ["test", "test"]
    net.scores(X, "train")
    assert modes[-1] == "train"


def test_after_sees_every_weight_matrix_after_every_step():
    """Do the weights obey what `after` demands of them, to the end?"""
    X, y = small_set()
    net = oracle.nets.SmallNet(DIMS)
    net.fit(X, y, 2, after=lambda w, rate: np.clip(w, -0.1, 0.1))
    assert max(float(weight.detach().abs().max()) for weight in net.weights) <= 0.1 + 1e-7


def test_number_of_threads_is_as_before():
    """Does training leave PyTorch's setting alone?"""
    import torch

    before = torch.get_num_threads()
    oracle.nets.SmallNet(DIMS).fit(*small_set(), 1)
    assert torch.get_num_threads() == before
