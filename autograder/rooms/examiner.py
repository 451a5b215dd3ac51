"""What do the checks say? They run here, where nothing that a student wrote ever runs."""

import ast
import contextlib
import functools
import importlib
import io
import os
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.names import GIVEN, scope
from autograder.rooms.link import Link, Stopped
from autograder.rooms.proxies import definition, named
from course_lib.checks import NotYet, box


@dataclass
class Examiner:
    """The trusted room of one submission.

    seed: what the checks draw their random numbers from, beside their titles
    held: labels of images that students predict, as `autograder.unlabelled` reads them
    """

    seed: str
    held: str = ""
    _given: dict[str, object] = field(default_factory=lambda: {"__name__": "__check__"})

    def set_up(self, cell: str, source: str) -> None:
        """Run a set-up cell of the lesson. What it raises is the lesson's fault."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(_compiled(cell, _without_magics(source)), self._given)

    def import_for(self, cell: str, source: str) -> None:
        """Import what a check will need. A time limit that strikes within an import breaks it."""
        if "oracle" in _wanted(cell, source):
            # Submissions run side by side, and sums have to come out in one order.
            importlib.import_module("torch").set_num_threads(1)
        for name in _imported(source):
            importlib.import_module(name)

    def check(
        self, cell: str, source: str, link: Link, written: Sequence[str]
    ) -> list[NotebookNode]:
        """Run a check cell against a student's room.

        written: the student's cells that have run, in order
        returns: the outputs: what the check showed, its box, and its error
        raises: Stopped
        """
        space = {**self._given}
        shown: list[NotebookNode] = []
        printed = io.StringIO()

        def view(*said: object) -> None:
            shown.append(new_output("display_data", data=box.bundle(*said)))  # type: ignore[arg-type]

        try:
            wanted = sorted(_wanted(cell, source) - space.keys())
            for name, value in link.ask("names", wanted).items():
                if name in wanted:
                    space[name] = named(value, functools.partial(definition, name, written))
            with (
                box.shown_to(view),
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(io.StringIO()),
                _environment(COURSE_SEED=self.seed, COURSE_UNLABELLED=self.held),
            ):
                exec(_compiled(cell, source), space)
        except Stopped:
            raise
        except NotYet as error:
            shown.append(_error("NotYet", str(error), error.line))
        except (Exception, SystemExit) as error:
            text = getattr(error, "course_traceback", "") or f"{type(error).__name__}: {error}"
            shown.append(_error(type(error).__name__, str(error), text))
        finally:
            link.forget_lent()
        if printed.getvalue():
            shown.insert(0, new_output("stream", name="stdout", text=printed.getvalue()))
        return shown


def _error(name: str, text: str, lines: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=text, traceback=lines.splitlines())


@functools.lru_cache(maxsize=500)
def _compiled(cell: str, source: str) -> types.CodeType:
    return compile(source, f"<{cell}>", "exec", dont_inherit=True)


@functools.lru_cache(maxsize=500)
def _imported(source: str) -> frozenset[str]:
    """The modules that a check imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return frozenset(names)


@functools.lru_cache(maxsize=500)
def _wanted(cell: str, source: str) -> frozenset[str]:
    """The names that a check takes from the cells before it."""
    defined, taken = scope(source)
    return frozenset(taken - defined - GIVEN)


def _without_magics(source: str) -> str:
    lines = source.splitlines()
    return "\n".join("" if line.startswith(("%", "!")) else line for line in lines)


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
