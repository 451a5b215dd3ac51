"""Wrong answers to lesson 03, each with the sentence that a student who made it should read."""

from autograder.mistakes import mistake

# --- backprop-circuit

mistake(
    "backprop-circuit",
    "The times gate hands each input the value of the OTHER one.",
    swap={"dq, dz = z, q": "dq, dz = q, z"},
)
mistake(
    "backprop-circuit",
    "These are the slopes of the plus gate alone: multiply them by its upstream gradient.",
    swap={"(dq, dq, dz)": "(1.0, 1.0, dz)"},
)
mistake(
    "backprop-circuit",
    "The slope with respect to z is what z is multiplied with, not the whole product.",
    swap={"(dq, dq, dz)": "(dq, dq, q * dz)", "return q * z": "dz = z\n    return q * z"},
)
mistake(
    "backprop-circuit",
    "The sum comes first: f is (x + y) z, not x + y z.",
    swap={"return q * z": "return x + y * z"},
)
mistake(
    "backprop-circuit",
    "This is q = x + y: it still goes through the times gate.",
    swap={"return q * z": "return q"},
)
mistake(
    "backprop-circuit",
    "With respect to z the slope is not 1: z is multiplied, not added.",
    swap={"(dq, dq, dz)": "(dq, dq, 1.0)"},
)
mistake(
    "backprop-circuit",
    "The slopes are in another order: with respect to x, then y, then z.",
    swap={"(dq, dq, dz)": "(dz, dq, dq)"},
)
mistake(
    "backprop-circuit",
    "A plus gate hands its gradient on as it is: it does not multiply by x or y.",
    swap={"(dq, dq, dz)": "(dq * x, dq * y, dz)"},
)
mistake(
    "backprop-circuit",
    "A plus gate does not multiply by the other input: that is the times gate's pattern.",
    swap={"(dq, dq, dz)": "(dq * y, dq * x, dz)"},
)
mistake(
    "backprop-circuit",
    "A plus gate does not share its gradient out: both inputs get all of it.",
    swap={"(dq, dq, dz)": "(dq / 2, dq / 2, dz)"},
)
mistake(
    "backprop-circuit",
    "These slopes are f times too large: upstream of the last gate is 1, not f.",
    swap={"dq, dz = z, q": "dq, dz = z * (q * z), q * (q * z)"},
)
mistake(
    "backprop-circuit",
    "The three slopes come together in a tuple of their own: (f, (df/dx, df/dy, df/dz)).",
    swap={"(dq, dq, dz)": "dq, dq, dz"},
)
mistake(
    "backprop-circuit",
    "f is missing: return it before the slopes.",
    swap={"return q * z, (dq, dq, dz)": "return dq, dq, dz"},
)

# --- backprop-gates

mistake(
    "backprop-gates",
    "Each input must get dout times the OTHER input: yours are exchanged.",
    swap={"dout * y, dout * x": "dout * x, dout * y"},
)
mistake(
    "backprop-gates",
    "These are the local gradients of the product: multiply them by dout.",
    swap={"dout * y, dout * x": "y, x"},
)
mistake(
    "backprop-gates",
    "Each input gets dout times the other input alone, not times the whole product.",
    swap={"dout * y, dout * x": "dout * x * y, dout * x * y"},
)
mistake(
    "backprop-gates",
    "Only a plus gate hands dout on unchanged: here the other input is a factor.",
    swap={"dout * y, dout * x": "dout, dout"},
)
mistake(
    "backprop-gates",
    "This adds x and y: a product was asked for.",
    swap={"return x * y": "return x + y"},
)
mistake(
    "backprop-gates",
    "This is a matrix product: multiply entry by entry.",
    swap={"return x * y": "return x @ y.T"},
)
mistake(
    "backprop-gates",
    "Your function changed its 1st argument, x",
    swap={"return x * y, (x, y)": "cache = x.copy(), y\n    x *= y\n    return x, cache"},
)
mistake(
    "backprop-gates",
    "Your function changed its 1st argument, dout",
    swap={"return dout * y, dout * x": "dy = dout * x\n    dout *= y\n    return dout, dy"},
)
mistake(
    "backprop-gates",
    "The gradient goes to the larger input, yours to the smaller one.",
    swap={"dout * cache, dout * ~cache": "dout * ~cache, dout * cache"},
)
mistake(
    "backprop-gates",
    "Both inputs get the gradient: only the larger one had any influence.",
    swap={"dout * cache, dout * ~cache": "dout, dout"},
)
mistake(
    "backprop-gates",
    "The sign of dout must not decide: ask which INPUT was larger.",
    swap={"dout * cache, dout * ~cache": "dout * (dout > 0), dout * (dout <= 0)"},
)
mistake(
    "backprop-gates",
    "These are ones and zeros, the local gradients of the max: multiply them by dout.",
    swap={"dout * cache, dout * ~cache": "1.0 * cache, 1.0 * ~cache"},
)
mistake(
    "backprop-gates",
    "The gradient is multiplied by the larger input: the slope of a max by it is 1.",
    swap={
        "return np.maximum(x, y), x >= y": "return np.maximum(x, y), (x, y)",
        "dout * cache, dout * ~cache": (
            "dout * cache[0] * (cache[0] >= cache[1]), dout * cache[1] * (cache[0] < cache[1])"
        ),
    },
)
mistake(
    "backprop-gates",
    "This is the smaller of the two.",
    swap={"np.maximum(x, y)": "np.minimum(x, y)"},
)
mistake(
    "backprop-gates",
    "x gets the gradient where both are equal, not y.",
    swap={"x >= y": "x > y"},
)
mistake(
    "backprop-gates",
    "x and y must not both get the whole gradient: it is x's alone.",
    swap={
        "x >= y": "(x >= y, y >= x)",
        "dout * cache, dout * ~cache": "dout * cache[0], dout * cache[1]",
    },
)
mistake(
    "backprop-gates",
    "The gradient is not shared out between x and y: x gets all of it.",
    swap={"x >= y": "np.where(x == y, 0.5, x > y)", "dout * ~cache": "dout * (1 - cache)"},
)
mistake(
    "backprop-gates",
    "Neither x nor y gets the gradient: x must get all of it.",
    swap={
        "x >= y": "(x > y, y > x)",
        "dout * cache, dout * ~cache": "dout * cache[0], dout * cache[1]",
    },
)
mistake(
    "backprop-gates",
    "Your function changed its 1st argument, dout",
    swap={
        "return dout * cache, dout * ~cache": (
            "dy = dout * ~cache\n    dout *= cache\n    return dout, dy"
        )
    },
)

# --- backprop-neuron

