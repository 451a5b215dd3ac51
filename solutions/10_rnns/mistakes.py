"""Wrong answers to lesson 10, each with the sentence that a student who made it should read."""

from autograder.mistakes import mistake

# --- rnn-step

mistake("rnn-step", "The tanh is missing.", swap={"np.tanh(x @ Wx": "(x @ Wx"})
mistake(
    "rnn-step",
    "The squashing function is tanh: this is the sigmoid.",
    swap={"np.tanh(x": "sigmoid(x"},
)
mistake("rnn-step", "The bias is missing.", swap={"prev_h @ Wh + b)": "prev_h @ Wh)"})
mistake(
    "rnn-step",
    "The bias is added after the tanh: it belongs into the sum.",
    swap={"prev_h @ Wh + b)": "prev_h @ Wh) + b"},
)
mistake("rnn-step", "The state before has no influence.", swap={" + prev_h @ Wh + b": " + b"})
mistake("rnn-step", "The input x has no influence.", swap={"x @ Wx + prev_h": "prev_h"})
mistake(
    "rnn-step",
    "The product with Wh is taken with its transpose.",
    swap={"prev_h @ Wh + b": "prev_h @ Wh.T + b"},
)
mistake(
    "rnn-step",
    "They must give 1 or -1, and no nan: np.tanh knows how.",
    swap={
        "np.tanh(x @ Wx + prev_h @ Wh + b)": "(lambda e: (e - 1 / e) / (e + 1 / e))(np.exp(x @ Wx + prev_h @ Wh + b))"
    },
)
mistake(
    "rnn-step",
    "The slope of tanh is made of its value, not of the sum inside it.",
    swap={"1 - next_h**2": "1 - np.arctanh(next_h) ** 2"},
)
mistake("rnn-step", "The slope of tanh is missing.", swap={" * (1 - next_h**2)": ""})
mistake(
    "rnn-step",
    "The slope of tanh needs the square of the value.",
    swap={"1 - next_h**2": "1 - next_h"},
)
mistake(
    "rnn-step",
    "The slope of tanh: only the value is squared, not 1 minus the value.",
    swap={"(1 - next_h**2)": "(1 - next_h) ** 2"},
)
mistake(
    "rnn-step",
    "This is the slope of the sigmoid: tanh has another one.",
    swap={"(1 - next_h**2)": "next_h * (1 - next_h)"},
)
mistake(
    "rnn-step",
    "The slope of tanh is at most 1: mind the sign of the square.",
    swap={"1 - next_h**2": "1 + next_h**2"},
)
mistake(
    "rnn-step",
    "dnext_h is missing: these are slopes without the upstream gradient.",
    swap={"dnext_h * (1": "(1"},
)
mistake(
    "rnn-step",
    "Divided by the number of examples: where a mean is taken, the loss takes it.",
    swap={"(1 - next_h**2)": "(1 - next_h**2) / len(x)"},
)
mistake(
    "rnn-step",
    "db is a mean: the gradients of all examples add up.",
    swap={"da.sum(axis=0)": "da.mean(axis=0)"},
)
mistake(
    "rnn-step",
    "db is summed over the wrong axis: each unit has one bias for all examples.",
    swap={"da.sum(axis=0)": "da.sum(axis=1)"},
)
mistake(
    "rnn-step", "dprev_h: on the way back Wh has to be transposed.", swap={"da @ Wh.T": "da @ Wh"}
)
mistake("rnn-step", "dWh is transposed.", swap={"prev_h.T @ da": "da.T @ prev_h"})
mistake(
    "rnn-step",
    "dWh is made with the state before the step, not with the state after it.",
    swap={"prev_h.T @ da": "next_h.T @ da"},
)
mistake(
    "rnn-step",
    "dx: dnext_h has to pass the tanh first.",
    swap={"return da @ Wx.T": "return dnext_h @ Wx.T"},
)
mistake(
    "rnn-step", "dprev_h: dnext_h has to pass the tanh first.", swap={"da @ Wh.T": "dnext_h @ Wh.T"}
)
mistake(
    "rnn-step",
    "db: dnext_h has to pass the tanh first.",
    swap={"da.sum(axis=0)": "dnext_h.sum(axis=0)"},
)
mistake(
    "rnn-step",
    "Your function changed its 1st argument, dnext_h: work on a copy.",
    swap={"da = dnext_h * (1 - next_h**2)": "dnext_h *= 1 - next_h**2\n    da = dnext_h"},
)

# --- rnn-sequence

mistake(
    "rnn-sequence",
    "Every step begins with h0: hand the state on.",
    swap={"x[:, t], h,": "x[:, t], h0,"},
)
mistake("rnn-sequence", "Every step reads the first input.", swap={"x[:, t]": "x[:, 0]"})
mistake("rnn-sequence", "The steps run through x from its end.", swap={"x[:, t]": "x[:, -1 - t]"})
mistake(
    "rnn-sequence",
    "The state before the first step is no part of h: it begins with the state after it.",
    swap={
        "h, states, caches = h0, [], []": "h, states, caches = h0, [h0], []",
        "np.stack(states, axis=1)": "np.stack(states[:-1], axis=1)",
    },
)
mistake(
    "rnn-sequence",
    "One state too many: h0 is no part of h.",
    swap={"h, states, caches = h0, [], []": "h, states, caches = h0, [h0], []"},
)
mistake(
    "rnn-sequence",
    "This is the last state alone: the states after all steps are due.",
    swap={"np.stack(states, axis=1)": "h"},
)
mistake(
    "rnn-sequence",
    "Time is the first axis here: it must be the second, behind the sequences.",
    swap={"np.stack(states, axis=1)": "np.stack(states)"},
)
mistake(
    "rnn-sequence",
    "The states are strung together: time needs an axis of its own.",
    swap={"np.stack(states, axis=1)": "np.concatenate(states, axis=1)"},
)
mistake(
    "rnn-sequence",
    "Wrong dtype: yours float64, expected float32.",
    swap={"np.stack(states, axis=1)": "np.stack(states, axis=1).astype(np.float64)"},
)
mistake(
    "rnn-sequence",
    "Your function changed its 2nd argument, h0: work on a copy.",
    swap={"states.append(h)": "h0[:] = h\n        states.append(h)"},
)
mistake(
    "rnn-sequence",
    "dWh is overwritten at every step: add it up over time.",
    swap={
        "[total + share for total, share in zip(sums, shares)]": "[sums[0] + shares[0], shares[1], sums[2] + shares[2]]"
    },
)
mistake(
    "rnn-sequence",
    "dWx, dWh and db are overwritten at every step: add them up over time.",
    swap={"[total + share for total, share in zip(sums, shares)]": "shares"},
)
mistake(
    "rnn-sequence",
    "dWx, dWh and db are means over time: add them up.",
    swap={"dprev, *sums": "dprev, *(total / len(dxs) for total in sums)"},
)
mistake(
    "rnn-sequence",
    "What comes back from the next step is forgotten: add it to dh.",
    swap={"dh[:, t] + dprev,": "dh[:, t],"},
)
mistake(
    "rnn-sequence",
    "The dh from above counts at the last step alone: every state has its own.",
    swap={"dh[:, t] + dprev": "dh[:, t] * (t == len(cache) - 1) + dprev"},
)
mistake(
    "rnn-sequence",
    "What all later steps sent back is added up: a step gets what the next one sent, which holds the rest.",
    swap={
        "dx, dprev, *shares": "dx, back, *shares",
        "dxs.append(dx)": "dprev = dprev + back\n        dxs.append(dx)",
    },
)
mistake("rnn-sequence", "The order of dx is reversed in time.", swap={"dxs[::-1]": "dxs"})
mistake(
    "rnn-sequence",
    "Time runs forwards here: begin with the last step.",
    swap={"range(dh.shape[1])[::-1]": "range(dh.shape[1])", "dxs[::-1]": "dxs"},
)
mistake(
    "rnn-sequence",
    "The caches are read in the wrong order: dh and cache must be those of one step.",
    swap={"cache[t]": "cache[-1 - t]"},
)
mistake(
    "rnn-sequence",
    "dh0 is what the first step sends back, not the dh of that step.",
    swap={"axis=1), dprev,": "axis=1), dh[:, 0],"},
)
mistake(
    "rnn-sequence",
    "The way back stops before the first step.",
    swap={"range(dh.shape[1])[::-1]": "range(1, dh.shape[1])[::-1]"},
)
mistake(
    "rnn-sequence",
    "Time is the first axis of dx here: it must be the second.",
    swap={"np.stack(dxs[::-1], axis=1)": "np.stack(dxs[::-1])"},
)
mistake(
    "rnn-sequence",
    "Your function changed its 1st argument, dh: work on a copy.",
    swap={
        "dx, dprev, *shares = step_back(dh[:, t] + dprev,": "dh[:, t] += dprev\n        dx, dprev, *shares = step_back(dh[:, t],"
    },
)

