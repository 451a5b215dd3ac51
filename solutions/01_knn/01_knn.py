# %% [markdown]
# # 01 Nearest neighbours
#
# Afterwards you can classify an image by comparing it with images whose class is known, choose
# the settings of such a classifier without fooling yourself, and say why distance between raw
# pixels is a poor measure of similarity.
#
# **Time:** about 4 hours, a little over 3 of them for the exercises. **Needs:** lesson 00, or ease with NumPy. **Data:** the *shapes* that
# come with the course, or CIFAR-10 where you have downloaded it (`course data get cifar10`).
# **Points:** 100.
#
# Answers use NumPy alone, and leave the arrays that they are given as they are.

# %% setup="knn"
import numpy as np

from course_lib import checks, data, figures, oracle

# %% [markdown]
# ## What is in this picture?
#
# You see at once what each of these pictures shows. Now say how you did it, as a rule that a
# program could follow.

# %% tags=["experiment"]
train_set = data.course_images("train").take(5000)
test_set = data.course_images("test").take(500)
print(
    f"{train_set.name}: {len(train_set.labels):,} training and {len(test_set.labels)} test images"
)
figures.show(
    figures.image_grid(
        train_set.images[:20], [train_set.classes[label] for label in train_set.labels[:20]]
    ),
    caption="Twenty training images with their labels. Look for two of one class that differ in colour, size and place.",
    alt="Two rows of ten small colour pictures, each with the name of its class above it.",
)
print("To a program, the first one is", train_set.images[0].shape, train_set.images[0].dtype)
print(train_set.images[0, 0, 12:18, 12:20])  # red, six rows, eight columns

# %% [markdown]
# A program does not see a picture. It sees what is printed below it: for every pixel three numbers
# from 0 to 255, how red, how green and how blue. An image of 32 x 32 pixels is 3 x 32 x 32 = 3,072
# numbers, stored as `(channel, row, column)`.
#
# Nothing in those numbers says what is shown, and they change completely when nothing that matters
# to you has changed. The next figure takes one scene and changes one condition at a time.

# %% tags=["experiment"]
changes: dict[str, dict[str, float]] = {
    "as it was": {},
    "illumination": {"light": 0.5, "shadow": 0.6},
    "viewpoint": {"stretch": 0.55, "angle": 40.0},
    "scale": {"size": 5.5},
    "deformation": {"bend": 0.5},
    "occlusion": {"occlusion": 0.5},
    "clutter": {"clutter": 6},
}
scene = data.draw_scenes(64, seed=1).take(slice(44, 45))
scene = scene.replace(light=1, stretch=1, shadow=0, bend=0, occlusion=0, noise=0, clutter=0)
copies = [scene.replace(**change) for change in changes.values()]
images = np.concatenate([data.render(copy).images for copy in copies])
figures.show(
    figures.image_grid(images, list(changes), columns=7, size=1.05),
    caption="One object seven times. Only the condition named above each copy has changed, and with it most of the 3,072 numbers.",
    alt="Seven renderings of the same shape: as it was, in dim light, from another viewpoint, smaller, bent, half hidden behind a beam, and among many marks.",
)

# %% [markdown]
# *Illumination*, *viewpoint* and *scale*, *deformation*, *occlusion*, *background clutter*, and the
# variety within one class (*intra-class variation*): a rule written by hand would have to survive all
# of them. Nobody has found such rules. So turn it round. Collect images whose labels are known, and let
# the program work from those. This is the **data-driven approach**, and it has two steps:
#
# - `train(X, y)` takes images and labels and remembers what it needs;
# - `predict(X)` takes new images and gives labels.
#
# ## The laziest learner
#
# The laziest `train` remembers everything. Its `predict` looks for the most similar training image
# and repeats that image's label. Similar in what sense? Take the difference of every pair of
# pixels, make it positive, add up:
#
# $$d_1(a, b) = \sum_p |a_p - b_p|$$
#
# This is the **L1** (or Manhattan) distance. Here
# is a test image of 2 x 2 grey pixels with two training images. Do the sums on paper, then
# run the cell.

# %%
test_image = np.array([[9.0, 1.0], [4.0, 0.0]])
cat = np.array([[8.0, 2.0], [4.0, 1.0]])
dog = np.array([[1.0, 9.0], [0.0, 4.0]])
print("to the cat:", np.abs(test_image - cat).sum(), " to the dog:", np.abs(test_image - dog).sum())

# %% [markdown]
# The cat is nearer: 3 against 24.
#
# ### Exercise 1.1: the nearest neighbour
# 8 points · about 20 minutes · medium
#
# Now for many images, each laid out as one row of numbers.

# %% [markdown] hint="knn-nearest-neighbor"
# `train` computes nothing. What must `predict` be able to look up later?
#
# Keep both arrays on `self`. For one test image, `self.X_train - image` has shape `(N, D)`: all
# differences to all training images. Sum along which axis?
#
# `np.abs(...).sum(axis=...).argmin()` is the *position* of the nearest training image. Do it for each
# row of `X`, and look the labels up in `self.y_train`.


