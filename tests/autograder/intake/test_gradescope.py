"""Who made which submission of a Gradescope export?"""

from datetime import datetime

import pytest

from autograder.intake.gradescope import submissions
from autograder.intake.matching import Named

# The form of public exports: symbols of Ruby as keys, a time with its zone, the tests' results.
EXPORT = b"""---
submission_123:
  :submitters:
  - :name: "Wei Li"
    :sid: '3031'
    :email: Wei@u.edu
  :created_at: 2023-09-12 23:59:01.123456000 -07:00
  :score: 4.0
  :results:
    tests:
    - name: a
      score: 1
submission_124:
  :submitters:
  - :name: Ada
    :sid: ''
    :email: ada@u.edu
  - :name: Bo
    :sid: 17
    :email:
  :created_at: soon
"""
WEI = Named("Wei Li", (("number", "3031"), ("email", "wei@u.edu")))


def test_submitters() -> None:
    """Are people, groups and times found, in UTC?"""
    found = submissions(EXPORT)
    assert found["123"].people == (WEI,)
    assert found["123"].handed_in == datetime(2023, 9, 13, 6, 59, 1, 123456)
    assert [one.name for one in found["124"].people] == ["Ada", "Bo"]
    assert found["124"].people[1].ids == (("number", "17"),)
    assert found["124"].handed_in is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x",
        b"[",
        b"- a\n- b",
        b"submission_1: 5",
        b"\xff\xfe\x00",
        b"a: !!python/name:os.system",
    ],
)
def test_nothing_of_use(raw: bytes) -> None:
    """Does a file that says nothing, or is no such file, give nobody and run nothing?"""
    assert submissions(raw) == {}
