"""Lesson 07: every image that an augmentation may give."""

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
def crops(images: Any, height: int, width: int) -> Any:
    """Every window of one size, at all places from the top left to the bottom right.

    images: (N, C, H, W) numbers
    returns: (places, N, C, height, width) float64; places run along the rows
    """
    cut = images.double().unfold(2, height, 1).unfold(3, width, 1)  # (N, C, rows, columns, h, w)
    return cut.flatten(2, 3).permute(2, 0, 1, 3, 4)


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
