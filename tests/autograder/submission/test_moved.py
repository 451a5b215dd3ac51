"""Does an answer count in whatever cell a student wrote it?

What the notebook itself gives is the measure: both are run, cell by cell, and compared by the
titles of the checks.
"""

import sys
import types

import nbformat
import pytest
from nbformat import v4

from autograder.grading.mark import comments, zero
from autograder.submission import match
from autograder.submission.assemble import FOREIGN
from autograder.submission.look import binds, code
from course_lib.cells import grade_id, is_check, is_experiment
from course_lib.errors import CourseError
from tests.autograder.submission.moves import (
    ALL,
    DOUBLE,
    FRAME,
    PAIR,
    RELEASED,
    SAME,
    Move,
    answered,
    at,
    emptied_below,
    graded,
    marks_lost,
    marks_lost_and_checks_edited,
    own,
    place,
    ran,
    two_in_one_stub_deleted,
)


@pytest.mark.parametrize("move", SAME, ids=lambda move: move.__name__)
def test_as_in_the_notebook(move: Move):
    """Does it earn what it earns in the notebook, which is everything?"""
    notebook = answered()
    move(notebook)
    assert ran(notebook) == ran(graded(notebook)) == ALL


@pytest.mark.parametrize("move", SAME, ids=lambda move: move.__name__)
def test_wrong_stays_wrong(move: Move):
    """Does no such move earn a point for an answer that is wrong?"""
    notebook = answered()
    move(notebook)
    for cell in notebook.cells:
        for right in ("return x + x", "return 2 * x"):
            cell.source = cell.source.replace(right, "return x")
        cell.source = cell.source.replace("mul, 2", "mul, 1")
    assert not ran(graded(notebook))["twice"]


def stub_below(notebook):
    """The stub stands below the answer in an own cell: top to bottom, it undoes it."""
    notebook.cells.insert(place(notebook, "double"), own(DOUBLE))
    at(notebook, "double").source = at(RELEASED, "double").source


def check_above(notebook):
    """The answer stands in an own cell below the check."""
    notebook.cells.append(own(DOUBLE))
    at(notebook, "double").source = at(RELEASED, "double").source


def check_first(notebook):
    """The checks stand above everything, the set-up too."""
    notebook.cells.sort(key=is_check, reverse=True)


@pytest.mark.parametrize("move", [stub_below, check_above, check_first])
def test_run_in_another_order(move: Move):
    """Does an answer count that was right when the student ran the cells in another order?"""
    notebook = answered()
    move(notebook)
    assert ran(graded(notebook)) == ALL


def test_nothing_written():
    """Do the checks of what nobody wrote find the stub, also where its cell is gone?"""
    notebook = nbformat.from_dict(RELEASED)
    assert ran(graded(notebook)) == dict.fromkeys(ALL, False)
    del notebook.cells[place(notebook, "double")]
    at(notebook, "pair").source = ""
    made = graded(notebook)
    assert ran(made) == dict.fromkeys(ALL, False)
    assert "raise NotImplementedError" in at(made, "double").source
    assert "raise NotImplementedError" in at(made, "pair").source


def test_the_cell_that_counts():
    """Is the cell with the answer the one that bears the exercise's marks?"""
    notebook = answered()
    emptied_below(notebook)
    assert at(graded(notebook), "double").source == DOUBLE


def test_a_stub_says_where_the_answer_is():
    """Does the page say, in place of a stub that is not run, why?"""
    notebook = answered()
    two_in_one_stub_deleted(notebook)
    made = at(graded(notebook), "pair").source
    assert "# add: what you wrote elsewhere counts." in made
    assert not binds(made)  # no second `state`, which the answer would not know


def test_checks_stay():
    """Does a check that can be where the student has it stay there?"""
    notebook = answered()
    notebook.cells.insert(place(notebook, "double-check"), own("'between'"))
    texts = [cell.source for cell in graded(notebook).cells]
    assert texts.index("'between'") == texts.index(DOUBLE) + 1


