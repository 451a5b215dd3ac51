"""The figures of lesson 02: planes and lines, penalties, margins, a loss surface, features."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image, image_grid
from course_lib.figures.shared import regions
from course_lib.figures.style import COLOURS, LINES, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]
Loss: TypeAlias = Callable[[Array, Array, Array, float], tuple[float, Array]]


@dataclass(frozen=True)
class PlaneState:
    """What the reader of the plane can set: the loss, the descent, and one point's place."""

    loss: str = "SVM"
    steps: int = 0
    rate: float = 0.1
    reg: float = 0.0
    point: int = 0
    right: float = 0.0
    up: float = 0.0


@dataclass(frozen=True)
class SurfaceState:
    """What the reader of the loss surface can set: two directions, how far, which loss."""

    loss: str = "SVM"
    directions: int = 0
    reach: float = 1.0
    reg: float = 0.0


def linear_plane(
    state: PlaneState, points: Array, labels: Array, W: Array, losses: Mapping[str, Loss]
) -> "Figure":
    """A linear classifier of three classes after some steps down its loss.

    points: (N, 2) float; labels: (N,) int
    W: (3, C) float, where the descent starts; the last row are the biases
    losses: name -> function (W, X, y, reg) -> (loss, dW)
    """
    points = np.array(points, float)
    points[state.point] += state.right, state.up
    X = np.column_stack([points, np.ones(len(points))])
    loss = losses[state.loss]
    for _ in range(state.steps):
        W = W - state.rate * loss(W, X, labels, state.reg)[1]
    value = float(loss(W, X, labels, state.reg)[0])
    each = [float(loss(W, X[i : i + 1], labels[i : i + 1], 0.0)[0]) for i in range(len(X))]

    figure, (plane, bars) = new_figure(9.0, 4.3, 1, 2, width_ratios=(1.35, 1))
    _regions(plane, W, reach=2.5)
    _scatter(plane, points, labels)
    plane.legend(loc="upper left", fontsize=8, frameon=True)
    for number, place in enumerate(points):
        _beside(plane, f"{number}", place)
    x, y = points[state.point]
    plane.scatter([x], [y], s=190, facecolors="none", edgecolors="black", zorder=4)
    plane.set_title(f"{state.loss}, {state.steps} steps: loss {value:.3f}")
    names = [f"{i}" for i in range(len(each))]
    bars.bar(names, each, color=[COLOURS[label] for label in labels])
    for place, height in enumerate(each):
        bars.text(place, height, f"{height:.2f}", ha="center", va="bottom", fontsize=7)
    bars.set(xlabel="point", ylabel="loss of the point", title=_weights(W))
    bars.title.set(family="monospace", fontsize=8)
    bars.margins(y=0.1)
    return figure


