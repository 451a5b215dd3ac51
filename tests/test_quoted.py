"""Do the lessons quote what the benchmarks printed, as benchmarks/record.py kept it?"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
NAMED = re.compile(r"python benchmarks/(\w+)\.py (\w+)[^`\"]*")
SCRIPT = re.compile(r"`benchmarks/(\w+)\.py (\w+)`")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|\.\d)")
ENTRY = re.compile(r"\"?([^\s{\":]+)\"?: [\[(]([^\])]*)[\])]")
OWN_RECORD = {"speedrun"}  # JSON: tests/test_measured.py


def is_table(paragraph: str) -> bool:
    """Does a paragraph consist of the rows of a table?"""
    return paragraph.startswith("|")


def after(text: str) -> list[str]:
    """What stands after a benchmark's name: the sentence, and the rows of the tables below."""
    first, *others = (one.strip() for one in re.split(r"\n\s*\n", text))
    said, seen = [" ".join(first.split())], False
    for paragraph in others:
        if is_table(paragraph):
            said += [row for row in paragraph.splitlines()[2:] if NUMBER.search(row)]
            seen = True
        elif seen and paragraph.endswith(":"):
            said.append(" ".join(paragraph.split()))
        else:
            break
    return said


def quotations() -> list[tuple[str, str, str]]:
    """(lesson, record, a row or a sentence) for all that lessons say of a benchmark's output."""
    found = []
    for path in sorted((ROOT / "solutions").glob("*/[0-9]*.py")):
        for cell in path.read_text(encoding="utf-8").split("\n# %%"):
            markdown = cell.startswith(" [markdown]")
            text = re.sub(r"(?m)^# ?", "", cell) if markdown else cell
            names = list(NAMED.finditer(text))
            for i, name in enumerate(names):
                end = names[i + 1].start() if i + 1 < len(names) else len(text)
                if markdown:
                    said = after(text[name.end() : end])
                else:
                    said = [": ".join(one) for one in ENTRY.findall(text[: name.start()])]
                if name[1] not in OWN_RECORD:
                    record = f"{name[1]}-{name[2]}"
                    found += [(path.stem, record, one) for one in said if NUMBER.search(one)]
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and (name := SCRIPT.search(line)):
            said = "`" + line.split("|")[2]
            found += [("README", f"{name[1]}-{name[2]}", said)]
    return found


def numbers(text: str) -> list[str]:
    """The numbers of a text, without thousands' commas; years are no results."""
    found = [one.replace(",", "") for one in NUMBER.findall(re.sub(r"(?<=\d)_(?=\d)", "", text))]
    return [one for one in found if not re.fullmatch("(19|20)[0-9]{2}", one)]


def rounds(measured: str, quoted: str) -> bool:
    """Is this what one writes for that, as a share or in per cent?"""
    slack = 0.501 * 10.0 ** -len(quoted.partition(".")[2])
    return any(abs(factor * float(measured) - float(quoted)) <= slack for factor in (1, 100))


def groups(record: str) -> list[list[str]]:
    """The numbers that may be quoted together: of a line, and of all rows with one cell alike."""
    lines = record.splitlines()[1:]
    together = defaultdict(list)
    for line in lines:
        for cell in line.split("|")[1:-1] if line.startswith("|") else ():
            together[cell.strip()].append(line)
    found = [[line] for line in lines] + [rows for rows in together.values() if len(rows) < 7]
    return [numbers(" ".join(one)) for one in found]


def stands(said: str, kept: list[list[str]]) -> bool:
    """Does one of these groups have every number of a row?"""
    quoted = numbers(said)
    return any(all(any(rounds(one, each) for one in group) for each in quoted) for group in kept)


@pytest.mark.parametrize(("lesson", "record", "said"), quotations())
def test_what_lessons_quote(lesson: str, record: str, said: str) -> None:
    """Are the numbers of each row those of one line, or of rows of a kind, of the record?"""
    path = RESULTS / f"{record}.md"
    assert path.is_file(), f"python benchmarks/record.py {record.replace('-', ' ')}"
    text = path.read_text(encoding="utf-8")
    kept = [numbers(text)] if said.startswith("`") else groups(text)
    assert stands(said, kept), f"{lesson} says {said!r}, and {path.name} does not"


def test_it_would_see_a_changed_number() -> None:
    """Is a number refused that no row holds, and one that another row holds?"""
    record = "head\n| net | right |\n| --- | --- |\n| a | 0.61, 0.83 |\n| b | 0.70 |"
    kept = groups(record)
    assert stands("| a | 61 to 83 % |", kept)
    assert not stands("| a | 0.61 to 0.70 |", kept)
    assert not stands("| a | 0.62 |", kept)


def test_something_is_quoted() -> None:
    """Are there rows to compare, of several lessons?"""
    found = quotations()
    assert len(found) > 60
    assert len({lesson for lesson, *_ in found}) >= 5
