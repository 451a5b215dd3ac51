"""What was due where a line takes a value apart, and what came?"""

import pytest

from tests.checks.judging import judged


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("out, cache = give(np.ones(3))", "2 values (out, cache) are due here, and your function"),
        ("f, slopes = give(np.ones(3))", "returned more, or one value of more parts, such as an"),
        ("a, b, c = give((1, 2))", "3 values (a, b, c) are due here, and your function returned f"),
        ("_, b = give(1)", "2 values are due here, and your function returned one value, an int."),
        (
            "loss, dW = give(1.5)",
            "2 values (loss, dW) are due here, and your function returned one value, a f",
        ),
        ("out, cache = give(None)", "and your function returned None: is the `return` missing?"),
        ("give(1.5)[0]", "Several values are due here, and your function returned one value, a fl"),
        (
            "give(np.float64(1.5))[0]",
            "Several values are due here, and your function returned one",
        ),
        ("give(None)[0]", "Several values are due here, and your function returned None: is the"),
        (
            "for dx in give(1.5): pass",
            "Several values are due here, and your function returned one value, a f",
        ),
        ("[1 for loss, dW in [give(1.5)]]", "2 values (loss, dW) are due here, and your function"),
        ("give(1, 2)", "cannot be called as its docstring says. TypeError"),
        ("give(np.ones(3))[7]", "What your code returned, or left behind, cannot be used here."),
        ("give('x').shape", "What your code returned, or left behind, cannot be used here."),
    ],
)
def test_the_checks_own_errors_are_not_the_students(boxes, line, said):
    """Is an error of the check's own line told as what it means for the reader?"""
    judged([line], give=lambda value: value)
    assert said in boxes[0].reasons
    assert "Your code raised" not in boxes[0].reasons


def test_a_value_that_cannot_be_taken_apart_within_the_answer(boxes):
    """Is an answer that takes too little apart told its line, and what was due there?"""

    def loss(W):
        return 1.5

    def step(W):
        value, slope = loss(W)
        return value, slope

    judged(["step(1)"], step=step)
    assert boxes[0].reasons == (
        "Your code raised TypeError: cannot unpack non-iterable float object (line 2 of step: "
        "`value, slope = loss(W)`): one value, a float, came where 2 values (value, slope) are due."
    )


def test_a_helper_that_gets_a_wrong_argument(boxes):
    """Is what the answer hands to a function of the check's not told as what it returned?"""

    def walk(state):
        return state(None)

    judged(["def look(state):", "    return state[0]", "walk(look)"], walk=walk)
    assert "returned" not in boxes[0].reasons
    assert "line 2 of walk: `return state(None)`" in boxes[0].reasons
