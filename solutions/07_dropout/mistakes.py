"""Wrong answers to lesson 07, each with the sentence that a student who made it should read."""

import numpy as np

from autograder.soundness.mistakes import mistakes

mistake = mistakes("dropout-forward")
mistake("p is the probability to keep an entry: about 80 % must stay.", swap={".random(x.shape) < p": ".random(x.shape) > p"})
mistake("What stays is divided by 1 - p: here p is the probability to keep, as in CS231n since 2018.", swap={".random(x.shape) < p) / p": ".random(x.shape) < 1 - p) / (1 - p)"})
mistake("p is the probability to keep an entry: about 80 % must stay.", swap={".random(x.shape) < p": ".normal(size=x.shape) < p"})
mistake("What stays must grow: divide it by p.", swap={"((dropout_param[\"rng\"].random(x.shape) < p) / p)": "(dropout_param[\"rng\"].random(x.shape) < p)"})
mistake("What stays is multiplied by p: divide.", swap={" < p) / p)": " < p) * p)"})
mistake("What stays is divided by 1 - p: here p is the probability to keep, as in CS231n since 2018.", swap={" < p) / p)": " < p) / (1 - p))"})
mistake("This is scaled at test time: training has seen to that already.", swap={"return x, 1.0": "return x * p, p"})
mistake("This is divided by p at test time: there nothing is to be done.", swap={"return x, 1.0": "return x / p, 1 / p"})
mistake("Entries vanish at test time: then nothing is dropped.", swap={"    if mode == \"test\":\n        return x, 1.0\n": ""})
mistake("Two calls draw the same: draw anew at every call, and set no seed.", swap={"dropout_param[\"rng\"].random": "np.random.default_rng(0).random"})
mistake("Two calls draw the same: draw anew at every call, and set no seed.", swap={"    mask = ": "    np.random.seed(231)\n    mask = ", "dropout_param[\"rng\"].random": "np.random.random"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"dropout_param[\"rng\"].random": "np.random.random"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"dropout_param[\"rng\"].random": "np.random.default_rng().random"})
mistake("Neighbours share their fate: draw a number for each entry.", swap={".random(x.shape)": ".random(x.shape[-1])", "return x * mask, mask": "return x * mask, mask * np.ones_like(x)"})
mistake("Neighbours share their fate: draw a number for each entry.", swap={".random(x.shape)": ".random((len(x),) + (1,) * (x.ndim - 1))", "return x * mask, mask": "return x * mask, mask * np.ones_like(x)"})
mistake("Here it is every entry, or none: each has its own chance.", swap={"mode == \"test\"": "mode != \"eval\""})
mistake("Your function changed its 1st argument, x", swap={"return x * mask, mask": "x *= mask\n    return x.copy(), mask"})
mistake("At test time nothing is drawn from rng.", swap={"        return x, 1.0": "        dropout_param.get(\"rng\", np.random.default_rng()).random(x.shape)\n        return x, 1.0"})
mistake("Your code raised KeyError", swap={"mode, p = dropout_param[\"mode\"], dropout_param[\"p\"]": "mode, p, rng = dropout_param[\"mode\"], dropout_param[\"p\"], dropout_param[\"rng\"]", "dropout_param[\"rng\"].random": "rng.random"})
mistake("float32 came in and float64 went out: keep the dtype.", swap={".astype(x.dtype)": ""})
mistake("dropout_forward must raise a ValueError", swap={" or not 0 < p <= 1": ""})
mistake("dropout_forward must raise a ValueError", swap={"not 0 < p <= 1": "p < 0 or p > 1"})
mistake("dropout_forward must raise a ValueError", swap={"mode not in (\"train\", \"test\") or ": ""})

mistake = mistakes("dropout-backward")
mistake("What was dropped had no part in the loss: its gradient is 0.", swap={"dout * cache": "dout.copy()"})
mistake("What was kept was divided by p: its gradient is, too.", swap={"dout * cache": "dout * (np.asarray(cache) > 0)"})
mistake("The gradient is multiplied by p: divide.", swap={"dout * cache": "(dout * (np.asarray(cache) > 0) / np.max(cache)).astype(dout.dtype)"})
mistake("The gradient is divided by p twice: the mask is divided by p already.", swap={"dout * cache": "dout * cache * np.max(cache)"})
mistake("The gradient is divided by the mask: what was multiplied by a factor has that factor in its gradient.", swap={"dout * cache": "np.divide(dout, cache, out=np.zeros_like(dout), where=np.asarray(cache) > 0)"})
mistake("This is the mask alone: multiply it by dout.", swap={"dout * cache": "cache * np.ones_like(dout)"})
mistake("The gradient is 0 where x stayed, and not where it was dropped: the mask is the wrong way round.", swap={"dout * cache": "(dout * np.where(np.asarray(cache) > 0, 0, np.max(cache))).astype(dout.dtype)"})
mistake("Of opposite sign: the gradient of a kept entry has the sign of dout.", swap={"dout * cache": "-dout * cache"})
mistake("Every entry of dx is 0: what was kept lets dout through, divided by p.", swap={"dout * cache": "np.zeros_like(dout)"})
mistake("Your function changed its 1st argument, dout", swap={"return dout * cache": "dout *= cache\n    return dout.copy()"})


@mistake("Other entries are 0 than on the way forward: the mask has to be in the cache.")
def dropout_backward(dout, cache):
    if np.ndim(cache) == 0:
        return dout
    p = 1 / np.max(cache)
    return (dout * (np.random.default_rng().random(dout.shape) < p) / p).astype(dout.dtype)