# --- rnn-words

mistake(
    "rnn-words",
    "Codes begin at 0: the first row of W belongs to code 0.",
    swap={"return W[x],": "return W[x - 1],"},
)
mistake(
    "rnn-words",
    "A code chooses a row of W, not a column.",
    swap={"return W[x],": "return W[:, x],"},
)
mistake(
    "rnn-words",
    "The first axis of out is the sequence, the second is the step.",
    swap={"return W[x],": "return W[x.T],"},
)
mistake(
    "rnn-words",
    "The rows of a sequence are strung together: each step keeps an axis of its own.",
    swap={"return W[x],": "return W[x].reshape(len(x), -1),"},
)
mistake(
    "rnn-words",
    "A code stands in several places, and the gradient of only one arrives: they must add up.",
    swap={"np.add.at(dW, x, dout)": "dW[x] += dout"},
)
mistake(
    "rnn-words",
    "These are means over the places of a code: add them up.",
    swap={
        "    return dW": "    return dW / np.maximum(np.bincount(x.ravel(), minlength=len(dW)), 1)[:, None]"
    },
)
mistake(
    "rnn-words",
    "Divided by the number of sequences: where a mean is taken, the loss takes it.",
    swap={"    return dW": "    return dW / len(x)"},
)
mistake(
    "rnn-words",
    "The sums begin at 1: they must begin at 0.",
    swap={"np.zeros(shape": "np.ones(shape"},
)
mistake(
    "rnn-words",
    "dW has a row for every code that there is, also for those that do not occur in x.",
    swap={"np.zeros(shape,": "np.zeros((x.max() + 1, shape[1]),"},
)
mistake(
    "rnn-words",
    "Only the codes of the first sequence count.",
    swap={"np.add.at(dW, x, dout)": "np.add.at(dW, x[0], dout[0])"},
)
mistake(
    "rnn-words",
    "Only the codes of the last step count.",
    swap={"np.add.at(dW, x, dout)": "np.add.at(dW, x[:, -1], dout[:, -1])"},
)
mistake(
    "rnn-words",
    "Each row counts how often its code occurs: add up dout in its place.",
    swap={"np.add.at(dW, x, dout)": "np.add.at(dW, x, 1.0)"},
)
mistake("rnn-words", "The bias is missing.", swap={"x @ w + b,": "x @ w,"})
mistake(
    "rnn-words",
    "db is a mean over sequences and steps: add it up.",
    swap={"flat.sum(axis=0)": "flat.mean(axis=0)"},
)
mistake(
    "rnn-words",
    "dw is a mean over sequences and steps: add it up.",
    swap={".T @ flat,": ".T @ flat / len(flat),"},
)
mistake(
    "rnn-words",
    "dw and db come from the last step alone: every step uses the weights.",
    swap={
        "x.reshape(-1, w.shape[0]).T @ flat, flat.sum(axis=0)": "x[:, -1].T @ dout[:, -1], dout[:, -1].sum(axis=0)"
    },
)
mistake(
    "rnn-words",
    "db is summed over the sequences alone: sum it over the steps, too.",
    swap={"flat.sum(axis=0)": "dout.sum(axis=0)"},
)
mistake(
    "rnn-words",
    "dw: a reshape to (D, N T) is no transpose, it mixes the numbers up.",
    swap={"x.reshape(-1, w.shape[0]).T": "x.reshape(w.shape[0], -1)"},
)
mistake(
    "rnn-words",
    "dw is transposed.",
    swap={"x.reshape(-1, w.shape[0]).T @ flat": "flat.T @ x.reshape(-1, w.shape[0])"},
)
mistake(
    "rnn-words",
    "dx is a row for each pair of sequence and step: give it back its three axes.",
    swap={"return dout @ w.T": "return flat @ w.T"},
)
mistake(
    "rnn-words",
    "dx: each state gets the gradient of its own step, not the sum over all steps.",
    swap={"return dout @ w.T": "return 0 * x + dout.sum(axis=1, keepdims=True) @ w.T"},
)

# --- rnn-loss

