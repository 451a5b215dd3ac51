"""One box a cell, and what it says."""

import pickle

import numpy as np
import pytest

from course_lib import checks
from course_lib.checks.box import Broken, Judgement
from tests.checks.judging import judged


def test_wrong_answer_says_all_in_the_exception(capsys):
    """Does the assertion alone tell a reader without a notebook everything?"""
    with pytest.raises(checks.NotYet) as failure, checks.verdict("distances"):
        checks.holds(False, "The root is missing.", "Yours 4, expected 2.")
    assert str(failure.value) == "Not yet: distances. The root is missing. Yours 4, expected 2."
    assert isinstance(failure.value, AssertionError)
    assert capsys.readouterr().out == ""


def test_one_box_for_each_outcome(boxes):
    """Is there exactly one box and one kind of exception, whatever happens?"""
    assert judged(["pass"]) is None
    for line in ("checks.holds(False, 'Why.')", "1 / 0", "raise SystemExit"):
        assert isinstance(judged([line]), checks.NotYet)
    assert [judgement.passed for judgement in boxes] == [True, False, False, False]


def test_every_broken_promise_is_told(boxes):
    """Does a check go on after a failure, and tell the gravest first, at most four?"""
    shares = [f"with checks.share(0.05, 'Part {n}'): checks.equal({n}, 0)" for n in range(1, 6)]
    judged([*shares, "checks.equal(1.0, 2.0, 'dx')", "checks.equal(3.0, 4.0, 'dw')"])
    told = boxes[0].text
    assert told.index("dx: ") < told.index("dw: ") < told.index("Part 1: ") < told.index("Part 2: ")
    assert "Part 3" not in told
    assert boxes[0].share == 0


def test_shares_are_lost_one_by_one(boxes):
    """Does each promise cost its share once, all at most 30 %, and nothing count without values?"""
    one = "with checks.share(0.1, 'float32'): checks.equal(1, 2)"
    other = "with checks.share(0.15, 'A batch of one'): checks.equal(1, 2)"
    third = "with checks.share(0.25, 'No row'): checks.equal(1, 2)"
    for lines in (
        [one],
        [one, one],
        [one, other],
        [one, other, third],
        [one, "checks.equal(1, 2)"],
    ):
        judged(lines)
    assert [judgement.share for judgement in boxes] == [0.9, 0.9, 0.75, 0.7, 0.0]
    assert boxes[0].text.startswith("In part: title. float32: ")


def test_an_error_within_a_share_costs_the_share(boxes):
    """May an answer raise on a degenerate input, and keep the rest of its points?"""

    def mean(rows):
        return sum(rows) / len(rows)

    lines = ["with checks.share(0.2, 'No row'): checks.equal(mean([]), 0.0)", "checks.equal(1, 1)"]
    judged(lines, mean=mean)
    assert boxes[0].share == 0.8
    assert "No row: Your code raised ZeroDivisionError" in boxes[0].text
    assert boxes[0].calls == ("0",)


def test_untouched_stub_is_not_written_yet(boxes):
    """Is an exercise that was not begun told apart from one that is wrong?"""

    def stub():
        raise NotImplementedError

    assert str(judged(["stub()"], stub=stub)) == "Not yet: title. Not written yet."
    judged(["with checks.share(0.1, 'One row'): stub()"], stub=stub)
    assert [judgement.reasons for judgement in boxes] == [
        "Not written yet.",
        "One row: Not written yet.",
    ]


def test_a_students_own_not_implemented_error_is_an_error(boxes):
    """Does NotImplementedError with a message keep its message?"""

    def conv():
        raise NotImplementedError("stride 3")

    judged(["conv()"], conv=conv)
    assert "NotImplementedError: stride 3" in boxes[0].reasons


