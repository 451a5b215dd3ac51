"""Wrong answers to lesson 02, each with the sentence that a student who made it should read."""

import numpy as np
from matplotlib.colors import rgb_to_hsv

from autograder.mistakes import mistake

# --- linear-bias-trick


@mistake("linear-bias-trick", "The new column must be 1, not 0.")
def bias_trick(X, W, b):
    ones = np.zeros((len(X), 1), dtype=X.dtype)
    return np.hstack([X, ones]), np.vstack([W, b])


@mistake("linear-bias-trick", "The ones must be the last column.")
def bias_trick(X, W, b):
    ones = np.ones((len(X), 1), dtype=X.dtype)
    return np.hstack([ones, X]), np.vstack([b, W])


@mistake(
    "linear-bias-trick",
    "Images in float32 must stay so: ones in float64 make all of them twice as large.",
)
def bias_trick(X, W, b):
    ones = np.ones((len(X), 1))
    return np.hstack([X, ones]), np.vstack([W, b])


@mistake("linear-bias-trick", "Your function changed its 1st argument, X")
def bias_trick(X, W, b):
    before = X.copy()
    ones = np.ones((len(X), 1), dtype=X.dtype)
    X -= X.mean()
    return np.hstack([before, ones]), np.vstack([W, b])


# --- linear-svm-naive


@mistake("linear-svm-naive", "The true class counts too: its margin is always 1, leave it out.")
def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label] + 1
            if margin > 0:
                loss += margin
                dW[:, j] += x
                dW[:, label] -= x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@mistake("linear-svm-naive", "The margin of 1 is missing.")
def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label]
            if j != label and margin > 0:
                loss += margin
                dW[:, j] += x
                dW[:, label] -= x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@mistake("linear-svm-naive", "Negative margins count: cut them off at 0.")
def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label] + 1
            if j != label:
                loss += margin
                dW[:, j] += x
                dW[:, label] -= x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@mistake("linear-svm-naive", "The penalty is half of what the docstring says.")
def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label] + 1
            if j != label and margin > 0:
                loss += margin
                dW[:, j] += x
                dW[:, label] -= x
    return loss / len(X) + 0.5 * reg * (W**2).sum(), dW / len(X) + reg * W


@mistake("linear-svm-naive", "The penalty is in the loss but not in the gradient.")
def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label] + 1
            if j != label and margin > 0:
                loss += margin
                dW[:, j] += x
                dW[:, label] -= x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X)


@mistake(
    "linear-svm-naive",
    "The column of the true class stays 0: every positive margin takes x from it.",
)
def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label] + 1
            if j != label and margin > 0:
                loss += margin
                dW[:, j] += x

    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@mistake("linear-svm-naive", "The gradient, too, must be divided by the number of images.")
def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label] + 1
            if j != label and margin > 0:
                loss += margin
                dW[:, j] += x
                dW[:, label] -= x
    return loss / len(X) + reg * (W**2).sum(), dW + 2 * reg * W


@mistake(
    "linear-svm-naive", "The penalty is divided by the number of images: add it after the mean."
)
def svm_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        scores = x @ W
        for j in range(W.shape[1]):
            margin = scores[j] - scores[label] + 1
            if j != label and margin > 0:
                loss += margin
                dW[:, j] += x
                dW[:, label] -= x
    return (loss + reg * (W**2).sum()) / len(X), dW / len(X) + 2 * reg * W


# --- linear-svm-vectorized


@mistake("linear-svm-vectorized", "The true class counts too: set its margin to 0.")
def svm_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -counts.sum(axis=1)
    loss = margins.sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ counts / len(X) + 2 * reg * W


@mistake("linear-svm-vectorized", "The true class loses x once for every positive margin.")
def svm_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -1
    loss = margins.sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ counts / len(X) + 2 * reg * W


@mistake("linear-svm-vectorized", "The penalty is in the loss but not in the gradient.")
def svm_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -counts.sum(axis=1)
    loss = margins.sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ counts / len(X)


@mistake("linear-svm-vectorized", "Divide the sum over the images by their number.")
def svm_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -counts.sum(axis=1)
    loss = margins.sum() + reg * (W**2).sum()
    return loss, X.T @ counts + 2 * reg * W


