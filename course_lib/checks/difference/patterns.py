"""What made these wrong values of the right ones? A square, a running sum, a factor a row, a cut.

Each look tells a fact about the two arrays, never a guess at the code behind them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from course_lib.checks.difference.values import norms, number

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two finite arrays of one shape, float64 or complex128, that differ."""

    yours: Array
    due: Array
    tolerance: float
    exact: bool  # integers and bools: small ones coincide by chance
    lengths: frozenset[int]  # of axes that the reader sees, in the result or in the check
    seen: Mapping[str, Array] = field(default_factory=dict)  # arrays of the check, by their names

    def alike(self, a: Array, b: Array) -> bool:
        if not np.isfinite(b).all():
            return False
        apart, size = norms(a, b)
        return apart <= self.tolerance * size


def along_axes(pair: Pair) -> Iterator[tuple[int, Array, Array]]:
    """Each axis that is longer than 2, and both arrays with it in front."""
    for axis, length in enumerate(pair.due.shape):
        if length > 2:
            yield axis, np.moveaxis(pair.yours, axis, 0), np.moveaxis(pair.due, axis, 0)


def entries(axis: int, ndim: int) -> str:
    """What lies along an axis: "rows", "columns", "entries along axis 2"."""
    if ndim == 1:
        return "entries"
    return ("rows", "columns")[axis] if ndim == 2 else f"entries along axis {axis}"


def pattern(pair: Pair) -> str:
    """The first that fits, as a sentence; "" where none does, or the numbers are no real floats."""
    if pair.exact or np.iscomplexobj(pair.yours) or np.iscomplexobj(pair.due):
        return ""
    if pair.due.size > 1 and len(np.unique(np.abs(pair.due[pair.due != 0]))) < 4:
        return ""  # a few small numbers fit anything
    looks = (_running_sum, _function, _factor_each, _offset_each, _cut, _other_places)
    with np.errstate(all="ignore"):  # a root of what is below 0 is no match
        return next((said for look in looks for said in [look(pair)] if said), "")


def _running_sum(pair: Pair) -> str:
    for axis, y, e in along_axes(pair):
        along = f" along axis {axis}" if pair.due.ndim > 1 else ""
        if _is_constant(e) or _is_constant(y):
            continue
        if pair.alike(y, e.cumsum(axis=0)):
            return f"Running sums{along}: each entry is the sum of all up to its place."
        if pair.alike(y, e[::-1].cumsum(axis=0)[::-1]):
            return f"Running sums{along}: each entry is the sum of all from its place on."
        if pair.alike(y.cumsum(axis=0), e):
            return f"Running sums are due{along}: yours are what each entry adds."
    return ""


_FUNCTIONS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("the square of what is", np.square),
    ("the square root of what is", np.sqrt),
    ("1 divided by what is", np.reciprocal),
    ("the exponential of what is", np.exp),
    ("the logarithm of what is", np.log),
    ("1 minus what is", lambda e: 1 - e),
    ("1.4427 times what is, as base 2 makes of a logarithm", lambda e: e / np.log(2)),
    ("0.6931 times what is, as a logarithm to base 2 needs it", lambda e: e * np.log(2)),
)


def _function(pair: Pair) -> str:
    if all(map(_is_simple, pair.due.ravel()[:1000])):
        return ""
    what = "This is" if pair.due.size == 1 else "Each entry is"
    for words, function in _FUNCTIONS:
        if pair.alike(pair.yours, function(pair.due)):
            return f"{what} {words.replace('what is', 'what is expected', 1)}."
    return ""


def _factor_each(pair: Pair) -> str:
    for axis, y, e in _each(pair):
        sizes = (e * e).sum(axis=1)
        if ((e != 0).sum(axis=1) < 3).any():
            continue
        factors = (y * e).sum(axis=1) / sizes
        if np.mean(np.isclose(factors, 1, rtol=1e-6)) > 0.5:
            continue
        if pair.alike(y, factors[:, None] * e):
            first, second = number(factors[0]), number(factors[1])
            shown = f": the first by {first}, the second by {second}" if first != second else ""
            return f"{_one_of(axis, pair.due.ndim)} is multiplied by a number of its own{shown}."
    return ""


def _offset_each(pair: Pair) -> str:
    for axis, y, e in _each(pair):
        gaps = (y - e).mean(axis=1)
        if np.mean(np.abs(gaps) < 1e-6 * max(1e-6, float(np.abs(gaps).max()))) > 0.5:
            continue
        if pair.alike(y - e, np.broadcast_to(gaps[:, None], y.shape)):
            first, second = number(gaps[0]), number(gaps[1])
            shown = f": {first} to the first, {second} to the second" if first != second else ""
            return f"{_one_of(axis, pair.due.ndim)} has a number of its own added to it{shown}."
    return ""


def _each(pair: Pair) -> Iterator[tuple[int, Array, Array]]:
    """Both arrays as tables, one row for each place along an axis; and where they have four axes,
    one for each map, as axis -1."""
    shape = pair.due.shape
    for axis, count in enumerate(shape):
        if len(shape) > 1 and count > 1 and pair.due.size // count > 2:
            y, e = (np.moveaxis(a, axis, 0) for a in (pair.yours, pair.due))
            yield axis, y.reshape(count, -1), e.reshape(count, -1)
    if len(shape) == 4 and shape[0] * shape[1] > 1 and shape[2] * shape[3] > 2:
        maps = shape[0] * shape[1], shape[2] * shape[3]
        yield -1, pair.yours.reshape(maps), pair.due.reshape(maps)


def _one_of(axis: int, ndim: int) -> str:
    if axis < 0:
        return "Each map of height and width"
    return ("Each row", "Each column")[axis] if ndim == 2 else f"Each entry along axis {axis}"


def _cut(pair: Pair) -> str:
    """Does everything beyond some value come as that value?"""
    y, e = pair.yours.ravel(), pair.due.ravel()
    scale = max(float(np.abs(e).max()), float(np.abs(y).max()))
    bad = np.abs(y - e) > pair.tolerance * scale
    if np.count_nonzero(bad) < 2 or np.count_nonzero(~bad) < 2 or _is_constant(e[~bad]):
        return ""
    bound = float(y[bad][0])
    if np.ptp(y[bad]) > pair.tolerance * scale:
        return ""
    slack = pair.tolerance * scale
    if (e[bad] > bound).all() and (y <= bound + slack).all():
        return f"Cut off above: what is larger than {number(bound)} comes as {number(bound)}."
    if (e[bad] < bound).all() and (y >= bound - slack).all():
        return f"Cut off below: what is smaller than {number(bound)} comes as {number(bound)}."
    return ""


def _other_places(pair: Pair) -> str:
    y, e = np.sort(pair.yours, axis=None), np.sort(pair.due, axis=None)
    different = len(np.unique(e)) >= max(4, 0.8 * e.size)
    if pair.due.ndim > 1 and different and pair.alike(y, e):
        return "The numbers are right, but they stand in other places."
    return ""


def _is_constant(values: Array) -> bool:
    return bool(np.ptp(values) == 0)


def _is_simple(value: float) -> bool:
    """A fraction of small integers is a square, or a root, or an inverse of another by chance."""
    multiples = value * np.arange(1, 65)
    return bool(np.isclose(multiples, np.round(multiples), rtol=0, atol=1e-9).any())
