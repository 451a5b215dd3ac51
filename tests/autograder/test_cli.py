"""The instructor's commands, as they are typed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime

import psutil
import pytest
import typer
from typer.testing import CliRunner

from autograder.classroom import gradebook
from autograder.cli import add_to
from autograder.lesson.build import release_notebook, source_notebook
from course_lib.errors import CourseError
from course_lib.notebooks import as_text

app = typer.Typer()
add_to(app)


def run(*arguments: object, code: int = 0, answer: str = "") -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=answer)
    if isinstance(result.exception, CourseError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def of(classroom) -> tuple[object, ...]:
    return "--course", classroom.folder


def hand_in(classroom, student: str, text: str) -> None:
    path = classroom.submitted(student, "01_tiny")
    path.parent.mkdir(parents=True)
    path.write_text(text)


def in_this_process(monkeypatch) -> None:
    monkeypatch.setattr(
        "autograder.grading.grade.side_by_side",
        lambda work, tasks, workers: ((one, work(one)) for one in tasks),
    )


def until(condition) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_missing_class(tmp_path):
    """Is a missing class folder told in a sentence, by every command that needs one?"""
    for command in (["grade"], ["feedback"], ["report"], ["export"], ["collect", "01", "x.zip"]):
        with pytest.raises(CourseError, match="is no class"):
            run(*command, "--course", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_unreleased_lesson(classroom):
    """Is a lesson that was never released named, with what the class has?"""
    with pytest.raises(CourseError, match="It has 01_tiny"):
        run("grade", "02", "--course", classroom.folder)


def test_whole_way(classroom, tiny_copy, tmp_path):
    """Does a class without a readable notebook go from collect to the table?"""
    handed_in = tmp_path / "downloads" / "ada"
    handed_in.mkdir(parents=True)
    (handed_in / "01_tiny.ipynb").write_text("{}")
    course = ("--course", classroom.folder)
    assert "1 submissions" in run("collect", "01", tmp_path / "downloads", *course)
    said = run("grade", *course)
    assert "no notebook" in said
    assert "1 graded, 0 unchanged" in said
    assert "0 graded, 1 unchanged" in run("grade", "01", *course)
    assert "1 pages" in run("feedback", "01", *course)
    run("report", *course, "--root", tiny_copy.root)
    run("export", *course, "--to", tmp_path / "scores.csv")
    assert '"ada","0","100"' in (tmp_path / "scores.csv").read_text()
    assert classroom.feedback("ada", "01_tiny").is_file()
    assert classroom.report("01_tiny").is_file()


def test_release_again(classroom, tiny_copy, monkeypatch):
    """Is it said what a change means for a class that is graded, and asked, or done with --yes?"""
    with gradebook.opened(classroom) as book:
        gradebook.record(book, "01_tiny", "ada", None, {"tiny-squares-check": 40.0}, {})
    changed = tiny_copy.source.read_text().replace("points=20", "points=25")
    tiny_copy.source.write_text(changed)
    monkeypatch.setattr("autograder.classroom.release.bundle", lambda *_: "students.zip")
    again = ("release", "01", "--root", tiny_copy.root, *of(classroom))
    with pytest.raises(CourseError, match="is as it was"):
        run(*again, answer="n\n")
    told = run(*again, answer="y\n")
    assert "01_tiny has 1 submissions, and is not what they were" in told
    assert "other points: tiny-largest-nan-check, 20 before, 25 now" in told
    assert "Look at this" in told  # 105 points
    tiny_copy.source.write_text(changed.replace("points=25", "points=20"))
    assert "Release it?" not in run(*again, "--yes")


def test_due(classroom):
    """Does a lesson's due date, and one student's, hold for scores at once, and is it said?"""
    classroom.folder.joinpath("nbgrader_config.py").open("a").write(
        'c.Course.late = {"percent_a_day": 10}\n'
    )
    hand_in(classroom, "ada", "{}")
    run("grade", *of(classroom))
    with gradebook.opened(classroom) as book:
        points = {"tiny-squares-check": 40.0, "tiny-largest-check": 40.0}
        gradebook.record(book, "01_tiny", "ada", datetime(2027, 3, 2, 12), points, {})
    assert "01_tiny is never due" in run("due", "01", *of(classroom))
    told = run("due", "01", "2027-03-01 12:00", *of(classroom))
    assert "01_tiny is due 2027-03-01 12:00 UTC" in told
    assert "The scores of 1 submissions changed." in told
    told = run("due", "01", "2027-03-03 12:00", "--student", "ada", *of(classroom))
    assert "ada: 2027-03-03 12:00 UTC" in told
    assert "The scores of 1 submissions changed." in told
    assert "is never due" in run("due", "01", "never", *of(classroom))


def test_grade_for_machines(classroom, monkeypatch):
    """Does --json give a line for each submission, then a summary, and nothing else?"""
    in_this_process(monkeypatch)
    for student in ("ada", "bo"):
        hand_in(classroom, student, "{}")
    lines = [json.loads(one) for one in run("grade", "--json", *of(classroom)).splitlines()]
    assert [one["kind"] for one in lines] == ["entry", "entry", "summary"]
    ada = lines[0]
    assert (ada["student"], ada["event"], ada["score"], ada["possible"]) == (
        "ada",
        "graded",
        0,
        100,
    )
    assert "no notebook" in ada["problem"]
    assert (lines[2]["graded"], lines[2]["kept"], list(lines[2]["problems"])) == (
        2,
        0,
        ["ada", "bo"],
    )
    (again,) = run("grade", "--json", *of(classroom)).splitlines()
    assert (json.loads(again)["graded"], json.loads(again)["kept"]) == (0, 2)


def test_nothing_reaches_the_terminal(classroom, monkeypatch):
    """Are escape sequences from errors and names written out, in words and for machines?"""
    in_this_process(monkeypatch)
    problem = "\x1b]0;owned\x07\x1b[2J100 of 100\rada\x7f"
    monkeypatch.setattr("autograder.grading.mark.contents", lambda path, source: broken(problem))
    hand_in(classroom, "ada", "{}")
    (classroom.folder / "submitted" / "e\x1b[2J\nada: 100").mkdir()
    for option in ((), ("--json", "--force")):
        text = run("grade", *of(classroom), *option, code=1).replace("\r01_tiny:", "")  # the bar
        assert not [sign for sign in text if not sign.isprintable() and sign != "\n"]
        assert "\nada: 100" not in text
        assert "x1b[2J" in text or "u001b[2J" in text
    with gradebook.opened(classroom) as book:
        assert gradebook.students(book) == {"ada"}


def broken(sentence: str) -> bytes:
    raise CourseError(sentence)


def test_stopped(classroom, monkeypatch):
    """Does Ctrl-C say how to go on, with the exit code of shells, and keep what is done?"""

    def spread(work, tasks, workers):
        yield tasks[0], work(tasks[0])
        raise KeyboardInterrupt

    in_this_process(monkeypatch)
    for student in ("ada", "bo"):
        hand_in(classroom, student, "{}")
    with monkeypatch.context() as patch:
        patch.setattr("autograder.grading.grade.side_by_side", spread)
        assert "Stopped. The same command" in run("grade", *of(classroom), code=130)
    assert "1 graded, 1 unchanged" in run("grade", *of(classroom))


@pytest.mark.slow
@pytest.mark.parametrize(
    "stop",
    [lambda pid: os.killpg(pid, signal.SIGINT), lambda pid: os.kill(pid, signal.SIGTERM)],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_stopped_in_a_cell(classroom, tiny, stop):
    """Does Ctrl-C, or a batch system that ends the job, end an endless loop's room and every
    other process, and free the class?"""
    notebook = release_notebook(source_notebook(tiny), tiny.source)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = "while True: pass"
    hand_in(classroom, "ada", as_text(notebook))
    command = [sys.executable, "-c", "from course_lib.cli import main; main()", "grade"]
    with subprocess.Popen(
        [*command, *map(str, of(classroom)), "--cell-seconds", "200"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as grader:
        try:
            until(lambda: _loops(grader.pid) or grader.poll() is not None)
            below = psutil.Process(grader.pid).children(recursive=True)
            stop(grader.pid)
            said = grader.communicate(timeout=60)[1]
            until(lambda: not any(one.is_running() for one in below))
        finally:
            grader.kill()
    assert len(below) > 2
    assert "Stopped. The same command" in said
    assert grader.returncode == 130
    assert not (classroom.folder / ".grading.json").exists()


def _loops(grader: int) -> bool:
    """Is a process that some process of the grader started, as a room is, long at work?"""
    try:
        below = psutil.Process(grader).children(recursive=True)
        return any(one.ppid() != grader and one.cpu_times().user > 2 for one in below)
    except psutil.NoSuchProcess:
        return False


def test_help_is_quick():
    """Does the command line load without nbgrader, NumPy or a notebook library?"""
    code = "import sys, autograder.cli; print(list(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    for heavy in ("nbgrader.api", "numpy", "nbformat", "jupytext", "sqlalchemy", "torch", "rich"):
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
