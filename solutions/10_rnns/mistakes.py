"""Wrong answers to lesson 10, each with the sentence that a student who made it should read."""

import numpy as np

from autograder.mistakes import mistake


def sigmoid(x):
    """As the notebook gives it."""


# --- rnn-step


@mistake("rnn-step", "The tanh is missing.")
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    out = x @ Wx + prev_h @ Wh + b
    return out, (x, prev_h, Wx, Wh, out)


@mistake("rnn-step", "The bias is missing.")
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    out = np.tanh(x @ Wx + prev_h @ Wh)
    return out, (x, prev_h, Wx, Wh, out)


@mistake("rnn-step", "The state before has no influence.")
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    out = np.tanh(x @ Wx + b)
    return out, (x, prev_h, Wx, Wh, out)


@mistake("rnn-step", "The slope of tanh is made of its value: 1 - next_h^2, not of the sum.")
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - np.arctanh(next_h) ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@mistake("rnn-step", "The slope of tanh is missing.")
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@mistake("rnn-step", "The slope of tanh needs the square of the value.")
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@mistake("rnn-step", "db is a mean: the pulls of all examples add up.")
def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.mean(axis=0)


# --- rnn-sequence


@mistake("rnn-sequence", "Every step begins with h0: hand the state on.")
def rnn_forward(x, h0, Wx, Wh, b, step=rnn_step_forward):
    steps = [step(x[:, t], h0, Wx, Wh, b) for t in range(x.shape[1])]
    return np.stack([h for h, _ in steps], axis=1), [cache for _, cache in steps]


@mistake("rnn-sequence", "Gradients of Wh are overwritten at every step: add them up over time.")
def rnn_backward(dh, cache, step_back=rnn_step_backward):
    dx, back, dWx, db = [], 0.0, 0.0, 0.0
    for t in range(dh.shape[1])[::-1]:
        one, back, share_x, dWh, share_b = step_back(dh[:, t] + back, cache[t])
        dx.append(one)
        dWx, db = dWx + share_x, db + share_b
    return np.stack(dx[::-1], axis=1), back, dWx, dWh, db


@mistake(
    "rnn-sequence", "Gradients of all weights are overwritten at every step: add them up over time."
)
def rnn_backward(dh, cache, step_back=rnn_step_backward):
    dx, back = [], 0.0
    for t in range(dh.shape[1])[::-1]:
        one, back, dWx, dWh, db = step_back(dh[:, t] + back, cache[t])
        dx.append(one)
    return np.stack(dx[::-1], axis=1), back, dWx, dWh, db


@mistake("rnn-sequence", "What comes back from the next step is forgotten: add it to dh.")
def rnn_backward(dh, cache, step_back=rnn_step_backward):
    steps = [step_back(dh[:, t], cache[t]) for t in range(dh.shape[1])]
    dx, back, *shares = zip(*steps)
    return np.stack(dx, axis=1), back[0], *(sum(share) for share in shares)


@mistake(
    "rnn-sequence", "The dh from above counts at the last step alone: every state has its own."
)
def rnn_backward(dh, cache, step_back=rnn_step_backward):
    dx, back, sums = [], dh[:, -1], [0.0, 0.0, 0.0]
    for t in range(dh.shape[1])[::-1]:
        one, back, *shares = step_back(back, cache[t])
        dx.append(one)
        sums = [total + share for total, share in zip(sums, shares)]
    return np.stack(dx[::-1], axis=1), back, *sums


@mistake("rnn-sequence", "The order of dx is reversed in time.")
def rnn_backward(dh, cache, step_back=rnn_step_backward):
    dx, back, sums = [], 0.0, [0.0, 0.0, 0.0]
    for t in range(dh.shape[1])[::-1]:
        one, back, *shares = step_back(dh[:, t] + back, cache[t])
        dx.append(one)
        sums = [total + share for total, share in zip(sums, shares)]
    return np.stack(dx, axis=1), back, *sums


@mistake("rnn-sequence", "Wrong dtype: yours float64, expected float32.")
def rnn_forward(x, h0, Wx, Wh, b, step=rnn_step_forward):
    h, caches = np.zeros((*x.shape[:2], h0.shape[1])), []
    for t in range(x.shape[1]):
        h0, cache = step(x[:, t], h0, Wx, Wh, b)
        h[:, t] = h0
        caches.append(cache)
    return h, caches


# --- rnn-words


@mistake("rnn-words", "Code 3 stands in three places, and one gradient arrives: they must add up.")
def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    dW[x] += dout
    return dW


