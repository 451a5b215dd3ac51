"""The figures of lesson 08: nets by year, layer by layer, and one that the reader builds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image
from course_lib.figures.style import COLOURS, MARKERS, log_scale, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]
Describe: TypeAlias = Callable[[Any, Any], list[dict[str, Any]]]

# What the builder offers. In place of "filters" stands what multiplies the width.
OFFERED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "conv 3x3": {"kind": "conv", "kernel": 3, "pad": 1, "times": 1},
    "conv 3x3, stride 2, twice the filters": {
        "kind": "conv",
        "kernel": 3,
        "pad": 1,
        "stride": 2,
        "times": 2,
    },
    "conv 7x7, stride 2": {"kind": "conv", "kernel": 7, "pad": 3, "stride": 2, "times": 1},
    "conv 1x1": {"kind": "conv", "kernel": 1, "times": 1},
    "depthwise 3x3": {"kind": "conv", "kernel": 3, "pad": 1, "times": 0},
    "max pool 2x2": {"kind": "pool", "kernel": 2, "stride": 2},
    "global average": {"kind": "global"},
    "dense, 10 units": {"kind": "dense", "units": 10},
}


def depth_and_error(entries: Sequence[tuple[int, str, int, float]]) -> "Figure":
    """Top-5 error and number of layers by year.

    entries: year, name, layers (0: no net), top-5 error in per cent
    """
    figure, (above, below) = new_figure(8.4, 5.0, 2, 1, sharex=True)
    places = np.arange(len(entries))
    bars = above.bar(places, [error for _, _, _, error in entries], color=COLOURS[0])
    above.bar_label(bars, [f"{error:g}" for _, _, _, error in entries], padding=2)
    above.set(ylabel="top-5 error (%)")
    above.margins(y=0.15)
    layers = [count for _, _, count, _ in entries]
    bars = below.bar(places, layers, color=COLOURS[1], hatch="//", edgecolor="white")
    below.bar_label(bars, [str(count) if count else "no net" for count in layers], padding=2)
    below.set(ylabel="layers with weights", yscale="symlog", ylim=(0, 400))
    below.set_xticks(places, [f"{name}\n{year}" for year, name, _, _ in entries])
    return figure


def memory_and_parameters(
    names: Sequence[str], activations: Sequence[int], parameters: Sequence[int], size: int = 4
) -> "Figure":
    """Two bars a layer, mirrored: what it gives for an image, and what it holds.

    size: bytes of a number
    """
    figure, (left, right) = new_figure(8.4, 0.8 + 0.22 * len(names), 1, 2, sharey=True)
    places = np.arange(len(names))[::-1]
    megabytes = size / 1e6
    left.barh(places, megabytes * np.asarray(activations), color=COLOURS[0])
    left.invert_xaxis()
    left.set(xlabel="activations of one image (MB)")
    left.set_yticks(places, names)
    right.barh(places, megabytes * np.asarray(parameters), color=COLOURS[1], hatch="//")
    right.set(xlabel="parameters (MB)")
    return figure


def training_by_depth(lines: Mapping[str, Mapping[int, Sequence[float]]]) -> "Figure":
    """Training accuracy by depth, every run a mark, their means joined.

    lines: kind of net -> depth -> per cent of each run
    """
    figure, (axis,) = new_figure(6.4, 3.4)
    for index, (name, runs) in enumerate(lines.items()):
        look: dict[str, Any] = {"color": COLOURS[index], "marker": MARKERS[index]}
        means = [float(np.mean(values)) for values in runs.values()]
        axis.plot(list(runs), means, color=COLOURS[index], linestyle=("-", "--")[index % 2])
        for depth, values in runs.items():
            label = name if depth == next(iter(runs)) else None
            axis.plot([depth] * len(values), values, linestyle="", label=label, **look)
    axis.set(xlabel="layers with weights", ylabel="training images right (%)")
    axis.set_xticks(sorted({depth for runs in lines.values() for depth in runs}))
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def cost_and_accuracy(nets: Mapping[str, tuple[int, int, float]]) -> "Figure":
    """Accuracy against multiplications; the area of a mark is the number of parameters.

    nets: name -> parameters, multiplications of an image, accuracy in per cent
    """
    figure, (axis,) = new_figure(7.0, 3.8)
    largest = max(parameters for parameters, _, _ in nets.values())
    for index, (name, (parameters, products, accuracy)) in enumerate(nets.items()):
        area = 40 + 900 * parameters / largest
        axis.scatter(products / 1e6, accuracy, s=area, color=COLOURS[index % 6], alpha=0.7)
        text = f"{name}\n{parameters / 1000:.0f} k"
        axis.annotate(text, (products / 1e6, accuracy), xytext=(6, 8), textcoords="offset points")
    log_scale(axis, "x")
    axis.set(xlabel="multiplications of an image (millions, logarithmic)")
    axis.set(ylabel="test accuracy (%)")
    axis.margins(0.2)
    return figure


def spoken_for(images: Array, maps: Array, titles: Sequence[str]) -> "Figure":
    """Images, and below each what speaks for a class, laid over it.

    images: (N, C, H, W) uint8 or float in [0, 1]; maps: (N, h, w) float
    """
    count = len(images)
    figure, axes = new_figure(1.5 * count, 3.5, 2, count)
    for above, below, image, values, title in zip(axes[:count], axes[count:], images, maps, titles):
        draw_image(above, image)
        above.set_title(title, fontsize=9)
        below.set_axis_off()
        height, width = image.shape[1:]
        grey = np.asarray(image, float).mean(axis=0)
        below.imshow(grey, cmap="gray", extent=(0, width, height, 0))
        reach = float(np.abs(values).max()) or 1.0
        look: dict[str, Any] = {"cmap": "PuOr_r", "vmin": -reach, "vmax": reach, "alpha": 0.6}
        below.imshow(values, extent=(0, width, height, 0), interpolation="bilinear", **look)
    return figure


@dataclass(frozen=True)
class BuilderState:
    """The net that the reader puts together, a layer a field, and its width."""

    layer_1: str = "conv 3x3"
    layer_2: str = "conv 3x3"
    layer_3: str = "max pool 2x2"
    layer_4: str = "conv 3x3, stride 2, twice the filters"
    layer_5: str = "depthwise 3x3"
    layer_6: str = "conv 1x1"
    layer_7: str = "global average"
    layer_8: str = "dense, 10 units"
    width: int = 16
    side: int = 32


def built(state: BuilderState) -> list[dict[str, Any]]:
    """The layers of a net, as `describe` takes them."""
    layers, channels, filters = [], 3, state.width
    for field in fields(state):
        offered = getattr(state, field.name)
        if not field.name.startswith("layer_") or offered == "nothing":
            continue
        layer = dict(OFFERED[offered])
        if (times := layer.pop("times", None)) is not None:
            filters = filters * max(times, 1)
            if times == 0:  # depthwise: as many filters as channels
                layer["groups"] = filters = channels
            layer["filters"] = channels = filters
        layers.append({"name": offered, **layer})
    return layers


def fields_seen(layers: Sequence[Mapping[str, Any]], side: int) -> list[int]:
    """How many pixels in a row a unit of each layer sees, at most all of the image."""
    seen, jump, found = 1, 1, []
    for layer in layers:
        if layer["kind"] in ("global", "dense"):
            seen = side
        seen += (layer.get("kernel", 1) - 1) * jump
        jump = jump * layer.get("stride", 1)
        found.append(min(seen, side))
    return found


def builder(state: BuilderState, describe: Describe) -> "Figure":
    """The reader's net as a table: shapes, parameters, products, memory, what a unit sees.

    describe: (layers, shape) -> rows, the reader's own
    """
    layers = built(state)
    figure, (axis,) = new_figure(9.2, 0.9 + 0.32 * (len(layers) + 2))
    axis.set_axis_off()
    try:
        rows = describe(layers, (3, state.side, state.side))
    except Exception as error:  # whatever the reader's function raises is shown
        axis.text(0, 0.5, f"describe raised {type(error).__name__}: {error}", wrap=True)
        return figure
    seen = fields_seen(layers, state.side)
    cells = []
    for layer, row, field in zip(layers, rows, seen):
        shape = " x ".join(map(str, row["shape"]))
        numbers = [row["parameters"], row["multiplications"], 4 * int(np.prod(row["shape"]))]
        cells.append([layer["name"], shape, *(f"{number:,}" for number in numbers), str(field)])
    sums = [sum(row[key] for row in rows) for key in ("parameters", "multiplications")]
    memory = sum(4 * int(np.prod(row["shape"])) for row in rows)
    cells.append(["together", "", *(f"{number:,}" for number in (*sums, memory)), ""])
    titles = ["layer", "gives", "parameters", "products", "bytes for the way back", "sees (pixels)"]
    widths = [0.34, 0.14, 0.12, 0.14, 0.18, 0.12]
    table = axis.table(cells, colLabels=titles, colWidths=widths, loc="center", cellLoc="right")
    table.auto_set_font_size(False)
    table.set_fontsize(8.5)
    table.scale(1, 1.35)
    return figure
