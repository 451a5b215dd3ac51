"""Does an answer use a package that its exercise has to be written without?

Read off the functions' code, none of which is run. An import that nothing uses costs nothing.
"""

import sys
import types
from collections.abc import Iterator, Sequence

import numpy as np

from course_lib.checks.code.follow import (
    attribute,
    closure,
    is_students,
    is_students_class,
    uses,
    wrapped,
)


def sentence(package: str) -> str:
    """Why it is not there."""
    return f"{package} is not available to this answer: it has to be written without."


def hidden_use(functions: Sequence[object], hides: Sequence[str]) -> str:
    """The sentence about the first of these packages that functions or classes use; "" for none.

    Followed are functions, classes and modules of the student's own, no installed package.
    functions: what a check refers to, in its order; modules and data among it are the check's own
    hides: names of packages and modules: "scipy", "course_lib.oracle"
    """
    for function in functions:
        # A function that is in the student's room is looked at there.
        ask = getattr(type(function), "_course_hidden_use", None)
        if not ask and (isinstance(function, types.ModuleType) or not callable(function)):
            continue
        if refused := ask(function, hides) if ask else _used(function, tuple(hides)):
            return str(refused)
    return ""


def _used(function: object, hides: tuple[str, ...]) -> str:
    left, seen = [function], dict[int, object]()
    for value in left:  # which grows
        if id(value) in seen:
            continue
        seen[id(value)] = value
        home = _home(value, hides)
        if package := next((one for one in hides if f"{home}.".startswith(f"{one}.")), ""):
            return sentence(package)
        if isinstance(value, types.FunctionType):
            if is_students(value.__globals__):
                for use in uses(value.__code__, value.__globals__ | closure(value)):
                    left += [use.value, *_taken(use.value, use.code.co_names)]
        elif isinstance(value, type):
            if is_students_class(value):
                left += [*vars(value).values(), *value.__bases__]
        elif not isinstance(value, types.ModuleType):
            left.append(type(value))
        left += wrapped(value)
    return ""


def _taken(module: object, names: Sequence[str]) -> Iterator[object]:
    """What a function may take from a module: other modules, and all from one of the student's."""
    if isinstance(module, types.ModuleType):
        found = [vars(module)[name] for name in names if name in vars(module)]
        own = is_students(vars(module))
        yield from (one for one in found if own or isinstance(one, types.ModuleType))


def _home(value: object, hides: tuple[str, ...]) -> str:
    """The module that a value comes from."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, types.FunctionType):
        return str(value.__globals__.get("__name__"))
    module = attribute(value, "__module__")
    if isinstance(module, str) or type(value) is not np.ufunc:
        return str(module)
    for name in [
        name for name in sys.modules if f"{name}.".startswith(tuple(f"{h}." for h in hides))
    ]:
        if any(one is value for one in vars(sys.modules[name]).values()):
            return name
    return ""  # SciPy's ufuncs do not say it themselves
