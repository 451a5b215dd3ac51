# %% [markdown]
# # 13 Detection and segmentation
#
# Afterwards you can find, name and outline the objects in a picture, build each part of a detector
# yourself, train one in half a minute, and measure how good it is.
#
# **Time:** about 5 hours; about 7 and a half with the optional exercises. **Needs:** lessons 05 and 09; 08
# helps. **Data:** pictures of one to four *shapes* that the course draws, 64 x 64; CIFAR-10 has
# labels only, so it cannot serve here. **Points:** 100. Answers use NumPy; the loss of the last
# exercise is written in PyTorch. No later exercise needs an optional one.

# %% setup="detect" room={"hides": ["course_lib.oracle", "torchvision", "sklearn", "scipy"]}
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course_lib import checks, data, figures, oracle, pretrained


def random_boxes(rng: np.random.Generator, count: int, side: float = 64) -> np.ndarray:
    """(count, 4) float: left, top, right, bottom, somewhere in a square."""
    return np.sort(rng.uniform(0, side, (count, 2, 2)), axis=1).reshape(count, 4)


def near(boxes: np.ndarray, rng: np.random.Generator, shift: float = 3) -> np.ndarray:
    """The same boxes, each edge moved a little; none becomes empty."""
    moved = boxes + rng.uniform(-shift, shift, boxes.shape)
    return np.concatenate([moved[:, :2], np.maximum(moved[:, 2:], moved[:, :2] + 1)], axis=1)


def detected(truth: dict, rng: np.random.Generator, shift: float = 3, wrong: float = 0) -> dict:
    """Two made-up detections of each true box; a share of them has the wrong class."""
    boxes, labels = (np.repeat(truth[key], 2, axis=0) for key in ("boxes", "labels"))
    scores = rng.random(len(labels))
    labels = labels + (rng.random(len(labels)) < wrong)
    return {"boxes": near(boxes, rng, shift), "scores": scores, "labels": labels}


# %% [markdown]
# ## What, where, and how many?
#
# Lesson 05 slid a classifier along a street of six pictures and got a class for every two pixels.
# It did not say how many things there are, nor where one ends. Here is such a picture, and what we
# want to know about it.

# %% tags=["experiment"]
street = data.draw_object_pictures(6, seed=15)
figures.show(
    figures.detection.boxed(street.images, street.boxes, street.labels, street.classes),
    caption="Six pictures of one to four objects, each with its box and its class. A box is the "
    "smallest one around the visible part of an object. All of this comes from the program that "
    "drew them.",
    alt="Six small pictures with coloured backgrounds; each of their shapes is framed by a white "
    "box with a name such as star or ring.",
)

# %% [markdown]
# A classifier has one output for each class. What should the output of a net be that may find one
# object, or four, or none? The number of answers is not known before the net has seen the
# picture. That is
# the difficulty of this lesson, and every method in it is a way round it. The tasks, side by side:
#
# | task | answer for a picture | how many numbers |
# | --- | --- | --- |
# | classification (lessons 01 to 08) | one class | $C$ scores |
# | classification and **localisation** | one class, one box | $C$ scores and 4 numbers |
# | **detection** | a class and a box for each object | not known before |
# | **semantic segmentation** | a class for each pixel | $C \times H \times W$ scores |
# | **instance segmentation** | a class and a mask for each object | not known before |
# | **pose** | for each person the places of joints (say 14) | $2 \cdot 14$ numbers for each person |
# | **dense captioning** | a box and a sentence for each region | not known before |
#
# Semantic segmentation does not tell two touching stars apart: all their pixels are "star".
# Instance segmentation does.

# %% tags=["experiment"]
figures.show(
    figures.detection.tasks(street, 0),
    caption="One picture, five answers. In the fourth, a colour is a class; in the fifth, a "
    "colour is an object.",
    alt="The same picture five times: with one name, with one box, with all boxes, with "
    "coloured classes of pixels, with coloured objects.",
)

# %% [markdown]
# ## How much do two boxes agree?
#
# A box is four numbers: left, top, right, bottom. The right and the bottom edge lie just beyond the
# last pixel, so that the width is right minus left. (PASCAL VOC's own code counts pixels
# inclusively, and adds 1. Mixing the two conventions is a classic bug.)
#
# Two boxes hardly ever agree to the pixel. Their **intersection over union** (IoU) says how much they
# agree: the area that both cover, divided by the area that at least one covers. It is 1 where they are
# equal and 0 where they do not overlap. In PASCAL VOC a detection counts as right from 0.5 on.
#
# By hand: $a = (0, 0, 4, 2)$ and $b = (2, 1, 6, 5)$. The intersection, the union, the IoU?
#
# <details><summary>The three numbers</summary>
#
# Both cover $2 \le x \le 4$ and $1 \le y \le 2$: area 2. The areas are 8 and 16. The union is
# $8 + 16 - 2 = 22$, since the intersection was counted twice. $2 / 22 = 0.09$.
# </details>
#
# And if $b$ began at $x = 5$? The smaller right edge (4) minus the larger left edge (5) gives a
# width of -1. Remember that case.

# %% tags=["experiment"]
figures.dragging.drag_two_boxes(
    (10, 10, 30, 30),
    (18, 6, 38, 26),
    caption="Drag the boxes, and drag a corner to change a size; or go to a box with Tab, move it "
    "by the arrow keys, and hold Shift to change its size. How far may a box of the same size be "
    "off sideways until the IoU falls below 0.5? (A third of its width.) What is it for a box "
    "half as wide and half as high inside the other? (A quarter.) Your browser computes this IoU; "
    "the next one is yours.",
    alt="Two overlapping squares, one with a solid and one with a dashed edge; what both cover is "
    "filled. Below stand intersection, union and IoU.",
)

# %% [markdown]
# ### Exercise 13.1: intersection over union
# 10 points · about 20 minutes · easy


# %% [markdown] hint="detect-iou"
# The intersection is a box as well. Its left edge is the larger of the two left edges. And its right edge?
#
# `a[:, None]` has the shape `(M, 1, 4)` and broadcasts against `(N, 4)`, so all pairs come at once.
# Coordinates are often int16: what is 200 times 200 there?
#
# Width is right minus left and height is bottom minus top. A negative one becomes 0 (`np.clip`) *before*
# the two are multiplied. Where the union is 0, divide by 1.


