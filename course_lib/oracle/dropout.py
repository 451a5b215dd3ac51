"""Lesson 07: means over all masks, penalties and limits on weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle


def mean_over_masks(net: Callable[[NDArray[Any]], NDArray[Any]], h: NDArray[Any], p: float) -> Any:
    """The exact mean of a net's output when each of its k inputs is kept with probability p.

    net: (M, k) float -> (M, C) float, one row an example
    h: (k,) float; kept entries are divided by p
    returns: (C,) float64
    """
    import torch

    bits = torch.cartesian_prod(*[torch.tensor([0.0, 1.0], dtype=torch.float64)] * len(h))
    masks = bits.reshape(-1, len(h))
    weights = (masks * p + (1 - masks) * (1 - p)).prod(dim=1)
    outs = torch.as_tensor(np.asarray(net(masks.numpy() * h / p)))
    return (weights[:, None] * outs).sum(dim=0).numpy()


@oracle
def average_probabilities(scores: Any) -> Any:
    """Mean probabilities over several passes, and their entropy in nats.

    scores: (S, N, C) float, one (N, C) a pass
    returns: (N, C) and (N,) float64
    """
    import torch

    mean = torch.softmax(scores, dim=2).mean(dim=0)
    return mean, torch.special.entr(mean).sum(dim=1)


@oracle
def max_norm(w: Any, c: float) -> Any:
    """Sums of squares of the columns brought down to c squared where they are larger.

    w: (D, M) float
    returns: (D, M) float64
    """
    import torch

    length = torch.linalg.vector_norm(w, dim=0, keepdim=True).clamp(max=c)
    return torch.nn.functional.normalize(w, dim=0, eps=1e-300) * length


@oracle
def proximal_step(w: Any, dw: Any, learning_rate: float, strength: float) -> Any:
    """PyTorch's own gradient step, and then every weight nearer to 0 by the L1 penalty's pull."""
    import torch

    weight = w.clone().requires_grad_()
    weight.grad = dw
    torch.optim.SGD([weight], lr=learning_rate).step()
    return torch.nn.functional.softshrink(weight, learning_rate * strength)


@oracle
def factored_affine(x: Any, w: Any, b: Any, factor: Any) -> Any:
    """An affine layer each of whose weights has a factor.

    x: (N, D), w and factor: (D, M), b: (M,) float
    returns: (N, M) float64
    """
    import torch

    return torch.nn.functional.linear(x, torch.mul(factor, w).T, b)


@oracle
def tanh_block(x: Any, gate: Any) -> Any:
    """A block that adds its branch, tanh, with a factor to what comes in."""
    import torch

    return torch.addcmul(x, torch.tanh(x), torch.as_tensor(gate, dtype=x.dtype))


def neighbours_kept(kept: NDArray[np.bool_]) -> list[float]:
    """How often two neighbours along each axis are both kept: p squared, where masks are right.

    kept: bool, any shape without an axis of length 1
    """
    pairs: list[float] = []
    for axis in range(kept.ndim):
        ahead = np.moveaxis(kept, axis, 0)
        pairs.append(float((ahead[1:] & ahead[:-1]).mean()))
    return pairs
