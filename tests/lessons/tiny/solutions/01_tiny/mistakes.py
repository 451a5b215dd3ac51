"""Wrong answers to the tiny lesson."""

import numpy as np

from autograder.soundness.mistakes import mistake

mistake(
    "tiny-squares",
    "This is the sum, not the sum of squares.",
    swap={"(x**2).sum()": "x.sum()"},
)


@mistake("tiny-squares", "Your function changed its 1st argument")
def sum_of_squares(x: np.ndarray) -> float:
    x *= x
    return float(x.sum())


mistake("tiny-largest", "This is the smaller one.", swap={"max(": "min("})
mistake("tiny-largest", "nan has no order.", swap={"if np.isnan(a) or np.isnan(b)": "if False"})
