"""Wrong answers to lesson 03, each with the sentence that a student who made it should read."""

import numpy as np

from autograder.mistakes import mistake

# --- backprop-circuit


@mistake("backprop-circuit", "The times gate hands each input the value of the OTHER one.")
def circuit(x, y, z):
    q = x + y
    return q * z, (q, q, z)


@mistake(
    "backprop-circuit", "The slopes of the plus gate alone: multiply them by its upstream gradient."
)
def circuit(x, y, z):
    return (x + y) * z, (1.0, 1.0, x + y)


@mistake("backprop-circuit", "the slope by z is what z is multiplied with.")
def circuit(x, y, z):
    f = (x + y) * z
    return f, (z, z, f)


# --- backprop-gates


@mistake("backprop-gates", "Each input must get dout times the OTHER input.")
def multiply_backward(dout, cache):
    x, y = cache
    return dout * x, dout * y


@mistake("backprop-gates", "These are the local gradients: multiply them by dout.")
def multiply_backward(dout, cache):
    x, y = cache
    return y, x


@mistake("backprop-gates", "The gradient goes to the larger input, yours to the smaller one.")
def max_backward(dout, cache):
    return dout * ~cache, dout * cache


@mistake("backprop-gates", "Both inputs get the gradient: only the larger one had any influence.")
def max_backward(dout, cache):
    return dout, dout


@mistake("backprop-gates", "The sign of dout must not decide: ask which INPUT was larger.")
def max_backward(dout, cache):
    return dout * (dout > 0), dout * (dout <= 0)


@mistake("backprop-gates", "Where both are equal, x gets it, not y.")
def max_forward(x, y):
    return np.maximum(x, y), x > y


@mistake("backprop-gates", "Your function changed its 1st argument, dout")
def max_backward(dout, cache):
    dy = dout * ~cache
    dout *= cache
    return dout.copy(), dy


@mistake("backprop-gates", "Your function changed its 1st argument, x")
def multiply_forward(x, y):
    cache = (x.copy(), y)
    x *= y
    return x.copy(), cache


# --- backprop-neuron


@mistake("backprop-neuron", "The slope of the sigmoid is f (1 - f), from its VALUE, not from s.")
def neuron(w, x):
    s = w[:2] @ x + w[2]
    f = float((1 + np.tanh(s / 2)) / 2)
    ds = s * (1 - s)
    return f, ds * np.array([x[0], x[1], 1.0]), ds * w[:2]


@mistake("backprop-neuron", "The slope of the sigmoid is missing.")
def neuron(w, x):
    s = w[:2] @ x + w[2]
    f = float((1 + np.tanh(s / 2)) / 2)
    return f, np.array([x[0], x[1], 1.0]), w[:2].copy()


@mistake("backprop-neuron", "The bias is multiplied by 1, so 1 is its local gradient.")
def neuron(w, x):
    s = w[:2] @ x + w[2]
    f = float((1 + np.tanh(s / 2)) / 2)
    ds = f * (1 - f)
    return f, ds * np.array([x[0], x[1], w[2]]), ds * w[:2]


@mistake("backprop-neuron", "A weight gets its input, an input its weight: yours are swapped.")
def neuron(w, x):
    s = w[:2] @ x + w[2]
    f = float((1 + np.tanh(s / 2)) / 2)
    ds = f * (1 - f)
    return f, ds * np.array([w[0], w[1], 1.0]), ds * x


@mistake("backprop-neuron", "The sum is 800 here, and exp overflows.")
def neuron(w, x):
    s = w[:2] @ x + w[2]
    f = float(np.exp(s) / (1 + np.exp(s)))
    ds = f * (1 - f)
    return f, ds * np.array([x[0], x[1], 1.0]), ds * w[:2]


# --- backprop-staged


@mistake("backprop-staged", "What comes back through the sigmoid is lost: every way adds, with +=.")
def staged(x, y):
    sig = 1 / (1 + np.exp(-x))
    top, gap = x * y + sig, x - y
    bottom = 1 + gap**2
    dtop = 1 / bottom
    dgap = -top / bottom**2 * 2 * gap
    dx, dy = dgap + dtop * y, -dgap + dtop * x
    return top / bottom, (dx, dy)


