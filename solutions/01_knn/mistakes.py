"""Wrong answers to lesson 01, each with the sentence that a student who made it should read."""

from autograder.mistakes import mistake

# --- knn-nearest-neighbor

mistake(
    "knn-nearest-neighbor",
    "These are neighbours in L2 distance: add up absolute differences.",
    swap={"np.abs(self.X_train - image)": "((self.X_train - image) ** 2)"},
)
mistake(
    "knn-nearest-neighbor",
    "Differences of opposite sign cancel here: make each positive before adding.",
    swap={"np.abs(self.X_train - image)": "(self.X_train - image)"},
)
mistake(
    "knn-nearest-neighbor",
    "Differences of opposite sign cancel here: make each positive before adding.",
    swap={"np.abs(self.X_train - image)": "(image - self.X_train)"},
)
mistake(
    "knn-nearest-neighbor",
    "Differences of opposite sign cancel here: make each positive before adding.",
    swap={"np.abs(self.X_train - image).sum(axis=1)": "np.abs((self.X_train - image).sum(axis=1))"},
)
mistake(
    "knn-nearest-neighbor",
    "These are the positions of the nearest images: look up their labels.",
    swap={"self.y_train[nearest]": "np.array(nearest)"},
)
mistake(
    "knn-nearest-neighbor",
    "These are the labels of the farthest images, not of the nearest.",
    swap={"argmin": "argmax"},
)
mistake(
    "knn-nearest-neighbor",
    "The sum runs over the images: sum over the pixels, axis 1.",
    swap={"sum(axis=1)": "sum(axis=0)"},
)
mistake(
    "knn-nearest-neighbor",
    "Only the largest difference counts here: add up the differences of all pixels.",
    swap={"sum(axis=1)": "max(axis=1)"},
)
mistake(
    "knn-nearest-neighbor",
    "Only the smallest difference counts here: add up the differences of all pixels.",
    swap={"sum(axis=1)": "min(axis=1)"},
)
mistake(
    "knn-nearest-neighbor",
    "Training a second time must forget the first images.",
    swap={
        "self.X_train, self.y_train = X, y": 'if not hasattr(self, "X_train"):\n            self.X_train, self.y_train = X, y'
    },
)
mistake(
    "knn-nearest-neighbor",
    "Training a second time must forget the first images.",
    swap={
        "        self.X_train, self.y_train = X, y": '        self.X_train = np.concatenate([getattr(self, "X_train", X[:0]), X])\n        self.y_train = np.concatenate([getattr(self, "y_train", y[:0]), y])'
    },
)
mistake(
    "knn-nearest-neighbor",
    "Of equally near images the first one counts: yours takes the last.",
    swap={
        "nearest = [np.abs(self.X_train - image).sum(axis=1).argmin() for image in X]": "nearest = [\n            len(self.X_train) - 1 - np.abs(self.X_train - image).sum(axis=1)[::-1].argmin()\n            for image in X\n        ]"
    },
)
mistake(
    "knn-nearest-neighbor",
    "Of equally near images the first one counts: yours takes the smallest label.",
    swap={
        "nearest = [np.abs(self.X_train - image).sum(axis=1).argmin() for image in X]\n        return self.y_train[nearest]": "dists = [np.abs(self.X_train - image).sum(axis=1) for image in X]\n        return np.array([self.y_train[row == row.min()].min() for row in dists])"
    },
)
mistake(
    "knn-nearest-neighbor",
    "All get the label of the first test image: compare each image of X.",
    swap={"- image)": "- X[0])"},
)
mistake(
    "knn-nearest-neighbor",
    "Only the first test image gets a label: go through all of X.",
    swap={"for image in X]": "for image in X[:1]]"},
)

# --- knn-accuracy

mistake(
    "knn-accuracy",
    "This counts the right answers: divide by how many there are.",
    swap={"np.mean": "np.sum"},
)
mistake("knn-accuracy", "This is the share of wrong answers.", swap={"y_pred == y": "y_pred != y"})
mistake(
    "knn-accuracy",
    "This is in per cent: a fraction between 0 and 1 is asked for.",
    swap={"float(np.mean": "float(100 * np.mean"},
)
mistake(
    "knn-accuracy",
    "This asks whether all answers are right: count how many are.",
    swap={"np.mean": "np.all"},
)
mistake(
    "knn-accuracy",
    "Cut off to a whole number: the fraction must stay a float.",
    swap={"float(np": "int(np"},
)
mistake(
    "knn-accuracy",
    "Rounded to a whole number: the fraction must stay a float.",
    swap={"float(np": "round(np"},
)
mistake(
    "knn-accuracy",
    "Labels are names: do not subtract them, count those that are equal.",
    swap={"y_pred == y": "np.abs(y_pred - y)"},
)
mistake(
    "knn-accuracy",
    "This divides by the number of classes: divide by the number of images.",
    swap={"np.mean(y_pred == y)": "np.sum(y_pred == y) / len(np.unique(y))"},
)
mistake(
    "knn-accuracy",
    "This is right answers to wrong answers: divide by the number of all.",
    swap={"np.mean(y_pred == y)": "np.sum(y_pred == y) / max(np.sum(y_pred != y), 1)"},
)
mistake(
    "knn-accuracy",
    "1 prediction for 40 images is a slip, and NumPy would compare it with all of them",
    swap={"len(y_pred) != len(y)": "False"},
)
mistake(
    "knn-accuracy",
    "1 prediction for 40 images is a slip, and NumPy would compare it with all of them",
    swap={'raise ValueError(f"{len(y_pred)} predictions for {len(y)} images")': "return 0.0"},
)
mistake(
    "knn-accuracy",
    "1 prediction for 40 images is a slip, and NumPy would compare it with all of them",
    swap={"raise ValueError": "raise TypeError"},
)

# --- knn-distances-two-loops

