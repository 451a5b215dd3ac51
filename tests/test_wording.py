"""Does the course speak the field's words?"""

import re
from pathlib import Path

import pytest

from autograder.lesson.lessons import repository

ROOT = repository(Path(__file__))
STYLE = ROOT / "docs" / "style.md"
TEXTS = sorted(
    path
    for folder in ("solutions", "course_lib", "autograder", "benchmarks", "docs", ".")
    for path in (ROOT / folder).glob("*.md" if folder == "." else "**/*")
    if path.suffix in (".py", ".md") and path != STYLE and path.name != "CHANGELOG.md"
)
ROWS = [line.split("|")[1:3] for line in STYLE.read_text("utf-8").splitlines() if "|" in line]
TURNS = [turn.strip() for turn, _ in ROWS[2:]]
TURN = re.compile(rf"\b(?:{'|'.join(map(re.escape, TURNS))})\b", re.IGNORECASE)
# A statement about somebody without a name: "Who writes nothing but spaces makes no mistakes."
WHO = re.compile(r"(?:(?<=[.!?)] )|^)Who [^.?!:]{3,200}\.(?=\s|$)", re.MULTILINE)


def prose(text: str) -> str:
    """The text with each paragraph on one line, without the signs of a comment."""
    text = re.sub(r"(?m)^[ \t]*#(?!!) ?(?!%%)", "", text)
    return re.sub(r"(?<=\S)[ \t]*\n[ \t]*(?=[^\s|#\-])", " ", text)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_words(path: Path) -> None:
    """Is no turn in this text that docs/style.md has a better one for?"""
    text = prose(path.read_text(encoding="utf-8"))
    assert TURN.findall(text) == []


@pytest.mark.parametrize("path", [path for path in TEXTS if "solutions" in path.parts], ids=str)
def test_who(path: Path) -> None:
    """Does no sentence of a lesson begin with "Who" and ask nothing?"""
    assert WHO.findall(prose(path.read_text(encoding="utf-8"))) == []


def test_this_can_fail() -> None:
    """Are a turn that is broken over two lines, and a statement about nobody, found?"""
    text = prose("# Draw the first\n# weights. Who writes only spaces makes no mistakes.\n")
    assert TURN.findall(text) == ["first weights"]
    assert WHO.search(text)
    assert not WHO.search(prose("# Who is first?\n"))
