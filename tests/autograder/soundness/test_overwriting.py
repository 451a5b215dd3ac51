"""Does an answer that overwrites its arguments answer all the same?"""

from collections.abc import Callable

import numpy as np
import pytest

from autograder.soundness.overwriting import overwrites, overwritten
from course_lib import checks
from course_lib.checks.behaviour import changes_show

SOURCE = """
import numpy as np
def double(x):
    return 2 * x
def total(x, start=0.0):
    return double(x).sum() + x.sum() + start
class Mean:
    def __init__(self, x):
        self.x = x.copy()
    def value(self, by):
        return (self.x / by).mean()
"""


@pytest.fixture
def space() -> dict[str, Callable[..., object]]:
    """The names of the answer, overwriting."""
    names: dict[str, Callable[..., object]] = {}
    exec(overwritten(SOURCE, ["double", "total", "Mean"]), names)
    return names


def test_results_are_right_and_arguments_gone(space: dict[str, Callable[..., object]]) -> None:
    """Is the result that of the answer, and every array of its arguments spoilt, by name too?"""
    x = np.arange(3.0)
    np.testing.assert_array_equal(space["double"](x), [0, 2, 4])
    assert set(x) == {7}
    x = np.arange(3.0)
    assert space["total"](x=x, start=1.0) == 10.0  # its own call of `double` leaves x alone
    assert set(x) == {7}


def test_methods_too(space: dict[str, Callable[..., object]]) -> None:
    """Do the methods of a class overwrite theirs, and work on what the object keeps?"""
    x, by = np.array([2.0, 4.0]), np.array([2.0, 1.0])
    made = space["Mean"](x)
    assert made.value(by) == 2.5  # type: ignore[attr-defined]
    assert set(x) == set(by) == {7}


def test_what_cannot_or_must_not_be_overwritten() -> None:
    """Do read-only arrays, texts and flags stay, and does state come back as it was left?"""

    def step(x: np.ndarray, state: dict[str, int], words: np.ndarray) -> float:
        state["count"] = state.get("count", 0) + 1
        return float(x.sum())

    frozen, state, words = np.ones(3), {"count": 4}, np.array(["a"])
    frozen.flags.writeable = False
    assert overwrites(step)(frozen, state, words) == 3
    assert (set(frozen), state, words.tolist()) == ({1}, {"count": 5}, ["a"])
    assert overwrites(3) == 3


def test_a_check_that_looks_sees_it() -> None:
    """Does `leaves_alone` tell of it, with the result of the answer, and is no result spoilt?"""
    same = overwrites(lambda x: x)
    assert same(np.ones(2)).tolist() == [1, 1]
    token = changes_show.set(True)
    try:
        assert same(np.ones(2)).tolist() == [1, 1]
    finally:
        changes_show.reset(token)
    with pytest.raises(checks.NotYet, match="changed its 1st argument"):
        checks.leaves_alone(same, np.ones(2))


def test_an_error_of_the_answer() -> None:
    """Does an answer that raises leave the next call as it would have been?"""

    def picky(x: np.ndarray) -> np.ndarray:
        if not x.any():
            raise ValueError("zeros")
        return x + 1

    wrapped = overwrites(picky)
    with pytest.raises(ValueError, match="zeros"):
        wrapped(np.zeros(2))
    x = np.ones(2)
    assert wrapped(x).tolist() == [2, 2]
    assert set(x) == {7}
