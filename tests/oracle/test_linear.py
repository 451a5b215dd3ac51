"""The oracle of lesson 02 against scikit-learn, SciPy, finite differences and pencil sums."""

import colorsys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import log_softmax
from sklearn.metrics import hinge_loss, log_loss

from course_lib import oracle

LOSSES = {
    "svm": lambda W, X, y, reg: oracle.linear.svm_loss(W, X, y, reg),
    "squared": lambda W, X, y, reg: oracle.linear.svm_loss(W, X, y, reg, power=2),
    "softmax": oracle.linear.softmax_loss,
}


def problem(seed: int, n: int, d: int, c: int):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(d, c)), rng.normal(size=(n, d)), rng.integers(c, size=n)


@pytest.mark.parametrize("name", LOSSES)
@settings(deadline=None, max_examples=30)
@given(st.integers(0, 99), st.integers(1, 6), st.integers(1, 5), st.integers(2, 5))
def test_gradients_are_those_of_finite_differences(name, seed, n, d, c):
    """Is the gradient the slope of the loss, for any shape?"""
    W, X, y = problem(seed, n, d, c)
    loss = LOSSES[name]

    def value(flat):
        return loss(flat.reshape(d, c), X, y, 0.1)[0]

    slopes = approx_fprime(W.ravel(), value, 1e-8).reshape(d, c)
    np.testing.assert_allclose(loss(W, X, y, 0.1)[1], slopes, rtol=1e-4, atol=1e-4)


def test_svm_loss_by_pencil():
    """Do the scores 437.9, -96.8 and 61.95 of a car give 695.45?"""
    scores = np.array([[437.9, -96.8, 61.95]])
    loss, _ = oracle.linear.svm_loss(np.eye(3), scores, np.array([1]))
    assert loss == pytest.approx(535.7 + 159.75)
    squared, _ = oracle.linear.svm_loss(np.eye(3), scores, np.array([1]), power=2)
    assert squared == pytest.approx(535.7**2 + 159.75**2)


def test_svm_loss_with_two_classes_is_scikit_learns_hinge_loss():
    """Is the loss of two classes the binary hinge loss of the difference of their scores?"""
    W, X, y = problem(1, 20, 4, 2)
    scores = X @ W
    due = hinge_loss(y, scores[:, 1] - scores[:, 0])
    assert oracle.linear.svm_loss(W, X, y)[0] == pytest.approx(due)


def test_softmax_loss_is_scikit_learns_log_loss():
    """Is the loss scikit-learn's log loss of SciPy's softmax, plus the penalty?"""
    W, X, y = problem(2, 30, 4, 5)
    due = log_loss(y, np.exp(log_softmax(X @ W, axis=1)), labels=range(5))
    assert oracle.linear.softmax_loss(W, X, y)[0] == pytest.approx(due)
    assert oracle.linear.softmax_loss(W, X, y, 0.5)[0] == pytest.approx(due + 0.5 * (W**2).sum())


def test_softmax_loss_of_large_logits_is_finite():
    """Do logits of 1000 give the loss that mathematics gives?"""
    loss, dW = oracle.linear.softmax_loss(np.diag([1000.0, 0.0]), np.eye(2), np.array([1, 1]))
    assert loss == pytest.approx((1000 + np.log(2)) / 2)
    assert np.isfinite(dW).all()


def test_elastic_net_leaves_the_biases_alone():
    """Is the penalty 0.5 * 6 + 2 * 14 for these weights, and is the gradient of biases 0?"""
    W = np.array([[1.0, -2.0], [3.0, 0.0], [50.0, 60.0]])
    loss, dW = oracle.linear.elastic_net(W, 0.5, 2.0)
    assert loss == pytest.approx(0.5 * 6 + 2 * 14)
    np.testing.assert_allclose(dW, [[4.5, -8.5], [12.5, 0.0], [0.0, 0.0]])


def test_bias_trick_gives_the_same_scores():
    """Is X1 @ W1 the same as X @ W + b, with ones in the last column?"""
    W, X, _ = problem(4, 5, 4, 3)
    b = np.array([1.0, -2.0, 0.5])
    X1, W1 = oracle.linear.bias_trick(X, W, b)
    np.testing.assert_allclose(X1 @ W1, X @ W + b)
    np.testing.assert_array_equal(X1, np.column_stack([X, np.ones(5)]))
    np.testing.assert_array_equal(W1[-1], b)