@mistake("rnn-words", "These are means over the places of a code: add them up.")
def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW / np.maximum(np.bincount(x.ravel(), minlength=shape[0]), 1)[:, None]


@mistake("rnn-words", "db is a mean over sequences and steps: add it up.")
def temporal_affine_backward(dout, cache):
    x, w = cache
    flat = dout.reshape(-1, w.shape[1])
    return dout @ w.T, x.reshape(-1, w.shape[0]).T @ flat, flat.mean(axis=0)


@mistake("rnn-words", "dw and db come from the last step alone: every step uses the weights.")
def temporal_affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x[:, -1].T @ dout[:, -1], dout[:, -1].sum(axis=0)


# --- rnn-loss


@mistake("rnn-loss", "The mask is not applied.")
def temporal_softmax_loss(x, y, mask):
    p = np.exp(x - x.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    right = np.take_along_axis(p, y[:, :, None], axis=2)
    dx = p - (np.arange(x.shape[2]) == y[:, :, None])
    return float(-np.log(right).sum()) / len(x), dx / len(x)


@mistake("rnn-loss", "The mask is applied to the loss, and not to its gradient.")
def temporal_softmax_loss(x, y, mask):
    p = np.exp(x - x.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    right = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    dx = p - (np.arange(x.shape[2]) == y[:, :, None])
    return float(-(mask * np.log(right)).sum()) / len(x), dx / len(x)


@mistake("rnn-loss", "Divided by the steps that count: divide by N, the number of sequences.")
def temporal_softmax_loss(x, y, mask):
    p = np.exp(x - x.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    right = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    dx = (p - (np.arange(x.shape[2]) == y[:, :, None])) * mask[:, :, None]
    return float(-(mask * np.log(right)).sum()) / mask.sum(), dx / mask.sum()


@mistake("rnn-loss", "Divided by N and by T: divide by N alone.")
def temporal_softmax_loss(x, y, mask):
    p = np.exp(x - x.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    right = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    dx = (p - (np.arange(x.shape[2]) == y[:, :, None])) * mask[:, :, None]
    return float(-(mask * np.log(right)).mean()), dx / y.size


@mistake("rnn-loss", "The sum is not divided by N.")
def temporal_softmax_loss(x, y, mask):
    p = np.exp(x - x.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    right = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    dx = (p - (np.arange(x.shape[2]) == y[:, :, None])) * mask[:, :, None]
    return float(-(mask * np.log(right)).sum()), dx


@mistake("rnn-loss", "The loss is divided by N, and its gradient is not.")
def temporal_softmax_loss(x, y, mask):
    p = np.exp(x - x.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    right = np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0]
    dx = (p - (np.arange(x.shape[2]) == y[:, :, None])) * mask[:, :, None]
    return float(-(mask * np.log(right)).sum()) / len(x), dx


@mistake(
    "rnn-loss",
    "Scores of 1000 overflow exp: subtract the largest score of each step first.",
)
def temporal_softmax_loss(x, y, mask):
    with np.errstate(all="ignore"):
        p = np.exp(x)
        p /= p.sum(axis=2, keepdims=True)
        right = np.log(np.take_along_axis(p, y[:, :, None], axis=2)[:, :, 0])
    dx = (p - (np.arange(x.shape[2]) == y[:, :, None])) * mask[:, :, None]
    return -float((mask * right).sum()) / len(x), dx / len(x)


# --- rnn-clip


@mistake("rnn-clip", "Each entry is cut by itself: that turns the gradient.")
def clip_by_norm(grads, max_norm):
    norm = float(np.sqrt(sum((g**2).sum() for g in grads.values())))
    return {name: np.clip(g, -max_norm, max_norm) for name, g in grads.items()}, norm


@mistake("rnn-clip", "Each array is shortened by itself: all must be shortened by one number.")
def clip_by_norm(grads, max_norm):
    norm = float(np.sqrt(sum((g**2).sum() for g in grads.values())))
    clipped = {}
    for name, g in grads.items():
        clipped[name] = g * min(1.0, max_norm / max(float(np.linalg.norm(g)), 1e-12))
    return clipped, norm


@mistake("rnn-clip", "What is short enough must stay as it is.")
def clip_by_norm(grads, max_norm):
    norm = float(np.sqrt(sum((g**2).sum() for g in grads.values())))
    return {name: g * (max_norm / norm) for name, g in grads.items()}, norm


@mistake("rnn-clip", "This is the norm after clipping: the one before tells more.")
def clip_by_norm(grads, max_norm):
    norm = float(np.sqrt(sum((g**2).sum() for g in grads.values())))
    share = min(1.0, max_norm / norm) if norm else 1.0
    return {name: g * share for name, g in grads.items()}, share * norm


@mistake("rnn-clip", "This is the squared norm: the root is missing.")
def clip_by_norm(grads, max_norm):
    norm = float(sum((g**2).sum() for g in grads.values()))
    share = min(1.0, max_norm / norm) if norm else 1.0
    return {name: g * share for name, g in grads.items()}, norm


@mistake("rnn-clip", "Where all gradients are 0 there is nothing to divide by.")
def clip_by_norm(grads, max_norm):
    norm = float(np.sqrt(sum((g**2).sum() for g in grads.values())))
    with np.errstate(all="ignore"):
        return {n: g / np.maximum(norm, 0) * min(norm, max_norm) for n, g in grads.items()}, norm


@mistake("rnn-clip", "Your function changed its 1st argument, grads")
def clip_by_norm(grads, max_norm):
    norm = float(np.sqrt(sum((g**2).sum() for g in grads.values())))
    for g in grads.values():
        g *= min(1.0, max_norm / norm) if norm else 1.0
    return grads, norm


# --- rnn-truncated


@mistake("rnn-truncated", "Each piece begins with h0: carry the last state over.")
def truncated_backward(forward, backward, x, h0, weights, dh, length):
    if length < 1:
        raise ValueError
    states, sums = [], [0.0] * len(weights)
    for start in range(0, x.shape[1], length):
        h, cache = forward(x[:, start : start + length], h0, *weights)
        _, _, *grads = backward(dh[:, start : start + length], cache)
        sums = [total + grad for total, grad in zip(sums, grads)]
        states.append(h)
    return np.concatenate(states, axis=1), tuple(sums)


@mistake("rnn-truncated", "The gradient is not cut: it crosses from piece to piece.")
def truncated_backward(forward, backward, x, h0, weights, dh, length):
    if length < 1:
        raise ValueError
    h, cache = forward(x, h0, *weights)
    return h, tuple(backward(dh, cache)[2:])


@mistake("rnn-truncated", "Only the last piece has its say: sum over the pieces.")
def truncated_backward(forward, backward, x, h0, weights, dh, length):
    if length < 1:
        raise ValueError
    states = []
    for start in range(0, x.shape[1], length):
        h, cache = forward(x[:, start : start + length], h0, *weights)
        _, _, *grads = backward(dh[:, start : start + length], cache)
        states.append(h)
        h0 = h[:, -1]
    return np.concatenate(states, axis=1), tuple(grads)


@mistake("rnn-truncated", "These are means over the pieces: sum them.")
def truncated_backward(forward, backward, x, h0, weights, dh, length):
    if length < 1:
        raise ValueError
    states, found = [], []
    for start in range(0, x.shape[1], length):
        h, cache = forward(x[:, start : start + length], h0, *weights)
        found.append(backward(dh[:, start : start + length], cache)[2:])
        states.append(h)
        h0 = h[:, -1]
    return np.concatenate(states, axis=1), tuple(sum(g) / len(found) for g in zip(*found))


@mistake("rnn-truncated", "Wrong shape: yours (3, 6, 6), expected (3, 7, 6).")
def truncated_backward(forward, backward, x, h0, weights, dh, length):
    if length < 1:
        raise ValueError
    states, sums = [], [0.0] * len(weights)
    for piece in range(x.shape[1] // length):
        own = slice(piece * length, (piece + 1) * length)
        h, cache = forward(x[:, own], h0, *weights)
        _, _, *grads = backward(dh[:, own], cache)
        sums = [total + grad for total, grad in zip(sums, grads)]
        states.append(h)
        h0 = h[:, -1]
    return np.concatenate(states, axis=1), tuple(sums)


@mistake("rnn-truncated", "must raise a ValueError here: Pieces have a length.")
def truncated_backward(forward, backward, x, h0, weights, dh, length):
    states, sums, start = [], [0.0] * len(weights), 0
    while start < x.shape[1]:
        stop = start + max(length, 1)
        h, cache = forward(x[:, start:stop], h0, *weights)
        _, _, *grads = backward(dh[:, start:stop], cache)
        sums = [total + grad for total, grad in zip(sums, grads)]
        states.append(h)
        h0, start = h[:, -1], stop
    return np.concatenate(states, axis=1), tuple(sums)


# --- rnn-lstm-step


@mistake("rnn-lstm-step", "The order of the gates is i, f, o, g: yours is PyTorch's, i, f, g, o.")
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, g, o = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    return o * shown, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)


@mistake("rnn-lstm-step", "The gates i, f and o are squashed by tanh: the sigmoid is due.")
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = np.tanh(i), np.tanh(f), np.tanh(o), np.tanh(g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    return o * shown, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)


@mistake("rnn-lstm-step", "The candidate g is squashed by a sigmoid: tanh is due.")
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), sigmoid(g)
    next_c = f * prev_c + i * g
    shown = np.tanh(next_c)
    return o * shown, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)


@mistake("rnn-lstm-step", "The forget gate falls on prev_h: it belongs to the cell, prev_c.")
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_h + i * g
    shown = np.tanh(next_c)
    return o * shown, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)


@mistake("rnn-lstm-step", "The cell is shown as it is: tanh stands between c and h.")
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c + i * g
    shown = next_c
    return o * shown, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown)


@mistake("rnn-lstm-step", "dnext_c is forgotten: the next step uses the cell, too.")
def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    dc = dnext_h * o * (1 - shown**2)
    da = np.hstack(
        [
            dc * g * i * (1 - i),
            dc * prev_c * f * (1 - f),
            dnext_h * shown * o * (1 - o),
            dc * i * (1 - g**2),
        ]
    )
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@mistake("rnn-lstm-step", "dnext_h reaches o alone: it has to reach the cell, too.")
def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    dc = dnext_c
    da = np.hstack(
        [
            dc * g * i * (1 - i),
            dc * prev_c * f * (1 - f),
            dnext_h * shown * o * (1 - o),
            dc * i * (1 - g**2),
        ]
    )
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


@mistake("rnn-lstm-step", "The slope of tanh at the cell is missing.")
def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    dc = dnext_c + dnext_h * o
    da = np.hstack(
        [
            dc * g * i * (1 - i),
            dc * prev_c * f * (1 - f),
            dnext_h * shown * o * (1 - o),
            dc * i * (1 - g**2),
        ]
    )
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


# --- rnn-lstm


@mistake("rnn-lstm", "The cell is emptied at every step: hand it on.")
def lstm_forward(x, h0, Wx, Wh, b, c0=None, step=lstm_step_forward):
    h, first = h0, np.zeros_like(h0) if c0 is None else c0
    kept = []
    for t in range(x.shape[1]):
        h, c, cache = step(x[:, t], h, first, Wx, Wh, b)
        kept.append((h, c, cache))
    hs, cs, caches = zip(*kept)
    return np.stack(hs, axis=1), (np.stack(cs, axis=1), list(caches))


@mistake("rnn-lstm", "Every step begins with h0: hand the state on.")
def lstm_forward(x, h0, Wx, Wh, b, c0=None, step=lstm_step_forward):
    c = np.zeros_like(h0) if c0 is None else c0
    kept = []
    for t in range(x.shape[1]):
        h, c, cache = step(x[:, t], h0, c, Wx, Wh, b)
        kept.append((h, c, cache))
    hs, cs, caches = zip(*kept)
    return np.stack(hs, axis=1), (np.stack(cs, axis=1), list(caches))


@mistake("rnn-lstm", "The cell c0 that is given is not used.")
def lstm_forward(x, h0, Wx, Wh, b, c0=None, step=lstm_step_forward):
    h, c, kept = h0, np.zeros_like(h0), []
    for t in range(x.shape[1]):
        h, c, cache = step(x[:, t], h, c, Wx, Wh, b)
        kept.append((h, c, cache))
    hs, cs, caches = zip(*kept)
    return np.stack(hs, axis=1), (np.stack(cs, axis=1), list(caches))


@mistake("rnn-lstm", "The gradient of the cell does not come back from the next step.")
def lstm_backward(dh, cache, step_back=lstm_step_backward):
    back, zero, dx, sums = 0.0, np.zeros_like(dh[:, 0]), [], [0.0, 0.0, 0.0]
    for t in range(dh.shape[1])[::-1]:
        one, back, _, *shares = step_back(dh[:, t] + back, zero, cache[1][t])
        dx.append(one)
        sums = [total + share for total, share in zip(sums, shares)]
    return np.stack(dx[::-1], axis=1), back, *sums


@mistake("rnn-lstm", "The gradient of the state does not come back from the next step.")
def lstm_backward(dh, cache, step_back=lstm_step_backward):
    dc, dx, sums = np.zeros_like(dh[:, 0]), [], [0.0, 0.0, 0.0]
    for t in range(dh.shape[1])[::-1]:
        one, back, dc, *shares = step_back(dh[:, t], dc, cache[1][t])
        dx.append(one)
        sums = [total + share for total, share in zip(sums, shares)]
    return np.stack(dx[::-1], axis=1), back, *sums


@mistake("rnn-lstm", "Gradients of Wh are overwritten at every step: add them up over time.")
def lstm_backward(dh, cache, step_back=lstm_step_backward):
    back, dc, dx, dWx, db = 0.0, np.zeros_like(dh[:, 0]), [], 0.0, 0.0
    for t in range(dh.shape[1])[::-1]:
        one, back, dc, share_x, dWh, share_b = step_back(dh[:, t] + back, dc, cache[1][t])
        dx.append(one)
        dWx, db = dWx + share_x, db + share_b
    return np.stack(dx[::-1], axis=1), back, dWx, dWh, db


# --- rnn-gru-step


@mistake("rnn-gru-step", "The order of the blocks is r, z, n: r and z are exchanged.")
def gru_step_forward(x, prev_h, Wx, Wh, b):
    (xz, xr, xn), (hz, hr, hn) = np.split(x @ Wx + b, 3, axis=1), np.split(prev_h @ Wh, 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + r * hn)
    return (1 - z) * n + z * prev_h, (x, prev_h, Wx, Wh, r, z, n, hn)


@mistake("rnn-gru-step", "z near 1 must keep the old state: z and 1 - z are exchanged.")
def gru_step_forward(x, prev_h, Wx, Wh, b):
    (xr, xz, xn), (hr, hz, hn) = np.split(x @ Wx + b, 3, axis=1), np.split(prev_h @ Wh, 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + r * hn)
    return z * n + (1 - z) * prev_h, (x, prev_h, Wx, Wh, r, z, n, hn)


@mistake("rnn-gru-step", "The reset gate acts before the product with Wh: here it acts behind it.")
def gru_step_forward(x, prev_h, Wx, Wh, b):
    (xr, xz, xn), (hr, hz, hn) = np.split(x @ Wx + b, 3, axis=1), np.split(prev_h @ Wh, 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + (r * prev_h) @ Wh[:, 2 * r.shape[1] :])
    return (1 - z) * n + z * prev_h, (x, prev_h, Wx, Wh, r, z, n, hn)


@mistake("rnn-gru-step", "The reset gate is not used.")
def gru_step_forward(x, prev_h, Wx, Wh, b):
    (xr, xz, xn), (hr, hz, hn) = np.split(x @ Wx + b, 3, axis=1), np.split(prev_h @ Wh, 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + hn)
    return (1 - z) * n + z * prev_h, (x, prev_h, Wx, Wh, r, z, n, hn)


@mistake("rnn-gru-step", "The direct way of dprev_h, through z, is missing.")
def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, recalled = cache
    dn = dnext_h * (1 - z) * (1 - n**2)
    dr = dn * recalled * r * (1 - r)
    dz = dnext_h * (prev_h - n) * z * (1 - z)
    dax, dah = np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r])
    back = dah @ Wh.T
    return dax @ Wx.T, back, x.T @ dax, prev_h.T @ dah, dax.sum(axis=0)


