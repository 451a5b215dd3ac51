"""What the instructor's commands share."""

import pytest

from autograder.classroom.folder import Classroom
from autograder.options import class_of, say
from course_lib.errors import CourseError


def test_say(capsys: pytest.CaptureFixture[str]) -> None:
    """Is a stranger's text printed as it is, on one line, with nothing that a terminal obeys?"""
    line = "[red]a\x1b[2J" + "b" * 200
    say(line)
    assert capsys.readouterr().out == line.replace("\x1b", r"\x1b") + "\n"


def test_class_of(classroom: Classroom) -> None:
    """Is the class opened, with another gradebook where one is named, and a wrong folder told?"""
    assert class_of(classroom.folder).db == classroom.db
    assert class_of(classroom.folder, "sqlite:///x.db").db == "sqlite:///x.db"
    with pytest.raises(CourseError, match="is no class"):
        class_of(classroom.folder / "none")