def test_linear_labels_are_those_of_the_largest_scores():
    """Does each image get the class whose score is the largest?"""
    scores = np.array([[1.0, 3.0, 2.0], [5.0, -1.0, 0.0]])
    assert oracle.linear.linear_labels(scores, np.eye(3)).tolist() == [1, 0]


def test_fooled_moves_the_score_as_far_as_it_can():
    """Does every number gain eps times the difference of its weights, and stay where that is 0?"""
    W, X, _ = problem(5, 1, 9, 3)
    W[4, 2] = W[4, 0]
    moved = oracle.linear.fooled(X[0], W, 0, 2, 0.5)
    gain = (moved - X[0]) @ (W[:, 2] - W[:, 0])
    assert gain == pytest.approx(0.5 * np.abs(W[:, 2] - W[:, 0]).sum())
    assert moved[4] == X[0][4]


def test_relative_error_by_pencil():
    """Are (3, 4) and (3, 3.5) apart by 0.5 / 5, either way round, in a table, too?"""
    a, b = np.array([[3.0], [4.0]]), np.array([[3.0], [3.5]])
    assert oracle.linear.relative_error(a, b) == pytest.approx(0.1)
    assert oracle.linear.relative_error(b, a) == pytest.approx(0.1)


def test_nearest_before_looks_back_only():
    """Is the nearest place one that was visited before?"""
    places = [np.full((1, 2), height) for height in (0.0, 5.0, 1.0, 1.5, 4.0)]
    assert oracle.linear.nearest_before(places) == [0, 0, 2, 1]


def test_gradient_of_a_cube():
    """Is the gradient of the sum of x cubed 3 x squared?"""
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    np.testing.assert_allclose(oracle.linear.gradient(lambda t: (t**3).sum(), x), 3 * x**2)


@pytest.mark.parametrize("y", [np.array([0, 3]), np.array([-1, 0]), np.array([0])])
def test_labels_that_do_not_fit_are_refused(y):
    """Is a label beyond the last class, below 0, or missing refused in words?"""
    with pytest.raises(ValueError, match="fit"):
        oracle.linear.svm_loss(np.zeros((4, 3)), np.zeros((2, 4)), y)


def test_hue_histogram_is_numpys():
    """Does each pixel fall where colorsys and NumPy put it?"""
    image = np.random.default_rng(3).random((3, 6, 5))
    hues = [colorsys.rgb_to_hsv(*pixel)[0] for pixel in image.reshape(3, -1).T]
    due = np.histogram(hues, bins=7, range=(0, 1))[0] / 30
    np.testing.assert_allclose(oracle.linear.hue_histogram(image, 7), due)


def test_hog_of_stripes():
    """Do edges that run down vote for 0 degrees, and edges that run across for 90?"""
    ramp = np.tile(np.arange(8.0), (8, 1))
    across, down = (
        oracle.linear.hog(ramp, 4, 9).reshape(4, 9),
        oracle.linear.hog(ramp.T, 4, 9).reshape(4, 9),
    )
    assert (across[:, 0] == 16).all()
    assert (across[:, 1:] == 0).all()
    assert (down[:, 4] == 16).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 99), st.integers(1, 3), st.integers(1, 3), st.integers(1, 9))
def test_hog_is_a_histogram_a_cell(seed, rows, columns, bins):
    """Is every cell what np.histogram2d makes of its directions and sizes?"""
    image = np.random.default_rng(seed).random((4 * rows, 4 * columns))
    down, right = np.gradient(image)
    degrees = np.degrees(np.arctan2(down, right)) % 180
    due = [
        np.histogram(degrees[i : i + 4, j : j + 4], bins, (0, 180), weights=sizes)[0]
        for i in range(0, 4 * rows, 4)
        for j in range(0, 4 * columns, 4)
        for sizes in [np.hypot(down, right)[i : i + 4, j : j + 4]]
    ]
    np.testing.assert_allclose(oracle.linear.hog(image, 4, bins), np.concatenate(due), atol=1e-12)
