# %% [markdown]
# # 05 Conv layers
#
# Afterwards you can write convolution and pooling layers with their gradients, make them as fast as a
# library's, and train a ConvNet that is built of nothing but your own layers.
#
# **Time:** about 7 hours. **Needs:** lesson 04. **Data:** the *shapes* that come with the course,
# or CIFAR-10 where you have it (`course data get cifar10`). **Points:** 100.

# %% nbgrader={"grade": false, "grade_id": "conv-setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import time

import numpy as np

from course_lib import checks, data, figures, oracle


def pair(value) -> tuple[int, int]:
    """Down and across: (2, 2) of 2, and (2, 1) of (2, 1). For your answers, too."""
    return (value, value) if isinstance(value, int) else tuple(value)


def reference_layers() -> dict:
    """Every layer of the net by PyTorch, as (forward, backward), in the dtype that comes in."""

    def softmax_loss(x, y):
        forward, backward = oracle.as_layer(oracle.softmax_layer)
        loss, cache = forward(x, y)
        return float(loss), backward(1.0, cache)

    kinds: dict = {"conv": oracle.conv, "relu": oracle.relu, "pool": oracle.max_pool}
    layers: dict = {name: oracle.as_layer(layer) for name, layer in kinds.items()}
    return layers | {"affine": oracle.as_layer(oracle.affine), "loss": softmax_loss}


# %% [markdown]
# ## The same star, somewhere else
#
# Below is one object, moved to the right step by step. A unit of lesson 04's first layer has a weight
# for every pixel. Let it be the best detector one could wish for: its weights *are* the object, in the
# middle. How strongly does it answer to each of the pictures?

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
# costs. A grey image of 200 x 200 pixels has 40,000 of them; as many units, each with a weight for every
# pixel, make $40{,}000 \cdot 40{,}000 = 1.6$ **billion** weights. Now 96 small detectors of 11 x 11 pixels, slid
# over the image: $96 \cdot 11 \cdot 11 = 11{,}616$ weights. Three ideas are behind it:
#
# - **Locality.** What a pixel means is decided by its neighbours, not by the far corner. A unit sees a
#   small window.
# - **Sharing.** An edge is an edge, here or there. All windows use the same weights, a **filter**.
# - **Translation.** Move the input and the answers move along. Nothing has to be learnt twice.
#
# ## On a line
#
# Begin in one dimension. Lay the filter $w$ of $F$ numbers on the first $F$ numbers of $x$, multiply
# each pair, add up. Move on by one. That list of product sums is a **correlation**:
#
# $$\text{out}_i = \sum_{k=0}^{F-1} x_{i+k}\, w_k, \qquad i = 0, \ldots, W - F$$
#
# With $x = (1, 1, 5, 5, 5, 2)$ and $w = (-1, 1)$: five numbers. Write them down. Where is the line flat,
# and where does it jump?
#
# <details><summary>The five numbers</summary>
#
# $(0, 4, 0, 0, -3)$: flat, a jump up, flat, flat, a jump down.
# </details>
#
# $(-1, 1)$ finds jumps. $(1, 1, 1)/3$ blurs: each number becomes the mean of three. What a
# filter does depends on its numbers alone, and those will be *learnt*.
#
# In mathematics a **convolution** turns the filter round first: $\sum_k x_{i+k}\, w_{F-1-k}$. With
# $w = (-1, 1)$ it gives $(0, -4, 0, 0, 3)$. Nets do not care: a learnt filter comes out turned round,
# that is all. So "convolution" layers compute correlations, in every library, and here as well.


# %% nbgrader={"grade": false, "grade_id": "conv-1d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def correlate(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Product sums of a filter with every window that lies inside.

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
    if len(w) > len(x):
        raise ValueError(f"a filter of {len(w)} does not fit into {len(x)} numbers")
    return np.array([x[i : i + len(w)] @ w[::-1] for i in range(len(x) - len(w) + 1)])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-1d-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("product sums along a line") as rng:
    x, w = rng.normal(size=9), rng.normal(size=4)
    due, turned = oracle.correlate_1d(x, w), oracle.correlate_1d(x, w[::-1])
    slips = {
        "The filter is turned round: correlate takes it as it stands.": turned,
        "One window is missing: there are W - F + 1 of them.": due[:-1],
        "Windows that stick out are counted, too: take those that lie inside.": np.convolve(
            x, w[::-1]
        ),
    }
    checks.equal(correlate(x, w), due, "correlation", suspects=slips)
    straight = {
        "The filter is not turned round: this is the correlation.": due,
        "Turn the filter round, not x: the answers come in the wrong order.": turned[::-1],
    }
    checks.equal(convolve(x, w), turned, "convolution", suspects=straight)
    ### BEGIN HIDDEN TESTS
    checks.equal(correlate(x, x), np.array([x @ x]), "correlation with a filter as long as x")
    checks.equal(convolve(x, w[:1]), x * w[0], "convolution with a filter of one number")
    checks.leaves_alone(correlate, x, w)
    checks.leaves_alone(convolve, x, w)
    for function in (correlate, convolve):
        reason = "A filter of 4 does not fit into 3 numbers."
        checks.raises(ValueError, function, x[:3], w, reason=reason)
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
# $$\text{size} = \frac{W - F + 2P}{S} + 1$$
#
# Seven numbers and a kernel of 3: with stride 1 five windows, with stride 2 three. With stride 3?
# $(7 - 3)/3 + 1 = 2.33$. Two windows cover six numbers and the last is never seen. Libraries round down
# in silence. You raise an error, because who chose these numbers has made a mistake.
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
# </details>


# %% nbgrader={"grade": false, "grade_id": "conv-output-size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_size(size: int, kernel: int, stride: int = 1, pad: int = 0) -> int:
    """How many windows there are along one side.

    size: pixels of the input; kernel: of the window; stride: from window to window
    pad: pixels added on each side
    returns: int
    raises: ValueError where the kernel is larger than the padded input, or the last window does not
        end where the padded input ends
    Source: CS231n notes, "Convolutional networks"
    """
    ### BEGIN SOLUTION
    room = size + 2 * pad - kernel
    if room < 0 or room % stride:
        raise ValueError(f"windows of {kernel}, stride {stride}, do not fit {size} + 2 x {pad}")
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


# %% nbgrader={"grade": true, "grade_id": "conv-output-size-check", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("the arithmetic of windows"):
    sizes = [(7, 3, 1, 0), (7, 3, 2, 0), (11, 5, 5, 2), (32, 5, 1, 2), (9, 1, 2, 0)]
    due = [len(range(0, W + 2 * P - F + 1, S)) for W, F, S, P in sizes]
    slips = {
        "The padding is counted once: it is put on both sides.": [
            (W - F + P) // S + 1 for W, F, S, P in sizes
        ],
        "One window is missing: the first one needs no step.": [n - 1 for n in due],
        "The stride is not used.": [W - F + 2 * P + 1 for W, F, S, P in sizes],
    }
    checks.equal([output_size(*four) for four in sizes], due, "sizes", suspects=slips)
    loud = "Seven pixels, a kernel of 3 and stride 3 leave a pixel over."
    checks.raises(ValueError, output_size, 7, 3, 3, reason=loud)
    slips = {"Padding comes on both sides: half of F - 1 is enough.": [0, 2, 4, 10]}
    checks.equal([same_padding(F) for F in (1, 3, 5, 11)], [0, 1, 2, 5], "paddings", suspects=slips)
    slips = {
        "The biases are missing: one for each filter.": 750,
        "Each filter has a bias of its own.": 751,
        "A filter goes through all channels of its input.": 260,
        "A filter has one bias, not one for each channel.": 780,
    }
    checks.equal(count_parameters(5, 3, 10), 760, "parameters", suspects=slips)
    ### BEGIN HIDDEN TESTS
    large = "A kernel of 5 does not fit into 3 pixels."
    checks.raises(ValueError, output_size, 3, 5, reason=large)
    checks.raises(ValueError, output_size, 3, 5, 2, reason=large)
    checks.equal(output_size(5, 5), 1, "windows of 5 in 5 pixels")
    checks.equal(output_size(3, 5, 1, 1), 1, "windows of 5 in 3 pixels with padding 1")
    checks.raises(
        ValueError, same_padding, 4, reason="No padding keeps the size under an even kernel."
    )
    checks.equal(count_parameters((3, 5), 4, 6), 366, "parameters of six filters of 3 x 5 x 4")
    checks.equal(count_parameters(11, 1, 96), 11616 + 96, "parameters of 96 filters of 11 x 11")
    ### END HIDDEN TESTS

# %% [markdown]
# ## What stands beyond the edge?
#
# Zeros are the usual choice, and a strange one: they put a dark frame round every picture, and a filter
# for edges will find it. Two others: **replicate** repeats the pixel at the edge, and **reflect** holds a
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


# %% nbgrader={"grade": false, "grade_id": "conv-pad", "locked": false, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "conv-pad-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("three kinds of padding") as rng:
    x = rng.normal(size=(2, 3, 4, 5))
    frame = ((0, 0), (0, 0), (2, 2), (1, 1))
    for mode in ("zero", "replicate", "reflect"):
        slips = {
            "The mirror stands on the edge pixel: do not repeat it.": np.pad(x, frame, "symmetric"),
            "The other end comes in: that is a picture that wraps round.": np.pad(x, frame, "wrap"),
            "pad is (down, across): yours are swapped.": oracle.padded(x, (1, 2), mode),
            "The frame goes on both sides.": oracle.padded(x, (2, 1), mode)[:, :, :-2, :-1],
            "Zeros, whatever the mode.": oracle.padded(x, (2, 1)),
        }
        checks.equal(
            pad_images(x, (2, 1), mode), oracle.padded(x, (2, 1), mode), mode, suspects=slips
        )
    ### BEGIN HIDDEN TESTS
    for mode in ("zero", "replicate", "reflect"):
        checks.equal(pad_images(x[:1], 3, mode), oracle.padded(x[:1], (3, 3), mode), f"{mode} by 3")
        checks.equal(
            pad_images(x, (0, 2), mode), oracle.padded(x, (0, 2), mode), f"{mode} by (0, 2)"
        )
        checks.equal(pad_images(x, 0, mode), x, f"{mode} by 0")
        checks.leaves_alone(pad_images, x, 2, mode)
    narrow = pad_images(x.astype(np.float32), 1, "replicate")
    checks.equal(narrow.dtype.name, "float32", "dtype of padded float32 images")
    checks.raises(ValueError, pad_images, x, 1, "mirror", reason="There is no such mode.")
    gone = "Four rows can be reflected by three at most."
    checks.raises(ValueError, pad_images, x, 4, "reflect", reason=gone)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Over a picture
