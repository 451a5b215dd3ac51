"""Which wrong answers does a lesson name, and how does a notebook look that holds one?"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
    """One wrong answer that students give, and the sentence that they should then read.

    It is the answer with pieces of its text exchanged, or with one definition replaced.
    name, source: the definition, and what it is called; "" where pieces are exchanged
    swap: what stands in the answer, and what stands there instead
    """

    exercise: str
    sentence: str
    name: str = ""
    source: str = ""
    swap: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """One line that tells this mistake from the others of its exercise."""
        return f"{self.exercise}: {self.sentence}"


def mistake(
    exercise: str, sentence: str, swap: Mapping[str, str] | None = None
) -> Callable[[T], T]:
    """A wrong answer to `exercise`: its answer with the pieces of text in `swap` exchanged.

    Where the answer would have to change in many places, this decorates the wrong definition.
    It is read, never run, from mistakes.py: several may bear the same name.
    swap: {text that stands exactly once in the answer: text in its place}
    """
    return lambda definition: definition


def load(lesson: Lesson) -> list[Mistake]:
    """The mistakes of a lesson in the order of its mistakes.py; none where it has no such file.

    raises: CourseError where the file is no Python or a mark is not made of plain strings
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
        if isinstance(node, ast.Expr) and _is_mark(node.value):
            exercise, sentence, swap = _arguments(node.value, lesson.mistakes)
            if not swap:
                raise CourseError(
                    f"{lesson.mistakes}, line {node.lineno}: this mistake changes nothing. Give "
                    "it a swap, or let it decorate a definition."
                )
            found.append(Mistake(exercise, sentence, swap=swap))
        elif isinstance(node, Definition):
            for mark in filter(_is_mark, node.decorator_list):
                exercise, sentence, _ = _arguments(mark, lesson.mistakes)
                source = _source(node, text, without=mark)
                found.append(Mistake(exercise, sentence, node.name, source))
    return found


def planted(notebook: NotebookNode, mistake: Mistake) -> NotebookNode:
    """A copy of `notebook` in whose answer cell the mistake stands.

    raises: CourseError where the notebook has no such exercise, or its answer no such place
    """
    copy = nbformat.from_dict(notebook)
    for exercise in exercises(copy):
        if exercise.id == mistake.exercise:
            exercise.solution.source = mistaken(exercise.solution.source, mistake)
            return copy
    raise CourseError(
        f"The mistake {mistake.title} is for the exercise {mistake.exercise}, which is not there. "
        "Write the id of its solution cell."
    )


def mistaken(answer: str, mistake: Mistake) -> str:
    """The text of an answer cell with the mistake in it.

    raises: CourseError where the answer has no such place
    """
    return _swapped(answer, mistake) if mistake.swap else _with(answer, mistake)


def _swapped(answer: str, mistake: Mistake) -> str:
    text = answer
    for old, new in mistake.swap.items():
        if (count := text.count(old)) != 1:
            raise CourseError(
                f"{mistake.title}: {old!r} stands {count} times in the answer. "
                "Write a piece of it that stands there once."
            )
        text = text.replace(old, new)
    if text == answer:
        raise CourseError(f"{mistake.title}: the swap changes nothing.")
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise CourseError(f"{mistake.title}: the swap gives no Python: {error.msg}.") from error
    return without_marks(text)


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


def _arguments(mark: ast.expr, path: Path) -> tuple[str, str, dict[str, str]]:
    assert isinstance(mark, ast.Call)
    try:
        exercise, sentence = (ast.literal_eval(argument) for argument in mark.args)
        named = {word.arg: ast.literal_eval(word.value) for word in mark.keywords}
        swap = named.pop("swap", {})
        texts = [exercise, sentence, *swap.keys(), *swap.values()]
        if named or not all(isinstance(text, str) for text in texts):
            raise ValueError
    except (ValueError, AttributeError) as error:
        raise CourseError(
            f"{path}, line {mark.lineno}: a mistake takes two plain strings, the exercise's id and "
            "the sentence that its check says, and swap={text of the answer: text instead}."
        ) from error
    return exercise, sentence, swap


def _source(node: Definition, text: str, without: ast.expr) -> str:
    """The definition with its other decorators."""
    kept = [decorator for decorator in node.decorator_list if decorator is not without]
    decorators = "".join(f"@{ast.get_source_segment(text, one)}\n" for one in kept)
    return f"{decorators}{ast.get_source_segment(text, node)}"
