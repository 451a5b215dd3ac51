"""The oracle of lesson 03 against NumPy, SciPy, scikit-learn and finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.differentiate import jacobian
from scipy.special import expit, log_softmax
from sklearn.metrics import hinge_loss, log_loss

from course_lib import oracle

RNG = np.random.default_rng(0)
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


def measured(f, x):
    """The gradient of a number by SciPy's adaptive differences; f takes one array of x's shape."""

    def along(points):  # (size, ...) -> (1, ...)
        rows = np.moveaxis(points, 0, -1)
        return np.apply_along_axis(lambda row: f(row.reshape(x.shape)), -1, rows)[None]

    return jacobian(along, x.ravel(), initial_step=0.1).df.reshape(x.shape)


@settings(deadline=None)
@given(shapes, st.integers(1, 4))
def test_affine_is_a_matrix_product_of_rows(shape, outputs):
    """Is every example laid out as one row, whatever its shape?"""
    x = RNG.normal(size=(3, *shape))
    w, b = RNG.normal(size=(int(np.prod(shape)), outputs)), RNG.normal(size=outputs)
    due = np.stack([np.einsum("d,dm->m", one.ravel(), w) + b for one in x])
    np.testing.assert_allclose(oracle.layers.affine(x, w, b), due, rtol=1e-12)


def test_activations_are_scipys():
    """Do relu, sigmoid and tanh agree with NumPy and SciPy, also far out?"""
    x = np.array([-800.0, -2.0, 0.0, 0.5, 800.0])
    np.testing.assert_allclose(oracle.layers.sigmoid(x), expit(x), rtol=1e-13)
    np.testing.assert_allclose(oracle.layers.tanh(x), np.tanh(x), rtol=1e-13)
    np.testing.assert_array_equal(oracle.layers.relu(x), np.clip(x, 0, None))


def test_losses_are_scikit_learns():
    """Are both losses means over the examples, as scikit-learn computes them?"""
    x, y = 2 * RNG.normal(size=(20, 4)), np.arange(20) % 4
    np.testing.assert_allclose(
        oracle.layers.softmax_layer(x, y), log_loss(y, np.exp(log_softmax(x, axis=1)))
    )
    # scikit-learn's multiclass hinge counts the worst class only: with two classes that is all.
    two, halves = x[:, :2], y % 2
    due = hinge_loss(halves, two[:, 1] - two[:, 0], labels=[0, 1])
    np.testing.assert_allclose(oracle.layers.svm_layer(two, halves), due)


def test_hinge_adds_up_over_the_wrong_classes():
    """Does a case that can be done with a pencil come out right?"""
    assert oracle.layers.svm_layer(np.array([[3.0, 5.0, 2.5]]), np.array([0])) == pytest.approx(3.5)
    (dx,) = oracle.gradients(
        oracle.layers.svm_layer, 1.0, np.array([[3.0, 5.0, 2.5]]), np.array([0])
    )
    np.testing.assert_allclose(dx, [[-2, 1, 1]])


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_gradients_are_finite_differences(name):
    """Are gradients by autograd what SciPy measures, weighted by the upstream gradient?"""
    function = getattr(oracle.layers, name)
    x, dout = RNG.normal(size=(2, 3, 2))
    (dx,) = oracle.gradients(function, dout, x)
    np.testing.assert_allclose(dx, measured(lambda x: (function(x) * dout).sum(), x), rtol=1e-8)


def test_gradients_of_a_layer_with_three_arguments():
    """Does each float argument get its gradient, in order and in its own shape?"""
    x, w, b = RNG.normal(size=(3, 2, 2)), RNG.normal(size=(4, 3)), RNG.normal(size=3)
    dout = RNG.normal(size=(3, 3))
    found = oracle.gradients(oracle.layers.affine, dout, x, w, b)
    for place, (given_, grad) in enumerate(zip((x, w, b), found, strict=True)):

        def value(array, place=place):
            arguments = [x, w, b]
            arguments[place] = array
            return (oracle.layers.affine(*arguments) * dout).sum()

        np.testing.assert_allclose(grad, measured(value, given_), rtol=1e-8)


def test_gradients_of_numbers_are_numbers():
    """Do plain numbers get plain numbers, and 0 where the result does not depend on them?"""
    found = oracle.gradients(lambda x, y, z: (x + y) * 2, 1.0, 1.0, 2.0, 3.0)
    assert found == (2.0, 2.0, 0.0)
    assert all(type(slope) is float for slope in found)


def test_gradients_work_in_float64_and_share_nothing():
    """Are float32 arguments lifted to float64, and arguments left as they were?"""
    x = RNG.normal(size=4).astype(np.float32)
    before = x.copy()
    (dx,) = oracle.gradients(oracle.layers.tanh, np.ones(4), x)
    assert dx.dtype == np.float64
    np.testing.assert_allclose(dx, 1 - np.tanh(x.astype(float)) ** 2, rtol=1e-13)
    np.testing.assert_array_equal(x, before)


def test_two_layer_loss_with_regularisation():
    """Is the net's loss cross-entropy plus half of reg times the squared weights, no biases?"""
    W1, b1, W2, b2 = (RNG.normal(size=s) for s in ((5, 4), (4,), (4, 3), (3,)))
    X, y = RNG.normal(size=(6, 5)), np.array([0, 1, 2, 2, 1, 0])
    scores = np.clip(X @ W1 + b1, 0, None) @ W2 + b2
    data = log_loss(y, np.exp(log_softmax(scores, axis=1)))
    np.testing.assert_allclose(oracle.layers.two_layer_loss(W1, b1, W2, b2, X, y), data)
    penalty = 0.15 * sum(float(np.vdot(W, W)) for W in (W1, W2))
    np.testing.assert_allclose(
        oracle.layers.two_layer_loss(W1, b1, W2, b2, X, y, 0.3), data + penalty
    )


