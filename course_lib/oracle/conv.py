"""Lesson 05: convolutions, pooling, windows laid out as columns, and a small ConvNet."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle
from course_lib.oracle.layers import affine, gradients

if TYPE_CHECKING:
    from torch import Tensor

Params: TypeAlias = Mapping[str, Any]
Pair: TypeAlias = tuple[Callable[..., Any], Callable[..., Any]]


@oracle
def correlate_1d(x: Any, w: Any) -> Any:
    """Dot products of w with every window of x; x: (W,), w: (F,), result (W - F + 1,)."""
    import torch

    return torch.nn.functional.conv1d(x[None, None], w[None, None])[0, 0]


@oracle
def convolve_1d(x: Any, w: Any) -> Any:
    """The convolution of mathematics, where w lies inside x; arguments as for `correlate_1d`."""
    import torch

    # A transposed convolution spreads each number of x over w; its padding takes the ends off.
    ends = len(w) - 1
    return torch.nn.functional.conv_transpose1d(x[None, None], w[None, None], padding=ends)[0, 0]


def window_count(size: int, kernel: int, stride: int = 1, pad: int = 0) -> int:
    """How many windows PyTorch takes from a row of `size` pixels, with `pad` more on each side."""
    import torch

    return len(torch.zeros(size + pad + pad).unfold(0, kernel, stride))


def conv_parameters(kernel: Any, depth: int, filters: int) -> int:
    """How many numbers PyTorch's layer learns; kernel: a number or (down, across)."""
    import torch

    layer = torch.nn.Conv2d(depth, filters, kernel, device="meta")
    return sum(parameter.numel() for parameter in layer.parameters())


@oracle
def conv2d(x: Any, w: Any, b: Any, conv_param: Mapping[str, Any]) -> Any:
    """A convolution layer (a cross-correlation, as everywhere in deep learning).

    x: (N, C, H, W), w: (F, C, HH, WW), b: (F,) float
    conv_param: "stride", "pad" and "dilation", each a number or (down, across); 1, 0 and 1 where
        absent
    returns: (N, F, H', W') float64
    """
    import torch

    stride, pad = conv_param.get("stride", 1), conv_param.get("pad", 0)
    dilation = conv_param.get("dilation", 1)
    return torch.nn.functional.conv2d(x, w, b, stride, pad, dilation)


@oracle
def max_pool(x: Any, pool_param: Mapping[str, Any]) -> Any:
    """The largest entry of every window; of equal ones the first gets the gradient.

    x: (N, C, H, W) float
    pool_param: "pool_height", "pool_width", "stride" (a number or (down, across))
    returns: (N, C, H', W') float64
    """
    import torch

    size = pool_param["pool_height"], pool_param["pool_width"]
    return torch.nn.functional.max_pool2d(x, size, pool_param["stride"])


@oracle
def avg_pool(x: Any, pool_param: Mapping[str, Any]) -> Any:
    """The mean of every window; arguments and result as for `max_pool`."""
    import torch

    size = pool_param["pool_height"], pool_param["pool_width"]
    return torch.nn.functional.avg_pool2d(x, size, pool_param["stride"])


@oracle
def padded(x: Any, pad: tuple[int, int], mode: str = "zero") -> Any:
    """Images with a frame.

    x: (N, C, H, W) float
    pad: (down, across), pixels on each side
    mode: "zero", "replicate" (the nearest pixel) or "reflect" (mirrored at the edge pixel)
    returns: (N, C, H + 2 down, W + 2 across) float64
    """
    import torch

    frame = [pad[1], pad[1], pad[0], pad[0]]
    return torch.nn.functional.pad(x, frame, "constant" if mode == "zero" else mode)


@oracle
def windows(x: Any, kernel: tuple[int, int], stride: Any = 1, pad: Any = 0) -> Any:
    """Every window of every image as a column (im2col).

    x: (N, C, H, W) float
    returns: (N, C * HH * WW, H' * W') float64
    """
    import torch

    return torch.nn.functional.unfold(x, kernel, padding=pad, stride=stride)


@oracle
def from_windows(
    cols: Any, size: tuple[int, int], kernel: tuple[int, int], stride: Any = 1, pad: Any = 0
) -> Any:
    """Columns added back to where their windows were taken (col2im).

    cols: (N, C * HH * WW, H' * W') float; size: (H, W) of the images
    returns: (N, C, H, W) float64
    """
    import torch

    return torch.nn.functional.fold(cols, size, kernel, padding=pad, stride=stride)


@oracle
def dilated(w: Any, dilation: Any) -> Any:
    """Filters spread as PyTorch spreads them, with zeros between the weights.

    w: (F, C, HH, WW) float; dilation: a number or (down, across)
    returns: (F, C, (HH - 1) down + 1, (WW - 1) across + 1) float64
    """
    import torch

    one = torch.ones(1, 1, 1, 1, dtype=w.dtype)
    spread = torch.nn.functional.conv_transpose2d(w.flatten(0, 1)[:, None], one, stride=dilation)
    return spread.reshape(*w.shape[:2], *spread.shape[2:])


def affine_filters(W: Any, shape: tuple[int, int, int]) -> Any:
    """What each unit of an affine layer weighs each number of a map with, found by autograd.

    W: (C H W, M) float; shape: (C, H, W) of the map
    returns: (M, C, H, W) float64
    """
    outputs = np.eye(W.shape[1])
    return gradients(affine, outputs, np.zeros((len(outputs), *shape)), W, outputs[0])[0]


