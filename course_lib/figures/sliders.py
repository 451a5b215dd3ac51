"""Sliders round a `draw(state)` function, with a static figure where no widget can run."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from course_lib.figures.style import Captioned, Svg

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from matplotlib.figure import Figure


State = TypeVar("State", bound="DataclassInstance")


def interactive(
    draw: Callable[[State], "Figure | Svg"],
    state: State,
    *,
    caption: str,
    alt: str,
    **controls: Any,
) -> None:
    """Show `draw(state)` and, below it, one control for each field of `state` named.

    draw: State -> figure
    state: a dataclass instance; where the controls start
    controls: field = (low, high, step) for a slider, or a list of choices, each a value or a
        (text, value)

    The picture is an ordinary output that the controls redraw, so that it stays where no
    widget can run: in a saved page, or in a notebook that is executed without a browser.
    """
    from IPython.display import display
    from ipywidgets import VBox

    canvas = display(Captioned(draw(state), caption, alt), display_id=True)
    current = state
    widgets = {name: _widget(name, getattr(state, name), spec) for name, spec in controls.items()}

    def redraw(change: dict[str, Any]) -> None:
        nonlocal current
        name = change["owner"].description
        current = replace(current, **{name: change["new"]})
        if canvas is not None:
            canvas.update(Captioned(draw(current), caption, alt))

    for widget in widgets.values():
        widget.observe(redraw, names="value")
    display(VBox(list(widgets.values())))


def _widget(name: str, value: Any, spec: Any) -> Any:
    from ipywidgets import Dropdown, FloatSlider, IntSlider

    shown = {"description": name, "value": value, "style": {"description_width": "7em"}}
    if isinstance(spec, list):
        return Dropdown(**shown, options=spec)
    low, high, step = spec
    slider = IntSlider if isinstance(value, int) else FloatSlider
    return slider(**shown, min=low, max=high, step=step, continuous_update=False)
