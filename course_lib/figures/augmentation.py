"""The figures of lesson 07 that show pictures: rows of changed copies, and a gallery to set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image
from course_lib.figures.style import new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class GalleryState:
    """What the reader of the gallery can set: how strong each change is."""

    flip: float = 0.5  # probability
    shift: int = 3  # pixels
    degrees: float = 15.0
    jitter: float = 0.3
    noise: float = 0.5  # standard deviation of the alphas of the PCA noise
    hole: int = 7  # side of the hidden square in pixels; 1 is none
    seed: int = 0


def copies(rows: Mapping[str, NDArray[Any]]) -> "Figure":
    """One row of pictures a change, with its name at the left.

    rows: name -> (N, C, H, W), as many in each row; sizes may differ from row to row
    """
    count = len(next(iter(rows.values())))
    figure, axes = new_figure(0.85 * count + 1.2, 0.92 * len(rows), len(rows), count)
    for row, (name, images) in enumerate(rows.items()):
        own = axes[row * count : (row + 1) * count]
        for axis, image in zip(own, images, strict=True):
            draw_image(axis, image)
        own[0].text(
            -0.15, 0.5, name, transform=own[0].transAxes, ha="right", va="center", fontsize=9
        )
    return figure


def gallery(
    state: GalleryState,
    picture: NDArray[Any],
    augment: Callable[[NDArray[Any], GalleryState], NDArray[Any]],
    count: int = 12,
) -> "Figure":
    """A picture, and what a chain of random changes makes of it.

    picture: (C, H, W) float in [0, 1]
    augment: (N, C, H, W) and the state -> (N, C, H, W)
    count: pictures in all, the original included
    """
    changed = augment(np.repeat(picture[None], count - 1, axis=0), state)
    columns = 6
    rows = -(-count // columns)
    figure, axes = new_figure(1.25 * columns, 1.4 * rows, rows, columns)
    for axis in axes:
        axis.set_axis_off()
    for axis, image in zip(axes, [picture, *changed], strict=False):
        draw_image(axis, image)
    axes[0].set_title("original", fontsize=9)
    return figure
