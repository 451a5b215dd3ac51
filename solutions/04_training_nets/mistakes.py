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
    "Only the weights of the last layer are regularised.",
    swap={"loss += 0.5 * self.reg *": "loss += (i == self.depth) * 0.5 * self.reg *"},
)
mistake(
    "training-net",
    "The weights of the last layer are not regularised.",
    swap={"loss += 0.5 * self.reg *": "loss += (i < self.depth) * 0.5 * self.reg *"},
)
mistake(
    "training-net",
    "In the gradient only the weights of the first layer are regularised.",
    swap={"dW + self.reg * W": "dW + (i == 1) * self.reg * W"},
)
mistake(
    "training-net",
    "This is one number for the whole batch: each example has a class of its own.",
    swap={"argmax(axis=1)": "argmax()"},
)
mistake(
    "training-net",
    "Only the weights of the first layer are regularised.",
    swap={"loss += 0.5 * self.reg *": "loss += (i == 1) * 0.5 * self.reg *"},
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
        "dout, dW, grads[f\"b{i}\"] = affine_back(dout, caches.pop())": (
            "dout, dW, db = affine_back(dout, caches.pop())\n"
            "            b = self.params[f\"b{i}\"]\n"
            "            grads[f\"b{i}\"] = db + self.reg * b\n"
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
    "A minibatch ends at start + size, not at size: most are empty.",
    swap={"order[start : start + size]": "order[start:size]"},
)
mistake(
    "training-solver",
    "best_val_acc stays as it was: note the better accuracy together with its parameters.",
    swap={"            self.best_val_acc = self.val_acc_history[-1]\n": ""},
)
mistake(
    "training-solver",
    "The losses are not noted.",
    swap={"        self.loss_history.append(float(loss))\n": ""},
)
mistake(
    "training-solver",
    "What the rule returns does not reach the model: its parameters stay as they were.",
    swap={"self.model.params[name] = next_w.astype": "w = next_w.astype"},
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
    swap={"return np.where(x > 0, x, alpha * x), (x, alpha)": "return np.maximum(x, 0), (x, alpha)"},
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
    "alpha * x is added where x is positive, too.",
    swap={"np.where(x > 0, x, alpha * x)": "x * (x > 0) + alpha * x"},
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
    swap={"(dpieces @ w.transpose(0, 2, 1)).sum(axis=0)": "(dpieces @ w.transpose(0, 2, 1)).mean(0)"},
)
mistake(
    "training-prelu-maxout",
    "db is a mean over the images: their pulls add up.",
    swap={"dpieces.sum(axis=1)": "dpieces.mean(axis=1)"},
)

# --- training-preprocess

mistake('training-preprocess', 'The statistics must come from the training images.', swap={'images - train.mean(axis=axes, keepdims=True)': 'images - images.mean(axis=axes, keepdims=True)', 'out / train.std(axis=axes, keepdims=True)': 'out / images.std(axis=axes, keepdims=True)'})
mistake('training-preprocess', 'The mean comes from the training images, and the deviation must, too.', swap={'out / train.std(axis=axes, keepdims=True)': 'out / images.std(axis=axes, keepdims=True)'})
mistake('training-preprocess', 'One mean for everything: each channel has its own.', swap={'images - train.mean(axis=axes, keepdims=True)': 'images - (train.mean(axis=axes, keepdims=True) if how == "mean image" else train.mean())'})
mistake('training-preprocess', 'One deviation for all channels: each channel has its own.', swap={'out / train.std(axis=axes, keepdims=True)': 'out / train.std()'})
mistake('training-preprocess', "These are statistics of each pixel: take the channel's.", swap={'axes = 0 if how == "mean image" else (0, 2, 3)': 'axes = (0, 2, 3) if how == "channel mean" else 0'})
mistake('training-preprocess', 'This is the channel mean: the mean image has a mean for each pixel.', swap={'axes = 0 if how == "mean image" else (0, 2, 3)': 'axes = (0, 2, 3)'})
mistake('training-preprocess', 'This is the mean image: of each channel one mean is due.', swap={'axes = 0 if how == "mean image" else (0, 2, 3)': 'axes = 0'})
mistake('training-preprocess', 'The mean image has no channels here: each channel of each pixel has its own mean.', swap={'axes = 0 if how == "mean image" else (0, 2, 3)': 'axes = (0, 1) if how == "mean image" else (0, 2, 3)'})
mistake('training-preprocess', 'Each image has a mean of its own here: the means go over all training images.', swap={'axes = 0 if how == "mean image" else (0, 2, 3)': 'axes = 0 if how == "mean image" else (2, 3)', 'images - train.mean(axis=axes, keepdims=True)': 'images - (train if how == "mean image" else images).mean(axis=axes, keepdims=True)', 'out / train.std(axis=axes, keepdims=True)': 'out / images.std(axis=axes, keepdims=True)'})
mistake('training-preprocess', 'Axis 3 counts columns of pixels: the channels are axis 1.', swap={'else (0, 2, 3)': 'else (0, 1, 2)'})
mistake('training-preprocess', 'This is divided by the variance: the root is missing.', swap={'out / train.std(axis=axes, keepdims=True)': 'out / train.var(axis=axes, keepdims=True)'})
mistake('training-preprocess', 'The deviation divides by N - 1: divide by N.', swap={'out / train.std(axis=axes, keepdims=True)': 'out / train.std(axis=axes, keepdims=True, ddof=1)'})
mistake('training-preprocess', 'The division by the standard deviation is missing.', swap={'return out / train.std(axis=axes, keepdims=True) if how == "normalise" else out': 'return out'})
mistake('training-preprocess', 'The images are divided by the deviation, and their mean is still there.', swap={'return out / train.std(axis=axes, keepdims=True)': 'return images / train.std(axis=axes, keepdims=True)'})
mistake('training-preprocess', 'The mean is cut off to a whole number, and what falls below 0 comes out near 255: compute with floats.', swap={'images - train.mean(axis=axes, keepdims=True)': 'images - train.mean(axis=axes, keepdims=True).astype(images.dtype)'})
mistake('training-preprocess', 'The pixels are divided by 255: only mean and deviation are asked for.', swap={'out = images - train.mean(axis=axes, keepdims=True)': 'out = (images - train.mean(axis=axes, keepdims=True)) / 255'})
mistake('training-preprocess', 'it knows no such way.', swap={'if how not in ("mean image", "channel mean", "normalise"):': 'if how == "":'})
mistake('training-preprocess', 'These coordinates are only turned: divide by the standard deviations.', swap={' / np.sqrt(variances[::-1][:dims] + epsilon), directions': ', directions'})
mistake('training-preprocess', 'This is divided by the variance: the root is missing.', swap={'np.sqrt(variances[::-1][:dims] + epsilon), directions': '(variances[::-1][:dims] + epsilon), directions'})
mistake('training-preprocess', 'The mean is not subtracted.', swap={'(X - mean) @ directions.T': 'X @ directions.T'})
mistake('training-preprocess', 'The mean of X is subtracted: subtract that of the training rows.', swap={'(X - mean) @ directions.T': '(X - X.mean(axis=0)) @ directions.T'})
mistake('training-preprocess', 'epsilon is not added to the variances.', swap={'np.sqrt(variances[::-1][:dims] + epsilon), directions': 'np.sqrt(variances[::-1][:dims]), directions'})
mistake('training-preprocess', 'epsilon is added to the standard deviation: add it to the variance, under the root.', swap={'np.sqrt(variances[::-1][:dims] + epsilon), directions': '(np.sqrt(variances[::-1][:dims]) + epsilon), directions'})
mistake('training-preprocess', 'The variances divide by N - 1: divide by N.', swap={'@ centred_X / len(X_train))': '@ centred_X / (len(X_train) - 1))'})
mistake('training-preprocess', 'The products are summed: variances are means over the training rows.', swap={'@ centred_X / len(X_train))': '@ centred_X)'})
mistake('training-preprocess', 'The directions come from rows that are not centred: subtract the mean first.', swap={'centred_X = X_train - mean': 'centred_X = X_train'})
mistake('training-preprocess', 'These are the directions of the smallest variances: eigh sorts them in ascending order.', swap={'vectors[:, ::-1][:, :dims].T': 'vectors[:, :dims].T', 'variances[::-1][:dims]': 'variances[:dims]'})
mistake('training-preprocess', 'The variances belong to other directions: reverse them, too.', swap={'variances[::-1][:dims]': 'variances[:dims]'})
mistake('training-preprocess', 'The directions are columns: rows are due, shape (dims, D).', swap={'np.sqrt(variances[::-1][:dims] + epsilon), directions': 'np.sqrt(variances[::-1][:dims] + epsilon), directions.T'})
mistake('training-preprocess', 'The eigenvectors are the columns of what eigh returns, not its rows.', swap={'vectors[:, ::-1][:, :dims].T': 'vectors[::-1][:dims]'})
mistake('training-preprocess', 'The default epsilon is 1e-5.', swap={'epsilon: float = 1e-5': 'epsilon: float = 1e-8'})
mistake('training-preprocess', 'Your function changed its 1st argument, X_train', swap={'centred_X = X_train - mean': 'X_train -= mean\n    centred_X = X_train.copy()'})
mistake('training-preprocess', 'The mean is divided by 255, and the images are not.', swap={'images - train.mean(axis=axes, keepdims=True)': 'images - train.mean(axis=axes, keepdims=True) / 255'})
mistake('training-preprocess', 'These are sums of squares: the variances are means over the training rows, so divide by N.', swap={'np.sqrt(variances[::-1][:dims] + epsilon), directions': 'np.sqrt(len(X_train) * (variances[::-1][:dims] + epsilon)), directions'})

# --- training-init

mistake('training-init', "He's variance is that of the inputs alone, 2 / fan_in: this is a mean of inputs and units.", swap={'np.sqrt(2 / fan_in)}': 'np.sqrt(4 / (fan_in + fan_out))}'})
mistake('training-init', 'The mean square is halved, and so the deviation is divided by the root of 2, not by its root again.', swap={'"relu": 0.5': '"relu": np.sqrt(0.5)'})
mistake('training-init', 'This is the variance: the standard deviation is its root.', swap={'np.sqrt(2 / (fan_in + fan_out))': '2 / (fan_in + fan_out)', 'np.sqrt(2 / fan_in)}': '2 / fan_in}'})
mistake('training-init', 'fan_in and fan_out are the other way round.', swap={'np.sqrt(2 / fan_in)}': 'np.sqrt(2 / fan_out)}'})
mistake('training-init', "He's variance is 2 / fan_in: the 2 is missing.", swap={'np.sqrt(2 / fan_in)}': 'np.sqrt(1 / fan_in)}'})
mistake('training-init', "Xavier's variance is 2 / (fan_in + fan_out): the 2 is missing.", swap={'np.sqrt(2 / (fan_in + fan_out))': 'np.sqrt(1 / (fan_in + fan_out))'})
mistake('training-init', 'This is 1 / fan_in, an older form of Xavier: here its variance is 2 / (fan_in + fan_out).', swap={'np.sqrt(2 / (fan_in + fan_out))': 'np.sqrt(1 / fan_in)'})
mistake('training-init', '"xavier" and "he" are exchanged.', swap={'"xavier": np.sqrt(2 / (fan_in + fan_out)), "he": np.sqrt(2 / fan_in)': '"he": np.sqrt(2 / (fan_in + fan_out)), "xavier": np.sqrt(2 / fan_in)'})
mistake('training-init', "This is Glorot's 6 / (fan_in + fan_out), the square of a uniform draw's bound: for normal numbers the variance is 2 / (fan_in + fan_out).", swap={'np.sqrt(2 / (fan_in + fan_out))': 'np.sqrt(6 / (fan_in + fan_out))'})
mistake('training-init', '"small" has standard deviation 0.01, not that variance.', swap={'"small": 0.01, "large": 1.0': '"small": 0.1, "large": 1.0'})
mistake('training-init', 'The shape is (fan_out, fan_in): inputs come first.', swap={'stds[how], (fan_in, fan_out))': 'stds[how], (fan_out, fan_in))'})
mistake('training-init', 'Zeros are due: 0 is the deviation of "zeros".', swap={'"zeros": 0.0': '"zeros": 1e-8'})
mistake('training-init', 'it knows no such weights.', swap={'stds[how], (fan_in, fan_out))': 'stds.get(how, 1.0), (fan_in, fan_out))', 'if how not in stds:': 'if not how:'})
mistake('training-init', 'Draw from rng: generators of other seeds must give other weights.', swap={'return rng.normal(0, stds[how]': 'return np.random.default_rng(0).normal(0, stds[how]'})
mistake('training-init', 'Draw from rng: generators of the same seed must give the same weights.', swap={'return rng.normal(0, stds[how]': 'return np.random.normal(0, stds[how]'})
mistake('training-init', 'The mean of the weights must be 0.', swap={'rng.normal(0, stds[how], (fan_in, fan_out))': 'np.sqrt(12) * stds[how] * rng.random((fan_in, fan_out))'})
mistake('training-init', 'These numbers are drawn uniformly: normal ones are due.', swap={'rng.normal(0, stds[how], (fan_in, fan_out))': 'np.sqrt(12) * stds[how] * (rng.random((fan_in, fan_out)) - 0.5)'})
mistake('training-init', 'All weights have one size, and only the sign is random: normal numbers are due.', swap={'rng.normal(0, stds[how], (fan_in, fan_out))': 'stds[how] * rng.choice([-1.0, 1.0], (fan_in, fan_out))'})
mistake('training-init', 'A ReLU halves the mean square: that is missing.', swap={'"relu": 0.5': '"relu": 1.0'})
mistake('training-init', 'Nothing has been halved yet in front of the first ReLU.', swap={'np.sqrt(width) * std * factor ** np.arange(depth)': 'factor ** np.arange(1, depth + 1)'})
mistake('training-init', 'The square is halved, not the deviation.', swap={'"relu": 0.5': '"relu": 0.25'})
mistake('training-init', 'These are variances: take the root.', swap={'return np.sqrt(width) * std * factor ** np.arange(depth)': 'return (np.sqrt(width) * std * factor ** np.arange(depth)) ** 2'})
mistake('training-init', 'Of n products the variances add up, so the deviation grows by the root of n.', swap={'factor = np.sqrt(width * kept[activation]) * std': 'factor = width * np.sqrt(kept[activation]) * std', 'np.sqrt(width) * std * factor': 'width * std * factor'})
mistake('training-init', 'The list begins with the inputs: entry 0 is what enters the first activation.', swap={'np.sqrt(width) * std * factor ** np.arange(depth)': 'np.concatenate([[1.0], np.sqrt(width) * std * factor ** np.arange(depth)])[:-1]'})
mistake('training-init', 'Here the list begins after the first layer: entry 0 belongs to the first layer.', swap={'factor ** np.arange(depth)': 'factor ** np.arange(1, depth + 1)'})
mistake('training-init', 'Only the last layer is there: one deviation for each layer is due.', swap={'factor ** np.arange(depth)': 'factor ** (depth - 1)'})
mistake('training-init', 'Every layer has the deviation of the first: each multiplies that of the one before.', swap={'factor ** np.arange(depth)': 'np.ones(depth)'})
mistake('training-init', 'The deviation grows by a sum here: each layer multiplies it.', swap={'np.sqrt(width) * std * factor ** np.arange(depth)': 'np.sqrt(width) * std + factor * np.arange(depth)'})
mistake('training-init', 'std is a standard deviation: here it is taken for a variance.', swap={'factor = np.sqrt(width * kept[activation]) * std': 'factor = np.sqrt(width * kept[activation] * std)', 'np.sqrt(width) * std *': 'np.sqrt(width * std) *'})
mistake('training-init', 'the docstring names two activations.', swap={'if activation not in kept:': 'if not activation:', 'np.sqrt(width * kept[activation])': 'np.sqrt(width * kept.get(activation, 1.0))'})

# --- training-momentum

mistake('training-momentum', 'The velocity is forgotten between calls: return it in the config.', swap={'return w + v, config | {"velocity": v}': 'return w + v, config'})
mistake('training-momentum', 'The velocity is forgotten between calls: return it in the config.', swap={'return w - mu * old + (1 + mu) * v, config | {"velocity": v}': 'return w - mu * old + (1 + mu) * v, config'})
mistake('training-momentum', 'This climbs: the gradient slows the ball where it should push it.', swap={'config["velocity"] - config["learning_rate"] * dw': 'config["velocity"] + config["learning_rate"] * dw'})
mistake('training-momentum', 'This climbs: the gradient slows the ball where it should push it.', swap={'mu * old - config["learning_rate"] * dw': 'mu * old + config["learning_rate"] * dw'})
mistake('training-momentum', 'The velocity is subtracted, so w goes the other way: add it.', swap={'return w + v, config | {"velocity": v}': 'return w - v, config | {"velocity": v}'})
mistake('training-momentum', 'This is the velocity alone: add it to w.', swap={'return w + v, config | {"velocity": v}': 'return v, config | {"velocity": v}'})
mistake('training-momentum', 'The velocity is kept without the learning rate: when a schedule changes the rate, the steps that are already in it would change, too.', swap={'v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw': 'v = config["momentum"] * config["velocity"] - dw', 'return w + v, config | {"velocity": v}': 'return w + config["learning_rate"] * v, config | {"velocity": v}'})
mistake('training-momentum', 'The velocity is kept without the learning rate: when a schedule changes the rate, the steps that are already in it would change, too.', swap={'v = mu * old - config["learning_rate"] * dw': 'v = mu * old - dw', 'w - mu * old + (1 + mu) * v': 'w + config["learning_rate"] * (-mu * old + (1 + mu) * v)'})
mistake('training-momentum', 'The velocity is kept with the opposite sign: w moves by adding it.', swap={'v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw': 'v = config["momentum"] * config["velocity"] + config["learning_rate"] * dw', 'return w + v, config | {"velocity": v}': 'return w - v, config | {"velocity": v}'})
mistake('training-momentum', 'The gradient is weighted with 1 - momentum: here it counts in full.', swap={'v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw': 'v = config["momentum"] * config["velocity"] - (1 - config["momentum"]) * config["learning_rate"] * dw'})
mistake('training-momentum', 'w moves by the old velocity: update it first.', swap={'return w + v, config | {"velocity": v}': 'return w + config["velocity"], config | {"velocity": v}'})
mistake('training-momentum', 'The momentum slows the gradient as well: it belongs to the old velocity alone.', swap={'v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw': 'v = config["momentum"] * (config["velocity"] - config["learning_rate"] * dw)'})
mistake('training-momentum', 'The momentum of the config is not used.', swap={'v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw': 'v = 0.9 * config["velocity"] - config["learning_rate"] * dw'})
mistake('training-momentum', 'Nothing slows the old velocity: multiply it by the momentum.', swap={'v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw': 'v = config["velocity"] - config["learning_rate"] * dw'})
mistake('training-momentum', 'Two runs share one default dict: the second begins with the velocity of the first. Make a new dict in each call.', swap={'def sgd_momentum(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:': 'def sgd_momentum(w: np.ndarray, dw: np.ndarray, config: dict = {}) -> tuple:', '    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})\n    v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw\n    return w + v, config | {"velocity": v}': '    for key, value in {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)}.items():\n        config.setdefault(key, value)\n    v = config["momentum"] * config["velocity"] - config["learning_rate"] * dw\n    config["velocity"] = v\n    return w + v, config'})
mistake('training-momentum', 'Two runs share one default dict: the second begins with the velocity of the first. Make a new dict in each call.', swap={'def nesterov_momentum(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:': 'def nesterov_momentum(w: np.ndarray, dw: np.ndarray, config: dict = {}) -> tuple:', '    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})\n    mu, old': '    for key, value in {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)}.items():\n        config.setdefault(key, value)\n    mu, old', 'return w - mu * old + (1 + mu) * v, config | {"velocity": v}': 'config["velocity"] = v\n    return w - mu * old + (1 + mu) * v, config'})
mistake('training-momentum', "This is plain momentum: Nesterov's w needs the old velocity too.", swap={'return w - mu * old + (1 + mu) * v': 'return w + v'})
mistake('training-momentum', "Old and new velocity are exchanged in Nesterov's step.", swap={'w - mu * old + (1 + mu) * v': 'w - mu * v + (1 + mu) * old'})
mistake('training-momentum', "Nesterov's old velocity is added: subtract it.", swap={'w - mu * old + (1 + mu) * v': 'w + mu * old + (1 + mu) * v'})
mistake('training-momentum', "Nesterov's old velocity is not subtracted.", swap={'w - mu * old + (1 + mu) * v': 'w + (1 + mu) * v'})
mistake('training-momentum', "The new velocity counts 1 + momentum times in Nesterov's step: the 1 is missing.", swap={'w - mu * old + (1 + mu) * v': 'w - mu * old + mu * v'})
mistake('training-momentum', 'The old velocity is subtracted in full: it counts momentum times.', swap={'w - mu * old + (1 + mu) * v': 'w - old + (1 + mu) * v'})
mistake('training-momentum', 'The learning rate counts twice: it is in the velocity already.', swap={'return w + v, config | {"velocity": v}': 'return w + config["learning_rate"] * v, config | {"velocity": v}'})

# --- training-adaptive

mistake('training-adaptive', 'adagrad: the squares fade: that is RMSProp.', swap={'cache = config["cache"] + dw**2': 'cache = 0.9 * config["cache"] + 0.1 * dw**2'})
mistake('training-adaptive', 'rmsprop: the squares never fade: that is AdaGrad.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2': 'cache = config["cache"] + dw**2  # for ever'})
mistake('training-adaptive', 'decay_rate belongs to the old squares, the rest to the new ones.', swap={'rho * config["cache"] + (1 - rho) * dw**2': '(1 - rho) * config["cache"] + rho * dw**2'})
mistake('training-adaptive', 'The new squares count in full: they have the weight 1 - decay_rate.', swap={'rho * config["cache"] + (1 - rho) * dw**2': 'rho * config["cache"] + dw**2'})
mistake('training-adaptive', 'The decay_rate of the config is not used.', swap={'rho = config["decay_rate"]': 'rho = 0.99'})
mistake('training-adaptive', 'The root is missing: the gradient is divided by the root of the squares.', swap={'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (cache + config["epsilon"])'})
mistake('training-adaptive', 'The root is missing: the gradient is divided by the root of the squares.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (cache + config["epsilon"])'})
mistake('training-adaptive', 'Gradients are collected, not their squares.', swap={'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = config["cache"] + np.abs(dw)\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])'})
mistake('training-adaptive', 'Gradients are collected, not their squares.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = rho * config["cache"] + (1 - rho) * np.abs(dw)\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])'})
mistake('training-adaptive', 'This climbs: the step is added to w where it should be subtracted.', swap={'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = config["cache"] + dw**2\n    step = -config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])'})
mistake('training-adaptive', 'This climbs: the step is added to w where it should be subtracted.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = -config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])'})
mistake('training-adaptive', 'A gradient near 0 needs epsilon below it: it is missing.', swap={'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / np.sqrt(cache)'})
mistake('training-adaptive', 'A gradient near 0 needs epsilon below it: it is missing.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / np.sqrt(cache)'})
mistake('training-adaptive', 'epsilon stands under the root: add it to the root.', swap={'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / np.sqrt(cache + config["epsilon"])'})
mistake('training-adaptive', 'epsilon stands under the root: add it to the root.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / np.sqrt(cache + config["epsilon"])'})
mistake('training-adaptive', 'epsilon stands under the root and beside it: add it to the root alone.', swap={'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache + config["epsilon"]) + config["epsilon"])'})
mistake('training-adaptive', 'epsilon stands under the root and beside it: add it to the root alone.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache + config["epsilon"]) + config["epsilon"])'})
mistake('training-adaptive', 'The step is divided by the squares from before this gradient: add its own first.', swap={'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])'})
mistake('training-adaptive', 'The step is divided by the squares from before this gradient: add its own first.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])': 'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])'})
mistake('training-adaptive', 'The squares are forgotten between calls: return them in the config.', swap={'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])\n    return w - step, config | {"cache": cache}': 'cache = config["cache"] + dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])\n    return w - step, config'})
mistake('training-adaptive', 'The squares are forgotten between calls: return them in the config.', swap={'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])\n    return w - step, config | {"cache": cache}': 'cache = rho * config["cache"] + (1 - rho) * dw**2\n    step = config["learning_rate"] * dw / (np.sqrt(cache) + config["epsilon"])\n    return w - step, config'})
mistake('training-adaptive', 'The default decay_rate is 0.99.', swap={'"decay_rate": 0.99': '"decay_rate": 0.9'})
mistake('training-adaptive', 'The bias correction is missing: m and v begin at 0, and are too small at first.', swap={'m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)': 'm_hat, v_hat = m, v'})
mistake('training-adaptive', 'Only v is corrected: m begins at 0, too.', swap={'m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)': 'm_hat, v_hat = m, v / (1 - beta2**t)'})
mistake('training-adaptive', 'Only m is corrected: v begins at 0, too.', swap={'m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)': 'm_hat, v_hat = m / (1 - beta1**t), v'})
mistake('training-adaptive', 'The corrected m and v are kept: keep the plain averages, and correct them anew at each step.', swap={'{"m": m, "v": v, "t": t}': '{"m": m_hat, "v": v_hat, "t": t}'})
mistake('training-adaptive', 't does not grow: return it in the config.', swap={'{"m": m, "v": v, "t": t}': '{"m": m, "v": v}'})
mistake('training-adaptive', 't does not count this step yet: at the first step 1 - beta**0 is 0.', swap={'config["t"] + 1': 'config["t"]', '"t": t}': '"t": t + 1}'})
mistake('training-adaptive', 't is 2 at the first step: it must be 1.', swap={'"epsilon": 1e-8, "t": 0}': '"epsilon": 1e-8, "t": 1}'})
mistake('training-adaptive', 'beta is multiplied by t: it must be raised to the power t.', swap={'m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)': 'm_hat, v_hat = m / (1 - beta1 * t), v / (1 - beta2 * t)'})
mistake('training-adaptive', 'The correction multiplies: it must divide.', swap={'m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)': 'm_hat, v_hat = m * (1 - beta1**t), v * (1 - beta2**t)'})
mistake('training-adaptive', 'beta1 and beta2 are exchanged.', swap={'beta1, beta2, t = config["beta1"], config["beta2"],': 'beta2, beta1, t = config["beta1"], config["beta2"],'})
mistake('training-adaptive', 'The betas of the config are not used.', swap={'beta1, beta2, t = config["beta1"], config["beta2"],': 'beta1, beta2, t = 0.9, 0.999,'})
mistake('training-adaptive', 'v collects gradients: it must collect their squares.', swap={'(1 - beta2) * dw**2': '(1 - beta2) * np.abs(dw)'})
mistake('training-adaptive', 'm collects squares: it must collect the gradients themselves.', swap={'(1 - beta1) * dw\n': '(1 - beta1) * dw**2\n'})
mistake('training-adaptive', 'The new gradient counts in full: it has the weight 1 - beta1, its square 1 - beta2.', swap={'(1 - beta1) * dw\n': 'dw\n', '(1 - beta2) * dw**2': 'dw**2'})
mistake('training-adaptive', 'v collects the squares of m: it must collect those of the gradients.', swap={'(1 - beta2) * dw**2': '(1 - beta2) * m**2'})
mistake('training-adaptive', 'm and v are forgotten between calls: return them in the config.', swap={'{"m": m, "v": v, "t": t}': '{"t": t}'})
mistake('training-adaptive', 'The gradient itself stands above the root: take the average m.', swap={'* m_hat / (np': '* dw / (np'})
mistake('training-adaptive', 'The root is missing: divide by the root of v.', swap={'(np.sqrt(v_hat) + config["epsilon"])': '(v_hat + config["epsilon"])'})
mistake('training-adaptive', "This climbs: Adam's step must be subtracted.", swap={'* m_hat / (np': '* -m_hat / (np'})
mistake('training-adaptive', 'epsilon is missing below the step of Adam.', swap={'(np.sqrt(v_hat) + config["epsilon"])': 'np.sqrt(v_hat)'})
mistake('training-adaptive', 'epsilon stands under the root: add it to the root.', swap={'(np.sqrt(v_hat) + config["epsilon"])': 'np.sqrt(v_hat + config["epsilon"])'})
mistake('training-adaptive', 'The default beta2 is 0.999.', swap={'"beta2": 0.999': '"beta2": 0.99'})
mistake('training-adaptive', 'The default rate of Adam is 1e-3.', swap={'defaults = {"learning_rate": 1e-3,': 'defaults = {"learning_rate": 1e-2,'})
mistake('training-adaptive', 'The decay goes through the gradient: that is Adam with L2.', swap={'next_w, config = adam(w, dw, config)\n    return next_w - config["learning_rate"] * config["weight_decay"] * w, config': 'return adam(w, dw + config["weight_decay"] * w, config)'})
mistake('training-adaptive', 'The decay is not multiplied by the learning rate.', swap={'next_w - config["learning_rate"] * config["weight_decay"] * w': 'next_w - config["weight_decay"] * w'})
mistake('training-adaptive', 'Nothing decays: this is Adam.', swap={'return next_w - config["learning_rate"] * config["weight_decay"] * w': 'return next_w'})
mistake('training-adaptive', 'The decay takes the w after the step: take the w from before it.', swap={'config["weight_decay"] * w, config': 'config["weight_decay"] * next_w, config'})
mistake('training-adaptive', 'The weights grow: the decay must be subtracted.', swap={'next_w - config["learning_rate"] * config["weight_decay"]': 'next_w + config["learning_rate"] * config["weight_decay"]'})
mistake('training-adaptive', 'All weights decay by the same number: each decays by a share of itself.', swap={'config["weight_decay"] * w, config': 'config["weight_decay"] * np.sign(w), config'})
mistake('training-adaptive', 'The decay counts twice: in the gradient, and beside the step.', swap={'adam(w, dw, config)': 'adam(w, dw + config["weight_decay"] * w, config)'})
mistake('training-adaptive', 'The default weight_decay is 1e-2.', swap={'"weight_decay": 1e-2}': '"weight_decay": 1e-4}'})

