"""What does a submission earn, whatever befalls its rooms?"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import NoReturn

import pytest
from nbformat import NotebookNode

from autograder.grading import mark as module
from autograder.grading.locked import confinement
from autograder.grading.mark import SLOW, Submission, Terms, mark_submission
from autograder.grading.verdicts import Graded
from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson, repository
from autograder.lesson.lessons import lesson as find
from autograder.lesson.policy import NUMPY_LESSON
from autograder.rooms.parents.pool import Parents
from autograder.rooms.parents.warm import BorrowedParent, WarmParent
from autograder.soundness.mistakes import without_marks
from autograder.submission import submitted
from autograder.submission.frame import Frame, frame_of
from course_lib.errors import CourseError
from course_lib.notebooks import as_text

SEED_TOLD = """
def sum_of_squares(x):
    raise ValueError(' '.join(f'{v:.6f}' for v in x))
"""


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[Parents]:
    """The parents that rooms come from, for this test alone."""
    with Parents() as mine:
        monkeypatch.setattr(module, "parents", lambda _: mine)
        yield mine


GREEDY = """
def cross_validate(X, y, k_choices, folds, distances, labels):
    distances(np.ones((30_000, 1)), np.ones((30_000, 1)))
"""


IN_A_HELPER = """
def total(x):
    return sum(float(v) for v in x.ravel())


def squared_difference(a, b):
    if a.shape != b.shape:
        raise ValueError(f"images of shapes {a.shape} and {b.shape} cannot be compared")
    return total((a - b) ** 2)
"""
READY_MADE = """
loss = F.cross_entropy


def smoothed_cross_entropy(logits, labels, smoothing):
    return loss(logits, labels, None, None, -100, None, "mean", smoothing)
"""


@cache
def ground(tiny: Lesson) -> Frame:
    source = source_notebook(tiny)
    return frame_of(source, release_notebook(source, tiny.source))


def handed_in(lesson: Lesson, answer: str = "", exercise: str = "") -> Submission:
    """Everything right, but for one answer where it is given: by default the first."""
    source = source_notebook(lesson)
    notebook = release_notebook(source, lesson.source)
    for mine, right in zip(exercises_of(notebook), exercises_of(source)):
        mine.solution.source = without_marks(right.solution.source)
    if answer:
        asked = (one for one in exercises_of(notebook) if exercise in ("", one.id))
        next(asked).solution.source = answer
    return Submission("ada", lesson.source, "", as_text(notebook).encode(), {})


def earned(tiny: Lesson, squares: str = "") -> list[float]:
    graded = mark_submission(ground(tiny), Terms(), handed_in(tiny, squares))
    return [verdict.earned for verdict in graded.verdicts]


@pytest.mark.slow
def test_a_lent_parent(tiny: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a process get its rooms from the parent that another one lends it, and from one of its
    own once that has gone?"""
    with Parents() as lender, Parents(lender.lend(confinement(NUMPY_LESSON))) as mine:
        monkeypatch.setattr(module, "parents", lambda _: mine)
        assert earned(tiny) == [40, 40, 20]
        assert [type(parent) for parent in mine._known.values()] == [BorrowedParent]
        lender.close()
        assert earned(tiny) == [40, 40, 20]
        assert [type(parent) for parent in mine._known.values()] == [WarmParent]


@pytest.mark.slow
def test_a_parent_that_died(tiny: Lesson, ours: Parents) -> None:
    """Is a submission graded as ever where the process that opens rooms has died meanwhile?"""
    assert earned(tiny) == [40, 40, 20]
    (parent,) = ours._known.values()
    assert isinstance(parent, WarmParent)
    os.killpg(parent._process.pid, signal.SIGKILL)
    parent._process.wait()
    assert earned(tiny) == [40, 40, 20]


