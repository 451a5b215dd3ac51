"""What can still be read of a notebook whose file is cut off or damaged?"""

import json
import re
from collections.abc import Iterator
from typing import Any

import nbformat
from nbformat import NotebookNode, v4
from nbformat.v4.rwbase import rejoin_lines

# A cell's first lines, as JupyterLab and nbformat write them. (nbgrader's marks have a "cell_type",
# too, and other words after it.)
_BEGINS = re.compile(r'"cell_type"\s*:\s*"(code|markdown|raw)"\s*,\s*"(?:execution_count|id|meta)')
_GRADE_ID = re.compile(r'"grade_id"\s*:\s*"([\w.-]+)"')
_SOURCE = re.compile(r'"source"\s*:\s*\[?\s*')
_JSON = json.JSONDecoder(strict=False)


def salvaged(raw: bytes) -> NotebookNode:
    """The cells that are whole and, of the others, the lines of text that are.

    raw: the file's bytes; where they are not damaged, every cell is whole
    returns: a notebook; with no cells where nothing of one can be read
    """
    text = raw.decode("utf-8-sig", "replace")
    place = read = max(text.find('"cells"'), 0)
    cells: list[NotebookNode] = []
    while (place := text.find("{", place)) >= 0:
        try:
            tree, end = _JSON.raw_decode(text, place)
        except (ValueError, RecursionError):
            place += 1
            continue
        if isinstance(tree, dict) and tree.keys() >= {"cell_type", "source"}:
            cells += _fragments(text[read:place])
            cells.append(_cell(tree))
            read = end
        place = end
    found: NotebookNode = v4.new_notebook()
    found.cells = [*cells, *_fragments(text[read:])]
    return found


def _cell(found: dict[str, Any]) -> NotebookNode:
    """A cell of a file, with its outputs where a notebook may hold them."""
    source, metadata = found["source"], found.get("metadata")
    lines = source if isinstance(source, list) else [source]
    plain = _new(
        str(found["cell_type"]),
        "".join(line for line in lines if isinstance(line, str)),
        metadata if isinstance(metadata, dict) else {},
    )
    whole = nbformat.from_dict({"id": plain.id, **found})
    if _is_valid(whole):
        return rejoin_lines(NotebookNode(cells=[whole])).cells[0]
    return plain


def _fragments(text: str) -> Iterator[NotebookNode]:
    """The cells that begin in a damaged part of the file, as far as their lines can be read."""
    starts = [found.start() for found in _BEGINS.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)]):
        fragment = text[start:end]
        kind, name = _BEGINS.match(fragment), _GRADE_ID.search(fragment)
        source = _SOURCE.search(fragment)
        lines = "".join(_strings(fragment, source.end())) if source else ""
        if kind and lines.strip():
            marks = {"nbgrader": {"grade_id": name[1], "solution": True}} if name else {}
            yield _new(kind[1], lines, marks)


def _strings(text: str, place: int) -> Iterator[str]:
    """The whole strings of a list of which the end may be missing."""
    while text[place : place + 1] == '"':
        try:
            line, place = _JSON.raw_decode(text, place)
        except ValueError:
            return
        yield line
        place += len(text[place:]) - len(text[place:].lstrip(", \r\n\t"))


def _new(kind: str, source: str, metadata: dict[str, Any]) -> NotebookNode:
    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell}.get(kind, v4.new_raw_cell)
    bare: NotebookNode = make(source)
    marked: NotebookNode = nbformat.from_dict({**bare, "metadata": metadata})
    return marked if _is_valid(marked) else bare


def _is_valid(cell: NotebookNode) -> bool:
    try:
        nbformat.validate(nbformat.from_dict({**v4.new_notebook(), "cells": [cell]}))
    except Exception:  # nbformat raises whatever a strange cell leads it to
        return False
    return True
