# %% [markdown]
# # 05 Conv layers
#
# Afterwards you can write convolution and pooling layers with their gradients, make a convolution as
# fast as a library's, and train a ConvNet on it.
#
# **Time:** about 5 hours, four of them at the exercises; three optional exercises take another 70 minutes.
# **Needs:** lesson 04. **Data:** the *shapes* that come with the course,
# or CIFAR-10 where you have it (`course data get cifar10`). **Points:** 100.
#
# Your answers may use NumPy and nothing else.

# %% setup="conv"
import inspect

import numpy as np

from course_lib import checks, data, figures, oracle


def pair(value) -> tuple[int, int]:
    """Down and across: (2, 2) of 2, and (2, 1) of (2, 1). For your answers, too."""
    return (value, value) if isinstance(value, int) else tuple(value)


def cache_of(forward, *args):
    """The cache that a forward pass returns; its arguments, as in CS231n, where it fails."""
    try:
        return forward(*args)[1]
    except Exception:
        return args


def reference_layers() -> dict:
    """Every layer of the net by PyTorch, as (forward, backward), in the dtype that comes in."""

    def softmax_loss(x, y):
        forward, backward = oracle.conv.as_layer(oracle.layers.softmax_layer)
        loss, cache = forward(x, y)
        return float(loss), backward(1.0, cache)

    kinds: dict = {"conv": oracle.conv.conv2d, "pool": oracle.conv.max_pool}
    kinds |= {"relu": oracle.layers.relu, "affine": oracle.layers.affine}
    layers: dict = {name: oracle.conv.as_layer(layer) for name, layer in kinds.items()}
    return layers | {"loss": softmax_loss}


def layers_for(function) -> dict:
    """The argument `layers`, for what takes it: CS231n's own functions call theirs by name."""
    takes = "layers" in inspect.signature(function).parameters
    return {"layers": reference_layers()} if takes else {}


def new_net(net_class, *sizes, **settings):
    """A net for images of sizes[0]; then filters, their size, hidden units, and classes."""
    names = ("input_dim", "num_filters", "filter_size", "hidden_dim", "num_classes")
    return net_class(**dict(zip(names, sizes)), **settings, **layers_for(net_class))


# %% [markdown]
# ## The same star, somewhere else
#
# Below is one object, moved to the right step by step. A unit of lesson 04's first layer has a weight
# for every pixel. Give it the best weights possible: the object itself, in the middle. How strongly does
# it answer to each of the pictures?

# %% tags=["experiment"]
from scipy.signal import correlate2d

scene = data.draw_scenes(64, seed=1).take(slice(44, 45))
scene = scene.replace(light=1, shadow=0, size=7, clutter=0, noise=0, occlusion=0)
moved = [data.render(scene.replace(x=place)).images[0] for place in range(10, 23, 2)]
grey = np.stack([image.mean(axis=0) for image in moved]) / 255
row = round(float(scene.y[0]))
template = grey[3, row - 8 : row + 9, 8:25]
template = (template - template.mean()) / (template.var() * template.size)
answers_slid = [correlate2d(image, template, "valid") for image in grey]
titles = [f"fixed {each[row - 8, 8]:z.2f}\nslid {each.max():.2f}" for each in answers_slid]
figures.show(
    figures.image_grid(np.stack(moved), titles, columns=7, size=1.2),
    caption="One object, moved to the right by two pixels at a time. Above each picture: the answer of weights fixed in the middle, and the largest answer of the same weights slid over the picture.",
    alt="Seven pictures of the same shape, each a little further to the right; the fixed answer is high in the middle only, the slid one everywhere.",
)

# %% [markdown]
# The fixed unit knows the object in one place. Slid over the picture, the same weights find it wherever
# it is. A dense layer cannot slide: it has to learn the object anew for every place. And look at what it
# costs. A grey image of 200 x 200 has 40,000 pixels. A layer of 40,000 units, each with a weight for every
# pixel, needs $40{,}000 \cdot 40{,}000 = 1.6$ **billion** weights. Now 96 small detectors of 11 x 11 pixels, slid
# over the image: $96 \cdot 11 \cdot 11 = 11{,}616$ weights. Three ideas make that possible:
#
# - **Locality.** What a pixel means is decided by its neighbours, not by the far corner. A unit sees a
#   small window.
# - **Sharing.** An edge is an edge, here or there. All windows use the same weights, a **filter**.
# - **Translation.** Move the input and the answers move along. Nothing has to be learnt twice. (The
#   technical term is *equivariance*.)
#
# ## On a line
#
# Begin in one dimension. Lay the filter $w$ of $F$ numbers on the first $F$ numbers of $x$, multiply
# each pair, add up: a dot product. Move on by one. The list of these dot products is a **correlation**:
#
# $$\text{out}_i = \sum_{k=0}^{F-1} x_{i+k}\, w_k, \qquad i = 0, \ldots, W - F$$
#
# With $x = (1, 1, 5, 5, 5, 2)$ and $w = (-1, 1)$: five numbers. Write them down. Where is the line flat,
# and where does it jump?
#
# <details><summary>The five numbers</summary>
#
# $(0, 4, 0, 0, -3)$: flat, a jump up, flat, flat, a jump down.
#
# </details>
#
# $(-1, 1)$ finds jumps. $(1, 1, 1)/3$ blurs: each number becomes the mean of three. What a
# filter does depends on its weights alone, and a net *learns* them.
#
# In mathematics a **convolution** turns the filter round first: $\sum_k x_{i+k}\, w_{F-1-k}$. With
# $w = (-1, 1)$ it gives $(0, -4, 0, 0, 3)$. For a net it makes no difference: the filter that it learns
# comes out turned round. So "convolution" layers compute correlations, in every library, and here.

# %% [markdown]
# ### Exercise 5.1: correlation and convolution
# 5 points · about 10 minutes · easy
#
# Write both for a line of numbers.

# %% [markdown] hint="conv-1d"
# Look at the formula: what is the first window, and what is the last one that lies inside?
#
# There are $W - F + 1$ windows, and each gives one dot product. A convolution is a correlation with
# another filter.
#
# `np.array([x[i : i + F] @ w for i in ...])`; and `w[::-1]` is `w` turned round.


# %% answer="conv-1d"
def correlate(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Dot products of a filter with every window that lies inside.

    x: (W,) float; w: (F,) float
    returns: (W - F + 1,) float
    raises: ValueError where the filter is longer than x
    """
    ### BEGIN SOLUTION
    if len(w) > len(x):
        raise ValueError(f"a filter of {len(w)} does not fit into {len(x)} numbers")
    return np.array([x[i : i + len(w)] @ w for i in range(len(x) - len(w) + 1)])
    ### END SOLUTION


def convolve(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The same with the filter turned round.

    x: (W,) float; w: (F,) float
    returns: (W - F + 1,) float
    raises: ValueError where the filter is longer than x
    """
    ### BEGIN SOLUTION
    return correlate(x, w[::-1])
    ### END SOLUTION


# %% check="conv-1d" points=5
with checks.verdict("dot products along a line") as rng:
    x, w = rng.normal(size=9), rng.normal(size=4)
    due, turned = oracle.conv.correlate_1d(x, w), oracle.conv.convolve_1d(x, w)
    checks.equal(checks.leaves_alone(correlate, x, w, share=0.05), due, "correlation")
    checks.equal(checks.leaves_alone(convolve, x, w, share=0.05), turned, "convolution")
    with checks.share(0.1, "A filter longer than x"):
        reason = "A filter of 4 does not fit into 3 numbers."
        checks.raises(ValueError, correlate, x[:3], w, reason=reason)
        checks.raises(ValueError, convolve, x[:3], w, reason=reason)
    ### BEGIN HIDDEN TESTS
    for length in (1, 3, 9):
        x, w = rng.normal(size=9), rng.normal(size=length)
        due, turned = oracle.conv.correlate_1d(x, w), oracle.conv.convolve_1d(x, w)
        checks.equal(correlate(x.copy(), w.copy()), due, "correlation")
        checks.equal(convolve(x, w), turned, "convolution")
    with checks.share(0.1, "A filter longer than x"):
        reason = "A filter of 9 does not fit into 8 numbers."
        checks.raises(ValueError, correlate, x[:8], w, reason=reason)
        checks.raises(ValueError, convolve, x[:8], w, reason=reason)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
train_set = data.course_images("train").take(8000)
test_set = data.course_images("test").take(1000)
brightness = train_set.images[22].mean(axis=0)[16] / 255
places = np.arange(32)
blurred, jumps = (
    correlate(brightness, np.ones(5) / 5),
    correlate(brightness, np.array([-1.0, 0.0, 1.0])),
)
lines = {"row 16 of an image": (places, brightness), "mean of five": (places[2:-2], blurred)}
lines["right minus left"] = (places[1:-1], jumps)
figures.show(
    figures.curves(lines, "column (pixels)", "brightness"),
    caption=f"One row of pixels of {train_set.name} under two filters. Blurring takes the noise away, and the details with it; the difference is far from 0 where something begins or ends.",
    alt="Three lines over 32 columns: the brightness of a row of pixels, a smoother copy of it, and its differences around 0.",
)

# %% [markdown]
# ## How many windows?
#
# The result was shorter than $x$. Three numbers decide its size: the kernel $F$, the **stride** $S$, by
# which the window moves on, and the **padding** $P$, the zeros put on *both* sides:
#
# $$\text{size} = \left\lfloor \frac{W - F + 2P}{S} \right\rfloor + 1$$
#
# Seven numbers and a kernel of 3: with stride 1 five windows, with stride 2 three. With stride 3?
# $(7 - 3)/3 = 1.33$: two windows cover six numbers, and the last number is never seen. Round down, as
# libraries do. The CS231n notes call such settings invalid. A remainder is no error, though: it only says
# that the last pixels are not read, and well-known nets have one. ResNet's first layer
# takes 224 pixels with kernel 7, stride 2 and padding 3, and $(224 - 7 + 6)/2 = 111.5$ gives 112 windows.
# What they leave over is one row and one column of the padding.
#
# What padding keeps the size at stride 1? $W - F + 2P + 1 = W$, so $P = (F - 1)/2$, if $F$ is odd.
#
# And how much is there to learn? A filter goes through *all* $D$ channels of its input, so it has
# $F \cdot F \cdot D$ weights and one bias; $K$ filters have $(F \cdot F \cdot D + 1) \cdot K$. By hand: ten
# filters of 5 x 5 on a colour image.
#
# <details><summary>The count</summary>
#
# $(5 \cdot 5 \cdot 3 + 1) \cdot 10 = 760$.
#
# </details>

# %% [markdown]
# ### Exercise 5.2: sizes and parameters
# 7 points · about 10 minutes · easy
#
# Three short functions: how many windows, which padding keeps the size, how many parameters.

# %% [markdown] hint="conv-output-size"
# All three formulas stand above. `//` divides and rounds down.
#
# When does not even one window fit? When the kernel is larger than the input with its padding.
#
# `room = size + 2 * pad - kernel` is how far the window can move. For the parameters,
# `down, across = pair(kernel)`.


# %% answer="conv-output-size"
def output_size(size: int, kernel: int, stride: int = 1, pad: int = 0) -> int:
    """How many windows there are along one side, rounded down.

    size: pixels of the input; kernel: of the window; stride: from window to window
    pad: pixels added on each side
    returns: int
    raises: ValueError where the kernel is larger than the padded input
    Source: CS231n notes, "Convolutional networks"
    """
    ### BEGIN SOLUTION
    room = size + 2 * pad - kernel
    if room < 0:
        raise ValueError(f"a window of {kernel} does not fit into {size} + 2 x {pad} pixels")
    return room // stride + 1
    ### END SOLUTION


def same_padding(kernel: int) -> int:
    """The padding that keeps the size at stride 1.

    kernel: size of the window
    returns: int
    raises: ValueError where the kernel is even
    """
    ### BEGIN SOLUTION
    if kernel % 2 == 0:
        raise ValueError(f"no padding on both sides keeps the size under a kernel of {kernel}")
    return (kernel - 1) // 2
    ### END SOLUTION


def count_parameters(kernel, depth: int, filters: int) -> int:
    """Weights and biases of a conv layer.

    kernel: int, or (down, across); depth: channels of the input; filters: how many
    returns: int
    """
    ### BEGIN SOLUTION
    down, across = pair(kernel)
    return (down * across * depth + 1) * filters
    ### END SOLUTION


# %% check="conv-output-size" points=7
with checks.verdict("the arithmetic of windows"):
    fitting = [(7, 3, 1, 0), (7, 3, 2, 0), (11, 5, 5, 2), (32, 5, 1, 2), (5, 5, 1, 0)]
    due = [oracle.conv.window_count(*four) for four in fitting]
    checks.equal([output_size(*four) for four in fitting], due, "sizes")
    with checks.share(0.1, "Pixels left over"):
        checks.equal(output_size(224, 7, 2, 3), oracle.conv.window_count(224, 7, 2, 3), "size")
    checks.raises(ValueError, output_size, 3, 5, reason="5 pixels are more than 3.", share=0.05)
    checks.equal([same_padding(kernel) for kernel in (1, 3, 5, 11)], [0, 1, 2, 5], "paddings")
    checks.raises(ValueError, same_padding, 4, reason="4 pixels have no middle.", share=0.05)
    checks.equal(count_parameters(5, 3, 10), oracle.conv.conv_parameters(5, 3, 10), "parameters")
    with checks.share(0.1, "A kernel of 3 x 5"):
        checks.equal(count_parameters((3, 5), 4, 6), oracle.conv.conv_parameters((3, 5), 4, 6))
    ### BEGIN HIDDEN TESTS
    fitting = [(5, 5, 2, 0), (3, 5, 1, 1), (9, 1, 2, 0), (13, 3, 5, 0), (28, 28, 3, 3)]
    due = [oracle.conv.window_count(*four) for four in fitting]
    checks.equal([output_size(*four) for four in fitting], due, "sizes")
    checks.equal(output_size(10, 4), oracle.conv.window_count(10, 4), "size with the defaults")
    checks.equal(output_size(10, 4, 3), oracle.conv.window_count(10, 4, 3), "size without padding")
    with checks.share(0.1, "Pixels left over"):
        over = [(56, 3, 2, 1), (32, 3, 2, 1), (7, 3, 3, 0), (10, 4, 7, 2)]
        due = [oracle.conv.window_count(*four) for four in over]
        checks.equal([output_size(*four) for four in over], due, "sizes")
    checks.raises(ValueError, output_size, 3, 4, 2, reason="4 pixels are more than 3.", share=0.05)
    checks.equal([same_padding(kernel) for kernel in (7, 9, 21)], [3, 4, 10], "paddings")
    checks.raises(ValueError, same_padding, 2, reason="2 pixels have no middle.", share=0.05)
    checks.equal(count_parameters(11, 2, 96), oracle.conv.conv_parameters(11, 2, 96), "parameters")
    with checks.share(0.1, "A kernel of 3 x 5"):
        checks.equal(count_parameters((2, 1), 3, 5), oracle.conv.conv_parameters((2, 1), 3, 5))
    ### END HIDDEN TESTS

# %% [markdown]
# ## Beyond the edge
#
# Zeros are the usual choice, and a strange one: they put a frame of one colour round every picture, and a
# filter for edges will find it. There are two others. **replicate**
# repeats the pixel at the edge, and **reflect** holds a
# mirror to it. A row `1 2 3 4` with padding 2:
#
# | mode | | | the row | | |
# | --- | --- | --- | --- | --- | --- |
# | zero | 0 | 0 | 1 2 3 4 | 0 | 0 |
# | replicate | 1 | 1 | 1 2 3 4 | 4 | 4 |
# | reflect | 3 | 2 | 1 2 3 4 | 3 | 2 |
#
# Look at the mirror: it stands *on* the edge pixel, which is not repeated. So a row of four can be
# reflected by three pixels at most.

# %% [markdown]
# ### Exercise 5.3: padding
# 5 points · about 15 minutes · easy
#
# Write all three modes. `pair(pad)` of the set-up cell makes (down, across) of an int.

# %% [markdown] hint="conv-pad"
# Which two of the four axes grow, and by how much?
#
# `np.pad` takes a pair (before, after) for each axis and a mode. Its documentation lists the modes: which
# is replicate, which is the mirror that does not repeat the edge?
#
# `np.pad(x, ((0, 0), (0, 0), (down, down), ...), ...)`. NumPy reflects an image that is too small by
# going back and forth; here that is an error, so test for it first.


# %% answer="conv-pad"
def pad_images(x: np.ndarray, pad, mode: str = "zero") -> np.ndarray:
    """Images with a frame round each channel.

    x: (N, C, H, W)
    pad: int, or (down, across): pixels on each side
    mode: "zero", "replicate" or "reflect"
    returns: (N, C, H + 2 down, W + 2 across), dtype of x
    raises: ValueError where there is no such mode, or reflect has no pixels left to show
    """
    ### BEGIN SOLUTION
    down, across = pair(pad)
    modes: dict = {"zero": "constant", "replicate": "edge", "reflect": "reflect"}
    if mode not in modes:
        raise ValueError(f"no padding {mode!r}: there are {', '.join(modes)}")
    if mode == "reflect" and (down >= x.shape[2] or across >= x.shape[3]):
        raise ValueError(f"{x.shape[2]} x {x.shape[3]} pixels cannot be reflected by {pad}")
    return np.pad(x, ((0, 0), (0, 0), (down, down), (across, across)), modes[mode])
    ### END SOLUTION


# %% check="conv-pad" points=5
with checks.verdict("three kinds of padding") as rng:
    x = rng.normal(size=(2, 3, 4, 5))
    for mode in ("zero", "replicate", "reflect"):
        due, pair_due = oracle.conv.padded(x, (2, 2), mode), oracle.conv.padded(x, (2, 1), mode)
        checks.equal(checks.leaves_alone(pad_images, x, 2, mode, share=0.05), due, mode)
        with checks.share(0.1, "A frame of (down, across)"):
            checks.equal(pad_images(x.copy(), (2, 1), mode), pair_due, mode)
    with checks.share(0.05, "float32"):
        checks.equal(pad_images(x.astype(np.float32), 1).dtype.name, "float32", "dtype")
    with checks.share(0.1, "Invalid arguments"):
        checks.raises(ValueError, pad_images, x, 1, "mirror", reason="There is no such mode.")
        checks.raises(ValueError, pad_images, x, 4, "reflect", reason="4 rows can reflect only 3.")
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(1, 3, 6, 4))
    for mode in ("zero", "replicate", "reflect"):
        due, pair_due = oracle.conv.padded(x, (3, 3), mode), oracle.conv.padded(x, (0, 2), mode)
        checks.equal(pad_images(x.copy(), 3, mode), due, f"{mode} by 3")
        checks.equal(pad_images(x.copy(), 0, mode), x, f"{mode} by 0")
        with checks.share(0.1, "A frame of (down, across)"):
            checks.equal(pad_images(x.copy(), (0, 2), mode), pair_due, f"{mode} by (0, 2)")
    due = oracle.conv.padded(x, (1, 1))
    checks.equal(pad_images(x.copy(), 1), due, "padded without a mode")
    for mode in ("zero", "replicate"):
        due = oracle.conv.padded(x, (7, 7), mode)
        checks.equal(pad_images(x.copy(), 7, mode), due, f"{mode} by more than the image")
    with checks.share(0.05, "float32"):
        checks.equal(
            pad_images(x.astype(np.float32), 2, "replicate").dtype.name, "float32", "dtype"
        )
    with checks.share(0.1, "Invalid arguments"):
        checks.raises(ValueError, pad_images, x, 1, "edge", reason="There is no such mode.")
        reason = "4 columns can reflect only 3."
        checks.raises(ValueError, pad_images, x, (1, 4), "reflect", reason=reason)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Over a picture
