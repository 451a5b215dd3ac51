"""Which submissions are graded, by whom, and where do the results go?

Workers only compute. This process alone writes: first the executed notebook, whose metadata hold
every result and what it was made from, then, in one transaction, the gradebook, with the name of
that result. So whenever it is killed, the next run enters what was computed and grades the rest.
"""

import hashlib
import os
import time
import uuid
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from nbformat import from_dict
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc
from tqdm import tqdm

from autograder.classroom import gradebook, lateness
from autograder.classroom.folder import Classroom, released
from autograder.classroom.lock import alone
from autograder.grading import cluster, log
from autograder.grading.locked import confinement
from autograder.grading.mark import (
    TIME,
    Submission,
    beside,
    comments,
    contents,
    mark_submission,
    zero,
)
from autograder.grading.results import Results, read_results
from autograder.grading.single import ground_of_class
from autograder.grading.spread import side_by_side
from autograder.grading.verdicts import Graded
from autograder.intake.people import unfit
from autograder.lesson.policy import lesson_policy
from autograder.rooms.parents.pool import Parents
from autograder.submission.frame import Frame
from course_lib.errors import CourseError
from course_lib.files import write
from course_lib.notebooks import text_of_ours
from course_lib.runner import Limits

# Raised where notebooks are written in another way, so that none stays as it was written before.
FORM = b"2"
LONGEST_TIME = 100  # characters of a time of handing in
DIED = "Running this submission ended the grader's own process, twice."


@dataclass(frozen=True)
class Summary:
    """What one run of the grader did."""

    lesson: str
    graded: int
    kept: int  # graded before, and nothing has changed since
    problems: dict[str, str]  # by student, of the submissions graded or entered now
    left_out: dict[str, str] = field(default_factory=dict)  # by name, why nobody can be called so
    entered: int = 0  # computed by a run that was killed, and entered into the gradebook now
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Entry:
    """One submission whose marks went into the gradebook."""

    lesson: str
    student: str
    event: str  # "graded" | "entered", as in Summary
    score: float  # of the checks, before what people and the rule for lateness add and take off
    possible: float  # of the whole lesson
    by_hand: float  # of these, what a person gives for answers in words
    seconds: float
    problem: str


def grade_lesson(
    classroom: Classroom,
    lesson: str,
    *,
    workers: int | None = None,
    scheduler: str = "",
    limits: Limits | None = None,
    sandbox: bool = True,
    force: bool = False,
    progress: bool = False,
    on_entry: Callable[[Entry], None] | None = None,
) -> Summary:
    """Grade every submission of a lesson that changed since it was last graded.

    Everybody in the gradebook and every folder in submitted/ counts; who handed in nothing that
    can be read gets 0 and a comment.

    workers: processes, one a CPU by default
    scheduler: address of a Dask cluster that computes in their place, such as tcp://host:8786
    sandbox: False runs students' code unprotected
    on_entry: called after each submission whose marks went into the gradebook
    raises: CourseError where the lesson was not released, the gradebook or the cluster fails, or
    somebody else grades this class
    """
    begun = time.monotonic()
    tell = on_entry or (lambda entry: None)
    problems: dict[str, str] = {}
    people = classroom.handed_in()
    left_out = {name: reason for name in sorted(people) if (reason := unfit(name))}
    entered = kept = 0
    new = any(not classroom.autograded(student, lesson).is_file() for student in people)
    soon = (new or force) and sandbox and not scheduler
    rooms = confinement(lesson_policy(released(classroom, lesson))) if soon else None
    with Parents(soon=rooms) as parents, alone(classroom), gradebook.opened(classroom) as book:
        ground = ground_of_class(classroom, lesson, limits, sandbox=sandbox)
        terms, lesson_frame = ground.terms, ground.frame
        # All that a result depends on beside the submission.
        given = FORM + classroom.source(lesson).read_bytes() + repr(terms).encode()
        given += terms.labels.encode()
        gradebook.require(book, lesson)
        in_book, times = gradebook.entered(book, lesson), gradebook.times(book, lesson)
        todo = []
        for student in sorted((people - left_out.keys()) | gradebook.students(book)):
            _remove_fragments(classroom, lesson, student)
            if unread := _without_time(classroom.submitted(student, lesson)):
                problems[student] = unread
            submission = _submission(classroom, lesson, student, given)
            before = None if force else read_results(classroom.autograded(student, lesson))
            if not (before and before.id and before.fingerprint == submission.fingerprint):
                todo.append(submission)
            elif in_book.get(student) == before.id:
                if (when := _handed_in(submission.path)) != times[student]:
                    gradebook.set_time(book, lesson, student, when)
                kept += 1
            else:
                tell(_enter(book, classroom, lesson, submission, lesson_frame, before, "entered"))
                entered += 1
                if before.problem:
                    problems[student] = before.problem
        if todo and sandbox and not scheduler:
            # Refuses in words, before anything is graded, where no room can be locked.
            terms = replace(terms, lent=parents.lend(confinement(ground.policy)))
        finished = _spread(partial(mark_submission, lesson_frame, terms), todo, workers, scheduler)
        with (
            closing(finished),
            tqdm(total=len(todo), desc=lesson, unit=" notebooks", disable=not progress) as bar,
        ):
            for submission, outcome in finished:
                graded = outcome or zero(lesson_frame, DIED)
                result = _keep(classroom, lesson, submission, lesson_frame, graded)
                tell(_enter(book, classroom, lesson, submission, lesson_frame, result, "graded"))
                if graded.problem:
                    problems[submission.student] = graded.problem
                    bar.set_postfix(problems=len(problems), refresh=False)
                bar.update()
        lateness.assign(book, classroom)
    seconds = round(time.monotonic() - begun, 3)
    found = dict(sorted(problems.items()))
    return Summary(lesson, len(todo), kept, found, left_out, entered, seconds)


