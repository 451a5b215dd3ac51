"""Wrong answers to lesson 04, each with the sentence that a student who made it should read."""

import numpy as np

from autograder.mistakes import mistake

# --- training-layers


@mistake("training-layers", "The mask comes from dout: what counts is the sign of x.")
def relu_backward(dout, cache):
    return dout * (dout > 0)


@mistake("training-layers", "db is a mean: every example pulls at b, and their pulls add up.")
def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.mean(axis=0)


@mistake(
    "training-layers",
    "Scores of 1000 overflow exp: subtract the largest score of each row first.",
)
def softmax_loss(x, y):
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    loss = float(-np.log(p[rows, y]).mean())
    p[rows, y] -= 1
    return loss, p / len(x)


@mistake("training-layers", "The loss is a mean over N, and its gradient is not.")
def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    dx = np.exp(log_p)
    dx[rows, y] -= 1
    return float(-log_p[rows, y].mean()), dx


@mistake("training-layers", "Your function changed its 1st argument, dout")
def relu_backward(dout, cache):
    dout[cache <= 0] = 0
    return dout.copy()


# --- training-net


@mistake("training-net", "The factor 0.5 of the regularisation is missing.")
class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        layers: dict,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X.astype(self.dtype), []
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
            loss += self.reg * float((W**2).sum())
        return loss, grads

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.loss(X).argmax(axis=1)


@mistake("training-net", "The gradient of the regularisation is missing.")
class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        layers: dict,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X.astype(self.dtype), []
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
            grads[f"W{i}"] = dW
            loss += 0.5 * self.reg * float((W**2).sum())
        return loss, grads

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.loss(X).argmax(axis=1)


@mistake("training-net", "The biases are regularised too.")
class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        layers: dict,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X.astype(self.dtype), []
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
            b = self.params[f"b{i}"]
            loss += 0.5 * self.reg * float((b**2).sum())
            grads[f"b{i}"] = grads[f"b{i}"] + self.reg * b
        return loss, grads

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.loss(X).argmax(axis=1)


@mistake("training-net", "An activation follows the last layer too.")
class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        layers: dict,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X.astype(self.dtype), []
        for i in range(1, self.depth + 1):
            out, cache = affine(out, self.params[f"W{i}"], self.params[f"b{i}"])
            caches.append(cache)
            out, cache = act(out)
            caches.append(cache)
        if y is None:
            return out
        loss, dout = self.layers["loss"](out, y)
        grads = {}
        for i in range(self.depth, 0, -1):
            dout = act_back(dout, caches.pop())
            W = self.params[f"W{i}"]
            dout, dW, grads[f"b{i}"] = affine_back(dout, caches.pop())
            grads[f"W{i}"] = dW + self.reg * W
            loss += 0.5 * self.reg * float((W**2).sum())
        return loss, grads

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.loss(X).argmax(axis=1)


@mistake("training-net", "The gradient of 0.5 * reg * W**2 is reg * W: yours is twice that.")
class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        layers: dict,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X.astype(self.dtype), []
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
            grads[f"W{i}"] = dW + 2 * self.reg * W
            loss += 0.5 * self.reg * float((W**2).sum())
        return loss, grads

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.loss(X).argmax(axis=1)


@mistake(
    "training-net", "A net of float32 must compute in float32: give X the dtype of the net first."
)
class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        layers: dict,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X, []
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

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.loss(X).argmax(axis=1)


@mistake("training-net", "Another seed must make other weights.")
class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        layers: dict,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(0)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X.astype(self.dtype), []
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

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.loss(X).argmax(axis=1)


