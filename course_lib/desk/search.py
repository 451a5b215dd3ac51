"""Where in the lessons do words stand? In headings, in the text, and in what exercises promise."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from course_lib.cells import is_solution, is_text
from course_lib.desk.outline import HEADING, plain
from course_lib.desk.standing import Standing
from course_lib.notebooks import read

MOST = 20  # places that are shown


@dataclass(frozen=True)
class Hit:
    """One place. `cell`: the id of the notebook's cell; `line`: its line with most of the words."""

    lesson: str
    title: str
    heading: str
    cell: str
    line: str


def find(found: Iterable[Standing], words: str) -> list[Hit]:
    """The places where all the words stand together in one paragraph, headings first.

    A part of a word is enough, and capitals do not matter.
    """
    wanted = words.casefold().split()
    if not wanted:
        return []
    hits = [
        hit
        for standing in found
        if standing.outline
        for hit in _hits(standing, read(standing.path), wanted)
    ]
    return sorted(hits, key=lambda hit: not _holds(hit.heading, wanted))


def summary(hits: list[Hit], words: str) -> str:
    """How many places there are, in a sentence."""
    if not words.strip():
        return "Type a word or two."
    if not hits:
        return "No paragraph of the lessons holds this. Try fewer or shorter words."
    if len(hits) > MOST:
        return f"The first {MOST} of {len(hits)} places. More words find fewer."
    return f"{len(hits)} place{'' if len(hits) == 1 else 's'}."


def _hits(standing: Standing, notebook: NotebookNode, wanted: list[str]) -> Iterator[Hit]:
    heading = standing.title
    for cell in notebook.cells:
        blocks: list[str] = []
        if is_text(cell):
            blocks = cell.source.split("\n\n")
        elif is_solution(cell):
            blocks = [cell.source]
        for block in blocks:
            if is_text(cell) and (titles := HEADING.findall(block)):
                heading = plain(titles[-1])
            if _holds(block, wanted):
                line = max(block.split("\n"), key=lambda line: _count(line, wanted))
                line = plain(line.lstrip("# ")) if is_text(cell) else line.strip()
                yield Hit(standing.name, standing.title, heading, str(cell.get("id", "")), line)


def _count(text: str, wanted: list[str]) -> int:
    return sum(word in text.casefold() for word in wanted)


def _holds(text: str, wanted: list[str]) -> bool:
    return _count(text, wanted) == len(wanted)
