"""How long do several ways of doing the same thing take?"""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import TYPE_CHECKING

from course_lib.figures.style import COLOURS, log_scale, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def timings(
    ways: Mapping[str, Callable[[], object]], repeats: int = 3
) -> tuple["Figure", dict[str, float]]:
    """Time each way, in turns, and draw the medians as bars.

    ways: name -> function without arguments
    repeats: rounds; each round runs every way once, so that a busy machine is fair to all
    returns: the figure, and name -> median seconds
    """
    runs: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            runs[name].append(time.perf_counter() - start)
    medians = {name: median(seconds) for name, seconds in runs.items()}

    figure, (axis,) = new_figure(6.5, 0.7 + 0.42 * len(ways))
    names = list(medians)[::-1]
    bars = axis.barh(names, [1000 * medians[name] for name in names], color=COLOURS[0])
    axis.bar_label(bars, [_readable(medians[name]) for name in names], padding=4)
    log_scale(axis, "x")
    axis.set_xlabel(f"milliseconds, median of {repeats} (logarithmic)")
    axis.margins(x=0.25)
    return figure, medians


def _readable(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
