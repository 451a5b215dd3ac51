"""What does a lesson hold?"""

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from autograder.lesson.lessons import repository
from course_lib.cells import grade_id, is_solution
from course_lib.desk.outline import Question, outline_of, plain
from course_lib.notebooks import lessons, read
from tests.desk.lesson import cells

LESSONS = lessons(repository(Path(__file__)))


def test_what_a_lesson_says_of_itself() -> None:
    """Are title, question, promise, time and needs read, in plain words?"""
    found = outline_of(new_notebook(cells=cells(None, None)))
    assert found.title == "05 Conv layers"
    assert found.question == "What does it see?"
    assert found.promise == "Afterwards you can write conv and pool, both with gradients."
    assert found.time == "about 7 hours"
    assert found.needs == "lesson 04, or ease with NumPy"


def test_exercises() -> None:
    """Is an exercise known by its heading, and one without by its check, with where it begins?"""
    notebook = new_notebook(cells=cells(None, None))
    first, second = outline_of(notebook).exercises
    assert (first.id, first.title) == ("conv-pad", "Exercise 5.1: padding")
    assert first.about == "6 points · about 15 minutes · easy"
    assert (first.cell, first.points) == ("padding-text", 5)
    assert (second.id, second.title, second.about) == ("conv-1d", "conv-1d", "")
    assert second.cell == notebook.cells[4].id


def test_closing_questions() -> None:
    """Is a question that has an answer a card, and one without none?"""
    found = outline_of(new_notebook(cells=cells(None, None))).questions
    assert found == (
        Question(1, "How many *windows*\nare there?", "Seven:\n\n$$(9 - 3) / 1 + 1$$"),
        Question(3, "Why?", "Because."),
    )


@pytest.mark.parametrize(
    "texts", [[], [""], ["No heading"], ["# "], ["1. <details><summary>Answer</summary>"]]
)
def test_a_strange_notebook_has_an_outline(texts: list[str]) -> None:
    """Is what is not there empty, and no error?"""
    found = outline_of(new_notebook(cells=[new_markdown_cell(text) for text in texts]))
    assert found.title in ("", "#")
    assert not found.exercises
    assert not found.questions


def test_plain() -> None:
    """Do links, code, emphasis and mathematics become words, and do lone signs stay?"""
    assert plain("a [b](c) `d_e` **f** *g* $h$\n i") == "a b d_e f g h i"
    assert plain("2 * 3 * 4 costs 5 $") == "2 * 3 * 4 costs 5 $"


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_lesson_of_the_course(lesson: str) -> None:
    """Does a lesson of ours say all of it, and is every exercise known?"""
    notebook = read(LESSONS[lesson])
    found = outline_of(notebook)
    assert found.title.startswith(lesson.partition("_")[0])
    assert found.question
    assert found.promise.endswith(".")
    assert re.fullmatch(r"about \d+ (minutes|hours)", found.time)
    assert found.needs
    answers = [grade_id(cell) for cell in notebook.cells if is_solution(cell)]
    assert [one.id for one in found.exercises] == answers
    assert sum(one.points for one in found.exercises) == 100
    for one in found.exercises:
        assert re.match(r"Exercise \d+\.\d+: ", one.title)
        assert one.about.startswith(f"{one.points:g} point")
    assert len(found.questions) == 5
