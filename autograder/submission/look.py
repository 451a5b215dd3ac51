"""What does a cell hold: which names does it define, which checks and untouched stubs are in it?

Read as IPython would read it, and never run.
"""

import ast
import re
import symtable
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

LONGEST = 100_000  # characters of a cell that is looked into; a long answer has 5,000
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n?")
_RUN_IN_PLACE = ("time", "capture", "prun")  # what stands below these defines names as ever
_NEW_LINE = re.compile(r"\r\n|\r|\n")  # as Python counts lines: a form feed ends none
_TITLE = re.compile(r"""\bverdict\(\s*(?P<quote>["'])(?P<title>.*?)(?P=quote)""")


@dataclass(frozen=True)
class Code:
    """The statements of a cell. `text` is what was read: magics are calls in it."""

    text: str
    nodes: tuple[ast.stmt, ...]

    def without(self, nodes: Collection[ast.stmt], note: str = "") -> str:
        """The text less these of its statements.

        note: a line in the place of each function and class, with `{}` for its name
        """
        lines: list[str | None] = [*_NEW_LINE.split(self.text)]
        for node in nodes:
            first, last = _first(node) - 1, node.end_lineno or node.lineno
            lines[first:last] = [None] * (last - first)
            if note and name_of(node):
                lines[first] = note.format(name_of(node))
        return "\n".join(line for line in lines if line is not None).strip("\n")

    def part(self, node: ast.stmt) -> str:
        """The lines of one statement."""
        return "\n".join(_NEW_LINE.split(self.text)[_first(node) - 1 : node.end_lineno])


def code(text: str) -> Code | None:
    """A cell's statements; None where it is none that Python could run."""
    if len(text) > LONGEST:
        return None
    if magic := _CELL_MAGIC.match(text):
        text = text[magic.end() :] if magic[1] in _RUN_IN_PLACE else ""
    with warnings.catch_warnings(action="ignore"):  # about escapes in a student's strings
        try:
            return Code(text, tuple(ast.parse(text).body))
        except SyntaxError:
            pass
        except (ValueError, RecursionError, MemoryError):
            return None
        try:
            plain = TransformerManager().transform_cell(text)
            return Code(plain, tuple(ast.parse(plain).body))
        except Exception:  # IPython's transformers raise more than SyntaxError
            return None


def binds(text: str) -> set[str]:
    """The global names that a text of plain Python defines, imports or assigns to."""
    try:
        with warnings.catch_warnings(action="ignore"):
            table = symtable.symtable(text, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    }


def defined(node: ast.stmt) -> set[str]:
    """The names that a statement makes as functions, classes or imports."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return {name_of(node)} - {""}


def name_of(node: ast.stmt) -> str:
    """The name of a function or class; "" for any other statement."""
    is_definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return node.name if is_definition else ""  # type: ignore[attr-defined]


def form(node: ast.stmt) -> str:
    """What a statement does, as text to be compared: less its docstring, comments and layout."""
    if name_of(node):
        body = node.body[_has_docstring(node) :]  # type: ignore[attr-defined]
        parts = [form(part) for part in body]
        return f"{type(node).__name__} {name_of(node)} {_head(node)} {parts}"
    return _dump(node)


def is_unwritten(node: ast.stmt) -> bool:
    """Does a function do nothing but say that it is not implemented?"""
    body = node.body[_has_docstring(node) :] if name_of(node) else []  # type: ignore[attr-defined]
    return (
        len(body) == 1
        and isinstance(body[0], ast.Raise)
        and "NotImplementedError" in _dump(body[0])
    )


def title(node: ast.stmt) -> str:
    """The title of a check, `with checks.verdict("title")`; "" for any other statement."""
    call = node.items[0].context_expr if isinstance(node, ast.With) else None
    if not (isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)):
        return ""
    named = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    return str(call.args[0].value) if named == "verdict" else ""


def titles(text: str) -> Iterator[str]:
    """The titles of checks in a text that cannot be read as Python."""
    return (found["title"] for found in _TITLE.finditer(text[:LONGEST]))


def makes_names(text: str) -> bool:
    """May it define names that cannot be seen in it?"""
    return any(sign in text for sign in ("import *", "%run", "exec(", "globals()"))


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *[part.lineno for part in decorators]])


def _has_docstring(node: ast.stmt) -> bool:
    first = node.body[0]  # type: ignore[attr-defined]
    return isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str)


def _dump(node: ast.AST) -> str:
    try:
        return ast.dump(node)
    except RecursionError:  # nested as deeply as no lesson's statement is
        return ""


def _head(node: ast.stmt) -> str:
    parts = [getattr(node, part, None) for part in ("args", "bases", "decorator_list")]
    return " ".join(
        _dump(part) if isinstance(part, ast.AST) else str([_dump(one) for one in part])
        for part in parts
        if part is not None
    )