# --- training-schedules

mistake('training-schedules', 'The rate must stay the same for `every` steps, then jump.', swap={'t // every': 't / every'})
mistake('training-schedules', 'The first jump comes one step too early.', swap={'t // every': '(t + 1) // every'})
mistake('training-schedules', 'The factor is multiplied by the number of jumps: each jump multiplies the rate again.', swap={'base * factor ** (t // every)': 'base * (factor * (t // every) if t >= every else 1)'})
mistake('training-schedules', 'The rate jumps once only: it must jump after every `every` steps.', swap={'factor ** (t // every)': 'factor ** min(t // every, 1)'})
mistake('training-schedules', 'The rate falls at every step: it jumps after every `every` steps.', swap={'factor ** (t // every)': 'factor**t'})
mistake('training-schedules', 'The base rate is missing in step_decay.', swap={'return base * factor': 'return factor'})
mistake('training-schedules', 'Here k is the factor of a step: it belongs into the exponent.', swap={'float(np.exp(-k * t))': 'k**t'})
mistake('training-schedules', 'The rate grows: the exponent must be negative.', swap={'np.exp(-k * t)': 'np.exp(k * t)'})
mistake('training-schedules', 'The base of the power is 2 here: it must be e.', swap={'np.exp(-k * t)': '2.0 ** (-k * t)'})
mistake('training-schedules', 'The rate falls by k a step in a straight line: it must fall exponentially.', swap={'float(np.exp(-k * t))': '(1 - k * t)'})
mistake('training-schedules', 'The factor of a step is 1 - k here: it must be e to the -k.', swap={'float(np.exp(-k * t))': '(1 - k) ** t'})
mistake('training-schedules', 'This is the exponential schedule: the other is base / (1 + k t).', swap={'base / (1 + k * t)': 'base * float(np.exp(-k * t))  # as above'})
mistake('training-schedules', 'k is left out of the 1/t schedule.', swap={'base / (1 + k * t)': 'base / (1 + t)'})
mistake('training-schedules', 'The rate falls with the root of t: it must fall with t.', swap={'base / (1 + k * t)': 'base / np.sqrt(1 + k * t)'})
mistake('training-schedules', 'The cosine falls from 1 to -1: bring it to 1 and 0.', swap={'0.5 * base * (1 + float(np.cos(np.pi * min(t, total) / total)))': 'base * float(np.cos(np.pi * min(t, total) / total))'})
mistake('training-schedules', 'The half is missing: the cosine schedule begins with twice the base rate.', swap={'return 0.5 * base * (1': 'return base * (1'})
mistake('training-schedules', "This is a quarter of the cosine's wave: it must be half of it, which leaves the top gently.", swap={'0.5 * base * (1 + float(np.cos(np.pi * min(t, total) / total)))': 'base * float(np.cos(0.5 * np.pi * min(t, total) / total))'})
mistake('training-schedules', 'The cosine rises again: from `total` on the rate is 0.', swap={'min(t, total)': 't'})
mistake('training-schedules', 'The cosine schedule is 0 one step too early.', swap={'min(t, total) / total': 'min(t, total - 1) / (total - 1)'})
mistake('training-schedules', 'pi is missing in the cosine.', swap={'np.pi * min(t, total)': 'min(t, total)'})
mistake('training-schedules', 'The rise begins at 0, and the first step goes nowhere.', swap={'schedule(0) * (t + 1) / steps': 'schedule(0) * t / steps'})
mistake('training-schedules', 'After the warm-up the schedule must begin at its own step 0.', swap={'schedule(t - steps)': 'schedule(t)'})
mistake('training-schedules', 'The schedule runs during the rise already: rise to its first rate.', swap={'schedule(0) * (t + 1)': 'schedule(t) * (t + 1)'})
mistake('training-schedules', 'The rise ends one step too late.', swap={'if t < steps else': 'if t <= steps else'})
mistake('training-schedules', 'The rise takes one step too many.', swap={'(t + 1) / steps': '(t + 1) / (steps + 1)'})
mistake('training-schedules', 'After the rise the rate stays: it must follow the schedule.', swap={'schedule(t - steps)': 'schedule(0)'})
mistake('training-schedules', 'The rise is missing: the schedule begins at once.', swap={'schedule(0) * (t + 1) / steps if t < steps else schedule(t - steps)': 'schedule(t)'})
mistake('training-schedules', 'The remainder is in the exponent: it must be the number of jumps, t // every.', swap={'t // every': 't % every'})
mistake('training-schedules', 'The rise goes to the rate of step `steps`: it must go to the first.', swap={'schedule(0) * (t + 1)': 'schedule(steps) * (t + 1)'})

