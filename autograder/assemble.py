"""Which notebook is executed for this submission?

The lesson's source says what is graded and how; the submission says only what the student wrote.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from autograder.pictures import Pictures, pasted
from autograder.rooms.policy import KEY
from course_lib.errors import CourseError

MOST_CELLS = 2_000  # a lesson has 70
LARGEST = 100_000_000  # bytes; a notebook with every figure of a lesson has a tenth of it
KEPT = ("nbgrader", KEY)  # of the metadata of a graded cell
AGAIN = "Save the notebook in JupyterLab and hand in its .ipynb file again."


@dataclass(frozen=True)
class Frame:
    """What a lesson fixes in every submission of it."""

    graded: dict[str, NotebookNode]  # by grade id, in order; solution cells hold the stub
    owners: dict[str, str]  # the solution cell that each check grades
    texts: frozenset[str]  # of the lesson's other cells
    experiments: frozenset[str]  # ids of the cells that no grader runs
    kernel: NotebookNode


@dataclass(frozen=True)
class Written:
    """One cell as the student handed it in."""

    kind: str
    text: str
    name: str  # the grade id, or the cell's id where that is lost
    experiment: bool
    pictures: Pictures = field(default_factory=dict)  # pasted into its text


def frame(source: NotebookNode, release: NotebookNode) -> Frame:
    """The frame of a lesson from its two notebooks: with hidden tests, and as it was given out."""
    stubs = {_grade_id(cell): cell for cell in release.cells if _marks(cell).get("solution")}
    graded: dict[str, NotebookNode] = {}
    owners: dict[str, str] = {}
    owner = ""
    for cell in source.cells:
        name = _grade_id(cell)
        if _marks(cell).get("solution"):
            owner = name
            graded[name] = stubs[name]
        elif _marks(cell).get("grade"):
            graded[name] = cell
            owners[name] = owner
        elif _marks(cell).get("locked"):
            graded[name] = cell
    others = [cell for cell in release.cells if _grade_id(cell) not in graded]
    return Frame(
        graded,
        owners,
        frozenset(cell.source.strip() for cell in others),
        frozenset(str(cell.id) for cell in others if "experiment" in cell.metadata.get("tags", [])),
        source.metadata.get("kernelspec", NotebookNode()),
    )


def read(raw: bytes) -> list[Written]:
    """The cells of a submitted file of any notebook format; its outputs are left behind.

    raises: CourseError, in words for the student, where the file is no notebook
    """
    if not raw.strip():
        raise CourseError(f"The file is empty. {AGAIN}")
    if len(raw) > LARGEST:
        size = f"{len(raw) / 1e6:.0f} MB"
        raise CourseError(f"The file has {size}. Clear all outputs and hand the notebook in again.")
    try:
        tree = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CourseError(
            f"The file is not text in UTF-8, so it is no notebook. {AGAIN}"
        ) from error
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
        where = "ends too early" if cut else "is damaged"
        raise CourseError(f"The file {where}, at line {error.lineno}. {AGAIN}") from error
    except ValueError as error:  # a number of a million digits
        raise CourseError(f"The file is no notebook: {str(error)[:100]}. {AGAIN}") from error
    except RecursionError as error:
        raise CourseError(f"The file is nested too deeply to be a notebook. {AGAIN}") from error
    cells = _cells(tree)
    if len(cells) > MOST_CELLS:
        raise CourseError(
            f"The notebook has {len(cells):,} cells, more than {MOST_CELLS:,}. {AGAIN}"
        )
    known = [cell for cell in cells if isinstance(cell, dict)]
    return [_written(cell, pictures) for cell, pictures in zip(known, pasted(known))]


def assemble(frame: Frame, written: Sequence[Written]) -> NotebookNode:
    """The student's cells in their order, with every graded cell of the lesson exactly once.

    Locked cells are the lesson's own, metadata included; a check stands below what it grades. Of
    several answers to one exercise the first that says something counts, others stay where they
    are as ordinary cells. What is missing comes from the lesson: stubs, never answers.
    """
    answers = _answers(frame, written)
    cells: list[NotebookNode] = []
    placed: set[str] = set()
    for position, cell in enumerate(written):
        if cell.name not in frame.graded:
            cells.append(_own(frame, cell))
        elif answers.get(cell.name) == position:
            text = None if _says_nothing(frame, cell) else cell.text
            cells.append(_graded(frame, cell.name, text))
            placed.add(cell.name)
        elif cell.name in answers:
            if not _says_nothing(frame, cell) and cell.text != written[answers[cell.name]].text:
                cells.append(_own(frame, cell))
        elif cell.name not in placed and _may_stand(frame, cell.name, placed):
            cells.append(_graded(frame, cell.name))
            placed.add(cell.name)
    _add_missing(frame, cells, placed)
    for number, node in enumerate(cells):
        node.id = f"cell-{number}"
    return v4.new_notebook(cells=cells, metadata={"kernelspec": frame.kernel})


def _answers(frame: Frame, written: Sequence[Written]) -> dict[str, int]:
    """Where the answer to each exercise stands: the first that says something, else the first."""
    answers: dict[str, int] = {}
    for position, cell in enumerate(written):
        if _marks(frame.graded.get(cell.name)).get("solution"):
            best = written[answers.setdefault(cell.name, position)]
            if _says_nothing(frame, best) and not _says_nothing(frame, cell):
                answers[cell.name] = position
    return answers


def _says_nothing(frame: Frame, cell: Written) -> bool:
    """Is the cell empty, or still the stub?"""
    return cell.text.strip() in ("", frame.graded[cell.name].source.strip())


def _may_stand(frame: Frame, name: str, placed: Iterable[str]) -> bool:
    """Is there something above for this locked cell to check, where it checks anything?"""
    owner = frame.owners.get(name, "")
    return not owner or owner in placed


def _add_missing(frame: Frame, cells: list[NotebookNode], placed: Iterable[str]) -> None:
    """Put each missing cell right after the one that comes before it in the lesson."""
    there = set(placed)
    before = ""
    for name in frame.graded:
        if name not in there:
            position = next((n for n, cell in enumerate(cells) if _grade_id(cell) == before), -1)
            cells.insert(position + 1, _graded(frame, name))
        before = name


def _graded(frame: Frame, name: str, text: str | None = None) -> NotebookNode:
    model = frame.graded[name]
    source = model.source if text is None else text
    kept = {key: model.metadata[key] for key in KEPT if key in model.metadata}
    return _cell(model.cell_type, source, kept)


def _own(frame: Frame, cell: Written) -> NotebookNode:
    """A cell of no exercise. Experiments are known by their id too: a tag is soon lost."""
    metadata: dict[str, Any] = {}
    if cell.text.strip() in frame.texts:
        metadata["from_lesson"] = True
    if cell.experiment or cell.name in frame.experiments:
        metadata["tags"] = ["experiment"]
    node = _cell(cell.kind, cell.text, metadata)
    if cell.pictures:
        node.attachments = cell.pictures
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


def _cells(tree: object) -> list[object]:
    """The cells of a file's JSON; formats before 4 are brought up to it."""
    if isinstance(tree, dict) and "worksheets" in tree:
        try:
            tree = nbformat.convert(nbformat.from_dict(tree), 4)
        except Exception as error:
            raise CourseError(f"The notebook is in an old, damaged format. {AGAIN}") from error
    cells = tree.get("cells") if isinstance(tree, dict) else None
    if not isinstance(cells, list):
        raise CourseError(f"The file is no notebook: it has no cells. {AGAIN}")
    return cells


def _written(cell: dict[str, Any], pictures: Pictures) -> Written:
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    marks = metadata.get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    tags = metadata.get("tags")
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return Written(
        str(cell.get("cell_type")),
        text.encode("utf-8", "replace").decode(),  # JSON can hold half characters, files cannot
        str(name or cell.get("id") or ""),
        isinstance(tags, list) and "experiment" in tags,
        pictures,
    )


def _marks(cell: NotebookNode | None) -> NotebookNode:
    return NotebookNode() if cell is None else cell.metadata.get("nbgrader", NotebookNode())


def _grade_id(cell: NotebookNode) -> str:
    return str(_marks(cell).get("grade_id", ""))
