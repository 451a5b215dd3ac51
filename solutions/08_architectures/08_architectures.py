# %% [markdown]
# # 08 Architectures
#
# Afterwards you can read any ConvNet's table of layers, say what it costs before you run it, and build the
# blocks that made nets deep: Inception, residual, dense, squeezed and grouped ones.
#
# **Time:** about 7 hours. **Needs:** lessons 05 and 06. **Data:** the *shapes* that come with the course,
# or CIFAR-10 where you have it (`course data get cifar10`). **Points:** 100. Answers use NumPy; one
# exercise, which says so, is built of PyTorch's modules.

# %% setup="arch" room={"hides": ["course_lib.oracle", "torchvision", "sklearn", "scipy"]}
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import checks, data, figures, oracle

kit = oracle.blocks.layer_kit()  # conv, norm, relu and pool, each (forward, backward)


def pair(value) -> tuple[int, int]:
    """Down and across: (2, 2) of 2, and (2, 1) of (2, 1). For your answers, too."""
    return (value, value) if isinstance(value, int) else tuple(value)


def in_mode(mode: str, *running) -> list[dict]:
    """A bn_param for each of three norms; running: mean and variance of each, in test mode."""
    if mode == "train":
        return [{"mode": mode} for _ in range(3)]
    return [{"mode": mode, "running_mean": mean, "running_var": var} for mean, var in running]


def running_values(bn_params: list) -> list:
    """Mean and variance that norms have left in their dicts; zeros where they left none."""
    names = "running_mean", "running_var"
    return [[bn_param.get(name, np.zeros(1)) for name in names] for bn_param in bn_params]


# %% [markdown]
# ## Right within five guesses
#
# The race that made ConvNets famous had 1,000 classes, among them 120 breeds of dog, and many pictures that
# hold more than one thing. So two errors are published. **Top-1**: the class with the highest score is not
# the label. **Top-5**: the label is not even among the five highest.
#
# By hand: three images, four classes, true classes 2, 0, 3. What are the top-1 and the top-2 error?
#
# $$\begin{pmatrix} 0.1 & 0.2 & 0.9 & 0.3 \\ 0.4 & 0.5 & 0.1 & 0.2 \\ 0.7 & 0.2 & 0.1 & 0.2 \end{pmatrix}$$
#
# <details><summary>The two errors</summary>
#
# Image 0 is right at once. Image 1: class 1 wins, class 0 is second. Image 2: class 0 wins, and classes 1
# and 3 are equal; of equal scores let the smaller class number rank first, as `argmax` does, so class 3 is
# third. Top-1: $2/3$. Top-2: $1/3$.
# </details>
#
# ### Exercise 8.1: top-k error
# 5 points · about 10 minutes · easy
#
# <details><summary>Hint: a sort that keeps the order of equals</summary>
#
# `np.argsort(..., kind="stable")`.
# </details>


# %% answer="arch-top-k"
def top_k_error(scores: np.ndarray, y: np.ndarray, k: int) -> float:
    """Share of the images whose class is not among the k with the highest scores.

    scores: (N, C) float; y: (N,) int, true classes; k: int, from 1 to C
    returns: float, 0 to 1; of equal scores the smaller class number ranks first
    raises: ValueError where k is smaller than 1 or greater than C
    Source: Russakovsky et al. 2015, "ImageNet large scale visual recognition challenge"
    """
    ### BEGIN SOLUTION
    if not 1 <= k <= scores.shape[1]:
        raise ValueError(f"{scores.shape[1]} classes have no best {k}")
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    found = (best == y[:, None]).any(axis=1)
    return float(1 - found.mean())
    ### END SOLUTION


# %% check="arch-top-k" points=5 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("top-k error") as rng:
    scores, y = rng.normal(size=(40, 7)), rng.integers(7, size=40)
    for k in (1, 3, 7):
        due = oracle.architectures.top_k_error(scores, y, k)
        mine = checks.leaves_alone(top_k_error, scores, y, k, share=0.05)
        checks.equal(mine, due, f"top-{k} error")
    with checks.share(0.15, "Equal scores"):
        tied, labels = np.array([[1.0, 3, 3, 3], [2, 2, 2, 2]]), np.array([2, 3])
        due = [oracle.architectures.top_k_error(tied, labels, k) for k in (1, 2, 3)]
        checks.equal([top_k_error(tied.copy(), labels.copy(), k) for k in (1, 2, 3)], due, "top-1, 2, 3")
    for k in (0, 8):
        checks.raises(ValueError, top_k_error, scores, y, k, reason="k is 1 to 7 here", share=0.1)
    ### BEGIN HIDDEN TESTS
    wide, labels = 1000 * rng.normal(size=(30, 50)) - 500, rng.integers(50, size=30)
    for k in (2, 5, 20):
        due = oracle.architectures.top_k_error(wide, labels, k)
        checks.equal(top_k_error(wide.copy(), labels.copy(), k), due, f"top-{k} error")
    one = np.array([[0.2, 0.3, 0.1]])
    for label in range(3):
        due = oracle.architectures.top_k_error(one, np.array([label]), 2)
        checks.equal(top_k_error(one.copy(), np.array([label]), 2), due, "top-2 error of one image")
    with checks.share(0.15, "Equal scores"):
        tied, labels = rng.integers(3, size=(60, 30)) + 0.0, rng.integers(30, size=60)
        due = [oracle.architectures.top_k_error(tied, labels, k) for k in (1, 5, 12)]
        checks.equal([top_k_error(tied.copy(), labels.copy(), k) for k in (1, 5, 12)], due, "top-1, 5, 12")
    checks.raises(ValueError, top_k_error, one, labels[:1], 4, reason="k is 1 to 3", share=0.1)
    checks.raises(ValueError, top_k_error, one, labels[:1], -1, reason="k is 1 to 3", share=0.1)
    ### END HIDDEN TESTS

