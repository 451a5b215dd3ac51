"""The blocks of lesson 08 against SciPy's correlations, NumPy's sums, and finite differences."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.signal import correlate2d
from scipy.special import log_softmax, rel_entr, softmax

from course_lib import oracle
from course_lib.oracle import blocks

RNG = np.random.default_rng(0)
KIT = blocks.layer_kit()


def convolved(x, w, pad):
    """Every map a sum of SciPy's correlations over the channels."""
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    return np.array(
        [[sum(correlate2d(c, v, "valid") for c, v in zip(image, f)) for f in w] for image in padded]
    )


def side_by_side(*parts):
    return np.concatenate(parts, axis=1)


def normalised(x, gamma, beta):
    mean, var = (
        x.mean(axis=(0, 2, 3), keepdims=True),
        x.var(axis=(0, 2, 3), keepdims=True),
    )
    gamma, beta = gamma[:, None, None], beta[:, None, None]
    return (x - mean) / np.sqrt(var + 1e-5) * gamma + beta


def test_groups_see_their_own_channels() -> None:
    """Does each group of filters see its consecutive channels, as SciPy correlates them?"""
    x, w = RNG.normal(size=(2, 6, 5, 4)), RNG.normal(size=(4, 3, 3, 3))
    due = side_by_side(convolved(x[:, :3], w[:2], 1), convolved(x[:, 3:], w[2:], 1))
    np.testing.assert_allclose(blocks.convolved(x, w, {"pad": 1, "groups": 2}), due, atol=1e-12)


def test_pool_keeps_the_size() -> None:
    """Is each number the largest of its 3 x 3 neighbours, also where all are negative?"""
    x = -RNG.random(size=(1, 1, 4, 5)) - 1
    padded = np.pad(x[0, 0], 1, constant_values=-np.inf)
    due = np.lib.stride_tricks.sliding_window_view(padded, (3, 3)).max(axis=(2, 3))
    np.testing.assert_array_equal(blocks.pooled(x)[0, 0], due)


def test_the_lent_norm_keeps_running_values_and_uses_them() -> None:
    """Does the lent norm move its dict by a tenth, and normalise by it in test mode?"""
    x, gamma, beta = RNG.normal(size=(4, 3, 2, 5)), RNG.random(3) + 0.5, RNG.normal(size=3)
    forward, backward = KIT["norm"]
    state = {"mode": "train"}
    out, cache = forward(x, gamma, beta, state)
    np.testing.assert_allclose(out, normalised(x, gamma, beta), atol=1e-12)
    np.testing.assert_allclose(state["running_mean"], 0.1 * x.mean(axis=(0, 2, 3)))
    assert [part.shape for part in backward(np.ones_like(x), cache)] == [x.shape, (3,), (3,)]
    test = {"mode": "test", "running_mean": np.ones(3), "running_var": np.full(3, 4.0)}
    tested = forward(x, gamma, beta, test)[0]
    due = (x - 1) / np.sqrt(4 + 1e-5) * gamma[:, None, None] + beta[:, None, None]
    np.testing.assert_allclose(tested, due)


@pytest.mark.parametrize("project", [False, True])
def test_a_residual_block_is_a_sum(project: bool) -> None:
    """Is it the branch plus x, or plus a projection, by SciPy and NumPy?"""
    x = RNG.normal(size=(2, 3, 4, 5))
    filters = 4 if project else 3
    params = blocks.residual_params(RNG, 3, filters, project)
    inner = normalised(convolved(x, params["w1"], 1), params["gamma1"], params["beta1"])
    branch = convolved(np.maximum(inner, 0), params["w2"], 1)
    due = normalised(branch, params["gamma2"], params["beta2"])
    if project:
        x3 = convolved(x, params["w3"], 0)
        due += normalised(x3, params["gamma3"], params["beta3"])
    else:
        due += x
    np.testing.assert_allclose(
        blocks.result(blocks.residual, x, params), np.maximum(due, 0), atol=1e-10
    )


def test_running_values_of_a_residual_block() -> None:
    """In test mode, do given values stand for the batch's?"""
    x, params = RNG.normal(size=(2, 3, 4, 4)), blocks.residual_params(RNG, 3, 3, False)
    maps = convolved(x, params["w1"], 1)
    own = [(maps.mean(axis=(0, 2, 3)), maps.var(axis=(0, 2, 3)))]
    inner = np.maximum(normalised(maps, params["gamma1"], params["beta1"]), 0)
    maps = convolved(inner, params["w2"], 1)
    own.append((maps.mean(axis=(0, 2, 3)), maps.var(axis=(0, 2, 3))))
    by_running = blocks.result(blocks.residual, x, params, 1, own)
    np.testing.assert_allclose(by_running, blocks.result(blocks.residual, x, params), atol=1e-10)
    assert [len(pair[0]) for pair in blocks.running_values(RNG, 5, 2)] == [5, 5]


