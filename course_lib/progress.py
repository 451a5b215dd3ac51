"""How far a student has come: read from saved notebooks, which are never run."""

from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from course_lib.cells import grade_id, is_solution, owner
from course_lib.checks import table
from course_lib.outcomes import Outcome, outcomes_of


@dataclass(frozen=True)
class Progress:
    """The exercises of one lesson that carry points, counted."""

    right: int
    not_yet: int
    not_run: int

    @property
    def exercises(self) -> int:
        return self.right + self.not_yet + self.not_run


def progress_of(notebook: NotebookNode) -> Progress:
    """Count exercises by what their checks said when the notebook was last saved.

    An exercise is right when all its checks passed, and not run when none of them has a result.
    One without points is optional, and not counted.
    """
    grouped = by_exercise(notebook).values()
    counted = [checks for checks in grouped if any(check.points for check in checks)]
    fates = [{check.fate for check in checks} for checks in counted]
    right = sum(fate == {"right"} for fate in fates)
    not_run = sum(fate == {"not run"} for fate in fates)
    return Progress(right, len(fates) - right - not_run, not_run)


def missing_checks(notebook: NotebookNode) -> dict[str, float]:
    """The points of the lesson's checks that the notebook has no longer, by their ids.

    Empty where it holds no check of a known lesson.
    """
    there = {outcome.check for outcome in outcomes_of(notebook)}
    checks = table.with_check(there).checks.values()
    return {check.id: check.points for check in checks if check.points and check.id not in there}


def by_exercise(notebook: NotebookNode) -> dict[str, list[Outcome]]:
    """The outcomes of each exercise's checks, wherever in the notebook they stand."""
    grouped: dict[str, list[Outcome]] = {}
    exercises = [grade_id(cell) for cell in notebook.cells if is_solution(cell)]
    for outcome in outcomes_of(notebook):
        grouped.setdefault(owner(outcome.check, exercises) or outcome.check, []).append(outcome)
    return grouped


def show() -> None:
    """Show every lesson with your points and your next exercise, as last saved.

    In a notebook each is a link. Nothing is run.
    """
    from IPython import get_ipython
    from IPython.display import display

    from course_lib.desk.small import progress_table
    from course_lib.notebooks import course_folder

    table = progress_table(course_folder(), Path.cwd())
    if get_ipython() is None:
        print(table["text/plain"])
    else:
        display(table, raw=True)
