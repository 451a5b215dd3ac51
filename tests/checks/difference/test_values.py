"""What is a value, and how far is it from another?"""

from collections import defaultdict, namedtuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.checks.difference.values import kind, norms
from tests.checks.comparing import Yes, said


def test_tolerance_is_norm_wise():
    """Is a tiny entry allowed the error of its large neighbours, and no more?"""
    due = np.array([1.0, 1e-9])
    assert said(np.array([1.0, 2e-9]), due) == ""
    assert said(np.array([1.0, 1e-6]), due) != ""
    assert said(np.array([1.0, 1e-6]), due, tolerance=1e-5) == ""


def test_extreme_values_are_compared_without_overflow():
    """Is 2e300 told from 4e300, whose squares are both infinite?"""
    assert "Entry 1 (of 0 to 1) is wrong" in said(
        np.array([1e300, 2e300]), np.array([1e300, 4e300])
    )
    assert said(10**400, 1.0) == "Not finite: it is inf."


@given(
    *[arrays(np.float64, (2, 3), elements=st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-3))] * 2
)
def test_relative_error_by_its_formula(a, b):
    """Is the quotient the norm of the difference, divided by the larger norm?"""
    due = np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b))
    for apart, size in (norms(a, b), norms(b, a)):
        assert apart / size == pytest.approx(due)


@pytest.mark.parametrize(
    ("value", "due"),
    [
        (np.float32(1), "number"),
        (True, "number"),
        (np.ones(2), "array"),
        (np.array("a"), "array"),
        (np.array([None]), "other"),
        (np.ma.masked_all(2), "other"),
        (defaultdict(int), "dict"),
        (namedtuple("Pair", "a b")(1, 2), "list"),
        (torch.ones(1), "tensor"),
        (np.str_("a"), "text"),
        (Yes(), "other"),
        (None, "none"),
    ],
)
def test_kinds(value, due):
    """Is the family of a value told by its type alone?"""
    assert kind(value) == due
