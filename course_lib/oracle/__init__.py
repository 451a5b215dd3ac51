"""The right results, by PyTorch's own operators in float64. NumPy in, NumPy out.

The checks compare with these, and later lessons build on them, so that a mistake costs once.
A topic is a name here: `oracle.conv.windows`.
"""

import importlib
import pkgutil
from types import ModuleType
from typing import TYPE_CHECKING

from course_lib.oracle.layers import gradients, with_gradients
from course_lib.oracle.lent import lend
from course_lib.oracle.threads import one_thread

if TYPE_CHECKING:  # a type checker loads nothing when it is used
    from course_lib.oracle import augment as augment
    from course_lib.oracle import conv as conv
    from course_lib.oracle import dropout as dropout
    from course_lib.oracle import knn as knn
    from course_lib.oracle import layers as layers
    from course_lib.oracle import lent as lent
    from course_lib.oracle import linear as linear
    from course_lib.oracle import nets as nets
    from course_lib.oracle import norm as norm
    from course_lib.oracle import pytorch as pytorch
    from course_lib.oracle import rnn as rnn
    from course_lib.oracle import speed as speed
    from course_lib.oracle import train as train

__all__ = ["gradients", "lend", "one_thread", "with_gradients"]


def __getattr__(name: str) -> ModuleType:
    """A topic, loaded when it is first used."""
    if name in __dir__():
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *(module.name for module in pkgutil.iter_modules(__path__))})