@mistake("training-net", "The regularisation is missing.")
class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims: list[int],
        layers: dict,
        input_dim: int = 3 * 32 * 32,
        num_classes: int = 10,
        weight_scale: float = 1e-2,
        reg: float = 0.0,
        dtype: type = np.float32,
        seed: int = 0,
    ) -> None:
        rng = np.random.default_rng(seed)
        dims = [input_dim, *hidden_dims, num_classes]
        self.layers, self.reg, self.dtype, self.depth = layers, reg, dtype, len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            W = rng.normal(0, weight_scale, (dims[i - 1], dims[i]))
            self.params[f"W{i}"] = W.astype(dtype)
            self.params[f"b{i}"] = np.zeros(dims[i], dtype)

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        (affine, affine_back), (act, act_back) = self.layers["affine"], self.layers["activation"]
        out, caches = X.astype(self.dtype), []
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
        return loss, grads

    def predict(self, X: np.ndarray) -> np.ndarray:
        return self.loss(X).argmax(axis=1)


# --- training-sgd


@mistake("training-sgd", "This climbs: the loss falls against the gradient.")
def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2} | (config or {})
    return w + config["learning_rate"] * dw, config


@mistake("training-sgd", "The rate of the config is not used.")
def sgd(w, dw, config=None):
    return w - 1e-2 * dw, {"learning_rate": 1e-2}


@mistake("training-sgd", "Your function changed its 1st argument, w")
def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2} | (config or {})
    w -= config["learning_rate"] * dw
    return w, config


@mistake("training-sgd", "This is the step alone: add it to w.")
def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2} | (config or {})
    return -config["learning_rate"] * dw, config


# --- training-solver


@mistake(
    "training-solver", "Within an epoch some images come twice and others never: shuffle, then cut."
)
class Solver:
    def __init__(self, model, data: dict, rule, **options) -> None:
        known = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0, "schedule": None}
        if unknown := set(options) - set(known):
            raise TypeError(f"no option {sorted(unknown)}: there are {sorted(known)}")
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(self.options["seed"])
        self.configs = {name: dict(self.options["config"]) for name in model.params}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = -1.0, {}
        self._measure()

    def train(self) -> None:
        X, y, size = self.data["X_train"], self.data["y_train"], self.options["batch_size"]
        for _ in range(self.options["num_epochs"]):
            order = self.rng.integers(len(X), size=len(X))
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


@mistake(
    "training-solver", "The remainder is lost: 30 images make three batches of 8 and one of 6."
)
class Solver:
    def __init__(self, model, data: dict, rule, **options) -> None:
        known = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0, "schedule": None}
        if unknown := set(options) - set(known):
            raise TypeError(f"no option {sorted(unknown)}: there are {sorted(known)}")
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(self.options["seed"])
        self.configs = {name: dict(self.options["config"]) for name in model.params}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = -1.0, {}
        self._measure()

    def train(self) -> None:
        X, y, size = self.data["X_train"], self.data["y_train"], self.options["batch_size"]
        for _ in range(self.options["num_epochs"]):
            order = self.rng.permutation(len(X))
            for start in range(0, len(X) - size + 1, size):
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


@mistake("training-solver", "Both epochs have the same order: shuffle each anew.")
class Solver:
    def __init__(self, model, data: dict, rule, **options) -> None:
        known = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0, "schedule": None}
        if unknown := set(options) - set(known):
            raise TypeError(f"no option {sorted(unknown)}: there are {sorted(known)}")
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(self.options["seed"])
        self.configs = {name: dict(self.options["config"]) for name in model.params}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = -1.0, {}
        self._measure()

    def train(self) -> None:
        X, y, size = self.data["X_train"], self.data["y_train"], self.options["batch_size"]
        order = self.rng.permutation(len(X))
        for _ in range(self.options["num_epochs"]):
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


@mistake("training-solver", "Another seed must give another run: is yours used?")
class Solver:
    def __init__(self, model, data: dict, rule, **options) -> None:
        known = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0, "schedule": None}
        if unknown := set(options) - set(known):
            raise TypeError(f"no option {sorted(unknown)}: there are {sorted(known)}")
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(0)
        self.configs = {name: dict(self.options["config"]) for name in model.params}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = -1.0, {}
        self._measure()

    def train(self) -> None:
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