#
# Two dimensions and several channels change nothing but the number of indices. A window of image $n$ is
# a block of $C \times HH \times WW$ numbers, a filter is another, and their product sum plus the filter's
# bias is *one* number of the result:
#
# $$\text{out}_{n f i j} = b_f + \sum_{c, u, v} \text{padded}_{n,\, c,\, i S + u,\, j S + v}\; w_{f c u v}$$
#
# | | shape |
# | --- | --- |
# | $x$ | $(N, C, H, W)$ |
# | $w$, $b$ | $(F, C, HH, WW)$, $(F,)$ |
# | out | $(N, F, H', W')$ with $H' = (H - HH + 2P)/S + 1$, $W'$ likewise |
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
# </details>
#
# Write it with plain loops. It will be slow, and it will be the yardstick for what follows. Images,
# kernels and strides need not be square: a setting is an int, or a pair (down, across), and `pair` of
# the first cell makes a pair of either.
#
# <details><summary>Hint: four loops in one line</summary>
#
# `for n, f, i, j in np.ndindex(out.shape):`
# </details>


# %% nbgrader={"grade": false, "grade_id": "conv-forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_forward_naive(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    """A convolution layer with zero padding, by loops.

    x: (N, C, H, W) float; w: (F, C, HH, WW) float; b: (F,) float
    conv_param: {"stride": int or (down, across), "pad": int or (down, across)}
    returns: out (N, F, H', W'), dtype of x; and the cache (x, w, b, conv_param)
    raises: ValueError where x and w have different C, or the windows do not fit (see output_size)
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    (N, C, H, W), (F, D, HH, WW) = padded.shape, w.shape
    if C != D:
        raise ValueError(f"images of {C} channels and filters of {D} do not go together")
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, F, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        window = padded[n, :, s * i : s * i + HH, t * j : t * j + WW]
        out[n, f, i, j] = (window * w[f]).sum() + b[f]
    return out, (x, w, b, conv_param)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-forward-check", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("a convolution by loops") as rng:
    x, w, b = rng.normal(size=(2, 3, 7, 7)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
    how = {"stride": 2, "pad": 1}
    due, dense = oracle.conv(x, w, b, how), oracle.conv(x, w, b, how | {"stride": 1})
    slips = {
        "The filters are turned round: nets correlate.": oracle.conv(
            x, w[:, :, ::-1, ::-1], b, how
        ),
        "Only the first channel is seen: a filter goes through all of them.": oracle.conv(
            x[:, :1], w[:, :1], b, how
        ),
        "The bias is missing.": oracle.conv(x, w, 0 * b, how),
        "The bias is added for every weight: add it once.": due + 26 * b[:, None, None],
        "Neighbouring windows start one pixel apart: they start a stride apart.": dense[
            :, :, :4, :4
        ],
        "The stride is not used.": dense,
        "The padding is not used.": oracle.conv(x, w, b, {"stride": 2, "pad": 0}),
    }
    checks.equal(conv_forward_naive(x, w, b, how)[0], due, "out", suspects=slips)
    x, how = rng.normal(size=(1, 3, 5, 9)), {"stride": (1, 2), "pad": (0, 1)}
    due = oracle.conv(x, w, b, how)
    square = "The width is computed from the height: images need not be square."
    checks.equal(conv_forward_naive(x, w, b, how)[0], due, "out", suspects={square: due[..., :3]})
    ### BEGIN HIDDEN TESTS
    for kernel, how in (
        ((3, 5), {"stride": 1, "pad": (1, 2)}),
        ((5, 3), {"stride": (2, 3), "pad": (0, 1)}),
        ((1, 2), {"stride": (1, 2), "pad": (2, 0)}),
    ):
        x, w = rng.normal(size=(2, 2, 7, 10)), rng.normal(size=(3, 2, *kernel))
        out, cache = checks.leaves_alone(conv_forward_naive, x, w, b[:3], how)
        sizes = f"out with a kernel of {kernel[0]} x {kernel[1]}, {how}"
        checks.equal(out, oracle.conv(x, w, b[:3], how), sizes)
        checks.equal(cache, (x, w, b[:3], how), "cache")
    plain = {"stride": 1, "pad": 0}
    checks.equal(
        conv_forward_naive(x[:1, :, :1, :2], w, b[:3], plain)[0],
        oracle.conv(x[:1, :, :1, :2], w, b[:3], plain),
        "out for one image of one window",
    )
    narrow, _ = conv_forward_naive(x.astype(np.float32), w.astype(np.float32), b[:3], plain)
    checks.equal(narrow.dtype.name, "float32", "dtype for float32 images")
    x, w = rng.normal(size=(1, 2, 7, 7)), rng.normal(size=(3, 2, 3, 3))
    rest = "7 pixels, a kernel of 3 and stride 3 leave a pixel over."
    checks.raises(ValueError, conv_forward_naive, x, w, b[:3], {"stride": 3, "pad": 0}, reason=rest)
    checks.raises(
        ValueError, conv_forward_naive, x[:, :, :2], w, b[:3], plain, reason="It is too small."
    )
    channels = "Images of 1 channel and filters of 2 do not go together."
    checks.raises(ValueError, conv_forward_naive, x[:, :1], w, b[:3], plain, reason=channels)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
photo = train_set.images[22].mean(axis=0) / 255
edge = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
filters = {"blur": np.ones((5, 5)) / 25, "edges upright": edge, "edges level": edge.T}
filters |= {"sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]])}
filters |= {"corners": np.array([[1.0, -2, 1], [-2, 4, -2], [1, -2, 1]])}
answers = {}
for name, kernel in filters.items():
    framed = pad_images(photo[None, None], len(kernel) // 2, "replicate")
    once = {"stride": 1, "pad": 0}
    answers[name] = conv_forward_naive(framed, kernel[None, None], np.zeros(1), once)[0][0, 0]
figures.show(
    figures.filter_gallery(photo, filters, answers),
    caption="One picture under five filters. Below each stands what your loops made of it: grey is 0 for the edges and corners, white positive, black negative.",
    alt="A grey picture; then five small tables of numbers, each with the filtered picture below it: blurred, upright edges, level edges, sharpened, corners.",
)

# %% [markdown]
# People chose such numbers by hand for thirty years. Yours will come from a gradient.
#
# **Aside: by frequencies.** A convolution becomes an ordinary product after a Fourier transform. Transform
# picture and filter, multiply, transform back: the cost hardly depends on the size of the filter. Does
# it pay? See from which size on. Most nets use filters of 1 to 7 pixels.

# %% tags=["experiment"]
import torch
from scipy.signal import fftconvolve

tiles = train_set.images[:16].mean(axis=1).reshape(4, 4, 32, 32)
mosaic = tiles.transpose(0, 2, 1, 3).reshape(128, 128)


def both_ways(size: int) -> dict:
    mean = np.ones((size, size)) / size**2
    pictures, means = torch.from_numpy(mosaic[None, None]), torch.from_numpy(mean[None, None])
    return {
        "product sums": lambda: torch.conv2d(pictures, means),
        "Fourier": lambda: fftconvolve(mosaic, mean, "valid"),
    }


kernels = [1, 3, 5, 7, 11, 15, 21]
medians = [figures.timings(both_ways(size), repeats=5)[1] for size in kernels]
taken = {name: (kernels, [1000 * each[name] for each in medians]) for name in medians[0]}
figures.show(
    figures.curves(taken, "kernel (pixels)", "time (ms)", log="y"),
    caption="One picture of 128 x 128 and one filter: product sums by PyTorch, Fourier by SciPy. The time of the former grows with the area of the filter, that of the latter hardly at all.",
    alt="Time against kernel size on a logarithmic axis: product sums rise steeply, Fourier stays level from 3 pixels on; they cross near 5.",
)

# %% [markdown]
# For one filter Fourier wins from about five pixels on. A layer has $F \cdot C$ of them, though, each of
# which must be blown up to the size of the picture before it is transformed, and most are 3 x 3. So libraries
# keep product sums for small filters, and make the products fast. So will you.
#
# ## Holes in the filter
#
# A filter of 3 x 3 sees little. Spread its nine weights: with **dilation** 2 there is one zero between
# neighbours, and it sees 5 x 5. With dilation $d$ it sees $(F - 1)\,d + 1$ and still has nine weights
# to learn. On a line, $(1, 2, 3)$ with dilation 3 is $(1, 0, 0, 2, 0, 0, 3)$.
#
# No new layer is needed: spread the filter, and convolve as before. On the way back the zeros between
# are no parameters. Of the gradient of the spread filter, keep what belongs to true weights.


# %% nbgrader={"grade": false, "grade_id": "conv-dilation", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dilate_kernel(w: np.ndarray, dilation) -> np.ndarray:
    """Filters with zeros between their weights.

    w: (F, C, HH, WW)
    dilation: int, or (down, across); 1 leaves the filter as it is
    returns: (F, C, (HH - 1) down + 1, (WW - 1) across + 1), dtype of w
    raises: ValueError where a dilation is smaller than 1
    Source: Yu and Koltun 2016, "Multi-scale context aggregation by dilated convolutions"
    """
    ### BEGIN SOLUTION
    down, across = pair(dilation)
    if min(down, across) < 1:
        raise ValueError(f"neighbours cannot be {dilation} apart")
    F, C, HH, WW = w.shape
    spread = np.zeros((F, C, (HH - 1) * down + 1, (WW - 1) * across + 1), w.dtype)
    spread[:, :, ::down, ::across] = w
    return spread
    ### END SOLUTION


def dilate_backward(dspread: np.ndarray, dilation) -> np.ndarray:
    """Gradient of the weights from the gradient of the spread filters.

    dspread: of the shape that dilate_kernel returned; dilation: as there
    returns: dw (F, C, HH, WW)
    """
    ### BEGIN SOLUTION
    down, across = pair(dilation)
    return dspread[:, :, ::down, ::across]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-dilation-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("dilated filters") as rng:
    x, w, b = rng.normal(size=(1, 2, 9, 11)), rng.normal(size=(3, 2, 3, 2)), np.zeros(3)
    spread = dilate_kernel(w, (2, 4))
    slips = {
        "There are no zeros behind the last weight: the size is (F - 1) d + 1.": (3, 2, 6, 8),
        "dilation is (down, across), and only the first is used.": (3, 2, 5, 3),
    }
    checks.equal(np.shape(spread), (3, 2, 5, 5), "shape with dilation (2, 4)", suspects=slips)
    due = np.zeros((3, 2, 5, 5))
    due[..., [0, 0, 2, 2, 4, 4], [0, 4, 0, 4, 0, 4]] = w.reshape(3, 2, 6)
    full = np.kron(w, np.ones((2, 4)))[..., :5, :5]
    slips = {"The weights are repeated: zeros stand between them.": full}
    checks.equal(spread, due, "spread filters", suspects=slips)
    how = {"dilation": (2, 4)}
    same = oracle.conv(x, w, b, how)
    checks.equal(oracle.conv(x, spread, b, {}), same, "convolution with the spread filter")
    dout = rng.normal(size=same.shape)
    dspread = oracle.gradients(oracle.conv, dout, x, due, b, {})[1]
    dw = oracle.gradients(oracle.conv, dout, x, w, b, how)[1]
    sums = np.add.reduceat(np.add.reduceat(dspread, [0, 2, 4], 2), [0, 4], 3)
    slips = {"The gradients of the zeros are added in: they are no parameters.": sums}
    checks.equal(dilate_backward(dspread, (2, 4)), dw, "dw", suspects=slips)
    ### BEGIN HIDDEN TESTS
    line = np.array([1.0, 2, 3]).reshape(1, 1, 1, 3)
    checks.equal(dilate_kernel(line, 3)[0, 0, 0], np.array([1.0, 0, 0, 2, 0, 0, 3]), "(1, 2, 3)")
    checks.equal(dilate_kernel(line, (1, 2)).shape, (1, 1, 1, 5), "shape with dilation (1, 2)")
    checks.equal(dilate_kernel(w, 1), w, "filters with dilation 1")
    checks.equal(dilate_backward(w, 1), w, "dw with dilation 1")
    checks.equal(dilate_kernel(w.astype(np.float32), 2).dtype.name, "float32", "dtype")
    checks.leaves_alone(dilate_kernel, w, 2)
    checks.leaves_alone(dilate_backward, dspread, 2)
    checks.raises(ValueError, dilate_kernel, w, (2, 0), reason="Neighbours cannot be 0 apart.")
    ### END HIDDEN TESTS

# %% [markdown]
# Now watch your own two functions at work. `step` moves the window; `stride`, `pad`, `dilation` and
# `kernel` change how. Find settings that your function refuses, and say why before you read its message.

# %% tags=["experiment"]
small = np.array([[1, 1, 1, 5, 5, 5, 5]] * 3 + [[1, 1, 1, 1, 5, 5, 5]] * 4)
choices = {"edges upright": edge, "edges level": edge.T, "mean of 3 x 3": np.ones((3, 3)) / 9}
choices |= {"right minus left, 1 x 2": np.array([[-1.0, 1]]), "sum of 2 x 2": np.ones((2, 2))}


def stepped(state: figures.ConvState):
    return figures.convolution_steps(state, small, choices, conv_forward_naive, dilate_kernel)


figures.interactive(
    stepped,
    figures.ConvState(step=7),
    caption="The window on the left, times the filter, gives the framed number on the right. Everything on the right comes from your function.",
    alt="A table of grey numbers with a marked window, a small table with the filter, and a table of results that is filled up to the present step.",
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
# $3 \to 5 \to 7$. As much as one layer of 7 x 7, with $3 \cdot 9 = 27$ weights instead of 49 (for one
# channel), and with two more nonlinearities. That is why nets stack small filters.
#
# A stride changes the sum. Behind a layer with stride 2, neighbouring units look at places two pixels
# apart, so from there on each step counts double. That distance, the **jump**, is multiplied by every
# stride. A layer of 3 with stride 2, then a layer of 3: $1 + 2 \cdot 1 = 3$, then the jump is 2, and
# $3 + 2 \cdot 2 = 7$.


# %% nbgrader={"grade": false, "grade_id": "conv-receptive-field", "locked": false, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "conv-receptive-field-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("the receptive field"):
    three = [{"kernel": 3}] * 3
    slips = {
        "The kernels are added: neighbouring windows overlap.": 9,
        "The kernels are multiplied: neighbouring windows overlap.": 27,
    }
    checks.equal(receptive_field(three), 7, "pixels seen by three layers of 3", suspects=slips)
    strided = [{"kernel": 3, "stride": 2}, {"kernel": 5, "stride": 3}, {"kernel": 3}]
    slips = {
        "The strides before a layer are not used: they make its steps longer.": 9,
        "Strides multiply: steps of 2, then of 3, are steps of 6.": 19,
        "A layer's own stride counts for the layers after it, not for itself.": 41,
    }
    due = oracle.receptive_field(strided)
    checks.equal(receptive_field(strided), due, "pixels seen with strides 2, 3, 1", suspects=slips)
    ### BEGIN HIDDEN TESTS
    spread = [
        {"kernel": 3, "dilation": 1},
        {"kernel": 3, "dilation": 2},
        {"kernel": 3, "dilation": 4},
    ]
    slips = {"The dilation is not used: it spreads a kernel to (F - 1) d + 1.": 7}
    due = oracle.receptive_field(spread)
    checks.equal(receptive_field(spread), due, "pixels seen with dilations 1, 2, 4", suspects=slips)
    mixed = [{"kernel": 5, "stride": 2}, {"kernel": 2, "stride": 2}, {"kernel": 3, "dilation": 2}]
    checks.equal(
        receptive_field(mixed), oracle.receptive_field(mixed), "pixels seen by a mixed stack"
    )
    checks.equal(receptive_field([]), 1, "pixels seen without a layer")
    checks.equal(receptive_field([{"kernel": 1, "stride": 2}, {"kernel": 3}]), 5, "pixels seen")
    checks.leaves_alone(receptive_field, mixed)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
stacks = {"three of 3": [{"kernel": 3}] * 3}
stacks["dilated 1, 2, 4"] = [{"kernel": 3, "dilation": d} for d in (1, 2, 4)]
stacks["3, pool 2, 3"] = [{"kernel": 3}, {"kernel": 2, "stride": 2}, {"kernel": 3}]
figures.show(
    figures.receptive_cones(stacks, receptive_field),
    caption="What one unit on top depends on, layer by layer down to the pixels. The number below is what your function says.",
    alt="Three pyramids of dots joined by lines, from one unit on top down to a row of pixels.",
)

# %% [markdown]
# ## The way back
#
# Every number of `out` is a product sum, and a product sum hands back what you know from lesson 03: each
# weight gets `dout` times its pixel, each pixel `dout` times its weight. Only that a pixel lies in
# several windows, and a weight is used in *all* of them. What is used several times adds up its
# gradients.
#
# On a line: $x = (x_0, x_1, x_2)$, $w = (2, 5)$, $\text{dout} = (1, 10)$. Find $dx$ and $db$; and $dw$
# for $x = (3, 4, 6)$.
#
# <details><summary>The three</summary>
#
# $dx = (2,\; 5 + 20,\; 50)$: the middle pixel lies in both windows. $db = 1 + 10 = 11$.
# $dw = (3 + 40,\; 4 + 60) = (43, 64)$.
# </details>
#
# Write it as the mirror image of your forward loops: at each place, add one block to `dx` and one to
# `dw`. Padding was put on before; take it off in the end.


# %% nbgrader={"grade": false, "grade_id": "conv-backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_backward_naive(dout: np.ndarray, cache: tuple) -> tuple:
    """Gradients of a convolution layer, by loops.

    dout: (N, F, H', W') float; cache: (x, w, b, conv_param), see conv_forward_naive
    returns: dx (N, C, H, W), dw (F, C, HH, WW), db (F,)
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    x, w, b, conv_param = cache
    (s, t), (p, q) = pair(conv_param["stride"]), pair(conv_param["pad"])
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (q, q)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for n, f, i, j in np.ndindex(dout.shape):
        window = np.s_[n, :, s * i : s * i + HH, t * j : t * j + WW]
        dpadded[window] += dout[n, f, i, j] * w[f]
        dw[f] += dout[n, f, i, j] * padded[window]
    return dpadded[:, :, p : p + H, q : q + W], dw, dout.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-backward-check", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("gradients of a convolution") as rng:
    one, two, ten = (np.array([[[row]]]) for row in ([3.0, 4, 6], [2.0, 5], [1.0, 10]))
    mine = conv_backward_naive(ten, (one, two, np.zeros(1), {"stride": 1, "pad": 0}))[0]
    due = np.array([2.0, 25, 50]).reshape(one.shape)
    slips = {
        "Windows overlap: what comes back to a pixel adds up.": due - [0, 5, 0],
        "With padding 0 the slice pad:-pad is empty.": due[:, :, :0, :0],
        "The filter is turned round in dx.": due + [3, 27, -30],
    }
    checks.equal(mine, due, "dx of the example", suspects=slips)
    x, w, b = rng.normal(size=(3, 2, 7, 7)), rng.normal(size=(4, 2, 3, 3)), rng.normal(size=4)
    how, dout = {"stride": 2, "pad": 1}, rng.normal(size=(3, 4, 4, 4))
    early = np.pad(dout, ((0, 0), (0, 0), (0, 3), (0, 3)))  # as if windows began one pixel apart
    frame = oracle.gradients(oracle.conv, dout, oracle.padded(x, (1, 1)), w, b, {"stride": 2})[0]
    close = oracle.gradients(oracle.conv, early, x, w, b, {"stride": 1, "pad": 1})
    due = oracle.gradients(oracle.conv, dout, x, w, b, how)
    slips = {
        "The stride is not used: windows start a stride apart.": close,
        "The padding is still on dx: take it off.": (frame, due[1], due[2]),
        "db is summed over the wrong axes: one number for each filter.": (
            *due[:2],
            dout.sum(axis=(0, 1, 2)),
        ),
    }
    checks.equal(conv_backward_naive(dout, (x, w, b, how)), due, "dx, dw, db", suspects=slips)
    ### BEGIN HIDDEN TESTS
    checks.leaves_alone(conv_backward_naive, dout, (x, w, b, how))
    for kernel, how in (
        ((3, 5), {"stride": 1, "pad": 0}),
        ((5, 3), {"stride": (2, 3), "pad": (0, 1)}),
        ((2, 1), {"stride": 1, "pad": (2, 0)}),
    ):
        x, w = rng.normal(size=(2, 2, 7, 10)), rng.normal(size=(3, 2, *kernel))
        dout = rng.normal(size=oracle.conv(x, w, b[:3], how).shape)
        due = oracle.gradients(oracle.conv, dout, x, w, b[:3], how)
        mine = conv_backward_naive(dout, (x, w, b[:3], how))
        sizes = f"dx, dw, db with a kernel of {kernel[0]} x {kernel[1]}, {how}"
        checks.equal(mine, due, sizes)
    single = oracle.gradients(oracle.conv, dout[:1], x[:1], w, b[:3], how)
    checks.equal(
        conv_backward_naive(dout[:1], (x[:1], w, b[:3], how)), single, "dx, dw, db, one image"
    )
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
# Back goes all of the gradient to where the maximum was. The last window holds three fives. The rule, here
# and in PyTorch: the *first* in reading order gets all of it. Where windows overlap (size 3 with stride 2,
# as in AlexNet), one pixel may win several times, and its gradients add up.
#
# `stride` and the window's size are two settings. They are often equal, and often confused.


# %% nbgrader={"grade": false, "grade_id": "conv-max-pool", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_pool_forward_naive(x: np.ndarray, pool_param: dict) -> tuple:
    """The largest number of every window, by loops.

    x: (N, C, H, W) float
    pool_param: {"pool_height": int, "pool_width": int, "stride": int or (down, across)}
    returns: out (N, C, H', W'), dtype of x; and the cache (x, pool_param)
    raises: ValueError where the windows do not fit (see output_size)
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    (N, C, H, W), (s, t) = x.shape, pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[n, c, s * i : s * i + HH, t * j : t * j + WW].max()
    return out, (x, pool_param)
    ### END SOLUTION


def max_pool_backward_naive(dout: np.ndarray, cache: tuple) -> np.ndarray:
    """The gradient goes to the first of the largest numbers of each window.

    dout: (N, C, H', W') float; cache: (x, pool_param)
    returns: dx (N, C, H, W)
    """
    ### BEGIN SOLUTION
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, s * i : s * i + HH, t * j : t * j + WW]
        u, v = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, s * i + u, t * j + v] += dout[n, c, i, j]
    return dx
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-max-pool-check", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("max pooling by loops") as rng:
    x, how = rng.normal(size=(2, 3, 7, 7)) - 2, {"pool_height": 3, "pool_width": 3, "stride": 2}
    due, apart = oracle.max_pool(x, how), oracle.max_pool(x[:, :, :6, :6], how | {"stride": 3})
    slips = {
        "Windows start a stride apart, not a window apart.": apart,
        "Where a whole window is negative, so is its maximum: do not start at 0.": np.maximum(
            due, 0
        ),
    }
    checks.equal(max_pool_forward_naive(x, how)[0], due, "out", suspects=slips)
    peak, ten = np.array([[[[0.0, 0, 9, 0, 0]]]]), np.array([[[[1.0, 10]]]])
    row = {"pool_height": 1, "pool_width": 3, "stride": 2}
    mine = max_pool_backward_naive(ten, (peak, row))
    slips = {
        "A pixel that wins in two windows gets both gradients.": peak / 9 * 10,
        "Every pixel of a window gets the gradient: it belongs to the largest.": np.array(
            [[[[1.0, 1, 11, 10, 10]]]]
        ),
    }
    checks.equal(mine, peak / 9 * 11, "dx of a peak", suspects=slips)
    dout = rng.normal(size=(2, 3, 3, 3))
    dx = oracle.gradients(oracle.max_pool, dout, x, how)[0]
    checks.equal(max_pool_backward_naive(dout, (x, how)), dx, "dx")
    ### BEGIN HIDDEN TESTS
    ties = rng.integers(2, size=(2, 2, 4, 6)) + 0.0
    how = {"pool_height": 2, "pool_width": 2, "stride": 2}
    dout = rng.normal(size=(2, 2, 2, 3))
    dx = oracle.gradients(oracle.max_pool, dout, ties, how)[0]
    blocks = ties.reshape(2, 2, 2, 2, 3, 2)
    largest = blocks == blocks.max(axis=(3, 5), keepdims=True)
    spread = largest * dout[:, :, :, None, :, None]
    shared = spread / largest.sum(axis=(3, 5), keepdims=True)
    slips = {
        "Of equal numbers only the first gets the gradient, not each of them.": spread.reshape(
            ties.shape
        ),
        "Of equal numbers the first gets all of it: it is not shared.": shared.reshape(ties.shape),
    }
    checks.equal(max_pool_backward_naive(dout, (ties, how)), dx, "dx with ties", suspects=slips)
    for size, stride in (((2, 3), 1), ((3, 2), (1, 2)), ((1, 4), (3, 2))):
        x, how = (
            rng.normal(size=(1, 2, 7, 10)),
            {"pool_height": size[0], "pool_width": size[1], "stride": stride},
        )
        out, cache = checks.leaves_alone(max_pool_forward_naive, x, how)
        checks.equal(out, oracle.max_pool(x, how), f"out, {how}")
        checks.equal(cache, (x, how), "cache")
        dout = rng.normal(size=out.shape)
        dx = oracle.gradients(oracle.max_pool, dout, x, how)[0]
        mine = checks.leaves_alone(max_pool_backward_naive, dout, (x, how))
        checks.equal(mine, dx, f"dx, {how}")
    rest = "Windows of 2 with stride 2 leave the last of 7 rows over."
    how = {"pool_height": 2, "pool_width": 2, "stride": 2}
    checks.raises(ValueError, max_pool_forward_naive, x, how, reason=rest)
    ### END HIDDEN TESTS

# %% [markdown]
# **Average pooling** takes the mean instead, and hands back an equal share of the gradient to every
# pixel of the window: of $\text{dout} = 8$ each of four pixels gets 2. Between layers it blurs; at the
# end of a net, over the whole map, it is what modern nets do instead of a large dense layer (lesson 08).


# %% nbgrader={"grade": false, "grade_id": "conv-avg-pool", "locked": false, "schema_version": 3, "solution": true, "task": false}
def avg_pool_forward(x: np.ndarray, pool_param: dict) -> tuple:
    """The mean of every window.

    x: (N, C, H, W) float
    pool_param: {"pool_height": int, "pool_width": int, "stride": int or (down, across)}
    returns: out (N, C, H', W'), dtype of x; and the cache (x, pool_param)
    raises: ValueError where the windows do not fit (see output_size)
    """
    ### BEGIN SOLUTION
    (N, C, H, W), (s, t) = x.shape, pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    out = np.zeros((N, C, (H - HH) // s + 1, (W - WW) // t + 1), x.dtype)
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = x[:, :, s * i : s * i + HH, t * j : t * j + WW].mean(axis=(2, 3))
    return out, (x, pool_param)
    ### END SOLUTION


def avg_pool_backward(dout: np.ndarray, cache: tuple) -> np.ndarray:
    """An equal share of the gradient for every pixel of a window.

    dout: (N, C, H', W') float; cache: (x, pool_param)
    returns: dx (N, C, H, W)
    """
    ### BEGIN SOLUTION
    x, pool_param = cache
    s, t = pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dout.shape[2:]):
        share = dout[:, :, i, j, None, None] / (HH * WW)
        dx[:, :, s * i : s * i + HH, t * j : t * j + WW] += share
    return dx
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-avg-pool-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("average pooling") as rng:
    x, how = rng.normal(size=(2, 3, 7, 9)), {"pool_height": 3, "pool_width": 3, "stride": 2}
    due = oracle.avg_pool(x, how)
    slips = {
        "These are sums: divide by the pixels of a window.": 9 * due,
        "Windows start a stride apart, not a window apart.": oracle.avg_pool(
            x, how | {"stride": 3}
        ),
    }
    checks.equal(avg_pool_forward(x, how)[0], due, "out", suspects=slips)
    line, row = np.array([[[[3.0, 1, 2]]]]), {"pool_height": 1, "pool_width": 2, "stride": 1}
    mine = avg_pool_backward(np.array([[[[2.0, 4]]]]), (line, row))
    slips = {
        "Windows overlap: the shares of a pixel add up.": [1.0, 2.0, 2.0],
        "Every pixel gets all of the gradient: its share is 1 / (pixels of a window).": [
            2.0,
            6.0,
            4.0,
        ],
        "The gradient goes to the largest alone.": [2.0, 0.0, 4.0],
    }
    checks.equal(mine[0, 0, 0].tolist(), [1.0, 3.0, 2.0], "dx of (3, 1, 2)", suspects=slips)
    dout = rng.normal(size=due.shape)
    dx = oracle.gradients(oracle.avg_pool, dout, x, how)[0]
    checks.equal(avg_pool_backward(dout, (x, how)), dx, "dx")
    ### BEGIN HIDDEN TESTS
    for size, stride in (((2, 3), (1, 2)), ((3, 1), 2)):
        x, how = (
            rng.normal(size=(1, 2, 7, 9)),
            {"pool_height": size[0], "pool_width": size[1], "stride": stride},
        )
        out, cache = checks.leaves_alone(avg_pool_forward, x, how)
        checks.equal(out, oracle.avg_pool(x, how), f"out, {how}")
        dout = rng.normal(size=out.shape)
        dx = oracle.gradients(oracle.avg_pool, dout, x, how)[0]
        checks.equal(checks.leaves_alone(avg_pool_backward, dout, (x, how)), dx, f"dx, {how}")
    whole = {"pool_height": 7, "pool_width": 9, "stride": 1}
    checks.equal(avg_pool_forward(x, whole)[0], oracle.avg_pool(x, whole), "mean of a whole map")
    narrow = avg_pool_forward(x.astype(np.float32), whole)[0]
    checks.equal(narrow.dtype.name, "float32", "dtype for float32 images")
    rest = "Windows of 2 with stride 2 leave the last of 7 rows over."
    how = {"pool_height": 2, "pool_width": 1, "stride": 2}
    checks.raises(ValueError, avg_pool_forward, x, how, reason=rest)
    ### END HIDDEN TESTS

# %% [markdown]
# ## All windows in one table
#
# One epoch of training with your loops would take most of an hour. In lesson 01 a matrix product was the
# way out, and it is here. Write every window as a **column**; write every filter as a row. Then *all* product sums are one
# matrix product, of shape $(F,\; C \cdot HH \cdot WW) \times (C \cdot HH \cdot WW,\; H' \cdot W')$ for each
# image. The table is called **im2col**. A picture of 3 x 3 with windows of 2 x 2:
#
# $$\begin{pmatrix} a & b & c \\ d & e & f \\ g & h & i \end{pmatrix} \;\longrightarrow\;
# \begin{pmatrix} a & b & d & e \\ b & c & e & f \\ d & e & g & h \\ e & f & h & i \end{pmatrix}$$
#
# First column: the first window, row by row. But read the first *row*: `a b d e`, the upper left pixel of
# every window. That is the picture itself, without its last row and column. So the table can be filled
# with $HH \cdot WW$ large copies instead of thousands of small ones.
#
# Backwards, each number of the table hands its gradient to the pixel that it was copied from, and a pixel
# that was copied four times gets four: **col2im** adds. One convention: with several channels a column
# holds channel 0 first, row by row, then channel 1, and so on.
#
# <details><summary>Hint: which pixels stand at place (u, v) of their windows?</summary>
#
# `padded[:, :, u : u + s * rows : s, v : v + t * columns : t]`, for `rows` times `columns` windows.
# </details>


# %% nbgrader={"grade": false, "grade_id": "conv-im2col", "locked": false, "schema_version": 3, "solution": true, "task": false}
def im2col(x: np.ndarray, kernel: tuple, stride=1, pad=0) -> np.ndarray:
    """Every window of every image as a column.

    x: (N, C, H, W) float; kernel: (HH, WW); stride, pad: int or (down, across); zero padding
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
    padded = np.zeros((N, C, H + 2 * p, W + 2 * q), cols.dtype)
    for u, v in np.ndindex(HH, WW):
        padded[:, :, u : u + s * rows : s, v : v + t * columns : t] += cols[:, :, u, v]
    return padded[:, :, p : p + H, q : q + W]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-im2col-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("windows as columns") as rng:
    x, kernel, how = rng.normal(size=(2, 3, 5, 7)), (3, 2), ((2, 1), (1, 0))
    due = oracle.windows(x, kernel, *how)  # (2, 18, 18)
    slips = {
        "Windows are columns: yours are rows.": due.swapaxes(1, 2),
        "A column begins with all of channel 0: yours changes channel at every step.": due.reshape(
            2, 3, 6, 18
        )
        .swapaxes(1, 2)
        .reshape(2, 18, 18),
        "The columns follow in reading order, row by row of the picture.": due.reshape(2, 18, 3, 6)
        .swapaxes(2, 3)
        .reshape(2, 18, 18),
        "Within a window numbers go row by row.": due.reshape(2, 3, 3, 2, 18)
        .swapaxes(2, 3)
        .reshape(2, 18, 18),
    }
    checks.equal(im2col(x, kernel, *how), due, "table", suspects=slips)
    ### BEGIN HIDDEN TESTS
    for kernel, stride, pad in (
        ((2, 2), 1, 0),
        ((1, 3), (2, 1), 1),
        ((5, 7), 1, 0),
        ((3, 3), 2, 1),
    ):
        due = oracle.windows(x, kernel, stride, pad)
        told = f"table with kernel {kernel}, stride {stride}, pad {pad}"
        checks.equal(im2col(x, kernel, stride, pad), due, told)
    checks.equal(im2col(x[:1], (2, 2)), oracle.windows(x[:1], (2, 2)), "table with the defaults")
    checks.leaves_alone(im2col, x, (2, 2), 1, 1)
    checks.equal(im2col(x.astype(np.float32), (2, 2)).dtype.name, "float32", "dtype")
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv-im2col-back-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("columns added back") as rng:
    mine = col2im(np.array([[[1.0, 2], [30, 40]]]), (1, 1, 1, 3), (1, 2))
    slips = {
        "A pixel in two windows gets both numbers: add, do not overwrite.": [1.0, 30.0, 40.0],
        "A pixel in two windows gets both numbers, in either order.": [1.0, 2.0, 40.0],
        "These are means of what came back: add it up.": [1.0, 16.0, 40.0],
    }
    told = "three pixels in two windows"
    checks.equal(mine[0, 0, 0].tolist(), [1.0, 32.0, 40.0], told, suspects=slips)
    shape, kernel, how = (2, 3, 5, 7), (3, 2), (1, (1, 0))
    cols = rng.normal(size=(2, 18, 30))
    due = oracle.from_windows(cols, shape[2:], kernel, *how)
    framed = oracle.from_windows(cols, (7, 7), kernel)
    slips = {"The padding is still on: take it off.": framed}
    checks.equal(col2im(cols, shape, kernel, *how), due, "images", suspects=slips)
    ### BEGIN HIDDEN TESTS
    for kernel, stride, pad in (((2, 1), (3, 2), 0), ((3, 3), 2, 1), ((3, 5), (1, 2), (0, 1))):
        cols = rng.normal(size=oracle.windows(np.zeros(shape), kernel, stride, pad).shape)
        due = oracle.from_windows(cols, shape[2:], kernel, stride, pad)
        told = f"images with kernel {kernel}, stride {stride}, pad {pad}"
        checks.equal(col2im(cols, shape, kernel, stride, pad), due, told)
    checks.leaves_alone(col2im, cols, shape, kernel, stride, pad)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Fast
#
# Put the two together and you have a fast layer: a table, a product, a reshape. Before you do, think
# about memory. 64 images of 32 x 32 with 32 channels and filters of 3 x 3 make a table of
# $64 \cdot 288 \cdot 1024$ numbers, 151 MB in float64, nine times the images. It does not fit into any
# cache, and asking the operating system for so much fresh memory costs as much time as the product itself.
#
# So take a few images at a time, as many as make a table of about 300,000 numbers, and use *the same*
# table again for the next few. Nothing else in this lesson gains so much for so few lines. Two tools:
#
# - `np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), (2, 3))` shows all windows, shape
#   $(N, C, H', W', HH, WW)$ at stride 1, and copies nothing. Slice it for strides, transpose it, and copy
#   it into your table in one go with `table[...] = `.
# - `np.matmul(a, b, out=place)` writes its result where you say.
#
# Your own im2col and col2im are welcome too. On the way back: $dw = \text{dout} \cdot \text{cols}^\top$,
# $d\text{cols} = w^\top \cdot \text{dout}$, and then col2im. Whatever your cache holds, two calls must
# not share it: the layer is used many times before the first gradient comes back.


# %% nbgrader={"grade": false, "grade_id": "conv-fast", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_forward_fast(x: np.ndarray, w: np.ndarray, b: np.ndarray, conv_param: dict) -> tuple:
    """What conv_forward_naive computes, by matrix products.

    x: (N, C, H, W), w: (F, C, HH, WW), b: (F,), all of one float dtype
    conv_param: {"stride": int or (down, across), "pad": int or (down, across)}
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
        cols = part.reshape(len(part), matrix.shape[1], -1)
        np.matmul(matrix, cols, out=flat[n : n + len(part)])
    out += b[:, None, None]
    return out, (padded, w, conv_param)


def windows_and_table(padded, HH, WW, stride):
    """All windows, (N, C, HH, WW, H', W'), without a copy; and room for those of some images."""
    (s, t), (H, W) = pair(stride), padded.shape[2:]
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
    views = np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), (2, 3))
    views = views[:, :, ::s, ::t].transpose(0, 1, 4, 5, 2, 3)
    images = min(len(views), max(1, 300_000 // int(np.prod(views.shape[1:]))))
    return views, np.empty((images, *views.shape[1:]), padded.dtype)
    ### END SOLUTION


def conv_backward_fast(dout: np.ndarray, cache) -> tuple:
    """Gradients of a convolution layer, by matrix products.

    dout: (N, F, H', W') float; cache: of conv_forward_fast
    returns: dx (N, C, H, W), dw (F, C, HH, WW), db (F,)
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
        for dimage, columns_of_image in zip(flat[images], cols):
            dmatrix += dimage @ columns_of_image.T
        np.matmul(matrix.T, flat[images], out=cols)  # now the gradients of the table
        for u, v in np.ndindex(HH, WW):
            place = np.s_[images, :, u : u + s * rows : s, v : v + t * columns : t]
            dpadded[place] += part[:, :, u, v]
    H, W = padded.shape[2] - 2 * p, padded.shape[3] - 2 * q
    return dpadded[:, :, p : p + H, q : q + W], dmatrix.reshape(w.shape), dout.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-fast-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("a convolution by matrix products") as rng:
    x, w, b = rng.normal(size=(3, 2, 7, 7)), rng.normal(size=(4, 2, 3, 3)), rng.normal(size=4)
    how = {"stride": 2, "pad": 1}
    due = oracle.conv(x, w, b, how)
    out, cache = checks.leaves_alone(conv_forward_fast, x, w, b, how)
    mixed = due.swapaxes(0, 1).reshape(due.shape)
    slips = {
        "The bias is missing.": due - b[:, None, None],
        "Filters and images are mixed up in the reshape: move axes, then reshape.": mixed,
    }
    checks.equal(out, due, "out", suspects=slips)
    dout = rng.normal(size=out.shape)
    due = oracle.gradients(oracle.conv, dout, x, w, b, how)
    last = oracle.gradients(oracle.conv, dout[2:], x[2:], w, b, how)
    slips = {
        "dw comes from the last image alone: add up over all.": (due[0], last[1], due[2]),
        "db is summed over the wrong axes: one number for each filter.": (
            *due[:2],
            dout.sum(axis=(0, 1, 2)),
        ),
        "db comes from the last image alone: add up over all.": (*due[:2], last[2]),
    }
    mine = checks.leaves_alone(conv_backward_fast, dout, cache)
    checks.equal(mine, due, "dx, dw, db", suspects=slips)
    ### BEGIN HIDDEN TESTS
    for shape, kernel, how in (
        ((2, 2, 7, 10), (3, 5), {"stride": 1, "pad": (1, 2)}),
        ((1, 3, 9, 8), (5, 3), {"stride": (2, 1), "pad": 0}),
        ((4, 1, 6, 5), (1, 1), {"stride": 1, "pad": 0}),
        ((30, 4, 21, 21), (5, 5), {"stride": 1, "pad": 2}),
    ):
        x, w = rng.normal(size=shape), rng.normal(size=(3, shape[1], *kernel))
        told = f"images {shape}, kernel {kernel[0]} x {kernel[1]}, {how}"
        out, cache = conv_forward_fast(x, w, b[:3], how)
        checks.equal(out, oracle.conv(x, w, b[:3], how), f"out, {told}")
        dout = rng.normal(size=out.shape)
        due = oracle.gradients(oracle.conv, dout, x, w, b[:3], how)
        conv_forward_fast(x + 1, w + 1, b[:3], how)  # the second use of the layer
        again = "A second call of forward has changed the first one's cache."
        other = oracle.gradients(oracle.conv, dout, x + 1, w + 1, b[:3], how)
        slips = {again: (due[0], *other[1:])}
        checks.equal(conv_backward_fast(dout, cache), due, f"dx, dw, db, {told}", suspects=slips)
    x, w, b = (array.astype(np.float32) for array in (x[:2], w, b[:3]))
    out, cache = conv_forward_fast(x, w, b, how)
    kinds = [array.dtype.name for array in (out, *conv_backward_fast(out, cache))]
    wide = "In float32 everything must stay float32: your table or sums do not."
    checks.holds(kinds == ["float32"] * 4, wide, f"out, dx, dw, db: {', '.join(kinds)}.")
    rest = "21 pixels, a kernel of 5 and stride 3 leave a pixel over."
    checks.raises(ValueError, conv_forward_fast, x, w, b, {"stride": 3, "pad": 0}, reason=rest)
    channels = "Images of 3 channels and filters of 4 do not go together."
    checks.raises(ValueError, conv_forward_fast, x[:, :3], w, b, how, reason=channels)
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv-fast-speed-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("the speed of the fast layer") as rng:
    x, w, b = rng.normal(size=(8, 3, 24, 24)), rng.normal(size=(10, 3, 3, 3)), np.zeros(10)
    dout, how = rng.normal(size=(8, 10, 24, 24)), {"stride": 1, "pad": 1}
    loops, forward, backward = [], [], []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(1000):
            (x[0, :, :3, :3] * w[0]).sum()
        loops.append(dout.size / 1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        _, cache = conv_forward_fast(x, w, b, how)
        forward.append(time.perf_counter() - start)
        start = time.perf_counter()
        conv_backward_fast(dout, cache)
        backward.append(time.perf_counter() - start)
    times = [1000 * min(runs) for runs in (loops, forward, backward)]
    told = "Product sums one by one: {:.0f} ms; forward {:.1f} ms, backward {:.1f} ms.".format(
        *times
    )
    slow = "This is not faster than loops over pixels: let matrix products do the work."
    checks.holds(max(times[1:]) < times[0] / 5, slow, told)

# %% [markdown]
# Pooling by loops over pixels would now be the brake. The same trick works: loop over the places *within*
# a window, two times two of them, and let each step treat all windows at once. On the way forward, keep
# the largest so far and the place where it was; on the way back, hand each gradient to that place.


# %% nbgrader={"grade": false, "grade_id": "conv-pool-fast", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_pool_forward_fast(x: np.ndarray, pool_param: dict) -> tuple:
    """What max_pool_forward_naive computes, without a loop over pixels.

    x: (N, C, H, W) float
    pool_param: {"pool_height": int, "pool_width": int, "stride": int or (down, across)}
    returns: out (N, C, H', W'), dtype of x; and a cache for max_pool_backward_fast
    raises: ValueError where the windows do not fit (see output_size)
    """
    ### BEGIN SOLUTION
    (H, W), (s, t) = x.shape[2:], pair(pool_param["stride"])
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    if H < HH or W < WW or (H - HH) % s or (W - WW) % t:
        raise ValueError(f"windows of {HH} x {WW}, strides {s} and {t}, do not fit {H} x {W}")
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
        won = dout * (winner == place)
        dx[:, :, u : u + H - HH + 1 : s, v : v + W - WW + 1 : t] += won
    return dx
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "conv-pool-fast-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("pooling without loops over pixels") as rng:
    x, how = rng.normal(size=(2, 3, 7, 7)) - 2, {"pool_height": 3, "pool_width": 3, "stride": 2}
    due = oracle.max_pool(x, how)
    out, cache = checks.leaves_alone(max_pool_forward_fast, x, how)
    apart = oracle.max_pool(x[:, :, :6, :6], how | {"stride": 3})
    slips = {
        "Where a whole window is negative, so is its maximum: do not start at 0.": np.maximum(
            due, 0
        ),
        "Windows start a stride apart, not a window apart.": apart,
    }
    checks.equal(out, due, "out", suspects=slips)
    dout = rng.normal(size=out.shape)
    dx = oracle.gradients(oracle.max_pool, dout, x, how)[0]
    peak = np.array([[[[0.0, 0, 9, 0, 0]]]])
    row = {"pool_height": 1, "pool_width": 3, "stride": 2}
    mine = max_pool_backward_fast(np.array([[[[1.0, 10]]]]), max_pool_forward_fast(peak, row)[1])
    slips = {"A pixel that wins in two windows gets both gradients.": peak / 9}
    slips["A pixel that wins in two windows gets both gradients, not the last."] = peak / 9 * 10
    checks.equal(mine, peak / 9 * 11, "dx of a peak", suspects=slips)
    mine = checks.leaves_alone(max_pool_backward_fast, dout, cache)
    checks.equal(mine, dx, "dx")
    ### BEGIN HIDDEN TESTS
    ties, how = (
        rng.integers(2, size=(2, 2, 4, 6)) + 0.0,
        {"pool_height": 2, "pool_width": 2, "stride": 2},
    )
    dout = rng.normal(size=(2, 2, 2, 3))
    dx = oracle.gradients(oracle.max_pool, dout, ties, how)[0]
    turned = oracle.gradients(oracle.max_pool, dout[:, :, ::-1, ::-1], ties[:, :, ::-1, ::-1], how)[
        0
    ]
    largest = ties == oracle.max_pool(ties, how).repeat(2, axis=2).repeat(2, axis=3)
    each = largest * dout.repeat(2, axis=2).repeat(2, axis=3)
    slips = {
        "Of equal numbers the first gets the gradient, not the last.": turned[:, :, ::-1, ::-1],
        "Of equal numbers only the first gets the gradient, not each of them.": each,
    }
    mine = max_pool_backward_fast(dout, max_pool_forward_fast(ties, how)[1])
    checks.equal(mine, dx, "dx with ties", suspects=slips)
    for size, stride in (((2, 3), 1), ((3, 2), (1, 2)), ((1, 4), (3, 2)), ((7, 10), 1)):
        x, how = (
            rng.normal(size=(2, 3, 7, 10)),
            {"pool_height": size[0], "pool_width": size[1], "stride": stride},
        )
        out, cache = max_pool_forward_fast(x, how)
        checks.equal(out, oracle.max_pool(x, how), f"out, {how}")
        dout = rng.normal(size=out.shape)
        dx = oracle.gradients(oracle.max_pool, dout, x, how)[0]
        max_pool_forward_fast(-x, how)
        checks.equal(max_pool_backward_fast(dout, cache), dx, f"dx, {how}, after a second forward")
    out, cache = max_pool_forward_fast(x.astype(np.float32), how)
    kinds = [out.dtype.name, max_pool_backward_fast(out, cache).dtype.name]
    checks.equal(kinds, ["float32", "float32"], "dtypes of out and dx")
    rest = "Windows of 2 with stride 2 leave the last of 7 rows over."
    how = {"pool_height": 2, "pool_width": 2, "stride": 2}
    checks.raises(ValueError, max_pool_forward_fast, x, how, reason=rest)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
chance = np.random.default_rng(0)
some, kernels_3, zeros = (chance.normal(size=size) for size in ((20, 3, 31, 31), (25, 3, 3, 3), 25))
how_timed, halves = {"stride": 2, "pad": 1}, {"stride": 2, "pool_height": 2, "pool_width": 2}
tx, tw, tb = (torch.from_numpy(array) for array in (some, kernels_3, zeros))
upstream, fast_cache = conv_forward_fast(some, kernels_3, zeros, how_timed)
loop_cache = (some[:2], kernels_3, zeros, how_timed)
ways = {
    "loops, forward, 2 images": lambda: conv_forward_naive(*loop_cache),
    "loops, backward, 2 images": lambda: conv_backward_naive(upstream[:2], loop_cache),
    "fast, forward, 20 images": lambda: conv_forward_fast(some, kernels_3, zeros, how_timed),
    "fast, backward, 20 images": lambda: conv_backward_fast(upstream, fast_cache),
    "PyTorch, forward, 20 images": lambda: torch.conv2d(tx, tw, tb, stride=2, padding=1),
    "loops, max pool, 2 images": lambda: max_pool_forward_naive(upstream[:2], halves),
    "fast, max pool, 20 images": lambda: max_pool_forward_fast(upstream, halves),
}
timed, seconds_each = figures.timings(ways)
figures.show(
    timed,
    caption="Images of 3 x 31 x 31 and 25 filters of 3 x 3 with stride 2. The loops have two images, all others twenty.",
    alt="Horizontal bars on a logarithmic scale: the loops take longest by far, although they have a tenth of the images; the fast layers are near PyTorch.",
)
gain = 10 * seconds_each["loops, forward, 2 images"] / seconds_each["fast, forward, 20 images"]
print(f"an image goes forward {gain:.0f} times as fast as by loops")

# %% [markdown]
# On one core and in float64 such a layer keeps up with PyTorch's. `benchmarks/conv.py` of the course
# measures both, forward and backward, on two sizes; on the larger one plain NumPy is ahead, because it
# moves less memory about.
#
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
# $C \times H \times W$, with the same weights in another shape. What for? Give the conv layer a *larger*
# image, and it slides: a classifier for 32 x 32 pixels answers for every window of a panorama, and
# shares all the work where windows overlap. You will do that with your own net at the end.


# %% nbgrader={"grade": false, "grade_id": "conv-as-conv", "locked": false, "schema_version": 3, "solution": true, "task": false}
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


# %% nbgrader={"grade": true, "grade_id": "conv-as-conv-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("pixels as rows, layers as filters") as rng:
    x, w, b = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(6, 3)), rng.normal(size=6)
    due = oracle.conv(x, w[:, :, None, None], b, {})
    mixed = (x.reshape(2, 20, 3) @ w.T + b).swapaxes(1, 2).reshape(2, 6, 4, 5)
    slips = {
        "The bias is missing.": due - b[:, None, None],
        "The channels must move to the end before they are multiplied: reshape does not move.": mixed,
    }
    checks.equal(conv_1x1(x, w, b), due, "out of conv_1x1", suspects=slips)
    checks.without_loops(conv_1x1)
    W, b = rng.normal(size=(60, 6)), rng.normal(size=6)
    filters_due = np.stack([W[:, m].reshape(3, 4, 5) for m in range(6)])
    slips = {
        "The axes must be swapped first: a unit's weights are a column of W.": W.reshape(
            6, 3, 4, 5
        ),
        "Channels come first in a filter, then rows, then columns.": W.T.reshape(
            6, 4, 5, 3
        ).transpose(0, 3, 1, 2),
    }
    mine = affine_to_conv(W, (3, 4, 5))
    checks.equal(mine, filters_due, "filters", suspects=slips)
    scores = oracle.conv(x, mine, b, {})[:, :, 0, 0]
    checks.equal(scores, oracle.affine(x, W, b), "scores by convolution")
    ### BEGIN HIDDEN TESTS
    one = rng.normal(size=(1, 4, 1, 1))
    small_w, small_b = rng.normal(size=(2, 4)), rng.normal(size=2)
    pixel = oracle.conv(one, small_w[:, :, None, None], small_b, {})
    checks.equal(conv_1x1(one, small_w, small_b), pixel, "out for one pixel")
    checks.leaves_alone(conv_1x1, one, small_w, small_b)
    checks.leaves_alone(affine_to_conv, W, (3, 4, 5))
    checks.equal(affine_to_conv(W, (15, 4, 1)).shape, (6, 15, 4, 1), "shape of the filters")
    reason = "60 weights do not make filters of 3 x 4 x 4."
    checks.raises(ValueError, affine_to_conv, W, (3, 4, 4), reason=reason)
    twice = "120 weights a unit are no two filters of 3 x 4 x 5."
    checks.raises(ValueError, affine_to_conv, rng.normal(size=(120, 6)), (3, 4, 5), reason=twice)
    ### END HIDDEN TESTS

# %% [markdown]
# ## A ConvNet
#
# CONV, RELU, POOL come so often in a row that they are worth a function: the **sandwich**. Forward through
# all three; a cache of three caches; back in reverse order. The layers come as an argument,
# `layers["conv"]` being a pair (forward, backward), so that the sandwich works with slow layers and fast
# ones.
#
# And with it the smallest ConvNet: *conv, ReLU, 2 x 2 max pool, affine, ReLU, affine, softmax*. For images
# $(3, 32, 32)$, 16 filters of 3 x 3 and 100 hidden units, count its numbers:
#
# | | shape | numbers |
# | --- | --- | --- |
# | `W1`, `b1` | $(16, 3, 3, 3)$, $(16,)$ | 448 |
# | map after conv, padding 1 | $(N, 16, 32, 32)$ | |
# | map after the pool | $(N, 16, 16, 16)$ | |
# | `W2`, `b2` | $(16 \cdot 16 \cdot 16,\ 100)$, $(100,)$ | ? |
# | `W3`, `b3` | $(100, 10)$, $(10,)$ | 1,010 |
#
# <details><summary>The missing number, and a thought</summary>
#
# $4096 \cdot 100 + 100 = 409{,}700$. Of 411,158 numbers 99.9 % sit in the two dense layers, nearly
# all in the first of them.
# </details>
#
# The affine layer lays its input out as rows, as in lesson 03, and its backward pass gives the shape back.


# %% nbgrader={"grade": false, "grade_id": "conv-net", "locked": false, "schema_version": 3, "solution": true, "task": false}
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
        weight_scale: standard deviation of the first weights, whose mean is 0; biases begin at 0
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


# %% nbgrader={"grade": true, "grade_id": "conv-net-sandwich-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("the sandwich of three layers") as rng:
    x, w, b = rng.normal(size=(2, 3, 6, 8)), rng.normal(size=(4, 3, 3, 5)), rng.normal(size=4)
    how, pool = {"stride": 1, "pad": (1, 2)}, {"pool_height": 2, "pool_width": 2, "stride": 2}
    out, cache = conv_relu_pool_forward(x, w, b, how, pool, reference_layers())
    due = oracle.conv_relu_pool(x, w, b, how, pool)
    bare = oracle.max_pool(oracle.conv(x, w, b, how), pool)
    slips = {
        "The ReLU is missing.": bare,
        "The pool is missing.": oracle.relu(oracle.conv(x, w, b, how)),
    }
    checks.equal(out, due, "out", suspects=slips)
    dout = rng.normal(size=due.shape)
    due = oracle.gradients(oracle.conv_relu_pool, dout, x, w, b, how, pool)
    rectified = oracle.relu(oracle.conv(x, w, b, how))
    unpooled = oracle.gradients(oracle.max_pool, dout, rectified, pool)[0]
    open_gate = oracle.gradients(oracle.conv, unpooled, x, w, b, how)
    slips = {"The way back does not pass through the ReLU.": open_gate}
    mine = conv_relu_pool_backward(dout, cache, reference_layers())
    checks.equal(mine, due, "dx, dw, db", suspects=slips)
    ### BEGIN HIDDEN TESTS
    wide = {"pool_height": 3, "pool_width": 2, "stride": (3, 2)}
    checks.leaves_alone(conv_relu_pool_forward, x, w, b, how, wide, reference_layers())
    out, cache = conv_relu_pool_forward(x[:1], w, b, how, wide, reference_layers())
    checks.equal(out, oracle.conv_relu_pool(x[:1], w, b, how, wide), "out with a pool of 3 x 2")
    dout = rng.normal(size=out.shape)
    due = oracle.gradients(oracle.conv_relu_pool, dout, x[:1], w, b, how, wide)
    mine = conv_relu_pool_backward(dout, cache, reference_layers())
    checks.equal(mine, due, "dx, dw, db with a pool of 3 x 2")
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv-net-loss-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("scores and loss of the ConvNet") as rng:
    X, y = rng.normal(size=(5, 2, 8, 8)), rng.integers(4, size=5)
    shape_of: dict = {"W1": (3, 2, 5, 5), "b1": 3, "W2": (48, 6), "b2": 6, "W3": (6, 4), "b3": 4}
    params = {name: 0.5 * rng.normal(size=size) for name, size in shape_of.items()}
    net = ThreeLayerConvNet(reference_layers(), (2, 8, 8), 3, 5, 6, 4, reg=0.3, dtype=np.float64)
    shapes = {name: np.shape(value) for name, value in net.params.items()}
    checks.equal(shapes, {name: np.shape(value) for name, value in params.items()}, "shapes")
    net.params = dict(params)
    checks.equal(net.loss(X), oracle.conv_net_scores(X, params), "scores")
    loss, plain, biased = (
        oracle.conv_net_loss(X, y, params, reg, biases)[0]
        for reg, biases in ((0.3, False), (0.0, False), (0.3, True))
    )
    slips = {
        "The regularisation is missing.": plain,
        "The factor 0.5 of the regularisation is missing.": 2 * loss - plain,
        "The biases are regularised too.": biased,
    }
    checks.equal(net.loss(X, y)[0], loss, "loss", suspects=slips)
    ### BEGIN HIDDEN TESTS
    kit = reference_layers()
    long = ThreeLayerConvNet(kit, (1, 4, 10), 7, 3, 60, 40, weight_scale=0.2)
    first = long.params
    shapes = {
        "W1": (7, 1, 3, 3),
        "W2": (7 * 2 * 5, 60),
        "W3": (60, 40),
        "b1": (7,),
        "b2": (60,),
        "b3": (40,),
    }
    found = {name: np.shape(value) for name, value in first.items()}
    square = {
        "Images of 4 x 10 leave the pool as 2 x 5: height and width are two numbers.": shapes
        | {"W2": (28, 60)}
    }
    checks.equal(found, shapes, "shapes for images of 1 x 4 x 10", suspects=square)
    checks.equal(
        np.shape(long.loss(rng.normal(size=(1, 1, 4, 10)))), (1, 40), "shape of the scores"
    )
    dtypes = [value.dtype.name for value in first.values()]
    checks.equal(dtypes, ["float32"] * 6, "dtypes of the parameters")
    checks.equal(float(first["W2"].std()), 0.2, "std of W2 at the start", tolerance=0.05)
    checks.equal(first["b2"], np.zeros(60), "b2 at the start")
    usual = ThreeLayerConvNet(kit).params
    found = [np.shape(usual[name]) for name in ("W1", "W2", "W3")]
    checks.equal(found, [(32, 3, 7, 7), (8192, 100), (100, 10)], "shapes with the defaults")
    same, other = (ThreeLayerConvNet(kit, (1, 4, 4), 2, 3, seed=seed).params for seed in (0, 1))
    again = ThreeLayerConvNet(kit, (1, 4, 4), 2, 3).params
    checks.equal(again["W1"], same["W1"], "W1 made with the same seed")
    checks.holds(not np.allclose(other["W1"], same["W1"]), "Another seed must make other weights.")
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "conv-net-gradient-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("gradients of the ConvNet") as rng:
    X, y = rng.normal(size=(5, 2, 8, 8)), rng.integers(4, size=5)
    layout: dict = {"W1": (3, 2, 5, 5), "b1": 3, "W2": (48, 6), "b2": 6, "W3": (6, 4), "b3": 4}
    params = {name: 0.5 * rng.normal(size=size) for name, size in layout.items()}
    net = ThreeLayerConvNet(reference_layers(), (2, 8, 8), 3, 5, 6, 4, reg=0.3, dtype=np.float64)
    net.params = {name: value.copy() for name, value in params.items()}
    (_, due), (_, plain) = (oracle.conv_net_loss(X, y, params, reg) for reg in (0.3, 0.0))
    slips = {
        "The gradient of the regularisation is missing.": plain,
        "The gradient of 0.5 * reg * W**2 is reg * W: yours is twice that.": {
            name: 2 * due[name] - plain[name] for name in due
        },
    }
    checks.equal(net.loss(X, y)[1], due, "gradients", suspects=slips)
    ### BEGIN HIDDEN TESTS
    checks.leaves_alone(net.loss, X, y)
    checks.equal(net.params, params, "parameters after a call of loss")
    kit = reference_layers()
    long = ThreeLayerConvNet(kit, (1, 4, 10), 2, 3, 5, 3, 0.5, 0.1, np.float64, seed=3)
    X, y = rng.normal(size=(1, 1, 4, 10)), np.array([2])
    due = oracle.conv_net_loss(X, y, long.params, 0.1)
    checks.equal(long.loss(X, y), due, "loss and gradients, one image of 4 x 10")
    narrow = ThreeLayerConvNet(kit, (1, 4, 10), 2, 3, 5, 3, 0.5)
    _, grads = narrow.loss(X, y)
    checks.holds(
        all(grad.dtype == np.float32 for grad in grads.values()),
        "A net of float32 must compute in float32: give X the dtype of the net first.",
        ", ".join(f"{name}: {grad.dtype}" for name, grad in grads.items()),
    )
    ### END HIDDEN TESTS

# %% [markdown]
# ## Train it
#
# Everything between pixels and gradients is yours now, in float32, as all training is. Adam (lesson 04)
# comes from PyTorch here and moves your weights in place. Beside it trains lesson 04's net: two hidden
# layers of 100 units on the same pixels. Half a minute or so.

# %% tags=["experiment"]
fast_layers = reference_layers() | {"conv": (conv_forward_fast, conv_backward_fast)}
fast_layers["pool"] = (max_pool_forward_fast, max_pool_backward_fast)
train_X, test_X = (((part.images / 255 - 0.5).astype(np.float32)) for part in (train_set, test_set))


def label(net, X: np.ndarray) -> np.ndarray:
    """Class of every image, 200 at a time."""
    return np.concatenate(
        [net.loss(part).argmax(axis=1) for part in np.array_split(X, -(-len(X) // 200))]
    )


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


def scale_weights(params: dict) -> None:
    """Give weights the standard deviation of He et al. (lesson 04), in place."""
    for w in params.values():
        if w.ndim > 1:
            w *= np.sqrt(2 / (w[0].size if w.ndim == 4 else len(w))) / w.std()


def means_of_ten(track: list[float]) -> list[float]:
    return np.convolve(track, np.ones(10) / 10, "valid").tolist()


# %% tags=["experiment"]
from types import SimpleNamespace

settings: dict = {"num_filters": 16, "filter_size": 3, "reg": 1e-2}
convnet = ThreeLayerConvNet(fast_layers, **settings)
scale_weights(convnet.params)
draw, sizes = np.random.default_rng(0), [3072, 100, 100, 10]
old = {f"W{i}": draw.normal(size=(sizes[i - 1], sizes[i])) for i in (1, 2, 3)}  # lesson 04's net
old |= {f"b{i}": np.zeros(sizes[i]) for i in (1, 2, 3)}
scale_weights(old)


def old_loss(X, y=None):
    rows = X.reshape(len(X), -1)
    return oracle.net_scores(rows, old) if y is None else oracle.net_loss(rows, y, old, 1e-2)


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
# What has it learnt? Nine pixels in colour tell little, and after three epochs the filters still resemble
# the random numbers they began as. What a filter *does* shows in its **feature map**. Go through the
# sixteen: find one that answers to edges, one to a colour, one to the background. What does the ReLU take
# away, and what does the pool leave?

# %% tags=["experiment"]
shown = test_X[:12]
conv_param = {"stride": 1, "pad": 1}
maps = {"conv": conv_forward_fast(shown, convnet.params["W1"], convnet.params["b1"], conv_param)[0]}
maps["ReLU"] = np.maximum(maps["conv"], 0)
maps["pool"] = max_pool_forward_fast(maps["ReLU"], halves)[0]
figures.show(
    figures.image_grid(figures.as_pictures(convnet.params["W1"]), columns=8, size=0.8),
    caption="The sixteen filters of 3 x 3 x 3 after training, each stretched to the whole range of colours.",
    alt="Sixteen small coloured squares of three by three pixels; some hold a dark and a light half, others one colour.",
)


def browse(state: figures.MapsState):
    return figures.feature_browser(state, test_set.images[:12], convnet.params["W1"], maps)


figures.interactive(
    browse,
    figures.MapsState(),
    caption="One image, one filter, and what your layers make of them. Purple is negative, orange is positive, white is 0.",
    alt="An image, a filter of three by three pixels, and three maps: after the convolution, after the ReLU, after the pool.",
    image=(0, 11, 1),
    filter=(0, 15, 1),
)

# %% [markdown]
# ## On shifted images
#
# The beginning of this lesson promised that a moved object is no new object. Hold the nets to it: move
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
    caption="Accuracy on 1,000 test images, moved to the right. Guessing gives 10 %.",
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
# Without a shift the ConvNet leads. Far from home the two lines nearly meet. Was the promise false? Look at your
# maps: they *do* move along with the object, two pixels of the image being one of the map. But then comes
# `W2`, with a weight for every place of the map. Of all the numbers of this net 99.9 % are tied to a place
# again, as in lesson 04. Convolution makes the answer *move*; only what comes after can make it *stay*. Two
# ways out are ahead: show the net moved images (lesson 07), or replace the large dense layer by an average
# over all places (lesson 08).
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
    figures.sliding_answers(street[0] + 0.5, street_scores[:, 0], test_set.classes, 32, 2),
    caption="The class with the highest score for each window of 32 pixels, at the middle of the window. Where the window holds one whole image, the answer is the net's answer to that image; in between it changes hands.",
    alt="Six images side by side; below them a strip of coloured bars with the names of the classes that the sliding net gives.",
)
alone = label(convnet, test_X[chosen].repeat(34, axis=0))[::34]
print("alone:", [test_set.classes[k] for k in alone])
print("slid: ", [test_set.classes[k] for k in street_scores[:, 0, ::16].argmax(axis=0)])

# %% [markdown]
# Where a window holds one whole image, the sliding net says what the net says alone, or nearly always. In between it
# guesses: it never saw two halves, and it has no class for "nothing". Finding things in large pictures
# begins here, and goes on in lesson 13. One question: the scores at those six places are close to those
# of the single images, but not equal. Which layer sees something else at the seam?
#
# <details><summary>An answer</summary>
#
# The convolution. A single image ends in a frame of zeros, and in the street its neighbour begins there.
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
    caption="The same net, the same images, the same labels, for one epoch.",
    alt="Two falling loss curves, the colleague's above yours.",
)
for name, values in both_tracks.items():
    print(f"{name}: mean loss of the last twenty steps {np.mean(values[-20:]):.3f}")

# %% [markdown]
# <details><summary>The reason</summary>
#
# Look at what the net is given: `figures.image_grid(theirs_X[:5] + 0.5)`. The pictures are scrambled.
# `reshape` keeps the numbers in their order and only cuts them anew, so that "channel 0" now holds
# red, green and blue of the first eleven rows in turns. `transpose(0, 3, 1, 2)` moves axes. A dense net
# would not have noticed: it never knew which pixels were neighbours. The first rule of training is to
# look at what goes in, *after* the last line that touches it.
# </details>
#
# ## What you built
#
# Convolutions in one and two dimensions with stride, padding and dilation, their gradients, two kinds of
# pooling, all of it again at the speed of a library, and a ConvNet. Answer without looking up:
#
# 1. A layer has 64 filters of 3 x 3 on 32 channels. How many parameters? And multiplications for an image of 32 x 32?
# 2. Why may ReLU and max pooling change places, and which order is cheaper? May ReLU and average pooling?
# 3. Backward through a convolution with stride 1 is itself a convolution of `dout`. With which filter, and which padding?
# 4. Two layers of 3 x 3 with dilations 1 and 2, or one of 7 x 7: which sees more, which learns more numbers?
# 5. Your net accepts 32 x 32 images only. Which layer is to blame, and what are the two ways out?
#
# Next, lesson 06: the deeper the net, the more its signals drift from layer to layer. Batch normalisation holds them.
