"""The small classifier of lesson 07: does it learn, and take what is lent to it?"""

import numpy as np
import pytest

from course_lib import oracle

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
