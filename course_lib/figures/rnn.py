"""The figures of lesson 10: kinds of sequences, an unrolled net, gradients through time, units."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.style import COLOURS, LINES, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]
_INPUT, _STATE, _OUTPUT, _BACK = COLOURS[4], "#F4F4F4", COLOURS[1], COLOURS[5]
_MINUS = "\N{MINUS SIGN}"

# Title, an example, which steps have an input, which an output.
_KINDS = (
    ("one to one", "image\nto class", (1,), (1,)),
    ("one to many", "image\nto caption", (1, 0, 0), (1, 1, 1)),
    ("many to one", "review\nto stars", (1, 1, 1), (0, 0, 1)),
    ("many to many", "sentence\nto translation", (1, 1, 0, 0), (0, 0, 1, 1)),
    ("many to many", "each letter\nto the next", (1, 1, 1), (1, 1, 1)),
)


def sequence_kinds() -> "Figure":
    """Five ways to lay inputs (below) and outputs (above) along a row of states."""
    widths = [max(len(inputs), 1.8) for _, _, inputs, _ in _KINDS]
    figure, axes = new_figure(9.0, 2.9, 1, len(_KINDS), gridspec_kw={"width_ratios": widths})
    for axis, (title, example, inputs, outputs) in zip(axes, _KINDS, strict=True):
        for t, (has_input, has_output) in enumerate(zip(inputs, outputs, strict=True)):
            _box(axis, t, 1, _STATE, "h")
            if t:
                _arrow(axis, (t - 1, 1), (t, 1))
            if has_input:
                _box(axis, t, 0, _INPUT, "x")
                _arrow(axis, (t, 0), (t, 1))
            if has_output:
                _box(axis, t, 2, _OUTPUT, "y")
                _arrow(axis, (t, 1), (t, 2))
        middle, half = (len(inputs) - 1) / 2, max(len(inputs), 1.8) / 2 + 0.05
        _bare(axis, (middle - half, middle + half), (-0.45, 2.45))
        axis.set_title(f"{title}\n", fontsize=10)
        axis.text(0.5, 1.0, example, transform=axis.transAxes, ha="center", fontsize=8, va="center")
    return figure


@dataclass(frozen=True)
class UnrolledState:
    """What the reader of the unrolled net can set.

    step: 0 shows the inputs alone; then one state a step, and after the last, one gradient a step
    strength: the largest singular value of Wh
    """

    step: int = 0
    strength: float = 1.0


def unrolled(
    state: UnrolledState,
    letters: str,
    run: Callable[[float], tuple[Array, Array, Array]],
) -> "Figure":
    """A recurrent net laid out in time, stepped forward and then back.

    letters: the T inputs
    run: strength -> norms: of the states h_1 .. h_T, of the gradients of h_0 .. h_T, and of the
        gradients of the inputs x_1 .. x_T
    """
    states, grads, inputs = (np.asarray(part, float) for part in run(state.strength))
    T = len(letters)
    seen, back = min(state.step, T), max(0, state.step - T)
    figure, (axis,) = new_figure(min(10.0, 1.5 + 1.25 * T), 3.3)
    for t in range(T + 1):
        known = t <= seen
        _box(axis, t, 1, _STATE if known else "white", f"$h_{{{t}}}$", dashed=not known)
        norm = 0.0 if t == 0 else states[t - 1]
        if known:
            axis.text(t, 1.56, _short(norm), ha="center", color=COLOURS[0], fontsize=9)
        if t < T:
            _arrow(axis, (t, 1), (t + 1, 1), faint=t >= seen)
            _box(axis, t + 1, 0, _INPUT, "␣" if letters[t] == " " else letters[t])
            _arrow(axis, (t + 1, 0), (t + 1, 1), faint=t >= seen)
    _box(axis, T + 1, 1, _OUTPUT, "loss")
    _arrow(axis, (T, 1), (T + 1, 1), faint=seen < T)
    if back:
        _back(axis, (T + 1, 1), (T, 1), grads[T])
    for t in range(T, max(T - back + 1, 0), -1):
        _back(axis, (t, 1), (t - 1, 1), grads[t - 1])
        _back(axis, (t, 1), (t, 0), inputs[t - 1])
    _bare(axis, (-0.6, T + 1.6), (-0.4, 1.8))
    axis.set_title(_said(state, T, grads), loc="left", fontsize=10)
    return figure


def gradient_flow(panels: Mapping[str, Mapping[str, Array]]) -> "Figure":
    """How large a gradient is after so many steps back, one panel a kind of net.

    panels: title -> {name of a line: norms, that of the last step first}
    """
    columns, rows = min(len(panels), 2), (len(panels) + 1) // 2
    figure, axes = new_figure(
        3.2 * columns + 1.6, 2.5 * rows + 0.8, rows, columns, sharex=True, sharey=True
    )
    for axis in axes[len(panels) :]:
        axis.remove()
    for axis, (title, lines) in zip(axes, panels.items()):
        for index, (name, norms) in enumerate(lines.items()):
            shown = np.maximum(np.asarray(norms, float), 1e-40)
            axis.plot(shown, color=COLOURS[index], linestyle=LINES[index % 5], label=name)
        axis.axhline(1, color="0.8", linewidth=1, zorder=0)
        axis.set(yscale="log", title=title)
    low, high = np.log10(axes[0].get_ylim())
    stride = 10 if high - low > 25 else 5 if high - low > 8 else 1
    ticks = 10.0 ** (stride * np.arange(np.ceil(low / stride), np.floor(high / stride) + 1))
    axes[0].set_yticks(ticks)
    axes[0].minorticks_off()
    for axis in axes[max(0, len(panels) - columns) : len(panels)]:
        axis.set_xlabel("steps back in time")
        axis.tick_params(labelbottom=True)
    for axis in axes[: len(panels) : columns]:
        axis.set_ylabel("norm (last step: 1)")
    axes[columns - 1].legend(
        loc="upper left", bbox_to_anchor=(1.0, 1.0), title="largest\nsingular value"
    )
    return figure


def training_watch(watched: Mapping[str, Mapping[str, Sequence[float]]]) -> "Figure":
    """Several quantities over the updates of one or more runs, one panel a quantity.

    watched: label of a y axis -> {run: a number for each update}; a ratio above 1,000 between the
        largest and the smallest number makes the axis logarithmic
    """
    figure, axes = new_figure(7.0, 1.9 * len(watched) + 0.3, len(watched), 1, sharex=True)
    for axis, (label, runs) in zip(axes, watched.items(), strict=True):
        for index, (name, values) in enumerate(runs.items()):
            dash = LINES[index % 5]
            axis.plot(values, color=COLOURS[(0, 5)[index % 2]], linestyle=dash, label=name)
        numbers = np.concatenate([np.asarray(values, float) for values in runs.values()])
        numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
        if len(numbers) and numbers.max() > 1000 * numbers.min():
            axis.set_yscale("log")
        axis.set_ylabel(label)
    if any(len(runs) > 1 for runs in watched.values()):
        axes[0].legend()
    axes[-1].set_xlabel("update")
    return figure


def correlation_bars(
    found: Mapping[str, tuple[int, float]], chance: Mapping[str, float]
) -> "Figure":
    """The unit that follows each property of a text best, beside what chance reaches.

    found: property -> (unit, correlation)
    chance: property -> the best correlation of any unit with the property of another place
    """
    figure, (axis,) = new_figure(7.0, 0.8 + 0.42 * len(found))
    names = list(found)[::-1]
    values = [abs(found[name][1]) for name in names]
    bars = axis.barh(names, values, color=COLOURS[0], height=0.6, label="best unit")
    axis.bar_label(bars, [f"unit {found[n][0]}: {_short(found[n][1])}" for n in names], padding=4)
    style: Any = {"marker": MARKERS[3], "color": COLOURS[1], "markeredgecolor": "0.2"}
    best = [chance[name] for name in names]
    axis.plot(best, names, linestyle="", label="best unit for a shifted text", **style)
    axis.set(xlabel="size of the correlation, from 0 to 1", xlim=(0, 1.25))
    axis.set_xticks(np.linspace(0, 1, 6))
    axis.legend(loc="upper center", bbox_to_anchor=(0.45, -0.25), ncols=2)
    return figure


def _said(state: UnrolledState, T: int, grads: Array) -> str:
    if state.step == 0:
        return "Step 0: only the inputs are known."
    if state.step <= T:
        return f"Step {state.step}, forward: $h_{{{state.step}}}$ is known; its norm is in blue."
    t = T - (state.step - T - 1)
    if t == T:
        return f"Step {state.step}, back: the loss sends {_short(grads[T])} to $h_{{{T}}}$."
    return f"Step {state.step}, back: $h_{{{t + 1}}}$ sends {_short(grads[t])} to $h_{{{t}}}$."


def _box(axis: "Axes", x: float, y: float, colour: str, text: str, dashed: bool = False) -> None:
    from matplotlib.patches import FancyBboxPatch

    style: Any = {"boxstyle": "round,pad=0.02,rounding_size=0.08", "linewidth": 1.0}
    edge: Any = {"edgecolor": "0.6" if dashed else "0.25", "linestyle": ":" if dashed else "-"}
    patch = FancyBboxPatch((x - 0.24, y - 0.2), 0.48, 0.4, facecolor=colour, **edge, **style)
    axis.add_patch(patch)
    axis.text(x, y, text, ha="center", va="center", fontsize=10, color="0.6" if dashed else "0.1")


def _arrow(
    axis: "Axes", start: tuple[float, float], end: tuple[float, float], faint: bool = False
) -> None:
    colour = "0.8" if faint else "0.35"
    _drawn(axis, start, end, {"arrowstyle": "-|>", "color": colour, "linewidth": 1.2})


def _back(axis: "Axes", start: tuple[float, float], end: tuple[float, float], norm: float) -> None:
    """A gradient on its way: the thicker the larger, on a logarithmic scale."""
    width = float(np.clip(2.2 + 0.8 * np.log10(max(norm, 1e-12)), 0.5, 5.0))
    aside = -0.11 if start[1] == end[1] else 0.0
    along = 0.11 if start[0] == end[0] else 0.0
    begin, stop = (start[0] + along, start[1] - aside), (end[0] + along, end[1] - aside)
    _drawn(axis, begin, stop, {"arrowstyle": "-|>", "color": _BACK, "linewidth": width})
    x, y = (begin[0] + stop[0]) / 2, (begin[1] + stop[1]) / 2
    place: Any = {"ha": "center", "va": "bottom"} if aside else {"ha": "left", "va": "center"}
    spot = (x, 1.26) if aside else (x + 0.07, y)
    axis.annotate(_short(norm), spot, color=_BACK, fontsize=8, fontweight="bold", **place)


def _drawn(
    axis: "Axes", start: tuple[float, float], end: tuple[float, float], props: dict[str, Any]
) -> None:
    if start[1] == end[1]:
        reach = 0.27 if end[0] > start[0] else -0.27
        start, end = (start[0] + reach, start[1]), (end[0] - reach, end[1])
    else:
        reach = 0.23 if end[1] > start[1] else -0.23
        start, end = (start[0], start[1] + reach), (end[0], end[1] - reach)
    axis.annotate("", end, start, arrowprops={"shrinkA": 0, "shrinkB": 0, **props})


def _bare(axis: "Axes", xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
    axis.set(xlim=xlim, ylim=ylim)
    axis.set_axis_off()


def _short(value: float) -> str:
    return f"{value:.2g}".replace("-", _MINUS)
