"""Is an answer one import away?

Every function and class of `course_lib` that a lesson's room has, of the lesson's set-up cells,
and every function that a check lends is called as the exercise's own is called by its checks.
"""

import ast
import contextlib
import copy
import functools
import importlib
import inspect
import io
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import course_lib
from autograder.lesson.build import source_notebook
from autograder.lesson.exercises import Exercise, exercises_of
from autograder.lesson.lessons import Lesson, all_lessons, repository
from autograder.lesson.policy import lesson_policy, policy_of
from autograder.rooms.locks.restrain import within
from autograder.soundness.mistakes import without_marks
from autograder.soundness.rehearse import Rehearsal
from course_lib import checks

pytestmark = pytest.mark.slow
LESSONS = all_lessons(repository(Path(__file__)))
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
# The search takes ten seconds in a large lesson: `make test` has it for three, `.ci/run` for all.
SEARCHED = ("01_knn", "05_conv_layers", "14_generative")
# They start programs, read and write files or fetch, and compute nothing.
NO_ANSWERS = ("cli", "data.fetch", "execute", "files", "kernel", "notebooks", "progress", "runner")
NO_VALUES = ("Figure", "None", "Svg")  # what a function returns that draws
EMPTY = (
    "return None",
    "return 0.0",
    "return args[0]",
    "return args[-1]",
    "return (*args, *kwargs.values())",
    "return [{}, {}]",
    "return True",
    "raise ValueError('no')",
)
# At test time dropout gives back what it was given.
ASKS_FOR_NOTHING = {"dropout-forward-test-check"}
SECONDS = 0.5  # for one call; what is slower is no answer to a check
CALLS = 3  # of each function, those whose results say most
MOST_ORDERED = 3  # arguments that are tried in every order
__file__ = (
    f"<frozen {__name__}>"  # what wraps an answer is none: see `course_lib.checks.code.follow`
)


@dataclass
class Recorder:
    """What checks ask of an exercise's functions, what these answer, and what they are lent."""

    calls: dict[str, list[tuple[Any, Any, Any]]] = field(default_factory=dict)
    lent: dict[str, Callable[..., Any]] = field(default_factory=dict)
    busy: bool = False

    def records(self, function: Any) -> Any:
        """The function, with its calls from outside of the answer recorded."""

        @functools.wraps(function)
        def outer(*args: Any, **kwargs: Any) -> Any:
            if self.busy:
                return function(*args, **kwargs)
            self.lent |= {f"lent {one!r}": one for one in _callables((args, kwargs))}
            given = _copied((args, kwargs))
            self.busy = True
            try:
                result = function(*args, **kwargs)
            finally:
                self.busy = False
            due = _copied(result)
            if given and due is not None and _numbers(result):
                self.calls.setdefault(function.__name__, []).append((*given, due))
            return result

        return outer


recorder = Recorder()


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(one, marks=[] if one.name in SEARCHED else pytest.mark.thorough, id=one.name)
        for one in LESSONS
    ],
)
def test_nothing_within_reach_is_an_answer(lesson: Lesson) -> None:
    """Does nothing that a room has, or is lent, answer any exercise?"""
    found, tried = _answers(lesson)
    assert found == []
    assert tried > 100


@each_lesson
@pytest.mark.parametrize(
    "body", [*EMPTY[:3], *(pytest.param(one, marks=pytest.mark.thorough) for one in EMPTY[3:])]
)
def test_empty_answers_earn_nothing(lesson: Lesson, body: str) -> None:
    """Does a function of no use earn nothing, whatever its text looks like?"""
    notebook = source_notebook(lesson)
    with Rehearsal(notebook, lesson.beside) as rehearsal:
        for exercise in exercises_of(notebook):
            names = [*_names(exercise, ast.FunctionDef), *_names(exercise, ast.ClassDef)]
            text = "\n".join(f"def {one}(*args, **kwargs):\n    {body}" for one in names)
            judgements = rehearsal.judgements({exercise.id: text}, exercise.points)
            assert {name for name, one in judgements.items() if one.share} <= ASKS_FOR_NOTHING


def test_the_oracle_would_be_found() -> None:
    """Would this find an answer? The oracle's functions, if they were not hidden, are."""
    lesson = next(one for one in LESSONS if one.name == "07_dropout")
    found, _ = _answers(lesson, hides=())
    assert "max_norm: course_lib.oracle.dropout.max_norm" in found


def test_what_hides_the_oracle() -> None:
    """Does each lesson's room, and that of each check with a rule of its own, hide the oracle?"""
    for lesson in LESSONS:
        notebook = source_notebook(lesson)
        for cell in notebook.cells:
            assert "course_lib.oracle" in policy_of(cell, lesson_policy(notebook)).hides


