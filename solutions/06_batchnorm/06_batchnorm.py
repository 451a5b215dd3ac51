# %% [markdown]
# # 06 Batch normalisation
#
# Afterwards you can put batch, layer or group normalisation into a net, derive their gradients in
# two ways, and tell where each of them fails.
#
# Answers use NumPy alone. **Time:** about 5 hours, just under four of them at the exercises. **Needs:** lesson 04 (nets, initial weights) and lesson 05 (images as
# `(N, C, H, W)`). **Data:** the *shapes* that come with the course, or CIFAR-10 where you have it
# (`course data get cifar10`). **Points:** 100.

# %% setup="batchnorm"
import numpy as np

from course_lib import checks, data, figures, oracle

# %% [markdown]
# ## A moving target
#
# Five hidden layers of 50 units learn to tell ten classes. Pick one unit in the first layer, one in
# the third, one in the fifth, and follow what enters them, for the same 300 images, over 120 steps
# of training. Suppose you are the layer after one of these units, and learn from what it sends. What
# makes learning hard for you, and what would you ask for?

# %% tags=["experiment"]
train_set = data.course_images("train").take(2000)
test_set = data.course_images("test").take(1000)


def flat_rows(images: np.ndarray) -> np.ndarray:
    """Every other pixel: 768 numbers an image, centred."""
    return images[:, :, ::2, ::2].reshape(len(images), -1) / 255 - 0.5


train_X, test_X = flat_rows(train_set.images), flat_rows(test_set.images)
DIMS = [768, 50, 50, 50, 50, 50, 10]  # the one net of this lesson
restless = oracle.nets.NormNet(DIMS, seed=2)
moments = [restless.entering(train_X[:300])]
for _ in range(40):
    restless.train(train_X, train_set.labels, steps=3, rate=0.2)
    moments.append(restless.entering(train_X[:300]))
followed = {f"layer {i + 1}": np.stack([one[i][:, 4] for one in moments]) for i in (0, 2, 4)}
figures.show(
    figures.norm.drift(followed, every=3),
    caption=f"One unit in each of three layers, on {train_set.name}: its median input, and the range of nine images in ten. Median and range wander, most of all in the deep layers.",
    alt="Three plots over 120 steps, each a line with a band round it; in layers 3 and 5 line and band move and widen.",
)

# %% [markdown]
# The images are the same at every step. The layers below are not: all of them learn at once, so each
# runs after a target that the others move. Good initial weights (lesson 04) set mean and standard
# deviation at step 0 only. You would ask for inputs that keep both.
#
# The idea of Ioffe and Szegedy (2015): do not hope that the inputs of a unit have mean 0 and
# variance 1. **Make** them so, at every step, and let the gradient know.
#
# ## Two lines
#
# Take the batch as a table, one row an image, one column a unit. Subtract from each column its mean and
# divide by its standard deviation. With $N$ rows, for column $j$:
#
# $$\mu_j = \frac1N \sum_i x_{ij}, \qquad v_j = \frac1N \sum_i (x_{ij} - \mu_j)^2, \qquad
# \hat x_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{v_j + \epsilon}}$$
#
# The shapes: $x$ and $\hat x$ are $(N, D)$, $\mu$ and $v$ are $(D,)$. The small $\epsilon$ is for a column
# whose numbers are all equal. Four images and two units; do both columns with a pencil, with
# $\epsilon = 0$:
#
# | | unit 0 | unit 1 |
# | --- | --- | --- |
# | image 0 | 1 | 10 |
# | image 1 | 1 | 30 |
# | image 2 | 5 | 10 |
# | image 3 | 5 | 30 |

# %%
by_hand = np.array([[1.0, 10.0], [1.0, 30.0], [5.0, 10.0], [5.0, 30.0]])
print("means", by_hand.mean(axis=0), " variances", by_hand.var(axis=0))

# %% [markdown]
# Both columns become $\pm 1$: $(-1, -1, 1, 1)$ and $(-1, 1, -1, 1)$. Unit 1 had five times the standard
# deviation of unit 0, and that is gone. Divided by $N - 1 = 3$ instead of $N$, the first variance would be
# 5.33: that is the unbiased estimate, and it is *not* used here.

# %% [markdown]
# ### Exercise 6.1: standardise
# 8 points · about 15 minutes · easy

# %% [markdown] hint="batchnorm-standardise"
# The two formulas stand above; rows are images, columns are units. Which axis is averaged?
#
# The variance is also $\frac1N\sum x^2 - \mu^2$. Try that with the column (1000000.1, 1000000.2): two
# numbers near $10^{12}$ are subtracted, and a float keeps only 16 digits of each. So subtract the mean first.
#
# `deviations = x - x.mean(axis=0)`, and their mean square is the variance; `eps` is added to it, under
# the root.


