"""How is a package's module loaded only when it is first used?"""

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any


def loaded_when_used(
    names: dict[str, Any], path: list[str]
) -> tuple[Callable[[str], ModuleType], Callable[[], list[str]]]:
    """A package's `__getattr__` and `__dir__`, by which each of its modules is a name of it.

    names: the package's own; path: its `__path__`
    """
    package = names["__name__"]

    def load(name: str) -> ModuleType:
        if name in listing():
            return importlib.import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def listing() -> list[str]:
        return sorted({*names, *(module.name for module in pkgutil.iter_modules(path))})

    return load, listing