@mistake("rnn-gru-step", "No gradient goes through the reset gate.")
def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, recalled = cache
    dn = dnext_h * (1 - z) * (1 - n**2)
    dr = 0 * dn
    dz = dnext_h * (prev_h - n) * z * (1 - z)
    dax, dah = np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r])
    back = dah @ Wh.T + dnext_h * z
    return dax @ Wx.T, back, x.T @ dax, prev_h.T @ dah, dax.sum(axis=0)


@mistake("rnn-gru-step", "No gradient goes through the update gate.")
def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, recalled = cache
    dn = dnext_h * (1 - z) * (1 - n**2)
    dr = dn * recalled * r * (1 - r)
    dz = 0 * dn
    dax, dah = np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r])
    back = dah @ Wh.T + dnext_h * z
    return dax @ Wx.T, back, x.T @ dax, prev_h.T @ dah, dax.sum(axis=0)


# --- rnn-shapes


@mistake("rnn-shapes", "The second layer reads the states of both directions.")
def lstm_stack(N, T, D, H, layers, bidirectional):
    directions = 2 if bidirectional else 1
    weights = []
    for layer in range(layers):
        inputs = H if layer else D
        weights += [((inputs, 4 * H), (H, 4 * H), (4 * H,))] * directions
    count = sum(Wx[0] * Wx[1] + Wh[0] * Wh[1] + b[0] for Wx, Wh, b in weights)
    return {"out": (N, T, directions * H), "weights": weights, "parameters": count}


