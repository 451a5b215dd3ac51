"""Does a lesson keep the house rules? Each breach is a sentence that names its file and cell."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields

from nbformat import NotebookNode

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import Exercise, exercises_of
from autograder.lesson.lessons import Lesson
from autograder.lesson.names import astray
from autograder.lesson.policy import check_policies
from autograder.soundness import check_rules
from autograder.soundness.mistakes import Definition, load, wrong_answer
from autograder.soundness.prose_rules import prose_breaches
from course_lib.cells import grade_id, is_written
from course_lib.cells import points as worth
from course_lib.errors import CourseError

POINTS = 100
LINES = 25
HIDDEN = "### BEGIN HIDDEN TESTS"


@dataclass(frozen=True)
class Sizes:
    """Fewest and most. A course sets its own in pyproject.toml, under [tool.course.lint]."""

    cells: tuple[int, int] = (40, 160)
    exercises: tuple[int, int] = (6, 14)  # that carry points: others are optional
    mistakes: tuple[int, int] = (5, 60)  # for each exercise


def problems_of(lesson: Lesson) -> list[str]:
    """What is wrong with a lesson; nothing where all is well."""
    try:
        notebook = source_notebook(lesson)
        released = release_notebook(notebook, lesson.source)
    except CourseError as error:
        return [str(error)]
    try:
        answers, stubs = exercises_of(notebook), exercises_of(released)
        check_policies(notebook)
    except CourseError as error:
        return [f"{lesson.source}: {error}"]
    found = [
        *_sums(notebook, answers),
        *_twice(notebook),
        *(breach for pair in zip(answers, stubs) for breach in _exercise(*pair)),
        *astray(notebook),
        *_long(released),
    ]
    return [f"{lesson.source}: {breach}" for breach in found] + [
        f"{lesson.mistakes}: {breach}" for breach in _mistakes(lesson, answers)
    ]


def unfinished(lesson: Lesson) -> list[str]:
    """What a lesson has too little of, or too much, for a course: sentences as above.

    It can be built all the same, and rehearsed exercise by exercise.
    """
    notebook, sizes = source_notebook(lesson), _sizes(lesson)
    found, named = exercises_of(notebook), load(lesson)
    counts = []
    if not lesson.name.startswith("00"):  # the first lesson is as short as it can be
        counts.append((lesson.source, len(notebook.cells), sizes.cells, "cells"))
        graded = sum(exercise.total > 0 for exercise in found)
        counts.append((lesson.source, graded, sizes.exercises, "exercises"))
    for exercise in found:
        own = sum(mistake.exercise == exercise.id for mistake in named)
        counts.append((lesson.mistakes, own, sizes.mistakes, f"mistakes for {exercise.id}"))
    return [
        f"{path}: {count} {what}: between {fewest} and {most} are wanted."
        for path, count, (fewest, most), what in counts
        if not fewest <= count <= most
    ] + list(prose_breaches(lesson, notebook))


def warnings(lesson: Lesson) -> list[str]:
    """What an author should look at, and may leave as it is."""
    notebook = source_notebook(lesson)
    released = release_notebook(notebook, lesson.source)
    return [
        f"{grade_id(check)} shows a piece of the answer: `{piece}`"
        for answer, stub in zip(exercises_of(notebook), exercises_of(released))
        for check in stub.checks
        for piece in check_rules.given_away(check.source, answer.solution.source)
    ]


def _twice(notebook: NotebookNode) -> Iterator[str]:
    """Cells that stand in a lesson a second time, as an edit can leave them."""
    texts = Counter(cell.source.strip() for cell in notebook.cells if not grade_id(cell))
    for text, count in texts.items():
        if count > 1:
            begin = text.partition("\n")[0] or "(with nothing)"
            yield f"{count} cells are the same, one of which begins: {begin}"


def _sums(notebook: NotebookNode, found: list[Exercise]) -> Iterator[str]:
    points = sum(exercise.total for exercise in found)
    points += sum(worth(cell) for cell in notebook.cells if is_written(cell))
    if points != POINTS:
        yield f"The points add up to {points:g}, not to {POINTS}."


def _exercise(answer: Exercise, stub: Exercise) -> Iterator[str]:
    """`answer` as the author wrote it, `stub` as the student gets it."""
    if "### BEGIN SOLUTION" not in answer.solution.source:
        yield f"{answer.id}: no solution marks, so the student gets no signature."
    for function in _functions(stub.solution.source):
        yield from _undocumented(function, answer)
    if not answer.checks:
        yield f"{answer.id}: no check follows this solution cell."
    elif not any(HIDDEN in check.source for check in answer.checks):
        yield f"{answer.id}: none of its checks has a hidden part."
    for check, whole in zip(stub.checks, answer.checks):
        yield from check_rules.breaches(grade_id(check), check.source, whole.source)


def _undocumented(function: ast.FunctionDef, answer: Exercise) -> Iterator[str]:
    """A student writes this function: what does its docstring leave open?"""
    if "NotImplementedError" not in ast.unparse(function):
        return
    place = f"{answer.id}: the docstring of {function.name}"
    text = ast.get_docstring(function) or ""
    if not text:
        yield f"{place} is missing."
        return
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    for name in (argument.arg for argument in arguments if argument.arg != "self"):
        if not re.search(rf"\b{name}\b", text):
            yield f"{place} says nothing of {name}."
    written = [one for one in _functions(answer.solution.source) if one.name == function.name]
    returns = [node for one in written for node in ast.walk(one) if isinstance(node, ast.Return)]
    if any(node.value for node in returns) and "returns" not in text:
        yield f"{place} has no line `returns: ...`."


def _long(released: NotebookNode) -> Iterator[str]:
    """Code cells as students see them; neither docstrings nor blank lines count."""
    for number, cell in enumerate(released.cells, 1):
        if cell.cell_type == "code":
            length = sum(bool(line.strip()) for line in cell.source.splitlines())
            length -= _docstring_lines(cell.source)
            if length > LINES:
                title = grade_id(cell) or f"cell {number}"
                yield f"{title} shows {length} lines of code, more than {LINES}."


def _docstring_lines(source: str) -> int:
    lines = source.splitlines()
    texts = [node.body[0] for node in _definitions(source) if ast.get_docstring(node)]
    return sum(
        bool(line.strip()) for text in texts for line in lines[text.lineno - 1 : text.end_lineno]
    )


def _mistakes(lesson: Lesson, answers: list[Exercise]) -> Iterator[str]:
    try:
        named = load(lesson)
    except CourseError as error:
        yield str(error)
        return
    for mistake in named:
        try:
            wrong_answer(answers, mistake)
        except CourseError as error:
            yield str(error)


def _sizes(lesson: Lesson) -> Sizes:
    settings = tomllib.loads((lesson.root / "pyproject.toml").read_text(encoding="utf-8"))
    own = settings.get("tool", {}).get("course", {}).get("lint", {})
    known = {field.name for field in fields(Sizes)}
    return Sizes(**{name: tuple(limits) for name, limits in own.items() if name in known})


def _definitions(source: str) -> list[Definition]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic, or what `astray` reports
        return []
    return [node for node in ast.walk(tree) if isinstance(node, Definition)]


def _functions(source: str) -> list[ast.FunctionDef]:
    return [node for node in _definitions(source) if isinstance(node, ast.FunctionDef)]
