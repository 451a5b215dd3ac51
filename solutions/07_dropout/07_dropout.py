# %% [markdown]
# # 07 Dropout and its relatives
#
# Afterwards you can tell a net that has learnt from one that has memorised, make a net learn from few
# images by dropping units, weights or layers and by changing the pictures, and measure what
# helped.
#
# **Time:** about 5 hours, just under four of them at the exercises. **Needs:** lessons 03 and 04. **Data:** the *shapes* that come with the
# course, or CIFAR-10 where you have it (`course data get cifar10`). **Points:** 100.
# Answers use NumPy alone.
#
# ## Two losses
#
# A net with two hidden layers sees 500 images, twenty times each. We record two losses: one on
# the 500, and one on 1,000 images that it never trains on. Before you run the cell, draw both
# lines on paper. Where does each end?

# %% setup="dropout"
import itertools

import numpy as np

from course_lib import checks, data, figures, oracle


def extremes(numbers) -> list:
    """The smallest and the largest; nan where there is none."""
    return [np.min(numbers), np.max(numbers)] if np.size(numbers) else [np.nan, np.nan]


def check_draws(run, rng) -> None:
    """Does a function draw from its generator alone, and anew at every call?

    run: generator -> array, what the function made with it
    """
    seed = int(rng.integers(2**31))
    source = np.random.default_rng(seed)
    first, *others = [run(source) for _ in range(12)]  # draws of one bit are often alike
    again = run(np.random.default_rng(seed))
    seeded = "Two calls draw the same: draw anew at every call, and set no seed."
    checks.holds(not all(np.array_equal(first, one) for one in others), seeded)
    other = "The same state of rng must give the same draws: draw from rng, from nothing else."
    checks.holds(np.array_equal(first, again), other)


def check_coins(heads, p, one, odds) -> None:
    """Has each of many probability p, whatever becomes of its neighbours?

    heads: bool array
    one, odds: "entry", and what to say where their share is not p
    """
    share, size = float(heads.mean()), np.sqrt(heads.size)
    pairs = oracle.dropout.neighbours_kept(heads)
    if share in (0, 1):
        checks.holds(False, f"Here it is every {one}, or none: each has its own chance.")
    elif any(abs(both - share**2) > 8 * p * (1 - p) / size for both in pairs):
        checks.holds(False, f"Neighbours share their fate: draw a number for each {one}.")
    else:
        even = abs(share - p) < 8 * np.sqrt(p * (1 - p)) / size  # eight standard deviations
        checks.holds(bool(even), odds, f"Yours: {100 * share:.1f} %.")


# %% setup="dropout-counts"
def check_counts(run, one) -> None:
    """Does the number of entries that stay differ from call to call? run: no arguments -> array"""
    kept = [np.not_equal(run(), 0) for _ in range(9)]
    anew = any(not np.array_equal(kept[0], other) for other in kept)
    fixed = f"As many stay at every call: each {one} has its own chance, whatever the others do."
    checks.holds(not anew or len({int(part.sum()) for part in kept}) > 1, fixed)


# %% tags=["experiment"]
train_set, test_set = data.course_images("train"), data.course_images("test").take(2000)


