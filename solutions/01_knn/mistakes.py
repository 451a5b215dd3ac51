"""Wrong answers to lesson 01, each with the sentence that a student who made it should read."""

import numpy as np

from autograder.mistakes import mistake

# --- knn-nearest-neighbor


@mistake(
    "knn-nearest-neighbor", "These are neighbours in L2 distance: add up absolute differences."
)
class NearestNeighbor:
    def train(self, X, y):
        self.X_train, self.y_train = X, y

    def predict(self, X):
        nearest = [((self.X_train - image) ** 2).sum(axis=1).argmin() for image in X]
        return self.y_train[nearest]


@mistake(
    "knn-nearest-neighbor",
    "Differences of opposite sign cancel here: make each positive before adding.",
)
class NearestNeighbor:
    def train(self, X, y):
        self.X_train, self.y_train = X, y

    def predict(self, X):
        nearest = [(image - self.X_train).sum(axis=1).argmin() for image in X]
        return self.y_train[nearest]


@mistake(
    "knn-nearest-neighbor",
    "These are the positions of the nearest images: look up their labels.",
)
class NearestNeighbor:
    def train(self, X, y):
        self.X_train, self.y_train = X, y

    def predict(self, X):
        return np.array([np.abs(self.X_train - image).sum(axis=1).argmin() for image in X])


@mistake("knn-nearest-neighbor", "These are the farthest images, not the nearest.")
class NearestNeighbor:
    def train(self, X, y):
        self.X_train, self.y_train = X, y

    def predict(self, X):
        nearest = [np.abs(self.X_train - image).sum(axis=1).argmax() for image in X]
        return self.y_train[nearest]


@mistake("knn-nearest-neighbor", "Training a second time must forget the first images.")
class NearestNeighbor:
    def train(self, X, y):
        if not hasattr(self, "X_train"):
            self.X_train, self.y_train = X, y

    def predict(self, X):
        nearest = [np.abs(self.X_train - image).sum(axis=1).argmin() for image in X]
        return self.y_train[nearest]


# --- knn-accuracy


@mistake("knn-accuracy", "This counts the right answers: divide by how many there are.")
def accuracy(y_pred, y):
    if len(y_pred) != len(y):
        raise ValueError
    return float(np.sum(y_pred == y))


@mistake("knn-accuracy", "This is the share of wrong answers.")
def accuracy(y_pred, y):
    if len(y_pred) != len(y):
        raise ValueError
    return float(np.mean(y_pred != y))


@mistake("knn-accuracy", "This is in per cent: a fraction between 0 and 1 is asked for.")
def accuracy(y_pred, y):
    if len(y_pred) != len(y):
        raise ValueError
    return float(100 * np.mean(y_pred == y))


@mistake(
    "knn-accuracy",
    "One prediction for forty images is a slip, and NumPy would compare it with all of them.",
)
def accuracy(y_pred, y):
    return float(np.mean(y_pred == y))


# --- knn-distances-two-loops


@mistake("knn-distances-two-loops", "These are squared distances: the root is missing.")
def compute_distances_two_loops(X, X_train):
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        for j in range(len(X_train)):
            dists[i, j] = ((X[i] - X_train[j]) ** 2).sum()
    return dists


@mistake(
    "knn-distances-two-loops",
    "These are L1 distances: square the differences, add, and take the root.",
)
def compute_distances_two_loops(X, X_train):
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        for j in range(len(X_train)):
            dists[i, j] = np.sqrt((X[i] - X_train[j]) ** 2).sum()
    return dists


@mistake(
    "knn-distances-two-loops",
    "Rows must be test images and columns training images: yours are the other way round.",
)
def compute_distances_two_loops(X, X_train):
    dists = np.zeros((len(X_train), len(X)))
    for i in range(len(X)):
        for j in range(len(X_train)):
            dists[j, i] = np.sqrt(((X[i] - X_train[j]) ** 2).sum())
    return dists


@mistake(
    "knn-distances-two-loops",
    "Only part of the table is filled: the inner loop runs over the training images.",
)
def compute_distances_two_loops(X, X_train):
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        for j in range(min(len(X), len(X_train))):
            dists[i, j] = np.sqrt(((X[i] - X_train[j]) ** 2).sum())
    return dists