# %% answer="knn-nearest-neighbor"
class NearestNeighbor:
    """Answers with the label of the training image that is nearest in L1 distance.

    Source: CS231n notes, "Image classification".
    """

    def train(self, X: np.ndarray, y: np.ndarray) -> None:
        """Remember the training images on this model; a second call replaces those of the first.

        X: (N, D) float, one image a row
        y: (N,) int, their labels
        """
        ### BEGIN SOLUTION
        self.X_train, self.y_train = X, y
        ### END SOLUTION

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Label new images.

        X: (M, D) float, one image a row
        returns: (M,) int; where two training images are equally near, the first one's label
        """
        ### BEGIN SOLUTION
        nearest = [np.abs(self.X_train - image).sum(axis=1).argmin() for image in X]
        return self.y_train[nearest]
        ### END SOLUTION


# %% check="knn-nearest-neighbor" points=8
with checks.verdict("the nearest neighbour") as rng:
    X, X_train, y_train = rng.normal(size=(40, 6)), rng.normal(size=(12, 6)), rng.permutation(12)
    due = oracle.knn.labels(oracle.knn.l1_distances(X, X_train), y_train, 1)
    model, twins = NearestNeighbor(), NearestNeighbor()
    model.train(X_train.copy(), y_train.copy())
    checks.equal(checks.leaves_alone(model.predict, X, share=0.05), due, "labels")
    with checks.share(0.1, "Training again, and another model"):
        model.train(X_train, y_train + 100)
        twins.train(np.zeros((5, 6)), np.array([7, 6, 5, 9, 8]))
        checks.equal(model.predict(X), due + 100, "labels")
    with checks.share(0.1, "Equally near images"):
        checks.equal(twins.predict(np.ones((2, 6))), np.array([7, 7]), "labels")
    ### BEGIN HIDDEN TESTS
    X, X_train, y_train = 200 * rng.random((9, 50)), 200 * rng.random((30, 50)), rng.permutation(30)
    due = oracle.knn.labels(oracle.knn.l1_distances(X, X_train), y_train, 1)
    few = oracle.knn.labels(oracle.knn.l1_distances(X, X_train[:4]), y_train[:4], 1)
    model, other = NearestNeighbor(), NearestNeighbor()
    model.train(X_train.copy(), y_train.copy())
    checks.equal(model.predict(X.copy()), due, "labels of larger images")
    with checks.share(0.1, "Training again, and another model"):
        other.train(X_train[:4].copy(), y_train[:4].copy())
        checks.equal(other.predict(X.copy()), few, "labels by another model")
        checks.equal(model.predict(X.copy()), due, "labels by the first")
        model.train(X_train[:4], y_train[:4])
        checks.equal(model.predict(X), few, "labels with fewer training images")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise 1.2: accuracy
# 4 points · about 5 minutes · easy
#
# How good is it? Count how often the prediction is right. The cell after the check then runs your
# classifier on 1,000 training and 200 test images. There are ten classes, so guessing gives 10 %.

# %% [markdown] hint="knn-accuracy"
# A comparison of two arrays gives true and false. What is the mean of true and false?
#
# NumPy would compare one prediction with forty labels, by broadcasting. Compare the two lengths first.


# %% answer="knn-accuracy"
def accuracy(y_pred: np.ndarray, y: np.ndarray) -> float:
    """Fraction of predictions that are right.

    y_pred: (M,) int, predicted labels
    y: (M,) int, true labels
    returns: float in [0, 1]
    raises: ValueError where the two have different lengths
    """
    ### BEGIN SOLUTION
    if len(y_pred) != len(y):
        raise ValueError(f"{len(y_pred)} predictions for {len(y)} images")
    return float(np.mean(y_pred == y))
    ### END SOLUTION


# %% check="knn-accuracy" points=4
with checks.verdict("accuracy") as rng:
    y = rng.integers(3, size=40)
    y_pred = np.where(np.arange(40) < 14, y + 1, y)  # 26 of 40 are right
    checks.equal(checks.leaves_alone(accuracy, y_pred, y, share=0.05), 26 / 40, "accuracy")
    reason = "1 prediction for 40 images is a slip, and NumPy would compare it with all of them"
    checks.raises(ValueError, accuracy, y_pred[:1], y, reason=reason, share=0.15)
    ### BEGIN HIDDEN TESTS
    checks.equal(accuracy(np.array([1]), np.array([1])), 1.0, "accuracy on one image")
    checks.equal(accuracy(np.zeros(7, int), np.ones(7, int)), 0.0, "accuracy of wrong answers")
    two_of_six = np.array([2, 0, 1, 1, 0, 2]), np.array([0, 2, 1, 4, 0, 5])
    checks.equal(accuracy(*two_of_six), 2 / 6, "accuracy of 2 right answers of 6")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
train_X, train_y = train_set.flat(), train_set.labels
test_X, test_y = test_set.flat(), test_set.labels
laziest = NearestNeighbor()
laziest.train(train_X[:1000], train_y[:1000])
share = accuracy(laziest.predict(test_X[:200]), test_y[:200])
print(f"nearest of 1,000 neighbours, L1: {100 * share:.1f} % right")

# %% [markdown]
# | data | expect, 200 test images | guessing |
# | --- | --- | --- |
# | shapes | 16 to 23 % | 10 % |
# | CIFAR-10 | 21 to 29 % | 10 % |
#
# Far from good, but clearly better than guessing, for a method that knows nothing about images.
#
# ## All distances at once: two loops
#
# From here on we keep distances and votes apart: first a table of all distances, then the answer.
# The usual distance is the length of the straight line, **L2** or Euclidean distance:
#
# $$d_2(a, b) = \sqrt{\sum_p (a_p - b_p)^2}$$
#
# For $a = (1, 2)$ and $b = (4, 6)$ that is $\sqrt{3^2 + 4^2} = 5$.
#
# ### Exercise 1.3: distances with two loops
# 6 points · about 10 minutes · easy
#
# Write it in the plainest way, one pair at a time. It will be slow, and the faster versions will be
# compared with it.

# %% [markdown] hint="knn-distances-two-loops"
# How many numbers come out? Make room for all of them first.
#
# `np.zeros((M, N))`, then a loop over the test images and, inside it, one over the training images.
#
# One entry is the root of the sum of squared differences of `X[i]` and `X_train[j]`: exercise 0.5 of
# lesson 00, and a root.


# %% answer="knn-distances-two-loops"
def compute_distances_two_loops(X: np.ndarray, X_train: np.ndarray) -> np.ndarray:
    """L2 distance from every test image to every training image, pair by pair.

    X: (M, D) float, test images, one a row
    X_train: (N, D) float, training images, one a row
    returns: (M, N) float; entry (i, j) is the distance between X[i] and X_train[j]
    Source: CS231n, assignment 1, k_nearest_neighbor.py
    """
    ### BEGIN SOLUTION
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        for j in range(len(X_train)):
            dists[i, j] = np.sqrt(((X[i] - X_train[j]) ** 2).sum())
    return dists
    ### END SOLUTION


# %% check="knn-distances-two-loops" points=6
with checks.verdict("distances with two loops") as rng:
    X, X_train = rng.normal(size=(3, 7)), rng.normal(size=(5, 7))
    due = oracle.knn.l2_distances(X, X_train)
    dists = checks.leaves_alone(compute_distances_two_loops, X, X_train, share=0.05)
    checks.equal(dists, due, "distances")
    ### BEGIN HIDDEN TESTS
    X, X_train = 200 * rng.random((6, 30)), 200 * rng.random((2, 30))
    due = oracle.knn.l2_distances(X, X_train)
    dists = compute_distances_two_loops(X, X_train)
    checks.equal(dists, due, "distances from 6 test images to 2 training images")
    a, b = rng.normal(size=(2, 1, 4))
    due = oracle.knn.l2_distances(a, b)
    checks.equal(compute_distances_two_loops(a, b), due, "distance of one pair")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
sample = compute_distances_two_loops(test_X[:60], train_X[:300])
figures.show(
    figures.knn.distance_matrix(sample),
    caption="Distances of 60 test images to 300 training images; dark is near. Some rows and some columns are bright throughout.",
    alt="A matrix of 60 rows and 300 columns in shades from dark blue to yellow, with a few bright horizontal and vertical lines.",
)

# %% [markdown]
# Think before you read on: what kind of test image makes a whole row bright, and what kind of
# training image a whole column?
#
# <details><summary>Answer</summary>
#
# A row is bright where the test image is unlike every training image: very light, very dark, or of
# strong contrast. A column is bright for the same reason on the other side. Distance in pixels
# measures overall brightness and contrast first, and what is shown last.
#
# </details>
#
# ## k neighbours vote
#
# One neighbour can be an accident. Ask the $k$ nearest, and let them vote:
#
# | neighbour | nearest | 2nd | 3rd | 4th | 5th |
# | --- | --- | --- | --- | --- | --- |
# | label | 2 | 0 | 0 | 1 | 2 |
#
# With $k = 1$ the answer is 2. With $k = 3$ it is 0, by two votes to one. With $k = 5$ the labels 0
# and 2 have two votes each. A tie needs a rule, and ours is: the smaller label wins, so 0.
#
# ### Exercise 1.4: votes of the k nearest
# 11 points · about 20 minutes · medium
#
# From a table of distances and the training labels, find the winning label for each test image.

# %% [markdown] hint="knn-predict-labels"
# You need the *positions* of the k smallest distances in each row, not the distances.
#
# `np.argsort(dists, axis=1)` has them all, the nearest first; a slice keeps k columns. As an index into
# `y_train`, a table of positions gives a table of labels, `(M, k)`.
#
# `np.bincount` counts how often each label occurs, and `argmax` gives the first of the largest counts:
# is that the label that the tie rule asks for?


# %% answer="knn-predict-labels"
def predict_labels(dists: np.ndarray, y_train: np.ndarray, k: int = 1) -> np.ndarray:
    """The label that most of the k nearest training images have.

    dists: (M, N) float, distance of each test image to each training image
    y_train: (N,) int, labels, 0 or larger
    k: how many neighbours vote
    returns: (M,) int; of labels with equally many votes the smallest
    raises: ValueError where k is smaller than 1 or larger than N
    Source: CS231n, assignment 1, k_nearest_neighbor.py
    """
    ### BEGIN SOLUTION
    if not 1 <= k <= len(y_train):
        raise ValueError(f"{k} of {len(y_train)} training images cannot vote")
    nearest = np.argsort(dists, axis=1)[:, :k]
    return np.array([np.bincount(labels).argmax() for labels in y_train[nearest]])
    ### END SOLUTION


# %% check="knn-predict-labels" points=7
with checks.verdict("votes of the k nearest") as rng:
    dists, y_train = rng.random((60, 15)), rng.permutation(np.repeat([1, 3], [8, 7]))
    five, one = oracle.knn.labels(dists, y_train, 5), oracle.knn.labels(dists, y_train, 1)
    labels = checks.leaves_alone(predict_labels, dists, y_train, k=5, share=0.05)
    checks.equal(labels, five, "labels with k = 5")
    labels = checks.leaves_alone(predict_labels, dists, y_train, share=0.05)
    checks.equal(labels, one, "labels without k")
    for k in (-1, 0, 16):
        reason = "of 15 training images 1 to 15 can vote"
        checks.raises(ValueError, predict_labels, dists, y_train, k, reason=reason, share=0.15)
    ### BEGIN HIDDEN TESTS
    dists = np.array([[7.0, 4.0, 3.0, 0.0, 5.0, 6.0, 2.0, 1.0, 8.0, 9.0]])
    y_train = np.array([5, 2, 0, 1, 2, 0, 2, 5, 5, 5])
    for k, due in ((6, 2), (10, 5)):
        labels = predict_labels(dists.copy(), y_train.copy(), k)
        checks.equal(labels, np.array([due]), f"label with k = {k}")
    ### END HIDDEN TESTS

# %% check="knn-predict-labels-ties" points=4
with checks.verdict("ties go to the smaller label"):
    near_to_far, mixed = [2.0, 2.1, 2.2, 2.3, 2.4], [2.2, 2.0, 2.1, 2.3, 2.4]
    y_train = np.array([2, 0, 0, 1, 2])
    labels = predict_labels(np.array([near_to_far, mixed]), y_train, k=5)
    checks.equal(labels, np.array([0, 0]), "labels")
    ### BEGIN HIDDEN TESTS
    labels = predict_labels(np.array([near_to_far]), np.array([5, 3, 3, 4, 5])[::-1], k=4)
    checks.equal(labels, np.array([3]), "label")
    labels = predict_labels(np.array([near_to_far]), np.array([8, 6, 4, 9, 7]), k=5)
    checks.equal(labels, np.array([4]), "label where each has one vote")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Faster: one loop
#
# A Python loop spends most of its time in the interpreter, not on arithmetic. Give
# NumPy more to do at once: subtract
# one test image from *all* training images. `X_train - X[i]` has shape `(N, D)`, because the row
# of shape `(D,)` is stretched over all $N$ rows (lesson 00, broadcasting).
#
# ### Exercise 1.5: distances with one loop
# 7 points · about 10 minutes · easy
#
# The same table as before. The loop over the training images goes.

# %% [markdown] hint="knn-distances-one-loop"
# One step of the loop now fills a whole row of the table.
#
# `(X_train - X[i]) ** 2` has shape `(N, D)`, and a row has `N` entries: which axis is summed?
#
# `dists[i] = np.sqrt(....sum(axis=...))`


# %% answer="knn-distances-one-loop"
def compute_distances_one_loop(X: np.ndarray, X_train: np.ndarray) -> np.ndarray:
    """L2 distance from every test image to every training image, with one loop over X.

    X: (M, D) float, test images, one a row
    X_train: (N, D) float, training images, one a row
    returns: (M, N) float; entry (i, j) is the distance between X[i] and X_train[j]
    Source: CS231n, assignment 1, k_nearest_neighbor.py
    """
    ### BEGIN SOLUTION
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        dists[i] = np.sqrt(((X_train - X[i]) ** 2).sum(axis=1))
    return dists
    ### END SOLUTION


# %% check="knn-distances-one-loop" points=7
with checks.verdict("distances with one loop") as rng:
    X, X_train, wide = rng.normal(size=(5, 6)), rng.normal(size=(6, 6)), rng.normal(size=(5, 9))
    due, due_wide = oracle.knn.l2_distances(X, X_train), oracle.knn.l2_distances(wide, wide)
    dists = checks.leaves_alone(compute_distances_one_loop, X, X_train, share=0.05)
    checks.equal(dists, due, "distances")
    dists = checks.leaves_alone(compute_distances_one_loop, wide, wide, share=0.05)
    checks.equal(dists, due_wide, "distances of 5 images to each other")
    ### BEGIN HIDDEN TESTS
    X, X_train = 200 * rng.random((2, 30)), 200 * rng.random((9, 30))
    due = oracle.knn.l2_distances(X, X_train)
    dists = compute_distances_one_loop(X, X_train)
    checks.equal(dists, due, "distances from 2 test images to 9 training images")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Distances without a loop
#
# All of the distances are hidden in one matrix product. Write out a single squared distance:
#
# $$\lVert a - b \rVert^2 = \lVert a \rVert^2 - 2\,a \cdot b + \lVert b \rVert^2$$
#
# Take $a = (1, 2)$ and $b = (4, 6)$ again. The left side is $3^2 + 4^2 = 25$; the right side is
# $5 - 2 \cdot 16 + 52 = 25$. For many $a$ and many $b$ at once, the mixed term in the middle is
# `X @ X_train.T`, of shape `(M, N)`, times -2, and the outer two are a column and a row that broadcast.
#
# ### Exercise 1.6: distances without a loop
# 12 points · about 20 minutes · medium
#
# Then you have three functions with the same result. What does each cost? The figure after the checks
# times them beside scikit-learn, whose authors have spent years on this. Come within a factor of
# three of it.

# %% [markdown] hint="knn-distances-no-loops"
# Write down the shape of each of the three terms, for M test and N training images.
#
# `(M, 1) - 2 * (M, N) + (N,)`. The first sum gets its second axis with `[:, None]`.
#
# Where does nan come from? The distance of an image to itself is 0. Three large terms that should
# cancel leave a rounding error, which may be negative, and a negative number has no real root:
# `np.maximum(..., 0)` before the root.


# %% answer="knn-distances-no-loops"
def compute_distances_no_loops(X: np.ndarray, X_train: np.ndarray) -> np.ndarray:
    """L2 distance from every test image to every training image, without a Python loop.

    X: (M, D) float, test images, one a row
    X_train: (N, D) float, training images, one a row
    returns: (M, N) float; entry (i, j) is the distance between X[i] and X_train[j]; 0, not nan,
        where two images are equal
    raises: ValueError where the two have different D
    Source: CS231n, assignment 1, k_nearest_neighbor.py
    """
    ### BEGIN SOLUTION
    if X.shape[1] != X_train.shape[1]:
        raise ValueError(f"images of {X.shape[1]} and {X_train.shape[1]} pixels cannot be compared")
    squares = (X**2).sum(axis=1)[:, None] - 2 * X @ X_train.T + (X_train**2).sum(axis=1)
    return np.sqrt(np.maximum(squares, 0))  # rounding can leave -1e-12 where two images are equal
    ### END SOLUTION


# %% check="knn-distances-no-loops" points=9
with checks.verdict("distances without a loop") as rng:
    X, X_train, twins = rng.normal(size=(5, 7)), rng.normal(size=(4, 7)), rng.normal(size=(20, 500))
    due = oracle.knn.l2_distances(X, X_train)
    dists = checks.leaves_alone(compute_distances_no_loops, X, X_train, share=0.05)
    checks.equal(dists, due, "distances")
    with checks.share(0.1, "Equal images"):
        reason = "They must give 0, not nan: mind the root of a tiny negative number."
        dists = compute_distances_no_loops(twins, twins.copy())
        checks.finite(dists, reason)
        checks.holds(not np.any(np.diag(dists) > 1e-4), "They must give 0, up to rounding.")
    reason = "images of 1 and of 7 pixels cannot be compared"
    checks.raises(ValueError, compute_distances_no_loops, X[:, :1], X, reason=reason, share=0.1)
    ### BEGIN HIDDEN TESTS
    X, X_train, twins = rng.random((1, 30)), rng.random((6, 30)), 200 * rng.random((30, 2000))
    due = oracle.knn.l2_distances(X, X_train)
    checks.equal(compute_distances_no_loops(X, X_train), due, "distances of one test image")
    with checks.share(0.1, "Equal images"):
        reason = "They must give 0, not nan: mind the root of a tiny negative number."
        checks.finite(compute_distances_no_loops(twins, twins), reason)
    ### END HIDDEN TESTS

# %% check="knn-distances-no-loops-source" points=3
with checks.verdict("no Python loop is left"):
    due = oracle.knn.l2_distances(np.eye(3), np.ones((2, 3)))
    dists = compute_distances_no_loops(np.eye(3), np.ones((2, 3)))
    right = np.shape(dists) == due.shape and np.allclose(dists, due)
    checks.holds(right, "The distances are not right yet: see the check above.")
    checks.without_loops(compute_distances_no_loops)

# %% tags=["experiment"]
from sklearn.metrics.pairwise import euclidean_distances

some_X, more_X = test_X[:50], train_X[:500]
figure, seconds = figures.timings(
    {
        "two loops": lambda: compute_distances_two_loops(some_X, more_X),
        "one loop": lambda: compute_distances_one_loop(some_X, more_X),
        "no loop": lambda: compute_distances_no_loops(some_X, more_X),
        "scikit-learn": lambda: euclidean_distances(some_X, more_X),
    }
)
figures.show(
    figure,
    caption="Time for 50 x 500 distances of images with 3,072 numbers. The axis is logarithmic: equal steps are equal factors.",
    alt="Horizontal bars on a logarithmic scale: two loops and one loop take longest, no loop and scikit-learn are shortest.",
)
print(f"no loop / scikit-learn: {seconds['no loop'] / seconds['scikit-learn']:.1f}")

# %% [markdown]
# The loop over pairs is slow because of Python. The loop over images is slow for another reason:
# for each test image it writes and reads 500 x 3,072 differences, 12 MB, more than a processor keeps
# close by in its cache. The matrix product loads a block of numbers once and uses each many times.
#
# **A trap.** Images come as `uint8`, whole numbers from 0 to 255, and arithmetic on arrays of them
# wraps around without a warning (lesson 00). Guess the output, then run the cell.

# %%
print(np.array([200], dtype=np.uint8) - np.array([210], dtype=np.uint8))

# %% [markdown]
# $200 - 210 = -10$ became $256 - 10 = 246$: two pixels that are almost equal seem far apart. This is why
# `flat()` gave you floats.
#
# ## Another metric: L1
#
# ### Exercise 1.7: L1 distances
# 6 points · about 5 minutes · easy
#
# L1 adds absolute differences, as in your first classifier, now for a whole table. No matrix product
# helps here. A loop over test images is fine; all differences at once would be
# 500 x 5,000 x 3,072 numbers, 61 GB.

# %% [markdown] hint="knn-distances-l1"
# Which of your three functions has the right loop already?
#
# A row of the table is what your `NearestNeighbor` computed before it took `argmin`.
#
# `np.stack([... for image in X])` makes a table of rows.


# %% answer="knn-distances-l1"
def compute_distances_l1(X: np.ndarray, X_train: np.ndarray) -> np.ndarray:
    """L1 distance from every test image to every training image.

    X: (M, D) float, test images, one a row
    X_train: (N, D) float, training images, one a row
    returns: (M, N) float; entry (i, j) is the sum of the absolute differences
    """
    ### BEGIN SOLUTION
    return np.stack([np.abs(X_train - image).sum(axis=1) for image in X])
    ### END SOLUTION


# %% check="knn-distances-l1" points=6
with checks.verdict("L1 distances") as rng:
    X, X_train = rng.normal(size=(5, 7)), rng.normal(size=(4, 7))
    due = oracle.knn.l1_distances(X, X_train)
    dists = checks.leaves_alone(compute_distances_l1, X, X_train, share=0.05)
    checks.equal(dists, due, "distances")
    ### BEGIN HIDDEN TESTS
    X, X_train = 200 * rng.random((1, 30)), 200 * rng.random((9, 30))
    due = oracle.knn.l1_distances(X, X_train)
    checks.equal(compute_distances_l1(X, X_train), due, "distances of one test image")
    ### END HIDDEN TESTS

# %% [markdown]
# ## What k and the metric do
#
# With two numbers for an image instead of 3,072 we can see what kNN does. Below, every place of
# the plane has the colour that *your* functions give it. Move the star with `x` and `y`; the lines
# lead to the neighbours that vote.

# %% tags=["experiment"]
spread = np.random.default_rng(4)
points = np.concatenate(
    [spread.normal(centre, 0.9, (15, 2)) for centre in ((-1, 0), (1, 1), (0.8, -1.2))]
)
groups = np.repeat([0, 1, 2], 15)
metrics = {"L2": compute_distances_no_loops, "L1": compute_distances_l1}


def draw(state: figures.knn.MapState):
    return figures.knn.decision_map(state, points, groups, metrics, predict_labels)


figures.interactive(
    draw,
    figures.knn.MapState(k=1, metric="L2", x=0.2, y=0.1),
    caption="Regions of kNN on 45 points of three classes. Raise k: islands round single points vanish and the borders get smoother.",
    alt="A plane in three colours with 45 points; a star marks a new point, with lines to its nearest neighbours.",
    k=(1, 25, 2),
    metric=["L2", "L1"],
    x=(-3.0, 3.0, 0.1),
    y=(-3.0, 3.0, 0.1),
)

# %% [markdown]
# Find out with the sliders, and write down your answers before you open ours:
#
# 1. With $k = 1$, how many training points are on the wrong side of a border? Why?
# 2. At which $k$ do the islands vanish?
# 3. Where do L1 and L2 disagree? Turn the plane by 45 degrees in your mind: which of the two would
#    draw the same borders?
#
# <details><summary>Answers</summary>
#
# 1. None. Each training point is its own nearest neighbour, so around it the map has its colour.
# 2. At $k = 5$ each class is one connected region. The price: 7 of the 45 points now lie in the
#    region of another class.
# 3. They differ where neighbours lie along a diagonal: from $(0, 0)$, the points $(1, 1)$ and
#    $(0, 1.5)$ have the L2 distances 1.41 and 1.5, and the L1 distances 2 and 1.5. L2 does not know
#    where the axes are, so a rotation changes none of its borders. L1 adds up along the axes, so a
#    rotation changes them: only L2 would draw the same borders.
#
# </details>
#
# ## Choosing k without fooling yourself
#
# $k$ and the metric are **hyperparameters**: no formula gives them, so we try several. On which images?
#
# - *On the training images:* $k = 1$ always wins, with 100 %. Each image is its own neighbour.
# - *On the test images:* the best of ten tries is partly the luckiest of ten. You would report a number
#   that new images will not give you. The test set is for the last step, **once**.
# - *On a part of the training images* that is held out, the **validation** set. This is what
#   everybody does.
#
# Where training images are few, **cross-validation** makes the most of them: split them into, say,
# five folds, hold out each in turn, and average the five results.

# %% tags=["experiment"]
figures.show(
    figures.knn.fold_diagram(5),
    caption="Five-fold cross-validation. In each round one fold validates and four train; the test set waits until all choices are made.",
    alt="Five rows of five blocks; along the diagonal the block is marked validate, the others train; a sixth grey column says test: not yet.",
)

# %% [markdown]
# ### Exercise 1.8: the fold split
# 6 points · about 10 minutes · easy
#
# First the split. Seven images in three folds: 3, 2 and 2 images, in their order. What is left over
# goes to the first folds, one image each.

# %% [markdown] hint="knn-split-folds"
# NumPy has a function that cuts an array into a given number of parts. Which one accepts a remainder?
#
# `np.array_split`, once for the images and once for the labels. `np.split` refuses a remainder.
#
# The error first. Fewer than two folds leave nothing to train on. And into how many folds can N images be
# split, if each must hold at least one?


# %% answer="knn-split-folds"
def split_folds(
    X: np.ndarray, y: np.ndarray, num_folds: int
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Split images and labels into folds, in their order.

    X: (N, D) float; y: (N,) int
    num_folds: how many; where N is no multiple of it, the first folds have one image more
    returns: (X_folds, y_folds), two lists of num_folds arrays
    raises: ValueError where num_folds is smaller than 2 or larger than N
    """
    ### BEGIN SOLUTION
    if not 2 <= num_folds <= len(X):
        raise ValueError(f"{len(X)} images cannot be split into {num_folds} folds")
    return np.array_split(X, num_folds), np.array_split(y, num_folds)
    ### END SOLUTION