mistake(
    "knn-distances-two-loops",
    "These are squared distances: the root is missing.",
    swap={"np.sqrt(((X[i] - X_train[j]) ** 2).sum())": "((X[i] - X_train[j]) ** 2).sum()"},
)
mistake(
    "knn-distances-two-loops",
    "These are L1 distances: square the differences, add, and take the root.",
    swap={"np.sqrt(((X[i] - X_train[j]) ** 2).sum())": "np.abs(X[i] - X_train[j]).sum()"},
)
mistake(
    "knn-distances-two-loops",
    "Rows must be test images and columns training images: yours are the other way round.",
    swap={
        "np.zeros((len(X), len(X_train)))": "np.zeros((len(X_train), len(X)))",
        "dists[i, j]": "dists[j, i]",
    },
)
mistake(
    "knn-distances-two-loops",
    "Only part of the table is filled: the inner loop runs over the training images.",
    swap={"for j in range(len(X_train))": "for j in range(min(len(X), len(X_train)))"},
)
mistake(
    "knn-distances-two-loops",
    "The first row or column is still 0: the first image has index 0.",
    swap={"for j in range(len(X_train))": "for j in range(1, len(X_train))"},
)
mistake(
    "knn-distances-two-loops",
    "The last row or column is still 0: range ends before its last number.",
    swap={"for j in range(len(X_train))": "for j in range(len(X_train) - 1)"},
)
mistake(
    "knn-distances-two-loops",
    "The first row or column is still 0: the first image has index 0.",
    swap={"for i in range(len(X))": "for i in range(1, len(X))"},
)
mistake(
    "knn-distances-two-loops",
    "The last row or column is still 0: range ends before its last number.",
    swap={"for i in range(len(X))": "for i in range(len(X) - 1)"},
)
mistake(
    "knn-distances-two-loops",
    "The squared differences are averaged: add them up.",
    swap={".sum()": ".mean()"},
)
mistake(
    "knn-distances-two-loops",
    "The square comes after the sum, so differences of opposite sign cancel: square each one first.",
    swap={"np.sqrt(((X[i] - X_train[j]) ** 2).sum())": "np.sqrt((X[i] - X_train[j]).sum() ** 2)"},
)
mistake(
    "knn-distances-two-loops",
    "Only the largest difference counts here: add up the squares of all pixels.",
    swap={".sum()": ".max()"},
)
mistake(
    "knn-distances-two-loops",
    "The images are added: take the difference of each pair of pixels.",
    swap={"X[i] - X_train[j]": "X[i] + X_train[j]"},
)
mistake(
    "knn-distances-two-loops",
    "Only the first row is filled: the `return` stands inside the outer loop.",
    swap={"    return dists": "        return dists"},
)
mistake(
    "knn-distances-two-loops",
    "Each row holds one number throughout: set the entry of row i and column j.",
    swap={"dists[i, j]": "dists[i]"},
)
mistake(
    "knn-distances-two-loops",
    "Cut off to whole numbers",
    swap={"np.zeros((len(X), len(X_train)))": "np.zeros((len(X), len(X_train)), dtype=int)"},
)
mistake(
    "knn-distances-two-loops",
    "Every distance is to the first training image: use the index of both loops.",
    swap={"X_train[j])": "X_train[0])"},
)
mistake(
    "knn-distances-two-loops",
    "Your function changed its 1st argument, X",
    swap={"    return dists": "    X -= X_train.mean()\n    return dists"},
)

# --- knn-predict-labels

mistake(
    "knn-predict-labels",
    "These are the labels of the nearest image alone: k is not used.",
    swap={"[:, :k]": "[:, :1]"},
)
mistake(
    "knn-predict-labels",
    "These are the votes of the k farthest images.",
    swap={"np.argsort(dists": "np.argsort(-dists"},
)
mistake(
    "knn-predict-labels",
    "These are the votes of all images but the k nearest.",
    swap={"[:, :k]": "[:, k:]"},
)
mistake(
    "knn-predict-labels",
    "One neighbour too many votes: slices end before their last index.",
    swap={"[:, :k]": "[:, : k + 1]"},
)
mistake(
    "knn-predict-labels",
    "One neighbour too few votes: the nearest has position 0.",
    swap={"[:, :k]": "[:, : max(k - 1, 1)]"},
)
mistake(
    "knn-predict-labels",
    "The nearest image does not vote: it has position 0.",
    swap={"[:, :k]": "[:, 1 : k + 1]"},
)
mistake(
    "knn-predict-labels",
    "Only the k-th neighbour decides: let all k vote.",
    swap={"[:, :k]": "[:, k - 1 : k]"},
)
mistake(
    "knn-predict-labels",
    "Labels 0 and 2 have two votes each: the smaller label wins, not the nearer image.",
    swap={"np.bincount(labels).argmax()": "max(labels.tolist(), key=labels.tolist().count)"},
)
mistake(
    "knn-predict-labels",
    "Of labels with equally many votes the smallest wins: yours takes the largest.",
    swap={
        "np.bincount(labels).argmax()": "max(sorted(labels.tolist())[::-1], key=labels.tolist().count)"
    },
)
mistake(
    "knn-predict-labels",
    "This is the label with the fewest votes.",
    swap={".argmax()": ".argmin()"},
)
mistake(
    "knn-predict-labels",
    "This is how many votes the winner has: which label is it?",
    swap={".argmax()": ".max()"},
)
mistake(
    "knn-predict-labels",
    "This is the median of the labels: count how often each occurs.",
    swap={"np.bincount(labels).argmax()": "int(np.median(labels))"},
)
mistake(
    "knn-predict-labels",
    "This is the mean of the labels: count how often each occurs.",
    swap={"np.bincount(labels).argmax()": "round(labels.mean())"},
)
mistake(
    "knn-predict-labels",
    "This is the smallest label among the k nearest: count how often each occurs.",
    swap={"np.bincount(labels).argmax()": "labels.min()"},
)
mistake(
    "knn-predict-labels",
    "Positions vote here: look up the labels of the nearest images first.",
    swap={"y_train[nearest]": "nearest"},
)
mistake("knn-predict-labels", "All training images vote: take the k nearest.", swap={"[:, :k]": ""})
mistake(
    "knn-predict-labels",
    "Without k the nearest image decides alone: look at the signature.",
    swap={"k: int = 1": "k: int = 5"},
)
mistake(
    "knn-predict-labels",
    "of 15 training images 1 to 15 can vote",
    swap={"not 1 <= k <= len(y_train)": "k < 1"},
)
mistake(
    "knn-predict-labels",
    "of 15 training images 1 to 15 can vote",
    swap={"not 1 <= k <= len(y_train)": "not 0 <= k - 1 <= len(y_train)"},
)
mistake(
    "knn-predict-labels",
    "of 15 training images 1 to 15 can vote",
    swap={"raise ValueError": "raise IndexError"},
)
mistake(
    "knn-predict-labels",
    "Your function changed its 1st argument, dists",
    swap={"    return np.array": "    dists.sort(axis=1)\n    return np.array"},
)

