"""Did a function change what it was given, in whatever place of it?"""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.rooms.inside.snapshots import snapshot, unchanged
from autograder.rooms.wire.values import Refused

CHANGES: dict[str, tuple[Any, Callable[[Any], object]]] = {
    "a sign of zero": (np.zeros(3), lambda x: np.negative(x, out=x)),
    "one of few bytes": (np.zeros(3, np.uint8), lambda x: x.__setitem__(2, 1)),
    "a shape": (np.zeros((2, 3)), lambda x: setattr(x, "shape", (3, 2))),
    "a longer list": ([1, [2]], lambda x: x[1].append(3)),
    "another key": ({"a": 1}, lambda x: x.update(b=1)),
    "the order of keys": ({"a": 1, "b": 2}, lambda x: x.update(a=x.pop("a"))),
    "a bool for a number": ([1, 2], lambda x: x.__setitem__(0, True)),
    "a float for a number": ([1, 2], lambda x: x.__setitem__(0, 1.0)),
    "another object": ([object()], lambda x: x.__setitem__(0, object())),
}


@pytest.mark.parametrize(("value", "change"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_noticed(value: Any, change: Callable[[Any], object]) -> None:
    """Is this change seen, and none before it?"""
    before = snapshot(value)
    assert unchanged(value, before)
    change(value)
    assert not unchanged(value, before)


@given(
    hnp.arrays(hnp.floating_dtypes() | hnp.integer_dtypes(), hnp.array_shapes()),
    st.integers(0, 10**6),
)
def test_any_byte_of_an_array(array: np.ndarray, place: int) -> None:
    """Is an equal copy, nan included, the same as before, and one flipped bit not?"""
    before = snapshot([array])
    other = copy.deepcopy(array)
    assert unchanged([other], before)
    raw = other.view(np.uint8).reshape(-1)
    raw[place % raw.size] ^= 1
    assert not unchanged([other], before)


def test_what_has_no_snapshot() -> None:
    """Is what cannot travel refused, rather than called unchanged?"""
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(Refused):
        snapshot(endless)