# %% check="knn-split-folds" points=6
with checks.verdict("the fold split") as rng:
    X, y = rng.normal(size=(10, 4)), rng.permutation(10)
    even, uneven = oracle.knn.folds(X[:8], y[:8], 4), oracle.knn.folds(X, y, 4)
    found = checks.leaves_alone(split_folds, X[:8], y[:8], 4, share=0.05)
    checks.equal(found, even, "X_folds, y_folds")
    with checks.share(0.15, "10 images in 4 folds"):
        checks.equal(split_folds(X.copy(), y.copy(), 4), uneven, "X_folds, y_folds")
    for count in (1, 11):
        reason = "10 images make 2 to 10 folds"
        checks.raises(ValueError, split_folds, X, y, count, reason=reason, share=0.1)
    ### BEGIN HIDDEN TESTS
    X, y = rng.normal(size=(6, 8)), np.arange(6)
    for count in (2, 6):
        due = oracle.knn.folds(X, y, count)
        checks.equal(split_folds(X.copy(), y.copy(), count), due, "X_folds, y_folds")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise 1.9: cross-validation over k
# 10 points · about 25 minutes · hard
#
# Now the rounds. The function gets the distance and the vote as arguments, so that it works with
# yours, with scikit-learn's, and with any you think of later. Distances do not depend on $k$:
# compute them once a round, not once for every $k$.