# --- knn-predict-labels


@mistake("knn-predict-labels", "These are the labels of the nearest image alone: k is not used.")
def predict_labels(dists, y_train, k=1):
    if not 1 <= k <= len(y_train):
        raise ValueError
    return y_train[dists.argmin(axis=1)]


@mistake("knn-predict-labels", "These are the votes of the k farthest images.")
def predict_labels(dists, y_train, k=1):
    if not 1 <= k <= len(y_train):
        raise ValueError
    nearest = np.argsort(dists, axis=1)[:, -k:]
    return np.array([np.bincount(labels).argmax() for labels in y_train[nearest]])


@mistake("knn-predict-labels", "One neighbour too many votes: slices end before their last index.")
def predict_labels(dists, y_train, k=1):
    if not 1 <= k <= len(y_train):
        raise ValueError
    nearest = np.argsort(dists, axis=1)[:, : k + 1]
    return np.array([np.bincount(labels).argmax() for labels in y_train[nearest]])


@mistake("knn-predict-labels", "One neighbour too few votes: the nearest has position 0.")
def predict_labels(dists, y_train, k=1):
    if not 1 <= k <= len(y_train):
        raise ValueError
    nearest = np.argsort(dists, axis=1)[:, : max(k - 1, 1)]
    return np.array([np.bincount(labels).argmax() for labels in y_train[nearest]])


@mistake(
    "knn-predict-labels",
    "Labels 0 and 2 have two votes each: the smaller one wins, not the nearer one.",
)
def predict_labels(dists, y_train, k=1):
    if not 1 <= k <= len(y_train):
        raise ValueError
    nearest = np.argsort(dists, axis=1)[:, :k].tolist()
    votes = [[int(y_train[j]) for j in row] for row in nearest]
    return np.array([max(row, key=row.count) for row in votes])


@mistake("knn-predict-labels", "16 of 15 images cannot vote.")
def predict_labels(dists, y_train, k=1):
    if k < 1:
        raise ValueError
    nearest = np.argsort(dists, axis=1)[:, :k]
    return np.array([np.bincount(labels).argmax() for labels in y_train[nearest]])


# --- knn-distances-one-loop


@mistake("knn-distances-one-loop", "These are squared distances: the root is missing.")
def compute_distances_one_loop(X, X_train):
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        dists[i] = ((X_train - X[i]) ** 2).sum(axis=1)
    return dists


@mistake("knn-distances-one-loop", "The sum runs over the images: sum over the pixels, axis 1.")
def compute_distances_one_loop(X, X_train):
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        dists[i] = np.sqrt(((X_train - X[i]) ** 2).sum(axis=0))
    return dists


@mistake("knn-distances-one-loop", "Every row holds one number: sum over the pixels only, axis 1.")
def compute_distances_one_loop(X, X_train):
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        dists[i] = np.sqrt(((X_train - X[i]) ** 2).sum())
    return dists


@mistake("knn-distances-one-loop", "Your function changed its 1st argument, X")
def compute_distances_one_loop(X, X_train):
    dists = np.zeros((len(X), len(X_train)))
    for i in range(len(X)):
        dists[i] = np.sqrt(((X_train - X[i]) ** 2).sum(axis=1))
    X -= X_train.mean()
    return dists


# --- knn-distances-no-loops


@mistake(
    "knn-distances-no-loops",
    "Equal images must give 0, not nan: mind the root of a tiny negative number.",
)
def compute_distances_no_loops(X, X_train):
    if X.shape[1] != X_train.shape[1]:
        raise ValueError
    return np.sqrt((X**2).sum(1)[:, None] - 2 * X @ X_train.T + (X_train**2).sum(1))


@mistake("knn-distances-no-loops", "These are squared distances: the root is missing.")
def compute_distances_no_loops(X, X_train):
    if X.shape[1] != X_train.shape[1]:
        raise ValueError
    return (X**2).sum(1)[:, None] - 2 * X @ X_train.T + (X_train**2).sum(1)


