"""The figures of lesson 07: a net with a mask, means over masks, and what helped."""

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
Dropout: TypeAlias = Callable[[Array, dict[str, Any]], tuple[Array, Any]]
_DRAWS = 400


def running_means(
    draws: Mapping[str, Array], due: float, deviations: Mapping[str, float]
) -> "Figure":
    """The mean of the first n draws against n, one line a source.

    draws: name -> (n,) float
    due: the true mean
    deviations: name -> standard deviation of one draw, for a band of two of the mean's
    """
    figure, (axis,) = new_figure(7.0, 3.4)
    for index, (name, values) in enumerate(draws.items()):
        count = np.arange(1, len(values) + 1)
        means = np.cumsum(values) / count
        reach = 2 * deviations[name] / np.sqrt(count)
        colour = COLOURS[index % len(COLOURS)]
        axis.fill_between(count, due - reach, due + reach, color=colour, alpha=0.15, linewidth=0)
        axis.plot(count, means, color=colour, linestyle=LINES[index % 4], label=name)
    axis.axhline(due, color="0.4", linewidth=1, label="true mean")
    span = max(deviations.values()) / 2
    axis.set(xlabel="number of draws n", ylabel="mean of the first n", xlim=(1, None))
    axis.set_ylim(due - span, due + span)
    axis.legend(loc="upper right")
    return figure


@dataclass(frozen=True)
class MaskState:
    """What the reader of the masked net can set."""

    mode: str = "train"
    scaling: str = "divided by p"  # or "as it is": what is kept is not divided
    p: float = 0.5
    seed: int = 0


class _Net:
    """Three inputs, six hidden units, two outputs; every number is small enough to read."""

    x = np.array([1.0, -0.5, 2.0])
    into = np.array(
        [
            [1.0, 0.4, -0.2, 0.8, 0.5, -0.3],
            [-0.6, 0.2, 0.9, 0.4, -0.8, 0.5],
            [0.3, 0.7, 0.8, -0.1, 0.2, 0.9],
        ]
    )
    out = np.array([[1.0, -0.5], [0.6, 0.8], [-0.7, 0.4], [0.9, 0.3], [0.5, -0.9], [0.4, 0.6]])


def mask_graph(state: MaskState, dropout: Dropout) -> "Figure":
    """A small net under one mask, and its first output over many.

    dropout: (h, {"mode", "p", "rng"}) -> (out, cache), by which everything is computed
    """
    hidden = np.maximum(_Net.x @ _Net.into, 0)
    shown = _dropped(hidden, state, dropout, np.random.default_rng(state.seed))
    rng = np.random.default_rng(1000 + state.seed)
    draws = np.array([_dropped(hidden, state, dropout, rng) @ _Net.out for _ in range(_DRAWS)])
    test = dropout(hidden, {"mode": "test", "p": state.p, "rng": rng})[0] @ _Net.out
    figure, (left, right) = new_figure(9.5, 3.9, 1, 2, width_ratios=(1.5, 1))
    _draw_net(left, hidden, shown)
    scaling = f", kept {state.scaling}" if state.mode == "train" else ""
    left.set_title(f"{state.mode}, p = {state.p:.1f}{scaling}")
    first = draws[:, 0]
    right.hist(first, bins=24, range=_span(first, test[0]), color=COLOURS[4])
    right.axvline(first.mean(), color=COLOURS[0], label=f"mean {first.mean():.2f}")
    right.axvline(test[0], color=COLOURS[5], linestyle="--", label=f"test mode {test[0]:.2f}")
    right.set(xlabel=f"first output in mode {state.mode!r}", ylabel=f"masks, of {_DRAWS}")
    right.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=9)
    return figure