def test_inception_is_four_branches() -> None:
    """Are the branches in their order, each as SciPy computes it?"""
    x, params = RNG.normal(size=(1, 3, 4, 5)), blocks.inception_params(RNG, 3, (2, 1, 3), (2, 1, 2))

    def layer(maps, name):
        return np.maximum(convolved(maps, params[name], params[name].shape[2] // 2), 0)

    due = [layer(x, "1x1"), layer(layer(x, "3x3 in"), "3x3"), layer(layer(x, "5x5 in"), "5x5")]
    due.append(layer(blocks.pooled(x), "pool out"))
    mine = blocks.result(blocks.inception, x, params)
    np.testing.assert_allclose(mine, side_by_side(*due), atol=1e-12)


def test_a_dense_block_keeps_everything() -> None:
    """Does x come first, then each layer's channels, computed from all before?"""
    x, weights = RNG.normal(size=(2, 2, 3, 4)), blocks.dense_weights(RNG, 2, 3, 2)
    due = x
    for w in weights:
        due = side_by_side(due, np.maximum(convolved(due, w, 1), 0))
    mine = blocks.result(blocks.dense_block, x, dict(enumerate(weights)))
    np.testing.assert_allclose(mine, due, atol=1e-12)


def test_fire_squeezes_and_expands() -> None:
    """1x1, then 1x1 and 3x3 side by side, with ReLUs?"""
    x, params = RNG.normal(size=(2, 4, 3, 4)), blocks.fire_params(RNG, 4, 3, 2, 5)
    thin = np.maximum(convolved(x, params["squeeze"], 0), 0)
    due = side_by_side(convolved(thin, params["expand1"], 0), convolved(thin, params["expand3"], 1))
    mine = blocks.result(blocks.fire, x, params)
    np.testing.assert_allclose(mine, np.maximum(due, 0), atol=1e-12)


def test_both_ways_gives_the_slopes() -> None:
    """Are dx and a gradient those of finite differences?"""
    x, params = RNG.normal(size=(1, 2, 3, 3)), blocks.fire_params(RNG, 2, 2, 1, 2)
    out, dout, dx, grads = blocks.both_ways(blocks.fire, RNG, x, params)
    assert dout.shape == out.shape

    def loss(flat):
        return float((dout * blocks.result(blocks.fire, flat.reshape(x.shape), params)).sum())

    np.testing.assert_allclose(dx.ravel(), approx_fprime(x.ravel(), loss), atol=1e-5)
    assert {name: grad.shape for name, grad in grads.items()} == {
        name: w.shape for name, w in params.items()
    }


def test_maps_average_to_scores() -> None:
    """Is the mean of a class's map the class's score, and the global average NumPy's mean?"""
    maps, w, labels = RNG.normal(size=(3, 4, 2, 5)), RNG.normal(size=(4, 6)), np.array([5, 0, 2])
    means = blocks.global_average(maps)
    np.testing.assert_allclose(means, maps.mean(axis=(2, 3)))
    due = (means @ w)[np.arange(3), labels]
    np.testing.assert_allclose(blocks.class_maps(maps, w, labels).mean(axis=(1, 2)), due)


def test_distillation_is_scipys() -> None:
    """Is the loss that of SciPy's relative entropy and logarithms, its slope its difference?"""
    scores, teacher = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))
    y, T, alpha = np.array([0, 2, 1, 1]), 2.5, 0.3

    def loss(z):
        soft = rel_entr(softmax(teacher / T, axis=1), softmax(z / T, axis=1)).sum(axis=1).mean()
        hard = -log_softmax(z, axis=1)[np.arange(4), y].mean()
        return alpha * T**2 * soft + (1 - alpha) * hard

    mine, slope = blocks.distilled_with_slope(scores, teacher, y, T, alpha)
    assert mine == pytest.approx(loss(scores))
    assert float(blocks.distilled(scores, teacher, y, T, alpha)) == pytest.approx(loss(scores))
    due = approx_fprime(scores.ravel(), lambda flat: loss(flat.reshape(4, 3)))
    np.testing.assert_allclose(slope.ravel(), due, atol=1e-6)


def test_the_kit_goes_back() -> None:
    """Do the lent layers give the oracle's gradients?"""
    x, w, param = RNG.normal(size=(2, 3, 5, 4)), RNG.normal(size=(2, 3, 3, 3)), {"pad": 1}
    out, cache = KIT["conv"][0](x, w, param)
    dout = RNG.normal(size=out.shape)
    for mine, due in zip(
        KIT["conv"][1](dout, cache), oracle.gradients(blocks.convolved, dout, x, w, param)
    ):
        np.testing.assert_allclose(mine, due)
    _, cache = KIT["relu"][0](x)
    np.testing.assert_array_equal(KIT["relu"][1](np.ones_like(x), cache), x > 0)
