"""The judges of samples of lesson 14 against SciPy, scikit-learn and the pencil."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from sklearn.neighbors import KNeighborsClassifier

from course_lib.oracle import samples as judges

RNG = np.random.default_rng(0)


def test_modes_of_a_pencil():
    """Is the lesson's example one mode and three of four?"""
    samples, centres = np.array([[1.0], [2], [3], [9]]), np.array([[0.0], [10]])
    assert judges.modes(samples, centres, 2.0, 2) == (1, 0.75)
    assert judges.modes(samples[:0], centres, 2.0, 1) == (0, 0.0)


def test_a_case_of_modes_has_samples_that_are_near_none():
    """Are two modes found, and 16 of 40 samples off, though they have a nearest centre?"""
    samples, centres = judges.modes_case(RNG)
    assert judges.modes(samples, centres, 0.5, 5) == (2, 0.6)
    assert judges.modes(samples, centres, 3.0, 5) == (3, 1.0)


def test_frechet_is_that_of_matrix_roots():
    """Does SciPy's root of a matrix give the same distance, and few rows none below 0?"""
    a, b = RNG.normal(size=(40, 3)), RNG.normal(size=(30, 3)) @ RNG.normal(size=(3, 3)) + 1
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    due = ((a.mean(axis=0) - b.mean(axis=0)) ** 2).sum()
    due += np.trace(cov_a + cov_b - 2 * sqrtm(cov_a @ cov_b).real)
    assert judges.frechet(a, b) == pytest.approx(due)
    few = RNG.normal(size=(3, 20))
    assert judges.frechet(few, few) == pytest.approx(0.0, abs=1e-12)
    line = np.array([[2.0], [-2], [2], [-2]])
    assert judges.frechet(line, 1.5 * line) == pytest.approx(line.var(ddof=1) / 4)


def test_neighbour_test_is_one_left_out_at_a_time():
    """Does scikit-learn's classifier, fitted without a row, agree on it?"""
    real, fake = RNG.normal(size=(9, 2)), RNG.normal(size=(7, 2)) + 1
    rows, kinds = np.concatenate([real, fake]), np.array([0] * 9 + [1] * 7)
    right = []
    for n in range(16):
        others = np.arange(16) != n
        judge = KNeighborsClassifier(1).fit(rows[others], kinds[others])
        right.append(judge.predict(rows[n : n + 1])[0] == kinds[n])
    assert judges.neighbour_test(real, fake) == pytest.approx(np.mean(right))
    assert judges.neighbour_test(real, real) == 0.0
    assert judges.neighbour_test(real, real + 100) == 1.0


def test_precision_and_recall_tell_a_collapse():
    """Has a set that covers a part of the real one precision without recall?"""
    real = RNG.normal(size=(60, 2))
    assert judges.precision_and_recall(real, real) == (1.0, 1.0)
    precision, recall = judges.precision_and_recall(real, 0.05 * RNG.normal(size=(60, 2)))
    assert precision > 0.9
    assert recall < 0.2
    assert judges.precision_and_recall(real, real + 100) == (0.0, 0.0)
