"""What does an answer find where a lesson hides a package from it?

A sentence. That the package's files are out of reach is the sandbox's work.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence


def install(hidden: Sequence[str]) -> None:
    """Let imports of these packages fail with a sentence.

    The set-up cells of lessons import some parts of course_lib by name, for the checks: such a
    part is there, and each use of it fails.
    """
    below = tuple(f"{name}." for name in hidden)
    for known in [name for name in sys.modules if f"{name}.".startswith(below)]:
        del sys.modules[known]
    for name in hidden:
        package, _, part = name.rpartition(".")
        if package:
            sys.modules[name] = _Absent(name)
            setattr(importlib.import_module(package), part, sys.modules[name])
    sys.meta_path.insert(0, _Refusing(tuple(hidden)))


def sentence(name: str) -> str:
    """Why it is not there."""
    return f"{name} is not available to this answer: it has to be written without."


class _Absent(types.ModuleType):
    """A module of which nothing is there."""

    def __getattr__(self, attribute: str) -> object:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        raise RuntimeError(sentence(self.__name__))


class _Refusing(importlib.abc.MetaPathFinder):
    """Finds a hidden package, so that who only asks whether it is there gets an answer."""

    def __init__(self, hidden: tuple[str, ...]) -> None:
        self._hidden = hidden

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        for hidden in self._hidden:
            if (name + ".").startswith(hidden + "."):
                return importlib.machinery.ModuleSpec(name, _Refusal(hidden))
        return None


class _Refusal(importlib.abc.Loader):
    """Loads nothing."""

    def __init__(self, hidden: str) -> None:
        self._hidden = hidden

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        raise ModuleNotFoundError(sentence(self._hidden), name=spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Never comes to this."""
