"""Which names are refused at the door."""

import pytest

from autograder.intake.people import key, parted, spelled, unfit


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


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("Li Wei", "123", "Li Wei_123"),
        ("[CJ] Li", "55", "CJ Li_55"),
        ("a\x1b[2Jb\n", "7", "a2Jb_7"),
        ("***", "7", "7"),
        ("", "x@y.nl", "x@y.nl"),
        ("..ada", "a/b", "ada_a-b"),
        ("ada", "", "ada"),
    ],
)
def test_key(name: str, number: str, expected: str) -> None:
    """Does a person of any name get a key that paths can hold, as long as a number tells them?"""
    assert key(name, number) == expected
    assert unfit(expected) == ""


def test_long_key() -> None:
    """Are two people of one long name two, by their numbers?"""
    keys = {key("王" * 300, number) for number in ("1", "2")}
    assert len(keys) == 2
    assert not any(map(unfit, keys))


def test_spelled_and_parted() -> None:
    """Are names compared without signs, and parted for showing?"""
    assert spelled("O'Neil, Bo") == spelled("ONEIL BO") == "oneilbo"
    assert parted("Li, Ada Mae") == parted("Ada Mae Li") == ("Ada Mae", "Li")
    assert parted("liwei") == ("", "liwei")
