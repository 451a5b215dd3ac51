# %% [markdown]
# # 04 Training nets
#
# Afterwards you can build a fully connected net of any depth, make it train, and find out why it
# does not when it does not.
#
# **Time:** about 6 hours. **Needs:** lesson 03; answers use NumPy and nothing else. **Data:** the *shapes* that come with the course,
# or CIFAR-10 where you have it (`course data get cifar10`). **Points:** 100.

# %% setup="training"
import functools
import inspect

import numpy as np

from course_lib import checks, data, figures, oracle


def reference_layers(name: str = "relu") -> dict:
    """The layers of lesson 03 by PyTorch, for the checks: slow, and in the dtype of what comes in."""

    def affine(x, w, b):
        return oracle.layers.affine(x, w, b).astype(x.dtype), (x, w, b)

    def back(dout, cache):
        return tuple(
            d.astype(dout.dtype) for d in oracle.gradients(oracle.layers.affine, dout, *cache)
        )

    def act(x):
        return oracle.train.activation(name, x).astype(x.dtype), x

    def act_back(dout, x):
        return oracle.train.activation_backward(name, dout, x).astype(dout.dtype)

    def loss(x, y):
        dx = oracle.gradients(oracle.layers.softmax_layer, 1.0, x, y)[0].astype(x.dtype)
        return float(oracle.layers.softmax_layer(x, y)), dx

    return {"affine": (affine, back), "activation": (act, act_back), "loss": loss}


# %% [markdown]
# ## Four runs
#
# One net of four layers, one data set, four runs. Only the learning rate and the initial weights
# differ. Which run would you keep, which would you stop, and after how many steps could you tell?

# %% tags=["experiment"]
train_set = data.course_images("train").take(5000)
test_set = data.course_images("test").take(1000)
small_X, small_y = train_set.take(500).flat() / 255 - 0.5, train_set.labels[:500]
settings = {"A": (0.1, 1.4), "B": (1e-4, 1.4), "C": (0.1, 0.1), "D": (2.0, 1.4)}
curves: dict[str, list[float]] = {}
for letter, (rate, scale) in settings.items():
    rng, dims = np.random.default_rng(0), [small_X.shape[1], 60, 60, 60, 10]
    params = {f"b{i}": np.zeros(width) for i, width in enumerate(dims) if i}
    for i in range(1, 5):
        std = scale / np.sqrt(dims[i - 1])
        params[f"W{i}"] = rng.normal(0, std, (dims[i - 1], dims[i]))
    curves[letter] = []
    for _ in range(60):
        rows = rng.permutation(500)[:50]
        loss, grads = oracle.train.net_loss(small_X[rows], small_y[rows], params)
        curves[letter].append(loss)
        with np.errstate(all="ignore"):
            params = {name: w - rate * grads[name] for name, w in params.items()}
figures.show(
    figures.loss_curves(curves, chance=np.log(10), ceiling=4),
    caption=f"Four runs on {train_set.name}. The grey level is the loss of a net that gives each of ten classes the same probability.",
    alt="Four loss curves over 60 steps: one falls, one falls hardly at all, one stays on the level of guessing, one shoots out of the picture or jumps about.",
)

# %% [markdown]
# Ten steps are enough to stop three of them. A learns. B has a rate that is too small. C began
# with weights that are too small: almost nothing reaches the last layer, and almost nothing comes
# back. D takes steps so long that it lands on the other side of every valley. When this lesson is
# over you can read such curves, and you have a tool for each cause.
#
# ## Your layers
#
# A deep net is the layers of lesson 03 in a row. Bring them: write these five again, or paste
# yours. Each forward pass returns `(out, cache)`, each backward pass takes `(dout, cache)`; what the
# cache holds is up to you. No function of this lesson changes the arrays that it is given; only
# update rules may.
# One thing to check with a pencil: scores $(1000, 0)$ and label 0 have loss
# $-\log\frac{e^{1000}}{e^{1000} + e^0}$. What should come out, and what does NumPy say to
# `np.exp(1000)`?


