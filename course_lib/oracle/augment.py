"""Lesson 07: every image that an augmentation may give, and the statistics of colours."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle


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
