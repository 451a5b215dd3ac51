"""How would somebody else have written the same answer? For the sample class."""

import ast


def rewritten(source: str) -> str:
    """The same functions with each result in a variable, and long sums and products in steps."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                setattr(node, name, [new for one in statements for new in _steps(one)])
    return ast.unparse(ast.fix_missing_locations(tree))


def renamed(source: str) -> str:
    """The same functions with other names for all their variables; arguments keep theirs."""
    tree = ast.parse(source)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            _Renaming(function).visit(function)
    return ast.unparse(tree)


def _steps(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.Return) and isinstance(statement.value, ast.BinOp | ast.Call):
        kept = ast.Assign([ast.Name("outcome", ast.Store())], statement.value)
        return [*_steps(kept), ast.Return(ast.Name("outcome", ast.Load()))]
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BinOp):
        value = statement.value
        if not isinstance(value.left, ast.Name | ast.Constant):
            part = ast.Assign([ast.Name("first_part", ast.Store())], value.left)
            rest = ast.BinOp(ast.Name("first_part", ast.Load()), value.op, value.right)
            return [*_steps(part), ast.Assign(statement.targets, rest)]
    return [statement]


class _Renaming(ast.NodeTransformer):
    def __init__(self, function: ast.FunctionDef) -> None:
        nodes = list(ast.walk(function))
        made = {one.id for one in nodes if isinstance(one, ast.Name) and not _is_read(one)}
        kept = {one.arg for one in nodes if isinstance(one, ast.arg)}
        kept |= {
            name
            for one in nodes
            if isinstance(one, ast.Global | ast.Nonlocal)
            for name in one.names
        }
        self.names = {name: f"my_{name}" for name in made - kept}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)
