"""What does a lesson hold? Read from its notebook: its subject, its exercises, its questions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

from nbformat import NotebookNode

from course_lib.cells import grade_id, is_check, is_solution, is_text, owner, points
from course_lib.checks import table

HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_EXERCISE = re.compile(r"^#{2,6} +(Exercise \d+\.\d+.*?) *\n+([^\n]*)", re.MULTILINE)
_FACT = r"\*\*{}:\*\* *(.+?)\.?(?=\s*\*\*|\n *\n|\Z)"
_ITEM = re.compile(r"^(\d+)\. +", re.MULTILINE)
_ANSWER = re.compile(r"<details>\s*<summary>Answer</summary>(.*?)</details>", re.DOTALL)


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson.

    title: "Exercise 5.3: padding", or that of its check where it has no heading
    about: "6 points · about 15 minutes · easy"; empty where the notebook does not say
    cell: the id of the cell to begin at
    points: of all its checks
    """

    id: str
    title: str
    about: str
    cell: str
    points: float


@dataclass(frozen=True)
class Question:
    """A closing question and its answer, in Markdown."""

    number: int
    text: str
    answer: str


@dataclass(frozen=True)
class Outline:
    """A lesson without its contents. What its notebook does not say is empty.

    question: the heading that it opens with; promise: what the reader can do afterwards
    time: in all, as in "about 5 hours"; needs: as its first cell has it, in plain words
    """

    title: str
    question: str
    promise: str
    time: str
    needs: str
    exercises: tuple[Exercise, ...]
    questions: tuple[Question, ...]


def outline_of(notebook: NotebookNode) -> Outline:
    """The outline of a lesson, whether or not a reader has begun it."""
    texts = [str(cell.source) for cell in notebook.cells if is_text(cell)]
    first, last = (texts[0], texts[-1]) if texts else ("", "")
    titles = [plain(found[1]) for text in texts for found in HEADING.finditer(text)]
    paragraphs = [plain(part) for part in first.split("\n\n")]
    return Outline(
        title=titles[0] if titles else "",
        question=titles[1] if len(titles) > 1 else "",
        promise=next((one for one in paragraphs if one.startswith("Afterwards")), ""),
        time=re.split("[,;:]", _fact("Time", first))[0],
        needs=_fact("Needs", first),
        exercises=tuple(_exercises(notebook)),
        questions=tuple(_questions(last)),
    )


def plain(markdown: str) -> str:
    """A line of Markdown as words: without its marks, on one line."""
    text = re.sub(r'\[([^\]]*)\]\([^)\s]*(?: "[^"]*")?\)', r"\1", markdown)
    text = re.sub(r"(\*\*|\*|`|\$)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    return " ".join(text.split())


def _fact(name: str, text: str) -> str:
    found = re.search(_FACT.format(name), text, re.DOTALL)
    return plain(found[1]) if found else ""


def _exercises(notebook: NotebookNode) -> Iterator[Exercise]:
    checks = [cell for cell in notebook.cells if is_check(cell)]
    ids = [grade_id(cell) for cell in notebook.cells if is_solution(cell)]
    heading: tuple[str, str, str] | None = None
    for cell in notebook.cells:
        if is_text(cell):
            for found in _EXERCISE.finditer(f"{cell.source}\n"):
                about = plain(found[2]) if " · " in found[2] else ""
                heading = plain(found[1]), about, str(cell.get("id", ""))
        elif is_solution(cell):
            own = [one for one in checks if owner(grade_id(one), ids) == grade_id(cell)]
            named = next((table.title(one.source) for one in own), "") or grade_id(cell)
            title, about, place = heading or (named, "", str(cell.get("id", "")))
            yield Exercise(grade_id(cell), title, about, place, sum(map(points, own)))
            heading = None


def _questions(text: str) -> Iterator[Question]:
    _, *parts = _ITEM.split(text)
    for number, item in zip(parts[::2], parts[1::2]):
        if found := _ANSWER.search(item):
            yield Question(int(number), _unindented(item[: found.start()]), _unindented(found[1]))


def _unindented(text: str) -> str:
    """An item of a list without the indentation of its later lines."""
    first, _, rest = text.partition("\n")
    return f"{first}\n{dedent(rest)}".strip()
