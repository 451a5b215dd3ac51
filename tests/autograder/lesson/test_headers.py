"""Does a cell's short header become what nbgrader knows, and is a wrong one told?"""

from pathlib import Path

import pytest

from autograder.lesson.build import parse
from course_lib.cells import grade_id, is_check, is_setup, is_solution, points
from course_lib.errors import CourseError


def test_each_kind() -> None:
    """Are set-up, answer, check and plain cells what their headers say, ids and points included?"""
    text = (
        '# %% setup="conv" room={"hides": ["torch"]}\nimport numpy as np\n\n'
        '# %% answer="conv-1d"\na = 1\n\n'
        '# %% check="conv-1d-stride" points=3\nassert a\n\n'
        "# %%\nprint(a)\n"
    )
    setup, answer, check, plain = parse(text, Path("x.py")).cells
    assert is_setup(setup)
    assert grade_id(setup) == "conv-setup"
    assert setup.metadata.room == {"hides": ["torch"]}
    assert is_solution(answer)
    assert grade_id(answer) == "conv-1d"
    assert is_check(check)
    assert (grade_id(check), points(check)) == ("conv-1d-stride-check", 3)
    assert not grade_id(plain)
    assert all("points" not in cell.metadata for cell in (setup, answer, check, plain))


def test_nbgraders_own_marks_stay() -> None:
    """Does a text that carries nbgrader's marks, as jupytext writes a notebook, stay as it is?"""
    marks = (
        '{"grade": true, "grade_id": "one-check", "locked": true, "points": 2, '
        '"schema_version": 3, "solution": false, "task": false}'
    )
    (cell,) = parse(f"# %% nbgrader={marks}\nassert True\n", Path("x.py")).cells
    assert (grade_id(cell), points(cell)) == ("one-check", 2)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ('check="one"', "A check and an answer in words have points"),
        ('answer="one" points=3', "nothing else: answer='one'"),
        ("points=3", "nothing else: points=3"),
        ('check="one" answer="one" points=3', "A cell is one of setup, answer, check, written"),
        ('check="one" points=2.5', "whole number; check='one' has 2.5"),
        ('check="one" points=-1', "whole number"),
        ('check="one" points=true', "whole number"),
        ("answer=3", "name is text in quotes"),
        ('setup=""', "name is text in quotes"),
    ],
)
def test_wrong_headers_are_told(header: str, sentence: str) -> None:
    """Is a header that says too much or too little told, with the file?"""
    with pytest.raises(CourseError, match=sentence) as told:
        parse(f"# %% {header}\na = 1\n", Path("lesson.py"))
    assert str(told.value).startswith("lesson.py: ")


def test_marks_in_an_old_form() -> None:
    """Is the cell named whose marks nbgrader calls outdated, with what to write?"""
    marks = '{"grade": true, "grade_id": "one-check", "locked": true, "points": 2}'
    with pytest.raises(CourseError, match=r"The marks of 'one-check' .* check=.* points="):
        parse(f"# %% nbgrader={marks}\nassert True\n", Path("x.py"))
