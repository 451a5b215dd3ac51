"""Lesson 12's figures: maps beside pictures, points in a plane, how far maps can be trusted."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image
from course_lib.figures.style import COLOURS, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]


def heat_maps(images: Array, maps: Mapping[str, Any], size: float = 1.25) -> "Figure":
    """A row for each image: the image, then one map of it after the other.

    images: (N, C, H, W) uint8, or float in [0, 1]
    maps: title -> (N, h, w) float; each map runs from black at 0 or below to white at the value
        that 1 % of its pixels exceed
    size: inches of one picture
    """
    columns = len(maps) + 1
    figure, axes = new_figure(columns * size, len(images) * size + 0.2, len(images), columns)
    for n, image in enumerate(images):
        row = axes[n * columns : (n + 1) * columns]
        draw_image(row[0], image)
        for axis, (title, found) in zip(row[1:], maps.items()):
            heat = np.asarray(found[n])
            axis.set_axis_off()
            top = max(float(np.quantile(heat, 0.99)), 1e-12)
            axis.imshow(heat, cmap="inferno", vmin=0, vmax=top, interpolation="nearest")
            if n == 0:
                axis.set_title(title)
    return figure


def scatter(
    places: Mapping[str, Array], labels: NDArray[np.int64], classes: Sequence[str]
) -> "Figure":
    """The same points in several planes, with a colour and a marker for each class.

    places: title -> (N, 2) float; labels: (N,) int
    """
    figure, axes = new_figure(4.2 * len(places) + 1.2, 4.0, 1, len(places))
    for axis, (title, points) in zip(axes, places.items()):
        for label, name in enumerate(classes):
            chosen = points[labels == label]
            look: Any = {
                "color": COLOURS[label % 8],
                "marker": MARKERS[(label * 3 + label // 8) % 8],
            }
            axis.plot(*chosen.T, linestyle="", markersize=4.5, alpha=0.8, label=name, **look)
        axis.set(title=title, xlabel="first coordinate", ylabel="second coordinate")
    axes[-1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    return figure


def trained_and_random(
    results: Mapping[str, tuple[float, Sequence[float]]], chance: float, xlabel: str
) -> "Figure":
    """For each method one mark for a trained net and one for each net with random weights.

    results: method -> (of the trained net, of nets with random weights), each 0 to 1
    chance: of a map that is even everywhere, drawn as a line
    """
    figure, (axis,) = new_figure(7.0, 0.9 + 0.36 * len(results))
    for row, (trained, random) in enumerate(results.values()):
        legend: dict[str, Any] = {"label": "random weights"} if row == 0 else {}
        look: dict[str, Any] = {
            "color": COLOURS[1],
            "marker": "x",
            "linestyle": "",
            "markersize": 7,
        }
        axis.plot(np.asarray(random), [row] * len(random), **look, **legend)
        legend = {"label": "trained"} if row == 0 else {}
        axis.plot([trained], [row], "o", color=COLOURS[0], markersize=8, **legend)
    axis.axvline(chance, color="0.4", linestyle="--", label="an even map")
    axis.set_yticks(range(len(results)), list(results))
    axis.invert_yaxis()
    axis.set(xlabel=xlabel, xlim=(0, 1))
    axis.grid(axis="y", color="0.9")
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def unit_page(
    patches: Array, ascent: Array, image: Array, occlusion: Array, title: str
) -> "Figure":
    """All that is known about one unit: its patches, its image by ascent, what it needs.

    patches: (K, C, h, w) float in [0, 1]; ascent, image: (C, H, W) float in [0, 1]
    occlusion: (H, W) float, the fall of the unit's activation in `image`
    """
    half = -(-len(patches) // 2)
    figure, axes = new_figure(1.0 * half + 5.4, 2.4, 2, half + 3)
    for axis in axes:
        axis.set_axis_off()
    for n, patch in enumerate(patches):
        draw_image(axes[(n // half) * (half + 3) + n % half], patch)
    grid: Any = axes[0].get_gridspec()
    names = ("image by ascent", "most active in", "fall if covered")
    for place, name in enumerate(names):
        axis = figure.add_subplot(grid[:, half + place])
        axis.set_axis_off()
        axis.set_title(name, fontsize=9)
        if name == "fall if covered":
            top = max(float(np.abs(occlusion).max()), 1e-12)
            axis.imshow(occlusion, cmap="inferno", vmin=0, vmax=top, interpolation="nearest")
        else:
            draw_image(axis, ascent if place == 0 else image)
    figure.suptitle(title, fontsize=10)
    return figure
