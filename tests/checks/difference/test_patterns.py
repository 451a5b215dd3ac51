"""What made these wrong values of the right ones?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_lib.checks.difference.diagnose import cause_of
from course_lib.checks.difference.patterns import Pair, pattern

seeds = st.integers(0, 2**32 - 1)
tables = array_shapes(min_dims=2, max_dims=4, min_side=3, max_side=5)


def normal(seed, shape):
    return np.random.default_rng(seed).normal(size=shape)


def say(yours, due):
    return pattern(Pair(np.asarray(yours), np.asarray(due), 1e-6, False, frozenset()))


@given(seeds, tables, st.data())
def test_running_sums(seed, shape, data):
    """Are sums that go on along an axis recognised, from either end, and where they are due?"""
    due, axis = normal(seed, shape), data.draw(st.integers(0, len(shape) - 1))
    sums = due.cumsum(axis)
    back = np.flip(np.flip(due, axis).cumsum(axis), axis)
    assert (
        say(sums, due)
        == f"Running sums along axis {axis}: each entry is the sum of all up to its place."
    )
    assert say(back, due).endswith(f"axis {axis}: each entry is the sum of all from its place on.")
    assert (
        say(due, sums) == f"Running sums are due along axis {axis}: yours are what each entry adds."
    )


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (np.square, "the square of what is expected"),
        (np.sqrt, "the square root of what is expected"),
        (lambda e: 1 / e, "1 divided by what is expected"),
        (np.exp, "the exponential of what is expected"),
        (np.log, "the logarithm of what is expected"),
        (lambda e: 1 - e, "1 minus what is expected"),
        (np.log2, "1.4427 times what is expected"),
    ],
)
def test_functions(function, words):
    """Is a function that was forgotten, or is too much, told for arrays and for single numbers?"""
    due = np.random.default_rng(0).uniform(0.2, 3, (3, 4))
    if function is np.log2:
        assert say(np.log2(due), np.log(due)).startswith(f"Each entry is {words}")
        assert say(np.log2(due[0, 0]), np.log(due[0, 0])).startswith(f"This is {words}")
    else:
        assert say(function(due), due) == f"Each entry is {words}."
        assert say(function(due[0, 0]), due[0, 0]) == f"This is {words}."


def test_small_fractions_tell_nothing():
    """Is 1/4 not the square of 1/2 for a reader who expected an accuracy of 1/2?"""
    assert say(0.25, 0.5) == ""
    assert say([[0.25, 0.25], [1.0, 4.0]], [[0.5, 0.5], [1.0, 2.0]]) == ""
    # Two numbers of one size fit running sums, cuts and whatever else is tried.
    assert say([[0.0, 0.0, 0.25], [0.0, 0.0, 0.0]], [[0.0, -0.25, 0.25], [0.0] * 3]) == ""


@given(seeds, tables, st.data())
def test_each_with_a_number_of_its_own(seed, shape, data):
    """Is it told along which axis each entry has a factor, or a summand, of its own?"""
    due, axis = normal(seed, shape), data.draw(st.integers(0, len(shape) - 1))
    own = np.moveaxis(np.arange(2.0, 2 + shape[axis]).reshape(-1, *[1] * (len(shape) - 1)), 0, axis)
    what = ("Each row", "Each column")[axis] if len(shape) == 2 else f"Each entry along axis {axis}"
    assert say(due * own, due).startswith(
        f"{what} is multiplied by a number of its own: the first by 2,"
    )
    assert say(due + own, due).startswith(
        f"{what} has a number of its own added to it: 2 to the first"
    )


def test_each_map():
    """Are images told whose channels each have a number of their own?"""
    due = normal(0, (2, 3, 4, 5))
    own = normal(1, (2, 3, 1, 1))
    assert say(due * own, due).startswith("Each map of height and width is multiplied")
    assert say(due + own, due).startswith("Each map of height and width has a number")
    own[0, 0] = 0
    assert "to it: 0 to the first," in say(due + own, due)  # whatever rounding leaves


@given(seeds, tables)
def test_cut_off(seed, shape):
    """Is a bound told beyond which everything comes as the bound, and only where it is one?"""
    due = normal(seed, shape)
    lower, upper = np.sort(due, axis=None)[[3, -4]]
    assert say(np.maximum(due, lower), due).startswith("Cut off below: what is smaller than ")
    assert say(np.minimum(due, upper), due).startswith("Cut off above: what is larger than ")
    holes = np.where(due < lower, upper, due)
    assert "Cut off" not in say(holes, due)


@given(seeds, tables)
def test_other_places(seed, shape):
    """Are right numbers told that a reshape has put in other places?"""
    due = normal(seed, shape)
    mixed = np.random.default_rng(seed + 1).permutation(due.ravel()).reshape(shape)
    assert say(mixed, due) in ("", "The numbers are right, but they stand in other places.")
    assert say(due.ravel()[::-1].reshape(shape), due).endswith("stand in other places.")


@given(seeds, seeds, tables)
def test_unrelated_numbers_have_no_pattern(one, other, shape):
    """Is nothing said of two arrays that have nothing to do with each other, integers least?"""
    yours, due = normal(one, shape), normal(other + 2**33, shape)
    assert say(yours, due) == ""
    whole = np.random.default_rng(one).integers(0, 3, shape)
    assert "sum" not in cause_of(whole.cumsum(0), whole, 1e-7)
