"""Lesson 11's figures: captions, a beam as a tree, alignments, and where a net looked."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image
from course_lib.figures.style import COLOURS, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[Any]
Step = Callable[[Array], Array]
Search = Callable[[Step, int, int, int, int], list[tuple[list[int], float]]]


@dataclass(frozen=True)
class Looking:
    """Which word of which picture."""

    picture: int = 0
    word: int = 1


def captioned(images: Array, sentences: Sequence[str], true: Sequence[str] = ()) -> "Figure":
    """Pictures with a sentence below each, and in grey the true one where it differs.

    images: (N, 3, H, W) uint8
    """
    rows = -(-len(images) // 3)
    figure, axes = new_figure(8.4, 2.6 * rows, rows, 3)
    for axis in axes:
        axis.set_axis_off()
    for n, (axis, image, text) in enumerate(zip(axes, images, sentences)):
        draw_image(axis, image)
        axis.set_title(textwrap.fill(text, 34), fontsize=9)
        if true and true[n] != text:
            axis.text(
                0.5,
                -0.04,
                true[n],
                color="0.45",
                fontsize=8,
                ha="center",
                va="top",
                transform=axis.transAxes,
            )
    return figure


def beam_tree(
    step: Step, search: Search, start: int, width: int, T: int, end: int, words: Sequence[str]
) -> "Figure":
    """What the reader's beam search keeps at each length, connected with what it continues.

    search: called as beam_search(step, start, width, t, end) for t from 1 to T
    """
    figure, (axis,) = new_figure(8.4, 0.9 + 0.55 * width)
    middle = (width - 1) / 2
    places: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, middle)}
    axis.text(0, middle, "START", ha="center", va="center", fontsize=9)
    for t in range(1, T + 1):
        level = {tuple(sentence): total for sentence, total in search(step, start, width, t, end)}
        now = {sentence: (float(t), float(row)) for row, sentence in enumerate(level)}
        for sentence, (x, y) in now.items():
            before = sentence[: t - 1]
            x0, y0 = places.get(before, (x - 1, y))
            axis.plot([x0 + 0.28, x - 0.28], [y0, y], color=COLOURS[0], linewidth=1.2)
            label = words[sentence[-1]] if len(sentence) == t else "·"
            axis.text(x, y, f"{label}\n{level[sentence]:.2f}", ha="center", va="center", fontsize=8)
        places = now
    axis.set(xlim=(-0.5, T + 0.5), ylim=(width - 0.5, -0.5), xlabel="number of words", yticks=[])
    axis.set_ylabel("best first")
    axis.spines["left"].set_visible(False)
    return figure


def alignment(weights: Array, written: Sequence[str], digits: Sequence[str]) -> "Figure":
    """For each sentence a matrix: outputs as rows, inputs as columns, dark where the net looked.

    weights: (N, T, S) float, each row of sum 1
    """
    figure, axes = new_figure(8.4, 3.1, 1, len(written))
    for axis, one, text, due in zip(axes, weights, written, digits):
        axis.imshow(one[: len(due), : len(text)], cmap="Greys", vmin=0, vmax=1, aspect="auto")
        axis.set_xticks(range(len(text)), list(text), fontsize=8)
        axis.set_yticks(range(len(due)), list(due), fontsize=8)
        axis.set(xlabel="input", ylabel="output")
    return figure


def relatives() -> "Figure":
    """Captioning, visual question answering and dense captioning as diagrams of boxes."""
    figure, axes = new_figure(8.4, 2.6, 1, 3)
    titles = ("captioning", "question answering", "dense captioning")
    chains = (
        (
            ((0, 0, "picture"), (0, 1, "ConvNet"), (0, 2, "LSTM"), (0, 3, "sentence")),
            ((0, 1), (1, 2), (2, 3)),
        ),
        (
            (
                (-1, 0, "picture"),
                (-1, 1, "ConvNet"),
                (1, 0, "question"),
                (1, 1, "LSTM"),
                (0, 2, "classes"),
                (0, 3, "answer"),
            ),
            ((0, 1), (2, 3), (1, 4), (3, 4), (4, 5)),
        ),
        (
            (
                (0, 0, "picture"),
                (0, 1, "boxes"),
                (-1, 2, "LSTM"),
                (1, 2, "LSTM"),
                (-1, 3, "sentence"),
                (1, 3, "sentence"),
            ),
            ((0, 1), (1, 2), (1, 3), (2, 4), (3, 5)),
        ),
    )
    for axis, title, (boxes, arrows) in zip(axes, titles, chains):
        axis.set_axis_off()
        axis.set(title=title, xlim=(-2, 2), ylim=(-0.5, 3.5))
        for x, y, text in boxes:
            frame = {"boxstyle": "round", "facecolor": "white", "edgecolor": COLOURS[0]}
            axis.text(x, y, text, ha="center", va="center", fontsize=8, bbox=frame)
        for a, b in arrows:
            (x0, y0, _), (x1, y1, _) = boxes[a], boxes[b]
            arrow = {"arrowstyle": "->", "color": "0.4", "shrinkA": 11, "shrinkB": 11}
            axis.annotate("", (x1, y1), (x0, y0), arrowprops=arrow)
    return figure


def clocks(pe: Array) -> "Figure":
    """Positional encodings (T, E), and the dot product of each row with the middle one."""
    figure, (left, right) = new_figure(8.4, 3.2, 1, 2)
    picture = left.imshow(pe, cmap="RdBu", vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    left.set(xlabel="column", ylabel="place")
    figure.colorbar(picture, ax=left, label="added to x")
    middle = len(pe) // 2
    right.plot(pe @ pe[middle], color=COLOURS[0])
    right.axvline(middle, color="0.7", linewidth=1, zorder=0)
    right.set(xlabel="place", ylabel=f"dot product with place {middle}")
    return figure


def race(results: Mapping[str, Sequence[float]]) -> "Figure":
    """A row of marks for each net: its accuracy for each seed, 0 to 1."""
    figure, (axis,) = new_figure(7.0, 0.8 + 0.4 * len(results))
    for row, values in enumerate(results.values()):
        look: Any = {"color": COLOURS[row % 6], "marker": MARKERS[row], "linestyle": ""}
        axis.plot(np.asarray(values), [row] * len(values), markersize=8, **look)
    axis.set_yticks(range(len(results)), list(results))
    axis.invert_yaxis()
    axis.set(xlabel="accuracy on test pictures", xlim=(0, 1))
    axis.grid(axis="y", color="0.9")
    return figure


def attribute_bars(accuracy: Mapping[str, float], always: Mapping[str, float]) -> "Figure":
    """How often each attribute is right, and how often the most frequent word would be."""
    figure, (axis,) = new_figure(7.0, 2.6)
    rows = range(len(accuracy))
    axis.barh(rows, list(accuracy.values()), color=COLOURS[4], height=0.6, label="your captioner")
    marks = [always[kind] for kind in accuracy]
    axis.plot(marks, rows, "D", color=COLOURS[7], label="always the most frequent")
    axis.set_yticks(rows, list(accuracy))
    axis.invert_yaxis()
    axis.set(xlabel="share of captions in which it is right", xlim=(0, 1))
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def word_maps(images: Array, sentences: Sequence[str], looks: Array) -> "Figure":
    """A row for each picture: the picture, then one map a word.

    images: (N, 3, 32, 32) uint8; looks: (N, T, 64) weights of 8 x 8 places
    """
    texts = [text.split() for text in sentences]
    columns = 1 + max(map(len, texts))
    figure, axes = new_figure(1.2 * columns, 1.4 * len(images), len(images), columns)
    for axis in axes:
        axis.set_axis_off()
    for n, (image, words) in enumerate(zip(images, texts)):
        draw_image(axes[n * columns], image)
        for t, word in enumerate(words[: looks.shape[1]]):
            axis = axes[n * columns + 1 + t]
            _lit(axis, image, looks[n, t])
            axis.set_title(word, fontsize=9)
    return figure


def looking(state: Looking, images: Array, sentences: Sequence[str], looks: Array) -> "Figure":
    """A picture, and where the net looked for one word of its caption."""
    words = sentences[state.picture].split()
    word = min(state.word, len(words) - 1, looks.shape[1] - 1)
    figure, (left, right) = new_figure(5.6, 3.1, 1, 2)
    for axis in (left, right):
        axis.set_axis_off()
    draw_image(left, images[state.picture])
    _lit(right, images[state.picture], looks[state.picture, word])
    largest = float(looks[state.picture, word].max())
    right.set_title(f"largest weight {largest:.2f} of 1", fontsize=9)
    shown = [f"[{one}]" if place == word else one for place, one in enumerate(words)]
    figure.suptitle(" ".join(shown), fontsize=10)
    return figure


def share_bars(measured: Mapping[str, tuple[float, float]], even: float) -> "Figure":
    """For each kind of word the share of weight inside its own mask, and inside others'.

    measured: kind -> (own mask, other pictures' masks); even: of a map that is even everywhere
    """
    figure, (axis,) = new_figure(7.0, 2.6)
    rows = range(len(measured))
    own, other = zip(*measured.values())
    axis.plot(own, rows, "o", color=COLOURS[0], markersize=9, label="this picture's mask")
    hollow: Any = {"markerfacecolor": "white", "markersize": 8, "color": COLOURS[1]}
    axis.plot(other, rows, "s", label="other pictures' masks", **hollow)
    axis.axvline(even, color="0.4", linestyle="--", label="an even map")
    axis.set_yticks(rows, list(measured))
    axis.invert_yaxis()
    axis.set(xlabel="share of the weights inside the mask", xlim=(0, 1))
    axis.grid(axis="y", color="0.9")
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _lit(axis: "Axes", image: Array, weights: Array) -> None:
    """A picture in grey, brighter and warm where the weights are large."""
    side = round(len(weights) ** 0.5)
    scale = image.shape[1] // side
    heat = np.kron(weights.reshape(side, side), np.ones((scale, scale)))
    draw_image(axis, np.repeat(image.mean(axis=0, keepdims=True), 3, axis=0).astype(np.uint8))
    axis.imshow(heat, cmap="inferno", alpha=0.7, vmin=0, vmax=max(float(heat.max()), 1e-12))