mistake = mistakes("dropout-ensemble")
mistake("All masks count the same here: each has its own probability.", swap={"return probabilities @ net(masks * h / p)": "return net(masks * h / p).mean(axis=0)"})
mistake("p is the probability to keep: here it is that to drop.", swap={"p**kept * (1 - p) ** (k - kept)": "(1 - p) ** kept * p ** (k - kept)"})
mistake("What is kept has to be divided by p.", swap={"masks * h / p": "masks * h"})
mistake("What is kept is multiplied by p: divide.", swap={"masks * h / p": "masks * h * p"})
mistake("What is kept is divided by the probability to drop: by p.", swap={"masks * h / p": "masks * h / (1 - p)"})
mistake("This is the net without masks.", swap={"return probabilities @ net(masks * h / p)": "return net(h[None])[0]"})
mistake("This is the net without masks, with h divided by p: average the outputs over the masks.", swap={"return probabilities @ net(masks * h / p)": "return net(h[None] / p)[0]"})
mistake("The mean is taken before the net: average the outputs, not what comes in.", swap={"return probabilities @ net(masks * h / p)": "return net((probabilities @ (masks * h))[None])[0]"})
mistake("The mask that drops everything is a mask, too.", swap={"repeat=k)))": "repeat=k)))[1:]"})
mistake("The mask that keeps everything is a mask, too.", swap={"repeat=k)))": "repeat=k)))[:-1]"})
mistake("The masks that drop units are counted without the probability (1 - p) of each dropped one.", swap={" * (1 - p) ** (k - kept)": ""})
mistake("The masks are counted without the probability p of each kept unit.", swap={"p**kept * (1 - p)": "(1 - p)"})
mistake("The probabilities are multiplied by the number of units: kept and dropped ones belong into the exponents.", swap={"p**kept * (1 - p) ** (k - kept)": "p * kept * (1 - p) * (k - kept)"})
mistake("The probabilities are divided by 2^k: they add up to 1 already.", swap={"probabilities @ net": "probabilities / 2**k @ net"})
mistake("This is the output of the likeliest mask alone: each mask counts with its probability.", swap={"return probabilities @ net(masks * h / p)": "return net(masks * h / p)[probabilities.argmax()]"})
mistake("mean_over_masks must raise a ValueError: 8,192 masks are too many.", swap={"k > 12": "k > 20"})
mistake("mean_over_masks must raise a ValueError: 8,192 masks are too many.", swap={"k > 12": "k > 13"})
mistake("Your function changed its 2nd argument, h", swap={"    masks = ": "    h /= p\n    masks = ", "masks * h / p": "masks * h"})


@mistake("These masks are drawn: the exact mean goes over all 2^k of them.")
def mean_over_masks(net, h, p):
    if len(h) > 12:
        raise ValueError
    masks = np.random.default_rng(0).random((10000, len(h))) < p
    return net(masks * h / p).mean(axis=0)


mistake = mistakes("dropout-uncertainty")
mistake("The scores are averaged: average the probabilities.", swap={"for _ in range(samples)])": "for _ in range(samples)]).mean(axis=0, keepdims=True)"})
mistake("This is the mean of the entropies: the entropy of the mean is due.", swap={"    entropy = -(mean * np.log(np.maximum(mean, 1e-30))).sum(axis=1)": "    each = e / e.sum(axis=2, keepdims=True)\n    entropy = -(each * np.log(np.maximum(each, 1e-30))).sum(axis=2).mean(axis=0)"})
mistake("The entropy is in bits: take the natural logarithm.", swap={"np.log(": "np.log2("})
mistake("The entropy has a minus in front.", swap={"-(mean *": "(mean *"})
mistake("The entropy is a sum over the classes, not their mean.", swap={"1e-30))).sum(axis=1)": "1e-30))).mean(axis=1)"})
mistake("The entropy sums p log p: the factor p is missing.", swap={"mean * np.log": "np.log"})
mistake("The entropy is one number an image: sum over the classes, axis 1.", swap={"1e-30))).sum(axis=1)": "1e-30))).sum(axis=0)"})
mistake("The entropy is divided by the log of the number of classes: it is due in nats.", swap={"1e-30))).sum(axis=1)": "1e-30))).sum(axis=1) / np.log(mean.shape[1])"})
mistake("The probabilities are summed over the passes: divide by their number.", swap={"keepdims=True)).mean(axis=0)": "keepdims=True)).sum(axis=0)"})
mistake("The softmax goes over the passes or the images: it goes over the classes of each image.", swap={"e.sum(axis=2, keepdims=True)": "e.sum(axis=1, keepdims=True)"})
mistake("The softmax goes over the passes or the images: it goes over the classes of each image.", swap={"e.sum(axis=2, keepdims=True)": "e.sum(axis=0, keepdims=True)"})
mistake("These are no probabilities: the softmax divides by its sum.", swap={"(e / e.sum(axis=2, keepdims=True))": "e"})
mistake("Only the last pass counts here: average over all of them.", swap={"keepdims=True)).mean(axis=0)": "keepdims=True))[-1]"})
mistake("Only the first pass counts here: average over all of them.", swap={"keepdims=True)).mean(axis=0)": "keepdims=True))[0]"})
mistake("The results are swapped: first the probabilities, then the entropy.", swap={"return mean, entropy": "return entropy, mean"})
mistake("Only the probabilities come back: the entropy is due as well.", swap={"return mean, entropy": "return mean"})
mistake("scores is asked once: ask it anew for every pass.", swap={"[scores(X) for _ in range(samples)]": "[scores(X)] * samples"})
mistake("Ask as often as samples says.", swap={"    passes = ": "    scores(X)  # to know the shape\n    passes = "})
mistake("0 log 0 is 0 here, and large scores are no reason for nan.", swap={"np.maximum(mean, 1e-30)": "mean"})
mistake("0 log 0 is 0 here, and large scores are no reason for nan.", swap={"passes - passes.max(axis=2, keepdims=True)": "passes"})
mistake("0 log 0 is 0 here, and large scores are no reason for nan.", swap={"1e-30": "1e-100"})
mistake("monte_carlo_predict must raise a ValueError", swap={"    if samples < 1:\n        raise ValueError(f\"{samples} passes give no mean\")": "    samples = max(samples, 1)"})
mistake("The votes are counted: average the probabilities, and not which class was first.", swap={"(e / e.sum(axis=2, keepdims=True))": "(passes == passes.max(axis=2, keepdims=True))"})

