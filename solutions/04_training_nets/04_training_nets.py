# %% [markdown]
# # 04 Training nets
#
# Afterwards you can build a fully connected net of any depth, make it train, and find out why it
# does not when it does not.
#
# **Time:** about 5 hours, of which 70 minutes are reading; two optional exercises take another 45
# minutes. **Needs:** lesson 03. Answers use NumPy and nothing else. **Data:** the *shapes* that come
# with the course, or CIFAR-10 where you have it (`course data get cifar10`). **Points:** 100.
#
# No function of this lesson changes its arguments; only an update rule may write into `w`.

# %% setup="training"
import functools
import inspect

import numpy as np

from course_lib import checks, data, figures, oracle


def softmax(scores: np.ndarray) -> np.ndarray:
    """The probabilities of each row of scores (lesson 02); scores may be as large as 1000."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


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
    caption=f"Four runs on {train_set.name}. The grey line is the loss of a net that gives each of ten classes the same probability.",
    alt="Four loss curves over 60 steps: one falls, one falls hardly at all, one stays on the level of guessing, one shoots out of the picture or jumps about.",
)

# %% [markdown]
# Ten steps are enough to stop three of them. A learns. B has a rate that is too small. C began
# with weights that are too small: almost nothing reaches the last layer, and almost nothing comes
# back. D takes steps so long that it lands on the other side of every valley. At the end of this
# lesson you can read such curves, and you have a tool for each cause.
#
# ## A net of any depth
#
# A deep net is the layers of lesson 03 in a row. You wrote them there, so here they are lent, as a
# dict. Each forward pass returns `(out, cache)`, each backward pass takes `(dout, cache)`:
#
# ```
# oracle.lent.net_layers("relu")
# {"affine": (forward, backward), "activation": (forward, backward), "loss": scores, y -> loss, dscores}
# ```
#
# Replace one entry, and it is a net with another activation, or with your own layers of lesson 03.
#
# How many parameters does a net with 4 inputs, hidden layers of 3 and 2 units, and 2 classes have?
# Count before you open the answer.
#
# <details><summary>Answer</summary>
#
# Weights $4 \cdot 3 + 3 \cdot 2 + 2 \cdot 2 = 22$, biases $3 + 2 + 2 = 7$, together 29.
#
# </details>
#
# Layer $i$ has `W{i}` of shape `(inputs, units)` and `b{i}` of shape `(units,)`. After every affine
# layer comes an activation, except after the last: scores may be negative. To the mean softmax loss
# add $\frac{\lambda}{2}\sum_i \lVert W_i \rVert^2$, whose gradient is $\lambda W_i$; $\lambda$ is the
# argument `reg`. The half cancels the 2 of the derivative. Biases are not regularised: they only shift.
#
# ### Exercise 4.1: a net of any depth
# 16 points · about 40 minutes · medium

# %% [markdown] hint="training-net"
# Forward, the layers run from 1 to L, and each leaves a cache. In which order does the way back need the caches?
#
# Last in, first out: a list, with `append` on the way forward and `pop` on the way back. Between two affine layers lies one activation, so the last affine layer has none after it.
#
# Back: `dout = act_back(dout, caches.pop())`, except for the last layer; then `dout, dW, db = affine_back(dout, caches.pop())`, and `reg * W` on top of `dW`.


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
        weight_scale: standard deviation of the initial weights, drawn from a normal distribution of
            mean 0; biases begin at 0
        dtype: in which everything is computed, gradients included
        seed: the same seed gives the same weights, another seed gives others
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
        settings["layers"] = oracle.lent.net_layers(activation)
    return Net(hidden_dims, **settings)


def net_with(Net, params: dict, activation: str = "relu", reg: float = 0.0):
    """The same in float64, with copies of these parameters."""
    sizes = [value.shape for name, value in params.items() if name.startswith("W")]
    settings = {"input_dim": sizes[0][0], "num_classes": sizes[-1][1], "dtype": np.float64}
    net = built(Net, [units for _, units in sizes[:-1]], activation, reg=reg, **settings)
    net.params = {name: value.copy() for name, value in params.items()}
    return net


# %% check="training-net-loss" points=6
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

# %% check="training-net-gradient" points=7
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

# %% check="training-net-start" points=3
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
#    number is the sign of a bug.
# 2. **Does regularisation raise it?** It must, by $\frac{\lambda}{2}$ times the sum of the squared weights.
# 3. **Can the net overfit 20 images?** Any net that cannot is broken. Do not train it on more.
#
# The third needs a step. All update rules of this lesson have one form,
# `rule(w, dw, config) -> (next_w, config)`: the config holds the settings, and whatever the rule
# has to remember until its next call. A rule may write into `w`, so go on with what it returns. The
# next cell gives you the simplest one, plain gradient descent, which remembers nothing. Look at its
# first line: your own rules will fill in missing settings in the same way.


# %% setup="training-sgd"
def sgd(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
    """One step of gradient descent; config: learning_rate (1e-2)."""
    config = {"learning_rate": 1e-2} | (config or {})  # the right side wins
    return w - config["learning_rate"] * dw, config


print(sgd(np.array([2.0]), np.array([0.5]), {"learning_rate": 0.1}))

# %% tags=["experiment"]
layers = oracle.lent.net_layers("relu")  # or your own of lesson 03
few_X, few_y = small_X[:20], small_y[:20]
for reg in (0.0, 1.0, 10.0):
    net = FullyConnectedNet([50, 50], reg=reg, layers=layers)
    print(f"reg {reg:4}: loss {net.loss(few_X, few_y)[0]:.3f}, log 10 = {np.log(10):.3f}")
learns = FullyConnectedNet([50, 50], weight_scale=0.05, layers=layers)
few_losses = []
for _ in range(300):
    loss, grads = learns.loss(few_X, few_y)
    few_losses.append(loss)
    for name in grads:
        learns.params[name], _ = sgd(learns.params[name], grads[name], {"learning_rate": 0.1})
figures.show(
    figures.loss_curves({"20 images": few_losses}, chance=np.log(10), log=True),
    caption="A net of three layers on 20 images. The loss has to go to 0; the labels could even be wrong.",
    alt="A loss curve on a logarithmic axis that begins at 2.3 and falls far below 0.1.",
)

# %% [markdown]
# ## The solver
#
# Training is always the same loop, so write it once. Five mistakes come back again and again in such
# loops:
#
# - *Minibatches drawn with replacement.* After one epoch of $N$ draws an image has been left out with
#   probability $(1 - 1/N)^N \approx 37\,\%$. Shuffle instead, then cut; a new shuffle every epoch.
# - *A hidden seed*, or the global generator: no run can be repeated. Take a seed.
# - *The best parameters are those of the last epoch*, because only a reference was kept; or there
#   are none at all, because validation accuracy never rose above 0. Copy the parameters, and measure
#   the model once before the first step.
# - *A misspelt option is swallowed.* `lerning_rate=0.1` trains for an hour with the default.
# - *float32 becomes float64*, because an update rule computes in float64, and training takes about
#   twice as long.
#
# The stub begins with a small class that you leave alone; the checks use it as a model.
#
# ### Exercise 4.2: a solver
# 16 points · about 45 minutes · hard

# %% [markdown] hint="training-solver"
# Three loops lie inside one another: epochs, minibatches, parameters. Which state must survive a step, and which belongs to each parameter alone?
#
# Each parameter has a config of its own, a copy of the first one. One permutation an epoch, cut into pieces of `batch_size`; the last piece may be short. Measure both accuracies once in `__init__` and once after each epoch, in one helper that also copies the parameters where validation accuracy is better than ever.
#
# Unknown options: `set(options) - set(known)`. A piece: `rows = order[start : start + size]`. The dtype: `next_w.astype(w.dtype)`. The best: `{name: w.copy() for ...}`.


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
        options: config, a dict that every parameter gets a copy of (default {}; left as it is);
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

        An epoch uses every training image once, in a new random order, batch_size at a time; the
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
        config["t"] = 99  # a rule may write into its config, as CS231n's do
        return w, {**config, "t": seen[0] + 1}

    model = Model(dict(zeros), lambda *_: (1.0, zeros), lambda params, X: np.zeros(len(X), int))
    Solver(model, SIX, rule, batch_size=2, num_epochs=2, **options).train()
    return found


# %% check="training-solver-batches" points=6
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

# %% check="training-solver-best" points=5
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

# %% check="training-solver-options" points=5
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
# Why does the net need anything between its affine layers? Without it, $W_1 W_2 W_3$ is one matrix, and
# ten layers can do no more than one. But which function? You know two from lesson 03:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} \in (0, 1), \qquad \tanh x = 2\,\sigma(2x) - 1 \in (-1, 1)$$
#
# Their slopes come from their values: $\sigma' = \sigma\,(1 - \sigma)$ and $\tanh' = 1 - \tanh^2$. By
# hand: $\sigma(0) = 0.5$ with slope $0.25$; at $x = 5$ the value is 0.9933 and the slope
# $0.9933 \cdot 0.0067 = 0.0066$: the unit is **saturated**, and hardly any gradient passes. Ten such layers
# multiply ten such slopes. Even with the best slope, 0.25, less than a millionth of the gradient is left:
# $0.25^{10} = 9.5 \cdot 10^{-7}$.
#
# The second trouble of the sigmoid: its values are all positive. Take a unit with inputs
# $(0.7, 0.2)$ and upstream gradient $-1$: $dw = (-0.7, -0.2)$. With $+1$: $(0.7, 0.2)$. So for one image
# all weights of a unit go up together or down together; a step up for one and down for another needs a
# zigzag. In a batch the gradients of several images add up, which softens this.
#
# ## ReLU, and units that die
#
# $\max(0, x)$ does not saturate on the right and costs almost nothing. In one plot of Krizhevsky et al.
# (2012), a ConvNet of four layers on CIFAR-10 comes down to 25 % training error six times sooner with
# it than with tanh. But on the left its slope is exactly 0. Where one long step pushes a unit so far
# that it is negative for *every* image, no gradient reaches it any more. It is **dead**, unless the
# layers before it happen to change its inputs. Three repairs let something through:
#
# | | where $x > 0$ | elsewhere | |
# | --- | --- | --- | --- |
# | leaky ReLU | $x$ | $\alpha x$ | $\alpha = 0.01$, say: $-3$ becomes $-0.03$ |
# | **PReLU** (He et al. 2015) | $x$ | $\alpha x$ | each unit learns its own $\alpha$ |
# | **ELU** (Clevert et al. 2016) | $x$ | $\alpha\,(e^x - 1)$ | $\alpha = 1$: $-3$ becomes $-0.950$, and the slope there is $e^{-3} = 0.050$ |
#
# PReLU's $\alpha$ needs a gradient: every negative $x$ of its unit adds $\text{dout} \cdot x$ to
# $d\alpha$. With $x = (-2, 3, -1)$ and dout $= (1, 1, 2)$: $d\alpha = -2 - 2 = -4$. You write the
# third repair.
#
# ### Exercise 4.3: ELU
# 7 points · about 15 minutes · easy

# %% [markdown] hint="training-elu"
# The two sides have formulas of their own. What does the formula of the left side give at $x = 1000$, and what does a mask of zeros make of it?
#
# $0 \cdot \infty$ is nan. `np.where` chooses, and a product with a mask does not. Keep the exponential small where it is not used: of `x` it needs only what is below 0.
#
# `np.where(x > 0, x, alpha * np.expm1(...))`; the slope on the left is $\alpha e^x$, not the value.


# %% answer="training-elu"
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


# %% check="training-elu" points=7
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

# %% [markdown]
# And dead units can be counted. Three images (rows) and four units (columns) after ReLU:
#
# | | unit 0 | unit 1 | unit 2 | unit 3 |
# | --- | --- | --- | --- | --- |
# | image 0 | 0 | 1.2 | 0 | 0 |
# | image 1 | 0.3 | 0 | 0 | 0 |
# | image 2 | 0 | 0.8 | 0 | 0 |
#
# Two of the four are dead. The zeros in the other columns are what a ReLU is for.
#
# ### Exercise 4.4: dead units
# 4 points · about 5 minutes · easy


# %% answer="training-dead"
def dead_units(out: np.ndarray) -> int:
    """How many units of a layer are 0 for every image.

    out: (N, H) float, output of the ReLU of a layer with H units, for N images
    returns: int
    """
    ### BEGIN SOLUTION
    return int((out == 0).all(axis=0).sum())
    ### END SOLUTION


# %% check="training-dead" points=4
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

# %% [markdown]
# The next cell wraps the ReLU in a function that records its outputs, and counts the dead units after
# each of 30 steps, for four learning rates.

# %% tags=["experiment"]
relu, relu_back = layers["activation"]


def count_deaths(rate: float) -> np.ndarray:
    fired: list[np.ndarray] = []

    def spy(x):
        fired.append(relu(x)[0])
        return relu(x)

    net = FullyConnectedNet(
        [100, 100], weight_scale=0.05, layers=layers | {"activation": (spy, relu_back)}
    )
    for _ in range(30):
        _, grads = net.loss(small_X, small_y)
        for name in grads:
            net.params[name], _ = sgd(net.params[name], grads[name], {"learning_rate": rate})
    return np.array([dead_units(out) for out in fired[1::2]])  # every other one: the second layer


deaths = {f"rate {rate}": (np.arange(30), count_deaths(rate)) for rate in (0.1, 1.0, 2.0, 3.0)}
figures.show(
    figures.curves(deaths, "step", "dead units of 100"),
    caption="Units of the second layer that are 0 for all 500 images. Large learning rates kill units. Some return, because the first layer has changed their inputs; once all are dead, no gradient reaches the first layer, and none returns.",
    alt="Four lines over 30 steps: with the small rates almost no unit dies, with the two largest rates most do within a few steps.",
)

# %% [markdown]
# **Maxout** (Goodfellow et al. 2013) has $K$ affine pieces and takes the largest:
# $\text{out} = \max_k (x\,w_k + b_k)$. ReLU is the case $K = 2$ with $w_2 = 0$ and $b_2 = 0$. Maxout
# never saturates and never dies, and has $K$ times the weights. Its gradient flows to the winning piece
# alone. With $x = 2$, pieces $w = (1, -1, 0.5)$ and $b = (0, 0, 2)$: the pieces give $2, -2, 3$, the
# third wins, and with dout $= 1$, $dx = 0.5$. Today maxout is rarely used; it is good practice in
# broadcasting.
#
# ### Exercise 4.5: maxout
# 0 points · about 20 minutes · hard · optional

# %% [markdown] hint="training-maxout"
# What is the shape of the results of all pieces together, for `w` of shape `(K, D, M)`?
#
# `x @ w` is `(K, N, M)`; the biases `(K, M)` need one more axis before they can be added. Keep the number of the winning piece: it decides where the gradient goes.
#
# The winner is `argmax(axis=0)`, and `np.arange(K)[:, None, None] == winner` is a mask of shape `(K, N, M)`.


# %% answer="training-maxout"
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


# %% check="training-maxout" points=0
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
hinges = np.array([[[-0.6]], [[0.1]], [[1.2]]]), np.array([[-0.8], [0.2], [-1.0]])


def own_elu(x):
    out, cache = elu_forward(x)
    return out, elu_backward(np.ones_like(x), cache)


def lent(name: str, alpha: float = 0.01):
    return lambda x: oracle.train.activation_pair(name, x, np.ones_like(x), alpha)


curves_of = {"sigmoid": lent("sigmoid"), "tanh": lent("tanh"), "ReLU": lent("relu")}
curves_of |= {"leaky or PReLU, 0.1": lent("leaky_relu", 0.1), "your ELU": own_elu}
curves_of["maxout, 3 pieces"] = lambda x: oracle.with_gradients(
    oracle.train.maxout, np.ones_like(x), x, *hinges
)[:2]
figures.show(
    figures.train.activation_curves(curves_of),
    caption="Six activations with their slopes. Look where a slope is near 0: there nothing is learnt.",
    alt="Six small plots, each with a value curve and a dashed slope curve, from minus 4 to 4.",
)

# %% [markdown]
# Which one to take? ReLU with a careful learning rate. Where units die, a leaky ReLU or ELU. Tanh where
# values must be bounded. No sigmoid between layers.
#
# ## Preparing the images
#
# What should enter the first layer? All pixels are positive, so its weights have the same trouble as
# after a sigmoid: for one image, one sign for all weights of a unit. Subtract the mean. Three usual ways, for images
# `(N, C, H, W)`:
#
# - the **mean image**, of shape `(C, H, W)`: each pixel has its own mean (AlexNet);
# - the **channel mean**, three numbers: simple, and what most ConvNets use since VGG;
# - **normalise**: subtract the channel mean and divide by the channel's standard deviation.
#
# Two grey images of two pixels, $(2, 6)$ and $(4, 8)$: the mean image is $(3, 7)$ and leaves
# $(-1, -1)$ and $(1, 1)$; the channel mean is 5 and leaves $(-3, 1)$ and $(-1, 3)$. All these numbers
# come from the *training* images, and are used for every other image as they are.
#
# ### Exercise 4.6: means and standard deviations
# 6 points · about 12 minutes · easy

# %% [markdown] hint="training-preprocess"
# Over which axes of `(N, C, H, W)` does each of the three ways take its mean?
#
# The mean image: over the images alone. The other two: over images, rows and columns, so that one number per channel is left.
#
# `train.mean(axis=..., keepdims=True)` has the shape that broadcasts.


# %% answer="training-preprocess"
def preprocess(train: np.ndarray, images: np.ndarray, how: str) -> np.ndarray:
    """Images without the mean of the training images.

    train: (N, C, H, W), from which all statistics are taken; images: (M, C, H, W); uint8 or float
    how: "mean image", "channel mean", or "normalise": subtract the channel mean, and divide by the
        channel's standard deviation
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


