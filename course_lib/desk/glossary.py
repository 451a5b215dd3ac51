"""What does a term mean, and which lesson teaches it?"""

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from course_lib.errors import CourseError

SOURCE = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True)
class Entry:
    """A term of the field. `lesson`: the number of the one that teaches it, as in "05"."""

    term: str
    lesson: str
    text: str


@cache
def entries() -> tuple[Entry, ...]:
    """The whole glossary, sorted by term."""
    lessons = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    found = [
        Entry(term, lesson, text)
        for lesson, terms in lessons.items()
        for term, text in terms.items()
    ]
    return tuple(sorted(found, key=lambda entry: entry.term.casefold()))


def look_up(term: str) -> list[Entry]:
    """The entry of a term; where there is none of this name, those whose name holds it.

    raises: CourseError with the nearest terms where there are none
    """
    wanted = " ".join(term.casefold().split())
    names = {entry.term.casefold(): entry for entry in entries()}
    if wanted in names:
        return [names[wanted]]
    holding = [entry for name, entry in names.items() if wanted and wanted in name]
    if holding:
        return holding
    near = [names[name].term for name in difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)]
    hint = f"Did you mean {', '.join(near)}?" if near else "`course search` looks in all lessons."
    raise CourseError(f"The glossary has no term {term!r}. {hint}")
