"""Does an answer read a name that only a check or an experiment defines?

It is not there when the answer is graded.
"""

import ast
import builtins
import dis
import linecache
import symtable
import types
from collections.abc import Collection, Iterator, Sequence

from course_lib.checks import session
from course_lib.checks.code.follow import attribute, closure, wrapped
from course_lib.checks.sight import check_frame, named_in_sight

_READS = ("LOAD_GLOBAL", "LOAD_NAME")
_GIVES = ("STORE_GLOBAL", "STORE_NAME")


def names_before() -> frozenset[str]:
    """The names of the notebook, at the moment before a check begins."""
    frame = check_frame()
    return frozenset(frame.f_globals) if frame else frozenset()


def borrowed_names(before: Collection[str], setup: Sequence[str]) -> str:
    """The sentence on names that the answer reads and that only checks or experiments define.

    "" where there is none.

    before: `names_before`; setup: the names that the lesson's first cells define
    """
    frame = check_frame()
    if frame is None or frame.f_code.co_name != "<module>":
        return ""
    read = [name for name in _read_by(named_in_sight(setup), frame.f_globals) if name not in setup]
    if not read:
        return ""
    of_check, _ = split("".join(linecache.getlines(frame.f_code.co_filename)))
    known = session.given_by_cells()
    given, experimental, elsewhere = known if known else (set(), set(), before)
    only = [n for n in read if n not in elsewhere and not hasattr(builtins, n)]
    if of_checks := [name for name in only if name in of_check | given]:
        return _sentence(of_checks, "which only the check defines.")
    if of_experiments := [name for name in only if name in experimental]:
        return _sentence(
            of_experiments, "which only an experiment defines, and those do not count."
        )
    return ""


def _sentence(names: Sequence[str], which: str) -> str:
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    it, such = ("it", "is no such name") if len(names) == 1 else ("them", "are no such names")
    return (
        f"Your code uses {listed}, {which} Take {it} from the arguments: "
        f"when this is graded, there {such}."
    )


def split(source: str) -> tuple[set[str], set[str]]:
    """The global names that a cell's checks define, and those that the rest of it defines."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set(), set()
    checks = [node for node in tree.body if _is_check(node)]
    others = [node for node in tree.body if not _is_check(node)]
    return _defined(checks), _defined(others)


def _is_check(node: ast.stmt) -> bool:
    called = [one.context_expr for one in node.items] if isinstance(node, ast.With) else []
    return any(ast.unparse(one).startswith("checks.verdict(") for one in called)


def _defined(nodes: list[ast.stmt]) -> set[str]:
    text = ast.unparse(ast.Module(nodes, []))
    left = [symtable.symtable(text, "cell", "exec")]
    found: set[str] = set()
    for table in left:  # which grows
        left += table.get_children()
        for symbol in table.get_symbols():
            is_global = table.get_type() == "module" or symbol.is_declared_global()
            if is_global and (symbol.is_assigned() or symbol.is_imported()):
                found.add(symbol.get_name())
    return found


def _read_by(found: Sequence[object], space: dict[str, object]) -> list[str]:
    """The global names that functions of this notebook read, and those that they call."""
    left, seen, names = [*found], set[int](), dict[str, None]()
    for value in left:  # which grows
        if id(value) in seen:
            continue
        seen.add(id(value))
        if hasattr(type(value), "_course_number"):
            continue  # it is in the student's room, where no check has defined anything
        if isinstance(value, types.FunctionType):
            if value.__globals__ is space:
                own = dict.fromkeys(_reads(value.__code__))
                names |= own
                left += [space[name] for name in own if name in space]
                left += closure(value).values()
        elif isinstance(value, type):
            if attribute(value, "__module__") == space.get("__name__"):
                left += vars(value).values()
        elif not isinstance(value, types.ModuleType):
            left.append(type(value))
        left += wrapped(value)
    return list(names)


def _reads(code: types.CodeType) -> Iterator[str]:
    steps = list(dis.get_instructions(code))
    own = {step.argval for step in steps if step.opname in _GIVES}
    yield from (s.argval for s in steps if s.opname in _READS and s.argval not in own)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _reads(inner)
