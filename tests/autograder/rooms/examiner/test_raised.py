"""How an exception of the student's code comes back."""

import pytest

from autograder.rooms.examiner.raised import word


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Mine", True), ("x" * 80, True), ("x" * 81, False), ("", False), ("a b", False)],
)
def test_names_fit_to_be_shown(name: str, shown: bool) -> None:
    """Is only what could be a name in a sentence shown as one?"""
    assert word(name) == (name if shown else "unnamed")


@pytest.mark.parametrize("name", ["class", "None", "<b>", "a.b"])
def test_no_names(name: str) -> None:
    """Is a keyword, or what is no word, called unnamed?"""
    assert word(name) == "unnamed"
