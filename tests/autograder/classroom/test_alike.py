"""Who handed in the same predictions as somebody else?"""

import os

import numpy as np

from autograder.classroom.alike import alike
from autograder.classroom.folder import Classroom
from tests.autograder.predictions.handing_in import (
    LESSON,
    hand_in,
)


def test_links_are_no_equal_files(classroom: Classroom, labels: np.ndarray) -> None:
    """Is a link, a folder or a pipe in the place of the file left alone, without waiting?"""
    for student in ("one", "two", "three", "four"):
        hand_in(classroom, student, labels)
    one, two, three, four = (
        classroom.submitted(student, LESSON).parent / "predictions.npz"
        for student in ("one", "two", "three", "four")
    )
    for path in (two, three, four):
        path.unlink()
    two.symlink_to(one)
    three.mkdir()
    os.mkfifo(four)
    assert alike(classroom, LESSON, classroom.handed_in()) == ()
