"""What is told of one array against another, and in which order?"""

import numpy as np
import pytest
import torch

from course_lib import checks
from course_lib.checks import box
from tests.checks.comparing import DUE, Yes, said


@pytest.mark.parametrize(
    ("actual", "expected", "dtype", "sentence"),
    [
        (np.array([1.5, 2.0]), np.array([1, 2]), None, "yours float64, expected an integer"),
        (np.array([1, 0]), np.array([True, False]), None, "yours int64, expected bool"),
        (True, 1, None, "yours bool, expected an integer"),
        (1 + 0j, 1.0, None, "yours complex128, expected a real number"),
        (DUE, DUE, np.float32, "yours float64, expected float32"),
        (torch.ones(2), torch.ones(2), torch.float64, "yours float32, expected float64"),
    ],
)
def test_wrong_dtype(actual, expected, dtype, sentence):
    """Is a wrong dtype named although the values are right?"""
    assert sentence in said(actual, expected, dtype=dtype)


def test_not_finite_says_where_it_began():
    """Is the first nan or inf located, and all of them counted?"""
    bad = DUE.copy()
    bad[2, 1:3] = np.inf, np.nan
    assert said(bad, DUE) == (
        "Not finite: 2 of 20 entries are nan or inf, the first is inf at [2, 1]."
    )
    assert said(np.nan, 1.0) == "Not finite: it is nan."


def test_number_where_infinity_is_due():
    """Is a finite value wrong where the oracle says inf?"""
    assert "Entry 1 (of 0 to 1) is wrong" in said(np.array([1.0, 2.0]), np.array([1.0, np.inf]))


def test_the_order_is_type_shape_dtype_finite_values():
    """Is the first thing that is wrong the one that is told?"""
    many = np.full((4, 5), np.nan, np.float32)
    assert said(many.tolist(), DUE, dtype=np.float64).startswith("Wrong type")
    assert said(many, DUE, dtype=np.float64).startswith("Wrong shape")
    assert said(many.T, DUE, dtype=np.float64).startswith("Wrong dtype")
    assert said(many.T.astype(np.float64), DUE, dtype=np.float64).startswith("Not finite")
    assert said(DUE * 7, DUE, dtype=np.float64).startswith("Exactly 7 times")


def test_whole_floats_count_as_labels():
    """Do labels that come as 1.0 and 2.0 pass, with a word about it, and wrong ones not?"""
    labels = np.array([1, 2, 0])
    assert said(labels.astype(float), labels) == ""
    assert said(np.array([1.0, 2.0, 1.0]), labels).startswith("Entry 2 (of 0 to 2) is wrong")
    shown = []
    with box.shown_to(shown.append), checks.verdict("labels"):
        checks.equal(labels.astype(float), labels)
    assert "whole numbers of dtype float64" in shown[0].note


def test_evidence_shows_the_first_difference_in_few_digits():
    """Are index and both values given, without a flood of digits?"""
    actual = DUE.copy()
    actual[1, 2] = 12.3456789
    text = said(actual, DUE)
    assert f"First difference at [1, 2]: yours 12.35, expected {DUE[1, 2]:.4g}." in text
    error = np.linalg.norm(actual - DUE) / np.linalg.norm(actual)
    assert text.endswith(f"Relative error {error:.2g}.")


def test_values_that_look_alike_get_more_digits():
    """Are two values that round to the same four digits still told apart?"""
    assert "yours 1.000001, expected 1." in said(np.array([1.000001, 2]), np.array([1.0, 2]))


def test_rounding_noise_is_not_the_first_difference():
    """Does the first difference skip an entry that is off by rounding only?"""
    assert "at [1]" in said(np.array([1 + 1e-13, 5.0]), np.array([1.0, 2.0]))


def test_integers_compare_exactly():
    """Is one wrong label among many found, whatever the tolerance?"""
    labels = np.arange(100_000) % 7
    wrong = labels.copy()
    wrong[99_999] += 1
    assert "1 of 100000 entries differ" in said(wrong, labels, tolerance=0.1)
    assert said(2**62 + 1, 2**62) != ""


def test_finite():
    """Does `finite` lead with the author's reason and then say where?"""
    checks.finite(DUE)
    checks.finite(np.arange(3))
    with pytest.raises(checks.NotYet) as failure:
        checks.finite(np.array([0.0, -np.inf]), "Subtract the maximum first.")
    assert failure.value.reason == "Subtract the maximum first."
    assert "the first is -inf at [1]" in failure.value.evidence
    with pytest.raises(checks.NotYet, match="an array is due"):
        checks.finite(Yes())