@mistake("backprop-staged", "What comes back through the product is lost: every way adds, with +=.")
def staged(x, y):
    sig = 1 / (1 + np.exp(-x))
    top, gap = x * y + sig, x - y
    bottom = 1 + gap**2
    dtop = 1 / bottom
    dgap = -top / bottom**2 * 2 * gap
    dx, dy = dgap, -dgap
    dx += dtop * sig * (1 - sig)
    return top / bottom, (dx, dy)


@mistake(
    "backprop-staged", "What comes back through the denominator is lost: every way adds, with +=."
)
def staged(x, y):
    sig = 1 / (1 + np.exp(-x))
    top, gap = x * y + sig, x - y
    bottom = 1 + gap**2
    dtop = 1 / bottom
    dgap = -top / bottom**2 * 2 * gap
    dx, dy = dgap, -dgap
    dx, dy = dtop * y, dtop * x
    dx += dtop * sig * (1 - sig)
    return top / bottom, (dx, dy)


@mistake("backprop-staged", "The slope of 1 / b is -1 / b^2: the minus is missing.")
def staged(x, y):
    sig = 1 / (1 + np.exp(-x))
    top, gap = x * y + sig, x - y
    bottom = 1 + gap**2
    dtop = 1 / bottom
    dgap = -top / bottom**2 * 2 * gap
    dgap = -dgap
    dx, dy = dgap + dtop * (y + sig * (1 - sig)), -dgap + dtop * x
    return top / bottom, (dx, dy)


# --- backprop-value


@mistake("backprop-value", "The slope by a is what a is multiplied with: b.")
class Value:
    def __init__(self, data, parents=(), slopes=(), name=""):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes, self.name = parents, slopes, name

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (self.data, other.data))

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    @staticmethod
    def line(length):
        node = Value(1.0)
        for _ in range(length - 1):
            node = Value(1.0, (node,), (1.0,))
        return node


@mistake("backprop-value", "The exponent is missing as a factor.")
class Value:
    def __init__(self, data, parents=(), slopes=(), name=""):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes, self.name = parents, slopes, name

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        slope = self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    @staticmethod
    def line(length):
        node = Value(1.0)
        for _ in range(length - 1):
            node = Value(1.0, (node,), (1.0,))
        return node


@mistake("backprop-value", "The exponent must fall by one: 3 a^2, not 3 a^3.")
class Value:
    def __init__(self, data, parents=(), slopes=(), name=""):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes, self.name = parents, slopes, name

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        slope = exponent * self.data**exponent
        return Value(self.data**exponent, (self,), (slope,))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    @staticmethod
    def line(length):
        node = Value(1.0)
        for _ in range(length - 1):
            node = Value(1.0, (node,), (1.0,))
        return node


@mistake("backprop-value", "A plus gate hands its gradient on unchanged: both slopes are 1.")
class Value:
    def __init__(self, data, parents=(), slopes=(), name=""):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes, self.name = parents, slopes, name

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (self.data, other.data))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    @staticmethod
    def line(length):
        node = Value(1.0)
        for _ in range(length - 1):
            node = Value(1.0, (node,), (1.0,))
        return node


@mistake("backprop-value", "Your code raised AttributeError: 'int' object has no attribute 'data'")
class Value:
    def __init__(self, data, parents=(), slopes=(), name=""):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes, self.name = parents, slopes, name

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    @staticmethod
    def line(length):
        node = Value(1.0)
        for _ in range(length - 1):
            node = Value(1.0, (node,), (1.0,))
        return node


@mistake("backprop-value", "This changes a itself: an operation makes a new Value.")
class Value:
    def __init__(self, data, parents=(), slopes=(), name=""):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes, self.name = parents, slopes, name

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        before = Value(self.data)
        self.data += other.data
        return Value(self.data, (before, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, exponent):
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,))

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    @staticmethod
    def line(length):
        node = Value(1.0)
        for _ in range(length - 1):
            node = Value(1.0, (node,), (1.0,))
        return node


# --- backprop-functions


@mistake("backprop-functions", "The slope of exp is taken from its input: use its value.")
def exp(v):
    return Value(np.exp(v.data), (v,), (v.data,))


@mistake("backprop-functions", "The slope of tanh is taken from its input: use its value.")
def tanh(v):
    return Value(np.tanh(v.data), (v,), (1 - v.data**2,))


@mistake("backprop-functions", "The slope of sigmoid is taken from its input: use its value.")
def sigmoid(v):
    return Value((1 + np.tanh(v.data / 2)) / 2, (v,), (v.data * (1 - v.data),))


