"""Wrong answers to lesson 02, each with the sentence that a student who made it should read."""

from autograder.mistakes import mistake

# --- linear-bias-trick

mistake("linear-bias-trick", "The new column must be 1, not 0.", swap={"np.ones(": "np.zeros("})
mistake(
    "linear-bias-trick",
    "The ones must be the last column of X1, as b is the last row of W1.",
    swap={"[X, ones]": "[ones, X]"},
)
mistake(
    "linear-bias-trick",
    "b must be the last row of W1, as the ones are the last column of X1.",
    swap={"[W, b]": "[b, W]"},
)
mistake(
    "linear-bias-trick",
    "The ones must be the last column, and b the last row: yours come first.",
    swap={"[X, ones]": "[ones, X]", "[W, b]": "[b, W]"},
)
mistake("linear-bias-trick", "X1 keeps the dtype of X.", swap={", dtype=X.dtype": ""})
mistake(
    "linear-bias-trick",
    "Your function changed its 1st argument, X",
    swap={
        "return np.hstack([X, ones]), np.vstack([W, b])": "result = np.hstack([X, ones]), np.vstack([W, b])\n    X -= X.mean()\n    return result"
    },
)
mistake(
    "linear-bias-trick",
    "The ones are a new row: every image needs one more number, so they are a new column.",
    swap={"np.hstack([X, ones])": "np.vstack([X, np.ones((1, X.shape[1]))])"},
)
mistake(
    "linear-bias-trick",
    "X1 is X without the new column of ones.",
    swap={"np.hstack([X, ones])": "X"},
)
mistake(
    "linear-bias-trick",
    "W1 is W without b: b becomes its last row.",
    swap={"np.vstack([W, b])": "W"},
)
mistake(
    "linear-bias-trick",
    "b is added to every row of W: it must be a row of its own.",
    swap={"np.vstack([W, b])": "W + b"},
)
mistake(
    "linear-bias-trick",
    "Swap the two results: X1 comes first, then W1.",
    swap={"np.hstack([X, ones]), np.vstack([W, b])": "np.vstack([W, b]), np.hstack([X, ones])"},
)
# --- linear-svm-naive

mistake(
    "linear-svm-naive",
    "The true class counts too: its margin is always 1, leave it out.",
    swap={"j != label and ": ""},
)
mistake(
    "linear-svm-naive", "The margin of 1 is missing.", swap={"scores[label] + 1": "scores[label]"}
)
mistake(
    "linear-svm-naive",
    "Negative margins count: cut them off at 0.",
    swap={"j != label and margin > 0": "j != label"},
)
mistake(
    "linear-svm-naive",
    "The two scores are swapped: the margin is the wrong class's score minus the true one's, plus 1.",
    swap={"scores[j] - scores[label]": "scores[label] - scores[j]"},
)
mistake(
    "linear-svm-naive",
    "1 is subtracted: the true class must win by 1, so the margin adds it.",
    swap={"scores[label] + 1": "scores[label] - 1"},
)
mistake(
    "linear-svm-naive",
    "The loss counts the positive margins: add up how large they are.",
    swap={"loss += margin": "loss += 1"},
)
mistake(
    "linear-svm-naive",
    "Each positive margin is squared: this loss adds them as they are.",
    swap={"loss += margin": "loss += margin**2"},
)
mistake(
    "linear-svm-naive",
    "The column of the true class stays 0: every positive margin takes x from it.",
    swap={"\n                dW[:, label] -= x": ""},
)
mistake(
    "linear-svm-naive",
    "x leaves the true class once an image: it must leave once for every positive margin.",
    swap={
        "\n                dW[:, label] -= x": "",
        "        scores = x @ W": "        scores = x @ W\n        dW[:, label] -= x",
    },
)
mistake(
    "linear-svm-naive",
    "The true class gains x: raising its weights lowers the loss, so x is taken away.",
    swap={"dW[:, label] -= x": "dW[:, label] += x"},
)
mistake(
    "linear-svm-naive",
    "The gradient is weighted by the margins: a margin's slope is 1, whatever its size.",
    swap={
        "dW[:, j] += x": "dW[:, j] += margin * x",
        "dW[:, label] -= x": "dW[:, label] -= margin * x",
    },
)
mistake(
    "linear-svm-naive",
    "A margin of exactly 0 adds nothing to dW.",
    swap={"margin > 0": "margin >= 0"},
)
mistake(
    "linear-svm-naive",
    "The loss is the sum over the images: divide it by their number.",
    swap={"loss / len(X)": "loss"},
)
mistake(
    "linear-svm-naive",
    "The gradient, too, must be divided by the number of images.",
    swap={"dW / len(X)": "dW"},
)
mistake(
    "linear-svm-naive",
    "Divide by the number of images: yours divides by the number of classes.",
    swap={"loss / len(X)": "loss / W.shape[1]", "dW / len(X)": "dW / W.shape[1]"},
)
mistake(
    "linear-svm-naive",
    "The penalty is half of what the docstring says.",
    swap={"reg * (W**2).sum()": "0.5 * reg * (W**2).sum()", "2 * reg * W": "reg * W"},
)
mistake(
    "linear-svm-naive",
    "The slope of reg W^2 is 2 reg W: the 2 is missing.",
    swap={"2 * reg * W": "reg * W"},
)
mistake(
    "linear-svm-naive", "The penalty is missing in the loss.", swap={" + reg * (W**2).sum()": ""}
)
mistake("linear-svm-naive", "The penalty is missing in the gradient.", swap={" + 2 * reg * W": ""})
mistake(
    "linear-svm-naive",
    "The penalty in the loss is divided by the number of images: add it after the mean.",
    swap={"reg * (W**2).sum()": "reg / len(X) * (W**2).sum()"},
)
mistake(
    "linear-svm-naive",
    "The penalty in the gradient is divided by the number of images: add it after the mean.",
    swap={"2 * reg * W": "2 * reg * W / len(X)"},
)
mistake(
    "linear-svm-naive",
    "The penalty adds up the squares of W, without a root.",
    swap={"reg * (W**2).sum()": "reg * np.sqrt((W**2).sum())"},
)
# --- linear-svm-vectorized

