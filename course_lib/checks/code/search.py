"""Where does a function, or a helper that it uses, hold what it has to do without?

Read off their code, none of which is run. Followed are functions and classes of the student's own:
no package, and nothing that the lesson's set-up cells define. What is not used costs nothing.
"""

import functools
import itertools
import linecache
import sys
import types
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from course_lib.checks.code.follow import (
    Step,
    Use,
    attribute,
    closure,
    is_students,
    is_students_class,
    steps_of,
    uses,
    wrapped,
)

LOOP, AGAIN = "a loop", "recursion, which is a loop inside"
NAMELESS = "a lambda"  # a helper without a name
# Loops in other clothes: they call Python once an entry or once a row.
_DISGUISED: tuple[Any, ...] = (
    map,
    filter,
    functools.reduce,
    itertools.accumulate,
    itertools.filterfalse,
    itertools.starmap,
    itertools.takewhile,
    np.vectorize,
    np.apply_along_axis,
    np.apply_over_axes,
    np.frompyfunc,
)
_BUILT_IN = {"map": map, "filter": filter}


def disguised(name: str, module: str) -> str:
    """What a loop in other clothes is called."""
    shown = {"builtins": f"{name}()", "numpy": f"np.{name}"}.get(module, f"{module}.{name}")
    return f"{shown}, which is a loop inside"


_WHAT = {id(one): disguised(one.__name__, one.__module__.strip("_")) for one in _DISGUISED}
LOOPS = frozenset({LOOP, AGAIN, *_WHAT.values()})


class Found(NamedTuple):
    """Where it stands.

    owner: the helper that holds it; "" for the function itself
    line: of that function, from 1
    what: one of LOOPS, or the name that was looked for
    text: of the line; "" where it cannot be read
    """

    owner: str
    line: int
    what: str
    text: str


def first_found(
    function: object, names: Collection[str] = (), setup: Collection[str] = ()
) -> Found | None:
    """The first place where a function, or what it uses, holds one of these names; else a loop.

    names: of functions, classes, attributes or arguments; none where loops are looked for
    setup: the names that the lesson's set-up cells define
    """
    # A function that is in the student's room is looked at there.
    ask = getattr(type(function), "_course_search", None)
    if ask:
        found: Found | None = ask(function, list(names), list(setup))
        return found
    methods = tuple(vars(function)) if isinstance(function, type) else ()
    try:
        return _Search(frozenset(names), frozenset(setup)).value(function, _START, methods)
    except RecursionError:  # helpers of helpers, a thousand deep
        return None


class _Place(NamedTuple):
    """A line of a function, numbered as in its file."""

    owner: str
    code: types.CodeType
    line: int

    def found(self, what: str) -> Found:
        text = linecache.getline(self.code.co_filename, self.line).strip()[:100]
        return Found(self.owner, self.line - self.code.co_firstlineno + 1, what, text)


_START = _Place("", compile("", "<your function>", "exec"), 1)


