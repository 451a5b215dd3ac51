"""Which notebook is executed for this submission?

The lesson's source says what is graded and how; the submission says only what the student wrote.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode, v4

from autograder.lesson.policy import KEY
from autograder.submission.frame import Frame
from autograder.submission.look import makes_names
from autograder.submission.match import Part, answers, parts, without_stubs
from autograder.submission.submitted import Written
from course_lib.cells import grade_id, is_check
from course_lib.errors import CourseError

MARKS = "nbgrader"
KEPT = (MARKS, KEY)  # of the metadata of a graded cell
FOREIGN = (
    "This notebook holds none of the lesson's exercises. Is it another lesson's, or an empty one? "
    "Hand in the notebook of this lesson."
)


@dataclass
class _Place:
    """A cell of the assembled notebook, with the checks that stand right below it."""

    node: NotebookNode
    names: frozenset[str] = frozenset()  # of exercises, that are defined once it has run
    checks: list[str] = field(default_factory=list)


def assemble_notebook(frame: Frame, written: Sequence[Written]) -> NotebookNode:
    """The student's cells in their order, with every graded cell of the lesson exactly once.

    Locked cells are the lesson's own, metadata included. A check stands where the student has it,
    or below what it grades. What is missing comes from the lesson: stubs, never answers; and no
    stub is run of what the student wrote in another cell.
    raises: CourseError, in words for the student, where nothing in it is of this lesson
    """
    looked = parts(frame, written)
    if not any(_is_of_the_lesson(frame, part) for part in looked):
        raise CourseError(FOREIGN)
    return _made(frame, looked)


def untouched(frame: Frame) -> NotebookNode:
    """The lesson as it was given out, with its hidden tests."""
    return _made(frame, [])


def _made(frame: Frame, looked: Sequence[Part]) -> NotebookNode:
    places = _places(frame, looked)
    _put_checks(frame, places)
    cells = []
    for place in places:
        cells += [place.node, *[_graded(frame, check) for check in place.checks]]
    last = max((n for n, node in enumerate(cells) if is_check(node)), default=-1)
    for number, node in enumerate(cells):
        node.id = f"cell-{number}"
        if number > last and node.cell_type == "code" and not grade_id(node):
            # No check needs it, and it could print what functions noted of hidden inputs.
            node.metadata["tags"] = ["experiment"]
    return v4.new_notebook(cells=cells, metadata={"kernelspec": frame.kernel})


def _is_of_the_lesson(frame: Frame, part: Part) -> bool:
    exercise = part.cell.name in frame.landmarks.exercises or part.cell.name in frame.owners
    return bool(exercise or part.defines or part.stubs or part.checks)


def _places(frame: Frame, looked: Sequence[Part]) -> list[_Place]:
    """Every cell but the checks, which are noted where the student has them."""
    chosen = answers(frame, looked)
    texts = {exercise: looked[position].cell.text for position, exercise in chosen.items()}
    answered = {name for part in looked for name in part.binds}
    places: list[_Place] = []
    placed: set[str] = set()
    for position, part in enumerate(looked):
        name = part.cell.name
        if name in frame.written and name not in placed and part.cell.kind == "markdown":
            places.append(_Place(_in_words(frame, name, part)))
            placed.add(name)
        elif exercise := chosen.get(position):
            places.append(_answer(frame, exercise, part, answered))
            placed.add(exercise)
        elif name in frame.landmarks.exercises and _is_copy(part, texts.get(name, ""), places):
            pass
        else:
            if name in frame.landmarks.given and name not in {*frame.owners, *placed}:
                places.append(_Place(_graded(frame, name)))
                placed.add(name)
            if part.text.strip() or not (part.checks or name in frame.graded):
                places.append(_Place(_own(frame, part), part.binds | part.stubs))
        if places:
            places[-1].checks += part.checks
    _add_missing(frame, looked, places, placed, answered)
    places += [_Place(_in_words(frame, name)) for name in frame.written if name not in placed]
    return places


def _is_copy(part: Part, answer: str, places: Sequence[_Place]) -> bool:
    """Does a further cell of an exercise say nothing that is not in the notebook anyhow?"""
    there = {name for place in places for name in place.names}
    return part.cell.text == answer or (not part.says and part.stubs <= there)


def _answer(frame: Frame, exercise: str, part: Part, answered: set[str]) -> _Place:
    if not part.cell.text.strip():
        part = _stub(frame, exercise, answered)
    return _Place(_graded(frame, exercise, part.text), part.binds | part.stubs)


def _stub(frame: Frame, exercise: str, answered: Collection[str]) -> Part:
    """An exercise as it was given out, less what the student wrote elsewhere."""
    (part,) = parts(frame, [Written("code", frame.graded[exercise].source, exercise, False)])
    return without_stubs(frame, part, answered)


def _add_missing(
    frame: Frame,
    looked: Sequence[Part],
    places: list[_Place],
    placed: set[str],
    answered: set[str],
) -> None:
    """Put each missing answer and set-up cell right after the one that comes before it."""
    run = [part.text for part in looked if part.cell.kind == "code" and not part.is_experiment]
    unseen = any(map(makes_names, run))
    before = ""
    for name in frame.graded:
        if name in frame.owners:
            continue
        if name not in placed:
            place = _Place(_graded(frame, name))
            if name in frame.landmarks.exercises:
                names = frame.landmarks.exercises[name]
                # The stub could undo what comes by `from mine import *`.
                part = _stub(frame, name, names if unseen else answered)
                place = _Place(_graded(frame, name, part.text), part.stubs)
            position = next((n for n, one in enumerate(places) if grade_id(one.node) == before), -1)
            places.insert(position + 1, place)
        before = name


def _put_checks(frame: Frame, places: list[_Place]) -> None:
    """Leave each check where the student has it if all that it grades is defined there, and move
    or add it to where that is so, below its exercise.

    Of two copies the second counts where the student wrote the answer anew in between.
    """
    index = {grade_id(place.node): position for position, place in enumerate(places)}
    standing_at: dict[str, list[int]] = {}
    for position, place in enumerate(places):
        for check in place.checks:
            standing_at.setdefault(check, []).append(position)
        place.checks = []
    for check, owner in frame.owners.items():
        names = frame.landmarks.needs[check]
        defined = [[n for n, place in enumerate(places) if name in place.names] for name in names]
        # Above a set-up cell, its names would come from the student's room.
        needed = [index[name] for name in frame.landmarks.setups[check]]
        ready = max(needed + [some[0] for some in defined if some], default=0)
        standing = [position for position in standing_at.get(check, []) if position >= ready]
        chosen = standing[0] if standing else max(ready, index[owner])
        for position in standing:
            if any(chosen < n <= position for some in defined for n in some):
                chosen = position
        places[chosen].checks.append(check)


def _in_words(frame: Frame, name: str, part: Part | None = None) -> NotebookNode:
    """An answer that a person reads; as it was given out where the student has none."""
    model = frame.written[name]
    node = _cell("markdown", part.text if part else model.source, {MARKS: model.metadata[MARKS]})
    if part and part.cell.pictures:
        node.attachments = part.cell.pictures
    return node


def _graded(frame: Frame, name: str, text: str | None = None) -> NotebookNode:
    model = frame.graded[name]
    source = model.source if text is None else text
    kept = {key: model.metadata[key] for key in KEPT if key in model.metadata}
    return _cell(model.cell_type, source, kept)


def _own(frame: Frame, part: Part) -> NotebookNode:
    """A cell of no exercise."""
    metadata: dict[str, Any] = {}
    if part.text.strip() in frame.texts:
        metadata["from_lesson"] = True
    if part.is_experiment:
        metadata["tags"] = ["experiment"]
    node = _cell(part.cell.kind, part.text, metadata)
    if part.cell.pictures:
        node.attachments = part.cell.pictures
    return node


def _cell(kind: str, source: str, metadata: dict[str, Any]) -> NotebookNode:
    """As nbformat makes one, less its check of each: `new_notebook` checks them all at once."""
    cell = NotebookNode(
        cell_type=kind if kind in ("code", "markdown") else "raw", id="", source=source
    )
    cell.metadata = metadata
    if kind == "code":
        cell.update(execution_count=None, outputs=[])
    return cell
