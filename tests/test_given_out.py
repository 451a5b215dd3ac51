"""Where is a lesson as it was given out?"""

import subprocess
import zipfile
from pathlib import Path

import pytest
from nbformat import NotebookNode

from course_lib.errors import CourseError
from course_lib.given_out import ARCHIVE, as_given_out
from course_lib.notebooks import as_text
from tests.test_update import answered, lesson


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A student's notebook with an answer in it, in a folder of the course."""
    place = tmp_path / "course" / "notebooks" / "01_x" / "01_x.ipynb"
    place.parent.mkdir(parents=True)
    place.write_text(as_text(answered(lesson("one"), "one")))
    return place


def is_fresh(notebook: NotebookNode) -> bool:
    return as_text(notebook) == as_text(lesson("one"))


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def test_what_is_named_comes_first(path: Path, tmp_path: Path) -> None:
    """Is the lesson taken from where the student says it is?"""
    new = tmp_path / "new.ipynb"
    new.write_text(as_text(lesson("one", "two")))
    assert as_text(as_given_out(path, "01_x", new)) == as_text(lesson("one", "two"))


def test_a_teachers_copy_of_the_course_has_it(path: Path) -> None:
    """Is it found in the zip of the course's folder, under the lesson's name?"""
    with zipfile.ZipFile(path.parents[2] / ARCHIVE, "w") as archive:
        archive.writestr("notebooks/01_x/01_x.ipynb", as_text(lesson("one")))
    assert is_fresh(as_given_out(path, "01_x"))
    assert is_fresh(as_given_out(path.with_name("copy.ipynb"), "01_x"))


def test_git_has_it(path: Path) -> None:
    """Is it found among the versions of the file, behind those with answers and broken ones?"""
    mine = path.read_text()
    git(path.parents[2], "init", "-q")
    for text in ("{", as_text(lesson("one")), mine, "{", mine):
        path.write_text(text)
        git(path.parents[2], "add", "-A")
        git(path.parents[2], "commit", "-q", "-m", "work")
    path.write_text("")
    assert is_fresh(as_given_out(path, "01_x"))


def test_where_it_is_nowhere(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a student told to name it, also where there is no Git, and where it holds answers only?"""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(path.parents[3]))
    with pytest.raises(CourseError, match=r"01_x as it was given out is not here\. Name it"):
        as_given_out(path, "01_x")
    git(path.parents[2], "init", "-q")
    git(path.parents[2], "add", "-A")
    git(path.parents[2], "commit", "-q", "-m", "work")
    with pytest.raises(CourseError, match="is not here"):
        as_given_out(path, "01_x")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CourseError, match="is not here"):
        as_given_out(path, "01_x")
