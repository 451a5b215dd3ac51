"""Lesson 08: whole nets as PyTorch counts them, without computing one."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle

if TYPE_CHECKING:
    from torch import Tensor, nn

Layer: TypeAlias = Mapping[str, Any]
Row: TypeAlias = dict[str, Any]
Shape: TypeAlias = tuple[int, ...]


def top_k_error(scores: NDArray[Any], y: NDArray[Any], k: int) -> float:
    """Share of images whose class is not among the k highest; of equal ones the first wins.

    scores: (N, C) float; y: (N,) int
    """
    import torch

    order = torch.sort(torch.tensor(scores), dim=1, descending=True, stable=True).indices
    missed = [int(label) not in row[:k].tolist() for label, row in zip(y, order)]
    return sum(missed) / len(missed)


def described(layers: Sequence[Layer], shape: Shape) -> list[Row]:
    """What PyTorch's layers give, hold and multiply, on its device without memory.

    layers: dicts as lesson 08's `describe` takes them; shape: (C, H, W) of the image
    returns: "shape" (C, H, W), "parameters", "multiplications" of each
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    rows, x = [], torch.empty(1, *shape, device="meta")
    for layer in layers:
        module = _module(layer, x)
        with FlopCounterMode(display=False) as counter:  # counts products and sums
            x = module(x)
        x = x.reshape(1, -1, 1, 1) if x.ndim == 2 else x
        held = sum(parameter.numel() for parameter in module.parameters())
        products = counter.get_total_flops() // 2
        row = {"shape": tuple(x.shape[1:]), "parameters": held, "multiplications": products}
        rows.append(row)
    return rows


def alexnet(groups: int) -> list[Layer]:
    """The layers of AlexNet for images of 227 x 227, for `described`."""
    shrink = {"kind": "pool", "kernel": 3, "stride": 2}
    first, second, third = _conv(96, 11), _conv(256, 5), _conv(384, 3)
    first, split = {**first, "stride": 4, "pad": 0}, {"groups": groups}
    maps = [first, shrink, {**second, **split}, shrink, third, {**third, **split}]
    maps = [{**layer, "bias": True} for layer in (*maps, {**_conv(256, 3), **split})]
    return [*maps, shrink, *({"kind": "dense", "units": units} for units in (4096, 4096, 1000))]


def vgg16() -> list[Layer]:
    """The layers of VGG-16 for images of 224 x 224, for `described`."""
    maps: list[Layer] = []
    for filters, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        maps += [{**_conv(filters, 3), "bias": True}] * count
        maps.append({"kind": "pool", "kernel": 2, "stride": 2})
    return [*maps, *({"kind": "dense", "units": units} for units in (4096, 4096, 1000))]


def _module(layer: Layer, x: "Tensor") -> "nn.Module":
    from torch import nn

    kind, channels, bias = layer["kind"], x.shape[1], layer.get("bias", True)
    pad, groups = layer.get("pad", 0), layer.get("groups", 1)
    if kind == "conv":
        kernel, stride = layer["kernel"], layer.get("stride", 1)
        sizes = channels, layer["filters"], kernel, stride, pad, 1, groups, bias
        return nn.Conv2d(*sizes, device="meta")
    if kind == "pool":
        return nn.AvgPool2d(layer["kernel"], layer.get("stride", 1), pad)
    if kind == "norm":
        return nn.BatchNorm2d(channels, device="meta")
    if kind == "global":
        return nn.AdaptiveAvgPool2d(1)
    inputs = x[0].numel()
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, layer["units"], bias, device="meta"))


def pass_memory(
    shapes: Sequence[Shape], parameters: int, batch: int = 1, size: int = 4
) -> tuple[int, int]:
    """Bytes of a pass for training and for inference, by PyTorch's own sizes of tensors.

    shapes: of the image and of what each layer gives
    size: bytes of a number: 2, 4 or 8
    """
    import torch

    dtype = {2: torch.float16, 4: torch.float32, 8: torch.float64}[size]
    maps = [torch.empty(batch, *shape, device="meta", dtype=dtype).nbytes for shape in shapes]
    held = torch.empty(parameters, device="meta", dtype=dtype).nbytes
    pairs = [sum(maps[i : i + 2]) for i in range(len(maps))]
    return sum(maps) + held + held + held, max(pairs) + held


def inception_cost(
    shape: Shape, widths: Mapping[str, int], reduced: Mapping[str, int] | None = None
) -> dict[str, int]:
    """What the convolutions of an Inception module cost, as PyTorch counts them.

    shape: (C, H, W) of what comes in; widths: of "1x1", "3x3", "5x5"; reduced: before "3x3" and
        "5x5" and behind "pool", or None where there are no such layers
    """
    reduced = reduced or {}
    rows, channels = [], 0
    for side in (1, 3, 5):
        name = f"{side}x{side}"
        branch = [_conv(reduced[name], 1)] if name in reduced else []
        rows += described([*branch, _conv(widths[name], side)], shape)
        channels += rows[-1]["shape"][0]
    if "pool" in reduced:
        rows += described([_conv(reduced["pool"], 1)], shape)
    channels += reduced.get("pool", shape[0])
    totals = {key: sum(row[key] for row in rows) for key in ("multiplications", "parameters")}
    return totals | {"channels": channels}