# %% [markdown] hint="knn-cross-validate"
# Two loops, one inside the other: rounds outside, values of k inside. What is computed in which?
#
# In a round: the training part without the fold that is held out, and one table of distances from the
# fold to that part. For each k: the vote, compared with the fold's labels.
#
# All folds but one: `np.concatenate([fold for j, fold in enumerate(X_folds) if j != turn])`, and the
# same for the labels. Each k needs a list of its own.


# %% answer="knn-cross-validate"
def cross_validate(X, y, k_choices, num_folds, distances, vote) -> dict[int, list[float]]:
    """Validation accuracy of kNN for each k, one a fold, on the folds of np.array_split.

    X: (N, D) float; y: (N,) int
    k_choices: list of int; num_folds: int
    distances: function (M, D), (N, D) -> (M, N); called once a fold
    vote: function (M, N) distances, (N,) labels, k -> (M,) labels
    returns: {k: [accuracy with fold 0 held out, with fold 1, ...]}
    Source: CS231n, assignment 1, knn.ipynb
    """
    ### BEGIN SOLUTION
    X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
    k_to_accuracies: dict[int, list[float]] = {k: [] for k in k_choices}
    for turn in range(num_folds):
        X_rest = np.concatenate(X_folds[:turn] + X_folds[turn + 1 :])
        y_rest = np.concatenate(y_folds[:turn] + y_folds[turn + 1 :])
        dists = distances(X_folds[turn], X_rest)
        for k in k_choices:
            right = vote(dists, y_rest, k) == y_folds[turn]
            k_to_accuracies[k].append(float(right.mean()))
    return k_to_accuracies
    ### END SOLUTION


