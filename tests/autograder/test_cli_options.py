"""Do the commands find lessons, and speak without control characters?"""

import pytest

from autograder.cli_options import chosen_lessons, class_of, say
from course_lib.errors import CourseError


def test_lessons(tiny):
    """Are all lessons meant where none is named, and is one outside of a course told?"""
    assert chosen_lessons(tiny.root, None) == [tiny]
    assert chosen_lessons(tiny.root, ["01"]) == [tiny]


def test_no_course_here(tmp_path):
    """Is a place without lessons told?"""
    with pytest.raises(CourseError, match="No lessons found"):
        chosen_lessons(tmp_path, None)


def test_say(capsys):
    """Is what comes from a stranger printed with its control characters shown, and no markup?"""
    say("a\x1b[2J [red]b[/red]")
    assert capsys.readouterr().out == "a\\x1b[2J [red]b[/red]\n"


def test_class(classroom):
    """Is the class opened, with another gradebook where one is named, and a wrong folder told?"""
    assert class_of(classroom.folder).db == classroom.db
    assert class_of(classroom.folder, "sqlite:///x.db").db == "sqlite:///x.db"
    with pytest.raises(CourseError, match="is no class"):
        class_of(classroom.folder / "none")
