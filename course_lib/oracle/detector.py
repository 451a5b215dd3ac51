"""Lesson 13's detector: what its cells should say, its loss, and what a picture's cells say."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.oracle.convert import oracle
from course_lib.oracle.detection import kept

Array: TypeAlias = NDArray[Any]


def targets(boxes: Array, labels: Array, grid: int, stride: int) -> dict[str, Array]:
    """Cell by cell and box by box, the largest box first.

    boxes: (M, 4); labels: (M,); returns: "object" (grid, grid) bool, "label" int64, "sides" (.., 4)
    """
    found = {
        "object": np.zeros((grid, grid), bool),
        "label": np.zeros((grid, grid), np.int64),
        "sides": np.zeros((grid, grid, 4)),
    }
    sizes = [float(np.prod(np.subtract(box[2:], box[:2], dtype=float))) for box in boxes]
    for number in sorted(range(len(boxes)), key=lambda one: -sizes[one]):
        box = np.asarray(boxes[number], float)
        across, down = (_near_middle(box[i], box[i + 2], grid, stride) for i in (0, 1))
        for i in down:
            for j in across:
                here = np.array([j, i, -j, -i]) * stride + np.array([1, 1, -1, -1]) * stride / 2
                found["object"][i, j], found["label"][i, j] = True, labels[number]
                found["sides"][i, j] = (here + np.array([-1, -1, 1, 1]) * box) / stride
    return found


def _near_middle(low: float, high: float, grid: int, stride: int) -> list[int]:
    """Cells whose centre lies in the middle half of an interval, or that hold its middle."""
    quarter = (high - low) / 4
    inside = [
        cell
        for cell in range(grid)
        if low + quarter <= cell * stride + stride / 2 <= high - quarter
    ]
    return sorted({*inside, min(int((low + high) / 2 // stride), grid - 1)})


@oracle
def loss(raw: Any, found: Any, label: Any, sides: Any) -> Any:
    """Objectness, boxes and classes of a batch.

    raw: (N, 5 + C, G, G); found: (N, G, G) bool; label: (N, G, G) int; sides: (N, G, G, 4)
    """
    import torch
    from torch.nn import functional

    everywhere = functional.binary_cross_entropy_with_logits
    entropy = everywhere(raw[:, 0], found.double(), reduction="none").sum()
    number = int(found.sum())
    if not number:
        return entropy
    cells = raw.movedim(1, -1)[found]
    due = sides[found]
    mine = torch.logaddexp(cells[:, 1:5] + 1, torch.zeros_like(due))
    corner, end = torch.maximum(-mine[:, :2], -due[:, :2]), torch.minimum(mine[:, 2:], due[:, 2:])
    both = (end - corner).clamp(min=0).prod(dim=1)
    area = [(one[:, :2] + one[:, 2:]).prod(dim=1) for one in (mine, due)]
    overlap = both / (area[0] + area[1] - both)
    distance = functional.smooth_l1_loss(mine, due)
    classes = functional.cross_entropy(cells[:, 5:], label[found])
    return entropy / number + 2 * (1 - overlap.mean() + distance) + classes


def detections(raw: Array, stride: int, least: float, threshold: float) -> dict[str, Array]:
    """What the cells of a picture say, without boxes that others beat.

    raw: (5 + C, G, G); returns: "boxes" (K, 4), "scores" (K,), "labels" (K,), the best first
    """
    import torch
    from torch.nn import functional

    cells = torch.tensor(raw, dtype=torch.float64).permute(1, 2, 0).flatten(0, 1)
    classes = (cells[:, 5:].log_softmax(dim=1) + functional.logsigmoid(cells[:, :1])).exp()
    best, label = classes.max(dim=1)
    places = torch.arange(raw.shape[1], dtype=torch.float64) + 0.5
    centres = torch.cartesian_prod(places, places).flip(1)
    sides = functional.softplus(cells[:, 1:5] + 1)
    boxes = torch.hstack([centres - sides[:, :2], centres + sides[:, 2:]]) * stride
    chosen = (best > least).numpy()
    picked = [one.numpy()[chosen] for one in (boxes, best, label)]
    order = kept(picked[0], picked[1], picked[2], threshold)
    return {name: one[order] for name, one in zip(("boxes", "scores", "labels"), picked)}
