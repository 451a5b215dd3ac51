"""Which values do a lesson's mistakes give to its checks? The tables that name them.

Each mistake is run against the checks of its exercise, and a sketch is kept of every wrong value
that a comparison finds. What students get holds the comparisons that they see; the whole table
lies beside the lesson, and goes to a class with its release.
"""

import hashlib
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode

from autograder.lesson.build import release_notebook, source_notebook
from autograder.lesson.exercises import exercises_of
from autograder.lesson.lessons import Lesson
from autograder.lesson.names import dependents, scope
from autograder.lesson.policy import lesson_policy, policy_of
from autograder.soundness.mistakes import Mistake, load, mistaken, without_marks
from autograder.soundness.rehearse import Rehearsal
from course_lib.cells import grade_id, is_check, is_setup, points
from course_lib.checks.box import Judgement
from course_lib.checks.table import Check, Known, Table, given, title, write
from course_lib.files import write as write_file

# An answer that says one of these may give another value the next time: it is asked twice. A new
# layer of PyTorch draws its weights.
_DRAWN = re.compile(
    r"rand|rng|seed|shuffle|perm|choice|ropout|enerator|sample|empty|time|hash|set\(|id\(|nn\.[A-Z]"
)


@dataclass(frozen=True)
class Trial:
    """What the checks say of one mistake, by their ids, before anything is looked up."""

    mistake: Mistake
    judgements: Mapping[str, Judgement]


def trials(notebook: NotebookNode, lesson: Lesson, every: int = 1) -> Iterator[Trial]:
    """Each mistake of a lesson, or one of `every` so many, tried on the checks that could notice
    it."""
    made = load(lesson)[::every]
    answers = {one.id: one.solution.source for one in exercises_of(notebook)}
    checks = {
        name: {check for one in dependents(notebook, name) for check in one.points}
        for name in {mistake.exercise for mistake in made}
    }
    with given(Table()), Rehearsal(notebook, lesson.beside) as rehearsal:
        for mistake in made:
            wrong = mistaken(answers[mistake.exercise], mistake)
            only = checks[mistake.exercise]
            with warnings.catch_warnings(action="ignore"):  # about what is wrong anyway
                judgements = rehearsal.judgements({mistake.exercise: wrong}, only)
                noticed = [
                    check
                    for check, judgement in judgements.items()
                    if any(one.found for one in judgement.broken)
                ]
                again = judgements
                if _DRAWN.search(wrong):
                    again = rehearsal.judgements({mistake.exercise: wrong}, noticed)
            yield Trial(
                mistake,
                judgements
                | {check: _settled(judgements[check], again[check]) for check in noticed},
            )


def table(lesson: Lesson, tried: Sequence[Trial], notebook: NotebookNode) -> Table:
    """The whole table of a lesson: what each check costs and hides, and what it knows."""
    rule = lesson_policy(notebook)
    setup: list[str] = []
    for cell in notebook.cells:
        if is_setup(cell):
            setup += sorted(scope(cell.source)[0])
    checks = {}
    for exercise in exercises_of(notebook):
        for cell in exercise.checks:
            name = grade_id(cell)
            own = [one for one in tried if one.mistake.exercise == exercise.id]
            known = [
                _known(one.mistake, one.judgements[name]) for one in own if name in one.judgements
            ]
            checks[title(cell.source)] = Check(
                name,
                exercise.id,
                points(cell),
                policy_of(cell, rule).hides,
                [one for one in known if one.sketches],
            )
    return Table(lesson.name, checks, setup)


def visible(every: Table, notebook: NotebookNode, lesson: Lesson) -> Table:
    """The part of a table that students get: the comparisons that stand in their notebook."""
    released = release_notebook(notebook, lesson.source)
    for mine, answer in zip(exercises_of(released), exercises_of(notebook)):
        mine.solution.source = without_marks(answer.solution.source)
    with Rehearsal(released, lesson.beside) as rehearsal:
        shown = {name: set(judgement.calls) for name, judgement in rehearsal.judgements({}).items()}
    checks = {
        name: replace(check, known=[_only(one, shown.get(check.id, set())) for one in check.known])
        for name, check in every.checks.items()
    }
    return replace(
        every,
        checks={
            name: replace(check, known=[one for one in check.known if one.sketches])
            for name, check in checks.items()
        },
    )


def build(lesson: Lesson) -> bool:
    """Write both tables of a lesson where its checks or mistakes changed; tell whether it did."""
    if is_current(lesson):
        return False
    notebook = source_notebook(lesson)
    both = table(lesson, list(trials(notebook, lesson)), notebook)
    digest = _digest(notebook, lesson)
    write_file(lesson.known, write(both, digest))
    write_file(lesson.table, write(visible(both, notebook, lesson), digest))
    return True


def is_current(lesson: Lesson) -> bool:
    """Were the committed tables made from this very lesson?"""
    digest = _digest(source_notebook(lesson), lesson)
    return all(_made_from(path) == digest for path in (lesson.known, lesson.table))


def whole(lesson: Lesson, notebook: NotebookNode) -> str:
    """The text of the whole table, made now where the one beside the lesson is not of it."""
    digest = _digest(notebook, lesson)
    if _made_from(lesson.known) == digest:
        return lesson.known.read_text(encoding="utf-8")
    return write(table(lesson, list(trials(notebook, lesson)), notebook), digest)


def _settled(judgement: Judgement, again: Judgement) -> Judgement:
    """What was said, without the values that came out otherwise the second time: no table can
    know them."""
    same = {(one.call, one.found.sketch) for one in again.broken if one.found is not None}
    broken = [
        one
        if one.found is None or (one.call, one.found.sketch) in same
        else replace(one, found=None)
        for one in judgement.broken
    ]
    return replace(judgement, broken=tuple(broken))


def _known(mistake: Mistake, judgement: Judgement) -> Known:
    found = {one.call: one.found.sketch for one in judgement.broken if one.found is not None}
    return Known(mistake.sentence, found)


def _only(known: Known, calls: set[str]) -> Known:
    kept = {call: one for call, one in known.sketches.items() if call in calls}
    return replace(known, sketches=kept)


def _made_from(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["source"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _digest(notebook: NotebookNode, lesson: Lesson) -> str:
    """Of all that the tables are made from in the lesson: its graded cells and its mistakes."""
    graded = [cell.source for cell in notebook.cells if grade_id(cell)]
    worth = [f"{points(cell):g}" for cell in notebook.cells if is_check(cell)]
    rules = [str(cell.metadata.get("room", "")) for cell in notebook.cells if grade_id(cell)]
    text = lesson.mistakes.read_text(encoding="utf-8") if lesson.mistakes.is_file() else ""
    parts = json.dumps([graded, worth, rules, text])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