mistake(
    "linear-svm-vectorized",
    "The true class counts too: set its margin to 0.",
    swap={"    margins[rows, y] = 0\n": ""},
)
mistake(
    "linear-svm-vectorized",
    "The loss counts the true class, whose margin is always 1: set it to 0 before you add up.",
    swap={
        "    margins[rows, y] = 0\n": "",
        "counts[rows, y] = -counts.sum(axis=1)": "counts[rows, y] = 1 - counts.sum(axis=1)",
    },
)
mistake(
    "linear-svm-vectorized",
    "The true class loses x once for every positive margin: yours loses it once an image.",
    swap={"-counts.sum(axis=1)": "-1"},
)
mistake(
    "linear-svm-vectorized",
    "The column of the true class gets nothing: every positive margin takes x from it.",
    swap={"    counts[rows, y] = -counts.sum(axis=1)\n": ""},
)
mistake(
    "linear-svm-vectorized",
    "The margins in the loss were overwritten when the table for the gradient was made: compute the loss first, or copy.",
    swap={
        "counts = (margins > 0).astype(X.dtype)": "counts = margins\n    counts[margins > 0] = 1"
    },
)
mistake(
    "linear-svm-vectorized",
    "The table for the gradient holds the margins themselves: every positive margin counts 1.",
    swap={"(margins > 0).astype(X.dtype)": "margins.copy()"},
)
mistake(
    "linear-svm-vectorized", "The margin of 1 is missing.", swap={"[:, None] + 1)": "[:, None])"}
)
mistake(
    "linear-svm-vectorized",
    "Negative margins count: cut them off at 0.",
    swap={
        "np.maximum(0, scores - scores[rows, y][:, None] + 1)": "scores - scores[rows, y][:, None] + 1",
        "margins > 0": "margins != 0",
    },
)
mistake(
    "linear-svm-vectorized",
    "A margin of exactly 0 adds nothing to dW.",
    swap={
        "    margins[rows, y] = 0\n": "    reached = scores - scores[rows, y][:, None] + 1 >= 0\n    reached[rows, y] = False\n    margins[rows, y] = 0\n",
        "(margins > 0)": "reached",
    },
)
mistake(
    "linear-svm-vectorized",
    "The loss is the mean over all margins: divide their sum by the number of images.",
    swap={"margins.sum() / len(X)": "margins.mean()"},
)
mistake(
    "linear-svm-vectorized",
    "Divide the sum over the images by their number, in the loss and in the gradient.",
    swap={"margins.sum() / len(X)": "margins.sum()", "counts / len(X)": "counts"},
)
mistake(
    "linear-svm-vectorized",
    "The loss is the sum over the images: divide it by their number.",
    swap={"margins.sum() / len(X)": "margins.sum()"},
)
mistake(
    "linear-svm-vectorized",
    "The gradient, too, must be divided by the number of images.",
    swap={"counts / len(X)": "counts"},
)
mistake(
    "linear-svm-vectorized",
    "No Python loop is allowed here",
    swap={"    margins[rows, y] = 0\n": "    for i in rows:\n        margins[i, y[i]] = 0\n"},
)
mistake(
    "linear-svm-vectorized",
    "Your function changed its 2nd argument, X",
    swap={
        "return loss, X.T @ counts / len(X) + 2 * reg * W": "dW = X.T @ counts / len(X) + 2 * reg * W\n    X *= 0.5\n    return loss, dW"
    },
)
mistake(
    "linear-svm-vectorized",
    "The penalty is half of what the docstring says.",
    swap={"reg * (W**2).sum()": "0.5 * reg * (W**2).sum()", "2 * reg * W": "reg * W"},
)
mistake(
    "linear-svm-vectorized",
    "The slope of reg W^2 is 2 reg W: the 2 is missing.",
    swap={"2 * reg * W": "reg * W"},
)
mistake(
    "linear-svm-vectorized",
    "The penalty is in the loss but not in the gradient.",
    swap={" + 2 * reg * W": ""},
)
mistake(
    "linear-svm-vectorized",
    "The penalty is missing, in the loss and in the gradient.",
    swap={" + reg * (W**2).sum()": "", " + 2 * reg * W": ""},
)
mistake(
    "linear-svm-vectorized",
    "The penalty in the loss is divided by the number of images: add it after the mean.",
    swap={"reg * (W**2).sum()": "reg / len(X) * (W**2).sum()"},
)
mistake(
    "linear-svm-vectorized",
    "The penalty in the gradient is divided by the number of images: add it after the mean.",
    swap={"2 * reg * W": "2 * reg * W / len(X)"},
)
mistake(
    "linear-svm-vectorized",
    "The penalty is divided by the number of images: add it after the mean, in the loss and in the gradient.",
    swap={
        "reg * (W**2).sum()": "reg / len(X) * (W**2).sum()",
        "2 * reg * W": "2 * reg * W / len(X)",
    },
)
# --- linear-squared-hinge

mistake(
    "linear-squared-hinge",
    "This is the hinge: square every margin.",
    swap={"2 * margins": "(margins > 0).astype(float)", "(margins**2).sum()": "margins.sum()"},
)
mistake(
    "linear-squared-hinge",
    "Only the gradient is of squares: square every margin in the loss, too.",
    swap={"(margins**2).sum()": "margins.sum()"},
)
mistake(
    "linear-squared-hinge",
    "Square every margin, then add: yours adds first.",
    swap={"(margins**2).sum()": "(margins.sum(axis=1) ** 2).sum()"},
)
mistake(
    "linear-squared-hinge",
    "The slope of a square is twice its base: the 2 is missing.",
    swap={"2 * margins": "margins.copy()"},
)
mistake(
    "linear-squared-hinge",
    "This is the gradient of the hinge, which is not squared.",
    swap={"2 * margins": "(margins > 0).astype(float)"},
)
mistake(
    "linear-squared-hinge",
    "The slope of a square is twice its base: yours is 2, whatever the margin.",
    swap={"2 * margins": "2.0 * (margins > 0)"},
)
mistake(
    "linear-squared-hinge",
    "The slope of a square is twice its base: yours is twice the square.",
    swap={"2 * margins": "2 * margins**2"},
)
mistake(
    "linear-squared-hinge",
    "The true class counts too: leave its margin out.",
    swap={"    margins[rows, y] = 0\n": ""},
)
mistake(
    "linear-squared-hinge", "The margin of 1 is missing.", swap={"[:, None] + 1)": "[:, None])"}
)
mistake(
    "linear-squared-hinge",
    "Negative margins count: cut them off at 0 before you square.",
    swap={
        "np.maximum(0, scores - scores[rows, y][:, None] + 1)": "scores - scores[rows, y][:, None] + 1"
    },
)
mistake(
    "linear-squared-hinge",
    "The column of the true class gets nothing: the slope of every margin leaves it.",
    swap={"    slopes[rows, y] = -slopes.sum(axis=1)\n": ""},
)
mistake(
    "linear-squared-hinge",
    "The loss is the mean over all margins: divide their sum by the number of images.",
    swap={"(margins**2).sum() / len(X)": "(margins**2).mean()"},
)
mistake(
    "linear-squared-hinge",
    "Divide the sum over the images by their number, in the loss and in the gradient.",
    swap={"(margins**2).sum() / len(X)": "(margins**2).sum()", "slopes / len(X)": "slopes"},
)
mistake(
    "linear-squared-hinge",
    "The loss is the sum over the images: divide it by their number.",
    swap={"(margins**2).sum() / len(X)": "(margins**2).sum()"},
)
mistake(
    "linear-squared-hinge",
    "The gradient, too, must be divided by the number of images.",
    swap={"slopes / len(X)": "slopes"},
)
mistake(
    "linear-squared-hinge",
    "Your function changed its 1st argument, W",
    swap={
        "return loss, X.T @ slopes / len(X) + 2 * reg * W": "dW = X.T @ slopes / len(X) + 2 * reg * W\n    W *= 0.99\n    return loss, dW"
    },
)
mistake(
    "linear-squared-hinge",
    "The penalty is half of what the docstring says.",
    swap={"reg * (W**2).sum()": "0.5 * reg * (W**2).sum()", "2 * reg * W": "reg * W"},
)
mistake(
    "linear-squared-hinge",
    "The slope of reg W^2 is 2 reg W: the 2 is missing.",
    swap={"2 * reg * W": "reg * W"},
)
mistake(
    "linear-squared-hinge",
    "The penalty is in the loss but not in the gradient.",
    swap={" + 2 * reg * W": ""},
)
mistake(
    "linear-squared-hinge",
    "The penalty is missing, in the loss and in the gradient.",
    swap={" + reg * (W**2).sum()": "", " + 2 * reg * W": ""},
)
mistake(
    "linear-squared-hinge",
    "The penalty in the loss is divided by the number of images: add it after the mean.",
    swap={"reg * (W**2).sum()": "reg / len(X) * (W**2).sum()"},
)
mistake(
    "linear-squared-hinge",
    "The penalty in the gradient is divided by the number of images: add it after the mean.",
    swap={"2 * reg * W": "2 * reg * W / len(X)"},
)
mistake(
    "linear-squared-hinge",
    "The penalty is divided by the number of images: add it after the mean, in the loss and in the gradient.",
    swap={
        "reg * (W**2).sum()": "reg / len(X) * (W**2).sum()",
        "2 * reg * W": "2 * reg * W / len(X)",
    },
)
# --- linear-elastic-net