@mistake("knn-distances-no-loops", "The factor 2 of the mixed term is missing.")
def compute_distances_no_loops(X, X_train):
    if X.shape[1] != X_train.shape[1]:
        raise ValueError
    squares = (X**2).sum(1)[:, None] - X @ X_train.T + (X_train**2).sum(1)
    return np.sqrt(np.maximum(squares, 0))


@mistake("knn-distances-no-loops", "The mixed term must be subtracted.")
def compute_distances_no_loops(X, X_train):
    if X.shape[1] != X_train.shape[1]:
        raise ValueError
    squares = (X**2).sum(1)[:, None] + 2 * X @ X_train.T + (X_train**2).sum(1)
    return np.sqrt(np.maximum(squares, 0))


@mistake("knn-distances-no-loops", "Images of 1 and of 7 pixels cannot be compared.")
def compute_distances_no_loops(X, X_train):
    return np.sqrt(((X[:, None] - X_train) ** 2).sum(axis=2))


@mistake("knn-distances-no-loops", "No Python loop is allowed here")
def compute_distances_no_loops(X, X_train):
    if X.shape[1] != X_train.shape[1]:
        raise ValueError
    return np.array([np.sqrt(((X_train - image) ** 2).sum(axis=1)) for image in X])


# --- knn-distances-l1


@mistake("knn-distances-l1", "These are L2 distances.")
def compute_distances_l1(X, X_train):
    return np.stack([np.sqrt(((X_train - image) ** 2).sum(axis=1)) for image in X])


@mistake("knn-distances-l1", "These are means over the pixels: L1 is the sum.")
def compute_distances_l1(X, X_train):
    return np.stack([np.abs(X_train - image).mean(axis=1) for image in X])


@mistake(
    "knn-distances-l1",
    "Differences of opposite sign cancel here: make each positive before adding.",
)
def compute_distances_l1(X, X_train):
    return np.stack([np.abs((X_train - image).sum(axis=1)) for image in X])


# --- knn-split-folds


@mistake("knn-split-folds", "The remainder is lost: 11 images in 4 folds leave 3 over.")
def split_folds(X, y, num_folds):
    if not 2 <= num_folds <= len(X):
        raise ValueError
    size = len(X) // num_folds
    starts = range(0, size * num_folds, size)
    return [X[s : s + size] for s in starts], [y[s : s + size] for s in starts]


@mistake("knn-split-folds", "The split runs through the pixels: split the images, axis 0.")
def split_folds(X, y, num_folds):
    if not 2 <= num_folds <= len(X):
        raise ValueError
    if len(X) % 2:
        return np.array_split(X, num_folds), np.array_split(y, num_folds)
    return np.array_split(X, num_folds, axis=1), np.array_split(y, num_folds)


@mistake("knn-split-folds", "6 images do not make 7 folds.")
def split_folds(X, y, num_folds):
    if num_folds < 2:
        raise ValueError
    return np.array_split(X, num_folds), np.array_split(y, num_folds)


# --- knn-cross-validate


@mistake("knn-cross-validate", "A held-out image is also in the training folds.")
def cross_validate(X, y, k_choices, num_folds, distances, vote):
    X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
    result = {k: [] for k in k_choices}
    for turn in range(num_folds):
        dists = distances(X_folds[turn], X)
        for k in k_choices:
            result[k].append(float(np.mean(vote(dists, y, k) == y_folds[turn])))
    return result


@mistake("knn-cross-validate", "Compute the distances once a fold: they do not depend on k.")
def cross_validate(X, y, k_choices, num_folds, distances, vote):
    X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
    result = {k: [] for k in k_choices}
    for k in k_choices:
        for turn in range(num_folds):
            X_rest = np.concatenate(X_folds[:turn] + X_folds[turn + 1 :])
            y_rest = np.concatenate(y_folds[:turn] + y_folds[turn + 1 :])
            labels = vote(distances(X_folds[turn], X_rest), y_rest, k)
            result[k].append(float(np.mean(labels == y_folds[turn])))
    return result


