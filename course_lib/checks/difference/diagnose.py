"""What a wrong array looks like: a missing mean, a wrong sign, a transpose, a shift, a few rows."""

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from math import isclose, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks.difference.patterns import Pair, along_axes, entries, pattern
from course_lib.checks.difference.places import where_wrong
from course_lib.checks.difference.related import relation
from course_lib.checks.difference.values import differs, norms, number, wide

_LARGE_COUNT = 1000  # smaller ones are multiples of each other by chance


def cause_of(
    yours: NDArray[np.generic],
    due: NDArray[np.generic],
    tolerance: float,
    lengths: Iterable[int] = (),
    seen: Mapping[str, NDArray[Any]] | None = None,
) -> str:
    """The first description that fits, as one sentence; "" where none does.

    yours, due: arrays of the same shape whose values differ
    lengths: of axes that the reader sees, beside those of `due`
    seen: arrays that the reader sees in the check, by their names
    """
    if yours.size == 0 or "U" in (yours.dtype.kind, due.dtype.kind):
        return ""
    wrong = differs(yours, due, tolerance)
    y, e = wide(yours), wide(due)
    if np.isinf(norms(yours, due)[0]):  # nan or inf is due, and yours is a number
        return where_wrong(wrong, y, e)
    finite = np.isfinite(y) & np.isfinite(e)
    # nan and inf stand at the same places by now, so they tell nothing.
    y, e = np.where(finite, y, 0), np.where(finite, e, 0)
    exact = due.dtype.kind in "biu"
    if precise := _precision(yours, y, e, exact):
        return precise
    # Looser than the comparison: a formula is recognised through float32 rounding.
    sight = frozenset((*lengths, *due.shape, due.size))
    named = {name: wide(one) for name, one in (seen or {}).items() if one.dtype.kind == "f"}
    pair = Pair(y, e, max(tolerance, 1e-6), exact, sight, named)
    if not exact and _cut_off(y, e) and not np.array_equal(e, np.trunc(e)):
        return "Cut off to whole numbers: these must be floats."
    if rounded := "" if exact else _rounded(y, e):
        return rounded
    descriptions = (d for look in _LOOKS for d in [look(pair)] if d)
    with np.errstate(all="ignore"):
        return next(descriptions, "") or where_wrong(wrong, y, e)


def _precision(
    array: NDArray[Any], yours: NDArray[np.float64], due: NDArray[np.float64], exact: bool
) -> str:
    apart, size = norms(yours, due)
    error = apart / size
    half = array.dtype == np.float16
    if exact or not 0 < error < (2e-3 if half else 3e-6):
        return ""
    short = array.dtype == np.float32 or (
        bool(yours.any()) and np.array_equal(yours, yours.astype(np.float32))
    )
    why = ": computed in float16?" if half else ": computed in float32?" if short else "."
    return f"Right to {int(-log10(error))} digits only{why}"


def _cut_off(yours: NDArray[np.float64], due: NDArray[np.float64]) -> bool:
    """Is it what is left of floats in an array of integers?"""
    if np.iscomplexobj(yours) or len(np.unique(yours)) < 3:  # a few zeros and ones tell nothing
        return False
    return np.array_equal(yours, np.trunc(due)) or np.array_equal(yours, np.floor(due))


def _rounded(yours: NDArray[np.float64], due: NDArray[np.float64]) -> str:
    """To how many digits after the point? "" where they are not; three numbers at least tell."""
    if np.iscomplexobj(yours) or len(np.unique(yours)) < 3:
        return ""
    for digits in range(5):
        if np.allclose(yours, due.round(digits), rtol=1e-6, atol=1e-12):  # as float32, too
            point = f"{digits} digit{'s' * (digits > 1)} after the point"
            return f"Rounded to {point if digits else 'whole numbers'}: leave them as they are."
    return ""


def _zero(pair: Pair) -> str:
    return "Every entry is 0." if pair.yours.size > 1 and not pair.yours.any() else ""


def _factor(pair: Pair) -> str:
    y, e = pair.yours.ravel(), pair.due.ravel()
    single = np.count_nonzero(e) < 2
    if not e.any() or not y.any() or np.iscomplexobj(y):
        return ""
    if pair.exact and np.abs(e).max() < _LARGE_COUNT:
        return ""
    # Divided by the largest entries first: squares of 1e200 would overflow.
    largest_y, largest_e = float(np.abs(y).max()), float(np.abs(e).max())
    y, e = y / largest_y, e / largest_e
    unit = float(y @ e) / float(e @ e)
    if not pair.alike(y, unit * e):
        return ""
    factor = unit * largest_y / largest_e
    size, sign = abs(factor), " and of opposite sign" if factor < 0 else ""
    if isclose(size, 1, rel_tol=1e-6):
        why = "." if single else ": a minus is missing or too many."
        return f"Of opposite sign{why}" if sign else ""
    for many, word in ((size, "large"), (1 / size, "small")):
        whole = round(many) if many < 1e9 else 0
        if whole < 2 or not isclose(many, whole, rel_tol=1e-6):
            continue
        # A 2 is more often a slope than a mean, and a count is none.
        if whole in pair.lengths and whole > 2 and not pair.exact:
            why = f"a mean over {whole} is missing" if word == "large" else f"divided by {whole}"
            why += "?" if word == "large" else " once too often?"
            where = _length(whole, pair.due.shape)
            return f"Exactly {whole} times too {word}{sign}: {why}{where}"
        if whole <= 10:
            return f"Exactly {whole} times too {word}{sign}."
    # One number is some multiple of any other.
    shown, parts = number(factor), round(1 / size)
    if single or pair.exact or shown == "1":
        return ""
    if 10 < parts < 10_000 and isclose(1 / size, parts, rel_tol=1e-6):  # 1/255, not 0.003922
        return f"Every entry is {'-' if factor < 0 else ''}1/{parts} of what is expected."
    return f"Every entry is {shown} times what is expected."


