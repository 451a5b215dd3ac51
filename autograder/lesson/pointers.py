"""Where does "lesson 07" lead? Mentions of other lessons in prose, as links to their notebooks."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

# "lesson 07", "Lessons 08, 09 and 12"; not inside of a link or of code.
_MENTION = re.compile(
    r"(?<![\[`\w])([Ll]essons? )(\d\d(?:(?:, and |, | and | or | to )\d\d)*)(?!\w)"
)
_NUMBER = re.compile(r"\d\d")
_UNTOUCHED = ("#", "<", "|", "$$", "```")  # headings, html, tables, formulas, code


def linked(text: str, own: str, lessons: Mapping[str, str]) -> str:
    """The markdown `text` of the lesson numbered `own`, its mentions of others as links.

    lessons: the name of each lesson by its number: {"07": "07_dropout"}
    """

    def link(words: str, number: str) -> str:
        name = lessons.get(number, "")
        return words if not name or number == own else f"[{words}](../{name}/{name}.ipynb)"

    def mention(match: re.Match[str]) -> str:
        word, numbers = match.groups()
        if len(numbers) == 2:
            return link(word + numbers, numbers)
        return word + _NUMBER.sub(lambda one: link(one.group(), one.group()), numbers)

    return "\n".join(
        _MENTION.sub(mention, line) if prose else line for line, prose in lines_of(text)
    )


def lines_of(text: str, untouched: tuple[str, ...] = _UNTOUCHED) -> Iterator[tuple[str, bool]]:
    """The lines of a markdown text, and whether each is prose: it begins with nothing `untouched`,
    and stands in no block of code or of a formula."""
    block = ""
    for line in text.split("\n"):
        yield line, not block and not line.lstrip().startswith(untouched)
        for mark in ("```", "$$"):
            if block in ("", mark) and line.count(mark) % 2:
                block = "" if block else mark


def numbered(solutions: Path) -> dict[str, str]:
    """The lessons of a folder with one folder each, by their numbers."""
    return {
        folder.name[:2]: folder.name
        for folder in sorted(solutions.glob("[0-9][0-9]_*"))
        if folder.is_dir()
    }
