"""Wrong answers to lesson 04, each with the sentence that a student who made it should read."""

from autograder.mistakes import mistake

# --- training-layers: affine and ReLU

mistake("training-layers", "The bias is missing.", swap={"x @ w + b": "x @ w"})
mistake(
    "training-layers",
    "db is a mean: every example pulls at b, and their pulls add up.",
    swap={"dout.sum(axis=0)": "dout.mean(axis=0)"},
)
mistake(
    "training-layers",
    "db has one entry for each example: sum over the examples, axis 0.",
    swap={"dout.sum(axis=0)": "dout.sum(axis=1)"},
)
mistake(
    "training-layers",
    "db is one number: each unit has a bias of its own, so sum over the examples alone.",
    swap={"dout.sum(axis=0)": "dout.sum()"},
)
mistake(
    "training-layers",
    "dw is transposed: it must have the shape of w.",
    swap={"x.T @ dout": "dout.T @ x"},
)
mistake(
    "training-layers",
    "dw is a mean over the examples: their pulls add up. The loss has divided by N already.",
    swap={"x.T @ dout": "x.T @ dout / len(x)"},
)
mistake(
    "training-layers",
    "The mask comes from dout: what counts is the sign of x.",
    swap={"dout * (cache > 0)": "dout * (dout > 0)"},
)
mistake(
    "training-layers",
    "The gradient goes through where x is negative: it must go through where x is positive.",
    swap={"cache > 0": "cache < 0"},
)
mistake(
    "training-layers",
    "This is the slope of the ReLU alone: multiply it by dout.",
    swap={"dout * (cache > 0)": "(cache > 0).astype(float)"},
)
mistake(
    "training-layers",
    "The gradient comes back unchanged: where x is negative nothing may come back.",
    swap={"dout * (cache > 0)": "dout"},
)
mistake(
    "training-layers",
    "These are the sizes of x: what is negative must become 0.",
    swap={"np.maximum(x, 0), x": "np.abs(x), x"},
)
mistake(
    "training-layers",
    "The ReLU keeps what is negative: it must keep what is positive.",
    swap={"np.maximum(x, 0), x": "np.minimum(x, 0), x"},
)
mistake(
    "training-layers",
    "Your function changed its 1st argument, dout",
    swap={"return dout * (cache > 0)": "dout[cache <= 0] = 0\n    return dout.copy()"},
)

# --- training-layers: the softmax loss

mistake(
    "training-layers",
    "Scores of 1000 overflow exp: subtract the largest score of each row first.",
    swap={"shifted = x - x.max(axis=1, keepdims=True)": "shifted = x"},
)
mistake(
    "training-layers",
    "Scores of 1000 overflow exp: subtract the largest score of each row first.",
    swap={
        "shifted = x - x.max(axis=1, keepdims=True)": "shifted = x",
        "log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))": (
            "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))"
        ),
    },
)
mistake(
    "training-layers",
    "The largest score of the whole batch is subtracted: a row of small scores then becomes "
    "0 / 0. Each row needs its own largest score.",
    swap={"x.max(axis=1, keepdims=True)": "x.max()"},
)
mistake(
    "training-layers",
    "The largest score is taken over the examples, and differs from class to class: take it "
    "over the classes of each row.",
    swap={"x.max(axis=1, keepdims=True)": "x.max(axis=0)"},
)
mistake(
    "training-layers",
    "The probability of a class that is far behind underflows to 0, and its logarithm is "
    "infinite: compute the logarithm from the shifted scores, not from the probability.",
    swap={
        "log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))": (
            "log_p = np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))"
        )
    },
)
mistake(
    "training-layers",
    "A small number is added to the probability before the logarithm, which cuts off large "
    "losses: compute the logarithm from the shifted scores.",
    swap={"-log_p[rows, y].mean()": "-np.log(np.exp(log_p[rows, y]) + 1e-8).mean()"},
)
mistake(
    "training-layers",
    "The loss is a mean over N, and its gradient is not.",
    swap={"dx / len(x)": "dx"},
)
mistake(
    "training-layers",
    "Loss and gradient are sums over the examples: they must be means.",
    swap={"log_p[rows, y].mean()": "log_p[rows, y].sum()", "dx / len(x)": "dx"},
)
mistake(
    "training-layers",
    "These are the probabilities divided by N: at the true class 1 must be subtracted first.",
    swap={"    dx[rows, y] -= 1\n": ""},
)
mistake(
    "training-layers",
    "1 is subtracted at every class of the batch's labels: it belongs to the true class of "
    "each example alone.",
    swap={"dx[rows, y] -= 1": "dx[:, y] -= 1"},
)
mistake(
    "training-layers",
    "The loss is negative: it is minus the logarithm of a probability.",
    swap={"float(-log_p": "float(log_p"},
)
mistake(
    "training-layers",
    "This is the mean probability of the true classes: the loss is minus its logarithm.",
    swap={"-log_p[rows, y].mean()": "np.exp(log_p[rows, y]).mean()"},
)
mistake(
    "training-layers",
    "The exponentials are summed over the examples: sum over the classes of each example.",
    swap={"np.exp(shifted).sum(axis=1, keepdims=True)": "np.exp(shifted).sum(axis=0)"},
)
mistake(
    "training-layers",
    "Your function changed its 1st argument, x",
    swap={
        "shifted = x - x.max(axis=1, keepdims=True)": (
            "x -= x.max(axis=1, keepdims=True)\n    shifted = x.copy()"
        )
    },
)

