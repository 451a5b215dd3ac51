"""What does an answer find where a lesson hides a package from it?

A sentence, once it uses the package: an import that nothing uses costs nothing. That the package's
files are out of reach is the sandbox's work.
"""

import builtins
import importlib
import importlib.abc
import importlib.machinery
import inspect
import os
import sys
import types
from collections.abc import Sequence
from typing import Any, NoReturn

from course_lib.checks.code.imports import sentence


def install(hidden: Sequence[str]) -> None:
    """Let uses of these packages fail with a sentence.

    The student's own import statements give stand-ins; whoever else imports such a package, or
    asks whether it is there, is told no. The set-up cells of lessons import some parts of
    course_lib by name, for the checks: such a part is there, and each use of it fails.
    """
    below = tuple(f"{name}." for name in hidden)
    for known in [name for name in sys.modules if f"{name}.".startswith(below)]:
        del sys.modules[known]
    for name in hidden:
        package, _, part = name.rpartition(".")
        if package:
            sys.modules[name] = _StandIn(name, name)
            setattr(importlib.import_module(package), part, sys.modules[name])
    sys.meta_path.insert(0, _Refusing(tuple(hidden)))
    builtins.__import__ = _importing(tuple(hidden), builtins.__import__, os.getcwd() + os.sep)


class _StandIn(types.ModuleType):
    """A module of which nothing is there."""

    _package: str

    def __init__(self, name: str, package: str) -> None:
        super().__init__(name)
        self.__dict__.update(_package=package, __all__=[])

    def __getattr__(self, attribute: str) -> object:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        # Outside of functions a name is often taken and not used: for an annotation, say.
        if not sys._getframe(1).f_code.co_flags & inspect.CO_OPTIMIZED:
            return _Part(f"{self.__name__}.{attribute}", self._package)
        raise ModuleNotFoundError(sentence(self._package), name=self._package)


class _Part(_StandIn):
    """What stands for a function, class or value of a hidden package: any use of it fails."""

    def __init__(self, name: str, package: str) -> None:
        super().__init__(name, package)
        self.__dict__["__module__"] = name

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise ModuleNotFoundError(sentence(self._package), name=self._package)

    __call__ = __mro_entries__ = __enter__ = __exit__ = __iter__ = __len__ = __bool__ = _refuse
    __getitem__ = __setitem__ = __contains__ = __index__ = __float__ = __int__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __matmul__ = _refuse
    __truediv__ = __rtruediv__ = __rmatmul__ = __pow__ = __neg__ = __lt__ = __gt__ = _refuse
    __array__ = __instancecheck__ = __subclasscheck__ = _refuse


def _importing(hidden: tuple[str, ...], original: Any, home: str) -> Any:
    """What import statements call: as ever, but for hidden packages in the student's own code."""

    def imported(
        name: str,
        globals: dict[str, Any] | None = None,
        locals: object = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> object:
        package = next((one for one in hidden if f"{name}.".startswith(f"{one}.")), "")
        # `import course_lib.oracle` gives course_lib, which is there.
        mine = package and (fromlist or "." not in package) and not level
        if not (mine and type(globals) is dict and _is_students(globals, home)):
            return original(name, globals, locals, fromlist, level)
        first, *others = [name] if fromlist else name.split(".")
        module = inner = _StandIn(first, package)
        for part in others:  # `import a.b as c` takes b from a
            inner.__dict__[part] = inner = _StandIn(f"{inner.__name__}.{part}", package)
        for part in fromlist or ():
            if part != "*":
                module.__dict__[part] = _Part(f"{name}.{part}", package)
        return module

    return imported


def _is_students(space: dict[str, Any], home: str) -> bool:
    """Does the code run in the notebook, or in a module that lies beside it?"""
    file = space.get("__file__")
    return space.get("__name__") == "__main__" or (isinstance(file, str) and file.startswith(home))


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
