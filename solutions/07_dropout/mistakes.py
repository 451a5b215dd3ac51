"""Wrong answers to lesson 07, each with the sentence that a student who made it should read."""

import itertools

import numpy as np

from autograder.mistakes import mistake

# --- dropout-forward


@mistake("dropout-forward", "p is the probability to keep an entry: about 80 % must stay.")
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    if mode == "test":
        return x, 1.0
    mask = ((dropout_param["rng"].random(x.shape) > p) / p).astype(x.dtype)
    return x * mask, mask


@mistake("dropout-forward", "What stays must grow: divide it by p.")
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    if mode == "test":
        return x, 1.0
    mask = dropout_param["rng"].random(x.shape) < p
    return x * mask, mask


@mistake("dropout-forward", "This is scaled at test time: training has seen to that already.")
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    if mode == "test":
        return x * p, p
    mask = ((dropout_param["rng"].random(x.shape) < p) / p).astype(x.dtype)
    return x * mask, mask


@mistake("dropout-forward", "Two calls draw the same: draw anew at every call, and set no seed.")
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    if mode == "test":
        return x, 1.0
    mask = ((np.random.default_rng(0).random(x.shape) < p) / p).astype(x.dtype)
    return x * mask, mask


@mistake(
    "dropout-forward",
    "The same state of rng must give the same draws: draw from rng, from nothing else.",
)
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    if mode == "test":
        return x, 1.0
    mask = ((np.random.random(x.shape) < p) / p).astype(x.dtype)  # noqa: NPY002
    return x * mask, mask


@mistake(
    "dropout-forward",
    "Neighbours share their fate: draw a number for each entry, not for each row or column.",
)
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    if mode == "test":
        return x, 1.0
    mask = ((dropout_param["rng"].random(x.shape[-1]) < p) / p).astype(x.dtype)
    return x * mask, mask * np.ones_like(x)


@mistake(
    "dropout-forward",
    "Neighbours share their fate: draw a number for each entry, not for each row or column.",
)
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    if mode == "test":
        return x, 1.0
    rows = (len(x),) + (1,) * (x.ndim - 1)
    mask = ((dropout_param["rng"].random(rows) < p) / p).astype(x.dtype)
    return x * mask, mask * np.ones_like(x)


@mistake("dropout-forward", "Entries vanish at test time: then nothing is dropped.")
def dropout_forward(x, dropout_param):
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    mask = ((dropout_param["rng"].random(x.shape) < p) / p).astype(x.dtype)
    return x * mask, mask


# --- dropout-backward


@mistake("dropout-backward", "What was dropped had no part in the loss: its gradient is 0.")
def dropout_backward(dout, cache):
    return dout


@mistake("dropout-backward", "What was kept was divided by p: its gradient is, too.")
def dropout_backward(dout, cache):
    return dout * (np.asarray(cache) > 0)


@mistake(
    "dropout-backward",
    "Other entries are 0 than on the way forward: the mask has to be in the cache.",
)
def dropout_backward(dout, cache):
    if np.ndim(cache) == 0:
        return dout
    p = float((cache > 0).mean())
    return (dout * (np.random.default_rng().random(dout.shape) < p) / p).astype(dout.dtype)


@mistake("dropout-backward", "The gradient is multiplied by p: divide.")
def dropout_backward(dout, cache):
    cache = np.asarray(cache)
    return (dout * (cache > 0) / cache.max()).astype(dout.dtype)


@mistake("dropout-backward", "Your function changed its 1st argument, dout")
def dropout_backward(dout, cache):
    dout *= cache
    return dout.copy()


# --- dropout-ensemble


@mistake("dropout-ensemble", "All masks count the same here: each has its own probability.")
def mean_over_masks(net, h, p):
    if len(h) > 12:
        raise ValueError
    masks = np.array(list(itertools.product((0, 1), repeat=len(h))))
    return net(masks * h / p).mean(axis=0)


