"""What students hand in beside the notebook, and what it earned."""

import numpy as np

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom, released
from autograder.grading.results import read_results
from autograder.lesson.build import release_notebook
from autograder.soundness.mistakes import without_marks
from course_lib import checks, data
from course_lib.notebooks import as_text

LESSON = "01_tiny"
CURVE = checks.CURVES["shapes"]


def with_errors(labels: np.ndarray, right: float) -> np.ndarray:
    """The labels, but for a share of them that is wrong."""
    wrong = np.arange(len(labels)) >= round(right * len(labels))
    return np.where(wrong, (labels + 1) % 10, labels)


def hand_in(
    classroom: Classroom, student: str, found: np.ndarray | bytes | None, answer: str = ""
) -> None:
    """Hand in the notebook with this answer, the right one by default, and these predictions."""
    notebook = release_notebook(released(classroom, LESSON), classroom.source(LESSON))
    right = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in released(classroom, LESSON).cells
        if "nbgrader" in cell.metadata
    }
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name == "tiny-hand-in":
            cell.source = answer or without_marks(right[name])
    folder = classroom.submitted(student, LESSON).parent
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{LESSON}.ipynb").write_text(as_text(notebook), "utf-8")
    if isinstance(found, bytes):
        (folder / "predictions.npz").write_bytes(found)
    elif found is not None:
        data.write_predictions(found, folder / "predictions.npz")


def points(classroom: Classroom) -> dict[str, float]:
    """What the hand-in earned, by student."""
    with gradebook.opened(classroom) as book:
        marks = gradebook.marks(book, LESSON)
    return {one.student: one.checks["tiny-hand-in-check"] for one in marks}


def message(classroom: Classroom, student: str) -> str:
    """What the check said to a student."""
    noted = read_results(classroom.autograded(student, LESSON))
    assert noted is not None
    return next(one.message for one in noted.verdicts if one.check == "tiny-hand-in-check")