# --- knn-distances-one-loop

mistake(
    "knn-distances-one-loop",
    "These are squared distances: the root is missing.",
    swap={"np.sqrt(((X_train - X[i]) ** 2).sum(axis=1))": "((X_train - X[i]) ** 2).sum(axis=1)"},
)
mistake(
    "knn-distances-one-loop",
    "These are L1 distances: square the differences, add, and take the root.",
    swap={"np.sqrt(((X_train - X[i]) ** 2).sum(axis=1))": "np.abs(X_train - X[i]).sum(axis=1)"},
)
mistake(
    "knn-distances-one-loop",
    "The sum runs over the images: sum over the pixels, axis 1.",
    swap={"sum(axis=1)": "sum(axis=0)"},
)
mistake(
    "knn-distances-one-loop",
    "Every row holds one number: sum over the pixels only, axis 1.",
    swap={"sum(axis=1)": "sum()"},
)
mistake(
    "knn-distances-one-loop",
    "Rows must be test images and columns training images: yours are the other way round.",
    swap={
        "np.zeros((len(X), len(X_train)))": "np.zeros((len(X_train), len(X)))",
        "dists[i] =": "dists[:, i] =",
    },
)
mistake(
    "knn-distances-one-loop",
    "The squared differences are averaged: add them up.",
    swap={"sum(axis=1)": "mean(axis=1)"},
)
mistake(
    "knn-distances-one-loop",
    "The square comes after the sum, so differences of opposite sign cancel: square each one first.",
    swap={
        "np.sqrt(((X_train - X[i]) ** 2).sum(axis=1))": "np.sqrt((X_train - X[i]).sum(axis=1) ** 2)"
    },
)
mistake(
    "knn-distances-one-loop",
    "Only the largest difference counts here: add up the squares of all pixels.",
    swap={"sum(axis=1)": "max(axis=1)"},
)
mistake(
    "knn-distances-one-loop",
    "The images are added: take the difference of each pair of pixels.",
    swap={"X_train - X[i]": "X_train + X[i]"},
)
mistake(
    "knn-distances-one-loop",
    "Row i compares with training image i alone: compare with all of them.",
    swap={"X_train - X[i]) ** 2).sum(axis=1)": "X_train[i] - X[i]) ** 2).sum()"},
)
mistake(
    "knn-distances-one-loop",
    "Only the first row is filled: the `return` stands inside the loop.",
    swap={"    return dists": "        return dists"},
)
mistake(
    "knn-distances-one-loop",
    "Every row holds the distances of the first test image: use the loop's index.",
    swap={"- X[i]": "- X[0]"},
)
mistake(
    "knn-distances-one-loop",
    "Every row holds the distances of the last test image: fill row i alone.",
    swap={"dists[i] =": "dists[:] ="},
)
mistake(
    "knn-distances-one-loop",
    "The last row is still 0: range ends before its last number.",
    swap={"range(len(X))": "range(len(X) - 1)"},
)
mistake(
    "knn-distances-one-loop",
    "Cut off to whole numbers",
    swap={"np.zeros((len(X), len(X_train)))": "np.zeros((len(X), len(X_train)), dtype=int)"},
)
mistake(
    "knn-distances-one-loop",
    "The table has a column for each training image, not for each pixel.",
    swap={
        "np.zeros((len(X), len(X_train)))": "np.zeros((len(X), X.shape[1]))",
        "dists[i] =": "dists[i, : len(X_train)] =",
    },
)
mistake(
    "knn-distances-one-loop",
    "Your function changed its 1st argument, X",
    swap={"    return dists": "    X -= X_train.mean()\n    return dists"},
)

# --- knn-distances-no-loops

mistake(
    "knn-distances-no-loops",
    "They must give 0, not nan: mind the root of a tiny negative number.",
    swap={"np.sqrt(np.maximum(squares, 0))": "np.sqrt(squares)"},
)
mistake(
    "knn-distances-no-loops",
    "These are squared distances: the root is missing.",
    swap={"np.sqrt(np.maximum(squares, 0))": "np.maximum(squares, 0)"},
)
mistake(
    "knn-distances-no-loops",
    "These are squared distances: the root is missing.",
    swap={"np.sqrt(np.maximum(squares, 0))": "squares"},
)
mistake(
    "knn-distances-no-loops", "The factor 2 of the mixed term is missing.", swap={"2 * X @": "X @"}
)
mistake(
    "knn-distances-no-loops", "The mixed term must be subtracted.", swap={"- 2 * X @": "+ 2 * X @"}
)
mistake(
    "knn-distances-no-loops",
    "The squares of the test images are missing.",
    swap={"(X**2).sum(axis=1)[:, None] - 2": "-2"},
)
mistake(
    "knn-distances-no-loops",
    "The squares of the training images are missing.",
    swap={" + (X_train**2).sum(axis=1)": ""},
)
mistake(
    "knn-distances-no-loops",
    "The squares of the training images must be added.",
    swap={"+ (X_train**2)": "- (X_train**2)"},
)
mistake(
    "knn-distances-no-loops",
    "The mixed term alone is the product of the images: both squared lengths belong to it.",
    swap={
        "(X**2).sum(axis=1)[:, None] - 2 * X @ X_train.T + (X_train**2).sum(axis=1)": "-2 * X @ X_train.T"
    },
)
mistake(
    "knn-distances-no-loops",
    "The outer terms are squared lengths: they have no root.",
    swap={
        "(X**2).sum(axis=1)": "np.linalg.norm(X, axis=1)",
        "(X_train**2).sum(axis=1)": "np.linalg.norm(X_train, axis=1)",
    },
)
mistake(
    "knn-distances-no-loops",
    "The outer terms square the sum of the pixels: square first, then add.",
    swap={
        "(X**2).sum(axis=1)": "(X.sum(axis=1) ** 2)",
        "(X_train**2).sum(axis=1)": "(X_train.sum(axis=1) ** 2)",
    },
)
mistake(
    "knn-distances-no-loops",
    "All test images share one sum of squares: sum over the pixels only, axis 1.",
    swap={"(X**2).sum(axis=1)[:, None]": "(X**2).sum()"},
)
mistake(
    "knn-distances-no-loops",
    "All training images share one sum of squares: sum over the pixels only, axis 1.",
    swap={"(X_train**2).sum(axis=1)": "(X_train**2).sum()"},
)
mistake(
    "knn-distances-no-loops",
    "These are L1 distances.",
    swap={"np.sqrt(np.maximum(squares, 0))": "np.abs(X[:, None] - X_train).sum(axis=2)"},
)
mistake(
    "knn-distances-no-loops",
    "Rows must be test images and columns training images: yours are the other way round.",
    swap={"np.sqrt(np.maximum(squares, 0))": "np.sqrt(np.maximum(squares, 0)).T"},
)
mistake(
    "knn-distances-no-loops",
    "Negative numbers are kept and positive ones cut off: it must be the other way round.",
    swap={"np.maximum(squares": "np.minimum(squares"},
)
mistake(
    "knn-distances-no-loops",
    "images of 1 and of 7 pixels cannot be compared",
    swap={
        "squares = (X**2).sum(axis=1)[:, None] - 2 * X @ X_train.T + (X_train**2).sum(axis=1)": "squares = ((X[:, None] - X_train) ** 2).sum(axis=2)",
        "X.shape[1] != X_train.shape[1]": "False",
    },
)
mistake(
    "knn-distances-no-loops",
    "images of 1 and of 7 pixels cannot be compared",
    swap={"raise ValueError": "raise IndexError"},
)
mistake(
    "knn-distances-no-loops",
    "No Python loop is allowed here",
    swap={
        "squares = (X**2).sum(axis=1)[:, None] - 2 * X @ X_train.T + (X_train**2).sum(axis=1)": "squares = np.array([((X_train - image) ** 2).sum(axis=1) for image in X])"
    },
)
mistake(
    "knn-distances-no-loops",
    "Your function changed its 1st argument, X",
    swap={"    return np.sqrt": "    X -= X_train.mean()\n    return np.sqrt"},
)