mistake = mistakes("dropout-dropconnect")
mistake("The same weights must be missing for every row: mask w, not what goes in or comes out.", swap={"mask = ((dropconnect_param[\"rng\"].random(w.shape) < p) / p).astype(w.dtype)": "b = b * 1\n        out = (x @ w + b) * ((dropconnect_param[\"rng\"].random((len(x), len(b))) < p) / p)\n        return out, (x, w, mask)"})
mistake("The same weights must be missing for every row: mask w, not what goes in or comes out.", swap={"mask = ((dropconnect_param[\"rng\"].random(w.shape) < p) / p).astype(w.dtype)": "x = x * ((dropconnect_param[\"rng\"].random(x.shape) < p) / p)"})
mistake("p is the probability to keep: about 80 % must stay.", swap={".random(w.shape) < p": ".random(w.shape) > p"})
mistake("p is the probability to keep: about 80 % must stay.", swap={".random(w.shape) < p) / p": ".random(w.shape) < 1 - p) / (1 - p)"})
mistake("What stays must grow: divide it by p.", swap={"((dropconnect_param[\"rng\"].random(w.shape) < p) / p)": "(dropconnect_param[\"rng\"].random(w.shape) < p)"})
mistake("What stays is multiplied by p: divide.", swap={"< p) / p)": "< p) * p)"})
mistake("Neighbours share their fate: draw a number for each weight.", swap={".random(w.shape) < p) / p)": ".random((len(w), 1)) < p) / p * mask)"})
mistake("Neighbours share their fate: draw a number for each weight.", swap={".random(w.shape) < p) / p)": ".random(w.shape[1]) < p) / p * mask)"})
mistake("The bias is divided by p, too: only weights grow.", swap={"x @ (w * mask) + b, (x, w * mask, mask)": "x @ (w * mask) + (b / p if mode == \"train\" else b), (x, w * mask, mask)"})
mistake("The bias is missing.", swap={"(w * mask) + b": "(w * mask)"})
mistake("Some biases were dropped: b always stays.", swap={"x @ (w * mask) + b, (x, w * mask, mask)": "x @ (w * mask) + b * mask[0], (x, w * mask, mask)"})
mistake("This is scaled at test time: training has seen to that already.", swap={"mask = np.ones_like(w)": "mask = p * np.ones_like(w)"})
mistake("This drops weights at test time: there all of them are at work.", swap={"    if mode == \"train\":\n        mask = ((dropconnect_param[\"rng\"]": "    if mode:\n        mask = ((dropconnect_param.get(\"rng\", np.random.default_rng(0))"})
mistake("Two calls draw the same: draw anew at every call, and set no seed.", swap={"dropconnect_param[\"rng\"].random": "np.random.default_rng(0).random"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"dropconnect_param[\"rng\"].random": "np.random.random"})
mistake("A weight that was dropped has gradient 0.", swap={"(x.T @ dout) * mask": "x.T @ dout"})
mistake("dw was not divided by p.", swap={"(x.T @ dout) * mask": "(x.T @ dout) * (mask > 0)"})
mistake("dx goes back through the weights that were at work.", swap={"dx, dw = dout @ masked.T": "dx, dw = dout @ np.divide(masked, mask, out=np.ones_like(mask), where=mask > 0).T"})
mistake("dx was not divided by p: the weights at work were.", swap={"dx, dw = dout @ masked.T": "dx, dw = dout @ np.divide(masked, mask, out=np.zeros_like(mask), where=mask > 0).T"})
mistake("dx goes through the mask twice.", swap={"dout @ masked.T": "dout @ (masked * mask).T"})
mistake("db is the mean over the rows: their sum is due.", swap={"dout.sum(axis=0)": "dout.mean(axis=0)"})
mistake("dw is divided by the number of rows: their sum is due.", swap={"(x.T @ dout) * mask": "(x.T @ dout) * mask / len(x)"})
mistake("dw comes of the last row alone: sum over all rows.", swap={"(x.T @ dout) * mask": "(x[-1:].T @ dout[-1:]) * mask"})
mistake("db is added up over the units: sum over the rows, axis 0.", swap={"dout.sum(axis=0)": "dout.sum(axis=1)"})
mistake("Your function changed its 2nd argument, w", swap={"    return x @ (w * mask) + b, (x, w * mask, mask)": "    w *= mask\n    return x @ w + b, (x, w.copy(), mask)"})
mistake("Your function changed its 1st argument, dout", swap={"    return dx, dw, dout.sum(axis=0)": "    db = dout.sum(axis=0)\n    dout *= 2\n    return dx, dw, db"})
mistake("dropconnect_forward must raise a ValueError", swap={" or not 0 < p <= 1": ""})
mistake("dropconnect_forward must raise a ValueError", swap={"mode not in (\"train\", \"test\") or ": ""})

mistake = mistakes("dropout-max-norm")
mistake("These are rows: what comes into a unit is a column.", swap={"(w**2).sum(axis=0)": "(w**2).sum(axis=1, keepdims=True)"})
mistake("Short columns grew: only the longer ones are scaled.", swap={"np.maximum(length, c)": "np.maximum(length, 1e-12)"})
mistake("The whole matrix is scaled: each unit has its own length.", swap={"(w**2).sum(axis=0)": "(w**2).sum()"})
mistake("c is compared with the squared length.", swap={"np.sqrt((w**2).sum(axis=0))": "(w**2).sum(axis=0)"})
mistake("The length has a root: here the squared length is compared with c squared, and the column scaled by it.", swap={"c / np.maximum(length, c)": "np.minimum(1, c**2 / np.maximum(length, 1e-6) ** 2)"})
mistake("Single weights are cut off: scale the whole column.", swap={"w * (c / np.maximum(length, c))": "np.clip(w, -c, c) + 0 * length"})
mistake("The length here is the sum of absolute weights: the Euclidean length is due.", swap={"np.sqrt((w**2).sum(axis=0))": "np.abs(w).sum(axis=0)"})
mistake("The length here is the largest weight: the Euclidean length is due.", swap={"np.sqrt((w**2).sum(axis=0))": "np.abs(w).max(axis=0)"})
mistake("The length is a sum over the weights, not a mean.", swap={"(w**2).sum(axis=0)": "(w**2).mean(axis=0)"})
mistake("Longer columns have length 1 here: length c is due.", swap={"w * (c / np.maximum(length, c))": "w * np.where(length > c, 1 / np.maximum(length, c), 1)"})
mistake("Long columns are set to 0: scale them to length c.", swap={"w * (c / np.maximum(length, c))": "w * (length <= c)"})
mistake("Short columns shrink and long ones stay: it is the other way round.", swap={"c / np.maximum(length, c)": "np.minimum(length, c) / c"})
mistake("Longer columns grow: c and the length have changed places.", swap={"c / np.maximum(length, c)": "np.maximum(length, c) / c"})
mistake("Every column is scaled by the longest one: each unit has its own length.", swap={"np.maximum(length, c)": "np.maximum(length.max(), c)"})
mistake("It has length 0: mind the division.", swap={"w * (c / np.maximum(length, c))": "w / length * np.minimum(length, c)"})
mistake("Your function changed its 1st argument, w", swap={"return w * (c / np.maximum(length, c))": "w *= c / np.maximum(length, c)\n    return w.copy()"})
mistake("max_norm must raise a ValueError: c must be above 0.", swap={"c <= 0": "c < 0"})
mistake("float32 came in and float64 went out: keep the dtype.", swap={"w * (c / np.maximum(length, c))": "w * (c / np.maximum(length.astype(float), c))"})

