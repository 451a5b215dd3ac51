"""Which exercises does a notebook hold?"""

from dataclasses import dataclass

from nbformat import NotebookNode

from course_lib.cells import grade_id, is_check, is_solution, owner, points
from course_lib.errors import CourseError


@dataclass(frozen=True)
class Exercise:
    """One solution cell and the checks that grade it."""

    id: str
    solution: NotebookNode
    checks: tuple[NotebookNode, ...]

    @property
    def points(self) -> dict[str, float]:
        """The points of each check, by its id."""
        return {grade_id(check): points(check) for check in self.checks}

    @property
    def total(self) -> float:
        """The points of the whole exercise."""
        return sum(self.points.values())


def exercises_of(notebook: NotebookNode) -> list[Exercise]:
    """The exercises of an instructor's or a released notebook, in order.

    A check belongs to the nearest solution cell before it, whose id begins its own.
    raises: CourseError where an id is used twice or a check has no such solution cell
    """
    found: list[tuple[NotebookNode, list[NotebookNode]]] = []
    taken: set[str] = set()
    for cell in notebook.cells:
        name = grade_id(cell)
        if name and name in taken:
            raise CourseError(f"Two cells are called {name}. Give one of them another grade_id.")
        taken.add(name)
        if is_solution(cell):
            found.append((cell, []))
        elif is_check(cell):
            before = grade_id(found[-1][0]) if found else "(none)"
            if not owner(name, [before]):
                raise CourseError(
                    f"The check {name} follows the solution cell {before}. "
                    "Move it under its own exercise, or let its id begin with that exercise's id."
                )
            found[-1][1].append(cell)
    return [Exercise(grade_id(solution), solution, tuple(checks)) for solution, checks in found]
