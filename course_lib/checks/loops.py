"""Does a function do without Python loops, or without what it is asked to write?

Read from its source, not timed, and from the code of what it uses: see `search`. A function that
lives in another process offers its text as `__course_source__`.
"""

import ast
import contextlib
import inspect
import linecache
import textwrap
import types
from collections.abc import Callable, Sequence
from typing import Any

from course_lib.checks.code.follow import attribute
from course_lib.checks.code.search import Found, disguised, first_found
from course_lib.checks.judging import NotYet, setup_in_sight, tell

_LOOPS: dict[type[ast.AST], str] = {
    ast.For: "a for loop",
    ast.AsyncFor: "a for loop",
    ast.While: "a while loop",
    ast.ListComp: "a list comprehension",
    ast.SetComp: "a set comprehension",
    ast.DictComp: "a dict comprehension",
    ast.GeneratorExp: "a generator",
}
_NUMPY = frozenset({"vectorize", "apply_along_axis", "apply_over_axes", "frompyfunc"})
_CALLED = frozenset({"map", "filter"})


def without_loops(function: Callable[..., Any], share: float = 1.0) -> None:
    """Neither the function nor a helper of the student's that it uses holds a loop.

    A loop is a comprehension, map, functools.reduce, np.vectorize or recursion, too.
    share: of the check's points, that this is worth
    tells: the first such line
    """
    try:
        source = _source(function)
        found = _first(source, _loop) or first_found(function, setup=setup_in_sight())
        if found:
            place = f"line {found.line} of {_owner(function, found)}"
            raise NotYet(
                f"No Python loop is allowed here, and {place} holds {found.what}.",
                f"Line {found.line}: `{found.text}`." if found.text else "",
            )
    except NotYet as failure:
        tell(failure, loss=share)


def without(function: Callable[..., Any], *names: str, share: float = 1.0) -> None:
    """Neither the function nor a helper of the student's that it uses names one of these.

    function: or a class, of which every method counts
    names: of functions, classes or arguments that are the inside of this exercise
    share: of the check's points, that this is worth
    tells: the first such line
    """
    try:
        source = _source(function)
        found = _first(source, lambda node: _named(node, names))
        found = found or first_found(function, names, setup_in_sight())
        if found:
            raise NotYet(
                f"{found.what} is what you are asked to write: do without it.",
                f"Line {found.line} of {_owner(function, found)} names it.",
            )
    except NotYet as failure:
        tell(failure, loss=share)


def _first(source: str, judge: Callable[[ast.AST], str]) -> Found | None:
    """The first line of which a part is judged to be something."""
    nodes = ast.walk(ast.parse(source))
    found = [(node.lineno, what) for node in nodes if (what := judge(node))]  # type: ignore[attr-defined]
    if not found:
        return None
    line, what = min(found)
    return Found("", line, what, source.splitlines()[line - 1].strip()[:100])


def _owner(function: Callable[..., Any], found: Found) -> str:
    name = str(getattr(function, "__name__", "your function"))
    return f"{found.owner}, which {name} uses," if found.owner else name


def _named(node: ast.AST, names: Sequence[str]) -> str:
    used = [getattr(node, part, None) for part in ("id", "attr", "arg", "name")]
    return next((name for name in names if name in used), "")


def _loop(node: ast.AST) -> str:
    name = getattr(node, "attr", None) or getattr(node, "id", None)
    if name in _NUMPY:
        return disguised(name, "numpy")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        return disguised(node.func.id, "builtins")
    return _LOOPS.get(type(node), "")


def _source(function: Callable[..., Any]) -> str:
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError):
        source = _class_source(function) or getattr(function, "__course_source__", "")
    source = textwrap.dedent(source) if type(source) is str else ""
    try:
        ast.parse(source)
    except SyntaxError:
        source = ""
    if not source:
        raise NotYet(
            "The source of your function cannot be read, so it cannot be searched.",
            "Define it with def in its own cell.",
        )
    return source


def _class_source(given: object) -> str:
    """The text of a notebook's class, which inspect does not find; "" for anything else."""
    values = vars(given).values() if isinstance(given, type) else ()
    methods = [one for one in values if isinstance(one, types.FunctionType)]
    within = [vars(one).get("__wrapped__") for one in methods]  # of those that are decorated
    files = [
        one.__code__.co_filename
        for one in (*methods, *within)
        if isinstance(one, types.FunctionType)
    ]
    for text in ("".join(linecache.getlines(file)) for file in dict.fromkeys(files)):
        with contextlib.suppress(SyntaxError):
            for node in ast.parse(text).body:
                if isinstance(node, ast.ClassDef) and node.name == attribute(given, "__name__"):
                    return ast.get_source_segment(text, node) or ""
    return ""
