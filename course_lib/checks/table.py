"""What is known of a lesson's checks beforehand: points, place, and what named mistakes give.

`course build` writes one table a lesson from its source and its mistakes.py: course_lib/tables. A
wrong value is looked up there by check, call and sketch; neither the right value nor a hidden
input can be read from it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from course_lib.checks.difference.sketch import Sketch

FOLDER = Path(__file__).parents[1] / "tables"


@dataclass(frozen=True)
class Known:
    """A named mistake as one check meets it: its sentence, and a sketch for each failing call."""

    sentence: str
    sketches: Mapping[str, Sketch]


@dataclass(frozen=True)
class Check:
    """One check of a lesson. `hides`: packages that answers may not use."""

    id: str
    exercise: str
    points: float
    hides: Sequence[str] = ()
    known: Sequence[Known] = ()


@dataclass(frozen=True)
class Table:
    """The checks of a lesson by title, in order, and the names that its set-up cells define."""

    lesson: str = ""
    checks: Mapping[str, Check] = field(default_factory=dict)
    setup: Sequence[str] = ()


_given: ContextVar[Table | None] = ContextVar("table", default=None)


@contextmanager
def given(table: Table) -> Iterator[None]:
    """Within this context wrong values are looked up in `table` and nowhere else."""
    token = _given.set(table)
    try:
        yield
    finally:
        _given.reset(token)


def title(source: str) -> str:
    """The title in a check's text, by which its table finds it; "" without one."""
    _, found, rest = source.partition('checks.verdict("')
    return rest.partition('"')[0] if found else ""


def of(name: str) -> Table:
    """The table that knows the check with this title; an empty one where none does."""
    table = _given.get()
    if table is not None:
        return table
    return next((one for one in _shipped() if name in one.checks), Table())


def read(text: str) -> Table:
    """A table from its file's text."""
    tree: dict[str, Any] = json.loads(text)
    sentences: list[str] = tree["sentences"]
    checks = {
        title: Check(
            one["id"],
            one["exercise"],
            one["points"],
            one.get("hides", tree["hides"]),
            [
                Known(sentences[place], {call: (s[0], s[1], s[2]) for call, s in sketches.items()})
                for place, sketches in one.get("known", [])
            ],
        )
        for title, one in tree["checks"].items()
    }
    return Table(tree["lesson"], checks, tree["setup"])


def write(table: Table, source: str) -> str:
    """A table as its file's text, always the same for the same table.

    source: a digest of what it was made from
    """
    sentences: dict[str, int] = {}
    checks: dict[str, Any] = {}
    rules = [list(check.hides) for check in table.checks.values()]
    hides = max(rules, key=rules.count, default=[])
    for title, check in table.checks.items():
        known = [
            [
                sentences.setdefault(one.sentence, len(sentences)),
                {c: list(s) for c, s in one.sketches.items()},
            ]
            for one in check.known
        ]
        checks[title] = {"id": check.id, "exercise": check.exercise, "points": check.points}
        checks[title] |= {"known": known}
        if list(check.hides) != hides:
            checks[title]["hides"] = list(check.hides)
    facts = {"lesson": table.lesson, "source": source, "setup": list(table.setup), "hides": hides}
    lines = json.dumps({**facts, "sentences": list(sentences)}, ensure_ascii=False, indent=0)
    entries = ",\n".join(
        f"{json.dumps(title, ensure_ascii=False)}: {json.dumps(one, ensure_ascii=False)}"
        for title, one in checks.items()
    )
    return f'{lines[:-2]},\n"checks": {{\n{entries}\n}}\n}}\n'


@cache
def _shipped() -> list[Table]:
    paths = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []
    return [read(path.read_text(encoding="utf-8")) for path in paths]
