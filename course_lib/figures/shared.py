"""What many lessons draw: curves, losses, arrays as pictures."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.style import COLOURS, LINES, line, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]


def curves(
    lines: Mapping[str, tuple[Sequence[float] | Array, Sequence[float] | Array]],
    xlabel: str,
    ylabel: str,
    *,
    log: str = "",
    ylim: tuple[float, float] | None = None,
) -> "Figure":
    """Several lines in one pair of axes, each with its own colour and line style.

    lines: name -> (x, y)
    log: the axes that are logarithmic: "", "x", "y" or "xy"
    """
    figure, (axis,) = new_figure(7.0, 3.6)
    for index, (name, (x, y)) in enumerate(lines.items()):
        axis.plot(x, y, color=COLOURS[index % 8], linestyle=LINES[index % 5], label=name)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    for side in log:
        axis.set(**{f"{side}scale": "log"})
    if ylim:
        axis.set_ylim(*ylim)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def loss_curves(
    curves: Mapping[str, Sequence[float]],
    chance: float | None = None,
    ceiling: float | None = None,
    log: bool = False,
    xlabel: str = "step",
) -> "Figure":
    """Loss against the step, one line a run.

    curves: run -> losses; nan and inf end a line
    chance: the loss of a net that guesses, drawn as a level
    ceiling: largest loss shown
    log: a logarithmic loss axis
    """
    figure, (axis,) = new_figure(7.0, 3.4)
    for index, (name, losses) in enumerate(curves.items()):
        axis.plot(losses, label=name, **line(index))
    if chance is not None:
        axis.axhline(chance, color="0.7", linewidth=1, zorder=0, label="guessing")
    axis.set(xlabel=xlabel, ylabel="loss (nats)")
    if log:
        axis.set_yscale("log")
    elif ceiling is not None:
        axis.set_ylim(0, ceiling)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def as_pictures(images: Array) -> Array:
    """Images of any range as floats in [0, 1], each stretched for itself.

    images: (N, C, H, W) float
    """
    low = images.min(axis=(1, 2, 3), keepdims=True)
    high = images.max(axis=(1, 2, 3), keepdims=True)
    pictures: Array = (images - low) / np.maximum(high - low, 1e-12)
    return pictures


def regions(axis: "Axes", answers: Array, reach: float, classes: int) -> None:
    """Shade a square of the plane, -reach to reach both ways, by the class of each place in it.

    answers: (S, S) int, the lowest row first
    """
    from matplotlib.colors import ListedColormap

    axis.imshow(
        answers,
        origin="lower",
        extent=(-reach, reach, -reach, reach),
        cmap=ListedColormap(COLOURS[:classes]),
        vmin=-0.5,
        vmax=classes - 0.5,
        alpha=0.3,
        interpolation="nearest",
    )
