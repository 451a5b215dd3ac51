"""The oracle of lesson 10 against SciPy's formulas, finite differences and torch's own modules."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import expit, log_softmax
from scipy.stats import pearsonr

from course_lib import oracle

sizes = st.tuples(*[st.integers(1, 4)] * 4)  # N, T, D, H
rows = settings(max_examples=15, deadline=None)


def draw(N, T, D, H, gates, seed=0):
    """x, h0, c0, Wx, Wh, b for a layer whose weights hold so many blocks."""
    rng = np.random.default_rng(seed)
    shapes = ((N, T, D), (N, H), (N, H), (D, gates * H), (H, gates * H), (gates * H,))
    return [rng.normal(size=shape) for shape in shapes]


def lstm_by_scipy(x, h, c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + h @ Wh + b, 4, axis=1)
    c = expit(f) * c + expit(i) * np.tanh(g)
    return expit(o) * np.tanh(c), c


def gru_by_scipy(x, h, Wx, Wh, b):
    (xr, xz, xn), (hr, hz, hn) = np.split(x @ Wx + b, 3, axis=1), np.split(h @ Wh, 3, axis=1)
    z = expit(xz + hz)
    return (1 - z) * np.tanh(xn + expit(xr + hr) * hn) + z * h


@rows
@given(sizes)
def test_a_sequence_is_its_steps(shape):
    """Are all states of an RNN and an LSTM those of SciPy's formulas, step by step?"""
    x, h0, _, Wx, Wh, b = draw(*shape, 1)
    states = [h0]
    for t in range(shape[1]):
        states.append(np.tanh(x[:, t] @ Wx + states[-1] @ Wh + b))
        np.testing.assert_allclose(
            oracle.rnn.rnn_step(x[:, t], states[-2], Wx, Wh, b), states[-1], atol=1e-12
        )
    np.testing.assert_allclose(
        oracle.rnn.vanilla(x, h0, Wx, Wh, b), np.stack(states[1:], axis=1), atol=1e-12
    )
    x, h, c, Wx, Wh, b = draw(*shape, 4)
    states, cells = oracle.rnn.lstm_cells(x, h, Wx, Wh, b, c)
    np.testing.assert_allclose(oracle.rnn.lstm(x, h, Wx, Wh, b, c), states, atol=1e-12)
    for t in range(shape[1]):
        one = oracle.rnn.lstm_step(x[:, t], h, c, Wx, Wh, b)
        h, c = lstm_by_scipy(x[:, t], h, c, Wx, Wh, b)
        np.testing.assert_allclose(one, [h, c], atol=1e-12)
        np.testing.assert_allclose(states[:, t], h, atol=1e-12)
        np.testing.assert_allclose(cells[:, t], c, atol=1e-12)


def test_an_lstm_begins_with_an_empty_cell():
    """Without c0, is the cell 0, as CS231n has it?"""
    x, h0, c0, Wx, Wh, b = draw(2, 3, 4, 5, 4)
    np.testing.assert_array_equal(
        oracle.rnn.lstm(x, h0, Wx, Wh, b), oracle.rnn.lstm(x, h0, Wx, Wh, b, 0 * c0)
    )
    np.testing.assert_array_equal(
        oracle.rnn.lstm_cells(x, h0, Wx, Wh, b),
        oracle.rnn.lstm_cells(x, h0, Wx, Wh, b, 0 * c0),
    )


@rows
@given(sizes)
def test_gru_step(shape):
    """Is a step that of SciPy's formula, with the reset gate behind the product?"""
    x, h, _, Wx, Wh, b = draw(*shape, 3)
    np.testing.assert_allclose(
        oracle.rnn.gru_step(x[:, 0], h, Wx, Wh, b),
        gru_by_scipy(x[:, 0], h, Wx, Wh, b),
        atol=1e-12,
    )


def test_gradients_of_a_whole_sequence():
    """Do the gradients of RNN, LSTM and GRU agree with finite differences?"""
    rng = np.random.default_rng(1)
    x, h0, c0, Wx, Wh, b = draw(2, 3, 2, 2, 4)
    cases = [
        (oracle.rnn.lstm, (x, h0, Wx, Wh, b, c0)),
        (oracle.rnn.lstm_cells, (x, h0, Wx, Wh, b, c0)),
    ]
    cases.append((oracle.rnn.vanilla, (x, h0, *draw(2, 3, 2, 2, 1)[3:])))
    cases.append((oracle.rnn.gru_step, (x[:, 0], h0, *draw(2, 3, 2, 2, 3)[3:])))
    for function, args in cases:
        dout = rng.normal(size=function(*args).shape)
        for place, found in enumerate(oracle.gradients(function, dout, *args)):

            def total(flat, place=place, function=function, args=args, dout=dout):
                parts = list(args)
                parts[place] = flat.reshape(parts[place].shape)
                return float((dout * function(*parts)).sum())

            due = approx_fprime(args[place].ravel(), total, 1e-6)
            np.testing.assert_allclose(found.ravel(), due, atol=1e-4)