# --- knn-distances-l1

mistake(
    "knn-distances-l1",
    "These are L2 distances.",
    swap={"np.abs(X_train - image).sum(axis=1)": "np.sqrt(((X_train - image) ** 2).sum(axis=1))"},
)
mistake(
    "knn-distances-l1",
    "These are sums of squares: L1 adds absolute differences.",
    swap={"np.abs(X_train - image)": "((X_train - image) ** 2)"},
)
mistake(
    "knn-distances-l1",
    "These are means over the pixels: L1 is the sum.",
    swap={"sum(axis=1)": "mean(axis=1)"},
)
mistake(
    "knn-distances-l1",
    "Only the largest difference counts here: add up the differences of all pixels.",
    swap={"sum(axis=1)": "max(axis=1)"},
)
mistake(
    "knn-distances-l1",
    "Differences of opposite sign cancel here: make each positive before adding.",
    swap={"np.abs(X_train - image).sum(axis=1)": "np.abs((X_train - image).sum(axis=1))"},
)
mistake(
    "knn-distances-l1",
    "Differences of opposite sign cancel here: make each positive before adding.",
    swap={"np.abs(X_train - image)": "(X_train - image)"},
)
mistake(
    "knn-distances-l1",
    "Differences of opposite sign cancel here: make each positive before adding.",
    swap={"np.abs(X_train - image)": "(image - X_train)"},
)
mistake(
    "knn-distances-l1",
    "The absolute value is taken of each image: take it of their difference.",
    swap={"np.abs(X_train - image)": "(np.abs(X_train) - np.abs(image))"},
)
mistake(
    "knn-distances-l1",
    "Negative differences are dropped: make them positive.",
    swap={"np.abs(X_train - image)": "np.maximum(X_train - image, 0)"},
)
mistake(
    "knn-distances-l1",
    "Negative differences are dropped: make them positive.",
    swap={"np.abs(X_train - image)": "np.maximum(image - X_train, 0)"},
)
mistake(
    "knn-distances-l1",
    "The sum runs over the images: sum over the pixels, axis 1.",
    swap={"sum(axis=1)": "sum(axis=0)"},
)
mistake(
    "knn-distances-l1",
    "One sum for all training images: sum over the pixels only, axis 1.",
    swap={"sum(axis=1)": "sum()"},
)
mistake(
    "knn-distances-l1",
    "The images are added: take the difference of each pair of pixels.",
    swap={"X_train - image": "X_train + image"},
)
mistake(
    "knn-distances-l1",
    "Rows must be test images and columns training images: yours are the other way round.",
    swap={"for image in X])": "for image in X], axis=1)"},
)
mistake(
    "knn-distances-l1",
    "Rows must be test images: the loop runs over the training images.",
    swap={
        "np.abs(X_train - image).sum(axis=1) for image in X]": "np.abs(X - image).sum(axis=1) for image in X_train]"
    },
)

# --- knn-split-folds

