"""The figures of lesson 13: boxes in pictures, masks, what judges a detector, what is cut out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image
from course_lib.figures.style import COLOURS, LINES, MARKERS, log_scale, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]
Boxes: TypeAlias = Sequence[Array]
Found: TypeAlias = Mapping[str, Array]


def boxed(
    images: Array,
    boxes: Boxes,
    labels: Boxes,
    classes: Sequence[str],
    scores: Boxes | None = None,
    truth: Boxes | None = None,
) -> "Figure":
    """Pictures with named boxes; where there are scores, with these, and true boxes dashed.

    images: (N, 3, H, W) uint8; boxes, truth: (M, 4) for each; labels, scores: (M,) for each
    """
    count = len(images)
    figure, axes = new_figure(1.9 * count, 2.0, 1, count)
    for number, (axis, image) in enumerate(zip(axes, images)):
        draw_image(axis, image)
        for box in truth[number] if truth else []:
            _frame(axis, box, "black", "--")
        for place, (box, label) in enumerate(zip(boxes[number], labels[number])):
            text = classes[label]
            if scores:
                text += f" {scores[number][place]:.2f}"
            _frame(axis, box, "white", "-", text)
    return figure


def _frame(axis: "Axes", box: Array, colour: str, line: str, text: str = "") -> None:
    """A box whose edges are edges of pixels."""
    left, top, right, bottom = (float(one) - 0.5 for one in box)
    corners = [left, right, right, left, left], [top, top, bottom, bottom, top]
    limits = axis.get_xlim(), axis.get_ylim()
    axis.plot(*corners, color=colour, linestyle=line, linewidth=1.3)
    if text:
        look: dict[str, Any] = {"facecolor": "black", "alpha": 0.6, "pad": 1, "edgecolor": "none"}
        place = max(top, limits[1][1] + 5)  # a box at the upper edge has its name inside
        axis.text(left, place, text, color="white", fontsize=6, va="bottom", bbox=look)
    axis.set(xlim=limits[0], ylim=limits[1])


def tasks(pictures: Any, number: int) -> "Figure":
    """One picture with the answers of five tasks.

    pictures: ObjectPictures
    """
    image, boxes, labels = (
        pictures.images[number],
        pictures.boxes[number],
        pictures.labels[number],
    )
    masks, names = pictures.masks[number], pictures.classes
    largest = int(masks.sum(axis=(1, 2)).argmax())
    titles = ("classification", "localisation", "detection", "semantic\nsegmentation")
    figure, axes = new_figure(10.0, 2.4, 1, 5)
    for axis, title in zip(axes, (*titles, "instance\nsegmentation")):
        draw_image(axis, image)
        axis.set_title(title)
    axes[0].text(2, 61, names[labels[largest]], color="white", backgroundcolor="black", fontsize=8)
    _frame(axes[1], boxes[largest], "white", "-", names[labels[largest]])
    for box, label in zip(boxes, labels):
        _frame(axes[2], box, "white", "-", names[label])
    _colour(axes[3], masks, list(dict.fromkeys(labels.tolist())), labels.tolist())
    _colour(axes[4], masks, list(range(len(masks))), list(range(len(masks))))
    return figure


def _colour(axis: "Axes", masks: Array, values: list[int], each: list[int]) -> None:
    """Lay one colour over the pixels of each mask, the same for equal values."""
    from matplotlib.colors import to_rgba

    layer = np.zeros((*masks.shape[1:], 4))
    for mask, value in zip(masks, each):
        layer[mask] = to_rgba(COLOURS[values.index(value) % 7], 0.85)
    axis.imshow(layer, interpolation="nearest")


@dataclass(frozen=True)
class TwoBoxes:
    """The second box of the interactive figure; the first stands still."""

    left: int = 12
    top: int = 8
    width: int = 20
    height: int = 20


def two_boxes(state: TwoBoxes, iou: Callable[[Array, Array], Array]) -> "Figure":
    """A fixed box, the reader's, what both cover, and their IoU by the reader's function."""
    first = np.array([[10.0, 10, 30, 30]])
    corner = state.left, state.top
    second = np.array([[*corner, state.left + state.width, state.top + state.height]], float)
    figure, (axis,) = new_figure(4.2, 4.2)
    axis.set(xlim=(0, 60), ylim=(60, 0), xlabel="x (pixels)", ylabel="y (pixels)", aspect="equal")
    both = np.array([*np.maximum(first, second)[0, :2], *np.minimum(first, second)[0, 2:]])
    if (both[2:] > both[:2]).all():
        axis.fill_between(both[[0, 2]], both[1], both[3], color=COLOURS[1], alpha=0.6)
    for box, colour, line, name in (
        (first[0], COLOURS[0], "-", "first"),
        (second[0], COLOURS[5], "--", "second"),
    ):
        _frame(axis, box + 0.5, colour, line)
        axis.text(box[0], box[1], name, color=colour, va="bottom")
    axis.set_title(f"IoU {float(iou(first, second)[0, 0]):.2f}")
    return figure


def seconds(spent: Mapping[str, float]) -> "Figure":
    """Processor time of several ways, logarithmic."""
    figure, (axis,) = new_figure(7.0, 0.8 + 0.4 * len(spent))
    bars = axis.barh(list(spent), [1000 * one for one in spent.values()], color=COLOURS[0])
    axis.bar_label(bars, [f"{1000 * one:.3g}" for one in spent.values()], padding=3)
    axis.invert_yaxis()
    log_scale(axis, "x")
    axis.set(xlabel="processor time (ms, logarithmic)")
    axis.margins(x=0.15)
    return figure


def tables(named: Mapping[str, Array]) -> "Figure":
    """Small tables of numbers side by side; zeros are pale."""
    figure, axes = new_figure(2.1 * len(named), 2.3, 1, len(named))
    for axis, (name, values) in zip(axes, named.items()):
        axis.imshow(values != 0, cmap="Blues", vmin=0, vmax=3)
        for (row, column), value in np.ndenumerate(values):
            axis.text(column, row, f"{value:g}", ha="center", va="center")
        axis.set(xticks=[], yticks=[], title=name)
    return figure


def rounding(
    grid: tuple[int, int], box: tuple[float, float, float, float], size: tuple[int, int]
) -> "Figure":
    """A region as RoI pooling cuts it, in whole cells, and as RoI align does.

    grid: (columns, rows); box: left, top, right, bottom in cells; size: (rows, columns) of parts
    """
    figure, (pool, align) = new_figure(9.0, 3.4, 1, 2)
    left, top, right, bottom = box
    for axis, title in ((pool, "RoI pooling"), (align, "RoI align, 2 x 2 samples")):
        axis.set_xticks(range(grid[0] + 1))
        axis.set_yticks(range(grid[1] + 1))
        axis.grid(color="0.85")
        axis.set(xlim=(0, grid[0]), ylim=(grid[1], 0), aspect="equal", title=title)
        axis.set(xlabel="x (cells)", ylabel="y (cells)")
        _frame(axis, np.array(box) + 0.5, "black", "--")
    whole = [round(one) for one in box]
    for low, high, count, across in (
        (whole[0], whole[2], size[1], True),
        (whole[1], whole[3], size[0], False),
    ):
        for part in range(count + 1):
            at = low + (high - low) * part // count
            ends = [whole[1], whole[3]] if across else [whole[0], whole[2]]
            pool.plot(*(([at, at], ends) if across else (ends, [at, at])), color=COLOURS[5])
    for x in np.linspace(left, right, size[1] + 1):
        align.plot([x, x], [top, bottom], color=COLOURS[0])
    for y in np.linspace(top, bottom, size[0] + 1):
        align.plot([left, right], [y, y], color=COLOURS[0])
    across_steps = (np.arange(2 * size[1]) + 0.5) / (2 * size[1])
    down_steps = (np.arange(2 * size[0]) + 0.5) / (2 * size[0])
    points = np.meshgrid(left + (right - left) * across_steps, top + (bottom - top) * down_steps)
    align.plot(points[0].ravel(), points[1].ravel(), color=COLOURS[1], marker="o", linestyle="")
    return figure


def precision_and_recall(correct: Array, count: int, steps: Sequence[int]) -> "Figure":
    """Precision over recall after some of the detections, and at the end the smoothed curve.

    correct: (D,) bool, the highest score first; count: of true objects; steps: detections shown
    """
    ranked, good_ones, points = np.asarray(correct, bool), 0, []
    for number, good in enumerate(ranked, 1):
        good_ones += int(good)
        points.append((good_ones / count, good_ones / number))
    recall, precision = np.array(points).reshape(-1, 2).T
    figure, axes = new_figure(2.5 * (len(steps) + 1), 2.6, 1, len(steps) + 1, sharey=True)
    for axis, step in zip(axes, steps):
        axis.plot(recall[:step], precision[:step], color=COLOURS[0])
        for good, marker, colour in ((True, "o", COLOURS[2]), (False, "X", COLOURS[5])):
            here = np.flatnonzero(ranked[:step] == good)
            axis.plot(recall[here], precision[here], marker, color=colour, markersize=4)
        axis.set_title(f"{step} detections")
    smooth = np.array([precision[at:].max() for at in range(len(precision))])
    axes[-1].plot(recall, precision, color="0.7")
    edges = np.concatenate([[0.0], recall])
    axes[-1].fill_between(edges, np.concatenate([smooth[:1], smooth]), step="pre", alpha=0.4)
    axes[-1].set_title("smoothed: the area is AP")
    for axis in axes:
        axis.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="recall")
    axes[0].set(ylabel="precision")
    return figure


@dataclass(frozen=True)
class NmsState:
    """What the reader of the NMS figure can set."""

    threshold: float = 0.45
    least: float = 0.05
    picture: int = 0


def suppression(
    state: NmsState,
    images: Array,
    truth: Boxes,
    detect: Callable[[int, float, float], Found],
    classes: Sequence[str],
) -> "Figure":
    """All boxes of a picture above a score, and those that non-maximum suppression keeps.

    detect: (picture, least score, NMS threshold) -> boxes, scores, labels
    """
    figure, axes = new_figure(7.2, 3.8, 1, 2)
    for axis, threshold in zip(axes, (1.0, state.threshold)):
        found = detect(state.picture, state.least, threshold)
        draw_image(axis, images[state.picture])
        for box in truth[state.picture]:
            _frame(axis, box, "black", "--")
        for box, score, label in zip(found["boxes"], found["scores"], found["labels"]):
            text = f"{classes[label]} {score:.2f}" if threshold < 1 else ""
            _frame(axis, box, "white", "-", text)
        axis.set_title(f"{len(found['scores'])} boxes")
    axes[1].set_title(f"{axes[1].get_title()} after NMS at {state.threshold:.2f}")
    return figure


def speed_and_accuracy(detectors: Mapping[str, tuple[float, float]]) -> "Figure":
    """Detectors by their time for a picture and their mAP50.

    detectors: name -> milliseconds a picture, mAP50 in per cent
    """
    figure, (axis,) = new_figure(6.4, 3.4)
    for index, (name, (time, accuracy)) in enumerate(detectors.items()):
        axis.plot([time], [accuracy], MARKERS[index], color=COLOURS[index], markersize=10)
        axis.annotate(name, (time, accuracy), xytext=(8, 6), textcoords="offset points")
    log_scale(axis, "x")
    axis.set(xlabel="processor time for a picture (ms, logarithmic)", ylabel="mAP50 (%)")
    axis.margins(0.3)
    return figure


def segmented(images: Array, truth: Array, answers: Mapping[str, Array], classes: int) -> "Figure":
    """Pictures, their true classes by pixel, and what nets say; the background stays white.

    images: (N, 3, H, W); truth: (N, H, W) int, 0 is the background; answers: name -> (N, H, W)
    """
    from matplotlib.colors import ListedColormap

    rows = {"truth": truth, **answers}
    figure, axes = new_figure(
        1.5 * len(images) + 1, 1.5 * (len(rows) + 1), len(rows) + 1, len(images)
    )
    colours = ListedColormap(["white", *(COLOURS[i % 8] for i in range(classes - 1))])
    for axis, image in zip(axes, images):
        draw_image(axis, image)
    for line, (name, maps) in enumerate(rows.items(), 1):
        for place, one in enumerate(maps):
            axis = axes[line * len(images) + place]
            axis.imshow(one, cmap=colours, vmin=-0.5, vmax=classes - 0.5, interpolation="nearest")
            axis.set(xticks=[], yticks=[])
        axes[line * len(images)].set_ylabel(name)
    return figure


def by_shape(ratios: Array, values: Mapping[str, Array]) -> "Figure":
    """A measure of boxes by how far they are from square, one line a way.

    ratios: (K,) longer over shorter side; values: name -> (K,)
    """
    edges = np.array([1, 1.1, 1.2, 1.35, 1.6, 2.5])
    middles = np.sqrt(edges[1:] * edges[:-1])
    figure, (axis,) = new_figure(6.4, 3.2)
    groups = np.digitize(ratios, edges[1:-1])
    for index, (name, each) in enumerate(values.items()):
        means = [each[groups == k].mean() if (groups == k).any() else np.nan for k in range(5)]
        look: dict[str, Any] = {"color": COLOURS[index], "marker": MARKERS[index]}
        axis.plot(middles, means, linestyle=LINES[index], label=name, **look)
    axis.set(xlabel="longer side over shorter side", ylabel="mean IoU with the true box")
    axis.set_ylim(0, 1)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
