"""Which names are refused at the door."""

import pytest

from autograder.classroom.people import unfit


@pytest.mark.parametrize(
    "name", ["ada", "Žofia Nováková-O'Brien 王小明", "a.b@c.de", "-2+3", "x" * 100, "=1+1", "<b>"]
)
def test_fit(name: str) -> None:
    """Is an ordinary name, and one that is only odd in a table, let in?"""
    assert unfit(name) == ""


@pytest.mark.parametrize(
    "name",
    [
        "nl\nname",
        "a\x1b[2J",
        "x" * 300,
        "王" * 90,
        "[CJ] Li",
        "*",
        "a?",
        "..",
        "",
        " ",
        "a/b",
    ],
)
def test_unfit(name: str) -> None:
    """Is a name refused, in a sentence, that breaks paths, patterns, pages or messages?"""
    assert unfit(name).startswith("Th")
