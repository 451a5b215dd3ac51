"""What else could stand in an answer? Automatic changes to it, one place at a time."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

Definition = ast.FunctionDef | ast.ClassDef
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.MatMult: ast.Mult,
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_INSTEAD = {
    "sum": ("mean", "max"),
    "mean": ("sum", "max"),
    "max": ("min", "sum"),
    "min": ("max",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "std": ("var",),
    "var": ("std",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "normal": ("random",),
    "log": ("log2",),
}
# One argument goes in, something like it comes out.
_UNARY = frozenset({"sqrt", "exp", "log", "log1p", "abs", "square", "tanh", "sign", "float", "int"})
_UNARY |= {"array", "asarray", "list", "tuple", "sorted"}
_METHODS = frozenset({"copy", "astype", "reshape", "transpose", "sum", "mean", "max", "ravel"})


@dataclass(frozen=True)
class Mutant:
    """An answer with one place changed.

    place: the function and the statement that hold the change; change: what was changed in it
    """

    place: str
    change: str
    source: str

    @property
    def title(self) -> str:
        """What tells this change from the others, also when lines move."""
        return f"{self.place} | {self.change}"


def mutants_of(source: str) -> Iterator[Mutant]:
    """Every change to an answer's text that this module knows, each alone."""
    tree = ast.parse(source)
    taken: dict[str, int] = {}
    for slot, place in list(_slots(tree, "", "")):
        for change, node in _variants(slot.node):
            slot.put(node)
            try:
                text = ast.unparse(ast.fix_missing_locations(tree))
            except Exception:  # a change that is no Python
                continue
            finally:
                slot.put(slot.node)
            title = f"{place} | {change}"
            taken[title] = taken.get(title, 0) + 1
            again = f" ({taken[title]})" if taken[title] > 1 else ""
            yield Mutant(place, change + again, text)


@dataclass(frozen=True)
class _Slot:
    """Where a node hangs in the tree."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def _slots(node: ast.AST, function: str, statement: str) -> Iterator[tuple[_Slot, str]]:
    """Every expression and statement that may change, with the place that it stands in."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and field in (
            "returns",
            "decorator_list",
        ):
            continue
        if isinstance(node, ast.arg | ast.AnnAssign) and field == "annotation":
            continue
        listed = isinstance(value, list)
        for index, child in enumerate(value if listed else [value]):
            if not isinstance(child, ast.AST) or _is_text(child) or isinstance(child, ast.Raise):
                continue
            inside, line = function, statement
            if isinstance(child, Definition):
                inside, line = f"{function}.{child.name}" if function else child.name, ""
            elif isinstance(child, ast.stmt):
                line = ast.unparse(child).partition("\n")[0][:80]
            if isinstance(child, ast.expr | ast.stmt) and _may_change(child):
                slot = _Slot(node, field, index if listed else None, child)
                yield slot, f"{inside}: {line or 'signature'}"
            yield from _slots(child, inside, line)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _may_change(node: ast.expr | ast.stmt) -> bool:
    return not isinstance(getattr(node, "ctx", None), ast.Store)


def _variants(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What else could stand in the node's place, each with a name for the change."""
    shown = ast.unparse(node).partition("\n")[0][:50]
    match node:
        case ast.Assign() | ast.Expr() | ast.AugAssign() | ast.If():
            yield "left out", ast.Pass()
    for change, other in _changes(node):
        yield f"{change} in `{shown}`", other


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.AugAssign(target=target, value=value, op=op):
            yield "= for the operator", ast.Assign([copy.deepcopy(target)], copy.deepcopy(value))
            if type(op) in (ast.Add, ast.Sub):
                yield "other sign", _with(node, op=_OPERATORS[type(op)]())
        case ast.If(test=test):
            yield "negated", _with(node, test=ast.UnaryOp(ast.Not(), copy.deepcopy(test)))
        case ast.BinOp(left=left, op=op, right=right):
            if other := _OPERATORS.get(type(op)):
                yield f"{type(op).__name__} to {other.__name__}", _with(node, op=other())
            if isinstance(op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow | ast.MatMult):
                yield "right side left out", copy.deepcopy(left)
            if isinstance(op, ast.Add | ast.Sub | ast.Mult):
                yield "left side left out", copy.deepcopy(right)
            if isinstance(op, ast.Sub | ast.Div | ast.MatMult):
                swapped = _with(node, left=copy.deepcopy(right), right=copy.deepcopy(left))
                yield "sides exchanged", swapped
        case ast.UnaryOp(op=op, operand=operand) if not isinstance(op, ast.UAdd):
            yield f"{type(op).__name__} left out", copy.deepcopy(operand)
        case ast.Constant(value=value):
            for other_value in _numbers(value):
                yield f"to {other_value}", ast.Constant(other_value)
        case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
            other_op = _COMPARISONS[type(op)]
            yield f"{type(op).__name__} to {other_op.__name__}", _with(node, ops=[other_op()])
        case ast.Attribute(attr="T", value=value):
            yield "not transposed", copy.deepcopy(value)
        case ast.Call():
            yield from _calls(node)
        case ast.Subscript(slice=ast.Slice() as part):
            for bound in ("lower", "upper", "step"):
                if getattr(part, bound) is not None:
                    yield f"{bound} left out", _with(node, slice=_with(part, **{bound: None}))
        case ast.Tuple(elts=[first, second], ctx=ast.Load()):
            pair = [copy.deepcopy(second), copy.deepcopy(first)]
            yield "pair exchanged", ast.Tuple(pair, ast.Load())
        case ast.IfExp(body=body, orelse=orelse):
            yield "always the first", copy.deepcopy(body)
            yield "always the second", copy.deepcopy(orelse)
        case ast.BoolOp(values=values):
            for value in values:
                yield f"only `{ast.unparse(value)[:30]}`", copy.deepcopy(value)


def _calls(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    function = node.func
    method = isinstance(function, ast.Attribute)
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    for other in _INSTEAD.get(name, ()):
        changed = copy.deepcopy(node)
        setattr(changed.func, "attr" if method else "id", other)
        yield f"{name} to {other}", changed
    if name in _UNARY and len(node.args) == 1 and not node.keywords:
        yield f"{name} left out", copy.deepcopy(node.args[0])
    if isinstance(function, ast.Attribute) and name in _METHODS:
        module = isinstance(function.value, ast.Name) and function.value.id in ("np", "torch")
        if not module:
            yield f".{name}() left out", copy.deepcopy(function.value)
    if name in ("maximum", "minimum", "where") and len(node.args) >= 2:
        yield f"{name} with one side", copy.deepcopy(node.args[-1 if name == "where" else 0])
    if len(node.args) == 2 and name not in ("isinstance", "get", "range"):
        yield "arguments exchanged", _with(node, args=[copy.deepcopy(a) for a in node.args[::-1]])
    for place, word in enumerate(node.keywords):
        kept = [copy.deepcopy(one) for i, one in enumerate(node.keywords) if i != place]
        yield f"{word.arg} left out", _with(node, keywords=kept)


def _numbers(value: object) -> list[bool | int | float]:
    """Other values for a constant."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [n for n in dict.fromkeys((value + 1, value - 1, 0, 1, -value, 2)) if n != value]
    if isinstance(value, float):
        others = (value * 10, value / 10, 0.0, 1.0, 1 - value, 2 * value, value / 2)
        return [n for n in dict.fromkeys(others) if n != value]
    return []


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """A copy of a node with other fields."""
    changed = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
