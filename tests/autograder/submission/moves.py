"""A small lesson, and what students do with its cells without meaning harm."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from autograder.lesson.build import parse, release_notebook
from autograder.submission.assemble import assemble_notebook
from autograder.submission.frame import Frame, frame_of
from autograder.submission.look import code, titles
from autograder.submission.submitted import read
from course_lib.cells import grade_id, is_check, is_experiment, is_setup
from course_lib.notebooks import as_text

TEXT = '''\
# %% [markdown]
# # A lesson

# %% setup="x"
import numpy as np

from course_lib import checks

# %% answer="x-double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="x-double" points=40
with checks.verdict("twice"):
    checks.equal(double(np.ones(2)), np.full(2, 2.0))
    ### BEGIN HIDDEN TESTS
    checks.equal(double(3), 6)
    ### END HIDDEN TESTS

# %% tags=["experiment"]
steps = [double(number) for number in range(5)]
print("twice:", steps)
largest = max(steps)

# %% answer="x-pair"
state = []  # leave it here


def add(a, b):
    """The sum; it is noted."""
    ### BEGIN SOLUTION
    state.append(a)
    return a + b
    ### END SOLUTION


class Counter:
    """Counts."""

    def __init__(self):
        self.count = 0

    def step(self):
        """One more; returns the count."""
        ### BEGIN SOLUTION
        self.count = add(self.count, 1)
        return self.count
        ### END SOLUTION

# %% check="x-pair" points=40
with checks.verdict("sums"):
    checks.equal(add(1, 2), 3)
    checks.equal(state[-1], 1)
    ### BEGIN HIDDEN TESTS
    checks.equal(add(4, 2), 6)
    ### END HIDDEN TESTS

# %% check="x-pair-class" points=20
with checks.verdict("counts"):
    counter = Counter()
    checks.equal([counter.step(), counter.step()], [1, 2])
    ### BEGIN HIDDEN TESTS
    checks.equal(Counter().step(), 1)
    ### END HIDDEN TESTS
'''
DOUBLE = 'def double(x):\n    """Mine."""\n    return x + x'
ADD = "def add(a, b):\n    state.append(a)\n    return a + b"
COUNTER = """\
class Counter:
    def __init__(self):
        self.count = 0

    def step(self):
        self.count = add(self.count, 1)
        return self.count"""
PAIR = f"state = []\n\n\n{ADD}\n\n\n{COUNTER}"
ALL = {"twice": True, "sums": True, "counts": True}
SOURCE = parse(TEXT, Path("x.py"))
RELEASED = release_notebook(SOURCE, Path("x.py"))
FRAME: Frame = frame_of(SOURCE, RELEASED)
Move = Callable[[NotebookNode], None]


def ran(notebook: NotebookNode) -> dict[str, bool]:
    """Run a notebook from top to bottom; the titles of its checks, and which of them passed."""
    space: dict[str, Any] = {"__name__": "__main__"}
    passed = {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or is_experiment(cell):
            continue
        try:
            exec(compile((code(cell.source) or cell).text, "<cell>", "exec"), space)
            fine = True
        except Exception:
            fine = False
        passed |= dict.fromkeys(titles(cell.source), fine)
    return passed


def graded(notebook: NotebookNode) -> NotebookNode:
    with warnings.catch_warnings(action="ignore"):  # two cells of one id are what we are after
        made = assemble_notebook(FRAME, read(as_text(notebook).encode()))
    nbformat.validate(made)
    assert sorted(filter(None, map(grade_id, made.cells))) == sorted(FRAME.graded)
    for cell in made.cells:
        if is_check(cell) or is_setup(cell):
            assert cell.source == FRAME.graded[grade_id(cell)].source
    return made


def answered() -> NotebookNode:
    notebook = nbformat.from_dict(RELEASED)
    at(notebook, "double").source = DOUBLE
    at(notebook, "pair").source = PAIR
    return notebook


def at(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if grade_id(cell) == f"x-{name}")


def place(notebook: NotebookNode, name: str) -> int:
    return notebook.cells.index(at(notebook, name))


def own(text: str) -> NotebookNode:
    return v4.new_code_cell(text)


def recreated(notebook):
    """The answer's cell was deleted and written anew."""
    notebook.cells[place(notebook, "double")] = own(DOUBLE)


def recreated_at_the_top(notebook):
    """... above everything but the set-up."""
    del notebook.cells[place(notebook, "double")]
    notebook.cells.insert(2, own(DOUBLE))


def emptied_below(notebook):
    """The answer stands in an own cell, and the given one is empty."""
    notebook.cells.insert(place(notebook, "double"), own(DOUBLE))
    at(notebook, "double").source = ""


def stub_above(notebook):
    """The answer stands in an own cell below the stub."""
    notebook.cells.insert(place(notebook, "double") + 1, own(DOUBLE))
    at(notebook, "double").source = at(RELEASED, "double").source


