"""What do the checks say? They run here, where nothing that a student wrote ever runs."""

import ast
import contextlib
import functools
import importlib
import io
import os
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.lesson.names import GIVEN, scope
from autograder.rooms.examiner.link import Link
from autograder.rooms.examiner.proxies import definition, named
from autograder.rooms.examiner.raised import LONGEST
from course_lib.checks import NotYet, box, table
from course_lib.checks.box import Judgement
from course_lib.checks.explain import explanations, with_sentences


@dataclass
class Examiner:
    """The trusted room of one submission.

    seed: what the checks draw their random numbers from, beside their titles
    labels: of images that students predict, as `autograder.classroom.unlabelled` reads them
    known: the lesson's table of mistakes, as text
    """

    seed: str
    labels: str = ""
    known: str = ""
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

    def check(self, cell: str, source: str, link: Link, written: Sequence[str]) -> "Examined":
        """Run a check cell against a student's room.

        written: the student's cells that have run, in order
        raises: Stopped
        """
        return self._examine(cell, source, link, written, self.seed)

    def explain(
        self, examined: "Examined", cell: str, source: str, link: Link, written: Sequence[str]
    ) -> "Examined":
        """The same result, in the words of the known mistakes that the answer makes.

        A submission's numbers are its own, and no table fits them: the check is run once more with
        the notebook's, hidden part included, only to look wrong values up.
        raises: Stopped
        """
        with table.given(table.Table()):
            again = self._examine(cell, source, link, written, "").judgement
        if examined.judgement is None or again is None:
            return examined
        sentences = explanations(again, _table(self.known).checks.get(again.what))
        judgement = with_sentences(examined.judgement, sentences)
        if not sentences:  # the class may find words for it
            wrong = {one.call: one.found for one in again.broken if one.found is not None}
            judgement = replace(
                judgement, unnamed={call: value.sketch for call, value in wrong.items()}
            )
        return replace(examined, judgement=judgement)

    def _examine(
        self, cell: str, source: str, link: Link, written: Sequence[str], seed: str
    ) -> "Examined":
        space = {**self._given}
        shown: list[Judgement] = []
        printed = io.StringIO()
        ended: BaseException | None = None
        try:
            wanted = sorted(_wanted(cell, source) - space.keys())
            for name, value in link.ask("names", wanted).items():
                if name in wanted:
                    space[name] = named(value, functools.partial(definition, name, written))
            with (
                box.shown_to(shown.append),
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(io.StringIO()),
                _environment(COURSE_SEED=seed, COURSE_UNLABELLED=self.labels),
            ):
                exec(_compiled(cell, source), space)
        except (Exception, SystemExit) as error:
            ended = error
        finally:
            link.forget_lent()
        return Examined(printed.getvalue(), shown[-1] if shown else None, ended)


@dataclass(frozen=True)
class Examined:
    """What a check came to: what it printed, its verdict, and the exception that ended it."""

    printed: str
    judgement: Judgement | None
    ended: BaseException | None

    @property
    def is_unexplained(self) -> bool:
        """Did a comparison find a wrong value that no known mistake is named for?"""
        return self.judgement is not None and any(
            one.found is not None and not one.named for one in self.judgement.broken
        )

    def outputs(self) -> list[NotebookNode]:
        """As a kernel would have shown it."""
        shown: list[NotebookNode] = []
        if self.printed:
            shown.append(new_output("stream", name="stdout", text=self.printed[:LONGEST]))
        if self.judgement is not None:
            shown.append(new_output("display_data", data=box.bundle(_short(self.judgement))))
        if self.ended is not None:
            text = (
                _short(self.judgement).text
                if self.judgement and isinstance(self.ended, NotYet)
                else ""
            )
            cause = self.ended.__cause__ or self.ended
            lines = getattr(cause, "course_traceback", "") or text
            shown.append(_error(type(self.ended).__name__, text or str(self.ended), lines))
        return shown


@functools.lru_cache(maxsize=20)
def _table(text: str) -> table.Table:
    return table.read(text) if text else table.Table()


def _error(name: str, text: str, lines: str) -> NotebookNode:
    lines = lines[-LONGEST:]
    return new_output("error", ename=name, evalue=text[:LONGEST], traceback=lines.splitlines())


def _short(judgement: Judgement) -> Judgement:
    """The same, should a check have put a long text of the student's into its words."""
    broken = (
        replace(one, reason=one.reason[:LONGEST], evidence=one.evidence[:LONGEST])
        for one in judgement.broken
    )
    return replace(judgement, broken=tuple(broken), note=judgement.note[:LONGEST])


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