@mistake("training-solver", "These are the last parameters, not the best: keep copies.")
class Solver:
    def __init__(self, model, data: dict, rule, **options) -> None:
        known = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0, "schedule": None}
        if unknown := set(options) - set(known):
            raise TypeError(f"no option {sorted(unknown)}: there are {sorted(known)}")
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(self.options["seed"])
        self.configs = {name: dict(self.options["config"]) for name in model.params}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = -1.0, {}
        self._measure()

    def train(self) -> None:
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
            self.best_params = self.model.params


@mistake("training-solver", "Even when nothing was ever right there must be best parameters.")
class Solver:
    def __init__(self, model, data: dict, rule, **options) -> None:
        known = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0, "schedule": None}
        if unknown := set(options) - set(known):
            raise TypeError(f"no option {sorted(unknown)}: there are {sorted(known)}")
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(self.options["seed"])
        self.configs = {name: dict(self.options["config"]) for name in model.params}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = 0.0, {}
        self._measure()

    def train(self) -> None:
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


@mistake("training-solver", "A misspelt option must not be swallowed.")
class Solver:
    def __init__(self, model, data: dict, rule, **options) -> None:
        known = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0, "schedule": None}
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(self.options["seed"])
        self.configs = {name: dict(self.options["config"]) for name in model.params}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = -1.0, {}
        self._measure()

    def train(self) -> None:
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


@mistake("training-solver", "Both parameters share one config: each needs its own.")
class Solver:
    def __init__(self, model, data: dict, rule, **options) -> None:
        known = {"config": {}, "batch_size": 100, "num_epochs": 10, "seed": 0, "schedule": None}
        if unknown := set(options) - set(known):
            raise TypeError(f"no option {sorted(unknown)}: there are {sorted(known)}")
        self.model, self.data, self.rule, self.options = model, data, rule, known | options
        self.rng = np.random.default_rng(self.options["seed"])
        self.configs = {"": dict(self.options["config"])}
        self.loss_history, self.train_acc_history, self.val_acc_history = [], [], []
        self.best_val_acc, self.best_params = -1.0, {}
        self._measure()

    def train(self) -> None:
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
            next_w, config = self.rule(w, grads[name], self.configs[""])
            self.configs[""] = config
            self.model.params[name] = next_w.astype(w.dtype)
        self.loss_history.append(float(loss))

    def _measure(self):
        for split, history in (("train", self.train_acc_history), ("val", self.val_acc_history)):
            right = self.model.predict(self.data[f"X_{split}"]) == self.data[f"y_{split}"]
            history.append(float(np.mean(right)))
        if self.val_acc_history[-1] > self.best_val_acc:
            self.best_val_acc = self.val_acc_history[-1]
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}


# --- training-sigmoid-tanh


@mistake("training-sigmoid-tanh", "The slope is made of x: it must be made of the value.")
def sigmoid_forward(x):
    return 0.5 * (1 + np.tanh(0.5 * x)), x


@mistake("training-sigmoid-tanh", "The factor 1 - value is missing in the slope.")
def sigmoid_backward(dout, cache):
    return dout * cache


@mistake("training-sigmoid-tanh", "The value is not squared in the slope of tanh.")
def tanh_backward(dout, cache):
    return dout * (1 - cache)


@mistake(
    "training-sigmoid-tanh",
    "sigmoid: inputs of 1000 make inf / inf: let exp see negative numbers only.",
)
def sigmoid_forward(x):
    out = np.exp(x) / (1 + np.exp(x))
    return out, out


@mistake("training-sigmoid-tanh", "This is the slope alone: multiply it by dout.")
def sigmoid_backward(dout, cache):
    return cache * (1 - cache)


@mistake("training-sigmoid-tanh", "This is the sigmoid, stretched: tanh has 2x inside.")
def tanh_forward(x):
    out = np.tanh(0.5 * x)
    return out, out


# --- training-relu-family


@mistake("training-relu-family", "The factor alpha is missing in the slope.")
def elu_backward(dout, cache):
    x, alpha = cache
    return np.where(x > 0, dout, dout * np.exp(np.minimum(x, 0)))