mistake(
    "rnn-loss",
    "The mask is not applied.",
    swap={"right * mask": "right", " * mask[:, :, None]": ""},
)
mistake(
    "rnn-loss",
    "The mask is applied to the loss, and not to its gradient.",
    swap={" * mask[:, :, None]": ""},
)
mistake(
    "rnn-loss",
    "The mask is applied to the gradient, and not to the loss.",
    swap={"right * mask": "right"},
)
mistake(
    "rnn-loss",
    "Divided by the steps that count: divide by N, the number of sequences.",
    swap={"sum()) / len(x)": "sum()) / mask.sum()", "None] / len(x)": "None] / mask.sum()"},
)
mistake(
    "rnn-loss",
    "Divided by N and by T: divide by N alone.",
    swap={"sum()) / len(x)": "sum()) / y.size", "None] / len(x)": "None] / y.size"},
)
mistake(
    "rnn-loss",
    "Divided by T: divide by N, the number of sequences.",
    swap={"sum()) / len(x)": "sum()) / x.shape[1]", "None] / len(x)": "None] / x.shape[1]"},
)
mistake(
    "rnn-loss",
    "The sum is not divided by N.",
    swap={"sum()) / len(x)": "sum())", "None] / len(x)": "None]"},
)
mistake(
    "rnn-loss",
    "The loss is divided by N, and its gradient is not.",
    swap={"None] / len(x)": "None]"},
)
mistake(
    "rnn-loss",
    "The gradient is divided by N, and the loss is not.",
    swap={"sum()) / len(x)": "sum())"},
)
mistake(
    "rnn-loss",
    "exp overflows: subtract the largest score of each step first.",
    swap={"x - x.max(axis=2, keepdims=True)": "x"},
)
mistake(
    "rnn-loss",
    "exp overflows: subtract the largest score of each step before the softmax.",
    swap={
        "x - x.max(axis=2, keepdims=True)": "x",
        "dx = np.exp(log_p)": "dx = np.exp(x) / np.exp(x).sum(axis=2, keepdims=True)",
    },
)
mistake(
    "rnn-loss",
    "One largest score is subtracted everywhere: each step has its own, or all its exp become 0.",
    swap={"x.max(axis=2, keepdims=True)": "x.max()"},
)
mistake(
    "rnn-loss",
    "A probability that is rounded to 0 has no log. Work out the log of the softmax without the softmax.",
    swap={"take_along_axis(log_p,": "take_along_axis(np.log(np.exp(log_p)),"},
)
mistake(
    "rnn-loss",
    "A small number inside the log bounds the loss. Work out the log of the softmax without the softmax.",
    swap={"take_along_axis(log_p,": "take_along_axis(np.log(np.exp(log_p) + 1e-8),"},
)
mistake(
    "rnn-loss",
    "A lower bound inside the log bounds the loss. Work out the log of the softmax without the softmax.",
    swap={"take_along_axis(log_p,": "take_along_axis(np.log(np.maximum(np.exp(log_p), 1e-12)),"},
)
mistake(
    "rnn-loss",
    "dx: these are the probabilities, 1 has to be subtracted at the right code.",
    swap={" - (np.arange(x.shape[2]) == y[:, :, None])": ""},
)
mistake(
    "rnn-loss",
    "dx has the opposite sign.",
    swap={
        "np.exp(log_p) - (np.arange(x.shape[2]) == y[:, :, None])": "(np.arange(x.shape[2]) == y[:, :, None]) - np.exp(log_p)"
    },
)
mistake(
    "rnn-loss",
    "The loss has the opposite sign: logs of probabilities are negative, the loss is not.",
    swap={"return -float(": "return float("},
)
mistake(
    "rnn-loss",
    "The softmax runs over time: it must run over the scores of each step.",
    swap={"np.exp(shifted).sum(axis=2": "np.exp(shifted).sum(axis=1"},
)
mistake(
    "rnn-loss",
    "This is the log to base 2: cross-entropy has the natural one.",
    swap={"-float((right * mask).sum())": "-float((right * mask).sum()) / np.log(2)"},
)
mistake(
    "rnn-loss",
    "dx is not masked but divided: gradients of other steps must be 0.",
    swap={"dx * mask[:, :, None] / len(x)": "dx * mask.mean() / len(x)"},
)

# --- rnn-clip

mistake(
    "rnn-clip",
    "Each entry is cut by itself: that turns the gradient.",
    swap={"g * g.dtype.type(share)": "np.clip(g, -max_norm, max_norm)"},
)
mistake(
    "rnn-clip",
    "Each array is shortened by itself: all must be shortened by one number.",
    swap={
        "g * g.dtype.type(share)": "g * min(1.0, max_norm / max(float(np.linalg.norm(g)), 1e-12))"
    },
)
mistake(
    "rnn-clip",
    "What is short enough must stay as it is.",
    swap={" if norm > max_norm else 1.0": " if norm else 1.0"},
)
mistake(
    "rnn-clip",
    "What is too long stays as it is, and what is short enough is lengthened.",
    swap={"norm > max_norm": "0 < norm < max_norm"},
)
mistake(
    "rnn-clip", "Nothing is shortened.", swap={"max_norm / norm if norm > max_norm else 1.0": "1.0"}
)
mistake(
    "rnn-clip",
    "This is the norm after clipping: the one before is due.",
    swap={"grads.items()}, norm": "grads.items()}, share * norm"},
)
mistake(
    "rnn-clip", "This is the squared norm: the root is missing.", swap={"np.sqrt(sum(": "(sum("}
)
mistake(
    "rnn-clip",
    "This is the norm of the last array alone.",
    swap={
        "sum(float((g**2).sum()) for g in grads.values())": "[float((g**2).sum()) for g in grads.values()][-1]"
    },
)
mistake(
    "rnn-clip",
    "The norms of the arrays are added up: add up their squares, and take one root.",
    swap={
        "float(np.sqrt(sum(float((g**2).sum()) for g in grads.values())))": "float(sum(np.linalg.norm(g) for g in grads.values()))"
    },
)
mistake(
    "rnn-clip",
    "This is the largest norm of an array: the norm of all of them together is due.",
    swap={
        "float(np.sqrt(sum(float((g**2).sum()) for g in grads.values())))": "float(max(np.linalg.norm(g) for g in grads.values()))"
    },
)
mistake(
    "rnn-clip",
    "These are absolute values, added up: the norm is the root of the sum of squares.",
    swap={"(g**2).sum()": "np.abs(g).sum()", "np.sqrt(": "("},
)
mistake(
    "rnn-clip",
    "These are means of squares: add the squares up.",
    swap={"(g**2).sum()": "(g**2).mean()"},
)
mistake(
    "rnn-clip",
    "Divided by the squared norm: these are too short.",
    swap={"share = max_norm / norm": "share = max_norm / norm**2"},
)
mistake(
    "rnn-clip",
    "Shortened to norm 1: max_norm is due.",
    swap={"share = max_norm / norm": "share = 1 / norm"},
)
mistake(
    "rnn-clip",
    "Where all gradients are 0 there is nothing to divide by.",
    swap={"max_norm / norm if norm > max_norm else 1.0": "np.minimum(max_norm, norm) / norm"},
)
mistake(
    "rnn-clip",
    "Wrong dtype: yours float64, expected float32.",
    swap={"g.dtype.type(share)": "np.float64(share)"},
)
mistake(
    "rnn-clip",
    "Your function changed its 1st argument, grads: work on a copy.",
    swap={
        "    return {name": "    for g in grads.values():\n        g *= share\n    return grads, norm\n    return {name"
    },
)

# --- rnn-truncated

mistake(
    "rnn-truncated",
    "Each piece begins with h0: carry the last state over.",
    swap={"        h0 = h[:, -1]\n": ""},
)
mistake(
    "rnn-truncated",
    "The state is set to 0 between the pieces: carry the last one over.",
    swap={"h0 = h[:, -1]": "h0 = 0 * h0"},
)
mistake(
    "rnn-truncated",
    "The first state of a piece is carried over: it must be the last one.",
    swap={"h0 = h[:, -1]": "h0 = h[:, 0]"},
)
mistake(
    "rnn-truncated",
    "The gradient is not cut: it crosses from piece to piece.",
    swap={
        "    states, sums = [],": "    h, cache = forward(x, h0, *weights)\n    return h, tuple(backward(dh, cache)[2:])\n    states, sums = [],"
    },
)
mistake(
    "rnn-truncated",
    "Only the last piece counts: add up the gradients of all pieces.",
    swap={"[total + grad for total, grad in zip(sums, grads)]": "grads"},
)
mistake(
    "rnn-truncated",
    "These are means over the pieces: add them up.",
    swap={"tuple(sums)": "tuple(total / len(states) for total in sums)"},
)
mistake(
    "rnn-truncated",
    "The sums begin with the weights: they must begin with 0.",
    swap={"np.zeros_like(w) for": "w for"},
)
mistake(
    "rnn-truncated",
    "Every piece gets the dh of the first one.",
    swap={"backward(dh[:, piece], cache)": "backward(dh[:, : h.shape[1]], cache)"},
)
mistake(
    "rnn-truncated",
    "Only the last dh of each piece counts: every state has its own.",
    swap={
        "backward(dh[:, piece], cache)": "backward(dh[:, piece] * (np.arange(h.shape[1]) == h.shape[1] - 1)[:, None], cache)"
    },
)
mistake(
    "rnn-truncated",
    "What is left over after the last whole piece is lost.",
    swap={"range(0, x.shape[1], length)": "range(0, max(x.shape[1] - length, 0) + 1, length)"},
)
mistake(
    "rnn-truncated",
    "Pieces overlap: the next one begins where this one ends.",
    swap={"slice(start, start + length)": "slice(start, start + length + 1)"},
)
mistake(
    "rnn-truncated",
    "These are the states of the last piece alone.",
    swap={"np.concatenate(states, axis=1)": "h"},
)
mistake(
    "rnn-truncated",
    "The pieces are taken from the end of the sequence: the states of a piece need those before it.",
    swap={
        "range(0, x.shape[1], length):": "range(0, x.shape[1], length)[::-1]:",
        "states.append(h)": "states.insert(0, h)",
    },
)
mistake(
    "rnn-truncated",
    "truncated_backward must raise a ValueError: a piece has one step or more.",
    swap={
        '    if length < 1:\n        raise ValueError(f"pieces of {length} steps cannot be made")': "    length = max(length, 1)"
    },
)

