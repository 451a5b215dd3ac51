"""Is a lesson sound? Its answers, its stubs and its mistakes, tried on its checks."""

import ast
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import nbformat
from nbformat import NotebookNode

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson
from autograder.soundness.escapes import escape
from autograder.soundness.known import Trial, table, trials
from autograder.soundness.mistakes import Definition, without_marks
from autograder.soundness.overwriting import overwritten
from autograder.soundness.rehearse import Rehearsal, rehearse_notebook
from course_lib.checks.judging import NOT_WRITTEN
from course_lib.checks.table import Table

# Checks draw fresh numbers for each seed: no verdict may hang on luck.
SEEDS = ("", *map(str, range(1, 21)))
CHANGED = "Your function changed its"


def faults_of(lesson: Lesson, seeds: Sequence[str] = SEEDS) -> Iterator[str]:
    """Every way in which the checks of a lesson are unfair, or deaf; a sentence each."""
    yield from answers_fail(lesson, seeds)
    yield from stubs_earn(lesson)
    yield from visible_checks_fail(lesson)
    yield from spoilt_by_overwriting(lesson)
    tried = {seed: tries(lesson, seed) for seed in ("", *seeds)}
    yield from mistakes_escape(lesson, tried[""])
    yield from seeds_decide(tried)


def answers_fail(lesson: Lesson, seeds: Sequence[str] = SEEDS) -> Iterator[str]:
    """Checks that the answer does not pass, whatever numbers they draw."""
    with Rehearsal(source_notebook(lesson), lesson.beside) as rehearsal:
        for seed in seeds:
            with seeded(seed):
                for check, judgement in rehearsal.judgements({}).items():
                    if not judgement.passed:
                        yield f"{check}, seed {seed!r}: the answer does not pass. {judgement.text}"


def stubs_earn(lesson: Lesson) -> Iterator[str]:
    """Checks, hidden part or not, that give the untouched stub something, or other words."""
    source = source_notebook(lesson)
    released = release_notebook(source, lesson.source)
    for notebook in (released, answered_by(source, released)):
        for check, judgement in rehearse_notebook(notebook, beside=lesson.beside).items():
            if judgement.share or NOT_WRITTEN not in judgement.text:
                earned = f"the stub earns {judgement.share:g} of it"
                yield f"{check}: {earned} and reads: {judgement.text}"


def visible_checks_fail(lesson: Lesson) -> Iterator[str]:
    """Checks of the student's notebook that the answer does not pass."""
    source = source_notebook(lesson)
    released = answered_by(release_notebook(source, lesson.source), source)
    for check, judgement in rehearse_notebook(released, beside=lesson.beside).items():
        if not judgement.passed:
            yield f"{check}, visible part: the answer does not pass. {judgement.text}"


def spoilt_by_overwriting(lesson: Lesson) -> Iterator[str]:
    """Checks that say something false of a right answer that overwrites its arguments."""
    notebook = source_notebook(lesson)
    with Rehearsal(notebook, lesson.beside) as rehearsal:
        for exercise in exercises_of(notebook):
            answer = without_marks(exercise.solution.source)
            names = [node.name for node in ast.parse(answer).body if isinstance(node, Definition)]
            spoilt = {exercise.id: overwritten(answer, names)}
            for check, judgement in rehearsal.judgements(spoilt, exercise.points).items():
                others = [one.sentence for one in judgement.broken if CHANGED not in one.reason]
                if others:
                    yield f"{check}: an answer that overwrites its arguments reads: {others[0]}"


def tries(lesson: Lesson, seed: str, every: int = 1) -> list[Trial]:
    """What the checks say of every mistake, or one of so many, with the numbers of one seed."""
    with seeded(seed):
        return list(trials(source_notebook(lesson), lesson, every))


def mistakes_escape(
    lesson: Lesson, tried: Sequence[Trial], known: Table | None = None
) -> Iterator[str]:
    """Mistakes that lose nothing, lose points elsewhere, or are not told by name.

    tried: with the notebook's own numbers
    known: the lesson's whole table; where None, that of the mistakes tried
    """
    notebook = source_notebook(lesson)
    owners = {check: one.id for one in exercises_of(notebook) for check in one.points}
    known = known or table(lesson, tried, notebook)
    for trial in tried:
        if how := escape(trial, owners, known):
            yield f"{trial.mistake.title} {how}"


def seeds_decide(tried: Mapping[str, Sequence[Trial]]) -> Iterator[str]:
    """Mistakes that earn more with some random numbers than with others.

    tried: every mistake, by seed
    """
    for same in zip(*tried.values(), strict=True):
        earned = [
            {check: judgement.share for check, judgement in one.judgements.items()} for one in same
        ]
        if any(one != earned[0] for one in earned):
            shown = sorted({str(one) for one in earned})
            yield f"{same[0].mistake.title} The seed decides what it earns: {shown}"


def answered_by(notebook: NotebookNode, other: NotebookNode) -> NotebookNode:
    """A copy of a notebook with the answer cells of another."""
    copy = nbformat.from_dict(notebook)
    for mine, theirs in zip(exercises_of(copy), exercises_of(other), strict=True):
        mine.solution.source = without_marks(theirs.solution.source)
    return copy


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Let checks draw their numbers from this seed; "" is the notebook's own."""
    before = os.environ.get("COURSE_SEED")
    os.environ["COURSE_SEED"] = seed
    try:
        yield
    finally:
        if before is None:
            del os.environ["COURSE_SEED"]
        else:
            os.environ["COURSE_SEED"] = before
