"""The model of text against its layers, finite differences and torch.nn.LSTM."""

import numpy as np
import pytest

from course_lib import oracle


def test_first_weights_keep_gates_open():
    """Are the initial weights float32, repeatable, and is the forget gate's bias 1?"""
    params, again = oracle.nets.text_params(96), oracle.nets.text_params(96)
    assert {value.dtype.name for value in params.values()} == {"float32"}
    np.testing.assert_array_equal(params["Wh"], again["Wh"])
    np.testing.assert_array_equal(params["b"], np.repeat([0, 1, 0, 0], 128))
    assert {name: value.shape for name, value in params.items()} == {
        "Wx": (32, 512),
        "Wh": (128, 512),
        "W_vocab": (128, 96),
        "W_embed": (96, 32),
        "b_vocab": (96,),
        "b": (512,),
    }


def text_params(V=7, D=3, H=4, seed=5):
    rng = np.random.default_rng(seed)
    shapes = {"W_embed": (V, D), "Wx": (D, 4 * H), "Wh": (H, 4 * H), "b": (4 * H,)}
    shapes |= {"W_vocab": (H, V), "b_vocab": (V,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def test_text_loss_by_hand():
    """Is the loss of text that of its layers in a row, and its state the last one?"""
    params, rng = text_params(), np.random.default_rng(6)
    x, y = rng.integers(7, size=(2, 2, 5))
    h, c = rng.normal(size=(2, 2, 4))
    states, cells = oracle.rnn.lstm_cells(
        params["W_embed"][x], h, *(params[name] for name in ("Wx", "Wh", "b")), c
    )
    scores = states @ params["W_vocab"] + params["b_vocab"]
    due = oracle.rnn.temporal_softmax(scores, y, np.ones((2, 5), bool))
    loss, grads, (last_h, last_c) = oracle.nets.text_loss(params, x, y, (h, c))
    assert loss == pytest.approx(float(due))
    np.testing.assert_allclose(last_h, states[:, -1])
    np.testing.assert_allclose(last_c, cells[:, -1])
    for name, grad in grads.items():
        assert grad.shape == params[name].shape
        place = tuple(np.argwhere(np.abs(grad) > 1e-6)[0])
        moved = {key: value.copy() for key, value in params.items()}
        moved[name][place] += 1e-6
        slope = (oracle.nets.text_loss(moved, x, y, (h, c))[0] - loss) / 1e-6
        assert slope == pytest.approx(grad[place], abs=1e-4)


def test_text_net_is_the_same_model():
    """Has torch.nn.LSTM with these weights the same loss, does it give them back, and learn?"""
    params, rng = text_params(), np.random.default_rng(7)
    net = oracle.nets.TextNet(params, rate=0.05)
    x, y = rng.integers(7, size=(2, 2, 5))
    zeros = np.zeros((2, 4))
    loss, _ = net.loss(x, y)
    due, _, (h, _) = oracle.nets.text_loss(params, x, y, (zeros, zeros))
    assert loss.item() == pytest.approx(due, rel=1e-6)
    for name, value in net.params().items():
        np.testing.assert_allclose(value, params[name].astype(np.float32), atol=1e-7)
    _, state = net.update(x, y)
    np.testing.assert_allclose(state[0][0], h, atol=1e-5)
    assert not state[0].requires_grad
    losses = net.fit([(x, y)] * 4, updates=40)
    assert losses[-1] < losses[0]
    assert np.abs(net.params()["Wh"] - params["Wh"]).max() > 0