# %% [markdown]
# ## A net is a table
#
# An architecture is published as a table of layers. Everything else follows from it by arithmetic:
# the shapes, how many numbers are learnt, how many products are computed. You know the parts from lesson 05;
# two are new. **Groups**: the channels are dealt into $g$ equal groups, and each filter sees one group only,
# so that it has $C/g$ instead of $C$ channels. And **global average pooling** replaces each channel by its mean.
#
# | layer | out | parameters | products for an image |
# | --- | --- | --- | --- |
# | conv, $F$ filters of $K \times L$, $g$ groups | $(F, H', W')$ | $F \cdot \frac C g \cdot K \cdot L$, and $F$ biases | (weights) $\cdot H' \cdot W'$ |
# | pool | $(C, H', W')$ | 0 | 0 |
# | batch norm | as it came | $2 C$ | not counted |
# | global average | $(C, 1, 1)$ | 0 | 0 |
# | dense, $M$ units | $(M, 1, 1)$ | $CHW \cdot M$, and $M$ biases | $CHW \cdot M$ |
#
# with $H' = \lfloor (H + 2P - K)/S \rfloor + 1$ as in lesson 05. Nobody counts the additions: there are as many as
# products. Papers call the products *multiply-adds* or MACs, and some call them FLOPs, although a
# product and an addition are two operations.
#
# By hand: an image of (3, 8, 6); a conv layer of 4 filters, 3 x 3, stride 2, padding 1, with bias. The shape, the
# parameters, the products?
#
# <details><summary>The row</summary>
#
# $H' = \lfloor (8 + 2 - 3)/2 \rfloor + 1 = 4$, $W' = \lfloor (6 + 2 - 3)/2 \rfloor + 1 = 3$: shape (4, 4, 3).
# Weights $4 \cdot 3 \cdot 9 = 108$, with biases 112. Products $108 \cdot 12 = 1296$.
# </details>
#
# ### Exercise 8.2: describe a net
# 10 points · about 35 minutes · medium
#
# <details><summary>Hint: what travels from layer to layer?</summary>
#
# Only the shape. Compute each layer's from the one before.
# </details>


