"""Where is a term explained that a lesson uses? A link at its first use, with what it means.

The glossary is `course_lib/desk/glossary.toml`. A term that an earlier lesson teaches leads there;
who points at the link reads the sentence of the glossary.
"""

import re
from collections.abc import Mapping

from nbformat import NotebookNode

from autograder.lesson.pointers import lines_of
from course_lib.desk.glossary import Entry, entries

SHORT = 5  # a lower-case word of so few letters (loss, bias) is everybody's by the next lesson
# What is no prose: code, formulas, links with their words, html.
_NO_PROSE = re.compile(r"`[^`]*`|\$[^$]*\$|!?\[[^\]]*\]\([^)]*\)|<[^>]*>")
_UNTOUCHED = ("#", "<", "|", "$$", "```", "**References")


def explain(cells: list[NotebookNode], own: str, lessons: Mapping[str, str]) -> None:
    """Link each term of an earlier lesson where the prose of these cells uses it first, in place.

    own: the number of the lesson that the cells are of; lessons: names of lessons by number
    """
    known = [one for one in entries() if one.lesson < own and one.lesson in lessons]
    left = {one.term.casefold(): one for one in known if not _is_common(one.term)}
    for cell in cells:
        if cell.cell_type == "markdown":
            lines = lines_of(str(cell.source), _UNTOUCHED)
            cell.source = "\n".join(
                _explained(line, left, lessons) if prose else line for line, prose in lines
            )


def _explained(line: str, left: dict[str, Entry], lessons: Mapping[str, str]) -> str:
    if not left:
        return line
    # All terms: the "precision" of "mixed precision" is not the term of lesson 13.
    longest_first = sorted((one.term.casefold() for one in entries()), key=len, reverse=True)
    term = re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE
    )

    def link(found: re.Match[str]) -> str:
        entry = left.pop(found.group().casefold(), None)
        if entry is None:  # linked before, or no earlier lesson teaches it
            return found.group()
        name = lessons[entry.lesson]
        meaning = entry.text.replace('"', "'")
        return f'[{found.group()}](../{name}/{name}.ipynb "{meaning}")'

    parts, end = [], 0
    for other in _NO_PROSE.finditer(line):
        parts += [term.sub(link, line[end : other.start()]), other.group()]
        end = other.end()
    return "".join([*parts, term.sub(link, line[end:])])


def _is_common(term: str) -> bool:
    return len(term) <= SHORT and term.islower()
