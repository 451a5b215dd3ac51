"""The page of answers that are alike."""

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook

from autograder.classroom.folder import Classroom
from autograder.handwriting import renamed
from autograder.pages.similar_page import write_similar
from course_lib.errors import CourseError
from course_lib.notebooks import as_text
from tests.autograder.grading.test_similar import long

LESSON = "01_tiny"


def put(classroom: Classroom, student: str, text: str) -> None:
    path = classroom.autograded(student, LESSON)
    path.parent.mkdir(parents=True)
    path.write_text(as_text(new_notebook(cells=[new_code_cell(text)])))


def test_side_by_side(classroom: Classroom) -> None:
    """Does each pair stand side by side, escaped, with what is in common marked, and no script?"""
    for number in range(20):
        put(classroom, f"person-{number}", long(number))
    put(classroom, "<b>ada", long(99) + "\nx = '<script>alert(1)</script>'")
    put(classroom, "zoe", renamed(long(99)))
    path, pairs = write_similar(classroom, LESSON)
    assert [pair.students for pair in pairs] == [("<b>ada", "zoe")]
    page = BeautifulSoup(path.read_text(), "html.parser")
    assert page.find("script") is None
    assert page.find("b") is None
    assert len(page.find_all("pre")) == 2
    assert len(page.find_all("mark")) > 40
    assert "never a verdict" in " ".join(page.text.split())


def test_too_few_to_tell(classroom: Classroom) -> None:
    """Is it said where a class is too small?"""
    put(classroom, "ada", "x = 1")
    with pytest.raises(CourseError, match="1 submissions of 01_tiny are graded: below 10"):
        write_similar(classroom, LESSON)