# %% answer="training-layers"
def affine_forward(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> tuple:
    """x: (N, D), w: (D, M), b: (M,) float. returns: out (N, M) = x w + b, and a cache"""
    ### BEGIN SOLUTION
    return x @ w + b, (x, w)
    ### END SOLUTION


def affine_backward(dout: np.ndarray, cache: tuple) -> tuple:
    """dout: (N, M); cache: of affine_forward. returns: dx (N, D), dw (D, M), db (M,)"""
    ### BEGIN SOLUTION
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
    ### END SOLUTION


def relu_forward(x: np.ndarray) -> tuple:
    """x: any shape, float. returns: out, the larger of x and 0, and a cache"""
    ### BEGIN SOLUTION
    return np.maximum(x, 0), x
    ### END SOLUTION


def relu_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: shape of x; cache: of relu_forward. returns: dx, shape of x; 0 where x was negative"""
    ### BEGIN SOLUTION
    return dout * (cache > 0)
    ### END SOLUTION


def softmax_loss(x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean cross-entropy of scores, which may be as large as 1000.

    x: (N, C) float, scores; y: (N,) int, true classes
    returns: loss, and dx (N, C), its gradient
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    dx = np.exp(log_p)
    dx[rows, y] -= 1
    return float(-log_p[rows, y].mean()), dx / len(x)
    ### END SOLUTION


# %% check="training-layers" points=2
with checks.verdict("the layers of lesson 03") as rng:
    X, W, b, dout = (rng.normal(size=size) for size in ((4, 3), (3, 5), 5, (4, 5)))
    mixed = rng.normal(size=(4, 5))
    due, *slopes = oracle.with_gradients(oracle.layers.affine, dout, X, W, b)
    due_relu, slope = oracle.with_gradients(oracle.layers.relu, dout, mixed)
    out, cache = affine_forward(X, W, b)
    checks.equal(out, due, "out of affine_forward")
    checks.equal(affine_backward(dout.copy(), cache), tuple(slopes), "dx, dw, db")
    out, cache = relu_forward(mixed)
    checks.equal(out, due_relu, "out of relu_forward")
    dx = checks.leaves_alone(relu_backward, dout, cache, share=0.05)
    checks.equal(dx, slope, "dx of relu_backward")
    ### BEGIN HIDDEN TESTS
    X, W, b, dout = (rng.normal(size=size) for size in ((1, 7), (7, 2), 2, (1, 2)))
    due, *slopes = oracle.with_gradients(oracle.layers.affine, dout, X, W, b)
    out, cache = affine_forward(X, W, b)
    checks.equal(out, due, "out of affine_forward")
    checks.equal(affine_backward(dout, cache), tuple(slopes), "dx, dw, db")
    mixed, dout = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
    due_relu, slope = oracle.with_gradients(oracle.layers.relu, dout, mixed)
    out, cache = relu_forward(mixed)
    checks.equal(out, due_relu, "out of relu_forward")
    checks.equal(relu_backward(dout, cache), slope, "dx of relu_backward")
    ### END HIDDEN TESTS

# %% check="training-layers-softmax" points=2
with checks.verdict("the softmax loss of lesson 03") as rng:
    x, y = rng.uniform(-1, 1, size=(4, 5)), np.array([0, 4, 2, 1])
    due = oracle.with_gradients(oracle.layers.softmax_layer, 1.0, x, y)
    huge, classes = 1000 * np.array([[1.0, 0, -1], [-3, -2, -4]]), np.array([0, 0])
    large = oracle.with_gradients(oracle.layers.softmax_layer, 1.0, huge, classes)
    found = checks.leaves_alone(softmax_loss, x, y, share=0.05)
    checks.equal(found, due, "loss, dx", tolerance=1e-6)
    with checks.share(0.2, "Scores of 1000"):
        checks.equal(softmax_loss(huge, classes), large, "loss, dx")
    ### BEGIN HIDDEN TESTS
    x, y = rng.uniform(-1, 1, size=(7, 3)), rng.integers(3, size=7)
    due = oracle.with_gradients(oracle.layers.softmax_layer, 1.0, x, y)
    checks.equal(softmax_loss(x, y), due, "loss, dx", tolerance=1e-6)
    huge, classes = 1000 * np.array([[2.0, 0, -1, 3], [-9, -7, -8, -9]]), np.array([3, 2])
    large = oracle.with_gradients(oracle.layers.softmax_layer, 1.0, huge, classes)
    with checks.share(0.2, "Scores of 1000"):
        checks.equal(softmax_loss(huge, classes), large, "loss, dx")
    ### END HIDDEN TESTS

# %% [markdown]
# ## A net of any depth
#
# How many numbers does a net of 4 inputs, hidden layers of 3 and 2 units and 2 classes learn? Count
# before you open the answer.
#
# <details><summary>The count</summary>
#
# Weights $4 \cdot 3 + 3 \cdot 2 + 2 \cdot 2 = 22$, biases $3 + 2 + 2 = 7$, together 29.
# </details>
#
# Layer $i$ has `W{i}` of shape `(inputs, units)` and `b{i}` of shape `(units,)`. After every affine
# layer comes an activation, except after the last: scores may be negative. To the mean softmax loss
# add $\frac{\lambda}{2}\sum_i \lVert W_i \rVert^2$, whose gradient is $\lambda W_i$. The half is
# there so that no 2 is left over. Biases are not regularised: they only shift.
#
# The net gets its layers as a dict. Exchange one entry, and it is a net with another activation:
#
# ```
# {"affine": (affine_forward, affine_backward), "activation": (relu_forward, relu_backward),
#  "loss": softmax_loss}
# ```
#
# <details><summary>Hint: in which order do caches come back?</summary>
#
# Last in, first out. A list with `append` on the way forward and `pop` on the way back.
# </details>


# %% answer="training-net"
class FullyConnectedNet:
    """{affine, activation} x (L - 1), affine, softmax. Source: CS231n, assignment 2, fc_net.py"""

    def __init__(
        self,
        hidden_dims: list[int],
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        dtype: type[np.floating] = np.float32,
        seed: int = 0,
        *,
        layers: dict,
    ) -> None:
        """Make `self.params`, {"W1": ..., "b1": ..., "W2": ...}, arrays of the given dtype.

        hidden_dims: units of each hidden layer; may be empty
        input_dim: D; num_classes: C
        reg: strength of the regularisation
        weight_scale: standard deviation of the initial weights, normal numbers of mean 0; biases
            begin at 0
        dtype: in which everything is computed, gradients included
        seed: the same seed makes the same weights, another makes others
        layers: what to compute with: "affine" and "activation", each (forward, backward);
            "loss": scores, y -> (loss, dscores)
        """
        ### BEGIN SOLUTION
        rng = np.random.default_rng(seed)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params: dict[str, np.ndarray] = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)
        ### END SOLUTION

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        """Scores, or loss and gradients, with the values that `self.params` has now.

        X: (N, D) float of any dtype; y: (N,) int, or None
        returns: scores (N, C) where y is None; else the loss, which includes
            0.5 * reg * (sum of all squared weights, without biases), and {name: gradient}
        """
        ### BEGIN SOLUTION
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X.astype(self.dtype), list[tuple]()
        for i in range(1, self.depth + 1):
            out, cache = affine(out, self.params[f"W{i}"], self.params[f"b{i}"])
            caches.append(cache)
            if i < self.depth:
                out, cache = act(out)
                caches.append(cache)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        for i in range(self.depth, 0, -1):
            if i < self.depth:
                dout = act_back(dout, caches.pop())
            W = self.params[f"W{i}"]
            dout, dW, grads[f"b{i}"] = affine_back(dout, caches.pop())
            grads[f"W{i}"] = dW + self.reg * W
            loss += 0.5 * self.reg * float((W**2).sum())
        return loss, grads
        ### END SOLUTION

    def predict(self, X: np.ndarray) -> np.ndarray:
        """X: (N, D) float. returns: (N,) int, the class with the highest score"""
        ### BEGIN SOLUTION
        return self.loss(X).argmax(axis=1)
        ### END SOLUTION


# %% setup="training-net"
def built(Net, hidden_dims: list[int], activation: str = "relu", **settings):
    """A net of your class, for the checks: with lent layers, where it takes `layers`."""
    if "layers" in inspect.signature(Net).parameters:
        settings["layers"] = reference_layers(activation)
    return Net(hidden_dims, **settings)


def net_with(Net, params: dict, activation: str = "relu", reg: float = 0.0):
    """The same in float64, with copies of these parameters."""
    sizes = [value.shape for name, value in params.items() if name.startswith("W")]
    settings = {"input_dim": sizes[0][0], "num_classes": sizes[-1][1], "dtype": np.float64}
    net = built(Net, [units for _, units in sizes[:-1]], activation, reg=reg, **settings)
    net.params = {name: value.copy() for name, value in params.items()}
    return net


# %% check="training-net-loss" points=5
with checks.verdict("scores and loss of the net") as rng:
    X, y = rng.normal(size=(6, 5)), np.arange(6) % 4
    params = oracle.train.net_params(rng, 5, 7, 3, 4)
    scores, loss = oracle.train.net_scores(X, params), oracle.train.net_loss(X, y, params, 0.3)[0]
    net = net_with(FullyConnectedNet, params, reg=0.3)
    checks.equal(checks.leaves_alone(net.loss, X, share=0.05), scores, "scores")
    checks.equal(net.loss(X.copy(), y.copy())[0], loss, "loss")
    with checks.share(0.1, "Predictions"):
        checks.equal(net.predict(X.copy()), scores.argmax(axis=1), "labels")
    with checks.share(0.1, "No hidden layer"):
        net = net_with(FullyConnectedNet, flat := oracle.train.net_params(rng, 5, 4))
        checks.equal(net.loss(X.copy()), oracle.train.net_scores(X, flat), "scores")
    ### BEGIN HIDDEN TESTS
    X = rng.normal(size=(1, 9))
    y = np.array([1])
    params = oracle.train.net_params(rng, 9, 4, 4, 4, 4, 2)
    scores, loss = oracle.train.net_scores(X, params), oracle.train.net_loss(X, y, params, 0.01)[0]
    net = net_with(FullyConnectedNet, params, reg=0.01)
    checks.equal(checks.leaves_alone(net.loss, X, share=0.05), scores, "scores")
    checks.equal(net.loss(X.copy(), y.copy())[0], loss, "loss")
    with checks.share(0.1, "Predictions"):
        checks.equal(net.predict(X.copy()), scores.argmax(axis=1), "labels")
    with checks.share(0.1, "No hidden layer"):
        straight, y = oracle.train.net_params(rng, 9, 3), np.array([2])
        due = oracle.train.net_loss(X, y, straight, 0.0)
        checks.equal(net_with(FullyConnectedNet, straight).loss(X, y), due, "loss, gradients")
    ### END HIDDEN TESTS

# %% check="training-net-gradient" points=5
with checks.verdict("gradients of the net") as rng:
    X, y = rng.normal(size=(6, 5)), np.arange(6) % 4
    params = oracle.train.net_params(rng, 5, 7, 3, 4)
    due, smooth = (oracle.train.net_loss(X, y, params, 0.3, act)[1] for act in ("relu", "tanh"))
    net = net_with(FullyConnectedNet, params, reg=0.3)
    checks.equal(net.loss(X.copy(), y.copy())[1], due, "gradients")
    with checks.share(0.1, "Another activation"):
        net = net_with(FullyConnectedNet, params, "tanh", reg=0.3)
        checks.equal(net.loss(X.copy(), y.copy())[1], smooth, "gradients")
    with checks.share(0.1, "float32"):
        grads = built(FullyConnectedNet, [3], input_dim=5, num_classes=4).loss(X, y)[1]
        checks.equal([dw.dtype.name for dw in grads.values()], ["float32"] * 4, "dtypes")
    ### BEGIN HIDDEN TESTS
    X = rng.normal(size=(1, 9))
    y = np.array([1])
    params = oracle.train.net_params(rng, 9, 4, 4, 4, 4, 2)
    due, smooth = (oracle.train.net_loss(X, y, params, 0.01, act)[1] for act in ("relu", "tanh"))
    net = net_with(FullyConnectedNet, params, reg=0.01)
    checks.equal(net.loss(X.copy(), y.copy())[1], due, "gradients")
    with checks.share(0.1, "Another activation"):
        net = net_with(FullyConnectedNet, params, "tanh", reg=0.01)
        checks.equal(net.loss(X.copy(), y.copy())[1], smooth, "gradients")
    with checks.share(0.1, "float32"):
        dtypes = {value.dtype.name for value in built(FullyConnectedNet, [3]).params.values()}
        checks.holds(dtypes == {"float32"}, "The biases must have the dtype of the net, too.")
    ### END HIDDEN TESTS

# %% check="training-net-start" points=2
with checks.verdict("parameters of a new net"):
    first = built(FullyConnectedNet, [60]).params
    shapes = {name: np.shape(value) for name, value in first.items()}
    checks.equal(shapes, {"W1": (3072, 60), "b1": (60,), "W2": (60, 10), "b2": (10,)}, "shapes")
    checks.equal([first["b1"], first["b2"]], [np.zeros(60), np.zeros(10)], "biases")
    checks.equal(np.std(first["W1"]), 0.01, "standard deviation of W1", tolerance=0.02)
    checks.holds(abs(np.mean(first["W1"])) < 5e-4, "The mean of the weights must be 0.")
    with checks.share(0.2, "The seed"):
        one, two, other = (built(FullyConnectedNet, [9], seed=s).params["W1"] for s in (0, 0, 4))
        same = [np.array_equal(one, two), np.array_equal(one, other)]
        checks.equal(same, [True, False], "equal weights with seeds 0 and 0, 0 and 4")
    ### BEGIN HIDDEN TESTS
    net = built(FullyConnectedNet, [60, 50], input_dim=400, weight_scale=0.3, seed=5)
    stds = [float(np.std(net.params[name])) for name in ("W1", "W2")]
    checks.equal(stds, [0.3, 0.3], "standard deviations of W1 and W2", tolerance=0.04)
    checks.equal(net.params["b2"], np.zeros(50), "b2")
    with checks.share(0.2, "The seed"):
        one, two, other = (built(FullyConnectedNet, [9], seed=s).params["W1"] for s in (7, 7, 0))
        same = [np.array_equal(one, two), np.array_equal(one, other)]
        checks.equal(same, [True, False], "equal weights with seeds 7 and 7, 7 and 0")
    X, y = np.zeros((2, 3072)), np.array([0, 1])  # all scores are 0
    loss = float(built(FullyConnectedNet, [60]).loss(X, y)[0])
    checks.equal(loss, np.log(10), "loss at the start, without regularisation", tolerance=1e-6)
    ### END HIDDEN TESTS

# %% [markdown]
# ## Three questions before training
#
# Ask them of every new net. They cost a minute and save days.
#
# 1. **Is the loss at the start what guessing gives?** With small weights all $C$ scores are nearly 0,
#    every class has probability $1/C$, and the loss is $\log C$; for ten classes 2.303. Another
#    number means another bug.
# 2. **Does regularisation raise it?** It must, by $\frac{\lambda}{2}$ times the squares.
# 3. **Can the net overfit 20 images?** Any net that cannot is broken. Do not train it on more.
#
# The third needs a step. All update rules of this lesson have one form,
# `rule(w, dw, config) -> (next_w, config)`: the config holds the settings, and whatever the rule
# wants to find again at its next call. It may write into `w`, so go on with what it returns. Plain
# gradient descent remembers nothing. With $w = 2$, gradient $0.5$ and rate $0.1$: what is the next
# $w$?


# %% answer="training-sgd"
def sgd(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
    """One step of gradient descent.

    w: parameters, any shape, float; may be updated in place
    dw: their gradient, same shape
    config: {"learning_rate": float}; 1e-2 where config is None or has no such key
    returns: next_w, and the config for the next call, with the key learning_rate
    Source: CS231n, assignment 2, optim.py
    """
    ### BEGIN SOLUTION
    config = {"learning_rate": 1e-2} | (config or {})
    return w - config["learning_rate"] * dw, config
    ### END SOLUTION


# %% check="training-sgd" points=3
with checks.verdict("a step of gradient descent") as rng:
    w, dw = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    due, usual = (oracle.train.descend("sgd", w, [dw], lr=rate)[0] for rate in (0.3, 0.01))
    next_w, config = sgd(w.copy(), dw.copy(), {"learning_rate": 0.3})
    checks.equal(next_w, due, "next_w")
    with checks.share(0.1, "The config that comes back"):
        checks.equal(config, {"learning_rate": 0.3}, "config")
    with checks.share(0.1, "Called without a config"):
        checks.equal(sgd(w.copy(), dw.copy()), (usual, {"learning_rate": 0.01}), "next_w, config")
    with checks.share(0.1, "Called with an empty config"):
        checks.equal(sgd(w.copy(), dw, {}), (usual, {"learning_rate": 0.01}), "next_w, config")
    ### BEGIN HIDDEN TESTS
    w, dw = rng.normal(size=5), rng.normal(size=5)
    due = oracle.train.descend("sgd", w, [dw], lr=2.0)[0]
    checks.equal(sgd(w.copy(), dw, {"learning_rate": 2.0})[0], due, "next_w")
    with checks.share(0.1, "Called with an empty config"):
        due = oracle.train.descend("sgd", w, [dw], lr=0.01)[0]
        checks.equal(
            sgd(w.copy(), dw, {"momentum": 0.9})[0], due, "next_w of a config without rate"
        )
    ### END HIDDEN TESTS

# %% tags=["experiment"]
layers: dict = {
    "affine": (affine_forward, affine_backward),
    "activation": (relu_forward, relu_backward),
    "loss": softmax_loss,
}
few_X, few_y = small_X[:20], small_y[:20]
for reg in (0.0, 1.0, 10.0):
    net = FullyConnectedNet([50, 50], reg=reg, layers=layers)
    print(f"reg {reg:4}: loss {net.loss(few_X, few_y)[0]:.3f}, log 10 = {np.log(10):.3f}")
learns = FullyConnectedNet([50, 50], weight_scale=0.05, layers=layers)
by_heart = []
for _ in range(300):
    loss, grads = learns.loss(few_X, few_y)
    by_heart.append(loss)
    for name in grads:
        learns.params[name], _ = sgd(learns.params[name], grads[name], {"learning_rate": 0.1})
figures.show(
    figures.loss_curves({"20 images": by_heart}, chance=np.log(10), log=True),
    caption="A net of three layers on 20 images. The loss has to go to 0; the labels could even be wrong.",
    alt="A loss curve on a logarithmic axis that begins at 2.3 and falls far below 0.1.",
)

# %% [markdown]
# ## The solver
#
# Training is always the same loop, so write it once. Loops like this one have been written many
# times, and five traps come back again and again:
#
# - *Minibatches drawn with replacement.* After one epoch of $N$ draws an image was left out with
#   probability $(1 - 1/N)^N \approx 37\,\%$. Shuffle instead, then cut; a new shuffle every epoch.
# - *A hidden seed*, or the global generator: no run can be repeated. Take a seed.
# - *The best parameters are those of the last epoch*, because only a reference was kept; or there
#   are none where validation accuracy never rose above 0. Copy them, and begin before the first step.
# - *A misspelt option is swallowed.* `lerning_rate=0.1` trains for an hour with the default.
# - *float32 becomes float64* because some rule computed so, and training takes twice as long.
#
# The stub begins with a small class that you leave alone; the checks use it as a model.
#
# <details><summary>Hint: how to refuse what you do not know</summary>
#
# Compare `set(options)` with the set of known names. What is left over goes into the message.
# </details>


# %% answer="training-solver"
class Model:
    """The least that a Solver needs of a model: params, loss(X, y), predict(X)."""

    def __init__(self, params, loss, predict) -> None:
        self.params, self._loss, self._predict = params, loss, predict

    def loss(self, X, y):
        return self._loss(self.params, X, y)

    def predict(self, X):
        return self._predict(self.params, X)


class Solver:
    """Trains a model by minibatches and keeps the best parameters. Source: CS231n, solver.py"""

    def __init__(self, model, data: dict, rule, **options) -> None:
        """Measure the model as it is; nothing is trained yet.

        model: has params {name: array}, loss(X, y) -> (loss, grads), predict(X) -> labels
        data: {"X_train", "y_train", "X_val", "y_val"}
        rule: update rule (w, dw, config) -> (next_w, config)
        options: config, a dict, the first config of every parameter (default {}; left as it is);
            batch_size (100); num_epochs (10); seed (0);
            schedule (None), a function: number of the step, from 0 -> learning rate of that step
        raises: TypeError where an option has another name

        Attributes: loss_history, a list with the loss of every step; train_acc_history and
        val_acc_history, accuracies in [0, 1] before the first step and after every epoch;
        best_val_acc, the best of the latter; best_params, copies of the parameters that first
        reached it.
        """
        ### BEGIN SOLUTION
        known: dict = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0}
        known["schedule"] = None
        if unknown := set(options) - set(known):
            raise TypeError(f"no option {sorted(unknown)}: there are {sorted(known)}")
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(self.options["seed"])
        self.configs = {name: dict(self.options["config"]) for name in model.params}
        self.loss_history: list[float] = []
        self.train_acc_history: list[float] = []
        self.val_acc_history: list[float] = []
        self.best_val_acc = -1.0
        self._measure()
        ### END SOLUTION

    def train(self) -> None:
        """Run num_epochs epochs; then give the model the best parameters.

        An epoch meets every training image once, in a new random order, batch_size at a time; the
        last minibatch has what is left. Parameters keep their dtype.
        """
        ### BEGIN SOLUTION
        X, y, size = self.data["X_train"], self.data["y_train"], self.options["batch_size"]
        for _ in range(self.options["num_epochs"]):
            order = self.rng.permutation(len(X))
            for start in range(0, len(X), size):
                rows = order[start : start + size]
                self._step(X[rows], y[rows])
            self._measure()
        for name, best in self.best_params.items():
            self.model.params[name] = best.copy()

    def _step(self, X, y):
        loss, grads = self.model.loss(X, y)
        for name, w in self.model.params.items():
            if self.options["schedule"]:
                rate = self.options["schedule"](len(self.loss_history))
                self.configs[name]["learning_rate"] = rate
            next_w, self.configs[name] = self.rule(w, grads[name], self.configs[name])
            self.model.params[name] = next_w.astype(w.dtype)
        self.loss_history.append(float(loss))

    def _measure(self):
        for split, history in (("train", self.train_acc_history), ("val", self.val_acc_history)):
            right = self.model.predict(self.data[f"X_{split}"]) == self.data[f"y_{split}"]
            history.append(float(np.mean(right)))
        if self.val_acc_history[-1] > self.best_val_acc:
            self.best_val_acc = self.val_acc_history[-1]
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}
        ### END SOLUTION


# %% setup="training-solver"
def epochs_of(Model, Solver, count: int = 30, **options) -> list:
    """The minibatches of each epoch as lists of pairs: image i is the number i, its label 100 + i."""
    epochs: list[list] = [[]]

    def loss(params, X, y):
        epochs[-1].append([(int(image), int(label)) for image, label in zip(X[:, 0], y)])
        return 1.0, {"w": np.zeros(1)}

    def predict(params, X):
        if epochs[-1]:  # the end of an epoch
            epochs.append([])
        return X[:, 0].astype(int) + 100

    images = np.arange(count)
    sets = {"X_train": images[:, None] + 0.0, "y_train": images + 100}
    sets |= {"X_val": sets["X_train"], "y_val": sets["y_train"]}
    model = Model({"w": np.zeros(1)}, loss, predict)
    Solver(model, sets, lambda w, dw, config: (w, config), **options).train()
    return [epoch for epoch in epochs if epoch]


# %% setup="training-solver-count"
def fit(Model, Solver, right: list[int], dtype: str = "float64") -> tuple:
    """The parameters of a model after training, and its solver.

    w begins at 0 and grows by 1 a step, of which each epoch has one; there are len(right) - 1
    epochs. With w the model is right on right[w] of five training and of eight validation images.
    """
    sets: dict = {"X_train": np.zeros((5, 1)), "X_val": np.zeros((8, 1))}
    sets |= {"y_train": np.arange(5), "y_val": np.arange(8)}

    def loss(params, X, y):
        return 10.0 - params["w"][0], {"w": np.ones(1)}

    def predict(params, X):
        numbers = np.arange(len(X))
        return np.where(numbers < right[int(params["w"][0])], numbers, -1)

    model = Model({"w": np.zeros(1, dtype)}, loss, predict)
    options = {"batch_size": 5, "num_epochs": len(right) - 1}
    solver = Solver(model, sets, lambda w, dw, config: (w + dw, config), **options)
    solver.train()
    return model.params, solver


# %% setup="training-solver-configs"
SIX = {"X_train": np.zeros((6, 1)), "y_train": np.zeros(6, int)}
SIX |= {"X_val": np.zeros((6, 1)), "y_val": np.zeros(6, int)}


def configs_of(Model, Solver, **options) -> dict[str, list]:
    """What the rule finds in the config at each step of w and v: calls so far, momentum, rate."""
    found: dict[str, list] = {"w": [], "v": []}
    zeros = {"w": np.zeros(1), "v": np.zeros(2)}

    def rule(w, dw, config):
        seen = config.get("t", 0), config.get("momentum"), config["learning_rate"]
        found["w" if len(w) == 1 else "v"].append(seen)
        return w, {**config, "t": config.get("t", 0) + 1}

    model = Model(dict(zeros), lambda *_: (1.0, zeros), lambda params, X: np.zeros(len(X), int))
    Solver(model, SIX, rule, batch_size=2, num_epochs=2, **options).train()
    return found


# %% check="training-solver-batches" points=4
with checks.verdict("minibatches of the solver"):
    epochs = epochs_of(Model, Solver, batch_size=8, num_epochs=2, seed=0)
    sizes = [[len(batch) for batch in epoch] for epoch in epochs]
    checks.equal(sizes, [[8, 8, 8, 6], [8, 8, 8, 6]], "sizes of the minibatches")
    first, second = ([pair for batch in epoch for pair in batch] for epoch in epochs)
    checks.holds(all(y == x + 100 for x, y in first), "Some images have the labels of others.")
    checks.holds(len(first) > 30 or len({*first}) == len(first), "Images come twice an epoch.")
    orders = [first == sorted(first), first == second]
    checks.equal(orders, [False, False], "epoch 1 in order, epochs 1 and 2 in the same order")
    with checks.share(0.15, "The seed"):
        runs = [epochs_of(Model, Solver, batch_size=8, num_epochs=2, seed=s) for s in (0, 4)]
        checks.equal([run == epochs for run in runs], [True, False], "equal runs with seeds 0, 4")
    ### BEGIN HIDDEN TESTS
    epochs = epochs_of(Model, Solver, count=250)
    sizes = [[len(batch) for batch in epoch] for epoch in epochs]
    checks.equal(sizes, [[100, 100, 50]] * 10, "sizes of the minibatches without any option")
    everything = sorted(pair for batch in epochs[7] for pair in batch)
    checks.equal(everything, [(i, 100 + i) for i in range(250)], "images of an epoch, sorted")
    with checks.share(0.15, "The seed"):
        same = epochs_of(Model, Solver, count=250, seed=0) == epochs
        checks.holds(same, "Without an option the seed is 0.")
    ### END HIDDEN TESTS

# %% check="training-solver-best" points=4
with checks.verdict("what the solver keeps"):
    params, solver = fit(Model, Solver, [1, 2, 3, 0])
    checks.equal(solver.train_acc_history, [0.2, 0.4, 0.6, 0.0], "train_acc_history")
    checks.equal(solver.val_acc_history, [0.125, 0.25, 0.375, 0.0], "val_acc_history")
    checks.equal(solver.loss_history, [10.0, 9.0, 8.0], "loss_history")
    checks.equal((solver.best_val_acc, params["w"]), (0.375, np.full(1, 2.0)), "best_val_acc, w")
    with checks.share(0.1, "Two equal bests"):
        checks.equal(fit(Model, Solver, [1, 4, 4, 2])[1].best_params, {"w": np.ones(1)}, "best")
    with checks.share(0.1, "Nothing ever right"):
        checks.equal(fit(Model, Solver, [0, 0, 0, 0])[0], {"w": np.zeros(1)}, "parameters")
    with checks.share(0.1, "float32 parameters"):
        checks.equal(fit(Model, Solver, [1, 2], "float32")[0], {"w": np.ones(1)}, dtype="float32")
    ### BEGIN HIDDEN TESTS
    params, solver = fit(Model, Solver, [4, 1, 3])
    checks.equal(solver.val_acc_history, [0.5, 0.125, 0.375], "val_acc_history")
    found = solver.best_val_acc, solver.best_params, params
    checks.equal(found, (0.5, {"w": np.zeros(1)}, {"w": np.zeros(1)}), "accuracy, best, params")
    with checks.share(0.1, "Nothing ever right"):
        _, solver = fit(Model, Solver, [0])
        found = solver.best_val_acc, solver.best_params, solver.loss_history
        checks.equal(found, (0.0, {"w": np.zeros(1)}, []), "accuracy, best, losses")
    ### END HIDDEN TESTS

# %% check="training-solver-options" points=4
with checks.verdict("options of the solver"):
    config = {"learning_rate": 0.5, "momentum": 0.9}
    due = [(t, 0.9, 1 / (1 + t)) for t in range(6)]  # two epochs of three steps
    found = checks.leaves_alone(
        configs_of, Model, Solver, config=config, schedule=lambda t: 1 / (1 + t), share=0.1
    )
    checks.equal(found, {"w": due, "v": due}, "calls so far, momentum, learning rate")
    model = Model({"w": np.zeros(1)}, None, lambda params, X: np.zeros(len(X), int))
    swallowed = "A misspelt option must not be swallowed."
    checks.raises(TypeError, Solver, model, SIX, sgd, num_epoch=3, reason=swallowed, share=0.1)
    ### BEGIN HIDDEN TESTS
    due = [(t, None, 0.1) for t in range(6)]
    found = configs_of(Model, Solver, config={"learning_rate": 0.1}, seed=1)
    checks.equal(found, {"w": due, "v": due}, "calls so far, momentum, learning rate")
    checks.raises(TypeError, Solver, model, SIX, sgd, print_every=1, reason=swallowed, share=0.1)
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def centred(images: np.ndarray) -> np.ndarray:
    return (images.reshape(len(images), -1) / 255 - 0.5).astype(np.float32)


sets = {"X_train": centred(train_set.images[:4000]), "y_train": train_set.labels[:4000]}
sets |= {"X_val": centred(train_set.images[4000:]), "y_val": train_set.labels[4000:]}
first_net = FullyConnectedNet([100, 100], weight_scale=0.03, layers=layers)
first_solver = Solver(first_net, sets, sgd, config={"learning_rate": 0.1}, num_epochs=12)
first_solver.train()
figures.show(
    figures.train.accuracy_curves(
        {"training": first_solver.train_acc_history, "validation": first_solver.val_acc_history}
    ),
    caption="Accuracy on 4,000 training and 1,000 validation images. The distance between the lines is how far the net overfits.",
    alt="Two rising curves over twelve epochs; the training accuracy ends above the validation accuracy.",
)
print(f"best on validation: {100 * first_solver.best_val_acc:.1f} %")

# %% [markdown]
# Keep an eye on the gap between the two lines. A wide gap: the net overfits; give it more data
# or more regularisation. No gap and both low: it cannot learn enough; make it larger, or train longer.
#
# ## Activations and their troubles
#
# Why does the net need anything between its affine layers? Without, $W_1 W_2 W_3$ is one matrix, and
# ten layers can do what one can. But which function? Two old choices first:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} \in (0, 1), \qquad \tanh x = 2\,\sigma(2x) - 1 \in (-1, 1)$$
#
# Their slopes come from their values: $\sigma' = \sigma\,(1 - \sigma)$ and $\tanh' = 1 - \tanh^2$. By
# hand: $\sigma(0) = 0.5$ with slope $0.25$; at $x = 5$ the value is 0.9933 and the slope
# $0.9933 \cdot 0.0067 = 0.0066$. Ten such layers multiply ten such slopes. That is **saturation**,
# and even the best slope, 0.25, is less than a millionth after ten.
#
# The second trouble of the sigmoid: its values are all positive. Take a unit with inputs
# $(0.7, 0.2)$ and upstream gradient $-1$: $dw = (-0.7, -0.2)$. With $+1$: $(0.7, 0.2)$. All weights of
# a unit go up together or down together; a step up for one and down for another needs a zigzag.


# %% answer="training-sigmoid-tanh"
def sigmoid_forward(x: np.ndarray) -> tuple:
    """x: any shape, float, as large as 1000. returns: out, same shape, and a cache"""
    ### BEGIN SOLUTION
    out = 0.5 * (1 + np.tanh(0.5 * x))  # without exp(1000)
    return out, out
    ### END SOLUTION


def sigmoid_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: shape of x; cache: of sigmoid_forward. returns: dx, shape of x"""
    ### BEGIN SOLUTION
    return dout * cache * (1 - cache)
    ### END SOLUTION


def tanh_forward(x: np.ndarray) -> tuple:
    """x: any shape, float, as large as 1000. returns: out, same shape, and a cache"""
    ### BEGIN SOLUTION
    out = np.tanh(x)
    return out, out
    ### END SOLUTION


def tanh_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: shape of x; cache: of tanh_forward. returns: dx, shape of x"""
    ### BEGIN SOLUTION
    return dout * (1 - cache**2)
    ### END SOLUTION


# %% check="training-sigmoid-tanh" points=6
with checks.verdict("sigmoid and tanh") as rng:
    pairs = {"sigmoid": (sigmoid_forward, sigmoid_backward), "tanh": (tanh_forward, tanh_backward)}
    for name, (forward, backward) in pairs.items():
        x, dout = 2 * rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
        far, ones = np.array([-1000.0, -40, 0, 40, 1000]), np.ones(5)
        due = oracle.train.activation_pair(name, x, dout)
        limit = oracle.train.activation_pair(name, far, ones)
        out, cache = checks.leaves_alone(forward, x, share=0.05)
        checks.equal((out.copy(), backward(dout, cache)), due, "out, dx")
        with checks.share(0.2, "Inputs of 1000"):
            out, cache = forward(far)
            checks.equal((out.copy(), backward(ones, cache)), limit, "out, dx")
    ### BEGIN HIDDEN TESTS
    for name, (forward, backward) in pairs.items():
        x, dout = 3 * rng.normal(size=(2, 3, 2)), rng.normal(size=(2, 3, 2))
        due = oracle.train.activation_pair(name, x, dout)
        out, cache = forward(x)
        checks.equal((out.copy(), backward(dout, cache)), due, "out, dx")
        far, ones = np.array([[800.0, -800.0]]), np.ones((1, 2))
        limit = oracle.train.activation_pair(name, far, ones)
        with checks.share(0.2, "Inputs of 1000"):
            out, cache = forward(far.copy())
            checks.equal((out.copy(), backward(ones, cache)), limit, "out, dx")
    ### END HIDDEN TESTS

# %% [markdown]
# ## ReLU, and units that die
#
# $\max(0, x)$ does not saturate on the right and costs nothing. Nets with it train several times
# faster than nets with tanh (Krizhevsky et al. 2012). But on the left its slope is exactly 0. Where
# one long step pushes a unit so far that it is negative for *every* image, no gradient reaches it
# any more. It is **dead**, unless the layers before it happen to change its inputs. Two repairs let something through:
#
# $$\text{leaky}(x) = \begin{cases} x & x > 0 \\ \alpha x & x \le 0\end{cases} \qquad
# \text{ELU}(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0\end{cases}$$
#
# With $\alpha = 0.01$: leaky$(-3) = -0.03$. With $\alpha = 1$: ELU$(-3) = -0.950$, and its slope there
# is $e^{-3} = 0.050$. And dead units can be counted. Three images (rows) and four units (columns) after ReLU:
#
# | | unit 0 | unit 1 | unit 2 | unit 3 |
# | --- | --- | --- | --- | --- |
# | image 0 | 0 | 1.2 | 0 | 0 |
# | image 1 | 0.3 | 0 | 0 | 0 |
# | image 2 | 0 | 0.8 | 0 | 0 |
#
# Two of the four are dead. The zeros in the other columns are what a ReLU is for. The cell after
# the check wraps your ReLU in a spy that keeps what leaves it, and counts the dead after each of
# 30 steps, for four learning rates.
#
# <details><summary>Hint: nan at 1000</summary>
#
# $0 \cdot \infty$ is nan. `np.where` chooses, and a product with a mask of zeros does not.
# </details>


# %% answer="training-relu-family"
def leaky_relu_forward(x: np.ndarray, alpha: float = 0.01) -> tuple:
    """x: any shape, float; alpha: slope where x is not positive; it may be above 1

    returns: out, shape of x, and a cache
    """
    ### BEGIN SOLUTION
    return np.where(x > 0, x, alpha * x), (x, alpha)
    ### END SOLUTION


def leaky_relu_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: shape of x; cache: of leaky_relu_forward. returns: dx, shape of x"""
    ### BEGIN SOLUTION
    x, alpha = cache
    return np.where(x > 0, dout, alpha * dout)
    ### END SOLUTION


def elu_forward(x: np.ndarray, alpha: float = 1.0) -> tuple:
    """x: any shape, float, as large as 1000; alpha: -alpha is the lowest value

    returns: out, shape of x, and a cache
    """
    ### BEGIN SOLUTION
    out = np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    return out, (x, alpha)
    ### END SOLUTION


def elu_backward(dout: np.ndarray, cache) -> np.ndarray:
    """dout: shape of x; cache: of elu_forward. returns: dx, shape of x"""
    ### BEGIN SOLUTION
    x, alpha = cache
    return np.where(x > 0, dout, dout * alpha * np.exp(np.minimum(x, 0)))
    ### END SOLUTION


def dead_units(out: np.ndarray) -> int:
    """How many units of a layer are 0 for every image.

    out: (N, H) float, what left the ReLU of a layer with H units for N images
    returns: int
    """
    ### BEGIN SOLUTION
    return int((out == 0).all(axis=0).sum())
    ### END SOLUTION


# %% check="training-relu-family" points=2
with checks.verdict("leaky ReLU") as rng:
    x, dout, one = 2 * rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), np.ones(1)
    due, steep, usual = (oracle.train.activation("leaky_relu", x, a) for a in (0.3, 1.5, 0.01))
    slope = oracle.train.activation_backward("leaky_relu", dout, x, 0.3)
    out, cache = checks.leaves_alone(leaky_relu_forward, x, 0.3, share=0.05)
    checks.equal((out.copy(), leaky_relu_backward(dout, cache)), (due, slope), "out, dx")
    with checks.share(0.05, "An input of 0"):
        checks.equal(leaky_relu_backward(one, leaky_relu_forward(0 * one, 0.3)[1]), np.full(1, 0.3))
    with checks.share(0.1, "A slope above 1"):
        checks.equal(leaky_relu_forward(x.copy(), 1.5)[0], steep, "out")
    with checks.share(0.1, "Alpha left out"):
        checks.equal(leaky_relu_forward(x)[0], usual, "out")
    ### BEGIN HIDDEN TESTS
    x, dout = 9 * rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
    due = oracle.train.activation("leaky_relu", x, 0.05)
    slope = oracle.train.activation_backward("leaky_relu", dout, x, 0.05)
    out, cache = leaky_relu_forward(x.copy(), 0.05)
    checks.equal((out.copy(), leaky_relu_backward(dout.copy(), cache)), (due, slope), "out, dx")
    slope = oracle.train.activation_backward("leaky_relu", dout, x, 0.01)
    with checks.share(0.1, "Alpha left out"):
        checks.equal(leaky_relu_backward(dout, leaky_relu_forward(x)[1]), slope, "dx")
    with checks.share(0.05, "An input of 0"):
        dx = leaky_relu_backward(np.ones((1, 3)), leaky_relu_forward(np.zeros((1, 3)), 0.2)[1])
        checks.equal(dx, np.full((1, 3), 0.2), "dx")
    ### END HIDDEN TESTS

