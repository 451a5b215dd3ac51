"""Which set a lesson runs on: the real one where it is present, else the one that ships."""

import os

import numpy as np
from numpy.typing import DTypeLike

from course_lib.data.cifar10_files import cifar10, cifar10_folder
from course_lib.data.images import Images
from course_lib.data.shape_images import shapes
from course_lib.errors import CourseError


def course_images(split: str = "train", *, dtype: DTypeLike = np.uint8) -> Images:
    """CIFAR-10 where it is present, else shapes; COURSE_DATASET=shapes or cifar10 decides.

    split, dtype, returns: as in `shapes` and `cifar10`
    raises: CourseError where COURSE_DATASET names another set or one that is absent
    """
    name = os.environ.get("COURSE_DATASET") or ("cifar10" if cifar10_folder() else "shapes")
    if name == "cifar10":
        return cifar10(split, dtype=dtype)
    if name == "shapes":
        return shapes(split, dtype=dtype)
    raise CourseError(
        f"The environment variable COURSE_DATASET is {name!r}. Set it to shapes or cifar10, "
        "or remove it."
    )
