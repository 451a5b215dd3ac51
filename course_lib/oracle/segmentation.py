"""Lesson 13: maps made larger again, and what is asked of every pixel."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle


@oracle
def nearest(x: Any, size: tuple[int, int]) -> Any:
    """Every place of the result takes the number that lies over it. x: (N, C, H, W)"""
    import torch

    return torch.nn.functional.interpolate(x, size=size, mode="nearest")


@oracle
def bed_of_nails(x: Any, stride: int) -> Any:
    """Each number at the first place of a square of zeros. x: (N, C, H, W)"""
    import torch

    nail = torch.zeros(stride, stride, dtype=x.dtype)
    nail[0, 0] = 1
    return torch.kron(x, nail)


def pooled_places(
    x: NDArray[Any], size: int, stride: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """What max pooling gives, and where in its map each number stood, counted row by row.

    x: (N, C, H, W); both results (N, C, H', W')
    """
    import torch

    pool = torch.nn.functional.max_pool2d_with_indices
    maps = torch.from_numpy(np.array(x, np.float64))
    out, places = pool(maps, (size, size), (stride, stride))
    return np.asarray(out.numpy()), np.asarray(places.numpy())


@oracle
def unpooled(x: Any, places: Any, size: tuple[int, int]) -> Any:
    """Numbers put back to their places in maps of zeros; at one place they add up.

    x, places: (N, C, H', W'); returns: (N, C, *size)
    """
    import torch

    flat = torch.zeros(*x.shape[:2], size[0] * size[1], dtype=x.dtype)
    return flat.scatter_add(2, places.flatten(2), x.flatten(2)).view(*x.shape[:2], *size)


@oracle
def transposed(x: Any, w: Any, b: Any, conv_param: Mapping[str, int]) -> Any:
    """A transposed convolution.

    x: (N, C, H, W), w: (C, F, HH, WW), b: (F,) float; conv_param: "stride", "pad", "output_pad"
    """
    import torch

    return torch.nn.functional.conv_transpose2d(
        x, w, b, conv_param["stride"], conv_param["pad"], conv_param["output_pad"]
    )


@oracle
def pixel_loss(scores: Any, y: Any, ignore: int) -> Any:
    """Mean cross-entropy of the pixels that count; 0 where none does.

    scores: (N, C, H, W); y: (N, H, W) int
    """
    import torch

    if bool((y == ignore).all()):
        return (scores * 0).sum()
    return torch.nn.functional.cross_entropy(scores, y, ignore_index=ignore)


def mean_iou(predicted: NDArray[Any], y: NDArray[Any], classes: int, ignore: int) -> float:
    """Mean of scikit-learn's Jaccard index of the classes that are there or predicted.

    predicted, y: int, of one shape; nan where no pixel counts
    """
    from sklearn.metrics import jaccard_score

    counts = y != ignore
    found, due = predicted[counts], y[counts]
    there = [label for label in range(classes) if label in found or label in due]
    if not there:
        return float("nan")
    return float(np.mean(jaccard_score(due, found, labels=there, average=None)))


def confusion(
    predicted: NDArray[Any], y: NDArray[Any], classes: int, ignore: int
) -> NDArray[np.int64]:
    """scikit-learn's table: rows true, columns predicted, (classes, classes)."""
    from sklearn.metrics import confusion_matrix

    counts = y != ignore
    if not counts.any():
        return np.zeros((classes, classes), np.int64)
    return np.asarray(confusion_matrix(y[counts], predicted[counts], labels=range(classes)))