# --- training-babysit

mistake('training-babysit', 'This is the size before by the change: turn it over.', swap={'np.linalg.norm(after[name] - w) / np.linalg.norm(w)': 'np.linalg.norm(w) / np.linalg.norm(after[name] - w)'})
mistake('training-babysit', 'This is the change alone: divide by the size before.', swap={'np.linalg.norm(after[name] - w) / np.linalg.norm(w)': 'np.linalg.norm(after[name] - w)'})
mistake('training-babysit', 'These are squares of norms: the root is missing.', swap={'np.linalg.norm(after[name] - w) / np.linalg.norm(w)': '((after[name] - w) ** 2).sum() / (w**2).sum()'})
mistake('training-babysit', 'The change is divided by the size after the step: divide by the size before.', swap={'/ np.linalg.norm(w)': '/ np.linalg.norm(after[name])'})
mistake('training-babysit', 'This is the change of the norm: the norm of the change is due.', swap={'np.linalg.norm(after[name] - w)': 'abs(np.linalg.norm(after[name]) - np.linalg.norm(w))'})
mistake('training-babysit', 'This is the size after by the size before: the change is due.', swap={'np.linalg.norm(after[name] - w)': 'np.linalg.norm(after[name])'})
mistake('training-babysit', 'These are sums of absolute values: the norm is the root of the sum of squares.', swap={'np.linalg.norm(after[name] - w) / np.linalg.norm(w)': 'np.abs(after[name] - w).sum() / np.abs(w).sum()'})
mistake('training-babysit', "This is the mean of the entries' own ratios: the norms of whole matrices are due.", swap={'np.linalg.norm(after[name] - w) / np.linalg.norm(w)': 'np.mean(np.abs(after[name] - w) / np.abs(w))'})
mistake('training-babysit', 'This is the spectral norm, the largest stretch of the matrix: take the root of the sum of all squares.', swap={'np.linalg.norm(after[name] - w) / np.linalg.norm(w)': 'np.linalg.norm(after[name] - w, 2) / np.linalg.norm(w, 2)'})
mistake('training-babysit', 'This is the largest change by the largest weight: the norms are due.', swap={'np.linalg.norm(after[name] - w) / np.linalg.norm(w)': 'np.abs(after[name] - w).max() / np.abs(w).max()'})
mistake('training-babysit', 'The biases are there, too: only names that begin with W are due.', swap={'        if name.startswith("W")\n': '', '/ np.linalg.norm(w)': '/ max(np.linalg.norm(w), 1e-9)'})
mistake('training-babysit', 'The loss of guessing is the natural logarithm of C.', swap={'losses[0], losses[-1], np.log(num_classes)': 'losses[0], losses[-1], np.log(10)'})
mistake('training-babysit', 'The loss of guessing is the natural logarithm of C: this is that to the base 2.', swap={'np.log(num_classes)': 'np.log2(num_classes)'})
mistake('training-babysit', 'A nan in the middle is an explosion, too.', swap={'not np.isfinite(losses).all()': 'not np.isfinite(last)'})
mistake('training-babysit', 'An infinite loss is an explosion, too, not only nan.', swap={'not np.isfinite(losses).all()': 'np.isnan(losses).any()'})
mistake('training-babysit', 'Only losses that grow count as an explosion here: nan and infinity are one, too.', swap={'if not np.isfinite(losses).all() or last > 2 * first:': 'if last > 2 * first:'})
mistake('training-babysit', 'A last loss of more than twice the first is an explosion, too.', swap={'if not np.isfinite(losses).all() or last > 2 * first:': 'if not np.isfinite(losses).all():'})
mistake('training-babysit', 'The highest loss decides here: compare the last with the first.', swap={'last > 2 * first': 'max(losses) > 2 * first'})
mistake('training-babysit', 'An explosion is measured against the loss of guessing here: compare the last with the first.', swap={'last > 2 * first': 'last > 2 * guessing'})
mistake('training-babysit', 'An explosion comes first, wherever the loss began.', swap={'    if not np.isfinite(losses).all() or last > 2 * first:\n        return "explodes"\n    if abs(first - guessing) > 0.1 * guessing:\n        return "starts wrong"\n': '    if abs(first - guessing) > 0.1 * guessing:\n        return "starts wrong"\n    if not np.isfinite(losses).all() or last > 2 * first:\n        return "explodes"\n'})
mistake('training-babysit', 'A first loss far below that of guessing is wrong, too.', swap={'abs(first - guessing) > 0.1 * guessing': 'first - guessing > 0.1 * guessing'})
mistake('training-babysit', 'A first loss far above that of guessing is wrong, too.', swap={'abs(first - guessing) > 0.1 * guessing': 'guessing - first > 0.1 * guessing'})
mistake('training-babysit', 'The tenth is of the first loss here: it is of the loss of guessing.', swap={'0.1 * guessing': '0.1 * first'})
mistake('training-babysit', 'The difference itself may be 0.1 here: a tenth of the loss of guessing is due.', swap={'> 0.1 * guessing': '> 0.1'})
mistake('training-babysit', 'The last loss is compared with that of guessing: compare it with the first.', swap={'last > 0.99 * first': 'last > 0.99 * guessing'})
mistake('training-babysit', 'The lowest loss decides here: the last counts.', swap={'last > 0.99 * first': 'min(losses) > 0.99 * first'})
mistake('training-babysit', 'A loss that falls by a few percent does move: only above 99 % of the first it does not.', swap={'0.99 * first': '0.9 * first'})
mistake('training-babysit', 'A loss that fell by less than one percent has not moved: above 99 % of the first is no move.', swap={'last > 0.99 * first': 'last >= first'})