@mistake("backprop-functions", "A relu that is on hands the gradient on unchanged: its slope is 1.")
def relu(v):
    return Value(max(0.0, v.data), (v,), (max(0.0, v.data),))


@mistake("backprop-functions", "exp overflows in a sigmoid of 800.")
def sigmoid(v):
    e = np.exp(v.data)
    out = float(e / (1 + e))
    return Value(out, (v,), (out * (1 - out),))


@mistake("backprop-functions", "The slope of a relu at 0 is 0.")
def relu(v):
    return Value(max(0.0, v.data), (v,), (float(v.data >= 0),))


# --- backprop-order


@mistake("backprop-order", "Children stand before their parents: the root must come last.")
def topological_order(root):
    order, arrived, todo = [], set(), [(root, False)]
    while todo:
        node, leaving = todo.pop()
        if leaving:
            order.append(node)
        elif node not in arrived:
            arrived.add(node)
            todo.append((node, True))
            todo += [(parent, False) for parent in node.parents]
    return order[::-1]


@mistake("backprop-order", "The root itself is missing.")
def topological_order(root):
    order, arrived, todo = [], set(), [(root, False)]
    while todo:
        node, leaving = todo.pop()
        if leaving:
            order.append(node)
        elif node not in arrived:
            arrived.add(node)
            todo.append((node, True))
            todo += [(parent, False) for parent in node.parents]
    return order[:-1]


@mistake("backprop-order", "A node that is used several times must be listed once.")
def topological_order(root):
    order, todo = [], [(root, False)]
    while todo:
        node, leaving = todo.pop()
        if leaving:
            order.append(node)
        else:
            todo.append((node, True))
            todo += [(parent, False) for parent in reversed(node.parents)]
    return order


@mistake(
    "backprop-order",
    "A node stands before one of its parents: few steps from the root does not mean late.",
)
def topological_order(root):
    order = [root]
    for node in order:
        order += [parent for parent in node.parents if parent not in order]
    return order[::-1]


@mistake("backprop-order", "Two nodes with the same number are still two nodes.")
def topological_order(root):
    order, arrived, todo = [], set(), [(root, False)]
    while todo:
        node, leaving = todo.pop()
        if leaving:
            order.append(node)
        elif node.data not in arrived:
            arrived.add(node.data)
            todo.append((node, True))
            todo += [(parent, False) for parent in node.parents]
    return order


@mistake(
    "backprop-order",
    "A line of 10,000 nodes is too deep for functions that call themselves: use a list.",
)
def topological_order(root):
    order, arrived = [], set()

    def visit(node):
        if node not in arrived:
            arrived.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


# --- backprop-backward


@mistake(
    "backprop-backward",
    "A node that is used twice gets the SUM of both gradients, here one overwrites the other.",
)
def backward(order):
    order[-1].grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad = slope * node.grad


@mistake("backprop-backward", "Nothing flows back: the last node's own gradient is 1.")
def backward(order):
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad


@mistake("backprop-backward", "The list was walked from the front: begin at its end.")
def backward(order):
    order[-1].grad = 1.0
    for node in order:
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad


@mistake(
    "backprop-backward",
    "Multiply each slope by the gradient of the child: these are local slopes added up.",
)
def backward(order):
    order[-1].grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope


@mistake("backprop-backward", "One node, used twice by one gate, gets both gradients.")
def backward(order):
    order[-1].grad = 1.0
    for node in reversed(order):
        for parent, slope in dict(zip(node.parents, node.slopes)).items():
            parent.grad += slope * node.grad


@mistake("backprop-backward", "The inputs keep their gradients: set those of all nodes.")
def zero_grad(order):
    for node in order:
        if node.parents:
            node.grad = 0.0


@mistake("backprop-backward", "Only the inputs are set to zero: set all nodes.")
def zero_grad(order):
    for node in order:
        if not node.parents:
            node.grad = 0.0


# --- backprop-unbroadcast


@mistake("backprop-unbroadcast", "A copy adds up: this is the mean.")
def unbroadcast(dout, shape):
    if np.broadcast_shapes(shape, dout.shape) != dout.shape:
        raise ValueError
    new = dout.ndim - len(shape)
    stretched = [new + k for k, length in enumerate(shape) if length == 1]
    return dout.mean(axis=(*range(new), *stretched)).reshape(shape)


