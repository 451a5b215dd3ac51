"""Pictures in rows: samples of a data set, and copies of one image side by side."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.style import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def image_grid(
    images: NDArray[Any], titles: Sequence[str] = (), columns: int = 10, size: float = 0.85
) -> "Figure":
    """Images in a grid, row by row.

    images: (N, C, H, W) uint8, or float in [0, 1]; C is 1 or 3
    titles: up to N short texts, one above each image
    columns: images in a row
    size: inches of one image
    """
    rows = math.ceil(len(images) / columns)
    title_space = 0.25 if titles else 0.0
    figure, axes = new_figure(columns * size, rows * (size + title_space), rows, columns)
    for axis in axes:
        axis.set_axis_off()
    for index, (axis, image) in enumerate(zip(axes, images, strict=False)):
        draw_image(axis, image)
        if index < len(titles):
            axis.set_title(titles[index], fontsize=8)
    return figure


def difference_strip(original: NDArray[Any], copies: dict[str, NDArray[Any]]) -> "Figure":
    """An image, changed copies of it, and under each how far it is from the original.

    original: (C, H, W) float in [0, 1]
    copies: title -> (C, H, W) float in [0, 1]
    """
    figure, axes = new_figure(1.7 * (len(copies) + 1), 2.2, 1, len(copies) + 1)
    for axis, (title, image) in zip(axes, {"original": original, **copies}.items(), strict=True):
        draw_image(axis, image)
        axis.set_title(title)
        axis.set_axis_on()
        axis.set_xticks([])
        axis.set_yticks([])
        distance = float(np.linalg.norm(np.asarray(image, float) - original))
        axis.set_xlabel(f"L2 distance {distance:.2f}")
    return figure


def draw_image(axis: "Axes", image: NDArray[Any]) -> None:
    """Draw one (C, H, W) image: colour with three channels, grey with one."""
    axis.set_axis_off()
    pixels = np.moveaxis(np.asarray(image), 0, -1)
    if pixels.dtype != np.uint8:
        pixels = np.clip(pixels, 0, 1)
    if pixels.shape[-1] == 1:
        axis.imshow(pixels[..., 0], cmap="gray", interpolation="nearest")
    else:
        axis.imshow(pixels, interpolation="nearest")
