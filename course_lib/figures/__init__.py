"""How the course draws: one style, a caption and alt text for every figure.

A topic is a name here: `figures.conv.feature_browser`.
"""

import importlib
import pkgutil
from types import ModuleType

from course_lib.figures.images import image_grid
from course_lib.figures.shared import as_pictures, curves, loss_curves
from course_lib.figures.sliders import interactive
from course_lib.figures.style import new_figure, show
from course_lib.figures.timing import timings

__all__ = [
    "as_pictures",
    "curves",
    "image_grid",
    "interactive",
    "loss_curves",
    "new_figure",
    "show",
    "timings",
]


def __getattr__(name: str) -> ModuleType:
    """A topic, loaded when it is first used."""
    if name in __dir__():
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *(module.name for module in pkgutil.iter_modules(__path__))})
