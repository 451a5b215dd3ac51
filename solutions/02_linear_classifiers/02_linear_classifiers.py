# %% [markdown]
# # 02 Linear classifiers
#
# Afterwards you can train a classifier that keeps one template for each class, write its loss and
# gradient by hand, test the gradient, choose its settings, and show what it cannot learn.
#
# **Time:** about 5 hours, just under 4 of them for the exercises; the last one is optional and takes
# most of another hour. **Needs:** lesson 01. **Data:** the *shapes* that come with the course, or
# CIFAR-10 where you have downloaded it. **Points:** 100. **Your answers may use** NumPy, and
# `rgb_to_hsv` of Matplotlib where an exercise says so; the first cell imports both.

# %% setup="linear"
from inspect import signature

import numpy as np
from matplotlib.colors import rgb_to_hsv

from course_lib import checks, data, figures, oracle

# %% [markdown]
# ## One picture for each class
#
# Nearest neighbours kept every training image and compared with all of them. Suppose you may keep
# ten pictures only, one for each class. Which ten? A first idea is the mean of each class. Guess
# what each shows before you read the names below.

# %% tags=["experiment"]
train_images, test_images = data.course_images("train"), data.course_images("test").take(2000)
classes, shape = train_images.classes, train_images.images.shape[1:]
train_X, test_X = train_images.flat(np.float32), test_images.flat(np.float32)
train_X /= 255  # in place: a second copy of CIFAR-10 would take 600 MB
test_X /= 255
train_y, test_y = train_images.labels, test_images.labels
means = np.stack([train_X[train_y == label].mean(axis=0) for label in range(10)])
mean_image = train_X.mean(axis=0)
train_X -= mean_image  # a pixel is now above or below its mean
test_X -= mean_image
figures.show(
    figures.image_grid(means.reshape(-1, *shape), list(map(str, range(10))), columns=10),
    caption="The mean of all training images of each class. Where all classes look alike, a mean cannot tell them apart.",
    alt="Ten small blurred colour pictures in a row, numbered 0 to 9.",
)
print(f"{train_images.name}: {len(train_y):,} training and {len(test_y):,} test images")
print(", ".join(f"{label} {name}" for label, name in enumerate(classes)))

# %% [markdown]
# A mean shows what the images of a class share. It does not show what sets them apart from the
# other nine. So do not compute the templates. *Learn* them: say what a good answer is, in one number,
# and change the templates until that number is small.
#
# ## From templates to scores
#
# Lay the image out as a row $x$ of $D$ numbers. A template is a column of $D$ **weights**. Its **score**
# says how well image and template agree: multiply each pixel by its weight, add up, add a bias.
#
# $$s = x\,W + b \qquad x: (D,)\quad W: (D, C)\quad b: (C,)\quad s: (C,)$$
#
# For $N$ images at once, `X @ W + b`, of shape `(N, C)`. The largest score names the class.
#
# Three ways to read the same product:
#
# - **algebra**: $C$ weighted sums of pixels;
# - **templates**: each column of $W$ is an image, and the score is its inner product with yours;
# - **geometry**: an image is a point in $D$ dimensions. The places where a score is 0 form a
#   **hyperplane**, which in the plane is a line. The column of $W$ is at right angles to it and points
#   uphill; $b$ moves the hyperplane away from the origin.
#
# Here is an image of four pixels, $x = (56, 231, 24, 2)$, and templates for three classes (numbers
# after the CS231n notes, "Linear classification"):
#
# | | pixel 1 | 2 | 3 | 4 | bias |
# | --- | --- | --- | --- | --- | --- |
# | cat | 1.5 | 1.3 | 2.1 | 0 | 3.2 |
# | car | 0.2 | -0.5 | 0.1 | 2 | 1.1 |
# | frog | 0 | 0.25 | 0.2 | -0.3 | 0 |
#
# Take a pencil: $56 \cdot 1.5 + 231 \cdot 1.3 + 24 \cdot 2.1 + 0 + 3.2 = ?$ Then the car and the frog.

# %%
templates = np.array([[1.5, 1.3, 2.1, 0], [0.2, -0.5, 0.1, 2], [0, 0.25, 0.2, -0.3]])
scores = np.array([56, 231, 24, 2]) @ templates.T + np.array([3.2, 1.1, 0])
print(dict(zip(("cat", "car", "frog"), scores.round(2).tolist())))

# %% tags=["experiment"]
cloud = np.random.default_rng(0).uniform(-1, 1, (120, 2))
radius = np.hypot(*cloud.T)
ring = (radius < 0.45) | (radius > 0.7)
islands = np.abs(np.abs(cloud[:, 0]) - 0.5) > 0.15
figures.show(
    figures.linear.scatter_panels(
        {
            "opposite corners": (cloud, (cloud[:, 0] * cloud[:, 1] > 0).astype(int)),
            "a ring": (cloud[ring], (radius[ring] > 0.6).astype(int)),
            "two islands": (cloud[islands], (np.abs(cloud[islands, 0]) > 0.5).astype(int)),
        }
    ),
    caption="Two classes that no straight line separates. Move a ruler over each panel: one class is always on both sides.",
    alt="Three scatter plots of two classes: in opposite corners of a square, as a disc inside a ring, and as a stripe between two others.",
)

# %% [markdown]
# The cat wins. Yet the picture shows a car, so these weights are bad; the next section says how bad. In the
# panels above no weights at all can separate the two classes. Islands are the common case: a horse may
# look left or right, and one template has to serve both.
#
# **The bias trick.** One array is easier to learn than two. Give every image one more number, always
# 1, and $b$ becomes the last row of $W$: for $x = (2, 3)$, $w = (10, 1)$ and $b = 7$,
# $2 \cdot 10 + 3 \cdot 1 + 7 = (2, 3, 1) \cdot (10, 1, 7) = 30$. From here on $W$ is all there is.
#
# ### Exercise 2.1: the bias trick
# 4 points · about 10 minutes · easy
#
# Put the ones beside the images and the biases below the weights.

# %% [markdown] hint="linear-bias-trick"
# What are the two shapes that come out, and where does the new column, and the new row, go?
#
# A column of ones has shape `(N, 1)`. `np.hstack` puts arrays side by side, `np.vstack` on top of each
# other.
#
# Ones are float64 unless you say otherwise: `np.ones(..., dtype=X.dtype)`.