@mistake("backprop-unbroadcast", "The sum runs over the wrong axis: a row was copied downwards.")
def unbroadcast(dout, shape):
    return dout.sum(axis=1).reshape(shape)


@mistake("backprop-unbroadcast", "An axis of length 1 is missing: keepdims=True keeps it.")
def unbroadcast(dout, shape):
    if np.broadcast_shapes(shape, dout.shape) != dout.shape:
        raise ValueError
    new = dout.ndim - len(shape)
    stretched = [new + k for k, length in enumerate(shape) if length == 1]
    return dout.sum(axis=(*range(new), *stretched))


@mistake("backprop-unbroadcast", "(3, 5) cannot be stretched to (2, 3, 4, 5).")
def unbroadcast(dout, shape):
    while dout.ndim > len(shape):
        dout = dout.sum(axis=0)
    for k, length in enumerate(shape):
        if length == 1:
            dout = dout.sum(axis=k, keepdims=True)
    return dout


# --- backprop-affine


@mistake("backprop-affine", "The bias is missing.")
def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w, (x, w)


@mistake("backprop-affine", "Your function changed its 1st argument, x")
def affine_forward(x, w, b):
    cache = (x.copy(), w)
    x -= x.mean()
    return cache[0].reshape(len(x), -1) @ w + b, cache


@mistake("backprop-affine", "dx comes as rows: give it the shape of x.")
def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)


@mistake("backprop-affine", "dw is transposed: w has shape (D, M).")
def affine_backward(dout, cache):
    x, w = cache
    dw = dout.T @ x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), dw, dout.sum(axis=0)


@mistake(
    "backprop-affine",
    "dw and db are divided by N: the loss has taken the mean, no layer takes it again.",
)
def affine_backward(dout, cache):
    x, w = cache
    dw = x.reshape(len(x), -1).T @ dout / len(x)
    return (dout @ w.T).reshape(x.shape), dw, dout.mean(axis=0)


@mistake("backprop-affine", "db is a mean over the examples: a copy adds up.")
def affine_backward(dout, cache):
    x, w = cache
    dw = x.reshape(len(x), -1).T @ dout
    return (dout @ w.T).reshape(x.shape), dw, dout.mean(axis=0)


@mistake("backprop-affine", "db keeps an axis of length 1: b has shape (M,).")
def affine_backward(dout, cache):
    x, w = cache
    dw = x.reshape(len(x), -1).T @ dout
    return (dout @ w.T).reshape(x.shape), dw, dout.sum(axis=0, keepdims=True)


# --- backprop-activations


@mistake("backprop-activations", "The sign of dout must not decide: ask where x was above 0.")
def relu_backward(dout, cache):
    return dout * (dout > 0)


@mistake("backprop-activations", "The gradient passes everywhere: where x was below 0 it stops.")
def relu_backward(dout, cache):
    return dout.copy()


@mistake(
    "backprop-activations", "The gradient is multiplied by x: the slope of a relu that is on is 1."
)
def relu_backward(dout, cache):
    return dout * np.maximum(cache, 0)


@mistake("backprop-activations", "Your function changed its 1st argument, dout")
def relu_backward(dout, cache):
    dout[cache <= 0] = 0
    return dout


@mistake("backprop-activations", "Your function changed its 1st argument, x")
def relu_forward(x):
    cache = x.copy()
    x[x < 0] = 0
    return x, cache


@mistake("backprop-activations", "The slope of the sigmoid is taken from x: it is out (1 - out).")
def sigmoid_forward(x):
    return (1 + np.tanh(x / 2)) / 2, x


@mistake("backprop-activations", "The slope of tanh is 1 - out^2: the square is missing.")
def tanh_backward(dout, cache):
    return dout * (1 - cache)


@mistake(
    "backprop-activations", "The sigmoid of 800 is 1, of -800 it is 0: exp overflows on the way."
)
def sigmoid_forward(x):
    out = np.exp(x) / (1 + np.exp(x))
    return out, out


# --- backprop-losses


@mistake("backprop-losses", "This is the sum over the examples: the mean is due.")
def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    dx = np.exp(log_p)
    dx[rows, y] -= 1
    return float(-log_p[rows, y].sum()), dx


@mistake("backprop-losses", "The loss is a mean, its gradient is not: divide both by N.")
def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    dx = np.exp(log_p)
    dx[rows, y] -= 1
    return float(-log_p[rows, y].mean()), dx


