"""The figures of lesson 06: drifting inputs, histograms of a normalisation, who shares a mean."""

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
Forward: TypeAlias = Callable[[Array, Array, Array, dict[str, Any]], tuple[Array, Any]]


def drift(units: Mapping[str, Array], every: int) -> "Figure":
    """What one unit receives while a net learns: the median, and the middle nine tenths.

    units: title -> (T, N) float, the values of N images at T moments
    every: steps between two moments
    """
    figure, axes = new_figure(3.0 * len(units), 2.9, 1, len(units), sharey=True)
    for axis, (title, values) in zip(axes, units.items(), strict=True):
        steps = every * np.arange(len(values))
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=1)
        axis.fill_between(steps, low, high, color=COLOURS[4], alpha=0.5, label="9 of 10 images")
        axis.plot(steps, middle, color=COLOURS[0], label="median")
        axis.axhline(0, color="0.5", linewidth=0.8, linestyle=":")
        axis.set(title=title, xlabel="step")
    axes[0].set_ylabel("what enters the unit's ReLU")
    axes[0].legend(fontsize=8, loc="upper left")
    return figure


@dataclass(frozen=True)
class NormState:
    """What the reader of the histograms can set."""

    gamma: float = 1.0
    beta: float = 0.0
    batch_size: int = 32
    momentum: float = 0.9


def norm_histograms(
    state: NormState, forward: Forward, X: Array, weights: Sequence[Array], batches: int = 20
) -> "Figure":
    """What enters and leaves each normalisation of a net with random weights.

    forward: batchnorm_forward; it is run in train mode on several batches, in every layer, and
        then in test mode on the last of them
    X: (N, D) float, from which batches are drawn
    weights: of each layer
    batches: how many make up the running values
    """
    chance = np.random.default_rng(0)
    params: list[dict[str, Any]] = [{"momentum": state.momentum} for _ in weights]
    for _ in range(batches):
        batch = X[chance.choice(len(X), state.batch_size, replace=False)]
        layers = _through(state, forward, batch, weights, params)
    figure, axes = new_figure(2.2 * len(weights) + 0.8, 5.0, 3, len(weights), sharex="row")
    rows = ("before", "after, train mode", "after, test mode")
    for layer, histograms in enumerate(layers):
        for row, values in enumerate(histograms):
            axis = axes[row * len(weights) + layer]
            _spread(axis, values, 3.0 if row == 0 else 6.0, COLOURS[(4, 0, 2)[row]], row == 1)
            if layer == 0:
                axis.set_ylabel(rows[row], fontsize=9)
        axes[layer].set_title(f"layer {layer + 1}\n{axes[layer].get_title()}", fontsize=9)
        axes[2 * len(weights) + layer].set_xlabel("value", fontsize=9)
    figure.suptitle(
        f"gamma {state.gamma:g}, beta {state.beta:g}, batches of {state.batch_size}; "
        f"running values of {batches} batches, momentum {state.momentum:g}",
        fontsize=10,
    )
    return figure


def _through(
    state: NormState,
    forward: Forward,
    batch: Array,
    weights: Sequence[Array],
    params: Sequence[dict[str, Any]],
) -> list[tuple[Array, Array, Array]]:
    """Of each layer what enters, and what leaves it in train and in test mode."""
    found, out = [], batch
    for w, param in zip(weights, params, strict=True):
        entering = out @ w
        gamma, beta = (np.full(w.shape[1], value) for value in (state.gamma, state.beta))
        param["mode"] = "train"
        after, _ = forward(entering, gamma, beta, param)
        tested, _ = forward(entering, gamma, beta, {**param, "mode": "test"})
        found.append((entering, after, tested))
        out = np.maximum(after, 0)
    return found


