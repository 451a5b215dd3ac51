"""What does a lesson fix in every submission of it?"""

import ast
from dataclasses import dataclass

from nbformat import NotebookNode, from_dict

from autograder.lesson.names import scope
from autograder.submission.look import Code, binds, code, form, is_unwritten, name_of, title
from course_lib.cells import (
    grade_id,
    is_check,
    is_experiment,
    is_setup,
    is_solution,
    is_text,
    is_written,
    points,
)
from course_lib.notebooks import KERNEL


@dataclass(frozen=True)
class Landmarks:
    """What a lesson's own cells hold, by which a student's are known whatever marks they lost."""

    exercises: dict[str, frozenset[str]]  # the functions and classes that each asks for
    stubs: dict[str, str]  # the form of each of these, as it was given out
    spare: frozenset[str]  # the forms of what else stands in stub cells
    titles: dict[str, str]  # the check of each title
    needs: dict[str, frozenset[str]]  # which of the functions and classes each check uses
    setups: dict[str, tuple[str, ...]]  # the set-up cells that come before each check
    given: dict[str, str]  # the texts of checks and set-up cells, as they were given out
    texts: dict[str, str]  # the other way round
    locked: frozenset[str]  # the forms of all statements in these
    prepared: frozenset[str]  # the names that set-up cells define

    def is_stub(self, node: ast.stmt) -> bool:
        """Is this an exercise's function or class that nobody has written yet?"""
        name = name_of(node)
        return name in self.stubs and (is_unwritten(node) or form(node) == self.stubs[name])


@dataclass(frozen=True)
class Frame:
    """What a lesson fixes in every submission of it."""

    graded: dict[str, NotebookNode]  # by grade id, in order; solution cells hold the stub
    owners: dict[str, str]  # the solution cell that each check grades
    texts: frozenset[str]  # of the lesson's other cells
    experiments: dict[str, str]  # the texts of the cells that no grader runs, by id
    kernel: NotebookNode
    written: dict[str, NotebookNode]  # answers in words, as they were given out, by grade id
    landmarks: Landmarks

    @property
    def by_hand(self) -> float:
        """The points that a person gives."""
        answers = [*self.graded.values(), *self.written.values()]
        return sum(points(cell) for cell in answers if is_written(cell))


def frame_of(source: NotebookNode, release: NotebookNode) -> Frame:
    """The frame of a lesson from its two notebooks: with hidden tests, and as it was given out."""
    given = {grade_id(cell): cell for cell in release.cells if grade_id(cell)}
    graded: dict[str, NotebookNode] = {}
    owners: dict[str, str] = {}
    owner = ""
    for cell in source.cells:
        name = grade_id(cell)
        if is_solution(cell):
            owner = name
            graded[name] = given[name]
        elif is_check(cell):
            graded[name] = cell
            owners[name] = owner
        elif is_setup(cell):
            graded[name] = cell
    others = [cell for cell in release.cells if not is_written(cell)]
    others = [cell for cell in others if grade_id(cell) not in graded]
    return Frame(
        graded,
        owners,
        frozenset(cell.source.strip() for cell in others),
        {str(cell.id): cell.source.strip() for cell in others if is_experiment(cell)},
        source.metadata.get("kernelspec", from_dict(KERNEL)),
        {grade_id(cell): cell for cell in release.cells if is_written(cell) and is_text(cell)},
        _told(graded, owners, {name: given[name].source for name in graded}),
    )


def _told(
    graded: dict[str, NotebookNode], owners: dict[str, str], given: dict[str, str]
) -> Landmarks:
    exercises: dict[str, frozenset[str]] = {}
    stubs: dict[str, str] = {}
    spare: set[str] = set()
    locked: set[str] = set()
    prepared: set[str] = set()
    titles: dict[str, str] = {}
    setups: dict[str, tuple[str, ...]] = {}
    before: tuple[str, ...] = ()
    for name, cell in graded.items():
        nodes = [node for text in (cell.source, given[name]) for node in _read(text).nodes]
        if is_solution(cell):
            known = {name_of(node): form(node) for node in nodes if name_of(node)}
            exercises[name] = frozenset(known)
            stubs |= known
            spare |= {form(node) for node in nodes if not name_of(node)}
            continue
        locked |= {form(node) for node in nodes}
        if name in owners:
            titles |= {title(node): name for node in nodes if title(node)}
            setups[name] = before
        else:
            before += (name,)
            prepared |= binds(_read(cell.source).text)
    needs = {
        check: frozenset(scope(graded[check].source)[1] & stubs.keys()) or exercises[owner]
        for check, owner in owners.items()
    }
    fixed = {name: text.strip() for name, text in given.items() if name not in exercises}
    return Landmarks(
        exercises,
        stubs,
        frozenset(spare),
        titles,
        needs,
        setups,
        fixed,
        {text: name for name, text in fixed.items()},
        frozenset(locked),
        frozenset(prepared),
    )


def _read(source: str) -> Code:
    return code(source) or Code("", ())
