"""Which sentence tells a wrong type or shape?"""

import numpy as np
import pytest
import torch

from tests.checks.comparing import DUE, said


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        (None, DUE, "Your function returned None: is the `return` missing?"),
        (DUE.tolist(), DUE, "a NumPy array of shape (5, 4) is due, yours is a list."),
        (torch.ones(2), np.ones(2), "yours is a torch.Tensor."),
        (np.ones(2), torch.ones(2), "a torch.Tensor is due"),
        (torch.tensor(1.0), 1.0, ".item()"),
        (DUE.view(np.matrix), DUE, "numpy.matrix"),
        (DUE.astype(object), DUE, "NumPy array of dtype object"),
        ("1.0", 1.0, "a number is due, yours is a string"),
        (1.0, "1.0", "a string is due, yours is a number"),
        (DUE, (DUE, DUE), "a tuple of 2 is due, yours is a NumPy array of shape (5, 4)"),
        (len, 1.0, "builtin_function_or_method"),
    ],
)
def test_wrong_type(actual, expected, sentence):
    """Is a value of the wrong kind named, with what is due?"""
    assert sentence in said(actual, expected)


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        (DUE.T, "Wrong shape: yours (4, 5), expected (5, 4). It is transposed."),
        (DUE[:, None], "An axis of length 1 is too many."),
        (DUE[:, :3], "Axis 1 has length 3 instead of 4."),
        (DUE.ravel(), "Wrong shape: yours (20,), expected (5, 4)."),
        (3.0, "yours () (one number), expected (5, 4)"),
    ],
)
def test_wrong_shape(actual, sentence):
    """Are both shapes named, and how they differ?"""
    assert sentence in said(actual, DUE)


def test_shape_hints_for_more_axes():
    """Does a lost axis or another order of axes show?"""
    assert "keepdims" in said(np.ones(5), np.ones((5, 1)))
    assert said(1.0, np.ones(1)) == "Wrong shape: yours () (one number), expected (1,)."
    assert "axes are in another order" in said(np.ones((2, 3, 4)), np.ones((3, 2, 4)))
