"""The sentences about type, shape and overflow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks.difference.values import describe, index, items, kind, number


def named(name: str, sentence: str) -> str:
    return sentence if name == "result" else f"{name}: {sentence}"


def wrong_type(actual: object, due: str, name: str) -> str:
    if actual is None:
        who = "Your function returned None" if name == "result" else f"{name} is None"
        return f"{who}: is the `return` missing?"
    hint = ""
    if due.startswith("a NumPy array") and kind(actual) == "list":
        hint = " np.array(...) makes one of it." if _is_table(actual) else ""
    if due == "a number" and kind(actual) == "tensor":
        hint = " .item() makes one of it."
    return named(name, f"Wrong type: {due} is due, yours is {describe(actual)}.{hint}")


def _is_table(values: object) -> bool:
    """Would NumPy make an array of numbers of this list?"""
    return all(kind(one) in ("number", "array") for one in items(values))


def shape_sentence(yours: tuple[int, ...], due: tuple[int, ...], name: str = "shape") -> str:
    """name: what it is the shape of, "shape of W", where only "shape" does not say it."""
    shown = f"Wrong {name}: yours {show_shape(yours)}, expected {show_shape(due)}."
    if len(yours) == len(due) > 1 and yours == due[::-1]:
        return f"{shown} It is transposed."
    if len(yours) == len(due) and sorted(yours) == sorted(due):
        return f"{shown} The axes are in another order."
    if tuple(n for n in yours if n != 1) == tuple(n for n in due if n != 1):
        if len(yours) > len(due):
            return f"{shown} An axis of length 1 is too many."
        if 0 < len(yours) < len(due):  # a single number may be a sum over too many axes
            return f"{shown} An axis of length 1 is missing: keepdims=True keeps it."
    if len(yours) == len(due):
        axis = next(i for i, (n, m) in enumerate(zip(yours, due)) if n != m)
        if len(due) > 1:
            return f"{shown} Axis {axis} has length {yours[axis]} instead of {due[axis]}."
    return shown


def show_shape(shape: tuple[int, ...]) -> str:
    return str(shape) if shape else "() (one number)"


def not_finite(array: NDArray[Any], bad: NDArray[np.bool_]) -> str:
    first = int(np.argmax(bad))
    value = number(array.flat[first])
    if array.shape == ():
        return f"Not finite: it is {value}."
    count = f"{int(bad.sum())} of {array.size} entries are nan or inf"
    return f"Not finite: {count}, the first is {value}{index(first, array.shape)}."
