"""The commands between a class and its learning system, as they are typed."""

import zipfile
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom
from autograder.cli import add_to
from course_lib.errors import CourseError

LESSON = "01_tiny"
app = typer.Typer()
add_to(app)

GRADEBOOK = (
    "Student,ID,SIS Login ID,Section,01_tiny (812)\n    Points Possible,,,,100\n"
    '"Li, Wei",34,wli,A,\n"Li, Wei",35,wli2,A,\n"Neil, Bo",36,bneil,B,\n"Park, Cy",37,cpark,B,\n'
)


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, CourseError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def canvas(tmp_path: Path) -> Path:
    """A Canvas download: two of one name, one under another name, one whom nobody knows."""
    path = tmp_path / "submissions.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in (
            f"liwei_34_901_{LESSON}.ipynb",
            f"liwei_LATE_35_902_{LESSON} (1).ipynb",
            "neilbo_36_903_homework.ipynb",
            f"strangereve_99_904_{LESSON}.ipynb",
        ):
            archive.writestr(name, "{}")
    return path


def test_a_term_with_canvas(classroom: Classroom, tmp_path: Path, canvas: Path) -> None:
    """Does a class go from its list to a download and to Canvas's gradebook, and lose nobody?"""
    folder = classroom.folder
    theirs = tmp_path / "grades.csv"
    theirs.write_text(GRADEBOOK)
    assert "Canvas list, 4 people, 4 of them new" in run("roster", folder, theirs)
    said = run("collect", "01", canvas, "--course", folder)
    assert "Canvas download, 2 people" in said
    assert "--take neilbo_36_903_homework.ipynb" in said
    assert "strangereve (99) is not on the roster" in said
    assert "Late, by how much the download does not say: wli2" in said
    assert "handed in nothing: Bo Neil (bneil)" in said
    assert "handed in nothing: Cy Park (cpark)" in said
    take = ("--take", "neilbo_36_903_homework.ipynb")
    said = run("collect", "01", canvas, "--course", folder, *take)
    assert "3 submissions collected" in said
    assert {path.name for path in (folder / "submitted").iterdir()} == {"wli", "wli2", "bneil"}
    with gradebook.opened(classroom) as book:
        points = {"tiny-squares-check": 40, "tiny-largest-check": 0, "tiny-largest-nan-check": 20}
        for student in ("wli", "bneil"):
            gradebook.record(book, LESSON, student, None, points, {})
    out = tmp_path / "back.csv"
    options = ("--for", "canvas", "--into", theirs, "--to", out, "--course", folder)
    assert f"{out}: 2 scores" in run("export", "01", *options)
    scores = [line.rpartition(",")[2] for line in out.read_text().splitlines()]
    assert scores == ['"01_tiny (812)"', '"100"', '"60"', '""', '"60"', '""']


def test_answer_to_a_list(classroom: Classroom, tmp_path: Path) -> None:
    """Is a line asked about with the command that answers, and the answer taken?"""
    path = tmp_path / "list.csv"
    path.write_text("Name,Section\nWei Li,A\nWei Li,B\n")
    assert "not entered: line 2" in run("roster", classroom.folder, path)
    said = run("roster", classroom.folder, path, "--take", "2=w1", "--take", "3=w2")
    assert "2 people, 2 of them new" in said


def test_formats(classroom: Classroom, tmp_path: Path, canvas: Path) -> None:
    """Is the format said and overridden, and not together with a pattern?"""
    course = ("--course", classroom.folder)
    said = run("collect", "01", canvas, "--format", "flat", *course)
    assert "Files that begin with a name" in said
    with pytest.raises(CourseError, match="not both"):
        run("collect", "01", canvas, "--format", "flat", "--pattern", "x", *course)


def test_our_own_table(classroom: Classroom, tmp_path: Path) -> None:
    """Is the table with every exercise written where no system is named?"""
    out = tmp_path / "scores.csv"
    run("export", "--course", classroom.folder, "--to", out)
    assert out.read_text().startswith('"student","01_tiny","01_tiny of"')


def test_column(classroom: Classroom, tmp_path: Path) -> None:
    """Is a column named by the lesson's number and its heading?"""
    theirs, out = tmp_path / "theirs.csv", tmp_path / "out.csv"
    theirs.write_text("Name,Email,First homework\nAda,ada@u.edu,\n")
    run("roster", classroom.folder, theirs)
    options = ("--into", theirs, "--to", out, "--column", "01=First homework")
    assert "0 scores" in run("export", *options, "--course", classroom.folder)