def loss_surface(
    state: SurfaceState, losses: Mapping[str, Loss], W: Array, X: Array, y: Array, steps: int = 25
) -> "Figure":
    """The loss around W, along two random directions of length 1, and a cut along the first.

    losses: name -> function (W, X, y, reg) -> (loss, dW)
    W: (D, C), the middle; X: (N, D); y: (N,)
    steps: places along each side
    """
    rng = np.random.default_rng(state.directions)
    first, second = (d / np.linalg.norm(d) for d in rng.normal(size=(2, *W.shape)))
    ticks = np.linspace(-state.reach, state.reach, steps)
    loss = losses[state.loss]
    heights = np.array(
        [[loss(W + a * first + b * second, X, y, state.reg)[0] for a in ticks] for b in ticks]
    )
    figure, (above, cut) = new_figure(9.0, 3.8, 1, 2, width_ratios=(1.2, 1))
    picture = above.contourf(ticks, ticks, heights, levels=20, cmap="viridis")
    above.contour(ticks, ticks, heights, levels=20, colors="white", linewidths=0.4)
    above.plot(0, 0, "*", color="white", markeredgecolor="black", markersize=15)
    above.set(
        xlabel="distance along direction 1",
        ylabel="distance along direction 2",
        title=f"{state.loss} loss, directions {state.directions}",
    )
    above.locator_params(nbins=5)
    figure.colorbar(picture, ax=above, label="loss")
    cut.plot(ticks, heights[steps // 2], color=COLOURS[0], marker=".")
    cut.set(xlabel="distance along direction 1", ylabel="loss", title="the cut through the star")
    return figure


def scatter_panels(panels: Mapping[str, tuple[Array, Array]]) -> "Figure":
    """Labelled points of the plane, one panel a title.

    panels: title -> (points (N, 2), labels (N,))
    """
    figure, axes = new_figure(3.0 * len(panels), 3.0, 1, len(panels))
    for axis, (title, (points, labels)) in zip(axes, panels.items(), strict=True):
        _scatter(axis, points, labels)
        axis.set_title(title)
    return figure


def templates(W: Array, shape: tuple[int, int, int], titles: Sequence[str]) -> "Figure":
    """Each class's weights as a picture: grey is 0, the largest weight is fully light or dark.

    W: (C * H * W, classes), without biases
    shape: (C, H, W) of an image
    """
    pictures = W.T.reshape(-1, *shape)
    largest = np.abs(pictures).max(axis=(1, 2, 3), keepdims=True)
    return image_grid(0.5 + 0.5 * pictures / largest, titles, columns=5, size=1.3)


def penalties(
    penalty: Callable[[Array, float, float], float], strengths: Mapping[str, tuple[float, float]]
) -> "Figure":
    """Lines of equal penalty over two weights, one panel a penalty.

    penalty: function of a (2,) array and the strengths of L1 and L2
    strengths: title -> (l1, l2)
    """
    figure, axes = new_figure(3.0 * len(strengths), 3.0, 1, len(strengths))
    ticks = np.linspace(-1.5, 1.5, 61)
    for axis, (title, pair) in zip(axes, strengths.items(), strict=True):
        heights = np.array([[penalty(np.array([a, b]), *pair) for a in ticks] for b in ticks])
        lines = axis.contour(ticks, ticks, heights, levels=[0.25, 0.5, 1.0, 2.0], colors=COLOURS[0])
        axis.clabel(lines, fontsize=8)
        axis.set(xlabel="weight 1", ylabel="weight 2", title=title, aspect="equal")
    return figure


def margins(points: Array, labels: Array, planes: Mapping[str, tuple[Array, float]]) -> "Figure":
    """Lines w x + b = 0 between two classes, with the lines at -1 and 1 beside them.

    points: (N, 2); labels: (N,) 0 or 1
    planes: title -> (w (2,), b)
    """
    figure, axes = new_figure(3.2 * len(planes), 3.4, 1, len(planes), sharey=True)
    reach = float(np.abs(points).max()) * 1.15
    ticks = np.linspace(-reach, reach, 100)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    for axis, (title, (w, b)) in zip(axes, planes.items(), strict=True):
        _scatter(axis, points, labels)
        scores = grid @ w + b
        axis.contour(ticks, ticks, scores, levels=[0], colors="black")
        axis.contour(ticks, ticks, scores, levels=[-1, 1], colors="0.5", linestyles="dashed")
        width = 2 / float(np.linalg.norm(w))
        axis.set(title=f"{title}\n$\\|w\\|$ = {2 / width:.2f}, street {width:.2f} wide")
        axis.set(xlim=(-reach, reach), ylim=(-reach, reach))
    return figure


def settings_map(results: Mapping[str, Sequence[tuple[float, float, float]]]) -> "Figure":
    """Where settings were tried, and how well each did, one panel a search.

    results: title -> [(learning rate, regularisation, accuracy in [0, 1])]
    """
    figure, axes = new_figure(4.4 * len(results), 3.8, 1, len(results), sharex=True, sharey=True)
    every = [100 * accuracy for tried in results.values() for *_, accuracy in tried]
    for axis, (title, tried) in zip(axes, results.items(), strict=True):
        rates, regs, accuracies = np.array(tried).T
        dots = axis.scatter(
            rates, regs, c=100 * accuracies, vmin=min(every), vmax=max(every), cmap="viridis", s=70
        )
        for rate, reg, accuracy in tried:
            _beside(axis, f"{100 * accuracy:.0f}", (rate, reg))
        axis.set(xscale="log", yscale="log", xlabel="learning rate", title=title)
        axis.margins(0.12)
    axes[0].set_ylabel("regularisation")
    figure.colorbar(dots, ax=axes, label="validation accuracy (%)")
    return figure


def features(image: Array, hues: Array, directions: Array, cell: int) -> "Figure":
    """An image, its histogram of hues, and the gradient directions of every cell.

    image: (3, H, W) in [0, 1]; hues: (K,) shares
    directions: (H / cell * W / cell * bins,), cell rows, cell columns, bins
    """
    from matplotlib.colors import hsv_to_rgb

    rows, columns = image.shape[1] // cell, image.shape[2] // cell
    table = np.asarray(directions).reshape(rows, columns, -1)
    figure, (left, middle, right) = new_figure(9.0, 3.0, 1, 3)
    draw_image(left, image)
    left.set_title("the image")
    middles = (np.arange(len(hues)) + 0.5) / len(hues)
    colours = [tuple(hsv_to_rgb((hue, 0.8, 0.85))) for hue in middles]
    middle.bar(middles, 100 * np.asarray(hues), 0.9 / len(hues), color=colours)
    middle.set(xlabel="hue (0 red, 1/3 green, 2/3 blue)", ylabel="pixels (%)", title="hues")
    draw_image(right, image.mean(axis=0, keepdims=True) * 0.5)
    # The root lets weak edges show beside strong ones.
    lengths = np.sqrt(table / max(float(table.max()), 1e-12))
    for (row, column, place), size in np.ndenumerate(lengths):
        # A gradient at this angle belongs to an edge at right angles to it.
        angle = np.pi * (place + 0.5) / table.shape[2] + np.pi / 2
        reach = 0.5 * cell * size * np.array([np.cos(angle), np.sin(angle)])
        x, y = cell * (column + 0.5) - 0.5, cell * (row + 0.5) - 0.5
        right.plot([x - reach[0], x + reach[0]], [y - reach[1], y + reach[1]], color=COLOURS[6])
    right.set_title("edges of each cell")
    return figure


def _regions(axis: "Axes", W: Array, reach: float) -> None:
    """Which class wins where, and for each class the line of score 0 with the way uphill."""
    ticks = np.linspace(-reach, reach, 120)
    grid = np.stack([*np.meshgrid(ticks, ticks), np.ones((120, 120))], axis=-1)
    scores = grid @ W
    classes = W.shape[1]
    regions(axis, scores.argmax(axis=-1), reach, classes)
    for label in range(classes):
        normal, bias = W[:2, label], W[2, label]
        length = float(np.linalg.norm(normal))
        if length < 1e-9:
            continue
        axis.contour(
            ticks, ticks, scores[..., label], [0], colors=COLOURS[label], linestyles=[LINES[label]]
        )
        foot, ahead = -bias * normal / length**2, 0.5 * normal / length
        if np.abs(foot).max() < reach:
            axis.annotate(
                "", foot + ahead, foot, arrowprops={"arrowstyle": "->", "color": COLOURS[label]}
            )
    axis.set(xlim=(-reach, reach), ylim=(-reach, reach))


def _beside(axis: "Axes", text: str, place: Any) -> None:
    axis.annotate(text, place, xytext=(5, 5), textcoords="offset points", fontsize=8)


def _scatter(axis: "Axes", points: Array, labels: Array) -> None:
    for label in np.unique(labels):
        own = points[labels == label]
        axis.scatter(
            own[:, 0],
            own[:, 1],
            c=COLOURS[label],
            marker=MARKERS[label],
            s=45,
            edgecolors="white",
            linewidths=0.5,
            label=f"class {label}",
            zorder=3,
        )
    axis.set(xlabel="feature 1", ylabel="feature 2", aspect="equal")


def _weights(W: Array) -> str:
    names = ("W feature 1", "W feature 2", "b          ")
    rows = [name + "".join(f"{value:8.2f}" for value in row) for name, row in zip(names, W)]
    return "\n".join(["class      " + "".join(f"{c:8d}" for c in range(W.shape[1])), *rows])