# %% check="training-preprocess" points=6
with checks.verdict("means and standard deviations") as rng:
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

# %% [markdown]
# **Whitening** goes further. Rotate the data into the directions in which they vary most (PCA,
# lesson 01), and divide each coordinate by its standard deviation: then all coordinates have variance 1
# and no two of them are correlated. With variances $\lambda_j$ along the directions $u_j$:
#
# $$z_j = \frac{(x - \mu) \cdot u_j}{\sqrt{\lambda_j + \epsilon}}$$
#
# The $\epsilon$ keeps directions without variance from being blown up to noise. With
# $x - \mu = (3, 1)$, $u_1 = (1, 0)$ and $\lambda_1 = 9$: $z_1 = 3 / 3 = 1$.
#
# ### Exercise 4.7: whitening
# 0 points · about 25 minutes · hard · optional

# %% [markdown] hint="training-whiten"
# Which matrix has the directions as its eigenvectors, and from which rows is it made?
#
# The covariance of the centred *training* rows, a mean over N. `np.linalg.eigh` sorts ascending, and gives eigenvectors as columns.
#
# `directions = vectors[:, ::-1][:, :dims].T`, and the variances reversed in the same way.


# %% answer="training-whiten"
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


# %% check="training-whiten" points=0
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
white, turn = oracle.train.whitened(blob, blob, 2)
clouds |= {"turned by PCA": (blob - blob.mean(axis=0)) @ turn.T, "whitened": white}
figures.show(
    figures.train.point_clouds(clouds),
    caption="Three hundred points of two numbers. Centring moves them, normalising scales each axis, PCA turns the cloud so that its long axis is horizontal, and whitening makes it round.",
    alt="Five scatter plots of one slanted cloud: off centre, centred, scaled, turned so that its long axis is horizontal, and circular.",
)
photos = train_set.images[:1500, :, ::2, ::2]  # every other pixel: 768 numbers, not 3,072
rows = photos.reshape(1500, -1) / 255
Z, basis = oracle.train.whitened(rows, rows[:8], 100, 1e-4)
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
# 3,072 by 3,072 is expensive, and a convolution needs each pixel in its place.
#
# ## The initial weights
#
# **All zero?** Then all units of a layer compute the same, get the same gradient, and stay the same
# for ever. (With ReLU or tanh it is worse: all hidden values are 0, and nothing but the last biases
# ever moves.) So the weights are random. How large? Follow the standard deviation of the signal. Let a
# unit add up $n$ products $w_j x_j$ of independent numbers, where the weights have mean 0. Then each
# product has mean 0 and the variance $\operatorname{Var} w \cdot \operatorname{E}[x^2]$, and the variances
# of the products add up:
#
# $$z = \sum_{j=1}^n w_j x_j, \qquad \operatorname{Var} z = n \cdot \operatorname{Var} w \cdot \operatorname{E}[x^2]$$
#
# With $n = 100$ and weights of standard deviation 0.01, inputs of standard deviation 1 become
# $\sqrt{100} \cdot 0.01 = 0.1$. Ten layers: $10^{-10}$. With 1 instead of 0.01 they become $10^{10}$.
# To keep the standard deviation, take $\operatorname{Var} w = 1/n$.
#
# | | $\operatorname{Var} w$ | because |
# | --- | --- | --- |
# | **Xavier** (Glorot and Bengio 2010) | $2 / (n_\text{in} + n_\text{out})$ | a compromise: the gradients should keep their standard deviation on the way back, too |
# | **He** (He et al. 2015) | $2 / n_\text{in}$ | a ReLU drops half of the squares: $\operatorname{E}[\max(0, z)^2] = \frac12 \operatorname{Var} z$ |
#
# Now predict. Inputs of standard deviation 1, width 100, weights of standard deviation 0.2, ReLU. Before
# the first ReLU the standard deviation is $\sqrt{100} \cdot 0.2 = 2$. And before the second?
#
# <details><summary>Answer</summary>
#
# The first ReLU leaves a mean square of $2^2 / 2 = 2$. So it is $\sqrt{100 \cdot 2} \cdot 0.2 = 2.83$.
#
# </details>
#
# Write the prediction for any depth. After the checks, 500 inputs go through ten layers of 300 units,
# are measured, and you can turn the knobs.
#
# ### Exercise 4.8: initial weights and what they do
# 10 points · about 20 minutes · medium