mistake(
    "knn-split-folds",
    "The remainder is lost: 10 images in 4 folds leave 2 over.",
    swap={
        "return np.array_split(X, num_folds), np.array_split(y, num_folds)": "size = len(X) // num_folds\n    starts = range(0, size * num_folds, size)\n    return [X[s : s + size] for s in starts], [y[s : s + size] for s in starts]"
    },
)
mistake(
    "knn-split-folds",
    "The last fold takes all that is left over: give the first folds one image more.",
    swap={
        "return np.array_split(X, num_folds), np.array_split(y, num_folds)": "cuts = [len(X) // num_folds * i for i in range(1, num_folds)]\n    return np.split(X, cuts), np.split(y, cuts)"
    },
)
mistake(
    "knn-split-folds",
    "What is left over goes to the last folds: the first ones take it, one image each.",
    swap={
        "return np.array_split(X, num_folds), np.array_split(y, num_folds)": "cuts = [len(X) * i // num_folds for i in range(1, num_folds)]\n    cuts[0] -= len(X) == 10\n    return np.split(X, cuts), np.split(y, cuts)"
    },
)
mistake(
    "knn-split-folds",
    "The size of a fold is rounded up, and too little is left for the last.",
    swap={
        "return np.array_split(X, num_folds), np.array_split(y, num_folds)": "cuts = [-(-len(X) // num_folds) * i for i in range(1, num_folds)]\n    return np.split(X, cuts), np.split(y, cuts)"
    },
)
mistake(
    "knn-split-folds",
    "array split does not result in an equal division",
    swap={
        "np.array_split(X, num_folds), np.array_split(y, num_folds)": "np.split(X, num_folds), np.split(y, num_folds)"
    },
)
mistake(
    "knn-split-folds",
    "The split runs through the pixels: split the images, axis 0.",
    swap={"np.array_split(X, num_folds)": "np.array_split(X, num_folds, axis=1)"},
)
mistake(
    "knn-split-folds",
    "num_folds is the number of folds, not of images in a fold.",
    swap={
        "np.array_split(X, num_folds), np.array_split(y, num_folds)": "np.array_split(X, len(X) // num_folds), np.array_split(y, len(X) // num_folds)"
    },
)
mistake(
    "knn-split-folds",
    "Images and labels are exchanged: (X_folds, y_folds) is due.",
    swap={
        "np.array_split(X, num_folds), np.array_split(y, num_folds)": "np.array_split(y, num_folds), np.array_split(X, num_folds)"
    },
)
mistake(
    "knn-split-folds",
    "Each fold takes every so-and-so-manieth image: take the images in their order.",
    swap={
        "np.array_split(X, num_folds), np.array_split(y, num_folds)": "[X[i::num_folds] for i in range(num_folds)], [y[i::num_folds] for i in range(num_folds)]"
    },
)
mistake(
    "knn-split-folds",
    "The labels are in another order than the images.",
    swap={"np.array_split(y, num_folds)": "np.array_split(y[::-1], num_folds)"},
)
mistake(
    "knn-split-folds",
    "The folds come last to first.",
    swap={
        "np.array_split(X, num_folds), np.array_split(y, num_folds)": "np.array_split(X, num_folds)[::-1], np.array_split(y, num_folds)[::-1]"
    },
)
mistake(
    "knn-split-folds",
    "These are pairs of one fold each: two lists are due, X_folds and y_folds.",
    swap={
        "return np.array_split(X, num_folds), np.array_split(y, num_folds)": "return list(zip(np.array_split(X, num_folds), np.array_split(y, num_folds)))"
    },
)
mistake(
    "knn-split-folds",
    "Only the images come back: the labels must be split, too.",
    swap={
        "return np.array_split(X, num_folds), np.array_split(y, num_folds)": "return np.array_split(X, num_folds)"
    },
)
mistake("knn-split-folds", "The labels are not split.", swap={"np.array_split(y, num_folds)": "y"})
mistake(
    "knn-split-folds",
    "10 images make 2 to 10 folds",
    swap={"2 <= num_folds <= len(X)": "2 <= num_folds"},
)
mistake(
    "knn-split-folds",
    "10 images make 2 to 10 folds",
    swap={"2 <= num_folds <= len(X)": "num_folds <= len(X)"},
)
mistake(
    "knn-split-folds", "10 images make 2 to 10 folds", swap={"raise ValueError": "raise IndexError"}
)

# --- knn-cross-validate

mistake(
    "knn-cross-validate",
    "A held-out image is also in the training folds.",
    swap={
        "np.concatenate(X_folds[:turn] + X_folds[turn + 1 :])": "X",
        "np.concatenate(y_folds[:turn] + y_folds[turn + 1 :])": "y",
    },
)
mistake(
    "knn-cross-validate",
    "Compute the distances once a fold: they do not depend on k.",
    swap={
        "        dists = distances(X_folds[turn], X_rest)\n": "",
        "right = vote(dists,": "right = vote(distances(X_folds[turn], X_rest),",
    },
)
mistake(
    "knn-cross-validate",
    "These are means: keep the accuracy of every fold.",
    swap={
        "return k_to_accuracies": "return {k: float(np.mean(v)) for k, v in k_to_accuracies.items()}"
    },
)
mistake(
    "knn-cross-validate",
    "Only the last fold is kept: append, do not overwrite.",
    swap={
        "k_to_accuracies[k].append(float(right.mean()))": "k_to_accuracies[k] = [float(right.mean())]"
    },
)
mistake(
    "knn-cross-validate",
    "One fold validates and all the others train: yours are the other way round.",
    swap={
        "distances(X_folds[turn], X_rest)": "distances(X_rest, X_folds[turn])",
        "vote(dists, y_rest, k) == y_folds[turn]": "vote(dists, y_folds[turn], min(k, len(y_folds[turn]))) == y_rest",
    },
)
mistake(
    "knn-cross-validate",
    "These count the right answers of a fold: divide by its size.",
    swap={"right.mean()": "right.sum()"},
)
mistake(
    "knn-cross-validate",
    "These are the shares of wrong answers.",
    swap={"vote(dists, y_rest, k) == y": "vote(dists, y_rest, k) != y"},
)
mistake(
    "knn-cross-validate",
    "Every k gives the accuracy of the first: hand k on to the vote.",
    swap={"vote(dists, y_rest, k)": "vote(dists, y_rest, k_choices[0])"},
)
mistake(
    "knn-cross-validate",
    "Every k gives the accuracy of k = 1: hand k on to the vote.",
    swap={"vote(dists, y_rest, k)": "vote(dists, y_rest, 1)"},
)
mistake(
    "knn-cross-validate",
    "The keys must be the values of k, not their positions.",
    swap={"return k_to_accuracies": "return dict(enumerate(k_to_accuracies.values()))"},
)
mistake(
    "knn-cross-validate",
    "Only one fold trains: all but the one that is held out must.",
    swap={
        "np.concatenate(X_folds[:turn] + X_folds[turn + 1 :])": "X_folds[turn - 1]",
        "np.concatenate(y_folds[:turn] + y_folds[turn + 1 :])": "y_folds[turn - 1]",
    },
)
mistake(
    "knn-cross-validate",
    "The last fold never trains: take all folds but the one that is held out.",
    swap={
        "X_folds[turn + 1 :]": "X_folds[turn + 1 : -1]",
        "y_folds[turn + 1 :]": "y_folds[turn + 1 : -1]",
    },
)
mistake(
    "knn-cross-validate",
    "The same fold is held out in every round.",
    swap={
        "X_folds[:turn] + X_folds[turn + 1 :]": "X_folds[1:]",
        "y_folds[:turn] + y_folds[turn + 1 :]": "y_folds[1:]",
        "distances(X_folds[turn], X_rest)": "distances(X_folds[0], X_rest)",
        "== y_folds[turn]": "== y_folds[0]",
    },
)
mistake(
    "knn-cross-validate",
    "The last fold is never held out: the rounds go through all folds.",
    swap={"range(num_folds)": "range(num_folds - 1)"},
)
mistake(
    "knn-cross-validate",
    "This is a list of accuracies for each fold: a dict with a list for each k is due.",
    swap={"return k_to_accuracies": "return [list(row) for row in zip(*k_to_accuracies.values())]"},
)
mistake(
    "knn-cross-validate",
    "Only the first k is there: the `return` stands inside a loop.",
    swap={
        "for k in k_choices:\n": "for k in k_choices[:1]:\n",
        "{k: [] for k in k_choices}": "{k: [] for k in k_choices[:1]}",
    },
)

