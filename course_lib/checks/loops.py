"""Does a function do without Python loops? Read from its source, not timed."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from course_lib.checks.verdict import NotYet, tell

_LOOPS: dict[type[ast.AST], str] = {
    ast.For: "a for loop",
    ast.AsyncFor: "a for loop",
    ast.While: "a while loop",
    ast.ListComp: "a list comprehension",
    ast.SetComp: "a set comprehension",
    ast.DictComp: "a dict comprehension",
    ast.GeneratorExp: "a generator",
}
# Loops in NumPy's clothes: they call Python once an entry or once a row.
_DISGUISED = frozenset({"vectorize", "apply_along_axis", "apply_over_axes", "frompyfunc"})
_CALLED = frozenset({"map", "filter"})


def without_loops(function: Callable[..., Any], share: float = 1.0) -> None:
    """The function's source holds no loop, no comprehension, no map and no np.vectorize.

    A function that lives in another process offers its text as `__course_source__`.

    share: of the check's points, that this is worth
    tells: the first such line
    """
    try:
        _look(function)
    except NotYet as failure:
        tell(failure, loss=share)


def _look(function: Callable[..., Any]) -> None:
    source = _source(function)
    lines = source.splitlines()
    found = [(node.lineno, what) for node in ast.walk(ast.parse(source)) if (what := _loop(node))]  # type: ignore[attr-defined]
    if found:
        line, what = min(found)
        name = getattr(function, "__name__", "your function")
        raise NotYet(
            f"No Python loop is allowed here, and line {line} of {name} holds {what}.",
            f"Line {line}: `{lines[line - 1].strip()[:100]}`.",
        )


def _loop(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in _DISGUISED:
        return f"np.{node.attr}, which is a loop inside"
    if isinstance(node, ast.Name) and node.id in _DISGUISED:
        return f"{node.id}, which is a loop inside"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        return f"{node.func.id}(), which is a loop inside"
    return _LOOPS.get(type(node), "")


def _source(function: Callable[..., Any]) -> str:
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError):
        source = getattr(function, "__course_source__", "")
    source = textwrap.dedent(source) if type(source) is str else ""
    try:
        ast.parse(source)
    except SyntaxError:
        source = ""
    if not source:
        raise NotYet(
            "The source of your function cannot be read, so it cannot be searched for loops.",
            "Define it with def in its own cell.",
        )
    return source
