"""What does one notebook earn, without a gradebook?"""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.classroom.folder import Classroom
from autograder.grading.grade import grade_lesson
from autograder.grading.results import read_results
from autograder.grading.single import Ground, grade_one, ground_of_class, ground_of_lesson
from autograder.lesson.build import release_notebook, source_notebook
from course_lib.cells import grade_id
from course_lib.errors import CourseError
from course_lib.notebooks import as_text
from tests.autograder.grading.tiny import RIGHT, TINY


def notebook(**answers: str) -> str:
    """The tiny lesson with right answers but for these to `squares` and `largest`."""
    given = RIGHT | {f"tiny-{name}": answer for name, answer in answers.items()}
    released = release_notebook(source_notebook(TINY), TINY.source)
    for cell in released.cells:
        cell.source = given.get(grade_id(cell), cell.source)
    return as_text(released)


WRONG = notebook(squares="def sum_of_squares(x):\n    return float(x.sum())")


@pytest.fixture(scope="module")
def ground() -> Ground:
    return ground_of_lesson(TINY)


@pytest.mark.parametrize("text", [notebook(), WRONG], ids=["right", "wrong"])
def test_as_course_grade_does(classroom: Classroom, tmp_path: Path, text: str) -> None:
    """Does a notebook earn by itself what it earns in its class, in the same words?"""
    for folder in (classroom.submitted("ada", "01_tiny").parent, tmp_path / "alone"):
        folder.mkdir(parents=True)
        (folder / "01_tiny.ipynb").write_text(text, "utf-8")
    grade_lesson(classroom, "01_tiny", workers=1)
    in_class = read_results(classroom.autograded("ada", "01_tiny"))
    assert in_class is not None
    alone = grade_one(ground_of_class(classroom, "01_tiny"), tmp_path / "alone").graded
    for mine, theirs in zip(alone.verdicts, in_class.verdicts, strict=True):
        assert (mine.check, mine.earned, mine.message) == (
            theirs.check,
            theirs.earned,
            theirs.message,
        )
    assert sum(one.earned for one in alone.verdicts) > 0


@pytest.mark.parametrize(
    "names",
    [
        ("01_tiny.ipynb",),
        ("work/01_tiny (1).ipynb",),
        ("homework.ipynb",),
        ("01_tiny.ipynb", "draft.ipynb", ".ipynb_checkpoints/01_tiny-checkpoint.ipynb"),
        ("01_tiny.ipynb", "01_tiny-Copy1.ipynb"),
        ("01_tiny.ipynb", "__MACOSX/01_tiny.ipynb"),
    ],
)
def test_the_notebook_is_found(ground: Ground, tmp_path: Path, names: tuple[str, ...]) -> None:
    """Is it the first of these that is graded?"""
    for number, name in enumerate(names):
        path = tmp_path / "handed-in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("no notebook" if number else WRONG, "utf-8")
    assert not grade_one(ground, tmp_path / "handed-in").graded.problem


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ((), "No notebook was handed in. Hand in 01_tiny.ipynb."),
        (("readme.txt",), "No notebook was handed in."),
        (("a.ipynb", "b.ipynb"), "2 notebooks were handed in: a.ipynb, b.ipynb. Hand in one"),
        (("a\x1b[2J.ipynb", "b.ipynb"), r"handed in: a\x1b[2J.ipynb, b.ipynb. Hand in one"),
        ((f"{'a' * 240}.ipynb", "b.ipynb"), f"handed in: {'a' * 100}, b.ipynb. Hand in one"),
    ],
)
def test_no_notebook_to_grade(
    ground: Ground, tmp_path: Path, names: tuple[str, ...], sentence: str
) -> None:
    """Is it in the result, with no points, where nothing can be graded?"""
    for name in names:
        (tmp_path / name).write_text(WRONG, "utf-8")
    graded = grade_one(ground, tmp_path).graded
    assert sentence in graded.problem
    assert not any(one.earned for one in graded.verdicts)
    with pytest.raises(CourseError, match="is not there"):
        grade_one(ground, tmp_path / "nowhere")


def test_a_link_is_not_followed(ground: Ground, tmp_path: Path) -> None:
    """Is a link to a notebook refused, and a notebook in a folder behind a link graded?"""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "01_tiny.ipynb").write_text(WRONG, "utf-8")
    (tmp_path / "behind").symlink_to(tmp_path / "real")
    assert not grade_one(ground, tmp_path / "behind" / "01_tiny.ipynb").graded.problem
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real" / "01_tiny.ipynb")
    assert "is a link" in grade_one(ground, tmp_path / "link.ipynb").graded.problem


def test_second_name_of_the_source(classroom: Classroom, tmp_path: Path) -> None:
    """Is a hard link to the instructor's notebook refused, as a link is?"""
    ground = ground_of_class(classroom, "01_tiny", sandbox=False)
    (tmp_path / "mine").mkdir()
    os.link(classroom.source("01_tiny"), tmp_path / "mine" / "01_tiny.ipynb")
    assert "is a link" in grade_one(ground, tmp_path / "mine").graded.problem


def test_no_predictions_are_asked_for(ground: Ground, tmp_path: Path) -> None:
    """Has a lesson without images to predict no accuracy, whatever lies beside the notebook?"""
    (tmp_path / "01_tiny.ipynb").write_text(WRONG, "utf-8")
    np.savez(tmp_path / "predictions.npz", predictions=np.zeros(2000, dtype=np.uint8))
    assert grade_one(ground, tmp_path).accuracy is None


def test_linked_predictions(ground: Ground, tmp_path: Path) -> None:
    """Is a link to somebody else's predictions no file of the student's?"""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "01_tiny.ipynb").write_text(WRONG, "utf-8")
    np.savez(tmp_path / "theirs.npz", predictions=np.zeros(2000, dtype=np.uint8))
    (tmp_path / "mine" / "predictions.npz").symlink_to(tmp_path / "theirs.npz")
    assert grade_one(replace(ground, predicts=True), tmp_path / "mine").accuracy is None


def test_lesson_that_is_not_there(classroom: Classroom) -> None:
    """Is a lesson that the class does not have refused in a sentence?"""
    with pytest.raises(CourseError, match="was not released"):
        ground_of_class(classroom, "02_more")
