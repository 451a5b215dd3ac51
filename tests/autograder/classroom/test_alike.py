"""Who handed in the same predictions as somebody else?"""

import os
from pathlib import Path

import pytest

from autograder.classroom import alike as module
from autograder.classroom.alike import FILE, same_predictions
from autograder.classroom.folder import Classroom

LESSON = "01_tiny"


def handed_in(classroom: Classroom, student: str, content: bytes = b"classes") -> Path:
    """What a student's file of predictions holds; where it lies."""
    path = classroom.submitted(student, LESSON).parent / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_equal_files(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are students with equal files named together, in order, and nobody without a file?"""
    content = {"zoe": b"1", "ada": b"1", "bo": b"2", "cy": b"3", "di": b"2", "ed": b"2", "flo": b""}
    for student, one in content.items():
        handed_in(classroom, student, one)
    handed_in(classroom, "gus", b"")
    classroom.submitted("hal", LESSON).parent.mkdir(parents=True)
    everybody = classroom.handed_in()
    assert same_predictions(classroom, LESSON, everybody) == (("ada", "zoe"), ("bo", "di", "ed"))
    assert same_predictions(classroom, LESSON, everybody - {"zoe"}) == (("bo", "di", "ed"),)
    monkeypatch.setattr(module, "LARGEST", 0)
    assert same_predictions(classroom, LESSON, everybody) == ()


def test_links_are_no_equal_files(classroom: Classroom) -> None:
    """Is a link, a folder or a pipe in the place of the file left alone, without waiting?"""
    one, two, three, four = (handed_in(classroom, student) for student in ("a", "b", "c", "d"))
    for path in (two, three, four):
        path.unlink()
    two.symlink_to(one)
    three.mkdir()
    os.mkfifo(four)
    assert same_predictions(classroom, LESSON, classroom.handed_in()) == ()