@mistake("rnn-shapes", "The second layer reads states, not inputs.")
def lstm_stack(N, T, D, H, layers, bidirectional):
    directions = 2 if bidirectional else 1
    weights = []
    for _ in range(layers):
        inputs = D
        weights += [((inputs, 4 * H), (H, 4 * H), (4 * H,))] * directions
    count = sum(Wx[0] * Wx[1] + Wh[0] * Wh[1] + b[0] for Wx, Wh, b in weights)
    return {"out": (N, T, directions * H), "weights": weights, "parameters": count}


@mistake("rnn-shapes", "Both directions stand side by side in out: 2H numbers a step.")
def lstm_stack(N, T, D, H, layers, bidirectional):
    directions = 2 if bidirectional else 1
    weights = []
    for layer in range(layers):
        inputs = directions * H if layer else D
        weights += [((inputs, 4 * H), (H, 4 * H), (4 * H,))] * directions
    count = sum(Wx[0] * Wx[1] + Wh[0] * Wh[1] + b[0] for Wx, Wh, b in weights)
    return {"out": (N, T, H), "weights": weights, "parameters": count}


@mistake("rnn-shapes", "The biases are not counted.")
def lstm_stack(N, T, D, H, layers, bidirectional):
    directions = 2 if bidirectional else 1
    weights = []
    for layer in range(layers):
        inputs = directions * H if layer else D
        weights += [((inputs, 4 * H), (H, 4 * H), (4 * H,))] * directions
    count = sum(Wx[0] * Wx[1] + Wh[0] * Wh[1] for Wx, Wh, b in weights)
    return {"out": (N, T, directions * H), "weights": weights, "parameters": count}


