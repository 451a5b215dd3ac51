"""The author's commands, as they are typed."""

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


def test_new(tiny_copy):
    """Is a new lesson built at once, and what it lacks said when it is built and rehearsed?"""
    root = ("--root", tiny_copy.root)
    assert "course build 16, course rehearse 16" in run("new", "16_my_lesson", *root)
    assert "up to date" in run("build", "--check", "16", *root)
    (tiny_copy.root / "pyproject.toml").write_text("")
    assert "Look at this" in run("build", "16", *root)
    assert "1 exercises: between 6 and 14" in run("rehearse", "16", "--seeds", 1, *root, code=1)
