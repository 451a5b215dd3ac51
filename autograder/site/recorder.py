"""What is left of a figure with sliders where no Python runs? A picture for some values of each."""

import base64
import html
import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from course_lib import figures
from course_lib.figures import sliders
from course_lib.figures.running import leave_cells
from course_lib.figures.style import Captioned, Svg

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from matplotlib.figure import Figure

State = TypeVar("State", bound="DataclassInstance")

# Values of one control. A drawing in SVG is small, and often goes through steps in their order.
MOST, MOST_SVG = 7, 40


def install() -> None:
    """From now on, in this process, `figures.interactive` shows recorded pictures."""
    sliders.interactive = figures.interactive = record
    leave_cells()  # recording takes longer than a reader's own cell


def record(
    draw: Callable[[State], "Figure | Svg"],
    state: State,
    *,
    caption: str,
    alt: str,
    **controls: Any,
) -> None:
    """Show what `figures.interactive` would, for some values of one control at a time.

    The arguments are those of `figures.interactive`. Each picture has the other controls at
    their start; the page's script puts them back there when one is moved.
    """
    from IPython.display import HTML, display

    first = draw(state)
    most = MOST_SVG if isinstance(first, Svg) else MOST
    start = _address(first)
    rows = []
    for name, control in controls.items():
        options = values(control, getattr(state, name), most)
        begin = [value for _, value in options].index(getattr(state, name))
        frames = [
            start if number == begin else _address(draw(replace(state, **{name: value})))
            for number, (_, value) in enumerate(options)
        ]
        rows.append(_row(name, [text for text, _ in options], frames, begin))
    display(
        HTML(
            f'<figure class="recorded"><img alt="{html.escape(alt)}" src="{start}">'
            f"{''.join(rows)}<figcaption>{html.escape(caption)}</figcaption></figure>"
        )
    )


def values(control: Any, start: Any, most: int) -> list[tuple[str, Any]]:
    """At most `most` values of a control, evenly chosen, `start` among them, each with its text.

    control: (low, high, step), or a list of choices, each a value or a (text, value)
    """
    if isinstance(control, list):
        pairs = [one if isinstance(one, tuple) else (str(one), one) for one in control]
    else:
        low, high, step = control
        grid = [low + step * number for number in range(round((high - low) / step) + 1)]
        if not isinstance(start, int):  # without 0.30000000000000004
            grid = [round(float(value), 10) for value in grid]
        near = min(range(len(grid)), key=lambda number: abs(grid[number] - start))
        grid[near] = start
        pairs = [(f"{value:g}", value) for value in grid]
    begin = [value for _, value in pairs].index(start)
    chosen = np.unique(np.linspace(0, len(pairs) - 1, most).round().astype(int))
    # The start takes the place of the value that is nearest to it.
    chosen[np.abs(chosen - begin).argmin()] = begin
    return [pairs[number] for number in sorted(set(chosen.tolist()))]


def _address(figure: "Figure | Svg") -> str:
    kind, content = Captioned(figure, "", "").picture()
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _row(name: str, texts: list[str], frames: list[str], begin: int) -> str:
    return (
        f'<label><span>{html.escape(name)}</span><input type="range" min="0" '
        f'max="{len(texts) - 1}" value="{begin}" data-start="{begin}" '
        f'aria-valuetext="{html.escape(texts[begin])}" '
        f'data-texts="{html.escape(json.dumps(texts))}" '
        f'data-frames="{html.escape(json.dumps(frames))}">'
        f"<output>{html.escape(texts[begin])}</output></label>"
    )
