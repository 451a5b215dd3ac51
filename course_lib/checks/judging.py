"""One verdict per check cell: its title, its random numbers, and what to say when it fails.

The checks of a cell tell the running verdict which promises an answer breaks, and go on; at its
end the verdict shows one box with all of them, and raises.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

import numpy as np

from course_lib.checks import box, session, table
from course_lib.checks.blame import blamed, is_stub, students_place
from course_lib.checks.borrowed import borrowed_names, names_before
from course_lib.checks.box import Broken, Judgement
from course_lib.checks.code.imports import hidden_use
from course_lib.checks.difference.sketch import measured
from course_lib.checks.explain import explained
from course_lib.checks.ladder import rungs
from course_lib.checks.sight import named_in_sight

# All that an answer can lose whose values are right.
MOST_SHARES = 0.3
NOT_WRITTEN = "Not written yet."


class NotYet(AssertionError):  # noqa: N818, students read this name
    """An answer that is not right yet.

    reason: the sentence that a student should read first
    evidence: the numbers behind it
    judgement: the whole verdict, where this is the end of one
    """

    def __init__(self, reason: str, evidence: str = "", judgement: Judgement | None = None) -> None:
        super().__init__(reason, evidence, judgement)
        self.reason = reason
        self.evidence = evidence
        self.judgement = judgement

    def __str__(self) -> str:
        if self.judgement is not None:
            return self.judgement.text
        return f"{self.reason} {self.evidence}".strip()

    def _render_traceback_(self) -> list[str]:  # IPython asks for this
        # The box has said it all. JupyterLab puts name and text where there is no line at all.
        return ["\x1b[0m"] if self.judgement is not None else [str(self)]


@dataclass
class Run:
    """One check on its way to its verdict."""

    what: str
    broken: list[Broken] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)  # comparisons made, by their keys
    worth: float = 1.0  # what a measured result earns, of all points
    _block: int = 0  # the number of the block with a share of its own; 0 outside of any
    _blocks: int = 0
    _loss: float = 1.0
    _label: str = ""
    _counts: dict[int, int] = field(default_factory=dict)

    def call(self) -> str:
        """The key of the next comparison: its number, within its block where it is in one."""
        number = self._counts.get(self._block, 0)
        self._counts[self._block] = number + 1
        key = f"{self._block}.{number}" if self._block else str(number)
        self.calls.append(key)
        return key

    def tell(self, failure: NotYet, loss: float, call: str = "", value: object = None) -> None:
        """One more broken promise; `value` is what a comparison found in place of the right one."""
        found = measured(value) if call else None
        loss = min(loss, self._loss)
        broken = Broken(failure.reason, failure.evidence, loss, self._label, call, found)
        self.broken.append(broken)

    @contextmanager
    def block(self, share: float, label: str) -> Iterator[None]:
        """What breaks within costs this share of the points."""
        before = self._block, self._loss, self._label
        self._blocks += 1
        self._block, self._loss, self._label = self._blocks, share, label
        try:
            yield
        except NotYet as failure:
            self.tell(failure, 1)
        except (Exception, SystemExit) as error:
            stub = is_stub(error)
            self.tell(NotYet(NOT_WRITTEN if stub else blamed(error, _setup(self.what))), 1)
        finally:
            self._block, self._loss, self._label = before

    def hides(self) -> Sequence[str]:
        """The packages that answers to this check may not use."""
        check = table.of(self.what).checks.get(self.what)
        return check.hides if check else ()

    def judgement(self) -> Judgement:
        """What the whole check says, once it has ended."""
        lookup = table.of(self.what)
        check = lookup.checks.get(self.what)
        points = check.points if check else 0.0
        broken = tuple(sorted(self.broken, key=lambda one: one.loss < 1))
        notes = "" if self.broken else " ".join(dict.fromkeys(self.notes))
        judgement = Judgement(self.what, broken, self._share(), points, notes, tuple(self.calls))
        # The values that the table knows are those of the notebook's own random numbers.
        known = None if os.environ.get("COURSE_SEED") else check
        judgement = explained(judgement, known)
        beside = session.note(self.what, lookup, judgement.passed)
        judgement = replace(judgement, note=" ".join(filter(None, (notes, beside))))
        if judgement.passed or box.is_watched():
            return judgement
        written = self.broken != [Broken(NOT_WRITTEN)]
        return replace(
            judgement, ladder=rungs(self.what, session.tries(self.what) if written else 0)
        )

    def _share(self) -> float:
        """Of the points, what is earned. One promise that breaks twice costs its share once."""
        losses: dict[str, float] = {}
        for one in self.broken:
            promise = one.label or one.reason
            losses[promise] = max(one.loss, losses.get(promise, 0.0))
        if any(one.loss == 1 for one in self.broken):
            return 0.0
        return round(self.worth * (1 - min(sum(losses.values()), MOST_SHARES)), 4)


_running: ContextVar[Run | None] = ContextVar("running", default=None)


@contextmanager
def verdict(what: str) -> Iterator[np.random.Generator]:
    """Run the checks of one cell and show exactly one box.

    what: the title, "distances without a loop"
    yields: a generator seeded by the title and by the environment variable COURSE_SEED, so that
        a rerun meets the same numbers
    raises: NotYet where a promise is broken, whatever the answer raised, or nothing is written
    """
    run, before = Run(what), names_before()
    token = _running.set(run)
    cause: BaseException | None = None
    try:
        yield np.random.default_rng(_seed(what))
    except NotYet as failure:
        run.tell(failure, 1)
    except (Exception, SystemExit) as error:
        if is_stub(error):
            run.broken = [Broken(NOT_WRITTEN)]
        # What follows from a wrong value that has been told already is no news.
        elif not run.broken or students_place(error):
            cause = error
            run.tell(NotYet(blamed(error, _setup(what))), 1)
    finally:
        _running.reset(token)
    if refused := hidden_use(named_in_sight(_setup(what)), run.hides()):
        run.broken, cause = [Broken(refused)], None  # whatever else went wrong came of it
    elif run.broken != [Broken(NOT_WRITTEN)] and (borrowed := borrowed_names(before, _setup(what))):
        run.broken.insert(0, Broken(borrowed))
    judgement = run.judgement()
    box.show(judgement)
    if not judgement.passed:
        raise NotYet(judgement.reasons, judgement.evidence, judgement) from cause


@contextmanager
def share(of_points: float, label: str) -> Iterator[None]:
    """A promise with a share of the check's points, lost where it breaks, and no more.

    It counts only where everything outside of such blocks is right. Whatever an answer raises
    within counts as a broken promise. Two blocks of one label are one promise.
    of_points: 0 to 1; with all others of the check at most 0.3
    label: what it is about, for the reader: "A batch of one"
    """
    run = _running.get()
    if run is None:
        yield
    else:
        with run.block(of_points, label):
            yield


def tell(failure: NotYet, *, loss: float = 1.0, call: str = "", value: object = None) -> None:
    """A promise is broken: the running verdict notes it; without one it is raised.

    loss: the share of the points that it costs
    call, value: of a comparison, its key and the wrong value
    """
    if (run := _running.get()) is None:
        raise failure
    run.tell(failure, loss, call, value)


def setup_in_sight() -> Sequence[str]:
    """The names that the set-up cells define of the lesson whose check runs."""
    run = _running.get()
    return _setup(run.what) if run is not None else ()


def remark(sentence: str) -> None:
    """Something to say beside the verdict."""
    if (run := _running.get()) is not None:
        run.notes.append(sentence)


def next_call() -> str:
    """The key of the comparison that begins; "" outside of a verdict."""
    run = _running.get()
    return run.call() if run is not None else ""


def earn(worth: float, why: NotYet) -> None:
    """Only this share of the points is earned, since a measured result is worth no more."""
    if (run := _running.get()) is None:
        raise why
    run.worth = min(run.worth, worth)
    run.broken.append(Broken(why.reason, why.evidence, 0.0 if worth else 1.0))


def _setup(what: str) -> Sequence[str]:
    return table.of(what).setup


def _seed(what: str) -> int:
    digest = hashlib.sha256((what + os.environ.get("COURSE_SEED", "")).encode()).digest()
    return int.from_bytes(digest)
