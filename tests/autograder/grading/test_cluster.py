"""Work on a Dask cluster: a real scheduler on this machine, and two workers, some of which die."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from autograder.grading import cluster
from autograder.grading.grade import grade_lesson
from autograder.grading.mark import Submission, mark_submission
from autograder.lesson.build import release_notebook, source_notebook
from autograder.submission.frame import frame_of
from course_lib.errors import CourseError
from course_lib.notebooks import as_text
from course_lib.runner import Limits

ROOT = Path(__file__).parents[3]
SECONDS = 120


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers of one thread each, which are started anew."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    folder = tmp_path_factory.mktemp("dask")
    contact = folder / "scheduler.json"
    place = ["--scheduler-file", str(contact), "--no-dashboard"]
    worker = ["--nworkers", "2", "--nthreads", "1", "--host", "127.0.0.1"]
    commands = [
        ["scheduler", *place, "--host", "127.0.0.1", "--port", "0"],
        ["worker", *place, *worker, "--local-directory", str(folder)],
    ]
    running = []
    try:
        for command in commands:
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "dask", *command],
                    cwd=ROOT,
                    env={**os.environ, "PYTHONPATH": str(ROOT)},
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
            until(contact.exists)
        yield json.loads(contact.read_text())["address"]
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def until(condition) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def double(number: int) -> int:
    time.sleep(0.02)
    return 2 * number


def note_and_double(task: tuple[Path, int]) -> tuple[int, int]:
    folder, number = task
    (folder / f"{number}-{os.getpid()}").touch()
    time.sleep(0.2)
    return os.getpid(), 2 * number


def die_at_three(task: tuple[Path, int]) -> int:
    folder, number = task
    if number == 3:
        with (folder / "deaths").open("a") as deaths:
            deaths.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.1)
    return number


def fail(number: int) -> int:
    raise ValueError(number)


@pytest.mark.slow
def test_results(scheduler):
    """Is every task done, with what was made for its journey, and given back as it was?"""
    found = cluster.spread(double, range(30), scheduler, lambda number: number + 100)
    assert sorted(found) == [(number, 2 * number + 200) for number in range(30)]


@pytest.mark.slow
def test_killed_worker(scheduler, tmp_path):
    """Does a worker killed in the middle cost nothing: is every task done, and told once?"""
    tasks = [(tmp_path, number) for number in range(20)]
    found = {}
    for task, (pid, result) in cluster.spread(note_and_double, tasks, scheduler):
        if not found:
            os.kill(pid, signal.SIGKILL)
        assert task not in found
        found[task] = result
    assert found == {task: 2 * task[1] for task in tasks}
    assert len({path.name.split("-")[1] for path in tmp_path.iterdir()}) > 1


@pytest.mark.slow
def test_task_that_kills_its_worker(scheduler, tmp_path):
    """Is a task given up after two workers, and are those that were beside it done?"""
    tasks = [(tmp_path, number) for number in range(8)]
    found = dict(cluster.spread(die_at_three, tasks, scheduler))
    assert found == {task: None if task[1] == 3 else task[1] for task in tasks}
    assert (tmp_path / "deaths").read_text() == "xx"


@pytest.mark.slow
def test_error(scheduler):
    """Does an error in the work reach the caller, and not pass for a death?"""
    with pytest.raises(ValueError, match="7"):
        list(cluster.spread(fail, [7], scheduler))


@pytest.mark.slow
def test_grade(scheduler, classroom, tiny):
    """Does a class graded on a cluster have the scores of one graded here?"""
    notebook = release_notebook(source_notebook(tiny), tiny.source)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "tiny-squares":
            cell.source = "def sum_of_squares(x):\n    return float((x**2).sum())"
    path = classroom.submitted("ada", "01_tiny")
    path.parent.mkdir(parents=True)
    path.write_text(as_text(notebook))
    classroom.submitted("bo", "01_tiny").parent.mkdir(parents=True)
    there, here = {}, {}
    grade_lesson(
        classroom,
        "01_tiny",
        scheduler=scheduler,
        on_entry=lambda one: there.update({one.student: one}),
    )
    grade_lesson(
        classroom,
        "01_tiny",
        workers=1,
        force=True,
        on_entry=lambda one: here.update({one.student: one}),
    )
    assert {name: one.score for name, one in there.items()} == {"ada": 40, "bo": 0}
    assert {name: one.score for name, one in here.items()} == {"ada": 40, "bo": 0}
    assert there["bo"].problem == here["bo"].problem


def test_carried(tmp_path, tiny):
    """Does a submission bring its bytes to a machine that does not see its file?"""
    path = tmp_path / "01_tiny.ipynb"
    path.write_text("{}")
    submission = Submission("ada", path, "")
    carried = submission.carried()
    path.unlink()
    source = source_notebook(tiny)
    marks = partial(
        mark_submission, frame_of(source, release_notebook(source, tiny.source)), Limits()
    )
    assert marks(submission).problem == "No notebook was handed in."
    assert "no notebook" in marks(carried).problem
    assert submission.carried() == submission


def test_nobody_there(monkeypatch):
    """Is a scheduler that does not answer told in a sentence, within the time that it has?"""
    pytest.importorskip("distributed", reason="Dask is not installed")
    monkeypatch.setattr(cluster, "SECONDS", 0.5)
    with pytest.raises(CourseError, match="No Dask scheduler answers at tcp"):
        list(cluster.spread(double, [1], "tcp://127.0.0.1:1"))


def test_no_dask(monkeypatch):
    """Is it said what to install where Dask is missing?"""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"\[instructor,cluster\]"):
        list(cluster.spread(double, [1], "tcp://127.0.0.1:1"))


def test_no_task():
    """Is no cluster needed where there is nothing to do?"""
    assert list(cluster.spread(double, [], "tcp://127.0.0.1:1")) == []