@mistake(
    "backprop-losses", "This gradient holds the probabilities: 1 is subtracted at the true class."
)
def softmax_loss(x, y):
    shifted = x - x.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    dx = np.exp(log_p)
    return float(-log_p[rows, y].mean()), dx / len(x)


@mistake("backprop-losses", "Scores of 1,000 overflow: shift each row by its largest score.")
def softmax_loss(x, y):
    shifted = x
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.arange(len(x))
    dx = np.exp(log_p)
    dx[rows, y] -= 1
    return float(-log_p[rows, y].mean()), dx / len(x)


@mistake("backprop-losses", "The margin of the true class is counted: the loss is 1 too large.")
def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] = 0
    dx[rows, y] = -dx.sum(axis=1)
    return float(margins.sum() / len(x)), dx / len(x)


@mistake(
    "backprop-losses", "The true score takes part in EVERY positive margin: subtract 1 for each."
)
def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] = 0
    dx[rows, y] = -dx.max(axis=1)
    return float(margins.sum() / len(x)), dx / len(x)


@mistake("backprop-losses", "The loss is a mean, its gradient is not: divide both by N.")
def svm_loss(x, y):
    rows = np.arange(len(x))
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] = 0
    dx[rows, y] = -dx.sum(axis=1)
    return float(margins.sum() / len(x)), dx


@mistake("backprop-losses", "Your function changed its 1st argument, x")
def svm_loss(x, y):
    rows = np.arange(len(x))
    x -= x[rows, y][:, None] - 1
    margins = np.maximum(0, x)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] = -dx.sum(axis=1)
    return float(margins.sum() / len(x)), dx / len(x)


# --- backprop-gradient-check


@mistake("backprop-gradient-check", "The steps are 2 h apart: divide by 2 h.")
def eval_numerical_gradient_array(f, x, df, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = np.array(x, np.float64), np.array(x, np.float64)
        up[index] += h
        down[index] -= h
        grad[index] = np.sum((f(up) - f(down)) * df) / h
    return grad


@mistake("backprop-gradient-check", "This steps to one side only: centred means both sides.")
def eval_numerical_gradient_array(f, x, df, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, here = np.array(x, np.float64), np.array(x, np.float64)
        up[index] += h
        grad[index] = np.sum((f(up) - f(here)) * df) / h
    return grad


@mistake("backprop-gradient-check", "The upstream gradient df is not used.")
def eval_numerical_gradient_array(f, x, df, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = np.array(x, np.float64), np.array(x, np.float64)
        up[index] += h
        down[index] -= h
        grad[index] = np.sum(f(up) - f(down)) / (2 * h)
    return grad


@mistake("backprop-gradient-check", "Your function changed its 2nd argument, x")
def eval_numerical_gradient_array(f, x, df, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x.copy())
        x[index] -= 2 * h
        grad[index] = np.sum((up - f(x.copy())) * df) / (2 * h)
        x[index] += 1.0001 * h
    return grad


@mistake("backprop-gradient-check", "Measured in float32: copy x to float64 first.")
def eval_numerical_gradient_array(f, x, df, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        grad[index] = np.sum((f(up) - f(down)) * df) / (2 * h)
    return grad


@mistake(
    "backprop-gradient-check",
    "This is the worst error of one entry: take the norms of whole arrays.",
)
def relative_error(a, b):
    if not a.any() and not b.any():
        return 0.0
    return float((np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))).max())


@mistake("backprop-gradient-check", "relative error of zeros: Not finite: it is nan.")
def relative_error(a, b):
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b)))


# --- backprop-two-layer


@mistake(
    "backprop-two-layer", "The ReLU is forgotten on the way back: where it was off, nothing passes."
)
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale, reg, rng):
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(X))
        loss = -log_p[rows, y].mean() + 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())
        dscores = np.exp(log_p)
        dscores[rows, y] -= 1
        dscores /= len(X)
        dhidden = dscores @ W2.T
        grads = {"W2": hidden.T @ dscores + self.reg * W2, "b2": dscores.sum(axis=0)}
        grads |= {"W1": X.T @ dhidden + self.reg * W1, "b1": dhidden.sum(axis=0)}
        return float(loss), grads


@mistake("backprop-two-layer", "These gradients are sums over the examples: the loss is a mean.")
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale, reg, rng):
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(X))
        loss = -log_p[rows, y].mean() + 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())
        dscores = np.exp(log_p)
        dscores[rows, y] -= 1
        dhidden = (dscores @ W2.T) * (hidden > 0)
        grads = {"W2": hidden.T @ dscores + self.reg * W2, "b2": dscores.sum(axis=0)}
        grads |= {"W1": X.T @ dhidden + self.reg * W1, "b1": dhidden.sum(axis=0)}
        return float(loss), grads