mistake(
    "backprop-neuron",
    "The slope of the sigmoid is f (1 - f), from its VALUE f, not from the sum s.",
    swap={"f * (1 - f)": "s * (1 - s)"},
)
mistake(
    "backprop-neuron",
    "The slope of the sigmoid is missing: these are the local gradients of the sum.",
    swap={"ds * np.append(x, 1.0), ds * w[:2]": "np.append(x, 1.0), w[:2]"},
)
mistake(
    "backprop-neuron",
    "The bias is multiplied by 1, so 1 is its local gradient.",
    swap={"np.append(x, 1.0)": "np.append(x, w[2])"},
)
mistake(
    "backprop-neuron",
    "The bias has a gradient, too: it is added to the sum, and a plus gate hands it on.",
    swap={"np.append(x, 1.0)": "np.append(x, 0.0)"},
)
mistake(
    "backprop-neuron",
    "A weight gets its input, an input its weight: yours are swapped.",
    swap={"ds * np.append(x, 1.0), ds * w[:2]": "ds * np.append(w[:2], 1.0), ds * x"},
)
mistake(
    "backprop-neuron",
    "The bias w[2] is missing in the sum.",
    swap={"w[:2] @ x + w[2]": "w[:2] @ x"},
)
mistake(
    "backprop-neuron",
    "The factor 1 - f of the sigmoid's slope is missing.",
    swap={"f * (1 - f)": "f"},
)
mistake(
    "backprop-neuron",
    "The factor f of the sigmoid's slope is missing.",
    swap={"f * (1 - f)": "1 - f"},
)
mistake(
    "backprop-neuron",
    "1 - f^2 is the slope of tanh: that of the sigmoid is another.",
    swap={"f * (1 - f)": "1 - f**2"},
)
mistake(
    "backprop-neuron",
    "The slope of the sigmoid has the wrong sign: it rises with the sum.",
    swap={"f * (1 - f)": "f * (f - 1)"},
)
mistake(
    "backprop-neuron",
    "f falls where the sum rises: the exponent of the sigmoid is MINUS the sum.",
    swap={"(1 + np.tanh(s / 2))": "(1 - np.tanh(s / 2))"},
)
mistake(
    "backprop-neuron",
    "This is tanh of the sum: a sigmoid runs from 0 to 1.",
    swap={"(1 + np.tanh(s / 2)) / 2": "np.tanh(s)"},
)
mistake(
    "backprop-neuron",
    "This is the sum: it still goes through the sigmoid.",
    swap={"return f, ds": "return s, ds"},
)
mistake(
    "backprop-neuron",
    "x has two entries, and so has dx: the bias belongs to no input.",
    swap={"ds * w[:2]": "ds * w"},
)
mistake(
    "backprop-neuron",
    "The bias is the last of the three weights, so its gradient comes last.",
    swap={"np.append(x, 1.0)": "np.append(1.0, x)"},
)
mistake(
    "backprop-neuron",
    "exp overflows here, and inf / inf is nan: see the hint on a sum of -800.",
    swap={"(1 + np.tanh(s / 2)) / 2": "np.exp(s) / (1 + np.exp(s))"},
)
mistake(
    "backprop-neuron",
    "exp overflows in your slope, and inf / inf is nan: take the slope from f.",
    swap={"f * (1 - f)": "np.exp(-s) / (1 + np.exp(-s)) ** 2"},
)
mistake(
    "backprop-neuron",
    "Your code raised OverflowError",
    swap={
        "f = float((1 + np.tanh(s / 2)) / 2)": (
            "import math\n\n    f = 1 / (1 + math.exp(-float(s)))"
        )
    },
)
mistake(
    "backprop-neuron",
    "Your function changed its 1st argument, w",
    swap={
        "return f, ds * np.append(x, 1.0), ds * w[:2]": (
            "dw = ds * np.append(x, 1.0)\n    w *= ds\n    return f, dw, w[:2]"
        )
    },
)

# --- backprop-staged

mistake(
    "backprop-staged",
    "What comes back through the sigmoid is missing in dx: every way adds, with +=.",
    swap={"    dx += dtop * sig * (1 - sig)\n": ""},
)
mistake(
    "backprop-staged",
    "dx holds only what came through the sigmoid: = forgets the other ways, += adds.",
    swap={"dx += dtop * sig": "dx = dtop * sig"},
)
mistake(
    "backprop-staged",
    "What comes back through the product x y is missing: every way adds, with +=.",
    swap={"    dx += dtop * y\n    dy += dtop * x\n": ""},
)
mistake(
    "backprop-staged",
    "What comes back through the denominator is missing: every way adds, with +=.",
    swap={"dx, dy = dgap, -dgap": "dx, dy = 0.0, 0.0"},
)
mistake(
    "backprop-staged",
    "dx has lost what came back through the denominator: = forgets it, += adds.",
    swap={"dx += dtop * y": "dx = dtop * y"},
)
mistake(
    "backprop-staged",
    "dy has lost what came back through the denominator: = forgets it, += adds.",
    swap={"dy += dtop * x": "dy = dtop * x"},
)
mistake(
    "backprop-staged",
    "The slope of 1 / b is -1 / b^2: the minus is missing.",
    swap={"dbottom = -top": "dbottom = top"},
)
mistake(
    "backprop-staged",
    "The slope of 1 / b is -1 / b^2: the square is missing.",
    swap={"-top / bottom**2": "-top / bottom"},
)
mistake(
    "backprop-staged",
    "On the way to the denominator the numerator is missing as a factor.",
    swap={"-top / bottom**2": "-1 / bottom**2"},
)
mistake(
    "backprop-staged",
    "The slope of (x - y)^2 is 2 (x - y): the 2 is missing.",
    swap={"dbottom * 2 * gap": "dbottom * gap"},
)
mistake(
    "backprop-staged",
    "The slope of (x - y)^2 is 2 (x - y), not 2.",
    swap={"dbottom * 2 * gap": "dbottom * 2"},
)
mistake(
    "backprop-staged",
    "x - y falls where y rises: on this way to y a minus is missing.",
    swap={"dx, dy = dgap, -dgap": "dx, dy = dgap, dgap"},
)
mistake(
    "backprop-staged",
    "x - y rises with x and falls with y: your two signs are exchanged.",
    swap={"dx, dy = dgap, -dgap": "dx, dy = -dgap, dgap"},
)
mistake(
    "backprop-staged",
    "The slope of the sigmoid comes from its value, not from x.",
    swap={"sig * (1 - sig)": "x * (1 - x)"},
)
mistake(
    "backprop-staged",
    "The factor 1 - sigmoid of the sigmoid's slope is missing.",
    swap={"dtop * sig * (1 - sig)": "dtop * sig"},
)
mistake(
    "backprop-staged",
    "The factor sigmoid of the sigmoid's slope is missing.",
    swap={"dtop * sig * (1 - sig)": "dtop * (1 - sig)"},
)
mistake(
    "backprop-staged",
    "The slope of the sigmoid is missing: what reaches its value still has to pass through it.",
    swap={"dtop * sig * (1 - sig)": "dtop"},
)
mistake(
    "backprop-staged",
    "The slopes of the product x y come without their upstream gradient, that of the numerator.",
    swap={"dx += dtop * y": "dx += y", "dy += dtop * x": "dy += x"},
)
mistake(
    "backprop-staged",
    "The slope of the sigmoid comes without its upstream gradient, that of the numerator.",
    swap={"dtop * sig * (1 - sig)": "sig * (1 - sig)"},
)
mistake(
    "backprop-staged",
    "A times gate hands each input the OTHER one: for the product x y yours are swapped.",
    swap={"dx += dtop * y": "dx += dtop * x", "dy += dtop * x": "dy += dtop * y"},
)
mistake(
    "backprop-staged",
    "The sigmoid falls where it should rise: its exponent is -x.",
    swap={"np.exp(-x)": "np.exp(x)"},
)
mistake(
    "backprop-staged",
    "The 1 of the denominator is missing.",
    swap={"1 + gap**2": "gap**2"},
)
mistake(
    "backprop-staged",
    "The square of the denominator is missing.",
    swap={"1 + gap**2": "1 + gap"},
)
mistake(
    "backprop-staged",
    "The denominator holds x - y, yours x + y.",
    swap={"gap = x - y": "gap = x + y"},
)

# --- backprop-value