# %% [markdown] hint="training-init"
# The first function is five standard deviations and one draw. For the second: by which factor does one layer multiply the standard deviation?
#
# The inputs of layer 1 have mean square 1. What enters layer 2 has been through an activation, which keeps all of the mean square (linear) or half of it (ReLU).
#
# Entry 0 is `sqrt(width) * std`; each further layer multiplies by one and the same factor, so `factor ** np.arange(depth)`.


# %% answer="training-init"
def init_weights(how: str, fan_in: int, fan_out: int, rng: np.random.Generator) -> np.ndarray:
    """Initial weights of a layer, drawn from a normal distribution of mean 0.

    how: "zeros"; or, with the standard deviation after the colon, "small": 0.01, "large": 1,
        "xavier": sqrt(2 / (fan_in + fan_out)), "he": sqrt(2 / fan_in)
    fan_in, fan_out: inputs and units; rng: the generator to draw from
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
    kept = {"linear": 1.0, "relu": 0.5}  # of the mean square, after the activation
    if activation not in kept:
        raise ValueError(f"no prediction for {activation!r}")
    factor = np.sqrt(width * kept[activation]) * std
    return np.sqrt(width) * std * factor ** np.arange(depth)
    ### END SOLUTION


# %% check="training-init" points=4
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

# %% check="training-init-predict" points=5
with checks.verdict("the predicted standard deviation"):
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
tanh = oracle.lent.net_layers("tanh")["activation"][0]


def through_ten(how: str, forward) -> tuple[list, list]:
    """What leaves each of ten layers; standard deviations of what entered its activation."""
    rng, outs, spreads = np.random.default_rng(0), [], []
    out = rng.normal(size=(500, 300))
    for _ in range(10):
        entering, _ = layers["affine"][0](out, init_weights(how, 300, 300, rng), np.zeros(300))
        out, _ = forward(entering)
        outs.append(out)
        spreads.append(entering.std())
    return outs, spreads


for how, std in (("small", 0.01), ("xavier", np.sqrt(1 / 300)), ("he", np.sqrt(2 / 300))):
    guess, spreads = predicted_std(300, std, 10, "relu"), through_ten(how, relu)[1]
    print(f"ReLU, {how:6} layer 10: predicted {guess[-1]:.3g}, measured {spreads[-1]:.3g}")
nets = {f"tanh\n{how}": through_ten(how, tanh)[0] for how in ("small", "large", "xavier")}
nets |= {f"ReLU\n{how}": through_ten(how, relu)[0] for how in ("xavier", "he")}
figures.show(
    figures.train.layer_histograms(nets),
    caption="What leaves each of ten layers. Small weights: all is 0. Large: tanh sits at -1 and 1, where it has no slope. Xavier suits tanh; under ReLU it fades. He suits ReLU. Each histogram has its own scale.",
    alt="Five rows of ten histograms. Row one shrinks to nothing, row two piles up at both ends, row three keeps its shape, row four fades, row five keeps its width.",
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


pairs = {
    name: oracle.lent.net_layers(name)["activation"] for name in ("tanh", "relu", "sigmoid")
} | {"your elu": (elu_forward, elu_backward)}
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
# Find the smallest and the largest scale at which tanh still has a gradient in layer 1 of ten. What
# changes for ReLU? What does the sigmoid do at any scale?
#
# <details><summary>Answer</summary>
#
# The gradient in layer 1 of ten layers, where 1 comes in at the top:
#
# | scale | 0.5 | 0.8 | 1.0 | 1.4 | 2.0 | 3.0 |
# | --- | --- | --- | --- | --- | --- | --- |
# | tanh | 0.002 | 0.1 | 0.4 | 1.3 | 4 | 16 |
# | ReLU | 0.0001 | 0.007 | 0.05 | 1.0 | 25 | 970 |
# | sigmoid | 7e-9 | 4e-7 | 3e-6 | 3e-5 | 4e-4 | 4e-3 |
#
# Tanh forgives scales from about 0.8 to 2, because it bounds its values. ReLU bounds nothing: the
# gradient neither vanishes nor explodes only near $\sqrt 2 = 1.41$, which is He's rule. The sigmoid's slopes
# of at most 0.25 lose the gradient at every scale of the slider.
#
# </details>
#
# **And the biases?** They begin at 0: the random weights break the symmetry already. Some nets began
# those of ReLU layers at 0.01, so that every unit fires at first, and AlexNet began those of some layers
# at 1. How much does it change? A sum with standard deviation $\sigma$ is between $-0.01$ and 0 with a probability of
# about $0.01 \cdot 0.4 / \sigma$, where 0.4 is the height of the normal density. At $\sigma = 1$ these
# are 0.4 % of the units; only where the weights are far too small does 0.01 weigh anything. The next
# cell measures it.

# %% tags=["experiment"]
fewer = {key: values[:1000] for key, values in sets.items()}
for bias in (0.0, 0.01, 1.0):
    shares, ends, right = [], [], []
    for seed in range(3):
        net, out = he_net([100, 100], seed=seed), fewer["X_train"]
        for i in (1, 2):
            net.params[f"b{i}"] += np.float32(bias)
            out = relu(layers["affine"][0](out, net.params[f"W{i}"], net.params[f"b{i}"])[0])[0]
            shares.append(np.mean(out > 0))
        run = Solver(net, fewer, sgd, config={"learning_rate": 0.1}, num_epochs=6, seed=seed)
        run.train()
        ends.append(np.mean(run.loss_history[-10:]))
        right.append(100 * run.val_acc_history[-1])
    print(f"bias {bias:4}: {100 * np.mean(shares):.0f} % of the units fire at first, ", end="")
    print(f"loss after 60 steps {np.mean(ends):.2f}, validation {np.mean(right):.1f} %")

# %% [markdown]
# With 0.01 neither the share of firing units nor the loss changes by more than about one percent. A bias
# of 1 is different: nearly all units fire, more gradient passes, and the first sixty steps go faster, as
# Krizhevsky et al. (2012) report of AlexNet. Leave biases at 0 unless you have measured that something
# else helps; this course does.

# %% [markdown]
# ## Better steps: momentum
#
# Is the gradient the best direction there is? In a **ravine** it points across, from wall to wall,
# while the minimum lies along it. On a **saddle** it almost vanishes, although the loss could still fall in some
# direction; in a space of a million weights saddles are far more common than minima
# (Dauphin et al. 2014). Imagine a ball instead, with velocity $v$ and friction:
#
# $$v \leftarrow \mu v - \eta\,dw, \qquad w \leftarrow w + v$$
#
# Rate $\eta = 0.1$, $\mu = 0.9$, gradient always 1: the steps are $-0.1$, $-0.19$, $-0.271$, and they go
# towards $-1$. Across a ravine the gradients change sign and cancel; along it they add up.
#
# **Nesterov** looks ahead. The ball will move by $\mu v$ anyway, so take the gradient at
# $x = w + \mu v$, where it is about to be:
#
# $$v' = \mu v - \eta \nabla f(x), \qquad w' = w + v'$$
#
# But a rule gets $w$ and the gradient *at* $w$. So let it keep $x$ in place of $w$, and call it $w$.
# The next look ahead is
#
# $$x' = w' + \mu v' = (x - \mu v) + v' + \mu v' = x - \mu v + (1 + \mu)\,v'$$
#
# and this is the whole rule (Bengio et al. 2013):
#
# $$v_\text{old} = v, \qquad v \leftarrow \mu v - \eta\,dw, \qquad w \leftarrow w - \mu v_\text{old} + (1 + \mu)\,v$$
#
# With $f = w^2 / 2$, whose gradient is $w$, from $w = 1$ and $v = 0$, with $\eta = 0.1$ and $\mu = 0.9$:
#
# | step | ball $w$ | look ahead $x$ | gradient there | new $v$ | rewritten rule: next $x$ |
# | --- | --- | --- | --- | --- | --- |
# | 1 | 1 | 1 | 1 | $-0.1$ | $1 - 0 + 1.9 \cdot (-0.1) = 0.81$ |
# | 2 | 0.9 | $0.9 - 0.09 = 0.81$ | 0.81 | $-0.171$ | $0.81 + 0.09 - 0.3249 = 0.5751$ |
# | 3 | 0.729 | $0.729 - 0.1539 = 0.5751$ | 0.5751 | | |
#
# The two forms agree. Plain momentum sees the gradient 0.9 at step 2 and gets $v = -0.18$, where
# Nesterov has $-0.171$: it brakes earlier on the way to the bottom.
#
# ### Exercise 4.9: momentum and Nesterov
# 10 points · about 15 minutes · easy

# %% [markdown] hint="training-momentum"
# `sgd` above shows the form. Which array has to be remembered from call to call, and what is it at the first?
#
# `velocity`, zeros of the shape of `w`, made anew where the config has none. A default dict in the signature would be shared by all calls.
#
# Put the new velocity into the config that you return: `config | {"velocity": v}`. Nesterov needs the old one as well.


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


# %% check="training-momentum" points=5
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

# %% check="training-momentum-nesterov" points=5
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
# then $0.058$. They never stop shrinking. The next cell has it as a rule.


# %% setup="training-adagrad"
def adagrad(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step of AdaGrad; config: learning_rate (1e-2), epsilon (1e-8), cache (zeros)."""
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w)} | (config or {})
    total = config["cache"] + dw * dw
    scale = config["learning_rate"] / (np.sqrt(total) + config["epsilon"])
    return w - scale * dw, {**config, "cache": total}


