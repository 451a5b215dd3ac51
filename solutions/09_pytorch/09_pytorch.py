# %% [markdown]
# # 09 PyTorch
#
# Afterwards you can build, train, inspect, save and repair nets in PyTorch, and you know what each call
# does, because you have written that yourself.
#
# **Time:** about 5 hours: 4 and a quarter for the exercises, the rest for reading and figures. One more exercise is optional and takes a quarter of an hour. **Needs:** lessons 03, 05 and 06. **Data:** the *shapes* and the small nets that come with
# the course; CIFAR-10 where you have it (`course data get cifar10`). **Points:** 100. Answers may use NumPy and
# PyTorch.

# %% setup="torch" room={"hides": ["course_lib.oracle", "torchvision", "sklearn", "scipy"]}
import contextlib
import copy
import functools
import hashlib
import io
import itertools
import logging
import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset

from course_lib import checks, data, figures, oracle, pretrained

# What the check of the six traced functions compares with.
DIGEST = "0d32a4fcffebc0dd90c7973e03bc835163e021e127b4f916fc3a003f0aa51968"


# %% [markdown]
# ## The same net three times
#
# You have written convolutions, batch norm and backward passes with loops and with NumPy. Here are three lines of
# lesson 05, once as you wrote them and once as most people write them today. What does the second way know that the
# first one had to be told?
#
# ```python
# out, cache = conv_relu_pool_forward(x, w, b, conv_param, pool_param, layers)   # lesson 05
# dx, dw, db = conv_relu_pool_backward(dout, cache, layers)
# w -= learning_rate * dw
#
# loss = F.cross_entropy(model(x), y)                                             # PyTorch
# loss.backward()
# optimizer.step()
# ```
#
# It knows how every number came about. Where you returned a cache, PyTorch keeps a **graph** of all operations, and
# walks it backwards by itself. Where you passed weights, a **module** owns them, and an **optimiser** knows them. That
# is comfortable, and it is why mistakes in PyTorch are silent: the graph may be cut, the optimiser may know other
# weights than the net, and nothing fails. In this lesson you look into each call, until no such mistake surprises you.
#
# One kind of net will appear on three levels, as in CS231n's assignment 2: built of bare tensors, with a module of
# your own, and as a `Sequential`. Before that: what *is* a tensor?


# %% setup="torch-bench-memory"
class Memory:
    """Makes tensors and arrays where your functions run. No exercise asks you to change it."""

    def pairs(self, function) -> dict:
        t, a = torch.arange(24.0).view(4, 6), np.arange(6.0)
        made = {
            "a tensor and its second row": (t, t[1]),
            "a row and a view of another shape": (t.view(3, 8)[0, :2], t[0]),
            "a tensor and its transpose, reshaped": (t, t.T.reshape(24)),
            "a tensor and rows chosen by a list": (t, t[[0, 2]]),
            "two halves of one tensor": (t[:2], t[2:]),
            "from_numpy, twice": (torch.from_numpy(a), torch.from_numpy(a[3:])),
            "from_numpy and torch.tensor": (torch.from_numpy(a), torch.tensor(a)),
        }
        return {name: function(*pair) for name, pair in made.items()}

    def strided_pairs(self, function) -> dict:
        t = torch.arange(24.0, requires_grad=True).view(4, 6)
        made = {
            "odd and even columns": (t[:, ::2], t[:, 1::2]),
            "every second and every third column": (t[:, ::2], t[:, ::3]),
            "what requires a gradient, and detach()": (t, t.detach()[3:]),
            "float32 and float() of it": (t, t.float()),
            "float32 and double() of it": (t, t.double()),
            "a row, expanded, and the row": (t[1].expand(3, 6), t[1, 4:]),
        }
        return {name: function(*pair) for name, pair in made.items()}


# %% setup="torch-bench-parts"
class Parts(Memory):
    """Hands over parts of arrays whose strides would be lost on the way to where you work."""

    def of_part(self, function, pixels: np.ndarray, part: tuple) -> torch.Tensor:
        return function(pixels[part])

    def contiguous(self, function, pixels: np.ndarray) -> bool:
        return function(pixels).is_contiguous()


# %% [markdown]
# ## A tensor is a view of memory
#
# A tensor is a block of numbers in memory, the **storage**, and four facts that say how to read it: dtype, shape,
# **strides**, and where to begin. `t.stride()` says how many numbers to skip for one step along each axis. A row of a
# matrix, its transpose, every second column: all are other facts about the *same* block. Such a tensor is a **view**.
#
# By hand: 24 numbers, shape `(4, 6)`, strides `(6, 1)`. Numbers 0, 1, 2, ... lie one after the other. What are shape,
# strides and first number of `t.T`, of `t[1]`, and of `t[:, ::2]`? Do `t[:, ::2]` and `t[:, 1::2]` have a number in
# common?
#
# <details><summary>The three views</summary>
#
# `t.T`: shape (6, 4), strides (1, 6), begins at 0. `t[1]`: (6,), (1,), begins at 6. `t[:, ::2]`: (4, 3), (6, 2),
# begins at 0. Even and odd columns share the storage, but not a single number in it.
#
# </details>
#
# | gives a view | gives a copy | gives a view where it can, else a copy |
# | --- | --- | --- |
# | slices, `view`, `T`, `transpose`, `permute`, `expand`, `detach`, `torch.from_numpy`, `.numpy()` | indexing by a list or mask, `clone`, `torch.tensor`, `double()` of float32 | `reshape`, `flatten`, `contiguous`, `to`, `float()` |
#
# The third column is the dangerous one. So is `torch.from_numpy`: what you write into the tensor is written into
# your array. (Sources: PyTorch's documentation, *Tensor Views*; CS231n's Python tutorial for the same in NumPy.)
#
# Pictures in files are rows of pixels of three colours each, `(N, H, W, C)`, bytes from 0 to 255. Nets of PyTorch take
# `(N, C, H, W)`, floats. `permute` reorders the axes; `view` and `reshape` keep the numbers in their order and only divide
# them into other rows. Take one picture of 1 x 2 pixels, red and blue: the bytes are 255, 0, 0, 0, 0, 255. Written as
# `(C, H, W)` by `reshape`, the first channel is (255, 0), the second (0, 0), the third (0, 255): all three right, by chance.
# Now take green and blue. What does `reshape` make of it?
#
# <details><summary>Green and blue</summary>
#
# The bytes are 0, 255, 0, 0, 0, 255. `reshape` gives the channels (0, 255), (0, 0), (0, 255): red and blue at the second
# pixel, no green anywhere. The right channels are red (0, 0), green (255, 0), blue (0, 255). No error is raised.
#
# </details>
#
# ### Exercise 9.1: memory, and pictures for a net
# 8 points · about 15 minutes · easy

# %% [markdown] hint="torch-sharing"
# NumPy and PyTorch can look at the same block of memory, and NumPy has a function that tells whether two arrays have a number in common.
#
# A tensor that requires a gradient refuses `numpy()`; `detach()` gives one that does not, without a copy. For
# pictures: which order of axes, and which calls make a copy?
#
# `np.shares_memory` takes two arrays, which look at the tensors' own memory. A mirrored array has a negative stride, which PyTorch does not
# support: `np.ascontiguousarray(pixels.transpose(...))` first, then a new tensor of floats, divided by 255.


# %% answer="torch-sharing"
shared_bench = Parts()  # makes tensors and nets for the checks; leave it here