def shrunk(images: np.ndarray) -> np.ndarray:
    """Half as wide and half as high, in [0, 1], so that fifty nets train while you wait."""
    n, c, h, w = images.shape
    squares = images.reshape(n, c, h // 2, 2, w // 2, 2)
    return (squares.mean(axis=(3, 5)) / 255).astype(np.float32)


few_X, few_y = shrunk(train_set.images[:500]), train_set.labels[:500]
val_X, val_y = shrunk(train_set.images[500:1500]), train_set.labels[500:1500]
test_X, test_y = shrunk(test_set.images), test_set.labels
DIMS, EPOCHS = [3 * 16 * 16, 100, 100, 10], 20
first_net = oracle.nets.SmallNet(DIMS)
two_losses = first_net.fit(
    *(few_X, few_y, EPOCHS),
    watch=lambda: [
        float(oracle.layers.softmax_layer(first_net.scores(X), y))
        for X, y in ((few_X, few_y), (val_X, val_y))
    ],
)
sides = dict(zip(("the 500", "1,000 others"), zip(*two_losses)))
figures.show(
    figures.loss_curves(sides, chance=np.log(10), xlabel="epoch"),
    caption=f"One net on {train_set.name}, two losses. The lower line goes to 0; the upper turns round after a few epochs and ends above the level of guessing.",
    alt="Two loss curves over twenty epochs: one falls to zero, the other falls for a few epochs and then rises above the grey level of guessing.",
)
print(f"right: {100 * first_net.accuracy(few_X, few_y):.0f} % of the 500", end=", ")
print(f"{100 * first_net.accuracy(test_X, test_y):.1f} % of {len(test_y):,} test images")

# %% [markdown]
# It has memorised all 500 labels and is right on three of ten new images. Where it is wrong, it is
# confident and wrong, so the loss climbs above that of a net that knows nothing. The distance between
# the lines is the **generalisation gap**. More images would close it. Where there are no more, make
# the net's task harder while it trains: whatever does that is called **regularisation**.
#
# | method | what it does in training |
# | --- | --- |
# | L2, L1, max-norm | keeps the weights small, makes many of them 0, bounds each unit's weights |
# | early stopping | ends when the accuracy on other images no longer grows |
# | dropout, DropConnect, stochastic depth | leaves out units, weights, layers at random |
# | batch normalisation (lesson 06) | adds noise as a side effect: an image's activations depend on the rest of its minibatch |
# | augmentation | changes the pictures at random |
# | ensembles | lets several nets vote |
#
# You will build or try each of them, and measure all of them against the net above.
#
# ## Dropout
#
# A unit that can rely on its neighbours may learn to correct one particular neighbour's errors on
# 500 particular images. So let no unit rely on any other: at each step, keep each one with
# probability $p$, and set the rest to 0 (Srivastava et al. 2014). At test time keep all.
#
# One thing has to be corrected. Take a unit with value 6 and $p = 0.75$. In training it gives 6 in
# three of four steps, 4.5 on average; at test time it would give 6, and all that follows would see
# a third more than it is used to. **Inverted dropout** divides what it keeps by $p$:
#
# $$\text{out} = \begin{cases} 6 / 0.75 = 8 & \text{with probability } 0.75\\ 0 & \text{with probability } 0.25\end{cases}
# \qquad \text{mean } 0.75 \cdot 8 + 0.25 \cdot 0 = 6$$
#
# Then nothing at all has to be done at test time. (The paper does not divide; it multiplies by $p$, the
# keeping probability, at test time.) Beware of the letter `p`:
#
# | | `p` is the probability to |
# | --- | --- |
# | this course; Srivastava et al. 2014; CS231n's assignments since 2018; TensorFlow 1's `keep_prob` | **keep** |
# | CS231n's assignments of 2016 and 2017; `torch.nn.Dropout(p)`; TensorFlow 2's `rate` | drop |
#
# The random numbers come from a generator that is passed in, `dropout_param["rng"]`. A function
# that sets a seed of its own has the same mask at every call, and that is a smaller net, not
# dropout. (CS231n hands over a `"seed"` for `np.random.seed` instead. An answer that does it that
# way counts here, too.)

# %% [markdown]
# ### Exercise 7.1: dropout
# 18 points · about 25 minutes · medium

# %% [markdown] hint="dropout-forward"
# Look at the docstring's two modes. Which of them draws, which one returns x itself, and which values of
# p are errors in both?
#
# A mask is drawn entry by entry: `rng.random(shape) < p` is True with probability p. What has to happen
# to what stays?
#
# `mask = (... < p) / p` is 0 or 1/p; give it x's dtype, multiply, and keep the mask for the backward
# pass.


# %% answer="dropout-forward"
def dropout_forward(x: np.ndarray, dropout_param: dict) -> tuple:
    """Inverted dropout.

    x: any shape, float
    dropout_param: "mode", "train" or "test"; "p", probability to keep an entry, 0 < p <= 1 (in
        CS231n since 2018, too; in 2016 and 2017 its p was the probability to drop);
        "rng", np.random.Generator, the only source of chance; in test mode it may be missing.
        CS231n's way counts as well: np.random, after np.random.seed where there is a "seed"
    returns: out, shape and dtype of x, and a cache for dropout_backward
        train: each entry, independently, is x / p with probability p, else 0
        test: x as it is; nothing is drawn
    raises: ValueError for any other mode or p
    Source: Srivastava et al. 2014; CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    mode, p = dropout_param["mode"], dropout_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError(f"no dropout with p = {p} in mode {mode!r}")
    if mode == "test":
        return x, 1.0
    mask = ((dropout_param["rng"].random(x.shape) < p) / p).astype(x.dtype)
    return x * mask, mask
    ### END SOLUTION


# %% check="dropout-forward-train" points=9
with checks.verdict("dropout in training") as rng:
    x, param = rng.uniform(1, 2, size=(300, 400)), {"mode": "train", "p": 0.8, "rng": rng}
    out, _ = checks.leaves_alone(dropout_forward, x, param, share=0.05)
    checks.equal(np.shape(out), x.shape, "shape of out")
    kept = np.not_equal(out, 0)
    check_coins(kept, 0.8, "entry", "p is the probability to keep an entry: about 80 % must stay.")
    checks.equal(extremes((out / x)[kept]), [1.25, 1.25], "least and most out / x of what stays")
    check_counts(lambda: dropout_forward(x[:9].copy(), param)[0], "entry")
    with checks.share(0.05, "float32"):
        out, _ = dropout_forward(x.astype(np.float32), param)
        checks.equal(out.dtype.name, "float32", "dtype of out")
    checks.raises(ValueError, dropout_forward, x, param | {"p": 0.0}, share=0.1)
    ### BEGIN HIDDEN TESTS
    deep, param = -rng.uniform(1, 2, size=(20, 30, 12, 14)), {"mode": "train", "p": 0.5, "rng": rng}
    out, _ = checks.leaves_alone(dropout_forward, deep, param, share=0.05)
    kept = np.not_equal(out, 0)
    checks.equal(out, np.where(kept, 2 * deep, 0), "out of images")
    check_coins(kept, 0.5, "entry", "p is the probability to keep an entry: about 50 % must stay.")
    check_counts(lambda: dropout_forward(deep[:2].copy(), param)[0], "entry")
    out, _ = dropout_forward(x[:3].copy(), param | {"p": 1.0})
    checks.equal(out, x[:3], "out with p = 1")
    with checks.share(0.05, "float32"):
        out, _ = dropout_forward(deep.astype(np.float32), param)
        checks.equal(out.dtype.name, "float32", "dtype of out")
    for wrong in ({"p": -0.5}, {"p": 1.5}, {"mode": "eval"}):
        checks.raises(ValueError, dropout_forward, x, param | wrong, share=0.1)
    ### END HIDDEN TESTS

# %% check="dropout-forward-rng" points=4
with checks.verdict("where the mask comes from") as rng:
    x = rng.uniform(1, 2, size=(30, 40))

    def masked(source):  # rng and seed change together: use either
        param = {"mode": "train", "p": 0.5, "rng": source, "seed": int(source.integers(2**31))}
        return dropout_forward(x.copy(), param)[0]

    checks.equal(np.shape(masked(rng)), x.shape, "shape of out")
    check_draws(masked, rng)
    ### BEGIN HIDDEN TESTS
    x = rng.uniform(1, 2, size=(7, 3, 5, 4))
    check_draws(masked, rng)
    ### END HIDDEN TESTS

# %% check="dropout-forward-test" points=5
with checks.verdict("dropout at test time") as rng:
    x, param = rng.uniform(1, 2, size=(30, 40)), {"mode": "test", "p": 0.8}
    source, twin = np.random.default_rng(3), np.random.default_rng(3)
    out, _ = dropout_forward(x.copy(), param | {"rng": source})
    vanished = np.shape(out) == x.shape and not np.all(out)
    checks.holds(not vanished, "Entries vanish at test time: then nothing is dropped.")
    checks.equal(out, x, "out")
    with checks.share(0.1, "Random numbers"):
        checks.holds(source.random() == twin.random(), "At test time nothing is drawn from rng.")
    with checks.share(0.1, "No rng"):
        checks.equal(checks.leaves_alone(dropout_forward, x, param)[0], x, "out")
    checks.raises(ValueError, dropout_forward, x, param | {"p": 1.5}, share=0.1)
    ### BEGIN HIDDEN TESTS
    x = rng.normal(size=(2, 3, 4, 5)).astype(np.float32)
    out, _ = dropout_forward(x.copy(), {"mode": "test", "p": 0.3, "rng": rng})
    checks.equal(out, x, "out of images")
    for wrong in (0.0, -0.5):
        checks.raises(ValueError, dropout_forward, x, param | {"p": wrong}, share=0.1)
    ### END HIDDEN TESTS

# %% [markdown]
# The mean is right, but no single draw is. By hand for the unit above: out is 8 or 0, its mean 6,
# and its variance $0.75 \cdot (8 - 6)^2 + 0.25 \cdot (0 - 6)^2 = 12$. In general it is $x^2\,(1 -
# p) / p$. The mean of $n$ draws has that variance divided by $n$. So after 300 draws two standard
# deviations are $2\sqrt{12 / 300} = 0.4$, and the mean is rarely further off. This is a **Monte
# Carlo** estimate: an expectation estimated by the mean of random draws.

# %% tags=["experiment"]
chance = np.random.default_rng(0)
draws = {}
for p in (0.75, 0.25):
    param = {"mode": "train", "p": p, "rng": chance}
    draws[f"p = {p}"] = np.array(
        [dropout_forward(np.array([6.0]), param)[0][0] for _ in range(2000)]
    )
figures.show(
    figures.dropout.running_means(draws, 6.0, {"p = 0.75": np.sqrt(12), "p = 0.25": np.sqrt(108)}),
    caption="The mean of your dropout's first n outputs for an input of 6. Both settle at 6; with p = 0.25 the noise is three times as large. The bands are two standard deviations wide on either side.",
    alt="Two wandering lines that approach the level 6 as the number of draws grows to 2,000, each inside a narrowing band; the band of p = 0.25 is three times as wide.",
)

# %% [markdown]
# Backward through dropout. What was dropped had no part in the loss, so its gradient is 0. What was
# kept was divided by $p$, so its gradient is, too. With $p = 0.5$, upstream gradient $(3, -1, 2)$
# and the second entry dropped: $dx = (6, 0, 4)$. It has to be the *same* mask as on the way
# forward.

# %% [markdown]
# ### Exercise 7.2: backward
# 8 points · about 10 minutes · easy

# %% [markdown] hint="dropout-backward"
# The cache is what your forward pass kept: what is the slope of `x * mask` with respect to x?
#
# It is one product. In test mode the slope is 1: does your cache say so?


# %% answer="dropout-backward"
def dropout_backward(dout: np.ndarray, cache) -> np.ndarray:
    """Gradient of dropout_forward, in the mode and with the mask of that call.

    dout: shape of x, float
    cache: of dropout_forward
    returns: dx, shape of dout
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    return dout * cache
    ### END SOLUTION


# %% check="dropout-backward" points=8
with checks.verdict("the way back through dropout") as rng:
    x, dout = rng.uniform(1, 2, size=(40, 50)), rng.normal(size=(40, 50))
    param = {"mode": "train", "p": 0.4, "rng": rng}
    runs = [dropout_forward(x.copy(), param) for _ in range(20)]
    out, cache = runs[np.argmax([np.mean(np.equal(out, 0)) for out, _ in runs])]
    kept, slope = out != 0, out / x  # as your own forward pass has them
    checks.holds(not np.all(kept), "Your forward pass drops nothing: first get it right.")
    stayed, gone = extremes(slope[kept]), extremes(slope[~kept])
    dx = checks.leaves_alone(dropout_backward, dout, cache, share=0.1)
    checks.equal(np.shape(dx), dout.shape, "shape of dx")
    checks.equal(extremes((dx / dout)[kept]), stayed, "least and most dx / dout of what stayed")
    checks.equal(extremes((dx / dout)[~kept]), gone, "least and most dx / dout of the rest")
    ### BEGIN HIDDEN TESTS
    x, dout = rng.uniform(1, 2, size=(2, 5, 5, 2)), rng.normal(size=(2, 5, 5, 2))
    out, cache = dropout_forward(x.copy(), {"mode": "train", "p": 0.7, "rng": rng})
    dropout_forward(x.copy(), {"mode": "train", "p": 0.7, "rng": rng})
    checks.equal(
        dropout_backward(dout.copy(), cache), dout * out / x, "dx after another forward pass"
    )
    out, cache = dropout_forward(x.copy(), {"mode": "test", "p": 0.4, "rng": rng})
    checks.equal(dropout_backward(dout.copy(), cache), dout * out / x, "dx in test mode")
    ### END HIDDEN TESTS

# %% [markdown]
# ### A net with a mask
#
# Below, your function drops hidden units of a net with three inputs and two outputs. On the
# right is a histogram of the first output over 400 masks.

# %% tags=["experiment"]
figures.interactive(
    lambda state: figures.dropout.mask_graph(state, dropout_forward),
    figures.dropout.MaskState(),
    caption="Left: one mask; units that were dropped are dashed and send nothing on. Right: the first output over 400 masks, their mean, and the output at test time.",
    alt="A drawn net of three inputs, six hidden units and two outputs, some hidden units dashed and without connections; beside it a histogram with a line at its mean and a dashed line at the test output.",
    mode=["train", "test"],
    scaling=["divided by p", "as it is"],
    p=(0.1, 1.0, 0.1),
    seed=(0, 30, 1),
)

# %% [markdown]
# 1. Set `scaling` to "as it is". Where does the mean go, and by which factor? What would the last
#    layer of a trained net see at test time?
#
#    <details><summary>Answer</summary>
#
#    To $p$ times the output at test time: the output is linear in the hidden units. At test time the last
#    layer would see inputs $1/p$ times as large as it was trained on, and its scores would be too large.
#
#    </details>
#
# 2. At which $p$ is the histogram widest? What does that do to the gradients?
#
#    <details><summary>Answer</summary>
#
#    At the smallest: each unit's variance is $x^2 (1 - p)/p$, which is $9 x^2$ at $p = 0.1$. The gradients
#    are just as noisy, so training takes longer.
#
#    </details>
#
# 3. How many different values can the first output take?
#
#    <details><summary>Answer</summary>
#
#    At most $2^6 = 64$, one for each mask. Units that the ReLU has set to 0 make no difference, so it may
#    be fewer.
#
#    </details>
#
# ## Many nets in one
#
# Six hidden units have $2^6 = 64$ masks. Each is a net of its own, and they share their weights.
# Dropout trains one of them at each step; at test time all of them answer at once. Does the test-time
# net give the **mean** of the 64?
#
# By hand, with two units $h = (2, 4)$, outgoing weights $(1, -1)$ and $p = 0.5$:
#
# | mask | probability | $h \cdot \text{mask} / p$ | output | output after ReLU |
# | --- | --- | --- | --- | --- |
# | 0 0 | 0.25 | (0, 0) | 0 | 0 |
# | 1 0 | 0.25 | (4, 0) | 4 | 4 |
# | 0 1 | 0.25 | (0, 8) | −8 | 0 |
# | 1 1 | 0.25 | (4, 8) | −4 | 0 |
# | mean | | (2, 4) | −2 | 1 |
# | without masks | | (2, 4) | −2 | 0 |
#
# As long as what follows is linear, the two agree. After a ReLU or a softmax they do not quite: the
# test-time net is then an approximation of the mean, and a cheap one.
#
# **Dropout as an adaptive L2.** The four outputs 0, 4, −8 and −4 have mean −2 and variance 20. For a squared
# error that variance is an extra cost. In general, for a linear output and inputs $x_j$ with masks,
#
# $$\mathbb{E}\,(\text{output} - y)^2 = \Bigl(\sum_j w_j x_j - y\Bigr)^2 + \frac{1 - p}{p} \sum_j w_j^2\,x_j^2$$
#
# and here $\frac{0.5}{0.5}(1 \cdot 4 + 1 \cdot 16) = 20$. The last term is an L2 penalty that *adapts*: a
# weight with a large input is penalised more, while plain L2 treats all weights alike. For a softmax
# the same holds approximately. There the weights of rare inputs are penalised less, and an image that
# the net is sure about adds little to the penalty of any weight (Wager, Wang and Liang 2013).

# %% [markdown]
# ### Exercise 7.3: the mean over all masks
# 9 points · about 20 minutes · medium

# %% [markdown] hint="dropout-ensemble"
# `itertools.product((0, 1), repeat=k)` gives all masks, one after the other.
#
# Make one table of masks, `(2^k, k)`: `net` takes all of them at once, one a row. Which mean is due, that
# of what goes in or that of what comes out?
#
# The probability of a mask is $p^{\text{kept}}\,(1 - p)^{\text{dropped}}$, and `probabilities @ net(...)` is
# the mean. What goes into the net, for one mask a row?


# %% answer="dropout-ensemble"
def mean_over_masks(net, h: np.ndarray, p: float) -> np.ndarray:
    """The exact mean of a net's output over all dropout masks.

    net: function (M, k) float -> (M, C) float, what follows the dropout, one example a row
    h: (k,) float, what comes into the dropout
    p: probability to keep an entry of h; what is kept is divided by it
    returns: (C,) float, each of the 2^k masks counted with its probability
    raises: ValueError where k is larger than 12
    """
    ### BEGIN SOLUTION
    k = len(h)
    if k > 12:
        raise ValueError(f"{2**k} masks are too many")
    masks = np.array(list(itertools.product((0, 1), repeat=k)))
    kept = masks.sum(axis=1)
    probabilities = p**kept * (1 - p) ** (k - kept)
    return probabilities @ net(masks * h / p)
    ### END SOLUTION


# %% check="dropout-ensemble" points=9
with checks.verdict("the mean over all masks") as rng:
    h, w, p = rng.uniform(1, 2, size=5), rng.normal(size=(5, 3)), 0.7

    def net(H):
        return np.tanh(H @ w + 1)

    due = oracle.dropout.mean_over_masks(net, h, p)
    single = oracle.dropout.mean_over_masks(np.tanh, h[:1], p)
    checks.equal(checks.leaves_alone(mean_over_masks, net, h, p, share=0.05), due, "mean")
    with checks.share(0.1, "One unit"):
        checks.equal(mean_over_masks(np.tanh, h[:1].copy(), p), single, "mean")
    many = "8,192 masks are too many"
    checks.raises(ValueError, mean_over_masks, np.tanh, np.ones(13), p, reason=many, share=0.1)
    ### BEGIN HIDDEN TESTS
    due = oracle.dropout.mean_over_masks(net, -h, 0.3)
    checks.equal(mean_over_masks(net, -h, 0.3), due, "mean with p = 0.3")
    wide = rng.normal(size=12)
    due = oracle.dropout.mean_over_masks(lambda H: np.maximum(H, 0), wide, 0.6)
    checks.equal(
        mean_over_masks(lambda H: np.maximum(H, 0), wide.copy(), 0.6), due, "mean of 4,096 masks"
    )
    due = net(h[None])[0]
    checks.equal(mean_over_masks(net, h.copy(), 1.0), due, "mean with p = 1")
    with checks.share(0.1, "One unit"):
        single = oracle.dropout.mean_over_masks(np.exp, h[1:2], 0.2)
        checks.equal(mean_over_masks(np.exp, h[1:2].copy(), 0.2), single, "mean")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
tiny = np.random.default_rng(3)
tiny_h, tiny_w = np.abs(tiny.normal(size=8)), 0.3 * tiny.normal(size=(8, 3))


def softmax(scores: np.ndarray) -> np.ndarray:
    return oracle.dropout.average_probabilities(scores[None])[0]


ends = {
    "linear": lambda H: H @ tiny_w,
    "ReLU": lambda H: np.maximum(H @ tiny_w, 0),
    "softmax": lambda H: softmax(H @ tiny_w),
}
every_mask = np.array(list(itertools.product((0, 1), repeat=8))) * tiny_h / 0.5
panels = {
    name: (end(every_mask)[:, 0], mean_over_masks(end, tiny_h, 0.5)[0], end(tiny_h[None])[0, 0])
    for name, end in ends.items()
}
figures.show(
    figures.dropout.mask_outputs(panels),
    caption="One output of a net with eight hidden units over all 256 masks. The mean over the masks and the net without a mask agree where the end is linear. A ReLU or a softmax at the end pulls the two apart, but less so with more units and smaller weights.",
    alt="Three histograms of outputs, for a linear end, a ReLU and a softmax; in the first the solid line of the mean covers the dashed line of the unmasked net, in the others they stand apart.",
)

# %% [markdown]
# ## How sure is it?
#
# Leave dropout on at test time, deliberately, and ask thirty times. Where all thirty masks agree,
# believe them. Where they contradict each other, the net does not know (Gal and Ghahramani 2016:
# **Monte Carlo dropout**).
#
# Average the probabilities, as in lesson 04's vote, and measure how spread out the average is. Its
# **entropy** $-\sum_c p_c \log p_c$ is 0 when one class has everything. By hand: two passes, two
# classes, with probabilities $(0.9, 0.1)$ and $(0.1, 0.9)$. Each pass is fairly sure, with entropy
# 0.325. The mean is $(0.5, 0.5)$ with entropy $\log 2 = 0.693$: as unsure as it can be. So average
# first, then take the entropy.
#
# The cell after the check lends your dropout to the net from the top of the page.
# `oracle.nets.SmallNet` is affine, ReLU, affine, ReLU, affine, and takes layers of yours: `hidden`
# after every ReLU, `dense` in the place of affine layers. The last argument tells your layer
# whether this is training or test.

# %% [markdown]
# ### Exercise 7.4: Monte Carlo dropout
# 9 points · about 25 minutes · medium

# %% [markdown] hint="dropout-uncertainty"
# Call `scores(X)` so many times and stack the results: `(samples, N, C)`. Over which axis does the
# softmax go, and over which one the mean?
#
# Softmax of scores of 1000: subtract each row's maximum first, as in lesson 02. Average the
# probabilities, then take the entropy.
#
# 0 log 0 is nan in NumPy. `np.log(np.maximum(mean, tiny))` avoids it; but in float32 a number like 1e-100
# is 0 itself.


# %% answer="dropout-uncertainty"
def monte_carlo_predict(scores, X: np.ndarray, samples: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities averaged over several passes, and how unsure the average is.

    scores: function X -> (N, C) float scores, which may differ from call to call
    X: the images, passed on as they are
    samples: how often scores is called
    returns: (N, C) mean probabilities (softmax of each pass, then the mean); (N,) the entropy
        of these, in nats, where 0 log 0 is 0; finite for scores of 1000, in float32, too
    raises: ValueError where samples is smaller than 1
    Source: Gal and Ghahramani 2016, "Dropout as a Bayesian approximation"
    """
    ### BEGIN SOLUTION
    if samples < 1:
        raise ValueError(f"{samples} passes give no mean")
    passes = np.stack([scores(X) for _ in range(samples)])
    e = np.exp(passes - passes.max(axis=2, keepdims=True))
    mean = (e / e.sum(axis=2, keepdims=True)).mean(axis=0)
    entropy = -(mean * np.log(np.maximum(mean, 1e-30))).sum(axis=1)
    return mean, entropy
    ### END SOLUTION


# %% check="dropout-uncertainty" points=9
with checks.verdict("many passes, one answer") as rng:
    X, passes, asked = rng.normal(size=(6, 2)), 3 * rng.normal(size=(4, 2, 5)), [0]

    def scripted(X):  # the first call gives other scores than the second
        asked[0] += 1
        return X @ passes[asked[0] % len(passes)]

    due = oracle.dropout.average_probabilities(X @ passes)
    checks.equal(monte_carlo_predict(scripted, X, 4), due, "mean, entropy")
    checks.holds(asked[0] == 4, "Ask as often as samples says.", f"Asked {asked[0]} times.")
    with checks.share(0.1, "Scores of 1000"):
        _, entropy = monte_carlo_predict(scripted, 1e4 * X, 4)
        checks.finite(entropy, "0 log 0 is 0 here, and large scores are no reason for nan.")
    checks.raises(ValueError, monte_carlo_predict, scripted, X, 0, share=0.1)
    ### BEGIN HIDDEN TESTS
    X, passes, asked = rng.normal(size=(3, 3)), rng.normal(size=(7, 3, 4)), [0]
    due = oracle.dropout.average_probabilities(X @ passes)
    checks.equal(monte_carlo_predict(scripted, X, 7), due, "mean, entropy of seven passes")
    checks.holds(asked[0] == 7, "Ask as often as samples says.", f"Asked {asked[0]} times.")
    passes = passes[:1]
    due = oracle.dropout.average_probabilities(X @ passes)
    checks.equal(monte_carlo_predict(scripted, X, 1), due, "mean, entropy of one pass")
    with checks.share(0.1, "Scores of 1000"):
        passes = passes.astype(np.float32)
        _, entropy = monte_carlo_predict(scripted, (1e4 * X).astype(np.float32), 2)
        checks.finite(entropy, "0 log 0 is 0 here, and large scores are no reason for nan.")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
layer_chance = np.random.default_rng(1)


def lend(forward, backward, p: float = 0.8) -> tuple:
    """Your pair as the net wants it: the last argument of the forward pass is the mode."""
    return (
        lambda *given: forward(*given[:-1], {"mode": given[-1], "p": p, "rng": layer_chance}),
        backward,
    )


dropped = oracle.nets.SmallNet(DIMS, hidden=lend(dropout_forward, dropout_backward))
dropped.fit(few_X, few_y, EPOCHS)
masked_answer = monte_carlo_predict(lambda X: dropped.scores(X, "train"), test_X, 30)
plain_answer = monte_carlo_predict(dropped.scores, test_X, 1)
curves, answered = {}, np.arange(1, len(test_y) + 1)
for name, (mean, entropy) in (("30 masks", masked_answer), ("test mode", plain_answer)):
    surest = (mean.argmax(axis=1) == test_y)[np.argsort(entropy)]
    shares = 100 * np.cumsum(surest) / answered
    curves[name] = (100 * answered[99:] / len(test_y), shares[99:])
    print(f"{name}: {shares[-1]:.1f} % right, {shares[len(test_y) // 5]:.0f} % of the surest fifth")
figures.show(
    figures.curves(curves, "images answered, surest first (%)", "right among them (%)"),
    caption="Accuracy when the net may leave out the images that it is least sure of: the fewer it answers, the more of them are right. On images like those it was trained on, one pass without masks tells sure from unsure as well as thirty passes with masks.",
    alt="Two falling lines of accuracy over the share of answered images, close together, from about seventy per cent at the left to about a third at the right.",
)
noise = np.random.default_rng(0).random((500, 3, 16, 16))
for kind, X in (("training images", few_X), ("test images", test_X), ("pure noise", noise)):
    unsure = monte_carlo_predict(lambda X: dropped.scores(X, "train"), X, 30)[1].mean()
    print(f"{kind}: entropy {unsure:.2f}, at most {np.log(10):.2f}")

# %% [markdown]
# ## Weights instead of units: DropConnect
#
# Drop single weights instead of whole units (Wan et al. 2013). With two inputs and two units,
# weights $\begin{pmatrix} 1 & 2\\ 3 & 4\end{pmatrix}$, $p = 0.5$ and a mask that drops the 2: $x =
# (1, 1)$ meets $\begin{pmatrix} 2 & 0\\ 6 & 8\end{pmatrix}$ and gives $(8, 8)$; without a mask it
# would give $(4, 6)$. The paper draws a mask for each image. With one for the whole minibatch the
# layer stays a single matrix product, so we draw one. At test time the paper samples each unit's
# input from a normal distribution with the mean and the variance that the masks give it, and
# averages the activations; we take the mean alone, which is the layer without a mask.


# %% setup="dropout-rows"
from course_lib import checks


def check_rows(out, x, used) -> bool:
    """Does every row of x meet the same weights `used`, and the bias of a row of zeros?"""
    same = bool(np.allclose(out, x @ used + out[0]))
    rows = "The same weights must be missing for every row: mask w, not what goes in or comes out."
    checks.holds(same, rows)
    return same


# %% [markdown]
# ### Exercise 7.5: DropConnect
# 11 points · about 30 minutes · medium

# %% [markdown] hint="dropout-dropconnect"
# It is an affine layer with another matrix: which array gets the mask, and which one never does?
#
# Train: a mask of the shape of w, scaled as in exercise 7.1. Test: a mask of ones, so that the rest of
# the code is the same. What do dx and dw need from the forward pass?
#
# With `masked = w * mask` it is the affine layer of lesson 03, and its backward pass gives the gradient of
# `masked`. How do you get from there to the gradient of `w`?


# %% answer="dropout-dropconnect"
def dropconnect_forward(
    x: np.ndarray, w: np.ndarray, b: np.ndarray, dropconnect_param: dict
) -> tuple:
    """An affine layer that drops weights, inverted as in dropout_forward.

    x: (N, D), w: (D, M), b: (M,) float
    dropconnect_param: "mode", "p" (probability to keep a weight) and "rng", as in dropout_forward;
        in test mode "rng" may be missing
    returns: out (N, M), and a cache
        train: each weight, independently, is w / p with probability p, else 0: one mask for all rows
            of x; b is never dropped
        test: the plain affine layer
    raises: ValueError for any other mode, or p not in (0, 1]
    Source: Wan et al. 2013
    """
    ### BEGIN SOLUTION
    mode, p = dropconnect_param["mode"], dropconnect_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError(f"no DropConnect with p = {p} in mode {mode!r}")
    mask = np.ones_like(w)
    if mode == "train":
        mask = ((dropconnect_param["rng"].random(w.shape) < p) / p).astype(w.dtype)
    return x @ (w * mask) + b, (x, w * mask, mask)
    ### END SOLUTION


def dropconnect_backward(dout: np.ndarray, cache) -> tuple:
    """dout: (N, M); cache: of dropconnect_forward. returns: dx (N, D), dw (D, M), db (M,)"""
    ### BEGIN SOLUTION
    x, masked, mask = cache
    dx, dw = dout @ masked.T, (x.T @ dout) * mask
    return dx, dw, dout.sum(axis=0)
    ### END SOLUTION


# %% check="dropout-dropconnect" points=5
with checks.verdict("DropConnect") as rng:
    w, b, noise = rng.uniform(1, 2, size=(90, 80)), rng.normal(size=80), rng.normal(size=(9, 90))
    param = {"mode": "train", "p": 0.8, "rng": rng}
    x = np.concatenate([0 * noise, np.eye(90), noise])
    out, _ = checks.leaves_alone(dropconnect_forward, x, w, b, param, share=0.05)
    checks.equal(out[0], b, "out of a row of zeros")
    used = out[9:99] - out[0]  # rows of the identity show the weights at work
    if check_rows(out, x, used):
        kept = np.abs(used) > 0.01
        checks.equal(extremes((used / w)[kept]), [1.25, 1.25], "least and most factor")
        check_coins(kept, 0.8, "weight", "p is the probability to keep: about 80 % must stay.")
        check_counts(lambda: dropconnect_forward(np.eye(90), w + 0, 0 * b, param)[0], "weight")
    ### BEGIN HIDDEN TESTS
    param, x = {"mode": "train", "p": 0.5, "rng": rng}, np.eye(90)
    out, _ = checks.leaves_alone(dropconnect_forward, x, -w, 0 * b, param, share=0.05)
    kept = np.not_equal(out, 0)
    checks.equal(out, np.where(kept, -2 * w, 0), "weights at work")
    check_coins(kept, 0.5, "weight", "p is the probability to keep: about 50 % must stay.")
    due = oracle.layers.affine(noise, w, b)
    out, _ = dropconnect_forward(noise.copy(), w.copy(), b.copy(), param | {"p": 1.0})
    checks.equal(out, due, "out with p = 1")
    ### END HIDDEN TESTS

# %% check="dropout-dropconnect-test" points=2
with checks.verdict("DropConnect at test time, and its random numbers") as rng:
    x, w, b = rng.normal(size=(4, 5)), rng.normal(size=(5, 3)), rng.normal(size=3)
    param, due = {"mode": "test", "p": 0.8}, oracle.layers.affine(x, w, b)
    checks.equal(dropconnect_forward(x.copy(), w.copy(), b.copy(), param)[0], due, "out")

    def masked(source):
        param = {"mode": "train", "p": 0.5, "rng": source}
        return dropconnect_forward(np.eye(20), np.ones((20, 30)), np.zeros(30), param)[0]

    with checks.share(0.15, "Random numbers"):
        check_draws(masked, rng)
    checks.raises(ValueError, dropconnect_forward, x, w, b, param | {"p": 1.1}, share=0.1)
    ### BEGIN HIDDEN TESTS
    due = oracle.layers.affine(-x[:1], w, b)
    out, _ = dropconnect_forward(-x[:1], w.copy(), b.copy(), {"mode": "test", "p": 0.3, "rng": rng})
    checks.equal(out, due, "out of one row")
    for wrong in ({"mode": "eval"}, {"p": 0.0}, {"mode": "train", "p": -0.5, "rng": rng}):
        checks.raises(ValueError, dropconnect_forward, x, w, b, param | wrong, share=0.1)
    ### END HIDDEN TESTS

# %% check="dropout-dropconnect-back" points=4
with checks.verdict("the way back through DropConnect") as rng:
    w, b, dout = rng.uniform(1, 2, size=(8, 6)), rng.normal(size=6), rng.normal(size=(13, 6))
    x = np.concatenate([np.zeros((1, 8)), np.eye(8), rng.normal(size=(4, 8))])
    param = {"mode": "train", "p": 0.6, "rng": rng}
    out, cache = dropconnect_forward(x.copy(), w.copy(), b.copy(), param)
    factor = (out[1:9] - out[0]) / w  # of each weight, in your own forward pass
    checks.holds(np.ptp(factor) > 0.1, "Your forward pass drops no weight, or all of them.")
    due = oracle.gradients(oracle.dropout.factored_affine, dout, x, w, b, factor)[:3]
    grads = checks.leaves_alone(dropconnect_backward, dout, cache, share=0.1)
    checks.equal(grads, due, "dx, dw, db")
    ### BEGIN HIDDEN TESTS
    x, dout = rng.normal(size=(1, 8)), rng.normal(size=(1, 6))
    _, cache = dropconnect_forward(x.copy(), w.copy(), b.copy(), {"mode": "test", "p": 0.6})
    due = oracle.gradients(oracle.layers.affine, dout, x, w, b)
    checks.equal(dropconnect_backward(dout.copy(), cache), due, "dx, dw, db in test mode")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Bounds for weights: max-norm
#
# L2 pulls at every weight all the time. **Max-norm** leaves a unit alone until the length of its
# incoming weights exceeds $c$; then it shortens them to $c$. The authors of dropout use it
# together with high learning rates. By hand, $c = 2$: a unit with weights $(3, 4)$ has length 5
# and becomes $(1.2, 1.6)$; one with $(1, -1)$ has length 1.41 and stays. Which axis is a unit's?
# `w` is `(inputs, units)`: a unit is a column.

# %% [markdown]
# ### Exercise 7.6: max-norm
# 7 points · about 15 minutes · easy

# %% [markdown] hint="dropout-max-norm"
# A unit is a column: one length for each column.
#
# Which factor keeps a short column as it is, and makes a long one exactly c long?
#
# Divide c by the length of a long column and by c itself for a short one: `np.maximum` chooses, and there
# is never a division by 0.


# %% answer="dropout-max-norm"
def max_norm(w: np.ndarray, c: float) -> np.ndarray:
    """The weights with no unit's incoming weights longer than c.

    w: (D, M) float; column j holds what comes into unit j; left as it is
    c: largest Euclidean length allowed, above 0
    returns: (D, M), dtype of w; longer columns scaled to length c, the others as they are, also
        columns of zeros
    raises: ValueError where c is not above 0
    Source: Srivastava et al. 2014
    """
    ### BEGIN SOLUTION
    if c <= 0:
        raise ValueError(f"no column of weights has length {c}")
    length = np.sqrt((w**2).sum(axis=0))
    return w * (c / np.maximum(length, c))
    ### END SOLUTION


# %% check="dropout-max-norm" points=7
with checks.verdict("max-norm") as rng:
    w, c = rng.normal(size=(6, 5)) * np.array([3.0, 0.1, 2.0, 0.2, 4.0]), 1.5
    due = oracle.dropout.max_norm(w, c)
    checks.equal(checks.leaves_alone(max_norm, w, c, share=0.05), due, "weights")
    with checks.share(0.1, "A unit with weights 0"):
        checks.finite(max_norm(0 * w, c), "It has length 0: mind the division.")
    with checks.share(0.05, "float32"):
        checks.equal(max_norm(w.astype(np.float32), c).dtype.name, "float32", "dtype")
    checks.raises(ValueError, max_norm, w, 0.0, reason="c must be above 0", share=0.1)
    ### BEGIN HIDDEN TESTS
    wide = rng.normal(size=(4, 4)) * np.array([0.2, 5.0, 1.0, 30.0])
    due = oracle.dropout.max_norm(wide, 0.5)
    checks.equal(max_norm(wide.copy(), 0.5), due, "weights")
    checks.equal(max_norm(wide.copy(), 200.0), wide, "weights that are short enough")
    close = w / np.linalg.norm(w, axis=0) * c * np.array([0.7, 1.1, 1.4, 0.9, 1.9])
    due = oracle.dropout.max_norm(close, c)
    checks.equal(max_norm(close.copy(), c), due, "weights of lengths not far from c")
    with checks.share(0.1, "A unit with weights 0"):
        wide[:, 1] = 0
        due = oracle.dropout.max_norm(wide, 0.5)
        checks.equal(max_norm(wide.copy(), 0.5), due, "weights")
    checks.raises(ValueError, max_norm, w, -1.0, reason="c must be above 0", share=0.1)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Weights of exactly 0: L1
#
# Add $\lambda \sum |w|$ to the loss. Its slope is $+\lambda$ or $-\lambda$, however small the
# weight: L2 pulls less and less as a weight shrinks, L1 pulls on until nothing is left. But look
# at a plain gradient step. Weight $0.02$, learning rate $0.1$, $\lambda = 0.5$: the step is $0.05$, and the
# weight lands on $-0.03$; the next step brings it back to $0.02$. It never rests at 0. So take the
# gradient step of the data first, then move towards 0 by $0.05$, *and stop there*:
#
# $$w \leftarrow w - \eta\,dw, \qquad w \leftarrow \operatorname{sign}(w)\,\max(|w| - \eta\lambda,\ 0)$$
#
# With $dw = 0$ the weight $0.02$ becomes 0, and $-0.30$ becomes $-0.25$. The second half is called
# soft thresholding.

# %% [markdown]
# ### Exercise 7.7: a step with L1
# 7 points · about 15 minutes · easy

# %% [markdown] hint="dropout-l1"
# Two lines, as in the formula: first the step of the data, then the pull.
#
# The pull looks at the weight after the step. What is left of its absolute value, and when is nothing
# left?
#
# `np.sign(moved) * np.maximum(np.abs(moved) - ..., 0)`


# %% answer="dropout-l1"
def l1_step(w: np.ndarray, dw: np.ndarray, learning_rate: float, strength: float) -> np.ndarray:
    """A step of gradient descent on the loss of the data, then the pull of L1 towards 0.

    w: any shape, float; left as it is
    dw: shape of w, gradient of the loss without the regularisation
    learning_rate: length of the step
    strength: lambda, the factor of the sum of absolute weights in the loss
    returns: the new weights, dtype of w; none has crossed 0 by the pull
    Source: Beck and Teboulle 2009 (iterative shrinkage-thresholding)
    """
    ### BEGIN SOLUTION
    moved = w - learning_rate * dw
    return np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)
    ### END SOLUTION


# %% check="dropout-l1" points=7
with checks.verdict("a step with L1") as rng:
    w, dw = rng.normal(size=(6, 7)), rng.normal(size=(6, 7))
    due = oracle.dropout.proximal_step(w, dw, 0.3, 2.0)
    checks.equal(checks.leaves_alone(l1_step, w, dw, 0.3, 2.0, share=0.05), due, "weights")
    with checks.share(0.1, "float32"):
        out = l1_step(w.astype(np.float32), dw.astype(np.float32), 0.3, 2.0)
        checks.equal(out.dtype.name, "float32", "dtype")
    ### BEGIN HIDDEN TESTS
    w, dw = rng.normal(size=30), rng.normal(size=30)
    for name, rate, strength in (("weak", 0.5, 0.2), ("no", 0.1, 0.0), ("strong", 1.0, 50.0)):
        due = oracle.dropout.proximal_step(w, dw, rate, strength)
        checks.equal(l1_step(w.copy(), dw.copy(), rate, strength), due, f"weights, {name} pull")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Whole layers: stochastic depth
#
# Deep nets are built of blocks that *add* something to what comes in: $x + f(x)$ (lesson 08). Such
# a block may be missing, and $x$ goes through unchanged. **Stochastic depth** (Huang et al. 2016)
# leaves out the branch $f$ for a whole minibatch with probability $1 - p$, and so saves the time to
# compute it. Inverted, as before:
#
# $$\text{train: } x + \tfrac{g}{p} f(x) \text{ with } g = 1 \text{ or } 0, \qquad \text{test: } x + f(x)$$
#
# By hand: $x = 1$, $f(x) = 0.4$, $p = 0.8$. Four of five times $1.5$, else $1$; the mean is $1.4$.
# Backward: if the branch was there, $dx = dout + \frac1p f'(x)\,dout$; else $dx = dout$. (The
# paper does not divide, and multiplies by $p$ at test time.)
#
# A branch is a pair of functions, `(forward, backward)`: `forward(x) -> (out, cache)`,
# `backward(dout, cache) -> dx`.


# %% setup="dropout-branch"
from course_lib import checks, oracle


def tanh_branch(calls: list) -> tuple:
    """A branch f(x) = tanh(x), which counts the calls of its forward pass in calls[0]."""

    def forward(x):
        calls[0] += 1
        return np.tanh(x), x

    def backward(dout, x):
        return oracle.train.activation_backward("tanh", dout, x)

    return forward, backward


def check_together(gates) -> None:
    """Has each call one gate for all rows? gates: (calls, N, D)"""
    together = "One decision for the whole minibatch: here each row has its own."
    checks.holds(np.array_equal(gates.max(axis=(1, 2)), gates.min(axis=(1, 2))), together)


# %% [markdown]
# ### Exercise 7.8: stochastic depth
# 11 points · about 25 minutes · medium

# %% [markdown] hint="dropout-stochastic-depth"
# One draw decides for the whole minibatch. Which number multiplies f(x) in each of the three cases: kept,
# left out, test?
#
# Call that number the gate: 1/p, 0 or 1. Where it is 0, `forward` of the branch must not be called, and
# the cache has to say so.
#
# `(rng.random() < p) / p` is the gate. Backward, `dout` passes in every case. Where the branch was there,
# what comes back through it is added, times the gate that your cache has kept.


# %% answer="dropout-stochastic-depth"
def residual_forward(x: np.ndarray, branch: tuple, depth_param: dict) -> tuple:
    """A block x + f(x) whose branch f is left out at random.

    x: (N, D) float
    branch: (forward, backward) of f, which keeps the shape
    depth_param: "mode", "p" (probability to keep the branch) and "rng", as in dropout_forward; in
        test mode "rng" may be missing
    returns: out (N, D), and a cache
        train: x + f(x) / p with probability p, else x; one decision for all rows; where the
            branch is left out it is not computed
        test: x + f(x)
    raises: ValueError for any other mode, or p not in (0, 1]
    Source: Huang et al. 2016
    """
    ### BEGIN SOLUTION
    mode, p = depth_param["mode"], depth_param["p"]
    if mode not in ("train", "test") or not 0 < p <= 1:
        raise ValueError(f"no stochastic depth with p = {p} in mode {mode!r}")
    gate = 1.0
    if mode == "train":
        gate = (depth_param["rng"].random() < p) / p
    if gate == 0:
        return x, (gate, None, None)
    forward, backward = branch
    out, cache = forward(x)
    return x + gate * out, (gate, backward, cache)
    ### END SOLUTION


def residual_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: (N, D); cache: of residual_forward. returns: dx (N, D)"""
    ### BEGIN SOLUTION
    gate, backward, inner = cache
    return dout + gate * backward(dout, inner) if gate else dout
    ### END SOLUTION


# %% check="dropout-stochastic-depth" points=6
with checks.verdict("a layer that is sometimes left out") as rng:
    calls, x, param = [0], rng.normal(size=(4, 3)), {"mode": "train", "p": 0.8, "rng": rng}
    branch = tanh_branch(calls)
    outs = np.stack([residual_forward(x.copy(), branch, param)[0] for _ in range(300)])
    gates = np.abs(((outs - x) / np.tanh(x)).round(6))  # where out is x + gate f(x)
    checks.equal(np.unique(gates), np.array([0, 1.25]), "all values of (out - x) / f(x)")
    if len(np.unique(gates)) == 2:
        check_together(gates)
        check_coins(gates[:, 0, 0] > 0, 0.8, "call", "p is the probability to keep f: 80 %.")
    with checks.share(0.1, "Time"):
        saved = calls[0] == np.count_nonzero(gates[:, 0, 0])
        checks.holds(saved, "A branch that is left out must not be computed.")
    ### BEGIN HIDDEN TESTS
    x, param = rng.normal(size=(1, 5)), {"mode": "train", "p": 0.5, "rng": rng}
    outs = np.stack([residual_forward(x.copy(), branch, param)[0] for _ in range(300)])
    gates = np.abs(((outs - x) / np.tanh(x)).round(6))
    checks.equal(np.unique(gates), np.array([0.0, 2.0]), "each value of (out - x) / f(x)")
    out, _ = residual_forward(x.copy(), branch, param | {"p": 1.0})
    checks.equal(out, oracle.dropout.tanh_block(x, 1.0), "out with p = 1")
    if len(np.unique(gates)) == 2:
        check_coins(gates[:, 0, 0] > 0, 0.5, "call", "p is the probability to keep f: 50 %.")
    ### END HIDDEN TESTS

# %% check="dropout-stochastic-depth-test" points=2
with checks.verdict("stochastic depth at test time, and its random numbers") as rng:
    x, branch, param = rng.normal(size=(4, 3)), tanh_branch([0]), {"mode": "test", "p": 0.8}
    out, _ = checks.leaves_alone(residual_forward, x, branch, param, share=0.05)
    checks.equal(out, oracle.dropout.tanh_block(x, 1.0), "out")

    def fates(source):
        param = {"mode": "train", "p": 0.5, "rng": source}
        return np.stack([residual_forward(x.copy(), branch, param)[0] for _ in range(60)])

    with checks.share(0.15, "Random numbers"):
        check_draws(fates, rng)
    checks.raises(ValueError, residual_forward, x, branch, param | {"p": 1.1}, share=0.1)
    ### BEGIN HIDDEN TESTS
    due = oracle.dropout.tanh_block(x[:1], 1.0)
    out, _ = residual_forward(x[:1].copy(), branch, {"mode": "test", "p": 0.3, "rng": rng})
    checks.equal(out, due, "out of one row")
    for wrong in ({"mode": "eval"}, {"p": 0.0}, {"mode": "train", "p": -0.5, "rng": rng}):
        checks.raises(ValueError, residual_forward, x, branch, param | wrong, share=0.1)
    ### END HIDDEN TESTS

# %% check="dropout-stochastic-depth-back" points=3
with checks.verdict("the way back round a branch") as rng:
    x, dout, branch = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), tanh_branch([0])
    param = {"mode": "train", "p": 0.5, "rng": rng}
    runs = [residual_forward(x.copy(), branch, param) for _ in range(60)]
    gates = [np.mean((out - x) / np.tanh(x)) for out, _ in runs]  # out = x + gate f(x)
    for name, run, gate in (("there", np.argmax(gates), 2.0), ("left out", np.argmin(gates), 0.0)):
        due = oracle.gradients(oracle.dropout.tanh_block, dout, x, gate)[0]
        dx = checks.leaves_alone(residual_backward, dout, runs[run][1], share=0.1)
        checks.equal(dx, due, f"dx, branch {name}")
    ### BEGIN HIDDEN TESTS
    _, cache = residual_forward(x.copy(), branch, {"mode": "test", "p": 0.5})
    due = oracle.gradients(oracle.dropout.tanh_block, dout, x, 1.0)[0]
    checks.equal(residual_backward(dout.copy(), cache), due, "dx in test mode")
    x, dout = rng.normal(size=(1, 6)), rng.normal(size=(1, 6))
    runs = [residual_forward(x.copy(), branch, param | {"p": 0.25}) for _ in range(60)]
    gates = [np.mean((out - x) / np.tanh(x)) for out, _ in runs]
    there = runs[np.argmax(gates)][1]
    due = oracle.gradients(oracle.dropout.tanh_block, dout, x, 4.0)[0]
    checks.equal(residual_backward(dout.copy(), there), due, "dx of one row with p = 0.25")
    ### END HIDDEN TESTS

# %% [markdown]
# ## New pictures from old ones
#
# Which changes to a picture do not change what it shows? Each is a source of new images with known
# labels, and costs nothing but a random number. Apply them to every minibatch anew, and the net
# never meets the same image twice.
#
# **Flips.** Think before you flip. A mirrored star is a star, and an arrow is an arrow wherever it
# points: all ten classes of *shapes* survive, and so do CIFAR-10's. Of the digits only 0, 8 and, in
# some handwriting, 1 do; a mirrored 2 is nothing at all, and a 6 upside down has become a 9. Were the
# class "arrow to the left", the label would have to be flipped as well. And cars upside down do
# not occur, so why learn them?
#
# The rules for all functions from here on: image $i$ stays in place $i$, so that its label fits;
# each image has draws of its own; what came in is left as it was; range and dtype stay.


# %% setup="dropout-places"
from course_lib import checks, oracle


def which(out, candidates, odd) -> np.ndarray:
    """Which candidate is each image? -1 where it is none.

    candidates: (K, N, ...), K possible results of each
    odd: what to say where an image is none of them
    """
    checks.equal(np.shape(out), candidates.shape[1:], "shape of the images")
    place = oracle.augment.matches(out, candidates)
    if np.shape(out) != candidates.shape[1:] or -1 not in place:
        return place
    blank = "All images but the last are 0: make the array for them once, before the loop."
    last = not np.any(out[:-1]) and np.any(out[-1])
    checks.holds(False, blank if last else odd, f"Image {np.argmax(place < 0)} is not right.")
    return place


# %% [markdown]
# ### Exercise 7.9: random flips
# 6 points · about 10 minutes · easy

# %% [markdown] hint="dropout-flip"
# Draw one number for each image, all of them in one call.
#
# A mirrored picture has its columns in reverse order: `images[..., ::-1]`.
#
# `np.where(mirrored[:, None, None, None], ..., images)` chooses image by image and keeps the dtype.


# %% answer="dropout-flip"
def random_flip(images: np.ndarray, rng: np.random.Generator, p: float = 0.5) -> np.ndarray:
    """Each image, independently, mirrored left to right with probability p.

    images: (N, C, H, W), any dtype; left as they are
    rng: the only source of chance
    p: probability to mirror an image
    returns: (N, C, H, W), same dtype, same order
    """
    ### BEGIN SOLUTION
    mirrored = rng.random(len(images)) < p
    return np.where(mirrored[:, None, None, None], images[..., ::-1], images)
    ### END SOLUTION


# %% check="dropout-flip" points=6
with checks.verdict("random flips") as rng:
    images = rng.random((600, 3, 4, 5))
    out = checks.leaves_alone(random_flip, images, rng, 0.8, share=0.05)
    way = which(out, oracle.augment.flips(images), "Each must be its own image, mirrored or not.")
    checks.holds(2 not in way, "These are upside down: mirror the columns, the last axis.")
    checks.holds(3 not in way, "Red and blue have changed places: mirror the columns.")
    if set(way) <= {0, 1}:
        check_coins(way != 0, 0.8, "image", "p is the probability to mirror: about 80 % must be.")
    with checks.share(0.15, "Random numbers"):
        check_draws(lambda own: [random_flip(images[:9] + 0, own, 0.5) for _ in range(20)], rng)
    with checks.share(0.05, "Bytes"):
        checks.equal(random_flip((9 * images).astype(np.uint8), rng).dtype.name, "uint8", "dtype")
    ### BEGIN HIDDEN TESTS
    for p, way in ((0.0, 0), (1.0, 1)):
        checks.equal(
            random_flip(images.copy(), rng, p), oracle.augment.flips(images)[way], f"p = {p}"
        )
    images = rng.random((4000, 1, 1, 2))
    way = which(
        random_flip(images.copy(), rng),
        oracle.augment.flips(images)[:2],
        "Each must be its own image, mirrored or not.",
    )
    half = abs(np.mean(way != 0) - 0.5) < 0.07  # eight standard deviations
    checks.holds(bool(half), "Without p, half of the images are mirrored.")
    steps = np.tile([0.0, 1.0], (400, 3, 1, 1))[:, :, :, ::-1]  # mirrored, they begin with 0
    check_counts(lambda: random_flip(steps.copy(), rng)[:, 0, 0, 0] < 0.5, "image")
    ### END HIDDEN TESTS

# %% [markdown]
# **Crops and shifts.** A crop cuts out a window. On a row `1 2 3 4 5` a window of 3 can begin in
# three places: `1 2 3`, `2 3 4` or `3 4 5`. In general there are $W - w + 1$ places, and each must
# be as likely as any other; `rng.integers(n)` gives $0$ to $n - 1$. A **shift** is a crop of a larger
# picture: repeat the outermost pixels, `1 1 2 3 4 5 5`, and cut a window of 5 out of that. It
# shows `1 1 2 3 4`, `1 2 3 4 5` or `2 3 4 5 5`. Yours are the crops; the shift is given after them.


# %% setup="dropout-even"
from course_lib import checks


def check_even(place, rows, columns, never) -> None:
    """Does each of rows * columns places come equally often, row and column for themselves?

    place: (N,) int, of `which`; nothing is said where one is none of these places
    never: what to say where some places never come
    """
    if min(place) < 0 or max(place) >= rows * columns:
        return
    counts = np.bincount(place, minlength=rows * columns).reshape(rows, columns)
    slack = 8 / np.sqrt(len(place))  # eight standard deviations and more: no seed decides
    uneven = [
        np.abs(counts.sum(axis) / len(place) - 1 / counts.shape[1 - axis]).max() > slack / 2
        for axis in (0, 1)
    ]
    follows = (counts > 0).sum(axis=1).max() < 2 and np.count_nonzero(counts.sum(axis=0)) > 1
    reasons = {
        "All images share one place: draw one for each.": counts.max() == len(place),
        "The column follows from the row: draw each independently.": follows,
        never: counts.min() == 0,
        "Not all places are equally likely.": any(uneven),
    }
    first = next((reason for reason, true in reasons.items() if true), "")
    checks.holds(not first, first, f"Counts of the places: {counts.tolist()}.")


# %% [markdown]
# ### Exercise 7.10: random crops
# 6 points · about 15 minutes · easy

# %% [markdown] hint="dropout-crop"
# How many rows can a window begin in? For each image draw one of them, and independently a column.
#
# `rng.integers(rows, size=len(images))` draws all first rows at once. Test for windows that are too large
# before you draw.
#
# `np.stack([image[:, t : t + height, s : s + width] for ...])`, over `zip(images, tops, lefts)`.


# %% answer="dropout-crop"
def random_crop(
    images: np.ndarray, height: int, width: int, rng: np.random.Generator
) -> np.ndarray:
    """A window of each image, at a place of its own.

    images: (N, C, H, W), any dtype; left as they are
    height, width: of the window, at most H and W; all its places are equally likely
    rng: the only source of chance
    returns: (N, C, height, width), same dtype, same order
    raises: ValueError where the window is larger than the images
    """
    ### BEGIN SOLUTION
    rows, columns = images.shape[2] - height + 1, images.shape[3] - width + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"no window of {height} x {width} in images of {images.shape[2:]}")
    tops = rng.integers(rows, size=len(images))
    lefts = rng.integers(columns, size=len(images))
    places = zip(images, tops, lefts)
    return np.stack([one[:, t : t + height, s : s + width] for one, t, s in places])
    ### END SOLUTION


