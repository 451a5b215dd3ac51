"""Lesson 03: layers and losses as PyTorch computes them, and any gradient by torch.autograd."""

from collections.abc import Callable
from typing import Any

import numpy as np

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


def gradients(function: Callable[..., Any], dout: Any, *args: Any) -> tuple[Any, ...]:
    """The gradient of sum(dout * function(*args)) with respect to each argument of floats.

    function: one of the oracle's, or any function of tensors that returns a tensor
    dout: number or float array of the shape of the result
    args: float numbers and arrays, which get a gradient; everything else passes as it is
    returns: one gradient for each float argument, in order: a number for a number, else an array
        of its shape; 0 where the result does not depend on it
    """
    import torch

    # The undecorated function keeps to tensors, so that autograd can follow.
    plain = getattr(function, "__wrapped__", function)
    given = [_leaf(value) for value in args]
    wanted = [one for one in given if isinstance(one, torch.Tensor) and one.requires_grad]
    out = plain(*given)
    upstream = torch.as_tensor(np.array(dout, dtype=np.float64)).expand_as(out)
    found = torch.autograd.grad(out, wanted, upstream, materialize_grads=True)
    return tuple(float(grad) if grad.ndim == 0 else grad.numpy() for grad in found)


def _leaf(value: Any) -> Any:
    """A float64 tensor that wants a gradient for floats, an int64 one for integer arrays."""
    import torch

    if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return torch.tensor(np.array(value, dtype=np.float64), requires_grad=True)
    if isinstance(value, np.ndarray):
        return torch.as_tensor(np.array(value))
    return value
