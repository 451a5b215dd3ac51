"""The command that gives students their pages, as it is typed."""

import shutil
from pathlib import Path

import pytest

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.grading.grade import grade_lesson
from autograder.intake.collect import collect_lesson
from course_lib.errors import CourseError
from tests.autograder.grading.test_single import WRONG
from tests.autograder.pages.test_upload import LESSON, download
from tests.autograder.test_cli_lms import run


@pytest.fixture
def graded(classroom: Classroom) -> Classroom:
    path = classroom.submitted("ada", LESSON)
    path.parent.mkdir(parents=True)
    path.write_text(WRONG, "utf-8")
    grade_lesson(classroom, LESSON, workers=1)
    return classroom


def test_pages_messages_and_zip(graded: Classroom, tmp_path: Path) -> None:
    """Does one command write the pages and the messages, and say where each is?"""
    with gradebook.opened(graded) as book:
        book.update_or_create_student("ada", email="ada@example.org")
    said = run("feedback", "01", "--course", graded.folder, "--dry-run", tmp_path / "mail")
    assert f"{LESSON}: 1 pages in" in said
    assert "1 messages" in said
    text = (tmp_path / "mail" / LESSON / "ada.eml").read_text()
    assert "Subject: 01_tiny: " in text


def test_nobody_is_forgotten_silently(graded: Classroom, tmp_path: Path) -> None:
    """Is it an error, after all else is done, where somebody has no address?"""
    with pytest.raises(CourseError, match="1 students have no message"):
        run("feedback", "--course", graded.folder, "--dry-run", tmp_path / "mail")
    assert graded.feedback("ada", LESSON).is_file()


def test_for_upload(graded: Classroom, tmp_path: Path) -> None:
    """Is the zip where it was asked for, and does it need one lesson?"""
    shutil.rmtree(graded.folder / "submitted")
    path = download(tmp_path, [f"liwei_34_901_{LESSON}.ipynb", f"boneil_35_902_{LESSON}.ipynb"])
    collect_lesson(graded, LESSON, path)
    grade_lesson(graded, LESSON, workers=1)
    to = tmp_path / "back.zip"
    said = run("feedback", "01", "--course", graded.folder, "--into", path, "--to", to)
    assert "back.zip: 2 pages, to be uploaded" in said.replace("\n", "")
    with pytest.raises(CourseError, match="name that lesson"):
        run("feedback", "--course", graded.folder, "--into", path)


def test_no_settings(graded: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is it told before a page is written that there is no mail server?"""
    monkeypatch.delenv("SMTP_HOST", raising=False)
    with pytest.raises(CourseError, match="SMTP_HOST"):
        run("feedback", "--course", graded.folder, "--send")
    assert not graded.feedback("ada", LESSON).is_file()
