# %% [markdown]
# # A tiny lesson
#
# It exists for the tests of the build and of the grader: two exercises, three checks.

# %% setup="tiny"
import numpy as np

from course_lib import checks

# %% [markdown]
# ## The sum of squares


# %% answer="tiny-squares"
def sum_of_squares(x: np.ndarray) -> float:
    """The sum of the squares of x.

    x: (N,) float
    returns: float
    """
    ### BEGIN SOLUTION
    return float((x**2).sum())
    ### END SOLUTION


# %% check="tiny-squares" points=40
with checks.verdict("the sum of squares") as rng:
    x = rng.normal(size=5)
    expected = float(np.dot(x, x))
    checks.equal(checks.leaves_alone(sum_of_squares, x, share=0.2), expected)
    ### BEGIN HIDDEN TESTS
    long = rng.normal(size=300)
    expected = float(np.dot(long, long))
    checks.equal(checks.leaves_alone(sum_of_squares, long, share=0.2), expected)
    ### END HIDDEN TESTS

# %% [markdown]
# ## The largest of two


# %% answer="tiny-largest"
def largest(a: float, b: float) -> float:
    """The larger of two numbers.

    a, b: float
    returns: float
    raises: ValueError where one of them is nan
    """
    ### BEGIN SOLUTION
    if np.isnan(a) or np.isnan(b):
        raise ValueError("nan has no order")
    return max(a, b)
    ### END SOLUTION


# %% check="tiny-largest" points=40
with checks.verdict("the larger of two numbers"):
    checks.equal(largest(2.0, 3.0), 3.0)
    ### BEGIN HIDDEN TESTS
    checks.equal(largest(-2.0, -3.0), -2.0)
    ### END HIDDEN TESTS

# %% check="tiny-largest-nan" points=20
with checks.verdict("nan is refused"):
    checks.raises(ValueError, largest, float("nan"), 1.0, reason="nan has no order.")

# %% tags=["experiment"]
curve = [sum_of_squares(np.full(3, v)) for v in range(5)]