@mistake("rnn-shapes", "There are two biases here: CS231n's LSTM has one.")
def lstm_stack(N, T, D, H, layers, bidirectional):
    directions = 2 if bidirectional else 1
    weights = []
    for layer in range(layers):
        inputs = directions * H if layer else D
        weights += [((inputs, 4 * H), (H, 4 * H), (4 * H,))] * directions
    count = sum(Wx[0] * Wx[1] + Wh[0] * Wh[1] + 2 * b[0] for Wx, Wh, b in weights)
    return {"out": (N, T, directions * H), "weights": weights, "parameters": count}


# --- rnn-streams


@mistake("rnn-streams", "y is x itself: it must be one character later.")
def streams(codes, batch, length):
    size = (len(codes) - 1) // batch
    if size < length:
        raise ValueError
    x = codes[: batch * size].reshape(batch, size)
    return [(x[:, s : s + length],) * 2 for s in range(0, size - length + 1, length)]


@mistake("rnn-streams", "The last target of a row is the row's own first character.")
def streams(codes, batch, length):
    size = (len(codes) - 1) // batch
    if size < length:
        raise ValueError
    x = codes[: batch * size].reshape(batch, size)
    y = np.roll(x, -1, axis=1)
    pieces = [slice(s, s + length) for s in range(0, size - length + 1, length)]
    return [(x[:, piece], y[:, piece]) for piece in pieces]


