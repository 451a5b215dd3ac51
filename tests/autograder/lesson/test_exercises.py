"""Which exercises does a notebook hold?"""

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson
from course_lib.cells import grade_id
from course_lib.errors import CourseError


def _cell(name: str, **marks: object) -> NotebookNode:
    return new_code_cell("pass", metadata={"nbgrader": {"grade_id": name, **marks}})


def _solution(name: str) -> NotebookNode:
    return _cell(name, solution=True, grade=False)


def _check(name: str, points: float = 1) -> NotebookNode:
    return _cell(name, solution=False, grade=True, locked=True, points=points)


def test_checks_belong_to_the_solution_before_them(tiny: Lesson) -> None:
    """Does each exercise get its own checks, in order, with their points?"""
    found = exercises_of(source_notebook(tiny))
    assert [exercise.id for exercise in found] == ["tiny-squares", "tiny-largest"]
    assert found[1].points == {"tiny-largest-check": 40.0, "tiny-largest-nan-check": 20.0}
    assert [exercise.total for exercise in found] == [40.0, 60.0]


def test_release_holds_the_same_exercises(tiny: Lesson) -> None:
    """Does a student's notebook answer as the instructor's does?"""
    source = source_notebook(tiny)
    released = release_notebook(source, tiny.source)
    assert [(one.id, one.points) for one in exercises_of(source)] == [
        (one.id, one.points) for one in exercises_of(released)
    ]


def test_an_id_that_begins_another() -> None:
    """Are `knn-predict` and `knn-predict-labels` told apart?"""
    notebook = new_notebook(
        cells=[
            _solution("knn-predict"),
            _check("knn-predict-ties-check", 2),
            new_markdown_cell("Now for labels."),
            _solution("knn-predict-labels"),
            _check("knn-predict-labels-check", 3),
        ]
    )
    assert [(one.id, one.total) for one in exercises_of(notebook)] == [
        ("knn-predict", 2.0),
        ("knn-predict-labels", 3.0),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        [_check("knn-check")],
        [_solution("svm"), _check("knn-check")],
        [_solution("knn"), _check("knnx-check")],
    ],
    ids=["no solution", "another exercise", "half a word"],
)
def test_orphan_check(cells: list[NotebookNode]) -> None:
    """Is a check without its exercise named?"""
    with pytest.raises(CourseError, match=r"The check knnx?-check follows"):
        exercises_of(new_notebook(cells=cells))


def test_same_id_twice() -> None:
    """Is an id that two cells bear named?"""
    with pytest.raises(CourseError, match="Two cells are called knn"):
        exercises_of(new_notebook(cells=[_solution("knn"), _solution("knn")]))


def test_plain_notebook() -> None:
    """Are cells that nbgrader knows nothing of passed over?"""
    cells = [new_code_cell("1 + 1"), new_markdown_cell("two"), nbformat.v4.new_raw_cell("raw")]
    assert exercises_of(new_notebook(cells=cells)) == []
    assert [grade_id(cell) for cell in cells] == ["", "", ""]