mistake(
    "backprop-value",
    "The slope by a is what a is multiplied with: b.",
    swap={"(other.data, self.data)": "(self.data, other.data)"},
)
mistake(
    "backprop-value",
    "The slopes of a product are not 1: each is the value of the other factor.",
    swap={"(other.data, self.data)": "(1.0, 1.0)"},
)
mistake(
    "backprop-value",
    "The slopes of a product are the factors themselves, not the product.",
    swap={"(other.data, self.data)": "(self.data * other.data,) * 2"},
)
mistake(
    "backprop-value",
    "The exponent is missing as a factor.",
    swap={"exponent * self.data ** (exponent - 1)": "self.data ** (exponent - 1)"},
)
mistake(
    "backprop-value",
    "The exponent must fall by one: 3 a^2, not 3 a^3.",
    swap={"exponent * self.data ** (exponent - 1)": "exponent * self.data**exponent"},
)
mistake(
    "backprop-value",
    "The slope of a^n is not n alone: a power of a belongs to it.",
    swap={"exponent * self.data ** (exponent - 1)": "float(exponent)"},
)
mistake(
    "backprop-value",
    "This is the slope by the exponent: the slope by a is asked for.",
    swap={
        "exponent * self.data ** (exponent - 1)": "self.data**exponent * float(np.log(self.data))"
    },
)
mistake(
    "backprop-value",
    "The factor is the exponent as it was, before it falls by one.",
    swap={"exponent * self.data": "(exponent - 1) * self.data"},
)
mistake(
    "backprop-value",
    "A plus gate hands its gradient on unchanged: both slopes are 1.",
    swap={'(1.0, 1.0), "+"': '(self.data, other.data), "+"'},
)
mistake(
    "backprop-value",
    "Both summands pass the whole gradient on: each slope is 1, not a half.",
    swap={'(1.0, 1.0), "+"': '(0.5, 0.5), "+"'},
)
mistake(
    "backprop-value",
    "Your code raised AttributeError: 'int' object has no attribute 'data'",
    swap={
        "other = other if isinstance(other, Value) else Value(other)\n"
        "        return Value(self.data + ": "return Value(self.data + "
    },
)
mistake(
    "backprop-value",
    "Your code raised AttributeError: 'int' object has no attribute 'data'",
    swap={
        "other = other if isinstance(other, Value) else Value(other)\n"
        "        return Value(self.data * ": "return Value(self.data * "
    },
)
mistake(
    "backprop-value",
    "This changes a itself: an operation makes a new Value.",
    swap={
        "return Value(self.data + other.data": "self.data += other.data\n        return Value(self.data"
    },
)
mistake(
    "backprop-value",
    "The parents of a sum are both summands.",
    swap={'(self, other), (1.0, 1.0), "+"': '(self,), (1.0,), "+"'},
)
mistake(
    "backprop-value",
    "The parents of a product are both factors.",
    swap={"(self, other), (other.data, self.data)": "(self,), (other.data,)"},
)
mistake(
    "backprop-value",
    "Value(...) got no parents and no slopes: they are what it remembers.",
    swap={', (self, other), (1.0, 1.0), "+")': ")"},
)
mistake(
    "backprop-value",
    "Parents are the Values themselves, in the order of the operation: a, then b.",
    swap={'(self, other), (1.0, 1.0), "+"': '(other, self), (1.0, 1.0), "+"'},
)
mistake(
    "backprop-value",
    "a * b adds here: its data is the product.",
    swap={"Value(self.data * other.data": "Value(self.data + other.data"},
)
mistake(
    "backprop-value",
    "a ** 3 multiplies by 3 here: its data is a power.",
    swap={"Value(self.data**exponent": "Value(self.data * exponent"},
)

# --- backprop-functions

mistake(
    "backprop-functions",
    "The slope of exp is taken from its input: use its value.",
    swap={"(float(out),)": "(v.data,)"},
)
mistake(
    "backprop-functions",
    "e^v is no power of v: its exponent does not come down. The slope of exp is its value.",
    swap={"(float(out),)": "(v.data * np.exp(v.data - 1),)"},
)
mistake(
    "backprop-functions",
    "The slope of exp is not 1: it is as large as the value.",
    swap={"(float(out),)": "(1.0,)"},
)
mistake(
    "backprop-functions",
    "v must be the parent, with a slope: without it nothing flows back.",
    swap={'Value(out, (v,), (float(out),), "exp")': "Value(out)"},
)
mistake(
    "backprop-functions",
    "The slope of tanh is taken from its input: use its value.",
    swap={"1 - out**2": "1 - v.data**2"},
)
mistake(
    "backprop-functions",
    "Only the value is squared in the slope of tanh, not the whole difference 1 - out.",
    swap={"1 - out**2": "(1 - out) ** 2"},
)
mistake(
    "backprop-functions",
    "The square is missing in the slope of tanh.",
    swap={"1 - out**2": "1 - out"},
)
mistake(
    "backprop-functions",
    "The slope of tanh has a minus: it is largest, 1, where tanh is 0.",
    swap={"1 - out**2": "1 + out**2"},
)
mistake(
    "backprop-functions",
    "out (1 - out) is the slope of the sigmoid: that of tanh is another.",
    swap={"1 - out**2": "out - out**2"},
)
mistake(
    "backprop-functions",
    "The slope of the sigmoid is taken from its input: use its value.",
    swap={"out * (1 - out)": "v.data * (1 - v.data)"},
)
mistake(
    "backprop-functions",
    "1 - out^2 is the slope of tanh: that of the sigmoid is another.",
    swap={"(out * (1 - out),)": "(1 - out * out,)"},
)
mistake(
    "backprop-functions",
    "The factor 1 - out of the sigmoid's slope is missing.",
    swap={"(out * (1 - out),)": "(out,)"},
)
mistake(
    "backprop-functions",
    "The sigmoid falls where it should rise: its exponent is -v.",
    swap={"(1 + np.tanh(v.data / 2))": "(1 - np.tanh(v.data / 2))"},
)
mistake(
    "backprop-functions",
    "exp overflows here, and inf / inf is nan: see the hint on a sum of -800 above.",
    swap={"(1 + np.tanh(v.data / 2)) / 2": "np.exp(v.data) / (1 + np.exp(v.data))"},
)
mistake(
    "backprop-functions",
    "Your code raised OverflowError",
    swap={
        "out = float((1 + np.tanh(v.data / 2)) / 2)": (
            "import math\n\n    out = 1 / (1 + math.exp(-v.data))"
        )
    },
)
mistake(
    "backprop-functions",
    "exp overflows in this tanh, and inf / inf is nan: NumPy has a tanh that does not.",
    swap={
        "np.tanh(v.data))": (
            "(np.exp(v.data) - np.exp(-v.data)) / (np.exp(v.data) + np.exp(-v.data)))"
        )
    },
)
mistake(
    "backprop-functions",
    "A relu that is on hands the gradient on unchanged: its slope is 1.",
    swap={"float(v.data > 0)": "max(0.0, v.data) * 1.0"},
)
mistake(
    "backprop-functions",
    "Where v is below 0 the relu is off: its slope there is 0.",
    swap={"float(v.data > 0)": "1.0"},
)
mistake(
    "backprop-functions",
    "ReLU has slope 0 at its kink here: ask for v > 0, not v >= 0.",
    swap={"float(v.data > 0)": "float(v.data >= 0)"},
)
mistake(
    "backprop-functions",
    "This is the absolute value: below 0 a relu gives 0.",
    swap={"max(0.0, v.data)": "abs(v.data)"},
)
mistake(
    "backprop-functions",
    "This keeps what is below 0 and drops the rest: a relu keeps what is above.",
    swap={"max(0.0, v.data)": "min(0.0, v.data)"},
)

# --- backprop-order

mistake(
    "backprop-order",
    "Children stand before their parents: the root must come last.",
    swap={"return order": "return order[::-1]"},
)
mistake(
    "backprop-order",
    "The root itself is missing.",
    swap={"return order": "return order[:-1]"},
)
mistake(
    "backprop-order",
    "The nodes without parents are missing: they belong to the list, at its beginning.",
    swap={"return order": "return [node for node in order if node.parents]"},
)
mistake(
    "backprop-order",
    "Only the root and its own parents are listed: go on to their parents, and to theirs.",
    swap={"return order": "return [*root.parents, root]"},
)
mistake(
    "backprop-order",
    "A node that is used several times must be listed once.",
    swap={"elif node not in arrived:": "else:"},
)
mistake(
    "backprop-order",
    "Node 3 is met early, right under the root, and yet it must stand first: others need it.",
    swap={
        "elif node not in arrived:\n            arrived.add(node)": "else:",
        "for parent in node.parents]": (
            "for parent in node.parents if parent not in arrived]\n"
            "            arrived.update(node.parents)"
        ),
    },
)


@mistake(
    "backprop-order",
    "Node 3 is met early, right under the root, and yet it must stand first: others need it.",
)
def topological_order(root):
    order = [root]
    for node in order:
        order += [parent for parent in node.parents if parent not in order]
    return order[::-1]