# %% answer="batchnorm-standardise"
def standardise(x: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Every column with mean 0 and (nearly) variance 1.

    x: (N, D) float, one row an image; N may be 1, and columns may be constant or far from 0
    eps: added to each variance, which is a mean of squares over N
    returns: (N, D) float
    raises: ValueError where x is not a table (N, D)
    """
    ### BEGIN SOLUTION
    if x.ndim != 2:
        raise ValueError(f"a table (N, D) is due, this has shape {x.shape}")
    deviations = x - x.mean(axis=0)
    return deviations / np.sqrt((deviations**2).mean(axis=0) + eps)
    ### END SOLUTION


# %% check="batchnorm-standardise" points=8
with checks.verdict("columns with mean 0 and variance 1") as rng:
    x = rng.normal(size=(6, 4)) * np.array([0.5, 1.0, 2.0, 8.0]) + np.arange(4.0)
    due = oracle.norm.batchnorm(x, np.ones(4), np.zeros(4), eps=0.5)
    checks.equal(checks.leaves_alone(standardise, x, 0.5, share=0.05), due)
    with checks.share(0.1, "A constant column, or a single row"):
        checks.equal(standardise(np.full((3, 2), 7.0)), np.zeros((3, 2)))
        checks.equal(standardise(x[:1]), np.zeros((1, 4)))
    with checks.share(0.05, "Columns far from 0"):
        far = 1e6 + rng.normal(size=(5, 4))
        due = oracle.norm.batchnorm(far, np.ones(4), np.zeros(4))
        checks.equal(standardise(far), due)
    checks.raises(ValueError, standardise, x[0], share=0.05)
    ### BEGIN HIDDEN TESTS
    small = rng.normal(size=(9, 3)) / 100
    due = oracle.norm.batchnorm(small, np.ones(3), np.zeros(3))
    checks.equal(checks.leaves_alone(standardise, small, share=0.05), due)
    with checks.share(0.1, "A constant column, or a single row"):
        checks.equal(standardise(np.full((2, 5), -3.0), 0.1), np.zeros((2, 5)))
        checks.equal(standardise(small[:1]), np.zeros((1, 3)))
    with checks.share(0.05, "Columns far from 0"):
        far = rng.normal(size=(7, 3)) - 3e6
        due = oracle.norm.batchnorm(far, np.ones(3), np.zeros(3))
        checks.equal(standardise(far), due)
    checks.raises(ValueError, standardise, x[None], share=0.05)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Scale and shift
#
# Is mean 0 and variance 1 what a unit *needs*? A ReLU that should be off for nine images in ten cannot
# be, if about half of its inputs are made positive. So give every unit two more parameters,
# $\gamma_j$ and $\beta_j$, which are learned like any weight:
#
# $$y_{ij} = \gamma_j\,\hat x_{ij} + \beta_j$$
#
# They begin at 1 and 0. With $\gamma_j = \sqrt{v_j + \epsilon}$ and $\beta_j = \mu_j$ the whole layer does
# nothing: unit 0 above comes back with $\gamma = 2$ and $\beta = 3$, as $1, 1, 5, 5$. So the net can still
# compute whatever it could before. But mean and standard deviation of a unit now depend on *two* parameters of
# its own, no longer on all the weights of the layers before it.
#
# ## One image alone
#
# At test time an image may come alone. Its mean is itself, $\hat x = 0$, and every image gets the
# answer $\beta$. Nor should an answer depend on which other images are in the batch. So training keeps
# **running values**, and test mode uses them in place of the batch's:
#
# $$\text{running} \leftarrow m \cdot \text{running} + (1 - m) \cdot \text{batch}$$
#
# With $m = 0.9$, and batches whose mean is always 10, starting from 0: $1$, $1.9$, $2.71$. After $t$ steps
# the share $0.9^t$ of the true value is missing; after 50 steps half a per cent.
#
# Conventions differ. If you carry weights from one library to another and overlook this table, the results
# are a little wrong, and no error tells you:
#
# | | this course, CS231n | PyTorch |
# | --- | --- | --- |
# | momentum | 0.9: the share that is *kept* | 0.1: the share that is *taken* |
# | variance that normalises | over $N$ | over $N$ |
# | running variance | over $N$ | over $N - 1$ |
# | running variance at first | 0 | 1 |
#
# The state lives in a dict, `bn_param`, one for each layer. The function writes into it.
# Backward will need some arrays from forward. What your cache holds is your own business;
# `(x_hat, gamma, std)`, with `std` the root of variance + eps, is all that it takes.

# %% [markdown]
# ### Exercise 6.2: batch normalisation
# 21 points · about 35 minutes · medium

# %% [markdown] hint="batchnorm-forward"
# The docstring lists the settings and their defaults: read all of them first. What does each mode read,
# and what does it write?
#
# `bn_param.get("running_mean", ...)` reads with a default. Assigning to a key of the dict that came in is
# seen by the caller; assigning to a name of your own is not.
#
# Train: `bn_param["running_mean"] = momentum * old + (1 - momentum) * mean`, and the variance likewise;
# normalise by the batch. Test: normalise by the running values, write nothing. Zeros of x's dtype keep
# float32.


# %% answer="batchnorm-forward"
def batchnorm_forward(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, bn_param: dict
) -> tuple[np.ndarray, tuple]:
    """Batch normalisation, in training by the batch, at test time by running values.

    x: (N, D) float; gamma, beta: (D,), of the same dtype
    bn_param: mode, "train" or "test"; eps (1e-5); momentum (0.9); running_mean and running_var,
        both (D,) (zeros). All but the mode may be missing.
    returns: out (N, D), dtype of x; and a cache, in train mode with what batchnorm_backward needs
    raises: ValueError where the mode is neither

    Train mode uses mean and variance of x, over N, and stores in bn_param the next
    running_mean and running_var: momentum * old + (1 - momentum) * that of x.
    Test mode uses the running values and leaves bn_param as it is; only running values that were
        missing may be in it afterwards, as zeros.
    Source: CS231n, assignment 2, layers.py; Ioffe and Szegedy 2015
    """
    ### BEGIN SOLUTION
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, ()
    if bn_param["mode"] != "train":
        raise ValueError(f"the mode is train or test, not {bn_param['mode']!r}")
    mean, var = x.mean(axis=0), x.var(axis=0)
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std)
    ### END SOLUTION


# %% check="batchnorm-forward-train" points=9
with checks.verdict("batchnorm in training") as rng:
    x, gamma, beta = 3 * rng.normal(size=(6, 4)) + 2, 1 + rng.random(4), rng.normal(size=4)
    due = oracle.norm.batchnorm(x, gamma, beta, eps=0.5)
    checks.equal(batchnorm_forward(x, gamma, beta, {"mode": "train", "eps": 0.5})[0], due, "out")
    with checks.share(0.1, "A batch of one"):
        checks.equal(batchnorm_forward(x[:1], gamma, beta, {"mode": "train"})[0], beta[None])
    with checks.share(0.05, "float32"):
        x, gamma, beta = (part.astype(np.float32) for part in (x, gamma, beta))
        due = oracle.norm.batchnorm(x, gamma, beta)
        out, _ = batchnorm_forward(x, gamma, beta, {"mode": "train"})
        checks.equal(out, due, tolerance=1e-5, dtype=np.float32)
    checks.raises(ValueError, batchnorm_forward, x, x[0], x[0], {"mode": "eval"}, share=0.05)
    ### BEGIN HIDDEN TESTS
    x, gamma, beta = rng.normal(size=(9, 3)) / 50, 1 + rng.random(3), rng.normal(size=3)
    due = oracle.norm.batchnorm(x, gamma, beta)
    own = [part.copy() for part in (x, gamma, beta)]
    checks.equal(batchnorm_forward(x, gamma, beta, {"mode": "train"})[0], due, "out")
    x, gamma, beta = own
    given: dict = {"mode": "train", "running_mean": 9 + 0 * beta, "running_var": 25 + 0 * beta}
    what = "out where there are running values already"
    checks.equal(batchnorm_forward(x, gamma, beta, given)[0], due, what)
    with checks.share(0.1, "A batch of one"):
        given = {"mode": "train", "eps": 0.1}
        checks.equal(batchnorm_forward(x[2:3], gamma, beta, given)[0], beta[None])
    checks.raises(ValueError, batchnorm_forward, x, gamma, beta, {"mode": "Train"}, share=0.05)
    ### END HIDDEN TESTS

# %% check="batchnorm-forward-running" points=6
with checks.verdict("running mean and variance") as rng:
    batches = [(1 + i) * rng.normal(size=(5, 3)) + 4 for i in range(3)]
    param: dict = {"mode": "train", "momentum": 0.7, "eps": 0.01}
    for number, x in enumerate(batches, 1):
        batchnorm_forward(x.copy(), np.ones(3), np.zeros(3), param)
        found = param.get("running_mean"), param.get("running_var")
        due = oracle.norm.running_statistics(batches[:number], 0.7)
        checks.equal(found, due, "running_mean, running_var")
    ### BEGIN HIDDEN TESTS
    param = {"mode": "train", "running_mean": np.full(3, 5.0), "running_var": np.full(3, 2.0)}
    due = oracle.norm.running_statistics(batches[:1], 0.9, 5.0, 2.0)
    batchnorm_forward(batches[0], np.ones(3), np.zeros(3), param)
    found = param.get("running_mean"), param.get("running_var")
    checks.equal(found, due, "running_mean, running_var")
    checks.equal(param["mode"], "train", "mode after a call")
    ### END HIDDEN TESTS

# %% check="batchnorm-forward-test" points=6
with checks.verdict("batchnorm at test time") as rng:
    x, gamma, beta = 3 * rng.normal(size=(6, 4)) + 2, 1 + rng.random(4), rng.normal(size=4)
    mean, var, bare = rng.normal(size=4), 0.1 + rng.random(4), {"mode": "test", "eps": 4.0}
    param = {"mode": "test", "eps": 0.5, "running_mean": mean.copy(), "running_var": var.copy()}
    due = oracle.norm.batchnorm_test(x, gamma, beta, mean, var, 0.5)
    checks.equal(batchnorm_forward(x, gamma, beta, param)[0], due, "out")
    with checks.share(0.1, "Both running values are 0 where nothing has run yet"):
        due = oracle.norm.batchnorm_test(x, gamma, beta, 0 * mean, 0 * var, 4.0)
        checks.equal(batchnorm_forward(x, gamma, beta, bare)[0], due)
    with checks.share(0.15, "Test mode leaves bn_param as it is"):
        checks.equal((param["running_mean"], param["running_var"]), (mean, var), "running values")
        checks.equal(sorted({*bare} - {"running_mean", "running_var"}), ["eps", "mode"], "settings")
    ### BEGIN HIDDEN TESTS
    mean, var, bare = rng.normal(size=4), 0.001 + rng.random(4), {"mode": "test"}
    param = {"mode": "test", "running_mean": mean.copy(), "running_var": var.copy()}
    due = oracle.norm.batchnorm_test(x[:1], gamma, beta, mean, var)
    checks.equal(batchnorm_forward(x[:1], gamma, beta, param)[0], due, "out for one image alone")
    with checks.share(0.1, "Both running values are 0 where nothing has run yet"):
        due = oracle.norm.batchnorm_test(x, gamma, beta, 0 * mean, 0 * var)
        checks.equal(batchnorm_forward(x, gamma, beta, bare)[0], due)
        short, scale, shift = (part.astype(np.float32) for part in (x, gamma, beta))
        dtype = batchnorm_forward(short, scale, shift, {"mode": "test"})[0].dtype.name
        checks.equal(dtype, "float32", "dtype of out where float32 comes in")
    with checks.share(0.15, "Test mode leaves bn_param as it is"):
        checks.equal((param["running_mean"], param["running_var"]), (mean, var), "running values")
        checks.equal(sorted({*bare} - {"running_mean", "running_var"}), ["mode"], "settings")
    ### END HIDDEN TESTS

# %% [markdown]
# At work: random nets of five layers, with weights far too small and far too large, each without and with
# your layer before every ReLU. In lesson 04 only one standard deviation of the weights worked.


# %% tags=["experiment"]
def leaving(std: float, with_norm: bool) -> list[np.ndarray]:
    """What leaves each of five layers of random weights."""
    rng, out, outs = np.random.default_rng(0), train_X[:400], []
    for fan_in in DIMS[:-2]:
        out = out @ rng.normal(0, std, (fan_in, 50))
        if with_norm:
            out, _ = batchnorm_forward(out, np.ones(50), np.zeros(50), {"mode": "train"})
        out = np.maximum(out, 0)
        outs.append(out)
    return outs


nets = {
    f"{name}\n{'with' if norm else 'without'}": leaving(std, norm)
    for name, std in (("small", 0.02), ("large", 1.0))
    for norm in (False, True)
}
figures.show(
    figures.train.layer_histograms(nets),
    caption="What leaves each ReLU, with its standard deviation. With weights of 0.02 the activations fade, with weights of 1 they explode; with batch normalisation every layer has the same standard deviation, whatever the weights.",
    alt="Four rows of five histograms: small weights shrink from layer to layer, large ones grow, and the two rows with normalisation all have a standard deviation near 0.6.",
)

# %% [markdown]
# Now move the sliders. Your function runs in four layers. The top row shows what enters, the middle row what
# leaves in train mode, the bottom row the same batch in test mode, after 20 batches.

# %% tags=["experiment"]
fixed = np.random.default_rng(5)
knob_weights = [fixed.normal(0, 1.6 / np.sqrt(n), (n, 50)) for n in (768, 50, 50, 50)]
figures.interactive(
    lambda state: figures.norm.norm_histograms(state, batchnorm_forward, train_X, knob_weights),
    figures.norm.NormState(),
    caption="Your batchnorm_forward in four layers with random weights. Test mode should look like train mode; find out when it does not.",
    alt="Three rows of four histograms: values before normalisation, after it in train mode, after it in test mode; mean and standard deviation above each.",
    gamma=(0.0, 3.0, 0.1),
    beta=(-2.0, 2.0, 0.1),
    batch_size=[2, 4, 8, 16, 32, 64, 128, 256],
    momentum=(0.0, 0.99, 0.01),
)

# %% [markdown]
# 1. Set `momentum` to 0.99. Why is test mode now far too wide, and what number would mend it? (How much
#    of a running value is still missing after 20 batches?)
#
#    <details><summary>Answer</summary>
#
#    $0.99^{20} = 0.82$: the running variance is 18 % of the true one, and dividing by its root makes values
#    $1/\sqrt{0.18} = 2.3$ times too wide. Divide both running values by $1 - 0.99^{20}$, as Adam does with
#    its averages, or wait for a few hundred batches.
#
#    </details>
#
# 2. Batches of 2: what does the train row look like, and why can it have no other values when
#    $\epsilon$ is small?
#
#    <details><summary>Answer</summary>
#
#    Two spikes, at $\beta - \gamma$ and $\beta + \gamma$. The mean of two numbers lies in the middle, and
#    both are exactly one standard deviation away from it.
#
#    </details>
#
# 3. Batches of 4, momentum 0, then 0.9. Which of the two gives the better test mode?
#
#    <details><summary>Answer</summary>
#
#    0.9. With momentum 0 the running values are those of the last four images, which is mostly noise. With
#    0.9 they are an average over some ten batches, although 12 % is still missing after 20.
#
#    </details>
#
# 4. For which $\beta$ is a ReLU after it off for about nine inputs in ten?
#
#    <details><summary>Answer</summary>
#
#    With $\gamma = 1$ about $-1.3$: of normal numbers one in ten is above 1.28.
#
#    </details>
#
# ## Where it goes
#
# Between the affine layer and its ReLU, as a rule: affine, norm, ReLU. Two things follow that you can see
# without a gradient. Scale $W$ by 10, and mean and standard deviation scale too: *out does not change*. Add a
# bias $b$, and the mean takes it away again: *out does not change*. So the bias before a batchnorm is
# a number that learns nothing; $\beta$ takes its place.

# %% tags=["experiment"]
entering = train_X[:100] @ knob_weights[0]
plain, _ = batchnorm_forward(entering, np.ones(50), np.zeros(50), {"mode": "train"})
for name, changed in (("10 W", 10 * entering), ("W and b = 3", entering + 3)):
    out, _ = batchnorm_forward(changed, np.ones(50), np.zeros(50), {"mode": "train"})
    print(f"{name:12} changes out by at most {np.abs(out - plain).max():.1e}")

# %% [markdown]
# The first change is not quite 0: which term does not scale with W?
#
# <details><summary>Answer</summary>
#
# $\epsilon$. The variance is 100 times as large, and $\epsilon = 10^{-5}$ beside it is as it was.
#
# </details>
#
# ## Backward, by the graph
#
# Each $x_{ij}$ reaches the loss by three routes: through its own $\hat x_{ij}$, through the mean of its
# column, and through the variance of its column. Forget one, and the net still seems to learn. The method is
# that of lesson 03: cut the formula into nodes, walk back, add up where wires meet. With $N$ rows, for one
# column:
#
# | node | forward | shape | backward |
# | --- | --- | --- | --- |
# | mean | $\mu = \frac1N\sum_i x_i$ | `(D,)` | hands each $x_i$ a share of $\frac1N$ |
# | centred | $c = x - \mu$ | `(N, D)` | hands on to $x$; minus the column's sum to $\mu$ |
# | variance | $v = \frac1N\sum_i c_i^2$ | `(D,)` | $\frac2N c_i$ to each $c_i$ |
# | std | $s = \sqrt{v + \epsilon}$ | `(D,)` | $\frac{1}{2s}$ |
# | quotient | $\hat x = c / s$ | `(N, D)` | $\frac1s$ to $c$; to $s$, of *all* rows, $-\frac{c}{s^2}$ |
# | out | $y = \gamma\hat x + \beta$ | `(N, D)` | like an affine layer of width one |
#
# A question for the pencil: a batch of two, $\epsilon = 0$, any two numbers $a < b$. What is
# $\hat x$? And so, without any formula, what is $dx$?
#
# <details><summary>Answer</summary>
#
# $\hat x = (-1, 1)$, whatever $a$ and $b$ are. The result does not depend on them, so $dx = (0, 0)$, for any
# upstream gradient. If one of your routes is missing it is not.
#
# </details>

# %% [markdown]
# ### Exercise 6.3: backward, by the graph
# 15 points · about 45 minutes · hard
#
# Walk through the table from its last row to its first. If your forward pass is not right yet, the check
# hands you the cache `(x_hat, gamma, std)`.

# %% [markdown] hint="batchnorm-backward"
# The centred x is in the cache already: $c = \hat x \cdot s$, where $s$ is `std`. `dgamma` and `dbeta`
# are like weight and bias of an affine layer of width one.
#
# Go row by row: the gradient of $\hat x$ is `dout * gamma`; from it the gradient of $s$ (added up over
# all rows) and a first part of that of $c$; then $v$, which gives $c$ its second part.
#
# Last, $x = c + \mu$: `dmean = -dcentred.sum(axis=0)`, and every row gets a share of $1/N$ of it, besides
# its own `dcentred`.


# %% answer="batchnorm-backward"
def batchnorm_backward(dout: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of batch normalisation in train mode, node by node through its graph.

    dout: (N, D) float, upstream gradient
    cache: of batchnorm_forward in train mode; left alone, as dout is
    returns: dx (N, D), dgamma (D,), dbeta (D,)
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    x_hat, gamma, std = cache
    N, centred = len(dout), x_hat * std
    dx_hat = dout * gamma
    dstd = -(dx_hat * centred).sum(axis=0) / std**2
    dvar = dstd / (2 * std)
    dcentred = dx_hat / std + dvar * 2 * centred / N
    dmean = -dcentred.sum(axis=0)
    dx = dcentred + dmean / N
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    ### END SOLUTION


# %% check="batchnorm-backward" points=15
with checks.verdict("batchnorm backwards, by the graph") as rng:
    x, gamma, beta = 2 * rng.normal(size=(6, 4)) + 3, 1 + rng.random(4), rng.normal(size=4)
    dout = rng.normal(size=(6, 4)) + 0.5
    due = oracle.norm.gradients(oracle.norm.batchnorm, dout, x, gamma, beta, eps=0.5)
    cache = oracle.norm.batchnorm_cache(batchnorm_forward, x, gamma, beta, eps=0.5)
    mine = checks.leaves_alone(batchnorm_backward, dout, cache, share=0.1)
    checks.equal(mine, due, "dx, dgamma, dbeta")
    with checks.share(0.1, "A batch of one"):
        cache = oracle.norm.batchnorm_cache(batchnorm_forward, x[:1], gamma, beta)
        checks.equal(batchnorm_backward(dout[:1], cache)[0], np.zeros((1, 4)), "dx")
    ### BEGIN HIDDEN TESTS
    x, dout, gamma = rng.normal(size=(9, 2)), rng.normal(size=(9, 2)), 1 + rng.random(2)
    due = oracle.norm.gradients(oracle.norm.batchnorm, dout, x, gamma, beta[:2])
    cache = oracle.norm.batchnorm_cache(batchnorm_forward, x, gamma, beta[:2])
    mine = checks.leaves_alone(batchnorm_backward, dout, cache, share=0.1)
    checks.equal(mine, due, "dx, dgamma, dbeta")
    with checks.share(0.1, "A batch of one"):
        cache = oracle.norm.batchnorm_cache(batchnorm_forward, x[3:4], gamma, beta[:2])
        checks.equal(batchnorm_backward(dout[:1], cache)[0], np.zeros((1, 2)), "dx")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Backward, in one line
#
# The walk through the graph computes one table after another. Put together on paper, most of it cancels. What is left can
# be seen without calculus: the layer forgets two things about its column, its mean and its length. A
# gradient that pushes *all* $x_i$ up by the same amount pushes at something forgotten; so does one that
# stretches them, along $\hat x$. So $dx$ is $\gamma\,\text{dout}/s$ with these two parts taken
# out. (With $\epsilon$ the length is almost forgotten; the formula holds all the same.)
#
# By hand: $x = (1, 1, 5, 5)$, $\epsilon = 0$, $\gamma = 1$, so $s = 2$ and $\hat x = (-1, -1, 1, 1)$; dout
# $= (4, 0, 0, 0)$. Its mean is 1. Along $\hat x$, its part is the mean of
# $(-4, 0, 0, 0)$, that is $-1$ times $\hat x$. What is left, $(4, 0, 0, 0) - 1 + \hat x = (2, -2, 0, 0)$, divided by
# 2, is $dx = (1, -1, 0, 0)$. It adds up to 0, and $dx \cdot \hat x = 0$ too: both forgotten directions are gone.

# %% [markdown]
# ### Exercise 6.4: backward, in one line
# 10 points · about 30 minutes · hard
#
# Derive it on paper from the graph before you write it.

# %% [markdown] hint="batchnorm-backward-alt"
# Let $g = \gamma\,\text{dout}$. Show first that the gradient of $v$ is
# $-\frac{1}{2s^2}\sum_i g_i \hat x_i$.
#
# Then show that the sum of all $c_i$ is 0, so that the variance sends nothing through the mean. What is
# left of dx has three terms.
#
# dx is `gamma / std` times (`dout`, less a mean over the rows, less `x_hat` times another mean). The two
# sums are `dbeta` and `dgamma`, which you have anyway.


# %% answer="batchnorm-backward-alt"
def batchnorm_backward_alt(
    dout: np.ndarray, cache: tuple
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of batch normalisation in train mode, by the simplified formula.

    dout, cache and returns: as for batchnorm_backward; no loop over rows or columns
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    x_hat, gamma, std = cache
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dx = gamma / std * (dout - (dbeta + x_hat * dgamma) / len(dout))
    return dx, dgamma, dbeta
    ### END SOLUTION


# %% check="batchnorm-backward-alt" points=10
with checks.verdict("batchnorm backwards, in one line") as rng:
    x, gamma, beta = 2 * rng.normal(size=(6, 4)) + 3, 1 + rng.random(4), rng.normal(size=4)
    dout = rng.normal(size=(6, 4)) + 0.5
    due = oracle.norm.gradients(oracle.norm.batchnorm, dout, x, gamma, beta, eps=0.5)
    cache = oracle.norm.batchnorm_cache(batchnorm_forward, x, gamma, beta, eps=0.5)
    mine = checks.leaves_alone(batchnorm_backward_alt, dout, cache, share=0.1)
    checks.equal(mine, due, "dx, dgamma, dbeta")
    checks.without_loops(batchnorm_backward_alt, share=0.1)
    with checks.share(0.1, "A batch of one"):
        cache = oracle.norm.batchnorm_cache(batchnorm_forward, x[:1], gamma, beta)
        checks.equal(batchnorm_backward_alt(dout[:1], cache)[0], np.zeros((1, 4)), "dx")
    ### BEGIN HIDDEN TESTS
    x, dout, gamma = rng.normal(size=(9, 2)), rng.normal(size=(9, 2)), 1 + rng.random(2)
    due = oracle.norm.gradients(oracle.norm.batchnorm, dout, x, gamma, beta[:2])
    cache = oracle.norm.batchnorm_cache(batchnorm_forward, x, gamma, beta[:2])
    mine = checks.leaves_alone(batchnorm_backward_alt, dout, cache, share=0.1)
    checks.equal(mine, due, "dx, dgamma, dbeta")
    ### END HIDDEN TESTS

# %% [markdown]
# The numbers are the same. What did the derivation gain? Predict the factor before you run the cell: count
# the passes over a table of `(N, D)` in each of your functions.

# %% tags=["experiment"]
timed = np.random.default_rng(0)
table, upstream = timed.normal(size=(2, 256, 512))
_, timed_cache = batchnorm_forward(table, np.ones(512), np.zeros(512), {"mode": "train"})
figure, seconds = figures.timings(
    {
        "forward": lambda: batchnorm_forward(table, np.ones(512), np.zeros(512), {"mode": "train"}),
        "backward, by the graph": lambda: batchnorm_backward(upstream, timed_cache),
        "backward, in one line": lambda: batchnorm_backward_alt(upstream, timed_cache),
    },
    repeats=31,
)
figures.show(
    figure,
    caption="Time of forward and of both backward passes on a table of 256 x 512.",
    alt="Three horizontal bars: the backward pass by the graph takes longer than the one in one line.",
)
one, other = (f(upstream, timed_cache)[0] for f in (batchnorm_backward, batchnorm_backward_alt))
factor = seconds["backward, by the graph"] / seconds["backward, in one line"]
print(
    f"one line is {factor:.1f} times as fast; dx differs by at most {np.abs(one - other).max():.0e}"
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Each product, quotient, difference or sum of tables is a pass. In this course's solutions there are
# thirteen in the graph and eight in one line: a factor of about 1.6. In our runs of the cell, on two busy
# cores, it was between 1.3 and 3.1.
#
# </details>
#
# ## What it gains
#
# Put your pair into the net from the beginning. `oracle.nets.NormNet` does the rest: affine layers, ReLU, softmax
# loss and plain gradient descent, by PyTorch; between affine and ReLU it calls *your* forward and
# trusts *your* backward. First the question of lesson 04: which initial weights? Twenty standard deviations,
# 60 steps each, with and without.


# %% tags=["experiment"]
def learnt(norm, rate: float = 0.1, weight_scale: float | None = None, seed: int = 0) -> float:
    """Per cent right on 1,000 training images after 60 steps."""
    net = oracle.nets.NormNet(DIMS, norm, weight_scale, seed)
    with np.errstate(all="ignore"):
        net.train(train_X[:1000], train_set.labels[:1000], steps=60, rate=rate)
        return 100 * net.accuracy(train_X[:1000], train_set.labels[:1000])


batch_pair = (batchnorm_forward, batchnorm_backward_alt)
both = {"with batchnorm": batch_pair, "without": None}
scales = np.logspace(-4, 1, 20)
by_scale = {name: (scales, [learnt(norm, 0.1, s) for s in scales]) for name, norm in both.items()}
figures.show(
    figures.norm.sweep(
        by_scale, "standard deviation of the initial weights", "right (%)", level=10
    ),
    caption="Five hidden layers, 60 steps, twenty standard deviations of the initial weights. Without normalisation a narrow window learns; with it about three decades do.",
    alt="Two lines over weight scales from 0.0001 to 10: one rises above guessing at two scales only, the other is a broad hill.",
)

# %% [markdown]
# Why does the hill end on the left? With weights of $10^{-4}$ the variance of what enters the first batchnorm
# is below $10^{-6}$: compare it with $\epsilon = 10^{-5}$. And on the right? The output does not feel the scale of $W$,
# but its gradient does: $\text{out}(10\,W) = \text{out}(W)$ means that the gradient at $10\,W$ is ten times
# *smaller*, for a matrix ten times larger. Large weights hardly move.
#
# And the learning rate?

# %% tags=["experiment"]
rates = 10.0 ** np.arange(-3, 1.6, 0.5)
by_rate = {name: (rates, [learnt(norm, rate) for rate in rates]) for name, norm in both.items()}
figures.show(
    figures.norm.sweep(by_rate, "learning rate", "right (%)", level=10),
    caption="The same net with He's weights, ten learning rates. With normalisation a rate can be ten times too small or too large, and the net still learns.",
    alt="Two lines over learning rates from 0.001 to 30: both are hills, the one with normalisation is higher and wider on both sides.",
)

# %% [markdown]
# | on 1,000 training images, best of the sweep | shapes | CIFAR-10 |
# | --- | --- | --- |
# | over initial weights, without | 29 to 32 % | 34 to 40 % |
# | over initial weights, with | 39 to 45 % | 46 to 50 % |
# | over learning rates, without | 30 to 36 % | 32 to 40 % |
# | over learning rates, with | 39 to 44 % | 48 to 51 % |
#
# Why does it help? Its authors' explanation was that inputs no longer drift. Santurkar et al. (2018) put noise
# *after* each batchnorm, so that the inputs of the next layer drifted more than in a net without batchnorm, and the
# net still trained almost as fast. Their measurements say that the loss becomes smoother: the gradient at the end of a
# step is more like the one at its beginning, so longer steps are safe. The recipe has outlived its first
# explanation.
#
# ## A trained net that fails
#
# A colleague has trained the net for 300 steps and hands it over with an evaluation of her own, 50 images at
# a time, sorted. Her validation was fine last week. Run it. What happened?


# %% tags=["experiment"]
def evaluate(net, X: np.ndarray, y: np.ndarray) -> list[int]:
    """Per cent right in each batch of 50."""
    order = np.argsort(y, kind="stable")
    return [
        round(100 * net.accuracy(X[rows], y[rows], mode="train"))
        for rows in np.split(order, len(y) // 50)
    ]


trained = oracle.nets.NormNet(DIMS, batch_pair)
trained.train(train_X, train_set.labels, steps=300, rate=0.1)
found = evaluate(trained, test_X, test_set.labels)
print("right in each batch (%):", *found, " on average:", np.mean(found))

# %% [markdown]
# Find the cause before you open it. Things to try, one at a time: other images; images in another
# order; other batch sizes, 10 and 500; one image many times. Print the labels of one batch.
#
# <details><summary>The cause</summary>
#
# `mode="train"`: the batch's own mean and variance normalise it. On shuffled batches nobody notices, because a
# mixed batch has nearly the running statistics. Here every batch holds one class, or two. What all its images
# have in common is exactly what reveals their class. It is in the mean, and is subtracted. What is left of
# each image is how it differs from others of its class.
#
# </details>
#
# <details><summary>Why nobody saw it last week</summary>
#
# Shuffled, `mode="train"` is about as good as `mode="test"`. A mistake that shows only on sorted data is one that
# waits for the day when somebody sorts. Two habits against it: test mode by default, and one test
# that a single image gets the same scores alone as in a batch.
#
# </details>

# %% tags=["experiment"]
mixed = np.random.default_rng(0).permutation(len(test_X))
tidy = np.argsort(test_set.labels, kind="stable")
for mode in ("train", "test"):
    for name, order in (("shuffled", mixed), ("sorted", tidy)):
        parts = np.split(order, len(order) // 50)
        shares = [trained.accuracy(test_X[p], test_set.labels[p], mode) for p in parts]
        print(f"{mode:5} mode, {name:8}: {100 * np.mean(shares):.1f} % right")

# %% [markdown]
# | 1,000 test images | shapes | CIFAR-10 |
# | --- | --- | --- |
# | test mode, any order | 29 to 33 % | 30 to 35 % |
# | train mode, shuffled | 30 to 34 % | 29 to 34 % |
# | train mode, sorted | 11 to 13 % | 12 to 14 % |
#
# One more thing is wrong with evaluating in train mode, whatever the order. Look at what it writes.
#
# <details><summary>Answer</summary>
#
# It moves the running values towards the test images. From then on test mode is another net, too, and one
# that has seen the test set.
#
# </details>
#
# ## Fold it away
#
# At test time batchnorm multiplies by fixed numbers and adds fixed numbers, after a layer that multiplies
# and adds. Two such layers are one. By hand, one input and one unit: $w = 2$, $b = 1$; then $\gamma = 3$,
# $\beta = 0.5$, running mean 5, running variance 4, $\epsilon = 0$:
#
# $$y = 3 \cdot \frac{(2x + 1) - 5}{2} + 0.5 = 3x - 5.5$$
#
# So $w' = 3$ and $b' = -5.5$, and the batchnorm is gone. Nets are folded before they are shipped. With
# a convolution it is the same, one factor for each filter: `w` of shape `(F, C, HH, WW)` is scaled
# along axis 0.

# %% [markdown]
# ### Exercise 6.5: fold it away
# 9 points · about 15 minutes · easy

# %% [markdown] hint="batchnorm-fold"
# Write the example with letters: put $xw + b$ into the formula of test mode, and sort by $x$.
#
# One factor for each unit, $\gamma / \sqrt{\text{running var} + \epsilon}$, multiplies the column of w.
# What does it do to b?
#
# b and the running mean stand in the same bracket, so both are multiplied by the factor. $\beta$ stands
# outside of it.


# %% answer="batchnorm-fold"
def fold(
    w: np.ndarray,
    b: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray]:
    """The affine layer that does the work of an affine layer and the batchnorm after it.

    w: (D, M), b: (M,) float, the affine layer x w + b
    gamma, beta, running_mean, running_var: (M,) float, the batchnorm in test mode
    eps: added to running_var
    returns: w (D, M) and b (M,) of the folded layer; all arguments stay as they are
    """
    ### BEGIN SOLUTION
    factor = gamma / np.sqrt(running_var + eps)
    return w * factor, (b - running_mean) * factor + beta
    ### END SOLUTION


# %% check="batchnorm-fold" points=9
with checks.verdict("batchnorm folded away") as rng:
    w, b, gamma, beta, mean = (rng.normal(size=size) for size in ((3, 4), 4, 4, 4, 4))
    var = 0.2 + rng.random(4)
    due = oracle.norm.folded(w, b, gamma, beta, mean, var, 0.5)
    mine = checks.leaves_alone(fold, w, b, gamma, beta, mean, var, 0.5, share=0.1)
    checks.equal(mine, due, "w, b")
    ### BEGIN HIDDEN TESTS
    w, b, gamma, beta, mean = (rng.normal(size=size) for size in ((3, 3), 3, 3, 3, 3))
    var = rng.random(3) / 1000
    due = oracle.norm.folded(w, b, gamma, beta, mean, var)
    checks.equal(checks.leaves_alone(fold, w, b, gamma, beta, mean, var, share=0.1), due, "w, b")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
learnt_net = {name: tensor.detach().numpy() for name, tensor in trained.params.items()}
out = test_X
for i in range(1, 6):
    running = trained.settings[i - 1]
    W, b, gamma, beta = (learnt_net[f"{name}{i}"] for name in ("W", "b", "gamma", "beta"))
    W, b = fold(W, b, gamma, beta, running["running_mean"], running["running_var"])
    out = np.maximum(out @ W + b, 0)
out = out @ learnt_net["W6"] + learnt_net["b6"]
gap = np.abs(out - trained.scores(test_X)).max()
print(f"five batchnorms folded; the scores of 1,000 images differ by at most {gap:.0e}")

# %% [markdown]
# ## Images: one mean a channel
#
# After a convolution a *channel* is what a unit was: one filter, at many places. Its numbers should share a
# mean wherever they stand, or the filter would mean something else at each place. So for `(N, C, H, W)` the
# column of a channel has $N \cdot H \cdot W$ entries, and $\gamma$, $\beta$ and the running values are
# `(C,)`. Nothing new has to be computed: lay the pixels out as a table of `(N * H * W, C)` and call what you have.
#
# One trap, with two images of one row, two channels and two pixels. Which of these tables has channel 0
# in its first column?

# %%
tiny = np.array([[[[1, 2]], [[10, 20]]], [[[3, 4]], [[30, 40]]]])  # (2, 2, 1, 2)
print(tiny.reshape(-1, 2), "or", tiny.transpose(0, 2, 3, 1).reshape(-1, 2), sep="\n")

# %% [markdown]
# The second. `reshape` cuts the numbers as they lie in memory and knows nothing of channels, so the axes must
# be in the right order before it, and must be put back after it.

# %% [markdown]
# ### Exercise 6.6: batch normalisation of images
# 12 points · about 25 minutes · medium
#
# The work is done by the function that is passed in, by default your own.

# %% [markdown] hint="batchnorm-spatial"
# Which axis of x is the channel, and where must it stand before the reshape?
#
# `transpose(0, 2, 3, 1)` puts the channels last; `reshape(-1, C)` then makes a row of each pixel. Hand
# `bn_param` itself on, not a copy.
#
# Back to images, undo the two steps in reverse order: which shape did the table have before it was
# cut into rows, and which transpose puts its last axis second again? Backward does the same with `dout`.


# %% answer="batchnorm-spatial"
def spatial_batchnorm_forward(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    bn_param: dict,
    forward=batchnorm_forward,
) -> tuple:
    """Batch normalisation of each channel over all images and places.

    x: (N, C, H, W) float; gamma, beta: (C,)
    bn_param: as for batchnorm_forward; it goes on to `forward` itself, not a copy
    forward: function of a table (N * H * W, C), gamma, beta, bn_param -> (out, cache), such as
        batchnorm_forward; called once, it does the work. The order of the rows does not matter.
    returns: out (N, C, H, W), and a cache
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    N, C, H, W = x.shape
    table = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = forward(table, gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache
    ### END SOLUTION


def spatial_batchnorm_backward(dout: np.ndarray, cache, backward=batchnorm_backward_alt) -> tuple:
    """Gradients of spatial_batchnorm_forward.

    dout: (N, C, H, W) float; cache: of spatial_batchnorm_forward
    backward: the partner of `forward`: table, its cache -> (dx, dgamma, dbeta); called once
    returns: dx (N, C, H, W), dgamma (C,), dbeta (C,)
    """
    ### BEGIN SOLUTION
    N, C, H, W = dout.shape
    table = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dx, dgamma, dbeta = backward(table, cache)
    return dx.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta
    ### END SOLUTION


# %% check="batchnorm-spatial" points=7
with checks.verdict("batchnorm of images") as rng:
    x = rng.normal(size=(3, 4, 2, 5)) + np.arange(4.0)[:, None, None]
    gamma, beta = 1 + rng.random(4), rng.normal(size=4)
    due = oracle.norm.batchnorm(x, gamma, beta, eps=0.5)
    forward = oracle.lend(spatial_batchnorm_forward, forward=oracle.norm.batchnorm_pair()[0])
    checks.equal(forward(x, gamma, beta, {"mode": "train", "eps": 0.5})[0], due, "out")
    with checks.share(0.15, "bn_param goes on to forward itself, not a copy of it"):
        own, param = {"mode": "train"}, {"mode": "train"}
        batchnorm_forward(x[:, :, 0, 0], gamma, beta, own)
        oracle.lend(spatial_batchnorm_forward, forward=batchnorm_forward)(x, gamma, beta, param)
        checks.equal(sorted(param), sorted(own), "keys that forward leaves in bn_param")
    ### BEGIN HIDDEN TESTS
    x, gamma, beta = rng.normal(size=(1, 2, 4, 3)) ** 2, 1 + rng.random(2), rng.normal(size=2)
    due = oracle.norm.batchnorm(x, gamma, beta)
    checks.equal(forward(x, gamma, beta, {"mode": "train"})[0], due, "out of one image")
    calls: list[tuple] = []

    def counting(table, *others):
        calls.append(np.shape(table))
        return oracle.norm.batchnorm_pair()[0](table, *others)

    counted = oracle.lend(spatial_batchnorm_forward, forward=counting)
    counted(x, gamma, beta, {"mode": "train"})
    checks.holds(calls in ([], [(12, 2)]), "forward is called twice: one call does the work.")
    ### END HIDDEN TESTS

# %% check="batchnorm-spatial-backward" points=5
with checks.verdict("batchnorm of images, backwards") as rng:
    x, dout = rng.normal(size=(3, 4, 2, 5)), rng.normal(size=(3, 4, 2, 5))
    gamma, beta = 1 + rng.random(4), rng.normal(size=4)
    due, (there, back) = (
        oracle.norm.gradients(oracle.norm.batchnorm, dout, x, gamma, beta),
        oracle.norm.batchnorm_pair(),
    )
    forward = oracle.lend(spatial_batchnorm_forward, forward=there)
    backward = oracle.lend(spatial_batchnorm_backward, backward=back)
    _, cache = forward(x, gamma, beta, {"mode": "train"})
    checks.equal(backward(dout, cache), due, "dx, dgamma, dbeta")
    ### BEGIN HIDDEN TESTS
    x, dout = rng.normal(size=(2, 3, 4, 1)), rng.normal(size=(2, 3, 4, 1))
    due = oracle.norm.gradients(oracle.norm.batchnorm, dout, x, gamma[1:], beta[1:])
    _, cache = forward(x, gamma[1:], beta[1:], {"mode": "train"})
    checks.equal(backward(dout, cache), due, "dx, dgamma, dbeta")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
photos = train_set.images[:300] / 255
white, _ = spatial_batchnorm_forward(photos, np.ones(3), np.zeros(3), {"mode": "train"})
figures.show(
    figures.norm.channel_histograms({"as they are": photos, "after your layer": white}),
    caption=f"The three colours of 300 images ({train_set.name}), before and after: each gets mean 0 and standard deviation 1, from all images and places together. It is the normalisation of lesson 04, now inside a net.",
    alt="Two panels of three outlined histograms: before between 0 and 1 with different means, after it on top of each other round 0.",
)

# %% [markdown]
# ## Each image by itself: layer normalisation
#
# Batchnorm learns from a batch of some size. With two images a step, with sentences of varying length, or with a
# device that trains on one image at a time there is none. Ba, Kiros and Hinton (2016) turn the table round: each *row* is normalised by its own mean and
# variance, over its $D$ units. No running values, no modes, the same in training and at test time, and no
# image's answer depends on another image. $\gamma$ and $\beta$ stay `(D,)`, one for each unit. The row $(1, 1, 5, 5)$ becomes
# $(-1, -1, 1, 1)$.
#
# Backward the roles of the axes change, for dx only: the statistics are those of rows now. But
# $\gamma_j$ still meets column $j$, so a row meets all of them.

# %% [markdown]
# ### Exercise 6.7: layer normalisation
# 12 points · about 25 minutes · medium

# %% [markdown] hint="batchnorm-layernorm"
# Forward: exercise 6.2 without modes, along the other axis. `keepdims=True` keeps means as `(N, 1)`, so
# that they line up with the rows.
#
# Backward: forward multiplies by $\gamma$ last, so backward it comes first: `dx_hat = dout * gamma`. Only
# then take means along the row.
#
# dx is (`dx_hat`, less its mean along the row, less `x_hat` times the mean of `dx_hat * x_hat`) divided
# by `std`; dgamma and dbeta add up over the rows, as before.


# %% answer="batchnorm-layernorm"
def layernorm_forward(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, ln_param: dict) -> tuple:
    """Layer normalisation: each row by its own mean and variance over D.

    x: (N, D) float; gamma, beta: (D,)
    ln_param: eps (1e-5), may be missing; left as it is
    returns: out (N, D), and a cache
    Source: Ba, Kiros and Hinton 2016; CS231n, assignment 2
    """
    ### BEGIN SOLUTION
    centred = x - x.mean(axis=1, keepdims=True)
    std = np.sqrt((centred**2).mean(axis=1, keepdims=True) + ln_param.get("eps", 1e-5))
    x_hat = centred / std
    return gamma * x_hat + beta, (x_hat, gamma, std)
    ### END SOLUTION


def layernorm_backward(dout: np.ndarray, cache) -> tuple:
    """dout: (N, D); cache: of layernorm_forward. returns: dx (N, D), dgamma (D,), dbeta (D,)"""
    ### BEGIN SOLUTION
    x_hat, gamma, std = cache
    dx_hat = dout * gamma
    mean = dx_hat.mean(axis=1, keepdims=True)
    along = (dx_hat * x_hat).mean(axis=1, keepdims=True)
    dx = (dx_hat - mean - x_hat * along) / std
    return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    ### END SOLUTION


# %% check="batchnorm-layernorm" points=6
with checks.verdict("layer normalisation") as rng:
    x, gamma, beta = 2 * rng.normal(size=(5, 4)) + 3, 1 + rng.random(4), rng.normal(size=4)
    due = oracle.norm.layernorm(x, gamma, beta, eps=0.5)
    out, _ = checks.leaves_alone(layernorm_forward, x, gamma, beta, {"eps": 0.5}, share=0.1)
    checks.equal(out, due, "out")
    checks.leaves_alone(layernorm_forward, x, gamma, beta, {}, share=0.1)
    with checks.share(0.1, "A row of equal numbers"):
        due = beta[None].copy()
        out, _ = layernorm_forward(np.full((1, 4), 7.0), gamma, beta, {})
        checks.equal(out, due, "out")
    ### BEGIN HIDDEN TESTS
    row = rng.normal(size=(1, 7)) / 100
    gamma, beta = 1 + rng.random(7), rng.normal(size=7)
    due = oracle.norm.layernorm(row, gamma, beta)
    out, _ = checks.leaves_alone(layernorm_forward, row, gamma, beta, {}, share=0.1)
    checks.equal(out, due, "out of one row alone")
    with checks.share(0.1, "A row of equal numbers"):
        due = np.stack([beta, beta])
        out, _ = layernorm_forward(np.full((2, 7), -1.0), gamma, beta, {"eps": 0.1})
        checks.equal(out, due, "out")
    ### END HIDDEN TESTS

# %% check="batchnorm-layernorm-backward" points=6
with checks.verdict("layer normalisation, backwards") as rng:
    x, gamma, beta = 2 * rng.normal(size=(5, 4)) + 3, 1 + rng.random(4), rng.normal(size=4)
    dout = rng.normal(size=(5, 4)) + 0.5
    due = oracle.norm.gradients(oracle.norm.layernorm, dout, x, gamma, beta, eps=0.5)
    _, cache = layernorm_forward(x, gamma, beta, {"eps": 0.5})
    mine = checks.leaves_alone(layernorm_backward, dout, cache, share=0.1)
    checks.equal(mine, due, "dx, dgamma, dbeta")
    ### BEGIN HIDDEN TESTS
    x, dout, gamma = rng.normal(size=(1, 7)), rng.normal(size=(1, 7)), 1 + rng.random(7)
    due = oracle.norm.gradients(oracle.norm.layernorm, dout, x, gamma, 0 * gamma)
    _, cache = layernorm_forward(x, gamma, 0 * gamma, {})
    checks.equal(layernorm_backward(dout, cache), due, "dx, dgamma, dbeta")
    ### END HIDDEN TESTS

# %% [markdown]
# ## In between: group normalisation
#
# In a ConvNet one mean for *all* channels of an image is too coarse: an edge filter and a colour filter have
# nothing in common. Wu and He (2018) take groups of neighbouring channels: $C$ channels in $G$ groups, each with a mean
# and a variance over its $C/G$ channels and all their pixels, for each image by itself. One image of four channels
# with one pixel each, $(1, 5, 10, 30)$, and $G = 2$: the groups are $(1, 5)$ and $(10, 30)$, and
# the result is $(-1, 1, -1, 1)$. With $G = 1$ it is layer normalisation over the image, with $G = C$ *instance*
# normalisation.
#
# Channels 0 and 1 are a group, 2 and 3 the next. A `reshape` in the wrong order makes groups of 0 and 2.

# %% [markdown]
# ### Exercise 6.8: group normalisation
# 13 points · about 30 minutes · medium

# %% [markdown] hint="batchnorm-groupnorm"
# Reshaped to `(N, G, -1)`, `(N, C, H, W)` keeps neighbouring channels together, and the last axis is what a group
# averages over.
#
# $\gamma$ and $\beta$, `(1, C, 1, 1)`, come in after you have gone back to four axes. Backward they come
# first, in four axes.
#
# In groups, dx is that of layer normalisation along axis 2. dgamma and dbeta:
# `.sum(axis=(0, 2, 3), keepdims=True)` in four axes.


# %% answer="batchnorm-groupnorm"
def spatial_groupnorm_forward(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, G: int, gn_param: dict
) -> tuple:
    """Group normalisation of images.

    x: (N, C, H, W) float; gamma, beta: (1, C, 1, 1)
    G: number of groups of C / G neighbouring channels
    gn_param: eps (1e-5), may be missing; left as it is
    returns: out (N, C, H, W), and a cache
    raises: ValueError where C is no multiple of G
    Source: Wu and He 2018; CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    N, C = x.shape[:2]
    if C % G:
        raise ValueError(f"{C} channels do not make {G} groups of equal size")
    groups = x.reshape(N, G, -1)
    std = np.sqrt(groups.var(axis=2, keepdims=True) + gn_param.get("eps", 1e-5))
    x_hat = (groups - groups.mean(axis=2, keepdims=True)) / std
    return gamma * x_hat.reshape(x.shape) + beta, (x_hat, gamma, std)
    ### END SOLUTION


def spatial_groupnorm_backward(dout: np.ndarray, cache) -> tuple:
    """Gradients of spatial_groupnorm_forward.

    dout: (N, C, H, W); cache: of spatial_groupnorm_forward
    returns: dx (N, C, H, W), dgamma (1, C, 1, 1), dbeta (1, C, 1, 1)
    """
    ### BEGIN SOLUTION
    x_hat, gamma, std = cache
    dgroups = (dout * gamma).reshape(x_hat.shape)
    along = (dgroups * x_hat).mean(axis=2, keepdims=True)
    dx = (dgroups - dgroups.mean(axis=2, keepdims=True) - x_hat * along) / std
    dgamma = (dout * x_hat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    return dx.reshape(dout.shape), dgamma, dout.sum(axis=(0, 2, 3), keepdims=True)
    ### END SOLUTION


# %% check="batchnorm-groupnorm" points=7
with checks.verdict("group normalisation") as rng:
    x = rng.normal(size=(3, 6, 2, 5)) * np.arange(1.0, 7.0)[:, None, None] + 2
    gamma, beta = 1 + rng.random((1, 6, 1, 1)), rng.normal(size=(1, 6, 1, 1))
    due, G = oracle.norm.groupnorm(x, gamma, beta, 2, 0.5), 2
    out, _ = checks.leaves_alone(
        spatial_groupnorm_forward, x, gamma, beta, G, {"eps": 0.5}, share=0.1
    )
    checks.equal(out, due, "out")
    checks.leaves_alone(spatial_groupnorm_forward, x, gamma, beta, G, {}, share=0.1)
    checks.raises(ValueError, spatial_groupnorm_forward, x, gamma, beta, 4, {}, share=0.05)
    ### BEGIN HIDDEN TESTS
    for G in (1, 3, 6):
        due = oracle.norm.groupnorm(x[:1] / 100, gamma, beta, G)
        one = x[:1] / 100
        out, _ = checks.leaves_alone(spatial_groupnorm_forward, one, gamma, beta, G, {}, share=0.1)
        checks.equal(out, due, f"out for one image and G = {G}")
    checks.raises(ValueError, spatial_groupnorm_forward, x, gamma, beta, 5, {}, share=0.05)
    ### END HIDDEN TESTS

# %% check="batchnorm-groupnorm-backward" points=6
with checks.verdict("group normalisation, backwards") as rng:
    x, dout = rng.normal(size=(3, 6, 2, 5)) + 2, rng.normal(size=(3, 6, 2, 5)) + 0.5
    gamma, beta = 1 + rng.random((1, 6, 1, 1)), rng.normal(size=(1, 6, 1, 1))
    due = oracle.norm.gradients(oracle.norm.groupnorm, dout, x, gamma, beta, groups=2, eps=0.5)
    _, cache = spatial_groupnorm_forward(x, gamma, beta, 2, {"eps": 0.5})
    mine = checks.leaves_alone(spatial_groupnorm_backward, dout, cache, share=0.1)
    checks.equal(mine, due, "dx, dgamma, dbeta")
    ### BEGIN HIDDEN TESTS
    for G in (3, 6):
        x, dout = rng.normal(size=(1, 6, 2, 5)), rng.normal(size=(1, 6, 2, 5))
        gamma, beta = 1 + rng.random((1, 6, 1, 1)), rng.normal(size=(1, 6, 1, 1))
        due = oracle.norm.gradients(oracle.norm.groupnorm, dout, x, gamma, beta, groups=G)
        _, cache = spatial_groupnorm_forward(x, gamma, beta, G, {})
        checks.equal(spatial_groupnorm_backward(dout, cache), due, f"gradients with G = {G}")
    ### END HIDDEN TESTS

# %% [markdown]
# Which entries does a normalised value depend on? The next figure asks your functions. It changes every
# entry of a batch of four images and six channels a little, and marks those that change the value at the star.


# %% tags=["experiment"]
def grouped(G: int):
    ones, zeros = np.ones((1, 6, 1, 1)), np.zeros((1, 6, 1, 1))
    return lambda x: spatial_groupnorm_forward(x, ones, zeros, G, {})[0]


def over_batch(x: np.ndarray) -> np.ndarray:
    return spatial_batchnorm_forward(x, np.ones(6), np.zeros(6), {"mode": "train"})[0]


def alone_in_row(x: np.ndarray) -> np.ndarray:
    rows = x.reshape(len(x), -1)
    size = rows.shape[1]
    return layernorm_forward(rows, np.ones(size), np.zeros(size), {})[0].reshape(x.shape)


norms = {"batch": over_batch, "layer": alone_in_row, "group, G = 2": grouped(2)}
figures.show(
    figures.norm.shared_statistics(norms | {"instance, G = 6": grouped(6)}),
    caption="Marked: the entries that change the normalised value at the star. Batchnorm depends on one channel of all images; the others depend on one image only.",
    alt="Four grids of four images by six channels. Batch marks a column, layer a row, group half a row, instance a single cell.",
)

# %% [markdown]
# ## What it costs: small batches
#
# With large images, two fill the memory of a GPU. So 32 GPUs share the 64 images of a step:
# gradients are added up over all of them, but each normalises *its own two*. The experiment does the same:
# every run has the same images, 64 a step, and the same rate; only the group in which an image is normalised
# shrinks. Layer and group norm look at one image at a time, so one run of each is enough, and their lines are level. What do you
# expect from groups of two, after what you saw in the histograms?


# %% tags=["experiment"]
def in_batches(size: int):
    """Your batchnorm for a batch that is normalised `size` images at a time."""

    def forward(x, gamma, beta, bn_param):
        groups = [x[i : i + size] for i in range(0, len(x), size)]
        done = [batchnorm_forward(group, gamma, beta, bn_param) for group in groups]
        return np.concatenate([out for out, _ in done]), [cache for _, cache in done]

    def backward(dout, caches):
        groups = [dout[i : i + size] for i in range(0, len(dout), size)]
        parts = [batchnorm_backward_alt(*pair) for pair in zip(groups, caches)]
        dx, dgammas, dbetas = zip(*parts)
        return np.concatenate(dx), sum(dgammas), sum(dbetas)

    return forward, backward


def in_groups(G: int):
    """Your group norm for a table: every unit is a channel of one pixel."""

    def forward(x, gamma, beta, gn_param):
        four = (part.reshape(-1, part.shape[-1], 1, 1) for part in (x, gamma, beta))
        out, cache = spatial_groupnorm_forward(*four, G, gn_param)
        return out[:, :, 0, 0], cache

    def backward(dout, cache):
        dx, dgamma, dbeta = spatial_groupnorm_backward(dout[:, :, None, None], cache)
        return dx[:, :, 0, 0], dgamma.ravel(), dbeta.ravel()

    return forward, backward


# %% tags=["experiment"]
def after_120(norm) -> float:
    """Per cent right on the test images."""
    net = oracle.nets.NormNet(DIMS, norm)
    net.train(train_X, train_set.labels, steps=120, rate=0.1, batch_size=64)
    return 100 * net.accuracy(test_X, test_set.labels)


sizes = [2, 4, 8, 16, 32, 64]
layer, group = after_120((layernorm_forward, layernorm_backward)), after_120(in_groups(5))
by_size = {"batch": (sizes, [after_120(in_batches(size)) for size in sizes])}
by_size |= {"layer": (sizes, [layer] * 6), "group, G = 5": (sizes, [group] * 6)}
figures.show(
    figures.norm.sweep(
        by_size, "images that are normalised together", "right, test images (%)", 10
    ),
    caption="The same 64 images a step, normalised in groups of 2 to 64. From 16 on batchnorm is about level with the others; with 2 it does hardly better than guessing.",
    alt="Accuracy over the size of a group on a logarithmic axis: a line that rises from near 10 per cent at 2 and flattens at 16, and two level lines.",
)

# %% [markdown]
# | after 120 steps, 1,000 test images | shapes | CIFAR-10 |
# | --- | --- | --- |
# | batchnorm, groups of 64 | 26 to 30 % | 29 to 33 % |
# | batchnorm, groups of 16 | 25 to 28 % | 28 to 31 % |
# | batchnorm, groups of 2 | 11 to 13 % | 8 to 16 % |
# | layer normalisation | 24 to 30 % | 27 to 32 % |
# | group normalisation, 5 groups of 10 units | 23 to 29 % | 27 to 31 % |
#
# Two things go wrong in small batches. The statistics are noise: the mean of two says little about the mean of
# all. And training and test differ: the net learns with units that are $\pm 1$, and is tested with units that are not.
# Between the others no ranking holds for every seed: before you believe a gap of a few points, put `seed=1` into
# `NormNet` and run again.
#
# | | batch | layer | group |
# | --- | --- | --- | --- |
# | normalised over | images (and places) | units of one image | some channels of one image |
# | needs a batch | yes, 16 or more | no | no |
# | running values, two modes | yes | no | no |
# | can be folded away | yes | no | no |
# | used in | ConvNets with large batches | recurrent nets, transformers | ConvNets with small batches |
#
# ## Before batch normalisation
#
# Normalisation is older than batches. In **local response normalisation** (AlexNet: Krizhevsky et al. 2012)
# channels at one place compete: a strong one weakens its neighbours. With $n$ channels in the neighbourhood
# of channel $c$, and $c$ in the middle,
#
# $$y_c = \frac{x_c}{\bigl(k + \alpha \sum_{c'} x_{c'}^2\bigr)^{\beta}}, \qquad k = 2,\ n = 5,\ \alpha = 10^{-4},\ \beta = 0.75$$
#
# Three channels at one place, $(1, 2, 3)$, with $n = 3$ and, to spare your pencil, $k = \alpha = \beta = 1$,
# become $1/(1 + 1 + 4) = 1/6$, $2/(1 + 1 + 4 + 9) = 2/15$ and $3/(1 + 4 + 9) = 3/14$: the one in the middle has
# two rivals and ends last. (PyTorch's function takes the *mean* of the squares, so its $\alpha$ must be $n$
# times as large.)
#
# **Local contrast normalisation** (Jarrett et al. 2009) works on places instead: from every pixel subtract
# the mean of the window round it, then divide by the window's standard deviation, but never by less than a
# floor, or flat sky would turn into noise. With $v$ for the centred picture:
#
# $$v = x - \text{mean}_\square(x), \qquad y = \frac{v}{\max\bigl(\text{floor}, \sqrt{\text{mean}_\square(v^2)}\bigr)}$$
#
# A picture of one row, $(0, 0, 6)$, window 3, where means count only pixels inside: they are $0, 2, 3$, so
# $v = (0, -2, 3)$; the mean squares are $2$, $13/3$ and $6.5$, and $y = (0, -0.96, 1.18)$. The figure shows
# what that does to light and shadow.

# %% tags=["experiment"]
eight = train_set.images[20:28] / 255
dimmed = 0.35 * eight * np.linspace(1, 0.3, 32)  # less light, and a shadow from the right
rows = [eight, dimmed]
rows += [figures.as_pictures(oracle.norm.contrast_norm(x, 9, 0.02)) for x in (eight, dimmed)]
three = np.array([1.0, 2, 3]).reshape(1, 3, 1, 1)
print("response normalisation:", oracle.norm.response_norm(three, 3, 1, 1, 1).ravel().round(3))
figures.show(
    figures.image_grid(np.concatenate(rows), columns=8),
    caption="Eight images; the same in poor light with a shadow from the right; and below both after local contrast normalisation, each stretched to the full range. Rows three and four are nearly alike: the light is gone.",
    alt="Four rows of eight small pictures: bright, dim with a dark right side, and two rows of edges and texture that look alike.",
)

# %% [markdown]
# Neither is used much now. Simonyan and Zisserman (2015) found that response normalisation did not help their
# nets, and batch normalisation in every layer has taken the place of both.

# %% [markdown]
# ## The scoreboard
#
# The ConvNet of lesson 05, with batch norm after each convolution. An update costs more, so there are fewer of them
# in 45 seconds, and each gains more.

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("06"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# Batch normalisation with its two modes and two backward passes, its version for images, layer and group
# normalisation, and a way to make a trained batchnorm vanish. Answer without looking up:
#
# 1. A net with batchnorm is right on 70 % of the images in a batch of 100, and on 10 % when they come singly.
#    Name the cause.
#
#    <details><summary>Answer</summary>
#
#    It runs in train mode. A single image is its own mean: every unit is $\beta$, whatever the image shows,
#    so all images get the same answer. Test mode, with the running values, mends it.
#
#    </details>
#
# 2. Why does a bias before a batchnorm never learn anything? What would weight decay on the weights there do
#    to the function?
#
#    <details><summary>Answer</summary>
#
#    The mean takes the bias away, so the loss does not depend on it and its gradient is 0. The scale of the
#    weights is taken away as well, so decay changes nothing in the function. It changes the training: the
#    gradient grows as the weights shrink, so decay keeps the steps from fading.
#
#    </details>
#
# 3. You *fine-tune*: you go on training a trained net, on new images, in batches of 2. Name three changes that could
#    help.
#
#    <details><summary>Answer</summary>
#
#    Keep the norm layers in test mode, so that they use the running values of the first training. Exchange
#    them for group or layer normalisation. Or compute mean and variance over more images: over several
#    GPUs together.
#
#    </details>
#
# 4. $dx$ of a batchnorm adds up to 0 over each column. Why must it, for any loss?
#
#    <details><summary>Answer</summary>
#
#    Add the same number to a whole column, and the mean takes it away: the loss stays the same. Its slope in that
#    direction is the sum of $dx$ over the column, so the sum is 0.
#
#    </details>
#
# 5. Can a layer normalisation be folded into the affine layer before it? What about group normalisation?
#
#    <details><summary>Answer</summary>
#
#    No, neither. Their mean and variance come from the image at hand, at test time too, so they are not fixed
#    numbers that could be multiplied into weights. Only $\gamma$ and $\beta$ are fixed, and an affine layer
#    right *after* the norm can take them in.
#
#    </details>
#
# **References.** CS231n, [notes](https://cs231n.github.io/neural-networks-2/), [lecture 6 of 2017](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture6.pdf), and assignment 2. Ioffe and Szegedy 2015, [batch normalization](https://arxiv.org/abs/1502.03167); Santurkar et al. 2018, [how does it help](https://arxiv.org/abs/1805.11604);
# Ba, Kiros and Hinton 2016, [layer normalization](https://arxiv.org/abs/1607.06450); Ulyanov et al. 2016, [instance normalization](https://arxiv.org/abs/1607.08022); Wu and He 2018, [group normalization](https://arxiv.org/abs/1803.08494); Jarrett et al. 2009, What is the best multi-stage architecture for object recognition?; Simonyan and Zisserman 2015, [VGG](https://arxiv.org/abs/1409.1556).
#
# **Next:** lesson 07. The noise of a batch's statistics keeps a net from memorising its images, a little and by
# accident. Dropout does it on purpose.
