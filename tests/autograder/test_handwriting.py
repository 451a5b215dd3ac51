"""Is another's hand another text with the same results?"""

import ast

import numpy as np
import pytest

from autograder.handwriting import renamed, rewritten

SOURCE = '''
def f(x, k=2):
    """Doc."""
    total = 0
    for i in range(k):
        if i % 2:
            total = (x + i) * (x - i) - total
        else:
            total = x ** 2 + total
    parts = [p + i for p in (1, 2)]
    return total + sum(parts) * k


class Counter:
    def __init__(self):
        self.count = 0

    def step(self):
        self.count += 1
        return self.count * 2 + 1
'''


def results(source: str) -> list[object]:
    space: dict[str, object] = {}
    exec(source, space)
    f, counter = space["f"], space["Counter"]()  # type: ignore[operator]
    return [f(3.0), f(x=2.0, k=5), f(np.arange(3.0)).tolist(), counter.step(), counter.step()]  # type: ignore


@pytest.mark.parametrize("change", [rewritten, renamed, lambda text: renamed(rewritten(text))])
def test_same_results(change) -> None:
    """Do functions and classes give what they gave, arguments by name included?"""
    assert ast.dump(ast.parse(change(SOURCE))) != ast.dump(ast.parse(SOURCE))
    assert results(change(SOURCE)) == results(SOURCE)


def test_other_names() -> None:
    """Have variables other names, and arguments and functions their own?"""
    text = renamed(SOURCE)
    assert "my_total" in text
    assert "def f(x, k=2)" in text
    assert " total " not in text


def test_steps() -> None:
    """Is a result put into a variable, and a long product taken apart?"""
    text = rewritten(SOURCE)
    assert "return outcome" in text
    assert "total = first_part - total" in text