def _answers(lesson: Lesson, hides: tuple[str, ...] | None = None) -> tuple[list[str], int]:
    """What gives the results of an exercise's function, and how much was tried for the lesson."""
    notebook = source_notebook(lesson)
    exercises = exercises_of(notebook)
    within_reach = dict(_reachable(lesson_policy(notebook).hides if hides is None else hides))
    found, tried = [], 0
    with Rehearsal(notebook, lesson.beside) as rehearsal:
        asked = [_asked(rehearsal, one) for one in exercises]
        answers = {name for one in exercises for name in _names(one, ast.FunctionDef)}
        setup = {
            f"{name} of a set-up cell": value
            for name, value in vars(rehearsal._module).items()
            if inspect.isfunction(value) and value.__module__ == rehearsal._module.__name__
            if name not in answers
        }
        for one in asked:
            for name, calls in one.calls.items():
                calls = [one for one in calls if not any(_equals(x, one[2]) for x in _parts(one))]
                calls = sorted(calls, key=lambda call: -len(_numbers(call[2])))[:CALLS]
                if not calls:
                    continue
                # A check may lend one of the student's own functions to another of them.
                lent = {
                    label: function
                    for label, function in one.lent.items()
                    if getattr(function, "__name__", "") not in answers
                    or function.__module__ != rehearsal._module.__name__
                }
                for label, function in {**within_reach, **setup, **lent}.items():
                    tried += 1
                    if all(_gives(function, *call) for call in calls):
                        found.append(f"{name}: {label}")
        classes = [label for label, one in within_reach.items() if inspect.isclass(one)]
        for exercise in exercises:
            for label in classes if _names(exercise, ast.ClassDef) else ():
                tried += 1
                judgements = rehearsal.judgements(_taken(exercise, label), exercise.points)
                if any(one.share for one in judgements.values()):
                    found.append(f"{exercise.id}: {label}")
    return found, tried


def _asked(rehearsal: Rehearsal, exercise: Exercise) -> Recorder:
    """The calls that an exercise's checks make."""
    global recorder
    recorder = Recorder()
    lines = [without_marks(exercise.solution.source), f"from {__name__} import recorder"]
    lines += [f"{one} = recorder.records({one})" for one in _names(exercise, ast.FunctionDef)]
    rehearsal.judgements({exercise.id: "\n".join(lines)}, exercise.points)
    return recorder


def _taken(exercise: Exercise, label: str) -> dict[str, str]:
    """The answer that takes a class for each that the exercise asks for, and has no functions."""
    module, _, name = label.rpartition(".")
    lines = [f"from {module} import {name} as {one}" for one in _names(exercise, ast.ClassDef)]
    lines += [f"{one} = None" for one in _names(exercise, ast.FunctionDef)]
    return {exercise.id: "\n".join(lines)}


def _names(exercise: Exercise, kind: type[ast.FunctionDef | ast.ClassDef]) -> list[str]:
    """The functions, or the classes, that an exercise asks for."""
    nodes = ast.parse(without_marks(exercise.solution.source)).body
    return [one.name for one in nodes if isinstance(one, kind)]


def _reachable(hidden: tuple[str, ...]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Functions and classes of course_lib outside of what is hidden."""
    left_out = tuple(f"{name}." for name in (*hidden, *(f"course_lib.{one}" for one in NO_ANSWERS)))
    for module in pkgutil.walk_packages(course_lib.__path__, "course_lib."):
        if f"{module.name}.".startswith(left_out):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if callable(value) and getattr(value, "__module__", "") == module.name:
                returns = str(getattr(value, "__annotations__", {}).get("return", ""))
                if inspect.isclass(value) or returns.strip("'\"") not in NO_VALUES:
                    yield f"{module.name}.{name}", value


class _Slow(BaseException):
    """No answer takes so long."""


def _gives(function: Callable[..., Any], args: Any, kwargs: Any, due: Any) -> bool:
    """Does the function, asked this in some order, give what is due, or that beside more?"""
    orders = itertools.permutations(args) if len(args) <= MOST_ORDERED else [args]
    for order in orders:
        given, named = copy.deepcopy((order, kwargs))
        with contextlib.suppress(Exception, SystemExit, _Slow):
            with contextlib.redirect_stdout(io.StringIO()), within(SECONDS, _Slow):
                result = function(*given, **named)
            parts = [result, *result] if isinstance(result, list | tuple) else [result]
            if any(_equals(part, due) for part in parts):
                return True
    return False


def _parts(call: tuple[Any, Any, Any]) -> Iterator[Any]:
    """The arguments of a call, and what each holds: to return one of them is no answer."""
    for one in (*call[0], *call[1].values()):
        yield one
        if isinstance(one, list | tuple | dict):
            yield from (*one, *(one.values() if isinstance(one, dict) else ()))


def _equals(found: Any, due: Any) -> bool:
    with contextlib.suppress(Exception):
        checks.equal(found, due)
        return True
    return False


def _copied(value: Any) -> Any:
    """A copy, without its graph; None of what cannot be copied."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    with contextlib.suppress(Exception):
        return copy.deepcopy(value)
    return None


def _callables(value: Any, depth: int = 0) -> Iterator[Callable[..., Any]]:
    """What of some arguments can be called, in whatever they hold."""
    if callable(value):
        yield value
    if depth < 4:
        inner = value
        if isinstance(value, dict):
            inner = value.values()
        elif not isinstance(value, list | tuple | set):
            inner = () if inspect.isclass(value) else getattr(value, "__dict__", {}).values()
        for one in list(inner):
            yield from _callables(one, depth + 1)


def _numbers(result: Any) -> set[Any]:
    """Some of the numbers and texts that a result holds."""
    if isinstance(result, dict):
        result = [*result.values()]
    if isinstance(result, list | tuple):
        return set[Any]().union(*map(_numbers, result[:50]))
    if isinstance(result, torch.Tensor):
        return {*result.detach().flatten()[:50].tolist()}
    if isinstance(result, np.ndarray | np.generic):
        return {*np.asarray(result).ravel()[:50].tolist()}
    return {result} if isinstance(result, bool | int | float | str) else set()
