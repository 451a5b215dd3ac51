"""Does each folder of the autograder know only those below it?"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository

ROOT = repository(Path(__file__))
# From the ground up: a folder imports from those before it, and from itself.
ORDER = (
    "lean",
    "lesson",
    "rooms.wire",
    "rooms.locks",
    "rooms.inside",
    "rooms.parents",
    "rooms.examiner",
    "soundness",
    "submission",
    "classroom",
    "intake",
    "grading",
    "pages",
    "site",
    "handwriting",
    "personas",
    "demo",
    "cli_options",
    "cli_authors",
    "cli_feedback",
    "cli_lms",
    "cli_one",
    "cli",
)
FACES = {"__init__", "rooms.__init__"}
FILES = sorted((ROOT / "autograder").rglob("*.py"))


def place(module: str) -> str:
    """The folder, or the file at the top, that a module of the autograder belongs to."""
    parts = module.split(".")[1:]
    return ".".join(parts[: 2 if parts[:1] == ["rooms"] else 1])


def imported(source: str) -> Iterator[str]:
    """The modules of the autograder that a module imports, wherever in it, with what it takes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_down(file: Path) -> None:
    """Does this module import from its own folder and from lower ones alone?"""
    own = place(".".join(file.relative_to(ROOT).with_suffix("").parts))
    taken = {place(name) for name in imported(file.read_text()) if name.startswith("autograder.")}
    if own in FACES:
        assert taken <= {"lean"}
        return
    above = {name for name in taken if ORDER.index(name) > ORDER.index(own)}
    assert not above, f"{own} imports from {above}, which stand above it"


def test_every_folder_has_a_place() -> None:
    """Is each folder and each file at the top named in the order, once?"""
    found = {place(".".join(f.relative_to(ROOT).with_suffix("").parts)) for f in FILES}
    assert found - FACES == set(ORDER)
    assert len(set(ORDER)) == len(ORDER)