# %% check="dropout-crop" points=6
with checks.verdict("random crops") as rng:
    images = rng.random((2000, 2, 4, 5))
    out = checks.leaves_alone(random_crop, images, 3, 3, rng, share=0.05)
    odd = "Each crop must be a window of the image in the same place of the batch."
    place = which(out, oracle.augment.crops(images, 3, 3), odd)
    check_even(place, 2, 3, "A window can begin in H - height + 1 rows, W - width + 1 columns.")
    with checks.share(0.1, "Random numbers"):
        check_draws(lambda source: random_crop(images.copy(), 2, 3, source), rng)
    with checks.share(0.05, "Bytes"):
        out = random_crop((9 * images).astype(np.uint8), 2, 3, rng)
        checks.equal(out.dtype.name, "uint8", "dtype")
    checks.raises(ValueError, random_crop, images, 5, 5, rng, share=0.1)
    ### BEGIN HIDDEN TESTS
    checks.equal(random_crop(images.copy(), 4, 5, rng), images, "crops as large as the images")
    place = which(random_crop(images.copy(), 2, 4, rng), oracle.augment.crops(images, 2, 4), odd)
    check_even(place, 3, 2, "A window can begin in H - height + 1 rows, W - width + 1 columns.")
    for size in ((5, 2), (4, 6)):
        checks.raises(ValueError, random_crop, images, *size, rng, share=0.1)
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def random_shift(images: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Given. Each image moved by at most so many rows and columns; gaps repeat the outermost pixels."""
    padded = np.pad(images, ((0, 0), (0, 0), (most, most), (most, most)), mode="edge")
    return random_crop(padded, images.shape[2], images.shape[3], rng)


examples = shrunk(test_set.images[[3, 8, 12]])
look = np.random.default_rng(2)
eight = np.repeat(examples, [3, 3, 2], axis=0)
figures.show(
    figures.augmentation.copies(
        {
            "as they are": eight,
            "flips": random_flip(eight, look),
            "shifts to 3": random_shift(eight, 3, look),
            "crops": random_crop(eight, 12, 12, look),
        }
    ),
    caption="Three test images, some of them several times, and what flips, shifts and crops make of them. Each copy has its own draw.",
    alt="Four rows of eight small pictures: unchanged, some mirrored, moved with stretched edges, and cut out of the middle.",
)

# %% [markdown]
# **Sizes and stretching.** Photographs come in all sizes. The usual ways, on windows of 224 x 224:
#
# | | training | testing |
# | --- | --- | --- |
# | AlexNet 2012 | any window of 256 x 256, or its mirror image | *ten-crop*: four corners, the centre, and their mirror images, averaged |
# | GoogLeNet 2014 | (found after the contest) a window of 8 to 100 % of the area, its sides in a ratio from 3 : 4 to 4 : 3, *stretched* to 224 x 224 | 144 crops, averaged |
# | ResNet 2015 | *multi-scale*: shorter side drawn from 256 to 480, then any window | ten-crop; or the whole image at five sizes, averaged |
#
# By hand: a quarter of the area of 256 x 256 is 16,384 pixels, and in the ratio 4 : 3 that is a window of 148 x
# 111. Stretched to 224 x 224 its width is multiplied by 1.5 and its height by 2: the net learns that a cat
# stretched upwards is still a cat. (PyTorch calls it `RandomResizedCrop`.)
#
# **Rotation.** Turn a picture by 30 degrees and the pixels do not fall on pixels. So ask the other
# way round: where in the original does each pixel of the *result* come from? Turning
# anticlockwise by $\alpha$, the pixel at column $x$ and row $y$, both measured from the middle,
# rows downwards, comes from
#
# $$x' = x\cos\alpha - y\sin\alpha, \qquad y' = x\sin\alpha + y\cos\alpha$$
#
# Check with 90 degrees: the pixel right of the middle, $(1, 0)$, comes from $(0, 1)$, from below.
# Yes: what was below is now at the right.
#
# **Bilinear** interpolation reads between the pixels. At row 0.25 and column 0.5 of
# $\begin{pmatrix} 10 & 20\\ 30 & 40\end{pmatrix}$: along the upper row half-way, 15; along the
# lower, 35; a quarter of the way down from 15 to 35 is 20. Where $(x', y')$ lies outside, take the
# nearest place inside.

# %% [markdown]
# ### Exercise 7.11: rotation
# 8 points · about 30 minutes · hard

# %% [markdown] hint="dropout-rotate"
# `np.mgrid[:height, :width]` gives row and column of every pixel of the result. Measure both from the
# middle, turn them by the formula, and add the middle again: that is the place in the original, usually
# between pixels.
#
# Clip that place to the picture first. `top` is the row rounded down, `bottom` is `top + 1` but not below
# the last row; `image[:, top, left]` with arrays of indices reads all pixels at once.
#
# `across` is how far the place lies right of `left`. The upper row is
# `(1 - across) * image[:, top, left] + across * image[:, top, right]`, the lower one likewise, and
# between them goes `down`.


# %% answer="dropout-rotate"
def rotate(image: np.ndarray, degrees: float) -> np.ndarray:
    """An image turned about its middle.

    image: (C, H, W) float; the middle is at row (H - 1) / 2, column (W - 1) / 2
    degrees: how far, anticlockwise as it is seen with row 0 at the top
    returns: (C, H, W), same dtype, bilinear; places outside count as the nearest place inside
    """
    ### BEGIN SOLUTION
    _, height, width = image.shape
    angle = np.deg2rad(degrees)
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
    ### END SOLUTION


# %% check="dropout-rotate" points=8
with checks.verdict("a turned picture") as rng:
    image = rng.random((2, 6, 9))
    due = oracle.augment.rotated(image, 35)
    checks.equal(checks.leaves_alone(rotate, image, 35, share=0.1), due, "image")
    with checks.share(0.1, "float32"):
        checks.equal(rotate(image.astype(np.float32), 35).dtype.name, "float32", "dtype")
    ### BEGIN HIDDEN TESTS
    square = rng.random((3, 4, 4))
    checks.equal(
        rotate(square.copy(), 90.0), oracle.augment.rotated(square, 90), "image turned by 90"
    )
    tall = rng.random((1, 9, 4))
    due = oracle.augment.rotated(tall, 60)
    checks.equal(rotate(tall.copy(), 60), due, "tall image turned by 60")
    for degrees in (0.0, -20.0, 180.0, 400.0):
        due = oracle.augment.rotated(image, degrees)
        checks.equal(rotate(image.copy(), degrees), due, f"image turned by {degrees:g}")
    ### END HIDDEN TESTS

# %% [markdown]
# Four more changes are given. Read them: each is short, and all keep the rules from above.
#
# A **random rotation** turns each image by an angle of its own.
#
# **Colour jitter.** The same object at noon and at dusk: another brightness, paler or fuller
# colours. Call the mean of a pixel's red, green and blue its grey. With a factor $a$ for
# brightness and $s$ for saturation, a pixel value $v$ becomes
#
# $$a\,\bigl(\text{grey} + s\,(v - \text{grey})\bigr), \quad \text{cut off at 0 and 1}$$
#
# By hand: $(0.9, 0.6, 0.3)$ has grey 0.6. With $s = 0.5$ it is $(0.75, 0.6, 0.45)$; with $a = 1.2$
# after that, $(0.9, 0.72, 0.54)$. Mind the label here, too: in *shapes* a heart is often red or
# purple. Jitter takes some of that hint away.


# %% tags=["experiment"]
def random_rotation(images: np.ndarray, most: float, rng: np.random.Generator) -> np.ndarray:
    """Given. Each image turned by an angle of its own, uniform from -most to most degrees."""
    angles = rng.uniform(-most, most, size=len(images))
    return np.stack([rotate(image, angle) for image, angle in zip(images, angles)])


def colour_jitter(images: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Given. A brightness and a saturation for each image, from 1 - strength to 1 + strength."""
    factors = rng.uniform(1 - strength, 1 + strength, size=(2, len(images), 1, 1, 1))
    bright, full = factors.astype(images.dtype)
    grey = images.mean(axis=1, keepdims=True)
    return np.clip(bright * (grey + full * (images - grey)), 0, 1)


# %% [markdown]
# **PCA colour noise.** Do red, green and blue vary independently in real pictures? No: mostly all
# three rise and fall together. AlexNet's authors added noise that follows the data's own
# directions (Krizhevsky et al. 2012). Take all pixels of all training images as points $(r, g,
# b)$; their covariance has three directions $v_1, v_2, v_3$ with variances $\lambda_1 \ge
# \lambda_2 \ge \lambda_3$ (lesson 01, PCA). To every pixel of an image add
#
# $$\alpha_1 \lambda_1 v_1 + \alpha_2 \lambda_2 v_2 + \alpha_3 \lambda_3 v_3, \qquad \alpha_i \sim \mathcal{N}(0, \text{std}^2) \text{ once for each image}$$
#
# By hand: the pixels $(0, 0, 0)$ and $(1, 1, 1)$ have mean $0.5$, and every entry of the
# covariance is $0.25$. The direction is $(1, 1, 1)/\sqrt 3$ with $\lambda_1 = 0.75$; the others
# are 0.


# %% tags=["experiment"]
def colour_directions(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Given. Variances of all pixels' colours, largest first, and their directions as columns."""
    pixels = np.moveaxis(images, 1, -1).reshape(-1, images.shape[1])
    values, vectors = np.linalg.eigh(np.cov(pixels.T, bias=True))
    return values[::-1], vectors[:, ::-1]


def pca_noise(images, values, vectors, std: float, rng: np.random.Generator) -> np.ndarray:
    """Given. One colour added to all pixels of each image, drawn along the principal directions."""
    alphas = rng.normal(0, std, size=(len(images), len(values)))
    colours = (alphas * values) @ vectors.T
    return np.clip(images + colours[:, :, None, None], 0, 1).astype(images.dtype)


# %% tags=["experiment"]
values, vectors = colour_directions(few_X)
print("variances:", np.round(values, 4), " first direction:", np.round(vectors[:, 0], 2))
figures.show(
    figures.augmentation.copies(
        {
            "as they are": eight,
            "rotation to 30°": random_rotation(eight, 30, look),
            "colour jitter 0.5": colour_jitter(eight, 0.5, look),
            "PCA noise, std 1": pca_noise(eight, values, vectors, 1.0, look),
        }
    ),
    caption="Rotation, jitter, and noise along the colours' own directions, ten times as strong as AlexNet's so that it can be seen.",
    alt="Four rows of eight small pictures: unchanged, turned to either side, darker and brighter or paler and more colourful, and tinted.",
)

# %% [markdown]
# **Cutout.** Hide a square of each picture, so that no single patch decides (DeVries and Taylor
# 2017). The paper's trick: the *centre* of the square may be any pixel, so that part of the square
# may lie outside. On a row of 5 with size 3, centre 0 hides two pixels, centre 2 three.


# %% tags=["experiment"]
def cutout(
    images: np.ndarray, size: int, rng: np.random.Generator, value: float = 0.5
) -> np.ndarray:
    """Given. A square of each image hidden, in all channels; its side `size` is odd."""
    out, half = images.copy(), size // 2
    rows = rng.integers(images.shape[2], size=len(images))
    columns = rng.integers(images.shape[3], size=len(images))
    for image, row, column in zip(out, rows, columns):
        top, left = max(row - half, 0), max(column - half, 0)
        image[:, top : row + half + 1, left : column + half + 1] = value
    return out


# %% [markdown]
# Here you can apply all changes to one picture at full size. Play until *you* are no longer sure of the
# label. Which change spoils it first?
#
# <details><summary>Answer</summary>
#
# Mostly for the two that remove the object: a large hole, and a shift that pushes it out of the picture.
# Rotation, jitter and noise rarely hide a shape, though they hide what its colour says. For training, stay
# well below the point where *you* begin to doubt.
#
# </details>

# %% tags=["experiment"]
picture = test_set.images[8] / 255.0
full_values, full_vectors = colour_directions(train_set.images[:500] / 255.0)


def augment(images: np.ndarray, state: figures.augmentation.GalleryState) -> np.ndarray:
    rng = np.random.default_rng(state.seed)
    images = random_shift(random_flip(images, rng, state.flip), state.shift, rng)
    images = colour_jitter(random_rotation(images, state.degrees, rng), state.jitter, rng)
    images = pca_noise(images, full_values, full_vectors, state.noise, rng)
    return cutout(images, state.hole, rng) if state.hole > 1 else images


figures.interactive(
    lambda state: figures.augmentation.gallery(state, picture, augment),
    figures.augmentation.GalleryState(),
    caption="The first picture is the original; the others are what a net would see of it in eleven epochs. Which slider spoils the label first?",
    alt="Twelve versions of one picture: mirrored, moved, turned, brighter or darker, tinted, with a grey square in different places.",
    flip=(0.0, 1.0, 0.1),
    shift=(0, 12, 1),
    degrees=(0.0, 180.0, 5.0),
    jitter=(0.0, 1.0, 0.1),
    noise=(0.0, 5.0, 0.5),
    hole=(1, 25, 2),
    seed=(0, 20, 1),
)

# %% [markdown]
# ## What helps?
#
# Everything from this lesson, one at a time, on the 500 images: same net, same number of steps,
# several seeds each. Only stochastic depth gets a deeper net, since it needs blocks to leave out: four
# hidden layers of 100. It is compared with that net without it, "deep, nothing".
#
# **Two ways to stop.** "Early stopping" reports the test accuracy at the epoch with the best accuracy on the
# 1,000 validation images, "at lowest loss" that at the epoch with the lowest loss on them.
#
# **Five nets.** The five runs with "nothing" differ in their seeds alone. Let them vote, with your
# `monte_carlo_predict`: to it, five nets are five passes. **Test-time augmentation** is
# the same thing once more: one net, ten views of each test image. And last, what a practitioner
# would do: dropout, flips and shifts at once, and three times as long, because a harder task takes
# longer to learn.
#
# First your guesses. Write "better", "same" or "worse" after each name, and how many of the
# nineteen you expect to be right about.

# %% tags=["experiment"]
guesses = {
    "L2": "",
    "L1": "",
    "max-norm": "",
    "early stopping": "",
    "at lowest loss": "",
    "dropout": "",
    "DropConnect": "",
    "batch norm": "",
    "stochastic depth": "",
    "flips": "",
    "shifts": "",
    "crops": "",
    "rotation": "",
    "colour jitter": "",
    "PCA noise": "",
    "cutout": "",
    "five nets": "",
    "test-time views": "",
    "all together": "",
}

# %% tags=["experiment"]
pictures = np.random.default_rng(2)
hidden = {"hidden": lend(dropout_forward, dropout_backward)}
deep = {"dims": [768, 100, 100, 100, 100, 10]}


def bordered(images: np.ndarray) -> np.ndarray:
    """Crops of 14 x 14, and the outermost pixels again round them."""
    crops = random_crop(images, 14, 14, pictures)
    return np.pad(crops, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")


# what the net is made of, and how it is trained
ways: dict[str, tuple[dict, dict]] = {
    "nothing": ({}, {}),
    "L2": ({}, {"weight_decay": 0.04}),
    "L1": ({}, {"after": lambda w, rate: l1_step(w, 0 * w, rate, 0.02)}),
    "max-norm": ({}, {"after": lambda w, rate: max_norm(w, 0.7)}),
    "dropout": (hidden, {}),
    "DropConnect": ({"dense": lend(dropconnect_forward, dropconnect_backward)}, {}),
    "batch norm": ({"batchnorm": True}, {}),
    "deep, nothing": (deep | {"residual": lend(residual_forward, residual_backward, 1.0)}, {}),
    "stochastic depth": (deep | {"residual": lend(residual_forward, residual_backward, 0.9)}, {}),
    "flips": ({}, {"change": lambda X: random_flip(X, pictures)}),
    "shifts": ({}, {"change": lambda X: random_shift(X, 1, pictures)}),
    "crops": ({}, {"change": bordered}),
    "rotation": ({}, {"change": lambda X: random_rotation(X, 15, pictures)}),
    "colour jitter": ({}, {"change": lambda X: colour_jitter(X, 0.5, pictures)}),
    "PCA noise": ({}, {"change": lambda X: pca_noise(X, values, vectors, 1.0, pictures)}),
    "cutout": ({}, {"change": lambda X: cutout(X, 3, pictures)}),
}


# %% tags=["experiment"]
def trained(
    seed: int, epochs: int = EPOCHS, net: dict | None = None, **fit
) -> oracle.nets.SmallNet:
    model = oracle.nets.SmallNet(**({"dims": DIMS, "seed": seed} | (net or {})))
    model.fit(few_X, few_y, epochs, **fit)
    return model


def right(model: oracle.nets.SmallNet) -> float:
    return 100 * model.accuracy(test_X, test_y)


def watched(seed: int) -> tuple[oracle.nets.SmallNet, float, float]:
    """A net; its test accuracy where the validation accuracy, and where that loss was best."""
    net, epochs = oracle.nets.SmallNet(DIMS, seed), []

    def watch() -> None:
        scores = net.scores(val_X)
        agree = float((scores.argmax(axis=1) == val_y).mean())
        epochs.append((agree, -float(oracle.layers.softmax_layer(scores, val_y)), right(net)))

    net.fit(few_X, few_y, EPOCHS, watch=watch)
    return net, max(epochs)[2], max(epochs, key=lambda epoch: epoch[1])[2]


plain, *stops = zip(*(watched(seed) for seed in range(5)))
results = {"nothing": [right(model) for model in plain]}
results["early stopping"], results["at lowest loss"] = (list(one[:3]) for one in stops)
sparse = trained(0, **ways["L1"][1])
print(
    f"L1: {100 * float((sparse.weights[0] == 0).float().mean()):.0f} % of the first layer's weights are 0"
)
for name, (made_of, fit) in list(ways.items())[1:]:
    results[name] = [right(trained(seed, net=made_of, **fit)) for seed in range(3)]


# %% tags=["experiment"]
def views(X: np.ndarray) -> np.ndarray:
    return random_flip(random_shift(X, 1, pictures), pictures)


def voted(scores, passes: int) -> float:
    mean, _ = monte_carlo_predict(scores, test_X, passes)
    return 100 * float((mean.argmax(axis=1) == test_y).mean())


def on_views(model: oracle.nets.SmallNet) -> float:
    return voted(lambda X: model.scores(views(X)), 10)


turns = itertools.cycle(plain)
results["five nets"] = [voted(lambda X: next(turns).scores(X), 5)]
results["test-time views"] = [on_views(model) for model in plain[:3]]
every = [trained(seed, 3 * EPOCHS, hidden, change=views) for seed in range(3)]
results["all together"] = [right(model) for model in every]
more = [on_views(model) for model in every]
print(f"all together, and ten views of each test image: {np.mean(more):.1f} %")

# %% tags=["experiment"]
base = float(np.mean(results["nothing"]))
print(f"{'':18}{'your guess':12}{'right (%)':>10}{'gain':>7}")
for name, values_seen in results.items():
    mean = float(np.mean(values_seen))
    against = float(np.mean(results["deep, nothing"])) if name == "stochastic depth" else base
    print(f"{name:18}{guesses.get(name, ''):12}{mean:10.1f}{mean - against:+7.1f}")
figures.show(
    figures.dropout.comparison(results, base),
    caption=f"Test accuracy on {test_set.name} after 500 training images: the mean over the seeds, and one standard deviation of the seeds on either side. The line is the net with nothing.",
    alt="A list of methods with a dot and an error bar each; a vertical line marks the accuracy without regularisation, most dots lie to the right of it, the one of everything together furthest.",
)

# %% [markdown]
# Gains in points over "nothing" (stochastic depth: over "deep, nothing"), each the mean of three seeds. The
# five nets vote once, and "nothing" is the mean of those five:
#
# | | shapes | CIFAR-10 |
# | --- | --- | --- |
# | nothing: right | 31 to 32 % | 29 to 31 % |
# | L2 | 1.6 to 2.7 | 0.6 to 2.0 |
# | L1 (half of the first layer's weights become 0) | 0.3 to 1.8 | 0.2 to 1.5 |
# | max-norm | 0.7 to 1.9 | 1.5 to 2.9 |
# | dropout | 2.1 to 3.0 | 0.8 to 2.0 |
# | DropConnect | 1.1 to 1.9 | 0.5 to 1.7 |
# | batch norm; stochastic depth | −1.4 to 1.2 | −0.9 to 0.5 |
# | flips | 1.4 to 1.8 | 0.6 to 2.8 |
# | shifts; crops | −0.3 to 1.0 | 1.0 to 2.8 |
# | rotation; cutout | −0.9 to 1.0 | −0.3 to 1.9 |
# | colour jitter; PCA noise | 0.4 to 1.8 | 0.1 to 1.4 |
# | early stopping; at lowest loss | −0.4 to −0.1; −4 to −2.7 | −0.6 to 0.7; −4 to −0.5 |
# | five nets; test-time views | 2.5 to 3.5; −0.6 to 1.2 | 0.6 to 2.0; 1.4 to 3.1 |
# | all together: right | 37 to 38 % | 34 to 35 % |
#
# Most methods help a little, some do nothing *here*, and dropout, flips and shifts together, with
# three times the steps, gain about twice as much as the best alone. Stochastic depth was made for
# nets of a hundred layers, batch normalisation for deeper ones than this. Shifts help on photographs
# and hardly on *shapes*. And look at the two ways to stop: where the validation *loss* is
# lowest, the net is cautious and often wrong; where accuracy is best, it is more often right and far
# too sure of itself. Decide first which of the two you need. (Either way of stopping spends 1,000
# more labelled images on the decision.)
#
# On a test set of 2,000 images an accuracy has a standard error of about one point. All methods share
# those images, so differences between them are somewhat more certain than that. Still, a gain of half a
# point with overlapping bars is no gain.
#
# ## A net that does not learn
#
# A colleague moves a net from PyTorch to these layers. There it had `Dropout(0.2)` and did well.
# Here it does not learn, and its accuracy is different each time it is tested. Two things are wrong.
# What do you print first?


# %% tags=["experiment"]
def colleague(p: float = 0.2, mode: str = "train") -> oracle.nets.SmallNet:
    """mode: what dropout is told when the net is tested."""
    dice = np.random.default_rng(0)

    def forward(h: np.ndarray, now: str) -> tuple:
        applied = "train" if now == "train" else mode
        return dropout_forward(h, {"mode": applied, "p": p, "rng": dice})

    net = oracle.nets.SmallNet(DIMS, hidden=(forward, dropout_backward))
    net.fit(few_X, few_y, EPOCHS, rate=0.01)
    return net


strange = colleague()
for _ in range(3):
    print(f"test images right: {right(strange):.1f} %")

# %% [markdown]
# <details><summary>The first cause, and how it shows</summary>
#
# A trained net is a function: same images, same answer. This one draws random numbers when it is tested.
# Call it twice on the same images, and the answers differ: that is the test; `mode="test"` is the repair.
# If it were the only fault, you could miss it: with little dropout the accuracy falls by only a few
# points.
#
# </details>
#
# <details><summary>The second</summary>
#
# Print the share of zeros after the dropout, at the first step: 90 %, where a ReLU alone leaves
# about half. Four of five units are dropped, since `p` is the probability to *keep* here and that
# to *drop* in PyTorch. `p=0.8`. And what is kept is multiplied by 5 on the way forward and again
# backward, at every layer.
#
# </details>

# %% tags=["experiment"]
for p in (0.2, 0.8):
    for mode in ("train", "test"):
        model = colleague(p, mode)
        seen = [100 * model.accuracy(few_X, few_y), right(model), right(model)]
        print(f"p = {p}, tested in mode {mode!r:8}: training {seen[0]:5.1f} %,", end=" ")
        print(f"test {seen[1]:.1f} %, asked again {seen[2]:.1f} %")

# %% [markdown]
# With both repairs it learns. With the right `p` and the wrong mode it seems almost right, and that
# makes it the more dangerous fault: it costs two to four points of test accuracy, and no error
# message ever comes.

# %% [markdown]
# ## The scoreboard
#
# Lesson 06's ConvNet with batch norm again, now with a fifth of the inputs of its last layer dropped: no gain
# here. In 45 seconds a net of this size sees each image too seldom to memorise it, so there is no overfitting to
# prevent. What this lesson teaches pays where a net sees few images many times, as in the experiments above.

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("07"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# Dropout forward and backward, the mean over all its masks, uncertainty from many passes, DropConnect,
# max-norm, L1, stochastic depth, and flips, crops and rotations of pictures. Answer without looking up:
#
# 1. Why is a kept unit divided by `p` in training, and what would have to be done at test time
#    otherwise?
#
#    <details><summary>Answer</summary>
#
#    So that what the next layer receives has the same mean in training and at test time. Without the
#    division every output would have to be multiplied by `p`, the keeping probability, at test time.
#
#    </details>
#
# 2. After which kinds of layer is the net without masks exactly the mean of all masked nets, and
#    after which not?
#
#    <details><summary>Answer</summary>
#
#    Exactly where everything after the dropout is linear: an affine layer, a convolution, an average pool.
#    After a ReLU, a max pool or a softmax it is an approximation.
#
#    </details>
#
# 3. Training accuracy with dropout is often *lower* than validation accuracy. Is that a bug?
#
#    <details><summary>Answer</summary>
#
#    No. Training accuracy is measured with units missing, validation accuracy with all of them. Measure
#    both in test mode, and the order is the usual one.
#
#    </details>
#
# 4. A net reads the digits on photographs of electricity meters. Which of the changes of this lesson would
#    you use, and which would ruin the labels?
#
#    <details><summary>Answer</summary>
#
#    Small shifts, small rotations, brightness and colour noise do not change a digit. Flips and half turns
#    make other digits (6 and 9) or none; crops and cutout may hide a digit that the label still names.
#
#    </details>
#
# 5. A method gains 0.8 points with one seed. The standard deviation over seeds is 0.7. What do you
#    do next?
#
#    <details><summary>Answer</summary>
#
#    More seeds. A difference of two single runs has a standard deviation of $0.7\sqrt 2 = 1.0$, so 0.8 says
#    nothing. With ten seeds on each side it is 0.3, and 0.8 would mean something.
#
#    </details>
#
# **References.** CS231n, [notes](https://cs231n.github.io/neural-networks-2/), [lecture 7 of 2017](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture7.pdf), and assignment 2. Srivastava et al. 2014, [dropout](https://jmlr.org/papers/v15/srivastava14a.html); Wager, Wang and Liang 2013, [dropout as adaptive regularization](https://arxiv.org/abs/1307.1493); Gal and Ghahramani 2016, [dropout as a Bayesian approximation](https://arxiv.org/abs/1506.02142);
# Wan et al. 2013, [DropConnect](https://proceedings.mlr.press/v28/wan13.html); Huang et al. 2016, [stochastic depth](https://arxiv.org/abs/1603.09382); Krizhevsky et al. 2012, ImageNet classification with deep convolutional neural networks (AlexNet); Szegedy et al. 2015, [GoogLeNet](https://arxiv.org/abs/1409.4842), and He et al. 2016, [ResNet](https://arxiv.org/abs/1512.03385), on crops and scales; DeVries and Taylor 2017, [cutout](https://arxiv.org/abs/1708.04552).
#
# **Next:** lesson 08. Which layers, how many, in which order? The architectures that won, and why.
