"""Where in the lessons do words stand?"""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell

from course_lib.desk.search import MOST, Hit, find, summary
from course_lib.desk.standing import standings
from tests.desk.lesson import cells, course_of
from tests.saved import save


@pytest.fixture
def course(tmp_path: Path) -> Path:
    found = cells(None, None)
    found[2].source = 'def pad(x):\n    """Zeros beyond the edge of x."""\n'
    found.insert(4, new_code_cell("secret = 'beyond the edge'"))
    save(tmp_path, "05_conv_layers", *found)
    return tmp_path


def test_where_words_stand(course: Path) -> None:
    """Are lesson, heading and line told, of text and of stubs, headings first?"""
    hits = find(standings(course), "EDGE beyond")
    heading, text, stub = hits
    assert heading.line == "Beyond the edge"
    assert text.line == "What stands beyond the edge?"
    assert text.heading == "Exercise 5.1: padding"
    assert (text.lesson, text.title, text.cell) == (
        "05_conv_layers",
        "05 Conv layers",
        "padding-text",
    )
    assert stub.line == '"""Zeros beyond the edge of x."""'
    assert stub.cell != text.cell


def test_all_words_in_one_paragraph(course: Path) -> None:
    """Are words found that stand on two lines, and not those of two paragraphs?"""
    (hit,) = find(standings(course), "numpy lesson")
    assert hit.line.startswith("Needs: lesson 04, or ease")
    assert find(standings(course), "numpy stride") == []
    assert find(standings(course), " ") == []


def test_summary() -> None:
    """Does the sentence say what there is, and what to do where there is too much or nothing?"""
    hit = Hit("a", "A", "h", "c", "l")
    assert summary([], " ") == "Type a word or two."
    assert summary([], "x") == "No paragraph of the lessons holds this. Try fewer or shorter words."
    assert summary([hit], "x") == "1 place."
    assert summary([hit] * MOST, "x") == f"{MOST} places."
    assert summary([hit] * (MOST + 1), "x").startswith(f"The first {MOST} of {MOST + 1} places.")


def test_a_missing_lesson_is_left_out(course: Path) -> None:
    """Does a damaged notebook leave the others searchable?"""
    course_of(course, None, None, lesson="06_more")
    (course / "notebooks" / "06_more" / "06_more.ipynb").write_text("{")
    assert {hit.lesson for hit in find(standings(course), "stride")} == {"05_conv_layers"}
