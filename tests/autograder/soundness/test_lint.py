"""Does a lesson keep the house rules?"""

import re

import pytest

from autograder.lesson.lessons import Lesson
from autograder.soundness.lint import problems_of, unfinished, warnings
from tests.autograder.changes import EXPERIMENT, PLAIN, Break, added, replaced

CHECK = 'check="tiny-largest" points=40'


def test_tiny_lesson_is_clean(tiny: Lesson) -> None:
    """Is a lesson that keeps every rule left alone?"""
    assert problems_of(tiny) == []


BROKEN = {
    "points": (replaced(CHECK, CHECK.replace("40", "30")), "points add up to 90, not to 100"),
    "no solution marks": (
        lambda text: re.sub(r" *### (BEGIN|END) SOLUTION\n", "", text, count=2),
        "tiny-squares: no solution marks",
    ),
    "no docstring": (
        replaced('"""The larger of two numbers.', '_ = """The larger of two numbers.'),
        "docstring of largest is missing",
    ),
    "an argument left out": (
        replaced("of x.\n\n    x: (N,) float\n", "of a vector.\n"),
        "docstring of sum_of_squares says nothing of x",
    ),
    "no returns": (
        replaced("    returns: float\n", ""),
        "docstring of sum_of_squares has no line `returns",
    ),
    "no hidden part": (
        lambda text: re.sub(
            r" *### BEGIN HIDDEN.*?END HIDDEN TESTS\n", "", text, count=1, flags=re.DOTALL
        ),
        "tiny-squares: none of its checks has a hidden part",
    ),
    "long check": (
        replaced(
            "    checks.equal(largest(2.0, 3.0), 3.0)\n",
            "    checks.equal(largest(2.0, 3.0), 3.0)\n" * 12,
        ),
        "tiny-largest-check shows 13 lines, and a visible check has at most 12",
    ),
    "no check": (
        lambda text: text[: text.index('# %% check="tiny-largest"')],
        "tiny-largest: no check follows",
    ),
    "orphan check": (
        replaced('check="tiny-largest"', 'check="large"'),
        "The check large-check follows",
    ),
    "long cell": (
        added(PLAIN + "".join(f"a{i} = {i}\n\n" for i in range(26))),
        "shows 26 lines of code",
    ),
    "the same cell twice": (
        added("# %% [markdown]\n# ## Once more\n" + PLAIN + "1\n# %% [markdown]\n# ## Once more\n"),
        "2 cells are the same, one of which begins: ## Once more",
    ),
    "two empty cells": (
        added("# %% [markdown]\n# %% [markdown]\n# %%\n"),
        "cells are the same, one of which begins: (with nothing)",
    ),
    "unknown name": (added(PLAIN + "print(nothing)\n"), "uses nothing, which no cell before"),
    "syntax": (added(PLAIN + "def f(:\n"), "invalid syntax"),
}


@pytest.mark.parametrize(("change", "sentence"), BROKEN.values(), ids=BROKEN)
def test_each_breach_is_told(tiny_copy: Lesson, change: Break, sentence: str) -> None:
    """Is this breach told, with the file and the cell?"""
    tiny_copy.source.write_text(change(tiny_copy.source.read_text()))
    told = problems_of(tiny_copy)
    assert any(sentence in one and str(tiny_copy.source) in one for one in told), told


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (replaced('"tiny-squares"', '"tiny-cubes"'), "tiny-cubes, which is not there"),
        (
            replaced("def sum_of_squares", "def sum_of_cubes"),
            "called sum_of_cubes, which the answer",
        ),
        (replaced('"max("', '"maximum("'), "'maximum(' stands 0 times in the answer"),
        (replaced('"max("', '"a"'), "in the answer. Write a piece of it that stands there once"),
        (replaced('"min("', '"max("'), "the swap changes nothing"),
        (replaced('"min("', '"min(("'), "the swap gives no Python"),
        (added("def f(:\n"), "line"),
    ],
    ids=["exercise", "name", "no place", "many places", "no change", "no Python", "syntax"],
)
def test_mistakes_are_linted(tiny_copy: Lesson, change: Break, sentence: str) -> None:
    """Is a mistake that cannot be planted told?"""
    tiny_copy.mistakes.write_text(change(tiny_copy.mistakes.read_text()))
    told = problems_of(tiny_copy)
    assert any(sentence in one and "mistakes.py" in one for one in told), told


@pytest.mark.parametrize(
    "cell",
    [
        EXPERIMENT + "%timeit sum_of_squares(np.ones(3))\n",
        PLAIN + "total = [i for i in range(3)]\ntotal\n",
        PLAIN
        + "def f(n):\n    '''Text.\n"
        + "\n    more\n" * 30
        + "    '''\n    return f(n - 1)\n",
        EXPERIMENT + "largest(1, 2)\nprint(curve)\n",
    ],
    ids=["magic", "comprehension", "long docstring", "experiment"],
)
def test_what_is_allowed(tiny_copy: Lesson, cell: str) -> None:
    """Does the linter leave alone what a lesson may do?"""
    tiny_copy.source.write_text(tiny_copy.source.read_text() + "\n" + cell)
    assert problems_of(tiny_copy) == []


def test_counts_of_a_course(tiny_copy: Lesson) -> None:
    """Do the usual sizes hold where a course sets no other, but not for lesson 00?"""
    (tiny_copy.root / "pyproject.toml").write_text("")
    told = "\n".join(unfinished(tiny_copy))
    assert "cells: between 40 and 160" in told
    assert "2 exercises: between 6 and 14" in told
    assert f"{tiny_copy.mistakes}: 2 mistakes for tiny-squares: between 5 and 60" in told
    tiny_copy.mistakes.write_text("")
    assert "0 mistakes for tiny-squares" in "\n".join(unfinished(tiny_copy))
    text = tiny_copy.source.read_text()
    optional = re.sub(r'(check="tiny-largest[^"]*") points=\d+', r"\1 points=0", text)
    tiny_copy.source.write_text(optional)
    assert "1 exercises: between 6 and 14" in "\n".join(unfinished(tiny_copy))
    first = Lesson("00_tiny", tiny_copy.root)
    tiny_copy.source.parent.rename(first.source.parent)
    (first.source.parent / "01_tiny.py").rename(first.source)
    told = "\n".join(unfinished(first))
    assert "cells" not in told
    assert "exercises" not in told


def test_an_answer_in_a_visible_check_is_a_warning(tiny_copy: Lesson) -> None:
    """Is an author told where a check shows how the answer is computed?"""
    assert warnings(tiny_copy) == []
    text = tiny_copy.source.read_text()
    changed = text.replace("float(np.dot(x, x))", "float((x**2).sum())")
    assert changed != text
    tiny_copy.source.write_text(changed)
    (told,) = warnings(tiny_copy)
    assert "tiny-squares-check shows a piece of the answer: `float((x ** 2).sum())`" in told
    assert problems_of(tiny_copy) == []
