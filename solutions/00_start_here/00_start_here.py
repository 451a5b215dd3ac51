# %% [markdown]
# # 00 Start here
#
# Afterwards you can work in a notebook, handle whole arrays of images at once, read what a check
# tells you, and hand in your work.
#
# **Time:** about 50 minutes, 35 of them for the exercises. **Needs:** some Python. **Data:** none. **Points:** 100.
#
# Answers use NumPy alone.

# %% setup="start"
import numpy as np

from course_lib import checks, data, figures

# %% [markdown]
# ## What does this do?
#
# This page is made of cells. Click on the one below, and run it with **Shift + Enter**. Its output
# appears beneath it. Then change a number and run it again.

# %% tags=["experiment"]
figures.show(
    figures.image_grid(data.shapes("test").take(10).images),
    caption="Ten images of the course's own data set, 32 x 32 pixels each. Change 10 to 30 above and run the cell again.",
    alt="A row of ten small colour pictures of simple shapes, such as stars and rings, on busy backgrounds.",
)

# %% [markdown]
# Four things to know about notebooks:
#
# - The number beside a cell counts the runs: a cell with 7 ran after a cell with 6. Cells may run in
#   any order, and a cell knows what has *run* before it, not what stands above it. When results make
#   no sense, choose *Kernel, Restart Kernel and Run All Cells*.
# - A star, `[*]`, means that the cell is still running. The square in the toolbar stops it.
# - *Shift + Tab* after a name shows its documentation.
# - Your work is saved in the file when you press *Ctrl + S* (*Cmd + S* on a Mac).
#
# ## How a check speaks
#
# In every exercise you complete a function, and the grey cell below it checks what you wrote. Each
# exercise has a heading with its points, and with the minutes that it takes someone who knows Python.
# Most have hints, folded up: open one at a time, and only when you are stuck.
#
# ### Exercise 0.1: twice every number
# 10 points · about 5 minutes · easy
#
# A check says what is wrong, not only that something is. Try it on purpose. In the next cell, delete
# the line with `raise` and write `return 3 * x`. Run the cell, then run the check. It should say:
#
# > **Not yet: twice every number.** This is three times x, as you were told. Now make it two.
# > First difference at [0]: yours 4.5, expected 3. Relative error 0.33.
#
# Then write two lines instead, `x *= 2` and `return x`, and run both cells again. Now the numbers
# are right, but the function has also changed the array that it was given:
#
# > **In part: twice every number, 9 of 10 points.** Your function changed its 1st argument, x: work
# > on a copy.


# %% answer="start-double"
def double(x: np.ndarray) -> np.ndarray:
    """Twice every number of x.

    x: (N,) float
    returns: (N,) float; x itself stays as it is
    """
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% check="start-double" points=10
with checks.verdict("twice every number"):
    x, due = np.array([1.5, -4.0, 0.0, 10.0]), np.array([3.0, -8.0, 0.0, 20.0])
    checks.equal(checks.leaves_alone(double, x, share=0.1), due)
    ### BEGIN HIDDEN TESTS
    checks.equal(double(np.array([0.25])), np.array([0.5]), "twice a single number")
    checks.equal(double(np.zeros(0)), np.zeros(0), "twice no number at all")
    ### END HIDDEN TESTS

# %% [markdown]
# Now put it right, and run both cells again: first the one you changed, then the check.
#
# > **Right: twice every number, 10 points.** 1 of 6 exercises, 10 of 100 points in this session.
# > Next: channel means.
#
# The text in triple quotes below a function's name is its docstring. It makes several promises: what
# comes back, its shape and dtype, and when an error is raised. All functions of this lesson also leave
# their arguments unchanged. A check lists the promises that your function breaks, the gravest first. *Right values* on
# ordinary input earn most of the points. Each other promise is worth a share of them, and "In part"
# says how many points you have so far.
#
# When you hand in, your functions are also tried on inputs that this page does not show: other
# shapes, extreme values, empty arrays. The promises are the same. A function that does what its
# docstring says passes those too, so read the docstring.
#
# ## Arrays and axes
#
# An image is an array of shape `(C, H, W)`: channels, rows, columns. A batch of $N$ images has one
# axis more, `(N, C, H, W)`. Almost everything in this course is an array with several axes, so it pays
# to think in axes. Here is an array of shape `(2, 3)` with its sums:
#
# | | column 0 | column 1 | column 2 | sum over `axis=1` |
# | --- | --- | --- | --- | --- |
# | row 0 | 1 | 2 | 3 | 6 |
# | row 1 | 10 | 20 | 30 | 60 |
# | **sum over `axis=0`** | 11 | 22 | 33 | |
#
# The axis that you name is the axis that *vanishes*. Guess the four shapes that the next cell prints,
# then run it.