# %% answer="linear-bias-trick"
def bias_trick(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Images and weights with the bias folded in, so that X1 @ W1 equals X @ W + b.

    X: (N, D) float, one image a row
    W: (D, C) float; b: (C,) float
    returns: X1 (N, D + 1) in the dtype of X, whose last column is 1, and W1 (D + 1, C), whose
        last row is b
    Source: CS231n notes, "Linear classification"
    """
    ### BEGIN SOLUTION
    ones = np.ones((len(X), 1), dtype=X.dtype)
    return np.hstack([X, ones]), np.vstack([W, b])
    ### END SOLUTION


# %% check="linear-bias-trick" points=4
with checks.verdict("the bias trick") as rng:
    X, W, b = rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    due = oracle.linear.bias_trick(X, W, b)
    checks.equal(checks.leaves_alone(bias_trick, X, W, b, share=0.05), due, "X1, W1")
    with checks.share(0.1, "The dtype of X"):
        X1, _ = bias_trick(X.astype(np.float32), W, b)
        checks.holds(X1.dtype == np.float32, "X1 keeps the dtype of X.", f"Yours is {X1.dtype}.")
    ### BEGIN HIDDEN TESTS
    due = oracle.linear.bias_trick(X[:1], W[:, :2], b[:2])
    checks.equal(bias_trick(X[:1], W[:, :2], b[:2]), due, "X1, W1")
    with checks.share(0.1, "The dtype of X"):
        X1, _ = bias_trick(X, W, b)
        checks.holds(X1.dtype == np.float64, "X1 keeps the dtype of X.", f"Yours is {X1.dtype}.")
    ### END HIDDEN TESTS

# %% [markdown]
# ## How bad is it? The hinge
#
# The picture shows a car, and the scores were: cat 437.9, car -96.8, frog 61.95. A **loss** turns
# scores into one number, 0 for good and large for bad. The multiclass **SVM loss** asks that the
# true class beat every other one by at least 1, and adds up what is missing:
#
# $$L_i = \sum_{j \neq y_i} \max(0,\; s_j - s_{y_i} + 1)$$
#
# With a pencil: the cat's term is $437.9 + 96.8 + 1 = 535.7$, the frog's $61.95 + 96.8 + 1 = 159.75$,
# together **695.45**. Had the car scored 500, both terms would be 0.
#
# Over $N$ images take the mean, and add a penalty for large weights, whose reason comes later:
#
# $$L = \frac1N \sum_i L_i + \lambda \sum_{d,c} W_{dc}^2$$
#
# (CS231n of 2017 has $\lambda$; other texts have $\lambda/2$. In code it is `reg`.)
#
# **The gradient** says how $L$ changes with each weight. Take $x = (1, 2)$, all weights 0, three
# classes, class 0 true. All scores are 0, so both margins are 1, positive. Raise a weight of class 1:
# its score rises with $x$, so that column of `dW` is $x = (1, 2)$. So is that of class 2. Raise a
# weight of class 0: *two* margins shrink, so its column is $-2x = (-2, -4)$. A margin that is
# negative or exactly 0 adds nothing.
#
# ### Exercise 2.2: the SVM loss
# 12 points · about 25 minutes · medium
#
# Write loss and gradient with loops, image by image and class by class.

# %% [markdown] hint="linear-svm-naive"
# Two loops: over the images, and inside over the classes. Which class is skipped?
#
# Where a margin is positive, it goes to the loss, $x$ is added to column $j$ of `dW`, and $x$ is
# subtracted from column $y_i$.
#
# After all images: divide loss and `dW` by the number of images, and only then add the penalty,
# `reg * (W**2).sum()`, and its own gradient. What is the derivative of $W_{dc}^2$?


# %% answer="linear-svm-naive"
def svm_loss_naive(
    W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float
) -> tuple[float, np.ndarray]:
    """Multiclass SVM loss with margin 1, image by image.

    W: (D, C) float, weights
    X: (N, D) float, one image a row
    y: (N,) int, true classes, 0 to C - 1
    reg: strength of the penalty reg * (sum of all W squared)
    returns: (loss, dW): the mean over the images plus the penalty, and its gradient (D, C); a
        margin of exactly 0 adds nothing to dW
    Source: CS231n (2017), assignment 1, linear_svm.py
    """
    ### BEGIN SOLUTION
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label] + 1
            if j != label and margin > 0:
                loss += margin
                dW[:, j] += x
                dW[:, label] -= x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W
    ### END SOLUTION


# %% check="linear-svm-naive" points=6
with checks.verdict("the SVM loss") as rng:
    car = np.array([[437.9, -96.8, 61.95]])
    loss, _ = svm_loss_naive(np.eye(3), car, np.array([1]), 0.0)
    checks.equal(loss, 695.45, "loss of the car")
    W, X, y = rng.normal(size=(6, 4)), rng.normal(size=(7, 6)), rng.integers(4, size=7)
    due, with_penalty = oracle.linear.svm_loss(W, X, y)[0], oracle.linear.svm_loss(W, X, y, 0.3)[0]
    loss, _ = checks.leaves_alone(svm_loss_naive, W, X, y, 0.0, share=0.05)
    checks.equal(loss, due, "loss")
    with checks.share(0.1, "With reg above 0"):
        checks.equal(svm_loss_naive(W, X, y, 0.3)[0], with_penalty, "loss")
    ### BEGIN HIDDEN TESTS
    W, X, y = rng.normal(size=(5, 2)), rng.normal(size=(1, 5)), rng.integers(2, size=1)
    due = oracle.linear.svm_loss(W, X, y, 0.7)[0]
    with checks.share(0.1, "With reg above 0"):
        checks.equal(svm_loss_naive(W, X, y, 0.7)[0], due, "loss of one image and two classes")
    X, y = rng.normal(size=(9, 3)), rng.integers(5, size=9)
    checks.equal(svm_loss_naive(np.zeros((3, 5)), X, y, 0.0)[0], 4.0, "loss where W is 0")
    W, X, y = rng.normal(size=(3, 5)), rng.normal(size=(9, 3)), rng.integers(5, size=9)
    due, single = oracle.linear.svm_loss(W, X, y)[0], (W.astype(np.float32), X.astype(np.float32))
    checks.equal(svm_loss_naive(*single, y, 0.0)[0], due, "loss in float32", tolerance=1e-4)
    ### END HIDDEN TESTS

# %% check="linear-svm-naive-gradient" points=6
with checks.verdict("the gradient of the SVM loss") as rng:
    _, dW = svm_loss_naive(np.zeros((2, 3)), np.array([[1.0, 2.0]]), np.array([0]), 0.0)
    checks.equal(dW, np.array([[-2.0, 1, 1], [-4.0, 2, 2]]), "dW of the example")
    W, X, y = rng.normal(size=(6, 4)), rng.normal(size=(7, 6)), rng.integers(4, size=7)
    due, with_penalty = oracle.linear.svm_loss(W, X, y)[1], oracle.linear.svm_loss(W, X, y, 0.3)[1]
    _, dW = checks.leaves_alone(svm_loss_naive, W, X, y, 0.0, share=0.05)
    checks.equal(dW, due, "dW")
    with checks.share(0.1, "With reg above 0"):
        checks.equal(svm_loss_naive(W, X, y, 0.3)[1], with_penalty, "dW")
    with checks.share(0.05, "A margin of exactly 0"):  # the scores are 1 and 0
        _, dW = svm_loss_naive(np.array([[1.0, 0.0]]), np.ones((1, 1)), np.array([0]), 0.0)
        checks.equal(dW, np.zeros((1, 2)), "dW")
    ### BEGIN HIDDEN TESTS
    W, X, y = rng.normal(size=(5, 2)), rng.normal(size=(1, 5)), rng.integers(2, size=1)
    due = oracle.linear.svm_loss(W, X, y)[1]
    checks.equal(svm_loss_naive(W, X, y, 0.0)[1], due, "dW of one image and two classes")
    dW = svm_loss_naive(100 * np.eye(3), np.eye(3), np.arange(3), 0.0)[1]
    checks.equal(dW, np.zeros((3, 3)), "dW where every margin is kept")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Without a loop
#
# All scores are one table, `X @ W`, of shape `(N, C)`. So are the margins, once each row has its true
# score subtracted. Then the gradient: image $i$ adds $k_{ic}\,x_i$ to column $c$ of `dW`, where
# $k_{ic}$ is 1 for a wrong class with a positive margin, 0 for one without, and for the true class minus
# the number of positive margins in the row. The sum over the images of $x_i$ times $k_{ic}$ is again a
# matrix product, `(D, N) @ (N, C)`. A dash marks the true class:
#
# | margins of three images | | | true | k | | |
# | --- | --- | --- | --- | --- | --- | --- |
# | 2.0 | – | 0.5 | 1 | 1 | -2 | 1 |
# | – | -0.3 | 1.2 | 0 | -1 | 0 | 1 |
# | -1.0 | -0.2 | – | 2 | 0 | 0 | 0 |
#
# ### Exercise 2.3: the SVM loss without a loop
# 9 points · about 30 minutes · hard
#
# The same loss and gradient, from whole tables.

# %% [markdown] hint="linear-svm-vectorized"
# Make the table of margins first, `(N, C)`. Which entry of each row must not count?
#
# `scores[np.arange(len(y)), y]` is the true score of every image, shape `(N,)`; as a column it can be
# subtracted from all scores. The same index on the left of `=` sets those entries.
#
# The table $k$ starts as `(margins > 0)` turned into numbers; then each true entry becomes minus the sum
# of its row. `dW` is `X.T @ k`, divided by N, plus the gradient of the penalty.


# %% answer="linear-svm-vectorized"
def svm_loss_vectorized(
    W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float
) -> tuple[float, np.ndarray]:
    """Multiclass SVM loss with margin 1, without a Python loop.

    W: (D, C) float; X: (N, D) float; y: (N,) int, 0 to C - 1
    reg: strength of the penalty reg * (sum of all W squared)
    returns: (loss, dW), as svm_loss_naive
    Source: CS231n (2017), assignment 1, linear_svm.py
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -counts.sum(axis=1)
    loss = margins.sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ counts / len(X) + 2 * reg * W
    ### END SOLUTION


# %% check="linear-svm-vectorized" points=9
with checks.verdict("the SVM loss without a loop") as rng:
    W, X, y = rng.normal(size=(6, 4)), rng.normal(size=(7, 6)), rng.integers(4, size=7)
    due, with_penalty = oracle.linear.svm_loss(W, X, y), oracle.linear.svm_loss(W, X, y, 0.3)
    answer = checks.leaves_alone(svm_loss_vectorized, W, X, y, 0.0, share=0.05)
    checks.equal(answer, due, "loss, dW")
    checks.without_loops(svm_loss_vectorized, share=0.1)
    with checks.share(0.1, "With reg above 0"):
        checks.equal(svm_loss_vectorized(W, X, y, 0.3), with_penalty, "loss, dW")
    with checks.share(0.05, "A margin of exactly 0"):  # the scores are 1 and 0
        answer = svm_loss_vectorized(np.array([[1.0, 0.0]]), np.ones((1, 1)), np.array([0]), 0.0)
        checks.equal(answer, (0.0, np.zeros((1, 2))), "loss, dW")
    ### BEGIN HIDDEN TESTS
    W, X, y = rng.normal(size=(5, 2)), rng.normal(size=(1, 5)), rng.integers(2, size=1)
    due = oracle.linear.svm_loss(W, X, y)
    answer = svm_loss_vectorized(W, X, y, 0.0)
    checks.equal(answer, due, "(loss, dW) of one image and two classes")
    W, X, y = rng.normal(size=(3, 5)), rng.normal(size=(9, 3)), rng.integers(5, size=9)
    due, single = oracle.linear.svm_loss(W, X, y), (W.astype(np.float32), X.astype(np.float32))
    answer = svm_loss_vectorized(*single, y, 0.0)
    checks.equal(answer, due, "(loss, dW) in float32", tolerance=1e-4)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
half_thousand = np.zeros((3072, 10)), train_X[:500], train_y[:500], 0.1
figure, seconds = figures.timings(
    {
        "svm_loss_naive": lambda: svm_loss_naive(*half_thousand),
        "svm_loss_vectorized": lambda: svm_loss_vectorized(*half_thousand),
    }
)
figures.show(
    figure,
    caption="Time for loss and gradient of 500 images. Two matrix products take the place of a loop over 500 images and ten classes.",
    alt="Two horizontal bars on a logarithmic scale: the naive loss takes much longer than the vectorized one.",
)

# %% [markdown]
# ### Two questions about the hinge
#
# *Why a margin of 1, and not 7?* Multiply $W$ by 7 and every difference of scores is 7 times as
# large. What counts is the margin compared with the size of the weights, and their size is set by
# `reg`. One of the two can be fixed, and 1 is convenient.
#
# *Does a loss of 0 fix $W$?* Take an image with scores $(3.2, 1.5)$, class 0 true: loss
# $\max(0, 1.5 - 3.2 + 1) = 0$. Double all weights: $\max(0, 3 - 6.4 + 1) = 0$. Where one $W$ gives 0, so do
# $2W$ and $1000W$. The data do not decide between them; the penalty does.
#
# **The squared hinge** punishes $\max(0, \cdot)^2$ instead; a classifier with this loss is called an
# **L2-SVM**. Margins 3 and 0.5 cost $9 + 0.25 = 9.25$ instead of 3.5: one large violation weighs more than
# many small ones. Its slope is $2 \max(0, \cdot)$ where the hinge had 1, so the table $k$ gets new entries
# and nothing else changes.
#
# ### Exercise 2.4: the squared hinge
# 6 points · about 10 minutes · easy
#
# Start from a copy of your last answer.

# %% [markdown] hint="linear-squared-hinge"
# Only two things differ from the last exercise: what is summed in the loss, and what stands in the table k.
#
# The derivative of $m^2$ is $2m$, and where the margin was cut off at 0 it is 0 anyway.
#
# `slopes = 2 * margins`, and the true entry of each row is again minus the sum of the others.


# %% answer="linear-squared-hinge"
def squared_hinge_loss(
    W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float
) -> tuple[float, np.ndarray]:
    """SVM loss with every margin squared: the sum over j of max(0, s_j - s_y + 1) squared.

    W: (D, C) float; X: (N, D) float; y: (N,) int, 0 to C - 1
    reg: strength of the penalty reg * (sum of all W squared)
    returns: (loss, dW): the mean over the images plus the penalty, and its gradient (D, C)
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    slopes = 2 * margins
    slopes[rows, y] = -slopes.sum(axis=1)
    loss = (margins**2).sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ slopes / len(X) + 2 * reg * W
    ### END SOLUTION


# %% check="linear-squared-hinge" points=6
with checks.verdict("the squared hinge") as rng:
    scores = np.array([[1.0, 3.0, 0.5]])
    loss, _ = squared_hinge_loss(np.eye(3), scores, np.array([0]), 0.0)
    checks.equal(loss, 9.25, "loss of the scores 1, 3 and 0.5")
    W, X, y = rng.normal(size=(6, 4)), rng.normal(size=(7, 6)), rng.integers(4, size=7)
    due, with_penalty = (oracle.linear.svm_loss(W, X, y, reg, power=2) for reg in (0.0, 0.3))
    answer = checks.leaves_alone(squared_hinge_loss, W, X, y, 0.0, share=0.05)
    checks.equal(answer, due, "loss, dW")
    with checks.share(0.1, "With reg above 0"):
        checks.equal(squared_hinge_loss(W, X, y, 0.3), with_penalty, "loss, dW")
    ### BEGIN HIDDEN TESTS
    W, X, y = rng.normal(size=(5, 2)), rng.normal(size=(1, 5)), rng.integers(2, size=1)
    due = oracle.linear.svm_loss(W, X, y, power=2)
    answer = squared_hinge_loss(W, X, y, 0.0)
    checks.equal(answer, due, "(loss, dW) of one image and two classes")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
lead = np.linspace(-2, 3, 101)
one = np.ones((1, 1))
shapes_of_loss = {
    name: (lead, [loss(np.array([[m, 0.0]]), one, np.array([0]), 0.0)[0] for m in lead])
    for name, loss in (("hinge", svm_loss_vectorized), ("squared hinge", squared_hinge_loss))
}
figures.show(
    figures.curves(shapes_of_loss, "score of the true class minus score of the other", "loss"),
    caption="Both losses are 0 from a lead of 1 on. Below it the hinge rises evenly, the squared hinge faster and faster.",
    alt="Loss over the lead of the true class from -2 to 3: a straight line down to 0 at a lead of 1, and a parabola that ends at the same place.",
)
separated = np.array([[2.0, -1.0], [-2.0, 1.0]])
for factor in (1, 2, 1000):
    print(
        f"{factor:4} W: loss {svm_loss_vectorized(factor * separated, np.eye(2), np.arange(2), 0.0)[0]}"
    )

# %% [markdown]
# ## Prefer small weights
#
# A classifier that is much better on its training images than on new ones **overfits**. A penalty on the
# weights works against that, and is called **regularisation**. Which weights should it prefer?
#
# Many $W$ fit the data. Which is best for images not seen yet? Take $x = (1, 1, 1, 1)$ and two columns
# that both give it the score 1: $w_1 = (1, 0, 0, 0)$ and $w_2 = (0.25, 0.25, 0.25, 0.25)$.
#
# | penalty | formula | $w_1$ | $w_2$ |
# | --- | --- | --- | --- |
# | L2 | $\sum w^2$ | 1 | 0.25 |
# | L1 | $\sum \lvert w \rvert$ | 1 | 1 |
#
# **L2** prefers $w_2$, which uses every pixel a little and relies on none too much. **L1** is indifferent
# here, and in general drives weights that help little to exactly 0: its slope stays 1 down to zero,
# while that of L2 fades. **Elastic net** adds both, each with its own strength.
#
# Biases are left out. A bias multiplies no pixel, so it cannot make the score depend too much on any; it
# only says how common a class is, and pulling it to 0 would distort that. (The losses above do punish the
# last row, as CS231n's do. One row in 3,073 hardly shows.)
#
# What does a small $W$ look like? With two classes let $w$ be the difference of the two columns. The lines
# where the scores differ by -1 and 1 bound a street $2 / \lVert w \rVert$ wide. The hinge wants no point
# in the street, and a small $\lVert w \rVert$ makes the street wide. Together they find the line with the
# **largest margin** to both classes. The cell after the check draws it, trained with three strengths.
#
# ### Exercise 2.5: the elastic net
# 7 points · about 15 minutes · easy
#
# With the strengths 0.5 for L1 and 2 for L2, the weights $(1, -2)$, and biases below them:
# $0.5 \cdot 3 + 2 \cdot 5 = 11.5$. Write the penalty and its gradient.

# %% [markdown] hint="linear-elastic-net"
# Which rows of `W` are weights, and what is the gradient of the row that is left out?
#
# `W[:-1]` are the weights. The slope of $|w|$ is 1, -1, or 0 at 0: NumPy has a function for this.
#
# Begin with `dW` full of zeros in the shape of `W`, and fill `dW[:-1]` with
# `l1 * np.sign(...) + ... * l2 * ...`.


# %% answer="linear-elastic-net"
def elastic_net(W: np.ndarray, l1: float, l2: float) -> tuple[float, np.ndarray]:
    """l1 * (sum of |W|) + l2 * (sum of W squared), biases left out.

    W: (D + 1, C) float, biases in the last row
    l1, l2: strengths, 0 or larger
    returns: (loss, dW), dW of shape (D + 1, C); the slope of |W| at 0 counts as 0
    Source: Zou and Hastie (2005)
    """
    ### BEGIN SOLUTION
    weights, dW = W[:-1], np.zeros(W.shape)
    dW[:-1] = l1 * np.sign(weights) + 2 * l2 * weights
    return l1 * np.abs(weights).sum() + l2 * (weights**2).sum(), dW
    ### END SOLUTION


# %% check="linear-elastic-net" points=7
with checks.verdict("the elastic net") as rng:
    loss, _ = elastic_net(np.array([[1.0, -2.0], [9.0, 9.0]]), 0.5, 2.0)
    checks.equal(loss, 11.5, "loss of the example")
    W = rng.normal(size=(4, 3))
    both, lasso = oracle.linear.elastic_net(W, 0.5, 2.0), oracle.linear.elastic_net(W, 0.7, 0.0)
    checks.equal(checks.leaves_alone(elastic_net, W, 0.5, 2.0, share=0.05), both, "loss, dW")
    checks.equal(elastic_net(W, 0.7, 0.0), lasso, "loss, dW")
    with checks.share(0.1, "Weights of 0"):
        checks.equal(elastic_net(0 * W, 0.5, 2.0), (0.0, 0 * W), "loss, dW")
    ### BEGIN HIDDEN TESTS
    W = rng.normal(size=(2, 2))
    due = oracle.linear.elastic_net(W, 0.0, 1.5)
    checks.equal(elastic_net(W, 0.0, 1.5), due, "(loss, dW) of two weights")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
strengths = {"L2": (0, 1), "L1": (1, 0), "elastic net": (0.5, 0.5)}
figures.show(
    figures.linear.penalties(
        lambda w, l1, l2: elastic_net(np.append(w, 0)[:, None], l1, l2)[0], strengths
    ),
    caption="Lines of equal penalty for two weights. L1 has corners on the axes, where one weight is exactly 0.",
    alt="Three panels with nested closed lines: circles for L2, diamonds for L1, rounded diamonds for the elastic net.",
)
sides, streets = np.repeat([0, 1], 12), {}
pair = np.random.default_rng(5).normal(size=(24, 2)) * 0.55 + np.outer(2 * sides - 1, [1.2, 0.8])
ones = np.ones((24, 1))
for reg in (0.0, 0.01, 0.3):
    V = 3 * np.random.default_rng(1).normal(size=(3, 2))
    for step in range(4000):
        slope = svm_loss_vectorized(V, np.hstack([pair, ones]), sides, 0)[1]
        V -= 0.5 / (1 + 0.02 * step) * (slope + elastic_net(V, 0, reg)[1])
    streets[f"reg = {reg}"] = (V[:2, 1] - V[:2, 0], V[2, 1] - V[2, 0])
figures.show(
    figures.linear.margins(pair, sides, streets),
    caption="No penalty: any line that separates. A little: the widest street that no point enters. Much: a wider street, and points in it.",
    alt="Three panels with the same two groups of points, a line between them and two dashed lines beside it, from narrow to wide.",
)

# %% [markdown]
# ## Scores as probabilities: softmax
#
# The hinge says which class should win, not how sure to be. **Softmax** turns scores into probabilities:
# make them positive with the exponential, then divide by their sum. The loss, **cross-entropy**, is minus the
# natural logarithm of the probability of the true class. It is near 0 where that probability is near 1:
#
# $$p_c = \frac{e^{s_c}}{\sum_j e^{s_j}} \qquad L_i = -\ln p_{y_i}$$
#
# For a pencil take scores whose exponentials are 1, 2 and 5: $s = (\ln 1, \ln 2, \ln 5)$. Then
# $p = (1/8, 2/8, 5/8)$. With class 1 true, $L = -\ln(1/4) = \ln 4 = 1.386$. Ten classes with
# probability 1/10 each: $\ln 10 = 2.303$. Remember that number: if the first loss of a net of ten
# classes is far from it, look for a bug.
#
# The gradient with respect to the scores could not be shorter: $p$, minus 1 at the true class. Above:
# $(1/8, -3/4, 5/8)$. The true score is pulled up, and each other one pushed down by the probability that
# it got. As before, column $c$ of `dW` gets $x$ times entry $c$.
#
# **Logistic regression** is the same with two classes. Divide numerator and
# denominator of $p_1 = e^{s_1} / (e^{s_0} + e^{s_1})$ by $e^{s_1}$: $p_1 = 1 / (1 + e^{-(s_1 - s_0)})$. Only the difference $s = s_1 - s_0$ counts, so one column of
# weights is enough, and $\sigma(s) = 1 / (1 + e^{-s})$ is the **logistic function** or sigmoid. With a pencil: at
# $s = \ln 3$, $p_1 = 1 / (1 + 1/3) = 3/4$. The loss is $-\ln(3/4) = 0.288$ if class 1 is true and
# $-\ln(1/4) = 1.386$ if class 0 is. The gradient is $(p_1 - y)\,x$, with $y$ 1 or 0. That is why a softmax
# classifier is also called *multinomial logistic regression*. In spite of the name it classifies.
#
# ### Exercise 2.6: the softmax loss
# 8 points · about 15 minutes · medium
#
# Write loss and gradient with a loop over the images.

# %% [markdown] hint="linear-softmax-naive"
# One image gives C probabilities. Which one enters the loss, and which enter the gradient?
#
# `np.exp(x @ W)`, divided by its sum. The loss grows by minus the logarithm of the true class's entry.
#
# Column c of `dW` grows by $x$ times `probabilities[c]`, less 1 where c is the true class. Mean and penalty
# come at the end, as before.


# %% answer="linear-softmax-naive"
def softmax_loss_naive(
    W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float
) -> tuple[float, np.ndarray]:
    """Cross-entropy of softmax, image by image; scores stay below 100.

    W: (D, C) float; X: (N, D) float; y: (N,) int, 0 to C - 1
    reg: strength of the penalty reg * (sum of all W squared)
    returns: (loss, dW): the mean over the images plus the penalty, and its gradient (D, C)
    Source: CS231n (2017), assignment 1, softmax.py
    """
    ### BEGIN SOLUTION
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        powers = np.exp(x @ W)
        probabilities = powers / powers.sum()
        loss -= np.log(probabilities[label])
        for c in range(W.shape[1]):
            dW[:, c] += (probabilities[c] - (c == label)) * x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W
    ### END SOLUTION


# %% check="linear-softmax-naive" points=8
with checks.verdict("the softmax loss") as rng:
    loss, dW = softmax_loss_naive(np.log([[1.0, 2, 5]]), np.ones((1, 1)), np.array([1]), 0.0)
    checks.equal(loss, np.log(4.0), "loss of the example")
    checks.equal(dW, np.array([[1 / 8, -3 / 4, 5 / 8]]), "dW of the example")
    W, X, y = rng.normal(size=(6, 4)) / 5, rng.normal(size=(7, 6)), rng.integers(4, size=7)
    due = oracle.linear.softmax_loss(W, X, y)
    with_penalty = oracle.linear.softmax_loss(W, X, y, 0.3)
    answer = checks.leaves_alone(softmax_loss_naive, W, X, y, 0.0, share=0.05)
    checks.equal(answer, due, "loss, dW")
    with checks.share(0.1, "With reg above 0"):
        checks.equal(softmax_loss_naive(W, X, y, 0.3), with_penalty, "loss, dW")
    ### BEGIN HIDDEN TESTS
    W, X, y = rng.normal(size=(5, 2)) / 5, rng.normal(size=(3, 5)), rng.integers(2, size=3)
    due = oracle.linear.softmax_loss(W, X, y)
    checks.equal(softmax_loss_naive(W, X, y, 0.0), due, "(loss, dW) of two classes")
    W, X, y = rng.normal(size=(3, 5)), rng.normal(size=(9, 3)), rng.integers(5, size=9)
    due, single = oracle.linear.softmax_loss(W, X, y), (W.astype(np.float32), X.astype(np.float32))
    answer = softmax_loss_naive(*single, y, 0.0)
    checks.equal(answer, due, "(loss, dW) in float32", tolerance=1e-4)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Scores of 1000
#
# Untrained nets can give very large scores. Compute softmax of $(1000, 999)$ as above and you get
# $e^{1000} = \infty$, and infinity divided by infinity is `nan`. One `nan` in a gradient spoils every weight.
#
# Softmax looks only at differences: $e^{s_c - m} / \sum_j e^{s_j - m}$ is the same for every $m$. Take $m$
# to be the row's largest score. The largest exponent is then 0, and nothing overflows:
# $(1000, 999) \to (0, -1) \to (0.731, 0.269)$. One trap is left. Where $p$ is so small that it becomes 0,
# $\ln p$ is $-\infty$; so write $-\ln p_y = \ln \sum_j e^{s_j - m} - (s_y - m)$ and never take the logarithm of
# $p$ itself.
#
# ### Exercise 2.7: the softmax loss without a loop
# 10 points · about 20 minutes · medium
#
# Whole tables again, and safe for finite scores of any size.

# %% [markdown] hint="linear-softmax-vectorized"
# What is subtracted is one number for each row. Which shape must it have to broadcast along the row?
#
# `scores.max(axis=1, keepdims=True)`. From then on work with the shifted scores alone: their exponentials,
# the sums of these, and the loss by the formula above.
#
# The table for the gradient is the probabilities, and `[np.arange(len(y)), y] -= 1` on it; then
# `X.T @ ...`, as for the SVM.


# %% answer="linear-softmax-vectorized"
def softmax_loss_vectorized(
    W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float
) -> tuple[float, np.ndarray]:
    """Cross-entropy of softmax without a Python loop, for finite scores of any size.

    W: (D, C) float; X: (N, D) float; y: (N,) int, 0 to C - 1
    reg: strength of the penalty reg * (sum of all W squared)
    returns: (loss, dW), as softmax_loss_naive
    Source: CS231n (2017), assignment 1, softmax.py
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(X))
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - scores[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    pulls[rows, y] -= 1
    return loss, X.T @ pulls / len(X) + 2 * reg * W
    ### END SOLUTION


# %% check="linear-softmax-vectorized" points=7
with checks.verdict("the softmax loss without a loop") as rng:
    W, X, y = rng.normal(size=(6, 4)) / 5, rng.normal(size=(7, 6)), rng.integers(4, size=7)
    due = oracle.linear.softmax_loss(W, X, y)
    with_penalty = oracle.linear.softmax_loss(W, X, y, 0.3)
    answer = checks.leaves_alone(softmax_loss_vectorized, W, X, y, 0.0, share=0.05)
    checks.equal(answer, due, "loss, dW")
    checks.without_loops(softmax_loss_vectorized, share=0.1)
    with checks.share(0.1, "With reg above 0"):
        checks.equal(softmax_loss_vectorized(W, X, y, 0.3), with_penalty, "loss, dW")
    ### BEGIN HIDDEN TESTS
    W, X, y = np.log([[1.0, 2.0, 5.0]]), np.ones((1, 1)), np.array([1])
    due = oracle.linear.softmax_loss(W, X, y)
    checks.equal(softmax_loss_vectorized(W, X, y, 0.0), due, "(loss, dW) of one image")
    W, X, y = rng.normal(size=(3, 5)), rng.normal(size=(9, 3)), rng.integers(5, size=9)
    due, single = oracle.linear.softmax_loss(W, X, y), (W.astype(np.float32), X.astype(np.float32))
    answer = softmax_loss_vectorized(*single, y, 0.0)
    checks.equal(answer, due, "(loss, dW) in float32", tolerance=1e-4)
    ### END HIDDEN TESTS

# %% check="linear-softmax-vectorized-large" points=3
with checks.verdict("softmax of scores of 1000"):

    def judge(rows: list[list[float]], reason: str) -> None:
        W, y = np.array(rows), np.array([1, 0])
        due = oracle.linear.softmax_loss(W, np.eye(2), y)
        answer = softmax_loss_vectorized(W, np.eye(2), y, 0.0)
        checks.finite(answer[0], reason)
        checks.equal(answer, due, "loss, dW")

    judge([[1000.0, 999], [998, 1000]], "exp(1000) overflows: subtract the row's largest score.")
    with checks.share(0.15, "Rows of different size"):
        judge([[0.0, 1], [-1000, -1002]], "Subtract each row's own largest score.")
    with checks.share(0.15, "A true class without a chance"):
        judge([[0.0, -2000], [3, 1]], "True p is 0: shift by the row's largest, take no log of p.")
    ### BEGIN HIDDEN TESTS
    judge(
        [[-5.0, 1000, 1000.5], [999, 1000, -1000]],
        "exp(1000) overflows: subtract the row's largest score.",
    )
    with checks.share(0.15, "Rows of different size"):
        judge([[-3000.0, -3001, -3001], [2, 3, 4]], "Subtract each row's own largest score.")
    with checks.share(0.15, "A true class without a chance"):
        judge(
            [[1.0, -1500, 0.5], [-1300, 1, -1300]],
            "True p is 0: shift by the row's largest, take no log of p.",
        )
    ### END HIDDEN TESTS

# %% tags=["experiment"]
# The same scores, two losses. Class 0 is true: guess both for each row before you run this cell.
for row in ([10.0, -2.0, 3.0], [10.0, 9.0, 9.0], [10.0, -100.0, -100.0], [1.0, 2.0, -2.0]):
    answers = [
        loss(np.array([row]), np.ones((1, 1)), np.array([0]), 0.0)[0]
        for loss in (svm_loss_vectorized, softmax_loss_vectorized)
    ]
    print(f"scores {row!s:23} SVM {answers[0]:.3f}   softmax {answers[1]:.6f}")

# %% [markdown]
# The SVM is content with the first three rows. Softmax never is: it asks for more certainty even
# where the true class has won, and its loss shows that the second row was close. How much that matters for
# accuracy we shall measure below. Probabilities and a smooth gradient made softmax the usual last layer of
# a net.
#
# ## Play: three classes in the plane
#
# Nine points, three templates of three numbers each, *your* losses. Each line is where one class's
# score is 0, and its arrow points uphill. Move one point (`point`, `right`, `up`), choose the loss, and
# take one step down the gradient or many (`steps`).

# %% tags=["experiment"]
nine_x = [-1.2, -0.7, -0.3, 0.9, 1.4, 0.6, -0.2, 0.5, -0.9]
nine_y = [0.9, 1.3, 0.7, 1.1, 0.4, 0.5, -1.2, -0.8, -0.7]
nine = np.column_stack([nine_x, nine_y])
start = np.random.default_rng(2).normal(size=(3, 3))
both_losses = {"SVM": svm_loss_vectorized, "softmax": softmax_loss_vectorized}


def draw(state: figures.linear.PlaneState):
    return figures.linear.linear_plane(state, nine, np.repeat([0, 1, 2], 3), start, both_losses)


figures.interactive(
    draw,
    figures.linear.PlaneState(steps=20),
    caption="Left: the class that wins at each place, and where each score is 0. Right: the loss of each point, and W and b.",
    alt="A plane in three colours with nine points and three lines with arrows; beside it a bar for the loss of every point, and a table of weights.",
    loss=list(both_losses),
    steps=(0, 200, 1),
    rate=(0.01, 2.0, 0.01),
    reg=(0.0, 0.5, 0.01),
    point=(0, 8, 1),
    right=(-2.5, 2.5, 0.1),
    up=(-2.5, 2.5, 0.1),
)

# %% [markdown]
# 1. With the SVM, take steps until the loss is 0. Which points still pull at $W$? And with softmax?
# 2. Set `rate` to 2 and go step by step. What does the loss do? And with `reg` at 0.5?
# 3. Move point 4 in among class 2. How far do the lines move, for each loss?
# 4. Set `rate` back to 0.1 and raise `reg` to 0.5. What happens to $W$, and to the losses of points that were
#    fine?
#
# <details><summary>Answers</summary>
#
# 1. At a loss of 0 no point pulls: all margins are met, and the gradient is exactly 0. With softmax every point
#    pulls for ever, those near a border most.
# 2. Without a penalty even this rate works, the nine points are an easy problem: the SVM is at 0 after three
#    steps. With `reg` at 0.5 the penalty alone moves $W$ by $-2 \cdot 2 \cdot 0.5\,W = -2W$, from $W$ to $-W$. Each step
#    overshoots, and the loss grows without end.
# 3. They move, though not far: for either loss a wrong point pulls with at most a fixed force, however far off
#    it is. With the squared hinge the pull would grow with the distance, and one outlier could move a line a lot.
# 4. $W$ shrinks, and with it all differences of scores. Margins of 1 can no longer be met, so points that had
#    no loss have some. Data and penalty are in balance.
#
# </details>
#
# ## How to find W
#
# The loss is a landscape over all weights, and you stand in it blindfolded. Three strategies, from
# foolish to good:
#
# 1. **Random search**: draw weights anew, again and again; keep the best.
# 2. **Random local search**: from the best so far, try a step in a random direction; go there if it
#    is lower.
# 3. **Follow the gradient**: it is the direction of steepest ascent. Step the other way:
#    $W \leftarrow W - \eta\,\nabla L$, with the **learning rate** $\eta$.
#
# ### Exercise 2.8: random search
# 7 points · about 15 minutes · easy
#
# Write the first two strategies. The loss is any function of $W$.

# %% [markdown] hint="linear-strategies"
# What must be remembered from one try to the next, in each of the two functions?
#
# `random_search` may keep all tries and all losses in lists; `np.argmin` finds the best. Call `loss` once for
# each try.
#
# `random_local_search` first measures the start. A candidate is `W + scale * rng.normal(size=W.shape)`; replace
# `W`, *and the lowest loss*, only where the candidate's loss is smaller.


# %% answer="linear-strategies"
def random_search(loss, shape, num_tries, scale, rng) -> tuple[np.ndarray, float]:
    """The best of many random W.

    loss: function W -> float
    shape: the shape of W; num_tries: how many to draw
    scale: every W is scale times normal numbers of mean 0 and variance 1, drawn from rng
    rng: np.random.Generator, the only source of random numbers
    returns: (W, its loss), of the try with the smallest loss
    """
    ### BEGIN SOLUTION
    tries = [scale * rng.normal(size=shape) for _ in range(num_tries)]
    losses = [loss(W) for W in tries]
    best = np.argmin(losses)
    return tries[best], losses[best]
    ### END SOLUTION


def random_local_search(loss, W, num_tries, scale, rng) -> tuple[np.ndarray, float]:
    """From the best W so far, try random steps; go where the loss is smaller.

    loss: function W -> float
    W: float array, the start; it is left alone
    num_tries: how many steps to try; scale, rng: a step is scale times normal numbers from rng
    returns: (W, its loss) at the end
    """
    ### BEGIN SOLUTION
    lowest = loss(W)
    for _ in range(num_tries):
        candidate = W + scale * rng.normal(size=W.shape)
        height = loss(candidate)
        if height < lowest:
            W, lowest = candidate, height
    return W, lowest
    ### END SOLUTION


# %% setup="linear-strategies"
def landscape(heights: list[float], *first: np.ndarray) -> tuple:
    """A loss for the checks, which is heights[i] at the i-th place that it sees; and these places.

    first: places that count as seen
    """
    places: dict[bytes, np.ndarray] = {W.tobytes(): W.copy() for W in first}

    def loss(W: np.ndarray) -> float:
        places.setdefault(W.tobytes(), W.copy())
        return heights[list(places).index(W.tobytes())]

    return loss, places


# %% check="linear-strategies-random" points=2
with checks.verdict("random search") as rng:
    tried: dict[bytes, np.ndarray] = {}

    def bowl(W: np.ndarray) -> float:  # the twelfth try is the best
        tried.setdefault(W.tobytes(), W.copy())
        return (list(tried).index(W.tobytes()) - 11.0) % 30

    W, height = random_search(bowl, (8, 5), 30, 0.5, np.random.default_rng(rng.integers(1000)))
    seen_by_loss = f"loss saw {len(tried)} different W."
    checks.holds(len(tried) == 30, "Draw num_tries times, a new W each time.", seen_by_loss)
    checks.equal((W, height), (list(tried.values())[11], 0.0), "W, loss")
    with checks.share(0.1, "Losses of a million"):
        _, height = random_search(lambda W: 1e6, (2, 2), 3, 0.5, np.random.default_rng(3))
        checks.equal(height, 1e6, "loss")
    ### BEGIN HIDDEN TESTS
    seen: list[np.ndarray] = []

    def only(W: np.ndarray) -> float:
        seen.append(W.copy())
        return 5.0

    answer = random_search(only, (2, 2), 1, 0.1, np.random.default_rng(0))
    checks.equal(answer, (seen[0], 5.0), "(W, loss) of a single try")
    below, tried = landscape([2.0, -5.0, 1.0])
    W, height = random_search(below, (2, 3), 3, 0.5, np.random.default_rng(5))
    checks.equal((W, height), (list(tried.values())[1], -5.0), "W, loss below 0")
    with checks.share(0.1, "Losses of a million"):
        giant, tried = landscape([9e9, 8e9, 9e9])
        W, _ = random_search(giant, (2, 3), 3, 0.5, np.random.default_rng(4))
        checks.equal(W, list(tried.values())[1], "W")
    ### END HIDDEN TESTS

# %% check="linear-strategies-random-draws" points=1
with checks.verdict("the tries of random search"):
    drawn: list[np.ndarray] = []

    def flat(W: np.ndarray) -> float:
        drawn.append(W.copy())
        return 1.0

    for _ in range(2):
        random_search(flat, (40, 25), 30, 0.5, np.random.default_rng(7))
    checks.equal(np.shape(drawn[0]), (40, 25), "shape of W")
    std, half = np.std(drawn), len(drawn) // 2
    checks.holds(0.44 < std < 0.56, "W must be scale * normal numbers.", f"Its std is {std:.2g}.")
    with checks.share(0.2, "The same seed twice"):
        checks.holds(np.array_equal(drawn[:half], drawn[half:]), "Draw from rng alone.")
    ### BEGIN HIDDEN TESTS
    drawn.clear()
    random_search(flat, (400,), 3, 2.0, np.random.default_rng(8))
    std = np.std(drawn)
    checks.holds(1.76 < std < 2.24, "W must be scale * normal numbers.", f"Its std is {std:.2g}.")
    ### END HIDDEN TESTS

# %% check="linear-strategies-local" points=4
with checks.verdict("random local search") as rng:
    given = rng.normal(size=(30, 30)), 5, 0.01, np.random.default_rng(1)
    valley, places = landscape([5.0, 7.0, 4.0, 6.0, 3.0] + 9 * [9.0], given[0])
    W, height = checks.leaves_alone(random_local_search, valley, *given, share=0.05)
    tries = list(places.values())
    checks.equal(oracle.linear.nearest_before(tries), [0, 0, 2, 2, 4], "where each step starts")
    checks.equal((W, height), (tries[4], 3.0), "W, loss")
    checks.holds(0.008 < np.std(tries[1] - tries[0]) < 0.012, "A step is scale * normal numbers.")
    with checks.share(0.1, "A try of the same loss"):
        plain, _ = landscape([5.0, 5.0] + 9 * [7.0], np.zeros((3, 3)))
        W, _ = random_local_search(plain, np.zeros((3, 3)), 4, 0.1, np.random.default_rng(2))
        checks.equal(W, np.zeros((3, 3)), "W")
    ### BEGIN HIDDEN TESTS
    first = rng.normal(size=(20, 40))
    valley, places = landscape([1.0] + 20 * [9.0], first)
    start = first.copy()
    answer = random_local_search(valley, start, 15, 0.2, np.random.default_rng(2))
    checks.equal(answer, (first, 1.0), "(W, loss) where the start is the lowest place")
    checks.equal(len(places), 16, "number of places")
    step = list(places.values())[1] - first
    checks.holds(0.16 < np.std(step) < 0.24, "A step is scale * normal numbers.")
    with checks.share(0.1, "A try of the same loss"):
        plain, places = landscape([2.0, 3.0, 1.0, 1.0] + 9 * [2.0], np.ones(4))
        W, _ = random_local_search(plain, np.ones(4), 5, 0.1, np.random.default_rng(3))
        checks.equal(W, list(places.values())[2], "W")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise 2.9: gradient descent
# 4 points · about 5 minutes · easy
#
# One step by hand: $L = w^2$ at $w = 3$ has slope 6. With $\eta = 0.1$ you land at $3 - 0.6 = 2.4$, and
# $L$ falls from 9 to 5.76. Now write the third strategy. The cell after the check lets all three compete.

# %% [markdown] hint="linear-gradient-descent"
# `loss` gives two things. One of them is noted, the other moves `W`.
#
# Note the loss *before* the step.
#
# `W = W - ...` makes a new array; `W -= ...` would change the caller's.


# %% answer="linear-gradient-descent"
def gradient_descent(loss, W, num_steps, learning_rate) -> tuple[np.ndarray, list[float]]:
    """Steps against the gradient.

    loss: function W -> (float, gradient of the shape of W)
    W: float array, the start; it is left alone
    num_steps: how many; learning_rate: step = learning_rate times gradient
    returns: (W at the end, the loss before each of the steps)
    """
    ### BEGIN SOLUTION
    losses = []
    for _ in range(num_steps):
        height, dW = loss(W)
        losses.append(height)
        W = W - learning_rate * dW
    return W, losses
    ### END SOLUTION


# %% check="linear-gradient-descent" points=4
with checks.verdict("gradient descent") as rng:
    first = rng.normal(size=(3, 2))
    height = float((first**2).sum())

    def square(W: np.ndarray) -> tuple[float, np.ndarray]:
        return float((W**2).sum()), 2 * W

    W, losses = checks.leaves_alone(gradient_descent, square, first, 4, 0.1, share=0.05)
    checks.equal(W, 0.8**4 * first, "W after four steps down W squared")
    checks.equal(losses, [height * 0.64**step for step in range(4)], "losses")
    with checks.share(0.1, "No step"):
        checks.equal(gradient_descent(square, first.copy(), 0, 0.1), (first, []), "W, losses")
    ### BEGIN HIDDEN TESTS
    due = np.full((2, 5), -3.0), [1.0, 1.0, 1.0]
    answer = gradient_descent(lambda W: (1.0, 2 + 0 * W), np.zeros((2, 5)), 3, 0.5)
    checks.equal(answer, due, "(W, losses) on a slope of 2")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
zero = np.zeros((3073, 10))
all_X, test_1 = (bias_trick(images, zero[1:], zero[0])[0] for images in (train_X, test_X))
some_X, some_y = all_X[:200], train_y[:200]
climbs: dict[str, list[float]] = {"random search": [], "random local search": []}


def climb(name: str):
    def height(W: np.ndarray) -> float:
        climbs[name].append(svm_loss_vectorized(W, some_X, some_y, 0.0)[0])
        return climbs[name][-1]

    return height


chance = np.random.default_rng(0)
random_search(climb("random search"), zero.shape, 150, 0.001, chance)
random_local_search(climb("random local search"), zero, 150, 0.001, chance)
best_so_far = {name: np.minimum.accumulate(found) for name, found in climbs.items()}
_, found = gradient_descent(lambda W: svm_loss_vectorized(W, some_X, some_y, 0.0), zero, 150, 0.002)
best_so_far["gradient"] = np.array(found)
figures.show(
    figures.curves(
        {name: (range(len(y)), y) for name, y in best_so_far.items()},
        "tries",
        "SVM loss on 200 images",
    ),
    caption="The best loss so far. Random search hardly moves; small random steps creep; the gradient knows the way.",
    alt="Three lines over 150 tries: random search stays flat near 9, random local search falls a little, the gradient falls fast.",
)

# %% [markdown]
# ### Can the gradient be trusted?
#
# A wrong sign in `dW` raises no error. The loss may still fall, but less far than it could. So measure:
# change one weight by $h$ both ways and see what the loss does. This **centred difference** is
# $(f(x + h) - f(x - h)) / 2h$. For $f = x^3$ at $x = 2$ with $h = 0.1$: $(9.261 - 6.859) / 0.2 = 12.01$, where
# 12 is right. Going one way only gives $(9.261 - 8) / 0.1 = 12.61$.
#
# It costs two losses for each of 30,730 weights, so nobody trains with it. It is for testing,
# once, on a small problem. Then one number has to say how far two gradients are apart: the size of the
# difference, relative to the larger of the two, all entries together:
#
# $$\text{error}(a, n) = \frac{\lVert a - n \rVert}{\max(\lVert a \rVert, \lVert n \rVert)}$$
#
# With a pencil: $a = (3, 4)$ and $n = (3, 3.5)$ give $0.5 / 5 = 0.1$. In float64, about $10^{-8}$ is a right
# gradient and $10^{-2}$ a wrong one.
#
# ### Exercise 2.10: the numerical gradient
# 9 points · about 20 minutes · medium
#
# Write both: the slopes, and the error of one gradient against another. The cell after the checks then tests
# your own five gradients, on 20 pixels of ten images. Its figure shows how long one step should be:
# it tries a single step of your SVM gradient from $W = 0$ at many learning rates.

# %% [markdown] hint="linear-numerical-gradient"
# A loop over all places of an array of any shape: `np.ndindex(x.shape)` gives them, each as an index.
#
# At each place, change that one entry of a *copy* up by h and of another copy down by h. Adding h to `x` and
# taking it away again leaves a rounding error, and the promise is: the same to the last bit.
#
# `(f(ahead) - f(behind)) / (2 * h)`. For the error, a norm is the root of a sum of squares; two gradients of 0
# would give 0 / 0, so that case comes first.


# %% answer="linear-numerical-gradient"
def eval_numerical_gradient(f, x: np.ndarray, verbose: bool = False, h: float = 1e-5) -> np.ndarray:
    """The slope of f along every entry of x, by centred differences.

    f: function of one array of the shape of x, returns a float
    x: float64 array of any shape; it is the same afterwards, to the last bit
    verbose: print each place and its slope
    h: how far to go each way
    returns: float64 array of the shape of x
    Source: CS231n (2017), assignment 1, gradient_check.py
    """
    ### BEGIN SOLUTION
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[place] += h
        behind[place] -= h
        slopes[place] = (f(ahead) - f(behind)) / (2 * h)
        if verbose:
            print(place, slopes[place])
    return slopes
    ### END SOLUTION


def gradient_error(analytic: np.ndarray, numeric: np.ndarray) -> float:
    """Norm of the difference, relative to the larger of the two norms.

    analytic, numeric: float arrays of one shape, any number of axes
    returns: float from 0 to 2; 0 where both are 0 everywhere
    raises: ValueError where the shapes differ
    """
    ### BEGIN SOLUTION
    if analytic.shape != numeric.shape:
        raise ValueError(f"gradients of shapes {analytic.shape} and {numeric.shape}")
    larger = np.sqrt(max((analytic**2).sum(), (numeric**2).sum()))
    return np.sqrt(((analytic - numeric) ** 2).sum()) / larger if larger else 0.0
    ### END SOLUTION


# %% check="linear-numerical-gradient" points=6
with checks.verdict("the numerical gradient") as rng:

    def cube(x: np.ndarray) -> float:
        return (x**3).sum()

    def mixed(x: np.ndarray) -> float:
        return cube(x) + (x[0] * x[1]).sum() ** 2

    checks.equal(eval_numerical_gradient(cube, np.array([2.0]), h=0.1), np.array([12.01]))
    x = rng.normal(size=(3, 4))
    due = oracle.linear.gradient(mixed, x)
    slopes = checks.leaves_alone(eval_numerical_gradient, mixed, x, share=0.1)
    checks.equal(slopes, due, "slopes", tolerance=1e-6)  # rounding leaves about 1e-9
    with checks.share(0.05, "verbose as third argument"):
        checks.equal(eval_numerical_gradient(mixed, x, False), due, tolerance=1e-6)
    ### BEGIN HIDDEN TESTS
    shapes: set[tuple[int, ...]] = set()

    def look(x: np.ndarray) -> float:
        shapes.add(x.shape)
        return float(x.sum())

    def wave(x: np.ndarray) -> float:  # so steep that the size of h shows
        return float(np.sin(1000 * x).sum())

    eval_numerical_gradient(look, np.zeros((2, 1, 3)))
    checks.holds(shapes == {(2, 1, 3)}, "f expects arrays of the shape of x.", f"It got {shapes}.")
    wide = eval_numerical_gradient(cube, np.array([[1.0, -2.0]]), h=0.5)
    checks.equal(wide, np.array([[3.25, 12.25]]), "slopes with h = 0.5")
    slope, due = eval_numerical_gradient(wave, np.zeros(1)), np.array([np.sin(0.01) / 1e-5])
    checks.equal(slope, due, "slope where h is left out", tolerance=1e-6)
    due = 3 * np.arange(4.0) ** 2 + 0.25
    with checks.share(0.05, "verbose as third argument"):
        slopes = eval_numerical_gradient(cube, np.arange(4.0), False, 0.5)
        checks.equal(slopes, due, "slopes with h = 0.5")
    ### END HIDDEN TESTS

# %% check="linear-numerical-gradient-error" points=3
with checks.verdict("the error of a gradient") as rng:
    error = gradient_error(np.array([3.0, 4.0]), np.array([3.0, 3.5]))
    checks.equal(error, 0.1, "error of the example")
    a, n = rng.normal(size=(2, 3, 4))
    due = oracle.linear.relative_error(a, n)
    checks.equal(checks.leaves_alone(gradient_error, a, n, share=0.05), due, "error")
    checks.equal(gradient_error(n, a), due, "error the other way round")
    with checks.share(0.1, "Two gradients that are 0"):
        checks.equal(gradient_error(0 * a, 0 * n), 0.0, "error")
    checks.raises(ValueError, gradient_error, a, n[:1], reason="The shapes differ.", share=0.1)
    ### BEGIN HIDDEN TESTS
    a, n = rng.normal(size=(2, 3, 1, 2))
    due = oracle.linear.relative_error(a, n)
    checks.equal(gradient_error(a, n), due, "error of three axes")
    checks.equal(gradient_error(np.zeros(3), np.ones(3)), 1.0, "error of a gradient that is 0")
    for other in (a[0], a.reshape(1, 3, 2)):
        checks.raises(ValueError, gradient_error, other, n, reason="The shapes differ.", share=0.1)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
narrow, ten = some_X[:10, 1500:1520].astype(float), some_y[:10]  # float32 would blur the test
V = np.random.default_rng(1).normal(size=(20, 10))
for loss in (
    svm_loss_naive,
    svm_loss_vectorized,
    squared_hinge_loss,
    softmax_loss_naive,
    softmax_loss_vectorized,
):
    numeric = eval_numerical_gradient(lambda W, loss=loss: loss(W, narrow, ten, 0.1)[0], V)
    print(f"{loss.__name__:25} error {gradient_error(loss(V, narrow, ten, 0.1)[1], numeric):.1e}")
sizes = np.logspace(-5, -0.5, 28)
origin, slope = svm_loss_vectorized(zero, some_X, some_y, 0.0)
landed = [svm_loss_vectorized(zero - size * slope, some_X, some_y, 0.0)[0] for size in sizes]
figures.show(
    figures.curves(
        {"after one step": (sizes, landed), "before": (sizes, [origin] * len(sizes))},
        "learning rate (logarithmic)",
        "SVM loss on 200 images",
        log="x",
        ylim=(0, 25),
    ),
    caption="One step from W = 0. Too short a step gains little, one of the right length most, one too long lands higher than it began.",
    alt="Loss after one step over the learning rate: flat at 9 on the left, a dip in the middle, steep ascent on the right, and a level line at 9.",
)

# %% [markdown]
# ## Few images a step, many steps
#
# All images agree roughly on the way down. So a few hundred of them, a **minibatch**, give nearly the same
# direction at a fraction of the cost: **stochastic gradient descent**, SGD. Draw minibatches without
# replacement: shuffle all images, deal them out, and shuffle anew when none is left. One such
# round is an **epoch**. Seven images in batches of three:
#
# | epoch 1 | | | epoch 2 | |
# | --- | --- | --- | --- | --- |
# | 4 0 6 | 2 5 1 | 3 | 1 6 3 | 0 2 4 ... |
#
# If each batch were drawn from all images instead, about 37 % of them would be missed in as many steps as an
# epoch has: $(1 - 1/N)^N \approx 1/e = 0.37$.
#
# ### Exercise 2.11: minibatch SGD
# 12 points · about 30 minutes · hard
#
# The classifier that all of the lesson has led to: it trains with any loss, and predicts.

# %% [markdown] hint="linear-train"
# What has to be remembered between two steps, besides `W`? Think of dealing cards: which images are left?
#
# Keep the images that are left as an array of positions. When it is empty, refill it with
# `rng.permutation(len(X))`. A batch is its first `batch_size` entries; near the end there are fewer, and that
# is right.
#
# `np.random.default_rng(rng)` returns a generator as it is, and makes a new one for `None`. Create `W` only where
# `self.W` is `None`, with `y.max() + 1` columns; a step is `self.W = self.W - ...`, in float.


# %% answer="linear-train"
class LinearClassifier:
    """A linear classifier for any loss. W is None, or the weights of shape (D, C).

    Source: CS231n (2017), assignment 1, linear_classifier.py
    """

    def __init__(self, loss):
        """loss: function (W, X, y, reg) -> (loss, dW)"""
        self.loss, self.W = loss, None

    def train(
        self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, rng=None
    ) -> list[float]:
        """Minibatch SGD. W starts as 0.001 times normal numbers, and goes on from where it is
        when trained again.

        X: (N, D) float; y: (N,) int, labels from 0; C is the largest of them plus 1
        learning_rate, reg: floats; num_iters: number of steps
        batch_size: images a step, each image once an epoch; the last step of an epoch takes the
            images that are left
        rng: np.random.Generator, gives the initial weights and shuffles anew for every epoch;
            None makes a new one, with other numbers each time
        returns: the loss of each minibatch, before its step
        """
        ### BEGIN SOLUTION
        rng = np.random.default_rng(rng)  # a generator passes through, None makes a new one
        if self.W is None:
            self.W = 0.001 * rng.normal(size=(X.shape[1], y.max() + 1))
        losses, left = [], np.array([], dtype=int)
        for _ in range(num_iters):
            if len(left) == 0:
                left = rng.permutation(len(X))
            batch, left = left[:batch_size], left[batch_size:]
            loss, dW = self.loss(self.W, X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            losses.append(loss)
        return losses
        ### END SOLUTION

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The class with the largest score of each image.

        X: (M, D) float
        returns: (M,) int
        """
        ### BEGIN SOLUTION
        return (X @ self.W).argmax(axis=1)
        ### END SOLUTION


# %% setup="linear-train"
def seeded(model, seed: int = 0) -> dict[str, np.random.Generator]:
    """rng for model.train, where it takes one: CS231n's draws from NumPy's global generator."""
    takes_rng = "rng" in signature(model.train).parameters
    return {"rng": np.random.default_rng(seed)} if takes_rng else {}


# %% setup="linear-train-runs"
def started(Classifier, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The weights with which a new model of your class begins: after one step of rate 0."""
    model = Classifier(lambda W, X, y, reg: (0.0, 0 * W))
    model.train(X.copy(), y.copy(), 0.0, 0.0, 1, 6, **seeded(model))
    return model.W


def dealt_by(Classifier, count: int, num_iters: int, batch_size: int, seed: int = 0) -> np.ndarray:
    """Images and labels in the order in which they come to loss: image i is the number i, as its label."""
    dealt: list[np.ndarray] = []

    def watch(W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float):
        batch = np.column_stack([X[:, 0], y])
        if not dealt or not np.array_equal(dealt[-1], batch):  # two calls for one step count once
            dealt.append(batch)
        return 0.0, 0 * W

    model, numbers = Classifier(watch), np.arange(count)
    images = numbers[:, None] + 0.0
    model.train(images, numbers, 0.1, 0.0, num_iters, batch_size, **seeded(model, seed))
    return np.concatenate(dealt[:num_iters]).T


# %% check="linear-train" points=5
with checks.verdict("steps of minibatch SGD") as rng:
    starts: list[np.ndarray] = []

    def steeper(W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float):
        starts.append(W.copy())
        return len(starts) + reg, np.full(W.shape, 0.1 * len(starts))

    model, X, y = LinearClassifier(steeper), rng.normal(size=(24, 50)), np.arange(24) % 4
    losses = checks.leaves_alone(model.train, X, y, 0.5, 0.25, 5, 6, **seeded(model), share=0.05)
    checks.equal(list(losses), [1.25, 2.25, 3.25, 4.25, 5.25], "losses")
    checks.equal(model.W - starts[0], np.full((50, 4), -0.75), "change of W in five steps")
    with checks.share(0.1, "rng left out"):
        LinearClassifier(steeper).train(X.copy(), y.copy(), num_iters=1, batch_size=6)
        checks.holds(np.any(starts[-1] != starts[0]), "Without rng every call must draw anew.")
    ### BEGIN HIDDEN TESTS
    with checks.share(0.1, "rng left out"):
        LinearClassifier(steeper).train(X.copy(), y.copy(), num_iters=1, batch_size=6)
        checks.holds(np.any(starts[-1] != starts[-2]), "Without rng every call must draw anew.")
    starts.clear()
    counts: list[int] = []

    def steady(W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float):
        starts.append(W.copy())
        counts.append(len(X))
        return reg, np.ones(W.shape)

    plain = LinearClassifier(steady)
    losses = plain.train(np.ones((400, 2)), np.arange(400) % 3, **seeded(plain))
    checks.equal(list(losses), 100 * [1e-5], "losses where all settings are left out")
    checks.equal(counts, 100 * [200], "sizes of the batches where batch_size is left out")
    change = plain.W - starts[0]
    checks.equal(change, np.full((2, 3), -0.1), "change of W where all settings are left out")
    ### END HIDDEN TESTS

# %% check="linear-train-start" points=2
with checks.verdict("the initial weights") as rng:
    X, y = rng.normal(size=(24, 300)), np.arange(24) % 4
    W = started(LinearClassifier, X, y)
    checks.equal(np.shape(W), (300, 4), "shape of W")
    checks.holds(0.0008 < np.std(W) < 0.0012, "W starts as 0.001 * normal numbers.")
    with checks.share(0.1, "A class without images"):
        checks.equal(np.shape(started(LinearClassifier, X, 2 * y)), (300, 7), "shape of W")
    with checks.share(0.2, "The same seed twice"):
        models = [LinearClassifier(oracle.linear.svm_loss) for _ in range(2)]
        for model in models:
            model.train(X.copy(), y.copy(), 0.1, 0.0, 3, 6, rng=np.random.default_rng(2))
        checks.holds(np.array_equal(models[0].W, models[1].W), "Draw from rng alone.")
    ### BEGIN HIDDEN TESTS
    model = LinearClassifier(oracle.linear.softmax_loss)
    model.train(rng.normal(size=(9, 300)), np.arange(9) % 7, 0.0, 0.0, 2, 4, **seeded(model))
    checks.equal(np.shape(model.W), (300, 7), "shape of W for seven classes")
    with checks.share(0.1, "A class without images"):
        W = started(LinearClassifier, X, np.where(y == 3, 8, 1))
        checks.equal(np.shape(W), (300, 9), "shape of W")
    ### END HIDDEN TESTS

# %% check="linear-train-batches" points=2
with checks.verdict("each image once an epoch"):
    images, labels = dealt_by(LinearClassifier, 30, 6, 10)  # two epochs of three batches
    checks.holds(np.all(images == labels), "A batch holds images unchanged, with their labels.")
    first, second = images[:30].tolist(), images[30:].tolist()
    once = len({*first}) + len({*second}) == len(images)
    checks.holds(once, "No image comes twice in an epoch: deal them out.")
    checks.holds(first != second, "Shuffle the images, and anew for every epoch.")
    ### BEGIN HIDDEN TESTS
    images, labels = dealt_by(LinearClassifier, 16, 9, 8, seed=1)
    checks.holds(np.all(images == labels), "A batch holds images unchanged, with their labels.")
    epochs = images[:64].reshape(4, -1)
    once = np.diff(np.sort(epochs)).all()
    checks.holds(once, "No image comes twice in an epoch: deal them out.")
    anew = np.any(epochs[0] != np.arange(16)) and np.any(epochs[1:] != epochs[:-1], axis=1).all()
    checks.holds(anew, "Shuffle the images, and anew for every epoch.")
    ### END HIDDEN TESTS


# %% check="linear-train-rest" points=1
with checks.verdict("the rest of an epoch"):
    taken: list[int] = []

    def measure(W: np.ndarray, X: np.ndarray, y: np.ndarray, reg: float):
        taken.append(len(X))
        return 0.0, 0 * W

    model, X, y = LinearClassifier(measure), np.arange(7.0)[:, None], np.arange(7) % 3
    model.train(X, y, 0.1, 0.0, 5, 3, **seeded(model))
    checks.equal(taken, [3, 3, 1, 3, 3], "sizes of the batches")
    with checks.share(0.15, "A batch larger than the set"):
        model = LinearClassifier(measure)
        model.train(X, y, 0.1, 0.0, 2, 10, **seeded(model))
        checks.equal(taken[5:], [7, 7], "sizes of the batches")
    ### BEGIN HIDDEN TESTS
    taken.clear()
    model, X, y = LinearClassifier(measure), np.arange(10.0)[:, None], np.arange(10) % 3
    model.train(X, y, 0.1, 0.0, 7, 4, **seeded(model))
    checks.equal(taken, [4, 4, 2, 4, 4, 2, 4], "sizes of batches of four from ten images")
    ### END HIDDEN TESTS


# %% check="linear-train-predict" points=2
with checks.verdict("predictions, and training again") as rng:
    X, W, y = rng.normal(size=(9, 5)), rng.normal(size=(5, 4)), np.arange(9) % 4
    due = oracle.linear.linear_labels(X, W)
    model = LinearClassifier(oracle.linear.svm_loss)
    model.W = W.copy()
    checks.equal(checks.leaves_alone(model.predict, X, share=0.1), due, "labels")
    with checks.share(0.2, "Trained again"):
        for _ in range(2):
            losses = model.train(X.copy(), y.copy(), 0.0, 0.0, 3, 4, **seeded(model))  # W stays
        checks.holds(np.array_equal(model.W, W), "W goes on from where it is.")
        checks.equal(len(losses), 3, "number of losses")
    ### BEGIN HIDDEN TESTS
    X = rng.normal(size=(1, 5))
    due = oracle.linear.linear_labels(X, -W)
    model.W = -W
    checks.equal(model.predict(X), due, "label of one image")
    model.W = -np.arange(1.0, 21).reshape(5, 4)[:, ::-1]
    checks.equal(
        model.predict(np.ones((1, 5))), np.array([3]), "label where all scores are below 0"
    )
    with checks.share(0.2, "Trained again"):
        losses = model.train(X, np.array([3]), 0.0, 0.0, 2, 4, **seeded(model))
        checks.equal(len(losses), 2, "number of losses")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
fit_X, fit_y, val_X, val_y = all_X[:-1000], train_y[:-1000], all_X[-1000:], train_y[-1000:]
losses_over_time = {}
for rate in (0.001, 0.01, 0.1, 0.4):
    noisy = LinearClassifier(softmax_loss_vectorized).train(
        fit_X, fit_y, rate, 1e-3, 250, 200, np.random.default_rng(0)
    )
    losses_over_time[f"rate {rate:g}"] = (
        np.arange(5, 250),
        np.convolve(noisy, np.ones(6) / 6, "valid"),
    )
figures.show(
    figures.curves(
        losses_over_time,
        "step (200 images each)",
        "softmax loss, mean of six steps",
        ylim=(1.5, 3.5),
    ),
    caption="The loss for four learning rates. 0.001 is too low: nearly straight. 0.4 is too high: jagged, and at a high level. 0.1 is good: steep, then flat and low.",
    alt="Four loss curves over 250 steps: for the lowest rate nearly a straight line, then two that fall faster and flatten, and for the highest a line that jumps up and down above them.",
)

# %% tags=["experiment"]
trained = LinearClassifier(svm_loss_vectorized)
trained.train(fit_X, fit_y, 3e-3, 1e-3, 300, 200, np.random.default_rng(0))


def draw_surface(state: figures.linear.SurfaceState):
    return figures.linear.loss_surface(state, both_losses, trained.W, val_X[:60], val_y[:60])


figures.interactive(
    draw_surface,
    figures.linear.SurfaceState(reach=5.0),
    caption="Loss of 60 images around trained weights. Every cut is a bowl without a second valley. Set reach to 0.1 to see the flat facets of the SVM.",
    alt="Left a map of the loss over two random directions with a star in the middle; right a curve, the cut through the star.",
    loss=list(both_losses),
    directions=(0, 20, 1),
    reach=(0.1, 20.0, 0.1),
    reg=(0.0, 0.2, 0.01),
)

# %% [markdown]
# How to read a loss curve:
#
# | the curve | the learning rate |
# | --- | --- |
# | falls, nearly straight | is too low: raise it |
# | is jagged, or rises | is too high: lower it |
# | falls steeply, then stays flat at a high level | is too high as well |
#
# With softmax and ten classes each curve begins near $\ln 10 = 2.3$.
#
# The landscape has 30,730 dimensions; the second figure is a cut along two random ones. Both losses are
# **convex**: between two places the landscape never rises above the straight line that joins them, so
# there is one valley only. Deep nets lose this, and SGD works there all the same. At the edges of the SVM's
# facets the loss has a kink and no gradient; any slope between the two sides (a **subgradient**) will do, and
# yours takes 0 for a margin of exactly 0.
#
# ### A training that explodes
#
# A colleague trains the same classifier with a rate that worked above. Run the cell. The gradient is
# right, the rate worked, the code is yours, and the loss explodes. Find out why before you open the answer.
# Compare what goes in: print the smallest and the largest number of `raw_X` and of `fit_X`.

# %% tags=["experiment"]
raw_X = train_images.take(2000).flat(np.float32)
exploding = LinearClassifier(softmax_loss_vectorized)
report = exploding.train(raw_X, train_y[:2000], 0.01, 1e-3, 40, 200, np.random.default_rng(0))
print("loss:", [f"{value:.3g}" for value in report[::5]])
print(
    f"right on the images it was trained on: {100 * (exploding.predict(raw_X) == train_y[:2000]).mean():.0f} %"
)

# %% [markdown]
# <details><summary>The reason</summary>
#
# The colleague's pixels run from 0 to 255, yours from about -0.5 to 0.5. The gradient is pixels times something, so
# it is 255 times as large. A step changes scores by pixels times gradient, so by $255^2 = 65{,}025$
# times as much. With the rate divided by that, 1.5e-7, the loss falls. (CS231n's notebook has rates near
# 1e-7 for this very reason.)
#
# It falls slowly, because two things are still wrong. The mean is not subtracted: all pixels are positive, so
# all weights of a class go up or down together. And the first loss was not $\ln 10 = 2.3$: for such pixels,
# initial weights of 0.001 are not small. Scale and centre the pixels; then rates mean the same everywhere.
#
# </details>
#
# ## Choosing rate and penalty
#
# Rate and penalty are hyperparameters, both chosen on a validation set of 1,000 training images. Which values
# should we try?
# Rates of 0.001 and 0.002 differ as much as 0.1 and 0.2: what counts is the *factor*, so go in equal steps of
# the **logarithm**. Four values from 0.001 to 1: 0.001, 0.01, 0.1, 1.
#
# A **grid** of 3 rates and 3 penalties costs 9 trainings and tries only 3 different rates. Nine **random**
# settings cost the same and try 9 rates (Bergstra and Bengio, 2012). Where the penalty hardly matters,
# that is three times the information. A random setting in log space: draw the exponent evenly.
#
# Go **coarse to fine**: a wide range and short trainings, then a narrow one around the best and longer
# trainings. A best value at the edge of its range says: widen the range.
#
# ### Exercise 2.12: settings on a grid and at random
# 7 points · about 20 minutes · medium
#
# Both give a list of dicts, such as `[{"rate": 0.01, "reg": 0.1}, ...]`. The cell after the check then searches
# coarse to fine.

# %% [markdown] hint="linear-settings"
# Equal factors between two ends: NumPy has a relative of `linspace` for this. And "evenly in its logarithm":
# which number is drawn evenly?
#
# `np.geomspace(low, high, steps)` for the grid. For a random value: the logarithm of low and of high,
# `rng.uniform` between the two, and `np.exp` of the result. Draw anew for every name of every setting.
#
# All combinations: begin with `[{}]`. Name by name, replace the list by one in which each setting so far
# occurs once with each value. `{**one, name: value}` is a copy of the dict `one` with one entry more.


# %% answer="linear-settings"
def grid_settings(ranges: dict[str, tuple[float, float]], steps: int) -> list[dict[str, float]]:
    """All combinations of `steps` values of each name, by equal factors, both ends included.

    ranges: {name: (low, high)} with 0 < low < high
    steps: values of each name, 2 or more
    returns: list of {name: value}; the last name changes fastest
    """
    ### BEGIN SOLUTION
    settings: list[dict[str, float]] = [{}]
    for name, (low, high) in ranges.items():
        values = np.geomspace(low, high, steps)
        settings = [{**one, name: value} for one in settings for value in values]
    return settings
    ### END SOLUTION


def random_settings(
    ranges: dict[str, tuple[float, float]], count: int, rng: np.random.Generator
) -> list[dict[str, float]]:
    """Random settings, each name drawn independently, evenly in its logarithm.

    ranges: {name: (low, high)} with 0 < low < high
    count: how many; rng: the only source of random numbers
    returns: list of {name: value} of length count
    raises: ValueError where a low is not above 0, which has no logarithm
    """
    ### BEGIN SOLUTION
    if any(low <= 0 for low, _ in ranges.values()):
        raise ValueError(f"a range must begin above 0: {ranges}")
    logs = {name: (np.log(low), np.log(high)) for name, (low, high) in ranges.items()}
    return [{name: np.exp(rng.uniform(*ends)) for name, ends in logs.items()} for _ in range(count)]
    ### END SOLUTION


# %% check="linear-settings" points=3
with checks.verdict("settings on a grid"):
    ranges = {"rate": (1e-4, 1.0), "reg": (1.0, 4.0)}
    due = [{"rate": rate, "reg": reg} for rate in (1e-4, 0.01, 1.0) for reg in (1.0, 2.0, 4.0)]
    checks.equal(checks.leaves_alone(grid_settings, ranges, 3, share=0.05), due, "settings")
    checks.equal(grid_settings({"lr": (0.5, 2.0)}, 2), [{"lr": 0.5}, {"lr": 2.0}], "settings")
    ### BEGIN HIDDEN TESTS
    triple = {"c": (1.0, 4.0), "a": (1.0, 9.0), "b": (2.0, 32.0)}
    grid = grid_settings(triple, 3)
    checks.equal(len(grid), 27, "number of settings of three names")
    checks.equal(grid[5], {"c": 1.0, "a": 3.0, "b": 32.0}, "sixth setting of three names")
    ### END HIDDEN TESTS

# %% check="linear-settings-random" points=4
with checks.verdict("settings at random") as rng:
    ranges, zero = {"rate": (1e-6, 1.0), "reg": (1e-3, 10.0)}, {"a": (0.0, 1.0)}
    tries = checks.leaves_alone(random_settings, ranges, 400, rng, share=0.05)
    logs = np.log10([[one["rate"], one["reg"]] for one in tries])
    checks.equal(logs.shape, (400, 2), "number of settings, of names")
    even = np.abs((logs < [-3, -1]).mean(axis=0) - 0.5) < 0.15
    checks.holds(np.all(even), "Draw exponents evenly: half of all rates should lie below 0.001.")
    checks.holds(not abs(np.corrcoef(logs.T)[0, 1]) > 0.3, "Draw rate and reg independently.")
    checks.raises(ValueError, random_settings, zero, 3, rng, reason="0 has no log.", share=0.1)
    with checks.share(0.1, "The same seed twice"):
        twins = [random_settings(ranges, 4, np.random.default_rng(5)) for _ in range(2)]
        checks.holds(twins[0] == twins[1], "Draw from rng alone.")
    ### BEGIN HIDDEN TESTS
    narrow = {"b": (2.0, 4.0), "a": (0.1, 0.3), "c": (1.0, 5.0)}
    tries = random_settings(narrow, 50, np.random.default_rng(rng.integers(1000)))
    values = np.array([[one[name] for name in narrow] for one in tries])
    ends = np.array(list(narrow.values())).T
    checks.equal(values.shape, (50, 3), "number of settings, of names")
    inside = (ends[0] <= values).all() and (values <= ends[1]).all()
    checks.holds(inside, "Some settings lie outside their range.")
    checks.holds(len(np.unique(values)) == 150, "Any value between the ends may come.")
    below = {"b": (1.0, 2.0), "a": (-1.0, 1.0)}
    reason = "-1 has no log."
    checks.raises(ValueError, random_settings, below, 3, rng, reason=reason, share=0.1)
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def validate(settings: dict[str, float], steps: int = 150) -> tuple[float, float, float]:
    model = LinearClassifier(softmax_loss_vectorized)
    model.train(
        fit_X, fit_y, settings["rate"], settings["reg"], steps, 200, np.random.default_rng(0)
    )
    return settings["rate"], settings["reg"], float((model.predict(val_X) == val_y).mean())


wide = {"rate": (1e-4, 1.0), "reg": (1e-5, 1.0)}
searches = {
    "grid": [validate(one) for one in grid_settings(wide, 3)],
    "random": [validate(one) for one in random_settings(wide, 9, np.random.default_rng(4))],
}
best_rate, best_reg, _ = max(searches["grid"] + searches["random"], key=lambda tried: tried[2])
finer = {"rate": (best_rate / 4, best_rate * 4), "reg": (best_reg / 10, best_reg * 10)}
searches["finer"] = [
    validate(one, 300) for one in random_settings(finer, 6, np.random.default_rng(1))
]
best_rate, best_reg, _ = max(searches["finer"], key=lambda tried: tried[2])
figures.show(
    figures.linear.settings_map(searches),
    caption="Validation accuracy (the numbers, in per cent) of 9 settings on a grid, 9 at random, and 6 in a smaller range around the best.",
    alt="Three panels of dots over learning rate and regularisation, both logarithmic: a square grid, scattered dots, and dots close together.",
)
print(f"best: rate {best_rate:.2g}, reg {best_reg:.2g}")

# %% [markdown]
# The next cell trains for longer with what was found, looks at the test set once, and draws the columns of $W$ as
# pictures. Longer training works best with a lower rate: for softmax a third. The SVM gets a tenth of that, because with
# ten classes its gradient at $W = 0$ is ten times as large. Why ten times?
#
# <details><summary>Answer</summary>
#
# At $W = 0$ all scores are equal. For the SVM all nine margins are 1: the true column gets $-9x$ and each other $x$. For
# softmax all probabilities are 1/10: the true column gets $-0.9x$ and each other $0.1x$. The L2-SVM's gradient is twice
# that of the SVM there, and unlike it grows with the violation; so its rate is a tenth once more.
#
# </details>

# %% tags=["experiment"]
models = {
    "SVM": LinearClassifier(svm_loss_vectorized),
    "L2-SVM": LinearClassifier(squared_hinge_loss),
    "softmax": LinearClassifier(softmax_loss_vectorized),
}
for (name, model), part in zip(models.items(), (30, 300, 3)):
    model.train(fit_X, fit_y, best_rate / part, best_reg, 1500, 200, np.random.default_rng(0))
    right = 100 * (model.predict(test_1) == test_y).mean()
    error = np.sqrt(right * (100 - right) / len(test_y))
    still = np.mean(
        [model.loss(model.W, x[None], np.array([c]), 0)[0] == 0 for x, c in zip(val_X, val_y)]
    )
    print(
        f"{train_images.name}, {name}: {right:.1f} % of {len(test_y):,} test images right, "
        f"give or take {error:.1f}; {100 * still:.1f} % of the validation images have no loss"
    )
figures.show(
    figures.linear.templates(models["softmax"].W[:-1], shape, classes),
    caption="Ten learned templates; grey counts nothing, light asks for more of a colour and dark for less. Which can you name? Where do two images overlap?",
    alt="Ten small colour pictures with class names: blurred blobs of colour, in some of which the outline of the class can be guessed.",
)

# %% [markdown]
# | data, 2,000 test images | SVM | L2-SVM | softmax | kNN, lesson 01 |
# | --- | --- | --- | --- | --- |
# | shapes | 36 to 39 % | 36 to 38 % | 38 to 42 % | 29 to 33 % |
# | CIFAR-10 | 38 to 40 % | 38 to 40 % | 38 to 41 % | 26 to 30 % |
#
# Ten templates beat thousands of kept images, and predict much faster. On CIFAR-10 the horse often seems to have two
# heads: those that look left and those that look right share one template.
#
# What separates the three losses? Above all, which images still pull. Of the validation images, 4 to 8 % have no SVM
# loss; training images like them pull no more. With the L2-SVM it is 1 % at most, since its pull fades as a margin is
# nearly met; with softmax it is none. And how hard they pull: with the SVM and softmax at most with a fixed force, with the L2-SVM the harder the
# more wrong they are, so a few hopeless images have a large say in $W$. On shapes softmax is ahead by two or three points; on
# CIFAR-10 the three are equal within the error. Tang (2013) found the L2-SVM a little better than softmax, as the last layer
# of deep nets. So none wins everywhere, and choosing the rate well matters as much.
#
# ## Fooling it
#
# A score is a sum over thousands of pixels. Change each pixel by next to nothing, always in the
# direction that helps, and the changes add up. Take ten numbers and two classes; $w$ is the difference of
# their columns, so a positive score $w \cdot x$ means class 1:
#
# | $x$ | 2 | -1 | 3 | -2 | 2 | 2 | 1 | -4 | 5 | 1 |
# | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
# | $w$ | -1 | -1 | 1 | -1 | 1 | -1 | 1 | 1 | -1 | 1 |
#
# With a pencil: $-2 + 1 + 3 + 2 + 2 - 2 + 1 - 4 - 5 + 1 = -3$; softmax gives class 1 the probability
# $1/(1 + e^3) = 5\,\%$. Now add 0.5 where $w$ is positive and subtract 0.5 where it is negative. Each term
# rises by 0.5: $-3 + 10 \cdot 0.5 = 2$, and the probability is 88 %. (Numbers after A. Karpathy, "Breaking linear
# classifiers on ImageNet", 2015.) An image has 3,072 numbers instead of 10.
#
# ### Exercise 2.13: the fooled classifier
# 5 points · about 10 minutes · easy
#
# Write the attack for any two classes.

# %% [markdown] hint="linear-fool"
# What plays the part of $w$ when there are more than two classes?
#
# The score of `target` less that of `label` is `x @ (W[:, target] - W[:, label])`.
#
# Each number moves by `eps * np.sign(...)`, and the sign of 0 is 0.


# %% answer="linear-fool"
def fool(x: np.ndarray, W: np.ndarray, label: int, target: int, eps: float) -> np.ndarray:
    """A copy of x, each number moved by eps, so that the score of target gains most on that of label.

    x: (D,) float, an image; W: (D, C) float, weights without biases
    label, target: classes, 0 to C - 1
    eps: how far each number moves; numbers that make no difference stay
    returns: (D,) float
    raises: ValueError where label and target are the same class
    """
    ### BEGIN SOLUTION
    if label == target:
        raise ValueError(f"{target} is the class of the image already")
    return x + eps * np.sign(W[:, target] - W[:, label])
    ### END SOLUTION


# %% check="linear-fool" points=5
with checks.verdict("the fooled classifier") as rng:
    x, W = rng.normal(size=12), rng.normal(size=(12, 3))
    due = oracle.linear.fooled(x, W, 0, 2, 0.5)
    checks.equal(checks.leaves_alone(fool, x, W, 0, 2, 0.5, share=0.05), due, "image")
    checks.raises(ValueError, fool, x, W, 1, 1, 0.5, reason="It has class 1 already.", share=0.1)
    with checks.share(0.1, "A number that makes no difference"):
        W[3, 2] = W[3, 0]
        stays = x[3]
        checks.equal(fool(x, W, 0, 2, 0.1)[3], stays, "number 3")
    ### BEGIN HIDDEN TESTS
    x, W = rng.normal(size=5), rng.normal(size=(5, 4))
    due = oracle.linear.fooled(x, W, 3, 1, 2.0)
    checks.equal(fool(x, W, 3, 1, 2.0), due, "image")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
W, labels = models["softmax"].W, models["softmax"].predict(test_1)
chosen = int(np.flatnonzero(labels == test_y)[2])
x, label = test_1[chosen, :-1], int(labels[chosen])
target = int(np.argsort(x @ W[:-1] + W[-1])[-4])  # a class that was far from winning
for levels in np.arange(1, 101) / 2:
    fooled = fool(x, W[:-1], label, target, levels / 255)
    if (fooled @ W[:-1] + W[-1]).argmax() == target:
        break
pictures = [x + mean_image, 0.5 + 10 * (fooled - x), fooled + mean_image]
names = [classes[label], f"change x 10: ±{levels:g} of 255", classes[target]]
figures.show(
    figures.image_grid(np.reshape(pictures, (3, *shape)), names, columns=3, size=2.0),
    caption="Left the image, right the same with every number moved by a few levels of 255. The names are what the classifier says.",
    alt="A picture, a pattern of coloured noise, and a picture that looks like the first but bears another class name.",
)

# %% [markdown]
# The classifier is fooled because it is *linear* in thousands of numbers, not because it is bad.
# Deep nets are nearly linear in small regions, and lesson 12 fools them in the same way.
#
# ## Better numbers than pixels
#
# The exercise of this last section is optional. Read the text and the table at its end in any case.
#
# Before nets learned their features, people designed them. Two classics:
#
# **Histogram of hues.** What colours are there, wherever they are? Convert each pixel to hue, saturation
# and value with `rgb_to_hsv` of Matplotlib, imported at the top, which expects the three numbers of a pixel
# on the last axis; keep the hue, 0 to 1; count how many pixels fall into each of a few equal ranges.
#
# **Histogram of oriented gradients**, HOG (Dalal and Triggs, 2005). What edges are there, and roughly
# where? Take the slope of the grey image down and to the right at each pixel (`np.gradient` gives both).
# Slope $(0, 2)$ to (down, right) has size 2 and direction 0 degrees; $(3, 0)$ has size 3 and 90 degrees;
# $(-3, 0)$ is 270 degrees and counts as 90, because an edge has no head. Split 180 degrees into 9 bins, the
# image into cells of 8 x 8 pixels, and in every cell let each pixel add its size to the bin of its
# direction. A shift by a pixel or two hardly changes that.
#
# ### Exercise 2.14: two histograms
# 0 points · about 45 minutes · hard · optional
#
# In CS231n's assignment these two functions are given. Here you may write them.

# %% [markdown] hint="linear-features"
# Hues: `np.moveaxis` puts the channels last, and `np.histogram` with a `range` counts. Divide by the number of
# pixels. HOG: first find a bin and a cell for each pixel, as whole numbers.
#
# `np.arctan2(down, right) % np.pi` lies from 0 to $\pi$. Divided by $\pi$, multiplied by `bins` and cut to a whole
# number, it is the bin. Rounding can give $\pi$ itself: keep the bin below `bins`. `np.indices(gray.shape) // cell` is the
# row and the column of each pixel's cell.
#
# Number all places of the result: `(cell row * cells in a row + cell column) * bins + bin`. Then `np.bincount`
# with `weights` adds up each pixel's size, `np.hypot(down, right)`, at its place; `minlength` keeps empty ones.


# %% answer="linear-features"
def color_histogram_hsv(im: np.ndarray, nbin: int = 10) -> np.ndarray:
    """Share of the pixels in each of nbin equal ranges of hue, from 0 to 1.

    im: (3, H, W) float, red, green, blue in [0, 1]
    nbin: number of ranges
    returns: (nbin,) float that adds up to 1
    Source: CS231n, assignment 1, features.py
    """
    ### BEGIN SOLUTION
    hues = rgb_to_hsv(np.moveaxis(im, 0, -1))[..., 0]
    return np.histogram(hues, bins=nbin, range=(0, 1))[0] / hues.size
    ### END SOLUTION


def hog_feature(gray: np.ndarray, cell: int = 8, bins: int = 9) -> np.ndarray:
    """Sum of slope sizes in each cell, by direction modulo 180 degrees.

    gray: (H, W) float; the slope at a pixel is half the difference of its two neighbours, and at
        the border the difference of the two outermost pixels, as np.gradient has it
    cell: side of a cell in pixels
    bins: equal ranges of direction, the first begins at 0; what rounds to 180 counts in the last
    returns: (H / cell * W / cell * bins,) float: cell rows, in them cell columns, in them bins
    raises: ValueError where H or W is no multiple of cell
    Source: Dalal and Triggs (2005), without their blocks
    """
    ### BEGIN SOLUTION
    if gray.shape[0] % cell or gray.shape[1] % cell:
        raise ValueError(f"{gray.shape} pixels cannot be cut into cells of {cell}")
    down, right = np.gradient(gray)
    place = (np.arctan2(down, right) % np.pi / np.pi * bins).astype(int)
    place = np.minimum(place, bins - 1)
    rows, columns = np.indices(gray.shape) // cell
    number = (rows * (gray.shape[1] // cell) + columns) * bins + place
    count = gray.size // cell**2 * bins
    return np.bincount(number.ravel(), np.hypot(down, right).ravel(), minlength=count)
    ### END SOLUTION


# %% check="linear-features-hues" points=0
with checks.verdict("the histogram of hues") as rng:
    im, red = rng.random((3, 6, 5)), np.zeros((3, 4, 4))
    red[0] = 0.5
    due = oracle.linear.hue_histogram(im, 7)
    checks.equal(checks.leaves_alone(color_histogram_hsv, im, 7, share=0.05), due, "histogram")
    checks.equal(color_histogram_hsv(red), np.eye(10)[0], "histogram of a red image")
    ### BEGIN HIDDEN TESTS
    im = rng.random((3, 3, 8))
    due = oracle.linear.hue_histogram(im, 4)
    checks.equal(color_histogram_hsv(im, 4), due, "histogram")
    ### END HIDDEN TESTS

# %% check="linear-features-hog" points=0
with checks.verdict("the histogram of oriented gradients") as rng:
    framed = np.pad(rng.random((4, 8)), 2)  # in a frame of zeros: no slope at the border
    gray, level = rng.random((8, 12)), np.tile([-1.0, 0.0, 1.0, 2.0], (4, 1))
    level[:, 1], both = -1e-20 * np.arange(4), "Both sides must be multiples of the cell's."
    due, bare, last = (oracle.linear.hog(image, 4, 9) for image in (framed, gray, level))
    checks.equal(checks.leaves_alone(hog_feature, framed, 4, 9, share=0.05), due, "feature")
    with checks.share(0.1, "Slopes at the border"):
        checks.equal(hog_feature(gray, 4, 9), bare, "feature")
    with checks.share(0.05, "A direction that rounds to 180 degrees"):
        checks.equal(hog_feature(level, 4, 9), last, "feature")
    for image in (gray, np.zeros((4, 16))):
        checks.raises(ValueError, hog_feature, image, 8, reason=both, share=0.1)
    ### BEGIN HIDDEN TESTS
    ramp = np.tile(np.arange(8.0)[::-1], (8, 1))
    down = 3 * ramp.T
    with checks.share(0.1, "Slopes at the border"):
        due = 64 * np.eye(9)[0]
        checks.equal(hog_feature(ramp), due, "feature of a ramp that falls to the right")
        due = 192 * np.eye(9)[4]
        checks.equal(hog_feature(down), due, "feature of a ramp that falls downwards")
    framed = np.pad(rng.random((5, 2)), 2)
    due = oracle.linear.hog(framed, 3, 5)
    checks.equal(hog_feature(framed, 3, 5), due, "feature of cells of 3 and 5 bins")
    for image in (np.ones((12, 8)), np.ones((32, 2))):
        checks.raises(ValueError, hog_feature, image, 8, reason=both, share=0.1)
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def features_of(pixels: np.ndarray) -> np.ndarray:
    pairs = ((hog_feature(im.mean(axis=0)), color_histogram_hsv(im)) for im in pixels / 255)
    return np.array([np.append(*pair) for pair in pairs])


count = 6000
pool, unseen = features_of(train_images.images[:count]), features_of(test_images.images)
centre, spread = pool.mean(axis=0), pool.std(axis=0) + 1e-6
pool, unseen = (np.c_[(part - centre) / spread, np.ones(len(part))] for part in (pool, unseen))
for name, loss, rate in (
    ("SVM", svm_loss_vectorized, 0.003),
    ("softmax", softmax_loss_vectorized, 0.1),
):
    model = LinearClassifier(loss)
    model.train(pool, train_y[:count], rate, 1e-3, 2000, 200, np.random.default_rng(0))
    print(
        f"{train_images.name}, {name} on 155 features: {100 * (model.predict(unseen) == test_y).mean():.1f} % right"
    )
picture = test_images.images[chosen] / 255
hues, edges = color_histogram_hsv(picture), hog_feature(picture.mean(axis=0))
figures.show(
    figures.linear.features(picture, hues, edges, 8),
    caption="What is left of an image of 3,072 numbers: ten shares of hue, and nine edge directions in each of 16 cells.",
    alt="A picture; a bar chart of its hues in their colours; the picture in grey with short yellow strokes along its edges.",
)

# %% [markdown]
# | data, 2,000 test images | SVM on features | softmax on features | softmax on pixels |
# | --- | --- | --- | --- |
# | shapes | 41 to 43 % | 42 to 44 % | 38 to 42 % |
# | CIFAR-10 | 46 to 49 % | 47 to 49 % | 38 to 41 % |
#
# The same classifier on a twentieth of the numbers, trained on 6,000 images: a little better on shapes,
# much better on photographs. HOG was made for photographs; in the shapes most edges belong to clutter.
# Features carry what their designer knew. CS231n's first assignment ends with a two-layer net on such features:
# lesson 03 has it. From there on, nets learn their own features.

# %% [markdown]
# ## The scoreboard
#
# A linear classifier keeps one template for each class. It is right more often than comparison with every image, and its predictions
# cost next to nothing.

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("02"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# Three losses with their gradients, a test for gradients, SGD, a search for settings, and an attack. Answer
# without looking up:
#
# 1. At the start all scores are near 0. What are the SVM loss and the softmax loss of ten classes?
#
#    <details><summary>Answer</summary>
#
#    9: nine wrong classes, each with a margin of 1 that is missing. And $\ln 10 = 2.3$: each class has
#    probability 1/10. If the first loss that you print is far from this, look for a bug.
#
#    </details>
#
# 2. Add 100 to all scores of an image. What happens to either loss?
#
#    <details><summary>Answer</summary>
#
#    Nothing. The hinge looks at differences of scores, and in softmax the common factor $e^{100}$ cancels.
#    That is why the largest score may be subtracted first.
#
#    </details>
#
# 3. All your margins are met and the loss is 0. What is the gradient of the data part, and what still
#    moves $W$?
#
#    <details><summary>Answer</summary>
#
#    The data's gradient is exactly 0. Only the penalty moves $W$: it makes all weights smaller, until some
#    margin is no longer met and that image pulls again.
#
#    </details>
#
# 4. Your gradient check gives 1e-2 with `reg = 0.1` and 1e-9 with `reg = 0`. Where is the mistake?
#
#    <details><summary>Answer</summary>
#
#    In the gradient of the penalty, the only part that `reg` touches. The usual one is a missing factor 2,
#    or `reg` divided by the number of images together with the data's part.
#
#    </details>
#
# 5. Why can one template not serve a horse that looks left and one that looks right, and what would help?
#
#    <details><summary>Answer</summary>
#
#    The score is a sum over pixels, so the template becomes the mean of both, a horse with two heads, and fits
#    neither well. More templates for a class would help, with a way to combine them: a hidden layer.
#
#    </details>
#
# **References.** CS231n 2017, [lecture 3](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture3.pdf), and the notes
# [Linear classification](https://cs231n.github.io/linear-classify/) and [Optimization](https://cs231n.github.io/optimization-1/).
# Weston and Watkins 1999, "Support vector machines for multi-class pattern recognition", the loss of this lesson. Tang 2013,
# [Deep learning using linear support vector machines](https://arxiv.org/abs/1306.0239). Zou and Hastie 2005, "Regularization and
# variable selection via the elastic net". Bergstra and Bengio 2012,
# [Random search for hyper-parameter optimization](https://jmlr.org/papers/v13/bergstra12a.html). Dalal and Triggs 2005,
# "Histograms of oriented gradients for human detection". Karpathy 2015,
# [Breaking linear classifiers on ImageNet](https://karpathy.github.io/2015/03/30/breaking-convnets/). Bottou, Curtis and Nocedal
# 2018, [Optimization methods for large-scale machine learning](https://arxiv.org/abs/1606.04838), on SGD.
#
# **Next:** lesson 03 has two layers, so that a class may have many templates, and backpropagation, which finds the gradient of
# any such function.
