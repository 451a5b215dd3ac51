"""Which submissions are graded, by whom, and where do the results go?

Worker processes only compute. This process alone writes: first the gradebook, then the executed
notebook, whose metadata say what it was made from. So what was graded stays graded after a crash,
and a rerun does what is left.
"""

import hashlib
import os
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from nbformat import from_dict
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc
from tqdm import tqdm

from autograder import gradebook
from autograder.assemble import Frame, frame
from autograder.build import as_text, release_notebook
from autograder.classroom import Classroom, released
from autograder.mark import Submission, comments, contents, mark, zero
from autograder.results import results
from autograder.room import Graded
from autograder.spread import spread
from course_lib.errors import CourseError
from course_lib.execute import Limits
from course_lib.files import write

DIED = "Running this submission ended the grader's own process, twice."


@dataclass(frozen=True)
class Summary:
    """What one run of the grader did."""

    lesson: str
    graded: int
    kept: int  # graded before, and nothing has changed since
    problems: dict[str, str]  # by student, of the submissions graded now


def grade(
    room: Classroom,
    lesson: str,
    *,
    workers: int | None = None,
    limits: Limits | None = None,
    force: bool = False,
    progress: bool = False,
) -> Summary:
    """Grade every submission of a lesson that changed since it was last graded.

    Everybody in the gradebook and every folder in submitted/ counts; who handed in nothing that
    can be read gets 0 and a comment. `workers`: processes, one a CPU by default.
    raises: CourseError where the lesson was not released or the gradebook fails
    """
    limits = limits or Limits()
    source = released(room, lesson)
    lesson_frame = frame(source, release_notebook(source, room.source(lesson)))
    # All that a result depends on beside the submission.
    ground = room.source(lesson).read_bytes() + repr(limits).encode()
    problems: dict[str, str] = {}
    with gradebook.opened(room) as book:
        gradebook.require(book, lesson)
        everyone = sorted(room.handed_in() | gradebook.students(book))
        scored = gradebook.graded(book, lesson)
        todo = []
        for student in everyone:
            submission = _submission(room, lesson, student, ground)
            if force or student not in scored or not _is_current(room, lesson, submission):
                todo.append(submission)
        finished = spread(partial(mark, lesson_frame, limits), todo, workers or os.cpu_count() or 1)
        with (
            closing(finished),
            tqdm(total=len(todo), desc=lesson, unit=" notebooks", disable=not progress) as bar,
        ):
            for submission, outcome in finished:
                graded = outcome or zero(lesson_frame, DIED)
                _save(book, room, lesson, submission, lesson_frame, graded)
                if graded.problem:
                    problems[submission.student] = graded.problem
                bar.update()
    return Summary(lesson, len(todo), len(everyone) - len(todo), dict(sorted(problems.items())))


def _submission(room: Classroom, lesson: str, student: str, ground: bytes) -> Submission:
    path = room.submitted(student, lesson)
    try:
        raw = contents(path)
    except CourseError as error:
        raw = str(error).encode()
    return Submission(student, path, hashlib.sha256(ground + raw).hexdigest())


def _is_current(room: Classroom, lesson: str, submission: Submission) -> bool:
    """Was this very file graded from this very source?"""
    before = results(room.autograded(submission.student, lesson))
    return before is not None and before.fingerprint == submission.fingerprint


def _save(
    book: Gradebook,
    room: Classroom,
    lesson: str,
    submission: Submission,
    frame: Frame,
    graded: Graded,
) -> None:
    student = submission.student
    points = {verdict.check: verdict.earned for verdict in graded.verdicts}
    gradebook.record(
        book, room, lesson, student, _handed_in(submission), points, comments(frame, graded)
    )
    graded.notebook.metadata.course = from_dict(
        {
            "fingerprint": submission.fingerprint,
            "seconds": round(graded.seconds, 3),
            "problem": graded.problem,
            "exercises": frame.owners,
            "verdicts": [asdict(verdict) for verdict in graded.verdicts],
        }
    )
    write(room.autograded(student, lesson), as_text(graded.notebook))


def _handed_in(submission: Submission) -> datetime | None:
    """When, by the timestamp.txt that nbgrader and `course collect` leave beside the notebook."""
    try:
        text = (submission.path.parent / "timestamp.txt").read_text(encoding="utf-8")
        when: datetime = parse_utc(text.strip())
    except (OSError, ValueError, OverflowError):
        return None
    return when
