"""What did the student hand in? The cells of a file, whatever program saved it."""

import json
from dataclasses import dataclass, field
from typing import Any

import nbformat

from autograder.submission.pictures import Pictures, pasted
from course_lib.errors import CourseError

MOST_CELLS = 2_000  # a lesson has 70
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