place, memory = np.array([0.0]), {"learning_rate": 0.1}
for number in (1, 2, 3):
    place, memory = adagrad(place, np.array([3.0]), memory)
    print(f"after step {number}: w = {place[0]:.3f}")

# %% [markdown]
# **RMSProp** (Hinton 2012) forgets old squares: $c \leftarrow \rho c + (1 - \rho)\,dw^2$, and the step
# is that of AdaGrad. Gradient always 3 and $\rho = 0.99$: the first $c$ is 0.09, and the first step
# $0.1 \cdot 3 / 0.3 = 1$, ten times the rate; after some hundred steps $c$ is near 9, and a step 0.1.
#
# ### Exercise 4.10: RMSProp
# 5 points · about 8 minutes · easy

# %% [markdown] hint="training-rmsprop"
# RMSProp differs from AdaGrad above in one line, and has one setting more.
#
# The cache is a running mean: the old one counts $\rho$, the new square $1 - \rho$.


# %% answer="training-rmsprop"
def rmsprop(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step of RMSProp.

    w, dw: any shape, float; w may be updated in place
    config: learning_rate (1e-2), decay_rate (0.99), epsilon (1e-8), cache (zeros), the c of the formula;
        any may be missing
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


# %% check="training-rmsprop" points=5
with checks.verdict("RMSProp") as rng:
    w, gradients = rng.normal(size=(3, 4)), slopes_of(rng, 4, 3, 4)
    given = {"learning_rate": 0.1, "decay_rate": 0.9}
    path = functools.partial(oracle.train.descend, "rmsprop", w, gradients)
    due, big, usual = path(lr=0.1, alpha=0.9), path(lr=0.1, alpha=0.9, eps=0.5), path(lr=0.01)
    checks.equal(walk(rmsprop, w, gradients, given), due, "w after each step", tolerance=1e-6)
    with checks.share(0.15, "Called without a config"):
        checks.equal(walk(rmsprop, w, gradients), usual, "w after each step", tolerance=1e-6)
    with checks.share(0.1, "Epsilon"):
        checks.equal(
            walk(rmsprop, w, gradients, given | {"epsilon": 0.5}), big, "w after each step"
        )
    ### BEGIN HIDDEN TESTS
    w, gradients = rng.normal(size=5), slopes_of(rng, 8, 5)
    due = oracle.train.descend("rmsprop", w, gradients, lr=2.0, alpha=0.5)
    given = {"learning_rate": 2.0, "decay_rate": 0.5}
    checks.equal(walk(rmsprop, w, gradients, given), due, "w after each step", tolerance=1e-6)
    usual = oracle.train.descend("rmsprop", w, [1e-8 * gradients[0]], lr=0.01)
    with checks.share(0.1, "Epsilon"):
        checks.equal(walk(rmsprop, w, [1e-8 * gradients[0]]), usual, "w after each step")
    ### END HIDDEN TESTS

# %% [markdown]
# **Adam** (Kingma and Ba 2015) does the same, and puts momentum on top:
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
# ### Exercise 4.11: Adam and AdamW
# 11 points · about 25 minutes · medium

# %% [markdown] hint="training-adam"
# Three things are remembered: `m`, `v` and `t`. Which of them count this step already when the step is taken?
#
# All three: update first, then correct, then step. The corrected averages are used for this step only; the plain ones are kept.
#
# `m_hat = m / (1 - beta1**t)`, and the same for `v` with `beta2`. AdamW is one call of `adam` and one subtraction, of a share of the old `w`.


# %% answer="training-adam"
def adam(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
    """One step of Adam, with bias correction.

    w, dw: any shape, float; w may be updated in place
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


# %% check="training-adam" points=7
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

# %% check="training-adam-decay" points=4
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

# %% [markdown]
# Now your rules race: first on a net, then on surfaces of two weights, where all start at the star.

# %% tags=["experiment"]
rules = {"SGD": sgd, "momentum": sgd_momentum, "Nesterov": nesterov_momentum}
rules |= {"AdaGrad": adagrad, "RMSProp": rmsprop, "Adam": adam, "AdamW": adamw}
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
# Try, and guess before you look:
#
# 1. *ravine*: raise the rate until plain descent jumps from wall to wall. What does momentum do there?
# 2. *saddle*: which rule leaves it first, and why is plain descent so late?
# 3. *bent valley*: momentum 0.99. Which rule overshoots?
#
# <details><summary>Answer</summary>
#
# 1. The curvature across is 4. From a rate of $1/4$ on plain descent jumps across at every step, from
#    $2/4$ on it leaves the picture. At 0.5 momentum swings as well and still arrives along the ravine:
#    its swings cancel, up to a rate of $2\,(1 + 0.9)/4 = 0.95$. Nesterov, which looks further
#    ahead, arrives only up to a rate of 0.34.
# 2. RMSProp, within four steps at the slider's initial rate: it divides by the size of the
#    gradient, so a gradient of 0.002 gives as long a step as one of 5. Plain descent moves by a share of
#    the gradient: in this direction each step is 6 % longer than the one before, and after 60
#    it has come from 0.001 to 0.04.
# 3. Plain momentum: after 60 steps it has run 3.5 past the minimum and up the other side. Nesterov with the same
#    0.99 overshoots by 0.6 at most and ends nearest of all.
#
# </details>
#
# **Why do famous nets use plain SGD with momentum, where Adam is ahead at first?** AlexNet, VGG and
# ResNet were trained with momentum 0.9, DenseNet and wide ResNets with Nesterov's. Two reasons. In the
# experiments of Wilson et al. (2017), nets trained with adaptive rules did worse on test data, even where
# their training loss was lower. And momentum remembers one array per parameter, Adam two. The price of
# momentum: the rate has to be searched for, and lowered over time. Where that search is too expensive, and for transformers,
# Adam and AdamW are the usual choice. Lesson 15 trains its ConvNet with Nesterov's momentum.
#
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
# The first three are one line each, and given in the next cell. **Warm-up** goes the other way at the
# beginning: Adam's averages rest on a few gradients, and the weights are still random, so let the rate rise linearly,
# as $\frac{1}{s}, \frac{2}{s}, \ldots, 1$ times the first rate of a schedule, over $s$ steps. After that
# the schedule begins, at its own step 0. With $s = 4$ and a first rate of 0.4: $0.1, 0.2, 0.3, 0.4$, and
# then the schedule's 0.4 once more.


# %%
def step_decay(t: int, base: float, every: int, factor: float) -> float:
    return base * factor ** (t // every)


def exponential_decay(t: int, base: float, k: float) -> float:
    return base * float(np.exp(-k * t))


def inverse_decay(t: int, base: float, k: float) -> float:
    return base / (1 + k * t)


print(step_decay(50, 1, 20, 0.5), exponential_decay(50, 1, 0.02), inverse_decay(50, 1, 0.02))

# %% [markdown]
# ### Exercise 4.12: cosine and warm-up
# 6 points · about 15 minutes · easy

# %% [markdown] hint="training-schedules"
# What does the cosine do after half a period, and what is asked from `total` on? At which step does the rise end?
#
# `min(t, total)` stops the clock. Step `steps - 1` is the last of the rise; the step after it is the schedule's own step 0.
#
# The rise is a share of `schedule(0)`: what is the share at step 0, and what at step `steps - 1`?


# %% answer="training-schedules"
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
with checks.verdict("the cosine schedule"):
    due = oracle.train.learning_rates("cosine", 0.4, 13, T_max=12)
    checks.equal(np.array([cosine_decay(t, 0.4, 12) for t in range(13)]), due, "rates")
    with checks.share(0.15, "Beyond the total"):
        checks.equal(cosine_decay(24, 0.4, 12), 0.0, "rate")
    ### BEGIN HIDDEN TESTS
    due = oracle.train.learning_rates("cosine", 3.0, 8, T_max=7)
    checks.equal(np.array([cosine_decay(t, 3.0, 7) for t in range(8)]), due, "rates")
    with checks.share(0.15, "Beyond the total"):
        checks.equal(cosine_decay(8, 3.0, 7), 0.0, "rate")
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
    caption="Five schedules over 100 steps: cosine and warm-up are yours.",
    alt="Five small line plots: a staircase, two falling curves, half a cosine, and a cosine after a straight rise.",
)

# %% [markdown]
# **When to decay?** Not in the first experiment. First train with a constant rate, and find the largest that
# still trains; look where the curve flattens; only then choose a schedule. People decay more often with
# momentum than with Adam, which is said to need it less. Does it? The next cell trains the same net for
# six epochs, with a small and a large rate each, constant and with a cosine.


# %% tags=["experiment"]
def validated(rule, schedule) -> float:
    run = Solver(he_net([60, 60]), sets, rule, num_epochs=6, schedule=schedule)
    run.train()
    return 100 * run.val_acc_history[-1]


for name, rule, rates in (("momentum", sgd_momentum, (0.01, 0.05)), ("Adam", adam, (5e-4, 3e-3))):
    for rate in rates:
        constant = validated(rule, functools.partial(inverse_decay, base=rate, k=0.0))
        cosine = validated(rule, functools.partial(cosine_decay, base=rate, total=6 * 40))
        print(f"{name:8}, rate {rate}: constant {constant:.1f} %, cosine {cosine:.1f} % validation")

# %% [markdown]
# With the small rates decay costs five to seven points: the steps get short before the net has learnt
# much. With the large ones it costs nothing, and in longer runs it gains. The cell above with
# `he_net([100, 100])`, eight epochs and the large rates, nets and solvers of seeds 0 and 1, gave:
#
# | | constant | cosine |
# | --- | --- | --- |
# | momentum, 0.05 | 42.8, 42.4 % | 45.7, 47.5 % |
# | Adam, 0.003 | 45.4, 45.0 % | 46.6, 47.8 % |
#
# So Adam gains less from decay, but it gains. First the rate, then the schedule.

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
# The second is the loss itself. Write down what an experienced eye sees in a loss curve, so that a
# program can watch a hundred runs for you. With ten classes, guessing costs 2.303:
#
# | losses | diagnosis |
# | --- | --- |
# | 2.3, 2.1, 1.8 | learns |
# | 2.3, 2.31, 2.3 | does not move |
# | 14, 3, 2.2 | starts wrong |
# | 2.3, nan, 2.0 | explodes |
#
# ### Exercise 4.13: babysitting
# 6 points · about 20 minutes · medium

# %% [markdown] hint="training-babysit"
# Read the docstring of `diagnose` from top to bottom: its order is the order of the questions.
#
# `np.isfinite(losses).all()` sees nan and both infinities. For the ratio: one norm of a whole matrix divided by another.
#
# `startswith("W")`, not `"W" in name`. The tenth is of $\log C$.


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
    "starts wrong": the first differs from log C, the loss of guessing, by more than a tenth of log C
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
# **Settings.** For rate and regularisation factors count, not differences, so draw their exponents uniformly:
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
    caption="Random search on 1,000 images: wide and short, then narrow and longer, in the box round the best three. The learning rate decides; the regularisation only must not be too strong.",
    alt="Two scatter plots on logarithmic axes, learning rate against regularisation, each dot coloured and marked with its validation accuracy.",
)

# %% [markdown]
# ## A net that does not train
#
# A colleague shows you this net: ten layers, Adam, a schedule that a paper recommended. It does
# not train, and three things are wrong with it. Each one hides the next. Find them: look
# at the loss (`diagnose`), at the standard deviation of what leaves each layer, at the first loss, at the
# update ratios. Copy the cell and change one thing at a time.


# %% tags=["experiment"]
def colleague(weights: str = "small", scale: float = 1.0, k: float = 0.3):
    """Losses of 100 steps; what leaves each layer at the start; update ratio of W5 each step."""
    rng, spread, ratios, losses, configs = np.random.default_rng(0), [], [], [], dict[str, dict]()

    def spy(x):
        spread.append(float(relu(x)[0].std()))
        return relu(x)

    X = preprocess(train_set.images[:1000], train_set.images[:1000], "channel mean") * scale
    net = FullyConnectedNet([100] * 9, layers=layers | {"activation": (spy, relu_back)})
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
    print("  standard deviations of layers 1, 5, 9:", *(f"{spread[i]:.2g}" for i in (0, 4, 8)))
    print("  update ratio at steps 1, 30, 100:", *(f"{ratios[i]:.1g}" for i in (0, 29, 99)))


report(*colleague())

# %% [markdown]
# <details><summary>The first cause, and how it shows</summary>
#
# The loss does not move, and the standard deviation falls from layer to layer to almost nothing: the weights are too
# small for ten layers (0.01, where He asks for 0.14). The gradients fade in the same way. `weights="he"`.
#
# </details>
#
# <details><summary>The second</summary>
#
# Now the loss starts far above $\log 10 = 2.3$: the net is sure of nonsense. The standard deviation of layer 1 is
# near 60, because that of the pixels is 60 to 70. They were centred and never scaled. Before, the small weights
# hid it. `scale=1/60`.
#
# </details>
#
# <details><summary>The third</summary>
#
# The loss starts right, falls by two percent, and then stays there; `diagnose` takes that for learning. The update ratio at step 30 is less than a
# thousandth of what it was: the rate decays by the factor $e^{-0.3}$ each *step*. The paper meant each epoch. `k=0.003`.
#
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
# Nets from different seeds make different mistakes. Let several vote: together they are usually better
# than any one of them on average, at several times the cost. What should be averaged? Not the scores: a net with
# large scores would drown out the others. Take each net's probabilities (`softmax` of the first cell), average
# them, and choose the largest. Two nets, two classes, one image with scores $(4, 0)$ and $(0, 1)$: the
# probabilities of class 0 are $0.982$ and $0.269$, on average $0.625$, so class 0.
#
# A **snapshot ensemble** (Huang et al. 2017) needs one run only. Let the rate follow a cosine to 0, keep the
# parameters, start the rate again at the top so that the net leaves its valley, and so on.
#
# ### Exercise 4.14: the vote of several nets
# 3 points · about 8 minutes · easy


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
        total = total + softmax(own)
    return total.argmax(axis=1)
    ### END SOLUTION


# %% check="training-ensemble" points=3
with checks.verdict("the vote of several nets") as rng:
    nets = [size * rng.normal(size=(200, 4)) for size in (1.0, 1.5, 12.0)]
    due = oracle.dropout.average_probabilities(np.stack(nets))[0].argmax(axis=1)
    checks.equal(checks.leaves_alone(ensemble_predict, nets, share=0.05), due, "labels")
    far = [np.array([[900.0, 1e3, 0], [-2e3, -1500, -1e3]]), np.array([[1e3, 1001, 0], [0, 0, 1]])]
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
# Three such short-trained nets gain a point over their mean at best, less than the uncertainty of an
# accuracy on 1,000 images (1.5 points). The snapshots beat their mean by one or two, but not the last of them: after three
# epochs the first has learnt too little. Huang et al. give each cycle about 50 epochs.
#
# ## The scoreboard
#
# Four layers in place of two, trained with all that this lesson has built. More layers that mix all pixels
# at once gain little on raw pixels, a point or two on *shapes* and nothing on CIFAR-10: no layer knows which
# pixels are neighbours. That is what lesson 05 changes.

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("04"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# A net of any depth, a solver, a count of dead units, two ways to keep a signal alive (prepared images,
# initial weights of the right size), update rules and schedules, and the tools to find out why a net does not
# train. Answer without looking up:
#
# 1. A net for 100 classes starts with loss 9.2. What do you suspect, and which two things do you print first?
#
#    <details><summary>Answer</summary>
#
#    Guessing among 100 classes costs $\log 100 = 4.6$, so the net is sure of wrong classes: weights or
#    inputs are too large. Print the standard deviation of the inputs, and that of what leaves each layer.
#
#    </details>
#
# 2. Why is a mean over the *training* images subtracted from the test images, and not their own?
#
#    <details><summary>Answer</summary>
#
#    The net has learnt with inputs relative to the training mean. With another mean the same image
#    would become another input. And for a single test image a mean over images would be the image itself:
#    nothing would be left.
#
#    </details>
#
# 3. With He's weights and a ReLU, what would happen to the signal if you replaced the ReLU by nothing?
#
#    <details><summary>Answer</summary>
#
#    He's weights are $\sqrt 2$ too large for a linear net: each layer multiplies the standard deviation by
#    $\sqrt{n} \cdot \sqrt{2/n} = 1.41$. After ten layers it is 32 times what it was.
#
#    </details>
#
# 4. Adam's first step has the same length for every weight. Why? And how long would it be without the correction?
#
#    <details><summary>Answer</summary>
#
#    $\hat m / \sqrt{\hat v} = dw / |dw| = \pm 1$, so each weight moves by $\eta$. Without the correction
#    $m = 0.1\,dw$ and $\sqrt v = \sqrt{0.001}\,|dw|$: the step is $3.16\,\eta$.
#
#    </details>
#
# 5. The loss falls, and validation accuracy has stood still for ten epochs. Name two things to try, and one that would not help.
#
#    <details><summary>Answer</summary>
#
#    The net overfits: more data (or changed copies of it, lesson 07) and more regularisation may help. A
#    larger net or a longer run fits the training images still better, and the gap grows.
#
#    </details>
#
# **References.** CS231n 2017, lectures [6](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture6.pdf) and
# [7](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture7.pdf), notes on
# [neural networks 1](https://cs231n.github.io/neural-networks-1/), [2](https://cs231n.github.io/neural-networks-2/) and
# [3](https://cs231n.github.io/neural-networks-3/), and assignment 2. Activations: Krizhevsky et al. 2012,
# [AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks);
# Goodfellow et al. 2013, [maxout](https://arxiv.org/abs/1302.4389); Clevert et al. 2016, [ELU](https://arxiv.org/abs/1511.07289).
# Initial weights: Glorot and Bengio 2010, [Xavier](https://proceedings.mlr.press/v9/glorot10a.html); He et al. 2015,
# [He, PReLU](https://arxiv.org/abs/1502.01852). Steps: Dauphin et al. 2014, [saddles](https://arxiv.org/abs/1406.2572);
# Sutskever et al. 2013, [momentum](https://proceedings.mlr.press/v28/sutskever13.html); Bengio et al. 2013,
# [Nesterov rewritten](https://arxiv.org/abs/1212.0901); Duchi et al. 2011, [AdaGrad](https://jmlr.org/papers/v12/duchi11a.html);
# Hinton 2012, [RMSProp](https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf), lecture 6;
# Kingma and Ba 2015, [Adam](https://arxiv.org/abs/1412.6980); Loshchilov and Hutter 2019,
# [AdamW](https://arxiv.org/abs/1711.05101); Wilson et al. 2017, [adaptive rules and test error](https://arxiv.org/abs/1705.08292);
# Huang et al. 2017, [snapshot ensembles](https://arxiv.org/abs/1704.00109).
#
# **Next:** lesson 05. The first layer looks at all 3,072 pixels at once and does not know which pixels are
# neighbours. Convolutions do.
