# ruff: noqa: E501, F821
# One exercise more, below those of the tiny lesson: predictions for images whose labels only the
# examiner knows, graded by a curve.

# %% nbgrader={"grade": false, "grade_id": "tiny-hand-in", "locked": false, "schema_version": 3, "solution": true, "task": false}
from course_lib import data


def predictions() -> np.ndarray:
    """What is in predictions.npz.

    returns: (N,) int64
    """
    ### BEGIN SOLUTION
    return data.read_predictions("predictions.npz")
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "tiny-hand-in-check", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
with checks.verdict("predictions for images without labels"):
    found = predictions()
    checks.class_numbers(found, count=2000, classes=10)
    ### BEGIN HIDDEN TESTS
    from autograder.classroom import unlabelled

    checks.graded(unlabelled.accuracy(found), checks.CURVES[unlabelled.name()])
    ### END HIDDEN TESTS
