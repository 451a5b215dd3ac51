"""Dates in words and in digits, for lesson 11: the smallest translation that reorders."""

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LETTERS = " abcdefghijklmnopqrstuvwxyz0123456789,"  # code 0 fills up
DIGITS = "0123456789-^"  # ^ is read first
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_FIRST = datetime.date(1900, 1, 1)
_DAYS = 73_049  # to the end of 2099


@dataclass(frozen=True)
class Dates:
    """N dates, each in words and in digits, and both as codes."""

    written: tuple[str, ...]  # such as "the third of march 1987"
    digits: tuple[str, ...]  # such as "1987-03-03"
    read: NDArray[np.int64]  # (N, S) codes of the letters, 0 behind the last
    target: NDArray[np.int64]  # (N, 11) codes of ^ and the digits

    @property
    def letters(self) -> int:
        """How many codes there are in `read`."""
        return len(LETTERS) + 1


def dates(count: int, seed: int) -> Dates:
    """Draw `count` dates from 1900 to 2099, in five ways to write a date."""
    rng = np.random.default_rng(seed)
    days = [_FIRST + datetime.timedelta(days=int(n)) for n in rng.integers(_DAYS, size=count)]
    ways = rng.integers(5, size=count)
    written = tuple(_written(day, int(way)) for day, way in zip(days, ways))
    digits = tuple(day.isoformat() for day in days)
    longest = 28
    read = np.zeros((count, longest), dtype=np.int64)
    for row, text in zip(read, written):
        row[: len(text)] = [1 + LETTERS.index(letter) for letter in text]
    target = np.array([[DIGITS.index(c) for c in f"^{text}"] for text in digits]).reshape(-1, 11)
    return Dates(written, digits, read, target.astype(np.int64))


def _written(day: datetime.date, way: int) -> str:
    month, short = _MONTHS[day.month - 1], _MONTHS[day.month - 1][:3]
    return (
        f"the {_ordinal(day.day)} of {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{day.day} {short} {day.year}",
        f"in {day.year} on {month} {_ordinal(day.day)}",
        f"{short} {_ordinal(day.day)} {day.year}",
    )[way]


def _ordinal(n: int) -> str:
    ending = "th" if n in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
