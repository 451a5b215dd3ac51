"""The oracle of lesson 04 against SciPy, scikit-learn and the papers' formulas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import expit, log_softmax
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from course_lib import oracle

RNG = np.random.default_rng(0)
FORMULAS = {
    "linear": lambda x: x,
    "sigmoid": expit,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.3 * x),
    "elu": lambda x: np.where(x > 0, x, 0.3 * np.expm1(np.minimum(x, 0))),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_activations_and_their_slopes(name):
    """Are values those of SciPy, and slopes those of a centred difference?"""
    x, dout = 2 * RNG.normal(size=(4, 5)), RNG.normal(size=(4, 5))
    formula = FORMULAS[name]
    np.testing.assert_allclose(oracle.train.activation(name, x, 0.3), formula(x), atol=1e-14)
    slope = (formula(x + 1e-6) - formula(x - 1e-6)) / 2e-6
    back = oracle.train.activation_backward(name, dout, x, 0.3)
    np.testing.assert_allclose(back, dout * slope, atol=1e-8)


def test_prelu_and_maxout_by_hand():
    """Has each column its own slope, and does the largest piece win?"""
    x = np.array([[-2.0, 1.0], [3.0, -4.0]])
    np.testing.assert_allclose(
        oracle.train.prelu(x, np.array([0.5, 0.25])), np.array([[-1.0, 1.0], [3.0, -1.0]])
    )
    w, b = RNG.normal(size=(3, 2, 4)), RNG.normal(size=(3, 4))
    pieces = np.einsum("nd,kdm->knm", x, w) + b[:, None]
    np.testing.assert_allclose(oracle.train.maxout(x, w, b), pieces.max(axis=0))


@settings(max_examples=20, deadline=None)
@given(
    dims=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    count=st.integers(1, 4),
    reg=st.sampled_from([0.0, 0.3]),
    name=st.sampled_from(["tanh", "sigmoid", "linear"]),
)
def test_net_of_any_shape_against_scipy(dims, count, reg, name):
    """Do scores, loss and gradients of nets of any depth agree with SciPy?"""
    rng = np.random.default_rng(sum(dims) + count)
    X, y = rng.normal(size=(count, dims[0])), rng.integers(dims[-1], size=count)
    params = {}
    for layer in range(1, len(dims)):
        params[f"W{layer}"] = rng.normal(size=(dims[layer - 1], dims[layer]))
        params[f"b{layer}"] = rng.normal(size=dims[layer])

    def loss(params):
        out = X
        for layer in range(1, len(dims)):
            out = out @ params[f"W{layer}"] + params[f"b{layer}"]
            out = out if layer == len(dims) - 1 else FORMULAS[name](out)
        squares = sum((w**2).sum() for key, w in params.items() if key.startswith("W"))
        data = -log_softmax(out, axis=1)[np.arange(count), y].mean()
        return out, data + reg / 2 * squares

    scores, due = loss(params)
    mine, grads = oracle.train.net_loss(X, y, params, reg, name)
    np.testing.assert_allclose(oracle.train.net_scores(X, params, name), scores, atol=1e-12)
    assert mine == pytest.approx(due)
    for key, value in params.items():

        def along(flat, key=key, shape=value.shape):
            return loss(params | {key: flat.reshape(shape)})[1]

        slope = approx_fprime(value.ravel(), along, 1e-7)
        np.testing.assert_allclose(grads[key].ravel(), slope, rtol=1e-4, atol=1e-5)


def test_random_parameters_fit_the_net():
    """Has each layer the shapes that its neighbours ask for, and does the seed decide?"""
    params = oracle.train.net_params(np.random.default_rng(2), 5, 3, 4)
    shapes = {name: value.shape for name, value in params.items()}
    assert shapes == {"W1": (5, 3), "b1": (3,), "W2": (3, 4), "b2": (4,)}
    assert oracle.train.net_scores(np.ones((2, 5)), params).shape == (2, 4)
    again = oracle.train.net_params(np.random.default_rng(2), 5, 3, 4)
    np.testing.assert_array_equal(params["b2"], again["b2"])


def test_biases_are_not_regularised():
    """Does regularisation add reg / 2 times the squares of the weights alone?"""
    params = {"W1": np.array([[1.0, 2.0], [0.0, 1.0]]), "b1": np.array([3.0, 4.0])}
    X, y = RNG.normal(size=(4, 2)), np.array([0, 1, 1, 0])
    (plain, without), (loss, grads) = (
        oracle.train.net_loss(X, y, params, reg) for reg in (0.0, 0.4)
    )
    assert loss - plain == pytest.approx(0.2 * 6)
    np.testing.assert_allclose(grads["b1"], without["b1"])
    np.testing.assert_allclose(grads["W1"] - without["W1"], 0.4 * params["W1"])


def _formula(rule, w, gradients, lr=0.1, rho=0.9, beta2=0.99, decay=0.3, eps=1e-8):
    """Every rule as its paper states it."""
    v = c = np.zeros_like(w)
    path = []
    for t, g in enumerate(gradients, 1):
        if rule == "sgd":
            w = w - lr * g
        elif rule in ("sgd_momentum", "nesterov_momentum"):
            old, v = v, rho * v - lr * g
            w = w + v if rule == "sgd_momentum" else w - rho * old + (1 + rho) * v
        elif rule in ("adagrad", "rmsprop"):
            c = c + g**2 if rule == "adagrad" else rho * c + (1 - rho) * g**2
            w = w - lr * g / (np.sqrt(c) + eps)
        else:
            v, c = rho * v + (1 - rho) * g, beta2 * c + (1 - beta2) * g**2
            step = v / (1 - rho**t) / (np.sqrt(c / (1 - beta2**t)) + eps)
            w = w - lr * (step + (decay * w if rule == "adamw" else 0))
        path.append(w)
    return path


@pytest.mark.parametrize(
    ("rule", "given_settings"),
    [
        ("sgd", {}),
        ("sgd_momentum", {"momentum": 0.9}),
        ("nesterov_momentum", {"momentum": 0.9}),
        ("adagrad", {"eps": 1e-8}),
        ("rmsprop", {"alpha": 0.9}),
        ("adam", {"betas": (0.9, 0.99)}),
        ("adamw", {"betas": (0.9, 0.99), "weight_decay": 0.3}),
    ],
)
def test_update_rules_follow_the_papers(rule, given_settings):
    """Does torch.optim go where the published formula goes, over five steps?"""
    w, *gradients = RNG.normal(size=(6, 2, 3))
    before = w.copy()
    path = oracle.train.descend(rule, w, gradients, lr=0.1, **given_settings)
    np.testing.assert_allclose(path, _formula(rule, w, gradients), rtol=1e-10)
    np.testing.assert_array_equal(w, before)


@pytest.mark.parametrize(
    ("kind", "given_settings", "formula"),
    [
        ("step", {"step_size": 3, "gamma": 0.5}, lambda t: 0.4 * 0.5 ** (t // 3)),
        ("exponential", {"gamma": 0.9}, lambda t: 0.4 * 0.9**t),
        ("inverse", {"k": 0.2}, lambda t: 0.4 / (1 + 0.2 * t)),
        ("cosine", {"T_max": 10}, lambda t: 0.2 * (1 + np.cos(np.pi * t / 10))),
        ("warmup", {"total_iters": 4}, lambda t: 0.4 * np.minimum((t + 1) / 4, 1)),
    ],
)
def test_schedules_follow_their_formulas(kind, given_settings, formula):
    """Is the rate of each step the published one?"""
    rates = oracle.train.learning_rates(kind, 0.4, 10, **given_settings)
    np.testing.assert_allclose(rates, formula(np.arange(10)), rtol=1e-10, atol=1e-15)


def test_standardised_is_scikit_learns():
    """Is a channel scaled as scikit-learn scales a column?"""
    train = RNG.integers(0, 256, size=(9, 3, 4, 5)).astype(np.uint8)
    images = RNG.integers(0, 256, size=(2, 3, 4, 5)).astype(np.uint8)

    def columns(batch):
        return np.moveaxis(batch, 1, -1).reshape(-1, 3).astype(float)

    scaler = StandardScaler().fit(columns(train))
    mine = oracle.train.standardised(train, images, "normalise")
    np.testing.assert_allclose(columns(mine), scaler.transform(columns(images)))
    centred = oracle.train.standardised(train, images, "channel mean")
    np.testing.assert_allclose(columns(centred), columns(images) - scaler.mean_)
    np.testing.assert_allclose(
        oracle.train.standardised(train, images, "mean image"), images - train.mean(axis=0)
    )


def test_whitening_is_scikit_learns():
    """Are coordinates those of a whitening PCA, which divides by N - 1, up to sign?"""
    X = RNG.normal(size=(40, 5)) @ RNG.normal(size=(5, 5)) + 3
    mine, directions = oracle.train.whitened(X, X[:7], 3, 0.0)
    pca = PCA(3, whiten=True, svd_solver="full").fit(X)
    theirs = pca.transform(X[:7]) * np.sqrt(40 / 39)
    np.testing.assert_allclose(np.abs(mine), np.abs(theirs), rtol=1e-8)
    np.testing.assert_allclose(np.abs(directions), np.abs(pca.components_), rtol=1e-8)


@pytest.mark.parametrize("name", ["linear", "relu", "tanh"])
def test_signal_is_what_a_wide_net_shows(name):
    """Does a net of 1,500 units have the predicted deviations?"""
    rng = np.random.default_rng(1)
    out, measured = rng.normal(size=(100, 1500)), []
    for _ in range(4):
        out = out @ rng.normal(0, 0.04, (1500, 1500))
        measured.append(out.std())
        out = FORMULAS[name](out)
    np.testing.assert_allclose(oracle.train.signal_std(1500, 0.04, 4, name), measured, rtol=0.05)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: oracle.train.activation("cosine", np.ones(2)), "no activation 'cosine'"),
        (lambda: oracle.train.descend("newton", np.ones(2), []), "no update rule 'newton'"),
        (lambda: oracle.train.learning_rates("linear", 0.1, 3), "no schedule 'linear'"),
        (
            lambda: oracle.train.standardised(np.ones((1, 1, 1, 1)), np.ones((1, 1, 1, 1)), "x"),
            "no way",
        ),
    ],
)
def test_unknown_names_are_told(call, sentence):
    """Does a caller with a misspelt name read which one?"""
    with pytest.raises(ValueError, match=sentence):
        call()