#
# Two dimensions and several channels change nothing but the number of indices. A window of image $n$ is
# a block of $C \times HH \times WW$ numbers, a filter is another, and their dot product plus the filter's
# bias is *one* number of the result. Mind the names, which are CS231n's: from here on $F$ is the *number* of
# filters, and a filter has $HH$ rows and $WW$ columns:
#
# $$\text{out}_{n f i j} = b_f + \sum_{c, u, v} \text{padded}_{n,\, c,\, i S + u,\, j S + v}\; w_{f c u v}$$
#
# | | shape |
# | --- | --- |
# | $x$ | $(N, C, H, W)$ |
# | $w$, $b$ | $(F, C, HH, WW)$, $(F,)$ |
# | out | $(N, F, H', W')$ with $H' = \lfloor (H - HH + 2P)/S \rfloor + 1$, $W'$ likewise |
#
# One value by hand. One channel, stride 2, no padding, bias 1. Which two numbers come out?
#
# $$x = \begin{pmatrix} 1 & 0 & 2 & 1 & 0 \\ 0 & 1 & 0 & 3 & 1 \\ 2 & 1 & 1 & 0 & 2 \end{pmatrix}, \qquad
# w = \begin{pmatrix} 1 & 0 & 1 \\ 0 & 2 & 0 \\ 1 & 0 & -1 \end{pmatrix}$$
#
# <details><summary>The two numbers</summary>
#
# Left window: $1 + 2 + 2 \cdot 1 + 2 - 1 = 6$, and with the bias 7. The right one begins two columns
# further: $2 + 0 + 2 \cdot 3 + 1 - 2 = 7$, with the bias 8.
#
# </details>

# %% [markdown]
# ### Exercise 5.4: a convolution by loops
# 11 points · about 25 minutes · medium
#
# Write it with plain loops. It will be slow, but it is the reference for all that follows. Images and kernels
# need not be square; stride and padding are ints, the same down and across. Pixels that no window reaches
# are left out. The cache may hold whatever your backward pass will need.

# %% [markdown] hint="conv-forward"
# Look at the formula and its table of shapes: pad first, then make `out` of the size that exercise 5.2
# gives.
#
# One number of `out` is one window of one image, times one filter, added up, plus that filter's bias.
# `for n, f, i, j in np.ndindex(out.shape):` is four loops in one line.
#
# The window begins at row `stride * i` and column `stride * j` of the padded image:
# `padded[n, :, top : top + HH, left : left + WW]`, all channels at once.


# %% answer="conv-forward"
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    """A convolution layer with zero padding, by loops.

    x: (N, C, H, W) float; w: (F, C, HH, WW) float; b: (F,) float
    conv_param: {"stride": int, "pad": int}
    returns: out (N, F, H', W') float, H' and W' as from output_size; and a cache for the
        backward pass, in CS231n (x, w, b, conv_param)
    raises: ValueError where x and w have different C, or a filter is larger than a padded image
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW:
        raise ValueError(f"filters of {HH} x {WW} do not fit into {H} x {W}")
    out = np.zeros((N, F, (H - HH) // stride + 1, (W - WW) // stride + 1))
    for n, f, i, j in np.ndindex(out.shape):
        top, left = stride * i, stride * j
        window = padded[n, :, top : top + HH, left : left + WW]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)
    ### END SOLUTION


# %% check="conv-forward" points=11
with checks.verdict("a convolution by loops") as rng:
    x, w, b = rng.normal(size=(3, 3, 7, 9)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
    conv_param = {"stride": 2, "pad": 3}
    due, over, tight = (oracle.conv.conv2d(x[..., :n], w, b, conv_param) for n in (9, 6, 2))
    out, _ = checks.leaves_alone(conv_forward_naive, x, w, b, conv_param, share=0.05)
    checks.equal(out, due, "out")
    with checks.share(0.1, "Pixels left over, and a filter that only the padding makes room for"):
        checks.equal(conv_forward_naive(x[..., :6].copy(), w.copy(), b.copy(), conv_param)[0], over)
        checks.equal(conv_forward_naive(x[..., :2].copy(), w.copy(), b, conv_param)[0], tight)
    with checks.share(0.05, "Shapes that do not match"):
        reason = "Images of 3 channels and filters of 1 do not go together."
        checks.raises(ValueError, conv_forward_naive, x, w[:, :1], b, conv_param, reason=reason)
    ### BEGIN HIDDEN TESTS
    for kernel, pad in (((3, 5), 0), ((4, 2), 1), ((1, 2), 2)):
        x, w = rng.normal(size=(2, 2, 7, 10)), rng.normal(size=(3, 2, *kernel))
        conv_param = {"stride": 1, "pad": pad}
        due = oracle.conv.conv2d(x, w, b[:3], conv_param)
        what = f"out with a kernel of {kernel[0]} x {kernel[1]}, padding {pad}"
        checks.equal(conv_forward_naive(x, w, b[:3], conv_param)[0], due, what)
    x, w, b = rng.normal(size=(1, 3, 3, 5)), rng.normal(size=(2, 3, 3, 5)), rng.normal(size=2)
    conv_param = {"stride": 3, "pad": 0}
    due = oracle.conv.conv2d(x, w, b, conv_param)
    checks.equal(conv_forward_naive(x, w, b, conv_param)[0], due, "out, one image of one window")
    with checks.share(0.1, "Pixels left over, and a filter that only the padding makes room for"):
        x, conv_param = rng.normal(size=(1, 3, 8, 10)), {"stride": 3, "pad": 1}
        due = oracle.conv.conv2d(x, w, b, conv_param)
        checks.equal(conv_forward_naive(x.copy(), w.copy(), b.copy(), conv_param)[0], due, "out")
        thin, conv_param = rng.normal(size=(1, 3, 4, 3)), {"stride": 1, "pad": 1}
        due = oracle.conv.conv2d(thin, w, b, conv_param)
        checks.equal(conv_forward_naive(thin, w, b, conv_param)[0], due, "out")
    with checks.share(0.05, "Shapes that do not match"):
        conv_param, reason = {"stride": 1, "pad": 0}, "The filters are larger than the images."
        for image in (x[:, :, :2], x[:, :, :, :4]):
            checks.raises(ValueError, conv_forward_naive, image, w, b, conv_param, reason=reason)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
photo = train_set.images[22].mean(axis=0) / 255
edge = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
filters = {"blur": np.ones((5, 5)) / 25, "vertical edges": edge, "horizontal edges": edge.T}
filters |= {"sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])}
filters |= {"corners": np.array([[1.0, -2, 1], [-2, 4, -2], [1, -2, 1]])}
answers = {}
for name, kernel in filters.items():
    framed = pad_images(photo[None, None], len(kernel) // 2, "replicate")
    once = {"stride": 1, "pad": 0}
    answers[name] = conv_forward_naive(framed, kernel[None, None], np.zeros(1), once)[0][0, 0]
figures.show(
    figures.conv.filter_gallery(photo, filters, answers),
    caption="One picture under five filters. Below each is what your loops made of it: grey is 0 for the edges and corners, white positive, black negative.",
    alt="A grey picture; then five small tables of numbers, each with the filtered picture below it: blurred, vertical edges, horizontal edges, sharpened, corners.",
)

# %% [markdown]
# People chose such numbers by hand for decades; the two filters for edges are named after
# Sobel. Yours will come from a gradient. The way there:
#
# | year | who | what |
# | --- | --- | --- |
# | 1962 | Hubel and Wiesel | in a cat's visual cortex, *simple* cells answer to an edge in one small place, *complex* cells to the same edge anywhere in a larger one |
# | 1980 | Fukushima's neocognitron | layers of both kinds in turn, filters and then a kind of pooling; no gradient yet |
# | 1989 | LeCun and others | the filters are learnt by backpropagation: handwritten zip codes |
# | 1998 | LeNet-5 | two convolutions, each with a pool; it reads cheques |
# | 2012 | AlexNet | five convolutions, 1.2 million images, two GPUs (lesson 08) |
#
# **Aside: in the frequency domain.** A convolution becomes an elementwise product after a Fourier
# transform. Transform
# picture and filter, multiply, transform back: the cost hardly depends on the size of the filter. Does
# it pay? Most nets use filters of 1 to 7 pixels.

# %% tags=["experiment"]
import torch
from scipy.signal import fftconvolve

from course_lib.oracle.threads import one_thread

tiles = train_set.images[:16].mean(axis=1).reshape(4, 4, 32, 32)
mosaic = tiles.transpose(0, 2, 1, 3).reshape(128, 128)


def both_ways(size: int) -> dict:
    mean = np.ones((size, size)) / size**2
    pictures, means = torch.from_numpy(mosaic[None, None]), torch.from_numpy(mean[None, None])
    return {
        "dot products": lambda: torch.conv2d(pictures, means),
        "Fourier": lambda: fftconvolve(mosaic, mean, "valid"),
    }


kernels = [1, 3, 5, 7, 11, 15, 21]
with one_thread():
    medians = [figures.timings(both_ways(size), repeats=9)[1] for size in kernels]
ratios = [each["dot products"] / each["Fourier"] for each in medians]
even = {"dot products": (kernels, ratios), "equal": (kernels, [1.0] * len(kernels))}
figures.show(
    figures.curves(even, "kernel (pixels)", "time, relative to Fourier", log="y"),
    caption="One picture of 128 x 128 and one filter, on one thread: the time of dot products (PyTorch) divided by that of Fourier (SciPy). Above 1 Fourier is faster.",
    alt="A line on a logarithmic axis that begins below 1 at a kernel of one pixel and is far above 1 at 21 pixels.",
)

# %% [markdown]
# Small filters are faster by dot products, large ones by Fourier: in our runs the line crossed 1 between 3
# and 7 pixels. But a layer has $F$ filters of $C$ channels, and each of these $F \cdot C$ tables must be padded
# to the size of the picture before it is transformed; and most are 3 x 3. So libraries keep dot products for
# small filters, and make them fast. So will you.
#
# ## Holes in the filter
#
# A filter of 3 x 3 sees a small part of the image. Spread its nine weights: with **dilation** 2 there is one zero between
# neighbours, and it sees 5 x 5. With dilation $d$ it sees $(F - 1)\,d + 1$ and still has nine weights
# to learn. On a line, $(1, 2, 3)$ with dilation 3 is $(1, 0, 0, 2, 0, 0, 3)$.
#
# No new layer is needed: spread the filter, and convolve as before. Backward, the zeros in between are not
# parameters: keep only those entries of the spread filter's gradient that belong to weights.

# %% [markdown]
# ### Exercise 5.5: dilation
# 0 points · about 20 minutes · medium · optional

# %% [markdown] hint="conv-dilation"
# An array of zeros of the new size has places for the old weights: which ones?
#
# Slices take steps: `a[::3]` is every third entry, and it can be assigned to.
#
# `spread[:, :, ::down, ::across] = w`; the backward pass reads the same places.


# %% answer="conv-dilation"
def dilate_kernel(w: np.ndarray, dilation) -> np.ndarray:
    """Filters with zeros between their weights.

    w: (F, C, HH, WW) float
    dilation: int, or (down, across); 1 leaves the filter as it is
    returns: (F, C, (HH - 1) down + 1, (WW - 1) across + 1) float
    raises: ValueError where a dilation is smaller than 1
    Source: Yu and Koltun 2016, "Multi-scale context aggregation by dilated convolutions"
    """
    ### BEGIN SOLUTION
    down, across = pair(dilation)
    if min(down, across) < 1:
        raise ValueError(f"neighbours cannot be {dilation} apart")
    F, C, HH, WW = w.shape
    spread = np.zeros((F, C, (HH - 1) * down + 1, (WW - 1) * across + 1))
    spread[:, :, ::down, ::across] = w
    return spread
    ### END SOLUTION


def dilate_backward(dspread: np.ndarray, dilation) -> np.ndarray:
    """Gradient of the weights from the gradient of the spread filters.

    dspread: of the shape that dilate_kernel returned; dilation: as there
    returns: dw (F, C, HH, WW)
    """
    ### BEGIN SOLUTION
    steps = pair(dilation)
    return dspread[:, :, :: steps[0], :: steps[1]]
    ### END SOLUTION


# %% check="conv-dilation" points=0
with checks.verdict("dilated filters") as rng:
    w = rng.normal(size=(2, 3, 3, 4))
    due, pair_due = oracle.conv.dilated(w, 3), oracle.conv.dilated(w, (2, 4))
    dspread, pair_dspread = rng.normal(size=due.shape), rng.normal(size=pair_due.shape)
    dw = oracle.gradients(oracle.conv.dilated, dspread, w, 3)[0]
    pair_dw = oracle.gradients(oracle.conv.dilated, pair_dspread, w, (2, 4))[0]
    checks.equal(checks.leaves_alone(dilate_kernel, w, 3, share=0.05), due, "spread filters")
    checks.equal(checks.leaves_alone(dilate_backward, dspread, 3, share=0.05), dw, "dw")
    with checks.share(0.1, "Dilations (down, across)"):
        checks.equal(dilate_kernel(w.copy(), (2, 4)), pair_due, "spread filters")
        checks.equal(dilate_backward(pair_dspread, (2, 4)), pair_dw, "dw")
    checks.raises(ValueError, dilate_kernel, w, 0, reason="A dilation is at least 1.", share=0.05)
    ### BEGIN HIDDEN TESTS
    line = np.array([[[[1.0, 2, 3]]]])
    due = np.array([[[[1.0, 0, 0, 2, 0, 0, 3]]]])
    checks.equal(dilate_kernel(line, 3), due, "(1, 2, 3) with dilation 3")
    for size, dilation in (((3, 2, 3, 2), 2), ((1, 1, 2, 1), 4), ((2, 3, 3, 4), 1)):
        w = rng.normal(size=size)
        due = oracle.conv.dilated(w, dilation)
        dspread = rng.normal(size=due.shape)
        dw = oracle.gradients(oracle.conv.dilated, dspread, w, dilation)[0]
        checks.equal(dilate_kernel(w, dilation), due, f"filters with dilation {dilation}")
        checks.equal(dilate_backward(dspread, dilation), dw, f"dw with dilation {dilation}")
    with checks.share(0.1, "Dilations (down, across)"):
        w = rng.normal(size=(1, 2, 2, 3))
        due = oracle.conv.dilated(w, (3, 1))
        checks.equal(dilate_kernel(w, (3, 1)), due, "spread filters")
    dot = np.ones((1, 1, 1, 1))
    checks.raises(
        ValueError, dilate_kernel, dot, (1, -1), reason="A dilation is at least 1.", share=0.05
    )
    ### END HIDDEN TESTS

# %% [markdown]
# Now watch your convolution at work. `step` moves the window; `stride`, `pad`, `dilation` and `kernel`
# change how. Find settings with which no window ever sees the last column.
#
# <details><summary>Answer</summary>
#
# A filter of 3 x 3 with stride 3 and no padding: its windows begin at columns 0 and 3, and column 6 is
# never read. The same happens with a filter of two columns and stride 2: columns 0 to 5 are read in pairs.
#
# </details>

# %% tags=["experiment"]
small = np.array([[1, 1, 1, 5, 5, 5, 5]] * 3 + [[1, 1, 1, 1, 5, 5, 5]] * 4)
choices = {"vertical edges": edge, "horizontal edges": edge.T, "mean of 3 x 3": np.ones((3, 3)) / 9}
choices |= {"right minus left, 1 x 2": np.array([[-1.0, 1]]), "sum of 2 x 2": np.ones((2, 2))}


def stepped(state: figures.conv.ConvState):
    return figures.conv.convolution_steps(
        state, small, choices, conv_forward_naive, oracle.conv.dilated
    )


figures.interactive(
    stepped,
    figures.conv.ConvState(step=7),
    caption="The window on the left, times the filter, gives the framed number on the right. Everything on the right comes from your function.",
    alt="A table of grey numbers with a marked window, a small table with the filter, and a table of results that is filled up to the current step.",
    step=(0, 80, 1),
    stride=(1, 3, 1),
    pad=(0, 3, 1),
    dilation=(1, 3, 1),
    kernel=list(choices),
)

# %% [markdown]
# ## What does one unit see?
#
# A unit of the second layer looks at units of the first, which look at pixels. Put three layers of 3 x 3
# on top of each other, stride 1. How many pixels in a row does one unit on top see? Each layer adds two:
# $3 \to 5 \to 7$. That is as much as one layer of 7 x 7 sees, with $3 \cdot 9 = 27$ weights instead of 49
# (for one channel), and with two more nonlinearities. So nets stack small filters.
#
# A stride changes the sum. After a layer with stride 2, neighbouring units look at places two pixels
# apart, so from there on each step counts double. That distance, the **jump**, is multiplied by every
# stride. A layer of 3 with stride 2, then a layer of 3: $1 + 2 \cdot 1 = 3$, then the jump is 2, and
# $3 + 2 \cdot 2 = 7$.

# %% [markdown]
# ### Exercise 5.6: receptive field
# 6 points · about 10 minutes · easy

# %% [markdown] hint="conv-receptive-field"
# Keep two numbers while you walk through the layers: the field so far, and the jump.
#
# A layer of kernel $F$ adds $F - 1$ steps, each as long as the jump before it. A dilation makes the steps
# of its own layer longer, and those of no other.
#
# Add to the field first, then `jump *= layer.get("stride", 1)`.


# %% answer="conv-receptive-field"
def receptive_field(layers: list[dict[str, int]]) -> int:
    """How many pixels in a row one unit at the end of a stack of layers sees.

    layers: first layer first; each {"kernel": int, "stride": int, "dilation": int}, of which stride
        and dilation are 1 where they are absent; pooling layers count like others
    returns: int; 1 where there is no layer
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for layer in layers:
        field += (layer["kernel"] - 1) * layer.get("dilation", 1) * jump
        jump *= layer.get("stride", 1)
    return field
    ### END SOLUTION


