"""How does a student who has begun a lesson get its new version? With their own work in it."""

import ast
import copy
import hashlib
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_lib.cells import grade_id, is_check, is_solution
from course_lib.errors import CourseError
from course_lib.notebooks import read

# As the build names what has no name: by the kind and the text.
_BUILT = re.compile(r"(?:code|experiment|markdown|raw)-([0-9a-f]{12})(?:-\d+)?")
LARGEST = 50_000_000  # bytes of a notebook in a zip


@dataclass(frozen=True)
class Update:
    """A lesson's new version with a student's work, and what became of it."""

    notebook: NotebookNode
    answers: tuple[str, ...]  # exercises whose answers came along
    checks: tuple[str, ...]  # checks that are new or another
    gone: tuple[str, ...]  # exercises that are no longer there; their answers stand in own cells
    own: int  # cells of the student's that came along


def updated(mine: NotebookNode, new: NotebookNode) -> Update:
    """The new version of a lesson with the answers and own cells of a student's notebook.

    A cell of the lesson that the student changed and that is still there stays as they have it;
    outputs stay where nothing changed. Neither notebook is changed.
    raises: CourseError where it is the version of another lesson
    """
    asked = {grade_id(cell) for cell in mine.cells} - {""}
    if asked and not asked & {grade_id(cell) for cell in new.cells}:
        raise CourseError(
            "The new version has none of the exercises of your notebook: it is another lesson's."
        )
    notebook = copy.deepcopy(new)
    names = _names_in(new, mine)
    theirs = dict(zip(names, mine.cells))
    answers, checks = [], []
    for cell in notebook.cells:
        before = theirs.get(_name(cell))
        if is_check(cell) and (before is None or before.source != cell.source):
            checks.append(grade_id(cell))
        elif before is not None and is_solution(cell):
            # What is left of a stub in a damaged file is no answer.
            if not (cell.source.startswith(before.source) or is_unwritten(before.source)):
                cell.source = before.source
                answers.append(grade_id(cell))
        elif before is not None and not grade_id(cell):
            cell.source = before.source
        kinds = {cell.cell_type, before.cell_type if before is not None else ""}
        if before is not None and before.source == cell.source and kinds == {"code"}:
            cell.outputs, cell.execution_count = before.outputs, before.execution_count
    gone = []
    place, own = 0, 0
    for name, cell in zip(names, mine.cells):
        if name:
            place = 1 + [_name(one) for one in notebook.cells].index(name)
        elif is_solution(cell) and not is_unwritten(cell.source):
            gone.append(grade_id(cell))
        if name or not _is_students(cell):
            continue
        kept = copy.deepcopy(cell)
        kept.metadata.pop("nbgrader", None)
        notebook.cells.insert(place, kept)
        place, own = place + 1, own + 1
    return Update(notebook, tuple(answers), tuple(checks), tuple(gone), own)


def newer(source: Path, lesson: str) -> NotebookNode:
    """A lesson's notebook from where the teacher's new version lies.

    source: the notebook, a folder of the course, or its zip
    raises: CourseError where it holds no such lesson
    """
    if source.is_dir():
        source = source / "notebooks" / lesson / f"{lesson}.ipynb"
    if not source.is_file():
        raise CourseError(f"{source} does not exist, or is no file.")
    if not zipfile.is_zipfile(source):
        try:
            return read(source)
        except CourseError as error:
            sentence = f"{source} is not a notebook, or is damaged. Download it again."
            raise CourseError(sentence) from error
    wanted = f"notebooks/{lesson}/{lesson}.ipynb"
    try:
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                if f"/{entry.filename}".endswith(f"/{wanted}") and entry.file_size <= LARGEST:
                    return nbformat.reads(archive.read(entry).decode(), as_version=4)
    except Exception as error:  # zipfile and nbformat raise whatever a strange file leads them to
        raise CourseError(f"{source} is damaged. Download it again.") from error
    raise CourseError(f"{source} holds no lesson {lesson}: it has no {wanted}.")


def spare(path: Path, command: str) -> Path:
    """A name beside a file that is not taken yet, for a copy of it before a command changes it."""
    number = 1
    while (place := path.with_name(f"{path.stem}-before-{command}-{number}{path.suffix}")).exists():
        number += 1
    return place


def _name(cell: NotebookNode) -> str:
    return grade_id(cell) or str(cell.get("id", ""))


def _is_students(cell: NotebookNode) -> bool:
    """Did the student write this cell, or change one of the lesson's? (Answers are theirs.)"""
    if grade_id(cell):
        return is_solution(cell) and not is_unwritten(cell.source)
    built = _BUILT.fullmatch(str(cell.get("id", "")))
    if not built:
        return bool(cell.source.strip())
    return hashlib.sha256(cell.source.encode()).hexdigest()[:12] != built[1]


def is_unwritten(source: str) -> bool:
    """Is there nothing in an answer's cell but functions that say they are not written?"""
    tree = _parsed(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    unwritten = [node for node in functions if "NotImplementedError" in ast.unparse(node.body[-1])]
    return bool(functions) and len(unwritten) == len(functions)


def _names_in(new: NotebookNode, mine: NotebookNode) -> list[str]:
    """For each of the student's cells the name that it has in the new version; "" for their own.

    Where an editor has dropped marks and names, a cell is known by its text, and an answer by the
    functions and classes that it defines: of several by the last, which is the one that counts.
    """
    texts = {cell.source: _name(cell) for cell in new.cells}
    known = {_name(cell) for cell in new.cells}
    names = [_name(cell) if _name(cell) in known else "" for cell in mine.cells]
    for number, cell in enumerate(mine.cells):
        alike = texts.get(cell.source, "")
        if not names[number] and alike not in names:
            names[number] = alike
    for stub in new.cells:
        asked = _defined(stub.source) if is_solution(stub) else set()
        fitting = [
            number
            for number, cell in enumerate(mine.cells)
            if not names[number] and cell.cell_type == "code" and asked <= _defined(cell.source)
        ]
        if asked and fitting and _name(stub) not in names:
            names[fitting[-1]] = _name(stub)
    return names


def _defined(source: str) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return {node.name for node in _parsed(source).body if isinstance(node, kinds)}


def _parsed(source: str) -> ast.Module:
    """Its tree; an empty one where it is no Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deep
        return ast.Module([], [])
