"""Is this the value that a known mistake gives?"""

from collections import defaultdict

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from course_lib.checks.difference.sketch import measured

RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 4))
numbers = st.floats(-1e6, 1e6)


@given(arrays(np.float64, array_shapes(max_dims=3, min_side=0, max_side=5), elements=numbers))
def test_a_value_is_like_its_own_sketch(array):
    """Is every array recognised, also through float32 rounding, and from a copy?"""
    known = measured(array).sketch
    assert measured(array.copy()).alike(known)
    assert measured(array.astype(np.float32)).alike(known)


@given(arrays(np.float64, (3, 4), elements=numbers), st.integers(0, 11), st.floats(1e-3, 10))
def test_another_value_is_not(array, place, change):
    """Does one entry that differs by more than rounding make it another value?"""
    other = array.copy()
    other.flat[place] += change * max(float(np.linalg.norm(array)), 1e-3)
    assert not measured(other).alike(measured(array).sketch)


@pytest.mark.parametrize(
    ("value", "same"),
    [
        (2.5, np.float64(2.5)),
        ((A, 1.0), [A, 1.0]),
        ({"a": 1, "b": A}, defaultdict(int, b=A, a=1)),
        (torch.ones(3), np.ones(3)),
        (None, None),
        ("relu", "relu"),
        (np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, np.inf])),
        (np.array([1, 2]), np.array([1, 2], dtype=np.uint8)),
        (A + 1j, A + 1j),
        (np.array(["a", "b"]), np.array(["a", "b"])),
    ],
)
def test_the_same_in_another_form(value, same):
    """Does a value of the same form and numbers have the same sketch?"""
    assert measured(same).alike(measured(value).sketch)


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (A, A.T),
        (A, A.ravel()),
        (A, [A]),
        ((A, 1.0), (A, 2.0)),
        ((1.0, 2.0), (2.0, 1.0)),
        ({"a": 1.0}, {"b": 1.0}),
        (np.array([1.0, np.nan]), np.array([1.0, np.inf])),
        (np.array([np.nan, 1.0]), np.array([1.0, np.nan])),
        (np.array([1, 2]), np.array([1.5, 2.5])),
        ("relu", "tanh"),
        (None, 0.0),
        (1.0, object()),
        (A + 1j, A - 1j),
    ],
)
def test_what_differs_in_form_or_numbers(value, other):
    """Is another shape, order, key, type or text another value?"""
    assert not measured(other).alike(measured(value).sketch)


@pytest.mark.parametrize(
    ("value", "same"),
    [
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([True, False]), np.array([1.0, 0.0])),
        ([1, 2], [1.0, 2.0]),
        ({"a": [3, 4]}, {"a": [3.0, 4.0]}),
    ],
)
def test_whole_numbers_as_integers_or_as_floats(value, same):
    """Is a count recognised, in whichever of the two kinds of number it comes?"""
    assert measured(same).alike(measured(value).sketch)
    assert measured(value).alike(measured(same).sketch)


def test_order_of_entries_counts():
    """Do the same numbers in another order have another sketch?"""
    assert not measured(A[::-1]).alike(measured(A).sketch)
    assert not measured(A[:, [1, 0, 2, 3]]).alike(measured(A).sketch)


def test_a_sketch_does_not_hold_the_value():
    """Is a sketch three short things, however large the value is?"""
    sketch = measured(RNG.normal(size=100_000)).sketch
    assert len(sketch[0]) == 8
    assert len(repr(sketch)) < 60