def stub_with_another_docstring(notebook):
    """... which was edited and not written."""
    stub_above(notebook)
    at(notebook, "double").source = "def double(x, y=1):\n    raise NotImplementedError  # later"


def two_in_one(notebook):
    """Two answers stand in one given cell, and the other given cell is empty."""
    at(notebook, "double").source += f"\n\n{PAIR}"
    at(notebook, "pair").source = " "


def two_in_one_stub_deleted(notebook):
    """... and the other given cell is gone."""
    two_in_one(notebook)
    del notebook.cells[place(notebook, "pair")]


def all_in_one(notebook):
    """All answers stand in one own cell, and the given cells are gone."""
    notebook.cells[place(notebook, "double")] = own(f"{PAIR}\n\n{DOUBLE}")
    del notebook.cells[place(notebook, "pair")]


def one_of_two_moved(notebook):
    """Of two answers in a given cell one stands in an own cell above."""
    notebook.cells.insert(2, own(COUNTER))
    at(notebook, "pair").source = f"state = []\n\n\n{ADD}"


def one_of_two_moved_below_its_stub(notebook):
    """... or below, and its stub is still where it was."""
    stubs = at(RELEASED, "pair").source
    at(notebook, "pair").source = f"state = []\n\n\n{ADD}\n\n" + stubs[stubs.index("class") :]
    notebook.cells.insert(place(notebook, "pair") + 1, own(COUNTER))


def checks_at_the_end(notebook):
    """The checks were moved to the end."""
    notebook.cells.sort(key=is_check)


def with_helper(notebook):
    """A helper stands in a cell of its own, and one calls the answer before it is there."""
    notebook.cells.insert(2, own("double(3)"))
    notebook.cells.insert(3, own("def twice(x):\n    return 2 * x"))
    at(notebook, "double").source = "def double(x):\n    return twice(x)"


def answer_in_its_check(notebook):
    """The answer was written into the check's cell."""
    check = at(notebook, "double-check")
    check.source = check.source.replace("with", f"{DOUBLE}\n\n\nwith")
    at(notebook, "double").source = ""


def merged_with_its_check(notebook):
    """Answer and check were merged into one cell, which has the answer's marks."""
    at(notebook, "double").source += "\n\n" + at(notebook, "double-check").source
    del notebook.cells[place(notebook, "double-check")]


def all_merged(notebook):
    """All cells but the set-up were merged into one."""
    codes = [cell for cell in notebook.cells[2:] if not is_experiment(cell)]
    merged = own("\n\n".join(cell.source for cell in codes))
    notebook.cells = [*notebook.cells[:2], merged]


def answer_in_the_setup(notebook):
    """The answer, and an import that another needs, stand in the set-up cell."""
    at(notebook, "setup").source += f"\nimport operator\n\n\n{DOUBLE}"
    at(notebook, "double").source = ""
    at(notebook, "pair").source = PAIR.replace("a + b", "operator.add(a, b)")


def marks_lost(notebook):
    """A program dropped all metadata and ids."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata = {}
        cell.id = f"other{number}"


def marks_lost_and_checks_edited(notebook):
    """... and the student changed what a check and an experiment do."""
    marks_lost(notebook)
    for cell in notebook.cells:
        cell.source = cell.source.replace(
            "np.ones(2)), np.full(2, 2.0", "np.ones(3)), np.full(3, 2.0"
        )
        cell.source = cell.source.replace("range(5)", "range(5, 50)")


def timed(notebook):
    """The answer is below a cell magic."""
    notebook.cells[place(notebook, "double")] = own("%%time\n" + DOUBLE)


def by_assignment(notebook):
    """The answer is a name for something."""
    notebook.cells[place(notebook, "double")] = own(
        "from functools import partial\nimport operator\ndouble = partial(operator.mul, 2)"
    )


def tried_before(notebook):
    """An older, wrong answer stands above, in a cell of its own."""
    notebook.cells.insert(2, own("def double(x):\n    return x"))


def answered_twice(notebook):
    """A wrong answer stands with its check above the right one, which has a copy of the check."""
    again = nbformat.from_dict(at(notebook, "double-check"))
    at(notebook, "double").source = "def double(x):\n    return x"
    notebook.cells += [own(DOUBLE), again]


def marks_swapped(notebook):
    """Answer and check have each other's marks."""
    one, other = at(notebook, "double"), at(notebook, "double-check")
    one.metadata.nbgrader, other.metadata.nbgrader = other.metadata.nbgrader, one.metadata.nbgrader


SAME: list[Move] = [
    recreated, recreated_at_the_top, emptied_below, stub_above, stub_with_another_docstring,
    two_in_one, two_in_one_stub_deleted, all_in_one, one_of_two_moved,
    one_of_two_moved_below_its_stub, checks_at_the_end, with_helper, answer_in_its_check,
    merged_with_its_check, all_merged, answer_in_the_setup, marks_lost,
    marks_lost_and_checks_edited, timed, by_assignment, tried_before, answered_twice,
    marks_swapped,
]  # fmt: skip