# --- rnn-lstm-step

mistake(
    "rnn-lstm-step",
    "The order of the gates is i, f, o, g: yours is PyTorch's, i, f, g, o.",
    swap={
        "blocks[:3])": "(blocks[0], blocks[1], blocks[3]))",
        "np.tanh(blocks[3])": "np.tanh(blocks[2])",
    },
)
mistake(
    "rnn-lstm-step",
    "The order of the gates is i, f, o, g: i and g are exchanged.",
    swap={
        "blocks[:3])": "(blocks[3], blocks[1], blocks[2]))",
        "np.tanh(blocks[3])": "np.tanh(blocks[0])",
    },
)
mistake(
    "rnn-lstm-step",
    "f and o are exchanged: the order of the gates is i, f, o, g.",
    swap={"i, f, o = (": "i, o, f = ("},
)
mistake(
    "rnn-lstm-step",
    "i and f are exchanged: f says how much of the cell stays, i how much comes in.",
    swap={"f * prev_c + i * g": "i * prev_c + f * g"},
)
mistake(
    "rnn-lstm-step",
    "The columns of the gates are mixed: a gate is a block of columns side by side.",
    swap={
        "blocks = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)": "a = x @ Wx + prev_h @ Wh + b\n    blocks = [a[:, k::4] for k in range(4)]"
    },
)
mistake(
    "rnn-lstm-step",
    "The gates i, f and o are squashed by tanh: the sigmoid is due.",
    swap={"(sigmoid(block) for": "(np.tanh(block) for"},
)
mistake(
    "rnn-lstm-step",
    "The gates i, f and o are not squashed.",
    swap={"(sigmoid(block) for": "(block for"},
)
mistake(
    "rnn-lstm-step",
    "The candidate g is squashed by a sigmoid: tanh is due.",
    swap={"g = np.tanh(": "g = sigmoid("},
)
mistake(
    "rnn-lstm-step",
    "The candidate g is not squashed.",
    swap={"g = np.tanh(blocks[3])": "g = blocks[3]"},
)
mistake(
    "rnn-lstm-step",
    "The forget gate falls on prev_h: it belongs to the cell, prev_c.",
    swap={"f * prev_c": "f * prev_h"},
)
mistake(
    "rnn-lstm-step",
    "Nothing is forgotten: the forget gate is missing.",
    swap={"f * prev_c": "prev_c"},
)
mistake(
    "rnn-lstm-step",
    "f near 1 must keep the cell: f and 1 - f are exchanged.",
    swap={"f * prev_c": "(1 - f) * prev_c"},
)
mistake(
    "rnn-lstm-step",
    "The cell before is lost: what the forget gate leaves of it must be added.",
    swap={"f * prev_c + i * g": "i * g"},
)
mistake("rnn-lstm-step", "The input gate is missing.", swap={"+ i * g": "+ g"})
mistake("rnn-lstm-step", "The output gate is missing.", swap={"return o * shown": "return shown"})
mistake(
    "rnn-lstm-step",
    "The cell is shown as it is: tanh stands between c and h.",
    swap={"shown = np.tanh(next_c)": "shown = next_c"},
)
mistake(
    "rnn-lstm-step",
    "next_h shows the cell before the step: it must show the new one.",
    swap={"shown = np.tanh(next_c)": "shown = np.tanh(prev_c)"},
)
mistake("rnn-lstm-step", "The bias is missing.", swap={"prev_h @ Wh + b, 4": "prev_h @ Wh, 4"})
mistake(
    "rnn-lstm-step",
    "The state before has no influence on the gates.",
    swap={" + prev_h @ Wh + b, 4": " + b, 4"},
)
mistake(
    "rnn-lstm-step",
    "next_h and next_c are exchanged: the state comes first.",
    swap={"return o * shown, next_c,": "return next_c, o * shown,"},
)
mistake(
    "rnn-lstm-step",
    "They overflow exp. The `sigmoid` of the first cell does without it.",
    swap={"(sigmoid(block) for": "(np.exp(block) / (1 + np.exp(block)) for"},
)
mistake(
    "rnn-lstm-step",
    "dnext_c is forgotten: the next step uses the cell, too.",
    swap={"dc = dnext_c + dnext_h": "dc = dnext_h"},
)
mistake(
    "rnn-lstm-step",
    "dnext_h reaches o alone: it has to reach the cell, too.",
    swap={"dc = dnext_c + dnext_h * o * (1 - shown**2)": "dc = dnext_c"},
)
mistake(
    "rnn-lstm-step",
    "dnext_h is forgotten.",
    swap={
        "dc = dnext_c + dnext_h * o * (1 - shown**2)": "dc = dnext_c",
        "dnext_h * shown": "0 * dnext_h",
    },
)
mistake(
    "rnn-lstm-step", "The slope of tanh at the cell is missing.", swap={" * (1 - shown**2)": ""}
)
mistake(
    "rnn-lstm-step",
    "The slope of tanh at the cell needs the square of its value.",
    swap={"(1 - shown**2)": "(1 - shown)"},
)
mistake(
    "rnn-lstm-step",
    "The slope of tanh at the cell: only the value is squared, not 1 minus the value.",
    swap={"(1 - shown**2)": "(1 - shown) ** 2"},
)
mistake(
    "rnn-lstm-step",
    "The slope of tanh at the cell is made of its value, not of the cell.",
    swap={"(1 - shown**2)": "(1 - np.arctanh(shown) ** 2)"},
)
mistake(
    "rnn-lstm-step",
    "On its way to the cell dnext_h has to pass the output gate.",
    swap={"dnext_h * o * (1 -": "dnext_h * (1 -"},
)
mistake("rnn-lstm-step", "dprev_c has to pass the forget gate.", swap={"dc * f, x.T": "dc, x.T"})
mistake(
    "rnn-lstm-step",
    "dprev_c: what dnext_h sends into the cell goes on to the cell before, too.",
    swap={"dc * f, x.T": "dnext_c * f, x.T"},
)
mistake(
    "rnn-lstm-step",
    "The gradient of f is made with the cell before the step, not with the new one.",
    swap={"dc * prev_c": "dc * np.arctanh(shown)"},
)
mistake(
    "rnn-lstm-step",
    "The gradients of i and g are exchanged: each is made with the other one.",
    swap={
        "dc * g, dc * prev_c, dnext_h * shown, dc * i": "dc * i, dc * prev_c, dnext_h * shown, dc * g"
    },
)
mistake(
    "rnn-lstm-step",
    "The gradient of o is made with tanh of the cell, not with the cell.",
    swap={"dnext_h * shown": "dnext_h * np.arctanh(shown)"},
)
mistake(
    "rnn-lstm-step",
    "The gradient of o comes from dnext_h alone: it has no part in the cell.",
    swap={"dnext_h * shown": "dc * shown"},
)
mistake(
    "rnn-lstm-step",
    "The slopes of the sigmoids are missing.",
    swap={"(di * i * (1 - i), df * f * (1 - f), do * o * (1 - o),": "(di, df, do,"},
)
mistake(
    "rnn-lstm-step",
    "The slope of a sigmoid is not that of tanh.",
    swap={
        "(di * i * (1 - i), df * f * (1 - f), do * o * (1 - o),": "(di * (1 - i**2), df * (1 - f**2), do * (1 - o**2),"
    },
)
mistake(
    "rnn-lstm-step",
    "The slope of tanh at the candidate g is missing.",
    swap={"dg * (1 - g**2)": "dg"},
)
mistake(
    "rnn-lstm-step",
    "The candidate g has the slope of tanh, not that of a sigmoid.",
    swap={"dg * (1 - g**2)": "dg * g * (1 - g)"},
)
mistake(
    "rnn-lstm-step",
    "The blocks of the gradients stand in another order: i, f, o, g is due.",
    swap={"do * o * (1 - o), dg * (1 - g**2))": "dg * (1 - g**2), do * o * (1 - o))"},
)
mistake(
    "rnn-lstm-step",
    "dWh is made with the state before the step, not with the state after it.",
    swap={"prev_h.T @ da": "(o * shown).T @ da"},
)
mistake(
    "rnn-lstm-step",
    "db is a mean: the gradients of all examples add up.",
    swap={"da.sum(axis=0)": "da.mean(axis=0)"},
)
mistake(
    "rnn-lstm-step",
    "Your function changed its 2nd argument, dnext_c: work on a copy.",
    swap={
        "dc = dnext_c + dnext_h * o * (1 - shown**2)": "dnext_c += dnext_h * o * (1 - shown**2)\n    dc = dnext_c"
    },
)