# --- training-net

mistake(
    "training-net",
    "An activation follows the last layer too.",
    swap={
        "            if i < self.depth:\n                out, cache = act(out)\n"
        "                caches.append(cache)": (
            "            out, cache = act(out)\n            caches.append(cache)"
        ),
        "            if i < self.depth:\n                dout = act_back(dout, caches.pop())": (
            "            dout = act_back(dout, caches.pop())"
        ),
    },
)
mistake(
    "training-net",
    "No activation stands between the layers.",
    swap={"out, cache = act(out)": "cache = act(out)[1]"},
)
mistake(
    "training-net",
    "The net computes with your own ReLU: take the activation from `layers`.",
    swap={
        '(act, act_back) = self.layers["affine"], self.layers["activation"]': (
            '(act, act_back) = self.layers["affine"], (relu_forward, relu_backward)'
        )
    },
)
mistake(
    "training-net",
    "The regularisation is missing.",
    swap={"            loss += 0.5 * self.reg * float((W**2).sum())\n": ""},
)
mistake(
    "training-net",
    "The factor 0.5 of the regularisation is missing.",
    swap={"loss += 0.5 * self.reg *": "loss += self.reg *"},
)
mistake(
    "training-net",
    "The penalty is divided by the number of examples: only the data loss is a mean.",
    swap={"float((W**2).sum())": "float((W**2).sum()) / len(X)"},
)
mistake(
    "training-net",
    "The penalty is a mean over the weights: it must be a sum.",
    swap={"float((W**2).sum())": "float((W**2).mean())"},
)
mistake(
    "training-net",
    "Only the weights of one layer are regularised.",
    swap={"loss += 0.5 * self.reg *": "loss += (i == self.depth) * 0.5 * self.reg *"},
)
mistake(
    "training-net",
    "The penalty takes the weights' sizes: it must take their squares.",
    swap={"(W**2).sum()": "np.abs(W).sum()"},
)
mistake(
    "training-net",
    "The biases are regularised too.",
    swap={
        'dout, dW, grads[f"b{i}"] = affine_back(dout, caches.pop())': (
            "dout, dW, db = affine_back(dout, caches.pop())\n"
            '            b = self.params[f"b{i}"]\n'
            '            grads[f"b{i}"] = db + self.reg * b\n'
            "            loss += 0.5 * self.reg * float((b**2).sum())"
        )
    },
)
mistake(
    "training-net",
    "The gradient of the regularisation is missing.",
    swap={"dW + self.reg * W": "dW"},
)
mistake(
    "training-net",
    "The gradient of 0.5 * reg * W**2 is reg * W: yours is twice that.",
    swap={"dW + self.reg * W": "dW + 2 * self.reg * W"},
)
mistake(
    "training-net",
    "The gradient of 0.5 * reg * W**2 is reg * W: yours is half of that.",
    swap={"dW + self.reg * W": "dW + 0.5 * self.reg * W"},
)
mistake(
    "training-net",
    "In the gradient the penalty is divided by the number of examples: it belongs to the loss as "
    "it is.",
    swap={"dW + self.reg * W": "dW + self.reg * W / len(X)"},
)
mistake(
    "training-net",
    "On the way back the activations are left out: each layer's gradient must pass its slope.",
    swap={"dout = act_back(dout, caches.pop())": "caches.pop()"},
)
mistake(
    "training-net",
    "These are scores or probabilities: a prediction is the class with the highest score.",
    swap={"self.loss(X).argmax(axis=1)": "self.loss(X)"},
)
mistake(
    "training-net",
    "These are the highest scores: the class that has them is due.",
    swap={"self.loss(X).argmax(axis=1)": "self.loss(X).max(axis=1)"},
)
mistake(
    "training-net",
    "This is the best example of each class: the class of each example is due.",
    swap={"argmax(axis=1)": "argmax(axis=0)"},
)
mistake(
    "training-net",
    "A net of float32 must compute in float32: give X the dtype of the net first.",
    swap={"X.astype(self.dtype)": "X"},
)
mistake(
    "training-net",
    "The parameters are float64: give them the dtype that the net was asked for.",
    swap={"W.astype(dtype)": "W", "np.zeros(dims[i], dtype)": "np.zeros(dims[i])"},
)
mistake(
    "training-net",
    "Another seed must make other weights.",
    swap={"np.random.default_rng(seed)": "np.random.default_rng(0)"},
)
mistake(
    "training-net",
    "The same seed must make the same weights.",
    swap={"np.random.default_rng(seed)": "np.random.default_rng()"},
)
mistake(
    "training-net",
    "weight_scale is the standard deviation: yours are weights of that variance.",
    swap={"rng.normal(0, weight_scale, ": "rng.normal(0, np.sqrt(weight_scale), "},
)
mistake(
    "training-net",
    "The weights have standard deviation 1: weight_scale is not used.",
    swap={"rng.normal(0, weight_scale, ": "rng.normal(0, 1, "},
)
mistake(
    "training-net",
    "The mean of the weights must be 0.",
    swap={
        "rng.normal(0, weight_scale, (dims[i - 1], dims[i]))": (
            "np.sqrt(12) * weight_scale * rng.random((dims[i - 1], dims[i]))"
        )
    },
)
mistake(
    "training-net",
    "The biases must begin at 0.",
    swap={"np.zeros(dims[i], dtype)": "rng.normal(0, weight_scale, dims[i]).astype(dtype)"},
)
mistake(
    "training-net",
    "The weights have the shape (units, inputs): it must be (inputs, units).",
    swap={"(dims[i - 1], dims[i]))": "(dims[i], dims[i - 1]))"},
)