mistake(
    "backprop-order",
    "A node is listed when it is first met, which is too early: first all its parents, then it.",
    swap={
        "            order.append(node)\n        elif": "            pass\n        elif",
        "arrived.add(node)": "arrived.add(node)\n            order.append(node)",
        "return order": "return order[::-1]",
    },
)
mistake(
    "backprop-order",
    "The nodes are sorted by their data: only who is whose parent counts.",
    swap={"return order": "return sorted(order, key=lambda node: node.data)"},
)
mistake(
    "backprop-order",
    "Two nodes with the same number are still two nodes.",
    swap={
        "node not in arrived": "node.data not in arrived",
        "arrived.add(node)": "arrived.add(node.data)",
    },
)


@mistake("backprop-order", "Functions that call themselves do not reach 10,000 nodes deep")
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

mistake(
    "backprop-backward",
    "A node that is used twice gets the SUM of both gradients, here one overwrites the other.",
    swap={"parent.grad +=": "parent.grad ="},
)
mistake(
    "backprop-backward",
    "Nothing flows back: the last node's own gradient is 1.",
    swap={"    order[-1].grad = 1.0\n": ""},
)
mistake(
    "backprop-backward",
    "The first node got the gradient 1: it is the LAST one's, and flows from there.",
    swap={"order[-1].grad = 1.0": "order[0].grad = 1.0"},
)
mistake(
    "backprop-backward",
    "The last node's own gradient is 1, whatever its data.",
    swap={"order[-1].grad = 1.0": "order[-1].grad = order[-1].data"},
)
mistake(
    "backprop-backward",
    "Every gradient begins at 1 here: only the last node's does.",
    swap={"order[-1].grad = 1.0": "for node in order:\n        node.grad = 1.0"},
)
mistake(
    "backprop-backward",
    "The list was walked from the front: begin at its end.",
    swap={"reversed(order)": "order"},
)
mistake(
    "backprop-backward",
    "Multiply each slope by the gradient of the child: these are local slopes added up.",
    swap={"slope * node.grad": "slope"},
)
mistake(
    "backprop-backward",
    "The local slopes are missing: the child's gradient is multiplied by them.",
    swap={"slope * node.grad": "node.grad"},
)
mistake(
    "backprop-backward",
    "The slope is multiplied by the child's data: its gradient is due.",
    swap={"slope * node.grad": "slope * node.data"},
)
mistake(
    "backprop-backward",
    "Only the last node has a gradient, nothing reaches its parents: what flows is the CHILD's.",
    swap={"slope * node.grad": "slope * parent.grad"},
)
mistake(
    "backprop-backward",
    "One node, used twice by one gate, gets both gradients.",
    swap={"zip(node.parents, node.slopes)": "dict(zip(node.parents, node.slopes)).items()"},
)
mistake(
    "backprop-backward",
    "The gradient has the wrong sign: it is added to the parent's.",
    swap={"parent.grad +=": "parent.grad -="},
)
mistake(
    "backprop-backward",
    "The inputs keep their gradients: set those of all nodes.",
    swap={"node.grad = 0.0": "node.grad = 0.0 if node.parents else node.grad"},
)
mistake(
    "backprop-backward",
    "Only the inputs are set to zero: set all nodes.",
    swap={"node.grad = 0.0": "node.grad = node.grad if node.parents else 0.0"},
)
mistake(
    "backprop-backward",
    "The last node keeps its gradient: set those of all nodes.",
    swap={
        "for node in order:\n        node.grad = 0.0": "for node in order[:-1]:\n        node.grad = 0.0"
    },
)
mistake(
    "backprop-backward",
    "Nothing was set to zero: it is node.grad that has to change.",
    swap={"node.grad = 0.0": "grad = 0.0  # noqa: F841"},
)
mistake(
    "backprop-backward",
    "None is no number: the next += needs 0.0 to begin with.",
    swap={"node.grad = 0.0": "node.grad = None"},
)
mistake(
    "backprop-backward",
    "The data were set to zero as well: only the gradients are to go.",
    swap={"node.grad = 0.0": "node.grad = node.data = 0.0"},
)

# --- backprop-unbroadcast

mistake(
    "backprop-unbroadcast",
    "A copy adds up: this is the mean over the copies.",
    swap={"dout.sum(": "dout.mean("},
)
mistake(
    "backprop-unbroadcast",
    "The sum runs over the wrong axis: NumPy puts new axes in FRONT.",
    swap={"*range(new), *stretched": "*range(dout.ndim - new, dout.ndim), *stretched[:0]"},
)
mistake(
    "backprop-unbroadcast",
    "Axes of length 1 were stretched, too: add up over them as well, and keep them.",
    swap={"(*range(new), *stretched)).reshape(shape)": "tuple(range(new)))"},
)
mistake(
    "backprop-unbroadcast",
    "The axes that NumPy put in front are still there: add up over them as well.",
    swap={"(*range(new), *stretched)).reshape(shape)": "tuple(stretched), keepdims=True)"},
)
mistake(
    "backprop-unbroadcast",
    "An axis of length 1 is lost in the sum: the gradient has the shape of what it belongs to.",
    swap={"*stretched)).reshape(shape)": "*stretched))"},
)
mistake(
    "backprop-unbroadcast",
    "Axes are counted from the END: behind new axes in front, axis k of the small array is not "
    "axis k of dout.",
    swap={"[new + k for": "[k for"},
)
mistake(
    "backprop-unbroadcast",
    "reshape lays the entries out anew and mixes them: add up along the stretched axes themselves.",
    swap={
        "dout.sum(axis=(*range(new), *stretched)).reshape(shape)": (
            "dout.reshape(-1, *shape).sum(axis=0)"
        )
    },
)
mistake(
    "backprop-unbroadcast",
    "Nothing was added up: this is dout as it came.",
    swap={"dout.sum(axis=(*range(new), *stretched)).reshape(shape)": "dout.copy()"},
)
mistake(
    "backprop-unbroadcast",
    "This takes one of the copies: their gradients add up.",
    swap={
        "dout.sum(axis=(*range(new), *stretched)).reshape(shape)": (
            "dout[(*[0] * new, *[slice(0, n) for n in shape])]"
        )
    },
)
mistake(
    "backprop-unbroadcast",
    "(5, 4) cannot be stretched to (4, 5)",
    swap={
        "if np.broadcast_shapes(shape, dout.shape) != dout.shape:\n"
        '        raise ValueError(f"{shape} is not stretched to {dout.shape}")\n    ': ""
    },
)
mistake(
    "backprop-unbroadcast",
    "A number was copied to every place: its gradient is the sum of all of dout.",
    swap={"    new = ": "    if not shape:\n        return dout.mean()\n    new = "},
)
mistake(
    "backprop-unbroadcast",
    "Your function changed its 1st argument, dout",
    swap={
        "return dout.sum(axis=(*range(new), *stretched)).reshape(shape)": (
            "total = dout.sum(axis=(*range(new), *stretched)).reshape(shape)\n"
            "    dout[...] = 0\n    return total"
        )
    },
)

# --- backprop-affine

