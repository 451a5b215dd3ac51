"""Does an answer use a package that its exercise has to be written without?

Read off the functions' code, none of which is run. An import that nothing uses costs nothing.
"""

import dis
import sys
import sysconfig
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_LIBRARIES = (
    "<frozen",
    str(Path(__file__).parents[1]),
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
)
WRAPPED = ("__func__", "__wrapped__", "func", "pyfunc", "fget", "fset")
_IMPORTERS = ("import_module", "__import__")  # are given a module's name
_LOADS = ("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE", "LOAD_CLASSDEREF", "LOAD_GLOBAL", "LOAD_NAME")


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
        if said := ask(function, hides) if ask else _used(function, tuple(hides)):
            return str(said)
    return ""


def is_students(space: dict[str, Any]) -> bool:
    """Are these the global names of a notebook, or of a module that the student wrote?"""
    file = space.get("__file__")
    own_file = isinstance(file, str) and not file.startswith(_LIBRARIES)
    return space.get("__name__") == "__main__" or own_file


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
                left += _reached(value.__code__, value.__globals__ | closure(value))
        elif isinstance(value, type):
            if is_students(vars(sys.modules.get(str(attribute(value, "__module__")), types))):
                left += [*vars(value).values(), *value.__bases__]
        elif not isinstance(value, types.ModuleType):
            left.append(type(value))
        left += [part for name in WRAPPED if (part := attribute(value, name)) is not None]
    return ""


def _reached(code: types.CodeType, outer: dict[str, Any]) -> Iterator[object]:
    """The values that a function's code names, its own imports among them where it uses them.

    outer: what names outside of the function stand for
    """
    own, origin, importing, by_name = dict[str, Any](), "", "", False
    outer = {name: value for name, value in outer.items() if name not in code.co_cellvars}
    for step in dis.get_instructions(code):
        names = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        if step.opname == "IMPORT_NAME":
            origin = importing = step.argval
        elif importing and step.opname == "IMPORT_FROM":
            importing = f"{origin}.{step.argval}"
        elif importing and step.opname.startswith("STORE"):
            own |= {name: types.ModuleType(importing) for name in names}
        elif step.opname not in ("SWAP", "POP_TOP"):
            importing = ""
        if by_name and step.opname == "LOAD_CONST" and isinstance(step.argval, str):
            yield types.ModuleType(step.argval)
        by_name = step.argval in _IMPORTERS
        if step.opname.startswith(_LOADS):
            known = own if step.opname.startswith("LOAD_FAST") else outer | own
            for value in [known[name] for name in names if name in known]:
                yield value
                yield from _taken(value, code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _reached(inner, outer | own)


def _taken(module: object, names: Sequence[str]) -> Iterator[object]:
    """What a function may take from a module: other modules, and all from one of the student's."""
    if isinstance(module, types.ModuleType):
        found = [vars(module)[name] for name in names if name in vars(module)]
        own = is_students(vars(module))
        yield from (one for one in found if own or isinstance(one, types.ModuleType))


def closure(function: types.FunctionType) -> dict[str, object]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or ())
    return {name: attribute(cell, "cell_contents") for name, cell in cells}


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


def attribute(value: object, name: str) -> object:
    """An attribute; None where there is none, or a class of the student's breaks the look-up."""
    try:
        return getattr(value, name, None)
    except Exception:
        return None
