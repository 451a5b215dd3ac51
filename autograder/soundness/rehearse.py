"""What would the checks say? Answers and checks of a lesson, run here and now without a kernel.

For the lesson's own text only: nothing here protects against what it runs.
"""

import contextlib
import io
import itertools
import linecache
import sys
import tempfile
import types
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import numpy as np
from nbformat import NotebookNode

from autograder.lesson.exercises import exercises_of
from autograder.rooms.locks.restrain import within
from course_lib.cells import grade_id, is_check, is_setup, is_solution
from course_lib.checks import box
from course_lib.checks.blame import blamed
from course_lib.checks.box import Broken, Judgement
from course_lib.errors import CourseError
from course_lib.files import write
from course_lib.oracle.threads import one_thread

SECONDS = 60.0  # for one cell; a mistake that never ends must not stop the others


class _Endless(TimeoutError):  # noqa: N818 - its name is part of a sentence
    def __str__(self) -> str:
        return f"still running after {SECONDS:g} s"


_numbers = itertools.count()


def rehearse_notebook(
    notebook: NotebookNode,
    only: Container[str] | None = None,
    beside: Mapping[str, bytes] | None = None,
) -> dict[str, Judgement]:
    """What each check says, by its id.

    Runs set-up, solution and check cells in a fresh namespace. Experiments and cells without a
    role are left out: no graded cell depends on them.
    only: ids of the checks to run; all by default
    beside: files in the folder that they run in, by name
    raises: CourseError where a set-up cell fails
    """
    with Rehearsal(notebook, beside) as rehearsal:
        return rehearsal.judgements({}, only)


class Rehearsal:
    """The set-up and the answers of a notebook, run once; its checks run as often as one likes."""

    def __init__(self, notebook: NotebookNode, beside: Mapping[str, bytes] | None = None) -> None:
        """raises: CourseError, on entering, where a set-up cell fails"""
        self._notebook = notebook
        self._beside = beside or {}
        self._checks = {grade_id(cell): cell for cell in notebook.cells if is_check(cell)}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Rehearsal":
        self._stack.enter_context(one_thread())
        self._module = self._stack.enter_context(_module())
        self._stack.enter_context(_folder(self._beside))
        for cell in self._notebook.cells:
            if is_solution(cell):
                self._run(cell.source, grade_id(cell))  # what it fails to define, its checks report
            elif is_setup(cell) and (problem := self._run(cell.source, grade_id(cell))):
                self._stack.close()
                raise CourseError(f"The set-up cell {grade_id(cell)} fails: {problem}")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def judgements(
        self, answers: Mapping[str, str], only: Container[str] | None = None
    ) -> dict[str, Judgement]:
        """What checks say with these answers in place of the notebook's, which then are back.

        Files that they write are gone afterwards: what one mistake is told depends on no other.
        answers: the text of answer cells, by exercise
        only: ids of the checks to run; all by default
        """
        before, files = dict(vars(self._module)), _files()
        # The few mistakes that draw from the global generator give the same values every time.
        np.random.seed(0)  # noqa: NPY002
        try:
            for exercise in exercises_of(self._notebook):
                if exercise.id in answers:
                    self._run(answers[exercise.id], exercise.id)
            return {
                name: self._check(cell)
                for name, cell in self._checks.items()
                if only is None or name in only
            }
        finally:
            vars(self._module).clear()
            vars(self._module).update(before)
            for file in _files() - files:
                file.unlink()

    def _check(self, cell: NotebookNode) -> Judgement:
        """What one check says; what it defines is gone afterwards."""
        before = dict(vars(self._module))
        shown: list[Judgement] = []
        try:
            with box.shown_to(shown.append):
                problem = self._run(cell.source, grade_id(cell))
        finally:
            vars(self._module).clear()
            vars(self._module).update(before)
        if shown:
            return shown[-1]
        return Judgement(
            grade_id(cell), (Broken(problem or "The check ended without a verdict."),), 0.0
        )

    def _run(self, source: str, name: str) -> str:
        """Run a cell. returns: the error that it ended with, in a sentence"""
        filename = f"<{self._module.__name__}:{name}>"
        # inspect.getsource finds functions through linecache; no time stamp: never looked up on
        # disk.
        lines = source.splitlines(keepends=True)
        linecache.cache[filename] = (len(source), None, lines, filename)
        try:
            with contextlib.redirect_stdout(io.StringIO()), within(SECONDS, _Endless):
                exec(compile(source, filename, "exec"), vars(self._module))
        except AssertionError as error:
            return str(error) or "AssertionError"
        except Exception as error:
            return blamed(error)
        return ""


def _files() -> set[Path]:
    """All files in the working folder."""
    return {path for path in Path.cwd().rglob("*") if path.is_file()}


@contextlib.contextmanager
def _folder(files: Mapping[str, bytes]) -> Iterator[None]:
    """A new working folder with these files."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        for name, content in files.items():
            write(Path(folder) / name, content)
        with contextlib.chdir(folder):
            yield


@contextlib.contextmanager
def _module() -> Iterator[types.ModuleType]:
    """A module to define things in, known to `sys.modules` as long as it is needed."""
    module = types.ModuleType(f"rehearsal_{next(_numbers)}")
    sys.modules[module.__name__] = module
    try:
        yield module
    finally:
        del sys.modules[module.__name__]
        for filename in [name for name in linecache.cache if f"<{module.__name__}:" in name]:
            del linecache.cache[filename]