# %% check="conv-receptive-field" points=6
with checks.verdict("the receptive field"):
    three = [{"kernel": 3}] * 3
    strided = [{"kernel": 3, "stride": 2}, {"kernel": 5, "stride": 3}, {"kernel": 3}]
    dilated = [{"kernel": 3, "dilation": dilation} for dilation in (1, 2, 4)]
    stacks = [three, strided, dilated]
    due = [oracle.conv.receptive_field(stack) for stack in stacks]
    seen = [checks.leaves_alone(receptive_field, stack, share=0.1) for stack in stacks]
    checks.equal(seen, due, "three, strided, dilated")
    with checks.share(0.1, "No layer at all"):
        checks.equal(receptive_field([]), 1, "pixels seen")
    ### BEGIN HIDDEN TESTS
    mixed = [{"kernel": 5, "stride": 2}, {"kernel": 2, "stride": 2}, {"kernel": 3, "dilation": 2}]
    both = [{"kernel": 4, "stride": 2, "dilation": 3}, {"kernel": 1, "stride": 2}, {"kernel": 3}]
    stacks = [mixed, both, both[1:], both[1:2]]
    due = [oracle.conv.receptive_field(stack) for stack in stacks]
    checks.equal([receptive_field(stack) for stack in stacks], due, "pixels seen")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
stacks = {"three of 3": [{"kernel": 3}] * 3}
stacks["dilated 1, 2, 4"] = [{"kernel": 3, "dilation": d} for d in (1, 2, 4)]
stacks["3, pool 2, 3"] = [{"kernel": 3}, {"kernel": 2, "stride": 2}, {"kernel": 3}]
figures.show(
    figures.conv.receptive_cones(stacks, receptive_field),
    caption="What one unit on top depends on, layer by layer down to the pixels. The number below is what your function says.",
    alt="Three pyramids of dots joined by lines, from one unit on top down to a row of pixels.",
)

# %% [markdown]
# ## Backward
#
# Every number of `out` is a dot product, and its gradients are those of lesson 03: each weight gets `dout`
# times its pixel, each pixel `dout` times its weight. The difference: a pixel lies in
# several windows, and a weight is used in *all* of them. Where something is used several times, its
# gradients add up.
#
# On a line: $x = (x_0, x_1, x_2)$, $w = (2, 5)$, $\text{dout} = (1, 10)$. Find $dx$ and $db$; and $dw$
# for $x = (3, 4, 6)$.
#
# <details><summary>The three</summary>
#
# $dx = (2,\; 5 + 20,\; 50)$: the middle pixel lies in both windows. $db = 1 + 10 = 11$.
# $dw = (3 + 40,\; 4 + 60) = (43, 64)$.
#
# </details>

# %% [markdown]
# ### Exercise 5.7: gradients of a convolution
# 12 points · about 30 minutes · medium
#
# Write it as the mirror image of your forward loops: at each place, add one block to `dx` and one to
# `dw`. The forward pass put padding on; take it off at the end, and let that work for a padding of 0
# too. `cache` is what your
# own forward pass returned.

# %% [markdown] hint="conv-backward"
# Take your forward loops, over `np.ndindex(dout.shape)`. Which window and which filter met at
# `n, f, i, j`?
#
# The gradient of the padded images collects `dout[n, f, i, j] * w[f]` at that window; `dw[f]` collects
# `dout[n, f, i, j]` times the window itself. Both with `+=`.
#
# At the end cut the frame off: rows `pad : pad + H`, and columns likewise (`pad:-pad` is empty where
# `pad` is 0). `db` is `dout` added up over all axes but one.