# %% check="training-relu-family-elu" points=3
with checks.verdict("ELU") as rng:
    x, dout, far = 2 * rng.normal(size=(5, 6)), rng.normal(size=(5, 6)), np.array([-1e3, 40, 1e3])
    due, usual = oracle.train.activation("elu", x, 0.3), oracle.train.activation("elu", x, 1.0)
    slope = oracle.train.activation_backward("elu", dout, x, 0.3)
    out, cache = checks.leaves_alone(elu_forward, x, 0.3, share=0.05)
    checks.equal((out.copy(), elu_backward(dout, cache)), (due, slope), "out, dx")
    with checks.share(0.15, "Inputs of 1000"):
        out, cache = elu_forward(far, 0.3)
        limit = np.array([-0.3, 40.0, 1000.0]), np.array([0.0, 1.0, 1.0])
        checks.equal((out.copy(), elu_backward(np.ones(3), cache)), limit, "out, dx")
    with checks.share(0.1, "Alpha left out"):
        checks.equal(elu_forward(x)[0], usual, "out")
    ### BEGIN HIDDEN TESTS
    x, dout, far = 3 * rng.normal(size=(2, 7)), rng.normal(size=(2, 7)), np.array([[800.0, -800.0]])
    due = oracle.train.activation("elu", x, 1.7)
    slope = oracle.train.activation_backward("elu", dout, x, 1.7)
    usual = oracle.train.activation_backward("elu", dout, x, 1.0)
    out, cache = elu_forward(x.copy(), 1.7)
    checks.equal((out.copy(), elu_backward(dout.copy(), cache)), (due, slope), "out, dx")
    with checks.share(0.15, "Inputs of 1000"):
        out, cache = elu_forward(far)
        limit = np.array([[800.0, -1.0]]), np.array([[1.0, 0.0]])
        checks.equal((out.copy(), elu_backward(np.ones((1, 2)), cache)), limit, "out, dx")
    with checks.share(0.1, "Alpha left out"):
        checks.equal(elu_backward(dout, elu_forward(x)[1]), usual, "dx")
    ### END HIDDEN TESTS