mistake = mistakes("dropout-l1")
mistake("Small weights jump over 0: the pull must stop there. The pull looks at the old weight, too.", swap={"np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)": "moved - learning_rate * strength * np.sign(w)"})
mistake("Small weights jump over 0: the pull must stop there.", swap={"np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)": "moved - learning_rate * strength * np.sign(moved)"})
mistake("The pull has to be as long as the rate says.", swap={"np.abs(moved) - learning_rate * strength": "np.abs(moved) - strength"})
mistake("The pull comes after the step: it looks at the weight that is there then.", swap={"moved = w - learning_rate * dw\n    return np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)": "return np.sign(w) * np.maximum(np.abs(w) - learning_rate * strength, 0) - learning_rate * dw"})
mistake("Large weights must move, too.", swap={"np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)": "moved * (np.abs(moved) > learning_rate * strength)"})
mistake("The step climbs: subtract the gradient.", swap={"w - learning_rate * dw": "w + learning_rate * dw"})
mistake("The step of the data has no rate.", swap={"w - learning_rate * dw": "w - dw"})
mistake("The step of the data is missing.", swap={"w - learning_rate * dw": "w"})
mistake("The pull is missing.", swap={"np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)": "moved"})
mistake("The sign is that of the old weight: it must be that after the step.", swap={"np.sign(moved) * np": "np.sign(w) * np"})
mistake("The sign is missing: negative weights are pulled up towards 0, and stay negative.", swap={"np.sign(moved) * np": "np"})
mistake("Negative weights become 0: pull them up towards 0.", swap={"np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)": "np.maximum(moved - learning_rate * strength, 0)"})
mistake("This is the pull of L2: with L1 it is the same for small and for large weights.", swap={"np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)": "moved * (1 - learning_rate * strength)"})
mistake("This is the pull of L2: with L1 it is the same for small and for large weights.", swap={"dw\n    return np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)": "(dw + strength * w)\n    return moved"})
mistake("The pull goes away from 0: it must make weights smaller.", swap={"np.abs(moved) - learning_rate * strength, 0": "np.abs(moved) + learning_rate * strength, 0"})
mistake("The pull is half as long as it must be.", swap={"np.abs(moved) - learning_rate * strength": "np.abs(moved) - learning_rate * strength / 2"})
mistake("The pull is twice as long as it must be.", swap={"np.abs(moved) - learning_rate * strength": "np.abs(moved) - 2 * learning_rate * strength"})
mistake("What falls below 0 after the pull is turned round: the pull stops at 0.", swap={"np.maximum(np.abs(moved) - learning_rate * strength, 0)": "np.abs(np.abs(moved) - learning_rate * strength)"})
mistake("Your function changed its 1st argument, w", swap={"    moved = w - learning_rate * dw\n": "    w -= learning_rate * dw\n    moved = w\n"})
mistake("float32 came in and float64 went out: keep the dtype.", swap={"w - learning_rate * dw": "w - learning_rate * dw.astype(float)"})

mistake = mistakes("dropout-stochastic-depth")
mistake("p is the probability to keep f: 80 %.", swap={".random() < p": ".random() > p"})
mistake("p is the probability to keep f: 80 %.", swap={"(depth_param[\"rng\"].random() < p) / p": "(depth_param[\"rng\"].random() < 0.5) / p"})
mistake("The branch must grow: divide it by p.", swap={"gate = (depth_param[\"rng\"].random() < p) / p": "gate = depth_param[\"rng\"].random() < p"})
mistake("The branch is multiplied by p: divide.", swap={"() < p) / p": "() < p) * p"})
mistake("The branch is divided by the probability to leave it out: divide it by p.", swap={"() < p) / p": "() < p) / (1 - p)"})
mistake("x is divided by p, too: only the branch grows.", swap={"return x + gate * out": "return (x + out) * gate"})
mistake("x is missing where the branch is there.", swap={"return x + gate * out": "return gate * out"})
mistake("x itself always goes through: only the branch is left out.", swap={"return x, (gate, None, None)": "return 0 * x, (gate, None, None)"})
mistake("The branch is subtracted: add it.", swap={"return x + gate * out": "return x - gate * out"})
mistake("The branch is added where it was to be left out, and left out where it was to be there.", swap={"if gate == 0": "if gate != 0 and mode == \"train\"", "x + gate * out": "x + (gate + 1 / p if mode == \"train\" else 1) * out"})
mistake("This drops single entries of the branch: it is there as a whole, or not at all.", swap={".random() < p) / p\n    if gate == 0:": ".random(x.shape) < p) / p\n    if np.all(gate == 0):", "if gate else dout": "if np.any(gate) else dout"})
mistake("A branch that is left out must not be computed.", swap={"    if gate == 0:\n        return x, (gate, None, None)\n": ""})
mistake("Here it is every call, or none: each has its own chance.", swap={"mode == \"train\"": "mode == \"training\""})
mistake("Two calls draw the same: draw anew at every call, and set no seed.", swap={"depth_param[\"rng\"].random()": "(1 - np.random.default_rng(0).random())"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"depth_param[\"rng\"].random()": "np.random.random()"})
mistake("The way back round the branch is missing: dx has dout in it.", swap={"dout + gate * backward(dout, inner) if gate else dout": "gate * backward(dout, inner) if gate else 0 * dout"})
mistake("On the way back the branch is not divided by p.", swap={"dout + gate * backward": "dout + backward"})
mistake("On the way back the branch is divided by p twice.", swap={"dout + gate * backward": "dout + gate * gate * backward"})
mistake("The way through the branch is missing in dx.", swap={"dout + gate * backward(dout, inner) if gate else dout": "dout.copy()"})
mistake("dout is divided by p on the way round the branch, too.", swap={"dout + gate * backward(dout, inner)": "gate * (dout + backward(dout, inner))"})
mistake("Where the branch was left out, dout goes back unchanged: x itself went through.", swap={"if gate else dout": "if gate else 0 * dout"})
mistake("This is scaled at test time: training has seen to that already.", swap={"gate = 1.0": "gate = p"})
mistake("The branch is missing at test time: there it always counts.", swap={"gate = 1.0": "gate = 0.0"})
mistake("Your function changed its 1st argument, x", swap={"    return x + gate * out, (gate, backward, cache)": "    x += gate * out\n    return x.copy(), (gate, backward, cache)", "out, cache = forward(x)": "out, cache = forward(x.copy())"})
mistake("Your function changed its 1st argument, dout", swap={"return dout + gate * backward(dout, inner) if gate else dout": "branched = gate * backward(dout, inner) if gate else 0\n    dout += 1 - (1 - branched)\n    dout += 1e-9\n    return dout - 1e-9"})
mistake("residual_forward must raise a ValueError", swap={" or not 0 < p <= 1": ""})
mistake("residual_forward must raise a ValueError", swap={"mode not in (\"train\", \"test\") or ": ""})