@mistake("dropout-ensemble", "p is the probability to keep: here it is that to drop.")
def mean_over_masks(net, h, p):
    if len(h) > 12:
        raise ValueError
    masks = np.array(list(itertools.product((0, 1), repeat=len(h))))
    kept = masks.sum(axis=1)
    return ((1 - p) ** kept * p ** (len(h) - kept)) @ net(masks * h / p)


@mistake("dropout-ensemble", "What is kept has to be divided by p.")
def mean_over_masks(net, h, p):
    if len(h) > 12:
        raise ValueError
    masks = np.array(list(itertools.product((0, 1), repeat=len(h))))
    kept = masks.sum(axis=1)
    return (p**kept * (1 - p) ** (len(h) - kept)) @ net(masks * h)


@mistake("dropout-ensemble", "This is the net without masks.")
def mean_over_masks(net, h, p):
    if len(h) > 12:
        raise ValueError
    return net(h[None])[0]


@mistake("dropout-ensemble", "The mask that drops everything is a mask, too.")
def mean_over_masks(net, h, p):
    k = len(h)
    if k > 12:
        raise ValueError
    total = 0
    for number in range(1, 2**k):
        mask = np.array([number >> i & 1 for i in range(k)])
        total = total + p ** mask.sum() * (1 - p) ** (k - mask.sum()) * net((mask * h / p)[None])[0]
    return total


# --- dropout-uncertainty


