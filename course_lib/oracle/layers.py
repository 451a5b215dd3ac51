"""Lesson 03: layers and losses as PyTorch computes them, and any gradient by torch.autograd."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle


@oracle
def affine(x: Any, w: Any, b: Any) -> Any:
    """Every example laid out as one row, times w, plus b.

    x: (N, d_1, ..., d_k) float; w: (D, M) float with D = d_1 * ... * d_k; b: (M,) float
    returns: (N, M) float64
    """
    import torch

    return torch.nn.functional.linear(x.reshape(len(x), w.shape[0]), w.T, b)


@oracle
def relu(x: Any) -> Any:
    """The larger of 0 and x, entry by entry."""
    import torch

    return torch.relu(x)


@oracle
def sigmoid(x: Any) -> Any:
    """The logistic function, entry by entry."""
    import torch

    return torch.sigmoid(x)


@oracle
def tanh(x: Any) -> Any:
    """The hyperbolic tangent, entry by entry."""
    import torch

    return torch.tanh(x)


def gate(name: str, at: float) -> tuple[float, float]:
    """The value and the slope of "exp", "relu", "tanh" or "sigmoid" at a number."""
    import torch

    value, slope = with_gradients(getattr(torch, name), 1.0, at)
    return value, slope


@oracle
def sigmoid_neuron(w: Any, x: Any) -> Any:
    """The sigmoid of a weighted sum. w: (3,) float, two weights and a bias; x: (2,) float."""
    import torch

    return torch.nn.functional.linear(x, w[:2], w[2]).sigmoid()


def staged(x: Any, y: Any) -> Any:
    """A quotient to differentiate stage by stage. x, y: tensors, see `with_gradients`."""
    return (x * y + x.sigmoid()) / (1 + (x - y).square())


def node_gradients(
    uses: Sequence[Sequence[int]], slopes: Sequence[Sequence[float]]
) -> NDArray[np.float64]:
    """How steeply the last node of a circuit rises with each of its nodes.

    uses: for each node the numbers of the earlier nodes that it was computed from
    slopes: for each node its local slopes, one for each of these
    returns: (nodes,) float64
    """
    import torch

    pushes = torch.zeros(len(uses), dtype=torch.float64, requires_grad=True)
    nodes: list[Any] = []
    for push, sources, own in zip(pushes, uses, slopes, strict=True):
        nodes.append(push + sum(slope * nodes[i] for i, slope in zip(sources, own, strict=True)))
    (found,) = torch.autograd.grad(nodes[-1], pushes)
    return np.asarray(found.numpy())


def stretch_gradient(dout: NDArray[np.floating], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The gradient of an array of some shape that was stretched to the shape of dout."""
    (grad,) = gradients(lambda small: small.expand(dout.shape), dout, np.zeros(shape))
    return np.asarray(grad)


@oracle
def softmax_layer(x: Any, y: Any) -> Any:
    """Mean cross-entropy of scores.

    x: (N, C) float, scores; y: (N,) int, true classes
    returns: () float64
    """
    import torch

    return torch.nn.functional.cross_entropy(x, y)


@oracle
def svm_layer(x: Any, y: Any, margin: float = 1.0) -> Any:
    """Mean multiclass hinge loss of scores, summed over the wrong classes.

    x: (N, C) float, scores; y: (N,) int, true classes
    returns: () float64
    """
    import torch

    # PyTorch divides by the number of classes, CS231n does not.
    return x.shape[1] * torch.nn.functional.multi_margin_loss(x, y, margin=margin)


@oracle
def two_layer_loss(W1: Any, b1: Any, W2: Any, b2: Any, X: Any, y: Any, reg: float = 0.0) -> Any:
    """Softmax loss of affine, ReLU, affine, plus reg / 2 times the squares of the weights.

    W1: (D, H), b1: (H,), W2: (H, C), b2: (C,) float; X: (N, D) float; y: (N,) int
    returns: () float64
    """
    import torch

    hidden = torch.nn.functional.linear(X, W1.T, b1).relu()
    scores = torch.nn.functional.linear(hidden, W2.T, b2)
    squares = W1.square().sum() + W2.square().sum()
    return torch.nn.functional.cross_entropy(scores, y) + 0.5 * reg * squares


def two_layer_params(
    input_dim: int, hidden_dim: int, num_classes: int, rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """Random W1, b1, W2 and b2 of a two-layer net, for checks that no luck decides.

    Small enough for no probability to come near 0, where inputs are normal numbers. The scores of
    an example add up to 0, so that each has some of either sign. The biases are not 0.
    """
    D, H, C = input_dim, hidden_dim, num_classes
    shapes: dict[str, tuple[int, ...]] = {"W1": (D, H), "b1": (H,), "W2": (H, C), "b2": (C,)}
    params = {name: 0.3 * rng.normal(size=shape) for name, shape in shapes.items()}
    for name in ("W2", "b2"):
        params[name] -= params[name].mean(axis=-1, keepdims=True)
    return params


def two_layer(
    params: dict[str, NDArray[np.float64]],
    X: NDArray[np.floating],
    y: NDArray[np.integer],
    reg: float = 0.0,
) -> tuple[NDArray[np.float64], float, dict[str, NDArray[np.float64]]]:
    """What a two-layer net gives: (scores, loss, grads); grads has the keys of `params`."""
    names = ("W1", "b1", "W2", "b2")
    W1, b1, W2, b2 = (params[name] for name in names)
    scores = affine(relu(affine(X, W1, b1)), W2, b2)
    loss, *grads = with_gradients(two_layer_loss, 1.0, W1, b1, W2, b2, X, y, reg)
    return scores, loss, dict(zip(names, grads))


def gradients(function: Callable[..., Any], dout: Any, *args: Any) -> tuple[Any, ...]:
    """The gradient of sum(dout * function(*args)) with respect to each argument of floats.

    function: one of the oracle's, or any function of tensors that returns a tensor
    dout: number or float array of the shape of the result
    args: float numbers and arrays, which get a gradient; everything else passes as it is
    returns: one gradient for each float argument, in order: a number for a number, else an array
        of its shape; 0 where the result does not depend on it
    """
    return with_gradients(function, dout, *args)[1:]


def with_gradients(function: Callable[..., Any], dout: Any, *args: Any) -> tuple[Any, ...]:
    """The result of a function, and then its gradients: arguments as for `gradients`.

    returns: the result, a number where it has no axes, else an array; then one gradient for each
        float argument
    """
    import torch

    # The undecorated function keeps to tensors, so that autograd can follow.
    plain = getattr(function, "__wrapped__", function)
    given = [_leaf(value) for value in args]
    wanted = [one for one in given if isinstance(one, torch.Tensor) and one.requires_grad]
    out = plain(*given)
    upstream = torch.as_tensor(np.array(dout, dtype=np.float64)).expand_as(out)
    # Where grad is handed an upstream gradient, it first imports SymPy, for seconds.
    found = torch.autograd.grad((out * upstream).sum(), wanted, materialize_grads=True)
    results = (out.detach(), *found)
    return tuple(float(one) if one.ndim == 0 else one.numpy() for one in results)


def _leaf(value: Any) -> Any:
    """A float64 tensor that wants a gradient for floats, an int64 one for integer arrays."""
    import torch

    if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return torch.tensor(np.array(value, dtype=np.float64), requires_grad=True)
    if isinstance(value, np.ndarray):
        return torch.as_tensor(np.array(value))
    return value
