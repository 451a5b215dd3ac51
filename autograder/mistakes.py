"""Which wrong answers does a lesson name, and how does a notebook look that holds one?"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import nbformat
from nbformat import NotebookNode

from autograder.exercises import exercises
from autograder.lessons import Lesson
from course_lib.errors import CourseError

T = TypeVar("T")
Definition = ast.FunctionDef | ast.ClassDef
SOLUTION_MARK = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Mistake:
    """One wrong answer that students give, and the sentence that they should then read."""

    exercise: str
    sentence: str
    name: str
    source: str

    @property
    def title(self) -> str:
        """One line that tells this mistake from the others of its exercise."""
        return f"{self.exercise}: {self.sentence}"


def mistake(exercise: str, sentence: str) -> Callable[[T], T]:
    """Mark a function or class in mistakes.py as a wrong answer to `exercise`.

    It is read, never run, from that file: several may bear the same name.
    """
    return lambda definition: definition


def load(lesson: Lesson) -> list[Mistake]:
    """The mistakes of a lesson in the order of its mistakes.py; none where it has no such file.

    raises: CourseError where the file is no Python or a mark is not two plain strings
    """
    if not lesson.mistakes.is_file():
        return []
    text = lesson.mistakes.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise CourseError(f"{lesson.mistakes}, line {error.lineno}: {error.msg}.") from error
    found = []
    for node in tree.body:
        if isinstance(node, Definition):
            for mark in filter(_is_mark, node.decorator_list):
                exercise, sentence = _arguments(mark, lesson.mistakes)
                source = _source(node, text, without=mark)
                found.append(Mistake(exercise, sentence, node.name, source))
    return found


def planted(notebook: NotebookNode, mistake: Mistake) -> NotebookNode:
    """A copy of `notebook` in whose answer cell the mistake stands in for the right definition.

    raises: CourseError where the notebook has no such exercise, or its cell no such name
    """
    copy = nbformat.from_dict(notebook)
    for exercise in exercises(copy):
        if exercise.id == mistake.exercise:
            exercise.solution.source = _with(exercise.solution.source, mistake)
            return copy
    raise CourseError(
        f"The mistake {mistake.name} is for the exercise {mistake.exercise}, which is not there. "
        "Write the id of its solution cell."
    )


def without_marks(source: str) -> str:
    """The text of an answer cell without nbgrader's solution marks."""
    return SOLUTION_MARK.sub("", source).rstrip()


def _with(source: str, mistake: Mistake) -> str:
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise CourseError(f"The answer of {mistake.exercise} is no Python: {error.msg}.") from error
    right = [node for node in body if isinstance(node, Definition) and node.name == mistake.name]
    if not right:
        raise CourseError(
            f"A mistake of {mistake.exercise} is called {mistake.name}, which the answer does not "
            "define. A mistake bears the name of what it gets wrong."
        )
    first = min(node.lineno for node in (right[-1], *right[-1].decorator_list))
    lines = source.splitlines()
    lines[first - 1 : right[-1].end_lineno] = mistake.source.splitlines()
    return without_marks("\n".join(lines))


def _is_mark(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == mistake.__name__
    )


def _arguments(mark: ast.expr, path: Path) -> tuple[str, str]:
    assert isinstance(mark, ast.Call)
    try:
        exercise, sentence = (ast.literal_eval(argument) for argument in mark.args)
    except ValueError as error:
        raise CourseError(
            f"{path}, line {mark.lineno}: @mistake takes two plain strings, "
            "the exercise's id and the sentence that its check says."
        ) from error
    return str(exercise), str(sentence)


def _source(node: Definition, text: str, without: ast.expr) -> str:
    """The definition with its other decorators."""
    kept = [decorator for decorator in node.decorator_list if decorator is not without]
    decorators = "".join(f"@{ast.get_source_segment(text, one)}\n" for one in kept)
    return f"{decorators}{ast.get_source_segment(text, node)}"
