"""The figures of lesson 05: filters at work, a convolution step by step, what a unit sees, maps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image
from course_lib.figures.style import COLOURS, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]
Layers: TypeAlias = Sequence[Mapping[str, int]]


def filter_gallery(
    image: Array, kernels: Mapping[str, Array], results: Mapping[str, Array]
) -> "Figure":
    """A picture, and below each filter what it makes of it.

    image: (H, W) in [0, 1]
    kernels: name -> (HH, WW); results: name -> (H, W)
    """
    count = len(kernels) + 1
    figure, axes = new_figure(1.55 * count, 3.4, 2, count)
    axes[0].set_axis_off()
    draw_image(axes[count], image[None])
    axes[count].set_title("the picture", fontsize=9)
    for place, (name, kernel) in enumerate(kernels.items(), 1):
        _table(axes[place], kernel, _reach(kernel), size=6 if kernel.size > 9 else 9)
        axes[place].set_title(name, fontsize=9)
        result = results[name]
        # A filter whose weights add up to 0 gives signed answers: 0 is grey.
        shown = 0.5 + result / (2 * _reach(result)) if abs(kernel.sum()) < 1e-9 else result
        draw_image(axes[count + place], shown[None])
    return figure


@dataclass(frozen=True)
class ConvState:
    """What the reader of the stepped convolution can set."""

    step: int = 0
    stride: int = 1
    pad: int = 0
    dilation: int = 1
    kernel: str = "vertical edges"


def convolution_steps(
    state: ConvState,
    image: Array,
    kernels: Mapping[str, Array],
    forward: Callable[..., Any],
    spread: Callable[[Array, int], Array],
) -> "Figure":
    """A convolution after some of its steps: the window, the filter, and the results so far.

    image: (H, W), small numbers; kernels: name -> (HH, WW)
    forward: (x, w, b, conv_param) -> (out, cache), a convolution with zero padding
    spread: (w, dilation) -> filters with zeros between their weights
    """
    kernel = np.asarray(kernels[state.kernel], float)
    figure, (left, middle, right) = new_figure(9.6, 3.9, 1, 3, width_ratios=(1.35, 0.75, 1.1))
    padded = np.pad(image, state.pad)
    _table(left, padded, _reach(padded), colours="Greys", frame=state.pad)
    left.set_title(f"input with padding {state.pad}: {_size(padded)}")
    wide = spread(kernel[None, None], state.dilation)[0, 0]
    _table(middle, wide, _reach(wide))
    middle.set_title(f"filter, dilation {state.dilation}: {_size(wide)}")
    right.set_axis_off()
    try:
        settings = {"stride": state.stride, "pad": state.pad}
        x = np.asarray(image, float)[None, None]
        results = forward(x, wide[None, None], np.zeros(1), settings)[0][0, 0]
    except ValueError as error:
        right.set_title("ValueError")
        right.text(0.5, 0.5, str(error), wrap=True, ha="center", va="center")
        return figure
    last = min(state.step, results.size - 1)
    row, column = divmod(last, results.shape[1])
    top, edge = row * state.stride, column * state.stride
    _box(left, top, edge, *wide.shape)
    for u, v in np.ndindex(kernel.shape):
        _dot(left, top + u * state.dilation, edge + v * state.dilation)
    so_far = np.where(np.arange(results.size).reshape(results.shape) <= last, results, np.nan)
    _table(right, so_far, _reach(results))
    _box(right, row, column, 1, 1)
    right.set_title(f"output, stride {state.stride}: {_size(results)}")
    figure.suptitle(f"step {last} of {results.size - 1}: {results[row, column]:.3g}", fontsize=11)
    return figure


def receptive_cones(stacks: Mapping[str, Layers], field: Callable[[Any], int]) -> "Figure":
    """Which units each stack's last unit depends on, layer by layer down to the pixels.

    stacks: name -> layers, first layer first
    field: layers -> pixels seen, written below each drawing
    """
    figure, axes = new_figure(3.4 * len(stacks), 3.0, 1, len(stacks))
    for axis, (name, layers) in zip(axes, stacks.items(), strict=True):
        depth = len(layers)
        # Centres in pixels: unit k of a layer looks at inputs k * stride + tap * dilation.
        jumps = np.cumprod([1, *(layer.get("stride", 1) for layer in layers)])
        starts = np.zeros(depth + 1)
        for level, layer in enumerate(layers):
            reach = (layer["kernel"] - 1) * layer.get("dilation", 1)
            starts[level + 1] = starts[level] + reach * jumps[level] / 2
        units = {0}
        for level in range(depth, 0, -1):
            layer, below = layers[level - 1], set()
            for unit in units:
                for tap in range(layer["kernel"]):
                    source = unit * layer.get("stride", 1) + tap * layer.get("dilation", 1)
                    below.add(source)
                    ends = starts[level] + unit * jumps[level], starts[level - 1]
                    ends = ends[0], ends[1] + source * jumps[level - 1]
                    axis.plot(ends, [level, level - 1], color="0.75", linewidth=0.8, zorder=1)
            _units(axis, units, starts[level], jumps[level], level)
            units = below
        _units(axis, units, starts[0], 1, 0)
        ticks = ["pixels", *(f"layer {level}" for level in range(1, depth + 1))]
        axis.set_yticks(range(depth + 1), ticks)
        axis.set(title=name, xticks=[], xlabel=f"sees {field(list(layers))} pixels in a row")
        axis.spines[["left", "bottom"]].set_visible(False)
        axis.tick_params(length=0)
    return figure


@dataclass(frozen=True)
class MapsState:
    """What the reader of the feature-map browser can set."""

    image: int = 0
    filter: int = 0


def feature_browser(
    state: MapsState, images: Array, filters: Array, maps: Mapping[str, Array]
) -> "Figure":
    """One image, one filter, and the maps that it makes of the image, layer by layer.

    images: (N, C, H, W) uint8, or float in [0, 1]; filters: (F, C, HH, WW)
    maps: name -> (N, F, H', W')
    """
    figure, axes = new_figure(2.1 * (2 + len(maps)), 2.6, 1, 2 + len(maps))
    draw_image(axes[0], images[state.image])
    axes[0].set_title(f"image {state.image}")
    kernel = filters[state.filter]
    draw_image(axes[1], 0.5 + kernel / (2 * _reach(kernel)))
    axes[1].set_title(f"filter {state.filter}")
    # One scale for all maps, so that the layers can be compared.
    reach = max(_reach(layer[state.image, state.filter]) for layer in maps.values())
    for axis, (name, layer) in zip(axes[2:], maps.items(), strict=True):
        own = layer[state.image, state.filter]
        picture = axis.imshow(own, cmap="PuOr_r", vmin=-reach, vmax=reach)
        axis.set_title(f"{name}, {_size(own)}")
        axis.set_axis_off()
    figure.colorbar(picture, ax=axes[-1], label="activation", shrink=0.8)
    return figure


def sliding_answers(
    picture: Array, scores: Array, classes: Sequence[str], window: int, stride: int
) -> "Figure":
    """A wide picture, and below it what a classifier says as it slides along.

    picture: (C, H, W) in [0, 1]; scores: (classes, places), the first window at the left edge
    window: its width in pixels; stride: pixels from window to window
    """
    figure, (top, bottom) = new_figure(9.6, 3.6, 2, 1, sharex=True, height_ratios=(1, 1.3))
    top.imshow(np.clip(np.moveaxis(picture, 0, -1), 0, 1), aspect="auto")
    top.set(yticks=[], xlim=(-0.5, picture.shape[2] - 0.5))
    answers = scores.argmax(axis=0)
    order = sorted(set(answers.tolist()), key=answers.tolist().index)
    middles = np.arange(len(answers)) * stride + (window - 1) / 2
    for height, label in enumerate(order):
        own = middles[answers == label]
        colour = COLOURS[height % 6]
        bottom.barh([height] * len(own), [stride] * len(own), left=own - stride / 2, color=colour)
    bottom.set_yticks(range(len(order)), [classes[label] for label in order])
    bottom.invert_yaxis()
    bottom.set_xlabel("middle of the window (pixels)")
    for edge in range(window, picture.shape[2], window):
        for axis in (top, bottom):
            axis.axvline(edge - 0.5, color="0.5", linewidth=0.8, linestyle=":")
    return figure


def _table(
    axis: "Axes",
    values: Array,
    reach: float,
    *,
    colours: str = "PuOr_r",
    frame: int = 0,
    size: int = 0,
) -> None:
    """Numbers in coloured cells; cells of nan stay empty, the numbers in a frame are grey.

    frame: cells on each side; size: of the digits, 0 for one that fits
    """
    from matplotlib import colormaps

    signed = colours == "PuOr_r"
    # Twice the range keeps every cell light enough for black digits.
    low, high = (-2 * reach, 2 * reach) if signed else (0, 2.5 * reach)
    axis.imshow(values, cmap=colormaps[colours].with_extremes(bad="0.96"), vmin=low, vmax=high)
    axis.set_xticks(np.arange(values.shape[1] + 1) - 0.5, [])
    axis.set_yticks(np.arange(values.shape[0] + 1) - 0.5, [])
    axis.grid(color="white", linewidth=1)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    axis.set_axis_on()
    size = size or (9 if max(values.shape) < 8 else 7)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            inside = min(row, column) >= frame
            inside &= row < values.shape[0] - frame and column < values.shape[1] - frame
            colour = "black" if inside else "0.6"
            text = f"{value:.2g}" if value % 1 else f"{value:.0f}"
            axis.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)


def _box(axis: "Axes", top: float, left: float, height: float, width: float) -> None:
    from matplotlib.patches import Rectangle

    place = left - 0.5, top - 0.5
    look: dict[str, Any] = {"fill": False, "edgecolor": COLOURS[5], "linewidth": 2.5}
    axis.add_patch(Rectangle(place, width, height, zorder=3, **look))


def _dot(axis: "Axes", row: float, column: float) -> None:
    """Mark a cell that meets a weight."""
    from matplotlib.patches import Rectangle

    place = column - 0.42, row - 0.42
    look: dict[str, Any] = {"fill": False, "edgecolor": COLOURS[0], "linewidth": 1.2}
    axis.add_patch(Rectangle(place, 0.84, 0.84, zorder=3, **look))


def _units(axis: "Axes", units: set[int], start: float, jump: float, level: int) -> None:
    places = [start + unit * jump for unit in sorted(units)]
    shape = "s" if level == 0 else "o"
    axis.plot(places, [level] * len(places), shape, color=COLOURS[0 if level else 1], markersize=7)


def _reach(values: Array) -> float:
    """The largest size among the entries, at least a little."""
    return max(float(np.nanmax(np.abs(values))), 1e-12)


def _size(table: Array) -> str:
    return f"{table.shape[0]} × {table.shape[1]}"
