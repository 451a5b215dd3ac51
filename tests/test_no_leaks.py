"""Do answers and hidden tests stay with the instructors?"""

from functools import cache
from pathlib import Path

import nbformat
import pytest

from autograder.lesson.build import is_current, release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.soundness.mistakes import load

ROOT = repository(Path(__file__))
LESSONS = all_lessons(ROOT)
DISTINCT = 25  # characters; shorter lines, such as `return dists`, tell nothing
# Nor do these, which every lesson may need.
IDIOMS = {
    "rng = np.random.default_rng(0)",
    'with np.errstate(all="ignore"):',
    "dtype: type = np.float32,",
    "with torch.enable_grad():",
    "for block in self.blocks:",
    "if layer.bias is not None:",
    "self.rng = np.random.default_rng(seed)",
    'checks.equal(mine, due, "loss, dscores")',
}

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


def _lines(text: str) -> set[str]:
    lines = (line.strip().removeprefix("# ").strip() for line in text.splitlines())
    return {line for line in lines if len(line) >= DISTINCT} - IDIOMS


@cache
def _secrets(lesson: Lesson) -> set[str]:
    """What only the instructor's notebook says, and what mistakes.py says."""
    source = source_notebook(lesson)
    released = release_notebook(source, lesson.source)
    whole = "\n".join(cell.source for cell in source.cells)
    shown = "\n".join(cell.source for cell in released.cells)
    pieces = [(one.sentence, one.source, *one.swap.values()) for one in load(lesson)]
    wrong = "\n".join(line for piece in pieces for line in piece)
    # A mistake may be named by the sentence of a check that students see.
    return {line for line in _lines(whole) | _lines(wrong) if line not in shown}


@cache
def _shown(notebook: Path) -> set[str]:
    cells = nbformat.read(notebook, as_version=4).cells
    return _lines("\n".join(cell.source for cell in cells))


@cache
def _module(path: Path) -> set[str]:
    return _lines(path.read_text(encoding="utf-8"))


@each_lesson
def test_there_is_something_to_hide(lesson: Lesson) -> None:
    """Does the search below look for answers and hidden tests at all?"""
    answers = "\n".join(one.solution.source for one in exercises_of(source_notebook(lesson)))
    assert _secrets(lesson) & _lines(answers)


@each_lesson
def test_notebook_is_what_its_source_gives(lesson: Lesson) -> None:
    """Was `course build` run after the last edit, and nothing edited by hand?"""
    assert is_current(lesson)


@each_lesson
def test_notebook_has_no_outputs(lesson: Lesson) -> None:
    """Is the committed notebook as empty as on the first day?"""
    cells = nbformat.read(lesson.notebook, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count is not None] == []


@each_lesson
def test_no_notebook_tells_a_secret(lesson: Lesson) -> None:
    """Is no line of this lesson's answers, hidden tests or mistakes in any notebook?"""
    for notebook in ROOT.glob("notebooks/**/*.ipynb"):
        assert _secrets(lesson) & _shown(notebook) == set(), notebook


@each_lesson
def test_the_library_tells_no_secret(lesson: Lesson) -> None:
    """Is no line of them in what notebooks import?"""
    for path in ROOT.glob("course_lib/**/*.py"):
        assert _secrets(lesson) & _module(path) == set(), path


def test_library_knows_no_instructor() -> None:
    """Does nothing in course_lib import the autograder or a solution?"""
    for path in ROOT.glob("course_lib/**/*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        imports = [line.split() for line in lines if line.split()[:1] in (["import"], ["from"])]
        assert not any(words[1].startswith(("autograder", "solutions")) for words in imports), path