# %% answer="detect-iou"
def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of every pair of boxes.

    a: (M, 4), b: (N, 4); left, top, right, bottom, with left <= right and top <= bottom; of any int
        or float dtype
    returns: (M, N) float64; 0 where boxes only touch, or where both are empty
    Source: Everingham et al. 2010, "The PASCAL visual object classes (VOC) challenge"
    """
    ### BEGIN SOLUTION
    a, b = a.astype(np.float64), b.astype(np.float64)
    first = np.maximum(a[:, None, :2], b[:, :2])
    last = np.minimum(a[:, None, 2:], b[:, 2:])
    both = np.clip(last - first, 0, None).prod(axis=2)
    size_a = (a[:, 2:] - a[:, :2]).prod(axis=1)
    size_b = (b[:, 2:] - b[:, :2]).prod(axis=1)
    either = size_a[:, None] + size_b - both
    return both / np.where(either > 0, either, 1)
    ### END SOLUTION


# %% check="detect-iou" points=10 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("intersection over union") as rng:
    a, b = random_boxes(rng, 5), random_boxes(rng, 7)
    due = oracle.detection.iou(a, b)
    checks.equal(checks.leaves_alone(iou, a, b, share=0.05), due, "iou")
    touching = np.array([[0.0, 0, 4, 2], [4, 0, 6, 2], [3, 1, 3, 1], [9, 9, 9, 12]])
    with checks.share(0.1, "Boxes that touch, and empty ones"):
        due = oracle.detection.iou(touching, touching)
        checks.equal(iou(touching, touching), due, "iou")
    whole = (6 * a).astype(np.int16)
    with checks.share(0.15, "Whole numbers"):
        due = oracle.detection.iou(whole, whole)
        checks.equal(iou(whole, whole), due, "iou")
    ### BEGIN HIDDEN TESTS
    outer, inner = np.array([[2.0, 3, 50, 21]]), np.array([[10.0, 5, 12, 20], [2, 3, 50, 21]])
    for one, two in ((outer, inner), (inner, outer), (a[:0], b), (1000 * a + 5, 1000 * b)):
        checks.equal(iou(one.copy(), two.copy()), oracle.detection.iou(one, two), "iou")
    small = (a.round() / 512).astype(np.float32), (b.round() / 512).astype(np.float32)
    due = oracle.detection.iou(*small)
    checks.equal(iou(*small), due, "iou of float32")
    with checks.share(0.1, "Boxes that touch, and empty ones"):
        flat = np.array([[0.0, 0, 0, 5], [0, 5, 5, 9], [0, 0, 5, 5]])
        touching = np.array([[0.0, 0, 4, 2], [9, 9, 9, 12]])
        due = oracle.detection.iou(flat, touching)
        checks.equal(iou(flat, touching), due, "iou")
    with checks.share(0.15, "Whole numbers"):
        whole = np.array([[-100, -90, 100, 110], [0, 0, 50, 60], [-70, 5, 90, 20]], np.int8)
        due = oracle.detection.iou(whole, whole[:3])
        checks.equal(iou(whole, whole[:3].copy()), due, "iou")
        whole = (30_000 * random_boxes(rng, 3)).astype(np.int32)
        due = oracle.detection.iou(whole, whole)
        checks.equal(iou(whole, whole.copy()), due, "iou")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
figures.interactive(
    lambda state: figures.detection.two_boxes(state, iou),
    figures.detection.TwoBoxes(),
    caption="Your IoU at work, for a second box that you move and resize. Put it where one of "
    "the boxes above was when you dragged it: do both say the same?",
    alt="Two overlapping rectangles, the intersection filled; the title gives intersection, "
    "union and IoU.",
    left=(0, 30, 1),
    top=(0, 30, 1),
    width=(2, 30, 1),
    height=(2, 30, 1),
)

# %% [markdown]
# ## One object: a box is a regression
#
# If there is one object in each picture, the number of answers is known, and nothing new is needed:
# the net gets four more outputs, and a second loss. The scores learn by softmax as always. The box
# learns by **regression**: its four outputs should be four given numbers. Their losses are added,
#
# $$L = \frac1N \sum_n \Big( -\log p_{n, y_n} + \lambda\, [y_n \ge 1] \sum_{i=1}^{4} \ell(d_{ni} - t_{ni}) \Big), \qquad \ell(z) = \begin{cases} z^2/2 & |z| < 1 \\ |z| - \tfrac12 & \text{else} \end{cases}$$
#
# Two things are worth a look. $\ell$ is the **smooth L1** loss: near 0 it is a square, so that the
# gradient fades as the box becomes right; far away it is a straight line, so that one box that is far off does
# not dominate the gradient of the whole
# batch. And class 0 is the **background**. It has no box: whatever the box
# outputs say there, they cost nothing and get no gradient. The weight $\lambda$ is a hyperparameter
# whose choice changes the loss itself, so runs with different $\lambda$ must be compared by IoU, or by
# the mAP that comes further down, not by their loss.
#
# By hand: two examples, $\lambda = 2$. The first is background, and $p = 0.5$ for it. The second is
# class 1 with $p_1 = 0.25$, and its box is off by $(0.5, 0, -3, 0)$. What is the loss? What is the
# gradient with respect to the two numbers that are off?
#
# <details><summary>Loss and gradient</summary>
#
# $\ell(0.5) = 0.125$ and $\ell(-3) = 2.5$. $L = \tfrac12 (0.693 + 1.386 + 2 \cdot 2.625) = 3.665$.
# Gradients: $\lambda / N$ times the slope of $\ell$, which is $z$ near 0 and $\pm 1$ far away:
# $0.5$ and $-1$.
# </details>
#
# ### Exercise 13.2: two losses
# 10 points · about 25 minutes · medium


# %% [markdown] hint="detect-box-loss"
# Two losses, two gradients. Which of them does a background example take part in?
#
# `np.where(mask, x, 0)` takes 0 where the mask is False, even where x is nan there. A product with
# 0 does not: $0 \cdot$ nan is nan.
#
# The slope of smooth L1 is `np.where(close, off, np.sign(off))`. Both gradients and the loss are
# divided by N once, at the end.


# %% answer="detect-box-loss"
def localisation_loss(
    scores: np.ndarray, deltas: np.ndarray, y: np.ndarray, targets: np.ndarray, weight: float
) -> tuple:
    """Mean over N of cross-entropy plus, where there is an object, weight times smooth L1 of its box.

    scores: (N, C) float, of any size, 1000 too, class 0 is the background; deltas: (N, 4) float, what
        the net says of the box
    y: (N,) int; targets: (N, 4) float; where y is 0 they mean nothing, and may be nan
    weight: of the box loss
    returns: loss, a float; dscores (N, C); ddeltas (N, 4)
    Source: Girshick 2015, "Fast R-CNN"
    """
    ### BEGIN SOLUTION
    N, rows = len(y), np.arange(len(y))
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    off = np.where((y > 0)[:, None], deltas - targets, 0)
    close = np.abs(off) < 1
    smooth = np.where(close, off**2 / 2, np.abs(off) - 0.5)
    loss = -logs[rows, y].sum() + weight * smooth.sum()
    dscores = np.exp(logs)
    dscores[rows, y] -= 1
    ddeltas = weight * np.where(close, off, np.sign(off))
    return float(loss / N), dscores / N, ddeltas / N
    ### END SOLUTION


# %% check="detect-box-loss" points=10 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("two losses") as rng:
    scores, deltas, y = rng.normal(size=(6, 4)), 2 * rng.normal(size=(6, 4)), np.arange(6) % 4
    args = scores, deltas, y, rng.normal(size=(6, 4)), 1.5
    due = oracle.with_gradients(oracle.detection.box_loss, 1.0, *args)[:3]
    mine = checks.leaves_alone(localisation_loss, *args, share=0.05)
    checks.equal(mine, due, "loss, dscores, ddeltas")
    with checks.share(0.15, "Background"):
        due = oracle.with_gradients(oracle.detection.box_loss, 1.0, *args[:2], 0 * y, *args[3:])[:3]
        mine = localisation_loss(scores, deltas, 0 * y, np.full((6, 4), np.nan), 1.5)
        checks.equal(mine, due, "loss, dscores, ddeltas")
    with checks.share(0.1, "Scores of 1000"):
        checks.finite(localisation_loss(1000 * scores, *args[1:])[0], "The loss is finite there.")
    ### BEGIN HIDDEN TESTS
    for N, C, weight, far in ((1, 2, 0.5, 1.0), (9, 3, 10.0, 4.0), (5, 5, 0.0, 1.0)):
        scores, deltas = far * rng.normal(size=(N, C)), far * rng.normal(size=(N, 4))
        args = scores, deltas, rng.integers(C, size=N) | (C == 2), rng.normal(size=(N, 4)), weight
        due = oracle.with_gradients(oracle.detection.box_loss, 1.0, *args)[:3]
        mine = localisation_loss(*args[:2], args[2].copy(), args[3], weight)
        checks.equal(mine, due, "loss, dscores, ddeltas")
    large = 1000 * rng.normal(size=(4, 3)), 500 * rng.normal(size=(4, 4))
    large[0][0] -= 9000
    args = *large, np.array([1, 0, 2, 1]), rng.normal(size=(4, 4)), 2.0
    due = oracle.with_gradients(oracle.detection.box_loss, 1.0, *args)[:3]
    with checks.share(0.1, "Scores of 1000"):
        checks.equal(localisation_loss(*args), due, "loss, dscores, ddeltas")
    with checks.share(0.15, "Background"):
        y, targets = np.array([0, 2, 0, 1]), rng.normal(size=(4, 4))
        holes = np.where((y > 0)[:, None], targets, np.nan)
        args = large[0] / 1000, large[1], y, targets, 3.0
        due = oracle.with_gradients(oracle.detection.box_loss, 1.0, *args)[:3]
        mine = localisation_loss(args[0], args[1], y, holes, 3.0)
        checks.equal(mine, due, "loss, dscores, ddeltas")
    ### END HIDDEN TESTS

# %% [markdown]
# The same recipe finds joints: 14 joints are 28 numbers, one regression loss each (Toshev and
# Szegedy 2014). The number of answers is known, so no new idea is needed. ImageNet's challenge had
# a task of this kind, with 1,000 classes: a picture is right where one of five guesses has the
# right class *and* a box with an IoU of 0.5 or more.
#
# | year | net | localisation error, top five |
# | --- | --- | --- |
# | 2012 | AlexNet (SuperVision) | 34.2 % |
# | 2013 | OverFeat | 29.9 % |
# | 2014 | VGG, first in localisation | 25.3 % |
# | 2015 | ResNet | 9.0 % |
#
# (Russakovsky et al. 2015; He et al. 2016, table 14. Test set, without outside data.)

# %% [markdown]
# ## Every place, every size: sliding windows
#
# For an unknown number of objects there is a simple way: cut out every window of the picture,
# classify each, and add the class "nothing". It works, but it is very expensive. By hand: a 64 x
# 64 picture, windows of 32 x 32 at every second pixel. How many windows? How many if windows of 16,
# 24 and 32 pixels are tried, three shapes each?
#
# <details><summary>The counts</summary>
#
# $(64 - 32)/2 + 1 = 17$ places in each direction, 289 windows. With $25^2 = 625$ and $21^2 = 441$
# for the smaller ones, and three shapes each, about 4,000. A photograph has millions.
# </details>
#
# Neighbouring windows share most of their pixels, so most of the work is done again and again.
# Lesson 05 had the cure: slide the *whole net*, convolutions over the whole picture, and its dense
# layers as convolutions over the map. All windows then share one map (Sermanet et al. 2014,
# OverFeat: first in localisation in 2013). How much does it save?

# %% tags=["experiment"]
torch.set_num_threads(1)  # threads that wait for each other slow nets as small as these
trunk = pretrained.load("shapes")
picture = torch.from_numpy(street.images[:1]) / 255
with torch.no_grad():
    windows = picture.unfold(2, 32, 4).unfold(3, 32, 4)  # 9 x 9 windows at every fourth pixel
    windows = windows.permute(0, 2, 3, 1, 4, 5).reshape(-1, 3, 32, 32)
    spent = {}
    began = time.process_time()
    one_by_one = torch.cat([trunk(one[None]) for one in windows])
    spent["81 windows, one by one"] = time.process_time() - began
    began = time.process_time()
    together = trunk(windows)
    spent["81 windows, in one batch"] = time.process_time() - began
    began = time.process_time()
    maps = trunk.features((picture - trunk.mean) / trunk.std)  # (1, 64, 16, 16)
    slid = trunk.head(F.avg_pool2d(maps, 8, 1)[0].permute(1, 2, 0).reshape(-1, 64))
    spent["shared features"] = time.process_time() - began
figures.show(
    figures.detection.seconds(spent),
    caption="Processor time for the class scores of 81 windows of 32 x 32 in one picture. A window is a quarter of the picture, so sharing saves about a factor of 20 in products; the rest depends on your machine.",
    alt="Three bars of seconds on a logarithmic axis; the one for shared features is far shorter than the other two.",
)
agree = (one_by_one.argmax(1) == slid.argmax(1)).double().mean()
print(f"the same class in {agree:.0%} of the windows; borders differ, as in lesson 05")

# %% [markdown]
# ## A class for each pixel
#
# Slide a net and take an answer for every pixel: that is semantic segmentation. Nobody computes
# windows for it. A **fully convolutional** net gives a map of scores, and is trained on all pixels
# at once. Convolutions that keep the full resolution all the way are expensive, so the usual net
# goes **down and up again**: smaller maps with more channels as in any classifier, then back to the
# size of the picture (Long, Shelhamer and Darrell 2015). You know how to go down. How does a net go
# up? Three ways need nothing to learn:
#
# | way | what it does with a number |
# | --- | --- |
# | **nearest neighbour** | copies it to every place that lies under it |
# | **bed of nails** | puts it at the first place of its square, zeros elsewhere |
# | **max unpooling** | puts it where the maximum stood when the map was pooled, zeros elsewhere |
#
# The third remembers the places from the way down, so that fine edges come back where they were. By
# hand, $2 \times 2$ to $4 \times 4$:
#
# $$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \to \begin{pmatrix} 1 & 1 & 2 & 2 \\ 1 & 1 & 2 & 2 \\ 3 & 3 & 4 & 4 \\ 3 & 3 & 4 & 4 \end{pmatrix}, \quad \begin{pmatrix} 1 & 0 & 2 & 0 \\ 0 & 0 & 0 & 0 \\ 3 & 0 & 4 & 0 \\ 0 & 0 & 0 & 0 \end{pmatrix}, \quad \begin{pmatrix} 0 & 0 & 2 & 0 \\ 0 & 1 & 0 & 0 \\ 0 & 0 & 0 & 0 \\ 3 & 0 & 0 & 4 \end{pmatrix}$$
#
# (in the third, the maxima stood at places 5, 2, 12 and 15 of the map of 16, counted row by row).
# Which gradient reaches the number 3 in each, if the gradient of the $4 \times 4$ result is 1
# everywhere?
#
# <details><summary>The three gradients</summary>
#
# 4, since it was copied four times and gradients of copies add up; 1; 1.
# </details>
#
# Sizes need not be multiples. From 2 rows to 5, row $i$ of the result takes row
# $\lfloor 2 i / 5 \rfloor$: 0, 0, 0, 1, 1. And where pooling windows overlap, one place can be the
# maximum of two windows. Then two numbers go to one place. Let them add up: that keeps unpooling
# linear.
#
# ### Exercise 13.3: going up
# 0 points · about 30 minutes · medium · optional


# %% [markdown] hint="detect-upsample"
# Write down for a result of 5 rows which of the 2 old rows each takes. That list of numbers is all
# that the forward and the backward pass need.
#
# `x[:, :, rows[:, None], columns]` repeats rows and columns at once. For the nails, a slice with a
# step does everything.
#
# `a[places] += values` counts each place once; `np.add.at(a, places, values)` adds every value. In
# the backward pass of unpooling, `np.take_along_axis` reads at the same places.


# %% answer="detect-upsample"
def nearest_forward(x: np.ndarray, size: tuple) -> tuple:
    """Enlarge maps: row i of the result is row floor(i H / H') of x, and columns alike.

    x: (N, C, H, W) float; size: (H', W'), each at least H and W
    returns: (N, C, H', W') float, and a cache
    """
    ### BEGIN SOLUTION
    H, W = x.shape[2:]
    rows, columns = np.arange(size[0]) * H // size[0], np.arange(size[1]) * W // size[1]
    return x[:, :, rows[:, None], columns], (x.shape, rows[:, None], columns)
    ### END SOLUTION


def nearest_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: (N, C, H', W'); cache: of nearest_forward. returns: dx (N, C, H, W)"""
    ### BEGIN SOLUTION
    shape, rows, columns = cache
    dx = np.zeros(shape)
    np.add.at(dx.transpose(2, 3, 0, 1), (rows, columns), dout.transpose(2, 3, 0, 1))
    return dx
    ### END SOLUTION


def nails_forward(x: np.ndarray, stride: int) -> tuple:
    """Put each number at the top left of a square of stride x stride zeros.

    x: (N, C, H, W) float; stride: 1 or more
    returns: (N, C, H stride, W stride) float, and a cache
    """
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    out = np.zeros((N, C, H * stride, W * stride))
    out[:, :, ::stride, ::stride] = x
    return out, stride
    ### END SOLUTION


def nails_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: (N, C, H stride, W stride); cache: of nails_forward. returns: dx (N, C, H, W)"""
    ### BEGIN SOLUTION
    return dout[:, :, ::cache, ::cache]
    ### END SOLUTION


def unpool_forward(x: np.ndarray, places: np.ndarray, size: tuple) -> tuple:
    """Put pooled numbers back to where they stood; zeros elsewhere.

    x: (N, C, H, W) float
    places: (N, C, H, W) int, of each number its place in a map of `size`, counted row by row
    size: (H', W') of the maps that were pooled
    returns: (N, C, H', W') float, numbers of one place added up; and a cache
    Source: Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks"
    """
    ### BEGIN SOLUTION
    N, C = x.shape[:2]
    flat = np.zeros((N, C, size[0] * size[1]))
    image, channel = np.ogrid[:N, :C]
    np.add.at(
        flat, (image[..., None], channel[..., None], places.reshape(N, C, -1)), x.reshape(N, C, -1)
    )
    return flat.reshape(N, C, *size), places
    ### END SOLUTION


def unpool_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: (N, C, H', W'); cache: of unpool_forward. returns: dx (N, C, H, W)"""
    ### BEGIN SOLUTION
    N, C = dout.shape[:2]
    flat, places = dout.reshape(N, C, -1), cache.reshape(N, C, -1)
    return np.take_along_axis(flat, places, axis=2).reshape(cache.shape)
    ### END SOLUTION


# %% check="detect-upsample" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("nearest neighbour, both ways") as rng:
    x, dout = rng.normal(size=(2, 3, 2, 4)), rng.normal(size=(2, 3, 5, 8))
    due = oracle.with_gradients(oracle.segmentation.nearest, dout, x, (5, 8))
    out, cache = checks.leaves_alone(nearest_forward, x, (5, 8), share=0.1)
    checks.equal(out, due[0], "out")
    checks.equal(checks.leaves_alone(nearest_backward, dout, cache, share=0.1), due[1], "dx")
    ### BEGIN HIDDEN TESTS
    for shape, size in (((1, 1, 3, 3), (7, 3)), ((3, 2, 4, 1), (9, 5)), ((2, 1, 5, 6), (11, 13))):
        x, dout = rng.normal(size=shape), rng.normal(size=(*shape[:2], *size))
        due = oracle.with_gradients(oracle.segmentation.nearest, dout, x, size)
        out, cache = nearest_forward(x.copy(), size)
        checks.equal(out, due[0], "out")
        checks.equal(nearest_backward(dout.copy(), cache), due[1], "dx")
    ### END HIDDEN TESTS

# %% check="detect-upsample-nails" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("bed of nails, both ways") as rng:
    x, dout = rng.normal(size=(2, 3, 2, 4)), rng.normal(size=(2, 3, 6, 12))
    due = oracle.with_gradients(oracle.segmentation.bed_of_nails, dout, x, 3)
    out, cache = checks.leaves_alone(nails_forward, x, 3, share=0.1)
    checks.equal(out, due[0], "out")
    checks.equal(checks.leaves_alone(nails_backward, dout, cache, share=0.1), due[1], "dx")
    ### BEGIN HIDDEN TESTS
    for shape, stride in (((1, 2, 3, 5), 2), ((2, 1, 4, 1), 4), ((1, 1, 2, 2), 1)):
        x = rng.normal(size=shape)
        dout = rng.normal(size=(*shape[:2], shape[2] * stride, shape[3] * stride))
        due = oracle.with_gradients(oracle.segmentation.bed_of_nails, dout, x, stride)
        out, cache = nails_forward(x.copy(), stride)
        checks.equal(out, due[0], "out")
        checks.equal(nails_backward(dout.copy(), cache), due[1], "dx")
    ### END HIDDEN TESTS

# %% check="detect-upsample-unpool" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("max unpooling, both ways") as rng:
    for window, stride, size in ((2, 2, (6, 9)), (3, 2, (7, 9))):
        x, places = oracle.segmentation.pooled_places(
            rng.normal(size=(2, 3, *size)), window, stride
        )
        dout = rng.normal(size=(2, 3, *size))
        due = oracle.with_gradients(oracle.segmentation.unpooled, dout, x, places, size)
        out, cache = checks.leaves_alone(unpool_forward, x, places, size, share=0.1)
        checks.equal(out, due[0], f"out, windows of {window}")
        dx = checks.leaves_alone(unpool_backward, dout, cache, share=0.1)
        checks.equal(dx, due[1], f"dx, windows of {window}")
    ### BEGIN HIDDEN TESTS
    for window, stride, size in ((3, 1, (5, 4)), (2, 2, (5, 7)), (4, 3, (4, 10))):
        x, places = oracle.segmentation.pooled_places(
            rng.normal(size=(1, 2, *size)), window, stride
        )
        dout = rng.normal(size=(1, 2, *size))
        due = oracle.with_gradients(oracle.segmentation.unpooled, dout, x, places, size)
        out, cache = unpool_forward(x.copy(), places.copy(), size)
        checks.equal(out, due[0], f"out, windows of {window}")
        checks.equal(unpool_backward(dout.copy(), cache), due[1], f"dx, windows of {window}")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
small = np.arange(1.0, 5).reshape(1, 1, 2, 2)
where = np.array([5, 2, 12, 15]).reshape(1, 1, 2, 2)
ups = {"small map": small[0, 0], "nearest": nearest_forward(small, (4, 4))[0][0, 0]}
ups |= {"bed of nails": nails_forward(small, 2)[0][0, 0]}
ups |= {"max unpooling": unpool_forward(small, where, (4, 4))[0][0, 0]}
figures.show(
    figures.detection.tables(ups),
    caption="Your three ways up, on the numbers of the example. Nearest neighbour fills every place; the other two "
    "leave zeros, and only max unpooling puts the numbers back where the maxima were.",
    alt="Four small tables of numbers: the map of 2 by 2, and three of 4 by 4 as in the text.",
)

# %% [markdown]
# ## A way up that learns: transposed convolution
#
# A convolution of stride 2 goes down, and its filter is learnt. Read it backwards, and you have a
# layer that goes up: for each number $x$ of the small map, a copy of the whole filter, multiplied by $x$,
# is added to the large map. The copy for the next number begins two places further on, and where copies
# overlap, they add up.
#
# By hand, in one dimension: $x = (2, 3)$, filter $(a, b, c)$, stride 2. The result has
# $(2 - 1) \cdot 2 + 3 = 5$ places:
#
# $$(2a,\; 2b,\; 2c + 3a,\; 3b,\; 3c)$$
#
# As a matrix, a convolution is $y = Mx$; its gradient is $dx = M^\top dy$. This layer *is*
# $M^\top$. Hence the name **transposed convolution**. "Deconvolution" is used, too, and is wrong:
# it does not undo a convolution. Padding $p$ takes $p$ places off *each side of the result*, as it
# had added them to the input on the way down. And because several sizes go down to the same size
# (with a filter of 3, stride 2 and no padding, 5 places give 2, and so do 6), the **output
# padding** says how many places to append at the end:
#
# $$H' = (H - 1)\,s - 2p + K + o, \qquad 0 \le o < s$$
#
# With stride 2 and a filter of 3, places that two copies reach alternate with those that one
# reaches: a **checkerboard** in the result, also in trained nets (Odena et al. 2016). A filter of 4
# or 2 has even overlap; nearest neighbour followed by a convolution has none.
#
# ### Exercise 13.4: transposed convolution
# 0 points · about 35 minutes · hard · optional


# %% [markdown] hint="detect-transposed"
# Loop over the places of the *filter*, not of the map: there are fewer of them, and each does one
# large step.
#
# The filter's place (i, j) sends every number of x to rows i, i + s, i + 2 s, ...: a slice with a
# step. `np.einsum("nchw,cf->nfhw", x, w[:, :, i, j])` mixes the channels at every place.
#
# Build the result with nothing taken off, then cut p rows and columns off each side. In the backward
# pass, put `dout` into the middle of an array of zeros and read from the same slices.


# %% answer="detect-transposed"
def conv_transpose_forward(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    """A transposed convolution.

    x: (N, C, H, W) float; w: (C, F, HH, WW) float, C comes first, as in PyTorch; b: (F,) float
    conv_param: {"stride": int, "pad": int, taken off each side, "output_pad": int, appended below
        and on the right}
    returns: (N, F, H', W') with H' = (H - 1) stride - 2 pad + HH + output_pad; and a cache
    raises: ValueError where output_pad is not smaller than stride
    Source: Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning"
    """
    ### BEGIN SOLUTION
    s, p, o = conv_param["stride"], conv_param["pad"], conv_param["output_pad"]
    if o >= s:
        raise ValueError(f"output padding {o} with stride {s}: a smaller one is due")
    N, _, H, W = x.shape
    _, filters, HH, WW = w.shape
    full = np.zeros((N, filters, (H - 1) * s + HH + o, (W - 1) * s + WW + o))
    for i in range(HH):
        for j in range(WW):
            part = full[:, :, i : i + H * s : s, j : j + W * s : s][:, :, :H, :W]
            part += np.einsum("nchw,cf->nfhw", x, w[:, :, i, j])
    out = full[:, :, p : full.shape[2] - p, p : full.shape[3] - p] + b[:, None, None]
    return out, (x, w, s, p, full.shape)
    ### END SOLUTION


def conv_transpose_backward(dout: np.ndarray, cache) -> tuple:
    """dout: (N, F, H', W'); cache: of conv_transpose_forward. returns: dx, dw, db"""
    ### BEGIN SOLUTION
    x, w, s, p, shape = cache
    H, W = x.shape[2:]
    dfull = np.zeros(shape)
    dfull[:, :, p : shape[2] - p, p : shape[3] - p] = dout
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            part = dfull[:, :, i : i + H * s : s, j : j + W * s : s][:, :, :H, :W]
            dx += np.einsum("nfhw,cf->nchw", part, w[:, :, i, j])
            dw[:, :, i, j] = np.einsum("nchw,nfhw->cf", x, part)
    return dx, dw, dout.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% check="detect-transposed" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a transposed convolution") as rng:
    x, w, b = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(3, 2, 3, 3)), rng.normal(size=2)
    for stride, pad, more in ((1, 0, 0), (2, 1, 1)):
        param = {"stride": stride, "pad": pad, "output_pad": more}
        due = oracle.segmentation.transposed(x, w, b, param)
        out, _ = checks.leaves_alone(conv_transpose_forward, x, w, b, param, share=0.1)
        checks.equal(out, due, f"out with {param}")
    param, why = {"stride": 2, "pad": 0, "output_pad": 2}, "output_pad is smaller than stride"
    checks.raises(ValueError, conv_transpose_forward, x, w, b, param, reason=why, share=0.1)
    ### BEGIN HIDDEN TESTS
    for shape, filters, kernel, (stride, pad, more) in (
        ((1, 1, 3, 2), 3, (2, 4), (3, 0, 2)),
        ((2, 4, 2, 5), 1, (4, 3), (2, 1, 0)),
        ((3, 2, 1, 1), 2, (3, 3), (1, 1, 0)),
        ((1, 2, 4, 3), 2, (1, 2), (3, 0, 1)),
    ):
        x, w = rng.normal(size=shape), rng.normal(size=(shape[1], filters, *kernel))
        b, param = rng.normal(size=filters), {"stride": stride, "pad": pad, "output_pad": more}
        due = oracle.segmentation.transposed(x, w, b, param)
        mine, _ = conv_transpose_forward(x.copy(), w.copy(), b.copy(), dict(param))
        checks.equal(mine, due, f"out with {param}")
    images, w = rng.normal(size=(2, 3, 8, 6)), rng.normal(size=(4, 3, 3, 3))
    down = {"stride": 2, "pad": 1}
    y = rng.normal(size=oracle.conv.conv2d(images, w, np.zeros(4), down).shape)
    due = oracle.gradients(oracle.conv.conv2d, y, images, w, np.zeros(4), down)[0]
    mine, _ = conv_transpose_forward(y.copy(), w.copy(), np.zeros(3), {**down, "output_pad": 1})
    checks.equal(mine, due, "out, which is the dx of a convolution")
    param = {"stride": 1, "pad": 0, "output_pad": 1}
    checks.raises(
        ValueError, conv_transpose_forward, y, w, np.zeros(3), param, reason=why, share=0.1
    )
    ### END HIDDEN TESTS

# %% check="detect-transposed-back" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("back through a transposed convolution") as rng:
    x, w, b = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(3, 2, 3, 3)), rng.normal(size=2)
    param = {"stride": 2, "pad": 1, "output_pad": 1}
    dout = rng.normal(size=(2, 2, 8, 10))
    due = oracle.gradients(oracle.segmentation.transposed, dout, x, w, b, param)
    _, cache = conv_transpose_forward(x.copy(), w.copy(), b.copy(), param)
    mine = checks.leaves_alone(conv_transpose_backward, dout, cache, share=0.1)
    checks.equal(mine, due, "dx, dw, db")
    ### BEGIN HIDDEN TESTS
    for shape, filters, kernel, (stride, pad, more) in (
        ((1, 1, 3, 2), 3, (2, 4), (3, 0, 2)),
        ((2, 4, 2, 5), 1, (4, 3), (2, 1, 0)),
        ((1, 2, 4, 3), 2, (1, 2), (3, 0, 1)),
    ):
        x, w = rng.normal(size=shape), rng.normal(size=(shape[1], filters, *kernel))
        b, param = rng.normal(size=filters), {"stride": stride, "pad": pad, "output_pad": more}
        dout = rng.normal(size=oracle.segmentation.transposed(x, w, b, param).shape)
        due = oracle.gradients(oracle.segmentation.transposed, dout, x, w, b, param)
        _, cache = conv_transpose_forward(x.copy(), w.copy(), b.copy(), dict(param))
        checks.equal(conv_transpose_backward(dout.copy(), cache), due, "dx, dw, db")
    ### END HIDDEN TESTS

