"""What does a changed lesson mean for a class that has begun it?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    TaskCell,
)
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from sqlalchemy import delete, or_

from autograder.classroom import gradebook
from course_lib.cells import grade_id


@dataclass(frozen=True)
class Changes:
    """What is another in a lesson than when it was last released to a class."""

    submissions: int  # of it that the gradebook has
    added: Mapping[str, float]  # points of new graded cells, by id
    removed: Mapping[str, float]  # points of those that are gone
    by_hand: int  # scores and comments in these that people entered
    points: Mapping[str, tuple[float, float]]  # of the others, where they changed: before and after
    checks: tuple[str, ...]  # ids of graded cells whose text is another

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.points or self.checks)

    @property
    def sentences(self) -> list[str]:
        """What an instructor should know before it is released, a line each."""
        lines = [f"new: {name} ({worth:g} points)" for name, worth in self.added.items()]
        lines += [f"gone: {name} ({worth:g} points)" for name, worth in self.removed.items()]
        lines += [
            f"other points: {name}, {before:g} before, {after:g} now"
            for name, (before, after) in self.points.items()
        ]
        lines += [f"another check: {name}" for name in self.checks]
        if self.by_hand:
            lines.append(f"gone with it: {self.by_hand} scores and comments that people entered")
        return lines


def changes_of(book: Gradebook, lesson: str, notebook: NotebookNode) -> Changes:
    """What changes for a class that gets this notebook, with its answers and hidden tests."""
    try:
        known = book.find_notebook(lesson, lesson)
    except MissingEntry:
        return Changes(0, {}, {}, 0, {}, ())
    now = {grade_id(cell): cell for cell in notebook.cells if is_grade(cell) or is_task(cell)}
    worth = {name: float(cell.metadata.nbgrader.points) for name, cell in now.items()}
    before = {
        str(cell.name): float(cell.max_score) for cell in [*known.grade_cells, *known.task_cells]
    }
    texts = {str(cell.name): str(cell.source) for cell in known.source_cells}
    both = [name for name in worth if name in before]
    names = {grade_id(cell) for cell in notebook.cells}
    gone = [cell.id for _, cell in _cells(book, known) if cell.name not in names]
    return Changes(
        len(known.submissions),
        {name: points for name, points in worth.items() if name not in before},
        {name: points for name, points in before.items() if name not in worth},
        _entered_by_hand(book, gone),
        {name: (before[name], worth[name]) for name in both if before[name] != worth[name]},
        tuple(name for name in both if texts.get(name) != now[name].source),
    )


def follow(book: Gradebook, lesson: str, notebook: NotebookNode) -> None:
    """Give the gradebook the cells of this notebook: nbgrader's own step refuses, once there are
    submissions. Each of them gets an empty score for a new cell; what people entered stays, but for
    cells that are gone.
    """
    with gradebook.one_transaction(book):
        try:
            known = book.find_notebook(lesson, lesson)
        except MissingEntry:
            return
        there = set()
        for kind, cell in _cells(book, known):
            if cell.name in {grade_id(one) for one in notebook.cells if KINDS[kind](one)}:
                there.add((kind, cell.name))
                continue
            for row in (Grade, Comment):
                book.db.execute(delete(row).where(row.cell_id == cell.id))
            book.db.delete(cell)
        for kind, belongs in KINDS.items():
            for cell in notebook.cells:
                if belongs(cell) and (kind, grade_id(cell)) not in there:
                    _add(book, known, kind, cell)
        book.db.commit()


def _add(book: Gradebook, known: Notebook, kind: type[BaseCell], cell: NotebookNode) -> None:
    details: dict[str, object] = {}
    if kind is not SolutionCell:
        details["cell_type"] = cell.cell_type
    if kind in (GradeCell, TaskCell):
        details["max_score"] = float(cell.metadata.nbgrader.points)
    made = kind(name=grade_id(cell), notebook=known, **details)
    book.db.add(made)
    book.db.flush()
    for submission in known.submissions:
        if kind in (GradeCell, TaskCell):
            book.db.add(Grade(cell_id=made.id, notebook=submission))
        if kind in (SolutionCell, TaskCell):
            book.db.add(Comment(cell_id=made.id, notebook=submission))


def _is_kept(cell: NotebookNode) -> bool:
    """Does the gradebook keep this cell's text?"""
    return bool(is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell))


# nbgrader's rows for a notebook's cells, and which cells have one of the kind.
KINDS: dict[type[BaseCell], Callable[[NotebookNode], bool]] = {
    GradeCell: is_grade,
    SolutionCell: is_solution,
    TaskCell: is_task,
    SourceCell: _is_kept,
}


def _cells(book: Gradebook, known: Notebook) -> Iterator[tuple[type[BaseCell], BaseCell]]:
    for kind in KINDS:
        for cell in book.db.query(kind).filter(kind.notebook_id == known.id):
            yield kind, cell


def _entered_by_hand(book: Gradebook, cells: list[str]) -> int:
    if not cells:
        return 0
    scores = book.db.query(Grade).filter(
        Grade.cell_id.in_(cells),
        or_(Grade.manual_score.isnot(None), Grade.extra_credit.isnot(None)),
    )
    comments = book.db.query(Comment).filter(
        Comment.cell_id.in_(cells), Comment.manual_comment.isnot(None)
    )
    return int(scores.count() + comments.count())
