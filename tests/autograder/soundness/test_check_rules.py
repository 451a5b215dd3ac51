"""Is a check cell short, fair and silent about the answer?"""

import pytest

from autograder.lesson.build import IMPORT
from autograder.soundness.check_rules import LINES, breaches, given_away

EQUAL = "checks.equal(f(x), 3)"
ALONE = "checks.leaves_alone(f, x, share=0.2)"


def told(seen: list[str], hidden: list[str] = (), title: str = 'checks.verdict("t")') -> list[str]:  # type: ignore[assignment]
    """What is wrong with a check of these lines."""
    visible = f"{IMPORT}with {title} as rng:\n" + "".join(f"    {line}\n" for line in seen)
    return list(breaches("x-check", visible, visible + "".join(f"    {line}\n" for line in hidden)))


@pytest.mark.parametrize(
    ("seen", "hidden"),
    [
        ([EQUAL], ["x = 5", EQUAL]),
        ([f"checks.equal({ALONE}, 3)"], [f"checks.equal({ALONE}, 4)"]),
        (["checks.raises(ValueError, f, 1)"], ["checks.raises(ValueError, f, 2)"]),
        ([EQUAL, "with checks.share(0.3, 'float32'):", "    checks.equal(f(y), 1, dtype=d)"], []),
        ([EQUAL] * (LINES - 1), [EQUAL] * LINES),
        (["checks.without_loops(f)"], []),
    ],
)
def test_a_fair_check(seen: list[str], hidden: list[str]) -> None:
    """Is a check that keeps to the rules left alone?"""
    assert told(seen, hidden) == []


BREACHES = {
    "long": ([EQUAL] * (LINES + 1), [], "shows 14 lines, and a visible check has at most 12"),
    "suspects": (["checks.equal(f(x), 3, suspects={})"], [], "a check names no mistakes"),
    "autograder": (["import autograder", EQUAL], [], "students have no autograder"),
    "a part of it": (["from autograder.a import b", EQUAL], [], "students have no autograder"),
    "all hidden": (["pass"], [EQUAL], "students see no check here"),
    "another promise": (
        [EQUAL],
        ["checks.raises(ValueError, f, 1, 2, share=0.1)"],
        "Try this in the visible part, too: checks.raises(ValueError, f, ...)",
    ),
    "another function": (
        [f"checks.equal({ALONE}, 3)"],
        ["checks.leaves_alone(g, x, share=0.1)"],
        "too: checks.leaves_alone(g, ...)",
    ),
    "another share": (
        [EQUAL],
        ["with checks.share(0.1, 'Zeros'):", "    checks.equal(f(0), 0)"],
        "too: checks.share(..., 'Zeros')",
    ),
    "no share": (
        ["checks.equal(checks.leaves_alone(f, x), 3)"],
        [],
        "line 4: beside right values, a promise",
    ),
    "a dtype without a share": (
        [EQUAL, "checks.equal(f(x), 3, dtype=float)"],
        [],
        "line 5: beside right values, a promise",
    ),
    "large shares": (
        [EQUAL, "checks.without_loops(f, share=0.2)", ALONE],
        [],
        "worth 0.4 of the points, and may be worth 0.3",
    ),
}


@pytest.mark.parametrize(("seen", "hidden", "sentence"), BREACHES.values(), ids=BREACHES)
def test_each_breach_is_told(seen: list[str], hidden: list[str], sentence: str) -> None:
    """Is this breach told, alone, with the check's name?"""
    (one,) = told(seen, hidden)
    assert sentence in one
    assert one.startswith("x-check")


def test_a_check_begins_with_its_verdict() -> None:
    """Is a check without a box told that alone, and one that is no Python left to others?"""
    (one,) = told([EQUAL], title="something()")
    assert "a check begins with `with checks.verdict(`" in one
    assert told(["checks.equal("]) == []


def test_the_same_promise_counts_once() -> None:
    """Is a promise that visible and hidden lines share worth its largest share, not the sum?"""
    assert told([EQUAL, ALONE], [ALONE, ALONE]) == []
    (one,) = told([EQUAL, ALONE], ["checks.leaves_alone(f, x, share=0.31)"])
    assert "worth 0.31" in one


@pytest.mark.parametrize(
    ("visible", "given"),
    [
        ("y = float((x**2).sum())", ["float((x ** 2).sum())"]),
        ("y = 1 + float( ( x ** 2 ).sum( ) )", ["float((x ** 2).sum())"]),
        ("y = float((x**3).sum())", []),
        ("y = x**2", []),  # too small to be an answer
        ("checks.equal(float((x**2).sum()), 1)", ["float((x ** 2).sum())"]),
        ("def f(:", []),
    ],
)
def test_pieces_of_the_answer(visible: str, given: list[str]) -> None:
    """Is an expression of the answer found in a check, however it is written?"""
    assert given_away(visible, "def f(x):\n    return float((x**2).sum())") == given
