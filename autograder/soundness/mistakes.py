"""Which wrong answers does a lesson name, and how does a notebook look that holds one?"""

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import nbformat
from nbformat import NotebookNode

from autograder.lesson.exercises import Exercise, exercises_of
from autograder.lesson.lessons import Lesson
from course_lib.errors import CourseError

T = TypeVar("T")
Definition = ast.FunctionDef | ast.ClassDef
MARK = "mistake"  # what mistakes.py calls it
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


def mistakes_of(exercise: str) -> Callable[..., Callable[[T], T]]:
    """What writes down the wrong answers to one exercise, in mistakes.py.

        mistake = mistakes_of("knn-votes")
        mistake("Ties go to the smaller label.", swap={"argmax": "argmin"})

    A call gives the answer with the pieces of text in `swap` exchanged: {text that stands exactly
    once in the answer: text in its place}. Where the answer would have to change in many places,
    the call decorates the wrong definition. All of it is read from the file and never run.
    """
    return lambda sentence, swap=None: lambda definition: definition


def mistake(
    exercise: str, sentence: str, swap: Mapping[str, str] | None = None
) -> Callable[[T], T]:
    """As `mistakes`, for a single one."""
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
    exercise = ""
    for node in tree.body:
        if isinstance(node, ast.Assign) and _calls(node.value, mistakes_of.__name__):
            (exercise,) = _texts(node.value, lesson.mistakes)[0]
        elif isinstance(node, ast.Expr) and _calls(node.value, MARK):
            given, swap = _texts(node.value, lesson.mistakes)
            if not swap:
                raise CourseError(
                    f"{lesson.mistakes}, line {node.lineno}: this mistake changes nothing. Give "
                    "it a swap, or let it decorate a definition."
                )
            of, sentence = [exercise, *given][-2:]
            found.append(Mistake(of, sentence, swap=swap))
        elif isinstance(node, Definition):
            for mark in (one for one in node.decorator_list if _calls(one, MARK)):
                given, _ = _texts(mark, lesson.mistakes)
                of, sentence = [exercise, *given][-2:]
                found.append(Mistake(of, sentence, node.name, _source(node, text, without=mark)))
    return found


def planted(notebook: NotebookNode, mistake: Mistake) -> NotebookNode:
    """A copy of `notebook` in whose answer cell the mistake stands. raises: as `wrong_answer`"""
    copy = nbformat.from_dict(notebook)
    exercises = exercises_of(copy)
    wrong = wrong_answer(exercises, mistake)
    for exercise in exercises:
        if exercise.id == mistake.exercise:
            exercise.solution.source = wrong
    return copy


def wrong_answer(exercises: Iterable[Exercise], mistake: Mistake) -> str:
    """The text of the answer cell in which the mistake stands.

    raises: CourseError where there is no such exercise, or its answer has no such place
    """
    for exercise in exercises:
        if exercise.id == mistake.exercise:
            return mistaken(exercise.solution.source, mistake)
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


def _calls(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _texts(call: ast.expr, path: Path) -> tuple[list[str], dict[str, str]]:
    """The plain strings that a call is given, and its swap."""
    assert isinstance(call, ast.Call)
    try:
        given = [ast.literal_eval(argument) for argument in call.args]
        named = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
        swap = named.pop("swap", {})
        texts = [*given, *swap.keys(), *swap.values()]
        if named or not given or not all(isinstance(text, str) for text in texts):
            raise ValueError
    except (ValueError, AttributeError) as error:
        raise CourseError(
            f"{path}, line {call.lineno}: a mistake takes plain strings, the sentence that its "
            "check says and swap={text of the answer: text instead}."
        ) from error
    return given, swap


def _source(node: Definition, text: str, without: ast.expr) -> str:
    """The definition with its other decorators."""
    kept = [decorator for decorator in node.decorator_list if decorator is not without]
    decorators = "".join(f"@{ast.get_source_segment(text, one)}\n" for one in kept)
    return f"{decorators}{ast.get_source_segment(text, node)}"
