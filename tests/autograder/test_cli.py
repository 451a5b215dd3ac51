"""The instructor's commands, as they are typed."""

import shutil
import sys

import pytest
import typer
from typer.testing import CliRunner

from autograder.cli import add_to
from course_lib.errors import CourseError

app = typer.Typer()
add_to(app)


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(result.exception, CourseError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def test_build(tiny_copy):
    """Does build write what is stale, and --check only tell?"""
    assert "stale" in run("build", "--check", "--root", tiny_copy.root, code=1)
    assert not tiny_copy.notebook.exists()
    assert "written" in run("build", "01", "--root", tiny_copy.root)
    assert "up to date" in run("build", "--check", "--root", tiny_copy.root)


def test_unknown_lesson(tiny_copy):
    """Is a wrong lesson answered with the right one?"""
    with pytest.raises(CourseError, match="Did you mean 01_tiny"):
        run("build", "01_tinny", "--root", tiny_copy.root)


def test_missing_class(tmp_path):
    """Is a missing class folder told in a sentence, by every command that needs one?"""
    for command in (["grade"], ["feedback"], ["report"], ["export"], ["collect", "01", "x.zip"]):
        with pytest.raises(CourseError, match="is no class"):
            run(*command, "--course", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_unreleased_lesson(room):
    """Is a lesson that was never released named, with what the class has?"""
    with pytest.raises(CourseError, match="It has 01_tiny"):
        run("grade", "02", "--course", room.folder)


def test_whole_way(room, tiny_copy, tmp_path):
    """Does a class without a readable notebook go from collect to the table?"""
    handed_in = tmp_path / "downloads" / "ada"
    handed_in.mkdir(parents=True)
    (handed_in / "01_tiny.ipynb").write_text("{}")
    course = ("--course", room.folder)
    assert "1 submissions" in run("collect", "01", tmp_path / "downloads", *course)
    said = run("grade", *course)
    assert "no notebook" in said
    assert "1 graded, 0 unchanged" in said
    assert "0 graded, 1 unchanged" in run("grade", "01", *course)
    assert "1 pages" in run("feedback", "01", *course)
    run("report", *course, "--root", tiny_copy.root)
    run("export", *course, "--to", tmp_path / "scores.csv")
    assert "ada,0,100" in (tmp_path / "scores.csv").read_text()
    assert room.feedback("ada", "01_tiny").is_file()
    assert room.report("01_tiny").is_file()


def test_help_is_quick():
    """Does the command line load without nbgrader, NumPy or a notebook library?"""
    code = "import sys, autograder.cli; print([m for m in sys.modules if '.' not in m])"
    import subprocess

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    for heavy in ("nbgrader", "numpy", "nbformat", "jupytext", "sqlalchemy", "torch", "rich"):
        assert f"'{heavy}'" not in loaded.stdout


@pytest.mark.slow
def test_demo(tiny_copy, tmp_path):
    """Does the demo show every student's story and score, and pages for each?"""
    said = run("demo", "--root", tiny_copy.root, "--to", tmp_path / "demo", "--workers", 2)
    words = " ".join(said.split())
    assert "100 / 100 │ Everything is right." in words
    assert "0 / 100 │ Handed in untouched." in words
    assert len(list((tmp_path / "demo" / "feedback").iterdir())) >= 12
    assert (tmp_path / "demo" / "scores.csv").is_file()
    with pytest.raises(CourseError, match="other things"):
        run("demo", "--root", tiny_copy.root, "--to", tiny_copy.root)
    shutil.rmtree(tmp_path / "demo")
