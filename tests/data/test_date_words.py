"""Are dates in words the dates that their digits say?"""

import datetime

import numpy as np
import pytest

from course_lib.data import dates
from course_lib.data.date_words import DIGITS, LETTERS

DRAWN = dates(300, 1)


def test_digits_are_dates() -> None:
    """Is each string of digits a date of these two centuries, and the codes its characters?"""
    for text, codes in zip(DRAWN.digits, DRAWN.target, strict=True):
        assert 1900 <= datetime.date.fromisoformat(text).year <= 2099
        assert "".join(DIGITS[code] for code in codes) == f"^{text}"


def test_words_say_the_same_date() -> None:
    """Does each text hold the year, the day and the month's first letters of its digits?"""
    for text, digits in zip(DRAWN.written, DRAWN.digits, strict=True):
        day = datetime.date.fromisoformat(digits)
        assert str(day.year) in text
        assert day.strftime("%b").lower() in text
        assert str(day.day) in text.replace(str(day.year), "")


def test_codes_of_letters() -> None:
    """Do codes spell the text, with 0 behind its end?"""
    for text, codes in zip(DRAWN.written, DRAWN.read, strict=True):
        assert "".join(LETTERS[code - 1] for code in codes if code) == text
    assert DRAWN.letters == len(LETTERS) + 1 > DRAWN.read.max()


def test_ways_and_seeds() -> None:
    """Are all five ways in use, and does another seed give other dates?"""
    assert any(text.startswith("the ") for text in DRAWN.written)
    assert any(text.startswith("in ") for text in DRAWN.written)
    assert any("," in text for text in DRAWN.written)
    np.testing.assert_array_equal(dates(300, 1).read, DRAWN.read)
    assert dates(300, 2).digits != DRAWN.digits
    assert len(dates(0, 1).written) == 0


@pytest.mark.parametrize(
    ("day", "due"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (22, "22nd")]
)
def test_ordinals(day: int, due: str) -> None:
    """Do ordinals end as in English?"""
    found = {text.split()[1] for text in dates(4000, 5).written if text.startswith("the ")}
    assert due in found
    assert f"{day}th" not in found or due.endswith("th")