@mistake("training-relu-family", "Where x is negative nothing comes back: that is the plain ReLU.")
def leaky_relu_backward(dout, cache):
    x, alpha = cache
    return dout * (x > 0)


@mistake("training-relu-family", "Where x is negative the result is 0: that is the plain ReLU.")
def leaky_relu_forward(x, alpha=0.01):
    return np.maximum(x, 0), (x, alpha)


@mistake("training-relu-family", "ELU of 1000 must be 1000: 0 times inf is nan.")
def elu_forward(x, alpha=1.0):
    return (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1), (x, alpha)


@mistake("training-relu-family", "These are the zeros: a dead unit is 0 for every image.")
def dead_units(out):
    return int((out == 0).sum())


@mistake("training-relu-family", "These are images without a signal: units are the columns.")
def dead_units(out):
    return int((out == 0).all(axis=1).sum())


# --- training-prelu-maxout


@mistake("training-prelu-maxout", "dalpha is a mean: the pulls of all images add up.")
def prelu_backward(dout, cache):
    x, alpha = cache
    return np.where(x > 0, dout, alpha * dout), np.where(x > 0, 0, dout * x).mean(axis=0)


@mistake("training-prelu-maxout", "Positive x say nothing about alpha.")
def prelu_backward(dout, cache):
    x, alpha = cache
    return np.where(x > 0, dout, alpha * dout), (dout * x).sum(axis=0)


@mistake("training-prelu-maxout", "dalpha is one number: each column has its own.")
def prelu_backward(dout, cache):
    x, alpha = cache
    return np.where(x > 0, dout, alpha * dout), np.where(x > 0, 0, dout * x).sum()


@mistake("training-prelu-maxout", "Every piece gets the gradient: it belongs to the winner alone.")
def maxout_backward(dout, cache):
    x, w, winner = cache
    dpieces = np.stack([dout] * len(w))
    return (dpieces @ w.transpose(0, 2, 1)).sum(axis=0), x.T @ dpieces, dpieces.sum(axis=1)


@mistake("training-prelu-maxout", "The biases are missing.")
def maxout_forward(x, w, b):
    pieces = x @ w
    return pieces.max(axis=0), (x, w, pieces.argmax(axis=0))


# --- training-preprocess


@mistake("training-preprocess", "The statistics must come from the training images.")
def preprocess(train, images, how):
    if how not in ("mean image", "channel mean", "normalise"):
        raise ValueError
    axes = 0 if how == "mean image" else (0, 2, 3)
    out = images - images.mean(axis=axes, keepdims=True)
    return out / images.std(axis=axes, keepdims=True) if how == "normalise" else out


@mistake("training-preprocess", "One mean for everything: each channel has its own.")
def preprocess(train, images, how):
    if how not in ("mean image", "channel mean", "normalise"):
        raise ValueError
    if how == "mean image":
        return images - train.mean(axis=0)
    out = images - train.mean()
    return out / train.std() if how == "normalise" else out


@mistake("training-preprocess", "These are statistics of each pixel: take the channel's.")
def preprocess(train, images, how):
    if how not in ("mean image", "channel mean", "normalise"):
        raise ValueError
    axes = (0, 2, 3) if how == "channel mean" else 0
    out = images - train.mean(axis=axes, keepdims=True)
    return out / train.std(axis=axes, keepdims=True) if how == "normalise" else out


@mistake("training-preprocess", "There is no such way.")
def preprocess(train, images, how):
    axes = 0 if how == "mean image" else (0, 2, 3)
    out = images - train.mean(axis=axes, keepdims=True)
    return out / train.std(axis=axes, keepdims=True) if how == "normalise" else out


@mistake(
    "training-preprocess", "These coordinates are only turned: divide by the standard deviations."
)
def whiten(X_train, X, dims, epsilon=1e-5):
    mean = X_train.mean(axis=0)
    vectors = np.linalg.eigh((X_train - mean).T @ (X_train - mean) / len(X_train))[1]
    directions = vectors[:, ::-1][:, :dims].T
    return (X - mean) @ directions.T, directions