mistake(
    "linear-elastic-net",
    "The biases are punished too: leave the last row out.",
    swap={"W[:-1], np.zeros(W.shape)": "W, np.zeros(W.shape)", "dW[:-1] =": "dW[:] ="},
)
mistake(
    "linear-elastic-net",
    "The biases are in the gradient but not in the loss.",
    swap={
        "dW[:-1] = l1 * np.sign(weights) + 2 * l2 * weights": "dW = l1 * np.sign(W) + 2 * l2 * W"
    },
)
mistake(
    "linear-elastic-net",
    "The biases are in the loss but not in the gradient.",
    swap={"np.abs(weights).sum() + l2 * (weights**2).sum()": "np.abs(W).sum() + l2 * (W**2).sum()"},
)
mistake(
    "linear-elastic-net",
    "The first row is left out: the biases are the last one.",
    swap={"W[:-1], np.zeros": "W[1:], np.zeros", "dW[:-1] =": "dW[1:] ="},
)
mistake(
    "linear-elastic-net",
    "The slope of W^2 is 2 W: the 2 is missing.",
    swap={"2 * l2 * weights": "l2 * weights"},
)
mistake(
    "linear-elastic-net",
    "The L2 part is half of what the docstring says.",
    swap={
        "2 * l2 * weights": "l2 * weights",
        "l2 * (weights**2).sum(), dW": "0.5 * l2 * (weights**2).sum(), dW",
    },
)
mistake(
    "linear-elastic-net",
    "The slope of |W| is the sign of W: yours is 1 everywhere.",
    swap={"np.sign(weights)": "1"},
)
mistake(
    "linear-elastic-net",
    "The slope of |W| is the sign of W: yours is |W|.",
    swap={"np.sign(weights)": "np.abs(weights)"},
)
mistake(
    "linear-elastic-net",
    "The slope of |W| is the sign of W: yours is W.",
    swap={"np.sign(weights)": "weights"},
)
mistake(
    "linear-elastic-net",
    "Only the L2 part is here.",
    swap={"l1 * np.sign(weights) + ": "", "l1 * np.abs(weights).sum() + ": ""},
)
mistake(
    "linear-elastic-net",
    "Only the L1 part is here.",
    swap={" + 2 * l2 * weights": "", " + l2 * (weights**2).sum(), dW": ", dW"},
)
mistake(
    "linear-elastic-net",
    "l1 and l2 are swapped.",
    swap={
        "l1 * np.sign(weights) + 2 * l2 *": "l2 * np.sign(weights) + 2 * l1 *",
        "l1 * np.abs(weights).sum() + l2 * (weights": "l2 * np.abs(weights).sum() + l1 * (weights",
    },
)
mistake(
    "linear-elastic-net",
    "At 0 the slope of |W| counts as 0.",
    swap={"np.sign(weights)": "np.where(weights >= 0, 1, -1)"},
)
mistake(
    "linear-elastic-net",
    "At 0 the slope of |W| counts as 0, and W / |W| is nan there.",
    swap={"np.sign(weights)": "weights / np.abs(weights)"},
)
mistake(
    "linear-elastic-net",
    "L1 adds absolute values: negative weights would lower yours.",
    swap={"np.abs(weights).sum()": "weights.sum()"},
)
mistake(
    "linear-elastic-net",
    "Your function changed its 1st argument, W",
    swap={
        "weights, dW = W[:-1], np.zeros(W.shape)": "W[-1] = 0\n    weights, dW = W[:-1], np.zeros(W.shape)"
    },
)
mistake(
    "linear-elastic-net",
    "dW has the shape of W: its last row, of the biases, is 0.",
    swap={"weights**2).sum(), dW": "weights**2).sum(), dW[:-1]"},
)
# --- linear-softmax-naive