# %% check="knn-cross-validate" points=6
with checks.verdict("cross-validation over k") as rng:
    y = rng.integers(3, size=43)
    X = rng.normal(size=(43, 4)) + y[:, None]
    even, uneven = (oracle.knn.fold_accuracies(X[:n], y[:n], [1, 3, 8], 5) for n in (40, 43))
    tools = oracle.knn.l2_distances, oracle.knn.labels
    found = checks.leaves_alone(cross_validate, X[:40], y[:40], [1, 3, 8], 5, *tools, share=0.05)
    checks.equal(found, even, "accuracies")
    with checks.share(0.15, "43 images in 5 folds"):
        checks.equal(cross_validate(X, y, [1, 3, 8], 5, *tools), uneven, "accuracies")
    ### BEGIN HIDDEN TESTS
    X, y = rng.normal(size=(6, 4)), np.array([0, 1, 0, 1, 1, 0])
    due = oracle.knn.fold_accuracies(X, y, [1], 6)
    checks.equal(cross_validate(X, y, [1], 6, *tools), due, "accuracies with one image a fold")
    ### END HIDDEN TESTS

# %% check="knn-cross-validate-rounds" points=4
with checks.verdict("what each round sees"):
    X, y = np.arange(12.0)[:, None], np.arange(12) % 2
    rounds: list[list[int]] = []

    def watch(X_val: np.ndarray, X_rest: np.ndarray) -> np.ndarray:
        rounds.append([(i in X_val) + 2 * (i in X_rest) for i in range(12)])
        return np.zeros((len(X_val), len(X_rest)))

    cross_validate(X, y, [1, 2, 4], 4, watch, oracle.knn.labels)
    due = 2 - np.eye(4, dtype=int).repeat(3, axis=1)  # 1 is held out, 2 trains, 3 both, 0 neither
    checks.equal(np.unique(rounds, axis=0), due, "rounds, a row each")
    with checks.share(0.2, "Once a fold"):
        reason = "Compute the distances once a fold: they do not depend on k."
        checks.holds(len(rounds) <= 4, reason, f"4 folds, and {len(rounds)} tables of distances.")
    ### BEGIN HIDDEN TESTS
    rounds.clear()
    cross_validate(np.arange(12.0)[:, None], np.arange(12) % 2, [2], 3, watch, oracle.knn.labels)
    due = 2 - np.eye(3, dtype=int).repeat(4, axis=1)
    checks.equal(np.unique(rounds, axis=0), due, "rounds with 3 folds, a row each")
    ### END HIDDEN TESTS

# %% [markdown]
# ### A result that cannot be true
#
# A colleague sorts the images by class, because it looks tidy, and cross-validates. Run the cell.
# They are the same images and the same functions, yet the accuracy falls below guessing. Find out why before
# you open the answer: print the labels in each fold.

# %% tags=["experiment"]
order = np.argsort(train_y[:1000], kind="stable")
tidy = cross_validate(
    train_X[:1000][order],
    train_y[:1000][order],
    [1, 5],
    5,
    compute_distances_no_loops,
    predict_labels,
)
for k, accuracies in tidy.items():
    print(f"k = {k}: {[round(100 * value, 1) for value in accuracies]} % right")

# %% [markdown]
# <details><summary>The reason</summary>
#
# Each fold holds two classes, and the four other folds hold almost none of these two. So hardly a
# single neighbour has the right label. Folds taken in order are only fair where the order means
# nothing, so shuffle first: `order = rng.permutation(len(X))`. The sets of this course come shuffled.
# Yours may not.
#
# </details>
#
# ### Exercise 1.10: the choice of k
# 4 points · about 10 minutes · easy
#
# Take the $k$ with the best *mean*. One lucky fold must not decide. The cell after the check then
# cross-validates ten values of $k$ on 5,000 images. It is the slowest cell of this lesson.
# When all choices are made, and only then, comes the test set, once.

# %% [markdown] hint="knn-choose-k"
# Python's `max` takes a `key`: what it compares instead of the things themselves.
#
# The key can be a pair. Pairs are compared by their first parts, and only then by their second.
#
# `max(k_to_accuracies, key=lambda k: (..., ...))`: the mean of that k first, and what decides a tie
# second.


# %% answer="knn-choose-k"
def choose_k(k_to_accuracies: dict[int, list[float]]) -> int:
    """The k with the highest mean accuracy.

    k_to_accuracies: {k: [accuracy of each fold]}
    returns: the best k; of equally good ones the largest, whose borders are smoothest
    raises: ValueError where the dict is empty
    """
    ### BEGIN SOLUTION
    if not k_to_accuracies:
        raise ValueError("no k to choose from")
    return max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), k))
    ### END SOLUTION