@mistake("training-preprocess", "The mean is not subtracted.")
def whiten(X_train, X, dims, epsilon=1e-5):
    mean = X_train.mean(axis=0)
    variances, vectors = np.linalg.eigh((X_train - mean).T @ (X_train - mean) / len(X_train))
    directions = vectors[:, ::-1][:, :dims].T
    return X @ directions.T / np.sqrt(variances[::-1][:dims] + epsilon), directions


@mistake("training-preprocess", "epsilon is not added to the variances.")
def whiten(X_train, X, dims, epsilon=1e-5):
    mean = X_train.mean(axis=0)
    variances, vectors = np.linalg.eigh((X_train - mean).T @ (X_train - mean) / len(X_train))
    directions = vectors[:, ::-1][:, :dims].T
    return (X - mean) @ directions.T / np.sqrt(variances[::-1][:dims]), directions


# --- training-init


@mistake("training-init", "This is the variance: the standard deviation is its root.")
def init_weights(how, fan_in, fan_out, rng):
    stds = {"zeros": 0.0, "small": 0.01, "large": 1.0}
    stds |= {"xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in}
    if how not in stds:
        raise ValueError
    return rng.normal(0, stds[how], (fan_in, fan_out))


@mistake("training-init", "fan_in and fan_out are the other way round.")
def init_weights(how, fan_in, fan_out, rng):
    stds = {"zeros": 0.0, "small": 0.01, "large": 1.0}
    stds |= {"xavier": np.sqrt(2 / (fan_in + fan_out)), "he": np.sqrt(2 / fan_out)}
    if how not in stds:
        raise ValueError
    return rng.normal(0, stds[how], (fan_in, fan_out))


@mistake("training-init", "He's variance is 2 / fan_in: the 2 is missing.")
def init_weights(how, fan_in, fan_out, rng):
    stds = {"zeros": 0.0, "small": 0.01, "large": 1.0}
    stds |= {"xavier": np.sqrt(2 / (fan_in + fan_out)), "he": np.sqrt(1 / fan_in)}
    if how not in stds:
        raise ValueError
    return rng.normal(0, stds[how], (fan_in, fan_out))


@mistake("training-init", "Draw from rng: another generator, other weights.")
def init_weights(how, fan_in, fan_out, rng):
    stds = {"zeros": 0.0, "small": 0.01, "large": 1.0}
    stds |= {"xavier": np.sqrt(2 / (fan_in + fan_out)), "he": np.sqrt(2 / fan_in)}
    if how not in stds:
        raise ValueError
    return np.random.default_rng(0).normal(0, stds[how], (fan_in, fan_out))


@mistake("training-init", "The mean of the weights must be 0.")
def init_weights(how, fan_in, fan_out, rng):
    stds = {"zeros": 0.0, "small": 0.01, "large": 1.0}
    stds |= {"xavier": np.sqrt(2 / (fan_in + fan_out)), "he": np.sqrt(2 / fan_in)}
    if how not in stds:
        raise ValueError
    return np.sqrt(12) * stds[how] * rng.random((fan_in, fan_out))


@mistake("training-init", "A ReLU halves the mean square: that is missing.")
def predicted_std(width, std, depth, activation):
    if activation not in ("linear", "relu"):
        raise ValueError
    return (np.sqrt(width) * std) ** np.arange(1, depth + 1)


@mistake("training-init", "Nothing has been halved yet in front of the first ReLU.")
def predicted_std(width, std, depth, activation):
    kept = {"linear": 1.0, "relu": 0.5}
    if activation not in kept:
        raise ValueError
    return (np.sqrt(width * kept[activation]) * std) ** np.arange(1, depth + 1)


@mistake(
    "training-init",
    "Of n products the variances add up, so the deviation grows by the root of n.",
)
def predicted_std(width, std, depth, activation):
    if activation not in ("linear", "relu"):
        raise ValueError
    return (width * std) ** np.arange(1.0, depth + 1)


# --- training-momentum


@mistake("training-momentum", "The velocity is forgotten between calls: return it in the config.")
def sgd_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + v, config


@mistake("training-momentum", "This climbs: the gradient slows the ball where it should push it.")
def sgd_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    v = config["momentum"] * config["velocity"] + config["learning_rate"] * dw
    return w + v, config | {"velocity": v}


@mistake("training-momentum", "This is plain momentum: Nesterov's w needs the old velocity too.")
def nesterov_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + v, config | {"velocity": v}


@mistake("training-momentum", "Your function changed its 1st argument, w")
def sgd_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    w += v
    return w, config | {"velocity": v}


@mistake("training-momentum", "This climbs: the gradient slows the ball where it should push it.")
def nesterov_momentum(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    mu, old = config["momentum"], config["velocity"]
    v = mu * old + config["learning_rate"] * dw
    return w - mu * old + (1 + mu) * v, config | {"velocity": v}


# --- training-adaptive


@mistake("training-adaptive", "The squares fade: that is RMSProp.")
def adagrad(w, dw, config=None):
    return rmsprop(w, dw, config)


@mistake("training-adaptive", "The squares never fade: that is AdaGrad.")
def rmsprop(w, dw, config=None):
    return adagrad(w, dw, config)


@mistake("training-adaptive", "decay_rate belongs to the old squares, the rest to the new ones.")
def rmsprop(w, dw, config=None):
    defaults = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8}
    config = defaults | {"cache": np.zeros_like(w)} | (config or {})
    rho = config["decay_rate"]
    cache = (1 - rho) * config["cache"] + rho * dw**2
    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])
    return w - step, config | {"cache": cache}


