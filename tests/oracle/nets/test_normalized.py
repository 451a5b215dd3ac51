"""The net of lesson 06, into which any normalisation is put."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from course_lib import oracle

RNG = np.random.default_rng(0)


def as_pair():
    """Batch normalisation by the oracle, with the state that a net needs."""

    def forward(x, gamma, beta, param):
        if param["mode"] == "test":
            return oracle.norm.batchnorm_test(x, gamma, beta, param["mean"], param["var"]), ()
        param["mean"], param["var"] = oracle.norm.running_statistics([x], 0.0)
        return oracle.norm.batchnorm(x, gamma, beta), (x, gamma, beta)

    def backward(dout, cache):
        return oracle.norm.gradients(oracle.norm.batchnorm, dout, *cache)

    return forward, backward


def three_groups():
    y = RNG.integers(3, size=90)
    return RNG.normal(size=(90, 4)) + 3 * np.eye(3, 4)[y], y


@pytest.mark.parametrize("norm", [None, as_pair()])
def test_net_learns_and_repeats(norm):
    """Does the net learn three groups, with and without a normalisation, the same way each time?"""
    X, y = three_groups()

    def run():
        net = oracle.nets.NormNet([4, 8, 8, 3], norm)
        losses = net.train(X, y, steps=60, rate=0.3, batch_size=20)
        return losses, net.accuracy(X, y, "train" if norm else "test")

    losses, share = run()
    assert losses == run()[0]
    assert np.mean(losses[-5:]) < 0.5 * losses[0]
    assert share > 0.85


def test_a_step_of_the_net_follows_a_finite_difference():
    """Does one step move gamma of the first layer against the slope of the loss?"""
    X, y = three_groups()
    net = oracle.nets.NormNet([4, 5, 3], as_pair(), seed=1)
    before = {name: tensor.detach().clone() for name, tensor in net.params.items()}

    def loss(gamma):
        net.params["gamma1"].data[:] = before["gamma1"].new_tensor(gamma)
        scores = net.scores(X, "train")
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-log_p[np.arange(len(y)), y].mean())

    slope = approx_fprime(np.ones(5), loss, 1e-6)
    net.params["gamma1"].data[:] = before["gamma1"]
    net.train(X, y, steps=1, rate=0.1, batch_size=len(X))
    moved = (net.params["gamma1"].detach() - before["gamma1"]).numpy()
    np.testing.assert_allclose(moved, -0.1 * slope, atol=1e-5)


def test_the_pair_is_believed():
    """Does a backward pass that says 0 stop everything below it?"""
    X, y = three_groups()
    forward, _ = as_pair()
    silent = (forward, lambda dout, cache: tuple(np.zeros_like(part) for part in cache))
    net = oracle.nets.NormNet([4, 5, 3], silent)
    before = net.params["W1"].detach().clone()
    net.train(X, y, steps=3, rate=0.5)
    assert bool((net.params["W1"].detach() == before).all())


def test_looking_changes_nothing():
    """Are running values and weights the same after `entering`, and is each layer seen?"""
    X, y = three_groups()
    net = oracle.nets.NormNet([4, 6, 5, 3], as_pair(), weight_scale=0.5)
    net.train(X, y, steps=2, rate=0.1)
    kept = [dict(own) for own in net.settings]
    seen = net.entering(X)
    assert [part.shape for part in seen] == [(90, 6), (90, 5)]
    np.testing.assert_allclose(seen[0].mean(axis=0), net.params["beta1"].detach(), atol=1e-9)
    for own, before in zip(net.settings, kept, strict=True):
        assert all(np.array_equal(own[key], before[key]) for key in before)


def test_minibatches_meet_every_image_once():
    """Is a shuffle used up before the next begins, and is what is left over dropped?"""
    net = oracle.nets.NormNet([2, 2])
    first = np.concatenate([net._draw(10, 3) for _ in range(3)])
    assert len(set(first.tolist())) == 9
    assert sorted(np.concatenate([net._draw(10, 5) for _ in range(2)]).tolist()) == list(range(10))