mistake(
    "linear-softmax-naive",
    "This is the logarithm to base 10: take the natural one, np.log.",
    swap={"np.log(": "np.log10("},
)
mistake(
    "linear-softmax-naive",
    "This is the logarithm to base 2: take the natural one, np.log.",
    swap={"np.log(": "np.log2("},
)
mistake(
    "linear-softmax-naive",
    "This is the true class's probability: take minus its logarithm.",
    swap={"loss -= np.log(probabilities[label])": "loss += probabilities[label]"},
)
mistake(
    "linear-softmax-naive",
    "The loss is minus the logarithm of p: a minus is missing.",
    swap={"loss -= np.log": "loss += np.log"},
)
mistake(
    "linear-softmax-naive",
    "The sum runs over all classes: only the true one counts.",
    swap={"np.log(probabilities[label])": "np.log(probabilities).sum()"},
)
mistake(
    "linear-softmax-naive",
    "Not divided by the sum: probabilities of an image add up to 1.",
    swap={"powers / powers.sum()": "powers"},
)
mistake(
    "linear-softmax-naive",
    "These are the probabilities: subtract 1 at the true class.",
    swap={"(probabilities[c] - (c == label)) * x": "probabilities[c] * x"},
)
mistake(
    "linear-softmax-naive",
    "The gradient is p, minus 1 at the true class: yours is 1 minus p, of opposite sign.",
    swap={"(probabilities[c] - (c == label))": "((c == label) - probabilities[c])"},
)
mistake(
    "linear-softmax-naive",
    "1 is subtracted from every class: only the true one loses it.",
    swap={"(c == label)": "1"},
)
mistake(
    "linear-softmax-naive",
    "dW holds only the last image: add up over the images.",
    swap={"dW[:, c] += (": "dW[:, c] = ("},
)
mistake(
    "linear-softmax-naive",
    "The sum over the images must be divided by their number, in the loss and in the gradient.",
    swap={"loss / len(X)": "loss", "dW / len(X)": "dW"},
)
mistake(
    "linear-softmax-naive",
    "The loss is the sum over the images: divide it by their number.",
    swap={"loss / len(X)": "loss"},
)
mistake(
    "linear-softmax-naive",
    "The gradient, too, must be divided by the number of images.",
    swap={"dW / len(X)": "dW"},
)
mistake(
    "linear-softmax-naive",
    "Your function changed its 2nd argument, X",
    swap={
        "powers = np.exp(x @ W)": "powers = np.exp(x @ W)\n        image = x.copy()\n        x *= 0.5",
        "label)) * x": "label)) * image",
    },
)
mistake(
    "linear-softmax-naive",
    "The penalty is half of what the docstring says.",
    swap={"reg * (W**2).sum()": "0.5 * reg * (W**2).sum()", "2 * reg * W": "reg * W"},
)
mistake(
    "linear-softmax-naive",
    "The slope of reg W^2 is 2 reg W: the 2 is missing.",
    swap={"2 * reg * W": "reg * W"},
)
mistake(
    "linear-softmax-naive",
    "The penalty is in the loss but not in the gradient.",
    swap={" + 2 * reg * W": ""},
)
mistake(
    "linear-softmax-naive",
    "The penalty is missing, in the loss and in the gradient.",
    swap={" + reg * (W**2).sum()": "", " + 2 * reg * W": ""},
)
mistake(
    "linear-softmax-naive",
    "The penalty in the loss is divided by the number of images: add it after the mean.",
    swap={"reg * (W**2).sum()": "reg / len(X) * (W**2).sum()"},
)
mistake(
    "linear-softmax-naive",
    "The penalty in the gradient is divided by the number of images: add it after the mean.",
    swap={"2 * reg * W": "2 * reg * W / len(X)"},
)
mistake(
    "linear-softmax-naive",
    "The penalty is divided by the number of images: add it after the mean, in the loss and in the gradient.",
    swap={
        "reg * (W**2).sum()": "reg / len(X) * (W**2).sum()",
        "2 * reg * W": "2 * reg * W / len(X)",
    },
)
# --- linear-softmax-vectorized

mistake(
    "linear-softmax-vectorized",
    "exp(1000) overflows: subtract the row's largest score.",
    swap={
        "    scores = scores - scores.max(axis=1, keepdims=True)\n": "",
        "(np.log(sums[:, 0]) - scores[rows, y]).mean()": "-np.log((powers / sums)[rows, y]).mean()",
    },
)
mistake(
    "linear-softmax-vectorized",
    "exp(1000) overflows: subtract the row's largest score.",
    swap={
        "    scores = scores - scores.max(axis=1, keepdims=True)\n": "",
        "(np.log(sums[:, 0]) - scores[rows, y]).mean()": "-np.log((powers / sums)[rows, y] + 1e-8).mean()",
    },
)
mistake(
    "linear-softmax-vectorized",
    "Subtract each row's own largest score.",
    swap={
        "scores.max(axis=1, keepdims=True)": "scores.max()",
        "(np.log(sums[:, 0]) - scores[rows, y]).mean()": "-np.log((powers / sums)[rows, y]).mean()",
    },
)
mistake(
    "linear-softmax-vectorized",
    "exp(1000) overflows: subtract the row's largest score.",
    swap={"    scores = scores - scores.max(axis=1, keepdims=True)\n": ""},
)
mistake(
    "linear-softmax-vectorized",
    "Subtract each row's own largest score.",
    swap={"scores.max(axis=1, keepdims=True)": "scores.max()"},
)
mistake(
    "linear-softmax-vectorized",
    "Take no logarithm of p: p became 0, its logarithm infinite.",
    swap={
        "(np.log(sums[:, 0]) - scores[rows, y]).mean()": "-np.log((powers / sums)[rows, y]).mean()"
    },
)
mistake(
    "linear-softmax-vectorized",
    "Something small is added to p before its logarithm: that hides the infinity, and the loss stops at about 18. Take no logarithm of p.",
    swap={
        "(np.log(sums[:, 0]) - scores[rows, y]).mean()": "-np.log((powers / sums)[rows, y] + 1e-8).mean()"
    },
)
mistake(
    "linear-softmax-vectorized",
    "In the gradient, 1 is subtracted at the true class: that is missing.",
    swap={"    pulls[rows, y] -= 1\n": ""},
)
mistake(
    "linear-softmax-vectorized",
    "The true class's entry becomes -1: it is its probability minus 1.",
    swap={"pulls[rows, y] -= 1": "pulls[rows, y] = -1"},
)
mistake(
    "linear-softmax-vectorized",
    "1 is subtracted from whole columns: use one entry of every row.",
    swap={"pulls[rows, y] -= 1": "pulls[:, y] -= 1"},
)
mistake(
    "linear-softmax-vectorized",
    "Each row has its own sum: yours divides by the sum of the whole table.",
    swap={"powers.sum(axis=1, keepdims=True)": "powers.sum() + np.zeros((len(X), 1))"},
)
mistake(
    "linear-softmax-vectorized",
    "The score of the true class is added: it must be subtracted.",
    swap={"np.log(sums[:, 0]) - scores[rows, y]": "np.log(sums[:, 0]) + scores[rows, y]"},
)
mistake(
    "linear-softmax-vectorized",
    "The loss lacks the score of the true class: this is the logarithm of the sum alone.",
    swap={"(np.log(sums[:, 0]) - scores[rows, y]).mean()": "np.log(sums[:, 0]).mean()"},
)
mistake(
    "linear-softmax-vectorized",
    "The loss is minus the logarithm of p: a minus is missing.",
    swap={
        "(np.log(sums[:, 0]) - scores[rows, y]).mean()": "(scores[rows, y] - np.log(sums[:, 0])).mean()"
    },
)
mistake(
    "linear-softmax-vectorized",
    "The gradient is multiplied by the probabilities once more: with the cross-entropy it is p, minus 1 at the true class.",
    swap={"X.T @ pulls": "X.T @ (pulls * powers / sums)"},
)
mistake(
    "linear-softmax-vectorized",
    "Divide the sum over the images by their number, in the loss and in the gradient.",
    swap={"scores[rows, y]).mean()": "scores[rows, y]).sum()", "pulls / len(X)": "pulls"},
)
mistake(
    "linear-softmax-vectorized",
    "The loss is the sum over the images: divide it by their number.",
    swap={"scores[rows, y]).mean()": "scores[rows, y]).sum()"},
)
mistake(
    "linear-softmax-vectorized",
    "The gradient, too, must be divided by the number of images.",
    swap={"pulls / len(X)": "pulls"},
)
mistake(
    "linear-softmax-vectorized",
    "No Python loop is allowed here",
    swap={"    pulls[rows, y] -= 1\n": "    for i in rows:\n        pulls[i, y[i]] -= 1\n"},
)
mistake(
    "linear-softmax-vectorized",
    "Your function changed its 1st argument, W",
    swap={
        "return loss, X.T @ pulls / len(X) + 2 * reg * W": "dW = X.T @ pulls / len(X) + 2 * reg * W\n    W *= 0.99\n    return loss, dW"
    },
)
mistake(
    "linear-softmax-vectorized",
    "The penalty is half of what the docstring says.",
    swap={"reg * (W**2).sum()": "0.5 * reg * (W**2).sum()", "2 * reg * W": "reg * W"},
)
mistake(
    "linear-softmax-vectorized",
    "The slope of reg W^2 is 2 reg W: the 2 is missing.",
    swap={"2 * reg * W": "reg * W"},
)
mistake(
    "linear-softmax-vectorized",
    "The penalty is in the loss but not in the gradient.",
    swap={" + 2 * reg * W": ""},
)
mistake(
    "linear-softmax-vectorized",
    "The penalty is missing, in the loss and in the gradient.",
    swap={" + reg * (W**2).sum()": "", " + 2 * reg * W": ""},
)
mistake(
    "linear-softmax-vectorized",
    "The penalty in the loss is divided by the number of images: add it after the mean.",
    swap={"reg * (W**2).sum()": "reg / len(X) * (W**2).sum()"},
)
mistake(
    "linear-softmax-vectorized",
    "The penalty in the gradient is divided by the number of images: add it after the mean.",
    swap={"2 * reg * W": "2 * reg * W / len(X)"},
)
mistake(
    "linear-softmax-vectorized",
    "The penalty is divided by the number of images: add it after the mean, in the loss and in the gradient.",
    swap={
        "reg * (W**2).sum()": "reg / len(X) * (W**2).sum()",
        "2 * reg * W": "2 * reg * W / len(X)",
    },
)
# --- linear-strategies

