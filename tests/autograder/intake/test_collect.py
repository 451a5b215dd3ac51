"""Whose notebooks are in this folder or zip?"""

import os
import zipfile
from pathlib import Path

import pytest

from autograder.classroom.folder import Classroom
from autograder.intake.collect import Answers, collect_lesson
from course_lib.errors import CourseError
from tests.autograder.intake.packing import BLACKBOARD, folder_of, submitted, zipped

LAYOUTS = {
    "folder a student": ("ada/01_tiny.ipynb", "ada"),
    "nbgrader": ("ada/01_tiny/01_tiny.ipynb", "ada"),
    "underscore": ("ada_l/01_tiny.ipynb", "ada_l"),
    "whole bundle": ("ada/notebooks/01_tiny/01_tiny.ipynb", "ada"),
    "download twice": ("ada/01_tiny (1).ipynb", "ada"),
    "Moodle": ("Ada Li_77_assignsubmission_file_/01_tiny.ipynb", "Ada Li_77"),
    "Moodle, flat": ("Ada Li_77_assignsubmission_file_01_tiny.ipynb", "Ada Li_77"),
    "Canvas": ("liada_123_456_01_tiny.ipynb", "liada_123"),
    "Canvas, late and again": ("liada_LATE_123_456_01_tiny-2.ipynb", "liada_123"),
    "flat": ("ada_01_tiny.ipynb", "ada"),
}


@pytest.mark.parametrize("pack", [folder_of, zipped])
@pytest.mark.parametrize(("name", "student"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(
    classroom: Classroom, tmp_path: Path, pack: object, name: str, student: str
) -> None:
    """Is the notebook found under this name, for this student?"""
    source = pack(tmp_path / "in", {name: "work"})  # type: ignore[operator]
    collected = collect_lesson(classroom, "01_tiny", source)
    assert collected.students == (student,)
    assert collected.left_out == {}
    assert submitted(classroom) == {f"{student}/01_tiny/01_tiny.ipynb": "work"}


@pytest.mark.parametrize(
    "name",
    [
        "01_tiny.ipynb",
        "01_tiny/01_tiny.ipynb",
        "notebooks/01_tiny/01_tiny.ipynb",
        "ada/final.ipynb",
        "ada/02_more.ipynb",
        "ada/my_01_tiny.ipynb",
        "ada/old/01_tiny.ipynb",
        "ada/01_tiny.pdf",
        ".ipynb_checkpoints/01_tiny.ipynb",
        "__MACOSX/ada/._01_tiny.ipynb",
    ],
)
def test_what_names_no_student_is_left_out(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a file whose owner is a guess left out and reported?"""
    collected = collect_lesson(classroom, "01_tiny", zipped(tmp_path / "in.zip", {name: "?"}))
    assert collected.students == ()
    assert list(collected.left_out) == [name]
    assert submitted(classroom) == {}


def test_another_pattern(classroom: Classroom, tmp_path: Path) -> None:
    """Does a pattern for another LMS find the student, and the time for late penalties?"""
    name = "Homework_ada_attempt_2027-03-01-09-00-00_01_tiny.ipynb"
    collected = collect_lesson(
        classroom, "01_tiny", folder_of(tmp_path / "in", {name: "work"}), Answers(BLACKBOARD)
    )
    assert collected.students == ("ada",)
    assert submitted(classroom)["ada/01_tiny/timestamp.txt"].startswith("2027-03-01 09:00:00")


def test_pattern_that_takes_any_notebook(classroom: Classroom, tmp_path: Path) -> None:
    """Is only this lesson collected, whatever a pattern takes, and may it begin with ^?"""
    files = {"ada/01_tiny.ipynb": "work", "ben/02_more.ipynb": "work"}
    pattern = r"^(?P<student_id>\w+)/(?P<file_id>\w+)\.ipynb"
    collected = collect_lesson(
        classroom, "01_tiny", folder_of(tmp_path / "in", files), Answers(pattern)
    )
    assert collected.students == ("ada",)
    assert list(collected.left_out) == ["ben/02_more.ipynb"]
    assert list(submitted(classroom)) == ["ada/01_tiny/01_tiny.ipynb"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("(", "no regular expression"), (r"(?P<student_id>.*)", "no group .*file_id")],
)
def test_useless_pattern(classroom: Classroom, tmp_path: Path, pattern: str, message: str) -> None:
    """Is a pattern that cannot work refused?"""
    with pytest.raises(CourseError, match=message):
        collect_lesson(
            classroom,
            "01_tiny",
            folder_of(tmp_path / "in", {"a/01_tiny.ipynb": ""}),
            Answers(pattern),
        )


def test_newest_of_two(classroom: Classroom, tmp_path: Path) -> None:
    """Of two files of one student, is the newer collected and the other reported?"""
    files = {"ada/01_tiny.ipynb": "new", "ada/01_tiny/01_tiny.ipynb": "old"}
    source = folder_of(tmp_path / "in", files)
    os.utime(source / "ada/01_tiny/01_tiny.ipynb", (1e9, 1e9))
    collected = collect_lesson(classroom, "01_tiny", source)
    assert list(collected.left_out) == ["ada/01_tiny/01_tiny.ipynb"]
    assert list(submitted(classroom).values()) == ["new"]
    os.utime(source / "ada/01_tiny.ipynb", (1e8, 1e8))
    assert list(collect_lesson(classroom, "01_tiny", source).left_out) == ["ada/01_tiny.ipynb"]
    assert list(submitted(classroom).values()) == ["old"]


def test_a_file_in_place_of_a_folder(classroom: Classroom, tmp_path: Path) -> None:
    """Does a file whose name is another's folder cost its own student alone?"""
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("x_01_tiny.ipynb", "x_01_tiny.ipynb/01_tiny.ipynb", "ada/01_tiny.ipynb"):
            archive.writestr(name, name)
    collected = collect_lesson(classroom, "01_tiny", tmp_path / "in.zip")
    assert "ada" in collected.students
    assert len(collected.students) + len(collected.left_out) == 3
    assert submitted(classroom)["ada/01_tiny/01_tiny.ipynb"] == "ada/01_tiny.ipynb"


def test_second_collection(classroom: Classroom, tmp_path: Path) -> None:
    """Does a second collection replace whom it holds, and leave the others?"""
    first = {"ada/01_tiny.ipynb": "1", "ben/01_tiny.ipynb": "1"}
    collect_lesson(classroom, "01_tiny", folder_of(tmp_path / "one", first))
    collect_lesson(classroom, "01_tiny", folder_of(tmp_path / "two", {"ben/01_tiny.ipynb": "2"}))
    assert submitted(classroom) == {
        "ada/01_tiny/01_tiny.ipynb": "1",
        "ben/01_tiny/01_tiny.ipynb": "2",
    }


def test_nothing_else_is_left(classroom: Classroom, tmp_path: Path) -> None:
    """Is only `submitted/` new in the class's folder?"""
    before = {path.name for path in classroom.folder.iterdir()}
    collect_lesson(classroom, "01_tiny", zipped(tmp_path / "in.zip", {"ada/01_tiny.ipynb": "work"}))
    assert {path.name for path in classroom.folder.iterdir()} == before | {"submitted"}