# --- training-sgd

mistake(
    "training-sgd",
    "This climbs: the loss falls against the gradient.",
    swap={"w - config": "w + config"},
)
mistake(
    "training-sgd",
    "The rate of the config is not used.",
    swap={'config = {"learning_rate": 1e-2} | (config or {})': 'config = {"learning_rate": 1e-2}'},
)
mistake(
    "training-sgd",
    "This is the step alone: add it to w.",
    swap={"return w - config": "return -config"},
)
mistake(
    "training-sgd",
    "The gradient is not multiplied by the learning rate.",
    swap={'config["learning_rate"] * dw': "dw"},
)
mistake(
    "training-sgd",
    "The gradient is divided by the learning rate: multiply.",
    swap={'config["learning_rate"] * dw': 'dw / config["learning_rate"]'},
)
mistake(
    "training-sgd",
    "Only the sign of the gradient is used: its size counts, too.",
    swap={"* dw, config": "* np.sign(dw), config"},
)
mistake(
    "training-sgd",
    "The gradient is scaled to length 1: take it as it is.",
    swap={"* dw, config": "* dw / np.linalg.norm(dw), config"},
)
mistake(
    "training-sgd",
    "The step is multiplied by w: only rate and gradient decide it.",
    swap={"* dw, config": "* dw * w, config"},
)
mistake(
    "training-sgd",
    "The default rate is 1e-2.",
    swap={'{"learning_rate": 1e-2} |': '{"learning_rate": 1e-3} |'},
)
mistake(
    "training-sgd",
    "Called without a config: Your code raised TypeError",
    swap={'    config = {"learning_rate": 1e-2} | (config or {})\n': ""},
)
mistake(
    "training-sgd",
    "Called with an empty config: Your code raised KeyError",
    swap={
        'config = {"learning_rate": 1e-2} | (config or {})': (
            'config = {"learning_rate": 1e-2} if config is None else config'
        )
    },
)
mistake(
    "training-sgd",
    "The config that comes back has no learning rate: the next call needs it.",
    swap={"* dw, config": "* dw, {}"},
)