mistake(
    "linear-strategies",
    "This is the W that was drawn last: keep the best.",
    swap={"best = np.argmin(losses)": "best = num_tries - 1"},
)
mistake(
    "linear-strategies",
    "This is the W with the largest loss: keep the smallest.",
    swap={"np.argmin(losses)": "np.argmax(losses)"},
)
mistake(
    "linear-strategies",
    "Draw a new W for every try.",
    swap={
        "[scale * rng.normal(size=shape) for _ in range(num_tries)]": "[scale * rng.normal(size=shape)] * num_tries"
    },
)
mistake(
    "linear-strategies",
    "W must be scale * normal numbers.",
    swap={"scale * rng.normal(size=shape)": "rng.normal(size=shape)"},
)
mistake(
    "linear-strategies",
    "W must be scale * normal numbers.",
    swap={"scale * rng.normal(size=shape)": "scale * rng.random(shape)"},
)
mistake(
    "linear-strategies",
    "Draw from rng alone.",
    swap={"scale * rng.normal(size=shape)": "scale * np.random.normal(size=shape)"},
)
mistake(
    "linear-strategies",
    "You go to every try: stay where the loss would rise.",
    swap={
        "        if height < lowest:\n            W, lowest = candidate, height": "        W, lowest = candidate, height"
    },
)
mistake(
    "linear-strategies",
    "Every try starts from the first W: start from the best so far.",
    swap={"    lowest = loss(W)": "    start, lowest = W, loss(W)", "W + scale": "start + scale"},
)
mistake(
    "linear-strategies",
    "You go uphill: go where the loss is smaller.",
    swap={"height < lowest": "height > lowest"},
)
mistake(
    "linear-strategies",
    "The lowest loss is forgotten: note it whenever you move.",
    swap={"W, lowest = candidate, height": "W = candidate"},
)
mistake(
    "linear-strategies",
    "A step is scale * normal numbers.",
    swap={"W + scale * rng.normal(size=W.shape)": "W + rng.normal(size=W.shape)"},
)
mistake(
    "linear-strategies",
    "A step is scale * normal numbers.",
    swap={"W + scale * rng.normal(size=W.shape)": "W + scale * (2 * rng.random(W.shape) - 1)"},
)
mistake(
    "linear-strategies",
    "A step is scale * normal numbers.",
    swap={"W + scale * rng.normal(size=W.shape)": "scale * rng.normal(size=W.shape)"},
)
mistake(
    "linear-strategies",
    "Your function changed its 2nd argument, W",
    swap={
        "candidate = W + scale * rng.normal(size=W.shape)": "step = scale * rng.normal(size=W.shape)\n        candidate = W + step",
        "W, lowest = candidate, height": "W += step\n            lowest = height",
    },
)
mistake(
    "linear-strategies",
    "You walk uphill: step against the gradient.",
    swap={"W - learning_rate": "W + learning_rate"},
)
mistake(
    "linear-strategies",
    "Your function changed its 2nd argument, W",
    swap={"W = W - learning_rate": "W -= learning_rate"},
)
mistake(
    "linear-strategies",
    "These are losses after the steps: note them before.",
    swap={
        "        losses.append(height)\n        W = W - learning_rate * dW": "        W = W - learning_rate * dW\n        losses.append(loss(W)[0])"
    },
)
mistake(
    "linear-strategies",
    "Each step starts from the first W: start from where you are.",
    swap={
        "        height, dW = loss(W)": "        height, dW = loss(first)",
        "    losses = []\n": "    losses, first = [], W\n",
    },
)
mistake("linear-strategies", "The learning rate is not used.", swap={"learning_rate * dW": "dW"})
mistake("linear-strategies", "One step too few.", swap={"range(num_steps)": "range(num_steps - 1)"})
mistake(
    "linear-strategies",
    "Only the last loss came: note one for each step.",
    swap={"return W, losses\n": "return W, height\n"},
)
# --- linear-numerical-gradient