def receptive_field(layers: Sequence[Mapping[str, int]]) -> int:
    """How many inputs in a row one output of a stack depends on, counted by autograd.

    layers: {"kernel": int, "stride": int, "dilation": int}, the first layer first; stride and
        dilation are 1 where absent
    """
    import torch

    def stack(x: "Tensor") -> "Tensor":
        for layer in layers:
            weights = torch.ones(1, 1, layer["kernel"], dtype=x.dtype)
            steps = layer.get("stride", 1), 0, layer.get("dilation", 1)
            x = torch.nn.functional.conv1d(x, weights, None, *steps)
        return x[..., 0]

    length = 1
    for layer in reversed(layers):  # just long enough for one output
        length = (length - 1) * layer.get("stride", 1) + 1
        length += (layer["kernel"] - 1) * layer.get("dilation", 1)
    (slope,) = gradients(stack, 1.0, np.ones((1, 1, length + 5)))
    seen = np.flatnonzero(slope)
    return int(seen[-1] - seen[0] + 1)


@oracle
def conv_relu_pool(
    x: Any, w: Any, b: Any, conv_param: Mapping[str, Any], pool_param: Mapping[str, Any]
) -> Any:
    """Convolution, ReLU and max pooling in a row; arguments as for `conv2d` and `max_pool`."""
    convolved = conv2d.__wrapped__(x, w, b, conv_param)  # type: ignore[attr-defined]
    return max_pool.__wrapped__(convolved.relu(), pool_param)  # type: ignore[attr-defined]


def conv_net_params(
    rng: np.random.Generator, shape: tuple[int, int, int], F: int, f: int, M: int, classes: int
) -> dict[str, NDArray[np.float64]]:
    """Random parameters of the net of `conv_net_scores` for images of (C, H, W).

    F: filters; f: their height and width; M: hidden units
    """
    import torch

    net = torch.nn.Sequential(
        torch.nn.LazyConv2d(F, f, padding=f // 2), torch.nn.MaxPool2d(2), torch.nn.Flatten()
    )
    inputs = net(torch.zeros(1, *shape)).shape[1]
    sizes = {"1": (F, shape[0], f, f), "2": (inputs, M), "3": (M, classes)}
    params: dict[str, NDArray[np.float64]] = {}
    for i, size in sizes.items():
        params[f"W{i}"] = 0.5 * rng.normal(size=size)
        params[f"b{i}"] = 0.5 * rng.normal(size=F if i == "1" else size[1])
    return params


@oracle
def conv_net_scores(X: Any, params: Params) -> Any:
    """Scores of conv, ReLU, 2 x 2 max pool, affine, ReLU, affine.

    X: (N, C, H, W) float
    params: "W1" (F, C, f, f) with odd f and padding (f - 1) / 2, "b1" (F,), "W2" (F H W / 4, M),
        "b2" (M,), "W3" (M, classes), "b3" (classes,)
    returns: (N, classes) float64
    """
    return _scores(X.double(), _tensors(params))


@oracle
def conv_net_loss(X: Any, y: Any, params: Params, reg: float = 0.0, biases: bool = False) -> Any:
    """Mean softmax loss of that net plus reg / 2 times the squares of its weights.

    X: (N, C, H, W) float; y: (N,) int; params: as for `conv_net_scores`
    biases: whether the biases are regularised too, as they should not be
    returns: loss (float), {name: gradient, float64}
    """
    import torch

    tensors = _tensors(params)
    for tensor in tensors.values():
        tensor.requires_grad_()
    loss = torch.nn.functional.cross_entropy(_scores(X.double(), tensors), y)
    for name, tensor in tensors.items():
        if name.startswith("W") or biases:
            loss = loss + 0.5 * reg * tensor.square().sum()
    return loss.item(), dict(zip(tensors, torch.autograd.grad(loss, list(tensors.values()))))


def as_layer(function: Callable[..., Any]) -> Pair:
    """One of the oracle's functions as (forward, backward), in the dtype that its arrays share.

    forward(*args) -> (out, cache), the cache being the arguments;
    backward(dout, cache) -> one gradient for each array of floats; alone where there is only one
    """
    plain = getattr(function, "__wrapped__", function)

    def leaves(args: tuple[Any, ...]) -> list[Any]:
        shared = np.result_type(np.float16, *(value for value in args if _is_float(value)))
        return [_leaf(value, shared) if isinstance(value, np.ndarray) else value for value in args]

    def forward(*args: Any) -> tuple[Any, tuple[Any, ...]]:
        return plain(*leaves(args)).detach().numpy(), args

    def backward(dout: Any, cache: tuple[Any, ...]) -> Any:
        import torch

        given = leaves(cache)
        wanted = [one for one in given if isinstance(one, torch.Tensor) and one.requires_grad]
        out = plain(*given)
        upstream = torch.tensor(np.asarray(dout), dtype=out.dtype).expand_as(out)
        found = [grad.numpy() for grad in torch.autograd.grad(out, wanted, upstream)]
        return found[0] if len(found) == 1 else tuple(found)

    return forward, backward


def _is_float(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _leaf(array: Any, dtype: Any) -> "Tensor":
    """A tensor on the array's own memory where that may be; floats want a gradient."""
    import torch

    if not _is_float(array):
        return torch.tensor(array)
    given = np.require(array, dtype, ["C", "W"])
    return torch.from_numpy(given).requires_grad_()


def _scores(X: "Tensor", params: dict[str, "Tensor"]) -> "Tensor":
    from torch.nn.functional import conv2d, linear, max_pool2d

    maps = max_pool2d(conv2d(X, params["W1"], params["b1"], padding="same").relu(), 2)
    hidden = linear(maps.flatten(1), params["W2"].T, params["b2"]).relu()
    return linear(hidden, params["W3"].T, params["b3"])


def _tensors(params: Params) -> dict[str, "Tensor"]:
    import torch

    return {name: torch.tensor(np.array(value, np.float64)) for name, value in params.items()}