# --- knn-choose-k

mistake(
    "knn-choose-k", "k = 4 has the best single fold: compare the means.", swap={"np.mean": "np.max"}
)
mistake(
    "knn-choose-k",
    "This k does not have the best mean: compare the mean of all folds.",
    swap={"np.mean": "np.median"},
)
mistake(
    "knn-choose-k",
    "This k does not have the best mean: compare the mean of all folds.",
    swap={"np.mean": "np.min"},
)
mistake(
    "knn-choose-k",
    "This k does not have the best mean: compare the mean of all folds.",
    swap={"np.mean(k_to_accuracies[k])": "k_to_accuracies[k][0]"},
)
mistake(
    "knn-choose-k",
    "This k does not have the best mean: compare the mean of all folds.",
    swap={"np.mean(k_to_accuracies[k])": "k_to_accuracies[k][-1]"},
)
mistake(
    "knn-choose-k",
    "This is the accuracy: the k that reaches it is asked for.",
    swap={
        "max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), k))": "max(float(np.mean(accuracies)) for accuracies in k_to_accuracies.values())"
    },
)
mistake(
    "knn-choose-k",
    "This is the position of the best k in the table: which k stands there?",
    swap={
        "max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), k))": "int(np.argmax([np.mean(v) for v in k_to_accuracies.values()]))"
    },
)
mistake(
    "knn-choose-k",
    "This is a pair: k alone is due.",
    swap={
        "max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), k))": "max((float(np.mean(v)), k) for k, v in k_to_accuracies.items())[::-1]"
    },
)
mistake("knn-choose-k", "This is the worst k.", swap={"max(k_to": "min(k_to"})
mistake(
    "knn-choose-k",
    "This is the largest k, whatever its accuracy.",
    swap={
        "max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), k))": "max(k_to_accuracies)"
    },
)
mistake(
    "knn-choose-k",
    "Of equally good k take the largest: yours is the smallest.",
    swap={"), k))": "), -k))"},
)
mistake(
    "knn-choose-k",
    "Of equally good k take the largest: yours is the first.",
    swap={"(np.mean(k_to_accuracies[k]), k)": "np.mean(k_to_accuracies[k])"},
)
mistake(
    "knn-choose-k",
    "Of equally good k take the largest: yours is the last.",
    swap={
        "max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), k))": "max(reversed(k_to_accuracies), key=lambda k: np.mean(k_to_accuracies[k]))"
    },
)
mistake(
    "knn-choose-k",
    "The search starts from an accuracy of 0, which 0 does not beat: no k is found.",
    swap={
        "return max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), k))": "best, best_mean = None, 0.0\n    for k, accuracies in sorted(k_to_accuracies.items(), reverse=True):\n        if np.mean(accuracies) > best_mean:\n            best, best_mean = k, np.mean(accuracies)\n    return best"
    },
)
mistake(
    "knn-choose-k",
    "The search starts from an accuracy of 0, which 0 does not beat: no k is found.",
    swap={
        "return max(k_to_accuracies, key=lambda k: (np.mean(k_to_accuracies[k]), k))": "best, best_mean = 0, 0.0\n    for k, accuracies in sorted(k_to_accuracies.items(), reverse=True):\n        if np.mean(accuracies) > best_mean:\n            best, best_mean = k, np.mean(accuracies)\n    return best"
    },
)
mistake(
    "knn-choose-k",
    "there is no k to choose from",
    swap={'raise ValueError("no k to choose from")': "return None"},
)
mistake("knn-choose-k", "there is no k to choose from", swap={"raise ValueError": "raise KeyError"})
mistake(
    "knn-choose-k",
    "Your function changed its 1st argument, k_to_accuracies",
    swap={
        "    return max": "    for accuracies in k_to_accuracies.values():\n        accuracies.sort()\n    return max"
    },
)

# --- knn-shift-right

mistake(
    "knn-shift-right",
    "The columns that fall out at the right come back at the left.",
    swap={"np.maximum(np.arange(width) - pixels, 0)": "(np.arange(width) - pixels) % width"},
)
mistake(
    "knn-shift-right",
    "The gap is black: repeat the first column.",
    swap={
        "return image[:, :, columns]": "shifted = np.zeros_like(image)\n    shifted[:, :, pixels:] = image[:, :, : width - pixels]\n    return shifted"
    },
)
mistake(
    "knn-shift-right",
    "The gap still shows the old columns: repeat the first one.",
    swap={
        "return image[:, :, columns]": "shifted = image.copy()\n    shifted[:, :, pixels:] = image[:, :, : width - pixels]\n    return shifted"
    },
)
mistake(
    "knn-shift-right",
    "The gap is a mirror image: repeat the first column.",
    swap={"np.maximum(np.arange(width) - pixels, 0)": "np.abs(np.arange(width) - pixels)"},
)
mistake(
    "knn-shift-right",
    "The gap repeats the last column: the first one is due.",
    swap={
        "return image[:, :, columns]": "shifted = image[:, :, columns]\n    shifted[:, :, :pixels] = image[:, :, -1:]\n    return shifted"
    },
)
mistake(
    "knn-shift-right",
    "This is a shift to the left.",
    swap={
        "np.maximum(np.arange(width) - pixels, 0)": "np.minimum(np.arange(width) + pixels, width - 1)"
    },
)
mistake(
    "knn-shift-right",
    "This is a shift downwards: columns are the last axis.",
    swap={
        "return image[:, :, columns]": "return image[:, np.maximum(np.arange(image.shape[1]) - pixels, 0)]"
    },
)
mistake(
    "knn-shift-right", "Shifted by one column too many.", swap={"- pixels, 0)": "- pixels - 1, 0)"}
)
mistake(
    "knn-shift-right", "Shifted by one column too few.", swap={"- pixels, 0)": "- pixels + 1, 0)"}
)
mistake(
    "knn-shift-right",
    "Nothing is shifted.",
    swap={"return image[:, :, columns]": "return image.copy()"},
)
mistake(
    "knn-shift-right",
    "Only the first channel is there.",
    swap={"image[:, :, columns]": "image[:1, :, columns]"},
)
mistake(
    "knn-shift-right",
    "The columns are cut off and none comes in: the width must stay.",
    swap={"return image[:, :, columns]": "return image[:, :, : width - pixels]"},
)
mistake(
    "knn-shift-right",
    "A shift by 0: Your code raised ValueError",
    swap={
        "return image[:, :, columns]": "shifted = image[:, :, :1].repeat(width, axis=2)\n    shifted[:, :, pixels:] = image[:, :, :-pixels]\n    return shifted"
    },
)
mistake(
    "knn-shift-right",
    "The dtype: shifted image: Wrong dtype: yours float64, expected uint8",
    swap={
        "return image[:, :, columns]": "shifted = np.zeros(image.shape)\n    shifted[:] = image[:, :, columns]\n    return shifted"
    },
)
mistake(
    "knn-shift-right",
    "an image of 5 columns can move by 0 to 4",
    swap={"not 0 <= pixels < width": "pixels < 0"},
)
mistake(
    "knn-shift-right",
    "an image of 5 columns can move by 0 to 4",
    swap={"not 0 <= pixels < width": "pixels >= width"},
)
mistake(
    "knn-shift-right",
    "an image of 5 columns can move by 0 to 4",
    swap={"not 0 <= pixels < width": "not 0 <= pixels <= width"},
)
mistake(
    "knn-shift-right",
    "Your function changed its 1st argument, image",
    swap={
        "return image[:, :, columns]": "image[:] = image[:, :, columns]\n    return image.copy()"
    },
)