# %% [markdown]
# ## A loss and a score for pixels
#
# The loss of a segmentation net is softmax, once for each pixel: scores $(N, C, H, W)$, true
# classes $(N, H, W)$. Some pixels have no truth: in PASCAL VOC the thin rim of each object is
# labelled 255, "ignore", because people do not agree there. Such pixels take no part: neither in
# the sum, nor in the number that it is divided by, nor in the gradient.
#
# And the measure? By hand: a picture of 100 pixels, 90 of them background; a net that answers
# "background" everywhere. How many pixels are right? 90 %, for a net that has found nothing. So
# take an IoU for each class, as of two boxes: one region is the pixels of this class in the truth,
# the other its pixels in the answer. The **mean IoU** (mIoU) averages this over the classes. Here the background
# has $90 / 100$, the object $0 / 10$, and the mean is 0.45.
#
# All of it can be read from one table, the **confusion matrix**: row = true class, column =
# predicted class, entry = number of pixels. By hand:
#
# $$\begin{pmatrix} 85 & 5 & 0 \\ 2 & 8 & 0 \\ 0 & 0 & 0 \end{pmatrix}$$
#
# What is the IoU of class 1? Its diagonal, 8, divided by its row and its column together,
# $10 + 13 - 8 = 15$. And of class 2? It is neither present nor predicted: $0/0$. It is left out of the
# mean, not counted as 0.
#
# ### Exercise 13.5: pixel loss and mean IoU
# 12 points · about 30 minutes · medium


# %% [markdown] hint="detect-pixels"
# 255 cannot be an index. Where must ignored pixels be left out? In the sum, in the number, in the
# gradient and in the table.
#
# A comparison of `y[:, None]` with the class numbers, as a column of three axes, gives the true
# class as bools of the shape of the scores, and no class for 255.
#
# `classes * true + predicted` is different for each pair of classes, and
# `np.bincount(pairs, minlength=classes**2)` counts them. The union is row sum plus column sum minus
# diagonal.


# %% answer="detect-pixels"
def pixel_loss(scores: np.ndarray, y: np.ndarray, ignore: int) -> tuple:
    """Mean softmax loss over the pixels that count.

    scores: (N, C, H, W) float, of any size, 1000 too
    y: (N, H, W) int, true classes; pixels whose y is `ignore` do not count
    ignore: int, not one of the classes
    returns: loss, a float, and dscores (N, C, H, W); both 0 where no pixel counts
    """
    ### BEGIN SOLUTION
    counts = y != ignore
    number = max(counts.sum(), 1)
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    true = y[:, None] == np.arange(scores.shape[1])[:, None, None]
    loss = -logs[true & counts[:, None]].sum() / number
    return float(loss), (np.exp(logs) - true) * counts[:, None] / number
    ### END SOLUTION


def confusion(predicted: np.ndarray, y: np.ndarray, classes: int, ignore: int) -> np.ndarray:
    """How often which class was taken for which.

    predicted, y: (N, H, W) int; pixels whose y is `ignore` do not count, whatever is predicted there
    classes: int; ignore: int
    returns: (classes, classes) int; row: the true class, column: the predicted one
    """
    ### BEGIN SOLUTION
    counts = y != ignore
    pairs = classes * y[counts].astype(int) + predicted[counts]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
    ### END SOLUTION


def mean_iou(table: np.ndarray) -> float:
    """Mean intersection over union of the classes, from a confusion matrix.

    table: (C, C) int; row: the true class, column: the predicted one
    returns: float; classes that are neither there nor predicted are left out; nan where none is left
    """
    ### BEGIN SOLUTION
    both = np.diag(table)
    either = table.sum(axis=0) + table.sum(axis=1) - both
    there = either > 0
    return float((both[there] / either[there]).mean()) if there.any() else float("nan")
    ### END SOLUTION


# %% check="detect-pixels" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("softmax for each pixel") as rng:
    scores, y = rng.normal(size=(2, 3, 4, 5)), rng.integers(3, size=(2, 4, 5))
    y[:, 1, 1:4] = 255
    due = oracle.with_gradients(oracle.segmentation.pixel_loss, 1.0, scores, y, 255)
    checks.equal(checks.leaves_alone(pixel_loss, scores, y, 255, share=0.1), due, "loss, dscores")
    with checks.share(0.1, "Scores of 1000"):
        due = oracle.with_gradients(oracle.segmentation.pixel_loss, 1.0, 1000 * scores, y, 255)
        checks.equal(pixel_loss(1000 * scores, y, 255), due, "loss, dscores")
    with checks.share(0.1, "No pixel counts"):
        due = 0.0, np.zeros((2, 3, 4, 5))
        checks.equal(pixel_loss(scores, np.full((2, 4, 5), 255), 255), due, "loss, dscores")
    ### BEGIN HIDDEN TESTS
    for shape, ignore in (((1, 4, 3, 2), -1), ((3, 2, 2, 7), 9), ((2, 5, 6, 3), 255)):
        scores = rng.normal(size=shape)
        y = rng.integers(shape[1], size=(shape[0], *shape[2:]))
        y[0, :, 0] = ignore
        due = oracle.with_gradients(oracle.segmentation.pixel_loss, 1.0, scores, y, ignore)
        checks.equal(pixel_loss(scores.copy(), y.copy(), ignore), due, "loss, dscores")
    with checks.share(0.1, "Scores of 1000"):
        large = 800 * scores - 9000
        due = oracle.with_gradients(oracle.segmentation.pixel_loss, 1.0, large, y, ignore)
        checks.equal(pixel_loss(large.copy(), y.copy(), ignore), due, "loss, dscores")
    y[:], y[0, 1, 1] = ignore, 2
    due = oracle.with_gradients(oracle.segmentation.pixel_loss, 1.0, scores, y, ignore)
    checks.equal(pixel_loss(scores.copy(), y.copy(), ignore), due, "loss, dscores of one pixel")
    scores, y = rng.normal(size=(2, 6, 3, 4)), rng.integers(6, size=(2, 3, 4))
    due = oracle.with_gradients(oracle.segmentation.pixel_loss, 1.0, scores, y, -1)
    checks.equal(
        pixel_loss(scores.copy(), y.copy(), -1), due, "loss, dscores where all pixels count"
    )
    with checks.share(0.1, "No pixel counts"):
        due = 0.0, np.zeros((2, 6, 3, 4))
        checks.equal(pixel_loss(scores, np.full((2, 3, 4), -1), -1), due, "loss, dscores")
    ### END HIDDEN TESTS

# %% check="detect-pixels-miou" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("mean IoU") as rng:
    predicted, y = rng.integers(4, size=(2, 5, 6)), rng.integers(4, size=(2, 5, 6))
    y[:, 0] = 255
    table = oracle.segmentation.confusion(predicted, y, 4, 255)
    mine = checks.leaves_alone(confusion, predicted, y, 4, 255, share=0.1)
    checks.equal(mine, table, "confusion")
    due = oracle.segmentation.mean_iou(predicted, y, 4, 255)
    checks.equal(checks.leaves_alone(mean_iou, table, share=0.1), due, "mean IoU")
    with checks.share(0.1, "Absent classes"):
        wide = oracle.segmentation.confusion(predicted, y, 6, 255)
        checks.equal(mean_iou(wide), due, "mean IoU of six classes, four of them there")
    ### BEGIN HIDDEN TESTS
    for classes, shape, ignore in ((2, (1, 3, 3), 7), (5, (3, 8, 9), -1), (11, (1, 20, 20), 255)):
        y = rng.integers(classes, size=shape)
        predicted = np.where(rng.random(shape) < 0.6, y, rng.integers(classes, size=shape))
        y[0, 1] = ignore
        table = oracle.segmentation.confusion(predicted, y, classes, ignore)
        checks.equal(confusion(predicted.copy(), y.copy(), classes, ignore), table, "confusion")
        due = oracle.segmentation.mean_iou(predicted, y, classes, ignore)
        checks.equal(mean_iou(table.copy()), due, "mean IoU")
    y, found = np.array([[[0, 0, 0, 0, 2, 3, 3, 4]]]), np.array([[[0, 0, 0, 1, 2, 3, 3, 0]]])
    due = oracle.segmentation.mean_iou(found, y, 5, 255)  # 4 is there, and never predicted
    table = oracle.segmentation.confusion(found, y, 5, 255)
    checks.equal(mean_iou(table), due, "mean IoU of few pixels")
    y = rng.integers(3, size=(1, 4, 4))
    table = oracle.segmentation.confusion(y * 0 + 3, y, 5, 255)
    checks.equal(confusion(y * 0 + 3, y.copy(), 5, 255), table, "confusion")
    with checks.share(0.1, "Absent classes"):
        due = oracle.segmentation.mean_iou(y * 0 + 3, y, 5, 255)
        checks.equal(mean_iou(table.copy()), due, "mean IoU where all is taken for an absent class")
        checks.equal(mean_iou(np.zeros((3, 3), int)), float("nan"), "mean IoU of nothing")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Skip connections: what, and where exactly
#
# A map of 8 x 8 knows *what* is in the picture and has forgotten *where* its edges ran; the early
# maps know where and not yet what. So nets that go down and up again lay the map of the way down
# beside the one of the same size on the way up: **skip connections** (Long et al. 2015 add them,
# U-Net concatenates; Ronneberger, Fischer and Brox 2015).
#
# Do they help? Below are two nets on the same **trunk** (also called *backbone*): the classifier that ships with the
# course, without its last layer. They differ only in the skips and are trained
# alike. Most pixels lie inside something large, where a coarse map is good enough. So
# measure twice: over all pixels, and at those within two steps of an edge, with all others ignored.

# %% tags=["experiment"]
train, test = data.draw_object_pictures(2000, seed=1), data.draw_object_pictures(300, seed=2)


def pixel_classes(pictures, count: int) -> torch.Tensor:
    """(count, 64, 64) int64: 0 is the background, and class c is c + 1."""
    maps = np.zeros((count, 64, 64), int)
    for one, masks, labels in zip(maps, pictures.masks, pictures.labels):
        one[:] = (masks * (labels[:, None, None] + 1)).sum(axis=0)
    return torch.from_numpy(maps)


def trunk_maps(images: np.ndarray) -> list:
    """Maps of 16 channels at 64 x 64, 32 at 32 x 32 and 64 at 16 x 16, from the net that ships."""
    with torch.no_grad():
        early = trunk.features[:6]((torch.from_numpy(images) / 255 - trunk.mean) / trunk.std)
        middle = trunk.features[6:13](early)
        return [early, middle, trunk.features[13:](middle)]


# %% tags=["experiment"]
def conv_norm(channels: int, filters: int) -> nn.Sequential:
    conv = nn.Conv2d(channels, filters, 3, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(filters), nn.ReLU())


class UpAgain(nn.Module):
    """From the three maps of the trunk to scores of 11 classes at every pixel; with skips or without."""

    def __init__(self, skips: bool) -> None:
        super().__init__()
        self.skips = skips
        self.deep, self.middle = conv_norm(64, 48), conv_norm(48, 24)
        self.from_middle, self.from_early = nn.Conv2d(32, 48, 1), nn.Conv2d(16, 24, 1)
        self.last = nn.Conv2d(24, 11, 3, padding=1)

    def forward(self, early, middle, deep) -> torch.Tensor:
        x = F.interpolate(self.deep(deep), scale_factor=2)
        x = x + self.from_middle(middle) if self.skips else x
        x = F.interpolate(self.middle(x), scale_factor=2)
        x = x + self.from_early(early) if self.skips else x
        return self.last(x)


# %% tags=["experiment"]
learnt, maps = pixel_classes(train, 400), trunk_maps(train.images[:400])
seen = trunk_maps(test.images[:100])