@dataclass
class _Search:
    names: frozenset[str]
    setup: frozenset[str]
    seen: dict[tuple[int, int], object] = field(default_factory=dict)
    above: list[types.FunctionType] = field(default_factory=list)  # that lead here

    def value(self, value: object, place: _Place, taken: Sequence[str]) -> Found | None:
        """Look at a value that is used at a place.

        taken: the names of what may be taken of it, if it is a class or an object of one
        """
        if any(value is one for one in self.above):
            return None if self.names else place.found(AGAIN)
        is_function = isinstance(value, types.FunctionType)
        key = id(value), 0 if is_function else id(place.code)
        if key in self.seen:
            return None
        self.seen[key] = value
        if what := self._told(value):
            return place.found(what)
        if _name(value) in self.setup:
            return None
        found = None
        if isinstance(value, types.FunctionType) and is_students(value.__globals__):
            found = self._function(value)
        for part in _parts(value, taken):
            found = found or self.value(part, place, taken)
        return found

    def _function(self, function: types.FunctionType) -> Found | None:
        code, name = function.__code__, _name(function)
        first = self.above[0] if self.above else function
        owner = "" if name == _name(first) else name if name.isidentifier() else NAMELESS
        if found_here := self._held(code):
            line, what = found_here
            return _Place(owner, code, line).found(what)
        self.above.append(function)
        start = _Place(owner, code, code.co_firstlineno)
        given = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        found = next(filter(None, (self.value(one, start, ()) for one in given)), None)
        for use in uses(code, _BUILT_IN | function.__globals__ | closure(function)):
            if found:
                break
            value = _taken(use)
            if not self._is_given(use) and not _is_no_call(use):
                found = self.value(value, start._replace(line=use.line), use.code.co_names)
        self.above.pop()
        return found

    def _is_given(self, use: Use) -> bool:
        """Does a set-up cell define it, and not only import it?"""
        is_imported = isinstance(use.value, types.ModuleType) or id(use.value) in _WHAT
        return use.name in self.setup and not is_imported

    def _held(self, code: types.CodeType) -> tuple[int, str] | None:
        """The line of what a function's own code holds, and what that is."""
        before = ""
        for step in steps_of(code):
            # In Python 3.12 `yield from` jumps back, too, where the inner generator was closed.
            if before != "CLEANUP_THROW" and (what := self._step(step, code)):
                return step.line, what
            before = step.opname
        inner = (part for part in code.co_consts if isinstance(part, types.CodeType))
        return next(filter(None, map(self._held, inner)), None)

    def _step(self, step: Step, code: types.CodeType) -> str:
        if self.names:
            names_given = step.argval if isinstance(step.argval, tuple) else (step.argval,)
            return next(
                (one for one in names_given if isinstance(one, str) and one in self.names), ""
            )
        back = "JUMP_BACKWARD" in step.opname and "NO_INTERRUPT" not in step.opname
        if back or step.opname.startswith(("FOR_ITER", "GET_ANEXT")):
            return LOOP
        own = step.opname.startswith("LOAD_DEREF") and step.argval == code.co_name
        return AGAIN if own and code.co_name in code.co_freevars else ""

    def _told(self, value: object) -> str:
        if self.names:
            return _name(value) if _name(value) in self.names else ""
        if type(value) is np.ufunc and not {*"".join(value.types)} - {*"O->"}:
            value = np.frompyfunc
        return _WHAT.get(id(value), "")


def _name(value: object) -> str:
    """The name of a function, a class or the class of an object."""
    name = attribute(value, "__name__")
    return name if isinstance(name, str) else type(value).__name__


def _is_no_call(use: Use) -> bool:
    """Is it an attribute of a function, as a counter of its calls may be?"""
    path = use.path[:1] if isinstance(use.value, types.FunctionType) else ()
    return any(not name.startswith("__") for name in path)


def _parts(value: object, taken: Sequence[str]) -> Iterator[object]:
    """What else is looked at with a value: what it wraps, its class, and of that the methods that
    may be called."""
    if isinstance(value, type):
        if is_students_class(value):
            for name, part in vars(value).items():
                if name in taken or name.startswith("__"):
                    yield part
            yield from value.__bases__
    elif not isinstance(value, types.ModuleType | types.FunctionType):
        yield type(value)
    yield from wrapped(value)


def _taken(use: Use) -> object:
    """What is taken in the end where a module is named, such as reduce of functools."""
    value = use.value
    for name in use.path:
        if not isinstance(value, types.ModuleType):
            break
        value = vars(_loaded(value)).get(name)
    return _loaded(value) if isinstance(value, types.ModuleType) else value


def _loaded(module: types.ModuleType) -> Any:
    """The module, or the value in one, that the full name of a module without content means."""
    name = module.__name__
    if module.__spec__ is not None or name in sys.modules:
        return sys.modules.get(name, module)
    home, _, last = name.rpartition(".")
    return vars(sys.modules.get(home, module)).get(last, module)
