"""The figure that ends most lessons: what each lesson's net reaches on the same images and budget.

The numbers are recorded by `python -m benchmarks.ladder --write`.
"""

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.figures.style import COLOURS, MARKERS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAMES = {"shapes": "shapes", "cifar10": "CIFAR-10"}


@cache
def recorded() -> dict[str, Any]:
    """{"how": seconds, images, ...; "rows": by data set a list of lesson, title, accuracies}"""
    text = files("course_lib.data").joinpath("scoreboard.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def up_to(lesson: str) -> "Figure":
    """Test accuracy of each lesson's net, the earliest at the top: mean, lowest and highest.

    lesson: the last one shown, such as "05"
    """
    kept = {
        name: [row for row in rows if row["lesson"] <= lesson]
        for name, rows in recorded()["rows"].items()
    }
    titles = [f"{row['lesson']}  {row['title']}" for row in next(iter(kept.values()))]
    figure, (axes,) = new_figure(7.0, 1.2 + 0.42 * len(titles))
    places = np.arange(len(titles))
    for number, (name, rows) in enumerate(kept.items()):
        runs = [row["accuracies"] for row in rows]
        means = np.array([np.mean(run) for run in runs])
        below = means - [min(run) for run in runs]
        above = [max(run) for run in runs] - means
        axes.errorbar(
            means,
            places + 0.3 * (number - (len(kept) - 1) / 2),
            xerr=(below, above),
            fmt=MARKERS[number],
            color=COLOURS[number],
            capsize=3,
            label=NAMES.get(name, name),
        )
        for place, mean, up in zip(places, means, above):
            at = mean + up, place + 0.3 * (number - (len(kept) - 1) / 2)
            axes.annotate(
                f"{mean:.0f}", at, (6, 0), textcoords="offset points", va="center", fontsize=8
            )
    axes.axvline(10, color="0.6", linewidth=1, linestyle=":")
    axes.set(xlabel="test accuracy (%); guessing gets 10", xlim=(0, 100))
    axes.set_yticks(places, titles)
    axes.set_ylim(len(titles) - 0.5, -0.5)
    axes.legend(loc="upper right")
    return figure