# --- training-ensemble

mistake('training-ensemble', 'The scores are averaged, or the probabilities multiplied, which elects the same: average the probabilities.', swap={'total = total + e / e.sum(axis=1, keepdims=True)': 'total = total + own'})
mistake('training-ensemble', 'Here each net has one vote: average the probabilities.', swap={'total = total + e / e.sum(axis=1, keepdims=True)': 'total = total + np.eye(own.shape[1])[own.argmax(axis=1)]'})
mistake('training-ensemble', 'Only the last net is asked.', swap={'total = total + e / e.sum(axis=1, keepdims=True)': 'total = e / e.sum(axis=1, keepdims=True)'})
mistake('training-ensemble', 'Only the first net is asked.', swap={'total = total + e / e.sum(axis=1, keepdims=True)': 'total = total if total.any() else e / e.sum(axis=1, keepdims=True)'})
mistake('training-ensemble', 'Here the surest net decides alone.', swap={'total = total + e / e.sum(axis=1, keepdims=True)': 'total = np.maximum(total, e / e.sum(axis=1, keepdims=True))'})
mistake('training-ensemble', 'The scores are averaged, or the probabilities multiplied, which elects the same: average the probabilities.', swap={'total = total + e / e.sum(axis=1, keepdims=True)': 'total = total + own - own.max(axis=1, keepdims=True) - np.log(e.sum(axis=1, keepdims=True))'})
mistake('training-ensemble', 'The exponentials are not divided by their sum, so they are no probabilities.', swap={'total = total + e / e.sum(axis=1, keepdims=True)': 'total = total + e'})
mistake('training-ensemble', 'The probabilities of a class add up to 1 over the images: those of an image must, over its classes.', swap={'total = total + e / e.sum(axis=1, keepdims=True)': 'total = total + e / e.sum(axis=0)'})
mistake('training-ensemble', 'This is the least probable class.', swap={'total.argmax(axis=1)': 'total.argmin(axis=1)'})
mistake('training-ensemble', 'These are the probabilities: the class that has the highest is due.', swap={'return total.argmax(axis=1)': 'return total / len(scores)'})
mistake('training-ensemble', 'This is the surest image of each class: the class of each image is due.', swap={'total.argmax(axis=1)': 'total.argmax(axis=0)'})
mistake('training-ensemble', 'Scores of 1000 overflow exp: subtract the largest score of each row.', swap={'e = np.exp(own - own.max(axis=1, keepdims=True))': 'e = np.exp(own)'})
mistake('training-ensemble', 'The largest score of all images is subtracted: a row of small scores then becomes 0 / 0. Each row needs its own.', swap={'e = np.exp(own - own.max(axis=1, keepdims=True))': 'e = np.exp(own - own.max())'})
mistake('training-ensemble', 'The smallest score is subtracted, and exp overflows still: subtract the largest of each row.', swap={'e = np.exp(own - own.max(axis=1, keepdims=True))': 'e = np.exp(own - own.min(axis=1, keepdims=True))'})
mistake('training-ensemble', 'nobody is there to vote.', swap={'if not scores:\n        raise ValueError("no net, no vote")\n    total = np.zeros_like(scores[0])': 'total = np.zeros_like(scores[0]) if scores else np.zeros((0, 1))'})
mistake('training-ensemble', 'Your function changed its 1st argument, scores', swap={'        e = np.exp(own - own.max(axis=1, keepdims=True))': '        own -= own.max(axis=1, keepdims=True)\n        e = np.exp(own)'})