@mistake("dropout-uncertainty", "The scores are averaged: average the probabilities.")
def monte_carlo_predict(scores, X, samples):
    if samples < 1:
        raise ValueError
    mean = sum(scores(X) for _ in range(samples)) / samples
    e = np.exp(mean - mean.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p, -(p * np.log(np.maximum(p, 1e-30))).sum(axis=1)


@mistake(
    "dropout-uncertainty", "This is the mean of the entropies: the entropy of the mean is due."
)
def monte_carlo_predict(scores, X, samples):
    if samples < 1:
        raise ValueError
    total, unsure = 0, 0
    for _ in range(samples):
        own = scores(X)
        e = np.exp(own - own.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        total, unsure = total + p, unsure - (p * np.log(np.maximum(p, 1e-30))).sum(axis=1)
    return total / samples, unsure / samples


@mistake("dropout-uncertainty", "The entropy is in bits: take the natural logarithm.")
def monte_carlo_predict(scores, X, samples):
    if samples < 1:
        raise ValueError
    total = 0
    for _ in range(samples):
        own = scores(X)
        e = np.exp(own - own.max(axis=1, keepdims=True))
        total = total + e / e.sum(axis=1, keepdims=True)
    mean = total / samples
    return mean, -(mean * np.log2(np.maximum(mean, 1e-30))).sum(axis=1)


@mistake("dropout-uncertainty", "0 log 0 is 0 here, and scores of 1000 are no reason for nan.")
def monte_carlo_predict(scores, X, samples):
    if samples < 1:
        raise ValueError
    total = 0
    for _ in range(samples):
        own = scores(X)
        e = np.exp(own - own.max(axis=1, keepdims=True))
        total = total + e / e.sum(axis=1, keepdims=True)
    mean = total / samples
    with np.errstate(divide="ignore", invalid="ignore"):
        return mean, -(mean * np.log(mean)).sum(axis=1)


@mistake("dropout-uncertainty", "Ask as often as samples says.")
def monte_carlo_predict(scores, X, samples):
    if samples < 1:
        raise ValueError
    scores(X)  # to know the shape
    total = 0
    for i in range(samples):
        own = scores(X) if i < samples - 1 else scores(X)
        e = np.exp(own - own.max(axis=1, keepdims=True))
        total = total + e / e.sum(axis=1, keepdims=True)
    mean = total / samples
    return mean, -(mean * np.log(np.maximum(mean, 1e-30))).sum(axis=1)


# --- dropout-dropconnect


@mistake(
    "dropout-dropconnect",
    "The same weights must be missing for every row: mask w, not what goes in or comes out.",
)
def dropconnect_forward(x, w, b, dropconnect_param):
    mode, p = dropconnect_param["mode"], dropconnect_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    out = x @ w + b
    if mode == "train":
        out = out * ((dropconnect_param["rng"].random(out.shape) < p) / p).astype(w.dtype)
    return out, (x, w, np.ones_like(w))


@mistake("dropout-dropconnect", "p is the probability to keep: 60 % must stay.")
def dropconnect_forward(x, w, b, dropconnect_param):
    mode, p = dropconnect_param["mode"], dropconnect_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    mask = np.ones_like(w)
    if mode == "train":
        mask = ((dropconnect_param["rng"].random(w.shape) > p) / p).astype(w.dtype)
    return x @ (w * mask) + b, (x, w * mask, mask)


@mistake("dropout-dropconnect", "What stays must grow: divide it by p.")
def dropconnect_forward(x, w, b, dropconnect_param):
    mode, p = dropconnect_param["mode"], dropconnect_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    mask = np.ones_like(w)
    if mode == "train":
        mask = (dropconnect_param["rng"].random(w.shape) < p).astype(w.dtype)
    return x @ (w * mask) + b, (x, w * mask, mask)


@mistake("dropout-dropconnect", "Neighbours share their fate: draw a number for each weight.")
def dropconnect_forward(x, w, b, dropconnect_param):
    mode, p = dropconnect_param["mode"], dropconnect_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    mask = np.ones_like(w)
    if mode == "train":
        mask = mask * ((dropconnect_param["rng"].random((len(w), 1)) < p) / p).astype(w.dtype)
    return x @ (w * mask) + b, (x, w * mask, mask)


@mistake("dropout-dropconnect", "A weight that was dropped has gradient 0.")
def dropconnect_backward(dout, cache):
    x, masked, mask = cache
    return dout @ masked.T, x.T @ dout, dout.sum(axis=0)


@mistake("dropout-dropconnect", "dw was not divided by p.")
def dropconnect_backward(dout, cache):
    x, masked, mask = cache
    return dout @ masked.T, (x.T @ dout) * (mask > 0), dout.sum(axis=0)


@mistake("dropout-dropconnect", "This is scaled at test time.")
def dropconnect_forward(x, w, b, dropconnect_param):
    mode, p = dropconnect_param["mode"], dropconnect_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    mask = p * np.ones_like(w)
    if mode == "train":
        mask = ((dropconnect_param["rng"].random(w.shape) < p) / p).astype(w.dtype)
    return x @ (w * mask) + b, (x, w * mask, mask)


# --- dropout-max-norm


@mistake("dropout-max-norm", "These are rows: what comes into a unit is a column.")
def max_norm(w, c):
    if c <= 0:
        raise ValueError
    length = np.sqrt((w**2).sum(axis=1, keepdims=True))
    return w * np.minimum(1, c / np.maximum(length, 1e-12))


@mistake("dropout-max-norm", "Short columns grew: only the longer ones are scaled.")
def max_norm(w, c):
    if c <= 0:
        raise ValueError
    return w * c / np.maximum(np.sqrt((w**2).sum(axis=0)), 1e-12)


@mistake("dropout-max-norm", "The whole matrix is scaled: each unit has its own length.")
def max_norm(w, c):
    if c <= 0:
        raise ValueError
    return w * min(1, c / np.linalg.norm(w))


@mistake("dropout-max-norm", "c is compared with the squared length.")
def max_norm(w, c):
    if c <= 0:
        raise ValueError
    return w * np.minimum(1, c / np.maximum((w**2).sum(axis=0), 1e-12))


@mistake("dropout-max-norm", "A unit with weights 0 has length 0: mind the division.")
def max_norm(w, c):
    if c <= 0:
        raise ValueError
    length = np.sqrt((w**2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return w / length * np.minimum(length, c)


@mistake("dropout-max-norm", "Your function changed its 1st argument, w")
def max_norm(w, c):
    if c <= 0:
        raise ValueError
    length = np.sqrt((w**2).sum(axis=0))
    w *= np.minimum(1, c / np.maximum(length, 1e-12))
    return w.copy()


# --- dropout-l1


@mistake("dropout-l1", "Small weights jump over 0: the pull must stop there.")
def l1_step(w, dw, learning_rate, strength):
    return w - learning_rate * (dw + strength * np.sign(w))


@mistake("dropout-l1", "The pull has to be as long as the rate says.")
def l1_step(w, dw, learning_rate, strength):
    moved = w - learning_rate * dw
    return np.sign(moved) * np.maximum(np.abs(moved) - strength, 0)


@mistake("dropout-l1", "The pull comes after the step: it looks at the weight that is there then.")
def l1_step(w, dw, learning_rate, strength):
    pulled = np.sign(w) * np.maximum(np.abs(w) - learning_rate * strength, 0)
    return pulled - learning_rate * dw


@mistake("dropout-l1", "Large weights must move, too.")
def l1_step(w, dw, learning_rate, strength):
    moved = w - learning_rate * dw
    return moved * (np.abs(moved) > learning_rate * strength)


@mistake("dropout-l1", "Your function changed its 1st argument, w")
def l1_step(w, dw, learning_rate, strength):
    w -= learning_rate * dw
    return np.sign(w) * np.maximum(np.abs(w) - learning_rate * strength, 0)


# --- dropout-stochastic-depth


@mistake("dropout-stochastic-depth", "p is the probability to keep the branch: 80 %.")
def residual_forward(x, branch, depth_param):
    mode, p = depth_param["mode"], depth_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    gate = 1.0
    if mode == "train":
        gate = float(depth_param["rng"].random() > p) / p
    if gate == 0:
        return x, (gate, None, None)
    out, cache = branch[0](x)
    return x + gate * out, (gate, branch[1], cache)


@mistake("dropout-stochastic-depth", "The branch must grow: divide it by p.")
def residual_forward(x, branch, depth_param):
    mode, p = depth_param["mode"], depth_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    gate = 1.0
    if mode == "train":
        gate = float(depth_param["rng"].random() < p)
    if gate == 0:
        return x, (gate, None, None)
    out, cache = branch[0](x)
    return x + gate * out, (gate, branch[1], cache)


@mistake(
    "dropout-stochastic-depth", "One decision for the whole minibatch: here each row has its own."
)
def residual_forward(x, branch, depth_param):
    mode, p = depth_param["mode"], depth_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    gate = np.ones((len(x), 1))
    if mode == "train":
        gate = (depth_param["rng"].random((len(x), 1)) < p) / p
    out, cache = branch[0](x)
    return x + gate * out, (gate, branch[1], cache)


@mistake(
    "dropout-stochastic-depth",
    "A branch that is left out must not be computed.",
)
def residual_forward(x, branch, depth_param):
    mode, p = depth_param["mode"], depth_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    gate = 1.0
    if mode == "train":
        gate = float(depth_param["rng"].random() < p) / p
    out, cache = branch[0](x)
    return x + gate * out, (gate, branch[1], cache)


@mistake("dropout-stochastic-depth", "x itself always goes through: only the branch is left out.")
def residual_forward(x, branch, depth_param):
    mode, p = depth_param["mode"], depth_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    gate = 1.0
    if mode == "train":
        gate = float(depth_param["rng"].random() < p) / p
    if gate == 0:
        return 0 * x, (gate, None, None)
    out, cache = branch[0](x)
    return x + gate * out, (gate, branch[1], cache)


@mistake(
    "dropout-stochastic-depth",
    "The way back round the branch is missing: dx has dout in it.",
)
def residual_backward(dout, cache):
    gate, backward, inner = cache
    return gate * backward(dout, inner) if gate else 0 * dout


@mistake("dropout-stochastic-depth", "On the way back the branch is not divided by p.")
def residual_backward(dout, cache):
    gate, backward, inner = cache
    return dout + backward(dout, inner) if gate else dout


@mistake(
    "dropout-stochastic-depth",
    "This is scaled at test time: training has seen to that already.",
)
def residual_forward(x, branch, depth_param):
    mode, p = depth_param["mode"], depth_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError
    gate = p
    if mode == "train":
        gate = float(depth_param["rng"].random() < p) / p
    if gate == 0:
        return x, (gate, None, None)
    out, cache = branch[0](x)
    return x + gate * out, (gate, branch[1], cache)


# --- dropout-flip


@mistake("dropout-flip", "These are upside down: mirror the columns, the last axis.")
def random_flip(images, rng, p=0.5):
    mirrored = rng.random(len(images)) < p
    return np.where(mirrored[:, None, None, None], images[:, :, ::-1], images)


@mistake("dropout-flip", "All images share one coin: each needs its own.")
def random_flip(images, rng, p=0.5):
    return images[..., ::-1].copy() if rng.random() < p else images.copy()


@mistake("dropout-flip", "p is the probability to mirror: about 80 % of 600 images.")
def random_flip(images, rng, p=0.5):
    mirrored = rng.random(len(images)) < 0.5
    return np.where(mirrored[:, None, None, None], images[..., ::-1], images)


@mistake("dropout-flip", "Your function changed its 1st argument, images")
def random_flip(images, rng, p=0.5):
    mirrored = rng.random(len(images)) < p
    images[mirrored] = images[mirrored][..., ::-1]
    return images.copy()


@mistake(
    "dropout-flip",
    "Each image must be itself or its mirror image, in its own place: labels do not move.",
)
def random_flip(images, rng, p=0.5):
    mirrored = rng.random(len(images)) < p
    return np.concatenate([images[mirrored][..., ::-1], images[~mirrored]])


@mistake(
    "dropout-flip",
    "The same state of rng must give the same draws: draw from rng, from nothing else.",
)
def random_flip(images, rng, p=0.5):
    mirrored = np.random.random(len(images)) < p  # noqa: NPY002
    return np.where(mirrored[:, None, None, None], images[..., ::-1], images)


# --- dropout-crop


@mistake("dropout-crop", "Some places never come: a window can begin in H - height + 1 rows")
def random_crop(images, height, width, rng):
    rows, columns = images.shape[2] - height, images.shape[3] - width
    if rows < 0 or columns < 0:
        raise ValueError
    tops = rng.integers(max(rows, 1), size=len(images))
    lefts = rng.integers(max(columns, 1), size=len(images))
    places = zip(images, tops, lefts)
    return np.stack([one[:, t : t + height, s : s + width] for one, t, s in places])


@mistake("dropout-crop", "All images are cut in the same place: draw for each.")
def random_crop(images, height, width, rng):
    rows, columns = images.shape[2] - height, images.shape[3] - width
    if rows < 0 or columns < 0:
        raise ValueError
    t, s = rng.integers(rows + 1), rng.integers(columns + 1)
    return images[:, :, t : t + height, s : s + width].copy()


@mistake("dropout-crop", "There is no window of (5, 5) in images of (4, 5).")
def random_crop(images, height, width, rng):
    rows, columns = images.shape[2] - height, images.shape[3] - width
    tops = rng.integers(max(rows + 1, 1), size=len(images))
    lefts = rng.integers(max(columns + 1, 1), size=len(images))
    places = zip(images, tops, lefts)
    return np.stack([one[:, t : t + height, s : s + width] for one, t, s in places])


@mistake("dropout-crop", "What leaves comes back. Repeat the outermost pixels.")
def random_shift(images, most, rng):
    moves = rng.integers(-most, most + 1, size=(len(images), 2))
    return np.stack([np.roll(one, tuple(by), axis=(1, 2)) for one, by in zip(images, moves)])


@mistake("dropout-crop", "The gap is black: repeat the outermost pixels.")
def random_shift(images, most, rng):
    sides = (most, most)
    padded = np.pad(images, ((0, 0), (0, 0), sides, sides))
    return random_crop(padded, *images.shape[2:], rng)


@mistake("dropout-crop", "Row and column always move alike: draw each for itself.")
def random_shift(images, most, rng):
    sides, (height, width) = (most, most), images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), sides, sides), mode="edge")
    starts = rng.integers(2 * most + 1, size=len(images))
    return np.stack([one[:, t : t + height, t : t + width] for one, t in zip(padded, starts)])


@mistake("dropout-crop", "All nine shifts from -1 to 1 must be equally likely, for each image.")
def random_shift(images, most, rng):
    sides, (height, width) = (most, most), images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), sides, sides), mode="edge")
    moves = rng.integers(-most, max(most, 1 - most), size=(len(images), 2)) + most
    return np.stack([one[:, t : t + height, s : s + width] for one, (t, s) in zip(padded, moves)])


