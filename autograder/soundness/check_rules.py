"""Is a check cell short, fair and silent about the answer? Each breach is a sentence."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.lesson.build import IMPORT
from course_lib.checks.judging import MOST_SHARES

LINES = 12  # of the visible part; it is read by students
VERDICT = "with checks.verdict("
_PROMISES = ("leaves_alone", "raises", "without", "without_loops", "share")
_SMALLEST = 9  # nodes of an expression that can give an answer away


@dataclass(frozen=True)
class Promise:
    """One promise with a share of its own: what it is about, and what it is worth."""

    about: str
    worth: float


def breaches(name: str, visible: str, whole: str) -> Iterator[str]:
    """What is wrong with a check.

    visible: its cell as students get it; whole: with its hidden part
    """
    if not visible.startswith(IMPORT + VERDICT):
        yield f"{name}: a check begins with `{VERDICT}`."
        return
    lines = [line for line in visible.removeprefix(IMPORT).splitlines() if line.strip()]
    if len(lines) > LINES:
        yield f"{name} shows {len(lines)} lines, and a visible check has at most {LINES}."
    if "suspects=" in whole:
        yield f"{name}: a check names no mistakes; they stand in mistakes.py alone."
    if "import autograder" in visible or "from autograder" in visible:
        yield f"{name}: students have no autograder. Move this to the hidden part."
    try:
        seen, every = (list(_promises(ast.parse(text))) for text in (visible, whole))
        tells = any(isinstance(node, ast.Call) and _helper(node) for node in _calls(visible))
    except SyntaxError:  # which `astray` reports
        return
    if not tells:
        yield f"{name}: students see no check here, all of it is hidden."
    for promise in every:
        if promise.about not in [one.about for one in seen]:
            yield (
                f"{name}: hidden checks try other inputs, not other promises. "
                f"Try this in the visible part, too: {promise.about}."
            )
    for line in sorted(_without_share(ast.parse(whole))):
        yield (
            f"{name}, line {line}: beside right values, a promise (an error, an argument left "
            "alone, no loop, a dtype) has a share of its own."
        )
    shares: dict[str, float] = {}
    for one in every:
        shares[one.about] = max(one.worth, shares.get(one.about, 0.0))
    worth = sum(shares.values())
    if worth > MOST_SHARES + 1e-9:
        yield (
            f"{name}: promises beside right values are worth {worth:g} of the points, and may be "
            f"worth {MOST_SHARES:g}."
        )


def given_away(visible: str, answer: str) -> list[str]:
    """Expressions of an answer, large enough to be one, that stand in its visible check."""
    mine = _expressions(answer)
    return sorted(
        {ast.unparse(node) for text, node in _expressions(visible).items() if text in mine}
    )


def _promises(tree: ast.AST) -> Iterator[Promise]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and (helper := _helper(node)) in _PROMISES):
            continue
        worth = [word.value for word in node.keywords if word.arg == "share"]
        if helper == "share":
            worth = node.args[:1]
            label = ast.unparse(node.args[1]) if node.args[1:] else "a share without a label"
            about = f"checks.share(..., {label})"
        elif helper == "raises":
            kind, function = (ast.unparse(one) for one in node.args[:2])
            about = f"checks.raises({kind}, {function}, ...)"
        else:
            about = f"checks.{helper}({ast.unparse(node.args[0])}, ...)"
        yield Promise(about, _number(worth[0]) if worth else 0.0)


def _without_share(tree: ast.Module) -> Iterator[int]:
    """Lines whose promise costs all points although the check compares values, too."""
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.With)]
    within = {
        id(node)
        for block in blocks
        if any(
            isinstance(i.context_expr, ast.Call) and _helper(i.context_expr) for i in block.items
        )
        for node in ast.walk(block)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _helper(node)]
    if any(_helper(call) == "equal" for call in calls):
        for call in calls:
            given = {word.arg for word in call.keywords}
            bare = _helper(call) in _PROMISES[:-1] and "share" not in given
            dtype = _helper(call) == "equal" and "dtype" in given
            if (bare or dtype) and id(call) not in within:
                yield call.lineno


def _helper(call: ast.Call) -> str:
    """Which of `checks` is called; "" where it is something else."""
    of = call.func
    if isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id == "checks":
        return "" if of.attr == "verdict" else of.attr
    return ""


def _calls(source: str) -> Iterator[ast.AST]:
    yield from (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def _number(node: ast.expr) -> float:
    try:
        return float(ast.literal_eval(node))
    except (ValueError, TypeError):
        return 0.0


def _expressions(source: str) -> dict[str, ast.expr]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return {}
    return {
        ast.dump(node): node
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp | ast.Call | ast.Compare)
        and sum(1 for _ in ast.walk(node)) >= _SMALLEST
        and "checks." not in ast.unparse(node)
    }
