"""What does one submission earn, and what does its student read about it?"""

import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from nbformat import NotebookNode

from autograder.grading.locked import LockedRoom
from autograder.grading.results import Results
from autograder.grading.verdicts import Graded, Verdict
from autograder.lesson.belongings import read_belongings
from autograder.rooms.locks.restrain import memory_within, or_end, within
from autograder.rooms.parents.pool import Lent, Parents
from autograder.submission.assemble import assemble_notebook, untouched
from autograder.submission.frame import Frame
from autograder.submission.markup import clean
from autograder.submission.submitted import AGAIN, LARGEST, read
from course_lib.cells import points
from course_lib.errors import CourseError
from course_lib.runner import Limits

if TYPE_CHECKING:
    from autograder.grading.cold import ColdRoom

Read = TypeVar("Read")

TIME = "timestamp.txt"  # when it was handed in, as nbgrader and `course collect` note it

# Bytes that the checks of one submission may take. A student's function can ask for a lot: by what
# it returns, or by calling a function that a check lent it.
MEMORY = 2 << 30

# Seconds that the reading of a file may take, and after which its process is ended; an honest
# notebook takes a twentieth of one.
READING, READING_AT_MOST = 10, 60
ELSEWHERE = f"The notebook is a link to another place, not a file. {AGAIN}"
SLOW = (
    "Reading the notebook took too long. Shorten its cells, clear all outputs and hand it in again."
)

# The checks see the process's environment and standard output: two threads of a cluster's worker
# would see each other's.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Terms:
    """What all submissions of a run are graded under.

    salt: the class's secret, without which nobody can tell a check's random numbers beforehand
    sandbox: False runs students' code unprotected, beside the hidden tests
    labels: of images that the class predicts, as `autograder.classroom.unlabelled` reads them
    known: the lesson's table of mistakes; it changes words and no points
    lent: where rooms come from, if not from a parent of each process; no part of a result
    """

    limits: Limits = field(default_factory=Limits)
    salt: str = ""
    sandbox: bool = True
    labels: str = field(default="", repr=False)
    known: str = field(default="", repr=False)
    lent: Lent | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Submission:
    """One student's file for a lesson."""

    student: str
    path: Path  # need not exist
    fingerprint: str  # of the file and of all else that its result depends on
    # For a machine that does not see the path: the file's bytes, and the files beside it.
    raw: bytes | None = None
    files: Mapping[str, bytes] | None = None
    source: Path | None = None  # the instructor's file of the lesson, which is nobody's answer

    def carried(self) -> "Submission":
        """The same with its bytes, as far as they can be read."""
        try:
            return replace(self, raw=contents(self.path, self.source), files=beside(self.path))
        except CourseError:
            return self


def mark_submission(frame: Frame, terms: Terms, submission: Submission) -> Graded:
    """Grade one submission; whatever is wrong with it ends up in the result.

    The checks' random numbers come from the class's salt and the file's own bytes, so the same
    submission always meets the same numbers.
    raises: CourseError where students' rooms cannot be locked on this machine
    """
    try:
        raw = submission.raw
        if raw is None:
            raw = contents(submission.path, submission.source)
        files = beside(submission.path) if submission.files is None else submission.files
        with _one_at_a_time:
            notebook = _assembled(frame, raw)
    except CourseError as error:
        return zero(frame, str(error))
    seed = hashlib.sha256(terms.salt.encode() + raw).hexdigest()
    try:
        with _one_at_a_time, memory_within(MEMORY):
            graded = room_for(terms, seed, files).run(notebook)
            clean(graded.notebook)
            return graded
    except CourseError:
        raise  # that no room can be had, or the lesson's data are missing, is no submission's fault
    except Exception as error:
        # One submission must not stop a class; the sentence says whom to ask.
        reason = f"{type(error).__name__}: {error}"[:300]
        return zero(frame, f"The grader failed on this submission. Ask your instructor. ({reason})")


class _Slow(BaseException):  # nothing that reads a cell may take it for an error in it
    """The time for reading a submission is up."""


def _assembled(frame: Frame, raw: bytes) -> NotebookNode:
    """The notebook that is executed for these bytes, made within bounds of memory and time.

    raises: CourseError, in words for the student
    """
    return bounded(lambda: assemble_notebook(frame, read(raw)))


def bounded(reading: Callable[[], Read]) -> Read:
    """What reading a student's file gives, within bounds of memory and time.

    raises: CourseError, in words for the student
    """
    try:
        with or_end(READING_AT_MOST), memory_within(MEMORY), within(READING, _Slow):
            return reading()
    except _Slow:
        raise CourseError(SLOW) from None
    except CourseError:
        raise
    except Exception as error:  # MemoryError; or what nobody foresaw, which must not stop a class
        raise CourseError(
            f"The notebook cannot be read ({type(error).__name__}). {AGAIN}"
        ) from error


def room_for(terms: Terms, seed: str, files: Mapping[str, bytes]) -> "LockedRoom | ColdRoom":
    """Where a submission is run; a room that cannot be locked is refused, never left open."""
    if not terms.sandbox:
        from autograder.grading.cold import ColdRoom  # with Jupyter's client

        return ColdRoom(terms.limits, seed, files, terms.labels)
    return LockedRoom(terms.limits, seed, parents(terms.lent), files, terms.labels, terms.known)


@cache
def parents(lent: Lent | None) -> Parents:
    """Where this process's rooms come from, until it ends."""
    return Parents(lent)


def beside(path: Path) -> dict[str, bytes]:
    """The files that a student handed in with the notebook, but for links and what is too much."""
    files = read_belongings(path.parent).files if path.parent.is_dir() else {}
    return {name: content for name, content in files.items() if not name.endswith(TIME)}


def contents(path: Path, source: Path | None = None) -> bytes:
    """The bytes of a submitted file, at most a little more than `read` takes.

    source: the instructor's file of the lesson. A second name of it (a hard link) is refused; a
    second name of the student's own file is what many backups leave
    raises: CourseError, in words for the student, where there is no such file
    """
    if any(part.is_symlink() for part in (path, *path.parents[:2])):
        raise CourseError(ELSEWHERE)
    if not path.is_file():
        raise CourseError("No notebook was handed in.")
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            if about.st_nlink > 1 and source and os.path.samestat(about, source.stat()):
                raise CourseError(ELSEWHERE)
            return file.read(LARGEST + 1)
    except OSError as error:
        raise CourseError(f"The file cannot be read: {error.strerror}. {AGAIN}") from error


def zero(frame: Frame, problem: str) -> Graded:
    """No points, for the stated reason; the notebook is the lesson's own, nothing in it was run."""
    verdicts = tuple(
        Verdict(check, 0.0, points(cell), problem, 0.0)
        for check, cell in frame.graded.items()
        if check in frame.owners
    )
    return Graded(untouched(frame), verdicts, 0.0, problem)


def comments(frame: Frame, graded: Graded | Results) -> dict[str, str]:
    """What to tell about each exercise, by its id: why its checks did not pass."""
    messages: dict[str, list[str]] = {owner: [] for owner in frame.owners.values()}
    if graded.problem and messages:
        messages[next(iter(messages))].append(graded.problem)
    for verdict in graded.verdicts:
        sentences = messages[frame.owners[verdict.check]]
        if verdict.message not in ("", graded.problem, *sentences):
            sentences.append(verdict.message)
    return {exercise: " ".join(sentences) for exercise, sentences in messages.items()}
