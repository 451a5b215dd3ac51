"""The figures of lesson 09: storages, gates, graphs read from grad_fn, planted bugs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.figures.graph import Gate
from course_lib.figures.style import COLOURS, MARKERS, line, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor


def storages(base: "Tensor", views: Mapping[str, "Tensor"]) -> "Figure":
    """The numbers of one storage as squares, a row for each view; those that it reads are filled.

    base: owns the storage; views: title -> tensor of the same dtype
    """
    count, size = base.numel(), base.element_size()
    figure, axes = new_figure(8.0, 0.72 * len(views), len(views), 1)
    for index, (axis, (title, view)) in enumerate(zip(axes, views.items())):
        offsets = np.indices(view.shape).reshape(view.ndim, -1).T @ np.array(view.stride())
        places = (view.data_ptr() - base.data_ptr()) // size + offsets
        shares = view.untyped_storage().data_ptr() == base.untyped_storage().data_ptr()
        read = set(places.tolist()) if shares else set()
        for place in range(count):
            fill = COLOURS[index % 6] if place in read else "white"
            axis.add_patch(_square(place, fill))
            axis.text(place + 0.5, 0.5, str(place), ha="center", va="center", fontsize=7)
        axis.set_title(title, loc="left", fontsize=9)
        axis.set(xlim=(0, count), ylim=(0, 1), xticks=[], yticks=[])
    return figure


def _square(place: int, fill: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((place, 0), 1, 1, facecolor=fill, edgecolor="0.4", alpha=0.7)


def gates(xs: "Tensor", found: Mapping[str, Sequence["Tensor"]]) -> "Figure":
    """For each gate its output and its slope against the input, a panel each.

    found: title -> (output, slope), each of the length of xs
    """
    figure, axes = new_figure(8.0, 2.9, 1, len(found))
    for axis, (title, (out, slope)) in zip(axes, found.items()):
        axis.plot(xs, out, label="output", **line(0))
        axis.plot(xs, slope, label="slope handed back", **line(1))
        axis.set(title=title, xlabel="input", ylabel="value")
        axis.legend(loc="upper left")
    return figure


@contextmanager
def recording() -> Iterator[dict[Any, "Tensor"]]:
    """Inside, the result of every differentiable operation is kept by its node.

    yields: grad_fn -> tensor, which fills while the block runs
    """
    from torch import Tensor
    from torch.overrides import TorchFunctionMode

    kept: dict[Any, Tensor] = {}

    class Recorder(TorchFunctionMode):
        def __torch_function__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            result = function(*args, **(kwargs or {}))
            if isinstance(result, Tensor) and result.requires_grad and result.grad_fn is not None:
                kept[result.grad_fn] = result.detach()
            return result

    with Recorder():
        yield kept


_SYMBOLS = {"Add": "+", "Sub": "\N{MINUS SIGN}", "Mul": "\N{MULTIPLICATION SIGN}", "Div": "/"}


def as_gates(
    nodes: Sequence[Any], recorded: Mapping[Any, "Tensor"], leaves: Mapping[str, "Tensor"]
) -> list[Gate]:
    """A graph of scalars as a circuit that `figures.graph` draws, inputs first.

    nodes: each before all that it sends gradients to; the graph must still be there
    recorded: of `recording`; leaves: name -> tensor
    """
    import torch

    names = {id(leaf): name for name, leaf in leaves.items()}
    gradients: dict[Any, float] = {nodes[0]: 1.0}
    slopes: dict[Any, list[float]] = {}
    for node in nodes:
        if hasattr(node, "variable"):
            continue
        back = node(torch.ones(()))
        back = back if isinstance(back, tuple) else (back,)
        slopes[node] = [0.0 if one is None else float(one.detach()) for one in back]
        for (other, _), slope in zip(node.next_functions, slopes[node]):
            if other is not None:
                gradients[other] = gradients.get(other, 0.0) + gradients[node] * slope
    drawn: dict[Any, Gate] = {}
    for node in reversed(nodes):
        if hasattr(node, "variable"):
            leaf = node.variable
            name = names.get(id(leaf), "")
            drawn[node] = Gate(name, float(leaf.detach()), grad=gradients.get(node, 0.0))
            continue
        name = node.name().removesuffix("Backward0")
        ways = [
            (drawn[other], slope)
            for (other, _), slope in zip(node.next_functions, slopes[node])
            if other is not None
        ]
        drawn[node] = Gate(
            _SYMBOLS.get(name, name.lower()),
            float(recorded[node]),
            tuple(gate for gate, _ in ways),
            tuple(slope for _, slope in ways),
            gradients.get(node, 0.0),
        )
    return list(drawn.values())


def planted(
    runs: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    healthy: tuple[Sequence[float], Sequence[float]],
    ceiling: float,
) -> "Figure":
    """A column for each run: its training loss above, its test accuracy below; in grey what is due.

    runs: letter -> (loss of every step, accuracy of every epoch, 0 to 1)
    ceiling: largest loss shown
    """
    figure, axes = new_figure(11.0, 3.8, 2, len(runs), sharey="row")
    above, below = axes[: len(runs)], axes[len(runs) :]
    for upper, lower, (letter, (losses, accuracies)) in zip(above, below, runs.items()):
        epochs = np.arange(1, len(accuracies) + 1)
        upper.plot(np.clip(healthy[0], 0, ceiling), color="0.75", linewidth=1)
        upper.plot(np.clip(losses, 0, ceiling), color=COLOURS[0], linewidth=1)
        lower.plot(epochs, 100 * np.asarray(healthy[1]), color="0.75", linestyle="--")
        lower.plot(epochs, 100 * np.asarray(accuracies), color=COLOURS[5], marker=MARKERS[0])
        upper.set(title=letter, ylim=(0, ceiling), xlabel="step")
        lower.set(ylim=(0, None), xlabel="epoch")
    above[0].set_ylabel("training loss (nats)")
    below[0].set_ylabel("test accuracy (%)")
    return figure


def accuracy_by_seed(results: Mapping[str, Sequence[float]], chance: float) -> "Figure":
    """Ways one below the other, a mark for each seed and a bar at their mean.

    results: way -> accuracies, 0 to 1, one a seed; chance: what guessing gets, drawn as a line
    """
    figure, (axis,) = new_figure(7.5, 0.8 + 0.34 * len(results))
    for place, values in enumerate(results.values()):
        shown = 100 * np.asarray(values)
        axis.barh(place, shown.mean(), color=COLOURS[4], height=0.6)
        axis.plot(shown, [place] * len(shown), color=COLOURS[7], linestyle="", marker="|", ms=11)
        axis.text(shown.max() + 1, place, f"{shown.mean():.0f} %", va="center")
    axis.axvline(100 * chance, color="0.4", linestyle="--", label="the most frequent answer")
    axis.set_yticks(range(len(results)), list(results))
    axis.invert_yaxis()
    axis.set(xlabel="test accuracy (%)", xlim=(0, 100))
    axis.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0))
    return figure
