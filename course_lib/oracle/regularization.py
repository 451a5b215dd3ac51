"""Lesson 07: masks, their means, limits on weights, and what a changed picture can look like."""

import math
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


@oracle
def flips(images: Any) -> Any:
    """Images as they are, and mirrored along their columns, their rows, and their channels.

    images: (N, C, H, W) numbers
    returns: (4, N, C, H, W) float64
    """
    import torch

    mirrored = [torch.flip(images, axes) for axes in ([], [3], [2], [1])]
    return torch.stack(mirrored).double()


@oracle
def shifts(images: Any, most: int, fill: str) -> Any:
    """Every shift by at most so many pixels, from up and left to down and right.

    images: (N, C, H, W) float
    fill: what comes into the gap: "replicate", "constant" (0) or "circular"
    returns: ((2 most + 1)^2, N, C, H, W) float64; shifts run along the rows
    """
    import torch

    height, width = images.shape[2:]
    wide = torch.nn.functional.pad(images, [most] * 4, mode=fill)
    return torch.from_numpy(crops(wide.numpy(), height, width)).flip(0)


@oracle
def jittered_alike(images: Any, found: Any) -> Any:
    """The brightness and the saturation of each image that come nearest to what was found.

    images, found: (N, C, H, W) float; where `found` is nan, it counts for nothing
    returns: (N,) factors of brightness, (N,) of saturation, and (N, C, H, W) what they give
    """
    import torch

    grey = images.mean(dim=1, keepdim=True).expand_as(images)
    parts = torch.stack([grey, images - grey], dim=-1).flatten(1, 3)  # (N, C H W, 2)
    known = torch.isfinite(found).flatten(1, 3)[..., None]
    goal = torch.nan_to_num(found).flatten(1, 3)[..., None]
    fit = torch.linalg.lstsq(parts * known, goal * known).solution  # (N, 2, 1)
    return fit[:, 0, 0], fit[:, 1, 0] / fit[:, 0, 0], (parts @ fit).reshape(images.shape)


@oracle
def mixed_colours(mix: Any, images: Any) -> Any:
    """Images whose colours go together: each a mixture of the old channels, plus 3.

    mix: (C, C), images: (N, C, H, W) float
    """
    import torch

    return torch.nn.functional.conv2d(images, mix[:, :, None, None]) + 3


@oracle
def crops(images: Any, height: int, width: int) -> Any:
    """Every window of one size, at all places from the top left to the bottom right.

    images: (N, C, H, W) numbers
    returns: (places, N, C, height, width) float64; places run along the rows
    """
    cut = images.double().unfold(2, height, 1).unfold(3, width, 1)  # (N, C, rows, columns, h, w)
    return cut.flatten(2, 3).permute(2, 0, 1, 3, 4)


def holes(height: int, width: int, size: int) -> NDArray[np.bool_]:
    """The square of an odd size round each pixel of a picture, as far as it lies inside.

    returns: (height * width, height, width) bool, pixels along the rows
    """
    import torch

    pixels = torch.eye(height * width).reshape(-1, 1, height, width)
    grown = torch.nn.functional.max_pool2d(pixels, size, stride=1, padding=size // 2)
    return np.asarray(grown[:, 0].numpy() > 0)


def matches(found: NDArray[Any], candidates: NDArray[Any]) -> NDArray[np.int64]:
    """Which candidate each entry of `found` equals; -1 where it equals none.

    found: (N, ...); candidates: (K, N, ...), K possible values of each
    returns: (N,) int64
    """
    found = np.asarray(found)
    if found.shape != candidates.shape[1:]:
        return np.full(candidates.shape[1], -1)
    gap = np.abs(candidates - found).reshape(*candidates.shape[:2], -1).max(axis=2)
    return np.where(gap.min(axis=0) < 1e-6, gap.argmin(axis=0), -1)


@oracle
def rotated(image: Any, degrees: float) -> Any:
    """An image turned about its middle, anticlockwise as it is seen.

    image: (C, H, W) float; outside of it lies the nearest pixel of its border
    returns: (C, H, W) float64
    """
    import torch
    from torch.nn.functional import affine_grid, grid_sample

    height, width = image.shape[1:]
    turn = math.radians(degrees)
    # grid_sample measures from -1 to 1 along both sides, whatever their lengths.
    across = math.sin(turn) * (height - 1) / max(width - 1, 1)
    down = math.sin(turn) * (width - 1) / max(height - 1, 1)
    matrix = [[math.cos(turn), -across, 0.0], [down, math.cos(turn), 0.0]]
    theta = torch.tensor([matrix], dtype=torch.float64)
    grid = affine_grid(theta, [1, 1, height, width], align_corners=True)
    turned = grid_sample(
        image.double()[None], grid, mode="bilinear", padding_mode="border", align_corners=True
    )
    return turned[0]


@oracle
def colour_covariance(images: Any) -> Any:
    """How red, green and blue vary together over all pixels.

    images: (N, C, H, W) float
    returns: (C, C) float64, divided by the number of pixels
    """
    import torch

    return torch.cov(images.double().transpose(0, 1).flatten(1), correction=0)


@oracle
def colour_variances(images: Any) -> Any:
    """The variances of all pixels along their principal directions, largest first.

    images: (N, C, H, W) float
    returns: (C,) float64, each divided by the number of pixels
    """
    import torch

    points = images.double().transpose(0, 1).flatten(1).T
    centred = points - points.mean(dim=0)
    return torch.linalg.svdvals(centred) ** 2 / len(points)


def neighbours_kept(kept: NDArray[np.bool_]) -> list[float]:
    """How often two neighbours along each axis are both kept: p squared, where masks are right.

    kept: bool, any shape without an axis of length 1
    """
    pairs: list[float] = []
    for axis in range(kept.ndim):
        ahead = np.moveaxis(kept, axis, 0)
        pairs.append(float((ahead[1:] & ahead[:-1]).mean()))
    return pairs