def test_error_in_the_students_code_names_the_line(boxes):
    """Does the box quote the line of the student's function that failed?"""

    def nearest(rows):
        last = len(rows)
        return rows[last]

    judged(["nearest([1, 2])"], nearest=nearest)
    assert boxes[0].reasons == (
        "Your code raised IndexError: list index out of range"
        " (line 3 of nearest: `return rows[last]`)."
    )


def test_what_the_check_defines_is_not_the_students(boxes):
    """Is no line of a helper that the check defines quoted, also where the answer calls it?"""

    def apply(function):
        return function(1)

    lines = ["def helper(x):", "    a, b = give(x)", "    return a", "{}"]
    for call in ("helper(1)", "apply(helper)", "apply(lambda x: give(x)[0])"):
        judged([line.format(call) for line in lines], give=lambda x: 1.5, apply=apply)
    assert "your function returned one value, a float" in boxes[0].reasons
    for judgement in boxes:
        assert "line" not in judgement.reasons
        assert "are due here" in judgement.reasons


def test_an_error_within_a_library_is_not_what_came_back(boxes):
    """Is what a library fails to take apart for the answer not told as what the answer returned?"""
    library = {}
    source = "def apply(function):\n    value, slope = function()\n    return value"
    exec(compile(source, np.__file__, "exec"), library)

    def use():
        return library["apply"](lambda: 1.5)

    judged(["use()"], use=use)
    assert boxes[0].reasons.startswith("Your code raised TypeError")
    assert "your function returned" not in boxes[0].reasons


def test_what_follows_from_a_wrong_value_is_no_news(boxes):
    """Is an error of the check itself left out where the wrong value has been told?"""
    judged(["checks.equal(give(), np.ones(3), 'out')", "give().shape"], give=lambda: None)
    assert boxes[0].reasons == "out is None: is the `return` missing?"


def test_a_cell_that_was_not_run_is_told_apart_from_a_wrong_name(boxes):
    """Does a check that finds no function say to run the cell above?"""

    def typo():
        return lenght  # noqa: F821

    judged(["compute(1)"])
    judged(["typo()"], typo=typo)
    first, second = (judgement.reasons for judgement in boxes)
    assert first == "compute is not defined yet: run the cells above first."
    assert second.startswith("Your code raised NameError: name 'lenght' is not defined (line 2")


def test_error_inside_a_library_names_the_students_line(boxes):
    """Is the place the student's own line, and not one inside NumPy?"""

    def product(a):
        return np.linalg.inv(a)

    judged(["product(np.zeros((2, 2)))"], product=product)
    assert "line 2 of product: `return np.linalg.inv(a)`" in boxes[0].reasons


def test_error_whose_text_fails_still_has_a_name(boxes):
    """Does an exception with a broken __str__ leave the box standing?"""

    class BadError(Exception):
        def __str__(self):
            raise RuntimeError

    def bad():
        raise BadError

    judged(["bad()"], bad=bad)
    assert boxes[0].reasons.startswith("Your code raised BadError")


def test_interrupt_passes_untouched(boxes):
    """Can a student stop a check by hand without a verdict?"""
    with pytest.raises(KeyboardInterrupt), checks.verdict("title"):
        raise KeyboardInterrupt
    assert boxes == []


def test_the_same_title_draws_the_same_numbers(monkeypatch):
    """Do a rerun and a grader meet the same numbers, and another seed others?"""

    def draw(title):
        with checks.verdict(title) as rng:
            return rng.normal(size=3).tolist()

    monkeypatch.delenv("COURSE_SEED", raising=False)
    first = draw("a")
    assert draw("a") == first
    assert draw("b") != first
    monkeypatch.setenv("COURSE_SEED", "7")
    assert draw("a") != first


def test_failure_survives_a_trip_between_processes():
    """Does a pickled verdict keep its parts?"""
    judgement = Judgement("what", (Broken("why"),), 0.0)
    copy = pickle.loads(pickle.dumps(checks.NotYet("why", "proof", judgement)))
    assert (copy.reason, copy.evidence, copy.judgement) == ("why", "proof", judgement)
