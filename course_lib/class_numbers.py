"""Is this one class number for each of some images? In files of predictions, and in checks."""

import numpy as np


def refused(labels: object, classes: int) -> str:
    """Why these are no predicted classes, in a sentence; "" where they are.

    labels: anything; none of its own methods is run unless it is a NumPy array
    """
    if type(labels) is not np.ndarray:
        return f"Predictions are a NumPy array of class numbers, not a {type(labels).__name__}."
    if labels.ndim != 1:
        return f"Wrong shape: one class an image makes shape (N,), this is {labels.shape}." + (
            " Take the argmax over the scores of each image." if labels.ndim == 2 else ""
        )
    if labels.dtype.kind == "f" and np.isnan(labels).any():
        return f"{int(np.isnan(labels).sum())} of {len(labels)} predictions are nan, no class."
    if labels.dtype.kind not in "iu":
        return f"Class numbers are integers, these are {labels.dtype}."
    if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) < classes:
        wrong = (labels < 0) | (labels >= classes)
        first = int(wrong.argmax())
        return (
            f"Classes are numbered 0 to {classes - 1}; {int(wrong.sum())} of {len(labels)} "
            f"predictions are not, the first is {int(labels[first])} for image {first}."
        )
    return ""
