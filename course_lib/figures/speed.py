"""The figures of lesson 15 that show a recipe's parts: roofs, epochs, filters, rates, formats."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.images import draw_image
from course_lib.figures.shared import as_pictures
from course_lib.figures.style import COLOURS, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]
Bar: TypeAlias = tuple[str, float, float]  # what, from, to: microseconds
_HATCHES = ("", "//", "..", "xx", "\\\\", "oo")


def record_steps(seconds: Mapping[str, float]) -> "Figure":
    """One bar a record, the first at the top, with its seconds at its end.

    seconds: name -> seconds
    """
    figure, (axis,) = new_figure(7.0, 0.7 + 0.32 * len(seconds))
    bars = axis.barh(list(seconds)[::-1], list(seconds.values())[::-1], color=COLOURS[0])
    axis.bar_label(bars, fmt="%.3g s", padding=4)
    axis.set_xlabel("seconds to 94 %")
    axis.margins(x=0.12)
    return figure


def roofline(
    peak: float,
    bandwidth: float,
    operations: Mapping[str, float],
    attainable: Callable[[float, float, float], float],
) -> "Figure":
    """The attainable speed by arithmetic intensity, and where operations stand.

    peak: FLOP/s; bandwidth: bytes/s
    operations: name -> FLOP per byte
    attainable: function of intensity, peak and bandwidth -> FLOP/s
    """
    ridge = peak / bandwidth
    marked = [*operations.values(), ridge]
    xs = np.geomspace(min(marked) / 2, 4 * max(marked), 200)
    figure, (axis,) = new_figure(8.0, 3.8)
    axis.plot(xs, [attainable(float(x), peak, bandwidth) / 1e9 for x in xs], color="0.3")
    axis.axvline(ridge, color="0.7", linewidth=1, linestyle="--", zorder=0)
    axis.annotate(
        f" ridge {ridge:.3g}", (ridge, 0), xycoords=("data", "axes fraction"), va="bottom"
    )
    for index, (name, intensity) in enumerate(operations.items()):
        speed = attainable(intensity, peak, bandwidth) / 1e9
        look: dict[str, Any] = {"color": COLOURS[index % 6], "marker": MARKERS[index % 8]}
        axis.plot([intensity], [speed], linestyle="", markersize=9, label=name, **look)
    axis.set(
        xscale="log",
        yscale="log",
        xlabel="arithmetic intensity (FLOP per byte)",
        ylabel="attainable speed (GFLOP/s)",
    )
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def feeding(
    feeders: Mapping[str, Callable[[], Iterable[Any]]],
    step: Callable[..., object],
    wait: Callable[[], object],
    parts: Sequence[str],
    batches: int = 20,
    shown: int = 5,
) -> "Figure":
    """What the main process does with batches that come in several ways, by torch.profiler.

    feeders: name -> function that gives batches, tuples of (images, labels)
    step: what is done with a batch; it marks these parts by torch.profiler.record_function
    wait: returns when the device is done
    batches: timed, with what it takes to start; shown: profiled and drawn
    """
    from torch.profiler import ProfilerActivity, profile, record_function

    def go(feeder: Callable[[], Iterable[Any]], count: int) -> int:
        source, images = iter(feeder()), 0
        for _ in range(count):
            with record_function("fetch"):
                batch = next(source, None)
            if batch is not None:
                step(*batch)
                images += len(batch[0])
        wait()
        return images

    lanes: dict[str, list[Bar]] = {}
    for name, feeder in feeders.items():
        begun = perf_counter()
        pace = go(feeder, batches) / (perf_counter() - begun)
        with _no_standard_error(), profile(activities=[ProfilerActivity.CPU]) as profiler:
            go(feeder, shown)
        known = {"fetch", *parts}
        marks = [event for event in profiler.events() or [] if event.name in known]
        lanes[f"{name}: {pace:,.0f} images/s"] = [
            (event.name, event.time_range.start, event.time_range.end) for event in marks
        ]
    return timeline(lanes)


@contextmanager
def _no_standard_error() -> Iterator[None]:
    """Inside, descriptor 2 leads nowhere: some builds' profiler says there that it starts."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def timeline(lanes: Mapping[str, Sequence[Bar]]) -> "Figure":
    """One lane of bars over time for each way, every kind of work in its own colour and hatching.

    lanes: title -> bars, times in microseconds
    """
    figure, axes = new_figure(8.5, 0.6 + 0.85 * len(lanes), len(lanes), 1, sharex=True)
    kinds = list(dict.fromkeys(bar[0] for bars in lanes.values() for bar in bars))
    for axis, (title, bars) in zip(axes, lanes.items(), strict=True):
        first = min((start for _, start, _ in bars), default=0.0)
        for index, kind in enumerate(kinds):
            spans = [((a - first) / 1000, (b - a) / 1000) for name, a, b in bars if name == kind]
            axis.broken_barh(
                spans, (0, 1), facecolor=COLOURS[index % 8], hatch=_HATCHES[index % 6], label=kind
            )
        axis.set_title(title, loc="left", fontsize=9)
        axis.set_yticks([])
    axes[-1].set_xlabel("time (ms)")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center")
    return figure


@dataclass(frozen=True)
class EpochsState:
    """What the reader of the epochs can set."""

    flip: str = "alternating"
    pad: int = 2  # pixels
    start: int = 0  # the first epoch shown
    seed: int = 0


