"""Lesson 14's figures: points in a plane, pictures by latent numbers, bars."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image
from course_lib.figures.style import COLOURS, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[Any]
Decoder = Callable[[Array], Array]


def bars(values: Mapping[str, float], xlabel: str) -> "Figure":
    """One horizontal bar for each value, with its number at the end; the last one stands out."""
    figure, (axis,) = new_figure(6.5, 0.7 + 0.36 * len(values))
    colours = [COLOURS[4]] * (len(values) - 1) + [COLOURS[0]]
    drawn = axis.barh(list(values), list(values.values()), color=colours)
    axis.bar_label(drawn, fmt="%.2f", padding=3)
    axis.invert_yaxis()
    axis.set(xlabel=xlabel, xlim=(0, 1.15 * max(values.values())))
    return figure


def planes(points: Mapping[str, Array], centres: Array | None, reach: float) -> "Figure":
    """Points in the plane at several moments, side by side, at most six in a row.

    points: title -> (N, 2) float; centres: (K, 2) float, marked in each, or None
    reach: each axis runs from -reach to reach
    """
    columns = min(len(points), 6)
    rows = -(-len(points) // columns)
    figure, axes = new_figure(1.75 * columns, 2.3 * rows, rows, columns, sharex=True, sharey=True)
    for axis in axes[len(points) :]:
        axis.set_axis_off()
    for axis, (title, some) in zip(axes, points.items(), strict=False):
        axis.plot(*np.asarray(some).T, ".", color=COLOURS[0], markersize=2, alpha=0.6)
        if centres is not None:
            axis.plot(*centres.T, "x", color="black", markersize=5)
        axis.set(xlim=(-reach, reach), ylim=(-reach, reach))
        axis.set_title(title, fontsize=9)
        axis.set_aspect("equal")
    figure.supxlabel("first coordinate", fontsize=9)
    figure.supylabel("second coordinate", fontsize=9)
    return figure


def latent_grid(decode: Decoder, reach: float, steps: int) -> "Figure":
    """What a decoder makes of each place of a square of its latent plane, as one large picture.

    decode: (N, 2) -> (N, 1, H, W) in [0, 1]; the square runs from -reach to reach both ways
    """
    line = np.linspace(-reach, reach, steps)
    places = np.stack(np.meshgrid(line, line[::-1]), axis=-1)  # the first row is the upper one
    pictures = decode(places.reshape(-1, 2))
    height, width = pictures.shape[2:]
    framed = np.pad(pictures[:, 0], ((0, 0), (0, 1), (0, 1)), constant_values=0.6)  # a grey line
    page = framed.reshape(steps, steps, height + 1, width + 1).transpose(0, 2, 1, 3)
    edge = reach * (1 + 1 / (steps - 1))
    figure, (axis,) = new_figure(5.6, 5.6)
    axis.imshow(
        page.reshape(steps * (height + 1), steps * (width + 1)),
        cmap="gray",
        vmin=0,
        vmax=1,
        extent=(-edge, edge, -edge, edge),
        interpolation="nearest",
    )
    axis.set(xlabel="first latent number", ylabel="second latent number")
    return figure


@dataclass(frozen=True)
class Place:
    """Where in the latent plane the reader stands."""

    across: float = 0.5
    up: float = -0.5


def latent_plane(state: Place, decode: Decoder, codes: Array, labels: Array) -> "Figure":
    """The codes of pictures in the latent plane with a cross; beside it what is decoded there.

    codes: (N, 2) float; labels: (N,) int, 0 to 9
    """
    figure, (plane, picture) = new_figure(8.2, 4.2, 1, 2, gridspec_kw={"width_ratios": [1.45, 1.0]})
    for label in range(10):
        look: Any = {
            "color": COLOURS[label % 8],
            "marker": MARKERS[(label * 3 + label // 8) % 8],
        }
        chosen = codes[labels == label]
        plane.plot(*chosen.T, linestyle="", markersize=4, alpha=0.7, label=str(label), **look)
    plane.plot([state.across], [state.up], "+", color="black", markersize=18, markeredgewidth=3)
    plane.set(xlabel="first latent number", ylabel="second latent number")
    plane.set(xlim=(-3.6, 3.6), ylim=(-3.6, 3.6))
    plane.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, title="digit")
    draw_image(picture, decode(np.array([[state.across, state.up]]))[0])
    picture.set_title(f"decoded at ({state.across:.1f}, {state.up:.1f})")
    return figure
