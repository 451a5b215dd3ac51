"""The figures of lesson 01: a decision map, a distance matrix, a cross-validation curve."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.shared import regions
from course_lib.figures.style import COLOURS, MARKERS, log_scale, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True)
class MapState:
    """What the reader of the decision map can set."""

    k: int = 1
    metric: str = "L2"
    x: float = 0.0
    y: float = 0.0


def decision_map(
    state: MapState,
    points: Array,
    labels: Array,
    distances: Mapping[str, Callable[[Array, Array], Array]],
    vote: Callable[[Array, Array, int], Array],
    steps: int = 60,
) -> "Figure":
    """How kNN would label every place of the plane, and the neighbours of one place.

    points: (N, 2) float; labels: (N,) int
    distances: metric name -> function (M, 2), (N, 2) -> (M, N)
    vote: dists (M, N), labels (N,), k -> (M,) int
    steps: places along each side
    """
    # One number for both axes, so that a circle looks like one.
    reach = float(np.abs(points).max()) * 1.1
    ticks = np.linspace(-reach, reach, steps)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    measure = distances[state.metric]
    answers = vote(measure(places, points), labels, state.k).reshape(steps, steps)

    query = np.array([[state.x, state.y]])
    to_query = measure(query, points)
    nearest = np.argsort(to_query[0], kind="stable")[: state.k]
    answer = int(vote(to_query, labels, state.k)[0])

    figure, (axis,) = new_figure(5.6, 4.6)
    classes = int(labels.max()) + 1
    regions(axis, answers, reach, classes)
    for label in range(classes):
        own = points[labels == label]
        axis.scatter(
            own[:, 0],
            own[:, 1],
            c=COLOURS[label],
            marker=MARKERS[label],
            s=28,
            label=f"class {label}",
            zorder=2,
        )
    for index in nearest:
        axis.plot(*zip(query[0], points[index]), color="black", linewidth=0.8, zorder=1)
    axis.scatter(
        [state.x],
        [state.y],
        c="white",
        edgecolors="black",
        marker="*",
        s=220,
        zorder=3,
        label="new",
    )
    axis.set(
        xlabel="feature 1",
        ylabel="feature 2",
        xlim=(-reach, reach),
        ylim=(-reach, reach),
        title=f"k = {state.k}, {state.metric}: the new point is given class {answer}",
    )
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def distance_matrix(dists: Array) -> "Figure":
    """The distances between test and training images as a picture: dark is near.

    dists: (M, N) float
    """
    figure, (axis,) = new_figure(7.5, 2.6)
    picture = axis.imshow(dists, aspect="auto", cmap="viridis", interpolation="nearest")
    axis.set(xlabel="training image", ylabel="test image")
    figure.colorbar(picture, ax=axis, label="L2 distance")
    return figure


def fold_diagram(num_folds: int) -> "Figure":
    """Which fold is held out in each round of cross-validation, and that the test set never is."""
    figure, (axis,) = new_figure(7.0, 0.6 + 0.34 * num_folds)
    for row in range(num_folds):
        for fold in range(num_folds):
            held_out = fold == row
            axis.barh(
                row,
                0.94,
                left=fold,
                color=COLOURS[1] if held_out else COLOURS[4],
                hatch="//" if held_out else None,
                edgecolor="white",
            )
            axis.text(
                fold + 0.47, row, "validate" if held_out else "train", ha="center", va="center"
            )
        axis.barh(row, 0.94, left=num_folds + 0.3, color="0.85")
        axis.text(num_folds + 0.77, row, "test: not yet", ha="center", va="center", color="0.3")
    axis.set(yticks=range(num_folds), ylabel="round")
    axis.set_yticklabels([str(row + 1) for row in range(num_folds)])
    axis.invert_yaxis()
    axis.set_xticks(
        [*(fold + 0.47 for fold in range(num_folds)), num_folds + 0.77],
        [*(f"fold {fold + 1}" for fold in range(num_folds)), "test set"],
    )
    axis.spines[["left", "bottom"]].set_visible(False)
    axis.tick_params(length=0)
    return figure


def cross_validation(k_to_accuracies: Mapping[int, Sequence[float]]) -> "Figure":
    """Accuracy of every fold against k, with the mean and one standard deviation.

    k_to_accuracies: k -> accuracies in [0, 1], one a fold
    """
    figure, (axis,) = new_figure(6.5, 3.4)
    choices = sorted(k_to_accuracies)
    for k in choices:
        accuracies = 100 * np.asarray(k_to_accuracies[k], float)
        axis.plot([k] * len(accuracies), accuracies, ".", color=COLOURS[4], zorder=1)
    means = np.array([100 * np.mean(k_to_accuracies[k]) for k in choices])
    spreads = np.array([100 * np.std(k_to_accuracies[k]) for k in choices])
    axis.errorbar(
        choices, means, spreads, color=COLOURS[0], marker="o", capsize=3, label="mean ± 1 std"
    )
    best = int(np.argmax(means))
    axis.plot(
        choices[best],
        means[best],
        "s",
        markersize=12,
        fillstyle="none",
        color=COLOURS[5],
        label=f"best: k = {choices[best]}, {means[best]:.1f} %",
    )
    axis.set(xscale="log", xlabel="k (neighbours that vote)", ylabel="validation accuracy (%)")
    axis.set_xticks(choices, [str(k) for k in choices], minor=False)
    axis.minorticks_off()
    axis.legend()
    return figure


def projections(results: Mapping[str, Mapping[int, tuple[float, float]]]) -> "Figure":
    """What fewer coordinates cost in accuracy, and what they save in time.

    results: method -> {number of coordinates: (accuracy in [0, 1], seconds)}
    """
    figure, (left, right) = new_figure(8.5, 3.2, 1, 2)
    for index, (method, measured) in enumerate(results.items()):
        dims = sorted(measured)
        for axis, values in (
            (left, [100 * measured[d][0] for d in dims]),
            (right, [measured[d][1] for d in dims]),
        ):
            axis.plot(dims, values, color=COLOURS[index], marker=MARKERS[index], label=method)
    log_scale(right, "y")
    ticks = sorted({dims for measured in results.values() for dims in measured})
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(ticks, [f"{dims:,}" for dims in ticks])
        axes.minorticks_off()
    left.set(xlabel="coordinates an image", ylabel="accuracy (%)")
    right.set(xlabel="coordinates an image", ylabel="time (s)")
    left.legend()
    return figure