def epochs(state: EpochsState, images: Sequence[Array]) -> "Figure":
    """The same images as several epochs show them, one row an epoch.

    images: for each epoch (N, C, H, W) float in [0, 1]
    """
    rows, columns = len(images), len(images[0])
    figure, axes = new_figure(0.85 * columns + 0.8, 0.9 * rows, rows, columns)
    for row, batch in enumerate(images):
        own = axes[row * columns : (row + 1) * columns]
        for axis, image in zip(own, batch, strict=True):
            draw_image(axis, image)
        own[0].text(
            *(-0.15, 0.5, f"epoch {state.start + row}"),
            transform=own[0].transAxes,
            ha="right",
            va="center",
            fontsize=9,
        )
    return figure


@dataclass(frozen=True)
class WhiteningState:
    """What the reader of the whitening filters can set."""

    size: int = 2  # pixels along a patch
    log10_eps: float = -3.0


def whitening(state: WhiteningState, filters: Array, before: Array, after: Array) -> "Figure":
    """Filters, variances before and after along their directions, and the covariance after.

    filters: (K, C, size, size), the strongest direction first
    before: (K, K), covariance of the patches; after: (K, K), of what the filters give
    """
    figure = _canvas(9.5, 3.4)
    panels: Any = figure.subfigures(1, 3, width_ratios=(1.2, 1, 1))
    left, middle, right = panels
    columns = max(4, int(np.ceil(np.sqrt(len(filters)))))
    axes = list(left.subplots(-(-len(filters) // columns), columns, squeeze=False).flat)
    pictures = as_pictures(filters)
    for axis in axes:
        axis.set_axis_off()
    for axis, picture in zip(axes, pictures):
        draw_image(axis, picture if len(picture) in (1, 3) else picture[:1])
    lines, matrix = middle.subplots(), right.subplots()
    spectrum = np.maximum(np.sort(np.linalg.eigvalsh(before))[::-1], 1e-12)
    numbers = np.arange(1, len(spectrum) + 1)
    _spread(lines, numbers, spectrum, "before", 0)
    _spread(lines, numbers, np.maximum(np.diag(after), 1e-12), "after", 1)
    lines.set(yscale="log", xlabel="direction", ylabel="variance")
    lines.set_title(f"size {state.size}, eps {10**state.log10_eps:.1g}", fontsize=9)
    lines.legend()
    picture = matrix.imshow(after, cmap="PuOr", vmin=-1, vmax=1, interpolation="nearest")
    matrix.set(xlabel="filter", ylabel="filter", title="covariance after")
    right.colorbar(picture, ax=matrix, shrink=0.8)
    return figure


@dataclass(frozen=True)
class ScheduleState:
    """What the reader of the schedule can set: rates, and where the peak is."""

    peak: float = 1.0
    start: float = 0.2
    end: float = 0.0
    peak_at: float = 0.25


def schedule(state: ScheduleState, rate: Callable[..., float], steps: int = 100) -> "Figure":
    """The rate of every step, and the sum of the rates so far.

    rate: function of step, steps, peak, start, end, peak_at
    """
    setting = (state.peak, state.start, state.end, state.peak_at)
    rates = [rate(step, steps, *setting) for step in range(steps)]
    figure, (left, right) = new_figure(8.5, 2.8, 1, 2)
    left.plot(rates, ".", color=COLOURS[0], label="used")
    left.plot(steps, rate(steps, steps, *setting), MARKERS[6], color=COLOURS[5], label="end")
    left.set(xlabel="step", ylabel="learning rate", ylim=(0, None))
    left.legend()
    right.plot(np.cumsum(rates), color=COLOURS[2])
    right.set(xlabel="step", ylabel="sum of the rates")
    return figure


def gradient_sizes(gradients: Mapping[str, Array], scale: float) -> "Figure":
    """How large gradients are, against the smallest number of float16.

    gradients: name -> array of any shape
    scale: of a loss: an arrow shows how far it moves them
    """
    figure, axes = new_figure(7.5, 1.2 * len(gradients) + 0.5, len(gradients), 1, sharex=True)
    bins = np.arange(-13.0, 3.0, 0.25).tolist()
    for index, (axis, (name, values)) in enumerate(zip(axes, gradients.items(), strict=True)):
        sizes = np.abs(np.asarray(values)).ravel()
        logs = np.log10(sizes[sizes > 0])
        axis.hist(logs, bins=bins, color=COLOURS[index % 8])
        axis.axvline(np.log10(2.0**-25), color="black", linestyle="--", linewidth=1)
        axis.axvline(np.log10(65504.0), color="black", linestyle=":", linewidth=1)
        lost = float(np.mean(logs < np.log10(2.0**-25))) if len(logs) else 0.0
        axis.set_title(f"{name}: {100 * lost:.0f} % become 0 in float16", fontsize=9, loc="left")
        axis.set_yticks([])
        if len(logs):
            middle, height = float(np.median(logs)), 0.5 * axis.get_ylim()[1]
            axis.annotate(
                *("", (middle + np.log10(scale), height), (middle, height)),
                arrowprops={"arrowstyle": "->"},
            )
    axes[-1].set_xlabel("size of a gradient (power of ten)")
    return figure


def _spread(axis: "Axes", numbers: Array, values: Array, label: str, index: int) -> None:
    axis.plot(numbers, values, marker=MARKERS[index], color=COLOURS[index], label=label)


def _canvas(width: float, height: float) -> "Figure":
    figure, axes = new_figure(width, height)
    for axis in axes:
        axis.remove()
    return figure
