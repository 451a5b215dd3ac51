"""Wrong answers to the tiny lesson."""

import numpy as np

from autograder.mistakes import mistake


@mistake("tiny-squares", "This is the sum, not the sum of squares.")
def sum_of_squares(x: np.ndarray) -> float:
    return float(x.sum())


@mistake("tiny-squares", "Your function changed its 1st argument")
def sum_of_squares(x: np.ndarray) -> float:
    x *= x
    return float(x.sum())


@mistake("tiny-largest", "This is the smaller one.")
def largest(a: float, b: float) -> float:
    if np.isnan(a) or np.isnan(b):
        raise ValueError("nan has no order")
    return min(a, b)


@mistake("tiny-largest", "nan has no order.")
def largest(a: float, b: float) -> float:
    return max(a, b)
