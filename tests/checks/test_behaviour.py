"""What a function leaves alone, and what it refuses."""

import numpy as np
import pytest
import torch

from course_lib import checks
from course_lib.checks import box


def test_leaves_alone_passes_on_the_result():
    """Can the result still be used, and may arguments hold nan?"""
    x = np.array([1.0, np.nan])
    result = checks.leaves_alone(lambda a, scale: a * scale, x, scale=2)
    assert result[0] == 2


def test_leaves_alone_hands_out_copies():
    """Does a check go on with the values that it drew, and with the result as it was returned?"""

    def centre(x):
        x -= x.mean()
        return x

    x = np.array([1.0, 3.0])
    shown = []
    with (
        box.shown_to(shown.append),
        pytest.raises(checks.NotYet, match="changed its 1st argument, x"),
        checks.verdict("centred"),
    ):
        checks.equal(checks.leaves_alone(centre, x, share=0.1), np.array([-1.0, 1.0]))
    assert x.tolist() == [1, 3]
    assert shown[0].share == 0.9


@pytest.mark.parametrize("change", [lambda v: v.__setitem__(0, 7.0), lambda v: v.sort()])
def test_leaves_alone_names_the_argument(change):
    """Which argument was changed, by number and by name?"""

    def centre(X, X_train):
        change(X_train)

    with pytest.raises(checks.NotYet, match="changed its 2nd argument, X_train: work on a copy"):
        checks.leaves_alone(centre, np.ones(2), np.array([3.0, 2.0]))


def test_leaves_alone_looks_into_containers_tensors_and_keywords():
    """Is a change inside a dict, a list, a tensor or a keyword argument seen?"""

    def first(values):
        values[0] += 1

    def config(x, config):
        config["t"] = 1

    with pytest.raises(checks.NotYet, match="1st argument, values"):
        checks.leaves_alone(first, [1, 2])
    with pytest.raises(checks.NotYet, match="1st argument, values"):
        checks.leaves_alone(first, torch.zeros(2))
    with pytest.raises(checks.NotYet, match="argument config"):
        checks.leaves_alone(config, 1, config={"m": np.zeros(2)})
    with pytest.raises(checks.NotYet, match="1st argument"):
        checks.leaves_alone(lambda d: d["m"].fill(1), {"m": np.zeros(2)})


def test_raises_wants_this_exception():
    """What is said where nothing or something else was raised?"""

    def refuse(x):
        raise ValueError(x)

    def bug(x):
        return x[3]

    checks.raises(ValueError, refuse, 1)
    with pytest.raises(checks.NotYet) as failure:
        checks.raises(ValueError, bug, [1], reason="the images differ in size.")
    assert failure.value.reason == "bug must raise a ValueError: the images differ in size."
    assert failure.value.evidence == "It raised IndexError: list index out of range."
    with pytest.raises(
        checks.NotYet,
        match=r"must raise an IndexError for arguments such as these. It returned a num",
    ):
        checks.raises(IndexError, abs, -1)


def test_raises_leaves_the_stub_to_the_verdict():
    """Is an unwritten function "not written yet" rather than "raised the wrong error"?"""

    def stub():
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        checks.raises(ValueError, stub)


def test_holds_wants_a_real_bool():
    """Does an object whose truth value is the student's fail?"""
    checks.holds(True, "")
    checks.holds(np.True_, "")
    for impostor in (1, [1], np.ones(1), object()):
        with pytest.raises(checks.NotYet, match="Why"):
            checks.holds(impostor, "Why.")
    with pytest.raises(checks.NotYet, match=r"Why\. Proof\."):
        checks.holds(False, "Why.", "Proof.")


def test_leaves_alone_sees_another_dtype():
    """Is an array that was replaced by one of another dtype seen, where all bytes are equal?"""

    def first(values):
        values[0] = values[0].astype(np.int64)

    with pytest.raises(checks.NotYet, match="1st argument, values"):
        checks.leaves_alone(first, [np.zeros(2)])
