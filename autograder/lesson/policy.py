"""What may an answer import?

A lesson says it in the metadata of its set-up cell, `room={"hides": ["torch"]}`, and a check that
holds its exercise to something else in its own. A lesson that says nothing builds with NumPy.
With `"gpu": true` beside it, the room sees the machine's GPUs.
"""

from dataclasses import dataclass

from nbformat import NotebookNode

from course_lib.cells import grade_id, is_check, is_setup
from course_lib.errors import CourseError

KEY = "room"


@dataclass(frozen=True)
class Policy:
    """What an answer may use.

    hides: names of packages and modules that it is written without: "scipy", "course_lib.oracle"
    gpu: whether it sees the machine's GPUs
    """

    hides: tuple[str, ...] = ()
    gpu: bool = False


# Whatever would answer in the student's place.
NUMPY_LESSON = Policy(
    hides=(
        *("torch", "torchvision", "tensorflow", "keras", "jax", "cupy", "autograd"),
        *("sklearn", "skimage", "scipy", "cv2", "course_lib.oracle"),
    )
)


def lesson_policy(notebook: NotebookNode) -> Policy:
    """What holds for the student's cells of a lesson, and for its checks.

    raises: CourseError where the metadata are not understood
    """
    for cell in notebook.cells:
        if is_setup(cell) and KEY in cell.metadata:
            return policy_of(cell, NUMPY_LESSON)
    return NUMPY_LESSON


def policy_of(cell: NotebookNode, otherwise: Policy) -> Policy:
    """What holds for one cell; `otherwise` where it says nothing.

    raises: CourseError where the metadata are not understood
    """
    written = cell.metadata.get(KEY)
    if written is None:
        return otherwise
    if not _understood(written):
        raise CourseError(
            f'{grade_id(cell)}: `{KEY}` in the metadata is {{"hides": [names of packages]}}, with '
            f'"gpu": true beside it or not. This is {written!r}.'
        )
    return Policy(tuple(written["hides"]), written.get("gpu", False))


def check_policies(notebook: NotebookNode) -> None:
    """raises: CourseError where a cell's policy is not understood, or stands where none counts"""
    lesson_policy(notebook)
    for cell in notebook.cells:
        if KEY in cell.metadata:
            if not (is_check(cell) or is_setup(cell)):
                raise CourseError(
                    f"{grade_id(cell) or 'A cell without a role'}: `{KEY}` counts in the metadata "
                    "of set-up and check cells alone."
                )
            policy_of(cell, NUMPY_LESSON)


def _understood(written: object) -> bool:
    return (
        isinstance(written, dict)
        and {"hides"} <= set(written) <= {"hides", "gpu"}
        and isinstance(written["hides"], list)
        and all(isinstance(name, str) for name in written["hides"])
        and isinstance(written.get("gpu", False), bool)
    )