mistake(
    "backprop-affine",
    "The bias is missing.",
    swap={"@ w + b, (x, w)": "@ w, (x, w)"},
)
mistake(
    "backprop-affine",
    "The bias is subtracted.",
    swap={"@ w + b, (x, w)": "@ w - b, (x, w)"},
)
mistake(
    "backprop-affine",
    "The examples are mixed up: each example must become ONE row, so N comes first in reshape.",
    swap={"x.reshape(len(x), -1) @ w": "x.reshape(-1, len(x)).T @ w"},
)
mistake(
    "backprop-affine",
    'The numbers of an example are laid out in another order than NumPy\'s own ("C").',
    swap={"x.reshape(len(x), -1) @ w": 'x.reshape(len(x), -1, order="F") @ w'},
)
mistake(
    "backprop-affine",
    "out must keep the dtype of x, and comes as float64.",
    swap={"x.reshape(len(x), -1) @ w": "x.reshape(len(x), -1).astype(float) @ w"},
)
mistake(
    "backprop-affine",
    "A batch of one keeps its axis: out has shape (1, M).",
    swap={
        "return x.reshape(len(x), -1) @ w + b, (x, w)": "return np.squeeze(x.reshape(len(x), -1) @ w + b), (x, w)"
    },
)
mistake(
    "backprop-affine",
    "Your function changed its 1st argument, x",
    swap={
        "return x.reshape(len(x), -1) @ w + b, (x, w)": "cache = x.copy(), w\n    x -= x.mean()\n    return cache[0].reshape(len(x), -1) @ w + b, cache"
    },
)
mistake(
    "backprop-affine",
    "dx comes as rows: give it the shape of x.",
    swap={"(dout @ w.T).reshape(x.shape)": "dout @ w.T"},
)
mistake(
    "backprop-affine",
    "w is not transposed in dx: dout has an entry for each OUTPUT, and those are w's columns.",
    swap={"dout @ w.T": "dout @ w"},
)
mistake(
    "backprop-affine",
    "The factors of dx are in the wrong order: the examples are the rows of dout.",
    swap={"dout @ w.T": "w @ dout"},
)
mistake(
    "backprop-affine",
    "dw is transposed: w has shape (D, M).",
    swap={"x.reshape(len(x), -1).T @ dout": "dout.T @ x.reshape(len(x), -1)"},
)
mistake(
    "backprop-affine",
    "The rows of x are not transposed in dw: the examples must be added up, not the inputs.",
    swap={"x.reshape(len(x), -1).T @ dout": "x.reshape(len(x), -1) @ dout"},
)
mistake(
    "backprop-affine",
    "This is divided by N: the loss has taken the mean, no layer takes it again.",
    swap={"-1).T @ dout": "-1).T @ dout / len(x)"},
)
mistake(
    "backprop-affine",
    "This is divided by N: the loss has taken the mean, no layer takes it again.",
    swap={
        "dx = (dout @ w.T)": "dx = (dout @ w.T / len(x))",
        "-1).T @ dout": "-1).T @ dout / len(x)",
    },
)
mistake(
    "backprop-affine",
    "db is a mean over the examples: a copy adds up.",
    swap={"dout.sum(axis=0)": "dout.mean(axis=0)"},
)
mistake(
    "backprop-affine",
    "db keeps an axis of length 1: b has shape (M,).",
    swap={"dout.sum(axis=0)": "dout.sum(axis=0, keepdims=True)"},
)
mistake(
    "backprop-affine",
    "db is summed over the outputs: sum over the examples.",
    swap={"dout.sum(axis=0)": "dout.sum(axis=1)"},
)
mistake(
    "backprop-affine",
    "db is one number: add up over the examples only.",
    swap={"dout.sum(axis=0)": "dout.sum()"},
)
mistake(
    "backprop-affine",
    "db has a row for each example: the bias was copied to all of them, and copies add up.",
    swap={"dout.sum(axis=0)": "dout"},
)
mistake(
    "backprop-affine",
    "db does not depend on b: dout is all that it needs.",
    swap={
        "@ w + b, (x, w)": "@ w + b, (x, w, b)",
        "x, w = cache": "x, w, b = cache",
        "dout.sum(axis=0)": "dout.sum(axis=0) * b",
    },
)
mistake(
    "backprop-affine",
    "The results are in another order: dx, dw, db.",
    swap={"return dx, dw,": "return dw, dx,"},
)

# --- backprop-activations

mistake(
    "backprop-activations",
    "The sign of dout must not decide: ask where x was above 0.",
    swap={"dout * (cache > 0)": "dout * (dout > 0)"},
)
mistake(
    "backprop-activations",
    "The gradient passes everywhere: where x was below 0 it stops.",
    swap={"dout * (cache > 0)": "dout.copy()"},
)
mistake(
    "backprop-activations",
    "The gradient is multiplied by x: the slope of a relu that is on is 1.",
    swap={"dout * (cache > 0)": "dout * np.maximum(cache, 0.0)"},
)
mistake(
    "backprop-activations",
    "This is 1 where the relu is on: multiply by dout.",
    swap={"dout * (cache > 0)": "1.0 * (cache > 0)"},
)
mistake(
    "backprop-activations",
    "The gradient passes where the relu was off: it must pass where x was above 0.",
    swap={"dout * (cache > 0)": "dout * (cache < 0)"},
)
mistake(
    "backprop-activations",
    "This is the relu of dout and x together: only the slope of the relu meets dout.",
    swap={"dout * (cache > 0)": "np.maximum(dout * cache, 0.0)"},
)
mistake(
    "backprop-activations",
    "The gradient stops where x is 0: pass it where x > 0, not x >= 0.",
    swap={"dout * (cache > 0)": "dout * (cache >= 0)"},
)
mistake(
    "backprop-activations",
    "Your function changed its 1st argument, dout",
    swap={"return dout * (cache > 0)": "dout[cache <= 0] = 0\n    return dout"},
)
mistake(
    "backprop-activations",
    "Your function changed its 1st argument, x",
    swap={"return np.maximum(x, 0), x": "cache = x.copy()\n    x[x < 0] = 0\n    return x, cache"},
)
mistake(
    "backprop-activations",
    "Below 0 a relu gives 0: a small slope there is a leaky relu.",
    swap={"np.maximum(x, 0), x": "np.maximum(x, 0.01 * x), x"},
)
mistake(
    "backprop-activations",
    "This is the absolute value: below 0 a relu gives 0.",
    swap={"np.maximum(x, 0), x": "np.abs(x), x"},
)
mistake(
    "backprop-activations",
    "This keeps what is below 0: a relu keeps what is above.",
    swap={"np.maximum(x, 0), x": "np.minimum(x, 0), x"},
)
mistake(
    "backprop-activations",
    "This tells where x is above 0: the values of x are due there.",
    swap={"np.maximum(x, 0), x": "1.0 * (x > 0), x"},
)
mistake(
    "backprop-activations",
    "out must keep the dtype of x, and comes as float64.",
    swap={"np.maximum(x, 0), x": "np.maximum(x, np.zeros(x.shape)), x"},
)
mistake(
    "backprop-activations",
    "The slope of the sigmoid is taken from x: it is out (1 - out).",
    swap={"/ 2\n    return out, out": "/ 2\n    return out, x"},
)
mistake(
    "backprop-activations",
    "The upstream gradient is missing: multiply the slope by dout.",
    swap={"dout * cache * (1 - cache)": "cache * (1 - cache)"},
)
mistake(
    "backprop-activations",
    "The factor 1 - out of the sigmoid's slope is missing.",
    swap={"dout * cache * (1 - cache)": "dout * cache"},
)
mistake(
    "backprop-activations",
    "The factor out of the sigmoid's slope is missing.",
    swap={"dout * cache * (1 - cache)": "dout * (1 - cache)"},
)
mistake(
    "backprop-activations",
    "1 - out^2 is the slope of tanh: that of the sigmoid is another.",
    swap={"dout * cache * (1 - cache)": "dout * (1 - cache * cache)"},
)
mistake(
    "backprop-activations",
    "The sigmoid of the sigmoid is taken on the way back: the cache holds its value already.",
    swap={
        "dout * cache * (1 - cache)": "dout * (1 - np.tanh(cache / 2) ** 2) / 4",
    },
)
mistake(
    "backprop-activations",
    "The sigmoid falls where it should rise: its exponent is -x.",
    swap={"(1 + np.tanh(x / 2)) / 2": "(1 - np.tanh(x / 2)) / 2"},
)
mistake(
    "backprop-activations",
    "This sigmoid is too steep: the tanh that it hides takes x / 2.",
    swap={"np.tanh(x / 2)": "np.tanh(1.0 * x)"},
)
mistake(
    "backprop-activations",
    "exp overflows here, and inf / inf is nan: the sigmoid of 800 is 1, of -800 it is 0.",
    swap={"(1 + np.tanh(x / 2)) / 2": "np.exp(x) / (1 + np.exp(x))"},
)
mistake(
    "backprop-activations",
    "out must keep the dtype of x, and comes as float64.",
    swap={"(1 + np.tanh(x / 2)) / 2": "1 / (1 + np.exp(-x.astype(float)))"},
)
mistake(
    "backprop-activations",
    "The slope of tanh is taken from x: it is 1 - out^2.",
    swap={"np.tanh(x)\n    return out, out": "np.tanh(x)\n    return out, x"},
)
mistake(
    "backprop-activations",
    "The slope of tanh is 1 - out^2: the square is missing.",
    swap={"dout * (1 - cache**2)": "dout * (1 - 1 * cache)"},
)
mistake(
    "backprop-activations",
    "Only out is squared in the slope of tanh, not the whole difference 1 - out.",
    swap={"dout * (1 - cache**2)": "dout * (1 - cache) ** 2"},
)
mistake(
    "backprop-activations",
    "The slope of tanh has a minus: it is largest, 1, where tanh is 0.",
    swap={"dout * (1 - cache**2)": "dout * (1 + cache**2)"},
)
mistake(
    "backprop-activations",
    "The upstream gradient is missing: multiply the slope by dout.",
    swap={"dout * (1 - cache**2)": "1 - cache**2"},
)
mistake(
    "backprop-activations",
    "out (1 - out) is the slope of the sigmoid: that of tanh is another.",
    swap={"dout * (1 - cache**2)": "dout * (cache - cache**2)"},
)
mistake(
    "backprop-activations",
    "exp overflows here, and inf / inf is nan: NumPy has a tanh that does not.",
    swap={"out = np.tanh(x)": "out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))"},
)
mistake(
    "backprop-activations",
    "out must keep the dtype of x, and comes as float64.",
    swap={"out = np.tanh(x)": "out = np.tanh(x.astype(float))"},
)

