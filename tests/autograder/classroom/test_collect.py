"""Whose notebooks are in this folder or zip?"""

import os
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.classroom import collect as module
from autograder.classroom.collect import collect_lesson
from autograder.classroom.folder import Classroom
from course_lib.errors import CourseError

BLACKBOARD = (
    r"[^/]*_(?P<student_id>[^/_]+)_attempt_(?P<timestamp>[0-9-]+)_(?P<file_id>LESSON)\.ipynb$"
)


def _folder(place: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place


def _zip(place: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return place


def _submitted(classroom: Classroom) -> dict[str, str]:
    folder = classroom.folder / "submitted"
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


LAYOUTS = {
    "folder a student": ("ada/01_tiny.ipynb", "ada"),
    "nbgrader": ("ada/01_tiny/01_tiny.ipynb", "ada"),
    "underscore": ("ada_l/01_tiny.ipynb", "ada_l"),
    "whole bundle": ("ada/notebooks/01_tiny/01_tiny.ipynb", "ada"),
    "download twice": ("ada/01_tiny (1).ipynb", "ada"),
    "Moodle": ("Ada Li_77_assignsubmission_file_/01_tiny.ipynb", "Ada Li"),
    "Moodle, flat": ("Ada Li_77_assignsubmission_file_01_tiny.ipynb", "Ada Li"),
    "Canvas": ("liada_123_456_01_tiny.ipynb", "liada"),
    "Canvas, late and again": ("liada_LATE_123_456_01_tiny-2.ipynb", "liada"),
    "flat": ("ada_01_tiny.ipynb", "ada"),
}


@pytest.mark.parametrize("pack", [_folder, _zip])
@pytest.mark.parametrize(("name", "student"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(
    classroom: Classroom, tmp_path: Path, pack: object, name: str, student: str
) -> None:
    """Is the notebook found under this name, for this student?"""
    source = pack(tmp_path / "in", {name: "work"})  # type: ignore[operator]
    collected = collect_lesson(classroom, "01_tiny", source)
    assert collected.students == (student,)
    assert collected.left_out == {}
    assert _submitted(classroom) == {f"{student}/01_tiny/01_tiny.ipynb": "work"}


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
        "Homework_ada_attempt_2027-03-01-09-00-00_01_tiny.ipynb",
    ],
)
def test_what_names_no_student_is_left_out(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a file whose owner is a guess left out and reported?"""
    collected = collect_lesson(classroom, "01_tiny", _zip(tmp_path / "in.zip", {name: "?"}))
    assert collected.students == ()
    assert list(collected.left_out) == [name]
    assert _submitted(classroom) == {}


def test_another_pattern(classroom: Classroom, tmp_path: Path) -> None:
    """Does a pattern for another LMS find the student, and the time for late penalties?"""
    name = "Homework_ada_attempt_2027-03-01-09-00-00_01_tiny.ipynb"
    collected = collect_lesson(
        classroom, "01_tiny", _folder(tmp_path / "in", {name: "work"}), BLACKBOARD
    )
    assert collected.students == ("ada",)
    assert _submitted(classroom)["ada/01_tiny/timestamp.txt"].startswith("2027-03-01 09:00:00")


def test_pattern_that_takes_any_notebook(classroom: Classroom, tmp_path: Path) -> None:
    """Is only this lesson collected, whatever a pattern takes, and may it begin with ^?"""
    files = {"ada/01_tiny.ipynb": "work", "ben/02_more.ipynb": "work"}
    pattern = r"^(?P<student_id>\w+)/(?P<file_id>\w+)\.ipynb"
    collected = collect_lesson(classroom, "01_tiny", _folder(tmp_path / "in", files), pattern)
    assert collected.students == ("ada",)
    assert list(collected.left_out) == ["ben/02_more.ipynb"]
    assert list(_submitted(classroom)) == ["ada/01_tiny/01_tiny.ipynb"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("(", "no regular expression"), (r"(?P<student_id>.*)", "no group .*file_id")],
)
def test_useless_pattern(classroom: Classroom, tmp_path: Path, pattern: str, message: str) -> None:
    """Is a pattern that cannot work refused?"""
    with pytest.raises(CourseError, match=message):
        collect_lesson(
            classroom, "01_tiny", _folder(tmp_path / "in", {"a/01_tiny.ipynb": ""}), pattern
        )


def test_newest_of_two(classroom: Classroom, tmp_path: Path) -> None:
    """Of two files of one student, is the newer collected and the other reported?"""
    files = {"ada/01_tiny.ipynb": "new", "ada/01_tiny/01_tiny.ipynb": "old"}
    source = _folder(tmp_path / "in", files)
    os.utime(source / "ada/01_tiny/01_tiny.ipynb", (1e9, 1e9))
    collected = collect_lesson(classroom, "01_tiny", source)
    assert list(collected.left_out) == ["ada/01_tiny/01_tiny.ipynb"]
    assert list(_submitted(classroom).values()) == ["new"]
    os.utime(source / "ada/01_tiny.ipynb", (1e8, 1e8))
    assert list(collect_lesson(classroom, "01_tiny", source).left_out) == ["ada/01_tiny.ipynb"]
    assert list(_submitted(classroom).values()) == ["old"]


def test_a_file_in_place_of_a_folder(classroom: Classroom, tmp_path: Path) -> None:
    """Does a file whose name is another's folder cost its own student alone?"""
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("x_01_tiny.ipynb", "x_01_tiny.ipynb/01_tiny.ipynb", "ada/01_tiny.ipynb"):
            archive.writestr(name, name)
    collected = collect_lesson(classroom, "01_tiny", tmp_path / "in.zip")
    assert collected.students == ("ada", "x")
    assert list(collected.left_out) == ["x_01_tiny.ipynb/01_tiny.ipynb"]


def test_second_collection(classroom: Classroom, tmp_path: Path) -> None:
    """Does a second collection replace whom it holds, and leave the others?"""
    first = {"ada/01_tiny.ipynb": "1", "ben/01_tiny.ipynb": "1"}
    collect_lesson(classroom, "01_tiny", _folder(tmp_path / "one", first))
    collect_lesson(classroom, "01_tiny", _folder(tmp_path / "two", {"ben/01_tiny.ipynb": "2"}))
    assert _submitted(classroom) == {
        "ada/01_tiny/01_tiny.ipynb": "1",
        "ben/01_tiny/01_tiny.ipynb": "2",
    }


def test_nothing_else_is_left(classroom: Classroom, tmp_path: Path) -> None:
    """Is only `submitted/` new in the class's folder?"""
    before = {path.name for path in classroom.folder.iterdir()}
    collect_lesson(classroom, "01_tiny", _zip(tmp_path / "in.zip", {"ada/01_tiny.ipynb": "work"}))
    assert {path.name for path in classroom.folder.iterdir()} == before | {"submitted"}


LESSON = "01_tiny"
GOOD = "ada/01_tiny.ipynb"


@pytest.mark.parametrize(
    "name", ["../evil.ipynb", "/etc/evil", "a/../../evil", "C:\\evil", "..\\x"]
)
def test_paths_that_lead_outside(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a zip with such an entry refused whole, its good entries too?"""
    with pytest.raises(CourseError, match="points outside the archive"):
        collect_lesson(
            classroom, "01_tiny", _zip(tmp_path / "in.zip", {GOOD: "work", name: "evil"})
        )
    assert _submitted(classroom) == {}


def test_link_in_a_zip(classroom: Classroom, tmp_path: Path) -> None:
    """Is a link refused?"""
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        link = zipfile.ZipInfo(GOOD)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(CourseError, match="is a link"):
        collect_lesson(classroom, "01_tiny", tmp_path / "in.zip")


def test_encrypted_zip(classroom: Classroom, tmp_path: Path) -> None:
    """Is a zip with a password told so?"""
    path = _zip(tmp_path / "in.zip", {GOOD: "work"})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the flag in the central directory
    path.write_bytes(raw)
    with pytest.raises(CourseError, match="is encrypted"):
        collect_lesson(classroom, "01_tiny", path)


def test_link_in_a_folder(classroom: Classroom, tmp_path: Path) -> None:
    """Is a link passed over, so that nobody hands in another's file?"""
    source = _folder(tmp_path / "in", {GOOD: "work"})
    (source / "ben").mkdir()
    (source / "ben" / "01_tiny.ipynb").symlink_to(source / GOOD)
    (source / "eve").symlink_to(source / "ada")
    assert collect_lesson(classroom, "01_tiny", source).students == ("ada",)


@pytest.mark.parametrize(("limit", "most"), [("MOST_BYTES", 1000), ("MOST_FILES", 1)])
def test_bomb(
    classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    """Is a zip that would unpack to too much refused before it is unpacked?"""
    monkeypatch.setattr(module, limit, most)
    source = _zip(tmp_path / "in.zip", {GOOD: "0" * 600, "ben/01_tiny.ipynb": "0" * 600})
    with pytest.raises(CourseError, match="split it"):
        collect_lesson(classroom, "01_tiny", source)
    assert _submitted(classroom) == {}


def test_huge_notebook(
    classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does one notebook that is too large cost only itself?"""
    monkeypatch.setattr(module, "LARGEST", 100)
    source = _folder(tmp_path / "in", {GOOD: "work", "ben/01_tiny.ipynb": "0" * 101})
    collected = collect_lesson(classroom, "01_tiny", source)
    assert collected.students == ("ada",)
    assert "101 bytes" in collected.left_out["ben/01_tiny.ipynb"]


@pytest.mark.parametrize("cut", [10, -30])
def test_damaged_zip(classroom: Classroom, tmp_path: Path, cut: int) -> None:
    """Is a download that broke off told so?"""
    path = _zip(tmp_path / "in.zip", {GOOD: "work" * 100})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(CourseError, match="no zip, or it is damaged"):
        collect_lesson(classroom, "01_tiny", path)


def test_wrong_checksum(classroom: Classroom, tmp_path: Path) -> None:
    """Is an entry whose bytes changed noticed, and nobody collected?"""
    path = _zip(tmp_path / "in.zip", {"aaa/01_tiny.ipynb": "fine", GOOD: "work" * 100})
    path.write_bytes(path.read_bytes().replace(b"workwork", b"worKwork", 1))
    with pytest.raises(CourseError, match="damaged"):
        collect_lesson(classroom, "01_tiny", path)
    assert _submitted(classroom) == {}


def test_source_or_release_that_is_not_there(classroom: Classroom, tmp_path: Path) -> None:
    """Is a wrong path told, and a lesson that was never released?"""
    with pytest.raises(CourseError, match=r"none\.zip does not exist"):
        collect_lesson(classroom, "01_tiny", tmp_path / "none.zip")
    with pytest.raises(CourseError, match="02_more is not released"):
        collect_lesson(classroom, "02_more", tmp_path)


def test_wrong_time_in_a_name(classroom: Classroom, tmp_path: Path) -> None:
    """Does what nbgrader refuses become a sentence?"""
    name = "x_ada_attempt_99-99-99_01_tiny.ipynb"
    with pytest.raises(CourseError, match="nbgrader could not collect 01_tiny: Invalid timestamp"):
        collect_lesson(classroom, "01_tiny", _folder(tmp_path / "in", {name: "work"}), BLACKBOARD)


@pytest.mark.parametrize("name", ["a\x1b[2J\x1b[31mred", "nl\nname", "x" * 300, "[CJ] Li", "*"])
def test_names_that_break_what_comes_later(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a person of such a name left out with a reason, and everybody else collected?"""
    files = {f"ada/{LESSON}.ipynb": "work", f"{name}/{LESSON}.ipynb": "?"}
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "in.zip", files))
    assert collected.students == ("ada",)
    assert "student's name" in collected.left_out[f"{name}/{LESSON}.ipynb"]
    assert _submitted(classroom) == {f"ada/{LESSON}/{LESSON}.ipynb": "work"}


@pytest.mark.parametrize(
    "pattern", [module.PATTERN, r"(?P<student_id>[^/]+)/.*?(?P<file_id>LESSON)\.ipynb"]
)
@pytest.mark.parametrize(
    "name",
    [
        f"__MACOSX/{LESSON}.ipynb",
        f"__MACOSX/{LESSON}/{LESSON}.ipynb",
        f"__MACOSX/._{LESSON}.ipynb",
        f"ada/.ipynb_checkpoints/{LESSON}.ipynb",
    ],
)
def test_what_a_computer_put_there(
    classroom: Classroom, tmp_path: Path, name: str, pattern: str
) -> None:
    """Does nobody get into the class who is a folder of macOS or Jupyter?"""
    files = {f"ben/{LESSON}.ipynb": "work", name: "?"}
    collected = collect_lesson(classroom, LESSON, _zip(tmp_path / "in.zip", files), pattern)
    assert collected.students == ("ben",)
    assert list(collected.left_out) == [name]