# %% answer="conv-backward"
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    """Gradients of a convolution layer, by loops.

    dout: (N, F, H', W') float; cache: of your conv_forward_naive
    returns: dx (N, C, H, W), dw (F, C, HH, WW), db (F,)
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = np.zeros(padded.shape), np.zeros(w.shape)
    for n, f, i, j in np.ndindex(dout.shape):
        top, left = stride * i, stride * j
        window = np.s_[n, :, top : top + HH, left : left + WW]
        dpadded[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    dx = dpadded[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, dout.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% check="conv-backward" points=11
with checks.verdict("gradients of a convolution") as rng:
    x, w, b = rng.normal(size=(4, 2, 7, 9)), rng.normal(size=(5, 2, 3, 3)), rng.normal(size=5)
    conv_param, dout = {"stride": 2, "pad": 1}, rng.normal(size=(4, 5, 4, 5))
    due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
    cache = cache_of(conv_forward_naive, x, w, b, conv_param)
    dx, dw, db = checks.leaves_alone(conv_backward_naive, dout, cache, share=0.05)
    checks.equal(dx, due[0], "dx")
    checks.equal(dw, due[1], "dw")
    checks.equal(db, due[2], "db")
    ### BEGIN HIDDEN TESTS
    for images, kernel, pad in ((2, (3, 5), 1), (1, (4, 2), 2), (2, (1, 4), 1)):
        x, w = rng.normal(size=(images, 2, 7, 10)), rng.normal(size=(3, 2, *kernel))
        b, conv_param = rng.normal(size=3), {"stride": 1, "pad": pad}
        dout = rng.normal(size=oracle.conv.conv2d(x, w, b, conv_param).shape)
        due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
        mine = conv_backward_naive(dout, cache_of(conv_forward_naive, x, w, b, conv_param))
        checks.equal(mine, due, "dx, dw, db")
    ### END HIDDEN TESTS

# %% check="conv-backward-bare" points=1
with checks.verdict("gradients without padding") as rng:
    x, w, b = np.array([[[[3.0, 4, 6]]]]), np.array([[[[2.0, 5]]]]), np.zeros(1)
    conv_param, dout = {"stride": 1, "pad": 0}, np.array([[[[1.0, 10]]]])
    due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
    mine = conv_backward_naive(dout, cache_of(conv_forward_naive, x, w, b, conv_param))
    checks.equal(mine, due, "dx, dw, db")
    with checks.share(0.3, "Pixels left over"):
        x, w = rng.normal(size=(2, 3, 6, 8)), rng.normal(size=(1, 3, 3, 3))
        conv_param, dout = {"stride": 2, "pad": 0}, rng.normal(size=(2, 1, 2, 3))
        due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
        mine = conv_backward_naive(dout, cache_of(conv_forward_naive, x, w, b, conv_param))
        checks.equal(mine, due, "dx, dw, db")
    ### BEGIN HIDDEN TESTS
    x, w = rng.normal(size=(2, 3, 4, 6)), rng.normal(size=(1, 3, 2, 1))
    conv_param, dout = {"stride": 1, "pad": 0}, rng.normal(size=(2, 1, 3, 6))
    due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
    mine = conv_backward_naive(dout, cache_of(conv_forward_naive, x, w, b, conv_param))
    checks.equal(mine, due, "dx, dw, db")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Pooling
#
# Was there an edge *somewhere around here*? For that question the exact pixel is too much detail.
# **Max pooling** keeps the largest number of each window, channel by channel, and has nothing to learn:
#
# $$\begin{pmatrix} 1 & 3 & 2 & 1 \\ 4 & 2 & 0 & 1 \\ 0 & 1 & 5 & 5 \\ 2 & 0 & 5 & 4 \end{pmatrix}
# \;\xrightarrow{\;2 \times 2,\ \text{stride } 2\;}\; \begin{pmatrix} 4 & 2 \\ 2 & 5 \end{pmatrix}$$
#
# Backward, all of a window's gradient goes to where the maximum was. The last window holds three fives. The
# rule, here and in PyTorch: the *first* in reading order gets all of it. Where windows overlap (size 3 with
# stride 2, as in AlexNet), one pixel may be the maximum of several windows, and its gradients add up.
#
# `stride` and the window's size are two settings. They are often equal, and often confused.

# %% [markdown]
# ### Exercise 5.8: max pooling
# 11 points · about 25 minutes · medium

# %% [markdown] hint="conv-max-pool"
# The loops are those of the convolution, but over the channels of `x` in place of the filters: pooling
# handles each channel by itself.
#
# Forward is one `max` a window. Backward you need the place of the maximum: `window.argmax()` counts in
# reading order and takes the first of equals.
#
# `np.unravel_index(window.argmax(), window.shape)` makes row and column of it; they count from the
# window's corner. Add `dout[n, c, i, j]` there with `+=`.


# %% answer="conv-max-pool"
def max_pool_forward_naive(x: np.ndarray, pool_param: dict) -> tuple:
    """The largest number of every window, by loops.

    x: (N, C, H, W) float
    pool_param: {"pool_height": int, "pool_width": int, "stride": int}
    returns: out (N, C, H', W') float, H' and W' as from output_size; and a cache for the
        backward pass
    raises: ValueError where a window is larger than an image
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    (N, C, H, W), stride = x.shape, pool_param["stride"]
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW} do not fit into {H} x {W}")
    out = np.zeros((N, C, (H - HH) // stride + 1, (W - WW) // stride + 1))
    for n, c, i, j in np.ndindex(out.shape):
        top, left = stride * i, stride * j
        out[n, c, i, j] = x[n, c, top : top + HH, left : left + WW].max()
    return out, (x, pool_param)
    ### END SOLUTION


def max_pool_backward_naive(dout: np.ndarray, cache: tuple) -> np.ndarray:
    """The gradient goes to the first of the largest numbers of each window.

    dout: (N, C, H', W') float; cache: of your max_pool_forward_naive
    returns: dx (N, C, H, W)
    """
    ### BEGIN SOLUTION
    x, pool_param = cache
    HH, WW, stride = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        u, v = stride * i, stride * j
        window = x[n, c, u : u + HH, v : v + WW]
        place = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, u + place[0], v + place[1]] += dout[n, c, i, j]
    return dx
    ### END SOLUTION


# %% check="conv-max-pool" points=5
with checks.verdict("max pooling by loops") as rng:
    x = rng.normal(size=(3, 2, 6, 13)) - 2
    pool_param = {"pool_height": 2, "pool_width": 3, "stride": 2}
    due = oracle.conv.max_pool(x, pool_param)
    out, _ = checks.leaves_alone(max_pool_forward_naive, x, pool_param, share=0.05)
    checks.equal(out, due, "out")
    with checks.share(0.1, "Pixels left over"):
        due = oracle.conv.max_pool(x[:, :, :5], pool_param)
        checks.equal(max_pool_forward_naive(x[:, :, :5], pool_param)[0], due, "out")
    reason, low = "A window larger than an image does not fit.", x[:, :, :1]
    checks.raises(ValueError, max_pool_forward_naive, low, pool_param, reason=reason, share=0.05)
    ### BEGIN HIDDEN TESTS
    for size, stride in (((2, 3), 1), ((3, 2), 4), ((1, 4), 3), ((7, 10), 1)):
        x = rng.normal(size=(1, 2, 7, 10))
        pool_param = {"pool_height": size[0], "pool_width": size[1], "stride": stride}
        due = oracle.conv.max_pool(x, pool_param)
        checks.equal(max_pool_forward_naive(x, pool_param)[0], due, f"out, {pool_param}")
    with checks.share(0.1, "Pixels left over"):
        x, pool_param = (
            rng.normal(size=(1, 1, 8, 7)),
            {"pool_height": 3, "pool_width": 3, "stride": 3},
        )
        due = oracle.conv.max_pool(x, pool_param)
        checks.equal(max_pool_forward_naive(x, pool_param)[0], due, "out")
    narrow = rng.normal(size=(1, 1, 8, 2))
    checks.raises(ValueError, max_pool_forward_naive, narrow, pool_param, reason=reason, share=0.05)
    ### END HIDDEN TESTS

# %% check="conv-max-pool-back" points=5
with checks.verdict("the gradient of max pooling") as rng:
    x, dout = rng.normal(size=(2, 3, 8, 12)) - 2, rng.normal(size=(2, 3, 4, 6))
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
    cache = cache_of(max_pool_forward_naive, x, pool_param)
    checks.equal(checks.leaves_alone(max_pool_backward_naive, dout, cache, share=0.05), due, "dx")
    with checks.share(0.2, "A stride that is not the window's size"):
        peak, dout = np.array([[[[0.0, 0, 9, 0, 0]]]]), np.array([[[[1.0, 10]]]])
        pool_param = {"pool_height": 1, "pool_width": 3, "stride": 2}
        due = oracle.gradients(oracle.conv.max_pool, dout, peak, pool_param)[0]
        cache = cache_of(max_pool_forward_naive, peak, pool_param)
        checks.equal(max_pool_backward_naive(dout, cache), due, "dx of a peak")
    ### BEGIN HIDDEN TESTS
    for size, stride in (((2, 2), 2), ((3, 3), 3), ((7, 10), 1)):
        x = rng.normal(size=(1, 2, 7, 10))
        pool_param = {"pool_height": size[0], "pool_width": size[1], "stride": stride}
        dout = rng.normal(size=oracle.conv.max_pool(x, pool_param).shape)
        due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
        cache = cache_of(max_pool_forward_naive, x, pool_param)
        checks.equal(max_pool_backward_naive(dout, cache), due, f"dx, {pool_param}")
    with checks.share(0.2, "A stride that is not the window's size"):
        x = rng.normal(size=(2, 3, 7, 9))
        pool_param = {"pool_height": 3, "pool_width": 2, "stride": 2}
        dout = rng.normal(size=(2, 3, 3, 4))
        due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
        cache = cache_of(max_pool_forward_naive, x, pool_param)
        checks.equal(max_pool_backward_naive(dout, cache), due, "dx")
    ### END HIDDEN TESTS

# %% check="conv-max-pool-ties" points=1
with checks.verdict("equal numbers in a window") as rng:
    x = np.array([[[[1.0, 3, 2, 1], [4, 2, 0, 1], [0, 1, 5, 5], [2, 0, 5, 4]]]])
    dout = rng.normal(size=(1, 1, 2, 2))
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
    cache = cache_of(max_pool_forward_naive, x, pool_param)
    checks.equal(max_pool_backward_naive(dout, cache), due, "dx")
    ### BEGIN HIDDEN TESTS
    x, dout = rng.integers(2, size=(2, 2, 4, 6)) + 0.0, rng.normal(size=(2, 2, 2, 3))
    due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
    cache = cache_of(max_pool_forward_naive, x, pool_param)
    checks.equal(max_pool_backward_naive(dout, cache), due, "dx")
    ### END HIDDEN TESTS

# %% [markdown]
# **Average pooling** takes the mean instead, and gives an equal share of the gradient to every pixel of
# the window: of $\text{dout} = 8$ each of four pixels gets 2. Between layers it blurs; at the
# end of a net, over the whole map, it is what modern nets do instead of a large dense layer (lesson 08).
#
# Must a net pool at all?
#
# - **All-convolutional.** Springenberg et al. (2015) replaced each max pool by a convolution with stride 2
#   and lost no accuracy. Such a layer is a pool that *learns* its weights, at the price of
#   $9\,C^2$ more of them. Residual nets shrink their maps that way (lesson 08).
# - **Learnable.** Lee, Gallagher and Tu (2016) let the net choose: $\text{out} = a \cdot \max + (1 - a)
#   \cdot \text{mean}$, with $a$ a parameter like any other, whose gradient is $\sum \text{dout} \cdot
#   (\max - \text{mean})$.
# - **Fractional.** Pools of 2 take 32 pixels to 16, 8, 4, 2, 1: after five of them nothing is left to pool.
#   Graham (2014) shrinks by less than 2. A row of 9 becomes 6 with windows of 1, 2, 2, 1, 1 and 2 pixels.
#   Their order is random, and new in each pass: noise that works like the random shifts of lesson 07.

# %% [markdown]
# ### Exercise 5.9: average pooling
# 0 points · about 15 minutes · easy · optional

# %% [markdown] hint="conv-avg-pool"
# It is max pooling with two lines changed.
#
# Forward, `mean` over the window's two axes. Backward, which pixels get something, and how much?
#
# Add `dout[:, :, i, j, None, None] / (HH * WW)` to the whole window; windows may overlap.


# %% answer="conv-avg-pool"
def avg_pool_forward(x: np.ndarray, pool_param: dict) -> tuple:
    """The mean of every window.

    x: (N, C, H, W) float
    pool_param: {"pool_height": int, "pool_width": int, "stride": int}
    returns: out (N, C, H', W') float, H' and W' as from output_size; and a cache for the
        backward pass
    raises: ValueError where a window is larger than an image
    """
    ### BEGIN SOLUTION
    (N, C, H, W), stride = x.shape, pool_param["stride"]
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW} do not fit into {H} x {W}")
    out = np.zeros((N, C, (H - HH) // stride + 1, (W - WW) // stride + 1))
    for i, j in np.ndindex(out.shape[2:]):
        top, left = stride * i, stride * j
        out[:, :, i, j] = x[:, :, top : top + HH, left : left + WW].mean(axis=(2, 3))
    return out, (x, pool_param)
    ### END SOLUTION


def avg_pool_backward(dout: np.ndarray, cache: tuple) -> np.ndarray:
    """An equal share of the gradient for every pixel of a window.

    dout: (N, C, H', W') float; cache: of your avg_pool_forward
    returns: dx (N, C, H, W)
    """
    ### BEGIN SOLUTION
    x, pool_param = cache
    HH, WW, stride = (pool_param[key] for key in ("pool_height", "pool_width", "stride"))
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dout.shape[2:]):
        u, v = stride * i, stride * j
        dx[:, :, u : u + HH, v : v + WW] += dout[:, :, i, j, None, None] / (HH * WW)
    return dx
    ### END SOLUTION


# %% check="conv-avg-pool" points=0
with checks.verdict("average pooling") as rng:
    x, dout = rng.normal(size=(3, 2, 7, 8)), rng.normal(size=(3, 2, 3, 4))
    pool_param = {"pool_height": 3, "pool_width": 2, "stride": 2}
    due, over = oracle.conv.avg_pool(x, pool_param), oracle.conv.avg_pool(x[:, :, :6], pool_param)
    dx_due = oracle.gradients(oracle.conv.avg_pool, dout, x, pool_param)[0]
    out, cache = checks.leaves_alone(avg_pool_forward, x, pool_param, share=0.05)
    checks.equal(out, due, "out")
    checks.equal(checks.leaves_alone(avg_pool_backward, dout, cache, share=0.05), dx_due, "dx")
    with checks.share(0.1, "Pixels left over"):
        checks.equal(avg_pool_forward(x[:, :, :6].copy(), pool_param)[0], over, "out")
    reason = "A window larger than an image does not fit."
    checks.raises(ValueError, avg_pool_forward, x[:, :, :2], pool_param, reason=reason, share=0.05)
    ### BEGIN HIDDEN TESTS
    for size, stride in (((2, 3), 1), ((3, 2), 2), ((3, 1), 4), ((7, 8), 1)):
        x = rng.normal(size=(1, 2, 7, 8))
        pool_param = {"pool_height": size[0], "pool_width": size[1], "stride": stride}
        due = oracle.conv.avg_pool(x, pool_param)
        dout = rng.normal(size=due.shape)
        dx_due = oracle.gradients(oracle.conv.avg_pool, dout, x, pool_param)[0]
        out, cache = avg_pool_forward(x, pool_param)
        checks.equal(out, due, f"out, {pool_param}")
        checks.equal(avg_pool_backward(dout, cache), dx_due, f"dx, {pool_param}")
    with checks.share(0.1, "Pixels left over"):
        x, pool_param = (
            rng.normal(size=(1, 1, 9, 7)),
            {"pool_height": 2, "pool_width": 3, "stride": 3},
        )
        due = oracle.conv.avg_pool(x, pool_param)
        checks.equal(avg_pool_forward(x, pool_param)[0], due, "out")
    narrow = rng.normal(size=(1, 1, 8, 2))
    checks.raises(ValueError, avg_pool_forward, narrow, pool_param, reason=reason, share=0.05)
    ### END HIDDEN TESTS

# %% [markdown]
# ## All windows in one table
#
# One epoch of training has $8{,}000 \cdot 16 \cdot 1{,}024 = 131$ million windows (images, filters, places),
# and Python needs some ten microseconds for each forward, and as long again backward: most of an
# hour. In lesson 01
# a matrix product was the way out, and so it is here. Write every window as a **column**; write every filter
# as a row. Then *all* dot products are one matrix
# product, of shape $(F,\; C \cdot HH \cdot WW) \times (C \cdot HH \cdot WW,\; H' \cdot W')$ for each
# image. The table is called **im2col**. A picture of 3 x 3 with windows of 2 x 2:
#
# $$\begin{pmatrix} a & b & c \\ d & e & f \\ g & h & i \end{pmatrix} \;\longrightarrow\;
# \begin{pmatrix} a & b & d & e \\ b & c & e & f \\ d & e & g & h \\ e & f & h & i \end{pmatrix}$$
#
# First column: the first window, row by row. But read the first *row*, which here happens to hold the same
# letters: `a b d e`, the upper left pixel of every
# window. That is the picture itself, without its last row and column. So the table can be filled
# with $HH \cdot WW$ large copies instead of thousands of small ones.
#
# Backward, each number of the table hands its gradient to the pixel that it was copied from, and a pixel
# that was copied four times gets four: **col2im** adds. One convention: with several channels a column
# holds channel 0 first, row by row, then channel 1, and so on.
#
# From here on a stride or a padding may also be a pair (down, across), as in every library. `pair` of the
# first cell makes a pair of either. Few points depend on it.

# %% [markdown]
# ### Exercise 5.10: im2col and col2im
# 9 points · about 30 minutes · hard

# %% [markdown] hint="conv-im2col"
# Make an array of six axes first, `(N, C, HH, WW, rows, columns)`: place within the window, then place of
# the window. A reshape at the end makes the table.
#
# Loop over the places (u, v) *within* a window, `HH * WW` of them. For each, take that pixel of all
# windows at once.
#
# `padded[:, :, u : u + s * rows : s, v : v + t * columns : t]` is pixel (u, v) of every window, for
# `rows` times `columns` windows. col2im adds to the same slice with `+=`.


# %% answer="conv-im2col"
def im2col(x: np.ndarray, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    """Every window of every image as a column.

    x: (N, C, H, W) float; kernel: (HH, WW); zero padding
    stride, pad: int; also (down, across)
    returns: (N, C * HH * WW, H' * W'), dtype of x; a column holds its window channel by channel and
        row by row; the columns follow in reading order
    """
    ### BEGIN SOLUTION
    (HH, WW), (s, t), (p, q) = kernel, pair(stride), pair(pad)
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    N, C, H, W = padded.shape
    rows, columns = (H - HH) // s + 1, (W - WW) // t + 1
    cols = np.empty((N, C, HH, WW, rows, columns), x.dtype)
    for u, v in np.ndindex(HH, WW):
        cols[:, :, u, v] = padded[:, :, u : u + s * rows : s, v : v + t * columns : t]
    return cols.reshape(N, C * HH * WW, rows * columns)
    ### END SOLUTION


def col2im(cols: np.ndarray, x_shape: tuple, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    """Every number of the table added to the pixel that im2col copied it from.

    cols: (N, C * HH * WW, H' * W') float; x_shape: (N, C, H, W)
    kernel, stride, pad: as for im2col
    returns: (N, C, H, W), dtype of cols
    """
    ### BEGIN SOLUTION
    (N, C, H, W), (HH, WW), (s, t), (p, q) = x_shape, kernel, pair(stride), pair(pad)
    rows, columns = (H + 2 * p - HH) // s + 1, (W + 2 * q - WW) // t + 1
    cols = cols.reshape(N, C, HH, WW, rows, columns)
    framed = np.zeros((N, C, H + 2 * p, W + 2 * q), cols.dtype)
    for u, v in np.ndindex(HH, WW):
        framed[:, :, u : u + s * rows : s, v : v + t * columns : t] += cols[:, :, u, v]
    return framed[:, :, p : p + H, q : q + W]
    ### END SOLUTION


# %% check="conv-im2col" points=5
with checks.verdict("windows as columns") as rng:
    x, kernel = rng.normal(size=(2, 3, 5, 9)), (3, 5)
    due = oracle.conv.windows(x, kernel, 2, 1)
    pair_due = oracle.conv.windows(x, kernel, (2, 1), (0, 1))
    checks.equal(checks.leaves_alone(im2col, x, kernel, 2, 1, share=0.05), due, "table")
    with checks.share(0.1, "Strides and pads (down, across)"):
        checks.equal(im2col(x.copy(), kernel, (2, 1), (0, 1)), pair_due, "table")
    with checks.share(0.05, "float32"):
        checks.equal(im2col(x.astype(np.float32), kernel).dtype.name, "float32", "dtype")
    ### BEGIN HIDDEN TESTS
    for kernel, stride, pad in (((2, 4), 1, 0), ((1, 3), 2, 1), ((5, 9), 1, 0), ((3, 3), 2, 3)):
        x = rng.normal(size=(1, 2, 5, 9))
        due = oracle.conv.windows(x, kernel, stride, pad)
        what = f"table with kernel {kernel}, stride {stride}, pad {pad}"
        checks.equal(im2col(x.copy(), kernel, stride, pad), due, what)
    due = oracle.conv.windows(x, (2, 2))
    checks.equal(im2col(x.copy(), (2, 2)), due, "table with the defaults")
    with checks.share(0.1, "Strides and pads (down, across)"):
        due = oracle.conv.windows(x, (3, 2), (1, 3), (2, 0))
        checks.equal(im2col(x.copy(), (3, 2), (1, 3), (2, 0)), due, "table")
    with checks.share(0.05, "float32"):
        checks.equal(im2col(x.astype(np.float32), (2, 2), 1, 2).dtype.name, "float32", "dtype")
    ### END HIDDEN TESTS

# %% check="conv-im2col-back" points=4
with checks.verdict("columns added back") as rng:
    few, line = np.array([[[1.0, 2], [30, 40]]]), np.array([[[[1.0, 32, 40]]]])
    checks.equal(col2im(few, (1, 1, 1, 3), (1, 2)), line, "three pixels in two windows")
    cols, size, kernel = rng.normal(size=(2, 45, 12)), (5, 9), (3, 5)
    due = oracle.conv.from_windows(cols, size, kernel, 2, 1)
    pair_due = oracle.conv.from_windows(cols, size, kernel, (1, 2), (0, 1))
    images = checks.leaves_alone(col2im, cols, (2, 3, *size), kernel, 2, 1, share=0.1)
    checks.equal(images, due, "images")
    with checks.share(0.1, "Strides and pads (down, across)"):
        checks.equal(col2im(cols.copy(), (2, 3, *size), kernel, (1, 2), (0, 1)), pair_due, "images")
    with checks.share(0.05, "float32"):
        checks.equal(col2im(few.astype("f4"), (1, 1, 1, 3), (1, 2)).dtype.name, "float32", "dtype")
    ### BEGIN HIDDEN TESTS
    for kernel, stride, pad in (((2, 4), 1, 2), ((3, 3), 2, 1), ((1, 3), 4, 2), ((5, 9), 1, 0)):
        cols = rng.normal(
            size=oracle.conv.windows(np.zeros((1, 2, 5, 9)), kernel, stride, pad).shape
        )
        due = oracle.conv.from_windows(cols, (5, 9), kernel, stride, pad)
        what = f"images with kernel {kernel}, stride {stride}, pad {pad}"
        checks.equal(col2im(cols, (1, 2, 5, 9), kernel, stride, pad), due, what)
    cols = rng.normal(size=(1, 12, 32))
    due = oracle.conv.from_windows(cols, (5, 9), (2, 2))
    checks.equal(col2im(cols, (1, 3, 5, 9), (2, 2)), due, "images with the defaults")
    with checks.share(0.1, "Strides and pads (down, across)"):
        cols = rng.normal(
            size=oracle.conv.windows(np.zeros((1, 2, 5, 9)), (3, 2), (2, 1), (1, 0)).shape
        )
        due = oracle.conv.from_windows(cols, (5, 9), (3, 2), (2, 1), (1, 0))
        checks.equal(col2im(cols, (1, 2, 5, 9), (3, 2), (2, 1), (1, 0)), due, "images")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Fast
#
# Put the two together and you have a fast layer: a table, a product, a reshape. That is all that the
# exercise asks for: $\text{out} = w \cdot \text{cols} + b$, and backward $dw = \text{dout} \cdot
# \text{cols}^\top$ (added up over the images), $d\text{cols} = w^\top \cdot \text{dout}$, then col2im.
# Whatever your cache holds, two calls must not share it: the layer is used many times before the first
# gradient comes back.
#
# **Faster still, and no points for it.** 64 images of 32 x 32 with 32 channels and filters of 3 x 3 make a
# table of $64 \cdot 288 \cdot 1024$ numbers, 151 MB in float64, nine times the images. It fits into no cache,
# and the operating system takes its time to hand out so much fresh memory. So take a few images at a time,
# as many as make a table of about 300,000 numbers, and use *the same* table again for the next few. Two
# tools:
#
# - `np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), (2, 3))` shows all windows, shape
#   $(N, C, H', W', HH, WW)$ at stride 1, and copies nothing. Slice it for strides, transpose it, and copy
#   it into your table in one go with `table[...] = `.
# - `np.matmul(a, b, out=place)` writes its result where you say.

# %% [markdown]
# ### Exercise 5.11: a fast convolution
# 12 points · about 35 minutes · hard

# %% [markdown] hint="conv-fast"
# Your `im2col` and `col2im` do the hard part. Write down the shapes: `cols` is `(N, C HH WW, places)`,
# `w.reshape(F, -1)` is `(F, C HH WW)`.
#
# `@` multiplies the last two axes and takes the images along. Then add the bias, and reshape to
# `(N, F, rows, columns)`. What does `im2col` do where a filter is larger than the image? The docstring
# wants a ValueError.
#
# Backward, `flat = dout.reshape(N, F, -1)`: `dw` is `flat @ cols.swapaxes(1, 2)`, added up over the
# images; the gradient of the table is `w.reshape(F, -1).T @ flat`, for `col2im`. Keep the dtype of x
# throughout.


# %% answer="conv-fast"
def conv_forward_fast(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    """What conv_forward_naive computes, by matrix products.

    x: (N, C, H, W), w: (F, C, HH, WW), b: (F,), all of one float dtype
    conv_param: {"stride": int, "pad": int}; each also (down, across)
    returns: out (N, F, H', W'), dtype of x; and a cache for conv_backward_fast
    raises: ValueError as conv_forward_naive
    """
    ### BEGIN SOLUTION
    (p, q), (N, C, H, W), (F, D, HH, WW) = pair(conv_param["pad"]), x.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    padded = np.zeros((N, C, H + 2 * p, W + 2 * q), x.dtype)
    padded[:, :, p : p + H, q : q + W] = x
    views, table = windows_and_table(padded, HH, WW, conv_param["stride"])
    out = np.empty((N, F, *views.shape[4:]), x.dtype)
    flat, matrix = out.reshape(N, F, -1), w.reshape(F, -1)
    for n in range(0, N, len(table)):
        part = table[: N - n]
        part[...] = views[n : n + len(part)]
        columns = part.reshape(len(part), matrix.shape[1], -1)
        np.matmul(matrix, columns, out=flat[n : n + len(part)])
    out += b[:, None, None]
    return out, (padded, w, conv_param)


def windows_and_table(padded, HH, WW, stride):
    """All windows, (N, C, HH, WW, H', W'), without a copy; and room for those of some images."""
    s, t = pair(stride)
    # This raises ValueError itself where a window is larger than the images.
    views = np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), (2, 3))
    views = views[:, :, ::s, ::t].transpose(0, 1, 4, 5, 2, 3)
    images = min(len(views), max(1, 300_000 // int(np.prod(views.shape[1:]))))
    return views, np.empty((images, *views.shape[1:]), padded.dtype)
    ### END SOLUTION


def conv_backward_fast(dout: np.ndarray, cache) -> tuple:
    """Gradients of a convolution layer, by matrix products.

    dout: (N, F, H', W') float; cache: of conv_forward_fast
    returns: dx (N, C, H, W), dw (F, C, HH, WW), db (F,), dtype of x
    """
    ### BEGIN SOLUTION
    padded, w, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (N, F, rows, columns), (HH, WW) = dout.shape, w.shape[2:]
    views, table = windows_and_table(padded, HH, WW, (s, t))
    matrix, flat = w.reshape(F, -1), dout.reshape(N, F, -1)
    dpadded, dmatrix = np.zeros_like(padded), np.zeros_like(matrix)
    for n in range(0, N, len(table)):
        part = table[: N - n]
        images = slice(n, n + len(part))
        part[...] = views[images]
        cols = part.reshape(len(part), matrix.shape[1], -1)
        for dimage, cols_of_image in zip(flat[images], cols):
            dmatrix += dimage @ cols_of_image.T
        np.matmul(matrix.T, flat[images], out=cols)  # now the gradients of the table
        for u, v in np.ndindex(HH, WW):
            place = np.s_[images, :, u : u + s * rows : s, v : v + t * columns : t]
            dpadded[place] += part[:, :, u, v]
    H, W = padded.shape[2] - 2 * p, padded.shape[3] - 2 * q
    return dpadded[:, :, p : p + H, q : q + W], dmatrix.reshape(w.shape), dout.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% check="conv-fast" points=5
with checks.verdict("a convolution by matrix products") as rng:
    x, w, b = rng.normal(size=(3, 2, 7, 9)), rng.normal(size=(4, 2, 3, 3)), rng.normal(size=4)
    conv_param = {"stride": 2, "pad": 1}
    due, over, tight = (oracle.conv.conv2d(x[..., :n], w, b, conv_param) for n in (9, 6, 2))
    out, _ = checks.leaves_alone(conv_forward_fast, x, w, b, conv_param, share=0.05)
    checks.equal(out, due, "out")
    with checks.share(0.1, "Shapes that do not match"):
        reason = "Images of 2 channels and filters of 1 do not go together."
        checks.raises(ValueError, conv_forward_fast, x, w[:, :1], b, conv_param, reason=reason)
    with checks.share(0.1, "Pixels left over, and a filter that only the padding makes room for"):
        checks.equal(conv_forward_fast(x[..., :6].copy(), w.copy(), b.copy(), conv_param)[0], over)
        checks.equal(conv_forward_fast(x[..., :2].copy(), w.copy(), b, conv_param)[0], tight)
    ### BEGIN HIDDEN TESTS
    for shape, kernel, stride, pad in (
        ((2, 2, 7, 10), (3, 5), 1, 2),
        ((1, 3, 9, 5), (5, 1), 2, 0),
        ((4, 1, 6, 5), (1, 1), 1, 0),
        ((1, 2, 3, 5), (3, 5), 1, 0),
        ((32, 4, 21, 21), (5, 5), 1, 2),
    ):
        x, w, b = (
            rng.normal(size=shape),
            rng.normal(size=(3, shape[1], *kernel)),
            rng.normal(size=3),
        )
        conv_param = {"stride": stride, "pad": pad}
        due = oracle.conv.conv2d(x, w, b, conv_param)
        what = f"out, images {shape}, kernel {kernel[0]} x {kernel[1]}, {conv_param}"
        checks.equal(conv_forward_fast(x, w, b, conv_param)[0], due, what)
    x, w, conv_param = (
        rng.normal(size=(2, 3, 6, 5)),
        rng.normal(size=(3, 3, 4, 3)),
        {"stride": 3, "pad": 0},
    )
    with checks.share(0.1, "Shapes that do not match"):
        for image in (x[:, :1], x[:, :, :3], x[:, :, :, :2]):
            checks.raises(ValueError, conv_forward_fast, image, w, b, conv_param)
    with checks.share(0.1, "Pixels left over, and a filter that only the padding makes room for"):
        due = oracle.conv.conv2d(x, w, b, conv_param)
        checks.equal(conv_forward_fast(x.copy(), w.copy(), b.copy(), conv_param)[0], due, "out")
        due = oracle.conv.conv2d(x[..., :1], w, b, {"stride": 1, "pad": 1})
        found, _ = conv_forward_fast(x[..., :1], w, b, {"stride": 1, "pad": 1})
        checks.equal(found, due, "out of a thin image")
    ### END HIDDEN TESTS

# %% check="conv-fast-back" points=5
with checks.verdict("gradients by matrix products") as rng:
    x, w, b = rng.normal(size=(4, 2, 7, 9)), rng.normal(size=(5, 2, 3, 3)), rng.normal(size=5)
    conv_param, dout = {"stride": 2, "pad": 1}, rng.normal(size=(4, 5, 4, 5))
    due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
    _, cache = conv_forward_fast(x, w, b, conv_param)
    dx, dw, db = checks.leaves_alone(conv_backward_fast, dout, cache, share=0.05)
    checks.equal(dx, due[0], "dx")
    checks.equal(dw, due[1], "dw")
    checks.equal(db, due[2], "db")
    with checks.share(0.1, "After a second forward pass"):
        conv_forward_fast(x + 1, w + 1, b, conv_param)
        checks.equal(conv_backward_fast(dout, cache), due, "dx, dw, db")
    ### BEGIN HIDDEN TESTS
    for shape, kernel, stride, pad in (
        ((2, 2, 7, 10), (3, 5), 1, 2),
        ((1, 3, 9, 5), (5, 1), 2, 0),
        ((4, 1, 6, 5), (1, 1), 1, 0),
        ((1, 2, 3, 5), (3, 5), 1, 0),
        ((1, 2, 6, 8), (3, 3), 2, 0),
        ((32, 4, 21, 21), (5, 5), 1, 2),
    ):
        x, w, b = (
            rng.normal(size=shape),
            rng.normal(size=(3, shape[1], *kernel)),
            rng.normal(size=3),
        )
        conv_param = {"stride": stride, "pad": pad}
        dout = rng.normal(size=oracle.conv.conv2d(x, w, b, conv_param).shape)
        due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
        mine = conv_backward_fast(dout, conv_forward_fast(x, w, b, conv_param)[1])
        checks.equal(mine, due, "dx, dw, db")
    with checks.share(0.1, "After a second forward pass"):
        _, cache = conv_forward_fast(x, w, b, conv_param)
        due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
        conv_forward_fast(x - 1, 2 * w, b, conv_param)
        checks.equal(conv_backward_fast(dout, cache), due, "dx, dw, db")
    ### END HIDDEN TESTS

# %% check="conv-fast-pairs" points=2
with checks.verdict("strides in pairs, images in float32") as rng:
    x, w, b = (rng.normal(size=size).astype(np.float32) for size in ((3, 2, 7, 8), (4, 2, 3, 4), 4))
    conv_param = {"stride": (2, 1), "pad": (1, 2)}
    dout = rng.normal(size=(3, 4, 4, 9)).astype(np.float32)
    due = oracle.conv.conv2d(x, w, b, conv_param)
    grads_due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
    out, cache = conv_forward_fast(x, w, b, conv_param)
    checks.equal(out, due, "out", tolerance=1e-5)
    grads = conv_backward_fast(dout, cache)
    checks.equal(grads, grads_due, "dx, dw, db", tolerance=1e-5)
    with checks.share(0.3, "float32 throughout"):
        checks.equal([one.dtype.name for one in (out, *grads)], ["float32"] * 4, "dtypes")
    ### BEGIN HIDDEN TESTS
    for shape, kernel, stride, pad in (
        ((2, 2, 7, 10), (3, 5), 1, (1, 2)),
        ((1, 3, 9, 8), (5, 3), (2, 1), 0),
        ((1, 2, 8, 9), (2, 3), (3, 2), (2, 0)),
    ):
        x, w, b = (
            rng.normal(size=shape),
            rng.normal(size=(3, shape[1], *kernel)),
            rng.normal(size=3),
        )
        conv_param = {"stride": stride, "pad": pad}
        due = oracle.conv.conv2d(x, w, b, conv_param)
        dout = rng.normal(size=due.shape)
        grads_due = oracle.gradients(oracle.conv.conv2d, dout, x, w, b, conv_param)
        out, cache = conv_forward_fast(x, w, b, conv_param)
        checks.equal(out, due, f"out, {conv_param}")
        checks.equal(conv_backward_fast(dout, cache), grads_due, "dx, dw, db")
    ### END HIDDEN TESTS

# %% [markdown]
# Is it fast? No points depend on a clock, so look for yourself. The fast layer should be far more than ten
# times as fast as the loops. If it is not, there is a loop over pixels in it: let matrix products do the work.

# %% tags=["experiment"]
chance = np.random.default_rng(0)
some, kernels_3, zeros = (chance.normal(size=size) for size in ((20, 3, 31, 31), (25, 3, 3, 3), 25))
how_timed = {"stride": 2, "pad": 1}
tx, tw, tb = (torch.from_numpy(array) for array in (some, kernels_3, zeros))
upstream, fast_cache = conv_forward_fast(some, kernels_3, zeros, how_timed)
loop_cache = (some[:2], kernels_3, zeros, how_timed)
ways = {
    "loops, forward, 2 images": lambda: conv_forward_naive(*loop_cache),
    "loops, backward, 2 images": lambda: conv_backward_naive(upstream[:2], loop_cache),
    "fast, forward, 20 images": lambda: conv_forward_fast(some, kernels_3, zeros, how_timed),
    "fast, backward, 20 images": lambda: conv_backward_fast(upstream, fast_cache),
    "PyTorch, forward, 20 images": lambda: torch.conv2d(tx, tw, tb, stride=2, padding=1),
}
with one_thread():
    timed, seconds_each = figures.timings(ways, repeats=5)
figures.show(
    timed,
    caption="Images of 3 x 31 x 31 and 25 filters of 3 x 3 with stride 2, on one thread. The loops have two images, all others twenty.",
    alt="Horizontal bars on a logarithmic scale: the loops take longest by far, although they have a tenth of the images.",
)
gain = 10 * seconds_each["loops, forward, 2 images"] / seconds_each["fast, forward, 20 images"]
print(f"an image goes forward {gain:.0f} times as fast as by loops")

# %% [markdown]
# On one thread and in float64 the layer of this course's solution takes 0.5 to 1.3 times as long as
# PyTorch's, forward and backward, on two sizes (`benchmarks/conv.py`). On the larger size plain NumPy is
# ahead forward, because it moves less memory about.
#
# Pooling by loops over pixels is now the bottleneck. The same trick works: loop over the places *within* a
# window, two times two of them, and let each step handle all windows at once. Forward, keep the largest so
# far and the place where it was; backward, hand each gradient to that place. (Without this exercise the net
# below pools by PyTorch.)

# %% [markdown]
# ### Exercise 5.12: fast pooling
# 0 points · about 35 minutes · hard · optional

# %% [markdown] hint="conv-pool-fast"
# Loop over `np.ndindex(HH, WW)`, the places within a window. What slice of x holds that place of every
# window?
#
# Begin with place (0, 0) as the largest so far. A later place wins where it is larger, not where it is
# equal: so the first of equals stays.
#
# `rival = x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]`, and an array of the winning places.
# Backward, add `dout * (winner == place)` to the same slice.


# %% answer="conv-pool-fast"
def max_pool_forward_fast(x: np.ndarray, pool_param: dict) -> tuple:
    """What max_pool_forward_naive computes, without a loop over pixels.

    x: (N, C, H, W) float
    pool_param: {"pool_height": int, "pool_width": int, "stride": int}; stride also (down, across)
    returns: out (N, C, H', W'), dtype of x; and a cache for max_pool_backward_fast
    raises: ValueError where a window is larger than an image
    """
    ### BEGIN SOLUTION
    (H, W), (s, t) = x.shape[2:], pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW:
        raise ValueError(f"windows of {HH} x {WW} do not fit into {H} x {W}")
    out = x[:, :, : H - HH + 1 : s, : W - WW + 1 : t].copy()
    winner = np.zeros(out.shape, np.int16)
    for place, (u, v) in enumerate(np.ndindex(HH, WW)):
        rival = x[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t]
        won = rival > out  # not >=: of equal ones the first stays
        np.maximum(out, rival, out=out)
        np.maximum(winner, won * np.int16(place), out=winner)  # places grow: the last winner stays
    return out, (x.shape, winner, pool_param)
    ### END SOLUTION


def max_pool_backward_fast(dout: np.ndarray, cache) -> np.ndarray:
    """The gradient goes to the first of the largest numbers of each window.

    dout: (N, C, H', W') float; cache: of max_pool_forward_fast
    returns: dx (N, C, H, W), dtype of dout
    """
    ### BEGIN SOLUTION
    shape, winner, pool_param = cache
    (H, W), (s, t) = shape[2:], pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros(shape, dout.dtype)
    for place, (u, v) in enumerate(np.ndindex(HH, WW)):
        share = dout * (winner == place)
        dx[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t] += share
    return dx
    ### END SOLUTION


# %% check="conv-pool-fast" points=0
with checks.verdict("pooling without loops over pixels") as rng:
    x, dout = rng.normal(size=(3, 2, 6, 9)) - 2, rng.normal(size=(3, 2, 3, 4))
    pool_param = {"pool_height": 2, "pool_width": 3, "stride": 2}
    due, over = oracle.conv.max_pool(x, pool_param), oracle.conv.max_pool(x[:, :, :5], pool_param)
    dx_due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
    out, cache = checks.leaves_alone(max_pool_forward_fast, x, pool_param, share=0.05)
    checks.equal(out, due, "out")
    checks.equal(max_pool_backward_fast(dout, cache), dx_due, "dx")
    with checks.share(0.1, "Pixels left over"):
        checks.equal(max_pool_forward_fast(x[:, :, :5].copy(), pool_param)[0], over, "out")
    reason, low = "A window larger than an image does not fit.", x[:, :, :1]
    checks.raises(ValueError, max_pool_forward_fast, low, pool_param, reason=reason, share=0.05)
    ### BEGIN HIDDEN TESTS
    for size, stride in (((2, 3), 1), ((3, 4), 2), ((1, 4), 3), ((7, 10), 1)):
        x = rng.normal(size=(1, 2, 7, 10))
        pool_param = {"pool_height": size[0], "pool_width": size[1], "stride": stride}
        due = oracle.conv.max_pool(x, pool_param)
        dout = rng.normal(size=due.shape)
        dx_due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
        out, cache = max_pool_forward_fast(x.copy(), pool_param)
        checks.equal(out, due, f"out, {pool_param}")
        checks.equal(max_pool_backward_fast(dout, cache), dx_due, f"dx, {pool_param}")
    with checks.share(0.1, "Pixels left over"):
        x, pool_param = (
            rng.normal(size=(1, 1, 8, 7)),
            {"pool_height": 3, "pool_width": 3, "stride": 3},
        )
        due, dout = oracle.conv.max_pool(x, pool_param), rng.normal(size=(1, 1, 2, 2))
        dx_due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
        out, cache = max_pool_forward_fast(x, pool_param)
        checks.equal(out, due, "out")
        checks.equal(max_pool_backward_fast(dout, cache), dx_due, "dx")
    narrow = rng.normal(size=(1, 1, 8, 2))
    checks.raises(ValueError, max_pool_forward_fast, narrow, pool_param, reason=reason, share=0.05)
    ### END HIDDEN TESTS

# %% check="conv-pool-fast-ties" points=0
with checks.verdict("fast pooling of equal numbers") as rng:
    x, dout = rng.integers(2, size=(3, 2, 6, 9)).astype(np.float32), rng.normal(size=(3, 2, 3, 4))
    pool_param = {"pool_height": 2, "pool_width": 3, "stride": 2}
    due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
    out, cache = max_pool_forward_fast(x.copy(), pool_param)
    checks.equal(max_pool_backward_fast(dout, cache), due, "dx")
    with checks.share(0.1, "float32"):
        checks.equal(out.dtype.name, "float32", "dtype of out")
    with checks.share(0.1, "A stride (down, across)"):
        pool_param = pool_param | {"stride": (1, 3)}
        due = oracle.conv.max_pool(x, pool_param)
        checks.equal(max_pool_forward_fast(x, pool_param)[0], due, "out")
    ### BEGIN HIDDEN TESTS
    x, pool_param = (
        rng.integers(3, size=(4, 3, 15, 15)) + 0.0,
        {"pool_height": 3, "pool_width": 3, "stride": 2},
    )
    dout = rng.normal(size=oracle.conv.max_pool(x, pool_param).shape)
    due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
    dx = max_pool_backward_fast(dout, max_pool_forward_fast(x.copy(), pool_param)[1])
    checks.equal(dx, due, "dx")
    with checks.share(0.1, "float32"):
        dx = max_pool_backward_fast(
            dout.astype(np.float32), max_pool_forward_fast(x, pool_param)[1]
        )
        checks.equal(dx.dtype.name, "float32", "dtype of dx")
    with checks.share(0.1, "A stride (down, across)"):
        x, pool_param = (
            rng.normal(size=(1, 2, 7, 10)) - 2,
            {"pool_height": 1, "pool_width": 4, "stride": (3, 2)},
        )
        due = oracle.conv.max_pool(x, pool_param)
        dout = rng.normal(size=due.shape)
        dx_due = oracle.gradients(oracle.conv.max_pool, dout, x, pool_param)[0]
        out, cache = max_pool_forward_fast(x, pool_param)
        checks.equal(out, due, "out")
        checks.equal(max_pool_backward_fast(dout, cache), dx_due, "dx")
    ### END HIDDEN TESTS

# %% [markdown]
# ## A dense layer is a convolution
#
# Two special filters are worth knowing.
#
# **1 x 1.** Such a filter sees one pixel, but all its channels: an affine layer from $C$ to $F$ numbers,
# applied at every pixel. Three channels $(10, 20, 30)$ and weights $(0.5, 0, 0.1)$ give 8. It
# changes how many channels there are, and costs little.
#
# **As large as the map.** A filter of the size of its whole input has one window: one number comes out.
# So an affine layer with $D = C \cdot H \cdot W$ inputs and $M$ units *is* a conv layer with $M$ filters of
# $C \times H \times W$, with the same weights in another shape. Why bother? Give the conv layer a *larger*
# image, and it slides: a classifier for 32 x 32 pixels answers for every window of a panorama, and
# shares all the work where windows overlap. You will do that with your own net at the end.

# %% [markdown]
# ### Exercise 5.13: dense layers as convolutions
# 5 points · about 15 minutes · easy

# %% [markdown] hint="conv-as-conv"
# For 1 x 1: which axis do the weights sum over, and which axes only wait?
#
# Flatten rows and columns to one axis, and `w @ x` sums over the channels. For the dense layer: the
# weights of one unit are a column of `W`.
#
# `x.reshape(N, C, H * W)`, and `b[:, None]` for the bias. For the filters, first make each unit's weights a
# row; only then cut every row into `input_shape`.


# %% answer="conv-as-conv"
def conv_1x1(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A convolution with filters of one pixel, without a Python loop.

    x: (N, C, H, W) float; w: (F, C) float; b: (F,) float
    returns: (N, F, H, W) float
    Source: Lin, Chen and Yan 2014, "Network in network"
    """
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    return (w @ x.reshape(N, C, H * W) + b[:, None]).reshape(N, len(w), H, W)
    ### END SOLUTION


def affine_to_conv(W: np.ndarray, input_shape: tuple) -> np.ndarray:
    """The filters that do to a map what an affine layer does to the map laid out as a row.

    W: (D, M) float, weights of the affine layer
    input_shape: (C, H, W) of the map, with D = C H W, laid out as by reshape
    returns: (M, C, H, W) float
    raises: ValueError where D is another number
    """
    ### BEGIN SOLUTION
    if len(W) != np.prod(input_shape):
        raise ValueError(f"{len(W)} weights a unit do not make filters of {input_shape}")
    return W.T.reshape(-1, *input_shape)
    ### END SOLUTION


# %% check="conv-as-conv" points=5
with checks.verdict("pixels as rows, layers as filters") as rng:
    x, w, b = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(6, 3)), rng.normal(size=6)
    due = oracle.conv.conv2d(x, w[:, :, None, None], b, {})
    checks.equal(checks.leaves_alone(conv_1x1, x, w, b, share=0.05), due, "out of conv_1x1")
    checks.without_loops(conv_1x1, share=0.1)
    W, shape = rng.normal(size=(60, 6)), (3, 4, 5)
    due = oracle.conv.affine_filters(W, shape)
    checks.equal(checks.leaves_alone(affine_to_conv, W, shape, share=0.05), due, "filters")
    with checks.share(0.1, "Weights for another shape"):
        checks.raises(ValueError, affine_to_conv, W, (3, 4, 4), reason="60 is not 3 x 4 x 4.")
    ### BEGIN HIDDEN TESTS
    x, w, b = rng.normal(size=(1, 4, 1, 3)), rng.normal(size=(1, 4)), rng.normal(size=1)
    due = oracle.conv.conv2d(x, w[:, :, None, None], b, {})
    checks.equal(conv_1x1(x, w, b), due, "out of conv_1x1")
    W = rng.normal(size=(60, 5))
    due = oracle.conv.affine_filters(W, (15, 4, 1))
    checks.equal(affine_to_conv(W, (15, 4, 1)), due, "filters")
    with checks.share(0.1, "Weights for another shape"):
        W = rng.normal(size=(120, 6))
        checks.raises(ValueError, affine_to_conv, W, (3, 4, 5), reason="120 is not 3 x 4 x 5.")
    ### END HIDDEN TESTS

# %% [markdown]
# ## A ConvNet
#
# CONV, RELU, POOL come so often in a row that they are worth a function: the **sandwich**. Forward through
# all three; a cache of three caches; back in reverse order. The layers come as an argument,
# `layers["conv"]` being a pair (forward, backward), so that the sandwich works with slow layers and fast
# ones. (CS231n's own versions have no such argument and call their layers by name; they work here, too.)
#
# With it, the smallest ConvNet: *conv, ReLU, 2 x 2 max pool, affine, ReLU, affine, softmax*. For images
# $(3, 32, 32)$, 16 filters of 3 x 3 and 100 hidden units, count its parameters:
#
# | | shape | parameters |
# | --- | --- | --- |
# | `W1`, `b1` | $(16, 3, 3, 3)$, $(16,)$ | 448 |
# | map after conv, padding 1 | $(N, 16, 32, 32)$ | |
# | map after the pool | $(N, 16, 16, 16)$ | |
# | `W2`, `b2` | $(16 \cdot 16 \cdot 16,\ 100)$, $(100,)$ | ? |
# | `W3`, `b3` | $(100, 10)$, $(10,)$ | 1,010 |
#
# <details><summary>The missing number, and a thought</summary>
#
# $4096 \cdot 100 + 100 = 409{,}700$. Of 411,158 parameters 99.9 % are in the two dense layers, nearly
# all in the first of them.
#
# </details>

# %% [markdown]
# ### Exercise 5.14: a ConvNet
# 17 points · about 40 minutes · medium
#
# The sandwich first, then the net. The affine layer lays its input out as rows, as in lesson 03, and its
# backward pass gives the shape back.

# %% [markdown] hint="conv-net"
# The sandwich: three calls forward, each on the result of the one before; backward the same three in
# reverse order, each with its own cache.
#
# The net: write down the shapes of W1, W2 and W3 first. The pool halves height *and* width, so W2 has
# `num_filters * (H // 2) * (W // 2)` rows. `pad = (filter_size - 1) // 2` keeps the size.
#
# `loss` goes forward through sandwich, affine, ReLU and affine and keeps four caches; if y is None it
# returns the scores. Then `self.layers["loss"](out, y)` gives loss and gradient, and the caches are used
# from the last to the first. Regularisation: `0.5 * reg * sum(W**2)` in the loss, `reg * W` in each
# gradient; no biases.


# %% answer="conv-net"
def conv_relu_pool_forward(x, w, b, conv_param: dict, pool_param: dict, layers: dict) -> tuple:
    """Convolution, ReLU, pooling.

    x: (N, C, H, W), w: (F, C, HH, WW), b: (F,) float; conv_param, pool_param: as before
    layers: "conv", "relu", "pool", each (forward, backward)
    returns: out, and a cache
    Source: CS231n, assignment 2, layer_utils.py
    """
    ### BEGIN SOLUTION
    out, conv_cache = layers["conv"][0](x, w, b, conv_param)
    out, relu_cache = layers["relu"][0](out)
    out, pool_cache = layers["pool"][0](out, pool_param)
    return out, (conv_cache, relu_cache, pool_cache)
    ### END SOLUTION


def conv_relu_pool_backward(dout: np.ndarray, cache, layers: dict) -> tuple:
    """dout: shape of out; cache: of the forward pass; layers: as there. returns: dx, dw, db"""
    ### BEGIN SOLUTION
    conv_cache, relu_cache, pool_cache = cache
    dout = layers["pool"][1](dout, pool_cache)
    dout = layers["relu"][1](dout, relu_cache)
    return layers["conv"][1](dout, conv_cache)
    ### END SOLUTION


class ThreeLayerConvNet:
    """conv, ReLU, 2 x 2 max pool, affine, ReLU, affine, softmax. Source: CS231n, cnn.py"""

    def __init__(
        self,
        layers: dict,
        input_dim: tuple = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        """Make `self.params`: W1, b1 (conv), W2, b2 (hidden), W3, b3 (scores), of the given dtype.

        layers: "conv", "relu", "pool", "affine": (forward, backward); "loss": scores, y -> (loss, dscores)
        input_dim: (C, H, W), H and W even; num_filters: F; filter_size: odd, height and width of a
            filter; stride 1 and a padding that keeps the size
        hidden_dim: units of the hidden layer; num_classes: how many scores
        weight_scale: standard deviation of the initial weights, whose mean is 0; biases begin at 0
        reg: strength of the regularisation; dtype: in which everything is computed
        seed: the same seed makes the same weights
        """
        ### BEGIN SOLUTION
        (C, H, W), rng = input_dim, np.random.default_rng(seed)
        shapes = {
            "1": ((num_filters, C, filter_size, filter_size), num_filters),
            "2": ((num_filters * (H // 2) * (W // 2), hidden_dim), hidden_dim),
            "3": ((hidden_dim, num_classes), num_classes),
        }
        self.layers, self.reg, self.dtype = layers, reg, dtype
        self.params: dict[str, np.ndarray] = {}
        for i, (shape, units) in shapes.items():
            self.params[f"W{i}"] = rng.normal(0, weight_scale, shape).astype(dtype)
            self.params[f"b{i}"] = np.zeros(units, dtype)
        ### END SOLUTION

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        """Scores, or loss and gradients, with the values that `self.params` has now.

        X: (N, C, H, W) float of any dtype; y: (N,) int, or None
        returns: scores (N, classes) where y is None; else the loss, which includes
            0.5 * reg * (sum of all squared weights, without biases), and {name: gradient}
        """
        ### BEGIN SOLUTION
        W1, b1, W2, b2, W3, b3 = (self.params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        (affine, affine_back), (relu, relu_back) = self.layers["affine"], self.layers["relu"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        X = X.astype(self.dtype)
        out, first = conv_relu_pool_forward(X, W1, b1, conv_param, pool_param, self.layers)
        out, second = affine(out, W2, b2)
        out, hinge = relu(out)
        out, third = affine(out, W3, b3)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        dout, grads["W3"], grads["b3"] = affine_back(dout, third)
        dout, grads["W2"], grads["b2"] = affine_back(relu_back(dout, hinge), second)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dout, first, self.layers)
        for name in ("W1", "W2", "W3"):
            loss += 0.5 * self.reg * float((self.params[name] ** 2).sum())
            grads[name] = grads[name] + self.reg * self.params[name]
        return loss, grads
        ### END SOLUTION


# %% check="conv-net-sandwich" points=5
with checks.verdict("the sandwich of three layers") as rng:
    x, w, b = rng.normal(size=(4, 3, 6, 8)), rng.normal(size=(5, 3, 3, 3)), rng.normal(size=5)
    args = x, w, b, {"stride": 1, "pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}
    due, dout = oracle.conv.conv_relu_pool(*args), rng.normal(size=(4, 5, 3, 4))
    grads_due = oracle.gradients(oracle.conv.conv_relu_pool, dout, *args)
    kit, back_kit = layers_for(conv_relu_pool_forward), layers_for(conv_relu_pool_backward)
    out, cache = checks.leaves_alone(conv_relu_pool_forward, *args, **kit, share=0.05)
    checks.equal(out, due, "out")
    dx, dw, db = checks.leaves_alone(conv_relu_pool_backward, dout, cache, **back_kit, share=0.05)
    checks.equal(dx, grads_due[0], "dx")
    checks.equal(dw, grads_due[1], "dw")
    checks.equal(db, grads_due[2], "db")
    ### BEGIN HIDDEN TESTS
    x, w = rng.normal(size=(1, 2, 7, 8)), rng.normal(size=(5, 2, 4, 5))
    args = x, w, b, {"stride": 1, "pad": 1}, {"pool_height": 3, "pool_width": 2, "stride": 1}
    due = oracle.conv.conv_relu_pool(*args)
    dout = rng.normal(size=due.shape)
    grads_due = oracle.gradients(oracle.conv.conv_relu_pool, dout, *args)
    out, cache = conv_relu_pool_forward(*args, **kit)
    checks.equal(out, due, "out with a pool of 3 x 2")
    mine = conv_relu_pool_backward(dout, cache, **back_kit)
    checks.equal(mine, grads_due, "dx, dw, db")
    ### END HIDDEN TESTS

# %% check="conv-net-start" points=2
with checks.verdict("parameters of a new ConvNet") as rng:
    net = new_net(ThreeLayerConvNet, (3, 4, 10), 7, 3, 60, 40, weight_scale=0.2)
    fitting = oracle.conv.conv_net_params(rng, (3, 4, 10), 7, 3, 60, 40)
    due = {name: np.shape(value) for name, value in fitting.items()}
    checks.equal({name: np.shape(value) for name, value in net.params.items()}, due, "shapes")
    checks.equal(float(np.std(net.params["W2"])), 0.2, "std of W2", tolerance=0.1)
    checks.equal(net.params["b2"], np.zeros(60), "b2")
    with checks.share(0.1, "seed"):
        nets = [new_net(ThreeLayerConvNet, (1, 4, 4), 2, seed=seed) for seed in (0, 0, 1)]
        first, again, other = (each.params["W1"] for each in nets)
        checks.holds(np.array_equal(again, first), "The same seed must make the same weights.")
        checks.holds(not np.array_equal(other, first), "Another seed must make other weights.")
    ### BEGIN HIDDEN TESTS
    due = {
        "W1": (32, 3, 7, 7),
        "W2": (8192, 100),
        "W3": (100, 10),
        "b1": (32,),
        "b2": (100,),
        "b3": (10,),
    }
    usual = new_net(ThreeLayerConvNet).params
    found = {name: np.size(usual[name]) for name in due}
    checks.equal(found, {name: int(np.prod(due[name])) for name in due}, "sizes with the defaults")
    for name in ("W1", "W2", "W3"):
        checks.equal(float(np.std(usual[name])), 1e-3, f"std of {name}", tolerance=0.15)
        checks.holds(abs(float(np.mean(usual[name]))) < 2e-4, f"The mean of {name} must be 0.")
    for name in ("b1", "b2", "b3"):
        checks.equal(usual[name], np.zeros(due[name]), name)
    with checks.share(0.1, "seed"):
        nets = [new_net(ThreeLayerConvNet, (1, 4, 4), 2, **how) for how in ({}, {"seed": 0})]
        first, again = (each.params["W3"] for each in nets)
        checks.equal(again, first, "W3 made with seed 0, the default")
    ### END HIDDEN TESTS

# %% check="conv-net-loss" points=4
with checks.verdict("scores and loss of the ConvNet") as rng:
    X, y = rng.normal(size=(5, 2, 8, 6)), rng.integers(4, size=5)
    params = oracle.conv.conv_net_params(rng, (2, 8, 6), 3, 5, 7, 4)
    scores = oracle.conv.conv_net_scores(X, params)
    loss, _ = oracle.conv.conv_net_loss(X, y, params, 0.3)
    net = new_net(ThreeLayerConvNet, (2, 8, 6), 3, 5, 7, 4, reg=0.3, dtype=np.float64)
    net.params = dict(params)
    checks.equal(checks.leaves_alone(net.loss, X, y, share=0.05)[0], loss, "loss")
    checks.equal(net.loss(X), scores, "scores")
    with checks.share(0.1, "A net of float32"):
        narrow = new_net(ThreeLayerConvNet, (2, 8, 6), 3, 5, 7, 4).loss(X)
        checks.equal(narrow.dtype.name, "float32", "dtype of the scores")
    ### BEGIN HIDDEN TESTS
    X, y = rng.normal(size=(1, 1, 4, 10)), np.array([2])
    params = oracle.conv.conv_net_params(rng, (1, 4, 10), 2, 3, 5, 3)
    due = oracle.conv.conv_net_scores(X, params), oracle.conv.conv_net_loss(X, y, params)[0]
    plain = new_net(ThreeLayerConvNet, (1, 4, 10), 2, 3, 5, 3, dtype=np.float64)
    plain.params = dict(params)
    checks.equal(plain.loss(X.copy()), due[0], "scores of one image")
    checks.equal(plain.loss(X.copy(), y.copy())[0], due[1], "loss of one image, without reg")
    with checks.share(0.1, "A net of float32"):
        narrow = new_net(ThreeLayerConvNet, (1, 4, 10), 2, 3, 5, 3, reg=0.1)
        dtypes = {name: grad.dtype.name for name, grad in narrow.loss(X, y)[1].items()}
        checks.equal(dtypes, dict.fromkeys(params, "float32"), "dtypes of the gradients")
    ### END HIDDEN TESTS

# %% check="conv-net-gradient" points=6
with checks.verdict("gradients of the ConvNet") as rng:
    X, y = rng.normal(size=(5, 2, 8, 6)), rng.integers(4, size=5)
    params = oracle.conv.conv_net_params(rng, (2, 8, 6), 3, 5, 7, 4)
    _, due = oracle.conv.conv_net_loss(X, y, params, 0.3)
    net = new_net(ThreeLayerConvNet, (2, 8, 6), 3, 5, 7, 4, reg=0.3, dtype=np.float64)
    net.params = {name: value.copy() for name, value in params.items()}
    _, grads = checks.leaves_alone(net.loss, X, y, share=0.05)
    for name in params:
        checks.equal(grads[name], due[name], name)
    with checks.share(0.05, "After a call of loss"):
        checks.equal(net.params, params, "params")
    ### BEGIN HIDDEN TESTS
    X, y = rng.normal(size=(1, 1, 4, 10)), np.array([2])
    params = oracle.conv.conv_net_params(rng, (1, 4, 10), 2, 3, 5, 3)
    _, due = oracle.conv.conv_net_loss(X, y, params, 0.1)
    net = new_net(ThreeLayerConvNet, (1, 4, 10), 2, 3, 5, 3, reg=0.1, dtype=np.float64)
    net.params = dict(params)
    _, grads = net.loss(X, y)
    for name in params:
        checks.equal(grads[name], due[name], f"{name}, one image of 4 x 10")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Train it
#
# The convolution and the net are yours, in float32, as training usually is. Adam (lesson 04) comes from
# PyTorch here and changes your weights in place. For comparison, lesson 04's net with two hidden layers of
# 100 units is trained on the same pixels. Both together take well under a minute of a free core.

# %% tags=["experiment"]
fast_layers = reference_layers() | {"conv": (conv_forward_fast, conv_backward_fast)}
# After exercise 5.12: fast_layers["pool"] = (max_pool_forward_fast, max_pool_backward_fast)
train_X, test_X = (((part.images / 255 - 0.5).astype(np.float32)) for part in (train_set, test_set))


@one_thread()
def label(net, X: np.ndarray) -> np.ndarray:
    """Class of every image, 200 at a time."""
    return np.concatenate(
        [net.loss(part).argmax(axis=1) for part in np.array_split(X, -(-len(X) // 200))]
    )


def scale_weights(params: dict) -> None:
    """Give weights the standard deviation of He et al. (lesson 04), in place."""
    for w in params.values():
        if w.ndim > 1:
            w *= np.sqrt(2 / (w[0].size if w.ndim == 4 else len(w))) / w.std()


def means_of_ten(track: list[float]) -> list[float]:
    return np.convolve(track, np.ones(10) / 10, "valid").tolist()


# %% tags=["experiment"]
@one_thread()
def fit(net, X: np.ndarray, y: np.ndarray, epochs: int, seed: int = 0) -> list[float]:
    """Adam on minibatches of 100. returns: the loss of every step"""
    tensors = {name: torch.from_numpy(w) for name, w in net.params.items()}  # the same memory
    adam, losses = torch.optim.Adam(tensors.values(), lr=1e-3), []
    order = np.random.default_rng(seed)
    for _ in range(epochs):
        for rows in np.array_split(order.permutation(len(X)), len(X) // 100):
            loss, grads = net.loss(X[rows], y[rows])
            losses.append(loss)
            for name, tensor in tensors.items():
                tensor.grad = torch.tensor(grads[name], dtype=tensor.dtype)
            adam.step()
    return losses


# %% tags=["experiment"]
from types import SimpleNamespace

settings: dict = {"num_filters": 16, "filter_size": 3, "reg": 1e-2}
halves = {"stride": 2, "pool_height": 2, "pool_width": 2}
convnet = ThreeLayerConvNet(fast_layers, **settings)
scale_weights(convnet.params)
draw, sizes = np.random.default_rng(0), [3072, 100, 100, 10]
old = {f"W{i}": draw.normal(size=(sizes[i - 1], sizes[i])) for i in (1, 2, 3)}  # lesson 04's net
old |= {f"b{i}": np.zeros(sizes[i]) for i in (1, 2, 3)}
scale_weights(old)


def old_loss(X, y=None):
    rows, net = X.reshape(len(X), -1), oracle.train
    return net.net_scores(rows, old) if y is None else net.net_loss(rows, y, old, 1e-2)


nets = {"ConvNet": convnet, "dense net": SimpleNamespace(params=old, loss=old_loss)}
losses = {name: fit(net, train_X, train_set.labels, 3) for name, net in nets.items()}
figures.show(
    figures.loss_curves({name: means_of_ten(track) for name, track in losses.items()}),
    caption="Loss on the training images, means of ten steps. It includes the regularisation, which is larger for the dense net: compare how they fall, and compare the accuracies below.",
    alt="Two falling loss curves over 240 steps.",
)
for name, net in nets.items():
    print(
        f"{name}: {100 * np.mean(label(net, test_X) == test_set.labels):.1f} % of the test images right"
    )

# %% [markdown]
# | data | ConvNet, test | dense net, test |
# | --- | --- | --- |
# | shapes | 46 to 50 % | 38 to 46 % |
# | CIFAR-10 | 46 to 50 % | 39 to 42 % |
#
# (8,000 training and 1,000 test images, three epochs, three seeds.)
#
# What has the ConvNet learnt? Nine pixels in colour tell little, and after three epochs the filters still
# resemble their random initial weights. What a filter *does* shows in its **feature map**. Go through the
# sixteen: find one that answers to edges, one to a colour, one to the background. What does the ReLU take
# away, and what does the pool leave?
#
# <details><summary>Answer</summary>
#
# The ReLU takes away every place that shows the opposite of the filter: an edge from dark to light stays, the
# same edge from light to dark becomes 0. The pool leaves the strongest answer of each two by two pixels:
# the shape is still there, at half the resolution, and a shift by one pixel changes less.
#
# </details>

# %% tags=["experiment"]
shown = test_X[:12]
conv_param = {"stride": 1, "pad": 1}
maps = {"conv": conv_forward_fast(shown, convnet.params["W1"], convnet.params["b1"], conv_param)[0]}
maps["ReLU"] = np.maximum(maps["conv"], 0)
maps["pool"] = fast_layers["pool"][0](maps["ReLU"], halves)[0]
figures.show(
    figures.image_grid(figures.as_pictures(convnet.params["W1"]), columns=8, size=0.8),
    caption="The sixteen filters of 3 x 3 x 3 after training, each stretched to the whole range of colours.",
    alt="Sixteen small coloured squares of three by three pixels; some hold a dark and a light half, others one colour.",
)


def browse(state: figures.conv.MapsState):
    return figures.conv.feature_browser(state, test_set.images[:12], convnet.params["W1"], maps)


figures.interactive(
    browse,
    figures.conv.MapsState(),
    caption="One image, one filter, and what your layers make of them. Purple is negative, orange is positive, white is 0.",
    alt="An image, a filter of three by three pixels, and three maps: after the convolution, after the ReLU, after the pool.",
    image=(0, 11, 1),
    filter=(0, 15, 1),
)

# %% [markdown]
# ## On shifted images
#
# The beginning of this lesson promised that a moved object is no new object. Test it: move
# all test images to the right, and fill the gap with your `pad_images` in mode "replicate".


# %% tags=["experiment"]
def shifted(images: np.ndarray, pixels: int) -> np.ndarray:
    return pad_images(images, (0, pixels), "replicate")[..., :32]


distances = [0, 1, 2, 4, 6, 8, 10]
shares: dict[str, tuple[list[int], list[float]]] = {}
for name, net in nets.items():
    right = [
        100 * np.mean(label(net, shifted(test_X, far)) == test_set.labels) for far in distances
    ]
    shares[name] = (distances, right)
figures.show(
    figures.curves(shares, "shift to the right (pixels)", "accuracy (%)", ylim=(0, 60)),
    caption="Accuracy on 1,000 test images, moved to the right. Both lines fall: the ConvNet starts higher, and at ten pixels the two nearly meet. Guessing gives 10 %.",
    alt="Two falling lines over the shift from 0 to 10 pixels.",
)
kept = {name: 100 * values[4] / values[0] for name, (_, values) in shares.items()}
print(
    ", ".join(
        f"{name}: {share:.0f} % of its accuracy is left after 6 pixels"
        for name, share in kept.items()
    )
)

# %% [markdown]
# Without a shift the ConvNet leads. At ten pixels the two lines nearly meet. Was the promise false? Look at
# your maps: they *do* move along with the object, one pixel of the map for two of the image. But then
# comes `W2`, with a weight for every place of the map. Of all parameters of this net 99.9 % are tied to a
# place again, as in lesson 04. Convolution makes the answer *move*; only what comes after can make it
# *stay*. Two ways out are ahead: show the net moved images (lesson 07), or replace the large dense layer by
# an average over all places (lesson 08).
#
# ### The pyramid
#
# A third way is to leave less for the dense layer to do. Real nets put several convolutions in a row, each
# followed by a pool: height and width are halved, the number of filters is doubled. The maps become small
# and deep, a **pyramid**. Predict the three lines before you run the cell: the shape of the map, the
# parameters, the multiplications for one image.

# %% tags=["experiment"]
out, pyramid = test_X[:1], np.random.default_rng(0)
for filters in (16, 32, 64):
    channels, height, width = out.shape[1:]
    w = 0.1 * pyramid.normal(size=(filters, channels, 3, 3)).astype(np.float32)
    numbers, multiplications = count_parameters(3, channels, filters), w.size * height * width
    zero = np.zeros(filters, np.float32)
    out, _ = conv_relu_pool_forward(out, w, zero, conv_param, halves, fast_layers)
    print(f"map {out.shape[1:]}, {numbers:,} parameters, {multiplications:,} multiplications")
print(f"a dense layer from there to 10 classes: {out[0].size * 10 + 10:,} parameters")

# %% [markdown]
# 33,834 parameters in all, a twelfth of your net's. Why double the filters after each pool? A quarter of the
# places, twice the channels in and twice the filters: the second and the third stage cost the
# same. And the receptive
# field (exercise 5.6) grows to 22 pixels, so that the last stage sees most of the image. This pyramid is
# the ConvNet of the scoreboard below.
#
# How many filters? Few at first, where there are few kinds of edges and colours to tell apart and many
# places to pay for; more after each pool, where many combinations are possible. 16 to 64 in the first
# stage is usual; if the *training* accuracy stays low, take more. Powers of two are a habit. Matrix
# products run in blocks, and a multiple of 8 or 16 fills them; nothing in the mathematics asks for more:
# AlexNet has layers of 96 and 384.
#
# ### Sliding the whole net
#
# Now the trick with the dense layers. `W2` expects a map of 16 x 16 x 16; as filters it slides over larger
# maps. The net below reads a street of six test images at once, and answers every two pixels.

# %% tags=["experiment"]
chosen = np.flatnonzero(label(convnet, test_X) == test_set.labels)[[0, 3, 5, 8, 11, 13]]
street = np.concatenate(list(test_X[chosen]), axis=2)[None]  # (1, 3, 32, 192)
weights_of = convnet.params
valid = {"stride": 1, "pad": 0}
map_of_street, _ = conv_relu_pool_forward(
    street, weights_of["W1"], weights_of["b1"], conv_param, halves, fast_layers
)
hidden, _ = conv_forward_fast(
    map_of_street, affine_to_conv(weights_of["W2"], (16, 16, 16)), weights_of["b2"], valid
)
street_scores = conv_1x1(np.maximum(hidden, 0), weights_of["W3"].T, weights_of["b3"])[0]
print("scores of the street:", street_scores.shape, "= (classes, places down, places across)")
figures.show(
    figures.conv.sliding_answers(street[0] + 0.5, street_scores[:, 0], test_set.classes, 32, 2),
    caption="The class with the highest score for each window of 32 pixels, at the middle of the window. Where the window holds one whole image, the answer is the net's answer to that image; in between the answer changes from one class to the next.",
    alt="Six images side by side; below them a strip of coloured bars with the names of the classes that the sliding net gives.",
)
alone = label(convnet, test_X[chosen].repeat(34, axis=0))[::34]
print("alone:", [test_set.classes[k] for k in alone])
print("slid: ", [test_set.classes[k] for k in street_scores[:, 0, ::16].argmax(axis=0)])

# %% [markdown]
# Where a window holds one whole image, the sliding net nearly always says what the net says of that image
# alone. In between it guesses: in training it never saw two
# halves, and it has no class for "nothing". Finding things in large pictures
# begins here, and goes on in lesson 13. One question: the scores at those six places are close to those
# of the single images, but not equal. Which layer sees something else at the seam?
#
# <details><summary>Answer</summary>
#
# The convolution. A single image is followed by a frame of zeros; in the street the next image begins there.
#
# </details>
#
# ## A net that learns, but badly
#
# A colleague reads the same images with another library, which gives `(N, H, W, C)`: rows, columns,
# channels last. Your net wants `(N, C, H, W)`. "Easily done", says the colleague, and nothing raises an
# error. The loss even falls. Compare with yours, and find the line before you open the answer.

# %% tags=["experiment"]
from_library = train_set.images.transpose(0, 2, 3, 1)  # what the other library gives
theirs_X = (from_library.reshape(-1, 3, 32, 32) / 255 - 0.5).astype(np.float32)
theirs = ThreeLayerConvNet(fast_layers, **settings)
scale_weights(theirs.params)
track = fit(theirs, theirs_X, train_set.labels, 1)
both_tracks = {"yours": losses["ConvNet"][: len(track)], "the colleague's": track}
figures.show(
    figures.loss_curves({name: means_of_ten(values) for name, values in both_tracks.items()}),
    caption="The same net, the same images, the same labels, for one epoch. Both losses fall, but the colleague's stays above yours.",
    alt="Two falling loss curves, the colleague's above yours.",
)
for name, values in both_tracks.items():
    print(f"{name}: mean loss of the last twenty steps {np.mean(values[-20:]):.3f}")

# %% [markdown]
# <details><summary>The reason</summary>
#
# Look at what the net is given: `figures.image_grid(theirs_X[:5] + 0.5)`. The pictures are scrambled.
# `reshape` keeps the numbers in their order and only divides them into other axes. So "channel 0" now holds
# red, green and blue of the first eleven rows, interleaved. `transpose(0, 3, 1, 2)` moves axes. A dense net
# would not have noticed: it never knew which pixels were neighbours. The first rule of training is to
# look at what goes in, *after* the last line that changes it.
#
# </details>

# %% [markdown]
# ## The scoreboard
#
# Small filters that look at every place in the same way, and pools: the first net here that knows that a
# picture has two dimensions. It is the largest step of the course. (This is the pyramid, trained for longer
# than the net above.)

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("05"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# Convolutions in one and two dimensions with stride and padding, their gradients, pooling, a convolution at
# the speed of a library, and a ConvNet. Answer without looking up:
#
# 1. A layer has 64 filters of 3 x 3 on 32 channels. How many parameters? And how many multiplications for
#    an image of 32 x 32, with padding 1?
#
#    <details><summary>Answer</summary>
#
#    $(3 \cdot 3 \cdot 32 + 1) \cdot 64 = 18{,}496$ parameters. Each of 1,024 places needs 288
#    multiplications for each of 64 filters: 18,874,368, a thousand times as many, because every weight is
#    used at every place.
#
#    </details>
#
# 2. Why may ReLU and max pooling be swapped, and which order is cheaper? May ReLU and average pooling be
#    swapped?
#
#    <details><summary>Answer</summary>
#
#    ReLU is monotonic: it never reverses an order, so the largest number of a window stays the
#    largest. Pooling first leaves
#    a quarter of the numbers for the ReLU. A mean is another matter: of $(-3, 1)$ the mean is $-1$ and its
#    ReLU 0, but the mean of $(0, 1)$ is 0.5.
#
#    </details>
#
# 3. Backward through a convolution with stride 1 is itself a convolution of `dout`. With which filter, and
#    which padding?
#
#    <details><summary>Answer</summary>
#
#    With the same weights turned round in both directions, and with the axes of filters and channels
#    exchanged; the padding is $F - 1 - P$. A pixel that met weight $u$ of window $i$ gets
#    $\text{dout}_i\,w_u$, and $i + u$ is the same for all of them: that is a convolution in the
#    mathematician's sense.
#
#    </details>
#
# 4. Two layers of 3 x 3 with dilations 1 and 2, or one of 7 x 7: which sees more, which has more weights?
#
#    <details><summary>Answer</summary>
#
#    Both see 7 pixels in a row: $1 + 2 \cdot 1 + 2 \cdot 2 = 7$. The two layers have $2 \cdot 9 = 18$ weights
#    for each pair of channels, the single layer 49, and the two have a nonlinearity between them.
#
#    </details>
#
# 5. Your net accepts 32 x 32 images only. Which layer is to blame, and what are the two ways out?
#
#    <details><summary>Answer</summary>
#
#    The first dense layer, which has a weight for every place of the map. Turn it into a convolution and
#    slide it, so that a larger image gives a map of answers; or average each channel over all places
#    before it, so that a map of any size gives as many numbers as there are channels.
#
#    </details>
#
# **References.** CS231n, [notes on convolutional networks](https://cs231n.github.io/convolutional-networks/) and [lecture 5 of 2017](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture5.pdf), and assignment 2. Dumoulin and Visin 2016, [a guide to convolution arithmetic](https://arxiv.org/abs/1603.07285), with moving pictures; LeCun et al. 1998, [gradient-based learning](http://yann.lecun.com/exdb/publis/pdf/lecun-01a.pdf) (LeNet-5);
# Lin et al. 2014, [network in network](https://arxiv.org/abs/1312.4400); Springenberg et al. 2015, [the all convolutional net](https://arxiv.org/abs/1412.6806); Graham 2014, [fractional max-pooling](https://arxiv.org/abs/1412.6071); Lee et al. 2016, [generalizing pooling functions](https://arxiv.org/abs/1509.08985); Yu and Koltun 2016, [dilated convolutions](https://arxiv.org/abs/1511.07122); Zhang 2019, [shift-invariant again](https://arxiv.org/abs/1904.11486), on what a stride does to shifts.
#
# **Next:** lesson 06. The deeper the net, the more its signals drift from layer to layer. Batch normalisation
# keeps them in place.