# --- backprop-losses

mistake(
    "backprop-losses",
    "This is the sum over the examples: the mean is due.",
    swap={"float(-log_p[rows, y].mean()), dx / len(x)": "float(-log_p[rows, y].sum()), dx"},
)
mistake(
    "backprop-losses",
    "The loss is a sum over the examples: divide it by N, as the gradient.",
    swap={"-log_p[rows, y].mean()": "-log_p[rows, y].sum()"},
)
mistake(
    "backprop-losses",
    "The loss is a mean over the examples, and so its gradient is divided by N, too.",
    swap={"-log_p[rows, y].mean()), dx / len(x)": "-log_p[rows, y].mean()), dx"},
)
mistake(
    "backprop-losses",
    "This is divided by the number of classes: the mean is over the examples.",
    swap={
        "-log_p[rows, y].mean()), dx / len(x)": "-log_p[rows, y].sum() / x.shape[1]), dx / x.shape[1]"
    },
)
mistake(
    "backprop-losses",
    "This gradient holds the probabilities: 1 is subtracted at the true class.",
    swap={"    dx[rows, y] -= 1\n": ""},
)
mistake(
    "backprop-losses",
    "1 is subtracted at the true class only, not everywhere.",
    swap={"dx[rows, y] -= 1": "dx -= 1"},
)
mistake(
    "backprop-losses",
    "1 is added at the true class: it is subtracted.",
    swap={"dx[rows, y] -= 1": "dx[rows, y] += 1"},
)
mistake(
    "backprop-losses",
    "The gradient has the wrong sign: probabilities minus the truth.",
    swap={"-log_p[rows, y].mean()), dx / len(x)": "-log_p[rows, y].mean()), -dx / len(x)"},
)
mistake(
    "backprop-losses",
    "The loss has the wrong sign: it is MINUS the logarithm of the true class's probability.",
    swap={"float(-log_p": "float(log_p"},
)
mistake(
    "backprop-losses",
    "The loss counts the true class of each example only, yours counts all classes.",
    swap={"-log_p[rows, y].mean()": "-log_p.sum() / len(x)"},
)
mistake(
    "backprop-losses",
    "The loss counts the true class of each example only, yours is a mean over all classes.",
    swap={"-log_p[rows, y].mean()": "-log_p.mean()"},
)
mistake(
    "backprop-losses",
    "[:, y] takes all labels in every row: each row has ONE true class.",
    swap={"-log_p[rows, y].mean()": "-log_p[:, y].mean()"},
)
mistake(
    "backprop-losses",
    "This is the true class's probability: take minus its logarithm.",
    swap={"-log_p[rows, y].mean()": "np.exp(log_p)[rows, y].mean()"},
)
mistake(
    "backprop-losses",
    "This is the logarithm to base 2: take the natural one, np.log.",
    swap={"-log_p[rows, y].mean()": "-log_p[rows, y].mean() / np.log(2)"},
)
mistake(
    "backprop-losses",
    "This is the logarithm to base 10: take the natural one, np.log.",
    swap={"-log_p[rows, y].mean()": "-log_p[rows, y].mean() / np.log(10)"},
)
mistake(
    "backprop-losses",
    "The exponentials are added up over the examples: the probabilities of one example sum to 1.",
    swap={
        "np.exp(shifted).sum(axis=1, keepdims=True)": "np.exp(shifted).sum(axis=0, keepdims=True)"
    },
)
mistake(
    "backprop-losses",
    "The exponential of 1000 overflows: subtract the largest score of each row first.",
    swap={"shifted = x - x.max(axis=1, keepdims=True)": "shifted = x"},
)
mistake(
    "backprop-losses",
    "Each row needs its own largest score: one for the whole table leaves rows that are all 0.",
    swap={"shifted = x - x.max(axis=1, keepdims=True)": "shifted = x - x.max()"},
)
mistake(
    "backprop-losses",
    "A probability became 0 and its logarithm minus infinity: do not take the logarithm of p.",
    swap={"-log_p[rows, y].mean()": "-np.log(np.exp(log_p))[rows, y].mean()"},
)
mistake(
    "backprop-losses",
    "A small number beside p hides that p became 0, and falsifies the loss: do not take the "
    "logarithm of p.",
    swap={"-log_p[rows, y].mean()": "-np.log(np.exp(log_p) + 1e-8)[rows, y].mean()"},
)
mistake(
    "backprop-losses",
    "A small number beside p hides that p became 0, and falsifies the loss: do not take the "
    "logarithm of p.",
    swap={"-log_p[rows, y].mean()": "-np.log(np.exp(log_p) + 1e-12)[rows, y].mean()"},
)
mistake(
    "backprop-losses",
    "Your function changed its 1st argument, x",
    swap={
        "shifted = x - x.max(axis=1, keepdims=True)": "x -= x.max(axis=1, keepdims=True)\n    shifted = x"
    },
)
mistake(
    "backprop-losses",
    "The margin of the true class is counted: the loss is 1 too large.",
    swap={
        "    margins[rows, y] = 0\n": "",
        "dx[rows, y] = -dx": "dx[rows, y] = 0\n    dx[rows, y] = -dx",
    },
)
mistake(
    "backprop-losses",
    "The true class is counted among the positive margins of its own row.",
    swap={"-dx.sum(axis=1)": "-1 - dx.sum(axis=1)"},
)
mistake(
    "backprop-losses",
    "The true score takes part in EVERY positive margin: subtract 1 for each.",
    swap={"-dx.sum(axis=1)": "-dx.max(axis=1)"},
)
mistake(
    "backprop-losses",
    "The true score takes part in EVERY positive margin: subtract 1 for each.",
    swap={"dx[rows, y] = -dx.sum(axis=1)": "dx[rows, y] -= 1"},
)
mistake(
    "backprop-losses",
    "The true score gets nothing: it takes part in every positive margin, with a minus.",
    swap={"    dx[rows, y] = -dx.sum(axis=1)\n": ""},
)
mistake(
    "backprop-losses",
    "The true score is subtracted in each margin: its gradient has a minus.",
    swap={"-dx.sum(axis=1)": "dx.sum(axis=1)"},
)
mistake(
    "backprop-losses",
    "The loss is a mean over the examples, and so its gradient is divided by N, too.",
    swap={"float(margins.sum() / len(x)), dx / len(x)": "float(margins.sum() / len(x)), dx"},
)
mistake(
    "backprop-losses",
    "This is the sum over the examples: the mean is due.",
    swap={"float(margins.sum() / len(x)), dx / len(x)": "float(margins.sum()), dx"},
)
mistake(
    "backprop-losses",
    "This is a mean over examples AND classes: divide by the number of examples only.",
    swap={"float(margins.sum() / len(x)), dx / len(x)": "float(margins.mean()), dx / x.size"},
)
mistake(
    "backprop-losses",
    "The margin of 1 is missing.",
    swap={"[:, None] + 1)": "[:, None])"},
)
mistake(
    "backprop-losses",
    "The true score is subtracted from the others, yours the other way round.",
    swap={"x - x[rows, y][:, None] + 1": "x[rows, y][:, None] - x + 1"},
)
mistake(
    "backprop-losses",
    "Negative margins cost nothing: cut them off at 0.",
    swap={"np.maximum(0, x - x[rows, y][:, None] + 1)": "x - x[rows, y][:, None] + 1"},
)
mistake(
    "backprop-losses",
    "The margins are squared: this hinge is linear.",
    swap={"float(margins.sum()": "float((margins**2).sum()"},
)
mistake(
    "backprop-losses",
    "Only the largest margin of each row is counted: all positive ones are.",
    swap={"float(margins.sum()": "float(margins.max(axis=1).sum()"},
)
mistake(
    "backprop-losses",
    "Every positive margin has slope 1, whatever its size: yours are weighted by the margins.",
    swap={"(margins > 0).astype(x.dtype)": "margins.copy()"},
)
mistake(
    "backprop-losses",
    "dx and margins are one array here, so dx overwrites the margins before they are added up: "
    "take a copy.",
    swap={"dx = (margins > 0).astype(x.dtype)": "dx = margins\n    dx[dx > 0] = 1"},
)
mistake(
    "backprop-losses",
    "The loss counts the positive margins: add up the margins themselves, before they become 1.",
    swap={
        "dx = (margins > 0).astype(x.dtype)": (
            "dx = margins\n    dx[dx > 0] = 1\n    loss = float(margins.sum() / len(x))"
        ),
        "return float(margins.sum() / len(x)), dx": "return loss, dx",
    },
)
mistake(
    "backprop-losses",
    "Such a margin has slope 0: ask for margins > 0, not >= 0.",
    swap={
        "(margins > 0)": "(x - x[rows, y][:, None] + 1 >= 0)",
        "-dx.sum(axis=1)": "1 - dx.sum(axis=1)",
    },
)
mistake(
    "backprop-losses",
    "Your function changed its 1st argument, x",
    swap={
        "margins = np.maximum(0, x - x[rows, y][:, None] + 1)": (
            "x -= x[rows, y][:, None] - 1\n    margins = np.maximum(0, x)"
        )
    },
)