@mistake("rnn-streams", "Rows do not go on in the next batch: cut the text into rows first.")
def streams(codes, batch, length):
    count = (len(codes) - 1) // (batch * length)
    if count < 1:
        raise ValueError
    x = codes[: count * batch * length].reshape(count, batch, length)
    y = codes[1 : count * batch * length + 1].reshape(count, batch, length)
    return list(zip(x, y))


@mistake(
    "rnn-streams", "Neighbours in the text stand below one another: rows must be pieces of text."
)
def streams(codes, batch, length):
    size = (len(codes) - 1) // batch
    if size < length:
        raise ValueError
    x = codes[: batch * size].reshape(size, batch).T
    y = codes[1 : batch * size + 1].reshape(size, batch).T
    pieces = [slice(s, s + length) for s in range(0, size - length + 1, length)]
    return [(x[:, piece], y[:, piece]) for piece in pieces]


@mistake("rnn-streams", "must raise a ValueError here: Rows of three are too short.")
def streams(codes, batch, length):
    size = (len(codes) - 1) // batch
    x = codes[: batch * size].reshape(batch, size)
    y = codes[1 : batch * size + 1].reshape(batch, size)
    pieces = [slice(s, s + length) for s in range(0, size - length + 1, length)]
    return [(x[:, piece], y[:, piece]) for piece in pieces]


# --- rnn-model