# --- dropout-rotate


@mistake("dropout-rotate", "This is turned clockwise.")
def rotate(image, degrees):
    _, height, width = image.shape
    angle = np.deg2rad(degrees)
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    rows, columns = np.mgrid[:height, :width]
    y, x = rows - middle_y, columns - middle_x
    from_y = np.clip(y * np.cos(angle) - x * np.sin(angle) + middle_y, 0, height - 1)
    from_x = np.clip(x * np.cos(angle) + y * np.sin(angle) + middle_x, 0, width - 1)
    top, left = from_y.astype(int), from_x.astype(int)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = from_y - top, from_x - left
    upper = (1 - across) * image[:, top, left] + across * image[:, top, right]
    lower = (1 - across) * image[:, bottom, left] + across * image[:, bottom, right]
    return ((1 - down) * upper + down * lower).astype(image.dtype)


@mistake("dropout-rotate", "These are nearest pixels: interpolate between four.")
def rotate(image, degrees):
    _, height, width = image.shape
    angle = np.deg2rad(degrees)
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    rows, columns = np.mgrid[:height, :width]
    y, x = rows - middle_y, columns - middle_x
    from_y = np.clip(x * np.sin(angle) + y * np.cos(angle) + middle_y, 0, height - 1)
    from_x = np.clip(x * np.cos(angle) - y * np.sin(angle) + middle_x, 0, width - 1)
    return image[:, np.round(from_y).astype(int), np.round(from_x).astype(int)]


