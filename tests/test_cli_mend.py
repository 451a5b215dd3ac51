"""Does a student get a working notebook back, with their work in it and a copy of what was?"""

import shutil
from pathlib import Path

import nbformat
import pytest
from click.testing import Result
from typer.testing import CliRunner

from course_lib.cli import app
from course_lib.given_out import ARCHIVE
from course_lib.notebooks import as_text, read
from tests.test_update import answered, cell, lesson


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notebook of a lesson, answered, in a teacher's copy of a course."""
    fresh = tmp_path / "fresh" / "notebooks" / "01_x" / "01_x.ipynb"
    fresh.parent.mkdir(parents=True)
    fresh.write_text(as_text(lesson("one", "two")))
    path = tmp_path / "course" / "notebooks" / "01_x" / "01_x.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(as_text(answered(lesson("one", "two"), "one")))
    archive = Path(shutil.make_archive(str(tmp_path / "archive"), "zip", tmp_path / "fresh"))
    archive.rename(tmp_path / "course" / ARCHIVE)
    monkeypatch.chdir(tmp_path / "course")
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_a_deleted_check_comes_back(course: Path) -> None:
    """Are deleted and changed checks there again, the answers still, and the old file beside?"""
    mine = read(course)
    mine.cells.remove(cell(mine, "x-one-check"))
    cell(mine, "x-two-check").source = "pass"
    course.write_text(as_text(mine))
    before = course.read_bytes()
    result = run("reset", "01")
    assert result.exit_code == 0, result.output
    assert as_text(read(course)) == as_text(answered(lesson("one", "two"), "one"))
    assert course.with_name("01_x-before-reset-1.ipynb").read_bytes() == before
    assert "Checks that were missing or changed: x-one-check, x-two-check. Run" in result.output
    assert "Your answers came along: x-one." in result.output


@pytest.mark.parametrize("cut", [b"def two", b"raise Not", b'with checks.verdict(\\"two'])
def test_a_notebook_that_ends_too_early(course: Path, cut: bytes) -> None:
    """Is what was above the cut there, in a notebook that opens, and no half of a stub?"""
    raw = course.read_bytes()
    course.write_bytes(raw[: raw.index(cut)])
    broken = course.read_bytes()
    told = run("check", "01")
    assert "`course rescue 01_x` puts what can be read of it" in str(told.exception)
    result = run("rescue", "01_x")
    assert result.exit_code == 0, result.output
    nbformat.validate(read(course))
    assert as_text(read(course)) == as_text(answered(lesson("one", "two"), "one"))
    assert course.with_name("01_x-before-rescue-1.ipynb").read_bytes() == broken
    assert "The damaged file is 01_x-before-rescue-1.ipynb." in result.output


def test_a_damaged_copy_is_of_its_lesson(course: Path) -> None:
    """Is a file rescued that has another name than the lesson, and the lesson's left alone?"""
    copy = course.with_name("01_x-2.ipynb")
    copy.write_bytes(course.read_bytes()[:-2])
    before = course.read_bytes()
    assert run("rescue", str(copy)).exit_code == 0
    assert cell(read(copy), "x-one").source == cell(read(course), "x-one").source
    assert course.read_bytes() == before


def test_nothing_is_written_where_nothing_can_be_read(course: Path) -> None:
    """Is the file left as it is, with a sentence, where it is no notebook at all?"""
    course.write_text("lost")
    result = run("rescue", "01")
    assert "Nothing can be read of" in str(result.exception)
    assert course.read_text() == "lost"
    assert len(list(course.parent.iterdir())) == 1
