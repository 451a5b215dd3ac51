"""What happened to a submission, and when? A file for each, in logs/ of the class."""

import os
import socket
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from autograder.classroom.folder import Classroom
from autograder.grading.verdicts import Verdict
from course_lib.errors import CourseError
from course_lib.printable import shown


def path(classroom: Classroom, lesson: str, student: str) -> Path:
    """Where the log of a student's submissions of a lesson lies."""
    return classroom.folder / "logs" / lesson / f"{student}.log"


def note(
    classroom: Classroom,
    lesson: str,
    student: str,
    event: str,
    *,
    problem: str = "",
    verdicts: Iterable[Verdict] = (),
) -> None:
    """Append a line on what happened, with the time (UTC) and this process, and one a check.

    raises: CourseError where the file cannot be written
    """
    now = datetime.now(UTC).isoformat(" ", "seconds")
    lines = [f"{now} {event} (process {os.getpid()} on {socket.gethostname()})"]
    if problem:
        lines.append(f"    {_line(problem)}")
    lines += [
        f"    {one.earned:g} of {one.possible:g} {one.check} in {one.seconds:.3f} s"
        + (f": {_line(one.message)}" if one.message else "")
        for one in verdicts
    ]
    file = path(classroom, lesson, student)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as log:
            log.write("\n".join(lines) + "\n")
    except OSError as error:
        raise CourseError(f"Could not write {file}: {error.strerror}.") from error


def _line(message: str) -> str:
    """One line, whatever a student put into it; no escape sequences for the terminal."""
    return shown(" ".join(message.split()))
