"""Whose answers are alike beyond what the class shares?

By runs of tokens, as in Schleimer, Wilkerson and Aiken's *Winnowing* (2003), of which all are kept,
since answers are short. Names of one's own, comments, docstrings, layout and the order of cells
make no difference; what the lesson gave out, and what many of a class write, does not count.
"""

import builtins
import io
import keyword
import token
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from nbformat import NotebookNode

from course_lib.cells import is_check, is_setup, is_solution

RUN = 12  # tokens: about a line and a half
FEWEST = 10  # submissions, below which nothing is what a class shares
MANY = 0.02  # of a class, and at least SEVERAL: what more of them write is common
SEVERAL = 5
SHARED = 50  # runs, and HALF of the rarer ones' runs: fewer are chance
HALF = 0.5
LONGEST = 200_000  # characters that are compared of a submission; a whole lesson has a quarter
_PLAIN = frozenset({*keyword.kwlist, *dir(builtins), "self", "np", "torch", "F"})
_BREAKS = frozenset({token.NEWLINE, token.INDENT, token.DEDENT})


@dataclass(frozen=True)
class Line:
    """A line of a submission's code, and whether it is part of what a pair shares."""

    text: str
    shared: bool


@dataclass(frozen=True)
class Pair:
    """Two submissions that share runs which hardly anybody else has."""

    students: tuple[str, str]
    share: float  # of the rare runs of the one that has fewer
    runs: int
    code: tuple[tuple[Line, ...], tuple[Line, ...]]


def similar_pairs(submissions: Mapping[str, NotebookNode], given: NotebookNode) -> list[Pair]:
    """The pairs that are alike, the most alike first.

    submissions: by student; given: the lesson as it was given out
    """
    known = {run for run, _ in _runs(_code(given.cells))}
    cells = {student: _own(notebook, given) for student, notebook in submissions.items()}
    runs = {
        student: {run: lines for run, lines in _runs(own) if run not in known}
        for student, own in cells.items()
    }
    if len(runs) < FEWEST:
        return []
    having = Counter(run for own in runs.values() for run in own)
    most = max(SEVERAL, MANY * len(runs))
    rare = {student: {run for run in own if having[run] <= most} for student, own in runs.items()}
    holders: defaultdict[Run, list[str]] = defaultdict(list)
    for student in sorted(rare):
        for run in rare[student]:
            holders[run].append(student)
    together = Counter(pair for who in holders.values() for pair in combinations(who, 2))
    found = []
    for (one, other), count in together.items():
        share = count / min(len(rare[one]), len(rare[other]))
        if count >= SHARED and share >= HALF:
            both = rare[one] & rare[other]
            code = (_marked(cells[one], runs[one], both), _marked(cells[other], runs[other], both))
            found.append(Pair((one, other), share, count, code))
    return sorted(found, key=lambda pair: (-pair.share, -pair.runs, pair.students))


Run = tuple[str, ...]


def _own(notebook: NotebookNode, given: NotebookNode) -> list[str]:
    """The code that the student wrote or changed, a text a cell: answers first, and no more of all
    than can be compared."""
    before = {cell.source for cell in given.cells}
    cells = [cell for cell in notebook.cells if cell.source not in before]
    left, own = LONGEST, []
    for source in _code(sorted(cells, key=is_solution, reverse=True)):
        if left > 0:
            own.append(source[:left])
            left -= len(source)
    return own


def _code(cells: Iterable[NotebookNode]) -> list[str]:
    return [
        cell.source
        for cell in cells
        if cell.cell_type == "code" and not is_check(cell) and not is_setup(cell)
    ]


def _runs(cells: list[str]) -> Iterator[tuple[Run, range]]:
    """Each run of tokens, with the lines that it stands on (from 0, through all cells).

    What cannot be read of a cell ends with that cell.
    """
    tokens, above = [], 0
    for cell in cells:
        tokens += [(word, above + line) for word, line in _tokens(cell)]
        above += cell.count("\n") + 2
    for start in range(len(tokens) - RUN + 1):
        part = tokens[start : start + RUN]
        yield tuple(word for word, _ in part), range(part[0][1], part[-1][1] + 1)


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """The words of a text with their lines, as far as it can be read: names of one's own are N."""
    before, first = "", True  # the word before; does a statement begin?
    try:
        for kind, word, (line, _), _, _ in tokenize.generate_tokens(io.StringIO(text).readline):
            if kind in _BREAKS:
                first = True
            elif kind in (token.COMMENT, token.NL) or (kind == token.STRING and first):
                continue  # a string that begins a statement is a docstring
            elif word:
                if kind == token.NAME and word not in _PLAIN and before != ".":
                    word = "N"
                elif kind == token.STRING:
                    word = "S"
                yield word, line - 1
                before, first = word, False
    except (tokenize.TokenError, SyntaxError, ValueError):
        return  # what could be read counts


def _marked(cells: list[str], runs: Mapping[Run, range], shared: set[Run]) -> tuple[Line, ...]:
    lines = {line for run in shared for line in runs[run]}
    text = "\n\n".join(cells)
    return tuple(Line(one, number in lines) for number, one in enumerate(text.split("\n")))