# --- training-solver

mistake(
    "training-solver",
    "Within an epoch some images come twice.",
    swap={"self.rng.permutation(len(X))": "self.rng.integers(len(X), size=len(X))"},
)
mistake(
    "training-solver",
    "Each minibatch is drawn anew from all images: shuffle once an epoch, then cut.",
    swap={
        "rows = order[start : start + size]": "rows = self.rng.choice(len(X), size, replace=False)"
    },
)
mistake(
    "training-solver",
    "The remainder is lost: 30 images make three batches of 8 and one of 6.",
    swap={"range(0, len(X), size)": "range(0, len(X) - size + 1, size)"},
)
mistake(
    "training-solver",
    "An epoch is one minibatch here: it must meet every image.",
    swap={"range(0, len(X), size)": "range(0, size, size)"},
)
mistake(
    "training-solver",
    "The images are not shuffled.",
    swap={"self.rng.permutation(len(X))": "np.arange(len(X))"},
)
mistake(
    "training-solver",
    "Both epochs have the same order: shuffle each anew.",
    swap={
        '        for _ in range(self.options["num_epochs"]):\n'
        "            order = self.rng.permutation(len(X))": (
            "        order = self.rng.permutation(len(X))\n"
            '        for _ in range(self.options["num_epochs"]):'
        )
    },
)
mistake(
    "training-solver",
    "Some images have the labels of others.",
    swap={"self._step(X[rows], y[rows])": "self._step(X[rows], y[start : start + size])"},
)
mistake(
    "training-solver",
    "The accuracies are measured after every step: once an epoch is due.",
    swap={
        "                self._step(X[rows], y[rows])\n            self._measure()": (
            "                self._step(X[rows], y[rows])\n                self._measure()"
        )
    },
)
mistake(
    "training-solver",
    "An epoch is missing.",
    swap={'in range(self.options["num_epochs"])': 'in range(1, self.options["num_epochs"])'},
)
mistake(
    "training-solver",
    "Another seed must give another run: is yours used?",
    swap={'np.random.default_rng(self.options["seed"])': "np.random.default_rng(3)"},
)
mistake(
    "training-solver",
    "The same seed must give the same run.",
    swap={"self.rng.permutation(len(X))": "np.random.permutation(len(X))"},
)
mistake(
    "training-solver",
    "The model is not measured before the first step.",
    swap={
        "self.best_val_acc = -1.0\n        self._measure()": (
            "self.best_val_acc, self.best_params = -1.0, {}"
        )
    },
)
mistake(
    "training-solver",
    "These are the last parameters, not the best: keep copies.",
    swap={"{name: w.copy() for name, w in self.model.params.items()}": "self.model.params"},
)
mistake(
    "training-solver",
    "The model ends with the last parameters: give it the best.",
    swap={"self.model.params[name] = best.copy()": "pass"},
)
mistake(
    "training-solver",
    "The best is chosen by training accuracy: choose by validation accuracy.",
    swap={
        "if self.val_acc_history[-1] > self.best_val_acc:\n"
        "            self.best_val_acc = self.val_acc_history[-1]": (
            "if self.train_acc_history[-1] > self.best_val_acc:\n"
            "            self.best_val_acc = self.train_acc_history[-1]"
        )
    },
)
mistake(
    "training-solver",
    "Training and validation accuracy are exchanged.",
    swap={
        '("train", self.train_acc_history), ("val", self.val_acc_history)': (
            '("val", self.train_acc_history), ("train", self.val_acc_history)'
        )
    },
)
mistake(
    "training-solver",
    "These are percentages: accuracies lie between 0 and 1.",
    swap={"float(np.mean(right))": "100 * float(np.mean(right))"},
)
mistake(
    "training-solver",
    "These are numbers of right answers: an accuracy is their share.",
    swap={"float(np.mean(right))": "float(np.sum(right))"},
)
mistake(
    "training-solver",
    "The loss of an epoch's last step only is noted: every step has one.",
    swap={
        "        self.loss_history.append(float(loss))": (
            "        self.loss_history = [float(loss)]"
        )
    },
)
mistake(
    "training-solver",
    "Of two equal bests the later is kept: keep the parameters that first reached it.",
    swap={"> self.best_val_acc": ">= self.best_val_acc"},
)
mistake(
    "training-solver",
    "Even when nothing was ever right there must be best parameters.",
    swap={"self.best_val_acc = -1.0": "self.best_val_acc, self.best_params = 0.0, {}"},
)
mistake(
    "training-solver",
    "A float32 parameter must stay float32 when the rule gives float64.",
    swap={"next_w.astype(w.dtype)": "next_w"},
)
mistake(
    "training-solver",
    "A misspelt option must not be swallowed.",
    swap={"if unknown := set(options) - set(known):": "if unknown := set():"},
)
mistake(
    "training-solver",
    "Both parameters share one config: each needs its own.",
    swap={
        '{name: dict(self.options["config"]) for name in model.params}': (
            'dict(self.options["config"])'
        ),
        'self.configs[name]["learning_rate"] = rate': 'self.configs["learning_rate"] = rate',
        "next_w, self.configs[name] = self.rule(w, grads[name], self.configs[name])": (
            "next_w, self.configs = self.rule(w, grads[name], self.configs)"
        ),
    },
)
mistake(
    "training-solver",
    "The config that the rule returns is lost: hand it over at the next call.",
    swap={
        "next_w, self.configs[name] = self.rule(w, grads[name], self.configs[name])": (
            "next_w, _ = self.rule(w, grads[name], self.configs[name])"
        )
    },
)
mistake(
    "training-solver",
    "Your function changed its argument config",
    swap={'dict(self.options["config"])': 'self.options["config"]'},
)
mistake(
    "training-solver",
    "The first config does not reach the rule.",
    swap={'dict(self.options["config"])': "{}"},
)
mistake(
    "training-solver",
    "The schedule is asked once an epoch: its argument is the number of the step.",
    swap={"(len(self.loss_history))": "(len(self.val_acc_history) - 1)"},
)
mistake(
    "training-solver",
    "The schedule begins with step 1: the first step has the number 0.",
    swap={"(len(self.loss_history))": "(len(self.loss_history) + 1)"},
)
mistake(
    "training-solver",
    "The schedule is not used.",
    swap={'if self.options["schedule"]:': "if False:"},
)

