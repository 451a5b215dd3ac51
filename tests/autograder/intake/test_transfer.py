"""How do the chosen files of a download come into submitted/, as nbgrader has them?"""

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from autograder.classroom.folder import Classroom
from autograder.intake.claims import Claim
from autograder.intake.download import opened
from autograder.intake.filenames import Fit
from autograder.intake.matching import Named
from autograder.intake.transfer import transfer_claims
from course_lib.errors import CourseError

LESSON = "01_tiny"
WHEN = datetime(2027, 3, 1, 12, 30)


def transferred(classroom: Classroom, folder: Path, keys: dict[str, str]) -> None:
    """Files by name, each with the student it goes to."""
    path = folder / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in keys:
            archive.writestr(name, f"of {name}")
    with opened(path) as download:
        named = {file.name: Named(file.name) for file in download.files}
        claims = {
            named[file.name]: Claim(file, named[file.name], Fit.NAME, 0, None, "", False)
            for file in download.files
        }
        students = {named[name]: student for name, student in keys.items()}
        first = next(iter(named.values()))
        transfer_claims(classroom, LESSON, claims, students, {first: WHEN})


def test_files_times_and_names(classroom: Classroom, tmp_path: Path) -> None:
    """Has each student the bytes that are theirs, under the lesson's name, and the time?"""
    transferred(classroom, tmp_path, {"a.ipynb": "ada", "b.ipynb": "bob"})
    for student, name in (("ada", "a.ipynb"), ("bob", "b.ipynb")):
        assert classroom.submitted(student, LESSON).read_text() == f"of {name}"
    stamp = classroom.submitted("ada", LESSON).with_name("timestamp.txt").read_text()
    assert stamp.startswith("2027-03-01 12:30:00")
    leftover = [path.name for path in classroom.folder.iterdir() if path.name.startswith("tmp")]
    assert not leftover


def test_again(classroom: Classroom, tmp_path: Path) -> None:
    """Does a later file replace an earlier one?"""
    transferred(classroom, tmp_path, {"a.ipynb": "ada"})
    transferred(classroom, tmp_path, {"later.ipynb": "ada"})
    assert classroom.submitted("ada", LESSON).read_text() == "of later.ipynb"


def test_nobody(classroom: Classroom) -> None:
    """Is nothing done where nothing was chosen?"""
    transfer_claims(classroom, LESSON, {}, {}, {})
    assert not classroom.handed_in()


def test_a_failure_of_nbgraders(
    classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is it told in nbgrader's last words, and nothing left behind?"""
    from autograder.intake import transfer as module

    def fails(app: object) -> None:
        app.log.error("no space")  # type: ignore[attr-defined]
        raise SystemExit(1)

    monkeypatch.setattr(module.ZipCollectApp, "process_extracted_files", fails)
    with pytest.raises(CourseError, match="nbgrader could not collect 01_tiny: no space"):
        transferred(classroom, tmp_path, {"a.ipynb": "ada"})
