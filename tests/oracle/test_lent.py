"""What is lent to a student's function: is it the layer that it stands for?"""

import numpy as np
import pytest

from course_lib import oracle


def test_lent_steps_are_steps_and_keep_the_dtype():
    """Do lent steps chain to the whole sequence, forward and back, in the dtype that came in?"""
    rng = np.random.default_rng(0)
    sizes = ((2, 3, 4), (2, 5), (4, 20), (5, 20), 20)
    x, h0, Wx, Wh, b = (rng.normal(size=size).astype(np.float32) for size in sizes)
    step, step_back = oracle.lent.lstm_steps()
    h, c, kept = h0, 0 * h0, []
    for t in range(3):
        h, c, cache = step(x[:, t], h, c, Wx, Wh, b)
        kept.append(cache)
    assert h.dtype == c.dtype == np.float32
    np.testing.assert_allclose(h, oracle.rnn.lstm(x, h0, Wx, Wh, b)[:, -1], atol=1e-5)
    last = np.zeros((2, 3, 5))
    last[:, -1] = 1
    dh, dc = last[:, -1], np.zeros((2, 5))
    for cache in kept[::-1]:
        dx, dh, dc, *_ = step_back(dh, dc, cache)
    due = oracle.gradients(oracle.rnn.lstm, last, x, h0, Wx, Wh, b)
    np.testing.assert_allclose(dx, due[0][:, 0], atol=1e-5)
    np.testing.assert_allclose(dh, due[1], atol=1e-5)

    kinds = ((oracle.rnn.rnn_step, oracle.lent.rnn_steps(), 5),)
    kinds += ((oracle.rnn.gru_step, oracle.lent.gru_steps(), 15),)
    for one_step, (step, step_back), width in kinds:
        given = (x[:, 0], h0, Wx[:, :width], Wh[:, :width], b[:width])
        h, cache = step(*given)
        assert h.dtype == np.float32
        np.testing.assert_allclose(h, one_step(*given), atol=1e-6)
        found = step_back(np.ones((2, 5)), cache)
        for mine, due in zip(found, oracle.gradients(one_step, np.ones((2, 5)), *given)):
            np.testing.assert_array_equal(mine, due)


def test_a_step_back_refuses_another_steps_cache():
    """Is a cache that the lent step did not make named as such?"""
    for _, step_back in (
        oracle.lent.rnn_steps(),
        oracle.lent.gru_steps(),
        oracle.lent.lstm_steps(),
    ):
        for cache in (None, (), (np.ones(2), np.ones(2))):
            with pytest.raises(ValueError, match="no `step` returned"):
                step_back(*[np.ones((1, 2))] * (step_back.__code__.co_argcount - 1), cache)


def test_what_is_lent_goes_to_those_who_take_it():
    """Does a function get the extras that it names, and does another do without?"""
    assert oracle.lend(lambda x, step=1: (x, step), step=2)(5) == (5, 2)
    assert oracle.lend(lambda x: x, step=2)(5) == 5


def test_lent_rnn_layers_are_the_layers():
    """Are states and gradients those of the whole sequence?"""
    rng = np.random.default_rng(2)
    given = [rng.normal(size=size) for size in ((2, 3, 4), (2, 5), (4, 5), (5, 5), 5)]
    dh, (forward, backward) = rng.normal(size=(2, 3, 5)), oracle.lent.rnn_layers()
    h, cache = forward(*given)
    np.testing.assert_array_equal(h, oracle.rnn.vanilla(*given))
    for mine, due in zip(backward(dh, cache), oracle.gradients(oracle.rnn.vanilla, dh, *given)):
        np.testing.assert_array_equal(mine, due)


def test_lent_layers_make_the_model_of_text():
    """Do embedding, LSTM, affine layer and loss in a row give the loss and gradients of text?"""
    rng = np.random.default_rng(1)
    params = {name: value + 0.0 for name, value in oracle.nets.text_params(7, 3, 4).items()}
    params = {name: value.astype(np.float64) for name, value in params.items()}
    x, y = rng.integers(7, size=(2, 2, 5))
    h, c = rng.normal(size=(2, 2, 4))
    layers = oracle.lent.text_layers()
    seen, embed_cache = layers["embedding"][0](x, params["W_embed"])
    states, cells, kept = layers["lstm"][0](seen, h, params["Wx"], params["Wh"], params["b"], c)
    scores, affine_cache = layers["affine"][0](states, params["W_vocab"], params["b_vocab"])
    loss, dscores = layers["loss"](scores, y, np.ones((2, 5), bool))
    dstates, dW, db = layers["affine"][1](dscores, affine_cache)
    dseen, dh0, dWx, dWh, dgates = layers["lstm"][1](dstates, kept)
    dW_embed = layers["embedding"][1](dseen, embed_cache)
    due, grads, (_, last_c) = oracle.nets.text_loss(params, x, y, (h, c))
    assert loss == pytest.approx(due)
    assert dh0.shape == (2, 4)
    np.testing.assert_allclose(cells[:, -1], last_c)
    found = {"W_embed": dW_embed, "Wx": dWx, "Wh": dWh, "b": dgates, "W_vocab": dW, "b_vocab": db}
    for name, grad in found.items():
        np.testing.assert_allclose(grad, grads[name], atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lent_net_layers_are_those_of_the_net(dtype):
    """Do lent layers in a row give the loss and the gradients of the whole net, in its dtype?"""
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(6, 5)).astype(dtype), np.arange(6) % 3
    params = {k: v.astype(dtype) for k, v in oracle.train.net_params(rng, 5, 4, 3).items()}
    layers = oracle.lent.net_layers("tanh")
    (affine, affine_back), (act, act_back) = layers["affine"], layers["activation"]
    hidden, first = affine(X, params["W1"], params["b1"])
    out, bent = act(hidden)
    scores, second = affine(out, params["W2"], params["b2"])
    loss, dscores = layers["loss"](scores, y)
    dout, dW2, db2 = affine_back(dscores, second)
    dx, dW1, db1 = affine_back(act_back(dout, bent), first)
    due, grads = oracle.train.net_loss(X, y, params, name="tanh")
    assert {part.dtype for part in (scores, dscores, dx, dW1, db1)} == {np.dtype(dtype)}
    np.testing.assert_allclose(loss, due, rtol=1e-5)
    for mine, name in ((dW1, "W1"), (db1, "b1"), (dW2, "W2"), (db2, "b2")):
        np.testing.assert_allclose(mine, grads[name], rtol=1e-4, atol=1e-6)
