"""Which changes to an answer are there?"""

import ast

import pytest

from autograder.soundness.mutants import mutants_of


def changes(source: str) -> dict[str, str]:
    return {mutant.title: mutant.source for mutant in mutants_of(source)}


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a + b", "a - b"),
        ("a + b", "b"),
        ("a - b", "b - a"),
        ("x @ w", "x * w"),
        ("x.sum(axis=0)", "x.sum()"),
        ("x.sum(axis=0)", "x.mean(axis=0)"),
        ("x.T", "x"),
        ("-x", "x"),
        ("x[1:]", "x[:]"),
        ("a < b", "a <= b"),
        ("np.sqrt(x)", "x"),
        ("np.maximum(0, x)", "np.minimum(0, x)"),
        ("f(a, b)", "f(b, a)"),
        ("0.9 * x", "9.0 * x"),
        ("x[:, None]", "x[None, :]"),
        ("a if c else b", "b"),
        ("a and b", "a"),
        ("x.copy()", "x"),
    ],
)
def test_the_usual_slips_are_among_them(source: str, changed: str) -> None:
    """Does each kind of slip stand among the changes to a line that invites it?"""
    lines = [ast.unparse(ast.parse(text)) for text in changes(source).values()]
    assert ast.unparse(ast.parse(changed)) in lines


def test_statements_and_defaults_change_too() -> None:
    """Are a line left out, another default and a negated condition tried?"""
    source = "def f(x, eps=0.5):\n    if x > 1:\n        x += eps\n    return x"
    texts = list(changes(source).values())
    assert "def f(x, eps=0.5):\n    if not x > 1:\n        x += eps\n    return x" in texts
    assert "def f(x, eps=0.5):\n    if x > 1:\n        pass\n    return x" in texts
    assert any("eps=5.0" in text for text in texts)


def test_every_change_is_python_and_a_change_and_has_a_title_of_its_own() -> None:
    """Can a change be listed by its title, which stays when lines move?"""
    source = (
        'def f(x, y=1):\n    """Text."""\n    if x.ndim != 2:\n        raise ValueError(f"{x} 2")\n'
        "    x = x - x.mean(axis=0)\n    x = x - x.mean(axis=0)\n    return x, {'a': [1, 2]}\n"
    )
    found = list(mutants_of(source))
    titles = [mutant.title for mutant in found]
    assert len(set(titles)) == len(titles)
    plain = ast.unparse(ast.parse(source))
    assert all(mutant.source != plain for mutant in found)
    assert all('"""Text."""' in mutant.source for mutant in found)
    assert not any("raise" in mutant.title.partition("|")[0] for mutant in found)
    assert titles == [mutant.title for mutant in mutants_of("\n\n" + source)]