# --- rnn-lstm

mistake(
    "rnn-lstm",
    "The cell is not handed on: every step begins with the first one.",
    swap={"h, c = h0, np": "h, first = h0, np", "x[:, t], h, c, Wx": "x[:, t], h, first, Wx"},
)
mistake(
    "rnn-lstm",
    "Every step begins with h0: hand the state on.",
    swap={"x[:, t], h, c, Wx": "x[:, t], h0, c, Wx"},
)
mistake(
    "rnn-lstm",
    "State and cell are exchanged where the step gets them.",
    swap={"x[:, t], h, c, Wx": "x[:, t], c, h, Wx"},
)
mistake(
    "rnn-lstm",
    "The cell c0 that is given is not used.",
    swap={"np.zeros_like(h0) if c0 is None else c0": "np.zeros_like(h0)"},
)
mistake(
    "rnn-lstm",
    "Without c0 the first cell is 0: yours is h0.",
    swap={"np.zeros_like(h0) if c0": "h0 if c0"},
)
mistake(
    "rnn-lstm",
    "Without c0 the first cell is 0: yours is 1.",
    swap={"np.zeros_like(h0) if c0": "np.ones_like(h0) if c0"},
)
mistake("rnn-lstm", "The first state h0 is not used.", swap={"h, c = h0, np": "h, c = 0 * h0, np"})
mistake(
    "rnn-lstm",
    "These are the cells: the states are due.",
    swap={"states.append(h)": "states.append(c)"},
)
mistake("rnn-lstm", "Every step reads the first input.", swap={"x[:, t]": "x[:, 0]"})
mistake(
    "rnn-lstm",
    "This is the last state alone: the states after all steps are due.",
    swap={"np.stack(states, axis=1)": "h"},
)
mistake(
    "rnn-lstm",
    "Time is the first axis here: it must be the second, behind the sequences.",
    swap={"np.stack(states, axis=1)": "np.stack(states)"},
)
mistake(
    "rnn-lstm",
    "One state too many: h0 is no part of h.",
    swap={"states, caches = [], []": "states, caches = [h0], []"},
)
mistake(
    "rnn-lstm",
    "Wrong dtype: yours float64, expected float32.",
    swap={"np.stack(states, axis=1)": "np.stack(states, axis=1).astype(np.float64)"},
)
mistake(
    "rnn-lstm",
    "The gradient of the cell does not come back from the next step.",
    swap={"dprev_h, dprev_c, cache[t]": "dprev_h, np.zeros_like(dh[:, t]), cache[t]"},
)
mistake(
    "rnn-lstm",
    "The gradient of the state does not come back from the next step.",
    swap={"dh[:, t] + dprev_h,": "dh[:, t],"},
)
mistake(
    "rnn-lstm",
    "The gradients of state and cell are exchanged on their way to the step before.",
    swap={"dx, dprev_h, dprev_c, *shares": "dx, dprev_c, dprev_h, *shares"},
)
mistake(
    "rnn-lstm",
    "dh belongs to the states: nothing comes from above to the cells.",
    swap={"dprev_h, dprev_c, cache[t]": "dprev_h, dh[:, t] + dprev_c, cache[t]"},
)
mistake(
    "rnn-lstm",
    "The dh from above counts at the last step alone: every state has its own.",
    swap={"dh[:, t] + dprev_h,": "dh[:, t] * (t == len(cache) - 1) + dprev_h,"},
)
mistake(
    "rnn-lstm",
    "dWh is overwritten at every step: add it up over time.",
    swap={
        "[total + share for total, share in zip(sums, shares)]": "[sums[0] + shares[0], shares[1], sums[2] + shares[2]]"
    },
)
mistake(
    "rnn-lstm",
    "dWx, dWh and db are overwritten at every step: add them up over time.",
    swap={"[total + share for total, share in zip(sums, shares)]": "shares"},
)
mistake("rnn-lstm", "The order of dx is reversed in time.", swap={"dxs[::-1]": "dxs"})
mistake(
    "rnn-lstm",
    "Time runs forwards here: begin with the last step.",
    swap={"range(dh.shape[1])[::-1]": "range(dh.shape[1])", "dxs[::-1]": "dxs"},
)
mistake(
    "rnn-lstm",
    "This is the gradient of the first cell: that of the first state is due.",
    swap={"axis=1), dprev_h, *sums": "axis=1), dprev_c, *sums"},
)
mistake(
    "rnn-lstm",
    "Your function changed its 1st argument, dh: work on a copy.",
    swap={
        "dx, dprev_h, dprev_c, *shares = step_back(dh[:, t] + dprev_h,": "dh[:, t] += dprev_h\n        dx, dprev_h, dprev_c, *shares = step_back(dh[:, t],"
    },
)

# --- rnn-gru-step