@mistake(
    "backprop-two-layer",
    "The regularisation is twice what is asked for: it has a factor of one half.",
)
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale, reg, rng):
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(X))
        loss = -log_p[rows, y].mean() + self.reg * ((W1**2).sum() + (W2**2).sum())
        dscores = np.exp(log_p)
        dscores[rows, y] -= 1
        dscores /= len(X)
        dhidden = (dscores @ W2.T) * (hidden > 0)
        grads = {"W2": hidden.T @ dscores + 2 * self.reg * W2, "b2": dscores.sum(axis=0)}
        grads |= {"W1": X.T @ dhidden + 2 * self.reg * W1, "b1": dhidden.sum(axis=0)}
        return float(loss), grads


@mistake("backprop-two-layer", "In the loss, the regularisation has a factor of one half.")
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale, reg, rng):
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(X))
        loss = -log_p[rows, y].mean() + self.reg * ((W1**2).sum() + (W2**2).sum())
        dscores = np.exp(log_p)
        dscores[rows, y] -= 1
        dscores /= len(X)
        dhidden = (dscores @ W2.T) * (hidden > 0)
        grads = {"W2": hidden.T @ dscores + self.reg * W2, "b2": dscores.sum(axis=0)}
        grads |= {"W1": X.T @ dhidden + self.reg * W1, "b1": dhidden.sum(axis=0)}
        return float(loss), grads


@mistake("backprop-two-layer", "The regularisation is in the loss and not in the gradients.")
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale, reg, rng):
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(X))
        loss = -log_p[rows, y].mean() + 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())
        dscores = np.exp(log_p)
        dscores[rows, y] -= 1
        dscores /= len(X)
        dhidden = (dscores @ W2.T) * (hidden > 0)
        grads = {"W2": hidden.T @ dscores, "b2": dscores.sum(axis=0)}
        grads |= {"W1": X.T @ dhidden, "b1": dhidden.sum(axis=0)}
        return float(loss), grads


@mistake("backprop-two-layer", "Biases are not regularised, only W1 and W2.")
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale, reg, rng):
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(X))
        loss = -log_p[rows, y].mean() + 0.5 * self.reg * sum((p**2).sum() for p in (W1, b1, W2, b2))
        dscores = np.exp(log_p)
        dscores[rows, y] -= 1
        dscores /= len(X)
        dhidden = (dscores @ W2.T) * (hidden > 0)
        grads = {
            "W2": hidden.T @ dscores + self.reg * W2,
            "b2": dscores.sum(axis=0) + self.reg * b2,
        }
        grads |= {"W1": X.T @ dhidden + self.reg * W1, "b1": dhidden.sum(axis=0) + self.reg * b1}
        return float(loss), grads


@mistake("backprop-two-layer", "Large scores overflow: shift each row by its largest score.")
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale, reg, rng):
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        shifted = scores
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(X))
        loss = -log_p[rows, y].mean() + 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())
        dscores = np.exp(log_p)
        dscores[rows, y] -= 1
        dscores /= len(X)
        dhidden = (dscores @ W2.T) * (hidden > 0)
        grads = {"W2": hidden.T @ dscores + self.reg * W2, "b2": dscores.sum(axis=0)}
        grads |= {"W1": X.T @ dhidden + self.reg * W1, "b1": dhidden.sum(axis=0)}
        return float(loss), grads


@mistake("backprop-two-layer", "The second call adds to the first: start from zero each time.")
class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale, reg, rng):
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(X))
        loss = -log_p[rows, y].mean() + 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())
        dscores = np.exp(log_p)
        dscores[rows, y] -= 1
        dscores /= len(X)
        dhidden = (dscores @ W2.T) * (hidden > 0)
        grads = {"W2": hidden.T @ dscores + self.reg * W2, "b2": dscores.sum(axis=0)}
        grads |= {"W1": X.T @ dhidden + self.reg * W1, "b1": dhidden.sum(axis=0)}
        self.sums = getattr(self, "sums", {})
        for name, grad in grads.items():
            self.sums[name] = self.sums.get(name, 0) + grad
        return float(loss), self.sums