@mistake("One decision for the whole minibatch: here each row has its own.")
def residual_forward(x, branch, depth_param):
    mode, p = depth_param["mode"], depth_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    gate = np.ones((len(x), 1))
    if mode == "train":
        gate = (depth_param["rng"].random((len(x), 1)) < p) / p
    out, cache = branch[0](x)
    return x + gate * out, (gate, branch[1], cache)


mistake = mistakes("dropout-flip")
mistake("These are upside down: mirror the columns, the last axis.", swap={"images[..., ::-1]": "images[:, :, ::-1]"})
mistake("Red and blue have changed places: mirror the columns.", swap={"images[..., ::-1]": "images[:, ::-1]"})
mistake("Each must be its own image, mirrored or not.", swap={"images[..., ::-1]": "images[::-1]"})
mistake("Each must be its own image, mirrored or not.", swap={"images[..., ::-1]": "images[..., ::-1, ::-1]"})
mistake("Each must be its own image, mirrored or not.", swap={"images[..., ::-1]": "images[::-1, ..., ::-1]"})
mistake("Each must be its own image, mirrored or not.", swap={"np.where(mirrored[:, None, None, None], images[..., ::-1], images)": "np.concatenate([images[mirrored][..., ::-1], images[~mirrored]])"})
mistake("Each must be its own image, mirrored or not.", swap={"images[..., ::-1], images)": "images[..., ::-1], 0 * images)"})
mistake("Here it is every image, or none: each has its own chance.", swap={"rng.random(len(images)) < p": "np.full(len(images), rng.random() < p)"})
mistake("Here it is every image, or none: each has its own chance.", swap={"np.where(mirrored[:, None, None, None], images[..., ::-1], images)": "images[..., ::-1].copy()"})
mistake("p is the probability to mirror: about 80 % must be.", swap={"rng.random(len(images)) < p": "rng.random(len(images)) < 0.5"})
mistake("p is the probability to mirror: about 80 % must be.", swap={"rng.random(len(images)) < p": "rng.random(len(images)) > p"})
mistake("Neighbours share their fate: draw a number for each image.", swap={"rng.random(len(images)) < p": "np.repeat(rng.random((len(images) + 1) // 2) < p, 2)[: len(images)]"})
mistake("Without p, half of the images are mirrored.", swap={"p: float = 0.5": "p: float = 0.8"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"= rng.random(": "= np.random.random("})
mistake("Two calls draw the same: draw anew at every call, and set no seed.", swap={"= rng.random(": "= np.random.default_rng(0).random("})
mistake("Your function changed its 1st argument, images", swap={"return np.where(mirrored[:, None, None, None], images[..., ::-1], images)": "images[mirrored] = images[mirrored][..., ::-1]\n    return images.copy()"})
mistake("Bytes came in and float64 went out: keep the dtype.", swap={"images[..., ::-1], images)": "images[..., ::-1], images * 1.0)"})


@mistake("Each must be its own image, mirrored or not.")
def random_flip(images, rng, p=0.5):
    mirrored = rng.random(images.shape[:3]) < p
    return np.where(mirrored[..., None], images[..., ::-1], images)


@mistake("All images but the last are 0: make the array for them once, before the loop.")
def random_flip(images, rng, p=0.5):
    for i, image in enumerate(images):
        out = np.zeros_like(images)
        out[i] = image[..., ::-1] if rng.random() < p else image
    return out


mistake = mistakes("dropout-crop")
mistake("A window can begin in H - height + 1 rows, W - width + 1 columns.", swap={"rng.integers(rows, size": "rng.integers(max(rows - 1, 1), size", "rng.integers(columns, size": "rng.integers(max(columns - 1, 1), size"})
mistake("A window can begin in H - height + 1 rows, W - width + 1 columns.", swap={"rng.integers(rows, size": "rng.integers(max(rows - 1, 1), size"})
mistake("All images share one place: draw one for each.", swap={"rng.integers(rows, size=len(images))": "[rng.integers(rows)] * len(images)", "rng.integers(columns, size=len(images))": "[rng.integers(columns)] * len(images)"})
mistake("All images share one place: draw one for each.", swap={"rng.integers(rows, size=len(images))": "np.full(len(images), rows // 2)", "rng.integers(columns, size=len(images))": "np.full(len(images), columns // 2)"})
mistake("Each crop must be a window of the image in the same place of the batch.", swap={"zip(images, tops": "zip(images[rng.permutation(len(images))], tops"})
mistake("Each crop must be a window of the image in the same place of the batch.", swap={"one[:, t : t + height, s : s + width]": "one[::-1, t : t + height, s : s + width]"})
mistake("The windows are a row and a column too small: slices leave out their end.", swap={"one[:, t : t + height, s : s + width]": "one[:, t : t + height - 1, s : s + width - 1]"})
mistake("The crops are joined along their channels: stack them along a new first axis.", swap={"np.stack([": "np.concatenate(["})
mistake("The column follows from the row: draw each for itself.", swap={"    lefts = rng.integers(columns, size=len(images))": "    lefts = np.minimum(tops, columns - 1)"})
mistake("random_crop must raise a ValueError", swap={"rng.integers(rows,": "rng.integers(max(rows, 1),", "rng.integers(columns,": "rng.integers(max(columns, 1),", "if rows < 1 or columns < 1:": "if rows < 0 or columns < 0:"})
mistake("Not all places are equally likely.", swap={"tops = rng.integers(rows, size=len(images))": "tops = np.minimum(rng.integers(rows + 1, size=len(images)), rows - 1)"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"tops = rng.integers(rows, size": "tops = np.random.randint(rows, size"})
mistake("Two calls draw the same: draw anew at every call, and set no seed.", swap={"    tops = ": "    rng = np.random.default_rng(0)\n    tops = "})
mistake("What leaves comes back. Repeat the outermost pixels.", swap={"mode=\"edge\"": "mode=\"wrap\""})
mistake("The gap is black: repeat the outermost pixels.", swap={"mode=\"edge\"": "mode=\"constant\""})
mistake("Each result must be a shifted image, in its own place of the batch.", swap={"mode=\"edge\"": "mode=\"reflect\""})
mistake("Each result must be a shifted image, in its own place of the batch.", swap={"mode=\"edge\"": "mode=\"symmetric\""})
mistake("Each result must be a shifted image, in its own place of the batch.", swap={"((0, 0), (0, 0), (most, most), (most, most))": "((0, 0), (0, 0), (2 * most, 0), (2 * most, 0))"})
mistake("Some shifts never come: -2, -1, 0, 1 and 2 are due, both ways.", swap={"((0, 0), (0, 0), (most, most), (most, most))": "((0, 0), (0, 0), (most, most), (0, 0))"})
mistake("Some shifts never come: -2, -1, 0, 1 and 2 are due, both ways.", swap={"((0, 0), (0, 0), (most, most), (most, most))": "((0, 0), (0, 0), (most, 0), (most, 0))"})
mistake("Height and width have changed places.", swap={"return random_crop(padded, images.shape[2], images.shape[3], rng)": "return random_crop(padded, images.shape[3], images.shape[2], rng)"})
mistake("Your function changed its 1st argument, images", swap={"    places = zip": "    images *= 2\n    images //= 2\n    images += 1\n    places = zip"})


