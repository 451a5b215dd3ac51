"""How many of the images without labels are named rightly?"""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from autograder.classroom import unlabelled
from course_lib import data
from course_lib.checks import NotYet
from course_lib.data.to_predict import public_scenes


@pytest.fixture(scope="module")
def public() -> np.ndarray:
    """The labels of the public images."""
    return public_scenes().labels


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["predictions.npz"], "100.00 % of the public images are right: 100 % of the points.", 0),
        (["short.npz"], "There are 2,000 images, and these are 1,999 predictions.", 2),
        (["missing.npz"], "missing.npz is not there.", 2),
        ([], "Name one file", 2),
    ],
)
def test_counting_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    public: np.ndarray,
    arguments: list[str],
    said: str,
    code: int,
) -> None:
    """Can a reader without a class count for the public images?"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["unlabelled", *arguments])
    data.write_predictions(public, "predictions.npz")
    data.write_predictions(public[:-1], "short.npz")
    assert unlabelled.main() == code
    assert said in "".join(capsys.readouterr())


LABELS = np.arange(50) % 10


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grading for a class with fifty images of its own."""
    monkeypatch.setenv(unlabelled.VARIABLE, unlabelled.labels_text("cifar10", LABELS))


@pytest.mark.parametrize("right", [50, 30, 11])
def test_share_of_a_class(own: None, right: int) -> None:
    """Is it scikit-learn's accuracy for the labels that are in force, and is their kind known?"""
    found = np.where(np.arange(50) < right, LABELS, (LABELS + 1) % 10)
    assert unlabelled.accuracy(found) == accuracy_score(LABELS, found)
    assert unlabelled.name() == "cifar10"


def test_predictions_for_others(
    own: None, monkeypatch: pytest.MonkeyPatch, public: np.ndarray
) -> None:
    """Is another number of images told, and the public images by name?"""
    with pytest.raises(NotYet, match="There are 50 images, and these are 49 predictions"):
        unlabelled.accuracy(LABELS[1:])
    monkeypatch.setenv(unlabelled.VARIABLE, unlabelled.labels_text("shapes", (public + 1) % 10))
    with pytest.raises(NotYet, match="predictions for the public images"):
        unlabelled.accuracy(public)
    monkeypatch.delenv(unlabelled.VARIABLE)
    assert unlabelled.accuracy(public) == 1
