"""Sliders round a `draw(state)` function, with a static figure where no widget can run."""

import html
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from course_lib.figures.style import Captioned, Svg

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from matplotlib.figure import Figure


State = TypeVar("State", bound="DataclassInstance")

_WIDGET = "application/vnd.jupyter.widget-view+json"
GONE = "These sliders have lost their kernel. Run this cell again."
# The first picture and the sliders are two outputs, one below the other. Once the sliders have a
# picture of their own, the first is hidden. Those of a closed kernel have no element in them
# ("model not found"), those of a restarted one are marked as disconnected by JupyterLab.
_BELOW = ".jp-OutputArea-child:has(.course-values) + .jp-OutputArea-child"
_LOST = f"{_BELOW} .jupyter-widgets:not(:has(*))"
_STYLE = f"""<style>
.jp-OutputArea-child:has(.course-values):has(+ .jp-OutputArea-child .course-sliders figure),
.jp-OutputArea-child:has(+ .jp-OutputArea-child .course-sliders) .course-values {{ display: none }}
.course-sliders figcaption {{ font-size: 13.3px; line-height: 1.6 }}
{_LOST} {{ font-size: 0 }}
{_LOST}::after, .course-sliders.jupyter-widgets-disconnected::after {{ content: "{GONE}";
font-size: 14px; line-height: 1.5; border-left: 6px dashed #d55e00; padding: 0.3em 0.8em }}
</style>"""


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

    The first picture is an ordinary output, and stays where no widget can run: in a saved page, or
    in a notebook that is executed without a browser. What the controls draw is part of the widget,
    which JupyterLab finds again when the page is loaded anew.
    """
    from IPython.display import display
    from ipywidgets import HTML, VBox

    current, picture = state, HTML()
    widgets = {name: _widget(name, getattr(state, name), spec) for name, spec in controls.items()}

    def redraw(change: dict[str, Any]) -> None:
        nonlocal current
        current = replace(current, **{change["owner"].description: change["new"]})
        try:
            picture.value = Captioned(draw(current), caption, alt).markup()
        except Exception as error:  # which ipywidgets would show nowhere
            reason = html.escape(f"{type(error).__name__}: {error}")
            picture.value = f"<figure>This could not be drawn. {reason}</figure>"

    for widget in widgets.values():
        widget.observe(redraw, names="value")
    values = ", ".join(f"{name} = {_text(widget)}" for name, widget in widgets.items())
    first = Captioned(draw(state), caption, alt, f"Drawn for {values}.")
    shown = first._repr_mimebundle_()
    display(shown | {"text/html": _STYLE + shown["text/html"]}, raw=True)
    sliders = VBox([picture, *widgets.values()])
    sliders.add_class("course-sliders")
    view = sliders._repr_mimebundle_()[_WIDGET]
    display({"text/plain": "Its sliders need a running kernel.", _WIDGET: view}, raw=True)


def _widget(name: str, value: Any, spec: Any) -> Any:
    from ipywidgets import Dropdown, FloatSlider, IntSlider

    shown = {"description": name, "value": value, "style": {"description_width": "7em"}}
    if isinstance(spec, list):
        return Dropdown(**shown, options=spec)
    low, high, step = spec
    slider = IntSlider if isinstance(value, int) else FloatSlider
    return slider(**shown, min=low, max=high, step=step)


def _text(widget: Any) -> str:
    """Where it stands, as its reader sees it."""
    label = getattr(widget, "label", None)
    return f"{widget.value:g}" if label is None else str(label)
