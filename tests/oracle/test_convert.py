"""What becomes of arrays on their way to PyTorch and back?"""

import numpy as np
import pytest
import torch

from course_lib.oracle.convert import oracle


@oracle
def seen(*values, **named):
    """What the function of tensors got, told without tensors."""
    return [
        (type(one).__name__, str(getattr(one, "dtype", ""))) for one in (*values, *named.values())
    ]


@pytest.mark.parametrize(
    ("dtype", "due"),
    [
        ("float16", "torch.float64"),
        ("float32", "torch.float64"),
        (">f8", "torch.float64"),
        ("int8", "torch.int64"),
        ("uint32", "torch.int64"),
        ("bool", "torch.bool"),
    ],
)
def test_arrays_arrive_in_full_precision(dtype, due):
    """Does an array arrive as a tensor of the one dtype of its kind, by place and by name?"""
    array = np.ones(3, dtype)
    assert seen(array, x=array) == [("Tensor", due)] * 2


def test_what_is_no_array_passes_untouched():
    """Are numbers, texts, lists and tensors handed on as they are?"""
    given = (1, 2.0, "a", [np.ones(1)], None, torch.ones(1))
    found = oracle(lambda *values: {"there": all(a is b for a, b in zip(values, given))})(*given)
    assert found == {"there": True}
    with pytest.raises(ValueError, match="this one has dtype <U1"):
        seen(np.array(["a"]))


def test_tensors_come_back_as_arrays():
    """Do tensors become arrays wherever they stand, and does all else stay, types included?"""

    @oracle
    def several(x):
        x.requires_grad_()
        return 2 * x, [x.sum(), "a"], {"b": (x, 3)}

    double, (total, text), named = several(np.arange(3.0))
    np.testing.assert_array_equal(double, [0, 2, 4])
    assert type(double) is np.ndarray
    assert (float(total), text) == (3.0, "a")
    np.testing.assert_array_equal(named["b"][0], np.arange(3.0))
    assert named["b"][1] == 3


def test_nothing_is_shared():
    """Can neither the function nor who gets its result change the array that went in?"""
    array = np.zeros(3)
    result = oracle(lambda x: x.add_(1))(array)
    result += 1
    np.testing.assert_array_equal(array, np.zeros(3))