@mistake("All images but the last are 0: make the array for them once, before the loop.")
def random_crop(images, height, width, rng):
    rows, columns = images.shape[2] - height + 1, images.shape[3] - width + 1
    if rows < 1 or columns < 1:
        raise ValueError
    for i in range(len(images)):
        out = np.zeros((len(images), images.shape[1], height, width), images.dtype)
        t, s = rng.integers(rows), rng.integers(columns)
        out[i] = images[i, :, t : t + height, s : s + width]
    return out


@mistake("What leaves comes back. Repeat the outermost pixels.")
def random_shift(images, most, rng):
    moves = rng.integers(-most, most + 1, size=(len(images), 2))
    return np.stack([np.roll(one, tuple(by), axis=(1, 2)) for one, by in zip(images, moves)])


@mistake("The column follows from the row: draw each for itself.")
def random_shift(images, most, rng):
    sides, (height, width) = (most, most), images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), sides, sides), mode="edge")
    starts = rng.integers(2 * most + 1, size=len(images))
    return np.stack([one[:, t : t + height, t : t + width] for one, t in zip(padded, starts)])


@mistake("Some shifts never come: -2, -1, 0, 1 and 2 are due, both ways.")
def random_shift(images, most, rng):
    sides, (height, width) = (most, most), images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), sides, sides), mode="edge")
    moves = rng.integers(-most, max(most, 1 - most), size=(len(images), 2)) + most
    return np.stack([one[:, t : t + height, s : s + width] for one, (t, s) in zip(padded, moves)])


mistake = mistakes("dropout-rotate")
mistake("This is turned clockwise.", swap={"angle = np.deg2rad(degrees)": "angle = -np.deg2rad(degrees)"})
mistake("This is turned clockwise.", swap={"x * np.sin(angle) + y": "-x * np.sin(angle) + y", "- y * np.sin(angle) + middle_x": "+ y * np.sin(angle) + middle_x"})
mistake("The angle is taken for radians.", swap={"np.deg2rad(degrees)": "degrees"})
mistake("The angle is taken for radians and made degrees: sine and cosine take radians.", swap={"np.deg2rad(degrees)": "np.rad2deg(degrees)"})
mistake("These are nearest pixels: interpolate between four.", swap={"down, across = from_y - top, from_x - left": "down, across = np.round(from_y - top), np.round(from_x - left)"})
mistake("Places are rounded down: interpolate between four pixels.", swap={"down, across = from_y - top, from_x - left": "down, across = 0, 0"})
mistake("Outside is black: take the nearest place inside.", swap={"_, height, width = image.shape": "image = np.pad(image, ((0, 0), (1, 1), (1, 1)))\n    _, height, width = image.shape", "return ((1 - down) * upper + down * lower).astype(image.dtype)": "return ((1 - down) * upper + down * lower)[:, 1:-1, 1:-1].astype(image.dtype)"})
mistake("Outside comes back from the other side: take the nearest place inside.", swap={"np.clip(x * np.sin(angle) + y * np.cos(angle) + middle_y, 0, height - 1)": "(x * np.sin(angle) + y * np.cos(angle) + middle_y) % (height - 1)", "np.clip(x * np.cos(angle) - y * np.sin(angle) + middle_x, 0, width - 1)": "(x * np.cos(angle) - y * np.sin(angle) + middle_x) % (width - 1)"})
mistake("This is turned about a corner, not the middle.", swap={"(height - 1) / 2, (width - 1) / 2": "0, 0"})
mistake("The middle is at (H - 1) / 2, (W - 1) / 2: rows and columns begin at 0.", swap={"(height - 1) / 2, (width - 1) / 2": "height / 2, width / 2"})
mistake("The middle is at (H - 1) / 2, (W - 1) / 2, also where that is no whole number.", swap={"(height - 1) / 2, (width - 1) / 2": "height // 2, width // 2"})
mistake("The middle is at (H - 1) / 2, (W - 1) / 2, also where that is no whole number.", swap={"(height - 1) / 2, (width - 1) / 2": "(height - 1) // 2, (width - 1) // 2"})
mistake("Sine and cosine have changed places.", swap={"x * np.sin(angle) + y * np.cos(angle)": "x * np.cos(angle) + y * np.sin(angle)", "x * np.cos(angle) - y * np.sin(angle)": "x * np.sin(angle) - y * np.cos(angle)"})
mistake("x' = x cos - y sin: here the two are added.", swap={"x * np.cos(angle) - y * np.sin(angle)": "x * np.cos(angle) + y * np.sin(angle)"})
mistake("The two weights of rows have changed places: the nearer row counts more.", swap={"(1 - down) * upper + down * lower": "down * upper + (1 - down) * lower"})
mistake("The weights of the columns have changed places: the nearer column counts more.", swap={"across = from_y - top, from_x - left": "across = from_y - top, 1 - from_x + left"})
mistake("Interpolation goes along the columns alone: it goes along the rows as well.", swap={"((1 - down) * upper + down * lower)": "upper"})
mistake("The lower row reads from the upper one.", swap={"lower = (1 - across) * image[:, bottom, left]": "lower = (1 - across) * image[:, top, left]"})
mistake("The places are forgotten to be moved back: x and y are measured from the middle, indices from the corner.", swap={"np.cos(angle) + middle_y": "np.cos(angle)", "np.sin(angle) + middle_x": "np.sin(angle)"})
mistake("Rows and columns have changed places: mgrid gives the rows first.", swap={"y, x = rows - middle_y, columns - middle_x": "x, y = rows - middle_x, columns - middle_y"})
mistake("float32 came in and float64 went out: keep the dtype.", swap={"((1 - down) * upper + down * lower).astype(image.dtype)": "(1 - down) * upper + down * lower"})
mistake("Your function changed its 1st argument, image", swap={"    return ((1 - down) * upper + down * lower).astype(image.dtype)": "    image[:] = (1 - down) * upper + down * lower\n    return image.copy()"})
mistake("All images have the same angle: draw one for each.", swap={"rng.uniform(-most, most, size=len(images))": "np.full(len(images), rng.uniform(-most, most))"})
mistake("The angle must be above 0 for half of the images.", swap={"rng.uniform(-most, most": "rng.uniform(0, most"})
mistake("The angle must lie between -20 and 20 here.", swap={"rng.uniform(-most, most": "rng.normal(0, most"})
mistake("The angle must lie between -20 and 20 here.", swap={"rng.uniform(-most, most": "rng.uniform(-180, 180"})
mistake("The angle takes few values: draw any number, not whole ones alone.", swap={"rng.uniform(-most, most": "rng.integers(-int(most), int(most) + 1"})
mistake("The angle must be uniform: no value likelier than another.", swap={"rng.uniform(-most, most": "rng.uniform(-most / 2, most / 2"})
mistake("Each result must be the image in its own place of the batch, turned as rotate does it.", swap={"zip(images, angles)": "zip(images[::-1], angles)"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"rng.uniform(-most": "np.random.uniform(-most"})
mistake("Two calls draw the same: draw anew at every call, and set no seed.", swap={"rng.uniform(-most": "np.random.default_rng(0).uniform(-most"})
mistake("All images but the last are 0: make the array for them once, before the loop.", swap={"    return np.stack([rotate(image, angle) for image, angle in zip(images, angles)])": "    for i, angle in enumerate(angles):\n        out = np.zeros_like(images)\n        out[i] = rotate(images[i], angle)\n    return out"})