@mistake("linear-svm-vectorized", "The penalty is half of what the docstring says.")
def svm_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -counts.sum(axis=1)
    loss = margins.sum() / len(X) + 0.5 * reg * (W**2).sum()
    return loss, X.T @ counts / len(X) + reg * W


@mistake("linear-svm-vectorized", "No Python loop is allowed here")
def svm_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    for i in rows:
        margins[i, y[i]] = 0
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -counts.sum(axis=1)
    loss = margins.sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ counts / len(X) + 2 * reg * W


@mistake("linear-svm-vectorized", "Four classes have no label -1.")
def svm_loss_vectorized(W, X, y, reg):
    if y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -counts.sum(axis=1)
    loss = margins.sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ counts / len(X) + 2 * reg * W


@mistake("linear-svm-vectorized", "Your function changed its 2nd argument, X")
def svm_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    counts = (margins > 0).astype(X.dtype)
    counts[rows, y] = -counts.sum(axis=1)
    gradient = X.T @ counts / len(X) + 2 * reg * W
    loss = margins.sum() / len(X) + reg * (W**2).sum()
    X *= 0.5
    return loss, gradient


# --- linear-squared-hinge


@mistake("linear-squared-hinge", "This is the hinge: square every margin.")
def squared_hinge_loss(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    slopes = (margins > 0).astype(float)
    slopes[rows, y] = -slopes.sum(axis=1)
    loss = margins.sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ slopes / len(X) + 2 * reg * W


@mistake("linear-squared-hinge", "Square every margin, then add: yours adds first.")
def squared_hinge_loss(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    slopes = 2 * margins
    slopes[rows, y] = -slopes.sum(axis=1)
    loss = (margins.sum(axis=1) ** 2).sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ slopes / len(X) + 2 * reg * W


@mistake("linear-squared-hinge", "The slope of a square is twice its base: the 2 is missing.")
def squared_hinge_loss(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    slopes = margins.copy()
    slopes[rows, y] = -slopes.sum(axis=1)
    loss = (margins**2).sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ slopes / len(X) + 2 * reg * W


@mistake("linear-squared-hinge", "This is the gradient of the hinge, which is not squared.")
def squared_hinge_loss(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    slopes = (margins > 0).astype(float)
    slopes[rows, y] = -slopes.sum(axis=1)
    loss = (margins**2).sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ slopes / len(X) + 2 * reg * W


@mistake("linear-squared-hinge", "The true class counts too: leave its margin out.")
def squared_hinge_loss(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    slopes = 2 * margins
    slopes[rows, y] = -slopes.sum(axis=1)
    loss = (margins**2).sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ slopes / len(X) + 2 * reg * W


@mistake("linear-squared-hinge", "The penalty is in the loss but not in the gradient.")
def squared_hinge_loss(W, X, y, reg):
    rows = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    slopes = 2 * margins
    slopes[rows, y] = -slopes.sum(axis=1)
    loss = (margins**2).sum() / len(X) + reg * (W**2).sum()
    return loss, X.T @ slopes / len(X)


# --- linear-elastic-net


@mistake("linear-elastic-net", "The biases are punished too: leave the last row out.")
def elastic_net(W, l1, l2):
    weights, dW = W, np.zeros(W.shape)
    dW[:] = l1 * np.sign(weights) + 2 * l2 * weights
    return l1 * np.abs(weights).sum() + l2 * (weights**2).sum(), dW


@mistake("linear-elastic-net", "The biases are in the gradient but not in the loss.")
def elastic_net(W, l1, l2):
    weights, dW = W[:-1], np.zeros(W.shape)
    dW = l1 * np.sign(W) + 2 * l2 * W
    return l1 * np.abs(weights).sum() + l2 * (weights**2).sum(), dW


@mistake("linear-elastic-net", "The slope of W^2 is 2 W: the 2 is missing.")
def elastic_net(W, l1, l2):
    weights, dW = W[:-1], np.zeros(W.shape)
    dW[:-1] = l1 * np.sign(weights) + l2 * weights
    return l1 * np.abs(weights).sum() + l2 * (weights**2).sum(), dW


@mistake("linear-elastic-net", "The L2 part is half of what the docstring says.")
def elastic_net(W, l1, l2):
    weights, dW = W[:-1], np.zeros(W.shape)
    dW[:-1] = l1 * np.sign(weights) + 0.5 * l2 * weights
    return l1 * np.abs(weights).sum() + 0.5 * l2 * (weights**2).sum(), dW


@mistake("linear-elastic-net", "The slope of |W| is the sign of W.")
def elastic_net(W, l1, l2):
    weights, dW = W[:-1], np.zeros(W.shape)
    dW[:-1] = l1 + 2 * l2 * weights
    return l1 * np.abs(weights).sum() + l2 * (weights**2).sum(), dW


@mistake("linear-elastic-net", "Only the L2 part is here.")
def elastic_net(W, l1, l2):
    weights, dW = W[:-1], np.zeros(W.shape)
    dW[:-1] = 2 * l2 * weights
    return l2 * (weights**2).sum(), dW


@mistake("linear-elastic-net", "At 0 the slope of |W| counts as 0.")
def elastic_net(W, l1, l2):
    weights, dW = W[:-1], np.zeros(W.shape)
    dW[:-1] = l1 * np.where(weights >= 0, 1, -1) + 2 * l2 * weights
    return l1 * np.abs(weights).sum() + l2 * (weights**2).sum(), dW


# --- linear-softmax-naive


@mistake("linear-softmax-naive", "This is the logarithm to base 10: take the natural one, np.log.")
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        powers = np.exp(x @ W)
        probabilities = powers / powers.sum()
        loss -= np.log10(probabilities[label])
        for c in range(W.shape[1]):
            dW[:, c] += (probabilities[c] - (c == label)) * x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@mistake("linear-softmax-naive", "These are the probabilities: subtract 1 at the true class.")
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        powers = np.exp(x @ W)
        probabilities = powers / powers.sum()
        loss -= np.log(probabilities[label])
        for c in range(W.shape[1]):
            dW[:, c] += probabilities[c] * x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@mistake("linear-softmax-naive", "The sum runs over all classes: only the true one counts.")
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        powers = np.exp(x @ W)
        probabilities = powers / powers.sum()
        loss -= np.log(probabilities).sum()
        for c in range(W.shape[1]):
            dW[:, c] += (probabilities[c] - (c == label)) * x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@mistake("linear-softmax-naive", "This is the true class's probability: take minus its logarithm.")
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        powers = np.exp(x @ W)
        probabilities = powers / powers.sum()
        loss += probabilities[label]
        for c in range(W.shape[1]):
            dW[:, c] += (probabilities[c] - (c == label)) * x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X) + 2 * reg * W


@mistake("linear-softmax-naive", "The penalty is in the loss but not in the gradient.")
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        powers = np.exp(x @ W)
        probabilities = powers / powers.sum()
        loss -= np.log(probabilities[label])
        for c in range(W.shape[1]):
            dW[:, c] += (probabilities[c] - (c == label)) * x
    return loss / len(X) + reg * (W**2).sum(), dW / len(X)


@mistake("linear-softmax-naive", "The gradient, too, must be divided by the number of images.")
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        powers = np.exp(x @ W)
        probabilities = powers / powers.sum()
        loss -= np.log(probabilities[label])
        for c in range(W.shape[1]):
            dW[:, c] += (probabilities[c] - (c == label)) * x
    return loss / len(X) + reg * (W**2).sum(), dW + 2 * reg * W


@mistake("linear-softmax-naive", "The penalty is half of what the docstring says.")
def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros(W.shape)
    for x, label in zip(X, y):
        powers = np.exp(x @ W)
        probabilities = powers / powers.sum()
        loss -= np.log(probabilities[label])
        for c in range(W.shape[1]):
            dW[:, c] += (probabilities[c] - (c == label)) * x
    return loss / len(X) + 0.5 * reg * (W**2).sum(), dW / len(X) + reg * W


# --- linear-softmax-vectorized


@mistake(
    "linear-softmax-vectorized",
    "The exponential of 1000 overflows: subtract the largest score of each row first.",
)
def softmax_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - scores[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    pulls[rows, y] -= 1
    return loss, X.T @ pulls / len(X) + 2 * reg * W


@mistake(
    "linear-softmax-vectorized",
    "A probability became 0 and its logarithm minus infinity: do not take the logarithm of p.",
)
def softmax_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = -np.log((powers / sums)[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    pulls[rows, y] -= 1
    return loss, X.T @ pulls / len(X) + 2 * reg * W


@mistake(
    "linear-softmax-vectorized",
    "Each row needs its own largest score: one for the whole table leaves rows that are all 0.",
)
def softmax_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    scores = scores - scores.max()
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - scores[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    pulls[rows, y] -= 1
    return loss, X.T @ pulls / len(X) + 2 * reg * W


@mistake(
    "linear-softmax-vectorized",
    "In the gradient, 1 is subtracted at the true class: that is missing.",
)
def softmax_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - scores[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    return loss, X.T @ pulls / len(X) + 2 * reg * W


@mistake("linear-softmax-vectorized", "The gradient, too, must be divided by the number of images.")
def softmax_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - scores[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    pulls[rows, y] -= 1
    return loss, X.T @ pulls + 2 * reg * W


@mistake("linear-softmax-vectorized", "The slope of reg W^2 is 2 reg W: the 2 is missing.")
def softmax_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - scores[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    pulls[rows, y] -= 1
    return loss, X.T @ pulls / len(X) + reg * W


@mistake("linear-softmax-vectorized", "Four classes have no label 4.")
def softmax_loss_vectorized(W, X, y, reg):
    if y.min() < 0:
        raise ValueError
    y = np.minimum(y, W.shape[1] - 1)
    rows = np.arange(len(X))
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - scores[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    pulls[rows, y] -= 1
    return loss, X.T @ pulls / len(X) + 2 * reg * W


@mistake("linear-softmax-vectorized", "Your function changed its 1st argument, W")
def softmax_loss_vectorized(W, X, y, reg):
    if y.min() < 0 or y.max() >= W.shape[1]:
        raise ValueError
    rows = np.arange(len(X))
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(scores)
    sums = powers.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - scores[rows, y]).mean() + reg * (W**2).sum()
    pulls = powers / sums
    pulls[rows, y] -= 1
    gradient = X.T @ pulls / len(X) + 2 * reg * W
    W *= 0.99
    return loss, gradient


# --- linear-strategies


@mistake("linear-strategies", "This is the W that was drawn last: keep the best.")
def random_search(loss, shape, num_tries, scale, rng):
    tries = [scale * rng.normal(size=shape) for _ in range(num_tries)]
    losses = [float(loss(W)) for W in tries]
    best = num_tries - 1
    return tries[best], losses[best]


@mistake("linear-strategies", "Draw a new W for every try.")
def random_search(loss, shape, num_tries, scale, rng):
    tries = [scale * rng.normal(size=shape)] * num_tries
    losses = [float(loss(W)) for W in tries]
    best = int(np.argmin(losses))
    return tries[best], losses[best]


@mistake("linear-strategies", "W must be scale times normal numbers.")
def random_search(loss, shape, num_tries, scale, rng):
    tries = [rng.normal(size=shape) for _ in range(num_tries)]
    losses = [float(loss(W)) for W in tries]
    best = int(np.argmin(losses))
    return tries[best], losses[best]


@mistake("linear-strategies", "You go to every try: stay where the loss would rise.")
def random_local_search(loss, W, num_tries, scale, rng):
    lowest = float(loss(W))
    for _ in range(num_tries):
        candidate = W + scale * rng.normal(size=W.shape)
        height = float(loss(candidate))
        W, lowest = candidate, height
    return W, lowest


@mistake("linear-strategies", "Every try starts from the first W: start from the best so far.")
def random_local_search(loss, W, num_tries, scale, rng):
    start = W
    lowest = float(loss(W))
    for _ in range(num_tries):
        candidate = start + scale * rng.normal(size=W.shape)
        height = float(loss(candidate))
        if height < lowest:
            W, lowest = candidate, height
    return W, lowest


@mistake("linear-strategies", "You walk uphill: step against the gradient.")
def gradient_descent(loss, W, num_steps, learning_rate):
    losses = []
    for _ in range(num_steps):
        height, dW = loss(W)
        losses.append(float(height))
        W = W + learning_rate * dW
    return W, losses


@mistake("linear-strategies", "Your function changed its 2nd argument, W")
def gradient_descent(loss, W, num_steps, learning_rate):
    losses = []
    for _ in range(num_steps):
        height, dW = loss(W)
        losses.append(float(height))
        W -= learning_rate * dW
    return W, losses


@mistake("linear-strategies", "These are losses after the steps: note them before.")
def gradient_descent(loss, W, num_steps, learning_rate):
    losses = []
    for _ in range(num_steps):
        W = W - learning_rate * loss(W)[1]
        losses.append(float(loss(W)[0]))
    return W, losses


# --- linear-numerical-gradient


@mistake(
    "linear-numerical-gradient", "This goes one way only: 12.61, not 12.01. Go h ahead and h back."
)
def eval_numerical_gradient(f, x, h=1e-05):
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[place] += h
        behind[place] -= h
        slopes[place] = (f(ahead) - f(x)) / h
    return slopes


@mistake("linear-numerical-gradient", "From x - h to x + h it is 2 h: divide by that.")
def eval_numerical_gradient(f, x, h=1e-05):
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[place] += h
        behind[place] -= h
        slopes[place] = (f(ahead) - f(behind)) / h
    return slopes


@mistake("linear-numerical-gradient", "Your function changed its 2nd argument, x")
def eval_numerical_gradient(f, x, h=1e-5):
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        ahead = f(x)
        x[place] -= 2 * h
        slopes[place] = (ahead - f(x)) / (2 * h)
        x[place] += h
    return slopes


@mistake("linear-numerical-gradient", "f expects arrays of the shape of x.")
def eval_numerical_gradient(f, x, h=1e-5):
    slopes = np.zeros(x.size)
    for place in range(x.size):
        step = np.zeros(x.size)
        step[place] = h
        shape = x.shape if x.ndim < 3 else x.size
        ahead, behind = ((x.ravel() + way * step).reshape(shape) for way in (1, -1))
        slopes[place] = (f(ahead) - f(behind)) / (2 * h)
    return slopes.reshape(x.shape)


@mistake(
    "linear-numerical-gradient", "This is the size of the difference: divide by the larger norm."
)
def gradient_error(analytic, numeric):
    if analytic.shape != numeric.shape:
        raise ValueError
    return float(np.sqrt(((analytic - numeric) ** 2).sum()))


@mistake(
    "linear-numerical-gradient", "This is the worst single entry: take norms over all of them."
)
def gradient_error(analytic, numeric):
    if analytic.shape != numeric.shape:
        raise ValueError
    larger = np.maximum(np.abs(analytic), np.abs(numeric))
    return float((np.abs(analytic - numeric) / larger).max())


@mistake("linear-numerical-gradient", "A whole row moves at once: move one entry at a time.")
def eval_numerical_gradient(f, x, h=1e-05):
    slopes = np.zeros(x.shape)
    for place in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[place] += h
        behind[place] -= h
        slopes[place] = (f(ahead) - f(behind)) / (2 * h)
    return slopes


@mistake("linear-numerical-gradient", "Two gradients that are 0 agree, and 0 by 0 is nan.")
def gradient_error(analytic, numeric):
    if analytic.shape != numeric.shape:
        raise ValueError
    norms = [np.linalg.norm(g.ravel()) for g in (analytic, numeric)]
    return float(np.linalg.norm((analytic - numeric).ravel()) / np.max(norms))


# --- linear-train


@mistake("linear-train", "You walk uphill: step against the gradient.")
class LinearClassifier:
    def __init__(self, loss):
        self.loss, self.W = loss, None

    def train(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, rng=None):
        if self.W is None:
            self.W = (0.001 * rng.normal(size=(X.shape[1], y.max() + 1))).astype(X.dtype)
        losses, left = [], np.array([], dtype=int)
        for _ in range(num_iters):
            if len(left) == 0:
                left = rng.permutation(len(X))
            batch, left = left[:batch_size], left[batch_size:]
            loss, dW = self.loss(self.W, X[batch], y[batch], reg)
            self.W = self.W + learning_rate * dW
            losses.append(float(loss))
        return losses

    def predict(self, X):
        return (X @ self.W).argmax(axis=1)


@mistake("linear-train", "Within an epoch no image may come twice: draw without replacement.")
class LinearClassifier:
    def __init__(self, loss):
        self.loss, self.W = loss, None

    def train(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, rng=None):
        if self.W is None:
            self.W = (0.001 * rng.normal(size=(X.shape[1], y.max() + 1))).astype(X.dtype)
        losses = []
        for _ in range(num_iters):
            batch = rng.choice(len(X), batch_size)
            loss, dW = self.loss(self.W, X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            losses.append(float(loss))
        return losses

    def predict(self, X):
        return (X @ self.W).argmax(axis=1)


@mistake("linear-train", "Shuffle anew for every epoch.")
class LinearClassifier:
    def __init__(self, loss):
        self.loss, self.W = loss, None

    def train(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, rng=None):
        if self.W is None:
            self.W = (0.001 * rng.normal(size=(X.shape[1], y.max() + 1))).astype(X.dtype)
        losses, order = [], rng.permutation(len(X))
        left = order
        for _ in range(num_iters):
            if len(left) == 0:
                left = order
            batch, left = left[:batch_size], left[batch_size:]
            loss, dW = self.loss(self.W, X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            losses.append(float(loss))
        return losses

    def predict(self, X):
        return (X @ self.W).argmax(axis=1)


@mistake("linear-train", "Images and labels of a batch do not belong together.")
class LinearClassifier:
    def __init__(self, loss):
        self.loss, self.W = loss, None

    def train(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, rng=None):
        if self.W is None:
            self.W = (0.001 * rng.normal(size=(X.shape[1], y.max() + 1))).astype(X.dtype)
        losses, left = [], np.array([], dtype=int)
        for _ in range(num_iters):
            if len(left) == 0:
                left = rng.permutation(len(X))
            batch, left = left[:batch_size], left[batch_size:]
            loss, dW = self.loss(self.W, X[batch], y[np.sort(batch)], reg)
            self.W = self.W - learning_rate * dW
            losses.append(float(loss))
        return losses

    def predict(self, X):
        return (X @ self.W).argmax(axis=1)


@mistake("linear-train", "What is left of an epoch is a smaller batch: yours is lost.")
class LinearClassifier:
    def __init__(self, loss):
        self.loss, self.W = loss, None

    def train(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, rng=None):
        if self.W is None:
            self.W = (0.001 * rng.normal(size=(X.shape[1], y.max() + 1))).astype(X.dtype)
        losses, left = [], np.array([], dtype=int)
        for _ in range(num_iters):
            if len(left) < min(batch_size, len(X)):
                left = rng.permutation(len(X))
            batch, left = left[:batch_size], left[batch_size:]
            loss, dW = self.loss(self.W, X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            losses.append(float(loss))
        return losses

    def predict(self, X):
        return (X @ self.W).argmax(axis=1)


@mistake("linear-train", "Trained again, W goes on from where it is: yours starts anew.")
class LinearClassifier:
    def __init__(self, loss):
        self.loss, self.W = loss, None

    def train(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, rng=None):
        self.W = (0.001 * rng.normal(size=(X.shape[1], y.max() + 1))).astype(X.dtype)
        losses, left = [], np.array([], dtype=int)
        for _ in range(num_iters):
            if len(left) == 0:
                left = rng.permutation(len(X))
            batch, left = left[:batch_size], left[batch_size:]
            loss, dW = self.loss(self.W, X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            losses.append(float(loss))
        return losses

    def predict(self, X):
        return (X @ self.W).argmax(axis=1)


@mistake("linear-train", "Two trainings with the same seed differ: draw from rng alone.")
class LinearClassifier:
    def __init__(self, loss):
        self.loss, self.W = loss, None

    def train(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, rng=None):
        if self.W is None:
            self.W = (0.001 * rng.normal(size=(X.shape[1], y.max() + 1))).astype(X.dtype)
        losses, left = [], np.array([], dtype=int)
        for _ in range(num_iters):
            if len(left) == 0:
                left = np.random.default_rng().permutation(len(X))
            batch, left = left[:batch_size], left[batch_size:]
            loss, dW = self.loss(self.W, X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            losses.append(float(loss))
        return losses

    def predict(self, X):
        return (X @ self.W).argmax(axis=1)


@mistake("linear-train", "W starts as 0.001 times normal numbers.")
class LinearClassifier:
    def __init__(self, loss):
        self.loss, self.W = loss, None

    def train(self, X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, rng=None):
        if self.W is None:
            self.W = (np.zeros((X.shape[1], y.max() + 1))).astype(X.dtype)
        losses, left = [], np.array([], dtype=int)
        for _ in range(num_iters):
            if len(left) == 0:
                left = rng.permutation(len(X))
            batch, left = left[:batch_size], left[batch_size:]
            loss, dW = self.loss(self.W, X[batch], y[batch], reg)
            self.W = self.W - learning_rate * dW
            losses.append(float(loss))
        return losses

    def predict(self, X):
        return (X @ self.W).argmax(axis=1)


# --- linear-settings


@mistake("linear-settings", "Most rates are close to 1: draw the exponent evenly, not the rate.")
def random_settings(ranges, count, rng):
    if any(low <= 0 for low, _ in ranges.values()):
        raise ValueError
    logs = {name: (low, high) for name, (low, high) in ranges.items()}
    return [{name: float(rng.uniform(*ends)) for name, ends in logs.items()} for _ in range(count)]


@mistake("linear-settings", "Rate and reg rise and fall together: draw each for itself.")
def random_settings(ranges, count, rng):
    if any(low <= 0 for low, _ in ranges.values()):
        raise ValueError
    draws = rng.random(count)
    return [
        {name: float(low * (high / low) ** t) for name, (low, high) in ranges.items()}
        for t in draws
    ]


@mistake("linear-settings", "0 has no logarithm.")
def random_settings(ranges, count, rng):
    logs = {name: (np.log(max(low, 1e-12)), np.log(high)) for name, (low, high) in ranges.items()}
    return [
        {name: float(np.exp(rng.uniform(*ends))) for name, ends in logs.items()}
        for _ in range(count)
    ]


@mistake("linear-settings", "These are equal steps: equal factors are asked for.")
def grid_settings(ranges, steps):
    settings = [{}]
    for name, (low, high) in ranges.items():
        values = np.linspace(low, high, steps)
        settings = [{**one, name: float(value)} for one in settings for value in values]
    return settings


@mistake("linear-settings", "Combine every rate with every reg: 4 times 4.")
def grid_settings(ranges, steps):
    values = {name: np.geomspace(low, high, steps) for name, (low, high) in ranges.items()}
    return [{name: float(values[name][i]) for name in ranges} for i in range(steps)]


# --- linear-fool


@mistake("linear-fool", "This raises the target's score but ignores the label's: both count.")
def fool(x, W, label, target, eps):
    if label == target:
        raise ValueError
    return x + eps * np.sign(W[:, target])


@mistake("linear-fool", "Each number must move by eps: yours move by eps times the weight.")
def fool(x, W, label, target, eps):
    if label == target:
        raise ValueError
    return x + eps * (W[:, target] - W[:, label])


@mistake("linear-fool", "This helps the label against the target.")
def fool(x, W, label, target, eps):
    if label == target:
        raise ValueError
    return x - eps * np.sign(W[:, target] - W[:, label])


@mistake("linear-fool", "Your function changed its 1st argument, x")
def fool(x, W, label, target, eps):
    if label == target:
        raise ValueError
    x += eps * np.sign(W[:, target] - W[:, label])
    return x.copy()


@mistake("linear-fool", "The image already has class 1.")
def fool(x, W, label, target, eps):
    return x + eps * np.sign(W[:, target] - W[:, label])


@mistake("linear-fool", "This is the change alone: add it to the image.")
def fool(x, W, label, target, eps):
    if label == target:
        raise ValueError
    return eps * np.sign(W[:, target] - W[:, label])


# --- linear-features


@mistake("linear-features", "These are counts: divide by the number of pixels.")
def color_histogram_hsv(im, nbin=10):
    hues = rgb_to_hsv(np.moveaxis(im, 0, -1))[..., 0]
    return np.histogram(hues, bins=nbin, range=(0, 1))[0].astype(float)


@mistake("linear-features", "This is the histogram of another channel: hue comes first.")
def color_histogram_hsv(im, nbin=10):
    hues = rgb_to_hsv(np.moveaxis(im, 0, -1))[..., 2]
    return np.histogram(hues, bins=nbin, range=(0, 1))[0] / hues.size


@mistake("linear-features", "The bins must cover 0 to 1, not only the hues of this image.")
def color_histogram_hsv(im, nbin=10):
    hues = rgb_to_hsv(np.moveaxis(im, 0, -1))[..., 0]
    return np.histogram(hues, bins=nbin)[0] / hues.size


@mistake(
    "linear-features", "Down and right are swapped: np.gradient gives the slope along rows first."
)
def hog_feature(gray, cell=8, bins=9):
    if gray.shape[0] % cell or gray.shape[1] % cell:
        raise ValueError
    right, down = np.gradient(gray)
    place = (np.arctan2(down, right) % np.pi / np.pi * bins).astype(int)
    place = np.minimum(place, bins - 1)
    rows, columns = np.indices(gray.shape) // cell
    number = (rows * (gray.shape[1] // cell) + columns) * bins + place
    count = gray.size // cell**2 * bins
    return np.bincount(number.ravel(), np.hypot(down, right).ravel(), minlength=count)


@mistake("linear-features", "Cells come row by row: yours go down the columns first.")
def hog_feature(gray, cell=8, bins=9):
    if gray.shape[0] % cell or gray.shape[1] % cell:
        raise ValueError
    down, right = np.gradient(gray)
    place = (np.arctan2(down, right) % np.pi / np.pi * bins).astype(int)
    place = np.minimum(place, bins - 1)
    rows, columns = np.indices(gray.shape) // cell
    number = (columns * (gray.shape[0] // cell) + rows) * bins + place
    count = gray.size // cell**2 * bins
    return np.bincount(number.ravel(), np.hypot(down, right).ravel(), minlength=count)


@mistake("linear-features", "This is the mean of a cell: the sum is asked for.")
def hog_feature(gray, cell=8, bins=9):
    if gray.shape[0] % cell or gray.shape[1] % cell:
        raise ValueError
    down, right = np.gradient(gray)
    place = (np.arctan2(down, right) % np.pi / np.pi * bins).astype(int)
    place = np.minimum(place, bins - 1)
    rows, columns = np.indices(gray.shape) // cell
    number = (rows * (gray.shape[1] // cell) + columns) * bins + place
    count = gray.size // cell**2 * bins
    return np.bincount(number.ravel(), np.hypot(down, right).ravel(), minlength=count) / cell**2


@mistake("linear-features", "An edge has no head: take the direction modulo 180 degrees.")
def hog_feature(gray, cell=8, bins=9):
    if gray.shape[0] % cell or gray.shape[1] % cell:
        raise ValueError
    down, right = np.gradient(gray)
    place = (np.arctan2(down, right) % (2 * np.pi) / (2 * np.pi) * bins).astype(int)
    place = np.minimum(place, bins - 1)
    rows, columns = np.indices(gray.shape) // cell
    number = (rows * (gray.shape[1] // cell) + columns) * bins + place
    count = gray.size // cell**2 * bins
    return np.bincount(number.ravel(), np.hypot(down, right).ravel(), minlength=count)


@mistake("linear-features", "Each pixel adds its size, not 1.")
def hog_feature(gray, cell=8, bins=9):
    if gray.shape[0] % cell or gray.shape[1] % cell:
        raise ValueError
    down, right = np.gradient(gray)
    place = (np.arctan2(down, right) % np.pi / np.pi * bins).astype(int)
    place = np.minimum(place, bins - 1)
    rows, columns = np.indices(gray.shape) // cell
    number = (rows * (gray.shape[1] // cell) + columns) * bins + place
    count = gray.size // cell**2 * bins
    return np.bincount(number.ravel(), minlength=count)