@mistake("rnn-model", "The state is not carried: this is the loss from an empty one.")
def char_loss(params, layers, x, y, state):
    (embed, embed_back), (affine, affine_back) = layers["embedding"], layers["affine"]
    (lstm, lstm_back), (h0, c0) = layers["lstm"], state
    seen, embedded = embed(x, params["W_embed"])
    h, kept = lstm(seen, 0 * h0, params["Wx"], params["Wh"], params["b"], 0 * c0)
    scores, affine_kept = affine(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = layers["loss"](scores, y, np.ones(y.shape, bool))
    dh, dW_vocab, db_vocab = affine_back(dscores, affine_kept)
    dseen, _, dWx, dWh, db = lstm_back(dh, kept)
    grads = {"W_embed": embed_back(dseen, embedded), "Wx": dWx, "Wh": dWh, "b": db}
    grads |= {"W_vocab": dW_vocab, "b_vocab": db_vocab}
    return loss, grads, (h[:, -1], kept[0][:, -1])


@mistake("rnn-model", "The cell is not carried: this is the loss from an empty one.")
def char_loss(params, layers, x, y, state):
    (embed, embed_back), (affine, affine_back) = layers["embedding"], layers["affine"]
    (lstm, lstm_back), (h0, c0) = layers["lstm"], state
    seen, embedded = embed(x, params["W_embed"])
    h, kept = lstm(seen, h0, params["Wx"], params["Wh"], params["b"], 0 * c0)
    scores, affine_kept = affine(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = layers["loss"](scores, y, np.ones(y.shape, bool))
    dh, dW_vocab, db_vocab = affine_back(dscores, affine_kept)
    dseen, _, dWx, dWh, db = lstm_back(dh, kept)
    grads = {"W_embed": embed_back(dseen, embedded), "Wx": dWx, "Wh": dWh, "b": db}
    grads |= {"W_vocab": dW_vocab, "b_vocab": db_vocab}
    return loss, grads, (h[:, -1], kept[0][:, -1])


@mistake("rnn-model", "The loss is that of one character: it is summed over the steps.")
def char_loss(params, layers, x, y, state):
    (embed, embed_back), (affine, affine_back) = layers["embedding"], layers["affine"]
    (lstm, lstm_back), (h0, c0) = layers["lstm"], state
    seen, embedded = embed(x, params["W_embed"])
    h, kept = lstm(seen, h0, params["Wx"], params["Wh"], params["b"], c0)
    scores, affine_kept = affine(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = layers["loss"](scores, y, np.ones(y.shape, bool))
    dh, dW_vocab, db_vocab = affine_back(dscores, affine_kept)
    dseen, _, dWx, dWh, db = lstm_back(dh, kept)
    grads = {"W_embed": embed_back(dseen, embedded), "Wx": dWx, "Wh": dWh, "b": db}
    grads |= {"W_vocab": dW_vocab, "b_vocab": db_vocab}
    return loss / x.shape[1], grads, (h[:, -1], kept[0][:, -1])


@mistake("rnn-model", "This is the state from before the first step.")
def char_loss(params, layers, x, y, state):
    (embed, embed_back), (affine, affine_back) = layers["embedding"], layers["affine"]
    (lstm, lstm_back), (h0, c0) = layers["lstm"], state
    seen, embedded = embed(x, params["W_embed"])
    h, kept = lstm(seen, h0, params["Wx"], params["Wh"], params["b"], c0)
    scores, affine_kept = affine(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = layers["loss"](scores, y, np.ones(y.shape, bool))
    dh, dW_vocab, db_vocab = affine_back(dscores, affine_kept)
    dseen, _, dWx, dWh, db = lstm_back(dh, kept)
    grads = {"W_embed": embed_back(dseen, embedded), "Wx": dWx, "Wh": dWh, "b": db}
    grads |= {"W_vocab": dW_vocab, "b_vocab": db_vocab}
    return loss, grads, state


@mistake("rnn-model", "h and c are exchanged.")
def char_loss(params, layers, x, y, state):
    (embed, embed_back), (affine, affine_back) = layers["embedding"], layers["affine"]
    (lstm, lstm_back), (h0, c0) = layers["lstm"], state
    seen, embedded = embed(x, params["W_embed"])
    h, kept = lstm(seen, h0, params["Wx"], params["Wh"], params["b"], c0)
    scores, affine_kept = affine(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = layers["loss"](scores, y, np.ones(y.shape, bool))
    dh, dW_vocab, db_vocab = affine_back(dscores, affine_kept)
    dseen, _, dWx, dWh, db = lstm_back(dh, kept)
    grads = {"W_embed": embed_back(dseen, embedded), "Wx": dWx, "Wh": dWh, "b": db}
    grads |= {"W_vocab": dW_vocab, "b_vocab": db_vocab}
    return loss, grads, (kept[0][:, -1], h[:, -1])


@mistake("rnn-model", "Perplexity is made of the loss of one character.")
def bits_and_perplexity(loss, steps):
    return loss / steps / np.log(2), np.exp(loss)


@mistake("rnn-model", "These are nats: divide by log 2 for bits.")
def bits_and_perplexity(loss, steps):
    return loss / steps, np.exp(loss / steps)


# --- rnn-sample


@mistake("rnn-sample", "Scores are multiplied by the temperature: divide.")
def char_probabilities(scores, temperature):
    if temperature <= 0:
        raise ValueError
    p = np.exp((scores - scores.max()) * temperature)
    return p / p.sum()


@mistake("rnn-sample", "The temperature is not used.")
def char_probabilities(scores, temperature):
    if temperature <= 0:
        raise ValueError
    p = np.exp(scores - scores.max())
    return p / p.sum()


@mistake(
    "rnn-sample",
    "Large scores at a low temperature overflow: subtract the largest first.",
)
def char_probabilities(scores, temperature):
    if temperature <= 0:
        raise ValueError
    with np.errstate(all="ignore"):
        p = np.exp(scores / temperature)
        return p / p.sum()


@mistake("rnn-sample", "must raise a ValueError here: Temperatures are positive.")
def char_probabilities(scores, temperature):
    with np.errstate(all="ignore"):
        p = np.exp((scores - scores.max()) / temperature)
        return p / p.sum()


@mistake("rnn-sample", "The state is not handed on: each step gets the one before's.")
def sample(step, start, length, temperature, rng):
    code, written = start, []
    for _ in range(length):
        scores, _state = step(code, None)
        code = int(rng.choice(len(scores), p=char_probabilities(scores, temperature)))
        written.append(code)
    return np.array(written)


@mistake("rnn-sample", "What was drawn is not read: it is the next step's code.")
def sample(step, start, length, temperature, rng):
    state, written = None, []
    for _ in range(length):
        scores, state = step(start, state)
        written.append(int(rng.choice(len(scores), p=char_probabilities(scores, temperature))))
    return np.array(written)


@mistake("rnn-sample", "The first entry is the start: it is read, and not written.")
def sample(step, start, length, temperature, rng):
    state, written = None, [start]
    while len(written) < length:
        scores, state = step(written[-1], state)
        written.append(int(rng.choice(len(scores), p=char_probabilities(scores, temperature))))
    return np.array(written)


@mistake("rnn-sample", "The best character always wins: draw from the probabilities.")
def sample(step, start, length, temperature, rng):
    state, written = None, [start]
    for _ in range(length):
        scores, state = step(written[-1], state)
        written.append(int(np.argmax(char_probabilities(scores, temperature))))
    return np.array(written[1:])


# --- rnn-units


@mistake("rnn-units", "The means are not subtracted.")
def unit_correlations(states, labels):
    if len(states) != len(labels):
        raise ValueError
    lengths = np.linalg.norm(labels, axis=0)[:, None] * np.linalg.norm(states, axis=0)
    return labels.T @ states / np.maximum(lengths, 1e-12)


@mistake("rnn-units", "This is the covariance: divide by both spreads.")
def unit_correlations(states, labels):
    if len(states) != len(labels):
        raise ValueError
    states, labels = states - states.mean(axis=0), labels - labels.mean(axis=0)
    return labels.T @ states / len(states)


@mistake("rnn-units", "A constant unit or property has no spread to divide by: 0 is due.")
def unit_correlations(states, labels):
    if len(states) != len(labels):
        raise ValueError
    states, labels = states - states.mean(axis=0), labels - labels.mean(axis=0)
    with np.errstate(all="ignore"):
        return (labels / np.linalg.norm(labels, axis=0)).T @ (
            states / np.linalg.norm(states, axis=0)
        )


@mistake("rnn-units", "Rows are properties and columns units: yours are the other way round.")
def unit_correlations(states, labels):
    if len(states) != len(labels):
        raise ValueError
    states, labels = states - states.mean(axis=0), labels - labels.mean(axis=0)
    lengths = np.linalg.norm(states, axis=0)[:, None] * np.linalg.norm(labels, axis=0)
    return states.T @ labels / np.maximum(lengths, 1e-12)


@mistake("rnn-units", "A unit at -0.9 tells more than one at 0.5: compare sizes.")
def best_units(correlations):
    return [(int(row.argmax()), float(row.max())) for row in correlations]


@mistake("rnn-units", "The size alone is given: the correlation has a sign.")
def best_units(correlations):
    sizes = np.abs(correlations)
    return [(int(row.argmax()), float(row.max())) for row in sizes]