# --- backprop-gradient-check

mistake(
    "backprop-gradient-check",
    "The steps are 2 h apart: divide by 2 h.",
    swap={"/ (2 * h)": "/ h"},
)
mistake(
    "backprop-gradient-check",
    "This steps to one side only: centred means both sides.",
    swap={"        down[index] -= h\n": "", "/ (2 * h)": "/ h"},
)
mistake(
    "backprop-gradient-check",
    "This steps to one side only: centred means both sides.",
    swap={"        up[index] += h\n": "", "/ (2 * h)": "/ h"},
)
mistake(
    "backprop-gradient-check",
    "One step is missing: x goes up by h AND down by h.",
    swap={"        down[index] -= h\n": ""},
)
mistake(
    "backprop-gradient-check",
    "The upstream gradient df is not used.",
    swap={"np.sum((f(up) - f(down)) * df)": "np.sum(f(up) - f(down))"},
)
mistake(
    "backprop-gradient-check",
    "This is a mean over the outputs: their sum is asked for.",
    swap={"np.sum(": "np.mean("},
)
mistake(
    "backprop-gradient-check",
    "The difference has the wrong sign: what is above minus what is below.",
    swap={"f(up) - f(down)": "f(down) - f(up)"},
)
mistake(
    "backprop-gradient-check",
    "up and down are one array here, so the two steps cancel: take two copies.",
    swap={
        "up, down = np.array(x, np.float64), np.array(x, np.float64)": "up = down = np.array(x, np.float64)"
    },
)
mistake(
    "backprop-gradient-check",
    "Earlier steps are still in x: only one entry may be away from its place at a time.",
    swap={
        "for index in np.ndindex(x.shape):\n"
        "        up, down = np.array(x, np.float64), np.array(x, np.float64)\n": (
            "up, down = np.array(x, np.float64), np.array(x, np.float64)\n"
            "    for index in np.ndindex(x.shape):\n"
        )
    },
)
mistake(
    "backprop-gradient-check",
    "All entries of x are moved at once: move one at a time.",
    swap={"up[index] += h": "up += h", "down[index] -= h": "down -= h"},
)
mistake(
    "backprop-gradient-check",
    "Your function changed its 2nd argument, x",
    swap={
        "        up, down = np.array(x, np.float64), np.array(x, np.float64)\n": (
            "        up, down = np.array(x, np.float64), np.array(x, np.float64)\n"
            "        x[index] *= 1 + 1e-13\n"
        )
    },
)
mistake(
    "backprop-gradient-check",
    "float32 is too coarse for steps of 1e-5: copy x to float64 before you step.",
    swap={"np.array(x, np.float64), np.array(x, np.float64)": "x.copy(), x.copy()"},
)
mistake(
    "backprop-gradient-check",
    "The step is always 1e-5: use the argument h.",
    swap={"up[index] += h": "h = 1e-5\n        up[index] += h"},
)
mistake(
    "backprop-gradient-check",
    "h is how far to step to EITHER side, so that the two are 2 h apart.",
    swap={
        "up[index] += h": "up[index] += h / 2",
        "down[index] -= h": "down[index] -= h / 2",
        "/ (2 * h)": "/ h",
    },
)
mistake(
    "backprop-gradient-check",
    "The default of h is 1e-5.",
    swap={"h: float = 1e-5": "h: float = 1e-4"},
)
mistake(
    "backprop-gradient-check",
    "The default of h is 1e-5.",
    swap={"h: float = 1e-5": "h: float = 1e-6"},
)
mistake(
    "backprop-gradient-check",
    "This is the worst error of one entry: take the norms of whole arrays.",
    swap={
        "return float(np.linalg.norm(a - b) / largest) if largest else 0.0": (
            "if not largest:\n        return 0.0\n"
            "    return float((np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))).max())"
        )
    },
)
mistake(
    "backprop-gradient-check",
    "This is the norm of the difference: divide it by the larger norm.",
    swap={"np.linalg.norm(a - b) / largest": "np.linalg.norm(a - b)"},
)
mistake(
    "backprop-gradient-check",
    "This is divided by the norm of the first array: the larger of the two is due.",
    swap={"max(np.linalg.norm(a), np.linalg.norm(b))": "np.linalg.norm(a)"},
)
mistake(
    "backprop-gradient-check",
    "This is divided by the norm of the second array: the larger of the two is due.",
    swap={"max(np.linalg.norm(a), np.linalg.norm(b))": "np.linalg.norm(b)"},
)
mistake(
    "backprop-gradient-check",
    "This is divided by the smaller norm: the larger is due.",
    swap={"max(np.linalg.norm(a)": "min(np.linalg.norm(a)"},
)
mistake(
    "backprop-gradient-check",
    "This is divided by the sum of both norms: the larger of the two is due.",
    swap={"max(np.linalg.norm(a), np.linalg.norm(b))": "np.linalg.norm(a) + np.linalg.norm(b)"},
)
mistake(
    "backprop-gradient-check",
    "These are squares of norms: the root is missing.",
    swap={
        "float(np.linalg.norm(a - b) / largest)": "float((np.linalg.norm(a - b) / largest) ** 2)"
    },
)
mistake(
    "backprop-gradient-check",
    "This compares the largest entries: take the norms of whole arrays.",
    swap={
        "max(np.linalg.norm(a), np.linalg.norm(b))": "max(np.abs(a).max(), np.abs(b).max())",
        "np.linalg.norm(a - b)": "np.abs(a - b).max()",
    },
)
mistake(
    "backprop-gradient-check",
    "This compares the norms: take the norm of the DIFFERENCE, entry by entry.",
    swap={"np.linalg.norm(a - b)": "abs(np.linalg.norm(a) - np.linalg.norm(b))"},
)
mistake(
    "backprop-gradient-check",
    "0 / 0 is nan: two arrays of zeros have an error of 0.",
    swap={
        "np.linalg.norm(a - b) / largest) if largest else 0.0": "np.linalg.norm(a - b) / largest)"
    },
)