mistake(
    "linear-numerical-gradient",
    "This goes one way only: 12.61, not 12.01. Go h ahead and h back.",
    swap={"f(ahead) - f(behind)) / (2 * h)": "f(ahead) - f(x)) / h"},
)
mistake(
    "linear-numerical-gradient",
    "This goes back only: 11.41, not 12.01. Go h ahead and h back.",
    swap={"f(ahead) - f(behind)) / (2 * h)": "f(x) - f(behind)) / h"},
)
mistake(
    "linear-numerical-gradient",
    "From x - h to x + h it is 2 h: divide by that.",
    swap={"(2 * h)": "h"},
)
mistake(
    "linear-numerical-gradient",
    "/ 2 * h multiplies by h: put 2 h in brackets.",
    swap={"(2 * h)": "2 * h"},
)
mistake(
    "linear-numerical-gradient",
    "Not divided by 2 h: this is the difference alone.",
    swap={" / (2 * h)": ""},
)
mistake(
    "linear-numerical-gradient",
    "Entries stay moved when the next one is tried: move one entry at a time.",
    swap={
        "    for place in np.ndindex(x.shape):\n        ahead, behind = x.copy(), x.copy()\n": "    ahead, behind = x.copy(), x.copy()\n    for place in np.ndindex(x.shape):\n"
    },
)
mistake(
    "linear-numerical-gradient",
    "A whole row moves at once: move one entry at a time.",
    swap={"np.ndindex(x.shape)": "range(len(x))"},
)
mistake(
    "linear-numerical-gradient",
    "Your function changed its 2nd argument, x",
    swap={
        "        ahead, behind = x.copy(), x.copy()\n        ahead[place] += h\n        behind[place] -= h\n        slopes[place] = (f(ahead) - f(behind)) / (2 * h)\n": "        x[place] += h\n        ahead = f(x)\n        x[place] -= 2 * h\n        slopes[place] = (ahead - f(x)) / (2 * h)\n        x[place] += h\n"
    },
)
mistake(
    "linear-numerical-gradient",
    "ahead is x itself, whose entries stay moved: copy it.",
    swap={"ahead, behind = x.copy(), x.copy()": "ahead, behind = x, x.copy()"},
)
mistake(
    "linear-numerical-gradient",
    "ahead and behind are one array: copy x twice.",
    swap={"ahead, behind = x.copy(), x.copy()": "ahead = behind = x.copy()"},
)
mistake(
    "linear-numerical-gradient",
    "f expects arrays of the shape of x.",
    swap={
        "slopes[place] = (f(ahead) - f(behind)) / (2 * h)": "shape = x.shape if x.ndim < 3 else x.size\n        slopes[place] = (f(ahead.reshape(shape)) - f(behind.reshape(shape))) / (2 * h)"
    },
)
mistake(
    "linear-numerical-gradient",
    "h is left out of account: yours is always 1e-5.",
    swap={"ahead[place] += h": "h = 1e-5\n        ahead[place] += h"},
)
mistake(
    "linear-numerical-gradient",
    "CS231n's third argument is verbose, h comes after it.",
    swap={
        "x: np.ndarray, verbose: bool = False, h: float = 1e-5": "x: np.ndarray, h: float = 1e-5, verbose: bool = False"
    },
)
mistake(
    "linear-numerical-gradient",
    "This is the size of the difference: divide by the larger norm.",
    swap={" / larger if larger else 0.0": ""},
)
mistake(
    "linear-numerical-gradient",
    "This is the worst single entry: take norms over all of them.",
    swap={
        "    larger = np.sqrt(max((analytic**2).sum(), (numeric**2).sum()))\n": "    larger = np.maximum(np.abs(analytic), np.abs(numeric))\n",
        "np.sqrt(((analytic - numeric) ** 2).sum()) / larger if larger else 0.0": "(np.abs(analytic - numeric) / np.maximum(larger, 1e-12)).max()",
    },
)
mistake(
    "linear-numerical-gradient",
    "This is CS231n's rel_error, the worst single entry over the sum of both: take norms over all of them.",
    swap={
        "np.sqrt(((analytic - numeric) ** 2).sum()) / larger if larger else 0.0": "np.max(np.abs(analytic - numeric) / np.maximum(1e-8, np.abs(analytic) + np.abs(numeric)))"
    },
)
mistake(
    "linear-numerical-gradient",
    "Divide by the larger of the two norms, not by their sum.",
    swap={
        "np.sqrt(max((analytic**2).sum(), (numeric**2).sum()))": "np.sqrt((analytic**2).sum()) + np.sqrt((numeric**2).sum())"
    },
)
mistake(
    "linear-numerical-gradient",
    "Divide by the larger of the two norms: yours takes the smaller.",
    swap={"max((analytic": "min((analytic"},
)
mistake(
    "linear-numerical-gradient",
    "Divide by the larger of the two norms: yours takes always the first.",
    swap={"max((analytic**2).sum(), (numeric**2).sum())": "(analytic**2).sum()"},
)
mistake(
    "linear-numerical-gradient",
    "Divide by the larger of the two norms: yours takes always the second.",
    swap={"max((analytic**2).sum(), (numeric**2).sum())": "(numeric**2).sum()"},
)
mistake(
    "linear-numerical-gradient",
    "These are squares: norms are their roots.",
    swap={
        "np.sqrt(max((analytic**2).sum(), (numeric**2).sum()))": "max((analytic**2).sum(), (numeric**2).sum())",
        "np.sqrt(((analytic - numeric) ** 2).sum())": "((analytic - numeric) ** 2).sum()",
    },
)
mistake(
    "linear-numerical-gradient",
    "Two gradients that are 0 agree, and 0 by 0 is nan.",
    swap={" if larger else 0.0": ""},
)
mistake(
    "linear-numerical-gradient",
    "The shapes differ.",
    swap={
        '    if analytic.shape != numeric.shape:\n        raise ValueError(f"gradients of shapes {analytic.shape} and {numeric.shape}")\n': ""
    },
)
mistake(
    "linear-numerical-gradient",
    "np.linalg.norm of a table with ord=2 is its largest singular value: take the root of the sum of squares.",
    swap={
        "larger = np.sqrt(max((analytic**2).sum(), (numeric**2).sum()))": "norm = np.linalg.norm\n    two = 2 if analytic.ndim < 3 else None\n    larger = max(norm(analytic, two), norm(numeric, two))",
        "np.sqrt(((analytic - numeric) ** 2).sum())": "norm(analytic - numeric, two)",
    },
)
# --- linear-train

