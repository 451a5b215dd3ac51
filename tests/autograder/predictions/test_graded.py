"""A class that is graded by predictions, and everything that its students try."""

import io
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder.classroom.alike import same_predictions
from autograder.classroom.folder import Classroom
from autograder.classroom.release import open_course
from autograder.grading import log
from autograder.grading.grade import Entry, grade_lesson
from autograder.grading.results import read_results
from autograder.pages.export import export_scores
from autograder.pages.feedback import write_pages
from autograder.pages.report import write_report
from course_lib.data.to_predict import public_scenes
from tests.autograder.predictions.handing_in import (
    CURVE,
    LESSON,
    hand_in,
    message,
    points,
    with_errors,
)

# What each student's `predictions()` returns, where it is not what the file holds.
RETURNED = {
    "list": "data.read_predictions('predictions.npz').tolist()",
    "floats": "data.read_predictions('predictions.npz').astype(float)",
    "nan": "np.full(2000, np.nan)",
    "negative": "-data.read_predictions('predictions.npz') - 1",
    "beyond": "data.read_predictions('predictions.npz') + 10",
    "every": "np.tile(np.arange(10), (2000, 1))",
    "objects": "np.array([object()] * 2000)",
    "none": "None",
    "empty": "np.array([], dtype=int)",
    "huge": "np.zeros(10**9, dtype=np.uint8)",
    "wide": "np.broadcast_to(np.zeros(1, dtype=int), (10**12,))",
    "subclass": "np.zeros(2000, dtype=int).view(type('Always', (np.ndarray,), "
    "{'__eq__': lambda a, b: np.ones(2000, bool), 'shape': (2000,)}))",
    "masked": "np.ma.masked_all(2000, dtype=int)",
    "verdict": "checks.NotYet('Right.', share=0.99)",
}
RAISED = {
    "raised": "checks.NotYet('Right.', share=0.99)",
    "raised-full": "checks.NotYet('Right.', share=1.0)",
}
# Looks for the labels wherever they could be, and hands in what it finds.
SPY = """\
import os, pathlib, sys
found = [os.environ.get("COURSE_UNLABELLED", "")]
try:
    from autograder.classroom import unlabelled
    found.append(unlabelled._in_force())
except Exception:
    pass
for place in (pathlib.Path("@CLASS/unlabelled"), pathlib.Path("@CLASS"), pathlib.Path()):
    try:
        found += [path.read_text() for path in place.rglob("*.txt")]
    except OSError:
        pass
for name, module in list(sys.modules.items()):
    found += [one for one in vars(module).values() if type(one) is str and one[:7] == "shapes "]
def predictions():
    digits = max((one.partition(" ")[2].strip() for one in found if one), key=len, default="")
    return np.array(list(digits.ljust(2000, "0")), dtype=int)[:2000]
"""
# Is right only when it is asked for the second time.
TWO_FACED = """\
asked = []
def predictions():
    asked.append(1)
    right = data.read_predictions("predictions.npz")
    return right if len(asked) > 1 else (right + 1) % 10
"""


def _answers(classroom: Classroom) -> dict[str, str]:
    begin = "from course_lib import data\ndef predictions():\n    "
    return {
        **{name: f"{begin}return {value}" for name, value in RETURNED.items()},
        **{name: f"{begin}raise {value}" for name, value in RAISED.items()},
        "spy": SPY.replace("@CLASS", str(classroom.folder)),
        "two-faced": f"from course_lib import data\n{TWO_FACED}",
    }


def _pickled() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, predictions=np.array([print] * 2000, dtype=object))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def graded(
    released_once: Path, labels: np.ndarray, tmp_path_factory: pytest.TempPathFactory
) -> Classroom:
    """A class in which everybody tries something else, graded in locked rooms."""
    folder = tmp_path_factory.mktemp("graded") / "class"
    shutil.copytree(released_once, folder)
    classroom = open_course(folder)
    hand_in(classroom, "full", with_errors(labels, 0.9))
    hand_in(classroom, "part", with_errors(labels, 0.7))
    hand_in(classroom, "copy", with_errors(labels, 0.7))
    hand_in(classroom, "nothing", with_errors(labels, 0.3))
    hand_in(classroom, "public", public_scenes().labels)
    hand_in(classroom, "short", labels[:-1])
    hand_in(classroom, "no-file", None)
    hand_in(classroom, "broken-file", b"PK\x03\x04 not a zip")
    hand_in(classroom, "pickle", _pickled())
    for student, answer in _answers(classroom).items():
        hand_in(classroom, student, labels, answer)
    grade_lesson(classroom, LESSON, workers=2)
    return classroom


