"""What a wrong array looks like, over shapes and values drawn at random."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from course_lib.checks.difference.diagnose import cause_of

shapes = array_shapes(min_dims=1, max_dims=4, min_side=2, max_side=5)
seeds = st.integers(0, 2**32 - 1)


def normal(seed, shape):
    return np.random.default_rng(seed).normal(size=shape)


def say(yours, due, lengths=()):
    return cause_of(yours, due, 1e-7, lengths)


@given(seeds, shapes, st.integers(3, 5000))
def test_too_large_and_too_small(seed, shape, count):
    """Is a whole factor found in any shape, and the length that it equals?"""
    due = normal(seed, shape)
    large, small = (say(yours, due, [count]) for yours in (due * count, due / count))
    assert large.startswith(f"Exactly {count} times too large: a mean over {count} is missing?")
    assert small.startswith(f"Exactly {count} times too small: divided by {count} once too often?")
    if count in shape:
        assert f"{count} is the length of axis {shape.index(count)}." in large
    elif count == due.size:
        assert f"{count} is the number of entries." in large
    else:
        assert large.endswith("missing?")


@given(seeds, st.integers(11, 5000))
def test_a_mean_only_over_a_length_in_sight(seed, count):
    """Is no mean suspected over a number that is no length of anything the reader sees?"""
    due = normal(seed, (3, 4))
    assume(count != due.size)
    assert say(due * count, due) == f"Every entry is {count} times what is expected."
    # A fraction is read at once: 1/255, and not 0.003922.
    assert say(due / count, due) == f"Every entry is 1/{count} of what is expected."
    assert say(-due / count, due) == f"Every entry is -1/{count} of what is expected."
    assert say(due * 7, due) == "Exactly 7 times too large."
    assert say(np.array(7.0), np.array(1.0)) == "Exactly 7 times too large."
    assert say(np.array(float(count)), np.array(1.0)) == ""


@given(seeds)
def test_no_factor_of_one(seed):
    """Is nothing called "1 times what is expected"?"""
    due = normal(seed, (3, 4))
    assert "1 times" not in say(due * 1.00001, due)


@given(seeds, shapes)
def test_cut_off_to_whole_numbers(seed, shape):
    """Are floats that were stored in an array of integers recognised?"""
    due = 10 * normal(seed, shape)
    assume(len(np.unique(np.trunc(due))) > 2)
    said = "Cut off to whole numbers: these must be floats."
    assert say(due.astype(np.int64), due) == said
    assert say(np.floor(due), due) == said


@given(seeds, shapes)
def test_sign(seed, shape):
    """Is a flipped sign told from a factor, and one on some entries from one on all?"""
    due = normal(seed, shape)
    assert say(-due, due).startswith("Of opposite sign")
    assert say(-3 * due, due).startswith("Exactly 3 times too large and of opposite sign")
    assert say(np.array([-1.4]), np.array([1.4])) == "Of opposite sign."  # it tells no cause
    some = due.copy()
    some.flat[0] *= -1
    assert say(some, due) == "Right but for the sign of some entries."


@given(seeds, st.floats(1.01, 1.99))
def test_other_factors(seed, factor):
    """Is a factor that is no whole number named?"""
    due = normal(seed, (3, 4))
    assert say(due * factor, due) == f"Every entry is {factor:.4g} times what is expected."


@given(seeds, st.integers(2, 6))
def test_transpose(seed, side):
    """Is a transposed square matrix recognised, and a swap of two axes of images?"""
    due = normal(seed, (side, side))
    assert say(due.T, due) == "It is transposed."
    images = normal(seed, (2, 3, side + 3, side + 3))
    assert say(images.swapaxes(2, 3), images) == "Axes 2 and 3 are swapped."


@given(seeds, array_shapes(min_dims=1, max_dims=3, min_side=4, max_side=6), st.data())
def test_shift(seed, shape, data):
    """Is a shift by one found along whichever axis it goes?"""
    due = normal(seed, shape)
    axis = data.draw(st.integers(0, len(shape) - 1))
    along = f" along axis {axis}" if len(shape) > 1 else ""
    assert say(np.roll(due, 1, axis), due).startswith(f"Shifted by one{along}: ")


@given(seeds, shapes, st.floats(0.01, 100), st.booleans())
def test_offset(seed, shape, offset, below):
    """Is a constant that was added or left out named?"""
    due = normal(seed, shape)
    word = "small" if below else "large"
    yours = due - offset if below else due + offset
    assert say(yours, due) == f"Every entry is {offset:.4g} too {word}."


@given(seeds, st.permutations(range(6)))
def test_order(seed, order):
    """Are right rows in a wrong order recognised?"""
    due = normal(seed, (6, 3))
    assert say(due[::-1], due) == "The order along axis 0 is reversed."
    assert say(due[:, ::-1], due) == "The order along axis 1 is reversed."
    yours = due[order]
    plain = list(range(6))
    assume(order not in (plain, plain[::-1]))
    assume(order[1:] != plain[:-1] and order[:-1] != plain[1:])
    assert say(yours, due) == "The rows are right, but in another order."


@given(seeds, st.integers(3, 9), st.data())
def test_only_some_rows(seed, rows, data):
    """Which rows are wrong, where the rest is right?"""
    due = normal(seed, (rows, 3))
    first = data.draw(st.integers(0, rows - 2))
    yours = due.copy()
    yours[first : first + 2] = normal(seed + 1, (2, 3))
    assert say(yours, due) == (
        f"Rows {first} and {first + 1} (of 0 to {rows - 1}) are wrong, the rest is right."
    )


def test_only_some_in_other_forms():
    """Are one column, a scatter of rows and many rows each put into words?"""
    due = normal(1, (20, 5))
    column, scatter, many, run = (due.copy() for _ in range(4))
    column[:, 4] = normal(2, 20)
    assert say(column, due) == "Column 4 (of 0 to 4) is wrong, the rest is right."
    scatter[[1, 5, 7]] += normal(3, (3, 5))
    assert say(scatter, due) == "Rows 1, 5 and 7 (of 0 to 19) are wrong, the rest is right."
    many[1::2] += normal(4, (10, 5))
    assert say(many, due) == ("Rows 1 and 9 others (of 0 to 19) are wrong, the rest is right.")
    run[3:8] += normal(5, (5, 5))
    assert say(run, due) == "Rows 3 to 7 (of 0 to 19) are wrong, the rest is right."


def test_only_some_along_an_axis_of_images():
    """Does a sentence about one of many axes say which, and that indices count from 0?"""
    due = normal(1, (2, 3, 5, 5))
    run, one, pixel = (due.copy() for _ in range(3))
    run[..., 1:] = normal(2, (2, 3, 5, 4))
    assert say(run, due) == (
        "Along axis 3, the entries at index 1 to 4 (of 0 to 4) are wrong, the rest is right."
    )
    one[:, 2] = normal(3, (2, 5, 5))
    assert say(one, due) == (
        "Along axis 1, the entries at index 2 (of 0 to 2) are wrong, the rest is right."
    )
    pixel[1, 0, 2, 4] = 7
    assert say(pixel, due) == "Only the entry at [1, 0, 2, 4] is wrong."
    numbers = due.ravel().copy()
    numbers[3] = 7
    assert say(numbers, due.ravel()) == "Entry 3 (of 0 to 149) is wrong, the rest is right."


@given(seeds, shapes)
def test_float32(seed, shape):
    """Is a result of single precision told so, and other noise of that size not?"""
    due = normal(seed, shape)
    noise = np.random.default_rng(seed + 1).uniform(-1e-6, 1e-6, shape)
    noisy = due * (1 + noise)
    error = np.linalg.norm(due * noise) / np.linalg.norm(due)
    assume(1.7e-7 < error < 9e-7)  # float32 rounds by up to 6e-8
    assert say(noisy, due) == "Right to 6 digits only."
    assert say(noisy.astype(np.float32), due) == "Right to 6 digits only: computed in float32?"
    again = noisy.astype(np.float32).astype(np.float64)
    assert say(again, due) == "Right to 6 digits only: computed in float32?"


def test_float16():
    """Is half precision told, which keeps three digits?"""
    due = normal(0, (4, 5))
    assert say(due.astype(np.float16), due) == "Right to 3 digits only: computed in float16?"


@pytest.mark.parametrize(
    ("digits", "said"),
    [(0, "whole numbers"), (1, "1 digit after the point"), (3, "3 digits after the point")],
)
def test_rounded(digits, said):
    """Are rounded numbers told so, with how many digits are left?"""
    due = 10 * normal(0, (4, 5))
    assert say(due.round(digits), due) == f"Rounded to {said}: leave them as they are."


@settings(max_examples=30)
@given(seeds, st.integers(4, 6))
def test_a_formula_through_float32(seed, side):
    """Is a wrong formula told as it is in float64, where rounding in float32 came on top?"""
    due = normal(seed, (side, side))
    order = np.random.default_rng(seed).permutation(side)
    noise = np.random.default_rng(seed + 1).uniform(-6e-7, 6e-7, due.shape)
    assert np.linalg.norm(due * noise) > 1e-7 * np.linalg.norm(due)
    for wrong in (-due, 3 * due, np.abs(due), due.T, due + 1, np.roll(due, 1, 0), due[order]):
        assume(not np.array_equal(wrong, due))
        assert say(wrong * (1 + noise), due) == say(wrong, due) != ""


@settings(max_examples=30)
@given(seeds, shapes)
def test_unrelated_values_are_not_explained_away(seed, shape):
    """Does noise get no diagnosis, rather than a wrong one?"""
    due = normal(seed, shape)
    assert say(normal(seed + 1, shape), due) == ""


def test_labels_do_not_coincide_by_chance():
    """Do small integers get only what is certain?"""
    assert say(np.array([1, 0, 1]), np.array([0, 1, 0])) == ""
    assert say(np.array([2, 0, 1]), np.array([1, 0, 2])).startswith("Entries 0 and 2 (of 0 to 2)")
    assert say(np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 2])).startswith("Entries 1 and 2")
    assert say(np.array([0, 1, 1, 0, 2]), np.array([0, 1, 1, 0, 0])).startswith(
        "Entry 4 (of 0 to 4)"
    )
    assert say(np.arange(1, 6), np.arange(5)) == "Every entry is 1 too large."
    assert say(np.array(6), np.array(3)) == ""


def test_zeros_are_called_zeros():
    """Is an array that was never filled recognised?"""
    assert say(np.zeros((2, 3)), normal(0, (2, 3))) == "Every entry is 0."


def test_extreme_values_do_not_overflow_the_diagnosis():
    """Is a factor of 2 seen at 1e250 and at 1e-250?"""
    due = normal(0, (3, 4))
    assert say(due * 2e250, due * 1e250).startswith("Exactly 2 times too large")


def test_large_counts_by_a_factor():
    """Is a count of thousands that is nine times too small told so, and a small one not?"""
    due = np.array(106_272)
    assert cause_of(due // 9, due, 1e-7) == "Exactly 9 times too small."
    assert cause_of(2 * due, due, 1e-7) == "Exactly 2 times too large."
    assert cause_of(np.array([9, 9 * 5000]), np.array([1, 5000]), 1e-7, (9,)) == (
        "Exactly 9 times too large."  # no mean: these are counts
    )
    assert cause_of(np.array(8), np.array(4), 1e-7) == ""
    assert cause_of(7 * due // 4, due, 1e-7) == ""


def test_another_scale():
    """Are pictures from -1 to 1 told from those from 0 to 1, and centred ones from plain ones?"""
    due = np.random.default_rng(3).random((4, 5))
    assert cause_of(2 * due - 1, due, 1e-7) == "Every entry is 2 times what is expected, less 1."
    said = cause_of((due - due.mean()) / due.std(), due, 1e-7)
    assert said.startswith("Every entry is ")
    assert "times what is expected, less " in said
    assert cause_of(0.5 * due + 3, due, 1e-7) == (
        "Every entry is 0.5 times what is expected, and 3 more."
    )
    assert cause_of(np.array([1.0, 5.0]), np.array([2.0, 3.0]), 1e-7) == ""  # two fit any line
    bent = due**2
    assert "times what is expected" not in cause_of(bent, due, 1e-7)
