"""What is a cell of a lesson for?"""

from itertools import product
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader import utils

from autograder.lesson.build import source_notebook
from autograder.lesson.lessons import Lesson
from course_lib.cells import (
    grade_id,
    is_check,
    is_experiment,
    is_setup,
    is_solution,
    is_written,
    points,
)

TINY = Lesson("01_tiny", Path(__file__).parent / "lessons" / "tiny")


@pytest.mark.parametrize(("grade", "solution", "locked"), [*product([True, False, None], repeat=3)])
def test_marks_are_read_as_nbgrader_reads_them(grade, solution, locked):
    """Is a cell of code a check or a solution exactly where nbgrader says so, text never, and an
    answer that a person grades where both are marked?"""
    marks = {"grade": grade, "solution": solution, "locked": locked, "grade_id": "x", "points": 2}
    given = {"nbgrader": {name: value for name, value in marks.items() if value is not None}}
    cell, words = new_code_cell(metadata=given), new_markdown_cell(metadata=given)
    assert is_check(cell) == (utils.is_grade(cell) and not utils.is_solution(cell))
    assert is_solution(cell) == utils.is_solution(cell)
    by_hand = utils.is_grade(cell) and utils.is_solution(cell)
    assert is_written(cell) == is_written(words) == by_hand
    assert is_setup(cell) == (bool(locked) and not grade and not solution)
    assert (grade_id(cell), points(cell)) == ("x", 2.0)
    assert not any(kind(words) for kind in (is_check, is_solution, is_setup))


def test_a_cell_of_the_readers_own():
    """Has a cell without marks no name and no points, and is a tag no mark?"""
    for cell in (new_code_cell(), new_code_cell(metadata={"tags": ["experiment"]})):
        assert (grade_id(cell), points(cell)) == ("", 0.0)
        assert not any(kind(cell) for kind in (is_check, is_solution, is_setup))
    assert is_experiment(cell)
    assert not is_experiment(new_code_cell(metadata={"tags": ["experiments"]}))


def test_setup_is_locked_code_without_points() -> None:
    """Is the import cell of a lesson set-up, and no other cell?"""
    cells = source_notebook(TINY).cells
    assert [grade_id(cell) for cell in cells if is_setup(cell)] == ["tiny-setup"]