def mask_outputs(panels: Mapping[str, tuple[Array, float, float]]) -> "Figure":
    """Outputs of a net over all masks, one histogram an end.

    panels: name -> (outputs of all masks, their mean, output of the net without a mask)
    """
    figure, axes = new_figure(3.1 * len(panels), 3.0, 1, len(panels))
    for axis, (name, (outs, mean, plain)) in zip(axes, panels.items(), strict=True):
        axis.hist(outs, bins=24, color=COLOURS[4])
        axis.axvline(mean, color=COLOURS[0], label=f"mean {mean:.3f}")
        axis.axvline(plain, color=COLOURS[5], linestyle="--", label=f"no mask {plain:.3f}")
        axis.set(xlabel=f"output, {name}")
        axis.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8, ncols=2)
    axes[0].set_ylabel("masks")
    return figure


def comparison(results: Mapping[str, Sequence[float]], base: float) -> "Figure":
    """Methods one below the other: mean, one standard deviation either way, and each run.

    results: name -> accuracies in per cent, one a seed
    base: the accuracy to compare with
    """
    figure, (axis,) = new_figure(7.5, 0.8 + 0.27 * len(results))
    for place, (name, values) in enumerate(results.items()):
        mean, spread = float(np.mean(values)), float(np.std(values))
        better = mean > base
        axis.plot(values, [place] * len(values), "|", color="0.55", markersize=8, zorder=1)
        axis.errorbar(
            mean,
            place,
            xerr=spread or None,
            color=COLOURS[0] if better else COLOURS[5],
            marker=MARKERS[0] if better else MARKERS[1],
            capsize=3,
            label=name,
        )
    axis.axvline(base, color="0.4", linewidth=1, linestyle="--", zorder=0)
    axis.set_yticks(range(len(results)), list(results))
    axis.invert_yaxis()
    axis.set_xlabel("test accuracy (%)")
    axis.grid(axis="x", color="0.92")
    axis.set_axisbelow(True)
    return figure


def _dropped(hidden: Array, state: MaskState, dropout: Dropout, rng: np.random.Generator) -> Array:
    out, _ = dropout(hidden, {"mode": state.mode, "p": state.p, "rng": rng})
    # Without the division a unit that is kept gives what it gave before.
    unscaled = state.mode == "train" and state.scaling == "as it is"
    return out * state.p if unscaled else out


def _draw_net(axis: "Axes", hidden: Array, shown: Array) -> None:
    outputs = shown @ _Net.out
    columns = [_Net.x, shown, outputs]
    for layer, weights in enumerate((_Net.into, _Net.out)):
        for i, j in np.ndindex(*weights.shape):
            unit = j if layer == 0 else i
            there = hidden[unit] == 0 or shown[unit] != 0
            if there:
                ends = (_height(i, len(weights)), _height(j, weights.shape[1]))
                colour = COLOURS[0] if weights[i, j] > 0 else COLOURS[5]
                width = 0.3 + 1.7 * abs(weights[i, j])
                axis.plot((layer, layer + 1), ends, color=colour, linewidth=width, alpha=0.5)
    for layer, values in enumerate(columns):
        for unit, value in enumerate(values):
            gone = layer == 1 and hidden[unit] != 0 and value == 0
            place = (layer, _height(unit, len(values)))
            edge, line = ("0.6", "--") if gone else ("0.2", "-")
            axis.scatter(*place, s=640, facecolor="white", edgecolor=edge, linestyle=line, zorder=2)
            text = "\N{MULTIPLICATION SIGN}" if gone else f"{value:.2g}"
            size = 16 if gone else 9
            colour = "0.6" if gone else "0.1"
            axis.text(*place, text, ha="center", va="center", fontsize=size, color=colour, zorder=3)
    for layer, name in enumerate(("inputs", "hidden, after dropout", "outputs")):
        axis.text(layer, -0.75, name, ha="center", fontsize=9)
    axis.set(xlim=(-0.3, 2.3), ylim=(-1.0, 5.6))
    axis.set_axis_off()


def _height(unit: int, count: int) -> float:
    return 5 * (count - unit - 0.5) / count


def _span(values: Array, extra: float) -> tuple[float, float]:
    low, high = min(float(values.min()), extra), max(float(values.max()), extra)
    room = max(0.05 * (high - low), 0.1)
    return low - room, high + room