mistake(
    "linear-train",
    "You walk uphill: step against the gradient.",
    swap={"self.W - learning_rate": "self.W + learning_rate"},
)
mistake("linear-train", "The learning rate is not used.", swap={"learning_rate * dW": "dW"})
mistake(
    "linear-train", "The last step is missing.", swap={"range(num_iters)": "range(num_iters - 1)"}
)
mistake(
    "linear-train",
    "W never moves: the step is computed and not kept.",
    swap={
        "            self.W = self.W - learning_rate * dW\n": "            W = self.W - learning_rate * dW\n"
    },
)
mistake("linear-train", "reg is not handed to loss.", swap={"y[batch], reg)": "y[batch], 0.0)"})
mistake(
    "linear-train",
    "W goes on from where it is.",
    swap={"        if self.W is None:\n            self.W = ": "        self.W = "},
)
mistake(
    "linear-train",
    "W starts as 0.001 * normal numbers.",
    swap={
        "0.001 * rng.normal(size=(X.shape[1], y.max() + 1))": "np.zeros((X.shape[1], y.max() + 1))"
    },
)
mistake(
    "linear-train", "W starts as 0.001 * normal numbers.", swap={"0.001 * rng.normal": "rng.normal"}
)
mistake(
    "linear-train",
    "W starts as 0.001 * normal numbers.",
    swap={
        "0.001 * rng.normal(size=(X.shape[1], y.max() + 1))": "0.001 * rng.random((X.shape[1], y.max() + 1))"
    },
)
mistake(
    "linear-train",
    "W starts as 0.001 * normal numbers.",
    swap={"0.001 * rng.normal": "0.01 * rng.normal"},
)
mistake(
    "linear-train",
    "Labels run from 0 to y.max(): that is one class more than y.max().",
    swap={"y.max() + 1": "max(y.max(), 1)"},
)
mistake(
    "linear-train",
    "Draw from rng alone.",
    swap={"left = rng.permutation(len(X))": "left = np.random.default_rng().permutation(len(X))"},
)
mistake(
    "linear-train",
    "Draw from rng alone.",
    swap={"0.001 * rng.normal(": "0.001 * np.random.normal("},
)
mistake(
    "linear-train",
    "rng left out: Your code raised AttributeError",
    swap={
        "        rng = np.random.default_rng(rng)  # a generator passes through, None makes a new one\n": ""
    },
)
mistake(
    "linear-train",
    "No image comes twice in an epoch: deal them out.",
    swap={
        "            if len(left) == 0:\n                left = rng.permutation(len(X))\n            batch, left = left[:batch_size], left[batch_size:]\n": "            batch = rng.choice(len(X), batch_size)\n"
    },
)
mistake(
    "linear-train",
    "No image comes twice in an epoch: deal them out.",
    swap={
        "            if len(left) == 0:\n                left = rng.permutation(len(X))\n            batch, left = left[:batch_size], left[batch_size:]\n": "            batch = rng.permutation(len(X))[:batch_size]\n"
    },
)
mistake(
    "linear-train",
    "Shuffle the images, and anew for every epoch.",
    swap={
        "losses, left = [], []": "losses, left, order = [], [], rng.permutation(len(X))",
        "left = rng.permutation(len(X))": "left = order",
    },
)
mistake(
    "linear-train",
    "Shuffle the images, and anew for every epoch.",
    swap={"rng.permutation(len(X))": "np.arange(len(X))"},
)
mistake(
    "linear-train",
    "A batch holds images unchanged, with their labels.",
    swap={"y[batch]": "y[np.sort(batch)]"},
)
mistake(
    "linear-train",
    "A batch holds images unchanged, with their labels.",
    swap={"y[batch]": "y[: len(batch)]"},
)
mistake(
    "linear-train",
    "What is left of an epoch is a smaller batch: yours is lost.",
    swap={"len(left) == 0": "len(left) < min(batch_size, len(X))"},
)
mistake(
    "linear-train",
    "Every step takes all images: take batch_size of them.",
    swap={"left[:batch_size], left[batch_size:]": "left, []"},
)
mistake(
    "linear-train",
    "These are scores: the position of the largest is asked for.",
    swap={".argmax(axis=1)": ""},
)
mistake(
    "linear-train",
    "These are the largest scores: their positions are asked for.",
    swap={".argmax(axis=1)": ".max(axis=1)"},
)
mistake(
    "linear-train",
    "This is the position of the smallest score: take the largest.",
    swap={".argmax(axis=1)": ".argmin(axis=1)"},
)
mistake(
    "linear-train",
    "argmax without an axis is one number for the whole table: take one for each row.",
    swap={".argmax(axis=1)": ".argmax()"},
)
mistake(
    "linear-train",
    "Your function changed its 1st argument, X",
    swap={
        "        rng = np.random.default_rng(rng)  #": "        X *= 0.5\n        rng = np.random.default_rng(rng)  #"
    },
)
# --- linear-settings

mistake(
    "linear-settings",
    "Draw exponents evenly: half of all rates should lie below 0.001.",
    swap={
        "{name: (np.log(low), np.log(high)) for name, (low, high) in ranges.items()}": "ranges",
        "np.exp(rng.uniform(*ends))": "rng.uniform(*ends)",
    },
)
mistake(
    "linear-settings",
    "Draw exponents evenly: half of all rates should lie below 0.001.",
    swap={"np.exp(rng.uniform(*ends))": "rng.uniform(*np.exp(ends))"},
)
mistake(
    "linear-settings",
    "Draw exponents evenly: half of all rates should lie below 0.001.",
    swap={"np.exp(rng.uniform(*ends))": "10 ** rng.uniform(*ends)"},
)
mistake(
    "linear-settings",
    "Draw rate and reg each for itself.",
    swap={
        "{name: (np.log(low), np.log(high)) for name, (low, high) in ranges.items()}": "{name: (np.log(low), np.log(high)) for name, (low, high) in ranges.items()}\n    draws = rng.random(count)",
        "np.exp(rng.uniform(*ends)) for name, ends in logs.items()} for _ in range(count)": "np.exp(low + one * (high - low)) for name, (low, high) in logs.items()} for one in draws",
    },
)
mistake(
    "linear-settings",
    "Any value between the ends may come.",
    swap={"np.exp(rng.uniform(*ends))": "np.exp(rng.choice(np.linspace(*ends, 20)))"},
)
mistake(
    "linear-settings",
    "0 has no log.",
    swap={
        '    if any(low <= 0 for low, _ in ranges.values()):\n        raise ValueError(f"a range must begin above 0: {ranges}")\n': "",
        "np.log(low)": "np.log(max(low, 1e-12))",
    },
)
mistake("linear-settings", "0 has no log.", swap={"low <= 0": "low < 0"})
mistake(
    "linear-settings",
    "Draw from rng alone.",
    swap={"rng.uniform(*ends)": "np.random.uniform(*ends)"},
)
mistake(
    "linear-settings",
    "These are equal steps: equal factors are asked for.",
    swap={"np.geomspace": "np.linspace"},
)
mistake(
    "linear-settings",
    "The last end is missing: both ends belong to the grid.",
    swap={"np.geomspace(low, high, steps)": "np.geomspace(low, high, steps, endpoint=False)"},
)
mistake(
    "linear-settings",
    "np.logspace takes exponents, and got the ends themselves.",
    swap={"np.geomspace(low, high, steps)": "np.logspace(low, high, steps)"},
)
mistake(
    "linear-settings",
    "The first name changes fastest: the last one must.",
    swap={"for one in settings for value in values]": "for value in values for one in settings]"},
)
mistake(
    "linear-settings",
    "Combine every rate with every reg: yours pairs them, the first with the first.",
    swap={
        "settings = [{**one, name: value} for one in settings for value in values]": "settings = [{**one, name: value} for one, value in zip(settings * (steps if len(settings) == 1 else 1), values)]"
    },
)
mistake(
    "linear-settings",
    "One value too many: the grid has steps values of each name, both ends included.",
    swap={"high, steps)": "high, steps + 1)"},
)
mistake(
    "linear-settings",
    "Each name alone is varied: combine every rate with every reg.",
    swap={
        "settings = [{**one, name: value} for one in settings for value in values]": "settings = [*settings, *({name: value} for value in values)]"
    },
)
# --- linear-fool