# %% check="training-relu-family-dead" points=2
with checks.verdict("dead units") as rng:
    example = np.array([[0, 1.2, 0, 0, 2.0], [0.3, 0, 0, 0, 0.5], [0, 0.8, 0, 0, 1.0]])
    out = 1 + rng.random((4, 8))
    out[2] = 0  # nothing fires for this image
    out[:, [1, 4, 6]] = 0
    checks.equal(dead_units(example), 2, "dead units of the example")
    checks.equal(dead_units(out.copy()), 3, "dead units")
    with checks.share(0.1, "A unit that fires faintly"):
        out[3, 6] = 1e-5
        checks.equal(dead_units(out), 2, "dead units")
    ### BEGIN HIDDEN TESTS
    out = 1 + rng.random((7, 40))
    out[[1, 5]] = 0
    out[:3, 20:] = 0
    checks.equal(dead_units(out.copy()), 0, "dead units")
    out[3:, ::4] = 0
    checks.equal(dead_units(out.copy()), 5, "dead units")
    with checks.share(0.1, "A unit that fires faintly"):
        out[5, 24] = 1e-6
        checks.equal(dead_units(out), 4, "dead units")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def count_deaths(rate: float) -> np.ndarray:
    kept: list[np.ndarray] = []

    def spy(x):
        kept.append(relu_forward(x)[0])
        return relu_forward(x)

    spied = layers | {"activation": (spy, relu_backward)}
    net = FullyConnectedNet([100, 100], weight_scale=0.05, layers=spied)
    for _ in range(30):
        _, grads = net.loss(small_X, small_y)
        for name in grads:
            net.params[name], _ = sgd(net.params[name], grads[name], {"learning_rate": rate})
    return np.array([dead_units(out) for out in kept[1::2]])  # every other one: the second layer


deaths = {f"rate {rate}": (np.arange(30), count_deaths(rate)) for rate in (0.1, 1.0, 2.0, 3.0)}
figures.show(
    figures.curves(deaths, "step", "dead units of 100"),
    caption="Units of the second layer that are 0 for all 500 images. Long steps kill. Some units return, because the first layer moved under them; once all are dead, none does.",
    alt="Four lines over 30 steps: with the small rates almost no unit dies, with the two largest rates most do within a few steps.",
)

# %% [markdown]
# ## Two that learn
#
# Why choose the slope $\alpha$ when it could be learnt? **PReLU** (He et al. 2015) has one $\alpha$ for
# each unit, and so needs its gradient. Column $j$ of `x` meets $\alpha_j$; every negative $x_{ij}$
# adds $\text{dout}_{ij}\, x_{ij}$ to $d\alpha_j$. With $x = (-2, 3, -1)^\top$ in one column and
# dout $= (1, 1, 2)^\top$: $d\alpha = -2 - 2 = -4$.
#
# **Maxout** (Goodfellow et al. 2013) has $K$ affine pieces and takes the largest:
# $\text{out} = \max_k (x\,w_k + b_k)$. ReLU is the case $K = 2$ with $w_2 = 0$. It never
# saturates and never dies, and has $K$ times the weights. Its gradient flows to the winning piece
# alone.
#
# <details><summary>Hint: all pieces at once</summary>
#
# `x @ w` with `w` of shape `(K, D, M)` is `(K, N, M)`. The winner is `argmax(axis=0)`, and
# `np.arange(K)[:, None, None] == winner` is a mask of the shape that you need.
# </details>


# %% answer="training-prelu-maxout"
def prelu_forward(x: np.ndarray, alpha: np.ndarray) -> tuple:
    """x: (N, D) float; alpha: (D,) slopes where x is not positive; they may be above 1

    returns: out (N, D), and a cache
    """
    ### BEGIN SOLUTION
    return np.where(x > 0, x, alpha * x), (x, alpha)
    ### END SOLUTION


def prelu_backward(dout: np.ndarray, cache) -> tuple[np.ndarray, np.ndarray]:
    """dout: (N, D); cache: of prelu_forward. returns: dx (N, D), dalpha (D,)"""
    ### BEGIN SOLUTION
    x, alpha = cache
    dalpha = np.where(x > 0, 0, dout * x).sum(axis=0)
    return np.where(x > 0, dout, alpha * dout), dalpha
    ### END SOLUTION


