"""The commands for one notebook at a time, as they are typed."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder.classroom.folder import Classroom
from autograder.cli import add_to
from autograder.lesson.lessons import Lesson, repository
from course_lib.cli import check
from course_lib.errors import CourseError
from tests.autograder.grading.test_single import WRONG, notebook
from tests.autograder.test_cli_lms import LESSON, run

ROOT = repository(Path(__file__))


def test_grade_one(classroom: Classroom, tmp_path: Path) -> None:
    """Does it say each check with its points and reason, and write what is asked for?"""
    path = tmp_path / f"{LESSON}.ipynb"
    path.write_text(WRONG, "utf-8")
    out = {name: tmp_path / f"{name}.json" for name in ("json", "gradescope", "github")}
    options = [one for name, to in out.items() for one in (f"--{name}", to)]
    said = run(
        *("grade-one", path, "--lesson", "01", "--course", classroom.folder, *options),
        *("--visibility", "after_published"),
    )
    found = json.loads(out["json"].read_text())
    assert f"{LESSON}: {found['score']:g} of {found['possible']:g} points" in said
    for row in found["checks"]:
        assert f"{row['earned']:g} of {row['possible']:g}: {row['title']}" in said
        assert row["message"] in said
    tests = json.loads(out["gradescope"].read_text())["tests"]
    assert {test["visibility"] for test in tests} == {"after_published"}
    assert out["github"].read_text()


@pytest.mark.parametrize(("text", "code"), [(notebook(), 0), (WRONG, 1)], ids=["right", "wrong"])
def test_course_check_with_the_hidden_checks(
    tiny_copy: Lesson, monkeypatch: pytest.MonkeyPatch, text: str, code: int
) -> None:
    """Does a reader of the whole course get an instructor's grade, in an instructor's words?"""
    tiny_copy.notebook.parent.mkdir(parents=True, exist_ok=True)
    tiny_copy.notebook.write_text(text, "utf-8")
    monkeypatch.chdir(tiny_copy.root)
    whole = typer.Typer()
    add_to(whole)
    whole.command()(check)
    monkeypatch.setattr("course_lib.cli.app", whole)
    result = CliRunner().invoke(whole, ["check", "01", "--hidden"])
    assert result.exit_code == code
    assert result.output == run("grade-one", tiny_copy.notebook, "--lesson", "01")


def test_refused(classroom: Classroom, tmp_path: Path) -> None:
    """Is each wrong word told, before anything is run?"""
    given = ["--lesson", "01", "--course", classroom.folder]
    with pytest.raises(CourseError, match="--visibility is one of visible, hidden"):
        run("grade-one", tmp_path, *given, "--visibility", "later")
    with pytest.raises(CourseError, match="is not there"):
        run("grade-one", tmp_path / "nowhere", *given)
    with pytest.raises(CourseError, match="was not released"):
        run("grade-one", tmp_path, "--lesson", "02", "--course", classroom.folder)


def test_pack(classroom: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is the zip where it is said to be?"""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="name the clone with --root"):
        run("pack", "01", "--for", "gradescope", "--course", classroom.folder)
    given = ["--course", classroom.folder, "--root", ROOT]
    said = run("pack", "01", "--for", "gradescope", *given)
    assert Path(said.strip()) == Path(f"gradescope-{LESSON}.zip")
    assert Path(f"gradescope-{LESSON}.zip").is_file()
    run("pack", "01", "--for", "github", "--to", "there.zip", *given)
    assert Path("there.zip").is_file()