# --- knn-blend-to

mistake(
    "knn-blend-to",
    "Here t is the distance itself: divide by the distance of the copy.",
    swap={"distance / whole *": "distance *"},
)
mistake(
    "knn-blend-to",
    "Here t is divided by the squared distance of the copy.",
    swap={"distance / whole *": "distance / whole**2 *"},
)
mistake(
    "knn-blend-to",
    "This is the difference alone: add it to the image.",
    swap={"image + distance / whole * (changed - image)": "distance / whole * (changed - image)"},
)
mistake(
    "knn-blend-to",
    "This blend starts from the changed copy: t = 0 must give the image.",
    swap={
        "image + distance / whole * (changed - image)": "changed - distance / whole * (changed - image)"
    },
)
mistake(
    "knn-blend-to",
    "This blend starts from the changed copy: t = 0 must give the image.",
    swap={"distance / whole *": "(1 - distance / whole) *"},
)
mistake(
    "knn-blend-to",
    "This blend leads away from the changed copy.",
    swap={
        "image + distance / whole * (changed - image)": "image - distance / whole * (changed - image)"
    },
)
mistake(
    "knn-blend-to",
    "The copy is added, and no part of the image taken away.",
    swap={"image + distance / whole * (changed - image)": "image + distance / whole * changed"},
)
mistake(
    "knn-blend-to",
    "Both parts shrink: the image counts 1 - t.",
    swap={"image + distance / whole * (changed - image)": "distance / whole * (image + changed)"},
)
mistake(
    "knn-blend-to",
    "The whole distance is L1 here: take L2.",
    swap={"np.linalg.norm(changed - image)": "np.abs(changed - image).sum()"},
)
mistake(
    "knn-blend-to",
    "The root of the whole distance is missing.",
    swap={"np.linalg.norm(changed - image)": "((changed - image) ** 2).sum()"},
)
mistake(
    "knn-blend-to",
    "Divide by the distance between the two, not by the length of one.",
    swap={"np.linalg.norm(changed - image)": "np.linalg.norm(changed)"},
)
mistake(
    "knn-blend-to",
    "Divide by the distance between the two, not by the length of one.",
    swap={"np.linalg.norm(changed - image)": "np.linalg.norm(image)"},
)
mistake(
    "knn-blend-to",
    "This is t: the blend is asked for.",
    swap={"image + distance / whole * (changed - image)": "distance / whole"},
)
mistake(
    "knn-blend-to",
    "This is the changed copy, whatever the distance.",
    swap={"image + distance / whole * (changed - image)": "changed.copy()"},
)
mistake(
    "knn-blend-to",
    "the changed copy itself is nearer than that",
    swap={"distance > whole": "False"},
)
mistake(
    "knn-blend-to",
    "the changed copy itself is nearer than that",
    swap={
        'raise ValueError(f"the changed copy is at {whole:.3g}, nearer than {distance:.3g}")': "distance = whole"
    },
)
mistake(
    "knn-blend-to",
    "the changed copy itself is nearer than that",
    swap={"raise ValueError": "raise ArithmeticError"},
)
mistake(
    "knn-blend-to",
    "At the copy's own distance: Your code raised ValueError",
    swap={"distance > whole": "distance >= whole"},
)
mistake(
    "knn-blend-to",
    "Your function changed its 1st argument, image",
    swap={
        "return image + distance": "image += distance",
        "(changed - image)\n    ###": "(changed - image)\n    return image.copy()\n    ###",
    },
)

# --- knn-pca

