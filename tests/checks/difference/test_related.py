"""Does a check see which of its own arrays was forgotten, or used once too often?"""

import numpy as np
import pytest

from course_lib.checks.difference.diagnose import cause_of

RNG = np.random.default_rng(0)
DUE = RNG.normal(size=(4, 3, 5))
SEEN = {"dout": RNG.normal(size=(4, 3, 5)), "gamma": RNG.normal(size=3), "b": RNG.normal(size=5)}
GAMMA = SEEN["gamma"][:, None]


def say(yours, due=DUE, seen=SEEN) -> str:
    return cause_of(yours, due, 1e-7, (), seen)


@pytest.mark.parametrize(
    ("yours", "said"),
    [
        (DUE / SEEN["dout"], "dout is missing as a factor: yours times dout is what is expected."),
        (DUE * GAMMA, "Yours is what is expected, times gamma."),
        (DUE / GAMMA, "gamma is missing as a factor: yours times gamma is what is expected."),
        (DUE + SEEN["b"], "Yours is what is expected, plus b."),
        (DUE - SEEN["b"], "Yours is what is expected, minus b."),
    ],
)
def test_an_array_of_the_check(yours, said) -> None:
    """Is an array of the check named that makes one of the other, along whatever axis it lies?"""
    assert say(yours) == said


def test_what_is_not_told() -> None:
    """Is nothing told of arrays that tell nothing: few numbers, integers, or the two themselves?"""
    assert say(2 * DUE, seen={"two": np.full(5, 2.0)}) == "Exactly 2 times too large."
    assert "mask" not in say(DUE * (DUE > 0), seen={"mask": (DUE > 0) * 1.0})
    assert "labels" not in say(DUE * np.arange(1, 6), seen={"labels": np.arange(1, 6)})
    assert "due" not in say(DUE**2, seen={"due": DUE})
    assert "out" not in say(DUE**2, seen={"out": DUE**2})
    assert "dout" not in say(DUE + SEEN["dout"] ** 2)


def test_a_known_pattern_comes_first() -> None:
    """Is a plain factor still told as one, whatever else is in sight?"""
    assert say(-DUE).startswith("Of opposite sign")