@pytest.mark.slow
def test_points_follow_the_curve(graded: Classroom) -> None:
    """Does the gradebook hold the share that the published curve gives, and no tricks a point?"""
    earned = points(graded)
    assert {name: value for name, value in earned.items() if value} == {
        "full": 10,
        "part": pytest.approx(10 * CURVE.share(0.7)),
        "copy": pytest.approx(10 * CURVE.share(0.7)),
    }
    assert 0 < earned["part"] < 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("full", ""),
        ("part", "Fewer than 74 % of the images are right."),
        ("nothing", "Fewer than 60 % of the images are right."),
        ("public", "These are predictions for the public images: your class has its own"),
        ("short", "Wrong shape: yours (1999,), expected (2000,)."),
        ("no-file", "predictions.npz is not there."),
        ("broken-file", "predictions.npz is no file of predictions"),
        ("pickle", "predictions.npz is no file of predictions"),
        ("list", "not a list"),
        ("floats", "Class numbers are integers, these are float64."),
        ("nan", "2000 of 2000 predictions are nan"),
        ("negative", "Classes are numbered 0 to 9; 2000 of 2000 predictions are not"),
        ("beyond", "Classes are numbered 0 to 9"),
        ("every", "Wrong shape"),
        ("none", "not a NoneType"),
        ("empty", "Wrong shape: yours (0,), expected (2000,)."),
    ],
)
def test_what_students_read(graded: Classroom, student: str, said: str) -> None:
    """Is each kind of wrong file or answer told in words, and never as a failure of the grader?"""
    told = message(graded, student)
    assert said in told
    assert bool(said) == bool(told)


@pytest.mark.slow
def test_no_trick_fails_the_grader(graded: Classroom) -> None:
    """Does every submission come to its end with a verdict, whatever it returns?"""
    for student in points(graded):
        noted = read_results(graded.autograded(student, LESSON))
        assert noted is not None
        assert noted.problem == ""
        assert "The grader failed" not in message(graded, student)


@pytest.mark.slow
def test_labels_are_nowhere_to_be_read(graded: Classroom, labels: np.ndarray) -> None:
    """Do the labels stand in nothing that students get back or that their rooms hold?"""
    digits = "".join(map(str, labels))[:40]
    write_pages(graded, LESSON)
    for student in points(graded):
        assert digits not in graded.feedback(student, LESSON).read_text("utf-8")
        assert digits not in graded.autograded(student, LESSON).read_text("utf-8")


@pytest.mark.slow
def test_a_part_is_shown_as_one(graded: Classroom) -> None:
    """Do the feedback page, the log, the scores' table and the report all tell the same part?"""
    worth = 10 * CURVE.share(0.7)
    write_pages(graded, LESSON)
    page = graded.feedback("part", LESSON).read_text("utf-8")
    assert "In part: predictions for images without labels" in page
    assert f"{worth:g} of 10" in page
    assert "Right are 70.00 %" in page
    noted = log.path(graded, LESSON, "part").read_text("utf-8")
    assert f"{worth:g} of 10 tiny-hand-in-check" in noted
    text = export_scores(graded, graded.folder / "scores.csv").read_text("utf-8")
    table = text.replace('"', "").splitlines()
    column = table[0].split(",").index("tiny-hand-in")
    row = next(line for line in table if line.startswith("part,")).split(",")
    assert float(row[column]) == pytest.approx(worth)
    shown = write_report(graded, LESSON).read_text("utf-8")
    share = (10 + 2 * worth) / (10 * len(points(graded)))
    assert f"{100 * share:.0f} %" in shown.partition("tiny-hand-in")[2][:200]


@pytest.mark.slow
def test_equal_files_are_reported(graded: Classroom) -> None:
    """Are students with the same file named together, and nobody else?"""
    tricks = {*_answers(graded)}
    groups = [set(group) for group in same_predictions(graded, LESSON, points(graded))]
    assert sorted(groups, key=len) == [{"copy", "part"}, tricks]
    page = re.sub("</?a[^>]*>", "", write_report(graded, LESSON).read_text("utf-8"))
    assert "<li>copy, part</li>" in page


@pytest.mark.slow
def test_same_submission_same_score(graded: Classroom) -> None:
    """Is a second run's score the first's, to the last digit, and is nothing graded needlessly?"""
    before = points(graded)
    assert grade_lesson(graded, LESSON).graded == 0
    entries: list[Entry] = []
    grade_lesson(graded, LESSON, force=True, workers=2, on_entry=entries.append)
    assert points(graded) == before
    assert {one.student: one.score for one in entries}["part"] == before["part"]


@pytest.mark.slow
def test_unprotected_grading_agrees(classroom: Classroom, labels: np.ndarray) -> None:
    """Does --unsafe-no-sandbox find the file, know the labels and give the same part?"""
    hand_in(classroom, "part", with_errors(labels, 0.7))
    grade_lesson(classroom, LESSON, sandbox=False, workers=1)
    assert points(classroom) == {"part": pytest.approx(10 * CURVE.share(0.7))}