def test_no_room(tiny: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no room can be had, is that said, and no student given 0 for it?"""

    class NoParents(Parents):
        def open(self, *_: object) -> None:  # type: ignore[override]
            raise CourseError("No room.")

    monkeypatch.setattr(module, "parents", NoParents)
    with pytest.raises(CourseError, match="No room"):
        earned(tiny)


def test_one_at_a_time(tiny: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a thread wait until the submission of another has left its room?"""
    submission, inside, most = handed_in(tiny), 0, 0

    class Room:
        def run(self, notebook: NotebookNode) -> Graded:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            time.sleep(0.02)
            inside -= 1
            return Graded(notebook, (), 0.0, "")

    monkeypatch.setattr(module, "room_for", lambda *_: Room())
    work = partial(mark_submission, ground(tiny), Terms(), submission)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


@pytest.mark.parametrize("part", ["01_tiny.ipynb", "01_tiny", "ada"])
def test_links(tmp_path: Path, part: str) -> None:
    """Is neither a file nor a folder of a submission followed that is a link to another place?"""
    path = tmp_path / "ada" / "01_tiny" / "01_tiny.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{}")
    assert module.contents(path) == b"{}"
    (link,) = (one for one in (path, *path.parents) if one.name == part)
    link.rename(tmp_path / "elsewhere")
    link.symlink_to(tmp_path / "elsewhere")
    assert path.is_file()
    with pytest.raises(CourseError, match="is a link to another place"):
        module.contents(path)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a file of too many bytes told so, not that it is cut short?"""
    monkeypatch.setattr(module, "LARGEST", 1000)
    monkeypatch.setattr(submitted, "LARGEST", 1000)
    path = tmp_path / "01_tiny.ipynb"
    for size in (1000, 1001, 5000):
        path.write_bytes(b'{"cells": []}'.ljust(size))
        if size == 1000:
            assert submitted.read(module.contents(path)) == []
            continue
        with pytest.raises(CourseError, match="Clear all outputs"):
            submitted.read(module.contents(path))


def test_a_file_that_is_slow_to_read(tiny: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does a cell that IPython takes minutes to read cost its submission alone, and soon?"""
    monkeypatch.setattr(module, "READING", 0.5)
    submission = handed_in(tiny, "%time x\n" * 12_000, "tiny-squares")
    begun = time.monotonic()
    graded = mark_submission(ground(tiny), Terms(), submission)
    assert graded.problem == SLOW
    assert time.monotonic() - begun < 10


def test_a_file_that_cannot_be_read(tiny: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does want of memory while a file is read cost its submission alone, with a sentence?"""

    def hungry(raw: bytes) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr(module, "read", hungry)
    graded = mark_submission(ground(tiny), Terms(), handed_in(tiny))
    assert graded.problem.startswith("The notebook cannot be read (MemoryError).")


@pytest.mark.slow
def test_two_threads(tiny: Lesson, ours: Parents) -> None:
    """Do two threads of one process, as a cluster's worker may have, draw the numbers that one
    draws, and mix nothing up?"""
    told = {}

    def grade(name: str) -> None:
        submission = handed_in(tiny, SEED_TOLD + f"# {name}")
        told[name] = mark_submission(ground(tiny), Terms(salt="s"), submission).verdicts[0].message

    for name in "abcd":
        grade(name)
    alone = dict(told)
    threads = [threading.Thread(target=grade, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == alone
    assert len(set(told.values())) == 4


@pytest.mark.slow
def test_a_lent_function_asked_for_too_much(ours: Parents) -> None:
    """Can an answer make a function that a check lends it take all of the grader's memory?"""
    lesson = find(repository(Path(__file__)), "01")
    submission = handed_in(lesson, GREEDY, "knn-cross-validate")
    verdicts = {v.check: v for v in mark_submission(ground(lesson), Terms(), submission).verdicts}
    assert "memory" in verdicts["knn-cross-validate-check"].message
    others = [v for check, v in verdicts.items() if "cross" not in check]
    assert all(verdict.earned == verdict.possible for verdict in others)


@pytest.mark.slow
def test_spoiled_arguments(ours: Parents) -> None:
    """Does an answer gain by overwriting the arrays from which a check takes what it expects?"""
    lesson = find(repository(Path(__file__)), "01")
    spoiling = """
class NearestNeighbor:
    def train(self, X, y):
        y[:] = y[0]
        self.label = y[0]

    def predict(self, X):
        return np.full(len(X), self.label)
"""
    verdict = mark_submission(ground(lesson), Terms(), handed_in(lesson, spoiling)).verdicts[0]
    assert (verdict.check, verdict.earned) == ("knn-nearest-neighbor-check", 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lesson", "exercise", "helper", "lost", "sentence"),
    [
        (
            "00",
            "start-squared-difference",
            IN_A_HELPER,
            0.15,
            "line 2 of total, which squared_diff",
        ),
        (
            "15",
            "gpu-loss-and-rate",
            READY_MADE,
            0.15,
            "cross_entropy is what you are asked to write",
        ),
    ],
)
def test_what_a_helper_holds(
    ours: Parents, lesson: str, exercise: str, helper: str, lost: float, sentence: str
) -> None:
    """Does a helper that holds what the answer has to do without cost the promise in a locked
    room, and no more?"""
    found = find(repository(Path(__file__)), lesson)
    source = source_notebook(found)
    (right,) = (one.solution.source for one in exercises_of(source) if one.id == exercise)
    submission = handed_in(found, f"{without_marks(right)}\n\n{helper}", exercise)
    cost = {
        v.check: v
        for v in mark_submission(ground(found), Terms(), submission).verdicts
        if v.message
    }
    (verdict,) = (one for check, one in cost.items() if check.startswith(f"{exercise}-"))
    assert sentence in verdict.message
    assert verdict.earned == pytest.approx((1 - lost) * verdict.possible)
