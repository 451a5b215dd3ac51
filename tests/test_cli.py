"""The command line, as a student meets it."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell
from typer.testing import CliRunner

from course_lib import cli
from course_lib.checks import table
from course_lib.errors import CourseError
from tests.saved import check, save, solution, two_lessons


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two lessons; its folder is the current one."""
    two_lessons(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def run():
    """Calls the commands without leaving the process."""

    def call(*arguments):
        return CliRunner().invoke(cli.app, list(arguments), catch_exceptions=True)

    return call


@pytest.fixture
def main(monkeypatch, capsys):
    """Calls the whole program; returns exit code, stdout and stderr."""
    monkeypatch.setattr(cli.app, "registered_commands", list(cli.app.registered_commands))

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["course", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.main()
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return call


def test_check_of_a_lesson_that_passes(course, run):
    """Does a right lesson end with exit code 0 and its points?"""
    result = run("check", "00_start_here")
    assert result.exit_code == 0
    assert "Right: t." in result.output
    assert "5 of 5 points" in result.output


def test_check_of_a_lesson_that_fails(course, run):
    """Does a wrong one end with 1, its message as it is, and the file unchanged?"""
    path = course / "notebooks" / "01_knn" / "01_knn.ipynb"
    before = path.read_bytes()
    result = run("check", str(path))
    assert result.exit_code == 1
    assert "AssertionError: [bold]no" in result.output
    assert "0 of 5 points" in result.output
    assert path.read_bytes() == before


def test_check_that_gives_a_part(course, run):
    """Are points that a check gives in part counted, and is it still not passed?"""
    part = "from course_lib import checks\ncurve = checks.Curve(((0.4, 0), (0.6, 1)))\n"
    part += "with checks.verdict('t'):\n"
    save(course, "02_x", check("c", f"{part}    checks.graded(0.5, curve)"))
    result = run("check", "02_x")
    assert result.exit_code == 1
    assert "In part: t. Fewer than 60 %" in " ".join(result.output.split())
    assert "2.5 / 5" in result.output
    assert "2.5 of 5 points" in result.output


def test_check_names_other_cells_that_failed(course, run):
    """Does a student learn that a set-up cell is what went wrong?"""
    save(course, "02_x", new_code_cell("import nowhere"), check("c", "nowhere"))
    result = run("check", "02_x")
    assert "Code cell 1, which is no check, failed. ModuleNotFoundError" in result.output


def test_check_of_a_notebook_without_checks(course, run):
    """Is a notebook without checks told apart from one that fails?"""
    save(course, "02_x", new_code_cell("1"))
    result = run("check", "02_x")
    assert result.exit_code == 0
    assert "no checks" in result.output


def test_progress_counts_without_running(course, run, monkeypatch):
    """Are saved results counted, and is nothing executed?"""
    monkeypatch.setattr("course_lib.execute.run_notebook", None)
    save(course, "00_start_here", solution("a"), check("a", "1/0", passed=True))
    result = run("progress")
    rows = [line.split() for line in result.output.splitlines()]
    assert rows[1:] == [["00_start_here", "1", "0", "0", "complete"], ["01_knn", "0", "0", "1"]]


def test_progress_survives_a_broken_file(course, run):
    """Does one damaged notebook leave the other lessons readable?"""
    (course / "notebooks" / "00_start_here" / "00_start_here.ipynb").write_text("{")
    result = run("progress")
    assert result.exit_code == 0
    assert "is not a notebook" in result.output
    assert "01_knn" in result.output


def test_a_deleted_check_is_missed(course, run):
    """Does a lesson that lacks a check say so, count its points, and tell how to get it back?"""
    first, *others = table.with_check({"start-double-check"}).checks.values()
    kept = [check(one.exercise, "") for one in others]
    for cell, one in zip(kept, others):
        cell.metadata["nbgrader"] |= {"grade_id": one.id, "points": one.points}
    save(course, "00_start_here", *kept)
    possible = sum(one.points for one in (first, *others))
    result = run("check", "00_start_here")
    assert result.exit_code == 1
    assert "1 check is missing, and graded all the same. `course reset 00_start" in result.output
    assert f"({first.exercise})" in result.output
    assert f"{possible - first.points:g} of {possible:g} points" in result.output
    assert "1 check is missing" in run("progress").output


def test_lab_opens_the_lesson_and_passes_options_on(course, run, monkeypatch):
    """Which command is started for `course lab knn --no-browser --port 9999`, and where is
    `course` found in it?"""
    started, surroundings = [], []

    def start(program, command, environment):
        started.append(command)
        surroundings.append(environment)

    monkeypatch.setattr("os.execve", start)
    assert run("lab", "knn", "--no-browser", "--port", "9999").exit_code == 0
    assert run("lab", "--no-browser").exit_code == 0
    with_lesson, without = started
    root = f"--ServerApp.root_dir={course.resolve() / 'notebooks'}"
    lesson = str(course / "notebooks" / "01_knn" / "01_knn.ipynb")
    assert with_lesson[:4] == [sys.executable, "-m", "jupyterlab", root]
    assert with_lesson[-4:] == [lesson, "--no-browser", "--port", "9999"]
    assert without == [*with_lesson[:-4], "--no-browser"]
    assert surroundings[0]["PATH"].startswith(str(Path(sys.executable).parent))


def test_a_foreseeable_failure_is_one_sentence(tmp_path, monkeypatch, main):
    """Outside any course: exit code 2, one line on stderr, no traceback?"""
    monkeypatch.chdir(tmp_path)
    code, out, err = main("progress")
    assert code == 2
    assert out == ""
    assert err.startswith("There is no course in ")
    assert err.count("\n") == 1


def test_an_interrupt_is_quiet(course, main, monkeypatch):
    """Does Ctrl-C end with 130 and without a traceback?"""

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("course_lib.progress.progress_of", stop)
    code, _, err = main("progress")
    assert code == 130
    assert "Traceback" not in err


def plugin(monkeypatch, add_to):
    """Installs one plugin in place of all others."""

    class Point(EntryPoint):
        def load(self):
            return add_to

    points = [Point("instructor", "x:y", "course.commands")]
    monkeypatch.setattr(cli, "entry_points", lambda group: points)


def missing(name):
    def add_to(app):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    return add_to


def test_instructors_commands_join_in(main, monkeypatch):
    """Does a plugin's command work beside the students' ones?"""

    def add_to(app):
        app.command("grade")(lambda: print("graded"))

    plugin(monkeypatch, add_to)
    assert main("grade")[:2] == (0, "graded\n")
    assert "lab" in main("--help")[1]


@pytest.mark.parametrize("library", ["autograder", "autograder.cli", "nbgrader", "jupytext"])
def test_without_the_autograder_its_commands_say_what_to_install(main, monkeypatch, library):
    """Does a student who types an instructor's command learn what it is?"""
    plugin(monkeypatch, missing(library))
    for arguments in (["grade", "01_knn", "--force"], ["grade", "--help"]):
        code, _, err = main(*arguments)
        assert code == 2
        assert err == (
            "`course grade` is an instructor's command: "
            "install with pip install -e '.[instructor]'.\n"
        )
    assert "grade" not in main("--help")[1]


def test_a_library_that_is_missing_only_when_the_command_runs(main, monkeypatch):
    """Is nbgrader, absent when `course grade` needs it, told in the same sentence?"""

    def add_to(app):
        @app.command()
        def grade() -> None:
            missing("nbgrader")(app)

    plugin(monkeypatch, add_to)
    code, _, err = main("grade")
    assert code == 2
    assert "`course grade` is an instructor's command" in err


def test_hidden_checks_that_are_not_there(course, main, monkeypatch):
    """Is a student told that hidden checks are the teacher's, and a reader what to install?"""
    plugin(monkeypatch, missing("nbgrader"))
    code, _, err = main("check", "01", "--hidden")
    assert code == 2
    assert "The hidden checks stand in solutions/" in err
    assert "In a class, your teacher grades with them." in err
    (course / "solutions").mkdir()
    code, _, err = main("check", "01", "--hidden")
    assert code == 2
    assert "install that with pip install -e '.[instructor]'." in err


def test_a_broken_plugin_is_not_hidden(monkeypatch):
    """Does an error that is no missing library of the instructors' show?"""
    plugin(monkeypatch, missing("numpy"))
    with pytest.raises(ModuleNotFoundError):
        cli.main()


def test_data_commands(run, monkeypatch, tmp_path):
    """Do list, get and verify speak about the sets, and a wrong name fail clearly?"""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    listed = run("data", "list")
    assert all(name in listed.output for name in ("shapes", "cifar10", "digits"))
    assert "nothing to get" in run("data", "get", "digits").output
    assert "1797 images" in run("data", "verify", "digits").output
    assert isinstance(run("data", "get", "nope").exception, CourseError)
