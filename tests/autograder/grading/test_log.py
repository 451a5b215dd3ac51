"""The log of a submission."""

import pytest

from autograder.grading import log
from autograder.grading.verdicts import Verdict
from course_lib.errors import CourseError


def test_lines(classroom):
    """Does each run add what happened, when, where, and the fate of each check, on its lines?"""
    verdicts = [Verdict("a-check", 0, 2, "Not yet.\n\x1b[31m Evil\u202e", 1.25)]
    log.note(classroom, "01_tiny", "ada", "graded", problem="Something.", verdicts=verdicts)
    log.note(classroom, "01_tiny", "ada", "entered")
    first, problem, check, second = log.path(classroom, "01_tiny", "ada").read_text().splitlines()
    assert " graded (process" in first
    assert first.startswith("20")
    assert problem.strip() == "Something."
    assert check.strip() == r"0 of 2 a-check in 1.250 s: Not yet. \x1b[31m Evil\u202e"
    assert " entered (process" in second


def test_disk(classroom):
    """Is a log that cannot be written told in a sentence?"""
    (classroom.folder / "logs").write_text("in the way")
    with pytest.raises(CourseError, match="Could not write"):
        log.note(classroom, "01_tiny", "ada", "graded")
