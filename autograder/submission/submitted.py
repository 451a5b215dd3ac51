"""What did the student hand in? The cells of a file, whatever program saved it."""

import json
from dataclasses import dataclass, field
from typing import Any

from autograder.submission.pictures import Pictures, pasted
from course_lib.errors import CourseError

MOST_CELLS = 2_000  # a lesson has 70
MOST_ITEMS = 2_000_000  # of the file's JSON: each takes a hundred times the memory of its comma
LARGEST = 100_000_000  # bytes; a notebook with every figure of a lesson has a tenth of it
AGAIN = "Save the notebook in JupyterLab and hand in its .ipynb file again."


@dataclass(frozen=True)
class Written:
    """One cell as the student handed it in."""

    kind: str
    text: str
    name: str  # the grade id, or the cell's id where that is lost
    experiment: bool
    pictures: Pictures = field(default_factory=dict)  # pasted into its text


def read(raw: bytes) -> list[Written]:
    """The cells of a submitted file of any notebook format; its outputs are left behind.

    raises: CourseError, in words for the student, where the file is no notebook
    """
    if not raw.strip():
        raise CourseError(f"The file is empty. {AGAIN}")
    if len(raw) > LARGEST:
        size = f"{len(raw) / 1e6:.0f} MB"
        raise CourseError(f"The file has {size}. Clear all outputs and hand the notebook in again.")
    if sum(map(raw.count, (b",", b"[", b"{"))) > MOST_ITEMS:
        raise CourseError(
            f"The file has more than {MOST_ITEMS:,} entries. Clear all outputs and hand the "
            "notebook in again."
        )
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


def _cells(tree: object) -> list[object]:
    """The cells of a file's JSON; those of formats before 4 as format 4 has them."""
    if isinstance(tree, dict) and "worksheets" in tree:
        sheets = tree["worksheets"]
        if not isinstance(sheets, list) or not all(
            isinstance(one, dict) and isinstance(one.get("cells"), list) for one in sheets
        ):
            raise CourseError(f"The notebook is in an old, damaged format. {AGAIN}")
        return [_renewed(cell) for sheet in sheets for cell in sheet["cells"]]
    cells = tree.get("cells") if isinstance(tree, dict) else None
    if not isinstance(cells, list):
        raise CourseError(f"The file is no notebook: it has no cells. {AGAIN}")
    return cells


def _renewed(cell: object) -> object:
    """A cell of formats 2 and 3 as format 4 has it: nbformat would copy and check all of a file."""
    if not isinstance(cell, dict):
        return cell
    kind, metadata = cell.get("cell_type"), cell.get("metadata")
    source = cell.get("input" if kind == "code" else "source", "")
    if kind == "heading":
        level = cell.get("level")
        marks = "#" * (level if level in (1, 2, 3, 4, 5, 6) else 1)
        source = [f"{marks} ", *(source if isinstance(source, list) else [source])]
    kind = "markdown" if kind in ("heading", "html") else kind
    return {"cell_type": kind, "source": source, "metadata": metadata}


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
