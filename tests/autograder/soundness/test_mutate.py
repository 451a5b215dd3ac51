"""Which automatic changes does no check notice? And which changes are there?"""

import ast

import pytest

from autograder.lesson.lessons import Lesson
from autograder.soundness import mutate as module
from autograder.soundness.mutants import mutants
from autograder.soundness.mutate import mutate
from course_lib.errors import CourseError

ONE_NAN = (
    "largest: if np.isnan(a) or np.isnan(b): | only `np.isnan(a)` in `np.isnan(a) or np.isnan(b)`"
)
EXCHANGED = "largest: return max(a, b) | arguments exchanged in `max(a, b)`"


def changes(source: str) -> dict[str, str]:
    return {mutant.title: mutant.source for mutant in mutants(source)}


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
    found = list(mutants(source))
    titles = [mutant.title for mutant in found]
    assert len(set(titles)) == len(titles)
    plain = ast.unparse(ast.parse(source))
    assert all(mutant.source != plain for mutant in found)
    assert all('"""Text."""' in mutant.source for mutant in found)
    assert not any("raise" in mutant.title.partition("|")[0] for mutant in found)
    assert titles == [mutant.title for mutant in mutants("\n\n" + source)]


def test_holes_are_found_and_lists_are_kept(tiny_copy: Lesson) -> None:
    """Is a change that no check notices told, and is one with a reason left alone?"""
    holes = {one.mutant.title: one.exercise for one in mutate(tiny_copy).unlisted}
    assert holes[ONE_NAN] == holes[EXCHANGED] == "tiny-largest"
    tiny_copy.equivalents.write_text(
        f'["tiny-largest"]\n"{EXCHANGED}" = "max has no order"\n"gone" = "was there once"\n'
    )
    came = mutate(tiny_copy)
    assert ONE_NAN in [one.mutant.title for one in came.unlisted]
    assert EXCHANGED not in [one.mutant.title for one in came.unlisted]
    assert came.stale == ["tiny-largest: gone"]
    tiny_copy.equivalents.write_text("[\n")
    with pytest.raises(CourseError, match="not understood"):
        mutate(tiny_copy)


def test_a_change_that_never_ends_or_ends_python(
    tiny_copy: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Do changes that loop or kill the process count as noticed, and do the others go on?"""
    monkeypatch.setattr(module, "SECONDS", 1.0)
    text = tiny_copy.source.read_text()
    loop = "    n = 0\n    while n < 3:\n        n += 1\n    if n != 3:\n        os._exit(0)\n"
    tiny_copy.source.write_text(
        text.replace("import numpy as np", "import os\n\nimport numpy as np").replace(
            "    return max(a, b)", f"{loop}    return max(a, b)"
        )
    )
    came = mutate(tiny_copy, only=lambda exercise: exercise == "tiny-largest")
    titles = [one.mutant.title for one in came.unlisted]
    assert came.tried > 20
    assert not any("n += 1 | left out" in title for title in titles)
    assert EXCHANGED in titles


def test_a_sample(tiny: Lesson) -> None:
    """Is every so-and-so-manieth change tried, the same ones every time?"""
    whole, part = mutate(tiny), mutate(tiny, every=4)
    assert part.tried == whole.tried // 4
    survivors = [one.mutant.title for one in whole.survivors]
    assert {one.mutant.title for one in part.survivors} <= set(survivors)
