"""Lesson 08: blocks of famous nets, and the layers of which a reader builds them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle import norm
from course_lib.oracle.conv import Pair, as_layer
from course_lib.oracle.convert import oracle
from course_lib.oracle.layers import relu, with_gradients

Array: TypeAlias = NDArray[Any]
Params: TypeAlias = Mapping[Any, Any]


@oracle
def convolved(x: Any, w: Any, conv_param: Mapping[str, int]) -> Any:
    """A convolution without bias.

    x: (N, C, H, W) float; w: (F, C / groups, HH, WW) float
    conv_param: "stride", "pad" and "groups"; 1, 0 and 1 where absent
    returns: (N, F, H', W') float64
    """
    import torch

    stride, pad = conv_param.get("stride", 1), conv_param.get("pad", 0)
    groups = conv_param.get("groups", 1)
    return torch.nn.functional.conv2d(x, w, None, stride, pad, groups=groups)


@oracle
def _ordinary(x: Any, w: Any, conv_param: Mapping[str, int]) -> Any:
    """The same, but every filter sees every channel, whatever conv_param says of groups."""
    import torch

    stride, pad = conv_param.get("stride", 1), conv_param.get("pad", 0)
    return torch.nn.functional.conv2d(x, w, None, stride, pad)


@oracle
def pooled(x: Any) -> Any:
    """The largest entry of every window of 3 x 3, as many windows as pixels; x: (N, C, H, W)."""
    import torch

    return torch.nn.functional.max_pool2d(x, 3, 1, 1)


def layer_kit() -> dict[str, Pair]:
    """Layers to be lent, each (forward, backward) by the layer contract.

    returns: "conv": (x, w, conv_param), no bias and no groups; "norm": (x, gamma, beta, bn_param),
        batch norm of images; "relu" and "pool" (3 x 3, keeps the size): (x)
    """
    return {
        "conv": as_layer(_ordinary),
        "norm": _image_norm(),
        "relu": as_layer(relu),
        "pool": as_layer(pooled),
    }


def _image_norm() -> Pair:
    def forward(x: Array, gamma: Array, beta: Array, bn_param: dict[str, Any]) -> tuple[Array, Any]:
        momentum, zeros = bn_param.get("momentum", 0.9), np.zeros(len(gamma))
        mean, var = (bn_param.get(f"running_{name}", zeros) for name in ("mean", "var"))
        if bn_param.get("mode") == "test":
            return norm.batchnorm_test(x, gamma, beta, mean, var), ()
        moved = norm.running_statistics([x], momentum, mean, var)
        bn_param["running_mean"], bn_param["running_var"] = moved
        return norm.batchnorm(x, gamma, beta), (np.array(x), gamma, beta)

    def backward(dout: Array, cache: Any) -> tuple[Array, Array, Array]:
        return norm.gradients(norm.batchnorm, dout, *cache)

    return forward, backward


def both_ways(
    block: Callable[..., Any], rng: np.random.Generator, x: Array, params: Params, *settings: Any
) -> tuple[Array, Array, Array, dict[Any, Array]]:
    """A block forward and backward.

    block: (x, params, *settings) -> out, one of this file
    returns: out; a random dout of its shape; dx; the gradient of each parameter by name
    """

    def flat(images: Any, *arrays: Any) -> Any:
        return block(images, dict(zip(params, arrays)), *settings)

    out = with_gradients(flat, 1.0, x, *params.values())[0]
    dout = rng.normal(size=np.shape(out))
    _, dx, *grads = with_gradients(flat, dout, x, *params.values())
    return out, dout, dx, dict(zip(params, grads))


def result(block: Callable[..., Any], x: Array, params: Params, *settings: Any) -> Array:
    """What a block gives; arguments as for `both_ways`."""
    out, _, _, _ = both_ways(block, np.random.default_rng(0), x, params, *settings)
    return out


def residual(
    x: Any,
    params: Params,
    stride: int = 1,
    running: Sequence[tuple[Any, Any]] = (),
) -> Any:
    """Two convolutions of 3 x 3 with batch norm, and round them a way for x. On tensors.

    params: w1, gamma1, beta1 and the same with 2; with 3 where the way round is a projection
    running: mean and variance for each norm, in test mode
    """
    import torch

    def normed(maps: Any, number: int) -> Any:
        gamma, beta = params[f"gamma{number}"], params[f"beta{number}"]
        if not running:
            return torch.batch_norm(maps, gamma, beta, None, None, True, 0.0, 1e-5, False)
        mean, var = (torch.as_tensor(one, dtype=maps.dtype) for one in running[number - 1])
        return torch.nn.functional.batch_norm(maps, mean, var, gamma, beta)

    conv2d = torch.nn.functional.conv2d
    inner = normed(conv2d(x, params["w1"], None, stride, 1), 1).relu()
    branch = normed(conv2d(inner, params["w2"], None, 1, 1), 2)
    if "w3" in params:
        x = normed(conv2d(x, params["w3"], None, stride), 3)
    return torch.relu(branch + x)


def running_values(
    rng: np.random.Generator, channels: int, norms: int
) -> list[tuple[Array, Array]]:
    """Random mean and variance for each norm of a block."""
    return [
        (rng.normal(size=channels) / 3, rng.uniform(0.5, 2, size=channels)) for _ in range(norms)
    ]


def inception(x: Any, params: Params) -> Any:
    """Four branches side by side: 1x1; 1x1, 3x3; 1x1, 5x5; pool, 1x1. On tensors.

    params: "1x1", "3x3 in", "3x3", "5x5 in", "5x5", "pool out"
    """
    import torch

    def layer(maps: Any, name: str) -> Any:
        return torch.nn.functional.conv2d(maps, params[name], padding="same").relu()

    branches = [layer(x, "1x1"), layer(layer(x, "3x3 in"), "3x3")]
    branches.append(layer(layer(x, "5x5 in"), "5x5"))
    branches.append(layer(torch.nn.functional.max_pool2d(x, 3, 1, 1), "pool out"))
    return torch.hstack(branches)


def dense_block(x: Any, weights: Params) -> Any:
    """Each layer, 3x3 and ReLU, sees the input and all earlier layers. On tensors.

    weights: number of the layer -> (growth, channels so far, 3, 3)
    """
    import torch

    for w in weights.values():
        new = torch.nn.functional.conv2d(x, w, padding="same").relu()
        x = torch.hstack([x, new])
    return x


def fire(x: Any, params: Params) -> Any:
    """A squeeze of 1x1, then 1x1 and 3x3 side by side, each with ReLU. On tensors.

    params: "squeeze", "expand1", "expand3"
    """
    import torch

    thin = torch.nn.functional.conv2d(x, params["squeeze"]).relu()
    wide = [
        torch.nn.functional.conv2d(thin, params[f"expand{side}"], padding="same") for side in (1, 3)
    ]
    return torch.hstack(wide).relu()


@oracle
def global_average(x: Any) -> Any:
    """The mean of every channel. x: (N, C, H, W) float; returns: (N, C) float64"""
    import torch

    return torch.nn.functional.adaptive_avg_pool2d(x, 1).flatten(1)


@oracle
def class_maps(maps: Any, w: Any, labels: Any) -> Any:
    """How much each place speaks for a class (CAM).

    maps: (N, C, H, W) float; w: (C, classes) float; labels: (N,) int
    returns: (N, H, W) float64
    """
    import torch

    every = torch.nn.functional.conv2d(maps, w.T[:, :, None, None])
    return torch.stack([image[label] for image, label in zip(every, labels)])


@oracle
def distilled(scores: Any, teacher: Any, y: Any, T: float, alpha: float) -> Any:
    """Loss of a student that learns from a teacher's scores and from labels. returns: () float64

    scores, teacher: (N, C) float; y: (N,) int
    T: temperature; alpha: share of the teacher
    """
    from torch.nn.functional import cross_entropy, kl_div

    logs, soft = (scores / T).log_softmax(1), (teacher / T).log_softmax(1)
    against_teacher = T * T * kl_div(logs, soft, reduction="batchmean", log_target=True)
    return alpha * against_teacher + (1 - alpha) * cross_entropy(scores, y)


def distilled_with_slope(
    scores: Array, teacher: Array, y: Array, T: float, alpha: float
) -> tuple[float, Array]:
    """That loss, and its gradient with respect to the student's scores alone."""
    found = with_gradients(distilled, 1.0, scores, teacher, y, T, alpha)
    return found[0], found[1]


