"""What does the demo's class hand in, and what is said of it?"""

from pathlib import Path

import numpy as np
import pytest

from autograder import demo as module
from autograder.demo import run_demo
from autograder.grading.results import Results
from autograder.grading.verdicts import Verdict
from course_lib.data import read_predictions
from course_lib.errors import CourseError


def graded(problem: str = "", **messages: str) -> Results:
    """What the grader noted: a check for each message, of the exercise that it is named after."""
    verdicts = [Verdict(check, 0, 1, said, 0.1) for check, said in messages.items()]
    owners = {check: check.partition("_")[0] for check in messages}
    return Results("", 1.0, problem, owners, tuple(verdicts))


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        (None, ""),
        (graded(), ""),
        (graded(a="", b=""), ""),
        (graded(a="", b="No.", c="Not yet."), "b: No. (and 1 more)"),
        (graded(a_1="No.", a_2="Nor this."), "a: No."),
        (graded("It is no notebook.", a="No."), "It is no notebook."),
    ],
)
def test_what_was_wrong_in_words(noted: Results | None, said: str) -> None:
    """Is the first sentence told, and how many exercises more have one?"""
    assert module._wrong(noted) == said


def test_predictions_of_the_made_up_class(tmp_path: Path) -> None:
    """Are about nine of ten right, the same each time, and others for another student?"""
    labels = np.random.default_rng(0).integers(10, size=2000)
    found = {}
    for name in ("ada", "boris", "ada"):
        module._predict(labels, name, tmp_path / name)
        found.setdefault(name, []).append(read_predictions(tmp_path / name))
    (first, again), (other,) = found.values()
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    for one in (first, other):
        assert (one == labels).mean() == pytest.approx(0.9, abs=0.03)


def test_a_folder_that_holds_other_things(tmp_path: Path) -> None:
    """Is a folder refused that is no class, and nothing in it touched?"""
    (tmp_path / "thesis.tex").write_text("all of it")
    with pytest.raises(CourseError, match="holds other things than a class"):
        run_demo([], tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "all of it"


def test_an_earlier_class_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a second demo begin anew in the folder of the first?"""
    # The gradebook is empty.
    monkeypatch.setattr(module, "export_scores", lambda classroom, file: file)
    first = run_demo([], tmp_path / "demo")
    (first.classroom.folder / "old").touch()
    second = run_demo([], tmp_path / "demo")
    assert not (second.classroom.folder / "old").exists()
    assert second.table.parent == second.classroom.folder
    assert second.rows == {}