# %% check="knn-choose-k" points=4
with checks.verdict("the choice of k"):
    results = {4: [0.2, 0.9, 0.2], 20: [0.1, 0.2, 0.1], 5: [0.4, 0.8, 0.4], 9: [0.5, 0.5, 0.4]}
    checks.equal(checks.leaves_alone(choose_k, results, share=0.05), 5, "k")
    with checks.share(0.1, "Equally good k"):
        checks.equal(choose_k({5: [0.5, 0.5], 3: [0.5, 0.5], 7: [0.5, 0.5], 4: [0.0, 0.5]}), 7, "k")
    with checks.share(0.1, "No image right in any fold"):
        checks.equal(choose_k({6: [0.0, 0.0]}), 6, "k")
    checks.raises(ValueError, choose_k, {}, reason="there is no k to choose from", share=0.05)
    ### BEGIN HIDDEN TESTS
    checks.equal(choose_k({8: [0.5, 0.25], 2: [0.25, 0.75], 5: [0.25, 0.25]}), 2, "k")
    checks.equal(choose_k({3: [0.501, 0.502], 9: [0.5, 0.5]}), 3, "k where means are close")
    with checks.share(0.1, "Equally good k"):
        checks.equal(choose_k({7: [0.5, 1.0], 3: [0.75, 0.75], 1: [0.25, 0.25]}), 7, "k")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
k_choices = [1, 3, 5, 8, 10, 15, 20, 50, 100, 200]
k_to_accuracies = cross_validate(
    train_X, train_y, k_choices, 5, compute_distances_no_loops, predict_labels
)
best_k = choose_k(k_to_accuracies)
figures.show(
    figures.knn.cross_validation(k_to_accuracies),
    caption="Validation accuracy against k: each dot is one fold, the line their mean. The bars are wider than most differences between neighbouring k.",
    alt="Accuracy in per cent over k from 1 to 200 on a logarithmic axis, a dot for each fold, a line with error bars through the means, a square round the best.",
)

# %% tags=["experiment"]
test_dists = compute_distances_no_loops(test_X, train_X)
test_accuracy = accuracy(predict_labels(test_dists, train_y, best_k), test_y)
error = 100 * np.sqrt(test_accuracy * (1 - test_accuracy) / len(test_y))
print(f"{test_set.name}, k = {best_k}: {100 * test_accuracy:.1f} % right, give or take {error:.1f}")

# %% [markdown]
# | data | best k | expect, 500 test images | to compare: the ConvNet of lesson 05, on its scoreboard |
# | --- | --- | --- | --- |
# | shapes | about 100 | 29 to 33 % | 76 % |
# | CIFAR-10 | about 10 | 26 to 30 % | 65 % |
#
# On 500 images an accuracy near 30 % has a standard error of $\sqrt{0.3 \cdot 0.7 / 500}$, about 2 points,
# so a difference of one point between two values of $k$ says nothing.
#
# ## Why pixel distance misleads
#
# What exactly does L2 distance measure? Make three copies of one image that are *equally far* from
# it, and look at them.
#
# ### Exercise 1.11: the shifted copy
# 4 points · about 15 minutes · easy
#
# First a shift. Move the picture to the right: the columns that leave it at the right are lost, and copies
# of the first column fill the gap at the left. A row `1 2 3 4` shifted by 2 becomes `1 1 1 2`.

# %% [markdown] hint="knn-shift-right"
# For each column of the result: from which column of the image does it come? Write the list down for
# four columns and a shift of 2.
#
# `0 0 0 1`: the column's own number minus the shift, and never below 0.
#
# A list of columns is an index: `image[:, :, columns]` picks them in that order. `np.arange` and
# `np.maximum` make the list.


# %% answer="knn-shift-right"
def shift_right(image: np.ndarray, pixels: int) -> np.ndarray:
    """A copy of an image, moved to the right.

    image: (C, H, W)
    pixels: how far, 0 to W - 1
    returns: (C, H, W), same dtype; the gap at the left repeats the first column
    raises: ValueError where pixels is negative or at least W
    """
    ### BEGIN SOLUTION
    width = image.shape[2]
    if not 0 <= pixels < width:
        raise ValueError(f"an image {width} wide cannot be shifted by {pixels}")
    columns = np.maximum(np.arange(width) - pixels, 0)
    return image[:, :, columns]
    ### END SOLUTION


# %% check="knn-shift-right" points=4
with checks.verdict("the shifted copy") as rng:
    image, grey = rng.random((3, 4, 5)), np.full((1, 2, 5), 9, dtype=np.uint8)
    due = oracle.knn.shifted(image, 2)
    checks.equal(checks.leaves_alone(shift_right, image, 2, share=0.05), due, "shifted image")
    with checks.share(0.1, "A shift by 0"):
        checks.equal(shift_right(image.copy(), 0), image, "shifted image")
    with checks.share(0.05, "The dtype"):
        checks.equal(shift_right(grey.copy(), 1), grey, "shifted image", dtype=np.uint8)
    for pixels in (-1, 5):
        reason = "an image of 5 columns can move by 0 to 4"
        checks.raises(ValueError, shift_right, image, pixels, reason=reason, share=0.1)
    ### BEGIN HIDDEN TESTS
    image = rng.random((1, 2, 6))
    for pixels in (1, 5):
        due = oracle.knn.shifted(image, pixels)
        checks.equal(shift_right(image.copy(), pixels), due, f"image shifted by {pixels}")
    ### END HIDDEN TESTS

# %% [markdown]
# The second tool takes any change and applies just enough of it. Between an image $a$ and a changed copy
# $c$ lie the blends $a + t\,(c - a)$: $t = 0$ is the image, $t = 1$ the copy. Their distance from $a$ is
# $t\,\lVert c - a \rVert$. So to be at distance 6 when the copy is at distance 8, take $t = 6/8$.
#
# ### Exercise 1.12: the blend at a given distance
# 6 points · about 10 minutes · easy
#
# Find $t$ for any two images and any distance, and return the blend.

# %% [markdown] hint="knn-blend-to"
# What is the distance of the whole change? Then $t$ is a ratio of two distances.
#
# `np.linalg.norm` of the difference is the L2 distance, whatever the array's shape.
#
# At exactly the copy's own distance $t$ is 1, and that is allowed: only a larger distance is an error.


# %% answer="knn-blend-to"
def blend_to(image: np.ndarray, changed: np.ndarray, distance: float) -> np.ndarray:
    """The blend of an image and a changed copy that has a given L2 distance from the image.

    image: (C, H, W) float
    changed: (C, H, W) float, not equal to image
    distance: L2 distance of the blend from the image, 0 or larger
    returns: (C, H, W) float, image + t (changed - image) with t in [0, 1]
    raises: ValueError where the changed copy is nearer than that
    """
    ### BEGIN SOLUTION
    whole = np.linalg.norm(changed - image)
    if distance > whole:
        raise ValueError(f"the changed copy is at {whole:.3g}, nearer than {distance:.3g}")
    return image + distance / whole * (changed - image)
    ### END SOLUTION


# %% check="knn-blend-to" points=6
with checks.verdict("the blend at a given distance") as rng:
    image, changed = rng.random((2, 3, 4, 5))
    due, distance = oracle.knn.blend(image, changed, 0.6)
    checks.equal(checks.leaves_alone(blend_to, image, changed, distance, share=0.05), due, "blend")
    with checks.share(0.1, "At the copy's own distance"):
        black, copy = np.zeros((1, 1, 2)), np.array([[[3.0, 4.0]]])
        checks.equal(blend_to(black, copy.copy(), 5.0), copy, "blend")
    reason = "the changed copy itself is nearer than that"
    checks.raises(ValueError, blend_to, image, changed, 2 * distance, reason=reason, share=0.15)
    ### BEGIN HIDDEN TESTS
    image, changed = 255 * rng.random((2, 1, 6, 2))
    for t in (0.0, 0.1):
        due, distance = oracle.knn.blend(image, changed, t)
        checks.equal(blend_to(image.copy(), changed.copy(), distance), due, f"blend with t = {t:g}")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