@mistake("dropout-rotate", "The angle is taken for radians.")
def rotate(image, degrees):
    _, height, width = image.shape
    angle = degrees
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    rows, columns = np.mgrid[:height, :width]
    y, x = rows - middle_y, columns - middle_x
    from_y = np.clip(x * np.sin(angle) + y * np.cos(angle) + middle_y, 0, height - 1)
    from_x = np.clip(x * np.cos(angle) - y * np.sin(angle) + middle_x, 0, width - 1)
    top, left = from_y.astype(int), from_x.astype(int)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = from_y - top, from_x - left
    upper = (1 - across) * image[:, top, left] + across * image[:, top, right]
    lower = (1 - across) * image[:, bottom, left] + across * image[:, bottom, right]
    return ((1 - down) * upper + down * lower).astype(image.dtype)


@mistake("dropout-rotate", "This is turned about a corner, not the middle.")
def rotate(image, degrees):
    _, height, width = image.shape
    angle = np.deg2rad(degrees)
    y, x = np.mgrid[:height, :width]
    from_y = np.clip(x * np.sin(angle) + y * np.cos(angle), 0, height - 1)
    from_x = np.clip(x * np.cos(angle) - y * np.sin(angle), 0, width - 1)
    top, left = from_y.astype(int), from_x.astype(int)
    bottom, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = from_y - top, from_x - left
    upper = (1 - across) * image[:, top, left] + across * image[:, top, right]
    lower = (1 - across) * image[:, bottom, left] + across * image[:, bottom, right]
    return ((1 - down) * upper + down * lower).astype(image.dtype)


