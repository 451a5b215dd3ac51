"""The figures of lesson 15 that watch a net: while it learns, and what it says afterwards."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import image_grid
from course_lib.figures.style import COLOURS, MARKERS, Captioned, log_scale, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]
Pairs: TypeAlias = Sequence[tuple[float, float]]


class Watched(Protocol):
    """What is known of a run: one loss a step, one accuracy (0 to 1) an epoch."""

    epochs: float
    epoch: int
    losses: list[float]
    accuracies: list[float]
    seconds: float


class LiveCurve:
    """Loss and accuracy of a run, drawn anew each time it is called.

    One picture that is replaced, as an ordinary output: it stays in a saved page.
    """

    def __init__(self) -> None:
        self._place: Any = None

    def __call__(self, history: Watched) -> None:
        """Show what is known now."""
        from IPython.display import display

        so_far = f"{history.epoch} of {history.epochs:g} epochs, {history.seconds:.1f} s"
        best = f"{100 * history.accuracies[-1]:.1f} %" if history.accuracies else "not known"
        alt = f"A falling loss and a rising accuracy. After {so_far}: accuracy {best}."
        shown = Captioned(progress(history), f"Live: {so_far}.", alt)
        if self._place is None:
            self._place = display(shown, display_id=True)
        else:
            self._place.update(shown)


def progress(history: Watched) -> "Figure":
    """The loss of every step and their moving mean; the accuracy of every epoch."""
    figure, (left, right) = new_figure(8.5, 2.8, 1, 2)
    losses = np.asarray(history.losses, float)
    left.plot(losses, color=COLOURS[4], linewidth=0.8, label="each step")
    width = min(10, len(losses))
    if width > 1:
        means = np.convolve(losses, np.ones(width) / width, "valid")
        steps = np.arange(width - 1, len(losses))
        left.plot(steps, means, color=COLOURS[0], linestyle="--", label=f"mean of {width}")
    left.set(xlabel="step", ylabel="loss (nats)")
    left.legend()
    done = np.arange(1, len(history.accuracies) + 1)
    right.plot(done, 100 * np.asarray(history.accuracies), marker=MARKERS[0], color=COLOURS[5])
    right.set(xlabel="epoch", ylabel="test accuracy (%)", xlim=(0.5, max(history.epochs, 1) + 0.5))
    return figure


def confusion(labels: Array, answers: Array, classes: Sequence[str]) -> "Figure":
    """How often each class was called what, in per cent of its images.

    labels, answers: (N,) int, the true classes and the net's
    """
    count = len(classes)
    table = np.bincount(labels * count + answers, minlength=count**2).reshape(count, count)
    shares = 100 * table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    figure, (axis,) = new_figure(6.4, 5.2)
    picture = axis.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    for row, column in np.ndindex(shares.shape):
        if shares[row, column] >= 0.5:
            ink = "white" if shares[row, column] > 50 else "black"
            text = f"{shares[row, column]:.0f}"
            axis.text(column, row, text, ha="center", va="center", color=ink, fontsize=8)
    axis.set_xticks(range(count), classes, rotation=45, ha="right")
    axis.set_yticks(range(count), classes)
    axis.set(xlabel="what the net says", ylabel="what it is")
    figure.colorbar(picture, ax=axis, label="per cent of the row")
    return figure


def worst_mistakes(
    images: Array, labels: Array, probabilities: Array, classes: Sequence[str], count: int = 12
) -> "Figure":
    """The images to whose right class the net gave the lowest probability.

    images: (N, C, H, W); labels: (N,) int; probabilities: (N, K)
    """
    worst = np.argsort(probabilities[np.arange(len(labels)), labels], kind="stable")[:count]
    predicted = probabilities.argmax(axis=1)
    titles = [f"{classes[labels[i]]}\nas {classes[predicted[i]]}" for i in worst]
    return image_grid(images[worst], titles, columns=6, size=1.25)


def calibration(probabilities: Array, labels: Array, bins: int = 10) -> "Figure":
    """Share of right answers by their confidence, and how many answers there were of each.

    probabilities: (N, K); labels: (N,) int
    """
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(place, minlength=bins)
    some = counts > 0
    sure = np.bincount(place, confidence, bins)[some] / counts[some]
    share = np.bincount(place, right, bins)[some] / counts[some]
    gap = float((counts[some] * np.abs(sure - share)).sum() / len(labels))
    figure, (above, below) = new_figure(5.5, 4.4, 2, 1, sharex=True, height_ratios=(3, 1))
    above.plot([0, 100], [0, 100], color="0.7", linestyle="--", label="calibrated")
    above.plot(100 * sure, 100 * share, marker=MARKERS[0], color=COLOURS[0], label="this net")
    above.set(ylabel="of them right (%)", title=f"mean gap {100 * gap:.1f} points")
    above.legend()
    edges = 100 * (np.arange(bins) + 0.5) / bins
    below.bar(edges, counts, width=90 / bins, color=COLOURS[1])
    below.set(xlabel="confidence (%)", ylabel="answers")
    return figure


def effects(changes: Mapping[str, tuple[float, float]], xlabel: str = "points") -> "Figure":
    """What each change makes of the accuracy, with one standard error to each side.

    changes: name -> (mean difference, its standard error)
    """
    figure, (axis,) = new_figure(7.0, 0.9 + 0.42 * len(changes))
    names = list(changes)[::-1]
    means, errors = zip(*(changes[name] for name in names))
    axis.barh(names, means, xerr=errors, color=COLOURS[0], ecolor="black", capsize=4)
    axis.axvline(0, color="0.4", linewidth=1)
    axis.set_xlabel(f"difference in accuracy ({xlabel})")
    return figure


def accuracy_against_time(runs: Mapping[str, Pairs]) -> "Figure":
    """Every run as a point, each recipe in its own colour and marker.

    runs: recipe -> pairs of seconds and per cent
    """
    figure, (axis,) = new_figure(7.5, 3.4)
    for index, (name, pairs) in enumerate(runs.items()):
        seconds, shares = zip(*pairs)
        look: dict[str, Any] = {"color": COLOURS[index % 6], "marker": MARKERS[index % 8]}
        axis.plot(seconds, shares, linestyle="", label=name, **look)
    log_scale(axis, "x")
    axis.set(xlabel="time (s, logarithmic)", ylabel="test accuracy (%)")
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