picture = test_set.images[7] / 255.0
shifted = shift_right(picture, 3)
distance = float(np.linalg.norm(shifted - picture))
covered = picture.copy()
covered[:, 8:24, 8:24] = 1.0 - covered[:, 8:24, 8:24].round()
copies = {
    "shifted": shifted,
    "darkened": blend_to(picture, np.zeros_like(picture), distance),
    "covered": blend_to(picture, covered, min(distance, float(np.linalg.norm(covered - picture)))),
}
figures.show(
    figures.images.difference_strip(picture, copies),
    caption="Three copies at about the same L2 distance. To you they are nearly the same picture, a darker one, and a spoilt one. To kNN they are equal.",
    alt="An image and three copies of it: moved to the right, darkened, and with its middle painted over. Below each stands its distance.",
)

# %% [markdown]
# Pixel distance does not know that a shift is harmless and a covered middle is not. It compares
# pixel 417 of one image with pixel 417 of the
# other. Every later lesson is about finding a better space to compare in.
#
# ## The curse of dimension
#
# Why not simply collect more images, until every test image has a neighbour that is nearly equal? Count
# how many that takes. One point in each quarter of a line from 0 to 1 makes 4 points. In a square they are
# $4^2 = 16$, in a cube $4^3 = 64$. With 3,072 dimensions they are $4^{3072}$, a number of 1,850 digits.
# Images cannot fill that space, and nearest neighbours need a space that is filled.
#
# There is a second effect. In many dimensions all distances become alike, since each adds up so many
# independent differences that the sum, divided by their number, hardly
# varies. The next cell draws 1,000 training and 100 test points at random
# from a cube, in more and more dimensions, and asks *your* function: how far is the nearest neighbour,
# compared with the mean of all?

# %% tags=["experiment"]
dimensions, scattered = [1, 2, 3, 10, 30, 100, 300, 1000, 3072], np.random.default_rng(0)


def nearest_to_mean(X: np.ndarray, X_train: np.ndarray) -> float:
    dists = compute_distances_no_loops(X, X_train)
    return float((dists.min(axis=1) / dists.mean(axis=1)).mean())


at_random = [
    nearest_to_mean(scattered.random((100, D)), scattered.random((1000, D))) for D in dimensions
]
of_images = nearest_to_mean(test_X[:100], train_X[:1000])
figures.show(
    figures.curves(
        {
            "random points": (dimensions, at_random),
            f"images ({train_set.name})": (dimensions, [of_images] * len(dimensions)),
        },
        "dimensions (logarithmic)",
        "distance of the nearest, over the mean of all",
        log="x",
        ylim=(0, 1),
    ),
    caption="With 3,072 random numbers the nearest neighbour is hardly nearer than any other point. Images have 3,072 numbers too, and behave like random points of far fewer dimensions.",
    alt="A line that rises from near 0 in one dimension to near 1 in 3,072, and a level line for images that it crosses between 10 and 30 dimensions.",
)
print(f"random points, 3,072 dimensions: {at_random[-1]:.2f}   images: {of_images:.2f}")

# %% [markdown]
# Random points in 3,072 dimensions: 0.97, so "nearest" means almost nothing. Images: about a half, what random
# points have between 10 and 30 dimensions. The pixels of an image depend on each other, so images lie near
# a surface of far fewer dimensions than 3,072, and that is why kNN works at all. It is also a hint: look for
# those few dimensions.
#
# ## Fewer numbers: PCA
#
# 3,072 numbers an image are slow to compare, and neighbouring pixels say almost the same. **PCA**,
# principal component analysis,
# finds the directions along which the training images differ most, and keeps the coordinates along
# the first few. Points near the line $y = x$, say $(1, 1), (2, 2), (3, 3)$: the mean is $(2, 2)$,
# the direction $(1, 1)/\sqrt{2}$, and the coordinates are $-\sqrt{2}, 0, \sqrt{2}$. One number each,
# and all distances are kept.
#
# The directions come from a singular value decomposition of the centred images,
# `np.linalg.svd(centred, full_matrices=False)`: they are the rows of its third result, largest
# variance first. Mean and directions come from the *training* images alone. Test images are only
# projected: a mean or a direction computed from them is a look at the test set.
#
# ### Exercise 1.13: projection by PCA
# 9 points · about 20 minutes · medium
#
# Fit on the training images, and project both sets.

# %% [markdown] hint="knn-pca"
# Which of the two sets gives the mean, and which gives the directions?
#
# Subtract that mean from both sets. The directions are rows, of length `D`; a projection is a matrix
# product, and it wants them as columns.
#
# `basis = directions[:dims].T` has shape `(D, dims)`. Each set, minus the mean, times `basis`.


# %% answer="knn-pca"
def pca_project(
    X_train: np.ndarray, X_test: np.ndarray, dims: int
) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates along the directions in which the training images vary most.

    X_train: (N, D) float; X_test: (M, D) float
    dims: how many directions, at most min(N, D)
    returns: (N, dims) and (M, dims) float, largest variance first, both measured from the mean of
        the training images; the sign of a direction is free
    """
    ### BEGIN SOLUTION
    mean = X_train.mean(axis=0)
    _, _, directions = np.linalg.svd(X_train - mean, full_matrices=False)
    basis = directions[:dims].T
    return (X_train - mean) @ basis, (X_test - mean) @ basis
    ### END SOLUTION


# %% check="knn-pca" points=9
with checks.verdict("projection by PCA") as rng:
    spread = np.array([2.0, 9.0, 0.5, 5.0, 1.0, 3.0])
    X_train, X_test = 4 + rng.normal(size=(30, 6)) * spread, 6 + rng.normal(size=(8, 6)) * spread
    due_train, due_test = oracle.knn.principal_coordinates(X_train, X_test, 3)
    Z_train, Z_test = checks.leaves_alone(pca_project, X_train, X_test, 3, share=0.05)
    checks.equal(np.abs(Z_train), np.abs(due_train), "size of the training coordinates")
    checks.equal(np.abs(Z_test), np.abs(due_test), "size of the test coordinates")
    with checks.share(0.1, "Distances between the two sets"):
        due = oracle.knn.l2_distances(due_test, due_train)
        checks.equal(oracle.knn.l2_distances(Z_test, Z_train), due)
    ### BEGIN HIDDEN TESTS
    X_train, X_test = rng.normal(size=(5, 9)) * np.arange(1, 10), rng.normal(size=(1, 9))
    due_train, due_test = oracle.knn.principal_coordinates(X_train, X_test, 2)
    Z_train, Z_test = pca_project(X_train, X_test, 2)
    checks.equal(np.abs(Z_train), np.abs(due_train), "size with fewer images than pixels")
    checks.equal(np.abs(Z_test), np.abs(due_test), "size for one test image")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Fewer numbers: random projection
#
# PCA has to look at all training images first. **Random projection** looks at none. Multiply every image
# by a random matrix $P$, a table with $d$ columns. Its entries are normally distributed with mean 0 and
# variance $1/d$. On average a squared length stays what it was: each of the $d$ new coordinates is a sum with
# variance $\lVert x \rVert^2 / d$, and $d$ of them are squared and added. The lemma of Johnson and
# Lindenstrauss (1984) says more: with enough columns, *all* distances are nearly kept, however many
# numbers an image had.
#
# ### Exercise 1.14: random projection
# 7 points · about 10 minutes · easy
#
# One table for both sets, drawn from the generator that is passed in.

# %% [markdown] hint="knn-random-projection"
# Which shape must the table have, so that `X_train @ table` has `dims` columns?
#
# `rng.normal(size=...)` has variance 1. What must it be divided by, so that the *variance* is 1 / dims?
#
# Draw once, and multiply both sets by the same table.


# %% answer="knn-random-projection"
def random_project(
    X_train: np.ndarray, X_test: np.ndarray, dims: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Both sets times one random (D, dims) table, normally distributed, mean 0, variance 1 / dims.

    X_train: (N, D) float; X_test: (M, D) float
    rng: the only source of random numbers
    returns: (N, dims) and (M, dims) float
    """
    ### BEGIN SOLUTION
    table = rng.normal(size=(X_train.shape[1], dims)) / np.sqrt(dims)
    return X_train @ table, X_test @ table
    ### END SOLUTION