def test_gates_are_numpys():
    """Are values and slopes of the four gates those of NumPy and SciPy?"""
    at = [-1.5, 0.0, 0.7]
    x = np.array(at)
    due = {
        "exp": (np.exp(x), np.exp(x)),
        "relu": (np.clip(x, 0, None), [0.0, 0.0, 1.0]),
        "tanh": (np.tanh(x), 1 / np.cosh(x) ** 2),
        "sigmoid": (expit(x), expit(x) * expit(-x)),
    }
    for name, (values, slopes) in due.items():
        found = [oracle.layers.gate(name, number) for number in at]
        np.testing.assert_allclose(found, list(zip(values, slopes)), rtol=1e-12)


def test_neuron_and_stages_can_be_done_with_a_pencil():
    """Do the lesson's own examples come out, result first?"""
    w, x = np.array([2.0, -1.0, 3.0]), np.array([-1.0, -2.0])
    f, dw, dx = oracle.with_gradients(oracle.layers.sigmoid_neuron, 1.0, w, x)
    slope = expit(3.0) * expit(-3.0)
    assert f == pytest.approx(expit(3.0))
    np.testing.assert_allclose(dw, slope * np.array([-1.0, -2.0, 1.0]))
    np.testing.assert_allclose(dx, slope * np.array([2.0, -1.0]))
    f, dx, dy = oracle.with_gradients(oracle.layers.staged, 1.0, 0.0, -1.0)
    assert (f, dx, dy) == pytest.approx((0.25, (-0.75 - 0.5) / 2, 0.25))


def test_node_gradients_add_up_over_all_ways():
    """Is the gradient of a node the sum, over all ways to the end, of products of slopes?"""
    uses = [(), (0,), (0, 1), (1, 2, 2)]
    slopes = [(), (2.0,), (3.0, 5.0), (7.0, 11.0, 13.0)]
    second = 7 + 24 * 5
    np.testing.assert_allclose(
        oracle.layers.node_gradients(uses, slopes), [2 * second + 3 * 24, second, 24, 1]
    )


def test_stretch_gradient_sums_over_the_copies():
    """Does every entry get the sum over the places that it was copied to?"""
    dout = RNG.normal(size=(2, 3, 4))
    np.testing.assert_allclose(
        oracle.layers.stretch_gradient(dout, (4,)), np.einsum("ijk->k", dout)
    )
    due = np.einsum("ijk->j", dout)[:, None]
    np.testing.assert_allclose(oracle.layers.stretch_gradient(dout, (3, 1)), due)
    assert oracle.layers.stretch_gradient(dout, ()) == pytest.approx(dout.sum())


def test_two_layer_is_what_its_parts_give():
    """Do scores, loss and gradients of the whole net agree with its loss measured?"""
    rng = np.random.default_rng(2)
    params = oracle.layers.two_layer_params(2, 3, 2, rng)
    X, y = rng.normal(size=(5, 2)), np.array([0, 1, 1, 0, 1])
    scores, loss, grads = oracle.layers.two_layer(params, X, y, 0.5)
    hidden = np.clip(X @ params["W1"] + params["b1"], 0, None)
    np.testing.assert_allclose(scores, hidden @ params["W2"] + params["b2"])
    squares = sum((params[name] ** 2).sum() for name in ("W1", "W2"))
    data_loss = log_loss(y, np.exp(log_softmax(scores, axis=1)))
    assert loss == pytest.approx(data_loss + 0.25 * squares)
    for name, grad in grads.items():
        push = rng.normal(size=grad.shape)
        up, down = (
            oracle.layers.two_layer({**params, name: params[name] + h * push}, X, y, 0.5)[1]
            for h in (1e-5, -1e-5)
        )
        assert (up - down) / 2e-5 == pytest.approx((grad * push).sum(), rel=1e-6)
