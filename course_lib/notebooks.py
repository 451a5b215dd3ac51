"""Where the lessons are, and how one is called."""

import difflib
import json
from collections.abc import Mapping
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_lib.checks import table
from course_lib.errors import CourseError

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

_TRANSIENT = ("orig_nbformat", "orig_nbformat_minor", "signature")  # never kept in a file
_IN_LINES = ("application/javascript", "image/svg+xml")  # beside text/, kept as lists of lines


def course_folder(start: Path | None = None) -> Path:
    """The nearest folder that holds `notebooks/`, from `start` (or the current folder) upwards.

    raises: CourseError where there is none
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "notebooks").is_dir():
            return folder
    raise CourseError(
        f"There is no course in {here} or above it: no folder there holds notebooks/. "
        "Change to the folder of the course and run the command again."
    )


def lessons(course: Path) -> dict[str, Path]:
    """The notebook of every lesson by its name, in the order of the course."""
    return {
        path.stem: path
        for path in sorted((course / "notebooks").glob("*/*.ipynb"))
        if path.stem == path.parent.name
    }


def find(name: str) -> Path:
    """The notebook that a student means: a file, or a lesson as "01_knn", "01", "1" or "knn".

    raises: CourseError with the nearest names where nothing fits
    """
    path = Path(name)
    if path.is_file():
        return path.resolve()
    if path.suffix == ".ipynb":
        raise CourseError(f"There is no notebook {name} in {Path.cwd()}.")
    known = lessons(course_folder())
    if name in known:
        return known[name]
    wanted = name.casefold()
    short = {lesson: lesson.partition("_") for lesson in known}
    fitting = [
        lesson
        for lesson, (number, _, title) in short.items()
        if wanted == title or (wanted.isdigit() and number.isdigit() and int(wanted) == int(number))
    ]
    if len(fitting) == 1:
        return known[fitting[0]]
    titles = {title: lesson for lesson, (_, _, title) in short.items()}
    near = difflib.get_close_matches(wanted, [*known, *titles], n=3, cutoff=0.4)
    close = list(dict.fromkeys(titles.get(match, match) for match in near))
    listed = ", ".join(close or known) or "none yet"
    hint = "Did you mean" if close else "The lessons are"
    raise CourseError(f"There is no lesson {name!r}. {hint}: {listed}{'?' if close else '.'}")


def read(path: Path) -> NotebookNode:
    """A notebook as it lies on disk; checks that an editor has stripped of their marks have them.

    raises: CourseError where the file is missing, unreadable or no notebook
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # some editors put a mark of their own first
        return with_marks(nbformat.reads(text, as_version=4))
    except OSError as error:
        raise CourseError(f"Could not read {path}: {error.strerror or error}.") from error
    except (nbformat.reader.NotJSONError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} is not a notebook, or is damaged. {_rescue(path)}") from error
    except Exception as error:  # nbformat raises whatever a strange file leads it to
        raise CourseError(
            f"{path} is damaged: {type(error).__name__}: {str(error)[:200]}. {_rescue(path)}"
        ) from error


def _rescue(path: Path) -> str:
    name = path.stem if path.stem == path.parent.name else path
    return f"`course rescue {name}` puts what can be read of it into a fresh one."


def as_text(notebook: NotebookNode) -> str:
    """The bytes of an .ipynb file, always the same for the same notebook."""
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    text = text.encode("utf-8", "replace").decode()  # JSON can hold half characters, files cannot
    return text.rstrip("\n") + "\n"


def text_of_ours(notebook: NotebookNode) -> str:
    """The same bytes for a notebook that this program has made: it is not copied, not looked over
    for what others may have put in, and written in half the time."""
    metadata = {k: v for k, v in notebook.metadata.items() if k not in _TRANSIENT}
    cells = [_as_kept(cell) for cell in notebook.cells]
    text = _json({**notebook, "metadata": metadata, "cells": cells})
    return text.encode("utf-8", "replace").decode() + "\n"


def _as_kept(cell: NotebookNode) -> dict[str, Any]:
    """A cell with its texts as lists of lines, as nbformat keeps them."""
    kept = {**cell, "metadata": {k: v for k, v in cell.metadata.items() if k != "trusted"}}
    kept["source"] = cell.source.splitlines(True)
    if "attachments" in cell:
        kept["attachments"] = {name: _in_lines(data) for name, data in cell.attachments.items()}
    if cell.cell_type == "code":
        kept["outputs"] = [
            {**output, "text": output.text.splitlines(True)}
            if output.output_type == "stream"
            else {**output, "data": _in_lines(output.data)}
            if "data" in output
            else output
            for output in cell.outputs
        ]
    return kept


def _in_lines(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        kind: value.splitlines(True)
        if isinstance(value, str) and (kind.startswith("text/") or kind in _IN_LINES)
        else value
        for kind, value in data.items()
    }


def _json(value: Any, before: str = "\n") -> str:
    """What json.dumps gives with an indent of 1 and sorted keys, for which it has no C code."""
    if type(value) is str:
        return encode_basestring(value)
    if isinstance(value, dict) and value:
        inner = before + " "
        items = [
            f"{encode_basestring(key)}: {_json(value[key], inner)}" for key in sorted(value.keys())
        ]
        return "{" + inner + f",{inner}".join(items) + before + "}"
    if isinstance(value, list | tuple) and value:
        inner = before + " "
        return "[" + inner + f",{inner}".join([_json(one, inner) for one in value]) + before + "]"
    return json.dumps(value, ensure_ascii=False)


def with_marks(notebook: NotebookNode) -> NotebookNode:
    """The same with the marks of its checks, where it has none: known by their titles.

    Some editors keep no cell's metadata. Grading knows such a file by what its cells define.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any("nbgrader" in cell.metadata for cell in code):
        return notebook
    for cell in code:
        title = table.title(cell.source)
        if title and (check := table.of(title).checks.get(title)):
            marks = {"grade": True, "grade_id": check.id, "points": check.points}
            cell.metadata["nbgrader"] = nbformat.from_dict(marks)
    return notebook
