"""The right results, by PyTorch's own operators in float64. NumPy in, NumPy out.

The checks compare with these, and later lessons build on them, so that a mistake costs once.
A topic is a name here: `oracle.conv.windows`.
"""

import importlib
import pkgutil
from types import ModuleType

from course_lib.oracle.layers import gradients, with_gradients
from course_lib.oracle.lent import lend
from course_lib.oracle.threads import one_thread

__all__ = ["gradients", "lend", "one_thread", "with_gradients"]


def __getattr__(name: str) -> ModuleType:
    """A topic, loaded when it is first used."""
    if name in __dir__():
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *(module.name for module in pkgutil.iter_modules(__path__))})