def train_upwards(net: nn.Module, seed: int) -> np.ndarray:
    """100 batches of 16 pictures; returns the classes of the test pictures' pixels."""
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=100, pct_start=0.25)
    rng = np.random.default_rng(seed)
    for _ in range(100):
        batch = rng.choice(400, 16, replace=False)
        loss = F.cross_entropy(net(*(one[batch] for one in maps)), learnt[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        plan.step()
    with torch.no_grad():
        return net.eval()(*seen).argmax(1).numpy()


answers = {}
for name, skips in (("without skips", False), ("with skips", True)):
    torch.manual_seed(0)
    answers[name] = train_upwards(UpAgain(skips), 0)

# %% tags=["experiment"]
pixel_truth = pixel_classes(test, 100)
y, floats = pixel_truth.numpy(), pixel_truth[:, None].float()
wide = F.max_pool2d(floats, 5, 1, 2), -F.max_pool2d(-floats, 5, 1, 2)
at_edges = np.where((wide[0] != wide[1])[:, 0].numpy(), y, 255)  # everything else is ignored
for name, found in {"background everywhere": 0 * y, **answers}.items():
    everywhere = mean_iou(confusion(found, y, 11, 255))
    edges = mean_iou(confusion(found, at_edges, 11, 255))
    print(
        f"{name}: pixels right {(found == y).mean():.2f}, mIoU {everywhere:.3f}, at edges {edges:.3f}"
    )
figures.show(
    figures.detection.segmented(test.images[:6], y[:6], {n: a[:6] for n, a in answers.items()}, 11),
    caption="What two nets of one trunk say of each pixel after the same short training, without "
    "skip connections and with them. Colours are classes, white is background. Look at "
    "the outlines.",
    alt="Four rows: pictures, true classes by pixel, the answers of the net without skips in "
    "blocks of 4 pixels, and of the net with skips with finer outlines.",
)

# %% [markdown]
# Over three seeds (the cells above with seeds 0, 1 and 2):
#
# | | mIoU | at edges |
# | --- | --- | --- |
# | without skips | 0.53, 0.52, 0.51 | 0.45, 0.43, 0.43 |
# | with skips | 0.60, 0.60, 0.59 | 0.54, 0.54, 0.52 |
#
# Both numbers rise with skips, and the one at edges by more: by a fifth, where mIoU over all pixels rises by a
# seventh. The more of a picture lies inside large objects, the less mIoU shows what a skip is for.

# %% [markdown]
# ## Look only where something may be: region proposals
#
# Back to boxes. Instead of all windows, take some 2,000 regions that look like objects, and give
# each to a strong net. Methods without learning find such regions in seconds on a CPU. **Selective
# search** (Uijlings et al. 2013) starts from many small patches of similar colour and texture,
# merges the two most similar ones again and again, and proposes the box of every patch that ever
# existed. About 2,000 proposals hold nearly all objects, and most of them are wrong.
#
# Three nets made this work, each by sharing more:
#
# | net | for a picture | seconds a picture, VGG-16 | mAP, VOC 2007 |
# | --- | --- | --- | --- |
# | **R-CNN** (Girshick et al. 2014) | each of 2,000 regions is warped to a square and goes through the net alone; an SVM for each class, a regression of the box | about 50 | 66.0 % |
# | **Fast R-CNN** (Girshick 2015) | the *picture* goes through the net once; each region of interest (RoI) is cut out of the map, one loss for class and box | about 2, almost all of it the proposals: 25 times faster | 66.9 % |
# | **Faster R-CNN** (Ren et al. 2015) | the proposals come from the same map, by a small **region proposal network** | 0.2: 250 times faster | 66.9 % |
#
# (Times and mAP as in CS231n 2017, lecture 11, with proposals counted. Fast R-CNN's net alone takes
# 0.3 s: its proposals still come from outside.)
#
# R-CNN also needed hundreds of gigabytes for its features and 84 hours of training; net, SVMs and box
# regression were trained one after the other. In Faster R-CNN four losses are trained together:
# whether there is an object, and where (proposal network); which class it is, and where exactly
# (head).
#
# ## Cut a region out of a map
#
# The layers that judge a region, its **heads**, need maps of one size, say 7 x 7, for regions of all
# sizes. **RoI pooling** divides a
# region of the map into 7 x 7 parts and takes the maximum of each. But a region of the picture is
# not a region of whole cells: an edge at pixel 100 is at 6.25 on a map of stride 16, and RoI
# pooling rounds to 6. Then it divides into parts, and rounds once more. A cell is 16 pixels. For a
# class this matters little; for a mask it is a disaster.
#
# **RoI align** (He et al. 2017) rounds nothing. It divides the region into equal parts, places a few
# regularly spaced points in each, reads the map *between* its cells by bilinear interpolation, and
# averages.
#
# Where is a cell? Cell 0 covers 0 to 1, so its number belongs to 0.5, its centre. Cell $i$
# has its centre at $i + 0.5$. Hence the point $x$ has the index $x - 0.5$ among the cell
# centres. Forgetting
# this shifts everything by half a cell, 8 pixels. By hand: one row of cells, $(10, 20, 40)$; the
# value at $x = 1$? At 2.25? At 0.2?
#
# <details><summary>The three values</summary>
#
# $1 - 0.5 = 0.5$, halfway between cells 0 and 1: 15. $2.25 - 0.5 = 1.75$:
# $0.25 \cdot 20 + 0.75 \cdot 40 = 35$. $0.2 - 0.5 = -0.3$ lies before the first centre: take the
# nearest cell, 10.
# </details>
#
# And the points: with 2 samples in each of 2 parts of the interval from 1 to 3, the points are
# 1.25, 1.75, 2.25, 2.75. The first part averages the first two.
#
# ### Exercise 13.6: RoI align
# 0 points · about 35 minutes · hard · optional


# %% [markdown] hint="detect-roi"
# Where are the points of a box? Down and across can be treated one after the other.
#
# Points down are `top + height * (k + 0.5) / n` with n = parts times samples. Take off half a cell,
# and bring each point into the range from 0 to H - 1.
#
# The row below the last one is the last one itself, with weight 0.
# `points.reshape(C, rows, samples, columns, samples)` gives each part two axes of its own, over
# which you average.


# %% answer="detect-roi"
def roi_align(maps: np.ndarray, boxes: np.ndarray, size: tuple, samples: int = 2) -> np.ndarray:
    """Cut regions out of maps by bilinear interpolation, without rounding.

    maps: (N, C, H, W) float; cell (i, j) stands for its centre, at i + 0.5 down and j + 0.5 across
    boxes: (R, 5) float; number of the map, left, top, right, bottom in cells
    size: (rows, columns), into which each box is divided
    samples: points a part in each direction, in the middles of equal pieces
    returns: (R, C, rows, columns) float, the means of the points; a point beyond the centres of the
        outermost cells has the value at the nearest place between them
    Source: He et al. 2017, "Mask R-CNN"
    """
    ### BEGIN SOLUTION
    C, H, W = maps.shape[1:]
    steps = [(np.arange(n * samples) + 0.5) / (n * samples) for n in size]
    out = np.zeros((len(boxes), C, *size))
    for r, (number, left, top, right, bottom) in enumerate(boxes):
        y = np.clip(top + (bottom - top) * steps[0] - 0.5, 0, H - 1)
        x = np.clip(left + (right - left) * steps[1] - 0.5, 0, W - 1)
        above, before = y.astype(int), x.astype(int)
        below, after = np.minimum(above + 1, H - 1), np.minimum(before + 1, W - 1)
        one = maps[int(number)]
        down = (y - above)[:, None]
        rows = one[:, above] * (1 - down) + one[:, below] * down
        points = rows[:, :, before] * (1 - (x - before)) + rows[:, :, after] * (x - before)
        out[r] = points.reshape(C, size[0], samples, size[1], samples).mean(axis=(2, 4))
    return out
    ### END SOLUTION


# %% check="detect-roi" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("RoI align") as rng:
    maps = rng.normal(size=(2, 3, 6, 8))
    boxes = np.array([[1, 1.3, 0.9, 6.1, 4.2], [0, 2.0, 1.0, 5.0, 4.0], [1, 3.1, 2.2, 3.4, 5.0]])
    for size in ((2, 3), (4, 4)):
        due = oracle.detection.pooled_regions(maps, boxes, size, 2)
        mine = checks.leaves_alone(roi_align, maps, boxes, size, share=0.1)
        checks.equal(mine, due, f"regions of {size}")
    with checks.share(0.2, "The border"):
        outside = np.array([[0, -2, -1, 3, 4], [1, 5.5, 3, 9.5, 7.8]])
        due = oracle.detection.pooled_regions(maps, outside, (3, 2), 2)
        checks.equal(roi_align(maps, outside, (3, 2)), due, "regions across the border")
    ### BEGIN HIDDEN TESTS
    maps = rng.normal(size=(3, 2, 9, 5))
    corners = random_boxes(rng, 5, 4) + 0.5
    boxes = np.concatenate([np.array([[2], [0], [1], [2], [2.0]]), corners], axis=1)
    for size, samples in (((1, 1), 1), ((3, 5), 3), ((2, 2), 1), ((7, 7), 2)):
        due = oracle.detection.pooled_regions(maps, boxes, size, samples)
        mine = roi_align(maps.copy(), boxes.copy(), size, samples)
        checks.equal(mine, due, f"regions of {size}, {samples} samples")
    none = roi_align(maps.copy(), boxes[:0], (2, 3))
    checks.equal(none, np.zeros((0, 2, 2, 3)), "no regions")
    with checks.share(0.2, "The border"):
        flat, whole = (
            rng.normal(size=(1, 2, 1, 6)),
            np.array([[0, 0, 0, 6, 1.0], [0, -1, -1, 8, 3]]),
        )
        due = oracle.detection.pooled_regions(flat, whole, (2, 4), 2)
        checks.equal(roi_align(flat, whole, (2, 4)), due, "regions of a map of one row")
        whole = np.array([[0, 0, 0, 5, 9.0], [2, 4.6, 8.6, 5.0, 9.0]])
        due = oracle.detection.pooled_regions(maps, whole, (4, 3), 2)
        checks.equal(roi_align(maps, whole, (4, 3)), due, "regions at the border")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
figures.show(
    figures.detection.rounding((7, 5), (1.4, 0.7, 5.8, 3.6), (2, 2)),
    caption="The same region of a map, cut by RoI pooling and by RoI align. Pooling snaps the box "
    "to whole cells and then its parts once more; align leaves the box where it is and "
    "reads the map between the cells. With stride 16 a cell is 16 pixels of the picture.",
    alt="Two grids of cells with the same dashed box; on the left a solid box of whole cells "
    "that misses it, cut into unequal parts; on the right equal parts with four points in "
    "each.",
)

# %% [markdown]
# **Mask R-CNN** (He et al. 2017) is Faster R-CNN with RoI align and one more head: a small fully
# convolutional net which says for each region, at 28 x 28, which of its pixels belong to the
# object. That is instance segmentation. Give the head joints in place of masks, one map for each
# joint, and it finds poses: a **keypoint** head. (And where regions should not be squares at all,
# **deformable** convolutions and RoI pooling learn an offset for each point they read; Dai et al.
# 2017.)
#
# ## Boxes relative to boxes
#
# A head does not say "the box begins at pixel 37". It looks at a region through a window of 7 x 7
# and cannot know where that window lies. It can say "a little further left, and a quarter larger":
# relative to a box that is given, a proposal or an **anchor** with centre $(x_a, y_a)$, width $w_a$
# and height $h_a$. The four numbers that it learns are
#
# $$t_x = \frac{x - x_a}{w_a}, \qquad t_y = \frac{y - y_a}{h_a}, \qquad t_w = \ln \frac{w}{w_a}, \qquad t_h = \ln \frac{h}{h_a}$$
#
# where $x, y, w, h$ are the centre and the size of the true box. Offsets are measured in sizes of the
# anchor, so that a net may ignore the scale; the logarithm makes "twice as large" and "half as
# large" equally far from 0, and no answer gives a negative size. By hand: anchor
# $(10, 10, 30, 20)$, true box $(10, 5, 50, 25)$.
#
# <details><summary>The four numbers</summary>
#
# The anchor's centre is $(20, 15)$, its size $20 \times 10$. The box: $(30, 15)$, $40 \times 20$.
# So $t = (0.5,\, 0,\, \ln 2,\, \ln 2)$.
# </details>
#
# ### Exercise 13.7: box coding
# 9 points · about 15 minutes · easy


# %% [markdown] hint="detect-coding"
# Both functions go through centre and size. Which two lines do they share?
#
# Decoding is the four equations solved for x, y, w, h, then back to corners: centre minus and plus
# half the size.
#
# All in pairs of columns, `boxes[:, :2]` and `boxes[:, 2:]`: x and y, width and height are treated
# alike. Two offsets and two logarithms come side by side by `np.concatenate`.


# %% answer="detect-coding"
def encode(boxes: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Boxes as seen from anchors, one from each.

    boxes, anchors: (N, 4) float; left, top, right, bottom
    returns: (N, 4) float; t_x, t_y, t_w, t_h
    raises: ValueError where a box or an anchor has no width or no height
    Source: Girshick et al. 2014, "Rich feature hierarchies", appendix C
    """
    ### BEGIN SOLUTION
    sizes, own = boxes[:, 2:] - boxes[:, :2], anchors[:, 2:] - anchors[:, :2]
    if (sizes <= 0).any() or (own <= 0).any():
        raise ValueError("a box without width or height cannot be encoded")
    shift = (boxes[:, :2] + sizes / 2) - (anchors[:, :2] + own / 2)
    return np.concatenate([shift / own, np.log(sizes / own)], axis=1)
    ### END SOLUTION


def decode(deltas: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """The inverse of encode: the boxes that belong to deltas.

    deltas: (N, 4) float, t_x, t_y, t_w, t_h; anchors: (N, 4) float
    returns: (N, 4) float; left, top, right, bottom
    """
    ### BEGIN SOLUTION
    own = anchors[:, 2:] - anchors[:, :2]
    centres = anchors[:, :2] + own / 2 + deltas[:, :2] * own
    half = np.exp(deltas[:, 2:]) * own / 2
    return np.concatenate([centres - half, centres + half], axis=1)
    ### END SOLUTION


# %% check="detect-coding" points=9 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("box coding") as rng:
    anchors = random_boxes(rng, 6) + np.array([0, 0, 4, 7])
    boxes = near(anchors, rng)
    deltas = oracle.detection.encoded(boxes, anchors)
    checks.equal(checks.leaves_alone(encode, boxes, anchors, share=0.05), deltas, "deltas")
    back = oracle.detection.decoded(deltas, anchors)
    checks.equal(checks.leaves_alone(decode, deltas, anchors, share=0.05), back, "boxes")
    flat, why = boxes * np.array([1, 0, 1, 0]), "every box and anchor needs a width and a height"
    checks.raises(ValueError, encode, flat, anchors, reason=why, share=0.2)
    checks.raises(ValueError, encode, boxes, flat, reason=why, share=0.2)
    ### BEGIN HIDDEN TESTS
    for count, side in ((1, 9), (7, 2000), (2, 5)):
        anchors = random_boxes(rng, count, side) + np.array([-3, -1, 2, 1])
        boxes = random_boxes(rng, count, side) - np.array([2.0, 3, 1, 1])
        deltas = oracle.detection.encoded(boxes, anchors)
        checks.equal(encode(boxes.copy(), anchors.copy()), deltas, "deltas")
        deltas = rng.normal(size=(count, 4))
        due = oracle.detection.decoded(deltas, anchors)
        checks.equal(decode(deltas.copy(), anchors.copy()), due, "boxes")
    small = np.array([[0.1, 0.2, 0.4, 0.8], [0.3, 0.1, 0.5, 0.2]])
    deltas = oracle.detection.encoded(small, small[::-1])
    checks.equal(encode(small.copy(), small[::-1].copy()), deltas, "deltas of small boxes")
    wide = np.array([[0.0, 0, 5, 5], [1, 2, 1, 9]])
    checks.raises(ValueError, encode, wide, wide + np.array([-1, -1, 1, 1]), reason=why, share=0.2)
    checks.raises(ValueError, encode, wide + np.array([-1, -1, 1, 1]), wide, reason=why, share=0.2)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Anchors: which box learns which object?
#
# Where do these reference boxes come from? From a regular grid. Round the centre of every cell of the
# map there are a few **anchors**: boxes of some sizes and shapes, the same in every cell.
# Faster R-CNN takes 3 sizes times 3 shapes. For each anchor the proposal network says "object or
# not" and four deltas. Now the number of answers is fixed, 9 for each cell, and ordinary losses are
# enough.
#
# By hand: stride 16, size 32, **ratio** 2, height over width. The area should be $32^2$ whatever
# the ratio is. The anchor round the centre of the first cell?
#
# <details><summary>The anchor</summary>
#
# $w = 32 / \sqrt 2 = 22.6$ and $h = 32 \sqrt 2 = 45.3$, round $(8, 8)$:
# $(-3.3, -14.6, 19.3, 30.6)$. It sticks out of the picture, which is allowed.
# </details>
#
# What should an anchor learn? Its IoU with each true box decides:
#
# - `high` or more with some box: it is **positive**, and learns the class and the box of the one
#   that it overlaps most;
# - below `low` with all: **background**;
# - in between: **ignored**. To call it either would teach something wrong.
#
# There is one more rule. A small star may overlap no anchor by
# `high`. Then no anchor would learn it. So
# for each true box, the anchor with the highest IoU is positive *in any case*.
#
# By hand, `low` 0.3 and `high` 0.7, with two true boxes A and B:
#
# | anchor | IoU with A | IoU with B |
# | --- | --- | --- |
# | 0 | 0.8 | 0.1 |
# | 1 | 0.5 | 0.2 |
# | 2 | 0.1 | 0.25 |
# | 3 | 0 | 0.1 |
#
# <details><summary>What each anchor learns</summary>
#
# 0: A. 1: ignored. 2: B. Its best IoU is 0.25, which is background by the first rules, but no other anchor
# overlaps B more. 3: background.
# </details>
#
# ### Exercise 13.8: anchors and matching
# 12 points · about 30 minutes · medium


# %% [markdown] hint="detect-anchors"
# Width and height have the product size² and the quotient ratio. What are they, then?
#
# `np.meshgrid(x, y)` with `axis=-1` stacked gives the centres row by row; a middle axis of length 1
# lets all sizes and ratios broadcast against them.
#
# For the matching: decide all anchors by the three rules first (`np.where` within `np.where`), then
# loop over the true boxes and overwrite.


# %% answer="detect-anchors"
def make_anchors(grid: tuple, stride: float, sizes: list, ratios: list) -> np.ndarray:
    """Boxes round the centre of every cell of a map.

    grid: (rows, columns) of the map; stride: pixels from one cell to the next
    sizes: roots of the areas, in pixels; ratios: height over width
    returns: (rows columns len(sizes) len(ratios), 4) float; cells row by row; in a cell size by
        size, and of each size ratio by ratio
    Source: Ren et al. 2015, "Faster R-CNN"
    """
    ### BEGIN SOLUTION
    y, x = (np.arange(n) * stride + stride / 2 for n in grid)
    size, ratio = (one.ravel() for one in np.meshgrid(sizes, np.sqrt(ratios), indexing="ij"))
    half = np.stack([size / ratio, size * ratio], axis=1) / 2
    centres = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 1, 2)
    return np.concatenate([centres - half, centres + half], axis=-1).reshape(-1, 4)
    ### END SOLUTION


def match(anchors: np.ndarray, truth: np.ndarray, low: float, high: float, iou) -> np.ndarray:
    """What each anchor should learn.

    anchors: (N, 4); truth: (T, 4), the true boxes, perhaps none
    low, high: limits of the IoU
    iou: function of (a, b), the IoU of every pair (len(a), len(b))
    returns: (N,) int; the number of the true box that it overlaps most (the first of equal ones)
        where that IoU is high or more; -1, background, where it is below low; -2, ignored, in
        between. Then each true box, in their order, takes the anchor that overlaps it most (the
        first of equal ones), if any does at all
    """
    ### BEGIN SOLUTION
    if len(truth) == 0:
        return np.full(len(anchors), -1)
    overlap = iou(anchors, truth)
    best = overlap.max(axis=1)
    result = np.where(best >= high, overlap.argmax(axis=1), np.where(best < low, -1, -2))
    for number in range(len(truth)):
        forced = overlap[:, number].argmax()
        if overlap[forced, number] > 0:
            result[forced] = number
    return result
    ### END SOLUTION


# %% check="detect-anchors" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("anchors"):
    for grid, stride, sizes, ratios in (
        ((2, 3), 16, [32], [1]),
        ((3, 2), 8, [12, 24], [0.5, 2, 1]),
    ):
        due = oracle.detection.anchors(grid, stride, sizes, ratios)
        mine = checks.leaves_alone(make_anchors, grid, stride, sizes, ratios, share=0.1)
        checks.equal(mine, due, "anchors")
    ### BEGIN HIDDEN TESTS
    for grid, stride, sizes, ratios in (((1, 1), 4.5, [3], [4]), ((4, 7), 10, [8, 5, 30], [3, 1])):
        due = oracle.detection.anchors(grid, stride, sizes, ratios)
        checks.equal(make_anchors(grid, stride, list(sizes), list(ratios)), due, "anchors")
    ### END HIDDEN TESTS

# %% check="detect-anchors-match" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("matching") as rng:
    anchors = oracle.detection.anchors((4, 4), 16, [16, 28], [0.7, 1.4])
    truth = np.concatenate([near(anchors[[5, 22, 40]], rng), [[30, 30, 33, 33.0]]])
    for low, high in ((0.3, 0.7), (0.4, 0.5)):
        due = oracle.detection.matched(anchors, truth, low, high)
        args = anchors, truth, low, high, oracle.detection.iou
        checks.equal(checks.leaves_alone(match, *args, share=0.1), due, "matches")
    with checks.share(0.15, "No true box"):
        due = oracle.detection.matched(anchors, truth[:0], 0.3, 0.7)
        checks.equal(match(anchors, truth[:0], 0.3, 0.7, oracle.detection.iou), due, "matches")
    ### BEGIN HIDDEN TESTS
    for low, high, count in ((0.3, 0.7, 6), (0.5, 0.5, 9), (0.2, 0.6, 1)):
        truth = near(anchors[rng.integers(len(anchors), size=count)], rng, 6)
        due = oracle.detection.matched(anchors, truth, low, high)
        mine = match(anchors.copy(), truth.copy(), low, high, oracle.detection.iou)
        checks.equal(mine, due, "matches")
    alike = np.array([[0.0, 0, 10, 10], [0, 0, 10, 10], [20, 0, 30, 10], [0, 0, 10, 5]])
    truth = np.array([[0.0, 0, 10, 10], [0, 0, 10, 10], [50, 50, 60, 60], [24, 0, 34, 10]])
    for low, high in ((0.5, 0.5), (0.3, 0.7), (0.1, 1.0), (0.5, 0.7)):
        due = oracle.detection.matched(alike, truth, low, high)
        mine = match(alike.copy(), truth.copy(), low, high, oracle.detection.iou)
        checks.equal(mine, due, "matches of equal boxes")
    with checks.share(0.15, "No true box"):
        due = oracle.detection.matched(alike, truth[:0], 0.1, 0.2)
        checks.equal(match(alike, truth[:0], 0.1, 0.2, oracle.detection.iou), due, "matches")
    ### END HIDDEN TESTS

# %% [markdown]
# ## One look
#
# The proposal network already says for each cell of a map whether something is there, and where.
# Let it give the class as well, and the second stage is not needed: the detector is **one** net, and
# one look at the picture is enough. Such detectors are called *one-stage*. Two early ones are
# **YOLO** ("you only look once", Redmon et al. 2016: 45
# pictures a second, 63.4 % mAP on VOC 2007) and **SSD** (Liu et al. 2016), which looks at several
# maps of different stride, for objects of different size.
#
# YOLO divides the picture into a grid of cells; the cell that holds an object's centre is
# responsible for it. For each cell the net gives $5 + C$ numbers: where the centre is in the cell,
# how large the box is, how **confident** it is that there is an object at all, and the classes,
# given that there is one. In the form of its second version, with an anchor $(w_a, h_a)$ and stride
# $s$, in the cell of row $i$ and column $j$:
#
# $$x = (j + \sigma(r_0))\,s, \quad y = (i + \sigma(r_1))\,s, \quad w = w_a\, e^{r_2}, \quad h = h_a\, e^{r_3}, \quad \text{score}_c = \sigma(r_4) \cdot \text{softmax}(r_{5\ldots})_c$$
#
# The sigmoid keeps the centre in its own cell. The score is a product: a sure class in an empty
# cell is worth nothing. By hand: cell of row 1, column 2, stride 8, anchor $(16, 16)$,
# $r = (0, 0, \ln 2, 0, 0, \ldots)$ with two classes $(\ln 3, 0)$.
#
# <details><summary>Box and scores</summary>
#
# Centre $(2.5 \cdot 8, 1.5 \cdot 8) = (20, 12)$, size $32 \times 16$: box $(4, 4, 36, 20)$. Scores
# $0.5 \cdot 0.75 = 0.375$ and $0.125$.
# </details>
#
# ### Exercise 13.9: decode a grid
# 0 points · about 20 minutes · medium · optional


# %% [markdown] hint="detect-grid"
# What is the same in every cell, and what depends on its row and column?
#
# $\sigma(r) = e^{\min(r, 0)} / (1 + e^{-|r|})$ never takes the exponential of a large number. The
# softmax needs its largest score subtracted.
#
# `np.stack(np.meshgrid(np.arange(W), np.arange(H)), axis=-1)` holds (column, row) of every cell.
# `reshape(H * W, ...)` comes last.


# %% answer="detect-grid"
def decode_grid(raw: np.ndarray, stride: float, anchor: tuple) -> tuple:
    """What a net that looks once says of a picture.

    raw: (H, W, 5 + C) float: x, y, width, height, confidence, C classes; of any size, 1000 too, but
        width and height below 10
    stride: pixels from one cell to the next; anchor: (width, height) in pixels
    returns: boxes (H W, 4) float, cells row by row, left, top, right, bottom; scores (H W, C) float
    Source: Redmon and Farhadi 2017, "YOLO9000"
    """
    ### BEGIN SOLUTION
    H, W = raw.shape[:2]
    chance = np.exp(np.minimum(raw, 0)) / (1 + np.exp(-np.abs(raw)))
    corner = np.stack(np.meshgrid(np.arange(W), np.arange(H)), axis=-1)
    centre = (corner + chance[..., :2]) * stride
    half = np.exp(raw[..., 2:4]) * anchor / 2
    classes = np.exp(raw[..., 5:] - raw[..., 5:].max(axis=-1, keepdims=True))
    scores = chance[..., 4:5] * classes / classes.sum(axis=-1, keepdims=True)
    boxes = np.concatenate([centre - half, centre + half], axis=-1)
    return boxes.reshape(H * W, 4), scores.reshape(H * W, -1)
    ### END SOLUTION


# %% check="detect-grid" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("a grid of boxes") as rng:
    raw = rng.normal(size=(3, 4, 8))
    due = oracle.detection.grid_boxes(raw, 8.0, (16.0, 12.0))
    mine = checks.leaves_alone(decode_grid, raw, 8.0, (16.0, 12.0), share=0.1)
    checks.equal(mine, due, "boxes, scores")
    with checks.share(0.2, "Large numbers"):
        raw[..., [0, 1, 4, 5, 6, 7]] *= 1000
        due = oracle.detection.grid_boxes(raw, 8.0, (16.0, 12.0))
        checks.equal(decode_grid(raw, 8.0, (16.0, 12.0)), due, "boxes, scores")
    ### BEGIN HIDDEN TESTS
    for shape, stride, anchor in (((1, 1, 6), 4.0, (3.0, 9.0)), ((5, 2, 15), 32.0, (50.0, 20.0))):
        raw = 2 * rng.normal(size=shape)
        due = oracle.detection.grid_boxes(raw, stride, anchor)
        checks.equal(decode_grid(raw.copy(), stride, anchor), due, "boxes, scores")
    with checks.share(0.2, "Large numbers"):
        raw = np.where(rng.random((2, 3, 9)) < 0.5, -1000.0, 1000.0)
        raw[..., 2:4], raw[0, 0, 4:] = rng.normal(size=(2, 3, 2)), [1000, -900, -900, -950, -900]
        due = oracle.detection.grid_boxes(raw, 16.0, (5.0, 7.0))
        checks.equal(decode_grid(raw, 16.0, (5.0, 7.0)), due, "boxes, scores")
    ### END HIDDEN TESTS

# %% [markdown]
# ## A hundred thousand easy ones
#
# A one-look net with anchors judges some 100,000 of them for a picture, and a handful are positive.
# Each of the others is easily seen to be background, and costs little. But 100,000 times little is
# a lot. By hand: an anchor that is background with $p = 0.99$ costs $-\ln 0.99 = 0.01$; 100,000 of
# them cost 1,005. One object that is missed with $p = 0.1$ costs 2.3. So nearly all of the gradient
# comes from anchors that are right already.
#
# Two-stage nets had solved this in passing: proposals throw most of the background away. SSD
# takes only the hardest negatives, three for each positive. The **focal loss** (Lin et al. 2017,
# RetinaNet) multiplies the cross-entropy by a factor that is small where the answer is right
# already. $p_t$ is the probability of what is true: $p_t = p$ for a positive anchor (yes, an object),
# $1 - p$ for a negative one (no):
#
# $$L = -\alpha_t\, (1 - p_t)^\gamma \ln p_t, \qquad \alpha_t = \alpha \text{ for yes, } 1 - \alpha \text{ for no}$$
#
# summed, and divided by the number of positives. With $\gamma = 2$, and $\alpha_t$ left out, the easy
# one above costs
# $0.01^2 \cdot 0.01$, a ten-thousandth of what it did: 100,000 of them cost 0.1 together. The miss costs
# $0.9^2 \cdot 2.3 = 1.9$.
#
# For the gradient let $z$ be the score, turned so that large is right ($z = s$ for yes, $-s$ for
# no), $p_t = \sigma(z)$. With $\frac{d p_t}{dz} = p_t (1 - p_t)$ the product rule gives
#
# $$\frac{dL}{dz} = \alpha_t\, (1 - p_t)^\gamma \big( \gamma\, p_t \ln p_t - (1 - p_t) \big)$$
#
# By hand: $\gamma = 0$ leaves $\alpha_t (p_t - 1)$, the gradient of cross-entropy, as it must.
#
# ### Exercise 13.10: focal loss
# 0 points · about 20 minutes · medium · optional


# %% [markdown] hint="detect-focal"
# Turn the score first, so that large is right for yes and for no. Then one formula serves both, and
# the gradient is turned back at the end.
#
# $\ln \sigma(z) = \min(z, 0) - \ln(1 + e^{-|z|})$ with `np.log1p` is finite for scores of 1000.
#
# $1 - \sigma(z)$ is $\sigma(-z)$, and its logarithm is $\ln \sigma(z) - z$: computed that way it
# does not become 0 too early.


# %% answer="detect-focal"
def focal_loss(scores: np.ndarray, y: np.ndarray, gamma: float, alpha: float) -> tuple:
    """Focal loss of yes-or-no scores.

    scores: (N,) float, of any size, 1000 too; y: (N,) int, 1 for yes and 0 for no
    gamma: 0 or more; 0 is cross-entropy, weighted; alpha: weight of yes; that of no is 1 - alpha
    returns: loss, a float, the sum divided by the number of positives (by 1 if none); dscores (N,)
    Source: Lin et al. 2017, "Focal loss for dense object detection"
    """
    ### BEGIN SOLUTION
    z = np.where(y == 1, scores, -scores)
    weights = np.where(y == 1, alpha, 1 - alpha) / max(int(y.sum()), 1)
    log_right = np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))
    right = np.exp(log_right)
    wrong = np.exp(log_right - z)
    loss = -(weights * wrong**gamma * log_right).sum()
    slope = weights * wrong**gamma * (gamma * right * log_right - wrong)
    return float(loss), np.where(y == 1, slope, -slope)
    ### END SOLUTION


# %% check="detect-focal" points=0 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("focal loss") as rng:
    scores, y = 2 * rng.normal(size=9), np.arange(9) % 3 // 2
    for gamma, alpha in ((2.0, 0.25), (0.0, 0.5)):
        due = oracle.with_gradients(oracle.detection.focal, 1.0, scores, y, gamma, alpha)[:2]
        mine = checks.leaves_alone(focal_loss, scores, y, gamma, alpha, share=0.05)
        checks.equal(mine, due, "loss, dscores")
    with checks.share(0.15, "Scores of 1000"):
        due = oracle.with_gradients(oracle.detection.focal, 1.0, 1000 * scores, y, 2.0, 0.3)[:2]
        checks.equal(focal_loss(1000 * scores, y, 2.0, 0.3), due, "loss, dscores")
    with checks.share(0.1, "No yes"):
        due = oracle.with_gradients(oracle.detection.focal, 1.0, scores, 0 * y, 2.0, 0.3)[:2]
        checks.equal(focal_loss(scores, 0 * y, 2.0, 0.3), due, "loss, dscores")
    ### BEGIN HIDDEN TESTS
    for N, gamma, alpha in ((1, 1.0, 0.7), (30, 5.0, 0.1), (12, 0.5, 0.9)):
        scores, y = 3 * rng.normal(size=N), rng.integers(2, size=N)
        y[0] = 1
        due = oracle.with_gradients(oracle.detection.focal, 1.0, scores, y, gamma, alpha)[:2]
        checks.equal(focal_loss(scores.copy(), y.copy(), gamma, alpha), due, "loss, dscores")
    with checks.share(0.15, "Scores of 1000"):
        large, y = np.array([1000.0, -1000, 1000, -1000, 700]), np.array([1, 1, 0, 0, 1])
        for gamma in (0.0, 2.0, 1.0):
            due = oracle.with_gradients(oracle.detection.focal, 1.0, large, y, gamma, 0.3)[:2]
            checks.equal(focal_loss(large.copy(), y.copy(), gamma, 0.3), due, "loss, dscores")
    with checks.share(0.1, "No yes"):
        due = oracle.with_gradients(
            oracle.detection.focal, 1.0, scores, 0 * scores.astype(int), 0.0, 0.3
        )[:2]
        checks.equal(focal_loss(scores.copy(), np.zeros(12, int), 0.0, 0.3), due, "loss, dscores")
    ### END HIDDEN TESTS

# %% [markdown]
# ## One object, many boxes: non-maximum suppression
#
# A detector that looks at every cell finds each object several times: neighbouring cells see it,
# too. **Non-maximum suppression** (NMS) removes the duplicates. Take the box with the highest score
# and keep it; throw away all boxes of the same class that overlap it by more than a threshold; take
# the best of what is left; and so on.
#
# By hand, threshold 0.5, one class. Boxes A, B, C, D have the scores 0.9, 0.8, 0.7, 0.6. The IoU of
# A and B is 0.6, of B and C 0.7, of C and D 0.55, all others are 0. Which boxes stay?
#
# <details><summary>The boxes that stay</summary>
#
# A stays and throws B out. C would have been thrown out by B, but B is gone: C stays, and throws D
# out. A and C.
# </details>
#
# A box that is gone throws out no other. So comparing all pairs at once is not the same. And
# NMS has a price: of two real objects of one class that overlap strongly, one is lost.
#
# ### Exercise 13.11: non-maximum suppression
# 12 points · about 20 minutes · medium


# %% [markdown] hint="detect-nms"
# Go through the boxes from the best score down. What decides whether one stays?
#
# A box is compared with those *kept so far*, and only with those of its class.
#
# `np.argsort(-scores, kind="stable")` is the order. Take from this box's row of the IoUs those with its
# rivals, and ask whether `any()` is too large; of an empty list that is False.


# %% answer="detect-nms"
def nms(boxes: np.ndarray, scores: np.ndarray, labels: np.ndarray, threshold: float, iou) -> list:
    """Which boxes stay, class by class.

    boxes: (N, 4) float; scores: (N,) float; labels: (N,) int, classes
    threshold: a box goes where its IoU with a kept one of its class is greater than this
    iou: function of (a, b), the IoU of every pair (len(a), len(b))
    returns: list of int, the indices that stay, the highest score first; of equal scores the
        smaller index comes first
    """
    ### BEGIN SOLUTION
    overlap = iou(boxes, boxes)
    kept: list = []
    for i in np.argsort(-scores, kind="stable"):
        rivals = [k for k in kept if labels[k] == labels[i]]
        if not (overlap[i, rivals] > threshold).any():
            kept.append(int(i))
    return kept
    ### END SOLUTION


# %% check="detect-nms" points=12 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("non-maximum suppression") as rng:
    boxes = near(np.repeat(random_boxes(rng, 5), 5, axis=0), rng)
    scores, labels = rng.random(25), rng.integers(2, size=25)
    for threshold in (0.3, 0.6):
        due = oracle.detection.kept(boxes, scores, labels, threshold)
        args = boxes, scores, labels, threshold, oracle.detection.iou
        checks.equal(checks.leaves_alone(nms, *args, share=0.05), due, "kept")
    with checks.share(0.15, "Equal scores"):
        due = oracle.detection.kept(boxes, 0 * scores, labels, 0.4)
        checks.equal(nms(boxes, 0 * scores, labels, 0.4, oracle.detection.iou), due, "kept")
    with checks.share(0.1, "No box"):
        checks.equal(nms(boxes[:0], scores[:0], labels[:0], 0.5, oracle.detection.iou), [], "kept")
    ### BEGIN HIDDEN TESTS
    for count, classes, threshold in ((40, 1, 0.2), (30, 3, 0.5), (1, 1, 0.5), (60, 2, 0.0)):
        boxes = near(np.repeat(random_boxes(rng, count), 2, axis=0), rng, 5)
        scores, labels = rng.normal(size=2 * count), rng.integers(classes, size=2 * count)
        due = oracle.detection.kept(boxes, scores, labels, threshold)
        mine = nms(boxes.copy(), scores.copy(), labels.copy(), threshold, oracle.detection.iou)
        checks.equal(mine, due, "kept")
    half = np.array([[0.0, 0, 4, 4], [0, 0, 4, 2], [8, 0, 9, 4], [0, 0, 4, 4]])
    args = half, np.array([0.5, 0.7, 0.6, 0.1]), np.array([3, 3, 3, 1]), 0.5
    due = oracle.detection.kept(*args)
    checks.equal(nms(*args, oracle.detection.iou), due, "kept, with an IoU of just the threshold")
    with checks.share(0.15, "Equal scores"):
        scores = rng.integers(3, size=2 * count) / 2
        due = oracle.detection.kept(boxes, scores, labels, 0.3)
        checks.equal(nms(boxes, scores, labels, 0.3, oracle.detection.iou), due, "kept")
    with checks.share(0.1, "No box"):
        checks.equal(nms(boxes[:0], scores[:0], labels[:0], 0.0, oracle.detection.iou), [], "kept")
    ### END HIDDEN TESTS

# %% [markdown]
# ## How good is a detector?
#
# A detector gives boxes with scores, as many as it likes. Two numbers judge a set of detections of one
# class: **precision**, the share of the detections that are correct, and **recall**, the share of
# the true objects that were found. Ask for a high score and precision is high, for a low one and
# recall is high. One number for all thresholds is the area under precision over recall, the
# **average precision** (AP).
#
# When is a detection correct? PASCAL VOC's rule: go through the detections of a picture from the
# highest score down. Look at the true box of the class that the detection overlaps most (the first
# of equal ones). If that IoU is at least the threshold, and **no earlier detection has claimed that box**,
# the detection is correct. Else it is wrong. A second box on the same star is a false detection:
# that is why NMS matters.
#
# By hand: 4 true objects. Detections in order of score: correct, wrong, correct, correct, wrong.
#
# | detections | correct so far | precision | recall |
# | --- | --- | --- | --- |
# | 1 | 1 | 1 | 1/4 |
# | 2 | 1 | 1/2 | 1/4 |
# | 3 | 2 | 2/3 | 2/4 |
# | 4 | 3 | 3/4 | 3/4 |
# | 5 | 3 | 3/5 | 3/4 |
#
# Precision zigzags. It is smoothed first: the precision *at* a recall is the best one at that
# recall **or any higher**. Here: 1 up to recall 1/4, then 3/4 up to recall 3/4, then 0, as the
# fourth object is never found. The area:
# $\frac14 \cdot 1 + \frac14 \cdot \frac34 + \frac14 \cdot \frac34 + 0 = 0.625$.
#
# This is all-point AP (VOC from 2010 on; before, the mean at 11 recalls). Averaged over classes it
# is **mAP**: mAP50 at an IoU of 0.5, as in VOC. COCO averages over thresholds, too, from 0.5 to
# 0.95 in steps of 0.05, which rewards boxes that fit. A class without any true object has
# no recall, and is left out.
#
# Scores are compared across *all* pictures: false detections with high scores in one picture lower
# the precision of all.
#
# ### Exercise 13.12: average precision
# 15 points · about 45 minutes · hard


# %% [markdown] hint="detect-ap"
# Three functions on top of each other: a picture's detections, one class over all pictures, all
# classes and thresholds.
#
# `judge` remembers which true boxes are claimed. Take the best true box first, and only then ask
# whether it is free.
#
# `np.maximum.accumulate` gives a running maximum from the front: turn the array round before and
# after. Recall rises by 1 / count at each correct detection and nowhere else, so the area is a sum
# over the correct ones.


# %% answer="detect-ap"
def judge(boxes: np.ndarray, scores: np.ndarray, truth: np.ndarray, threshold: float, iou) -> list:
    """Which detections of one class in one picture are correct, by PASCAL VOC's rule.

    boxes: (D, 4) float; scores: (D,) float; of equal scores the smaller index comes first
    truth: (T, 4) true boxes; threshold: least IoU of a correct one
    iou: function of (a, b), the IoU of every pair (len(a), len(b))
    returns: list of D bools, in the order of boxes
    """
    ### BEGIN SOLUTION
    correct = [False] * len(boxes)
    if len(truth) == 0:
        return correct
    overlap, claimed = iou(boxes, truth), set()
    for i in np.argsort(-scores, kind="stable"):
        own = int(overlap[i].argmax())
        if overlap[i, own] >= threshold and own not in claimed:
            claimed.add(own)
            correct[i] = True
    return correct
    ### END SOLUTION


def average_precision(scores: np.ndarray, correct: np.ndarray, count: int) -> float:
    """Area under precision over recall, at each recall the best precision there or at any higher one.

    scores: (D,) float, of all pictures; of equal scores the smaller index comes first; correct:
        (D,) bool
    count: of the true objects
    returns: float, 0 to 1; 0 where nothing is found; nan where count is 0
    Source: Everingham et al. 2015, "The PASCAL visual object classes challenge: a retrospective"
    """
    ### BEGIN SOLUTION
    if count == 0:
        return float("nan")
    ranked = correct[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float(best[ranked].sum() / count)
    ### END SOLUTION


def mean_average_precision(found: list, truth: list, thresholds: list, iou) -> float:
    """Mean of average_precision over IoU thresholds and over the classes that have true objects.

    found: for each picture {"boxes": (D, 4), "scores": (D,), "labels": (D,) int}
    truth: for each picture {"boxes": (T, 4), "labels": (T,) int}
    thresholds: IoU of a correct detection; iou: as in judge
    returns: float; nan where no picture has a true object
    """
    ### BEGIN SOLUTION
    classes = sorted({int(label) for one in truth for label in one["labels"]})
    values = []
    for threshold in thresholds:
        for label in classes:
            scores, correct, count = [], [], 0
            for mine, due in zip(found, truth):
                own, there = mine["labels"] == label, due["labels"] == label
                scores += list(mine["scores"][own])
                boxes = mine["boxes"][own], mine["scores"][own], due["boxes"][there]
                correct += judge(*boxes, threshold, iou)
                count += there.sum()
            values.append(average_precision(np.array(scores), np.array(correct, bool), count))
    return float(np.mean(values)) if values else float("nan")
    ### END SOLUTION


# %% check="detect-ap" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("correct or wrong") as rng:
    truth = random_boxes(rng, 4)
    boxes, scores = near(np.repeat(truth, 3, axis=0), rng, 8), rng.random(12)
    for threshold in (0.3, 0.6):
        due = oracle.detection.judged(boxes, scores, truth, threshold)
        args = boxes, scores, truth, threshold, oracle.detection.iou
        checks.equal(checks.leaves_alone(judge, *args, share=0.1), due, "correct")
    with checks.share(0.2, "No truth, no detection"):
        for some, true in ((boxes, truth[:0]), (boxes[:0], truth), (boxes[:0], truth[:0])):
            mine = judge(some, scores[: len(some)], true, 0.5, oracle.detection.iou)
            checks.equal(mine, [False] * len(some), "correct")
    ### BEGIN HIDDEN TESTS
    for count, shift, threshold in ((1, 2, 0.5), (9, 5, 0.5), (6, 10, 0.2), (5, 3, 0.75)):
        truth = random_boxes(rng, count)
        boxes = near(truth[rng.integers(count, size=4 * count)], rng, shift)
        scores = rng.integers(6, size=4 * count) / 5
        due = oracle.detection.judged(boxes, scores, truth, threshold)
        mine = judge(boxes.copy(), scores.copy(), truth.copy(), threshold, oracle.detection.iou)
        checks.equal(mine, due, "correct")
    crossed = np.array([[0.0, 0, 10, 10], [2, 0, 12, 10]])
    args = np.array([[1.0, 0, 11, 10], [0, 0, 10, 10], [2, 0, 12, 5]]), np.array([0.9, 0.8, 0.7])
    due = oracle.detection.judged(*args, crossed, 0.5)
    checks.equal(judge(*args, crossed, 0.5, oracle.detection.iou), due, "correct, of crossed boxes")
    with checks.share(0.2, "No truth, no detection"):
        checks.equal(
            judge(args[0], args[1], crossed[:0], 0.0, oracle.detection.iou), [False] * 3, "correct"
        )
    ### END HIDDEN TESTS

# %% check="detect-ap-one" points=6 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("average precision") as rng:
    scores, correct = rng.random(20), rng.random(20) < 0.5
    for count in (12, 30):
        due = oracle.detection.average_precision(scores, correct, int(correct.sum()) + count)
        args = scores, correct, int(correct.sum()) + count
        checks.equal(checks.leaves_alone(average_precision, *args, share=0.1), due, "AP")
    with checks.share(0.2, "No truth, no detection"):
        none = scores[:0], correct[:0]
        checks.equal(average_precision(*none, 5), 0.0, "AP of no detection")
        checks.equal(bool(np.isnan(average_precision(scores, correct & False, 0))), True, "nan")
    ### BEGIN HIDDEN TESTS
    for number, missed, rate in ((1, 0, 1.0), (40, 3, 0.7), (15, 0, 0.3), (25, 60, 0.2)):
        scores, correct = rng.normal(size=number), rng.random(number) <= rate
        count = int(correct.sum()) + missed + (not correct.any())
        due = oracle.detection.average_precision(scores, correct, count)
        checks.equal(average_precision(scores.copy(), correct.copy(), count), due, "AP")
    scores = rng.integers(4, size=40) / 4
    due = oracle.detection.average_precision(scores, np.arange(40) % 3 == 1, 20)
    mine = average_precision(scores, np.arange(40) % 3 == 1, 20)
    checks.equal(mine, due, "AP with equal scores")
    with checks.share(0.2, "No truth, no detection"):
        checks.equal(average_precision(scores, np.zeros(40, bool), 3), 0.0, "AP of nothing found")
        checks.equal(
            bool(np.isnan(average_precision(scores[:0], np.zeros(0, bool), 0))), True, "nan"
        )
    ### END HIDDEN TESTS

# %% check="detect-ap-mean" points=3 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("mean average precision") as rng:
    true = [{"boxes": random_boxes(rng, n), "labels": np.arange(n) % 3} for n in (4, 0, 6)]
    found = [detected(one, rng) for one in true]
    for thresholds in ([0.5], [0.4, 0.6, 0.8]):
        due = oracle.detection.mean_average_precision(found, true, thresholds)
        args = found, true, thresholds, oracle.detection.iou
        checks.equal(checks.leaves_alone(mean_average_precision, *args, share=0.1), due, "mAP")
    ### BEGIN HIDDEN TESTS
    for classes, counts, shift in ((5, (7, 3, 5, 0, 4), 4), (1, (3, 8), 6), (9, (2, 2), 2)):
        labels = [2 * rng.integers(classes, size=n) for n in counts]
        true = [{"boxes": random_boxes(rng, len(one)), "labels": one} for one in labels]
        found = [detected(one, rng, shift, 0.2) for one in true]
        crossed = np.array([[0.0, 0, 10, 10], [2, 0, 12, 10]])
        true.append({"boxes": crossed, "labels": np.zeros(2, int)})
        two, scores = np.array([[1.0, 0, 11, 10], [0, 0, 10, 10]]), np.array([0.9, 0.8])
        found.append({"boxes": two, "scores": scores, "labels": np.zeros(2, int)})
        due = oracle.detection.mean_average_precision(found, true, [0.5, 0.7])
        checks.equal(
            mean_average_precision(found, true, [0.5, 0.7], oracle.detection.iou), due, "mAP"
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Train one
#
# You have all the parts. Here is a detector for 64 x 64 pictures that is as simple as one can be
# and still good: one look, a grid of 8 x 8 cells of 8 pixels, no anchors. In each cell the net
# gives $5 + C$ numbers:
#
# | channel | meaning |
# | --- | --- |
# | 0 | is this cell near the middle of an object? a score for a sigmoid |
# | 1 to 4 | how far is it from the cell's centre to the left, top, right and bottom side? In cells, by $\ln(1 + e^{r + 1})$ (**softplus**, always positive; the 1 lets it start near the usual size) |
# | 5 ... | class scores |
#
# (The four sides are those of FCOS, Tian et al. 2019. Anchors and box coding are the older way; you
# have built both.)
#
# **Which cells learn an object?** Those whose centre lies in the middle half of the box, in both
# directions. A small box may hold no such centre, so in each direction the cell that holds the
# box's own centre counts, too. Where several boxes claim a cell, the smallest gets it.
#
# By hand: stride 8, one box $(10, 4, 30, 24)$. In x its middle half runs from 15 to 25, and cell
# centres are 4, 12, 20, 28, ...: column 2 alone. The box's centre, 20, lies in column 2, too. In y
# the middle half is 9 to 19: centre 12, row 1; the box's centre 14 lies in row 1. So one cell, (1,
# 2), learns it. Its sides, in cells:
# $(20 - 10, 12 - 4, 30 - 20, 24 - 12) / 8 = (1.25, 1, 1.25, 1.5)$.
#
# **From cells to boxes.** A cell's score is $\sigma$(channel 0), its *objectness*, times its best class
# probability. Cells with a score above a limit give boxes, and NMS removes the duplicates.
#
# ### Exercise 13.13: the detector's cells
# 12 points · about 40 minutes · medium


# %% [markdown] hint="detect-detector"
# The two functions go in opposite directions: boxes to cells, and cells to boxes.
#
# Write the largest box first and the smallest last. Decide for columns and rows separately; the
# cells are all pairs: `rows[:, None] & columns`.
#
# `raw.reshape(len(raw), -1).T` has a row for each cell. `np.log1p(np.exp(r + 1))` is the softplus,
# and the centres in cells are column and row plus one half.


# %% answer="detect-detector"
def cell_targets(boxes: np.ndarray, labels: np.ndarray, grid: int, stride: int) -> dict:
    """What each cell of a picture should say.

    boxes: (M, 4) int or float, none reaches beyond grid times stride; labels: (M,) int; M may be 0
    grid: cells in each direction; stride: pixels a cell
    returns: {"object": (grid, grid) bool, "label": (grid, grid) int, "sides": (grid, grid, 4)
        float, the distances of the cell's centre from the left, top, right and bottom side, in
        cells}; label and sides 0 where there is no object. An object is where the cell's centre
        lies in the middle half of the box, its ends included, or where the box's own centre lies in
        this column, and likewise in rows. Of several boxes the one with the smallest area gets the cell
    """
    ### BEGIN SOLUTION
    found = np.zeros((grid, grid), bool)
    label, sides = np.zeros((grid, grid), int), np.zeros((grid, grid, 4))
    centres = (np.arange(grid) + 0.5) * stride
    x, y = np.meshgrid(centres, centres)
    sizes = (boxes[:, 2:] - boxes[:, :2]).astype(float)
    for m in np.argsort(-sizes.prod(axis=1), kind="stable"):
        middle, ways = boxes[m, :2] + sizes[m] / 2, []
        for axis in (0, 1):
            way = np.abs(centres - middle[axis]) <= sizes[m, axis] / 4
            way[int(middle[axis] // stride)] = True
            ways.append(way)
        cells = ways[1][:, None] & ways[0]
        left, top, right, bottom = boxes[m]
        found[cells], label[cells] = True, labels[m]
        sides[cells] = np.stack([x - left, y - top, right - x, bottom - y], axis=-1)[cells] / stride
    return {"object": found, "label": label, "sides": sides}
    ### END SOLUTION


def detections(raw: np.ndarray, stride: int, least: float, threshold: float, nms) -> dict:
    """The boxes that a picture's cells stand for.

    raw: (5 + C, G, G) float, what the net gives for one picture; stride: pixels a cell
    least: cells whose score is not greater than this are left out
    threshold: of non-maximum suppression; nms: function of (boxes, scores, labels, threshold), the
        list of indices that stay
    returns: {"boxes": (K, 4) float, "scores": (K,) float, "labels": (K,) int}, in the order that
        nms gives
    """
    ### BEGIN SOLUTION
    grid = raw.shape[1]
    cells = raw.reshape(len(raw), -1).T
    classes = np.exp(cells[:, 5:] - cells[:, 5:].max(axis=1, keepdims=True))
    classes /= classes.sum(axis=1, keepdims=True)
    scores = classes.max(axis=1) / (1 + np.exp(-cells[:, 0]))
    centres = np.stack(np.meshgrid(np.arange(grid), np.arange(grid)), axis=-1).reshape(-1, 2) + 0.5
    sides = np.log1p(np.exp(cells[:, 1:5] + 1))
    boxes = np.concatenate([centres - sides[:, :2], centres + sides[:, 2:]], axis=1) * stride
    some = scores > least
    boxes, scores, labels = boxes[some], scores[some], classes.argmax(axis=1)[some]
    stay = nms(boxes, scores, labels, threshold)
    return {"boxes": boxes[stay], "scores": scores[stay], "labels": labels[stay]}
    ### END SOLUTION


# %% check="detect-detector" points=8 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("what each cell should say") as rng:
    boxes, labels = (
        8 * np.array([[1, 0, 4, 5], [2, 3, 7, 8], [0, 0, 8, 8], [5, 1, 6, 2]]),
        np.array([3, 1, 2, 5]),
    )
    for some in (slice(1), slice(4)):
        due = oracle.detector.targets(boxes[some], labels[some], 8, 8)
        mine = checks.leaves_alone(cell_targets, boxes[some], labels[some], 8, 8, share=0.1)
        checks.equal(mine, due, "targets")
    with checks.share(0.1, "No object"):
        due = oracle.detector.targets(boxes[:0], labels[:0], 8, 8)
        checks.equal(cell_targets(boxes[:0], labels[:0], 8, 8), due, "targets")
    ### BEGIN HIDDEN TESTS
    for grid, stride, count in ((8, 8, 1), (8, 8, 3), (5, 16, 5), (3, 4, 2), (1, 9, 2)):
        boxes = np.round(random_boxes(rng, count, grid * stride - 1))
        boxes[:, 2:] += 1
        labels = rng.integers(1, 10, size=count)
        due = oracle.detector.targets(boxes, labels, grid, stride)
        checks.equal(cell_targets(boxes.copy(), labels.copy(), grid, stride), due, "targets")
    edge = np.array([[58, 60, 64, 64], [8, 8, 24, 24], [0, 0, 64, 3]])
    due = oracle.detector.targets(edge, labels[[0, 1, 0]], 8, 8)
    checks.equal(cell_targets(edge, labels[[0, 1, 0]], 8, 8), due, "targets of boxes at the border")
    # Crosses of a flat box and a tall one: the smaller is the wider here, the higher there.
    crosses = np.array([[28, 4, 36, 36], [20, 16, 44, 24], [0, 48, 40, 56], [8, 40, 16, 60]])
    due = oracle.detector.targets(crosses, np.arange(1, 5), 8, 8)
    checks.equal(cell_targets(crosses, np.arange(1, 5), 8, 8), due, "targets of crosses")
    with checks.share(0.1, "No object"):
        due = oracle.detector.targets(edge[:0], labels[:0], 4, 16)
        checks.equal(cell_targets(edge[:0], labels[:0], 4, 16), due, "targets")
    ### END HIDDEN TESTS

# %% check="detect-detector-boxes" points=4 room={"hides": ["torch", "course_lib.oracle", "torchvision", "sklearn", "scipy"]}
with checks.verdict("from cells to boxes") as rng:
    raw = rng.normal(size=(9, 8, 8))
    due = oracle.detector.detections(raw, 8, 0.3, 0.4)
    args = raw, 8, 0.3, 0.4, oracle.detection.kept
    checks.equal(checks.leaves_alone(detections, *args, share=0.1), due, "detections")
    with checks.share(0.1, "No box"):
        due = oracle.detector.detections(raw, 8, 1.0, 0.4)
        checks.equal(detections(raw, 8, 1.0, 0.4, oracle.detection.kept), due, "detections")
    ### BEGIN HIDDEN TESTS
    for classes, grid, stride, least, threshold in ((2, 3, 16, 0.0, 0.9), (10, 6, 4, 0.1, 0.2)):
        raw = 2 * rng.normal(size=(5 + classes, grid, grid))
        due = oracle.detector.detections(raw, stride, least, threshold)
        mine = detections(raw.copy(), stride, least, threshold, oracle.detection.kept)
        checks.equal(mine, due, "detections")
    with checks.share(0.1, "No box"):
        due = oracle.detector.detections(raw - 50, 8, 0.2, 0.4)
        checks.equal(detections(raw - 50, 8, 0.2, 0.4, oracle.detection.kept), due, "detections")
        even = np.zeros((6, 2, 2))  # of one class: each score is exactly a half
        due = oracle.detector.detections(even, 8, 0.5, 0.4)
        mine = detections(even.copy(), 8, 0.5, 0.4, oracle.detection.kept)
        checks.equal(mine, due, "detections at the limit")
    ### END HIDDEN TESTS

# %% [markdown]
# **The loss.** Let $P$ be the number of cells with an object in the whole batch.
#
# - Objectness: binary cross-entropy over *all* cells, summed and divided by $P$.
# - Boxes, cells with an object only: $2\,(1 - \text{IoU} + \text{smooth L1})$, the mean over these
#   cells; smooth L1 of the four sides in cells, averaged. IoU is what is measured in the end;
#   smooth L1 helps as long as it is small.
# - Classes, cells with an object only: cross-entropy, the mean.
#
# A box and its true box hold the same cell centre, so the width of the intersection is simple:
# $\min(l, l') + \min(r, r')$. Where no cell has an object, only the objectness is left, and it is
# divided by 1.
#
# ### Exercise 13.14: the detector's loss
# 8 points · about 30 minutes · medium


# %% setup="detect-bench"
class Bench:
    """Asks for the gradient of your loss where your functions run. No exercise asks you to change it."""

    def slope(self, function, raw: torch.Tensor, target: dict) -> tuple:
        leaf = raw.clone().requires_grad_()
        loss = function(leaf, target)
        return loss.detach(), torch.autograd.grad(loss, leaf)[0]


def random_targets(rng: np.random.Generator, count: int, grid: int, classes: int) -> dict:
    """Targets of a batch: object (count, grid, grid) bool, label int64, sides (..., 4)."""
    found = torch.from_numpy(rng.random((count, grid, grid)) < 0.3)
    label = torch.from_numpy(rng.integers(classes, size=(count, grid, grid)))
    sides = torch.from_numpy(rng.uniform(0.2, 3, (count, grid, grid, 4)))
    return {"object": found, "label": label, "sides": sides}


# %% [markdown] hint="detect-detector-loss"
# Three losses, and for each the question: over which cells, and divided by what?
#
# `raw.permute(0, 2, 3, 1)[found]` is `(P, 5 + C)`, and `target["sides"][found]` is `(P, 4)`.
# Everything about boxes and classes needs these rows only.
#
# The width of an intersection is `min(l, l') + min(r, r')`, and may come out below 0. PyTorch has
# `F.binary_cross_entropy_with_logits`, `F.softplus`, `F.smooth_l1_loss` and `F.cross_entropy`.


# %% answer="detect-detector-loss"
bench = Bench()  # asks for gradients in the checks; leave it here


def detector_loss(raw: torch.Tensor, target: dict) -> torch.Tensor:
    """Objectness, boxes and classes, as described above.

    raw: (N, 5 + C, G, G) float, what the net gives
    target: {"object": (N, G, G) bool, "label": (N, G, G) int64, "sides": (N, G, G, 4) of raw's dtype}
    returns: () tensor through which gradients flow
    """
    ### BEGIN SOLUTION
    found = target["object"]
    number = found.sum()
    object_loss = F.binary_cross_entropy_with_logits(
        raw[:, 0], found.to(raw.dtype), reduction="sum"
    )
    if number == 0:
        return object_loss
    cells, due = raw.permute(0, 2, 3, 1)[found], target["sides"][found]
    sides = F.softplus(cells[:, 1:5] + 1)
    nearer = torch.minimum(sides, due)
    both = ((nearer[:, :2] + nearer[:, 2:]).clamp(min=0)).prod(dim=1)
    areas = (sides[:, :2] + sides[:, 2:]).prod(dim=1) + (due[:, :2] + due[:, 2:]).prod(dim=1)
    overlap = both / (areas - both)
    box_loss = 2 * (1 - overlap.mean() + F.smooth_l1_loss(sides, due))
    class_loss = F.cross_entropy(cells[:, 5:], target["label"][found])
    return object_loss / number + box_loss + class_loss
    ### END SOLUTION


# %% check="detect-detector-loss" points=8
with checks.verdict("the loss of a detector") as rng:
    raw, target = torch.from_numpy(rng.normal(size=(3, 9, 4, 4))), random_targets(rng, 3, 4, 4)
    parts = [one.numpy() for one in target.values()]
    due = oracle.with_gradients(oracle.detector.loss, 1.0, raw.numpy(), *parts)[:2]
    mine = bench.slope(detector_loss, raw, target)
    checks.equal([float(mine[0]), mine[1].numpy()], list(due), "loss, slope")
    with checks.share(0.15, "No object"):
        none = {**target, "object": target["object"] & False}
        due = oracle.detector.loss(raw.numpy(), none["object"].numpy(), *parts[1:])
        checks.equal(float(detector_loss(raw, none)), float(due), "loss")
    ### BEGIN HIDDEN TESTS
    for count, grid, classes in ((1, 3, 2), (2, 5, 10), (4, 2, 3)):
        raw = torch.from_numpy(2 * rng.normal(size=(count, 5 + classes, grid, grid)))
        target = random_targets(rng, count, grid, classes)
        target["object"][0, 0, 0] = True
        target["sides"][..., 0] -= 1  # of a box that is smaller than its cell
        raw[:, 3] -= 3
        parts = [one.numpy() for one in target.values()]
        due = oracle.with_gradients(oracle.detector.loss, 1.0, raw.numpy(), *parts)[:2]
        mine = bench.slope(detector_loss, raw, target)
        checks.equal([float(mine[0]), mine[1].numpy()], list(due), "loss, slope")
    with checks.share(0.15, "No object"):
        none = {**target, "object": target["object"] & False}
        due = oracle.detector.loss(raw.numpy(), none["object"].numpy(), *parts[1:])
        checks.equal(float(detector_loss(raw, none)), float(due), "loss")
    ### END HIDDEN TESTS

# %% [markdown]
# The net is the trunk of the small classifier that ships with the course, followed by two convolutions. The
# trunk knows the ten shapes from pictures of one object. That is **transfer** (lesson 09): the net
# need not learn what a star is, only where it is. Training takes 160 steps of 32 pictures, some 20
# seconds of one core.


# %% tags=["experiment"]
class Detector(nn.Module):
    """(N, 3, 64, 64) in [0, 1] -> (N, 15, 8, 8)."""

    def __init__(self, trunk) -> None:
        super().__init__()
        self.trunk = trunk
        layers = [nn.MaxPool2d(2), nn.Conv2d(64, 96, 3, padding=1, bias=False)]
        last = nn.Conv2d(96, 15, 1)
        nn.init.normal_(last.weight, std=0.01)
        bias = [-2.5] + 14 * [0.0]  # most cells are empty: sigmoid(-2.5) is 0.08
        last.bias = nn.Parameter(torch.tensor(bias))
        self.head = nn.Sequential(*layers, nn.BatchNorm2d(96), nn.ReLU(), last)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.trunk.features((x - self.trunk.mean) / self.trunk.std))


# %% tags=["experiment"]
made = [cell_targets(boxes, labels, 8, 8) for boxes, labels in zip(train.boxes, train.labels)]
target = {key: torch.from_numpy(np.stack([one[key] for one in made])) for key in made[0]}
target["sides"] = target["sides"].float()
pixels = torch.from_numpy(train.images)


def train_detector(net, loss_of, steps: int, seed: int) -> list:
    """The losses of so many batches of 32; the rate rises and falls once."""
    net.train().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps, pct_start=0.25)
    rng, losses = np.random.default_rng(seed), []
    for _ in range(steps):
        batch = rng.choice(len(pixels), 32, replace=False)
        raw = net((pixels[batch] / 255).to(memory_format=torch.channels_last))
        loss = loss_of(raw, {key: values[batch] for key, values in target.items()})
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        plan.step()
        losses.append(loss.item())
    return losses


# %% tags=["experiment"]
def raw_answers(net: nn.Module, images: np.ndarray) -> np.ndarray:
    """(N, 15, 8, 8) float64, in evaluation mode."""
    with torch.no_grad():
        parts = [net.eval()(one / 255) for one in torch.from_numpy(images).split(50)]
    return torch.cat(parts).double().numpy()


def own_nms(boxes, scores, labels, threshold: float) -> list:
    return nms(boxes, scores, labels, threshold, iou)


torch.manual_seed(0)
detector = Detector(pretrained.load("shapes"))
began = time.process_time()
losses = train_detector(detector, detector_loss, 160, 0)
print(f"{time.process_time() - began:.0f} s of processor time")
test_raw = raw_answers(detector, test.images)
found = [detections(one, 8, 0.05, 0.45, own_nms) for one in test_raw]
due = [{"boxes": boxes, "labels": labels} for boxes, labels in zip(test.boxes, test.labels)]
mine = {t: mean_average_precision(found, due, [t], iou) for t in (0.5, 0.75)}
print(f"mAP50 {mine[0.5]:.2f}, mAP75 {mine[0.75]:.2f}")

# %% tags=["experiment"]
shown = [{key: values[one["scores"] > 0.3] for key, values in one.items()} for one in found[:6]]
boxes, labels, scores = ([one[key] for one in shown] for key in ("boxes", "labels", "scores"))
figures.show(
    figures.detection.boxed(
        test.images[:6], boxes, labels, test.classes, scores, list(test.boxes[:6])
    ),
    caption="Your detector on pictures that it has not seen: white, its boxes with a score above "
    "0.3; black and dashed, the true ones.",
    alt="Six pictures; most objects carry a white box with a class name and a score close to "
    "a dashed black box.",
)

# %% [markdown]
# Recorded over three seeds, 300 test pictures, in processor time of one core
# (`python benchmarks/detection.py train`):
#
# | | steps | seconds | mAP50 | mAP75 |
# | --- | --- | --- | --- | --- |
# | from the trunk that ships | 160 | 31 | 0.85, 0.85, 0.85 | 0.43, 0.44, 0.44 |
# | from scratch, a faster net | 600 | 45 | 0.66, 0.63, 0.63 | 0.41, 0.36, 0.38 |
# | the same, in batches of 16 | 1,100 | 46 | 0.67, 0.66, 0.69 | 0.37, 0.40, 0.41 |
#
# The faster net reduces its maps earlier, so that a batch takes less than half the time.
#
# Now watch how the average precision of one class comes about, detection by detection.

# %% tags=["experiment"]
star = test.classes.index("star")
ranked_scores, verdicts, stars = [], [], 0
for one, true in zip(found, due):
    own, there = one["labels"] == star, true["labels"] == star
    ranked_scores += list(one["scores"][own])
    verdicts += judge(one["boxes"][own], one["scores"][own], true["boxes"][there], 0.5, iou)
    stars += int(there.sum())
order = np.argsort(-np.array(ranked_scores), kind="stable")
figures.show(
    figures.detection.precision_and_recall(np.array(verdicts)[order], stars, (10, 40, len(order))),
    caption="Stars in the test pictures, the detections from the highest score down: a circle is "
    "correct, a cross is wrong. Each correct one moves the curve to the right, each wrong "
    "one down. The last picture smooths it, and its area is the AP.",
    alt="Four plots of precision over recall: a short line near 1, a longer one, the whole "
    "zigzag falling at the end, and the smoothed area below it.",
)

# %% tags=["experiment"]
figures.interactive(
    lambda state: figures.detection.suppression(
        state,
        test.images,
        test.boxes,
        lambda number, least, threshold: detections(test_raw[number], 8, least, threshold, own_nms),
        test.classes,
    ),
    figures.detection.NmsState(),
    caption="Left, all boxes whose score is above the limit; right, those that your NMS keeps. At "
    "which threshold do two boxes remain on one object? At which one does NMS remove the box "
    "of a neighbouring object?",
    alt="The same picture twice; on the left many overlapping white boxes, on the right one "
    "for each object, with names and scores.",
    threshold=(0.0, 1.0, 0.05),
    least=(0.01, 0.9, 0.01),
    picture=(0, 29, 1),
)

# %% [markdown]
# What did you find with the sliders? Near a threshold of 1, NMS throws nothing away, and several
# boxes remain on one object. Near 0 every overlap counts, and of two objects of one class that
# touch, only one keeps its box. NMS works class by class,
# so a neighbour of another class is never lost.
#
# ## Fast or accurate?
#
# Three detectors of this lesson, measured on the same pictures: **windows** (the classifier that
# ships slides over the picture in three sizes), **two-stage** (your grid's boxes without their classes, as
# proposals; each is cut out by RoI align, exercise 13.6, and the classifier that ships names it: a small
# R-CNN), and **one look** (your detector).

# %% tags=["experiment"]
recorded = {"windows": (166.4, 29.0), "two-stage": (8.8, 81.0), "one look": (4.2, 85.0)}
figures.show(
    figures.detection.speed_and_accuracy(recorded),
    caption="Time and mAP50 of the three ways. Recorded: python benchmarks/detection.py three. "
    "The windows have no class for the background, so most of their detections are wrong.",
    alt="Three marks: windows at 166 ms and 29 per cent, two-stage at 9 ms and 81, one look "
    "at 4 ms and 85.",
)

# %% [markdown]
# On photographs the result was different. In a comparison in 2017 (Huang et al., "Speed/accuracy
# trade-offs"), with everything else alike, Faster R-CNN was slower and more accurate; SSD was much
# faster and less accurate, above all on small objects. A better trunk helped the slow detectors
# more, and the size of the input mattered as much as the method. RetinaNet's focal loss closed the gap in the same year.
#
# ## A bug that hides
#
# Some libraries give sizes as width, height, others as height, width (`image.shape` begins with the
# height). Suppose your detector confused the two: each box keeps its centre, and width and height
# are exchanged. How far does mAP50 fall? And if x and y of the whole box are exchanged? Write down
# a guess before you run the cell.


# %% tags=["experiment"]
def sizes_swapped(boxes: np.ndarray) -> np.ndarray:
    centres, half = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2])[:, ::-1] / 2
    return np.concatenate([centres - half, centres + half], axis=1)


wrong = [{**one, "boxes": sizes_swapped(one["boxes"])} for one in found]
turned = [{**one, "boxes": one["boxes"][:, [1, 0, 3, 2]]} for one in found]
for name, some in {"right": found, "sizes swapped": wrong, "x and y swapped": turned}.items():
    value = mean_average_precision(some, due, [0.5], iou)
    tight = mean_average_precision(some, due, [0.75], iou)
    print(f"{name}: mAP50 {value:.2f}, mAP75 {tight:.2f}")

# %% [markdown]
# With the sizes swapped the detector still looks like a mediocre one. Nobody would suspect a
# swapped axis: one would train longer, or look for a better net. Why does mAP50 not fall to 0?
#
# <details><summary>Think first, then look at the figure below</summary>
#
# Most objects are nearly square, so most boxes hardly change when width and height are swapped.
# Where x and y of the *whole* box are swapped, each box is mirrored at the picture's diagonal,
# and only objects near the diagonal are still found. That bug is easy to notice, and even with it mAP50 is
# not 0. The test that finds swapped sizes is one long object: a single wide box, or the IoU sorted by
# how far a box is from square.
# </details>

# %% tags=["experiment"]
best: dict = {"right": [], "sizes swapped": []}
elongation: list = []
for right, one, true in zip(found, wrong, due):
    sizes = (true["boxes"][:, 2:] - true["boxes"][:, :2]).astype(float)
    elongation += list(sizes.max(axis=1) / sizes.min(axis=1))
    for name, some in (("right", right), ("sizes swapped", one)):
        best[name] += list(np.pad(iou(true["boxes"], some["boxes"]), ((0, 0), (0, 1))).max(axis=1))
figures.show(
    figures.detection.by_shape(
        np.array(elongation), {name: np.array(v) for name, v in best.items()}
    ),
    caption="IoU of each true box with the best detection, by the shape of the true box. With the sizes "
    "swapped, boxes that are nearly square are found as well as ever, and long ones worse.",
    alt="Two lines of mean IoU over the ratio of the sides; the one with swapped sizes "
    "begins level with the other and falls below it as boxes become longer.",
)

# %% [markdown]
# ## A loss that does not work
#
# The first YOLO takes squared errors for everything: for the confidence, the sides and the classes,
# with a factor of 5 for the boxes and 0.5 for empty cells; and its last layer is linear, so that
# the outputs are taken as they are. On the fast net of the benchmark, 200 steps with this loss reach next to
# nothing. Are the squares to blame, and if so, which of the three? Change one part at a time, with two
# seeds each (`python benchmarks/detection.py squared --seeds 2`):
#
# | loss | mAP50 | mAP75 |
# | --- | --- | --- |
# | all squared, outputs as they are | 0.08, 0.06 | 0.01, 0.01 |
# | all squared, after sigmoid, softplus and softmax | 0.37, 0.40 | 0.10, 0.12 |
# | as the second, boxes by IoU and smooth L1 | 0.37, 0.35 | 0.18, 0.18 |
# | as the second, objectness by cross-entropy | 0.21, 0.20 | 0.06, 0.04 |
# | as the second, classes by cross-entropy | 0.42, 0.42 | 0.11, 0.12 |
# | your loss | 0.37, 0.38 | 0.17, 0.16 |
#
# What do you conclude?
#
# <details><summary>A conclusion</summary>
#
# It is not the squares. The step that matters is the first one: outputs that can only take values that
# make sense for what they stand
# for. A linear confidence of 1.3 costs something even in a cell that holds an object, and ten
# linear classes are ten regressions towards 0 and 1, which do not compete. After a sigmoid and a
# softmax, squares do as well as your loss at mAP50 in this short time. What the IoU in the loss
# brings shows at 0.75: boxes that fit. Changing the objectness alone even makes it worse: the
# three terms must have similar
# sizes. Two seeds and 200 steps are little; a difference of 0.03 means nothing
# here. YOLO's second version has the sigmoid, the third cross-entropy for the classes.
# </details>
#
# ## Data sets, and their numbers
#
# | set | pictures | objects | classes |
# | --- | --- | --- | --- |
# | PASCAL VOC 2012 (Everingham et al.) | 11,530 to train and validate | 27,450 boxes; 6,929 masks | 20 |
# | ILSVRC detection 2014 (Russakovsky et al.) | 456,567 to train, 20,121 to validate, 40,152 to test | 534,309 boxes in the first two | 200 |
# | COCO (Lin et al. 2014) | 328,000 | 2.5 million masks | 91, of which 80 are used |
#
# COCO's pictures hold 7.7 objects on average; ILSVRC's training pictures have about one box each.
# COCO's mAP averages ten IoU thresholds; never compare it with VOC's mAP50.
#
# **Dense captioning** (Johnson, Karpathy and Fei-Fei 2016) is Faster R-CNN whose head speaks: an
# LSTM (lesson 11) in place of class scores.
#
# **What came since.** DETR (Carion et al. 2020) has neither anchors nor NMS: a transformer gives a
# fixed set of 100 answers, most of them "nothing", and a matching assigns each true box exactly
# one, so that duplicates are punished in the loss. Segment Anything (Kirillov et al. 2023) was
# trained on 1.1 billion masks and outlines whatever a click or a box points at, without classes.
# IoU, AP and mIoU judge all of them.
#
# ## What you built
#
# IoU, the loss of a box, softmax and mIoU by pixel, box coding, anchors and their matching, NMS,
# average precision, and a detector. With the optional exercises you have three ways up and a fourth
# that learns, RoI align, YOLO's decoding and focal loss, too.
#
# Five questions to answer without looking:
#
# 1. Two boxes of 10 x 10 are shifted by 5 pixels in one direction. What is their IoU?
#
#    <details><summary>Answer</summary>
#
#    $50 / 150 = 1/3$: they share half a box, and together they cover one and a half. A shift of
#    half the width is already wrong at a threshold of 0.5.
#
#    </details>
#
# 2. Why is the background left out of the box loss, and not out of the class loss?
#
#    <details><summary>Answer</summary>
#
#    In the background there is no true box, so any target would be arbitrary. But "nothing here" is
#    an answer that the class scores must learn.
#
#    </details>
#
# 3. Where does the word "transposed" in transposed convolution come from?
#
#    <details><summary>Answer</summary>
#
#    Its forward pass multiplies by $M^\top$ where the convolution multiplies by $M$. So it is the
#    backward pass of a convolution, and not its inverse.
#
#    </details>
#
# 4. A detector gives each object twice, with equal boxes and equal scores. What happens to its recall, and to
#    its AP?
#
#    <details><summary>Answer</summary>
#
#    Recall stays the same: the same objects are found. Each second detection is wrong, so precision falls to
#    about half of what it was, and AP with it.
#
#    </details>
#
# 5. Your mAP50 is 0.6, and mAP75 is 0.05. What do you suspect?
#
#    <details><summary>Answer</summary>
#
#    Objects are found, but the boxes do not fit: something is off by a stride or half a cell, is
#    rounded, or has its axes swapped. Draw some boxes.
#
#    </details>
#
# **References.** Girshick et al. 2014, [R-CNN](https://arxiv.org/abs/1311.2524); Girshick 2015,
# [Fast R-CNN](https://arxiv.org/abs/1504.08083); Ren et al. 2015,
# [Faster R-CNN](https://arxiv.org/abs/1506.01497); He et al. 2017,
# [Mask R-CNN](https://arxiv.org/abs/1703.06870); Redmon et al. 2016,
# [YOLO](https://arxiv.org/abs/1506.02640); Redmon and Farhadi 2017,
# [YOLO9000](https://arxiv.org/abs/1612.08242); Liu et al. 2016,
# [SSD](https://arxiv.org/abs/1512.02325); Lin et al. 2017,
# [focal loss](https://arxiv.org/abs/1708.02002); Tian et al. 2019,
# [FCOS](https://arxiv.org/abs/1904.01355); Long et al. 2015,
# [FCN](https://arxiv.org/abs/1411.4038); Ronneberger et al. 2015,
# [U-Net](https://arxiv.org/abs/1505.04597); Dumoulin and Visin 2016,
# [A guide to convolution arithmetic](https://arxiv.org/abs/1603.07285); Odena et al. 2016,
# [checkerboards](https://distill.pub/2016/deconv-checkerboard/); Sermanet et al. 2014,
# [OverFeat](https://arxiv.org/abs/1312.6229); Toshev and Szegedy 2014,
# [DeepPose](https://arxiv.org/abs/1312.4659); Dai et al. 2017,
# [deformable](https://arxiv.org/abs/1703.06211); Huang et al. 2017,
# [Speed/accuracy trade-offs](https://arxiv.org/abs/1611.10012); Russakovsky et al. 2015,
# [ImageNet challenge](https://arxiv.org/abs/1409.0575); He et al. 2016,
# [Deep residual learning](https://arxiv.org/abs/1512.03385); Lin et al. 2014,
# [COCO](https://arxiv.org/abs/1405.0312); Johnson et al. 2016,
# [DenseCap](https://arxiv.org/abs/1511.07571); Carion et al. 2020,
# [DETR](https://arxiv.org/abs/2005.12872); Kirillov et al. 2023,
# [Segment Anything](https://arxiv.org/abs/2304.02643); Everingham et al.,
# [PASCAL VOC](http://host.robots.ox.ac.uk/pascal/VOC/); and CS231n 2017,
# [lecture 11](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture11.pdf).
#
# **Next:** lesson 14 is about generative models, which draw such pictures themselves.
