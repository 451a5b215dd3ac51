"""How many of the images without labels are named rightly?"""

from pathlib import Path

import pytest

from autograder.classroom import unlabelled
from course_lib import data
from course_lib.data.unlabelled import public_scenes

PUBLIC = public_scenes().labels


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
    arguments: list[str],
    said: str,
    code: int,
) -> None:
    """Can a reader without a class count for the public images?"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["unlabelled", *arguments])
    data.write_predictions(PUBLIC, "predictions.npz")
    data.write_predictions(PUBLIC[:-1], "short.npz")
    assert unlabelled.main() == code
    assert said in "".join(capsys.readouterr())
