"""One grader at a time: in a class's folder, and in a database that several folders share."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.classroom.folder import Classroom
from autograder.classroom.lock import HOLDER, alone
from autograder.grading.grade import grade_lesson
from course_lib.errors import CourseError

ROOT = Path(__file__).parents[3]
HOLD = """
import sys, time
from pathlib import Path
from autograder.classroom.folder import class_in
from autograder.classroom.lock import alone
with alone(class_in(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""
both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@contextmanager
def holder(classroom: Classroom) -> Iterator[subprocess.Popen]:
    """Another process that grades this class."""
    command = [sys.executable, "-c", HOLD, str(classroom.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


@both
def test_two_graders(classroom):
    """Is the second grader refused, and told who the first one is and what to do?"""
    with holder(classroom) as first:
        sentence = rf"Process {first.pid} on {socket.gethostname()} .* is grading the class"
        with pytest.raises(CourseError, match=sentence):
            grade_lesson(classroom, "01_tiny")
    assert grade_lesson(classroom, "01_tiny").graded == 0


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGINT])
def test_dead_grader(classroom, death):
    """Does a grader that was killed leave the class free, and the next one no trace?"""
    with holder(classroom) as first:
        os.kill(first.pid, death)
        first.wait()
        with alone(classroom):
            assert json.loads((classroom.folder / HOLDER).read_text())["pid"] == str(os.getpid())
    assert not (classroom.folder / HOLDER).exists()


def test_other_machine(classroom):
    """Is a grader on another machine believed until a person says that it has ended?"""
    note = classroom.folder / HOLDER
    note.write_text(json.dumps({"pid": "7", "host": "elsewhere", "since": "2027-03-01"}))
    with pytest.raises(CourseError, match=r"Process 7 on elsewhere .* delete .*grading\.json"):
        grade_lesson(classroom, "01_tiny")
    assert note.exists()
    note.unlink()
    assert grade_lesson(classroom, "01_tiny").graded == 0


def test_unreadable_note(classroom):
    """Does half a note, as a crash of the machine leaves it, not stop the next grader?"""
    (classroom.folder / HOLDER).write_text('{"pid": ')
    assert grade_lesson(classroom, "01_tiny").graded == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_folders(another_classroom: Callable[[], Classroom]):
    """Is a second folder refused the same PostgreSQL gradebook, and told who has it?"""
    one, other = another_classroom(), another_classroom()
    other.coursedir.db_url = one.db
    with holder(one) as first:
        with pytest.raises(CourseError, match=rf"in use \(course grade: process {first.pid} on"):
            grade_lesson(other, "01_tiny")
        assert not (other.folder / HOLDER).exists()
        first.kill()
        first.wait()
        assert grade_lesson(other, "01_tiny").graded == 0


def test_error_inside(classroom):
    """Is the class free again after a grader that failed?"""
    with pytest.raises(ZeroDivisionError), alone(classroom):
        raise ZeroDivisionError
    with alone(classroom):
        pass
