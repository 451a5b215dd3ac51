"""Which cells of a lesson use names that they should not rely on?

Graded cells are run without the experiments and without the other checks, so they build on set-up
and solution cells alone. The reader runs every cell in one kernel, so a check must not overwrite
what a later cell uses. And before the reader has written anything, only checks and experiments may
fail.
"""

import builtins
import symtable
from collections.abc import Iterator
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from autograder.lesson.exercises import Exercise, exercises_of
from course_lib.cells import grade_id, is_check, is_experiment, is_setup, is_solution

# Every notebook knows the last two.
GIVEN = frozenset(dir(builtins)) | {"__name__", "display", "get_ipython"}


def astray(notebook: NotebookNode) -> Iterator[str]:
    """One sentence for each name that a cell takes from a wrong place."""
    firm: set[str] = set()  # what set-up and solution cells define
    owner: dict[str, NotebookNode] = {}  # the cell that gave a name its latest value
    titles = {id(cell): _title(cell, place) for place, cell in enumerate(notebook.cells, 1)}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        title = titles[id(cell)]
        try:
            defined, taken = scope(cell.source)
        except SyntaxError as error:
            yield f"{title}: {error.msg} in line {error.lineno}."
            continue
        for name in sorted(taken - GIVEN - defined):
            if name not in owner:
                yield f"{title} uses {name}, which no cell before it defines."
            elif reason := _wrong(cell, name, owner[name], firm):
                yield f"{title} uses {name} of {titles[id(owner[name])]}. {reason}"
        if is_setup(cell) or is_solution(cell):
            firm |= defined
        else:
            for name in sorted(defined & firm - {"checks"}):  # `build` has each check import it
                yield f"{title} overwrites {name}, on which graded cells build. Rename it."
        owner.update(dict.fromkeys(defined, cell))


def dependents(notebook: NotebookNode, exercise: str) -> list[Exercise]:
    """The exercises whose checks could notice a change in one's answer: itself, and users of it."""
    names: set[str] = set()
    found: list[Exercise] = []
    for other in exercises_of(notebook):
        defined, _ = scope(other.solution.source)
        taken = frozenset[str]().union(
            *(scope(cell.source)[1] for cell in (other.solution, *other.checks))
        )
        if other.id == exercise or taken & names:
            names |= defined
            found.append(other)
    return found


@lru_cache(maxsize=1024)  # the cells of some lessons, each of which is read for every exercise
def scope(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The global names that a cell defines, and those that it reads. Magics are allowed.

    raises: SyntaxError
    """
    try:
        table = symtable.symtable(source, "cell", "exec")
    except SyntaxError:
        table = symtable.symtable(TransformerManager().transform_cell(source), "cell", "exec")
    defined = frozenset(
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    )
    return defined, frozenset(_read(table))


def _read(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _read(child)


def _wrong(cell: NotebookNode, name: str, source: NotebookNode, firm: set[str]) -> str:
    """Why `cell` should not take a name from the cell `source`; "" where it may."""
    graded = is_setup(cell) or is_solution(cell) or is_check(cell)
    if graded and name not in firm:
        return "A graded cell builds on set-up and solution cells alone."
    if is_setup(cell) and not is_setup(source):
        return "A set-up cell must run before anything is written."
    if not graded and is_check(source):
        return "Rename it in the check: what a check computes is for itself alone."
    if not graded and not is_experiment(cell) and (is_solution(source) or is_experiment(source)):
        return "Tag this cell `experiment`: it fails where the exercise is not written."
    return ""


def _title(cell: NotebookNode, place: int) -> str:
    first = cell.source.partition("\n")[0][:50]
    return grade_id(cell) or f"cell {place} (`{first}`)"
