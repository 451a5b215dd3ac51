"""The figures of lesson 03: slopes of activations, a Jacobian, gradient checks, a moving border."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import image_grid
from course_lib.figures.shared import regions
from course_lib.figures.style import COLOURS, LINES, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]

# Year of publication, kind, who and what; the papers are named on the lesson's closing page.
HISTORY = (
    (1943, "model", "McCulloch, Pitts: a neuron as a sum and a threshold"),
    (1958, "learning", "Rosenblatt: the perceptron, one layer that learns"),
    (1959, "biology", "Hubel, Wiesel: cells of a cat's cortex that answer to edges"),
    (1960, "learning", "Widrow, Hoff: Adaline, down the slope of a squared error"),
    (1969, "model", "Minsky, Papert: what a single layer cannot compute"),
    (1980, "model", "Fukushima: the neocognitron, convolution and pooling in layers"),
    (1986, "learning", "Rumelhart, Hinton, Williams: backpropagation for hidden layers"),
    (1989, "learning", "LeCun and others: a ConvNet, trained by it, reads zip codes"),
    (1998, "learning", "LeCun and others: LeNet-5 reads documents"),
    (2006, "learning", "Hinton, Salakhutdinov: deep nets, trained layer by layer first"),
    (2009, "data", "Deng and others: ImageNet, millions of labelled pictures"),
    (2012, "learning", "Krizhevsky, Sutskever, Hinton: AlexNet wins on ImageNet"),
)


@dataclass(frozen=True)
class BoundaryState:
    """What the reader of the decision boundary can set."""

    updates: int = 0
    hidden: int = 8


def boundary(
    state: BoundaryState,
    points: Array,
    labels: Array,
    scores: Callable[[Array], Array],
    W1: Array,
    b1: Array,
    steps: int = 120,
) -> "Figure":
    """Which class a two-layer net gives each place of the plane, and where its ReLUs switch on.

    points: (N, 2) float; labels: (N,) int
    scores: (M, 2) -> (M, C)
    W1: (2, H) float; b1: (H,) float; each hidden unit is drawn as the line where it is 0
    steps: places along each side
    """
    reach = float(np.abs(points).max()) * 1.1
    ticks = np.linspace(-reach, reach, steps)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    answers = scores(places).argmax(axis=1).reshape(steps, steps)
    classes = int(labels.max()) + 1
    right = float(np.mean(scores(points).argmax(axis=1) == labels))

    figure, (axis,) = new_figure(6.8, 4.4)
    regions(axis, answers, reach, classes)
    for unit, (slope, offset) in enumerate(zip(W1.T, b1)):
        ends = _fold(slope, float(offset), reach)
        if len(ends) == 2:
            name = "a ReLU switches on" if unit == 0 else None
            axis.plot(*zip(*ends), color="0.35", linestyle="--", linewidth=0.8, label=name)
    for label in range(classes):
        own = points[labels == label]
        style: Any = {"c": COLOURS[label], "marker": MARKERS[label], "edgecolors": "white"}
        axis.scatter(own[:, 0], own[:, 1], s=28, linewidths=0.5, label=f"class {label}", **style)
    axis.set(
        xlabel="feature 1",
        ylabel="feature 2",
        xlim=(-reach, reach),
        ylim=(-reach, reach),
        title=f"{state.hidden} hidden, {state.updates} updates: {100 * right:.0f} % right",
    )
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def activations(x: Array, curves: Mapping[str, tuple[Array, Array]]) -> "Figure":
    """Activation functions and, beside them, their slopes.

    x: (N,) float
    curves: name -> (values, slopes), each (N,) float
    """
    figure, (left, right) = new_figure(8.5, 3.1, 1, 2)
    for index, (name, (values, slopes)) in enumerate(curves.items()):
        look: Any = {"color": COLOURS[index], "linestyle": LINES[index % len(LINES)]}
        left.plot(x, values, label=name, **look)
        right.plot(x, slopes, label=name, **look)
    left.set(xlabel="input", ylabel="output")
    right.set(xlabel="input", ylabel="slope: output per input", ylim=(-0.05, 1.1))
    left.legend()
    return figure


def jacobian(matrix: Array, title: str, across: str, down: str) -> "Figure":
    """A small Jacobian as a table of shades, with its numbers; zeros are left white.

    matrix: (outputs, inputs) float
    across, down: what a column and what a row stands for
    """
    rows, columns = matrix.shape
    figure, (axis,) = new_figure(1.6 + 0.52 * columns, 1.2 + 0.4 * rows)
    reach = float(np.abs(matrix).max()) or 1.0
    axis.imshow(matrix, cmap="PuOr_r", vmin=-1.3 * reach, vmax=1.3 * reach, aspect="auto")
    for i, j in zip(*np.nonzero(matrix)):
        axis.text(j, i, f"{matrix[i, j]:.3g}", ha="center", va="center", fontsize=9)
    axis.set(title=title, xlabel=across, ylabel=down)
    axis.set_xticks(range(columns), [str(j) for j in range(columns)])
    axis.set_yticks(range(rows), [str(i) for i in range(rows)])
    return figure


def check_errors(
    panels: Mapping[str, Mapping[str, tuple[Any, Any]]],
    threshold: float = 1e-7,
) -> "Figure":
    """The relative error of gradient checks, one panel a question, both axes logarithmic.

    panels: title of the x axis -> {name of a line: (xs, errors)}
    threshold: drawn as a line: below it a gradient passes
    """
    figure, axes = new_figure(4.6 * len(panels), 3.3, 1, len(panels), sharey=True)
    for axis, (title, lines) in zip(axes, panels.items(), strict=True):
        for index, (name, (xs, errors)) in enumerate(lines.items()):
            shown = np.maximum(np.asarray(errors, float), 1e-16)
            axis.plot(xs, shown, color=COLOURS[index], marker=MARKERS[index], ms=5, label=name)
        axis.axhline(threshold, color="0.4", linestyle=":", linewidth=1.2)
        axis.set(xscale="log", yscale="log", xlabel=title)
        axis.legend(fontsize=9)
    axes[0].set_ylabel("relative error of the check")
    axes[0].annotate(
        "passes below", (0.02, threshold), xycoords=("axes fraction", "data"), fontsize=8, va="top"
    )
    return figure


def learning(histories: Mapping[str, Mapping[str, Sequence[float]]]) -> "Figure":
    """Loss and validation accuracy of several classifiers while they train.

    histories: name -> {"update": [...], "loss": [...], "accuracy": [...]}, accuracies in [0, 1]
    """
    figure, (left, right) = new_figure(8.5, 3.1, 1, 2)
    for index, (name, history) in enumerate(histories.items()):
        look: Any = {"color": COLOURS[index], "marker": MARKERS[index], "label": name}
        left.plot(history["update"], history["loss"], **look)
        right.plot(history["update"], [100 * share for share in history["accuracy"]], **look)
    left.set(xlabel="updates", ylabel="training loss (nats)")
    right.set(xlabel="updates", ylabel="validation accuracy (%)")
    left.legend()
    return figure


def first_layer(W1: Array, shape: tuple[int, int, int], columns: int = 15) -> "Figure":
    """What each hidden unit looks for: its weights as a picture, grey where they are 0.

    W1: (D, H) float, one column a unit; shape: (C, H, W) with C * H * W = D
    """
    units = W1.T.reshape(-1, *shape)
    reach = np.abs(units).reshape(len(units), -1).max(axis=1)[:, None, None, None]
    return image_grid(0.5 + 0.5 * units / np.maximum(reach, 1e-12), columns=columns, size=0.62)


def history(events: Sequence[tuple[int, str, str]] = HISTORY) -> "Figure":
    """A strip of dated events, the earliest at the top, each with a mark for its kind.

    events: year, kind, text
    """
    figure, (axis,) = new_figure(8.5, 0.9 + 0.28 * len(events))
    kinds = list(dict.fromkeys(kind for _, kind, _ in events))
    for row, (year, kind, text) in enumerate(events):
        index = kinds.index(kind)
        first = kind not in [earlier for _, earlier, _ in events[:row]]
        look: Any = {"color": COLOURS[index], "marker": MARKERS[index], "linestyle": ""}
        axis.plot([year], [row], label=kind if first else None, **look)
        left = year > np.mean([events[0][0], events[-1][0]])
        axis.annotate(
            f"{year}  {text}",
            (year, row),
            (-8 if left else 8, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=8.5,
        )
    axis.set(xlabel="year", ylim=(len(events) - 0.4, -0.6), yticks=[])
    axis.spines["left"].set_visible(False)
    axis.legend(loc="upper right", fontsize=8.5)
    return figure


def _fold(slope: Array, offset: float, reach: float) -> list[tuple[float, float]]:
    """Where the line slope . p + offset = 0 meets the edge of the square; nothing if it misses."""
    ends = []
    a, b = map(float, slope)
    for fixed in (-reach, reach):
        if b and abs(y := -(offset + a * fixed) / b) <= reach:
            ends.append((fixed, y))
        if a and abs(x := -(offset + b * fixed) / a) < reach:
            ends.append((x, fixed))
    return ends[:2]