mistake(
    "rnn-gru-step",
    "The order of the blocks is r, z, n: r and z are exchanged.",
    swap={"r, z = sigmoid": "z, r = sigmoid"},
)
mistake(
    "rnn-gru-step",
    "z near 1 must keep the old state: z and 1 - z are exchanged.",
    swap={"(1 - z) * n + z * prev_h": "z * n + (1 - z) * prev_h"},
)
mistake(
    "rnn-gru-step",
    "The reset gate acts before the product with Wh: here it acts behind it.",
    swap={"r * from_h[2])": "(r * prev_h) @ Wh[:, 2 * r.shape[1] :])"},
)
mistake("rnn-gru-step", "The reset gate is not used.", swap={"r * from_h[2])": "from_h[2])"})
mistake(
    "rnn-gru-step",
    "The reset gate falls on the bias, too: the bias belongs to x.",
    swap={
        "from_x[2] + r * from_h[2]": "(x @ Wx)[:, 2 * r.shape[1] :] + r * (from_h[2] + b[2 * r.shape[1] :])"
    },
)
mistake(
    "rnn-gru-step",
    "The reset gate falls on the whole sum: it belongs to what comes from prev_h.",
    swap={"from_x[2] + r * from_h[2]": "r * (from_x[2] + from_h[2])"},
)
mistake(
    "rnn-gru-step",
    "The reset gate falls on what comes from x: it belongs to what comes from prev_h.",
    swap={"from_x[2] + r * from_h[2]": "r * from_x[2] + from_h[2]"},
)
mistake(
    "rnn-gru-step",
    "The candidate sees nothing of the state before.",
    swap={"from_x[2] + r * from_h[2]": "from_x[2]"},
)
mistake("rnn-gru-step", "The bias is missing.", swap={"x @ Wx + b, 3": "x @ Wx, 3"})
mistake(
    "rnn-gru-step",
    "The bias counts twice.",
    swap={"np.split(prev_h @ Wh, 3": "np.split(prev_h @ Wh + b, 3"},
)
mistake(
    "rnn-gru-step",
    "The candidate n is squashed by a sigmoid: tanh is due.",
    swap={"n = np.tanh(": "n = sigmoid("},
)
mistake(
    "rnn-gru-step",
    "This is the candidate alone: the update gate mixes it with the state before.",
    swap={"(1 - z) * n + z * prev_h": "n"},
)
mistake(
    "rnn-gru-step",
    "Nothing of the state before is kept: add z times it.",
    swap={"(1 - z) * n + z * prev_h": "(1 - z) * n"},
)
mistake(
    "rnn-gru-step",
    "The candidate counts in full: only 1 - z of it comes in.",
    swap={"(1 - z) * n + z": "n + z"},
)
mistake(
    "rnn-gru-step",
    "They overflow exp. The `sigmoid` of the first cell does without it.",
    swap={
        "r, z = sigmoid(from_x[0] + from_h[0]), sigmoid(": "r, z = sigmoid(from_x[0] + from_h[0]), (lambda a: np.exp(a) / (1 + np.exp(a)))("
    },
)
mistake(
    "rnn-gru-step",
    "The direct way of dprev_h, through z, is missing.",
    swap={"dnext_h * z + dah @ Wh.T": "dah @ Wh.T"},
)
mistake(
    "rnn-gru-step",
    "The ways of dprev_h through Wh are missing.",
    swap={"dnext_h * z + dah @ Wh.T": "dnext_h * z"},
)
mistake(
    "rnn-gru-step",
    "No gradient goes through the reset gate.",
    swap={"dr = dn * recalled * r * (1 - r)": "dr = 0 * dn"},
)
mistake(
    "rnn-gru-step",
    "No gradient goes through the update gate.",
    swap={"dz = dnext_h * (prev_h - n) * z * (1 - z)": "dz = 0 * dn"},
)
mistake(
    "rnn-gru-step",
    "The gradient of z has the opposite sign.",
    swap={"(prev_h - n)": "(n - prev_h)"},
)
mistake(
    "rnn-gru-step",
    "z stands in two places, at prev_h and at n: both send a gradient.",
    swap={"dnext_h * (prev_h - n)": "dnext_h * prev_h"},
)
mistake(
    "rnn-gru-step",
    "The way to the candidate leads through 1 - z.",
    swap={"dn = dnext_h * (1 - z)": "dn = dnext_h * z"},
)
mistake(
    "rnn-gru-step", "The slope of tanh at the candidate is missing.", swap={" * (1 - n**2)": ""}
)
mistake(
    "rnn-gru-step",
    "The slope of the sigmoid is missing at the reset gate.",
    swap={"recalled * r * (1 - r)": "recalled"},
)
mistake(
    "rnn-gru-step",
    "The slope of the sigmoid is missing at the update gate.",
    swap={" * z * (1 - z)\n    dax": "\n    dax"},
)
mistake(
    "rnn-gru-step",
    "The gradient of r is made with the product of prev_h and Wh, not with prev_h.",
    swap={"dn * recalled": "dn * prev_h"},
)
mistake(
    "rnn-gru-step",
    "dprev_h and dWh: on the way through the candidate the reset gate is missing.",
    swap={"dn * r], axis=1)": "dn], axis=1)"},
)
mistake(
    "rnn-gru-step",
    "dWh: on the way through the candidate the reset gate is missing.",
    swap={"prev_h.T @ dah": "prev_h.T @ dax"},
)
mistake(
    "rnn-gru-step",
    "db: the bias belongs to x, so the reset gate does not act on it.",
    swap={"dax.sum(axis=0)": "dah.sum(axis=0)"},
)
mistake(
    "rnn-gru-step",
    "db is a mean: the gradients of all examples add up.",
    swap={"dax.sum(axis=0)": "dax.mean(axis=0)"},
)
mistake(
    "rnn-gru-step",
    "Your function changed its 1st argument, dnext_h: work on a copy.",
    swap={"dprev_h = dnext_h * z": "dnext_h *= z\n    dprev_h = dnext_h"},
)

# --- rnn-shapes

mistake(
    "rnn-shapes",
    "The second layer reads the states of both directions.",
    swap={"directions * H\n": "H\n"},
)
mistake(
    "rnn-shapes",
    "The second layer reads states, not inputs.",
    swap={"D if layer == 0 else directions * H": "D"},
)
mistake(
    "rnn-shapes",
    "Both directions stand side by side in out: 2H numbers a step.",
    swap={"(N, T, directions * H)": "(N, T, H)"},
)
mistake(
    "rnn-shapes",
    "out holds the states of the last layer alone.",
    swap={"(N, T, directions * H)": "(N, T, layers * directions * H)"},
)
mistake(
    "rnn-shapes",
    "out holds the states of all steps.",
    swap={"(N, T, directions * H)": "(N, directions * H)"},
)
mistake(
    "rnn-shapes",
    "The axes of out are N, T and the states, in this order.",
    swap={"(N, T, directions * H)": "(T, N, directions * H)"},
)
mistake("rnn-shapes", "The biases are not counted.", swap={"h * k + b for": "h * k for"})
mistake(
    "rnn-shapes", "Wh is not counted.", swap={"rows * columns + h * k + b": "rows * columns + b"}
)
mistake(
    "rnn-shapes",
    "There are two biases here: CS231n's LSTM has one.",
    swap={"h * k + b for": "h * k + 2 * b for"},
)
mistake(
    "rnn-shapes",
    "A second direction has weights of its own.",
    swap={"(4 * H,))] * directions": "(4 * H,))]"},
)
mistake(
    "rnn-shapes",
    "The weights are listed layer by layer, in each layer both directions.",
    swap={
        "(4 * H,))] * directions": "(4 * H,))]",
        "    count = sum(": "    weights = weights * directions\n    count = sum(",
    },
)
mistake(
    "rnn-shapes",
    "These are the blocks of one gate: an LSTM has four side by side.",
    swap={"((inputs, 4 * H), (H, 4 * H), (4 * H,))": "((inputs, H), (H, H), (H,))"},
)
mistake(
    "rnn-shapes",
    "Three blocks are those of a GRU: an LSTM has four.",
    swap={"((inputs, 4 * H), (H, 4 * H), (4 * H,))": "((inputs, 3 * H), (H, 3 * H), (3 * H,))"},
)
mistake(
    "rnn-shapes",
    "The shapes are transposed: x stands left of Wx, so Wx has a row for each input.",
    swap={"((inputs, 4 * H), (H, 4 * H), (4 * H,))": "((4 * H, inputs), (4 * H, H), (4 * H,))"},
)
mistake(
    "rnn-shapes",
    "Each direction reads its own state: Wh has H rows.",
    swap={"(H, 4 * H), (4": "(directions * H, 4 * H), (4"},
)