def _length(count: int, shape: tuple[int, ...]) -> str:
    if count in shape:
        return f" {count} is the length of axis {shape.index(count)}."
    if count == int(np.prod(shape)):
        return f" {count} is the number of entries."
    return ""


def _signs(pair: Pair) -> str:
    if pair.yours.size > 1 and pair.alike(np.abs(pair.yours), np.abs(pair.due)):
        return "Right but for the sign of some entries."
    return ""


def _transpose(pair: Pair) -> str:
    shape = pair.due.shape
    for i, j in combinations(range(len(shape)), 2):
        if shape[i] == shape[j] > 1 and pair.alike(pair.yours, pair.due.swapaxes(i, j)):
            return "It is transposed." if len(shape) == 2 else f"Axes {i} and {j} are swapped."
    return ""


def _shift(pair: Pair) -> str:
    for axis, y, e in along_axes(pair):
        for ours, theirs, where in ((y[1:], e[:-1], "before"), (y[:-1], e[1:], "after")):
            if theirs.size < (4 if pair.exact else 2) or np.ptp(theirs) == 0:
                continue
            if pair.alike(ours, theirs):
                along = f" along axis {axis}" if pair.due.ndim > 1 else ""
                return f"Shifted by one{along}: each entry is the one that belongs {where} it."
    return ""


def _offset(pair: Pair) -> str:
    gap = pair.yours - pair.due
    if pair.exact and gap.size < 4:
        return ""
    if gap.size < 2 or np.iscomplexobj(gap) or not pair.alike(pair.yours, pair.due + gap.mean()):
        return ""
    mean = float(gap.mean())
    return f"Every entry is {number(abs(mean))} too {'large' if mean > 0 else 'small'}."


def _scaled_and_moved(pair: Pair) -> str:
    """Is it another unit, such as -1 to 1 for 0 to 1, or mean 0 and variance 1?"""
    y, e = pair.yours.ravel(), pair.due.ravel()
    if pair.exact or np.iscomplexobj(y) or len(np.unique(e)) < 4:
        return ""
    largest_y, largest_e = float(np.abs(y).max()), float(np.abs(e).max())
    around = e / largest_e - (e / largest_e).mean()
    factor = float(y / largest_y @ around) / float(around @ around) * largest_y / largest_e
    gap = float((y - factor * e).mean())
    if number(factor) in ("0", "1") or not pair.alike(y, factor * e + gap):
        return ""
    return f"Every entry is {number(factor)} times what is expected, {_signed(gap)}."


def _signed(gap: float) -> str:
    return f"and {number(gap)} more" if gap > 0 else f"less {number(-gap)}"


def _order(pair: Pair) -> str:
    if pair.exact and (pair.due.size < 4 or np.ptp(pair.due) == 0):
        return ""
    for axis, y, e in along_axes(pair):
        if pair.alike(y, e[::-1]):
            along = f" along axis {axis}" if pair.due.ndim > 1 else ""
            return f"The order{along} is reversed."
    for axis, y, e in along_axes(pair):
        y, e = y.reshape(len(y), -1), e.reshape(len(e), -1)
        if _permuted(pair, y, e):
            what = entries(axis, pair.due.ndim)
            return f"The {what} are right, but in another order."
    return ""


def _permuted(pair: Pair, y: NDArray[np.float64], e: NDArray[np.float64]) -> bool:
    if len(e) > 500 or e.size * len(e) > 2_000_000 or np.iscomplexobj(y):
        return False
    if pair.exact and len(np.unique(e, axis=0)) < len(e):
        return False  # labels that repeat fall into place by chance
    distance = np.abs(y[:, None] - e[None]).sum(axis=2)
    nearest = distance.argmin(axis=1)
    return len(set(nearest.tolist())) == len(e) and pair.alike(y, e[nearest])


_LOOKS: tuple[Callable[[Pair], str], ...] = (
    _zero,
    _factor,
    _signs,
    _transpose,
    _offset,
    _shift,
    _order,
    relation,
    _scaled_and_moved,
    pattern,
)
