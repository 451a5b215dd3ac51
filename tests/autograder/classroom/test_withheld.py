"""Which images does a class predict, and where are their labels kept?"""

import io

import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.classroom import unlabelled, withheld
from autograder.classroom.folder import Classroom
from autograder.classroom.withheld import choose, keep, labels_for
from course_lib.data import shapes
from course_lib.errors import CourseError

COUNT = 12
CHECK = {"nbgrader": {"grade": True, "grade_id": "x-check", "points": 1}}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dozen images a class: drawing two thousand takes a second."""
    monkeypatch.setattr(withheld, "COUNT", COUNT)


def lesson(source: str = unlabelled.USE) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source, metadata=CHECK)])


def images(packed: bytes) -> np.ndarray:
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        return np.asarray(arrays["images"])


def test_each_class_and_lesson_has_its_own(classroom: Classroom) -> None:
    """Are the images the same at each release, and others for another lesson or secret?"""
    first = choose(classroom, "01_tiny")
    assert choose(classroom, "01_tiny") == first
    assert choose(classroom, "02_tiny")[0] != first[0]
    (classroom.folder / "salt.txt").write_text("another\n")
    assert choose(classroom, "01_tiny")[0] != first[0]
    assert images(first[0]).shape == (COUNT, 3, 32, 32)


def test_labels_are_the_images_own(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are images of a known set handed out with that set's labels, in another order?"""
    known = shapes("test")
    monkeypatch.setattr(withheld, "cifar10", lambda split: known)
    classroom.config.Course.unlabelled = "cifar10"
    packed, told = choose(classroom, "01_tiny")
    where = {image.tobytes(): int(label) for image, label in zip(known.images, known.labels)}
    assert [where[one.tobytes()] for one in images(packed)] == unlabelled.labels_of(told).tolist()
    assert told.startswith("cifar10 ")
    assert images(packed).tobytes() != known.images[:COUNT].tobytes()


def test_labels_are_kept_for_grading(classroom: Classroom) -> None:
    """Does grading find what a release kept, and nothing where a lesson needs none?"""
    _, told = choose(classroom, "01_tiny")
    keep(classroom, "01_tiny", told)
    assert labels_for(classroom, lesson(), "01_tiny") == told
    assert labels_for(classroom, lesson("print(1)"), "02_tiny") == ""


@pytest.mark.parametrize(
    "left", [None, "", "shapes 123", "123456789012", "trees 123456789012", "shapes 12345678901x"]
)
def test_lost_labels(classroom: Classroom, left: str | None) -> None:
    """Is a file that is gone or damaged told, with the command that makes it again?"""
    if left is not None:
        keep(classroom, "01_tiny", left)
    with pytest.raises(CourseError, match="`course release 01_tiny` makes them again"):
        labels_for(classroom, lesson(), "01_tiny")


def test_unknown_kind(classroom: Classroom) -> None:
    """Is a slip in the class's settings told, with the kinds that there are?"""
    classroom.config.Course.unlabelled = "imagenet"
    with pytest.raises(CourseError, match=r"'imagenet'\. It is one of 'shapes', 'cifar10'"):
        choose(classroom, "01_tiny")
