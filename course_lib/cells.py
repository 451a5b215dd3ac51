"""What is a cell of a lesson for? Read from nbgrader's marks, here and nowhere else."""

from collections.abc import Iterable

from nbformat import NotebookNode


def grade_id(cell: NotebookNode) -> str:
    """The name that nbgrader knows a cell by; "" for a cell without one."""
    return str(_marks(cell).get("grade_id", ""))


def points(cell: NotebookNode) -> float:
    """What a check is worth."""
    return float(_marks(cell).get("points", 0))


def is_check(cell: NotebookNode) -> bool:
    """Is this one of the cells that earn points when they are run?"""
    marks = _marks(cell)
    return _is_code(cell) and bool(marks.get("grade")) and not marks.get("solution")


def is_written(cell: NotebookNode) -> bool:
    """Is this an answer that a person gives points for?"""
    marks = _marks(cell)
    return bool(marks.get("grade")) and bool(marks.get("solution"))


def is_solution(cell: NotebookNode) -> bool:
    """Does the student complete this cell?"""
    return _is_code(cell) and bool(_marks(cell).get("solution"))


def is_text(cell: NotebookNode) -> bool:
    """Is this a cell of words?"""
    return bool(cell.cell_type == "markdown")


def is_setup(cell: NotebookNode) -> bool:
    """Does this cell prepare (imports, data) what graded cells use?"""
    locked = _is_code(cell) and bool(_marks(cell).get("locked"))
    return locked and not is_check(cell) and not is_solution(cell)


def is_experiment(cell: NotebookNode) -> bool:
    """Is this a cell that trains, times or plots, and that nothing graded needs?"""
    return "experiment" in cell.metadata.get("tags", [])


def owner(check: str, exercises: Iterable[str]) -> str:
    """The exercise to which a check belongs, both by their ids; "" where it belongs to none.

    A check's id begins with its exercise's: `conv-1d-stride-check` belongs to `conv-1d`.
    """
    return max((name for name in exercises if check.startswith(f"{name}-")), key=len, default="")


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


def _marks(cell: NotebookNode) -> NotebookNode:
    return cell.metadata.get("nbgrader", NotebookNode())