def _spread(axis: "Axes", values: Array, reach: float, colour: str, hatched: bool) -> None:
    """A histogram on a fixed axis, what lies beyond it in the outermost bars."""
    flat = np.clip(np.nan_to_num(np.ravel(values)), -reach, reach)
    axis.hist(
        flat,
        bins=41,
        range=(-reach, reach),
        color=colour,
        density=True,
        hatch="////" if hatched else None,
        edgecolor="white" if hatched else None,
        linewidth=0.0,
    )
    axis.set_title(
        f"mean {np.round(np.mean(values), 2) + 0.0:.2f}, std {np.std(values):.2f}", fontsize=8
    )
    axis.set(yticks=[], xlim=(-reach, reach))
    axis.tick_params(labelsize=8)


def sweep(
    lines: Mapping[str, tuple[Sequence[float] | Array, Sequence[float] | Array]],
    xlabel: str,
    ylabel: str,
    level: float | None = None,
) -> "Figure":
    """One measured value against a setting on a logarithmic axis, a line and a marker each.

    lines: name -> (settings, values); values that are not finite leave a gap
    level: a value to compare with, drawn as a grey line
    """
    figure, (axis,) = new_figure(7.0, 3.2)
    for index, (name, (x, y)) in enumerate(lines.items()):
        axis.plot(
            x,
            y,
            color=COLOURS[(0, 5, 2, 3)[index % 4]],
            linestyle=LINES[index % 4],
            marker=MARKERS[index],
            markersize=5,
            label=name,
        )
    settings = np.unique(np.concatenate([np.asarray(x, float) for x, _ in lines.values()]))
    axis.set_xscale("log")
    if len(settings) <= 8:
        axis.set_xticks(settings, [f"{setting:g}" for setting in settings])
        axis.minorticks_off()
    if level is not None:
        axis.axhline(level, color="0.6", linewidth=1, zorder=0, label="guessing")
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def shared_statistics(
    norms: Mapping[str, Callable[[Array], Array]], images: int = 4, channels: int = 6
) -> "Figure":
    """Which entries have a say in one entry's normalised value, found by nudging each of them.

    norms: title -> function (N, C, H, W) -> (N, C, H, W)
    """
    from matplotlib.colors import ListedColormap

    figure, axes = new_figure(2.5 * len(norms), 2.2, 1, len(norms), sharey=True)
    n, c = images // 2, channels // 2 - 1
    chance = np.random.default_rng(0)
    x = chance.normal(size=(images, channels, 2, 2))
    for axis, (title, norm) in zip(axes, norms.items(), strict=True):
        before = norm(x)[n, c]
        counts = np.zeros((images, channels))
        for i, j in np.ndindex(images, channels):
            nudged = x.copy()
            nudged[i, j] += chance.normal(size=(2, 2))
            counts[i, j] = np.abs(norm(nudged)[n, c] - before).max() > 1e-9
        axis.pcolormesh(
            counts, cmap=ListedColormap(["0.93", COLOURS[4]]), vmin=0, vmax=1, edgecolors="white"
        )
        axis.plot(c + 0.5, n + 0.5, "k*", markersize=12)
        axis.set(title=title, xlabel="channel", aspect="equal")
        axis.set_xticks(np.arange(channels) + 0.5, [str(j) for j in range(channels)])
        axis.set_yticks(np.arange(images) + 0.5, [str(i) for i in range(images)])
        axis.tick_params(length=0)
    axes[0].set_ylabel("image")
    axes[0].invert_yaxis()
    return figure


def channel_histograms(stages: Mapping[str, Array]) -> "Figure":
    """The values of each colour channel, one panel a stage.

    stages: title -> (N, 3, H, W) float
    """
    figure, axes = new_figure(3.6 * len(stages), 2.6, 1, len(stages))
    for axis, (title, images) in zip(axes, stages.items(), strict=True):
        for channel, name in enumerate(("red", "green", "blue")):
            axis.hist(
                np.ravel(images[:, channel]),
                bins=60,
                histtype="step",
                density=True,
                color=COLOURS[(5, 2, 0)[channel]],
                linestyle=LINES[channel],
                label=name,
            )
        axis.set(title=title, xlabel="value of a pixel", yticks=[])
    axes[0].set_ylabel("how often")
    axes[-1].legend(fontsize=8)
    return figure
