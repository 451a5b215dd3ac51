"""Which lessons are there, and where do their files lie?"""

from pathlib import Path

import pytest

from autograder.lesson.lessons import Lesson, all_lessons, lesson, repository
from course_lib.errors import CourseError


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of three lessons, and a folder that is none."""
    (tmp_path / "pyproject.toml").touch()
    for name in ("10_nets", "02_linear", "01_knn"):
        (tmp_path / "solutions" / name).mkdir(parents=True)
        (tmp_path / "solutions" / name / f"{name}.py").touch()
    (tmp_path / "solutions" / "03_notes").mkdir()
    return tmp_path


def test_lessons_in_the_order_of_their_numbers(course: Path) -> None:
    """Does every folder that has a source count, and no other?"""
    assert [one.name for one in all_lessons(course)] == ["01_knn", "02_linear", "10_nets"]


def test_a_lesson_by_name_or_number(course: Path) -> None:
    """Is a number alone enough, and part of a name not?"""
    assert lesson(course, "10") == lesson(course, "10_nets") == Lesson("10_nets", course)
    for name in ("1", "linear", ""):
        with pytest.raises(CourseError, match="There is no lesson called"):
            lesson(course, name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("01_knm", r"Did you mean 01_knn\?"),
        ("zzz", r"There are: 01_knn, 02_linear, 10_nets\."),
    ],
)
def test_a_wrong_name(course: Path, name: str, hint: str) -> None:
    """Is the nearest lesson named, or all of them?"""
    with pytest.raises(CourseError, match=hint):
        lesson(course, name)


def test_the_repository_is_found_from_below(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is it the folder that holds lessons and a project, and is none told where there is none?"""
    below = course / "solutions" / "01_knn"
    (below / "pyproject.toml").touch()  # a project without lessons
    assert repository(below) == course.resolve()
    monkeypatch.chdir(below)
    assert repository() == course.resolve()
    (course / "pyproject.toml").unlink()
    with pytest.raises(CourseError, match="No lessons found"):
        repository(below)


def test_files_of_this_courses_lessons() -> None:
    """Does each lesson here have its files where `Lesson` says, each named after it?"""
    root = repository(Path(__file__))
    for one in all_lessons(root):
        for path in (one.source, one.known, one.table, one.notebook):
            assert path.is_file()
            assert one.name in path.parts[-2:] or path.stem == one.name
        assert one.mistakes.parent == one.source.parent == one.equivalents.parent


def test_what_lies_beside_an_answer(course: Path) -> None:
    """Are the files of the folder `beside` handed in by name, and none where it is not there?"""
    first = Lesson("01_knn", course)
    assert first.beside == {}
    (first.source.parent / "beside").mkdir()
    (first.source.parent / "beside" / "a.npz").write_bytes(b"1")
    assert first.beside == {"a.npz": b"1"}
