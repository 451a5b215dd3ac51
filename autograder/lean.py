"""How is a part of a large package imported without all the rest of it?

nbgrader's own `__init__` imports four extensions of the Jupyter server, its exchange and its
commands: a second and more before a gradebook can be opened.
"""

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType


def bare(name: str) -> None:
    """Leave out what a package imports in its `__init__` until somebody asks it for that.

    Its parts are imported as ever. Nothing is done where it has been imported.
    """
    spec = None if name in sys.modules else importlib.util.find_spec(name)
    if spec is not None and spec.loader is not None:
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        module.__dict__["__getattr__"] = lambda attribute: _asked(module, spec, attribute)


def _asked(module: ModuleType, spec: ModuleSpec, attribute: str) -> object:
    if attribute.startswith("__") and attribute != "__version__":
        raise AttributeError(f"{module.__name__} has no {attribute}")  # as of every module
    if importlib.util.find_spec(f"{module.__name__}.{attribute}"):
        return importlib.import_module(f"{module.__name__}.{attribute}")
    module.__dict__.pop("__getattr__", None)
    assert spec.loader is not None
    spec.loader.exec_module(module)
    return getattr(module, attribute)