# %%
batch = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
print(batch.shape, batch.sum(axis=0).shape, batch.sum(axis=(2, 3)).shape, batch[0, :, 1:3].shape)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Axis 0 vanishes: `(3, 4, 5)`. Axes 2 and 3 vanish: `(2, 3)`. The index `0` picks one image, so its
# axis is gone, and `1:3` keeps two of four rows: `(3, 2, 5)`.
#
# </details>
#
# ### Exercise 0.2: channel means
# 20 points · about 5 minutes · easy
#
# How red, how green and how blue is a whole batch, on average? One number for each channel.

# %% [markdown] hint="start-channel-means"
# Look at the table above: the axis that you name is the one that vanishes. Which axis must be left?
#
# The channels are axis 1 of `(N, C, H, W)`. The axes of images, rows and columns go.
#
# `images.mean(axis=(..., ..., ...))` takes several axes at once.


# %% answer="start-channel-means"
def channel_means(images: np.ndarray) -> np.ndarray:
    """Mean of each channel over all images and all pixels.

    images: (N, C, H, W) float
    returns: (C,) float
    """
    ### BEGIN SOLUTION
    return images.mean(axis=(0, 2, 3))
    ### END SOLUTION


# %% check="start-channel-means" points=20
with checks.verdict("channel means") as rng:
    due, noise = rng.random(3), rng.normal(size=(2, 3, 5, 6))
    noise = np.concatenate([2 * noise, -noise, -noise])  # over six images it cancels
    images = due[:, None, None] + noise + np.linspace(-1, 1, 30).reshape(5, 6)
    checks.equal(checks.leaves_alone(channel_means, images, share=0.05), due, "means")
    ### BEGIN HIDDEN TESTS
    checks.equal(channel_means(np.full((1, 1, 3, 2), 0.25)), np.array([0.25]), "means of one image")
    due, noise = 100 * rng.random(5), rng.normal(size=(1, 5, 2, 7))
    noise = np.concatenate([2 * noise, -noise, -noise]) + np.linspace(-1, 1, 14).reshape(2, 7)
    images = due[:, None, None] + noise
    checks.equal(channel_means(images), due, "means of five channels")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Broadcasting
#
# What is `(2, 3)` plus `(3,)`? NumPy lines the shapes up from the *right* and stretches every axis that
# is missing or has length 1:
#
# ```
# (2, 3)   row 0:        1    2    3          1 + 100    2 + 200    3 + 300
#          row 1:       10   20   30    ->   10 + 100   20 + 200   30 + 300
#    (3,)  every row:  100  200  300
# ```
#
# A column has shape `(2, 1)` and is stretched the other way. You make one from `v` of shape `(2,)`
# with `v[:, None]`. What is the shape of a row `(3,)` plus a column `(2, 1)`? Guess, then run the cell.

# %%
row, column = np.array([100, 200, 300]), np.array([1, 2])[:, None]
print((row + column).shape)
print(row + column)

# %% [markdown]
# ### Exercise 0.3: centred images
# 20 points · about 5 minutes · easy
#
# Some images are dark and some are light. Remove this difference: subtract from each image its own mean.

# %% [markdown] hint="start-centre-images"
# An image is a row of `X`. Which axis must vanish so that one number per row is left?
#
# `X.mean(axis=1)` has shape `(N,)`. NumPy lines it up from the right, with the columns. It has to be
# a column, `(N, 1)`.
#
# `keepdims=True` keeps the axis, with length 1. So does `[:, None]` afterwards.


