"""A grader that is killed, at twenty moments, and the run after it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode, from_dict

import autograder.grading.grade
import autograder.grading.mark
from autograder.classroom import gradebook
from autograder.classroom.folder import Classroom, class_in
from autograder.grading.grade import grade_lesson
from autograder.grading.results import read_results
from autograder.grading.verdicts import Graded, Verdict
from autograder.lesson.build import release_notebook, source_notebook
from course_lib.cells import grade_id, is_check
from course_lib.notebooks import as_text
from course_lib.runner import Limits
from tests.autograder.grading.tiny import NoParents

LESSON = "01_tiny"
ROOT = Path(__file__).parents[3]
RUNS = "runs.txt"  # in the class's folder, a line for each submission that was run
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
pytestmark = BOTH


class FakeRoom:
    """Gives every check the points that the word after `# earns` in the notebook promises."""

    def __init__(self, limits: Limits, seed: str) -> None:
        pass

    def run(self, notebook: NotebookNode) -> Graded:
        share = 1.0 if "# earns everything" in as_text(notebook) else 0.5
        checks = [cell for cell in notebook.cells if is_check(cell)]
        verdicts = [
            Verdict(grade_id(cell), share * points, points, f"Worth {share}.", 0.01)
            for cell, points in ((one, float(one.metadata.nbgrader.points)) for one in checks)
        ]
        return Graded(from_dict(notebook), tuple(verdicts), 0.1, "")


def fake(folder: Path, patch: Callable[[object, str, object], None]) -> None:
    """Let submissions be run in this process, in a FakeRoom, and be counted."""

    def spread(work, tasks, workers) -> Iterator[tuple[object, Graded]]:
        for task in tasks:
            outcome = work(task)
            with (folder / RUNS).open("a") as runs:
                runs.write(f"{task.student}\n")
            yield task, outcome

    patch(autograder.grading.grade, "side_by_side", spread)
    patch(autograder.grading.grade, "Parents", NoParents)
    patch(
        autograder.grading.mark, "room_for", lambda terms, seed, files: FakeRoom(terms.limits, seed)
    )


def grade_and_die(whole: str, broken: str, parts: list[float]) -> None:
    """Grade one class in one piece, and the other in children, each of which is killed after a part
    of the time which that took; print what each of these leaves.

    A program of its own: forking needs a process without threads, and is quick once all is loaded.
    """
    fake(Path(whole), setattr)
    begun = time.monotonic()
    grade_lesson(class_in(Path(whole)), LESSON)
    seconds = time.monotonic() - begun
    fake(Path(broken), setattr)
    classroom = class_in(Path(broken))
    for part in parts:
        child = os.fork()
        if not child:
            grade_lesson(classroom, LESSON)
            os._exit(0)
        time.sleep(part * seconds)
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (0, -signal.SIGKILL)
        print(json.dumps([noted(classroom), runs(classroom), contents(classroom)]), flush=True)


def put(classroom: Classroom, student: str, text: str) -> None:
    path = classroom.submitted(student, LESSON)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def answers(tiny, words: str) -> str:
    notebook = release_notebook(source_notebook(tiny), tiny.source)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source += f"\n# earns {words}"
    return as_text(notebook)


def fill(classroom: Classroom, tiny) -> None:
    """A class in which one submission is graded, by hand as well, and was handed in again since."""
    put(classroom, "eve", answers(tiny, "half"))
    grade_lesson(classroom, LESSON)
    with gradebook.opened(classroom) as book:
        book.find_grade("tiny-largest-check", LESSON, LESSON, "eve").manual_score = 33
        book.db.commit()
        book.add_student("finn")
    for student in ("ada", "eve", *(f"student-{number}" for number in range(20))):
        put(classroom, student, answers(tiny, "everything"))
    put(classroom, "cy", '{"cells": [')
    classroom.submitted("di", LESSON).parent.mkdir(parents=True)
    (classroom.folder / RUNS).unlink()


def contents(classroom: Classroom) -> dict[str, dict[str, list]]:
    """Everything that the gradebook holds about each submission."""
    with gradebook.opened(classroom) as book:
        found = {}
        for submission in book.assignment_submissions(LESSON):
            (notebook,) = submission.notebooks
            assert submission.student_id not in found
            found[submission.student_id] = {
                grade.name: [grade.auto_score, grade.manual_score] for grade in notebook.grades
            } | {comment.name: [comment.auto_comment] for comment in notebook.comments}
        return found


def noted(classroom: Classroom) -> dict[str, str]:
    """The id of the result in each executed notebook."""
    found = {
        path.parts[-3]: read_results(path)
        for path in classroom.folder.glob("autograded/*/*/*.ipynb")
    }
    return {student: result.id for student, result in found.items()}


def runs(classroom: Classroom) -> list[str]:
    path = classroom.folder / RUNS
    return path.read_text().split() if path.exists() else []


@pytest.mark.slow
def test_killed_at_twenty_moments(another_classroom, tiny, monkeypatch):
    """Is each submission in the gradebook wholly or not at all, and is none that was run run again,
    nor lost?"""
    whole, broken = another_classroom(), another_classroom()
    for classroom in (whole, broken):
        fake(classroom.folder, monkeypatch.setattr)
        fill(classroom, tiny)
    before, old = contents(broken), noted(broken)
    moments = random.Random(3)
    parts = [moments.uniform(0, 0.3) for _ in range(20)]
    code = f"from {__name__} import grade_and_die as do; do({str(whole.folder)!r}, "
    code += f"{str(broken.folder)!r}, {parts})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    right = contents(whole)
    left = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(left) == 20
    assert len({len(names) for names, _, _ in left}) > 4  # the moments lie in the middle of it
    summary = grade_lesson(broken, LESSON)
    assert summary.graded + summary.entered + summary.kept == len(right) == 25
    for names, ran, held in left:
        for student, marks in held.items():
            assert marks in (before.get(student), right[student])
        for student, result in names.items():
            if result != old.get(student):
                assert noted(broken)[student] == result
                assert student not in runs(broken)[len(ran) :]
    assert contents(broken) == right
    assert set(noted(broken)) == set(right)
    assert not list(broken.folder.glob("autograded/*/*/.*"))
    assert grade_lesson(broken, LESSON).kept == 25


def test_killed_before_the_gradebook(classroom, tiny, monkeypatch):
    """Is what was computed entered by the next run, without running it again?"""
    put(classroom, "ada", answers(tiny, "everything"))
    fake(classroom.folder, monkeypatch.setattr)
    with monkeypatch.context() as patch:
        patch.setattr(gradebook, "record", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            grade_lesson(classroom, LESSON)
    assert contents(classroom) == {}
    summary = grade_lesson(classroom, LESSON)
    assert (summary.graded, summary.entered, runs(classroom)) == (0, 1, ["ada"])
    assert contents(classroom)["ada"]["tiny-squares-check"][0] > 0


def test_new_run_of_the_same_submission(classroom, tiny, monkeypatch):
    """Does a forced run that is killed before the gradebook not pass for the run before it?"""
    put(classroom, "ada", answers(tiny, "half"))
    fake(classroom.folder, monkeypatch.setattr)
    grade_lesson(classroom, LESSON)
    old = contents(classroom)
    with monkeypatch.context() as patch:
        patch.setattr(gradebook, "record", lambda *given: 1 / 0)
        patch.setattr(FakeRoom, "run", lambda self, notebook: everything(notebook))
        with pytest.raises(ZeroDivisionError):
            grade_lesson(classroom, LESSON, force=True)
    assert contents(classroom) == old
    assert grade_lesson(classroom, LESSON).entered == 1
    assert contents(classroom) != old


def everything(notebook: NotebookNode) -> Graded:
    checks = [cell for cell in notebook.cells if is_check(cell)]
    points = {grade_id(cell): float(cell.metadata.nbgrader.points) for cell in checks}
    verdicts = tuple(Verdict(name, worth, worth, "", 0.0) for name, worth in points.items())
    return Graded(from_dict(notebook), verdicts, 0.1, "")


def test_one_transaction(classroom, tiny, monkeypatch):
    """Does an error in the middle of a submission leave nothing of it, not even the student?"""
    put(classroom, "ada", answers(tiny, "everything"))
    fake(classroom.folder, monkeypatch.setattr)
    with monkeypatch.context() as patch:
        patch.setattr(gradebook, "_named", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            grade_lesson(classroom, LESSON)
    with gradebook.opened(classroom) as book:
        assert gradebook.students(book) == set()
    assert grade_lesson(classroom, LESSON).entered == 1


def test_fragments(classroom, tiny, monkeypatch):
    """Is half a file that a killed run left removed, before feedback could take it along?"""
    put(classroom, "ada", answers(tiny, "half"))
    fake(classroom.folder, monkeypatch.setattr)
    grade_lesson(classroom, LESSON)
    fragment = classroom.autograded("ada", LESSON).with_name(f".{LESSON}.ipynb.0123")
    fragment.write_text("{")
    grade_lesson(classroom, LESSON)
    assert not fragment.exists()
    assert read_results(classroom.autograded("ada", LESSON))