def maxout_forward(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> tuple:
    """x: (N, D), w: (K, D, M), b: (K, M) float. returns: out (N, M), and a cache"""
    ### BEGIN SOLUTION
    pieces = x @ w + b[:, None]
    return pieces.max(axis=0), (x, w, pieces.argmax(axis=0))
    ### END SOLUTION


def maxout_backward(dout: np.ndarray, cache) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """dout: (N, M); cache: of maxout_forward. returns: dx (N, D), dw (K, D, M), db (K, M)"""
    ### BEGIN SOLUTION
    x, w, winner = cache
    wins = np.arange(len(w))[:, None, None] == winner  # (K, N, M)
    dpieces = wins * dout
    dx = (dpieces @ w.transpose(0, 2, 1)).sum(axis=0)
    return dx, x.T @ dpieces, dpieces.sum(axis=1)
    ### END SOLUTION


# %% check="training-prelu-maxout" points=3
with checks.verdict("PReLU") as rng:
    x, dout, one = rng.normal(size=(6, 4)), rng.normal(size=(6, 4)), np.ones((1, 4))
    alpha, steep = np.array([0.1, 0.3, 0.5, 0.9]), np.array([0.5, 1.5, 2.5, 0.1])
    due = oracle.with_gradients(oracle.train.prelu, dout, x, alpha)
    due_steep = oracle.with_gradients(oracle.train.prelu, dout, x, steep)
    out, cache = checks.leaves_alone(prelu_forward, x, alpha, share=0.05)
    checks.equal((out.copy(), *prelu_backward(dout.copy(), cache)), due, "out, dx, dalpha")
    with checks.share(0.05, "An input of 0"):
        checks.equal(prelu_backward(one, prelu_forward(0 * one, alpha.copy())[1])[0], alpha[None])
    with checks.share(0.1, "Slopes above 1"):
        out, cache = prelu_forward(x, steep)
        checks.equal((out.copy(), *prelu_backward(dout, cache)), due_steep, "out, dx, dalpha")
    ### BEGIN HIDDEN TESTS
    x, alpha = np.array([[-2.0], [3.0], [-1.0]]), np.array([0.5])
    _, cache = prelu_forward(x, alpha)
    _, dalpha = prelu_backward(np.array([[1.0], [1.0], [2.0]]), cache)
    checks.equal(dalpha, np.array([-4.0]), "dalpha of the example")
    with checks.share(0.05, "An input of 0"):
        dx, _ = prelu_backward(np.ones((2, 1)), prelu_forward(np.zeros((2, 1)), np.full(1, 0.7))[1])
        checks.equal(dx, np.full((2, 1), 0.7), "dx")
    x, dout, alpha = rng.normal(size=(2, 9)), rng.normal(size=(2, 9)), rng.uniform(0.1, 0.9, 9)
    due, *slopes = oracle.with_gradients(oracle.train.prelu, dout, x, alpha)
    out, cache = prelu_forward(x, alpha)
    checks.equal(out, due, "out")
    checks.equal(prelu_backward(dout, cache), tuple(slopes), "dx, dalpha")
    ### END HIDDEN TESTS

# %% check="training-prelu-maxout-pieces" points=4
with checks.verdict("maxout") as rng:
    x, w, b = rng.normal(size=(6, 4)), rng.normal(size=(3, 4, 5)), rng.normal(size=(3, 5))
    dout = rng.normal(size=(6, 5))
    due, *slopes = oracle.with_gradients(oracle.train.maxout, dout, x, w, b)
    out, cache = checks.leaves_alone(maxout_forward, x, w, b, share=0.05)
    checks.equal(out, due, "out")
    checks.equal(maxout_backward(dout, cache), tuple(slopes), "dx, dw, db")
    ### BEGIN HIDDEN TESTS
    x, w, b = rng.normal(size=(3, 7)), rng.normal(size=(2, 7, 2)), rng.normal(size=(2, 2))
    dout = rng.normal(size=(3, 2))
    due, *slopes = oracle.with_gradients(oracle.train.maxout, dout, x, w, b)
    out, cache = maxout_forward(x, w, b)
    checks.equal(out, due, "out")
    checks.equal(maxout_backward(dout, cache), tuple(slopes), "dx, dw, db")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def with_slope(forward, backward, *extra):
    def both(x):
        out, cache = forward(x, *extra)
        back = backward(np.ones_like(out), cache)
        return out, back[0] if isinstance(back, tuple) else back

    return both


hinges = np.array([[[-0.6]], [[0.1]], [[1.2]]]), np.array([[-0.8], [0.2], [-1.0]])
figures.show(
    figures.train.activation_curves(
        {
            "sigmoid": with_slope(sigmoid_forward, sigmoid_backward),
            "tanh": with_slope(tanh_forward, tanh_backward),
            "ReLU": with_slope(relu_forward, relu_backward),
            "leaky ReLU, 0.1": with_slope(leaky_relu_forward, leaky_relu_backward, 0.1),
            "PReLU, learnt 0.3": with_slope(prelu_forward, prelu_backward, np.array([0.3])),
            "ELU": with_slope(elu_forward, elu_backward),
            "maxout, 3 pieces": with_slope(maxout_forward, maxout_backward, *hinges),
        }
    ),
    caption="Your seven activations with their slopes. Look where a slope is near 0: there nothing is learnt.",
    alt="Seven small plots, each with a value curve and a dashed slope curve, from minus 4 to 4.",
)

# %% [markdown]
# Which to take? ReLU with a careful learning rate. Where units die, a leaky ReLU or ELU. Tanh where
# values must be bounded. The sigmoid not between layers.
#
# ## Preparing the images
#
# What should enter the first layer? All pixels are positive, so its gradients have the trouble of
# the sigmoid's outputs: one sign for all weights of a unit. Take away the mean. Three usual ways, for images
# `(N, C, H, W)`:
#
# - the **mean image**, of shape `(C, H, W)`: each pixel has its own mean;
# - the **channel mean**, three numbers: simple, and what most ConvNets use;
# - **normalise**: subtract the channel mean and divide by the channel's standard deviation.
#
# Two grey images of two pixels, $(2, 6)$ and $(4, 8)$: the mean image is $(3, 7)$ and leaves
# $(-1, -1)$ and $(1, 1)$; the channel mean is 5 and leaves $(-3, 1)$ and $(-1, 3)$.
#
# **Whitening** goes further. Turn the data into the directions in which they vary most, as with PCA in
# lesson 01, and divide each coordinate by its standard deviation: then all have variance 1 and none
# depends on another. With variances $\lambda_j$ along the directions $u_j$:
#
# $$z_j = \frac{(x - \mu) \cdot u_j}{\sqrt{\lambda_j + \epsilon}}$$
#
# The $\epsilon$ keeps directions without variance from being blown up to noise. All numbers, mean,
# deviation, directions, come from the *training* images, and are used for every other image as they are.


# %% answer="training-preprocess"
def preprocess(train: np.ndarray, images: np.ndarray, how: str) -> np.ndarray:
    """Images without the mean of the training images.

    train: (N, C, H, W), from which all statistics are taken; images: (M, C, H, W); uint8 or float
    how: "mean image", "channel mean", or "normalise": channel mean 0 and standard deviation 1
    returns: (M, C, H, W) float
    raises: ValueError where how is none of these
    """
    ### BEGIN SOLUTION
    if how not in ("mean image", "channel mean", "normalise"):
        raise ValueError(f"no preprocessing {how!r}")
    axes = 0 if how == "mean image" else (0, 2, 3)
    out = images - train.mean(axis=axes, keepdims=True)
    return out / train.std(axis=axes, keepdims=True) if how == "normalise" else out
    ### END SOLUTION


def whiten(
    X_train: np.ndarray, X: np.ndarray, dims: int, epsilon: float = 1e-5
) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of variance 1 along the directions in which the training rows vary most.

    X_train: (N, D) float, gives mean, directions and variances (means of squares, over N)
    X: (M, D) float; dims: how many directions, at most D; epsilon: added to each variance
    returns: Z (M, dims), largest variance first; directions (dims, D), orthonormal rows
    Source: CS231n notes, "Neural networks 2"
    """
    ### BEGIN SOLUTION
    mean = X_train.mean(axis=0)
    centred_X = X_train - mean
    variances, vectors = np.linalg.eigh(centred_X.T @ centred_X / len(X_train))  # ascending
    directions = vectors[:, ::-1][:, :dims].T
    return (X - mean) @ directions.T / np.sqrt(variances[::-1][:dims] + epsilon), directions
    ### END SOLUTION


# %% check="training-preprocess" points=4
with checks.verdict("means and deviations") as rng:
    train = rng.integers(0, 256, size=(9, 3, 4, 5)).astype(np.uint8)
    images = rng.integers(0, 256, size=(2, 3, 4, 5)).astype(np.uint8)
    for how in ("mean image", "channel mean", "normalise"):
        due = oracle.train.standardised(train, images, how)
        found = checks.leaves_alone(preprocess, train, images, how, share=0.05)
        checks.equal(found, due, how)
    unknown = "it knows no such way"
    checks.raises(ValueError, preprocess, train, images, "median", reason=unknown, share=0.1)
    ### BEGIN HIDDEN TESTS
    train, images = rng.normal(size=(4, 2, 3, 3)), rng.normal(size=(1, 2, 3, 3))
    for how in ("mean image", "channel mean", "normalise"):
        due = oracle.train.standardised(train, images, how)
        checks.equal(preprocess(train.copy(), images.copy(), how), due, how)
    ### END HIDDEN TESTS

# %% check="training-preprocess-whiten" points=4
with checks.verdict("whitening") as rng:
    mix = rng.normal(size=(5, 5)) * np.array([9.0, 5.0, 3.0, 1.5, 0.5])
    X_train, X = 4 + rng.normal(size=(60, 5)) @ mix.T, rng.normal(size=(7, 5)) @ mix.T
    z, u = oracle.train.whitened(X_train, X, 3, 0.1)
    z_small, u_small = oracle.train.whitened(X_train / 1000, X / 1000, 5)
    Z, directions = checks.leaves_alone(whiten, X_train, X, 3, 0.1, share=0.05)
    checks.equal(np.abs(directions), np.abs(u), "size of the directions", tolerance=1e-6)
    checks.equal(Z @ directions, z @ u, "Z @ directions", tolerance=1e-6)  # whatever their signs
    with checks.share(0.1, "Epsilon left out"):
        Z, directions = whiten(X_train / 1000, X / 1000, 5)
        checks.equal(Z @ directions, z_small @ u_small, "Z @ directions", tolerance=1e-6)
    ### BEGIN HIDDEN TESTS
    X_train, X = rng.normal(size=(30, 8)) @ rng.normal(size=(8, 8)) - 2, rng.normal(size=(1, 8))
    z, u = oracle.train.whitened(X_train, X, 8, 0.01)
    Z, directions = whiten(X_train.copy(), X.copy(), 8, 0.01)
    checks.equal(Z @ directions, z @ u, "Z @ directions", tolerance=1e-6)
    turned = directions @ directions.T
    checks.equal(turned, np.eye(8), "products of the directions", tolerance=1e-6)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
blob = np.random.default_rng(0).normal(size=(300, 2)) @ np.array([[1.6, 1.0], [0.0, 0.5]]) + 2.5
as_image = blob[:, :, None, None]
clouds = {"as it is": blob}
for how in ("channel mean", "normalise"):
    clouds[how] = preprocess(as_image, as_image, how)[:, :, 0, 0]
white, turn = whiten(blob, blob, 2)
clouds |= {"turned by PCA": (blob - blob.mean(axis=0)) @ turn.T, "whitened": white}
figures.show(
    figures.train.point_clouds(clouds),
    caption="Three hundred points of two numbers. Centring moves them, normalising scales each axis, PCA turns the cloud upright, and whitening makes it round.",
    alt="Five scatter plots of one slanted cloud: off centre, centred, scaled, turned so that its long axis is horizontal, and circular.",
)
photos = train_set.images[:1500, :, ::2, ::2]  # every other pixel: 768 numbers, not 3,072
rows = photos.reshape(1500, -1) / 255
Z, basis = whiten(rows, rows[:8], 100, 1e-4)
back = (rows[:8] - rows.mean(axis=0)) @ basis.T @ basis
pictures = [photos[:8] / 255, photos.mean(axis=0)[None].repeat(8, 0)]
pictures += [preprocess(photos, photos[:8], how) for how in ("mean image", "channel mean")]
pictures += [flat.reshape(8, 3, 16, 16) for flat in (back, Z @ basis)]
figures.show(
    figures.image_grid(figures.as_pictures(np.concatenate(pictures)), columns=8),
    caption="Row by row: the images; the mean image; minus mean image; minus channel mean; only 100 of 768 PCA directions kept; these whitened and turned back. Each is stretched to the full range. Whitening raises the fine detail that had little variance.",
    alt="Six rows of eight small pictures. Rows one, three and four look alike, row two is a grey mean, row five is blurred, row six shows mostly edges and texture.",
)

# %% [markdown]
# For nets on images centring does most of the work. PCA and whitening are hardly used: a covariance of
# 3,072 by 3,072 is dear, and convolutions want pixels in their places.
#
# ## The initial weights
#
# **All zero?** Then all units of a layer compute the same, get the same gradient, and stay the same
# for ever. (Stronger: with ReLU nothing but the last biases ever moves.) So the weights are random.
# How large? Follow the spread of the signal. Let a unit add up $n$ products of independent numbers of
# mean 0:
#
# $$z = \sum_{j=1}^n w_j x_j, \qquad \operatorname{Var} z = n \cdot \operatorname{Var} w \cdot \operatorname{E}[x^2]$$
#
# With $n = 100$ and weights of standard deviation 0.01, inputs of deviation 1 become
# $\sqrt{100} \cdot 0.01 = 0.1$. Ten layers: $10^{-10}$. With 1 instead of 0.01 they become $10^{10}$.
# To keep the spread, take $\operatorname{Var} w = 1/n$. **Xavier** (Glorot and Bengio 2010) wants the
# same for the gradients on their way back and compromises: $\operatorname{Var} w = 2 / (n_\text{in} + n_\text{out})$.
# A ReLU throws half of the squares away, $\operatorname{E}[\max(0, z)^2] = \frac12 \operatorname{Var} z$, so
# **He** (He et al. 2015) takes twice as much: $\operatorname{Var} w = 2/n_\text{in}$.
#
# Now predict. Inputs of deviation 1, width 100, weights of deviation 0.2, ReLU. Before the first
# ReLU the deviation is $\sqrt{100} \cdot 0.2 = 2$. And before the second? (Answer: $2 \cdot \sqrt{50} \cdot 0.2 = 2.83$.)
# Write the prediction for any depth; the cells after the checks send 500 inputs through ten layers of
# 300 units, measure, and let you turn the knobs. Find the smallest and the largest scale at which
# tanh still has a gradient in layer 1, what changes for ReLU, and what the sigmoid does at any scale.


# %% answer="training-init"
def init_weights(how: str, fan_in: int, fan_out: int, rng: np.random.Generator) -> np.ndarray:
    """Initial weights of a layer: normal numbers of mean 0.

    how: "zeros"; or by standard deviation "small": 0.01, "large": 1, "xavier":
        sqrt(2 / (fan_in + fan_out)), "he": sqrt(2 / fan_in)
    fan_in, fan_out: inputs and units; rng: the source of all chance
    returns: (fan_in, fan_out) float64
    raises: ValueError where how is none of these
    """
    ### BEGIN SOLUTION
    stds = {"zeros": 0.0, "small": 0.01, "large": 1.0}
    stds |= {"xavier": np.sqrt(2 / (fan_in + fan_out)), "he": np.sqrt(2 / fan_in)}
    if how not in stds:
        raise ValueError(f"no initial weights {how!r}: there are {sorted(stds)}")
    return rng.normal(0, stds[how], (fan_in, fan_out))
    ### END SOLUTION


def predicted_std(width: int, std: float, depth: int, activation: str) -> np.ndarray:
    """Standard deviation of what enters each activation of a wide net with random weights.

    The inputs have mean 0 and standard deviation 1, all layers have `width` inputs, biases are 0.

    std: of the weights; depth: how many layers
    activation: "linear" (none) or "relu"
    returns: (depth,) float; entry 0 belongs to the first layer
    raises: ValueError for another activation
    """
    ### BEGIN SOLUTION
    kept = {"linear": 1.0, "relu": 0.5}  # of the mean square, behind the activation
    if activation not in kept:
        raise ValueError(f"no prediction for {activation!r}")
    factor = np.sqrt(width * kept[activation]) * std
    return np.sqrt(width) * std * factor ** np.arange(depth)
    ### END SOLUTION


# %% check="training-init" points=3
with checks.verdict("initial weights"):
    stds = {"small": 0.01, "large": 1.0, "xavier": 0.0625, "he": 0.1}  # of 200 inputs, 312 units
    for how, std in stds.items():
        W = init_weights(how, 200, 312, np.random.default_rng(1))
        checks.equal(np.shape(W), (200, 312), f"shape of {how!r}")
        checks.equal(np.std(W), std, f"standard deviation of {how!r}", tolerance=0.02)
    W = init_weights("zeros", 3, 2, np.random.default_rng(1))
    checks.equal(W, np.zeros((3, 2)), "zeros")
    arguments = "ones", 3, 2, np.random.default_rng(1)
    unknown = "it knows no such weights"
    checks.raises(ValueError, init_weights, *arguments, reason=unknown, share=0.1)
    ### BEGIN HIDDEN TESTS
    for how, std in (("xavier", 0.04), ("he", 0.05)):
        W = init_weights(how, 800, 450, np.random.default_rng(7))
        checks.equal(np.std(W), std, f"standard deviation of {how!r}", tolerance=0.02)
    ### END HIDDEN TESTS

# %% check="training-init-chance" points=1
with checks.verdict("how initial weights are drawn"):
    W, same, other = (init_weights("he", 200, 600, np.random.default_rng(s)) for s in (1, 1, 2))
    checks.holds(abs(np.mean(W)) < 0.05 * np.std(W), "The mean of the weights must be 0.")
    within = np.mean(np.abs(W) < np.std(W))  # 68 % of normal numbers
    checks.equal(within, 0.683, "share within one standard deviation", tolerance=0.02)
    with checks.share(0.2, "The generator"):
        equal = [np.array_equal(W, same), np.array_equal(W, other)]
        checks.equal(equal, [True, False], "equal weights from generators 1 and 1, 1 and 2")
    ### BEGIN HIDDEN TESTS
    W = init_weights("xavier", 300, 300, np.random.default_rng(5))
    checks.equal(np.mean(W > 0), 0.5, "share of positive weights", tolerance=0.02)
    ### END HIDDEN TESTS

# %% check="training-init-predict" points=3
with checks.verdict("the predicted deviation"):
    for activation in ("linear", "relu"):
        due = oracle.train.signal_std(50, 0.3, 5, activation)
        checks.equal(predicted_std(50, 0.3, 5, activation), due, f"with {activation!r}")
    unknown = "the docstring names two activations"
    checks.raises(ValueError, predicted_std, 50, 0.3, 5, "cosine", reason=unknown, share=0.1)
    ### BEGIN HIDDEN TESTS
    for activation, depth in (("relu", 10), ("linear", 1), ("relu", 2)):
        due = oracle.train.signal_std(300, 0.05, depth, activation)
        checks.equal(predicted_std(300, 0.05, depth, activation), due, f"with {activation!r}")
    ### END HIDDEN TESTS


# %% tags=["experiment"]
def through_ten(how: str, forward) -> tuple[list, list]:
    """What leaves each of ten layers, and the deviation of what entered its activation."""
    rng, outs, spreads = np.random.default_rng(0), [], []
    out = rng.normal(size=(500, 300))
    for _ in range(10):
        entering, _ = affine_forward(out, init_weights(how, 300, 300, rng), np.zeros(300))
        out, _ = forward(entering)
        outs.append(out)
        spreads.append(entering.std())
    return outs, spreads


for how, std in (("small", 0.01), ("xavier", np.sqrt(1 / 300)), ("he", np.sqrt(2 / 300))):
    guess, spreads = predicted_std(300, std, 10, "relu"), through_ten(how, relu_forward)[1]
    print(f"ReLU, {how:6} layer 10: predicted {guess[-1]:.3g}, measured {spreads[-1]:.3g}")
nets = {f"tanh\n{how}": through_ten(how, tanh_forward)[0] for how in ("small", "large", "xavier")}
nets |= {f"ReLU\n{how}": through_ten(how, relu_forward)[0] for how in ("xavier", "he")}
figures.show(
    figures.train.layer_histograms(nets),
    caption="What leaves each of ten layers. Small weights: all is 0. Large: tanh sits at -1 and 1, where it has no slope. Xavier suits tanh; under ReLU it fades. He suits ReLU. Each histogram has its own scale.",
    alt="Five rows of ten histograms. Row one shrinks to nothing, row two piles up at both ends, row three keeps its shape, row four fades, row five keeps its spread.",
)


# %% tags=["experiment"]
def he_net(hidden: list[int], reg: float = 0.0, seed: int = 0, dtype=np.float32):
    """He's weights; the last layer keeps its small ones, so that the loss begins at log 10."""
    net = FullyConnectedNet(hidden, reg=reg, dtype=dtype, seed=seed, layers=layers)
    rng = np.random.default_rng(seed)
    for name in (f"W{layer}" for layer in range(1, len(hidden) + 1)):
        fan_in, fan_out = net.params[name].shape
        net.params[name] = init_weights("he", fan_in, fan_out, rng).astype(dtype)
    return net


pairs = {"tanh": (tanh_forward, tanh_backward), "relu": (relu_forward, relu_backward)}
pairs |= {"sigmoid": (sigmoid_forward, sigmoid_backward), "elu": (elu_forward, elu_backward)}
figures.interactive(
    lambda state: figures.train.signals(state, layers["affine"], pairs),
    figures.train.SignalState(),
    caption="Above what leaves each layer, below the gradient that comes back to it, each with its standard deviation.",
    alt="Two rows of histograms, one column a layer: outputs above, gradients below.",
    scale=(0.1, 3.0, 0.1),
    depth=(2, 10, 1),
    activation=list(pairs),
)

# %% [markdown]
# ## Better steps: momentum
#
# Is the gradient the best direction there is? In a **ravine** it points across, from wall to wall,
# while the way leads along. On a **saddle** it almost vanishes, although the loss could still fall in some
# direction; in a space of a million weights saddles are far more common than minima
# (Dauphin et al. 2014). Imagine a ball instead, with velocity $v$ and friction:
#
# $$v \leftarrow \mu v - \eta\,dw, \qquad w \leftarrow w + v$$
#
# Rate $\eta = 0.1$, $\mu = 0.9$, gradient always 1: the steps are $-0.1$, $-0.19$, $-0.271$, and they go
# towards $-1$. Across a ravine the gradients change sign and cancel; along it they add up.
#
# **Nesterov** looks ahead: the ball will move by $\mu v$ anyway, so take the gradient there. Written
# for the place where the gradient is taken (Sutskever et al. 2013; CS231n notes, "Neural networks 3"):
#
# $$v_\text{old} = v, \qquad v \leftarrow \mu v - \eta\,dw, \qquad w \leftarrow w - \mu v_\text{old} + (1 + \mu)\,v$$
#
# Its first step with the numbers above is $1.9 \cdot (-0.1) = -0.19$.


# %% answer="training-momentum"
def sgd_momentum(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step with momentum.

    w, dw: parameters and gradient, any shape, float; w may be updated in place
    config: learning_rate (1e-2), momentum (0.9), velocity (zeros), the v of the formula; any may be
        missing
    returns: next_w, and the config for the next call with all three keys
    Source: CS231n, assignment 2, optim.py
    """
    ### BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + v, config | {"velocity": v}
    ### END SOLUTION


def nesterov_momentum(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step with Nesterov's momentum: w, dw, config and returns as for sgd_momentum."""
    ### BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    mu, old = config["momentum"], config["velocity"]
    v = mu * old - config["learning_rate"] * dw
    return w - mu * old + (1 + mu) * v, config | {"velocity": v}
    ### END SOLUTION


# %% setup="training-momentum"
def walk(rule, w: np.ndarray, gradients, config: dict | None = None) -> list[np.ndarray]:
    """Where an update rule leads: w after each step. It may write into what it is given."""
    path, given = [w], () if config is None else (dict(config),)
    for gradient in gradients:
        w, *given = rule(path[-1].copy(), gradient.copy(), *given)
        path.append(w)
    return path[1:]


def slopes_of(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Gradients that are nowhere near 0: of size 0.5 to 1.5, with random signs."""
    return rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape)


# %% check="training-momentum" points=3
with checks.verdict("momentum") as rng:
    w, *gradients = rng.normal(size=(5, 3, 4))
    given = {"learning_rate": 0.1, "momentum": 0.8}
    due = oracle.train.descend("sgd_momentum", w, gradients, lr=0.1, momentum=0.8)
    usual = oracle.train.descend("sgd_momentum", w, gradients, lr=0.01, momentum=0.9)
    velocity = oracle.train.descend("sgd_momentum", w, gradients, lr=0.1, momentum=0.8)[0] - w
    checks.equal(walk(sgd_momentum, w, gradients, given), due, "w after each step")
    with checks.share(0.2, "Called without a config"):
        runs = [walk(sgd_momentum, w, gradients) for _ in range(2)]
        checks.equal(runs, [usual, usual], "w after each step of two runs")
    with checks.share(0.1, "The velocity in the config"):
        checks.equal(sgd_momentum(w, gradients[0], given)[1]["velocity"], velocity, "velocity")
    ### BEGIN HIDDEN TESTS
    w, *gradients = rng.normal(size=(7, 2))
    due = oracle.train.descend("sgd_momentum", w, gradients, lr=0.5, momentum=0.95)
    given = {"learning_rate": 0.5, "momentum": 0.95}
    checks.equal(walk(sgd_momentum, w, gradients, given), due, "w after each step")
    usual = oracle.train.descend("sgd_momentum", w, gradients, lr=0.05, momentum=0.9)
    checks.equal(
        walk(sgd_momentum, w, gradients, {"learning_rate": 0.05}), usual, "w after each step"
    )
    with checks.share(0.2, "Called without a config"):
        why = "Two runs share one default dict: make a new one each time."
        checks.holds(np.allclose(runs[0], runs[1]), why)
    ### END HIDDEN TESTS

# %% check="training-momentum-nesterov" points=3
with checks.verdict("Nesterov's momentum") as rng:
    w, *gradients = rng.normal(size=(5, 3, 4))
    given = {"learning_rate": 0.1, "momentum": 0.8}
    due = oracle.train.descend("nesterov_momentum", w, gradients, lr=0.1, momentum=0.8)
    usual = oracle.train.descend("nesterov_momentum", w, gradients, lr=0.01, momentum=0.9)
    velocity = oracle.train.descend("sgd_momentum", w, gradients, lr=0.1, momentum=0.8)[0] - w
    checks.equal(walk(nesterov_momentum, w, gradients, given), due, "w after each step")
    with checks.share(0.2, "Called without a config"):
        runs = [walk(nesterov_momentum, w, gradients) for _ in range(2)]
        checks.equal(runs, [usual, usual], "w after each step of two runs")
    with checks.share(0.1, "The velocity in the config"):
        checks.equal(nesterov_momentum(w, gradients[0], given)[1]["velocity"], velocity, "velocity")
    ### BEGIN HIDDEN TESTS
    w, *gradients = rng.normal(size=(7, 2))
    due = oracle.train.descend("nesterov_momentum", w, gradients, lr=0.5, momentum=0.95)
    given = {"learning_rate": 0.5, "momentum": 0.95}
    checks.equal(walk(nesterov_momentum, w, gradients, given), due, "w after each step")
    usual = oracle.train.descend("nesterov_momentum", w, gradients, lr=0.05, momentum=0.9)
    checks.equal(
        walk(nesterov_momentum, w, gradients, {"learning_rate": 0.05}), usual, "w after each step"
    )
    with checks.share(0.2, "Called without a config"):
        why = "Two runs share one default dict: make a new one each time."
        checks.holds(np.allclose(runs[0], runs[1]), why)
    ### END HIDDEN TESTS

# %% [markdown]
# ## A rate for each weight
#
# Some weights see large gradients, others tiny ones. Why should all have one rate? **AdaGrad** (Duchi
# et al. 2011) divides by the root of all squares so far:
#
# $$c \leftarrow c + dw^2, \qquad w \leftarrow w - \eta\,\frac{dw}{\sqrt{c} + \epsilon}$$
#
# Gradient always 3, rate 0.1: the steps are $0.1 \cdot 3 / 3 = 0.1$, then $0.1 \cdot 3/\sqrt{18} = 0.071$,
# then $0.058$. They never stop shrinking. **RMSProp** (Hinton 2012) forgets old squares:
# $c \leftarrow \rho c + (1 - \rho)\,dw^2$. **Adam** (Kingma and Ba 2015) does this, and puts momentum on
# top:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\,dw, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\,dw^2$$
#
# Both begin at 0 and are too small at first. After $t$ steps with gradient 1, $m = 1 - \beta_1^t$; so divide
# by just that, the **bias correction**:
#
# $$t \leftarrow t + 1, \qquad \hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# w \leftarrow w - \eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# By hand: the first step has $\hat m = dw$ and $\hat v = dw^2$, so every weight moves by $\eta$, whatever its
# gradient. Without the correction it would be $0.1/\sqrt{0.001} = 3.16$ times that.
#
# **AdamW** (Loshchilov and Hutter 2019). With L2 in the loss, Adam divides $\lambda w$ by $\sqrt{\hat v}$ as
# well, and the weights with large gradients hardly decay. So take the decay out of the gradient: step as Adam, and
# also subtract $\eta \lambda w$, with the $w$ from before the step.
#
# After the checks your rules race, and then train your net. All start at the star. Try:
#
# 1. *ravine*: raise the rate until plain descent jumps from wall to wall. What does momentum do there?
# 2. *saddle*: who leaves it first, and why is plain descent so late?
# 3. *bent valley*: momentum 0.99. Who overshoots?


# %% answer="training-adaptive"
def adagrad(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step of AdaGrad.

    w, dw: any shape, float; all four rules may update w in place
    config: learning_rate (1e-2), epsilon (1e-8), cache (zeros); any may be missing
    returns: next_w, and the config for the next call
    """
    ### BEGIN SOLUTION
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w)} | (config or {})
    cache = config["cache"] + dw**2
    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
    return w - step, config | {"cache": cache}
    ### END SOLUTION


def rmsprop(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step of RMSProp.

    w, dw: any shape, float
    config: learning_rate (1e-2), decay_rate (0.99), epsilon (1e-8), cache (zeros)
    returns: next_w, and the config for the next call
    """
    ### BEGIN SOLUTION
    defaults = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}
    config = defaults | {"cache": np.zeros_like(w)} | (config or {})
    rho = config["decay_rate"]
    cache = rho * config["cache"] + (1 - rho) * dw**2
    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
    return w - step, config | {"cache": cache}
    ### END SOLUTION


def adam(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step of Adam, with bias correction.

    w, dw: any shape, float
    config: learning_rate (1e-3), beta1 (0.9), beta2 (0.999), epsilon (1e-8), m and v (zeros),
        t (0), the number of steps so far
    returns: next_w, and the config for the next call
    """
    ### BEGIN SOLUTION
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    config = defaults | {"m": np.zeros_like(w), "v": np.zeros_like(w)} | (config or {})
    beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    step = config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
    return w - step, config | {"m": m, "v": v, "t": t}
    ### END SOLUTION


def adamw(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step of AdamW.

    w, dw: any shape, float
    config: as for adam, and weight_decay (1e-2)
    returns: next_w, and the config for the next call
    """
    ### BEGIN SOLUTION
    config = {"learning_rate": 1e-3, "weight_decay": 1e-2} | (config or {})
    next_w, config = adam(w, dw, config)
    return next_w - config["learning_rate"] * config["weight_decay"] * w, config
    ### END SOLUTION


# %% check="training-adaptive-rms" points=4
with checks.verdict("AdaGrad and RMSProp") as rng:
    w, gradients = rng.normal(size=(3, 4)), slopes_of(rng, 4, 3, 4)
    given = {"learning_rate": 0.1, "decay_rate": 0.9}
    rates: dict = {"adagrad": {"lr": 0.1}, "rmsprop": {"lr": 0.1, "alpha": 0.9}}
    for name, rule in (("adagrad", adagrad), ("rmsprop", rmsprop)):
        path = functools.partial(oracle.train.descend, name, w, gradients, eps=1e-8)
        due, big, usual = path(**rates[name]), path(eps=0.5, **rates[name]), path(lr=0.01)
        checks.equal(walk(rule, w, gradients, given), due, f"{name}, w", tolerance=1e-6)
        with checks.share(0.1, "Called without a config"):
            checks.equal(walk(rule, w, gradients), usual, f"{name}, w", tolerance=1e-6)
        with checks.share(0.1, "Epsilon"):
            checks.equal(walk(rule, w, gradients, given | {"epsilon": 0.5}), big, f"{name}, w")
    ### BEGIN HIDDEN TESTS
    w, gradients = rng.normal(size=5), slopes_of(rng, 8, 5)
    rates = {"adagrad": {"lr": 2.0}, "rmsprop": {"lr": 2.0, "alpha": 0.5}}
    for name, rule in (("adagrad", adagrad), ("rmsprop", rmsprop)):
        due = oracle.train.descend(name, w, gradients, eps=1e-8, **rates[name])
        path = walk(rule, w, gradients, {"learning_rate": 2.0, "decay_rate": 0.5})
        checks.equal(path, due, f"{name}, w", tolerance=1e-6)
        usual = oracle.train.descend(name, w, [1e-8 * gradients[0]], lr=0.01, eps=1e-8)
        with checks.share(0.1, "Epsilon"):
            checks.equal(walk(rule, w, [1e-8 * gradients[0]]), usual, f"{name}, w")
    ### END HIDDEN TESTS

# %% check="training-adaptive-adam" points=4
with checks.verdict("Adam") as rng:
    w, gradients = rng.normal(size=(3, 4)), slopes_of(rng, 5, 3, 4)
    given = {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.95}
    path = functools.partial(oracle.train.descend, "adam", w, gradients)
    due, big = (path(lr=0.1, betas=(0.8, 0.95), eps=e) for e in (1e-8, 0.5))
    usual = path(lr=0.001)
    checks.equal(walk(adam, w, gradients, given), due, "w after each step", tolerance=1e-6)
    with checks.share(0.15, "Called without a config"):
        checks.equal(walk(adam, w, gradients), usual, "w after each step")
    with checks.share(0.1, "Epsilon"):
        checks.equal(walk(adam, w, gradients, given | {"epsilon": 0.5}), big, "w after each step")
    ### BEGIN HIDDEN TESTS
    w, gradients = rng.normal(size=2), slopes_of(rng, 9, 2)
    due = oracle.train.descend("adam", w, gradients, lr=0.5, betas=(0.5, 0.6))
    given = {"learning_rate": 0.5, "beta1": 0.5, "beta2": 0.6}
    checks.equal(walk(adam, w, gradients, given), due, "w after each step", tolerance=1e-6)
    usual = oracle.train.descend("adam", w, 1e-8 * gradients, lr=0.1)
    with checks.share(0.1, "Epsilon"):
        path = walk(adam, w, 1e-8 * gradients, {"learning_rate": 0.1})
        checks.equal(path, usual, "w after each step")
    ### END HIDDEN TESTS

# %% check="training-adaptive-adamw" points=3
with checks.verdict("AdamW") as rng:
    w, gradients = 3 + rng.normal(size=(3, 4)), slopes_of(rng, 5, 3, 4)
    given = {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.95, "weight_decay": 0.3}
    settings = {"betas": (0.8, 0.95), "weight_decay": 0.3}
    due = oracle.train.descend("adamw", w, gradients, lr=0.1, **settings)
    usual = oracle.train.descend("adamw", w, gradients, lr=0.001, weight_decay=0.01)
    checks.equal(walk(adamw, w, gradients, given), due, "w after each step", tolerance=1e-6)
    with checks.share(0.15, "Called without a config"):
        checks.equal(walk(adamw, w, gradients), usual, "w after each step")
    ### BEGIN HIDDEN TESTS
    w, gradients = rng.normal(size=2), np.zeros((3, 2))  # nothing but decay
    due = oracle.train.descend("adamw", w, gradients, lr=0.5, weight_decay=0.8)
    given = {"learning_rate": 0.5, "weight_decay": 0.8}
    checks.equal(walk(adamw, w, gradients, given), due, "w after each step", tolerance=1e-6)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
rules = {"SGD": sgd, "momentum": sgd_momentum, "Nesterov": nesterov_momentum}
rules |= {"AdaGrad": adagrad, "RMSProp": rmsprop, "Adam": adam, "AdamW": adamw}
fewer = {key: values[:1000] for key, values in sets.items()}
usual, smooth_losses = {"SGD": 0.1, "momentum": 0.02, "Nesterov": 0.02, "AdaGrad": 0.01}, {}
for name, rule in rules.items():
    rate = usual.get(name, 0.001)
    race = Solver(he_net([100, 100]), fewer, rule, config={"learning_rate": rate}, num_epochs=6)
    race.train()
    means = np.convolve(race.loss_history, np.ones(10) / 10, "valid")
    smooth_losses[f"{name}, {rate}"] = means.tolist()
figures.show(
    figures.loss_curves(smooth_losses, chance=np.log(10)),
    caption="Seven rules on one net and 1,000 images, each with a usual rate; means of ten steps. With rates chosen well for each, they end closer together than the beginning suggests.",
    alt="Seven falling loss curves over about 50 steps.",
)
racing = {name: rule for name, rule in rules.items() if name != "AdamW"}
figures.interactive(
    lambda state: figures.train.optimiser_race(state, racing),
    figures.train.RaceState(),
    caption="Left the paths, right how far above the minimum each is, on a logarithmic axis.",
    alt="Contour lines of a surface with the paths of six update rules, and beside it their losses over the steps.",
    surface=["ravine", "saddle", "bent valley"],
    log10_rate=(-3.0, 0.0, 0.1),
    momentum=(0.0, 0.99, 0.01),
)

# %% [markdown]
# ## The rate over time
#
# A long step travels fast and cannot settle; a short step settles and does not travel. So begin with long
# ones and shorten them. With base rate $\eta_0$ and step number $t = 0, 1, \ldots$:
#
# | schedule | rate at step $t$ | at $t = 50$, with $\eta_0 = 1$ |
# | --- | --- | --- |
# | step | $\eta_0\, f^{\lfloor t / s \rfloor}$ | $f = 0.5$, $s = 20$: $0.25$ |
# | exponential | $\eta_0\, e^{-kt}$ | $k = 0.02$: $0.368$ |
# | $1/t$ | $\eta_0 / (1 + kt)$ | $k = 0.02$: $0.5$ |
# | cosine over $T$ steps | $\frac{\eta_0}{2}(1 + \cos \frac{\pi t}{T})$, from $T$ on 0 | $T = 100$: $0.5$ |
#
# **Warm-up** goes the other way at the beginning: Adam's averages and the first layers' weights are
# raw, so let the rate rise in a straight line, $\frac{1}{s}, \frac{2}{s}, \ldots, 1$ times the first rate of a
# schedule, over $s$ steps. After that the schedule begins, at its own step 0.


# %% answer="training-schedules"
def step_decay(t: int, base: float, every: int, factor: float) -> float:
    """t: step from 0; base: first rate; multiplied by factor after every `every` steps. returns: rate"""
    ### BEGIN SOLUTION
    return base * factor ** (t // every)
    ### END SOLUTION


def exponential_decay(t: int, base: float, k: float) -> float:
    """t: step from 0; base: first rate; k: decay a step. returns: rate"""
    ### BEGIN SOLUTION
    return base * float(np.exp(-k * t))
    ### END SOLUTION


def inverse_decay(t: int, base: float, k: float) -> float:
    """t: step from 0; base: first rate; k: decay a step. returns: rate of the 1/t schedule"""
    ### BEGIN SOLUTION
    return base / (1 + k * t)
    ### END SOLUTION


def cosine_decay(t: int, base: float, total: int) -> float:
    """t: step from 0; base: first rate; total: step from which the rate is 0. returns: rate"""
    ### BEGIN SOLUTION
    return 0.5 * base * (1 + float(np.cos(np.pi * min(t, total) / total)))
    ### END SOLUTION


def warm_up(t: int, steps: int, schedule) -> float:
    """The rate that rises to the first rate of a schedule, and then follows it.

    t: step from 0
    steps: length of the rise; step 0 has 1/steps of the first rate, step steps - 1 all of it
    schedule: function of its own step, from 0 -> rate
    returns: rate
    """
    ### BEGIN SOLUTION
    return schedule(0) * (t + 1) / steps if t < steps else schedule(t - steps)
    ### END SOLUTION


# %% check="training-schedules" points=4
with checks.verdict("schedules"):
    due = oracle.train.learning_rates("step", 0.4, 12, step_size=3, gamma=0.5)
    checks.equal(np.array([step_decay(t, 0.4, 3, 0.5) for t in range(12)]), due, "step_decay")
    due = oracle.train.learning_rates("exponential", 0.4, 12, gamma=float(np.exp(-0.1)))
    checks.equal(np.array([exponential_decay(t, 0.4, 0.1) for t in range(12)]), due, "exponential")
    due = oracle.train.learning_rates("inverse", 0.4, 12, k=0.1)
    checks.equal(np.array([inverse_decay(t, 0.4, 0.1) for t in range(12)]), due, "inverse_decay")
    due = oracle.train.learning_rates("cosine", 0.4, 13, T_max=12)
    checks.equal(np.array([cosine_decay(t, 0.4, 12) for t in range(13)]), due, "cosine_decay")
    with checks.share(0.15, "Beyond the total"):
        checks.equal(cosine_decay(24, 0.4, 12), 0.0, "cosine_decay")
    ### BEGIN HIDDEN TESTS
    due = oracle.train.learning_rates("step", 3.0, 9, step_size=4, gamma=0.1)
    checks.equal(np.array([step_decay(t, 3.0, 4, 0.1) for t in range(9)]), due, "step_decay")
    due = oracle.train.learning_rates("exponential", 3.0, 9, gamma=float(np.exp(-2.0)))
    checks.equal(np.array([exponential_decay(t, 3.0, 2.0) for t in range(9)]), due, "exponential")
    due = oracle.train.learning_rates("inverse", 3.0, 9, k=2.0)
    checks.equal(np.array([inverse_decay(t, 3.0, 2.0) for t in range(9)]), due, "inverse_decay")
    due = oracle.train.learning_rates("cosine", 3.0, 8, T_max=7)
    checks.equal(np.array([cosine_decay(t, 3.0, 7) for t in range(8)]), due, "cosine_decay")
    with checks.share(0.15, "Beyond the total"):
        checks.equal(cosine_decay(8, 3.0, 7), 0.0, "cosine_decay")
    ### END HIDDEN TESTS

# %% check="training-schedules-warm" points=2
with checks.verdict("warm-up"):
    rise = oracle.train.learning_rates("warmup", 0.4, 4, total_iters=4)
    after = oracle.train.learning_rates("exponential", 0.4, 6, gamma=0.5)
    found = np.array([warm_up(t, 4, lambda own: 0.4 * 0.5**own) for t in range(10)])
    checks.equal(found, np.concatenate([rise, after]), "rates")
    ### BEGIN HIDDEN TESTS
    rise = oracle.train.learning_rates("warmup", 2.0, 7, total_iters=7)
    after = oracle.train.learning_rates("step", 2.0, 9, step_size=2, gamma=0.1)
    found = np.array([warm_up(t, 7, lambda own: 2.0 * 0.1 ** (own // 2)) for t in range(16)])
    checks.equal(found, np.concatenate([rise, after]), "rates")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
figures.show(
    figures.train.rate_schedules(
        {
            "step": lambda t: step_decay(t, 1, 25, 0.5),
            "exponential": lambda t: exponential_decay(t, 1, 0.03),
            "1/t": lambda t: inverse_decay(t, 1, 0.06),
            "cosine": lambda t: cosine_decay(t, 1, 100),
            "warm-up, cosine": lambda t: warm_up(t, 15, lambda own: cosine_decay(own, 1, 85)),
        },
        100,
    ),
    caption="Your five schedules over 100 steps.",
    alt="Five small line plots: a staircase, two falling curves, half a cosine, and a cosine after a straight rise.",
)

# %% [markdown]
# ## Second order: L-BFGS
#
# Gradient descent knows the slope and not the curvature. Newton's method divides by the curvature and needs no rate:
# $w \leftarrow w - H^{-1} dw$. But for 200,000 weights $H$ has $4 \cdot 10^{10}$ entries. **L-BFGS** estimates
# what it needs from the last ten or so steps and gradients. On a full batch, where the same $w$
# always gives the same loss, it is hard to beat. On minibatches the loss changes between two calls; the
# difference of two gradients is then mostly noise, and so is the curvature. Watch both.

# %% tags=["experiment"]
from scipy.optimize import minimize


def by_lbfgs(batch_size: int) -> list[float]:
    """The loss on all of small_X after each call for a gradient on batch_size of them."""
    net, rng, track = he_net([30], dtype=np.float64), np.random.default_rng(0), []

    def call(flat: np.ndarray) -> tuple[float, np.ndarray]:
        for name, W in net.params.items():
            net.params[name], flat = flat[: W.size].reshape(W.shape), flat[W.size :]
        track.append(net.loss(small_X, small_y)[0])
        rows = rng.permutation(len(small_X))[:batch_size]
        loss, grads = net.loss(small_X[rows], small_y[rows])
        return loss, np.concatenate([grads[name].ravel() for name in net.params])

    start = np.concatenate([w.ravel() for w in net.params.values()])
    minimize(call, start, jac=True, method="L-BFGS-B", options={"maxfun": 60})
    return track[:60]


half = {"X_train": small_X, "y_train": small_y, "X_val": few_X, "y_val": few_y}
by_adam = Solver(he_net([30]), half, adam, batch_size=500, num_epochs=60)
by_adam.train()
raced = {"L-BFGS, all 500": by_lbfgs(500), "Adam, all 500": by_adam.loss_history}
figures.show(
    figures.loss_curves(raced | {"L-BFGS, 50 a call": by_lbfgs(50)}, log=True, xlabel="gradients"),
    caption="Loss on 500 images. With all of them at each call L-BFGS beats Adam by far; with another minibatch at each call it gives up.",
    alt="Three curves on a logarithmic axis: L-BFGS on the full batch falls steepest, Adam more slowly, L-BFGS on minibatches stops early at a high loss.",
)

# %% [markdown]
# ## Babysitting
#
# Once a net trains, two numbers tell how it does. The first is the **update ratio**: how far a step moves a
# weight matrix, as a share of its size, $\lVert \Delta W \rVert / \lVert W \rVert$. About $10^{-3}$ is healthy. With $10^{-6}$
# nothing happens, and with $10^{-1}$ the matrix is a new one every ten steps. By hand: $W = (3, 4)$ becomes
# $(3.03, 4.04)$; the norms are $0.05$ and $5$, the ratio $0.01$.
#
# The second is the loss itself. Write the look that an experienced eye gives it, so that a program can
# watch a hundred runs for you.


# %% answer="training-babysit"
def update_ratios(before: dict, after: dict) -> dict[str, float]:
    """How far one step moved each weight matrix, as a share of its size before.

    before, after: {"W1": array, "b1": array, ...}, as in `params`
    returns: {name: norm of the change / norm before} for the names that begin with W
    """
    ### BEGIN SOLUTION
    return {
        name: float(np.linalg.norm(after[name] - w) / np.linalg.norm(w))
        for name, w in before.items()
        if name.startswith("W")
    }
    ### END SOLUTION


def diagnose(losses: list[float], num_classes: int) -> str:
    """What a loss curve says, without regularisation. The first that applies:

    "explodes": a loss is nan or infinite, or the last is more than twice the first
    "starts wrong": the first differs from that of guessing by more than a tenth of the latter
    "does not move": the last is above 99 % of the first
    "learns": everything else

    losses: one a step, at least one; num_classes: C
    returns: one of the four
    """
    ### BEGIN SOLUTION
    first, last, guessing = losses[0], losses[-1], np.log(num_classes)
    if not np.isfinite(losses).all() or last > 2 * first:
        return "explodes"
    if abs(first - guessing) > 0.1 * guessing:
        return "starts wrong"
    return "does not move" if last > 0.99 * first else "learns"
    ### END SOLUTION


# %% check="training-babysit-ratios" points=2
with checks.verdict("update ratios") as rng:
    W1, W2 = np.array([[2.0, 4], [5, 6]]), rng.normal(size=(4, 3))  # W1 has norm 9
    change = np.array([[0.1, 0.1], [0.7, -0.7]])  # of norm 1
    before = {"W1": W1, "b1": np.zeros(2), "W2": W2, "b2": np.ones(3)}
    after = {"W1": W1 + change, "b1": np.ones(2), "W2": 1.02 * W2, "b2": np.ones(3)}
    found = checks.leaves_alone(update_ratios, before, after, share=0.05)
    checks.equal(found, {"W1": 1 / 9, "W2": 0.02}, "ratios")
    with checks.share(0.1, "A name with a W inside"):
        others = {"W1": np.ones(2), "bW1": np.ones(3)}
        checks.equal(update_ratios(others, others), {"W1": 0.0}, "ratios")
    ### BEGIN HIDDEN TESTS
    W1, W2 = rng.normal(size=(1, 5)), rng.normal(size=(30, 2))
    before = {"W1": W1, "b1": np.zeros(5), "W2": W2, "b2": np.zeros(2)}
    after = before | {"W1": 0.75 * W1, "W2": W2 - 0.3 * rng.permuted(W2)}
    checks.equal(update_ratios(before, after), {"W1": 0.25, "W2": 0.3}, "ratios")
    with checks.share(0.1, "A name with a W inside"):
        others = {"gammaW": np.ones(4), "W7": np.eye(2)}
        checks.equal(update_ratios(others, others), {"W7": 0.0}, "ratios")
    ### END HIDDEN TESTS

# %% check="training-babysit" points=4
with checks.verdict("babysitting"):
    learns = [2.3, 2.1, 1.8], [2.5, 5.9, 2.0], [2.1, 0.4, 2.0], [2.3, 2.2]
    still = [2.31, 2.3, 2.3], [2.3, 1.2, 2.29], [2.3, 4.5], [2.3, 4.6]
    wrong = [14.0, 3.0, 2.2], [2.55, 1.5], [0.3, 0.1], [1.5, 2.9]
    explodes = [2.3, 9.0], [2.3, np.nan, 2.0], [2.3, np.inf], [2.3, -np.inf, 2.0], [14.0, 90.0]
    cases = {"learns": learns, "does not move": still, "starts wrong": wrong, "explodes": explodes}
    due = {str(losses): word for word, several in cases.items() for losses in several}
    found = {str(losses): diagnose(losses, 10) for several in cases.values() for losses in several}
    checks.equal(found, due, "diagnosis")
    checks.equal(diagnose([1.1, 0.7], 3), "learns", "diagnosis of [1.1, 0.7] with 3 classes")
    with checks.share(0.1, "A single loss"):
        checks.equal(diagnose([2.3], 10), "does not move", "diagnosis of [2.3]")
    ### BEGIN HIDDEN TESTS
    learns = [4.6, 4.5], [5.05, 19.0, 4.9], [4.2, 4.1]
    still = [4.6, 4.56], [4.61, 9.2]
    wrong = [5.1, 5.0], [4.1, 3.9], [np.log(10), 1.0]
    explodes = [4.6, 9.3], [np.nan], [np.inf, 4.6], [4.1, 8.3]
    cases = {"learns": learns, "does not move": still, "starts wrong": wrong, "explodes": explodes}
    due = {str(losses): word for word, several in cases.items() for losses in several}
    found = {str(losses): diagnose(losses, 100) for several in cases.values() for losses in several}
    checks.equal(found, due, "diagnosis with 100 classes")
    ### END HIDDEN TESTS

# %% [markdown]
# **Settings.** Rate and regularisation work by factors, so draw their exponents uniformly:
# `10 ** rng.uniform(-5, -1)`. At random, not on a grid (lesson 02). And **coarse to fine**: many
# short runs over a wide range, then longer runs round the best of them. If the best lies on the edge of
# the range, move the range.


# %% tags=["experiment"]
def try_settings(rates: tuple, regs: tuple, count: int, epochs: int, seed: int) -> list:
    rng, tried = np.random.default_rng(seed), []
    for _ in range(count):
        rate, reg = 10 ** rng.uniform(*rates), 10 ** rng.uniform(*regs)
        run = Solver(
            he_net([60], reg), fewer, adam, config={"learning_rate": rate}, num_epochs=epochs
        )
        with np.errstate(all="ignore"):
            run.train()
        tried.append((rate, reg, run.best_val_acc))
    return tried


coarse = try_settings((-5, -1), (-5, 0), 14, 2, seed=0)
best = sorted(coarse, key=lambda one: one[2])[-3:]
near = [(np.log10(min(part)) - 0.3, np.log10(max(part)) + 0.3) for part in list(zip(*best))[:2]]
fine = try_settings(near[0], near[1], 8, 5, seed=1)
figures.show(
    figures.linear.settings_map({"coarse, 2 epochs": coarse, "fine, 5 epochs": fine}),
    caption="Random search on 1,000 images: wide and short, then narrow and longer, in the box round the best three. The rate decides; of the regularisation it only matters that it is not strong.",
    alt="Two scatter plots on logarithmic axes, learning rate against regularisation, each dot coloured and marked with its validation accuracy.",
)

# %% [markdown]
# ## A net that does not train
#
# A colleague shows you this net: ten layers, Adam, a schedule that a paper recommended. It does
# not train, and three things are wrong with it. Each one hides the next. Find them: look
# at the loss (`diagnose`), at the deviation of what leaves each layer, at the first loss, at the update ratios.
# Copy the cell and change one thing at a time.


# %% tags=["experiment"]
def colleague(weights: str = "small", scale: float = 1.0, k: float = 0.3):
    """Losses of 100 steps; deviations of the layers at the start; update ratio of W5 each step."""
    rng, spread, ratios, losses, configs = np.random.default_rng(0), [], [], [], dict[str, dict]()

    def spy(x):
        spread.append(float(relu_forward(x)[0].std()))
        return relu_forward(x)

    X = preprocess(train_set.images[:1000], train_set.images[:1000], "channel mean") * scale
    net = FullyConnectedNet([100] * 9, layers=layers | {"activation": (spy, relu_backward)})
    for name in (f"W{layer}" for layer in range(1, 10)):  # the last layer stays small
        fan_in, fan_out = net.params[name].shape
        net.params[name] = init_weights(weights, fan_in, fan_out, rng).astype(np.float32)
    for t in range(100):
        rows = rng.permutation(1000)[:100]
        loss, grads = net.loss(X.reshape(1000, -1)[rows], train_set.labels[rows])
        losses.append(loss)
        before = {name: w.copy() for name, w in net.params.items()}
        for name in grads:
            config = configs.get(name, {}) | {"learning_rate": exponential_decay(t, 1e-3, k)}
            net.params[name], configs[name] = adam(net.params[name], grads[name], config)
        ratios.append(update_ratios(before, net.params)["W5"])
    return losses, spread[:9], ratios


def report(losses: list, spread: list, ratios: list) -> None:
    print(f"{diagnose(losses, 10)}: loss {losses[0]:.3g}, at the end {np.mean(losses[-10:]):.3g}")
    print("  deviation of layers 1, 5, 9:", *(f"{spread[i]:.2g}" for i in (0, 4, 8)))
    print("  update ratio at steps 1, 30, 100:", *(f"{ratios[i]:.1g}" for i in (0, 29, 99)))


report(*colleague())

# %% [markdown]
# <details><summary>The first cause, and how it shows</summary>
#
# The loss does not move, and the deviation falls from layer to layer to almost nothing: the weights are too
# small for ten layers (0.01, where He asks for 0.14). The gradients fade in the same way. `weights="he"`.
# </details>
#
# <details><summary>The second</summary>
#
# Now the loss starts far above $\log 10 = 2.3$: the net is sure of nonsense. The deviation of layer 1 is
# near 60, because so is that of the pixels. They were centred and never scaled. Before, the small weights
# hid it. `scale=1/60`.
# </details>
#
# <details><summary>The third</summary>
#
# The loss starts right, falls by a hair, and stands still. The update ratio at step 30 is less than a
# thousandth of what it was: the rate decays by the factor $e^{-0.3}$ each *step*. The paper meant each epoch. `k=0.003`.
# </details>

# %% tags=["experiment"]
repairs: dict[str, dict] = {"as found": {}, "weights": {"weights": "he"}}
repairs["and pixels"] = repairs["weights"] | {"scale": 1 / 60}
repairs["and schedule"] = repairs["and pixels"] | {"k": 0.003}
repaired_losses = {}
for name, change in repairs.items():
    outcome = colleague(**change)
    repaired_losses[name] = np.convolve(outcome[0], np.ones(10) / 10, "valid").tolist()
    print(name, end=". ")
    report(*outcome)
figures.show(
    figures.loss_curves(repaired_losses, chance=np.log(10), log=True),
    caption="One repair after the other; means of ten steps. Only with all three does the net learn and go on learning.",
    alt="Four loss curves on a logarithmic axis: flat at 2.3; high, falling to 2.8 and flat; flat just below 2.3; falling steadily to 0.8.",
)

# %% [markdown]
# ## Many nets are better than one
#
# Nets from different seeds err on different images. Let several vote: together they are usually better
# than the average one of them, for the price of their time. Which average? Not of the scores: a net with large scores would drown the others. Take
# each net's probabilities, average them, and choose the largest. Two nets, two classes, one image with scores $(4, 0)$ and
# $(0, 1)$: the probabilities of class 0 are $0.982$ and $0.269$, on average $0.625$, so class 0.
#
# A **snapshot ensemble** (Huang et al. 2017) needs one run only. Let the rate follow a cosine to 0, keep the
# parameters, start the rate again at the top so that the net leaves its valley, and so on.


# %% answer="training-ensemble"
def ensemble_predict(scores: list[np.ndarray]) -> np.ndarray:
    """The class with the highest probability, averaged over several nets.

    scores: one (N, C) float array a net; entries may be as large as 1000
    returns: (N,) int
    raises: ValueError where there is no net
    Source: Huang et al. 2017, "Snapshot ensembles"
    """
    ### BEGIN SOLUTION
    if not scores:
        raise ValueError("no net, no vote")
    total = np.zeros_like(scores[0])
    for own in scores:
        e = np.exp(own - own.max(axis=1, keepdims=True))
        total = total + e / e.sum(axis=1, keepdims=True)
    return total.argmax(axis=1)
    ### END SOLUTION


# %% check="training-ensemble" points=5
with checks.verdict("the vote of several nets") as rng:
    nets = [size * rng.normal(size=(200, 4)) for size in (1.0, 1.5, 12.0)]
    due = oracle.dropout.average_probabilities(np.stack(nets))[0].argmax(axis=1)
    checks.equal(checks.leaves_alone(ensemble_predict, nets, share=0.05), due, "labels")
    far = [np.array([[900.0, 1000, 0], [-2000, -1500, -1000]]), np.array([[0.0, 1, 0], [0, 0, 1]])]
    with checks.share(0.15, "Scores of 1000"):
        checks.equal(ensemble_predict(far), np.array([1, 2]), "labels")
    checks.raises(ValueError, ensemble_predict, [], reason="nobody is there to vote", share=0.1)
    ### BEGIN HIDDEN TESTS
    nets = [size * rng.normal(size=(50, 3)) for size in (2.0, 5.0, 1.0, 9.0, 3.0)]
    due = oracle.dropout.average_probabilities(np.stack(nets))[0].argmax(axis=1)
    checks.equal(ensemble_predict([own.copy() for own in nets]), due, "labels")
    checks.equal(ensemble_predict(nets[3:4]), nets[3].argmax(axis=1), "labels of one net")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
EPOCHS, CYCLE = 9, 120  # 40 steps an epoch: three cycles of three epochs
test_X = centred(test_set.images)


def train_one(seed: int, schedule) -> tuple[np.ndarray, list]:
    """Scores on the test images of the best parameters, and at the end of each cycle."""
    net = he_net([50, 50], reg=1e-3, seed=seed)
    snapshots: list[np.ndarray] = []

    def watched(t: int) -> float:
        if t and t % CYCLE == 0 and len(snapshots) < t // CYCLE:
            snapshots.append(net.loss(test_X))
        return schedule(t)

    Solver(net, sets, adam, num_epochs=EPOCHS, seed=seed, schedule=watched).train()
    return net.loss(test_X), [*snapshots, net.loss(test_X)]


singles = [train_one(seed, lambda t: cosine_decay(t, 1e-3, 40 * EPOCHS))[0] for seed in range(3)]
_, snapshots = train_one(9, lambda t: cosine_decay(t % CYCLE, 1e-3, CYCLE))
for name, group in (("nets of three seeds", singles), ("three snapshots", snapshots)):
    alone = [100 * np.mean(own.argmax(axis=1) == test_set.labels) for own in group]
    together = 100 * np.mean(ensemble_predict(group) == test_set.labels)
    print(f"{name}: alone {np.round(alone, 1)} %, together {together:.1f} %")

# %% [markdown]
# | data | first solver, validation | one net here, test | three nets together, test |
# | --- | --- | --- | --- |
# | shapes | 36 to 41 % | 39 to 44 % | 41 to 45 % |
# | CIFAR-10 | 37 to 40 % | 36 to 41 % | 37 to 40 % |
#
# Three such short-trained nets gain a point over their mean at best, less than the uncertainty of a rate
# on 1,000 images (1.5 points). The snapshots beat their mean by two, but not the last of them: after three
# epochs the first is still raw. Huang et al. give each cycle 50 epochs.
#
# ## What you built
#
# A net of any depth, a solver, seven activations, three ways to prepare images, initial weights that keep a
# signal alive, seven update rules, five schedules, and the tools to find out why a net does not train.
# Answer without looking up:
#
# 1. A net for 100 classes starts with loss 9.2. What do you suspect, and which two things do you print first?
# 2. Why is a mean over the *training* images subtracted from the test images, and not their own?
# 3. With He's weights and a ReLU, what would happen to the signal if you replaced the ReLU by nothing?
# 4. Adam's first step has the same length for every weight. Why? And how long would it be without the correction?
# 5. The loss falls, and validation accuracy has stood still for ten epochs. Name two things to try, and one that would not help.
#
# Next, lesson 05: the first layer looks at all 3,072 pixels at once and knows nothing of neighbourhood. Convolutions do.