# --- training-sigmoid-tanh

mistake(
    "training-sigmoid-tanh",
    "sigmoid: the slope is made of x: it must be made of the value.",
    swap={"# without exp(1000)\n    return out, out": "\n    return out, x"},
)
mistake(
    "training-sigmoid-tanh",
    "The sign of the exponent is wrong: this is the sigmoid of -x.",
    swap={"0.5 * (1 + np.tanh(0.5 * x))": "0.5 * (1 - np.tanh(0.5 * x))"},
)
mistake(
    "training-sigmoid-tanh",
    "This is the sigmoid of 2x: tanh x is 2 sigmoid(2x) - 1, so x must be halved.",
    swap={"np.tanh(0.5 * x)": "np.tanh(x)"},
)
mistake(
    "training-sigmoid-tanh",
    "The factor 1 - value is missing in the slope.",
    swap={"dout * cache * (1 - cache)": "dout * cache"},
)
mistake(
    "training-sigmoid-tanh",
    "The factor value is missing in the slope of the sigmoid.",
    swap={"dout * cache * (1 - cache)": "dout * (1 - cache)"},
)
mistake(
    "training-sigmoid-tanh",
    "This is the slope alone: multiply it by dout.",
    swap={"dout * cache * (1 - cache)": "cache * (1 - cache)"},
)
mistake(
    "training-sigmoid-tanh",
    "The sigmoid is applied twice: its value is in the cache already.",
    swap={
        "return dout * cache * (1 - cache)": (
            "s = 1 / (1 + np.exp(-cache))\n    return dout * s * (1 - s)"
        )
    },
)
mistake(
    "training-sigmoid-tanh",
    "Inputs of 1000 make inf / inf: let exp see negative numbers only.",
    swap={"0.5 * (1 + np.tanh(0.5 * x))": "np.exp(x) / (1 + np.exp(x))"},
)
mistake(
    "training-sigmoid-tanh",
    "Inputs of 1000 make inf / inf: let exp see negative numbers only.",
    swap={
        "out = np.tanh(x)": "out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))",
    },
)
mistake(
    "training-sigmoid-tanh",
    "This is the sigmoid, stretched: tanh has 2x inside.",
    swap={"out = np.tanh(x)": "out = np.tanh(x / 2)"},
)
mistake(
    "training-sigmoid-tanh",
    "This is the sigmoid: tanh lies between -1 and 1.",
    swap={"out = np.tanh(x)": "out = 1 / (1 + np.exp(-x))"},
)
mistake(
    "training-sigmoid-tanh",
    "The value is not squared in the slope of tanh.",
    swap={"(1 - cache**2)": "(1 - cache)"},
)
mistake(
    "training-sigmoid-tanh",
    "This is the slope of tanh alone: multiply it by dout.",
    swap={"dout * (1 - cache**2)": "1 - cache**2"},
)
mistake(
    "training-sigmoid-tanh",
    "tanh is applied twice: its value is in the cache already.",
    swap={"(1 - cache**2)": "(1 - np.tanh(cache) ** 2)"},
)
mistake(
    "training-sigmoid-tanh",
    "The slope of tanh is made of x: it must be made of the value.",
    swap={"out = np.tanh(x)\n    return out, out": "out = np.tanh(x)\n    return out, x"},
)