@mistake("dropout-rotate", "Outside is black: take the nearest place inside.")
def rotate(image, degrees):
    _, height, width = image.shape
    image = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    angle = np.deg2rad(degrees)
    middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
    rows, columns = np.mgrid[:height, :width]
    y, x = rows - middle_y, columns - middle_x
    from_y = np.clip(x * np.sin(angle) + y * np.cos(angle) + middle_y + 1, 0, height + 1)
    from_x = np.clip(x * np.cos(angle) - y * np.sin(angle) + middle_x + 1, 0, width + 1)
    top, left = from_y.astype(int), from_x.astype(int)
    bottom, right = np.minimum(top + 1, height + 1), np.minimum(left + 1, width + 1)
    down, across = from_y - top, from_x - left
    upper = (1 - across) * image[:, top, left] + across * image[:, top, right]
    lower = (1 - across) * image[:, bottom, left] + across * image[:, bottom, right]
    return ((1 - down) * upper + down * lower).astype(image.dtype)


@mistake("dropout-rotate", "All images turn by the same angle: draw one for each.")
def random_rotation(images, most, rng):
    angle = rng.uniform(-most, most)
    return np.stack([rotate(image, angle) for image in images])


@mistake("dropout-rotate", "Half must turn each way.")
def random_rotation(images, most, rng):
    angles = rng.uniform(0, most, size=len(images))
    return np.stack([rotate(image, angle) for image, angle in zip(images, angles)])


