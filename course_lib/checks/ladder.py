"""What helps with an exercise? Its hints one by one and, after three tries, its answer explained.

Hints ship with the course. Answers and their walkthroughs lie in `solutions/`, where that is there:
a reader on their own has them, a class has not, and its ladder ends with the hints.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from html import escape
from json import loads
from pathlib import Path

from course_lib.checks.table import of

FOLDER = Path(__file__).parents[1] / "hints"
TRIES = 3  # failed checks before the answer is offered
_given: dict[str, int] = {}  # how many hints of an exercise `hint` has shown in this session
_CODE = "overflow-x: auto; white-space: pre; padding: 0.5em"
_DOCSTRING = re.compile(r'\n +"""[\s\S]*?"""')
_MATH = re.compile(r"\$[^$\n]+\$")


@dataclass(frozen=True)
class Rung:
    """One step of help. title: "Hint 1 of 3"; text: markdown; code: Python shown above it."""

    title: str
    text: str
    code: str = ""


def rungs(check: str, tries: int) -> tuple[Rung, ...]:
    """The help that there is for the exercise of a check, in the order in which to take it.

    check: the check's title; tries: how often it has failed
    """
    table = of(check)
    if check not in table.checks:
        return ()
    exercise = table.checks[check].exercise
    steps = _hints(table.lesson).get(exercise, ())
    found = [
        Rung(f"Hint {number} of {len(steps)}" if len(steps) > 1 else "Hint", step)
        for number, step in enumerate(steps, start=1)
    ]
    if tries >= TRIES and (answer := _answer(table.lesson, exercise)):
        found.append(answer)
    return tuple(found)


def as_html(ladder: Sequence[Rung]) -> str:
    """The rungs folded, each inside the one before; "" where there is none."""
    folded = ""
    for rung in reversed(ladder):
        code = f'<pre style="{_CODE}">{escape(rung.code)}</pre>' if rung.code else ""
        inner = f"{code}{_rendered(rung.text)}{folded}"
        folded = (
            '<details style="margin-top: 0.4em"><summary style="cursor: pointer">'
            f"{escape(rung.title)}</summary>{inner}</details>"
        )
    return folded


def hint(exercise: str) -> None:
    """Print the next hint of an exercise: `checks.hint("conv-pad")`, again for one more.

    exercise: its name, as its check's cell has it
    """
    every = {
        name: steps
        for path in sorted(FOLDER.glob("*.json"))
        for name, steps in _hints(path.stem).items()
    }
    steps = every.get(exercise)
    if steps is None:
        near = get_close_matches(exercise, every, n=1, cutoff=0.5)
        print(
            f"No hints are written for {exercise!r}."
            + (f" Did you mean {near[0]!r}?" if near else "")
        )
        return
    number = min(_given.get(exercise, 0) + 1, len(steps))
    _given[exercise] = number
    print(f"Hint {number} of {len(steps)}: {steps[number - 1]}")


@cache
def _hints(lesson: str) -> dict[str, list[str]]:
    path = FOLDER / f"{lesson}.json"
    return loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _answer(lesson: str, exercise: str) -> Rung | None:
    """The answer of an exercise with its walkthrough, where `solutions/` is at hand."""
    folder = _solutions(lesson)
    if folder is None:
        return None
    source = (folder / f"{lesson}.py").read_text(encoding="utf-8")
    header = re.search(rf'^# %% answer="{re.escape(exercise)}"[^\n]*\n', source, re.MULTILINE)
    if header is None:
        return None
    cell = source[header.end() :].split("\n# %%", 1)[0]
    code = re.sub(r"^\s*### (?:BEGIN|END) SOLUTION\n?", "", cell, flags=re.MULTILINE)
    code = _DOCSTRING.sub("", code)  # which stands in the notebook
    path = folder / "walkthrough.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    section = re.search(
        rf"^## {re.escape(exercise)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return Rung("The answer, explained", section[1].strip() if section else "", code.strip())


def _solutions(lesson: str) -> Path | None:
    """The lesson's folder in `solutions/`, from the notebook's folder upwards."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "solutions" / lesson / f"{lesson}.py").is_file():
            return folder / "solutions" / lesson
    return None


def _rendered(text: str) -> str:
    """Markdown as HTML; formulas stay as they are, for the page to typeset."""
    from markdown_it import MarkdownIt

    formulas = _MATH.findall(text)
    numbers = iter(range(len(formulas)))
    html = MarkdownIt("commonmark", {"html": False}).render(
        _MATH.sub(lambda _: f"\ue000{next(numbers)}\ue001", text)
    )
    return re.sub(
        "\ue000(\\d+)\ue001", lambda found: escape(formulas[int(found[1])], quote=False), html
    )