# %% answer="start-centre-images"
def centre_images(X: np.ndarray) -> np.ndarray:
    """Each image minus its own mean.

    X: (N, D) float, one image a row
    returns: (N, D) float; every row has mean 0; X itself stays as it is
    """
    ### BEGIN SOLUTION
    return X - X.mean(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="start-centre-images" points=20
with checks.verdict("centred images") as rng:
    half, brightness = rng.normal(size=(4, 2)), np.array([3.0, -1.0, 0.5, 2.0])
    due = np.concatenate([half, -half], axis=1)  # rows of mean 0
    X = due + brightness[:, None]
    checks.equal(checks.leaves_alone(centre_images, X, share=0.1), due, "centred images")
    ### BEGIN HIDDEN TESTS
    X, due = (
        np.array([[1.0, 2.0, 6.0], [7.0, 7.0, 7.0]]),
        np.array([[-2.0, -1.0, 3.0], [0.0, 0.0, 0.0]]),
    )
    checks.equal(centre_images(X), due, "two centred images of three pixels")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Choosing
#
# A comparison gives an array of `True` and `False`, a *boolean mask*. As an index it selects the entries
# where it is `True`: `x[x > 0]` holds the positive numbers of `x`. With labels 3, 0, 3 and images $a$, $b$, $c$, `images[labels == 3]` is
# $a$ and $c$.
#
# ### Exercise 0.4: images of one class
# 20 points · about 10 minutes · easy
#
# Pick all images of one class, and refuse labels that do not fit the images.

# %% [markdown] hint="start-pick-class"
# One line selects the images, and the text above shows its form. What else does the docstring promise?
#
# A class without images needs no special case: a comparison that is false everywhere picks nothing,
# and keeps the other axes. The error needs an `if` before it, and `raise ValueError(...)`.
#
# Compare `len(images)` with `len(labels)`; both too few and too many labels are wrong.


# %% answer="start-pick-class"
def pick_class(images: np.ndarray, labels: np.ndarray, label: int) -> np.ndarray:
    """The images of one class, in their order.

    images: (N, C, H, W); labels: (N,) int; label: the class to pick
    returns: (K, C, H, W), same dtype; K may be 0
    raises: ValueError where there are not as many labels as images
    """
    ### BEGIN SOLUTION
    if len(images) != len(labels):
        raise ValueError(f"{len(labels)} labels for {len(images)} images")
    return images[labels == label]
    ### END SOLUTION


# %% check="start-pick-class" points=20
with checks.verdict("images of one class") as rng:
    images, labels = rng.random((8, 1, 2, 2)), np.array([1, 0, 2, 1, 1, 0, 2, 2])
    due, none = images[[0, 3, 4]], np.zeros((0, 1, 2, 2))
    checks.equal(checks.leaves_alone(pick_class, images, labels, 1, share=0.05), due, "images")
    with checks.share(0.1, "An empty class"):
        checks.equal(pick_class(images.copy(), labels.copy(), 5), none, "images")
    with checks.share(0.05, "The dtype"):
        small = images.astype(np.float32)
        found = pick_class(small.copy(), labels.copy(), 0)
        checks.equal(found, small[[1, 5]], "images", dtype=np.float32)
    reason = "each image has one label"
    checks.raises(ValueError, pick_class, images, labels[:7], 1, reason=reason, share=0.1)
    ### BEGIN HIDDEN TESTS
    images, due = rng.random((3, 3, 4, 5)), np.zeros((1, 3, 4, 5))
    due[0] = images[1]
    checks.equal(pick_class(images, np.array([9, 7, 9]), 7), due, "images where the class has one")
    reason = "each image has one label"
    checks.raises(ValueError, pick_class, images, np.arange(4), 1, reason=reason, share=0.1)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Whole arrays instead of loops
#
# A Python loop handles one number at a time. NumPy handles whole arrays in compiled code.
#
# For $a = (1, 5)$ and $b = (4, 1)$ the sum of squared differences is $3^2 + 4^2 = 25$.
#
# ### Exercise 0.5: sum of squared differences
# 20 points · about 5 minutes · easy
#
# Think of it first as a loop over all pixels. Then write it without one.

# %% [markdown] hint="start-squared-difference"
# Work from the inside out: the differences, their squares, the sum. Each is one operation on arrays.
#
# `**` binds tighter than `-`, so the difference needs brackets. And `.sum()` without an axis adds up
# all numbers.
#
# Broadcasting would make shapes fit that should not. Compare `a.shape` with `b.shape` first.


# %% answer="start-squared-difference"
def squared_difference(a: np.ndarray, b: np.ndarray) -> float:
    """Sum of the squared differences of two images, without a Python loop.

    a, b: (C, H, W) float
    returns: float
    raises: ValueError where the shapes differ
    """
    ### BEGIN SOLUTION
    if a.shape != b.shape:
        raise ValueError(f"images of shapes {a.shape} and {b.shape} cannot be compared")
    return float(((a - b) ** 2).sum())
    ### END SOLUTION


# %% check="start-squared-difference" points=20
with checks.verdict("sum of squared differences") as rng:
    step = rng.permutation(np.repeat([2.0, -3.0], 30)).reshape(3, 4, 5)
    due = 30 * 4.0 + 30 * 9.0
    a = rng.normal(size=(3, 4, 5))
    b = a + step  # 30 numbers differ by 2 and 30 by -3
    checks.equal(checks.leaves_alone(squared_difference, a, b, share=0.05), due, "sum")
    checks.without_loops(squared_difference, share=0.15)
    reason = "images of different shapes cannot be compared"
    checks.raises(ValueError, squared_difference, a, b[:1], reason=reason, share=0.1)
    ### BEGIN HIDDEN TESTS
    checks.equal(squared_difference(np.ones((1, 1, 1)), np.zeros((1, 1, 1))), 1.0, "one pixel")
    checks.equal(squared_difference(np.ones((2, 9, 3)), np.ones((2, 9, 3))), 0.0, "equal images")
    wide, tall = a[:1], a[:, :1]  # 20 and 15 numbers; cut to 15 each, NumPy would stretch both
    for given in ((wide[:, :3], tall), (a, a[..., :1])):
        checks.raises(ValueError, squared_difference, *given, reason=reason, share=0.1)
    ### END HIDDEN TESTS

# %% [markdown]
# How much faster is that? Measure it yourself. `ways` holds functions; add one of your own.


# %% tags=["experiment"]
def with_a_loop(a: np.ndarray, b: np.ndarray) -> float:
    total = 0.0
    for p, q in zip(a.ravel(), b.ravel()):
        total += (p - q) ** 2
    return total


first, second = data.shapes("test", dtype=np.float32).images[:2]
ways = {
    "loop over pixels": lambda: with_a_loop(first, second),
    "your function": lambda: squared_difference(first, second),
}
figure, seconds = figures.timings(ways, repeats=15)
figures.show(
    figure,
    caption="Time to compare two images of 3,072 numbers. The axis is logarithmic: equal steps are equal factors.",
    alt="Two horizontal bars on a logarithmic axis; the one for the loop over pixels is much longer than the one for the reader's function.",
)
print(f"{seconds['loop over pixels'] / seconds['your function']:.0f} times faster")

# %% [markdown]
# ## Numbers that are not what they seem
#
# Images come as `uint8`, whole numbers from 0 to 255 in one byte each. What is 200 + 100 in one
# byte? There is no 300, so it wraps around: $300 - 256 = 44$. Arrays do this without a warning; single
# numbers, such as `np.uint8(200) + np.uint8(100)`, give the same 44 with one. So convert to floats
# before you calculate.

# %%
bright = np.array([200, 250], dtype=np.uint8)
print(bright + np.array([100, 100], dtype=np.uint8), bright.astype(np.float64) + 100)

# %% [markdown]
# ### Exercise 0.6: images as floats
# 10 points · about 5 minutes · easy
#
# Turn such images into floats between 0 and 1.

# %% [markdown] hint="start-to-float"
# Which number must become 1.0? And which dtype is promised?
#
# `images / 255` gives float64. `astype` converts to another dtype; use it before you divide.
#
# An array's dtype is `images.dtype`, and `np.uint8` can be compared with it. The error is a
# `TypeError`.


# %% answer="start-to-float"
def to_float(images: np.ndarray) -> np.ndarray:
    """Images as numbers between 0 and 1.

    images: any shape, uint8
    returns: same shape, float32; 0 becomes 0.0 and 255 becomes 1.0
    raises: TypeError where images are not uint8
    """
    ### BEGIN SOLUTION
    if images.dtype != np.uint8:
        raise TypeError(f"uint8 is expected, not {images.dtype}")
    return images.astype(np.float32) / 255
    ### END SOLUTION


# %% check="start-to-float" points=10
with checks.verdict("images as floats"):
    images = np.array([[[0, 51, 102], [204, 153, 255]]], dtype=np.uint8)
    due = np.array([[[0.0, 0.2, 0.4], [0.8, 0.6, 1.0]]])
    floats = checks.leaves_alone(to_float, images, share=0.05)
    checks.equal(floats, due, "images", tolerance=1e-6)
    dark = to_float(images[:, :, :2].copy())
    checks.equal(dark, due[:, :, :2], "darker images", tolerance=1e-6)
    with checks.share(0.1, "The dtype"):
        checks.equal(floats, due, "images", tolerance=1e-6, dtype=np.float32)
    checks.raises(TypeError, to_float, due, reason="these are floats already", share=0.1)
    ### BEGIN HIDDEN TESTS
    row, due = np.arange(256, dtype=np.uint8), np.linspace(0, 1, 256)
    checks.equal(to_float(row), due, "all 256 numbers", tolerance=1e-6)
    for other in (row.astype(np.int64), due.astype(np.float32)):
        checks.raises(TypeError, to_float, other, reason="only uint8 ends at 255", share=0.1)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Handing in
#
# 1. Save the notebook.
# 2. Choose *Kernel, Restart Kernel and Run All Cells*. If the notebook runs to the end, it will run for others.
# 3. In a terminal, `course check 00_start_here` does the same without a browser and prints a line for
#    each exercise. `course progress` shows where you stand in all lessons.
# 4. Hand in the file `00_start_here.ipynb` as your teacher tells you. Its name must stay as it is.
#
# Add cells of your own wherever you like, but do not delete or copy the grey check cells.

# %% [markdown]
# ## What you built
#
# Six small functions on whole arrays, and you know how cells, axes, broadcasting and checks work. Answer
# without looking up:
#
# 1. `images` has shape `(10, 3, 32, 32)`. What is the shape of `images.mean(axis=1)`, and what would
#    you call it?
#
#    <details><summary>Answer</summary>
#
#    `(10, 32, 32)`: the axis of the channels vanishes. Each pixel is the mean of its red, green and
#    blue, so these are ten grey images.
#
#    </details>
#
# 2. Which shapes do `(4, 1) + (3,)` and `(4,) + (4, 1)` have?
#
#    <details><summary>Answer</summary>
#
#    `(4, 3)` and `(4, 4)`. From the right: 1 is stretched to 3, and the missing axis to 4. In the
#    second, the row of 4 meets the column of 4, and every pair is added. This is a frequent bug: you
#    want four sums and get sixteen.
#
#    </details>
#
# 3. Why does `X - X.mean(axis=1)` fail for shape `(2, 3)`, and run with a wrong result for `(3, 3)`?
#
#    <details><summary>Answer</summary>
#
#    The means have shape `(2,)`, and 2 does not line up with 3 columns. In a square array they do
#    line up, with the columns instead of the rows: column $j$ loses the mean of row $j$. So test
#    with shapes that are not square.
#
#    </details>
#
# 4. What is `np.uint8(5) - np.uint8(6)`?
#
#    <details><summary>Answer</summary>
#
#    255: the result $-1$ wraps around to the largest number of a byte. Single numbers like these give
#    a `RuntimeWarning`; two arrays give the same 255 without one.
#
#    </details>
#
# 5. A check passes here, and the same exercise loses points when it is graded. What may have
#    happened?
#
#    <details><summary>Answer</summary>
#
#    Grading runs the notebook from top to bottom on other inputs. The function may fit only the
#    numbers on this page, or use a name from a cell that is gone or stands further down. *Restart
#    Kernel and Run All Cells* finds the second; reading the docstring again finds the first.
#
#    </details>
#
# **References.** NumPy's guides to [broadcasting](https://numpy.org/doc/stable/user/basics.broadcasting.html)
# and [indexing](https://numpy.org/doc/stable/user/basics.indexing.html); CS231n's
# [Python and NumPy tutorial](https://cs231n.github.io/python-numpy-tutorial/); JupyterLab's
# [documentation](https://jupyterlab.readthedocs.io/).
#
# **Next:** lesson 01 tells images apart by comparing them.