# --- dropout-jitter


@mistake("dropout-jitter", "All images have the same brightness.")
def colour_jitter(images, strength, rng):
    if not 0 <= strength <= 1:
        raise ValueError
    bright, full = rng.uniform(1 - strength, 1 + strength, size=2).astype(images.dtype)
    grey = images.mean(axis=1, keepdims=True)
    return np.clip(bright * (grey + full * (images - grey)), 0, 1)


@mistake("dropout-jitter", "Brightness and saturation go together: draw each for itself.")
def colour_jitter(images, strength, rng):
    if not 0 <= strength <= 1:
        raise ValueError
    size = (len(images), 1, 1, 1)
    factor = rng.uniform(1 - strength, 1 + strength, size=size).astype(images.dtype)
    grey = images.mean(axis=1, keepdims=True)
    return np.clip(factor * (grey + factor * (images - grey)), 0, 1)


@mistake("dropout-jitter", "Values beyond 0 and 1 must be cut off.")
def colour_jitter(images, strength, rng):
    if not 0 <= strength <= 1:
        raise ValueError
    factors = rng.uniform(1 - strength, 1 + strength, size=(2, len(images), 1, 1, 1))
    bright, full = factors.astype(images.dtype)
    grey = images.mean(axis=1, keepdims=True)
    return bright * (grey + full * (images - grey))


@mistake(
    "dropout-jitter",
    "One brightness and one saturation for each image must explain all of its pixels.",
)
def colour_jitter(images, strength, rng):
    if not 0 <= strength <= 1:
        raise ValueError
    factors = rng.uniform(1 - strength, 1 + strength, size=(2, *images.shape))
    bright, full = factors.astype(images.dtype)
    grey = images.mean(axis=1, keepdims=True)
    return np.clip(bright * (grey + full * (images - grey)), 0, 1)


@mistake("dropout-jitter", "Half must be above 1.")
def colour_jitter(images, strength, rng):
    if not 0 <= strength <= 1:
        raise ValueError
    factors = rng.uniform(1 - strength, 1, size=(2, len(images), 1, 1, 1))
    bright, full = factors.astype(images.dtype)
    grey = images.mean(axis=1, keepdims=True)
    return np.clip(bright * (grey + full * (images - grey)), 0, 1)


# --- dropout-pca


@mistake(
    "dropout-pca", "The variances are not those of pixels: is each row (r, g, b) of one pixel?"
)
def colour_directions(images):
    values, vectors = np.linalg.eigh(np.cov(images.reshape(-1, 3).T, bias=True))
    return values[::-1], vectors[:, ::-1]


@mistake("dropout-pca", "The largest variance comes first, and its direction is column 0.")
def colour_directions(images):
    pixels = np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])
    return np.linalg.eigh(np.cov(pixels.T, bias=True))


