"""Which images does a class predict, and where are their labels kept?

Both follow from the class's secret: a second release gives the same. The images go to the
students, the labels stay in a file of the class's folder, from which grading takes them.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from nbformat import NotebookNode
from numpy.typing import NDArray

from autograder.classroom import unlabelled
from autograder.classroom.folder import Classroom, released, salt
from course_lib.data import cifar10, draw_scenes, render
from course_lib.data.to_predict import COUNT, packed
from course_lib.errors import CourseError
from course_lib.files import write

Pair = tuple[NDArray[np.uint8], NDArray[np.int64]]


def choose(classroom: Classroom, lesson: str) -> tuple[bytes, str]:
    """A class's images for a lesson, as students' file has them, and what to `keep`.

    raises: CourseError where the class's settings name no such kind, or CIFAR-10 is absent
    """
    kind = str(classroom.config.Course.get("unlabelled", "shapes"))
    if kind not in _KINDS:
        raise CourseError(
            f"c.Course.unlabelled in {classroom.folder} is {kind!r}. It is one of "
            f"{', '.join(map(repr, _KINDS))}."
        )
    secret = hashlib.sha256(f"unlabelled {lesson} {salt(classroom)}".encode()).digest()
    images, labels = _KINDS[kind](int.from_bytes(secret))
    return packed(images, kind), unlabelled.labels_text(kind, labels)


def keep(classroom: Classroom, lesson: str, labels: str) -> None:
    """Keep the labels for grading, where `held` finds them."""
    write(_file(classroom, lesson), f"{labels}\n")


def labels_for(classroom: Classroom, notebook: NotebookNode, lesson: str) -> str:
    """What the labels of a class's images are, in the form of `unlabelled.VARIABLE`.

    notebook: the instructor's, of the lesson
    returns: "" for a lesson without such images
    raises: CourseError where the labels are gone
    """
    if not unlabelled.wanted(notebook):
        return ""
    try:
        text = _file(classroom, lesson).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        text = ""
    kind, _, digits = text.partition(" ")
    if kind not in _KINDS or len(digits) != COUNT or not digits.isdecimal():
        raise CourseError(
            f"The labels that {lesson} is graded by cannot be read from "
            f"{_file(classroom, lesson)}. "
            f"`course release {lesson}` makes them again, the same as before."
        )
    return text


def labels(classroom: Classroom, lesson: str) -> NDArray[np.int64] | None:
    """The labels of a class's images; None for a lesson without such images."""
    text = labels_for(classroom, released(classroom, lesson), lesson)
    return unlabelled.labels_of(text) if text else None


def _file(classroom: Classroom, lesson: str) -> Path:
    return classroom.folder / "unlabelled" / f"{lesson}.txt"


def _shapes(secret: int) -> Pair:
    scenes = draw_scenes(COUNT, secret)
    return render(scenes).images, scenes.labels


def _cifar10(secret: int) -> Pair:
    """Of the official test images some, in an order of the class's own."""
    test = cifar10("test")
    chosen = np.random.default_rng(secret).permutation(len(test))[:COUNT]
    return test.images[chosen], test.labels[chosen]


_KINDS: dict[str, Callable[[int], Pair]] = {"shapes": _shapes, "cifar10": _cifar10}