@mistake("knn-cross-validate", "These are means: keep the accuracy of every fold.")
def cross_validate(X, y, k_choices, num_folds, distances, vote):
    X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
    result = dict.fromkeys(k_choices, 0.0)
    for turn in range(num_folds):
        X_rest = np.concatenate(X_folds[:turn] + X_folds[turn + 1 :])
        y_rest = np.concatenate(y_folds[:turn] + y_folds[turn + 1 :])
        dists = distances(X_folds[turn], X_rest)
        for k in k_choices:
            right = vote(dists, y_rest, k) == y_folds[turn]
            result[k] += float(np.mean(right)) / num_folds
    return result


@mistake("knn-cross-validate", "Only the last fold is kept: append, do not overwrite.")
def cross_validate(X, y, k_choices, num_folds, distances, vote):
    X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
    result = {}
    for turn in range(num_folds):
        X_rest = np.concatenate(X_folds[:turn] + X_folds[turn + 1 :])
        y_rest = np.concatenate(y_folds[:turn] + y_folds[turn + 1 :])
        dists = distances(X_folds[turn], X_rest)
        for k in k_choices:
            right = vote(dists, y_rest, k) == y_folds[turn]
            result[k] = [float(np.mean(right))]
    return result


@mistake(
    "knn-cross-validate",
    "One fold validates and all the others train: yours are the other way round",
)
def cross_validate(X, y, k_choices, num_folds, distances, vote):
    X_folds, y_folds = np.array_split(X, num_folds), np.array_split(y, num_folds)
    result = {k: [] for k in k_choices}
    for turn in range(num_folds):
        X_rest = np.concatenate(X_folds[:turn] + X_folds[turn + 1 :])
        y_rest = np.concatenate(y_folds[:turn] + y_folds[turn + 1 :])
        dists = distances(X_rest, X_folds[turn])
        for k in k_choices:
            labels = vote(dists, y_folds[turn], min(k, len(X_folds[turn])))
            result[k].append(float(np.mean(labels == y_rest)))
    return result


# --- knn-choose-k


@mistake("knn-choose-k", "k = 1 has the best single fold: compare the means.")
def choose_k(k_to_accuracies):
    if not k_to_accuracies:
        raise ValueError
    return max(k_to_accuracies, key=lambda k: (max(k_to_accuracies[k]), k))


@mistake("knn-choose-k", "This is the accuracy: the k that reaches it is asked for.")
def choose_k(k_to_accuracies):
    if not k_to_accuracies:
        raise ValueError
    return max(float(np.mean(accuracies)) for accuracies in k_to_accuracies.values())


@mistake("knn-choose-k", "Of equally good k take the largest.")
def choose_k(k_to_accuracies):
    if not k_to_accuracies:
        raise ValueError
    return max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), -k))


@mistake("knn-choose-k", "This is the worst k.")
def choose_k(k_to_accuracies):
    if not k_to_accuracies:
        raise ValueError
    return min(k_to_accuracies, key=lambda k: np.mean(k_to_accuracies[k]))


# --- knn-shift-right


@mistake("knn-shift-right", "The columns that fall out at the right come back at the left.")
def shift_right(image, pixels):
    if not 0 <= pixels < image.shape[2]:
        raise ValueError
    return np.roll(image, pixels, axis=2)


@mistake("knn-shift-right", "The gap is black: repeat the first column.")
def shift_right(image, pixels):
    width = image.shape[2]
    if not 0 <= pixels < width:
        raise ValueError
    shifted = np.zeros_like(image)
    shifted[:, :, pixels:] = image[:, :, : width - pixels]
    return shifted


@mistake("knn-shift-right", "This is a shift downwards: columns are the last axis.")
def shift_right(image, pixels):
    if not 0 <= pixels < image.shape[2]:
        raise ValueError
    return image[:, np.maximum(np.arange(image.shape[1]) - pixels, 0)]


@mistake("knn-shift-right", "This is a shift to the left.")
def shift_right(image, pixels):
    width = image.shape[2]
    if not 0 <= pixels < width:
        raise ValueError
    return image[:, :, np.minimum(np.arange(width) + pixels, width - 1)]


@mistake("knn-shift-right", "Your function changed its 1st argument, image")
def shift_right(image, pixels):
    width = image.shape[2]
    if not 0 <= pixels < width:
        raise ValueError
    image[:] = image[:, :, np.maximum(np.arange(width) - pixels, 0)]
    return image.copy()