def _spread(
    work: Callable[[Submission], Graded], todo: list[Submission], workers: int | None, address: str
) -> Generator[tuple[Submission, Graded | None]]:
    if address:
        return cluster.spread(work, todo, address, Submission.carried)
    return side_by_side(work, todo, workers or os.cpu_count() or 1)


def _submission(classroom: Classroom, lesson: str, student: str, given: bytes) -> Submission:
    path, source = classroom.submitted(student, lesson), classroom.source(lesson)
    try:
        raw = contents(path, source)
        for name, content in sorted(beside(path).items()):
            raw += name.encode() + content
    except CourseError as error:
        raw = str(error).encode()
    fingerprint = hashlib.sha256(given + raw).hexdigest()
    return Submission(student, path, fingerprint, source=source)


def _keep(
    classroom: Classroom, lesson: str, submission: Submission, frame: Frame, graded: Graded
) -> Results:
    """Write the executed notebook, from which the gradebook can be completed."""
    result = Results(
        submission.fingerprint,
        round(graded.seconds, 3),
        graded.problem,
        frame.owners,
        graded.verdicts,
        uuid.uuid4().hex,
        graded.tier,
    )
    graded.notebook.metadata.course = from_dict(asdict(result))
    write(classroom.autograded(submission.student, lesson), text_of_ours(graded.notebook))
    return result


def _enter(
    book: Gradebook,
    classroom: Classroom,
    lesson: str,
    submission: Submission,
    frame: Frame,
    result: Results,
    event: str,
) -> Entry:
    """Save a result in the gradebook, and note in the log what happened."""
    student = submission.student
    points = {verdict.check: verdict.earned for verdict in result.verdicts}
    gradebook.record(
        book,
        lesson,
        student,
        _handed_in(submission.path),
        points,
        comments(frame, result),
        result.id,
    )
    possible = sum(verdict.possible for verdict in result.verdicts) + frame.by_hand
    score = round(sum(points.values()), 2)
    entry = Entry(
        lesson, student, event, score, possible, frame.by_hand, result.seconds, result.problem
    )
    by_hand = f" ({frame.by_hand:g} of them given by hand)" if frame.by_hand else ""
    line = f"{event}: {score:g} of {possible:g} points{by_hand}, ran for {result.seconds:.3f} s"
    log.note(classroom, lesson, student, line, problem=result.problem, verdicts=result.verdicts)
    return entry


def _remove_fragments(classroom: Classroom, lesson: str, student: str) -> None:
    """What a killed run left half written, lest it go out with the feedback."""
    path = classroom.autograded(student, lesson)
    for fragment in path.parent.glob(f".{path.name}.*"):
        fragment.unlink(missing_ok=True)


def _handed_in(notebook: Path) -> datetime | None:
    """When, by the timestamp.txt that nbgrader and `course collect` leave beside the notebook."""
    path = notebook.with_name(TIME)
    if path.is_symlink() or not path.is_file():  # a pipe would never end
        return None
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST_TIME)
        when: datetime = parse_utc(text.strip())
    except Exception:  # a time zone is looked up as a file, and what that raises is a warning, too
        return None
    return when


def _without_time(notebook: Path) -> str:
    """Set aside a file of the time that holds none: formgrader fails of it. Returns what to say."""
    path = notebook.with_name(TIME)
    if not (path.exists() or path.is_symlink()) or _handed_in(notebook):
        return ""
    aside = path.with_name(f"unreadable-{TIME}")
    if aside.exists():  # a folder, for example, would not be written over
        aside = path.with_name(f"unreadable-{uuid.uuid4().hex}-{TIME}")
    path.rename(aside)
    return (
        f"{TIME} holds no time that can be read, so this counts as handed in on time. "
        f"The file is now called {aside.name}."
    )