# %% answer="arch-describe"
def describe(layers: list[dict], shape: tuple) -> list[dict]:
    """Shapes, parameters and multiplications of a net, layer by layer.

    layers: the first one first, each a dict with "kind", one of
        "conv": filters; kernel, an int or (down, across); stride (1), pad (0), groups (1), bias (True)
        "pool": kernel, as for conv; stride (1), pad (0)
        "norm": batch norm, two parameters a channel
        "global": average of each channel
        "dense": units; bias (True); takes all the numbers that come in
        In brackets what holds where the key is absent. stride and pad are ints.
    shape: (C, H, W) of the image
    returns: for each layer {"shape": (C, H, W) of what it gives, (M, 1, 1) for a dense one,
        "parameters": int, "multiplications": int for one image, of conv and dense layers alone}
    raises: ValueError where a kernel is larger than the padded input, or groups do not divide both
        the channels that come in and the filters
    """
    ### BEGIN SOLUTION
    rows = []
    for layer in layers:
        C, H, W = shape
        weights = biases = 0
        if layer["kind"] in ("conv", "pool"):
            (down, across), stride = pair(layer["kernel"]), layer.get("stride", 1)
            room_down = H + 2 * layer.get("pad", 0) - down
            room_across = W + 2 * layer.get("pad", 0) - across
            if room_down < 0 or room_across < 0:
                raise ValueError(f"a window of {down} x {across} does not fit into {H} x {W}")
            H, W = room_down // stride + 1, room_across // stride + 1
        if layer["kind"] == "conv":
            filters, groups = layer["filters"], layer.get("groups", 1)
            if C % groups or filters % groups:
                raise ValueError(f"{groups} groups do not divide {C} channels and {filters} filters")
            weights, biases = filters * (C // groups) * down * across, filters
            C = filters
        elif layer["kind"] == "norm":
            biases = 2 * C
        elif layer["kind"] == "global":
            H = W = 1
        elif layer["kind"] == "dense":
            weights, biases = C * H * W * layer["units"], layer["units"]
            C, H, W = layer["units"], 1, 1
        shape = C, H, W
        parameters = weights + biases * layer.get("bias", True)
        rows.append(
            {"shape": shape, "parameters": parameters, "multiplications": weights * H * W}
        )
    return rows
    ### END SOLUTION


# %% check="arch-describe" points=10 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a net as a table") as rng:
    net = [{"kind": "conv", "filters": 8, "kernel": (3, 5), "stride": 2, "pad": 1}]
    net += [{"kind": "norm"}, {"kind": "pool", "kernel": 3, "stride": 2}]
    net += [{"kind": "conv", "filters": 12, "kernel": 3, "pad": 1, "groups": 4, "bias": False}]
    net += [{"kind": "global"}, {"kind": "dense", "units": 10}]
    due = oracle.architectures.described(net, (3, 32, 28))
    checks.equal(checks.leaves_alone(describe, net, (3, 32, 28), share=0.05), due, "rows")
    with checks.share(0.15, "What cannot be built"):
        broken = [{"kind": "pool", "kernel": 5}], [{**net[3], "groups": 2}], [{**net[3], "groups": 3}]
        for wrong, shape in zip(broken, ((4, 4, 9), (3, 8, 8), (3, 8, 8))):
            why = "the kernel must fit, and groups must divide channels and filters"
            checks.raises(ValueError, describe, [wrong[0] | {"filters": 4}], shape, reason=why)
    ### BEGIN HIDDEN TESTS
    flat = [{"kind": "dense", "units": 7, "bias": False}, {"kind": "dense", "units": 3}]
    deep = [{"kind": "conv", "filters": 6, "kernel": 1}, {"kind": "pool", "kernel": (2, 3)}]
    deep += [{"kind": "conv", "filters": 6, "kernel": (1, 4), "groups": 6, "stride": 3, "pad": 2}]
    deep += [{"kind": "pool", "kernel": (5, 4), "stride": 3, "pad": 1}, {"kind": "norm"}]
    alex = [(96, 11, 4, 0, 1), (256, 5, 1, 2, 2), (384, 3, 1, 1, 1), (384, 3, 1, 1, 2), (256, 3, 1, 1, 2)]
    keys, shrink = ("filters", "kernel", "stride", "pad", "groups"), {"kind": "pool", "kernel": 3, "stride": 2}
    alex = [{"kind": "conv", **dict(zip(keys, row))} for row in alex]
    alex = [alex[0], shrink, alex[1], shrink, *alex[2:], shrink]
    alex += [{"kind": "dense", "units": units} for units in (4096, 4096, 1000)]
    for layers, shape in ((flat, (2, 5, 3)), (deep, (4, 19, 23)), (alex, (3, 227, 227)), ([], (3, 4, 4))):
        due = oracle.architectures.described(layers, shape)
        checks.equal(describe(layers, shape), due, "rows")
    with checks.share(0.15, "What cannot be built"):
        why = "the kernel must fit, and groups must divide channels and filters"
        for kernel in ((1, 7), (7, 1)):
            wide = {"kind": "conv", "filters": 2, "kernel": kernel, "pad": 1}
            checks.raises(ValueError, describe, [wide], (1, 4, 4), reason=why)
        fits = [{"kind": "pool", "kernel": (6, 4), "pad": 1}]
        checks.equal(describe(fits, (1, 4, 2)), oracle.architectures.described(fits, (1, 4, 2)), "rows")
    ### END HIDDEN TESTS

# %% [markdown]
# ## What a pass keeps
#
# Parameters are only half of what a net needs; the other half is its activations. To go *back* through the
# net, every array that went forward has to be kept: the image and what each layer gave (a ReLU writes over
# its input). And every parameter comes with its gradient and, for momentum, its velocity. To go *forward*
# only, two neighbours are needed at a time: what comes in and what goes out.
#
# By hand: an image of (3, 4, 4), then arrays of (8, 4, 4), (8, 2, 2) and (10, 1, 1); 546 parameters; float32, 4 bytes a
# number. One image at a time: how many bytes for training, how many for inference?
#
# <details><summary>The bytes</summary>
#
# The sizes are 48, 128, 32 and 10, together 218. Training: $4 \cdot 218 + 3 \cdot 4 \cdot 546 = 872 + 6552 = 7424$ bytes. Inference: the
# largest two neighbours are $48 + 128 = 176$, so $4 \cdot 176 + 4 \cdot 546 = 2888$.
# </details>
#
# ### Exercise 8.3: memory of a pass
# 6 points · about 15 minutes · easy


# %% answer="arch-memory"
def pass_memory(shapes: list[tuple], parameters: int, batch: int = 1, size: int = 4) -> tuple:
    """Bytes of a net while it is trained with momentum, and while it only answers.

    shapes: of the image, then of what each layer gives, in order
    parameters: numbers that the net learns; batch: images at a time; size: bytes of a number
    returns: int, int
        training: all arrays of `shapes` for the batch; each parameter, its gradient, its velocity
        inference: the parameters, and the two neighbours that are largest together (the image alone
        where there is no layer)
    """
    ### BEGIN SOLUTION
    sizes = [batch * size * int(np.prod(shape)) for shape in shapes]
    held = size * parameters
    largest = max(sum(sizes[i : i + 2]) for i in range(len(sizes)))
    return sum(sizes) + 3 * held, largest + held
    ### END SOLUTION


# %% check="arch-memory" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("memory of a pass"):
    shapes = [(3, 4, 5), (8, 4, 5), (8, 2, 2), (40, 1, 1), (10, 1, 1)]
    due = oracle.architectures.pass_memory(shapes, 546)
    mine = checks.leaves_alone(pass_memory, shapes, 546, share=0.05)
    checks.equal(mine, due, "training, inference")
    due = oracle.architectures.pass_memory(shapes, 546, 10, 2)
    checks.equal(pass_memory(shapes, 546, 10, 2), due, "training, inference")
    with checks.share(0.1, "No layer"):
        due = oracle.architectures.pass_memory(shapes[:1], 0)
        checks.equal(pass_memory(shapes[:1], 0), due, "training, inference")
    ### BEGIN HIDDEN TESTS
    late = [(1, 9, 7), (2, 3, 3), (90, 3, 3), (5, 3, 3), (80, 3, 4)]
    for batch, size in ((1, 8), (32, 4), (3, 2)):
        due = oracle.architectures.pass_memory(late, 70_001, batch, size)
        checks.equal(pass_memory(late, 70_001, batch, size), due, "training, inference")
    falling = [(9, 9, 9), (5, 9, 9), (8, 9, 9), (7, 9, 9)]
    due = oracle.architectures.pass_memory(falling, 11, 2)
    checks.equal(pass_memory(falling, 11, 2), due, "training, inference")
    with checks.share(0.1, "No layer"):
        due = oracle.architectures.pass_memory([(3, 5, 7)], 10, 3, 8)
        checks.equal(pass_memory([(3, 5, 7)], 10, 3, 8), due, "training, inference")
    ### END HIDDEN TESTS

# %% [markdown]
# ## The mean of a map instead of a million weights
#
# Network in Network (Lin, Chen and Yan 2014) threw the large dense layers out. After the last convolution
# each channel is replaced by its mean over all places, and one small dense layer makes scores of the means.
# Nothing is tied to a place any more, no weights are left to overfit there, and an image of any size will do.
#
# And a gift (Zhou et al. 2016, **class activation maps**, CAM). The score of class $k$ is a sum over channels of a mean over places; exchange the two sums:
#
# $$\sum_c w_{ck} \frac{1}{HW} \sum_{ij} x_{cij} = \frac{1}{HW} \sum_{ij} \underbrace{\sum_c w_{ck}\, x_{cij}}_{\text{how much place } ij \text{ speaks for } k}$$
#
# By hand: two channels of 1 x 2, $(1, 3)$ and $(0, 4)$; a class with weights $(2, -1)$. The means are 2 and 2, the score is $2 \cdot 2 - 2 = 2$.
# The map: $2 \cdot (1, 3) - (0, 4) = (2, 2)$. Its mean is 2 as well. And on the way back, a gradient of 6 for
# the mean of two pixels gives each of them 3.
#
# ### Exercise 8.4: global average pooling
# 7 points · about 15 minutes · easy


# %% answer="arch-global"
def global_pool_forward(x: np.ndarray) -> tuple:
    """The mean of each channel.

    x: (N, C, H, W) float
    returns: (N, C) float, and a cache
    Source: Lin, Chen and Yan 2014, "Network in network"
    """
    ### BEGIN SOLUTION
    return x.mean(axis=(2, 3)), x.shape
    ### END SOLUTION


def global_pool_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: (N, C); cache: of the forward pass. returns: dx (N, C, H, W)"""
    ### BEGIN SOLUTION
    N, C, H, W = cache
    return np.ones((N, C, H, W)) * dout[:, :, None, None] / (H * W)
    ### END SOLUTION


def class_activation_map(maps: np.ndarray, w: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How much each place of an image speaks for a class.

    maps: (N, C, H, W) float, what goes into the global pool
    w: (C, classes) float, weights of the dense layer behind it
    labels: (N,) int, the class that is asked about, for each image
    returns: (N, H, W) float, whose mean over places is the score of that class, less its bias
    Source: Zhou et al. 2016, "Learning deep features for discriminative localization"
    """
    ### BEGIN SOLUTION
    return (w[:, labels].T[:, :, None, None] * maps).sum(axis=1)
    ### END SOLUTION


# %% check="arch-global" points=4 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("global average pooling") as rng:
    x, dout = rng.normal(size=(3, 4, 5, 6)), rng.normal(size=(3, 4))
    due = oracle.blocks.global_average(x)
    dx = oracle.gradients(oracle.blocks.global_average, dout, x)[0]
    out, cache = checks.leaves_alone(global_pool_forward, x, share=0.1)
    checks.equal(out, due, "out")
    checks.equal(checks.leaves_alone(global_pool_backward, dout, cache, share=0.1), dx, "dx")
    ### BEGIN HIDDEN TESTS
    for shape in ((1, 1, 1, 7), (2, 5, 3, 1), (1, 3, 4, 4)):
        x, dout = rng.normal(size=shape), rng.normal(size=shape[:2])
        due = oracle.blocks.global_average(x)
        dx = oracle.gradients(oracle.blocks.global_average, dout, x)[0]
        out, cache = global_pool_forward(x.copy())
        checks.equal(out, due, "out")
        checks.equal(global_pool_backward(dout.copy(), cache), dx, "dx")
    ### END HIDDEN TESTS

# %% check="arch-global-map" points=3 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("class activation maps") as rng:
    maps, w = rng.normal(size=(4, 5, 3, 6)), rng.normal(size=(5, 7))
    labels = np.array([6, 0, 3, 3])
    due = oracle.blocks.class_maps(maps, w, labels)
    mine = checks.leaves_alone(class_activation_map, maps, w, labels, share=0.1)
    checks.equal(mine, due, "maps of the classes")
    ### BEGIN HIDDEN TESTS
    for N, C, side, classes in ((1, 2, (4, 1), 2), (6, 6, (6, 6), 6), (3, 8, (2, 5), 4)):
        maps, w = rng.normal(size=(N, C, *side)), rng.normal(size=(C, classes))
        labels = rng.integers(classes, size=N)
        due = oracle.blocks.class_maps(maps, w, labels)
        checks.equal(class_activation_map(maps, w, labels), due, "maps of the classes")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Several sizes at once
#
# Which filter size is right, 1, 3 or 5? GoogLeNet (Szegedy et al. 2015) takes all of them, and a pool, and lays
# the results side by side along the channels. An **Inception module** has four branches on the same input:
#
# | branch | layers | channels |
# | --- | --- | --- |
# | 1 | 1x1 | $F_1$ |
# | 2 | 1x1 to fewer channels, then 3x3 | $F_3$ |
# | 3 | 1x1 to fewer channels, then 5x5 | $F_5$ |
# | 4 | max pool 3x3, stride 1, then 1x1 | $F_p$ |
#
# Each convolution keeps the size and is followed by a ReLU. (Here and in the following blocks convolutions have no bias,
# which shortens the page and changes no idea.)
#
# The way back holds two small thoughts. Side by side on the way out means *cut apart* on the way back: each branch
# gets the channels of `dout` that it made. And one input used four times means that its gradient is a *sum of four*.
# By hand: a single pixel with value 2; branches $2x$, $x^2$, $3x$ and $x$ give $(4, 4, 6, 2)$. With dout $= (1, 1, 1, 1)$: $2 + 2 \cdot 2 + 3 + 1 = 10$.
#
# Layers are lent to you as pairs in the dict `layers`, so that old mistakes cost nothing here: `layers["conv"]`,
# `layers["relu"]`, `layers["pool"]` are `(forward, backward)` by the layer contract:
#
# | call | gives |
# | --- | --- |
# | `conv[0](x, w, {"stride": 1, "pad": 0})` | out, cache |
# | `conv[1](dout, cache)` | dx, dw |
# | `relu[0](x)`, `pool[0](x)`: 3x3, keeps the size | out, cache |
# | `relu[1](dout, cache)`, `pool[1](dout, cache)` | dx |
#
# ### Exercise 8.5: an Inception module
# 9 points · about 35 minutes · medium
#
# <details><summary>Hint: one loop instead of four copies</summary>
#
# Describe the four branches by a list of lists of names, and go through it.
# </details>
#
# <details><summary>Hint: where to cut</summary>
#
# `np.split(dout, places, axis=1)` takes the places to cut at: sums of the widths so far.
# </details>


# %% answer="arch-inception"
def inception_forward(x: np.ndarray, params: dict, layers: dict) -> tuple:
    """Four branches on one input, their results side by side.

    x: (N, C, H, W) float
    params: filters without bias, "1x1" (F1, C, 1, 1); "3x3 in" (R3, C, 1, 1), "3x3" (F3, R3, 3, 3);
        "5x5 in" (R5, C, 1, 1), "5x5" (F5, R5, 5, 5); "pool out" (Fp, C, 1, 1)
    layers: "conv", "relu", "pool", each (forward, backward)
    returns: (N, F1 + F3 + F5 + Fp, H, W) float, in this order; and a cache
    Source: Szegedy et al. 2015, "Going deeper with convolutions"
    """
    ### BEGIN SOLUTION
    outs, caches = [], []
    for branch in (["1x1"], ["3x3 in", "3x3"], ["5x5 in", "5x5"], ["pool", "pool out"]):
        out, cache = x, []
        for name in branch:
            if name == "pool":
                out, one = layers["pool"][0](out)
                cache.append((name, one))
                continue
            w = params[name]
            out, before = layers["conv"][0](out, w, {"stride": 1, "pad": w.shape[2] // 2})
            out, after = layers["relu"][0](out)
            cache.append((name, (before, after)))
        outs.append(out)
        caches.append((out.shape[1], cache))
    return np.concatenate(outs, axis=1), caches
    ### END SOLUTION


def inception_backward(dout: np.ndarray, cache, layers: dict) -> tuple:
    """Gradients of inception_forward.

    dout: of the shape of its result; cache: of the forward pass; layers: as there
    returns: dx (N, C, H, W), and a dict of the gradient of each array of params
    """
    ### BEGIN SOLUTION
    dx, grads, start = 0, {}, 0
    for width, branch in cache:
        d = dout[:, start : start + width]
        start += width
        for name, one in branch[::-1]:
            if name == "pool":
                d = layers["pool"][1](d, one)
                continue
            d = layers["relu"][1](d, one[1])
            d, grads[name] = layers["conv"][1](d, one[0])
        dx = dx + d
    return dx, grads
    ### END SOLUTION


# %% check="arch-inception" points=4 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("an Inception module") as rng:
    x, params = rng.normal(size=(2, 5, 6, 7)), oracle.blocks.inception_params(rng, 5, (2, 4, 3), (3, 2, 1))
    due = oracle.blocks.result(oracle.blocks.inception, x, params)
    out, _ = checks.leaves_alone(inception_forward, x, params, kit, share=0.1)
    checks.equal(out, due, "out")
    ### BEGIN HIDDEN TESTS
    for shape, widths, reduced in (((1, 3, 4, 2), (1, 1, 2), (2, 1, 3)), ((3, 2, 5, 5), (3, 2, 1), (1, 4, 2))):
        x = rng.normal(size=shape)
        params = oracle.blocks.inception_params(rng, shape[1], widths, reduced)
        due = oracle.blocks.result(oracle.blocks.inception, x, params)
        checks.equal(inception_forward(x, params, kit)[0], due, f"out of widths {widths}")
    ### END HIDDEN TESTS

# %% check="arch-inception-back" points=5 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("back through an Inception module") as rng:
    x, params = rng.normal(size=(2, 5, 6, 7)), oracle.blocks.inception_params(rng, 5, (2, 4, 3), (3, 2, 1))
    _, dout, dx_due, due = oracle.blocks.both_ways(oracle.blocks.inception, rng, x, params)
    _, cache = inception_forward(x.copy(), params, kit)
    dx, grads = checks.leaves_alone(inception_backward, dout, cache, kit, share=0.1)
    checks.equal(dx, dx_due, "dx")
    checks.equal(grads, due, "gradients")
    ### BEGIN HIDDEN TESTS
    for shape, widths, reduced in (((1, 3, 4, 2), (1, 1, 2), (2, 1, 3)), ((3, 2, 5, 5), (3, 2, 1), (1, 4, 2))):
        x = rng.normal(size=shape)
        params = oracle.blocks.inception_params(rng, shape[1], widths, reduced)
        _, dout, dx_due, due = oracle.blocks.both_ways(oracle.blocks.inception, rng, x, params)
        _, cache = inception_forward(x.copy(), params, kit)
        checks.equal(inception_backward(dout, cache, kit), (dx_due, due), "dx, gradients")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Why the 1x1 stand in front
#
# They look like an afterthought and are the point. Take the lecture's example: 256 channels of 28 x 28, and branches
# of 128, 192 and 96 filters. Naive, without any 1x1 in front and behind: the products of the 5x5 branch alone are
# $28^2 \cdot 96 \cdot 25 \cdot 256 = 481{,}689{,}600$. And the pool hands its 256 channels on, so that each module is wider than the last.
# A 1x1 layer to 64 channels first costs $28^2 \cdot 64 \cdot 256 = 12{,}845{,}056$, and the 5x5 behind it $120{,}422{,}400$:
# a **bottleneck**, 28 % of the price.
#
# ### Exercise 8.6: bottleneck arithmetic
# 5 points · about 15 minutes · easy
#
# Count a whole module, both ways.


# %% answer="arch-bottleneck"
def inception_cost(shape: tuple, widths: dict, reduced: dict | None = None) -> dict:
    """What the convolutions of an Inception module cost for one image.

    shape: (C, H, W) of what comes in; every layer keeps H and W, none has a bias
    widths: filters of the branches, {"1x1": int, "3x3": int, "5x5": int}
    reduced: filters of the 1x1 layers before "3x3", before "5x5" and behind "pool"; None for the
        naive module, which has none of these layers
    returns: {"multiplications": int, "parameters": int, "channels": int of what goes out}
    Source: CS231n 2017, lecture 9
    """
    ### BEGIN SOLUTION
    C, H, W = shape
    into = reduced or {"3x3": C, "5x5": C}
    weights = widths["1x1"] * C
    weights += 9 * widths["3x3"] * into["3x3"]
    weights += 25 * widths["5x5"] * into["5x5"]
    channels = sum(widths.values())
    if reduced:
        weights += sum(reduced.values()) * C
        channels += reduced["pool"]
    else:
        channels += C
    return {"multiplications": weights * H * W, "parameters": weights, "channels": channels}
    ### END SOLUTION


# %% check="arch-bottleneck" points=5 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("bottleneck arithmetic"):
    shape, widths = (20, 5, 7), {"1x1": 8, "3x3": 12, "5x5": 6}
    reduced = {"3x3": 5, "5x5": 3, "pool": 4}
    naive = oracle.architectures.inception_cost(shape, widths)
    narrow = oracle.architectures.inception_cost(shape, widths, reduced)
    checks.equal(checks.leaves_alone(inception_cost, shape, widths, share=0.1), naive, "naive")
    mine = checks.leaves_alone(inception_cost, shape, widths, reduced, share=0.1)
    checks.equal(mine, narrow, "with bottlenecks")
    ### BEGIN HIDDEN TESTS
    lecture = (256, 28, 28), {"1x1": 128, "3x3": 192, "5x5": 96}, {"3x3": 64, "5x5": 64, "pool": 64}
    wide = (7, 9, 2), {"1x1": 1, "3x3": 2, "5x5": 3}, {"3x3": 11, "5x5": 13, "pool": 17}
    for shape, widths, reduced in (lecture, wide):
        naive = oracle.architectures.inception_cost(shape, widths)
        narrow = oracle.architectures.inception_cost(shape, widths, reduced)
        checks.equal(inception_cost(shape, widths), naive, "naive")
        checks.equal(inception_cost(shape, widths, reduced), narrow, "with bottlenecks")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
lecture = (256, 28, 28), {"1x1": 128, "3x3": 192, "5x5": 96}
cheap = {"3x3": 64, "5x5": 64, "pool": 64}
for name, cost in {"naive": inception_cost(*lecture), "bottleneck": inception_cost(*lecture, cheap)}.items():
    print(f"{name}: {cost['multiplications']:,} products, {cost['channels']} channels go out")

# %% [markdown]
# The naive sum, 854,196,224, is the lecture's 854 million. Its other number, 358 million, is not what its own
# layers give: three 1x1 layers of 64 filters, $3 \cdot 12{,}845{,}056$, the 1x1 branch $25{,}690{,}112$, the 3x3 $86{,}704{,}128$ and the 5x5
# $120{,}422{,}400$ make **271,351,808**, less than a third of the naive sum. Whenever a famous number matters to you, add it up.
#
# ## Add what came in
#
# Now the question of the beginning. A deeper net *could* copy the shallower one and let the additional layers do
# nothing: $F(x) = x$. So its training error should never be higher. It was higher; so the layers did not find the
# identity. He et al. (2016) made it the thing that costs nothing: let the layers compute what is to be *added*,
#
# $$\text{out} = \text{relu}(f(x) + x)$$
#
# and "do nothing" means weights of 0. The gradient profits as well. By hand: $f(x) = w_2 \,\text{relu}(w_1 x)$ with $x = 1$, $w_1 = 0.1$, $w_2 = 0.1$.
# Through $f$ alone the gradient is $0.01$; through $f(x) + x$ it is $1.01$. Ten such layers: $10^{-20}$ against $1.1$.
#
# The block: 3x3 convolution, batch norm, ReLU, 3x3 convolution, batch norm; then the sum; then ReLU. Where the block has a
# stride of 2, or other channels go out than came in, $x$ does not fit the sum: then a **projection**, a 1x1
# convolution of the same stride and its own batch norm, makes it fit.
#
# Lent as before: `layers["conv"]`, `layers["relu"]`, and `layers["norm"]`, batch norm of images with lesson 06's contract:
# `norm[0](x, gamma, beta, bn_param)` gives out and cache and keeps its running values in `bn_param`; `norm[1](dout, cache)` gives dx, dgamma, dbeta.
#
# ### Exercise 8.7: a residual block
# 12 points · about 45 minutes · hard
#
# <details><summary>Hint: one number used twice</summary>
#
# $x$ goes into the branch and round it. What comes back on the two ways adds up, as everywhere.
# </details>


# %% answer="arch-residual"
def residual_forward(x: np.ndarray, params: dict, bn_params: list, stride: int, layers: dict) -> tuple:
    """Two convolutions with batch norm, x added, ReLU.

    x: (N, C, H, W) float
    params: "w1" (F, C, 3, 3), "gamma1", "beta1" (F,); "w2" (F, F, 3, 3), "gamma2", "beta2" (F,); and
        where the way round is a projection, "w3" (F, C, 1, 1), "gamma3", "beta3" (F,)
    bn_params: a dict for each norm, first, second, projection's; they go on to `norm` itself
    stride: of the first convolution and of the projection
    layers: "conv", "norm", "relu", each (forward, backward)
    returns: (N, F, H', W') float, and a cache
    raises: ValueError where there is no "w3" and x has not the shape of what is added to it
    Source: He et al. 2016, "Deep residual learning for image recognition"
    """
    ### BEGIN SOLUTION
    conv, norm, relu = (layers[name][0] for name in ("conv", "norm", "relu"))
    out, conv1 = conv(x, params["w1"], {"stride": stride, "pad": 1})
    out, norm1 = norm(out, params["gamma1"], params["beta1"], bn_params[0])
    out, relu1 = relu(out)
    out, conv2 = conv(out, params["w2"], {"stride": 1, "pad": 1})
    out, norm2 = norm(out, params["gamma2"], params["beta2"], bn_params[1])
    way, projection = x, None
    if "w3" in params:
        way, conv3 = conv(x, params["w3"], {"stride": stride, "pad": 0})
        way, norm3 = norm(way, params["gamma3"], params["beta3"], bn_params[2])
        projection = conv3, norm3
    if way.shape != out.shape:
        raise ValueError(f"{way.shape} cannot be added to {out.shape}: a projection is missing")
    out, relu2 = relu(out + way)
    return out, (conv1, norm1, relu1, conv2, norm2, projection, relu2)
    ### END SOLUTION


def residual_backward(dout: np.ndarray, cache, layers: dict) -> tuple:
    """Gradients of residual_forward in train mode.

    dout: of the shape of its result; cache: of the forward pass; layers: as there
    returns: dx (N, C, H, W), and a dict of the gradient of each array of params
    """
    ### BEGIN SOLUTION
    conv, norm, relu = (layers[name][1] for name in ("conv", "norm", "relu"))
    conv1, norm1, relu1, conv2, norm2, projection, relu2 = cache
    grads = {}
    dsum = relu(dout, relu2)
    d, grads["gamma2"], grads["beta2"] = norm(dsum, norm2)
    d, grads["w2"] = conv(d, conv2)
    d, grads["gamma1"], grads["beta1"] = norm(relu(d, relu1), norm1)
    dx, grads["w1"] = conv(d, conv1)
    if projection:
        conv3, norm3 = projection
        dsum, grads["gamma3"], grads["beta3"] = norm(dsum, norm3)
        dsum, grads["w3"] = conv(dsum, conv3)
    return dx + dsum, grads
    ### END SOLUTION


# %% check="arch-residual" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a residual block") as rng:
    x, blocks = rng.normal(size=(3, 4, 5, 6)), oracle.blocks
    plain, wide = blocks.residual_params(rng, 4, 4, False), blocks.residual_params(rng, 4, 7, True)
    due, statistics = blocks.result(blocks.residual, x, wide, 2), blocks.residual_statistics(x, wide, 2)
    train, running = in_mode("train"), blocks.running_values(rng, 4, 2)
    checks.equal(residual_forward(x.copy(), wide, train, 2, kit)[0], due, "out with a projection")
    with checks.share(0.1, "The dicts in bn_params go on to the norms"):
        checks.equal(running_values(train), statistics, "running values")
    due, test = blocks.result(blocks.residual, x, plain, 1, running), in_mode("test", *running)
    out, _ = checks.leaves_alone(residual_forward, x, plain, test, 1, kit, share=0.05)
    checks.equal(out, due, "out in test mode")
    checks.raises(ValueError, residual_forward, x, plain, test, 2, kit, reason="x has other places", share=0.1)
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(2, 3, 7, 4)) + 0.5
    for filters, stride, project in ((3, 1, False), (6, 1, True), (3, 2, True), (2, 3, True)):
        params = blocks.residual_params(rng, 3, filters, project)
        due = blocks.result(blocks.residual, x, params, stride)
        mine = residual_forward(x.copy(), params, in_mode("train"), stride, kit)[0]
        checks.equal(mine, due, f"out of {filters} filters, stride {stride}")
        running = blocks.running_values(rng, filters, 2 + project)
        due = blocks.result(blocks.residual, x, params, stride, running)
        mine = residual_forward(x.copy(), params, in_mode("test", *running), stride, kit)[0]
        checks.equal(mine, due, f"out of {filters} filters, stride {stride}, test mode")
    narrow, why = blocks.residual_params(rng, 3, 1, False), "x has other channels"
    test = in_mode("test", *blocks.running_values(rng, 1, 2))
    checks.raises(ValueError, residual_forward, x, narrow, test, 1, kit, reason=why, share=0.1)
    ### END HIDDEN TESTS

# %% check="arch-residual-back" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("back through a residual block") as rng:
    x = rng.normal(size=(3, 4, 5, 6))
    for name, filters, stride in (("identity", 4, 1), ("projection", 7, 2)):
        params = oracle.blocks.residual_params(rng, 4, filters, name == "projection")
        _, dout, dx_due, due = oracle.blocks.both_ways(oracle.blocks.residual, rng, x, params, stride)
        _, cache = residual_forward(x.copy(), params, in_mode("train"), stride, kit)
        dx, grads = checks.leaves_alone(residual_backward, dout, cache, kit, share=0.1)
        checks.equal(dx, dx_due, f"dx, {name}")
        checks.equal(grads, due, f"gradients, {name}")
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(2, 3, 7, 4)) + 0.5
    for filters, stride, project in ((3, 1, False), (6, 1, True), (3, 2, True), (2, 3, True)):
        params = oracle.blocks.residual_params(rng, 3, filters, project)
        _, dout, dx_due, due = oracle.blocks.both_ways(oracle.blocks.residual, rng, x, params, stride)
        train = in_mode("train")
        _, cache = residual_forward(x.copy(), params, train, stride, kit)
        mine = residual_backward(dout, cache, kit)
        checks.equal(mine, (dx_due, due), "dx, gradients")
    ### END HIDDEN TESTS