mistake(
    "linear-fool",
    "This raises the target's score but ignores the label's: both count.",
    swap={"np.sign(W[:, target] - W[:, label])": "np.sign(W[:, target])"},
)
mistake(
    "linear-fool",
    "This lowers the label's score but ignores the target's: both count.",
    swap={"np.sign(W[:, target] - W[:, label])": "-np.sign(W[:, label])"},
)
mistake(
    "linear-fool",
    "Each number must move by eps: yours move by eps times the weight.",
    swap={"np.sign(W[:, target] - W[:, label])": "(W[:, target] - W[:, label])"},
)
mistake(
    "linear-fool",
    "All numbers together move by eps: each of them must.",
    swap={
        "np.sign(W[:, target] - W[:, label])": "(W[:, target] - W[:, label]) / np.linalg.norm(W[:, target] - W[:, label])"
    },
)
mistake(
    "linear-fool",
    "This helps the label against the target.",
    swap={"W[:, target] - W[:, label]": "W[:, label] - W[:, target]"},
)
mistake(
    "linear-fool", "This is the change alone: add it to the image.", swap={"x + eps *": "eps *"}
)
mistake(
    "linear-fool",
    "Your function changed its 1st argument, x",
    swap={"return x + eps": "x += 0 * x + 1\n    return x - 1 + eps"},
)
mistake(
    "linear-fool",
    "It has class 1 already.",
    swap={
        '    if label == target:\n        raise ValueError(f"{target} is the class of the image already")\n': ""
    },
)
mistake(
    "linear-fool",
    "A number that makes no difference stays: yours moves.",
    swap={"np.sign(W[:, target] - W[:, label])": "np.where(W[:, target] >= W[:, label], 1, -1)"},
)
mistake(
    "linear-fool",
    "The signs are taken first and subtracted: take the sign of the difference.",
    swap={"np.sign(W[:, target] - W[:, label])": "(np.sign(W[:, target]) - np.sign(W[:, label]))"},
)
mistake(
    "linear-fool",
    "eps is not used: each number moves by eps.",
    swap={"x + eps * np.sign": "x + np.sign"},
)
# --- linear-features

mistake(
    "linear-features",
    "These are counts: divide by the number of pixels.",
    swap={" / hues.size": ".astype(float)"},
)
mistake(
    "linear-features",
    "This is the histogram of values: hue comes first, then saturation, then value.",
    swap={"[..., 0]": "[..., 2]"},
)
mistake(
    "linear-features",
    "This is the histogram of saturations: hue comes first, then saturation, then value.",
    swap={"[..., 0]": "[..., 1]"},
)
mistake(
    "linear-features",
    "The bins must cover 0 to 1, not only the hues of this image.",
    swap={", range=(0, 1)": ""},
)
mistake(
    "linear-features",
    "Divide by the number of pixels: yours divides by all numbers of the image, three a pixel.",
    swap={"hues.size": "im.size"},
)
mistake(
    "linear-features",
    "This is a density: its area is 1. The shares themselves must add up to 1.",
    swap={"range=(0, 1))[0] / hues.size": "range=(0, 1), density=True)[0]"},
)
mistake(
    "linear-features",
    "reshape does not move an axis: it mixes red, green and blue of different pixels.",
    swap={"np.moveaxis(im, 0, -1)": "im.reshape(*im.shape[1:], 3)"},
)
mistake(
    "linear-features", "nbin is not used: yours has always ten bins.", swap={"bins=nbin": "bins=10"}
)
mistake(
    "linear-features",
    "Your function changed its 1st argument, im",
    swap={
        "    hues = rgb_to_hsv(np.moveaxis(im, 0, -1))[..., 0]\n": "    hues = rgb_to_hsv(np.moveaxis(im, 0, -1))[..., 0]\n    im[0] = hues\n"
    },
)
mistake(
    "linear-features",
    "Down and right are swapped: np.gradient gives the slope along rows first.",
    swap={"down, right = np.gradient": "right, down = np.gradient"},
)
mistake(
    "linear-features",
    "Cells come row by row: yours go down the columns first.",
    swap={"rows * (gray.shape[1] // cell) + columns": "columns * (gray.shape[0] // cell) + rows"},
)
mistake(
    "linear-features",
    "The bins of a cell stand together: yours come before the cells.",
    swap={
        "(rows * (gray.shape[1] // cell) + columns) * bins + place": "place * (gray.size // cell**2) + rows * (gray.shape[1] // cell) + columns"
    },
)
mistake(
    "linear-features",
    "This is the mean of a cell: the sum is asked for.",
    swap={"minlength=count)": "minlength=count) / cell**2"},
)
mistake(
    "linear-features",
    "An edge has no head: take the direction modulo 180 degrees.",
    swap={"% np.pi / np.pi * bins": "% (2 * np.pi) / (2 * np.pi) * bins"},
)
mistake(
    "linear-features",
    "A direction below 0 is not its size: take it modulo 180 degrees.",
    swap={"np.arctan2(down, right) % np.pi": "np.abs(np.arctan2(down, right))"},
)
mistake(
    "linear-features",
    "Each pixel adds its size, not 1.",
    swap={", np.hypot(down, right).ravel(), minlength": ", minlength"},
)
mistake(
    "linear-features",
    "Each pixel adds the square of its size: take the root.",
    swap={"np.hypot(down, right)": "(down**2 + right**2)"},
)
mistake(
    "linear-features",
    "Directions are rounded to the nearest bin: the first one begins at 0, so cut off.",
    swap={
        "(np.arctan2(down, right) % np.pi / np.pi * bins).astype(int)": "np.rint(np.arctan2(down, right) % np.pi / np.pi * bins).astype(int)"
    },
)
mistake(
    "linear-features",
    "The two in arctan2 are swapped: down comes first.",
    swap={"np.arctan2(down, right)": "np.arctan2(right, down)"},
)
mistake(
    "linear-features",
    "What rounds to 180 degrees counts in the last bin.",
    swap={"    place = np.minimum(place, bins - 1)\n": ""},
)
mistake(
    "linear-features",
    "What rounds to 180 degrees counts in the last bin.",
    swap={"np.minimum(place, bins - 1)": "place % bins"},
)
mistake(
    "linear-features",
    "Slopes at the border are 0 here: take the difference of the two outermost pixels.",
    swap={
        "    down, right = np.gradient(gray)\n": "    down, right = np.gradient(gray)\n    down[[0, -1]] = right[:, [0, -1]] = 0\n"
    },
)
mistake(
    "linear-features",
    "This is the difference to the next pixel: take half the difference of both neighbours.",
    swap={
        "    down, right = np.gradient(gray)\n": "    down = np.diff(gray, axis=0, append=gray[-1:])\n    right = np.diff(gray, axis=1, append=gray[:, -1:])\n"
    },
)
mistake(
    "linear-features",
    "The slope is the whole difference of both neighbours: take half of it.",
    swap={
        "    down, right = np.gradient(gray)\n": "    down, right = np.gradient(gray)\n    down[1:-1] *= 2\n    right[:, 1:-1] *= 2\n"
    },
)
mistake(
    "linear-features",
    "12 is no multiple of 8.",
    swap={
        '    if gray.shape[0] % cell or gray.shape[1] % cell:\n        raise ValueError(f"{gray.shape} pixels cannot be cut into cells of {cell}")\n': ""
    },
)
mistake(
    "linear-features",
    "The result has one axis: flatten cell rows, columns and bins.",
    swap={
        "minlength=count)": "minlength=count).reshape(gray.shape[0] // cell, gray.shape[1] // cell, bins)"
    },
)
mistake(
    "linear-features",
    "Your function changed its 1st argument, gray",
    swap={
        "    down, right = np.gradient(gray)\n": "    down, right = np.gradient(gray)\n    gray -= gray.mean()\n"
    },
)
