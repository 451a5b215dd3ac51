"""The figures of lesson 04: loss curves, activations, signals in depth, a race of optimisers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from course_lib.figures.style import COLOURS, MARKERS, line, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array: TypeAlias = NDArray[Any]
Rule: TypeAlias = Callable[[Array, Array, dict[str, Any] | None], tuple[Array, dict[str, Any]]]
Pair: TypeAlias = tuple[Callable[..., Any], Callable[..., Any]]


def accuracy_curves(curves: Mapping[str, Sequence[float]]) -> "Figure":
    """Accuracy in per cent after each epoch, one line a set of images.

    curves: name -> accuracies in [0, 1]
    """
    figure, (axis,) = new_figure(6.5, 3.0)
    for index, (name, values) in enumerate(curves.items()):
        axis.plot(100 * np.asarray(values), marker=MARKERS[index], label=name, **line(index))
    axis.set(xlabel="epoch", ylabel="accuracy (%)")
    axis.legend()
    return figure


def activation_curves(functions: Mapping[str, Callable[[Array], tuple[Array, Array]]]) -> "Figure":
    """Each activation with its slope.

    functions: name -> function of x (N, 1) that returns values and slopes, each (N, 1)
    """
    count = len(functions)
    columns = min(count, 4)
    rows = -(-count // columns)
    figure, axes = new_figure(2.1 * columns, 2.1 * rows, rows, columns, sharex=True, sharey=True)
    x = np.linspace(-4, 4, 201)[:, None]
    for axis, (name, function) in zip(axes, functions.items(), strict=False):
        values, slopes = function(x)
        axis.plot(x, values, label="value", **line(0))
        axis.plot(x, slopes, label="slope", **line(1))
        axis.axhline(0, color="0.8", linewidth=0.8, zorder=0)
        axis.set(title=name, ylim=(-1.6, 2.6), xticks=(-4, 0, 4))
    for axis in axes[count:]:
        axis.set_axis_off()
    for axis in axes[max(count - columns, 0) : count]:
        axis.set_xlabel("input x")
        axis.tick_params(labelbottom=True)
    axes[0].legend(fontsize=8)
    return figure


def layer_histograms(nets: Mapping[str, Sequence[Array]]) -> "Figure":
    """What leaves each layer, one row of histograms a net.

    nets: name -> outputs of its layers, arrays of any shape
    """
    depth = max(len(outs) for outs in nets.values())
    figure, axes = new_figure(0.95 * depth + 0.6, 1.35 * len(nets) + 0.3, len(nets), depth)
    for row, (name, outs) in enumerate(nets.items()):
        own = axes[row * depth : (row + 1) * depth]
        for layer, (axis, out) in enumerate(zip(own, outs, strict=False)):
            _histogram(axis, out, COLOURS[row % len(COLOURS)])
            axis.set_title(f"{'layer ' if layer == 0 else ''}{layer + 1}: {np.std(out):.2g}")
            axis.title.set_fontsize(8)
        own[0].set_ylabel(name, fontsize=9)
    figure.supxlabel("output of a unit; above each: layer and standard deviation", fontsize=9)
    return figure


def point_clouds(clouds: Mapping[str, Array], reach: float = 6.0) -> "Figure":
    """The same points after each step of preprocessing, side by side.

    clouds: title -> (N, 2) float
    """
    figure, axes = new_figure(2.2 * len(clouds), 2.7, 1, len(clouds), sharex=True, sharey=True)
    for axis, (title, points) in zip(axes, clouds.items(), strict=True):
        axis.axhline(0, color="0.7", linewidth=0.8)
        axis.axvline(0, color="0.7", linewidth=0.8)
        axis.plot(points[:, 0], points[:, 1], ".", color=COLOURS[0], markersize=3)
        axis.set(title=title, xlabel="first number", xlim=(-reach, reach), ylim=(-reach, reach))
        axis.set_aspect("equal")
    axes[0].set_ylabel("second number")
    return figure


@dataclass(frozen=True)
class SignalState:
    """What the reader of the signal figure can set."""

    scale: float = 1.0  # standard deviation of the weights, in units of 1 / sqrt(inputs)
    depth: int = 6
    activation: str = "tanh"


def signals(
    state: SignalState, affine: Pair, activations: Mapping[str, Pair], width: int = 200
) -> "Figure":
    """Outputs of each layer, and the gradients that come back to them, in a random net.

    affine: (forward, backward) by the layer contract
    activations: name -> (forward, backward)
    width: units a layer
    """
    chance = np.random.default_rng(0)
    forward, backward = activations[state.activation]
    out = chance.normal(size=(100, width))
    outs: list[Array] = []
    caches: list[tuple[Any, Any]] = []
    for _ in range(state.depth):
        w = chance.normal(0, state.scale / np.sqrt(width), (width, width))
        out, first = affine[0](out, w, np.zeros(width))
        out, second = forward(out)
        outs.append(out)
        caches.append((first, second))
    dout = chance.normal(size=out.shape)
    douts: list[Array] = []
    for first, second in reversed(caches):
        douts.insert(0, dout)
        dout = affine[1](backward(dout, second), first)[0]
    figure, axes = new_figure(1.0 * state.depth + 1.0, 3.6, 2, state.depth)
    for layer in range(state.depth):
        for axis, values, colour in (
            (axes[layer], outs[layer], COLOURS[0]),
            (axes[state.depth + layer], douts[layer], COLOURS[5]),
        ):
            _histogram(axis, values, colour)
            axis.set_title(f"{np.std(values):.2g}", fontsize=8)
        axes[state.depth + layer].set_xlabel(f"layer {layer + 1}", fontsize=8)
    axes[0].set_ylabel("output", fontsize=9)
    axes[state.depth].set_ylabel("gradient", fontsize=9)
    scale = f"{state.scale:.1f} / sqrt({width})"
    figure.suptitle(f"{state.activation}, weights with std {scale}", fontsize=10)
    return figure


@dataclass(frozen=True)
class RaceState:
    """What the reader of the race can set."""

    surface: str = "ravine"
    log10_rate: float = -1.5
    momentum: float = 0.9
    steps: int = 60


@dataclass(frozen=True)
class Surface:
    """A function of the plane with its gradient, both of points (..., 2)."""

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    start: tuple[float, float]
    least: float  # of its values in the window


def _pair(x: Array, y: Array) -> Array:
    return np.stack([x, y], axis=-1)


SURFACES = {
    "ravine": Surface(
        lambda p: 0.05 * p[..., 0] ** 2 + 2.0 * p[..., 1] ** 2,
        lambda p: _pair(0.1 * p[..., 0], 4.0 * p[..., 1]),
        (-2.5, 1.0),
        0.0,
    ),
    "saddle": Surface(
        lambda p: p[..., 0] ** 2 - p[..., 1] ** 2 + 0.15 * p[..., 1] ** 4,
        lambda p: _pair(2 * p[..., 0], -2 * p[..., 1] + 0.6 * p[..., 1] ** 3),
        (-2.5, 0.001),
        -1 / 0.6,
    ),
    "bent valley": Surface(
        lambda p: 0.1 * (1 - p[..., 0]) ** 2 + (p[..., 1] - 0.4 * p[..., 0] ** 2) ** 2,
        lambda p: _pair(
            -0.2 * (1 - p[..., 0]) - 1.6 * p[..., 0] * (p[..., 1] - 0.4 * p[..., 0] ** 2),
            2 * (p[..., 1] - 0.4 * p[..., 0] ** 2),
        ),
        (-2.5, 0.5),
        0.0,
    ),
}


def optimiser_race(state: RaceState, rules: Mapping[str, Rule]) -> "Figure":
    """The paths of several update rules on one surface, and how far each is from the bottom.

    rules: name -> update rule; each starts with the same rate, and with the momentum where its
        config has one
    """
    surface = SURFACES[state.surface]
    figure, (left, right) = new_figure(9.5, 3.9, 1, 2, width_ratios=(1.5, 1))
    xs, ys = np.linspace(-3, 3, 121), np.linspace(-2.2, 2.2, 89)
    heights = surface.value(np.stack(np.meshgrid(xs, ys), axis=-1)) - surface.least
    left.contour(
        xs, ys, heights, np.geomspace(0.01, 20, 14), colors="0.8", linewidths=0.8, zorder=0
    )
    for index, (name, rule) in enumerate(rules.items()):
        path = _path(rule, surface, state)
        marks: dict[str, Any] = {
            "marker": MARKERS[index],
            "markevery": max(state.steps // 8, 1),
            "markersize": 5,
        }
        left.plot(path[:, 0], path[:, 1], label=name, **line(index), **marks)
        above = surface.value(path) - surface.least
        right.plot(np.maximum(above, 1e-6), **line(index), **marks)
    left.plot(*surface.start, "k*", markersize=12, zorder=3)
    left.set(xlim=(-3, 3), ylim=(-2.2, 2.2), xlabel="first weight", ylabel="second weight")
    left.set_title(f"{state.surface}, rate {10**state.log10_rate:.3g}, momentum {state.momentum:g}")
    right.set(xlabel="step", ylabel="loss above the minimum", yscale="log", ylim=(1e-6, 100))
    figure.legend(*left.get_legend_handles_labels(), loc="outside right center")
    return figure


def rate_schedules(curves: Mapping[str, Callable[[int], float]], steps: int) -> "Figure":
    """The learning rate at each step, one small plot a schedule.

    curves: name -> function of the step
    """
    figure, axes = new_figure(2.0 * len(curves), 2.2, 1, len(curves), sharex=True, sharey=True)
    for index, (axis, (name, rate)) in enumerate(zip(axes, curves.items(), strict=True)):
        axis.plot([rate(step) for step in range(steps)], color=COLOURS[index % len(COLOURS)])
        axis.set(title=name, xlabel="step")
    axes[0].set_ylabel("learning rate")
    return figure


def _path(rule: Rule, surface: Surface, state: RaceState) -> Array:
    place = np.array(surface.start, dtype=float)
    config: dict[str, Any] = {"learning_rate": 10.0**state.log10_rate, "momentum": state.momentum}
    path = [place]
    for _ in range(state.steps):
        place, config = rule(place.copy(), surface.slope(place), config)
        place = np.clip(place, -50, 50)  # who leaves the window need not overflow
        path.append(place)
    return np.array(path)


def _histogram(axis: "Axes", values: Array, colour: str) -> None:
    flat = np.ravel(values)
    reach = max(float(np.abs(flat).max()), 1e-300)
    axis.hist(flat, bins=31, range=(-reach, reach), color=colour)
    axis.set_yticks([])
    axis.set_xticks([-reach, reach], [f"{-reach:.1g}", f"{reach:.1g}"], fontsize=6)
