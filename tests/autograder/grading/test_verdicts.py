"""What does a check earn by the outputs of its cell?"""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.grading.verdicts import verdicts_of
from course_lib.checks import box
from course_lib.checks.box import Broken, Judgement


def box_of(share: float, passed: bool = False) -> NotebookNode:
    judgement = Judgement("t", () if passed else (Broken("Why."),), share)
    return new_output("display_data", box.bundle(judgement))


def error(name: str) -> NotebookNode:
    return new_output("error", ename=name, evalue="x", traceback=[])


@pytest.mark.parametrize(
    ("outputs", "earned", "message"),
    [
        ([box_of(0.58), error("NotYet")], 5.8, "Why."),
        ([box_of(1 / 3), error("NotYet")], 3.33, "Why."),
        ([box_of(0.0, passed=True)], 10, ""),
        ([box_of(0.58)], 0, "Why."),
        ([box_of(1.0), error("NotYet")], 0, "Why."),
        ([box_of(7.0), error("NotYet")], 0, "Why."),
        ([box_of(0.58), error("ValueError")], 0, "Why."),
        ([box_of(0.58), error("NotYet"), error("TooLong")], 0, "x."),
        ([box_of(0.58), error("NotYet"), error("ValueError")], 0, "Why."),
        ([box_of(0.58), error("ValueError"), error("NotYet")], 0, "Why."),
        ([box_of(0.58), error("NotYet"), box_of(0.0), error("NotYet")], 0, "Why."),
        ([error("NotYet")], 0, "x."),
    ],
)
def test_a_part_of_the_points(outputs, earned, message):
    """Does a check earn a part only where its box and its error both say so?"""
    marks = {"grade": True, "grade_id": "t-check", "points": 10}
    cell = new_code_cell(outputs=outputs, metadata={"nbgrader": marks})
    (verdict,) = verdicts_of(new_notebook(cells=[cell]))
    assert (verdict.earned, verdict.possible, verdict.message) == (earned, 10, message)
