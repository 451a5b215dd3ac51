"""Which mistakes has a class found words for, beside those that its lesson names?"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.classroom.folder import Classroom, known
from course_lib.checks.difference.sketch import Sketch
from course_lib.errors import CourseError
from course_lib.files import write


def path(classroom: Classroom, lesson: str) -> Path:
    """Where they stand; need not exist. A release leaves it as it is."""
    return classroom.folder / "mistakes" / f"{lesson}-class.json"


def add(
    classroom: Classroom, lesson: str, title: str, sentence: str, sketches: Mapping[str, Sketch]
) -> None:
    """Keep a sentence for the wrong values that a check with this title finds, by call."""
    entries = _read(classroom, lesson)
    given = {call: list(sketch) for call, sketch in sketches.items()}
    entries.append({"title": title, "sentence": sentence, "sketches": given})
    text = json.dumps(entries, indent=1, ensure_ascii=False)
    write(path(classroom, lesson), f"{text}\n")


def sentences(classroom: Classroom, lesson: str) -> list[str]:
    """All of them."""
    return [str(entry["sentence"]) for entry in _read(classroom, lesson)]


def table(classroom: Classroom, lesson: str) -> str:
    """The lesson's table of mistakes with the class's own in it, as text; "" where it has none.

    raises: CourseError where the class's own cannot be read
    """
    text = known(classroom, lesson)
    entries = _read(classroom, lesson)
    if not text or not entries:
        return text
    tree = json.loads(text)
    for entry in entries:
        if entry["title"] in tree["checks"]:  # which a later version of the lesson may lack
            mistakes = tree["checks"][entry["title"]].setdefault("known", [])
            mistakes.append([len(tree["sentences"]), entry["sketches"]])
            tree["sentences"].append(entry["sentence"])
    return json.dumps(tree, ensure_ascii=False)


def _read(classroom: Classroom, lesson: str) -> list[dict[str, Any]]:
    file = path(classroom, lesson)
    if not file.is_file():
        return []
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
        whole = all({"title", "sentence", "sketches"} <= entry.keys() for entry in entries)
    except (OSError, ValueError, AttributeError, TypeError):
        whole = False
    if not whole:
        raise CourseError(
            f"{file} cannot be read, in which `course name` keeps its sentences. Mend it, or move "
            "it away and name the groups again."
        )
    return list(entries)
