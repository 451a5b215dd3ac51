"""Lesson 13: boxes, what keeps and judges them, and the losses that train them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle

if TYPE_CHECKING:
    from torch import Tensor

Array: TypeAlias = NDArray[Any]


@oracle
def iou(a: Any, b: Any) -> Any:
    """Shared area of every pair of boxes over the area of both, by counting.

    All edges together cut the plane into rows and columns; a box is a mask of whole ones.
    a: (M, 4), b: (N, 4) left, top, right, bottom; returns: (M, N) float64, 0 where both are empty
    """
    import torch

    boxes, cut = torch.cat([a, b]).double(), len(a)
    columns, widths = _cells(boxes[:, 0], boxes[:, 2])
    rows, heights = _cells(boxes[:, 1], boxes[:, 3])
    shared = (columns[:cut] * widths @ columns[cut:].T) * (rows[:cut] * heights @ rows[cut:].T)
    areas = (columns @ widths) * (rows @ heights)
    together = torch.cartesian_prod(areas[:cut], areas[cut:]).sum(dim=1).view_as(shared) - shared
    return torch.where(together > 0, shared / together, torch.zeros_like(shared))


def _cells(low: "Tensor", high: "Tensor") -> tuple["Tensor", "Tensor"]:
    """Which of the cells between all edges lie in each interval, (N, K), and their lengths (K,)."""
    import torch

    edges = torch.unique(torch.cat([low, high]))
    middles = (edges[1:] + edges[:-1]) / 2
    inside = (middles > low[:, None]) & (middles < high[:, None])
    return inside.double(), edges.diff()


def kept(boxes: Array, scores: Array, labels: Array, threshold: float) -> list[int]:
    """Indices that non-maximum suppression by class keeps, the best score first.

    boxes: (N, 4); scores: (N,); labels: (N,); of equal scores the smaller index comes first
    """
    import torch

    order = torch.sort(torch.tensor(scores), descending=True, stable=True).indices.numpy()
    same = labels[order][:, None] == labels[order]
    beaten = torch.tensor(np.triu(same & (iou(boxes[order], boxes[order]) > threshold), 1))
    alive = torch.ones(len(order), dtype=torch.bool)
    for _ in range(len(order)):  # each round settles at least one more box for good
        alive = ~(beaten & alive[:, None]).any(dim=0)
    return [int(i) for i in order[alive.numpy()]]


def judged(boxes: Array, scores: Array, truth: Array, threshold: float) -> list[bool]:
    """Is each detection of one class in one picture correct, by PASCAL VOC's rule?

    boxes: (D, 4); scores: (D,); truth: (T, 4); of equal scores the smaller index comes first
    """
    import torch

    if not len(truth) or not len(boxes):
        return [False] * len(boxes)
    overlap = torch.tensor(iou(boxes, truth))
    best, place = overlap.max(dim=1)
    place = torch.tensor([int(row.tolist().index(row.max())) for row in overlap])
    rank = torch.sort(torch.sort(torch.tensor(scores), descending=True, stable=True).indices)
    claims = (place[:, None] == place) & (best >= threshold)  # of the column on the same object
    earlier = rank.indices < rank.indices[:, None]
    return [bool(one) for one in (best >= threshold) & ~(claims & earlier).any(dim=1)]


def average_precision(scores: Array, correct: Array, count: int) -> float:
    """Mean over all true objects of the best precision at which that many are found.

    scores: (D,); correct: (D,) bool; count: of true objects; nan where there are none
    """
    import torch

    if count == 0:
        return float("nan")
    order = torch.sort(torch.tensor(scores), descending=True, stable=True).indices
    found = torch.tensor(np.asarray(correct, bool))[order].double().cumsum(0)
    precision = found / (torch.arange(len(found)) + 1)
    best = [
        float(precision[found >= wanted].max()) if bool((found >= wanted).any()) else 0.0
        for wanted in range(1, count + 1)
    ]
    return sum(best) / count


def mean_average_precision(
    found: Sequence[Mapping[str, Array]],
    truth: Sequence[Mapping[str, Array]],
    thresholds: Sequence[float],
) -> float:
    """Mean over thresholds, and over the classes that there are, of the average precision.

    found: a dict of boxes (D, 4), scores (D,), labels (D,) for each picture
    truth: a dict of boxes (T, 4), labels (T,) for each picture
    """
    every = [one["labels"] for one in truth]
    classes = [int(label) for label in np.unique(np.concatenate(every))] if every else []
    values = [
        _class_precision(found, truth, label, threshold)
        for threshold in thresholds
        for label in classes
    ]
    return sum(values) / len(values) if values else np.nan


def _class_precision(
    found: Sequence[Mapping[str, Array]],
    truth: Sequence[Mapping[str, Array]],
    label: int,
    threshold: float,
) -> float:
    scores: list[float] = []
    correct: list[bool] = []
    for one, due in zip(found, truth):
        mine, theirs = one["labels"] == label, due["labels"] == label
        scores += one["scores"][mine].tolist()
        args = one["boxes"][mine], one["scores"][mine], due["boxes"][theirs], threshold
        correct += judged(*args)
    count = sum(int((one["labels"] == label).sum()) for one in truth)
    return average_precision(np.array(scores), np.array(correct, bool), count)


@oracle
def encoded(boxes: Any, anchors: Any) -> Any:
    """Boxes as seen from anchors: offset of the centre in anchor sizes, logarithm of the growth.

    boxes, anchors: (N, 4); returns: (N, 4) dx, dy, dw, dh
    """
    import torch

    corners = torch.stack([boxes[:, :2], boxes[:, 2:]], dim=1).double()
    own = torch.stack([anchors[:, :2], anchors[:, 2:]], dim=1).double()
    frame = torch.diag_embed(own.diff(dim=1)[:, 0])
    shift = torch.linalg.solve(frame, corners.mean(dim=1) - own.mean(dim=1))
    growth = torch.linalg.solve(frame, corners.diff(dim=1)[:, 0])
    return torch.hstack([shift, torch.xlogy(torch.ones_like(growth), growth)])


@oracle
def decoded(deltas: Any, anchors: Any) -> Any:
    """What `encoded` came from. deltas, anchors: (N, 4); returns: (N, 4) boxes"""
    import torch

    own = torch.stack([anchors[:, :2], anchors[:, 2:]], dim=1).double()
    frame = torch.diag_embed(own.diff(dim=1)[:, 0])
    middle = torch.baddbmm(own.mean(dim=1)[..., None], frame, deltas[:, :2, None])
    half = torch.bmm(frame, deltas[:, 2:, None].exp()) / 2
    return torch.hstack([middle - half, middle + half])[..., 0]


@oracle
def box_loss(scores: Any, deltas: Any, y: Any, targets: Any, weight: float) -> Any:
    """Cross-entropy, and smooth L1 of the boxes that are no background, both over all N.

    scores: (N, C), class 0 is the background; deltas, targets: (N, 4); y: (N,) int
    """
    import torch

    seen = y > 0
    classes = torch.nn.functional.cross_entropy(scores, y)
    boxes = torch.nn.functional.smooth_l1_loss(deltas[seen], targets[seen], reduction="sum")
    return classes + weight * boxes / len(y)


@oracle
def focal(scores: Any, y: Any, gamma: float, alpha: float) -> Any:
    """Focal loss of yes-or-no scores, divided by the number of yes (1 where there is none).

    scores: (N,) float; y: (N,) int, 0 or 1
    """
    import torch

    signed, one = torch.where(y == 1, scores, -scores), torch.ones_like(scores)
    shares = torch.where(y == 1, one * alpha, one - alpha)
    entropy = torch.nn.functional.softplus(-signed)
    factors = torch.exp(gamma * torch.nn.functional.logsigmoid(-signed))
    return (shares * factors * entropy).sum() / max(int(y.sum()), 1)


@oracle
def pooled_regions(maps: Any, boxes: Any, size: tuple[int, int], samples: int) -> Any:
    """RoI align by PyTorch's own bilinear sampling.

    maps: (N, C, H, W); boxes: (R, 5) number of the map, left, top, right, bottom in its cells
    returns: (R, C, *size), each the mean of samples x samples points
    """
    import torch
    from torch.nn.functional import avg_pool2d, grid_sample

    across = (torch.arange(size[1] * samples, dtype=torch.float64) + 0.5) / (size[1] * samples)
    down = (torch.arange(size[0] * samples, dtype=torch.float64) + 0.5) / (size[0] * samples)
    pooled = [torch.zeros(0, maps.shape[1], *size, dtype=torch.float64)]
    for number, left, top, right, bottom in boxes.tolist():
        x, y = left + (right - left) * across, top + (bottom - top) * down
        scale = torch.tensor([maps.shape[3], maps.shape[2]]) / 2
        points = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1) / scale - 1
        picked = grid_sample(
            maps[int(number)][None], points[None], padding_mode="border", align_corners=False
        )
        pooled.append(avg_pool2d(picked, samples))
    return torch.cat(pooled)


@oracle
def anchors(grid: tuple[int, int], stride: float, sizes: Any, ratios: Any) -> Any:
    """Boxes round the centre of every cell, row by row, in each all ratios of the first size first.

    sizes: sides of the squares of equal area; ratios: height over width
    returns: (rows * columns * sizes * ratios, 4)
    """
    import torch

    centres = torch.cartesian_prod(*(torch.arange(n).double().add(0.5) * stride for n in grid))
    shapes = torch.cartesian_prod(torch.tensor(sizes).double(), torch.tensor(ratios).double())
    halves = torch.stack([shapes[:, 0] / shapes[:, 1].sqrt(), shapes[:, 0] * shapes[:, 1].sqrt()])
    around = torch.vstack([-halves, halves]).T / 2
    return (centres.flip(1).repeat(1, 2)[:, None] + around).reshape(-1, 4)


def matched(boxes: Array, truth: Array, low: float, high: float) -> Array:
    """For each anchor the number of its object, -1 for background, -2 for neither.

    boxes: (N, 4) anchors; truth: (T, 4)
    """
    import torch

    if not len(truth):
        return np.full(len(boxes), -1)
    overlap = torch.tensor(iou(boxes, truth))
    best = overlap.amax(dim=1)
    zone = torch.bucketize(best, torch.tensor([low, high], dtype=torch.float64), right=True)
    own = torch.tensor([row.tolist().index(row.max()) for row in overlap])
    result = torch.where(zone == 2, own, zone.neg() - 1)
    for number, column in enumerate(overlap.T.tolist()):
        if max(column) > 0:
            result[column.index(max(column))] = number
    return np.asarray(result.numpy())


@oracle
def grid_boxes(raw: Any, stride: float, anchor: tuple[float, float]) -> Any:
    """What one look at a picture says, cell by cell: boxes and the score of each class.

    raw: (H, W, 5 + C): x, y, width, height, confidence, classes; anchor: width, height
    returns: boxes (H * W, 4), scores (H * W, C)
    """
    import torch

    rows, columns = raw.shape[:2]
    corner = torch.stack(
        torch.meshgrid(torch.arange(columns), torch.arange(rows), indexing="xy"), dim=-1
    )
    middle = (raw[..., :2].sigmoid() + corner) * stride
    half = raw[..., 2:4].exp() * torch.tensor(anchor, dtype=torch.float64) / 2
    logs = torch.nn.functional.logsigmoid(raw[..., 4:5]) + raw[..., 5:].log_softmax(dim=-1)
    boxes = torch.cat([middle - half, middle + half], dim=-1)
    return boxes.reshape(-1, 4), logs.exp().reshape(rows * columns, -1)
