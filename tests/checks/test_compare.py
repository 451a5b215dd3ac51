"""What `checks.equal` says, and in which order."""

from collections import defaultdict, namedtuple

import numpy as np
import pytest
import torch

from course_lib import checks
from course_lib.checks import box

RNG = np.random.default_rng(0)
DUE = RNG.normal(size=(5, 4))


def said(actual, expected, *args, **kwargs):
    """The verdict's reason and evidence; "" where the value passes."""
    try:
        checks.equal(actual, expected, *args, **kwargs)
    except checks.NotYet as failure:
        return f"{failure.reason} {failure.evidence}".strip()
    return ""


class Yes:
    """Says yes to every question."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __array__(self, *args, **kwargs):
        return DUE


class YesArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (DUE, DUE),
        (DUE.astype(np.float32), DUE),
        (DUE + 1e-12, DUE),
        (1, 1.0),
        (np.float64(2.5), 2.5),
        (np.array(2.5), 2.5),
        (True, np.True_),
        ("a", "a"),
        (None, None),
        ([1, "a", None], (1, "a", None)),
        ({"x": DUE, "y": (1.0, 2)}, {"x": DUE, "y": (1.0, 2)}),
        (np.array([1, np.inf, np.nan]), np.array([1, np.inf, np.nan])),
        (np.zeros(0), np.zeros(0)),
        (torch.ones(3), torch.ones(3)),
        (torch.ones(3, dtype=torch.bfloat16), torch.ones(3)),
        (1e-17, 0.0),
        (np.array([1e300, 1e300]), np.array([1e300, 1e300])),
        (2**62 + 1, 2**62 + 1),
    ],
)
def test_right_values_pass(actual, expected):
    """Do right values of every kind pass?"""
    assert said(actual, expected) == ""


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


@pytest.mark.parametrize("liar", [Yes(), DUE.view(YesArray), [Yes()], {"a": Yes()}])
@pytest.mark.parametrize("expected", [1.0, "a", DUE + 1, [1.0], {"a": 1.0}, None, True])
def test_objects_that_equal_everything_never_pass(liar, expected):
    """Can an object decide the comparison by its own __eq__ or __array__?"""
    assert said(liar, expected) != ""


def test_dict_keys_that_equal_everything_never_pass():
    """Can a dict's key pretend to be the one that is due?"""
    assert "The key 'a' is missing" in said({Yes(): 1.0}, {"a": 1.0})
    assert "Unexpected keys" in said({"a": 1.0, Yes(): 1.0}, {"a": 1.0})


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


def test_one_of_two_values():
    """Is a function that returns `out` alone told that a cache is due?"""
    assert said(DUE, (DUE, 1.0), "out, cache") == (
        "Wrong type: a tuple of 2 (out, cache) is due, yours is a NumPy array of shape (5, 4)."
    )


def test_subclasses_of_containers():
    """Do a named tuple and a defaultdict count as what they are, whatever they override?"""
    Pair = namedtuple("Pair", "loss grad")

    class Liar(dict):
        def __getitem__(self, key):
            return 1.0

    assert said(Pair(1.5, DUE), (1.5, DUE)) == ""
    assert said(defaultdict(float, a=1.0), {"a": 1.0}) == ""
    assert said(Liar(a=2.0), {"a": 1.0}) != ""


def test_elements_are_named():
    """Which of several results is wrong?"""
    assert said((1.0, DUE * 5), (1.0, DUE)).startswith("result[1]: Exactly 5 times")
    assert said((1.0, DUE * 5), (1.0, DUE), "loss, dW").startswith("dW: Exactly 5 times")
    assert said((1.0,), (1.0, DUE), "loss, dW") == (
        "Wrong length: yours has 1, expected 2 (loss, dW)."
    )
    assert said({"dW": 2.0}, {"dW": 1.0}, "grads").startswith("grads['dW']: ")
    assert said([1.0], [1.0, 2.0]) == "Wrong length: yours has 1, expected 2."
    assert said({}, {"a": 1}) == "The key 'a' is missing."
    assert said({"a": 1, "b": 2}, {"a": 1}) == "Unexpected keys: 'b'."


def test_a_few_integers_are_told_as_a_whole():
    """Is a shape, or a short row of sizes, shown at full length and not place by place?"""
    assert said((3, 4), (3, 5), "shape") == (
        "Wrong shape: yours (3, 4), expected (3, 5). Axis 1 has length 4 instead of 5."
    )
    assert said((4, 3), (3, 4), "shape of W") == (
        "Wrong shape of W: yours (4, 3), expected (3, 4). It is transposed."
    )
    assert said((), (3,), "shape") == "Wrong shape: yours () (one number), expected (3,)."
    assert said((np.int64(2), 1), (2, 3)) == "Yours is (2, 1), expected (2, 3)."
    assert said([3, 1], [3, 3, 1], "sizes") == "sizes: Yours is [3, 1], expected [3, 3, 1]."
    assert said((3.0, 4), (3, 4), "shape") == ""
    assert said((1, 2), (1, 3), "loss, count").startswith("count: ")


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


def test_integers_compare_exactly():
    """Is one wrong label among many found, whatever the tolerance?"""
    labels = np.arange(100_000) % 7
    wrong = labels.copy()
    wrong[99_999] += 1
    assert "1 of 100000 entries differ" in said(wrong, labels, tolerance=0.1)
    assert said(2**62 + 1, 2**62) != ""


def test_text_differs():
    """Are both texts shown, shortened?"""
    assert said("cat", "dog") == "This is another text. Yours 'cat', expected 'dog'."
    assert len(said("x" * 1000, "dog")) < 200


def test_the_name_of_a_dtype_is_no_text():
    """Is a check of `str(a.dtype)` told as what it is?"""
    assert said("float32", "float64") == "Wrong dtype: yours float32, expected float64."
    assert said("torch.float32", "float64") == "Wrong dtype: yours float32, expected float64."


def test_author_is_told_of_a_value_that_cannot_be_compared():
    """Does an expected set fail loudly instead of passing?"""
    with pytest.raises(TypeError, match="cannot compare a value of type set"):
        checks.equal({1}, {1})


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


def test_whole_numbers_are_right_where_all_is_right():
    """Is nothing called right in a message that says what is wrong?"""
    shown: list = []

    def check():
        with checks.verdict("title"):
            checks.equal(np.array([1.0, 2.0]), np.array([1, 2]))
            checks.equal(1, 2)

    with box.shown_to(shown.append), pytest.raises(checks.NotYet):
        check()
    assert "whole numbers" not in shown[0].text
