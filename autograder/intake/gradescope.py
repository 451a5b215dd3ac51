"""Who made which submission of a Gradescope export? Its submission_metadata.yml says it.

Its form is that of public scripts that read it: for each folder a mapping with `:submitters`
(each with `:name`, `:sid`, `:email`) and `:created_at`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from autograder.classroom.times import in_utc, read_time
from autograder.intake.matching import Named

FILE = "submission_metadata.yml"
LARGEST = 200 * 2**20  # bytes; it holds every test's output
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C it takes a tenth of the time


@dataclass(frozen=True)
class Submission:
    """One folder of the export."""

    people: tuple[Named, ...]
    handed_in: datetime | None  # in UTC


def submissions(raw: bytes) -> dict[str, Submission]:
    """By the number in the folder's name; empty where the file says nothing that can be read."""
    try:
        tree = yaml.load(raw, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(tree, dict):
        return {}
    found = {}
    for folder, what in tree.items():
        submitters = what.get(":submitters") if isinstance(what, dict) else None
        if isinstance(submitters, list):
            people = [_named(one) for one in submitters if isinstance(one, dict)]
            number = str(folder).removeprefix("submission_")
            found[number] = Submission(
                tuple(one for one in people if one.name or one.ids), _time(what.get(":created_at"))
            )
    return found


def _named(one: dict[str, Any]) -> Named:
    ids = [("number", str(one.get(":sid") or "").strip())]
    ids.append(("email", str(one.get(":email") or "").strip().casefold()))
    return Named(str(one.get(":name") or "").strip(), tuple(pair for pair in ids if pair[1]))


def _time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return in_utc(value)
    return read_time(value) if isinstance(value, str) else None