def test_a_module_of_the_students(monkeypatch: pytest.MonkeyPatch):
    """Do answers count that come from a module by a star, where the given cells are gone?"""
    mine = types.ModuleType("mine")
    exec(f"{PAIR}\n\n{DOUBLE}", vars(mine))
    monkeypatch.setitem(sys.modules, "mine", mine)
    notebook = answered()
    notebook.cells = [
        own("from mine import *") if grade_id(cell) == "x-double" else cell
        for cell in notebook.cells
        if grade_id(cell) != "x-pair"
    ]
    assert ran(notebook) == ran(graded(notebook)) == ALL


def test_lost_experiments():
    """Are experiments left out that lost their tags and ids, edited or not?"""
    for move in (marks_lost, marks_lost_and_checks_edited):
        notebook = answered()
        move(notebook)
        (trial,) = [cell for cell in graded(notebook).cells if "largest = max" in cell.source]
        assert is_experiment(trial)


def test_checks_below_the_setup():
    """Is a check kept below the set-up cells, whose names it would else take from the room?"""
    notebook = answered()
    check_first(notebook)
    made = graded(notebook)
    assert all(
        place(made, "setup") < place(made, grade_id(one)[2:]) for one in made.cells if is_check(one)
    )


def test_a_setup_cell_of_the_students():
    """Is a cell that calls itself the set-up replaced by the lesson's, and no name of its taken?"""
    notebook = answered()
    fake = own("class checks:\n    pass\n\n\nnp = None\nprint(1)\nmine = 1")
    fake.metadata.nbgrader = at(notebook, "setup").metadata.nbgrader
    notebook.cells.insert(0, fake)
    made = graded(notebook)
    assert ran(made) == ALL
    assert "mine = 1" in [cell.source for cell in made.cells]


@pytest.mark.parametrize(
    "cells", [[], [""], ["print('hello')"], ["import numpy as np\nlargest = 3"]]
)
def test_another_notebook(cells: list[str]):
    """Is a notebook that holds nothing of the lesson refused in one sentence?"""
    notebook = v4.new_notebook(cells=[own(text) for text in cells])
    with pytest.raises(CourseError, match="holds none of the lesson's exercises") as refused:
        graded(notebook)
    assert str(refused.value) == FOREIGN
    assert comments(FRAME, zero(FRAME, FOREIGN)) == {"x-double": FOREIGN, "x-pair": ""}


@pytest.mark.parametrize(
    "text",
    [
        "def double(:",
        "(" * 5000,
        "\0",
        "-" * 90_000 + "1",
        "x" * 200_000,
        "%%writefile a.py\n" + DOUBLE,
        "def double(x):\\",
    ],
)
def test_cells_that_say_nothing(text: str):
    """Does a cell that cannot be read, or runs nothing here, define nothing and cost nothing?"""
    notebook = answered()
    notebook.cells.insert(2, own(text))
    assert ran(graded(notebook)) == ALL
    notebook.cells[place(notebook, "double")] = own(text)
    assert not ran(graded(notebook))["twice"]


@pytest.mark.parametrize("more", ["x = " + "-" * 700 + "1", DOUBLE + "\nx = " + "-" * 700 + "1"])
def test_deeply_nested_cells(more: str):
    """Does a statement that Python reads and that is nested too deeply to compare cost nothing?"""
    notebook = answered()
    notebook.cells.insert(2, own(more))
    assert ran(graded(notebook)) == ALL


def test_long_notebooks(monkeypatch: pytest.MonkeyPatch):
    """Is no more looked into than a grader has time for, and do marks count all the same?"""
    looked = []
    monkeypatch.setattr(match, "code", lambda text: (looked.append(len(text)), code(text))[1])
    notebook = answered()
    notebook.cells[2:2] = [own("x = 1\n" * 10_000) for _ in range(20)]
    assert at(graded(notebook), "double").source == DOUBLE
    assert sum(looked) < 2 * match.MOST