def _conv(filters: int, kernel: int) -> Layer:
    pad = kernel // 2
    return {"kind": "conv", "filters": filters, "kernel": kernel, "pad": pad, "bias": False}


def floor_seconds(
    rows: Sequence[Mapping[str, int]], peak: float, bandwidth: float, size: int = 4
) -> NDArray[np.float64]:
    """The time below which no layer can be, by arithmetic or by memory.

    rows: "multiplications", "parameters", "inputs", "outputs" of each layer
    peak: FLOP a second; bandwidth: bytes a second; size: bytes of a number
    """
    import torch

    keys = ("multiplications", "parameters", "inputs", "outputs")
    table = torch.tensor([[row[key] for key in keys] for row in rows], dtype=torch.float64)
    table = table.reshape(-1, 4)
    arithmetic = table[:, 0] * (2 / peak)
    moved = table[:, 1:].sum(dim=1) * (size / bandwidth)
    return np.asarray(torch.maximum(arithmetic, moved).numpy())


@oracle
def zeros_behind(x: Any, filters: int, stride: int) -> Any:
    """One of so many pixels of x each way, and channels of zeros after its own."""
    import torch

    thin = torch.nn.functional.max_pool2d(x, 1, stride)
    zeros = torch.zeros(len(x), filters - x.shape[1], *thin.shape[2:], dtype=x.dtype)
    return torch.hstack([thin, zeros])


def resnet_rows(depth: int, width: int, classes: int, side: int, project: bool) -> list[list[int]]:
    """The layers with parameters of a CIFAR ResNet: kernel (0: norm), numbers given, parameters.

    returns: sorted, since a projection may be computed before its branch or after
    """
    layers: list[Layer] = [{**_conv(width, 3)}, {"kind": "norm"}]
    extra: list[Row] = []
    shape: Shape = (3, side, side)
    for stage in range(3):
        filters = width << stage
        for number in range((depth - 2) // 6):
            stride = 2 if stage and not number else 1
            if project and stride == 2:
                into = described(layers, shape)[-1]["shape"]
                way = {**_conv(filters, 1), "stride": 2}
                extra += _kernels([way, {"kind": "norm"}], described([way, {"kind": "norm"}], into))
            first, second = {**_conv(filters, 3), "stride": stride}, _conv(filters, 3)
            layers += [first, {"kind": "norm"}, second, {"kind": "norm"}]
    rows = _kernels(layers, described(layers, shape)) + extra
    rows.append({"kernel": 1, "numbers": classes, "parameters": (width * 4 + 1) * classes})
    return sorted([row["kernel"], row["numbers"], row["parameters"]] for row in rows)


def _kernels(layers: Sequence[Layer], rows: Sequence[Row]) -> list[Row]:
    return [
        {
            "kernel": layer.get("kernel", 0),
            "numbers": int(np.prod(row["shape"])),
            "parameters": row["parameters"],
        }
        for layer, row in zip(layers, rows)
    ]


def resnet_scores(
    x: NDArray[Any],
    depth: int,
    width: int,
    classes: int,
    shortcut: Any,
    fill: Callable[..., "Tensor"],
    training: bool,
) -> NDArray[np.float64]:
    """The scores of such a net, by PyTorch's functions.

    x: (N, 3, H, W) float
    shortcut: "none", "project", or a function of (tensor, filters, stride)
    fill: (shape, number) -> float64 tensor, the weights of the layer of this number among those
        of a shape
    training: norms by the batch; else by a running mean of 0 and variance of 1
    """
    import torch
    from torch.nn.functional import conv2d

    counts: dict[Shape, int] = {}

    def filled(*shape: int) -> Any:
        counts[shape] = counts.get(shape, -1) + 1
        return fill(shape, counts[shape])

    def normed(maps: Any) -> Any:
        gamma, beta = fill((maps.shape[1],), 0) + 1, fill((maps.shape[1],), 1)
        if training:
            return torch.batch_norm(maps, gamma, beta, None, None, True, 0.0, 1e-5, False)
        return maps / np.sqrt(1 + 1e-5) * gamma[:, None, None] + beta[:, None, None]

    maps = torch.from_numpy(np.array(x, np.float64))
    maps = normed(conv2d(maps, filled(width, 3, 3, 3), padding=1)).relu()
    for stage in range(3):
        filters = width << stage
        for number in range((depth - 2) // 6):
            stride, channels = 2 if stage and not number else 1, maps.shape[1]
            inner = normed(conv2d(maps, filled(filters, channels, 3, 3), None, stride, 1)).relu()
            out = normed(conv2d(inner, filled(filters, filters, 3, 3), None, 1, 1))
            if callable(shortcut):
                out = out + shortcut(maps, filters, stride)
            elif shortcut == "project":
                if channels != filters:
                    maps = normed(conv2d(maps, filled(filters, channels, 1, 1), None, stride))
                out = out + maps
            maps = out.relu()
    means = maps.mean(dim=(2, 3))
    weights, bias = filled(classes, means.shape[1]), fill((classes,), 2)
    return np.asarray(torch.nn.functional.linear(means, weights, bias).numpy())
