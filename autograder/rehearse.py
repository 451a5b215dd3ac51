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

from nbformat import NotebookNode

from autograder.exercises import grade_id, is_check, is_setup, is_solution
from autograder.restrain import within
from course_lib.checks.verdict import raised
from course_lib.errors import CourseError
from course_lib.files import write

SECONDS = 60.0  # for one cell; a mistake that never ends must not stop the others


class _Endless(TimeoutError):  # noqa: N818 - its name is part of a sentence
    def __str__(self) -> str:
        return f"still running after {SECONDS:g} s"


_numbers = itertools.count()


def rehearse(
    notebook: NotebookNode,
    only: Container[str] | None = None,
    beside: Mapping[str, bytes] | None = None,
) -> dict[str, str]:
    """What each check says, by its id: "" where it passes, else the text of its error.

    Runs set-up, solution and check cells in order in a fresh namespace. Experiments and cells
    without a role are left out: no graded cell depends on them.
    only: ids of the checks to run; all by default
    beside: files in the folder that they run in, by name
    raises: CourseError where a set-up cell fails
    """
    messages: dict[str, str] = {}
    with _module() as module, _folder(beside or {}):
        for cell in notebook.cells:
            if is_check(cell):
                if only is None or grade_id(cell) in only:
                    messages[grade_id(cell)] = _run(cell, module)
            elif is_solution(cell):
                _run(cell, module)  # what it fails to define, its checks report
            elif is_setup(cell) and (problem := _run(cell, module)):
                raise CourseError(f"The set-up cell {grade_id(cell)} fails: {problem}")
    return messages


def _run(cell: NotebookNode, module: types.ModuleType) -> str:
    filename = f"<{module.__name__}:{grade_id(cell)}>"
    # inspect.getsource finds functions through linecache; no time stamp: never looked up on disk.
    lines = cell.source.splitlines(keepends=True)
    linecache.cache[filename] = (len(cell.source), None, lines, filename)
    try:
        with contextlib.redirect_stdout(io.StringIO()), within(SECONDS, _Endless):
            exec(compile(cell.source, filename, "exec"), module.__dict__)
    except AssertionError as error:
        return str(error) or "AssertionError"
    except Exception as error:
        return raised(error)
    return ""


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
