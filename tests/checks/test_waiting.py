"""Does a cell that needs what is not there yet say so in a sentence, and fail all the same?"""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_lib.checks import session, table, waiting
from course_lib.checks.table import Check, Table

LESSON = Table("01_x", {"sums along a line": Check("x-sums-check", "x-sums", 6)}, ["np"])
STUB = "def sums(x):\n    raise NotImplementedError()"


class Notebook:
    """A shell that keeps what it shows of an error: its name, and the lines of its traceback."""

    def __init__(self, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shell = shell
        self.errors: list[tuple[str, list[str]]] = []
        monkeypatch.setattr(shell, "_showtraceback", self._keep)

    def _keep(self, kind: type[BaseException], value: object, lines: list[str]) -> None:
        self.errors.append((kind.__name__, lines))

    def run(self, source: str, cell_id: str | None = None) -> str:
        """What the cell says: its error's traceback, "" where it has none."""
        self.errors.clear()
        result = self.shell.run_cell(source, store_history=True, cell_id=cell_id)
        assert result.success == (not self.errors)
        lines = [line for _, lines in self.errors for line in lines]
        return "\n".join(lines) if "Traceback" in lines else " ".join(lines)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """A notebook that has imported the checks."""
    monkeypatch.setattr(session, "_broken", {})
    shell = InteractiveShell.instance()
    session.watch()
    waiting.watch()
    with table.given(LESSON):
        yield Notebook(shell, monkeypatch)
    InteractiveShell.clear_instance()


def test_a_cell_that_calls_what_is_not_written(notebook: Notebook) -> None:
    """Is there one sentence that names the function, and its exercise where the cell is known,
    however deep the call is?"""
    notebook.run(STUB)
    assert notebook.run("sums(3)") == "This cell waits for sums, which is not written yet."
    notebook.run(STUB, "x-sums")
    told = 'This cell waits for sums of the exercise "sums along a line", which is not written yet.'
    assert notebook.run("sums(3)") == told
    assert notebook.errors[0][0] == "NotImplementedError"
    assert notebook.run("import numpy as np\nnp.vectorize(sums)([3, 4])") == told
    notebook.run("class Net:\n    def __init__(self):\n        raise NotImplementedError()")
    assert "waits for Net, which" in notebook.run("Net()")


def test_a_cell_that_uses_what_such_a_cell_would_have_made(notebook: Notebook) -> None:
    """Is the exercise named through one cell and the next, until it is written?"""
    notebook.run(STUB)
    notebook.run("curve = sums(3)\n%pylab_is_no_magic")
    told = "This cell waits for sums, which is not written yet: the cell that makes curve needs it."
    assert notebook.run("peak = max(curve)") == told
    assert notebook.run("print(peak)") == told.replace("curve", "peak")
    notebook.run("def deep():\n    return curve")
    assert notebook.run("deep()") == told
    notebook.run("def sums(x):\n    return [x]")
    notebook.run("curve = sums(3)")
    notebook.run("del curve")
    assert "Traceback" in notebook.run("peak = max(curve)")


def test_an_error_of_the_students_own_keeps_its_traceback(notebook: Notebook) -> None:
    """Are tracebacks left that somebody has to read?"""
    for source in (
        "nothing",
        "raise NotImplementedError('no such mode')",
        "raise NotImplementedError",
        "1 / 0",
        "def mine():\n    return nothing\nmine()",
    ):
        assert "Traceback" in notebook.run(source), source
    notebook.run("def typo():\n    return nothing")
    assert "Traceback" in notebook.run(*_as_built("typo()"))


def _as_built(source: str, kind: str = "experiment") -> tuple[str, str]:
    return source, f"{kind}-{hashlib.sha256(source.encode()).hexdigest()[:12]}"


@pytest.mark.parametrize("kind", ["code", "experiment"])
def test_a_cell_of_the_lesson_before_those_above_it(notebook: Notebook, kind: str) -> None:
    """Is a reader told to run the cells above, where the cell is as the lesson has it?"""
    told = notebook.run(*_as_built("print(later)", kind))
    assert told.startswith("later is not defined yet: the cell that defines it stands above")
    source, cell_id = _as_built("print(later)", kind)
    assert "Traceback" in notebook.run(source + "  # mine", cell_id)


def test_a_name_whose_cell_has_a_syntax_error(notebook: Notebook) -> None:
    """Is the syntax error named where the function is missing for it?"""
    notebook.run("def half(x):\n    return (x")
    told = "The cell that defines half has a syntax error and was not run."
    assert notebook.run("half(3)") == told


def test_outside_a_notebook_nothing_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Can the checks be imported by a program?"""

    def fails(shell: Any) -> None:
        raise AssertionError("followed")

    monkeypatch.setattr(session, "running_shell", lambda: None)
    monkeypatch.setattr(waiting, "Waiting", fails)
    waiting.watch()


def test_a_shell_is_followed_once(notebook: Notebook) -> None:
    """Does a second import change nothing?"""
    notebook.run(STUB)
    notebook.run("curve = sums(3)")
    waiting.watch()
    assert "waits for sums" in notebook.run("curve")
