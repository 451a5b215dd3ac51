"""Where does "lesson 07" lead? Mentions of other lessons in prose, as links to their notebooks."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

# "lesson 07", "Lessons 08, 09 and 12"; not inside of a link or of code.
_MENTION = re.compile(
    r"(?<![\[`\w])([Ll]essons? )(\d\d(?:(?:, and |, | and | or | to )\d\d)*)(?!\w)"
)
_NUMBER = re.compile(r"\d\d")
_UNTOUCHED = ("#", "<", "|", "$$")  # headings, html, tables, formulas


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

    return in_prose(text, lambda line: _MENTION.sub(mention, line), _UNTOUCHED)


def in_prose(text: str, change: Callable[[str], str], untouched: tuple[str, ...]) -> str:
    """A markdown text with each line of prose changed: none of a block of code, and none that
    begins with one of `untouched`."""
    lines, code = [], False
    for line in text.split("\n"):
        bare = line.lstrip()
        fence = bare.startswith("```")
        code ^= fence
        lines.append(line if code or fence or bare.startswith(untouched) else change(line))
    return "\n".join(lines)


def numbered(solutions: Path) -> dict[str, str]:
    """The lessons of a folder with one folder each, by their numbers."""
    return {
        folder.name[:2]: folder.name
        for folder in sorted(solutions.glob("[0-9][0-9]_*"))
        if folder.is_dir()
    }
