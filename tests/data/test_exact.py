import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from course_lib.data import exact

SEEDS = np.arange(400, dtype=np.uint64)


def test_words_are_pcg64():
    """Are the raw words those of NumPy's PCG64, in rows?"""
    raw = np.random.PCG64(5).random_raw(12).reshape(4, 3)
    np.testing.assert_array_equal(exact.words(5, 4, 3), raw)


def test_words_of_a_seed_are_splitmix64():
    """Does the sequence agree with the published one of SplitMix64 for the seed 1234567?"""
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert exact.words_of(np.array([1234567], np.uint64), 3, 0)[0].tolist() == published


def test_words_of_a_seed_depend_on_nothing_else():
    """Does a row change with its neighbours, or repeat for another purpose?"""
    alone, among = exact.words_of(SEEDS[7:8], 5, 2), exact.words_of(SEEDS, 5, 2)
    np.testing.assert_array_equal(alone[0], among[7])
    both = np.concatenate([among, exact.words_of(SEEDS, 5, 3)])
    assert len(np.unique(both)) == both.size


def test_octets_are_the_bytes_of_the_words():
    """Do the bytes of a word come lowest first, whatever the machine?"""
    word = np.array([[0x0807060504030201]], dtype=np.uint64)
    assert exact.octets(word).tolist() == [[1, 2, 3, 4, 5, 6, 7, 8]]


def test_uniform_numbers_are_uniform():
    """Are the numbers uniform, float32, and never 1?"""
    numbers = exact.uniform(exact.words(0, 2000, 1))[:, 0]
    assert numbers.dtype == np.float32
    assert stats.kstest(numbers, "uniform").pvalue > 1e-3
    assert exact.uniform(np.array([0, 2**64 - 1], np.uint64)).tolist() == [0, 1 - 2**-24]


@given(st.integers(1, 1000))
def test_integers_stay_below(n):
    """Do integers reach from 0 to n - 1 and no further?"""
    ends = exact.below(np.array([0, 2**64 - 1], np.uint64), n)
    assert ends.tolist() == [0, n - 1]


def test_integers_are_equally_likely():
    """Is every integer drawn equally often?"""
    counts = np.bincount(exact.below(exact.words(0, 7000, 1)[:, 0], 7))
    assert stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.parametrize("turns", [0, 1, -3])
def test_directions_are_cosine_and_sine(turns):
    """Do the directions agree with NumPy's cosine and sine in every quarter, and have length 1?"""
    degrees = np.linspace(-180, 180, 721) + 360 * turns
    cos, sin = exact.direction(degrees.astype(np.float32))
    np.testing.assert_allclose(cos, np.cos(np.deg2rad(degrees)), atol=2e-4)
    np.testing.assert_allclose(sin, np.sin(np.deg2rad(degrees)), atol=2e-4)
    np.testing.assert_allclose(cos * cos + sin * sin, 1, atol=1e-6)
    assert (cos.dtype, sin.dtype) == (np.float32, np.float32)