# --- training-relu-family

mistake(
    "training-relu-family",
    "Where x is negative the result is 0: that is the plain ReLU.",
    swap={
        "return np.where(x > 0, x, alpha * x), (x, alpha)": "return np.maximum(x, 0), (x, alpha)"
    },
)
mistake(
    "training-relu-family",
    "The larger of x and alpha * x is right only as long as alpha is below 1: look at the sign of x.",
    swap={
        "return np.where(x > 0, x, alpha * x), (x, alpha)": (
            "return np.maximum(x, alpha * x), (x, alpha)"
        )
    },
)
mistake(
    "training-relu-family",
    "The sides are exchanged: alpha belongs to the negative x.",
    swap={"np.where(x > 0, x, alpha * x)": "np.where(x > 0, alpha * x, x)"},
)
mistake(
    "training-relu-family",
    "Where x is negative the result is alpha: it must be alpha times x.",
    swap={"np.where(x > 0, x, alpha * x)": "np.where(x > 0, x, alpha)"},
)
mistake(
    "training-relu-family",
    "Where x is negative the sign is lost: alpha * x is negative, too.",
    swap={"np.where(x > 0, x, alpha * x)": "np.where(x > 0, x, alpha * np.abs(x))"},
)
mistake(
    "training-relu-family",
    "Where x is negative nothing comes back: that is the plain ReLU.",
    swap={"np.where(x > 0, dout, alpha * dout)": "np.where(x > 0, dout, 0)"},
)
mistake(
    "training-relu-family",
    "Where x is negative alpha comes back: it must be alpha times dout.",
    swap={"np.where(x > 0, dout, alpha * dout)": "np.where(x > 0, dout, alpha)"},
)
mistake(
    "training-relu-family",
    "The mask comes from dout: what counts is the sign of x.",
    swap={"np.where(x > 0, dout, alpha * dout)": "np.where(dout > 0, dout, alpha * dout)"},
)
mistake(
    "training-relu-family",
    "The default slope of the leaky ReLU is 0.01.",
    swap={"alpha: float = 0.01": "alpha: float = 0.1"},
)
mistake(
    "training-relu-family",
    "The 1 is not subtracted: ELU is 0 at 0.",
    swap={"np.expm1(np.minimum(x, 0))": "np.exp(np.minimum(x, 0))"},
)
mistake(
    "training-relu-family",
    "alpha is left out where x is negative.",
    swap={"alpha * np.expm1(": "np.expm1("},
)
mistake(
    "training-relu-family",
    "alpha stands in the exponent: it multiplies the exponential.",
    swap={"alpha * np.expm1(np.minimum(x, 0))": "np.expm1(alpha * np.minimum(x, 0))"},
)
mistake(
    "training-relu-family",
    "The factor alpha is missing in the slope.",
    swap={"dout * alpha * np.exp(": "dout * np.exp("},
)
mistake(
    "training-relu-family",
    "The slope is the value of ELU here: e to the x has the slope e to the x, without the -1.",
    swap={"dout * alpha * np.exp(np.minimum(x, 0))": "dout * alpha * np.expm1(np.minimum(x, 0))"},
)
mistake(
    "training-relu-family",
    "The slope is the value plus 1, which is right for alpha 1 alone: it is the value plus alpha.",
    swap={
        "dout * alpha * np.exp(np.minimum(x, 0))": (
            "dout * (alpha * np.expm1(np.minimum(x, 0)) + 1)"
        )
    },
)
mistake(
    "training-relu-family",
    "Where x is negative nothing comes back from ELU: its slope there is not 0.",
    swap={"np.where(x > 0, dout, dout * alpha * np.exp(np.minimum(x, 0)))": "dout * (x > 0)"},
)
mistake(
    "training-relu-family",
    "ELU of 1000 must be 1000: 0 times inf is nan.",
    swap={
        "np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))": (
            "(x > 0) * x + (x <= 0) * alpha * np.expm1(x)"
        )
    },
)
mistake(
    "training-relu-family",
    "The slope of ELU at 1000 must be 1: 0 times inf is nan.",
    swap={
        "np.where(x > 0, dout, dout * alpha * np.exp(np.minimum(x, 0)))": (
            "dout * ((x > 0) + (x <= 0) * alpha * np.exp(x))"
        )
    },
)
mistake(
    "training-relu-family",
    "The default alpha of ELU is 1.",
    swap={"alpha: float = 1.0": "alpha: float = 0.01"},
)
mistake(
    "training-relu-family",
    "These are the zeros: a dead unit is 0 for every image.",
    swap={"(out == 0).all(axis=0).sum()": "(out == 0).sum()"},
)
mistake(
    "training-relu-family",
    "These are units that are 0 for some image: a dead one is 0 for every image.",
    swap={"all(axis=0)": "any(axis=0)"},
)
mistake(
    "training-relu-family",
    "These are images without a signal: units are the columns.",
    swap={"all(axis=0)": "all(axis=1)"},
)
mistake(
    "training-relu-family",
    "These are the units that live.",
    swap={"(out == 0).all(axis=0)": "(out != 0).any(axis=0)"},
)
mistake(
    "training-relu-family",
    "These are the units that are never 0: count those that are always 0.",
    swap={"(out == 0).all(axis=0)": "(out != 0).all(axis=0)"},
)
mistake(
    "training-relu-family",
    "This is the share of dead units: their number is due.",
    swap={"int((out == 0).all(axis=0).sum())": "float((out == 0).all(axis=0).mean())"},
)
mistake(
    "training-relu-family",
    "This says for each unit whether it is dead: their number is due.",
    swap={"int((out == 0).all(axis=0).sum())": "(out == 0).all(axis=0)"},
)

