"""What is read of the results that an executed notebook holds."""

import json
from pathlib import Path

import pytest

from autograder.grading.results import Results, read_results
from autograder.grading.verdicts import Verdict

NOTED = {"fingerprint": "f", "seconds": 1.5, "problem": "", "exercises": {"a-check": "a"}}
VERDICT = {"check": "a-check", "earned": 1.0, "possible": 2.0, "message": "m", "seconds": 0.5}


def read(folder: Path, course: object) -> Results | None:
    path = folder / "a.ipynb"
    path.write_text(json.dumps({"metadata": {"course": course}}))
    return read_results(path)


def test_what_was_noted(tmp_path: Path) -> None:
    """Is what the grader noted read again, also where an older one noted no id and no tier?"""
    found = read(tmp_path, {**NOTED, "verdicts": [VERDICT]})
    assert found == Results("f", 1.5, "", {"a-check": "a"}, (Verdict(**VERDICT),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "course",
    [
        None,
        3,
        [],
        {},
        NOTED,
        {**NOTED, "verdicts": None},
        {**NOTED, "verdicts": [3]},
        {**NOTED, "verdicts": [{**VERDICT, "more": 1}]},
        {**NOTED, "verdicts": [], "seconds": "long"},
        {**NOTED, "verdicts": [], "exercises": 5},
    ],
)
def test_not_from_this_grader(tmp_path: Path, course: object) -> None:
    """Are notes of another form none at all, so that the submission is graded?"""
    assert read(tmp_path, course) is None


def test_no_file(tmp_path: Path) -> None:
    """Is a notebook that is missing, or half a file, without results?"""
    assert read_results(tmp_path / "none.ipynb") is None
    (tmp_path / "half.ipynb").write_text('{"metadata": {')
    assert read_results(tmp_path / "half.ipynb") is None