# --- rnn-streams

mistake(
    "rnn-streams",
    "y is x itself: it must be one code later.",
    swap={"y = codes[1 : batch * size + 1]": "y = codes[: batch * size]"},
)
mistake(
    "rnn-streams",
    "y is two codes later: it must be one later.",
    swap={"codes[1 : batch * size + 1]": "codes[2 : batch * size + 2]"},
)
mistake(
    "rnn-streams",
    "y is a code plus 1: it must be the code that comes next in the text.",
    swap={"y = codes[1 : batch * size + 1].reshape(batch, size)": "y = x + 1"},
)
mistake(
    "rnn-streams",
    "The last target of a row is the row's own first code: the text goes on there.",
    swap={"y = codes[1 : batch * size + 1].reshape(batch, size)": "y = np.roll(x, -1, axis=1)"},
)
mistake(
    "rnn-streams",
    "Rows do not go on in the next batch: cut the text into rows first.",
    swap={
        "    starts = ": "    n = size // length * length * batch\n    x, y = (part.reshape(-1, batch, length) for part in (codes[:n], codes[1 : n + 1]))\n    return list(zip(x, y))\n    starts = "
    },
)
mistake(
    "rnn-streams",
    "Neighbours in the text stand below one another: a row must be a piece of the text.",
    swap={
        "x = codes[: batch * size].reshape(batch, size)": "x = codes[: batch * size].reshape(size, batch).T",
        "size + 1].reshape(batch, size)": "size + 1].reshape(size, batch).T",
    },
)
mistake(
    "rnn-streams",
    "x and y are transposed: each row is a sequence.",
    swap={
        "(x[:, s : s + length], y[:, s : s + length])": "(x[:, s : s + length].T, y[:, s : s + length].T)"
    },
)
mistake(
    "rnn-streams",
    "x and y are exchanged.",
    swap={
        "(x[:, s : s + length], y[:, s : s + length])": "(y[:, s : s + length], x[:, s : s + length])"
    },
)
mistake(
    "rnn-streams",
    "Only the first batch is there.",
    swap={"for s in starts]": "for s in starts[:1]]"},
)
mistake(
    "rnn-streams",
    "The last batch is missing: it ends with the rows.",
    swap={"size - length + 1, length": "size - length, length"},
)
mistake(
    "rnn-streams",
    "Batches overlap: the next one begins where this one ends.",
    swap={"range(0, size - length + 1, length)": "range(size - length + 1)"},
)
mistake(
    "rnn-streams",
    "What is left at the end of the rows is too short for a batch.",
    swap={"range(0, size - length + 1, length)": "range(0, size, length)"},
)
mistake(
    "rnn-streams",
    "streams must raise a ValueError: rows of three codes hold no piece of four.",
    swap={
        '    if size < length:\n        raise ValueError(f"{len(codes)} codes do not fill {batch} rows of {length}")\n': ""
    },
)

# --- rnn-model

mistake(
    "rnn-model",
    "The state is not carried: this is the loss from an empty one.",
    swap={"seen, state[0]": "seen, 0 * state[0]", '["b"], state[1]': '["b"], 0 * state[1]'},
)
mistake(
    "rnn-model",
    "The cell is not carried: this is the loss from an empty one.",
    swap={'["b"], state[1]': '["b"], 0 * state[1]'},
)
mistake(
    "rnn-model",
    "The state is carried, the cell is: but at the beginning they are exchanged.",
    swap={"seen, state[0]": "seen, state[1]", '["b"], state[1]': '["b"], state[0]'},
)
mistake(
    "rnn-model",
    "The loss is that of one character: it is summed over the steps.",
    swap={"return loss, grads": "return loss / y.shape[1], grads"},
)
mistake(
    "rnn-model",
    "Loss and gradients are those of one character: they are summed over the steps.",
    swap={
        "return loss, grads": "return loss / y.shape[1], {name: grad / y.shape[1] for name, grad in grads.items()}"
    },
)
mistake(
    "rnn-model",
    "The targets are y: these are the inputs.",
    swap={"(scores, y, np": "(scores, x, np"},
)
mistake(
    "rnn-model",
    "The scores are made of the states, not of the cells.",
    swap={"affine(h, params": "affine(c, params"},
)
mistake(
    "rnn-model",
    "This is the state from before the first step.",
    swap={"(h[:, -1], c[:, -1])": "state"},
)
mistake(
    "rnn-model",
    "This is the state after the first step: the last one goes on to the next batch.",
    swap={"(h[:, -1], c[:, -1])": "(h[:, 0], c[:, 0])"},
)
mistake(
    "rnn-model",
    "These are the states after all steps: the last one goes on to the next batch.",
    swap={"(h[:, -1], c[:, -1])": "(h, c)"},
)
mistake(
    "rnn-model", "h and c are exchanged.", swap={"(h[:, -1], c[:, -1])": "(c[:, -1], h[:, -1])"}
)
mistake(
    "rnn-model",
    "gradients: The key 'W_embed' is missing.",
    swap={'"W_embed": embed_back(dseen, embed_cache), "Wx"': '"Wx"'},
)
mistake(
    "rnn-model",
    "The gradients of Wx and Wh are exchanged.",
    swap={'"Wx": dWx, "Wh": dWh': '"Wx": dWh, "Wh": dWx'},
)
mistake(
    "rnn-model",
    "Perplexity is made of the loss of one character.",
    swap={"np.exp(nats)": "np.exp(loss)"},
)
mistake("rnn-model", "These are nats: divide by log 2 for bits.", swap={"nats / np.log(2)": "nats"})
mistake(
    "rnn-model",
    "Bits are fewer than nats here: divide by log 2, do not multiply.",
    swap={"nats / np.log(2)": "nats * np.log(2)"},
)
mistake(
    "rnn-model",
    "Bits are no log of the nats: they are the nats in another unit.",
    swap={"nats / np.log(2)": "np.log2(nats)"},
)
mistake(
    "rnn-model",
    "2 to the power of the nats: e belongs to nats, 2 belongs to bits.",
    swap={"np.exp(nats)": "2**nats"},
)
mistake(
    "rnn-model",
    "e to the power of the bits: e belongs to nats, 2 belongs to bits.",
    swap={"np.exp(nats)": "np.exp(nats / np.log(2))"},
)
mistake(
    "rnn-model", "Not divided by the number of steps.", swap={"nats = loss / steps": "nats = loss"}
)
mistake(
    "rnn-model",
    "Bits come first, perplexity second.",
    swap={"return nats / np.log(2), np.exp(nats)": "return np.exp(nats), nats / np.log(2)"},
)
mistake(
    "rnn-model",
    "This is a probability: perplexity is one over it.",
    swap={"np.exp(nats)": "np.exp(-nats)"},
)

# --- rnn-sample

