"""How many of the images without labels has a student's net named rightly?

For hidden tests. Their process alone knows the labels of the class whose work it grades: students'
rooms and students' releases hold neither them nor this module.
`python -m autograder.classroom.unlabelled predictions.npz` counts for the public images, whose
labels are no secret.
"""

import os
import sys
from functools import cache
from typing import Any

import numpy as np
from nbformat import NotebookNode
from numpy.typing import NDArray

from course_lib.cells import is_check
from course_lib.checks import CURVES, NotYet
from course_lib.data import read_predictions
from course_lib.data.to_predict import FILE, public_scenes
from course_lib.errors import CourseError

# Which images a class predicts, and the label of each as a digit: "shapes 8204...". Empty: the
# public ones.
VARIABLE = "COURSE_UNLABELLED"
# By this line in a check it is known that a lesson is graded so.
USE = "from autograder.classroom import unlabelled"
CHANCE = 0.2  # up to here predictions are worth nothing, and may be for other images


def name() -> str:
    """Of which kind the images are: "shapes" or "cifar10"."""
    return _in_force().partition(" ")[0]


def accuracy(found: NDArray[Any]) -> float:
    """The share of the images that are named rightly, 0 to 1.

    found: (N,) integers, the class of each image
    raises: NotYet where these are another number of images, or the public ones where a class has
    its own
    """
    right = _share(found, _in_force())
    if right <= CHANCE < _share(found, public()):
        raise NotYet(
            f"These are predictions for the public images: your class has its own, in {FILE}.",
            f"Put {FILE} beside the notebook and predict again.",
        )
    return right


def wanted(notebook: NotebookNode) -> bool:
    """Does a check of this lesson count predictions for images without labels?"""
    return any(is_check(cell) and USE in cell.source for cell in notebook.cells)


def labels_text(kind: str, labels: NDArray[np.int64]) -> str:
    """Kind and labels as the environment variable and a class's file have them."""
    return f"{kind} {''.join(map(str, labels))}"


@cache
def public() -> str:
    """The public images."""
    return labels_text("shapes", public_scenes().labels)


def _in_force() -> str:
    return os.environ.get(VARIABLE) or public()


def _share(found: NDArray[Any], text: str) -> float:
    labels = labels_of(text)
    if found.shape != labels.shape:
        raise NotYet(f"There are {len(labels):,} images, and these are {found.size:,} predictions.")
    return float((found == labels).mean())


@cache
def labels_of(text: str) -> NDArray[np.int64]:
    """(N,) of what `said` made."""
    return np.array(list(text.partition(" ")[2]), dtype=np.int64)


def main() -> int:
    """Say what a file of predictions for the public images is worth."""
    try:
        (path,) = sys.argv[1:]
        right = _share(read_predictions(path), public())
    except ValueError:
        print(
            "Name one file: python -m autograder.classroom.unlabelled predictions.npz",
            file=sys.stderr,
        )
        return 2
    except (CourseError, NotYet) as error:
        print(getattr(error, "reason", error), file=sys.stderr)
        return 2
    worth = CURVES["shapes"].share(right)
    print(f"{100 * right:.2f} % of the public images are right: {100 * worth:.0f} % of the points.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