# --- training-prelu-maxout

mistake(
    "training-prelu-maxout",
    "The larger of x and alpha * x is right only as long as alpha is below 1: look at the sign of x.",
    swap={"np.where(x > 0, x, alpha * x)": "np.maximum(x, alpha * x)"},
)
mistake(
    "training-prelu-maxout",
    "The sides are exchanged: alpha belongs to the negative x.",
    swap={"np.where(x > 0, x, alpha * x)": "np.where(x > 0, alpha * x, x)"},
)
mistake(
    "training-prelu-maxout",
    "All columns have one slope here: each has its own.",
    swap={"np.where(x > 0, x, alpha * x)": "np.where(x > 0, x, alpha.mean() * x)"},
)
mistake(
    "training-prelu-maxout",
    "dalpha is a mean: the pulls of all images add up.",
    swap={"np.where(x > 0, 0, dout * x).sum(axis=0)": "np.where(x > 0, 0, dout * x).mean(axis=0)"},
)
mistake(
    "training-prelu-maxout",
    "Positive x say nothing about alpha.",
    swap={"np.where(x > 0, 0, dout * x).sum(axis=0)": "(dout * x).sum(axis=0)"},
)
mistake(
    "training-prelu-maxout",
    "dalpha is one number: each column has its own.",
    swap={"np.where(x > 0, 0, dout * x).sum(axis=0)": "np.where(x > 0, 0, dout * x).sum()"},
)
mistake(
    "training-prelu-maxout",
    "dalpha has one number for each entry of x: sum over the images.",
    swap={"np.where(x > 0, 0, dout * x).sum(axis=0)": "np.where(x > 0, 0, dout * x)"},
)
mistake(
    "training-prelu-maxout",
    "dalpha lacks dout: each negative x pulls with its own dout.",
    swap={"np.where(x > 0, 0, dout * x)": "np.where(x > 0, 0, x)"},
)
mistake(
    "training-prelu-maxout",
    "dalpha lacks x: the slope of alpha * x with respect to alpha is x.",
    swap={"np.where(x > 0, 0, dout * x)": "np.where(x > 0, 0, dout)"},
)
mistake(
    "training-prelu-maxout",
    "dalpha contains alpha: the slope of alpha * x with respect to alpha is x alone.",
    swap={"np.where(x > 0, 0, dout * x)": "np.where(x > 0, 0, dout * alpha * x)"},
)
mistake(
    "training-prelu-maxout",
    "Where x is negative no dx comes back: that is the plain ReLU.",
    swap={"np.where(x > 0, dout, alpha * dout)": "np.where(x > 0, dout, 0)"},
)
mistake("training-prelu-maxout", "The biases are missing.", swap={"x @ w + b[:, None]": "x @ w"})
mistake(
    "training-prelu-maxout",
    "This is the smallest piece: the largest is due.",
    swap={"pieces.max(axis=0)": "pieces.min(axis=0)", "pieces.argmax": "pieces.argmin"},
)
mistake(
    "training-prelu-maxout",
    "The pieces are added up: the largest is due.",
    swap={"pieces.max(axis=0)": "pieces.sum(axis=0)"},
)
mistake(
    "training-prelu-maxout",
    "The pieces are averaged: the largest is due.",
    swap={"pieces.max(axis=0)": "pieces.mean(axis=0)"},
)
mistake(
    "training-prelu-maxout",
    "This is the number of the winning piece: its value is due.",
    swap={"return pieces.max(axis=0)": "return pieces.argmax(axis=0)"},
)
mistake(
    "training-prelu-maxout",
    "What is negative becomes 0, as in a ReLU: maxout has no 0 of its own.",
    swap={"return pieces.max(axis=0)": "return np.maximum(pieces.max(axis=0), 0)"},
)
mistake(
    "training-prelu-maxout",
    "Every piece gets the gradient: it belongs to the winner alone.",
    swap={"dpieces = wins * dout": "dpieces = np.stack([dout] * len(w))"},
)
mistake(
    "training-prelu-maxout",
    "The gradient is shared among the pieces: the winner gets all of it.",
    swap={"dpieces = wins * dout": "dpieces = np.stack([dout / len(w)] * len(w))"},
)
mistake(
    "training-prelu-maxout",
    "The gradient is handed on without dout.",
    swap={"dpieces = wins * dout": "dpieces = wins * np.ones_like(dout)"},
)
mistake(
    "training-prelu-maxout",
    "dx is a mean over the pieces: their pulls add up.",
    swap={
        "(dpieces @ w.transpose(0, 2, 1)).sum(axis=0)": "(dpieces @ w.transpose(0, 2, 1)).mean(0)"
    },
)
mistake(
    "training-prelu-maxout",
    "db is a mean over the images: their pulls add up.",
    swap={"dpieces.sum(axis=1)": "dpieces.mean(axis=1)"},
)
