"""Lesson 06: normalisations as PyTorch computes them, and a net into which any can be put."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle import layers
from course_lib.oracle.convert import oracle

Array: TypeAlias = NDArray[Any]
Mode: TypeAlias = Literal["train", "test"]
# (forward, backward) by the layer contract: (x, gamma, beta, param) -> (out, cache), and
# (dout, cache) -> (dx, dgamma, dbeta), for x of shape (N, D).
Norm: TypeAlias = tuple[Callable[..., Any], Callable[..., Any]]


@oracle
def batchnorm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    """Batch normalisation in training: by the mean and the biased variance of this batch.

    x: (N, D) or (N, C, H, W) float; gamma, beta: (D,) or (C,) float
    returns: float64, shape of x
    """
    import torch

    # torch.nn.functional.batch_norm refuses a single example.
    return torch.batch_norm(x, gamma, beta, None, None, True, 0.0, eps, False)


@oracle
def batchnorm_test(
    x: Any, gamma: Any, beta: Any, running_mean: Any, running_var: Any, eps: float = 1e-5
) -> Any:
    """Batch normalisation at test time: by running values.

    x: (N, D) or (N, C, H, W) float; the others: (D,) or (C,) float
    returns: float64, shape of x
    """
    from torch.nn.functional import batch_norm

    return batch_norm(x, running_mean, running_var, gamma, beta, eps=eps)


@oracle
def running_statistics(
    batches: Sequence[Any], momentum: float = 0.9, mean: Any = 0.0, var: Any = 0.0, excess: int = 0
) -> Any:
    """Running mean and variance after several batches: momentum is the share that is kept.

    batches: each (N, D) or (N, C, H, W) float
    mean, var: (D,) float or a number, before the first batch
    excess: what is taken from N where the variance is divided by it: 0, or PyTorch's 1
    returns: mean and var, each (D,) or (C,) float64
    """
    import torch

    for batch in batches:
        rows = torch.as_tensor(np.array(batch, dtype=np.float64))
        others = [axis for axis in range(rows.ndim) if axis != 1]
        own_var, own_mean = torch.var_mean(rows, dim=others, correction=excess)
        mean = torch.lerp(own_mean, mean + torch.zeros_like(own_mean), momentum)
        var = torch.lerp(own_var, var + torch.zeros_like(own_var), momentum)
    return mean, var


@oracle
def layernorm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    """Layer normalisation: every row by its own mean and variance.

    x: (N, D) float; gamma, beta: (D,) float
    returns: (N, D) float64
    """
    from torch.nn.functional import layer_norm

    return layer_norm(x, x.shape[1:], gamma, beta, eps)


@oracle
def groupnorm(x: Any, gamma: Any, beta: Any, groups: int = 1, eps: float = 1e-5) -> Any:
    """Group normalisation: channels in consecutive groups, for each image by itself.

    x: (N, C, H, W) float; gamma, beta: (1, C, 1, 1) float
    groups: divides C
    returns: (N, C, H, W) float64
    """
    from torch.nn.functional import group_norm

    return group_norm(x, groups, gamma.flatten(), beta.flatten(), eps)


def gradients(
    function: Callable[..., Any], dout: Array, x: Array, gamma: Array, beta: Array, **settings: Any
) -> tuple[Array, Array, Array]:
    """Gradients of sum(dout * function(x, gamma, beta, **settings)) by x, gamma and beta.

    function: batchnorm, layernorm or groupnorm of the oracle
    settings: eps, groups; they get no gradient
    """
    plain = getattr(function, "__wrapped__", function)
    dx, dgamma, dbeta = layers.gradients(
        lambda *given: plain(*given, **settings), dout, x, gamma, beta
    )
    return dx, dgamma, dbeta


def batchnorm_cache(
    forward: Callable[..., Any], x: Array, gamma: Array, beta: Array, eps: float = 1e-5
) -> Any:
    """The cache that a forward pass in train mode makes, where its result is right.

    Where it is not, a mistake there shall not cost the backward pass as well: then the cache is
    (x_hat, gamma, std).
    """
    out = None
    with suppress(Exception):
        out, made = forward(x.copy(), gamma, beta, {"mode": "train", "eps": eps})
    due = batchnorm(x, gamma, beta, eps)
    if isinstance(out, np.ndarray) and out.shape == due.shape and np.allclose(out, due, rtol=1e-6):
        return made
    x_hat = batchnorm(x, np.ones_like(gamma), np.zeros_like(beta), eps)
    return x_hat, gamma, np.sqrt(x.var(axis=0) + eps)


def batchnorm_pair() -> Norm:
    """Batch normalisation of tables by the layer contract, forward and backward, to be lent."""

    def forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> tuple[Array, Any]:
        if np.ndim(x) != 2 or np.shape(x)[1:] != np.shape(gamma):
            raise ValueError(
                f"forward takes a table (N * H * W, C); this has shape {np.shape(x)}, "
                f"and gamma has {np.shape(gamma)}"
            )
        eps, zeros = bn_param.get("eps", 1e-5), np.zeros(len(gamma))
        mean, var = (bn_param.get(f"running_{name}", zeros) for name in ("mean", "var"))
        in_test_mode = bn_param["mode"] == "test"
        if in_test_mode:
            return batchnorm_test(x, gamma, beta, mean, var, eps), ()
        moved = running_statistics([x], bn_param.get("momentum", 0.9), mean, var)
        bn_param["running_mean"], bn_param["running_var"] = moved
        return batchnorm(x, gamma, beta, eps), (np.array(x), gamma, beta, eps)

    def backward(dout: Array, cache: Any) -> tuple[Array, Array, Array]:
        x, gamma, beta, eps = cache
        return gradients(batchnorm, dout, x, gamma, beta, eps=eps)

    return forward, backward


@oracle
def response_norm(
    x: Any, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0
) -> Any:
    """AlexNet's local response normalisation across channels.

    x: (N, C, H, W) float
    size: channels in a neighbourhood, odd
    returns: x / (k + alpha * sum of the squares of the neighbours) ** beta, float64
    """
    from torch.nn.functional import local_response_norm

    # PyTorch takes the mean of the squares where the paper takes the sum.
    return local_response_norm(x, size, alpha * size, beta, k)


@oracle
def contrast_norm(x: Any, size: int, floor: float) -> Any:
    """Local contrast normalisation of each channel by itself, over square windows.

    x: (N, C, H, W) float
    size: side of the window, odd; beyond the border there is nothing to average
    floor: the smallest deviation that anything is divided by
    returns: (N, C, H, W) float64
    """
    from torch.nn.functional import avg_pool2d

    def average(values: Any) -> Any:
        return avg_pool2d(values, size, 1, size // 2, count_include_pad=False)

    centred = x - average(x)
    return centred / average(centred.square()).sqrt().clamp(min=floor)


@oracle
def folded(
    w: Any,
    b: Any,
    gamma: Any,
    beta: Any,
    running_mean: Any,
    running_var: Any,
    eps: float = 1e-5,
) -> Any:
    """Weights and bias of the affine layer that does the work of two: affine, then batchnorm.

    w: (D, M), the others (M,) float
    returns: (D, M) and (M,) float64
    """
    from torch.nn.utils.fusion import fuse_linear_bn_weights

    weights, bias = fuse_linear_bn_weights(w.T, b, running_mean, running_var, eps, gamma, beta)
    return weights.T, bias