mistake = mistakes("dropout-jitter")
mistake("All images have the same brightness: draw one for each.", swap={"size=(2, len(images), 1, 1, 1)": "size=(2, 1, 1, 1, 1)"})
mistake("All images have the same saturation: draw one for each.", swap={"    bright, full = factors.astype(images.dtype)": "    bright, full = factors.astype(images.dtype)\n    full = full[:1]"})
mistake("Brightness and saturation go together: draw each for itself.", swap={"size=(2, len(images), 1, 1, 1)": "size=(1, len(images), 1, 1, 1)", "bright, full = factors.astype(images.dtype)": "bright = full = factors[0].astype(images.dtype)"})
mistake("Values beyond 0 and 1 must be cut off.", swap={"np.clip(bright * (grey + full * (images - grey)), 0, 1)": "bright * (grey + full * (images - grey))"})
mistake("Values beyond 0 and 1 must be cut off.", swap={"(images - grey)), 0, 1)": "(images - grey)), 0, None)"})
mistake("Each pixel has factors of its own: an image has one brightness and one saturation.", swap={"size=(2, len(images), 1, 1, 1)": "size=(2, *images.shape)"})
mistake("Each channel has a brightness of its own: an image has one.", swap={"size=(2, len(images), 1, 1, 1)": "size=(2, *images.shape[:2], 1, 1)"})
mistake("The brightness must be above 1 for half of the images.", swap={"rng.uniform(1 - strength, 1 + strength,": "rng.uniform(1 - strength, 1,"})
mistake("The brightness must lie between 0.7 and 1.3 here.", swap={"rng.uniform(1 - strength, 1 + strength,": "rng.uniform(0, 1 + strength,"})
mistake("The brightness must lie between 0.7 and 1.3 here.", swap={"rng.uniform(1 - strength, 1 + strength,": "rng.uniform(-strength, strength,"})
mistake("The brightness must lie between 0.7 and 1.3 here.", swap={"rng.uniform(1 - strength, 1 + strength,": "rng.normal(1, strength,"})
mistake("The brightness must be uniform: no value likelier than another.", swap={"rng.uniform(1 - strength, 1 + strength,": "rng.uniform(1 - strength / 2, 1 + strength / 2,"})
mistake("The grey is one for the whole image here: each pixel has its own.", swap={"axis=1, keepdims=True": "axis=(1, 2, 3), keepdims=True"})
mistake("The grey is a mean over the images here: it is that of red, green and blue, axis 1.", swap={"axis=1, keepdims=True": "axis=0, keepdims=True"})
mistake("The grey is a mean over the columns here: it is that of red, green and blue, axis 1.", swap={"axis=1, keepdims=True": "axis=3, keepdims=True"})
mistake("The grey is weighted: here it is the plain mean of red, green and blue.", swap={"images.mean(axis=1, keepdims=True)": "np.tensordot(images, np.array([0.299, 0.587, 0.114]), ((1,), (0,)))[:, None].astype(images.dtype)"})
mistake("The brightness is added: multiply by it.", swap={"bright * (grey": "bright - 1 + (grey"})
mistake("The grey is not added again after the saturation.", swap={"(grey + full * (images - grey))": "(full * (images - grey))"})
mistake("All images have the same brightness: draw one for each.", swap={"bright * (grey + full * (images - grey))": "grey + full * (images - grey)"})
mistake("All images have the same saturation: draw one for each.", swap={"(grey + full * (images - grey))": "images"})
mistake("All images have the same brightness: draw one for each.", swap={"bright * (grey + full * (images - grey))": "grey + bright * full * (images - grey)"})
mistake("The saturation pulls the wrong way: full colours are grey + s (v - grey).", swap={"grey + full * (images - grey)": "images + full * (grey - images)"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"= rng.uniform": "= np.random.uniform"})
mistake("float32 came in and float64 went out: keep the dtype.", swap={"factors.astype(images.dtype)": "factors"})
mistake("colour_jitter must raise a ValueError", swap={"0 <= strength <= 1": "0 <= strength"})
mistake("Your function changed its 1st argument, images", swap={"    return np.clip(bright * (grey + full * (images - grey)), 0, 1)": "    images[:] = np.clip(bright * (grey + full * (images - grey)), 0, 1)\n    return images.copy()"})

