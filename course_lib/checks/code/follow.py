"""What do the student's own functions use? Read off their code, none of which is run."""

import dis
import sys
import sysconfig
import types
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

_LIBRARIES = (
    "<frozen",
    str(Path(__file__).parents[2]),
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
)
_WRAPPED = ("__func__", "__wrapped__", "func", "pyfunc", "fget", "fset")
_IMPORTERS = ("import_module", "__import__")  # are given a module's name
_LOADS = ("LOAD_FAST", "LOAD_DEREF", "LOAD_CLOSURE", "LOAD_CLASSDEREF", "LOAD_GLOBAL", "LOAD_NAME")


class Use(NamedTuple):
    """A value that a function's code names.

    path: the attributes that are taken of it at once
    code: the function's, or that of one within it
    """

    value: object
    name: str
    path: tuple[str, ...]
    line: int
    code: types.CodeType


def is_students(space: dict[str, Any]) -> bool:
    """Are these the global names of a notebook, or of a module that the student wrote?"""
    file = space.get("__file__")
    own_file = isinstance(file, str) and not file.startswith(_LIBRARIES)
    return space.get("__name__") == "__main__" or own_file


def is_students_class(value: type) -> bool:
    """Is it of such a notebook or module?"""
    return is_students(vars(sys.modules.get(str(attribute(value, "__module__")), types)))


def uses(code: types.CodeType, outer: dict[str, Any]) -> Iterator[Use]:
    """The values that a function's code names, its own imports among them where it uses them: as
    modules without content that bear the full name.

    outer: what names outside of the function stand for
    """
    own, origin, importing, by_name = dict[str, Any](), "", "", False
    outer = {name: value for name, value in outer.items() if name not in code.co_cellvars}
    steps = steps_of(code)
    for place, step in enumerate(steps):
        line = step.line
        if step.opname == "IMPORT_NAME":
            origin = importing = step.argval
        elif importing and step.opname == "IMPORT_FROM":
            importing = f"{origin}.{step.argval}"
        elif importing and step.opname.startswith("STORE"):
            own[step.argval] = types.ModuleType(importing)
        elif step.opname not in ("SWAP", "POP_TOP"):
            importing = ""
        if by_name and step.opname == "LOAD_CONST" and isinstance(step.argval, str):
            yield Use(types.ModuleType(step.argval), step.argval, (), line, code)
        by_name = step.argval in _IMPORTERS
        if step.opname.startswith(_LOADS):
            known = own if step.opname.startswith("LOAD_FAST") else outer | own
            path = _attributes(steps[place + 1 :])
            if step.argval in known:
                yield Use(known[step.argval], step.argval, path, line, code)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from uses(inner, outer | own)


class Step(NamedTuple):
    """One instruction of a function's code, and the line that it is of."""

    opname: str
    argval: Any
    line: int


@lru_cache(maxsize=500)
def steps_of(code: types.CodeType) -> tuple[Step, ...]:
    """Its instructions. Since Python 3.13 two that follow each other can be one: here they are two,
    `STORE_FAST_LOAD_FAST` as `STORE_FAST` and `LOAD_FAST`."""
    found: list[Step] = []
    line = code.co_firstlineno
    for step in dis.get_instructions(code):
        line = (step.positions and step.positions.lineno) or line
        if "FAST" in step.opname and isinstance(step.argval, tuple):
            first = "STORE_FAST" if step.opname.startswith("STORE") else "LOAD_FAST"
            second = "STORE_FAST" if step.opname.endswith("STORE_FAST") else "LOAD_FAST"
            found += [Step(first, step.argval[0], line), Step(second, step.argval[1], line)]
        else:
            found.append(Step(step.opname, step.argval, line))
    return tuple(found)


def closure(function: types.FunctionType) -> dict[str, object]:
    """What the names stand for that a function has from the one around it."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or ())
    return {name: attribute(cell, "cell_contents") for name, cell in cells}


def wrapped(value: object) -> list[object]:
    """What a method, a property, a partial or a decorated function is made of."""
    return [part for name in _WRAPPED if (part := attribute(value, name)) is not None]


def attribute(value: object, name: str) -> object:
    """An attribute; None where there is none, or a class of the student's breaks the look-up."""
    try:
        return getattr(value, name, None)
    except Exception:
        return None


def _attributes(steps: Sequence[Step]) -> tuple[str, ...]:
    path: list[str] = []
    for step in steps:
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR"):
            path.append(step.argval)
        elif step.opname != "COPY":  # of what is loaded, where an attribute of it grows
            break
    return tuple(path)