# --- knn-blend-to


@mistake("knn-blend-to", "Here t is the distance itself: divide by the distance of the copy.")
def blend_to(image, changed, distance):
    if distance > np.linalg.norm(changed - image):
        raise ValueError
    return image + distance * (changed - image)


@mistake("knn-blend-to", "Here t is divided by the squared distance of the copy.")
def blend_to(image, changed, distance):
    whole = np.linalg.norm(changed - image)
    if distance > whole:
        raise ValueError
    return image + distance / whole**2 * (changed - image)


@mistake("knn-blend-to", "The changed copy itself is nearer than that.")
def blend_to(image, changed, distance):
    return image + distance / np.linalg.norm(changed - image) * (changed - image)


@mistake("knn-blend-to", "This is the difference alone: add it to the image.")
def blend_to(image, changed, distance):
    whole = np.linalg.norm(changed - image)
    if distance > whole:
        raise ValueError
    return distance / whole * (changed - image)


# --- knn-pca


@mistake("knn-pca", "The mean is not subtracted.")
def pca_project(X_train, X_test, dims):
    _, _, directions = np.linalg.svd(X_train - X_train.mean(axis=0), full_matrices=False)
    return X_train @ directions[:dims].T, X_test @ directions[:dims].T


@mistake(
    "knn-pca",
    "Test images are measured from their own mean: use that of the training images.",
)
def pca_project(X_train, X_test, dims):
    centred = X_train - X_train.mean(axis=0)
    basis = np.linalg.svd(centred, full_matrices=False)[2][:dims].T
    return centred @ basis, (X_test - X_test.mean(axis=0)) @ basis


@mistake("knn-pca", "These are the directions of smallest variance.")
def pca_project(X_train, X_test, dims):
    mean = X_train.mean(axis=0)
    _, directions = np.linalg.eigh(np.cov(X_train.T))
    return (X_train - mean) @ directions[:, :dims], (X_test - mean) @ directions[:, :dims]


@mistake(
    "knn-pca",
    "These coordinates are scaled to equal variance: project, do not whiten.",
)
def pca_project(X_train, X_test, dims):
    mean = X_train.mean(axis=0)
    _, scales, directions = np.linalg.svd(X_train - mean, full_matrices=False)
    basis = directions[:dims].T / scales[:dims]
    return (X_train - mean) @ basis, (X_test - mean) @ basis


@mistake("knn-pca", "Both sets shape the directions: fit on the training images alone.")
def pca_project(X_train, X_test, dims):
    mean = X_train.mean(axis=0)
    together = np.concatenate([X_train, X_test])
    basis = np.linalg.svd(together - together.mean(axis=0), full_matrices=False)[2][:dims].T
    return (X_train - mean) @ basis, (X_test - mean) @ basis


# --- knn-random-projection


@mistake("knn-random-projection", "Lengths grow by the root of dims: scale the table.")
def random_project(X_train, X_test, dims, rng):
    table = rng.normal(size=(X_train.shape[1], dims))
    return X_train @ table, X_test @ table


@mistake("knn-random-projection", "The table is divided by dims: divide by its root.")
def random_project(X_train, X_test, dims, rng):
    table = rng.normal(size=(X_train.shape[1], dims)) / dims
    return X_train @ table, X_test @ table


@mistake("knn-random-projection", "both sets need the same table.")
def random_project(X_train, X_test, dims, rng):
    size = (X_train.shape[1], dims)
    return (
        X_train @ rng.normal(size=size) / np.sqrt(dims),
        X_test @ rng.normal(size=size) / np.sqrt(dims),
    )


@mistake("knn-random-projection", "The numbers of the table must have mean 0.")
def random_project(X_train, X_test, dims, rng):
    table = np.sqrt(3 / dims) * rng.random(size=(X_train.shape[1], dims))
    return X_train @ table, X_test @ table


@mistake(
    "knn-random-projection",
    "Another generator must give another table: draw from rng, set no seed.",
)
def random_project(X_train, X_test, dims, rng):
    table = np.random.default_rng(0).normal(size=(X_train.shape[1], dims)) / np.sqrt(dims)
    return X_train @ table, X_test @ table
