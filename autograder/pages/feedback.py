"""Who gets a page back, and who writes it? Side by side, one a student; none waits for another."""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograder.classroom import gradebook, lateness
from autograder.classroom.folder import Classroom
from autograder.grading.spread import side_by_side
from autograder.pages.exporter import marks_of
from autograder.pages.page import page_of
from course_lib.errors import CourseError, TooEarlyError
from course_lib.files import write
from course_lib.printable import shown


@dataclass(frozen=True)
class _Task:
    student: str
    path: Path
    marks: dict[str, Any]


def write_pages(
    classroom: Classroom, lesson: str, *, workers: int = 0, progress: bool = False
) -> list[Path]:
    """Write the page of every graded submission of a lesson; returns where they lie.

    workers: processes, by default one a CPU
    raises: CourseError where nothing was graded yet, and, once all others are written, where a
        page could not be
    """
    graded = classroom.graded(lesson)
    if not graded:
        raise TooEarlyError(f"Nobody's {lesson} is graded. Run `course grade {lesson}` first.")
    with gradebook.opened(classroom) as book:
        lateness.assign(book, classroom)
        marks = marks_of(book, lesson, lesson)
        graded &= gradebook.students(book)
    written, missing = [], dict.fromkeys(graded - marks.keys(), "no marks are in the gradebook")
    tasks = [
        _Task(student, classroom.autograded(student, lesson), marks[student])
        for student in sorted(graded & marks.keys())
    ]
    made = side_by_side(partial(_made, lesson), tasks, workers or os.cpu_count() or 1)
    for task, come in tqdm(
        made, total=len(tasks), desc=f"{lesson} feedback", unit=" pages", disable=not progress
    ):
        text, reason = come or ("", "its process died")
        target = classroom.feedback(task.student, lesson)
        if text:
            write(target, text)
            written.append(target)
        else:
            target.unlink(missing_ok=True)  # an old one would not be this one
            missing[task.student] = reason
    if missing:
        lines = "\n".join(f"  {shown(who)}: {shown(why)}" for who, why in sorted(missing.items()))
        raise CourseError(
            f"{len(missing)} of {len(graded)} students have no page of {lesson}, the others have. "
            f"Without one:\n{lines}"
        )
    return sorted(written)


def gone(classroom: Classroom, lesson: str) -> list[str]:
    """Who is graded and no longer in the gradebook, as somebody who left the class."""
    with gradebook.opened(classroom) as book:
        return sorted(classroom.graded(lesson) - gradebook.students(book))


def _made(lesson: str, task: _Task) -> tuple[str, str]:
    """The page, or why there is none."""
    try:
        return page_of(task.path, task.student, lesson, task.marks), ""
    except Exception as error:  # one notebook must not stop a class
        return "", f"{type(error).__name__}: {error}"[:300]
