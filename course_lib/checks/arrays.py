"""One array against another: shape, dtype, finite, values, in that order."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks.difference.diagnose import cause_of
from course_lib.checks.difference.values import (
    as_array,
    differs,
    dtype_name,
    index,
    kind,
    norms,
    number,
    wide,
)
from course_lib.checks.difference.wording import (
    named,
    not_finite,
    shape_sentence,
    show_shape,
    wrong_type,
)
from course_lib.checks.judging import NotYet, remark, tell
from course_lib.checks.sight import arrays_in_sight, lengths_in_sight


def finite(actual: object, reason: str = "", name: str = "result") -> None:
    """Every entry must be an ordinary number.

    tells: `reason`, then where the first nan or inf stands
    """
    if kind(actual) not in ("number", "array", "tensor"):
        tell(NotYet(wrong_type(actual, "an array", name)))
        return
    array = as_array(actual)
    bad = ~np.isfinite(wide(array)) if array.dtype.kind in "fc" else np.zeros(array.shape, bool)
    if bad.any():
        found = not_finite(array, bad)
        tell(NotYet(named(name, reason or found), found if reason else ""))


def check_array(
    actual: object, expected: object, name: str, tolerance: float, dtype: object
) -> None:
    """Compare numbers, arrays or tensors; arguments as for `checks.equal`.

    raises: NotYet, in this order: shape, dtype, not finite, values
    """
    a, e = as_array(actual), as_array(expected)
    if a.shape != e.shape:
        raise NotYet(named(name, shape_sentence(a.shape, e.shape)))
    mine = dtype_name(actual, a)
    asked = dtype is not None and kind(actual) != "number"
    due = _asked_dtype(mine, dtype) if asked else _wrong_dtype(a, e)
    if due and _are_whole(a, e) and dtype is None:
        remark(named(name, f"These are whole numbers of dtype {mine}: right."))
    elif due:
        raise NotYet(named(name, f"Wrong dtype: yours {mine}, expected {due}."))
    if a.dtype.kind in "fc":
        yours, wanted = wide(a), wide(e)
        both_nan = np.isnan(yours) & np.isnan(wanted)
        bad = ~np.isfinite(yours) & ~both_nan & (yours != wanted)
        if bad.any():
            raise NotYet(named(name, not_finite(a, bad)))
    # Labels and counts are right or wrong, whatever the tolerance.
    exact = e.dtype.kind in "biuU"
    apart, size = norms(a, e)
    if differs(a, e, 0).any() if exact else apart > tolerance * size:
        cause = cause_of(a, e, tolerance, lengths_in_sight(), arrays_in_sight())
        raise NotYet(
            named(name, cause or "The values differ."),
            _first_difference(a, e, tolerance),
        )


def difference(actual: object, expected: object, tolerance: float) -> str:
    """The first difference with both values, and how large the whole error is."""
    if kind(expected) not in ("number", "array", "tensor"):
        return ""
    a, e = as_array(actual), as_array(expected)
    if a.shape != e.shape:
        return f"Your shape is {show_shape(a.shape)}, expected {show_shape(e.shape)}."
    return _first_difference(a, e, tolerance)


def _first_difference(a: NDArray[Any], e: NDArray[Any], tolerance: float) -> str:
    if e.dtype.kind in "biuU":
        wrong = a != e
        many = f" {int(wrong.sum())} of {wrong.size} entries differ." if wrong.size > 1 else ""
    else:
        apart, size = norms(a, e)
        wrong = differs(a, e, tolerance)
        many = f" Relative error {apart / size:.2g}." if np.isfinite(apart) else ""
    first = int(np.argmax(wrong))
    mine, due = number(a.flat[first]), number(e.flat[first])
    if mine == due:
        mine, due = f"{a.flat[first]:.10g}", f"{e.flat[first]:.10g}"
    place = f"First difference{index(first, a.shape)}: yours" if a.shape else "Yours"
    return f"{place} {mine}, expected {due}.{many}"


def _are_whole(a: NDArray[Any], e: NDArray[Any]) -> bool:
    """Do integers only come as floats?"""
    return e.dtype.kind in "iu" and a.dtype.kind == "f" and bool((a == np.floor(a)).all())


def _asked_dtype(mine: str, dtype: object) -> str:
    """The dtype that a check asks for, where another came; "" where it is right."""
    due = str(dtype) if str(dtype).startswith("torch.") else str(np.dtype(dtype))  # type: ignore[call-overload]
    due = due.removeprefix("torch.")
    return "" if mine == due else due


def _wrong_dtype(a: NDArray[Any], e: NDArray[Any]) -> str:
    """The kind of dtype that is due, where another came; "" where it is right."""
    allowed = {"b": "b", "i": "iu", "u": "iu", "U": "U", "f": "biuf"}.get(e.dtype.kind, "biufc")
    plain = {"b": "bool", "i": "an integer", "u": "an integer", "U": "text", "f": "a real number"}
    return "" if a.dtype.kind in allowed else plain.get(e.dtype.kind, str(e.dtype))
