"""How long the recipe is."""

import ast
from pathlib import Path

from course_lib import speed

MODULES = ("net", "loop", "muon", "augment")


def code_lines(path: Path) -> int:
    """Lines of a file that are neither empty, nor comment, docstring or import."""
    text, others = path.read_text(), set[int]()
    for node in ast.walk(ast.parse(text)):
        told = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if told or isinstance(node, ast.Import | ast.ImportFrom):
            others |= set(range(node.lineno, (node.end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for n, line in lines if n not in others and line.strip()[:1] not in ("", "#"))


def test_recipe_is_short() -> None:
    """Do net, loop, augmentation and Muon, the whole recipe, take at most 250 lines of PyTorch?"""
    folder = Path(speed.__file__).parent
    assert sum(code_lines(folder / f"{name}.py") for name in MODULES) <= 250
