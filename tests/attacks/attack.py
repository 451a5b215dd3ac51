"""What is an attack, and what does it hand in?

Most are a text in one of the folders beside this file: a docstring that says what is tried, then
cells. `# %% squares` takes the place of the cell `tiny-squares`; a cell without a name is the
attacker's own and stands below the one before it. Attacks on the file or its folder are functions
in notebooks.py and folders.py. An attacker knows every place by name: `@CLASS` and the other
words of `Ground.places` are filled in.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from course_lib.cells import grade_id
from course_lib.notebooks import as_text

LESSON = "01_tiny"
SQUARES = "def sum_of_squares(x):\n    return float((x**2).sum())"
LARGEST = """\
def largest(a, b):
    if np.isnan(a) or np.isnan(b):
        raise ValueError("nan has no order")
    return max(a, b)"""
RIGHT = {"squares": SQUARES, "largest": LARGEST}
CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)


@dataclass(frozen=True)
class Ground:
    """What an attacker has: the lesson as it was given out, and the names of the places."""

    released: NotebookNode
    places: dict[str, str]


@dataclass(frozen=True)
class Attack:
    """One submission.

    earns: the points that its honest part is worth
    hand_in: puts it into the student's folder
    shows: what its own cells print where it came to its end
    """

    group: str
    name: str
    story: str
    earns: float
    hand_in: Callable[[Path, Ground], None]
    student: str
    shows: str = ""

    def __str__(self) -> str:
        return f"{self.group}/{self.name}"


def from_text(path: Path) -> Attack:
    """The attack in a file. What it leaves unanswered is right in `damage` and `honest` alone."""
    text = path.read_text(encoding="utf-8")
    group, story = path.parent.name, str(ast.get_docstring(ast.parse(text)))
    earns = re.search(r"^# earns: (\d+)$", text, re.MULTILINE)
    worth = float(earns[1]) if earns else 100 if group == "honest" else 0
    shows = re.search(r"^# shows: (.*)$", text, re.MULTILINE)
    answers = RIGHT if group in ("damage", "honest") else {}

    def hand_in(folder: Path, ground: Ground) -> None:
        notebook = answered(ground.released, **answers)
        place = 1  # below the title
        for name, source in _cells(filled(text, ground)):
            if name in ("", "[markdown]"):
                place += 1
                notebook.cells.insert(place, _own(name, source))
            else:
                place = position(notebook, name)
                notebook.cells[place].source = source
        put(folder, as_text(notebook).encode())

    student = f"{group}-{path.stem}"
    return Attack(group, path.stem, story, worth, hand_in, student, shows[1] if shows else "")


def filled(text: str, ground: Ground) -> str:
    """The text with the names of the places."""
    return re.sub(
        "|".join(f"@{name}" for name in ground.places),
        lambda match: ground.places[match[0][1:]],
        text,
    )


def answered(notebook: NotebookNode, **cells: str) -> NotebookNode:
    """A copy with these cells (`squares=...`) filled in."""
    copy = nbformat.from_dict(notebook)
    for name, source in cells.items():
        copy.cells[position(copy, name)].source = source
    return copy


def position(notebook: NotebookNode, name: str) -> int:
    """Where the cell `tiny-NAME` stands."""
    ids = [grade_id(cell) for cell in notebook.cells]
    return ids.index(f"tiny-{name.replace('_', '-')}")


def put(folder: Path, raw: bytes) -> None:
    """Hand in these bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{LESSON}.ipynb").write_bytes(raw)


def _own(kind: str, source: str) -> NotebookNode:
    if kind == "[markdown]":
        return v4.new_markdown_cell(re.sub("^# ?", "", source, flags=re.MULTILINE))
    return v4.new_code_cell(source)


def _cells(text: str) -> list[tuple[str, str]]:
    parts = CELL.split(text)[1:]
    return [(name.strip(), body.strip()) for name, body in zip(parts[::2], parts[1::2])]