def share_memory(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors have a number in common in memory: writing into one can change the other.

    a, b: on the CPU, of any shape, dtype and strides; with gradients or without
    returns: bool
    """
    ### BEGIN SOLUTION
    return np.shares_memory(a.detach().numpy(), b.detach().numpy())
    ### END SOLUTION


def as_images(pixels: np.ndarray) -> torch.Tensor:
    """Pictures as files hold them, made ready for a net.

    pixels: (N, H, W, C) uint8, 0 to 255; of any strides, also negative ones, and perhaps read-only
    returns: (N, C, H, W) float32, 0 to 1, contiguous, and new: it shares no number with pixels
    """
    ### BEGIN SOLUTION
    channels_first = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
    return torch.tensor(channels_first, dtype=torch.float32) / 255
    ### END SOLUTION


# %% check="torch-sharing" points=4
with checks.verdict("who shares memory with whom"):
    due = Parts().pairs(oracle.pytorch.common_numbers)
    checks.equal(shared_bench.pairs(share_memory), due, "shared")
    ### BEGIN HIDDEN TESTS
    due = Parts().strided_pairs(oracle.pytorch.common_numbers)
    checks.equal(shared_bench.strided_pairs(share_memory), due, "shared")
    ### END HIDDEN TESTS

# %% check="torch-sharing-images" points=4
with checks.verdict("pictures for a net") as rng:
    pixels = rng.integers(256, size=(3, 4, 5, 3), dtype=np.uint8)
    due = oracle.pytorch.channels_first(pixels)
    mine = checks.leaves_alone(as_images, pixels, share=0.05)
    checks.equal(mine, due, "images", tolerance=1e-6)
    with checks.share(0.1, "float32"):
        checks.equal(str(mine.dtype), "torch.float32", "dtype of the images")
    with checks.share(0.1, "Contiguous"):
        told = "Their numbers must lie in memory in the order in which they are read."
        checks.holds(shared_bench.contiguous(as_images, pixels), told)
    ### BEGIN HIDDEN TESTS
    mirrored = slice(None), slice(None), slice(None, None, -1)
    mine = shared_bench.of_part(as_images, pixels, mirrored)
    checks.equal(mine, due.flip(3), "images of mirrored pixels", tolerance=1e-6)
    mine = shared_bench.of_part(as_images, pixels, (slice(None, None, 2), slice(1, None, 2)))
    checks.equal(mine, due[::2, :, 1::2], "images of every second picture and row", tolerance=1e-6)
    pixels = rng.integers(256, size=(2, 3, 7, 1), dtype=np.uint8)
    pixels.setflags(write=False)
    due = oracle.pytorch.channels_first(pixels)
    checks.equal(as_images(pixels), due, "read-only pictures of one channel", tolerance=1e-6)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
t = torch.arange(24).view(4, 6)
views = {"t": t, "t.T": t.T, "t[1]": t[1], "t[:, ::2]": t[:, ::2], "t[[0, 2]]": t[[0, 2]]}
shown = {
    f"{name}: strides {view.stride()}, {'shares' if share_memory(t, view) else 'a copy'}": view
    for name, view in views.items()
}
figures.show(
    figures.pytorch.storages(t, shown),
    caption="One storage of 24 numbers, and what five tensors read of it. Those marked as a copy have a storage of their own.",
    alt="Five rows of 24 squares; in each, the squares that a tensor reads are filled. The row of t[[0, 2]] says that it is a copy.",
)


# %% setup="torch-bench-autograd"
class Autograd(Parts):
    """Asks for gradients through your functions."""

    def slopes(self, function, x: torch.Tensor, params: list, dout: torch.Tensor) -> list:
        leaves = [one.clone().requires_grad_() for one in params]
        scores = (function(x, leaves) * dout).sum() + 0 * leaves[0].sum()
        return list(torch.autograd.grad(scores, leaves, materialize_grads=True))

    def updated(self, function, values: list, gradients: list, rate: float) -> tuple:
        leaves = [value.clone().requires_grad_() for value in values]
        for leaf, gradient in zip(leaves, gradients):
            leaf.grad = None if gradient is None else gradient.clone()
        function(list(leaves), rate)
        cleared = all(leaf.grad is None or not leaf.grad.any() for leaf in leaves)
        return [leaf.detach() for leaf in leaves], cleared

    def pull_back(self, operation, x: torch.Tensor, dout: torch.Tensor, *settings) -> tuple:
        leaf = x.clone().requires_grad_()
        out = operation.apply(leaf, *settings)
        return out.detach(), torch.autograd.grad(out, leaf, dout)[0]

    def transposed(self, operation, x: torch.Tensor, *settings) -> torch.Tensor:
        """The gradient of a sum, where neither x nor what comes back is contiguous."""
        leaf = x.clone().requires_grad_()
        (2 * operation.apply(leaf.T, *settings)).sum().backward()
        return leaf.grad  # type: ignore[return-value]

    def gradcheck(self, operation, x: torch.Tensor, *settings) -> bool:
        leaf = x.clone().requires_grad_()
        checked = functools.partial(torch.autograd.gradcheck, raise_exception=False)
        return checked(lambda one: operation.apply(one, *settings), (leaf,))


# %% [markdown]
# **dtype and device.** `t.to(torch.float64)`, `t.to("cuda")`, `t.cpu()`: a new tensor where something changes, else the
# same one. All operands of an operation must lie on one device, or you read *Expected all tensors to be on the same
# device*. What moves, then? `model.to(device)` moves a module's parameters and buffers *in place*; `x.to(device)` gives
# a *new* tensor that you must catch. A batch that comes from a `DataLoader` is on the CPU and moves in each step; the
# loss that you print moves back, and makes the program wait, which lesson 15 is about.
#
# **Broadcasting** is NumPy's, which lesson 00 taught; so are its accidents: scores `(N, 1)` minus labels `(N,)` give `(N, N)`,
# and a mean squared error of that learns only the mean of the labels. PyTorch warns in `F.mse_loss`, but not in a formula of your own.
#
# ## Level one: bare tensors
#
# The net of CS231n's assignment: convolution with 5 x 5 filters and padding 2, ReLU; convolution with 3 x 3 filters and
# padding 1, ReLU; a fully connected layer. Its weights are six tensors in a list. `F.conv2d(x, w, b, padding=...)` is the
# convolution of lesson 05.
#
# By hand: images 3 x 32 x 32, 6 filters, then 9. How many rows has `fc_w`? (Padding keeps 32 x 32: $9 \cdot 32 \cdot 32
# = 9216$.) It is stored as `(D, classes)`, as in lessons 02 to 05; `nn.Linear` keeps `(classes, D)`.
#
# Then the update. `w -= learning_rate * w.grad` changes a leaf of the graph in place, and autograd refuses: *a leaf Variable
# that requires grad is being used in an in-place operation*. The update is not part of the function that is differentiated. Say so:
# inside `with torch.no_grad():` nothing is recorded. And `backward()` **adds** to `.grad`, since a weight that is used
# twice must collect both gradients. Only you know when a step is over, so only you can clear `.grad`.
#
# By hand: $w = 2$, loss $w^2$. After one `backward()`, `w.grad` is 4. After a second forward and backward without clearing?
# (8.) With a rate of 0.1 the first step goes to 1.6; there the slope is 3.2. What does the uncleared gradient say? (7.2.)
#
# ### Exercise 9.2: a ConvNet of bare tensors, and its update
# 9 points · about 15 minutes · easy

# %% [markdown] hint="torch-bare"
# The forward pass has four lines: unpack the list, two convolutions with ReLU, one product.
#
# The last maps are (N, C2, H, W), and `fc_w` has a row for each number of an image. For the update: what must autograd not see, and what must the next `backward()` not find?
#
# `F.conv2d(x, w, b, padding=...).relu()`, then `flatten(1) @ fc_w + fc_b`. Inside `with torch.no_grad():`, change each tensor *in place* (`w -= ...`) and set its `.grad` to None.


# %% answer="torch-bare"
grad_bench = Autograd()  # makes tensors and nets for the checks; leave it here


def three_layer_convnet(x: torch.Tensor, params: list) -> torch.Tensor:
    """The class scores of a ConvNet of bare tensors.

    x: (N, C, H, W) float
    params: list of six tensors of x's dtype: conv_w1 (C1, C, KH1, KW1) and conv_b1 (C1,), applied with padding 2;
        conv_w2 (C2, C1, KH2, KW2) and conv_b2 (C2,), with padding 1; fc_w (D, classes) and fc_b (classes,), where D counts
        the numbers of an image's last maps, channel by channel and row by row. A ReLU follows each convolution
    returns: (N, classes); gradients flow to all six
    Source: CS231n, assignment 2, PyTorch.ipynb
    """
    ### BEGIN SOLUTION
    conv_w1, conv_b1, conv_w2, conv_b2, fc_w, fc_b = params
    hidden = F.conv2d(x, conv_w1, conv_b1, padding=2).relu()
    hidden = F.conv2d(hidden, conv_w2, conv_b2, padding=1).relu()
    return hidden.flatten(1) @ fc_w + fc_b
    ### END SOLUTION


def sgd_update(params: list, learning_rate: float) -> None:
    """One step of gradient descent on tensors that have their gradients, and a clean start for the next.

    params: list of leaf tensors that require gradients, changed in place: each one whose .grad is not None by
        -learning_rate * .grad; the others stay. Afterwards each .grad is None or zero
    learning_rate: float
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        for w in params:
            if w.grad is not None:
                w -= learning_rate * w.grad
                w.grad = None
    ### END SOLUTION


# %% check="torch-bare" points=5
with checks.verdict("a ConvNet of bare tensors") as rng:
    x, params = oracle.pytorch.bare_net(rng, (4, 3, 6, 7), filters=(5, 6), sizes=(5, 3))
    due = oracle.pytorch.bare_scores(x, params)
    mine = checks.leaves_alone(three_layer_convnet, x, params, share=0.05)
    checks.equal(mine, due, "scores")
    dout = torch.from_numpy(rng.normal(size=(4, 3)))
    due = Autograd().slopes(oracle.pytorch.bare_scores, x, params, dout)
    mine = grad_bench.slopes(three_layer_convnet, x, params, dout)
    checks.equal(mine, due, "dconv_w1, dconv_b1, dconv_w2, dconv_b2, dfc_w, dfc_b")
    ### BEGIN HIDDEN TESTS
    for shape, sizes in (((1, 1, 5, 3), (5, 3)), ((2, 2, 4, 9), (3, 3)), ((3, 3, 7, 5), (3, 5))):
        x, params = oracle.pytorch.bare_net(rng, shape, filters=(3, 2), sizes=sizes)
        params[5] -= 3  # so that scores are negative, too
        due = oracle.pytorch.bare_scores(x, params)
        mine = three_layer_convnet(x.clone(), params)
        checks.equal(mine, due, f"scores of images {shape}, filters of {sizes}")
    ### END HIDDEN TESTS

# %% check="torch-bare-update" points=4
with checks.verdict("an update by hand") as rng:
    values = [torch.from_numpy(rng.normal(size=size)) for size in ((2, 3), 4, 3)]
    gradients: list = [torch.from_numpy(rng.normal(size=size)) for size in ((2, 3), 4)] + [None]
    due = oracle.pytorch.sgd_step(values, gradients, 0.3)
    found, cleared = grad_bench.updated(sgd_update, values, gradients, 0.3)
    checks.equal(found, due, "params afterwards")
    with checks.share(0.3, "Gradients afterwards"):
        checks.holds(cleared, "The next backward() adds to them: each must be None or zero.")
    ### BEGIN HIDDEN TESTS
    gradients[0], gradients[2] = None, torch.from_numpy(rng.normal(size=3))
    due = oracle.pytorch.sgd_step(values, gradients, -2.0)
    found, cleared = grad_bench.updated(sgd_update, values, gradients, -2.0)
    checks.equal(found, due, "params after a step uphill")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
torch.set_num_threads(1)  # threads that wait for each other slow nets as small as these
train_set, test_set = data.course_images("train"), data.course_images("test")
chance = torch.Generator().manual_seed(0)
sizes = [(12, 3, 5, 5), (12,), (8, 12, 3, 3), (8,), (8 * 32 * 32, 10), (10,)]
weights = [
    (torch.randn(size, generator=chance) * math.sqrt(2 / math.prod(size[1:]))) if len(size) == 4
    else torch.randn(size, generator=chance) * 0.01 if len(size) == 2
    else torch.zeros(size)
    for size in sizes
]  # fmt: skip
weights = [weight.requires_grad_() for weight in weights]
pixels = torch.from_numpy(train_set.images[:2000]) / 255 - 0.5
labels = torch.from_numpy(train_set.labels[:2000])
bare_losses = []
for rows in torch.randint(2000, (50, 32), generator=chance):
    loss = F.cross_entropy(three_layer_convnet(pixels[rows], weights), labels[rows])
    loss.backward()
    sgd_update(weights, 0.03)
    bare_losses.append(loss.item())
figures.show(
    figures.loss_curves({"bare tensors": bare_losses}, chance=math.log(10)),
    caption="Fifty steps of your net of bare tensors with your update. No module, no optimiser.",
    alt="A noisy loss curve that falls from the level of guessing, 2.3, towards 2.",
)

# %% [markdown]
# `F.cross_entropy` takes **logits**, the scores themselves, and integer class numbers. It does the softmax itself, as
# log-softmax, which does not overflow (lesson 02). A softmax before it raises no error but spoils the training: you will see that curve.
# `F.binary_cross_entropy_with_logits` and `nn.BCEWithLogitsLoss` are the same for yes-or-no questions. `F.nll_loss` takes
# log-probabilities. If a loss has *logits* in its documentation, give it logits.
#
# ## A gate of your own
#
# In lesson 03 a gate was a pair of functions with a cache. PyTorch's own gates are such pairs, and you can add to them. A
# gate is a subclass of `torch.autograd.Function` with two static methods. `ctx` carries the cache: tensors by
# `ctx.save_for_backward(x)`, which come back as `ctx.saved_tensors`; numbers as attributes, `ctx.ceiling = ceiling`. You call it as
# `ClippedReLU.apply(x, 6.0)`. `backward` returns one gradient for *each* argument of `forward`, and `None` for what
# has none, such as a number.
#
# **A clipped ReLU** hands on what lies between 0 and a ceiling, and cuts off the rest. ReLU6, with the ceiling 6, is used in small nets for
# phones. By hand, for $x = (-1, 2, 9)$, ceiling 6 and upstream gradient $(10, 20, 30)$: out is $(0, 2, 6)$; the gradient?
# ($(0, 20, 0)$: where the output does not move, nothing comes back.)
#
# **A rounding step** has slope 0 wherever it has one, so nothing before it would learn. Nets whose weights or activations have
# few bits use a trick: forward rounds, backward pretends that it did not (a **straight-through** estimator, Bengio et al.
# 2013). No numerical gradient agrees with that, and none should.
#
# ### Exercise 9.3: gates of your own
# 9 points · about 20 minutes · medium

# %% [markdown] hint="torch-function"
# Forward is one call of a tensor; the question is what backward needs to know, and where it is kept.
#
# The slope of the clipped ReLU is 1 where the *input* lies between 0 and the ceiling. The upstream gradient decides nothing, it is only multiplied. `backward` returns as many things as `forward` has arguments.
#
# `ctx.save_for_backward(x)`, `ctx.ceiling = ceiling`; then `(x,) = ctx.saved_tensors`, and `dout` times a mask that two comparisons of `x` give, and None. The other gate hands `dout` on.


# %% answer="torch-function"
grad_bench = Autograd()  # makes tensors and nets for the checks; leave it here


class ClippedReLU(torch.autograd.Function):
    """x cut off below at 0 and above at a ceiling, entry by entry: ClippedReLU.apply(x, ceiling)."""

    @staticmethod
    def forward(ctx, x: torch.Tensor, ceiling: float) -> torch.Tensor:
        """The output; ctx keeps what backward needs.

        x: float, any shape and strides; ceiling: float above 0
        returns: shape and dtype of x, new
        """
        ### BEGIN SOLUTION
        ctx.save_for_backward(x)
        ctx.ceiling = ceiling
        return x.clamp(0, ceiling)
        ### END SOLUTION

    @staticmethod
    def backward(ctx, dout: torch.Tensor) -> tuple:
        """The gradient of each argument of forward.

        ctx: as forward left it; dout: upstream gradient, any strides
        returns: dx, which is dout where 0 < x < ceiling and 0 elsewhere, and None for the ceiling
        """
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        return dout * ((x > 0) & (x < ctx.ceiling)), None
        ### END SOLUTION


class RoundThrough(torch.autograd.Function):
    """Rounds, and hands the gradient through as if it did not: RoundThrough.apply(x)."""

    @staticmethod
    def forward(ctx, x: torch.Tensor) -> torch.Tensor:
        """ctx keeps nothing.

        x: float, any shape
        returns: the nearest integers, of two the even one, as torch.round; dtype of x
        """
        ### BEGIN SOLUTION
        return x.round()
        ### END SOLUTION

    @staticmethod
    def backward(ctx, dout: torch.Tensor) -> torch.Tensor:
        """ctx holds nothing.

        dout: upstream gradient
        returns: dx, which is dout
        Source: Bengio, Leonard and Courville 2013, arXiv 1308.3432
        """
        ### BEGIN SOLUTION
        return dout
        ### END SOLUTION


# %% check="torch-function" points=5
with checks.verdict("a clipped ReLU with its gradient") as rng:
    x, dout = (torch.from_numpy(3 * rng.normal(size=(5, 6))) for _ in range(2))
    due = oracle.pytorch.clipped(x, dout, 2.0)
    found = grad_bench.pull_back(ClippedReLU, x, dout, 2.0)
    checks.equal(found, due, "out, dx")
    with checks.share(0.15, "torch.autograd.gradcheck"):
        checks.holds(grad_bench.gradcheck(ClippedReLU, x, 2.0), "It compares with differences.")
    with checks.share(0.1, "On the edge"):
        edge, one = torch.tensor([0.0, 2.0]).double(), torch.ones(2).double()
        checks.equal(grad_bench.pull_back(ClippedReLU, edge, one, 2.0)[1], 0 * one, "dx")
    ### BEGIN HIDDEN TESTS
    due = oracle.pytorch.clipped(x, torch.full_like(x, 2.0), 0.7)[1]
    checks.equal(grad_bench.transposed(ClippedReLU, x, 0.7), due, "dx of a transposed x")
    x = torch.from_numpy(8 * rng.normal(size=(2, 3, 4))).float()
    due = oracle.pytorch.clipped(x, x, 6.0)
    checks.equal(grad_bench.pull_back(ClippedReLU, x, x, 6.0), due, "out, dx")
    plain = ClippedReLU.apply(x, 6.0)
    checks.holds(not plain.requires_grad, "No gradient is due where x asks for none.")
    checks.equal(plain, due[0], "out of x without gradient")
    ### END HIDDEN TESTS

# %% check="torch-function-round" points=4
with checks.verdict("a rounding step that lets gradients through") as rng:
    x, dout = (torch.from_numpy(3 * rng.normal(size=(4, 5))) for _ in range(2))
    x[0, :2] = torch.tensor([0.5, -2.5])
    due = oracle.pytorch.nearest_even(x), dout
    checks.equal(grad_bench.pull_back(RoundThrough, x, dout), due, "out, dx")
    ### BEGIN HIDDEN TESTS
    checks.equal(
        grad_bench.transposed(RoundThrough, x), torch.full_like(x, 2.0), "dx of a transposed x"
    )
    x = torch.tensor([1.5, -0.5, 3.5, 1e6 + 0.25, -7.49]).double()
    due = oracle.pytorch.nearest_even(x), x
    checks.equal(grad_bench.pull_back(RoundThrough, x, x), due, "out, dx")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
xs = torch.linspace(-3, 9, 400)
figures.show(
    figures.pytorch.gates(
        xs,
        {
            "clipped ReLU, ceiling 6": grad_bench.pull_back(ClippedReLU, xs, torch.ones(400), 6.0),
            "round, straight through": grad_bench.pull_back(RoundThrough, xs, torch.ones(400)),
        },
    ),
    caption="Your two gates: what they give, and the slope that they hand back. Rounding has steps of slope 0, but hands back a slope of 1 to all that comes before it.",
    alt="Two panels. Left, a line that is 0, rises and stays at 6, with a dashed slope of 0, 1 and 0. Right, a staircase with a dashed slope of 1 everywhere.",
)


# %% setup="torch-bench-graphs"
class Formulas(Autograd):
    """Builds graphs, and says what your functions find in them."""

    def formulas(self) -> dict:
        a, b, c = (torch.tensor(value, requires_grad=True) for value in (2.0, -3.0, 0.5))
        shared = a * b
        chain = functools.reduce(lambda x, _: x + c, range(4000), a)
        return {
            "a product and a sum": a * b + c,
            "one node with two users": shared.tanh() * shared.exp() + shared,
            "a leaf without gradient": (a * torch.tensor(4.0)).relu() - 1,
            "a part cut off by detach()": shared.detach() * c,
            "4,000 additions": chain,
            "a constant": torch.tensor(1.0) + 2,
        }


# %% setup="torch-bench-walks"
class Graphs(Formulas):
    """Says what your functions find in these graphs."""

    def walk(self, function, formula: str) -> tuple:
        """The names of the nodes, in their order, and which places its edges connect."""
        nodes = [node for node in function(self.formulas()[formula]) if node is not None]
        at = {node: place for place, node in enumerate(nodes)}
        after = [[at.get(other, -1) for other, _ in one.next_functions if other] for one in nodes]
        edges = [[place, other] for place, others in enumerate(after) for other in others]
        return [node.name() for node in nodes], edges

    def cut_net(self, function, cut: str) -> list:
        names = ("first", "second", "third")
        layers = nn.ModuleDict({name: nn.Linear(3, 3) for name in names})
        hidden = layers["first"](torch.ones(2, 3))
        hidden = hidden.detach() if cut == "first" else hidden
        hidden = layers["second"](hidden)
        out = layers["third"](hidden.detach() if cut == "second" else hidden)
        return function(out.sum() if cut != "third" else hidden.sum(), layers)


# %% [markdown]
# `torch.autograd.gradcheck` compares a gradient with finite differences in float64, as you did in lesson 03. Use it on every
# gate that you write; on a straight-through gate it rightly fails.
#
# ## Walk the graph
#
# Each tensor that came out of a differentiable operation has a `grad_fn`: a **node**, the backward half of that operation. Its
# `next_functions` are pairs of a node and a number; the nodes are where its gradients go next. Where no gradient is needed
# the node is `None`. A tensor that you made yourself with `requires_grad=True` is a **leaf**: it has no `grad_fn`, and
# in the graph an `AccumulateGrad` node stands for it, which adds what arrives to `leaf.grad` (its `.variable` is the leaf).
#
# By hand: $L = (a b) + c$ with all three leaves. Draw it. The nodes are AddBackward0, MulBackward0 and three times AccumulateGrad. In
# which orders may gradients be computed? Addition first, then multiplication and $c$ in any order, $a$ and $b$ after the multiplication.
# Each node waits until *all* its users have sent something. That is a **topological order**, and lesson 03's engine sorted its
# nodes so.
#
# `unreached` asks the most useful question of that graph: which parameters will get no gradient? A forgotten `detach()`, a layer that is
# never called, a net that the loss does not depend on: all are found before the first step.
#
# ### Exercise 9.4: the nodes of a graph
# 10 points · about 35 minutes · hard

# %% [markdown] hint="torch-graph"
# This is lesson 03's sorting of an engine's nodes: visit what comes after a node, then write the node down, and turn the list round at the end.
#
# Python gives up after about a thousand calls inside calls. A list of nodes still to do needs no recursion: put a node on it twice, once to open it, and once to close it, when all that comes after it is closed. Keep the nodes themselves in a set: an `id()` can be given again.
#
# The list holds pairs `(node, is_open)`. An open one is written down; a new one goes back on the list as open, and all of its `next_functions` go on top. For `unreached`: nodes with `.variable` are leaves; compare tensors by `id`.


# %% answer="torch-graph"
graph_bench = Graphs()  # makes tensors and nets for the checks; leave it here


def graph_nodes(loss: torch.Tensor) -> list:
    """The nodes of the graph behind a tensor, in an order in which gradients can be computed.

    loss: any tensor
    returns: list of nodes: loss.grad_fn and all that can be reached by next_functions, each once, and each before all nodes
        that it sends gradients to; [] for a tensor without a graph. Thousands of nodes one after the other are no error
    """
    ### BEGIN SOLUTION
    closed, seen, todo = [], set(), [(loss.grad_fn, False)]
    while todo:
        node, is_open = todo.pop()
        if is_open:
            closed.append(node)
        elif node is not None and node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo += [(other, False) for other, _ in node.next_functions]
    return closed[::-1]
    ### END SOLUTION


def unreached(loss: torch.Tensor, model: nn.Module) -> list:
    """The parameters of a module that loss.backward() would give no gradient.

    loss: a scalar with its graph; model: a module
    returns: sorted list of their names, as named_parameters() gives them
    """
    ### BEGIN SOLUTION
    leaves = [node.variable for node in graph_nodes(loss) if hasattr(node, "variable")]
    reached = {id(leaf) for leaf in leaves}
    return sorted(name for name, p in model.named_parameters() if id(p) not in reached)
    ### END SOLUTION


# %% check="torch-graph" points=6
with checks.verdict("the nodes of a graph"):
    for formula in ("a product and a sum", "one node with two users", "a leaf without gradient"):
        names, edges = Graphs().walk(oracle.pytorch.all_nodes, formula)
        found, ways = graph_bench.walk(graph_nodes, formula)
        checks.equal(sorted(found), sorted(names), f"nodes of {formula}")
        checks.equal(len(ways), len(edges), f"edges between the nodes of {formula}")
        late = [found[place] for place, other in ways if other <= place]
        checks.equal(late, [], "nodes that come after one to which they send")
    with checks.share(0.15, "A long graph"):
        found, _ = graph_bench.walk(graph_nodes, "4,000 additions")
        checks.equal(len(found), 4002, "nodes of 4,000 additions")
    ### BEGIN HIDDEN TESTS
    for formula in ("a part cut off by detach()", "a constant"):
        names, edges = Graphs().walk(oracle.pytorch.all_nodes, formula)
        found, ways = graph_bench.walk(graph_nodes, formula)
        checks.equal(sorted(found), sorted(names), f"nodes of {formula}")
        late = [found[place] for place, other in ways if other <= place]
        checks.equal(late, [], "nodes that come after one to which they send")
    ### END HIDDEN TESTS

# %% check="torch-graph-unreached" points=4
with checks.verdict("parameters that no gradient reaches"):
    for cut in ("first", "none"):
        due = Graphs().cut_net(oracle.pytorch.without_gradient, cut)
        checks.equal(graph_bench.cut_net(unreached, cut), due, f"unreached, cut after {cut}")
    ### BEGIN HIDDEN TESTS
    for cut in ("second", "third"):
        due = Graphs().cut_net(oracle.pytorch.without_gradient, cut)
        checks.equal(graph_bench.cut_net(unreached, cut), due, f"unreached, cut after {cut}")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
with figures.pytorch.recording() as recorded:
    a, b, c = (torch.tensor(value, requires_grad=True) for value in (2.0, -3.0, 0.5))
    product = a * b
    value = (product + c).tanh() * c + product
value.backward(retain_graph=True)
figures.graph.step_through(
    figures.pytorch.as_gates(graph_nodes(value), recorded, {"a": a, "b": b, "c": c}),
    caption="The graph of your own formula, read from grad_fn, as lesson 03 drew its circuits: values above, gradients below. Move the slider past the last node and gradients flow back. Change the formula in the cell and run it again.",
    alt="A circuit with boxes a, b and c and gates for a product, two sums, a tanh and another product, each with its value above and its gradient below.",
)

# %% [markdown]
# What the drawing shows is all that autograd is. Four tools work on it:
#
# | tool | what it does |
# | --- | --- |
# | `torch.no_grad()` | builds no graph inside: for evaluation and for updates; `torch.inference_mode()` is stricter and a little faster |
# | `t.detach()` | the same numbers, outside of the graph: nothing flows back past this place |
# | `t.data` | like `detach`, but PyTorch does not notice when you change it in place, so that gradients may be silently wrong: a relic, use `detach` |
# | `retain_graph=True` | keeps the graph after `backward()`, which otherwise frees it; needed when you go back twice through one graph |
#
# The graph is built again in every forward pass, by running your Python. An `if` or a `for` may give another graph each
# time. That is what *dynamic* means. The section on static and dynamic graphs, near the end, shows what the other way is good for.


# %% setup="torch-net"
class TinyNet(nn.Module):
    """A net for images (N, 2, H, W): one layer is used twice, one works in place."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.norm = nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.mix, self.relu = nn.Conv2d(4, 4, 1, groups=2, bias=False), nn.ReLU(inplace=True)
        self.head = nn.Linear(4, 3)
        self.seen: list = []  # at each pass: is it training, does it build a graph

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.seen.append((self.training, torch.is_grad_enabled()))
        maps = self.relu(self.norm(self.first(x)))
        maps = self.relu(self.mix(self.relu(self.mix(maps))))
        return self.head(maps.mean(dim=(2, 3)))


# %% setup="torch-bench-nets"
class Nets(Graphs):
    """Makes small nets, and blocks of your class."""

    def net(self, state: dict, training: bool = False) -> TinyNet:
        net = TinyNet().to(state["head.weight"].dtype)
        net.load_state_dict(state)
        return net.train(training)

    def names(self, make) -> dict:
        block = make(2, 3)
        weights = sorted(name for name, _ in block.named_parameters())
        return {"state_dict": sorted(block.state_dict()), "parameters": weights}

    def block(self, make, state: dict, x: torch.Tensor, training: bool, momentum=0.1) -> tuple:
        block = (make(2, 3) if momentum == 0.1 else make(2, 3, momentum)).to(x.dtype)
        block.load_state_dict(state, strict=False)
        other = copy.deepcopy(block)
        out = block.train(training)(x).detach()
        other(x + 1)  # a copy has a life of its own
        return out, dict(block.state_dict())

    def block_slopes(self, make, state: dict, x: torch.Tensor, dout: torch.Tensor) -> dict:
        block, leaf = make(2, 3).to(x.dtype), x.clone().requires_grad_()
        block.load_state_dict(state, strict=False)
        block(leaf).backward(dout)
        return {name: p.grad for name, p in block.named_parameters()} | {"x": leaf.grad}

    def buffer_in_graph(self, make) -> bool:
        (block := make(2, 3))(torch.ones(1, 2, 4, 4))
        return block.running_mean.requires_grad


# %% [markdown]
# ## Level two: a module
#
# A list of six tensors is enough for three layers. For sixty layers you want names, and a way to find all tensors. `nn.Module`
# keeps three registers. An attribute that is an `nn.Parameter` is a **parameter**: it learns. A tensor given to
# `register_buffer` is a **buffer**: it belongs to the net's state and does not learn, such as running statistics. An attribute
# that is a module is a **submodule**. `parameters()`, `state_dict()`, `to(device)`, `double()`, `train()` and `eval()`
# walk through the registers, and through those of all submodules. What is in no register is not there: a plain tensor
# stays on the CPU, is not saved, is not trained. The same holds for layers in a Python list; use `nn.ModuleList`.
#
# By hand: which of these five does `state_dict()` hold? `self.w = nn.Parameter(...)`, `self.t = torch.zeros(3)`,
# `self.register_buffer("m", ...)`, `self.layers = [nn.Linear(2, 2)]`, `self.out = nn.Linear(2, 1)`.
#
# <details><summary>Which of the five</summary>
#
# `w`, `m`, `out.weight` and `out.bias`. The tensor `t` and the layer in the list are in no register.
#
# </details>
#
# You build a block with all three kinds: a convolution, then **mean-only batch normalisation** (Salimans and Kingma 2016),
# which subtracts each channel's mean and leaves its variance as it is, a learnt bias, ReLU. In training mode the mean is that of the batch, and a
# running mean follows; in evaluation mode the running mean is used. PyTorch's `momentum` is the share that is *taken* of
# the new value. By hand: running mean 2, momentum 0.1, batch mean 5. What next? (2.3.)
#
# ### Exercise 9.5: a module with two modes
# 9 points · about 20 minutes · medium

# %% [markdown] hint="torch-module"
# `__init__` registers three things: a layer, a parameter, a buffer. How does an attribute get into each of the three registers?
#
# The mean goes over images and places: which axes? In training mode it is in the graph, but the running mean must not be: otherwise each step would
# go back through all steps before it.
#
# `nn.Parameter(torch.zeros(outputs))`, `self.register_buffer("running_mean", ...)`; `if self.training:` the batch's mean, and inside `torch.no_grad()` the running mean is moved in place. `(bias - mean)[:, None, None]` fits (N, C, H, W).


# %% answer="torch-module"
net_bench = Nets()  # makes tensors and nets for the checks; leave it here


class CentredConv(nn.Module):
    """A convolution 3 x 3, mean-only batch normalisation, a bias, ReLU."""

    def __init__(self, inputs: int, outputs: int, momentum: float = 0.1) -> None:
        """Registers exactly: conv.weight (outputs, inputs, 3, 3), a parameter, as nn.Conv2d makes it; bias (outputs,), a
        parameter, zeros; running_mean (outputs,), a buffer, zeros.

        inputs, outputs: channels; momentum: the share that the running mean takes of a batch's mean
        """
        ### BEGIN SOLUTION
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("running_mean", torch.zeros(outputs))
        self.momentum = momentum
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """ReLU of conv(x) - mean + bias, channel by channel; the convolution has padding 1.

        In training mode mean is the mean of conv(x) over images and places, gradients flow through it, and running_mean
        becomes (1 - momentum) * running_mean + momentum * mean, without a graph. In evaluation mode mean is running_mean
        x: (N, inputs, H, W) float
        returns: (N, outputs, H, W)
        Source: Salimans and Kingma 2016, arXiv 1602.07868, section 4
        """
        ### BEGIN SOLUTION
        maps = self.conv(x)
        mean = self.running_mean
        if self.training:
            mean = maps.mean(dim=(0, 2, 3))
            with torch.no_grad():
                self.running_mean += self.momentum * (mean - self.running_mean)
        return (maps + (self.bias - mean)[:, None, None]).relu()  # type: ignore[operator]
        ### END SOLUTION


# %% check="torch-module" points=3
with checks.verdict("what a module registers") as rng:
    due = {"state_dict": ["bias", "conv.weight", "running_mean"]}
    due["parameters"] = ["bias", "conv.weight"]
    checks.equal(net_bench.names(CentredConv), due, "names")
    state = oracle.pytorch.centred_state(rng, 0.0)
    block = CentredConv(2, 3).state_dict()
    shapes = {name: list(np.shape(value)) for name, value in state.items()}
    checks.equal({name: list(np.shape(block[name])) for name in shapes}, shapes, "shapes")
    ### BEGIN HIDDEN TESTS
    found = {name: float(block[name].abs().max()) for name in ("bias", "running_mean")}
    checks.equal(found, {"bias": 0.0, "running_mean": 0.0}, "largest number at the start")
    checks.holds(bool(block["conv.weight"].std() > 0.05), "The filters start as nn.Conv2d's.")
    ### END HIDDEN TESTS

# %% check="torch-module-forward" points=6
with checks.verdict("a module with two modes") as rng:
    state, x = oracle.pytorch.centred_state(rng), torch.from_numpy(rng.normal(size=(4, 2, 5, 6)))
    for training in (True, False):
        due = oracle.pytorch.centred(state, x, training)
        found = net_bench.block(CentredConv, state, x, training)
        checks.equal(found, due, "out, state")
    dout = torch.from_numpy(rng.normal(size=(4, 3, 5, 6)))
    due = oracle.pytorch.centred_slopes(state, x, dout)
    checks.equal(net_bench.block_slopes(CentredConv, state, x, dout), due, "gradients")
    with checks.share(0.15, "The running mean"):
        held = "With a graph, each step would go back through all steps before."
        checks.holds(not net_bench.buffer_in_graph(CentredConv), held)
    ### BEGIN HIDDEN TESTS
    x = torch.from_numpy(rng.normal(size=(1, 2, 3, 4)) + 1).float()
    state = {name: value.float() for name, value in state.items()}
    for training, momentum in ((True, 0.7), (False, 0.7)):
        due = oracle.pytorch.centred(state, x, training, momentum)
        found = net_bench.block(CentredConv, state, x, training, momentum)
        checks.equal(found, due, "out, state", tolerance=1e-5)
    ### END HIDDEN TESTS


# %% setup="torch-bench-loops"
class Loops(Nets):
    """Lets your functions train, judge, load and watch these nets."""

    def epoch(self, function, state: dict, batches: list, rate: float) -> tuple:
        net = self.net(state)
        for parameter in net.parameters():
            parameter.grad = torch.ones_like(parameter)
        sgd = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
        return function(net, batches, sgd), dict(net.state_dict())

    def judged(self, function, state: dict, batches: list, training: bool = False) -> tuple:
        net = self.net(state, training)
        result = function(net, batches)
        return result, net.training, [grad for _, grad in net.seen], dict(net.state_dict())

    def items(self, dataset, epoch: int, places: list) -> list:
        if epoch:  # it begins with 0
            dataset.epoch = epoch
        return [dataset[i] for i in places]

    def watched(self, function, state: dict, x: torch.Tensor, names: list, training: bool) -> dict:
        return function(self.net(state, training), x, names)

    def graphs(self, function, state: dict, x: torch.Tensor, names: list) -> list:
        function(net := self.net(state), x, names)
        return [grad for _, grad in net.seen]

    def hooks_left(self, function, state: dict, x: torch.Tensor, names: list) -> int:
        net = self.net(state)
        with contextlib.suppress(KeyError, RuntimeError):
            function(net, x, names)
        return sum(len(layer._forward_hooks) for layer in net.modules())


# %% [markdown]
# ## Level three: Sequential, and a loop for all
#
# When each layer has one input and one output, you need not write `forward`:
#
# ```python
# model = nn.Sequential(CentredConv(3, 12), CentredConv(12, 8), nn.Flatten(), nn.Linear(8 * 32 * 32, 10))
# optimizer = torch.optim.SGD(model.parameters(), lr=0.03, momentum=0.9)
# ```
#
# The three levels can describe the same nets. Bare tensors show everything and organise nothing; a `Sequential` organises everything and
# cannot branch; a module organises and can branch.
#
# An optimiser holds *references to tensors*, the ones that `model.parameters()` gave when it was made. Its settings come in **groups**: `[{"params": model.head.parameters(), "lr": 0.1},
# {"params": model.features.parameters()}]`. What Adam and momentum remember is in `optimizer.state`, keyed by tensor.
#
# The loop has a rhythm, and each beat can be forgotten:
#
# | beat | if it is forgotten |
# | --- | --- |
# | `model.train()` | batch norm and dropout behave as in evaluation |
# | `optimizer.zero_grad()` | gradients of all earlier steps add up |
# | `loss = F.cross_entropy(model(x), y)` | |
# | `loss.backward()` | nothing changes |
# | `optimizer.step()` | nothing changes |
# | `model.eval()` and `torch.no_grad()` for the evaluation | noise in the numbers; a graph for each batch |
#
# Two more traps are in the numbers that you report. By hand: batches of 4, 4 and 2 images with mean losses 1, 1 and 2. What is the mean loss of
# the ten images? ($(4 + 4 + 4)/10 = 1.2$; the mean of the three means is 1.33.) And `total += loss` keeps
# every batch's graph until the end: add `loss.item()`.
#
# ### Exercise 9.6: an epoch, and an evaluation
# 10 points · about 20 minutes · medium

# %% [markdown] hint="torch-train"
# Write the rhythm of the table, one line a beat. Then think about the mode and about the two sums.
#
# A mean over batches counts a short batch like a full one. What do you add up in each batch, and what do you divide by at the end? Which two things
# must an evaluation leave as they were?
#
# `loss.item()` times the images of its batch goes into the sum, and their number into a count. In the evaluation: remember `model.training`, `model.eval()`, `torch.no_grad()`, at the end `model.train(training)`; the number of right answers is `(logits.argmax(dim=1) == y).sum()`.


# %% answer="torch-train"
loops = Loops()  # makes tensors and nets for the checks; leave it here


def train_epoch(model: nn.Module, loader, optimizer: torch.optim.Optimizer) -> float:
    """One pass over the training data, a step of the optimiser for each batch.

    model: x -> logits (B, K); it trains in training mode, in whatever mode it came
    loader: gives batches (x, y), y (B,) int64; the last one may be short
    optimizer: of the model's parameters; whatever their gradients hold before has no effect
    returns: float, the mean cross-entropy of all images, each measured before the step of its batch
    """
    ### BEGIN SOLUTION
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count
    ### END SOLUTION


def evaluate(model: nn.Module, loader) -> tuple:
    """How well a net does, measured without changing it.

    model: x -> logits (B, K); asked in evaluation mode, without a graph, and afterwards in the mode in which it came
    loader: gives batches (x, y), y (B,) int64; the last one may be short
    returns: float, float: mean cross-entropy of all images, and the share of them that is right
    """
    ### BEGIN SOLUTION
    training, total, right, count = model.training, 0.0, 0, 0
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            logits = model(x)
            total += F.cross_entropy(logits, y, reduction="sum").item()
            right += int((logits.argmax(dim=1) == y).sum())
            count += len(y)
    model.train(training)
    return total / count, right / count
    ### END SOLUTION


# %% check="torch-train" points=5
with checks.verdict("an epoch of training") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    batches = oracle.pytorch.batches(rng, sizes=(4, 4, 1))
    due, weights = Loops().epoch(oracle.pytorch.epoch, state, batches, 0.1)
    loss, found = loops.epoch(train_epoch, state, batches, 0.1)
    checks.equal(loss, due, "loss")
    checks.equal(dict(found), weights, "the net afterwards")
    ### BEGIN HIDDEN TESTS
    batches = oracle.pytorch.batches(rng, sizes=(2, 5))
    due, weights = Loops().epoch(oracle.pytorch.epoch, state, batches, 0.5)
    loss, found = loops.epoch(train_epoch, state, batches, 0.5)
    checks.equal(loss, due, "loss of batches of 2 and 5")
    checks.equal(dict(found), weights, "the net after two batches")
    ### END HIDDEN TESTS

# %% check="torch-train-evaluate" points=5
with checks.verdict("an evaluation") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    batches = oracle.pytorch.batches(rng, sizes=(6, 6, 2))
    due = oracle.pytorch.loss_and_accuracy(Loops().net(state), batches)
    found, mode, graphs, after = loops.judged(evaluate, state, batches, True)
    checks.equal(found, due, "loss, accuracy")
    checks.equal(dict(after), state, "the net afterwards")
    with checks.share(0.15, "The net's mode"):
        modes = [mode, loops.judged(evaluate, state, batches)[1]]
        checks.equal(modes, [True, False], "training afterwards")
    with checks.share(0.15, "No graph"):
        checks.equal(sorted(set(graphs)), [False], "a graph, batch by batch")
    ### BEGIN HIDDEN TESTS
    batches = oracle.pytorch.batches(rng, sizes=(1, 9))
    due = oracle.pytorch.loss_and_accuracy(Loops().net(state), batches)
    found, *_ = loops.judged(evaluate, state, batches)
    checks.equal(found, due, "loss, accuracy")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def loader_of(images, labels, size: int = 100, shuffle: bool = True) -> DataLoader:
    pairs = torch.utils.data.TensorDataset(
        as_images(images.transpose(0, 2, 3, 1)), torch.from_numpy(labels)
    )
    order = torch.Generator().manual_seed(0)
    return DataLoader(pairs, batch_size=size, shuffle=shuffle, generator=order)


with torch.random.fork_rng(devices=[]):  # layers draw from the global generator: a copy of it
    torch.manual_seed(0)
    blocks = [CentredConv(3, 12), nn.MaxPool2d(2), CentredConv(12, 24), nn.MaxPool2d(2)]
    model = nn.Sequential(*blocks, nn.Flatten(), nn.Linear(24 * 8 * 8, 10))
training = loader_of(train_set.images[:3000], train_set.labels[:3000])
judging = loader_of(test_set.images[:1000], test_set.labels[:1000], shuffle=False)
adam = torch.optim.AdamW(model.parameters(), lr=3e-3)
for epoch in range(3):
    loss = train_epoch(model, training, adam)
    test_loss, accuracy = evaluate(model, judging)
    print(
        f"epoch {epoch + 1}: training loss {loss:.2f}, test loss {test_loss:.2f}, accuracy {accuracy:.0%}"
    )
print(f"on {train_set.name}, 3,000 images")

# %% [markdown]
# ## Saving, and going on
#
# Save states, not objects. `torch.save(model, path)` pickles the class by its name and place, so that a file from last
# year needs last year's code. A `state_dict` is names and tensors:
#
# ```python
# torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)
# found = torch.load(path, weights_only=True)     # refuses pickles that run code; the default since PyTorch 2.6
# model.load_state_dict(found["model"])
# ```
#
# To go on as if nothing had happened you need the optimiser's state and the random generator's as well; lesson 15 has
# that as an optional exercise. The cell below continues the training once with the optimiser's state and once without. Adam divides each
# step by the size of earlier
# gradients; with nothing to remember, its first steps are as large as at the very start. What will the curves show?
#
# <details><summary>Answer</summary>
#
# The first losses are equal, since the weights are. Then the run without Adam's memory makes steps that are too large for a net that is half trained, and its loss is higher for a while.
#
# </details>

# %% tags=["experiment"]
kept = copy.deepcopy((model.state_dict(), adam.state_dict()))
resumed = {}
for name in ("with the optimiser's state", "without it"):
    model.load_state_dict(kept[0])
    adam = torch.optim.AdamW(model.parameters(), lr=3e-3)
    if name.startswith("with the"):
        adam.load_state_dict(copy.deepcopy(kept[1]))
    resumed[name] = [
        train_epoch(model, [batch], adam)
        for batch in itertools.islice(
            loader_of(train_set.images[:3000], train_set.labels[:3000]), 25
        )
    ]
figures.show(
    figures.loss_curves(resumed),
    caption="The same net goes on for 25 steps on the same batches. No step fails, and the first losses are equal; then the run without Adam's memory is another run, here a worse one for a while.",
    alt="Two noisy loss curves over 25 steps that begin at the same value; that without the optimiser's state lies above the other most of the time.",
)
_ = model.load_state_dict(kept[0])

# %% [markdown]
# ## Feeding: Dataset and DataLoader
#
# A **Dataset** says how many examples there are and gives number $i$; a **DataLoader** chooses numbers, asks for the
# examples, and calls a **collate** function that makes one batch of them. The default collate stacks, and so fails for captions of
# unequal length: those need a collate function of your own, which pads them.
#
# Loading in several **worker** processes hides a trap. Each worker begins as a copy of
# the main process. NumPy's global generator is copied with it, so all workers draw the *same* numbers, again in
# every epoch. PyTorch has given each worker a seed of its own for NumPy's global generator since version 1.9, and not for a generator that
# your dataset holds. There is a way that cannot go wrong: let the random choices for an example depend on seed, epoch and
# number alone, `np.random.default_rng((seed, epoch, i))`. Then it does not matter which worker is asked, in what order, or how many
# there are.
#
# By hand: codes `{"a": 2, "red": 3, "ring": 4}`; captions "a red ring" and "a blue ring on red". An unknown word
# is 1, padding is 0. What are the batch's codes and lengths?
#
# <details><summary>Codes and lengths</summary>
#
# (2, 3, 4, 0, 0) and (2, 1, 4, 1, 3); lengths 3 and 5. Lesson 10's loss takes a mask; `lengths` says where to mask.
#
# </details>
#
# ### Exercise 9.7: scenes with captions
# 9 points · about 25 minutes · medium

# %% [markdown] hint="torch-dataset"
# `__init__` keeps what it gets, `__len__` is one line. `__getitem__` makes two things: a picture and a list of codes.
#
# A new generator is made for each example, from seed, epoch and number: one draw from it decides. Which axis of (3, H, W) is left and right? What does a dict give for a word that it does not hold?
#
# `np.random.default_rng((self.seed, self.epoch, i)).random() < 0.5`, `image.flip(2)`, `codes.get(word, 1)`. In `collate`, `zip(*batch)` separates pictures from codes, and `nn.utils.rnn.pad_sequence(..., batch_first=True)` pads.


# %% answer="torch-dataset"
loops = Loops()  # makes tensors and nets for the checks; leave it here


class CaptionedScenes(Dataset):
    """Pictures, mirrored at random, with captions as codes of words."""

    def __init__(self, images: np.ndarray, captions: list, codes: dict, seed: int) -> None:
        """Keeps what it gets, and begins with epoch 0, an attribute that others set.

        images: (N, 3, H, W) uint8; captions: list of N str; codes: word -> int, from 2 on; seed: int, not negative
        """
        ### BEGIN SOLUTION
        self.images, self.captions, self.codes, self.seed = images, captions, codes, seed
        self.epoch = 0
        ### END SOLUTION

    def __len__(self) -> int:
        """returns: N"""
        ### BEGIN SOLUTION
        return len(self.images)
        ### END SOLUTION

    def __getitem__(self, i: int) -> tuple:
        """Picture and caption number i.

        i: int, 0 to N - 1
        returns: (3, H, W) float32 in [0, 1], mirrored left-right if np.random.default_rng((seed, epoch, i)).random() < 0.5; and
            (T,) int64, the codes of the T words that str.split() finds, 1 for a word without code
        raises: IndexError for another i, so that a for loop over the dataset ends
        """
        ### BEGIN SOLUTION
        if not 0 <= i < len(self):
            raise IndexError(f"scene {i} of {len(self)}")
        image = torch.from_numpy(self.images[i]).float() / 255
        if np.random.default_rng((self.seed, self.epoch, i)).random() < 0.5:
            image = image.flip(2)
        codes = [self.codes.get(word, 1) for word in self.captions[i].split()]
        return image, torch.tensor(codes, dtype=torch.int64)
        ### END SOLUTION


def collate(batch: list) -> tuple:
    """One batch of what a CaptionedScenes gives.

    batch: list of B pairs, image (3, H, W) float32 and codes (T_i,) int64, T_i may be 0
    returns: images (B, 3, H, W); codes (B, T) int64, T the longest, 0 after the shorter ones; lengths (B,) int64
    """
    ### BEGIN SOLUTION
    images, codes = zip(*batch)
    lengths = torch.tensor([len(one) for one in codes])
    return torch.stack(images), nn.utils.rnn.pad_sequence(codes, batch_first=True), lengths  # type: ignore[arg-type]
    ### END SOLUTION


# %% check="torch-dataset" points=5
with checks.verdict("scenes with captions") as rng:
    images, codes = rng.integers(256, size=(12, 3, 4, 5), dtype=np.uint8), {"a": 2, "ring": 3}
    texts = [*["a ring", "a big ring", "ring ring", "no", "a a a a"] * 2, "", "ring"]
    seen = functools.partial(oracle.pytorch.scene, images.copy(), texts, codes, 7)
    due = [seen(epoch, i) for epoch in (0, 1) for i in range(12)]
    scenes = CaptionedScenes(images, texts, codes, 7)
    found = [pair for epoch in (0, 1) for pair in loops.items(scenes, epoch, list(range(12)))]
    checks.equal([len(scenes), *found], [12, *due], "length and items", tolerance=1e-6)
    with checks.share(0.15, "Out of order, and int64"):
        checks.equal(loops.items(scenes, 1, [4, 0]), [due[16], due[12]], "items", tolerance=1e-6)
        checks.equal(str(scenes[10][1].dtype), "torch.int64", "dtype of the codes of no words")
    checks.raises(IndexError, scenes.__getitem__, 12, reason="a loop must end", share=0.1)
    ### BEGIN HIDDEN TESTS
    images = rng.integers(256, size=(40, 3, 2, 3), dtype=np.uint8)
    due = [oracle.pytorch.scene(images, ["no Ring"] * 40, codes, 0, 31, i) for i in range(40)]
    others = CaptionedScenes(images.copy(), ["no Ring"] * 40, codes, 0)
    checks.equal(len(others), 40, "length of 40 scenes")
    found = loops.items(others, 31, list(range(40)))
    checks.equal(found, due, "items of 40 scenes", tolerance=1e-6)
    checks.raises(IndexError, scenes.__getitem__, -1, reason="a loop must end", share=0.1)
    ### END HIDDEN TESTS

# %% check="torch-dataset-collate" points=4
with checks.verdict("a batch of unequal captions") as rng:
    images = [torch.from_numpy(rng.random(size=(3, 4, 5))).float() for _ in range(3)]
    codes = [torch.tensor(one, dtype=torch.int64) for one in ([5], [2, 3, 4], [6, 1])]
    due = oracle.pytorch.padded_batch(images, codes)
    found = collate(list(zip(images, codes)))
    checks.equal(found, due, "images, codes, lengths")
    with checks.share(0.1, "int64"):
        checks.equal(str(found[1].dtype), "torch.int64", "dtype of the codes")
        checks.equal(str(found[2].dtype), "torch.int64", "dtype of the lengths")
    ### BEGIN HIDDEN TESTS
    codes = [torch.tensor(one, dtype=torch.int64) for one in ([], [7, 7], [])]
    due = oracle.pytorch.padded_batch(images, codes)
    checks.equal(collate(list(zip(images, codes))), due, "images, codes, lengths")
    due = oracle.pytorch.padded_batch(images[:1], codes[:1])
    checks.equal(collate([(images[0], codes[0])]), due, "images, codes, lengths")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
drawn = data.draw_scenes(400, seed=5)
rendered = data.render(drawn)
texts = [caption.replace(",", " ,") for caption in rendered.captions]
vocabulary = {
    word: 2 + n for n, word in enumerate(sorted({w for text in texts for w in text.split()}))
}
scenes = CaptionedScenes(rendered.images, texts, vocabulary, seed=0)
loader = DataLoader(scenes, batch_size=6, collate_fn=collate)
pictures, codes, lengths = next(iter(loader))
words = {code: word for word, code in vocabulary.items()}
for line, length in zip(codes[:3], lengths):
    print(line.tolist(), "=", " ".join(words[code] for code in line[:length].tolist()))
print(f"{len(vocabulary)} words; images {tuple(pictures.shape)}, codes {tuple(codes.shape)}")
rows = []
for epoch in (0, 0, 1):
    scenes.epoch = epoch
    rows.append(next(iter(loader))[0])
figures.show(
    figures.image_grid(torch.cat(rows).numpy(), columns=6, size=0.9),
    caption="The first batch three times: epoch 0, epoch 0 once more, epoch 1. The same epoch gives the same mirrored pictures, the next one others, whichever worker loads them.",
    alt="Three rows of six small pictures. The first two rows are equal; in the third some are mirrored.",
)

# %% [markdown]
# ## Looking inside: hooks
#
# What does the third layer give? You could rewrite `forward` to return it. A **hook** needs no change: a function that
# you give to a module, and that is called whenever the module has run, `hook(module, inputs, output)`.
# `register_forward_hook` returns a handle, and `handle.remove()` ends it. If the hook returns something, that replaces the
# output. `register_full_backward_hook` does the same for gradients, and `tensor.register_hook` for one tensor.
#
# Three things go wrong. A hook that stays goes on collecting, and holds memory. A layer that is used twice calls it
# twice. And a layer that works *in place*, such as `nn.ReLU(inplace=True)`, changes what you have kept after you kept it: keep a copy.
#
# ### Exercise 9.8: what layers give
# 8 points · about 20 minutes · medium

# %% [markdown] hint="torch-hooks"
# Look the layers up by name before any hook is set, set the hooks, run once, and remove them, whatever happens.
#
# Each hook must know its own name when it is made; a loop variable inside a `lambda` is looked up when the hook runs, and is then the last one. And what was kept can be changed by a later layer that works in place.
#
# A function `keeper(name)` that returns the hook; `output.detach().clone()`; `try: ... finally:` with `handle.remove()`.


# %% answer="torch-hooks"
loops = Loops()  # makes tensors and nets for the checks; leave it here


def activations(model: nn.Module, x: torch.Tensor, names: list) -> dict:
    """What layers of a net give, in one forward pass without a graph.

    model: any module, in whatever mode; it stays in it. x: its input
    names: list of str, of layers as named_modules() calls them: "blocks.0.conv"
    returns: name -> list of tensors, the layer's output each time that it runs, as it is at that moment
    raises: KeyError for a name that is not there. No hook stays on the model, whatever happens, also if the model raises
    """
    ### BEGIN SOLUTION
    layers, found = dict(model.named_modules()), {name: [] for name in names}  # type: ignore[var-annotated]
    chosen = {name: layers[name] for name in names}

    def keeper(name: str):
        return lambda layer, inputs, output: found[name].append(output.detach().clone())

    handles = [layer.register_forward_hook(keeper(name)) for name, layer in chosen.items()]
    try:
        with torch.no_grad():
            model(x)
    finally:
        for handle in handles:
            handle.remove()
    return found
    ### END SOLUTION


# %% check="torch-hooks" points=8
with checks.verdict("what layers give") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    x, names = torch.from_numpy(rng.normal(size=(3, 2, 4, 5))), ["first", "norm", "mix", "head"]
    due = oracle.pytorch.layer_outputs(Loops().net(state, True), x, names)
    checks.equal(loops.watched(activations, state, x, names, True), due, "activations")
    with checks.share(0.15, "Hooks that stay"):
        left = [loops.hooks_left(activations, state, one, names) for one in (x, x[:, :1])]
        left.append(loops.hooks_left(activations, state, x, ["first", "last"]))
        checks.equal(left, [0, 0, 0], "hooks left after a pass, an error, an unknown name")
    checks.raises(KeyError, activations, loops.net(state), x, ["first", "last"], share=0.05)
    with checks.share(0.1, "No graph"):
        checks.equal(loops.graphs(activations, state, x, names), [False], "a graph in the pass")
    ### BEGIN HIDDEN TESTS
    for names in (["relu", ""], ["mix"], []):
        due = oracle.pytorch.layer_outputs(Loops().net(state), x[:1], names)
        found = loops.watched(activations, state, x[:1], names, False)
        checks.equal(found, due, f"activations of {names}")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
picture = as_images(test_set.images[:1].transpose(0, 2, 3, 1))
maps = activations(model, picture, ["0"])["0"][0][0]
figures.show(
    figures.image_grid(figures.as_pictures(maps[:, None].numpy()), columns=6, size=0.9),
    caption="The twelve maps of the first block for one test image, kept by your hook. Some follow the pattern, some the outline; some are empty here.",
    alt="Twelve small grey maps in two rows, most of which show the outline of one object.",
)

# %% [markdown]
# ## Seven silent bugs
#
# None of these raises an error. The cells below train the same small net eight times, once without a bug and seven
# times with one. Before you run them, say what each bug does to the training loss and to the test accuracy. Then match the curves.
#
# | bug | in code |
# | --- | --- |
# | no `zero_grad` | `loss.backward(); optimizer.step()` |
# | softmax twice | `F.cross_entropy(model(x).softmax(1), y)` |
# | forgotten `eval` | the evaluation runs in training mode, ten images at a time |
# | `reshape` for `permute` | `pixels.reshape(N, 3, 16, 16)` of pixels `(N, 16, 16, 3)` |
# | `.data` | `head(features(x).data)` |
# | a plain list | `self.layers = [conv, norm, ...]` |
# | float labels | one output, and its distance to the class number as the loss (Huber's) |


# %% tags=["experiment"]
class BuggedNet(nn.Module):
    """Two convolutions and a linear layer, with one bug or none."""

    def __init__(self, bug: str) -> None:
        super().__init__()
        layers: list = []
        for inputs, outputs in ((3, 16), (16, 32)):
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs)]
            layers += [nn.ReLU(), nn.MaxPool2d(2)]
        layers += [nn.Flatten(), nn.Dropout(0.5)]
        self.layers = layers if bug == "a plain list" else nn.Sequential(*layers)
        self.head, self.bug = nn.Linear(512, 1 if bug == "float labels" else 10), bug

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = layer(x)
        return self.head(x.data if self.bug == ".data" else x)


def loss_with(bug: str, logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if bug == "float labels":
        return F.huber_loss(logits[:, 0], y.float())
    return F.cross_entropy(logits.softmax(1) if bug == "softmax twice" else logits, y)


# %% tags=["experiment"]
def halved(images: np.ndarray) -> torch.Tensor:
    return 4 * F.avg_pool2d(torch.from_numpy(images) / 255 - 0.5, 2)


x_small, x_exam = halved(train_set.images[:1500]), halved(test_set.images[:500])
y_small, y_exam = (
    torch.from_numpy(one) for one in (train_set.labels[:1500], test_set.labels[:500])
)


# %% tags=["experiment"]
def run_with(bug: str, x: torch.Tensor, x_test: torch.Tensor, epochs: int = 5) -> tuple:
    with torch.random.fork_rng(devices=[]), oracle.one_thread():
        torch.manual_seed(0)
        if bug == "reshape for permute":
            x, x_test = (one.permute(0, 2, 3, 1).reshape(one.shape) for one in (x, x_test))
        net, losses, accuracies = BuggedNet(bug), [], []
        sgd = torch.optim.SGD(net.parameters(), lr=0.03, momentum=0.9)
        for _ in range(epochs):
            net.train()
            for rows in torch.randperm(len(x)).split(100):
                if bug != "no zero_grad":
                    sgd.zero_grad()
                loss = loss_with(bug, net(x[rows]), y_small[rows])
                loss.backward()
                sgd.step()
                losses.append(loss.item())
            net.train(bug == "forgotten eval")
            with torch.no_grad():
                answers = torch.cat([net(part) for part in x_test.split(10)])
            found = answers.argmax(1) if answers.shape[1] > 1 else answers[:, 0].round()
            accuracies.append(float((found == y_exam).float().mean()))
    return losses, accuracies


# %% tags=["experiment"]
bugs = [
    "no zero_grad",
    "softmax twice",
    "forgotten eval",
    "reshape for permute",
    ".data",
    "a plain list",
    "float labels",
]
order = np.random.default_rng(9).permutation(len(bugs))
curves = {letter: run_with(bugs[n], x_small, x_exam) for letter, n in zip("ABCDEFG", order)}
figures.show(
    figures.pytorch.planted(curves, run_with("none", x_small, x_exam), ceiling=5.0),
    caption=f"Seven runs on {train_set.name} with one bug each, A to G, and in grey the run without. Which is which? Losses above 5 are drawn at 5.",
    alt="Seven columns of two small plots, training loss above and test accuracy below, each with the grey curve of a run without a bug.",
)

# %% [markdown]
# <details><summary>Where to begin</summary>
#
# Which loss can hardly fall below 1.46, whatever the net does? Which loss is measured on another scale? In which column are losses fine and
# only the accuracy suffers? Which loss explodes? Three columns are left; in two of them only the head learns.
#
# </details>
#
# <details><summary>The last two</summary>
#
# `.data` and the plain list both leave the convolutions at their initial weights. In a plain list `net.eval()` does not reach the layers either, so
# dropout goes on in the evaluation. In practice ask: `unreached(loss, net)` names the layers that `.data` cuts off;
# `sum(p.numel() for p in net.parameters())` is far too small for the plain list.
#
# </details>
#
# <details><summary>The letters</summary>
#
# Run `{letter: bugs[n] for letter, n in zip("ABCDEFG", order)}` in a cell of your own. Softmax twice cannot get below
# $\ln(e + 9) - 1 = 1.46$: that is the cross-entropy where one probability is 1 and nine are 0.
#
# </details>


# %% setup="torch-bench-kinds"
class Kinds(Loops):
    """Lets your functions fill nets, including nets with layers that are not sums."""

    def filled(self, function, make, seed: int) -> dict:
        with torch.random.fork_rng(devices=[]):  # catches draws from the global generator
            torch.manual_seed(seed + 1000)
            net = make()
            function(net, torch.Generator().manual_seed(seed))
        return dict(net.state_dict())

    def kinds(self, function, seed: int) -> dict:
        inner = nn.Sequential(nn.GroupNorm(2, 6), nn.Linear(6, 2))
        net = nn.Sequential(nn.Embedding(4, 6), inner, nn.Conv2d(2, 3, (3, 1))).double()
        for parameter in net.parameters():
            nn.init.constant_(parameter, 0.7)
        return self.filled(function, lambda: net, seed)


# %% setup="torch-bench-rules"
class Rules(Kinds):
    """Lets your functions initialise nets of two more kinds."""

    def initialised(self, function, state: dict, seed: int) -> dict:
        return self.filled(function, lambda: self.net(state), seed)

    def tied(self, function, seed: int) -> dict:
        def make():
            layers = {"one": nn.Linear(3, 3), "two": nn.Linear(3, 3), "three": nn.Linear(3, 2)}
            layers["two"].weight = layers["one"].weight
            return nn.ModuleDict(layers).double()

        return self.filled(function, make, seed)


# %% [markdown]
# ## Initial weights by rule
#
# Lesson 04 found how large initial weights must be: before a ReLU, a standard deviation of $\sqrt{2 / \text{fan-in}}$ keeps the activations' size
# from layer to layer (He et al. 2015). `nn.Linear` and `nn.Conv2d` do something else by default, a uniform distribution of standard deviation
# $\sqrt{1 / (3 \cdot \text{fan-in})}$, an old choice that was kept. A net is a tree, so a rule is a walk through `model.modules()`,
# with a question for each layer: what kind are you?
#
# The **fan-in** is how many numbers one output is a sum of. By hand: `nn.Conv2d(64, 128, 3)`? `nn.Linear(512, 10)`? And
# `nn.Conv2d(64, 128, 3, groups=4)`, in which each output sees a quarter of the channels?
#
# <details><summary>The fan-ins</summary>
#
# $64 \cdot 9 = 576$; 512; $16 \cdot 9 = 144$. The weight's own shape says it: (128, 64, 3, 3), (10, 512), (128, 16, 3, 3).
#
# </details>
#
# A weight that two layers **share** is one tensor with two names. `model.modules()` visits both layers.
#
# ### Exercise 9.9: initial weights by rule
# 7 points · about 15 minutes · medium

# %% [markdown] hint="torch-init"
# A walk through `model.modules()`, and two questions for each: is it one of the two kinds, and was its weight drawn already?
#
# An output is a sum over one filter, or over one row of a linear layer: how many numbers is that? The weight's shape knows, with groups, too.
#
# `layer.weight[0].numel()` is the fan-in; `layer.weight.normal_(0, math.sqrt(2 / fan_in), generator=generator)` inside `torch.no_grad()`; a bias may be None.


# %% answer="torch-init"
rule_bench = Rules()  # makes tensors and nets for the checks; leave it here


def initialise(model: nn.Module, generator: torch.Generator) -> None:
    """He et al.'s rule for every convolution and linear layer of a net, in place.

    model: its nn.Conv2d and nn.Linear layers, in the order of modules(), get biases of 0 and weights
        weight.normal_(0, std, generator=generator), std = sqrt(2 / fan-in); a weight that several of them share is drawn
        once, at the first. All else stays as it is: norms, embeddings, buffers
    generator: where all chance comes from
    Source: He et al. 2015, arXiv 1502.01852
    """
    ### BEGIN SOLUTION
    drawn = set()
    for layer in model.modules():
        if not isinstance(layer, nn.Conv2d | nn.Linear):
            continue
        with torch.no_grad():
            if layer.weight not in drawn:
                drawn.add(layer.weight)
                layer.weight.normal_(0, math.sqrt(2 / layer.weight[0].numel()), generator=generator)
            if layer.bias is not None:  # before a norm there may be none
                layer.bias.zero_()
    ### END SOLUTION


# %% check="torch-init" points=7
with checks.verdict("initial weights by rule") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    due = Rules().initialised(oracle.pytorch.he, state, 5)
    checks.equal(rule_bench.initialised(initialise, state, 5), due, "the net afterwards")
    with checks.share(0.2, "A shared weight"):
        due = Rules().tied(oracle.pytorch.he, 3)
        checks.equal(rule_bench.tied(initialise, 3), due, "the net afterwards")
    ### BEGIN HIDDEN TESTS
    state = oracle.speed.random_state(TinyNet(), rng)
    due = Rules().initialised(oracle.pytorch.he, state, 8)
    checks.equal(rule_bench.initialised(initialise, state, 8), due, "another net afterwards")
    due = Rules().kinds(oracle.pytorch.he, 4)
    checks.equal(rule_bench.kinds(initialise, 4), due, "a net with an embedding and a group norm")
    ### END HIDDEN TESTS


# %% setup="torch-bench-frozen"
class Frozen(Rules):
    """Trains nets of which a part is frozen."""

    def frozen_run(self, freeze, mode, state: dict, batches: list, learning: list) -> tuple:
        net = self.net(state)
        params = freeze(net, learning)
        if not params:
            return [], dict(net.state_dict())
        names = {id(p): name for name, p in net.named_parameters()}
        sgd = torch.optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=0.01)
        for x, y in batches:
            mode(net)
            sgd.zero_grad()
            F.cross_entropy(net(x), y).backward()
            sgd.step()
        return [names[id(p)] for p in params], dict(net.state_dict())

    def modes(self, freeze, mode, learning: list) -> dict:
        frozen = nn.Sequential(nn.Linear(2, 2), nn.Dropout(), nn.BatchNorm1d(2))
        net = nn.Sequential(frozen, nn.Sequential(nn.Linear(2, 2), nn.Dropout()))
        freeze(net.eval(), learning)
        mode(net)
        named = dict(net.named_modules())
        return {name: named[name].training for name in ("0", "0.1", "0.2", "1", "1.0", "1.1")}


# %% setup="torch-bench-last"
class Bench(Frozen):
    """All of these together, and folding and loading."""

    def pair(self, settings: dict, eps: float, state=None) -> nn.Sequential:
        pair = nn.Sequential(nn.Conv2d(4, 6, 3, **settings), nn.BatchNorm2d(6, eps=eps)).double()
        pair.load_state_dict(pair.state_dict() if state is None else state)
        return pair.eval()

    def learners(self, freeze, learning: list) -> list:
        net = nn.Sequential(*(nn.Linear(2, 2) for _ in range(13)))
        freeze(net, learning)
        return sorted(name for name, p in net.named_parameters() if p.requires_grad)

    def fused(self, function, settings: dict, eps: float, state: dict, x: torch.Tensor) -> tuple:
        pair = self.pair(settings, eps, state)
        one = function(*pair)
        return one(x).detach(), dict(pair.state_dict())

    def loaded(self, function, state: dict, given: dict) -> tuple:
        net = self.net(state)
        before = {name: value.data_ptr() for name, value in net.state_dict().items()}
        report = function(net, given)
        after = dict(net.state_dict())
        return report, after, before == {name: value.data_ptr() for name, value in after.items()}


# %% [markdown]
# ## Load what fits
#
# A checkpoint seldom fits exactly. It was saved by `nn.DataParallel`, so that each name begins with `module.`; its last
# layer has 1,000 classes and yours ten; it is in float16. `load_state_dict(state, strict=False)` accepts
# names that are missing or unexpected, and says nothing about them unless you look at what it returns; for a shape that differs it
# raises. You want a report: what was loaded, what was skipped, and which of the model's own tensors got nothing.
#
# By hand: the model has `conv.weight (8, 3, 3, 3)`, `head.weight (10, 8)`, `head.bias (10,)`. The file has `module.conv.weight
# (8, 3, 3, 3)`, `module.head.weight (1000, 8)`, `module.extra (1,)`. Write down the three lists.
#
# <details><summary>The three lists</summary>
#
# Loaded: `conv.weight`. Skipped: `extra`, `head.weight`. Missing: `head.bias`, `head.weight`.
#
# </details>
#
# ### Exercise 9.10: loading what fits
# 7 points · about 15 minutes · medium

# %% [markdown] hint="torch-load"
# Three dicts of names: the model's own, the given ones with their names put right, and those that are in both with the same shape.
#
# `removeprefix` takes "module." off the beginning only. Once you know what fits, the rest is set arithmetic: which names of the file, which of the model are not among them?
#
# `model.load_state_dict(fits, strict=False)` changes the tensors in place; `given.keys() - fits.keys()` is a set; sort at the end.


# %% answer="torch-load"
bench = Bench()  # makes tensors and nets for the checks; leave it here


def load_matching(model: nn.Module, state: dict) -> dict:
    """Load into a net what fits of a state, and say what did.

    model: its parameters and buffers are changed in place, so that an optimiser that holds them still does
    state: name -> tensor of any dtype; a "module." at the beginning of a name, which nn.DataParallel writes, does not count
    returns: {"loaded": names that both have with the same shape, "skipped": the state's other names, "missing": the model's
        other names}, each a sorted list of names without "module."
    """
    ### BEGIN SOLUTION
    own = model.state_dict()
    given = {name.removeprefix("module."): value for name, value in state.items()}
    fits = {name: v for name, v in given.items() if name in own and own[name].shape == v.shape}
    model.load_state_dict(fits, strict=False)
    report = {"loaded": fits, "skipped": given.keys() - fits.keys()}
    report["missing"] = own.keys() - fits.keys()
    return {title: sorted(names) for title, names in report.items()}
    ### END SOLUTION


# %% check="torch-load" points=7
with checks.verdict("loading what fits") as rng:
    state, other = (oracle.speed.random_state(TinyNet(), rng) for _ in range(2))
    given = {f"module.{name}": value.float() for name, value in other.items()}
    given["module.head.weight"] = torch.from_numpy(rng.normal(size=(7, 4)))
    given["module.extra"] = given.pop("module.mix.weight")
    due = oracle.pytorch.matching(state, given)
    report, found, in_place = bench.loaded(load_matching, state, given)
    checks.equal(report, due[0], "report")
    checks.equal(dict(found), due[1], "the net afterwards")
    with checks.share(0.2, "In place"):
        checks.holds(in_place, "An optimiser would hold the old tensors.")
    ### BEGIN HIDDEN TESTS
    given = {name: value.clone() for name, value in other.items() if "norm" not in name}
    given["head.bias"], given["first.bias"] = other["head.bias"][None], other["first.bias"][:1]
    due = oracle.pytorch.matching(state, given)
    report, found, _ = bench.loaded(load_matching, state, given)
    checks.equal(report, due[0], "report on a state without prefix")
    checks.equal(dict(found), due[1], "the net after a state without prefix")
    given = {f"module.head.module.{name}": other[f"head.{name}"] for name in ("weight", "bias")}
    due = oracle.pytorch.matching(state, given)
    report, found, _ = bench.loaded(load_matching, state, given)
    checks.equal(report, due[0], "report on a state with more modules inside")
    report, found, _ = bench.loaded(load_matching, state, {})
    due = oracle.pytorch.matching(state, {})
    checks.equal(report, due[0], "report on an empty state")
    checks.equal(dict(found), state, "the net after an empty state")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Nets that others trained
#
# With 100 labelled pictures you do not train a ConvNet from scratch. The first layers of a net that has seen many other
# pictures find edges, blobs and corners, which your pictures have, too. There are three ways to use such a net:
#
# - **Probe.** Keep all layers but the last, as they are; push your pictures through once; fit a linear classifier to what
#   comes out. There is a closed form, and no learning rate.
# - **Fine-tune.** Begin with its weights, and train all layers, the old ones at a small rate: they are nearly right.
# - **Freeze some.** In between: the first layers stay, later ones learn.
#
# | | much data | little data |
# | --- | --- | --- |
# | **similar to the old pictures** | fine-tune all layers | probe the last layer |
# | **unlike the old pictures** | fine-tune, or train from scratch | the hard case: probe an earlier layer, and expect little |
#
# (After CS231n's notes, *Transfer Learning*; Yosinski et al. 2014 measured which layers transfer.) How good is the table? You will measure a part of it.
#
# **Frozen** is more than `requires_grad = False`. Batch norm has buffers, which no gradient moves, and which move in every
# forward pass in training mode. And `model.train()`, at the top of your loop, switches every norm back to training. So a second function
# sets the modes, after each `model.train()`.
#
# By hand: a net has a frozen convolution with its norm, and a head that learns. After 10 steps, which of its tensors have changed if you forgot the
# modes?
# (The head, and the norm's running mean, running variance and counter.)
#
# ### Exercise 9.11: frozen layers
# 5 points · about 20 minutes · medium

# %% [markdown] hint="torch-transfer"
# Freeze everything, then let what is named learn. Look all names up first, so that a wrong one changes nothing.
#
# A layer name stands for all that is within it: `layer.requires_grad_(True)` walks through. For the modes: training mode for all, then which modules go back?
#
# `model.parameters()` is in the right order: keep those that learn. A module goes into evaluation mode where it has parameters and not one of them learns.


# %% answer="torch-transfer"
bench = Bench()  # makes tensors and nets for the checks; leave it here


def freeze(model: nn.Module, learning: list) -> list:
    """Let only some layers learn.

    model: requires_grad of all its parameters is set, whatever it was before
    learning: names of layers as named_modules() calls them; what is within them learns, all else does not
    returns: list of the parameters that learn, in the order of model.parameters(), for an optimiser
    raises: KeyError for a name that no layer has
    """
    ### BEGIN SOLUTION
    layers = dict(model.named_modules())
    chosen = [layers[name] for name in learning]
    model.requires_grad_(False)
    for layer in chosen:
        layer.requires_grad_(True)
    return [p for p in model.parameters() if p.requires_grad]
    ### END SOLUTION


def training_mode(model: nn.Module) -> None:
    """Training mode, except for frozen layers, which stay as they are in every respect.

    model: each module that has parameters, all of them frozen, is put into evaluation mode, with all within it; all
        others into training mode
    """
    ### BEGIN SOLUTION
    model.train()
    for layer in model.modules():
        learns = [p.requires_grad for p in layer.parameters()]
        if learns and not any(learns):
            layer.eval()
    ### END SOLUTION


# %% check="torch-transfer" points=5
with checks.verdict("frozen layers") as rng:
    state = oracle.speed.random_state(TinyNet(), rng)
    batches = oracle.pytorch.batches(rng, sizes=(4, 3))
    for learning in (["head"], ["mix", "head"]):
        due = oracle.pytorch.partly_trained(Bench().net(state), batches, learning)
        found = bench.frozen_run(freeze, training_mode, state, batches, learning)
        checks.equal(found, due, "names, state")
    with checks.share(0.1, "An unknown layer"):
        checks.raises(KeyError, freeze, bench.net(state), ["head", "tail"])
    ### BEGIN HIDDEN TESTS
    for learning in (["head", "norm"], [""], ["first"]):
        due = oracle.pytorch.partly_trained(Bench().net(state), batches, learning)
        found = bench.frozen_run(freeze, training_mode, state, batches, learning)
        checks.equal(found, due, "names, state")
    modes = bench.modes(freeze, training_mode, ["1.0"])
    due = {"0": False, "0.1": False, "0.2": False, "1": True, "1.0": True, "1.1": True}
    checks.equal(modes, due, "training, layer by layer")
    found = bench.learners(freeze, ["1", "11"])
    due = ["1.bias", "1.weight", "11.bias", "11.weight"]
    checks.equal(found, due, "what learns of layers 0 to 12, where 1 and 11 are named")
    ### END HIDDEN TESTS

# %% [markdown]
# **The probe.** Features $F$ of shape `(N, D)`, targets $Y$ `(N, K)` with a 1 at the right class. Find $W, b$ with the
# least $\lVert F W + \mathbf{1} b^\top - Y \rVert^2 + \lambda \lVert W \rVert^2$; the bias is not penalised. Subtract
# the mean of each, $\tilde F = F - \bar f$ and $\tilde Y = Y - \bar y$. Then
#
# $$W = (\tilde F^\top \tilde F + \lambda I)^{-1} \tilde F^\top \tilde Y, \qquad b = \bar y - W^\top \bar f$$
#
# By hand, one feature, two classes: $F = (0, 2)$, labels 0 and 1, $\lambda = 2$. $\tilde F = (-1, 1)$, $\tilde F^\top
# \tilde F = 2$; for class 1, $\tilde Y = (-½, ½)$ and $\tilde F^\top \tilde Y = 1$, so $W = 1 / 4$ and $b = ½ - ¼ \cdot 1 = ¼$. Where does the score of class 1
# pass ½? (At 1, midway.) With more features than pictures $\tilde F^\top \tilde F$ has no inverse; $\lambda$ gives it one.
#
# ### Exercise 9.12: a linear probe in closed form
# 5 points · about 15 minutes · medium

# %% [markdown] hint="torch-probe"
# Translate the formula line by line: targets, two means, centred features, a matrix, a solution.
#
# $\tilde F^\top \tilde F + \lambda I$ is (D, D). Do not invert it: `torch.linalg.solve(A, B)` gives $A^{-1} B$. The dtype is that of the features, for the targets, too.
#
# `F.one_hot(labels, classes).to(features.dtype)`; `torch.eye(D, dtype=...)`; the bias is the mean target minus the mean feature times W.


# %% answer="torch-probe"
def linear_probe(features: torch.Tensor, labels: torch.Tensor, classes: int, reg: float) -> tuple:
    """The linear classifier of least squares on features, in closed form.

    features: (N, D) float, D may be larger than N; labels: (N,) int64, 0 to classes - 1
    reg: lambda, above 0; penalises W, not b
    returns: W (D, classes) and b (classes,), dtype of features; a class is predicted by the largest of features @ W + b
    """
    ### BEGIN SOLUTION
    targets = F.one_hot(labels, classes).to(features.dtype)
    mean, rate = features.mean(dim=0), targets.mean(dim=0)
    centred = features - mean
    gram = centred.T @ centred + reg * torch.eye(features.shape[1], dtype=features.dtype)
    W = torch.linalg.solve(gram, centred.T @ (targets - rate))
    return W, rate - mean @ W
    ### END SOLUTION


# %% check="torch-probe" points=5
with checks.verdict("a linear probe in closed form") as rng:
    for rows, columns in ((12, 4), (5, 9)):
        given = torch.from_numpy(rng.normal(size=(rows, columns)) + 2), torch.arange(rows) % 3
        due = oracle.pytorch.ridge(*given, 3, 0.5)
        checks.equal(checks.leaves_alone(linear_probe, *given, 3, 0.5, share=0.1), due, "W, b")
    ### BEGIN HIDDEN TESTS
    for rows, classes, reg in ((7, 5, 10.0), (2, 2, 0.01), (30, 4, 0.3)):
        labels = torch.from_numpy(rng.integers(classes, size=rows))
        given = torch.from_numpy(3 * rng.normal(size=(rows, 6)) - 1), labels
        due = oracle.pytorch.ridge(*given, classes, reg)
        checks.equal(linear_probe(*given, classes, reg), due, "W, b")
    given = torch.from_numpy(rng.normal(size=(8, 3))), torch.arange(8) % 3
    due = oracle.pytorch.ridge(*given, 5, 0.2)
    checks.equal(linear_probe(*given, 5, 0.2), due, "W, b")
    ### END HIDDEN TESTS

# %% [markdown]
# Now measure. The course brings three small nets that have been trained already (`pretrained.NETS`; data/README.md says how). You need two of them: one knows
# the outlines of the shapes, one the photographs of CIFAR-10. Your question is a *new* one, on new pictures: which **pattern** does the object have, plain,
# striped, checked or dotted? You have 100 labelled pictures, about 43 of them plain and 15 to 22 of each other pattern, and 400 to test on. For the net that knows outlines these are similar to its old pictures; for
# the one that knows photographs they are not. Before you run the cell: which net wins, and does fine-tuning beat the probe?

# %% tags=["experiment"]
drawn = data.draw_scenes(800, seed=77)
patterned, pattern = (
    torch.from_numpy(data.render(drawn).images) / 255,
    torch.from_numpy(drawn.pattern).long(),
)
exam, answers_due = patterned[400:], pattern[400:]


def from_scratch() -> nn.Module:
    net = pretrained.empty("shapes")
    initialise(net, torch.Generator().manual_seed(1))
    net.mean.fill_(0.5), net.std.fill_(0.25)
    return net


def probed(net: nn.Module, rows: torch.Tensor) -> float:
    net.eval()
    inside, outside = (
        activations(net, x, ["features"])["features"][0].mean((2, 3))
        for x in (patterned[rows], exam)
    )
    W, b = linear_probe(inside, pattern[rows], 4, 1.0)
    return float(((outside @ W + b).argmax(1) == answers_due).float().mean())


# %% tags=["experiment"]
def tuned(net: nn.Module, rows: torch.Tensor, rate: float, learning: list) -> float:
    net.head = nn.Linear(64, 4)
    params = freeze(net, learning)
    adam = torch.optim.AdamW(
        [{"params": params[:-2], "lr": rate}, {"params": params[-2:], "lr": 5e-3}]
    )
    for _ in range(30):
        training_mode(net)
        batch = rows[torch.randperm(len(rows))[:25]]
        adam.zero_grad()
        F.cross_entropy(net(patterned[batch]), pattern[batch]).backward(), adam.step()
    return evaluate(net, [(exam, answers_due)])[1]


# %% tags=["experiment"]
starts = {
    "shapes": lambda: pretrained.load("shapes"),
    "photographs": lambda: pretrained.load("cifar10"),
}
results: dict = {"from scratch": []}
last = ["features.14", "features.15", "features.17", "features.18", "head"]
with torch.random.fork_rng(devices=[]):
    for seed in range(3):
        torch.manual_seed(seed)
        rows = torch.randperm(400)[:100]
        results["from scratch"].append(tuned(from_scratch(), rows, 5e-3, [""]))
        for name, start in starts.items():
            results.setdefault(f"{name}: probe", []).append(probed(start(), rows))
            if name == "shapes":
                one = tuned(start(), rows, 1e-3, last)
                results.setdefault("shapes: last block", []).append(one)
            results.setdefault(f"{name}: all layers", []).append(tuned(start(), rows, 1e-3, [""]))
figures.show(
    figures.pytorch.accuracy_by_seed(results, float(torch.bincount(answers_due).max() / len(exam))),
    caption="Which pattern? 100 labelled pictures, three choices of them. From scratch, and with nets that know the outlines of such pictures or photographs: a probe, the last two convolutions fine-tuned (shapes alone), all layers fine-tuned.",
    alt="Six bars. From scratch is the lowest or nearly so; nets that know shapes are above those that know photographs, and fine-tuned ones above probes.",
)

# %% [markdown]
# What we saw, mean of three seeds (always answering "plain" gets 37 %). In the last column `tuned` makes 48 steps instead of 30:
#
# | start | probe | last block | all layers | all layers, 48 steps |
# | --- | --- | --- | --- | --- |
# | from scratch | | | 45 % | 58 % |
# | the net for photographs | 54 % | | 60 % | 70 % |
# | the net for shapes | 68 % | 69 % | 73 % | 77 % |
#
# Random initial weights need longer. In 30 steps it matters more how similar the old pictures are than which way you use; with 48 steps the net for photographs
# has caught up with the other net's probe. And fine-tuning all layers beats the probe even with 100 pictures. The rule of thumb in the table before exercise 9.11
# fails here: for similar pictures and little data it says *probe*.
#
# And a net that has seen a thousand kinds of photographs? EfficientNet-Lite0 (lesson 08), trained on ImageNet's 1.28 million pictures, is an
# extra that you may add. The cell probes it on the same choices of 100 pictures, enlarged to 64 x 64. We saw 62 to 68 %, mean 66 %: far
# better than the small net for photographs, and still not better than a small net that knows such shapes.

# %% tags=["experiment"]
from course_lib import imagenet

if imagenet.is_installed():
    large, features = imagenet.load(), []
    with torch.no_grad():
        for part in patterned.split(50):
            enlarged = F.interpolate(255 * part, size=(64, 64), mode="bilinear")
            features.append(large.maps((enlarged - 127) / 128).mean((2, 3)))
    inside = torch.cat(features).double()
    for seed in range(3):
        rows = torch.randperm(400, generator=torch.Generator().manual_seed(seed))[:100]
        W, b = linear_probe(inside[rows], pattern[rows], 4, 1.0)
        right = (inside[400:] @ W + b).argmax(1) == answers_due
        print(f"ImageNet net: probe, choice {seed + 1}: {right.float().mean():.0%}")
else:
    print("The ImageNet net is not installed: pip install -e '.[pretrained]' adds it.")

# %% [markdown]
# One thing would spoil this comparison, and often does: testing on classes, or pictures, that the old net has been trained on.
# The 800 scenes here are drawn with a seed of their own, and no net has seen them.
#
# ## A net that learns nothing
#
# Now the most silent bug of all. A trained net, a new head, an optimiser, five lines, no error, and a loss that
# does not move. Read it before you run it. Where is it?

# %% tags=["experiment"]
net = pretrained.load("shapes")
net.requires_grad_(False)
adam = torch.optim.AdamW(net.head.parameters(), lr=1e-2)
net.head = nn.Linear(64, 4)
stuck = [train_epoch(net, [(patterned[:100], pattern[:100])], adam) for _ in range(20)]
print(f"loss of the first step {stuck[0]:.3f}, of the last {stuck[-1]:.3f}")
updated = {id(p) for group in adam.param_groups for p in group["params"]}
owned = {id(p) for p in net.parameters()}
print(f"the optimiser has {len(updated)} tensors; {len(updated & owned)} of them are the net's")
print(
    "of the head, no gradient reaches",
    [n for n in unreached(F.cross_entropy(net(patterned[:9]), pattern[:9]), net) if "head" in n],
)

# %% [markdown]
# The gradients arrive: `unreached` finds nothing wrong with the head. The optimiser does its steps, but on the weights of the *old* head, which the net does
# not use any more. The optimiser was made one line too early. The same happens after `model.load_state_dict(state, assign=True)`, after
# `copy.deepcopy(model)`, or when a function makes a new net and the optimiser was made outside.
#
# Two questions find this bug in any program: does the optimiser hold what the net owns, and has any weight changed after one step?

# %% tags=["experiment"]
adam = torch.optim.AdamW(net.head.parameters(), lr=1e-2)
mended = [train_epoch(net, [(patterned[:100], pattern[:100])], adam) for _ in range(20)]
figures.show(
    figures.loss_curves(
        {"optimiser made before the new head": stuck, "made after it": mended}, chance=math.log(4)
    ),
    caption="Twenty steps each. The only difference is the order of two lines: one loss stays where it was, the other falls.",
    alt="Two loss curves, one level, one that falls.",
)

# %% [markdown]
# ## Fold
#
# In evaluation mode a batch norm multiplies each channel by a number and adds another one. A convolution is linear. So the two are *one*
# convolution with other weights. Before a net is put to use, the two are **folded** into one: a layer less to compute and to move through
# memory. Lesson 06 did it with NumPy, so here it is optional. With $s = \gamma / \sqrt{\sigma^2 + \varepsilon}$, channel by channel:
#
# $$W' = s\,W, \qquad b' = s\,(b - \mu) + \beta$$
#
# By hand: $\gamma = 6$, $\sigma^2 = 4$, $\varepsilon = 0$, $\mu = 1$, $\beta = 2$; one weight 5, no bias. $s = 3$, $W' = 15$, $b' = -1$. For $x = 1$: the
# convolution gives 5, the norm $6 \cdot (5 - 1)/2 + 2 = 14$; and $15 - 1 = 14$.
#
# ### Exercise 9.13: a convolution with its norm folded in
# 0 points · about 15 minutes · easy · optional

# %% [markdown] hint="torch-fold"
# Copy the convolution, then change the copy: its filters and its bias, by the two formulas.
#
# $s$ has one number for each *filter*, which is axis 0 of the weight (F, C, K, K). A convolution without a bias has $b = 0$.
#
# `copy.deepcopy(conv)`; `scale[:, None, None, None]`; `fused.bias = nn.Parameter(scale * bias + bn.bias)`; all inside `torch.no_grad()`.


# %% answer="torch-fold"
bench = Bench()  # makes tensors and nets for the checks; leave it here


def fuse(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> nn.Conv2d:
    """One convolution that does what a convolution and the batch norm after it do in evaluation mode.

    conv: any stride, padding, dilation and groups, with a bias or without; bn: of its channels, any eps, with weight and bias
    returns: a new nn.Conv2d with a bias, of conv's dtype; conv and bn stay as they are
    """
    ### BEGIN SOLUTION
    fused = copy.deepcopy(conv)
    with torch.no_grad():
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)  # type: ignore
        bias = -bn.running_mean if conv.bias is None else conv.bias - bn.running_mean  # type: ignore
        fused.weight.mul_(scale[:, None, None, None])
        fused.bias = nn.Parameter(scale * bias + bn.bias)
    return fused
    ### END SOLUTION


# %% check="torch-fold" points=0
with checks.verdict("a convolution with its norm folded in") as rng:
    for settings in ({"padding": 1}, {"bias": False, "stride": 2, "groups": 2}):
        state = oracle.speed.random_state(Bench().pair(settings, 1e-5), rng)
        x = torch.from_numpy(rng.normal(size=(3, 4, 7, 8)))
        due = Bench().pair(settings, 1e-5, state)(x).detach(), state
        found = bench.fused(fuse, settings, 1e-5, state, x)
        checks.equal(found, due, "out, layers")
    with checks.share(0.2, "Written out"):
        checks.without(fuse, "fuse_conv_bn_eval", "fuse_conv_bn_weights", "torch.nn.utils")
    ### BEGIN HIDDEN TESTS
    for settings, eps in (({"dilation": 2, "bias": False}, 0.5), ({"groups": 4 - 2}, 0.1)):
        state = oracle.speed.random_state(Bench().pair(settings, eps), rng)
        due = Bench().pair(settings, eps, state)(x).detach(), state
        found = bench.fused(fuse, settings, eps, state, x)
        checks.equal(found, due, "out, layers")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Static and dynamic graphs
#
# PyTorch runs your Python each time and builds the graph as it goes: **dynamic**. TensorFlow 1, in 2017, built the graph once and ran it many times:
# **static**. A graph that is known beforehand can be optimised (operations fused, memory planned), saved and run without Python. A graph that is
# built by running Python can branch, loop and recurse as Python does, and be debugged with `print`. Since then each side has taken over what the other did better.
# There are three ways to get a graph out of PyTorch code:
#
# - **Tracing** runs your function once on an example and writes down which tensor operations happened. Python itself leaves no trace: neither an `if` that was taken,
#   nor the number of a loop's turns, nor a number that left the tensors with `float()` or `.item()`, nor a
#   flag. (`torch.jit.trace`, and most exporters before 2023.)
# - **Compiling**, `torch.compile` (2023), reads the bytecode of your function, and where it cannot go on it makes a *graph break*: Python runs
#   that part. It checks at each call what it took for granted, and compiles again when that has changed.
# - **Exporting**, `torch.export`, wants one whole graph, and refuses what it cannot put into it.
#
# Six functions were traced with the example `x = torch.ones(3, 4)`, and then called with other inputs of any size, and, for `D`, with
# `net` in another mode. (There is no `F`: that is `torch.nn.functional`.) Which traces give a different result from the function itself, and why?
#
# ```python
# def A(x):
#     return x.relu() if x.mean() > 0 else -x
#
# def B(x):
#     largest = float(x.abs().max())
#     return x / largest
#
# def C(x):
#     out = x[0]
#     for i in range(1, len(x)):
#         out = 0.5 * out + x[i]
#     return out
#
# def D(x):
#     return F.dropout(x, 0.5, training=net.training)
#
# def E(x):
#     return torch.where(x.mean() > 0, x.relu(), -x)
#
# def G(x):
#     return x.flatten(1).sum(dim=1) / x.shape[1]
# ```
#
# | word | meaning |
# | --- | --- |
# | `branch` | the side of an if that the example took is taken for all |
# | `number` | a number that depends on the data became a constant |
# | `loop` | as many turns as for the example |
# | `mode` | a flag in Python was read once, while tracing |
# | `shape` | a size of the example became a constant |
# | `draws` | the random numbers of the example are used for ever |
# | `right` | the trace does what the function does |
#
# The check says whether all six are right, and no more. The cell after it runs all of them.
#
# ### Exercise 9.14: six traced functions
# 4 points · about 15 minutes · medium

# %% [markdown] hint="torch-traced"
# Run each function once in your head with the example, and write down only what the *tensors* did. Python's own steps leave nothing behind.
#
# Where does a value leave the tensors: by `float()`, by a comparison in an `if`, by `len()`, by a flag? Which of the six stays within tensors all the way?
#
# `torch.where` computes both sides and chooses by a tensor. While tracing, `x.shape[1]` is recorded as a question about the tensor, and so is a division by it.


# %% answer="torch-traced"
def traced() -> dict:
    """What tracing makes of each of the six functions.

    returns: {"A": word, ..., "E": word, "G": word}, words of the table
    """
    ### BEGIN SOLUTION
    return {"A": "branch", "B": "number", "C": "loop", "D": "mode", "E": "right", "G": "right"}
    ### END SOLUTION


# %% check="torch-traced" points=4
with checks.verdict("six traced functions"):
    found = traced()
    checks.holds(type(found) is dict and set(found) == set("ABCDEG"), "The keys are A to E, and G.")
    checks.holds(all(type(word) is str for word in found.values()), "One word for each is due.")
    words = " ".join(f"{letter}{found[letter]}" for letter in "ABCDEG")
    digest = hashlib.pbkdf2_hmac("sha256", words.encode(), b"six functions", 100_000).hex()
    few = "At least one of the six is not right yet. Run each in your head, once, and write down what the tensors did."
    checks.holds(digest == DIGEST, few)
    ### BEGIN HIDDEN TESTS
    truth = {
        "A": ("branch", "A: on which side of the if was the example?"),
        "B": ("number", "B: what is `largest` when it leaves the tensors?"),
        "C": ("loop", "C: how often did the loop turn for the example of three rows?"),
        "D": ("mode", "D: when is net.training read?"),
        "E": ("right", "E: is there any Python in this choice?"),
        "G": (
            "right",
            "G: shape[1] of a traced tensor is looked up in each call: try other sizes.",
        ),
    }
    for letter, (word, hint) in truth.items():
        checks.holds(found[letter] == word, hint)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
switch = nn.Module()  # whose mode D reads


def A(x):
    return x.relu() if x.mean() > 0 else -x


def B(x):
    largest = float(x.abs().max())
    return x / largest


def C(x):
    out = x[0]
    for i in range(1, len(x)):
        out = 0.5 * out + x[i]
    return out


def D(x):
    return F.dropout(x, 0.5, training=switch.training)


class AsModule(nn.Module):  # torch.export takes nothing else
    def __init__(self, function) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x)


# %% tags=["experiment"]
def E(x):
    return torch.where(x.mean() > 0, x.relu(), -x)


def G(x):
    return x.flatten(1).sum(dim=1) / x.shape[1]


example = torch.ones(3, 4)
other = torch.linspace(-3, 1, 20).view(5, 4)


def compiled_agrees(function) -> tuple[bool, int]:
    """Is the compiled function right for `other` after the example, and how many graphs is it?"""
    graphs: list = []

    def kept(graph, inputs):  # where a compiler would stand: it keeps the graphs as they are
        graphs.append(graph)
        return graph.forward

    torch._dynamo.reset()
    compiled = torch.compile(function, backend=kept)
    switch.train(), compiled(example), switch.eval()
    return torch.equal(compiled(other), function(other)), len(graphs)


# %% tags=["experiment"]
logging.disable(logging.CRITICAL)  # torch.export says much about A and B
for function in (A, B, C, D, E, G):
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        switch.train()
        trace = torch.jit.trace(function, example, check_trace=False)
        switch.eval()
        agrees = torch.equal(trace(other), function(other))
        try:
            torch.export.export(AsModule(function), (example,))
            export = "takes it"
        except Exception as error:
            export = f"refuses ({type(error).__name__})"
        right, count = compiled_agrees(function)
    print(f"{function.__name__}: the trace {'agrees' if agrees else 'differs'}", end="; ")
    print(f"export {export}; compiled, it {'agrees' if right else 'differs'} ({count} graphs)")
logging.disable(logging.NOTSET)

# %% [markdown]
# `torch.export` refuses `A` and `B`, where a number of the data decides what Python does; what it takes is fixed to the example's shape, unless you
# declare that a size may change. `torch.compile` takes them all and stays right. It makes a new graph when a size or a flag has changed since
# the last call, and `A` and `B` come in more pieces, since Python runs between them. So a function whose sizes change often compiles often.
#
# What does compiling gain? The function below is a chain of small operations, each of which reads and writes a million numbers. Compiled, the chain
# is one loop that reads and writes them once.
# Compiling itself needs seconds and a C++ compiler; where there is none, the cell says so.


# %% tags=["experiment"]
def chain(x: torch.Tensor) -> torch.Tensor:
    for _ in range(4):
        x = (0.9 * x + 0.1).clamp(-1, 1) - 0.05 * x * x
    return x


million = torch.randn(1000, 1000, generator=torch.Generator().manual_seed(0))
ways = {"eager": lambda: chain(million)}
try:
    compiled, start = torch.compile(chain), time.perf_counter()
    gap = (compiled(million) - chain(million)).abs().max().item()
    print(f"compiled in {time.perf_counter() - start:.1f} s; largest difference {gap:.0e}")
    ways["compiled"] = lambda: compiled(million)
except Exception as error:
    print(f"not compiled here: {type(error).__name__}. It needs a C++ compiler.")
figure, seconds = figures.timings(ways, repeats=7)
figures.show(
    figure,
    caption="Four rounds of six small operations on a million numbers, as PyTorch runs them one by one, and compiled into one loop.",
    alt="Two horizontal bars on a logarithmic axis; that of the compiled function is several times shorter.",
)

# %% [markdown]
# ## What was advised in 2017, and what became of it
#
# CS231n's lecture 8 of April 2017 compared the frameworks of its day. Its advice: TensorFlow is a safe bet for most projects, perhaps with Keras on top;
# PyTorch is best for research, and very new; use TensorFlow for one graph over many machines; Caffe, Caffe2 or TensorFlow in production, TensorFlow or Caffe2 on phones. As
# of 2026:
#
# | in 2017 | from | graph | what became of it |
# | --- | --- | --- | --- |
# | Theano | U Montreal | static | on 28 September 2017 it was announced that version 1.0, then about to come, would be the last |
# | Torch7 | NYU, Facebook, in Lua | none, modules | PyTorch is its heir |
# | Caffe | UC Berkeley | static, layers in a text file | version 1.0 in April 2017 was the last |
# | Caffe2 | Facebook | static | merged into PyTorch's repository in 2018 |
# | TensorFlow 1 | Google | static: build a graph, run it in a `Session`, feed `placeholder`s | version 2.0 (2019) runs eagerly by default, `tf.function` makes graphs |
# | Keras | F. Chollet | a layer on Theano and TensorFlow | TensorFlow's own interface since 2.0; Keras 3 (2023) runs on TensorFlow, JAX and PyTorch |
# | PyTorch | Facebook | dynamic | version 0.4 (April 2018) merged `Variable` and `Tensor`; 1.0 (December 2018) took in Caffe2; 2.0 (2023) brought `torch.compile`; owned by a foundation since 2022 |
# | CNTK | Microsoft | static | version 2.7 (2019) was the last |
# | MXNet | U Washington, CMU, Amazon | both | retired to Apache's Attic in 2023 |
# | Paddle | Baidu | static, later both | alive |
# | TF Fold | Google | static graphs for trees, batched together | no longer developed |
# | Visdom, TensorBoard | Facebook, Google | curves in a browser | TensorBoard is widely used; `torch.utils.tensorboard` writes its files |
#
# (Sources: the lecture's slides; Y. Bengio's letter to theano-users, 28 September 2017; *PyTorch 0.4.0 Migration Guide*; the projects' own release
# pages; A. Smola, *Raising MXNet from the Attic*, 2026.) In code of that time you will meet `Variable(x)`, which is
# `x` today; `volatile=True`, now `torch.no_grad()`; `loss.data[0]`, now `loss.item()`.
#
# Who was right? Both sides: what remains is eager by default, with a graph where you ask for one.
#
# **What lies underneath.** PyTorch calls libraries of tuned kernels, on NVIDIA's GPUs cuBLAS for matrix products and cuDNN for convolutions. You call none
# of them. Lesson 15 tells what they are and what they are worth, and what reading from disks costs.
#
# ## A board of curves
#
# `torch.utils.tensorboard` writes what TensorBoard shows: `pip install tensorboard`, then `tensorboard --logdir runs` in a terminal. It is not
# a part of this course; where it is not installed, the cell draws the same curve itself.

# %% tags=["experiment"]
try:
    import tempfile

    from torch.utils.tensorboard import SummaryWriter

    folder = tempfile.mkdtemp()
    with SummaryWriter(folder) as writer:
        for step, loss in enumerate(mended):
            writer.add_scalar("loss", loss, step)
    print(f"written; look with: tensorboard --logdir {folder}")
except ImportError:
    figures.show(
        figures.loss_curves({"the run that was mended": mended}, chance=math.log(4)),
        caption="TensorBoard is not installed: this is our own curve of the same numbers.",
        alt="A falling loss curve of twenty steps.",
    )

# %% [markdown]
# ## What you built
#
# You built: two gates of your own, a walk through the graph, a module with a buffer, the training loop and its evaluation, a dataset
# with a collate function, hooks, a rule for initial weights, a function that loads a checkpoint and reports, freezing and a probe; with the optional exercise, folding, too.
# You know that `model.to`, `load_state_dict` and an update under `no_grad` work in place, and why the optimiser cares.
#
# The net of your module blocks got 48 % of 1,000 test images of shapes right, after three epochs on 3,000 images. It has no line in the scoreboard, whose nets are given 10,000 images.
# The nets that came with the course got 94 % (shapes) and 83 % (CIFAR-10) after 4 and 7 minutes (data/README.md); they are all-convolutional nets of lesson 08.
#
# Answer without looking up:
#
# 1. `y = x.t().reshape(-1)` and then `y[0] = 7`. Does `x` change?
#
#    <details><summary>Answer</summary>
#
#    No: the numbers of a transposed matrix do not lie in the order in which they are read, so `reshape` has to copy. If `x` has only one row or one column, they do, and then `x` changes.
#
#    </details>
#
# 2. Why does `backward()` add to `.grad` instead of overwriting it?
#
#    <details><summary>Answer</summary>
#
#    A tensor that is used in several places gets a gradient from each, and the gradient is their sum. That also lets you send a large batch through in parts.
#
#    </details>
#
# 3. A net has batch norm, all of its parameters are frozen, and its outputs change during training. Why?
#
#    <details><summary>Answer</summary>
#
#    Running means and variances are buffers. No gradient moves them; each forward pass in training mode does. `training_mode` puts frozen norms into evaluation mode.
#
#    </details>
#
# 4. What is the difference between a buffer and a parameter with `requires_grad=False`?
#
#    <details><summary>Answer</summary>
#
#    Both are saved in `state_dict()` and moved by `to`. Only the parameter is among `parameters()`, is given to an optimiser, and can be made to learn again.
#
#    </details>
#
# 5. Your exported net answers wrongly for one image in a hundred. What do you look for in its code?
#
#    <details><summary>Answer</summary>
#
#    An `if`, a loop or a number that depends on the data: the trace knows only what happened for the example. Nearly all images take the same branch
#    as the example did; one in a hundred does not.
#
#    </details>
#
# **References.** CS231n 2017, [lecture 8](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture8.pdf), [transfer learning](https://cs231n.github.io/transfer-learning/), and assignment 2, PyTorch.ipynb. PyTorch's documentation: [autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html), [tensor views](https://docs.pytorch.org/docs/stable/tensor_view.html), [extending PyTorch](https://docs.pytorch.org/docs/stable/notes/extending.html).
# Paszke et al. 2019, [PyTorch](https://arxiv.org/abs/1912.01703); Ansel et al. 2024, [PyTorch 2](https://doi.org/10.1145/3620665.3640366); Yosinski et al. 2014, [how transferable are features](https://arxiv.org/abs/1411.1792); Salimans and Kingma 2016, [weight normalisation](https://arxiv.org/abs/1602.07868);
# Bengio et al. 2013, [straight-through gradients](https://arxiv.org/abs/1308.3432); He et al. 2015, [initial weights](https://arxiv.org/abs/1502.01852); Smola 2026, [raising MXNet from the Attic](https://alex.smola.org/posts/46-mxnet-zombie/index.html).
#
# **Next:** lesson 10 builds recurrent nets by hand; lesson 15 trains a ConvNet on a GPU, in seconds.