# %% check="knn-random-projection" points=5
with checks.verdict("random projection") as rng:
    unit = np.eye(300)  # each image picks one row of the table, so all of them show the table
    table, twice = checks.leaves_alone(random_project, unit, 2 * unit, 100, rng, share=0.05)
    checks.equal(np.shape(table), (300, 100), "shape of the training coordinates")
    checks.equal(twice, 2 * table, "test coordinates")
    mean, variance = np.mean(table), np.var(table)
    checks.holds(abs(mean) < variance**0.5 / 20, "The numbers of the table must have mean 0.")
    name = "standard deviation of the table, times the root of dims"
    checks.equal(10 * variance**0.5, 1.0, name, tolerance=0.05)
    with checks.share(0.15, "Normal numbers"):
        kurtosis = np.mean((table - mean) ** 4) / variance**2  # of normal numbers 3
        checks.holds(2.5 < kurtosis < 3.5, "Draw the table from a normal distribution.")
    ### BEGIN HIDDEN TESTS
    X_train, X_test = np.ones((1, 8)), np.full((2, 8), 3.0)
    Z_train, Z_test = random_project(X_train, X_test, 5, np.random.default_rng(1))
    checks.equal(Z_test, np.repeat(3 * Z_train, 2, axis=0), "coordinates of the same images")
    table, _ = random_project(np.eye(40), np.eye(40), 6, np.random.default_rng(2))
    anew = "The columns of the table are alike: draw every number for itself."
    checks.holds(np.linalg.matrix_rank(table) == 6, anew)
    ### END HIDDEN TESTS


# %% check="knn-random-projection-chance" points=2
with checks.verdict("one source of random numbers"):
    once, again, other = (
        random_project(np.eye(50), np.eye(9, 50), 4, np.random.default_rng(seed))[0]
        for seed in (3, 3, 4)
    )
    reason = "The same generator must give the same table: draw from rng alone."
    checks.holds(np.array_equal(once, again), reason)
    reason = "Another generator must give another table: draw from rng, set no seed."
    checks.holds(not np.array_equal(once, other), reason)
    ### BEGIN HIDDEN TESTS
    first, second = (
        random_project(np.eye(6), np.eye(6), 2, np.random.default_rng(seed))[1] for seed in (8, 9)
    )
    checks.holds(not np.array_equal(first, second), reason)
    ### END HIDDEN TESTS

# %% [markdown]
# What do fewer numbers cost, and what do they buy? The next cell compares accuracy and time of
# kNN on all pixels, on PCA coordinates, and on random projections.

# %% tags=["experiment"]
import time


def measure(train_Z: np.ndarray, test_Z: np.ndarray) -> tuple[float, float]:
    start = time.perf_counter()
    labels = predict_labels(compute_distances_no_loops(test_Z, train_Z), train_y, best_k)
    return accuracy(labels, test_y), time.perf_counter() - start


chance = np.random.default_rng(0)
dims = [3, 10, 30, 100, 300]
# The directions hardly change after the first thousand images; all of them are projected.
_, every_Z = pca_project(train_X[:1000], np.concatenate([train_X, test_X]), max(dims))
train_Z, test_Z = every_Z[: len(train_X)], every_Z[len(train_X) :]
results = {
    "PCA": {d: measure(train_Z[:, :d], test_Z[:, :d]) for d in dims},
    "random projection": {d: measure(*random_project(train_X, test_X, d, chance)) for d in dims},
    "all pixels": {train_X.shape[1]: measure(train_X, test_X)},
}
figures.show(
    figures.knn.projections(results),
    caption="Left: accuracy against the number of coordinates. A few dozen from PCA do as well as all pixels. Right: the time for distances and votes.",
    alt="Two line plots over the number of coordinates from 3 to 3,072: accuracy for PCA, random projection and all pixels; and seconds for each.",
)

# %% [markdown]
# PCA with 30 to 300 coordinates does as well as all pixels, often a little better: what it drops is
# mostly noise. But neither PCA nor random projection knows the labels, and both still compare pixels.
#
# ## In practice
#
# kNN needs no time for training and pays for it at every prediction: it keeps all training images and
# compares with all of them. In practice we want the reverse, slow training once and fast predictions,
# and that is what networks do. Where you do use kNN, with few features that mean something:
#
# 1. scale the features to mean 0 and variance 1;
# 2. with many features, reduce them (PCA or random projections);
# 3. split at random into training and validation; cross-validate where data are few;
# 4. try many $k$ and both metrics; look for the plateau, not for the peak;
# 5. with many images, use an approximate index (FAISS, say) and know what it costs in accuracy;
# 6. touch the test set once, and report that number.

# %% [markdown]
# ## The scoreboard
#
# From here on most lessons add a line to one table: the test accuracy of the lesson's classifier, with the same 10,000 training
# images and the same 45 seconds of one processor core for training. It was recorded once, on shapes and on CIFAR-10. Numbers elsewhere
# in the lessons differ from it, since each experiment takes the images and the time that its question needs.
#
# The first line is this lesson's method, with k chosen on held-out images. It is about three times as good as guessing, and the
# lowest accuracy on the whole table.

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("01"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# A nearest-neighbour classifier, its distances at three speeds, voting, cross-validation, and two
# ways to shrink images. Answer without looking up:
#
# 1. Why is accuracy on the training images always 100 % with $k = 1$, and what does that tell you?
#
#    <details><summary>Answer</summary>
#
#    Each training image is its own nearest neighbour, at distance 0 (unless the same image is there
#    twice with two labels). It tells nothing about new images, so never choose $k$ on the images that
#    you trained on.
#
#    </details>
#
# 2. Which of the following stay the same when all images are rotated by the same rotation of the
#    3,072-dimensional space: L1 neighbours, L2 neighbours, PCA with L2?
#
#    <details><summary>Answer</summary>
#
#    The last two. A rotation keeps all L2 distances, and the directions of largest variance turn with
#    the images, so the coordinates along them stay. L1 adds up along the axes and changes.
#
#    </details>
#
# 3. Your test accuracy is 3 points below the best validation accuracy. Name two causes.
#
#    <details><summary>Answer</summary>
#
#    Chance: on 500 images an accuracy near 30 % is uncertain by 2 points either way. And selection: the best
#    of ten values of $k$ is partly the one that was lucky on these validation images.
#
#    </details>
#
# 4. Twice as many training images: what happens to the time of training and of prediction?
#
#    <details><summary>Answer</summary>
#
#    Training still costs almost nothing: it only keeps the images. Each prediction takes twice as long
#    and twice the memory, the wrong way round for a program that is trained once and used often.
#
#    </details>
#
# 5. Why does the no-loop distance need `np.maximum(..., 0)` and the two-loop one not?
#
#    <details><summary>Answer</summary>
#
#    The two-loop version adds squares, and no square is negative. The other subtracts large numbers
#    that should cancel; what rounding leaves may be negative, and its root is nan.
#
#    </details>
#
# **References.** CS231n 2017, [lecture 2](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture2.pdf), and the notes
# [Image classification](https://cs231n.github.io/classification/). Cover and Hart 1967,
# [Nearest neighbor pattern classification](https://doi.org/10.1109/TIT.1967.1053964), shows that one neighbour is wrong at most
# twice as often as the best possible rule, given enough images. Domingos 2012,
# [A few useful things to know about machine learning](https://doi.org/10.1145/2347736.2347755), section 6, on high dimensions.
# Johnson and Lindenstrauss 1984, "Extensions of Lipschitz mappings into a Hilbert space". Krizhevsky 2009,
# [Learning multiple layers of features from tiny images](https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf), where
# CIFAR-10 comes from.
#
# **Next:** lesson 02 keeps ten images instead of 5,000, one template for each class, and *learns* them.