def test_a_cut_stops_gradients_and_nothing_else():
    """With a cut, are states the same, and gradients those of the pieces one by one?"""
    x, h0, _, *weights = draw(2, 5, 3, 4, 1)
    dh = np.random.default_rng(3).normal(size=(2, 5, 4))
    states = oracle.rnn.vanilla(x, h0, *weights)
    np.testing.assert_allclose(oracle.rnn.vanilla(x, h0, *weights, 2), states, atol=1e-12)
    total = [np.zeros_like(w) for w in weights]
    for start in (0, 2, 4):
        begin = states[:, start - 1] if start else h0
        piece = slice(start, start + 2)
        parts = oracle.gradients(oracle.rnn.vanilla, dh[:, piece], x[:, piece], begin, *weights)[2:]
        total = [sum(pair) for pair in zip(total, parts)]
    found = oracle.gradients(
        lambda *given: oracle.rnn.vanilla.__wrapped__(*given, 2), dh, x, h0, *weights
    )
    for mine, due in zip(found[2:], total, strict=True):
        np.testing.assert_allclose(mine, due, atol=1e-12)


@rows
@given(st.integers(1, 4), st.integers(1, 4), st.integers(2, 6))
def test_losses_over_time(N, T, V):
    """Are embedding, affine layer and masked loss those of NumPy and SciPy?"""
    rng = np.random.default_rng(N + 10 * T + 100 * V)
    x, mask = rng.integers(V, size=(N, T)), rng.random((N, T)) < 0.6
    W, w, b = rng.normal(size=(V, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)
    np.testing.assert_array_equal(oracle.rnn.embedding(x, W), W[x])
    np.testing.assert_allclose(oracle.rnn.temporal_affine(W[x], w, b), W[x] @ w + b, atol=1e-12)
    scores = rng.normal(size=(N, T, V))
    each = -np.take_along_axis(log_softmax(scores, axis=2), x[..., None], axis=2)[..., 0]
    loss = oracle.rnn.temporal_softmax(scores, x, mask)
    assert float(loss) == pytest.approx((each * mask).sum() / N)


def test_clipping():
    """Is the common norm that of torch.nn.utils, and is what is short left as it is?"""
    rng = np.random.default_rng(4)
    grads = {"a": rng.normal(size=(3, 4)), "b": rng.normal(size=5)}
    tensors = [torch.tensor(g, requires_grad=True) for g in grads.values()]
    for tensor, g in zip(tensors, grads.values()):
        tensor.grad = torch.tensor(g)
    due = float(torch.nn.utils.clip_grad_norm_(tensors, 0.5))
    found, norm = oracle.rnn.clipped(grads, 0.5)
    assert norm == pytest.approx(due)
    for mine, tensor in zip(found.values(), tensors):
        np.testing.assert_allclose(mine, tensor.grad, rtol=1e-5)
    assert np.concatenate([g.ravel() for g in oracle.rnn.clipped(grads, 99)[0].values()]) == (
        pytest.approx(np.concatenate([g.ravel() for g in grads.values()]))
    )
    zero = oracle.rnn.clipped({"a": np.zeros(3)}, 1.0)
    assert zero[1] == 0
    assert not zero[0]["a"].any()


def test_shapes_of_a_stack():
    """Do two layers in two directions have the weights of the formula?"""
    found = oracle.rnn.lstm_stack_shapes(2, 3, 4, 5, 2, True)
    assert found["out"] == (2, 3, 10)
    assert found["weights"] == [((4, 20), (5, 20), (20,))] * 2 + [((10, 20), (5, 20), (20,))] * 2
    assert found["parameters"] == 2 * (20 * (4 + 5 + 1) + 20 * (10 + 5 + 1))


def test_char_probabilities():
    """Does a low temperature favour the best, and a high one level all?"""
    scores = np.array([1.0, 2.0, 4.0])
    np.testing.assert_allclose(
        oracle.rnn.char_probabilities(scores, 1.0), np.exp(scores) / np.exp(scores).sum()
    )
    assert oracle.rnn.char_probabilities(scores, 0.01)[2] == pytest.approx(1)
    assert np.ptp(oracle.rnn.char_probabilities(scores, 1e6)) < 1e-5


def test_correlations():
    """Are they SciPy's, and 0 where a unit or a property is constant?"""
    rng = np.random.default_rng(8)
    states, labels = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
    states[:, 2] = 0.5
    found = oracle.rnn.correlations(states, labels)
    due = [[pearsonr(states[:, h], labels[:, k])[0] for h in range(2)] for k in range(2)]
    np.testing.assert_allclose(found[:, :2], due, atol=1e-12)
    assert not found[:, 2].any()
