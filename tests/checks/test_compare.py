"""What `checks.equal` says, and in which order."""

from collections import defaultdict, namedtuple

import numpy as np
import pytest
import torch

from course_lib import checks
from course_lib.checks import box
from tests.checks.comparing import DUE, Yes, said


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


@pytest.mark.parametrize("liar", [Yes(), DUE.view(YesArray), [Yes()], {"a": Yes()}])
@pytest.mark.parametrize("expected", [1.0, "a", DUE + 1, [1.0], {"a": 1.0}, None, True])
def test_objects_that_equal_everything_never_pass(liar, expected):
    """Can an object decide the comparison by its own __eq__ or __array__?"""
    assert said(liar, expected) != ""


def test_dict_keys_that_equal_everything_never_pass():
    """Can a dict's key pretend to be the one that is due?"""
    assert "The key 'a' is missing" in said({Yes(): 1.0}, {"a": 1.0})
    assert "Unexpected keys" in said({"a": 1.0, Yes(): 1.0}, {"a": 1.0})


def test_lists_of_names():
    """Is it said which names are missing or too many, and that only their order is wrong?"""
    due = ["bias", "conv.weight", "mean"]
    assert said(["bias", "mean"], due, "names") == (
        "names: Wrong length: yours has 2, expected 3. 'conv.weight' is missing."
    )
    assert said([*due, "a", "b"], due, "names").endswith(" 'a', 'b' are too many.")
    assert said([], list("abcdef"), "names").endswith(" 'a', 'b', 'c', 'd', ... are missing.")
    assert said(due[::-1], due, "names") == (
        "names: Right, but in another order: 'bias', 'conv.weight', 'mean' is due."
    )
    assert said(["bias", "a", "b"], due, "names").startswith("names[1]: This is another text.")
    assert said([*due, "bias"], due, "names").endswith("expected 3.")


@pytest.mark.parametrize(("loss", "dW"), [(3.5, DUE), (1, 2), (7760, 3064)])
def test_two_values_that_changed_places(loss, dW):
    """Is it said that two right values stand in each other's place, whatever they are?"""
    assert said((dW, loss), (loss, dW), "loss, dW") == (
        "loss and dW have changed places: loss comes first."
    )
    assert "changed places" not in said((loss, loss), (loss, dW), "loss, dW")
    assert "changed places" not in said((dW, dW), (loss, dW), "loss, dW")


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


def test_results_in_another_order():
    """Are right results told to be so, where only their order is wrong, and else not?"""
    due = np.arange(6.0).reshape(2, 3), [0.5, 0.25]
    assert said(due[::-1], due) == "Right, but in another order: the expected one."
    three = *due, "sgd"
    assert said(three[::-1], three, "W, losses, rule") == (
        "Right, but in another order: W, losses, rule."
    )
    assert "W: Wrong type" in said(([9.0], due[0]), due, "W, losses")
    assert "order" not in said((3.0, 1.0, 2.0), (1.0, 2.0, 3.0), "f, g, h")


def test_a_part_that_is_none():
    """Is no `return` called for where one part of what was returned is None?"""
    parts = said((DUE, None), (DUE, DUE), "out, cache")
    assert parts == "cache is None: a NumPy array of shape (5, 4) is due. out is right."
    assert said({"b1": None}, {"b1": 1.0}, "grads") == "grads['b1'] is None: a number is due."


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
