"""Are the checks of each lesson fair to right answers and deaf to wrong ones?"""

from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.build import release_notebook, source_notebook
from autograder.exercises import exercises
from autograder.lessons import Lesson, lessons, repository
from autograder.lint import lint
from autograder.mistakes import Mistake, load, without_marks
from autograder.mutation import escape
from autograder.rehearse import rehearse

LESSONS = lessons(repository(Path(__file__)))
MISTAKES = [
    pytest.param(lesson, mistake, id=f"{lesson.name}-{mistake.exercise}-{number}")
    for lesson in LESSONS
    for number, mistake in enumerate(load(lesson), 1)
]
# Checks draw fresh numbers for each seed: no verdict may hang on luck.
SEEDS = ["", "1", "2", "3", "4"]

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


@cache
def _source(lesson: Lesson) -> NotebookNode:
    return source_notebook(lesson)


@cache
def _release(lesson: Lesson) -> NotebookNode:
    return release_notebook(_source(lesson), lesson.source)


def _with_solutions_of(notebook: NotebookNode, other: NotebookNode) -> NotebookNode:
    copy = nbformat.from_dict(notebook)
    for mine, theirs in zip(exercises(copy), exercises(other), strict=True):
        mine.solution.source = without_marks(theirs.solution.source)
    return copy


@each_lesson
def test_house_rules(lesson: Lesson) -> None:
    """Does the lesson keep the house rules: points, sizes, stubs, checks, names, mistakes?"""
    assert lint(lesson) == []


@each_lesson
@pytest.mark.parametrize("seed", SEEDS)
def test_answer_earns_every_point(
    lesson: Lesson, seed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does the answer pass each check, whatever numbers it draws?"""
    monkeypatch.setenv("COURSE_SEED", seed)
    said = rehearse(_source(lesson), beside=lesson.beside)
    assert {check: message for check, message in said.items() if message} == {}


@each_lesson
def test_untouched_stub_earns_nothing(lesson: Lesson) -> None:
    """Does the stub fail each check, hidden or not, and read that it is not written?"""
    for notebook in (_release(lesson), _with_solutions_of(_source(lesson), _release(lesson))):
        said = rehearse(notebook, beside=lesson.beside)
        assert [check for check, message in said.items() if "Not written yet." not in message] == []


@each_lesson
def test_visible_checks_pass_with_the_answers(lesson: Lesson) -> None:
    """Does a student who writes the answer see every check of the released notebook pass?"""
    said = rehearse(_with_solutions_of(_release(lesson), _source(lesson)), beside=lesson.beside)
    assert {check: message for check, message in said.items() if message} == {}


@pytest.mark.parametrize("seed", ["", "1"])
@pytest.mark.parametrize(("lesson", "mistake"), MISTAKES)
def test_mistake_is_caught_and_named(
    lesson: Lesson, mistake: Mistake, seed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Does this mistake lose points on its exercise, on no other, and is it told by name?"""
    monkeypatch.setenv("COURSE_SEED", seed)
    assert escape(_source(lesson), mistake, lesson.beside) == "", mistake.title
