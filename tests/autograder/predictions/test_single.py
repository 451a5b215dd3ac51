"""Is the accuracy of predictions known for one notebook by itself, for a leaderboard?"""

from pathlib import Path

import numpy as np
import pytest

from autograder.classroom.folder import Classroom
from autograder.grading.single import Single, grade_one, ground_of_class
from autograder.pages.result_json import for_gradescope
from tests.autograder.predictions.handing_in import LESSON, hand_in, with_errors


def graded(classroom: Classroom, found: np.ndarray | bytes | None) -> Single:
    hand_in(classroom, "ada", found)
    return grade_one(ground_of_class(classroom, LESSON), classroom.submitted("ada", LESSON))


@pytest.mark.slow
def test_accuracy(classroom: Classroom, labels: np.ndarray) -> None:
    """Is it counted against the class's labels, in the JSON too, and None where none can be?"""
    single = graded(classroom, with_errors(labels, 0.7))
    assert single.accuracy == pytest.approx(0.7)
    (line,) = for_gradescope(single)["leaderboard"]
    assert (line["value"], line["order"]) == (70.0, "desc")
    Path(classroom.submitted("ada", LESSON).parent / "predictions.npz").unlink()
    for found in (None, b"PK, but no more", np.zeros(7, dtype=np.int64)):
        single = graded(classroom, found)
        assert single.accuracy is None
        assert "leaderboard" not in for_gradescope(single)
