"""Handwritten digits, small and always there."""

import numpy as np
from numpy.typing import DTypeLike

from course_lib.data.images import Images, as_dtype, chosen

TRAIN = 1437


def digits(split: str = "train", *, dtype: DTypeLike = np.uint8) -> Images:
    """1,797 handwritten digits of 8x8 pixels, as scikit-learn ships them.

    split: "train" is the first 1,437, "test" the last 360, which other people wrote
    dtype: np.uint8 (the original 0..16 spread over 0..255, rounded) or np.float32 (that over 255)
    returns: images (N, 1, 8, 8), labels (N,) int64
    raises: CourseError for another split or dtype
    source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
        Learning Repository, 1998
    """
    from sklearn.datasets import load_digits

    split, wanted = chosen(split, dtype)
    bunch = load_digits()
    rows = slice(TRAIN) if split == "train" else slice(TRAIN, None)
    levels = np.rint(bunch.images[rows] * (255 / 16)).astype(np.uint8)
    return Images(
        images=as_dtype(levels[:, None], wanted),
        labels=bunch.target[rows].astype(np.int64),
        classes=tuple("0123456789"),
        split=split,
        source="scikit-learn load_digits: UCI Optical Recognition of Handwritten Digits, 1998",
        name="digits",
    )