def residual_params(
    rng: np.random.Generator, channels: int, filters: int, project: bool
) -> dict[str, Array]:
    """Random parameters of `residual`."""
    sizes = {"1": (filters, channels, 3, 3), "2": (filters, filters, 3, 3)}
    if project:
        sizes["3"] = (filters, channels, 1, 1)
    params: dict[str, Array] = {}
    for number, size in sizes.items():
        params[f"w{number}"] = rng.normal(size=size) / 3
        params[f"gamma{number}"] = rng.uniform(0.5, 1.5, size=filters)
        params[f"beta{number}"] = rng.normal(size=filters) / 3
    return params


def inception_params(
    rng: np.random.Generator, channels: int, widths: Sequence[int], reduced: Sequence[int]
) -> dict[str, Array]:
    """Random parameters of `inception`; widths of 1x1, 3x3, 5x5; reduced for 3x3, 5x5, pool."""
    one, three, five = widths
    three_in, five_in, pool_out = reduced
    sizes = {"1x1": (one, channels, 1, 1), "3x3 in": (three_in, channels, 1, 1)}
    sizes |= {"3x3": (three, three_in, 3, 3), "5x5 in": (five_in, channels, 1, 1)}
    sizes |= {"5x5": (five, five_in, 5, 5), "pool out": (pool_out, channels, 1, 1)}
    return {name: rng.normal(size=size) / 2 for name, size in sizes.items()}


def fire_params(
    rng: np.random.Generator, channels: int, squeeze: int, expand1: int, expand3: int
) -> dict[str, Array]:
    """Random parameters of `fire`."""
    sizes = {"squeeze": (squeeze, channels, 1, 1), "expand1": (expand1, squeeze, 1, 1)}
    sizes["expand3"] = (expand3, squeeze, 3, 3)
    return {name: rng.normal(size=size) / 2 for name, size in sizes.items()}


def dense_weights(rng: np.random.Generator, channels: int, growth: int, count: int) -> list[Array]:
    """Random weights of `dense_block`, a layer each."""
    return [rng.normal(size=(growth, channels + i * growth, 3, 3)) / 3 for i in range(count)]
