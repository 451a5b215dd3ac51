"""The author's commands, as they are typed."""

import sys
from pathlib import Path

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


def test_site(tiny_copy, monkeypatch):
    """Is the site of the lessons that are named made in the folder named, and its page said?"""
    pytest.importorskip("sphinx", reason="the extra `site` is not installed")
    asked = []

    def write_site(root: Path, lessons: list, folder: Path, on_lesson) -> Path:
        asked.append((root, [lesson.name for lesson in lessons], folder))
        on_lesson("01_tiny")
        return folder / "html" / "index.html"

    monkeypatch.setattr("autograder.site.whole.write_site", write_site)
    to = tiny_copy.root / "there"
    told = run("site", "01", "--to", to, "--root", tiny_copy.root)
    assert asked == [(tiny_copy.root.resolve(), ["01_tiny"], to)]
    assert "01_tiny" in told
    assert "index.html" in told


def test_a_site_without_its_extra(tiny_copy, monkeypatch):
    """Is a package that is not installed named, with the command that installs it?"""
    monkeypatch.setitem(sys.modules, "docutils", None)
    for name in [name for name in sys.modules if name.startswith("autograder.site")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(CourseError, match=r"docutils.*instructor,site"):
        run("site", "--root", tiny_copy.root)
