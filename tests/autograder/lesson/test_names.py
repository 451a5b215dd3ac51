"""Which cells of a lesson use names that they should not rely on?"""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson
from autograder.lesson.names import astray, dependents, scope
from tests.autograder.changes import EXPERIMENT, PLAIN, Break, added, replaced

ASTRAY = {
    "graded on an experiment": (
        lambda text: replaced("# %% setup", f"{EXPERIMENT}curve = 1\n\n# %% setup")(
            replaced("### BEGIN SOLUTION\n", "### BEGIN SOLUTION\n    curve\n")(text)
        ),
        "tiny-squares uses curve of cell 2",
    ),
    "check on a check": (
        replaced(
            "checks.equal(largest(-2.0, -3.0), -2.0)", "checks.equal(largest(x[0], 9.0), 9.0)"
        ),
        "tiny-largest-check uses x of tiny-squares-check. A graded cell",
    ),
    "experiment on a check": (
        added(EXPERIMENT + "print(expected)\n"),
        "uses expected of tiny-squares-check. Rename it in the check",
    ),
    "untagged on a solution": (added(PLAIN + "largest(1, 2)\n"), "Tag this cell `experiment`"),
    "setup on a solution": (
        added('# %% setup="tiny-later"\nbig = largest(1, 2)\n'),
        "tiny-later-setup uses largest of tiny-largest. A set-up cell",
    ),
    "overwriting set-up": (added(EXPERIMENT + "np = 1\n"), "overwrites np, on which"),
}


@pytest.mark.parametrize(("change", "sentence"), ASTRAY.values(), ids=ASTRAY)
def test_each_wrong_place_is_told(tiny_copy: Lesson, change: Break, sentence: str) -> None:
    """Is the name told with the cell that takes it, and is nothing told of the lesson as it was?"""
    assert list(astray(source_notebook(tiny_copy))) == []
    tiny_copy.source.write_text(change(tiny_copy.source.read_text()))
    told = list(astray(source_notebook(tiny_copy)))
    assert any(sentence in one for one in told), told


@pytest.mark.parametrize(
    ("source", "defined", "taken"),
    [
        ("x = y", "x", "y"),
        ("import a.b, c as d\nfrom e import f", "a d f", ""),
        ("def f(x, y=z):\n    w = x\n    return w + g", "f", "z g"),
        ("class A(B):\n    k = 1\n    def m(self): return k2", "A", "B k2"),
        ("x = [i + a for i in b]", "x", "a b"),
        ("for i in r: pass\nwith o as p: pass", "i p", "r o"),
        ("def f(x):\n    def g(): return x + y\n    return g", "f", "y"),
        ("%matplotlib inline\nx = !ls\n", "x", "get_ipython"),
        ("lambda q: q(r)", "", "r"),
    ],
)
def test_names_of_a_cell(source: str, defined: str, taken: str) -> None:
    """Are the global names that a cell gives and takes told apart from its functions' own?"""
    assert scope(source) == (set(defined.split()), set(taken.split()))


def test_no_python_is_an_error() -> None:
    """Is a cell that is no Python refused, magics or not?"""
    for source in ("def f(:", "%time\nx ="):
        with pytest.raises(SyntaxError):
            scope(source)


def cell(name: str, source: str, **marks: object) -> object:
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": name, **marks}})


def test_who_could_notice_a_change() -> None:
    """Are the exercises found that use an answer, directly or by another, and no others?"""
    cells = []
    uses = {"a": "", "b": "fa", "c": "fb", "d": "", "e": "", "f": "fd"}
    for name, used in uses.items():
        cells.append(cell(f"x-{name}", f"def f{name}(): return {used or 1}", solution=True))
        test = "fa" if name == "e" else f"f{name}"
        cells.append(cell(f"x-{name}-check", f"{test}()", grade=True, points=1))
    notebook = new_notebook(cells=cells)
    assert [one.id for one in dependents(notebook, "x-a")] == ["x-a", "x-b", "x-c", "x-e"]
    assert [one.id for one in dependents(notebook, "x-d")] == ["x-d", "x-f"]
    assert [one.id for one in dependents(notebook, "x-f")] == ["x-f"]
