"""What is known of a check beforehand: does it reach the check as it was written?"""

import pytest

from course_lib.checks import table
from course_lib.checks.table import Check, Known, Table

ROOT = Known("The root is missing.", {"0": ("a", 1.0, 2.0), "1": ("b", 0.5, -1.0)})
TWIN = Known("Die Wurzel fehlt – überall.", {"0": ("a", 1.0, 2.0)})


@pytest.mark.parametrize("known", [[], [ROOT, TWIN]])
def test_a_table_is_read_as_it_was_written(known):
    """Does a table come back whole from its file, the same bytes for the same table?"""
    first = Check("x-check", "x", 6.5, ("torch",), known)
    second = Check("y-check", "y", 1.0, (), [])
    third = Check("z-check", "z", 1.0, ("torch",), [])
    whole = Table("01_x", {"title": first, "Größe": second, "z": third}, ["np", "checks"])
    text = table.write(whole, "digest")
    again = table.read(text)
    assert table.write(again, "digest") == text
    assert (again.lesson, again.setup) == ("01_x", ["np", "checks"])
    assert [check.id for check in again.checks.values()] == ["x-check", "y-check", "z-check"]
    assert [tuple(check.hides) for check in again.checks.values()] == [("torch",), (), ("torch",)]
    assert [one.sentence for one in again.checks["title"].known] == [one.sentence for one in known]
    for mine, theirs in zip(known, again.checks["title"].known):
        assert mine.sketches == theirs.sketches


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (
            'from course_lib import checks\n\nwith checks.verdict("votes, few") as rng:\n    x',
            "votes, few",
        ),
        ('with checks.verdict("one"):\n    y("two")', "one"),
        ("with checks.verdict(name):\n    pass", ""),
        ("print(1)", ""),
    ],
)
def test_title_of_a_check(source, title):
    """Is the title read from a check's text, and none where none is written?"""
    assert table.title(source) == title


def test_a_given_table_is_the_only_one():
    """Do shipped tables hold outside of the context alone, and is an unknown title no error?"""
    shipped = next(iter(table._shipped()[0].checks))
    mine = Table("mine", {"t": Check("t", "t", 1.0)})
    with table.given(mine):
        assert table.of(shipped) is mine
    assert table.of(shipped).lesson == table._shipped()[0].lesson
    assert table.of("no such title") == Table()
