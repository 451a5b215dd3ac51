# %% [markdown]
# # 03 Backpropagation
#
# Afterwards you can find the gradient of any function that is built from simple pieces, with a pencil
# and with a program, and train a two-layer network whose derivatives you have all written yourself.
#
# **Time:** about 5 hours, just under 4 of them for the exercises. **Needs:** lesson 02 (softmax loss, gradient
# descent, the numerical gradient). **Data:** *shapes*, or CIFAR-10 where it is there. **Points:** 100.
#
# Your answers may use NumPy and Python's own library, nothing else. Unless its docstring says
# otherwise, a function leaves the arrays that it is given as they are. If it needs a changed one, it
# makes a copy.

# %% setup="backprop"
import numpy as np

from course_lib import checks, data, figures, oracle


def softmax_loss(x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean cross-entropy of scores x (N, C) with true classes y (N,), and its gradient (N, C).

    Lent: you wrote it in lesson 02. Here it stops at the scores.
    """
    log_p = x - np.logaddexp.reduce(x, axis=1, keepdims=True)
    true = np.arange(x.shape[1]) == y[:, None]
    return -log_p[true].mean(), (np.exp(log_p) - true).astype(x.dtype) / len(y)


# %% [markdown]
# ## Which knob, which way?
#
# Three knobs, one meter. The knobs stand at −2, 5 and −4, and the meter shows −12. You may turn one
# of them by 0.1, and the meter should rise as much as it can. Which one, and which way?

# %% tags=["experiment"]
x_knob, y_knob, z_knob = (
    figures.graph.Gate(name, value) for name, value in (("x", -2.0), ("y", 5.0), ("z", -4.0))
)
plus = figures.graph.Gate("+", 3.0, (x_knob, y_knob), (1.0, 1.0))
knobs = [x_knob, y_knob, plus, z_knob, figures.graph.Gate("×", -12.0, (plus, z_knob), (-4.0, 3.0))]
figures.show(
    figures.graph.circuit(figures.graph.CircuitState(step=5), knobs),
    caption="A circuit for f = (x + y) z. Boxes are knobs, circles are gates; the value of each stands above it.",
    alt="Boxes x with value minus 2 and y with value 5 lead to a plus gate with value 3; that and box z with value minus 4 lead to a times gate with value minus 12.",
)

# %% [markdown]
# With three knobs you can try them all. The network at the end of this lesson has 308,310, and
# trying them all means running it 308,310 times for one step downhill. **Backpropagation** gives
# the slopes of all knobs at once, for the price of about two more runs.
#
# ## One gate at a time
#
# Nobody needs a derivative of the whole circuit. Give the value in between a name, $q = x + y$. Then
# every gate is so small that you see its slopes at a glance:
#
# | gate | local slopes | here |
# | --- | --- | --- |
# | $f = q\,z$ | $\partial f/\partial q = z$, $\;\partial f/\partial z = q$ | −4 and 3 |
# | $q = x + y$ | $\partial q/\partial x = 1$, $\;\partial q/\partial y = 1$ | 1 and 1 |
#
# The **chain rule** multiplies slopes along the way from the meter to a knob:
# $\partial f/\partial x = \partial f/\partial q \cdot \partial q/\partial x = -4 \cdot 1$. So turn
# $x$ (or $y$) *down* by 0.1 and the meter rises by 0.4, to −11.6. Turning $z$ up brings only 0.3.
#
# From now on "the gradient of a node" means the slope of the *final* result with respect to it. It
# is computed from the back to the front, and each gate needs two things only: the gradient of its
# own result, which comes from the gates after it (**upstream**), and its **local gradient**.
#
# ### Exercise 3.1: the circuit (x + y) z
# 4 points · about 5 minutes · easy
#
# Return the value and its three slopes, wherever the knobs stand.

# %% [markdown] hint="backprop-circuit"
# Two lines forward: the sum, then the product. Which two slopes has the times gate?
#
# The slope with respect to q is z. What does the plus gate do with it?


# %% answer="backprop-circuit"
def circuit(x: float, y: float, z: float) -> tuple[float, tuple[float, float, float]]:
    """f = (x + y) z, and how steeply it rises with each of its inputs.

    x, y, z: float
    returns: (f, (df/dx, df/dy, df/dz))
    Source: CS231n notes, "Backpropagation, intuitions"
    """
    ### BEGIN SOLUTION
    q = x + y
    dq, dz = z, q
    return q * z, (dq, dq, dz)  # the plus gate hands dq on to both
    ### END SOLUTION


# %% check="backprop-circuit" points=4
with checks.verdict("the circuit (x + y) z") as rng:
    x, y, z = rng.uniform(1, 3, size=3).tolist()
    f, *slopes = oracle.with_gradients(lambda x, y, z: (x + y) * z, 1.0, x, y, z)
    checks.equal(circuit(x, y, z), (f, tuple(slopes)), "f, slopes")
    ### BEGIN HIDDEN TESTS
    checks.equal(circuit(-2.0, 5.0, -4.0), (-12.0, (-4.0, -4.0, 3.0)), "f, slopes")
    checks.equal(circuit(1.0, -1.0, 2.0), (0.0, (2.0, 2.0, 0.0)), "f, slopes")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Four patterns
#
# Gradients flow backwards through a circuit in four ways that are worth remembering:
#
# | | forward | what it does with the gradient that arrives |
# | --- | --- | --- |
# | **add** | $x + y$ | hands it unchanged to both inputs |
# | **multiply** | $x\,y$ | hands each input the gradient times the *other* input |
# | **max** | $\max(x, y)$ | hands all of it to the larger input, and 0 to the other |
# | **copy** | one wire goes to two places | adds up what comes back from both |
#
# (At a kink such as $\max$ of two equal numbers there is no slope. Any value between the two sides, a
# **subgradient**, will do; ours goes to the first input.)
#
# Take a pencil. $f = 2\,(x\,y + \max(z, w))$ at $x = 2,\ y = -3,\ z = 4,\ w = 1$ is −4. Which four
# gradients do you get? And $g = x \cdot x + x$ at $x = 3$: $x$ is copied three times, so three
# gradients come back; add them.
#
# <details><summary>The gradients</summary>
#
# Coming back through the factor 2, both terms have the gradient 2. Of the product, $x$ gets
# $2 \cdot (-3) = -6$ and $y$ gets $2 \cdot 2 = 4$. Of the max, $z$ gets 2 and $w$ gets 0. For $g$:
# $3 + 3 + 1 = 7$, the slope of $x^2 + x$ at 3.
#
# </details>
#
# A multiply gate has a consequence that surprises many people. In $w \cdot x$ the gradient of the
# weight $w$ is proportional to the input $x$. Feed in pixels from 0 to 255 instead of 0 to 1, and the
# gradient of every weight that multiplies a pixel is 255 times larger: the same learning rate now makes
# the loss explode (lesson 02).
#
# In a library a gate is a pair of functions. `forward` computes the result and keeps in a **cache**
# what `backward` will need; `backward` gets the upstream gradient `dout` and the cache. The next two
# exercises are such gates, for whole arrays, entry by entry.
#
# ### Exercise 3.2: the multiply gate
# 4 points · about 10 minutes · easy
#
# What goes into the cache is up to you.

# %% [markdown] hint="backprop-multiply"
# Look at the second row of the table: what does backward need that forward knows?
#
# A cache may be a tuple. `backward` unpacks it, and multiplies `dout` by the other input, for each input.


# %% answer="backprop-multiply"
def multiply_forward(x: np.ndarray, y: np.ndarray):
    """Product of two arrays of one shape, entry by entry.

    x, y: float arrays of the same shape
    returns: (out, cache): out of that shape; cache holds whatever multiply_backward needs
    """
    ### BEGIN SOLUTION
    return x * y, (x, y)
    ### END SOLUTION


def multiply_backward(dout: np.ndarray, cache):
    """Gradients of a product.

    dout: upstream gradient, of the shape of out; cache: from multiply_forward
    returns: (dx, dy), each of that shape
    """
    ### BEGIN SOLUTION
    x, y = cache
    return dout * y, dout * x
    ### END SOLUTION


# %% check="backprop-multiply" points=4
with checks.verdict("the multiply gate") as rng:
    a, b, dout = rng.normal(size=(3, 4, 5))
    due, *slopes = oracle.with_gradients(lambda a, b: a * b, dout, a, b)
    out, cache = checks.leaves_alone(multiply_forward, a, b, share=0.1)
    checks.equal(out, due, "out")
    found = checks.leaves_alone(multiply_backward, dout, cache, share=0.1)
    checks.equal(found, tuple(slopes), "dx, dy")
    ### BEGIN HIDDEN TESTS
    for shape in ((1,), (2, 1, 3)):
        a, b, dout = rng.normal(size=(3, *shape))
        due = oracle.gradients(lambda a, b: a * b, dout, a, b)
        checks.equal(multiply_backward(dout, multiply_forward(a, b)[1]), due, "dx, dy")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise 3.3: the max gate
# 4 points · about 10 minutes · easy
#
# Where both inputs are equal, the first one gets the gradient.

# %% [markdown] hint="backprop-max"
# The values of the inputs are not needed on the way back. What is?
#
# Where x is at least as large as y, entry by entry, is an array of true and false: keep that.
#
# True counts as 1 in a product, and `~` turns true and false round.


# %% answer="backprop-max"
def max_forward(x: np.ndarray, y: np.ndarray):
    """The larger of two arrays of one shape, entry by entry.

    x, y: float arrays of the same shape
    returns: (out, cache): out of that shape; cache holds whatever max_backward needs
    """
    ### BEGIN SOLUTION
    return np.maximum(x, y), x >= y
    ### END SOLUTION


def max_backward(dout: np.ndarray, cache):
    """Gradients of a maximum; where both were equal, x gets all of it.

    dout: upstream gradient, of the shape of out; cache: from max_forward
    returns: (dx, dy), each of that shape
    """
    ### BEGIN SOLUTION
    return dout * cache, dout * ~cache
    ### END SOLUTION


# %% check="backprop-max" points=4
with checks.verdict("the max gate") as rng:
    a, b, dout = rng.normal(size=(3, 4, 5))
    due, *slopes = oracle.with_gradients(lambda a, b: a.maximum(b), dout, a, b)
    out, cache = checks.leaves_alone(max_forward, a, b, share=0.1)
    checks.equal(out, due, "out")
    found = checks.leaves_alone(max_backward, dout, cache, share=0.1)
    checks.equal(found, tuple(slopes), "dx, dy")
    with checks.share(0.1, "Equal inputs"):
        _, cache = max_forward(a, a.copy())
        checks.equal(max_backward(dout.copy(), cache), (dout, 0 * dout), "dx, dy")
    ### BEGIN HIDDEN TESTS
    a, b, dout = rng.normal(size=(3, 2, 1, 3))
    due = oracle.gradients(lambda a, b: a.maximum(b), dout, a, b)
    checks.equal(max_backward(dout, max_forward(a, b)[1]), due, "dx, dy")
    with checks.share(0.1, "Equal inputs"):
        _, cache = max_forward(np.zeros(3), np.zeros(3))
        checks.equal(max_backward(np.ones(3), cache), (np.ones(3), np.zeros(3)), "dx, dy")
    ### END HIDDEN TESTS

# %% [markdown]
# ## A neuron
#
# The word comes from biology. The comparison helps to remember the parts, and goes no further:
#
# | in the brain | in the model |
# | --- | --- |
# | signals from other neurons, through dendrites | inputs $x$ |
# | a synapse, stronger or weaker | a weight $w$, which is learnt |
# | the cell body adds up | $w_0 x_0 + w_1 x_1$ and a bias |
# | the axon fires more or less often | an **activation function** of the sum |
#
# A human brain has about 86 billion neurons with $10^{14}$ to $10^{15}$ synapses (CS231n's notes). Real
# dendrites compute more than a weighted sum, the exact time of a spike can matter, and nothing like
# backpropagation is known to run in the brain. So do not argue from one to the other.
#
# The model: two inputs, two weights, a bias, and a function that squashes the sum to a number between 0
# and 1, the sigmoid. $f = \sigma(w_0 x_0 + w_1 x_1 + w_2)$
# with $\sigma(s) = 1 / (1 + e^{-s})$. Take $w = (2, -1, 3)$, $x = (-1, 1)$. The sum is
# $s = -2 - 1 + 3 = 0$. Through $\sigma$, gate by gate, forward from the left and back from the
# right:
#
# | gate | $s$ | $\cdot\,(-1)$ | $\exp$ | $+1$ | $1/\cdot$ |
# | --- | --- | --- | --- | --- | --- |
# | value | 0 | 0 | 1 | 2 | **0.5** |
# | local slope | | $-1$ | $e^0 = 1$ | $1$ | $-1/2^2$ |
# | gradient | **0.25** | −0.25 | −0.25 | −0.25 | 1 |
#
# These are four gates, but where a gate begins and ends is up to us. Take all of $\sigma$ as one. Its slope is
#
# $$\sigma'(s) = \frac{e^{-s}}{(1 + e^{-s})^2} = \sigma(s)\,(1 - \sigma(s)),$$
#
# that is $0.5 \cdot 0.5 = 0.25$ in one step, from a value that is already known. A good gate is
# one whose local gradient is cheap. Before you code it, find all five gradients with the pencil.
#
# <details><summary>The five numbers</summary>
#
# $w$: 0.25 times $(x_0, x_1, 1)$ = (−0.25, 0.25, 0.25). $x$: 0.25 times $(w_0, w_1)$ = (0.5,
# −0.25).
#
# </details>
#
# One such neuron is a classifier already. Read $f$ as the probability of class 1, take the cross-entropy, and
# you have the logistic regression of lesson 02. With a hinge loss it is a two-class SVM.
#
# ### Exercise 3.4: the sigmoid neuron
# 8 points · about 20 minutes · medium
#
# Value and gradients. They must stay finite where the sum is very large or very negative.

# %% [markdown] hint="backprop-neuron"
# The value first: a dot product of two weights with two inputs, plus the bias, through the sigmoid. Then one
# number, the gradient of the sum, gives all five gradients.
#
# The bias is a weight whose input is 1: `np.append(x, 1.0)`.
#
# $e^{800}$ does not fit into a float. Either let the sign of $s$ decide which of two equal formulas to use, or
# find $\sigma$ hidden in $\tanh$: $\sigma(s) = (1 + \tanh(s/2))/2$.


# %% answer="backprop-neuron"
def neuron(w: np.ndarray, x: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """A sigmoid neuron and its gradients: sigmoid(w[0] x[0] + w[1] x[1] + w[2]).

    w: (3,) float, two weights and a bias; x: (2,) float
    returns: (f, dw, dx): f a number, dw (3,), dx (2,); finite also where the sum is -800 or 800
    Source: CS231n notes, "Backpropagation, intuitions"
    """
    ### BEGIN SOLUTION
    s = w[:2] @ x + w[2]
    f = float((1 + np.tanh(s / 2)) / 2)
    ds = f * (1 - f)
    return f, ds * np.append(x, 1.0), ds * w[:2]
    ### END SOLUTION


# %% check="backprop-neuron" points=8
with checks.verdict("the sigmoid neuron") as rng:
    w, x = rng.uniform(0.3, 1, size=3), rng.uniform(0.3, 1, size=2)
    due = oracle.with_gradients(oracle.layers.sigmoid_neuron, 1.0, w, x)
    f, dw, dx = checks.leaves_alone(neuron, w, x, share=0.1)
    checks.equal(f, due[0], "f")
    checks.equal(dw, due[1], "dw")
    checks.equal(dx, due[2], "dx")
    with checks.share(0.2, "A sum of 800 or -800"):
        for far, value in ((800.0, 1.0), (-800.0, 0.0)):
            found = neuron(np.array([far, 0.0, 0.0]), np.ones(2))
            checks.equal(found, (value, np.zeros(3), np.zeros(2)), "f, dw, dx")
    ### BEGIN HIDDEN TESTS
    w, x = rng.normal(size=3), rng.normal(size=2)
    due = oracle.with_gradients(oracle.layers.sigmoid_neuron, 1.0, w, x)
    checks.equal(neuron(w, x), due, "f, dw, dx")
    with checks.share(0.2, "A sum of 800 or -800"):
        for sign, value in ((1.0, 1.0), (-1.0, 0.0)):
            found = neuron(sign * np.array([1.0, 2.0, 770.0]), np.array([10.0, 10.0]))
            checks.equal(found, (value, np.zeros(3), np.zeros(2)), "f, dw, dx")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Stage by stage
#
# A longer formula is only more lines. Break it into stages that you can differentiate in your
# head, and then answer every forward line by a backward line, in reverse. For $h = a / (a + b)$ at
# $a = 1$, $b = 3$:
#
# | forward | | backward | |
# | --- | --- | --- | --- |
# | `s = a + b` | 4 | `dh = 1` | 1 |
# | `r = 1 / s` | 1/4 | `da = r * dh`, &nbsp; `dr = a * dh` | 1/4, &nbsp; 1 |
# | `h = a * r` | 1/4 | `ds = -1 / s**2 * dr` | −1/16 |
# | | | `da += 1 * ds`, &nbsp; `db = 1 * ds` | 3/16, &nbsp; −1/16 |
#
# Look at `+=`. The variable `a` is used twice: this is the copy pattern, so what comes back is added
# up. With `=` the last line would overwrite what came back through the product. Now you, on
#
# $$f(x, y) = \frac{x\,y + \sigma(x)}{1 + (x - y)^2}$$
#
# ### Exercise 3.5: staged computation
# 8 points · about 20 minutes · medium
#
# Do not expand the formula. Five to seven short lines each way are enough.

# %% [markdown] hint="backprop-staged"
# Give every piece a name: the sigmoid, the numerator, the difference $x - y$, the denominator, the result.
#
# Then go back line by line. The result is `top / bottom`: its slopes are `1 / bottom` and
# `-top / bottom**2`. `x` is used in three places, `y` in two.
#
# The first thing that comes back to `dx` is set with `=`, each later one added with `+=`. The sigmoid's own slope
# is `sig * (1 - sig)`.


# %% answer="backprop-staged"
def staged(x: float, y: float) -> tuple[float, tuple[float, float]]:
    """f = (x y + sigmoid(x)) / (1 + (x - y)^2), and its gradients.

    x, y: float
    returns: (f, (df/dx, df/dy))
    """
    ### BEGIN SOLUTION
    sig = 1 / (1 + np.exp(-x))
    top = x * y + sig
    gap = x - y
    bottom = 1 + gap**2
    f = top / bottom

    dtop = 1 / bottom
    dbottom = -top / bottom**2
    dgap = dbottom * 2 * gap
    dx, dy = dgap, -dgap
    dx += dtop * y
    dy += dtop * x
    dx += dtop * sig * (1 - sig)
    return f, (dx, dy)
    ### END SOLUTION


# %% check="backprop-staged" points=8
with checks.verdict("staged computation") as rng:
    x, y = rng.uniform(0.5, 1.5), rng.uniform(2, 3)
    value, dx, dy = oracle.with_gradients(oracle.layers.staged, 1.0, x, y)
    found, slopes = staged(x, y)
    checks.equal(found, value, "f")
    checks.equal(slopes, (dx, dy), "dx, dy")
    ### BEGIN HIDDEN TESTS
    for x, y in ((-3.0, 4.0), (2.0, 2.0), (0.0, -1.0)):
        value, dx, dy = oracle.with_gradients(oracle.layers.staged, 1.0, x, y)
        checks.equal(staged(x, y), (value, (dx, dy)), "f, slopes")
    ### END HIDDEN TESTS

# %% [markdown]
# ## Let the program remember
#
# What you have just done by hand is mechanical: each forward line fixed its backward line. So let
# every number remember how it was made. A `Value` holds a number, the values it was computed from
# (`parents`), and the local slope with respect to each (`slopes`):
#
# | expression at $a = 2$, $b = 5$ | `data` | `parents` | `slopes` |
# | --- | --- | --- | --- |
# | `a * b` | 10 | `(a, b)` | `(5.0, 2.0)` |
# | `a ** 3` | 8 | `(a,)` | `(12.0,)` |
#
# Nothing flows back yet. An operation knows its own slopes and nothing about the rest of the
# circuit, and it does not have to. `name` is for pictures: give each result the symbol of its gate, such
# as `"+"`.
#
# ### Exercise 3.6: a number that remembers
# 11 points · about 20 minutes · medium
#
# Three operations. Each returns a new `Value`; the rest of the class is given.

# %% [markdown] hint="backprop-value"
# The table above has the three things that each new `Value` holds. Which are they for a sum?
#
# `a + 2` must work, too. Turn whatever is not yet a `Value` into one: `isinstance(other, Value)`.
#
# `return Value(..., (self, other), (..., ...), "+")`. The slopes are plain numbers, from `self.data` and
# `other.data`.


# %% answer="backprop-value"
class Value:
    """A number that remembers how it was computed.

    data: the number; grad: slope of the final result with respect to it, 0 until it is computed
    parents: tuple of the Values it was computed from
    slopes: tuple of float, its local slope with respect to each parent; name: for pictures
    """

    def __init__(self, data, parents=(), slopes=(), name=""):
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes, self.name = parents, slopes, name

    def __add__(self, other):
        """self + other.

        other: Value or number
        returns: Value with parents (self, other)
        """
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")
        ### END SOLUTION

    def __mul__(self, other):
        """self * other.

        other: Value or number
        returns: Value with parents (self, other)
        """
        ### BEGIN SOLUTION
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "×")
        ### END SOLUTION

    def __pow__(self, exponent):
        """self ** exponent.

        exponent: a number, not a Value, and not 0
        returns: Value with the one parent self
        """
        ### BEGIN SOLUTION
        slope = exponent * self.data ** (exponent - 1)
        return Value(self.data**exponent, (self,), (slope,), f"^{exponent}")
        ### END SOLUTION

    __radd__, __rmul__ = __add__, __mul__  # 2 + a and 2 * a

    def __sub__(self, other):
        return self + other * -1

    def __truediv__(self, other):
        return self * other**-1

    @staticmethod
    def line(length):
        """The last of `length` Values in a row, each the parent of the next: a deep circuit."""
        node = Value(1.0)
        for _ in range(length - 1):
            node = Value(1.0, (node,), (1.0,))
        return node


# %% check="backprop-value-data" points=4
with checks.verdict("values of a Value") as rng:
    p, q = rng.uniform(1, 2), rng.uniform(3, 4)
    a, b = Value(p), Value(q)
    made = [a + b, a * b, a**3]
    checks.equal([node.data for node in made], [p + q, p * q, p**3], "data of a + b, a * b, a**3")
    checks.equal([a.data, b.data], [p, q], "data of a and b afterwards")
    for node, due in zip(made, ([p, q], [p, q], [p])):
        checks.equal([parent.data for parent in node.parents], due, "data of the parents")
    with checks.share(0.2, "A number on one side"):
        checks.equal([(a + 2).data, (2 * b).data], [p + 2, 2 * q], "data of a + 2, 2 * b")
    ### BEGIN HIDDEN TESTS
    checks.equal([(a - b).data, (a / b).data], [p - q, p / q], "data of a - b, a / b")
    checks.equal([node.data for node in (a**0.5).parents], [p], "data of the parent of a**0.5")
    checks.equal([a.data, b.data, a.grad], [p, q, 0.0], "a and b after all this")
    with checks.share(0.2, "A number on one side"):
        checks.equal([node.data for node in (2 + a).parents], [p, 2.0], "parents of 2 + a")
        checks.equal([node.data for node in (b * 3).parents], [q, 3.0], "parents of b * 3")
    ### END HIDDEN TESTS

# %% check="backprop-value-slopes" points=7
with checks.verdict("local slopes of a Value") as rng:
    p, q = rng.uniform(1, 2), rng.uniform(3, 4)
    a, b = Value(p), Value(q)
    times = oracle.gradients(lambda a, b: a * b, 1.0, p, q)
    power = oracle.gradients(lambda a: a**3, 1.0, p)
    checks.equal((a + b).slopes, (1.0, 1.0), "slopes of a + b")
    checks.equal((a * b).slopes, times, "slopes of a * b")
    checks.equal((a**3).slopes, power, "slopes of a**3")
    ### BEGIN HIDDEN TESTS
    for n in (-1, 0.5, 1):
        checks.equal(
            (a**n).slopes, oracle.gradients(lambda a, n=n: a**n, 1.0, p), f"slopes of a**{n}"
        )
    checks.equal((a * a).slopes, (p, p), "slopes of a * a")
    checks.equal((a * 3).slopes, (3.0, p), "slopes of a * 3")
    ### END HIDDEN TESTS

# %% [markdown]
# ### More gates
#
# Four functions of one `Value`: exp, relu, tanh and the sigmoid. As with $\sigma$, the slope is cheap
# once the value is known:
#
# $$(e^s)' = e^s, \qquad \tanh'(s) = 1 - \tanh^2(s), \qquad \mathrm{relu}'(s) = 1 \text{ where } s > 0, \text{ else } 0.$$
#
# At its kink, 0, ReLU has no slope. Every library makes a choice; ours is 0, as PyTorch's is.
#
# ### Exercise 3.7: exp and relu of a Value
# 4 points · about 5 minutes · easy
#
# Each has one parent and one slope.

# %% [markdown] hint="backprop-exp-relu"
# A tuple with one entry has a comma: `(v,)`. Both the parents and the slopes are such tuples.
#
# The slope of exp is its value. That of relu is 1 or 0, by a comparison of `v.data` with 0.


# %% answer="backprop-exp-relu"
def exp(v: Value) -> Value:
    """e to the v.

    returns: Value with the one parent v
    """
    ### BEGIN SOLUTION
    out = np.exp(v.data)
    return Value(out, (v,), (float(out),), "exp")
    ### END SOLUTION


def relu(v: Value) -> Value:
    """The larger of 0 and v; its slope at 0 is 0.

    returns: Value with the one parent v
    """
    ### BEGIN SOLUTION
    return Value(max(0.0, v.data), (v,), (float(v.data > 0),), "relu")
    ### END SOLUTION


# %% check="backprop-exp-relu" points=4
with checks.verdict("exp and relu of a Value") as rng:
    for name, gate in (("exp", exp), ("relu", relu)):
        for at in rng.uniform([0.5, -1.5], [1.5, -0.5]).tolist():
            node, (value, slope) = gate(Value(at)), oracle.layers.gate(name, at)
            checks.equal(node.data, value, f"data of {name}")
            checks.equal(node.slopes, (slope,), f"slopes of {name}")
            checks.equal([one.data for one in node.parents], [at], f"parents of {name}")
    with checks.share(0.1, "relu of 0"):
        checks.equal(relu(Value(0.0)).slopes, (0.0,), "slopes")
    ### BEGIN HIDDEN TESTS
    for name, gate in (("exp", exp), ("relu", relu)):
        for at in (-3.5, 3.5):
            node, (value, slope) = gate(Value(at)), oracle.layers.gate(name, at)
            checks.equal([node.data, node.slopes], [value, (slope,)], f"data and slopes of {name}")
    with checks.share(0.1, "relu of 0"):
        checks.equal(relu(Value(0.0)).data, 0.0, "data")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise 3.8: tanh and sigmoid of a Value
# 5 points · about 10 minutes · easy
#
# Both squash their input, and both must stay finite however large it is.

# %% [markdown] hint="backprop-tanh-sigmoid"
# NumPy has a tanh that does not overflow. The sigmoid you have written already, in your neuron.
#
# Compute the value once, keep it in a variable, and write the slope with it: $1 - \tanh^2$, and
# $\sigma (1 - \sigma)$.


# %% answer="backprop-tanh-sigmoid"
def tanh(v: Value) -> Value:
    """The hyperbolic tangent, finite also where v is -800 or 800.

    returns: Value with the one parent v
    """
    ### BEGIN SOLUTION
    out = float(np.tanh(v.data))
    return Value(out, (v,), (1 - out**2,), "tanh")
    ### END SOLUTION


def sigmoid(v: Value) -> Value:
    """1 / (1 + e^-v), finite also where v is -800 or 800.

    returns: Value with the one parent v
    """
    ### BEGIN SOLUTION
    out = float((1 + np.tanh(v.data / 2)) / 2)
    return Value(out, (v,), (out * (1 - out),), "σ")
    ### END SOLUTION


# %% check="backprop-tanh-sigmoid" points=5
with checks.verdict("tanh and sigmoid of a Value") as rng:
    for name, gate in (("tanh", tanh), ("sigmoid", sigmoid)):
        for at in rng.uniform([0.5, -1.5], [1.5, -0.5]).tolist():
            node, (value, slope) = gate(Value(at)), oracle.layers.gate(name, at)
            checks.equal(node.data, value, f"data of {name}")
            checks.equal(node.slopes, (slope,), f"slopes of {name}")
            checks.equal([one.data for one in node.parents], [at], f"parents of {name}")
    with checks.share(0.15, "sigmoid and tanh of -800 and 800"):
        far = [gate(Value(at)).data for gate in (sigmoid, tanh) for at in (-800.0, 800.0)]
        checks.equal(far, [0.0, 1.0, -1.0, 1.0], "data")
    ### BEGIN HIDDEN TESTS
    for name, gate in (("tanh", tanh), ("sigmoid", sigmoid)):
        node, (value, slope) = gate(Value(-3.5)), oracle.layers.gate(name, -3.5)
        checks.equal([node.data, node.slopes], [value, (slope,)], f"data and slopes of {name}")
    with checks.share(0.15, "sigmoid and tanh of -800 and 800"):
        far = [gate(Value(at)).data for gate in (sigmoid, tanh) for at in (-1000.0, 1000.0)]
        checks.equal(far, [0.0, 1.0, -1.0, 1.0], "data")
    ### END HIDDEN TESTS

# %% [markdown]
# ### In which order?
#
# A node may pass its gradient back once that gradient is complete, and it is complete when *every*
# node that uses it has reported. Take $p = 2a$, $q = a + p$, $r = p\,q$ at $a = 1$:
#
# - $r$ sends $q = 3$ to $p$ and $p = 2$ to $q$. May $p$ report to $a$ now? It would send
#   $3 \cdot 2 = 6$.
# - But $q$ has 2 more for $p$. So $q$ goes first: 2 to $a$, 2 to $p$. Now $p$ has 5 and sends 10.
# - $a$ gets $2 + 10 = 12$. Check: $r = 2a \cdot 3a = 6a^2$ and its slope is $12a$.
#
# We need a list in which parents stand before their children: a **topological order**. Walked
# from the end, it never reports too early. The textbook way is recursive: list all parents first,
# then the node itself, and skip what is listed already. But Python refuses more than about 1,000 nested
# calls, and circuits are deeper than that. So keep a list of what is still to be done, a **stack**.
#
# ### Exercise 3.9: the topological order
# 9 points · about 30 minutes · hard
#
# All nodes from which `root` was computed, in such an order, and at any depth.

# %% [markdown] hint="backprop-order"
# Write the recursive version on paper first. What does Python remember for you between two calls?
#
# A node is met twice: on arrival, when its parents are still to be listed, and on leaving, when it can be
# listed itself. Put pairs on your stack: the node, and which of the two it is.
#
# On arrival, skip the node if it has been met already. Otherwise first put back its leaving, then its parents:
# what was put on last comes off first. A set of the nodes themselves tells which have been met.


# %% answer="backprop-order"
def topological_order(root: Value) -> list[Value]:
    """Every Value from which root was computed, once each, parents before children, root last.

    root: Value, whose circuit may be tens of thousands of nodes deep
    returns: list of Value; two nodes are the same only where they are one object
    """
    ### BEGIN SOLUTION
    order, arrived, todo = [], set(), [(root, False)]
    while todo:
        node, leaving = todo.pop()
        if leaving:
            order.append(node)
        elif node not in arrived:
            arrived.add(node)
            todo.append((node, True))
            todo += [(parent, False) for parent in node.parents]
    return order
    ### END SOLUTION


# %% check="backprop-order" points=7
with checks.verdict("the topological order") as rng:
    a = Value(3.0)  # the numbers are marks: each names its node
    p = Value(1.0, (a,), (1.0,))
    q = Value(4.0, (a, p), (1.0, 1.0))
    r = Value(2.0, (q, p), (1.0, 1.0))
    marks = [node.data for node in topological_order(Value(5.0, (a, r), (1.0, 1.0)))]
    checks.equal(sorted(marks), [1.0, 2.0, 3.0, 4.0, 5.0], "the nodes listed")
    checks.equal(np.array(marks), np.array([3.0, 1.0, 4.0, 2.0, 5.0]), "your order")
    with checks.share(0.15, "Two nodes that are both 1"):
        both = Value(5.0, (Value(1.0), Value(2.0), Value(1.0)), (1.0, 1.0, 1.0))
        marks = sorted(node.data for node in topological_order(both))
        checks.equal(marks, [1.0, 1.0, 2.0, 5.0], "the nodes listed")
    ### BEGIN HIDDEN TESTS
    checks.equal([node.data for node in topological_order(a)], [3.0], "order of a single node")
    made, due = [], rng.permutation(14).astype(float)
    for mark in due.tolist():
        uses = sorted({len(made) - 1, int(rng.integers(len(made)))}) if made else []
        made.append(Value(mark, tuple(made[i] for i in uses), (1.0,) * len(uses)))
    found = [node.data for node in topological_order(made[-1])]
    checks.equal(np.array(found), due, "order of fourteen nodes")
    ### END HIDDEN TESTS

# %% check="backprop-order-deep" points=2
with checks.verdict("ten thousand nodes deep"):
    line = Value.line(10_000)
    too_deep = "Functions that call themselves do not reach 10,000 nodes deep: keep a list of what is still to be done."
    try:
        checks.equal(len(topological_order(line)), 10_000, "nodes listed")
    except RecursionError:
        checks.holds(False, too_deep)
    ### BEGIN HIDDEN TESTS
    checks.equal(topological_order(Value.line(3))[0].parents, (), "parents of the first node")
    ### END HIDDEN TESTS

# %% [markdown]
# ### And back
#
# Three steps are left: set the gradient of the last node to 1; walk back; let each node add its own
# gradient times the slope to the gradient of each parent. *Add*, since other nodes may use the same
# parent. That is also why gradients have to be set to 0 before the next round. PyTorch works the
# same way, and a forgotten `zero_grad` is one of the bugs that people meet most often.
#
# ### Exercise 3.10: the way back
# 9 points · about 10 minutes · easy
#
# Both functions change the nodes that they are given, and return nothing.

# %% [markdown] hint="backprop-backward"
# Which node is first, and what is its gradient?
#
# `reversed(order)` walks back; `zip(node.parents, node.slopes)` gives each parent with its slope.
#
# `parent.grad += ...`, for a node that uses the same parent twice, too.


# %% answer="backprop-backward"
def backward(order: list[Value]) -> None:
    """Let gradients flow from the last node back to all others.

    order: parents before children; every grad is 0 before, and afterwards the slope of the last
        node with respect to that node
    """
    ### BEGIN SOLUTION
    order[-1].grad = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes):
            parent.grad += slope * node.grad
    ### END SOLUTION


def zero_grad(order: list[Value]) -> None:
    """Set the gradient of every node to 0.

    order: list of Value
    """
    ### BEGIN SOLUTION
    for node in order:
        node.grad = 0.0
    ### END SOLUTION


# %% check="backprop-backward" points=7
with checks.verdict("the way back") as rng:
    uses = [(), (), (0, 1), (0, 2), (2, 3, 3)]  # node 4 has the parents 2, 3 and once more 3
    slopes = [tuple(rng.uniform(0.5, 2, size=len(parents)).tolist()) for parents in uses]
    due = oracle.layers.node_gradients(uses, slopes)
    nodes: list[Value] = []
    for parents, own in zip(uses, slopes):
        nodes.append(Value(len(nodes) + 2.0, tuple(nodes[i] for i in parents), own))
    backward(nodes)
    checks.equal(np.array([node.grad for node in nodes]), due, "grad of the five nodes")
    ### BEGIN HIDDEN TESTS
    a = Value(3.0)
    square = Value(9.0, (a, a), (3.0, 3.0))
    backward([a, square])
    checks.equal(a.grad, 6.0, "grad of a in a * a")
    checks.equal([a.data, square.data], [3.0, 9.0], "data afterwards")
    alone = Value(2.0)
    backward([alone])
    checks.equal(alone.grad, 1.0, "grad of a single node")
    ### END HIDDEN TESTS

# %% check="backprop-backward-zero" points=2
with checks.verdict("gradients set to zero"):
    a = Value(3.0)
    p = Value(6.0, (a,), (2.0,))
    q = Value(9.0, (a, p), (1.0, 1.0))
    a.grad, p.grad, q.grad = 7.0, 8.0, 1.0
    zero_grad([a, p, q])
    checks.equal([a.grad, p.grad, q.grad], [0.0, 0.0, 0.0], "grad of a, p, q")
    checks.equal([a.data, p.data, q.data], [3.0, 6.0, 9.0], "data of a, p, q")
    ### BEGIN HIDDEN TESTS
    a.grad = -1.0
    zero_grad([a])
    checks.equal(a.grad, 0.0, "grad of a single node")
    ### END HIDDEN TESTS

# %% [markdown]
# ### Your engine at work
#
# Here is the neuron again, made of your Values. Move `step` through the forward pass and then
# back; choose a `node` to read its local gradient. Then change the formula in the cell: let it use
# `x0` twice, put `tanh` or `relu` in place of `sigmoid`, write the sigmoid out as four gates.
#
# Is it right? PyTorch has the same engine inside; the second cell compares the two on a longer
# formula, and measures the time.

# %% tags=["experiment"]
w0, w1, w2 = Value(2.0, name="w0"), Value(-1.0, name="w1"), Value(3.0, name="w2")
x0, x1 = Value(-1.0, name="x0"), Value(1.0, name="x1")
order = topological_order(sigmoid(w0 * x0 + w1 * x1 + w2))
backward(order)
figures.graph.step_through(
    order,
    caption="The sigmoid neuron, all gradients done. Above each node its value, below it in bold its gradient. A plus gate hands its gradient on unchanged; each input of a times gate has 0.25 times the value of the other.",
    alt="A circuit of five inputs, two times gates, two plus gates and a sigmoid, with a value above and a gradient below each.",
)

# %% tags=["experiment"]
import time

import torch


def formula(a, b, tanh, relu, sigmoid, exp):
    c = a * b + b**3
    for _ in range(3):
        c = tanh(c) * a + relu(c - b) * 0.5 + sigmoid(c / (exp(a) + 1))
    return c


a, b = Value(0.7), Value(-0.4)
backward(topological_order(formula(a, b, tanh, relu, sigmoid, exp)))
a_torch, b_torch = (torch.tensor(v.data, dtype=torch.float64, requires_grad=True) for v in (a, b))
formula(a_torch, b_torch, torch.tanh, torch.relu, torch.sigmoid, torch.exp).backward()
print(f"yours:   {a.grad:.12f}  {b.grad:.12f}")
print(f"PyTorch: {a_torch.grad:.12f}  {b_torch.grad:.12f}")
start = time.perf_counter()
backward(topological_order(Value.line(10_000)))
seconds = time.perf_counter() - start
print(
    f"10,000 nodes there and back: {1000 * seconds:.0f} ms, {1e6 * seconds / 10_000:.1f} µs a node"
)

# %% [markdown]
# It is right, and far too slow for images. One image through the network at the end of this
# lesson takes some 600,000 gates. At five microseconds each, a minibatch of 100 images takes five
# minutes. So keep the idea and make the gates bigger: let one gate work on whole arrays.
#
# ## Whole arrays
#
# Let $X$ be `(N, D)`, $W$ `(D, M)`, and `out = X @ W`, of shape `(N, M)`. A gradient has the shape
# of what it belongs to: `dout` is `(N, M)`, and `dW` must be `(D, M)`. There is only one way to
# multiply `X` and `dout` into that shape:
#
# $$dW = X^T\,dout, \qquad dX = dout\,W^T$$
#
# With a pencil: $X = \begin{pmatrix}1&2\\3&4\\5&6\end{pmatrix}$,
# $W = \begin{pmatrix}1\\1\end{pmatrix}$, $dout = \begin{pmatrix}1\\0\\-1\end{pmatrix}$. Then
# $dW = \begin{pmatrix}1-5\\2-6\end{pmatrix} = \begin{pmatrix}-4\\-4\end{pmatrix}$. Each weight is used
# once by every example. That is a copy, so what comes back is added up over the examples.
#
# ### Undo a broadcast
#
# A bias of shape `(M,)` that is added to `(N, M)` is silently copied $N$ times. A copy adds up, so
# its gradient is the sum over the axis that was stretched. For $b = (b_0, b_1)$ and
# $dout = \begin{pmatrix}1&2\\3&4\\5&6\end{pmatrix}$ that is $db = (9, 12)$.
#
# ### Exercise 3.11: undoing a broadcast
# 7 points · about 20 minutes · medium
#
# Write the rule for every broadcast that NumPy knows: axes that were put in front vanish; axes of length 1
# that were stretched shrink back to 1.

# %% [markdown] hint="backprop-unbroadcast"
# Which axes of `dout` were not in `shape` at all, and how many are they? Which were there with length 1?
#
# NumPy puts new axes in front: they are the first `dout.ndim - len(shape)`. The others line up with `shape`.
#
# Sum over all of them at once, with a tuple as `axis`, and `.reshape(shape)` brings the axes of length 1 back.
# For the error: `np.broadcast_shapes(shape, dout.shape)` must be `dout.shape`.


# %% answer="backprop-unbroadcast"
def unbroadcast(dout: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The gradient of an array that NumPy stretched to the shape of dout.

    dout: float array, the gradient after stretching
    shape: what the array had before
    returns: float array of that shape
    raises: ValueError where an array of that shape cannot be stretched to the shape of dout
    """
    ### BEGIN SOLUTION
    if np.broadcast_shapes(shape, dout.shape) != dout.shape:
        raise ValueError(f"{shape} is not stretched to {dout.shape}")
    new = dout.ndim - len(shape)
    stretched = [new + k for k, length in enumerate(shape) if length == 1]
    return dout.sum(axis=(*range(new), *stretched)).reshape(shape)
    ### END SOLUTION


# %% check="backprop-unbroadcast" points=7
with checks.verdict("undoing a broadcast") as rng:
    dout = rng.normal(size=(4, 4, 4))
    for shape in ((4, 4, 4), (4,), (4, 1), (4, 1, 4)):
        due = oracle.layers.stretch_gradient(dout, shape)
        found = checks.leaves_alone(unbroadcast, dout, shape, share=0.05)
        checks.equal(found, due, f"gradient of shape {shape}")
    with checks.share(0.05, "A single number, of shape ()"):
        checks.equal(unbroadcast(dout.copy(), ()), oracle.layers.stretch_gradient(dout, ()))
    table, why = rng.normal(size=(4, 5)), "(5, 4) cannot be stretched to (4, 5)"
    checks.raises(ValueError, unbroadcast, table, (5, 4), reason=why, share=0.15)
    ### BEGIN HIDDEN TESTS
    dout = rng.normal(size=(2, 3, 4, 5))
    for shape in ((3, 1, 5), (1, 1, 4, 1), (5,), (1,)):
        due = oracle.layers.stretch_gradient(dout, shape)
        checks.equal(unbroadcast(dout.copy(), shape), due, f"gradient of shape {shape}")
    for shape in ((3, 5), (1, 2, 3, 4, 5), (4, 3, 2, 5)):
        why = f"{shape} cannot be stretched to (2, 3, 4, 5)"
        checks.raises(ValueError, unbroadcast, dout, shape, reason=why, share=0.15)
    ### END HIDDEN TESTS

# %% [markdown]
# ### The affine layer
#
# Matrix product, bias, and the reshaping of images into rows: the layer from which most networks
# are built. Every layer of this course keeps the contract that you know from the gates:
# `forward(x, w, b)` gives `(out, cache)`, `backward(dout, cache)` gives `(dx, dw, db)`.
#
# ### Exercise 3.12: the affine layer
# 11 points · about 20 minutes · medium
#
# Forward and backward, for examples of any shape.

# %% [markdown] hint="backprop-affine"
# Forward: lay each example out as a row. Backward: three gradients, each with the shape of what it belongs to.
#
# `x.reshape(len(x), -1)` makes the rows. For dw and dx the two formulas above; the bias is a broadcast, and
# you know how to undo one.
#
# An image of shape `(3, 32, 32)` was laid out as a row of 3,072. What comes back is a row: `.reshape(x.shape)`
# gives dx the shape of x.


# %% answer="backprop-affine"
def affine_forward(x: np.ndarray, w: np.ndarray, b: np.ndarray):
    """Every example laid out as a row, times w, plus b.

    x: (N, d_1, ..., d_k) float, N examples with D = d_1 * ... * d_k numbers each
    w: (D, M) float; b: (M,) float
    returns: (out, cache): out (N, M) of the dtype of x; cache holds whatever affine_backward needs
    Source: CS231n, assignment 2, layers.py
    """
    ### BEGIN SOLUTION
    return x.reshape(len(x), -1) @ w + b, (x, w)
    ### END SOLUTION


def affine_backward(dout: np.ndarray, cache):
    """Gradients of an affine layer.

    dout: (N, M) float, upstream gradient; cache: from affine_forward
    returns: (dx, dw, db): (N, d_1, ..., d_k), (D, M) and (M,) float
    """
    ### BEGIN SOLUTION
    x, w = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(len(x), -1).T @ dout
    return dx, dw, dout.sum(axis=0)
    ### END SOLUTION


# %% check="backprop-affine-forward" points=4
with checks.verdict("affine, forward") as rng:
    x, w, b = rng.normal(size=(4, 2, 3)), rng.normal(size=(6, 5)), rng.normal(size=5)
    due, half = oracle.layers.affine(x, w, b), [array.astype(np.float32) for array in (x, w, b)]
    out, _ = checks.leaves_alone(affine_forward, x, w, b, share=0.1)
    checks.equal(out, due, "out")
    with checks.share(0.1, "One example"):
        checks.equal(affine_forward(x[:1], w, b)[0], due[:1], "out")
    with checks.share(0.1, "float32"):
        checks.equal(affine_forward(*half)[0], due, "out", tolerance=1e-5, dtype=np.float32)
    ### BEGIN HIDDEN TESTS
    image, w, b = rng.normal(size=(2, 3, 1, 2)), rng.normal(size=(6, 1)), rng.normal(size=1)
    for x in (image, image.reshape(2, 6)):
        due = oracle.layers.affine(x, w, b)
        checks.equal(affine_forward(x.copy(), w.copy(), b.copy())[0], due, "out")
    ### END HIDDEN TESTS

# %% check="backprop-affine-backward" points=7
with checks.verdict("affine, backward") as rng:
    images, weights, bias = (rng.normal(size=shape) for shape in ((4, 2, 2), (4, 4), (4,)))
    dout = rng.normal(size=(4, 4))
    due = oracle.gradients(oracle.layers.affine, dout, images, weights, bias)
    _, cache = affine_forward(images, weights, bias)
    dx, dw, db = checks.leaves_alone(affine_backward, dout, cache, share=0.1)
    checks.equal(dx, due[0], "dx")
    checks.equal(dw, due[1], "dw")
    checks.equal(db, due[2], "db")
    ### BEGIN HIDDEN TESTS
    for shape, outputs in (((3, 5), 2), ((2, 2, 1, 3), 4)):
        images, dout = rng.normal(size=shape), rng.normal(size=(shape[0], outputs))
        weights, bias = rng.normal(size=(images[0].size, outputs)), rng.normal(size=outputs)
        due = oracle.gradients(oracle.layers.affine, dout, images, weights, bias)
        checks.equal(
            affine_backward(dout, affine_forward(images, weights, bias)[1]), due, "dx, dw, db"
        )
    ### END HIDDEN TESTS

# %% [markdown]
# ### The Jacobian that nobody forms
#
# Every output has a slope with respect to every input; the table of them all is the **Jacobian**.
# Build one once, column by column, to see what it looks like: two examples, with three inputs and two
# outputs each.

# %% tags=["experiment"]
small = np.random.default_rng(0)
x_few, w_few = small.integers(-4, 5, size=(2, 3)) / 2, small.integers(1, 9, size=(3, 2)) / 2
h, b_few, columns = 1e-4, np.zeros(2), []
for k in range(x_few.size):
    nudge = np.zeros(x_few.size)
    nudge[k] = h
    up, down = (affine_forward(x_few + s * nudge.reshape(2, 3), w_few, b_few)[0] for s in (1, -1))
    columns.append((up - down).ravel() / (2 * h))
J = np.stack(columns, axis=1).round(6)
figures.show(
    figures.backprop.jacobian(
        J, "d out / d x", "input: three of example 0, three of example 1", "output"
    ),
    caption="The Jacobian of an affine layer. Outputs 0 and 1 belong to example 0, 2 and 3 to example 1. Two quarters are empty: no example has any influence on another. The other two are both W transposed.",
    alt="A table of four rows and six columns. Its upper left and lower right blocks hold the same six numbers, the other two are blank.",
)
dout_few = np.array([[1.0, -1.0], [0.5, 2.0]])
print("J.T @ dout      ", J.T @ dout_few.ravel())
print(
    "affine_backward ", affine_backward(dout_few, affine_forward(x_few, w_few, b_few)[1])[0].ravel()
)

# %% [markdown]
# Backward is always a product of the transposed Jacobian with `dout`. It is never *computed* that way.
# For 100 images of 3,072 numbers and 100 hidden units this table would have
# $10^4 \times 307{,}200 \approx 3 \cdot 10^9$ entries, 25 GB, nearly all of them 0 or copies of
# `w`. The formula `dout @ w.T` uses what we know about the pattern.
#
# ### Nonlinear layers
#
# Two affine layers in a row are one affine layer: $(xW_1)W_2 = x(W_1 W_2)$. So a **nonlinearity** has to come
# in between: an activation function. It works entry by entry, so its Jacobian is diagonal, and
# `backward` multiplies `dout` by a slope, entry by entry.
#
# ### Exercise 3.13: the relu layer
# 4 points · about 5 minutes · easy
#
# As for a `Value`, now for arrays of any shape. The cell after the check draws your `Value` functions and their
# slopes. Sigmoid and tanh as layers follow in lesson 04.

# %% [markdown] hint="backprop-relu"
# Where did the gradient pass, and where did it stop?
#
# `np.maximum` forward. Backward needs `x` in the cache, and multiplies `dout` by a comparison.


# %% answer="backprop-relu"
def relu_forward(x: np.ndarray):
    """The larger of 0 and x, entry by entry.

    x: float array of any shape
    returns: (out, cache): out of the same shape and dtype
    """
    ### BEGIN SOLUTION
    return np.maximum(x, 0), x
    ### END SOLUTION


def relu_backward(dout: np.ndarray, cache) -> np.ndarray:
    """Gradient of relu; 0 where x was 0.

    dout: float array, upstream gradient; cache: from relu_forward
    returns: dx, of the same shape
    """
    ### BEGIN SOLUTION
    return dout * (cache > 0)
    ### END SOLUTION


# %% check="backprop-relu" points=4
with checks.verdict("relu, forward and backward") as rng:
    x, dout = rng.normal(size=(2, 4, 5))
    due, slope = oracle.with_gradients(oracle.layers.relu, dout, x)
    out, cache = checks.leaves_alone(relu_forward, x, share=0.05)
    dx = checks.leaves_alone(relu_backward, dout, cache, share=0.05)
    checks.equal(out, due, "out")
    checks.equal(dx, slope, "dx")
    with checks.share(0.1, "Where x is 0"):
        checks.equal(relu_backward(np.ones(3), relu_forward(np.zeros(3))[1]), np.zeros(3), "dx")
    with checks.share(0.1, "float32"):
        out, _ = relu_forward(x.astype(np.float32))
        checks.equal(out, due, "out", tolerance=1e-5, dtype=np.float32)
    ### BEGIN HIDDEN TESTS
    image, dout = rng.normal(size=(2, 1, 3, 2, 2))
    due, slope = oracle.with_gradients(oracle.layers.relu, dout, image)
    out, cache = relu_forward(image)
    checks.equal(out, due, "out")
    checks.equal(relu_backward(dout, cache), slope, "dx")
    ### END HIDDEN TESTS

# %% tags=["experiment"]
x_line = np.linspace(-5, 5, 201)
curves = {}
for name, gate in (("relu", relu), ("sigmoid", sigmoid), ("tanh", tanh)):
    nodes = [gate(Value(at)) for at in x_line]
    slopes = np.array([node.slopes[0] for node in nodes])
    curves[name] = (np.minimum([node.data for node in nodes], 2.5), slopes)
figures.show(
    figures.backprop.activations(x_line, curves),
    caption="Left: your three functions (relu cut off at 2.5). Right: what they let through on the way back. The sigmoid never passes more than a quarter, and beyond 5 on either side almost nothing.",
    alt="Two line plots over inputs from minus 5 to 5: values of relu, sigmoid and tanh, and their slopes, of which only that of relu stays at 1.",
)

# %% [markdown]
# ### A loss as a layer
#
# A loss is the last gate: scores go in, one number comes out, and `dout` is 1. So forward and
# backward come together in one function, `loss, dx = softmax_loss(x, y)`. You wrote it in lesson 02, so
# it is lent: it stands in the first cell of this notebook. One thing is new: the gradient stops at the
# *scores*. Whether one layer or a hundred made them, the loss does not need to know.
#
# Scores $(\ln 1, \ln 2, \ln 5)$ give probabilities $(\tfrac18, \tfrac28, \tfrac58)$.
# If class 2 is true, the loss is $-\ln\tfrac58 = 0.47$, and the gradient is
# $p - (0, 0, 1) = (0.125, 0.25, -0.375)$: push each score down by the probability it got, and the
# true one up. Over several examples both are means, so the gradient is divided by $N$. Any loss fits in here,
# the SVM loss as well: for scores $(3, 5, 2.5)$ and class 0 true it would be 3.5, with the gradient $(-2, 1, 1)$.

# %%
print(softmax_loss(np.log([[1.0, 2.0, 5.0]]), np.array([2])))

# %% [markdown]
# ## A gradient check that deserves its name
#
# How would you find a mistake in your own `backward` if no check told you? You compare it with measured
# slopes: the centred difference of lesson 02, now for a layer whose output is an array. Only a single
# number has a slope that can be measured, so take $\sum f(x) \odot dout$ (multiply entry by entry, then add
# up); its gradient is what `backward` returns. Then compute *one* number for the disagreement:
#
# $$\frac{\lVert a - b \rVert}{\max(\lVert a \rVert, \lVert b \rVert)}$$
#
# over all entries at once. Entry by entry would be harsh: where the truth is $10^{-12}$ and
# rounding says 0, that entry is wrong by 100 %.
#
# $(1, 2, 2)$ against $(1, 2, 2.03)$: $0.03 / 3.02 \approx 0.01$. In float64 a right gradient gives
# $10^{-9}$ or so, and we ask for less than $10^{-7}$. Both functions are lent. In lesson 02 you wrote the second,
# and the first for a function whose result is a single number.


# %% tags=["experiment"]
def eval_numerical_gradient_array(f, x: np.ndarray, df: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Gradient of sum(f(x) * df) by centred differences. Source: CS231n, gradient_check.py"""
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    rises = [np.sum((f(x + step) - f(x - step)) * df) for step in steps]
    return np.reshape(rises, x.shape) / (2 * h)


def relative_error(a: np.ndarray, b: np.ndarray) -> float:
    """Norm of a - b over the larger of the norms of a and b."""
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b)))


# %% [markdown]
# ### Break it on purpose
#
# Do not trust a check that you have never seen fail. So spoil a gradient: one entry of `dw` is too large by
# a fraction $\varepsilon$ of itself, from $10^{-12}$ to 1. How small a mistake can the check see?
# Guess, for float64 and for float32, then run.

# %% tags=["experiment"]
draws = np.random.default_rng(1)
x_gc, w_gc, b_gc = draws.normal(size=(5, 8)), draws.normal(size=(8, 4)), draws.normal(size=4)
dout_gc = draws.normal(size=(5, 4))


def check_dw(spoil: float, dtype: type[np.floating], h: float) -> float:
    """Error of the check of one spoilt dw of affine and tanh, all in `dtype`."""
    x, w, b, dout = [array.astype(dtype) for array in (x_gc, w_gc, b_gc, dout_gc)]
    sums, cache = affine_forward(x, w, b)
    _, dw, _ = affine_backward(dout - dout * np.tanh(sums) ** 2, cache)
    dw[0, 0] *= 1 + spoil

    def f(w: np.ndarray) -> np.ndarray:
        return np.tanh(affine_forward(x, w.astype(dtype), b)[0])

    return relative_error(dw, eval_numerical_gradient_array(f, w, dout, h))


shares, widths = np.logspace(-12, 0, 13), np.logspace(-10, 0, 11)
kinds: dict[str, type[np.floating]] = {"float64": np.float64, "float32": np.float32}
by_share = {
    name: (shares, [check_dw(s, kind, 1e-5) for s in shares]) for name, kind in kinds.items()
}
by_width = {
    name: (widths, [check_dw(0.0, kind, h) for h in widths]) for name, kind in kinds.items()
}
errors = {"share by which one entry of dw is wrong": by_share, "step h": by_width}
figures.show(
    figures.backprop.check_errors(errors),
    caption="Left: in float64 the error grows with the mistake as soon as it is larger than the noise; in float32 the noise hides an entry that is wrong by a tenth. Right, nothing spoilt: h too small drowns in rounding, h too large no longer measures a slope.",
    alt="Two plots with logarithmic axes, each with a line for float64 and one for float32. Left, the float64 line is flat and then rises as a straight line; right, both lines are valleys, that of float32 far higher.",
)

# %% [markdown]
# Learn three things from it. Check in **float64**, always. Use $h$ near $10^{-5}$. And set the
# threshold not far above the noise: the left plot ends at an entry that is twice what it should
# be, and a threshold of $10^{-2}$, which is common, lets an error of a few per cent pass.
#
# ### A check that explodes
#
# A colleague has taken your layers, which passed everything, and checks the biases of an affine
# layer with ReLU. Float64, $h = 10^{-5}$, four images, of which one is black. Run it, and find out
# what is wrong before you open the answer. Print what goes into the ReLU.

# %% tags=["experiment"]
images_gc = draws.normal(size=(4, 12))
images_gc[2] = 0.0  # the black one
w_relu, b_relu, dout_relu = draws.normal(size=(12, 6)), np.zeros(6), draws.normal(size=(4, 6))


def layer_of(b: np.ndarray) -> np.ndarray:
    return relu_forward(affine_forward(images_gc, w_relu, b)[0])[0]


sums, cache = affine_forward(images_gc, w_relu, b_relu)
_, _, db = affine_backward(relu_backward(dout_relu, relu_forward(sums)[1]), cache)
measured = eval_numerical_gradient_array(layer_of, b_relu, dout_relu)
print(f"relative error of db: {relative_error(db, measured):.2g}")
print("db      ", db.round(4))
print("measured", measured.round(4))

# %% [markdown]
# <details><summary>The reason</summary>
#
# Nothing is wrong with the gradient. The black image times any weights is 0, and with biases of 0
# all six sums are *exactly* at the kink of the ReLU. A step to the right switches the unit on, a
# step to the left does not; the centred difference reports half a slope, $0.5 \cdot dout$, where
# ReLU's own answer is 0. The differences above are half the row `dout_relu[2]`. Replace `b_relu`
# by `draws.normal(size=6)` and the error falls below $10^{-9}$.
#
# It need not be exactly 0. Whatever lies within $h$ of a kink is measured across it. ReLU, max and
# hinge have kinks: draw the inputs of a check at random, and count how many lie within $h$ of a kink
# before you believe the error, whether it is large or small.
#
# </details>
#
# ## A network
#
# All pieces are there. Affine, ReLU, affine, softmax, with L2 regularisation of the weights:
#
# $$L = \frac1N \sum_i \mathrm{softmax\_loss}_i + \tfrac12\,\mathrm{reg}\,\bigl(\lVert W_1\rVert^2 + \lVert W_2\rVert^2\bigr)$$
#
# The half is there so that its gradient is $\mathrm{reg}\,W$. Biases are not regularised.
#
# ### Exercise 3.14: the two-layer net
# 12 points · about 35 minutes · hard
#
# Write the forward pass as four lines and answer them in reverse, by hand, in NumPy. `softmax_loss` is lent. You
# may call your own layers; a slip in one of them then costs points here, too.
#
# | | `X` | `W1` | `hidden` | `W2` | `scores` |
# | --- | --- | --- | --- | --- | --- |
# | shape | `(N, D)` | `(D, H)` | `(N, H)` | `(H, C)` | `(N, C)` |

# %% [markdown] hint="backprop-two-layer"
# Forward: hidden layer, scores. Without labels you are done. With labels, `softmax_loss` gives the loss and the
# gradient of the scores. Which four arrays need a gradient?
#
# Back through the second affine layer: `W2`, `b2`, and the hidden layer. Then through the ReLU: where was it on?
# Then through the first affine layer.
#
# `dhidden = (dscores @ W2.T) * (...)`. Each gradient of a weight is its layer's input, transposed, times what
# comes back, and `self.reg * W`; each of a bias is a sum over the examples. Do not divide by N again.


# %% answer="backprop-two-layer"
class TwoLayerNet:
    """Affine, ReLU, affine, softmax. Source: CS231n, assignment 2, fc_net.py."""

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0, rng=None):
        rng = np.random.default_rng(rng)
        self.reg = reg
        self.params = {
            "W1": weight_scale * rng.normal(size=(input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * rng.normal(size=(hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X: np.ndarray, y: np.ndarray | None = None):
        """Scores, or loss and gradients.

        X: (N, D) float; y: (N,) int, true classes, or None
        returns: without y, the scores (N, C); with y, (loss, grads): the softmax loss plus
            reg / 2 times the squares of W1 and W2, and a dict of its gradients with the keys and
            shapes of self.params. Two calls with the same X and y give the same, and
            self.params stays as it is
        """
        ### BEGIN SOLUTION
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())
        dhidden = (dscores @ W2.T) * (hidden > 0)
        grads = {"W2": hidden.T @ dscores + self.reg * W2, "b2": dscores.sum(axis=0)}
        grads |= {"W1": X.T @ dhidden + self.reg * W1, "b1": dhidden.sum(axis=0)}
        return float(loss), grads
        ### END SOLUTION


# %% check="backprop-two-layer" points=7
with checks.verdict("the two-layer net without regularisation") as rng:
    X, y = rng.normal(size=(6, 5)), np.array([0, 2, 1, 1, 0, 2])
    params = oracle.layers.two_layer_params(5, 8, 3, rng)
    scores, loss, grads = oracle.layers.two_layer(params, X, y)
    net = TwoLayerNet(5, 8, 3)
    net.params = params
    checks.equal(net.loss(X.copy()), scores, "scores")
    found = checks.leaves_alone(net.loss, X, y, share=0.05)
    checks.equal(found, (loss, grads), "loss, grads", tolerance=1e-6)
    ### BEGIN HIDDEN TESTS
    X, y = rng.normal(size=(3, 4)), np.array([4, 0, 4])
    params = oracle.layers.two_layer_params(4, 3, 5, rng)
    scores, loss, grads = oracle.layers.two_layer(params, X, y)
    net = TwoLayerNet(4, 3, 5)
    net.params = params
    checks.equal(net.loss(X.copy()), scores, "scores")
    checks.equal(net.loss(X, y), (loss, grads), "loss, grads", tolerance=1e-6)
    ### END HIDDEN TESTS

# %% check="backprop-two-layer-reg" points=5
with checks.verdict("the two-layer net with regularisation") as rng:
    X, y = rng.normal(size=(4, 5)), np.array([2, 0, 1, 2])
    params = oracle.layers.two_layer_params(5, 6, 3, rng)
    _, loss, grads = oracle.layers.two_layer(params, X, y, 0.3)
    net = TwoLayerNet(5, 6, 3, reg=0.3)
    net.params = {name: array.copy() for name, array in params.items()}
    checks.equal(net.loss(X.copy(), y.copy()), (loss, grads), "loss, grads", tolerance=1e-6)
    with checks.share(0.1, "A second call"):
        checks.equal(net.loss(X, y), (loss, grads), "loss, grads", tolerance=1e-6)
    with checks.share(0.1, "params after two calls"):
        checks.equal(net.params, params, "params")
    ### BEGIN HIDDEN TESTS
    X, y = rng.normal(size=(2, 3)), np.array([1, 1])
    params = oracle.layers.two_layer_params(3, 4, 2, rng)
    _, loss, grads = oracle.layers.two_layer(params, X, y, 0.05)
    net = TwoLayerNet(3, 4, 2, reg=0.05)
    net.params = params
    checks.equal(net.loss(X, y), (loss, grads), "loss, grads", tolerance=1e-6)
    ### END HIDDEN TESTS

# %% [markdown]
# ### Watch it learn
#
# Three spirals, which no straight line separates. Below, your net is trained on all points by
# plain gradient descent. Each dashed line is one hidden unit: on one side its ReLU is on, on the
# other off. Between the lines the scores are linear, so the border between two classes is made of
# straight pieces.

# %% tags=["experiment"]
chance = np.random.default_rng(3)
turn = np.tile(np.linspace(0.3, 1.0, 50), 3)
groups = np.repeat([0, 1, 2], 50)
angle = 4.0 * turn + groups * 2 * np.pi / 3 + chance.normal(0, 0.12, 150)
points = np.stack([turn * np.sin(angle), turn * np.cos(angle)], axis=1) * 2


def trained(hidden: int, updates: int) -> TwoLayerNet:
    net = TwoLayerNet(2, hidden, 3, 0.5, 1e-3, np.random.default_rng(5))
    for _ in range(updates):
        for name, grad in net.loss(points, groups)[1].items():
            net.params[name] -= 0.5 * grad
    return net


def draw(state: figures.backprop.BoundaryState):
    net = trained(state.hidden, state.updates)
    return figures.backprop.boundary(
        state, points, groups, net.loss, net.params["W1"], net.params["b1"]
    )


figures.interactive(
    draw,
    figures.backprop.BoundaryState(updates=1000, hidden=8),
    caption="Regions of the net. Pull updates from 0 to 3,000: the dashed lines wander to where the classes meet. Then find the smallest number of hidden units that gets all points right.",
    alt="A plane in three colours with three spirals of 50 points and dashed lines across; the coloured regions follow the spirals in straight pieces.",
    updates=(0, 3000, 50),
    hidden=[1, 2, 3, 4, 8, 16, 64],
)

# %% [markdown]
# 1. With 0 updates, why does every dashed line go through the middle?
# 2. With 2 hidden units, what is the best that you see, and why is it no better?
# 3. With 64 units, look at the regions far away from all points. What does the net know about them?
#
# <details><summary>Answers</summary>
#
# 1. All biases start at 0. Then each unit's sum is 0 at the origin, so its line goes through it.
# 2. About 79 % after 3,000 updates. Two lines cut the plane into at most four pieces, and in each the scores are
#    linear: too few bends for three spirals. Four units get all 150 points right.
# 3. Nothing: no point was ever there. Yet its scores grow the further you go, so softmax is almost certain of
#    a class. Being certain is not the same as being right.
#
# </details>
#
# ### What can a two-layer net represent?
#
# With enough hidden units, nearly everything: any continuous function on a bounded region, as closely as you
# like. This is the **universal approximation theorem** (Cybenko 1989 for sigmoids, Leshno and others 1993 for
# ReLU and every other activation that is not a polynomial). With one input you can see why. Three ReLUs make a hat:
#
# | $x$ | 0 | 0.5 | 1 | 1.5 | 2 | 3 |
# | --- | --- | --- | --- | --- | --- | --- |
# | $\mathrm{relu}(x) - 2\,\mathrm{relu}(x - 1) + \mathrm{relu}(x - 2)$ | 0 | 0.5 | 1 | 0.5 | 0 | 0 |
#
# Hats of different heights side by side draw any curve. The theorem does not say how many hats it takes, nor
# that training finds them.
#
# Why then more than one hidden layer? Because **depth** can save **width**. The tent
# $t(x) = 2\,\mathrm{relu}(x) - 4\,\mathrm{relu}(x - \tfrac12)$ goes from 0 up to 1 and back to 0 as $x$ goes from 0 to 1, with
# two units. Feed its output into another tent, and so on. Each layer folds the line once more.


# %% tags=["experiment"]
def tent(x: np.ndarray) -> np.ndarray:
    return 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)


unit_line = np.linspace(0, 1, 1025)
folded = {1: tent(unit_line)}
for depth in range(2, 6):
    folded[depth] = tent(folded[depth - 1])
figures.show(
    figures.curves(
        {
            f"{depth} layers" if depth > 1 else "1 layer": (unit_line, folded[depth])
            for depth in (1, 2, 5)
        },
        "input",
        "output",
    ),
    caption="Tents fed into tents. Each layer has two units and doubles the number of straight pieces: 2, 4, and with five layers 32.",
    alt="Three zigzag lines between 0 and 1: one with a single peak, one with two, one with sixteen.",
)

# %% [markdown]
# | layers of two units | units | straight pieces | a single hidden layer needs at least |
# | --- | --- | --- | --- |
# | 1 | 2 | 2 | 1 unit |
# | 5 | 10 | 32 | 31 units |
# | 10 | 20 | 1,024 | 1,023 units |
#
# In one dimension $n$ ReLUs in one layer make at most $n + 1$ pieces, since each can bend the line once. So some
# functions cost a deep net a few units and a shallow one exponentially many (Telgarsky, 2016). No theorem
# says that pictures are such functions. Experience does: objects are made of parts, and parts of edges. For ConvNets
# depth is decisive (lesson 08). For fully connected nets, three layers are often a bit better than two, and more seldom help
# (CS231n's notes).
#
# How many units should you take? More than seem necessary, and then control overfitting by regularisation, not by a
# smaller net: small nets get stuck in bad minima more easily (CS231n's notes).
#
# ### On images
#
# Now 3,072 inputs and 100 hidden units, beside a linear classifier made of your own `affine` layer and
# `softmax_loss`. Both get the same images, batches and number of updates; each has the learning
# rate and regularisation that suited it on validation images.

# %% tags=["experiment"]
train_set, test_set = (
    data.course_images("train").take(10_000),
    data.course_images("test").take(2000),
)
pixels, labels = train_set.flat().astype(np.float32) / 255, train_set.labels
mean = pixels[:9000].mean(axis=0)
pixels = (pixels - mean) / 0.25
test_pixels = (test_set.flat().astype(np.float32) / 255 - mean) / 0.25


def train(model, X, y, rate: float, updates: int, rng: np.random.Generator):
    """Minibatches of 100 of the first nine tenths; the rate falls to 0 in a straight line."""
    history: dict[str, list[float]] = {"update": [], "loss": [], "accuracy": []}
    model.params = {name: array.astype(np.float32) for name, array in model.params.items()}
    fit = len(X) * 9 // 10
    for update in range(updates + 1):
        if update % (fit // 100) == 0:
            shuffled = rng.permutation(fit)
        batch = shuffled[update % (fit // 100) * 100 :][:100]
        loss, grads = model.loss(X[batch], y[batch])
        if update % 150 == 0:
            right = model.loss(X[fit:]).argmax(axis=1) == y[fit:]
            for name, value in (("update", update), ("loss", loss), ("accuracy", right.mean())):
                history[name].append(float(value))
        for name, grad in grads.items():
            model.params[name] -= np.float32(rate * (1 - update / updates)) * grad
    return history


# %% tags=["experiment"]
class Linear:
    """Affine and softmax: the classifier of lesson 02, with the net's interface."""

    params = {"W1": np.zeros((3072, 10)), "b1": np.zeros(10)}

    def loss(self, X, y=None):
        scores, cache = affine_forward(X, self.params["W1"], self.params["b1"])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        _, dW, db = affine_backward(dscores, cache)
        return loss, {"W1": dW + 0.003 * self.params["W1"], "b1": db}


linear, net = Linear(), TwoLayerNet(3072, 100, 10, 0.01, 0.01, np.random.default_rng(0))
chance = np.random.default_rng(0)
histories = {"linear": train(linear, pixels, labels, 0.003, 1200, chance)}
histories["two layers"] = train(net, pixels, labels, 0.1, 1200, chance)
figures.show(
    figures.backprop.learning(histories),
    caption="Loss of single batches (with regularisation for the net) and accuracy on 1,000 held-out images.",
    alt="Two line plots over 1,200 updates, one line for the linear classifier and one for the two-layer net: falling loss, rising validation accuracy.",
)
for name, model in (("linear", linear), ("two layers", net)):
    right = model.loss(test_pixels).argmax(axis=1) == test_set.labels
    print(f"{test_set.name}, {name}: {100 * right.mean():.1f} % of 2,000 test images right")

# %% tags=["experiment"]
figures.show(
    figures.backprop.first_layer(linear.params["W1"], (3, 32, 32), columns=10),
    caption="The linear classifier: one template a class, and each has to fit all images of its class at once.",
    alt="Ten small blurred colour patterns in a row.",
)
strong = np.argsort(-np.linalg.norm(net.params["W2"], axis=1))[:45]
figures.show(
    figures.backprop.first_layer(net.params["W1"][:, strong], (3, 32, 32)),
    caption="The 45 hidden units with the largest outgoing weights. Grey is weight 0. No unit stands for a class: they are blobs, edges and colours at certain places, shared by all classes.",
    alt="Three rows of fifteen small blurred colour patterns: blobs, rings, stripes and colour gradients.",
)

# %% [markdown]
# | data | linear | two layers | guessing |
# | --- | --- | --- | --- |
# | shapes | 40 to 42 % | 53 to 56 % | 10 % |
# | CIFAR-10 | 38 to 40 % | 45 to 48 % | 10 % |
#
# The pixels and the loss are the same; what is new is a hidden layer with its nonlinearity. A column of `W1` is as
# long as an image, so it can be shown as one: the pictures above are what the hidden units look for.
#
# ### On features
#
# CS231n's first assignment ends here: the same two-layer net, not on pixels but on the features of lesson 02,
# nine edge directions in each of 16 cells and ten shares of hue, 154 numbers for an image. The features come from
# the oracle, whether or not you wrote them.


# %% tags=["experiment"]
def features_of(images: np.ndarray) -> np.ndarray:
    pairs = (
        (oracle.linear.hog(im.mean(axis=0)), oracle.linear.hue_histogram(im, 10))
        for im in images / 255
    )
    return np.array([np.append(*pair) for pair in pairs])


kept = features_of(np.concatenate([train_set.images[:5000], test_set.images[:1000]]))
kept = (kept - kept[:4500].mean(axis=0)) / (kept[:4500].std(axis=0) + 1e-6)
kept = kept.astype(np.float32)
few = Linear()
few.params = {"W1": np.zeros((154, 10)), "b1": np.zeros(10)}
net_few = TwoLayerNet(154, 100, 10, 0.1, 0.01, np.random.default_rng(0))
for name, model, rate in (("linear", few, 0.1), ("two layers", net_few, 0.3)):
    train(model, kept[:5000], labels[:5000], rate, 1200, np.random.default_rng(0))
    right = model.loss(kept[5000:]).argmax(axis=1) == test_set.labels[:1000]
    print(f"{test_set.name}, {name} on features: {100 * right.mean():.1f} % of 1,000 test images")
# %% [markdown]
# | data, 1,000 test images | linear on features | two layers on features | two layers on pixels, above |
# | --- | --- | --- | --- |
# | shapes | 40 to 42 % | 44 to 47 % | 53 to 56 % |
# | CIFAR-10 | 48 to 50 % | 53 to 55 % | 45 to 48 % |
#
# The hidden layer helps on features, too. On photographs the net on features is ahead, with half of the images and a
# twentieth of the inputs: HOG was made for photographs and knows which pixels are neighbours. On shapes, where most
# edges belong to clutter, learning from pixels is better. ConvNets (lesson 05) get both: they know about neighbours, and
# they learn.
#
# ## Where this comes from
#
# Nearly all of this lesson is older than it looks. Two things were missing for a long time: large sets of labelled
# pictures, and computers that were fast enough.

# %% tags=["experiment"]
figures.show(
    figures.backprop.history(),
    caption="From one artificial neuron to AlexNet. Between a rule that trains one layer (1958, 1960) and one that trains several (1986) lie almost thirty years.",
    alt="A strip of twelve dated events from 1943 to 2012, each with a mark at its year: models, learning, biology, data.",
)

# %% [markdown]
# The chain rule had been turned into programs before 1986, by Linnainmaa (1970) and Werbos (1974); Rumelhart, Hinton and
# Williams showed that hidden layers trained with it learn useful features. A ConvNet was first trained by
# backpropagation in 1989, not in 1998, as is often said; 1998 is the year of LeNet-5, the best known of its early
# successors (lessons 05 and 08). In 2012 AlexNet had a top-5 error of 15.3 % on ImageNet, and the next entry 26.2 %.

# %% [markdown]
# ## The scoreboard
#
# A hidden layer combines templates: a class may look like this *or* like that. On shapes that is a step from 40 to 57 %.

# %% tags=["experiment"]
figures.show(
    figures.scoreboard.up_to("03"),
    caption="Test accuracy of the lessons' classifiers on 2,000 images: mean of three runs, lowest and highest. 10,000 training images, "
    "45 seconds of one processor core to train. Recorded: python -m benchmarks.ladder.",
    alt="One row for each lesson's classifier, the earliest at the top, with a mark for shapes and one for CIFAR-10.",
)

# %% [markdown]
# ## What you built
#
# Gates, a scalar engine with a graph of its own, layers on whole arrays, and a network whose every derivative you
# found by hand; and you know how sharp a gradient check must be. Answer without looking up:
#
# 1. A plus gate gets 3 from upstream. What do its two inputs get? And those of a times gate with
#    inputs 2 and −1?
#
#    <details><summary>Answer</summary>
#
#    The plus gate hands 3 on to both. The times gate swaps: the input 2 gets $3 \cdot (-1) = -3$, and the input
#    −1 gets $3 \cdot 2 = 6$.
#
#    </details>
#
# 2. Why must gradients be added where a node is used twice? Name three places in this lesson where
#    it happened.
#
#    <details><summary>Answer</summary>
#
#    Turn the knob a little, and the result changes along both ways at once; the changes add up. It happened to $x$
#    in the staged formula, in `parent.grad += ...` of your engine, and in the sum over the examples for weights
#    and biases.
#
#    </details>
#
# 3. `out = X @ W` with shapes `(N, D)` and `(D, M)`. Without thinking about derivatives: what is
#    `dX`?
#
#    <details><summary>Answer</summary>
#
#    It has the shape of `X`, `(N, D)`, and is made of `dout`, `(N, M)`, and `W`. Only `dout @ W.T` fits.
#
#    </details>
#
# 4. All weights of a two-layer net are 0. Which of its gradients are 0 at the first step, and
#    which are not?
#
#    <details><summary>Answer</summary>
#
#    The hidden layer is 0, so `dW2` is 0. `W2` is 0, so nothing comes back, and `dW1` and `db1` are 0. Only `db2` is
#    not: the net learns how frequent the classes are, and no more. So initial weights are random (lesson 04).
#
#    </details>
#
# 5. A gradient check of a ReLU layer says 0.02. Name two causes that are no bug in `backward`.
#
#    <details><summary>Answer</summary>
#
#    An input lies within $h$ of the kink at 0, so the unit is on at one of the two measured points and off at the
#    other. Or the check ran in float32, whose rounding hides the small change. A step $h$ that is far too large is a
#    third cause.
#
#    </details>
#
# **References.** CS231n 2017, [lecture 4](http://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture4.pdf), and the notes
# [Backpropagation, intuitions](https://cs231n.github.io/optimization-2/) and
# [Neural networks, part 1](https://cs231n.github.io/neural-networks-1/). Karpathy's
# [micrograd](https://github.com/karpathy/micrograd) is a scalar engine like yours. Baydin and others 2018,
# [Automatic differentiation in machine learning: a survey](https://arxiv.org/abs/1502.05767). LeCun and others 1998, "Efficient
# BackProp". Telgarsky 2016, [Benefits of depth in neural networks](https://arxiv.org/abs/1602.04485). Cybenko 1989,
# "Approximation by superpositions of a sigmoidal function". Leshno, Lin, Pinkus and Schocken 1993, "Multilayer feedforward
# networks with a nonpolynomial activation function can approximate any function".
#
# Of the strip: McCulloch and Pitts 1943, "A logical calculus of the ideas immanent in nervous activity"; Rosenblatt 1958, "The
# perceptron: a probabilistic model for information storage and organization in the brain"; Hubel and Wiesel 1959, "Receptive fields of
# single neurones in the cat's striate cortex"; Widrow and Hoff 1960, "Adaptive switching circuits"; Minsky and Papert 1969,
# *Perceptrons*; Fukushima 1980, "Neocognitron"; Rumelhart, Hinton and Williams 1986,
# [Learning representations by back-propagating errors](https://www.nature.com/articles/323533a0); LeCun and others 1989,
# "Backpropagation applied to handwritten zip code recognition", and 1998, "Gradient-based learning applied to document recognition";
# Hinton and Salakhutdinov 2006, "Reducing the dimensionality of data with neural networks"; Deng and others 2009, "ImageNet: a
# large-scale hierarchical image database"; Krizhevsky, Sutskever and Hinton 2012,
# [ImageNet classification with deep convolutional neural networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks).
#
# **Next:** lesson 04 has more than two layers, and shows what then goes wrong: initial weights, learning rates, better update
# rules, and how to notice early that a network does not learn.
