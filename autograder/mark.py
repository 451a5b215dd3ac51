"""What does one submission earn, and what does its student read about it?"""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.assemble import AGAIN, LARGEST, Frame, assemble, read
from autograder.results import Results
from autograder.room import ColdRoom, Graded, Verdict
from course_lib.errors import CourseError
from course_lib.execute import Limits


@dataclass(frozen=True)
class Submission:
    """One student's file for a lesson."""

    student: str
    path: Path  # need not exist
    fingerprint: str  # of the file and of all else that its result depends on
    raw: bytes | None = None  # the file's bytes, for a machine that does not see the path

    def carried(self) -> "Submission":
        """The same with its bytes, as far as they can be read."""
        try:
            return replace(self, raw=contents(self.path))
        except CourseError:
            return self


def mark(frame: Frame, limits: Limits, submission: Submission) -> Graded:
    """Grade one submission; whatever is wrong with it ends up in the result.

    The checks' random numbers are drawn from the file's own bytes, so the same submission always
    meets the same numbers.
    """
    try:
        raw = contents(submission.path) if submission.raw is None else submission.raw
        notebook = assemble(frame, read(raw))
    except CourseError as error:
        return zero(frame, str(error))
    try:
        return ColdRoom(limits, seed=hashlib.sha256(raw).hexdigest()).run(notebook)
    except Exception as error:
        # One submission must not stop a class; the sentence says whom to ask.
        reason = f"{type(error).__name__}: {error}"[:300]
        return zero(frame, f"The grader failed on this submission. Ask your instructor. ({reason})")


def contents(path: Path) -> bytes:
    """The bytes of a submitted file, at most a little more than `read` takes.

    raises: CourseError, in words for the student, where there is no such file
    """
    if path.is_symlink():
        raise CourseError(f"The notebook is a link to another place, not a file. {AGAIN}")
    if not path.is_file():
        raise CourseError("No notebook was handed in.")
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise CourseError(f"The file cannot be read: {error.strerror}. {AGAIN}") from error


def zero(frame: Frame, problem: str) -> Graded:
    """No points, for the stated reason; the notebook is the lesson's own, nothing in it was run."""
    verdicts = tuple(
        Verdict(check, 0.0, float(cell.metadata.nbgrader.points), problem, 0.0)
        for check, cell in frame.graded.items()
        if check in frame.owners
    )
    return Graded(assemble(frame, []), verdicts, 0.0, problem)


def comments(frame: Frame, graded: Graded | Results) -> dict[str, str]:
    """What to tell about each exercise, by its id: why its checks did not pass."""
    told: dict[str, list[str]] = {owner: [] for owner in frame.owners.values()}
    if graded.problem and told:
        told[next(iter(told))].append(graded.problem)
    for verdict in graded.verdicts:
        sentences = told[frame.owners[verdict.check]]
        if verdict.message not in ("", *sentences):
            sentences.append(verdict.message)
    return {exercise: " ".join(sentences) for exercise, sentences in told.items()}