mistake = mistakes("dropout-pca")
mistake("Each row must be (r, g, b) of one pixel: reshape(-1, 3) takes three neighbours for one.", swap={"np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])": "images.reshape(-1, 3)"})
mistake("The pixels are cut from the images in order: reshape(3, -1) does not sort by colour. Axis 1 is the colour.", swap={"np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])": "images.reshape(3, -1).T"})
mistake("These are the first three images, not red, green and blue: axis 1 is the colour.", swap={"np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])": "images[:3].reshape(3, -1).T"})
mistake("Only the first image counts here: take all pixels of all images.", swap={"np.moveaxis(images, 1, -1)": "np.moveaxis(images[:1], 1, -1)"})
mistake("The first three columns are taken for red, green and blue: axis 1 is the colour.", swap={"np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])": "images[..., :3].reshape(-1, 3)"})
mistake("These are the means of the images: take all pixels.", swap={"np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])": "images.mean(axis=(2, 3))"})
mistake("The largest variance comes first, and its direction is column 0.", swap={"values[::-1], vectors[:, ::-1]": "values, vectors"})
mistake("The variances are turned round, and the directions are not: column i belongs to variance i.", swap={"vectors[:, ::-1]": "vectors"})
mistake("The rows of the directions are turned round: turn the columns.", swap={"vectors[:, ::-1]": "vectors[::-1]"})
mistake("The directions stand in the rows: put them into the columns.", swap={"vectors[:, ::-1]": "vectors[:, ::-1].T"})
mistake("1 / count, not 1 / (count - 1), stands in front of the covariance.", swap={", bias=True": ""})
mistake("These are standard deviations: the variances are due.", swap={"values[::-1], vectors": "np.sqrt(np.maximum(values[::-1], 0)), vectors"})
mistake("The mean colour was not subtracted.", swap={"np.cov(pixels.T, bias=True)": "pixels.T @ pixels / len(pixels)"})
mistake("This is the sum of squares: divide it by the number of pixels.", swap={"np.cov(pixels.T, bias=True)": "np.cov(pixels.T, bias=True) * len(pixels)"})
mistake("These are directions of correlations: each colour keeps its own variance.", swap={"np.cov(pixels.T, bias=True)": "np.corrcoef(pixels.T)"})
mistake("Your function changed its 1st argument, images", swap={"    values, vectors = np": "    images -= images.mean()\n    values, vectors = np"})
mistake("The noise is scaled by roots of the variances: AlexNet takes the variances.", swap={"alphas * values": "alphas * np.sqrt(values)"})
mistake("The variances are missing: each direction has its own.", swap={"(alphas * values) @": "alphas @"})
mistake("The noise has variance std here: std is its standard deviation.", swap={"rng.normal(0, std,": "rng.normal(0, np.sqrt(std),"})
mistake("std is missing: the alphas have standard deviation 1.", swap={"rng.normal(0, std,": "rng.normal(0, 1,"})
mistake("The directions are the columns of vectors, not the rows.", swap={"@ vectors.T": "@ vectors"})
mistake("The directions are missing: the noise is added to red, green and blue.", swap={" @ vectors.T": ""})
mistake("The three alphas of an image must be independent draws.", swap={"size=(len(images), len(values))": "size=(len(images), 1)"})
mistake("All images get the same colour.", swap={"size=(len(images), len(values))": "size=(1, len(values))", "return np.clip(images + colours": "return np.clip(images + 0 * images[:, :1, :1, :1] + colours"})
mistake("The noise is uniform: draw the alphas from a normal distribution.", swap={"rng.normal(0, std,": "rng.uniform(-std, std,"})
mistake("The alphas must be normal, with mean 0 and standard deviation std.", swap={"rng.normal(0, std, size=(len(images), len(values)))": "std * rng.choice([-1.0, 1.0], size=(len(images), len(values)))"})
mistake("Values beyond 0 and 1 must be cut off.", swap={"np.clip(images + colours[:, :, None, None], 0, 1)": "(images + colours[:, :, None, None])"})
mistake("The image is multiplied by the noise: add it.", swap={"images + colours[:, :, None, None]": "images * (1 + colours[:, :, None, None])"})
mistake("float32 came in and float64 went out: keep the dtype.", swap={"None], 0, 1).astype(images.dtype)": "None], 0, 1)"})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"= rng.normal": "= np.random.normal"})


@mistake("All pixels of an image get the same colour: three draws an image, not a pixel.")
def pca_noise(images, values, vectors, std, rng):
    count, _, height, width = images.shape
    alphas = rng.normal(0, std, size=(count, height, width, 3))
    colours = np.moveaxis((alphas * values) @ vectors.T, -1, 1)
    return np.clip(images + colours, 0, 1).astype(images.dtype)


mistake = mistakes("dropout-cutout")
mistake("All images share one place: draw one for each.", swap={"rng.integers(images.shape[2], size=len(images))": "[rng.integers(images.shape[2])] * len(images)", "rng.integers(images.shape[3], size=len(images))": "[rng.integers(images.shape[3])] * len(images)"})
mistake("The centre may be any pixel, also at the edge.", swap={"rng.integers(images.shape[2], size": "rng.integers(min(half, images.shape[2] - 1), max(images.shape[2] - half, half + 1), size", "rng.integers(images.shape[3], size": "rng.integers(min(half, images.shape[3] - 1), max(images.shape[3] - half, half + 1), size"})
mistake("The centre may be any pixel, also at the edge.", swap={"rng.integers(images.shape[2], size": "rng.integers(images.shape[2] - 1, size", "rng.integers(images.shape[3], size": "rng.integers(images.shape[3] - 1, size"})
mistake("The column follows from the row: draw each for itself.", swap={"    columns = rng.integers(images.shape[3], size=len(images))": "    columns = rows"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"row + half + 1, left : column + half + 1": "row + half, left : column + half"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"size // 2": "size"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"image[:, top :": "image[0, top :"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"= value\n": "= 0\n"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"value: float = 0.5": "value: float = 0.0"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"max(row - half, 0), max(column - half, 0)": "row - half, column - half"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"max(row - half, 0), max(column - half, 0)": "row, column"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"image[:, top : row + half + 1, left : column + half + 1] = value": "image[:, top : row + half + 1] = value"})
mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.", swap={"image[:, top : row + half + 1, left : column + half + 1] = value": "inside = image[:, top : row + half + 1, left : column + half + 1].copy()\n        image[:] = value\n        image[:, top : row + half + 1, left : column + half + 1] = inside"})
mistake("cutout must raise a ValueError", swap={" or size % 2 == 0": ""})
mistake("cutout must raise a ValueError", swap={"size < 1 or ": ""})
mistake("The same state of rng must give the same draws: draw from rng, from nothing else.", swap={"rows = rng.integers(images.shape[2]": "rows = np.random.randint(images.shape[2]"})
mistake("Two calls draw the same: draw anew at every call, and set no seed.", swap={"    rows = rng": "    rng = np.random.default_rng(0)\n    rows = rng"})
mistake("Your function changed its 1st argument, images", swap={"out, half = images.copy(), size // 2": "out, half = images, size // 2", "return out": "return out.copy()"})
mistake("float32 came in and float64 went out: keep the dtype.", swap={"images.copy(), size": "images.astype(float), size"})


@mistake("Each image must lack 3 x 3 pixels round one of its own, in all channels, for 0.5.")
def cutout(images, size, rng, value=0.5):
    if size < 1 or size % 2 == 0:
        raise ValueError
    out, half = images.copy(), size // 2
    for image in out:
        for channel in image:
            row, column = rng.integers(images.shape[2]), rng.integers(images.shape[3])
            top, left = max(row - half, 0), max(column - half, 0)
            channel[top : row + half + 1, left : column + half + 1] = value
    return out