@mistake(
    "training-adaptive", "The bias correction is missing: the first step is 3.16 times too long."
)
def adam(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    config = defaults | {"m": np.zeros_like(w), "v": np.zeros_like(w)} | (config or {})
    beta1, beta2 = config["beta1"], config["beta2"]
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    step = config["learning_rate"] * m / (np.sqrt(v) + config["epsilon"])
    return w - step, config | {"m": m, "v": v, "t": config["t"] + 1}


@mistake("training-adaptive", "t does not grow: return it in the config.")
def adam(w, dw, config=None):
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    config = defaults | {"m": np.zeros_like(w), "v": np.zeros_like(w)} | (config or {})
    beta1, beta2, t = config["beta1"], config["beta2"], config["t"] + 1
    m = beta1 * config["m"] + (1 - beta1) * dw
    v = beta2 * config["v"] + (1 - beta2) * dw**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    step = config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
    return w - step, config | {"m": m, "v": v}


@mistake("training-adaptive", "A gradient of 0 must not give 0 / 0: where is epsilon?")
def adagrad(w, dw, config=None):
    config = {"learning_rate": 1e-2, "epsilon": 1e-8, "cache": np.zeros_like(w)} | (config or {})
    cache = config["cache"] + dw**2
    return w - config["learning_rate"] * dw / np.sqrt(cache), config | {"cache": cache}


@mistake("training-adaptive", "The decay goes through the gradient: that is Adam with L2.")
def adamw(w, dw, config=None):
    config = {"learning_rate": 1e-3, "weight_decay": 1e-2} | (config or {})
    return adam(w, dw + config["weight_decay"] * w, config)


@mistake("training-adaptive", "The decay is not multiplied by the learning rate.")
def adamw(w, dw, config=None):
    config = {"learning_rate": 1e-3, "weight_decay": 1e-2} | (config or {})
    next_w, config = adam(w, dw, config)
    return next_w - config["weight_decay"] * w, config


# --- training-schedules


@mistake("training-schedules", "The rate must stay the same for `every` steps, then jump.")
def step_decay(t, base, every, factor):
    return base * factor ** (t / every)


@mistake("training-schedules", "The cosine falls from 1 to -1: bring it to 1 and 0.")
def cosine_decay(t, base, total):
    return base * float(np.cos(np.pi * min(t, total) / total))


@mistake("training-schedules", "The cosine rises again: from `total` on the rate is 0.")
def cosine_decay(t, base, total):
    return 0.5 * base * (1 + float(np.cos(np.pi * t / total)))


@mistake("training-schedules", "The rise begins at 0, and the first step goes nowhere.")
def warm_up(t, steps, schedule):
    return schedule(0) * t / steps if t < steps else schedule(t - steps)


@mistake("training-schedules", "After the warm-up the schedule must begin at its own step 0.")
def warm_up(t, steps, schedule):
    return schedule(0) * (t + 1) / steps if t < steps else schedule(t)


@mistake("training-schedules", "Here k is the factor of a step: it belongs into the exponent.")
def exponential_decay(t, base, k):
    return base * k**t


# --- training-babysit


@mistake("training-babysit", "This is the size before by the change: turn it over.")
def update_ratios(before, after):
    return {
        name: float(np.linalg.norm(w) / np.linalg.norm(after[name] - w))
        for name, w in before.items()
        if name.startswith("W")
    }


@mistake("training-babysit", "This is the change alone: divide by the size before.")
def update_ratios(before, after):
    return {
        name: float(np.linalg.norm(after[name] - w))
        for name, w in before.items()
        if name.startswith("W")
    }


@mistake("training-babysit", "ratios: Unexpected keys: 'b1'.")
def update_ratios(before, after):
    return {
        name: float(np.linalg.norm(after[name] - w) / max(np.linalg.norm(w), 1e-9))
        for name, w in before.items()
    }


@mistake("training-babysit", "The loss of guessing is the natural logarithm of C.")
def diagnose(losses, num_classes):
    if not np.isfinite(losses).all() or losses[-1] > 2 * losses[0]:
        return "explodes"
    if abs(losses[0] - 2.3) > 0.23:
        return "starts wrong"
    return "does not move" if losses[-1] > 0.99 * losses[0] else "learns"


@mistake("training-babysit", "A nan in the middle is an explosion, too.")
def diagnose(losses, num_classes):
    guessing = np.log(num_classes)
    if not np.isfinite(losses[-1]) or losses[-1] > 2 * losses[0]:
        return "explodes"
    if abs(losses[0] - guessing) > 0.1 * guessing:
        return "starts wrong"
    return "does not move" if losses[-1] > 0.99 * losses[0] else "learns"


@mistake("training-babysit", "An explosion comes first, wherever the loss began.")
def diagnose(losses, num_classes):
    guessing = np.log(num_classes)
    if abs(losses[0] - guessing) > 0.1 * guessing:
        return "starts wrong"
    if not np.isfinite(losses).all() or losses[-1] > 2 * losses[0]:
        return "explodes"
    return "does not move" if losses[-1] > 0.99 * losses[0] else "learns"


# --- training-ensemble


@mistake("training-ensemble", "The scores are averaged: average the probabilities.")
def ensemble_predict(scores):
    if not scores:
        raise ValueError
    return np.mean(scores, axis=0).argmax(axis=1)


@mistake("training-ensemble", "Here each net has one vote: average the probabilities.")
def ensemble_predict(scores):
    if not scores:
        raise ValueError
    labels = np.stack([own.argmax(axis=1) for own in scores])
    classes = scores[0].shape[1]
    return np.array([np.bincount(one, minlength=classes).argmax() for one in labels.T])


@mistake(
    "training-ensemble",
    "Scores of 1000 overflow exp: subtract the largest score of each row.",
)
def ensemble_predict(scores):
    if not scores:
        raise ValueError
    total = sum(np.exp(own) / np.exp(own).sum(axis=1, keepdims=True) for own in scores)
    return np.nan_to_num(total).argmax(axis=1)


@mistake("training-ensemble", "Your function changed its 1st argument, scores")
def ensemble_predict(scores):
    if not scores:
        raise ValueError
    total = 0.0
    for own in scores:
        own -= own.max(axis=1, keepdims=True)
        total = total + np.exp(own) / np.exp(own).sum(axis=1, keepdims=True)
    return total.argmax(axis=1)