mistake(
    "rnn-sample",
    "Scores are multiplied by the temperature: divide.",
    swap={"np.max(scores)) / temperature": "np.max(scores)) * temperature"},
)
mistake(
    "rnn-sample",
    "The temperature is not used.",
    swap={"np.max(scores)) / temperature": "np.max(scores))"},
)
mistake(
    "rnn-sample",
    "The temperature divides the probabilities: it must divide the scores.",
    swap={
        "return weights / weights.sum()": "weights = np.exp(sharp * temperature)\n    return weights / weights.sum() / temperature"
    },
)
mistake(
    "rnn-sample", "These are not divided by their sum.", swap={"weights / weights.sum()": "weights"}
)
mistake(
    "rnn-sample",
    "These are logs of probabilities.",
    swap={"weights / weights.sum()": "np.log(weights / weights.sum())"},
)
mistake(
    "rnn-sample",
    "Large scores at a low temperature overflow: subtract the largest first.",
    swap={" - np.max(scores)": ""},
)
mistake(
    "rnn-sample",
    "The largest score is subtracted after the division, and is not divided: exp still overflows.",
    swap={
        "(np.asarray(scores, np.float64) - np.max(scores)) / temperature": "np.asarray(scores, np.float64) / temperature - np.max(scores)"
    },
)
mistake(
    "rnn-sample",
    "Worked out in float32: its probabilities do not add up to 1. Make the scores float64 first.",
    swap={"np.asarray(scores, np.float64)": "np.asarray(scores)"},
)
mistake(
    "rnn-sample",
    "Worked out in float32: its probabilities do not add up to 1. Make the scores float64 first.",
    swap={
        "np.asarray(scores, np.float64)": "np.asarray(scores)",
        "return weights / weights.sum()": "return np.float64(weights / weights.sum())",
    },
)
mistake(
    "rnn-sample",
    "char_probabilities must raise a ValueError: a temperature must be positive.",
    swap={
        '    if temperature <= 0:\n        raise ValueError(f"a temperature of {temperature} has no softmax")': "    temperature = max(temperature, 1e-9)"
    },
)
mistake(
    "rnn-sample",
    "The state is not handed on: each step gets the one before's.",
    swap={"scores, state = step": "scores, _ = step"},
)
mistake(
    "rnn-sample",
    "What was drawn is not read: it is the next step's code.",
    swap={
        "        code = int(": "        drawn = int(",
        "written.append(code)": "written.append(drawn)",
    },
)
mistake(
    "rnn-sample",
    "The first entry is the start: it is read, and not written.",
    swap={
        "written = start, None, []": "written = start, None, [start]",
        "np.array(written,": "np.array(written[:-1],",
    },
)
mistake(
    "rnn-sample",
    "One code too many: the start is read, and not written.",
    swap={"written = start, None, []": "written = start, None, [start]"},
)
mistake(
    "rnn-sample",
    "The best character always wins: draw from the probabilities.",
    swap={
        "rng.choice(len(scores), p=char_probabilities(scores, temperature))": "np.argmax(scores)"
    },
)
mistake(
    "rnn-sample",
    "All characters have equal chances: draw from the probabilities.",
    swap={", p=char_probabilities(scores, temperature)": ""},
)
mistake(
    "rnn-sample",
    "The temperature is not handed on to char_probabilities.",
    swap={"p=char_probabilities(scores, temperature)": "p=char_probabilities(scores, 1.0)"},
)
mistake(
    "rnn-sample",
    "Of one seed, one text: draw from rng alone.",
    swap={"rng.choice(len": "np.random.choice(len"},
)
mistake(
    "rnn-sample",
    "Two seeds, two texts: draw from rng.",
    swap={
        "    code, state, written": "    rng = np.random.default_rng(0)\n    code, state, written"
    },
)

# --- rnn-units

mistake(
    "rnn-units",
    "The means are not subtracted.",
    swap={"    states, labels = states - states.mean(axis=0), labels - labels.mean(axis=0)\n": ""},
)
mistake(
    "rnn-units",
    "The means of the labels are not subtracted.",
    swap={"labels - labels.mean(axis=0)": "labels"},
)
mistake(
    "rnn-units",
    "The means of the states are not subtracted.",
    swap={"states - states.mean(axis=0)": "states"},
)
mistake(
    "rnn-units",
    "One mean for all units is subtracted: each has its own.",
    swap={"states.mean(axis=0)": "states.mean()"},
)
mistake(
    "rnn-units",
    "Means over the units are subtracted: they must be means over the characters.",
    swap={"states.mean(axis=0)": "states.mean(axis=1, keepdims=True)"},
)
mistake(
    "rnn-units",
    "This is the covariance: divide by both standard deviations.",
    swap={" / np.where(sizes > 0, sizes, 1.0)": " / len(states)"},
)
mistake(
    "rnn-units",
    "Not divided by anything: a correlation is between -1 and 1.",
    swap={" / np.where(sizes > 0, sizes, 1.0)": ""},
)
mistake(
    "rnn-units",
    "Divided by squares: their roots are due.",
    swap={"np.where(sizes > 0, sizes, 1.0)": "np.where(sizes > 0, sizes**2, 1.0)"},
)
mistake(
    "rnn-units",
    "Divided by the states' root alone: divide by that of the labels, too.",
    swap={"np.outer(np.linalg.norm(labels, axis=0), ": "np.outer(np.ones(labels.shape[1]), "},
)
mistake(
    "rnn-units",
    "A sum over N - 1 is divided by roots over N: take N in both.",
    swap={"labels.T @ states /": "labels.T @ states * len(states) / (len(states) - 1) /"},
)
mistake(
    "rnn-units",
    "These are sizes: a correlation has a sign.",
    swap={"return labels.T @ states": "return np.abs(labels.T @ states)"},
)
mistake(
    "rnn-units",
    "Rows are properties and columns units: yours are the other way round.",
    swap={
        "return labels.T @ states / np.where(sizes > 0, sizes, 1.0)": "return (labels.T @ states / np.where(sizes > 0, sizes, 1.0)).T"
    },
)
mistake(
    "rnn-units",
    "A constant unit or property has no spread to divide by: 0 is due.",
    swap={"np.where(sizes > 0, sizes, 1.0)": "sizes"},
)
mistake(
    "rnn-units",
    "unit_correlations must raise a ValueError: 50 states and 9 labels do not belong together.",
    swap={
        '        raise ValueError(f"{len(states)} states for {len(labels)} labels")': "        states = states[: len(labels)]"
    },
)
mistake(
    "rnn-units",
    "A unit at -0.9 tells more than one at 0.5: compare sizes.",
    swap={"np.abs(correlations).argmax": "correlations.argmax"},
)
mistake(
    "rnn-units",
    "The size alone is given: the correlation has a sign.",
    swap={"float(row[unit])": "float(abs(row[unit]))"},
)
mistake(
    "rnn-units", "These are the units that tell least.", swap={".argmax(axis=1)": ".argmin(axis=1)"}
)
mistake(
    "rnn-units",
    "These are the best properties for the units: the best unit for each property is due.",
    swap={".argmax(axis=1)": ".argmax(axis=0)"},
)
mistake(
    "rnn-units",
    "The unit comes first, then its correlation.",
    swap={"(int(unit), float(row[unit]))": "(float(row[unit]), int(unit))"},
)
mistake(
    "rnn-units",
    "These are the units alone: each comes with its correlation.",
    swap={"(int(unit), float(row[unit]))": "int(unit)"},
)
