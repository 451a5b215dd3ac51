# ruff: noqa: F821
# One exercise more, below those of the tiny lesson: predictions for images whose labels only the
# examiner knows, graded by a curve.

# %% answer="tiny-hand-in"
from course_lib import data


def predictions() -> np.ndarray:
    """What is in predictions.npz.

    returns: (N,) int64
    """
    ### BEGIN SOLUTION
    return data.read_predictions("predictions.npz")
    ### END SOLUTION


# %% check="tiny-hand-in" points=10
with checks.verdict("predictions for images without labels"):
    found = predictions()
    checks.class_numbers(found, count=2000, classes=10)
    ### BEGIN HIDDEN TESTS
    from autograder.classroom import unlabelled

    checks.graded(unlabelled.accuracy(found), checks.CURVES[unlabelled.name()])
    ### END HIDDEN TESTS