# --- backprop-two-layer

mistake(
    "backprop-two-layer",
    "The ReLU is forgotten on the way back: where it was off, nothing passes.",
    swap={"(dscores @ W2.T) * (hidden > 0)": "dscores @ W2.T"},
)
mistake(
    "backprop-two-layer",
    "The ReLU's way back asks the gradient for its sign: ask where the hidden units were on.",
    swap={"(dscores @ W2.T) * (hidden > 0)": "np.maximum(dscores @ W2.T, 0)"},
)
mistake(
    "backprop-two-layer",
    "On the way back the gradient is multiplied by hidden: the slope of a ReLU that is on is 1.",
    swap={"(dscores @ W2.T) * (hidden > 0)": "(dscores @ W2.T) * hidden"},
)
mistake(
    "backprop-two-layer",
    "The ReLU between the layers is missing.",
    swap={"np.maximum(X @ W1 + b1, 0)": "X @ W1 + b1"},
)
mistake(
    "backprop-two-layer",
    "The scores pass through a ReLU: only the hidden layer has one.",
    swap={"scores = hidden @ W2 + b2": "scores = np.maximum(hidden @ W2 + b2, 0)"},
)
mistake(
    "backprop-two-layer",
    "The bias b1 is missing.",
    swap={"X @ W1 + b1": "X @ W1"},
)
mistake(
    "backprop-two-layer",
    "The bias b2 is missing.",
    swap={"hidden @ W2 + b2": "hidden @ W2"},
)
mistake(
    "backprop-two-layer",
    "Without y the scores are due, not their probabilities.",
    swap={"return scores": "return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)"},
)
mistake(
    "backprop-two-layer",
    "These gradients are sums over the examples: the loss is a mean.",
    swap={"        dscores /= len(X)\n": ""},
)
mistake(
    "backprop-two-layer",
    "This loss is a sum over the examples: a mean is asked for.",
    swap={"-log_p[rows, y].mean()": "-log_p[rows, y].sum()"},
)
mistake(
    "backprop-two-layer",
    "This loss and its gradients are sums over the examples: a mean is asked for.",
    swap={"-log_p[rows, y].mean()": "-log_p[rows, y].sum()", "        dscores /= len(X)\n": ""},
)
mistake(
    "backprop-two-layer",
    "The gradient of the scores is the probabilities minus 1 at the true class: the 1 is missing.",
    swap={"        dscores[rows, y] -= 1\n": ""},
)
mistake(
    "backprop-two-layer",
    "The gradients of the biases are sums over the examples: dscores holds the mean already.",
    swap={
        "dscores.sum(axis=0)": "dscores.mean(axis=0)",
        "dhidden.sum(axis=0)": "dhidden.mean(axis=0)",
    },
)
mistake(
    "backprop-two-layer",
    "The exponential of large scores overflows: subtract the largest score of each row first.",
    swap={"scores - scores.max(axis=1, keepdims=True)": "scores"},
)
mistake(
    "backprop-two-layer",
    "A probability became 0 and its logarithm minus infinity: do not take the logarithm of p.",
    swap={"-log_p[rows, y].mean()": "-np.log(np.exp(log_p))[rows, y].mean()"},
)
mistake(
    "backprop-two-layer",
    "A small number beside p hides that p became 0, and falsifies the loss: do not take the "
    "logarithm of p.",
    swap={"-log_p[rows, y].mean()": "-np.log(np.exp(log_p) + 1e-8)[rows, y].mean()"},
)
mistake(
    "backprop-two-layer",
    "The regularisation is twice what is asked for: it has a factor of one half.",
    swap={
        "0.5 * self.reg": "self.reg",
        "@ dscores + self.reg": "@ dscores + 2 * self.reg",
        "@ dhidden + self.reg": "@ dhidden + 2 * self.reg",
    },
)
mistake(
    "backprop-two-layer",
    "In the loss, the regularisation has a factor of one half.",
    swap={"0.5 * self.reg": "self.reg"},
)
mistake(
    "backprop-two-layer",
    "The slope of reg / 2 times W squared is reg times W: the 2 and the half cancel.",
    swap={
        "@ dscores + self.reg": "@ dscores + 2 * self.reg",
        "@ dhidden + self.reg": "@ dhidden + 2 * self.reg",
    },
)
mistake(
    "backprop-two-layer",
    "The slope of reg / 2 times W squared is reg times W: the half cancels.",
    swap={
        "@ dscores + self.reg": "@ dscores + 0.5 * self.reg",
        "@ dhidden + self.reg": "@ dhidden + 0.5 * self.reg",
    },
)
mistake(
    "backprop-two-layer",
    "The regularisation is in the loss and not in the gradients.",
    swap={"@ dscores + self.reg * W2": "@ dscores", "@ dhidden + self.reg * W1": "@ dhidden"},
)
mistake(
    "backprop-two-layer",
    "The regularisation is in the gradients and not in the loss.",
    swap={" + 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())": ""},
)
mistake(
    "backprop-two-layer",
    "The regularisation is missing, in the loss and in the gradients.",
    swap={
        " + 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())": "",
        "@ dscores + self.reg * W2": "@ dscores",
        "@ dhidden + self.reg * W1": "@ dhidden",
    },
)
mistake(
    "backprop-two-layer",
    "In the loss, W2 is not regularised: both W1 and W2 are.",
    swap={"((W1**2).sum() + (W2**2).sum())": "(W1**2).sum()"},
)
mistake(
    "backprop-two-layer",
    "In the loss, W1 is not regularised: both W1 and W2 are.",
    swap={"((W1**2).sum() + (W2**2).sum())": "(W2**2).sum()"},
)
mistake(
    "backprop-two-layer",
    "The regularisation is divided by N in the loss: only the data loss is a mean.",
    swap={"0.5 * self.reg *": "0.5 * self.reg / len(X) *"},
)
mistake(
    "backprop-two-layer",
    "The regularisation is divided by N in the gradients: only the data loss is a mean.",
    swap={
        "@ dscores + self.reg * W2": "@ dscores + self.reg / len(X) * W2",
        "@ dhidden + self.reg * W1": "@ dhidden + self.reg / len(X) * W1",
    },
)
mistake(
    "backprop-two-layer",
    "The regularisation is divided by N: only the data loss is a mean.",
    swap={
        "0.5 * self.reg *": "0.5 * self.reg / len(X) *",
        "@ dscores + self.reg * W2": "@ dscores + self.reg / len(X) * W2",
        "@ dhidden + self.reg * W1": "@ dhidden + self.reg / len(X) * W1",
    },
)
mistake(
    "backprop-two-layer",
    "The norms of the weights are added: the regularisation takes their squares.",
    swap={"((W1**2).sum() + (W2**2).sum())": "(np.linalg.norm(W1) + np.linalg.norm(W2))"},
)
mistake(
    "backprop-two-layer",
    "Biases are not regularised, only W1 and W2.",
    swap={
        "((W1**2).sum() + (W2**2).sum())": "sum((p**2).sum() for p in (W1, b1, W2, b2))",
        '"b2": dscores.sum(axis=0)': '"b2": dscores.sum(axis=0) + self.reg * b2',
        '"b1": dhidden.sum(axis=0)': '"b1": dhidden.sum(axis=0) + self.reg * b1',
    },
)
mistake(
    "backprop-two-layer",
    "The second call adds to the first: start from zero each time.",
    swap={
        "return float(loss), grads": (
            'self.sums = getattr(self, "sums", {})\n'
            "        for name, grad in grads.items():\n"
            "            self.sums[name] = self.sums.get(name, 0) + grad\n"
            "        return float(loss), self.sums"
        )
    },
)
mistake(
    "backprop-two-layer",
    "loss changes self.params: it computes the gradients, a step is somebody else's business.",
    swap={
        "return float(loss), grads": (
            "for name, grad in grads.items():\n"
            "            self.params[name] = self.params[name] - 0.1 * grad\n"
            "        return float(loss), grads"
        )
    },
)