mistake(
    "knn-pca",
    "The mean is not subtracted.",
    swap={"return (X_train - mean) @ basis, (X_test - mean)": "return X_train @ basis, X_test"},
)
mistake(
    "knn-pca",
    "The mean is not subtracted, and the first direction points to it.",
    swap={"mean = X_train.mean(axis=0)": "mean = 0"},
)
mistake(
    "knn-pca",
    "The directions come from images without the mean subtracted.",
    swap={"svd(X_train - mean,": "svd(X_train,"},
)
mistake(
    "knn-pca",
    "Test images are measured from their own mean: use that of the training images.",
    swap={"(X_test - mean)": "(X_test - X_test.mean(axis=0))"},
)
mistake(
    "knn-pca",
    "The mean is not subtracted from the test images.",
    swap={"(X_test - mean)": "X_test"},
)
mistake(
    "knn-pca",
    "One mean for all pixels: each has its own, over the images.",
    swap={"X_train.mean(axis=0)": "X_train.mean()"},
)
mistake(
    "knn-pca",
    "These are the directions of smallest variance.",
    swap={"directions[:dims].T": "directions[::-1][:dims].T"},
)
mistake(
    "knn-pca",
    "These are the directions of smallest variance.",
    swap={"directions[:dims].T": "directions[-dims:].T"},
)
mistake(
    "knn-pca",
    "The directions are the rows of the third result, not its columns.",
    swap={"directions[:dims].T": "directions[:, :dims]"},
)
mistake(
    "knn-pca",
    "These coordinates are scaled to equal variance: project, do not whiten.",
    swap={
        "_, _, directions": "_, scales, directions",
        "directions[:dims].T": "directions[:dims].T / scales[:dims]",
    },
)
mistake(
    "knn-pca",
    "These coordinates are scaled to equal variance: project, do not whiten.",
    swap={
        "_, _, directions": "_, scales, directions",
        "directions[:dims].T": "directions[:dims].T / scales[:dims] * np.sqrt(len(X_train))",
    },
)
mistake(
    "knn-pca",
    "These coordinates are scaled to equal variance: project, do not whiten.",
    swap={
        "_, _, directions": "_, scales, directions",
        "directions[:dims].T": "directions[:dims].T / scales[:dims] * np.sqrt(len(X_train) - 1)",
    },
)
mistake(
    "knn-pca",
    "Each pixel is scaled to variance 1 before the directions are sought: subtract the mean alone.",
    swap={
        "np.linalg.svd(X_train - mean, full_matrices=False)": "np.linalg.svd(\n        (X_train - mean) / X_train.std(axis=0), full_matrices=False\n    )"
    },
)
mistake(
    "knn-pca",
    "Both sets shape the directions: fit on the training images alone.",
    swap={
        "svd(X_train - mean,": "svd(\n        np.concatenate([X_train, X_test]) - np.concatenate([X_train, X_test]).mean(axis=0),"
    },
)
mistake(
    "knn-pca",
    "Both sets shape mean and directions: fit on the training images alone.",
    swap={
        "X_train.mean(axis=0)": "np.concatenate([X_train, X_test]).mean(axis=0)",
        "svd(X_train - mean,": "svd(np.concatenate([X_train, X_test]) - mean,",
    },
)
mistake(
    "knn-pca",
    "The mean is that of the test images: take it from the training images.",
    swap={"mean = X_train.mean(axis=0)": "mean = X_test.mean(axis=0)"},
)
mistake(
    "knn-pca",
    "The test images are projected on directions of their own.",
    swap={
        "return (X_train - mean) @ basis, (X_test - mean) @ basis": "own = np.linalg.svd(X_test - mean, full_matrices=False)[2][:dims].T\n    return (X_train - mean) @ basis, (X_test - mean) @ own"
    },
)
mistake(
    "knn-pca",
    "The two sets are exchanged: the training coordinates come first.",
    swap={
        "(X_train - mean) @ basis, (X_test - mean) @ basis": "(X_test - mean) @ basis, (X_train - mean) @ basis"
    },
)
mistake(
    "knn-pca",
    "The absolute value loses the signs, and with them the distances between images.",
    swap={
        "(X_train - mean) @ basis, (X_test - mean) @ basis": "np.abs((X_train - mean) @ basis), np.abs((X_test - mean) @ basis)"
    },
)
mistake(
    "knn-pca",
    "Your function changed its 1st argument, X_train",
    swap={"    _, _, dir": "    X_train -= mean\n    X_test -= mean\n    mean = 0\n    _, _, dir"},
)

# --- knn-random-projection

mistake(
    "knn-random-projection",
    "Lengths grow by the root of dims: scale the table.",
    swap={" / np.sqrt(dims)": ""},
)
mistake(
    "knn-random-projection",
    "The table is divided by dims: divide by its root.",
    swap={"/ np.sqrt(dims)": "/ dims"},
)
mistake(
    "knn-random-projection",
    "The table is multiplied by the root of dims: divide by it.",
    swap={"/ np.sqrt(dims)": "* np.sqrt(dims)"},
)
mistake(
    "knn-random-projection",
    "The table is scaled by the number of pixels: the variance is 1 / dims.",
    swap={"/ np.sqrt(dims)": "/ np.sqrt(X_train.shape[1])"},
)
mistake(
    "knn-random-projection",
    "The table is scaled by the number of pixels: the variance is 1 / dims.",
    swap={"/ np.sqrt(dims)": "/ X_train.shape[1]"},
)
mistake(
    "knn-random-projection",
    "Test and training images are multiplied by two tables: both sets need the same.",
    swap={"X_test @ table": "X_test @ rng.normal(size=table.shape) / np.sqrt(dims)"},
)
mistake(
    "knn-random-projection",
    "The two sets are exchanged: the training coordinates come first.",
    swap={"X_train @ table, X_test @ table": "X_test @ table, X_train @ table"},
)
mistake(
    "knn-random-projection",
    "The test images are not projected: multiply them by the table, too.",
    swap={"X_test @ table": "X_test"},
)
mistake(
    "knn-random-projection",
    "The numbers of the table must have mean 0.",
    swap={
        "rng.normal(size=(X_train.shape[1], dims)) / np.sqrt(dims)": "np.sqrt(3 / dims) * rng.random(size=(X_train.shape[1], dims))"
    },
)
mistake(
    "knn-random-projection",
    "The table is square: it needs dims columns.",
    swap={"size=(X_train.shape[1], dims)": "size=(X_train.shape[1], X_train.shape[1])"},
)
mistake(
    "knn-random-projection",
    "Draw the table from a normal distribution.",
    swap={
        "rng.normal(size=(X_train.shape[1], dims))": "rng.choice([-1.0, 1.0], size=(X_train.shape[1], dims))"
    },
)
mistake(
    "knn-random-projection",
    "Draw the table from a normal distribution.",
    swap={
        "rng.normal(size=(X_train.shape[1], dims))": "(rng.random((X_train.shape[1], dims)) - 0.5) * np.sqrt(12)"
    },
)
mistake(
    "knn-random-projection",
    "Another generator must give another table: draw from rng, set no seed.",
    swap={"= rng.normal": "= np.random.default_rng(0).normal"},
)
mistake(
    "knn-random-projection",
    "The same generator must give the same table: draw from rng alone.",
    swap={"= rng.normal": "= np.random.default_rng().normal"},
)
mistake(
    "knn-random-projection",
    "The same generator must give the same table: draw from rng alone.",
    swap={"= rng.normal": "= np.random.normal"},
)