@mistake("dropout-pca", "The directions stand in the rows: put them into the columns.")
def colour_directions(images):
    pixels = np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])
    values, vectors = np.linalg.eigh(np.cov(pixels.T, bias=True))
    return values[::-1], vectors[:, ::-1].T


@mistake(
    "dropout-pca",
    "The noise is scaled by roots of the variances: AlexNet takes the variances.",
)
def pca_noise(images, values, vectors, std, rng):
    alphas = rng.normal(0, std, size=(len(images), len(values)))
    colours = (alphas * np.sqrt(values)) @ vectors.T
    return np.clip(images + colours[:, :, None, None], 0, 1).astype(images.dtype)


@mistake(
    "dropout-pca", "All pixels of an image get the same colour: three draws an image, not a pixel."
)
def pca_noise(images, values, vectors, std, rng):
    count, _, height, width = images.shape
    alphas = rng.normal(0, std, size=(count, height, width, 3))
    colours = np.moveaxis((alphas * values) @ vectors.T, -1, 1)
    return np.clip(images + colours, 0, 1).astype(images.dtype)


@mistake("dropout-pca", "All images get the same colour.")
def pca_noise(images, values, vectors, std, rng):
    colour = (rng.normal(0, std, size=3) * values) @ vectors.T
    return np.clip(images + colour[:, None, None], 0, 1).astype(images.dtype)


@mistake("dropout-pca", "The directions are the columns of vectors, not the rows.")
def pca_noise(images, values, vectors, std, rng):
    alphas = rng.normal(0, std, size=(len(images), len(values)))
    colours = (alphas * values) @ vectors
    return np.clip(images + colours[:, :, None, None], 0, 1).astype(images.dtype)


@mistake("dropout-pca", "Values beyond 0 and 1 must be cut off.")
def pca_noise(images, values, vectors, std, rng):
    alphas = rng.normal(0, std, size=(len(images), len(values)))
    colours = (alphas * values) @ vectors.T
    return (images + colours[:, :, None, None]).astype(images.dtype)


# --- dropout-cutout


@mistake("dropout-cutout", "All images lack the same square: draw for each.")
def cutout(images, size, rng, value=0.5):
    if size < 1 or size % 2 == 0:
        raise ValueError
    out, half = images.copy(), size // 2
    row, column = rng.integers(images.shape[2]), rng.integers(images.shape[3])
    top, left = max(row - half, 0), max(column - half, 0)
    out[:, :, top : row + half + 1, left : column + half + 1] = value
    return out


@mistake("dropout-cutout", "The centre may be any pixel, also at the edge.")
def cutout(images, size, rng, value=0.5):
    if size < 1 or size % 2 == 0:
        raise ValueError
    out = images.copy()
    tops = rng.integers(max(images.shape[2] - size + 1, 1), size=len(images))
    lefts = rng.integers(max(images.shape[3] - size + 1, 1), size=len(images))
    for image, top, left in zip(out, tops, lefts):
        image[:, top : top + size, left : left + size] = value
    return out


@mistake("dropout-cutout", "Hide the same square in all channels.")
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


@mistake("dropout-cutout", "Your function changed its 1st argument, images")
def cutout(images, size, rng, value=0.5):
    if size < 1 or size % 2 == 0:
        raise ValueError
    half = size // 2
    for image in images:
        row, column = rng.integers(images.shape[2]), rng.integers(images.shape[3])
        top, left = max(row - half, 0), max(column - half, 0)
        image[:, top : row + half + 1, left : column + half + 1] = value
    return images.copy()


@mistake(
    "dropout-cutout",
    "Each image must lack a square of 3 x 3 round one pixel, as far as it lies inside.",
)
def cutout(images, size, rng, value=0.5):
    if size < 1 or size % 2 == 0:
        raise ValueError
    out, half = images.copy(), size // 2
    for image in out:
        row, column = rng.integers(images.shape[2]), rng.integers(images.shape[3])
        top, left = max(row - half, 0), max(column - half, 0)
        image[:, top : row + half, left : column + half] = value
    return out
