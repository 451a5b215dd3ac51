"""Do archives that lead outside, burst, lie or are damaged do no harm?"""

import stat
import zipfile
from pathlib import Path

import pytest

from autograder.classroom.folder import Classroom
from autograder.intake import collect as module
from autograder.intake import download
from autograder.intake.collect import Answers, collect_lesson
from course_lib.errors import CourseError
from tests.autograder.intake.packing import BLACKBOARD, LESSON, folder_of, submitted, zipped

GOOD = "ada/01_tiny.ipynb"


@pytest.mark.parametrize(
    "name", ["../evil.ipynb", "/etc/evil", "a/../../evil", "C:\\evil", "..\\x"]
)
def test_paths_that_lead_outside(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a zip with such an entry refused whole, its good entries too?"""
    with pytest.raises(CourseError, match="points outside the archive"):
        collect_lesson(
            classroom, "01_tiny", zipped(tmp_path / "in.zip", {GOOD: "work", name: "evil"})
        )
    assert submitted(classroom) == {}


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
    path = zipped(tmp_path / "in.zip", {GOOD: "work"})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the flag in the central directory
    path.write_bytes(raw)
    with pytest.raises(CourseError, match="is encrypted"):
        collect_lesson(classroom, "01_tiny", path)


def test_link_in_a_folder(classroom: Classroom, tmp_path: Path) -> None:
    """Is a link passed over, so that nobody hands in another's file?"""
    source = folder_of(tmp_path / "in", {GOOD: "work"})
    (source / "ben").mkdir()
    (source / "ben" / "01_tiny.ipynb").symlink_to(source / GOOD)
    (source / "eve").symlink_to(source / "ada")
    assert collect_lesson(classroom, "01_tiny", source).students == ("ada",)


@pytest.mark.parametrize(("limit", "most"), [("MOST_BYTES", 1000), ("MOST_FILES", 1)])
def test_bomb(
    classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    """Is a zip that would unpack to too much refused before it is unpacked?"""
    monkeypatch.setattr(download, limit, most)
    source = zipped(tmp_path / "in.zip", {GOOD: "0" * 600, "ben/01_tiny.ipynb": "0" * 600})
    with pytest.raises(CourseError, match="split it"):
        collect_lesson(classroom, "01_tiny", source)
    assert submitted(classroom) == {}


def test_huge_notebook(
    classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does one notebook that is too large cost only itself?"""
    monkeypatch.setattr(module, "LARGEST", 100)
    source = folder_of(tmp_path / "in", {GOOD: "work", "ben/01_tiny.ipynb": "0" * 101})
    collected = collect_lesson(classroom, "01_tiny", source)
    assert collected.students == ("ada",)
    assert "101 bytes" in collected.left_out["ben/01_tiny.ipynb"]


@pytest.mark.parametrize("cut", [10, -30])
def test_damaged_zip(classroom: Classroom, tmp_path: Path, cut: int) -> None:
    """Is a download that broke off told so?"""
    path = zipped(tmp_path / "in.zip", {GOOD: "work" * 100})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(CourseError, match="no zip, or it is damaged"):
        collect_lesson(classroom, "01_tiny", path)


def test_wrong_checksum(classroom: Classroom, tmp_path: Path) -> None:
    """Is an entry whose bytes changed noticed, and nobody collected?"""
    path = zipped(tmp_path / "in.zip", {"aaa/01_tiny.ipynb": "fine", GOOD: "work" * 100})
    path.write_bytes(path.read_bytes().replace(b"workwork", b"worKwork", 1))
    with pytest.raises(CourseError, match="damaged"):
        collect_lesson(classroom, "01_tiny", path)
    assert submitted(classroom) == {}


def test_source_or_release_that_is_not_there(classroom: Classroom, tmp_path: Path) -> None:
    """Is a wrong path told, and a lesson that was never released?"""
    with pytest.raises(CourseError, match=r"none\.zip does not exist"):
        collect_lesson(classroom, "01_tiny", tmp_path / "none.zip")
    with pytest.raises(CourseError, match="02_more is not released"):
        collect_lesson(classroom, "02_more", tmp_path)


def test_wrong_time_in_a_name(classroom: Classroom, tmp_path: Path) -> None:
    """Is a time that cannot be read said, and the notebook collected without one?"""
    name = "x_ada_attempt_9999-99-99-00-00-00_01_tiny.ipynb"
    source = folder_of(tmp_path / "in", {name: "work"})
    for answers in (None, Answers(BLACKBOARD)):
        collected = collect_lesson(classroom, "01_tiny", source, answers)
        assert collected.students == ("ada",)
        assert "cannot be read: 9999-99-99-00-00-00" in collected.remarks[0]
        assert list(submitted(classroom)) == ["ada/01_tiny/01_tiny.ipynb"]


@pytest.mark.parametrize("name", ["a\x1b[2J\x1b[31mred", "nl\nname", "x" * 300, "[CJ] Li", "*"])
def test_names_that_break_what_comes_later(classroom: Classroom, tmp_path: Path, name: str) -> None:
    """Is a person of such a name left out with a reason, and everybody else collected?"""
    files = {f"ada/{LESSON}.ipynb": "work", f"{name}/{LESSON}.ipynb": "?"}
    collected = collect_lesson(classroom, LESSON, zipped(tmp_path / "in.zip", files))
    assert collected.students == ("ada",)
    assert "student's name" in collected.left_out[f"{name}/{LESSON}.ipynb"]
    assert submitted(classroom) == {f"ada/{LESSON}/{LESSON}.ipynb": "work"}


@pytest.mark.parametrize("pattern", ["", r"(?P<student_id>[^/]+)/.*?(?P<file_id>LESSON)\.ipynb"])
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
    collected = collect_lesson(
        classroom, LESSON, zipped(tmp_path / "in.zip", files), Answers(pattern)
    )
    assert collected.students == ("ben",)
    assert list(collected.left_out) == [name]
