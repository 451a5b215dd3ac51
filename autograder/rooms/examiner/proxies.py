"""What stands in the examiner's room for what the student defined?

A handle: using it is a call to the student's room. Data come back as data; whether two things are
equal, true or numbers is never for a student's class to say, so a handle refuses to be any of it.
"""

import ast
import functools
import inspect
import keyword
import textwrap
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager

from autograder.rooms.examiner.link import Link
from autograder.rooms.examiner.raised import word
from autograder.rooms.wire import generators
from autograder.rooms.wire.kin import base_of
from course_lib.checks.behaviour import changes_show
from course_lib.checks.code.imports import sentence
from course_lib.checks.code.search import LOOPS, NAMELESS, Found
from course_lib.checks.difference.values import kind

_LONGEST_SOURCE = 100_000
__tracebackhide__ = True  # an error's place is in the student's code, not here


class Handle:
    """An object in the student's room."""

    __slots__ = ("__weakref__", "_about", "_link", "_number", "_source")
    __array_ufunc__ = None
    __hash__ = object.__hash__
    _link: Link
    _number: int
    _about: list[Any]
    _source: Callable[[], str]

    def __init__(self, link: Link, number: int, about: list[Any]) -> None:
        for slot, value in (("_link", link), ("_number", number), ("_about", about)):
            object.__setattr__(self, slot, value)
        object.__setattr__(self, "_source", str)
        weakref.finalize(self, link.dropped.append, number)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        given: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        result, changed = self._link.ask_all("call", self, list(args), kwargs)
        for place, value in changed.items():
            if place in given:
                update(given[place], value, changes_show.get())
        return result

    def __getattr__(self, name: str) -> Any:
        if name == "__name__" and self._about[3:]:
            return self._about[3]
        if name == "__signature__" and self._about[3:]:
            return _signature(self._link.ask("parameters", self))
        if name == "__course_source__":
            return self._source()
        if name.startswith("__"):
            raise AttributeError(name)
        return self._link.ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._link.ask("setattr", self, name, value)

    def __len__(self) -> int:
        length = self._link.ask("length", self)
        if type(length) is not int:
            raise TypeError("A length is an integer.")
        return length

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of yours>"

    def __copy__(self) -> "Handle":
        return self

    def __deepcopy__(self, memo: object) -> "Handle":
        return self

    def _course_number(self) -> int:
        return self._number

    def _course_hidden_use(self, hides: Sequence[str]) -> str:
        reply = self._link.ask("hidden_use", self, list(hides))
        return next(
            (one for one in map(sentence, hides) if type(reply) is str and reply == one), ""
        )

    def _course_search(self, names: Sequence[str], setup: Sequence[str]) -> Found | None:
        reply = self._link.ask("search", self, list(names), list(setup))
        if type(reply) is not tuple or [*map(type, reply)] != [str, int, str, str]:
            return None
        owner, line, what, text = reply
        if what not in (names or LOOPS) or not 0 < line <= _LONGEST_SOURCE:
            return None
        return Found(owner if owner in ("", NAMELESS) else word(owner), line, what, text[:100])

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(
            f"An object of your class {type(self).__name__} came where plain data are due: "
            "numbers, arrays, strings, lists, tuples or dicts."
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __int__ = __float__ = __complex__ = __index__ = _refuse
    __iter__ = __contains__ = __reduce_ex__ = __array__ = __array_function__ = _refuse
    __instancecheck__ = __subclasscheck__ = __torch_function__ = _refuse


def _forward(name: str, operator: str) -> None:
    def ahead(self: Handle, *others: Any) -> Any:
        return self._link.ask("operator", operator, [self, *others])

    def reflected(self: Handle, other: Any) -> Any:
        return self._link.ask("operator", operator, [other, self])

    setattr(Handle, f"__{name}__", ahead)
    if name not in ("neg", "pos", "abs", "invert", "getitem", "setitem", "delitem"):
        setattr(Handle, f"__r{name}__", reflected)


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _forward(_name, _name)
for _name in ("and", "or", "xor", "lshift", "rshift"):
    _forward(_name, f"{_name}_" if keyword.iskeyword(_name) else _name)
for _name in ["neg", "pos", "abs", "invert", "getitem", "setitem", "delitem"]:
    _forward(_name, _name)


def handle(link: Link, number: int, about: list[Any]) -> Handle:
    """A handle whose type bears the name of the student's, for sentences about it.

    about: type's name, type's module, callable or not, and of what can be called its name
    raises: ValueError where the description is none
    """
    name, module, can_be_called, *rest = about
    if not all(type(part) is str for part in (name, module, *rest[:1])):
        raise ValueError("no description")
    return _class(word(name), module[:80])(link, number, [name, module, can_be_called, *rest])


@functools.lru_cache(maxsize=1000)
def _class(name: str, module: str) -> type[Handle]:
    return type(name, (Handle,), {"__slots__": (), "__module__": module})


def named(value: object, source: Callable[[], str]) -> object:
    """A function or class bound to its name in a check: it knows the text of its definition."""
    if isinstance(value, Handle):
        object.__setattr__(value, "_source", source)
    return value


def definition(name: str, cells: Sequence[str]) -> str:
    """The text of the last definition of a function or class in these cells; "" where none is."""
    for cell in reversed(cells):
        if name not in cell or len(cell) > _LONGEST_SOURCE:
            continue
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            text = TransformerManager().transform_cell(cell)
            for node in reversed(ast.parse(text).body):
                if getattr(node, "name", "") == name:
                    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                    first = min(part.lineno for part in (node, *node.decorator_list))
                    lines = text.splitlines()[first - 1 : node.end_lineno]
                    return textwrap.dedent("\n".join(lines)) + "\n"
                if any(_binds(part, name) for part in ast.walk(node)):
                    return ""  # made otherwise, later: no definition to be read
    return ""


def _binds(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def update(old: Any, new: Any, arrays: bool) -> None:
    """Let an argument be what the student's function made of it.

    arrays: whether that may reach into the check's own arrays; a dict or list gets new ones
    raises: TypeError where the two are of different kinds
    """
    if _base(old) is not _base(new):
        raise TypeError("An argument came back as another type.")
    base = _base(old)
    if base is np.random.Generator:
        generators.advance(old, new)
    elif kind(old) == "array":
        if arrays and old.shape == new.shape and old.dtype == new.dtype and old.flags.writeable:
            old[...] = new
    elif kind(old) == "tensor":
        if arrays:
            old.data = new.data
    elif base is dict:
        merged = {key: _merged(old.get(key), value, arrays) for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif base is list:
        old[:] = _all_merged(old, new, arrays)
    elif base is tuple:
        _all_merged(old, new, arrays)
    elif base is set:
        old.clear()
        old.update(new)


def _base(value: object) -> Any:
    """The plain type of a value: a dict may come back to a defaultdict."""
    return base_of(value) or type(value)


def _all_merged(old: Any, new: Any, arrays: bool) -> list[Any]:
    return [_merged(a, b, arrays) for a, b in zip(old, new)] + [*new[len(old) :]]


def _merged(old: Any, new: Any, arrays: bool) -> Any:
    """`old` brought up to date where it can be; else `new`."""
    if type(old) is type(new) is np.random.Generator:
        generators.advance(old, new)
        return old
    if _base(old) is not _base(new) or kind(old) not in ("array", "tensor", "dict", "list"):
        return new
    if kind(old) == "tensor" and not arrays:
        return new
    if kind(old) == "array" and not (arrays and (old.shape, old.dtype) == (new.shape, new.dtype)):
        return new
    if _base(old) is tuple:
        merged = _all_merged(old, new, arrays)
        same = len(merged) == len(old) and all(a is b for a, b in zip(merged, old))
        return old if same else tuple(merged)
    update(old, new, arrays)
    return old


def _signature(names: object) -> inspect.Signature:
    parameters = [word(n) for n in names if type(n) is str] if isinstance(names, list) else []
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature([inspect.Parameter(n, positional) for n in dict.fromkeys(parameters)])
