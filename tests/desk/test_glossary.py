"""What does a term mean, and which lesson teaches it?"""

import re
from functools import cache
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository
from course_lib.desk.glossary import Entry, entries, look_up
from course_lib.errors import CourseError
from course_lib.notebooks import lessons, read

NUMBERED = {
    name.partition("_")[0]: path for name, path in lessons(repository(Path(__file__))).items()
}


@cache
def words(lesson: str) -> str:
    """All that a lesson says, text and code, in small letters."""
    return " ".join(cell.source for cell in read(NUMBERED[lesson]).cells).casefold()


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.term)
def test_the_lesson_that_is_named_uses_the_term(entry: Entry) -> None:
    """Are its words found in that lesson, whatever their endings, and is it one sentence?"""
    stems = [word[:5] for word in re.findall(r"[\w-]+", entry.term.casefold())]
    assert [stem for stem in stems if stem not in words(entry.lesson)] == []
    assert entry.text[0].isupper()
    assert entry.text.endswith(".")
    assert ". " not in entry.text
    assert len(entry.text) <= 150


def test_every_lesson_has_terms() -> None:
    """Does the glossary cover the course?"""
    assert {entry.lesson for entry in entries()} == set(NUMBERED)
    assert len(entries()) > 140


def test_entries_are_sorted_and_one_of_a_kind() -> None:
    """Can a reader find a term by its letters, and is it explained once?"""
    terms = [entry.term.casefold() for entry in entries()]
    assert terms == sorted(set(terms))


def test_look_up() -> None:
    """Is a term found whatever its capitals, and a part of one, too?"""
    assert [entry.term for entry in look_up("  RELU ")] == ["ReLU"]
    assert [entry.lesson for entry in look_up("stride")] == ["05"]
    assert {"max pooling", "average pooling"} <= {entry.term for entry in look_up("Pooling")}


def test_an_unknown_term() -> None:
    """Does a typing mistake learn the nearest term, and a stranger where else to look?"""
    with pytest.raises(CourseError, match=r"no term 'drpout'\. Did you mean dropout"):
        look_up("drpout")
    with pytest.raises(CourseError, match="`course search` looks in all lessons"):
        look_up("qqqqq")
